"""
YouTube's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Source: developers.google.com/youtube/v3/live/docs/liveChatMessages and …/v3/docs/videos.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost
from server.sources.tags import tags_in

MAX_ID_CHARS = 300
MAX_NAME_CHARS = 200
MAX_ADDRESS_CHARS = 2048

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Record = dict[str, object]


class Why(StrEnum):
    """Why a message does not go on: no fault of anybody."""

    PAID = "paid"
    NO_MESSAGE = "no-message"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is politely left alone."""

    why: Why
    id: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """
    One answer of the chat.

    Args:
        messages: Oldest first, as JSON.
        next: What to ask for the next time; empty when it does not say.
        interval_s: How long YouTube asks us to wait at least.
    """

    messages: tuple[object, ...] = ()
    next: str = ""
    interval_s: float = 0.0


class Broadcast(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of a video.

    Args:
        chat: The id of its chat; empty when it has none, or none any more.
    """

    chat: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why YouTube says no.

    Args:
        reasons: Its words for it, as `quotaExceeded`; the details' too, as `API_KEY_INVALID`.
        message: For the log.
    """

    reasons: frozenset[str] = frozenset()
    message: str = ""


_PAID = frozenset(
    {
        *("superChatEvent", "superStickerEvent", "fanFundingEvent", "newSponsorEvent", "memberMilestoneChatEvent"),
        *("membershipGiftingEvent", "giftMembershipReceivedEvent", "giftEvent"),
    }
)
"""What is paid for gets no place on a wall."""


def decode_json(data: bytes) -> object:
    """
    JSON as Python values.

    Raises:
        BadInput: It is not JSON.
    """
    try:
        # Not by msgspec: it refuses all of an answer for half a character in one message.
        return json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as ex:
        raise BadInput("The answer is not JSON.", code="not-json") from ex


def parse_broadcast(answer: object) -> Broadcast | None:
    """
    What `videos.list` says of one video; None when there is no such video, or it is private.

    Raises:
        BadInput: It is no answer of that kind.
    """
    items = _items(answer)
    if not items:
        return None
    details = _record_if_any(_record(items[0], "$.items[0]").get("liveStreamingDetails"))
    return Broadcast(chat=_string(details.get("activeLiveChatId"))[:MAX_ID_CHARS])


def parse_page(answer: object) -> Page:
    """
    What `liveChatMessages.list` answers.

    Raises:
        BadInput: It is no answer of that kind.
    """
    items, found = _items(answer), _record(answer, "$")
    token = _string(found.get("nextPageToken"))
    return Page(
        messages=tuple(items),
        next=token if len(token) <= MAX_ADDRESS_CHARS and token.isprintable() else "",
        interval_s=_seconds(found.get("pollingIntervalMillis")),
    )


def _seconds(millis: object) -> float:
    """At most ten minutes, whatever it says."""
    if isinstance(millis, bool) or not isinstance(millis, int | float) or millis != millis:  # NaN is like nothing
        return 0.0
    return min(max(millis, 0), 600_000) / 1000


def parse_refusal(body: bytes) -> Refusal:
    """Why an answer is no; empty when that cannot be read."""
    try:
        error = _record_if_any(_record_if_any(decode_json(body)).get("error"))
    except BadInput:
        return Refusal()
    reasons = set()
    for part in ("errors", "details"):
        told = error.get(part)
        reasons |= {_string(_record_if_any(each).get("reason")) for each in (told if isinstance(told, list) else ())}
    return Refusal(reasons=frozenset(reasons - {""}), message=_string(error.get("message"))[:200])


def parse_message(message: object, *, video: str, now_us: int) -> NetworkPost | Delete | AuthorGone | Dropped:
    """
    What a message of the chat means.

    Args:
        message: One liveChatMessage, decoded.
        video: The id of the broadcast: its page is the nearest that a message has to an address.
        now_us: UTC microseconds since 1970. No post is later than that.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    found = _record(message, "$")
    id_ = _id(found, "id", "$.id")
    snippet = _record(found.get("snippet"), "$.snippet")
    match _string(snippet.get("type")):
        case "textMessageEvent":
            return _post(found, snippet, id_, video, now_us)
        case "messageDeletedEvent":
            return Delete(native_id=_told(snippet, "messageDeletedDetails", "deletedMessageId"))
        case "messageRetractedEvent":
            return Delete(native_id=_told(snippet, "messageRetractedDetails", "retractedMessageId"))
        case "tombstone":
            return Delete(native_id=id_)
        case "userBannedEvent":
            details = _record(snippet.get("userBannedDetails"), "$.snippet.userBannedDetails")
            field = "$.snippet.userBannedDetails.bannedUserDetails"
            banned = _record(details.get("bannedUserDetails"), field)
            return AuthorGone(author_id=_channel(_id(banned, "channelId", f"{field}.channelId")))
        case kind:
            return Dropped(why=Why.PAID if kind in _PAID else Why.NO_MESSAGE, id=id_)


def _post(found: Record, snippet: Record, id_: str, video: str, now_us: int) -> NetworkPost | Dropped:
    author = _record(found.get("authorDetails"), "$.authorDetails")
    channel = _id(author, "channelId", "$.authorDetails.channelId")
    told = _string(_record_if_any(snippet.get("textMessageDetails")).get("messageText"))
    text = (told or _string(snippet.get("displayMessage"))).strip()
    if not text:
        return Dropped(why=Why.NO_MESSAGE, id=id_)
    name = _string(author.get("displayName")).strip()[:MAX_NAME_CHARS]
    avatar = _string(author.get("profileImageUrl"))
    created = _moment(snippet.get("publishedAt"))
    return NetworkPost(
        native_id=id_,
        uri=f"youtube:{id_}",
        permalink=f"https://www.youtube.com/watch?v={video}#{id_}",
        author_id=_channel(channel),
        name=name.removeprefix("@"),
        handle=name if name.startswith("@") else "",
        avatar_url=avatar if avatar.startswith("https://") and len(avatar) <= MAX_ADDRESS_CHARS else None,
        text=text,
        created=None if created is None else min(created, now_us),
        tags=tags_in(text),
    )


def _channel(id_: str) -> str:
    return f"https://www.youtube.com/channel/{id_}"


def _told(snippet: Record, details: str, name: str) -> str:
    field = f"$.snippet.{details}"
    return _id(_record(snippet.get(details), field), name, f"{field}.{name}")


def _moment(value: object) -> int | None:
    try:
        moment = datetime.fromisoformat(_string(value)[:40])
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        at = (aware - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
    return at if at >= 0 else None


def _items(answer: object) -> list[object]:
    items = _record(answer, "$").get("items")
    if not isinstance(items, list):
        _bad("$.items", "An answer must have a list of items.")
    return items


def _id(found: Record, key: str, field: str) -> str:
    value = _string(found.get(key))
    if not value or len(value) > MAX_ID_CHARS or not value.isprintable() or any(c.isspace() for c in value):
        _bad(field, f"{field} must be a word of 1 to {MAX_ID_CHARS} characters.")
    return value


def _string(value: object) -> str:
    """Half a character becomes a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _record(value: object, field: str) -> Record:
    if not isinstance(value, dict):
        _bad(field, f"{field} must be a record.")
    return value


def _record_if_any(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def _bad(field: str, message: str) -> NoReturn:
    raise BadInput(message, code="unreadable", field=field)
