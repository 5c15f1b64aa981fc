"""The journal in SQLite: order, group commit, redaction, bounds and errors. What disks do to it: `tests/faults`."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.journal import sqlite
from server.journal.contract import JournalBroken, JournalBusy, JournalDamaged, JournalFull, JournalTaken
from server.journal.sqlite import APPLICATION_ID, FORMAT, Limits, SqliteJournal
from server.symposium.entries import AnyHead, Entry, Expired, Paused, Record, Stopped
from server.symposium.values import OPERATOR, PostId

ROOT = Path(__file__).resolve().parents[3]
SMALL = Limits(reserve_bytes=0, ballast_bytes=0)
WAIT_S = 10


def entry(body: bytes | None = None, post: str = "a") -> Entry:
    return Entry(Expired(posts=(PostId(post),)), body)


class Opened:
    """A started journal, and what it delivered."""

    def __init__(self, folder: Path, **options: Any) -> None:
        options.setdefault("limits", SMALL)
        self.journal = SqliteJournal(folder, **options)
        self.delivered: list[Record] = []
        self.batches = 0
        self.journal.start(self._deliver)

    def _deliver(self, records: Sequence[Record]) -> None:
        self.batches += 1
        self.delivered.extend(records)

    async def put(self, *entries: Entry, urgent: bool = False) -> tuple[int, ...]:
        return await asyncio.wait_for(self.journal.append(entries, urgent=urgent), WAIT_S)

    async def redact(self, *seqs: int) -> None:
        await asyncio.wait_for(self.journal.redact(seqs), WAIT_S)

    def statements(self) -> list[str]:
        """From here on, what SQLite is told."""
        told: list[str] = []
        self.journal._db.set_trace_callback(told.append)
        return told


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    it = Opened(tmp_path / "journal")
    yield it
    await it.journal.close()


def reread(folder: Path, after: int = 0) -> list[Record]:
    """Everything in the journal of *folder*, which nobody has open."""
    journal = SqliteJournal(folder, limits=SMALL)
    try:
        return list(journal.replay(after))
    finally:
        journal.close_now()


class Gate:
    """Holds the writer's thread where it takes the time for a batch."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.is_open = threading.Event()

    def __call__(self) -> int:
        self.is_reached.set()
        assert self.is_open.wait(WAIT_S)
        return time.time_ns() // 1_000


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[tuple[Opened, Gate]]:
    """A journal of which the thread waits at a gate from its first batch on."""
    gate = Gate()
    it = Opened(tmp_path / "journal", now_us=gate)
    yield it, gate
    gate.is_open.set()
    await it.journal.close()


# Order


async def test_places_are_given_in_the_order_of_appending_from_one_without_holes(opened: Opened) -> None:
    assert await opened.put(entry(), entry()) == (1, 2)
    assert await opened.put(entry()) == (3,)
    assert [record.seq for record in opened.delivered] == [1, 2, 3]


async def test_an_append_of_nothing_takes_no_place(opened: Opened) -> None:
    assert await opened.put() == ()
    assert await opened.put(entry()) == (1,)


async def test_a_batch_is_delivered_once_in_order_before_its_appenders_wake(opened: Opened) -> None:
    seen_at_waking: dict[int, int] = {}

    async def caller(name: str) -> None:
        (seq,) = await opened.put(entry(name.encode(), name))
        seen_at_waking[seq] = len(opened.delivered)

    await asyncio.gather(*(caller(f"p{number}") for number in range(100)))

    assert [record.seq for record in opened.delivered] == list(range(1, 101))
    assert [record.body for record in opened.delivered] == [f"p{number}".encode() for number in range(100)]
    assert all(delivered >= seq for seq, delivered in seen_at_waking.items())


