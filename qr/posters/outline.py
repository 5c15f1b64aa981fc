"""
A code as one shape: the outlines of its dark regions.

Drawn as rows of little squares, a code shows hairlines between them in some printers and readers; as outlines it has
no seams.
"""

from __future__ import annotations

from qr.codes import QUIET_ZONE, Matrix

Point = tuple[int, int]


def outline_svg(modules: Matrix, *, dark: str = "#000") -> str:
    """
    An SVG of *modules* with the quiet zone, one unit a module, without a background.

    Args:
        modules: As `qr.codes.matrix` returns them.
        dark: The colour of dark modules, as `#rgb` or `#rrggbb`.
    """
    size = len(modules) + 2 * QUIET_ZONE
    path = "".join(_drawn(loop) for loop in loops(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{path}" fill="{dark}" fill-rule="evenodd"/></svg>'
    )


def loops(modules: Matrix) -> list[list[Point]]:
    """
    The borders between dark and light, each a closed loop of corners (x, y), in modules from the code's own corner.

    A loop runs with the dark on its right. Where four modules meet in a chequer it turns right, so that every loop
    touches itself only in corners; filled by the even-odd rule they give the code back.
    """
    out = _edges(modules)
    found = []
    while out:
        start = min(out)
        here, step = start, out[start].pop()
        loop = [start]
        while True:
            if not out[here]:
                del out[here]
            here = (here[0] + step[0], here[1] + step[1])
            if here == start:
                break
            turn = _onward(out[here], step)
            if turn != step:
                loop.append(here)
            step = turn
        found.append(loop)
    return found


def _edges(modules: Matrix) -> dict[Point, set[Point]]:
    """The steps that leave each corner, with the dark on their right (y grows downwards)."""
    size = len(modules)
    edges: dict[Point, set[Point]] = {}

    def dark(x: int, y: int) -> bool:
        return 0 <= x < size and 0 <= y < size and modules[y][x]

    for y in range(size):
        for x in range(size):
            if not modules[y][x]:
                continue
            if not dark(x, y - 1):
                edges.setdefault((x, y), set()).add((1, 0))
            if not dark(x + 1, y):
                edges.setdefault((x + 1, y), set()).add((0, 1))
            if not dark(x, y + 1):
                edges.setdefault((x + 1, y + 1), set()).add((-1, 0))
            if not dark(x - 1, y):
                edges.setdefault((x, y + 1), set()).add((0, -1))
    return edges


def _onward(ways: set[Point], step: Point) -> Point:
    """The next step: the only one, or of two the one to the right."""
    right = (-step[1], step[0])
    way = right if right in ways else next(iter(ways))
    ways.remove(way)
    return way


def _drawn(loop: list[Point]) -> str:
    (x, y), *rest = loop
    parts = [f"M{x + QUIET_ZONE} {y + QUIET_ZONE}"]
    for to_x, to_y in rest:
        parts.append(f"H{to_x + QUIET_ZONE}" if to_y == y else f"V{to_y + QUIET_ZONE}")
        x, y = to_x, to_y
    return "".join([*parts, "z"])
