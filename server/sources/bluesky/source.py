"""
Hashtags on Bluesky: the stream says at once that something was written or has gone, the AppView says what it is.

    Jetstream ── frames ──► Sieve ──► ours? ──► AskList ── a second later, 25 at a time ──► AppView ──► Upsert
                                └──► gone, and known ─────────────────────────────────────► Delete, AuthorGone

A post that is about to be asked for holds the cursor back; so after a crash it is read, and asked for, once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import NoReturn

import msgspec
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Backoff, SourceUnavailable
from server.sources.bluesky import client, parse
from server.sources.bluesky.client import BATCH, AppView, Stumbled, WireUnknown
from server.sources.bluesky.finding import find
from server.sources.bluesky.frames import (
    Closed,
    Complaint,
    Frame,
    PostKey,
    Removed,
    Sieve,
    Wire,
    Written,
    key_named,
    read_frame,
)
from server.sources.bluesky.options import Options, parse_options
from server.sources.bluesky.waiting import Asking, AskList, Authors, Known, Outbox
from server.sources.contract import (
    AuthorGone,
    BrokenOff,
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
from server.sources.health import note_flaw, unwell, worst
from server.sources.loop import for_ever, monotonic, taken
from server.sources.rounds import Round
from server.sources.tags import fold_tag
from server.symposium.values import SourceId

ASK_AFTER_S = 1.0
"""The AppView reads the same stream, and may be a moment later."""

ASK_AGAIN_S = (2.0, 5.0, 15.0, 40.0, 60.0)
"""What it does not show after all these is not to be seen by anybody: taken down, or gone already."""

REWIND_US = 5_000_000
"""When the connection is made anew: the next server may be a little behind or ahead."""

BEAT_S = 5.0
DEAF_AFTER_S = 60.0
"""Somebody posts every moment: a stream this silent is broken, though its server answers pings."""

SAMPLE_EACH = 20
"""Frames: a fifth of a second of the network."""

AGREE_US = 3_600_000_000
"""Two frames in a row are within an hour of each other, or the second has a broken clock."""

FIRST_CURSOR = 1_000_000_000_000_000
"""Smaller ones are another kind of number to Jetstream; this is in 2001."""

STREAM_REMEMBERS_US = 36 * 3_600_000_000
"""After a longer absence it cannot tell any more what has gone."""

TRY_S = 10.0
RECHECK_AT_ONCE = 250

_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> BlueskySource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return BlueskySource(source, parse_options(options), tools)


class BlueskySource:
    """See `contract.Source`."""

    network = "bluesky"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._appview = AppView(options.appview, tools)
        self._authors = Authors()
        self._known = Known(self._authors)
        self._kept: tuple[PostKey, ...] = ()
        self._rounds = Round()

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`: of which posts, and of whom, the stream's deletes count."""
        self._kept = tuple(key for post in kept if (key := key_named(post.native_id)))
        for key in self._kept:
            self._known.met(key)

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        outbox = Outbox(cursor)
        asking = AskList(self._authors)
        listener = _Listener(
            self.id, self._options, self._tools, self._appview, self._authors, self._known, asking, outbox, cursor
        )
        crew = asyncio.ensure_future(self._work(listener, outbox, cursor))
        async with aclosing(taken(outbox.take, crew)) as events:
            async for event, reached in events:
                yield event, reached

    async def _work(self, listener: _Listener, outbox: Outbox, cursor: str | None) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(listener.run())
            if self._was_away_too_long(cursor):
                group.create_task(self._look_back(outbox))

    def _was_away_too_long(self, cursor: str | None) -> bool:
        reached = _read_cursor(cursor)
        return reached is None or reached < int(self._tools.now() * 1_000_000) - STREAM_REMEMBERS_US

    async def _look_back(self, outbox: Outbox) -> None:
        """
        Once, for what has gone of all that the house has: the newest first, between the questions for new posts. What
        was edited is left to `recheck`: each edit costs its pictures, and what is edited we do not know after a start.
        """
        backoff = Backoff(self._tools.rng)
        waiting = list(self._kept)
        while waiting:
            some = waiting[-BATCH:]
            try:
                events = await self._look_at(some, edits=False)
            except Stumbled:
                events = []  # `recheck` looks at them too.
            except SourceUnavailable as trouble:
                wait_s = backoff.failed(trouble, now=monotonic())
                if wait_s is None:
                    return
                await asyncio.sleep(wait_s)
                continue
            backoff.worked(now=monotonic())
            del waiting[-BATCH:]
            for event in events:
                if isinstance(event, Delete):
                    await outbox.hurry(event)

    async def check(self) -> Trial:
        try:
            if not await self._appview.works():
                return Trial(findings=(Finding(where=self._appview.host, what="server-error"),))
        except SourceUnavailable as trouble:
            return Trial(findings=(Finding(where=self._appview.host, what=trouble.code),))
        return Trial(findings=tuple(await asyncio.gather(*map(self._try, self._options.hosts))))

    async def _try(self, host: URL) -> Finding:
        where = host.authority
        for wire in dict.fromkeys((self._options.wire, Wire.V1)):
            try:
                async with client.stream(self._tools, host, wire, cursor=None) as socket, asyncio.timeout(TRY_S):
                    read_frame(await socket.recv(decode=False), wire)
                    return Finding(where=where, streams=True)
            except WireUnknown:
                continue
            except SourceUnavailable as trouble:
                return Finding(where=where, what=trouble.code)
            except BadInput as ex:
                return Finding(where=where, what=ex.code)
        return Finding(where=where, what="unexpected-answer")

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        keys = {native_id: key for native_id in native_ids if (key := key_named(native_id))}
        for key in keys.values():
            self._known.met(key)  # One that a person brought in by its address is new to us.
        events: list[Event] = []
        ids = self._rounds.first(keys, RECHECK_AT_ONCE)
        turn = [keys[native_id] for native_id in ids]
        for at in range(0, len(turn), BATCH):
            self._rounds.looked(ids[at : at + BATCH])
            try:
                events += await self._look_at(turn[at : at + BATCH])
            except SourceUnavailable as trouble:
                raise BrokenOff(trouble, events) from trouble
        return tuple(events)

    async def find(self, address: str) -> NetworkPost | None:
        """See `finding.find`."""
        return await find(address, self._appview, now_us=int(self._tools.now() * 1_000_000))

    async def _look_at(self, keys: Sequence[PostKey], *, edits: bool = True) -> list[Delete | Upsert]:
        """What is missing is asked for once more before it counts as gone."""
        answers = await self._appview.posts([key.uri for key in keys])
        missing = [key for key in keys if key.uri not in answers.views and key.uri not in answers.doubtful]
        if missing:
            again = await self._appview.posts([key.uri for key in missing])
            missing = [key for key in missing if key.uri not in again.views and key.uri not in again.doubtful]
        events: list[Delete | Upsert] = []
        for key in missing:
            self._known.forget(key)
            events.append(_gone(key))
        for view in answers.views.values():
            if isinstance(view, parse.View):
                events += self._changed(view, edits=edits)
        return events

    def _changed(self, view: parse.View, *, edits: bool) -> list[Delete | Upsert]:
        """An edit that takes the hashtag away is an edit all the same; a label may be the end."""
        now_us = int(self._tools.now() * 1_000_000)
        before = self._known.cid(view.key)
        edited = now_us if before and before != view.cid else None
        try:
            post = parse.parse_view(view, tags=frozenset(), now_us=now_us, edited=edited)
        except BadInput as ex:
            _log.info("Source %s: %s cannot be read again: %s", self.id, view.key.uri, ex)
            return []
        if isinstance(post, parse.Dropped):
            self._known.forget(view.key)
            return [_gone(view.key)]
        if not edits:
            return []
        self._known.met(view.key, view.cid)
        return [] if before == view.cid else [Upsert(post=post)]


