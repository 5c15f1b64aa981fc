"""Near-duplicates: which recent posts say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from rapidfuzz import fuzz, process

from server.intake.circumstances import Recent, in_order

_DETAIL = re.compile(r"(?<!\S)(?:\S|\S*\d\S*)(?!\S)")


class Alike(msgspec.Struct, frozen=True):
    """A recent post that says the same. `percent` is how much so."""

    recent: Recent
    percent: float


def alike(match: str, recent: Sequence[Recent], *, percent: int, length: int) -> tuple[Alike, ...]:
    """
    The posts of *recent* whose match text is at least *percent* like *match*, oldest first.

    Words in another order still count. A short text inside a long one does not: the long one says more.

    Args:
        match: From `match_text`, which bounds its length and with it the cost.
        length: Shorter match texts, in code points, are like nothing.
    """
    if len(match) < length:
        return ()
    candidates = [earlier for earlier in recent if len(earlier.match) >= length]
    scores = _scores(in_order(match), [earlier.ordered for earlier in candidates], cutoff=percent)
    scores |= _scores(match, [earlier.match for earlier in candidates], cutoff=percent)
    return tuple(Alike(candidates[at], scores[at]) for at in sorted(scores))


def closest(found: Sequence[Alike]) -> Alike | None:
    """The one most alike, the oldest of equals; None where there is none."""
    return max(found, key=lambda each: each.percent, default=None)


def same_details(one: str, other: str) -> bool:
    """True when numbers and single letters are the same: "option A" and "option B" are alike, and not a repetition."""
    return _details(one) == _details(other)


def _details(match: str) -> list[str]:
    return sorted(_DETAIL.findall(match))


def _scores(text: str, others: Sequence[str], *, cutoff: int) -> dict[int, float]:
    """Which of *others* are at least *cutoff* percent like *text*, by place. A call for each costs tenfold."""
    found = process.extract(text, others, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    return {place: score for _, score, place in found}
