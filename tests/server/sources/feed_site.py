"""Websites with feeds: samples as well-known software writes them, and a server on loopback that serves any."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from server.sources.contract import Source, Tools
from server.sources.feed import create
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


def sample(name: str) -> str:
    """A file of `feed_samples`."""
    return (Path(__file__).with_name("feed_samples") / name).read_text(encoding="utf-8")


MASTODON = sample("mastodon_tag.xml")
YOUTUBE = sample("youtube_channel.xml")
FLICKR = sample("flickr_tag.xml")
REDDIT = sample("reddit_new.xml")
WORDPRESS = sample("wordpress_tag.xml")
DISCOURSE = sample("discourse_tag.xml")
JSON_FEED = sample("json_feed.json")
SAMPLES = (MASTODON, YOUTUBE, FLICKR, REDDIT, WORDPRESS, DISCOURSE, JSON_FEED)


def rss(*texts: str, channel: str = "") -> str:
    """A feed with one item for each of *texts*, newest first; its guid is its first word."""
    found = "".join(f"<item><guid>{text.split()[0]}</guid><title>{text}</title></item>" for text in texts)
    return f'<rss version="2.0"><channel><title>Blog</title>{channel}{found}</channel></rss>'


class Site:
    """
    Serves `feed` at every path, with an ETag, and 304 to who knows it.

    `misbehave` is what the next requests meet, `as_always` at a path for good.
    """

    def __init__(self, feed: str = "") -> None:
        self.feed = feed
        self.kind = "application/rss+xml"
        self.headers: dict[str, str] = {}
        self.misbehave: list[Behaviour] = []
        self.at: dict[str, Behaviour] = {}
        self.requests: list[tuple[float, str]] = []
        self.statuses: list[int] = []
        self.origin = ""

    @property
    def address(self) -> str:
        """Of the feed."""
        return f"{self.origin}/feed"

    @property
    def where(self) -> str:
        """How the stage page calls it."""
        return self.address.partition("://")[2]

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        scheme, host = ("http", "127.0.0.1") if tls is None else ("https", "localhost")
        self.origin = f"{scheme}://{host}:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @web.middleware
    async def _watched(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append((asyncio.get_running_loop().time(), request.path_qs))
        response = await handler(request)
        self.statuses.append(response.status)
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if behaviour := self.at.get(request.path):
            return await behaviour(request)
        etag = f'"{hash(self.feed)}"'
        headers = {"ETag": etag, "Last-Modified": "Sat, 21 Nov 2026 19:00:00 GMT", **self.headers}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=self.feed.encode(), content_type=self.kind, headers=headers)


def goes_to(to: str, status: int = 301) -> Behaviour:
    """A redirect."""

    async def behave(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": to})

    return behave


def house(session: aiohttp.ClientSession) -> Tools:
    """The tools of a house in virtual time."""
    return Tools(session=session, now=virtual.now, rng=random.Random(7))


@asynccontextmanager
async def source_for(*addresses: str, **options: Any) -> AsyncIterator[Source]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        yield create(SourceId("feed-1"), {"addresses": list(addresses), **options}, house(session))


@asynccontextmanager
async def listening(*addresses: str, cursor: str | None = None, **options: Any) -> AsyncIterator[Hall]:
    async with source_for(*addresses, **options) as source:
        hall = Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})
