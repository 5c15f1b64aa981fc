"""
A full disk: phones are told so, moderators go on deciding, nothing acknowledged is lost; with room all is as before.

The disk is a tmpfs of a few MiB, in a mount namespace of its own that goes with the program in it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Scale
from tests.faults.full_child import BALLAST_BYTES, DECISIONS

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's"),
]

DISK_BYTES = 4 * 2**20
RESERVE_BYTES = 2**20
"""More than the ballast: giving that up must not look like room for posts."""

TIMEOUT_S = 60


def tell(mount_point: Path, *options: str) -> dict[str, int]:
    """Run `full_child.py` on a small disk of its own, and return what it told."""
    unshare = shutil.which("unshare")
    assert unshare is not None, "the fault tests need unshare, of util-linux"
    # Who is not root becomes it in a user namespace; where that is forbidden, unshare says so below.
    namespace = ["--mount"] if os.geteuid() == 0 else ["--map-root-user", "--mount"]
    mount_point.mkdir(parents=True)
    script = f'mount -t tmpfs -o size={DISK_BYTES} tmpfs "$1" && shift && exec "$@"'
    child = [sys.executable, "-m", "tests.faults.full_child", str(mount_point), *options]
    command = [unshare, *namespace, "sh", "-c", script, "sh", str(mount_point), *child]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, f"no small disk, or the child failed:\n{done.stderr[-3_000:]}"
    told: dict[str, int] = json.loads(done.stdout)
    return told


def free_bytes(rng: random.Random) -> int:
    """How much is left on a disk that is as good as full."""
    return rng.choice([0, 0, 4_096, rng.randrange(64 * 1024), rng.randrange(BALLAST_BYTES)])


def test_on_a_full_disk_decisions_go_on_and_posts_are_refused(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    for point in range(scale(40, 6)):
        free = free_bytes(rng)
        options = ["--seed", str(point), "--free", str(free), "--reserve", str(RESERVE_BYTES)]
        told = tell(tmp_path / str(point), *options)
        assert told["before"] > 0
        assert told["ballast_before"] == BALLAST_BYTES
        assert told["posts_while_full"] == 0, told
        assert told["decisions_while_full"] == DECISIONS, told
        assert told["decisions_after_restart"] == DECISIONS, told
        assert told["posts_after_restart"] == 0, told
        assert told["posts_with_room"] == 20, told
        assert told["ballast_after"] == BALLAST_BYTES, told
        assert told["broken_promises"] == told["refused_but_kept"] == 0, told
        assert told["delivered"] == told["acked"], told


def test_without_ballast_the_same_decisions_find_no_room(tmp_path: Path) -> None:
    told = tell(tmp_path / "disk", "--free", "0", "--reserve", str(RESERVE_BYTES), "--ballast", "0")
    assert told["decisions_while_full"] < DECISIONS, told
    assert told["broken_promises"] == told["refused_but_kept"] == 0, told


def test_a_commit_that_finds_no_room_leaves_the_journal_as_it_was(
    tmp_path: Path, rng: random.Random, scale: Scale
) -> None:
    for point in range(scale(40, 6)):
        free = rng.randrange(300_000)
        told = tell(tmp_path / str(point), "--seed", str(point), "--free", str(free), "--ballast", "0")
        assert told["hits"] == told["works_again"] == 5, told
        assert told["broken_promises"] == told["refused_but_kept"] == 0, told
        assert told["delivered"] == told["acked"], told
