"""One reader's socket: what it may still be sent, and what it may send."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from enum import Enum
from typing import Any

from aiohttp import WSMsgType, web

from server.live.frames import NORMAL, POLICY, close_frame, pong_frame
from server.live.limits import Limits

_DATA = frozenset({WSMsgType.TEXT, WSMsgType.BINARY})
_CONTROL = frozenset({WSMsgType.PING, WSMsgType.PONG})
_WINDOW_S = 60.0


class Phase(Enum):
    """Where a connection stands. It is written to by its channel in LIVE only."""

    ARRIVING = "arriving"
    LIVE = "live"
    BEHIND = "behind"
    """Its write buffer is too full; it gets a snapshot when that is empty."""
    LEAVING = "leaving"
    """The Close frame is out, or the reader is gone: RFC 6455 §5.5.1 allows no frame after it."""


class Connection(web.WebSocketResponse):
    """
    A WebSocket that is read by aiohttp and written by its channel, straight to the transport.

    Whatever begins the close handshake (the reader's Close, a broken frame, our own farewell) first takes the
    connection out of its channel by `on_leaving`, so that no frame can follow a Close frame.

    Args:
        badge, device: Whose it is; None for nobody's in particular.
        on_leaving: Called with the connection, possibly more than once, before a Close frame is written.
        limits: `message_bytes`, `close_grace_s` and the bounds of what a reader may send.
    """

    __slots__ = (
        "_control_frames",
        "_data_frames",
        "_limits",
        "_on_leaving",
        "_window_ends_s",
        "badge",
        "behind_since_s",
        "device",
        "has_flooded",
        "heard_s",
        "phase",
        "transport",
    )

    def __init__(
        self,
        *,
        badge: str | None,
        device: str | None,
        on_leaving: Callable[[Connection], None],
        limits: Limits,
    ) -> None:
        super().__init__(
            timeout=limits.close_grace_s,
            autoclose=False,
            autoping=False,
            compress=False,
            max_msg_size=limits.message_bytes,
        )
        self.badge = badge
        self.device = device
        self.phase = Phase.ARRIVING
        self.transport: asyncio.Transport | None = None
        self.heard_s = 0.0
        """When it last sent anything; loop time."""
        self.behind_since_s = 0.0
        self.has_flooded = False
        """It sent more than a reader has to say, and was closed for it."""
        self._on_leaving = on_leaving
        self._limits = limits
        self._window_ends_s = 0.0
        self._data_frames = 0
        self._control_frames = 0

    def attach(self, transport: asyncio.Transport) -> None:
        """Start on *transport*, now that the handshake is done."""
        self.transport = transport
        self.heard_s = asyncio.get_running_loop().time()
        _tune(transport, self._limits)

    async def listen(self) -> None:
        """
        Read until the close handshake or the connection's end. Messages are ignored, pings answered.

        A reader that sends more than `data_frames_per_min` or `control_frames_per_min` is closed with 1008.
        """
        loop = asyncio.get_running_loop()
        while True:
            message = await self.receive()
            self.heard_s = loop.time()
            kind = message.type
            if kind not in _CONTROL and kind not in _DATA:
                return
            if self._is_flooding(kind):
                self.has_flooded = True
                self.say_farewell(close_frame(POLICY))
            if kind is WSMsgType.PING and self.phase is Phase.LIVE:
                self._write(pong_frame(bytes(message.data)))

    def say_farewell(self, frames: bytes) -> None:
        """Write *frames*, which end in a Close frame, as the last ones. Cut the connection within `close_grace_s`."""
        if self.phase is Phase.LEAVING:
            return
        self._on_leaving(self)
        self.phase = Phase.LEAVING
        self._write(frames)
        self._cut_later()

    def abort(self) -> None:
        """Cut the connection now, and drop what was still to be written."""
        self._on_leaving(self)
        self.phase = Phase.LEAVING
        if self.transport is not None:
            self.transport.abort()

    async def close(self, *, code: int = NORMAL, message: bytes = b"", drain: bool = True) -> bool:
        """
        Finish the close handshake: answer the reader's Close, or none when ours is already out.

        aiohttp calls this itself on a broken frame. Nothing is waited for: neither *drain* nor a slow reader.
        """
        if self.closed:
            return False
        self._on_leaving(self)
        is_ours_out = self.phase is Phase.LEAVING
        self.phase = Phase.LEAVING
        self._cut_later()
        if is_ours_out and self.transport is not None:
            self.transport.close()  # From here on aiohttp's own Close frame has nowhere to go.
        return await super().close(code=code, message=message, drain=False)

    def _write(self, data: bytes) -> None:
        if self.transport is not None:
            with contextlib.suppress(RuntimeError):  # uvloop's word for a transport that was closed meanwhile.
                self.transport.write(data)

    def _cut_later(self) -> None:
        """`close` waits for as long as a reader takes to read what was buffered; nobody should."""
        if self.transport is not None:
            asyncio.get_running_loop().call_later(self._limits.close_grace_s, self.transport.abort)

    def _is_flooding(self, kind: WSMsgType) -> bool:
        if self.heard_s >= self._window_ends_s:
            self._window_ends_s = self.heard_s + _WINDOW_S
            self._data_frames = self._control_frames = 0
        self._data_frames += kind in _DATA
        self._control_frames += kind in _CONTROL
        return (
            self._data_frames > self._limits.data_frames_per_min
            or self._control_frames > self._limits.control_frames_per_min
        )


def _tune(transport: asyncio.Transport, limits: Limits) -> None:
    """Have the kernel notice a dead peer, and hold back a slow one's bytes. TCP_NODELAY was set by aiohttp."""
    sock: Any = transport.get_extra_info("socket")
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with contextlib.suppress(OSError):  # The reader may be gone already; reading will tell.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.send_buffer_bytes)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limits.user_timeout_ms)