async def test_what_is_delivered_is_what_a_replay_reads(opened: Opened, tmp_path: Path) -> None:
    heads: list[AnyHead] = [
        Expired(posts=(PostId("a"), PostId("b"))),
        Stopped(by=OPERATOR, on=True),
        Paused(by=OPERATOR, on=False),
    ]
    for head in heads:
        await opened.put(Entry(head, b"body"), Entry(head, None))
    await opened.journal.close()

    assert reread(tmp_path / "journal") == opened.delivered
    assert reread(tmp_path / "journal", after=4) == opened.delivered[4:]


async def test_time_never_goes_back_though_the_clock_does(tmp_path: Path) -> None:
    clock = iter([5_000, 4_000, 6_000, 1])
    it = Opened(tmp_path, now_us=lambda: next(clock))
    for _ in range(3):
        await it.put(entry())
    await it.journal.close()
    again = Opened(tmp_path, now_us=lambda: next(clock))
    await again.put(entry())
    await again.journal.close()

    assert [record.at for record in reread(tmp_path)] == [5_000, 5_000, 6_000, 6_000]


async def test_replay_belongs_before_start(opened: Opened) -> None:
    with pytest.raises(RuntimeError):
        list(opened.journal.replay())


# Group commit


async def test_a_hundred_callers_share_a_few_commits(opened: Opened) -> None:
    told = opened.statements()

    async def caller() -> None:
        for _ in range(5):
            await opened.put(entry(b"text"))

    await asyncio.gather(*(caller() for _ in range(100)))

    commits = told.count("COMMIT")
    print(f"500 appends of 100 callers: {commits} commits")
    assert len(opened.delivered) == 500
    assert 1 <= commits <= 50


async def test_with_a_batch_of_one_entry_each_append_has_its_own_commit(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=0, batch_entries=1))
    told = it.statements()
    await asyncio.gather(*(it.put(entry()) for _ in range(100)))
    await it.journal.close()
    assert told.count("COMMIT") == 100


async def test_every_append_is_synced_before_its_caller_wakes(tmp_path: Path) -> None:
    it = Opened(tmp_path)
    assert it.journal._db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert it.journal._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert it.journal._db.execute("PRAGMA locking_mode").fetchone()[0] == "exclusive"
    assert it.journal._db.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0
    await it.journal.close()


async def test_the_write_ahead_log_is_brought_into_the_file_when_it_is_long(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=0, wal_pages=50))
    for _ in range(100):
        await it.put(entry(b"x" * 8_000))
    log_bytes = (tmp_path / "journal.db-wal").stat().st_size
    await it.journal.close()
    assert 0 < log_bytes < 150 * 4_096
    assert len(reread(tmp_path)) == 100


# All or none


class Failing:
    """The connection of a journal, of which one statement fails."""

    def __init__(self, db: sqlite3.Connection, statement: str, error: Exception, times: int = 1) -> None:
        self._db = db
        self._statement = statement
        self._error = error
        self.times = times

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if sql.startswith(self._statement) and self.times > 0:
            self.times -= 1
            raise self._error
        return self._db.execute(sql, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def failure(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("made by a test")
    error.sqlite_errorname = name
    return error


def fail(it: Opened, statement: str, error: Exception, times: int = 1) -> Failing:
    failing = Failing(it.journal._db, statement, error, times)
    it.journal._db = failing  # type: ignore[assignment]  # as much of a connection as the journal uses
    return failing


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("SQLITE_FULL", JournalFull, id="full"),
        pytest.param("SQLITE_BUSY", JournalBusy, id="held by another program"),
    ],
)
async def test_of_an_append_that_was_refused_nothing_is_kept_and_the_next_one_works(
    opened: Opened, tmp_path: Path, name: str, kind: type[Exception]
) -> None:
    await opened.put(entry(b"before"))
    fail(opened, "COMMIT", failure(name))
    with pytest.raises(kind):
        await opened.put(entry(b"one"), entry(b"two"), entry(b"three"))
    opened.journal._roomy = True  # there is room again
    assert await opened.put(entry(b"after")) == (2,)
    await opened.journal.close()

    assert [record.body for record in reread(tmp_path / "journal")] == [b"before", b"after"]
    assert [record.body for record in opened.delivered] == [b"before", b"after"]


