"""
A copy of a journal that is in use, made by the one connection that has it, while it goes on taking entries.

SQLite's backup copies some pages, lets the writer work, copies some more; what is changed meanwhile by the same
connection is changed in the copy too (https://www.sqlite.org/c3ref/backup_finish.html). So the copy is the journal as
it is at the end, and a body that was overwritten during the copy is overwritten in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from server.errors import Unavailable

PAGES_PER_STEP: Final = 256
"""1 MiB of pages of 4 KiB: appends wait for no longer than it takes to copy these."""


class CopyFailed(Unavailable):
    """The journal could not be copied; the journal itself is as it was."""

    code = "copy-failed"


class Copied(NamedTuple):
    """Where a copy ends: the journal's epoch, the place of its last entry, and when that was appended (µs)."""

    epoch: str
    seq: int
    at: int


def copy_database(db: sqlite3.Connection, path: Path, *, between: Callable[[], None]) -> None:
    """
    Copy what *db* has into a new file.

    Args:
        path: Made; what was there goes. It should be on a quick disk: each step waits for it.
        between: Called after each step, in this thread; may use *db*. What it raises ends the copy.

    Raises:
        CopyFailed: There is no room, or the disk failed. Nothing is left behind.
    """
    path.unlink(missing_ok=True)
    try:
        _back_up(db, path, between)
    except (sqlite3.Error, OSError) as ex:
        remove_database(path)
        code = "no-room" if _is_full(ex) else None
        raise CopyFailed(f"The journal could not be copied: {ex}.", retry_after_s=60, code=code) from ex
    except BaseException:
        remove_database(path)
        raise


def _back_up(db: sqlite3.Connection, path: Path, between: Callable[[], None]) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as out:
        out.execute("PRAGMA journal_mode=OFF")  # what is half made is thrown away
        out.execute("PRAGMA synchronous=OFF")
        db.backup(out, pages=PAGES_PER_STEP, progress=lambda *_: between(), sleep=0)


def _is_full(ex: Exception) -> bool:
    return getattr(ex, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(ex, "errno", None) == errno.ENOSPC


def remove_database(path: Path) -> None:
    """Delete a copy, with what SQLite may have put beside it."""
    for each in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm", "-journal"))):
        each.unlink(missing_ok=True)


def open_copy(path: Path) -> sqlite3.Connection:
    """
    A copy, to read. Nothing is written, not even beside it.

    Raises:
        sqlite3.Error: It is no database.
    """
    return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
