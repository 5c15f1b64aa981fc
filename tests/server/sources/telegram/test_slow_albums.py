"""An album that comes slowly is asked for again as a whole, also where nobody says what is kept; in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from server.sources.telegram import source
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.telegram.bot_api import BotApi, hear, listening

pytestmark = pytest.mark.slow

EACH_S = 0.9 * source.ALBUM_S


async def _come(telegram: BotApi, pictures: int) -> None:
    for number in range(pictures):
        telegram.picture_of("135", f"foto-{number}", caption="" if number else "Reeks #DemoConf")
        await asyncio.sleep(EACH_S)


@pytest.mark.parametrize("held_s", [source.HELD_S, 1.0])
def test_album_that_comes_slowly_is_whole_after_a_crash_in_the_middle(
    monkeypatch: pytest.MonkeyPatch, held_s: float
) -> None:
    monkeypatch.setattr(source, "HELD_S", held_s)
    before = int(held_s / EACH_S) + 3

    async def scenario() -> tuple[Hall, Hall]:
        async with BotApi().serving() as telegram:
            async with listening(keeps=False) as first:
                telegram.say("ervoor #DemoConf")
                await _come(telegram, before)
            telegram.picture_of("135", "laatste")
            return first, await hear(60, cursor=first.cursor)

    first, after = virtual.run(scenario())

    assert "Reeks" not in first.texts, "the crash is in the middle"
    (album,) = [post for post in after.posts if post.text == "Reeks #DemoConf"]
    assert len(album.media) == before + 1


def test_album_that_is_told_is_held_no_longer_than_others() -> None:
    """The other side: what waits for ever would be asked for again for ever."""

    async def scenario() -> list[object]:
        async with BotApi().serving() as telegram, listening(keeps=False) as hall:
            await _come(telegram, 3)
            await asyncio.sleep(source.HELD_S + 10)
            return [len(hall.posts), len(telegram.updates)]

    assert virtual.run(scenario()) == [1, 0]
