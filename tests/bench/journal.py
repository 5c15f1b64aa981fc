"""
What the journal costs: group commit against a commit each, reading a long journal again, and starting with one.

    python3 run.py bench journal [--callers 100 1000] [--seconds 2] [--runs 3] [--entries 1000000] [--posts 100000]

Group commit and a commit each are the same code on the same disk, taking turns; the ratio is the median of the turns'
ratios. Replay is CPU time of this process (SQLite's reading, decoding of heads, `apply`), with the garbage collector
off, as the server does it. Start is wall time from making the process to a state that could be served, imports and all.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from server.journal.sqlite import Limits, SqliteJournal
from server.symposium import law
from server.symposium.entries import (
    AnyHead,
    Decided,
    Entry,
    PostArrived,
    SymposiumBody,
    SymposiumMade,
    Target,
    encode_body,
    encode_head,
)
from server.symposium.state import State
from server.symposium.values import (
    OPERATOR,
    PHONE,
    AuthorKey,
    Decision,
    DeviceId,
    Hold,
    PostBody,
    PostId,
    RuleId,
    SourceId,
    Status,
)
from tests.bench import durable

ROOT = Path(__file__).resolve().parents[2]

GROUP_TO_SINGLE = 10.0
REPLAY_CPU_S_PER_MILLION = 5.0
START_S = 1.5

NO_RESERVE = Limits(reserve_bytes=0, ballast_bytes=0)
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_ROWS = 10_000
_START_US = 1_790_000_000_000_000
_WORDS = ("de", "overheid", "vraagt", "wat", "burgers", "nodig", "hebben", "en", "luistert", "open", "data", "samen")


# Group commit


async def _appends_per_s(folder: Path, callers: int, seconds: float, batch_entries: int) -> float:
    """Durable appends per second of *callers* that each wait for their last one before the next."""
    journal = SqliteJournal(folder, limits=replace(NO_RESERVE, batch_entries=batch_entries))
    journal.start(lambda records: None)
    entry = _arrival(random.Random(1), 1, ())
    done = 0
    end = time.perf_counter() + seconds

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await journal.append((entry,))
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    took = time.perf_counter() - began
    await journal.close()
    return done / took


def _on_the_loop(main: Coroutine[Any, Any, float]) -> float:
    """Run *main* on uvloop where it exists, as the real server."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def group_commit(folder: Path, callers: int, seconds: float, runs: int) -> tuple[float, float, float]:
    """Durable appends per second with group commit and with a commit each, and the ratio."""
    group: list[float] = []
    single: list[float] = []
    for run in range(runs):
        default = Limits().batch_entries
        group.append(_on_the_loop(_appends_per_s(folder / f"group-{callers}-{run}", callers, seconds, default)))
        single.append(_on_the_loop(_appends_per_s(folder / f"single-{callers}-{run}", callers, seconds, 1)))
    ratio = median(one / other for one, other in zip(group, single, strict=True))
    return median(group), median(single), ratio


# Long journals


def _id(rng: random.Random) -> str:
    return "".join(rng.choices(_BASE32, k=16))


def _hex(rng: random.Random, bits: int) -> str:
    return f"{rng.getrandbits(bits):0{bits // 4}x}"


def _arrival(rng: random.Random, seq: int, devices: Sequence[DeviceId]) -> Entry:
    """A post as intake makes it: half from phones, half from a network."""
    text = " ".join(rng.choices(_WORDS, k=rng.randrange(5, 40)))
    body = PostBody(salt=_hex(rng, 128), text=text, name="Anna de Vries", lang="nl")
    device = rng.choice(devices) if devices and rng.random() < 0.5 else None
    head = PostArrived(
        post=PostId(_id(rng)),
        source=SourceId("mastodon-1") if device is None else PHONE,
        network="mastodon" if device is None else "phone",
        author=AuthorKey(_hex(rng, 256)),
        digest=_hex(rng, 256),
        seen=seq - 1,
        verdict=Hold(rule=RuleId("policy")),
        keys=(_hex(rng, 128), _hex(rng, 128)) if device is None else (),
        device=device,
        request=None if device is None else _hex(rng, 128),
        request_digest=None if device is None else _hex(rng, 128),
        lang="nl",
    )
    return Entry(head, encode_body(body))


def entries(posts: int) -> Iterator[Entry]:
    """A symposium with *posts* posts, each held and then shown: twice as many entries, and one."""
    rng = random.Random(7)
    devices = [DeviceId(_id(rng)) for _ in range(2_000)]
    made = SymposiumMade(slug="bench", short="BENCH", languages=("nl", "en"))
    yield Entry(made, encode_body(SymposiumBody(title="Bench", hashtags=("bench",), date="2026-11-21")))
    for post in range(posts):
        arrived = _arrival(rng, 2 * post + 2, devices)
        yield arrived
        yield Entry(_shown(arrived.head, seen=2 * post + 2))


def _shown(arrived: AnyHead, *, seen: int) -> Decided:
    assert isinstance(arrived, PostArrived)
    target = Target(post=arrived.post, revision=1, digest=arrived.digest)
    return Decided(by=OPERATOR, decision=Decision.SHOW, posts=(target,), seen=seen)


