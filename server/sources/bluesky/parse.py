"""
What the AppView tells of a post becomes our post. Pure: whatever comes in, there comes out a value or `BadInput`.

The AppView is the side of Bluesky that everybody sees who is not logged in: it knows names, pictures and labels, and it
leaves out what was deleted or taken down. So what it says is the post; the stream only says when to ask.

Source: bluesky-social/atproto lexicons/app/bsky (feed/post, feed/defs, richtext/facet, embed/*, actor/defs) and
com/atproto/label/defs.
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
from server.sources.bluesky.frames import PostKey, key_of, tags_of
from server.sources.contract import NetworkPost, PictureRef
from server.sources.tags import fold_tag

MAX_ADDRESS_CHARS = 2048
MAX_TEXT_BYTES = 20_000
"""The network allows 3,000."""

MAX_NAME_CHARS = 500
MAX_ALT_CHARS = 5000
MAX_PICTURES = 8
MAX_FACETS = 100
MAX_LABELS = 100
MAX_WARNING_CHARS = 200

NEVER = frozenset({"!hide", "!takedown", "porn", "sexual", "graphic-media", "gore", "nsfl"})
"""Of a post or its author, whoever says so: not for a screen in a hall."""

SIGN_IN_ONLY = "!no-unauthenticated"
"""An author's own wish: to be seen only by who is logged in."""

_SILENT = frozenset({"!no-promote", "bot", SIGN_IN_ONLY})
_LABEL = re.compile(r"!?[a-z][a-z0-9-]{0,99}")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NO_HANDLE = "handle.invalid"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Why(StrEnum):
    """Why a post does not go on: no fault of anybody."""

    OTHER_TAG = "other-tag"
    SIGN_IN_ONLY = "sign-in-only"
    LABELLED = "labelled"
    TOO_LONG = "too-long"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A post that is politely left alone."""

    why: Why
    key: PostKey


class View(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post as the AppView shows it, not yet read.

    Args:
        cid: Names this text of it.
        found: Decoded JSON.
    """

    key: PostKey
    cid: str
    found: dict[str, object]

    @property
    def lacks_labels(self) -> bool:
        """Whether it is silent about what labels its author has: then the profile has to be asked for."""
        return not isinstance(_record_if_any(self.found.get("author")).get("labels"), list)

    def with_labels(self, profile: dict[str, object]) -> View:
        """The same, with the labels of its author's *profile*."""
        author = {**_record_if_any(self.found.get("author")), "labels": profile.get("labels", [])}
        return msgspec.structs.replace(self, found={**self.found, "author": author})


def parse_posts(body: bytes) -> dict[str, View | BadInput]:
    """
    An answer of `getPosts`, by uri. One that cannot be read comes as the error that says why.

    Raises:
        BadInput: It is no list of posts.
    """
    views: dict[str, View | BadInput] = {}
    for item in _items(body, "posts"):
        view = _record_if_any(item)
        uri = _string(view.get("uri"))
        if key := key_of(uri):
            try:
                views[uri] = View(key=key, cid=_needed(view, "cid", "$.cid", 200), found=view)
            except BadInput as ex:
                views[uri] = ex
    return views


def parse_profiles(body: bytes) -> dict[str, dict[str, object]]:
    """
    An answer of `getProfiles`, by did.

    Raises:
        BadInput: It is no list of profiles.
    """
    profiles = map(_record_if_any, _items(body, "profiles"))
    return {did: profile for profile in profiles if (did := _string(profile.get("did")))}


def parse_did(body: bytes) -> str:
    """
    An answer of `resolveHandle`.

    Raises:
        BadInput: It names nobody.
    """
    return _needed(_record(_decoded(body), "$"), "did", "$.did", MAX_ADDRESS_CHARS)


