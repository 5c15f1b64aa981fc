"""A copy of a journal that is in use: whole, of one moment, without what was overwritten, and nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from server.journal import copying
from server.journal.copying import Copied, CopyFailed, open_copy
from server.journal.sqlite import Limits, SqliteJournal
from server.symposium.entries import Entry, Expired, Record
from server.symposium.values import PostId

SMALL = Limits(reserve_bytes=0, ballast_bytes=0)


def entry(body: bytes | None = None) -> Entry:
    return Entry(Expired(posts=(PostId("a"),)), body)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    it = SqliteJournal(tmp_path / "journal", limits=SMALL)
    it.start(lambda _: None)
    yield it
    await it.close()


def bodies(path: Path) -> list[tuple[int, bytes | None]]:
    with contextlib.closing(open_copy(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return db.execute("SELECT seq, body FROM entries ORDER BY seq").fetchall()


@pytest.fixture
def between_steps(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Have something done after the first step of each copy; a step is one page."""

    def use(do: Callable[[], None]) -> None:
        real = copying.copy_database

        def stepwise(db: sqlite3.Connection, path: Path, *, between: Callable[[], None]) -> None:
            steps = [do]

            def step() -> None:
                if steps:
                    steps.pop()()
                between()

            real(db, path, between=step)

        monkeypatch.setattr(copying, "PAGES_PER_STEP", 1)
        monkeypatch.setattr("server.journal.sqlite.copy_database", stepwise)

    return use


async def test_copy_has_what_is_durable_and_says_where_it_ends(journal: SqliteJournal, tmp_path: Path) -> None:
    await journal.append([entry(b"one"), entry(b"two")])

    copied = await journal.copy(tmp_path / "copy.db")

    assert (copied.epoch, copied.seq) == (journal.epoch, 2)
    assert bodies(tmp_path / "copy.db") == [(1, b"one"), (2, b"two")]
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.db"]


async def test_copy_opens_as_a_journal(journal: SqliteJournal, tmp_path: Path) -> None:
    await journal.append([entry(b"one")])
    (tmp_path / "other").mkdir()

    await journal.copy(tmp_path / "other" / "journal.db")

    other = SqliteJournal(tmp_path / "other", limits=SMALL)
    try:
        assert [record.body for record in other.replay()] == [b"one"]
        assert other.epoch == journal.epoch
    finally:
        other.close_now()


async def test_entries_are_taken_while_a_copy_is_made(
    tmp_path: Path, between_steps: Callable[[Callable[[], None]], None]
) -> None:
    """Else a moderator would wait for a slow disk. The entry that came meanwhile was acknowledged before the end."""
    order: list[str] = []
    loop = asyncio.get_running_loop()
    came = asyncio.Event()

    def deliver(records: Sequence[Record]) -> None:
        order.extend(str(record.body) for record in records)

    journal = SqliteJournal(tmp_path / "journal", limits=SMALL)
    journal.start(deliver)
    await journal.append([entry(b"before" * 2_000)])

    def meanwhile() -> None:
        asyncio.run_coroutine_threadsafe(journal.append([entry(b"meanwhile")]), loop)
        while journal._queue.empty():
            pass
        loop.call_soon_threadsafe(came.set)

    between_steps(meanwhile)
    copied = await journal.copy(tmp_path / "copy.db")
    order.append("copied")

    assert came.is_set()
    assert order[1:] == ["b'meanwhile'", "copied"]
    assert copied.seq == 2
    assert bodies(tmp_path / "copy.db")[1] == (2, b"meanwhile")
    await journal.close()


async def test_what_is_overwritten_during_a_copy_is_not_in_it(
    journal: SqliteJournal, tmp_path: Path, between_steps: Callable[[Callable[[], None]], None]
) -> None:
    secret = b"take-me-back " * 400
    loop = asyncio.get_running_loop()
    await journal.append([entry(secret), *(entry(b"x" * 4_000) for _ in range(20))])

    def meanwhile() -> None:
        asyncio.run_coroutine_threadsafe(journal.redact([1]), loop)
        while journal._queue.empty():
            pass

    await journal.copy(tmp_path / "control.db")
    between_steps(meanwhile)
    await journal.copy(tmp_path / "copy.db")

    assert b"take-me-back" in (tmp_path / "control.db").read_bytes(), "the control: it would have been there"
    assert b"take-me-back" not in (tmp_path / "copy.db").read_bytes()
    assert bodies(tmp_path / "copy.db")[0] == (1, None)


async def test_copy_to_a_place_that_is_not_there_leaves_the_journal_working(
    journal: SqliteJournal, tmp_path: Path
) -> None:
    with pytest.raises(CopyFailed):
        await journal.copy(tmp_path / "gone" / "copy.db")

    assert await journal.append([entry(b"after")]) == (1,)


async def test_copy_without_room_leaves_nothing_and_the_journal_working(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(db: sqlite3.Connection, path: Path, between: Callable[[], None]) -> None:
        path.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copying, "_back_up", full)

    with pytest.raises(CopyFailed, match="full"):
        await journal.copy(tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()
    assert await journal.append([entry(b"after")]) == (1,)


async def test_second_copy_at_the_same_time_is_refused(
    journal: SqliteJournal, tmp_path: Path, between_steps: Callable[[Callable[[], None]], None]
) -> None:
    loop = asyncio.get_running_loop()
    second: list[Future[Copied]] = []
    await journal.append([entry(b"x" * 4_000) for _ in range(20)])

    def meanwhile() -> None:
        second.append(asyncio.run_coroutine_threadsafe(journal.copy(tmp_path / "second.db"), loop))
        while journal._queue.empty():
            pass

    between_steps(meanwhile)
    first = await journal.copy(tmp_path / "first.db")

    assert first.seq == 20
    with pytest.raises(CopyFailed, match="already"):
        await asyncio.wrap_future(second[0])
    assert not (tmp_path / "second.db").exists()


async def test_journal_that_closes_ends_the_copy(
    tmp_path: Path, between_steps: Callable[[Callable[[], None]], None]
) -> None:
    journal = SqliteJournal(tmp_path / "journal", limits=SMALL)
    journal.start(lambda _: None)
    loop = asyncio.get_running_loop()
    await journal.append([entry(b"x" * 4_000) for _ in range(20)])

    def meanwhile() -> None:
        loop.call_soon_threadsafe(lambda: journal._stop() and None)
        while journal._queue.empty():
            pass

    between_steps(meanwhile)

    with pytest.raises(CopyFailed, match="closing"):
        await journal.copy(tmp_path / "copy.db")
    await journal.close()

    assert not (tmp_path / "copy.db").exists()
    again = SqliteJournal(tmp_path / "journal", limits=SMALL)
    assert sum(1 for _ in again.replay()) == 20
    again.close_now()


def test_copy_before_start(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal", limits=SMALL)
    try:
        assert journal.copy_now(tmp_path / "copy.db") == Copied(journal.epoch, 0, 0)
        assert bodies(tmp_path / "copy.db") == []
    finally:
        journal.close_now()


def test_copy_is_for_its_owner_only(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal", limits=SMALL)
    try:
        journal.copy_now(tmp_path / "copy.db")
        assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    finally:
        journal.close_now()
        shutil.rmtree(tmp_path / "journal")
