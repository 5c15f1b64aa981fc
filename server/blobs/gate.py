"""
The one gate through which the server fetches an address that a stranger chose: avatars, pictures in posts, emoji.

Two gates in fact. Hosts that the organiser configured may stand anywhere, also on the venue's own network. Every other
address must be public: each socket is checked with its final address, just before it connects. So it does not matter
how the address was written, what a name resolves to now, or where a redirect points. (A check in the resolver would not
do: aiohttp never asks it about addresses written as numbers.)

What comes back is bytes that claim to be a picture. `images.py` decides whether they are.
"""

from __future__ import annotations

import asyncio
import enum
import functools
import ipaddress
import socket
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from server.errors import FonteinError

MAX_BYTES = 5 * 1024 * 1024
MAX_URL_CHARACTERS = 2048
MAX_REDIRECTS = 3
TOTAL_TIME_S = 10.0
MAX_CONNECTIONS = 32
"""To strangers; as many again to configured hosts, so that strangers cannot keep those waiting."""
MAX_CONNECTIONS_PER_HOST = 2
MAX_WAITING = 256
USER_AGENT = "Fontein (fetches pictures in posts for a live wall)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 64 * 1024


class Refusal(enum.StrEnum):
    """Why an address is not fetched, or its answer not taken. Trying again gives the same."""

    BAD_URL = "bad-url"
    SCHEME = "scheme"
    CREDENTIALS = "credentials"
    PORT = "port"
    PRIVATE_ADDRESS = "private-address"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    NOT_A_PICTURE = "not-a-picture"
    TOO_MANY_BYTES = "too-many-bytes"
    ENCODING = "encoding"


class Failure(enum.StrEnum):
    """Why a fetch did not work this time."""

    TOO_SLOW = "too-slow"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    BROKEN_ANSWER = "broken-answer"
    BUSY = "busy"


class FetchRefused(FonteinError):
    """We do not fetch this. `why` says for which reason."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(f"The picture was not fetched: {why}.", code=f"fetch-refused-{why}")
        self.why = why


class FetchFailed(FonteinError):
    """It could not be fetched now. `why` says for which reason."""

    def __init__(self, why: Failure) -> None:
        super().__init__(f"The picture could not be fetched: {why}.", code=f"fetch-failed-{why}")
        self.why = why


# What IANA's special-purpose registries set apart. `ipaddress.is_global` knows most of these, but which ones depends on
# the patch level of Python, so the list stands here.
_SPECIAL_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# Global unicast is the only range that IANA hands out. Outside it lie loopback, ::ffff:0:0/96 (IPv4 in disguise),
# 64:ff9b::/96 (NAT64), unique local, link local and multicast.
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, with Teredo 2001::/32 and ORCHID
            "2001:db8::/32", "3fff::/20",  # documentation
            "2002::/16",  # 6to4: an IPv4 address inside
            "2620:4f:8000::/48",  # AS112
        ),
    )
)  # fmt: skip


def is_public_address(address: str) -> bool:
    """
    True when *address*, as a socket gets it, belongs to the public internet.

    Args:
        address: Dotted IPv4 or IPv6, with or without a zone. Anything else is not public.

    An IPv6 address that carries an IPv4 one is refused, whatever it carries: no resolver gives one, only whoever wants
    to get around a list.

    Source: the IANA IPv4 and IPv6 Special-Purpose Address Registries.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _SPECIAL_V4)
    return parsed in _UNICAST_V6 and not any(parsed in network for network in _SPECIAL_V6)


