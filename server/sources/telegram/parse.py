"""
Telegram's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Only what a wall needs is read; unknown fields mean nothing.

Source: core.telegram.org/bots/api (Update, Message, MessageEntity, PhotoSize, Chat, User, ResponseParameters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import TypeGuard

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import MAX_PICTURE_BYTES, OWN_PICTURE, NetworkPost, PictureRef
from server.sources.tags import tags_in

MAX_NAME_CHARS = 500
MAX_TAGS = 64
MAX_ENTITIES = 500
MAX_FILE_ID_CHARS = 300

SPOILER = "Spoiler"
"""The warning of a text that its author hid; Telegram has no words of the author's own for it."""

AVATAR = f"{OWN_PICTURE}avatar/"
FILE = f"{OWN_PICTURE}file/"

AVATAR_PIXELS = 160

_MESSAGES = ("message", "channel_post")
_EDITED = ("edited_message", "edited_channel_post")
_MOVING = ("video", "animation", "video_note", "document")
_FORWARDED = ("forward_origin", "forward_date", "forward_from", "forward_from_chat")
_DELETE = frozenset({"verwijder", "delete"})
_STOP = frozenset({"stop"})
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w{1,32}))?(?:\s|$)")
_USERNAME = re.compile(r"\w{1,40}", re.ASCII)
_FILE_ID = re.compile(r"[\w-]+", re.ASCII)
_FILE_PATH = re.compile(r"(?!.*\.\.)\w[\w./-]{0,300}", re.ASCII)
_LINKED = re.compile(r"https?://")
_ADDRESS = re.compile(r"(?:https?://)?(?:t|telegram)\.me/\S+|https?://web\.telegram\.org/\S*|tg://\S+", re.IGNORECASE)


class Why(StrEnum):
    """Why a message does not go on: no fault of anybody."""

    OTHER_CHAT = "other-chat"
    FORWARD = "forward"
    BOT = "bot"
    EMPTY = "empty"
    OTHER_COMMAND = "other-command"
    NOT_THEIRS = "not-theirs"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is politely left alone."""

    why: Why


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody said something, for the first time or anew.

    Args:
        message: Its number in its chat.
        in_album: It is one picture of the post, which has others.
    """

    post: NetworkPost
    message: int
    in_album: bool


