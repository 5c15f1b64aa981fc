"""
How a feed is reached that has moved to a host which the organiser did not name: only where its address is public.

Each socket is checked with its final address, just before it connects. So it does not matter how the new address was
written, or what its name resolves to now.
"""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

import aiohttp

from server.blobs.gate import is_public_address
from server.sources.contract import Tools

PORTS = frozenset({80, 443})


class Guarded:
    """Tools as those of the house, whose session reaches nothing private. Use as an async context manager."""

    def __init__(self, tools: Tools) -> None:
        self._house = tools
        self._tools: Tools | None = None

    @property
    def tools(self) -> Tools:
        """To lend on."""
        if self._tools is None:
            connector = aiohttp.TCPConnector(limit=4, use_dns_cache=False, socket_factory=_checked_socket)
            session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
            self._tools = Tools(session=session, now=self._house.now, rng=self._house.rng)
        return self._tools

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tools is not None:
            await self._tools.session.close()


class _NotPublic(OSError):
    """One message for all, so that several addresses of one name that are all refused remain this one error."""

    def __init__(self) -> None:
        super().__init__("the address is not public")


def _checked_socket(found: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, proto, _, where = found
    if where[1] not in PORTS or not is_public_address(str(where[0])):
        raise _NotPublic
    return socket.socket(family, kind, proto)


def was_refused(error: BaseException | None) -> bool:
    """Whether *error* is that an address is not public."""
    return isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, _NotPublic)
