"""From votes to what is told of them: the groups, what is typical of each, what unites the hall and what divides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from server.opinions.clusters import Labels
from server.opinions.facts import Counted, Group, Missing, Opinions, Shared, Side, Statement, Typical
from server.opinions.grouping import grouping
from server.opinions.space import AGREE, NONE, Places, Votes
from server.opinions.telling import ENOUGH, Counts, Said, counts, divides, typical, unites

LEAST_PEOPLE: Final = 20
LEAST_STATEMENTS: Final = 5
LEAST_VOTES: Final = 7
"""Whoever voted on fewer statements, and on less than half of them, has no place on the map."""
WITHIN: Final = 1.5
"""Standard deviations from a group's middle to the edge that is told: two thirds of its people stand within."""
_DIGITS: Final = 3


def opinions(votes: Sequence[Sequence[int]] | Votes, statements: int) -> Opinions:
    """
    What the hall agrees on, and where it parts. The order of the votes does not matter.

    Args:
        votes: For each person one number per statement: 0 for none, 1 agree, 2 disagree, 3 pass.
        statements: How many there are.
    """
    every = np.array(votes, dtype=np.int8).reshape(len(votes), statements)
    voted = (every != NONE).sum(axis=1)
    least = votes_needed(statements)
    placed = every[voted >= least]
    n = int((voted > 0).sum())
    if missing := _missing(n, statements, len(placed), least):
        return Opinions(n=n, placed=len(placed), missing=missing)
    found = grouping(placed)
    labels = _largest_first(found.labels, found.places)
    counted = counts(placed, labels)
    return Opinions(
        n=n,
        placed=len(placed),
        clear=found.clear,
        fit=round(found.fit, _DIGITS),
        chance=round(found.chance, _DIGITS),
        groups=tuple(_groups(found.places, labels, counted)) if found.clear else (),
        statements=tuple(_statements(every, counted, groups=found.clear)),
        unites=tuple(Shared(statement=said.statement, side=_side(said)) for said in unites(counted)),
        divides=tuple(divides(counted)),
    )


def votes_needed(statements: int) -> int:
    """On how many of so many statements somebody must have voted to have a place."""
    return min(LEAST_VOTES, -(-statements // 2))


def _missing(n: int, statements: int, placed: int, least: int) -> Missing | None:
    if statements < LEAST_STATEMENTS:
        return Missing(what="statements", have=statements, need=LEAST_STATEMENTS)
    if n < LEAST_PEOPLE:
        return Missing(what="people", have=n, need=LEAST_PEOPLE)
    if placed < LEAST_PEOPLE:
        return Missing(what="votes", have=placed, need=LEAST_PEOPLE, each=least)
    return None


def _largest_first(labels: Labels, places: Places) -> Labels:
    """Groups in the order of their size; of one size, from left to right."""
    sizes = np.bincount(labels)
    left = [places[labels == group, 0].mean() for group in range(len(sizes))]
    order = np.lexsort((left, -sizes))
    renamed: Labels = np.argsort(order)[labels]
    return renamed


def _groups(places: Places, labels: Labels, counted: Counts) -> list[Group]:
    """The groups on the map, which is as large as their ellipses together."""
    shapes = [Shape(places[labels == group]) for group in range(int(labels.max()) + 1)]
    scale = 1.0 / max(max(each.reach, default=0.0) for each in shapes)
    return [
        Group(
            n=each.n,
            x=round(float(each.middle[0]) * scale, _DIGITS),
            y=round(float(each.middle[1]) * scale, _DIGITS),
            wide=round(float(each.half[0]) * scale, _DIGITS),
            high=round(float(each.half[1]) * scale, _DIGITS),
            turn=round(each.turn, _DIGITS),
            typical=tuple(_typical(counted, group, said) for said in typical(counted, group)),
        )
        for group, each in enumerate(shapes)
    ]


class Shape:
    """Where a group stands: its middle, and the ellipse around it."""

    def __init__(self, places: Places) -> None:
        self.n = len(places)
        self.middle = places.mean(axis=0)
        spread, axes = np.linalg.eigh(np.cov(places.T))
        self.half = WITHIN * np.sqrt(np.maximum(spread[::-1], 0.0))
        first = axes[:, 1]
        self.turn = float(np.arctan(first[1] / first[0])) if first[0] else float(np.pi / 2)
        across = np.hypot(self.half[0] * first[0], self.half[1] * first[1])
        along = np.hypot(self.half[0] * first[1], self.half[1] * first[0])
        self.reach = (float(abs(self.middle[0]) + across), float(abs(self.middle[1]) + along))


def _typical(counted: Counts, group: int, said: Said) -> Typical:
    of_side, at = counted.of(said.side), said.statement
    n, of = int(of_side[group, at]), int(counted.voted[group, at])
    return Typical(
        statement=at,
        side=_side(said),
        n=n,
        of=of,
        others_n=int(of_side[:, at].sum()) - n,
        others_of=int(counted.voted[:, at].sum()) - of,
    )


def _statements(every: Votes, counted: Counts, *, groups: bool) -> list[Statement]:
    hall = counts(every, np.zeros(len(every), dtype=np.intp))
    told = counted.told if groups else np.zeros(every.shape[1])
    return [
        Statement(
            statement=at,
            hall=_counted(hall, 0, at) if hall.voted[0, at] >= ENOUGH else None,
            groups=tuple(_counted(counted, group, at) for group in range(len(counted.voted))) if told[at] else (),
        )
        for at in range(every.shape[1])
    ]


def _counted(counted: Counts, group: int, at: int) -> Counted:
    return Counted(
        n=int(counted.voted[group, at]),
        agree=int(counted.agree[group, at]),
        disagree=int(counted.disagree[group, at]),
    )


def _side(said: Said) -> Side:
    return "agree" if said.side == AGREE else "disagree"
