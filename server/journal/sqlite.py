"""
A journal in one SQLite file.

One thread has the only connection: it writes, reads, redacts and checkpoints. It drains whatever waits, commits once,
and wakes every caller (group commit): `synchronous=FULL` then costs one fsync for all who came meanwhile.

The connection holds the file for itself (`locking_mode=EXCLUSIVE`), and a lock file beside it says which process does:
SQLite 3.7.0–3.51.2 can corrupt a WAL that two connections write or checkpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import secrets
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NoReturn

import msgspec

from server.errors import FonteinError
from server.journal.contract import Deliver, JournalBroken, JournalBusy, JournalDamaged, JournalFull, JournalTaken
from server.journal.copying import Copied, CopyFailed, copy_database, remove_database
from server.journal.lock import FileLock
from server.symposium.entries import Entry, Record, decode_head, encode_head

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x464E544E
"""`FNTN`: what `file` and SQLite's header call this kind of file."""

FORMAT = 1
_MAX_WAITING = 20_000
_MAX_WAITING_URGENT = 1_000
"""So many more when they are urgent: a flood of posts does not keep a moderator from hiding one."""
_REPLAY_ROWS = 1_000
_REDACT_ROWS = 500
_FREE_CHECK_S = 1.0
_CLOSE_S = 5.0
_PAGE_BYTES = 4_096
_PAGES_PER_COMMIT = 3
"""What a commit adds to the write-ahead log beside its rows, at most: the pages above the last leaf."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, head BLOB NOT NULL, body BLOB);
"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """
    Bounds of a journal.

    Args:
        reserve_bytes: Below this much free disk only urgent entries are taken.
        ballast_bytes: A file of this size is given up for urgent entries when the disk is really full.
        wal_pages: A checkpoint comes at about this many pages of 4 KiB (fewer fsyncs than SQLite's default of 1,000).
        batch_entries: A commit takes the waiting appends until it has this many entries.
    """

    reserve_bytes: int = 100 * 2**20
    ballast_bytes: int = 16 * 2**20
    wal_pages: int = 8_000
    batch_entries: int = 4_096


class _Append(msgspec.Struct, eq=False):
    entries: Sequence[Entry]
    heads: list[bytes]
    urgent: bool
    future: asyncio.Future[tuple[int, ...]]
    is_answered: bool = False
    seqs: tuple[int, ...] = ()
    records: Sequence[Record] = ()


class _Redact(msgspec.Struct, eq=False):
    seqs: Sequence[int]
    future: asyncio.Future[None]
    is_answered: bool = False


@dataclass(slots=True)
class _Copy:
    path: Path
    future: asyncio.Future[Copied]
    is_answered: bool = False


_Request = _Append | _Redact | _Copy


class _Stop:
    pass


class _Ending(Exception):
    """The journal closes, or broke: a copy that is being made ends with it."""


class SqliteJournal:
    """
    The journal of one symposium in `<folder>/journal.db`.

    Args:
        folder: Made when it is missing.
        now_us: The clock that stamps entries, UTC microseconds; never goes back within a journal.
        broken: Called on the event loop, once, when the disk failed: the process must end.
        synchronous: Only tests change it, to show what it is for.

    Raises:
        JournalTaken: Another process has it open.
        JournalDamaged: The file is something else, or of a later format.
        JournalFull: There is no room even to open it.
        JournalBroken: The disk failed while it was opened.
        OSError: The folder cannot be made, written in or synced.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
        broken: Callable[[JournalBroken], None] | None = None,
        limits: Limits | None = None,
        synchronous: str = "FULL",
    ) -> None:
        self.folder = folder
        self._limits = limits or Limits()
        self._now_us = now_us
        self._broken_callback = broken
        self._broken: JournalBroken | None = None
        self._wal_pages = 0
        self._seq = self._at = 0
        _make_folder(folder)
        self._lock = FileLock(folder / "journal.lock")
        try:
            self._db = self._open(folder / "journal.db", synchronous)
        except BaseException:
            self._lock.release()
            raise
        self._queue: queue.SimpleQueue[_Request | _Stop] = queue.SimpleQueue()
        self._waiting = 0
        self._free_checked_at = 0.0
        self._roomy = True
        self._thread: threading.Thread | None = None
        self._deliver: Deliver | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._copying = False
        self._keep_ballast()

    # Opening

    def _open(self, path: Path, synchronous: str) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
        try:
            self._prepare(db, path, synchronous)
        except sqlite3.Error as ex:
            db.close()
            raise _cannot_open(path, ex) from ex
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection, path: Path, synchronous: str) -> None:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        # A power cut may have left a file with a header and nothing in it: that is a fresh one too.
        fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        self._check_format(db, path, fresh=fresh)
        # SQLite stays silent when it cannot: and without its log a commit may not outlive a power cut.
        if db.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
            raise JournalBroken(f"{path}: the disk takes no write-ahead log; look at the disk, or use another one")
        db.execute(f"PRAGMA synchronous={synchronous}")
        db.execute("PRAGMA fullfsync=ON")  # on macOS a plain fsync leaves the bytes in the drive's cache
        db.execute("PRAGMA checkpoint_fullfsync=ON")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA temp_store=MEMORY")  # no body in a temporary file
        # SQLite's own checkpoints say nothing when the disk fails under them (sqlite3WalDefaultHook): ours do.
        db.execute("PRAGMA wal_autocheckpoint=0")
        if fresh:
            self._make(db)
        epoch = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        if epoch is None:
            raise JournalDamaged(f"{path} has no epoch; restore it from an archive")
        self.epoch = str(epoch[0])
        row = db.execute("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq, self._at = row or (0, 0)
        # What a crash left in the write-ahead log goes into the file: also a redaction that had not ended.
        _checkpoint(db, "TRUNCATE")
        # The name of the log itself must be durable before anybody leans on what is in it: SQLite syncs the folder too,
        # and does not look whether that worked (unixSync).
        _sync_folder(path.parent)

    @staticmethod
    def _check_format(db: sqlite3.Connection, path: Path, *, fresh: bool) -> None:
        application_id = db.execute("PRAGMA application_id").fetchone()[0]
        if application_id != APPLICATION_ID and not (fresh and application_id == 0):
            raise JournalDamaged(f"{path} is not a journal of Fontein; move it away")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise JournalDamaged(f"{path} has format {found}, this version reads up to {FORMAT}; use a newer version")

    @staticmethod
    def _make(db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.strip().split(";"):
            if statement.strip():
                db.execute(statement)
        db.execute("INSERT INTO meta VALUES ('epoch', ?)", (secrets.token_hex(8),))
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={FORMAT}")
        db.execute("COMMIT")

    def _keep_ballast(self) -> None:
        """Set room aside for decisions on a full disk, where there is plenty now."""
        ballast = self.folder / "ballast"
        want = self._limits.ballast_bytes
        try:
            if want == 0 or (ballast.exists() and ballast.stat().st_size >= want):
                return
            if shutil.disk_usage(self.folder).free < want + self._limits.reserve_bytes:
                return
            ballast.write_bytes(os.urandom(want))  # a file system that packs its files would make nothing of zeros
        except OSError as ex:
            _log.warning("no ballast for a full disk: %s", ex)
            with contextlib.suppress(OSError):
                ballast.unlink(missing_ok=True)

    # Reading

    def replay(self, after: int = 0) -> Iterator[Record]:
        """
        All entries above *after*, in order. Only before `start`: afterwards the writer's thread has the connection.

        Raises:
            JournalDamaged: Entries are missing or cannot be read.
            JournalBroken: The disk failed.
        """
        if self._thread is not None:
            raise RuntimeError("replay() belongs before start()")
        return chain.from_iterable(self._chunks(after))

    def _chunks(self, after: int) -> Iterator[list[Record]]:
        """Lists, and `chain` above: a turn of a generator for each record would cost more."""
        path = self.folder / "journal.db"
        expected = after + 1
        try:
            cursor = self._db.execute("SELECT seq, at, head, body FROM entries WHERE seq > ? ORDER BY seq", (after,))
            while rows := cursor.fetchmany(_REPLAY_ROWS):
                if (rows[0][0], rows[-1][0]) != (expected, expected + len(rows) - 1):
                    raise JournalDamaged(f"{path}: entries are missing; restore it from an archive")
                expected += len(rows)
                yield [Record(seq, at, decode_head(head), body) for seq, at, head, body in rows]
        except sqlite3.DatabaseError as ex:
            raise _cannot_open(path, ex) from ex
        except (msgspec.DecodeError, UnicodeDecodeError) as ex:
            raise JournalDamaged(f"{path}: {ex}; use a newer version, or restore it from an archive") from ex

    # Writing

    def start(self, deliver: Deliver) -> None:
        """Begin to take entries; *deliver* gets each durable batch on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._thread = threading.Thread(target=self._run, name=f"journal {self.folder.name}", daemon=True)
        self._thread.start()

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        """See `Journal.append`."""
        self._check_open()
        if not entries:
            return ()
        if self._waiting + len(entries) > _MAX_WAITING + (_MAX_WAITING_URGENT if urgent else 0):
            raise JournalBusy("too many entries wait for the disk; come back in a second", retry_after_s=1)
        assert self._loop is not None, "start() comes first"
        heads = [encode_head(entry.head) for entry in entries]
        request = _Append(entries, heads, urgent, self._loop.create_future())
        self._waiting += len(entries)
        self._queue.put(request)
        # A caller that goes away cancels its future, not the request: the entry is kept and delivered all the same.
        return await request.future

    async def redact(self, seqs: Sequence[int]) -> None:
        """See `Journal.redact`."""
        self._check_open()
        assert self._loop is not None, "start() comes first"
        request = _Redact(tuple(seqs), self._loop.create_future())
        self._queue.put(request)
        await request.future

    async def copy(self, path: Path) -> Copied:
        """See `Journal.copy`."""
        self._check_open()
        assert self._loop is not None, "start() comes first"
        request = _Copy(path, self._loop.create_future())
        self._queue.put(request)
        return await request.future

    def copy_now(self, path: Path) -> Copied:
        """The same without a loop, before `start`. Blocks."""
        if self._thread is not None:
            raise RuntimeError("copy_now() belongs before start()")
        copy_database(self._db, path, between=lambda: None)
        return Copied(self.epoch, self._seq, self._at)

    def _check_open(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._closed:
            raise JournalBusy("the server is closing; come back in a moment", retry_after_s=5)

    async def close(self) -> None:
        """Finish what was taken, checkpoint, and let go of the file."""
        thread = self._stop()
        if thread is not None:
            await asyncio.to_thread(thread.join, _CLOSE_S)
        self._let_go()

    def close_now(self) -> None:
        """The same without a running loop; nobody hears what became of their entries."""
        thread = self._stop()
        if thread is not None:
            thread.join(_CLOSE_S)
        self._let_go()

    def _stop(self) -> threading.Thread | None:
        if not self._closed and self._thread is not None:
            self._queue.put(_Stop())
        self._closed = True
        return self._thread

    def _let_go(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            # Its connection is in use, and nobody else may have the file: both go with the process.
            _log.error("no answer from the disk in %g s: %s is locked until this process ends", _CLOSE_S, self.folder)
            return
        with contextlib.suppress(sqlite3.Error):
            self._db.close()
        self._lock.release()

    # The writer's thread

    def _run(self) -> None:
        while True:
            batch, stop = self._drain()
            try:
                self._serve(batch)
            except Exception as ex:  # whatever it is: nobody may wait for ever, or be told that all is well
                self._break(batch, ex)
            if stop:
                if self._broken is None:
                    self._tidy()  # SQLite's own checkpoint, when the file is closed, would keep a failure to itself
                return

    def _serve(self, batch: list[_Request]) -> None:
        if self._broken is None and (appends := [r for r in batch if isinstance(r, _Append)]):
            self._commit(appends)
        if self._broken is None and (redacts := [r for r in batch if isinstance(r, _Redact)]):
            self._overwrite(redacts)
        if self._broken is not None:
            self._fail(batch, self._broken)  # those that were answered before stay so
            return
        if self._wal_pages >= self._limits.wal_pages:
            self._tidy()
        for request in batch:
            if isinstance(request, _Copy):
                self._copy(request)

    def _copy(self, request: _Copy) -> None:
        """Copy the journal, and take entries meanwhile."""
        if self._copying:
            self._fail([request], CopyFailed("the journal is being copied already", retry_after_s=10))
            return
        self._copying = True
        try:
            copy_database(self._db, request.path, between=self._serve_meanwhile)
        except CopyFailed as ex:
            self._fail([request], ex)
        except _Ending:
            remove_database(request.path)
            self._fail([request], CopyFailed("the server is closing", retry_after_s=10))
        else:
            request.is_answered = True
            self._call(_give, request, Copied(self.epoch, self._seq, self._at))
        finally:
            self._copying = False

    def _serve_meanwhile(self) -> None:
        """What waits while a copy is being made; between two steps of it."""
        if self._queue.empty():
            return
        batch, stop = self._drain()
        try:
            self._serve(batch)
        except Exception as ex:  # as in `_run`
            self._break(batch, ex)
        if stop:
            self._queue.put(_Stop())  # for the loop that makes the copy
        if stop or self._broken is not None:
            raise _Ending

    def _drain(self) -> tuple[list[_Request], bool]:
        """Whatever waits now; blocks while nothing does."""
        inbox, most = self._queue, self._limits.batch_entries
        item = inbox.get()
        batch: list[_Request] = []
        size = 0
        while not isinstance(item, _Stop):
            batch.append(item)
            size += len(item.entries) if isinstance(item, _Append) else 1
            if size >= most or inbox.empty():  # nobody else takes anything out
                return batch, False
            item = inbox.get()
        return batch, True

    def _commit(self, appends: list[_Append]) -> None:
        if not self._has_room():
            full = [a for a in appends if not a.urgent]
            self._fail(full, _full())
            appends = [a for a in appends if a.urgent]
        if appends:
            self._write(appends)

    def _write(self, appends: list[_Append]) -> None:
        try:
            self._insert(appends)
        except sqlite3.Error as ex:
            self._after_error(appends, ex)
        else:
            self._call(self._committed, appends)

    def _insert(self, appends: list[_Append]) -> None:
        seq, at = self._seq, max(self._at, self._now_us())
        rows: list[tuple[int, int, bytes, bytes | None]] = []
        size_bytes = 0
        for append in appends:
            records: list[Record] = []
            for (head, body), encoded in zip(append.entries, append.heads, strict=True):
                seq += 1
                rows.append((seq, at, encoded, body))
                records.append(Record(seq, at, head, body))
                size_bytes += len(encoded) if body is None else len(encoded) + len(body)
            append.records = records
            append.seqs = (seq,) if len(records) == 1 else tuple(range(records[0].seq, seq + 1))
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")
        self._seq, self._at = seq, at
        self._wal_pages += _PAGES_PER_COMMIT + size_bytes // _PAGE_BYTES

    def _after_error(self, appends: list[_Append], ex: sqlite3.Error) -> None:
        """Full and busy leave everything as it was; anything else means that this disk cannot be trusted any more."""
        name = _name(ex)
        self._roll_back()
        if name == "SQLITE_FULL":
            self._roomy = False
            urgent = [a for a in appends if a.urgent]
            self._fail([a for a in appends if not a.urgent], _full())
            if urgent and self._give_up_ballast():
                self._write(urgent)
            else:
                self._fail(urgent, _full())
        elif name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            self._fail(appends, JournalBusy("another program holds the journal; come back soon", retry_after_s=5))
        else:
            self._break(appends, ex)

    def _give_up_ballast(self) -> bool:
        """Free the ballast; True when there was any, so that a second try makes sense."""
        try:
            (self.folder / "ballast").unlink()
        except FileNotFoundError:
            return False
        _log.error("the disk is full: gave up the ballast so that decisions still work")
        return True

    def _has_room(self) -> bool:
        now = time.monotonic()
        if now - self._free_checked_at > _FREE_CHECK_S:
            self._free_checked_at = now
            with contextlib.suppress(OSError):  # nobody knows: the next commit finds out
                self._roomy = shutil.disk_usage(self.folder).free >= self._limits.reserve_bytes
            if self._roomy:
                self._keep_ballast()
        return self._roomy

    def _tidy(self) -> None:
        """Bring the write-ahead log into the file, so that the log begins anew; after the callers were woken."""
        try:
            _checkpoint(self._db, "PASSIVE")
        except sqlite3.Error as ex:
            self._break([], ex)
        else:
            self._wal_pages = 0

    def _overwrite(self, redacts: list[_Redact]) -> None:
        seqs = sorted({seq for r in redacts for seq in r.seqs})
        try:
            self._blank(seqs)
            if not _checkpoint(self._db, "TRUNCATE"):
                raise sqlite3.OperationalError("the write-ahead log could not be emptied")
            self._sync_log()
        except sqlite3.Error as ex:
            self._after_redact_error(redacts, ex)
        else:
            self._wal_pages = 0
            self._call(_resolve, redacts)

    def _blank(self, seqs: list[int]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for start in range(0, len(seqs), _REDACT_ROWS):
            some = seqs[start : start + _REDACT_ROWS]
            marks = ",".join("?" * len(some))
            where = f"seq IN ({marks}) AND body IS NOT NULL"
            self._db.execute(f"UPDATE entries SET body = NULL WHERE {where}", some)  # noqa: S608 -- marks only
        self._db.execute("COMMIT")

    def _sync_log(self) -> None:
        """SQLite cuts its log off, and leaves it to chance whether that outlives a power cut."""
        with (self.folder / "journal.db-wal").open("rb+") as log:
            os.fsync(log.fileno())

    def _after_redact_error(self, redacts: list[_Redact], ex: sqlite3.Error) -> None:
        self._roll_back()
        name = _name(ex)
        if name == "SQLITE_FULL" and self._give_up_ballast():
            self._overwrite(redacts)
        elif name.startswith("SQLITE_IOERR"):
            self._break(redacts, ex)
        else:
            _log.error("bodies could not be overwritten, tried again at the next start: %s", ex)
            error = JournalBusy("bodies could not be overwritten; tried again at the next start", retry_after_s=60)
            self._fail(redacts, error)

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _break(self, requests: Sequence[_Request], ex: Exception) -> None:
        """From here on nothing is acknowledged: `_serve` refuses what comes, `_committed` what was on its way."""
        name = _name(ex) or type(ex).__name__
        _log.critical("the journal failed (%s): nothing is acknowledged any more", name, exc_info=ex)
        self._broken = JournalBroken(f"the journal failed ({name}); start again to recover")
        self._fail(requests, self._broken)
        if self._broken_callback is not None:
            self._call(self._broken_callback, self._broken)

    # Back on the loop

    def _committed(self, appends: list[_Append]) -> None:
        assert self._deliver is not None
        if self._broken is not None:  # a batch before this one may be missing from the state
            self._failed(appends, self._broken)
            return
        try:
            self._deliver([record for append in appends for record in append.records])
        except Exception as ex:  # whatever it is: the state is no longer what the journal says
            self._break(appends, ex)
            return
        for append in appends:
            append.is_answered = True
            self._waiting -= len(append.seqs)
            if not append.future.cancelled():
                append.future.set_result(append.seqs)

    def _fail(self, requests: Sequence[_Request], error: Exception) -> None:
        if requests:
            self._call(self._failed, requests, error)

    def _failed(self, requests: Sequence[_Request], error: Exception) -> None:
        for request in requests:
            if request.is_answered:
                continue
            request.is_answered = True
            if isinstance(request, _Append):
                self._waiting -= len(request.entries)
            if not request.future.cancelled():
                request.future.set_exception(error)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(function, *args)


def _make_folder(folder: Path) -> None:
    """Make *folder*, so that it outlives a power cut: its name is in the folder above it."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in missing:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # knows no fsync of a folder
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _checkpoint(db: sqlite3.Connection, mode: str) -> bool:
    """Bring the write-ahead log into the file; False when it must wait, for room or for a reader."""
    try:
        busy: int = db.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]
    except sqlite3.Error as ex:
        if _name(ex) != "SQLITE_FULL":
            raise
        _log.warning("the disk is full: the write-ahead log must wait")
        return False
    return not busy


def _name(ex: Exception) -> str:
    """SQLite's name of an error, as SQLITE_FULL; empty when it is not one of SQLite's."""
    return str(getattr(ex, "sqlite_errorname", ""))


def _cannot_open(path: Path, ex: sqlite3.Error) -> FonteinError:
    name = _name(ex)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return JournalTaken(f"another program has {path} open; close it there")
    if name == "SQLITE_FULL":
        return _full()
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return JournalBroken(f"{path}: {ex}; look at the disk and at who may write there")
    return JournalDamaged(f"{path}: {ex}; restore it from an archive, or move it away")


def _full() -> JournalFull:
    return JournalFull("the disk is full; nothing was kept", retry_after_s=60)


def _give(request: _Copy, copied: Copied) -> None:
    if not request.future.cancelled():
        request.future.set_result(copied)


def _resolve(requests: list[_Redact]) -> None:
    for request in requests:
        request.is_answered = True
        if not request.future.cancelled():
            request.future.set_result(None)


def exit_process(error: JournalBroken) -> NoReturn:
    """What a server does when its journal broke: end at once, non-zero, without a last word to anybody."""
    logging.shutdown()
    os._exit(74)  # EX_IOERR of sysexits.h
