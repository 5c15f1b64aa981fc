"""What would change if a programme were taken over, in words that an organiser can read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from typing import Final

import msgspec

from server.programme.imported import DEFAULT_ZONE, Programme, Session, is_own
from server.programme.moments import moment_of, zone_of
from server.symposium.entries import RoomBody
from server.symposium.values import RoomId, SessionId

MAX_SHOWN: Final = 160
"""Characters of an abstract that are shown as it was and as it would be."""


class Field(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A field that differs. `before` and `after` are words; of a flag `yes` and `no`, of a kind its name."""

    name: str
    before: str
    after: str


class Noted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session that comes or goes. `time` as 2026-11-12 10:00–10:45, in the programme's zone; `room` is a name."""

    id: SessionId
    title: str
    time: str
    room: str


class Change(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session that stays and differs. `moved`: at another time or in another room."""

    id: SessionId
    title: str
    moved: bool
    fields: tuple[Field, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    All that differs. Changes of place and time come first, then by time.

    Args:
        kept: How many sessions were made in the browser, and stay.
        rooms_added: Names, as `rooms_removed`.
    """

    added: tuple[Noted, ...] = ()
    removed: tuple[Noted, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0
    kept: int = 0
    rooms_added: tuple[str, ...] = ()
    rooms_removed: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    """Of the programme itself: `version` and `zone`."""

    @property
    def is_empty(self) -> bool:
        """Whether taking it over would change nothing but the version."""
        rooms = self.rooms_added or self.rooms_removed
        return not (self.added or self.removed or self.changed or rooms) and all(
            field.name == "version" for field in self.fields
        )


# What an import leaves alone


def merged(before: Programme, imported: Programme) -> Programme:
    """
    *imported* as it would be taken over: with what only people here know.

    Rooms that have the same name keep their identity, so that screens stay in theirs. Sessions that were made in the
    browser stay. A session keeps its hashtag and its time for questions, which no schedule has.
    """
    rooms = _known_rooms(before.rooms, imported.rooms)
    sessions = [_with_own_fields(session, rooms) for session in imported.sessions]
    known = {session.id: session for session in before.sessions}
    sessions = [_keeping(session, known.get(session.id)) for session in sessions]
    theirs = {session.id for session in sessions}
    own = [session for session in before.sessions if is_own(session.id) and session.id not in theirs]
    all_rooms = {rooms[room.id]: RoomBody(id=rooms[room.id], name=room.name) for room in imported.rooms}
    used = {session.room for session in own} - all_rooms.keys()
    all_rooms |= {room.id: room for room in before.rooms if room.id in used}
    order = {room: index for index, room in enumerate(all_rooms)}
    return Programme(
        version=imported.version,
        zone=imported.zone,
        origin=imported.origin,
        rooms=tuple(all_rooms.values()),
        sessions=tuple(
            sorted((*sessions, *own), key=lambda s: (s.start, -1 if s.room is None else order[s.room], s.title, s.id))
        ),
    )


def _known_rooms(before: Iterable[RoomBody], after: Iterable[RoomBody]) -> dict[RoomId, RoomId]:
    """The identity that each room gets: the one it had, by its name."""
    by_name = {room.name.casefold(): room.id for room in before}
    after = tuple(after)
    taken = {room.id for room in after}
    found: dict[RoomId, RoomId] = {}
    for room in after:
        known = by_name.get(room.name.casefold(), room.id)
        found[room.id] = room.id if known != room.id and known in taken else known
    return found


def _with_own_fields(session: Session, rooms: dict[RoomId, RoomId]) -> Session:
    if session.room is None or rooms[session.room] == session.room:
        return session
    return msgspec.structs.replace(session, room=rooms[session.room])


def _keeping(session: Session, known: Session | None) -> Session:
    if known is None or (known.hashtag, known.questions_s) == (session.hashtag, session.questions_s):
        return session
    return msgspec.structs.replace(
        session, hashtag=session.hashtag or known.hashtag, questions_s=session.questions_s or known.questions_s
    )


# What differs


def difference(before: Programme, after: Programme) -> Difference:
    """What makes *after* of *before*, in the time zone of *after*."""
    zone = zone_of(after.zone) or zone_of(DEFAULT_ZONE)
    assert zone is not None
    names_before, names_after = _names(before), _names(after)
    old = {session.id: session for session in before.sessions}
    new = {session.id: session for session in after.sessions}
    fields = _fields(names_before, names_after, zone)
    changed = [
        Change(
            id=session.id,
            title=session.title,
            moved=(old[session.id].start, old[session.id].room) != (session.start, session.room),
            fields=differing,
        )
        for session in after.sessions
        if session.id in old and (differing := fields(old[session.id], session))
    ]
    both = old.keys() & new.keys()
    return Difference(
        added=tuple(_noted(s, names_after, zone) for s in after.sessions if s.id not in old),
        removed=tuple(_noted(s, names_before, zone) for s in before.sessions if s.id not in new),
        changed=tuple(sorted(changed, key=lambda change: not change.moved)),
        same=len(both) - len(changed),
        kept=sum(1 for session in both if is_own(session)),
        rooms_added=tuple(name for room, name in names_after.items() if room not in names_before),
        rooms_removed=tuple(name for room, name in names_before.items() if room not in names_after),
        fields=_of_programme(before, after),
    )


def _of_programme(before: Programme, after: Programme) -> tuple[Field, ...]:
    pairs = (("version", before.version, after.version), ("zone", before.zone, after.zone))
    return tuple(Field(name=name, before=b, after=a) for name, b, a in pairs if b != a)


def _names(programme: Programme) -> dict[RoomId, str]:
    return {room.id: room.name for room in programme.rooms}


def _noted(session: Session, names: dict[RoomId, str], zone: tzinfo) -> Noted:
    return Noted(id=session.id, title=session.title, time=time_in_words(session, zone), room=_room(session.room, names))


def _room(room: RoomId | None, names: dict[RoomId, str]) -> str:
    return "" if room is None else names.get(room, "")


def time_in_words(session: Session, zone: tzinfo) -> str:
    """`2026-11-12 10:00–10:45`; with the second day where it ends on another."""
    start, end = moment_of(session.start, zone), moment_of(session.end, zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{until}"


def _fields(
    names_before: dict[RoomId, str], names_after: dict[RoomId, str], zone: tzinfo
) -> Callable[[Session, Session], tuple[Field, ...]]:
    """How the fields of a session are told, in the order in which they matter in the hall."""

    def words(session: Session, names: dict[RoomId, str]) -> dict[str, str]:
        return {
            "time": time_in_words(session, zone),
            "room": _room(session.room, names),
            "noPhotos": "yes" if session.no_record else "no",
            "kind": session.kind.value,
            "title": session.title,
            "subtitle": session.subtitle,
            "speakers": ", ".join(speaker.name for speaker in session.speakers),
            "lang": session.lang,
            "track": session.track,
            "questions": f"{session.questions_s // 60} min",
            "hashtag": session.hashtag,
            "url": session.url,
            "abstract": session.abstract,
            "about": "\n".join(filter(None, (speaker.about for speaker in session.speakers))),
        }

    def fields(before: Session, after: Session) -> tuple[Field, ...]:
        if before == after and _room(before.room, names_before) == _room(after.room, names_after):
            return ()
        old, new = words(before, names_before), words(after, names_after)
        return tuple(
            Field(name=name, before=_from(old[name], new[name]), after=_from(new[name], old[name]))
            for name in new
            if old[name] != new[name]
        )

    return fields


def _from(text: str, other: str) -> str:
    """*text*, or where it is long the part of it where it begins to differ from *other*."""
    if len(text) <= MAX_SHOWN:
        return text
    same = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start = max(0, min(same, len(text)) - 20)
    shown = text[start : start + MAX_SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if start + MAX_SHOWN < len(text) else ''}"
