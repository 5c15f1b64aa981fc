"""
The server that `fanout.py` measures: a bare aiohttp application with either the real channel or a naive loop.

    python fanout_server.py channel|naive PORT

Commands on standard input, as floor.c's: `go RATE COUNT`, `burst COUNT`, `quit`. Each message is one new post with the
marker of load.c in its text, on a wall that holds the newest 200.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from server.live.admission import raise_open_files
from server.live.audience import Audience, View
from server.live.flow import LeadingEdge
from server.live.hub import Hub

WALL_POSTS = 200
PAYLOAD_BYTES = 600
"""Of a message to one client, as the floor's."""

Publish = Callable[[], Coroutine[Any, Any, None]]


class Post(msgspec.Struct, frozen=True):
    """A post on the wall, as a value of its view."""

    text: str
    name: str = "Anneke de Vries"
    status: str = "shown"


class Wall:
    """The newest posts, as a view; what `publish` adds goes out by the channel at the leading edge."""

    def __init__(self) -> None:
        self._hub = Hub(epoch="bench", now_us=lambda: time.time_ns() // 1000)
        self._channel = self._hub.channel(Audience.WALL)
        self._edge = LeadingEdge(self._send)
        self._seq = WALL_POSTS
        self._marker = 0
        self._posts = {_key(seq): Post(f"Post {seq} on a wall that was full already") for seq in range(WALL_POSTS)}
        self._padding = ""
        self._padding = "x" * (PAYLOAD_BYTES - self._size_of_change())
        self._send()

    async def publish(self) -> None:
        """One new post; the oldest leaves."""
        self._marker += 1
        self._seq += 1
        del self._posts[next(iter(self._posts))]
        self._posts[_key(self._seq)] = self._post()
        self._edge.touch()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler of the live stream."""
        since = request.query.get("since")
        return await self._channel.serve(request, since=since, badge=None, device=None, own=None)

    async def run(self, app: web.Application) -> Any:
        """Keeps the hub's heartbeat and sweep going, as in the real server."""
        task = asyncio.create_task(self._hub.run())
        yield
        task.cancel()

    def _send(self) -> None:
        self._channel.publish(View(self._seq, dict(self._posts)))

    def _post(self) -> Post:
        return Post(f"@@{self._marker:08d}:{time.monotonic_ns():020d} {self._padding}")

    def _size_of_change(self) -> int:
        change = {"type": "changes", "from": 200, "to": 201}
        changes = [["drop", _key(0)], ["put", _key(0), msgspec.to_builtins(self._post())]]
        return len(msgspec.json.encode({**change, "changes": changes}))


class Naive:
    """What one writes first: each message is sent to one client after the other."""

    def __init__(self) -> None:
        self._sockets: set[web.WebSocketResponse] = set()
        self._marker = 0

    async def publish(self) -> None:
        """One message to everybody."""
        self._marker += 1
        head = f"@@{self._marker:08d}:{time.monotonic_ns():020d} "
        text = json.dumps({"text": head.ljust(PAYLOAD_BYTES - len('{"text": ""}'), "x")})
        for ws in list(self._sockets):
            await ws.send_str(text)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler of the stream."""
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        self._sockets.add(ws)
        try:
            async for _ in ws:
                pass
        finally:
            self._sockets.discard(ws)
        return ws

    async def run(self, app: web.Application) -> Any:
        """Nothing runs beside it."""
        yield


def _key(seq: int) -> str:
    return f"p{seq:07d}"


async def _steadily(publish: Publish, rate_per_s: float, count: int) -> None:
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    for number in range(count):
        await asyncio.sleep(max(0.0, start_s + number / rate_per_s - loop.time()))
        await publish()


async def _obey(publish: Publish) -> None:
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async for line in commands:
        match line.decode().split():
            case ["go", rate, count]:
                await _steadily(publish, float(rate), int(count))
            case ["burst", count]:
                for _ in range(int(count)):
                    await publish()
            case _:
                return


async def serve(what: str, port: int) -> None:
    """Serve *what* on loopback until standard input ends."""
    raise_open_files()
    source = Wall() if what == "channel" else Naive()
    app = web.Application()
    app.router.add_get("/", source.serve)
    app.cleanup_ctx.append(source.run)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    print("LISTENING", flush=True)
    await _obey(source.publish)


def main() -> None:
    """Run with uvloop where it exists, as the real server."""
    logging.basicConfig(level=logging.WARNING)
    _, what, port = sys.argv
    try:
        import uvloop

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:
        runner = asyncio.Runner()
    with runner:
        runner.run(serve(what, int(port)))


if __name__ == "__main__":
    main()
