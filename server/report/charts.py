"""
Charts of the report, as SVG, and in words for who cannot see them.

Every axis begins at 0, every number of a legend is in it, and nothing is told by colour alone. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from server.report.model import Band, Figures, Slot
from server.report.svg import (
    BOLD,
    INK,
    MID,
    MUTED,
    POINTS_PER_MM,
    RULE,
    TEAL,
    TINT,
    WHITE,
    drawing,
    figure,
    fitted,
    line,
    path,
    rect,
    text,
    width_of,
    wrapped,
)

PAPER_MM = 168.0
"""The widest on paper: the text and its margin together."""
NARROW = 200.0
"""On a phone of 320 pixels this becomes 288, and letters of 8 points 11.5 pixels."""

SMALL, LABEL, STRONG = 7.4, 8.0, 8.8
"""Sizes of letters; on paper nothing is smaller than the first."""
LEADING = 1.22
OUTLINE = 0.9
_SWATCH = 8.0


class Drawing(msgspec.Struct, frozen=True, gc=False):
    """
    A chart.

    `svg` is a whole document for paper, `alt` says the same in a sentence or two, with the numbers. `narrow` is the
    same chart for a phone: letters as large in less than half the width.
    """

    svg: str
    alt: str
    narrow: str


class DayWords(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    What the chart of the day says.

    Args:
        title: "Berichten per kwartier".
        phones, networks: In the legend: "van telefoons in de zaal", "van netwerken". Their numbers are put after them.
        posts: A number of posts in words: 386 → "386 berichten", 1 → "1 bericht".
        number: A number as it is written: 1214 → "1.214".
        day: A moment (µs) → its day, short: "vr 13 nov". For a chart of more than one day.
        said: Of the description, with {posts} (as `posts` makes it), {start}, {end}, {phones} and {networks}:
            "{posts} tussen {start} en {end}: {phones} van telefoons in de zaal en {networks} van netwerken."
        busiest: With {peaks}, which becomes "13:45 (47), 16:15 (30) en 12:30 (19)": "De meeste kwamen om {peaks}."
        both: "en", between the last two.
        none: "Er zijn geen berichten getoond."
    """

    title: str
    phones: str
    networks: str
    posts: Callable[[int], str]
    number: Callable[[int], str]
    day: Callable[[int], str]
    said: str
    busiest: str
    both: str
    none: str


