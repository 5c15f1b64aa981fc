"""A virus scanner that the operator runs: it is believed, and without its answer nothing is taken."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.papers import clamd
from server.papers.clamd import ScannerAway, scan
from server.papers.inspection import NotAPaper, Reason
from tests.server.papers.documents import EICAR

OnDisk = Callable[[bytes], Path]


@asynccontextmanager
async def scanner(path: Path, reply: bytes | None = None) -> AsyncIterator[list[bytes]]:
    """Speaks INSTREAM as clamd does; finds the test virus, or says *reply* whatever comes."""
    got: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            data += await reader.readexactly(size)
        got.append(data)
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
        writer.write(found if reply is None else reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(talk, path)
    try:
        yield got
    finally:
        server.close()


async def test_file_goes_through_the_scanner_whole(tmp_path: Path, on_disk: OnDisk) -> None:
    data = b"clean" * 200_000
    async with scanner(tmp_path / "clamd") as got:
        await scan(str(tmp_path / "clamd"), on_disk(data))

    assert got == [data]


async def test_what_the_scanner_finds_is_refused_by_name(tmp_path: Path, on_disk: OnDisk) -> None:
    async with scanner(tmp_path / "clamd"):
        with pytest.raises(NotAPaper, match="Eicar-Signature") as caught:
            await scan(str(tmp_path / "clamd"), on_disk(EICAR))

    assert caught.value.reason is Reason.MALWARE


@pytest.mark.parametrize("reply", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"what?\0"])
async def test_scanner_that_does_not_say_ok_says_no(tmp_path: Path, on_disk: OnDisk, reply: bytes) -> None:
    async with scanner(tmp_path / "clamd", reply):
        with pytest.raises(ScannerAway):
            await scan(str(tmp_path / "clamd"), on_disk(b"x"))


async def test_scanner_that_is_not_there_says_no(tmp_path: Path, on_disk: OnDisk) -> None:
    with pytest.raises(ScannerAway):
        await scan(str(tmp_path / "nobody"), on_disk(b"x"))


async def test_scanner_that_hangs_is_not_waited_for(
    tmp_path: Path, on_disk: OnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "SCAN_S", 0.1)
    done, left = asyncio.Event(), asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()
        left.set()

    async with await asyncio.start_unix_server(hang, tmp_path / "clamd"):
        with pytest.raises(ScannerAway):
            await scan(str(tmp_path / "clamd"), on_disk(b"x"))
        done.set()
        await left.wait()
