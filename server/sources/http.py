"""
One polite request to a host that the organiser configured.

Such a host may be private or loopback, and speak plain http where its configured address does. So a redirect may not
lead anywhere else: not to another host, and not from https to http. What is asked and with which headers is never in a
message: tokens are in both.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
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


JSON = frozenset({"application/json", "application/activity+json"})
"""Content types."""


class Answer(msgspec.Struct, frozen=True):
    """
    A status below 300 with its body, or one of those that the caller said it knows what to do with.

    Args:
        headers: Names in lower case; of several of one name the last.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


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


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of an origin; see `ask`."""

    origin: URL
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    accepts: frozenset[str] | None
    known: frozenset[int]
    most_bytes: int
    most_s: float
    in_turn: bool
    secret_path: bool


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
    Ask *origin* for the JSON at *path* when it is our turn there.

    Args:
        token: Sent as `Authorization: Bearer`.
        known: As for `ask`.

    Raises:
        SourceUnavailable: As for `ask`.
    """
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await ask(tools, origin, path, query=query, headers=headers, known=known)


async def ask(
    tools: Tools,
    origin: URL,
    path: str,
    *,
    method: str = "GET",
    query: Query = (),
    headers: Mapping[str, str] = MappingProxyType({}),
    body: bytes | None = None,
    accepts: frozenset[str] | None = JSON,
    known: frozenset[int] = frozenset(),
    most_bytes: int = MAX_ANSWER_BYTES,
    most_s: float = MAX_ANSWER_S,
    in_turn: bool = True,
    secret_path: bool = False,
) -> Answer:
    """
    Ask *origin* something when it is our turn there.

    Args:
        path: Encoded already.
        accepts: The content types that are an answer; None: any.
        known: Statuses of 300 and up that the caller can use; of such an answer's body at most *most_bytes* are read.
        most_bytes: Of the body, unpacked.
        most_s: For the whole answer. A long poll needs more.
        in_turn: Wait for our turn, and let nobody else ask meanwhile: not for a long poll.
        secret_path: The path has a token in it: where a redirect leads is not told either.

    Raises:
        SourceUnavailable: No answer within *most_s*, too large, of another content type, a redirect elsewhere, or any
            other status. `code` says which.
    """
    asked = Asked(
        origin=origin,
        method=method,
        headers={**_HEADERS, **({"Accept": "*/*"} if accepts is None else {}), **headers},
        body=body,
        accepts=accepts,
        known=known,
        most_bytes=most_bytes,
        most_s=most_s,
        in_turn=in_turn,
        secret_path=secret_path,
    )
    url = origin.join(URL(path, encoded=True)).with_query(query)
    for _ in range(MAX_REDIRECTS + 1):
        async with tools.turn(str(origin)) if in_turn else contextlib.nullcontext():
            found = await _ask(tools, asked, url)
        if isinstance(found, Answer):
            return found
        url = found
    _refuse(origin, "redirected", f"more than {MAX_REDIRECTS} redirects")


async def _ask(tools: Tools, asked: Asked, url: URL) -> Answer | URL:
    """One request; a redirect's answer is where to ask instead."""
    origin = asked.origin
    try:
        async with (
            asyncio.timeout(asked.most_s),
            tools.session.request(
                asked.method,
                url,
                headers=asked.headers,
                data=asked.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None),
            ) as response,
        ):
            _mind_the_limit(tools, origin, response.headers)
            headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status in asked.known:
                return Answer(response.status, await _beginning(response.content, asked.most_bytes), headers)
            if 300 <= response.status < 400:
                return _next(asked, url, response.headers.get("Location", ""))
            _expect_ok(origin, response.status, response.headers, now=tools.now())
            if asked.accepts is not None and response.content_type not in asked.accepts:
                what = "JSON" if asked.accepts is JSON else " or ".join(sorted(asked.accepts))
                code = "not-json" if asked.accepts is JSON else "unexpected-answer"
                _refuse(origin, code, f"{response.content_type} instead of {what}: a login page of this network?")
            return Answer(response.status, await _body(origin, response.content, asked.most_bytes), headers)
    except TimeoutError as ex:
        raise _trouble(origin, "too-slow", Cause.SERVER, f"no whole answer within {asked.most_s:g} s") from ex
    except (aiohttp.ClientError, OSError, ValueError) as ex:  # a name that no computer can have is a ValueError
        # What is no HTTP is told with all that was asked, and there may be a key in that.
        told = ex.message if isinstance(ex, aiohttp.ClientResponseError) else f"{ex}"
        what = type(ex).__name__ if asked.secret_path else f"{type(ex).__name__}: {told}"
        raise _trouble(origin, "unreachable", Cause.DROPPED, what) from (None if asked.secret_path else ex)


async def _beginning(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    """Of an answer that says no: enough to know why, whatever comes after."""
    body = bytearray()
    with contextlib.suppress(aiohttp.ClientPayloadError):
        async for chunk in content.iter_any():
            body += chunk
            if len(body) >= most_bytes:
                break
    return bytes(body[:most_bytes])


async def _body(origin: URL, content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > most_bytes:
            _refuse(origin, "too-large", f"more than {most_bytes} bytes")
    return bytes(body)


def _next(asked: Asked, url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
        same = bool(location) and target.origin() == asked.origin
    except ValueError:
        target, same = url, False
    if not same:
        _refuse(
            asked.origin,
            "redirected",
            "redirected elsewhere" if asked.secret_path else f"redirected to {location[:200]!r}",
        )
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
    name = "X-RateLimit-{}" if "X-RateLimit-Remaining" in headers else "X-Rate-Limit-{}"
    if headers.get(name.format("Remaining"), "").strip() != "0":
        return
    asked_s = asked_to_wait({"X-RateLimit-Reset": headers.get(name.format("Reset"), "")}, now=tools.now())
    if asked_s is not None:
        tools.turn(str(origin)).rest(min(asked_s, 300.0))


def _refuse(origin: URL, code: str, what: str) -> NoReturn:
    raise _trouble(origin, code, Cause.SERVER, what)


def _trouble(origin: URL, code: str, cause: Cause, what: str, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable(f"{origin}: {what}", code=code, cause=cause, asked_s=asked_s)
