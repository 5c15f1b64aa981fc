"""
Channels of IRC: one connection that listens.

IRC keeps nothing: what is said while we are away is gone, but where the server keeps a history of its channels. So
nothing may hold up the listening. Lines are put aside as they come; when more come than the house can take, the newest
are left out and counted, rather than that the server throws us out for not reading.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.backoff import Backoff, SourceUnavailable
from server.sources.contract import (
    MAX_KEPT,
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
from server.sources.cursors import check_key, read_cursor, write_cursor
from server.sources.health import is_worth_a_line, note_flaw, unwell
from server.sources.irc import parse
from server.sources.irc.client import Connection, connected
from server.sources.irc.options import Options, parse_options
from server.sources.irc.session import Heard, Session
from server.sources.loop import for_ever, monotonic, taken
from server.sources.memory import remember
from server.symposium.values import SourceId

MAX_WAITING = 500
MAX_EACH = 100
"""Of them from one person: nobody takes up all the room."""

MAX_TO_SAY = 64
"""Lines that we still have to say. A server that asks for more than two minutes of them has to do without."""

MAX_KNOWN = 5000
"""Ids of lines: a history repeats some that we heard."""

KNOCK_EVERY_S = 300.0
"""At channels that did not let us in. An invitation is heard at once."""

STILL_WELL_EACH_S = 60.0
TRIAL_S = 20.0


_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> IrcSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return IrcSource(source, parse_options(options), tools)


class IrcSource:
    """See `contract.Source`."""

    network = "irc"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._kept: tuple[str, ...] = ()

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`: only of these lines, and of what is heard, it matters that they are taken back."""
        self._kept = tuple(each.native_id for each in kept)

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        outbox = _Outbox()
        listener = _Listener(self.id, self._options, self._tools, outbox, _read_cursor(cursor), self._kept)
        async with aclosing(taken(outbox.take, asyncio.create_task(listener.run()))) as events:
            async for event, reached in events:
                yield event, reached

    async def check(self) -> Trial:
        """Go in everywhere and out again. There is nothing to show: IRC tells nobody what was said before."""
        try:
            async with asyncio.timeout(TRIAL_S), connected(self._options) as connection:
                session = await _settled(connection, self._options, self._tools)
        except SourceUnavailable as trouble:
            return Trial(findings=(Finding(where=self._options.host, what=trouble.code),))
        except TimeoutError:
            return Trial(findings=(Finding(where=self._options.host, what="too-slow"),))
        return Trial(
            findings=tuple(
                Finding(where=channel, what=session.troubles.get(channel, ""), streams=channel not in session.troubles)
                for channel in self._options.channels
            )
        )

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """Nothing: on IRC a line is said, and that is all."""
        return ()


class _Outbox:
    """What was heard and not yet taken: lines in order, those taken back, and the newest word on how we are."""

    def __init__(self) -> None:
        self._gone: deque[Delete] = deque()
        self._lines: deque[tuple[Upsert, str | None]] = deque()
        self._shares: Counter[str] = Counter()
        self._health: Health | None = None
        self._cursor: str | None = None
        self._added = asyncio.Event()

    def offer(self, event: Upsert, cursor: str | None) -> bool:
        """Add it, if there is room, and its author has not taken too much of it already."""
        author = event.post.author_id
        if len(self._lines) >= MAX_WAITING or self._shares[author] >= MAX_EACH:
            return False
        self._shares[author] += 1
        self._lines.append((event, cursor))
        self._added.set()
        return True

    def hurry(self, event: Delete) -> None:
        """Add it in front. There are at most as many as lines that came in."""
        self._gone.append(event)
        self._added.set()

    def tell(self, health: Health) -> None:
        self._health = health
        self._added.set()

    async def take(self) -> tuple[Event, str | None]:
        """The next; waits for it. A cursor never comes before what it stands for."""
        while True:
            if self._gone:
                return self._gone.popleft(), self._cursor
            if self._health is not None:
                health, self._health = self._health, None
                return health, self._cursor
            if self._lines:
                event, self._cursor = self._lines.popleft()
                self._shares -= Counter([event.post.author_id])
                return event, self._cursor
            self._added.clear()
            await self._added.wait()


class _Lips:
    """
    What we still have to say, one line after the other when it is time. Nobody who makes us speak keeps us from
    listening.

    The same line twice is said once: an operator may invite us as often as they like.
    """

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._added = asyncio.Event()

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            if len(self._lines) < MAX_TO_SAY:
                self._lines[line] = None
        self._added.set()

    async def speak(self, connection: Connection) -> NoReturn:
        while True:
            while self._lines:
                line = next(iter(self._lines))
                await connection.send(line)
                del self._lines[line]
            self._added.clear()
            await self._added.wait()


class _Place(msgspec.Struct):
    """
    What has to outlive this process; the cursor is this, written down.

    Args:
        heard_at: Of each channel, folded, when we heard the last line there, UTC microseconds since 1970.
        key: In hexadecimal; of the hashes that stand for people without an account.
    """

    heard_at: dict[str, int] = {}
    key: str = msgspec.field(default_factory=lambda: secrets.token_hex(16))

    def __post_init__(self) -> None:
        check_key(self.key)


