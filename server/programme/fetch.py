"""
A schedule from an address that the organiser gave.

Such a host may be private or loopback, as a conference system on the venue's own network is: it says so, and whoever
gave the address sees it. So a redirect leads nowhere else: only to the same host, and never from https to http.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Final, NoReturn

import aiohttp
import msgspec
from yarl import URL

from server.errors import BadInput
from server.programme.imported import MAX_BYTES
from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait

MAX_S: Final = 30.0
MAX_REDIRECTS: Final = 3
MAX_ADDRESS: Final = 500

_HOST = re.compile(r"[\w.:-]{1,253}")
_ACCEPT = "application/json, text/calendar, application/xml, text/xml, */*;q=0.5"


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """
    An answer.

    Args:
        body: None: it is as it was (304).
        etag: What to say next time, with `modified`; empty without.
        is_private: Whether it came from a private network, or from this computer.
    """

    body: bytes | None
    etag: str = ""
    modified: str = ""
    is_private: bool = False


def checked_address(text: str) -> str:
    """
    An address that may be fetched: http or https, with a host, without a password.

    Raises:
        BadInput: It is something else.
    """
    address = text.strip()
    try:
        url = URL(address)
        host, port = url.host or "", url.port
    except ValueError:
        url, host, port = URL(), "", None
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not port or len(address) > MAX_ADDRESS:
        raise BadInput(
            f"{address[:100]!r} is no address of a schedule; write it as https://pretalx.example/event/schedule.json",
            code="bad-address",
            field="$.url",
        )
    if url.user or url.password:
        raise BadInput(
            "There is a password in this address, and addresses are kept in the journal. Give one that needs none.",
            code="bad-address",
            field="$.url",
        )
    return str(url.with_fragment(None))


async def fetch(
    session: aiohttp.ClientSession,
    address: str,
    *,
    now: Callable[[], float],
    etag: str = "",
    modified: str = "",
    max_bytes: int = MAX_BYTES,
) -> Fetched:
    """
    Get what is at *address* (`checked_address`).

    Args:
        now: Seconds since 1970.
        etag: Of the last answer, with *modified*: then the answer may be that nothing changed.

    Raises:
        SourceUnavailable: There is no answer within `MAX_S`, it is too large, a redirect leads elsewhere, or it is any
            other status. `code` says which.
    """
    headers = {"Accept": _ACCEPT, "User-Agent": "Fontein"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    url = URL(address)
    try:
        async with asyncio.timeout(MAX_S):
            for _ in range(MAX_REDIRECTS + 1):
                found = await _ask(session, url, headers, now(), max_bytes)
                if isinstance(found, Fetched):
                    return found
                url = found
    except TimeoutError as ex:
        raise _trouble(url, "too-slow", f"no whole answer within {MAX_S:g} s", Cause.SERVER) from ex
    except (aiohttp.ClientError, OSError, ValueError) as ex:
        raise _trouble(url, "unreachable", f"{type(ex).__name__}: {ex}", Cause.DROPPED) from ex
    _refuse(url, "redirected", f"more than {MAX_REDIRECTS} redirects")


async def _ask(
    session: aiohttp.ClientSession, url: URL, headers: Mapping[str, str], now: float, max_bytes: int
) -> Fetched | URL:
    """One request; a redirect's answer is where to ask instead."""
    async with session.get(url, headers=headers, allow_redirects=False) as response:
        is_private = await _is_private(url.host or "")
        etag, modified = response.headers.get("ETag", "")[:200], response.headers.get("Last-Modified", "")[:100]
        if response.status == 304:
            return Fetched(body=None, etag=etag, modified=modified, is_private=is_private)
        if 300 <= response.status < 400:
            return _next(url, response.headers.get("Location", ""))
        _expect_ok(url, response.status, response.headers, now)
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > max_bytes:
                _refuse(url, "too-large", f"more than {max_bytes // 2**20} MB")
        return Fetched(body=bytes(body), etag=etag, modified=modified, is_private=is_private)


async def _is_private(host: str) -> bool:
    """Whether a host lies in a private network, or is this computer. Only to say so: nothing is refused by it."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return any(not ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)
    except (OSError, ValueError):
        return False


def _next(url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
        same = bool(location) and target.host == url.host and target.scheme in ("http", "https")
        same = same and (target.port == url.port or (url.scheme, target.scheme) == ("http", "https"))
        same = same and not (url.scheme == "https" and target.scheme == "http") and not target.user
    except ValueError:
        target, same = url, False
    if not same:
        _refuse(url, "redirected", f"it leads to {location[:200]!r}; give that address, if it is the right one")
    return target


def _expect_ok(url: URL, status: int, headers: Mapping[str, str], now: float) -> None:
    if status < 300:
        return
    after = asked_to_wait({"Retry-After": headers.get("Retry-After", "")}, now=now)
    match status:
        case 401 | 403:
            raise _trouble(url, "refused", f"status {status}: it asks for a login", Cause.REFUSED)
        case 404 | 410:
            raise _trouble(url, "not-there", f"status {status}: there is nothing at this address", Cause.SERVER)
        case 429:
            raise _trouble(url, "limited", "status 429: it was asked too often", Cause.LIMITED, after)
        case _ if status >= 500:
            raise _trouble(url, "server-error", f"status {status}: it has trouble itself", Cause.SERVER, after)
        case _:
            _refuse(url, "unexpected-answer", f"status {status}")


def _refuse(url: URL, code: str, what: str) -> NoReturn:
    raise _trouble(url, code, what, Cause.SERVER)


def _trouble(url: URL, code: str, what: str, cause: Cause, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable(f"{url.host}: {what}", code=code, cause=cause, asked_s=asked_s)
