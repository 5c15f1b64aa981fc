"""
A virus scanner, where the operator runs one: clamd, by its INSTREAM command.

Configured, it must answer: a file that could not be scanned is not taken now. Source: clamd(8).
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from pathlib import Path
from typing import Final

from server.errors import Unavailable
from server.papers.inspection import NotAPaper, Reason

CONNECT_S: Final = 5.0
SCAN_S: Final = 120.0
_CHUNK: Final = 256 * 1024


class ScannerAway(Unavailable):
    """The virus scanner did not answer. What was sent is still there."""

    code = "scanner-away"


async def scan(address: str, path: Path) -> None:
    """
    Have the file at *path* scanned.

    Args:
        address: Path of a socket, or `host:port`.

    Raises:
        NotAPaper: `malware`, with the scanner's name for it.
        ScannerAway: It cannot be reached, took too long, or did not understand.
    """
    try:
        async with asyncio.timeout(SCAN_S):
            reply = await _ask(address, path)
    except (OSError, TimeoutError, ValueError, EOFError) as ex:
        raise ScannerAway(f"The virus scanner at {address} does not answer.", retry_after_s=60) from ex
    if reply.endswith(" FOUND"):
        found = reply.removeprefix("stream: ").removesuffix(" FOUND")
        raise NotAPaper(Reason.MALWARE, found="".join(sign for sign in found if sign.isprintable())[:80])
    if reply != "stream: OK":
        raise ScannerAway(f"The virus scanner said: {reply[:200]}", retry_after_s=60)


async def _ask(address: str, path: Path) -> str:
    reader, writer = await _connect(address)
    try:
        writer.write(b"zINSTREAM\0")
        file = await asyncio.to_thread(path.open, "rb")
        try:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                writer.write(struct.pack(">I", len(chunk)) + chunk)
                await writer.drain()
        except ConnectionError:
            pass  # it has had enough, and says why
        finally:
            file.close()
        with contextlib.suppress(ConnectionError):
            writer.write(struct.pack(">I", 0))
            await writer.drain()
        reply = await reader.readuntil(b"\0")
        return reply.rstrip(b"\0").decode("utf-8", "replace").strip()
    finally:
        writer.close()


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(CONNECT_S):
        if "/" in address:
            return await asyncio.open_unix_connection(address)
        host, _, port = address.rpartition(":")
        return await asyncio.open_connection(host, int(port))
