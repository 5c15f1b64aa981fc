"""
kill -9 while papers are sent: afterwards there is the old version or the new one, whole, and what was acknowledged.

Trust S1, for files. Versions are sent one after the other, as one body or in pieces, and the real server is killed at a
random moment of each: while bytes come in, while the file is looked at, while it is moved, while its entry is written.
After the restart every file that the shelf lists is fetched and held against what was sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests import house
from tests.conftest import Scale
from tests.house import SLUG, RealServer, Visitor, command
from tests.server.papers import documents

pytestmark = pytest.mark.fault

_GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.IncompleteReadError)
HEAD = {"Tus-Resumable": "1.0.0"}
PIECE = {**HEAD, "Content-Type": "application/offset+octet-stream"}
VERSIONS_OF_A_PAPER = 8
MB = 2**20
ROUND_BYTES = 19 * MB
"""More than all buffers on the way hold, and so little that the rounds together do not reach the end of the file."""

EARLY = """
import sys, threading, time
from server.blobs.store import BlobStore, BlobId, hash_of
true = BlobStore.put_file
def put_file(self, path):
    kept = path.with_suffix('.later')
    path.rename(kept)
    with kept.open('rb') as file:
        blob = BlobId(hash_of(file))
    threading.Thread(target=lambda: (time.sleep(3_600), true(self, kept)), daemon=True).start()
    return blob
BlobStore.put_file = put_file
from server.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""A server that names a file in the journal first and brings it to safety an hour later."""


@dataclass
class Notes:
    """What was sent and what was acknowledged: the oracle. Versions by the SHA-256 of their bytes."""

    sent: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Paper → the newest version that was answered with 200."""
    found: list[str] = field(default_factory=list)
    seen_old: int = 0
    seen_new: int = 0


def version(number: int) -> bytes:
    return documents.pdf(title=f"versie {number}", filler=400_000)


async def send(by: Visitor, paper: str, data: bytes, *, in_pieces: bool) -> int:
    """Send a version; the status of the answer."""
    if not in_pieces:
        return (await by.ask("PUT", f"papers/{paper}", data=io.BytesIO(data))).status
    length = {"Upload-Length": str(len(data))}
    made = await by.ask("POST", f"papers/{paper}/uploads", headers={**HEAD, **length})
    if made.status != 201:
        return made.status
    where = made.headers["Location"]
    half = len(data) // 2
    await by.ask("PATCH", where, data=io.BytesIO(data[:half]), headers={**PIECE, "Upload-Offset": "0"})
    last = await by.ask("PATCH", where, data=io.BytesIO(data[half:]), headers={**PIECE, "Upload-Offset": str(half)})
    return last.status


async def look(by: Visitor, paper: str, notes: Notes, sending: int) -> None:
    """Fetch every listed version of a paper, and note what is not as promised."""
    files = (await by.get(f"papers/{paper}")).json["files"]
    versions = []
    for file in files:
        answer = await by.get(f"/{SLUG}/papers/{paper}/file/{file['id']}")
        digest = hashlib.sha256(answer.body).hexdigest()
        if answer.status != 200 or digest not in notes.sent:
            notes.found.append(f"a file of {paper} answers {answer.status} with {len(answer.body)} bytes")
        versions.append(notes.sent.get(digest, -1))
    if versions != sorted(set(versions)):
        notes.found.append(f"{paper} has the versions {versions}")
    if notes.acknowledged.get(paper, 0) not in (0, *versions):
        notes.found.append(f"version {notes.acknowledged[paper]} of {paper} is lost")
    if versions and versions[-1] == sending:
        notes.seen_new += 1
    else:
        notes.seen_old += 1


async def kill_again_and_again(folder: Path, kills: int, rng: random.Random, *, answered: bool = False) -> Notes:
    """
    Start, send a version, kill, start, look.

    Args:
        answered: Kill when a version was acknowledged; else at a moment between its first byte and a little after that.
    """
    assert command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")[0] == 0
    status, output, _ = command("badge", SLUG, "organiser", "--name", "Org", "--data", str(folder), "--json")
    assert status == 0
    token, notes, paper = json.loads(output)["token"], Notes(), ""
    takes_s = 0.0
    server = RealServer(folder)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session:
        try:
            for number in range(1, kills + 1):
                await asyncio.to_thread(server.start)
                by = Visitor(session, server.url, token=token)
                if number > 1:
                    await look(by, paper, notes, number - 1)
                if number % VERSIONS_OF_A_PAPER == 1:
                    paper = (await by.ask("POST", "papers", {"title": f"Paper {number}"})).json["id"]
                data = version(number)
                notes.sent[hashlib.sha256(data).hexdigest()] = number
                began = time.perf_counter()
                sending = asyncio.create_task(_sent(by, paper, data, notes, number))
                if answered or number == 1:  # the first one shows how long it takes here, to aim by
                    await sending
                    takes_s = time.perf_counter() - began
                else:  # the second one is never in time, however fast this machine is by now
                    await asyncio.sleep(0 if number == 2 else rng.uniform(0, 1.3 * takes_s))
                server.kill()
                await sending
                server.end()
            await asyncio.to_thread(server.start)
            await look(Visitor(session, server.url, token=token), paper, notes, kills)
            server.terminate()
        finally:
            server.end()
    return notes


