"""Fetching a schedule and following its address: politely, within bounds, and never taken over by itself."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from server.errors import BadInput, NotFound
from server.programme.difference import difference, merged
from server.programme.fetch import Fetched, checked_address, fetch
from server.programme.following import EVERY_S, KEPT_S, MAX_PENDING, Follower, Found, Waiting
from server.programme.imported import Programme
from server.programme.reading import read
from server.sources.backoff import Cause, SourceUnavailable
from tests.server.programme.given import event, fixture, schedule

NOW = 1_795_291_200.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server on loopback; its address, with a path."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/schedule.json"
    finally:
        await runner.cleanup()


async def got(address: str, *, etag: str = "", modified: str = "", max_bytes: int = 10_000) -> Fetched:
    async with aiohttp.ClientSession(trust_env=False) as session:
        return await fetch(session, address, now=lambda: NOW, etag=etag, modified=modified, max_bytes=max_bytes)


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://programma.example/schedule.json",
        "http://192.168.1.5:8000/a?b=c",
        "http://[::1]:8000/x",
        "https://localhost/x",
    ],
)
def test_address_may_be_private(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "x", "ftp://x.example/a", "file:///etc/passwd", "https://", "//x.example", "gopher://x", "javascript:1",
     "https://user:pass@x.example/", "https://x.example:99999/", "https://" + "a" * 600 + ".example/", "http://a b/"],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_address(address)
    assert (refused.value.code, refused.value.field) == ("bad-address", "$.url")


# Fetching


async def test_answer_comes_with_what_to_say_next_time_and_that_it_is_private() -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")))
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        headers = {"ETag": '"v1"', "Last-Modified": "Thu, 12 Nov 2026 08:00:00 GMT"}
        return web.Response(body=b"hallo", headers=headers)

    async with serving(handler) as address:
        first = await got(address)
        again = await got(address, etag=first.etag, modified=first.modified)

    assert first == Fetched(body=b"hallo", etag='"v1"', modified="Thu, 12 Nov 2026 08:00:00 GMT", is_private=True)
    assert again.body is None
    assert seen == [(None, None), ('"v1"', "Thu, 12 Nov 2026 08:00:00 GMT")]


@pytest.mark.parametrize(
    ("status", "headers", "code", "cause", "asked_s"),
    [
        (401, {}, "refused", Cause.REFUSED, None),
        (403, {}, "refused", Cause.REFUSED, None),
        (404, {}, "not-there", Cause.SERVER, None),
        (429, {"Retry-After": "120"}, "limited", Cause.LIMITED, 120.0),
        (500, {}, "server-error", Cause.SERVER, None),
        (503, {"Retry-After": "30"}, "server-error", Cause.SERVER, 30.0),
        (418, {}, "unexpected-answer", Cause.SERVER, None),
    ],
)
async def test_other_answers_say_what_and_how_long(
    status: int, headers: dict[str, str], code: str, cause: Cause, asked_s: float | None
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    async with serving(handler) as address:
        with pytest.raises(SourceUnavailable) as trouble:
            await got(address)

    assert (trouble.value.code, trouble.value.cause, trouble.value.asked_s) == (code, cause, asked_s)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_too_large_an_answer_is_cut_while_it_comes_in(packed: bool) -> None:
    """Also a small one that becomes a large one: what it is decompressed to counts."""
    sent = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        headers = {"Content-Encoding": "gzip"} if packed else {}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        if packed:
            await response.write(gzip.compress(b" " * 50_000_000))
            return response
        for _ in range(10_000):
            await response.write(b" " * 10_000)
            sent += 10_000
        return response

    async with serving(handler) as address:
        with pytest.raises(SourceUnavailable) as trouble:
            await got(address, max_bytes=20_000)

    assert trouble.value.code == "too-large"
    assert sent < 50_000_000


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/schedule.json",
        "http://localhost:{port}/schedule.json",
        "http://127.0.0.1:1/schedule.json",
        "file:///etc/passwd",
        "//evil.example/x",
        "http://user:x@127.0.0.1:{port}/",
        "",
        "http://[",
    ],
)
async def test_redirect_to_another_host_is_refused(target: str) -> None:
    """A stranger's server must not lead ours into its own network (SSRF); the address that was given may be private."""
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        location = target.format(port=request.url.port)
        return web.Response(status=302, headers={"Location": location})

    async with serving(handler) as address:
        with pytest.raises(SourceUnavailable) as trouble:
            await got(address)

    assert (trouble.value.code, asked) == ("redirected", 1)


