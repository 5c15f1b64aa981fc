"""
The Bot API of Telegram. I/O only.

The token is in every address, so no address leaves this module, also not in a log or an error.
"""

from __future__ import annotations

import asyncio
import json

from yarl import URL

from server.errors import BadInput
from server.sources import fields, http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import MAX_PICTURE_BYTES, Tools
from server.sources.telegram import parse

API = URL("https://api.telegram.org")

PATIENCE_S = 50
"""A question for updates waits this long at Telegram for something to happen."""

PAGE = 100
"""The most updates that an answer has."""

FILES_AT_ONCE = 2
MAX_AVATAR_BYTES = 256 * 1024

_ASKED_FOR = ["message", "edited_message", "channel_post", "edited_channel_post"]
_TOLD = frozenset({400, 401, 403, 404, 409, 429})
"""Statuses whose body says what is wrong."""


class Telegram:
    """What our bot may ask. Every method may raise `SourceUnavailable`."""

    def __init__(self, token: str, tools: Tools) -> None:
        self._token = token
        self._tools = tools
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    async def updates(self, after: int | None, *, patient: bool) -> tuple[parse.Update | BadInput, ...]:
        """
        What happened after update *after*, oldest first, at most `PAGE`. Telegram forgets everything up to *after*.

        Args:
            patient: Wait `PATIENCE_S` for something to happen.
        """
        wait_s = PATIENCE_S if patient else 0
        asked = {"timeout": wait_s, "limit": PAGE, "allowed_updates": _ASKED_FOR}
        asked |= {} if after is None else {"offset": after + 1}
        result = await self._call("getUpdates", asked, most_s=wait_s + http.MAX_ANSWER_S)
        try:
            return parse.parse_updates(result)
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def me(self) -> parse.Bot:
        """Our bot itself."""
        try:
            return parse.parse_bot(await self._call("getMe"))
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def has_webhook(self) -> bool:
        """Whether Telegram brings the updates of our bot to an address elsewhere: then we get none."""
        info = await self._call("getWebhookInfo")
        return isinstance(info, dict) and bool(info.get("url"))

    async def chat(self, named: str) -> parse.Chat | None:
        """A chat by id, or by user name; None when it does not exist for our bot."""
        reply = await self._ask("getChat", {"chat_id": _chat_id(named)})
        try:
            return parse.parse_chat(reply.result) if reply.ok else None
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def membership(self, chat: int, bot: int) -> str:
        """What our bot is there, as `administrator`; empty when it is nothing."""
        reply = await self._ask("getChatMember", {"chat_id": chat, "user_id": bot})
        return parse.parse_membership(reply.result) if reply.ok else ""

    async def avatar(self, author: int) -> bytes:
        """The picture of a person or chat."""
        async with self._files:
            if author < 0:
                chat = await self.chat(str(author))
                file_id = chat.photo if chat else None
            else:
                photos = await self._call("getUserProfilePhotos", {"user_id": author, "limit": 1})
                file_id = parse.parse_profile_photo(photos)
            if file_id is None:
                raise SourceUnavailable(f"{API}: this author has no picture", code="no-picture", cause=Cause.SERVER)
            return await self._fetched(file_id, MAX_AVATAR_BYTES)

    async def file(self, file_id: str) -> bytes:
        """A file, of at most `MAX_PICTURE_BYTES`."""
        async with self._files:
            return await self._fetched(file_id, MAX_PICTURE_BYTES)

    async def _fetched(self, file_id: str, most_bytes: int) -> bytes:
        try:
            path = parse.parse_file_path(await self._call("getFile", {"file_id": file_id}))
        except BadInput as ex:
            raise _unreadable(ex) from ex
        answer = await http.ask(
            self._tools,
            API,
            f"/file/bot{self._token}/{path}",
            accepts=None,
            most_bytes=most_bytes,
            in_turn=False,
            secret_path=True,
        )
        return answer.body

    async def _call(
        self, method: str, asked: dict[str, object] | None = None, *, most_s: float = http.MAX_ANSWER_S
    ) -> object:
        """What a method gives; raises where it says no."""
        reply = await self._ask(method, asked, most_s=most_s)
        if not reply.ok:
            raise _trouble(f"{method}: {reply.words}", code="unexpected-answer", cause=Cause.SERVER)
        return reply.result

    async def _ask(
        self, method: str, asked: dict[str, object] | None = None, *, most_s: float = http.MAX_ANSWER_S
    ) -> parse.Reply:
        """A method's answer, also a no to this very question; raises where it is a no to all questions."""
        answer = await http.ask(
            self._tools,
            API,
            f"/bot{self._token}/{method}",
            method="POST",
            headers={"Content-Type": "application/json"},
            body=json.dumps(asked or {}).encode(),
            known=_TOLD,
            most_s=most_s,
            in_turn=False,  # Long polls would hold the turn, and pictures have a limit of their own.
            secret_path=True,
        )
        try:
            reply = parse.parse_reply(fields.decode(answer.body))
        except BadInput as ex:
            raise _unreadable(ex) from ex
        what = f"{method}: {reply.words}"
        match answer.status:
            case 401 | 404:  # 404: what is in the address is no token at all.
                raise _trouble(what, code="token-refused", cause=Cause.REFUSED)
            case 409 if "webhook" in reply.words.lower():
                raise _trouble(what, code="webhook-set", cause=Cause.REFUSED)
            case 409:
                raise _trouble(what, code="bot-elsewhere", cause=Cause.SERVER)
            case 429:
                raise _trouble(what, code="limited", cause=Cause.LIMITED, asked_s=reply.wait_s)
            case _:
                return reply


def _chat_id(named: str) -> int | str:
    return int(named) if named.startswith("-") else f"@{named}"


def _unreadable(ex: BadInput) -> SourceUnavailable:
    return _trouble(f"{ex.field or ''} {ex}", code="unreadable", cause=Cause.SERVER)


def _trouble(what: str, *, code: str, cause: Cause, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable(f"{API}: {what}", code=code, cause=cause, asked_s=asked_s)
