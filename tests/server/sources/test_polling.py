from __future__ import annotations

import asyncio
import itertools
import logging
import random
from contextlib import aclosing
from typing import Any, cast

import pytest

from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Condition, Delete, Event, Health, Tools
from server.sources.polling import STILL_WELL_EACH_S, Look, polling
from tests.server.sources import virtual

Seen = list[tuple[float, Event, str | None]]


def looked(
    outcomes: list[Look | SourceUnavailable], seconds: float, cursor: str | None = None
) -> tuple[Seen, list[Any]]:
    """What comes of looks with these *outcomes* within *seconds*, and the cursors that they were asked with."""
    asked: list[Any] = []

    async def look(at: str | None) -> Look:
        asked.append(at)
        outcome = outcomes[min(len(asked), len(outcomes)) - 1]
        if isinstance(outcome, Look):
            return outcome
        raise outcome

    async def scenario() -> Seen:
        seen: Seen = []
        tools = Tools(session=cast("Any", None), now=virtual.now, rng=random.Random(7))
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with asyncio.timeout(seconds), aclosing(polling(look, cursor, tools, where="hier")) as events:
                async for event, reached in events:
                    seen.append((loop.time() - start, event, reached))
        except TimeoutError:
            return seen
        raise AssertionError("it never ends by itself")

    return virtual.run(scenario()), asked


def gone(name: str) -> Delete:
    return Delete(native_id=name)


def test_cursor_comes_with_the_last_event_of_a_look() -> None:
    seen, asked = looked([Look(events=(gone("a"), gone("b")), cursor="2", wait_s=100)], 10, cursor="1")

    assert [(event, cursor) for _, event, cursor in seen[:2]] == [(gone("a"), "1"), (gone("b"), "2")]
    assert seen[2][2] == "2"
    assert asked == ["1"]


def test_look_without_events_moves_the_cursor_too() -> None:
    seen, asked = looked([Look(cursor="2", wait_s=5)], 12)

    assert [cursor for _, event, cursor in seen if isinstance(event, Health)] == ["2", "2", "2"]
    assert asked == [None, "2", "2"]


def test_it_waits_as_long_as_the_look_says_and_never_shorter() -> None:
    _, asked = looked([Look(wait_s=300)], 3_300)

    assert len(asked) in {10, 11}


def test_long_wait_is_not_silence() -> None:
    seen, _ = looked([Look(wait_s=600)], 590)

    moments = [at for at, event, _ in seen if isinstance(event, Health) and event.condition is Condition.OK]
    assert max(later - earlier for earlier, later in itertools.pairwise(moments)) <= STILL_WELL_EACH_S + 1e-6
    assert len(moments) >= 9


def test_trouble_is_told_waited_out_and_over() -> None:
    trouble = SourceUnavailable("x", code="limited", cause=Cause.LIMITED, asked_s=30)

    seen, asked = looked([trouble, Look(cursor="2", wait_s=100)], 60, cursor="1")

    (_, first, cursor), (at, second, _) = seen[:2]
    assert isinstance(first, Health)
    assert isinstance(second, Health)
    assert (first.condition, first.what, first.where, cursor) == (Condition.WAITING, "limited", "hier", "1")
    assert first.retry_at is not None
    assert second.condition is Condition.OK
    assert at >= 30
    assert asked == ["1", "1"]


def test_trouble_is_one_line_in_the_log_until_it_is_over_or_another(caplog: pytest.LogCaptureFixture) -> None:
    one, other = (SourceUnavailable(code, code=code, cause=Cause.SERVER) for code in ("one", "other"))

    with caplog.at_level(logging.INFO, "server.sources.polling"):
        looked([one, one, one, other, Look(wait_s=1), one, Look(wait_s=100)], 200)

    said = [(record.levelno, record.getMessage().rpartition(": ")[2]) for record in caplog.records]
    assert said == [(30, "one"), (20, "one"), (20, "one"), (30, "other"), (30, "one")]


def test_refusal_stops_the_looks() -> None:
    refused = SourceUnavailable("x", code="refused", cause=Cause.REFUSED)

    seen, asked = looked([refused], 100_000)

    assert [event.condition for _, event, _ in seen if isinstance(event, Health)] == [Condition.NEEDS_ATTENTION]
    assert len(asked) == 1


def test_fault_of_ours_is_for_the_runner() -> None:
    with pytest.raises(ZeroDivisionError):
        looked([cast("Look", ZeroDivisionError())], 10)