async def test_control_redirect_on_the_same_host_is_followed() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/schedule.json":
            return web.Response(status=301, headers={"Location": "/export/schedule.json/"})
        return web.Response(body=b"daar")

    async with serving(handler) as address:
        assert (await got(address)).body == b"daar"


async def test_redirects_in_a_circle_end() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path})

    async with serving(handler) as address:
        with pytest.raises(SourceUnavailable) as trouble:
            await got(address)
    assert trouble.value.code == "redirected"


async def test_nobody_there() -> None:
    with pytest.raises(SourceUnavailable) as trouble:
        await got("http://127.0.0.1:1/x")
    assert (trouble.value.code, trouble.value.cause) == ("unreachable", Cause.DROPPED)


# What waits


def test_import_waits_for_an_hour() -> None:
    now = [0.0]
    names = iter("abcdefghijkl")
    waiting = Waiting(lambda: next(names), lambda: now[0])
    imported = read(fixture("pretalx.json"))

    kept = waiting.keep(imported, base=7)
    assert waiting.get(kept.id) == kept
    now[0] = KEPT_S + 1
    with pytest.raises(NotFound) as gone:
        waiting.get(kept.id)
    assert gone.value.code == "no-import"


def test_only_the_newest_imports_wait() -> None:
    names = (str(n) for n in range(100))
    waiting = Waiting(lambda: next(names))
    kept = [waiting.keep(read(fixture("pretalx.json")), base=n) for n in range(MAX_PENDING + 1)]

    assert waiting.get(kept[-1].id) == kept[-1]
    assert waiting.get(kept[1].id) == kept[1]
    with pytest.raises(NotFound):
        waiting.get(kept[0].id)


def test_the_same_import_waits_once() -> None:
    names = (str(n) for n in range(100))
    waiting = Waiting(lambda: next(names))
    first, again = (waiting.keep_once(read(fixture("pretalx.json")), base=3).id for _ in range(2))
    other = waiting.keep_once(read(fixture("pretalx.json")), base=4).id
    assert first == again
    assert first != other


# Following


class Elsewhere:
    """A server that says what it is told to say."""

    def __init__(self) -> None:
        self.answers: list[Fetched | Exception] = []
        self.asked: list[tuple[str, str, str]] = []

    async def get(self, address: str, etag: str, modified: str) -> Fetched:
        self.asked.append((address, etag, modified))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Here:
    """A symposium, as far as following goes."""

    def __init__(self) -> None:
        self.address = "https://x.example/a"
        self.stands = Programme()

    def is_news(self, found: Programme) -> bool:
        return not difference(self.stands, merged(self.stands, found)).is_empty


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def follower(elsewhere: Elsewhere, here: Here) -> Follower:
    return Follower(
        address=lambda: here.address,
        is_news=here.is_news,
        day=lambda: None,
        get=elsewhere.get,
        now_us=lambda: 42,
        rng=random.Random(1),
    )


A = schedule(event())
B = schedule(event(), event(guid="g-2", title="Nieuw"))


async def test_news_waits_and_is_not_taken_over(follower: Follower, elsewhere: Elsewhere, here: Here) -> None:
    elsewhere.answers = [Fetched(body=A, etag='"1"', modified="gisteren")]

    wait_s = await follower.look()

    assert wait_s == EVERY_S
    assert follower.found == Found(checked_at=42, imported=read(A))
    assert here.stands == Programme()


async def test_what_stands_already_is_no_news(follower: Follower, elsewhere: Elsewhere, here: Here) -> None:
    here.stands = read(A).programme
    elsewhere.answers = [Fetched(body=A), Fetched(body=B)]

    await follower.look()
    assert follower.found == Found(checked_at=42)

    await follower.look()
    assert follower.found.imported == read(B)


