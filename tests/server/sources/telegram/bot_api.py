"""The Bot API on loopback, as it is documented, and as it should not be; and a hall that listens to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from server.sources.contract import Kept, Tools
from server.sources.telegram import create
from server.sources.telegram.source import TelegramSource
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall

Json = dict[str, Any]
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN = "123456789:AAE-geheim_geheim_geheim_geheim_0"
BOT = "democonf_bot"
GROUP = -1001234567890
CHANNEL = -1009876543210
PICTURE = b"\xff\xd8een plaatje"


class BotApi:
    """
    Keeps updates until they are confirmed, and gives them out again until then.

    `misbehave` puts what the next requests for updates meet, `as_always` when it is empty.
    """

    def __init__(self) -> None:
        self.url = ""
        self.tokens = {TOKEN}
        self.bot_id = 1
        self.webhook = ""
        self.reads_all = False
        self.chats: dict[int, Json] = {
            GROUP: {"id": GROUP, "type": "supergroup", "title": "DemoConf", "username": "DemoConf"},
            CHANNEL: {"id": CHANNEL, "type": "channel", "title": "Nieuws", "username": "nieuws"},
        }
        self.memberships = {GROUP: "administrator", CHANNEL: "administrator"}
        self.updates: list[Json] = []
        self.next_update = 900_000_001
        self.next_message = 512
        self.files = {"groot": PICTURE, "gezicht": b"gezicht", "zaal": b"zaal"}
        self.profile_photos: dict[int, list[Json]] = {777: [photo("gezicht", 160)]}
        self.misbehave: list[Behaviour] = []
        self.calls: list[tuple[float, str, Json]] = []
        self._came = asyncio.Event()
        self._asker: asyncio.Event | None = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[BotApi]:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._called)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("server.sources.telegram.client.API", URL(self.url))
                yield self
        finally:
            await runner.cleanup()

    # What people do

    def say(self, text: str = "Volle zaal #DemoConf", *, by: int = 777, chat: int = GROUP, **more: Any) -> Json:
        """Somebody says something; `tell` it with other fields by *more*."""
        message = made(text, message_id=self._number(), by=by, chat=self.chats[chat]) | more
        self.happen(message=message)
        return message

    def edit(self, message: Json, text: str) -> Json:
        entities = hashtags(text)
        edited = message | {"text": text, "entities": entities, "edit_date": int(virtual.now())}
        self.happen(edited_message=edited)
        return edited

    def answer(self, to: Json, text: str, *, by: int = 777) -> Json:
        inner = {key: value for key, value in to.items() if key != "reply_to_message"}
        return self.say(text, by=by, reply_to_message=inner)

    def picture_of(self, album: str, file_id: str, *, caption: str = "", by: int = 777) -> Json:
        """One picture of an album."""
        message = made("", message_id=self._number(), by=by, chat=self.chats[GROUP])
        del message["text"]
        words = {"caption": caption, "caption_entities": hashtags(caption)} if caption else {}
        message |= {"media_group_id": album, "photo": [photo(file_id, 1280)], **words}
        self.happen(message=message)
        return message

    def happen(self, **update: Any) -> None:
        self.updates.append({"update_id": self.next_update, **update})
        self.next_update += 1
        self._came.set()
        self._came = asyncio.Event()

    def asked(self, method: str) -> list[float]:
        return [at for at, name, _ in self.calls if name == method]

    def _number(self) -> int:
        self.next_message += 1
        return self.next_message

    # What is asked

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        asked = json.loads(await request.read())
        self.calls.append((asyncio.get_running_loop().time(), method, asked))
        if method == "getUpdates" and self.misbehave:
            return await self.misbehave.pop(0)(request)
        if request.match_info["token"] not in self.tokens:
            return no(401, "Unauthorized")
        answer: web.Response = await getattr(self, f"_{method}")(asked)
        return answer

    async def _getUpdates(self, asked: Json) -> web.Response:
        if self.webhook:
            return no(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        if self._asker is not None:
            self._asker.set()
        ended = self._asker = asyncio.Event()
        if (offset := asked.get("offset")) is not None:
            self.updates = [update for update in self.updates if update.get("update_id", offset) >= offset]
        if not self.updates:
            await first_of(self._came, ended, timeout_s=asked["timeout"])
        if ended.is_set():
            return no(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
        self._asker = None
        return yes(self.updates[: asked["limit"]])

    async def _getMe(self, _: Json) -> web.Response:
        return yes({"id": self.bot_id, "is_bot": True, "username": BOT, "can_read_all_group_messages": self.reads_all})

    async def _getWebhookInfo(self, _: Json) -> web.Response:
        return yes({"url": self.webhook, "pending_update_count": 0})

    async def _getChat(self, asked: Json) -> web.Response:
        wanted = str(asked["chat_id"]).lower()
        for chat in self.chats.values():
            if wanted in {str(chat["id"]), f"@{chat.get('username', '')}".lower()}:
                return yes(chat | {"photo": {"small_file_id": "zaal", "big_file_id": "zaal-groot"}})
        return no(400, "Bad Request: chat not found")

    async def _getChatMember(self, asked: Json) -> web.Response:
        status = self.memberships.get(asked["chat_id"])
        return yes({"status": status}) if status else no(403, "Forbidden: bot is not a member of the channel chat")

    async def _getUserProfilePhotos(self, asked: Json) -> web.Response:
        photos = self.profile_photos.get(asked["user_id"], [])
        return yes({"total_count": len(photos), "photos": [photos] if photos else []})

    async def _getFile(self, asked: Json) -> web.Response:
        file_id = asked["file_id"]
        if file_id not in self.files:
            return no(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return yes({"file_id": file_id, "file_path": f"photos/{file_id}.jpg"})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] not in self.tokens:
            return no(401, "Unauthorized")
        file_id = request.match_info["path"].removeprefix("photos/").removesuffix(".jpg")
        return web.Response(body=self.files[file_id], content_type="application/octet-stream")


async def first_of(*events: asyncio.Event, timeout_s: float) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()


def yes(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def no(status: int, words: str, **parameters: Any) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": words}
    return web.json_response(answer | ({"parameters": parameters} if parameters else {}), status=status)


def says_no(status: int, words: str, **parameters: Any) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        return no(status, words, **parameters)

    return behave


def made(text: str, *, message_id: int, by: int, chat: Json) -> Json:
    """A Message; its moment is now."""
    return {
        "message_id": message_id,
        "from": {"id": by, "is_bot": False, "first_name": "Daan", "last_name": "Demo", "username": f"daan{by}"},
        "chat": chat,
        "date": int(virtual.now()),
        "text": text,
        "entities": hashtags(text),
    }


def hashtags(text: str) -> list[Json]:
    """As Telegram marks them."""
    words = [word for word in text.split() if word.startswith("#")]
    return [{"type": "hashtag", "offset": units(text[: text.index(word)]), "length": units(word)} for word in words]


def units(text: str) -> int:
    """How long *text* is as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def photo(file_id: str, width: int, **more: Any) -> Json:
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "width": width, "height": width // 2, **more}


