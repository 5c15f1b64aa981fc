"""The programme as iCalendar, for the calendars of visitors. Pure. Source: RFC 5545 and RFC 7986."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from server.programme.moments import moment_of, zone_of
from server.symposium.programme_facts import SessionFacts, WholeProgramme

MAX_OCTETS: Final = 75
"""Of a line, without its end."""
_UTC: Final = zone_of("UTC")


def to_icalendar(programme: WholeProgramme, *, name: str, host: str, shifts: Mapping[str, int], changed: int) -> bytes:
    """
    A calendar of all sessions.

    Args:
        name: The symposium's title.
        host: Makes the sessions' identities ours, as `s1@fontein.example`.
        shifts: Minutes that sessions are late.
        changed: When the programme was last changed, µs.
    """
    rooms = {room.id: room.name for room in programme.rooms}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Fontein//Programme//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"X-WR-TIMEZONE:{programme.zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT10M",
    ]
    for session in programme.sessions:
        late_us = shifts.get(session.id, 0) * 60_000_000
        lines += _event(session, rooms.get(session.room or "", ""), host, late_us, _stamp(changed))
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(session: SessionFacts, room: str, host: str, late_us: int, changed: str) -> Iterable[str]:
    identity = session.id if "@" in session.id else f"{session.id}@{host}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(identity)}"
    yield f"DTSTAMP:{changed}"
    yield f"DTSTART:{_stamp(session.start + late_us)}"
    yield f"DTEND:{_stamp(session.end + late_us)}"
    yield f"SUMMARY{f';LANGUAGE={session.lang}' if session.lang else ''}:{_escaped(session.title)}"
    speakers = ", ".join(speaker.name for speaker in session.speakers)
    about = "\n\n".join(filter(None, (session.subtitle, speakers, session.abstract)))
    for key, text in (("LOCATION", room), ("DESCRIPTION", about), ("CATEGORIES", session.track)):
        if text:
            yield f"{key}:{_escaped(text)}"
    if session.url:
        yield f"URL:{session.url}"
    yield "END:VEVENT"


def _stamp(micros: int) -> str:
    assert _UTC is not None
    return f"{moment_of(micros, _UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, never cut within a letter."""
    data, pieces = line.encode(), []
    room = MAX_OCTETS
    while len(data) > room:
        end = room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[:end])
        data, room = data[end:], MAX_OCTETS - 1  # the space before it counts
    return b"\r\n ".join((*pieces, data)) + b"\r\n"
