"""
Feeds, by looking again and again: each at its own pace, with its own trouble.

A feed tells of nothing that is gone: see `memory.taken_out` for what can be seen all the same. What changed is a post
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing

import msgspec
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import (
    Condition,
    Delete,
    Event,
    Finding,
    Health,
    Kept,
    NetworkPost,
    Tools,
    Trial,
    Upsert,
)
from server.sources.cursors import read_cursor, write_cursor
from server.sources.feed import parse
from server.sources.feed.client import Client, Fetched, Moved, Position
from server.sources.feed.door import Guarded
from server.sources.feed.items import Item
from server.sources.feed.memory import MAX_LEFT, Memory, Trace, key_of, taken_out
from server.sources.feed.options import Options, parse_options
from server.sources.health import note_flaw, worst
from server.sources.loop import monotonic
from server.sources.polling import Look, polling
from server.symposium.values import SourceId

LONGEST_WAIT_S = 3600.0
"""A feed that asks for more is looked at after an hour: a symposium lasts a day."""


_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> FeedSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return FeedSource(source, parse_options(options), tools)


class FeedSource:
    """See `contract.Source`."""

    network = "feed"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._kept: tuple[Kept, ...] = ()

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`."""
        self._kept = tuple(kept)

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        positions, counts, healths = _read_cursor(cursor), Counter[str](), dict[str, Health]()
        memory, self._kept = Memory(self._kept, map(str, self._options.addresses)), ()
        async with Guarded(self._tools) as guarded:
            readers = {str(reader.address): reader for reader in self._readers(guarded, memory, counts)}
            for name in readers.keys() & positions.keys():
                memory.resume(name, _read_position(positions[name]).items)
            streams = {
                name: polling(
                    reader.look, positions.get(name), self._tools, where=_where(reader.address), source=self.id
                )
                for name, reader in readers.items()
            }
            written = _write_cursor(positions)
            async with aclosing(_together(streams)) as together:
                async for name, event, reached in together:
                    if reached is not None and reached != positions.get(name):
                        positions[name] = reached
                        written = _write_cursor(positions)
                    if isinstance(event, Health):
                        healths[name] = readers[name].directed(event)
                        event = _joint(healths, len(readers), counts)
                    yield event, written

    async def check(self) -> Trial:
        async with Guarded(self._tools) as guarded:
            return Trial(findings=tuple(await asyncio.gather(*(reader.attempt() for reader in self._readers(guarded)))))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """A feed cannot be asked for what is not in it; what is in it is looked at all the time."""
        return ()

    async def find(self, address: str) -> NetworkPost | None:
        """
        The item at *address* in what the feeds have now, with or without our hashtags; None where none has it.

        Raises:
            SourceUnavailable: None of those that could be read has it, and one could not be read.
        """
        trouble: SourceUnavailable | None = None
        async with Guarded(self._tools) as guarded:
            asked = [asyncio.create_task(reader.find(address)) for reader in self._readers(guarded)]
            try:
                for answer in asyncio.as_completed(asked):
                    try:
                        post = await answer
                    except SourceUnavailable as ex:
                        trouble = trouble or ex
                        continue
                    if post is not None:
                        return post
            finally:
                for task in asked:
                    task.cancel()
                await asyncio.gather(*asked, return_exceptions=True)
        if trouble is not None:
            raise trouble
        return None

    def _readers(
        self, guarded: Guarded, memory: Memory | None = None, counts: Counter[str] | None = None
    ) -> list[_Reader]:
        memory, counts = memory or Memory(), Counter[str]() if counts is None else counts
        return [
            _Reader(self.id, address, self._options, self._tools, guarded, memory, counts)
            for address in self._options.addresses
        ]


