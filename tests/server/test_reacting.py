"""Signs of the hall: one pulse a second for the screens, one entry a minute for the report, nothing of anybody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import reacting
from server.errors import Unavailable
from server.reacting import MINUTE_US, Reacting
from server.symposium.entries import ReactionsCounted
from server.symposium.outcomes import Done, Outcome
from server.symposium.values import Reaction, SessionId

CLAP, HEART = Reaction.CLAP, Reaction.HEART


class Room:
    """A wall that hears pulses, a journal, and a clock that stands."""

    def __init__(self, now_us: int = 5 * MINUTE_US + 1) -> None:
        self.now_us = now_us
        self.session: SessionId | None = SessionId("s1")
        self.pulses: list[Any] = []
        self.entries: list[tuple[int, SessionId | None, dict[Reaction, int]]] = []
        self.full = False
        self.reacting = Reacting(
            wall=self,  # type: ignore[arg-type]  # it needs only `pulse` of a channel
            submit=self.submit,
            session=lambda: self.session,
            now_us=lambda: self.now_us,
        )

    def pulse(self, topic: str, key: str, value: Any, ttl_s: int) -> None:
        self.pulses.append((topic, key, value, ttl_s))

    async def submit(self, head: Any, body: bytes | None = None, *, urgent: bool = False) -> Outcome:
        if self.full:
            raise Unavailable("full", retry_after_s=1)
        assert isinstance(head, ReactionsCounted)
        self.entries.append((head.minute, head.session, dict(head.counts)))
        return Done(seq=len(self.entries))


async def test_signs_of_a_second_are_one_pulse() -> None:
    room = Room()

    for _ in range(3):
        room.reacting.add(CLAP)
    room.reacting.add(HEART, 4)
    room.reacting.tell()
    room.reacting.tell()

    assert room.pulses == [("reactions", "", {"clap": 3, "heart": 4}, 2)]
    await room.reacting.close()


async def test_a_minute_is_counted_once_it_is_over_by_session() -> None:
    room = Room()
    room.reacting.add(CLAP, 2)
    room.reacting.tell()
    room.session = None
    room.reacting.add(CLAP, 3)
    room.reacting.tell()

    await room.reacting.count(before=5 * MINUTE_US)
    assert room.entries == []
    await room.reacting.count(before=6 * MINUTE_US)

    assert room.entries == [(5 * MINUTE_US, "s1", {CLAP: 2}), (5 * MINUTE_US, None, {CLAP: 3})]
    await room.reacting.close()
    assert len(room.entries) == 2


async def test_without_signs_nothing_is_told_or_counted() -> None:
    room = Room()

    room.reacting.tell()
    await room.reacting.close()

    assert (room.pulses, room.entries) == ([], [])


async def test_what_the_journal_did_not_take_is_tried_again() -> None:
    room = Room()
    room.reacting.add(CLAP, 2)
    room.reacting.tell()
    room.full = True
    await room.reacting.count(before=6 * MINUTE_US)
    room.reacting.add(CLAP)
    room.reacting.tell()
    room.full = False

    await room.reacting.count(before=6 * MINUTE_US)

    assert room.entries == [(5 * MINUTE_US, "s1", {CLAP: 3})]
    await room.reacting.close()


async def test_closing_counts_what_there_is() -> None:
    room = Room()
    room.reacting.add(HEART, 7)

    await room.reacting.close()

    assert room.entries == [(5 * MINUTE_US, "s1", {HEART: 7})]
    assert len(room.pulses) == 1


async def test_it_tells_and_counts_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reacting, "_SECOND_S", 0.001)
    room = Room()
    room.reacting.add(CLAP)
    async with asyncio.timeout(5):
        while not room.pulses:  # noqa: ASYNC110 -- the clock of the loop
            await asyncio.sleep(0.001)
        room.now_us += MINUTE_US
        while not room.entries:  # noqa: ASYNC110 -- the same
            await asyncio.sleep(0.001)

    assert room.entries == [(5 * MINUTE_US, "s1", {CLAP: 1})]
    await room.reacting.close()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Reaction)),
            st.integers(1, 20),
            st.sampled_from([None, "a", "b"]),
            st.integers(0, 90),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_every_sign_is_in_one_pulse_and_in_one_entry(signs: list[tuple[Reaction, int, str | None, int, bool]]) -> None:
    async def play() -> Room:
        room = Room()
        for kind, n, session, later_s, full in signs:
            room.session, room.full = None if session is None else SessionId(session), full
            room.now_us += later_s * 1_000_000
            room.reacting.add(kind, n)
            room.reacting.tell()
            await room.reacting.count(before=room.now_us - room.now_us % MINUTE_US)
        room.full = False
        await room.reacting.close()
        return room

    room = asyncio.run(play())

    for kind in Reaction:
        wanted = sum(n for each, n, *_ in signs if each is kind)
        assert sum(value.get(kind.value, 0) for *_, value, _ in room.pulses) == wanted
        assert sum(counts.get(kind, 0) for *_, counts in room.entries) == wanted
    places = [(minute, session) for minute, session, _ in room.entries]
    assert len(places) == len(set(places))
