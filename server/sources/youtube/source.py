"""
The live chat of one broadcast, by looking again and again: YouTube says how soon, and what its day's units allow.

A look tells what came since the last one, deletes and bans among it. When the chat ends, the broadcast is asked for
another: a stream that breaks off may come back with a new one.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence

import msgspec

from server.errors import BadInput
from server.sources.backoff import SourceUnavailable
from server.sources.contract import AuthorGone, Delete, Event, Finding, NetworkPost, Tools, Trial, Upsert
from server.sources.cursors import read_cursor, write_cursor
from server.sources.health import note_flaw
from server.sources.polling import Look, polling
from server.sources.youtube import parse
from server.sources.youtube.client import MOST_MESSAGES, ChatOver, PageLost, YouTube, not_live, unreadable
from server.sources.youtube.options import Options, parse_options
from server.symposium.values import SourceId

_log = logging.getLogger(__name__)


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> YouTubeSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong; `field` says which.
    """
    return YouTubeSource(source, parse_options(options), tools)


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """The cursor: which chat of which video, and what to ask it for next."""

    video: str = ""
    chat: str = ""
    page: str = ""


class YouTubeSource:
    """See `contract.Source`."""

    network = "youtube"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._youtube = YouTube(options.key, tools)
        self._counts = Counter({"posts": 0, "unreadable": 0})
        self._over = ""

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        self._counts, self._over = Counter({"posts": 0, "unreadable": 0}), ""
        async for event, reached in polling(self._look, cursor, self._tools, where=self._options.video, source=self.id):
            yield event, reached

    async def check(self) -> Trial:
        where = self._options.video
        try:
            page = await self._youtube.first_page(await self._youtube.chat_of(where))
        except SourceUnavailable as trouble:
            return Trial(findings=(Finding(where=where, what=trouble.code),))
        except ChatOver:
            return Trial(findings=(Finding(where=where, what="not-live"),))
        except BadInput as ex:
            return Trial(findings=(Finding(where=where, what=ex.code),))
        posts = [event.post for event in self._events_of(page) if isinstance(event, Upsert)]
        return Trial(findings=(Finding(where=where, streams=True, posts=tuple(reversed(posts[-5:]))),))

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """YouTube cannot be asked for one message; it tells of deletes by itself."""
        return ()

    async def _look(self, cursor: str | None) -> Look:
        position = _read_cursor(cursor, self._options.video)
        try:
            chat, page = await self._read(position)
        except BadInput as ex:
            raise unreadable(ex) from ex
        events = self._events_of(page)
        self._counts["posts"] += sum(isinstance(event, Upsert) for event in events)
        after = Position(video=self._options.video, chat=chat, page=page.next)
        return Look(
            events=tuple(events),
            cursor=write_cursor(after),
            wait_s=self._wait_s(page, moved_on=(chat, page.next) != (position.chat, position.page)),
            counts=dict(self._counts),
        )

    async def _read(self, position: Position) -> tuple[str, parse.Page]:
        """A chat and what is new in it. One that is over is not asked again: that would cost units all night."""
        chat, token = position.chat, position.page
        if not chat or chat == self._over:
            chat, token = await self._youtube.chat_of(self._options.video, was_there=bool(chat)), ""
        if chat == self._over:
            raise not_live(self._options.video)
        try:
            return chat, await self._page(chat, token)
        except ChatOver as ex:
            _log.info("YouTube: a chat is over: %s", ex)
            self._over = chat
            raise not_live(self._options.video) from ex

    async def _page(self, chat: str, token: str) -> parse.Page:
        """A page that does not say where to go on is followed from where we were."""
        if not token:
            return await self._youtube.first_page(chat)
        try:
            page = await self._youtube.page(chat, token)
        except PageLost:
            # From what the chat still has: what came before comes again, and is known.
            return await self._youtube.first_page(chat)
        return page if page.next else msgspec.structs.replace(page, next=token)

    def _wait_s(self, page: parse.Page, *, moved_on: bool) -> float:
        """A full answer means that there is more, unless it leads to where we were: that costs units for nothing."""
        is_full = len(page.messages) >= MOST_MESSAGES and moved_on
        return max(page.interval_s, 0.0 if is_full else float(self._options.poll_interval_s), 1.0)

    def _events_of(self, page: parse.Page) -> list[Event]:
        now_us = int(self._tools.now() * 1_000_000)
        events: list[Event] = []
        for message in page.messages:
            try:
                found = parse.parse_message(message, video=self._options.video, now_us=now_us)
            except BadInput as ex:
                self._flaw(message, ex)
                continue
            match found:
                case NetworkPost():
                    events.append(Upsert(post=found))
                case Delete() | AuthorGone():
                    events.append(found)
                case _:
                    pass
        return events

    def _flaw(self, message: object, ex: BadInput) -> None:
        id_ = ascii(message.get("id"))[:80] if isinstance(message, dict) else "?"
        note_flaw(_log, self._counts, self.id, "YouTube", ex, what=f"message {id_}")


def _read_cursor(cursor: str | None, video: str) -> Position:
    """One that cannot be read, or is of another video, means the beginning: posts may come again, none is missed."""
    position = read_cursor(cursor, Position, instead="beginning with what the chat has") or Position()
    return position if position.video == video else Position()
