"""`apply`: total, and the only thing that changes a state."""

from __future__ import annotations

from typing import Any

import pytest

from server.symposium import entries, law
from server.symposium.entries import Record
from server.symposium.outcomes import Broken, Done
from server.symposium.state import State
from tests.oracle.machine import canonical
from tests.server.symposium.day import ANNA, Day


def test_every_kind_of_entry_has_a_handler() -> None:
    assert set(law._HANDLERS) == set(entries.AnyHead.__args__)


def _break(patch: pytest.MonkeyPatch, kind: type[entries.Head]) -> None:
    """Put a mistake in the place of the handler of *kind*."""

    def broken(state: State, record: Record, head: Any) -> Any:
        raise LookupError("a mistake")

    handlers: dict[Any, Any] = law._HANDLERS
    patch.setitem(handlers, kind, broken)


class TestBroken:
    def test_it_is_counted_and_nothing_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        day = Day()
        _break(monkeypatch, entries.Stopped)
        before = canonical(day.state)

        outcome = day.stop()

        assert outcome == Broken(seq=day.seq, error="LookupError: a mistake")
        assert day.state.broken == 1
        day.state.seq, day.state.at, day.state.broken = day.seq - 1, day.state.at - 1_000_000, 0
        assert canonical(day.state) == before

    def test_its_body_is_not_in_the_state_and_not_overwritten_in_the_journal(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A later version may know better, and reads the journal again."""
        day = Day()
        _break(monkeypatch, entries.PostArrived)

        outcome = day.arrive()

        assert (outcome.redact, day.body(day.seq)) == ((), None)

    def test_the_day_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        day = Day()
        with monkeypatch.context() as patch:
            _break(patch, entries.PostArrived)
            day.arrive("a")

        assert isinstance(day.arrive("b"), Done)
        assert day.status("b") == "held"

    def test_an_entry_that_this_version_does_not_know(self) -> None:
        class Later(entries.Head, frozen=True, tag="later"):
            pass

        state = State()
        outcome = law.apply(state, Record(1, 1, Later(), None))  # type: ignore[arg-type]  # what is not known

        assert isinstance(outcome, Broken)
        assert (state.seq, state.at, state.broken) == (1, 1, 1)


class TestBodies:
    def test_a_body_is_kept_as_it_is_and_never_read(self) -> None:
        state = State()
        made = entries.SymposiumMade(slug="s", short="S", languages=("nl",))

        outcome = law.apply(state, Record(1, 1, made, b"\xff not JSON"))

        assert outcome == Done(seq=1)
        assert state.bodies == {1: b"\xff not JSON"}

    def test_what_is_refused_is_not_kept(self) -> None:
        day = Day()
        head = entries.SymposiumChanged(by=ANNA)

        outcome = day.put(head, entries.SymposiumBody(title="Not mine to change"))

        assert outcome.redact == (day.seq,)
        assert day.body(day.seq) is None

    def test_what_was_redacted_is_not_redacted_again(self) -> None:
        day = Day()
        assert day.put(entries.SymposiumChanged(by=ANNA)).redact == ()


def test_a_state_is_made_on_top_of_another() -> None:
    day = Day()
    day.arrive()
    half = law.replay(day.records[:5])

    whole = law.replay(day.records[5:], half)

    assert whole is half
    assert canonical(whole) == canonical(day.state) == canonical(law.replay(day.records))


def test_two_states_share_nothing() -> None:
    first, second = State(), State()
    law.apply(first, Day().records[0])
    first.pinned["p"] = None  # type: ignore[index]  # any string will do
    assert canonical(second) == canonical(State())
