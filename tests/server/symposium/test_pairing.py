"""Screens that staff know."""

from __future__ import annotations

import pytest

from server.symposium import pairing
from server.symposium.entries import ScreenRemoved
from server.symposium.programme_facts import paired_facts
from server.symposium.values import RoomId, ScreenId
from tests.server.symposium.day import ANNA, HALL, Day, code_of


def planned() -> Day:
    day = Day()
    day.programme()
    return day


def test_a_screen_has_a_name_and_a_room() -> None:
    day = planned()
    day.pair("left", stage=True)
    facts = paired_facts(day.state)["left"]
    assert (facts.name, facts.room, facts.stage) == ("Screen left", HALL, True)


def test_another_name_overwrites_the_first() -> None:
    day = planned()
    day.pair("left")
    first = day.seq
    assert day.pair("left", room=None).redact == (first,)
    assert day.body(first) is None
    assert paired_facts(day.state)["left"].room is None


def test_a_screen_is_let_go() -> None:
    day = planned()
    day.pair("left")
    paired = day.seq
    outcome = day.put(ScreenRemoved(by=ANNA, screen=ScreenId("left")))
    assert (outcome.redact, day.state.paired) == ((paired,), {})
    assert code_of(day.put(ScreenRemoved(by=ANNA, screen=ScreenId("left")))) == "unknown"


def test_only_in_rooms_that_there_are() -> None:
    assert code_of(planned().pair("left", room=RoomId("attic"))) == "unknown"
    assert code_of(Day().pair("left")) == "unknown"
    assert code_of(Day().pair("left", room=None)) == "Done"


def test_they_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MAX_PAIRED", 1)
    day = planned()
    day.pair("left")
    assert code_of(day.pair("right")) == "too-many-screens"
    assert code_of(day.pair("left", room=None)) == "Done"
