"""A programme as a file has it, before anybody took it over; its limits, and what was odd about it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from enum import StrEnum
from typing import Final

import msgspec

from server.errors import BadInput
from server.symposium.entries import ProgrammeBody, RoomBody, SessionBody, Slot, SpeakerBody
from server.symposium.values import RoomId, SessionId, SessionKind

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_SESSIONS: Final = 5_000
MAX_ROOMS: Final = 200
MAX_SPEAKERS: Final = 30
"""Of one session; a panel has ten."""

MINUTE_US: Final = 60 * 1_000_000
DAY_US: Final = 24 * 60 * MINUTE_US
DEFAULT_ZONE: Final = "Europe/Amsterdam"
MAX_ID: Final = 64

_FINE_ID = re.compile(r"[A-Za-z0-9._~@:+=-]{1,64}")
_OWN_ID = re.compile(r"[a-z2-7]{16}")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


class Format(StrEnum):
    """What the file was."""

    JSON = "schedule.json"
    XML = "schedule.xml"
    ICALENDAR = "icalendar"


class Remark(StrEnum):
    """What was odd, and could be read all the same. `docs/how-to/import-a-programme.md` has a sentence for each."""

    ALL_DAY = "all-day"
    CANCELLED = "cancelled"
    DOUBLE = "double"
    NO_DATE = "no-date"
    NO_DURATION = "no-duration"
    NO_GUID = "no-guid"
    NO_TITLE = "no-title"
    NO_ZONE = "no-zone"
    PRIVATE = "private"
    REPEATS_ODDLY = "repeats-oddly"
    START_DIFFERS = "start-differs"
    TEXT_CUT = "text-cut"
    TOO_FAR = "too-far"


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """A remark, how often it held, and the first place where it did: a session's title, or a path in the file."""

    code: Remark
    count: int
    example: str


class Warnings:
    """Remarks while a file is read: a kind is told once, with its number."""

    def __init__(self) -> None:
        self._found: dict[Remark, tuple[int, str]] = {}

    def note(self, remark: Remark, example: str) -> None:
        """Count one more."""
        count, first = self._found.get(remark, (0, example[:120]))
        self._found[remark] = (count + 1, first)

    def all(self) -> tuple[Warned, ...]:
        """Every kind of remark, by name."""
        return tuple(
            Warned(code=code, count=count, example=example) for code, (count, example) in sorted(self._found.items())
        )


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the programme: what the law knows of it, and its words. Times in µs, UTC."""

    id: SessionId
    title: str
    start: int
    end: int
    room: RoomId | None = None
    kind: SessionKind = SessionKind.TALK
    subtitle: str = ""
    speakers: tuple[SpeakerBody, ...] = ()
    abstract: str = ""
    lang: str = ""
    track: str = ""
    url: str = ""
    hashtag: str = ""
    questions_s: int = 0
    no_record: bool = False


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms in their order, and sessions by time. `zone` is an IANA time zone, `origin` an address or empty."""

    version: str = ""
    zone: str = DEFAULT_ZONE
    origin: str = ""
    rooms: tuple[RoomBody, ...] = ()
    sessions: tuple[Session, ...] = ()

    def body(self) -> ProgrammeBody:
        """The words of it, as they go into the journal."""
        return ProgrammeBody(
            version=self.version,
            zone=self.zone,
            origin=self.origin,
            rooms=self.rooms,
            sessions=tuple(_words_of(session) for session in self.sessions),
        )

    def slots(self) -> tuple[Slot, ...]:
        """Where and when, in the order of the words."""
        return tuple(Slot(s.id, s.room, s.start, s.end, s.kind, s.questions_s, s.no_record) for s in self.sessions)


def _words_of(session: Session) -> SessionBody:
    return SessionBody(
        id=session.id,
        title=session.title,
        subtitle=session.subtitle,
        speakers=session.speakers,
        abstract=session.abstract,
        lang=session.lang,
        track=session.track,
        url=session.url,
        hashtag=session.hashtag,
    )


def programme_of(body: ProgrammeBody, slots: tuple[Slot, ...]) -> Programme:
    """The programme that stands, as the same value. What has a slot and no words (they were erased) has no title."""
    words = {session.id: session for session in body.sessions}
    return Programme(
        version=body.version,
        zone=body.zone,
        origin=body.origin,
        rooms=body.rooms,
        sessions=tuple(_session_of(slot, words.get(slot.session)) for slot in slots),
    )


