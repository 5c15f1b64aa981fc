"""The real house with the real runner, in virtual time: what it took in, what it said, and how often it asked."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from server.app import CursorFile
from server.intake.arrival import Arrival
from server.journal.sqlite import Limits, SqliteJournal
from server.kept import kept_of
from server.keyring import Keyring
from server.live.hub import Hub
from server.node import Node
from server.sources.contract import Condition, Health, Tools
from server.sources.departures import Handed
from server.sources.manifest import maker, networks
from server.sources.pictures import PictureKind
from server.sources.runner import Runner, SourceConfig
from server.symposium import views
from server.symposium.entries import Entry, SourceBody, SymposiumBody, SymposiumMade
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Picture, PostBody, SourceId
from tests.server.sources import virtual


class _Journal(SqliteJournal):
    """While its thread writes, virtual time stands still."""

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, virtual.VirtualLoop)
        loop._jumping.threads += 1
        try:
            return await super().append(entries, urgent=urgent)
        finally:
            loop._jumping.threads -= 1


class House:
    """One symposium, whose sources are run as always. No pictures."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession, rng: random.Random) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, virtual.VirtualLoop)
        now = loop.now  # the journal asks from a thread of its own

        def now_us() -> int:
            return int(now() * 1_000_000)

        journal = _Journal(folder, now_us=now_us, limits=Limits(ballast_bytes=0))
        hub = Hub(epoch=journal.epoch, now_us=now_us)
        self.node = Node(journal=journal, hub=hub, keyring=Keyring(folder), now_us=now_us)
        self.healths: dict[SourceId, list[Health]] = defaultdict(list)
        self._configs: dict[SourceId, SourceConfig] = {}
        tools = Tools(session=session, now=now, rng=rng)
        self.runner = Runner(
            make=maker(networks(), tools),
            receive=self._receive,
            bring_in=self._bring_in,
            cursors=CursorFile(folder / "cursors.json"),
            health=lambda source, health: self.healths[source].append(health),
            on_screens=lambda source: [],
            kept=lambda source: kept_of(self.node.state, source),
            now=now,
            rng=rng,
        )

    async def add(self, id_: str, network: str, **options: Any) -> SourceId:
        """Listen to one more."""
        source = SourceId(id_)
        await self.node.set_source(OPERATOR, source, network, SourceBody(), on=True)
        self._configs[source] = SourceConfig(id=source, network=network, options=options)
        await self.runner.set_sources(self._configs.values())
        return source

    async def restart(self, source: SourceId) -> None:
        """Stop listening to one, and begin again where it was."""
        await self.runner.set_sources(config for id_, config in self._configs.items() if id_ != source)
        await self.runner.set_sources(self._configs.values())

    def health(self, source: SourceId) -> tuple[Condition, str]:
        """What it said last, in short."""
        last = self.healths[source][-1]
        return last.condition, last.what

    def said(self, source: SourceId) -> set[str]:
        """All codes that it told."""
        return {health.what for health in self.healths[source]}

    @property
    def posts(self) -> list[tuple[Post, PostBody]]:
        """All that came in, but those of which the words are erased."""
        state = self.node.state
        found = ((post, views.post_body(state, post)) for post in state.posts.values())
        return [(post, body) for post, body in found if body is not None]

    async def _receive(self, handed: Handed) -> object:
        return await (self.node.receive(handed) if isinstance(handed, Arrival) else self.node.depart(handed))

    async def _bring_in(self, picture: str | bytes, /, *, kind: PictureKind) -> Picture | None:
        return None


@asynccontextmanager
async def open_house(folder: Path, rng: random.Random) -> AsyncIterator[House]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        house = House(folder, session, rng)
        house.node.open()
        house.node.start()
        await house.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
        try:
            yield house
        finally:
            await house.runner.close()
            await house.node.close()
