"""The symposium's own facts, and what the screens may show."""

from __future__ import annotations

import pytest

from server.symposium import entries
from server.symposium.entries import SymposiumBody
from server.symposium.outcomes import Done
from server.symposium.state import State, Switch
from server.symposium.values import Policy
from server.symposium.views import WallBook
from tests.oracle.machine import posts_of
from tests.server.symposium.day import ANNA, BRAM, ORGANISER, SHOW, Day, code_of


def on_the_wall(state: State) -> list[str]:
    book = WallBook()
    book.look(state)
    return sorted(posts_of(book.items))


class TestSymposium:
    def test_it_is_made_once(self) -> None:
        day = Day(policy=Policy.KNOWN_PASS, pending_cap=3)
        again = entries.SymposiumMade(slug="other", short="OT", languages=("en",))

        assert code_of(day.put(again, SymposiumBody(title="Other"))) == "made-before"
        assert (day.state.slug, day.state.short) == ("dag", "DG")
        assert (day.state.policy, day.state.pending_cap) == ("known-pass", 3)
        assert (day.state.body, day.body(day.seq)) == (1, None)

    def test_a_change_forgets_what_was(self) -> None:
        day = Day()

        outcome = day.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title="Other"))

        assert outcome == Done(seq=day.seq, redact=(1,))
        assert (day.state.body, day.body(1)) == (day.seq, None)


@pytest.mark.parametrize("kind", [entries.Stopped, entries.Paused])
class TestSwitches:
    def _switch(self, day: Day, kind: type) -> Switch:
        return day.state.stop if kind is entries.Stopped else day.state.pause

    def test_it_tells_since_when_and_by_whom(self, kind: type) -> None:
        day = Day()
        day.put(kind(by=BRAM, on=True))
        assert self._switch(day, kind) == Switch(on=True, at=day.state.at, seq=day.seq, by=BRAM)

    def test_a_second_press_changes_nothing(self, kind: type) -> None:
        day = Day()
        day.put(kind(by=BRAM, on=True))
        since = day.seq

        assert day.put(kind(by=ANNA, on=True)) == Done(seq=day.seq)
        assert (self._switch(day, kind).seq, self._switch(day, kind).by) == (since, BRAM)

    def test_anybody_of_the_staff_may_switch_it_off(self, kind: type) -> None:
        day = Day()
        day.put(kind(by=BRAM, on=True))
        day.put(kind(by=ANNA, on=False))
        assert not self._switch(day, kind).on


class TestStop:
    def test_nothing_is_on_the_screens(self) -> None:
        day = Day()
        day.arrive("a", verdict=SHOW)
        day.decide("pin", "a")
        day.stop()
        day.arrive("b", verdict=SHOW)
        assert on_the_wall(day.state) == []

        day.stop(on=False)
        assert on_the_wall(day.state) == ["a", "b"]


class TestPause:
    def test_what_is_released_waits_and_what_is_there_stays(self) -> None:
        day = Day()
        day.arrive("before", verdict=SHOW)
        day.arrive("held")
        day.pause()
        day.arrive("during", verdict=SHOW)
        day.decide("show", "held")
        assert on_the_wall(day.state) == ["before"]

        day.pause(on=False)
        assert on_the_wall(day.state) == ["before", "during", "held"]

    @pytest.mark.parametrize("decision", ["hide", "hold", "reject"])
    def test_what_is_taken_away_goes_at_once_and_comes_back_after(self, decision: str) -> None:
        day = Day()
        day.arrive(verdict=SHOW)
        day.pause()
        day.decide(decision)
        assert on_the_wall(day.state) == []
        day.undo()
        assert on_the_wall(day.state) == []

        day.pause(on=False)
        assert on_the_wall(day.state) == ["p"]

    def test_a_second_pause_is_another_one(self) -> None:
        day = Day()
        day.pause()
        day.arrive(verdict=SHOW)
        day.pause(on=False)

        day.pause()

        assert on_the_wall(day.state) == ["p"]
