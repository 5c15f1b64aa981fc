"""
A program that fills a journal, and notes what it was promised: the one that the fault tests cut off.

    python -m tests.faults.journal_child <folder> <notes> [--seed 0] [--appends 200] …

Notes are lines of JSON, each written at once: `{"ack": {key: seq, …}}` after an append, `{"erasing": [seq]}` before and
`{"erased": [seq]}` after a redaction, `{"open": epoch}`. A key says everything about its entry:
`caller-call-part-of-size`; `body_of(key)` is the body.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from server.journal.contract import JournalBroken
from server.journal.sqlite import Limits, SqliteJournal, _Append, _Redact, _resolve, exit_process
from server.symposium.entries import Entry, Expired
from server.symposium.values import PostId

_SIZES = (1, 40, 300, 300, 300, 600, 600, 5_000, 20_000)


def body_of(key: str) -> bytes:
    """The body of the entry *key*: nothing of it is like that of another key."""
    size = int(key.rsplit("-", 1)[1])
    word = f"<{key}>".encode()
    return word * (size // len(word) + 1)


class Deaf(SqliteJournal):
    """A journal that does not hear that its disk failed: the negative control of the tests on errors."""

    def _after_error(self, appends: list[_Append], ex: sqlite3.Error) -> None:
        self._roll_back()
        self._call(self._committed, appends)

    def _break(self, requests: Sequence[_Append | _Redact], ex: Exception) -> None:
        self._call(_resolve, [request for request in requests if isinstance(request, _Redact)])


class Filler:
    """Callers that append and redact at the same time, and note what they were told."""

    def __init__(self, journal: SqliteJournal, notes: int, rng: random.Random) -> None:
        self.journal = journal
        self.notes = notes
        self.rng = rng

    def note(self, value: object) -> None:
        os.write(self.notes, json.dumps(value).encode() + b"\n")

    async def call(self, caller: str, calls: int) -> None:
        mine: list[int] = []
        for call in range(calls):
            parts = self.rng.choice([1, 1, 1, 2, 3])
            keys = [f"{caller}-{call}-{part}-{parts}-{self.rng.choice(_SIZES)}" for part in range(parts)]
            entries = [Entry(Expired(posts=(PostId(key),)), body_of(key)) for key in keys]
            seqs = await self.journal.append(entries)
            self.note({"ack": dict(zip(keys, seqs, strict=True))})
            mine += seqs
            if self.rng.random() < 0.04:
                await self.redact([mine.pop(self.rng.randrange(len(mine)))])

    async def redact(self, seqs: Sequence[int]) -> None:
        self.note({"erasing": list(seqs)})
        await self.journal.redact(seqs)
        self.note({"erased": list(seqs)})


async def fill(options: argparse.Namespace, session: int, notes: int) -> None:
    """One session: open, append with many callers, close."""
    kind = Deaf if options.deaf else SqliteJournal
    limits = Limits(reserve_bytes=0, ballast_bytes=0, wal_pages=options.wal_pages)
    journal = kind(options.folder, limits=limits, synchronous=options.synchronous, broken=_broken)
    for _ in journal.replay():
        pass
    journal.start(lambda records: None)
    filler = Filler(journal, notes, random.Random(f"{options.seed}:{session}"))
    filler.note({"open": journal.epoch})
    calls = max(1, options.appends // options.callers)
    await asyncio.gather(*(filler.call(f"{session}.{caller}", calls) for caller in range(options.callers)))
    await journal.close()


def _broken(error: JournalBroken) -> None:
    exit_process(error)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--appends", type=int, default=200, help="of each session")
    parser.add_argument("--callers", type=int, default=12)
    parser.add_argument("--sessions", type=int, default=2)
    parser.add_argument("--wal-pages", type=int, default=60)
    parser.add_argument("--synchronous", default="FULL")
    parser.add_argument("--deaf", action="store_true")
    options = parser.parse_args()
    notes = os.open(options.notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for session in range(options.sessions):
        asyncio.run(fill(options, session, notes))


if __name__ == "__main__":
    main()
