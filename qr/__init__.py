"""QR codes: text in, modules out. Pure; knows nothing of the server."""

from qr.codes import Level, TextTooLong, matrix, render_svg, render_terminal

__all__ = ["Level", "TextTooLong", "matrix", "render_svg", "render_terminal"]
