"""iCalendar as Google, Outlook and pretalx write it, its odd corners, and what goes on and on."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta
from typing import Any, cast

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from server.errors import BadInput
from server.programme.icalendar import read_icalendar
from server.programme.imported import Format, Programme, Remark
from server.programme.reading import read
from server.symposium.values import SessionKind
from tests.server.programme.given import at, calendar, fixture, remarks, titled, vevent, when

DAY = date(2026, 11, 12)


def begins(programme: Programme) -> list[str]:
    return [when(session)[0] for session in programme.sessions]


# The real shapes


def test_google_is_read_whole() -> None:
    imported = read(fixture("google.ics"), day=DAY)

    programme = imported.programme
    talk, coffee, later = programme.sessions
    assert (imported.format, programme.zone) == (Format.ICALENDAR, "Europe/Amsterdam")
    assert talk.title.endswith("toch nog verstaat, hoe moeilijk dat ook is"), "the line is folded within a word"
    assert talk.abstract == "Over luisteren, doen en laten.\n\nMeer op de site (https://dichtbij.example/doen)"
    assert (talk.id, when(talk)) == ("3k2j1h0g9f8e7d6c5b4a@google.com", ("2026-11-12 09:30", "2026-11-12 10:15"))
    assert [room.name for room in programme.rooms] == ["Grote zaal", "Foyer"], "without the address of the venue"
    assert coffee.kind is SessionKind.BREAK
    assert (when(coffee)[0], when(later)[0]) == ("2026-11-12 10:15", "2026-11-14 11:00")
    assert later.title == "Koffie, later"
    assert remarks(imported) == {Remark.CANCELLED: 1, Remark.ALL_DAY: 1}


def test_outlook_and_its_own_zone() -> None:
    """`W. Europe Standard Time` is no IANA name: the calendar's VTIMEZONE says what it is, in winter and in summer."""
    imported = read(fixture("outlook.ics"), day=DAY)

    summer, opening = imported.programme.sessions
    assert (when(opening)[0], when(summer)[0]) == ("2026-11-12 09:00", "2026-07-02 09:00")
    assert len(opening.id) <= 64, "Outlook's UIDs are longer"
    assert (opening.lang, opening.abstract) == ("nl-NL", "Zonder opmaak\nTweede regel; met een puntkomma")
    assert remarks(imported) == {Remark.PRIVATE: 1}


def test_two_zones_in_one_calendar() -> None:
    here, there = read(fixture("pretalx.ics"), day=DAY).programme.sessions

    assert when(here) == ("2026-11-12 09:30", "2026-11-12 10:15")
    assert when(there) == ("2026-11-12 15:30", "2026-11-12 17:00"), "New York, by DURATION"
    assert here.url == "https://programma.example/dichtbij/talk/AB3DEF/"
    assert here.track == "Democratie"


# Corners


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("ATTACH;FMTTYPE=application/pdf:https://x.example/a.pdf", "https://x.example/a.pdf"),
        ("ATTACH;ENCODING=BASE64;VALUE=BINARY:aGFsbG8=", ""),
        ("URL:javascript:alert(1)", ""),
        ("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://meet.example/x", "https://meet.example/x"),
    ],
)
def test_address_of_an_event(line: str, url: str) -> None:
    (session,) = read(calendar(vevent(line))).programme.sessions
    assert session.url == url


def test_parameters_in_quotes_may_hold_every_sign() -> None:
    (session,) = read(calendar(vevent('LOCATION;X-A="a:b;c,d";LANGUAGE=nl:Zaal: 1'))).programme.sessions
    assert session.room == "zaal-1"


def test_lines_may_be_folded_in_the_middle_of_a_letter() -> None:
    raw = calendar(vevent()).replace(b"SUMMARY:Wie luistert er?", "SUMMARY:Café é".encode())
    middle = raw.index("é".encode()) + 1
    (session,) = read(raw[:middle] + b"\r\n " + raw[middle:]).programme.sessions
    assert session.title == "Café é"


@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\n"])
def test_every_line_ending_is_read(ending: bytes) -> None:
    assert len(read(calendar(vevent()).replace(b"\r\n", ending)).programme.sessions) == 1


def test_times_without_a_zone_get_the_default_and_a_remark() -> None:
    imported = read(calendar(vevent(), head=()))
    assert (begins(imported.programme), remarks(imported)) == (["2026-11-12 09:30"], {Remark.NO_ZONE: 2})


@pytest.mark.parametrize(
    "name", ["/freeassociation.sourceforge.net/Europe/Amsterdam", "Europe/Amsterdam", '"Europe/Amsterdam"']
)
def test_zone_names_as_they_come(name: str) -> None:
    event = vevent().replace("DTSTART:", f"DTSTART;TZID={name}:")
    assert begins(read(calendar(event, head=("X-WR-TIMEZONE:America/New_York",))).programme) == ["2026-11-12 09:30"]


def test_missing_uid_is_derived_and_told() -> None:
    text = calendar(vevent().replace("UID:u1\r\n", ""))
    first, again = read(text), read(text)
    assert first.programme.sessions[0].id == again.programme.sessions[0].id
    assert remarks(first) == {Remark.NO_GUID: 1}


