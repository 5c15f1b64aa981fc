"""
One polite GET to a host that the organiser configured.

Such a host may be private or loopback, and speak plain http where its configured address does. So a redirect may not
lead anywhere else: not to another host, and not from https to http.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

import aiohttp
import msgspec
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait
from server.sources.contract import Tools

MAX_ANSWER_BYTES = 2 * 1024 * 1024
"""Decoded: what a compressed answer becomes counts."""

MAX_ANSWER_S = 10.0
MAX_REDIRECTS = 3

Query = Sequence[tuple[str, str]]

_HOST = re.compile(r"[\w.:-]{1,253}")
_HEADERS = {"Accept": "application/json", "User-Agent": "Fontein"}


class Answer(msgspec.Struct, frozen=True):
    """A status below 300 with its body, or one of those that the caller said it knows what to do with."""

    status: int
    body: bytes


def parse_origin(address: str, *, field: str) -> URL:
    """
    Where a server is, from what an organiser typed: `social.example`, or an http or https address without a path.

    Raises:
        BadInput: It is something else.
    """
    text = address.strip()
    with contextlib.suppress(ValueError):
        url = URL(text if "://" in text else f"https://{text}")
        named = _HOST.fullmatch(url.host or "")
        if url.scheme in {"http", "https"} and named and url == url.origin().with_path("/"):
            return url.origin()
    message = f"{field}: {address[:100]!r} is not a server; write it as social.example"
    raise BadInput(message, code="not-a-server", field=field)


async def get(
    tools: Tools,
    origin: URL,
    path: str,
    *,
    query: Query = (),
    token: str | None = None,
    known: frozenset[int] = frozenset(),
) -> Answer:
    """
    Ask *origin* for *path* when it is our turn there.

    Args:
        token: Sent as `Authorization: Bearer`.
        known: Statuses of 400 and up that the caller can use; the body of such an answer is left empty.

    Raises:
        SourceUnavailable: No answer within `MAX_ANSWER_S`, too large, not JSON, a redirect elsewhere, or any other
            status. `code` says which.
    """
    headers = _HEADERS if token is None else {**_HEADERS, "Authorization": f"Bearer {token}"}
    url = origin.join(URL(path, encoded=True)).with_query(query)
    for _ in range(MAX_REDIRECTS + 1):
        async with tools.turn(str(origin)):
            found = await _ask(tools, origin, url, headers, known)
        if isinstance(found, Answer):
            return found
        url = found
    _refuse(origin, "redirected", f"more than {MAX_REDIRECTS} redirects")


async def _ask(tools: Tools, origin: URL, url: URL, headers: Mapping[str, str], known: frozenset[int]) -> Answer | URL:
    """One request; a redirect's answer is where to ask instead."""
    try:
        async with (
            asyncio.timeout(MAX_ANSWER_S),
            tools.session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            _mind_the_limit(tools, origin, response.headers)
            if response.status in known:
                return Answer(response.status, b"")
            if 300 <= response.status < 400:
                return _next(origin, url, response.headers.get("Location", ""))
            _expect_ok(origin, response.status, response.headers, now=tools.now())
            if response.content_type not in {"application/json", "application/activity+json"}:
                _refuse(origin, "not-json", f"{response.content_type} instead of JSON: a login page of this network?")
            return Answer(response.status, await _body(origin, response.content))
    except TimeoutError as ex:
        raise _trouble(origin, "too-slow", Cause.SERVER, f"no whole answer within {MAX_ANSWER_S:g} s") from ex
    except (aiohttp.ClientError, OSError) as ex:
        raise _trouble(origin, "unreachable", Cause.DROPPED, f"{type(ex).__name__}: {ex}") from ex


async def _body(origin: URL, content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            _refuse(origin, "too-large", f"more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _next(origin: URL, url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
        same = bool(location) and target.origin() == origin
    except ValueError:
        target, same = url, False
    if not same:
        _refuse(origin, "redirected", f"redirected to {location[:200]!r}")
    return target


def _expect_ok(origin: URL, status: int, headers: Mapping[str, str], *, now: float) -> None:
    if status < 300:
        return
    asked_s = asked_to_wait(headers, now=now)
    match status:
        case 401 | 403:
            raise _trouble(origin, "refused", Cause.REFUSED, f"status {status}")
        case 429:
            raise _trouble(origin, "limited", Cause.LIMITED, "status 429", asked_s)
        case _ if status >= 500:
            after = asked_to_wait({"Retry-After": headers.get("Retry-After", "")}, now=now)
            raise _trouble(origin, "server-error", Cause.SERVER, f"status {status}", after)
        case _:
            _refuse(origin, "unexpected-answer", f"status {status}")


def _mind_the_limit(tools: Tools, origin: URL, headers: Mapping[str, str]) -> None:
    """Our share is used up: rest until it is full again, before the server has to say 429."""
    if headers.get("X-RateLimit-Remaining", "").strip() != "0":
        return
    asked_s = asked_to_wait({"X-RateLimit-Reset": headers.get("X-RateLimit-Reset", "")}, now=tools.now())
    if asked_s is not None:
        tools.turn(str(origin)).rest(min(asked_s, 300.0))


def _refuse(origin: URL, code: str, what: str) -> NoReturn:
    raise _trouble(origin, code, Cause.SERVER, what)


def _trouble(origin: URL, code: str, cause: Cause, what: str, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable(f"{origin}: {what}", code=code, cause=cause, asked_s=asked_s)
