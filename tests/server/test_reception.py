"""The door for posts of networks: what is not for this symposium, and what is here already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server import reception as module
from server.errors import BadInput, Conflict
from server.intake.arrival import Arrival, Departure
from server.intake.passed import BEFORE, ELSEWHERE
from server.intake.rules import Rules
from server.journal.sqlite import SqliteJournal
from server.judging import RecentPosts
from server.keyring import Keyring
from server.live.hub import Hub
from server.node import Node
from server.reception import Reception
from server.symposium import views
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.outcomes import Done, Refused
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Decision, Policy, Role, SourceId, Status

HOUR = 3_600_000_000
MIDNIGHT = 1_795_215_600_000_000
"""Of 21 November 2026, in Amsterdam."""
NOON = MIDNIGHT + 12 * HOUR
SAID = "Mooi verhaal van de tweede spreker over open data bij gemeenten! #dag"
TOOT = "https://social.example/users/anna/statuses/112233"
SKY = "at://did:plc:abc/app.bsky.feed.post/3kxyz"
NETWORKS = ("mastodon", "bluesky", "feed", "nostr")


class Stand:
    """A node that listens to four networks on its day; its sources were added the day before."""

    def __init__(self, folder: Path) -> None:
        journal = SqliteJournal(folder, now_us=lambda: MIDNIGHT - 24 * HOUR)
        hub = Hub(epoch=journal.epoch, now_us=lambda: 0)
        self.keyring = Keyring(folder)
        self.node = Node(journal=journal, hub=hub, keyring=self.keyring, now_us=lambda: NOON)

    @property
    def reception(self) -> Reception:
        return self.node._reception

    async def arrive(self, network: str = "mastodon", text: str = SAID, *, source: str = "", **more: Any) -> Post:
        given: dict[str, Any] = {
            "source": SourceId(source or f"{network}-1"),
            "network": network,
            "author_id": f"https://{network}.example/anna",
            "name": "Anna de Vries",
            "native_id": f"{network}/{text}",
            "created": NOON,
            "text": text,
        }
        return (await self.node.receive(Arrival(**given | more)))[0]

    def counts(self, network: str) -> dict[str, int]:
        return self.reception.passed.counts(SourceId(f"{network}-1"))


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    made = Stand(tmp_path)
    made.node.open()
    made.node.start()
    body = SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21")
    await made.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), body)
    for network in NETWORKS:
        await made.node.set_source(OPERATOR, SourceId(f"{network}-1"), network, SourceBody(), on=True)
    yield made
    await made.node.close()


class TestBefore:
    async def test_what_is_too_old_is_not_taken_in_and_counted(self, stand: Stand) -> None:
        since = MIDNIGHT - 24 * HOUR - 7 * 24 * HOUR
        with pytest.raises(Conflict) as error:
            await stand.arrive(created=since - 1)
        with pytest.raises(Conflict):
            await stand.arrive(created=since - 1)
        assert (error.value.code, dict(stand.node.state.posts)) == (BEFORE, {})
        assert stand.counts("mastodon") == {BEFORE: 1}

        await stand.arrive(created=since + 1_000_000)
        assert len(stand.node.state.posts) == 1

    async def test_an_organiser_says_how_old(self, stand: Stand) -> None:
        """The control: the very post of the test above is taken in with other rules."""
        old = MIDNIGHT - 30 * 24 * HOUR
        with pytest.raises(Conflict):
            await stand.arrive(created=old)
        await stand.node.set_rules(OPERATOR, Rules(window_hours=24 * 60))
        await stand.arrive(created=old)
        assert len(stand.node.state.posts) == 1

    async def test_without_a_date_nothing_is_too_old(self, stand: Stand) -> None:
        await stand.node.change(OPERATOR, SymposiumBody(title="Dag"))
        await stand.arrive(created=1)
        assert len(stand.node.state.posts) == 1

    async def test_what_does_not_tell_its_moment_is_taken_in(self, stand: Stand) -> None:
        await stand.arrive(created=None)
        assert len(stand.node.state.posts) == 1

    async def test_what_cannot_be_a_post_is_remembered_too(self, stand: Stand) -> None:
        with pytest.raises(BadInput):
            await stand.arrive(text=" ", native_id="1")
        assert stand.counts("mastodon") == {"empty": 1}


COPIES = [
    pytest.param(
        {"network": "mastodon", "uri": TOOT, "handle": "@anna@social.example"},
        {"network": "feed", "uri": "https://social.example/@anna/112233", "name": "social.example"},
        id="the-feed-of-a-toot",
    ),
    pytest.param(
        {"network": "bluesky", "uri": SKY, "handle": "anna.bsky.social"},
        {"network": "mastodon", "uri": f"https://bsky.brid.gy/convert/ap/{SKY}", "name": "Anna 🦋"},
        id="over-the-bridge",
    ),
    pytest.param(
        {"network": "mastodon", "uri": TOOT, "handle": "@anna@social.example"},
        {"network": "bluesky", "uri": SKY, "handle": "anna.social.example.ap.brid.gy"},
        id="back-over-the-bridge",
    ),
    pytest.param(
        {"network": "mastodon", "uri": TOOT, "handle": "@anna@social.example"},
        {"network": "bluesky", "uri": SKY, "handle": "anna.bsky.social"},
        id="on-both-by-hand",
    ),
    pytest.param(
        {"network": "mastodon", "uri": f"https://mostr.pub/objects/{'5f' * 32}", "name": "npub1"},
        {"network": "nostr", "uri": f"nostr:{'5f' * 32}"},
        id="mostr",
    ),
]


class TestElsewhere:
    @pytest.mark.parametrize(("one", "other"), COPIES)
    async def test_a_post_counts_once_whichever_copy_comes_first(
        self, stand: Stand, one: dict[str, Any], other: dict[str, Any]
    ) -> None:
        first = await stand.arrive(**one)
        second = await stand.arrive(**other)
        assert (second.id, len(stand.node.state.posts)) == (first.id, 1)
        assert stand.counts(other["network"]) == {ELSEWHERE: 1}

    @pytest.mark.parametrize(("one", "other"), COPIES)
    async def test_also_the_other_way_round(self, stand: Stand, one: dict[str, Any], other: dict[str, Any]) -> None:
        first = await stand.arrive(**other)
        assert (await stand.arrive(**one)).id == first.id

    @pytest.mark.parametrize(("one", "other"), COPIES)
    async def test_without_a_look_at_sameness_there_would_be_two(
        self, stand: Stand, one: dict[str, Any], other: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control."""
        monkeypatch.setattr(module, "twin", lambda new, earlier: None)
        monkeypatch.setattr(module, "identity_of", lambda uri: None)
        await stand.arrive(**one)
        await stand.arrive(**other)
        assert len(stand.node.state.posts) == 2

    async def test_two_copies_at_the_same_moment_are_one(self, stand: Stand) -> None:
        one, other = COPIES[3].values
        first, second = await asyncio.gather(stand.arrive(**one), stand.arrive(**other))  # type: ignore[arg-type]
        assert (first.id, len(stand.node.state.posts)) == (second.id, 1)

    async def test_two_people_who_say_the_same_are_two_posts(self, stand: Stand) -> None:
        await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")
        await stand.arrive("bluesky", uri=SKY, handle="bram.bsky.social", name="Bram", author_id="b")
        assert len(stand.node.state.posts) == 2

    async def test_items_of_one_feed_may_share_an_address(self, stand: Stand) -> None:
        for number in range(3):
            await stand.arrive("feed", f"Nieuws {number}", uri="https://blog.example/verslag", native_id=f"{number}")
            stand.reception._traces = None
        # by its identity, which is the address here, it is one post; by another identity it is not
        await stand.arrive("feed", "Ander nieuws", uri="https://blog.example/verslag#2", native_id="9")
        assert len(stand.node.state.posts) == 2

    async def test_a_feed_that_points_at_a_post_and_says_something_else_is_another_post(self, stand: Stand) -> None:
        await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")
        await stand.arrive(
            "feed", "Kijk wat Anna hier schrijft", uri="https://social.example/@anna/112233", name="Bram"
        )
        assert len(stand.node.state.posts) == 2

    async def test_who_deletes_the_original_takes_its_copy_off_too(self, stand: Stand) -> None:
        post = await stand.arrive("mastodon", uri=f"https://bsky.brid.gy/convert/ap/{SKY}")
        outcome = await stand.node.depart(Departure(source=SourceId("bluesky-1"), network="bluesky", uri=SKY))
        assert isinstance(outcome, Done)
        assert stand.node.state.posts[post.id].status is Status.GONE

    async def test_who_deletes_a_copy_leaves_the_original(self, stand: Stand) -> None:
        post = await stand.arrive("bluesky", uri=SKY)
        copy = Departure(
            source=SourceId("mastodon-1"), network="mastodon", uri=f"https://bsky.brid.gy/convert/ap/{SKY}"
        )
        outcome = await stand.node.depart(copy)
        assert isinstance(outcome, Refused)
        assert stand.node.state.posts[post.id].status is Status.HELD

    async def test_a_copy_does_not_bring_back_what_its_author_took_away(self, stand: Stand) -> None:
        post = await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")
        await stand.node.depart(Departure(source=SourceId("mastodon-1"), network="mastodon", uri=TOOT))
        copy = await stand.arrive("feed", uri="https://social.example/@anna/112233")
        assert (copy.id, stand.node.state.posts[post.id].status) == (post.id, Status.GONE)

    async def test_a_later_edit_at_the_original_reaches_what_stands_for_it(self, stand: Stand) -> None:
        post = await stand.arrive("feed", uri="https://social.example/@anna/112233")
        await stand.arrive("mastodon", uri=TOOT)
        unchanged = post.revision
        await stand.arrive("mastodon", "Ik heb mijn nummer weggehaald.", uri=TOOT, native_id="n", edited=NOON + HOUR)

        body = views.post_body(stand.node.state, post)
        assert (unchanged, post.revision, len(stand.node.state.posts)) == (1, 2, 1)
        assert body is not None
        assert body.text == "Ik heb mijn nummer weggehaald."

    async def test_who_was_blocked_does_not_keep_out_whose_words_they_took(self, stand: Stand) -> None:
        """The control is `on-both-by-hand`: without the ban the second is the first."""
        one, other = COPIES[3].values
        thief = await stand.arrive(**one)  # type: ignore[arg-type]
        await stand.node.ban(OPERATOR, thief.id, earlier=True)
        assert (await stand.arrive(**other)).id != thief.id  # type: ignore[arg-type]

    async def test_copies_are_known_after_a_restart(self, stand: Stand) -> None:
        one, other = COPIES[3].values
        first = await stand.arrive(**one)  # type: ignore[arg-type]
        stand.reception._traces = None
        assert (await stand.arrive(**other)).id == first.id  # type: ignore[arg-type]


