"""
The child process that makes a recording: it reads a copy of a journal twice, and writes chunks into one file.

Once to know what stands at its end, and once to see the day go by. So the wall goes on meanwhile, and what a hundred
thousand posts take in memory is given back at the end. Its output is one line of JSON: an `Index`, or a `Failure`.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import gzip
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from server.journal.copying import open_copy
from server.replay.recording import Day, Recorder, days, joined_us, moments
from server.replay.standing import Standing
from server.symposium.entries import Record, decode_head

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NICE: Final = 10
"""Whoever posts, decides or watches goes first."""
_ROWS: Final = 1_000
_LEVEL: Final = 4
"""Of gzip: a third of the time of the usual level, for files that are a tenth larger."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told: the copy of a journal, and the file to write."""

    journal: str
    to: str


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a chunk lies in the file, in gzip; it has the time from `begin` on, in µs."""

    begin: int
    offset: int
    size: int


class Index(msgspec.Struct, frozen=True, kw_only=True, tag="index"):
    """
    What is in the file.

    Args:
        at: When the last entry was made, µs.
        posts: How many stand.
    """

    at: int
    posts: int
    days: tuple[Day, ...]
    places: tuple[Place, ...]


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """What went wrong, in a sentence; `full`: there was no room."""

    message: str
    full: bool = False


def main(given: BinaryIO, out: BinaryIO) -> int:
    """Do the job that stands on *given*."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    gc.disable()  # It would look through all that was read again and again, and find nothing.
    job = msgspec.json.decode(given.read(), type=Job)
    told: Index | Failure
    try:
        told = record(Path(job.journal), Path(job.to))
    except (OSError, sqlite3.Error) as ex:
        full = getattr(ex, "errno", None) in FULL
        told = Failure(message=str(getattr(ex, "strerror", None) or ex), full=full)
    out.write(msgspec.json.encode(told) + b"\n")
    return int(isinstance(told, Failure))


def record(journal: Path, to: Path) -> Index:
    """
    Write the recording of *journal*, a copy that nobody writes, to a new file.

    Raises:
        OSError, sqlite3.Error: A disk has no room, or the copy cannot be read.
    """
    with contextlib.closing(open_copy(journal)) as db:
        standing, recorder = Standing.of(_records(db)), Recorder()
        places, join = [], joined_us(len(standing.final.shown))
        with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            for chunk in recorder.chunks(moments(_records(db), standing, join_us=join)):
                packed = gzip.compress(chunk.json(), _LEVEL, mtime=0)
                places.append(Place(chunk.begin, file.tell(), len(packed)))
                file.write(packed)
    return Index(
        at=standing.final.at,
        posts=len(recorder.appeared),
        days=days(standing.final, recorder.appeared),
        places=tuple(places),
    )


def _records(db: sqlite3.Connection) -> Iterator[Record]:
    cursor = db.execute("SELECT seq, at, head, body FROM entries ORDER BY seq")
    while rows := cursor.fetchmany(_ROWS):
        for seq, at, head, body in rows:
            yield Record(seq, at, decode_head(head), body)