async def test_a_caller_that_went_away_does_not_take_its_entry_back(held: tuple[Opened, Gate]) -> None:
    it, gate = held
    caller = asyncio.create_task(it.journal.append([entry(b"said")]))
    await asyncio.to_thread(gate.is_reached.wait, WAIT_S)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.is_open.set()
    assert await it.put(entry(b"next")) == (2,)
    assert [record.body for record in it.delivered] == [b"said", b"next"]


async def test_a_caller_that_went_away_is_not_missed_when_its_append_fails(held: tuple[Opened, Gate]) -> None:
    it, gate = held
    caller = asyncio.create_task(it.journal.append([entry()]))
    await asyncio.to_thread(gate.is_reached.wait, WAIT_S)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    fail(it, "COMMIT", failure("SQLITE_FULL"))
    gate.is_open.set()
    it.journal._roomy = True
    with pytest.raises(JournalFull):
        await it.put(entry())


# Epoch and opening again


async def test_the_epoch_stays_over_reopening_and_is_new_for_a_new_file(tmp_path: Path) -> None:
    epochs = []
    for folder in ("a", "a", "b"):
        journal = SqliteJournal(tmp_path / folder, limits=SMALL)
        epochs.append(journal.epoch)
        journal.close_now()
    assert epochs[0] == epochs[1] != epochs[2]
    assert all(re.fullmatch("[0-9a-f]{16}", epoch) for epoch in epochs)


async def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    SqliteJournal(tmp_path / "a" / "b", limits=SMALL).close_now()
    assert reread(tmp_path / "a" / "b") == []


def test_a_second_opening_in_this_process_is_refused_with_its_pid(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path, limits=SMALL)
    with pytest.raises(JournalTaken, match=rf"process {os.getpid()}\b"):
        SqliteJournal(tmp_path, limits=SMALL)
    first.close_now()
    SqliteJournal(tmp_path, limits=SMALL).close_now()


