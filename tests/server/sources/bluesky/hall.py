"""A hall that listens to a Bluesky on loopback, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import aiohttp

from server.sources.bluesky import create
from server.sources.contract import (
    AuthorGone,
    Delete,
    Event,
    Health,
    Kept,
    NetworkPost,
    Remembers,
    Source,
    Tools,
    Upsert,
)
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.bluesky.upstream import Upstream


class Hall:
    """Remembers every event with its moment and cursor."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: list[tuple[float, Event, str | None]] = []

    async def listen(self, cursor: str | None = None) -> None:
        async with aclosing(self.source.events(cursor)) as events:
            async for event, reached in events:
                self.seen.append((asyncio.get_running_loop().time(), event, reached))

    @property
    def posts(self) -> list[NetworkPost]:
        return [event.post for _, event, _ in self.seen if isinstance(event, Upsert)]

    @property
    def texts(self) -> list[str]:
        return [post.text.removesuffix(" #DemoConf") for post in self.posts]

    @property
    def departed(self) -> list[Delete | AuthorGone]:
        return [event for _, event, _ in self.seen if isinstance(event, Delete | AuthorGone)]

    @property
    def healths(self) -> list[Health]:
        return [event for _, event, _ in self.seen if isinstance(event, Health)]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """(condition, what), without repetition."""
        said = [(health.condition.value, health.what) for health in self.healths]
        return [each for at, each in enumerate(said) if at == 0 or said[at - 1] != each]

    @property
    def cursor(self) -> str | None:
        return self.seen[-1][2] if self.seen else None


@asynccontextmanager
async def source_for(*servers: Upstream, **options: Any) -> AsyncIterator[Source]:
    """The first of *servers* is the AppView too."""
    given = {
        "tags": ["DemoConf"],
        "hosts": [server.socket_url for server in servers],
        "appview": servers[0].url,
    } | options
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        yield create(SourceId("bluesky-1"), given, Tools(session=session, now=virtual.now, rng=random.Random(7)))


@asynccontextmanager
async def listening(
    *servers: Upstream, cursor: str | None = None, kept: Iterable[Kept] = (), **options: Any
) -> AsyncIterator[Hall]:
    """From *cursor* on, with the posts that the house has *kept*."""
    async with source_for(*servers, **options) as source:
        assert isinstance(source, Remembers)
        source.remember(kept)
        hall = Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        await asyncio.sleep(0.5)
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})
