"""
The drawing on the cover: the day itself.

One jet for every slot of the day, all from one fountain: where it lands is the time, how high it comes is how many
posts there were. The same numbers as the chart of the day. Lengths are millimetres on A4.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from server.report.charts import days_of, local, ticks
from server.report.model import Figures
from server.report.svg import FONT, INK, MUTED, RULE, TEAL, WHITE, escaped, number, text, width_of

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
TOP_MM = 112.0
"""No jet comes higher: from here up is room for the title."""
WATER_MM = 252.0
"""Where the jets spring and land."""
FOOT_MM = 268.0
"""From here down is room again: what the jets say, and which version this is."""
SUN = "#ffcf5c"
"""Of the highest jet. On white it is ink: yellow lines are not seen there."""

_LEFT, _RIGHT, _MIDDLE = 14.0, 196.0, WIDTH_MM / 2
_LETTERS, _BASELINE = 3.0, 259.0
_CROWD = 24
"""As many jets have lines and drops of full size; more of them share it."""
_UPRIGHT, _LOOP = 1.0, 12.0
_SKY = (
    '<linearGradient id="fontein-sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#071a28"/>'
    '<stop offset="1" stop-color="#0c3a4a"/></linearGradient>'
    '<linearGradient id="fontein-basin" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#14585f"/>'
    '<stop offset="1" stop-color="#0d4350"/></linearGradient>'
)
_SHORE = "M0 243Q105 229 210 243"


class _Look(msgspec.Struct, frozen=True, gc=False):
    """Colours of a kind of cover, and how much of what lies behind a jet shines through."""

    ground: str
    jet: str
    drop: str
    peak: str
    ring: str
    letters: str
    faint: float


_WATER = _Look(
    ground=f'<defs>{_SKY}</defs><rect width="210" height="297" fill="url(#fontein-sky)"/>'
    f'<path d="{_SHORE}V297H0Z" fill="url(#fontein-basin)"/>',
    jet="#8fe3dc",
    drop="#dceeee",
    peak=SUN,
    ring="#8fe3dc",
    letters="#d6eceb",
    faint=0.45,
)
_PAPER = _Look(
    ground=f'<rect width="210" height="297" fill="{WHITE}"/><path d="{_SHORE}" fill="none" stroke="{RULE}" '
    'stroke-width="0.3"/>',
    jet=TEAL,
    drop=TEAL,
    peak=INK,
    ring=RULE,
    letters=MUTED,
    faint=0.6,
)


def cover(figures: Figures, *, zone: str, water: bool, day: Callable[[int], str] | None = None, title: str = "") -> str:
    """
    A4 with the day drawn on it, as SVG; the title is set above it by who makes the page.

    Args:
        zone: IANA.
        water: On dark water; else the same as lines on white, which saves toner.
        day: A moment (µs) → its day, short: "vr 13 nov". For more days than one; without it only its number is told.
        title: What the drawing shows, in a sentence. Empty where the page says that itself: then it is decoration.
    """
    look = _WATER if water else _PAPER
    described = f'role="img"><title>{escaped(title)}</title>' if title else 'aria-hidden="true">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(WIDTH_MM)}mm" height="{number(HEIGHT_MM)}mm" '
        f'viewBox="0 0 {number(WIDTH_MM)} {number(HEIGHT_MM)}" preserveAspectRatio="xMidYMax slice" '
        f'font-family="{FONT}" {described}{look.ground}{_rings(look)}{_jets(figures, look)}'
        f"{_times(figures, look, ZoneInfo(zone), day)}</svg>"
    )


def _rings(look: _Look) -> str:
    """Of the water around the fountain."""
    return "".join(
        f'<ellipse cx="{number(_MIDDLE)}" cy="{number(WATER_MM)}" rx="{width}" ry="{number(width * 0.1)}" '
        f'fill="none" stroke="{look.ring}" stroke-width="0.2" stroke-opacity="{number(0.5 - width / 220)}"/>'
        for width in (12, 23, 39, 62, 90)
    )


def _jets(figures: Figures, look: _Look) -> str:
    slots = figures.slots
    highest = max((slot.n for slot in slots), default=0)
    crowd = min(1.0, (_CROWD / max(1, len(slots))) ** 0.5)
    peak = figures.peaks[0] if figures.peaks else None
    jets: list[str] = []
    # The highest last, so that nothing crosses it.
    for place in sorted(range(len(slots)), key=lambda place: (place == peak, slots[place].n, place)):
        slot = slots[place]
        if not slot.n:
            continue
        share = slot.n / highest
        x = _x(slot.start + figures.slot_s * 500_000, figures)
        if place == peak:
            jets.append(_jet(x, share, colour=look.peak, drop=look.peak, seen=1.0, size=max(crowd, 0.7)))
        else:
            jets.append(_jet(x, share, colour=look.jet, drop=look.drop, seen=look.faint + 0.3 * share, size=crowd))
    return "".join(jets)


def _jet(x: float, share: float, *, colour: str, drop: str, seen: float, size: float) -> str:
    """From the fountain up to *share* of the room, and down to *x*."""
    high = share * (WATER_MM - TOP_MM)
    if abs(x - _MIDDLE) < _UPRIGHT:
        # It lands where it sprang: a loop, since up and down the same line would be a stick. Its top is at three
        # quarters of the height of the points that it is drawn towards; of the curve below, at half.
        y = number(WATER_MM - high * 4 / 3)
        curve = f"C{number(_MIDDLE - _LOOP)} {y} {number(x + _LOOP)} {y}"
    else:
        curve = f"Q{number((_MIDDLE + x) / 2)} {number(WATER_MM - 2 * high)}"
    foot = number(WATER_MM)
    return (
        f'<path d="M{number(_MIDDLE)} {foot}{curve} {number(x)} {foot}" fill="none" stroke="{colour}" '
        f'stroke-opacity="{number(seen)}" stroke-width="{number((0.22 + 0.38 * share) * size)}"/>'
        f'<circle cx="{number(x)}" cy="{foot}" r="{number((0.5 + share) * size)}" fill="{drop}"/>'
    )


def _x(moment: int, figures: Figures) -> float:
    start, end = _ends(figures)
    return _LEFT + (_RIGHT - _LEFT) * (moment - start) / (end - start)


def _ends(figures: Figures) -> tuple[int, int]:
    return figures.slots[0].start, figures.slots[-1].start + figures.slot_s * 1_000_000


def _times(figures: Figures, look: _Look, clock: ZoneInfo, day: Callable[[int], str] | None) -> str:
    """The hours under the water, or the days where there are more than one."""
    if not figures.slots:
        return ""
    start, end = _ends(figures)
    days = days_of(start, end, clock)
    if len(days) > 1:
        labels = [(moment, day(moment) if day else str(local(moment, clock).day)) for moment in days]
    else:
        labels = [(moment, f"{local(moment, clock):%H:%M}") for moment in ticks(start, end, clock, most=9)]
    parts = []
    free = 0.0
    for moment, label in labels:
        half = width_of(label, _LETTERS) / 2
        x = _x(moment, figures)
        if x - half < free or x + half > WIDTH_MM:
            continue
        free = x + half + 2
        parts.append(text(x, _BASELINE, label, size=_LETTERS, fill=look.letters, anchor="middle"))
    return "".join(parts)