def _session_of(slot: Slot, words: SessionBody | None) -> Session:
    words = words or SessionBody(id=slot.session, title="")
    return Session(
        id=slot.session,
        title=words.title,
        start=slot.start,
        end=slot.end,
        room=slot.room,
        kind=slot.kind,
        subtitle=words.subtitle,
        speakers=words.speakers,
        abstract=words.abstract,
        lang=words.lang,
        track=words.track,
        url=words.url,
        hashtag=words.hashtag,
        questions_s=slot.questions_s,
        no_record=slot.no_record,
    )


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says: a programme, of which format, and what was odd."""

    format: Format
    programme: Programme
    warnings: tuple[Warned, ...] = ()


# Identity


def session_id(given: str) -> SessionId:
    """*given* itself where it can be one, else a hash of it: the same at every import."""
    return SessionId(given if _FINE_ID.fullmatch(given) and not _OWN_ID.fullmatch(given) else f"x-{_hash(given)}")


def derived_id(room: str, start: int, title: str) -> SessionId:
    """For what has no identity of its own. It stays the same while room, time and title do."""
    return SessionId(f"x-{_hash(f'{room}|{start}|{title}')}")


def moment_id(session: SessionId, stamp: str) -> SessionId:
    """One occurrence of several that share an identity."""
    return session_id(f"{session}~{stamp}")


def is_own(session: SessionId) -> bool:
    """Whether a session was made here, in the browser, rather than imported."""
    return _OWN_ID.fullmatch(session) is not None


def room_id(name: str, guid: str = "") -> RoomId:
    """A room's guid, else its name as in an address; a hash of that where it has no Latin letters or is too long."""
    if _FINE_ID.fullmatch(guid):
        return RoomId(guid)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_SLUG.sub("-", plain).strip("-")
    return RoomId(slug if 1 <= len(slug) <= MAX_ID else f"x-{_hash(name)}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


# Putting it together


class Sessions:
    """
    Rooms and sessions as they are read, within their limits.

    Args:
        where: What the file calls a session, for messages: `events`.
    """

    def __init__(self, warnings: Warnings) -> None:
        self.warnings = warnings
        self._rooms: dict[RoomId, str] = {}
        self._sessions: dict[SessionId, Session] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def room(self, name: str, guid: str = "") -> RoomId:
        """
        The room of this name.

        Raises:
            BadInput: There are too many.
        """
        known = next((each for each, its in self._rooms.items() if its == name), None)
        if known is not None:
            return known
        room = room_id(name, guid)
        if room in self._rooms:
            room = room_id("", f"{room[:50]}-{len(self._rooms)}")
        if len(self._rooms) == MAX_ROOMS:
            raise BadInput(f"A programme has at most {MAX_ROOMS} rooms; this has more.", code="too-many-rooms")
        self._rooms[room] = name
        return room

    def add(self, session: Session, stamp: str) -> None:
        """
        One more session. A second one with the same identity is told apart by its *stamp*, when it begins.

        Raises:
            BadInput: There are too many.
        """
        known = self._sessions.get(session.id)
        if known is not None:
            self.warnings.note(Remark.DOUBLE, session.title)
            if known == session:
                return
            session = msgspec.structs.replace(session, id=moment_id(session.id, stamp))
        if len(self._sessions) >= MAX_SESSIONS:
            raise BadInput(f"A programme has at most {MAX_SESSIONS} sessions; this has more.", code="too-many-sessions")
        self._sessions[session.id] = session

    def programme(self, *, version: str, zone: str) -> Programme:
        """
        All of it, by time.

        Raises:
            BadInput: There is no session at all.
        """
        if not self._sessions:
            raise BadInput(
                "There is no session in this file. Is it the right one, and is the programme published there?",
                code="empty-programme",
            )
        order = {room: index for index, room in enumerate(self._rooms)}
        return Programme(
            version=version,
            zone=zone,
            rooms=tuple(RoomBody(id=room, name=name) for room, name in self._rooms.items()),
            sessions=tuple(
                sorted(
                    self._sessions.values(),
                    key=lambda s: (s.start, -1 if s.room is None else order[s.room], s.title, s.id),
                )
            ),
        )
