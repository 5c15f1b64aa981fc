"""What is told of a hall's opinions, and what is not: nothing of fewer than five people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.opinions.facts import Counted, Opinions, Shared
from server.opinions.opinions import LEAST_PEOPLE, LEAST_STATEMENTS, Shape, opinions, votes_needed
from server.opinions.telling import ENOUGH
from tests.server.opinions.halls import hall, noise


def of(votes: Iterable[Iterable[int]]) -> Opinions:
    rows = [tuple(row) for row in votes]
    return opinions(rows, len(rows[0]))


def two_camps(people: int = 40) -> list[list[int]]:
    """All agree on 0 and disagree with 1; 2 to 5 part the halves; all pass on 6."""
    half = people // 2
    left = [[1, 2, 1, 1, 2, 2, 3] for _ in range(half)]
    return left + [[1, 2, 2, 2, 1, 1, 3] for _ in range(people - half)]


def numbers(value: Any) -> Iterator[tuple[str, Any]]:
    """Every number in a JSON value, with its key."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from numbers(each) if isinstance(each, dict | list) else [(key, each)]
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each) if isinstance(each, dict | list) else [("", each)]


class TestTooLittle:
    def test_too_few_people(self) -> None:
        found = of(two_camps(LEAST_PEOPLE - 1))

        assert msgspec.to_builtins(found.missing) == {"what": "people", "have": 19, "need": 20, "each": 0}
        assert (found.clear, found.groups, found.statements, found.unites) == (False, (), (), ())

    def test_too_few_statements(self) -> None:
        found = of([[1, 2, 1, 2]] * 40)

        assert msgspec.to_builtins(found.missing) == {"what": "statements", "have": 4, "need": 5, "each": 0}

    def test_too_few_who_voted_on_enough(self) -> None:
        found = of([*two_camps(19), *([[1, 0, 0, 0, 0, 0, 0]] * 10)])

        assert msgspec.to_builtins(found.missing) == {"what": "votes", "have": 19, "need": 20, "each": 4}
        assert (found.n, found.placed) == (29, 19)

    def test_nobody_at_all(self) -> None:
        assert opinions([], 7).missing is not None

    @pytest.mark.parametrize(("statements", "least"), [(5, 3), (6, 3), (12, 6), (14, 7), (100, 7)])
    def test_place_needs_seven_votes_or_half_of_them(self, statements: int, least: int) -> None:
        assert votes_needed(statements) == least

    def test_just_enough(self) -> None:
        assert LEAST_STATEMENTS <= 7
        assert of(two_camps(LEAST_PEOPLE)).missing is None


class TestGroups:
    def test_two_camps(self) -> None:
        found = of(two_camps())

        assert found.clear
        assert [group.n for group in found.groups] == [20, 20]
        assert found.unites == (Shared(statement=0, side="agree"), Shared(statement=1, side="disagree"))
        assert sorted(found.divides) == [2, 3, 4, 5]

    def test_what_is_typical_is_told_with_numbers_of_the_others(self) -> None:
        first = of(two_camps()).groups[0]

        said = {(each.statement, each.n, each.of, each.others_n, each.others_of) for each in first.typical}

        assert said == {(at, 20, 20, 0, 20) for at in (2, 3, 4, 5)}

    def test_largest_group_comes_first(self) -> None:
        camps = two_camps()

        assert [group.n for group in of(camps[:12] + camps[20:]).groups] == [20, 12]

    def test_statement_is_told_by_group(self) -> None:
        second = of(two_camps()).statements[2]

        assert second.hall == Counted(n=40, agree=20, disagree=20)
        assert sorted((each.agree, each.disagree) for each in second.groups) == [(0, 20), (20, 0)]

    def test_groups_fit_on_the_map(self) -> None:
        found = opinions(hall(2, 200, 30, 4).votes, 30)

        assert len(found.groups) == 4
        for group in found.groups:
            assert max(abs(group.x), abs(group.y)) <= 1
            assert group.wide >= group.high >= 0
        assert max(abs(group.x) + group.wide for group in found.groups) > 0.7

    def test_two_thirds_of_a_group_stand_within_its_ellipse(self) -> None:
        places = np.random.default_rng(1).normal(size=(2_000, 2)) @ np.array([[3.0, 1.0], [0.0, 0.5]]) + [7.0, -2.0]
        shape = Shape(places)
        cos, sin = np.cos(shape.turn), np.sin(shape.turn)
        away = (places - shape.middle) @ np.array([[cos, -sin], [sin, cos]])

        assert ((away / shape.half) ** 2).sum(axis=1).__lt__(1).mean() == pytest.approx(2 / 3, abs=0.03)


