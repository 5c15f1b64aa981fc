"""A Mastodon server that can be told to behave badly: a real HTTP and WebSocket server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from aiohttp import WSMsgType, web

from tests.server.sources import virtual

Json = dict[str, Any]
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HUNG_UP = web.RequestKey("hung-up", bool)
_BOMB = gzip.compress(b" " * 50_000_000)

TOKEN = "token-of-a-user"
VERSIONS = {
    "mastodon": ("4.6.0", "https://github.com/mastodon/mastodon"),
    "gotosocial": ("0.19.1", "https://github.com/superseriousbusiness/gotosocial"),
    "pleroma": ("2.7.2 (compatible; Pleroma 2.9.1)", "https://git.pleroma.social/pleroma/pleroma"),
    "takahe": ("takahe/0.11.0", ""),
}


class Upstream:
    """Holds posts; `misbehave` puts what the next requests for a timeline meet, `as_always` when it is empty."""

    def __init__(self, *, software: str = "mastodon", needs_token: bool = False) -> None:
        self.software = software
        self.needs_token = needs_token
        self.tokens = {TOKEN}
        self.posts: dict[int, Json] = {}
        self.notifications: dict[int, Json] = {}
        self.may_read_notifications = True
        self.misbehave: list[Behaviour] = []
        self.stream_misbehave: list[Behaviour] = []
        self.for_ever: Behaviour | None = None
        self.requests: list[tuple[float, str]] = []
        self.hung_up: list[tuple[float, str]] = []
        """Kept apart: on a connection that was open already, HTTP's own rules let a client ask once more at once."""
        self.sockets: list[tuple[web.WebSocketResponse, set[str]]] = []
        self.url = ""
        self.bulk_says = 200
        self.ill: set[str] = set()
        """Posts that it stumbles over when it is asked for one of them."""
        self.goes_back = True
        self.streams = True
        self.deaf = False
        self.next_id = 100
        self.busy = 0
        self.most_busy = 0

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Upstream]:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/api/v2/instance", self._instance)
        app.router.add_get("/api/v1/timelines/tag/{tag}", self._timeline)
        app.router.add_get("/api/v1/statuses", self._statuses)
        app.router.add_get("/api/v1/statuses/{id}", self._status)
        app.router.add_get("/api/v1/notifications", self._mentions)
        app.router.add_get("/api/v1/streaming", self._stream)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            for socket, _ in self.sockets:
                await socket.close()
            await runner.cleanup()

    async def post(self, text: str = "Volle zaal", *, tag: str = "DemoConf", **changes: Any) -> Json:
        """Somebody writes something."""
        self.next_id += 1
        name = changes.pop("name", str(self.next_id))
        status = made(self.next_id, text, uri=f"https://toot.example/users/anna/statuses/{name}", tag=tag) | changes
        self.posts[self.next_id] = status
        await self._tell("update", status)
        return status

    async def mention(self, text: str = "Vraag aan @muur", *, kind: str = "mention", **changes: Any) -> Json:
        """Somebody writes something without a hashtag that names the account of the token."""
        status = await self.post(text, tag="", tags=[], **changes)
        self.next_id += 1
        notification = {"id": str(self.next_id), "type": kind, "created_at": stamp(virtual.now()), "status": status}
        self.notifications[self.next_id] = notification
        for socket, subscribed in [] if self.deaf else list(self.sockets):
            if subscribed & {"user", "user:notification"} and not socket.closed:
                frame = {"stream": ["user"], "event": "notification", "payload": json.dumps(notification)}
                await socket.send_json(frame)
        return status

    async def edit(self, status: Json, text: str) -> None:
        status |= {"content": f"<p>{text}</p>", "edited_at": stamp(virtual.now())}
        await self._tell("status.update", status)

    async def delete(self, status: Json) -> None:
        del self.posts[int(status["id"])]
        await self._tell("delete", status)

    def stream_requests(self) -> int:
        """How often somebody asked for the stream, also in vain."""
        return sum("streaming" in path for _, path in [*self.requests, *self.hung_up])

    def timeline_requests(self) -> list[float]:
        return [at for at, path in self.requests if "/timelines/" in path]

    async def _tell(self, event: str, status: Json) -> None:
        payload = status["id"] if event == "delete" else json.dumps(status)
        tags = {tag["name"].lower() for tag in status["tags"]}
        for socket, subscribed in [] if self.deaf else list(self.sockets):
            for tag in sorted(tags & subscribed):
                if not socket.closed:
                    await socket.send_json({"stream": ["hashtag", tag], "event": event, "payload": payload})

    @web.middleware
    async def _watched(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        entry = (asyncio.get_running_loop().time(), request.path_qs)
        self.requests.append(entry)
        is_rest = request.path != "/api/v1/streaming"
        self.busy += is_rest
        self.most_busy = max(self.most_busy, self.busy)
        try:
            return await handler(request)
        finally:
            self.busy -= is_rest
            if request.get(_HUNG_UP):
                self.requests.remove(entry)
                self.hung_up.append(entry)

    def _allowed(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization")
        if given is None:
            return not self.needs_token
        return given.removeprefix("Bearer ") in self.tokens

    async def _instance(self, request: web.Request) -> web.StreamResponse:
        version, source_url = VERSIONS[self.software]
        return web.json_response({"domain": "social.example", "version": version, "source_url": source_url})

    async def _timeline(self, request: web.Request) -> web.StreamResponse:
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if self.for_ever:
            return await self.for_ever(request)
        if not self._allowed(request):
            return web.json_response({"error": "The access token is invalid"}, status=401)
        tags = {request.match_info["tag"].lower(), *(tag.lower() for tag in request.query.getall("any[]", []))}
        found = [id_ for id_, post in self.posts.items() if tags & {each["name"].lower() for each in post["tags"]}]
        limit = int(request.query["limit"])
        max_id = request.query.get("max_id", "") if self.goes_back else ""
        found = [id_ for id_ in found if id_ < int(max_id or "9" * 18)]
        if min_id := request.query.get("min_id"):
            found = [id_ for id_ in sorted(found) if id_ > int(min_id)][:limit]
        return web.json_response([self.posts[id_] for id_ in sorted(found, reverse=True)[:limit]])

    async def _mentions(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" not in request.headers or not self._allowed(request):
            return web.json_response({"error": "The access token is invalid"}, status=401)
        if not self.may_read_notifications:
            return web.json_response({"error": "This action is outside the authorized scopes"}, status=403)
        kinds, limit = request.query.getall("types[]"), int(request.query["limit"])
        found = [id_ for id_, each in self.notifications.items() if each["type"] in kinds]
        found = [id_ for id_ in found if id_ < int(request.query.get("max_id", "9" * 18))]
        if min_id := request.query.get("min_id"):
            found = [id_ for id_ in sorted(found) if id_ > int(min_id)][:limit]
        return web.json_response([self.notifications[id_] for id_ in sorted(found, reverse=True)[:limit]])

    async def _statuses(self, request: web.Request) -> web.StreamResponse:
        if self.bulk_says != 200:
            return web.json_response({"error": "Not like that"}, status=self.bulk_says)
        ids = [int(id_) for id_ in request.query.getall("id[]")]
        return web.json_response([self.posts[id_] for id_ in ids if id_ in self.posts])

    async def _status(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["id"] in self.ill:
            return web.Response(status=500)
        post = self.posts.get(int(request.match_info["id"]))
        return web.json_response(post or {"error": "Record not found"}, status=200 if post else 404)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self.stream_misbehave:
            return await self.stream_misbehave.pop(0)(request)
        if not self.streams:
            return web.json_response({"error": "Not found"}, status=404)
        if "Authorization" not in request.headers or not self._allowed(request):
            return web.json_response({"error": "Missing access token"}, status=401)
        own = request.query["stream"] != "hashtag"
        if own and not self.may_read_notifications:
            return web.json_response({"error": "Access token does not have the required scopes"}, status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        tags = {request.query["stream" if own else "tag"].lower()}
        self.sockets.append((socket, tags))
        async for message in socket:
            said = message.json() if message.type is WSMsgType.TEXT else {}
            if said.get("type") == "subscribe" and self.software == "mastodon":
                tags.add(said["tag"])
        return socket


def made(id_: int, text: str, *, uri: str, tag: str) -> Json:
    """A Status entity; its moment is now."""
    return {
        "id": str(id_),
        "uri": uri,
        "url": "https://toot.example/@anna/1",
        "created_at": stamp(virtual.now()),
        "edited_at": None,
        "visibility": "public",
        "content": f"<p>{text} #<span>{tag}</span></p>",
        "reblog": None,
        "account": {
            "id": "42",
            "acct": "anna@toot.example",
            "display_name": "Anna",
            "url": "https://toot.example/@anna",
            "uri": "https://toot.example/users/anna",
        },
        "media_attachments": [],
        "tags": [{"name": tag.lower(), "url": "https://social.example/tags/x"}],
        "emojis": [],
    }


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def answers(
    status: int = 200, body: str | bytes = "", *, kind: str = "application/json", headers: dict[str, str] | None = None
) -> Behaviour:
    """Answers this, whatever is asked."""
    raw = body.encode() if isinstance(body, str) else body

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=raw, headers=headers, content_type=kind)

    return behave


async def truncated(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'[{"id": "1",')
    assert request.transport is not None
    request.transport.abort()
    return response


async def hangs_up(request: web.Request) -> web.StreamResponse:
    request[_HUNG_UP] = True
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.json_response([])


async def drips(request: web.Request) -> web.StreamResponse:
    """A byte a second: never silent, never done."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(60):
        await response.write(b" ")
        await asyncio.sleep(1)
        if request.transport is None or request.transport.is_closing():
            break
    return response


async def huge(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'["' + b"a" * 3_000_000 + b'"]', content_type="application/json")


async def bomb(request: web.Request) -> web.StreamResponse:
    """Small on the wire, 50 MB when it is unpacked."""
    return web.Response(body=_BOMB, content_type="application/json", headers={"Content-Encoding": "gzip"})


def redirects(to: str) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": to or request.path_qs})

    return behave


def dates(seconds: float) -> str:
    """An HTTP date *seconds* from now, in virtual time."""
    return datetime.fromtimestamp(virtual.now() + seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def later(header: str, value: Callable[[], str], status: int = 429) -> Behaviour:
    """Refuses with a header that is made when it is asked."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "Too many requests"}, status=status, headers={header: value()})

    return behave


def gaps(moments: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(moments)]
