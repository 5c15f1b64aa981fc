"""What a source is asked for again: also the original of a copy that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.intake.arrival import Departure
from server.kept import shown_of
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.values import OPERATOR, Policy, SourceId, Status
from tests.server.test_reception import SAID, SKY, TOOT, Stand

HERE = "https://social.example/@anna/112233"
FEED = {"network": "feed", "uri": HERE, "name": "social.example"}
MASTODON = {
    "network": "mastodon",
    "uri": TOOT,
    "native_id": "social.example/112233",
    "handle": "@anna@social.example",
}
BRIDGED = {"network": "mastodon", "uri": f"https://bsky.brid.gy/convert/ap/{SKY}", "name": "Anna"}
BLUESKY = {"network": "bluesky", "uri": SKY, "native_id": SKY, "handle": "anna.bsky.social"}
COPIES = [
    pytest.param(FEED, MASTODON, id="in-a-feed"),
    pytest.param(BRIDGED, BLUESKY, id="over-a-bridge"),
]


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    made = Stand(tmp_path)
    made.node.open()
    made.node.start()
    head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=Policy.RULES_DECIDE)
    await made.node.make(head, SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21"))
    for network in ("mastodon", "bluesky", "feed"):
        await made.node.set_source(OPERATOR, SourceId(f"{network}-1"), network, SourceBody(), on=True)
    yield made
    await made.node.close()


def shown(stand: Stand, network: str) -> list[str]:
    node = stand.node
    return shown_of(node.state, SourceId(f"{network}-1"), passed=node.passed, keyring=stand.keyring)


@pytest.mark.parametrize(("copy", "original"), COPIES)
async def test_a_copy_goes_when_the_network_of_its_original_says_so(
    stand: Stand, copy: dict[str, str], original: dict[str, str]
) -> None:
    post = await stand.arrive(**copy)
    assert (post.status, shown(stand, original["network"])) == (Status.SHOWN, [])
    assert await stand.arrive(**original) is post

    (asked,) = shown(stand, original["network"])
    assert asked == original["native_id"]
    source, network = SourceId(f"{original['network']}-1"), original["network"]
    await stand.node.depart(Departure(source=source, network=network, native_id=asked))

    assert (post.status, shown(stand, network)) == (Status.GONE, [])


async def test_another_copy_does_not_hide_who_has_the_original(stand: Stand) -> None:
    await stand.arrive(**FEED)
    await stand.arrive(**MASTODON)
    await stand.arrive(**FEED, source="feed-2", native_id="of-the-second")
    assert shown(stand, "mastodon") == [MASTODON["native_id"]]


async def test_who_has_a_copy_is_not_asked_for_the_original(stand: Stand) -> None:
    """The control: a feed that lets go of its copy does not let go of the post."""
    post = await stand.arrive(**MASTODON)
    assert await stand.arrive(**FEED) is post
    assert (shown(stand, "mastodon"), shown(stand, "feed")) == ([MASTODON["native_id"]], [])


async def test_what_nobody_sees_is_not_asked_for(stand: Stand) -> None:
    post = await stand.arrive(**FEED)
    await stand.arrive(**MASTODON)
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    assert shown(stand, "mastodon") == []


async def test_a_source_has_its_own_newest_first(stand: Stand) -> None:
    for native_id, words in (("1", SAID), ("2", "Wie gaat er straks mee koffie drinken?")):
        await stand.arrive("mastodon", words, native_id=native_id)
    assert (shown(stand, "mastodon"), shown(stand, "bluesky")) == (["2", "1"], [])
