"""
A disk that fails under the journal: nothing is acknowledged after the error, the process ends with a failure, and
everything acknowledged is there when the journal is read again.

strace lets the N-th write or sync of each thread fail with EIO. What the disk then holds is worked out as after a power
cut right after the end, with what the failed sync dropped gone for good: an acknowledgement that leaned on it is seen.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Scale
from tests.faults.disk import Disk, Operation, operations, traced
from tests.faults.journal_truth import Promises, Truth, heard, truth

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="strace traces Linux"),
]

SYNC = "fsync,fdatasync"
WRITE = "pwrite64"
SPREAD = (1, 2, 3, 5, 8, 14, 25, 50)
"""Up to some eight the file is being opened; then come commits, checkpoints and redactions."""

ENDS_S = 20


@dataclass(frozen=True)
class Ending:
    """How a child ended whose disk failed."""

    status: int
    is_hit: bool
    """Whether the fault came at all: a child makes only so many calls."""
    acked: int
    found: Truth
    """What is in the folder now, as the next start finds it."""
    after_cut: Truth
    """The same if the power went right after the end."""


def ending(folder: Path, rng: random.Random, calls: str, when: str, *options: str) -> Ending:
    """Let a child fill a journal, fail *calls* at its *when*-th, and see what is left."""
    data, notes, trace = folder / "data", folder / "notes", folder / "trace"
    data.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.faults.journal_child", str(data), str(notes)]
    workload = ["--seed", str(rng.getrandbits(32)), "--appends", "90", "--callers", "5", "--wal-pages", "25"]
    inject = f"{calls}:error=EIO:when={when}"
    status = traced([*command, *workload, *options], trace, inject=inject, timeout_s=ENDS_S)
    promises = heard(notes.read_bytes().splitlines())
    return Ending(
        status=status,
        is_hit="(INJECTED)" in trace.read_text(encoding="ascii"),
        acked=len(promises.acked),
        after_cut=_after_cut(list(operations(trace, data, notes)), data, folder / "cut", rng, promises),
        found=truth(data, promises),
    )


def _after_cut(done: list[Operation], data: Path, left: Path, rng: random.Random, promises: Promises) -> Truth:
    disk = Disk(rng)
    for operation in done:
        disk.do(operation, data)
    left.mkdir()
    for name, content in disk.cut().items():
        (left / name).write_bytes(content)
    return truth(left, promises)


@pytest.mark.parametrize("calls", [pytest.param(SYNC, id="sync"), pytest.param(WRITE, id="write")])
def test_after_an_error_of_the_disk_nothing_is_acknowledged_and_nothing_is_lost(
    tmp_path: Path, rng: random.Random, scale: Scale, calls: str
) -> None:
    hits = 0
    whens = scale(tuple(range(1, 61)), SPREAD)
    for when in whens:
        end = ending(tmp_path / str(when), rng, calls, str(when))
        hits += end.is_hit
        assert (end.status != 0) == end.is_hit, f"{calls} number {when}: status {end.status}"
        assert end.found.is_kept, f"{calls} number {when}: {end}"
        assert end.after_cut.is_kept, f"{calls} number {when}, then a power cut: {end}"
    print(f"{calls}: {hits} errors in {len(whens)} children, each ended, nothing lost")
    assert hits >= len(whens) * 3 // 4


def test_a_journal_that_does_not_hear_the_error_loses_what_it_acknowledged(tmp_path: Path, rng: random.Random) -> None:
    # By the 25th call the file is open and commits go on.
    ends = [ending(tmp_path / calls, rng, calls, "25..40", "--deaf") for calls in (SYNC, WRITE)]
    print(f"a deaf journal: {[(end.status, end.acked, end.found.lost, end.after_cut.lost) for end in ends]}")
    assert all(end.is_hit for end in ends)
    assert all(end.found.lost > 0 for end in ends)
