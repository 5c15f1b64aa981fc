"""Tasks with an owner: what goes on without its caller, and what ends with its owner."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from server.tasks import Tasks
from tests.house import eventually


@pytest.fixture
async def complaints() -> list[dict[str, Any]]:
    """What asyncio complains about."""
    found: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(context))
    return found


async def test_work_goes_on_when_its_caller_goes_away() -> None:
    tasks, go, done = Tasks(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        done.set()

    caller = asyncio.create_task(tasks.to_the_end(work()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert (len(tasks), done.is_set()) == (1, False)

    go.set()
    await asyncio.wait_for(done.wait(), 5)
    await asyncio.sleep(0)

    assert len(tasks) == 0


async def test_caller_gets_what_its_work_gives_and_raises() -> None:
    tasks = Tasks()

    async def work(*, fails: bool) -> int:
        await asyncio.sleep(0)
        if fails:
            raise OSError("full")
        return 7

    assert await tasks.to_the_end(work(fails=False)) == 7
    with pytest.raises(OSError, match="full"):
        await tasks.to_the_end(work(fails=True))


async def test_close_ends_what_is_under_way() -> None:
    tasks, ended = Tasks(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.set()

    tasks.spawn(work())
    await asyncio.sleep(0)
    assert not ended.is_set()

    await tasks.close()

    assert (len(tasks), ended.is_set()) == (0, True)


@pytest.mark.parametrize("is_looked_at", [True, False])
async def test_error_that_nobody_waits_for_any_more_is_no_complaint(
    complaints: list[dict[str, Any]], *, is_looked_at: bool
) -> None:
    """Control: of work that nobody ever waited for, asyncio does complain."""
    tasks, go = Tasks(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        raise OSError("full")

    if is_looked_at:
        caller = asyncio.create_task(tasks.to_the_end(work()))
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    else:
        tasks.spawn(work())
        await asyncio.sleep(0)
    go.set()
    await eventually(lambda: not len(tasks))
    gc.collect()

    assert bool(complaints) is not is_looked_at
