"""YouTube's API on loopback, as far as a live chat needs it, as its documentation has it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from server.sources.contract import Source, Tools
from server.sources.youtube import client, create
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.mastodon.upstream import Behaviour

Json = dict[str, Any]

VIDEO = "abcDEF12345"
KEY = "sleutel-van-de-organisator"


def message(id_: str, text: str, *, kind: str = "textMessageEvent", channel: str = "UCanna", **snippet: Any) -> Json:
    """One liveChatMessage, by Anna."""
    return {
        "kind": "youtube#liveChatMessage",
        "etag": "e",
        "id": id_,
        "snippet": {
            "type": kind,
            "liveChatId": "chat-1",
            "authorChannelId": channel,
            "publishedAt": "2026-11-21T19:40:00Z",
            "hasDisplayContent": True,
            "displayMessage": text,
            **({"textMessageDetails": {"messageText": text}} if kind == "textMessageEvent" else {}),
            **snippet,
        },
        "authorDetails": {
            "channelId": channel,
            "channelUrl": f"http://www.youtube.com/channel/{channel}",
            "displayName": "@anna",
            "profileImageUrl": "https://yt3.ggpht.com/anna=s88",
            "isVerified": False,
            "isChatOwner": False,
            "isChatSponsor": False,
            "isChatModerator": False,
        },
    }


def refusal(status: int, *reasons: str) -> Behaviour:
    """How Google says no."""

    async def behave(_: web.Request) -> web.StreamResponse:
        errors = [{"reason": reason, "domain": "youtube.liveChat", "message": reason} for reason in reasons]
        return web.json_response({"error": {"code": status, "message": "No.", "errors": errors}}, status=status)

    return behave


class Chat:
    """One broadcast. `misbehave` is what the next questions meet."""

    def __init__(self) -> None:
        self.chat: str | None = "chat-1"
        self.is_there = True
        self.messages: list[Json] = []
        self.interval_ms = 2000
        self.misbehave: list[Behaviour] = []
        self.for_ever: Behaviour | None = None
        self.requests: list[tuple[float, str]] = []
        self.queries: list[str] = []
        self.keys: list[str | None] = []

    @property
    def units(self) -> int:
        """What it has cost."""
        return sum(5 if path.endswith("/messages") else 1 for _, path in self.requests)

    def say(self, text: str) -> Json:
        said = message(f"LCC.{len(self.messages)}", text)
        self.messages.append(said)
        return said

    def tell(self, kind: str, **details: Any) -> None:
        self.messages.append(message(f"LCC.{len(self.messages)}", "", kind=kind, channel="UCmoderator", **details))

    @asynccontextmanager
    async def serving(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
        app = web.Application()
        app.router.add_get("/youtube/v3/videos", self._videos)
        app.router.add_get("/youtube/v3/liveChat/messages", self._messages)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        monkeypatch.setattr(client, "ORIGIN", URL(f"http://127.0.0.1:{runner.addresses[0][1]}"))
        try:
            yield self
        finally:
            await runner.cleanup()

    def _note(self, request: web.Request) -> None:
        self.requests.append((asyncio.get_running_loop().time(), request.path))
        self.queries.append(request.query_string)
        self.keys.append(request.headers.get("X-Goog-Api-Key"))

    async def _videos(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        details = {"actualStartTime": "2026-11-21T19:00:00Z"} | ({"activeLiveChatId": self.chat} if self.chat else {})
        found = [{"kind": "youtube#video", "id": VIDEO, "liveStreamingDetails": details}]
        is_it = self.is_there and request.query["id"] == VIDEO and "liveStreamingDetails" in request.query["part"]
        return web.json_response({"kind": "youtube#videoListResponse", "items": found if is_it else []})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if self.for_ever:
            return await self.for_ever(request)
        if request.query["liveChatId"] != self.chat:
            return await refusal(403, "liveChatEnded")(request)
        start = int(request.query.get("pageToken", "0"))
        found = self.messages[start : start + int(request.query["maxResults"])]
        return web.json_response(
            {
                "kind": "youtube#liveChatMessageListResponse",
                "nextPageToken": str(start + len(found)),
                "pollingIntervalMillis": self.interval_ms,
                "pageInfo": {"totalResults": len(found), "resultsPerPage": len(found)},
                "items": found,
            }
        )


@asynccontextmanager
async def source_for(**options: Any) -> AsyncIterator[Source]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
        yield create(SourceId("youtube-1"), {"video": VIDEO, "key": KEY} | options, tools)


@asynccontextmanager
async def listening(*, cursor: str | None = None, **options: Any) -> AsyncIterator[Hall]:
    async with source_for(**options) as source:
        hall = Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})


def asked(chat: Chat, paths: Sequence[str] = ("/youtube/v3/liveChat/messages",)) -> list[float]:
    """When one of *paths* was asked."""
    return [at for at, path in chat.requests if path in paths]