def parse_view(view: View, *, tags: frozenset[str], now_us: int, edited: int | None = None) -> NetworkPost | Dropped:
    """
    A post, or why it is left alone.

    Args:
        tags: Folded; a post must carry one of them. Empty: any post will do.
        now_us: UTC microseconds since 1970; nothing is from later.
        edited: When it was written anew, if it was.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    record = _record(view.found.get("record"), "$.record")
    author = _record(view.found.get("author"), "$.author")
    if author.get("did") != view.key.did:
        _bad("$.author.did", "A post must be of the author that its uri names.")
    of_author = _labels(author.get("labels"), now_us)
    of_post = _labels(view.found.get("labels"), now_us) | _own_labels(record)
    names = tags_of(record)
    text = _text(record)
    if why := _why_not(of_author, of_post, text):
        return Dropped(why=why, key=view.key)
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, key=view.key)
    handle = _string(author.get("handle"))[:MAX_NAME_CHARS]
    warnings = (of_post | of_author) - _SILENT
    answered = _answered(record)
    return NetworkPost(
        native_id=view.key.native_id,
        uri=view.key.uri,
        permalink=f"https://bsky.app/profile/{view.key.did}/post/{view.key.rkey}",
        author_id=view.key.did,
        name=_string(author.get("displayName")).strip()[:MAX_NAME_CHARS] or handle.removesuffix(".bsky.social"),
        handle=f"@{handle}" if handle and handle != _NO_HANDLE else view.key.did,
        avatar_url=_address(author.get("avatar")),
        text=text,
        lang=_lang(record),
        warning=", ".join(sorted(label.lstrip("!") for label in warnings))[:MAX_WARNING_CHARS],
        sensitive=bool(warnings),
        reply=record.get("reply") is not None,
        reply_to=None if answered is None else answered.native_id,
        bot="bot" in of_author | of_post,
        created=_created(record, view.found, now_us),
        edited=None if edited is None else min(edited, now_us),
        media=tuple(_pictures(view.found.get("embed")))[:MAX_PICTURES],
        tags=names,
    )


def _why_not(of_author: set[str], of_post: set[str], text: str) -> Why | None:
    if SIGN_IN_ONLY in of_author | of_post:
        return Why.SIGN_IN_ONLY
    if NEVER & (of_author | of_post):
        return Why.LABELLED
    if len(text.encode()) > MAX_TEXT_BYTES:
        return Why.TOO_LONG
    return None


# Labels


def _labels(value: object, now_us: int) -> set[str]:
    """What is said of something, and was neither taken back nor has expired."""
    said: set[tuple[str, str]] = set()
    taken_back: set[tuple[str, str]] = set()
    for item in _list(value)[:MAX_LABELS]:
        label = _record_if_any(item)
        word, source = _string(label.get("val")), _string(label.get("src"))
        expires = _moment(label.get("exp"))
        if _LABEL.fullmatch(word) and (expires is None or expires > now_us):
            (taken_back if label.get("neg") is True else said).add((source, word))
    return {word for _, word in said - taken_back}


def _own_labels(record: dict[str, object]) -> set[str]:
    """What the author says of the post."""
    values = _list(_record_if_any(record.get("labels")).get("values"))
    words = (_string(_record_if_any(value).get("val")) for value in values[:MAX_LABELS])
    return {word for word in words if _LABEL.fullmatch(word)}


# Text


def _text(record: dict[str, object]) -> str:
    """
    With links written out, and the address of a link card that is not in the text.

    Facets count UTF-8 bytes. One that is not as it should be is no link: the words stay.
    """
    data = _needed_text(record).encode()
    parts, done = [], 0
    for start, end, address in sorted(_links(record, data)):
        if start >= done:
            parts += [data[done:start].decode(), _written(data[start:end].decode(), address)]
            done = end
    text = "".join(parts) + data[done:].decode()
    card = _card(record)
    return text if card is None or card in text else f"{text}\n{card}".lstrip("\n")


def _needed_text(record: dict[str, object]) -> str:
    if not isinstance(record.get("text"), str):
        _bad("$.record.text", "A post must have a text; it may be empty.")
    return _string(record["text"])


def _links(record: dict[str, object], data: bytes) -> Iterator[tuple[int, int, str]]:
    for item in _list(record.get("facets"))[:MAX_FACETS]:
        facet = _record_if_any(item)
        index = _record_if_any(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data)):
            continue
        if not (_is_boundary(data, start) and _is_boundary(data, end)):
            continue
        for feature in _list(facet.get("features"))[:MAX_FACETS]:
            if address := _address(_record_if_any(feature).get("uri")):
                yield start, end, address
                break


def _is_boundary(data: bytes, at: int) -> bool:
    """Whether a character begins at *at*, or the text ends there."""
    return at == len(data) or data[at] & 0b1100_0000 != 0b1000_0000


def _written(words: str, address: str) -> str:
    """A link that is shown by (a part of) its address becomes the address; another is followed by it."""
    bare = words.strip()
    if not bare or ("." in bare and _core(address).startswith(_core(bare))):
        return address
    return f"{words} ({address})"


def _core(address: str) -> str:
    """An address as people shorten it: without scheme, `www.`, a last slash, or an ellipsis."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower()).rstrip("/…").removesuffix("...")


