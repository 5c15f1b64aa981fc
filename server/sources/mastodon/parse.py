"""
Mastodon's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Reads what Mastodon, GoToSocial, Pleroma, Akkoma and Takahē have in common, and where they differ what each adds. Only
what a wall needs is read; unknown fields mean nothing.

Source: docs.joinmastodon.org/entities/ (Status, Account, MediaAttachment, CustomEmoji, Quote, Instance, V1_Instance)
and /methods/streaming/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.contract import NetworkPost, PictureRef
from server.sources.html import MAX_HTML_CHARS, html_to_text
from server.sources.tags import fold_tag

MAX_ID_CHARS = 128
MAX_ADDRESS_CHARS = 2048
MAX_NAME_CHARS = 500
MAX_PICTURES = 8
MAX_EMOJIS = 24
MAX_TAGS = 64
MAX_ALT_CHARS = 5000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SHORTCODE = re.compile(r"[A-Za-z0-9_+.-]{1,64}")
_WRITTEN_TAG = re.compile(r"#([\w·・\u200c]+)")
_ACTOR = re.compile(r"(https?://[^/]+/users/[^/]+)/statuses/")
_QUOTE_FALLBACK = frozenset({"quote-inline"})
_MULTIPLEXING_SINCE = 3
"""Mastodon 3.3 has it; 2.x has not, and GoToSocial's versions begin with 0."""


class Why(StrEnum):
    """Why a post does not go on: no fault of anybody."""

    BOOST = "boost"
    NOT_PUBLIC = "not-public"
    OTHER_TAG = "other-tag"
    EXPIRED = "expired"
    AUTHOR_SUSPENDED = "author-suspended"
    TOO_LONG = "too-long"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A post that is politely left alone."""

    why: Why
    id: str
    author_id: str


class Software(StrEnum):
    """What kind of server it is: they differ in what a request may ask."""

    MASTODON = "mastodon"
    GOTOSOCIAL = "gotosocial"
    PLEROMA = "pleroma"
    OTHER = "other"


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a server says of itself.

    Args:
        domain: What its people have behind the `@`; it may differ from the host that is asked.
        streaming: Where its stream is, ws or wss, if it says so.
        feed: Who may read hashtags: `public`, `authenticated`, `disabled`, or empty when it does not say.
    """

    software: Software
    domain: str
    streaming: str | None
    feed: str = ""

    @property
    def multiplexes(self) -> bool:
        """Whether one socket can carry several hashtags."""
        return self.software is Software.MASTODON

    @property
    def tags_per_request(self) -> int:
        """How many hashtags one request may name (`any[]`; Mastodon's `LIMIT_PER_MODE` counts the one in the path)."""
        return 4 if self.software in {Software.MASTODON, Software.PLEROMA} else 1


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of the stream: a post, new or edited, as JSON."""

    status: object


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of the stream: somebody mentioned the account of our token; the post as JSON."""

    status: object


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of the stream: the post with this id is gone."""

    id: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of the stream: the server did not accept what we subscribed to."""

    status: int


Frame = Update | Mention | Removal | Complaint | None
"""None: an event that a wall has no use for."""


def decode_json(data: str | bytes) -> object:
    """
    JSON as Python values.

    Raises:
        BadInput: It is not JSON, or a number or nesting is beyond reason.
    """
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as ex:
        raise BadInput("The answer is not JSON.", code="not-json") from ex


def parse_page(answer: object) -> tuple[object, ...]:
    """
    The posts of a timeline, newest first (some servers turn a page that was asked with `min_id` around).

    Raises:
        BadInput: It is no list.
    """
    if not isinstance(answer, list):
        _bad("$", "A timeline must be a list.")
    if len(answer) > 1 and (moment_of(answer[0]) or 0) < (moment_of(answer[-1]) or 0):
        answer.reverse()
    return tuple(answer)


def mentioning(notification: object) -> object | None:
    """
    The post that mentions us; None for a notification of another kind.

    Raises:
        BadInput: It is no record.
    """
    found = _record(notification, "$")
    return found.get("status") if found.get("type") == "mention" else None


def status_id(status: object) -> str:
    """
    The id of a post, or of a notification, at its server.

    Raises:
        BadInput: It has none.
    """
    return _id(_record(status, "$"), "$.id")


