"""
A ZIP that is made while it is sent: files as they are, one after the other, its length known before its first byte.

Papers are packed already, so that nothing is packed again. Each file is read once for its checksum just before it is
sent; nothing is held in memory but a piece of one file. Source: PKWARE, APPNOTE 6.3.10, without ZIP64: below 4 GB.
"""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

MAX_ENTRIES: Final = 4_000
MAX_BYTES: Final = 4_000_000_000
CHUNK: Final = 256 * 1024
_UTF8: Final = 0x800
_VERSION: Final = 20
_MADE_BY: Final = 3 << 8 | _VERSION
"""Unix, so that rights can be told: a plain file that its owner may write."""
_MODE: Final = 0o100644 << 16


class Entry(NamedTuple):
    """
    A file of the archive.

    Args:
        at: Unix time in seconds, for its date.
        open: Opens it for reading; blocks.
    """

    name: str
    size: int
    at: float
    open: Callable[[], BinaryIO]


def length(entries: Sequence[Entry]) -> int:
    """How many bytes `write` will give."""
    names = sum(len(each.name.encode()) for each in entries)
    return sum(each.size for each in entries) + 2 * names + (30 + 46) * len(entries) + 22


def write(entries: Sequence[Entry]) -> Iterator[bytes]:
    """
    The archive, in pieces of at most 256 KiB. Blocks between them: for a thread.

    Raises:
        OSError: A file is not as long as it was, or cannot be read: what was given so far is no archive.
    """
    directory = bytearray()
    offset = 0
    for each in entries:
        name = each.name.encode()
        with each.open() as file:
            crc = _crc(file)
            common = struct.pack("<HHIIIIHH", _UTF8, 0, _dos_time(each.at), crc, each.size, each.size, len(name), 0)
            yield struct.pack("<4sH", b"PK\x03\x04", _VERSION) + common + name
            yield from _pieces(file, each.size)
        directory += struct.pack("<4sHH", b"PK\x01\x02", _MADE_BY, _VERSION) + common
        directory += struct.pack("<HHHII", 0, 0, 0, _MODE, offset) + name
        offset += 30 + len(name) + each.size
    yield from (bytes(directory[at : at + CHUNK]) for at in range(0, len(directory), CHUNK))
    count = len(entries)
    yield struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)


def _crc(file: BinaryIO) -> int:
    crc = 0
    while chunk := file.read(CHUNK):
        crc = zlib.crc32(chunk, crc)
    file.seek(0)
    return crc


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
    if left or file.read(1):
        raise OSError("a file changed while it was sent")


def _dos_time(at: float) -> int:
    """Two seconds exact, from 1980 on, UTC: the same archive from the same papers."""
    when = time.gmtime(max(at, 315_532_800))
    date = (when.tm_year - 1980) << 9 | when.tm_mon << 5 | when.tm_mday
    return date << 16 | when.tm_hour << 11 | when.tm_min << 5 | when.tm_sec // 2
