"""Posts on their way to the journal and out of it again: in bounds, in time, and never hammering; in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from server.errors import StorageFull
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources import departures as departures_module
from server.sources import following
from server.sources.contract import Upsert
from server.sources.departures import Departures, Handed
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.test_runner import ONE, _house, _post

# The cursor


def _saved(*, save_after: int, posts: int) -> list[str]:
    """The cursors that are saved while *posts* come without a pause."""

    async def scenario() -> list[str]:
        async with _house() as house:
            cursors: list[str] = []
            save = house.save

            async def saving(source: SourceId, cursor: str) -> None:
                cursors.append(cursor)
                await save(source, cursor)

            house.save = saving  # type: ignore[method-assign]
            for number in range(posts):
                house.sources[ONE].say(Upsert(post=_post(str(number))), str(number))
            await house.reach(str(posts - 1))
            return cursors

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "SAVE_AFTER", save_after)
        return virtual.run(scenario())


def test_flood_without_a_pause_is_saved_on_its_way() -> None:
    cursors = _saved(save_after=7, posts=700)

    assert [int(cursor) for cursor in cursors] == sorted(map(int, cursors))
    assert max(int(after) - int(before) for before, after in pairwise(["-1", *cursors])) <= 7


def test_what_is_durable_is_saved_before_a_post_is_waited_for() -> None:
    """A crash while the journal is full asks for nothing twice that is there."""

    async def scenario() -> tuple[list[str], str | None]:
        async with _house() as house:
            house.trouble = lambda handed: (
                StorageFull("full", retry_after_s=5) if isinstance(handed, Arrival) and handed.text == "3" else None
            )
            for number in range(6):
                house.sources[ONE].say(Upsert(post=_post(str(number))), str(number))
            await asyncio.sleep(20)
            return house.texts, house.cursors.get(ONE)

    texts, cursor = virtual.run(scenario())

    assert sorted(texts) == ["0", "1", "2", "4", "5"]
    assert cursor == "2"


# Those that cannot be taken now


def test_full_journal_is_asked_less_and_less_and_never_given_up() -> None:
    async def scenario() -> list[float]:
        async with _house() as house:
            asked: list[float] = []

            def trouble(_: Handed) -> Exception:
                asked.append(virtual.now())
                return StorageFull("full", retry_after_s=0)

            house.trouble = trouble
            house.sources[ONE].say(Upsert(post=_post("a")))
            await asyncio.sleep(300)
            house.trouble = lambda _: None
            await asyncio.sleep(60)
            assert house.texts == ["a"]
            return asked

    waits = [after - before for before, after in pairwise(virtual.run(scenario()))]

    assert waits[:7] == pytest.approx([0.5, 1, 2, 4, 8, 16, 30], abs=0.05)
    assert max(waits) == pytest.approx(30, abs=0.05)


def test_source_is_left_waiting_when_too_many_are_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MAX_PENDING", 10)

    async def scenario() -> tuple[int, int]:
        async with _house() as house:
            house.trouble = lambda _: StorageFull("full", retry_after_s=5)
            for number in range(500):
                house.sources[ONE].say(Upsert(post=_post(str(number))))
            await asyncio.sleep(60)
            left = house.sources[ONE].said.qsize()
            house.trouble = lambda _: None
            await asyncio.sleep(120)
            return left, len(house.texts)

    left, came = virtual.run(scenario())

    assert 400 <= left < 490
    assert came == 500, "and none is lost"


# Those that have to leave


async def _nobody(_: Handed) -> None:
    await asyncio.sleep(0)


def departure(name: str) -> Departure:
    return Departure(source=ONE, network="scripted", native_id=name, uri=f"https://a.example/{name}")


def arrival(name: str, author: str = "anna") -> Arrival:
    uri = f"https://a.example/{name}"
    return Arrival(source=ONE, network="scripted", native_id=name, uri=uri, author_id=author, text=name)


def test_post_that_expires_within_seconds_leaves_on_its_second() -> None:
    """Whoever looks for what has expired may be asleep for half a minute."""

    async def scenario() -> float:
        left: list[float] = []

        async def receive(_: Handed) -> None:
            left.append(virtual.now())

        departures = Departures(receive, virtual.now)
        running = asyncio.create_task(departures.run())
        await asyncio.sleep(1)
        due = virtual.now() + 4
        departures.at(int(due * 1_000_000), departure("a"))
        await asyncio.sleep(60)
        running.cancel()
        (at,) = left
        return at - due

    assert virtual.run(scenario()) == pytest.approx(0, abs=0.1)


def test_memory_of_what_went_is_bounded_and_keeps_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures_module, "MAX_REMEMBERED", 10)

    async def scenario() -> tuple[list[str], int]:
        departures = Departures(_nobody, virtual.now)
        for number in range(100):
            departures.add(departure(str(number)))
        went = [str(number) for number in range(100) if departures.include(arrival(str(number)), 0)]
        return went, len(departures._gone)

    went, remembered = virtual.run(scenario())

    assert went == [str(number) for number in range(95, 100)], "each by two names"
    assert remembered == 10


def test_memory_of_who_went_is_bounded_and_one_who_goes_again_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures_module, "MAX_REMEMBERED", 2)

    async def scenario() -> list[bool]:
        departures = Departures(_nobody, virtual.now)
        for author in ("anna", "bo", "anna", "cas"):
            departures.add(AuthorDeparture(source=ONE, network="scripted", author_id=author))
        return [departures.include(arrival("1", author), 0) for author in ("anna", "bo", "cas")]

    assert virtual.run(scenario()) == [True, False, True]


def test_memory_of_what_will_expire_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures_module, "MAX_REMEMBERED", 10)

    async def scenario() -> int:
        departures = Departures(_nobody, virtual.now)
        for number in range(100):
            departures.at(int((virtual.now() + 3600) * 1_000_000), departure(str(number)))
        return len(departures._later)

    assert virtual.run(scenario()) == 10
