"""One post that the AppView cannot give keeps no other from the wall, in virtual time."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from tests.server.sources import virtual
from tests.server.sources.bluesky import upstream as up
from tests.server.sources.bluesky.hall import Hall, listening
from tests.server.sources.bluesky.upstream import Behaviour, Upstream, answers

pytestmark = pytest.mark.slow

MINUTE = 60

TROUBLES: list[object] = [
    pytest.param(answers(500), id="500"),
    pytest.param(answers(502), id="502"),
    pytest.param(answers(504), id="504"),
    pytest.param(up.slow, id="hangs"),
    pytest.param(answers(body="[NaN"), id="garbage"),
]


class Stumbling(Upstream):
    """Asked for one of `bad`, alone or among others, it behaves as it is told."""

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__()
        self._behaviour = behaviour
        self.bad: set[str] = set()

    async def _get_posts(self, request: web.Request) -> web.StreamResponse:
        if self.bad & {*request.query.getall("uris")}:
            return await self._behaviour(request)
        return await super()._get_posts(request)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_post_that_the_appview_cannot_give_keeps_no_other_waiting(trouble: Behaviour) -> None:
    async def scenario() -> tuple[list[str], Hall, int]:
        async with Stumbling(trouble).serving() as bluesky, listening(bluesky) as hall:
            await bluesky.post("voor")
            await bluesky.go_on(10)
            for number in range(3):
                bluesky.bad.add((await bluesky.post(f"gif {number}"))["uri"])
            await bluesky.post("ernaast")
            for number in range(5):
                await bluesky.go_on(4 * MINUTE)
                await bluesky.post(str(number))
            await bluesky.go_on(4 * MINUTE)
            seen = [*hall.texts]
            await bluesky.go_on(60 * MINUTE)
            await bluesky.post("later")
            await asyncio.sleep(5)
            return seen, hall, len(bluesky.asked)

    seen, hall, asked = virtual.run(scenario())

    assert seen == ["voor", "ernaast", *map(str, range(5))]
    assert hall.texts[-1] == "later"
    assert asked < 300
    assert hall.conditions[-1] == ("ok", "")


def test_lonely_post_that_the_appview_cannot_give_now_is_not_lost() -> None:
    """No other came meanwhile: it may be the AppView that is in trouble."""

    async def scenario() -> Hall:
        async with Stumbling(answers(502)).serving() as bluesky, listening(bluesky) as hall:
            bluesky.bad.add((await bluesky.post("geduld"))["uri"])
            await bluesky.go_on(30 * MINUTE)
            bluesky.bad.clear()
            await bluesky.go_on(2 * MINUTE)
            return hall

    assert virtual.run(scenario()).texts == ["geduld"]


def test_edit_that_the_appview_cannot_give_takes_nothing_away() -> None:
    async def scenario() -> Hall:
        async with Stumbling(answers(502)).serving() as bluesky, listening(bluesky) as hall:
            view = await bluesky.post("staat er")
            await bluesky.go_on(10)
            await bluesky.edit(view, "anders")
            bluesky.bad.add(view["uri"])
            for number in range(20):
                await bluesky.go_on(MINUTE)
                await bluesky.post(str(number))
            await bluesky.go_on(10)
            return hall

    hall = virtual.run(scenario())

    assert hall.departed == []
    assert hall.texts == ["staat er", *map(str, range(20))]
