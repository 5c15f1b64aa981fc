"""The rooms that a source listens to: which let it in, and when to knock again at the others."""

from __future__ import annotations

from collections.abc import Sequence

from server.sources.backoff import Cause, SourceUnavailable
from server.sources.loop import monotonic
from server.sources.matrix import parse
from server.sources.matrix.client import Homeserver, RoomClosed

KNOCK_EVERY_S = 300.0
"""At the door of a room that was not there, or did not let us in. An invitation is seen at once."""

SOON_S = 30.0
"""At the first time at a door whose server stumbles, and then twice as long each time, to `KNOCK_EVERY_S`."""

MOVED_S = 10.0
"""Before we ask where a room that was upgraded went: its alias is moved after it."""

_FINAL = {"encrypted", "not-in-room"}
"""Why we don't knock at a room any more by ourselves."""


class Doors:
    """
    Which of our rooms we are in, and why not in the others.

    Args:
        words: The rooms as the organiser wrote them.
    """

    def __init__(self, home: Homeserver, words: Sequence[str]) -> None:
        self._home = home
        self._words = words
        self._knock_at = 0.0
        self._left_behind: set[str] = set()
        self.ids: dict[str, str] = {}
        """By word."""
        self.open: set[str] = set()
        self.troubles: dict[str, str] = {}
        """By word, a code for the stage page."""
        self.stumbled: set[str] = set()
        """Words whose server could not say: of a room that we are in, we hear nothing meanwhile."""
        self.late: set[str] = set()
        """Rooms that opened after that, and whose messages of meanwhile are to be read."""
        self._soon_s = SOON_S

    @property
    def rooms(self) -> list[str]:
        """All that we know the ids of: an invitation comes from one that we are not in."""
        return sorted(set(self.ids.values()))

    async def knock_now_and_then(self) -> None:
        """At the first look, and every `KNOCK_EVERY_S` while one is closed that need not be."""
        if any(map(self._is_worth_it, self._words)) and monotonic() >= self._knock_at:
            await self.knock()
            wait_s = self._soon_s if self.stumbled else KNOCK_EVERY_S
            self._soon_s = min(2 * wait_s, KNOCK_EVERY_S) if self.stumbled else SOON_S
            self._knock_at = monotonic() + wait_s

    async def knock(self) -> None:
        """Enter the rooms that let us in."""
        joined = await self._home.joined()
        for word in filter(self._is_worth_it, self._words):
            await self._try_door(word, joined)

    async def heard(self, sync: parse.Sync) -> None:
        """Who invites us is visited, if it is a room of ours; who shows us out is not troubled again."""
        joined = frozenset(news.room for news in sync.rooms)
        for word, room in self.ids.items():
            if room in sync.left and room in self.open:
                self.open.discard(room)
                self.troubles[word] = "not-in-room"
            elif room in sync.invites | (joined if word not in self.stumbled else set()) and self._may_open(word):
                await self._try_door(word, joined)

    def encrypted(self, room: str) -> None:
        """It became so while we were there."""
        self.open.discard(room)
        self.troubles |= {word: "encrypted" for word, id_ in self.ids.items() if id_ == room}

    def moved(self, room: str) -> None:
        """It was upgraded: its alias soon leads to the new one. Who wrote an id has to write another."""
        self.open.discard(room)
        self._left_behind.add(room)
        words = [word for word, id_ in self.ids.items() if id_ == room]
        self.troubles |= dict.fromkeys(words, "room-moved")
        self._knock_at = monotonic() + MOVED_S

    def _may_open(self, word: str) -> bool:
        return self.ids[word] not in self.open and self.troubles.get(word) != "encrypted"

    def _is_worth_it(self, word: str) -> bool:
        return self.ids.get(word) not in self.open and self.troubles.get(word) not in _FINAL

    async def _try_door(self, word: str, joined: frozenset[str]) -> None:
        try:
            await self._enter(word, joined)
        except RoomClosed as ex:
            self.troubles[word] = ex.code
            self.stumbled.discard(word)
        except SourceUnavailable as trouble:
            if trouble.cause is not Cause.SERVER:
                raise
            self.troubles[word] = trouble.code
            self.stumbled.add(word)
        else:
            self.troubles.pop(word, None)
            if word in self.stumbled:
                self.stumbled.discard(word)
                self.late.add(self.ids[word])

    async def _enter(self, word: str, joined: frozenset[str]) -> None:
        if self.ids.get(word) in {None, *self._left_behind}:
            self.ids[word] = word if word.startswith("!") else await self._home.resolve(word)
        room = self.ids[word]
        if room in self._left_behind:
            raise RoomClosed("room-moved")
        if room not in joined:
            await self._home.join(word)
        if await self._home.is_encrypted(room):
            raise RoomClosed("encrypted")
        self.open.add(room)