class TestABurst:
    """Posts that come in side by side, as a source hands them in."""

    async def test_each_item_of_a_feed_is_a_post(self, stand: Stand) -> None:
        """Their identities differ in what no address keeps: a fragment, a number of a topic."""
        uris = [f"https://blog.example/feed.xml#{number}" for number in range(8)]
        uris += [f"https://forum.example/viewtopic.php?t={number}" for number in range(8)]
        arrivals = (
            stand.arrive("feed", f"Bericht {n} over de dag.", uri=uri, native_id=uri) for n, uri in enumerate(uris)
        )

        await asyncio.gather(*arrivals)

        assert len(stand.node.state.posts) == len(uris)

    async def test_the_same_words_at_once_are_seen_as_the_same_words(self, stand: Stand) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        words = "Koop nu uw munten bij mij, het is heel goedkoop!"
        arrivals = (
            stand.arrive(
                "mastodon", words, uri=f"https://spam.example/@a/{number}00000", native_id=str(number), author_id="a"
            )
            for number in range(16)
        )

        posts = await asyncio.gather(*arrivals)

        assert sum(post.status is Status.SHOWN for post in posts) <= 1

    async def test_without_knowing_of_each_other_all_would_be_shown(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control of the test above."""
        monkeypatch.setattr(RecentPosts, "expect", lambda *_: None)
        with pytest.raises(AssertionError):
            await self.test_the_same_words_at_once_are_seen_as_the_same_words(stand)


class TestAThief:
    """Somebody takes a name and the words under it, on another network, and is there first."""

    WORDS = "De vergunning is vandaag verleend, na zeven jaar wachten."

    async def steal(self, stand: Stand) -> Post:
        return await stand.arrive("bluesky", self.WORDS, uri="at://did:plc:dief/app.bsky.feed.post/1", native_id="dief",
                                  name="Anna", handle="@anna.evil.example", author_id="dief")  # fmt: skip

    async def write(self, stand: Stand) -> Post:
        return await stand.arrive("mastodon", self.WORDS, uri="https://social.example/@anna/112299", native_id="anna",
                                  name="Anna", handle="@anna@social.example", author_id="anna")  # fmt: skip

    async def test_what_was_stolen_and_deleted_keeps_nobody_out(self, stand: Stand) -> None:
        stolen = await self.steal(stand)
        await stand.node.depart(Departure(source=stolen.source, network="bluesky", native_id="dief"))

        own = await self.write(stand)

        assert (own.id != stolen.id, own.status) == (True, Status.HELD)

    async def test_a_copy_changes_nobody_elses_words(self, stand: Stand) -> None:
        """A feed tells of a toot, and says that it was edited."""
        toot = await self.write(stand)
        planet = {"native_id": "item", "name": "Planet", "author_id": "planet", "edited": NOON + HOUR}
        await stand.arrive("feed", "KOOP NU", uri="https://social.example/@anna/112299", **planet)

        body = views.post_body(stand.node.state, toot)
        assert body is not None
        assert (body.text, toot.revision) == (self.WORDS, 1)

    async def test_a_feed_that_takes_the_name_of_a_post_changes_and_silences_nobody(self, stand: Stand) -> None:
        """Its items may be called as somebody else's post is: before that comes in, and after."""
        uri = "at://did:plc:anna/app.bsky.feed.post/7"
        false = await stand.arrive("feed", "Verkoop van munten", uri=uri, native_id="item", author_id="planet")
        own = await stand.arrive("bluesky", self.WORDS, uri=uri, native_id="own", author_id="anna")
        await stand.arrive("feed", "KOOP NU", uri=uri, native_id="item", author_id="planet", edited=NOON + HOUR)

        body = views.post_body(stand.node.state, own)
        assert body is not None
        assert (own.id != false.id, body.text, own.revision) == (True, self.WORDS, 1)

    @pytest.mark.parametrize(("network", "status"), [("feed", Status.HELD), ("bluesky", Status.SHOWN)])
    async def test_only_who_cannot_be_somebody_else_is_known(self, stand: Stand, network: str, status: Status) -> None:
        """In a feed anybody may write under the name of who was shown before. With the control: elsewhere not."""
        await stand.node.set_policy(OPERATOR, Policy.KNOWN_PASS)
        badge, _ = await stand.node.make_badge(OPERATOR, Role.MODERATOR, "Redactie")
        first = await stand.arrive(network, self.WORDS, native_id="1", author_id="anna")
        await stand.node.decide(badge, Decision.SHOW, [(first.id, first.revision)])

        second = await stand.arrive(network, "En nu de tweede vraag van de middag.", native_id="2", author_id="anna")

        assert (first.status, second.status) == (Status.SHOWN, status)

    async def test_what_is_added_at_the_end_is_another_post(self, stand: Stand) -> None:
        first = await self.write(stand)
        anna = {"native_id": "meer", "author_id": "a2", "name": "Anna", "handle": "@anna.bsky.social"}
        words = f"{self.WORDS} Maar de kosten vielen tegen."
        more = await stand.arrive("bluesky", words, uri="at://did:plc:anna/app.bsky.feed.post/2", **anna)

        assert more.id != first.id

    async def test_original_that_is_deleted_takes_a_bridges_copy_along(self, stand: Stand) -> None:
        """Though its network tells only its number there, and the copy came first."""
        event = "5f" * 32
        copy = await stand.arrive("mastodon", self.WORDS, uri=f"https://mostr.pub/objects/{event}", native_id="kopie",
                                  name="Anna", handle="@npub1@mostr.pub", author_id="a3")  # fmt: skip
        again = await stand.arrive("nostr", self.WORDS, uri=f"nostr:{event}", native_id=f"a3/{event}", name="Anna",
                                   handle="npub1", author_id="a4")  # fmt: skip
        assert again.id == copy.id

        await stand.node.depart(Departure(source=again.source, network="nostr", native_id=f"a3/{event}"))

        assert copy.status is Status.GONE
