"""Where the stream is opened anew: a little before where it broke, and before the first post that found no room."""

from __future__ import annotations

import asyncio

import pytest

from tests.server.sources import virtual
from tests.server.sources.bluesky.hall import Hall, listening
from tests.server.sources.bluesky.upstream import Upstream

pytestmark = pytest.mark.slow


def test_stream_that_broke_begins_five_seconds_before_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next server may be a little behind or ahead."""
    monkeypatch.setattr("server.sources.bluesky.source.SAMPLE_EACH", 1)

    async def scenario() -> tuple[float, float]:
        async with Upstream().serving() as bluesky, listening(bluesky):
            await bluesky.go_on(60)
            last_s = bluesky.events[-1]["time_us"] / 1_000_000
            await bluesky.hang_up()
            await asyncio.sleep(5)
            (_, (_, query)) = bluesky.connections
            return last_s, int(query["cursor"]) / 1_000_000

    last_s, cursor_s = virtual.run(scenario())

    assert last_s - cursor_s == pytest.approx(5, abs=0.001)


@pytest.mark.parametrize("apart_s", [0.0, 0.01])
def test_first_post_without_room_is_where_it_is_read_again(monkeypatch: pytest.MonkeyPatch, apart_s: float) -> None:
    monkeypatch.setattr("server.sources.bluesky.waiting.AskList.__init__.__defaults__", (40,))
    monkeypatch.setattr("server.sources.bluesky.source.REWIND_US", 0)
    monkeypatch.setattr("server.sources.bluesky.source.SAMPLE_EACH", 1)

    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            await bluesky.chatter(3)
            for number in range(200):
                await bluesky.post(str(number))
                await asyncio.sleep(apart_s)
            await bluesky.go_on(200)
            return hall

    assert sorted(virtual.run(scenario()).texts, key=int) == [str(number) for number in range(200)]
