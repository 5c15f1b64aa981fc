"""
The child process that makes reports: it gets the state as it was at one moment, and writes files.

So the wall goes on while a report is compiled, set and packed, and what that takes is given back at its end. Its input
is a `Job`; its output a line of JSON for each file, of a version also which posts are in it, or one that says what went
wrong.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobStore
from server.errors import FonteinError
from server.journal.copying import open_copy
from server.report.exports import Export, Format, Order
from server.report.writing import Blobs
from server.symposium.entries import Record, ReportFrozen, decode_head
from server.symposium.law import apply
from server.symposium.posts import move
from server.symposium.state import State, Version, is_final, is_taken_back
from server.symposium.values import BlobId, PostId, Status

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NICE: Final = 10
"""Whoever posts, decides or watches goes first."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """
    A version to make again, as the journal was then, without what went since.

    Args:
        journal: A copy of it.
        version: The one whose bytes went: how it is listed now.
        versions: All of them, as they are listed now.
        ended: The posts that were taken back since, and how they stand.
        words: What staff wrote, as it is now: where the words of then were overwritten it stands for them.
    """

    journal: str
    version: Version
    versions: tuple[Version, ...]
    ended: dict[PostId, Status]
    words: dict[str, bytes]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child is told: a `state` (msgpack), or the `past`, whose formats are those of the version that it was.

    `blobs` and `to` are folders.
    """

    order: Order
    blobs: str
    to: str
    state: bytes = b""
    past: Past | None = None


class Quoted(msgspec.Struct, frozen=True, kw_only=True, tag="quoted"):
    """The posts that stand in a version."""

    posts: tuple[PostId, ...]


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """What went wrong, in a code and a sentence; `full`: there was no room."""

    code: str
    message: str
    full: bool = False


def is_full(error: Exception) -> bool:
    """
    Whether there was no room.

    `shutil` tells of several files at once, in words; `tempfile` finds no folder where it can write four letters.
    """
    words = str(error)
    in_words = any(f"[Errno {number}]" in words for number in FULL) or "No usable temporary directory" in words
    return in_words or getattr(error, "errno", None) in FULL


def reader(folder: Path) -> Blobs:
    """The pictures of a symposium, for writers: what is gone or damaged is None."""
    store = BlobStore(folder)

    def read(blob: BlobId) -> bytes | None:
        try:
            return store.read(StoredId(blob))
        except FonteinError:
            return None

    return read


# The past


def past_of(state: State, version: Version, journal: Path) -> Past:
    """What a child must know of *state*, which is of now, to make *version* again from a copy of the journal."""
    return Past(
        journal=str(journal),
        version=version,
        versions=state.draft.versions,
        ended={post.id: post.status for post in state.posts.values() if is_taken_back(post)},
        words={name: body for name, seq in _words(state) if (body := state.bodies.get(seq)) is not None},
    )


def _words(state: State) -> Iterator[tuple[str, int]]:
    """What staff wrote and a report prints, each under a name that lasts, and the entry that holds it."""
    yield "symposium", state.body
    if state.programme is not None:
        yield "programme", state.programme.body
    for paper in state.papers.values():
        yield f"paper:{paper.id}", paper.body
    for place, block in state.draft.blocks.items():
        if block.text is not None:
            yield f"text:{place}", block.text.body
    for badge in state.badges.values():
        if not badge.nameless:
            yield f"badge:{badge.id}", badge.body


def then(past: Past) -> tuple[State, tuple[Format, ...]]:
    """
    The state of which the version was made, without what went since, and the formats that it had.

    Posts that stood in it and were taken back count as that; others that were, as they did then, without their words.

    Raises:
        sqlite3.Error: The copy cannot be read.
    """
    state, version = State(), past.version
    formats: tuple[Format, ...] = ()
    stood: frozenset[PostId] = frozenset()
    with contextlib.closing(open_copy(Path(past.journal))) as db:
        for seq, at, head, body in db.execute("SELECT seq, at, head, body FROM entries ORDER BY seq"):
            record = Record(seq, at, decode_head(head), body)
            if seq <= version.through:
                apply(state, record)
            elif isinstance(record.head, ReportFrozen) and record.head.sha256 == version.sha256:
                formats = tuple(Format(each.format) for each in record.head.files if each.format in set(Format))
                stood = frozenset(record.head.posts)
                break
    for post_id, status in past.ended.items():
        post = state.posts.get(post_id)
        if post is not None and not is_final(post):
            if post_id in stood:
                move(state, post, status, state.seq)
            for each in post.bodies:
                state.bodies.pop(each, None)
    for name, seq in _words(state):
        if seq not in state.bodies and name in past.words:
            state.bodies[seq] = past.words[name]
    state.draft.versions = past.versions
    return state, formats or (Format.HTML,)


# The work


def main(given: BinaryIO, out: BinaryIO) -> int:
    """Do the job that stands on *given*."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    job = msgspec.msgpack.decode(given.read(), type=Job)
    try:
        _write(job, out)
    except FonteinError as ex:
        _say(out, Failure(code=ex.code, message=str(ex)))
        return 1
    except (OSError, sqlite3.Error) as ex:
        message = str(getattr(ex, "strerror", None) or ex)
        _say(out, Failure(code="report-failed", message=message, full=is_full(ex)))
        return 1
    return 0


def _write(job: Job, out: BinaryIO) -> None:
    if job.past is None:
        state, order = msgspec.msgpack.decode(job.state, type=State), job.order
    else:
        state, formats = then(job.past)
        order = msgspec.structs.replace(job.order, formats=formats)
    export = Export(state, order, reader(Path(job.blobs)))
    for written in export.write(Path(job.to)):
        _say(out, written)
    if order.number:
        _say(out, Quoted(posts=export.posts))


def _say(out: BinaryIO, what: msgspec.Struct) -> None:
    out.write(msgspec.json.encode(what) + b"\n")
    out.flush()
