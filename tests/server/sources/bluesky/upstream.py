"""Bluesky on loopback: Jetstream on both wires and the AppView beside it, which can be told to behave badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.server.sources import virtual

Json = dict[str, Any]
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

COLLECTION = "app.bsky.feed.post"
V2 = "network.bsky.jetstream.subscribeEvents"
ANNA = "did:plc:annaannaannaannaannaanna"
BRAM = "did:plc:brambrambrambrambrambram"


class Upstream:
    """
    Remembers every event, as Jetstream does for 36 hours, and what the AppView shows.

    Args:
        speaks: The wires that it knows.
    """

    def __init__(self, *, speaks: tuple[str, ...] = ("v1", "v2")) -> None:
        self.speaks = speaks
        self.events: list[Json] = []
        self.views: dict[str, Json] = {}
        self.profiles: dict[str, Json] = {ANNA: profile(ANNA), BRAM: profile(BRAM)}
        self.stumbles_over: set[str] = set()
        self.misbehave: list[Behaviour] = []
        self.appview_misbehave: list[Behaviour] = []
        self.for_ever: Behaviour | None = None
        self.asked: list[tuple[float, str, list[str]]] = []
        self.connections: list[tuple[str, Json]] = []
        self.sockets: dict[web.WebSocketResponse, str] = {}
        self.ahead_s = 0.0
        self.url = ""
        self._count = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Upstream]:
        app = web.Application()
        app.router.add_get("/subscribe", self._subscribe)
        app.router.add_get(f"/xrpc/{V2}", self._subscribe)
        app.router.add_get("/xrpc/app.bsky.feed.getPosts", self._get_posts)
        app.router.add_get("/xrpc/app.bsky.actor.getProfiles", self._get_profiles)
        app.router.add_get("/xrpc/com.atproto.identity.resolveHandle", self._resolve_handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await self.hang_up()
            await runner.cleanup()

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws")

    # What people do

    async def post(self, text: str = "Volle zaal", *, did: str = ANNA, tag: str = "DemoConf", **record: Any) -> Json:
        """Somebody writes something, and everybody can see it."""
        self._count += 1
        rkey = f"3k{self._count:08}"
        found = {
            "$type": COLLECTION,
            "text": f"{text} #{tag}",
            "createdAt": stamp(virtual.now()),
            **tagged(text, tag),
            **record,
        }
        view: Json = {
            "uri": f"at://{did}/{COLLECTION}/{rkey}",
            "cid": f"bafy{self._count}",
            "author": self.profiles[did],
            "record": found,
            "indexedAt": stamp(virtual.now()),
            "labels": [],
        }
        self.views[view["uri"]] = view
        await self.commit("create", view)
        return view

    async def edit(self, view: Json, text: str, *, tag: str = "DemoConf") -> None:
        self._count += 1
        view |= {"cid": f"bafy{self._count}", "record": view["record"] | {"text": f"{text} #{tag}"} | tagged(text, tag)}
        await self.commit("update", view)

    async def delete(self, view: Json) -> None:
        self.views.pop(view["uri"], None)
        await self.commit("delete", view)

    async def close_account(self, did: str, status: str = "deactivated") -> None:
        for uri in [uri for uri, view in self.views.items() if view["author"]["did"] == did]:
            del self.views[uri]
        account = {"active": False, "did": did, "seq": 1, "status": status, "time": stamp(virtual.now())}
        await self.say({"did": did, "kind": "account", "account": account})

    async def commit(self, operation: str, view: Json) -> None:
        _, _, did, collection, rkey = view["uri"].split("/")
        commit = {"rev": "3mzzzzzzzzz2a", "operation": operation, "collection": collection, "rkey": rkey}
        if operation != "delete":
            commit |= {"record": view["record"], "cid": view["cid"]}
        await self.say({"did": did, "kind": "commit", "commit": commit})

    async def chatter(self, number: int = 1) -> None:
        """What others say all day."""
        for _ in range(number):
            await self.post("Goedemorgen", tag="koffie", did=BRAM)

    async def go_on(self, seconds: float) -> None:
        """Time passes, and others talk, as they do all day."""
        until = virtual.now() + seconds
        while virtual.now() < until:
            await asyncio.sleep(min(10.0, until - virtual.now()))
            await self.chatter()

    async def say(self, event: Json, *, at_s: float | None = None) -> None:
        event = event | {"time_us": int((virtual.now() + self.ahead_s if at_s is None else at_s) * 1_000_000)}
        self.events.append(event)
        for socket, wire in list(self.sockets.items()):
            await _send(socket, encoded(event, wire))

    async def say_raw(self, data: str | bytes) -> None:
        """What no Jetstream says."""
        for socket in list(self.sockets):
            await _send(socket, data)

    async def hang_up(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    # What it answers

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        wire = "v1" if request.path == "/subscribe" else "v2"
        self.connections.append((wire, dict(request.query)))
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if wire not in self.speaks:
            return web.json_response({"error": "MethodNotImplemented"}, status=404)
        if wire == "v2" and ("wantedCollections" in request.query or "collections" not in request.query):
            return web.json_response({"error": "InvalidRequest"}, status=400)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        cursor = int(request.query.get("cursor", "9" * 17))
        for event in [event for event in self.events if event["time_us"] >= cursor]:
            await _send(socket, encoded(event, wire))
        self.sockets[socket] = wire
        try:
            async for _ in socket:
                pass
        finally:
            del self.sockets[socket]
        return socket

    async def _get_posts(self, request: web.Request) -> web.StreamResponse:
        uris = request.query.getall("uris")
        self.asked.append((asyncio.get_running_loop().time(), "posts", uris))
        if self.appview_misbehave:
            return await self.appview_misbehave.pop(0)(request)
        if self.for_ever is not None:
            return await self.for_ever(request)
        if len(uris) > 25:
            return web.json_response({"error": "InvalidRequest"}, status=400)
        if self.stumbles_over & {*uris}:
            return web.json_response({"error": "InternalServerError"}, status=500)
        return web.json_response({"posts": [self.views[uri] for uri in uris if uri in self.views]})

    async def _get_profiles(self, request: web.Request) -> web.StreamResponse:
        actors = request.query.getall("actors")
        self.asked.append((asyncio.get_running_loop().time(), "profiles", actors))
        if self.for_ever is not None:
            return await self.for_ever(request)
        return web.json_response({"profiles": [self.profiles[did] for did in actors if did in self.profiles]})

    async def _resolve_handle(self, request: web.Request) -> web.StreamResponse:
        handle = request.query["handle"]
        self.asked.append((asyncio.get_running_loop().time(), "handle", [handle]))
        if self.for_ever is not None:
            return await self.for_ever(request)
        for did, profile in self.profiles.items():
            if profile["handle"] == handle:
                return web.json_response({"did": did})
        return web.json_response({"error": "InvalidRequest", "message": "Unable to resolve handle"}, status=400)


async def _send(socket: web.WebSocketResponse, data: str | bytes) -> None:
    if not socket.closed:
        await (socket.send_str(data) if isinstance(data, str) else socket.send_bytes(data))


def encoded(event: Json, wire: str) -> str:
    """As Go writes it: without spaces."""
    if wire == "v2":
        kind = event["kind"]
        inner = event["commit"] if kind == "commit" else {kind: event[kind]}
        moment = datetime.fromtimestamp(event["time_us"] / 1_000_000, UTC)
        head = {
            "$type": f"{V2}#{kind}",
            "seq": 7,
            "did": event["did"],
            "time": moment.isoformat(timespec="microseconds"),
        }
        event = {"$type": "message", "payload": {**head, **inner}}
    else:
        event = {"did": event["did"], "time_us": event["time_us"], **event}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def tagged(text: str, tag: str) -> Json:
    start = len(text.encode()) + 1
    index = {"byteStart": start, "byteEnd": start + 1 + len(tag.encode())}
    return {"facets": [{"index": index, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]}]}


def profile(did: str) -> Json:
    name = did.removeprefix("did:plc:")[:4]
    return {"did": did, "handle": f"{name}.bsky.social", "displayName": name.title(), "labels": []}


def label(word: str) -> Json:
    return {"src": "did:plc:mod", "uri": "at://x", "val": word, "cts": "2026-11-21T19:41:00.000Z"}


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def answers(status: int = 200, body: str = "", *, kind: str = "application/json", **headers: str) -> Behaviour:
    """Answers this, whatever is asked."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type=kind, headers=headers)

    return behave


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.json_response({"posts": []})


async def silent(request: web.Request) -> web.StreamResponse:
    """A socket that answers pings, and never says anything."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for _ in socket:
        pass
    return socket


async def giant(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_str("x" * 2_000_000)
    async for _ in socket:
        pass
    return socket
