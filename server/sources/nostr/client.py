"""One relay: its socket, what we subscribe to, and what it says. I/O only; who asks when is decided in `source.py`."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection
from yarl import URL

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from server.sources.nostr import parse
from server.sources.sockets import connected

MAX_FRAME_BYTES = 128 * 1024
"""Larger than relays let an event be. Each is read on the loop, before anybody knows whose it is."""

STORED_S = 10.0
"""For everything that a relay has stored. Some never say that it is all."""

Filter = dict[str, object]

_CAUSES = {
    "auth-required": ("auth-required", Cause.REFUSED),
    "restricted": ("refused", Cause.REFUSED),
    "blocked": ("refused", Cause.REFUSED),
    "rate-limited": ("limited", Cause.LIMITED),
}

_log = logging.getLogger(__name__)


class Relay:
    """
    One relay.

    Args:
        url: ws or wss.
    """

    def __init__(self, url: URL, tools: Tools) -> None:
        self.url = url
        self.name = url.authority + url.path.rstrip("/")
        self._tools = tools

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Talk]:
        """
        A conversation.

        Raises:
            SourceUnavailable: It does not come about, or ends; also while the block runs.
        """
        async with connected(self._tools, self.url, most_bytes=MAX_FRAME_BYTES) as socket:
            yield Talk(self.name, socket)


class Talk:
    """A conversation with a relay."""

    def __init__(self, name: str, socket: ClientConnection) -> None:
        self._name = name
        self._socket = socket

    async def ask(self, subscription: str, *filters: Filter) -> None:
        """Subscribe; in place of what had this name before."""
        await self._socket.send(json.dumps(["REQ", subscription, *filters]))

    async def end(self, subscription: str) -> None:
        """Hear no more of it."""
        await self._socket.send(json.dumps(["CLOSE", subscription]))

    async def next(self, most_s: float) -> parse.Message:
        """
        The next message; None when none comes within *most_s*.

        Raises:
            BadInput: It cannot be read; the next one may.
        """
        try:
            async with asyncio.timeout(most_s):
                data = await self._socket.recv()
        except TimeoutError:
            return None
        message = parse.parse_message(data)
        if isinstance(message, parse.Notice):
            _log.info("Relay %s says: %r", self._name, message.words)
        return message

    async def stored(self, *filters: Filter) -> tuple[parse.NostrEvent, ...]:
        """
        What the relay has now, as far as it is genuine; what comes within `STORED_S`.

        Raises:
            SourceUnavailable: It does not want to say.
        """
        await self.ask("stored", *filters)
        loop = asyncio.get_running_loop()
        end = loop.time() + STORED_S
        found: list[parse.NostrEvent] = []
        while (left_s := end - loop.time()) > 0:
            try:
                message = await self.next(left_s)
                match message:
                    case parse.Published(subscription="stored", event=event):
                        found += [read] if parse.is_genuine(read := parse.parse_event(event)) else []
                    case parse.EndOfStored(subscription="stored"):
                        break
                    case parse.Closed(subscription="stored"):
                        raise self.refusal(message)
                    case _:
                        pass
            except BadInput as ex:
                _log.debug("Relay %s sent what cannot be read: %s", self._name, ex)
        await self.end("stored")
        return tuple(found)

    def refusal(self, closed: parse.Closed) -> SourceUnavailable:
        """What it means that a subscription is ended."""
        code, cause = _CAUSES.get(closed.reason, ("unexpected-answer", Cause.SERVER))
        return SourceUnavailable(f"{self._name}: {closed.words!r}", code=code, cause=cause)
