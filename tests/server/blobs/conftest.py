"""Pictures to throw at the code, a store, a pool, and a tripwire for connections that must not be made."""

from __future__ import annotations

import asyncio
import io
import ipaddress
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.blobs.images import PicturePool
from server.blobs.store import BlobStore


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", reserve_bytes=0)


@pytest.fixture
async def images() -> AsyncIterator[PicturePool]:
    async with PicturePool() as pool:
        yield pool


@pytest.fixture
def drawn() -> Callable[..., bytes]:
    """A picture as bytes: left half red, right half blue, encoded by Pillow with whatever options are given."""

    def draw(format_: str = "JPEG", *, size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
        image = Image.new("RGB", size, "red")
        image.paste("blue", (size[0] // 2, 0, *size))
        out = io.BytesIO()
        image.convert(mode).save(out, format_, **options)
        return out.getvalue()

    return draw


@pytest.fixture
def png_header() -> Callable[[int, int], bytes]:
    """A PNG that claims a size and holds nothing of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    def make(width: int, height: int) -> bytes:
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")

    return make


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """
    The addresses that the loop was asked to connect to.

    Those outside loopback are noted and then refused here, so that a hole in the gate shows and no packet leaves.
    """
    addresses: list[str] = []
    real = asyncio.selector_events.BaseSelectorEventLoop.sock_connect

    async def sock_connect(self: Any, sock: Any, address: Any) -> None:
        addresses.append(address[0])
        if not ipaddress.ip_address(address[0]).is_loopback:
            raise ConnectionRefusedError("tripwire")
        await real(self, sock, address)

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", sock_connect)
    return addresses
