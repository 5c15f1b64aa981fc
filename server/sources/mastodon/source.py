"""
Hashtags on Mastodon and compatible servers, by looking again and again, and live where we have a token.

A look takes the newest page: late posts and edits are on it, whichever ids they have. Only when it does not reach back
to where we were, the pages between are read, oldest first. The stream is for speed and for deletes; it never moves the
cursor, so that whatever it misses is found by the next look.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.backoff import Backoff, Cause, SourceUnavailable
from server.sources.contract import (
    AuthorGone,
    BrokenOff,
    Condition,
    Delete,
    Event,
    Finding,
    Health,
    NetworkPost,
    Tools,
    Trial,
    Upsert,
)
from server.sources.cursors import read_cursor, write_cursor
from server.sources.health import note_flaw, unwell, worst
from server.sources.loop import for_ever, monotonic, taken
from server.sources.mastodon import parse
from server.sources.mastodon.client import BULK, Server, StreamUnsupported
from server.sources.mastodon.finding import find
from server.sources.mastodon.options import Options, parse_options
from server.sources.mastodon.outbox import Known, Move, Outbox
from server.sources.rounds import Round
from server.symposium.values import SourceId

SAFETY_POLL_S = 90.0
"""Between two looks beside a working stream: what it dropped is found this soon."""

NO_STREAM_S = 600.0
"""Before asking again for a stream that the server does not have."""

DEAF_AFTER_S = 30.0
"""A post this old that the stream should have brought, and did not: the stream is deaf, and is opened anew."""

MAX_PAGES = 50
"""In one go when catching up: 2,000 posts. The rest follows at the next look."""

MAX_FIRST_PAGES = 10
RECHECK_AT_ONCE = 60
RECHECK_AT_ONCE_SINGLY = 20
"""For servers that answer for one post at a time: at one request a second, and 300 in five minutes."""

MAX_STUMBLES = 3
"""Posts in one go that a server may not be able to give: with more it is in trouble itself."""

MENTIONS = ("@",)
"""Stands where the tags of a timeline stand for the notifications of who mentions us. Never a hashtag."""

NOTHING = ""
"""The position in a timeline that had no post yet: all that comes is new."""


_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> MastodonSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return MastodonSource(source, parse_options(options), tools)


class MastodonSource:
    """See `contract.Source`."""

    network = "mastodon"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._servers = tuple(Server(each, tools) for each in options.servers)
        self._reading = _Reading(source, options, tools)
        self._rounds = {server.host: Round() for server in self._servers}

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        positions = _read_cursor(cursor)
        outbox = Outbox()
        self._reading = _Reading(self.id, self._options, self._tools)
        watch = _Watch()
        listeners = [
            _Listener(server, self._options, self._tools, positions.get(server.host, {}), self._reading, outbox, watch)
            for server in self._servers
        ]
        crew = asyncio.gather(*(listener.run() for listener in listeners))
        async with aclosing(taken(outbox.take, crew)) as events:
            async for event, move in events:
                if move is not None:
                    host, tags, id_ = move
                    positions.setdefault(host, {}).update(dict.fromkeys(tags, id_))
                yield event, write_cursor(positions) if positions else None

    async def check(self) -> Trial:
        return Trial(findings=tuple(await asyncio.gather(*map(self._try, self._servers))))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        events: list[Event] = []
        troubles: list[SourceUnavailable] = []
        for server in self._servers:
            prefix = f"{server.host}/"
            ids = [each.removeprefix(prefix) for each in native_ids if each.startswith(prefix)]
            try:
                events += await self._recheck(server, ids)
            except BrokenOff as trouble:
                events += trouble.found
                troubles.append(trouble)
            except SourceUnavailable as trouble:
                troubles.append(trouble)
        if troubles:
            raise BrokenOff(troubles[0], events)
        return tuple(events)

    async def find(self, address: str) -> NetworkPost | None:
        """See `finding.find`."""
        return await find(address, self._servers, self._tools)

    async def _try(self, server: Server) -> Finding:
        tags = self._options.tags
        try:
            instance = await server.instance()
            size = instance.tags_per_request
            pages = [await server.page(tags[at : at + size]) for at in range(0, len(tags), size)]
            mentioned, refused = await self._try_mentions(server)
            streams = server.token is not None and await self._try_stream(server, instance)
        except SourceUnavailable as trouble:
            return Finding(where=server.host, what=_what(trouble, server))
        except BadInput as ex:
            return Finding(where=server.host, what=ex.code)
        posts = [post for page in pages for status in page if (post := self._reading.post(status, server)) is not None]
        posts += mentioned
        unique = {post.uri: post for post in sorted(posts, key=lambda post: post.created or 0, reverse=True)}
        closed = {"disabled": "feed-disabled", "authenticated": "needs-token"}.get(instance.feed, "")
        return Finding(
            where=server.host,
            what=refused or (closed if not posts and server.token is None else ""),
            streams=streams,
            posts=tuple(unique.values())[:5],
        )

    async def _try_mentions(self, server: Server) -> tuple[list[NetworkPost], str]:
        """The posts that mention us; or why we may not know."""
        if not self._options.mentions or server.token is None:
            return [], ""
        try:
            page = await server.mentions()
        except SourceUnavailable as trouble:
            if trouble.cause is not Cause.REFUSED:
                raise
            return [], "mentions-refused"
        posts = (self._reading.post(item, server, mentions=True) for item in page)
        return [post for post in posts if post is not None], ""

    async def _try_stream(self, server: Server, instance: parse.Instance) -> bool:
        try:
            async with server.stream(instance, self._options.tags[:1]):
                return True
        except StreamUnsupported:
            return False

    async def _recheck(self, server: Server, ids: Sequence[str]) -> list[Event]:
        """A turn of *ids*: all get their look in time. What a bulk answer lacks is asked for by itself."""
        if not ids:
            return []
        found: dict[str, object] = {}
        gone: list[str] = []
        trouble: SourceUnavailable | None = None
        try:
            await self._ask_for(server, ids, found, gone)
        except SourceUnavailable as ex:
            trouble = ex
        events: list[Event] = [self._reading.delete(f"{server.host}/{each}") for each in gone]
        for status in found.values():
            events += self._reading.look(status, server, ours=True)
        if trouble is not None:
            raise BrokenOff(trouble, events)
        return events

    async def _ask_for(self, server: Server, ids: Sequence[str], found: dict[str, object], gone: list[str]) -> None:
        """Fills *found* and *gone*, as far as it comes: one post that its server cannot give keeps no other waiting."""
        rounds = self._rounds[server.host]
        turn = rounds.first(ids, RECHECK_AT_ONCE)
        for at in range(0, len(turn), BULK):
            rounds.looked(some := turn[at : at + BULK])
            try:
                answered = await server.statuses(some)
            except SourceUnavailable as ex:
                if not _may_be_of_one(ex):
                    raise
                answered = None
            if answered is None:
                turn = turn[: at + BULK]
                break
            found |= answered
        troubles: list[SourceUnavailable] = []
        for each in [each for each in turn if each not in found][:RECHECK_AT_ONCE_SINGLY]:
            rounds.looked([each])
            try:
                status = await server.status(each)
            except SourceUnavailable as ex:
                troubles.append(ex)
                if not _may_be_of_one(ex) or len(troubles) == MAX_STUMBLES:
                    raise
                continue
            if status is None:
                gone.append(each)
            else:
                found[each] = status
        if troubles:
            raise troubles[0]


@dataclass
class _Watch:
    """How every server of this source is."""

    parts: dict[str, Health] = field(default_factory=dict)
    streams: dict[str, int] = field(default_factory=dict)


class _Reading:
    """From a status as JSON to what there is to say of it; counts what came by."""

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self._source = source
        self.known = Known()
        self.counts = {"posts": 0, "unreadable": 0}
        self._tags = frozenset(options.tags)
        self._since_us = options.since_us
        self._tools = tools

    def post(self, item: object, server: Server, *, mentions: bool = False) -> NetworkPost | None:
        """The post of an item of a timeline, when it is one for us; *mentions*: the items are notifications."""
        status = self.mentioning(item, server) if mentions else item
        result = None if status is None else self._parsed(status, server, self._tags_of(mentions))
        return result if isinstance(result, NetworkPost) else None

    def mentioning(self, notification: object, server: Server) -> object | None:
        """The post that mentions us, if that is what it tells."""
        try:
            return parse.mentioning(notification)
        except BadInput as ex:
            self.flaw(ex, server)
            return None

    def look(self, status: object, server: Server, *, ours: bool = False, mentions: bool = False) -> list[Event]:
        """
        What *status* means for the wall: nothing, a post, or the end of one.

        An edit that takes the hashtag away is an edit all the same.

        Args:
            ours: The wall has this post; else only if we remember passing it on.
            mentions: It mentions us: it needs no hashtag.
        """
        result = self._parsed(status, server, self._tags_of(mentions))
        if isinstance(result, parse.Dropped):
            ours = ours or self.known.has(self.known.uri(f"{server.host}/{result.id}"))
            if ours and result.why is parse.Why.OTHER_TAG:
                result = self._parsed(status, server, frozenset())
        match result:
            case NetworkPost():
                return self._news(result, server)
            case parse.Dropped(why=parse.Why.AUTHOR_SUSPENDED) if ours:
                return [AuthorGone(author_id=result.author_id)]
            case parse.Dropped(why=parse.Why.NOT_PUBLIC | parse.Why.EXPIRED | parse.Why.TOO_LONG) if ours:
                return [self.delete(f"{server.host}/{result.id}")]
            case _:
                return []

    def _tags_of(self, mentions: bool) -> frozenset[str]:
        return frozenset() if mentions else self._tags

    def delete(self, native_id: str) -> Delete:
        """The end of a post, with both its names where we know them."""
        return Delete(native_id=native_id, uri=self.known.uri(native_id))

    def flaw(self, ex: BadInput, server: Server) -> None:
        """Something that *server* sent cannot be read."""
        note_flaw(_log, self.counts, self._source, server.host, ex)

    def _news(self, post: NetworkPost, server: Server) -> list[Event]:
        self.known.met(post)
        if not self.known.is_news(post, host=server.host):
            return []
        self.known.passed_on(post, host=server.host)
        self.counts["posts"] += 1
        return [Upsert(post=post)]

    def _parsed(self, status: object, server: Server, tags: frozenset[str]) -> NetworkPost | parse.Dropped | None:
        now_us = int(self._tools.now() * 1_000_000)
        try:
            result = parse.parse_status(status, host=server.host, domain=server.domain, tags=tags, now_us=now_us)
        except BadInput as ex:
            self.flaw(ex, server)
            return None
        early = isinstance(result, NetworkPost) and (result.created or 0) < (self._since_us or 0)
        return None if early else result


@dataclass
class _Feed:
    """
    One timeline: up to as many tags as a request may name, or `MENTIONS`; and the newest id that we know of, of a post
    or a notification: `NOTHING` where there was none, None where we never looked.
    """

    tags: tuple[str, ...]
    position: str | None
    backoff: Backoff
    trouble: Health | None = None
    """Of this timeline alone: the others go on."""
    rests_until: float = 0.0

    @property
    def mentions(self) -> bool:
        return self.tags == MENTIONS


class _Listener:
    """One server: the looks, and beside them the streams."""

    def __init__(
        self,
        server: Server,
        options: Options,
        tools: Tools,
        positions: Mapping[str, str],
        reading: _Reading,
        outbox: Outbox,
        watch: _Watch,
    ) -> None:
        self._server = server
        self._options = options
        self._tools = tools
        self._positions = positions
        self._reading = reading
        self._outbox = outbox
        self._watch = watch
        self._instance: asyncio.Future[parse.Instance] = asyncio.get_running_loop().create_future()
        self._feeds: list[_Feed] = []
        self._look_now = asyncio.Event()
        self._open: dict[asyncio.Timeout, float] = {}
        self._groups: list[tuple[str, ...]] = []
        self._mentions = options.mentions
        self._attention = ""

    async def run(self) -> None:
        """Without end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_forever())
            if self._server.token is not None:
                group.create_task(self._stream_all())

    async def _look_forever(self) -> NoReturn:
        backoff = Backoff(self._tools.rng)
        while True:
            try:
                self._look_now.clear()
                await self._look()
            except SourceUnavailable as trouble:
                if trouble.cause is Cause.REFUSED and self._server.token is not None:
                    self._give_up_token()
                    continue
                wait_s = backoff.failed(trouble, now=monotonic())
                await self._report(trouble, wait_s)
                if wait_s is None:
                    await for_ever()
                await asyncio.sleep(wait_s)
            else:
                backoff.worked(now=monotonic())
                await self._until_next_look()

    async def _until_next_look(self) -> None:
        wanted = [group for group in self._groups if group or self._mentions]
        streaming = 0 < len(wanted) <= len(self._open)
        wait_s = SAFETY_POLL_S if streaming else self._options.poll_interval_s
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s * (1 + self._tools.rng.uniform(0, 0.1))):
                await self._look_now.wait()

    async def _look(self) -> None:
        if not self._instance.done():
            instance = await self._server.instance()
            self._feeds = [
                _Feed(tags, position, Backoff(self._tools.rng))
                for tags, position in _timelines(self._options.tags, self._positions, instance.tags_per_request)
            ]
            if self._mentions and self._server.token is not None:
                position = self._positions.get(MENTIONS[0])
                self._feeds.append(_Feed(MENTIONS, position, Backoff(self._tools.rng)))
            self._instance.set_result(instance)
        await self._look_at_all()

    async def _look_at_all(self) -> None:
        """One timeline that the server cannot give keeps no other waiting; where it gives none, it is in trouble."""
        ill: list[tuple[_Feed, SourceUnavailable]] = []
        has_read = False
        for feed in [each for each in self._feeds if each.rests_until <= monotonic()]:
            try:
                await self._look_at(feed)
            except SourceUnavailable as ex:
                if ex.cause is Cause.REFUSED and feed.mentions:
                    self._give_up_mentions()
                elif _may_be_of_one(ex):
                    ill.append((feed, ex))
                else:
                    raise
            else:
                has_read = True
                feed.backoff.worked(now=monotonic())
        if ill and not has_read:
            raise ill[0][1]
        for feed, trouble in ill:
            wait_s = feed.backoff.failed(trouble, now=monotonic()) or 0.0
            feed.rests_until = monotonic() + wait_s
            feed.trouble = self._waiting(trouble, wait_s)
            await self._tell(feed.trouble, trouble)

    async def _page(self, feed: _Feed, *, min_id: str | None = None, max_id: str | None = None) -> tuple[object, ...]:
        if feed.mentions:
            return await self._server.mentions(min_id=min_id, max_id=max_id)
        return await self._server.page(feed.tags, min_id=min_id, max_id=max_id)

    async def _look_at(self, feed: _Feed) -> None:
        pages = [await self._page(feed)]
        ids = _ids(pages[0])
        if not feed.position:
            pages += await self._earlier(feed, pages[0])
        elif ids and feed.position not in ids and not await self._catch_up(feed):
            return self._look_now.set()
        missed = 0
        for page in reversed(pages):
            missed += await self._pass_on(feed, page)
        if missed:
            self._reopen_deaf()
        await self._reached(feed, ids[0] if ids else NOTHING if feed.position is None else None)

    async def _earlier(self, feed: _Feed, page: tuple[object, ...]) -> list[tuple[object, ...]]:
        """
        What came before the newest page: at the first start back to where the organiser wants to begin, and where
        nothing was there then, all of it.
        """
        was_empty = feed.position == NOTHING
        since_us, most = (0, MAX_PAGES) if was_empty else (self._options.since_us, MAX_FIRST_PAGES)
        pages: list[tuple[object, ...]] = []
        ids = _ids(page)
        while since_us is not None and len(pages) < most and ids and not _is_before(page, since_us):
            page = await self._page(feed, max_id=ids[-1])
            if (earlier := _ids(page)) == ids:  # this server does not go back
                break
            pages.append(page)
            ids = earlier
        return pages

    async def _catch_up(self, feed: _Feed) -> bool:
        """
        From where we were, oldest first. A server that ignores `min_id` shows the same page again: enough.

        Returns:
            Whether we are there: else the rest follows at the next look, and the newest page after it.
        """
        for _ in range(MAX_PAGES):
            page = await self._page(feed, min_id=feed.position)
            ids = _ids(page)
            if not ids or ids[0] == feed.position:
                return True
            await self._pass_on(feed, page)
            await self._reached(feed, ids[0])
        return False

    async def _pass_on(self, feed: _Feed, page: tuple[object, ...]) -> int:
        """Oldest first. Returns how many posts there were that an open stream should have brought."""
        missed = 0
        for item in reversed(page):
            status = self._reading.mentioning(item, self._server) if feed.mentions else item
            if status is None:
                continue
            for event in self._reading.look(status, self._server, mentions=feed.mentions):
                if isinstance(event, Upsert):
                    missed += self._was_missed(event.post)
                    await self._outbox.put(event)
                elif isinstance(event, Delete | AuthorGone):
                    await self._outbox.hurry(event)
        return missed

    async def _reached(self, feed: _Feed, newest: str | None) -> None:
        move: Move | None = None
        feed.trouble = None
        if newest is not None:
            feed.position = newest
            move = (self._server.host, feed.tags, newest)
        self._watch.parts[self._server.host] = self._well()
        await self._outbox.put(self._health(), move)

    def _was_missed(self, post: NetworkPost) -> bool:
        opened = max(self._open.values(), default=float("inf"))
        created = (post.created or 0) / 1_000_000
        return post.edited is None and opened < created < self._tools.now() - DEAF_AFTER_S

    def _reopen_deaf(self) -> None:
        for limit in self._open:
            limit.reschedule(monotonic())

    async def _stream_all(self) -> None:
        instance = await asyncio.shield(self._instance)
        tags = self._options.tags
        self._groups = [tags] if instance.multiplexes else [(tag,) for tag in tags]
        self._groups += [()] if self._mentions else []
        async with asyncio.TaskGroup() as group:
            for each in self._groups:
                group.create_task(self._stream_forever(instance, each))

    async def _stream_forever(self, instance: parse.Instance, tags: tuple[str, ...]) -> None:
        """Without *tags*: who mentions us."""
        backoff = Backoff(self._tools.rng)
        while self._server.token is not None and (tags or self._mentions):
            wait_s: float | None = NO_STREAM_S
            try:
                await self._stream(instance, tags, backoff)
            except StreamUnsupported as ex:
                _log.info("%s; looking every %d s instead", ex, self._options.poll_interval_s)
            except SourceUnavailable as trouble:
                _log.info("%s", trouble)
                wait_s = backoff.failed(trouble, now=monotonic())
                if wait_s is None and tags:
                    return self._give_up_token()
            # Some servers refuse a stream that they do not know. A look says whether the token may read mentions.
            await asyncio.sleep(NO_STREAM_S if wait_s is None else wait_s)

    async def _stream(self, instance: parse.Instance, tags: tuple[str, ...], backoff: Backoff) -> None:
        async with self._server.stream(instance, tags) as frames, asyncio.timeout(None) as limit:
            backoff.worked(now=monotonic())
            self._open[limit] = self._tools.now()
            self._counted()
            self._look_now.set()
            try:
                async for frame in frames:
                    await self._frame(frame)
            finally:
                del self._open[limit]
                self._counted()
                self._look_now.set()

    async def _frame(self, frame: parse.Frame | BadInput) -> None:
        match frame:
            case BadInput():
                self._reading.flaw(frame, self._server)
            case parse.Mention():
                for event in self._reading.look(frame.status, self._server, mentions=True):
                    await self._streamed(event)
            case parse.Removal():
                await self._outbox.hurry(self._reading.delete(f"{self._server.host}/{frame.id}"))
            case parse.Update():
                for event in self._reading.look(frame.status, self._server):
                    await self._streamed(event)
            case _:
                pass

    async def _streamed(self, event: Event) -> None:
        if isinstance(event, Delete | AuthorGone):
            await self._outbox.hurry(event)
        elif isinstance(event, Upsert) and not await self._outbox.offer(event):
            # No room, and deletes may be behind it: leave it to the next look.
            self._reading.known.forget(event.post)
            self._look_now.set()

    def _give_up_token(self) -> None:
        """Somebody has to look at it. Until then, what is public there is still public."""
        _log.warning("%s refuses its token; looking at what is public there", self._server.host)
        self._server.token = None
        self._attention = "token-refused"
        self._look_now.set()

    def _give_up_mentions(self) -> None:
        """The token may not read who mentions us; hashtags go on with it."""
        _log.warning("%s does not let its token read notifications; looking at hashtags only", self._server.host)
        self._feeds = [feed for feed in self._feeds if not feed.mentions]
        self._mentions = False
        self._attention = self._attention or "mentions-refused"
        self._look_now.set()

    async def _report(self, trouble: SourceUnavailable, wait_s: float | None) -> None:
        await self._tell(self._waiting(trouble, wait_s), trouble)

    async def _tell(self, part: Health, trouble: SourceUnavailable) -> None:
        before = self._watch.parts.get(self._server.host)
        if before is None or (before.condition, before.what) != (part.condition, part.what):
            _log.warning("%s", trouble)
        self._watch.parts[self._server.host] = part
        await self._outbox.put(self._health())

    def _waiting(self, trouble: SourceUnavailable, wait_s: float | None) -> Health:
        """Until it is asked again; without *wait_s* for somebody who looks at it."""
        part = unwell(trouble, wait_s, where=self._server.host, now=self._tools.now())
        return msgspec.structs.replace(part, what=self._attention or _what(trouble, self._server))

    def _well(self) -> Health:
        if self._attention:
            return Health(condition=Condition.NEEDS_ATTENTION, what=self._attention, where=self._server.host)
        ill = next((feed.trouble for feed in self._feeds if feed.trouble is not None), None)
        return ill or Health(condition=Condition.OK, where=self._server.host)

    def _counted(self) -> None:
        self._watch.streams[self._server.host] = len(self._open)

    def _health(self) -> Health:
        parts = list(self._watch.parts.values())
        first = worst(parts)
        counts = {
            "servers": len(self._options.servers),
            "servers-ok": sum(part.condition is Condition.OK for part in parts),
            "streams": sum(self._watch.streams.values()),
            **self._reading.counts,
        }
        return msgspec.structs.replace(first, where=first.where if first.what else "", counts=counts)


