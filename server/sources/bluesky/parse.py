"""
What the AppView tells of a post becomes our post. Pure: whatever comes in, there comes out a value or `BadInput`.

The AppView is the side of Bluesky that everybody sees who is not logged in: it knows names, pictures and labels, and it
leaves out what was deleted or taken down. So what it says is the post; the stream only says when to ask.

Source: bluesky-social/atproto lexicons/app/bsky (feed/post, feed/defs, richtext/facet, embed/*, actor/defs) and
com/atproto/label/defs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.bluesky.frames import PostKey, key_of, tags_of
from server.sources.contract import NetworkPost, PictureRef
from server.sources.tags import fold_tag

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
_NO_HANDLE = "handle.invalid"


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
        return not isinstance(fields.within(self.found, "author").get("labels"), list)

    def with_labels(self, profile: dict[str, object]) -> View:
        """The same, with the labels of its author's *profile*."""
        author = {**fields.within(self.found, "author"), "labels": profile.get("labels", [])}
        return msgspec.structs.replace(self, found={**self.found, "author": author})


def parse_posts(body: bytes) -> dict[str, View | BadInput]:
    """
    An answer of `getPosts`, by uri. One that cannot be read comes as the error that says why.

    Raises:
        BadInput: It is no list of posts.
    """
    views: dict[str, View | BadInput] = {}
    for item in _items(body, "posts"):
        view = fields.record_if_any(item)
        uri = fields.text(view.get("uri"))
        if key := key_of(uri):
            try:
                views[uri] = View(key=key, cid=fields.needed_text(view, "cid", "$.cid", 200), found=view)
            except BadInput as ex:
                views[uri] = ex
    return views


def parse_profiles(body: bytes) -> dict[str, dict[str, object]]:
    """
    An answer of `getProfiles`, by did.

    Raises:
        BadInput: It is no list of profiles.
    """
    profiles = map(fields.record_if_any, _items(body, "profiles"))
    return {did: profile for profile in profiles if (did := fields.text(profile.get("did")))}


def parse_did(body: bytes) -> str:
    """
    An answer of `resolveHandle`.

    Raises:
        BadInput: It names nobody.
    """
    return fields.needed_text(fields.record(fields.decode(body), "$"), "did", "$.did", fields.MAX_ADDRESS_CHARS)


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
    record = fields.record(view.found.get("record"), "$.record")
    author = fields.record(view.found.get("author"), "$.author")
    if author.get("did") != view.key.did:
        fields.unreadable("$.author.did", "A post must be of the author that its uri names.")
    of_author = _labels(author.get("labels"), now_us)
    of_post = _labels(view.found.get("labels"), now_us) | _own_labels(record)
    names = tags_of(record)
    text = _text(record)
    if why := _why_not(of_author, of_post, text):
        return Dropped(why=why, key=view.key)
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, key=view.key)
    handle = fields.text(author.get("handle"))[:MAX_NAME_CHARS]
    warnings = (of_post | of_author) - _SILENT
    answered = _answered(record)
    return NetworkPost(
        native_id=view.key.native_id,
        uri=view.key.uri,
        permalink=f"https://bsky.app/profile/{view.key.did}/post/{view.key.rkey}",
        author_id=view.key.did,
        name=fields.text(author.get("displayName")).strip()[:MAX_NAME_CHARS] or handle.removesuffix(".bsky.social"),
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
    for item in fields.list_if_any(value)[:MAX_LABELS]:
        label = fields.record_if_any(item)
        word, source = fields.text(label.get("val")), fields.text(label.get("src"))
        expires = fields.moment(label.get("exp"))
        if _LABEL.fullmatch(word) and (expires is None or expires > now_us):
            (taken_back if label.get("neg") is True else said).add((source, word))
    return {word for _, word in said - taken_back}


def _own_labels(record: dict[str, object]) -> set[str]:
    """What the author says of the post."""
    values = fields.list_if_any(fields.within(record, "labels").get("values"))
    words = (fields.text(fields.record_if_any(value).get("val")) for value in values[:MAX_LABELS])
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
        fields.unreadable("$.record.text", "A post must have a text; it may be empty.")
    return fields.text(record["text"])


def _links(record: dict[str, object], data: bytes) -> Iterator[tuple[int, int, str]]:
    for item in fields.list_if_any(record.get("facets"))[:MAX_FACETS]:
        facet = fields.record_if_any(item)
        index = fields.within(facet, "index")
        start, end = index.get("byteStart"), index.get("byteEnd")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data)):
            continue
        if not (_is_boundary(data, start) and _is_boundary(data, end)):
            continue
        for feature in fields.list_if_any(facet.get("features"))[:MAX_FACETS]:
            if address := _address(fields.record_if_any(feature).get("uri")):
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
    embed = fields.within(record, "embed")
    media = fields.within(embed, "media")
    for each in (embed, media):
        if address := _address(fields.within(each, "external").get("uri")):
            return address
    return None


# Pictures


def _pictures(value: object) -> Iterator[PictureRef]:
    """Of a post's own: what it quotes is not its own. What is of a kind that we do not know is left out."""
    embed = fields.record_if_any(value)
    if _kind(embed) == "recordWithMedia#view":
        embed = fields.within(embed, "media")
    match _kind(embed):
        case "images#view":
            yield from _stills(embed.get("images"), "fullsize")
        case "gallery#view":
            yield from _stills(embed.get("items") or embed.get("media"), "fullsize")
        case "video#view":
            yield from _stills([embed], "thumbnail")


def _kind(embed: dict[str, object]) -> str:
    return fields.text(embed.get("$type")).removeprefix("app.bsky.embed.")


def _stills(value: object, key: str) -> Iterator[PictureRef]:
    for item in fields.list_if_any(value)[:MAX_PICTURES]:
        picture = fields.record_if_any(item)
        if url := _address(picture.get(key)):
            yield PictureRef(url=url, alt=fields.text(picture.get("alt"))[:MAX_ALT_CHARS])


# The rest


def _answered(record: dict[str, object]) -> PostKey | None:
    return key_of(fields.text(fields.within(record, "reply", "parent").get("uri")))


def _created(record: dict[str, object], view: dict[str, object], now_us: int) -> int:
    """As the author's app says, which may say anything; but not that it is yet to come."""
    claimed = fields.moment(record.get("createdAt"))
    return min(now_us, now_us if claimed is None else claimed, fields.moment(view.get("indexedAt")) or now_us)


def _lang(record: dict[str, object]) -> str | None:
    return next(map(fields.language, fields.list_if_any(record.get("langs"))), None)


def _address(value: object) -> str | None:
    """A web address, as `fields.address`; with a space or something invisible in it, it is none here."""
    found = fields.address(value)
    return found if found is not None and found.isprintable() and " " not in found else None


def _items(body: bytes, name: str) -> list[object]:
    found = fields.record(fields.decode(body), "$").get(name)
    if not isinstance(found, list):
        fields.unreadable(f"$.{name}", f"The answer must have a list of {name}.")
    return found
