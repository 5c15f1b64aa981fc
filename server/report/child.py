"""
The child process that makes reports: it gets the state as it was at one moment, and writes files.

So the wall goes on while a report is compiled, set and packed, and what that takes is given back at its end. Its input
is an `Order`, a state and two folders; its output a line of JSON for each file, or one that says what went wrong.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobStore
from server.errors import FonteinError
from server.report.exports import Export, Order
from server.report.writing import Blobs
from server.symposium.state import State
from server.symposium.values import BlobId

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NICE: Final = 10
"""Whoever posts, decides or watches goes first."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told. `blobs` and `to` are folders; `state` is msgpack."""

    order: Order
    blobs: str
    to: str
    state: msgspec.Raw


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """What went wrong, in a code and a sentence; `full`: there was no room."""

    code: str
    message: str
    full: bool = False


def reader(folder: Path) -> Blobs:
    """The pictures of a symposium, for writers: what is gone or damaged is None."""
    store = BlobStore(folder)

    def read(blob: BlobId) -> bytes | None:
        try:
            return store.read(StoredId(blob))
        except FonteinError:
            return None

    return read


def main(given: BinaryIO, out: BinaryIO) -> int:
    """Do the job that stands on *given*."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    job = msgspec.msgpack.decode(given.read(), type=Job)
    state = msgspec.msgpack.decode(job.state, type=State)
    try:
        for written in Export(state, job.order, reader(Path(job.blobs))).write(Path(job.to)):
            out.write(msgspec.json.encode(written) + b"\n")
            out.flush()
    except FonteinError as ex:
        out.write(msgspec.json.encode(Failure(code=ex.code, message=str(ex))) + b"\n")
        return 1
    except OSError as ex:
        told = Failure(code="report-failed", message=str(ex.strerror or ex), full=ex.errno in FULL)
        out.write(msgspec.json.encode(told) + b"\n")
        return 1
    return 0
