"""
Nostr's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

A relay may say anything, so nothing is believed before `is_genuine`: an event's id is the hash of what it says, and its
signature is the author's over that id.

Source: nostr-protocol/nips 01 (events, messages), 09 (deletion), 10 (replies), 24 (profiles, `t`), 32 (language),
36 (content warning), 40 (expiration), 42 (`auth-required`), 62 (vanish), 92 (`imeta`); BIP 340.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

import coincurve
import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import NetworkPost, PictureRef
from server.sources.nostr import names
from server.sources.tags import fold_tag

NOTE, PROFILE, DELETION, VANISH = 1, 0, 5, 62

MAX_CONTENT_CHARS = 20_000
"""Of a note for a wall; longer pieces have another kind."""

MAX_TAGS = 64
MAX_TAG_CHARS = 200
MAX_EVENT_TAGS = 2500
MAX_EVENT_TAGS_CHARS = 65_536
"""Of all values of all tags of one event."""

MAX_DESCRIBED = 64
MAX_PICTURES = 8
MAX_NAME_CHARS = 500
MAX_ALT_CHARS = 5000
MAX_WORDS_CHARS = 200
MAX_WARNING_CHARS = 500
AHEAD_S = 900
"""A note from further in the future is no note from now: no clock is that wrong."""

_HEX = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_PICTURE_END = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?.*)?", re.IGNORECASE)
_SIZE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")
_LANG = re.compile(r"[a-z]{2}")
_REASON = re.compile(r"([a-z-]{1,30}):\s*")

# What must be escaped in the text that is hashed; all else stands there as it is.
_ESCAPED = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})


class NostrEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody published. *created_at* is seconds since 1970, as its author claims."""

    id: str
    pubkey: str
    created_at: int
    kind: int
    tags: tuple[tuple[str, ...], ...]
    content: str
    sig: str

    @property
    def size_chars(self) -> int:
        """About how much of it there is."""
        return len(self.content) + sum(len(value) for tag in self.tags for value in tag)

    def values(self, name: str) -> Iterator[str]:
        """The first value of every tag of this name."""
        return (tag[1] for tag in self.tags if tag[0] == name and len(tag) > 1)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What an author says of themselves; *at* is when, seconds since 1970."""

    at: int = 0
    name: str = ""
    picture: str | None = None
    bot: bool = False


class Why(StrEnum):
    """Why a note does not go on: no fault of anybody."""

    OTHER_TAG = "other-tag"
    EXPIRED = "expired"
    EARLY = "early"
    FUTURE = "future"
    EMPTY = "empty"
    TOO_LONG = "too-long"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A note that is politely left alone."""

    why: Why


# What a relay says


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """An event for a subscription, as JSON."""

    subscription: str
    event: object


class EndOfStored(msgspec.Struct, frozen=True, kw_only=True):
    """What the relay had, it has sent; from here on it is live."""

    subscription: str


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """The relay ends a subscription. *reason* is a word that machines understand, as `auth-required`, or empty."""

    subscription: str
    reason: str
    words: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The relay has something to say to people."""

    words: str


Message = Published | EndOfStored | Closed | Notice | None
"""None: something that a listener has no use for."""


def parse_message(data: str | bytes) -> Message:
    """
    One message of a relay.

    Raises:
        BadInput: It cannot be read.
    """
    if isinstance(data, bytes):
        fields.unreadable("$", "A relay speaks in text frames.")
    match fields.decode(data):
        case ["EVENT", str(subscription), event]:
            return Published(subscription=subscription, event=event)
        case ["EOSE", str(subscription), *_]:
            return EndOfStored(subscription=subscription)
        case ["CLOSED", str(subscription), *words]:
            reason, text = _told(words)
            return Closed(subscription=subscription, reason=reason, words=text)
        case ["NOTICE", *words]:
            return Notice(words=_told(words)[1])
        case [str(kind), *_] if kind not in {"EVENT", "EOSE", "CLOSED"}:
            return None
        case _:
            fields.unreadable("$", "A message must be a list that begins with its kind.")


def parse_event(value: object) -> NostrEvent:
    """
    An event; whether it is genuine is another question.

    Raises:
        BadInput: Something is missing or of another kind; `field` says what.
    """
    if not isinstance(value, dict):
        fields.unreadable("$", "An event must be a record.")
    return NostrEvent(
        id=_matched(value, "id", _HEX),
        pubkey=_matched(value, "pubkey", _HEX),
        created_at=_whole(value, "created_at", 1 << 40),
        kind=_whole(value, "kind", 1 << 16),
        tags=tuple(_event_tags(value.get("tags"))),
        content=_text(value.get("content"), "$.content"),
        sig=_matched(value, "sig", _SIGNATURE),
    )


# Is it true?


def is_genuine(event: NostrEvent) -> bool:
    """Whether its author published exactly this."""
    return has_own_id(event) and is_signed(event)


def has_own_id(event: NostrEvent) -> bool:
    """
    Whether its id is the hash of what it says.

    NIP-01 wants rare control characters in the hashed text as they are; most programs write them as JSON does. Each
    form names one event only, so either will do.
    """
    said: list[object] = [0, event.pubkey, event.created_at, event.kind, event.tags, event.content]
    if event.id == _hash(_canonical(said)):
        return True
    return event.id == _hash(json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def is_signed(event: NostrEvent) -> bool:
    """Whether its author signed its id."""
    try:
        key = coincurve.PublicKeyXOnly(bytes.fromhex(event.pubkey))
    except ValueError:  # Half of all numbers are on the curve.
        return False
    return key.verify(bytes.fromhex(event.sig), bytes.fromhex(event.id))


def _canonical(value: object) -> str:
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPED)}"'
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_canonical, value))}]"
    return str(value)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# What it means


def native_id(pubkey: str, event_id: str) -> str:
    """A note's name here. Its author is part of it: so a deletion can only ever name what is its own author's."""
    return f"{pubkey}/{event_id}"


def key_named(native_id: str) -> str | None:
    """Whose note it is, by the name that it has here; None for another name."""
    pubkey, _, event_id = native_id.partition("/")
    return pubkey if _HEX.fullmatch(pubkey) and _HEX.fullmatch(event_id) else None


def pubkey_of(post: NetworkPost) -> str:
    """Whose note it is."""
    return post.native_id.partition("/")[0]


def author_id(pubkey: str) -> str:
    """An author's identity."""
    return f"nostr:{names.written('npub', pubkey)}"


