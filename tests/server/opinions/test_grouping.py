"""Groups that are there are found; groups that are not, are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.opinions.clusters import SMALLEST, best_cut
from server.opinions.grouping import MARGIN, Grouping, grouping
from server.opinions.space import space
from tests.server.opinions.halls import adjusted_rand, hall, noise

ALIKE = 0.9
"""The least adjusted Rand index between the groups that are there and those that were found."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("groups", [2, 3, 4, 5])
def test_groups_of_a_hall_that_voted_on_half_are_found(groups: int, seed: int) -> None:
    """Each person voted on half of sixty statements, and in fifteen of a hundred votes not as the group does."""
    known = hall(seed, 500, 60, groups, sure=0.85, part=0.5)

    found = grouping(known.votes)

    assert found.clear
    assert adjusted_rand(known.groups, found.labels) >= ALIKE


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_groups_of_a_small_hall_are_found(groups: int) -> None:
    known = hall(4, 100, 40, groups)

    found = grouping(known.votes)

    assert found.clear
    assert adjusted_rand(known.groups, found.labels) >= ALIKE


@pytest.mark.slow
@pytest.mark.parametrize("people", [25, 60, 200])
def test_noise_has_no_clear_groups(people: int) -> None:
    found = [grouping(noise(seed, people, 15)) for seed in range(12)]

    assert [each.clear for each in found] == [False] * 12
    assert [each.labels.max() for each in found] == [0] * 12


@pytest.mark.parametrize("people", [25, 60, 200])
def test_control_without_the_comparison_noise_would_have_groups(people: int) -> None:
    """k-means cuts whatever it is given."""
    votes = [noise(seed, people, 15) for seed in range(12)]
    cuts = [best_cut(space(each, np.ones(people)).places(2), np.ones(people)) for each in votes]

    assert [cut.labels.max() >= 1 for cut in cuts] == [True] * 12
    assert min(cut.fit for cut in cuts) > MARGIN


def test_groups_that_come_of_who_voted_on_what_are_no_groups_of_opinion() -> None:
    """Half of the hall saw the first statements, half the last."""
    votes = noise(3, 200, 20, part=1.0)
    votes[:100, :10], votes[100:, 10:] = 0, 0

    assert not grouping(votes).clear


def test_noise_of_a_small_hall_has_no_clear_groups() -> None:
    assert not grouping(noise(0, 40, 10)).clear


@pytest.mark.slow
def test_an_even_slope_is_no_pair_of_groups() -> None:
    """Everybody stands somewhere between two ends, most in the middle: nobody parts."""
    clear = 0
    for seed in range(6):
        chance = np.random.default_rng(seed)
        stand, pull, liked = chance.normal(size=(80, 1)), chance.normal(size=20), chance.normal(size=20)
        agrees = chance.random((80, 20)) < 1 / (1 + np.exp(-(stand * pull + liked)))
        clear += grouping(np.where(agrees, 1, 2).astype(np.int8)).clear

    assert clear <= 1


@pytest.mark.parametrize("few", [1, 3, SMALLEST - 1])
def test_no_group_is_smaller_than_five(few: int) -> None:
    """A handful who say the opposite of everybody join the nearest group."""
    known = hall(1, 80, 20, 2, sure=0.95, part=1.0)
    votes = known.votes.copy()
    votes[:few] = np.where(np.arange(20) % 2, 1, 2)

    sizes = np.bincount(grouping(votes).labels)

    assert sizes.min() >= SMALLEST
    assert sizes.sum() == 80


def test_five_who_think_alike_are_a_group() -> None:
    known = hall(2, 65, 30, 2, sure=0.95, part=1.0)
    votes = known.votes.copy()
    votes[:SMALLEST] = 3 - votes[-1]
    votes[:SMALLEST][votes[:SMALLEST] == 0] = 1

    found = grouping(votes)

    assert SMALLEST in np.bincount(found.labels)


def same(one: Grouping, other: Grouping) -> bool:
    return (
        bool((one.labels == other.labels).all()) and bool((one.places == other.places).all()) and one[2:] == other[2:]
    )


def test_same_votes_give_the_same_to_the_last_bit() -> None:
    votes = hall(1, 120, 20, 3).votes

    assert same(grouping(votes), grouping(votes.copy()))


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(order=st.permutations(range(60)), seed=st.integers(0, 3))
def test_order_of_people_changes_nothing_but_their_order(order: list[int], seed: int) -> None:
    votes = hall(seed, 60, 16, 2, part=0.7).votes

    found, turned = grouping(votes), grouping(votes[order])

    assert (turned.labels == found.labels[order]).all()
    assert (turned.places == found.places[order]).all()
    assert turned[2:] == found[2:]


@pytest.mark.slow
def test_order_of_people_changes_nothing_where_chance_is_held_against_a_sample() -> None:
    votes = hall(1, 1_500, 12, 3).votes
    order = np.random.default_rng(1).permutation(1_500)

    assert (grouping(votes[order]).labels == grouping(votes).labels[order]).all()


def test_hall_of_one_mind_has_no_groups() -> None:
    found = grouping(np.ones((40, 8), dtype=np.int8))

    assert not found.clear
    assert found.labels.tolist() == [0] * 40
