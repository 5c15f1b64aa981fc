"""
The two questions that YouTube's API is asked. I/O only.

The key is in a header, so that it is in no address and no log.
"""

from __future__ import annotations

from typing import NoReturn

from yarl import URL

from server.errors import BadInput
from server.sources import http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from server.sources.youtube import parse

ORIGIN = URL("https://www.googleapis.com")
MOST_MESSAGES = 500
"""The default of the API, and more than a person can read in a look."""

NOT_LIVE_S = 60.0
QUOTA_S = 3600.0
"""The day's units come back at midnight in California; an hour is the longest that anybody waits here."""

_KNOWN = frozenset({400, 403, 404})
_MOST_BYTES = 4 * 1024 * 1024

_CHAT_OVER = frozenset({"liveChatEnded", "liveChatNotFound"})
_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_PAGE = frozenset({"pageTokenInvalid", "invalidPageToken"})
_KEY = frozenset(
    {
        *("keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked", "forbidden", "SERVICE_DISABLED"),
        *("API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED"),
    }
)


class ChatOver(Exception):
    """This chat has ended, or is not there: the broadcast may have another."""


class PageLost(Exception):
    """The place in the chat where we were is not known any more."""


class YouTube:
    """
    Args:
        key: Of Google Cloud.
    """

    def __init__(self, key: str, tools: Tools) -> None:
        self._key = key
        self._tools = tools

    async def chat_of(self, video: str, *, was_there: bool = False) -> str:
        """
        The id of the chat of a broadcast. Costs 1 unit.

        Args:
            was_there: The broadcast was found before: if it is not there now, it may come back.

        Raises:
            SourceUnavailable: There is no such video, or it is not live (now); or the API says no.
        """
        answer = await self._ask("/youtube/v3/videos", ("part", "liveStreamingDetails"), ("id", video))
        broadcast = parse.parse_broadcast(answer)
        if broadcast is None:
            cause, asked_s = (Cause.SERVER, NOT_LIVE_S) if was_there else (Cause.REFUSED, None)
            _trouble("no-such-video", cause, f"there is no public video {video}", asked_s)
        if not broadcast.chat:
            raise not_live(video)
        return broadcast.chat

    async def page(self, chat: str, token: str) -> parse.Page:
        """
        What is new in a chat since *token*; empty: what there is. Costs 5 units.

        Raises:
            ChatOver: See there.
            PageLost: See there.
            SourceUnavailable: The API says no.
        """
        query = [("liveChatId", chat), ("part", "id,snippet,authorDetails"), ("maxResults", str(MOST_MESSAGES))]
        query += [("pageToken", token)] if token else []
        return parse.parse_page(await self._ask("/youtube/v3/liveChat/messages", *query))

    async def first_page(self, chat: str) -> parse.Page:
        """
        What there is in a chat.

        Raises:
            ChatOver, SourceUnavailable: As for `page`.
        """
        try:
            return await self.page(chat, "")
        except PageLost as ex:
            raise SourceUnavailable(f"YouTube: {ex}", code="unexpected-answer", cause=Cause.SERVER) from ex

    async def _ask(self, path: str, *query: tuple[str, str]) -> object:
        answer = await http.ask(
            self._tools,
            ORIGIN,
            path,
            query=query,
            headers={"X-Goog-Api-Key": self._key},
            known=_KNOWN,
            most_bytes=_MOST_BYTES,
        )
        if answer.status in _KNOWN:
            _refused(answer)
        return parse.decode_json(answer.body)


def _refused(answer: http.Answer) -> NoReturn:
    refusal = parse.parse_refusal(answer.body)
    reasons, what = refusal.reasons, f"status {answer.status}: {', '.join(sorted(refusal.reasons)) or refusal.message}"
    if reasons & _CHAT_OVER:
        raise ChatOver(what)
    if reasons & _PAGE:
        raise PageLost(what)
    if "liveChatDisabled" in reasons:
        _trouble("chat-off", Cause.SERVER, what, NOT_LIVE_S)
    if reasons & _QUOTA:
        _trouble("quota-used-up", Cause.LIMITED, what, QUOTA_S)
    if reasons & _TOO_FAST:
        _trouble("limited", Cause.LIMITED, what)
    if reasons & _KEY or answer.status == 403:
        _trouble("token-refused", Cause.REFUSED, what)
    _trouble("unexpected-answer", Cause.SERVER, what)


def _trouble(code: str, cause: Cause, what: str, asked_s: float | None = None) -> NoReturn:
    raise SourceUnavailable(f"YouTube: {what}", code=code, cause=cause, asked_s=asked_s)


def not_live(video: str) -> SourceUnavailable:
    """A broadcast without a chat now: not yet, not any more, or between two."""
    message = f"YouTube: {video} has no live chat now"
    return SourceUnavailable(message, code="not-live", cause=Cause.SERVER, asked_s=NOT_LIVE_S)


def unreadable(ex: BadInput) -> SourceUnavailable:
    """An answer that is no answer."""
    return SourceUnavailable(f"YouTube: {ex.field or ''} {ex}", code="unreadable", cause=Cause.SERVER)
