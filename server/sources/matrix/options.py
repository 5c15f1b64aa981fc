"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import unquote

import msgspec
from yarl import URL

from server.sources.http import parse_origin
from server.sources.options import fill_in, folded, refuse, since_us

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
    given = fill_in(options, _Given)
    rooms = tuple(dict.fromkeys(map(parse_room, given.rooms)))
    tags = folded(given.tags)
    token = given.token.strip()
    if not 1 <= len(rooms) <= MAX_ROOMS:
        refuse("rooms", f"name 1 to {MAX_ROOMS} rooms, as hall:matrix.example")
    if not token or not (token.isascii() and token.isprintable()) or " " in token:
        refuse("token", "an access token has only plain letters, digits and signs")
    if given.which == "tagged" and not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags of letters and digits, or take all messages of the room")
    return Options(
        homeserver=parse_origin(given.homeserver, field="homeserver"),
        token=token,
        rooms=rooms,
        tags=tags if given.which == "tagged" else (),
        since_us=since_us(given.since),
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
        refuse(
            "rooms", f"{word[:100]!r} is not a room; write it as hall:matrix.example, or take the link that shares it"
        )
    return room
