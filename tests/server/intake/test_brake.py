"""The brake: what trips it, and what a full hall may do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake import brake
from server.intake.brake import WINDOW_US, Brake, Trip, trips
from server.intake.rules import Rules

RULES = Rules()
LIMIT = RULES.brake_posts_per_minute


def seen(rate: int, *, new: int = 0, alike: int = 0) -> Trip:
    return Trip(posts_per_minute=rate, new_percent=new, alike_percent=alike)


@pytest.mark.parametrize(
    ("what", "is_too_much"),
    [
        pytest.param(seen(LIMIT, new=100, alike=100), False, id="at the limit, all new and all alike"),
        pytest.param(seen(LIMIT + 1, new=70), True, id="over it, as many new as the limit"),
        pytest.param(seen(LIMIT + 1, new=69, alike=49), False, id="over it, just below both shares"),
        pytest.param(seen(LIMIT + 1, alike=50), True, id="over it, half of it alike"),
        pytest.param(seen(3 * LIMIT), False, id="three times, by known authors who say different things"),
        pytest.param(seen(3 * LIMIT + 1), True, id="over three times, whoever it is"),
        pytest.param(seen(0, new=100, alike=100), False, id="nothing"),
    ],
)
def test_what_is_too_much(what: Trip, is_too_much: bool) -> None:
    assert trips(what, RULES) is is_too_much


def test_the_limits_are_the_symposiums() -> None:
    rules = Rules(brake_posts_per_minute=2, brake_new_percent=100, brake_alike_percent=100)
    assert not trips(seen(3, new=99, alike=99), rules)
    assert trips(seen(3, new=100), rules)
    assert trips(seen(7), rules)


def play(count: int, *, seconds: float, rules: Rules = RULES, new: float = 0, alike: float = 0) -> list[int]:
    """After which of *count* arrivals, evenly over *seconds*, it tripped; of them these shares are new and alike."""
    machine, tripped = Brake(), []
    for number in range(count):
        at_us = int(number * seconds * 1_000_000 / count)
        odd = {"is_new": number % 100 < new, "is_alike": number % 100 < alike}
        if machine.note(at_us, **odd, rules=rules) is not None:
            tripped.append(number + 1)
    return tripped


class TestAHall:
    def test_a_full_hall_of_known_authors_trips_it_only_by_its_number(self) -> None:
        """The control: 500 at once, each with something of their own. Nobody can read along with that."""
        assert play(3 * LIMIT, seconds=1) == []
        assert play(500, seconds=1)[0] == 3 * LIMIT + 1

    def test_an_organiser_of_a_large_hall_raises_the_limit(self) -> None:
        assert play(500, seconds=1, rules=Rules(brake_posts_per_minute=200)) == []

    def test_known_authors_all_day_long_do_not(self) -> None:
        assert play(3_000, seconds=3_000 / (3 * LIMIT) * 60 * 1.02) == []

    def test_newcomers_at_the_limit_do_not_and_above_it_do(self) -> None:
        assert play(600, seconds=600 / LIMIT * 60 * 1.02, new=100) == []
        assert play(600, seconds=60, new=100)[0] == LIMIT + 1

    def test_the_same_said_by_many_does(self) -> None:
        assert play(100, seconds=60, alike=100)[0] == LIMIT + 1

    def test_it_begins_anew_after_it_tripped(self) -> None:
        first, second, *_ = play(500, seconds=1, new=100)
        assert second - first == first == LIMIT + 1


def test_it_says_what_it_saw() -> None:
    machine = Brake()
    trip = None
    for number in range(LIMIT + 1):
        trip = machine.note(number, is_new=True, is_alike=number % 2 == 0, rules=RULES)
    assert trip == seen(LIMIT + 1, new=100, alike=51)


def test_a_person_who_looked_is_a_new_beginning() -> None:
    machine = Brake()
    for number in range(LIMIT):
        machine.note(number, is_new=True, is_alike=True, rules=RULES)
    machine.forget()
    assert machine.note(LIMIT, is_new=True, is_alike=True, rules=RULES) is None


def test_after_a_clock_was_put_back_a_post_a_minute_does_not_trip_it() -> None:
    machine, hour_us = Brake(), 60 * WINDOW_US
    machine.note(5 * hour_us, is_new=True, is_alike=True, rules=RULES)

    tripped = [machine.note(minute * WINDOW_US, is_new=True, is_alike=True, rules=RULES) for minute in range(60)]

    assert tripped == [None] * 60


def test_a_flood_in_which_the_clock_steps_back_a_little_still_trips_it() -> None:
    machine = Brake()
    tripped = [
        machine.note((number % 2) * WINDOW_US // 2, is_new=True, is_alike=True, rules=RULES)
        for number in range(LIMIT + 1)
    ]
    assert tripped[-1] is not None


def test_it_remembers_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "MAX_ARRIVALS", 10)
    machine = Brake()
    for number in range(50):
        machine.note(number, is_new=False, is_alike=False, rules=RULES)
    assert len(machine._seen) == 10


_ARRIVALS = st.lists(st.tuples(st.integers(0, 20_000_000), st.booleans(), st.booleans()), max_size=120)


@given(_ARRIVALS)
def test_it_trips_exactly_when_a_slow_count_says_so(arrivals: list[tuple[int, bool, bool]]) -> None:
    """The same by counting everything again each time."""
    rules = Rules(brake_posts_per_minute=5)
    machine, since, at_us = Brake(), [], 0
    for step, is_new, is_alike in arrivals:
        at_us += step
        since.append((at_us, is_new, is_alike))
        window = [each for each in since if each[0] > at_us - WINDOW_US]
        share = [100 * sum(each[kind] for each in window) // len(window) for kind in (1, 2)]
        expected = seen(len(window), new=share[0], alike=share[1])

        trip = machine.note(at_us, is_new=is_new, is_alike=is_alike, rules=rules)

        assert trip == (expected if trips(expected, rules) else None)
        if trip is not None:
            since.clear()