def parse_note(event: NostrEvent, *, tags: frozenset[str], since_s: int, now_us: int) -> NetworkPost | Dropped:
    """
    A note, still without its author's name, or why it is left alone.

    Args:
        tags: Folded; a note must have one of them. Empty: any note will do.
        since_s: Seconds since 1970; older ones are left alone.
        now_us: UTC microseconds since 1970.
    """
    short = (tag for tag in event.values("t") if 0 < len(tag) <= MAX_TAG_CHARS)
    carried = tuple(dict.fromkeys(tag.lstrip("#＃") for tag in short))[:MAX_TAGS]
    expires = expires_at(event)
    if why := _why_not(event, carried, tags, expires, since_s, now_us):
        return Dropped(why=why)
    npub = names.written("npub", event.pubkey)
    answered = _answered(event)
    warnings = [tag for tag in event.tags if tag[0] == "content-warning"]
    return NetworkPost(
        native_id=native_id(event.pubkey, event.id),
        uri=f"nostr:{names.written('note', event.id)}",
        author_id=author_id(event.pubkey),
        handle=f"{npub[:12]}…{npub[-6:]}",
        text=event.content,
        lang=_lang(event),
        warning=next((tag[1] for tag in warnings if len(tag) > 1), "")[:MAX_WARNING_CHARS],
        sensitive=bool(warnings),
        reply=answered is not None,
        reply_to=native_id(answered[4], answered[1]) if answered and len(answered) > 4 else None,
        created=min(event.created_at * 1_000_000, now_us),
        expires=expires,
        media=tuple(_pictures(event))[:MAX_PICTURES],
        tags=carried,
    )


def parse_profile(event: NostrEvent) -> Profile:
    """What an author says of themselves; what cannot be read is left out."""
    try:
        found = fields.decode(event.content)
    except BadInput:
        found = None
    said = found if isinstance(found, dict) else {}
    told = [said.get(key) for key in ("display_name", "displayName", "name")]
    name = next((text for each in told if isinstance(each, str) and (text := _clean(each).strip())), "")
    return Profile(
        at=event.created_at,
        name=name[:MAX_NAME_CHARS],
        picture=fields.address(said.get("picture")),
        bot=said.get("bot") is True,
    )


def named(post: NetworkPost, profile: Profile) -> NetworkPost:
    """The note with what its author says of themselves."""
    return msgspec.structs.replace(post, name=profile.name or post.handle, avatar_url=profile.picture, bot=profile.bot)


def parse_deletion(event: NostrEvent) -> tuple[str, ...]:
    """The notes that their author wants gone, by native id. What is not theirs has another name here."""
    ids = (value for value in event.values("e") if _HEX.fullmatch(value))
    return tuple(dict.fromkeys(native_id(event.pubkey, each) for each in ids))


def is_for_everybody(event: NostrEvent) -> bool:
    """Whether a wish to vanish is for all relays, and so for us."""
    return "ALL_RELAYS" in event.values("relay")