async def test_unchanged_answer_keeps_what_was_found(follower: Follower, elsewhere: Elsewhere) -> None:
    elsewhere.answers = [Fetched(body=A, etag='"1"', modified="m"), Fetched(body=None, etag='"1"', modified="m")]

    await follower.look()
    await follower.look()

    assert follower.found.imported == read(A)
    assert elsewhere.asked == [("https://x.example/a", "", ""), ("https://x.example/a", '"1"', "m")]


async def test_news_ends_when_it_is_taken_over(follower: Follower, elsewhere: Elsewhere, here: Here) -> None:
    elsewhere.answers = [Fetched(body=A)]
    await follower.look()

    here.stands = merged(here.stands, read(A).programme)
    follower.compare_again()

    assert follower.found == Found(checked_at=42)


async def test_trouble_of_the_server_is_told_and_tried_again_later_each_time(
    follower: Follower, elsewhere: Elsewhere
) -> None:
    def trouble() -> SourceUnavailable:
        return SourceUnavailable("x.example: status 500", code="server-error", cause=Cause.SERVER)

    elsewhere.answers = [Fetched(body=A, etag='"1"'), trouble(), trouble(), trouble()]
    await follower.look()

    waits = [await follower.look() for _ in range(3)]

    assert [5 <= waits[0] < 6, 10 <= waits[1] < 12, 20 <= waits[2] < 23] == [True] * 3  # type: ignore[operator]
    assert (follower.found.error, follower.found.code) == ("x.example: status 500", "server-error")
    assert follower.found.imported == read(A), "what was found before still waits"


async def test_login_page_stops_it_until_somebody_looks(follower: Follower, elsewhere: Elsewhere) -> None:
    elsewhere.answers = [SourceUnavailable("x.example: status 401", code="refused", cause=Cause.REFUSED)]
    assert await follower.look() is None


async def test_bad_file_is_told_and_fetched_whole_the_next_time(follower: Follower, elsewhere: Elsewhere) -> None:
    elsewhere.answers = [Fetched(body=A, etag='"1"'), Fetched(body=b"<html>", etag='"2"'), Fetched(body=B)]
    await follower.look()

    assert await follower.look() == EVERY_S
    assert (follower.found.code, follower.found.imported) == ("not-a-schedule", read(A))
    await follower.look()

    assert elsewhere.asked[-1] == ("https://x.example/a", "", "")
    assert (follower.found.code, follower.found.imported) == (None, read(B))


async def test_another_address_begins_anew(follower: Follower, elsewhere: Elsewhere, here: Here) -> None:
    elsewhere.answers = [Fetched(body=A, etag='"1"'), Fetched(body=B)]
    await follower.look()
    here.address = "https://y.example/b"

    assert follower.found_at(here.address) == Found()
    await follower.look()

    assert elsewhere.asked[-1] == ("https://y.example/b", "", "")
    assert follower.found_at(here.address).imported == read(B)


async def test_it_looks_at_once_when_it_is_told_to(follower: Follower, elsewhere: Elsewhere, here: Here) -> None:
    here.address = ""
    task = asyncio.create_task(follower.run())
    await asyncio.sleep(0)
    assert elsewhere.asked == []

    elsewhere.answers = [Fetched(body=A), Fetched(body=B)]
    here.address = "https://x.example/a"
    for expected in (A, B):
        follower.look_now()
        async with asyncio.timeout(5):
            while follower.found.imported != read(expected):  # noqa: ASYNC110 -- what is found has no event
                await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(elsewhere.asked) == 2


async def test_a_mistake_of_ours_in_one_look_does_not_end_the_others(
    follower: Follower, elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere.answers = [ZeroDivisionError("ours"), Fetched(body=A)]
    task = asyncio.create_task(follower.run())
    async with asyncio.timeout(5):
        while not elsewhere.asked:  # noqa: ASYNC110 -- the other server has no event
            await asyncio.sleep(0.01)
        follower.look_now()
        while follower.found.imported is None:  # noqa: ASYNC110 -- what is found has no event
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "ours" in caplog.text