class PollWords(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a poll says: `number` as in `DayWords`, `percent` 42 → "42%", `few` when fewer than five voted."""

    number: Callable[[int], str]
    percent: Callable[[int], str]
    few: str


# The day

_PLOT, _PLOT_NARROW = 144.0, 120.0
"""Of the highest column."""
_HEAD = 14.0
"""Above it, for its number."""
_COLUMN, _WIDEST_COLUMN = 0.7, 40.0
"""Of its slot, and the most, for a day that has hardly any."""
_SLENDER = 4.0
"""Slots that are narrower than this are drawn as one outline: columns and their gaps would flicker."""
_GRID_LINES = 5
_MOST_ROWS = 12
"""Of sessions at one time; those beyond it are only in the programme."""
_MOST_LINES = 3
"""Of a title in its band."""
_MOST_KEYS = 24
"""Of titles below the bands; where there would be more, bands that are too narrow stay empty."""
_KEY = 150.0
"""How wide a column of those titles is."""
_AROUND_US = 24 * 3600 * 1_000_000
"""A session that is further from all posts than this has no band: it would squeeze the day itself."""


class _Axis(msgspec.Struct, frozen=True, gc=False):
    """The axis of time: from `start` to `end` (µs), drawn from `left` to `right`."""

    start: int
    end: int
    left: float
    right: float

    def x(self, moment: int) -> float:
        """Where a moment stands; what falls off stands at the end."""
        part = (moment - self.start) / (self.end - self.start)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, part))


def day_chart(figures: Figures, *, words: DayWords, zone: str, width_mm: float = PAPER_MM) -> Drawing:
    """
    Posts per slot over the day: phones below, networks on top, and the sessions under the axis.

    Args:
        zone: IANA, as "Europe/Amsterdam".
        width_mm: On paper.
    """
    clock = ZoneInfo(zone)
    if not any(slot.n for slot in figures.slots):
        return only(words.none, words.title, width_mm)
    alt = _day_said(figures, words, clock)
    wide = _day(figures, words, clock, width_mm * POINTS_PER_MM, _PLOT, alt)
    return Drawing(wide, alt, _day(figures, words, clock, NARROW, _PLOT_NARROW, alt))


def _day_said(figures: Figures, words: DayWords, clock: ZoneInfo) -> str:
    slots = figures.slots
    start, end = slots[0].start, slots[-1].start + _slot_us(figures)
    one_day = local(start, clock).date() == local(end - 1, clock).date()

    def told(moment: int) -> str:
        time = f"{local(moment, clock):%H:%M}"
        return time if one_day else f"{words.day(moment)} {time}"

    said = words.said.format(
        posts=words.posts(sum(slot.n for slot in slots)),
        start=told(start),
        end=told(end),
        phones=words.number(sum(slot.phones for slot in slots)),
        networks=words.number(sum(slot.networks for slot in slots)),
    )
    peaks = [f"{told(slots[peak].start)} ({words.number(slots[peak].n)})" for peak in figures.peaks]
    if not peaks:
        return said
    listed = peaks[0] if len(peaks) == 1 else f"{', '.join(peaks[:-1])} {words.both} {peaks[-1]}"
    return f"{said} {words.busiest.format(peaks=listed)}"


def _day(figures: Figures, words: DayWords, clock: ZoneInfo, width: float, plot: float, alt: str) -> str:
    top = max(slot.n for slot in figures.slots)
    marks = [(mark, words.number(mark)) for mark in grid(top)]
    bands = _kept(figures)
    axis = _axis(figures, bands, max(width_of(label, SMALL) for _, label in marks) + 4, width)
    base = _HEAD + plot
    high = plot / top
    parts = [_grid_line(axis, base - mark * high, label) for mark, label in marks]
    parts += _columns(figures, axis, base, high)
    parts += _peaks(figures, words, axis, base, high)
    parts.append(line(axis.left, base, axis.right, base, stroke=INK, width=1))
    times, y = _times(axis, clock, words.day, base)
    sessions, y = _bands(bands, axis, y + 5, width)
    legend, y = _legend_of_day(figures.slots, words, y + 7, width)
    return drawing([*parts, *times, *sessions, *legend], width=width, height=y, title=words.title, described=alt)


def _axis(figures: Figures, bands: Sequence[Band], left: float, right: float) -> _Axis:
    """Over all posts and all sessions."""
    first, last = figures.slots[0].start, figures.slots[-1].start + _slot_us(figures)
    start = min([first, *(band.start for band in bands)])
    return _Axis(start, max([last, *(band.end for band in bands)]), left, right)


def _kept(figures: Figures) -> list[Band]:
    """The sessions that get a band."""
    first, last = figures.slots[0].start - _AROUND_US, figures.slots[-1].start + _AROUND_US
    return [band for band in figures.bands if first <= band.start < band.end <= last]


def _slot_us(figures: Figures) -> int:
    return figures.slot_s * 1_000_000


def grid(top: int) -> range:
    """Round numbers up to *top*, at most five: every 1, 2 or 5, or ten, a hundred … times that."""
    power = 10 ** max(0, len(str(top)) - 2)
    step = next(power * digit for digit in (1, 2, 5, 10, 20) if top // (power * digit) <= _GRID_LINES)
    return range(step, top + 1, step)


def _grid_line(axis: _Axis, y: float, label: str) -> str:
    return line(axis.left, y, axis.right, y, stroke=RULE, width=0.6) + text(
        axis.left - 4, y + 2.6, label, size=SMALL, fill=MUTED, anchor="end"
    )


def _columns(figures: Figures, axis: _Axis, base: float, high: float) -> list[str]:
    slots, slot_us = figures.slots, _slot_us(figures)
    slot_width = axis.x(slots[0].start + slot_us) - axis.x(slots[0].start)
    if slot_width < _SLENDER:
        total = _outline(slots, slot_us, axis, [base - slot.n * high for slot in slots], base)
        phones = _outline(slots, slot_us, axis, [base - slot.phones * high for slot in slots], base)
        return [path(total, fill=WHITE, stroke=TEAL, stroke_width=0.5), path(phones, fill=TEAL)]
    parts = []
    width = min(slot_width * _COLUMN, _WIDEST_COLUMN)
    for slot in slots:
        x = axis.x(slot.start) + (slot_width - width) / 2
        if slot.networks:
            height = max(OUTLINE, slot.networks * high)
            parts.append(rect(x, base - slot.n * high, width, height, fill=WHITE, stroke=TEAL, stroke_width=OUTLINE))
        if slot.phones:
            parts.append(rect(x, base - slot.phones * high, width, slot.phones * high, fill=TEAL))
    return parts


def _outline(
    slots: Sequence[Slot], slot_us: int, axis: _Axis, tops: Sequence[float], base: float
) -> list[tuple[float, float]]:
    """The columns as one line, from the axis up and back to it; between slots that do not touch it lies on the axis."""
    points: list[tuple[float, float]] = []
    ended = None
    for slot, top in zip(slots, tops, strict=True):
        start, end = axis.x(slot.start), axis.x(slot.start + slot_us)
        if slot.start != ended:
            if points:
                points.append((points[-1][0], base))
            points.append((start, base))
        points += [(start, top), (end, top)]
        ended = slot.start + slot_us
    return [*points, (points[-1][0], base)]


def _peaks(figures: Figures, words: DayWords, axis: _Axis, base: float, high: float) -> list[str]:
    """The numbers above the peaks, highest first; one that would stand on another or in a higher column is left out."""
    slots, slot_us = figures.slots, _slot_us(figures)
    taken: list[tuple[float, float, float, float]] = []
    parts = []
    for peak in figures.peaks:
        slot = slots[peak]
        label = words.number(slot.n)
        half = width_of(label, STRONG) / 2
        middle = min(axis.right - half, max(axis.left + half, axis.x(slot.start + slot_us // 2)))
        bottom = base - slot.n * high - 3.5
        box = (middle - half, bottom - STRONG, middle + half, bottom + 1)
        columns = (
            (axis.x(other.start), base - other.n * high, axis.x(other.start + slot_us), base)
            for other in slots
            if other.n > slot.n
        )
        if any(_meet(box, other) for other in (*taken, *columns)):
            continue
        taken.append(box)
        parts.append(text(middle, bottom, label, size=STRONG, weight=BOLD, anchor="middle"))
    return parts


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# Time

_DAY_MINUTES = 24 * 60
_STEPS_MINUTES = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, *(days * _DAY_MINUTES for days in (1, 2, 7, 14, 28, 91)))


def local(moment: int, clock: ZoneInfo) -> datetime:
    """A moment (µs) by the clock in the hall."""
    return datetime.fromtimestamp(moment // 1_000_000, clock)


def ticks(start: int, end: int, clock: ZoneInfo, *, most: int) -> list[int]:
    """
    Moments (µs) to write under an axis from *start* to *end*: round times of the clock in the hall.

    They are so far apart that about *most* fit, five minutes at least; from a day on they are midnights.
    """
    minutes = (end - start) / 60e6
    step = next((step for step in _STEPS_MINUTES if minutes <= step * max(1, most)), _STEPS_MINUTES[-1])
    return _walked(start, end, clock, step)


def _walked(start: int, end: int, clock: ZoneInfo, step_minutes: int) -> list[int]:
    """Steps of the clock on the wall, from midnight: an hour that summer time skips falls on the one after it."""
    tick = local(start, clock).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    found = set()
    while (moment := int(tick.replace(tzinfo=clock).timestamp()) * 1_000_000) <= end:
        if moment >= start:
            found.add(moment)
        tick += timedelta(minutes=step_minutes)
    return sorted(found)


def days_of(start: int, end: int, clock: ZoneInfo) -> list[int]:
    """*start*, and every midnight between it and *end*."""
    return sorted({start, *_walked(start, end - 1, clock, _DAY_MINUTES)})


def _times(axis: _Axis, clock: ZoneInfo, day: Callable[[int], str], base: float) -> tuple[list[str], float]:
    """The times under the axis, the days below them where there are more than one, and where all that ends."""
    most = int((axis.right - axis.left) / (2.2 * width_of("00:00", LABEL)))
    hours = [(moment, f"{local(moment, clock):%H:%M}") for moment in ticks(axis.start, axis.end, clock, most=most)]
    days = days_of(axis.start, axis.end, clock)
    if len(days) == 1:
        return _written(hours, axis, base, 1, weight=400), base + 12
    named = [(moment, day(moment)) for moment in days]
    if {label for _, label in hours} <= {"00:00"}:
        return _written(named, axis, base, 1, weight=BOLD), base + 12
    return _written(hours, axis, base, 1, weight=400) + _written(named, axis, base, 2, weight=BOLD), base + 22


def _written(labels: Sequence[tuple[int, str]], axis: _Axis, base: float, row: int, *, weight: int) -> list[str]:
    """A row of times, each right of its mark; what would stand on the one before it, or outside, is left out."""
    parts = []
    free = axis.left
    for moment, label in labels:
        x = axis.x(moment)
        width = width_of(label, LABEL)
        if x < free or x + 3 + width > axis.right:
            continue
        free = x + 3 + width + 3
        parts.append(line(x, base, x, base + 10 * row, stroke=INK, width=0.8))
        parts.append(text(x + 3, base + 10 * row, label, size=LABEL, weight=weight))
    return parts


# Sessions


_BAND_PAD = 4.0


class _Placed(msgspec.Struct, frozen=True, gc=False):
    """A band with the room that it has: its row, and from where to where it goes."""

    band: Band
    row: int
    left: float
    right: float

    @property
    def room(self) -> float:
        return self.right - self.left - _BAND_PAD - 1.5


def _bands(bands: Sequence[Band], axis: _Axis, top: float, width: float) -> tuple[list[str], float]:
    """
    The sessions as bands, each on the first row where it is free, and where they end.

    A title that does not fit its band gets a number, which is explained below all bands.
    """
    placed = _on_rows(bands, axis)
    labels, keys = _labels(placed)
    parts = []
    for row in range(max((each.row for each in placed), default=-1) + 1):
        here = [(each, label) for each, label in zip(placed, labels, strict=True) if each.row == row]
        height = 4 + LEADING * SMALL * max((len(label) for _, label in here), default=1) + 2
        for each, label in here:
            parts += _band(each, label, top, height)
        top += height + 2
    return parts + _keys(keys, top, width), top + _keys_height(keys, width)


def _on_rows(bands: Sequence[Band], axis: _Axis) -> list[_Placed]:
    ended: list[int] = []
    placed = []
    for band in sorted(bands, key=lambda band: (band.start, band.row, band.end, band.title)):
        row = next((row for row in range(band.row, len(ended)) if ended[row] <= band.start), max(band.row, len(ended)))
        if row >= _MOST_ROWS:
            continue
        ended += [band.start] * (row + 1 - len(ended))
        ended[row] = band.end
        placed.append(_Placed(band, row, axis.x(band.start), axis.x(band.end)))
    return placed


def _labels(placed: Sequence[_Placed]) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The lines in each band, and the key: number and title of those that only have room for a number."""
    labels = [wrapped(each.band.title, SMALL, each.room, most=_MOST_LINES) for each in placed]
    too_long = sum(label is None for label in labels)
    widest = width_of("0" * len(str(too_long)), SMALL)
    keys: list[tuple[str, str]] = []
    lines: list[list[str]] = []
    for each, label in zip(placed, labels, strict=True):
        number = str(len(keys) + 1)
        if label is not None:
            lines.append(label)
        elif too_long <= _MOST_KEYS and widest <= each.room + _BAND_PAD - 2:
            keys.append((number, each.band.title))
            lines.append([number])
        else:
            lines.append([])
    return lines, keys


def _band(placed: _Placed, label: Sequence[str], top: float, height: float) -> list[str]:
    """A break has only a thin line and grey letters: nobody speaks."""
    left, width = placed.left + 0.5, max(0.3, placed.right - placed.left - 1)
    is_break = placed.band.kind == "break"
    parts = [] if is_break else [rect(left, top, width, height, fill=TINT)]
    parts.append(line(left, top, left + width, top, stroke=RULE if is_break else TEAL, width=0.8 if is_break else 1.6))
    x = left + min(_BAND_PAD, max(0.0, (width - max((width_of(row, SMALL) for row in label), default=0)) / 2))
    fill = MUTED if is_break else INK
    return parts + [text(x, top + 10 + LEADING * SMALL * n, row, size=SMALL, fill=fill) for n, row in enumerate(label)]


def _keys_height(keys: Sequence[tuple[str, str]], width: float) -> float:
    per_column = -(-len(keys) // max(1, int(width / _KEY)))
    return per_column * LEADING * SMALL + 4 if keys else 0.0


def _keys(keys: Sequence[tuple[str, str]], top: float, width: float) -> list[str]:
    columns = max(1, int(width / _KEY))
    per_column = -(-len(keys) // columns)
    indent = width_of("00 ", SMALL)
    parts = []
    for place, (number, title) in enumerate(keys):
        x = place // per_column * width / columns
        y = top + 4 + LEADING * SMALL * (place % per_column) + 6
        parts.append(text(x, y, number, size=SMALL, weight=BOLD))
        parts.append(text(x + indent, y, fitted(title, SMALL, width / columns - indent - 8), size=SMALL))
    return parts


def _legend_of_day(slots: Sequence[Slot], words: DayWords, top: float, width: float) -> tuple[list[str], float]:
    """Beside each other where there is room."""
    parts = []
    left = 0.0
    for label, n, fill in (
        (words.phones, sum(slot.phones for slot in slots), TEAL),
        (words.networks, sum(slot.networks for slot in slots), WHITE),
    ):
        told = fitted(f"{label}, {words.number(n)}", LABEL, width - _SWATCH - 5)
        taken = _SWATCH + 5 + width_of(told, LABEL)
        if left + taken > width:
            left, top = 0.0, top + 13
        parts.append(rect(left, top, _SWATCH, _SWATCH, fill=fill, stroke=TEAL, stroke_width=OUTLINE))
        parts.append(text(left + _SWATCH + 5, top + 7, told, size=LABEL))
        left += taken + 18
    return parts, top + 13


# Other charts


def bars(
    rows: Sequence[tuple[str, int, str]], *, title: str, number: Callable[[int], str] = str, width_mm: float = 80
) -> Drawing:
    """Bars to one scale, in the order given: a label, its number, and what stands after it, as "68%"."""
    alt = listed(title, [f"{label} {number(n)}{f' ({more})' if more else ''}" for label, n, more in rows])
    return Drawing(
        _bars(rows, title, number, width_mm * POINTS_PER_MM, alt), alt, _bars(rows, title, number, NARROW, alt)
    )


def _bars(
    rows: Sequence[tuple[str, int, str]], title: str, number: Callable[[int], str], width: float, alt: str
) -> str:
    row_height = 15.0
    number_width = max((width_of(number(n), LABEL) for _, n, _ in rows), default=0)
    labels = max((width_of(label, LABEL) for label, _, _ in rows), default=0)
    left = max(0.0, min(labels, 0.4 * width, width - number_width - 40)) + 6
    room = min(0.25 * width, width - left - number_width - 20)
    after = [(number(n), fitted(more, LABEL, room)) for _, n, more in rows]
    right = max((width_of(f"{n} {more}", LABEL) for n, more in after), default=0) + 5
    scale = max(0.0, width - left - right) / max(1, max((n for _, n, _ in rows), default=0))
    parts = []
    for place, ((label, n, _), (shown, more)) in enumerate(zip(rows, after, strict=True)):
        y = place * row_height + 10
        parts.append(text(0, y, fitted(label, LABEL, left - 6), size=LABEL))
        if n:
            parts.append(rect(left, y - 8, max(0.5, n * scale), 10, fill=TEAL))
        parts.append(figure(left + n * scale + 5, y, shown, more, size=LABEL, fill=MUTED))
    return drawing(parts, width=width, height=len(rows) * row_height + 1, title=title, described=alt)


_FILLS = ((TEAL, WHITE, ""), (WHITE, INK, ""), (RULE, INK, ""), (INK, WHITE, ""), *((WHITE, INK, way) for way in "/-x"))
"""Of the parts of a bar: fill, letters on it, and hatching. In black and white no two are alike."""
_STACK = 30.0
_ROOM_FOR_NUMBER = 8 * POINTS_PER_MM
_THINNEST = 1.4
"""Of a part with something in it."""


def stacked(
    segments: Sequence[tuple[str, int]], *, title: str, number: Callable[[int], str] = str, width_mm: float = PAPER_MM
) -> Drawing:
    """
    One bar cut in parts, in the order given, with a legend that repeats all numbers.

    Seven fills differ; more parts than that begin again with the first.
    """
    alt = listed(title, [f"{number(n)} {label}" for label, n in segments])
    wide, narrow = (_stacked(segments, title, number, width, alt) for width in (width_mm * POINTS_PER_MM, NARROW))
    return Drawing(wide, alt, narrow)


def _stacked(
    segments: Sequence[tuple[str, int]], title: str, number: Callable[[int], str], width: float, alt: str
) -> str:
    parts = []
    x = 0.0
    for place, (part_width, (_, n)) in enumerate(zip(_widths([n for _, n in segments], width), segments, strict=True)):
        if not n:
            continue
        parts += filled(place, x, 0, part_width, _STACK)
        inside = number(n)
        if part_width >= max(_ROOM_FOR_NUMBER, width_of(inside, STRONG) + 10):
            _, letters, hatching = _FILLS[place % len(_FILLS)]
            if hatching:
                parts.append(rect(x + 4, 9, width_of(inside, STRONG) + 2, 12, fill=WHITE))
            parts.append(text(x + 5, 18.2, inside, size=STRONG, fill=letters, weight=BOLD))
        x += part_width
    if not x:
        parts.append(rect(0, 0, width, _STACK, fill=WHITE, stroke=RULE, stroke_width=OUTLINE))
    keys, height = legend([(number(n), label) for label, n in segments], _STACK + 8, width)
    return drawing([*parts, *keys], width=width, height=height, title=title, described=alt)


def _widths(numbers: Sequence[int], width: float) -> list[float]:
    """The widths of the parts: to scale, but none with something in it so thin that nobody sees it."""
    total = sum(numbers)
    thin = [n for n in numbers if n and n * width < _THINNEST * total]
    left = width - _THINNEST * len(thin)
    rest = max(1, total - sum(thin))
    return [0.0 if not n else _THINNEST if n * width < _THINNEST * total else n * left / rest for n in numbers]


def filled(place: int, x: float, y: float, width: float, height: float) -> list[str]:
    """A rectangle in the look of the part with this number: in black and white no two of seven are alike."""
    fill, _, hatching = _FILLS[place % len(_FILLS)]
    lines = [line(*ends, stroke=TEAL, width=0.7) for way in hatching for ends in _hatched(way, x, y, width, height)]
    return [
        rect(x, y, width, height, fill=fill),
        *lines,
        rect(x, y, width, height, fill="none", stroke=TEAL, stroke_width=min(OUTLINE, width)),
    ]


def _hatched(way: str, x: float, y: float, width: float, height: float) -> Iterator[tuple[float, float, float, float]]:
    """Lines across a rectangle. Drawn one by one: a pattern would need an id, and not every office draws it."""
    gap = 3.0
    if way == "-":
        for step in range(1, int(height / gap) + 1):
            yield x, y + step * gap, x + width, y + step * gap
        return
    for step in range(1, int((width + height) / gap) + 1):
        low = max(0.0, step * gap - width)
        high = min(height, step * gap)
        yield x + step * gap - low, y + low, x + step * gap - high, y + high
    if way == "x":
        for x1, y1, x2, y2 in _hatched("/", x, y, width, height):
            yield 2 * x + width - x1, y1, 2 * x + width - x2, y2


def legend(entries: Sequence[tuple[str, str]], top: float, width: float) -> tuple[list[str], float]:
    """Swatches with a number and a label, as many on a row as fit; and where that ends."""
    parts = []
    x, y = 0.0, top
    for place, (n, label) in enumerate(entries):
        label = fitted(label, LABEL, width - _SWATCH - 5 - width_of(f"{n} ", LABEL))
        used = _SWATCH + 5 + width_of(f"{n} {label}", LABEL)
        if x and x + used > width:
            x, y = 0.0, y + 14
        parts += filled(place, x, y, _SWATCH, _SWATCH)
        parts.append(figure(x + _SWATCH + 5, y + 7, n, label, size=LABEL))
        x += used + 14
    return parts, y + 12


_FEWEST_VOTES = 5


class Track(NamedTuple):
    """A bar on its track, of which `part` is filled, and what stands above its end: `large`, and `small` behind it."""

    label: str
    part: float
    dark: bool
    large: str
    small: str = ""


def poll(
    options: Sequence[tuple[str, int]],
    *,
    title: str,
    words: PollWords,
    of: int | None = None,
    dark: int | None = None,
    rows: slice = slice(None),
    width_mm: float = 120,
) -> Drawing:
    """
    What people chose: bars on a track of 100 %, in the order of the question.

    Percentages add up to 100, but where one could choose several. When fewer than five people voted there are no bars
    and no numbers: they could tell who chose what.

    Args:
        of: How many people voted, where one could choose several.
        dark: The option that stands out; None: the one that most chose.
        rows: Draw only these of them: a page has room for some.
    """
    counts = [n for _, n in options]
    voted = sum(counts) if of is None else of
    if voted < _FEWEST_VOTES:
        return only(words.few, title, width_mm)
    shares = percentages(counts) if of is None else [round(100 * n / of) for n in counts]
    made = [
        Track(
            label, n / voted, n == max(counts) if dark is None else place == dark, words.percent(share), words.number(n)
        )
        for place, ((label, n), share) in enumerate(zip(options, shares, strict=True))
    ]
    return tracks(made[rows], title=title, width_mm=width_mm)


def tracks(found: Sequence[Track], *, title: str, width_mm: float = 120) -> Drawing:
    """Bars on tracks."""
    alt = listed(title, [f"{row.label} {row.large}" + (f" ({row.small})" if row.small else "") for row in found])
    wide, narrow = (_tracks(found, title, width, alt) for width in (width_mm * POINTS_PER_MM, NARROW))
    return Drawing(wide, alt, narrow)


def percentages(numbers: Sequence[int]) -> list[int]:
    """Shares of the whole, rounded so that they add up to 100: what is left over goes to the largest remainders."""
    total = sum(numbers)
    shares = [n * 100 // total for n in numbers]
    order = sorted(range(len(numbers)), key=lambda place: (-(numbers[place] * 100 % total), place))
    for place in order[: 100 - sum(shares)]:
        shares[place] += 1
    return shares


def _tracks(rows: Sequence[Track], title: str, width: float, alt: str) -> str:
    small_width = max(width_of(row.small, LABEL) for row in rows)
    large_end = width - small_width - (8 if small_width else 0)
    room = large_end - max(width_of(row.large, LABEL) for row in rows) - 8
    parts = []
    y = 0.0
    for row in rows:
        lines = wrapped(row.label, LABEL, room, most=3) or [fitted(row.label, LABEL, room)]
        weight = BOLD if row.dark else 400
        for place, each in enumerate(lines):
            parts.append(text(0, y + 8 + place * LEADING * LABEL, each, size=LABEL, weight=weight))
        parts.append(text(large_end, y + 8, row.large, size=LABEL, weight=BOLD, anchor="end"))
        if row.small:
            parts.append(text(width, y + 8, row.small, size=LABEL, fill=MUTED, anchor="end"))
        y += 8 + (len(lines) - 1) * LEADING * LABEL + 5
        parts.append(rect(0, y, width, 14, fill=WHITE, stroke=RULE, stroke_width=0.8))
        if row.part:
            fill = TEAL if row.dark else MID
            parts.append(rect(0, y, width * row.part, 14, fill=fill, stroke=TEAL, stroke_width=0.8))
        y += 14 + 10
    return drawing(parts, width=width, height=y - 8, title=title, described=alt)


def listed(title: str, facts: Sequence[str]) -> str:
    """The title and what there is, as one sentence."""
    opening = title if title.endswith(("?", "!", ".", ":")) else f"{title}:"
    return " ".join(f"{opening} {'; '.join(facts) or '–'}".split()).removesuffix(".") + "."


def only(said: str, title: str, width_mm: float) -> Drawing:
    """Words, where there is nothing to draw."""
    wide, narrow = (
        drawing(
            [text(0, 11, fitted(said, LABEL, width), size=LABEL, fill=MUTED)],
            width=width,
            height=16,
            title=title,
            described=said,
        )
        for width in (width_mm * POINTS_PER_MM, NARROW)
    )
    return Drawing(wide, said, narrow)
