"""
QR codes: text in, modules out, read again before anybody sees them. Pure; knows nothing of the server.

What is imported here is light: decoder, pictures and printing come with the modules that need them.
"""

from qr.address import CODE_ALPHABET, capitals
from qr.checked import checked_matrix, checked_png, checked_svg
from qr.codes import (
    LOGO,
    PRINT,
    SCREEN,
    Colours,
    Level,
    Logo,
    TextTooLong,
    Unreadable,
    matrix,
    render_png,
    render_svg,
    render_terminal,
    theme_colours,
    version_of,
)
from qr.words import check_word, check_words

__all__ = [
    "CODE_ALPHABET",
    "LOGO",
    "PRINT",
    "SCREEN",
    "Colours",
    "Level",
    "Logo",
    "TextTooLong",
    "Unreadable",
    "capitals",
    "check_word",
    "check_words",
    "checked_matrix",
    "checked_png",
    "checked_svg",
    "matrix",
    "render_png",
    "render_svg",
    "render_terminal",
    "theme_colours",
    "version_of",
]
