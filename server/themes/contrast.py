"""Are the colours of a wall far enough apart, on a good display and in a lit hall? Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from server.themes.colour import FLARE, VEIL, Colour, contrast, luminance, nearest
from server.themes.properties import PAIRS, Level, Pair, Use, Values

CODE_RATIO = 7.0
"""
Of the join code, also on a display that is as good as can be: half of a phone's range is lost in a hall.

Source: ISO/IEC 15415, symbol contrast: from 70 % it is the best grade; at 7:1 on white it is 90 %.
"""


_Proposed = Callable[[str], Colour | None]

_EPSILON = 1e-9
"""So that what is found by luminance also passes when its ratio is computed."""


class Need(NamedTuple):
    """How far apart a pair must be: on a display, and `dimmed` by the light of a hall (0: anything will do)."""

    ratio: float
    dimmed: float


_NEEDS = {
    (Use.TEXT, Level.AA): Need(4.5, 3.0),
    (Use.TEXT, Level.AAA): Need(7.0, 4.5),
    (Use.SIGN, Level.AA): Need(3.0, 0.0),
    (Use.SIGN, Level.AAA): Need(4.5, 3.0),
    (Use.CODE, Level.AA): Need(CODE_RATIO, 4.5),
    (Use.CODE, Level.AAA): Need(CODE_RATIO, 4.5),
}
"""
Source: WCAG 2.2, 1.4.3 and 1.4.6 for text, 1.4.11 for signs.

On a wall all text is large, for which 3:1 (AA) and 4.5:1 (AAA) would do; we ask the ratio of small text on a display,
and that of large text when the hall's light lies over it.
"""


def need(pair: Pair, level: Level) -> Need:
    """What *level* asks of *pair*."""
    return _NEEDS[pair.use, level]


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    A pair whose colours are too near to each other.

    Args:
        front: The property of the sign or text; `back` that of what it stands on.
        ratio: Contrast on a display, cut to two decimals so that it never reads as enough; `needed` what it should be.
        dimmed: The same in a hall whose light lies over the picture.
        code: `contrast`; `inverted` for a join code that is light on dark, which many phones cannot scan.
        change: The property that could be changed; `nearest` its nearest colour that is far enough from all that it
            stands on (or that stands on it); None where there is none.
    """

    front: str
    back: str
    ratio: float
    needed: float
    dimmed: float
    dimmed_needed: float
    code: str = "contrast"
    change: str
    nearest: str | None


def findings(values: Values, level: Level, *, changeable: frozenset[str] = frozenset()) -> list[Finding]:
    """
    Every pair of *values* that is too near, in the order of `PAIRS`.

    Args:
        values: With every colour.
        changeable: Properties that somebody chose and could choose again; of a pair, one of these is proposed, first
            the front. Empty for all.
    """

    @cache
    def proposed(name: str) -> Colour | None:
        return passing(name, values, level, fixed=changeable or None)

    return [_finding(pair, values, level, changeable, proposed) for pair in PAIRS if not passes(pair, values, level)]


def passes(pair: Pair, values: Values, level: Level) -> bool:
    """Whether both colours of *pair* can be told apart."""
    return _is_apart(_colour(values, pair.front), _colour(values, pair.back), pair, level)


def _is_apart(front: Colour, back: Colour, pair: Pair, level: Level) -> bool:
    if pair.use is Use.CODE and luminance(front) >= luminance(back):
        return False
    wanted = need(pair, level)
    return contrast(front, back) >= wanted.ratio and contrast(front, back, veil=VEIL) >= wanted.dimmed


def _colour(values: Values, name: str) -> Colour:
    value = values[name]
    assert isinstance(value, Colour)
    return value


def _finding(pair: Pair, values: Values, level: Level, changeable: frozenset[str], proposed: _Proposed) -> Finding:
    front, back = _colour(values, pair.front), _colour(values, pair.back)
    wanted = need(pair, level)
    change, found = _proposal(pair, changeable, proposed)
    is_inverted = pair.use is Use.CODE and luminance(front) > luminance(back)
    return Finding(
        front=pair.front,
        back=pair.back,
        ratio=_cut(contrast(front, back)),
        needed=wanted.ratio,
        dimmed=_cut(contrast(front, back, veil=VEIL)),
        dimmed_needed=wanted.dimmed,
        code="inverted" if is_inverted else "contrast",
        change=change,
        nearest=None if found is None else found.hex,
    )


def _proposal(pair: Pair, changeable: frozenset[str], proposed: _Proposed) -> tuple[str, Colour | None]:
    """Which of *pair* could change, and into what: first the front, then the back."""
    names = [name for name in pair[:2] if name in changeable] or [pair.front]
    tried = [(name, proposed(name)) for name in names]
    return next((each for each in tried if each[1] is not None), tried[0])


def _cut(ratio: float) -> float:
    return math.floor(ratio * 100) / 100


def passing(name: str, values: Values, level: Level, *, fixed: Collection[str] | None = None) -> Colour | None:
    """
    The colour nearest to that of property *name* with which the pairs that it is in pass; None: there is none.

    Args:
        fixed: What cannot change beside it: other fronts that stand on *name* would follow, as far as black and white.
            None: all others.
    """
    gaps = [_gap(name, pair, values, level, fixed) for pair in _pairs_with(name)]
    return nearest(_colour(values, name), lambda tried: all(_is_outside(luminance(tried), gap) for gap in gaps))


def _is_outside(light: float, gap: tuple[float, float]) -> bool:
    return light <= gap[0] or light >= gap[1]


def _gap(name: str, pair: Pair, values: Values, level: Level, fixed: Collection[str] | None) -> tuple[float, float]:
    """
    Between which luminances *name* is too near to the other one of *pair*.

    The formula of the contrast ratio, solved for one side: hundreds of colours are tried, and a request waits.
    """
    is_front = name == pair.front
    other = luminance(_colour(values, pair.back if is_front else pair.front))
    follows = not is_front and fixed is not None and pair.front not in fixed
    lightest, darkest = (1.0, 0.0) if follows else (other, other)
    wanted = need(pair, level)
    dark, light = 2.0, -1.0
    for ratio, haze in ((wanted.ratio, FLARE), (wanted.dimmed, FLARE + VEIL)):
        if ratio:
            dark = min(dark, (lightest + haze) / ratio - haze - _EPSILON)
            light = max(light, (darkest + haze) * ratio - haze + _EPSILON)
    if pair.use is Use.CODE:
        return (dark, 2.0) if is_front else (-1.0, light)
    return dark, light


def _pairs_with(name: str) -> Iterator[Pair]:
    return (pair for pair in PAIRS if name in (pair.front, pair.back))
