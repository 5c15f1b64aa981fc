"""The corners of the table of `backoff.py`: a connection that holds for a moment, and a moment that is asked for."""

from __future__ import annotations

import random

import pytest

from server.sources.backoff import HEALTHY_S, Backoff, Cause, SourceUnavailable


class _Longest(random.Random):
    """The longest wait that there can be."""

    def uniform(self, a: float, b: float) -> float:
        return b


def trouble(cause: Cause = Cause.SERVER, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable("", code="x", cause=cause, asked_s=asked_s)


def test_connection_that_holds_for_a_moment_each_time_is_never_healthy() -> None:
    """It worked a minute ago, and not since: that is not a minute without failure."""
    backoff = Backoff(_Longest())
    waits = []
    for round_ in range(6):
        backoff.worked(now=round_ * HEALTHY_S)
        waits.append(backoff.failed(trouble(), now=round_ * HEALTHY_S + 1))
        waits.append(backoff.failed(trouble(), now=round_ * HEALTHY_S + HEALTHY_S - 1))

    assert waits == sorted(waits, key=lambda wait: wait or 0)
    assert waits[-1] == pytest.approx(320 * 1.1)


@pytest.mark.parametrize(("well_s", "again"), [(HEALTHY_S - 1, 10), (HEALTHY_S, 5), (HEALTHY_S * 9, 5)])
def test_minute_without_failure_begins_the_table_anew(well_s: float, again: float) -> None:
    backoff = Backoff(_Longest())
    backoff.failed(trouble(), now=0)
    for now in (10.0, 10 + well_s / 2, 10 + well_s):
        backoff.worked(now=now)

    assert backoff.failed(trouble(), now=10 + well_s) == pytest.approx(again * 1.1)


def test_connection_that_was_lost_asks_for_nothing() -> None:
    """What was said before it broke is of another answer."""
    backoff = Backoff(_Longest())

    waits = [backoff.failed(trouble(Cause.DROPPED, asked_s=600.0), now=0) for _ in range(3)]

    assert waits == [0.0, 1.0, 2.0]
