"""
The feed source and the runner against an HTTPS server that is not of our making, which behaves and misbehaves.

In real time, with a look each second: what virtual time and aiohttp's own server might hide shows here.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.intake.arrival import Arrival
from server.sources.contract import Condition, Health, Tools
from server.sources.departures import Handed
from server.sources.feed import options
from server.sources.manifest import maker, networks
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import Picture, SourceId
from tests.peers.nothing import nothing_kept
from tests.peers.web_server import Authority, WebServer, respond

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PATIENCE_S = 60.0

FIRST = "<item><guid>1</guid><title>Café open</title><author>anna@blog.example (Anna)</author></item>"
SECOND = "<item><guid>2</guid><title>Zaal vol</title></item>"


def rss(*items: str) -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{"".join(items)}</channel></rss>'.encode()
    )


@pytest.fixture(autouse=True)
def _a_look_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "MIN_POLL_S", 1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


class _House:
    def __init__(self) -> None:
        self.received: list[Handed] = []
        self.healths: list[Health] = []
        self.cursors: dict[SourceId, str] = {}

    async def receive(self, handed: Handed) -> None:
        self.received.append(handed)

    async def bring_in(self, picture: str | bytes, *, kind: str) -> Picture | None:
        return None

    async def load(self, source: SourceId) -> str | None:
        return self.cursors.get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        self.cursors[source] = cursor

    @property
    def texts(self) -> list[str]:
        return [handed.text for handed in self.received if isinstance(handed, Arrival)]

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(health.condition.value, health.what) for health in self.healths]


@asynccontextmanager
async def _running(house: _House, authority: Authority, *urls: str, **more: Any) -> AsyncIterator[None]:
    connector = aiohttp.TCPConnector(ssl=authority.trusting())
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    ) as session:
        tools = Tools(session=session, now=time.time, rng=random.Random(5))
        runner = Runner(
            make=maker(networks(), tools),
            receive=house.receive,
            bring_in=house.bring_in,
            cursors=house,
            health=lambda _, health: house.healths.append(health),
            on_screens=lambda _: (),
            kept=nothing_kept,
            now=time.time,
            rng=random.Random(5),
        )
        given = {"addresses": list(urls), "poll_interval_s": 1} | more
        await runner.set_sources([SourceConfig(id=SourceId("feed-1"), network="feed", options=given)])
        try:
            yield
        finally:
            await runner.close()


async def _until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def test_items_come_over_https_and_only_what_changed_is_sent_again(authority: Authority) -> None:
    house = _House()
    with WebServer(rss(FIRST)).running(authority.serving("localhost")) as web:
        async with _running(house, authority, web.url):
            await _until(lambda: web.answered.count(304) >= 2, "nothing was asked conditionally")
            web.body = rss(SECOND, FIRST)
            await _until(lambda: len(house.texts) == 2, "the new item did not arrive")
            web.body = rss(SECOND, FIRST.replace("open", "dicht"))
            await _until(lambda: len(house.texts) == 3, "the edit did not arrive")

    assert house.texts == ["Café open", "Zaal vol", "Café dicht"]
    first, _, edit = (handed for handed in house.received if isinstance(handed, Arrival))
    assert (first.name, first.network, first.edited) == ("Anna", "feed", None)
    assert first.native_id == edit.native_id
    assert edit.edited is not None
    assert web.answered.count(200) == 3
    assert house.healths[-1].condition is Condition.OK


async def test_after_a_restart_the_feed_is_not_sent_again(authority: Authority) -> None:
    house = _House()
    with WebServer(rss(FIRST)).running(authority.serving("localhost")) as web:
        async with _running(house, authority, web.url):
            await _until(lambda: bool(house.cursors), "no cursor was saved")
        before = len(web.answered)
        async with _running(house, authority, web.url):
            await _until(lambda: len(web.answered) > before, "it was not asked")

    assert web.answered[before] == 304
    assert house.texts == ["Café open"]


@pytest.mark.parametrize(
    ("host", "is_trusted"),
    [
        pytest.param("elsewhere.example", True, id="certificate-of-another-host"),
        pytest.param("localhost", False, id="authority-that-nobody-knows"),
    ],
)
async def test_server_that_cannot_prove_who_it_is_is_not_read(
    authority: Authority, tmp_path: Path, host: str, is_trusted: bool
) -> None:
    house = _House()
    (tmp_path / "other").mkdir()
    trusted = authority if is_trusted else Authority(tmp_path / "other")
    with WebServer(rss(FIRST)).running(authority.serving(host)) as web:
        async with _running(house, trusted, web.url):
            await _until(lambda: ("waiting", "unreachable") in house.said, "it was not told")

    assert (web.asked, house.texts) == ([], [])


def _cut_off(handler: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<rss><channel>")
    handler.close_connection = True


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    handler.close_connection = True


def _old_fashioned(handler: BaseHTTPRequestHandler) -> None:
    """HTTP/1.0: neither a length nor chunks, the end is the end of the connection."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + rss(FIRST))
    handler.close_connection = True


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for _ in range(100):
        handler.wfile.write(chunk)
    handler.close_connection = True


