"""One post or timeline that a server cannot give keeps no other waiting, in virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from server.sources.contract import BrokenOff, Delete, Upsert
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall, listening, source_for
from tests.server.sources.mastodon.upstream import Upstream

pytestmark = pytest.mark.slow

MINUTE = 60


class Stumbling(Upstream):
    """It answers 500, or not at all, where it is asked for one of `bad`: a tag, a post, or `@` for who mentions us."""

    def __init__(self, *bad: str, software: str = "mastodon", hangs: bool = False) -> None:
        super().__init__(software=software)
        self.bad = {*bad}
        self._hangs = hangs

    async def _stumble(self) -> web.StreamResponse:
        if self._hangs:
            await asyncio.sleep(300)
        return web.json_response({}, status=500)

    async def _timeline(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info["tag"].lower() in self.bad
        return await (self._stumble() if named else super()._timeline(request))

    async def _mentions(self, request: web.Request) -> web.StreamResponse:
        return await (self._stumble() if "@" in self.bad else super()._mentions(request))

    async def _statuses(self, request: web.Request) -> web.StreamResponse:
        named = self.bad & {*request.query.getall("id[]")}
        return await (self._stumble() if named else super()._statuses(request))

    async def _status(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info["id"] in self.bad
        return await (self._stumble() if named else super()._status(request))


def _moments(hall: Hall) -> list[float]:
    """When the posts came."""
    return [at for at, event, _ in hall.seen if isinstance(event, Upsert)]


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("tags", [["DemoConf", "stuk"], ["stuk", "DemoConf"]])
def test_tag_that_the_server_cannot_give_keeps_no_other_waiting(tags: list[str], hangs: bool) -> None:
    """GoToSocial is asked for one tag at a time."""

    async def scenario() -> tuple[Hall, list[float], int, tuple[str, str]]:
        async with (
            Stumbling("stuk", software="gotosocial", hangs=hangs).serving() as server,
            listening(server, tags=tags) as hall,
        ):
            await asyncio.sleep(20 * MINUTE)
            said = []
            for number in range(5):
                said.append(asyncio.get_running_loop().time())
                await server.post(str(number))
                await asyncio.sleep(4 * MINUTE)
            took = [came - at for came, at in zip(_moments(hall), said, strict=True)]
            told = hall.conditions[-1]
            asked = sum("/tag/stuk" in path for _, path in server.requests)
            server.bad.clear()
            await asyncio.sleep(10 * MINUTE)
            return hall, took, asked, told

    hall, took, asked, told = virtual.run(scenario())

    assert hall.texts == [str(number) for number in range(5)]
    assert max(took) < 2 * MINUTE
    assert asked < 20
    assert told == ("waiting", "too-slow" if hangs else "server-error")
    assert hall.conditions[-1] == ("ok", "")


def test_mentions_that_the_server_cannot_give_keep_no_hashtag_waiting() -> None:
    async def scenario() -> float:
        async with Stumbling("@").serving() as server:
            server.streams = False
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20 * MINUTE)
                said_at = asyncio.get_running_loop().time()
                await server.post("hier")
                await asyncio.sleep(20 * MINUTE)
                return _moments(hall)[0] - said_at

    assert virtual.run(scenario()) < MINUTE


def test_server_that_gives_no_timeline_is_waited_for() -> None:
    async def scenario() -> int:
        async with (
            Stumbling("stuk", "democonf", software="gotosocial").serving() as server,
            listening(server, tags=["DemoConf", "stuk"]),
        ):
            await asyncio.sleep(60 * MINUTE)
            return sum("/tag/" in path for _, path in server.requests)

    assert virtual.run(scenario()) < 40


@pytest.mark.parametrize("where", [3, 33])
def test_posts_are_looked_at_again_beside_one_that_the_server_cannot_give(where: int) -> None:
    async def scenario() -> tuple[set[str], set[str]]:
        async with Stumbling().serving() as server, source_for(server) as source:
            posts = [await server.post(str(number)) for number in range(50)]
            server.bad.add(str(posts[where]["id"]))
            gone = [posts[10], posts[20], posts[where - 1], posts[where + 1]]
            for each in gone:
                await server.delete(each)
            found: list[Any] = []
            for _ in range(6):
                try:
                    found += await source.recheck([f"{server.host}/{post['id']}" for post in posts])
                except BrokenOff as ex:
                    found += ex.found
            told = {each.native_id for each in found if isinstance(each, Delete)}
            return told, {f"{server.host}/{each['id']}" for each in gone}

    told, gone = virtual.run(scenario())

    assert told == gone


def test_server_that_stumbles_over_every_post_is_soon_left_alone() -> None:
    async def scenario() -> int:
        async with Stumbling().serving() as server, source_for(server) as source:
            posts = [await server.post(str(number)) for number in range(50)]
            server.bad = {str(post["id"]) for post in posts}
            with pytest.raises(BrokenOff):
                await source.recheck([f"{server.host}/{post['id']}" for post in posts])
            return sum("/statuses" in path for _, path in server.requests)

    assert virtual.run(scenario()) == 4
