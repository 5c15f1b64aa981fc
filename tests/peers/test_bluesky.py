"""
The Bluesky source and the runner against a real server of Bluesky's: its accounts, records, pictures and firehose.

`atproto/network.js` turns the firehose into Jetstream's version 1, and answers as the AppView, from what the server
says. Only with `--peers`: its packages come by `npm ci` in `tests/peers/atproto`, or are where `FONTEIN_PEERS_ATPROTO`
says; it needs no PostgreSQL and no Redis.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources.contract import Condition, Health, Tools
from server.sources.departures import Handed
from server.sources.manifest import maker, networks
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import Picture, SourceId
from tests.peers.nothing import nothing_kept
from tools import needs

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("peers")]

FOLDER = Path(__file__).with_name("atproto")
PATIENCE_S = 30.0
POST = "app.bsky.feed.post"

_FLAGS = ("--min-semi-space-size=512", "--max-semi-space-size=512")
"""MB. Node.js 24.19 falls over when it collects a statement of better-sqlite3 12: so it need not, during a test."""


class Account:
    """Somebody with an account."""

    def __init__(self, network: Network, did: str, token: str) -> None:
        self.did = did
        self._network = network
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, **body: Any) -> Any:
        return await self._network.ask(method, json=body, headers=self._headers)

    async def post(self, text: str, tag: str, **record: Any) -> str:
        """Returns its record key."""
        start = len(text.encode()) + 1
        index = {"byteStart": start, "byteEnd": start + 1 + len(tag.encode())}
        facet = {"index": index, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]}
        found = {
            "$type": POST,
            "text": f"{text} #{tag}",
            "facets": [facet],
            "createdAt": _now(),
            "langs": ["nl"],
        } | record
        made = await self.ask("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=found)
        return str(made["uri"].rpartition("/")[2])

    async def upload(self, data: bytes) -> Any:
        headers = {**self._headers, "Content-Type": "image/png"}
        return (await self._network.ask("com.atproto.repo.uploadBlob", data=data, headers=headers))["blob"]

    async def delete(self, rkey: str) -> None:
        await self.ask("com.atproto.repo.deleteRecord", repo=self.did, collection=POST, rkey=rkey)

    async def ask_to_sign_in(self) -> None:
        labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
        profile = {"$type": "app.bsky.actor.profile", "displayName": "Liever niet", "labels": labels}
        collection = "app.bsky.actor.profile"
        await self.ask("com.atproto.repo.putRecord", repo=self.did, collection=collection, rkey="self", record=profile)


class Network:
    """The processes, seen by the people on them."""

    def __init__(self, pds: str, bluesky: str, session: aiohttp.ClientSession) -> None:
        self.bluesky = bluesky
        self._pds = pds
        self._session = session

    async def ask(self, method: str, **how: Any) -> Any:
        async with self._session.post(f"{self._pds}/xrpc/{method}", **how) as response:
            assert response.status == 200, f"{method}: {response.status} {await response.text()}"
            return await response.json() if response.content_type == "application/json" else None

    async def join(self, name: str) -> Account:
        given = {"handle": f"{name}.test", "email": f"{name}@voorbeeld.example", "password": "a-long-password"}
        made = await self.ask("com.atproto.server.createAccount", json=given)
        return Account(self, made["did"], made["accessJwt"])


@asynccontextmanager
async def running_network(folder: Path) -> AsyncIterator[Network]:
    place = Path(os.environ.get("FONTEIN_PEERS_ATPROTO") or FOLDER)
    if not (place / "node_modules/@atproto/dev-env").is_dir():
        pytest.fail("Bluesky's server is not there: run npm ci in tests/peers/atproto, with the Node.js of .venv-dev")
    script = folder / "network.js"  # Beside its packages, wherever those are: Node.js looks for them from here.
    shutil.copy(FOLDER / "network.js", script)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "node_modules").symlink_to(place / "node_modules")
    with (folder / "network.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            needs.node(), *_FLAGS, script, cwd=folder,
            env={**os.environ, "TMPDIR": str(folder), "LOG_ENABLED": "false"},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = b""
            while not line.startswith(b'{"pds"'):
                line = await process.stdout.readline()
                assert line, (folder / "network.log").read_text()
        async with aiohttp.ClientSession() as session:
            yield Network(**json.loads(line), session=session)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


class _House:
    def __init__(self) -> None:
        self.received: list[Handed] = []
        self.healths: list[Health] = []
        self.pictures: list[str] = []
        self.cursors: dict[SourceId, str] = {}

    async def receive(self, handed: Handed) -> None:
        self.received.append(handed)

    async def bring_in(self, url: str | bytes, *, kind: str) -> Picture | None:
        self.pictures.append(str(url))
        return None

    async def load(self, source: SourceId) -> str | None:
        return self.cursors.get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        self.cursors[source] = cursor

    @property
    def arrivals(self) -> list[Arrival]:
        return [handed for handed in self.received if isinstance(handed, Arrival)]

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]

    def has(self, kind: type[Departure | AuthorDeparture]) -> bool:
        return any(isinstance(handed, kind) for handed in self.received)


@asynccontextmanager
async def _listening(network: Network, house: _House) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        runner = Runner(
            make=maker(networks(), Tools(session=session, now=time.time, rng=random.Random(5))),
            receive=house.receive,
            bring_in=house.bring_in,
            cursors=house,
            health=lambda source, health: house.healths.append(health),
            on_screens=lambda source: [],
            kept=nothing_kept,
            now=time.time,
            rng=random.Random(5),
        )
        options = {"tags": ["DemoConf"], "hosts": [network.bluesky.replace("http", "ws")], "appview": network.bluesky}
        await runner.set_sources([SourceConfig(id=SourceId("bluesky-1"), network="bluesky", options=options)])
        try:
            yield
        finally:
            await runner.close()


async def _until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not seen():  # noqa: ASYNC110 -- Another process changes it.
            await asyncio.sleep(0.05)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_everything_that_happens_to_a_post_reaches_the_house(tmp_path: Path, png: bytes) -> None:
    house = _House()
    async with running_network(tmp_path) as network, _listening(network, house):
        anna, bram, carla = [await network.join(name) for name in ("anna", "bram", "carla")]
        await carla.ask_to_sign_in()
        await bram.post("Wie is er?", "koffie")  # The first that is heard says that we are listening.
        await _until(lambda: any(health.condition is Condition.OK for health in house.healths))

        image = {"alt": "Zaal vol mensen", "image": await anna.upload(png), "aspectRatio": {"width": 1, "height": 1}}
        await carla.post("Niet voor een scherm", "DemoConf")
        rkey = await anna.post("Café vol 🎉", "démoCONF", embed={"$type": "app.bsky.embed.images", "images": [image]})
        await bram.post("Goede vraag", "DemoConf")
        await _until(lambda: len(house.texts) == 2)
        await anna.delete(rkey)
        await _until(lambda: house.has(Departure))
        await bram.ask("com.atproto.server.deactivateAccount")
        await _until(lambda: house.has(AuthorDeparture))

    first, second, gone, left = house.received
    assert [each.text for each in house.arrivals] == ["Café vol 🎉 #démoCONF", "Goede vraag #DemoConf"]
    assert isinstance(first, Arrival)
    assert isinstance(second, Arrival)
    assert (first.handle, first.lang, first.author_id) == ("@anna.test", "nl", anna.did)
    assert house.pictures == [next(url for url in house.pictures if f"did={anna.did}" in url)]
    assert gone == Departure(source=SourceId("bluesky-1"), network="bluesky", native_id=first.native_id, uri=first.uri)
    assert left == AuthorDeparture(source=SourceId("bluesky-1"), network="bluesky", author_id=bram.did)


async def test_post_that_was_written_while_we_were_away_comes_afterwards(tmp_path: Path) -> None:
    house = _House()
    async with running_network(tmp_path) as network:
        anna = await network.join("anna")
        async with _listening(network, house):
            await anna.post("Eerst", "koffie")
            await anna.post("Een", "DemoConf")
            await _until(lambda: bool(house.texts) and bool(house.cursors))
        await anna.post("Twee", "DemoConf")
        async with _listening(network, house):
            await _until(lambda: "Twee #DemoConf" in house.texts)

    assert set(house.texts) == {"Een #DemoConf", "Twee #DemoConf"}


@pytest.fixture
def png() -> bytes:
    """The smallest picture."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f"
        "00050001ff5f3b0ac40000000049454e44ae426082"
    )
