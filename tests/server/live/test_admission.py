"""The door."""

from __future__ import annotations

import sys

import pytest

from server.errors import Unavailable
from server.live.admission import ADDRESS_RESERVE, RESERVE, Admission, open_files, raise_open_files
from server.live.limits import Limits

HALL = "192.0.2.1"


def test_admission_refuses_who_would_use_up_the_open_files() -> None:
    door = Admission(Limits(), files=RESERVE + 2, clock=lambda: 0.0)
    door.enter("a", is_staff=True)
    door.enter("b", is_staff=True)

    with pytest.raises(Unavailable) as refusal:
        door.enter("c", is_staff=True)

    assert refusal.value.retry_after_s > 0
    assert door.inside == 2


def test_admission_lets_in_again_when_somebody_left() -> None:
    door = Admission(Limits(), files=RESERVE + 1, clock=lambda: 0.0)
    door.enter("a", is_staff=True)
    door.leave("a")

    door.enter("b", is_staff=True)

    assert door.inside == 1


def test_admission_keeps_places_for_staff_from_a_hall_behind_one_address() -> None:
    door = Admission(Limits(), files=RESERVE + ADDRESS_RESERVE + 2, clock=lambda: 0.0)
    for _ in range(2):
        door.enter(HALL, is_staff=False)

    with pytest.raises(Unavailable):
        door.enter(HALL, is_staff=False)
    door.enter(HALL, is_staff=True)
    door.enter("198.51.100.7", is_staff=False)

    assert door.inside == 4


def test_admission_makes_a_storm_wait_its_turn_at_the_stated_rate() -> None:
    limits = Limits(arrivals_at_once=3, arrivals_per_s=10.0)
    door = Admission(limits, files=10_000, clock=lambda: 5.0)

    waits = [door.enter(HALL, is_staff=False) for _ in range(6)]

    assert waits == pytest.approx([0.0, 0.0, 0.0, 0.0, 0.1, 0.2])


def test_admission_does_not_save_up_turns_while_it_is_quiet() -> None:
    times = iter([0.0, 1000.0, 1000.0, 1000.0])
    door = Admission(Limits(arrivals_at_once=1, arrivals_per_s=10.0), files=10_000, clock=lambda: next(times))

    waits = [door.enter(HALL, is_staff=False) for _ in range(4)]

    assert waits == pytest.approx([0.0, 0.0, 0.0, 0.1])


def test_admission_asks_to_come_back_rather_than_to_wait_very_long() -> None:
    limits = Limits(arrivals_at_once=1, arrivals_per_s=1.0, arrival_wait_s=2.0)
    door = Admission(limits, files=10_000, clock=lambda: 0.0)
    for _ in range(4):
        door.enter(HALL, is_staff=False)

    with pytest.raises(Unavailable) as refusal:
        door.enter(HALL, is_staff=False)

    assert refusal.value.retry_after_s == 3
    assert door.inside == 4


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit on Windows")
def test_open_files_is_raised_to_the_hard_limit() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowered = min(256, before[1]) if before[1] != resource.RLIM_INFINITY else 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowered, before[1]))
    try:
        low, high = open_files(), raise_open_files()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert low == lowered
    assert high == (min(before[1], 1 << 20) if before[1] != resource.RLIM_INFINITY else 1 << 20)