def test_newest_of_two_versions_counts() -> None:
    old, new = vevent("SEQUENCE:1"), vevent("SEQUENCE:2", start="20261112T100000")
    assert begins(read(calendar(new, old)).programme) == ["2026-11-12 10:00"]


@pytest.mark.parametrize("word", ["PRIVATE", "CONFIDENTIAL", "confidential"])
def test_what_is_not_for_everybody_is_left_out(word: str) -> None:
    imported = read(calendar(vevent(), vevent(f"CLASS:{word}", uid="u2"), vevent("CLASS:PUBLIC", uid="u3")))
    assert [session.id for session in imported.programme.sessions] == ["u1", "u3"]
    assert remarks(imported) == {Remark.PRIVATE: 1}


def test_cancelled_calendar_is_an_empty_programme() -> None:
    with pytest.raises(BadInput) as refused:
        read(calendar(vevent(), head=("METHOD:CANCEL",)))
    assert refused.value.code == "empty-programme"


@pytest.mark.parametrize("lost", ["", "DTSTART:morgen", "DTSTART:20261340T990000"])
def test_event_without_a_time_is_named_by_its_line(lost: str) -> None:
    text = calendar(vevent(), vevent(uid="u2").replace("DTSTART:20261112T093000", lost or "X-NO:1"))
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.code == "no-moment"
    assert cast("str", refused.value.field).startswith("line 1")


@pytest.mark.parametrize(
    "more", ["", "DTEND:20261112T093000", "DTEND:20261101T093000", "DURATION:-PT5M", "DURATION:kort"]
)
def test_unusable_end_is_half_an_hour_and_told(more: str) -> None:
    imported = read(calendar(vevent(more=more)))
    assert when(imported.programme.sessions[0])[1] == "2026-11-12 10:00"
    assert remarks(imported) == {Remark.NO_DURATION: 1}


def test_truncated_calendar_is_refused_whole() -> None:
    whole = fixture("google.ics").rstrip()
    for length in range(20, len(whole) - 1, 53):
        with pytest.raises(BadInput):
            read(whole[:length], day=DAY)


# What repeats


def test_repetition_keeps_to_the_clock_over_summer_time() -> None:
    text = calendar(vevent("RRULE:FREQ=DAILY;COUNT=3", start="20261024T093000", more="DURATION:PT30M"))
    assert begins(read(text, day=date(2026, 10, 24)).programme) == [f"2026-10-{day} 09:30" for day in (24, 25, 26)]


def test_occurrences_have_identities_that_stay() -> None:
    """Also when one is moved: it stays the same session, elsewhere."""
    rule = vevent("RRULE:FREQ=DAILY;COUNT=2", more="DURATION:PT30M")
    moved = vevent("RECURRENCE-ID:20261113T093000", start="20261113T150000", more="DURATION:PT30M")

    before, after = read(calendar(rule), day=DAY).programme, read(calendar(rule, moved), day=DAY).programme

    assert [s.id for s in before.sessions] == ["u1~20261112T083000Z", "u1~20261113T083000Z"]
    assert [s.id for s in after.sessions] == [s.id for s in before.sessions]
    assert begins(after) == ["2026-11-12 09:30", "2026-11-13 15:00"]


def test_cancelled_occurrence_is_dropped() -> None:
    rule = vevent("RRULE:FREQ=DAILY;COUNT=3", more="DURATION:PT30M")
    off = vevent("RECURRENCE-ID:20261113T093000", "STATUS:CANCELLED", start="20261113T093000", more="DURATION:PT30M")
    imported = read(calendar(rule, off), day=DAY)
    assert begins(imported.programme) == ["2026-11-12 09:30", "2026-11-14 09:30"]
    assert remarks(imported) == {Remark.CANCELLED: 1}


def test_cancelled_series_is_dropped() -> None:
    imported = read(calendar(vevent(uid="u2"), vevent("RRULE:FREQ=DAILY;COUNT=3", "STATUS:CANCELLED")), day=DAY)
    assert len(imported.programme.sessions) == 1


def test_rdate_adds_and_exdate_takes_away() -> None:
    text = calendar(
        vevent(
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE:20261113T093000",
            "EXDATE;VALUE=DATE:20261114",
            "RDATE:20261112T160000,20261116T160000",
            more="DURATION:PT30M",
        )
    )
    assert begins(read(text, day=DAY).programme) == [
        "2026-11-12 09:30",
        "2026-11-12 16:00",
        "2026-11-15 09:30",
        "2026-11-16 16:00",
    ]


def test_endless_repetition_is_written_out_around_the_symposium_only() -> None:
    imported = read(calendar(vevent("RRULE:FREQ=WEEKLY", start="20200102T093000", more="DURATION:PT1H")), day=DAY)
    assert begins(imported.programme) == ["2026-11-12 09:30", "2026-11-19 09:30", "2026-11-26 09:30"]
    assert remarks(imported) == {Remark.TOO_FAR: 1}


