"""Who had a full share of the room gets it back line by line, as the house takes them; in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from server.sources.contract import NetworkPost, Upsert
from server.sources.irc import source
from tests.server.sources import virtual


def said(author: str, number: int) -> Upsert:
    name = f"{author}-{number}"
    return Upsert(post=NetworkPost(native_id=name, uri=name, author_id=author, text=name))


async def _taken(outbox: source._Outbox, number: int) -> list[str]:
    names = []
    for _ in range(number):
        event, _cursor = await outbox.take()
        assert isinstance(event, Upsert)
        names.append(event.post.native_id)
    return names


@pytest.mark.parametrize("most", [1, 3])
def test_line_that_is_taken_makes_room_for_one_more(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(source, "MAX_EACH", most)

    async def scenario() -> tuple[list[bool], list[str]]:
        outbox = source._Outbox()
        room = [outbox.offer(said("anna", number), None) for number in range(most + 1)]
        names = await _taken(outbox, 1)
        room += [outbox.offer(said("anna", number), None) for number in (98, 99)]
        return room, names + await _taken(outbox, sum(room) - 1)

    room, names = virtual.run(scenario())

    assert room == [True] * most + [False, True, False]
    assert names == [f"anna-{number}" for number in (*range(most), 98)]


def test_who_talks_all_day_is_heard_all_day() -> None:
    async def scenario() -> int:
        outbox = source._Outbox()
        heard = 0
        for number in range(10 * source.MAX_EACH):
            if outbox.offer(said("anna", number), None):
                heard += 1
                await outbox.take()
            await asyncio.sleep(1)
        return heard

    assert virtual.run(scenario()) == 10 * source.MAX_EACH


def test_nobody_is_remembered_of_whom_nothing_waits() -> None:
    """A name is made up in a second: who counts them all grows without end."""

    async def scenario() -> int:
        outbox = source._Outbox()
        for number in range(1000):
            assert outbox.offer(said(f"guest{number}", 0), None)
            await outbox.take()
        return len(outbox._shares)

    assert virtual.run(scenario()) == 0


def test_share_of_one_is_no_share_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_EACH", 1)

    async def scenario() -> list[bool]:
        outbox = source._Outbox()
        return [outbox.offer(said(author, 0), None) for author in ("anna", "bo", "anna", "bo")]

    assert virtual.run(scenario()) == [True, True, False, False]