def _bomb(handler: BaseHTTPRequestHandler) -> None:
    entities = "".join(f'<!ENTITY l{n + 1} "{"".join([f"&l{n};"] * 10)}">' for n in range(9))
    body = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss><channel><item><title>&l9;</title></item></channel></rss>'
    respond(handler, 200, body.encode(), kind="application/rss+xml")


@pytest.mark.parametrize(
    ("behaviour", "what"),
    [
        pytest.param(_cut_off, "unreachable", id="cut-off"),
        pytest.param(_nonsense, "unreachable", id="not-http"),
        pytest.param(_endless, "too-large", id="endless"),
        pytest.param(_bomb, "unsafe-xml", id="entity-bomb"),
        pytest.param(lambda handler: respond(handler, 200, b"<html>Log in"), "web-page", id="login-page"),
        pytest.param(lambda handler: respond(handler, 503, Retry_After="2"), "server-error", id="503"),
        pytest.param(lambda handler: respond(handler, 301, Location="http://localhost:1/"), "redirected", id="to-http"),
    ],
)
async def test_misbehaviour_is_told_and_waited_out(
    authority: Authority, behaviour: Callable[[BaseHTTPRequestHandler], None], what: str
) -> None:
    house = _House()
    with WebServer(rss(FIRST)).running(authority.serving("localhost")) as web:
        web.next = [behaviour] * (2 if what == "unreachable" else 1)  # A lost connection is tried again at once.
        async with _running(house, authority, web.url):
            await _until(lambda: bool(house.texts), "it did not come round")

    assert house.texts == ["Café open"]
    assert ("waiting", what) in house.said


async def test_etag_that_is_odd_is_not_sent_back(authority: Authority) -> None:
    house = _House()
    with WebServer(rss(FIRST)).running(authority.serving("localhost")) as web:
        web.next = [lambda handler: respond(handler, 200, rss(FIRST), ETag='"é"')]
        async with _running(house, authority, web.url):
            await _until(lambda: len(web.answered) >= 3, "it was not looked at again")

    assert web.answered == [200, 200, 304]
    assert house.texts == ["Café open"]


async def test_old_fashioned_server_is_read(authority: Authority) -> None:
    house = _House()
    with WebServer(rss(FIRST)).running(authority.serving("localhost")) as web:
        web.next = [_old_fashioned]
        async with _running(house, authority, web.url):
            await _until(lambda: bool(house.texts), "it was not read")

    assert house.texts == ["Café open"]


async def test_feed_that_has_gone_does_not_hold_up_its_neighbour(authority: Authority) -> None:
    house = _House()
    certificate = authority.serving("localhost")
    with WebServer(rss(FIRST)).running(certificate) as web, WebServer(rss(SECOND)).running(certificate) as gone:
        gone.next = [lambda handler: respond(handler, 410)] * 9
        async with _running(house, authority, gone.url, web.url):
            await _until(lambda: web.answered.count(304) >= 2, "the neighbour was not looked at again")

    assert house.texts == ["Café open"]
    assert gone.answered == [410]
    last = house.healths[-1]
    assert (last.condition, last.what) == (Condition.NEEDS_ATTENTION, "gone")
    assert last.where == gone.url.removeprefix("https://")


async def test_move_to_a_private_host_is_not_followed(authority: Authority) -> None:
    """The other host is this computer too: nobody may send us there."""
    house = _House()
    certificate = authority.serving("localhost", "127.0.0.1")
    with (
        WebServer(rss(FIRST)).running(certificate, host="127.0.0.1") as web,
        WebServer(b"").running(certificate) as old,
    ):
        old.next = [lambda handler: respond(handler, 301, Location=web.url)]
        async with _running(house, authority, old.url):
            await _until(lambda: ("needs-attention", "moved") in house.said, "it was not told")

    assert (web.asked, house.texts) == ([], [])
    assert house.healths[-1].where == web.url
