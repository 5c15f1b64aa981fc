"""What `schedule.json` and `schedule.xml` share: the events of frab, pretalx and c3voc. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import msgspec

from server.errors import BadInput
from server.programme.imported import MAX_SPEAKERS, MINUTE_US, Remark, Session, Sessions, derived_id, session_id
from server.programme.moments import DAY_CHANGE, micros, on_day, read_clock, read_duration, read_moment
from server.programme.texts import (
    MAX_ABOUT,
    MAX_ABSTRACT,
    MAX_NAME,
    MAX_TITLE,
    MAX_TRACK,
    Writer,
    kind_of,
    language,
    web_address,
)
from server.symposium.entries import SpeakerBody

FALLBACK_US: Final = 30 * MINUTE_US
"""What has no usable duration gets this one, and a remark."""
NO_TITLE: Final = "–"


class Conference(NamedTuple):
    """What holds for all events: the zone of dates without an offset, and until when a day lasts."""

    zone: dt.tzinfo
    base_url: str = ""
    day_change: dt.time = DAY_CHANGE


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """
    An event, in the words of its file.

    Args:
        path: Where it stands.
        guid: Its identity; `others` is what may stand in for it, the best first.
        day: The conference's day that it is listed under.
        persons: Name, and who that is.
    """

    path: str
    guid: str = ""
    others: tuple[str, ...] = ()
    day: dt.date | None = None
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str | int = ""
    room: str = ""
    room_guid: str = ""
    title: str = ""
    subtitle: str = ""
    track: str = ""
    type: str = ""
    language: str = ""
    abstract: str = ""
    description: str = ""
    url: str = ""
    no_record: bool = False
    persons: tuple[tuple[str, str], ...] = ()


def add_event(sessions: Sessions, writer: Writer, conference: Conference, event: Event) -> None:
    """
    Read *event* into *sessions*.

    Raises:
        BadInput: It does not say when it is, or there are too many.
    """
    title = _title(sessions, writer, event)
    begin = _begin(sessions, conference, event, title)
    start = micros(begin)
    if start is None:
        raise no_moment(event.path, title)
    room_name = writer.line(event.room, most=MAX_NAME)
    room = sessions.room(room_name, event.room_guid) if room_name else None
    identity = event.guid or next(filter(None, event.others), "")
    if not event.guid:
        sessions.warnings.note(Remark.NO_GUID, title)
    track, type_ = writer.line(event.track, most=MAX_TRACK), writer.line(event.type, most=MAX_TRACK)
    speakers = _speakers(writer, event)
    sessions.add(
        Session(
            id=session_id(identity) if identity else derived_id(room_name, start, title),
            title=title,
            start=start,
            end=start + _duration(sessions, event, begin, start, title),
            room=room,
            kind=kind_of(type_=type_, track=track, title=title, has_speakers=bool(speakers)),
            subtitle=writer.line(event.subtitle, most=MAX_TITLE),
            speakers=speakers,
            abstract=_abstract(writer, event),
            lang=language(event.language),
            track=track,
            url=web_address(event.url, conference.base_url),
            no_record=event.no_record,
        ),
        stamp=f"{begin:%Y%m%dT%H%M}",
    )


def no_moment(path: str, title: str) -> BadInput:
    """What to say of an event that cannot be placed."""
    return BadInput(
        f'"{title}" does not say when it is: it needs a date as 2026-11-12T10:00:00+01:00. Correct it in the file, '
        "or give it a time where the file comes from.",
        code="no-moment",
        field=path,
    )


def _title(sessions: Sessions, writer: Writer, event: Event) -> str:
    title = writer.line(event.title, most=MAX_TITLE)
    if not title:
        sessions.warnings.note(Remark.NO_TITLE, event.path)
    return title or NO_TITLE


def _begin(sessions: Sessions, conference: Conference, event: Event, title: str) -> dt.datetime:
    """`date` where it has a time. `start` counts only in old files that have no more than that."""
    clock = read_clock(event.start)
    moment = read_moment(event.date, conference.zone)
    if moment is not None:
        if clock is not None and (clock.hour, clock.minute) != (moment.hour, moment.minute):
            sessions.warnings.note(Remark.START_DIFFERS, title)
        return moment
    if clock is None or event.day is None:
        raise no_moment(event.path, title)
    sessions.warnings.note(Remark.NO_DATE, title)
    found = on_day(event.day, clock, conference.zone, conference.day_change)
    if found is None:
        raise no_moment(event.path, title)
    return found


def _duration(sessions: Sessions, event: Event, begin: dt.datetime, start: int, title: str) -> int:
    duration = read_duration(event.duration)
    if duration is not None:
        return duration
    end = read_moment(event.end, begin.tzinfo or dt.UTC)
    until = None if end is None else micros(end)
    if until is not None and until > start:
        return until - start
    sessions.warnings.note(Remark.NO_DURATION, title)
    return FALLBACK_US


def _speakers(writer: Writer, event: Event) -> tuple[SpeakerBody, ...]:
    named = (
        SpeakerBody(name=writer.line(name, most=MAX_NAME), about=writer.lines(about, most=MAX_ABOUT))
        for name, about in event.persons[:MAX_SPEAKERS]
    )
    return tuple(speaker for speaker in named if speaker.name)


def _abstract(writer: Writer, event: Event) -> str:
    """The short text and the long one, where the long one does not begin with the short one."""
    short = writer.lines(event.abstract, most=MAX_ABSTRACT)
    long = writer.lines(event.description, most=MAX_ABSTRACT)
    if not short or long.startswith(short):
        return long
    return writer.lines(f"{short}\n\n{long}", most=MAX_ABSTRACT) if long else short
