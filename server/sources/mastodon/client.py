"""One Mastodon-compatible server: its REST API and its stream. I/O only; who asks when is decided in `source.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection
from yarl import URL

from server.errors import BadInput
from server.sources import fields, http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from server.sources.mastodon import parse
from server.sources.mastodon.options import ServerOptions
from server.sources.sockets import connected, status_of

PAGE = 40
"""The most that a timeline gives at once."""

BULK = 20
"""Ids in one question for many posts."""

_UNKNOWN = frozenset({404, 410})
_NO_BULK = _UNKNOWN | {400, 405, 422, 501}
"""Of servers that have no question for many posts, or know another one under that address, as Pleroma does."""

_REFUSED = frozenset({401, 403})
_MEMBERS_ONLY = 422
"""What Mastodon answers to who has no token, where its administrator turned public pages off."""

_PASSING = frozenset({429, *range(500, 600)}) - {501}
"""Of a stream. A server that has none says 501, or that there is nothing at its address."""


class StreamUnsupported(Exception):
    """This server has no stream, or not this one: polling it is."""


class Server:
    """
    One server. Every method may raise `SourceUnavailable`.

    Args:
        options: Where it is, and our token there.
    """

    def __init__(self, options: ServerOptions, tools: Tools) -> None:
        self.origin = options.origin
        self.host = options.origin.authority
        self.domain = self.host
        self.token = options.token
        self._tools = tools
        self._has_bulk = True

    async def instance(self) -> parse.Instance:
        """What it says of itself; one that does not tell is asked for nothing special."""
        for path in ("/api/v2/instance", "/api/v1/instance"):
            answer = await self._get(path, known=_UNKNOWN | _REFUSED)
            if answer.status == 200:
                try:
                    instance = parse.parse_instance(self._decoded(answer), host=self.host)
                except BadInput:
                    continue
                self.domain = instance.domain
                return instance
        return parse.Instance(software=parse.Software.OTHER, domain=self.host, streaming=None)

    async def page(
        self, tags: Sequence[str], *, min_id: str | None = None, max_id: str | None = None
    ) -> tuple[object, ...]:
        """Public posts with one of *tags*, newest first, at most `PAGE`. A tag that nobody used yet has none."""
        query = [("limit", str(PAGE)), *(("any[]", tag) for tag in tags[1:])]
        query += [("min_id", min_id)] if min_id is not None else []
        query += [("max_id", max_id)] if max_id is not None else []
        known = _UNKNOWN if self.token else _UNKNOWN | {_MEMBERS_ONLY}
        answer = await self._get(f"/api/v1/timelines/tag/{quote(tags[0], safe='')}", query=query, known=known)
        if answer.status == _MEMBERS_ONLY:
            raise SourceUnavailable(f"{self.origin}: status {answer.status}", code="refused", cause=Cause.REFUSED)
        if answer.status in _UNKNOWN:
            return ()
        try:
            return parse.parse_page(self._decoded(answer))
        except BadInput as ex:
            raise self._unreadable(ex) from ex

    async def mentions(self, *, min_id: str | None = None, max_id: str | None = None) -> tuple[object, ...]:
        """Notifications for the account of our token that somebody mentioned it, newest first, at most `PAGE`."""
        query = [("limit", str(PAGE)), ("types[]", "mention")]
        query += [("min_id", min_id)] if min_id is not None else []
        query += [("max_id", max_id)] if max_id is not None else []
        try:
            return parse.parse_page(self._decoded(await self._get("/api/v1/notifications", query=query)))
        except BadInput as ex:
            raise self._unreadable(ex) from ex

    async def statuses(self, ids: Sequence[str]) -> dict[str, object] | None:
        """Of at most `BULK` *ids* those that are there, by id; None when this server can't answer for many at once."""
        if not self._has_bulk:
            return None
        answer = await self._get("/api/v1/statuses", query=[("id[]", each) for each in ids], known=_NO_BULK)
        try:
            found = self._decoded(answer) if answer.status == 200 else None
            if isinstance(found, list):
                return {parse.status_id(status): status for status in found}
        except BadInput as ex:
            raise self._unreadable(ex) from ex
        self._has_bulk = False
        return None

    async def status(self, id_: str) -> object | None:
        """One post; None when it is gone."""
        answer = await self._get(f"/api/v1/statuses/{quote(id_, safe='')}", known=_UNKNOWN)
        return None if answer.status in _UNKNOWN else self._decoded(answer)

    @asynccontextmanager
    async def stream(
        self, instance: parse.Instance, tags: Sequence[str]
    ) -> AsyncIterator[AsyncIterator[parse.Frame | BadInput]]:
        """
        Listen to *tags*, live, or to who mentions us where there are none. More than one only where the server
        multiplexes.

        The first tag is in the address, which every server understands; the others are asked for over the socket.
        A frame that cannot be read comes as the error that says why.

        Raises:
            StreamUnsupported: There is no such stream here.
        """
        address = URL(self._stream_address(instance, tags[0] if tags else None))
        try:
            async with connected(self._tools, address, headers={"Authorization": f"Bearer {self.token}"}) as socket:
                for tag in tags[1:]:
                    await socket.send(f'{{"type":"subscribe","stream":"hashtag","tag":"{tag}"}}')
                yield self._frames(socket)
        except SourceUnavailable as trouble:
            status = status_of(trouble)
            if status in _REFUSED:
                raise self._refused(f"status {status} for the stream") from trouble
            if status in _PASSING or status is None:
                raise
            raise StreamUnsupported(f"{self.origin}: status {status} for the stream") from trouble

    async def _frames(self, socket: ClientConnection) -> AsyncIterator[parse.Frame | BadInput]:
        async for data in socket:
            try:
                frame = parse.parse_frame(data)
            except BadInput as ex:
                yield ex
                continue
            if isinstance(frame, parse.Complaint):
                if frame.status in _REFUSED:
                    raise self._refused(f"status {frame.status} in the stream")
                raise StreamUnsupported(f"{self.origin}: status {frame.status} in the stream")
            yield frame
        raise SourceUnavailable(f"{self.origin}: closed the stream", code="unreachable", cause=Cause.DROPPED)

    def _stream_address(self, instance: parse.Instance, tag: str | None) -> str:
        """
        Where the stream is. A server may name another host for it, which then gets our token: only one below itself,
        or below the same parent, as streaming.social.example or streaming.example for social.example.
        """
        plain = self.origin.scheme == "http"
        base = self.origin.with_scheme("ws" if plain else "wss")
        if instance.streaming:
            base = _trusted(instance.streaming, base)
        # GoToSocial has one stream of an account; what else it brings is dropped as from any stream.
        own = "user" if instance.software is parse.Software.GOTOSOCIAL else "user:notification"
        query = {"stream": own} if tag is None else {"stream": "hashtag", "tag": tag}
        return str(base.join(URL("/api/v1/streaming")).with_query(query))

    async def _get(self, path: str, *, query: http.Query = (), known: frozenset[int] = frozenset()) -> http.Answer:
        return await http.get(self._tools, self.origin, path, query=query, token=self.token, known=known)

    def _decoded(self, answer: http.Answer) -> object:
        try:
            return fields.decode(answer.body)
        except BadInput as ex:
            raise self._unreadable(ex) from ex

    def _refused(self, what: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self.origin}: {what}", code="token-refused", cause=Cause.REFUSED)

    def _unreadable(self, ex: BadInput) -> SourceUnavailable:
        return SourceUnavailable(f"{self.origin}: {ex.field or ''} {ex}", code="unreadable", cause=Cause.SERVER)


def _trusted(told: str, base: URL) -> URL:
    try:
        url = URL(told).with_path("/")
    except ValueError:
        return base
    host, own = url.host or "", base.host or ""
    parent = own.partition(".")[2]
    related = host == own or host.endswith(f".{own}") or ("." in parent and host.endswith(f".{parent}"))
    scheme = {"http": "ws", "https": "wss"}.get(url.scheme, url.scheme)
    return url.with_scheme(scheme) if related and scheme == base.scheme else base
