"""
A program that fills the small disk it was given, with a journal on it, and tells what the journal answered.

    python -m tests.faults.full_child <folder> [--seed 0] [--free 0] [--reserve 0] [--ballast 262144]

It prints one line of JSON. Run it through `tests/faults/test_disk_full.py`, which makes the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from server.journal import sqlite
from server.journal.contract import JournalFull
from server.journal.sqlite import Limits, SqliteJournal
from server.symposium.entries import Entry, Expired, Record
from server.symposium.values import PostId
from tests.faults.journal_child import body_of
from tests.faults.journal_truth import Promises, truth

BALLAST_BYTES = 256 * 2**10
DECISIONS = 25
PAGE_BYTES = 4_096
_SIZES = (50, 300, 300, 600, 2_000, 9_000, 40_000)


class Story:
    """A journal on a small disk, what its callers were told, and what was refused."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.folder: Path = options.folder / "journal"
        self.filler: Path = options.folder / "filler"
        self.ballast = self.folder / "ballast"
        self.rng = random.Random(options.seed)
        self.limits = Limits(reserve_bytes=options.reserve, ballast_bytes=options.ballast, wal_pages=30)
        self.promises = Promises()
        self.refused: list[str] = []
        self.delivered: list[Record] = []
        self.count = 0
        self.journal = self.open()

    def open(self) -> SqliteJournal:
        journal = SqliteJournal(self.folder, limits=self.limits)
        self.promises.epoch = journal.epoch
        self.delivered = list(journal.replay())
        journal.start(self.delivered.extend)
        return journal

    async def again(self) -> None:
        """Close the journal and open it, as a restart would."""
        await self.journal.close()
        self.journal = self.open()

    async def put(self, *sizes: int, urgent: bool = False) -> bool:
        """One append; whether it was taken."""
        self.count += 1
        keys = [f"c-{self.count}-{part}-{len(sizes)}-{size}" for part, size in enumerate(sizes)]
        entries = [Entry(Expired(posts=(PostId(key),)), body_of(key)) for key in keys]
        try:
            seqs = await asyncio.wait_for(self.journal.append(entries, urgent=urgent), 20)
        except JournalFull:
            self.refused += keys
            return False
        self.promises.acked.update(zip(keys, seqs, strict=True))
        return True

    async def posts(self, count: int) -> int:
        """*count* appends of phones, many at once; how many were taken."""
        taken = await asyncio.gather(*(self.put(self.rng.choice(_SIZES)) for _ in range(count)))
        return sum(taken)

    async def decisions(self, count: int) -> int:
        """*count* appends of moderators, one after another; how many were taken."""
        return sum([await self.put(60, urgent=True) for _ in range(count)])

    async def posts_until_full(self) -> int:
        """Appends of phones until one is refused; how many were taken."""
        taken = 0
        while await self.put(*self.rng.choices(_SIZES, k=self.rng.choice([1, 1, 5]))):
            taken += 1
        return taken

    def fill(self, free: int) -> None:
        """Leave about *free* bytes of the disk, in whole pages; the journal may still be writing meanwhile."""
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while shutil.disk_usage(self.folder).free > free:
                file.write(b"x" * PAGE_BYTES)

    def ballast_bytes(self) -> int:
        """How much is set aside now."""
        return self.ballast.stat().st_size if self.ballast.exists() else 0

    def verdict(self) -> dict[str, int]:
        """What of all this is in the file, when the journal is closed."""
        found = truth(self.folder, self.promises)
        kept = {record.head.posts[0] for record in self.delivered if isinstance(record.head, Expired)}
        return {
            "broken_promises": 0 if found.is_kept else 1,
            "refused_but_kept": len(kept.intersection(self.refused)),
            "delivered": len(self.delivered),
            "acked": len(self.promises.acked),
        }


async def below_the_reserve(story: Story, free: int) -> dict[str, int]:
    """The disk fills up, is really full, and has room again."""
    told: dict[str, int] = {}
    told["before"] = await story.posts(story.rng.randrange(5, 40))
    told["ballast_before"] = story.ballast_bytes()
    await story.again()  # so that the write-ahead log has no room of its own yet
    story.fill(free)
    told["posts_while_full"] = await story.posts(20)
    told["decisions_while_full"] = await story.decisions(DECISIONS)
    told["ballast_while_full"] = story.ballast_bytes()
    await story.again()
    told["decisions_after_restart"] = await story.decisions(DECISIONS)
    told["posts_after_restart"] = await story.posts(5)
    story.filler.unlink()
    told["posts_with_room"] = await story.posts(20)
    told["ballast_after"] = story.ballast_bytes()
    return told


async def in_the_middle_of_a_commit(story: Story, free: int) -> dict[str, int]:
    """Nothing warns: some write of some commit finds no room, again and again."""
    told: dict[str, int] = {"hits": 0, "works_again": 0}
    story.fill(free)
    for _ in range(5):
        await story.posts_until_full()
        await story.posts(20)
        told["hits"] += 1
        story.filler.unlink()
        told["works_again"] += await story.put(60)
        story.fill(story.rng.randrange(free + 1))
    story.filler.unlink()
    return told


async def tell(options: argparse.Namespace) -> dict[str, int]:
    sqlite._FREE_CHECK_S = 0.0  # look at the disk at every batch: the test has no second to wait
    story = Story(options)
    act = below_the_reserve if options.reserve else in_the_middle_of_a_commit
    told = await act(story, options.free)
    await story.journal.close()
    return told | story.verdict()


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--free", type=int, default=0, help="bytes left on the full disk")
    parser.add_argument("--reserve", type=int, default=0, help="bytes")
    parser.add_argument("--ballast", type=int, default=BALLAST_BYTES, help="bytes")
    print(json.dumps(asyncio.run(tell(parser.parse_args(argv)))))


if __name__ == "__main__":
    main()
