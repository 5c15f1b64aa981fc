"""
Feeds, by looking again and again: each at its own pace, with its own trouble.

A feed tells of nothing that is gone. An item that is not in it any more has mostly made room for newer ones, so that
proves nothing; what changed is a post again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

import msgspec
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Condition, Event, Finding, Health, NetworkPost, Tools, Trial, Upsert
from server.sources.feed import parse
from server.sources.feed.client import Client, Fetched, Moved, Position
from server.sources.feed.door import Guarded
from server.sources.feed.items import Feed
from server.sources.feed.options import Options, parse_options
from server.sources.polling import Look, polling
from server.symposium.values import SourceId

LONGEST_WAIT_S = 3600.0
"""A feed that asks for more is looked at after an hour: a symposium lasts a day."""

MAX_KNOWN = 20_000
_FLAW_LOG_EVERY = 100
_WORST_FIRST = (Condition.NEEDS_ATTENTION, Condition.WAITING, Condition.STALE, Condition.OK)

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

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        positions = _read_cursor(cursor)
        known, counts, healths = _Known(), Counter[str](), dict[str, Health]()
        async with Guarded(self._tools) as guarded:
            readers = {
                str(address): _Reader(address, self._options, self._tools, guarded, known, counts)
                for address in self._options.addresses
            }
            streams = {
                name: polling(reader.look, positions.get(name), self._tools, where=_where(reader.address))
                for name, reader in readers.items()
            }
            async with aclosing(_together(streams)) as together:
                async for name, event, reached in together:
                    if reached is not None:
                        positions[name] = reached
                    if isinstance(event, Health):
                        healths[name] = readers[name].directed(event)
                        event = _joint(healths, len(readers), counts)
                    yield event, _write_cursor(positions)

    async def check(self) -> Trial:
        async with Guarded(self._tools) as guarded:
            known, counts = _Known(), Counter[str]()
            readers = [
                _Reader(address, self._options, self._tools, guarded, known, counts)
                for address in self._options.addresses
            ]
            return Trial(findings=tuple(await asyncio.gather(*(reader.attempt() for reader in readers))))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """A feed cannot be asked for what is not in it."""
        return ()


class _Reader:
    """One feed. What it reads is remembered, so that a look says only what is new."""

    def __init__(
        self,
        address: URL,
        options: Options,
        tools: Tools,
        guarded: Guarded,
        known: _Known,
        counts: Counter[str],
    ) -> None:
        self.address = address
        self._options = options
        self._wanted = parse.Wanted(tags=options.tags, hide_names=options.hide_names, since_us=options.since_us)
        self._tools = tools
        self._client = Client(address, tools, guarded)
        self._known = known
        self._counts = counts
        self._ttl_s: float | None = None
        self._elsewhere = ""

    async def look(self, cursor: str | None) -> Look:
        """See `polling`."""
        self._elsewhere = ""
        fetched = await self._fetch(_read_position(cursor))
        events = [] if fetched.body is None else [Upsert(post=post) for post in await self._news(fetched)]
        self._counts["posts"] += len(events)
        return Look(
            events=tuple(events),
            cursor=msgspec.json.encode(fetched.position).decode(),
            wait_s=self._wait_s(fetched),
        )

    async def attempt(self) -> Finding:
        """What the organiser sees who tries this feed."""
        try:
            posts = [
                each for each in await self._results(await self._fetch(Position())) if isinstance(each, NetworkPost)
            ]
        except SourceUnavailable as trouble:
            return Finding(where=self._elsewhere or _where(self.address), what=trouble.code)
        return Finding(where=_where(self.address), posts=tuple(reversed(posts[-5:])))

    def directed(self, health: Health) -> Health:
        """*health*, with the feed's other address where that is what somebody has to know."""
        elsewhere = health.condition is not Condition.OK and self._elsewhere
        return msgspec.structs.replace(health, where=elsewhere) if elsewhere else health

    async def _fetch(self, position: Position) -> Fetched:
        try:
            return await self._client.fetch(position)
        except Moved as moved:
            self._elsewhere = moved.to
            raise

    async def _news(self, fetched: Fetched) -> list[NetworkPost]:
        news = []
        for result in await self._results(fetched):
            if isinstance(result, BadInput):
                self._flaw(result)
            elif isinstance(result, NetworkPost):
                news.append(self._known.news(result, feed=str(self.address), now_us=self._now_us()))
            elif result.post is not None and self._known.has(result.post):
                news.append(self._known.news(result.post, feed=str(self.address), now_us=self._now_us()))
        return [post for post in news if post is not None]

    async def _results(self, fetched: Fetched) -> tuple[NetworkPost | parse.Dropped | BadInput, ...]:
        """In a thread: 5 MB of somebody else's HTML may take a second."""
        try:
            feed, results = await asyncio.to_thread(self._parsed, fetched, self._now_us())
        except BadInput as ex:
            self._elsewhere = ex.feed if isinstance(ex, parse.WebPage) else ""
            message = f"{_where(self.address)}: {ex.field or ''} {ex}"
            raise SourceUnavailable(message, code=ex.code, cause=Cause.SERVER) from ex
        self._ttl_s = feed.ttl_s
        return results

    def _parsed(self, fetched: Fetched, now_us: int) -> tuple[Feed, tuple[NetworkPost | parse.Dropped | BadInput, ...]]:
        feed = parse.read_feed(fetched.body or b"", address=str(fetched.url), charset=fetched.charset)
        return feed, parse.parse_items(feed, address=self.address, wanted=self._wanted, now_us=now_us)

    def _wait_s(self, fetched: Fetched) -> float:
        asked_s = max(fetched.fresh_s or 0.0, self._ttl_s or 0.0)
        return max(float(self._options.poll_interval_s), min(asked_s, LONGEST_WAIT_S))

    def _flaw(self, ex: BadInput) -> None:
        """Something could not be read: the first is logged, and then every hundredth."""
        if self._counts["unreadable"] % _FLAW_LOG_EVERY == 0:
            _log.warning("%s has what cannot be read: %s (%s)", _where(self.address), ex, ex.field)
        self._counts["unreadable"] += 1

    def _now_us(self) -> int:
        return int(self._tools.now() * 1_000_000)


