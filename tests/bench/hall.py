"""
A full hall on the real server: phones connected, posts coming in, a moderator deciding.

Measures what people wait for: from a phone's request to its 201 and to the desk's screen, and from a decision to every
screen. One process holds the phones (raw sockets that only read), another the posters, the desk and the screens. Some
screens are sockets (`to_screen`), some are the real page in Chromium: from the request that shows a post until a page
has it (`to_page`), and from the one that hides it until a page's picture is without it (`off_page`); with `_last`, the
page that was last. Every program here, the browser too, has its share of the same processors.

    python3 run.py bench hall [--phones 2000] [--rate 50] [--seconds 60] [--screens 20] [--pages 5]
        [--moving 0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.hall_pages import Pages

ROOT = Path(__file__).resolve().parents[2]
BAR_MS = 300.0
JUDGED = ("to_desk", "to_screen", "to_page", "to_page_last", "off_page", "off_page_last")
PINNED = 4
"""Posts that are pinned at any time, so that there is always one to hide that every page shows."""
LOOK_S = 0.25


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when every p95 is within the bar, and nothing was refused, missing or left behind."""
    parser = argparse.ArgumentParser(prog="run.py bench hall")
    parser.add_argument("--phones", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=50.0, help="posts per second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--screens", type=int, default=20, help="walls that are sockets")
    parser.add_argument("--pages", type=int, default=5, help="walls that are pages of one Chromium")
    parser.add_argument("--moving", type=int, default=0, help="pages without reduced motion")
    return asyncio.run(_measure(parser.parse_args(argv)))


async def _measure(options: argparse.Namespace) -> int:
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder)) as ready:
            run = Run(ready, options)
            figures = await run.play()
    return _report(options, figures, busy)


def _report(options: argparse.Namespace, figures: dict[str, Any], busy: float) -> int:
    """Print it, and judge it: 0 when all is well. *busy* is the load of the machine before."""
    walls = f"{options.screens} sockets and {options.pages} pages of one Chromium ({options.moving} moving) as walls"
    print(f"{options.phones} phones, {walls}, {options.rate:g} posts a second;", end=" ")
    print(f"{os.cpu_count()} processors for all of it, load before it {busy:.1f}")
    print(f"{'':24}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'max ms':>10}{'count':>8}")
    rows = {name: row for name, row in figures.items() if isinstance(row, dict)}
    for name, row in rows.items():
        print(f"{name:24}" + "".join(f"{row[k]:>10.1f}" for k in ("p50", "p95", "p99", "max")) + f"{row['count']:>8}")
    print(json.dumps({"bench": "hall", **figures}))
    faults = [f"{name}: {figures[name]}" for name in ("errors", "missing", "left_behind") if figures[name]]
    within = all(row["p95"] <= BAR_MS for name, row in rows.items() if name in JUDGED)
    print(f"bar: p95 <= {BAR_MS:.0f} ms: {'met' if within else 'MISSED'}", *faults, sep="; ")
    return 0 if within and not faults else 1