class _Contents(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is in a feed.

    Args:
        results: As `parse.parse_items`.
        names: As `parse.names`: of all that is in it, whether it is for the wall or not.
        disputed: As `parse.disputed`.
        reach: As `parse.reach`.
    """

    results: tuple[NetworkPost | parse.Dropped | BadInput, ...]
    names: frozenset[str]
    disputed: frozenset[str]
    reach: tuple[int, int] | None
    ttl_s: float | None

    @property
    def posts(self) -> Iterable[NetworkPost]:
        """Those with our hashtags."""
        return (each for each in self.results if isinstance(each, NetworkPost))

    @property
    def keys(self) -> frozenset[str]:
        """Of `names`."""
        return frozenset(map(key_of, self.names))


class _Reader:
    """One feed. What it reads is remembered, so that a look says only what is new."""

    def __init__(
        self,
        source: SourceId,
        address: URL,
        options: Options,
        tools: Tools,
        guarded: Guarded,
        memory: Memory,
        counts: Counter[str],
    ) -> None:
        self.address = address
        self._name = str(address)
        self._source = source
        self._poll_interval_s = options.poll_interval_s
        self._wanted = parse.Wanted(tags=options.tags, hide_names=options.hide_names, since_us=options.since_us)
        self._tools = tools
        self._client = Client(address, tools, guarded)
        self._memory = memory
        self._counts = counts
        self._ttl_s: float | None = None
        self._elsewhere = ""

    async def look(self, cursor: str | None) -> Look:
        """See `polling`."""
        before = _read_position(cursor)
        wanted = self._wanted.in_short
        if before.wanted != wanted or self._memory.is_to_read(self._name):
            before = msgspec.structs.replace(before.anew, wanted=wanted)
        try:
            fetched, contents = await self._read_where_it_is(before)
        except SourceUnavailable as trouble:
            for_good = trouble.cause is Cause.REFUSED
            self._memory.was_away(self._name, now_s=monotonic(), for_good=for_good)
            raise
        self._memory.was_read(self._name, now_s=monotonic())
        events, position = self._unchanged(fetched) if contents is None else self._changed(fetched, contents)
        self._counts["posts"] += sum(isinstance(event, Upsert) for event in events)
        return Look(
            events=tuple(events),
            cursor=msgspec.json.encode(position, order="sorted").decode(),
            wait_s=self._wait_s(fetched),
        )

    async def attempt(self) -> Finding:
        """What the organiser sees who tries this feed."""
        try:
            _, contents = await self._read(Position(), self._wanted)
        except SourceUnavailable as trouble:
            return Finding(where=self._elsewhere or _where(self.address), what=trouble.code)
        posts = [] if contents is None else [*contents.posts]
        return Finding(where=_where(self.address), posts=tuple(reversed(posts[-5:])))

    async def find(self, address: str) -> NetworkPost | None:
        """
        The item at *address* in what the feed has now, whichever hashtags it has.

        Raises:
            SourceUnavailable: It cannot be read.
        """
        _, contents = await self._read(Position(), parse.Wanted(hide_names=self._wanted.hide_names))
        posts = () if contents is None else contents.posts
        return next((post for post in posts if parse.is_at(post, address)), None)

    def directed(self, health: Health) -> Health:
        """*health*, with the feed's other address where that is what somebody has to know."""
        elsewhere = health.condition is not Condition.OK and self._elsewhere
        return msgspec.structs.replace(health, where=elsewhere) if elsewhere else health

    async def _read_where_it_is(self, position: Position) -> tuple[Fetched, _Contents | None]:
        """
        A feed that moved and is not to be had there is asked for where the organiser said: it may be back, or moved on.
        """
        try:
            return await self._read(position, self._wanted)
        except SourceUnavailable as trouble:
            wants_rest = trouble.cause is Cause.LIMITED or trouble.asked_s is not None
            if not position.moved or (wants_rest and not isinstance(trouble, Moved)):
                raise
            _log.info("Source %s: %s has moved, and is not to be had there: %s", self._source, self.address, trouble)
            return await self._read(msgspec.structs.replace(position.anew, moved=""), self._wanted)

    async def _read(self, position: Position, wanted: parse.Wanted) -> tuple[Fetched, _Contents | None]:
        """None: nothing changed since *position*."""
        self._elsewhere = ""
        try:
            fetched = await self._client.fetch(position)
        except Moved as moved:
            self._elsewhere = moved.to
            raise
        if fetched.body is None:
            return fetched, None
        try:
            # In a thread: 5 MB of somebody else's HTML may take a second.
            contents = await asyncio.to_thread(self._parsed, fetched, wanted, self._now_us())
        except BadInput as ex:
            self._elsewhere = ex.feed if isinstance(ex, parse.WebPage) else ""
            message = f"{_where(self.address)}: {ex.field or ''} {ex}"
            raise SourceUnavailable(message, code=ex.code, cause=Cause.SERVER) from ex
        self._ttl_s = contents.ttl_s
        return fetched, contents

    def _parsed(self, fetched: Fetched, wanted: parse.Wanted, now_us: int) -> _Contents:
        feed = parse.read_feed(fetched.body or b"", address=str(fetched.url), charset=fetched.charset)
        results = parse.parse_items(feed, address=self.address, wanted=wanted, now_us=now_us)
        items, address = [item for item in feed.items if isinstance(item, Item)], str(self.address)
        return _Contents(
            results=results,
            names=frozenset(parse.names(items, address)),
            disputed=frozenset(parse.disputed(items, address)),
            reach=parse.reach(feed),
            ttl_s=feed.ttl_s,
        )

    def _changed(self, fetched: Fetched, contents: _Contents) -> tuple[list[Event], Position]:
        before, news, keys = fetched.position, list[Event](), contents.keys
        self._memory.stands(self._name, keys)
        posts: list[NetworkPost] = []
        for result in contents.results:
            if isinstance(result, BadInput):
                note_flaw(_log, self._counts, self._source, _where(self.address), result)
                continue
            post = result if isinstance(result, NetworkPost) else result.post
            if post is None or not (post is result or self._memory.has(post)):
                continue
            posts.append(post)
            if post.native_id in contents.disputed and self._memory.has(post):
                continue
            if (told := self._memory.news(post, feed=self._name, now_us=self._now_us())) is not None:
                news.append(Upsert(post=told))
        gone, left = taken_out(before.items, keys, contents.reach if before.orderly else None)
        deletes, waiting = self._let_go({key: before.items[key] for key in gone})
        position = msgspec.structs.replace(
            before,
            orderly=contents.reach is not None,
            items=waiting | left | self._memory.traces(posts, feed=self._name),
        )
        return [*news, *deletes], position

    def _unchanged(self, fetched: Fetched) -> tuple[list[Event], Position]:
        """As at the last look: so what was missed then was no mistake."""
        before = fetched.position
        deletes, waiting = self._let_go({key: trace for key, trace in before.items.items() if trace.missed})
        left = {key: trace for key, trace in before.items.items() if not trace.missed}
        return deletes, msgspec.structs.replace(before, items=waiting | left)

    def _let_go(self, gone: Mapping[str, Trace]) -> tuple[list[Event], dict[str, Trace]]:
        """What was taken out of this feed, and of that what may stand in another one: it is asked for once more."""
        told = {key: self._memory.let_go(key, feed=self._name) for key in gone}
        waiting = [key for key, uri in told.items() if uri is None]
        return [Delete(native_id=uri, uri=uri) for uri in told.values() if uri], {
            key: gone[key] for key in waiting[:MAX_LEFT]
        }

    def _wait_s(self, fetched: Fetched) -> float:
        asked_s = max(fetched.fresh_s or 0.0, self._ttl_s or 0.0)
        return max(float(self._poll_interval_s), min(asked_s, LONGEST_WAIT_S))

    def _now_us(self) -> int:
        return int(self._tools.now() * 1_000_000)


async def _together(
    streams: Mapping[str, AsyncGenerator[tuple[Event, str | None], None]],
) -> AsyncGenerator[tuple[str, Event, str | None], None]:
    """What any of *streams* says, with its name. What one of them raises is raised."""
    said: asyncio.Queue[tuple[str, Event, str | None] | Exception] = asyncio.Queue(1)

    async def pass_on(name: str, stream: AsyncGenerator[tuple[Event, str | None], None]) -> None:
        try:
            async with aclosing(stream):
                async for event, reached in stream:
                    await said.put((name, event, reached))
        except Exception as ex:  # Not swallowed: it is raised below.
            await said.put(ex)

    crew = [asyncio.create_task(pass_on(name, stream)) for name, stream in streams.items()]
    try:
        while True:
            word = await said.get()
            if isinstance(word, Exception):
                raise word
            yield word
    finally:
        for task in crew:
            task.cancel()
        await asyncio.gather(*crew, return_exceptions=True)


def _joint(healths: Mapping[str, Health], feeds: int, counts: Mapping[str, int]) -> Health:
    """How the source is: as the feed that is worst."""
    first = worst(healths.values())
    well = sum(health.condition is Condition.OK for health in healths.values())
    figures = {"feeds": feeds, "feeds-ok": well, "posts": 0, "unreadable": 0, **counts}
    return msgspec.structs.replace(first, where=first.where if first.what else "", counts=figures)


def _where(address: URL) -> str:
    """A feed as it is called to people: without what is asked, since there may be a key in it."""
    return str(address.with_query(None)).partition("://")[2]


def _read_position(cursor: str | None) -> Position:
    return read_cursor(cursor, Position, instead="reading a feed as a new one") or Position()


def _read_cursor(cursor: str | None) -> dict[str, str]:
    """Address → position. One that cannot be read means the beginning: posts may come again, none is missed."""
    return read_cursor(cursor, dict[str, str], instead="beginning with what the feeds have") or {}


def _write_cursor(positions: Mapping[str, str]) -> str | None:
    return write_cursor(positions) if positions else None
