"""
What is told of a hall's opinions. Of groups only: no place, vote or number of fewer than five people.

These are plain values, so that whoever hands them on need not load a numerical library.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Side = Literal["agree", "disagree"]


class _Fact(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is told."""


class Missing(_Fact, frozen=True):
    """
    What there is too little of to look for groups.

    `people`: how many voted; `statements`: how many there are; `votes`: how many people voted on enough statements
    (`each`) to have a place.
    """

    what: Literal["people", "statements", "votes"]
    have: int
    need: int
    each: int = 0


class Typical(_Fact, frozen=True):
    """`n` of the `of` people in the group that voted on it say so; of the others `others_n` of `others_of`."""

    statement: int
    side: Side
    n: int
    of: int
    others_n: int
    others_of: int


class Group(_Fact, frozen=True):
    """
    People who vote alike. On a map from -1 to 1 both ways: the middle, and an ellipse with half axes `wide` and `high`,
    turned by `turn` radians (anticlockwise, y up) in which two thirds of them stand.
    """

    n: int
    x: float
    y: float
    wide: float
    high: float
    turn: float
    typical: tuple[Typical, ...]


class Counted(_Fact, frozen=True):
    """How many voted, and on which side; the rest passed."""

    n: int
    agree: int
    disagree: int


class Statement(_Fact, frozen=True):
    """
    Of one statement, from 0. `hall` is everybody that voted, None where those are too few to tell; `groups` are in the
    order of the groups, none where one of them has too few.
    """

    statement: int
    hall: Counted | None
    groups: tuple[Counted, ...]


class Shared(_Fact, frozen=True):
    """What every group says."""

    statement: int
    side: Side


class Opinions(_Fact, frozen=True):
    """
    What the hall agrees on, and where it parts.

    Args:
        n: Who voted; `placed` who voted on enough statements to have a place.
        missing: Too little of something to look for groups; nothing else is told then.
        clear: Whether there are groups, largest first. Without them what unites and divides is of the hall as a whole.
        fit: How far apart the groups stand (silhouette, -1 to 1), and `chance` the best that chance came to.
    """

    n: int
    placed: int = 0
    missing: Missing | None = None
    clear: bool = False
    fit: float = 0.0
    chance: float = 0.0
    groups: tuple[Group, ...] = ()
    statements: tuple[Statement, ...] = ()
    unites: tuple[Shared, ...] = ()
    divides: tuple[int, ...] = ()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told before the votes: how many statements there are."""

    statements: int
