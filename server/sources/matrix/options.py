"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NoReturn
from urllib.parse import unquote

import msgspec
from yarl import URL

from server.errors import BadInput
from server.sources.http import parse_origin
from server.sources.tags import fold_tag

MAX_ROOMS = 6
"""A trial asks three things of each, a second apart, and nobody waits for it for longer than 25 s."""

MAX_TAGS = 16
MAX_ROOM_CHARS = 255
"""Of a room's id or alias, as the specification has it."""

_SHARED = re.compile(r"https://matrix\.to/#/([^?/]+)")
_ROOM = re.compile(r"![^\s/#]+|#[^\s/:@]+:[\w.:\[\]-]+")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        homeserver: Where the account lives.
        rooms: Each an id (`!…`) or an alias (`#…:…`).
        tags: Folded, without doubles; a message must have one of them. Empty: every message will do.
        since_us: At the first start, take what was said from here on; None: the newest page.
    """

    homeserver: URL
    token: str
    rooms: tuple[str, ...]
    tags: tuple[str, ...] = ()
    since_us: int | None = None

    def __repr__(self) -> str:
        return f"Options({self.homeserver}, {', '.join(self.rooms)}, token='**********')"


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    homeserver: str
    token: str
    rooms: list[str]
    which: Literal["tagged", "all"] = "tagged"
    tags: list[str] = []
    since: datetime | None = None


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    try:
        given = msgspec.convert({name: value for name, value in options.items() if value != ""}, _Given)
    except msgspec.ValidationError as ex:
        field = str(ex).rpartition("`")[0].rpartition("`")[2].removeprefix("$.").partition("[")[0]
        raise BadInput(f"{ex}", code="bad-option", field=field or None) from ex
    rooms = tuple(dict.fromkeys(map(parse_room, given.rooms)))
    tags = tuple(dict.fromkeys(folded for tag in given.tags if (folded := fold_tag(tag))))
    token = given.token.strip()
    if not 1 <= len(rooms) <= MAX_ROOMS:
        _bad("rooms", f"name 1 to {MAX_ROOMS} rooms, as hall:matrix.example")
    if not token or not (token.isascii() and token.isprintable()) or " " in token:
        _bad("token", "an access token has only plain letters, digits and signs")
    if given.which == "tagged" and not 1 <= len(tags) <= MAX_TAGS:
        _bad("tags", f"name 1 to {MAX_TAGS} hashtags of letters and digits, or take all messages of the room")
    return Options(
        homeserver=parse_origin(given.homeserver, field="homeserver"),
        token=token,
        rooms=rooms,
        tags=tags if given.which == "tagged" else (),
        since_us=_since(given.since),
    )


def parse_room(word: str) -> str:
    """
    A room as people write it: an id, an alias with or without its `#`, or a link to share it.

    Raises:
        BadInput: It is something else.
    """
    room = word.strip()
    if shared := _SHARED.match(room):
        room = unquote(shared[1])
    if room and room[0] not in "!#":
        room = f"#{room}"
    if len(room) > MAX_ROOM_CHARS or not room.isprintable() or not _ROOM.fullmatch(room):
        _bad("rooms", f"{word[:100]!r} is not a room; write it as hall:matrix.example, or take the link that shares it")
    return room


def _since(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1_000_000)


def _bad(field: str, message: str) -> NoReturn:
    raise BadInput(f"{field}: {message}", code="bad-option", field=field)
