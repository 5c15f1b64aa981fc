"""No server makes us wait for hours or read for ever, whatever it says; in virtual time."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from server.sources import http
from tests.server.sources import virtual
from tests.server.sources.test_http import asking, upstream


@pytest.mark.parametrize(("reset_s", "waits_s"), [(60, 60), (86_400, 300)])
def test_share_that_is_full_again_tomorrow_stops_nobody_for_longer_than_five_minutes(
    reset_s: int, waits_s: int
) -> None:
    async def scenario() -> float:
        used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(virtual.now()) + reset_s)}

        async def behave(_: web.Request) -> web.StreamResponse:
            return web.json_response({}, headers=used_up)

        async with upstream(behave) as (tools, origin, asked):
            await http.ask(tools, origin, "/a")
            used_up.clear()
            await http.ask(tools, origin, "/a")
            return asked[1][0] - asked[0][0]

    assert virtual.run(scenario()) == pytest.approx(waits_s, abs=2)


def test_endless_no_is_read_as_far_as_it_is_of_use() -> None:
    """It would go on until the time is up, and be too slow then."""

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(status=404)
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 100)
            await asyncio.sleep(1)

    assert asking(endless, known=frozenset({404}), most_bytes=250, most_s=10).body == b"x" * 250
