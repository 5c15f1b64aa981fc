from __future__ import annotations

import asyncio
import gzip
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from server.sources import http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from tests.server.sources import virtual

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "bot8812:geheim"


@asynccontextmanager
async def upstream(behave: Behaviour) -> AsyncIterator[tuple[Tools, URL, list[tuple[float, web.Request]]]]:
    """A server that does *behave*; what it was asked, and when."""
    asked: list[tuple[float, web.Request]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        asked.append((asyncio.get_running_loop().time(), request))
        return await behave(request)

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
        try:
            yield tools, URL(f"http://127.0.0.1:{runner.addresses[0][1]}"), asked
        finally:
            await runner.cleanup()


def asking(behave: Behaviour, path: str = "/a", **given: Any) -> http.Answer:
    async def scenario() -> http.Answer:
        async with upstream(behave) as (tools, origin, _):
            return await http.ask(tools, origin, path, **given)

    return virtual.run(scenario())


def trouble_of(behave: Behaviour, path: str = "/a", **given: Any) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as raised:
        asking(behave, path, **given)
    return raised.value


def answers(status: int = 200, body: bytes = b"{}", **headers: str) -> Behaviour:
    async def behave(_: web.Request) -> web.StreamResponse:
        named = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return web.Response(status=status, body=body, headers=named)

    return behave


def test_what_is_sent_arrives() -> None:
    async def scenario() -> tuple[http.Answer, web.Request, bytes]:
        async with upstream(answers(body=b'{"a":1}', ETag='"v1"')) as (tools, origin, asked):
            answer = await http.ask(
                tools, origin, "/a%2Fb", method="POST", query=[("q", "é&")], headers={"X-One": "1"}, body=b"abc"
            )
            return answer, asked[0][1], await asked[0][1].read()

    answer, request, body = virtual.run(scenario())

    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b'{"a":1}', '"v1"')
    assert (request.method, request.raw_path, body) == ("POST", "/a%2Fb?q=%C3%A9%26", b"abc")
    assert (request.headers["X-One"], request.headers["User-Agent"]) == ("1", "Fontein")


def test_answer_of_another_type_is_none() -> None:
    assert trouble_of(answers(Content_Type="text/html")).code == "not-json"
    assert trouble_of(answers(), accepts=frozenset({"text/xml"})).code == "unexpected-answer"
    assert asking(answers(Content_Type="text/html"), accepts=None).status == 200


def test_known_status_comes_with_its_headers_and_body() -> None:
    gone = answers(410, b"weg", ETag="x")

    answer = asking(gone, known=frozenset({410}))

    assert (answer.status, answer.body, answer.headers["etag"]) == (410, b"weg", "x")
    assert trouble_of(gone).code == "unexpected-answer", "the same, not known"


def test_not_modified_is_no_redirect() -> None:
    assert asking(answers(304, b""), known=frozenset({304})).status == 304
    assert trouble_of(answers(304, b"")).code == "redirected"


def test_large_answer_is_refused_and_a_large_no_is_cut() -> None:
    packed = answers(200, gzip.compress(b" " * 100_000), Content_Encoding="gzip")

    assert trouble_of(packed, most_bytes=99_999).code == "too-large", "unpacked, it is larger"
    assert len(asking(packed, most_bytes=100_000).body) == 100_000
    assert asking(answers(404, b"x" * 5_000), known=frozenset({404}), most_bytes=10).body == b"x" * 10


@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (401, "refused", Cause.REFUSED),
        (403, "refused", Cause.REFUSED),
        (404, "unexpected-answer", Cause.SERVER),
        (429, "limited", Cause.LIMITED),
        (500, "server-error", Cause.SERVER),
        (503, "server-error", Cause.SERVER),
    ],
)
def test_other_status_is_trouble_of_its_kind(status: int, code: str, cause: Cause) -> None:
    trouble = trouble_of(answers(status, Retry_After="12"))

    assert (trouble.code, trouble.cause) == (code, cause)
    assert trouble.asked_s == (12 if status in {429, 500, 503} else None)


def test_redirect_stays_with_its_origin() -> None:
    async def here(request: web.Request) -> web.StreamResponse:
        return web.json_response({}) if request.path == "/b" else web.Response(status=302, headers={"Location": "/b"})

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://127.0.0.2/b"})

    async def for_ever(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/a"})

    assert asking(here).status == 200
    assert trouble_of(elsewhere).code == "redirected"
    assert trouble_of(for_ever).code == "redirected"


def test_name_that_no_computer_can_have_is_trouble_and_no_fault() -> None:
    async def scenario() -> None:
        async with aiohttp.ClientSession() as session:
            tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
            await http.ask(tools, URL(f"http://{'x' * 64}.invalid"), "/")

    with pytest.raises(SourceUnavailable) as raised:
        virtual.run(scenario())
    assert raised.value.code == "unreachable"


async def _hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _points_at_itself(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"http://127.0.0.2{request.path}"})


@pytest.mark.parametrize("behave", [_hangs_up, _points_at_itself, answers(500), answers(Content_Type="text/html")])
def test_secret_path_is_in_no_message(behave: Behaviour, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="server"):
        trouble = trouble_of(behave, f"/{SECRET}/getMe", secret_path=True)

    told = [str(trouble), repr(trouble.__cause__), caplog.text]
    assert not [each for each in told if "geheim" in each]


def test_path_that_is_no_secret_may_be_told() -> None:
    """The negative control."""
    assert "geheim" in str(trouble_of(_points_at_itself, f"/{SECRET}/getMe"))


def test_long_poll_keeps_nobody_waiting() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(40 if request.path == "/sync" else 0)
        return web.json_response({})

    async def scenario(*, in_turn: bool) -> float:
        async with upstream(slow) as (tools, origin, _):
            start = asyncio.get_running_loop().time()
            poll = asyncio.create_task(http.ask(tools, origin, "/sync", most_s=60, in_turn=in_turn))
            await asyncio.sleep(1)
            await http.ask(tools, origin, "/other")
            took_s = asyncio.get_running_loop().time() - start
            await poll
            return took_s

    assert virtual.run(scenario(in_turn=False)) < 5
    assert virtual.run(scenario(in_turn=True)) >= 40, "the control: with a turn it would"


def test_slow_answer_is_given_up() -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.json_response({})

    assert trouble_of(slow).code == "too-slow"
    assert asking(slow, most_s=31).status == 200


@pytest.mark.parametrize("spelling", ["X-RateLimit", "x-rate-limit"])
def test_used_up_share_is_not_asked_beyond(spelling: str) -> None:
    async def scenario() -> float:
        used_up = {f"{spelling}-Remaining": "0", f"{spelling}-Reset": str(int(virtual.now()) + 60)}

        async def behave(_: web.Request) -> web.StreamResponse:
            return web.json_response({}, headers=used_up)

        async with upstream(behave) as (tools, origin, asked):
            await http.ask(tools, origin, "/a")
            used_up.clear()
            await http.ask(tools, origin, "/a")
            return asked[1][0] - asked[0][0]

    assert virtual.run(scenario()) >= 59
