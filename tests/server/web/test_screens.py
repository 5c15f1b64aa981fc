"""Screens that staff know: a code that a screen shows, its name and room, and letting it go."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio

from server.symposium.codes import ALPHABET
from server.symposium.entries import ProgrammeBody, RoomBody
from server.symposium.values import OPERATOR, RoomId, ScreenId
from server.web.limits import PAIRINGS
from server.web.pairings import MAX_PAIRINGS, PAIRING_S, Pairings, normal
from tests.house import PATIENCE_S, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALL = "grote-zaal"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _programme(place: Place) -> None:
    """Two rooms, so that a screen can be in one."""
    rooms = (RoomBody(id=RoomId(HALL), name="Grote zaal"), RoomBody(id=RoomId("foyer"), name="Foyer"))
    await place.hall.node.shelf.set_programme(OPERATOR, ProgrammeBody(rooms=rooms), (), base=0)


async def begun(place: Place, screen: str) -> str:
    """The code that *screen* shows."""
    return str((await place.visitor().ask("POST", "screens/pairings", {"screen": screen})).json["code"])


async def paired(place: Place, screen: str, **more: Any) -> dict[str, Any]:
    """A screen that staff know."""
    body = {"screen": screen, "name": f"Scherm {screen}", **more}
    answer = await place.holder("moderator").ask("POST", "screens", body)
    assert answer.status == 201, answer
    return dict(answer.json)


async def known(place: Place) -> dict[str, dict[str, Any]]:
    listed = (await place.holder("moderator").get("screens")).json["screens"]
    return {each["screen"]: each for each in listed}


# What a screen does


async def test_screen_gets_four_letters_that_cannot_be_mistaken(place: Place) -> None:
    before = place.house.site.now_us()
    answer = await place.visitor().ask("POST", "screens/pairings", {"screen": "a1"})
    after = place.house.site.now_us()

    assert (answer.status, set(answer.json)) == (201, {"code", "expires"})
    assert re.fullmatch(f"[{ALPHABET}]{{4}}", answer.json["code"])
    assert before <= answer.json["expires"] - PAIRING_S * 1_000_000 <= after


async def test_screen_that_asks_again_keeps_its_code(place: Place) -> None:
    assert await begun(place, "a2") == await begun(place, "a2")
    assert await begun(place, "a2") != await begun(place, "a3")


@pytest.mark.parametrize("screen", ["", "x" * 65, "room:grote-zaal", "two words", "é", "a\n", 7, None])
async def test_screen_with_a_name_that_cannot_be_gets_no_code(place: Place, screen: object) -> None:
    answer = await place.visitor().ask("POST", "screens/pairings", {"screen": screen})

    assert answer.status == 422


async def test_screen_learns_that_somebody_typed_its_code(place: Place) -> None:
    code = await begun(place, "a4")
    before = (await place.visitor().get(f"screens/pairings/{code}")).json

    await place.holder("moderator").ask("POST", "screens", {"code": code, "name": "Zaal"})

    assert before == {"paired": False}
    assert (await place.visitor().get(f"screens/pairings/{code.lower()}")).json == {"paired": True}


async def test_code_that_nobody_shows_is_not_found(place: Place) -> None:
    answer = await place.visitor().get("screens/pairings/ZZZZ")

    assert (answer.status, answer.code) == (404, "no-pairing")


async def test_codes_are_given_slower_to_who_asks_for_many(place: Place) -> None:
    visitor = place.visitor()
    with place.no_refill():
        answers = [
            await visitor.ask("POST", "screens/pairings", {"screen": f"many-{n}"})
            for n in range(int(PAIRINGS.burst) + 1)
        ]
    place.house.site.buckets._levels.clear()

    assert answers[-1].status == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


# What staff do


@pytest.mark.parametrize(
    "typed", ["{code}", "{lower}", " {code} ", "{spaced}"], ids=["as shown", "small", "blanks", "spaced"]
)
async def test_screen_is_paired_by_what_it_shows(place: Place, typed: str) -> None:
    screen = f"b{len(typed)}"
    code = await begun(place, screen)
    words = typed.format(code=code, lower=code.lower(), spaced=" ".join(code))

    body = {"code": words, "name": " Grote zaal,  links ", "room": HALL, "stage": True}
    answer = await place.holder("moderator").ask("POST", "screens", body)

    assert answer.status == 201, answer
    facts = {"screen": screen, "name": "Grote zaal, links", "room": HALL, "stage": True}
    assert answer.json == {"seq": place.seq, **facts}
    assert (await known(place))[screen] == facts


async def test_walls_and_the_stage_are_told_which_screens_are_known(place: Place) -> None:
    await paired(place, "c1", room=HALL, stage=True)
    await place.settled()

    for visitor, audience in ((place.visitor(), "wall"), (place.holder("moderator"), "stage")):
        async with visitor.live(audience) as ws:
            view = (await ws.receive_json(timeout=PATIENCE_S))["view"]
        assert view["screens"]["c1"] == {"name": "Scherm c1", "room": HALL, "stage": True}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "Zaal"}, 422, "bad-input"),
        ({"name": "Zaal", "code": "CDFH", "screen": "d1"}, 422, "bad-input"),
        ({"name": "Zaal", "code": "ZZZZ"}, 404, "no-pairing"),
        ({"name": "Zaal", "code": ""}, 422, "bad-input"),
        ({"name": "Zaal", "screen": "room:foyer"}, 422, "bad-input"),
        ({"name": "", "screen": "d1"}, 422, "empty"),
        ({"name": "\u200b ", "screen": "d1"}, 422, "empty"),
        ({"name": "x" * 61, "screen": "d1"}, 422, "too-long"),
        ({"name": "Zaal", "screen": "d1", "room": "kelder"}, 404, "unknown"),
        ({"name": "Zaal", "screen": "d1", "stage": "yes"}, 422, "bad-input"),
        ({"screen": "d1"}, 422, "bad-input"),
    ],
)
async def test_screen_that_cannot_be_paired_is_refused(
    place: Place, body: dict[str, object], status: int, code: str
) -> None:
    before = place.seq

    answer = await place.holder("moderator").ask("POST", "screens", body)

    assert (answer.status, answer.code) == (status, code)
    assert "d1" not in await known(place)
    assert code == "unknown" or place.seq == before


async def test_screen_is_renamed_and_moved_apart(place: Place) -> None:
    moderator = place.holder("moderator")
    await paired(place, "e1", room=HALL, stage=True)

    renamed = await moderator.ask("PATCH", "screens/e1", {"name": "Achterin"})
    moved = await moderator.ask("PATCH", "screens/e1", {"room": "foyer", "stage": False})
    nowhere = await moderator.ask("PATCH", "screens/e1", {"room": None})

    assert [(each.json["name"], each.json["room"], each.json["stage"]) for each in (renamed, moved, nowhere)] == [
        ("Achterin", HALL, True),
        ("Achterin", "foyer", False),
        ("Achterin", None, False),
    ]


async def test_change_that_changes_nothing_is_no_entry(place: Place) -> None:
    await paired(place, "f1")
    before = place.seq

    answers = [await place.holder("moderator").ask("PATCH", "screens/f1", body) for body in ({}, {"stage": False})]

    assert [each.status for each in answers] == [200, 200]
    assert place.seq == before


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"name": "X"}), ("DELETE", None)])
async def test_screen_that_nobody_knows_is_not_found(place: Place, method: str, body: object) -> None:
    answer = await place.holder("moderator").ask(method, "screens/nobody", body)

    assert (answer.status, answer.code) == (404, "unknown")


async def test_screen_that_was_let_go_gets_a_new_code(place: Place) -> None:
    code = await begun(place, "g1")
    await place.holder("moderator").ask("POST", "screens", {"code": code, "name": "Zaal"})

    answer = await place.holder("moderator").ask("DELETE", "screens/g1")

    assert (answer.status, "g1" in await known(place)) == (200, False)
    assert await begun(place, "g1") != code


async def test_screen_of_a_room_that_has_gone_can_still_be_renamed(place: Place) -> None:
    node = place.hall.node
    await paired(place, "h1", room="foyer")
    assert node.state.programme is not None
    hall_only = ProgrammeBody(rooms=(RoomBody(id=RoomId(HALL), name="Grote zaal"),))
    await node.shelf.set_programme(OPERATOR, hall_only, (), base=node.state.programme.body)

    answer = await place.holder("moderator").ask("PATCH", "screens/h1", {"name": "Hal"})

    assert (answer.status, answer.json["name"], answer.json["room"]) == (200, "Hal", None)


# Codes, by themselves


async def test_codes_end_after_ten_minutes() -> None:
    now = [0.0]
    pairings = Pairings(lambda: now[0])
    code = pairings.begin(ScreenId("a")).code

    now[0] = PAIRING_S - 1
    kept = pairings.get(code)
    now[0] = PAIRING_S

    assert kept is not None
    assert pairings.left_s(kept) == 0
    assert pairings.get(code) is None


async def test_of_too_many_codes_the_oldest_goes() -> None:
    pairings = Pairings()
    codes = [pairings.begin(ScreenId(f"screen-{n}")).code for n in range(MAX_PAIRINGS + 1)]

    assert [pairings.get(code) is not None for code in codes] == [False, *[True] * MAX_PAIRINGS]


async def test_no_two_screens_show_the_same_code() -> None:
    letters = iter("CCCCCCCCCCCD")
    pairings = Pairings(letter=lambda: next(letters))

    assert [pairings.begin(ScreenId(name)).code for name in ("a", "b")] == ["CCCC", "CCCD"]


@pytest.mark.parametrize("typed", ["km7w", "KM 7W", "km-7w", " k m 7 w "])
async def test_code_is_read_as_people_type_it(typed: str) -> None:
    assert normal(typed) == "KM7W"