class MediaGate:
    """
    Fetches pictures from addresses that strangers supplied. Use as an async context manager.

    Sends no cookies, credentials or referrer, and takes no proxy from the environment.

    Args:
        allow_hosts: Hosts that the organiser configured, as `host:port` in lower case (`[::1]:3000` for IPv6). They may
            have any address and port. A redirect there from any other host is held to the rules for strangers.
        total_time_s: For one picture with its redirects, waiting for a connection included.
        max_bytes: Of the body, both as sent and unpacked.
        ports: That strangers' addresses may have.
        may_connect: Whether a stranger's final address may be connected to.
        resolver: For tests; the default asks the system, in threads of its own.
    """

    def __init__(
        self,
        *,
        allow_hosts: frozenset[str] = frozenset(),
        total_time_s: float = TOTAL_TIME_S,
        max_bytes: int = MAX_BYTES,
        ports: frozenset[int] = frozenset({80, 443}),
        may_connect: Callable[[str], bool] = is_public_address,
        resolver: AbstractResolver | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        self.allow_hosts = allow_hosts
        self._total_time_s = total_time_s
        self._max_bytes = max_bytes
        self._ports = ports
        self._may_connect = may_connect
        self._resolver = resolver
        self._user_agent = user_agent
        self._fetching = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._configured: aiohttp.ClientSession | None = None
        self._strangers: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = self._resolver or _Resolver()
        self._configured = self._session(socket_factory=None)
        self._strangers = self._session(socket_factory=self._checked_socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close it; again does no harm. What is being fetched fails."""
        for session in (self._configured, self._strangers):
            if session is not None:
                await session.close()
        if self._resolver is not None:
            await self._resolver.close()
        self._configured = self._strangers = None

    async def idle(self) -> None:
        """Wait until nothing is being fetched: at most the time of one picture, when nobody asks for more."""
        await self._idle.wait()

    async def fetch(self, url: str) -> bytes:
        """
        The bytes at *url*, which its server calls a picture.

        Raises:
            FetchRefused: against the rules; do not try again.
            FetchFailed: did not work this time.
        """
        if self._fetching >= MAX_WAITING:
            raise FetchFailed(Failure.BUSY)
        self._fetching += 1
        self._idle.clear()
        try:
            async with asyncio.timeout(self._total_time_s):
                return await self._follow(url)
        except TimeoutError as ex:
            raise FetchFailed(Failure.TOO_SLOW) from ex
        except aiohttp.InvalidURL as ex:
            raise FetchRefused(Refusal.BAD_URL) from ex
        except aiohttp.ClientConnectorError as ex:
            if _was_refused(ex):
                raise FetchRefused(Refusal.PRIVATE_ADDRESS) from ex
            raise FetchFailed(Failure.UNREACHABLE) from ex
        except (aiohttp.ClientError, OSError, zlib.error) as ex:
            raise FetchFailed(Failure.BROKEN_ANSWER) from ex
        finally:
            self._fetching -= 1
            if not self._fetching:
                self._idle.set()

    async def _follow(self, url: str) -> bytes:
        """Every hop passes the same checks as the first; only a chain that never left the configured hosts is one."""
        hop = _parsed(url)
        configured = True
        for _ in range(1 + MAX_REDIRECTS):
            configured = configured and f"{_bracketed(hop)}:{hop.port}" in self.allow_hosts
            answer = await self._hop(hop, configured=configured)
            if isinstance(answer, bytes):
                return answer
            hop = _parsed(answer, base=hop)
        raise FetchRefused(Refusal.TOO_MANY_REDIRECTS)

    async def _hop(self, url: yarl.URL, *, configured: bool) -> bytes | str:
        """The picture, or where it has gone to."""
        if not configured and url.port not in self._ports:
            raise FetchRefused(Refusal.PORT)
        session = self._configured if configured else self._strangers
        assert session is not None, "MediaGate is an async context manager"
        async with session.get(url, allow_redirects=False) as response:
            if response.status in _REDIRECTS:
                return response.headers.get("Location", "")
            if response.status != 200:
                raise FetchFailed(Failure.STATUS)
            if not response.headers.get("Content-Type", "").strip().lower().startswith("image/"):
                raise FetchRefused(Refusal.NOT_A_PICTURE)
            return await self._body(response)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """Both sizes are counted while reading: a declared length may lie, and a small body unpack to a huge one."""
        unpack = _unpacker(response.headers.get("Content-Encoding", ""))
        sent = 0
        unpacked = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            sent += len(chunk)
            unpacked += unpack(chunk, self._max_bytes + 1 - len(unpacked))
            if sent > self._max_bytes or len(unpacked) > self._max_bytes:
                raise FetchRefused(Refusal.TOO_MANY_BYTES)
        return bytes(unpacked)

    def _session(self, socket_factory: Callable[[aiohttp.AddrInfoType], socket.socket] | None) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=MAX_CONNECTIONS,
            limit_per_host=MAX_CONNECTIONS_PER_HOST,
            resolver=self._resolver,
            use_dns_cache=False,
            socket_factory=socket_factory,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            # aiohttp would unpack without counting what was sent; `_body` counts both.
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # `fetch` has one clock for all hops
            headers={"User-Agent": self._user_agent, "Accept": "image/*", "Accept-Encoding": "identity"},
        )

    def _checked_socket(self, addr_info: aiohttp.AddrInfoType) -> socket.socket:
        family, type_, proto, _, sockaddr = addr_info
        if not self._may_connect(str(sockaddr[0])):
            raise _AddressRefused
        return socket.socket(family, type_, proto)


class _AddressRefused(OSError):
    """
    The final address is not public. An `OSError` without a number, since that is what a connector expects.

    One message for all, so that several addresses of one name that are all refused remain this one error.
    """

    def __init__(self) -> None:
        super().__init__("the address is not public")


def _was_refused(error: aiohttp.ClientConnectorError) -> bool:
    return isinstance(error.os_error, _AddressRefused)


class _Resolver(AbstractResolver):
    """
    The system's resolver, in threads of its own.

    The loop's default threads also write blobs to disk; a stranger's slow name server would keep them all waiting.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2 * MAX_CONNECTIONS, thread_name_prefix="media-gate-resolver")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        look_up = functools.partial(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        except ValueError as ex:  # a name that cannot be written in DNS, as a label of 64 characters
            raise OSError(str(ex)) from ex
        return [
            ResolveResult(
                hostname=host,
                host=str(sockaddr[0]),
                port=port,
                family=found_family,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found_family, _, proto, _, sockaddr in found
        ]

    async def close(self) -> None:
        """Does not wait for a name server that does not answer."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _parsed(url: str, *, base: yarl.URL | None = None) -> yarl.URL:
    """*url*, relative to *base* if given, when it is http(s) with a host and without a name and password."""
    if not 1 <= len(url) <= MAX_URL_CHARACTERS:
        raise FetchRefused(Refusal.BAD_URL)
    try:
        parsed = yarl.URL(url) if base is None else base.join(yarl.URL(url))
        host = parsed.host
    except ValueError as ex:
        raise FetchRefused(Refusal.BAD_URL) from ex
    if parsed.scheme not in ("http", "https"):
        raise FetchRefused(Refusal.SCHEME)
    if parsed.user is not None or parsed.password is not None:
        raise FetchRefused(Refusal.CREDENTIALS)
    if not host:
        raise FetchRefused(Refusal.BAD_URL)
    return parsed


def _bracketed(url: yarl.URL) -> str:
    """The host as `allow_hosts` spells it."""
    host = (url.host or "").lower()
    return f"[{host}]" if ":" in host else host


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """A function from a chunk and the most bytes that are still wanted to what it unpacks to, at most so many."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda chunk, _: chunk
        case "gzip" | "x-gzip":
            return zlib.decompressobj(wbits=31).decompress
        case "deflate":
            return zlib.decompressobj(wbits=15).decompress
        case _:
            raise FetchRefused(Refusal.ENCODING)