def _why_not(
    event: NostrEvent, carried: tuple[str, ...], tags: frozenset[str], expires: int | None, since_s: int, now_us: int
) -> Why | None:
    if tags and tags.isdisjoint(map(fold_tag, carried)):
        return Why.OTHER_TAG
    if event.created_at < since_s:
        return Why.EARLY
    if event.created_at > now_us // 1_000_000 + AHEAD_S:
        return Why.FUTURE
    if expires is not None and expires <= now_us:
        return Why.EXPIRED
    if not event.content.strip():
        return Why.EMPTY
    return Why.TOO_LONG if len(event.content) > MAX_CONTENT_CHARS else None


def expires_at(event: NostrEvent) -> int | None:
    """When its author lets it disappear, UTC microseconds since 1970; None for never."""
    told = next(event.values("expiration"), "")
    return int(told) * 1_000_000 if told.isascii() and told.isdecimal() and len(told) <= 11 else None


def _answered(event: NostrEvent) -> tuple[str, ...] | None:
    """The tag of the note that this one answers: the marked one, else the last that is not marked as something else."""
    found = [tag for tag in event.tags if tag[0] == "e" and len(tag) > 1 and _HEX.fullmatch(tag[1])]
    marked = {tag[3]: tag for tag in found if len(tag) > 3 and tag[3]}
    plain = [tag for tag in found if len(tag) < 4 or not tag[3]]
    chosen = marked.get("reply") or marked.get("root") or (plain[-1] if plain else None)
    if chosen is None:
        return None
    return chosen if len(chosen) > 4 and _HEX.fullmatch(chosen[4]) else chosen[:4]


def _lang(event: NostrEvent) -> str | None:
    labels = (tag[1] for tag in event.tags if tag[0] == "l" and tag[2:3] == ("ISO-639-1",))
    return next((label for label in labels if _LANG.fullmatch(label)), None)


def _pictures(event: NostrEvent) -> Iterator[PictureRef]:
    """Pictures are addresses in the text; some have a tag that tells more of them."""
    told = dict(islice(_described(event), MAX_DESCRIBED))
    shown = (url for link in _LINK.findall(event.content) if (url := _picture_in(link)))
    for url in dict.fromkeys((*shown, *told)):
        if url in event.content and fields.address(url):
            yield told.get(url, PictureRef(url=url))


def _picture_in(link: str) -> str | None:
    """The part of *link* that ends as the address of a picture does, and whatever follows on a question mark."""
    ends = [found.end() for found in _PICTURE_END.finditer(link)]
    return link[: ends[-1]] if ends else None


def _described(event: NostrEvent) -> Iterator[tuple[str, PictureRef]]:
    for tag in event.tags:
        facts = dict(fact.partition(" ")[::2] for fact in tag[1:]) if tag[0] == "imeta" else {}
        url, kind = facts.get("url", ""), facts.get("m", "")
        if url and (kind.startswith("image/") or (not kind and _picture_in(url) == url)):
            size = _SIZE.fullmatch(facts.get("dim", ""))
            width, height = (int(size[1]) or None, int(size[2]) or None) if size else (None, None)
            yield url, PictureRef(url=url, alt=facts.get("alt", "")[:MAX_ALT_CHARS], width=width, height=height)


# Small things


def _told(words: list[object]) -> tuple[str, str]:
    """The word for machines before the colon, and the whole for people."""
    text = _clean(words[0])[:MAX_WORDS_CHARS] if words and isinstance(words[0], str) else ""
    reason = _REASON.match(text)
    return (reason[1] if reason else ""), text


def _event_tags(value: object) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, list) or len(value) > MAX_EVENT_TAGS:
        fields.unreadable("$.tags", f"Tags must be a list of at most {MAX_EVENT_TAGS}.")
    chars = 0
    for each in value:
        if not isinstance(each, list) or not each:
            fields.unreadable("$.tags", "A tag must be a list that begins with its name.")
        tag = tuple(_text(part, "$.tags") for part in each)
        chars += sum(map(len, tag))
        if chars > MAX_EVENT_TAGS_CHARS:
            fields.unreadable("$.tags", f"Tags must have at most {MAX_EVENT_TAGS_CHARS} characters together.")
        yield tag


def _text(value: object, field: str) -> str:
    """Half a character cannot be hashed, and so not be signed."""
    if not isinstance(value, str) or _clean(value) != value:
        fields.unreadable(field, f"{field} must be text.")
    return value


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _matched(found: dict[str, object], key: str, form: re.Pattern[str]) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not form.fullmatch(value):
        fields.unreadable(f"$.{key}", f"$.{key} must be small hexadecimal digits.")
    return value


def _whole(found: dict[str, object], key: str, below: int) -> int:
    value = found.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        fields.unreadable(f"$.{key}", f"$.{key} must be a whole number below {below}.")
    return value