class _Known:
    """
    Which items were passed on, and in which state.

    A feed's own word for "changed" is not taken: some say so of every item whenever a reader counts. So it is the words
    that count, and a change has the moment at which we saw it. Two feeds may render one item differently: only the one
    that was first may change it.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def has(self, post: NetworkPost) -> bool:
        """Whether this item was passed on, in whichever state."""
        return post.uri in self._seen

    def news(self, post: NetworkPost, *, feed: str, now_us: int) -> NetworkPost | None:
        """*post* when it is new, or changed since it was passed on; else None."""
        before = self._seen.get(post.uri)
        seen = feed, hash((post.text, post.name, post.warning, post.sensitive, *(each.alt for each in post.media)))
        if before is not None and (before[0] != feed or before == seen):
            return None
        self._seen[post.uri] = seen
        self._seen.move_to_end(post.uri)
        while len(self._seen) > MAX_KNOWN:
            self._seen.popitem(last=False)
        return post if before is None else msgspec.structs.replace(post, edited=now_us)


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
    worst = min(healths.values(), key=lambda health: _WORST_FIRST.index(health.condition))
    well = sum(health.condition is Condition.OK for health in healths.values())
    figures = {"feeds": feeds, "feeds-ok": well, "posts": 0, "unreadable": 0, **counts}
    return msgspec.structs.replace(worst, where=worst.where if worst.what else "", counts=figures)


def _where(address: URL) -> str:
    """A feed as it is called to people: without what is asked, since there may be a key in it."""
    return str(address.with_query(None)).partition("://")[2]


def _read_position(cursor: str | None) -> Position:
    try:
        return msgspec.json.decode(cursor or "{}", type=Position)
    except (msgspec.DecodeError, UnicodeError):
        return Position()


def _read_cursor(cursor: str | None) -> dict[str, str]:
    """Address → position. One that cannot be read means the beginning: posts may come again, none is missed."""
    try:
        return msgspec.json.decode(cursor or "{}", type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        _log.warning("The saved position of a source cannot be read; beginning with what the feeds have")
        return {}


def _write_cursor(positions: Mapping[str, str]) -> str | None:
    return msgspec.json.encode(positions, order="sorted").decode() if positions else None