class _Listener:
    """
    Connects again and again, and listens.

    Args:
        place: From the cursor on.
        kept: Lines that the house has, by native id, oldest first.
    """

    def __init__(
        self,
        source: SourceId,
        options: Options,
        tools: Tools,
        outbox: _Outbox,
        place: _Place,
        kept: Iterable[str] = (),
    ) -> None:
        self._source = source
        self._options = options
        self._tools = tools
        self._outbox = outbox
        self._place = place
        self._key = bytes.fromhex(place.key)
        self._tags = frozenset(options.tags)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._kept = OrderedDict.fromkeys(kept)
        """Of these it matters that they are taken back."""
        self._counts = {"posts": 0, "unreadable": 0, "left-out": 0}

    async def run(self) -> NoReturn:
        backoff = Backoff(self._tools.rng)
        while True:
            try:
                async with connected(self._options) as connection:
                    await self._listen(connection, backoff)
            except SourceUnavailable as trouble:
                wait_s = backoff.failed(trouble, now=monotonic())
                self._report(trouble, wait_s)
                if wait_s is None:
                    await for_ever()
                await asyncio.sleep(wait_s)

    async def _listen(self, connection: Connection, backoff: Backoff) -> NoReturn:
        session = Session(self._options, since=self._place.heard_at, rng=self._tools.rng)
        lips = _Lips()
        first = await connection.greeting()
        heard = Heard() if first is None else self._heard(first, session)
        lips.add((*session.begin(), *heard.replies))
        tasks = {asyncio.create_task(self._beat(lips, session)), asyncio.create_task(lips.speak(connection))}
        try:
            while True:
                heard = self._heard(await connection.line(), session)
                if heard.changed:
                    backoff.worked(now=monotonic())
                    self._tell(session)
                lips.add(heard.replies)
                for failed in filter(asyncio.Task.done, tasks):
                    failed.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)  # Whoever listens meets the same trouble.

    async def _beat(self, lips: _Lips, session: Session) -> NoReturn:
        """Silence is no trouble here: say that we are well. And knock, now and then."""
        knock_at = monotonic() + KNOCK_EVERY_S
        while True:
            await asyncio.sleep(STILL_WELL_EACH_S)
            self._tell(session)
            if monotonic() >= knock_at:
                knock_at = monotonic() + KNOCK_EVERY_S
                lips.add(session.knock())

    def _heard(self, raw: bytes, session: Session) -> Heard:
        try:
            heard = session.heard(parse.parse_line(raw))
        except BadInput as ex:
            note_flaw(_log, self._counts, self._source, self._options.host, ex)
            return Heard()
        if heard.said is not None:
            self._said(heard.said)
        if heard.taken_back is not None:
            self._taken_back(heard.taken_back)
        return heard

    def _taken_back(self, line: parse.TakenBack) -> None:
        native, uri = parse.names_of(self._options.host, line.channel, line.id)
        if native in self._kept:
            del self._kept[native]
            self._outbox.hurry(Delete(native_id=native, uri=uri))

    def _said(self, said: parse.Said) -> None:
        now_us = int(self._tools.now() * 1_000_000)
        channel = parse.fold(said.channel)
        heard_at = self._place.heard_at
        heard_at[channel] = max(heard_at.get(channel, 0), min(said.at_us or now_us, now_us))
        post = parse.parse_post(said, host=self._options.host, tags=self._tags, now_us=now_us, key=self._key)
        if not isinstance(post, NetworkPost) or post.native_id in self._known:
            return
        if not self._outbox.offer(Upsert(post=post), write_cursor(self._place)):
            if is_worth_a_line(self._counts, "left-out"):
                _log.warning("%s says more than we can take; a line of it was left out", said.channel)
            return
        self._counts["posts"] += 1
        remember(self._known, post.native_id, None, most=MAX_KNOWN)
        remember(self._kept, post.native_id, None, most=MAX_KEPT)

    def _tell(self, session: Session) -> None:
        counts = {"channels": len(session.joined), **self._counts}
        if session.troubles:
            where, what = next(iter(session.troubles.items()))
            attention = Condition.NEEDS_ATTENTION
            self._outbox.tell(Health(condition=attention, what=what, where=where, counts=counts))
        elif session.settled:
            self._outbox.tell(Health(condition=Condition.OK, where=self._options.host, counts=counts))

    def _report(self, trouble: SourceUnavailable, wait_s: float | None) -> None:
        _log.info("%s; %s", trouble, "stopped" if wait_s is None else f"again in {wait_s:.0f} s")
        self._outbox.tell(unwell(trouble, wait_s, where=self._options.host, now=self._tools.now()))


async def _settled(connection: Connection, options: Options, tools: Tools) -> Session:
    """A session that knows of every channel whether it lets us in."""
    session = Session(options, since={}, rng=tools.rng)
    replies = (*_replies(session, await connection.greeting()), *session.begin())
    while True:
        for reply in replies:
            await connection.send(reply)
        if session.settled:
            return session
        replies = _replies(session, await connection.line())


def _replies(session: Session, raw: bytes | None) -> tuple[str, ...]:
    try:
        return () if raw is None else session.heard(parse.parse_line(raw)).replies
    except BadInput:
        return ()


def _read_cursor(cursor: str | None) -> _Place:
    """One that cannot be read means that we do not know when we heard something last."""
    return read_cursor(cursor, _Place, instead="listening from now on") or _Place()
