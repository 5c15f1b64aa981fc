"""`schedule.json`: the full shape of two makers, and everything that real ones leave out or get wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.errors import BadInput
from server.programme.imported import MAX_ROOMS, MAX_SESSIONS, Format, Remark
from server.programme.reading import read
from server.programme.schedule_json import read_json
from server.symposium.entries import RoomBody, SpeakerBody
from server.symposium.values import RoomId, SessionKind
from tests.server.programme.given import event, fixture, remarks, schedule, titled, when


def test_pretalx_is_read_whole() -> None:
    imported = read(fixture("pretalx.json"))

    programme = imported.programme
    talk = titled(programme, "Wie luistert er?")
    assert (imported.format, imported.warnings) == (Format.JSON, ())
    assert (programme.version, programme.zone) == ("1.3", "Europe/Amsterdam")
    assert programme.rooms == (
        RoomBody(id=RoomId("7d9f0a4e-1b1c-5f0e-9d0b-0d2f6a1f0001"), name="Grote zaal"),
        RoomBody(id=RoomId("7d9f0a4e-1b1c-5f0e-9d0b-0d2f6a1f0002"), name="Tuinkamer"),
    )
    assert [s.title for s in programme.sessions] == ["Wie luistert er?", "Koffiepauze", "Nachtgesprek"]
    assert talk.id == "0b1c4f2a-5a66-5b0e-8f60-2f6b7c000001"
    assert talk.room == "7d9f0a4e-1b1c-5f0e-9d0b-0d2f6a1f0001"
    assert when(talk) == ("2026-11-12 09:30", "2026-11-12 10:15")
    assert talk.speakers == (
        SpeakerBody(name="Noor Jansen", about="Onderzoeker bij Dichtbij."),
        SpeakerBody(name="Chidi Okafor"),
    )
    assert (talk.lang, talk.track, talk.kind, talk.no_record) == ("nl", "Democratie", SessionKind.TALK, True)
    assert talk.url == "https://programma.example/dichtbij/talk/AB3DEF/"
    assert talk.abstract == (
        "Over luisteren en doen (https://dichtbij.example/doen).\n\nOpzet\n\n- eerst vragen\n- dan zwijgen"
    )


def test_session_after_midnight_is_on_its_own_date_though_listed_under_the_day_before() -> None:
    """The conference's day lasts until 04:00."""
    night = titled(read(fixture("pretalx.json")).programme, "Nachtgesprek")
    assert when(night) == ("2026-11-13 00:30", "2026-11-13 01:30")


def test_break_is_recognised() -> None:
    pause = titled(read(fixture("pretalx.json")).programme, "Koffiepauze")
    assert (pause.kind, pause.speakers) == (SessionKind.BREAK, ())


def test_frab_is_read_with_its_own_names_and_html() -> None:
    imported = read(fixture("frab.json"))

    (talk,) = imported.programme.sessions
    assert talk.speakers == (SpeakerBody(name="Ida Weber", about="Redet."),)
    assert (talk.subtitle, talk.lang, talk.no_record) == ("Ein Anfang", "de", True)
    assert talk.abstract == "Kurz & gut.\n\n- eins\n- zwei"
    assert remarks(imported) == {Remark.NO_ZONE: 1}


def test_wrong_start_is_passed_over() -> None:
    """c3voc's schema says date-time, files say HH:MM, and some say nonsense: `date` is what counts."""
    imported = read_json(schedule(event(start="23:55"), event(guid="g-2", start="2026-11-12T09:30:00+01:00")))

    assert [when(s)[0] for s in imported.programme.sessions] == ["2026-11-12 09:30", "2026-11-12 09:30"]
    assert remarks(imported) == {Remark.START_DIFFERS: 1}