def write(folder: Path, posts: int) -> int:
    """Make a journal with *posts* posts, and return how many entries it has. Not through `append`: quicker."""
    SqliteJournal(folder, limits=NO_RESERVE).close_now()
    db = sqlite3.connect(folder / "journal.db", isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    rows: list[tuple[int, int, bytes, bytes | None]] = []
    seq = 0
    for seq, (head, body) in enumerate(entries(posts), 1):
        rows.append((seq, _START_US + seq * 1_000, encode_head(head), body))
        if len(rows) == _ROWS:
            db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
            rows.clear()
    db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return seq


@contextlib.contextmanager
def _no_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def replay_cpu_s(folder: Path, posts: int) -> dict[str, float]:
    """CPU seconds of reading the journal again: all of it, and the part before `apply`."""
    journal = SqliteJournal(folder, limits=NO_RESERVE)
    with _no_garbage_collector():
        began = time.process_time()
        for _ in journal.replay():
            pass
        read = time.process_time() - began
        began = time.process_time()
        state = law.replay(journal.replay())
        whole = time.process_time() - began
    _check(state, posts)
    journal.close_now()
    return {"whole": whole, "read": read, "apply": whole - read}


def _check(state: State, posts: int) -> None:
    """A replay that did not understand what it read would be quick."""
    if state.broken or len(state.posts) != posts or len(state.shown) != posts:
        raise AssertionError(f"{state.broken} broken, {len(state.posts)} posts, {len(state.shown)} of {posts} shown")
    if any(post.status is not Status.SHOWN for post in state.posts.values()):
        raise AssertionError("a post is not shown")


# Start

_START = """
import gc, os, sys
from pathlib import Path
gc.disable()
from server.journal.sqlite import Limits, SqliteJournal
from server.symposium.law import replay
journal = SqliteJournal(Path(sys.argv[1]), limits=Limits(reserve_bytes=0, ballast_bytes=0))
state = replay(journal.replay())
print("ready", len(state.shown), flush=True)
os._exit(0)
"""


def start_s(folder: Path, posts: int) -> float:
    """Seconds from making a process until it has its state: interpreter, imports, opening, replay."""
    began = time.perf_counter()
    command = [sys.executable, "-c", _START, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - began
    if line != f"ready {posts}\n":
        raise AssertionError(f"the start said {line!r}")
    return took


# The whole


@dataclass
class Result:
    """What was measured: `figures` for reading, `targets` as (measured, asked for) for judging."""

    figures: dict[str, float] = field(default_factory=dict)
    targets: dict[str, tuple[float, float]] = field(default_factory=dict)
    is_met: bool = True

    def figure(self, what: str, value: float) -> None:
        """Print and keep a figure without a target."""
        self.figures[what] = round(value, 3)
        print(f"  {what:<54} {value:>12,.2f}", flush=True)

    def target(self, what: str, value: float, bound: float, *, is_least: bool = False) -> None:
        """Print, keep and judge a figure: at most *bound*, or at least."""
        is_met = value >= bound if is_least else value <= bound
        self.is_met = self.is_met and is_met
        self.targets[what] = (round(value, 3), bound)
        verdict = f"(at {'least' if is_least else 'most'} {bound:g}) {'ok' if is_met else 'MISSED'}"
        print(f"  {what:<54} {value:>12,.2f}  {verdict}", flush=True)


def _measure_commits(folder: Path, callers: int, options: argparse.Namespace, result: Result) -> None:
    group, single, ratio = group_commit(folder, callers, options.seconds, options.runs)
    result.figure(f"durable appends/s, {callers} callers, group commit", group)
    result.figure(f"durable appends/s, {callers} callers, a commit each", single)
    result.target(f"group commit / a commit each, {callers} callers", ratio, GROUP_TO_SINGLE, is_least=True)


def _measure_replay(folder: Path, posts: int, result: Result) -> None:
    count = write(folder, posts)
    mib = (folder / "journal.db").stat().st_size / 2**20
    spent = replay_cpu_s(folder, posts)
    result.figure(f"MiB of the journal of {count:,} entries", mib)
    result.figure("CPU s to read and decode it", spent["read"])
    result.figure("CPU s to apply it", spent["apply"])
    per_million = spent["whole"] * 1_000_000 / count
    result.target("CPU s to replay a million entries", per_million, REPLAY_CPU_S_PER_MILLION)


def _measure_start(folder: Path, posts: int, runs: int, result: Result) -> None:
    count = write(folder, posts)
    took = median(start_s(folder, posts) for _ in range(runs))
    result.target(f"s to start with {posts:,} posts ({count:,} entries)", took, START_S)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Measure, print a table and a line of JSON.

    Returns:
        0 when all targets were met, 1 when one was missed.
    """
    parser = argparse.ArgumentParser(prog="run.py bench journal", description="What the journal costs.")
    parser.add_argument("--callers", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn of group commit")
    parser.add_argument("--runs", type=int, default=3, help="turns, and starts")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the journal that is read again")
    parser.add_argument("--posts", type=int, default=100_000, help="of the journal that a server starts with")
    parser.add_argument("--folder", type=Path, help="on the disk to measure; else where temporary files are")
    parser.add_argument("--http-posts", type=int, default=3_000, help="posts over HTTP, with and without a journal")
    options = parser.parse_args(argv)
    result = Result()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        for callers in options.callers:
            _measure_commits(Path(name), callers, options, result)
        _measure_replay(Path(name) / "long", options.entries // 2, result)
        _measure_start(Path(name) / "start", options.posts, options.runs, result)
    durable_rate = durable.ratio(options.http_posts, 100, options.runs)
    result.target("durable posts over HTTP / without journal", durable_rate, durable.BAR, is_least=True)
    print(json.dumps({"bench": "journal", "figures": result.figures, "targets": result.targets}))
    return 0 if result.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
