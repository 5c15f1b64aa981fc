"""What was seen and not yet taken: one list in order, and a faster one for what has to leave the screens."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

import msgspec

from server.sources.contract import AuthorGone, Delete, Event, NetworkPost
from server.sources.memory import remember

MAX_WAITING = 500
MAX_KNOWN = 20_000
"""Posts whose state we remember, so that a look at the newest page says only what is new. A few MB."""

Move = tuple[str, tuple[str, ...], str]
"""(host, tags, id): once this event is durable, that host's timeline of those tags is known up to that id."""


class Outbox:
    """
    Deletes overtake posts; nothing else changes places.

    Bounded by making `put` wait; a stream, which cannot wait without missing deletes, uses `offer`.
    """

    def __init__(self) -> None:
        self._urgent: deque[Event] = deque()
        self._waiting: deque[tuple[Event, Move | None]] = deque()
        self._changed = asyncio.Condition()

    async def put(self, event: Event, move: Move | None = None) -> None:
        """Add in order; waits while `MAX_WAITING` are waiting."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._waiting) < MAX_WAITING)
            self._waiting.append((event, move))
            self._changed.notify_all()

    async def offer(self, event: Event) -> bool:
        """Add in order if there is room; else say False, and somebody has to fetch it again."""
        async with self._changed:
            if len(self._waiting) >= MAX_WAITING:
                return False
            self._waiting.append((event, None))
            self._changed.notify_all()
            return True

    async def hurry(self, event: Delete | AuthorGone) -> None:
        """Add in front."""
        async with self._changed:
            self._urgent.append(event)
            self._changed.notify_all()

    async def take(self) -> tuple[Event, Move | None]:
        """The next; waits for it."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._urgent or self._waiting))
            taken = (self._urgent.popleft(), None) if self._urgent else self._waiting.popleft()
            self._changed.notify_all()
            return taken


class _Seen(msgspec.Struct, frozen=True):
    host: str
    edited: int
    digest: int


class Known:
    """
    Which posts were already passed on, and in which state. The law would find doubles too; this spares it the work.

    Two servers may render one post differently, so only the server that was first may change it without a newer
    `edited`: else two renderings would be two edits, again and again.
    """

    def __init__(self, most: int = MAX_KNOWN) -> None:
        self._most = most
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._uris: OrderedDict[str, str] = OrderedDict()

    def is_news(self, post: NetworkPost, *, host: str) -> bool:
        """Whether *post* says something new; does not remember it."""
        before = self._seen.get(post.uri)
        now = _seen(post, host)
        if before is None or now.edited > before.edited:
            return True
        return now.host == before.host and now.edited == before.edited and now.digest != before.digest

    def passed_on(self, post: NetworkPost, *, host: str) -> None:
        """Remember that this was said."""
        remember(self._seen, post.uri, _seen(post, host), most=self._most)

    def forget(self, post: NetworkPost) -> None:
        """It was not said after all."""
        self._seen.pop(post.uri, None)

    def has(self, uri: str | None) -> bool:
        """Whether this post was passed on."""
        return uri is not None and uri in self._seen

    def met(self, post: NetworkPost) -> None:
        """Remember which uri a native id has: a delete tells only the one, and the post may be known by the other."""
        remember(self._uris, post.native_id, post.uri, most=self._most)

    def uri(self, native_id: str) -> str | None:
        """The post's global identity, if we met it."""
        return self._uris.get(native_id)


def _seen(post: NetworkPost, host: str) -> _Seen:
    said = (post.text, post.name, post.warning, post.sensitive, tuple(each.alt for each in post.media))
    return _Seen(host, post.edited or 0, hash(said))
