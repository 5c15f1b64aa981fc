"""Readers for the tests of the live layer: one that understands frames, and one that only has a socket."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.live.audience import Audience, View
from server.live.channel import Channel
from server.live.limits import Limits

EPOCH = "e1"
NOW_US = 1_760_000_000_000_000
SOON_S = 30.0
"""Patience with a busy machine: nothing waits this long that comes at all."""


class Replica:
    """What a browser holds: applies frames as `design` asks, and refuses changes that do not start where it is."""

    def __init__(self) -> None:
        self.epoch = ""
        self.position = -1
        self.view: dict[str, Any] = {}
        self.covered: list[str] | str = []

    def take(self, frame: Mapping[str, Any]) -> None:
        """Apply one frame."""
        match frame["type"]:
            case "snapshot":
                self.epoch, self.position, self.view = frame["epoch"], frame["to"], dict(frame["view"])
                self.covered = []
            case "changes":
                assert frame["from"] == self.position
                for change in frame["changes"]:
                    self._change(*change)
                self.position = frame["to"]
                self.covered = []
            case "cover":
                self.covered = frame["keys"]
            case "tick":
                assert frame["to"] == self.position

    def _change(self, what: str, key: str, value: Any = None) -> None:
        if what == "put":
            self.view[key] = value
        else:
            self.view.pop(key, None)  # may have come and gone while this reader was away


class Stand:
    """A server with one channel at `/`, and readers that connect to it."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._server: TestServer | None = None
        self._session: aiohttp.ClientSession | None = None
        self._readers: list[Reader] = []
        """Kept: a reader that nobody holds would leave."""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._serve)
        self._server = TestServer(app)
        await self._server.start_server(shutdown_timeout=0.1)
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        assert self._session is not None
        assert self._server is not None
        for reader in self._readers:
            await reader.ws.close()
        await self._session.close()
        await self._server.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        own = json.loads(query["own"]) if "own" in query else None
        return await self.channel.serve(
            request,
            since=query.get("since"),
            badge=query.get("badge"),
            device=query.get("device"),
            own=None if own is None else lambda: own,
        )

    @property
    def port(self) -> int:
        assert self._server is not None
        assert self._server.port is not None
        return self._server.port

    async def connect(self, *, autoping: bool = True, **query: str) -> Reader:
        """A reader that has not read yet."""
        assert self._session is not None
        url = f"http://127.0.0.1:{self.port}/"
        ws = await self._session.ws_connect(url, params=query, autoping=autoping, max_msg_size=0)
        self._readers.append(Reader(ws))
        return self._readers[-1]

    async def join(self, **query: str) -> Reader:
        """A reader that has read its greeting, up to the tick."""
        reader = await self.connect(autoping=True, **query)
        await reader.until("tick")
        return reader

    def raw(self, *, receive_buffer_bytes: int = 4096) -> socket.socket:
        """A socket that has sent a handshake and reads nothing by itself."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        sock.connect(("127.0.0.1", self.port))
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        sock.setblocking(False)
        return sock


class Reader:
    """A standards-minded client and its replica."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.replica = Replica()
        self.taken: list[dict[str, Any]] = []

    async def next(self) -> dict[str, Any]:
        """The next frame, applied."""
        frame: dict[str, Any] = await self.ws.receive_json(timeout=SOON_S)
        self.replica.take(frame)
        self.taken.append(frame)
        return frame

    async def until(self, kind: str) -> dict[str, Any]:
        """Take frames up to the first of *kind*."""
        while (frame := await self.next())["type"] != kind:
            pass
        return frame

    async def reach(self, position: int) -> None:
        """Take frames until the replica is at *position*."""
        while self.replica.position != position:
            await self.next()

    async def frames(self, number: int) -> list[dict[str, Any]]:
        """The next *number* frames."""
        return [await self.next() for _ in range(number)]

    async def nothing(self, within_s: float = 0.05) -> bool:
        """Whether nothing comes for a while."""
        try:
            message = await self.ws.receive(timeout=within_s)
        except TimeoutError:
            return True
        raise AssertionError(f"{message} came")

    @property
    def kinds(self) -> list[str]:
        """Of all frames that were taken."""
        return [frame["type"] for frame in self.taken]


def make_channel(items: Mapping[str, Any] | None = None, *, seq: int = 0, limits: Limits | None = None) -> Channel:
    """An open channel of the wall."""
    channel = Channel(Audience.WALL, epoch=EPOCH, limits=limits or Limits(), now_us=lambda: NOW_US)
    channel.publish(View(seq, items or {}))
    return channel


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The frames in *data* as (opcode, payload); an unfinished one at the end is left out."""
    found = []
    at = 0
    while len(data) - at >= 2:
        size, head = data[at + 1] & 127, 2
        if size > 125:
            head = 4 if size == 126 else 10
            size = int.from_bytes(data[at + 2 : at + head], "big")
        if len(data) - at < head + size:
            break
        found.append((data[at] & 15, data[at + head : at + head + size]))
        at += head + size
    return found


def masked(opcode: int, payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    assert len(payload) < 126
    return bytes((0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload


async def read_all(sock: socket.socket, *, within_s: float = SOON_S) -> bytes:
    """Read a raw socket until its end; the head of the handshake's answer is cut off."""
    loop = asyncio.get_running_loop()
    data = bytearray()
    async with asyncio.timeout(within_s):
        while True:
            try:
                chunk = await loop.sock_recv(sock, 65536)
            except ConnectionResetError:
                break
            if not chunk:
                break
            data += chunk
    return bytes(data).partition(b"\r\n\r\n")[2]


async def eventually(holds: Any, *, within_s: float = SOON_S) -> None:
    """Wait until *holds()*."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 -- what is waited for has no event of its own
            await asyncio.sleep(0.01)
