"""Who was blocked stays out over a bridge, also when nothing that they said is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.symposium.entries import Expired, PostDeparted, SourceBody, SymposiumBody, SymposiumMade
from server.symposium.outcomes import Done
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Policy, Role, SourceId, Status
from tests.server.test_reception import Stand

TOOTER = ("mastodon", "@anna_b-c@social.example")
TOOTER_OVER = ("bluesky", "anna-b-c.social.example.ap.brid.gy")
SKY_ONE = ("bluesky", "anna.bsky.social")
SKY_ONE_OVER = ("mastodon", "@anna.bsky.social@bsky.brid.gy")
Who = tuple[str, str]

SAME = (
    pytest.param(TOOTER, TOOTER_OVER, id="to-bluesky"),
    pytest.param(SKY_ONE, SKY_ONE_OVER, id="to-the-fediverse"),
    pytest.param(TOOTER_OVER, TOOTER, id="home-from-bluesky"),
    pytest.param(SKY_ONE_OVER, SKY_ONE, id="home-from-the-fediverse"),
)
OTHERS = (
    pytest.param(TOOTER, ("bluesky", "anna-b-c.social.example"), id="a-domain-that-reads-alike"),
    pytest.param(("nostr", TOOTER[1]), TOOTER_OVER, id="blocked-under-a-name-that-nobody-proved"),
    pytest.param(TOOTER, ("feed", TOOTER_OVER[1]), id="in-a-feed"),
    pytest.param(SKY_ONE, SKY_ONE, id="somebody-else-got-the-handle"),
)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """The rules decide; what nobody objects to is shown."""
    made = Stand(tmp_path)
    made.node.open()
    made.node.start()
    body = SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21")
    head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=Policy.RULES_DECIDE)
    await made.node.make(head, body)
    for network in ("mastodon", "bluesky", "feed", "nostr"):
        await made.node.set_source(OPERATOR, SourceId(f"{network}-1"), network, SourceBody(), on=True)
    yield made
    await made.node.close()


async def write(stand: Stand, who: Who, author: str, words: str = "Wie gaat er straks mee koffie drinken?") -> Post:
    network, handle = who
    native_id = f"{author}/{words}"
    return await stand.arrive(network, words, handle=handle, author_id=author, native_id=native_id, name="Anna")


async def lose_words(stand: Stand, post: Post) -> None:
    """As time does with what was rejected or hidden."""
    outcome = await stand.node.submit(Expired(posts=(post.id,)))
    assert isinstance(outcome, Done)
    assert (post.status, post.body in stand.node.state.bodies) == (Status.ERASED, False)


@pytest.mark.parametrize(("blocked", "again"), SAME)
async def test_who_was_blocked_stays_out_when_their_words_are_gone(stand: Stand, blocked: Who, again: Who) -> None:
    post = await write(stand, blocked, "one")
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, post)

    bridged = await write(stand, again, "two")
    home = await write(stand, blocked, "one", "Daar ben ik weer, met andere woorden.")

    assert (bridged.status, bridged.verdict.rule) == (Status.REJECTED, "banned")
    assert home.status is Status.REJECTED


@pytest.mark.parametrize(("blocked", "again"), SAME)
async def test_when_the_block_is_undone_they_come_back(stand: Stand, blocked: Who, again: Who) -> None:
    """The control: the very posts of the test above are shown."""
    post = await write(stand, blocked, "one")
    ban = await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, post)
    await stand.node.undo(OPERATOR, ban.seq)

    assert (await write(stand, again, "two")).status is Status.SHOWN


@pytest.mark.parametrize(("blocked", "stranger"), OTHERS)
async def test_nobody_else_is_kept_out(stand: Stand, blocked: Who, stranger: Who) -> None:
    post = await write(stand, blocked, "one")
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, post)

    assert (await write(stand, stranger, "two")).status is Status.SHOWN


async def test_a_second_block_without_words_forgets_nobody(stand: Stand) -> None:
    """Another moderator blocks them when their words are gone; and the first one changes their mind."""
    post = await write(stand, TOOTER, "one")
    badge, _ = await stand.node.make_badge(OPERATOR, Role.MODERATOR, "Redactie")
    ban = await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, post)
    await stand.node.ban(badge, post.id, earlier=True)
    await stand.node.undo(OPERATOR, ban.seq)

    assert (await write(stand, TOOTER_OVER, "two")).status is Status.REJECTED


async def test_who_was_blocked_without_words_is_known_by_what_they_say_later(stand: Stand) -> None:
    post = await write(stand, TOOTER, "one")
    keys = [key for key, known in stand.node.state.by_key.items() if known == post.id]
    await stand.node.submit(PostDeparted(keys=tuple(keys)))
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    later = await write(stand, TOOTER, "one", "Daar ben ik weer, met andere woorden.")
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, later)

    assert (await write(stand, TOOTER_OVER, "two")).status is Status.REJECTED


async def test_who_was_blocked_and_erased_stays_out(stand: Stand) -> None:
    post = await write(stand, TOOTER, "one")
    await stand.node.ban(OPERATOR, post.id, earlier=True)
    await lose_words(stand, post)
    await stand.node.erase(OPERATOR, author_of=post.id)

    assert (await write(stand, TOOTER_OVER, "two")).status is Status.REJECTED
