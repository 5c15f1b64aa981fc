from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from server.sources.loop import for_ever, monotonic, taken
from tests.server.sources import virtual


def test_what_the_crew_brings_in_is_taken_in_order() -> None:
    async def scenario() -> list[int]:
        outbox: asyncio.Queue[int] = asyncio.Queue()

        async def work() -> None:
            for number in range(3):
                await asyncio.sleep(1)
                await outbox.put(number)
            await for_ever()

        found = []
        async with aclosing(taken(outbox.get, asyncio.ensure_future(work()))) as numbers:
            async for number in numbers:
                found.append(number)
                if number == 2:
                    break
        return found

    assert virtual.run(scenario()) == [0, 1, 2]


def test_what_ends_the_crew_is_raised_after_what_it_had_brought_in() -> None:
    async def scenario() -> list[int]:
        outbox: asyncio.Queue[int] = asyncio.Queue()

        async def work() -> None:
            await outbox.put(1)
            raise OSError("broken")

        numbers = taken(outbox.get, asyncio.ensure_future(work()))
        found = [await anext(numbers)]
        with pytest.raises(OSError, match="broken"):
            await anext(numbers)
        return found

    assert virtual.run(scenario()) == [1]


def test_nobody_of_the_crew_is_left_working_when_nobody_takes_any_more() -> None:
    async def scenario() -> tuple[list[str], int]:
        ended = []

        async def work() -> None:
            try:
                await for_ever()
            finally:
                await asyncio.sleep(5)
                ended.append("tidied")

        crew = asyncio.gather(work(), work())
        taking = taken(asyncio.Queue[int]().get, crew)
        waiting = asyncio.create_task(anext(taking))
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.wait({waiting})
        await taking.aclose()
        return ended, len(asyncio.all_tasks()) - 1

    assert virtual.run(scenario()) == (["tidied", "tidied"], 0)


def test_for_ever_ends_when_it_is_cancelled_and_not_before() -> None:
    async def scenario() -> float:
        began = monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(100_000):
                await for_ever()
        return monotonic() - began

    assert virtual.run(scenario()) == pytest.approx(100_000)
