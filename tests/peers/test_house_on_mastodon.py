"""The whole house on mastodon-mock: what is said there reaches desk and wall, changes with it, and goes with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.sources.mastodon.client import Server
from server.symposium.state import Post
from server.symposium.values import Status
from tests.house import Answer, Place, Visitor, open_place
from tests.peers.mock import TOKEN, Mock, running_mock

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PATIENCE_S = 40.0


async def test_post_on_mastodon_reaches_wall_and_leaves_it_with_its_source(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock, open_place(tmp_path / "data") as place:
        await _listen(place, mock)
        await mock.ask("POST", "/api/v1/statuses", status="Volle zaal! #DemoConf")
        post = await _until(lambda: _newest(place))
        assert (post.status, post.network) == (Status.HELD, "mastodon")

        moderator = place.holder("moderator")
        assert (await moderator.decide(post.id, "show")).status == 200
        assert await _texts_on_wall(place) == ["Volle zaal! #DemoConf"]

        native = (await mock.ask("GET", "/api/v1/timelines/tag/DemoConf"))[0]["id"]
        await mock.ask("PUT", f"/api/v1/statuses/{native}", status="Volle zaal, en warm! #DemoConf")
        await _until(lambda: place.hall.node.state.posts[post.id].revision == 2)
        assert place.hall.node.state.posts[post.id].status is Status.HELD
        assert await _texts_on_wall(place) == []

        assert (await moderator.decide(post.id, "show", revision=1)).code == "stale-revision"
        assert (await moderator.decide(post.id, "show", revision=2)).status == 200
        assert await _texts_on_wall(place) == ["Volle zaal, en warm! #DemoConf"]

        await mock.ask("DELETE", f"/api/v1/statuses/{native}")
        await _until(lambda: place.hall.node.state.posts[post.id].status is Status.GONE)
        assert await _texts_on_wall(place) == []


async def test_source_that_is_switched_off_brings_nothing_more(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock, open_place(tmp_path / "data") as place:
        source = await _listen(place, mock)
        answer = await place.holder("moderator").ask("PATCH", f"sources/{source}", {"on": False})
        assert answer.status == 200, answer
        await asyncio.sleep(1)
        await mock.ask("POST", "/api/v1/statuses", status="Hoort niemand dit? #DemoConf")
        await asyncio.sleep(4)
        assert _newest(place) is None


async def test_trial_shows_what_a_source_would_find_and_keeps_nothing(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock, open_place(tmp_path / "data") as place:
        await mock.ask("POST", "/api/v1/statuses", status="Proef dit. #DemoConf")
        before = place.seq
        body = {"network": "mastodon", "options": {"servers": [mock.url], "tags": ["democonf"]}}
        answer = await place.holder("organiser").ask("POST", "sources/trials", body)
        assert (answer.status, answer.json["ok"]) == (200, True), answer
        assert [found["text"] for found in answer.json["found"]] == ["Proef dit. #DemoConf"]
        assert place.seq == before


async def test_report_is_not_frozen_with_a_post_that_its_author_deleted_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token nobody tells us: before a version is frozen the server is asked, for all posts at once."""
    bulk: list[int] = []
    monkeypatch.setattr(Server, "statuses", _counted(Server.statuses, bulk))
    async with running_mock(tmp_path) as mock, open_place(tmp_path / "data") as place:
        await _listen(place, mock, live=False)
        for text in ("Blijft staan. #DemoConf", "Gaat weg. #DemoConf"):
            await mock.ask("POST", "/api/v1/statuses", status=text)
        posts = await _until(lambda: len(found := [*place.hall.node.state.posts.values()]) == 2 and found)
        for post in posts:
            assert (await place.holder("moderator").decide(post.id, "show")).status == 200
        author = place.holder("author")
        body = {"posts": [post.id for post in posts], "choice": "in"}
        assert (await author.ask("POST", "report/quotes", body)).status == 200
        await _until(lambda: sum(bulk) == len(posts))  # what a person shows is asked for at once, too
        bulk.clear()
        gone = (await mock.ask("GET", "/api/v1/timelines/tag/DemoConf"))[0]
        await mock.ask("DELETE", f"/api/v1/statuses/{gone['id']}")

        answer = await _freeze(place, author)
        assert (answer.status, answer.code) == (409, "gone"), answer
        assert [post.status for post in place.hall.node.state.posts.values()].count(Status.GONE) == 1
        assert bulk == [2]

        answer = await _freeze(place, author)
        assert answer.status == 201, answer
        page = (await author.get("report/versions/1/html")).body.decode()
        assert "Blijft staan." in page
        assert "Gaat weg." not in page


def _counted(asked: Callable[..., Any], sizes: list[int]) -> Callable[..., Any]:
    async def statuses(server: Server, ids: Sequence[str]) -> Any:
        found = await asked(server, ids)
        sizes.extend([len(ids)] if found is not None else [])
        return found

    return statuses


async def _freeze(place: Place, author: Visitor) -> Answer:
    draft = place.hall.node.state.draft
    return await author.ask(
        "POST", "report/versions", {"number": len(draft.versions) + 1, "seq": draft.seq, "formats": ["html"]}
    )


async def _listen(place: Place, mock: Mock, *, live: bool = True) -> str:
    options: dict[str, Any] = {"servers": [mock.url], "tags": ["DemoConf"]}
    options |= {"tokens": {mock.url: TOKEN}} if live else {}
    answer = await place.holder("organiser").ask("POST", "sources", {"network": "mastodon", "options": options})
    assert answer.status == 201, answer
    return str(answer.json["id"])


def _newest(place: Place) -> Post | None:
    return next(iter(place.hall.node.state.posts.values()), None)


async def _texts_on_wall(place: Place) -> list[str]:
    await place.settled()
    async with place.visitor().live("wall") as socket:
        view = (await socket.receive_json(timeout=5))["view"]
    return [value["text"] for key, value in view.items() if key.startswith("post:")]


async def _until(look: Callable[[], Any]) -> Any:
    """What *look* finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.1)
    return found
