"""
A full hall on the real server: phones connected, posts coming in, a moderator deciding.

Measures what people wait for: from a phone's 201 to the desk's screen, and from a decision to every screen. One process
holds the phones (raw sockets that only read), another the posters, the desk and the screens.

    python3 run.py bench hall [--phones 2000] [--rate 50] [--seconds 60] [--screens 20]
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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
BAR_MS = 300.0


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when both p95 are within the bar."""
    parser = argparse.ArgumentParser(prog="run.py bench hall")
    parser.add_argument("--phones", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=50.0, help="posts per second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--screens", type=int, default=20)
    return asyncio.run(_measure(parser.parse_args(argv)))


async def _measure(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder)) as ready:
            run = Run(ready, options)
            figures = await run.play()
    print(f"{'':24}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'max ms':>10}{'count':>8}")
    for name in ("accept", "to_desk", "to_screen"):
        row = figures[name]
        print(f"{name:24}" + "".join(f"{row[k]:>10.1f}" for k in ("p50", "p95", "p99", "max")) + f"{row['count']:>8}")
    print(json.dumps({"bench": "hall", **figures}))
    within = max(figures["to_desk"]["p95"], figures["to_screen"]["p95"]) <= BAR_MS
    print(f"bar: p95 <= {BAR_MS:.0f} ms: {'met' if within else 'MISSED'}")
    return 0 if within and not figures["errors"] else 1


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
    """One run: what was sent when, and when everybody saw it. Times in seconds of the monotonic clock."""

    def __init__(self, ready: dict[str, Any], options: argparse.Namespace) -> None:
        self.url = ready["url"]
        self.api = f"{self.url}/v1/symposia/bench-hall"
        self.token = ready["symposia"][0]["badges"]["moderator"]
        self.options = options
        self.sent: dict[str, float] = {}
        self.decided: dict[str, float] = {}
        self.accept: list[float] = []
        self.to_desk: list[float] = []
        self.seen_on: dict[str, list[float]] = {}
        self.to_screen: list[float] = []
        self.errors = 0
        self.waiting: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def play(self) -> dict[str, Any]:
        """Connect everybody, post and decide for the time, and add up."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            phones = await self._phones()
            try:
                ready = [asyncio.Event() for _ in range(self.options.screens + 1)]
                readers = [asyncio.create_task(self._desk(session, ready[0]))]
                readers += [asyncio.create_task(self._screen(session, event)) for event in ready[1:]]
                decider = asyncio.create_task(self._decide(session))
                await asyncio.gather(*(event.wait() for event in ready))
                await self._post_all(session)
                await asyncio.sleep(3)
                for task in (*readers, decider):
                    task.cancel()
                await asyncio.gather(*readers, decider, return_exceptions=True)
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
            async for key, value in self._puts(socket, ready):
                if key.startswith("post:") and value["id"] in self.decided:
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
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            post, revision = await self.waiting.get()
            self.decided[post] = time.monotonic()
            body = {"revision": revision, "decision": "show"}
            async with session.post(f"{self.api}/posts/{post}/decisions", json=body, headers=headers) as response:
                await response.read()
                self.errors += response.status != 200

    def _figures(self) -> dict[str, Any]:
        return {
            "phones": self.options.phones,
            "rate": self.options.rate,
            "errors": self.errors,
            "accept": _summary(self.accept),
            "to_desk": _summary(self.to_desk),
            "to_screen": _summary(self.to_screen),
        }


def _summary(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(s * 1_000 for s in seconds) or [float("nan")]
    at = {
        name: ordered[min(len(ordered) - 1, int(q * len(ordered)))]
        for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
    return {**{k: round(v, 1) for k, v in at.items()}, "max": round(ordered[-1], 1), "count": len(seconds)}


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
