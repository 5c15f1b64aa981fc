"""
What durability costs: posts over HTTP on the real server, with its journal and with one that only pretends.

Both run the same handlers, rules and law; the peer keeps its entries in a list. Runs alternate; medians of three.

    python3 run.py bench durable [--posts 3000] [--callers 100] [--runs 3]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
BAR = 0.60


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when the durable rate is within the bar."""
    parser = argparse.ArgumentParser(prog="run.py bench durable")
    parser.add_argument("--posts", type=int, default=3_000)
    parser.add_argument("--callers", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(argv)
    found = ratio(options.posts, options.callers, options.runs)
    print(json.dumps({"bench": "durable", "ratio": round(found, 3)}))
    print(f"bar: ratio >= {BAR}: {'met' if found >= BAR else 'MISSED'}")
    return 0 if found >= BAR else 1


def ratio(posts: int, callers: int, runs: int) -> float:
    """The rate of durable posts to that of pretended ones; prints both, in posts per second."""
    rates: dict[str, list[float]] = {"durable": [], "pretended": []}
    for _ in range(runs):
        for kind, found in rates.items():
            found.append(asyncio.run(_rate(kind, posts, callers)))
    durable, pretended = (statistics.median(rates[kind]) for kind in ("durable", "pretended"))
    print(f"over HTTP, posts/s: durable {durable:.0f}, pretended {pretended:.0f}")
    return durable / pretended


async def _rate(kind: str, posts: int, callers: int) -> float:
    """Posts per second that *callers* at once get answered."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.durable",
            kind,
            folder,
            str(posts),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            limit=2**24,
        )
        try:
            assert process.stdout is not None
            facts = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
            return await _load(facts, posts, callers)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def _load(facts: dict[str, Any], posts: int, callers: int) -> float:
    connector = aiohttp.TCPConnector(limit=callers)
    numbers = iter(range(posts))
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        began = time.monotonic()
        await asyncio.gather(*(_caller(session, facts, numbers) for _ in range(callers)))
        return posts / (time.monotonic() - began)


async def _caller(session: aiohttp.ClientSession, facts: dict[str, Any], numbers: Iterator[int]) -> None:
    for number in numbers:
        headers = {"Cookie": f"{facts['cookie']}={facts['devices'][number]}", "Origin": facts["url"]}
        body = {"text": f"Bericht {number} {secrets.token_hex(30)}", "consent": True}
        async with session.post(
            f"{facts['url']}/v1/symposia/bench-durable/posts", json=body, headers=headers
        ) as answer:
            if answer.status != 201:
                raise RuntimeError(f"{answer.status}: {await answer.text()}")


# The server's side


class PretendedJournal:
    """Implements `Journal` without a disk."""

    def __init__(
        self, folder: Path, *, now_us: Callable[[], int], broken: object = None, limits: object = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.epoch = secrets.token_hex(8)
        self._now_us = now_us
        self._records: list[Any] = []

    def replay(self, after: int = 0) -> Iterator[Any]:
        yield from self._records[after:]

    def start(self, deliver: Callable[[Sequence[Any]], None]) -> None:
        self._deliver = deliver

    async def append(self, entries: Sequence[Any], *, urgent: bool = False) -> tuple[int, ...]:
        from server.symposium.entries import Record

        first = len(self._records) + 1
        records = [Record(first + n, self._now_us(), e.head, e.body) for n, e in enumerate(entries)]
        self._records += records
        self._deliver(records)
        return tuple(record.seq for record in records)

    async def redact(self, seqs: Sequence[int]) -> None:
        return None

    async def close(self) -> None:
        return None


async def _serve(kind: str, folder: str, devices: int) -> int:
    from server import app
    from server.config import Config
    from server.web.symposia import SymposiumForm, checked

    if kind == "pretended":
        app.SqliteJournal = PretendedJournal  # type: ignore[misc, assignment]
    async with app.House(Config(data=folder, host="127.0.0.1", port=0)) as house:
        hall = await house.site.make(checked(SymposiumForm(slug="bench-durable", title="Bench"), house.site))
        cookies = [house.site.keyring.new_device()[1] for _ in range(devices)]
        facts = {"url": house.local_url, "cookie": f"fontein-device-{hall.node.epoch}", "devices": cookies}
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        await house.run()
    return 0


if __name__ == "__main__":
    from server.app import run

    sys.exit(run(lambda: _serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
