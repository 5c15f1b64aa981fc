"""
A program that freezes reports on the small disk it was given, which is nearly full, and tells what became of them.

    python -m tests.faults.freezing_child <folder> [--seed 0] [--rounds 3]

It prints one line of JSON. Run it through `tests/faults/test_freezing.py`, which makes the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.journal.sqlite import Limits
from server.reporting import WORK
from tests import house
from tests.house import SLUG, Answer, Place, open_place

FORMATS = ("html", "odt", "epub", "md", "figures-csv")
PAGE_BYTES = 4_096
MOST_FREE = 1_500_000
"""Bytes; a version and what is written meanwhile take about half of this."""


class Story:
    """A report that is frozen again and again, and what was told."""

    def __init__(self, place: Place, filler: Path) -> None:
        self.place, self.filler = place, filler
        self.folder = place.house.config.folder / SLUG
        self.told: dict[str, Any] = {"frozen": 0, "refused": 0, "codes": set(), "half": 0, "missing": 0, "left": 0}

    def fill(self, free: int) -> None:
        """Leave about *free* bytes of the disk, in whole pages."""
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while shutil.disk_usage(self.folder).free > free:
                file.write(b"x" * PAGE_BYTES)

    async def freeze(self) -> Answer:
        draft = self.place.hall.node.state.draft
        body = {"number": len(draft.versions) + 1, "seq": draft.seq, "formats": FORMATS}
        return await self.place.holder("author").ask("POST", "report/versions", body)

    async def look(self) -> None:
        """Every version is whole, and of no other anything is there."""
        versions = self.place.hall.node.state.draft.versions
        self.told["half"] += sum(len(version.files) != len(FORMATS) for version in versions)
        named = {file.blob for version in versions for file in version.files}
        there = set(self.place.hall.store.ids())
        self.told["missing"] += len(named - there)
        self.told["left"] += len(there - named) + len(list((self.folder / WORK).iterdir()))
        self.told["left"] += len(list((self.folder / "blobs").rglob(".new-*")))

    async def round(self, free: int) -> None:
        self.fill(free)
        answer = await self.freeze()
        if answer.status == 201:
            self.told["frozen"] += 1
        else:
            self.told["refused"] += 1
            self.told["codes"].add(f"{answer.status} {answer.code}")
        self.filler.unlink()
        await self.look()


async def tell(options: argparse.Namespace) -> dict[str, Any]:
    rng = random.Random(options.seed)
    house.JOURNALS = Limits(ballast_bytes=0, reserve_bytes=0)  # the disk is smaller than what is set aside elsewhere
    async with open_place(options.folder / "data") as place:
        story = Story(place, options.folder / "filler")
        for n in range(3):
            await place.show(f"Bericht nummer {n} van vandaag, om in het verslag te zetten.")
        story.fill(0)
        story.told["with_reserve"] = (await story.freeze()).code
        story.filler.unlink()
        place.hall.store._reserve_bytes = 0  # nothing is refused beforehand: the disk itself says so, somewhere
        for free in itertools.islice(itertools.cycle((0, 60_000, MOST_FREE)), options.rounds):
            await story.round(rng.randrange(free + 1))
        story.told["works_again"] = (await story.freeze()).status
        await story.look()
    return {**story.told, "codes": sorted(story.told["codes"])}


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--rounds", type=int, default=3)
    print(json.dumps(asyncio.run(tell(parser.parse_args(argv)))))


if __name__ == "__main__":
    main()
