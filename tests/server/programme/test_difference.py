"""What would change: what moves comes first, and what only people here know stays."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.difference import Change, Difference, Field, Noted, difference, merged
from server.programme.imported import MINUTE_US, Programme, Session, programme_of
from server.programme.reading import read
from server.symposium.entries import RoomBody, SpeakerBody
from server.symposium.values import RoomId, SessionId, SessionKind
from tests.server.programme.given import FIXTURES, at, event, fixture, schedule

HALL, GARDEN = RoomId("zaal"), RoomId("tuin")
ROOMS = (RoomBody(id=HALL, name="Grote zaal"), RoomBody(id=GARDEN, name="Tuinkamer"))
OWN = SessionId("abcdefghijklmnop")


def session(name: str = "s1", **changes: object) -> Session:
    made = Session(
        id=SessionId(name),
        title="Wie luistert er?",
        start=at("2026-11-12 09:30"),
        end=at("2026-11-12 10:15"),
        room=HALL,
        speakers=(SpeakerBody(name="Noor Jansen"),),
    )
    return msgspec.structs.replace(made, **changes)


def programme(*sessions: Session, rooms: tuple[RoomBody, ...] = ROOMS, version: str = "") -> Programme:
    return Programme(rooms=rooms, sessions=sessions, version=version)


def test_nothing_differs() -> None:
    found = difference(programme(session()), programme(session()))
    assert (found, found.is_empty) == (Difference(same=1), True)


def test_what_comes_and_goes_is_told_with_time_and_room() -> None:
    found = difference(programme(session("s1")), programme(session("s2", room=GARDEN)))

    time = "2026-11-12 09:30–10:15"
    assert found.added == (Noted(id=SessionId("s2"), title="Wie luistert er?", time=time, room="Tuinkamer"),)
    assert found.removed == (Noted(id=SessionId("s1"), title="Wie luistert er?", time=time, room="Grote zaal"),)
    assert not found.is_empty


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"room": GARDEN}, Field(name="room", before="Grote zaal", after="Tuinkamer")),
        ({"room": None}, Field(name="room", before="Grote zaal", after="")),
        (
            {"start": at("2026-11-12 10:00"), "end": at("2026-11-13 01:00")},
            Field(name="time", before="2026-11-12 09:30–10:15", after="2026-11-12 10:00–2026-11-13 01:00"),
        ),
        ({"title": "Wie dan?"}, Field(name="title", before="Wie luistert er?", after="Wie dan?")),
        ({"speakers": ()}, Field(name="speakers", before="Noor Jansen", after="")),
        ({"no_record": True}, Field(name="noPhotos", before="no", after="yes")),
        ({"kind": SessionKind.BREAK}, Field(name="kind", before="talk", after="break")),
        ({"questions_s": 600}, Field(name="questions", before="0 min", after="10 min")),
        ({"lang": "en"}, Field(name="lang", before="", after="en")),
    ],
)
def test_change_of_one_field(changes: dict[str, object], field: Field) -> None:
    found = difference(programme(session()), programme(session(**changes)))
    (change,) = found.changed
    assert change.fields == (field,)
    assert change.moved == (field.name in ("room", "time"))


def test_what_moves_comes_first() -> None:
    before = programme(session("a"), session("b"))
    after = programme(session("a", title="Anders"), session("b", title="Anders", room=GARDEN))

    changed = difference(before, after).changed

    assert [(c.id, c.moved, [f.name for f in c.fields]) for c in changed] == [
        ("b", True, ["room", "title"]),
        ("a", False, ["title"]),
    ]


def test_renamed_room_is_told_at_its_sessions() -> None:
    rooms = (RoomBody(id=HALL, name="Aula"), ROOMS[1])
    found = difference(programme(session()), programme(session(), rooms=rooms))
    assert found.changed == (
        Change(
            id=SessionId("s1"),
            title="Wie luistert er?",
            moved=False,
            fields=(Field(name="room", before="Grote zaal", after="Aula"),),
        ),
    )


def test_long_text_is_shown_from_where_it_differs() -> None:
    long = "woord " * 200
    found = difference(programme(session(abstract=long + "oud")), programme(session(abstract=long + "nieuw")))
    (field,) = found.changed[0].fields
    assert (field.before.endswith("oud"), field.after.endswith("nieuw")) == (True, True)
    assert len(field.before) < 200


def test_new_version_alone_is_no_news() -> None:
    found = difference(programme(session(), version="1.0"), programme(session(), version="1.1"))
    assert found.fields == (Field(name="version", before="1.0", after="1.1"),)
    assert found.is_empty


# What an import leaves alone


def test_rooms_of_the_same_name_keep_their_identity() -> None:
    """Screens and codes are in a room: another format of the same programme must not lose them."""
    imported = programme(session(room=RoomId("guid-1")), rooms=(RoomBody(id=RoomId("guid-1"), name="grote ZAAL"),))

    made = merged(programme(session()), imported)

    assert (made.rooms, made.sessions[0].room) == ((RoomBody(id=HALL, name="grote ZAAL"),), HALL)


def test_room_does_not_take_the_identity_of_another_in_the_file() -> None:
    swapped = (RoomBody(id=GARDEN, name="Grote zaal"), RoomBody(id=HALL, name="Tuinkamer"))
    made = merged(programme(session()), programme(session(), rooms=swapped))
    assert made.rooms == swapped


def test_sessions_made_here_stay_with_their_room() -> None:
    lunch = session(OWN, title="Lunch", room=GARDEN, speakers=())
    imported = programme(session("s2"), rooms=ROOMS[:1])

    made = merged(programme(session(), lunch), imported)

    assert {s.id for s in made.sessions} == {"s2", OWN}
    assert made.rooms == ROOMS
    assert difference(programme(session(), lunch), made).kept == 1


def test_hashtag_and_time_for_questions_stay() -> None:
    before = programme(session(hashtag="luister", questions_s=600))
    made = merged(before, programme(session(title="Anders")))
    (kept,) = made.sessions
    assert (kept.title, kept.hashtag, kept.questions_s) == ("Anders", "luister", 600)


# Laws

NAMES = sorted(path.name for path in FIXTURES.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_taking_over_twice_changes_nothing(name: str) -> None:
    imported = read(fixture(name)).programme
    once = merged(Programme(), imported)
    assert difference(once, merged(once, imported)).is_empty


@pytest.mark.parametrize("name", NAMES)
def test_programme_comes_back_from_its_entry(name: str) -> None:
    programme_ = read(fixture(name)).programme
    assert programme_of(programme_.body(), programme_.slots()) == programme_


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_every_session_is_told_once(before: list[str], after: list[str]) -> None:
    old = programme(*(session(f"s-{name}") for name in before))
    new = programme(*(session(f"s-{name}", title=name, start=at("2026-11-12 09:30") + MINUTE_US) for name in after))

    found = difference(old, new)

    assert {noted.id for noted in found.added} == {f"s-{n}" for n in set(after) - set(before)}
    assert {noted.id for noted in found.removed} == {f"s-{n}" for n in set(before) - set(after)}
    assert {change.id for change in found.changed} == {f"s-{n}" for n in set(before) & set(after)}
    assert found.same == 0


def test_changed_file_of_real_shape() -> None:
    before = read(schedule(event(), event(guid="g-2", title="Blijft"))).programme
    after = read(schedule(event(date="2026-11-12T11:00:00+01:00", start="11:00"), event(guid="g-2", title="Blijft")))

    found = difference(before, merged(before, after.programme))

    assert [(c.id, c.moved, c.fields[0].after) for c in found.changed] == [("g-1", True, "2026-11-12 11:00–11:45")]
    assert found.same == 1
