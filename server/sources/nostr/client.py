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

RATE_BYTES_S = 256 * 1024
BURST_BYTES = 8 * 1024 * 1024
"""A relay is read as fast as it sends until it has sent so much; then no faster than its rate. So none costs a core."""

LEAST_FRAME_BYTES = 512
"""As much counts a frame at least: small ones cost time too."""

MAX_FORGED = 20
"""In one conversation; a relay that checks nothing, or makes things up, is left alone for a while."""

MAX_STORED_EVENTS = 2000
MAX_STORED_CHARS = 4_000_000
"""Of what one question brings; 16 MB at most. A relay that has more is not asked on."""

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
        self._pace = Pace()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Talk]:
        """
        A conversation.

        Raises:
            SourceUnavailable: It does not come about, or ends; also while the block runs.
        """
        async with connected(self._tools, self.url, most_bytes=MAX_FRAME_BYTES) as socket:
            yield Talk(self.name, socket, self._pace)


class Pace:
    """How fast one relay is read, however often it hangs up meanwhile."""

    def __init__(self) -> None:
        self._left = float(BURST_BYTES)
        self._at: float | None = None

    def took(self, size_bytes: int) -> None:
        """A frame was read."""
        self._left = self._now_left() - max(size_bytes, LEAST_FRAME_BYTES)
        self._at = asyncio.get_running_loop().time()

    async def ready(self) -> None:
        """Wait until the next may be read. What the relay sends meanwhile stays in the line, and then stops it."""
        if (short := -self._now_left()) > 0:
            await asyncio.sleep(short / RATE_BYTES_S)

    def _now_left(self) -> float:
        passed_s = 0.0 if self._at is None else asyncio.get_running_loop().time() - self._at
        return min(self._left + passed_s * RATE_BYTES_S, float(BURST_BYTES))


class Talk:
    """A conversation with a relay."""

    def __init__(self, name: str, socket: ClientConnection, pace: Pace) -> None:
        self.name = name
        self._socket = socket
        self._pace = pace
        self._forged = 0

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
                await self._pace.ready()
                data = await self._socket.recv()
        except TimeoutError:
            return None
        self._pace.took(len(data))
        message = parse.parse_message(data)
        if isinstance(message, parse.Notice):
            _log.info("Relay %s says: %r", self.name, message.words)
        return message

    async def stored(self, *filters: Filter, most_s: float | None = None) -> tuple[parse.NostrEvent, ...]:
        """
        What the relay has now, as far as it is genuine, each once; what comes within *most_s*, else `STORED_S`.

        Raises:
            SourceUnavailable: It does not want to say, or what it says is forged.
        """
        await self.ask("stored", *filters)
        loop = asyncio.get_running_loop()
        end = loop.time() + (STORED_S if most_s is None else most_s)
        found: dict[str, parse.NostrEvent] = {}
        chars = 0
        while (left_s := end - loop.time()) > 0 and len(found) < MAX_STORED_EVENTS and chars < MAX_STORED_CHARS:
            try:
                message = await self.next(left_s)
                match message:
                    case parse.Published(subscription="stored", event=event):
                        read = parse.parse_event(event)
                        if read.id not in found and self.is_genuine(read):
                            found[read.id] = read
                            chars += read.size_chars
                    case parse.EndOfStored(subscription="stored"):
                        break
                    case parse.Closed(subscription="stored"):
                        raise self.refusal(message)
                    case _:
                        pass
            except BadInput as ex:
                _log.debug("Relay %s sent what cannot be read: %s", self.name, ex)
        await self.end("stored")
        return tuple(found.values())

    def is_genuine(self, event: parse.NostrEvent) -> bool:
        """
        Whether its author published exactly this.

        Raises:
            SourceUnavailable: It is one more than `MAX_FORGED` that are forged.
        """
        if parse.is_genuine(event):
            return True
        self._forged += 1
        if self._forged > MAX_FORGED:
            what = f"{self.name}: more than {MAX_FORGED} of its events are forged"
            raise SourceUnavailable(what, code="forged", cause=Cause.SERVER)
        return False

    def refusal(self, closed: parse.Closed) -> SourceUnavailable:
        """What it means that a subscription is ended."""
        code, cause = _CAUSES.get(closed.reason, ("unexpected-answer", Cause.SERVER))
        return SourceUnavailable(f"{self.name}: {closed.words!r}", code=code, cause=cause)
