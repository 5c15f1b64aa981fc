"""The map: who votes alike stands together, and who voted on little is not drawn to the middle for that."""

from __future__ import annotations

import numpy as np
import pytest

from server.opinions.space import AGREE, DISAGREE, NONE, shuffled, space
from tests.server.opinions.halls import hall


def ones(count: int) -> np.ndarray:
    return np.ones(count)


def test_who_votes_alike_stands_on_one_place() -> None:
    votes = np.array([[1, 2, 1], [1, 2, 1], [2, 1, 2], [2, 1, 2]], dtype=np.int8)

    places = space(votes, ones(4)).places(2)

    assert places[0] == pytest.approx(places[1])
    assert places[0] == pytest.approx(-places[2])
    assert abs(places[0, 0]) == pytest.approx(np.sqrt(3))


def test_half_of_the_votes_reaches_as_far_as_all() -> None:
    """Two of four votes: half as far, stretched by the root of two; not the middle, where the undecided are."""
    full = np.array([AGREE] * 4 + [DISAGREE] * 4)
    votes = np.array([full, full, 3 - full, 3 - full, full], dtype=np.int8)
    votes[4, ::2] = NONE

    places = space(votes, ones(5)).places(1)[:, 0]

    bare = places[4] / np.sqrt(2)
    assert abs(places[4]) / abs(places[0]) == pytest.approx(np.sqrt(2) * abs(bare) / abs(places[0]))
    assert abs(places[4]) > 0.6 * abs(places[0])


def test_rows_that_stand_for_several_people_count_as_those() -> None:
    votes = hall(1, 30, 8, 2).votes
    rows, counted = np.unique(votes, axis=0, return_counts=True)
    every = np.repeat(rows, counted, axis=0)

    weighed, plain = space(rows, counted.astype(float)), space(every, ones(30))

    assert weighed.strength == pytest.approx(plain.strength, abs=1e-9)
    assert np.repeat(weighed.places(2), counted, axis=0) == pytest.approx(plain.places(2), abs=1e-9)


def test_missing_vote_counts_as_the_mean() -> None:
    votes = np.array([[AGREE, AGREE], [AGREE, DISAGREE], [NONE, AGREE]], dtype=np.int8)

    assert space(votes, ones(3)).apart[:, 0].tolist() == [0, 0, 0]


def test_nobody_differs() -> None:
    found = space(np.ones((6, 5), dtype=np.int8), ones(6))

    assert found.places(2).tolist() == [[0, 0]] * 6


def test_shuffling_keeps_each_statement_and_who_voted_on_it() -> None:
    votes = hall(4, 40, 10, 2).votes

    mixed = shuffled(votes, np.random.default_rng(1))

    assert (np.sort(mixed, axis=0) == np.sort(votes, axis=0)).all()
    assert ((mixed == NONE) == (votes == NONE)).all()
    assert (mixed != votes).any()
