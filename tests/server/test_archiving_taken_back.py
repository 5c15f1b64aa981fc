"""What was deleted at its source or taken back leaves the archives soon, and not with a round for each post."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import archiving
from server.archiving import Archiver
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.symposium.entries import SourceBody
from server.symposium.state import Post
from server.symposium.values import OPERATOR, SourceId
from tests.house import Place, eventually, open_place
from tests.server.test_archiving import archiver, files

MASTODON = SourceId("mastodon-1")
GOES, STAYS = "Vertrouwelijk en weg #proefdag", "Blijft staan"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        await it.hall.node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(options={}), on=False)
        yield it


@pytest.fixture
def second(tmp_path: Path) -> Path:
    (tmp_path / "second").mkdir()
    return tmp_path / "second"


async def bring(place: Place, text: str = GOES, **more: int) -> Post:
    arrival = Arrival(
        source=MASTODON, network="mastodon", author_id="@z@x.example", native_id="x.example/1", text=text, **more
    )
    post, _ = await place.hall.node.receive(arrival)
    return post


async def deleted(place: Place, _: Post) -> None:
    await place.hall.node.depart(Departure(source=MASTODON, network="mastodon", native_id="x.example/1"))


async def author_gone(place: Place, _: Post) -> None:
    await place.hall.node.depart(AuthorDeparture(source=MASTODON, network="mastodon", author_id="@z@x.example"))


async def edited(place: Place, _: Post) -> None:
    await bring(place, "In heel andere woorden #proefdag", edited=2_000_000_000_000_000)


async def withdrawn(place: Place, post: Post) -> None:
    await place.hall.node.withdraw(post.id, device=None)


@pytest.mark.parametrize("takes_back", [deleted, author_gone, edited, withdrawn])
async def test_words_that_were_taken_back_leave_all_archives_soon(
    place: Place, second: Path, monkeypatch: pytest.MonkeyPatch, takes_back: object
) -> None:
    assert callable(takes_back)
    monkeypatch.setattr(archiving, "SOON_S", 0.05)
    post = await place.arrive(GOES) if takes_back is withdrawn else await bring(place)
    await place.arrive(STAYS)
    it = archiver(place, second)
    place.hall.node.listen(it.note)
    running = asyncio.ensure_future(it.run())
    await eventually(lambda: len(files(second)) == 1 and b"Vertrouwelijk" in files(second)[0].read_bytes())

    await takes_back(place, post)

    await eventually(lambda: len(files(second)) == 2)
    await eventually(lambda: not any(b"Vertrouwelijk" in f.read_bytes() for f in files(second)))
    assert all(STAYS.encode() in f.read_bytes() for f in files(second))
    running.cancel()


async def test_many_that_are_taken_back_are_one_round_and_others_ask_for_none(
    place: Place, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = archiver(place, second)
    rounds = 0

    async def counted() -> None:
        nonlocal rounds
        rounds += 1

    monkeypatch.setattr(archiving, "SOON_S", 0.2)
    monkeypatch.setattr(it, "make", counted)
    it._rest_s = 0.2
    place.hall.node.listen(it.note)
    running = asyncio.ensure_future(it.run())
    posts = [await place.arrive(f"Nummer {n}") for n in range(20)]
    await eventually(lambda: rounds == 1)
    assert it._soon is None, "what only came is in the round that comes anyway"

    for post in posts:
        await place.hall.node.withdraw(post.id, device=None)
        assert it._soon is not None
    await eventually(lambda: it._soon is None)

    assert rounds == 2
    running.cancel()


async def test_slow_place_is_given_time_to_rest(place: Place, second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    it: Archiver = archiver(place, second)
    made = asyncio.Event()

    async def slow() -> None:
        await asyncio.sleep(0.05)
        made.set()

    monkeypatch.setattr(archiving, "SOON_S", 0.0)
    monkeypatch.setattr(it, "make", slow)
    running = asyncio.ensure_future(it.run())
    await made.wait()
    await asyncio.sleep(0)

    assert it._rest_s >= 9 * 0.05
    running.cancel()
