"""Which format it is, seen from the content; what is none; and bytes of every kind."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import BadInput
from server.programme.imported import MAX_BYTES, MAX_ID, Format, Imported
from server.programme.reading import read
from tests.server.programme.given import FIXTURES, calendar, fixture, schedule, vevent

NAMES = sorted(path.name for path in FIXTURES.iterdir())


@pytest.mark.parametrize(
    ("name", "format_"),
    [("pretalx.json", Format.JSON), ("without-dates.xml", Format.XML), ("outlook.ics", Format.ICALENDAR)],
)
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n \t\n"], ids=["plain", "bom", "space"])
def test_format_is_seen_from_the_content(name: str, format_: Format, before: bytes) -> None:
    assert read(before + fixture(name)).format is format_


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"<!-- saved --><html lang='nl'>", "web page"),
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"titel;zaal;tijd\nA;B;10:00\n", "none of the formats"),
    ],
)
def test_other_files_are_named(data: bytes, word: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(data)
    assert refused.value.code == "not-a-schedule"
    assert word in refused.value.message


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read(b" " * (MAX_BYTES + 1))
    assert refused.value.code == "too-large"


@pytest.mark.parametrize("name", NAMES)
def test_reading_twice_gives_the_same(name: str) -> None:
    """Or an update that changes nothing would look like one that does."""
    assert read(fixture(name), day=date(2026, 11, 12)) == read(fixture(name), day=date(2026, 11, 12))


# Every kind of bytes


def _tried(data: bytes) -> Imported | None:
    try:
        imported = read(data, day=date(2026, 11, 12))
    except BadInput:
        return None
    rooms = {room.id for room in imported.programme.rooms}
    for session in imported.programme.sessions:
        assert session.start < session.end
        assert session.title
        assert 1 <= len(session.id) <= MAX_ID
        assert session.room is None or session.room in rooms
    assert len({session.id for session in imported.programme.sessions}) == len(imported.programme.sessions)
    return imported


@given(st.binary(max_size=400))
def test_any_bytes_give_a_programme_or_a_clear_error(data: bytes) -> None:
    _tried(data)


@given(st.sampled_from([b"{", b"<schedule>", b"BEGIN:VCALENDAR\r\n"]), st.binary(max_size=400))
def test_any_bytes_behind_a_good_beginning(head: bytes, data: bytes) -> None:
    _tried(head + data)


_BAD = [b"\x00", b'"', b"\\", b"\xff\xfe", b"9" * 20]


@pytest.mark.slow
@settings(max_examples=150)
@given(st.sampled_from(NAMES), st.data())
def test_damaged_files_give_a_programme_or_a_clear_error(name: str, data: st.DataObject) -> None:
    whole = bytearray(fixture(name))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(whole) - 1))
        end = data.draw(st.integers(start, min(start + 40, len(whole))))
        whole[start:end] = data.draw(
            st.binary(max_size=20) | st.sampled_from([b"\x00", b'"', b"\\", b"\xff\xfe", b"9" * 20])
        )
    _tried(bytes(whole))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


_FIELDS = "guid id date start end duration room title persons track language url abstract do_not_record slug code"


@given(st.dictionaries(st.sampled_from(_FIELDS.split()), _JSON))
def test_events_of_any_values(fields: dict[str, object]) -> None:
    _tried(schedule({"date": "2026-11-12T09:30:00+01:00", **fields}))


_ODD = (
    "20261112T093000Z 00010101T000000 99991231T235959 20261112 PT1H P999999999D FREQ=DAILY;COUNT=3 "
    "FREQ=YEARLY;BYDAY=-53SU +0100 -2359 +9999 Europe/Amsterdam Own Europe ../../etc/passwd"
)
_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30) | st.sampled_from(_ODD.split())
_OF_EVENTS = (
    "DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID UID STATUS DTSTART;TZID=Own EXDATE;TZID=Own "
    "DTSTART;TZID=Europe SEQUENCE CATEGORIES CLASS LOCATION"
)
_OF_ZONES = "DTSTART TZOFFSETFROM TZOFFSETTO RRULE TZID"


def _lines(names: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(st.sampled_from(names.split()), _VALUES), max_size=8)


@given(_lines(_OF_EVENTS), _lines(_OF_ZONES))
def test_calendars_of_any_values(lines: list[tuple[str, str]], zone: list[tuple[str, str]]) -> None:
    defined = (f"{name}:{value}" for name, value in zone)
    own = ("BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", *defined, "END:STANDARD", "END:VTIMEZONE")
    event = ("BEGIN:VEVENT", *(f"{name}:{value}" for name, value in lines), "END:VEVENT")
    _tried(calendar(*own, vevent(), *event))


# What it costs: a number of steps, not of seconds (those are for `run.py bench programme`)


@pytest.mark.parametrize("kind", ["json", "calendar"])
def test_cost_of_a_session_does_not_grow_with_their_number(kind: str) -> None:
    """Calls of functions for 1,000 more sessions: as many for the second thousand as for the first."""
    import sys

    def steps(count: int) -> int:
        from tests.server.programme.given import event

        made = (
            schedule(*(event(guid=f"g-{n}", room=f"Zaal {n % 9}") for n in range(count)))
            if kind == "json"
            else calendar(*(vevent("LOCATION:Zaal 1", uid=f"u{n}") for n in range(count)))
        )
        calls = 0

        def count_calls(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count_calls)
        try:
            read(made)
        finally:
            sys.setprofile(None)
        return calls

    few, more, most = steps(100), steps(300), steps(500)
    assert (most - more) == pytest.approx(more - few, rel=0.02)
