"""One homeserver, seen by the account that reads along. I/O only; who asks when is decided in `source.py`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from yarl import URL

from server.errors import BadInput
from server.sources import fields, http
from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait
from server.sources.contract import MAX_PICTURE_BYTES, Tools
from server.sources.matrix import parse

LONG_POLL_S = 30
PATIENCE_S = 45.0
"""For a long poll: a first look at a large room takes a homeserver a while."""

JOIN_S = 60.0
"""To join a large room of another server takes that long."""

PAGE = 100
NEWEST = 50
"""Events of a room that a sync gives at most; what lies between is paged back to."""

MAX_SYNC_BYTES = 8 * 1024 * 1024
PICTURES_AT_ONCE = 2
AVATAR_PX = 96
PICTURE_PX = 1600

_V3 = "/_matrix/client/v3"
_TYPES = ["m.room.message", "m.room.redaction", "m.room.member", "m.room.encryption", "m.room.tombstone"]
_MEMBERS = {"lazy_load_members": True, "include_redundant_members": True}
_MAY_NOT = frozenset({400, 403, 404})
_NOT_HERE = frozenset({400, 403, 404, 405})
_T = TypeVar("_T")


class PositionUnknown(Exception):
    """The homeserver does not know the position that it gave us: it was made anew, or the account is another."""


class RoomClosed(Exception):
    """We may not enter. `code` says why, for the stage page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Homeserver:
    """
    Every method may raise `SourceUnavailable`.

    Args:
        origin: As the organiser wrote it. The client API may stand at another address, which `find` asks for.
    """

    def __init__(self, origin: URL, token: str, tools: Tools) -> None:
        self.origin = origin
        self.host = origin.authority
        self.where = self.host
        """For the stage page: what we ask, or where the organiser has to ask."""
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._tools = tools
        self._pictures = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._found = False

    async def find(self) -> None:
        """Where the client API is: here, or at a host below, where the server's own page says."""
        if self._found:
            return
        if not await self._speaks_matrix():
            told = await self._well_known()
            if not _may_follow(told, self.origin):
                self.where = str(told)
                raise self._trouble("elsewhere", Cause.REFUSED, f"its Matrix is at {told}")
            self.origin = told
        self._found = True

    async def joined(self) -> frozenset[str]:
        """The rooms that we are in."""
        answer = await self._ask(f"{_V3}/joined_rooms")
        return self._read(answer, lambda found: parse.parse_names(found, "joined_rooms"))

    async def resolve(self, alias: str) -> str:
        """
        The id of the room with this alias.

        Raises:
            RoomClosed: There is none.
        """
        answer = await self._ask(f"{_V3}/directory/room/{_part(alias)}", known=_MAY_NOT)
        if answer.status != 200:
            raise RoomClosed("unknown-room")
        return self._read(answer, parse.parse_room_id)

    async def join(self, room: str) -> None:
        """
        Enter a room that is open to all, or that invites us.

        Raises:
            RoomClosed: It does not.
        """
        server = room.partition(":")[2]
        query = [("server_name", server), ("via", server)] if server else []
        answer = await self._ask(f"{_V3}/join/{_part(room)}", method="POST", query=query, known=_MAY_NOT, most_s=JOIN_S)
        if answer.status != 200:
            raise RoomClosed("unknown-room" if answer.status == 404 else "not-invited")

    async def is_encrypted(self, room: str) -> bool:
        """Whether only who has its keys can read this room."""
        answer = await self._ask(f"{_V3}/rooms/{_part(room)}/state/m.room.encryption", known=_MAY_NOT)
        return answer.status == 200

    async def sync(
        self, since: str | None, rooms: Sequence[str], *, newest: int = NEWEST, patient: bool = True
    ) -> parse.Sync:
        """
        What happened in *rooms* after *since*.

        Args:
            newest: The most events of a room; 0: none, only how far it is now.
            patient: Wait up to `LONG_POLL_S` for something to happen.

        Raises:
            PositionUnknown: *since* means nothing there.
        """
        query = [
            ("filter", json.dumps(_sync_filter(rooms, newest))),
            ("timeout", str(LONG_POLL_S * 1000) if patient and since is not None else "0"),
            ("set_presence", "offline"),
            *([] if since is None else [("since", since)]),
        ]
        known = frozenset({400}) if since is not None else frozenset[int]()
        answer = await self._ask(
            f"{_V3}/sync", query=query, known=known, most_s=PATIENCE_S, most_bytes=MAX_SYNC_BYTES, in_turn=False
        )
        if answer.status == 400:
            raise PositionUnknown(since)
        return self._read(answer, parse.parse_sync)

    async def earlier(self, room: str, start: str | None, *, until: str | None = None, most: int = PAGE) -> parse.Page:
        """
        Up to *most* events before *start* (None: the newest), newest first, and none from before *until*.

        Raises:
            RoomClosed: We may not see them.
        """
        query = [
            ("dir", "b"),
            ("limit", str(most)),
            ("filter", json.dumps({"types": _TYPES, **_MEMBERS})),
            *([] if start is None else [("from", start)]),
            *([] if until is None else [("to", until)]),
        ]
        path = f"{_V3}/rooms/{_part(room)}/messages"
        answer = await self._ask(path, query=query, known=frozenset({403}), most_bytes=MAX_SYNC_BYTES)
        if answer.status == 403:
            raise RoomClosed("not-in-room")
        return self._read(answer, parse.parse_page)

    async def event(self, room: str, event: str) -> object | None:
        """
        One event as it is now; None when there is none.

        Raises:
            RoomClosed: We may not see it.
        """
        answer = await self._ask(f"{_V3}/rooms/{_part(room)}/event/{_part(event)}", known=_MAY_NOT)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise RoomClosed("not-in-room")
        return self._read(answer, lambda found: found)

    async def member(self, room: str, user: str) -> object | None:
        """Who somebody is in a room, as the content of the event that says so; None: we are not told."""
        path = f"{_V3}/rooms/{_part(room)}/state/m.room.member/{_part(user)}"
        answer = await self._ask(path, known=_MAY_NOT)
        return self._read(answer, lambda found: found) if answer.status == 200 else None

    async def picture(self, server: str, media: str, *, small: bool) -> bytes:
        """A picture's bytes: as it was sent, or smaller where that is too large, or *small* will do."""
        async with self._pictures:
            if small:
                return await self._media("thumbnail", server, media, _thumbnail(AVATAR_PX, "crop"))
            try:
                return await self._media("download", server, media, ())
            except SourceUnavailable as trouble:
                if trouble.code != "too-large":
                    raise
            return await self._media("thumbnail", server, media, _thumbnail(PICTURE_PX, "scale"))

    async def _media(self, how: str, server: str, media: str, query: http.Query) -> bytes:
        """By the way that asks who we are; older homeservers have only the other."""
        what = f"{how}/{_part(server)}/{_part(media)}"
        answer = await self._media_at(f"/_matrix/client/v1/media/{what}", query, known=_NOT_HERE)
        if answer.status == 200:
            return answer.body
        return (await self._media_at(f"/_matrix/media/v3/{what}", query)).body

    async def _media_at(self, path: str, query: http.Query, known: frozenset[int] = frozenset()) -> http.Answer:
        return await self._ask(
            path, query=query, known=known, any_kind=True, most_bytes=MAX_PICTURE_BYTES, in_turn=False
        )

    async def _speaks_matrix(self) -> bool:
        try:
            answer = await http.get(self._tools, self.origin, "/_matrix/client/versions", known=_NOT_HERE)
            return answer.status == 200 and bool(parse.parse_names(fields.decode(answer.body), "versions"))
        except BadInput:
            return False
        except SourceUnavailable as trouble:
            if trouble.code in {"redirected", "not-json", "unexpected-answer", "refused"}:
                return False
            raise

    async def _well_known(self) -> URL:
        """Source: spec.matrix.org, client-server API, server discovery."""
        try:
            answer = await http.ask(
                self._tools, self.origin, "/.well-known/matrix/client", accepts=None, known=_NOT_HERE
            )
            found = fields.decode(answer.body) if answer.status == 200 else {}
            told = found.get("m.homeserver") if isinstance(found, dict) else None
            return URL(parse.parse_word(told, "base_url")).origin()
        except (BadInput, ValueError) as ex:
            # It may be the login page of a Wi-Fi: ask again.
            raise self._trouble("no-matrix", Cause.SERVER, "speaks no Matrix") from ex

    async def _ask(
        self,
        path: str,
        *,
        method: str = "GET",
        query: http.Query = (),
        known: frozenset[int] = frozenset(),
        any_kind: bool = False,
        most_bytes: int = http.MAX_ANSWER_BYTES,
        most_s: float = http.MAX_ANSWER_S,
        in_turn: bool = True,
    ) -> http.Answer:
        """One question; an answer that says to wait says how long in its head or, from most homeservers, its body."""
        answer = await http.ask(
            self._tools,
            self.origin,
            path,
            method=method,
            query=query,
            headers=self._headers,
            body=b"{}" if method == "POST" else None,
            accepts=None if any_kind else http.JSON,
            known=known | {401, 429},
            most_bytes=most_bytes,
            most_s=most_s,
            in_turn=in_turn,
        )
        if answer.status == 401:
            raise self._trouble("token-refused", Cause.REFUSED, f"status 401: {parse.parse_complaint(answer.body)[0]}")
        if answer.status == 429:
            told_s = asked_to_wait(answer.headers, now=self._tools.now())
            asked_s = told_s if told_s is not None else parse.parse_complaint(answer.body)[1]
            raise self._trouble("limited", Cause.LIMITED, "status 429", asked_s)
        return answer

    def _read(self, answer: http.Answer, parse_it: Callable[[object], _T]) -> _T:
        try:
            return parse_it(fields.decode(answer.body))
        except BadInput as ex:
            raise self._trouble("unreadable", Cause.SERVER, f"{ex.field or ''} {ex}") from ex

    def _trouble(self, code: str, cause: Cause, what: str, asked_s: float | None = None) -> SourceUnavailable:
        return SourceUnavailable(f"{self.origin}: {what}", code=code, cause=cause, asked_s=asked_s)


def _sync_filter(rooms: Sequence[str], newest: int) -> dict[str, object]:
    """Without one a homeserver sends everything that the account has ever seen."""
    nothing: dict[str, object] = {"types": []}
    state = {"types": ["m.room.member"], **_MEMBERS}
    timeline = {"types": _TYPES, "limit": newest, **_MEMBERS}
    return {
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "rooms": list(rooms),
            "ephemeral": nothing,
            "account_data": nothing,
            "state": state if newest else nothing,
            "timeline": timeline if newest else nothing,
        },
    }


def _may_follow(told: URL, origin: URL) -> bool:
    """Our token goes there, so it must be the same host or one below it: beside it may be anybody."""
    host, own = told.host or "", origin.host or ""
    return told.scheme == origin.scheme and (host == own or host.endswith(f".{own}"))


def _thumbnail(side_px: int, method: str) -> http.Query:
    return [("width", str(side_px)), ("height", str(side_px)), ("method", method)]


def _part(text: str) -> str:
    return quote(text, safe="")
