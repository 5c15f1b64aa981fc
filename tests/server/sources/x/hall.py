"""A hall that listens to a fake X, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from server.sources.contract import Source, Tools
from server.sources.x import create
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.x.api import TOKEN

OPTIONS = {"agreement": True, "token": TOKEN, "tags": ["DemoConf"], "dollars_per_day": "100"}


@asynccontextmanager
async def source_for(**options: Any) -> AsyncIterator[Source]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
        yield create(SourceId("x-1"), OPTIONS | options, tools)


@asynccontextmanager
async def listening(cursor: str | None = None, **options: Any) -> AsyncIterator[Hall]:
    async with source_for(**options) as source:
        hall = Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})


async def hear(seconds: float, **options: Any) -> Hall:
    """What a hall hears in *seconds*."""
    async with listening(**options) as hall:
        await asyncio.sleep(seconds)
    return hall