@asynccontextmanager
async def source_for(**options: Any) -> AsyncIterator[TelegramSource]:
    given = {"token": TOKEN, "chats": ["@DemoConf", "@nieuws"], "tags": ["DemoConf"], "told": True} | options
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        yield create(SourceId("telegram-1"), given, Tools(session=session, now=virtual.now, rng=random.Random(7)))


@asynccontextmanager
async def listening(
    cursor: str | None = None, *, keeps: bool = True, kept: Sequence[Kept] = (), **options: Any
) -> AsyncIterator[Hall]:
    """
    A hall that listens.

    Args:
        keeps: Say of each cursor that everything up to it is kept, as the runner does.
        kept: What the house has when it starts.
    """
    async with source_for(**options) as source:
        source.remember(kept)
        hall = KeepingHall(source) if keeps else Hall(source)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})


class KeepingHall(Hall):
    """Says what it keeps."""

    async def listen(self, cursor: str | None = None) -> None:
        source = self.source
        assert isinstance(source, TelegramSource)
        async for event, reached in source.events(cursor):
            self.seen.append((asyncio.get_running_loop().time(), event, reached))
            if reached is not None:
                source.saved(reached)


async def hear(seconds: float, **options: Any) -> Hall:
    """What a hall hears in *seconds*."""
    async with listening(**options) as hall:
        await asyncio.sleep(seconds)
    return hall
