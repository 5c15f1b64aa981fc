"""Inspection: a whole symposium has no findings, and each kind of damage has one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from server.archive import Counts, write_file
from server.blobs.store import BlobId, blob_id
from server.inspection import MAX_FINDINGS, Report, inspect_archive, inspect_copy
from server.symposium.entries import encode_body
from server.symposium.values import PostBody
from tests.folders import Folder, arrived, made


@pytest.fixture
async def folder(tmp_path: Path) -> Folder:
    it = Folder(tmp_path / "data")
    picture = it.store.put(b"picture one")
    await it.append(made(), arrived("aaaa", "Hallo", picture), arrived("bbbb", "Dag"))
    return it


def look(folder: Folder, tmp_path: Path, damage: Callable[[sqlite3.Connection], object] | None = None) -> Report:
    copy = folder.copy(tmp_path / "look.db")
    if damage is not None:
        db = sqlite3.connect(copy, isolation_level=None)
        db.execute("PRAGMA journal_mode=DELETE")
        damage(db)
        db.close()
    return inspect_copy(copy, lambda blob: folder.store.read(BlobId(blob)))


def test_whole_symposium_has_no_findings(folder: Folder, tmp_path: Path) -> None:
    report = look(folder, tmp_path)

    assert (report.found, report.findings) == (0, ())
    assert (report.entries, report.posts, report.blobs, report.redacted) == (3, 2, 1, 0)
    assert report.counts == Counts(held=2, shown=0, hidden=0, rejected=0)


async def test_what_was_redacted_is_no_damage(folder: Folder, tmp_path: Path) -> None:
    await folder.redact(2)

    report = look(folder, tmp_path)

    assert (report.found, report.redacted, report.blobs) == (0, 1, 0)


OTHER = encode_body(PostBody(salt="0" * 32, text="Iets anders"))


@pytest.mark.parametrize(("statement", "what"), [
    ("DELETE FROM entries WHERE seq = 2", "gap"),
    ("UPDATE entries SET at = 5 WHERE seq = 3", "time"),
    ("UPDATE entries SET head = '{' WHERE seq = 2", "head"),
    ("UPDATE entries SET body = CAST('{' AS BLOB) WHERE seq = 2", "body"),
    (f"UPDATE entries SET body = CAST('{OTHER.decode()}' AS BLOB) WHERE seq = 2", "digest"),
    ("DROP TABLE entries", "database"),
    ("DROP TABLE meta", "database"),
])  # fmt: skip
def test_damage_is_found(folder: Folder, tmp_path: Path, statement: str, what: str) -> None:
    report = look(folder, tmp_path, lambda db: db.execute(statement))

    assert [finding.what for finding in report.findings] == [what]


def test_blobs_that_are_missing_or_damaged_are_found(folder: Folder, tmp_path: Path) -> None:
    blob = blob_id(b"picture one")
    folder.store.path(blob).write_bytes(b"picture 0ne")
    damaged = look(folder, tmp_path)
    folder.store.path(blob).unlink()
    missing = look(folder, tmp_path)

    assert [(f.what, f.where) for f in damaged.findings] == [("blob-damaged", blob)]
    assert [(f.what, f.where) for f in missing.findings] == [("blob-missing", blob)]


def test_file_that_is_no_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all, only words" * 100)

    report = inspect_copy(tmp_path / "x.db", lambda _: b"")

    assert [finding.what for finding in report.findings] == ["database"]


async def test_thousands_of_findings_are_counted_and_a_hundred_told(folder: Folder, tmp_path: Path) -> None:
    await folder.append(*(arrived(f"post{n}", "x") for n in range(2 * MAX_FINDINGS)))

    report = look(folder, tmp_path, lambda db: db.execute("UPDATE entries SET head = '{' WHERE seq > 1"))

    assert (report.found, len(report.findings)) == (2 * MAX_FINDINGS + 2, MAX_FINDINGS)


def test_archive_whose_counts_are_not_those_of_the_server_is_found(folder: Folder, tmp_path: Path) -> None:
    """A law that replays to something else than what ran would be found here."""
    counts = Counts(held=1, shown=1, hidden=0, rejected=0)
    write_file(tmp_path / "a.tar", folder.source(tmp_path, counts=counts))

    report = inspect_archive(tmp_path / "a.tar", tmp_path)

    assert [finding.what for finding in report.findings] == ["counts"]


def test_whole_archive_has_no_findings(folder: Folder, tmp_path: Path) -> None:
    folder.archive(tmp_path / "a.tar")

    assert inspect_archive(tmp_path / "a.tar", tmp_path).found == 0