@asynccontextmanager
async def _server(folder: Path) -> AsyncIterator[dict[str, Any]]:
    """The real server, with one symposium; its ready file."""
    command = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main(sys.argv[1:]))"]
    common = ["--data", str(folder / "data")]
    subprocess.run(  # noqa: ASYNC221 -- our own program, before anything is measured
        [*command, "new", "bench-hall", "--title", "Bench", *common], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    ready = folder / "ready.json"
    serve = ["--host", "127.0.0.1", "--port", "0", "--no-browser", "--ready-file", str(ready)]
    process = subprocess.Popen([*command, *serve, *common], cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
    try:
        for _ in range(200):
            if ready.exists():
                break
            await asyncio.sleep(0.1)
        yield json.loads(ready.read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


class Run:
    """
    One run: what was sent when, and when everybody saw it.

    Times are in seconds of the monotonic clock; those that pages compare theirs with in seconds since 1970.
    """

    def __init__(self, ready: dict[str, Any], options: argparse.Namespace) -> None:
        self.url = ready["url"]
        self.api = f"{self.url}/v1/symposia/bench-hall"
        self.token = ready["symposia"][0]["badges"]["moderator"]
        self.options = options
        self.sent: dict[str, float] = {}
        self.decided: dict[str, float] = {}
        self.accept: list[float] = []
        self.to_desk: list[float] = []
        self.to_screen: list[float] = []
        self.shown_at: dict[str, float] = {}
        self.hidden_at: dict[str, float] = {}
        self.latest = ("", 0)
        self.notes: list[dict[str, dict[str, float]]] = []
        self.left_behind = 0
        self.errors = 0
        self.waiting: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def play(self) -> dict[str, Any]:
        """Connect everybody, post and decide for the time, and add up."""
        connector = aiohttp.TCPConnector(limit=0)
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(
                aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
            )
            count = self.options.pages
            walls = Pages.open(f"{self.url}/bench-hall/wall", count, self.options.moving)
            pages = await stack.enter_async_context(walls) if count else None
            phones = await self._phones()
            try:
                ready = [asyncio.Event() for _ in range(self.options.screens + 1)]
                readers = [asyncio.create_task(self._desk(session, ready[0]))]
                readers += [asyncio.create_task(self._screen(session, event)) for event in ready[1:]]
                deciders = [asyncio.create_task(self._decide(session))]
                deciders += [asyncio.create_task(self._hide(session, pages))] if pages else []
                await asyncio.gather(*(event.wait() for event in ready))
                await self._post_all(session)
                await asyncio.sleep(3)
                await _end(*readers, *deciders)
                if pages:
                    self.notes = await pages.notes()
                    self.left_behind = await pages.left_behind(set(self.hidden_at))
            finally:
                phones.kill()
                await phones.wait()
        return self._figures()

    async def _phones(self) -> asyncio.subprocess.Process:
        port = self.url.rpartition(":")[2]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.hall", "phones", port, str(self.options.phones),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 120)
        if line.strip() != b"connected":
            raise RuntimeError(f"the phones did not connect: {line!r}")
        return process

    async def _post_all(self, session: aiohttp.ClientSession) -> None:
        start = time.monotonic()
        posts: set[asyncio.Task[None]] = set()
        for number in range(int(self.options.rate * self.options.seconds)):
            await asyncio.sleep(max(0.0, start + number / self.options.rate - time.monotonic()))
            task = asyncio.create_task(self._post(session, number))
            posts.add(task)
            task.add_done_callback(posts.discard)
        await asyncio.gather(*posts)

    async def _post(self, session: aiohttp.ClientSession, number: int) -> None:
        text = f"Bericht {number} uit de zaal: {secrets.token_hex(24)} en nog wat woorden erbij."
        began = time.monotonic()
        self.sent[text] = began
        body = {"text": text, "consent": True, "name": f"Deelnemer {number % 700}"}
        async with session.post(f"{self.api}/posts", json=body) as response:
            await response.read()
            self.accept.append(time.monotonic() - began)
            self.errors += response.status != 201

    async def _desk(self, session: aiohttp.ClientSession, ready: asyncio.Event) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with session.ws_connect(f"{self.api}/live?audience=desk", headers=headers, max_msg_size=0) as socket:
            async for key, value in self._puts(socket, ready):
                began = self.sent.pop(value["text"], None) if key.startswith("post:") else None
                if began is not None:
                    self.to_desk.append(time.monotonic() - began)
                    self.waiting.put_nowait((value["id"], value["revision"]))

    async def _screen(self, session: aiohttp.ClientSession, ready: asyncio.Event) -> None:
        async with session.ws_connect(f"{self.api}/live?audience=wall", max_msg_size=0) as socket:
            seen = set()
            async for key, value in self._puts(socket, ready):
                if key.startswith("post:") and value["id"] in self.decided and key not in seen:
                    seen.add(key)  # It comes again when it is pinned.
                    self.to_screen.append(time.monotonic() - self.decided[value["id"]])

    @staticmethod
    async def _puts(
        socket: aiohttp.ClientWebSocketResponse, ready: asyncio.Event
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        async for message in socket:
            frame = json.loads(message.data)
            ready.set()
            for change in frame.get("changes", ()):
                if change[0] == "put":
                    yield change[1], change[2]

    async def _decide(self, session: aiohttp.ClientSession) -> None:
        """Show each post as soon as a desk has it, without waiting for those before it."""
        async with asyncio.TaskGroup() as decisions:
            while True:
                post, revision = await self.waiting.get()
                decisions.create_task(self._show(session, post, revision))

    async def _show(self, session: aiohttp.ClientSession, post: str, revision: int) -> None:
        self.decided[post] = time.monotonic()
        self.shown_at[post] = time.time()
        await self._say(session, post, revision, "show")
        self.latest = (post, revision)

    async def _hide(self, session: aiohttp.ClientSession, pages: Pages) -> None:
        """Pin posts, so that every page brings them; hide each as soon as it is on all of them."""
        pinned: dict[str, int] = {}
        while True:
            await asyncio.sleep(LOOK_S)
            post, revision = self.latest
            if post and post not in {*pinned, *self.hidden_at} and len(pinned) < PINNED:
                pinned[post] = revision
                await self._say(session, post, revision, "pin")
            on_all = await pages.on_all()
            for post in [post for post in pinned if post in on_all][:1]:
                self.hidden_at[post] = time.time()
                await self._say(session, post, pinned.pop(post), "hide")

    async def _say(self, session: aiohttp.ClientSession, post: str, revision: int, decision: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"revision": revision, "decision": decision}
        async with session.post(f"{self.api}/posts/{post}/decisions", json=body, headers=headers) as response:
            await response.read()
            self.errors += response.status != 200

    def _figures(self) -> dict[str, Any]:
        had = _after(self.shown_at, [page["had"] for page in self.notes])
        gone = _after(self.hidden_at, [page["gone"] for page in self.notes])
        screens, pages = self.options.screens, self.options.pages
        kept = sum(post not in page["gone"] for post in self.hidden_at for page in self.notes)
        of_pages = {
            "to_page": _summary(_flat(had)),
            "to_page_last": _summary(max(one) for one in had if one),
            "off_page": _summary(_flat(gone)),
            "off_page_last": _summary(max(one) for one in gone if one),
        }
        return {
            "phones": self.options.phones,
            "screens": screens,
            "pages": pages,
            "rate": self.options.rate,
            "errors": self.errors,
            "missing": len(self.decided) * (screens + pages) - len(self.to_screen) - len(_flat(had)) + kept,
            "left_behind": self.left_behind,
            "accept": _summary(self.accept),
            "to_desk": _summary(self.to_desk),
            "to_screen": _summary(self.to_screen),
            **(of_pages if pages else {}),
        }


async def _end(*tasks: asyncio.Task[None]) -> None:
    """End them; raises what any of them died of before."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def _after(began: dict[str, float], pages: Sequence[dict[str, float]]) -> list[list[float]]:
    """For each post: how long after *began* (in seconds) each of the pages noted it (in ms); not those that did not."""
    return [
        [page[post] / 1_000 - at for page in pages if page.get(post, 0.0) / 1_000 >= at] for post, at in began.items()
    ]


def _flat(rows: Iterable[Iterable[float]]) -> list[float]:
    return [each for row in rows for each in row]


def _summary(seconds: Iterable[float]) -> dict[str, float]:
    times = list(seconds)
    ordered = sorted(s * 1_000 for s in times) or [float("nan")]
    at = {
        name: ordered[min(len(ordered) - 1, int(q * len(ordered)))]
        for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
    return {**{k: round(v, 1) for k, v in at.items()}, "max": round(ordered[-1], 1), "count": len(times)}


async def _hold_phones(port: int, count: int) -> None:
    """Connect *count* phones and read what comes, until killed."""
    held = []
    for start in range(0, count, 50):
        held += await asyncio.gather(*(_phone(port) for _ in range(start, min(start + 50, count))))
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    await asyncio.gather(*(_drain(reader) for reader, _ in held))


async def _phone(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /v1/symposia/bench-hall/live?audience=phone HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        % port
    )
    status = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in status.split(b"\r\n")[0]:
        raise RuntimeError(status.decode(errors="replace"))
    asyncio.get_running_loop().create_task(_pong(writer))
    return reader, writer


async def _pong(writer: asyncio.StreamWriter) -> None:
    """An unasked PONG each 10 s (RFC 6455, 5.5.3) is as good a sign of life as an answer, and needs no parser."""
    while True:
        await asyncio.sleep(10)
        writer.write(b"\x8a\x80" + os.urandom(4))


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        pass


if __name__ == "__main__" and sys.argv[1:2] == ["phones"]:
    asyncio.run(_hold_phones(int(sys.argv[2]), int(sys.argv[3])))
