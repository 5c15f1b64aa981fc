"""The programme over HTTP: read, edit, import, take over, follow; what is late and what is on stage."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from server.programme.imported import MAX_BYTES
from server.programme.moments import moment_of, zone_of
from server.web.programme import first_day
from tests.house import PATIENCE_S, SLUG, Answer, Place, open_place
from tests.server.programme.given import at, calendar, event, fixture, schedule, vevent

pytestmark = pytest.mark.asyncio(loop_scope="function")


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A house for each test: what one took over would be in the way of the next."""
    async with open_place(tmp_path) as opened:
        yield opened


async def begin(place: Place, data: bytes, *, role: str = "organiser") -> Answer:
    """Read a file."""
    return await place.holder(role).ask("POST", "programme/imports", data=io.BytesIO(data))


async def take(place: Place, data: bytes) -> int:
    """Read a file and take it over."""
    begun = await begin(place, data)
    assert begun.status == 201, begun
    taken = await place.holder("organiser").ask("POST", f"programme/imports/{begun.json['import']}")
    assert taken.status == 200, taken
    return int(taken.json["seq"])


async def read(place: Place, query: str = "") -> Any:
    return (await place.visitor().get(f"programme{query}")).json


def edited(*sessions: dict[str, Any], base: int = 0) -> dict[str, Any]:
    return {"base": base, "programme": {"rooms": [{"id": "zaal", "name": "Grote zaal"}], "sessions": list(sessions)}}


def session(**changes: Any) -> dict[str, Any]:
    start = at("2026-11-12 09:30")
    return {"title": "Wie luistert er?", "start": start, "end": start + 45 * 60_000_000, "room": "zaal", **changes}


# Reading


async def test_without_a_programme_there_are_no_sessions(place: Place) -> None:
    assert await read(place) == {
        "seq": 0, "version": "", "zone": "Europe/Amsterdam", "rooms": [], "sessions": [],
    }  # fmt: skip


async def test_everybody_reads_what_was_taken_over(place: Place) -> None:
    seq = await take(place, fixture("pretalx.json"))

    programme = await read(place)

    assert (programme["seq"], programme["version"], programme["zone"]) == (seq, "1.3", "Europe/Amsterdam")
    assert [room["name"] for room in programme["rooms"]] == ["Grote zaal", "Tuinkamer"]
    talk, pause, _ = programme["sessions"]
    assert (talk["title"], talk["noPhotos"], pause["kind"]) == ("Wie luistert er?", True, "break")
    assert talk["speakers"][0] == {"name": "Noor Jansen", "about": "Onderzoeker bij Dichtbij."}
    assert "origin" not in programme


async def test_brief_answer_has_no_long_texts(place: Place) -> None:
    await take(place, fixture("pretalx.json"))
    talk = (await read(place, "?brief=1"))["sessions"][0]
    assert "abstract" not in talk
    assert talk["speakers"][0] == {"name": "Noor Jansen"}


