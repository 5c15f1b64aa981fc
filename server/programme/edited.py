"""A programme as the editor in the browser sends it, checked: nothing of it is cut or guessed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from server.errors import BadInput
from server.intake.text import clean, graphemes
from server.programme.imported import (
    DEFAULT_ZONE,
    MAX_ROOMS,
    MAX_SESSIONS,
    MAX_SPEAKERS,
    Programme,
    Session,
    room_id,
)
from server.programme.moments import MAX_DURATION_US, zone_of
from server.programme.texts import (
    MAX_ABOUT,
    MAX_ABSTRACT,
    MAX_NAME,
    MAX_TITLE,
    MAX_TRACK,
    MAX_VERSION,
    language,
    web_address,
)
from server.symposium.entries import RoomBody, SpeakerBody
from server.symposium.values import RoomId, SessionId, SessionKind

MAX_HASHTAG: Final = 60
MAX_QUESTIONS_S: Final = 4 * 3_600
_FIRST_US, _LAST_US = 31_536_000_000_000, 7_258_118_400_000_000
"""1971 to 2199."""

Id = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9._~@:+=-]*$")]
Micros = Annotated[int, msgspec.Meta(ge=_FIRST_US, le=_LAST_US)]


class EditedRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room. A new one has no `id`: it gets one from its name."""

    name: str
    id: Id = ""


class EditedSpeaker(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str = ""


class EditedSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    A session. A new one has no `id`. `room` is the id of a room, or the name of a new one; times in µs, UTC.

    Other fields, as those that `GET …/programme` has besides, are passed over.
    """

    title: str
    start: Micros
    end: Micros
    id: Id = ""
    room: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    kind: SessionKind = SessionKind.TALK
    subtitle: str = ""
    speakers: Annotated[tuple[EditedSpeaker, ...], msgspec.Meta(max_length=MAX_SPEAKERS)] = ()
    abstract: str = ""
    lang: str = ""
    track: str = ""
    url: str = ""
    hashtag: str = ""
    questions_s: Annotated[int, msgspec.Meta(ge=0, le=MAX_QUESTIONS_S)] = 0
    no_photos: bool = False


class EditedProgramme(msgspec.Struct, frozen=True, kw_only=True):
    """The whole programme. `zone` is an IANA time zone."""

    rooms: Annotated[tuple[EditedRoom, ...], msgspec.Meta(max_length=MAX_ROOMS)] = ()
    sessions: Annotated[tuple[EditedSession, ...], msgspec.Meta(max_length=MAX_SESSIONS)] = ()
    version: str = ""
    zone: str = DEFAULT_ZONE
    origin: str = ""


def programme_from(edited: EditedProgramme, new_id: Callable[[], str]) -> Programme:
    """
    The programme.

    Args:
        new_id: Makes ids for new sessions.

    Raises:
        BadInput: Something cannot be; `field` is its path.
    """
    if zone_of(edited.zone) is None:
        raise BadInput(f"{edited.zone[:60]!r} is no time zone; write it as Europe/Amsterdam.", field="$.programme.zone")
    rooms = _rooms(edited.rooms)
    names = {name: room for room, name in rooms.items()}
    sessions: dict[SessionId, Session] = {}
    for index, each in enumerate(edited.sessions):
        path = f"$.programme.sessions[{index}]"
        room = None if not each.room else (RoomId(each.room) if each.room in rooms else names.get(each.room.strip()))
        if each.room and room is None:
            raise BadInput(f"There is no room {each.room[:60]!r} in this programme.", field=f"{path}.room")
        session = _session(each, SessionId(each.id or new_id()), room, path)
        if session.id in sessions:
            raise BadInput("Two sessions have the same id.", field=f"{path}.id")
        sessions[session.id] = session
    order = {room: index for index, room in enumerate(rooms)}
    return Programme(
        version=_line(edited.version, MAX_VERSION, "$.programme.version"),
        zone=edited.zone,
        origin=web_address(edited.origin),
        rooms=tuple(RoomBody(id=room, name=name) for room, name in rooms.items()),
        sessions=tuple(
            sorted(sessions.values(), key=lambda s: (s.start, -1 if s.room is None else order[s.room], s.title, s.id))
        ),
    )


def _rooms(edited: tuple[EditedRoom, ...]) -> dict[RoomId, str]:
    rooms: dict[RoomId, str] = {}
    for index, each in enumerate(edited):
        path = f"$.programme.rooms[{index}]"
        name = _needed(each.name, MAX_NAME, f"{path}.name")
        if name in rooms.values():
            raise BadInput(f"Two rooms are called {name!r}.", field=f"{path}.name")
        room = RoomId(each.id) if each.id else room_id(name)
        if room in rooms:
            room = room_id("", f"{room[:50]}-{index}")
        if room in rooms:
            raise BadInput("Two rooms have the same id.", field=f"{path}.id")
        rooms[room] = name
    return rooms


def _session(each: EditedSession, name: SessionId, room: RoomId | None, path: str) -> Session:
    if not each.start < each.end <= each.start + MAX_DURATION_US:
        raise BadInput("A session ends after it begins, and within two weeks.", field=f"{path}.end")
    if each.url and not web_address(each.url):
        raise BadInput("An address begins with https:// or http:// and has no spaces.", field=f"{path}.url")
    if each.lang and not language(each.lang):
        raise BadInput("A language is written as nl or en-GB.", field=f"{path}.lang")
    return Session(
        id=name,
        title=_needed(each.title, MAX_TITLE, f"{path}.title"),
        start=each.start,
        end=each.end,
        room=room,
        kind=each.kind,
        subtitle=_line(each.subtitle, MAX_TITLE, f"{path}.subtitle"),
        speakers=tuple(
            SpeakerBody(
                name=_needed(speaker.name, MAX_NAME, f"{path}.speakers[{at}].name"),
                about=_within(clean(speaker.about), MAX_ABOUT, f"{path}.speakers[{at}].about"),
            )
            for at, speaker in enumerate(each.speakers)
        ),
        abstract=_within(clean(each.abstract), MAX_ABSTRACT, f"{path}.abstract"),
        lang=language(each.lang),
        track=_line(each.track, MAX_TRACK, f"{path}.track"),
        url=web_address(each.url),
        hashtag=_hashtag(each.hashtag, f"{path}.hashtag"),
        questions_s=min(each.questions_s, (each.end - each.start) // 1_000_000),
        no_record=each.no_photos,
    )


def _hashtag(text: str, path: str) -> str:
    tag = _line(text, MAX_HASHTAG, path).lstrip("#＃").strip()
    if tag and not re.fullmatch(r"[\w·・]+", tag):
        raise BadInput("A hashtag is one word of letters and digits.", field=path)
    return tag


def _needed(text: str, most: int, path: str) -> str:
    line = _line(text, most, path)
    if not line:
        raise BadInput("This may not be empty.", field=path)
    return line


def _line(text: str, most: int, path: str) -> str:
    return _within(clean(text, lines=False), most, path)


def _within(text: str, most: int, path: str) -> str:
    if len(text) > most and graphemes(text) > most:
        raise BadInput(f"At most {most} characters fit here.", field=path)
    return text
