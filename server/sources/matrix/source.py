"""
Rooms of Matrix, by one long poll for all of them together.

The position that a homeserver gives with each answer is the cursor. When more was said than an answer holds, we page
back to the event that we saw last, and then read the pages between, the oldest first, one in each look: a flood takes
time and no memory. A message is kept as it was said, so that an edit can be held against it: homeservers pass on edits
of anybody's message, and only its author's count.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import msgspec

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
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
)
from server.sources.cursors import read_cursor, write_cursor
from server.sources.loop import monotonic
from server.sources.matrix import parse
from server.sources.matrix.client import NEWEST, PAGE, Homeserver, PositionUnknown, RoomClosed
from server.sources.matrix.doors import Doors
from server.sources.matrix.options import Options, parse_options
from server.sources.matrix.reading import MAX_KNOWN, Reading
from server.sources.polling import Look, polling
from server.sources.rounds import Round
from server.symposium.values import SourceId

MAX_PAGES = 100
"""In one go when catching up: 10,000 events of a room."""

MAX_FETCHES = 20
"""
Of messages that edits are of, in one look. Anybody may send edits of what nobody knows, and each costs a second; an
edit that is passed over is found when posts are looked at again.
"""

MAX_IN_VAIN = 3
IN_VAIN_S = 600.0
"""
So often in so many seconds a look is done again for a message that an edit is of and that its server does not give now.
Then such edits are passed over: else one edit of what no server can give stops all rooms.
"""

DOUBTS_AT_ONCE = 5
"""Posts that are looked at in a look, where something may have passed us by."""

DOUBTS_AGAIN_S = 60.0
"""Before posts are looked at again after a server could not give one: meanwhile we listen as ever."""

RECHECK_AT_ONCE = 20
"""At one request a second; the others get their turn next time."""

SOONEST_S = 1.0
"""Between two long polls that bring nothing: a proxy that cuts them short is not asked all day."""

_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> MatrixSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return MatrixSource(source, parse_options(options), tools)


class MatrixSource:
    """See `contract.Source`."""

    network = "matrix"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._home = Homeserver(options.homeserver, options.token, tools)
        self._doors = Doors(self._home, options.rooms)
        self._reading = Reading(source, options, tools)
        self._kept: tuple[Kept, ...] = ()
        self._parts: deque[_Part] = deque()
        """What is known to have happened and was not read yet."""
        self._reached = _Place()
        """How far we are once they are read."""
        self._in_doubt: dict[tuple[str, str], None] = {}
        """Posts that something may have become of. Those of a closed room wait until it opens."""
        self._doubts_from = 0.0
        self._fits = PAGE
        """Events in a page that is not too large."""
        self._rounds = Round()
        self._fetches = 0
        self._in_vain: deque[float] = deque(maxlen=MAX_IN_VAIN)
        """When looks were given up for a message that its server did not give, in seconds of the loop."""
        self._began_us = 0
        """Since when we want to listen: what is said before the first answer is for us too."""

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`."""
        self._kept = tuple(kept)

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        self._doors = Doors(self._home, self._options.rooms)
        self._reading = Reading(self.id, self._options, self._tools)
        self._reading.know(map(parse.parse_native_id, (each.native_id for each in self._kept)))
        place = self._place(cursor)
        self._reading.know_edits(place.edits)
        self._parts.clear()
        # Who does not know where we were does not know what went meanwhile either.
        self._in_doubt = dict.fromkeys(self._reading.ours if place.since is None else ())
        self._doubts_from = 0.0
        self._in_vain.clear()
        self._began_us = int(self._tools.now() * 1_000_000) + 1  # What was said at this very moment is from before.
        async with aclosing(polling(self._look, cursor, self._tools, where=self._home.host)) as events:
            async for event, reached in events:
                yield self._with_doors(event) if isinstance(event, Health) else event, reached

    async def check(self) -> Trial:
        try:
            doors = Doors(self._home, self._options.rooms)
            await self._home.find()
            await doors.knock()
            findings = [await self._try(word, doors) for word in self._options.rooms]
        except SourceUnavailable as trouble:
            findings = [Finding(where=self._home.where, what=trouble.code)]
        return Trial(findings=tuple(findings))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        if not native_ids:
            return ()
        await self._home.find()
        joined = await self._home.joined()
        events: list[Event] = []
        for native in self._rounds.first(native_ids, RECHECK_AT_ONCE):
            room, id_ = parse.parse_native_id(native)
            self._rounds.looked([native])
            try:
                if room in joined:  # Of a room that we are no longer in, everything seems gone.
                    events += await self._look_at(room, id_)
            except SourceUnavailable as trouble:
                raise BrokenOff(trouble, events) from trouble
        return tuple(events)

    async def find(self, address: str) -> NetworkPost | None:
        """
        See `whereabouts.CanFind`. The message that a link of matrix.to leads to, in a room of ours and no other: the
        account may be in rooms that are nobody's business.
        """
        named = parse.parse_address(address)
        if named is None:
            return None
        await self._home.find()
        room = await self._room_of_ours(named[0])
        if room is None:
            return None
        try:
            found = await self._home.event(room, named[1])
        except RoomClosed as ex:
            raise SourceUnavailable(f"{self._home.host}: {ex}", code=ex.code, cause=Cause.REFUSED) from ex
        try:
            message = parse.parse_event(found)
            return await self._post_of(room, message) if isinstance(message, parse.Message) else None
        except BadInput:
            return None  # What cannot be read is nothing that could be shown.

    async def _post_of(self, room: str, message: parse.Message) -> NetworkPost | None:
        """Whichever hashtags it has."""
        member = parse.parse_member(await self._home.member(room, message.sender), message.sender)
        now_us = int(self._tools.now() * 1_000_000)
        post = parse.parse_message(message, room=room, member=member, tags=frozenset(), now_us=now_us)
        return post if isinstance(post, NetworkPost) else None

    async def _room_of_ours(self, named: str) -> str | None:
        """The id of a room, when it is one that the organiser chose."""
        words = [named] if named in self._options.rooms else self._options.rooms
        for word in words:
            try:
                room = word if word.startswith("!") else await self._home.resolve(word)
            except RoomClosed:
                continue
            if named in {word, room}:
                return room
        return None

    async def picture(self, url: str) -> bytes:
        """
        A picture of a message or a member: homeservers give them only to who says who they are.

        Args:
            url: As in a post of ours.

        Raises:
            SourceUnavailable: It is not there, too large, or not an address of ours.
        """
        named = parse.parse_picture(url)
        if named is None:
            raise SourceUnavailable(f"{self._home.host}: no picture of ours", code="no-picture", cause=Cause.SERVER)
        await self._home.find()
        server, media, small = named
        return await self._home.picture(server, media, small=small)

    async def _look(self, cursor: str | None) -> Look:
        began = monotonic()
        self._fetches = 0
        await self._home.find()
        if not self._parts:
            await self._ask_what_happened(self._place(cursor))
        try:
            events = await self._next_parts()
        except SourceUnavailable:
            self._reading.start_anew()  # All of it comes again, and must not be taken for known.
            raise
        events += await self._look_at_doubtful()
        idle = not events and not self._parts and monotonic() - began < SOONEST_S
        return Look(
            events=tuple(events),
            cursor=cursor if self._parts else write_cursor(replace(self._reached, edits=self._reading.newest_edits())),
            wait_s=SOONEST_S if idle else 0.0,
            counts={"rooms": len(self._doors.open), **self._reading.counts},
        )

    def _place(self, cursor: str | None) -> _Place:
        """Where we were. A position of another homeserver says nothing here; which event we saw last does."""
        place = _read_cursor(cursor)
        return place if place.home in {"", self._options.homeserver.authority} else replace(place, since=None)

    async def _ask_what_happened(self, place: _Place) -> None:
        self._fits = PAGE
        await self._doors.knock_now_and_then()
        sync = await self._sync(place)
        await self._doors.heard(sync)
        parts: list[_Part] = []
        for news in self._with_what_was_missed(sync):
            if news.room in self._doors.open:
                parts += await self._parts_of(news, place)
        self._doors.late.clear()
        self._parts.extend(parts)
        self._reached = _Place(since=sync.next, last=place.last, home=self._options.homeserver.authority)

    def _with_what_was_missed(self, sync: parse.Sync) -> list[parse.News]:
        """Of a room that opened late the answer holds only the newest."""
        late = self._doors.late & self._doors.open
        told = {news.room for news in sync.rooms}
        silent = (parse.News(room=room, events=(), limited=True, before=sync.next) for room in sorted(late - told))
        return [
            *(msgspec.structs.replace(news, limited=news.limited or news.room in late) for news in sync.rooms),
            *silent,
        ]

    async def _sync(self, place: _Place) -> parse.Sync:
        try:
            return await self._what_fits(place.since)
        except PositionUnknown:
            _log.warning("%s does not know our position any more; looking for the messages since then", self._home.host)
            place.since = None
            return await self._what_fits(None)

    async def _what_fits(self, since: str | None) -> parse.Sync:
        """What happened; of an answer that is too large less, or only how far it goes: the rest is paged back to."""
        newest = NEWEST
        while True:
            try:
                sync = await self._home.sync(since, self._doors.rooms, newest=newest, patient=not self._doubtful())
            except SourceUnavailable as trouble:
                if trouble.code != "too-large" or newest == 0:
                    raise
                newest //= 2
                await asyncio.sleep(SOONEST_S)
                continue
            if newest:
                return sync
            rooms = self._doors.open | {news.room for news in sync.rooms}
            unread = (parse.News(room=room, events=(), limited=True, before=sync.next) for room in sorted(rooms))
            return msgspec.structs.replace(sync, rooms=tuple(unread))

    async def _parts_of(self, news: parse.News, place: _Place) -> list[_Part]:
        """What one room's part of an answer is made of, oldest first; remembers in *place* how far that is."""
        pages = await self._pages_between(news, place) if news.limited else []
        ids = _ids(news.events)
        parts = [*pages, _Part(news.room, news.events, news.state, newest=ids[-1] if ids else None)]
        if newest := next(filter(None, (part.newest for part in reversed(parts))), None):
            place.last[news.room] = newest
        return parts

    async def _pages_between(self, news: parse.News, place: _Place) -> list[_Part]:
        """
        What was said between the event that we saw last and those in *news*; at the first start since then.

        Only the oldest page is held on to: the others are asked for again when it is their turn.
        """
        last, since_us = place.last.get(news.room), self._options.since_us
        if since_us is None and place.since is None:
            since_us = self._began_us
        until = place.since if last is not None and news.room not in self._doors.late else None
        reaches = last is None and (since_us is None or _is_before(news.events[::-1], since_us))
        start = None if reaches else news.before
        pages: list[_Part] = []
        while start is not None:
            page = await self._page(news.room, start, until) if len(pages) < MAX_PAGES else None
            if page is None:
                self._passed_over(news.room)
                break
            pages = [replace(each, events=None, state=()) for each in pages]
            ids = _ids(page.events)
            pages.append(
                _Part(
                    news.room,
                    page.events[::-1],
                    page.state,
                    start=start,
                    until=until,
                    count=len(page.events),
                    newest=ids[0] if ids else None,
                )
            )
            if last in ids or (last is None and _is_before(page.events, since_us or 0)):
                break
            start = page.end
        return pages[::-1]

    async def _page(self, room: str, start: str, until: str | None) -> parse.Page | None:
        """A page of a room's past, as long as fits in an answer; None when nothing fits, or we were shown out."""
        while True:
            try:
                return await self._home.earlier(room, start, until=until, most=self._fits)
            except RoomClosed:
                return None  # The next answer says why.
            except SourceUnavailable as trouble:
                if trouble.code != "too-large":
                    raise
                if self._fits == 1:
                    return None
                self._fits //= 2

    def _passed_over(self, room: str) -> None:
        """What became of posts that the house has may have been said there: they are looked at again."""
        _log.warning("Not all that was said in %s could be read; the oldest is passed over", room)
        self._in_doubt |= dict.fromkeys(each for each in self._reading.ours if each[0] == room)

    async def _next_parts(self) -> list[Event]:
        """What the next parts mean, oldest first: at most one that has to be asked for again."""
        events: list[Event] = []
        read = 0
        for part in self._parts:
            events += await self._happened(part)
            read += 1
            if part.events is None:
                break
        for _ in range(read):
            self._parts.popleft()
        return events

    async def _happened(self, part: _Part) -> list[Event]:
        if part.events is None:
            part = await self._asked_again(part)
        self._reading.meet(part.room, part.state)
        events: list[Event] = []
        for each in part.events or ():
            events += await self._event(part.room, each)
        return events

    async def _asked_again(self, part: _Part) -> _Part:
        """The page that *part* stands for: in pieces, where it has grown too large meanwhile."""
        found: list[object] = []
        state: list[object] = []
        start, asked = part.start, 0
        while start is not None and len(found) < part.count:
            page = await self._page(part.room, start, part.until) if asked < part.count else None
            if page is None or (page.end == start and not page.events):
                self._passed_over(part.room)
                break
            asked += 1
            found += page.events
            state = [*state, *page.state][-MAX_KNOWN:]
            start = page.end
        return replace(part, events=tuple(found[::-1]), state=tuple(state))

    def _doubtful(self) -> list[tuple[str, str]]:
        """What can be looked at now."""
        if monotonic() < self._doubts_from:
            return []
        return [each for each in self._in_doubt if each[0] in self._doors.open]

    async def _look_at_doubtful(self) -> list[Event]:
        events: list[Event] = []
        for each in self._doubtful()[:DOUBTS_AT_ONCE]:
            del self._in_doubt[each]
            try:
                events += await self._look_at(*each)
            except SourceUnavailable:
                self._in_doubt[each] = None  # Behind the others, so that they are not kept waiting by it.
                self._doubts_from = monotonic() + DOUBTS_AGAIN_S
                break
        return events

    async def _event(self, room: str, event: object) -> list[Event]:
        try:
            match parse.parse_event(event):
                case parse.Message() as message:
                    return self._reading.said(room, message)
                case parse.Edit() as edit:
                    return await self._edited(room, edit)
                case parse.Redaction() as redaction:
                    return await self._taken_back(room, redaction)
                case parse.Member() as member:
                    self._reading.met(room, member)
                    return [AuthorGone(author_id=member.user)] if member.banned else []
                case parse.Encryption():
                    self._doors.encrypted(room)
                    return []
                case parse.Upgrade():
                    self._doors.moved(room)
                    return []
                case _:
                    return []
        except BadInput as ex:
            self._reading.flaw(ex, event)
            return []

    async def _edited(self, room: str, edit: parse.Edit) -> list[Event]:
        message = self._reading.message(room, edit.target) or await self._fetched(room, edit.target, as_said=True)
        if message is None:
            return []
        return self._reading.edited(room, message, edit)

    async def _taken_back(self, room: str, redaction: parse.Redaction) -> list[Event]:
        """A message that goes is gone; when an edit goes, the message reads again as it did before it."""
        if (target := self._reading.edit_of(redaction.target)) is None:
            if not redaction.is_sure:
                self._in_doubt |= dict.fromkeys({(room, redaction.target)} & self._reading.ours.keys())
                return []
            self._reading.forget(room, redaction.target)
            return [_gone(room, redaction.target)]
        message = await self._fetched(room, target)
        return [] if message is None else self._reading.restored(room, message, at_us=redaction.at_us)

    async def _fetched(self, room: str, id_: str, *, as_said: bool = False) -> parse.Message | None:
        """A message as its homeserver has it: as it reads now, or as it was said first. None: we do not get it."""
        self._fetches += 1
        if self._fetches > MAX_FETCHES:
            return None
        try:
            found = await self._home.event(room, id_)
        except RoomClosed:
            return None
        except SourceUnavailable as trouble:
            if trouble.cause not in {Cause.SERVER, Cause.DROPPED} or self._is_worth_another_look():
                raise
            _log.info("%s passes over an edit of %.100r: %s", self._home.host, id_, trouble)
            self._fetches = MAX_FETCHES
            self._in_doubt |= dict.fromkeys({(room, id_)} & self._reading.ours.keys())
            return None
        seen = None if found is None else parse.parse_event(found, as_said=as_said)
        return seen if isinstance(seen, parse.Message) else None

    def _is_worth_another_look(self) -> bool:
        now = monotonic()
        if len(self._in_vain) == MAX_IN_VAIN and now - self._in_vain[0] < IN_VAIN_S:
            return False
        self._in_vain.append(now)
        return True

    async def _look_at(self, room: str, id_: str) -> list[Event]:
        try:
            found = await self._home.event(room, id_)
            seen = None if found is None else parse.parse_event(found)
        except (RoomClosed, BadInput):
            return []  # In doubt.
        if found is None or (isinstance(seen, parse.Message) and not seen.content):
            return [_gone(room, id_)]
        return self._reading.seen_again(room, seen) if isinstance(seen, parse.Message) else []

    async def _try(self, word: str, doors: Doors) -> Finding:
        room = doors.ids.get(word, "")
        if word in doors.troubles:
            return Finding(where=word, what=doors.troubles[word])
        reading = Reading(self.id, self._options, self._tools)
        try:
            page = await self._home.earlier(room, None)
        except RoomClosed as ex:
            return Finding(where=word, what=ex.code)
        reading.meet(room, [*page.state, *page.events])
        posts = [post for event in page.events if (post := reading.post_of(room, event)) is not None]
        return Finding(where=word, streams=True, posts=tuple(posts[:5]))

    def _with_doors(self, health: Health) -> Health:
        """All may be well with the server, and a room closed."""
        if health.condition is Condition.NEEDS_ATTENTION:
            return msgspec.structs.replace(health, where=self._home.where)
        if health.condition is not Condition.OK or not self._doors.troubles:
            return health
        stumbled = self._doors.stumbled
        word = min(self._doors.troubles, key=stumbled.__contains__)
        condition = Condition.WAITING if word in stumbled else Condition.NEEDS_ATTENTION
        return msgspec.structs.replace(health, condition=condition, what=self._doors.troubles[word], where=word)


