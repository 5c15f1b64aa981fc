"""What the editor sends is checked, and nothing of it is guessed."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from server.errors import BadInput
from server.programme.edited import EditedProgramme, programme_from
from server.programme.imported import Programme
from server.symposium.entries import RoomBody, SpeakerBody
from server.symposium.values import RoomId
from tests.server.programme.given import at

START = at("2026-11-12 09:30")


def made(**changes: Any) -> Programme:
    numbers = itertools.count(1)
    return programme_from(msgspec.convert(wire(**changes), EditedProgramme), lambda: f"new{next(numbers)}")


def wire(session: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    whole = {"title": "Wie luistert er?", "start": START, "end": START + 45 * 60_000_000, "room": "zaal"}
    rooms = [{"id": "zaal", "name": "Grote zaal"}, {"name": "Tuinkamer"}]
    return {"rooms": rooms, "sessions": [{**whole, **(session or {})}], **changes}


def test_programme_is_taken_as_it_is_sent() -> None:
    programme = made(
        session={
            "id": "s1", "speakers": [{"name": "Noor", "about": "Een\nTwee"}], "questionsS": 600, "noPhotos": True,
            "hashtag": "#luister", "lang": "nl", "code": "F7", "papers": 2,
        },
        version="2",
    )  # fmt: skip

    (session,) = programme.sessions
    assert programme.rooms == (
        RoomBody(id=RoomId("zaal"), name="Grote zaal"),
        RoomBody(id=RoomId("tuinkamer"), name="Tuinkamer"),
    )
    assert (session.id, session.room, session.questions_s, session.no_record) == ("s1", "zaal", 600, True)
    assert (session.hashtag, session.lang, programme.version) == ("luister", "nl", "2")
    assert session.speakers == (SpeakerBody(name="Noor", about="Een\nTwee"),)


def test_new_session_gets_an_id_and_may_name_its_room() -> None:
    (session,) = made(session={"room": "Tuinkamer"}).sessions
    assert (session.id, session.room) == ("new1", "tuinkamer")


def test_sessions_are_kept_by_time() -> None:
    early = {"title": "Eerst", "start": START - 60_000_000, "end": START, "room": None}
    assert [s.title for s in made(sessions=[*wire()["sessions"], early]).sessions] == ["Eerst", "Wie luistert er?"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"session": {"title": "  "}}, "$.programme.sessions[0].title"),
        ({"session": {"title": "x" * 201}}, "$.programme.sessions[0].title"),
        ({"session": {"abstract": "x" * 4_001}}, "$.programme.sessions[0].abstract"),
        ({"session": {"end": START}}, "$.programme.sessions[0].end"),
        ({"session": {"end": START + 15 * 86_400_000_000}}, "$.programme.sessions[0].end"),
        ({"session": {"room": "kelder"}}, "$.programme.sessions[0].room"),
        ({"session": {"url": "javascript:1"}}, "$.programme.sessions[0].url"),
        ({"session": {"lang": "?!"}}, "$.programme.sessions[0].lang"),
        ({"session": {"hashtag": "twee woorden"}}, "$.programme.sessions[0].hashtag"),
        ({"session": {"speakers": [{"name": ""}]}}, "$.programme.sessions[0].speakers[0].name"),
        ({"sessions": [wire(session={"id": "a"})["sessions"][0]] * 2}, "$.programme.sessions[1].id"),
        ({"rooms": [{"id": "zaal", "name": "A"}, {"name": "A"}]}, "$.programme.rooms[1].name"),
        ({"rooms": [{"id": "zaal", "name": ""}]}, "$.programme.rooms[0].name"),
        ({"zone": "Europe/Nergens"}, "$.programme.zone"),
        ({"zone": "../../etc/passwd"}, "$.programme.zone"),
    ],
)
def test_what_cannot_be_is_named_with_its_path(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        made(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "session", [{"start": -1}, {"start": 10**18}, {"kind": "feest"}, {"id": "a/b"}, {"id": "x" * 65}, {"title": None}]
)
def test_what_has_the_wrong_shape_is_refused(session: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        made(session=session)


def test_questions_are_no_longer_than_their_session() -> None:
    (session,) = made(session={"questionsS": 4 * 3_600}).sessions
    assert session.questions_s == 45 * 60