async def test_asking_again_costs_nothing_until_it_changes(place: Place) -> None:
    await take(place, fixture("pretalx.json"))
    visitor = place.visitor()
    first = await visitor.get("programme")

    again = await visitor.get("programme", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")

    await take(place, schedule(event()))
    assert (await visitor.get("programme", headers={"If-None-Match": first.headers["ETag"]})).status == 200


async def test_answer_is_compressed_for_who_can_read_that(place: Place) -> None:
    await take(place, fixture("pretalx.json"))
    plain = await place.visitor().ask("GET", "programme", headers={"Accept-Encoding": "identity"})
    packed = await place.visitor().ask("GET", "programme", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json == plain.json


async def test_calendar_for_visitors(place: Place) -> None:
    await take(place, fixture("pretalx.json"))
    answer = await place.visitor().get(f"/{SLUG}/programme.ics")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"SUMMARY;LANGUAGE=nl:Wie luistert er?\r\n" in answer.body
    assert answer.body.count(b"BEGIN:VEVENT") == 3
    again = await place.visitor().get(f"/{SLUG}/programme.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


# Editing


async def test_editor_sets_the_whole_programme(place: Place) -> None:
    organiser = place.holder("organiser")

    answer = await organiser.ask("PUT", "programme", edited(session()))

    assert (answer.status, answer.json) == (200, {"seq": place.seq})
    (made,) = (await read(place))["sessions"]
    assert len(made["id"]) == 16
    # What came out goes in again, codes and counts and all.
    again = await organiser.ask("PUT", "programme", edited(made, base=answer.json["seq"]))
    assert again.status == 200, again
    assert (await read(place))["sessions"] == [made]


async def test_edit_of_an_older_programme_is_refused(place: Place) -> None:
    organiser = place.holder("organiser")
    first = (await organiser.ask("PUT", "programme", edited(session()))).json["seq"]
    await organiser.ask("PUT", "programme", edited(session(title="Van een collega"), base=first))

    late = await organiser.ask("PUT", "programme", edited(session(title="Te laat"), base=first))

    assert (late.status, late.code) == (409, "programme-changed")
    assert [s["title"] for s in (await read(place))["sessions"]] == ["Van een collega"]


async def test_edit_names_what_is_wrong(place: Place) -> None:
    before = place.seq
    answer = await place.holder("organiser").ask("PUT", "programme", edited(session(), session(title="")))
    assert (answer.status, answer.json["field"], place.seq) == (422, "$.programme.sessions[1].title", before)


async def test_large_programme_fits(place: Place) -> None:
    """More than the 64 KiB of other bodies."""
    many = [session(abstract="x" * 3_000, id=f"s-{n}") for n in range(100)]
    assert (await place.holder("organiser").ask("PUT", "programme", edited(*many))).status == 200


# Importing


async def test_import_shows_the_difference_and_changes_nothing(place: Place) -> None:
    await take(place, schedule(event(), event(guid="g-2", title="Blijft"), event(guid="g-3", title="Gaat weg")))
    before = place.seq

    answer = await begin(
        place,
        schedule(
            event(date="2026-11-12T11:00:00+01:00", start="11:00"), event(guid="g-2", title="Blijft"),
            event(guid="g-4", title="Nieuw", start="23:00"),
        ),
    )  # fmt: skip

    found = answer.json
    assert (answer.status, place.seq) == (201, before)
    assert (found["kind"], found["version"], found["sessions"], found["rooms"]) == ("schedule.json", "1.0", 3, 1)
    assert [noted["title"] for noted in found["difference"]["added"]] == ["Nieuw"]
    assert [noted["title"] for noted in found["difference"]["removed"]] == ["Gaat weg"]
    assert found["difference"]["changed"] == [
        {
            "id": "g-1",
            "title": "Wie luistert er?",
            "moved": True,
            "fields": [{"name": "time", "before": "2026-11-12 09:30–10:15", "after": "2026-11-12 11:00–11:45"}],
        }
    ]
    assert found["warnings"] == [{"code": "start-differs", "count": 1, "example": "Nieuw"}]


@pytest.mark.parametrize("name", ["pretalx.json", "pretalx.xml", "google.ics", "frab.json", "without-dates.xml"])
async def test_every_format_is_taken_over(place: Place, name: str) -> None:
    assert await take(place, fixture(name)) == place.seq
    assert (await read(place))["sessions"]


async def test_import_of_a_programme_that_changed_since_is_refused(place: Place) -> None:
    begun = (await begin(place, fixture("pretalx.json"))).json
    await take(place, schedule(event()))

    late = await place.holder("organiser").ask("POST", f"programme/imports/{begun['import']}")

    assert (late.status, late.code) == (409, "programme-changed")
    assert len((await read(place))["sessions"]) == 1


async def test_import_is_taken_over_once(place: Place) -> None:
    begun = (await begin(place, fixture("pretalx.json"))).json
    path = f"programme/imports/{begun['import']}"
    organiser = place.holder("organiser")
    assert (await organiser.ask("POST", path)).status == 200
    again = await organiser.ask("POST", path)
    assert (again.status, again.code) == (404, "no-import")


async def test_import_leaves_what_was_made_here(place: Place) -> None:
    organiser = place.holder("organiser")
    await organiser.ask("PUT", "programme", edited(session(title="Lunch", kind="break")))

    await take(place, schedule(event(room="Grote zaal")))

    programme = await read(place)
    assert sorted(s["title"] for s in programme["sessions"]) == ["Lunch", "Wie luistert er?"]
    assert [room["id"] for room in programme["rooms"]] == ["zaal"], "the room of the same name"


async def test_undo_brings_the_programme_back(place: Place) -> None:
    await take(place, schedule(event()))
    seq = await take(place, schedule(event(title="Anders")))

    undone = await place.holder("organiser").ask("POST", "undos", {"seq": seq})

    assert undone.status == 200, undone
    assert [s["title"] for s in (await read(place))["sessions"]] == ["Wie luistert er?"]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "not-a-schedule"),
        (b"<!doctype html><p>Log in", 422, "not-a-schedule"),
        (b'<!DOCTYPE s [<!ENTITY x "y">]><schedule/>', 422, "unsafe-xml"),
        (schedule(event(date=None, start=None)), 422, "no-moment"),
        (schedule(), 422, "empty-programme"),
        (b" " * (MAX_BYTES + 1), 413, "too-large"),
        (b'{"url": "file:///etc/passwd"}', 422, "bad-address"),
        (b'{"url": "http://127.0.0.1:1/x"}', 422, "no-schedule-there"),
    ],
)
async def test_bad_file_is_named_and_nothing_is_imported(place: Place, data: bytes, status: int, code: str) -> None:
    before = place.seq
    answer = await begin(place, data)
    assert (answer.status, answer.code, place.seq) == (status, code, before)


