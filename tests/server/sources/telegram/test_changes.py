"""Another bot, and names that went to others, in virtual time."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.telegram.bot_api import CHANNEL, GROUP, BotApi, listening

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("knows_whose", [True, False])
def test_position_of_another_bot_makes_nobody_deaf(knows_whose: bool) -> None:
    """Each bot counts on its own. Without a word of whose numbers they are, nothing lower is heard: the control."""

    async def scenario() -> tuple[Hall, str]:
        async with BotApi().serving() as first, listening() as before:
            await asyncio.sleep(1)
            first.say("een #DemoConf")
            first.say("/stop", by=666)
            await asyncio.sleep(30)
        place = json.loads(before.cursor or "")
        cursor = json.dumps(place if knows_whose else place | {"bot": 0})
        async with BotApi().serving() as second:
            second.bot_id, second.next_update = 2, 100_000_001
            async with listening(cursor) as hall:
                await asyncio.sleep(1)
                second.say("twee #DemoConf")
                second.say("liever niet #DemoConf", by=666)
                await asyncio.sleep(3600)
                return hall, hall.cursor or ""

    hall, cursor = virtual.run(scenario())

    assert hall.texts == (["twee"] if knows_whose else [])
    assert json.loads(cursor)["bot"] == 2


def test_same_bot_goes_on_where_it_was() -> None:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            async with listening() as before:
                telegram.say("een #DemoConf")
                await asyncio.sleep(30)
            telegram.next_update -= 1000  # older ones, once more
            async with listening(before.cursor) as hall:
                telegram.say("een #DemoConf")
                await asyncio.sleep(30)
                return hall

    assert virtual.run(scenario()).texts == []


def test_name_that_was_taken_is_told_until_it_is_ours_again() -> None:
    """Also while another chat with a name is talked in."""

    async def scenario() -> tuple[Hall, tuple[str, str], str]:
        async with BotApi().serving() as telegram, listening() as hall:
            await asyncio.sleep(1)
            telegram.say("een #DemoConf")
            await asyncio.sleep(5)
            ours = telegram.chats[GROUP].pop("username")
            telegram.chats[-666] = {"id": -666, "type": "supergroup", "title": "Reclame", "username": ours}
            telegram.say("gratis munten #DemoConf", chat=-666)
            await asyncio.sleep(5)
            telegram.say("twee #DemoConf", chat=CHANNEL)
            await asyncio.sleep(120)
            told, where = hall.conditions[-1], hall.healths[-1].where
            telegram.chats[GROUP]["username"] = telegram.chats.pop(-666)["username"]
            telegram.say("drie #DemoConf")
            await asyncio.sleep(120)
            return hall, told, where

    hall, told, where = virtual.run(scenario())

    assert hall.texts == ["een", "twee", "drie"]
    assert (told, where) == (("needs-attention", "name-taken"), "@democonf")
    assert hall.conditions[-1] == ("ok", "")
