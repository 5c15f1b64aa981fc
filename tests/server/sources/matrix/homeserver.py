"""A homeserver that can be told to behave badly: a real HTTP server on loopback, which answers as the API says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.server.sources import virtual

Json = dict[str, Any]
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN = "syt_token-of-the-reader"
ROOM = "!zaal:matrix.example"
ALIAS = "#zaal:matrix.example"
NOOR = "@noor:matrix.example"
PICTURE = b"\x89PNG of a full hall"


class Homeserver:
    """
    One list of events in order; a position is `s<number of events>`.

    `misbehave` is what the next syncs meet, `for_ever` what all of them do.
    """

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.members: dict[str, Json] = {}
        self.aliases = {ALIAS: ROOM}
        self.joined = {ROOM}
        self.open = {ROOM}
        self.invited: set[str] = set()
        self.left: set[str] = set()
        self.entered: set[str] = set()
        """Since the last sync: a room is told from its beginning then."""
        self.encrypted: set[str] = set()
        self.misbehave: list[Behaviour] = []
        self.for_ever: Behaviour | None = None
        self.media: dict[str, Behaviour] = {}
        self.on_event: Behaviour | None = None
        self.on_messages: Behaviour | None = None
        self.on_directory: dict[str, Behaviour] = {}
        """By alias, what the next one who asks for it meets."""
        self.behind_portal = False
        """Of a hotel's Wi-Fi, which answers everything itself."""
        self.heeds_to = True
        self.waits = True
        self.forgets = False
        self.newest = 50
        self.requests: list[tuple[float, str, web.Request]] = []
        self.url = ""
        self._said = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Homeserver]:
        app = web.Application(middlewares=[self._watched])
        v3 = "/_matrix/client/v3"
        app.router.add_get("/_matrix/client/versions", self._versions)
        app.router.add_get(f"{v3}/joined_rooms", self._joined_rooms)
        app.router.add_get(f"{v3}/directory/room/{{alias}}", self._directory)
        app.router.add_post(f"{v3}/join/{{room}}", self._join)
        app.router.add_get(f"{v3}/rooms/{{room}}/state/m.room.encryption", self._encryption)
        app.router.add_get(f"{v3}/rooms/{{room}}/state/m.room.member/{{user}}", self._member)
        app.router.add_get(f"{v3}/sync", self._sync)
        app.router.add_get(f"{v3}/rooms/{{room}}/messages", self._messages)
        app.router.add_get(f"{v3}/rooms/{{room}}/event/{{event}}", self._event)
        app.router.add_get("/_matrix/client/v1/media/{how}/{server}/{id}", self._media)
        app.router.add_get("/_matrix/media/v3/{how}/{server}/{id}", self._media)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def say(self, body: str, *, by: str = NOOR, **content: Any) -> str:
        """Somebody says something; returns the event's id."""
        return self.happen("m.room.message", {"msgtype": "m.text", "body": body, **content}, by=by)

    def edit(self, target: str, body: str, *, by: str = NOOR) -> str:
        relation = {"rel_type": "m.replace", "event_id": target}
        new = {"msgtype": "m.text", "body": body}
        return self.say(f"* {body}", by=by, **{"m.new_content": new, "m.relates_to": relation})

    def redact(self, target: str, *, by: str = NOOR) -> str:
        id_ = self.happen("m.room.redaction", {"redacts": target}, by=by, redacts=target)
        for event in self.events:
            if event["event_id"] == target:
                event |= {"content": {}, "unsigned": {"redacted_because": {"event_id": id_}}}
        return id_

    def member(self, user: str, membership: str = "join", **content: Any) -> str:
        self.members[user] = {"membership": membership, **content}
        return self.happen("m.room.member", self.members[user], by=user, state_key=user)

    def happen(self, kind: str, content: Json, *, by: str = NOOR, **more: Any) -> str:
        id_ = f"$event{len(self.events)}"
        self.events.append(
            {
                "type": kind,
                "event_id": id_,
                "room_id": ROOM,
                "sender": by,
                "origin_server_ts": int(virtual.now() * 1000),
                "content": content,
                **more,
            }
        )
        self.stir()
        return id_

    def stir(self) -> None:
        """Whoever waits in a long poll looks again."""
        self._said.set()
        self._said = asyncio.Event()

    def asked(self, part: str) -> list[float]:
        return [at for at, path, _ in self.requests if part in path]

    @web.middleware
    async def _watched(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append((asyncio.get_running_loop().time(), request.path, request))
        if self.behind_portal:
            return web.Response(text="<html>Log in to the hotel's Wi-Fi</html>", content_type="text/html")
        if request.path != "/_matrix/client/versions" and request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return complains(401, "M_UNKNOWN_TOKEN")
        return await handler(request)

    async def _versions(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"versions": ["v1.11", "v1.12"]})

    async def _joined_rooms(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"joined_rooms": sorted(self.joined)})

    async def _directory(self, request: web.Request) -> web.StreamResponse:
        if behave := self.on_directory.pop(request.match_info["alias"], None):
            return await behave(request)
        room = self.aliases.get(request.match_info["alias"])
        return web.json_response({"room_id": room, "servers": []}) if room else complains(404, "M_NOT_FOUND")

    async def _join(self, request: web.Request) -> web.StreamResponse:
        assert await request.json() == {}
        room = self.aliases.get(request.match_info["room"], request.match_info["room"])
        if room not in self.open | self.invited:
            return complains(403, "M_FORBIDDEN")
        self.joined.add(room)
        self.entered.add(room)
        self.invited.discard(room)
        return web.json_response({"room_id": room})

    async def _encryption(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["room"] in self.encrypted:
            return web.json_response({"algorithm": "m.megolm.v1.aes-sha2"})
        return complains(404, "M_NOT_FOUND")

    async def _member(self, request: web.Request) -> web.StreamResponse:
        member = self.members.get(request.match_info["user"])
        return web.json_response(member) if member else complains(404, "M_NOT_FOUND")

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if self.for_ever:
            return await self.for_ever(request)
        since = request.query.get("since")
        if since is not None and (self.forgets or not since.startswith("s")):
            self.forgets = False
            return complains(400, "M_UNKNOWN_POS")
        wanted = json.loads(request.query["filter"])["room"]
        start = int(since[1:]) if since else 0
        if since and self.waits and start == len(self.events) and not (self.invited | self.left | self.entered):
            try:
                async with asyncio.timeout(int(request.query["timeout"]) / 1000):
                    await self._said.wait()
            except TimeoutError:
                pass
        return web.json_response(self._happened(start, wanted, first=since is None))

    def _happened(self, start: int, wanted: Json, *, first: bool) -> Json:
        rooms: Json = {"join": {}, "invite": {}, "leave": {}}
        if ROOM in self.joined and ROOM in wanted["rooms"]:
            start = 0 if ROOM in self.entered else start
            new = [each for each in self.events[start:] if each["type"] in wanted["timeline"]["types"]]
            told = new[-min(self.newest, wanted["timeline"].get("limit", self.newest)) :]
            before = len(self.events) - len(told)
            rooms["join"][ROOM] = {
                "timeline": {"events": told, "limited": len(told) < len(new), "prev_batch": f"t{before}"},
                "state": {"events": self._state(told)},
            }
        rooms["invite"] = {room: {"invite_state": {"events": []}} for room in self.invited}
        rooms["leave"] = {room: {"timeline": {"events": []}} for room in self.left}
        self.left, self.entered = set(), set()
        return {"next_batch": f"s{len(self.events)}", "rooms": rooms, "presence": {"events": []}}

    def _state(self, events: list[Json]) -> list[Json]:
        return [
            {
                "type": "m.room.member",
                "event_id": "$member",
                "sender": user,
                "state_key": user,
                "origin_server_ts": 1,
                "content": self.members[user],
            }
            for user in sorted({event["sender"] for event in events} & self.members.keys())
        ]

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        if self.on_messages:
            return await self.on_messages(request)
        limit, query = int(request.query["limit"]), request.query
        end = int(query["from"][1:]) if "from" in query else len(self.events)
        least = int(query["to"][1:]) if "to" in query and self.heeds_to else 0
        start = max(end - limit, least)
        chunk = self.events[start:end][::-1]
        found = {"chunk": chunk, "start": f"t{end}", "state": self._state(chunk)}
        return web.json_response(found | ({"end": f"t{start}"} if start > least else {}))

    async def _event(self, request: web.Request) -> web.StreamResponse:
        if self.on_event:
            return await self.on_event(request)
        if request.match_info["room"] not in self.joined:
            return complains(403, "M_FORBIDDEN")
        found = {event["event_id"]: event for event in self.events}.get(request.match_info["event"])
        if found is None:
            return complains(404, "M_NOT_FOUND")
        edits = [event for event in self.events if _target(event) == found["event_id"]]
        bundle = {"m.relations": {"m.replace": edits[-1]}} if edits else {}
        return web.json_response(found | {"unsigned": {**bundle, **found.get("unsigned", {})}})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        version = "v1" if "/client/v1/" in request.path else "v3"
        key = f"{version}/{request.match_info['how']}/{request.match_info['server']}/{request.match_info['id']}"
        return await self.media[key](request) if key in self.media else complains(404, "M_NOT_FOUND")


def _target(event: Json) -> str | None:
    relation = event["content"].get("m.relates_to", {})
    return relation.get("event_id") if relation.get("rel_type") == "m.replace" else None


def complains(status: int, errcode: str, **more: Any) -> web.Response:
    return web.json_response({"errcode": errcode, "error": "No.", **more}, status=status)


def answers(
    status: int = 200, body: str | bytes = "", *, kind: str = "application/json", headers: dict[str, str] | None = None
) -> Behaviour:
    """Answers this, whatever is asked."""
    raw = body.encode() if isinstance(body, str) else body

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=raw, headers=headers, content_type=kind)

    return behave


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(300)
    return web.json_response({})
