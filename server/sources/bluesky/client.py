"""Jetstream, which says that something happened, and the AppView, which says what. I/O only."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection
from yarl import URL

from server.errors import BadInput
from server.sources import http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.bluesky import parse
from server.sources.bluesky.frames import COLLECTION, Wire
from server.sources.contract import Tools
from server.sources.sockets import connected, status_of

_T = TypeVar("_T")

BATCH = 25
"""Posts or profiles in one question: the most that the AppView takes."""

MAX_FRAME_BYTES = 1024 * 1024
"""Jetstream is asked to leave out what is larger: a socket that breaks on a frame would meet it again and again."""

_FAULT = frozenset({400, 500})
"""One post that the AppView stumbles over fails the whole question (bluesky-social/atproto#4341)."""

_MAX_FAULTS = 6


class WireUnknown(Exception):
    """This server does not speak this wire."""


@asynccontextmanager
async def stream(tools: Tools, host: URL, wire: Wire, *, cursor: int | None) -> AsyncIterator[ClientConnection]:
    """
    Every post of the network, its end, and that of its author.

    Args:
        cursor: Begin there, UTC microseconds since 1970; None: now.

    Raises:
        WireUnknown: It has to be asked in the other way.
        SourceUnavailable: As for `sockets.connected`.
    """
    if wire is Wire.V1:
        path = "/subscribe"
        query = [("wantedCollections", COLLECTION)]
    else:
        path = "/xrpc/network.bsky.jetstream.subscribeEvents"
        query = [("kinds", "commit"), ("kinds", "account"), ("collections", COLLECTION)]
    query += [("maxMessageSizeBytes", str(MAX_FRAME_BYTES))]
    query += [] if cursor is None else [("cursor", str(cursor))]
    try:
        async with connected(
            tools,
            host.join(URL(path)).with_query(query),
            most_bytes=MAX_FRAME_BYTES,
            compression=wire is Wire.V1,  # The other one never does it.
        ) as socket:
            yield socket
    except SourceUnavailable as trouble:
        if wire is Wire.V2 and status_of(trouble) in {400, 404}:
            raise WireUnknown(f"{host}: status {status_of(trouble)} for version 2 of the stream") from trouble
        raise


class Answers(msgspec.Struct, frozen=True):
    """
    What the AppView says of posts, by uri. It has not, or does not show, what is in neither.

    Args:
        doubtful: It stumbled over these, or does not say enough of their authors.
    """

    views: dict[str, parse.View | BadInput]
    doubtful: frozenset[str] = frozenset()


class Stumbled(SourceUnavailable):
    """It works, and gives none of the posts that it was asked for: they may be at fault, or all posts may."""


class AppView:
    """The public side of Bluesky. Every method may raise `SourceUnavailable`."""

    def __init__(self, origin: URL, tools: Tools) -> None:
        self.origin = origin
        self.host = origin.authority
        self._tools = tools

    async def posts(self, uris: Sequence[str]) -> Answers:
        """
        At most `BATCH` posts, with the labels of their authors.

        Raises:
            Stumbled: It works, and gives none of them.
        """
        views: dict[str, parse.View | BadInput] = {}
        doubtful: set[str] = set()
        asked, faults = [tuple(uris)], 0
        why: SourceUnavailable | None = None
        while asked:
            some = asked.pop()
            try:
                found = await self._asked("app.bsky.feed.getPosts", "uris", some, parse.parse_posts)
            except SourceUnavailable as trouble:
                if why is None and not await self._works_but_for(trouble):
                    raise
                found, why = None, trouble
            if found is not None:
                views |= {uri: view for uri, view in found.items() if uri in some}
                faults = 0
            elif len(some) == 1 and (views or why is not None or await self.works()):
                doubtful |= {*some}
            elif (faults := faults + 1) >= _MAX_FAULTS or len(some) == 1:
                raise self._stumbled(why) if why else self._trouble("server-error", "stumbles over every post")
            else:
                asked += [some[: len(some) // 2], some[len(some) // 2 :]]
        if why is not None and not views:
            raise self._stumbled(why)
        whole = await self._with_labels(views)
        return Answers(whole, frozenset(doubtful | (views.keys() - whole.keys())))

    async def works(self) -> bool:
        """Whether it answers at all."""
        return (
            await self._asked("app.bsky.actor.getProfiles", "actors", ("bsky.app",), parse.parse_profiles) is not None
        )

    async def _works_but_for(self, trouble: SourceUnavailable) -> bool:
        """Whether *trouble* may be that of a post: who asks us to wait, or is away, has it with all."""
        if trouble.cause is not Cause.SERVER or trouble.asked_s is not None:
            return False
        with contextlib.suppress(SourceUnavailable):
            return await self.works()
        return False

    async def did_of(self, handle: str) -> str | None:
        """Who goes by *handle*; None for nobody."""
        did = await self._asked("com.atproto.identity.resolveHandle", "handle", (handle,), parse.parse_did)
        if did is None and not await self.works():
            raise self._trouble("server-error", "stumbles over every name")
        return did

    async def _with_labels(self, views: dict[str, parse.View | BadInput]) -> dict[str, parse.View | BadInput]:
        """Those of which it is known whether their authors want to be seen."""
        silent = {view.key.did for view in views.values() if isinstance(view, parse.View) and view.lacks_labels}
        if not silent:
            return views
        asked = tuple(sorted(silent))
        profiles = await self._asked("app.bsky.actor.getProfiles", "actors", asked, parse.parse_profiles) or {}
        whole: dict[str, parse.View | BadInput] = {}
        for uri, view in views.items():
            if isinstance(view, BadInput) or not view.lacks_labels:
                whole[uri] = view
            elif profile := profiles.get(view.key.did):
                whole[uri] = view.with_labels(profile)
        return whole

    async def _asked(self, method: str, name: str, values: Sequence[str], read: Callable[[bytes], _T]) -> _T | None:
        """The answer; None when the AppView stumbled."""
        query = [(name, value) for value in values]
        answer = await http.ask(self._tools, self.origin, f"/xrpc/{method}", query=query, known=_FAULT)
        if answer.status in _FAULT:
            return None
        try:
            return read(answer.body)
        except BadInput as ex:
            raise self._trouble("unreadable", f"{ex.field or ''} {ex}") from ex

    def _stumbled(self, why: SourceUnavailable) -> Stumbled:
        return Stumbled(f"{why}", code=why.code, cause=why.cause)

    def _trouble(self, code: str, what: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self.origin}: {what}", code=code, cause=Cause.SERVER)
