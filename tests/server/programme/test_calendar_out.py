"""The programme as iCalendar: what another program reads is what there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from server.programme.calendar_out import MAX_OCTETS, to_icalendar
from server.programme.reading import read
from server.symposium.programme_facts import RoomFacts, SessionFacts, SpeakerFacts, WholeProgramme
from tests.server.programme.given import at, when

_START = at("2026-11-12 09:30")


def whole(**changes: object) -> WholeProgramme:
    fields = {
        "id": "s1",
        "title": "Wie luistert er?",
        "subtitle": "",
        "speakers": (SpeakerFacts(name="Noor Jansen", about="x"),),
        "room": "zaal",
        "start": _START,
        "end": _START + 45 * 60_000_000,
        "kind": "talk",
        "questions_s": 0,
        "lang": "nl",
        "track": "Daten; en, meer",
        "abstract": "Een\nTwee",
        "url": "https://x.example/a",
        "hashtag": "",
        "no_photos": False,
        "code": "F7",
        "papers": 0,
    }
    session = SessionFacts(**{**fields, **changes})  # type: ignore[arg-type]  # a test's own words
    rooms = (RoomFacts(id="zaal", name="Grote zaal, boven", code="CD"),)
    return WholeProgramme(seq=1, version="1", zone="Europe/Amsterdam", origin="", rooms=rooms, sessions=(session,))


def out(programme: WholeProgramme, shifts: dict[str, int] | None = None) -> bytes:
    return to_icalendar(programme, name="Dichtbij", host="x.example", shifts=shifts or {}, changed=_START)


def test_library_reads_what_there_is() -> None:
    (event,) = icalendar.Calendar.from_ical(out(whole())).walk("VEVENT")

    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Wie luistert er?", "Grote zaal, boven")
    assert str(event["DESCRIPTION"]) == "Noor Jansen\n\nEen\nTwee"
    assert str(event["UID"]) == "s1@x.example"
    assert event.start == datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    assert event.end - event.start == timedelta(minutes=45)


def test_what_is_late_is_late_in_the_calendar() -> None:
    (session,) = read(out(whole(), {"s1": 15})).programme.sessions
    assert when(session) == ("2026-11-12 09:45", "2026-11-12 10:30")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_any_title_comes_back_from_lines_of_75_octets(title: str) -> None:
    made = out(whole(title=title))

    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert max(map(len, made.split(b"\r\n"))) <= MAX_OCTETS
    assert made.endswith(b"END:VCALENDAR\r\n")