def test_two_zones_in_one_file_are_each_right() -> None:
    imported = read_json(
        schedule(
            event(date="2026-11-12T09:30:00-05:00"),
            event(guid="g-2", date="2026-11-12T09:30:00Z"),
            event(guid="g-3", date="2026-11-12T09:30:00"),
        )
    )

    begins = {s.id: when(s)[0] for s in imported.programme.sessions}
    assert begins == {"g-1": "2026-11-12 15:30", "g-2": "2026-11-12 10:30", "g-3": "2026-11-12 09:30"}


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("0:45", "10:15"),
        ("00:45", "10:15"),
        ("1:30", "11:00"),
        ("90", "11:00"),
        (90, "11:00"),
    ],
)
def test_duration_in_every_spelling(duration: object, end: str) -> None:
    (session,) = read_json(schedule(event(duration=duration))).programme.sessions
    assert when(session)[1] == f"2026-11-12 {end}"


def test_duration_of_more_than_a_day() -> None:
    (session,) = read_json(schedule(event(duration="1:02:30"))).programme.sessions
    assert when(session)[1] == "2026-11-13 12:00"


@pytest.mark.parametrize("duration", [None, "", "00:00", "-1:00", "lang", True, 999_999, "99:99:99"])
def test_unusable_duration_is_half_an_hour_and_told(duration: object) -> None:
    imported = read_json(schedule(event(duration=duration)))

    assert when(imported.programme.sessions[0])[1] == "2026-11-12 10:00"
    assert remarks(imported) == {Remark.NO_DURATION: 1}


def test_end_stands_in_for_a_duration() -> None:
    imported = read_json(schedule(event(duration=None, end="2026-11-12T10:05:00+01:00")))
    assert (when(imported.programme.sessions[0])[1], imported.warnings) == ("2026-11-12 10:05", ())


# Identity


@pytest.mark.parametrize(
    ("fields", "identity"),
    [
        ({"guid": None}, "AB3DEF"),
        ({"guid": "", "code": None, "slug": "wie-luistert"}, "wie-luistert"),
        ({"guid": None, "code": None, "slug": None, "id": 11}, "11"),
    ],
    ids=["code", "slug", "id"],
)
def test_missing_guid_is_replaced_by_the_next_best(fields: dict[str, Any], identity: str) -> None:
    imported = read_json(schedule(event(**fields)))

    assert imported.programme.sessions[0].id == identity
    assert remarks(imported) == {Remark.NO_GUID: 1}


def test_without_any_identity_it_is_made_of_room_time_and_title_and_stays() -> None:
    bare = event(guid=None, code=None, id=None)

    first, again = (read_json(schedule(bare)).programme.sessions[0].id for _ in range(2))
    other = read_json(schedule(bare | {"title": "Iets anders"})).programme.sessions[0].id

    assert first == again
    assert first != other
    assert first.startswith("x-")


def test_guid_of_our_own_kind_is_not_taken_for_ours() -> None:
    """Sessions that were made in the browser have such ids, and an import leaves them alone."""
    (session,) = read_json(schedule(event(guid="abcdefghijklmnop"))).programme.sessions
    assert session.id.startswith("x-")


def test_guid_twice_is_told_apart_by_time() -> None:
    imported = read_json(schedule(event(), event(date="2026-11-12T14:00:00+01:00", start=None)))

    assert [s.id for s in imported.programme.sessions] == ["g-1", "g-1~20261112T1400"]
    assert remarks(imported) == {Remark.DOUBLE: 1}


def test_same_event_twice_is_there_once() -> None:
    imported = read_json(schedule(event(), event()))
    assert (len(imported.programme.sessions), remarks(imported)) == (1, {Remark.DOUBLE: 1})


# Words


def test_texts_are_cleaned_and_bounded() -> None:
    imported = read_json(
        schedule(event(title="Rechts\u202enaar\u0000 links " + "x" * 400, subtitle="a\nb", abstract="w " * 9_000))
    )

    (session,) = imported.programme.sessions
    assert session.title.startswith("Rechtsnaar links xxx")
    assert (len(session.title), session.title[-1], session.subtitle) == (201, "…", "a b")
    assert len(session.abstract) <= 4_001
    assert remarks(imported) == {Remark.TEXT_CUT: 2}


