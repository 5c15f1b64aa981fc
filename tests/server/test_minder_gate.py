"""Pictures that are under way come in, also when a source is added, changed or removed meanwhile."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from server.app import SourceMinder
from server.blobs.gate import FetchRefused, MediaGate
from server.sources.contract import Tools
from server.sources.runner import SourceConfig
from server.symposium.values import SourceId
from tests.house import Place, eventually, open_place


def photo() -> bytes:
    data = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(data, "JPEG")
    return data.getvalue()


class Instance:
    """A server with one photo, that waits until it may answer."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.host = ""

    async def answer(self, _: web.BaseRequest) -> web.StreamResponse:
        self.asked.set()
        await self.may_answer.wait()
        return web.Response(body=photo(), content_type="image/jpeg")


@pytest.fixture
async def instance() -> AsyncIterator[Instance]:
    it = Instance()
    runner = web.ServerRunner(web.Server(it.answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.host = f"127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def minder(place: Place, tmp_path: Path) -> AsyncIterator[SourceMinder]:
    tools = Tools(session=place.session, now=time.time, rng=random.Random(1))
    it = SourceMinder(place.hall, place.house.site, tools, tmp_path / "data" / place.hall.slug)
    yield it
    await it.close()


def listening_to(*servers: str) -> list[SourceConfig]:
    return [SourceConfig(id=SourceId("m-1"), network="mastodon", options={"servers": [f"http://{s}" for s in servers]})]


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MediaGate]]:
    """The gates that were opened, in order."""
    gates: list[MediaGate] = []
    enter = MediaGate.__aenter__

    async def noted(gate: MediaGate) -> MediaGate:
        gates.append(gate)
        return await enter(gate)

    with monkeypatch.context() as patched:
        patched.setattr(MediaGate, "__aenter__", noted)
        yield gates


async def test_picture_under_way_comes_in_when_the_hosts_change(
    minder: SourceMinder, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(monkeypatch) as gates:
        await minder._open_gate(listening_to(instance.host))
        fetching = asyncio.create_task(minder._bring_in(f"http://{instance.host}/a.jpg", kind="photo"))
        await instance.asked.wait()

        await minder._open_gate(listening_to("elders.example"))
        instance.may_answer.set()

        picture = await fetching
        assert picture is not None
        assert (picture.width, picture.height) == (64, 48)
        await eventually(lambda: gates[0]._strangers is None)
        assert gates[1]._strangers is not None, "only the one before it is closed"


async def test_same_hosts_keep_the_gate(
    minder: SourceMinder, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(monkeypatch) as gates:
        await minder._open_gate(listening_to(instance.host, "b.example"))
        await minder._open_gate(listening_to("b.example", instance.host))
        assert len(gates) == 1

        await minder._open_gate(listening_to(instance.host))
        assert [gate.allow_hosts for gate in gates] == [{instance.host, "b.example:80"}, {instance.host}]


async def test_there_is_a_gate_at_every_moment_of_a_change(minder: SourceMinder, instance: Instance) -> None:
    instance.may_answer.set()
    await minder._open_gate(listening_to(instance.host))

    async def keep_changing() -> None:
        for number in range(30):
            await minder._open_gate(listening_to(instance.host, f"server-{number}.example"))

    changing = asyncio.create_task(keep_changing())
    while not changing.done():
        assert await minder._bring_in(f"http://{instance.host}/a.jpg", kind="photo") is not None
    await changing


async def test_end_does_not_wait_for_a_picture(
    place: Place, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Tools(session=place.session, now=time.time, rng=random.Random(1))
    it = SourceMinder(place.hall, place.house.site, tools, tmp_path / "elders")
    with opened(monkeypatch) as gates:
        await it._open_gate(listening_to(instance.host))
        fetching = asyncio.create_task(it._bring_in(f"http://{instance.host}/a.jpg", kind="photo"))
        await instance.asked.wait()
        await it._open_gate(listening_to("elders.example"))

        began = asyncio.get_running_loop().time()
        await it.close()

        assert asyncio.get_running_loop().time() - began < 5.0, "half the time that one picture may take"
        assert [gate._strangers for gate in gates] == [None, None]
    fetching.cancel()
    await asyncio.wait([fetching])


async def test_feed_on_the_venues_own_network_may_have_pictures_there(minder: SourceMinder, instance: Instance) -> None:
    instance.may_answer.set()
    url = f"http://{instance.host}/a.jpg"
    await minder._open_gate(listening_to())
    with pytest.raises(FetchRefused):
        await minder._bring_in(url, kind="photo")

    options = {"addresses": [f"http://{instance.host}/feed.xml"]}
    await minder._open_gate([SourceConfig(id=SourceId("f-1"), network="feed", options=options)])

    assert await minder._bring_in(url, kind="photo") is not None
