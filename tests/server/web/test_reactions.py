"""What the hall says in one sign, and what phones may do at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.symposium.values import OPERATOR, Reaction
from server.web.limits import REACTIONS
from tests.house import Place, open_place
from tests.server.web.asked import phones

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def on(place: Place) -> AsyncIterator[None]:
    await place.hall.node.ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)
    yield
    await place.hall.node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=True)


async def test_reactions_are_off_at_first(place: Place) -> None:
    answer = await place.visitor().ask("POST", "reactions", {"kind": "clap"})

    assert (answer.status, answer.code, answer.set_cookies) == (409, "reactions-off", [])


@pytest.mark.usefixtures("on")
async def test_what_many_phones_say_in_a_second_is_one_pulse_on_the_wall(place: Place) -> None:
    hall = await phones(place, 5)
    before = place.seq
    async with place.visitor().live("wall") as wall:
        answers = await asyncio.gather(*(phone.ask("POST", "reactions", {"kind": "clap", "n": 3}) for phone in hall))
        place.hall.reacting.tell()
        pulse: dict[str, Any] = {}
        async with asyncio.timeout(5):
            while pulse.get("topic") != "reactions":
                pulse = await wall.receive_json()

    assert {each.status for each in answers} == {204}
    assert (pulse["key"], pulse["value"]) == ("", {"clap": 15})
    assert place.seq == before, "a sign is no entry"


@pytest.mark.usefixtures("on")
async def test_a_minute_of_signs_is_one_entry(place: Place) -> None:
    (phone,) = await phones(place, 1)
    await place.hall.reacting.close()  # what the test before left
    for kind in ("heart", "idea", "heart"):
        await phone.ask("POST", "reactions", {"kind": kind})

    await place.hall.reacting.close()

    assert place.hall.node.state.reactions[-1].counts == {Reaction.HEART: 2, Reaction.IDEA: 1}


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "boe"}, {"kind": "clap", "n": 0}, {"kind": "clap", "n": 21}, {"kind": "clap", "n": 1.5}, {"n": 1}],
    ids=str,
)
async def test_what_is_no_sign_is_refused(place: Place, body: dict[str, Any]) -> None:
    answer = await place.visitor().ask("POST", "reactions", body)

    assert (answer.status, answer.code) == (422, "bad-input")


@pytest.mark.usefixtures("on")
async def test_a_phone_claps_so_much_and_then_waits(place: Place) -> None:
    (phone,) = await phones(place, 1)
    many = [await phone.ask("POST", "reactions", {"kind": "clap", "n": 20}) for _ in range(4)]

    assert [each.status for each in many] == [204] * int(REACTIONS.burst // 20) + [429] * 2
    assert many[-1].code == "rate"


async def test_staff_say_what_phones_may_do_and_what_is_left_out_stays(place: Place) -> None:
    stage = place.holder("moderator")

    answers = [
        (await stage.ask("PUT", "hall", body)).json
        for body in ({"reactions": True}, {"questions": False}, {"follows": False}, {})
    ]
    await stage.ask("PUT", "hall", {"questions": True, "reactions": False, "follows": True})

    assert [(each["questions"], each["reactions"], each["follows"]) for each in answers] == [
        (True, True, True),
        (False, True, True),
        (False, True, False),
        (False, True, False),
    ]


async def test_switching_the_hall_can_be_undone(place: Place) -> None:
    stage = place.holder("moderator")
    seq = (await stage.ask("PUT", "hall", {"reactions": True})).json["seq"]

    undone = await stage.ask("POST", "undos", {"seq": seq})

    assert (undone.status, place.hall.node.state.hall.reactions) == (200, False)


@pytest.mark.slow
async def test_what_was_said_just_before_the_end_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with open_place(folder):
        pass
    async with open_place(folder) as place:
        await place.hall.node.ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)
        answer = await place.visitor().ask("POST", "reactions", {"kind": "clap", "n": 7})
        assert answer.status == 204, answer

    async with open_place(folder) as later:
        assert [each.counts for each in later.hall.node.state.reactions] == [{Reaction.CLAP: 7}]
