"""What the tests of the programme share: files, times, and calendars in a few words."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.programme.imported import Imported, Programme, Remark, Session

FIXTURES = Path(__file__).parent / "fixtures"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def fixture(name: str) -> bytes:
    """One of the files: made by us, in the full shape that its makers write."""
    return (FIXTURES / name).read_bytes()


def at(text: str, zone: str = "Europe/Amsterdam") -> int:
    """µs since 1970 of `2026-11-12 09:30` on the clocks of *zone*."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def when(session: Session) -> tuple[str, str]:
    """Begin and end on the clocks of Amsterdam."""
    moments = (datetime.fromtimestamp(each / 1_000_000, AMSTERDAM) for each in (session.start, session.end))
    begin, end = (f"{moment:%Y-%m-%d %H:%M}" for moment in moments)
    return begin, end


def titled(programme: Programme, title: str) -> Session:
    """The one session of this title."""
    (found,) = (session for session in programme.sessions if session.title == title)
    return found


def remarks(imported: Imported) -> dict[Remark, int]:
    """How often each was made."""
    return {warned.code: warned.count for warned in imported.warnings}


def event(**changes: Any) -> dict[str, Any]:
    """An event of a schedule.json; None takes a field away."""
    whole = {
        "guid": "g-1",
        "id": 1,
        "code": "AB3DEF",
        "date": "2026-11-12T09:30:00+01:00",
        "start": "09:30",
        "duration": "00:45",
        "room": "Grote zaal",
        "title": "Wie luistert er?",
        "language": "nl",
        "persons": [{"name": "Noor Jansen"}],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def schedule(*events: dict[str, Any], **conference: Any) -> bytes:
    """A schedule.json of one day with one room."""
    day = {"index": 1, "date": "2026-11-12", "rooms": {"Grote zaal": list(events)}}
    whole = {"title": "Dichtbij", "time_zone_name": "Europe/Amsterdam", "days": [day], **conference}
    return json.dumps({"schedule": {"version": "1.0", "base_url": "https://x.example", "conference": whole}}).encode()


def calendar(*lines: str, head: tuple[str, ...] = ("X-WR-TIMEZONE:Europe/Amsterdam",)) -> bytes:
    """A calendar with these lines in it."""
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *head, *lines, "END:VCALENDAR", "")).encode()


def vevent(*lines: str, uid: str = "u1", start: str = "20261112T093000", more: str = "DTEND:20261112T101500") -> str:
    """A VEVENT of three quarters of an hour."""
    ours = ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART:{start}", "SUMMARY:Wie luistert er?", more, *lines, "END:VEVENT"]
    return "\r\n".join(line for line in ours if line)
