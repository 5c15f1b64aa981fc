"""
Matrix's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Only what a wall needs is read; unknown fields mean nothing. Homeservers check signatures and rights, but not whether an
edit is its author's: we do.

Source: spec.matrix.org, client-server API v1.11 and later: /sync, /messages, instant messaging, event replacements,
rich replies, content repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from html import unescape
from urllib.parse import quote, unquote

import msgspec
import nh3

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import OWN_PICTURE, NetworkPost, PictureRef
from server.sources.html import MAX_HTML_CHARS, MAX_HTML_TAGS, html_to_text
from server.sources.tags import fold_tag, tags_in

MAX_ID_CHARS = 255
"""Of ids of users, rooms and events, as the specification has it."""

MAX_NAME_CHARS = 500
MAX_TAGS = 64
MAX_EMOJIS = 24
MAX_ALT_CHARS = 5000
MAX_TEXT_CHARS = 100_000

AVATAR = "#avatar"
"""After the address of a picture: a small one will do."""

SPOILER = "Spoiler"
"""The warning of a spoiler whose author gives no reason."""

_USER = re.compile(r"@[^:\s]{0,254}:[\w.:\[\]-]{1,253}")
_LABEL = "[A-Za-z0-9-]+"
_HOST = rf"(?=.{{1,253}}/){_LABEL}(?:\.{_LABEL})*|\[(?=[^]]*:)[0-9A-Fa-f:.]{{2,45}}\]"
_MXC = re.compile(rf"mxc://((?:{_HOST})(?::[0-9]{{1,5}})?)/([A-Za-z0-9_-]{{1,255}})")
"""It becomes a path: neither half may be one that leads up."""

_QUOTED = re.compile(r"\A(?:>[^\n]*(?:\n|\Z))+\n?")
_SPOILS = re.compile(r'<span data-mx-spoiler="([^"]*)"')
_IMAGE = re.compile(r"<img[^>]*>")
_ATTRIBUTE = re.compile(r' (src|alt)="([^"]*)"')
_SHORTCODE = re.compile(r":([A-Za-z0-9_+.-]{1,64}):")
_PILL = '<a href="https://matrix.to/#/'
_LINK = re.compile(r"(?:https?://)?matrix\.to/#/([^/?\s]+)/([^/?\s]+)(?:\?\S*)?")
_URI = re.compile(r"matrix:(roomid|r)/([^/?\s]+)/e/([^/?\s]+)(?:\?\S*)?")

_TAGS = {
    "p",
    "br",
    "a",
    "span",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "img",
}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "span": {"data-mx-spoiler"}, "img": {"src", "alt"}}
_WITHOUT_CONTENT = {"mx-reply", "script", "style", "title", "template", "noscript", "iframe", "textarea"}


class Why(StrEnum):
    """Why a message does not go on: no fault of anybody."""

    REDACTED = "redacted"
    NOTICE = "notice"
    OTHER_KIND = "other-kind"
    OTHER_TAG = "other-tag"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is politely left alone."""

    why: Why
    id: str


_READ = ("msgtype", "body", "format", "formatted_body", "filename", "url", "info", "m.relates_to")
"""Of a message's content."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something said in a room, as it reads now.

    Args:
        at_us: When it was said, UTC microseconds since 1970, as its author's server claims.
        edited_us: When it was last edited; None: never.
        content: Empty when it was taken back.
    """

    id: str
    sender: str
    at_us: int
    content: Mapping[str, object]
    edited_us: int | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says that message *target* now reads so; `apply` finds out whether they may."""

    id: str
    sender: str
    at_us: int
    target: str
    content: Mapping[str, object]


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """
    The event *target*, a message or an edit, was taken back.

    Args:
        is_sure: Its homeserver looked at who may. Else it may be somebody's own word only.
    """

    id: str
    at_us: int
    target: str
    is_sure: bool = True


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is in a room."""

    id: str
    user: str
    name: str = ""
    avatar: str | None = None
    banned: bool = False


class Encryption(msgspec.Struct, frozen=True, kw_only=True):
    """From here on the room is encrypted: we can read nothing more."""

    id: str


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """The room goes on as another one; here nobody says anything any more."""

    id: str


