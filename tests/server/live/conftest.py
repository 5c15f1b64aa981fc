"""A server with one channel for each test that asks for it; on asyncio's loop, and on uvloop where it exists."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from server.live.limits import Limits
from tests.server.live.reader import Stand, make_channel

LoopFactories = Mapping[str, Callable[[], asyncio.AbstractEventLoop]]

MakeStand = Callable[..., Awaitable[Stand]]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> LoopFactories:
    """The two loops differ in what a write to a closed transport does, and in when they write at all."""
    factories: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop

        factories["uvloop"] = uvloop.new_event_loop
    return factories


@pytest.fixture
async def make_stand() -> AsyncIterator[MakeStand]:
    """`await make_stand(items, limits=…)`: a running server with an open channel, stopped after the test."""
    stands: list[Stand] = []

    async def make(items: Mapping[str, Any] | None = None, *, seq: int = 0, limits: Limits | None = None) -> Stand:
        stand = Stand(make_channel(items, seq=seq, limits=limits))
        await stand.start()
        stands.append(stand)
        return stand

    yield make
    for stand in stands:
        await stand.stop()
