"""
kill -9 and a full disk while a version of the report is frozen: afterwards it is there, whole, or nothing of it is.

The draft is frozen again and again, and the real server is killed at a random moment of each: while the files are made,
while they are brought to safety, while the entry is written. After the restart every version that is listed is fetched,
file by file, and held against its hash.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.reporting import WORK
from tests import house
from tests.conftest import Scale
from tests.faults.test_papers import EARLY
from tests.house import SLUG, RealServer, Visitor, command

pytestmark = pytest.mark.fault

_GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.IncompleteReadError)
FORMATS = ("html", "odt", "md", "figures-csv")
DISK_BYTES = 24 * 2**20
TIMEOUT_S = 120


@dataclass
class Notes:
    """What was acknowledged, and what was found that is not as promised."""

    acknowledged: dict[int, str] = field(default_factory=dict)
    """The SHA-256 of versions that were answered with 201, by number."""
    found: list[str] = field(default_factory=list)
    seen_without: int = 0
    seen_unacknowledged: int = 0


async def write(by: Visitor, text: str) -> tuple[int, int]:
    """Another draft. Returns its seq, and the number of the next version."""
    draft = (await by.get("report/draft")).json
    known = draft["texts"].get("summary", {}).get("text")
    body = {"text": text, "base": 0 if known is None else known["seq"]}
    seq = (await by.ask("PUT", "report/texts/summary", body)).json["seq"]
    return seq, len(draft["versions"]) + 1


async def look(by: Visitor, notes: Notes) -> None:
    """Fetch every file of every listed version, and note what is not as promised."""
    listed: list[dict[str, Any]] = (await by.get("report/versions")).json["versions"]
    numbers = [version["number"] for version in listed]
    if numbers != list(range(len(listed), 0, -1)):
        notes.found.append(f"the versions are {numbers}")
    for version in listed:
        number = version["number"]
        if [file["format"] for file in version["files"]] != list(FORMATS):
            notes.found.append(f"version {number} has {version['files']}")
        for file in version["files"]:
            answer = await by.get(f"report/versions/{number}/{file['format']}")
            if answer.status != 200 or hashlib.sha256(answer.body).hexdigest() != file["sha256"]:
                notes.found.append(f"{file['format']} of version {number} answers {answer.status}")
    by_number = {version["number"]: version["sha256"] for version in listed}
    for number, sha256 in notes.acknowledged.items():
        if by_number.get(number) != sha256:
            notes.found.append(f"version {number} is lost")
    notes.seen_unacknowledged = sum(number not in notes.acknowledged for number in by_number)


async def kill_again_and_again(folder: Path, kills: int, rng: random.Random, *, answered: bool = False) -> Notes:
    """
    Start, freeze, kill, start, look.

    Args:
        answered: Kill when a version was acknowledged; else at a moment while it is made.
    """
    assert command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")[0] == 0
    status, output, _ = command("badge", SLUG, "author", "--name", "Rosa", "--data", str(folder), "--json")
    assert status == 0
    token, notes, takes_s = json.loads(output)["token"], Notes(), 0.0
    server = RealServer(folder)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session:
        try:
            for round_ in range(1, kills + 1):
                await asyncio.to_thread(server.start)
                by = Visitor(session, server.url, token=token)
                await look(by, notes)
                seq, number = await write(by, f"Samenvatting nummer {round_}.")
                began = time.perf_counter()
                freezing = asyncio.create_task(_frozen(by, seq, number, notes))
                if answered or round_ == 1:  # the first one shows how long it takes here, to aim by
                    await freezing
                    takes_s = time.perf_counter() - began
                else:  # the second one is never in time, however fast this machine is by now
                    await asyncio.sleep(0 if round_ == 2 else rng.uniform(0.3, 1.15) * takes_s)
                server.kill()
                await freezing
                server.end()
                notes.seen_without += number not in notes.acknowledged
            await asyncio.to_thread(server.start)
            await look(Visitor(session, server.url, token=token), notes)
            server.terminate()
        finally:
            server.end()
    return notes


async def _frozen(by: Visitor, seq: int, number: int, notes: Notes) -> None:
    with contextlib.suppress(*_GONE):
        answer = await by.ask("POST", "report/versions", {"number": number, "seq": seq, "formats": FORMATS})
        if answer.status == 201:
            notes.acknowledged[number] = answer.json["sha256"]
        else:
            notes.found.append(f"version {number} was answered {answer}")


async def test_kill_leaves_a_version_whole_or_not_at_all(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    folder, kills = tmp_path / "data", scale(40, 4)

    notes = await kill_again_and_again(folder, kills, rng)

    print(f"{kills} kills: {len(notes.acknowledged)} acknowledged, {notes.seen_unacknowledged} there all the same")
    status, _, errors = command("verify", SLUG, "--data", str(folder))
    assert notes.found == []
    assert status == 0, errors
    assert notes.seen_without, "control: some were killed in time"
    assert list((folder / SLUG / WORK).glob("*")) == []


async def test_checker_finds_a_version_that_was_named_before_its_files_were_safe(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a server that does it the other way round loses the files, and the same checker sees it."""
    monkeypatch.setattr(house, "_COMMAND", EARLY)

    notes = await kill_again_and_again(tmp_path / "data", 1, rng, answered=True)

    assert any("answers" in each for each in notes.found)


# A full disk


def tell(mount_point: Path, *options: str) -> dict[str, Any]:
    """Run `freezing_child.py` on a small disk of its own, and return what it told."""
    unshare = shutil.which("unshare")
    assert unshare is not None, "the fault tests need unshare, of util-linux"
    namespace = ["--mount"] if os.geteuid() == 0 else ["--map-root-user", "--mount"]
    mount_point.mkdir(parents=True)
    script = f'mount -t tmpfs -o size={DISK_BYTES} tmpfs "$1" && shift && exec "$@"'
    child = [sys.executable, "-m", "tests.faults.freezing_child", str(mount_point), *options]
    command_ = [unshare, *namespace, "sh", "-c", script, "sh", str(mount_point), *child]
    done = subprocess.run(command_, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, f"no small disk, or the child failed:\n{done.stderr[-3_000:]}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's")
def test_full_disk_leaves_nothing_of_a_version(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    for point in range(scale(6, 1)):
        told = tell(tmp_path / str(point), "--seed", str(rng.random()), "--rounds", "8")
        print(told)
        assert told["with_reserve"] == "blobs-full"
        assert told["refused"], "control: the disk was full for some"
        assert set(told["codes"]) <= {"507 storage-full", "507 blobs-full"}, told
        assert told["half"] == told["missing"] == told["left"] == 0, told
        assert told["works_again"] == 201
