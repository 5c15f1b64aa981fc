"""Leading edge, with a clock of its own."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.flow import LeadingEdge

GAP_S = 0.025


class Clock:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._timers: list[tuple[float, int, FakeTimer]] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(callback)
        heapq.heappush(self._timers, (self.now_s + delay_s, len(self._timers), timer))
        return timer

    def move_to(self, now_s: float) -> None:
        while self._timers and self._timers[0][0] <= now_s:
            self.now_s, _, timer = heapq.heappop(self._timers)
            if not timer.is_cancelled:
                timer.callback()
        self.now_s = now_s


class FakeTimer:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_edge_acts_at_once_when_idle(clock: Clock) -> None:
    acts: list[float] = []
    edge = LeadingEdge(lambda: acts.append(clock.now_s), gap_s=GAP_S, call_later=clock.call_later)

    edge.touch()

    assert acts == [0.0]


def test_edge_joins_what_follows_within_the_gap(clock: Clock) -> None:
    acts: list[float] = []
    edge = LeadingEdge(lambda: acts.append(clock.now_s), gap_s=GAP_S, call_later=clock.call_later)

    for at_s in (0.0, 0.001, 0.002, 0.024):
        clock.move_to(at_s)
        edge.touch()
    clock.move_to(1.0)

    assert acts == [0.0, GAP_S]


def test_edge_is_idle_again_after_a_quiet_gap(clock: Clock) -> None:
    acts: list[float] = []
    edge = LeadingEdge(lambda: acts.append(clock.now_s), gap_s=GAP_S, call_later=clock.call_later)

    edge.touch()
    clock.move_to(0.5)
    edge.touch()
    clock.move_to(1.0)

    assert acts == [0.0, 0.5]


def test_edge_joins_a_touch_from_within_the_action(clock: Clock) -> None:
    acts: list[float] = []

    def act() -> None:
        acts.append(clock.now_s)
        if len(acts) == 1:
            edge.touch()

    edge = LeadingEdge(act, gap_s=GAP_S, call_later=clock.call_later)
    edge.touch()
    clock.move_to(1.0)

    assert acts == [0.0, GAP_S]


def test_edge_counts_the_gap_from_the_end_of_the_action(clock: Clock) -> None:
    acts: list[float] = []

    def act() -> None:
        acts.append(clock.now_s)
        clock.now_s += 0.1

    edge = LeadingEdge(act, gap_s=GAP_S, call_later=clock.call_later)
    edge.touch()
    edge.touch()
    clock.move_to(1.0)

    assert acts == pytest.approx([0.0, 0.1 + GAP_S])


def test_edge_goes_on_after_an_action_that_failed(clock: Clock) -> None:
    acts: list[float] = []

    def act() -> None:
        acts.append(clock.now_s)
        if len(acts) == 1:
            raise OSError("the first one fails")

    edge = LeadingEdge(act, gap_s=GAP_S, call_later=clock.call_later)
    with pytest.raises(OSError, match="the first one fails"):
        edge.touch()
    edge.touch()
    clock.move_to(1.0)

    assert acts == [0.0, GAP_S]


def test_edge_does_what_was_put_off_when_closed(clock: Clock) -> None:
    acts: list[float] = []
    edge = LeadingEdge(lambda: acts.append(clock.now_s), gap_s=GAP_S, call_later=clock.call_later)

    edge.touch()
    edge.touch()
    edge.close()
    clock.move_to(1.0)

    assert acts == [0.0, 0.0]


async def test_edge_uses_the_running_loop_by_default() -> None:
    acts: list[str] = []
    edge = LeadingEdge(lambda: acts.append("act"))

    edge.touch()
    edge.touch()
    edge.close()

    assert acts == ["act", "act"]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40))
def test_edge_acts_after_every_touch_and_never_twice_within_the_gap(delays_ms: list[int]) -> None:
    clock = Clock()
    acts: list[float] = []
    touches: list[float] = []
    edge = LeadingEdge(lambda: acts.append(clock.now_s), gap_s=GAP_S, call_later=clock.call_later)

    for delay_ms in delays_ms:
        clock.move_to(clock.now_s + delay_ms / 1000)
        touches.append(clock.now_s)
        edge.touch()
    clock.move_to(clock.now_s + 1)

    assert all(later - sooner >= GAP_S - 1e-9 for sooner, later in pairwise(acts))
    assert all(any(touch <= act <= touch + GAP_S + 1e-9 for act in acts) for touch in touches)
