"""What a source does on the loop: it listens with several at once, waits for what never comes, and tells the time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, NoReturn, TypeVar

_T = TypeVar("_T")


async def taken(take: Callable[[], Awaitable[_T]], crew: asyncio.Future[Any]) -> AsyncGenerator[_T, None]:
    """
    What *take* gives, one after another, while *crew* brings it in. Close it: then nobody of the crew is left working.

    Raises:
        What ended the crew. What it had brought in by then is given first.
    """
    try:
        while True:
            yield await _next(take, crew)
    finally:
        crew.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):  # Whatever ended it was raised by `_next`.
            await crew


async def _next(take: Callable[[], Awaitable[_T]], crew: asyncio.Future[Any]) -> _T:
    taking = asyncio.ensure_future(take())
    both: set[asyncio.Future[Any]] = {taking, crew}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not taking.done():
            crew.result()
        return await taking
    finally:
        taking.cancel()


async def for_ever() -> NoReturn:
    """Until it is cancelled."""
    await asyncio.get_running_loop().create_future()
    raise AssertionError("nobody sets this future")


def monotonic() -> float:
    """Seconds of the loop."""
    return asyncio.get_running_loop().time()