@dataclass
class _Place:
    """How far we are: the homeserver's own position, and of each room the event that we saw last."""

    since: str | None = None
    last: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    """Which message each of the newest edits is of."""
    home: str = ""
    """Whose position it is; empty: older versions did not write it down."""


@dataclass(frozen=True)
class _Part:
    """
    Some of what happened in a room.

    Args:
        events: As JSON, oldest first; None: not held on to, to be asked for again.
        state: Members as they were before, as JSON.
        start: Where to ask for them: they are the *count* events before this, and none is from before *until*.
        newest: The id of the last event.
    """

    room: str
    events: tuple[object, ...] | None
    state: tuple[object, ...] = ()
    start: str | None = None
    until: str | None = None
    count: int = 0
    newest: str | None = None


def _read_cursor(cursor: str | None) -> _Place:
    """One that cannot be read means the beginning: posts may come again, none is missed."""
    return read_cursor(cursor, _Place, instead="beginning with the newest messages") or _Place()


def _gone(room: str, id_: str) -> Delete:
    return Delete(native_id=parse.native_id(room, id_), uri=parse.uri(room, id_))


def _ids(events: Iterable[object]) -> list[str]:
    ids = []
    for event in events:
        try:
            ids.append(parse.event_id(event))
        except BadInput:
            continue  # It is counted when the event itself is read.
    return ids


def _is_before(events: Sequence[object], since_us: int) -> bool:
    """Whether the oldest of a page, newest first, is from before *since_us*."""
    oldest = events[-1] if events else None
    at_ms = oldest.get("origin_server_ts") if isinstance(oldest, dict) else None
    return isinstance(at_ms, int) and at_ms * 1000 < since_us