def test_repetition_stays_within_the_days_of_the_single_events() -> None:
    single = vevent(uid="u2", start="20261112T140000", more="DURATION:PT1H")
    last = vevent(uid="u3", start="20261113T140000", more="DURATION:PT1H")
    coffee = vevent("RRULE:FREQ=DAILY", start="20261101T101500", more="DURATION:PT1H")
    programme = read(calendar(single, last, coffee), day=date(2025, 1, 1)).programme
    assert [begin for begin in begins(programme) if begin.endswith("10:15")] == [
        f"2026-11-{day} 10:15" for day in (11, 12, 13, 14)
    ]


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;BYSETPOS=1", "nonsense", "FREQ=DAILY;COUNT=x"]
)
def test_repetition_that_is_not_understood_happens_once_and_is_told(rule: str) -> None:
    imported = read(calendar(vevent(f"RRULE:{rule}")), day=DAY)
    assert (begins(imported.programme), remarks(imported)) == (["2026-11-12 09:30"], {Remark.REPEATS_ODDLY: 1})


def test_rule_that_never_comes_true_costs_no_more_than_any_other() -> None:
    """30 February: a library that looks for the next one looks until the year 9999, five seconds for each event."""
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    events = [vevent(never, uid=f"u{n}") for n in range(2_000)]
    assert len(read(calendar(*events), day=DAY).programme.sessions) == 2_000


def test_too_much_repetition_is_refused() -> None:
    events = [vevent("RRULE:FREQ=DAILY;COUNT=9999", uid=f"u{n}", start="20000101T093000") for n in range(100)]
    with pytest.raises(BadInput) as refused:
        read(calendar(*events), day=DAY)
    assert refused.value.code == "repeats-too-much"


# Against the libraries that are asked elsewhere

_ZONES = ["Europe/Amsterdam", "America/New_York", "Asia/Kathmandu"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 3))}"]
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 12))}")
    if freq == "WEEKLY" and draw(st.booleans()):
        parts.append("WKST=SU")
    days = draw(st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR"]), max_size=3, unique=True))
    if freq in ("MONTHLY", "YEARLY"):
        # All with an ordinal, or none: dateutil takes `MO,1TU` for no day at all.
        ordinals = draw(st.sampled_from([("",), ("1", "2", "-1")]))
        days = [f"{draw(st.sampled_from(ordinals))}{day}" for day in days]
    if days:
        parts.append(f"BYDAY={','.join(days)}")
    elif freq in ("MONTHLY",) and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from(['1', '-1', '12,-3']))}")
    return ";".join(parts)


def _begins_of(text: bytes) -> set[int]:
    """When its sessions begin; none of them may lie within the window."""
    with contextlib.suppress(BadInput):
        return {session.start for session in read_icalendar(text, day=DAY).programme.sessions}
    return set()


@given(rules(), st.sampled_from(_ZONES), st.integers(0, 60), st.booleans())
def test_occurrences_are_those_of_the_library(rule: str, zone: str, days_before: int, has_gap: bool) -> None:
    """
    `recurring-ical-events` on the same bytes.

    It leaves out a DTSTART that its rule does not have, and does not count it; RFC 5545 says that it is undefined.
    """
    start = datetime(2026, 11, 12, 9, 30) - timedelta(days=days_before)
    assume("COUNT" not in rule or rrulestr(rule, dtstart=start)[0] == start)
    gap = (f"EXDATE;TZID={zone}:{start + timedelta(days=1):%Y%m%dT%H%M%S}",) if has_gap else ()
    text = calendar(
        vevent(f"RRULE:{rule}", *gap, start=f"{start:%Y%m%dT%H%M%S}", more="DURATION:PT30M").replace(
            "DTSTART:", f"DTSTART;TZID={zone}:"
        )
    )
    theirs = recurring_ical_events.of(cast("Any", icalendar.Calendar.from_ical(text)))
    found = {int(e.start.timestamp()) * 1_000_000 for e in theirs.between(date(2026, 11, 11), date(2026, 11, 27))}
    first = at(f"{start:%Y-%m-%d %H:%M}", zone)

    ours = _begins_of(text)

    in_window = range(at("2026-11-11 00:00", zone), at("2026-11-27 00:00", zone))
    assert {s for s in ours if s in in_window} - {first} == {s for s in found if s in in_window} - {first}


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1, max_size=120))
def test_texts_are_those_of_the_library(title: str) -> None:
    made = icalendar.Calendar()
    event = icalendar.Event()
    event.add("uid", "u1")
    event.add("dtstart", datetime(2026, 11, 12, 9, 30))
    event.add("location", title)
    event.add("summary", "x")
    made.add_component(event)
    raw = made.to_ical()
    theirs = str(icalendar.Calendar.from_ical(raw).walk("VEVENT")[0]["location"])
    if "\n" in theirs or '"' in title:
        return  # `^n` and quotes are for parameters; the library's own writing and reading differ there

    from server.programme.content_lines import read_calendars

    assert next(read_calendars(raw)[0].named("VEVENT")).text("LOCATION") == theirs


def test_titled_finds_one() -> None:
    assert titled(read(calendar(vevent())).programme, "Wie luistert er?").id == "u1"