Seen = Message | Edit | Redaction | Member | Encryption | Upgrade | None
"""None: an event that a wall has no use for."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """
    What happened in one room.

    Args:
        events: As JSON, oldest first.
        state: Members as they were before *events*, as JSON.
        limited: There is more before *events*; *before* is where.
    """

    room: str
    events: tuple[object, ...]
    state: tuple[object, ...] = ()
    limited: bool = False
    before: str | None = None


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to `/sync`: `next` is the cursor; of rooms that invite us and that we are no longer in, the ids."""

    next: str
    rooms: tuple[News, ...]
    invites: frozenset[str]
    left: frozenset[str]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a room's past, newest first, as JSON; *end* is where the next begins, None at the room's beginning."""

    events: tuple[object, ...]
    state: tuple[object, ...]
    end: str | None


def parse_sync(answer: object) -> Sync:
    """
    Raises:
        BadInput: It has no `next_batch`.
    """
    found = fields.record(answer, "$")
    rooms = fields.within(found, "rooms")
    return Sync(
        next=fields.needed_text(found, "next_batch", "$.next_batch", 4096),
        rooms=tuple(_news(room, fields.record_if_any(told)) for room, told in _rooms(rooms, "join")),
        invites=frozenset(room for room, _ in _rooms(rooms, "invite")),
        left=frozenset(room for room, _ in _rooms(rooms, "leave")),
    )


def parse_page(answer: object) -> Page:
    """
    Raises:
        BadInput: It has no list of events.
    """
    found = fields.record(answer, "$")
    if not isinstance(found.get("chunk"), list):
        fields.unreadable("$.chunk", "A page must have a list of events.")
    return Page(
        events=tuple(fields.list_if_any(found.get("chunk"))),
        state=tuple(fields.list_if_any(found.get("state"))),
        end=fields.text(found.get("end")) or None,
    )


def parse_names(answer: object, key: str) -> frozenset[str]:
    """
    A list of words in an answer, as `joined_rooms`.

    Raises:
        BadInput: There is none.
    """
    listed = fields.record(answer, "$").get(key)
    if not isinstance(listed, list):
        fields.unreadable(f"$.{key}", f"The answer must have a list {key}.")
    return frozenset(each for each in listed if isinstance(each, str))


def parse_word(answer: object, key: str) -> str:
    """
    One word of an answer, as `room_id`.

    Raises:
        BadInput: It is not there.
    """
    return fields.needed_text(fields.record(answer, "$"), key, f"$.{key}", MAX_ID_CHARS)


def parse_room_id(answer: object) -> str:
    """
    The `room_id` of an answer.

    Raises:
        BadInput: It is none.
    """
    room = parse_word(answer, "room_id")
    if not room.startswith("!") or not room.isprintable():
        fields.unreadable("$.room_id", "A room must have an id, as !hall:example.org.")
    return room


def parse_complaint(body: bytes) -> tuple[str, float | None]:
    """The `errcode` of an answer that says no, and after how many seconds we may come back. Never raises."""
    try:
        found = fields.record_if_any(fields.decode(body))
    except BadInput:
        return "", None
    wait_ms = found.get("retry_after_ms")
    known = isinstance(wait_ms, int) and not isinstance(wait_ms, bool) and 0 <= wait_ms < 10**9
    return fields.text(found.get("errcode"))[:100], wait_ms / 1000 if known and isinstance(wait_ms, int) else None


def event_id(event: object) -> str:
    """
    Raises:
        BadInput: It has none.
    """
    return _event_id(fields.record(event, "$").get("event_id"), "$.event_id")


def parse_event(event: object, *, as_said: bool = False) -> Seen:
    """
    One event of a room.

    Args:
        as_said: Read a message as it was said first; else, where its homeserver brings its newest edit along, as that.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    found = fields.record(event, "$")
    id_ = event_id(found)
    key = found.get("state_key")
    match found.get("type"):
        case "m.room.message" if key is None:
            return _message_or_edit({**found, "unsigned": None} if as_said else found, id_)
        case "m.room.redaction":
            content = fields.within(found, "content")
            # Rooms older than version 11 have it at the top, where the homeserver looks at who may; in newer ones a
            # homeserver puts a copy there. What is only in the content of an old room is somebody's own word.
            target = found.get("redacts", content.get("redacts"))
            target_id = _event_id(target, "$.redacts")
            return Redaction(id=id_, at_us=_moment(found), target=target_id, is_sure="redacts" in found)
        case "m.room.member" if key is not None:
            return _member(found, id_)
        # Under another key, or none, it says nothing of the room: people may be allowed to send that.
        case "m.room.encryption" if key == "":
            return Encryption(id=id_)
        case "m.room.tombstone" if key == "":
            return Upgrade(id=id_)
        case _:
            return None


