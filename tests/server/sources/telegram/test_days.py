"""Whole days in a group, with crashes anywhere: whatever happens, what a wall was told is right in the end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from server.sources.contract import AuthorGone, Delete, Event, Upsert
from server.sources.telegram import source
from tests.conftest import Scale
from tests.server.sources import virtual
from tests.server.sources.telegram.bot_api import GROUP, BotApi, Json, listening

pytestmark = pytest.mark.slow

_NO_SHRINK = tuple(phase for phase in Phase if phase is not Phase.shrink)

Act = tuple[Any, ...]

_PEOPLE = st.integers(1, 3)
_ACTS = st.one_of(
    st.tuples(st.just("say"), _PEOPLE, st.booleans()),
    st.tuples(st.just("edit"), st.integers(0, 30), st.booleans()),
    st.tuples(st.just("album"), _PEOPLE, st.integers(2, 4)),
    st.tuples(st.just("take-back"), _PEOPLE, st.integers(0, 30)),
    st.tuples(st.just("stop"), _PEOPLE),
    st.tuples(st.just("crash")),
    st.tuples(st.just("wait"), st.sampled_from([0.01, 1.5, 30.0])),
    st.tuples(st.just("trouble")),
)


@dataclass
class Day:
    """What people did, and what the wall was told of it."""

    telegram: BotApi
    wanted: dict[str, str] = field(default_factory=dict)
    """By native id of what had the hashtag once: the text that it has now."""
    authors: dict[str, int] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    asked_away: set[tuple[str, int]] = field(default_factory=set)
    told: list[Event] = field(default_factory=list)
    albums: int = 0

    def act(self, act: Act) -> None:
        match act:
            case ("say", by, tagged):
                self._says(self.telegram.say(self._text(tagged), by=by))
            case ("edit", which, tagged) if self.messages:
                message = self.messages[which % len(self.messages)]
                self._says(self.telegram.edit(message, self._text(tagged)))
            case ("album", by, pictures):
                self.albums += 1
                caption = self._text(True)
                for number in range(pictures):
                    self.telegram.picture_of(str(self.albums), f"p{number}", caption="" if number else caption, by=by)
                self._wants(f"{GROUP}/album-{self.albums}", caption, by)
            case ("take-back", by, which) if self.messages:
                message = self.messages[which % len(self.messages)]
                self.telegram.answer(message, "/delete", by=by)
                self.asked_away.add((f"{GROUP}/{message['message_id']}", by))
            case ("stop", by):
                self.telegram.say("/stop", by=by)
                self.stopped.add(by)
            case ("trouble",) if len(self.telegram.misbehave) < 2:
                self.telegram.misbehave.append(_unavailable)
            case _:
                pass

    def _text(self, tagged: bool) -> str:
        return f"{self.telegram.next_update}{' #DemoConf' if tagged else ''}"

    def _says(self, message: Json) -> None:
        self.messages.append(message)
        native = f"{GROUP}/{message['message_id']}"
        if native in self.wanted or "#" in message["text"]:
            self._wants(native, message["text"], message["from"]["id"])

    def _wants(self, native: str, text: str, by: int) -> None:
        if by not in self.stopped:
            self.wanted[native] = text
            self.authors[native] = by


async def _unavailable(_: object) -> Any:
    raise ConnectionResetError


async def _live(acts: list[Act]) -> Day:
    """Acts follow each other at once; who waits or crashes says so."""
    async with BotApi().serving() as telegram, AsyncExitStack() as stack:
        day = Day(telegram)
        kept: str | None = None
        hall = await stack.enter_async_context(listening())
        for act in [*acts, ("wait", 90.0)]:
            day.act(act)
            if act[0] == "wait":
                await asyncio.sleep(act[1])
            elif act[0] == "crash":
                await stack.aclose()
                day.told += [event for _, event, _ in hall.seen]
                kept = hall.cursor or kept
                hall = await stack.enter_async_context(listening(cursor=kept))
        await stack.aclose()
        day.told += [event for _, event, _ in hall.seen]
        return day


def _right(day: Day) -> None:
    last = {event.post.native_id: event.post for event in day.told if isinstance(event, Upsert)}
    gone = {event.native_id for event in day.told if isinstance(event, Delete)}
    left: set[str] = set()
    for event in day.told:
        if isinstance(event, AuthorGone):
            left.add(event.author_id)
        assert not (isinstance(event, Upsert) and event.post.author_id in left), "who stopped is not heard again"
    assert left == {f"telegram:{by}" for by in day.stopped}
    assert gone <= {native for native, by in day.asked_away if day.authors.get(native, by) == by}
    for native, text in day.wanted.items():
        if native not in gone:
            assert last[native].text == text
    assert set(last) == set(day.wanted)


def test_every_day_ends_right(scale: Scale) -> None:
    @settings(max_examples=scale(600, 60), phases=_NO_SHRINK)
    @given(st.lists(_ACTS, max_size=25))
    def days(acts: list[Act]) -> None:
        _right(virtual.run(_live(acts)))

    days()


@pytest.mark.parametrize(
    ("name", "without", "acts"),
    [
        pytest.param(
            "_is_kept", lambda *_: True, [("album", 1, 2), ("wait", 1.5), ("crash",)], id="forgets-before-it-is-kept"
        ),
        pytest.param(
            "_done", lambda self: self._last, [("album", 1, 2), ("wait", 0.5), ("crash",)], id="half-an-album"
        ),
        pytest.param("_left", lambda *_: [], [("say", 1, True), ("stop", 1), ("say", 1, True)], id="does-not-stop"),
    ],
)
def test_days_find_a_broken_source(monkeypatch: pytest.MonkeyPatch, name: str, without: Any, acts: list[Act]) -> None:
    """The negative controls of the test above."""
    _right(virtual.run(_live(acts)))

    monkeypatch.setattr(source._Reading, name, without)

    with pytest.raises((AssertionError, KeyError)):
        _right(virtual.run(_live(acts)))
