"""One post by its address, at a server on loopback, in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from server.errors import NotFound
from server.sources.backoff import SourceUnavailable
from server.sources.contract import NetworkPost
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import source_for
from tests.server.sources.mastodon.upstream import Json, made

ELSEWHERE = "https://toot.example/@anna/7"


class Library:
    """A server with one post of its own people and one of another server's."""

    def __init__(self, **changes: Any) -> None:
        self._changes = changes
        self.posts: dict[str, Json] = {}
        self.asked: list[str] = []
        self.url = ""
        self.answer: Json | None = None
        self.status = 200

    async def _status(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        post = self.posts.get(request.match_info["id"])
        return web.json_response(post or {"error": "Record not found"}, status=200 if post else 404)

    async def _search(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        assert request.query["resolve"] == "false"
        found = {"accounts": [], "hashtags": [], "statuses": list(self.posts.values())}
        return web.json_response(self.answer or found, status=self.status)

    async def look_up(self, address: str) -> NetworkPost | None:
        """What the source finds at *address*; `HOST` in it is this server."""
        self.posts = {
            "101": made(101, "Van hier", uri="https://social.example/users/anna/statuses/101", tag="Anders"),
            "102": made(102, "Van elders", uri="https://toot.example/users/anna/statuses/7", tag="Anders"),
        }
        self.posts["102"]["url"] = ELSEWHERE
        for post in self.posts.values():
            post.update(self._changes)
        app = web.Application()
        app.router.add_get("/api/v1/statuses/{id}", self._status)
        app.router.add_get("/api/v2/search", self._search)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            async with source_for(self) as source:  # type: ignore[arg-type]
                found: Callable[[str], Awaitable[NetworkPost | None]] = source.find  # type: ignore[attr-defined]
                return await found(address.replace("HOST", self.url.removeprefix("http://")))
        finally:
            await runner.cleanup()


@pytest.mark.parametrize(
    "address", ["http://HOST/@anna/101", "http://HOST/users/anna/statuses/101", "http://HOST/@anna@b.example/101?x=1#y"]
)
def test_a_page_of_the_server_itself_is_asked_for_by_its_number(address: str) -> None:
    library = Library()
    post = virtual.run(library.look_up(address))
    assert post is not None
    assert (post.text, library.asked) == ("Van hier #Anders", ["/api/v1/statuses/101"])


def test_a_post_of_another_server_is_searched_for_and_has_the_sources_own_id() -> None:
    library = Library()
    post = virtual.run(library.look_up(ELSEWHERE))
    assert post is not None
    assert (post.text, library.asked) == ("Van elders #Anders", ["/api/v2/search"])
    assert post.native_id == f"{library.url.removeprefix('http://')}/102"


def test_a_post_that_only_names_the_address_is_not_it() -> None:
    assert virtual.run(Library().look_up("https://toot.example/@anna/8")) is None


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_server_that_does_not_let_us_search_has_nothing(status: int) -> None:
    library = Library()
    library.status = status
    assert virtual.run(library.look_up(ELSEWHERE)) is None


@pytest.mark.parametrize(
    "answer", [{"statuses": None}, {"statuses": [None, 1, {}]}, {"accounts": []}, {"statuses": [{"url": ELSEWHERE}]}]
)
def test_what_cannot_be_read_is_nothing(answer: Json) -> None:
    library = Library()
    library.answer = answer
    assert virtual.run(library.look_up(ELSEWHERE)) is None


def test_what_is_not_for_everybody_says_so() -> None:
    with pytest.raises(NotFound) as error:
        virtual.run(Library(visibility="private").look_up("http://HOST/@anna/101"))
    assert error.value.code == "not-public"


def test_a_server_that_fails_is_a_trouble() -> None:
    library = Library()
    library.status = 500
    with pytest.raises(SourceUnavailable) as error:
        virtual.run(library.look_up(ELSEWHERE))
    assert error.value.code == "server-error"
