from __future__ import annotations

import logging
from collections import Counter

import pytest

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Condition, Health
from server.sources.health import is_worth_a_line, note_flaw, unwell, worst

TROUBLE = SourceUnavailable("a.example: status 502", code="unreachable", cause=Cause.SERVER)
_log = logging.getLogger("server.sources.test")


def test_a_source_that_will_try_again_waits_and_says_when() -> None:
    assert unwell(TROUBLE, 7.5, where="a.example", now=1000.0) == Health(
        condition=Condition.WAITING, what="unreachable", where="a.example", retry_at=1_007_500_000
    )


def test_a_source_that_stopped_waits_for_somebody() -> None:
    assert unwell(TROUBLE, None, where="a.example", now=1000.0) == Health(
        condition=Condition.NEEDS_ATTENTION, what="unreachable", where="a.example"
    )


def test_the_worst_of_several_is_the_first_of_those_that_need_somebody_most() -> None:
    well, waits, also_waits = (
        Health(condition=Condition.OK),
        Health(condition=Condition.WAITING, where="a"),
        Health(condition=Condition.WAITING, where="b"),
    )
    broken = Health(condition=Condition.NEEDS_ATTENTION)

    assert worst([well, waits, also_waits]) is waits
    assert worst([waits, broken, well]) is broken
    assert worst([well, Health(condition=Condition.STALE)]).condition is Condition.STALE


def test_the_first_is_worth_a_line_and_then_every_hundredth() -> None:
    counts: Counter[str] = Counter()

    told = [number for number in range(250) if is_worth_a_line(counts, "forged")]

    assert told == [0, 100, 200]
    assert counts == {"forged": 250}


def test_a_flaw_is_counted_and_told_with_its_source_its_field_and_which_one_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts = {"posts": 3}

    with caplog.at_level(logging.WARNING, _log.name):
        for number in range(100):
            flaw = BadInput("$.id must be a text.", code="unreadable", field="$.id")
            note_flaw(_log, counts, "matrix-1", "a.example", flaw, what=f"event {number}")

    assert counts == {"posts": 3, "unreadable": 100}
    assert [each.getMessage() for each in caplog.records] == [
        "Source matrix-1: a.example sent what cannot be read: event 0: $.id must be a text. ($.id)"
    ]