async def test_what_repeats_is_written_out_around_the_day_of_the_symposium(place: Place) -> None:
    first = first_day(place.hall.node.state)
    zone = zone_of("Europe/Amsterdam")
    assert first is not None
    assert zone is not None
    await take(place, calendar(vevent("RRULE:FREQ=DAILY", start="20200101T101500", more="DURATION:PT30M")))

    days = {moment_of(s["start"], zone).date() for s in (await read(place))["sessions"]}
    assert (len(days), first in days) == (16, True)


async def test_operator_imports_for_the_command_line(place: Place) -> None:
    operator = place.visitor(place.house.site.operator_token)
    path = f"/v1/operator/symposia/{SLUG}/programme/imports"

    begun = await operator.ask("POST", path, data=fixture("pretalx.json"))
    taken = await operator.ask("POST", f"{path}/{begun.json['import']}")

    assert (begun.status, taken.status, taken.json) == (201, 200, {"seq": place.seq})


# From an address


class Elsewhere:
    """A conference system on loopback, that counts."""

    def __init__(self) -> None:
        self.body = schedule(event())
        self.status = 200
        self.asked: list[str | None] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        etag = f'"{hash(self.body)}"'
        self.asked.append(request.headers.get("If-None-Match"))
        if self.status != 200:
            return web.Response(status=self.status)
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=self.body, headers={"ETag": etag})


