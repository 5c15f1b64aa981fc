"""Journals as text: one entry a line, with its head and body as they stood in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from server.symposium.entries import Record, decode_head, encode_head


class Line(msgspec.Struct, frozen=True):
    """`head` and `body` are the bytes of the journal, as UTF-8; `body` is None where the kind has none."""

    seq: int
    at: int
    head: str
    body: str | None


_decode = msgspec.json.Decoder(Line).decode


def write_journal(file: Path, records: Iterable[Record]) -> None:
    """Write *records* to *file*, one a line."""
    lines = (
        Line(r.seq, r.at, encode_head(r.head).decode(), None if r.body is None else r.body.decode()) for r in records
    )
    file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))


def read_lines(file: Path) -> Iterator[Line]:
    """The lines of *file*."""
    return map(_decode, file.read_bytes().splitlines())


def read_journal(file: Path) -> Iterator[Record]:
    """The records of *file*, as the journal would give them."""
    for line in read_lines(file):
        body = None if line.body is None else line.body.encode()
        yield Record(line.seq, line.at, decode_head(line.head.encode()), body)