class TakeBack(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody wants a message of theirs off the screens.

    Args:
        native_id: Which: theirs for sure. None: their last.
        chat: Their last one here; None: wherever.
    """

    author_id: str
    native_id: str | None
    chat: int | None


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants everything of theirs off the screens, and nothing on them from now on."""

    author_id: str


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A group goes on under another id."""

    chat: int


Meaning = Said | TakeBack | Leave | Moved | Dropped


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who listens, and to what.

    Args:
        bot: The user name of our bot, without @: a command for another bot has its name behind it.
        chats: Ids as text, and user names in small letters.
    """

    bot: str
    chats: frozenset[str]


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened; *message* as JSON, None where it is of a kind that we did not ask for."""

    id: int
    message: object = None
    edited: bool = False


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a method of the Bot API answers; *words* are meant for people who write bots."""

    ok: bool
    result: object = None
    words: str = ""
    wait_s: float | None = None


class Bot(msgspec.Struct, frozen=True, kw_only=True):
    """
    What our bot is.

    Args:
        reads_all: In groups where it is no administrator too: its privacy mode is off.
    """

    id: int
    username: str
    reads_all: bool


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """A group or channel."""

    id: int
    title: str
    is_channel: bool
    photo: str | None = None


def parse_reply(answer: object) -> Reply:
    """
    Raises:
        BadInput: It is no answer of the Bot API.
    """
    found = fields.record(answer, "$")
    if not isinstance(ok := found.get("ok"), bool):
        fields.unreadable("$.ok", "An answer must say whether it is ok.")
    wait_s = fields.within(found, "parameters").get("retry_after")
    return Reply(
        ok=ok,
        result=found.get("result"),
        words=fields.text(found.get("description"))[:200],
        wait_s=float(wait_s) if _is_number(wait_s) and 0 <= wait_s <= 86_400 else None,
    )


def parse_updates(result: object) -> tuple[Update | BadInput, ...]:
    """
    What happened, oldest first; what cannot be read of it is the error that says why.

    Raises:
        BadInput: It is no list.
    """
    if not isinstance(result, list):
        fields.unreadable("$.result", "Updates must be a list.")
    return tuple(map(_update, result))


def parse_bot(result: object) -> Bot:
    """
    Raises:
        BadInput: It is no bot.
    """
    found = fields.record(result, "$.result")
    return Bot(
        id=_whole(found, "id", "$.result"),
        username=_username(found),
        reads_all=found.get("can_read_all_group_messages") is True,
    )


def parse_chat(result: object) -> Chat:
    """
    Raises:
        BadInput: It is no chat.
    """
    found = fields.record(result, "$.result")
    photo = fields.text(fields.within(found, "photo").get("small_file_id"))
    return Chat(
        id=_whole(found, "id", "$.result"),
        title=fields.text(found.get("title"))[:MAX_NAME_CHARS],
        is_channel=found.get("type") == "channel",
        photo=photo if is_file_id(photo) else None,
    )


def parse_membership(result: object) -> str:
    """What our bot is in a chat, as `administrator`, `member`, `left`; empty when it is not said."""
    return fields.text(fields.record_if_any(result).get("status"))


def parse_profile_photo(result: object) -> str | None:
    """The file of somebody's newest profile photo, the smallest that is good enough for a screen."""
    photos = fields.record_if_any(result).get("photos")
    newest = photos[0] if isinstance(photos, list) and photos else None
    sizes = sorted(_sizes(newest), key=lambda size: size.width or 0)
    chosen = next((size for size in sizes if (size.width or 0) >= AVATAR_PIXELS), sizes[-1] if sizes else None)
    return chosen.url.removeprefix(FILE) if chosen else None


def parse_file_path(result: object) -> str:
    """
    Where a file can be fetched.

    Raises:
        BadInput: It is not said, or no plain path.
    """
    path = fields.text(fields.record(result, "$.result").get("file_path"))
    if not _FILE_PATH.fullmatch(path):
        fields.unreadable("$.result.file_path", "A file must have a plain path.")
    return path


def is_address(address: str) -> bool:
    """Whether *address* is one of Telegram."""
    return _ADDRESS.fullmatch(address.strip()) is not None


def is_file_id(text: str) -> bool:
    """Whether *text* can be the id of a file."""
    return len(text) <= MAX_FILE_ID_CHARS and _FILE_ID.fullmatch(text) is not None


def parse_place(message: object) -> tuple[str, int] | None:
    """The name, in small letters, and the id of the group or channel of a message; None where it has no name."""
    chat = fields.within(message, "chat")
    name, id_ = _username(chat).lower(), chat.get("id")
    return (name, id_) if name and fields.is_whole(id_) and chat.get("type") != "private" else None


def parse_message(message: object, *, listening: Listening, now_us: int, edited: bool = False) -> Meaning:
    """
    What a message means for a wall.

    Args:
        message: One Message, decoded.
        now_us: UTC microseconds since 1970.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    found = fields.record(message, "$")
    chat = fields.record(found.get("chat"), "$.chat")
    chat_id = _whole(chat, "id", "$.chat")
    is_private = chat.get("type") == "private"  # Never ours: a person may take the name that a group had.
    is_ours = not is_private and not listening.chats.isdisjoint({str(chat_id), _username(chat).lower()})
    author = _author(found, chat)
    text, entities = _written(found)
    if (is_ours or is_private) and (command := _COMMAND.match(text)):
        about = found if edited else _answered(found)
        return _commanded(command, author, about, listening, chat=None if is_private else chat_id)
    if not is_ours:
        return Dropped(why=Why.OTHER_CHAT)
    if (moved_to := found.get("migrate_to_chat_id")) is not None and fields.is_whole(moved_to):
        return Moved(chat=moved_to)
    if why := _why_not(found, author):
        return Dropped(why=why)
    pictures = tuple(_pictures(found))
    if not text.strip() and not pictures:
        return Dropped(why=Why.EMPTY)
    native = _native_id(found, chat_id)
    message_id = _whole(found, "message_id", "$")
    answered = _answered(found)
    hidden = any(entity.kind == "spoiler" for entity in entities)
    covered = found.get("has_media_spoiler") is True
    post = NetworkPost(
        native_id=native,
        uri=f"telegram:{native}",
        permalink=_permalink(chat, chat_id, message_id),
        author_id=author_id(_whole(author, "id", "$.from")),
        name=_name(author),
        handle=f"@{username}" if (username := _username(author)) else "",
        avatar_url=f"{AVATAR}{author['id']}",
        text=written_out(text, entities),
        warning=SPOILER if hidden or covered else "",
        sensitive=covered,
        reply=answered is not None or "external_reply" in found,
        reply_to=_native_id(answered, chat_id)
        if answered is not None and fields.is_whole(answered.get("message_id"))
        else None,
        created=min(_moment(found, "date"), now_us),
        edited=min(_moment(found, "edit_date"), now_us) if "edit_date" in found else None,
        media=pictures,
        tags=_tags(text, entities),
    )
    return Said(post=post, message=message_id, in_album=bool(_album(found)))


def merged(parts: Sequence[NetworkPost]) -> NetworkPost:
    """One post of the pictures of an album, in their order; its words are mostly with the first."""
    first = parts[0]
    return msgspec.structs.replace(
        first,
        text="\n\n".join(part.text for part in parts if part.text),
        warning=max(part.warning for part in parts),
        sensitive=any(part.sensitive for part in parts),
        edited=max((part.edited for part in parts if part.edited is not None), default=None),
        media=tuple(chain.from_iterable(part.media for part in parts)),
        tags=tuple(dict.fromkeys(chain.from_iterable(part.tags for part in parts))),
    )


def author_id(id_: int) -> str:
    """A person (above 0), group or channel (below 0), the same in every chat."""
    return f"telegram:{id_}"


# Text


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text that is more than text. *start* and *end* count UTF-16 code units, as Telegram does."""

    kind: str
    start: int
    end: int
    url: str = ""


def written_out(text: str, entities: Iterable[Entity]) -> str:
    """
    *text* with the address of each link that hides behind words, in brackets after them.

    Words that are (part of) the address become the address.
    """
    units = text.encode("utf-16-le", "replace")
    pieces: list[str] = []
    done = 0
    for link in sorted((each for each in entities if each.kind == "text_link"), key=lambda each: each.start):
        if link.start < done or not _LINKED.match(link.url):
            continue
        words = _units(units, link.start, link.end)
        pieces.append(_units(units, done, link.start))
        pieces.append(link.url if _says(words, link.url) else f"{words} ({link.url})")
        done = link.end
    return "".join(pieces) + _units(units, done, len(units) // 2)


def _says(words: str, url: str) -> bool:
    bare = words.strip().lower().rstrip("/…")
    return len(bare) > 3 and "." in bare and bare in url.lower()


def _units(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def _written(found: dict[str, object]) -> tuple[str, tuple[Entity, ...]]:
    which = "text" if isinstance(found.get("text"), str) else "caption"
    text = fields.text(found.get(which))
    listed = found.get("entities" if which == "text" else "caption_entities")
    most = len(text.encode("utf-16-le", "replace")) // 2
    return text, tuple(_entities(fields.list_if_any(listed), most))


def _entities(listed: list[object], most: int) -> Iterator[Entity]:
    """Those that lie within the text."""
    for item in listed[:MAX_ENTITIES]:
        found = fields.record_if_any(item)
        start, length = found.get("offset"), found.get("length")
        if fields.is_whole(start) and fields.is_whole(length) and start >= 0 and 0 < length <= most - start:
            url = fields.text(found.get("url"))
            address = url if len(url) <= fields.MAX_ADDRESS_CHARS else ""
            yield Entity(kind=fields.text(found.get("type")), start=start, end=start + length, url=address)


def _tags(text: str, entities: Iterable[Entity]) -> tuple[str, ...]:
    """Those that Telegram saw, without the @channel that may stand behind one, and those that it takes for words."""
    units = text.encode("utf-16-le", "replace")
    seen = (_units(units, each.start, each.end) for each in entities if each.kind == "hashtag")
    named = (tag.lstrip("#＃").partition("@")[0] for tag in seen)
    return tuple(dict.fromkeys(tag for tag in chain(named, tags_in(text)) if tag))[:MAX_TAGS]


# Who and what


def _author(found: dict[str, object], chat: dict[str, object]) -> dict[str, object]:
    """Who speaks: a person, or the group or channel in whose name somebody does."""
    for key in ("sender_chat", "from"):
        if isinstance(author := found.get(key), dict):
            return author
    return chat


def _why_not(found: dict[str, object], author: dict[str, object]) -> Why | None:
    if found.get("is_automatic_forward") is True or any(found.get(key) is not None for key in _FORWARDED):
        return Why.FORWARD
    return Why.BOT if author.get("is_bot") is True else None


def _commanded(
    command: re.Match[str],
    author: dict[str, object],
    about: dict[str, object] | None,
    listening: Listening,
    *,
    chat: int | None,
) -> Meaning:
    """
    What a command asks. Everybody may take back what is theirs, and nothing else.

    Args:
        about: The message that it answers, or that was edited into it.
        chat: None in a talk with the bot alone.
    """
    name, addressed = command[1].lower(), command[2]
    if addressed is not None and addressed.lower() != listening.bot.lower():
        return Dropped(why=Why.OTHER_COMMAND)
    whose = author_id(_whole(author, "id", "$.from"))
    if name in _STOP:
        return Leave(author_id=whose)
    if name not in _DELETE:
        return Dropped(why=Why.OTHER_COMMAND)
    if about is None or chat is None:
        return TakeBack(author_id=whose, native_id=None, chat=chat)
    if not is_theirs(whose, about):
        return Dropped(why=Why.NOT_THEIRS)
    return TakeBack(author_id=whose, native_id=_native_id(about, chat), chat=chat)


def is_theirs(whose: str, message: dict[str, object]) -> bool:
    """Whether the author with this id wrote *message*."""
    id_ = _author(message, {}).get("id")
    return fields.is_whole(id_) and author_id(id_) == whose


def _answered(found: dict[str, object]) -> dict[str, object] | None:
    """The message that this one answers. In a forum each answers the one that opened its topic: that does not count."""
    answered = found.get("reply_to_message")
    return answered if isinstance(answered, dict) and "forum_topic_created" not in answered else None


def _native_id(found: dict[str, object], chat_id: int) -> str:
    """The pictures of an album are one post, so that an answer to any of them is one to the post."""
    album = _album(found)
    return f"{chat_id}/album-{album}" if album else f"{chat_id}/{_whole(found, 'message_id', '$')}"


def _album(found: dict[str, object]) -> str:
    album = fields.text(found.get("media_group_id"))
    return album if is_file_id(album) and len(album) <= 40 else ""


def _permalink(chat: dict[str, object], chat_id: int, message_id: int) -> str | None:
    """Who is not in a private group sees nothing there; a small group has no addresses at all."""
    if username := _username(chat):
        return f"https://t.me/{username}/{message_id}"
    inner = str(chat_id).removeprefix("-100")
    return f"https://t.me/c/{inner}/{message_id}" if str(chat_id).startswith("-100") else None


def _name(author: dict[str, object]) -> str:
    names = (fields.text(author.get(key)).strip() for key in ("title", "first_name", "last_name"))
    return " ".join(filter(None, names))[:MAX_NAME_CHARS] or _username(author)


def _username(found: dict[str, object]) -> str:
    name = fields.text(found.get("username"))
    return name if _USERNAME.fullmatch(name) else ""


def _pictures(found: dict[str, object]) -> Iterator[PictureRef]:
    """The largest size of a photo that we may fetch; a still of what moves."""
    if sizes := list(_sizes(found.get("photo"))):
        yield max(sizes, key=lambda size: (size.width or 0) * (size.height or 0))
        return
    for key in _MOVING:
        held = fields.within(found, key)
        if held:
            yield from _sizes([held.get("thumbnail", held.get("thumb"))])
            return


def _sizes(listed: object) -> Iterator[PictureRef]:
    for item in fields.list_if_any(listed)[:20]:
        size = fields.record_if_any(item)
        file_id, bytes_ = fields.text(size.get("file_id")), size.get("file_size")
        if is_file_id(file_id) and not (fields.is_whole(bytes_) and bytes_ > MAX_PICTURE_BYTES):
            yield PictureRef(
                url=f"{FILE}{file_id}", width=fields.pixels(size.get("width")), height=fields.pixels(size.get("height"))
            )


# Small things


def _update(item: object) -> Update | BadInput:
    try:
        found = fields.record(item, "$")
        id_ = _whole(found, "update_id", "$")
    except BadInput as ex:
        return ex
    for key in (*_MESSAGES, *_EDITED):
        if key in found:
            return Update(id=id_, message=found[key], edited=key in _EDITED)
    return Update(id=id_)


def _moment(found: dict[str, object], key: str) -> int:
    seconds = _whole(found, key, "$")
    if not 0 <= seconds < 1 << 40:
        fields.unreadable(f"$.{key}", "A time must be seconds since 1970.")
    return seconds * 1_000_000


def _whole(found: dict[str, object], key: str, where: str) -> int:
    value = found.get(key)
    if not fields.is_whole(value) or abs(value) >= 1 << 62:
        fields.unreadable(f"{where}.{key}", f"{where}.{key} must be a whole number.")
    return value


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
