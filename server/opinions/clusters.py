"""
Who stands together: k-means over places, and how well that fits (silhouette).

As Polis publishes it, in two steps: many small clusters first, and those, each with the weight of its people, into two
to five groups. So the second step, which is tried for each number of groups, costs the same for 50 people and 5,000.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from server.opinions.space import Array, People, Places

BASE: Final = 100
"""Small clusters in the first step."""
MOST_GROUPS: Final = 5
SMALLEST: Final = 5
"""People. A smaller group joins the nearest: of fewer people the opinion is theirs, not a group's."""
STARTS: Final = 6
"""The best of so many beginnings counts."""
_ROUNDS: Final = 50
_BASE_ROUNDS: Final = 8
_SEED: Final = 20111116

Labels = npt.NDArray[np.intp]


class Cut(NamedTuple):
    """Who is with whom: a group from 0 for each place, and the silhouette, -1 to 1; -1 where all are one group."""

    labels: Labels
    fit: float


def best_cut(places: Places, people: People) -> Cut:
    """The cut into two to five groups that fits best."""
    base = _means(places, people, BASE, rounds=_BASE_ROUNDS)
    mass = np.bincount(base, weights=people).astype(float)
    centres = _centres(places, people, base, np.zeros((len(mass), places.shape[1])))
    found = max((_cut(centres, mass, k) for k in range(2, MOST_GROUPS + 1)), key=lambda cut: cut.fit)
    return Cut(found.labels[base], found.fit)


def _cut(places: Places, people: People, k: int) -> Cut:
    labels = _merged(places, people, _means(places, people, k, starts=STARTS))
    return Cut(labels, silhouette(places, people, labels))


def _merged(places: Places, people: People, labels: Labels) -> Labels:
    """The same, with each group that is too small in the nearest other; numbered from 0."""
    while True:
        _, labels = np.unique(labels, return_inverse=True)
        sizes = np.bincount(labels, weights=people)
        if len(sizes) == 1 or sizes.min() >= SMALLEST:
            return labels
        centres = _centres(places, people, labels, np.zeros((len(sizes), places.shape[1])))
        small = int(sizes.argmin())
        away = ((centres - centres[small]) ** 2).sum(axis=1)
        away[small] = np.inf
        labels = np.where(labels == small, away.argmin(), labels)


# k-means


def _means(places: Places, people: People, k: int, *, rounds: int = _ROUNDS, starts: int = 1) -> Labels:
    """Lloyd's k-means with the beginnings of k-means++; the best of *starts*. Numbered from 0, without gaps."""
    if len(places) <= k:
        return np.arange(len(places))
    chance = np.random.default_rng(_SEED + k)
    tries = (_settled(places, people, _beginning(places, people, k, chance), rounds) for _ in range(starts))
    labels, _ = min(tries, key=lambda tried: tried[1])
    _, numbered = np.unique(labels, return_inverse=True)
    return numbered


def _settled(places: Places, people: People, centres: Places, rounds: int) -> tuple[Labels, float]:
    """Each with the nearest centre, until none moves any more; and what is left between them."""
    labels = np.full(len(places), -1)
    for _ in range(rounds):
        away = _away(places, centres)
        nearest = away.argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        centres = _centres(places, people, labels, centres)
    return labels, float(people @ ((places - centres[labels]) ** 2).sum(axis=1))


def _beginning(places: Places, people: People, k: int, chance: np.random.Generator) -> Places:
    """Places far from each other, drawn as k-means++ does: the further away from those drawn, the likelier."""
    chosen = np.empty((k, places.shape[1]))
    pull, least = people, np.full(len(places), np.inf)
    for n, draw in enumerate(chance.random(k)):
        sums = np.cumsum(pull)
        chosen[n] = places[min(int(np.searchsorted(sums, draw * sums[-1], side="right")), len(places) - 1)]
        least = np.minimum(least, ((places - chosen[n]) ** 2).sum(axis=1))
        pull = people * least
    return chosen


def _centres(places: Places, people: People, labels: Labels, before: Places) -> Places:
    """The middle of each group; where nobody is left, *before*."""
    k = len(before)
    sizes = np.bincount(labels, weights=people, minlength=k)
    middle = np.stack([np.bincount(labels, weights=people * axis, minlength=k) for axis in places.T], axis=1)
    full = sizes > 0
    centres = before.copy()
    centres[full] = middle[full] / sizes[full, np.newaxis]
    return centres


def _away(places: Places, centres: Places) -> Array:
    """Squared distances, a row for each place."""
    squares = (places**2).sum(axis=1)[:, np.newaxis] + (centres**2).sum(axis=1)
    away: Array = np.maximum(squares - 2.0 * (places @ centres.T), 0.0)
    return away


# How well it fits


def silhouette(places: Places, people: People, labels: Labels) -> float:
    """
    The mean over all people of (b - a) / max(a, b): a is how far one's own group is, b how far the nearest other.

    People of one place count as one each; -1 where there is one group only.

    Source: Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20, 1987.
    """
    k = int(labels.max()) + 1
    if k < 2:
        return -1.0
    rows = np.arange(len(places))
    of_group = np.zeros((len(places), k))
    of_group[rows, labels] = people
    sizes = of_group.sum(axis=0)
    mean = (np.sqrt(_away(places, places)) @ of_group) / sizes
    own = mean[rows, labels] * sizes[labels] / np.maximum(sizes[labels] - 1, 1)
    mean[rows, labels] = np.inf
    other = mean.min(axis=1)
    furthest = np.maximum(own, other)
    each = np.divide(other - own, furthest, out=np.zeros_like(furthest), where=furthest > 0)
    each[sizes[labels] <= 1] = 0.0
    return float(people @ each / people.sum())
