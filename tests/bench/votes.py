"""
A full hall votes on one poll: what that costs the server, and when the last phone knows the result.

    python3 run.py bench votes [--phones 10000] [--seconds 10] [--runs 2]

Each run has three parts that take turns. *bare*: as many entries of the same size, appended to a journal by as many
callers as there are votes in the air, and nothing else. *alone*: phones vote over HTTP, nobody listens. *hall*: the
same while as many phones have the live stream open. Ratios are of the server's CPU (user and system, the kernel's own
nanoseconds) in one run. Then the poll is closed: `to_last` is from the request that closes it until the last phone's
socket has the result. `grows` is what the server's memory grew by while all of them voted in one poll more.

The phones, the voters and the server share the same processors. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from server.journal.sqlite import SqliteJournal
from server.keyring import Keyring
from server.live.admission import raise_open_files
from server.symposium.entries import Entry, Voted
from server.symposium.values import PollId, VoterKey
from tests.bench.fanout import _task_cpu_ns
from tests.bench.hall import _server, _summary

ROOT = Path(__file__).resolve().parents[2]
SLUG = "bench-hall"
FRAMES_PER_S = 4.0
TO_LAST_S = 1.0
GROWS_BYTES_PER_VOTE = 2_048
IN_THE_AIR = 200
"""Votes at once, and connections that bring them."""
COUNTED = 100
"""Sockets of which every frame is counted."""
FIGURES = ("cpu_bare_s", "cpu_alone_s", "cpu_hall_s", "took_s", "frames_per_s", "to_last_s", "grows_bytes_per_vote")
POLL = {
    "kind": "single",
    "title": {"nl": "Wie was hier eerder?"},
    "options": [{"nl": "ik"}, {"nl": "ik niet"}, {"nl": "weet ik niet"}],
    "reveal": "closed",
}


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when every vote was durable and counted, and the bars are met."""
    parser = argparse.ArgumentParser(prog="run.py bench votes")
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args(argv)
    busy = os.getloadavg()[0]
    runs = [asyncio.run(_run(options)) for _ in range(options.runs)]
    return _report(options, runs, busy)


def _report(options: argparse.Namespace, runs: Sequence[dict[str, Any]], busy: float) -> int:
    print(f"{options.phones} phones vote within {options.seconds:g} s, {options.runs} runs;", end=" ")
    print(f"{os.cpu_count()} processors for all of it, load before it {busy:.1f}")
    for name in ("accept_alone", "accept_hall"):
        print(f"{name:16} p50 {_mid(runs, name, 'p50'):8.1f} ms   p99 {_mid(runs, name, 'p99'):8.1f} ms")
    for name in FIGURES:
        print(f"{name:24}{median(run[name] for run in runs):12.3f}")
    for name, over in (("alone", "bare"), ("hall", "alone")):
        ratio = median(run[f"cpu_{name}_s"] / run[f"cpu_{over}_s"] for run in runs)
        print(f"{name} to {over:16}{ratio:12.2f}")
    print(json.dumps({"bench": "votes", "runs": runs}))
    bars = {
        "all counted": all(run["counted"] for run in runs),
        f"frames <= {FRAMES_PER_S:g}/s": max(run["frames_per_s"] for run in runs) <= FRAMES_PER_S,
        f"to_last <= {TO_LAST_S:g} s": median(run["to_last_s"] for run in runs) <= TO_LAST_S,
        "memory flat": median(run["grows_bytes_per_vote"] for run in runs) <= GROWS_BYTES_PER_VOTE,
    }
    print("; ".join(f"{name}: {'met' if is_met else 'MISSED'}" for name, is_met in bars.items()))
    return 0 if all(bars.values()) else 1