def parse_status(status: object, *, host: str, domain: str, tags: frozenset[str], now_us: int) -> NetworkPost | Dropped:
    """
    A post, or why it is left alone.

    Args:
        status: One Status entity, decoded.
        host: Which server it came from, with its port: a part of `native_id`.
        domain: What that server's own people have behind the `@`.
        tags: Folded; a post must carry one of them. Empty: any post will do.
        now_us: UTC microseconds since 1970.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    found = _record(status, "$")
    native = _id(found, "$.id")
    account = _record(found.get("account"), "$.account")
    uri = _needed(found, "uri", "$.uri", MAX_ADDRESS_CHARS)
    author_id = _author_id(account, uri)
    if why := _why_not(found, account, now_us):
        return Dropped(why=why, id=native, author_id=author_id)
    text = _text(found)
    names = tuple(_tag_names(found, text))
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, id=native, author_id=author_id)
    return NetworkPost(
        native_id=f"{host}/{native}",
        uri=uri,
        permalink=_address(found.get("url")) or _address(uri),
        author_id=author_id,
        name=_string(account.get("display_name"))[:MAX_NAME_CHARS] or _username(account),
        handle=_handle(account, domain),
        avatar_url=_address(account.get("avatar_static")) or _address(account.get("avatar")),
        text=text,
        lang=_lang(found.get("language")),
        warning=_string(found.get("spoiler_text")),
        sensitive=found.get("sensitive") is True,
        reply=found.get("in_reply_to_id") is not None,
        reply_to=_answered(host, found.get("in_reply_to_id")),
        bot=account.get("bot") is True,
        author_since=_moment_if_any(account.get("created_at")),
        created=_moment(found.get("created_at"), "$.created_at"),
        edited=_moment_if_any(found.get("edited_at")),
        expires=_expires(found),
        media=tuple(_pictures(found))[:MAX_PICTURES],
        emojis=tuple(dict(_emojis(found, account)).items())[:MAX_EMOJIS],
        tags=names,
    )


def moment_of(item: object) -> int | None:
    """When a post, or a notification, was made, UTC microseconds; None when it does not tell."""
    return _moment_if_any(_record_if_any(item).get("created_at"))


def parse_instance(answer: object, *, host: str) -> Instance:
    """
    What a server says of itself, at /api/v2/instance or /api/v1/instance.

    Raises:
        BadInput: It is no record with a version.
    """
    found = _record(answer, "$")
    version = _needed(found, "version", "$.version", MAX_ADDRESS_CHARS)
    settings = _record_if_any(found.get("configuration"))
    addresses = _record_if_any(settings.get("urls")) or _record_if_any(found.get("urls"))
    access = _record_if_any(_record_if_any(settings.get("timelines_access")).get("hashtag_feeds"))
    domain = _string(found.get("domain")) or _string(found.get("uri")).removeprefix("https://").rstrip("/")
    return Instance(
        software=_software(version, _string(found.get("source_url"))),
        domain=domain if re.fullmatch(r"[\w.:-]{1,255}", domain) else host,
        streaming=_string(addresses.get("streaming")) or _string(addresses.get("streaming_api")) or None,
        feed=_string(access.get("local")),
    )


def parse_frame(data: str | bytes) -> Frame:
    """
    One message of the stream.

    Raises:
        BadInput: It cannot be read.
    """
    if isinstance(data, bytes):
        _bad("$", "The stream speaks in text frames.")
    found = _record(decode_json(data), "$")
    if "error" in found:
        status = found.get("status")
        return Complaint(status=status if isinstance(status, int) else 400)
    payload = _string(found.get("payload"))
    match found.get("event"):
        case "update" | "status.update":
            return Update(status=decode_json(payload))
        case "notification":
            status = mentioning(decode_json(payload))
            return None if status is None else Mention(status=status)
        case "delete":
            return Removal(id=_id({"id": payload}, "$.payload"))
        case _:
            return None


def _why_not(found: dict[str, object], account: dict[str, object], now_us: int) -> Why | None:
    expires = _expires(found)
    if found.get("reblog") is not None:
        return Why.BOOST
    if found.get("visibility") != "public":
        return Why.NOT_PUBLIC
    if account.get("suspended") is True:
        return Why.AUTHOR_SUSPENDED
    if expires is not None and expires <= now_us:
        return Why.EXPIRED
    if isinstance(content := found.get("content"), str) and len(content) > MAX_HTML_CHARS:
        return Why.TOO_LONG
    return None


def _software(version: str, source_url: str) -> Software:
    low = version.lower()
    if "gotosocial" in low or "gotosocial" in source_url.lower():
        return Software.GOTOSOCIAL
    if "pleroma" in low or "akkoma" in low:
        return Software.PLEROMA
    first = re.match(r"(\d+)\.\d", low)
    if first and int(first[1][:4]) >= _MULTIPLEXING_SINCE and "compatible" not in low and "takah" not in low:
        return Software.MASTODON
    return Software.OTHER


def _text(found: dict[str, object]) -> str:
    """Pleroma sends plain text beside the HTML; of a quote that its author did not accept, the link goes too."""
    plain = _record_if_any(_record_if_any(found.get("pleroma")).get("content")).get("text/plain")
    if isinstance(plain, str) and plain.strip():
        return _string(plain)
    content = found.get("content")
    if not isinstance(content, str):
        _bad("$.content", "A post must have content.")
    quote = found.get("quote")
    accepted = quote is None or _record_if_any(quote).get("state") == "accepted"
    return html_to_text(_string(content), without=frozenset() if accepted else _QUOTE_FALLBACK)


def _tag_names(found: dict[str, object], text: str) -> Iterator[str]:
    listed = found.get("tags")
    if not isinstance(listed, list):
        yield from _WRITTEN_TAG.findall(text)[:MAX_TAGS]
        return
    for tag in listed[:MAX_TAGS]:
        if name := _string(_record_if_any(tag).get("name"))[:MAX_NAME_CHARS]:
            yield name.lstrip("#")


def _answered(host: str, native: object) -> str | None:
    """The native id of the post that this one answers, as the server counts them."""
    return f"{host}/{native}" if isinstance(native, str) and native and len(native) <= MAX_ID_CHARS else None


def _author_id(account: dict[str, object], status_uri: str) -> str:
    """
    The author's own identity, the same from every server.

    Older servers do not tell it; then it is read from the post's uri, where that is of the usual form.
    """
    told = _string(account.get("uri")) or _string(_record_if_any(account.get("pleroma")).get("ap_id"))
    if told:
        return told[:MAX_ADDRESS_CHARS]
    if of_status := _ACTOR.match(status_uri):
        return of_status[1]
    return _needed(account, "url", "$.account.uri", MAX_ADDRESS_CHARS)


def _username(account: dict[str, object]) -> str:
    return _needed(account, "acct", "$.account.acct", MAX_NAME_CHARS).partition("@")[0]


def _handle(account: dict[str, object], domain: str) -> str:
    acct = _needed(account, "acct", "$.account.acct", MAX_NAME_CHARS)
    return f"@{acct}" if "@" in acct else f"@{acct}@{domain}"


def _pictures(found: dict[str, object]) -> Iterator[PictureRef]:
    attached = found.get("media_attachments")
    for item in attached if isinstance(attached, list) else ():
        media = _record_if_any(item)
        url, still = _address(media.get("url")), _address(media.get("preview_url"))
        match media.get("type"):
            case "image":
                chosen = url or still or _address(media.get("remote_url"))
            case "gifv" | "video" | "audio":
                chosen = still if still != url else None
            case _:
                chosen = None
        if chosen:
            size = _record_if_any(_record_if_any(media.get("meta")).get("original"))
            alt = _string(media.get("description"))[:MAX_ALT_CHARS]
            yield PictureRef(url=chosen, alt=alt, width=_size(size.get("width")), height=_size(size.get("height")))


def _emojis(found: dict[str, object], account: dict[str, object]) -> Iterator[tuple[str, str]]:
    for listed in (found.get("emojis"), account.get("emojis")):
        for item in listed if isinstance(listed, list) else ():
            emoji = _record_if_any(item)
            shortcode = _string(emoji.get("shortcode"))
            url = _address(emoji.get("static_url")) or _address(emoji.get("url"))
            if url and _SHORTCODE.fullmatch(shortcode):
                yield shortcode, url


def _expires(found: dict[str, object]) -> int | None:
    return _moment_if_any(_record_if_any(found.get("pleroma")).get("expires_at"))


def _lang(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= 35 and _LANG.fullmatch(value) else None


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else None


def _address(value: object) -> str | None:
    """A web address, or None: nothing else may be followed or shown as a link."""
    text = _string(value).strip()
    return text if text.startswith(("https://", "http://")) and len(text) <= MAX_ADDRESS_CHARS else None


def _moment(value: object, field: str) -> int:
    moment = _moment_if_any(value)
    if moment is None:
        _bad(field, "A time must be as 2026-11-21T19:40:00Z.")
    return moment


def _moment_if_any(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _id(found: dict[str, object], field: str) -> str:
    value = _needed(found, "id", field, MAX_ID_CHARS)
    if not value.isprintable() or "/" in value:
        _bad(field, "An id must be a short word.")
    return value


def _needed(found: dict[str, object], key: str, field: str, max_chars: int) -> str:
    value = _string(found.get(key))
    if not value or len(value) > max_chars:
        _bad(field, f"{field} must be a text of 1 to {max_chars} characters.")
    return value


def _string(value: object) -> str:
    """A text, or empty. Lone surrogates cannot be written down anywhere: they become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _record(value: object, field: str) -> dict[str, object]:
    if not isinstance(value, dict):
        _bad(field, f"{field} must be a record.")
    return value


def _record_if_any(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _bad(field: str, message: str) -> NoReturn:
    raise BadInput(message, code="unreadable", field=field)
