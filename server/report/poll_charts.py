"""
Charts of polls: points of a scale and numbers as columns, statements as cut bars, and the same poll twice as a shift.

As all charts of the report: from 0, with every number in them, and nothing is told by colour alone. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from server.report.charts import (
    LABEL,
    LEADING,
    NARROW,
    OUTLINE,
    Drawing,
    PollWords,
    filled,
    legend,
    listed,
    percentages,
)
from server.report.svg import (
    BOLD,
    INK,
    MID,
    MUTED,
    POINTS_PER_MM,
    RULE,
    TEAL,
    WHITE,
    drawing,
    fitted,
    line,
    rect,
    text,
    width_of,
    wrapped,
)

WIDTH_MM = 120.0
_PLOT, _PLOT_NARROW = 92.0, 80.0
"""Of the highest column."""
_COLUMN, _WIDEST_COLUMN = 0.74, 44.0
_TRACK, _THIN = 14.0, 9.0
"""How high a bar is, and one of two."""
_GAP = 10.0
_LOOKS = (0, 1, 2)
"""Of agree, disagree and pass: solid, an outline, and grey; see `charts.filled`."""
_IN_BAR = 22.0
"""A part as wide as this has its number in it."""


def _drawn(draw: Callable[[float, str], str], alt: str, width_mm: float) -> Drawing:
    """A drawing for paper, and one for a phone."""
    return Drawing(draw(width_mm * POINTS_PER_MM, alt), alt, draw(NARROW, alt))


# Columns


def columns(
    counted: Sequence[tuple[str, int]],
    *,
    title: str,
    words: PollWords,
    ends: tuple[str, str] = ("", ""),
    width_mm: float = WIDTH_MM,
) -> Drawing:
    """
    How many chose each point of a scale, or each stretch of numbers.

    Args:
        ends: What the first and the last mean, under them.
    """
    alt = listed(title, [f"{label}: {words.number(n)}" for label, n in counted])
    return _drawn(lambda width, said: _columns(counted, title, words, ends, width, said), alt, width_mm)


def _columns(
    counted: Sequence[tuple[str, int]], title: str, words: PollWords, ends: tuple[str, str], width: float, alt: str
) -> str:
    plot = _PLOT if width > NARROW else _PLOT_NARROW
    most, slot = max(n for _, n in counted), width / len(counted)
    column = min(slot * _COLUMN, _WIDEST_COLUMN)
    base = 14 + plot
    labels = _every(counted, slot)
    parts = []
    for place, (label, n) in enumerate(counted):
        middle = (place + 0.5) * slot
        high = max(OUTLINE, n * plot / most) if n else 0.0
        if n:
            look = {"fill": TEAL} if n == most else {"fill": MID, "stroke": TEAL}
            parts.append(rect(middle - column / 2, base - high, column, high, stroke_width=0.8, **look))
        told = fitted(words.number(n), LABEL, slot)
        parts.append(text(middle, base - high - 3.5, told, size=LABEL, weight=BOLD, anchor="middle"))
        if place % labels == 0:
            parts.append(text(middle, base + 11, label, size=LABEL, anchor="middle"))
    parts.append(line(0, base, width, base, stroke=INK, width=1))
    low, high_end = (fitted(end, LABEL, width / 2 - 6) for end in ends)
    parts.append(text(0, base + 23, low, size=LABEL, fill=MUTED))
    parts.append(text(width, base + 23, high_end, size=LABEL, fill=MUTED, anchor="end"))
    return drawing(parts, width=width, height=base + (27 if any(ends) else 15), title=title, described=alt)


def _every(counted: Sequence[tuple[str, int]], slot: float) -> int:
    """Each how many columns there is room for a label."""
    widest = max(width_of(label, LABEL) for label, _ in counted) + 4
    return max(1, -int(-widest // slot))


# Statements


class Stated(NamedTuple):
    """A statement, and how many agreed, disagreed and passed; None for too few to tell."""

    label: str
    counts: tuple[int, int, int] | None


class StatedWords(NamedTuple):
    """What the three answers are called: "eens", "oneens", "geen mening"."""

    agree: str
    disagree: str
    skip: str


def statements(
    found: Sequence[Stated], *, title: str, answers: StatedWords, words: PollWords, width_mm: float = WIDTH_MM
) -> Drawing:
    """Each statement above a bar that is cut in three; where too few voted only words."""
    alt = listed(title, [f"{each.label} {_answered(each, answers, words)}" for each in found])
    return _drawn(lambda width, said: _statements(found, title, answers, words, width, said), alt, width_mm)


def _answered(stated: Stated, answers: StatedWords, words: PollWords) -> str:
    if stated.counts is None:
        return words.few
    shares = zip(answers, percentages(stated.counts), stated.counts, strict=True)
    return ", ".join(f"{name} {words.percent(share)} ({words.number(n)})" for name, share, n in shares)


def _statements(
    found: Sequence[Stated], title: str, answers: StatedWords, words: PollWords, width: float, alt: str
) -> str:
    parts = []
    y = 0.0
    for each in found:
        lines = wrapped(each.label, LABEL, width, most=4) or [fitted(each.label, LABEL, width)]
        for place, words_of_line in enumerate(lines):
            parts.append(text(0, y + 8 + place * LEADING * LABEL, words_of_line, size=LABEL))
        y += 8 + (len(lines) - 1) * LEADING * LABEL + 5
        parts += _cut(each, words, y, width)
        y += _TRACK + _GAP
    keys, height = legend([("", name) for name in answers], y, width)
    return drawing([*parts, *keys], width=width, height=height, title=title, described=alt)


def _cut(stated: Stated, words: PollWords, y: float, width: float) -> list[str]:
    if stated.counts is None:
        track = rect(0, y, width, _TRACK, fill=WHITE, stroke=RULE, stroke_width=0.8)
        return [track, text(5, y + 10, fitted(words.few, LABEL, width - 10), size=LABEL, fill=MUTED)]
    parts, x = [], 0.0
    shares = percentages(stated.counts)
    for look, n, share in zip(_LOOKS, stated.counts, shares, strict=True):
        part = width * n / sum(stated.counts)
        if n:
            parts += filled(look, x, y, part, _TRACK)
        if part >= _IN_BAR:
            colour = WHITE if look == 0 else INK
            parts.append(text(x + 4, y + 10, words.percent(share), size=LABEL, fill=colour, weight=BOLD))
        x += part
    return parts


# Before and after


class Shifted(NamedTuple):
    """An option and its share before and after, in whole percents."""

    label: str
    before: int
    after: int


def shift(
    found: Sequence[Shifted],
    *,
    title: str,
    names: tuple[str, str],
    told: Callable[[Shifted], str],
    words: PollWords,
    width_mm: float = WIDTH_MM,
) -> Drawing:
    """
    The same poll twice: two bars for each option, the first an outline, the second solid.

    Args:
        names: Of the two: "vóór" and "na".
        told: What became of an option, in a few words: "22 punten meer".
    """
    alt = listed(
        title,
        [f"{each.label} {words.percent(each.before)} → {words.percent(each.after)}, {told(each)}" for each in found],
    )
    return _drawn(lambda width, said: _shift(found, title, names, told, words, width, said), alt, width_mm)


def _shift(
    found: Sequence[Shifted],
    title: str,
    names: tuple[str, str],
    told: Callable[[Shifted], str],
    words: PollWords,
    width: float,
    alt: str,
) -> str:
    label_room, percent = width - max(width_of(told(each), LABEL) for each in found) - 10, width_of("100%", LABEL) + 6
    name = max(width_of(each, LABEL) for each in names) + 6
    track = width - name - percent
    parts = []
    y = 0.0
    for each in found:
        lines = wrapped(each.label, LABEL, label_room, most=3) or [fitted(each.label, LABEL, label_room)]
        for place, words_of_line in enumerate(lines):
            parts.append(text(0, y + 8 + place * LEADING * LABEL, words_of_line, size=LABEL))
        parts.append(text(width, y + 8, told(each), size=LABEL, weight=BOLD, anchor="end"))
        y += 8 + (len(lines) - 1) * LEADING * LABEL + 5
        for called, share, fill in ((names[0], each.before, WHITE), (names[1], each.after, TEAL)):
            parts.append(text(0, y + 7.6, called, size=LABEL, fill=MUTED))
            parts.append(rect(name, y, track, _THIN, fill=WHITE, stroke=RULE, stroke_width=0.6))
            if share:
                parts.append(rect(name, y, track * share / 100, _THIN, fill=fill, stroke=TEAL, stroke_width=OUTLINE))
            parts.append(text(width, y + 7.6, words.percent(share), size=LABEL, anchor="end"))
            y += _THIN + 2
        y += _GAP - 2
    return drawing(parts, width=width, height=y - _GAP + 3, title=title, described=alt)
