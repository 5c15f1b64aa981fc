"""What a server can make us ask, and what of it is ours to tell: within bounds, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from server.sources.contract import Delete, NetworkPost
from server.sources.mastodon import source as module
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall, hear, listening, source_for
from tests.server.sources.mastodon.upstream import Upstream

pytestmark = pytest.mark.slow

MINUTE = 60


def _longest_row(paths: list[str]) -> int:
    """So many pages one after the other, each the next one of where we were."""
    longest = row = 0
    for path in paths:
        row = row + 1 if "min_id" in path else 0
        longest = max(longest, row)
    return longest


def test_long_absence_is_caught_up_with_a_few_pages_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 3)

    async def scenario() -> tuple[Hall, list[str]]:
        async with Upstream().serving() as server:
            await server.post("voor")
            before = await hear(server, 5)
            for number in range(500):
                await server.post(str(number))
            server.requests.clear()
            after = await hear(server, 10 * MINUTE, cursor=before.cursor)
            return after, [path for _, path in server.requests if "/timelines/" in path]

    hall, paths = virtual.run(scenario())

    assert hall.texts == [str(number) for number in range(500)]
    assert _longest_row(paths) == 3


def test_posts_that_a_bulk_answer_lacks_are_asked_for_a_few_at_a_time() -> None:
    async def scenario() -> tuple[list[int], set[str]]:
        async with Upstream().serving() as server, source_for(server) as source:
            posts = [await server.post(str(number)) for number in range(60)]
            names = [f"{server.host}/{post['id']}" for post in posts]
            server.posts.clear()
            asked, gone = [], set()
            for _ in range(6):
                server.requests.clear()
                found = await source.recheck(names)
                gone |= {event.native_id for event in found if isinstance(event, Delete)}
                asked.append(sum("/statuses/" in path for _, path in server.requests))
            assert {*names} >= gone
            return asked, {*names} - gone

    asked, left = virtual.run(scenario())

    assert max(asked) == module.RECHECK_AT_ONCE_SINGLY
    assert left == set(), "and all get their turn"


def test_author_of_whom_we_have_nothing_is_not_told_of() -> None:
    """A stranger who was suspended is nobody's business; and an AuthorGone would be kept in the journal."""

    async def scenario() -> Hall:
        async with Upstream().serving() as server, listening(server) as hall:
            status = await server.post("van een vreemde")
            status["account"] |= {"suspended": True}
            await server.post("gewoon")
            await asyncio.sleep(2 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert (hall.texts, hall.departed) == (["gewoon"], [])


@pytest.mark.parametrize("what", ["edits", "posts"])
def test_stream_is_deaf_that_brings_no_posts_and_not_one_that_brings_no_edits(what: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as server, listening(server, live=True) as hall:
            await asyncio.sleep(10)
            status = await server.post("eerst")
            await asyncio.sleep(MINUTE)
            server.deaf = True
            for number in range(20):  # however it falls between two looks, one of them is old enough
                await (server.edit(status, f"{number} #DemoConf") if what == "edits" else server.post(str(number)))
                await asyncio.sleep(20)
            return hall, server.stream_requests()

    hall, streams = virtual.run(scenario())

    assert len(hall.texts) > 3, "it is found by looking, in either case"
    assert (streams > 1) is (what == "posts")


def test_page_under_the_name_behind_the_at_is_of_this_server() -> None:
    """People of social.example may live on another host; their pages bear either name."""

    async def scenario() -> tuple[NetworkPost | None, list[str]]:
        async with Upstream().serving() as server, source_for(server) as source:
            status = await server.post("gevonden")
            await source.check()
            server.requests.clear()
            find: Callable[[str], Awaitable[NetworkPost | None]] = source.find  # type: ignore[attr-defined]
            post = await find(f"https://social.example/@anna/{status['id']}")
            return post, [path for _, path in server.requests]

    post, asked = virtual.run(scenario())

    assert post is not None
    assert post.text == "gevonden #DemoConf"
    assert [path for path in asked if "search" in path] == []
