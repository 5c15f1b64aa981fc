"""From text to a code, and from a code to SVG or a terminal. Always dark on light: most readers fail on the reverse."""

from __future__ import annotations

from enum import IntEnum

QUIET_ZONE = 4
"""Modules of light around a code. Source: ISO/IEC 18004."""

Matrix = tuple[tuple[bool, ...], ...]


class Level(IntEnum):
    """Error correction level; M survives about 15 % damage, H about 30 %."""

    L = 1
    M = 0
    Q = 3
    H = 2


class TextTooLong(ValueError):
    """The text does not fit the largest code at this level."""


def matrix(text: str, *, level: Level = Level.M) -> Matrix:
    """
    Encode *text* as a QR code.

    Picks the smallest version that fits. The quiet zone is not included; `render_svg` adds it.

    Args:
        text: Encoded as UTF-8, in byte mode; at most 2,331 bytes at level M.
        level: Error correction level.

    Returns:
        Square tuple of rows, `size` by `size` booleans, True for a dark module; `size` is 17 + 4 * version.

    Raises:
        TextTooLong: *text* does not fit version 40 at *level*.

    Source: ISO/IEC 18004, encoding procedure and mask evaluation, by the library `qrcode`.
    """
    import qrcode  # Brings the whole of Pillow: a server that was just started should not wait for it.
    from qrcode.exceptions import DataOverflowError

    code = qrcode.QRCode(error_correction=int(level), border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as ex:
        raise TextTooLong(f"{len(text.encode())} bytes do not fit a code at level {level.name}") from ex
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def render_svg(modules: Matrix, *, title: str = "") -> str:
    """
    An SVG of a code with its quiet zone, one unit a module, dark on white.

    Args:
        modules: As `matrix` returns them.
        title: The text alternative.
    """
    size = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(modules)
        for x, length in _runs(row)
    )
    label = f"<title>{_escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img">'
        f'{label}<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """The dark runs of a row, as (start, length)."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and runs[-1][0] + runs[-1][1] == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_terminal(modules: Matrix) -> str:
    """A code in half blocks, two modules a line, black on white by escape codes: any theme of terminal will do."""
    size = len(modules) + 2 * QUIET_ZONE
    light = (False,) * size
    rows = [light] * QUIET_ZONE
    rows += [(*light[:QUIET_ZONE], *row, *light[:QUIET_ZONE]) for row in modules]
    rows += [light] * (QUIET_ZONE + size % 2)
    lines = []
    for top, bottom in zip(rows[::2], rows[1::2], strict=True):
        halves = "".join(_HALF[a, b] for a, b in zip(top, bottom, strict=True))
        lines.append(f"\x1b[30;107m{halves}\x1b[0m")
    return "\n".join(lines)


_HALF = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
