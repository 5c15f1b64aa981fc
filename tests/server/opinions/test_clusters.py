"""k-means and silhouettes, against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.opinions.clusters import MOST_GROUPS, SMALLEST, best_cut, silhouette


def heaps(centres: list[tuple[float, float]], people: int = 20, spread: float = 0.1) -> np.ndarray:
    chance = np.random.default_rng(1)
    return np.concatenate([chance.normal(centre, spread, (people, 2)) for centre in centres])


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_heaps_are_told_apart(count: int) -> None:
    centres = [(float(np.cos(at)), float(np.sin(at))) for at in np.linspace(0, 2 * np.pi, count, endpoint=False)]
    cut = best_cut(heaps(centres), np.ones(20 * count))

    wholes = [set(cut.labels[20 * n : 20 * n + 20].tolist()) for n in range(count)]

    assert [len(whole) for whole in wholes] == [1] * count
    assert set.union(*wholes) == set(range(count))
    assert cut.fit > 0.7


def test_silhouette_is_what_it_is_by_hand() -> None:
    """Two and two on a line, at 0, 1 and 4, 5: own 1, others 4.5 and 3.5."""
    places = np.array([[0.0, 0], [1, 0], [4, 0], [5, 0]])

    fit = silhouette(places, np.ones(4), np.array([0, 0, 1, 1]))

    assert fit == pytest.approx(((4.5 - 1) / 4.5 + (3.5 - 1) / 3.5) / 2)


def test_silhouette_counts_people_of_one_place_as_one_each() -> None:
    places, labels = np.array([[0.0, 0], [1, 0], [4, 0], [5, 0]]), np.array([0, 0, 1, 1])
    many = np.repeat(places, [3, 1, 2, 5], axis=0)

    weighed = silhouette(places, np.array([3.0, 1, 2, 5]), labels)

    assert weighed == pytest.approx(silhouette(many, np.ones(11), np.repeat(labels, [3, 1, 2, 5])))


def test_silhouette_of_one_group_is_the_lowest_there_is() -> None:
    assert silhouette(np.zeros((5, 2)), np.ones(5), np.zeros(5, dtype=np.intp)) == -1.0


@given(
    places=st.lists(st.tuples(*[st.floats(-3, 3)] * 2), min_size=1, max_size=40),
    people=st.integers(1, 4),
)
def test_any_places_are_cut_into_groups_that_are_large_enough(places: list[tuple[float, float]], people: int) -> None:
    weights = np.full(len(places), float(people))

    cut = best_cut(np.array(places), weights)

    sizes = np.bincount(cut.labels, weights=weights)
    assert len(cut.labels) == len(places)
    assert len(sizes) <= MOST_GROUPS
    assert len(sizes) == 1 or sizes.min() >= SMALLEST
    assert -1.0 <= cut.fit <= 1.0
