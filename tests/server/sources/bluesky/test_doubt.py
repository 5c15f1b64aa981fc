"""What the AppView stumbles over is in doubt and not gone; and what it was not asked for is not told. Virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from server.sources.contract import Delete, Event
from tests.server.sources import virtual
from tests.server.sources.bluesky.hall import Hall, listening, source_for
from tests.server.sources.bluesky.upstream import BRAM, Json, Upstream

pytestmark = pytest.mark.slow


def _native_id(view: Json) -> str:
    _, _, did, _, rkey = view["uri"].split("/")
    return f"{did}/{rkey}"


class Unsure(Upstream):
    """It stumbles over some only when it is asked the second time, or always; and says more than it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = 0
        self.in_doubt_at = range(0)
        self.in_doubt: set[str] = set()
        self.hidden: set[str] = set()
        self.also: list[Json] = []

    async def _get_posts(self, request: web.Request) -> web.StreamResponse:
        uris = request.query.getall("uris")
        self.asked.append((asyncio.get_running_loop().time(), "posts", uris))
        self.answers += 1
        if self.answers in self.in_doubt_at and self.in_doubt & {*uris}:
            return web.json_response({"error": "InternalServerError"}, status=500)
        views = [self.views[uri] for uri in uris if uri in self.views and uri not in self.hidden]
        return web.json_response({"posts": [*views, *self.also]})


async def _rechecked(*, in_doubt_at: range, hidden: bool) -> tuple[tuple[Event, ...], Json]:
    async with Unsure().serving() as bluesky, source_for(bluesky) as source:
        view, other = await bluesky.post("struikelt"), await bluesky.post("goed")
        await source.recheck([_native_id(each) for each in (view, other)])
        assert isinstance(bluesky, Unsure)
        bluesky.answers, bluesky.in_doubt_at = 0, in_doubt_at
        bluesky.in_doubt = {view["uri"]}
        bluesky.hidden = {view["uri"]} if hidden else set()
        return await source.recheck([_native_id(each) for each in (view, other)]), view


@pytest.mark.parametrize(
    "in_doubt_at",
    [
        pytest.param(range(1, 99), id="always"),
        pytest.param(range(2, 99), id="when-asked-again"),
        pytest.param(range(1, 4), id="at-first"),  # Both, the one, the other; what is missing then is so once.
    ],
)
@pytest.mark.parametrize("hidden", [True, False])
def test_post_in_doubt_is_not_gone(in_doubt_at: range, hidden: bool) -> None:
    """Missing from one answer, and in doubt in another: nobody knows whether it is gone."""
    events, _ = virtual.run(_rechecked(in_doubt_at=in_doubt_at, hidden=hidden))

    assert events == ()


def test_post_that_is_missing_twice_is_gone() -> None:
    """The negative control."""
    events, view = virtual.run(_rechecked(in_doubt_at=range(0), hidden=True))

    assert events == (Delete(native_id=_native_id(view), uri=view["uri"]),)


def test_what_nobody_asked_for_is_not_told() -> None:
    """A server that gives another post's view beside ours brings that nowhere."""

    async def scenario() -> tuple[Any, ...]:
        async with Unsure().serving() as bluesky, source_for(bluesky) as source:
            assert isinstance(bluesky, Unsure)
            view, other = await bluesky.post("van ons"), await bluesky.post("van een ander", did=BRAM)
            await source.recheck([_native_id(view)])
            bluesky.also = [other]
            return await source.recheck([_native_id(view)])

    assert virtual.run(scenario()) == ()


def test_author_who_is_gone_is_asked_for_no_more() -> None:
    """A post that the stream told of a moment ago is still to be asked for when its author closes the account."""

    async def scenario() -> tuple[Hall, list[str]]:
        async with Unsure().serving() as bluesky, listening(bluesky) as hall:
            assert isinstance(bluesky, Unsure)
            await bluesky.chatter()
            view = await bluesky.post("bijna", did=BRAM)
            views = dict(bluesky.views)
            await bluesky.close_account(BRAM)
            bluesky.views = views  # Its AppView is a moment behind, and would give it.
            await bluesky.post("blijft")
            await bluesky.go_on(120)
            return hall, [uri for _, _, uris in bluesky.asked for uri in uris if uri == view["uri"]]

    hall, asked = virtual.run(scenario())

    assert hall.texts == ["blijft"]
    assert asked == []