def _card(record: dict[str, object]) -> str | None:
    """Many apps let people take the address out of the text once there is a card of it."""
    embed = _record_if_any(record.get("embed"))
    media = _record_if_any(embed.get("media"))
    for each in (embed, media):
        if address := _address(_record_if_any(each.get("external")).get("uri")):
            return address
    return None


# Pictures


def _pictures(value: object) -> Iterator[PictureRef]:
    """Of a post's own: what it quotes is not its own. What is of a kind that we do not know is left out."""
    embed = _record_if_any(value)
    if _kind(embed) == "recordWithMedia#view":
        embed = _record_if_any(embed.get("media"))
    match _kind(embed):
        case "images#view":
            yield from _stills(embed.get("images"), "fullsize")
        case "gallery#view":
            yield from _stills(embed.get("items") or embed.get("media"), "fullsize")
        case "video#view":
            yield from _stills([embed], "thumbnail")


def _kind(embed: dict[str, object]) -> str:
    return _string(embed.get("$type")).removeprefix("app.bsky.embed.")


def _stills(value: object, key: str) -> Iterator[PictureRef]:
    for item in _list(value)[:MAX_PICTURES]:
        picture = _record_if_any(item)
        if url := _address(picture.get(key)):
            yield PictureRef(url=url, alt=_string(picture.get("alt"))[:MAX_ALT_CHARS])


# The rest


def _answered(record: dict[str, object]) -> PostKey | None:
    return key_of(_string(_record_if_any(_record_if_any(record.get("reply")).get("parent")).get("uri")))


def _created(record: dict[str, object], view: dict[str, object], now_us: int) -> int:
    """As the author's app says, which may say anything; but not that it is yet to come."""
    claimed = _moment(record.get("createdAt"))
    return min(now_us, now_us if claimed is None else claimed, _moment(view.get("indexedAt")) or now_us)


def _lang(record: dict[str, object]) -> str | None:
    for value in _list(record.get("langs"))[:1]:
        if isinstance(value, str) and len(value) <= 35 and _LANG.fullmatch(value):
            return value
    return None


def _moment(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _address(value: object) -> str | None:
    """A web address, or None: nothing else may be followed or shown as a link."""
    text = _string(value).strip()
    plain = text.startswith(("https://", "http://")) and text.isprintable() and " " not in text
    return text if plain and len(text) <= MAX_ADDRESS_CHARS else None


def _items(body: bytes, name: str) -> list[object]:
    found = _record(_decoded(body), "$").get(name)
    if not isinstance(found, list):
        _bad(f"$.{name}", f"The answer must have a list of {name}.")
    return found


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as ex:
        raise BadInput("The answer is not JSON.", code="not-json", field="$") from ex


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


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _bad(field: str, message: str) -> NoReturn:
    raise BadInput(message, code="unreadable", field=field)