def test_texts_in_several_languages_are_read_in_ours() -> None:
    (session,) = read_json(
        schedule(event(title={"de": "Wer", "nl": "Wie"}, track={"name": "Spoor"}))
    ).programme.sessions
    assert (session.title, session.track) == ("Wie", "Spoor")


def test_missing_title_is_a_dash_and_told() -> None:
    imported = read_json(schedule(event(title="")))
    assert (imported.programme.sessions[0].title, remarks(imported)) == ("–", {Remark.NO_TITLE: 1})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b", 7, None])
def test_address_that_is_no_page_is_left_out(url: object) -> None:
    (session,) = read_json(schedule(event(url=url))).programme.sessions
    assert session.url == ""


def test_relative_address_is_below_the_base() -> None:
    (session,) = read_json(schedule(event(url="/talk/1"))).programme.sessions
    assert session.url == "https://x.example/talk/1"


# What is no schedule


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"[]", "$.schedule"),
        (b"{}", "$.schedule"),
        (b'{"schedule": 3}', "$.schedule"),
        (b'{"schedule": {"conference": []}}', "$.schedule.conference"),
        (b'{"schedule": {"conference": {}}}', "$.schedule.conference.days"),
        (schedule(days={}), "$.schedule.conference.days"),
        (schedule(days=[3]), "$.schedule.conference.days[0]"),
        (schedule(days=[{"rooms": []}]), "$.schedule.conference.days[0].rooms"),
        (schedule(days=[{"rooms": {"A": 1}}]), '$.schedule.conference.days[0].rooms["A"]'),
        (schedule(days=[{"rooms": {"A": ["x"]}}]), '$.schedule.conference.days[0].rooms["A"][0]'),
    ],
)
def test_wrong_shape_is_named_with_its_path(data: bytes, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(data)

    assert (refused.value.code, refused.value.field) == ("not-a-schedule", field)


def test_truncated_file_is_refused_whole() -> None:
    whole = fixture("pretalx.json")
    for length in range(1, len(whole) - 3, 97):
        with pytest.raises(BadInput) as refused:
            read(whole[:length])
        assert refused.value.code == "not-a-schedule"


@pytest.mark.parametrize(
    "date", [None, "2026-11-12", "vandaag", "2026-13-45T10:00:00", 12, "9999-12-31T23:59:59-12:00"]
)
def test_event_without_a_time_is_named(date: object) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(schedule(event(), event(guid="g-2", date=date, start=None)))

    assert refused.value.code == "no-moment"
    assert refused.value.field == '$.schedule.conference.days[0].rooms["Grote zaal"][1]'
    assert "Wie luistert er?" in refused.value.message


def test_empty_programme_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read_json(schedule())
    assert refused.value.code == "empty-programme"


@pytest.mark.slow
def test_too_many_sessions_are_refused() -> None:
    events = [event(guid=f"g-{n}") for n in range(MAX_SESSIONS + 1)]

    assert len(read_json(schedule(*events[:-1])).programme.sessions) == MAX_SESSIONS
    with pytest.raises(BadInput) as refused:
        read_json(schedule(*events))
    assert refused.value.code == "too-many-sessions"


def test_too_many_rooms_are_refused() -> None:
    rooms = [{"name": f"Zaal {n}"} for n in range(MAX_ROOMS + 1)]

    assert len(read_json(schedule(event(room="Zaal 0"), rooms=rooms[:-1])).programme.rooms) == MAX_ROOMS
    with pytest.raises(BadInput) as refused:
        read_json(schedule(event(), rooms=rooms))
    assert refused.value.code == "too-many-rooms"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schedule":' * 50_000])
def test_endless_nesting_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text.encode())
    assert refused.value.code == "not-a-schedule"


def test_unknown_fields_are_passed_over() -> None:
    document = json.loads(schedule(event(mood={"very": ["new"]})))
    document["schedule"]["conference"]["sponsors"] = [1, 2, 3]
    assert len(read_json(json.dumps(document).encode()).programme.sessions) == 1
