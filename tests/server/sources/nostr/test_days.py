"""Whole days at two relays, with lies, lost connections and crashes: what a wall was told is right in the end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from server.sources.contract import Delete, Event, Upsert
from server.sources.nostr import parse
from tests.conftest import Scale
from tests.server.sources import virtual
from tests.server.sources.nostr.relay import ANNA, BRAM, EVIL, Json, NostrRelay, listening

pytestmark = pytest.mark.slow

Act = tuple[Any, ...]

_NO_SHRINK = tuple(phase for phase in Phase if phase is not Phase.shrink)
_PERSONS = {person.pubkey: person for person in (ANNA, BRAM, EVIL)}
_WHO = st.sampled_from([ANNA, BRAM, EVIL])
_WHERE = st.sampled_from([(0,), (1,), (0, 1)])
_ACTS = st.one_of(
    st.tuples(st.just("note"), _WHO, _WHERE),
    st.tuples(st.just("profile"), _WHO, _WHERE),
    st.tuples(st.just("delete"), _WHO, st.integers(0, 30), _WHERE),
    st.tuples(st.just("alter"), st.sampled_from(["content", "sig", "pubkey"]), st.integers(0, 30), _WHERE),
    st.tuples(st.just("forge"), st.sampled_from(["content", "sig"]), _WHERE),
    st.tuples(st.just("drop"), st.integers(0, 1)),
    st.tuples(st.just("crash")),
    st.tuples(st.just("wait"), st.sampled_from([0.01, 2.0, 30.0])),
)
_LIES = {"content": "vals #democonf", "sig": "0" * 128, "pubkey": EVIL.pubkey}


@dataclass
class Day:
    """What people wrote, and what the wall was told of it."""

    relays: tuple[NostrRelay, NostrRelay]
    notes: list[Json] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    told: list[Event] = field(default_factory=list)

    async def act(self, act: Act) -> None:
        match act:
            case ("note", who, where):
                await asyncio.sleep(1)  # A relay that gives three at once cannot give more of one second.
                self.notes.append(who.note(str(len(self.notes))))
                await self._publish(self.notes[-1], where)
            case ("profile", who, where):
                await self._publish(who.profile(), where)
            case ("delete", who, which, where) if self.notes:
                note = self.notes[which % len(self.notes)]
                self.deleted |= {who.native(note)} if who.pubkey == note["pubkey"] else set()
                await self._publish(who.deletion(note), where)
            case ("forge", what, where):
                note = ANNA.note(f"nooit geschreven {len(self.notes)}")
                await self._publish(note | {what: BRAM.note()[what]}, where)
            case ("alter", what, which, where) if self.notes:
                note = self.notes[which % len(self.notes)]
                if note[what] != _LIES[what]:
                    await self._publish(note | {what: _LIES[what]}, where)
            case ("drop", which):
                await self.relays[which].drop()
            case ("wait", seconds):
                await asyncio.sleep(seconds)
            case _:
                pass

    async def _publish(self, event: Json, where: tuple[int, ...]) -> None:
        for each in where:
            await self.relays[each].publish(event)


async def _live(acts: list[Act]) -> Day:
    """Acts follow each other at once; who waits or crashes says so."""
    async with NostrRelay().serving() as one, NostrRelay(most=3).serving() as two, AsyncExitStack() as stack:
        day = Day((one, two))
        kept: str | None = None
        hall = await stack.enter_async_context(listening(one, two))
        for act in [*acts, ("wait", 120.0)]:
            await day.act(act)
            if act[0] == "crash":
                await stack.aclose()
                day.told += [event for _, event, _ in hall.seen]
                kept = hall.cursor or kept
                hall = await stack.enter_async_context(listening(one, two, cursor=kept))
        await stack.aclose()
        day.told += [event for _, event, _ in hall.seen]
        return day


def _right(day: Day) -> None:
    posts = {event.post.native_id: event.post for event in day.told if isinstance(event, Upsert)}
    gone = {event.native_id for event in day.told if isinstance(event, Delete)}
    written = {_PERSONS[note["pubkey"]].native(note): note["content"] for note in day.notes}

    assert {native: post.text for native, post in posts.items()} == written, "each note, and nothing else"
    assert gone & set(written) <= day.deleted, "nobody but its author deletes a note"


def test_every_day_ends_right(scale: Scale) -> None:
    @settings(max_examples=scale(600, 60), phases=_NO_SHRINK)
    @given(st.lists(_ACTS, max_size=25))
    def days(acts: list[Act]) -> None:
        _right(virtual.run(_live(acts)))

    days()


@pytest.mark.parametrize(
    ("name", "without", "acts"),
    [
        pytest.param("is_signed", lambda _: True, [("forge", "sig", (0,))], id="signature"),
        pytest.param("has_own_id", lambda _: True, [("forge", "content", (0,))], id="id"),
        pytest.param(
            "native_id",
            lambda _, event_id: f"{ANNA.pubkey}/{event_id}",
            [("note", ANNA, (0,)), ("note", EVIL, (0,)), ("wait", 5.0), ("delete", EVIL, 0, (0,))],
            id="whose-note",
        ),
    ],
)
def test_days_find_a_broken_source(monkeypatch: pytest.MonkeyPatch, name: str, without: Any, acts: list[Act]) -> None:
    """The negative controls of the test above."""
    _right(virtual.run(_live(acts)))

    monkeypatch.setattr(parse, name, without)

    with pytest.raises(AssertionError):
        _right(virtual.run(_live(acts)))