def _timelines(
    tags: Sequence[str], positions: Mapping[str, str], size: int
) -> list[tuple[tuple[str, ...], str | None]]:
    """Tags that are equally far share a request; so a tag that is added later begins at its own beginning."""
    by_position: dict[str | None, list[str]] = {}
    for tag in tags:
        by_position.setdefault(positions.get(tag), []).append(tag)
    return [
        (tuple(same[at : at + size]), position)
        for position, same in by_position.items()
        for at in range(0, len(same), size)
    ]


def _ids(page: Sequence[object]) -> list[str]:
    ids = []
    for status in page:
        with contextlib.suppress(BadInput):  # It is counted when the post itself is read.
            ids.append(parse.status_id(status))
    return ids


def _is_before(page: Sequence[object], since_us: int) -> bool:
    """Whether the oldest of a page is from before *since_us*, as far as it tells."""
    moments = (parse.moment_of(item) for item in reversed(page))
    return next((moment for moment in moments if moment is not None), since_us) < since_us


def _may_be_of_one(trouble: SourceUnavailable) -> bool:
    """Whether a server may stumble over what it was asked for: who is away or asks us to wait has it with all."""
    return trouble.cause is Cause.SERVER and trouble.asked_s is None


def _what(trouble: SourceUnavailable, server: Server) -> str:
    """A refusal means one thing to an organiser who gave no token, and another to one who gave it."""
    if trouble.code != "refused":
        return trouble.code
    return "needs-token" if server.token is None else "token-refused"


def _read_cursor(cursor: str | None) -> dict[str, dict[str, str]]:
    """host → tag → id. One that cannot be read means the beginning: posts may come again, none is missed."""
    return read_cursor(cursor, dict[str, dict[str, str]], instead="beginning with the newest posts") or {}