class TestWithoutGroups:
    def test_hall_as_a_whole_is_told(self) -> None:
        votes = noise(1, 60, 8, part=1.0)
        votes[:, 0], votes[:, 1], votes[:, 2] = 1, 2, 1 + np.arange(60) % 2
        found = opinions(votes, 8)

        assert not found.clear
        assert found.groups == ()
        assert found.unites[0] == Shared(statement=0, side="agree")
        assert Shared(statement=1, side="disagree") in found.unites
        assert 2 in found.divides
        assert all(each.groups == () for each in found.statements)


class TestTellingOnNobody:
    def test_hall_is_not_told_of_a_statement_with_few_votes(self) -> None:
        camps = two_camps()
        for row in camps[ENOUGH - 1 :]:
            row[6] = 0

        assert of(camps).statements[6].hall is None

    @staticmethod
    def voted_on_by(few: int) -> tuple[int, Opinions]:
        """A statement that parted two groups, when only *few* of one had voted on it."""
        known = hall(1, 80, 20, 2, sure=0.95, part=1.0)
        parts = opinions(known.votes, 20).divides[0]
        votes = known.votes.copy()
        votes[np.flatnonzero(known.groups == 0)[few:], parts] = 0
        return parts, opinions(votes, 20)

    def test_where_one_group_is_too_few_the_others_are_not_told_either(self) -> None:
        """Or it would be what is left over: the hall, less the others."""
        at, found = self.voted_on_by(ENOUGH - 1)

        assert len(found.groups) == 2
        assert found.statements[at].hall is not None
        assert found.statements[at].groups == ()
        assert at not in found.divides
        assert at not in {said.statement for group in found.groups for said in group.typical}

    def test_control_with_five_it_is_told(self) -> None:
        at, found = self.voted_on_by(ENOUGH)

        assert len(found.groups) == 2
        assert sorted(each.n for each in found.statements[at].groups) == [ENOUGH, 40]

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=0, max_size=45),
        st.integers(0, 30),
    )
    def test_any_votes_are_told_of_without_a_small_number_of_people(self, free: list[list[int]], camp: int) -> None:
        """`n`, `of` and `othersOf` say of how many people something is told."""
        found = opinions([*free, *(row[:6] for row in two_camps(camp))], 6)

        told = msgspec.to_builtins(found)
        del told["n"], told["placed"], told["missing"]
        of_people = [number for key, number in numbers(told) if key in ("of", "othersOf")]
        of_people += [each.n for each in (*(row.hall for row in found.statements if row.hall), *found.groups)]
        of_people += [each.n for row in found.statements for each in row.groups]
        assert min(of_people, default=ENOUGH) >= ENOUGH

    def test_nothing_is_as_long_as_the_hall(self) -> None:
        """A place or a group for each person would be."""
        told = msgspec.to_builtins(opinions(hall(1, 300, 20, 3).votes, 20))

        def longest(value: Any) -> int:
            if isinstance(value, dict):
                return max(map(longest, value.values()), default=0)
            return max([len(value), *map(longest, value)]) if isinstance(value, list | tuple) else 0

        assert longest(told) == 20


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.permutations(range(48)))
def test_order_of_people_tells_the_same(order: list[int]) -> None:
    votes = hall(5, 48, 12, 3, part=0.8).votes

    assert opinions(votes[order], 12) == opinions(votes, 12)
