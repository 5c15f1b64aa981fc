"""
What can be said of statements: what is typical of a group, what all groups share, and where they part.

Shares are (said so + 1) / (voted + 2), so that two of two is not yet everybody. Typical of a group is what it says
more often than not, and more often than the others do, both with nine chances in ten; shared is what every group says;
as Polis publishes it (representativeness, and consensus that asks every group).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from server.opinions.clusters import Labels
from server.opinions.space import AGREE, DISAGREE, NONE, Array, Votes

Mask = npt.NDArray[np.bool_]
"""A mark for each statement."""

ENOUGH: Final = 5
"""Fewer people than this are not told of: with less, somebody's vote could be guessed."""
MOST: Final = 5
"""Statements of each sort."""
SHARED: Final = 0.6
"""So large a part of every group, at least, must say so."""
APART: Final = 0.6
"""So far apart two groups must be, where 2 is that all of one agree and all of the other do not."""
SPLIT: Final = 1 / 3
"""Where there are no groups: so large a part of the hall is on either side."""
_SURE: Final = 1.2816
"""Standard deviations: nine chances in ten, to one side."""
SIDES: Final = (AGREE, DISAGREE)


class Counts(NamedTuple):
    """By group and statement: who agrees, who does not, and who voted at all."""

    agree: Array
    disagree: Array
    voted: Array

    def of(self, side: int) -> Array:
        """Who said so."""
        return self.agree if side == AGREE else self.disagree

    @property
    def told(self) -> Mask:
        """
        Of which statements every group may be told: where one is too small, the others tell of it by what is left over.
        """
        return np.asarray((self.voted >= ENOUGH).all(axis=0))


class Said(NamedTuple):
    """A statement, and the side on which a group, or all of them, are."""

    statement: int
    side: int


def counts(votes: Votes, labels: Labels) -> Counts:
    """Who said what, by group."""
    groups = [votes[labels == group] for group in range(int(labels.max(initial=0)) + 1)]

    def by_group(said: int) -> Array:
        return np.array([(of == said).sum(axis=0) for of in groups], dtype=float)

    return Counts(by_group(AGREE), by_group(DISAGREE), np.array([(of != NONE).sum(axis=0) for of in groups], float))


def shares(said: Array, voted: Array) -> Array:
    """What part said so, drawn towards half where few voted."""
    found: Array = (said + 1.0) / (voted + 2.0)
    return found


# Of a group


def typical(counted: Counts, group: int) -> list[Said]:
    """What a group says, and others do not so much; the most telling first."""
    found = [
        (worth[statement], Said(statement, side))
        for side in SIDES
        for worth in [_worth(counted, group, side)]
        for statement in np.flatnonzero(worth * counted.told > 0).tolist()
    ]
    return _first(found)


def _worth(counted: Counts, group: int, side: int) -> Array:
    """How much it tells of the group; 0 where it is not sure."""
    said, voted = counted.of(side), counted.voted
    mine, n = said[group], voted[group]
    others, rest = said.sum(axis=0) - mine, voted.sum(axis=0) - n
    share, elsewhere = shares(mine, n), shares(others, rest)
    often = 2.0 * np.sqrt(n + 2.0) * (share - 0.5)
    pooled = (mine + others + 2.0) / (n + rest + 4.0)
    doubt = np.sqrt(pooled * (1.0 - pooled) * (1.0 / (n + 2.0) + 1.0 / (rest + 2.0)))
    more = (share - elsewhere) / doubt
    worth: Array = np.where((often > _SURE) & (more > _SURE), share / elsewhere * more * share * often, 0.0)
    return worth


# Of all


def unites(counted: Counts) -> list[Said]:
    """What every group says; what they say most, first."""
    found = []
    for side in SIDES:
        share = shares(counted.of(side), counted.voted)
        every = np.logical_and((share >= SHARED).all(axis=0), counted.told)
        found += [(share[:, each].prod(), Said(each, side)) for each in np.flatnonzero(every).tolist()]
    return _first(found)


def divides(counted: Counts) -> list[int]:
    """Where groups are furthest apart; where there are none, where the hall is split most evenly."""
    agree, disagree = (shares(counted.of(side), counted.voted) for side in SIDES)
    if len(agree) > 1:
        apart = np.ptp(agree - disagree, axis=0)
        apart[apart < APART] = 0.0
    else:
        apart = np.minimum(agree, disagree)[0]
        apart[apart < SPLIT] = 0.0
    apart = apart * counted.told
    return [said.statement for said in _first([(apart[n], Said(n, NONE)) for n in np.flatnonzero(apart).tolist()])]


def _first(found: list[tuple[float, Said]]) -> list[Said]:
    """The worthiest; of equals those that come first in the poll. A statement once."""
    seen: dict[int, Said] = {}
    for _, said in sorted(found, key=lambda each: (-each[0], each[1])):
        seen.setdefault(said.statement, said)
    return list(seen.values())[:MOST]
