"""The whole house on X: only with the agreement, off the wall with its source, and words in no export."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from server.symposium.values import Status
from tests.house import Place, Visitor, eventually, open_place
from tests.server.sources.x.api import Api, stamp
from tests.server.sources.x.hall import OPTIONS

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

WORDS = "Wat een volle zaal hier"


@asynccontextmanager
async def _house(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Place, Api]]:
    """Here time is real."""
    monkeypatch.setattr("tests.server.sources.virtual.now", time.time)
    async with Api().serving() as api, open_place(folder) as place:
        yield place, api


def _new(**options: Any) -> dict[str, Any]:
    return {"network": "x", "options": {**OPTIONS, **options}}


async def test_without_the_agreement_x_is_not_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _house(tmp_path, monkeypatch) as (place, api):
        organiser = place.holder("organiser")
        for agreement in (False, None):
            answer = await organiser.ask("POST", "sources", _new(agreement=agreement))
            assert (answer.status, answer.json["field"]) == (422, "$.options.agreement"), answer
        assert (await organiser.get("sources")).json == {"sources": []}

        assert (await organiser.ask("POST", "sources", _new())).status == 201
        await eventually(lambda: bool(api.requests))


async def test_post_is_in_exports_without_its_words_and_leaves_the_wall_with_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _house(tmp_path, monkeypatch) as (place, api):
        made = api.post(WORDS, created_at=stamp(time.time() - 120))
        assert (await place.holder("organiser").ask("POST", "sources", _new())).status == 201
        await eventually(lambda: bool(place.hall.node.state.posts))
        (post,) = place.hall.node.state.posts.values()
        assert (await place.holder("moderator").decide(post.id, "show")).status == 200

        author = place.holder("author")
        assert (await author.ask("POST", "report/quotes", {"posts": [post.id], "choice": "in"})).status == 200
        for format_ in ("jsonl", "csv", "html", "md"):
            assert WORDS not in await _exported(author, format_), format_
        assert '"export":"link"' in await _exported(author, "jsonl")
        monkeypatch.setattr("server.web.report._link_only", lambda _: ())
        assert WORDS in await _exported(author, "jsonl"), "the negative control"

        api.delete(made)
        assert (await author.ask("POST", "report/checks")).status == 200
        assert place.hall.node.state.posts[post.id].status is Status.GONE


@pytest.mark.parametrize("off", [True, False])
async def test_deleted_post_leaves_the_wall_also_while_its_source_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: bool
) -> None:
    """X asks for it within a day, and sources stop by themselves when the symposium is over."""
    monkeypatch.setattr("server.sources.following.RECHECK_EVERY_S", 0.2)
    async with _house(tmp_path, monkeypatch) as (place, api):
        made = api.post(WORDS, created_at=stamp(time.time() - 120))
        organiser = place.holder("organiser")
        assert (await organiser.ask("POST", "sources", _new(poll_interval_s=3600))).status == 201
        await eventually(lambda: bool(place.hall.node.state.posts))
        (post,) = place.hall.node.state.posts.values()
        assert (await place.holder("moderator").decide(post.id, "show")).status == 200
        assert (await organiser.ask("PATCH", "sources/x-1", {"on": not off})).status == 200
        searches = len(api.moments("/2/tweets/search/recent"))

        api.post("Een nieuw bericht", created_at=stamp(time.time() - 60))
        api.delete(made)
        await eventually(lambda: post.status is Status.GONE)

        assert len(place.hall.node.state.posts) == 1
        assert not off or len(api.moments("/2/tweets/search/recent")) == searches


async def _exported(author: Visitor, format_: str) -> str:
    answer = await author.get(f"report?format={format_}")
    assert answer.status == 200, answer
    return answer.body.decode()
