"""
The fountain behind a code, as a drawing: lines of one colour, so that it prints well in black too.

Every jet is a throw: it leaves the nozzle below the tile, and falls on the pool. It is widest where it leaves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

_STEPS = 44
"""Points along a jet: no corner is seen on A3."""

_HOPS = (1.0, 0.74, 0.5)
"""How far each hop goes, of the first; it comes as high as the square of that."""


class Jet(NamedTuple):
    """One throw from the nozzle: how far, how high, and how wide the water is there, all in mm."""

    away: float
    high: float
    width: float


def fountain_svg(*, width: float, height: float, colour: str) -> str:
    """
    A fountain that fills *width* by *height* mm, its pool at the foot.

    Args:
        width: Of the drawing; the furthest jet ends a little before its edge.
        height: From the highest water to the lowest ripple.
        colour: As `#rrggbb`.
    """
    depth = width * 0.03
    nozzle_x, floor = width / 2, height - depth
    drawn = [_pool(nozzle_x, floor, width, depth)]
    for jet in jets(reach=width * 0.487, high=floor - height * 0.004):
        for side in (-1, 1):
            drawn.append(_drawn(jet, nozzle_x, floor, side))
            drawn.append(_splash(nozzle_x + side * jet.away, floor, width))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"><g fill="{colour}" stroke="{colour}">{"".join(drawn)}</g></svg>'
    )


def hops_svg(*, width: float, height: float, colour: str) -> str:
    """A drop that hops over the water three times, each time lower: for where a fountain has no room."""
    stroke = height * 0.14
    far, drawn, x = width / sum(_HOPS), [], 0.0
    for share in _HOPS:
        jet = Jet(away=far * share, high=(height - stroke) * share**2, width=stroke)
        drawn.append(_drawn(jet, x, height - stroke / 2, 1))
        x += jet.away
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"><g fill="{colour}">{"".join(drawn)}</g></svg>'
    )


def jets(*, reach: float, high: float) -> list[Jet]:
    """The jets of one side, the innermost first: the nearer, the higher, as real fountains not quite even."""
    uneven = (1.0, 0.985, 0.965, 0.955, 0.94, 0.935, 0.915, 0.91, 0.895, 0.89, 0.87, 0.855)
    shares = [(index + 0.5) / (len(uneven) - 0.5) for index in range(len(uneven))]
    return [
        Jet(away=reach * share, high=high * height, width=reach * (0.0088 - 0.0044 * share))
        for share, height in zip(shares, uneven, strict=True)
    ]


def _drawn(jet: Jet, nozzle_x: float, floor: float, side: int) -> str:
    """One jet as a filled shape that narrows from the nozzle to the pool."""
    left, right = [], []
    for index in range(_STEPS + 1):
        t = index / _STEPS
        x, y = jet.away * t, 4 * jet.high * t * (1 - t)
        slope_x, slope_y = jet.away, 4 * jet.high * (1 - 2 * t)
        length = math.hypot(slope_x, slope_y)
        half = jet.width * (0.5 - 0.34 * t)
        off_x, off_y = -slope_y / length * half, slope_x / length * half
        left.append((nozzle_x + side * (x + off_x), floor - (y + off_y)))
        right.append((nozzle_x + side * (x - off_x), floor - (y - off_y)))
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in left + right[::-1])
    return f'<polygon points="{points}" stroke="none"/>'


def _splash(x: float, floor: float, width: float) -> str:
    """Where a jet falls."""
    line = width * 0.0009
    return (
        f'<ellipse cx="{x:.2f}" cy="{floor:.2f}" rx="{width * 0.0085:.2f}" ry="{width * 0.0021:.2f}" '
        f'fill="none" stroke-width="{line:.3f}"/>'
    )


def _pool(x: float, floor: float, width: float, depth: float) -> str:
    """Rings around the nozzle, the outer ones thinner."""
    rings = ((0.075, 0.0016), (0.15, 0.0013), (0.235, 0.001), (0.33, 0.0008))
    return "".join(
        f'<ellipse cx="{x:.2f}" cy="{floor:.2f}" rx="{width * share:.2f}" ry="{depth * share / 0.345:.2f}" '
        f'fill="none" stroke-width="{width * line:.3f}"/>'
        for share, line in rings
    )
