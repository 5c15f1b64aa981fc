"""Tasks with an owner, who lets none of them outlive it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Tasks:
    """What is under way on the running loop, until `close`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have *work* done; nobody waits for it."""
        self._start(work)

    async def to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for *work*, which goes on when its caller goes away."""
        task = self._start(work)
        task.add_done_callback(_look_at_error)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel what is still under way, and wait until it has ended."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wait(self) -> None:
        """Wait until what is under way has ended by itself."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _look_at_error(task: asyncio.Task[Any]) -> None:
    """Its caller was told, or has gone; asyncio need not complain as well."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.debug("what went on without its caller failed: %s", error)