@pytest_asyncio.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    made = Elsewhere()
    app = web.Application()
    app.router.add_get("/schedule.json", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/schedule.json"
    yield made
    await runner.cleanup()


async def following(place: Place, *, until: str = "checkedAt") -> Any:
    """How following stands, once *until* is there."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await place.holder("organiser").get("programme/address")
            if answer.json[until] is not None:
                return answer.json
            await asyncio.sleep(0.02)


async def test_import_from_an_address_remembers_where_it_came_from(place: Place, elsewhere: Elsewhere) -> None:
    await take(place, json.dumps({"url": elsewhere.url}).encode())

    assert (await place.holder("organiser").get("programme")).json["origin"] == elsewhere.url
    assert "origin" not in await read(place), "it may lie in a private network"


async def test_followed_address_brings_news_that_waits(place: Place, elsewhere: Elsewhere) -> None:
    organiser = place.holder("organiser")

    put = await organiser.ask("PUT", "programme/address", {"url": elsewhere.url})
    assert (put.status, put.json["url"], put.json["update"]) == (200, elsewhere.url, None)
    found = await following(place)

    assert (found["error"], found["private"]) == (None, True)
    assert [noted["title"] for noted in found["update"]["difference"]["added"]] == ["Wie luistert er?"]
    assert (await read(place))["sessions"] == [], "never taken over by itself"
    taken = await organiser.ask("POST", f"programme/imports/{found['update']['import']}")
    assert taken.status == 200, taken
    assert (await following(place))["update"] is None


async def test_asking_for_the_same_address_looks_again_politely(place: Place, elsewhere: Elsewhere) -> None:
    organiser = place.holder("organiser")
    await organiser.ask("PUT", "programme/address", {"url": elsewhere.url})
    first = await following(place)
    before = place.seq

    await organiser.ask("PUT", "programme/address", {"url": elsewhere.url})
    async with asyncio.timeout(PATIENCE_S):
        while len(elsewhere.asked) < 2:  # noqa: ASYNC110 -- the other server has no event
            await asyncio.sleep(0.01)

    assert elsewhere.asked[0] is None
    assert elsewhere.asked[1] is not None
    assert place.seq == before
    assert (await following(place))["update"]["import"] == first["update"]["import"]


async def test_trouble_at_the_address_is_told(place: Place, elsewhere: Elsewhere) -> None:
    elsewhere.status = 503
    await place.holder("organiser").ask("PUT", "programme/address", {"url": elsewhere.url})

    found = await following(place, until="error")

    assert (found["code"], found["update"]) == ("server-error", None)


async def test_following_ends(place: Place, elsewhere: Elsewhere) -> None:
    organiser = place.holder("organiser")
    await organiser.ask("PUT", "programme/address", {"url": elsewhere.url})
    await following(place)

    answer = await organiser.ask("PUT", "programme/address", {"url": None})

    assert (answer.status, answer.json["url"], answer.json["update"]) == (200, None, None)


async def test_address_is_followed_again_after_a_start(tmp_path: Path, elsewhere: Elsewhere) -> None:
    async with open_place(tmp_path) as place:
        await place.holder("organiser").ask("PUT", "programme/address", {"url": elsewhere.url})
        await following(place)
    async with open_place(tmp_path) as place:
        assert (await following(place))["update"] is not None


# The day


@pytest_asyncio.fixture
async def programmed(place: Place) -> Place:
    await take(place, schedule(event(), event(guid="g-2", date="2026-11-12T11:00:00+01:00", start=None)))
    return place


async def test_shift_is_seen_on_the_stage(programmed: Place) -> None:
    moderator = programmed.holder("moderator")

    answer = await moderator.ask("POST", "programme/shifts", {"session": "g-1", "minutes": 10, "rest": True})

    assert answer.status == 200, answer
    assert programmed.hall.node.state.shifts == {"g-1": 10, "g-2": 10}


async def test_on_stage_is_set_and_left_to_the_clock_again(programmed: Place) -> None:
    moderator = programmed.holder("moderator")
    room = (await read(programmed))["rooms"][0]["id"]

    body = {"room": room, "session": "g-2", "part": "questions"}
    assert (await moderator.ask("PUT", "programme/on-stage", body)).status == 200
    assert programmed.hall.node.state.on_stage[room].session == "g-2"  # type: ignore[index]
    assert (await moderator.ask("PUT", "programme/on-stage", {"room": room, "auto": True})).status == 200
    assert programmed.hall.node.state.on_stage == {}


async def test_direction_is_set(place: Place) -> None:
    answer = await place.holder("moderator").ask("PUT", "direction", {"stageSafe": False, "papersS": 90})
    assert answer.status == 200, answer
    direction = place.hall.node.state.direction
    assert (direction.stage_safe, direction.papers_s) == (False, 90)


async def test_posts_are_moved_together_and_back(programmed: Place) -> None:
    one, two = await programmed.arrive(), await programmed.arrive()
    moderator = programmed.holder("moderator")

    answer = await moderator.ask("POST", "posts/moves", {"posts": [one.id, two.id, "nope"], "session": "g-2"})

    assert (answer.status, answer.json["refused"]) == (200, [{"id": "nope", "code": "unknown"}])
    assert (one.session, two.session) == ("g-2", "g-2")
    assert (await moderator.ask("POST", "undos", {"seq": answer.json["seq"]})).status == 200
    assert (one.session, two.session) == (None, None)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "programme/shifts", {"session": "nope", "minutes": 5}, 404),
        ("POST", "programme/shifts", {"session": "g-1", "minutes": 5_000}, 422),
        ("POST", "programme/shifts", {"session": "", "minutes": 5}, 422),
        ("PUT", "programme/on-stage", {"room": "nope"}, 404),
        ("PUT", "programme/on-stage", {"room": None, "session": "nope"}, 404),
        ("PUT", "programme/on-stage", {}, 422),
        ("PUT", "direction", {"stageSafe": True, "papersS": -1}, 422),
        ("PUT", "direction", {"stageSafe": True}, 422),
        ("POST", "posts/moves", {"posts": [], "session": None}, 422),
        ("POST", "posts/moves", {"posts": ["nope"], "session": None}, 404),
        ("PUT", "programme/address", {"url": "ftp://x"}, 422),
        ("PUT", "programme/address", {}, 422),
        ("POST", "programme/imports/nope", None, 404),
        ("PUT", "programme", {"base": 0}, 422),
    ],
)
async def test_nonsense_is_refused(
    programmed: Place, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    before = await read(programmed)
    answer = await programmed.holder("organiser").ask(method, path, body)
    state = programmed.hall.node.state
    assert answer.status == status, answer
    assert (state.shifts, state.on_stage, state.followed, await read(programmed)) == ({}, {}, None, before)


async def test_compressed_body_is_refused(place: Place) -> None:
    answer = await place.holder("organiser").ask(
        "POST", "programme/imports", data=gzip.compress(fixture("pretalx.json")), headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status, answer.code) == (415, "encoding")
