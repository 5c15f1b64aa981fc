"""
What senders of their own events say: JSON becomes posts, deletes and erasures. Pure.

    {"type": "post.created", "timestamp": "2026-11-21T19:40:00Z", "data": {"id": "kiosk-17", "text": "…"}}

Whatever comes in, there comes out an event or `BadInput` with a field. Unknown fields mean nothing.
"""

from __future__ import annotations

from typing import NoReturn, TypeVar

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import AuthorGone, Delete, NetworkPost, PictureRef, Upsert
from server.symposium.values import SourceId

TYPES = ("post.created", "post.updated", "post.deleted", "author.erased", "ping")
MAX_ID_CHARS = 200
MAX_PICTURES = 8
MAX_TAGS = 64

_T = TypeVar("_T")


class Ping(msgspec.Struct, frozen=True):
    """Somebody wants to know whether this works."""


Event = Upsert | Delete | AuthorGone | Ping


class _Event(msgspec.Struct, frozen=True):
    type: str
    timestamp: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _Author(msgspec.Struct, frozen=True):
    id: str | int | None = None
    name: str | None = None
    handle: str | None = None
    avatar_url: str | None = None
    url: str | None = None


class _Media(msgspec.Struct, frozen=True):
    url: str | None = None
    alt: str | None = None
    type: str | None = None


class _Post(msgspec.Struct, frozen=True):
    id: str | int
    text: str | None = None
    author: _Author | None = None
    created_at: str | None = None
    edited_at: str | None = None
    lang: str | None = None
    media: tuple[_Media, ...] | None = None
    tags: tuple[str, ...] | None = None
    cw: str | None = None
    sensitive: bool | None = None
    bot: bool | None = None
    url: str | None = None


class _Named(msgspec.Struct, frozen=True):
    id: str | int


class _Erasure(msgspec.Struct, frozen=True):
    author: _Named


def parse_event(body: bytes, *, source: SourceId, series: str, message: str | None, now_us: int) -> Event:
    """
    One event.

    Args:
        source: Which hook it came in by: a part of the ids of authors, since each sender counts for itself.
        series: The same for posts; another one when the hook was removed and made anew, whose sender counts from one
            again.
        message: What its sender calls this message, the same at each attempt; None where it does not say.
        now_us: UTC microseconds since 1970: nothing was said after it.

    Raises:
        BadInput: `not-json`; `unknown-type`; or something is missing or of another kind: `field` says what.
    """
    event = decode(body, _Event, "$")
    match event.type:
        case "post.created" | "post.updated":
            return Upsert(post=_post(event, source, series, message, now_us))
        case "post.deleted":
            return Delete(native_id=_own(series, decode(event.data, _Named, "$.data").id, "$.data.id"))
        case "author.erased":
            author = decode(event.data, _Erasure, "$.data").author
            return AuthorGone(author_id=_own(source, author.id, "$.data.author.id"))
        case "ping":
            return Ping()
        case _:
            _bad("$.type", f"There is no such type; the types are {', '.join(TYPES)}.", code="unknown-type")


def decode(data: bytes | msgspec.Raw, kind: type[_T], root: str) -> _T:
    """
    JSON as *kind*.

    Raises:
        BadInput: `not-json`, or `bad-input` with the path of the offending value below *root* in `field`.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as ex:
        message, _, path = str(ex).partition(" - at `")
        raise BadInput(f"{message}.", field=root + path.rstrip("`").removeprefix("$")) from ex
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as ex:
        raise BadInput("The body is not JSON.", code="not-json") from ex


def _post(event: _Event, source: SourceId, series: str, message: str | None, now_us: int) -> NetworkPost:
    data = decode(event.data, _Post, "$.data")
    native = _own(series, data.id, "$.data.id")
    author = data.author or _Author()
    said = _moment(event.timestamp, "$.timestamp", now_us)
    edited = _moment(data.edited_at, "$.data.edited_at", now_us)
    is_edit = event.type == "post.updated"
    if is_edit and edited is None and said is None:
        _bad("$.timestamp", "An edit needs the time at which it was made: without it nobody knows which is the newest.")
    media = data.media or ()
    if not (data.text or "").strip() and not media:
        _bad("$.data.text", "The post is empty; give it a text.")
    return NetworkPost(
        native_id=native,
        uri=native if message is None or is_edit else f"{series}/message/{message}",
        permalink=fields.address(data.url),
        # Nobody is taken for somebody else of the same name: without an id each post has an author of its own.
        author_id=native if author.id is None else _own(source, author.id, "$.data.author.id"),
        name=author.name or "",
        handle=author.handle or "",
        avatar_url=fields.address(author.avatar_url),
        text=data.text or "",
        lang=data.lang,
        warning=data.cw or "",
        sensitive=data.sensitive is True,
        bot=data.bot is True,
        created=_moment(data.created_at, "$.data.created_at", now_us) or (None if is_edit else said),
        edited=(edited or said) if is_edit else None,
        media=tuple(_pictures(media)),
        tags=(data.tags or ())[:MAX_TAGS],
    )


def _pictures(media: tuple[_Media, ...]) -> list[PictureRef]:
    found = []
    for each in media:
        url = fields.address(each.url)
        if url is not None and (each.type or "image").partition("/")[0] == "image":
            found.append(PictureRef(url=url, alt=each.alt or ""))
    return found[:MAX_PICTURES]


def _own(series: str, id_: str | int, field: str) -> str:
    text = str(id_)
    if not 1 <= len(text) <= MAX_ID_CHARS or not text.isprintable():
        _bad(field, f"An id has 1 to {MAX_ID_CHARS} characters, without invisible ones.")
    return f"{series}/{text}"


def _moment(text: str | None, field: str, now_us: int) -> int | None:
    if text is None:
        return None
    moment = moment_us(text)
    if moment is None:
        _bad(field, "A moment is written as 2026-11-21T19:40:00Z.")
    return min(moment, now_us)


def moment_us(text: str) -> int | None:
    """See `fields.moment`; None for what is before 1970, too."""
    found = fields.moment(text)
    return found if found is not None and found >= 0 else None


def _bad(field: str, message: str, *, code: str = "bad-input") -> NoReturn:
    raise BadInput(message, code=code, field=field)