def _mid(runs: Sequence[dict[str, Any]], name: str, part: str) -> float:
    return float(median(run[name][part] for run in runs))


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        bare_s = await _bare(Path(folder) / "bare", options.phones)
        async with _server(Path(folder)) as ready:
            hall = await _Hall.open(Path(folder) / "data", ready, options)
            async with hall:
                alone = await hall.vote()
                await hall.close()
                with _Sockets.held(ready["url"], options.phones) as sockets:
                    full = await hall.vote()
                    frames = await asyncio.to_thread(sockets.ask, "frames")
                    began = time.monotonic()
                    await hall.close()
                    ended = await asyncio.to_thread(sockets.ask, "closed")
                    before = hall.memory_bytes()
                    await hall.vote()
                    await hall.close()
                    grown = hall.memory_bytes() - before
    return {
        "cpu_bare_s": bare_s,
        "cpu_alone_s": alone["cpu_s"],
        "cpu_hall_s": full["cpu_s"],
        "took_s": full["took_s"],
        "accept_alone": alone["accept"],
        "accept_hall": full["accept"],
        "counted": alone["counted"] and full["counted"],
        "frames_per_s": frames / full["took_s"],
        "to_last_s": ended - began,
        "grows_bytes_per_vote": grown / options.phones,
    }


async def _bare(folder: Path, count: int) -> float:
    """CPU of this process for as many appends of votes, by as many callers as votes are in the air."""
    folder.mkdir()
    journal = SqliteJournal(folder)
    journal.start(lambda records: None)
    numbers = itertools.count()

    async def caller() -> None:
        while (number := next(numbers)) < count:
            voter = VoterKey(f"{number:032x}")
            await journal.append([Entry(Voted(poll=PollId("p" * 16), opening=4, voter=voter, answers=(number % 3,)))])

    began = time.process_time()
    await asyncio.gather(*(caller() for _ in range(IN_THE_AIR)))
    took = time.process_time() - began
    await journal.close()
    return took


class _Hall:
    """The server, and the phones that vote."""

    def __init__(self, session: aiohttp.ClientSession, ready: dict[str, Any], seconds: float) -> None:
        self._session = session
        self._api = f"{ready['url']}/v1/symposia/{SLUG}"
        self._pid = int(ready["pid"])
        self._staff = {"Authorization": f"Bearer {ready['symposia'][0]['badges']['organiser']}"}
        self._cookies: list[str] = []
        self._seconds = seconds
        self._poll: dict[str, Any] = {}

    @classmethod
    async def open(cls, data: Path, ready: dict[str, Any], options: argparse.Namespace) -> _Hall:
        connector = aiohttp.TCPConnector(limit=IN_THE_AIR)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        hall = cls(session, ready, options.seconds)
        await hall._open_poll()
        name = await hall._cookie_name()
        await hall.close()
        keyring = Keyring(data)
        hall._cookies = [f"{name}={keyring.new_device()[1]}" for _ in range(options.phones)]
        return hall

    async def _cookie_name(self) -> str:
        """How the server calls a phone's cookie: one that votes without gets one."""
        url = f"{self._api}/polls/{self._poll['id']}/votes"
        async with self._session.post(url, json={"opening": self._poll["opening"], "answers": [0]}) as response:
            response.raise_for_status()
            return next(iter(response.cookies))

    async def __aenter__(self) -> _Hall:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def memory_bytes(self) -> int:
        """What the server has in memory."""
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1_024

    async def vote(self) -> dict[str, Any]:
        """Open a new poll, and let every phone vote in it."""
        await self._open_poll()
        waits = iter(enumerate(self._cookies))
        accepted: list[float] = []
        cpu, began = _task_cpu_ns(self._pid), time.monotonic()

        async def voter() -> None:
            for number, cookie in waits:
                await asyncio.sleep(max(0.0, began + number * self._seconds / len(self._cookies) - time.monotonic()))
                accepted.append(await self._vote(cookie, number % 3))

        await asyncio.gather(*(voter() for _ in range(IN_THE_AIR)))
        took = time.monotonic() - began
        await asyncio.sleep(0.5)  # the last count of votes is told
        return {
            "cpu_s": (_task_cpu_ns(self._pid) - cpu) / 1e9,
            "took_s": took + 0.5,
            "accept": _summary(accepted),
            "counted": len(accepted) == len(self._cookies) == await self._n(),
        }

    async def _vote(self, cookie: str, answer: int) -> float:
        began = time.monotonic()
        body = {"opening": self._poll["opening"], "answers": [answer]}
        headers = {"Cookie": cookie, "Origin": self._api.partition("/v1")[0]}
        url = f"{self._api}/polls/{self._poll['id']}/votes"
        async with self._session.post(url, json=body, headers=headers) as response:
            text = await response.text()
            if response.status != 201:
                raise RuntimeError(f"a vote was not taken: {response.status} {text}")
        return time.monotonic() - began

    async def _open_poll(self) -> None:
        async with self._session.post(f"{self._api}/polls", json=POLL, headers=self._staff) as response:
            response.raise_for_status()
            id_ = (await response.json())["id"]
        async with self._session.post(f"{self._api}/polls/{id_}/openings", headers=self._staff) as response:
            response.raise_for_status()
        self._poll = await self._look(id_)

    async def _look(self, id_: str) -> dict[str, Any]:
        async with self._session.get(f"{self._api}/polls/{id_}", headers=self._staff) as response:
            response.raise_for_status()
            return dict(await response.json())

    async def _n(self) -> int:
        await asyncio.sleep(0.3)  # of a large poll the answer may be a quarter of a second old
        return int((await self._look(self._poll["id"]))["tally"]["n"])

    async def close(self) -> None:
        """Close the poll that is open."""
        url = f"{self._api}/polls/{self._poll['id']}/closings"
        async with self._session.post(url, headers=self._staff) as response:
            response.raise_for_status()


