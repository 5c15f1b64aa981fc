"""
YouTube's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Source: developers.google.com/youtube/v3/live/docs/liveChatMessages and …/v3/docs/videos.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import AuthorGone, Delete, NetworkPost
from server.sources.tags import tags_in

MAX_ID_CHARS = 300
MAX_NAME_CHARS = 200


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
    return fields.decode(data.decode("utf-8-sig", "replace"))


def parse_broadcast(answer: object) -> Broadcast | None:
    """
    What `videos.list` says of one video; None when there is no such video, or it is private.

    Raises:
        BadInput: It is no answer of that kind.
    """
    items = _items(answer)
    if not items:
        return None
    details = fields.record_if_any(fields.record(items[0], "$.items[0]").get("liveStreamingDetails"))
    return Broadcast(chat=fields.text(details.get("activeLiveChatId"))[:MAX_ID_CHARS])


def parse_page(answer: object) -> Page:
    """
    What `liveChatMessages.list` answers.

    Raises:
        BadInput: It is no answer of that kind.
    """
    items, found = _items(answer), fields.record(answer, "$")
    token = fields.text(found.get("nextPageToken"))
    return Page(
        messages=tuple(items),
        next=token if len(token) <= fields.MAX_ADDRESS_CHARS and token.isprintable() else "",
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
        error = fields.record_if_any(fields.record_if_any(decode_json(body)).get("error"))
    except BadInput:
        return Refusal()
    reasons = set()
    for part in ("errors", "details"):
        told = error.get(part)
        reasons |= {fields.text(fields.record_if_any(each).get("reason")) for each in fields.list_if_any(told)}
    return Refusal(reasons=frozenset(reasons - {""}), message=fields.text(error.get("message"))[:200])


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
    found = fields.record(message, "$")
    id_ = _id(found, "id", "$.id")
    snippet = fields.record(found.get("snippet"), "$.snippet")
    match fields.text(snippet.get("type")):
        case "textMessageEvent":
            return _post(found, snippet, id_, video, now_us)
        case "messageDeletedEvent":
            return Delete(native_id=_told(snippet, "messageDeletedDetails", "deletedMessageId"))
        case "messageRetractedEvent":
            return Delete(native_id=_told(snippet, "messageRetractedDetails", "retractedMessageId"))
        case "tombstone":
            return Delete(native_id=id_)
        case "userBannedEvent":
            details = fields.record(snippet.get("userBannedDetails"), "$.snippet.userBannedDetails")
            field = "$.snippet.userBannedDetails.bannedUserDetails"
            banned = fields.record(details.get("bannedUserDetails"), field)
            return AuthorGone(author_id=_channel(_id(banned, "channelId", f"{field}.channelId")))
        case kind:
            return Dropped(why=Why.PAID if kind in _PAID else Why.NO_MESSAGE, id=id_)


def _post(found: fields.Record, snippet: fields.Record, id_: str, video: str, now_us: int) -> NetworkPost | Dropped:
    author = fields.record(found.get("authorDetails"), "$.authorDetails")
    channel = _id(author, "channelId", "$.authorDetails.channelId")
    told = fields.text(fields.within(snippet, "textMessageDetails").get("messageText"))
    text = (told or fields.text(snippet.get("displayMessage"))).strip()
    if not text:
        return Dropped(why=Why.NO_MESSAGE, id=id_)
    name = fields.text(author.get("displayName")).strip()[:MAX_NAME_CHARS]
    avatar = fields.text(author.get("profileImageUrl"))
    created = _moment(snippet.get("publishedAt"))
    return NetworkPost(
        native_id=id_,
        uri=f"youtube:{id_}",
        permalink=f"https://www.youtube.com/watch?v={video}#{id_}",
        author_id=_channel(channel),
        name=name.removeprefix("@"),
        handle=name if name.startswith("@") else "",
        avatar_url=avatar if avatar.startswith("https://") and len(avatar) <= fields.MAX_ADDRESS_CHARS else None,
        text=text,
        created=None if created is None else min(created, now_us),
        tags=tags_in(text),
    )


def _channel(id_: str) -> str:
    return f"https://www.youtube.com/channel/{id_}"


def _told(snippet: fields.Record, details: str, name: str) -> str:
    field = f"$.snippet.{details}"
    return _id(fields.record(snippet.get(details), field), name, f"{field}.{name}")


def _moment(value: object) -> int | None:
    at = fields.moment(value)
    return at if at is not None and at >= 0 else None


def _items(answer: object) -> list[object]:
    items = fields.record(answer, "$").get("items")
    if not isinstance(items, list):
        fields.unreadable("$.items", "An answer must have a list of items.")
    return items


def _id(found: fields.Record, key: str, field: str) -> str:
    value = fields.text(found.get(key))
    if not value or len(value) > MAX_ID_CHARS or not value.isprintable() or any(c.isspace() for c in value):
        fields.unreadable(field, f"{field} must be a word of 1 to {MAX_ID_CHARS} characters.")
    return value
