"""Nobody fills the queue: whatever comes and in whichever order it is read."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.symposium import turns
from server.symposium.state import Post, State
from server.symposium.views import fair_queue
from tests.server.symposium.day import Day

NEWCOMER = "bram"


def first(day: Day) -> str:
    return fair_queue(day.state)[0].id


def read(day: Day) -> str:
    """The moderator reads the next post. Returns its author."""
    post = first(day)
    author = day.post(post).author
    day.decide("show", post)
    return str(author)


def test_everybodys_first_comes_before_anybodys_second() -> None:
    day = Day()
    for post, author in (("a1", "ada"), ("a2", "ada"), ("a3", "ada"), ("b1", "bram"), ("b2", "bram"), ("c1", "cato")):
        day.arrive(post, author=author)

    assert [post.id for post in fair_queue(day.state)] == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_reading_one_does_not_bring_its_author_to_the_front_again() -> None:
    day = Day()
    for number in range(4):
        day.arrive(f"a{number}", author="ada")
    for number in range(4):
        day.arrive(f"b{number}", author="bram")

    assert [read(day) for _ in range(8)] == ["ada", "bram"] * 4


def test_newcomer_waits_for_one_post_of_each() -> None:
    day = Day()
    for number in range(20):
        day.arrive(f"a{number}", author="ada")
    for _ in range(5):
        read(day)
    day.arrive("new", author=NEWCOMER)

    assert read(day) in {"ada", NEWCOMER}
    assert day.status("new") == "shown" or read(day) == NEWCOMER


def test_empty_queue_makes_all_even_again() -> None:
    day = Day()
    for number in range(5):
        day.arrive(f"a{number}", author="ada")
    for _ in range(5):
        read(day)
    day.arrive("a-again", author="ada")
    day.arrive("b", author="bram")

    assert [post.id for post in fair_queue(day.state)] == ["a-again", "b"], "who wrote much this morning is not behind"


def test_newcomer_is_read_next_behind_thousands_of_one_author() -> None:
    day = Day()
    for number in range(2_100):
        day.arrive(f"a{number}", author="ada")
    day.arrive("new", author=NEWCOMER)

    assert "new" in [post.id for post in fair_queue(day.state)][:2]


def test_withdrawing_does_not_bring_ones_other_posts_forward() -> None:
    day = Day()
    for number in range(5):
        day.phone(f"a{number}")
    day.arrive("b", author="bram")
    day.withdraw("a4")
    day.withdraw("a0")
    day.arrive("c", author="cato")

    queue = [str(post.id) for post in fair_queue(day.state)]
    assert queue.index("c") < queue.index("a2")
    assert queue.index("b") < queue.index("a1")


WAYS = ("read", "read any", "withdraw", "depart", "hold again")


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("arrive"), st.sampled_from(["ada", "bram", "cato", "dirk"])),
            st.tuples(st.sampled_from(WAYS), st.integers(0, 30)),
        ),
        max_size=60,
    )
)
def test_the_numbers_are_those_of_what_waits(steps: list[tuple[str, int | str]]) -> None:
    """In any order: the count of numbers is that of the queue, and nothing that waits is before what is read."""
    day = Day()
    for number, (step, which) in enumerate(steps):
        waiting = list(day.state.held)
        shown = list(day.state.shown)
        match step, which:
            case "arrive", str(author):
                day.arrive(f"p{number}", author=author)
            case "read", _ if waiting:
                read(day)
            case "read any", int(place) if waiting:
                day.decide("reject", waiting[place % len(waiting)])
            case "depart" | "withdraw", int(place) if waiting:
                day.depart(waiting[place % len(waiting)])
            case "hold again", int(place) if shown:
                day.decide("hold", shown[place % len(shown)])
        state = day.state
        numbers = Counter(state.posts[post].turn for post in state.held)
        assert {number: len(waiting) for number, waiting in state.turns.items()} == numbers
        assert sorted(turns.in_order(state)) == sorted(state.held)
        assert state.turn == min(numbers, default=state.turn_last)


@given(st.lists(st.sampled_from(["ada", "bram", "cato"]), min_size=1, max_size=40))
def test_two_who_both_wait_are_read_alike(authors: list[str]) -> None:
    """Fairness itself: of two authors who have posts waiting all the time, neither is read two more than the other."""
    assert worst(authors) <= 1


def test_without_numbers_one_author_fills_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: by arrival alone, ten of one come first."""

    def by_arrival(state: State, post: Post) -> None:
        post.turn, state.turn_last = state.turn, max(state.turn_last, state.turn + 1)
        state.turns.setdefault(state.turn, {})[post.id] = None

    monkeypatch.setattr(turns, "take", by_arrival)

    assert worst(["ada"] * 10 + ["bram"] * 10) > 1


def worst(authors: list[str]) -> int:
    """How far two authors, who both have posts waiting, come apart while the queue is read."""
    day = Day()
    for number, author in enumerate(authors):
        day.arrive(f"p{number}", author=author)
    left = Counter(authors)
    been: Counter[str] = Counter()
    apart = 0
    while left.total():
        author = read(day)
        been[author] += 1
        left[author] -= 1
        waiting = [been[each] for each in left if left[each] > 0]
        apart = max(apart, max(waiting, default=0) - min(waiting, default=0))
    return apart
