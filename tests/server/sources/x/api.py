"""X's API as its documentation has it, on loopback, and as badly behaved as a test wants."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from yarl import URL

from server.sources.x import client
from tests.server.sources import virtual
from tests.server.sources.mastodon.upstream import Behaviour

Json = dict[str, Any]

TOKEN = "token-of-an-app"
EPOCH_MS = 1_288_834_974_657
FIRST_ID = (int(virtual.START * 1000) - EPOCH_MS) << 22
LAG_S = 30
WEEK_S = 7 * 86_400
KEEP_ALIVE_S = 20


class Api:
    """
    Holds posts by id. `misbehave` is what the next searches meet, `stream_misbehave` the next who want the stream,
    `for_ever` what every search and lookup meets.
    """

    def __init__(self) -> None:
        self.posts: dict[int, Json] = {}
        self.users: dict[str, Json] = {"42": user("42", "Anna", "anna_demo")}
        self.media: dict[str, Json] = {}
        self.problems: dict[str, Json] = {}
        """What a lookup says of an id, instead of that it is not there."""
        self.author_problems: list[Json] = []
        self.rules: dict[str, str] = {}
        self.misbehave: list[Behaviour] = []
        self.stream_misbehave: list[Behaviour] = []
        self.for_ever: Behaviour | None = None
        self.fail_lookups_after: int | None = None
        """So many lookups are answered, and all after them refused."""
        self.requests: list[tuple[float, str, dict[str, str]]] = []
        self.lines: list[asyncio.Queue[bytes | None]] = []
        self.deaf = False
        self.silent = False
        self.next_id = FIRST_ID
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Api]:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/2/tweets/search/recent", self._search)
        app.router.add_get("/2/tweets", self._lookup)
        app.router.add_get("/2/tweets/search/stream/rules", self._rules)
        app.router.add_post("/2/tweets/search/stream/rules", self._change_rules)
        app.router.add_get("/2/tweets/search/stream", self._stream)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        real, client.API = client.API, URL(self.url)
        try:
            yield self
        finally:
            client.API = real
            for line in self.lines:
                line.put_nowait(None)
            await runner.cleanup()

    def post(self, text: str = "Volle zaal", *, author: str = "42", tag: str = "DemoConf", **more: Any) -> Json:
        """Somebody writes something. Ids tell the moment."""
        self.next_id = self.id_to_come()
        id_ = str(self.next_id)
        made: Json = {
            "id": id_,
            "text": f"{text} #{tag}",
            "author_id": author,
            "created_at": stamp(virtual.now()),
            "lang": "nl",
            "edit_history_tweet_ids": [id_],
            "entities": {"hashtags": [{"tag": tag}]},
            **more,
        }
        self.posts[self.next_id] = made
        self._tell(made)
        return made

    def id_to_come(self) -> int:
        return max(self.next_id + 1, (int(virtual.now() * 1000) - EPOCH_MS) << 22)

    def edit(self, post: Json, text: str, *, tag: str = "DemoConf") -> Json:
        """Makes a new post; all versions tell of all versions."""
        every = [*post["edit_history_tweet_ids"], str(self.id_to_come())]
        for id_ in every[:-1]:
            self.posts[int(id_)]["edit_history_tweet_ids"] = every
        return self.post(text, author=post["author_id"], tag=tag, edit_history_tweet_ids=every)

    def delete(self, post: Json) -> None:
        """Deleting any version deletes them all."""
        for id_ in post["edit_history_tweet_ids"]:
            self.posts.pop(int(id_), None)

    def write(self, line: bytes | Json) -> None:
        """Into the open streams, whatever it is."""
        for queue in self.lines:
            queue.put_nowait(line if isinstance(line, bytes) else json.dumps(line).encode())

    def hang_up(self) -> None:
        """On everybody who listens."""
        for queue in self.lines:
            queue.put_nowait(None)

    def moments(self, path: str) -> list[float]:
        """When *path* was asked."""
        return [at for at, asked, _ in self.requests if asked == path]

    def queries(self, path: str) -> list[dict[str, str]]:
        return [query for _, asked, query in self.requests if asked == path]

    def _tell(self, made: Json) -> None:
        if not self.deaf and self._matches(made, " ".join(self.rules.values())):
            self.write({**self._answer([made], many=False), "matching_rules": [{"id": "1", "tag": "fontein"}]})

    @web.middleware
    async def _watched(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append((asyncio.get_running_loop().time(), request.path, dict(request.query)))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401, "about:blank", "Unauthorized")
        return await handler(request)

    async def _search(self, request: web.Request) -> web.StreamResponse:
        if self.misbehave:
            return await self.misbehave.pop(0)(request)
        if self.for_ever:
            return await self.for_ever(request)
        asked, now = request.query, virtual.now()
        since, start = int(asked.get("since_id", "0")), asked.get("start_time", stamp(now - WEEK_S))
        start = start if "." in start else start.replace("Z", ".000Z")
        oldest = (int((now - WEEK_S) * 1000) - EPOCH_MS) << 22
        too_old = 0 < since < oldest or start < stamp(now - WEEK_S) or start > stamp(now - 10)
        if not 10 <= int(asked["max_results"]) <= 100 or len(asked["query"]) > 512 or too_old:
            return problem(400, "invalid-request", "Invalid Request")
        until = int(asked.get("next_token", "b9" + "9" * 18)[1:])
        found = [
            post
            for id_, post in sorted(self.posts.items(), reverse=True)
            if since < id_ < until
            and start <= post["created_at"] <= stamp(now - LAG_S)
            and self._matches(post, asked["query"])
        ]
        page = found[: int(asked["max_results"])]
        meta: Json = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(found) > len(page):
            meta["next_token"] = f"b{page[-1]['id']}"
        return web.json_response({**self._answer(page), "meta": meta})

    async def _lookup(self, request: web.Request) -> web.StreamResponse:
        if self.for_ever:
            return await self.for_ever(request)
        if self.fail_lookups_after is not None:
            self.fail_lookups_after -= 1
            if self.fail_lookups_after < 0:
                return problem(503, "about:blank", "Service Unavailable")
        ids = request.query["ids"].split(",")
        if len(ids) > 100:
            return problem(400, "invalid-request", "Invalid Request")
        found = [self.posts[int(id_)] for id_ in ids if int(id_) in self.posts and id_ not in self.problems]
        errors = [
            self.problems.get(id_, of_post(id_, "resource-not-found", "Not Found Error"))
            for id_ in ids
            if int(id_) not in self.posts or id_ in self.problems
        ]
        errors += self.author_problems
        return web.json_response({**self._answer(found), **({"errors": errors} if errors else {})})

    def _answer(self, posts: list[Json], *, many: bool = True) -> Json:
        if not posts:
            return {}
        users = [self.users[id_] for id_ in dict.fromkeys(post["author_id"] for post in posts) if id_ in self.users]
        keys = [key for post in posts for key in post.get("attachments", {}).get("media_keys", ())]
        includes = {"users": users, **({"media": [self.media[key] for key in keys]} if keys else {})}
        return {"data": posts if many else posts[0], "includes": includes}

    def _matches(self, post: Json, query: str) -> bool:
        wanted = {tag.lower() for tag in re.findall(r"#(\w+)", query)}
        return bool(wanted & {each["tag"].lower() for each in post["entities"]["hashtags"]})

    async def _rules(self, request: web.Request) -> web.StreamResponse:
        data = [{"id": id_, "value": value} for id_, value in self.rules.items()]
        return web.json_response({**({"data": data} if data else {}), "meta": {"result_count": len(data)}})

    async def _change_rules(self, request: web.Request) -> web.StreamResponse:
        change = await request.json()
        for id_ in change.get("delete", {}).get("ids", ()):
            del self.rules[id_]
        for rule in change.get("add", ()):
            self.next_id += 1
            self.rules[str(self.next_id)] = rule["value"]
        return web.json_response({"meta": {"summary": {"created": len(change.get("add", ()))}}}, status=201)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self.stream_misbehave:
            return await self.stream_misbehave.pop(0)(request)
        if not self.rules:
            return problem(409, "about:blank", "RuleConfigurationIssue")
        response = web.StreamResponse(headers={"Content-Type": "application/json; charset=utf-8"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.lines.append(queue)
        try:
            with suppress(ConnectionError):
                await self._write(queue, response)
        finally:
            self.lines.remove(queue)
        return response

    async def _write(self, queue: asyncio.Queue[bytes | None], response: web.StreamResponse) -> None:
        while True:
            line: bytes | None = b""
            with suppress(TimeoutError):
                line = await asyncio.wait_for(queue.get(), 10_000 if self.silent else KEEP_ALIVE_S)
            if line is None:
                return
            await response.write(line + b"\r\n")


def user(id_: str, name: str, username: str, **more: Any) -> Json:
    avatar = f"https://pbs.twimg.com/profile_images/1/{id_}_normal.jpg"
    return {"id": id_, "name": name, "username": username, "profile_image_url": avatar, "protected": False, **more}


def of_post(id_: str, kind: str, title: str) -> Json:
    """What a lookup says of a post that it does not give."""
    type_ = f"https://api.x.com/2/problems/{kind}"
    return {
        "resource_id": id_,
        "value": id_,
        "parameter": "ids",
        "resource_type": "tweet",
        "title": title,
        "type": type_,
    }


def problem(status: int, kind: str, title: str, **more: Any) -> web.Response:
    headers = more.pop("headers", None)
    type_ = kind if ":" in kind else f"https://api.x.com/2/problems/{kind}"
    return web.json_response({"title": title, "type": type_, "status": status, **more}, status=status, headers=headers)


def says(status: int, kind: str, title: str, *, reset_s: float | None = None, **more: Any) -> Behaviour:
    """Refuses so; *reset_s* from now its limits begin anew."""

    async def behave(request: web.Request) -> web.StreamResponse:
        headers = {} if reset_s is None else {"x-rate-limit-reset": str(int(virtual.now() + reset_s))}
        return problem(status, kind, title, headers=headers, **more)

    return behave


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
