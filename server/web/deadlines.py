"""
Connections that never send a request are closed.

aiohttp waits for ever for the first header of a connection; somebody who opens thousands of these takes all file
descriptors (slowloris). After the first request its own keep-alive time-out holds; bodies have theirs in `bodies.py`.
"""

from __future__ import annotations

import asyncio
from itertools import takewhile
from typing import Any

from aiohttp import web

from server.web.guard import Handler

HEADERS_S = 10.0
_LOOK_S = 1.0


class Deadlines:
    """
    Watches new connections until their first whole request head.

    Args:
        headers_s: How long a connection may take for it, in seconds.
    """

    def __init__(self, headers_s: float = HEADERS_S) -> None:
        self._headers_s = headers_s
        self._since: dict[Any, float] = {}
        """Who has not been heard yet, in the order of their coming; also those that left since, for a moment."""
        self.closed = 0

    def watch(self, protocol: asyncio.Protocol) -> asyncio.Protocol:
        """A new connection's protocol; given back unchanged."""
        self._since[protocol] = asyncio.get_running_loop().time()
        return protocol

    def middleware(self) -> Any:
        """A middleware that notes whose request came in."""
        since = self._since

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            since.pop(request.protocol, None)
            return await handler(request)

        return note

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            self.close_late()

    def close_late(self) -> None:
        """Close those whose time is over."""
        before = asyncio.get_running_loop().time() - self._headers_s
        late = list(takewhile(lambda protocol: self._since[protocol] < before, self._since))
        for protocol in late:
            del self._since[protocol]
            transport = protocol.transport
            if transport is not None and not transport.is_closing():
                self.closed += 1
                transport.abort()
