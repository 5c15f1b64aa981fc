"""
Is everything there? A copy of a journal is replayed, and what it names is looked for.

Everything here blocks, for a second or so per hundred thousand entries: it belongs in a command of its own, not in a
server that has guests.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from server.archive import Archive, ArchiveDamaged, Counts, ReadBlob, counts_of, named_in, place_of
from server.blobs.store import BlobDamaged, BlobMissing
from server.errors import FonteinError
from server.intake.digest import digest
from server.journal.copying import open_copy
from server.symposium.entries import PostAmended, PostArrived, PostEdited, Record, decode_head
from server.symposium.law import apply
from server.symposium.outcomes import Broken
from server.symposium.state import State
from server.symposium.values import PostBody

MAX_FINDINGS: Final = 100
"""As many are told; a damaged disk has thousands."""
_ROWS: Final = 1_000
_decode_post = msgspec.json.Decoder(PostBody).decode


class Finding(msgspec.Struct, frozen=True):
    """
    Something that is wrong.

    Args:
        what: A code: `database`, `gap`, `time`, `head`, `body`, `broken`, `digest`, `blob-missing`, `blob-damaged`,
            `counts` or `archive`.
        where: An entry's seq, a blob's id, or a file.
        detail: A sentence.
    """

    what: str
    where: str
    detail: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is wrong with it; `found` is how many, `findings` tells the first hundred."""

    slug: str
    epoch: str
    seq: int
    entries: int
    redacted: int
    posts: int
    counts: Counts
    blobs: int
    found: int
    findings: tuple[Finding, ...]


class _Inspector:
    def __init__(self) -> None:
        self.state = State()
        self.found = 0
        self.findings: list[Finding] = []
        self.last = self.entries = self.redacted = self.blobs = 0
        self.epoch = ""

    def note(self, what: str, where: object, detail: str) -> None:
        self.found += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(what, str(where), detail))

    def look(self, path: Path, read_blob: ReadBlob) -> None:
        try:
            with contextlib.closing(open_copy(path)) as db:
                self._look_at_database(db)
                self.epoch = place_of(db)[0]
                self._look_at_entries(db)
                self._look_at_blobs(db, read_blob)
        except (sqlite3.Error, TypeError) as ex:
            self.note("database", path.name, f"The journal cannot be read: {ex}.")

    def _look_at_database(self, db: sqlite3.Connection) -> None:
        for (line,) in db.execute("PRAGMA integrity_check(20)"):
            if line != "ok":
                self.note("database", "journal.db", str(line))

    def _look_at_entries(self, db: sqlite3.Connection) -> None:
        at = 0
        for seq, when, head, body in _rows(db):
            if seq != self.last + 1:
                self.note("gap", seq, "Entries before this one are missing.")
            if when < at:
                self.note("time", seq, "It is older than the entry before it.")
            at = max(at, when)
            self.last = seq
            self.entries += 1
            self.redacted += body is None
            self._look_at_entry(seq, when, head, body)

    def _look_at_entry(self, seq: int, when: int, head: bytes, body: bytes | None) -> None:
        try:
            record = Record(seq, when, decode_head(head), body)
        except (msgspec.DecodeError, UnicodeDecodeError) as ex:
            self.note("head", seq, f"The entry cannot be read: {ex}.")
            return
        self._look_at_digest(record)
        outcome = apply(self.state, record)
        if isinstance(outcome, Broken):
            self.note("broken", seq, f"The law could not carry it out: {outcome.error}.")

    def _look_at_digest(self, record: Record) -> None:
        head = record.head
        if record.body is None or not isinstance(head, PostArrived | PostEdited | PostAmended):
            return
        try:
            found = digest(_decode_post(record.body))
        except (msgspec.DecodeError, UnicodeDecodeError) as ex:
            self.note("body", record.seq, f"What was posted cannot be read: {ex}.")
            return
        if found != head.digest:
            self.note("digest", record.seq, "What was posted is not what it was when it came in.")

    def _look_at_blobs(self, db: sqlite3.Connection, read_blob: ReadBlob) -> None:
        for blob in named_in(db):
            self.blobs += 1
            try:
                read_blob(blob)
            except BlobMissing:
                self.note("blob-missing", blob, "A picture is not there.")
            except (BlobDamaged, FonteinError) as ex:
                self.note("blob-damaged", blob, str(ex))

    def report(self) -> Report:
        return Report(
            slug=self.state.slug,
            epoch=self.epoch,
            seq=self.last,
            entries=self.entries,
            redacted=self.redacted,
            posts=len(self.state.posts),
            counts=counts_of(self.state),
            blobs=self.blobs,
            found=self.found,
            findings=tuple(self.findings),
        )


def _rows(db: sqlite3.Connection) -> Iterator[tuple[int, int, bytes, bytes | None]]:
    cursor = db.execute("SELECT seq, at, head, body FROM entries ORDER BY seq")
    while rows := cursor.fetchmany(_ROWS):
        yield from rows


def inspect_copy(journal: Path, read_blob: ReadBlob) -> Report:
    """
    Look at a copy of a journal, and at the blobs that it names.

    Args:
        journal: Nobody writes it meanwhile.
        read_blob: Gives a blob, checked.
    """
    inspector = _Inspector()
    inspector.look(journal, read_blob)
    return inspector.report()


def inspect_archive(file: Path, work: Path) -> Report:
    """
    The same for an archive: also whether it is what its manifest says.

    Args:
        work: A folder to unpack the journal in; what is made there stays.

    Raises:
        ArchiveDamaged: There is no manifest to go by.
        OSError: It cannot be read, or there is no room.
    """
    inspector = _Inspector()
    with Archive(file) as archive:
        manifest = archive.manifest
        copy = work / "inspected.db"
        try:
            archive.take_journal(copy)
        except ArchiveDamaged as ex:
            inspector.note("archive", file.name, str(ex))
        inspector.look(copy, archive.read_blob)
    report = inspector.report()
    if (report.epoch, report.seq) != (manifest.epoch, manifest.seq):
        inspector.note("archive", file.name, "The journal is not the one that the manifest describes.")
    if manifest.counts is not None and report.counts != manifest.counts:
        inspector.note("counts", file.name, f"The server counted {manifest.counts}, the journal gives {report.counts}.")
    return inspector.report()