def parse_member(content: object, user: str) -> Member:
    """Who *user* is, by the content of the event that says so."""
    return _member({"content": content, "state_key": user}, "")


def apply(message: Message, edit: Edit) -> Message | None:
    """
    *message* as *edit* says; None when it may not, or something newer was applied already.

    Source: spec.matrix.org, event replacements, "validity of replacement events".
    """
    if edit.sender != message.sender or edit.target != message.id or edit.at_us <= (message.edited_us or 0):
        return None
    # Whom it answers can't be edited: that stays as it was said.
    content = {key: value for key, value in edit.content.items() if key != "m.relates_to"}
    if "m.relates_to" in message.content:
        content["m.relates_to"] = message.content["m.relates_to"]
    return msgspec.structs.replace(message, content=content, edited_us=edit.at_us)


def parse_message(
    message: Message, *, room: str, member: Member | None, tags: frozenset[str], now_us: int
) -> NetworkPost | Dropped:
    """
    A post, or why it is left alone.

    Args:
        member: Its author; None when their server did not tell.
        tags: Folded; the message must have one of them. Empty: any message will do.
        now_us: UTC microseconds since 1970.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    content = message.content
    if not content:
        return Dropped(why=Why.REDACTED, id=message.id)
    media: tuple[PictureRef, ...] = ()
    name = (member.name if member else "") or localpart(message.sender)
    match content.get("msgtype"):
        case "m.text":
            said = _said(content)
        case "m.emote":
            said = _said(content)
            said = msgspec.structs.replace(said, text=f"* {name} {said.text}")
        case "m.image" | "m.video":
            said = _said(content) if _has_caption(content) else _Said(text="")
            media = tuple(_pictures(content, alt=said.text))
        case "m.audio" | "m.file" if _has_caption(content):
            said = _said(content)
        case "m.notice":
            return Dropped(why=Why.NOTICE, id=message.id)
        case _:
            return Dropped(why=Why.OTHER_KIND, id=message.id)
    names = tags_in(said.text)[:MAX_TAGS]
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, id=message.id)
    if not said.text and not media:
        return Dropped(why=Why.OTHER_KIND, id=message.id)
    answered = _answered(content)
    return NetworkPost(
        native_id=native_id(room, message.id),
        uri=uri(room, message.id),
        permalink=f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(message.id, safe='$:')}{_via(message.sender)}",
        author_id=message.sender,
        name=name,
        handle=message.sender,
        avatar_url=member.avatar if member else None,
        text=said.text,
        warning=said.warning,
        sensitive=bool(said.warning),
        reply=answered is not None,
        reply_to=native_id(room, answered) if answered else None,
        created=min(message.at_us, now_us),
        edited=None if message.edited_us is None else min(message.edited_us, now_us),
        media=media,
        emojis=said.emojis[:MAX_EMOJIS],
        tags=names,
    )


def native_id(room: str, event: str) -> str:
    """What we call an event: where it is, and which."""
    return f"{room}/{event}"


def parse_native_id(native: str) -> tuple[str, str]:
    """The room and the event of a `native_id`."""
    room, _, event = native.partition("/$")
    return room, f"${event}"


def uri(room: str, event: str) -> str:
    """An event's address in the scheme of Matrix's own, which is the same from every server."""
    return f"matrix:roomid/{quote(room[1:], safe=':')}/e/{quote(event[1:], safe=':')}"


def parse_address(address: str) -> tuple[str, str] | None:
    """
    The room, by its id or alias, and the event that an address leads to; None when it leads to no event.

    Source: spec.matrix.org, appendices, matrix.to navigation and the `matrix:` scheme.
    """
    if found := _LINK.fullmatch(address.strip()):
        room, event = unquote(found[1]), unquote(found[2])
    elif found := _URI.fullmatch(address.strip()):
        room = ("!" if found[1] == "roomid" else "#") + unquote(found[2])
        event = f"${unquote(found[3])}"
    else:
        return None
    named = room[:1] in {"!", "#"} and len(room) <= MAX_ID_CHARS and room.isprintable()
    is_event = event.startswith("$") and 2 <= len(event) <= MAX_ID_CHARS and event.isprintable()
    return (room, event) if named and is_event else None


def localpart(user: str) -> str:
    """The `anna` of `@anna:example.org`."""
    return user[1:].partition(":")[0] or user


def parse_picture(address: str) -> tuple[str, str, bool] | None:
    """The server and id of a picture's address as `parse_message` gives it, and whether a small one will do."""
    bare = address.removeprefix(OWN_PICTURE)
    found = _MXC.fullmatch(bare.removesuffix(AVATAR))
    return (found[1], found[2], bare.endswith(AVATAR)) if found and bare != address else None


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    warning: str = ""
    emojis: tuple[tuple[str, str], ...] = ()


