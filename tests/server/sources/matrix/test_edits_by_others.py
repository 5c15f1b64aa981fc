"""Edits of somebody else's message count for nothing, and push nothing out of memory; in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from server.sources.matrix import reading
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.matrix.homeserver import Homeserver
from tests.server.sources.matrix.test_source import MALLORY, _gone, _kept, _listening

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("edits", [0, 1, 10])
def test_edits_by_a_stranger_do_not_make_us_forget_those_of_the_author(
    monkeypatch: pytest.MonkeyPatch, edits: int
) -> None:
    """After a restart only the newest edits are known: a stranger makes a hundred in a minute."""
    monkeypatch.setattr(reading, "MAX_EDITS", 3)

    async def scenario() -> tuple[Hall, Hall]:
        async with Homeserver().serving() as server:
            async with _listening(server) as before:
                await asyncio.sleep(5)
                said = server.say("eerst #DemoConf")
                edit = server.edit(said, "later #DemoConf")
                for number in range(edits):
                    server.edit(said, f"van een ander {number} #DemoConf", by=MALLORY)
                await asyncio.sleep(5)
            async with _listening(server, cursor=before.cursor, kept=_kept(said)) as after:
                await asyncio.sleep(5)
                server.redact(edit)
                await asyncio.sleep(5)
                return before, after

    before, after = virtual.run(scenario())

    assert before.texts == ["eerst", "later"]
    assert after.texts == ["eerst"]


def test_stranger_who_takes_an_edit_back_changes_nothing() -> None:
    async def scenario() -> tuple[Hall, str]:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("eerst #DemoConf")
            server.edit(said, "later #DemoConf")
            foreign = server.edit(said, "van een ander #DemoConf", by=MALLORY)
            await asyncio.sleep(5)
            server.redact(foreign, by=MALLORY)
            await asyncio.sleep(60)
            return hall, said

    hall, said = virtual.run(scenario())

    assert hall.texts == ["eerst", "later"]
    assert _gone(said) not in hall.departed
