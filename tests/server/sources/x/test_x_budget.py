from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sources.x import budget
from server.sources.x.budget import Budget, Read, Spent

DAY_S = 86_400.0
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()


def _read(*, posts: int, authors: int = 0, pictures: int = 0, first: int = 0) -> Read:
    def names(count: int) -> frozenset[str]:
        return frozenset(str(first + number) for number in range(count))

    return Read(posts=names(posts), authors=names(authors), pictures=names(pictures))


def _budget(*, per_day: int = 1, per_month: int = 100) -> Budget:
    return Budget(dollars_per_day=per_day, dollars_per_month=per_month)


def test_posts_authors_and_pictures_have_their_price() -> None:
    spends = _budget()
    spends.read(_read(posts=3, authors=2, pictures=1), NOON)

    assert spends.spent(NOON) == Spent(day="2026-11-21", today=40, month=40, posts=3, authors=2)
    assert spends.left_mills(NOON) == 960


def test_what_was_read_is_not_paid_again_that_day() -> None:
    spends = _budget()
    spends.read(_read(posts=3, authors=3), NOON)
    spends.read(_read(posts=4, authors=3), NOON + 60)

    assert spends.spent(NOON + 60).today == 4 * 5 + 3 * 10


def test_next_day_it_is_paid_again() -> None:
    spends = _budget()
    spends.read(_read(posts=3), NOON)
    spends.read(_read(posts=3), NOON + DAY_S)

    assert spends.spent(NOON + DAY_S) == Spent(day="2026-11-22", today=15, month=30, posts=3)


def test_it_rests_until_the_next_day_in_utc() -> None:
    spends = _budget(per_day=1)
    spends.read(_read(posts=199), NOON)
    assert spends.rest_s(NOON) is None
    spends.read(_read(posts=1, first=1000), NOON)

    assert spends.rest_s(NOON) == 12 * 3600
    assert spends.rest_s(NOON + 12 * 3600) is None


def test_it_rests_until_the_next_month() -> None:
    spends = _budget(per_day=100, per_month=1)
    spends.read(_read(posts=200), NOON)

    assert spends.rest_s(NOON) == 9.5 * DAY_S
    assert spends.rest_s(NOON + 9 * DAY_S) == 0.5 * DAY_S
    assert spends.rest_s(NOON + 9.5 * DAY_S) is None


def test_december_ends_too() -> None:
    december = datetime(2026, 12, 31, 23, tzinfo=UTC).timestamp()
    spends = _budget(per_month=1)
    spends.read(_read(posts=200), december)

    assert spends.rest_s(december) == 3600


def test_restart_goes_on_from_what_was_spent() -> None:
    first = _budget()
    first.read(_read(posts=150), NOON)
    second = _budget()
    second.resume(first.spent(NOON))
    second.read(_read(posts=50, first=1000), NOON)

    assert second.rest_s(NOON) is not None


def test_affordable_is_what_can_be_paid_for_whatever_pictures_it_has() -> None:
    spends = _budget()
    spends.read(_read(posts=186), NOON)

    assert spends.left_mills(NOON) == 70
    assert spends.affordable(["new", "185", "newer", "newest"], NOON) == ["new", "185", "newer"]


@given(st.integers(150, 200), st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=40))
def test_what_is_affordable_never_passes_the_budget(before: int, posts: list[tuple[bool, int]]) -> None:
    """An author each, or one of all; and up to four pictures."""
    spends = _budget()
    spends.read(_read(posts=before, first=1000), NOON)
    left = max(spends.left_mills(NOON), 0)
    spent = spends.spent(NOON).today

    for id_ in map(int, spends.affordable([str(number) for number in range(len(posts))], NOON)):
        own, pictures = posts[id_]
        shown = frozenset(f"{id_}-{number}" for number in range(pictures))
        spends.read(
            Read(posts=frozenset({str(id_)}), authors=frozenset({str(id_ if own else 0)}), pictures=shown), NOON
        )

    assert spends.spent(NOON).today - spent <= left


def test_what_it_remembers_is_bounded_and_beyond_that_all_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_COUNTED", 10)
    spends = _budget()
    for _ in range(3):
        spends.read(_read(posts=20), NOON)
        spends.read(_read(posts=20, first=100), NOON)

    assert spends.spent(NOON).posts == 20 + 3 * 20


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30), st.floats(0, 40 * DAY_S)), max_size=20))
def test_count_never_goes_down_within_a_day_and_a_month_has_its_days(reads: list[tuple[int, int, float]]) -> None:
    spends, at, months = _budget(), NOON, dict[str, int]()
    for first, posts, later_s in reads:
        before = spends.spent(at)
        at += later_s
        spends.read(_read(posts=posts, first=first), at)
        after = spends.spent(at)
        if after.day == before.day:
            assert after.today >= before.today
        month = after.day[:7]
        assert after.month >= max(after.today, months.get(month, 0))
        months[month] = after.month
