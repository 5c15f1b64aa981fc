"""The line between a browser and the server: what goes over it is counted, and can be cut where a test wants it cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

_CHUNK = 64 * 1024


class Fate(StrEnum):
    """What becomes of a request."""

    PASS = "pass"
    CUT_BEFORE = "cut-before"
    """The line breaks before the server has heard anything."""
    CUT_DURING = "cut-during"
    """The line breaks when the server has half of the request."""
    CUT_AFTER = "cut-after"
    """The server carries it out and answers, and the answer is lost."""
    CUT_ANSWER = "cut-answer"
    """Half of the answer comes through."""


Decide = Callable[[str, str], Fate]
"""From method and path to what becomes of the request."""


@dataclass
class Wire:
    """
    A TCP relay to the server at *target* (port). Each request gets a connection of its own, so that one can be cut
    without the others; with `whole` the connections are as the browser made them, and nothing is cut.

    Counts: `up` and `down` in bytes, headers and WebSocket frames included; `asked` requests by method and path.
    """

    target: int
    decide: Decide = lambda _method, _path: Fate.PASS
    whole: bool = False
    up: int = 0
    down: int = 0
    connections: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _carriers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where a browser finds the server, through this line."""
        return f"http://127.0.0.1:{self.port}"

    def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a browser."""
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._carriers.add(task)
        task.add_done_callback(self._carriers.discard)
        task.add_done_callback(lambda _: writer.close())  # also when it was cancelled before it began

    async def close(self) -> None:
        """Cut every connection that is left."""
        for task in self._carriers:
            task.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writers = [writer]
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
            writers.append(up_writer)
            carry = self._relay if self.whole else self._carry_one
            await carry(reader, writer, up_reader, up_writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # Somebody hung up: that is what lines do.
        finally:
            for each in writers:  # all of them before any is waited for, which may be cancelled
                each.close()
            for each in writers:
                with contextlib.suppress(OSError):
                    await each.wait_closed()

    async def _carry_one(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, *_ = head.decode("latin-1").split(" ")
        self.asked[f"{method} {path}"] += 1
        if b"upgrade: websocket" in head.lower():
            up_writer.write(head)
            await self._relay(reader, writer, up_reader, up_writer)
            return
        fate = self.decide(method, path)
        request = _closing(head) + await reader.readexactly(_length_of(head))
        if fate is Fate.CUT_BEFORE:
            return
        up_writer.write(request[: len(request) // 2] if fate is Fate.CUT_DURING else request)
        await up_writer.drain()
        if fate is Fate.CUT_DURING:
            return
        answer = await up_reader.read(-1)
        if fate is Fate.CUT_AFTER:
            return
        writer.write(answer[: len(answer) // 2] if fate is Fate.CUT_ANSWER else answer)
        await writer.drain()

    async def _relay(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_up: bool) -> None:
            while data := await source.read(_CHUNK):
                if is_up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                sink.write(data)
                await sink.drain()

        both = [
            asyncio.ensure_future(pump(reader, up_writer, is_up=True)),
            asyncio.ensure_future(pump(up_reader, writer, is_up=False)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)


def _length_of(head: bytes) -> int:
    lines = head.decode("latin-1").lower().split("\r\n")
    return next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)


def _closing(head: bytes) -> bytes:
    """The request, after which the server closes."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([lines[0], b"Connection: close", *lines[1:]])


@asynccontextmanager
async def open_wire(url: str, *, whole: bool = False) -> AsyncIterator[Wire]:
    """A line to the server at *url*."""
    wire = Wire(target=int(url.rpartition(":")[2]), whole=whole)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0, limit=2**20)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.close()