HOLDER = """
import sys
from pathlib import Path
from server.journal.sqlite import SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_journal_that_another_process_has_open_is_refused_with_its_pid(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(JournalTaken, match=rf"process {holder.pid}\b"):
            SqliteJournal(tmp_path, limits=SMALL)
        holder.kill()
    # However it ended: the lock ended with it.
    SqliteJournal(tmp_path, limits=SMALL).close_now()


def test_a_file_that_another_program_reads_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteJournal(tmp_path, limits=SMALL).close_now()
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **{**options, "timeout": 0.05}))
    other = connect(tmp_path / "journal.db")
    other.execute("SELECT * FROM entries").fetchall()
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(JournalTaken, match="another program"):
        SqliteJournal(tmp_path, limits=SMALL)
    other.close()
    assert reread(tmp_path) == []


# Files that are not a journal


def write_text(path: Path) -> None:
    path.write_text("Dear diary, " * 1_000, encoding="utf-8")


def write_foreign(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()


def write_foreign_with_id(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id=42")
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()


def write_later_format(path: Path) -> None:
    SqliteJournal(path.parent, limits=SMALL).close_now()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version={FORMAT + 1}")
    db.close()


@pytest.mark.parametrize(
    ("write", "message"),
    [
        pytest.param(write_text, r"not a database; restore it from an archive, or move it away", id="text"),
        pytest.param(write_foreign, r"not a journal of Fontein; move it away", id="another program's"),
        pytest.param(write_foreign_with_id, r"not a journal of Fontein; move it away", id="another program's, named"),
        pytest.param(write_later_format, rf"format {FORMAT + 1}, .* use a newer version", id="later format"),
    ],
)
def test_a_file_that_is_not_a_journal_is_refused_and_left_as_it_is(
    tmp_path: Path, write: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "journal.db"
    write(path)
    before = path.read_bytes()
    with pytest.raises(JournalDamaged, match=message):
        SqliteJournal(tmp_path, limits=SMALL)
    assert path.read_bytes() == before
    # Refused, not held: when it is moved away there can be a journal.
    path.rename(tmp_path / "moved-away")
    SqliteJournal(tmp_path, limits=SMALL).close_now()


async def filled(folder: Path, count: int = 300) -> None:
    it = Opened(folder)
    await it.put(*(entry(b"%d;" % number * 100) for number in range(count)))
    await it.journal.close()


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9])
async def test_a_file_that_was_cut_off_is_called_damaged(tmp_path: Path, kept: float) -> None:
    await filled(tmp_path)
    path = tmp_path / "journal.db"
    with path.open("rb+") as file:
        file.truncate(int(path.stat().st_size * kept))
    with pytest.raises(JournalDamaged, match="restore it from an archive"):
        reread(tmp_path)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("DELETE FROM entries WHERE seq = 150", id="one in the middle"),
        pytest.param("DELETE FROM entries WHERE seq < 10", id="the first ones"),
        pytest.param('UPDATE entries SET head = \'{"kind":"of-later"}\' WHERE seq = 7', id="an unknown kind"),
        pytest.param("UPDATE entries SET head = '{' WHERE seq = 7", id="not JSON"),
        pytest.param("DELETE FROM meta", id="no epoch"),
        pytest.param("DROP TABLE entries", id="no entries"),
    ],
)
async def test_a_journal_that_something_else_changed_is_called_damaged(tmp_path: Path, sql: str) -> None:
    await filled(tmp_path)
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute(sql)
    db.commit()
    db.close()
    with pytest.raises(JournalDamaged, match="restore it from an archive"):
        reread(tmp_path)


def test_an_empty_database_as_a_power_cut_may_leave_it_becomes_a_journal(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    assert (tmp_path / "journal.db").stat().st_size > 0
    assert reread(tmp_path) == []
    db = sqlite3.connect(tmp_path / "journal.db")
    assert db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    db.close()


def test_a_disk_that_takes_no_write_ahead_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(sqlite3.Connection):
        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            # SQLite answers with the mode that it kept, and raises nothing.
            return super().execute("SELECT 'delete'" if sql == "PRAGMA journal_mode=WAL" else sql, *args)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **options, factory=Deaf))
    with pytest.raises(JournalBroken, match="takes no write-ahead log"):
        SqliteJournal(tmp_path, limits=SMALL)


# Redaction


def is_in_a_file(folder: Path, text: bytes) -> bool:
    return any(text in path.read_bytes() for path in folder.iterdir())


SECRET = b"the words that must go; "


@pytest.mark.parametrize("size", [1, 10, 300, 4_000])
async def test_redacted_bytes_are_in_no_file_and_stay_away(tmp_path: Path, size: int) -> None:
    it = Opened(tmp_path)
    await it.put(entry(b"before"), entry(SECRET * size), entry(b"after"))
    assert is_in_a_file(tmp_path, SECRET)

    await it.redact(2)

    assert not is_in_a_file(tmp_path, SECRET)
    await it.put(entry(b"later"))
    await it.journal.close()
    assert not is_in_a_file(tmp_path, SECRET)
    assert [record.body for record in reread(tmp_path)] == [b"before", None, b"after", b"later"]
    assert not is_in_a_file(tmp_path, SECRET)


async def test_without_secure_delete_the_bytes_would_be_found(tmp_path: Path) -> None:
    it = Opened(tmp_path)
    it.journal._db.execute("PRAGMA secure_delete=OFF")
    await it.put(entry(b"before"), entry(SECRET * 10), entry(b"after"))
    await it.redact(2)
    assert is_in_a_file(tmp_path, SECRET)
    await it.journal.close()


async def test_without_emptying_the_log_the_bytes_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Opened(tmp_path)
    await it.put(entry(SECRET))
    monkeypatch.setattr(sqlite, "_checkpoint", lambda db, mode: True)
    await it.redact(1)
    assert is_in_a_file(tmp_path, SECRET)
    await it.journal.close()


async def test_a_redaction_that_a_crash_broke_off_ends_when_the_journal_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Opened(tmp_path / "journal")
    await it.put(entry(SECRET))
    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "_checkpoint", lambda db, mode: True)
        await it.redact(1)
        shutil.copytree(tmp_path / "journal", tmp_path / "crashed")
    await it.journal.close()

    assert is_in_a_file(tmp_path / "crashed", SECRET)
    journal = SqliteJournal(tmp_path / "crashed", limits=SMALL)
    assert not is_in_a_file(tmp_path / "crashed", SECRET)
    journal.close_now()


async def test_many_redactions_among_many_sizes_leave_nothing_readable(tmp_path: Path, rng: random.Random) -> None:
    # Pages that are split, merged and freed meanwhile keep no copy either.
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=0, wal_pages=rng.choice([10, 100, 8_000])))
    alive: dict[int, bytes] = {}
    gone: list[bytes] = []
    for _ in range(10):
        words = [b"word-%016x;" % rng.getrandbits(64) for _ in range(rng.randrange(1, 120))]
        seqs = await it.put(*(entry(word * rng.choice([1, 2, 5, 30, 100, 400])) for word in words))
        alive.update(zip(seqs, words, strict=True))
        chosen = rng.sample(sorted(alive), min(len(alive), rng.choice([1, 3, 20, 100])))
        await it.redact(*chosen)
        gone += [alive.pop(seq) for seq in chosen]
        everything = b"\0".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not [word for word in gone if word in everything]
        assert all(word in everything for word in alive.values())
    await it.journal.close()


async def test_redacting_twice_or_what_has_no_body_or_is_not_there_changes_nothing(opened: Opened) -> None:
    await opened.put(entry(b"text"), entry(None))
    for _ in range(2):
        await opened.redact(1, 2, 99)
    await opened.redact()
    assert await opened.put(entry()) == (3,)


async def test_more_redactions_than_sqlite_takes_in_one_statement(opened: Opened, tmp_path: Path) -> None:
    await opened.put(*(entry(b"text") for _ in range(2_000)))
    await opened.redact(*range(1, 2_001))
    await opened.journal.close()
    assert {record.body for record in reread(tmp_path / "journal")} == {None}


# Bounds


async def test_more_waiting_entries_than_the_bound_are_refused_and_urgent_ones_get_in(
    held: tuple[Opened, Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    it, gate = held
    monkeypatch.setattr(sqlite, "_MAX_WAITING", 10)
    monkeypatch.setattr(sqlite, "_MAX_WAITING_URGENT", 1)
    first = asyncio.create_task(it.journal.append([entry(b"first")]))
    await asyncio.to_thread(gate.is_reached.wait, WAIT_S)
    waiting = [asyncio.create_task(it.journal.append([entry(), entry(), entry()])) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(JournalBusy) as caught:
        await it.journal.append([entry(b"too many")])
    assert caught.value.retry_after_s == 1
    urgent = asyncio.create_task(it.journal.append([entry(b"hide")], urgent=True))
    await asyncio.sleep(0)
    with pytest.raises(JournalBusy):
        await it.journal.append([entry(b"too many as well")], urgent=True)

    gate.is_open.set()
    await asyncio.wait_for(asyncio.gather(first, *waiting, urgent), WAIT_S)
    assert len(it.delivered) == 11
    assert await it.put(*(entry() for _ in range(10)))  # all room is back


async def test_room_is_back_after_refusals_too(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_MAX_WAITING", 5)
    fail(opened, "COMMIT", failure("SQLITE_BUSY"), times=20)
    for _ in range(20):
        with pytest.raises(JournalBusy, match="another program"):
            await opened.put(*(entry() for _ in range(5)))
    assert await opened.put(*(entry() for _ in range(5))) == (1, 2, 3, 4, 5)


async def test_below_the_reserve_only_urgent_entries_are_taken(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=2**62, ballast_bytes=0))
    with pytest.raises(JournalFull) as caught:
        await it.put(entry(b"a post"))
    assert caught.value.retry_after_s == 60
    assert await it.put(entry(b"hide"), urgent=True) == (1,)
    await it.journal.close()
    assert [record.body for record in reread(tmp_path)] == [b"hide"]


async def test_the_ballast_is_set_aside_in_full(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=300_000))
    assert (tmp_path / "ballast").stat().st_size == 300_000
    await it.journal.close()


# Closing


async def test_close_finishes_what_was_taken_and_may_be_called_again(tmp_path: Path) -> None:
    it = Opened(tmp_path)
    callers = [asyncio.create_task(it.journal.append([entry(b"%d" % number)])) for number in range(500)]
    redaction = asyncio.create_task(it.journal.redact([1]))
    await asyncio.sleep(0)
    await asyncio.gather(it.journal.close(), it.journal.close())

    assert [await caller for caller in callers] == [(seq,) for seq in range(1, 501)]
    await redaction
    await it.journal.close()
    it.journal.close_now()
    assert len(reread(tmp_path)) == 500


async def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    it = Opened(tmp_path)
    await it.journal.close()
    with pytest.raises(JournalBusy, match="closing"):
        await it.put(entry())
    with pytest.raises(JournalBusy, match="closing"):
        await it.redact(1)


async def test_while_the_disk_does_not_answer_closing_gives_up_and_nobody_else_gets_the_file(
    held: tuple[Opened, Gate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, gate = held
    monkeypatch.setattr(sqlite, "_CLOSE_S", 0.05)
    caller = asyncio.create_task(it.journal.append([entry(b"slow")]))
    await asyncio.to_thread(gate.is_reached.wait, WAIT_S)
    await it.journal.close()
    with pytest.raises(JournalTaken):
        SqliteJournal(tmp_path / "journal", limits=SMALL)

    gate.is_open.set()
    assert await asyncio.wait_for(caller, WAIT_S) == (1,)
    monkeypatch.undo()
    await it.journal.close()
    assert [record.body for record in reread(tmp_path / "journal")] == [b"slow"]


# Broken


class Alarm:
    """What a server does when its journal broke, as far as a test goes."""

    def __init__(self) -> None:
        self.errors: list[JournalBroken] = []
        self.is_rung = asyncio.Event()

    def __call__(self, error: JournalBroken) -> None:
        self.errors.append(error)
        self.is_rung.set()

    async def rang_once(self) -> bool:
        await asyncio.wait_for(self.is_rung.wait(), WAIT_S)
        await asyncio.sleep(0.05)
        return len(self.errors) == 1


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        pytest.param("COMMIT", failure("SQLITE_IOERR_FSYNC"), id="the fsync of a commit"),
        pytest.param("BEGIN", failure("SQLITE_CORRUPT"), id="a damaged page"),
        pytest.param("BEGIN", OSError("surprise"), id="not an error of SQLite"),
        pytest.param("COMMIT", MemoryError(), id="no memory"),
    ],
)
async def test_when_the_disk_fails_all_who_wait_are_told_the_alarm_goes_once_and_nothing_is_taken(
    tmp_path: Path, statement: str, error: Exception
) -> None:
    alarm = Alarm()
    it = Opened(tmp_path, broken=alarm)
    await it.put(entry(b"kept"))
    fail(it, statement, error)
    callers = [it.put(entry(b"lost")) for _ in range(20)]
    results = await asyncio.gather(*callers, it.redact(1), return_exceptions=True)

    assert all(isinstance(result, JournalBroken) for result in results)
    with pytest.raises(JournalBroken, match="start again"):
        await it.put(entry(b"late"))
    with pytest.raises(JournalBroken):
        await it.redact(1)
    assert await alarm.rang_once()
    assert [record.body for record in it.delivered] == [b"kept"]
    await it.journal.close()
    assert reread(tmp_path)[0].body == b"kept"


@pytest.mark.parametrize(
    "statement", [pytest.param("UPDATE", id="redaction"), pytest.param("PRAGMA wal_checkpoint", id="checkpoint")]
)
async def test_a_disk_that_fails_under_a_redaction_breaks_the_journal(tmp_path: Path, statement: str) -> None:
    alarm = Alarm()
    it = Opened(tmp_path, broken=alarm)
    await it.put(entry(b"text"))
    fail(it, statement, failure("SQLITE_IOERR_WRITE"))
    with pytest.raises(JournalBroken):
        await it.redact(1)
    assert await alarm.rang_once()
    await it.journal.close()


async def test_a_disk_that_fails_under_a_checkpoint_breaks_the_journal(tmp_path: Path) -> None:
    alarm = Alarm()
    it = Opened(tmp_path, broken=alarm, limits=Limits(reserve_bytes=0, ballast_bytes=0, wal_pages=1))
    fail(it, "PRAGMA wal_checkpoint", failure("SQLITE_IOERR_FSYNC"))
    await asyncio.gather(it.put(entry(b"durable, told or not")), return_exceptions=True)
    with pytest.raises(JournalBroken):
        await it.put(entry(b"late"))
    assert await alarm.rang_once()
    await it.journal.close()
    assert [record.body for record in reread(tmp_path)] == [b"durable, told or not"]


async def test_a_checkpoint_that_finds_no_room_waits_for_it(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=0, wal_pages=1))
    failing = fail(it, "PRAGMA wal_checkpoint", failure("SQLITE_FULL"), times=3)
    for seq in range(1, 11):
        assert await it.put(entry(b"text")) == (seq,)
    assert failing.times == 0
    await it.journal.close()
    assert len(reread(tmp_path)) == 10


async def test_a_redaction_that_finds_no_room_gives_up_the_ballast(tmp_path: Path) -> None:
    it = Opened(tmp_path, limits=Limits(reserve_bytes=0, ballast_bytes=4_096))
    await it.put(entry(SECRET))
    fail(it, "UPDATE", failure("SQLITE_FULL"))
    await it.redact(1)
    assert not (tmp_path / "ballast").exists()
    assert not is_in_a_file(tmp_path, SECRET)
    await it.journal.close()


async def test_a_redaction_that_finds_no_room_at_all_says_so(opened: Opened) -> None:
    await opened.put(entry(b"text"))
    fail(opened, "UPDATE", failure("SQLITE_FULL"))
    with pytest.raises(JournalBusy, match="tried again at the next start"):
        await opened.redact(1)
    await opened.redact(1)


async def test_a_batch_that_cannot_be_delivered_breaks_the_journal_and_nobody_waits_for_ever(tmp_path: Path) -> None:
    alarm = Alarm()
    journal = SqliteJournal(tmp_path, limits=SMALL, broken=alarm)
    delivered: list[int] = []

    def deliver(records: Sequence[Record]) -> None:
        delivered.extend(record.seq for record in records)
        if delivered[-1] == 2:
            raise ValueError("a fault in the node")

    journal.start(deliver)
    assert await asyncio.wait_for(journal.append([entry()]), WAIT_S) == (1,)
    results: list[object] = []
    for _ in range(3):
        results += await asyncio.gather(asyncio.wait_for(journal.append([entry()]), WAIT_S), return_exceptions=True)
    assert all(isinstance(result, JournalBroken) for result in results)
    assert delivered == [1, 2]
    assert await alarm.rang_once()
    await journal.close()


async def test_a_disk_that_cannot_tell_how_full_it_is_does_not_stop_the_journal(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(path: Path) -> None:
        raise OSError("no answer")

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert await opened.put(entry()) == (1,)
