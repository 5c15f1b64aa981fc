"""
How long it takes to read a schedule: 2,000 sessions in each format, with speakers and texts as real ones have.

    python3 run.py bench programme [--sessions 2000] [--runs 5]

CPU time of this process, median and slowest of the runs: from the bytes of the file to the values that the law takes,
cleaning of every text included. Then the same for the difference with an update in which every tenth session moved.
For the calendar also the libraries `icalendar` and `recurring-ical-events`, which only split and expand: no text of
theirs is cleaned. (With 500 events that repeat they take minutes.)
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

import icalendar
import msgspec
import recurring_ical_events

from server.programme.difference import difference, merged
from server.programme.imported import MINUTE_US, Programme
from server.programme.reading import read

MAX_S = 2.0
"""What was promised for 2,000 sessions."""

DAY = date(2026, 11, 12)
_ROOMS = 20
_START = datetime(2026, 11, 12, 7, 0, tzinfo=UTC)
_TEXT = (
    "De overheid **vraagt** wat burgers nodig hebben, en [luistert](https://x.example/a). " * 4
    + "\n\n* eerst vragen\n* dan zwijgen\n\n"
    + "Wie komt er aan het woord, en wie niet? Een gesprek over meedoen in de stad. " * 5
)


def _begin(number: int) -> datetime:
    return _START + timedelta(minutes=30 * (number // _ROOMS % 20), days=number // (_ROOMS * 20))


def _event(number: int) -> dict[str, Any]:
    begin = _begin(number)
    return {
        "guid": f"0b1c4f2a-5a66-5b0e-8f60-{number:012x}",
        "code": f"C{number}",
        "id": number,
        "logo": None,
        "date": begin.isoformat(),
        "start": f"{begin:%H:%M}",
        "end": (begin + timedelta(minutes=30)).isoformat(),
        "duration": "00:30",
        "room": f"Zaal {number % _ROOMS}",
        "slug": f"dichtbij-{number}-een-verhaal",
        "url": f"https://programma.example/dichtbij/talk/C{number}/",
        "title": f"Een verhaal over meedoen, nummer {number}",
        "subtitle": "Wat we leerden",
        "track": "Democratie",
        "type": "Lezing",
        "language": "nl",
        "abstract": _TEXT[:300],
        "description": _TEXT,
        "do_not_record": number % 7 == 0,
        "persons": [
            {"code": "A", "name": f"Noor Jansen {number}", "biography": _TEXT[:400], "avatar": None},
            {"code": "B", "name": f"Chidi Okafor {number}", "biography": None, "avatar": None},
        ],
        "links": [],
        "attachments": [],
    }


def _json(sessions: int) -> bytes:
    rooms: dict[str, list[Any]] = {}
    for number in range(sessions):
        rooms.setdefault(f"Zaal {number % _ROOMS}", []).append(_event(number))
    day = {"index": 1, "date": DAY.isoformat(), "rooms": rooms}
    conference = {"title": "Dichtbij", "time_zone_name": "Europe/Amsterdam", "days": [day]}
    return json.dumps({"schedule": {"version": "1.0", "base_url": "", "conference": conference}}).encode()


_TAGS = (
    *("date", "start", "duration", "room", "slug", "url", "title", "subtitle"),
    *("track", "type", "language", "abstract", "description"),
)


def _xml(sessions: int) -> bytes:
    zone = "<time_zone_name>Europe/Amsterdam</time_zone_name>"
    parts = [f"<schedule><version>1.0</version><conference>{zone}</conference>"]
    parts.append(f'<day index="1" date="{DAY}"><room name="Zaal">')
    for number in range(sessions):
        event = _event(number)
        fields = "".join(f"<{tag}>{escape(str(event[tag]))}</{tag}>" for tag in _TAGS)
        persons = "".join(f"<person>{person['name']}</person>" for person in event["persons"])
        parts.append(f'<event guid="{event["guid"]}">{fields}<persons>{persons}</persons></event>')
    parts.append("</room></day></schedule>")
    return "".join(parts).encode()


def _calendar(sessions: int, *, repeating: bool) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-TIMEZONE:Europe/Amsterdam"]
    for number in range(sessions // 4 if repeating else sessions):
        event, begin = _event(number), _begin(number)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event['guid']}@programma.example",
            "DTSTAMP:20261101T101010Z",
            f"DTSTART;TZID=Europe/Amsterdam:{begin:%Y%m%dT%H%M%S}",
            "DURATION:PT30M",
            f"SUMMARY:{event['title']}".replace(",", "\\,"),
            f"LOCATION:{event['room']}",
            "DESCRIPTION:" + event["description"].replace(",", "\\,").replace("\n", "\\n"),
            f"URL:{event['url']}",
            "CATEGORIES:Democratie,Lezing",
            "STATUS:CONFIRMED",
            *(["RRULE:FREQ=DAILY;COUNT=4"] if repeating else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


def _folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74)) + "\r\n"


def _moved(programme: Programme) -> Programme:
    """The same, with every tenth session half an hour later."""
    sessions = tuple(
        msgspec.structs.replace(s, start=s.start + 30 * MINUTE_US, end=s.end + 30 * MINUTE_US) if n % 10 == 0 else s
        for n, s in enumerate(programme.sessions)
    )
    return msgspec.structs.replace(programme, sessions=sessions)


def _library(data: bytes) -> int:
    made: Any = icalendar.Calendar.from_ical(data)
    return len(recurring_ical_events.of(made).between(DAY, DAY + timedelta(days=60)))


def _measured(runs: int, work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds: median and slowest."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times), max(times)


def _say(what: str, of: str, middle: float, slowest: float) -> None:
    print(f"{what:22} {of:24} {middle:6.2f} s ({slowest:.2f})", flush=True)


def main(argv: Sequence[str]) -> int:
    """Returns 1 when a format takes longer than promised."""
    parser = argparse.ArgumentParser(prog="run.py bench programme", description=__doc__.partition("\n\n")[0].strip())
    parser.add_argument("--sessions", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(argv)
    files = {
        "schedule.json": _json(options.sessions),
        "schedule.xml": _xml(options.sessions),
        "icalendar": _calendar(options.sessions, repeating=False),
        "icalendar, repeating": _calendar(options.sessions, repeating=True),
    }
    slow = []
    for name, data in files.items():
        programme = read(data, day=DAY).programme
        middle, slowest = _measured(options.runs, lambda data=data: read(data, day=DAY))  # type: ignore[misc]
        _say(name, f"{len(programme.sessions)} sessions, {len(data) / 1e6:.1f} MB", middle, slowest)
        if middle > MAX_S * options.sessions / 2_000:
            slow.append(name)
        if name == "icalendar":
            middle, slowest = _measured(options.runs, lambda data=data: _library(data))  # type: ignore[misc]
            _say("  the libraries", f"{_library(data)} events", middle, slowest)
    programme = read(files["schedule.json"]).programme
    update = _moved(programme)
    middle, slowest = _measured(options.runs, lambda: difference(programme, merged(programme, update)))
    _say("difference", f"{len(difference(programme, update).changed)} moved", middle, slowest)
    if slow:
        print(f"slower than {MAX_S:g} s for 2,000 sessions: {', '.join(slow)}")
    return 1 if slow else 0