class _Sockets:
    """Phones that listen, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @staticmethod
    @contextlib.contextmanager
    def held(url: str, count: int) -> Iterator[_Sockets]:

        command = [sys.executable, "-m", "tests.bench.votes", "listen", url.rpartition(":")[2], str(count)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            if process.stdout.readline().strip() != "connected":
                raise RuntimeError("the phones did not connect")
            try:
                yield _Sockets(process)
            finally:
                process.kill()

    def ask(self, what: str) -> float:
        """`frames`: how many each got on average since it was asked last. `closed`: when the last had the result."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def _listen(port: int, count: int) -> None:
    """Hold *count* sockets and read what comes; answers questions from stdin."""
    raise_open_files()
    poller = select.epoll()
    held: dict[int, socket.socket] = {}
    for _ in range(count):
        each = _connected(port)
        held[each.fileno()] = each
        poller.register(each.fileno(), select.EPOLLIN)
    counted = set(list(held)[:COUNTED])
    poller.register(sys.stdin.fileno(), select.EPOLLIN)
    print("connected", flush=True)
    frames, done, is_asked, last, ponged = 0, set[int](), False, 0.0, time.monotonic()
    while True:
        for fd, _ in poller.poll(1.0):
            if fd == sys.stdin.fileno():
                if sys.stdin.readline().strip() == "frames":
                    print(frames / len(counted), flush=True)
                    done.clear()
                else:
                    is_asked = True
                continue
            data = held[fd].recv(262_144)
            if not data:
                raise RuntimeError("a phone lost its line")
            if fd in counted:
                frames += data.count(b'"type":"changes"')
            if b'"few":false' in data:
                done.add(fd)
                last = time.monotonic()
        if is_asked and len(done) == len(held):
            print(last, flush=True)
            is_asked = False
        if time.monotonic() > ponged + 10:
            ponged = time.monotonic()
            for each in held.values():
                each.send(b"\x8a\x80" + os.urandom(4))


def _connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port))
    made.sendall(
        b"GET /v1/symposia/%b/live?audience=phone HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        % (SLUG.encode(), port)
    )
    status = made.recv(4_096)
    if b" 101 " not in status.split(b"\r\n")[0]:
        raise RuntimeError(status.decode(errors="replace"))
    made.setblocking(False)
    return made


if __name__ == "__main__" and sys.argv[1:2] == ["listen"]:
    _listen(int(sys.argv[2]), int(sys.argv[3]))
