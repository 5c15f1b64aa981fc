"""One message or room that a homeserver cannot give stops no other, in virtual time."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from server.sources.contract import Kept
from tests.server.sources import virtual
from tests.server.sources.matrix.homeserver import (
    ALIAS,
    ROOM,
    Behaviour,
    Homeserver,
    answers,
    hangs_up,
    slow,
)
from tests.server.sources.matrix.test_source import MALLORY, Hall, _listening

pytestmark = pytest.mark.slow

MINUTE = 60
FAR = "#ver:weg.example"
FAR_ROOM = "!ver:weg.example"


class Stumbling(Homeserver):
    """Behaves as it is told where it is asked for one of `bad`: an event, an alias or a room."""

    def __init__(self, behaviour: Behaviour, *bad: str) -> None:
        super().__init__()
        self._behaviour = behaviour
        self.bad = {*bad}

    async def _event(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info["event"] in self.bad
        return await (self._behaviour(request) if named else super()._event(request))

    async def _directory(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info["alias"] in self.bad
        return await (self._behaviour(request) if named else super()._directory(request))

    async def _encryption(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info["room"] in self.bad
        return await (self._behaviour(request) if named else super()._encryption(request))


def _kept(hall: Hall) -> list[Kept]:
    return [Kept(native_id=post.native_id, uri=post.uri or "", author_id=post.author_id) for post in hall.posts]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(answers(410), id="410"),
        pytest.param(answers(414), id="414"),
        pytest.param(answers(502), id="502"),
        pytest.param(slow, id="hangs"),
        pytest.param(hangs_up, id="hangs-up"),
    ],
)
def test_edit_of_what_its_server_cannot_give_stops_nothing(trouble: Behaviour) -> None:
    async def scenario() -> Hall:
        bad = [f"$elders{number}" for number in range(30)]
        async with Stumbling(trouble, *bad).serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            for number, each in enumerate(bad):
                server.edit(each, "x #DemoConf", by=MALLORY)
                server.say(f"{number} #DemoConf")
                await asyncio.sleep(MINUTE)
            await asyncio.sleep(5 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == [str(number) for number in range(30)]
    assert hall.conditions[-1] == ("ok", "")


def test_edit_of_ours_that_was_passed_over_is_found_a_minute_later() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Stumbling(answers(502)).serving() as server:
            async with _listening(server) as before:
                await asyncio.sleep(5)
                ours = server.say("een #DemoConf")
                await asyncio.sleep(5)
            server.edit(ours, "twee #DemoConf")
            server.bad.add(ours)
            async with _listening(server, cursor=before.cursor, kept=_kept(before)) as hall:
                await asyncio.sleep(10 * MINUTE)
                server.bad.clear()
                await asyncio.sleep(3 * MINUTE)
                return before, hall

    before, hall = virtual.run(scenario())

    assert (before.texts, hall.texts) == (["een"], ["twee"])


@pytest.mark.parametrize("trouble", [pytest.param(answers(502), id="502"), pytest.param(slow, id="hangs")])
def test_room_whose_server_is_away_keeps_no_other_out(trouble: Behaviour) -> None:
    async def scenario() -> tuple[list[tuple[str, str]], int, Hall]:
        async with Stumbling(trouble, FAR).serving() as server:
            server.aliases[FAR] = FAR_ROOM
            server.open.add(FAR_ROOM)
            async with _listening(server, rooms=[FAR, ALIAS]) as hall:
                await asyncio.sleep(2 * MINUTE)
                server.say("een #DemoConf")
                await asyncio.sleep(30 * MINUTE)
                asked, told = len(server.asked("/directory/")), [*hall.conditions]
                server.bad.clear()
                await asyncio.sleep(11 * MINUTE)
                return told, asked, hall

    told, asked, hall = virtual.run(scenario())

    assert hall.texts == ["een"]
    assert told[-1][0] == "waiting"
    assert asked < 15
    assert hall.conditions[-1] == ("ok", "")
    assert hall.healths[-1].counts["rooms"] == 2


@pytest.mark.parametrize("bad", [ALIAS, ROOM])
@pytest.mark.parametrize("goes_on", [False, True])
def test_messages_of_a_room_that_opens_late_all_come(bad: str, goes_on: bool) -> None:
    """We are in it: what is said there while its server stumbles comes once it does not."""

    async def scenario() -> Hall:
        async with Stumbling(answers(502)).serving() as server:
            server.aliases[FAR] = FAR_ROOM
            server.open.add(FAR_ROOM)
            async with _listening(server, rooms=[FAR, ALIAS]) as before:
                await asyncio.sleep(5)
                server.say("voor #DemoConf")
                await asyncio.sleep(5)
            server.bad.add(bad)
            async with _listening(
                server,
                rooms=[FAR, ALIAS],
                cursor=before.cursor,
                kept=_kept(before),
            ) as hall:
                for number in range(60):
                    await asyncio.sleep(1)
                    server.say(f"{number} #DemoConf")
                server.bad.clear()
                for number in range(60, 120):
                    await asyncio.sleep(3)
                    if goes_on:
                        server.say(f"{number} #DemoConf")
                await asyncio.sleep(5 * MINUTE)
                return hall

    texts = [text for text in virtual.run(scenario()).texts if text != "voor"]

    assert texts == [str(number) for number in range(120 if goes_on else 60)]


def test_what_is_said_before_the_first_good_answer_all_comes() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.for_ever = answers(503)
            async with _listening(server) as hall:
                for number in range(120):
                    await asyncio.sleep(1)
                    server.say(f"{number} #DemoConf")
                server.for_ever = None
                await asyncio.sleep(10 * MINUTE)
                return hall

    assert virtual.run(scenario()).texts == [str(number) for number in range(120)]


@pytest.mark.parametrize("knows_whose", [True, False])
def test_position_of_another_homeserver_skips_nothing(knows_whose: bool) -> None:
    """Without a word of whose it is, what the other counted as heard is not heard here: the control."""

    async def scenario() -> Hall:
        async with Homeserver().serving() as first, _listening(first) as before:
            await asyncio.sleep(5)
            for number in range(3):
                first.say(f"{number} #DemoConf")
            await asyncio.sleep(5)
        place = json.loads(before.cursor or "")
        cursor = json.dumps(place if knows_whose else place | {"home": ""})
        async with Homeserver().serving() as second:
            for number in range(5):
                second.say(f"hier {number} #DemoConf")
            async with _listening(second, cursor=cursor) as hall:
                await asyncio.sleep(MINUTE)
                return hall

    assert virtual.run(scenario()).texts == [f"hier {number}" for number in range(0 if knows_whose else 3, 5)]
