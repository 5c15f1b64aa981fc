"""What this source has in hand: posts it is about to ask for, posts it told of, and events that nobody took yet."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

from server.sources.bluesky.frames import PostKey
from server.sources.contract import AuthorGone, Delete, Event, Health, Upsert

MAX_ASKED = 5000
"""Posts about to be asked for: three minutes of all that the AppView can be asked."""

MAX_UNTAKEN = 500
MAX_KNOWN = 20_000
"""Posts of which we can tell that they are gone. A few MB."""


class Authors(Counter[str]):
    """Of whom there are posts in hand, and how many; by DID."""

    def more(self, did: str) -> None:
        """There is one more of this one."""
        self[did] += 1

    def fewer(self, did: str) -> None:
        """There is one fewer."""
        self[did] -= 1
        if not self[did]:
            del self[did]


@dataclass
class Asking:
    """
    A post that the stream told of, to be asked for.

    Args:
        edited: When it was written anew, UTC microseconds since 1970; None for a new one.
        hold: As far as the cursor may go while it is not told of.
        due: When to ask, in seconds of the loop.
        tries: How often it was asked for in vain.
        stumbled: When the AppView last stumbled over it, in seconds of the loop.
    """

    key: PostKey
    cid: str
    edited: int | None
    hold: int
    due: float
    tries: int = 0
    stumbled: float = math.inf


class AskList:
    """Posts to be asked for, by native id, oldest first."""

    def __init__(self, authors: Authors, most: int = MAX_ASKED) -> None:
        self._authors = authors
        self._most = most
        self._asking: dict[str, Asking] = {}

    def __len__(self) -> int:
        return len(self._asking)

    def add(self, asking: Asking) -> bool:
        """Add it, or say False when there is no room. Of a post that is there already, its newest text counts."""
        before = self._asking.get(asking.key.native_id)
        if before is not None:
            asking.hold = min(asking.hold, before.hold)
            asking.stumbled = before.stumbled
            asking.edited = asking.edited if before.edited is None else max(before.edited, asking.edited or 0)
        elif len(self._asking) >= self._most:
            return False
        else:
            self._authors.more(asking.key.did)
        self._asking[asking.key.native_id] = asking
        return True

    def has(self, asking: Asking) -> bool:
        """Whether it is still the one to be asked for: meanwhile its post may have gone or changed."""
        return self._asking.get(asking.key.native_id) is asking

    def drop(self, native_id: str) -> None:
        """It need not be asked for, if it was to be."""
        asking = self._asking.pop(native_id, None)
        if asking is not None:
            self._authors.fewer(asking.key.did)

    def drop_author(self, did: str) -> None:
        """All posts of this one."""
        for native_id in [native_id for native_id, asking in self._asking.items() if asking.key.did == did]:
            self.drop(native_id)

    def due(self, now: float, most: int) -> list[Asking]:
        """Those that may be asked for now. One that the AppView stumbled over goes alone, and behind all others."""
        found = [asking for asking in self._asking.values() if asking.due <= now]
        return [asking for asking in found if asking.stumbled == math.inf][:most] or found[:1]

    def next_due(self) -> float | None:
        """When the next one may be asked for; None when there is none."""
        return min((asking.due for asking in self._asking.values()), default=None)

    def hold(self, besides: Asking | None) -> int | None:
        """As far as the cursor may go for the others."""
        return min((asking.hold for asking in self._asking.values() if asking is not besides), default=None)


class Known:
    """The posts that the wall may have, and which text of each: only of these does it matter that they go."""

    def __init__(self, authors: Authors, most: int = MAX_KNOWN) -> None:
        self._authors = authors
        self._most = most
        self._cids: OrderedDict[PostKey, str] = OrderedDict()

    def met(self, key: PostKey, cid: str = "") -> None:
        """Remember it. An empty *cid* says nothing of its text."""
        if key not in self._cids:
            self._authors.more(key.did)
        self._cids[key] = cid or self._cids.get(key, "")
        self._cids.move_to_end(key)
        while len(self._cids) > self._most:
            self.forget(next(iter(self._cids)))

    def forget(self, key: PostKey) -> None:
        """It is gone."""
        if self._cids.pop(key, None) is not None:
            self._authors.fewer(key.did)

    def forget_author(self, did: str) -> bool:
        """Everything of this one is gone. Returns whether there was anything."""
        keys = [key for key in self._cids if key.did == did]
        for key in keys:
            self.forget(key)
        return bool(keys)

    def has(self, key: PostKey) -> bool:
        """Whether the wall may have this post."""
        return key in self._cids

    def cid(self, key: PostKey) -> str:
        """Which text of it we told of; empty when we do not know."""
        return self._cids.get(key, "")


class Outbox:
    """
    Events that nobody took yet. Deletes overtake; nothing else changes places.

    Posts wait while `MAX_UNTAKEN` are waiting; deletes never do, and there are at most as many as posts were told of.
    """

    def __init__(self, cursor: str | None) -> None:
        self._urgent: deque[Event] = deque()
        self._in_order: deque[tuple[Event, str | None]] = deque()
        self._taken = cursor
        self._changed = asyncio.Condition()

    async def put(self, event: Upsert | Health, cursor: str | None) -> None:
        """Add in order: *cursor* is true once this and all before it are durable."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._in_order) < MAX_UNTAKEN)
            self._in_order.append((event, cursor))
            self._changed.notify_all()

    async def offer(self, event: Health, cursor: str | None) -> None:
        """The same, unless something waits: it is said again soon."""
        async with self._changed:
            if not self._in_order:
                self._in_order.append((event, cursor))
                self._changed.notify_all()

    async def hurry(self, event: Delete | AuthorGone) -> None:
        """Add in front."""
        async with self._changed:
            self._urgent.append(event)
            self._changed.notify_all()

    async def take(self) -> tuple[Event, str | None]:
        """The next, with the cursor that is true once it is durable; waits for it."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._urgent or self._in_order))
            if self._urgent:
                event = self._urgent.popleft()
            else:
                event, self._taken = self._in_order.popleft()
            self._changed.notify_all()
            return event, self._taken
