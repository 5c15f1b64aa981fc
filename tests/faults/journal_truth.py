"""What a journal must hold after a fault, by what its callers were told; counted, not judged."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from server.journal.sqlite import Limits, SqliteJournal
from server.symposium.entries import Expired, Record
from tests.faults.journal_child import body_of

SMALL = Limits(reserve_bytes=0, ballast_bytes=0)


@dataclass
class Promises:
    """What callers were told until some moment."""

    acked: dict[str, int] = field(default_factory=dict)
    """Key of an entry → its seq."""
    erasing: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    epoch: str | None = None

    def hear(self, note: bytes) -> None:
        """Add one line of notes."""
        match json.loads(note):
            case {"ack": dict(seqs)}:
                self.acked.update(seqs)
            case {"erasing": list(seqs)}:
                self.erasing.update(seqs)
            case {"erased": list(seqs)}:
                self.erased.update(seqs)
            case {"open": str(epoch)}:
                self.epoch = epoch
            case other:
                raise AssertionError(f"an unknown note: {other}")


def heard(lines: Iterable[bytes]) -> Promises:
    """The promises of all *lines*."""
    promises = Promises()
    for line in lines:
        promises.hear(line)
    return promises


@dataclass(frozen=True, kw_only=True)
class Truth:
    """How often a promise was broken. All zero is as it must be."""

    lost: int
    """Acknowledged entries that are not there, or not in their place, or with another body."""
    doubled: int
    disordered: int
    """Places where seq, time or a caller's own order goes wrong, or an append is there in part."""
    readable: int
    """Redacted bodies of which the bytes are in some file."""
    corrupt: int
    forgotten: int
    """1 when the epoch is another than callers were told."""

    @property
    def is_kept(self) -> bool:
        return self == KEPT


KEPT = Truth(lost=0, doubled=0, disordered=0, readable=0, corrupt=0, forgotten=0)


def readable(folder: Path, promises: Promises) -> int:
    """Of the redacted entries, how many still have their bytes in a file of *folder*."""
    everything = b"\0".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    # The head names the key, which is no body: look for a body's beginning.
    return sum(f"<{key}>".encode() in everything for key, seq in promises.acked.items() if seq in promises.erased)


def truth(folder: Path, promises: Promises) -> Truth:
    """Open the journal in *folder*, read all of it, and compare."""
    still_readable = readable(folder, promises)
    journal = SqliteJournal(folder, limits=SMALL)
    try:
        records = list(journal.replay())
        epoch = journal.epoch
    finally:
        journal.close_now()
    still_readable = max(still_readable, readable(folder, promises))
    by_key = {_key(record): record for record in records}
    return Truth(
        lost=sum(not _is_kept(by_key.get(key), key, seq, promises) for key, seq in promises.acked.items()),
        doubled=len(records) - len(by_key),
        disordered=_disordered(records),
        readable=still_readable,
        corrupt=int(_integrity(folder) != "ok"),
        forgotten=int(promises.epoch is not None and promises.epoch != epoch),
    )


def _key(record: Record) -> str:
    assert isinstance(record.head, Expired)
    return record.head.posts[0]


def _is_kept(record: Record | None, key: str, seq: int, promises: Promises) -> bool:
    if record is None or record.seq != seq:
        return False
    if seq in promises.erased:
        return record.body is None
    return record.body == body_of(key) or (record.body is None and seq in promises.erasing)


def _disordered(records: list[Record]) -> int:
    wrong = sum(record.seq != place for place, record in enumerate(records, 1))
    wrong += sum(after.at < before.at for before, after in itertools.pairwise(records))
    last: dict[str, tuple[int, int]] = {}
    parts: dict[str, int] = {}
    for record in records:
        caller, call, part, of, _ = _key(record).rsplit("-", 4)
        wrong += last.get(caller, (-1, -1)) >= (int(call), int(part))
        last[caller] = (int(call), int(part))
        parts[f"{caller}-{call}-{of}"] = parts.get(f"{caller}-{call}-{of}", 0) + 1
    return wrong + sum(count != int(name.rsplit("-", 1)[1]) for name, count in parts.items())


def _integrity(folder: Path) -> str:
    db = sqlite3.connect(folder / "journal.db")
    try:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        db.close()
