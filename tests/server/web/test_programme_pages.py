"""The programme as a page: what stands in it without a script, by the clock of the symposium."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.symposium.entries import ProgrammeBody, RoomBody, SessionBody, Slot
from server.symposium.programme_facts import whole_programme
from server.symposium.values import OPERATOR, RoomId, SessionId, SessionKind
from server.web.pages import catalogue
from server.web.programme_pages import MAX_WHOLE, Plan, Telling, plan_of, zone_of
from tests.house import SLUG, Place, open_place
from tools.needs import WALL

ZONE = ZoneInfo("Europe/Amsterdam")
LONG = "Meervoudigepersoonlijkheidsstoornisverzekeringsmaatschappijen"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


def us(day: int, clock: str) -> int:
    """A moment of November 2026 in Amsterdam, in µs."""
    hours, minutes = map(int, clock.split(":"))
    return int(datetime(2026, 11, day, hours, minutes, tzinfo=ZONE).timestamp()) * 1_000_000


def session(name: str, day: int, start: str, end: str, room: str | None = "groot", **more: Any) -> dict[str, Any]:
    begin, until = us(day, start), us(day, end)
    until += 0 if until > begin else 24 * 3_600 * 1_000_000
    return {"id": name, "title": f"Titel {name}", "room": room, "start": begin, "end": until, **more}


TWO_DAYS = (
    session("a", 12, "09:00", "09:45", speakers=[{"name": "Ada", "about": "rekent"}], abstract="Waarom?", lang="nl"),
    session("b", 12, "09:00", "09:30", "tuin", lang="en", noPhotos=True, track="Data", hashtag="bee"),
    session("k", 12, "10:00", "10:15", None, kind="break"),
    session("nacht", 12, "23:30", "01:00", kind="other"),
    session("c", 13, "09:00", "10:00", url="https://example.org/c"),
)


async def put(place: Place, sessions: Sequence[dict[str, Any]] = TWO_DAYS, base: int = 0) -> int:
    rooms = [{"id": "groot", "name": "Grote zaal"}, {"id": "tuin", "name": "Tuinzaal"}]
    body = {"base": base, "programme": {"zone": "Europe/Amsterdam", "rooms": rooms, "sessions": list(sessions)}}
    answer = await place.holder("organiser").ask("PUT", "programme", body)
    assert answer.status == 200, answer
    return int(answer.json["seq"])


def plan(place: Place, *, now: int = 0, lang: str = "nl", room: str | None = None, day: str | None = None) -> Plan:
    state = place.hall.node.state
    words = {**catalogue(lang, "common"), **catalogue(lang, "programme")}
    telling = Telling(words=words, lang=lang, now_us=now, slug=SLUG, short="fontein.example/pd", zone=ZONE)
    return plan_of(state, whole_programme(state), telling, room=room, day=day)


def shown(of: Plan) -> dict[str, list[str]]:
    """The sessions of each day, with the time that they stand under."""
    return {day.name: [f"{slot.start} {row.facts.id}" for slot in day.slots for row in slot.rows] for day in of.shown}


def running(of: Plan) -> list[str]:
    return [row.facts.id for day in of.shown for slot in day.slots for row in slot.rows if row.now]


async def page(place: Place, query: str = "") -> str:
    answer = await place.visitor().get(f"/{SLUG}/programme{query}")
    assert answer.status == 200
    return answer.body.decode()


# What stands where


async def test_days_run_from_four_to_four_and_sessions_stand_by_time(place: Place) -> None:
    await put(place)

    assert shown(plan(place)) == {
        "donderdag 12 november": ["09:00 a", "09:00 b", "10:00 k", "23:30 nacht"],
        "vrijdag 13 november": ["09:00 c"],
    }
    assert list(shown(plan(place, lang="en"))) == ["Thursday 12 November", "Friday 13 November"]


async def test_what_is_late_stands_at_the_time_that_holds(place: Place) -> None:
    await put(place)
    await place.holder("moderator").ask("POST", "programme/shifts", {"session": "a", "minutes": 6})

    (first, *_) = plan(place).shown

    assert shown(plan(place))["donderdag 12 november"] == ["09:00 b", "09:06 a", "10:00 k", "23:30 nacht"]
    assert [(row.late, row.start, row.end) for row in first.slots[1].rows] == [(6, "09:06", "09:51")]
    assert "6 min later" in await page(place)


async def test_now_follows_the_clock_and_what_is_late(place: Place) -> None:
    await put(place)
    await place.holder("moderator").ask("POST", "programme/shifts", {"session": "a", "minutes": 6})

    assert running(plan(place, now=us(12, "09:03"))) == ["b"]
    assert running(plan(place, now=us(12, "09:06"))) == ["b", "a"]
    assert running(plan(place, now=us(12, "09:50"))) == ["a"]
    assert running(plan(place, now=us(12, "09:51"))) == []


async def test_now_is_what_staff_said_where_they_said_something(place: Place) -> None:
    await put(place)
    said = {"room": "groot", "session": "c"}
    await place.holder("moderator").ask("PUT", "programme/on-stage", said)

    assert running(plan(place, now=us(12, "09:03"))) == ["b", "c"]

    await place.holder("moderator").ask("PUT", "programme/on-stage", {"room": "groot", "session": None})

    assert running(plan(place, now=us(12, "09:03"))) == ["b"]


async def test_room_shows_its_own_and_what_is_for_all(place: Place) -> None:
    await put(place)

    chosen = plan(place, room="tuin")

    assert shown(chosen) == {"donderdag 12 november": ["09:00 b", "10:00 k"]}
    assert [room.name for room in chosen.rooms if room.chosen] == ["Tuinzaal"]
    assert shown(plan(place, room="kelder")) == shown(plan(place))


async def test_large_programme_comes_a_day_at_a_time(place: Place) -> None:
    many = [session(f"s{n}", 12 + n % 2, "09:00", "10:00", None) for n in range(MAX_WHOLE + 1)]
    await put(place, many)

    assert [len(day.slots) for day in plan(place).days] == [0, 0]
    assert [day.id for day in plan(place).shown] == ["2026-11-12"]
    assert [day.id for day in plan(place, now=us(13, "03:00")).shown] == ["2026-11-12"]
    assert [day.id for day in plan(place, now=us(13, "12:00")).shown] == ["2026-11-13"]
    assert [day.id for day in plan(place, now=us(20, "12:00")).shown] == ["2026-11-13"]
    assert [day.id for day in plan(place, day="2026-11-13").shown] == ["2026-11-13"]
    assert "?day=2026-11-13" in await page(place)


async def test_only_a_day_that_is_too_high_for_a_sheet_gets_small_print(place: Place) -> None:
    await put(place, [*TWO_DAYS, *(session(f"s{n}", 13, f"{n}:00", f"{n}:45", title="x" * 150) for n in range(10, 24))])

    assert [day.dense for day in plan(place).shown] == [False, True]


# The page


async def test_page_tells_everything_without_a_script(place: Place) -> None:
    await put(place)

    text = await page(place, "?lang=nl")

    for words in ("Titel a", "Ada", "rekent", "Waarom?", "Grote zaal", "Tuinzaal", "Data", "#bee", "Taal: Engels"):
        assert words in text
    assert "Maak hier geen foto’s." in text
    assert f'<a href="/{SLUG}/programme.ics">' in text
    assert 'href="https://example.org/c" rel="noopener noreferrer"' in text
    code = place.hall.node.state.codes_of["session:a"]
    assert f'href="/pd/{code}"' in text


@pytest.mark.parametrize(("lang", "words"), [("nl", "Er is nog geen programma."), ("en", "There is no programme yet.")])
async def test_page_without_a_programme_says_so(place: Place, lang: str, words: str) -> None:
    text = await page(place, f"?lang={lang}")

    assert words in text
    assert "programme.ics" not in text


async def test_what_strangers_wrote_is_text_and_no_address_of_theirs_runs(place: Place) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    body = ProgrammeBody(
        version=evil,
        zone="Nergens/Heen",
        origin="",
        rooms=(RoomBody(id=RoomId("r"), name=evil), RoomBody(id=RoomId("s"), name="S")),
        sessions=(
            SessionBody(
                id=SessionId(evil[:60]), title=evil + LONG, abstract=evil, url="javascript:alert(1)", lang=evil
            ),
        ),
    )
    slot = Slot(SessionId(evil[:60]), RoomId("r"), us(12, "09:00"), us(12, "10:00"), SessionKind.TALK, 0, False)
    await place.hall.node.shelf.set_programme(OPERATOR, body, [slot], base=0)

    text = await page(place)

    assert LONG in text
    assert "<img" not in text
    assert "javascript:" not in text
    assert re.search(r"\sstyle=|\son[a-z]+=x", text.replace("&lt;img src=x onerror=alert(1)&gt;", "")) is None


async def test_paper_of_a_session_is_linked_and_an_embargo_says_its_time(place: Place) -> None:
    await put(place)
    organiser = place.holder("organiser")
    paper = {"title": "Het stuk", "authors": [], "abstract": "", "session": "a", "form": "paper", "link": ""}
    open_one = (await organiser.ask("POST", "papers", {**paper, "embargo": False})).json["id"]
    closed = (await organiser.ask("POST", "papers", {**paper, "title": "Straks", "embargo": True})).json["id"]

    text = await page(place, "?lang=nl")

    assert f'href="/{SLUG}/papers/{open_one}"' in text
    assert re.search(rf'papers/{closed}"[^\n]*vanaf 09:00', text)
    assert not re.search(rf'papers/{open_one}"[^\n]*vanaf', text)


async def test_editor_is_there_for_whoever_hands_in_a_badge(place: Place) -> None:
    await put(place)

    answer = await place.visitor().get(f"/{SLUG}/programme/edit?lang=nl")

    assert answer.status == 200
    assert 'id="door"' in answer.body.decode()
    assert "Titel a" not in answer.body.decode()


async def test_capitals_lead_to_the_page(place: Place) -> None:
    answer = await place.visitor().get(f"/{SLUG.upper()}/programme")

    assert (answer.status, answer.headers["Location"]) == (302, f"/{SLUG}/programme")


def test_zone_that_nobody_knows_counts_as_utc() -> None:
    assert zone_of("Europe/Amsterdam").key == "Europe/Amsterdam"
    assert [zone_of(name).key for name in ("Nergens/Heen", "", "../etc/passwd")] == ["UTC"] * 3


def test_catalogues_have_the_same_texts() -> None:
    nl, en = (
        json.loads((WALL / "locale" / lang / "programme.json").read_text(encoding="utf-8")) for lang in ("nl", "en")
    )
    used = "".join((WALL / "programme" / name).read_text(encoding="utf-8") for name in ("page.html", "programme.js"))

    assert list(nl) == list(en)
    assert [key for key in re.findall(r"'(programme\.[a-z-]+)'", used) if key not in nl] == []
    assert [
        key for key in nl if f"'{key}'" not in used and not re.match(r"(?:weekday|month|language|.*\.day)", key)
    ] == []