async def _sent(by: Visitor, paper: str, data: bytes, notes: Notes, number: int) -> None:
    with contextlib.suppress(*_GONE):
        status = await send(by, paper, data, in_pieces=number % 2 == 0)
        if status == 200:
            notes.acknowledged[paper] = number
        else:
            notes.found.append(f"version {number} was answered {status}")


async def test_kill_leaves_the_old_version_or_the_new_one(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    folder, kills = tmp_path / "data", scale(60, 6)

    notes = await kill_again_and_again(folder, kills, rng)

    print(f"{kills} kills: {notes.seen_old} times the old version, {notes.seen_new} times the new one")
    status, _, errors = command("verify", SLUG, "--data", str(folder))
    assert notes.found == []
    assert status == 0, errors
    assert notes.seen_old, "control: some were killed in time"
    assert [p.suffix for p in (folder / SLUG / "uploads").iterdir() if p.suffix not in (".json", ".part")] == []


async def test_checker_finds_a_file_that_was_named_before_it_was_safe(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a server that does it the other way round loses a file, and the same checker sees it."""
    monkeypatch.setattr(house, "_COMMAND", EARLY)

    notes = await kill_again_and_again(tmp_path / "data", 1, rng, answered=True)

    assert any("lost" in each or "answers" in each for each in notes.found)


async def test_upload_in_pieces_goes_on_after_a_kill(tmp_path: Path, rng: random.Random, scale: Scale) -> None:
    folder = tmp_path / "data"
    assert command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")[0] == 0
    _, output, _ = command("badge", SLUG, "organiser", "--name", "Org", "--data", str(folder), "--json")
    token, data = json.loads(output)["token"], documents.pdf(filler=scale(100_000_000, 40_000_000))
    where, paper, offsets, answer = "", "", [-1], None
    server = RealServer(folder)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        try:
            for _ in range(scale(5, 2)):
                await asyncio.to_thread(server.start)
                by = Visitor(session, server.url, token=token)
                if not where:
                    paper = (await by.ask("POST", "papers", {"title": "Groot"})).json["id"]
                    length = {"Upload-Length": str(len(data))}
                    made = await by.ask("POST", f"papers/{paper}/uploads", headers={**HEAD, **length})
                    where = made.headers["Location"]
                offsets.append(int((await by.ask("HEAD", where, headers=HEAD)).headers["Upload-Offset"]))
                far = asyncio.Event()
                task = asyncio.create_task(_append(by, where, data, offsets[-1], far))
                await far.wait()
                await asyncio.sleep(rng.uniform(0, 0.02))
                server.kill()
                await task
                server.end()
            await asyncio.to_thread(server.start)
            by = Visitor(session, server.url, token=token)
            offsets.append(int((await by.ask("HEAD", where, headers=HEAD)).headers["Upload-Offset"]))
            headers = {**PIECE, "Upload-Offset": str(offsets[-1])}
            answer = await by.ask("PATCH", where, data=io.BytesIO(data[offsets[-1] :]), headers=headers)
            back = await by.get(f"/{SLUG}/papers/{paper}/file/{answer.json['file']}")
        finally:
            server.end()

    print(f"went on at {offsets}")
    assert offsets == sorted(set(offsets)), "it went on, and not from the beginning"
    assert answer is not None
    assert answer.status == 200, answer
    assert hashlib.sha256(back.body).digest() == hashlib.sha256(data).digest()


async def _append(by: Visitor, where: str, data: bytes, offset: int, far: asyncio.Event) -> None:
    """
    Send the rest, and set *far* when so much is on its way that some of it must have been flushed over there.

    The last of it is never sent: however late the kill comes, it comes before the end.
    """

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(offset, offset + ROUND_BYTES, MB):
            if at - offset == ROUND_BYTES - MB:
                far.set()
            yield data[at : at + MB]
        await asyncio.Event().wait()

    length = {"Content-Length": str(len(data) - offset)}
    with contextlib.suppress(*_GONE):
        await by.ask("PATCH", where, data=pieces(), headers={**PIECE, **length, "Upload-Offset": str(offset)})
