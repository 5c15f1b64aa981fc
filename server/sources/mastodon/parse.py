"""
Mastodon's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Reads what Mastodon, GoToSocial, Pleroma, Akkoma and Takahē have in common, and where they differ what each adds. Only
what a wall needs is read; unknown fields mean nothing.

Source: docs.joinmastodon.org/entities/ (Status, Account, MediaAttachment, CustomEmoji, Quote, Instance, V1_Instance)
and /methods/streaming/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from server.sources import fields
from server.sources.contract import NetworkPost, PictureRef
from server.sources.html import MAX_HTML_CHARS, html_to_text
from server.sources.tags import fold_tag

MAX_ID_CHARS = 128
MAX_NAME_CHARS = 500
MAX_PICTURES = 8
MAX_EMOJIS = 24
MAX_TAGS = 64
MAX_ALT_CHARS = 5000

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


def parse_page(answer: object) -> tuple[object, ...]:
    """
    The posts of a timeline, newest first (some servers turn a page that was asked with `min_id` around).

    Raises:
        BadInput: It is no list.
    """
    if not isinstance(answer, list):
        fields.unreadable("$", "A timeline must be a list.")
    if len(answer) > 1 and (moment_of(answer[0]) or 0) < (moment_of(answer[-1]) or 0):
        answer.reverse()
    return tuple(answer)


def mentioning(notification: object) -> object | None:
    """
    The post that mentions us; None for a notification of another kind.

    Raises:
        BadInput: It is no record.
    """
    found = fields.record(notification, "$")
    return found.get("status") if found.get("type") == "mention" else None


def status_id(status: object) -> str:
    """
    The id of a post, or of a notification, at its server.

    Raises:
        BadInput: It has none.
    """
    return _id(fields.record(status, "$"), "$.id")


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
    found = fields.record(status, "$")
    native = _id(found, "$.id")
    account = fields.record(found.get("account"), "$.account")
    uri = fields.needed_text(found, "uri", "$.uri", fields.MAX_ADDRESS_CHARS)
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
        permalink=fields.address(found.get("url")) or fields.address(uri),
        author_id=author_id,
        name=fields.text(account.get("display_name"))[:MAX_NAME_CHARS] or _username(account),
        handle=_handle(account, domain),
        avatar_url=fields.address(account.get("avatar_static")) or fields.address(account.get("avatar")),
        text=text,
        lang=fields.language(found.get("language")),
        warning=fields.text(found.get("spoiler_text")),
        sensitive=found.get("sensitive") is True,
        reply=found.get("in_reply_to_id") is not None,
        reply_to=_answered(host, found.get("in_reply_to_id")),
        bot=account.get("bot") is True,
        author_since=fields.moment(account.get("created_at")),
        created=_moment(found.get("created_at"), "$.created_at"),
        edited=fields.moment(found.get("edited_at")),
        expires=_expires(found),
        media=tuple(_pictures(found))[:MAX_PICTURES],
        emojis=tuple(dict(_emojis(found, account)).items())[:MAX_EMOJIS],
        tags=names,
    )


def moment_of(item: object) -> int | None:
    """When a post, or a notification, was made, UTC microseconds; None when it does not tell."""
    return fields.moment(fields.record_if_any(item).get("created_at"))


def parse_instance(answer: object, *, host: str) -> Instance:
    """
    What a server says of itself, at /api/v2/instance or /api/v1/instance.

    Raises:
        BadInput: It is no record with a version.
    """
    found = fields.record(answer, "$")
    version = fields.needed_text(found, "version", "$.version", fields.MAX_ADDRESS_CHARS)
    settings = fields.within(found, "configuration")
    addresses = fields.within(settings, "urls") or fields.within(found, "urls")
    access = fields.within(settings, "timelines_access", "hashtag_feeds")
    domain = fields.text(found.get("domain")) or fields.text(found.get("uri")).removeprefix("https://").rstrip("/")
    return Instance(
        software=_software(version, fields.text(found.get("source_url"))),
        domain=domain if re.fullmatch(r"[\w.:-]{1,255}", domain) else host,
        streaming=fields.text(addresses.get("streaming")) or fields.text(addresses.get("streaming_api")) or None,
        feed=fields.text(access.get("local")),
    )


def parse_frame(data: str | bytes) -> Frame:
    """
    One message of the stream.

    Raises:
        BadInput: It cannot be read.
    """
    if isinstance(data, bytes):
        fields.unreadable("$", "The stream speaks in text frames.")
    found = fields.record(fields.decode(data), "$")
    if "error" in found:
        status = found.get("status")
        return Complaint(status=status if isinstance(status, int) else 400)
    payload = fields.text(found.get("payload"))
    match found.get("event"):
        case "update" | "status.update":
            return Update(status=fields.decode(payload))
        case "notification":
            status = mentioning(fields.decode(payload))
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
    plain = fields.within(found, "pleroma", "content").get("text/plain")
    if isinstance(plain, str) and plain.strip():
        return fields.text(plain)
    content = found.get("content")
    if not isinstance(content, str):
        fields.unreadable("$.content", "A post must have content.")
    quote = found.get("quote")
    accepted = quote is None or fields.record_if_any(quote).get("state") == "accepted"
    return html_to_text(fields.text(content), without=frozenset() if accepted else _QUOTE_FALLBACK)


def _tag_names(found: dict[str, object], text: str) -> Iterator[str]:
    listed = found.get("tags")
    if not isinstance(listed, list):
        yield from _WRITTEN_TAG.findall(text)[:MAX_TAGS]
        return
    for tag in listed[:MAX_TAGS]:
        if name := fields.text(fields.record_if_any(tag).get("name"))[:MAX_NAME_CHARS]:
            yield name.lstrip("#")


def _answered(host: str, native: object) -> str | None:
    """The native id of the post that this one answers, as the server counts them."""
    return f"{host}/{native}" if isinstance(native, str) and native and len(native) <= MAX_ID_CHARS else None


def _author_id(account: dict[str, object], status_uri: str) -> str:
    """
    The author's own identity, the same from every server.

    Older servers do not tell it; then it is read from the post's uri, where that is of the usual form.
    """
    told = fields.text(account.get("uri")) or fields.text(fields.within(account, "pleroma").get("ap_id"))
    if told:
        return told[: fields.MAX_ADDRESS_CHARS]
    if of_status := _ACTOR.match(status_uri):
        return of_status[1]
    return fields.needed_text(account, "url", "$.account.uri", fields.MAX_ADDRESS_CHARS)


def _username(account: dict[str, object]) -> str:
    return fields.needed_text(account, "acct", "$.account.acct", MAX_NAME_CHARS).partition("@")[0]


def _handle(account: dict[str, object], domain: str) -> str:
    acct = fields.needed_text(account, "acct", "$.account.acct", MAX_NAME_CHARS)
    return f"@{acct}" if "@" in acct else f"@{acct}@{domain}"


def _pictures(found: dict[str, object]) -> Iterator[PictureRef]:
    attached = found.get("media_attachments")
    for item in fields.list_if_any(attached):
        media = fields.record_if_any(item)
        url, still = fields.address(media.get("url")), fields.address(media.get("preview_url"))
        match media.get("type"):
            case "image":
                chosen = url or still or fields.address(media.get("remote_url"))
            case "gifv" | "video" | "audio":
                chosen = still if still != url else None
            case _:
                chosen = None
        if chosen:
            size = fields.within(media, "meta", "original")
            alt = fields.text(media.get("description"))[:MAX_ALT_CHARS]
            yield PictureRef(
                url=chosen, alt=alt, width=fields.pixels(size.get("width")), height=fields.pixels(size.get("height"))
            )


def _emojis(found: dict[str, object], account: dict[str, object]) -> Iterator[tuple[str, str]]:
    for listed in (found.get("emojis"), account.get("emojis")):
        for item in fields.list_if_any(listed):
            emoji = fields.record_if_any(item)
            shortcode = fields.text(emoji.get("shortcode"))
            url = fields.address(emoji.get("static_url")) or fields.address(emoji.get("url"))
            if url and _SHORTCODE.fullmatch(shortcode):
                yield shortcode, url


def _expires(found: dict[str, object]) -> int | None:
    return fields.moment(fields.within(found, "pleroma").get("expires_at"))


def _moment(value: object, field: str) -> int:
    moment = fields.moment(value)
    if moment is None:
        fields.unreadable(field, "A time must be as 2026-11-21T19:40:00Z.")
    return moment


def _id(found: dict[str, object], field: str) -> str:
    value = fields.needed_text(found, "id", field, MAX_ID_CHARS)
    if not value.isprintable() or "/" in value:
        fields.unreadable(field, "An id must be a short word.")
    return value
