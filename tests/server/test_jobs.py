"""What one node does for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import jobs
from server.journal.sqlite import SqliteJournal
from server.keyring import Keyring
from server.live.hub import Hub
from server.node import Node
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.values import OPERATOR, SourceId
from tests.house import JOURNALS

MASTODON, OTHER = SourceId("mastodon-1"), SourceId("mastodon-2")
DAY = 86_400_000_000
OVER = 1_795_215_600_000_000 + 4 * DAY
"""Three days after the end of 21 November 2026, in Amsterdam."""


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    clock = iter(range(OVER - DAY, OVER + DAY))
    journal = SqliteJournal(tmp_path, now_us=lambda: next(clock), limits=JOURNALS)
    made = Node(journal=journal, hub=Hub(epoch=journal.epoch, now_us=lambda: 0), keyring=Keyring(tmp_path))
    made.open()
    made.start()
    await made.make(
        SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag", date="2026-11-21")
    )
    for source in (MASTODON, OTHER):
        await made.set_source(OPERATOR, source, "mastodon", SourceBody(), on=True)
    await made.switch_source(OPERATOR, OTHER, on=False)
    yield made
    await made.close()


async def test_sources_end_when_it_is_time_and_once(node: Node) -> None:
    before = (await jobs.end_sources(node, lambda: OVER - 1), node.state.sources[MASTODON].on)
    struck = await jobs.end_sources(node, lambda: OVER)
    again = await jobs.end_sources(node, lambda: OVER + DAY)

    assert (before, struck, again) == (((), True), (MASTODON,), ())
    assert [source.on for source in node.state.sources.values()] == [False, False]
    assert node.state.sources[MASTODON].ended > 0
    assert node.state.sources[OTHER].ended == 0


async def test_nothing_to_end_costs_no_entry(node: Node) -> None:
    seq = node.state.seq
    await jobs.end_sources(node, lambda: OVER - 1)
    unchanged = node.state.seq == seq
    await jobs.end_sources(node, lambda: OVER)
    assert (unchanged, node.state.seq) == (True, seq + 1)
