"""What servers may do to whoever asks them something: each of it once, at the first request that meets it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from aiohttp import web

from tests.server.sources import virtual
from tests.server.sources.mastodon import upstream as up
from tests.server.sources.mastodon.upstream import Behaviour, answers, later

Json = Any
DAY_S = 86_400


def raw(data: bytes) -> Behaviour:
    """These bytes, whatever HTTP says, and the line is cut."""

    async def behave(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(data)
        await asyncio.sleep(0.05)
        request.transport.abort()
        return web.Response()

    return behave


def changed(honest: Behaviour, change: Callable[[web.Response], None]) -> Behaviour:
    """The right answer, and something with it."""

    async def behave(request: web.Request) -> web.StreamResponse:
        answer = await honest(request)
        assert isinstance(answer, web.Response)
        change(answer)
        return answer

    return behave


def _body(change: Callable[[bytes], bytes]) -> Callable[[web.Response], None]:
    def apply(answer: web.Response) -> None:
        assert isinstance(answer.body, bytes)
        answer.body = change(answer.body)

    return apply


def _as_utf_16(answer: web.Response) -> None:
    _body(lambda body: body.decode().encode("utf-16"))(answer)
    answer.charset = "utf-16"


def _with_cookies(answer: web.Response) -> None:
    for number in range(50):
        answer.set_cookie(f"c{number}", "koekje" * 50)


def _with_status(status: int) -> Callable[[web.Response], None]:
    return lambda answer: answer.set_status(status)


async def _chunks_that_stop(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b'[{"id": "1"')
    assert request.transport is not None
    request.transport.abort()
    return response


def manners(honest: Behaviour, *, kind: str, elsewhere: str) -> dict[str, Behaviour]:
    """
    By name.

    Args:
        honest: Answers as it should.
        kind: The content type of a right answer.
        elsewhere: The address of a server within the network, which nobody may ask.
    """
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n".encode()
    return {
        "429-seconds": later("Retry-After", lambda: "40"),
        "429-date": later("Retry-After", lambda: up.dates(40)),
        "429-past": later("Retry-After", lambda: up.dates(-3600)),
        "429-iso": later("X-RateLimit-Reset", lambda: up.stamp(virtual.now() + 40)),
        "429-unix": later("x-rate-limit-reset", lambda: str(int(virtual.now() + 40))),
        "429-draft": later("RateLimit-Reset", lambda: "40"),
        "429-nonsense": later("Retry-After", lambda: "1e999"),
        "429-silent": answers(429),
        "500": answers(500),
        "502-page": answers(502, "<html>Bad gateway", kind="text/html"),
        "503-rest": answers(503, headers={"Retry-After": "30"}),
        "login-page": answers(body="<html>Welkom in ons hotel", kind="text/html"),
        "204": answers(204),
        "206": changed(honest, _with_status(206)),
        "304-unasked": answers(304),
        "empty": answers(body="", kind=kind),
        "spaces": answers(body=" " * 1_000_000, kind=kind),
        "null": answers(body="null", kind=kind),
        "wrong-type": answers(body='{"error": 7}', kind=kind),
        "nan": answers(body="[NaN]", kind=kind),
        "deep": answers(body="[" * 200_000, kind=kind),
        "huge-number": answers(body="[" + "9" * 5_000 + ", 1e9999]", kind=kind),
        "half": changed(honest, _body(lambda body: body[: len(body) // 2])),
        "byte-order-mark": changed(honest, _body(lambda body: b"\xef\xbb\xbf" + body)),
        "utf-16": changed(honest, _as_utf_16),
        "not-utf-8": changed(honest, _body(lambda body: body.replace(b"a", b"\xe9\xff", 1))),
        "cookies": changed(honest, _with_cookies),
        "gzip-bomb": up.bomb,
        "no-gzip": answers(body="[]", kind=kind, headers={"Content-Encoding": "gzip"}),
        "too-large": up.huge,
        "redirect-loop": up.redirects(""),
        "redirect-inwards": up.redirects(elsewhere),
        "moved-inwards": answers(301, headers={"Location": elsewhere}),
        "redirect-nowhere": answers(302, headers={"Location": "http://["}),
        "cut-before": up.hangs_up,
        "cut-within": up.truncated,
        "cut-between-chunks": _chunks_that_stop,
        "drips": up.drips,
        "silence": up.slow,
        "length-too-short": raw(head + b"Content-Length: 3\r\n\r\n[1, 2, 3, 4, 5]"),
        "two-lengths": raw(head + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n[1]"),
        "endless-headers": raw(head + b"X-Spam: spam\r\n" * 20_000),
        "long-header": raw(head + b"X-Spam: " + b"spam" * 200_000),
        "no-http": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    }


CUTS = frozenset({"cut-before", "no-http", "two-lengths", "endless-headers", "long-header"})
"""Before an answer: on a connection that was open already, HTTP's own rules let a client ask once more at once."""


def broken(item: Json, rng: random.Random) -> Iterator[Json]:
    """What may stand beside a good item in a list: all that is wrong with JSON, and posts of a strange time."""
    yield from (None, 7, "x", [], {}, True, [[[[]]]])
    yield dict.fromkeys(item)
    yield dict.fromkeys(item, 7)
    yield {key: [value] for key, value in item.items()}
    yield _strange(item, rng) | {"id": 10**400}
    yield _strange(item, rng) | {"id": "\ud800"}
    yield _strange(item, rng, words="half \ud83d teken")
    yield _strange(item, rng, words="diep " + "<div>" * 5_000)
    yield _strange(item, rng, words="lang " * 20_000)
    for key in item:
        yield {name: value for name, value in _strange(item, rng).items() if name != key}


def _strange(item: Json, rng: random.Random, words: str = "vreemd") -> Json:
    """A post of nobody that we know of, from long ago or from tomorrow."""
    at = virtual.now() + rng.choice([-20 * 365 * DAY_S, -DAY_S, DAY_S, 20 * 365 * DAY_S])
    number = rng.randrange(10**12)
    return json.loads(json.dumps(item), object_hook=lambda found: _renamed(found, words, number, up.stamp(at)))


def _renamed(found: Json, words: str, number: int, at: str) -> Json:
    said = {"content", "text", "messageText", "displayMessage"}
    names = {"uri": f"https://vreemd.example/{number}", "url": f"https://vreemd.example/{number}"}
    names |= {"created_at": at, "createdAt": at, "publishedAt": at, "indexedAt": at}
    return {
        key: f"{words} {number} #DemoConf" if key in said else names.get(key, value) for key, value in found.items()
    } | ({"id": str(number)} if "id" in found and "username" not in found and "acct" not in found else {})


def beside(honest: Behaviour, field: str, rng: random.Random) -> Behaviour:
    """
    The right answer with broken items between its own, and each of its own twice.

    Args:
        field: Where the list is; empty: the answer is one.
    """

    async def behave(request: web.Request) -> web.StreamResponse:
        answer = await honest(request)
        assert isinstance(answer, web.Response)
        assert isinstance(answer.body, bytes)
        told = json.loads(answer.body)
        items = told[field] if field else told
        mixed = [*items, *items, *(bad for item in items[:2] for bad in broken(item, rng))]
        rng.shuffle(mixed)
        answer.body = json.dumps(told | {field: mixed} if field else mixed).encode()
        return answer

    return behave
