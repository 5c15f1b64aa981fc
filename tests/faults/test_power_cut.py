"""
A power cut loses nothing that was acknowledged: the real journal on the real SQLite, its real writes, simulated cuts.

A child fills a journal under strace; from what it did a cut at any moment is made up (`disk.py`), and the journal that
would be found is opened and compared with what the child had been told until then.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.conftest import Scale
from tests.faults.disk import Disk, Operation, operations, traced
from tests.faults.journal_truth import Promises, Truth, truth

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

T = TypeVar("T")

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="strace traces Linux"),
]

CUTS_PER_CHILD = 100
BEGINNING = 60
"""Operations in which a journal is made: a quarter of the cuts fall in them, and a quarter right after a redaction."""


def record(folder: Path, rng: random.Random, *options: str) -> tuple[Path, list[Operation]]:
    """Let a child fill a journal; what it did, and to which folder."""
    data, notes, trace = folder / "data", folder / "notes", folder / "trace"
    data.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.faults.journal_child", str(data), str(notes)]
    status = traced([*command, "--seed", str(rng.getrandbits(32)), *options], trace)
    assert status == 0
    done = list(operations(trace, data, notes))
    trace.unlink()
    return data, done


def moments(done: list[Operation], count: int, rng: random.Random) -> Counter[int]:
    """How often to cut before which operation; where chance alone would seldom come, more often."""
    erased = [place + 1 for place, operation in enumerate(done) if b"erased" in operation.data]
    everywhere = range(len(done) + 1)
    return Counter(rng.choice(rng.choice([range(BEGINNING), erased, everywhere, everywhere])) for _ in range(count))


def cuts(data: Path, done: list[Operation], count: int, rng: random.Random, folder: Path) -> list[Truth]:
    """Cut the power at *count* moments of what was *done*, and see what is left."""
    at = moments(done, count, rng)
    disk, promises, found = Disk(rng), Promises(), []
    for place, operation in enumerate([*done, None]):
        for again in range(at[place]):
            left = folder / f"{place}-{again}"
            left.mkdir(parents=True)
            for name, content in disk.cut().items():
                (left / name).write_bytes(content)
            found.append(truth(left, promises))
        if operation is not None:
            disk.do(operation, data)
            if operation.kind == "note":
                promises.hear(operation.data)
    return found


def run(tmp_path: Path, rng: random.Random, count: int, *options: str) -> list[Truth]:
    """*count* cuts, over as many children as that is worth."""
    found: list[Truth] = []
    for child in range(-(-count // CUTS_PER_CHILD)):
        data, done = record(tmp_path / f"child-{child}", rng, *options)
        share = min(CUTS_PER_CHILD, count - len(found))
        found += cuts(data, done, share, rng, tmp_path / f"cuts-{child}")
    return found


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    found = run(tmp_path, rng, scale(500, 50))
    print(f"{len(found)} cuts: {Counter(found)}")
    assert all(one.is_kept for one in found)


class Unlucky(random.Random):
    """Of what is not synced, nothing is on the disk."""

    def random(self) -> float:
        return 0.99

    def choice(self, seq: SupportsLenAndGetItem[T]) -> T:
        return seq[0]


def last_words(data: Path, done: list[Operation], folder: Path) -> Truth:
    """Cut the power right after the last acknowledgement before the journal is closed, as badly as it may go."""
    at = max(place for place, operation in enumerate(done) if b'"ack"' in operation.data)
    disk, promises = Disk(Unlucky()), Promises()
    for operation in done[: at + 1]:
        disk.do(operation, data)
        if operation.kind == "note":
            promises.hear(operation.data)
    folder.mkdir()
    for name, content in disk.cut().items():
        (folder / name).write_bytes(content)
    return truth(folder, promises)


def test_without_an_fsync_per_commit_the_same_cuts_lose_entries(
    tmp_path: Path, rng: random.Random, scale: Scale
) -> None:
    data, done = record(tmp_path / "child", rng, "--synchronous", "NORMAL")
    found = [last_words(data, done, tmp_path / "last"), *cuts(data, done, scale(100, 25), rng, tmp_path / "cuts")]
    print(f"{len(found)} cuts with synchronous=NORMAL: {[one.lost for one in found]} acknowledged entries lost")
    assert found[0].lost > 0
    assert not any(one.corrupt for one in found)


def test_with_an_fsync_per_commit_the_worst_cut_loses_nothing(tmp_path: Path, rng: random.Random) -> None:
    data, done = record(tmp_path / "child", rng)
    assert last_words(data, done, tmp_path / "last").is_kept