def _said(content: Mapping[str, object]) -> _Said:
    """The words. The formatted form is read where there is one: only that tells spoilers from other words."""
    body = content.get("body")
    if not isinstance(body, str):
        fields.unreadable("$.content.body", "A message must have a body.")
    formatted = content.get("formatted_body")
    if content.get("format") == "org.matrix.custom.html" and isinstance(formatted, str) and _is_modest(formatted):
        return _formatted(fields.text(formatted))
    text = fields.text(body)[:MAX_TEXT_CHARS]
    return _Said(text=(_QUOTED.sub("", text) if _answered(content) else text).strip())


def _is_modest(html: str) -> bool:
    return 0 < len(html) <= MAX_HTML_CHARS and html.count("<") <= MAX_HTML_TAGS


def _formatted(html: str) -> _Said:
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_WITHOUT_CONTENT,
        url_schemes={"http", "https", "mxc"},
        link_rel=None,
    )
    reasons = [unescape(reason).strip() for reason in _SPOILS.findall(clean)]
    emojis = dict(_emojis(clean))
    clean = _IMAGE.sub(lambda found: _attributes(found[0]).get("alt", ""), clean)
    clean = clean.replace(_PILL, f'<a class="mention" {_PILL[3:]}')
    return _Said(
        text=html_to_text(clean),
        warning=next(filter(None, reasons), SPOILER)[:MAX_NAME_CHARS] if reasons else "",
        emojis=tuple(emojis.items()),
    )


def _emojis(html: str) -> Iterator[tuple[str, str]]:
    """Pictures in the text whose alternative is a shortcode, as clients write them."""
    for image in _IMAGE.findall(html):
        found = _attributes(image)
        name, url = _SHORTCODE.fullmatch(unescape(found.get("alt", ""))), _picture(unescape(found.get("src", "")))
        if name and url:
            yield name[1], url


def _attributes(image: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(image))


def _has_caption(content: Mapping[str, object]) -> bool:
    """Since version 1.10 the body of a file is its caption, where its name is told apart."""
    name = content.get("filename")
    return isinstance(name, str) and bool(name) and name != content.get("body")


def _pictures(content: Mapping[str, object], *, alt: str) -> Iterator[PictureRef]:
    """The picture, or the still of what moves."""
    info = fields.within(content, "info")
    moves = content.get("msgtype") == "m.video"
    size = fields.within(info, "thumbnail_info") if moves else info
    if url := _picture(info.get("thumbnail_url") if moves else content.get("url")):
        yield PictureRef(
            url=url, alt=alt[:MAX_ALT_CHARS], width=fields.pixels(size.get("w")), height=fields.pixels(size.get("h"))
        )


def _picture(address: object) -> str | None:
    text = fields.text(address)
    return f"{OWN_PICTURE}{text}" if _MXC.fullmatch(text) else None


def _message_or_edit(found: dict[str, object], id_: str) -> Message | Edit:
    content, sender, at_us = fields.within(found, "content"), _sender(found), _moment(found)
    relation = fields.within(content, "m.relates_to")
    if relation.get("rel_type") == "m.replace":
        new = fields.record(content.get("m.new_content"), "$.content.m.new_content")
        target = _event_id(relation.get("event_id"), "$.content.m.relates_to.event_id")
        return Edit(id=id_, sender=sender, at_us=at_us, target=target, content=_kept(new))
    unsigned = fields.within(found, "unsigned")
    if "redacted_because" in unsigned:
        content = {}
    message = Message(id=id_, sender=sender, at_us=at_us, content=_kept(content))
    newest = _bundled(unsigned)
    return (apply(message, newest) if newest else None) or message