class _Listener:
    """One run: the stream, the questions that it leads to, and a word now and then that all is well."""

    def __init__(
        self,
        source: SourceId,
        options: Options,
        tools: Tools,
        appview: AppView,
        authors: Authors,
        known: Known,
        asking: AskList,
        outbox: Outbox,
        cursor: str | None,
    ) -> None:
        self._source = source
        self._options = options
        self._tools = tools
        self._appview = appview
        self._known = known
        self._outbox = outbox
        self._tags = frozenset(options.tags)
        self._authors = authors
        self._asking = asking
        self._stirred = asyncio.Event()
        self._reached = _read_cursor(cursor)
        self._began_us: int | None = None
        self._said_us: int | None = None
        self._overflowed: int | None = None
        self._hosts = list(options.hosts)
        self._only_v1: set[URL] = set()
        self._limit: asyncio.Timeout | None = None
        self._stream_backoff = Backoff(tools.rng)
        self._gave_at = -math.inf
        """When the AppView last gave a post, in seconds of the loop."""
        self._counts = {"posts": 0, "unreadable": 0, "frames": 0}
        self._parts: dict[str, Health] = {}

    async def run(self) -> None:
        """Without end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen_forever())
            group.create_task(self._ask_forever())
            group.create_task(self._beat())

    # The stream

    async def _listen_forever(self) -> NoReturn:
        while True:
            host = self._hosts[0]
            wire = Wire.V1 if host in self._only_v1 else self._options.wire
            try:
                await self._listen(host, wire)
            except WireUnknown as ex:
                _log.info("%s; it gets version 1", ex)
                self._only_v1.add(host)
            except SourceUnavailable as trouble:
                wait_s = self._stream_backoff.failed(trouble, now=monotonic())
                if wait_s is None and len(self._hosts) > 1:
                    self._hosts.remove(host)
                    wait_s = BEAT_S
                else:
                    self._hosts.append(self._hosts.pop(0))
                await self._report("stream", trouble, host.authority, wait_s)
                if wait_s is None:
                    await for_ever()
                await asyncio.sleep(wait_s)

    async def _listen(self, host: URL, wire: Wire) -> None:
        """Until it fails; or until what found no room can be read once more."""
        self._said_us = None
        sieve = Sieve(wire, self._tags, self._authors)
        async with client.stream(self._tools, host, wire, cursor=self._begin()) as socket:
            try:
                async with asyncio.timeout(DEAF_AFTER_S) as self._limit:
                    while not self._has_room_again():
                        data = await socket.recv(decode=False)
                        self._counts["frames"] += 1
                        if sieve.passes(data) or self._is_sample():
                            await self._take_in(data, host, wire)
            finally:
                self._limit = None

    def _is_sample(self) -> bool:
        """Some are read for where we are, and for whether they can be read at all."""
        return self._reached is None or self._counts["frames"] % SAMPLE_EACH == 0

    def _begin(self) -> int | None:
        """Where the stream is to begin: a little before where we were; at the first time where the organiser wants."""
        if self._overflowed is not None:
            self._reached, self._overflowed = self._overflowed, None
        if self._reached is not None:
            return self._reached - REWIND_US
        if self._options.since_us is not None or self._began_us is None:
            self._began_us = int(self._tools.now() * 1_000_000)
            return self._options.since_us
        return self._began_us - REWIND_US

    def _has_room_again(self) -> bool:
        return self._overflowed is not None and not self._asking

    async def _take_in(self, data: bytes, host: URL, wire: Wire) -> None:
        try:
            frame = read_frame(data, wire)
        except BadInput as ex:
            return note_flaw(_log, self._counts, self._source, host.authority, ex)
        match frame.what:
            case Written():
                self._written(frame.what, frame)
            case Removed(key=key):
                await self._removed(key)
            case Closed(did=did):
                await self._closed(did)
            case Complaint(error=error):
                _log.info("%s says %s, and will hang up", host, error)
            case None:
                pass
        self._move(frame)

    def _written(self, written: Written, frame: Frame) -> None:
        if self._known.has(written.key):
            if written.cid == self._known.cid(written.key):
                return
        elif self._tags.isdisjoint(map(fold_tag, written.tags)):
            return
        hold = self._reached if self._reached is not None else frame.time_us or FIRST_CURSOR
        edited = frame.time_us if written.again else None
        due = monotonic() + ASK_AFTER_S
        if not self._asking.add(Asking(key=written.key, cid=written.cid, edited=edited, hold=hold, due=due)):
            self._overflowed = hold if self._overflowed is None else min(self._overflowed, hold)
        self._stirred.set()

    async def _removed(self, key: PostKey) -> None:
        self._asking.drop(key.native_id)
        if self._known.has(key):
            self._known.forget(key)
            await self._outbox.hurry(_gone(key))

    async def _closed(self, did: str) -> None:
        self._asking.drop_author(did)
        if self._known.forget_author(did):
            await self._outbox.hurry(AuthorGone(author_id=did))

    def _move(self, frame: Frame) -> None:
        """One frame with a broken clock would lose what comes after it, or bring yesterday back."""
        if frame.time_us is None or frame.time_us < FIRST_CURSOR:
            return
        if self._said_us is not None and abs(frame.time_us - self._said_us) <= AGREE_US:
            self._reached = frame.time_us
        self._said_us = frame.time_us

    # The questions

    async def _ask_forever(self) -> NoReturn:
        backoff = Backoff(self._tools.rng)
        while True:
            await self._until_due()
            asked = self._asking.due(monotonic(), BATCH)
            if not asked:
                continue
            try:
                answers = await self._appview.posts([asking.key.uri for asking in asked])
            except Stumbled as trouble:
                self._stumbled(asked, trouble)
                continue
            except SourceUnavailable as trouble:
                wait_s = backoff.failed(trouble, now=monotonic())
                await self._report("appview", trouble, self._appview.host, wait_s)
                if wait_s is None:
                    await for_ever()
                await asyncio.sleep(wait_s)
                continue
            backoff.worked(now=monotonic())
            self._parts["appview"] = Health(condition=Condition.OK)
            self._gave_at = monotonic() if answers.views else self._gave_at
            for asking in asked:
                if asking.key.uri in answers.doubtful:
                    asking.stumbled = monotonic()
                if self._asking.has(asking):
                    await self._told(asking, answers.views.get(asking.key.uri))

    def _stumbled(self, asked: Sequence[Asking], trouble: Stumbled) -> None:
        """Others go first. It counts as asked in vain where others came meanwhile: else all may be in trouble."""
        now = monotonic()
        _log.info("Source %s: %s for %s", self._source, trouble, [asking.key.uri for asking in asked])
        for asking in asked:
            asking.tries += self._gave_at > asking.stumbled
            asking.stumbled = now
            asking.due = now + ASK_AGAIN_S[-1]
            if asking.tries > len(ASK_AGAIN_S) and self._asking.has(asking):
                self._asking.drop(asking.key.native_id)  # Nobody says that it is gone: what is here of it stays.

    async def _until_due(self) -> None:
        self._stirred.clear()
        due = self._asking.next_due()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._stirred.wait()
        if due is not None and (rest_s := due - monotonic()) > 0:
            await asyncio.sleep(rest_s)

    async def _told(self, asking: Asking, view: parse.View | BadInput | None) -> None:
        """It is shown; or not yet, or not yet as it was written last; or not ever."""
        is_last_try = asking.tries >= len(ASK_AGAIN_S)
        if not is_last_try and (view is None or (isinstance(view, parse.View) and view.cid != asking.cid)):
            asking.due = monotonic() + ASK_AGAIN_S[asking.tries]
            asking.tries += 1
            return
        post = self._read(view, asking) if view is not None else None
        if post is not None and isinstance(view, parse.View):
            self._known.met(asking.key, view.cid)
            self._counts["posts"] += 1
            await self._outbox.put(Upsert(post=post), self._cursor(besides=asking))
        elif self._known.has(asking.key):
            self._known.forget(asking.key)
            await self._outbox.hurry(_gone(asking.key))
        if self._asking.has(asking):  # Until here it held the cursor back, for whoever told it while we waited.
            self._asking.drop(asking.key.native_id)

    def _read(self, view: parse.View | BadInput, asking: Asking) -> NetworkPost | None:
        now_us = int(self._tools.now() * 1_000_000)
        tags = frozenset[str]() if self._known.has(asking.key) else self._tags
        try:
            if isinstance(view, BadInput):
                raise view
            post = parse.parse_view(view, tags=tags, now_us=now_us, edited=asking.edited)
        except BadInput as ex:
            note_flaw(_log, self._counts, self._source, asking.key.uri, ex)
            return None
        return post if isinstance(post, NetworkPost) else None

    # How it is

    async def _beat(self) -> NoReturn:
        frames = 0
        while True:
            await asyncio.sleep(BEAT_S)
            if self._counts["frames"] == frames or self._limit is None:
                continue
            frames = self._counts["frames"]
            if not self._limit.expired():
                self._limit.reschedule(monotonic() + DEAF_AFTER_S)
            self._stream_backoff.worked(now=monotonic())
            self._parts["stream"] = Health(condition=Condition.OK)
            await self._outbox.offer(self._health(), self._cursor())

    async def _report(self, part: str, trouble: SourceUnavailable, where: str, wait_s: float | None) -> None:
        health = unwell(trouble, wait_s, where=where, now=self._tools.now())
        before = self._parts.get(part)
        if before is None or (before.condition, before.what) != (health.condition, health.what):
            _log.warning("Source %s: %s", self._source, trouble)
        self._parts[part] = health
        await self._outbox.put(self._health(), self._cursor())

    def _health(self) -> Health:
        return msgspec.structs.replace(
            worst(self._parts.values()), counts={**self._counts, "waiting": len(self._asking)}
        )

    def _cursor(self, *, besides: Asking | None = None) -> str | None:
        """Where to begin again: before everything that was read and not told, *besides* what is told now."""
        held = [at for at in (self._reached, self._asking.hold(besides), self._overflowed) if at is not None]
        return str(min(held)) if held else None


def _gone(key: PostKey) -> Delete:
    return Delete(native_id=key.native_id, uri=key.uri)


def _read_cursor(cursor: str | None) -> int | None:
    """One that cannot be read means the beginning. One that lies in the future does the same at Jetstream itself."""
    if cursor is None:
        return None
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18 and int(cursor) >= FIRST_CURSOR:
        return int(cursor)
    _log.warning("The saved position of a source cannot be read; beginning with what is posted now")
    return None
