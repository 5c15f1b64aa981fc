"""
The Mastodon source and the runner against mastodon-mock, a stranger's idea of a Mastodon server, as a real process.

It runs in the environment that `FONTEIN_PEERS_PYTHON` names, else in `.venv-peers` beside run.py, else in the one that
the tests run in.
"""

from __future__ import annotations

import asyncio
import importlib.util
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.intake.arrival import Arrival, Departure
from server.sources.contract import Condition, Health, Tools
from server.sources.departures import Handed
from server.sources.manifest import maker, networks
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import Picture, SourceId
from tests.peers import mock
from tests.peers.mock import PATIENCE_S, TOKEN, VISITOR, Mock, running_mock
from tests.peers.nothing import nothing_kept

pytestmark = [pytest.mark.peer, pytest.mark.slow]


class _House:
    def __init__(self) -> None:
        self.received: list[Handed] = []
        self.healths: list[Health] = []
        self.cursors: dict[SourceId, str] = {}
        self.shown: list[str] = []

    async def receive(self, handed: Handed) -> None:
        self.received.append(handed)

    async def bring_in(self, picture: str | bytes, *, kind: str) -> Picture | None:
        return None

    async def load(self, source: SourceId) -> str | None:
        return self.cursors.get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        self.cursors[source] = cursor

    @property
    def arrivals(self) -> list[Arrival]:
        return [handed for handed in self.received if isinstance(handed, Arrival)]

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]

    @property
    def departures(self) -> list[Departure]:
        return [handed for handed in self.received if isinstance(handed, Departure)]


@asynccontextmanager
async def _running(mock: Mock, house: _House, **options: Any) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        tools = Tools(session=session, now=time.time, rng=random.Random(5))
        runner = Runner(
            make=maker(networks(), tools),
            receive=house.receive,
            bring_in=house.bring_in,
            cursors=house,
            health=lambda source, health: house.healths.append(health),
            on_screens=lambda source: house.shown,
            kept=nothing_kept,
            now=time.time,
            rng=random.Random(5),
        )
        given = {"servers": [mock.url], "tags": ["DemoConf"]} | options
        await runner.set_sources([SourceConfig(id=SourceId("mastodon-1"), network="mastodon", options=given)])
        try:
            yield
        finally:
            await runner.close()


async def _until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def test_post_and_edit_come_by_looking(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock:
        house = _House()
        post = await mock.ask("POST", "/api/v1/statuses", status="Volle zaal bij #DemoConf", language="nl")
        await mock.ask("POST", "/api/v1/statuses", status="Niet voor hier: #iets_anders")
        await mock.ask("POST", "/api/v1/statuses", status="Besloten #DemoConf", visibility="private")
        async with _running(mock, house):
            await _until(lambda: len(house.arrivals) == 1, "the post did not arrive")
            await mock.ask("PUT", f"/api/v1/statuses/{post['id']}", status="Overvolle zaal bij #DemoConf")
            await _until(lambda: len(house.arrivals) == 2, "the edit did not arrive")

    first, second = house.arrivals
    assert (first.text, second.text) == ("Volle zaal bij #DemoConf", "Overvolle zaal bij #DemoConf")
    assert first.native_id == second.native_id == f"{mock.url.removeprefix('http://')}/{post['id']}"
    assert (first.uri, first.handle[:10], first.lang) == (post["uri"], "@testuser@", "nl")
    assert (first.edited, second.edited is not None) == (None, True)
    assert house.healths[-1].condition is Condition.OK


async def test_posts_and_deletes_come_live(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock:
        house = _House()
        await mock.ask("POST", "/api/v1/statuses", status="Voor het begin #DemoConf")
        # No look comes in between: beside a stream they are 90 s apart, and here nobody waits for that long.
        async with _running(mock, house, tokens={mock.url: TOKEN}, poll_interval_s=600):
            await _until(lambda: any(health.counts.get("streams") for health in house.healths), "no stream")
            post = await mock.ask("POST", "/api/v1/statuses", status="Live #DemoConf")
            await _until(lambda: len(house.arrivals) == 2, "the live post did not arrive")
            await mock.ask("DELETE", f"/api/v1/statuses/{post['id']}")
            await _until(lambda: bool(house.departures), "the delete did not arrive")

    assert house.texts == ["Voor het begin #DemoConf", "Live #DemoConf"]
    assert [(gone.native_id, gone.uri) for gone in house.departures] == [(house.arrivals[1].native_id, post["uri"])]


async def test_public_mentions_come_without_a_hashtag_and_others_do_not(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock:
        house = _House()
        for visibility in ("direct", "private", "unlisted", "public"):
            text = f"@testuser {visibility}"
            await mock.ask("POST", "/api/v1/statuses", by=VISITOR, status=text, visibility=visibility)
        async with _running(mock, house, tokens={mock.url: TOKEN}, mentions=True):
            await _until(lambda: bool(house.arrivals), "the mention did not arrive")
            await mock.ask("POST", "/api/v1/statuses", by=VISITOR, status="Nog een vraag, @testuser")
            await _until(lambda: len(house.arrivals) == 2, "the next mention did not arrive")

    assert house.texts == ["@testuser public", "Nog een vraag, @testuser"]
    assert {arrival.handle.partition("@127")[0] for arrival in house.arrivals} == {house.arrivals[0].handle}


async def test_posts_of_the_break_come_after_a_restart(tmp_path: Path) -> None:
    async with running_mock(tmp_path) as mock:
        house = _House()
        await mock.ask("POST", "/api/v1/statuses", status="begin #DemoConf")
        async with _running(mock, house):
            await _until(lambda: bool(house.cursors), "no cursor was saved")
        for number in range(60):
            await mock.ask("POST", "/api/v1/statuses", status=f"{number} #DemoConf")
        async with _running(mock, house):
            await _until(lambda: len(set(house.texts)) == 61, "not all of them arrived")

    assert house.texts == ["begin #DemoConf", *(f"{number} #DemoConf" for number in range(60))]


async def test_post_that_has_gone_is_found_by_looking_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.sources.following.RECHECK_EVERY_S", 2.0)
    async with running_mock(tmp_path) as mock:
        house = _House()
        posts = [await mock.ask("POST", "/api/v1/statuses", status=f"{name} #DemoConf") for name in "ab"]
        async with _running(mock, house):
            await _until(lambda: len(house.arrivals) == 2, "the posts did not arrive")
            house.shown = [arrival.native_id or "" for arrival in house.arrivals]
            await mock.ask("DELETE", f"/api/v1/statuses/{posts[0]['id']}")
            await _until(lambda: bool(house.departures), "its end was not found")

    assert [gone.uri for gone in house.departures] == [posts[0]["uri"]]


def test_peer_that_is_not_there_fails_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FONTEIN_PEERS_PYTHON", raising=False)
    monkeypatch.setattr(mock, "ROOT", tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(pytest.fail.Exception, match="mastodon-mock is not there"):
        mock._python()
