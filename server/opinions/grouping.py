"""
Whether there are groups, and who is in which.

Every cloud of points can be cut in two, so a cut proves nothing. It counts as found only when it holds against chance,
twice: people must differ more, in at least one direction, than when each statement's votes are dealt out again; and the
groups must stand further apart than those that the same method finds in such votes, and in one even cloud of the same
shape (what a hall that slides from one end to the other, without parting, looks like).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from server.opinions.clusters import SMALLEST, Labels, best_cut
from server.opinions.space import Places, Space, Votes, shuffled, space

MOST_DIRECTIONS: Final = 4
"""As many as five groups can need."""
ON_THE_MAP: Final = 2
SHUFFLES: Final = 19
"""By chance alone the strongest direction is the strongest of twenty once in twenty times."""
CLOUDS: Final = 9
MARGIN: Final = 0.02
"""So much more than chance at its best the silhouette must be."""
SAMPLE: Final = 1_000
"""Against chance are held so many people at most: that tells as much, and costs the same for any hall."""
_SEED: Final = 1965


class Grouping(NamedTuple):
    """
    Who is in which group.

    Attributes:
        labels: A group from 0 for each person; all in one where no groups are clear.
        places: On the map, a row for each person.
        fit: The silhouette of the groups, and `chance` the best that chance came to, in the same people.
        clear: Whether there are groups.
    """

    labels: Labels
    places: Places
    fit: float
    chance: float
    clear: bool


def grouping(votes: Votes) -> Grouping:
    """
    The groups in these votes. The same people in another order are in the same groups: equal votes are one row, and
    rows are put in order first.

    Args:
        votes: A row for each person, with as many votes as a place needs; two columns at least.
    """
    rows, where, counted = np.unique(votes, axis=0, return_inverse=True, return_counts=True)
    where, people = where.reshape(-1), counted.astype(float)
    whole = space(rows, people)
    chance = _Chance(np.repeat(rows, counted, axis=0))
    cut = best_cut(whole.places(chance.directions), people)
    clear = bool(chance.is_beaten and cut.labels.max() > 0)
    labels = cut.labels if clear else np.zeros_like(cut.labels)
    return Grouping(labels[where], whole.places(ON_THE_MAP)[where], chance.fit, chance.best, clear)


class _Chance:
    """What chance comes to, in a sample of the people."""

    def __init__(self, votes: Votes) -> None:
        self._chance = np.random.default_rng(_SEED)
        if len(votes) > SAMPLE:
            votes = votes[np.sort(self._chance.permutation(len(votes))[:SAMPLE])]
        self._people = np.ones(len(votes))
        real = space(votes, self._people)
        mixed = [space(shuffled(votes, self._chance), self._people) for _ in range(SHUFFLES)]
        strongest = np.max([each.strength for each in mixed], axis=0)
        above = real.strength > strongest
        beyond = int(above.argmin()) if not above.all() else len(above)
        self.directions = min(max(beyond, ON_THE_MAP), MOST_DIRECTIONS)
        self.fit, self.best = self._fits(real, mixed)
        self.is_beaten = beyond > 0 and self.fit > self.best + MARGIN

    def _fits(self, real: Space, mixed: list[Space]) -> tuple[float, float]:
        """The silhouette of the people as they are, and the best of those of chance."""
        places = real.places(self.directions)
        spread = np.cov(places.T)
        middle = np.zeros(self.directions)
        clouds = [self._chance.multivariate_normal(middle, spread, len(places)) for _ in range(CLOUDS)]
        others = clouds + [each.places(self.directions) for each in mixed[:CLOUDS]]
        return self._fit(places), max(map(self._fit, others))

    def _fit(self, places: Places) -> float:
        return best_cut(places, self._people).fit


__all__ = ["SMALLEST", "Grouping", "grouping"]