def _bundled(unsigned: dict[str, object]) -> Edit | None:
    """The newest edit, where the homeserver brings it along whole."""
    replace = fields.within(unsigned, "m.relations", "m.replace")
    try:
        edit = _message_or_edit({**replace, "unsigned": None}, event_id(replace))
    except BadInput:
        return None
    return edit if isinstance(edit, Edit) else None


def _member(found: dict[str, object], id_: str) -> Member:
    content = fields.within(found, "content")
    avatar = _picture(content.get("avatar_url"))
    return Member(
        id=id_,
        user=_user(found.get("state_key"), "$.state_key"),
        name=fields.text(content.get("displayname")).strip()[:MAX_NAME_CHARS],
        avatar=f"{avatar}{AVATAR}" if avatar else None,
        banned=content.get("membership") == "ban",
    )


def _answered(content: Mapping[str, object]) -> str | None:
    """Which message it answers: in a thread the one that began it, unless it answers another by name."""
    relation = fields.within(content, "m.relates_to")
    reply = fields.within(relation, "m.in_reply_to").get("event_id")
    threaded = relation.get("rel_type") == "m.thread"
    if threaded and (relation.get("is_falling_back") is True or not reply):
        reply = relation.get("event_id")
    try:
        return _event_id(reply, "$.content.m.relates_to")
    except BadInput:
        return None


def _rooms(rooms: dict[str, object], how: str) -> Iterator[tuple[str, object]]:
    for room, told in fields.within(rooms, how).items():
        if room.startswith("!") and len(room) <= MAX_ID_CHARS:
            yield room, told


def _news(room: str, told: dict[str, object]) -> News:
    timeline = fields.within(told, "timeline")
    return News(
        room=room,
        events=tuple(fields.list_if_any(timeline.get("events"))),
        state=tuple(fields.list_if_any(fields.within(told, "state").get("events"))),
        limited=timeline.get("limited") is True,
        before=fields.text(timeline.get("prev_batch")) or None,
    )


def _via(user: str) -> str:
    """A server that has the room, for whoever follows the link."""
    return f"?via={quote(user.partition(':')[2], safe=':')}"


def _sender(found: dict[str, object]) -> str:
    return _user(found.get("sender"), "$.sender")


def _user(value: object, field: str) -> str:
    text = fields.text(value)
    if len(text) > MAX_ID_CHARS or not _USER.fullmatch(text) or not text.isprintable():
        fields.unreadable(field, f"{field} must be a user, as @anna:example.org.")
    return text


def _event_id(value: object, field: str) -> str:
    text = fields.text(value)
    if not text.startswith("$") or not 2 <= len(text) <= MAX_ID_CHARS or not text.isprintable():
        fields.unreadable(field, f"{field} must be the id of an event.")
    return text


def _moment(found: dict[str, object]) -> int:
    at_ms = found.get("origin_server_ts")
    if not isinstance(at_ms, int) or isinstance(at_ms, bool) or not 0 <= at_ms < 2**53:
        fields.unreadable("$.origin_server_ts", "A moment must be in milliseconds since 1970.")
    return at_ms * 1000


def _kept(content: Mapping[str, object]) -> dict[str, object]:
    """What is read of a message, and no more: what else somebody puts there may be large, and is remembered."""
    kept: dict[str, object] = {}
    for key in _READ:
        value = content.get(key)
        if isinstance(value, dict):
            inner: dict[str, object] = _plain_values(value)
            if isinstance(still := value.get("thumbnail_info"), dict):
                inner["thumbnail_info"] = _plain_values(still)
            answered = fields.within(value, "m.in_reply_to").get("event_id")
            kept[key] = {**inner, "m.in_reply_to": {"event_id": answered}} if isinstance(answered, str) else inner
        elif isinstance(value, str):
            kept[key] = value
        elif key in content:
            kept[key] = None
    return kept or ({"msgtype": None} if content else {})


def _plain_values(found: Mapping[str, object]) -> dict[str, object]:
    return {name: each for name, each in found.items() if isinstance(each, str | int | float)}
