"""The door for posts of networks: what is not for this symposium, and what is here already."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import sys
import types
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from server import reception as module
from server.covers import Covers
from server.errors import BadInput, Conflict, NotFound
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.intake.circumstances import Circumstances
from server.intake.passed import BEFORE, ELSEWHERE
from server.intake.rules import HASHTAG, Rules
from server.intake.verdict import judge
from server.journal.sqlite import SqliteJournal
from server.judging import RecentPosts
from server.keyring import Keyring
from server.live.hub import Hub
from server.node import Node
from server.reception import Reception
from server.symposium import views
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.outcomes import Done, Refused
from server.symposium.posts import EDITED
from server.symposium.state import Post
from server.symposium.values import (
    OPERATOR,
    PHONE,
    Decision,
    DeviceId,
    Hold,
    Policy,
    PostBody,
    Role,
    SourceId,
    Status,
)
from tests.house import JOURNALS

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
        journal = SqliteJournal(folder, limits=JOURNALS, now_us=lambda: MIDNIGHT - 24 * HOUR)
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

    async def depart(self, network: str, **names: str) -> None:
        await self.node.depart(Departure(source=SourceId(f"{network}-1"), network=network, **names))

    async def show(self, post: Post) -> None:
        badge, _ = await self.node.make_badge(OPERATOR, Role.MODERATOR, "Redactie")
        await self.node.decide(badge, Decision.SHOW, [(post.id, post.revision)])
        assert post.status is Status.SHOWN

    def text(self, post: Post) -> str | None:
        body = views.post_body(self.node.state, post)
        return None if body is None else body.text

    def counts(self, network: str) -> dict[str, int]:
        return self.reception.passed.counts(SourceId(f"{network}-1"))


@contextlib.asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Stand]:
    """One with a symposium and a source of each of `NETWORKS`, that runs."""
    made = Stand(folder)
    made.node.open()
    made.node.start()
    body = SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21")
    await made.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), body)
    for network in NETWORKS:
        await made.node.set_source(OPERATOR, SourceId(f"{network}-1"), network, SourceBody(), on=True)
    yield made
    await made.node.close()


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as made:
        yield made


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

    @pytest.mark.parametrize(
        "copy",
        [
            {"uri": "at://did:plc:kopie/app.bsky.feed.post/9", "handle": "anna.social.example.ap.brid.gy"},
            {"uri": "https://bsky.brid.gy/r/https://social.example/@anna/112233", "handle": "anna.elsewhere.example"},
        ],
        ids=["known-by-its-handle", "known-by-its-address"],
    )
    async def test_who_deletes_a_copy_that_came_in_leaves_the_original(
        self, stand: Stand, copy: dict[str, Any]
    ) -> None:
        post = await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")
        assert (await stand.arrive("bluesky", **copy)).id == post.id

        await stand.node.depart(Departure(source=SourceId("bluesky-1"), network="bluesky", uri=copy["uri"]))

        assert post.status is Status.HELD

    async def test_who_deletes_the_original_that_came_second_takes_the_copy_off(self, stand: Stand) -> None:
        """The control of the test above."""
        post = await stand.arrive(
            "bluesky", uri="at://did:plc:kopie/app.bsky.feed.post/9", handle="anna.social.example.ap.brid.gy"
        )
        assert (await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")).id == post.id

        await stand.node.depart(Departure(source=SourceId("mastodon-1"), network="mastodon", uri=TOOT))

        assert post.status is Status.GONE

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

    async def test_phones_push_no_copy_out_of_what_is_known_after_a_restart(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control follows: as many posts of networks do."""
        monkeypatch.setattr(module, "TRACES", 3)
        one, other = COPIES[3].values
        first = await stand.arrive(**one)  # type: ignore[arg-type]
        for number in range(4):
            device = DeviceId(f"phone{number}")
            said = Arrival(source=PHONE, network=PHONE, author_id=device, device=device, text=f"Vraag {number}")
            await stand.node.receive(said)
        stand.reception._traces = None
        assert (await stand.arrive(**other)).id == first.id  # type: ignore[arg-type]

    async def test_networks_push_the_oldest_out_of_what_is_known_after_a_restart(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "TRACES", 3)
        one, other = COPIES[3].values
        first = await stand.arrive(**one)  # type: ignore[arg-type]
        for number in range(4):
            await stand.arrive("nostr", f"Vraag {number} #dag", author_id=f"https://nostr.example/{number}")
        stand.reception._traces = None
        assert (await stand.arrive(**other)).id != first.id  # type: ignore[arg-type]


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
        planet: dict[str, Any] = {"native_id": "item", "name": "Planet", "author_id": "planet", "edited": NOON + HOUR}
        await stand.arrive("feed", "KOOP NU", uri="https://social.example/@anna/112299", **planet)

        body = views.post_body(stand.node.state, toot)
        assert body is not None
        assert (body.text, toot.revision) == (self.WORDS, 1)

    @pytest.mark.parametrize("edited", [None, NOON], ids=["as-it-was-written", "edited"])
    @pytest.mark.parametrize("gone", ["never", "before", "after"])
    async def test_a_feed_that_takes_the_name_of_a_post_changes_and_silences_nobody(
        self, stand: Stand, edited: int | None, gone: str
    ) -> None:
        """Its items may be called as somebody else's post is: before that comes in, and after."""
        uri = "at://did:plc:anna/app.bsky.feed.post/7"
        item: dict[str, Any] = {"uri": uri, "native_id": uri, "author_id": "planet"}
        await stand.arrive("feed", "Verkoop van munten", **item)
        if gone == "before":
            await stand.depart("feed", uri=uri, native_id=uri)
        own = await stand.arrive("bluesky", self.WORDS, uri=uri, native_id="own", author_id="anna", edited=edited)
        await stand.show(own)
        await stand.arrive("feed", "KOOP NU", **item, edited=NOON + HOUR)
        if gone == "after":
            await stand.depart("feed", uri=uri, native_id=uri)

        assert (stand.text(own), own.status) == (self.WORDS, Status.SHOWN)
        again = await stand.arrive("bluesky", "Toch niet.", uri=uri, native_id="own", edited=NOON + 2 * HOUR)
        assert (again.id, stand.text(own)) == (own.id, "Toch niet.")
        await stand.depart("bluesky", native_id="own", uri=uri)
        assert own.status is Status.GONE

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

    @pytest.mark.parametrize(
        ("network", "handle", "status"),
        [
            pytest.param("nostr", "anna.social.example.ap.brid.gy", Status.HELD, id="who-says-so"),
            pytest.param("bluesky", "anna.social.example.ap.brid.gy", Status.GONE, id="control-who-is"),
        ],
    )
    async def test_who_says_to_be_over_a_bridge_is_nobodys_copy(
        self, stand: Stand, network: str, handle: str, status: Status
    ) -> None:
        """Only the fediverse and Bluesky look up whose a handle is; elsewhere anybody writes one down."""
        copy = await stand.arrive(network, self.WORDS, native_id="kopie", name="Bram", handle=handle, author_id="bram")
        await stand.arrive("mastodon", self.WORDS, uri=TOOT, native_id="eigen", name="Anna",
                           handle="@anna@social.example", author_id="anna")  # fmt: skip

        await stand.depart("mastodon", native_id="eigen", uri=TOOT)

        assert copy.status is status

    @pytest.mark.parametrize(
        ("network", "is_one"), [("nostr", False), ("mastodon", True)], ids=["who-says-so", "control-who-is"]
    )
    async def test_one_who_says_to_be_over_a_bridge_takes_nothing_along(
        self, stand: Stand, network: str, is_one: bool
    ) -> None:
        """Nor what came in before it, by whose handle it took."""
        own = await stand.arrive("bluesky", self.WORDS, uri="at://did:plc:anna/app.bsky.feed.post/3", native_id="eigen",
                                 name="Anna", handle="anna.bsky.social", author_id="anna")  # fmt: skip
        false = await stand.arrive(network, self.WORDS, native_id="vals", name="Bram", author_id="bram",
                                   handle="@anna.bsky.social@bsky.brid.gy")  # fmt: skip
        assert (false.id == own.id) is is_one

        await stand.depart(network, native_id="vals")

        assert own.status is Status.HELD

    async def test_a_feed_lets_go_of_no_item_of_another_feed(self, stand: Stand) -> None:
        post = await stand.arrive("feed", native_id="item", uri="https://blog.example/1")
        for source, status in (("feed-2", Status.HELD), ("feed-1", Status.GONE)):
            await stand.node.depart(Departure(source=SourceId(source), network="feed", uri="https://blog.example/1"))
            assert post.status is status

    async def test_original_comes_in_where_who_copied_it_was_blocked(self, stand: Stand) -> None:
        copy = await stand.arrive("feed", uri="https://social.example/@anna/112233", name="Planeet")
        await stand.node.ban(OPERATOR, copy.id, earlier=True)

        own = await stand.arrive("mastodon", uri=TOOT, handle="@anna@social.example")

        assert (own.id != copy.id, own.status) == (True, Status.HELD)


PAGE = "https://social.example/@anna/112233"


class TestAFeedsCopy:
    """A feed tells what stands elsewhere; the author's own word is above it."""

    ITEM: Final[dict[str, Any]] = {"uri": PAGE, "native_id": PAGE, "author_id": "planet", "name": "Planeet"}
    OWN: Final[dict[str, Any]] = {"uri": TOOT, "native_id": "social.example/112233", "handle": "@anna@social.example"}

    async def taken_over(self, stand: Stand, **item: str) -> Post:
        """The post of a feed that has the author's words since."""
        post = await stand.arrive("feed", "Iets anders, over munten. #dag", **self.ITEM | item)
        assert (await stand.arrive("mastodon", **self.OWN, edited=NOON)).id == post.id
        await stand.show(post)
        return post

    async def test_changes_no_words_that_its_author_put_there(self, stand: Stand) -> None:
        post = await self.taken_over(stand)
        await stand.arrive("feed", "KOOP NU munten", **self.ITEM, edited=NOON + HOUR)
        assert (stand.text(post), post.status) == (SAID, Status.SHOWN)

    @pytest.mark.parametrize("names", [{"native_id": PAGE, "uri": PAGE}, {"uri": PAGE}, {"native_id": PAGE}])
    async def test_does_not_go_from_under_its_author(self, stand: Stand, names: dict[str, str]) -> None:
        post = await self.taken_over(stand)
        await stand.depart("feed", **names)
        assert post.status is Status.SHOWN

        await stand.arrive("mastodon", "Zonder die naam.", **self.OWN, edited=NOON + HOUR)
        assert (stand.text(post), post.status) == ("Zonder die naam.", Status.HELD)

    async def test_an_item_called_as_a_server_calls_the_post_changes_nothing_either(self, stand: Stand) -> None:
        names = {"native_id": self.OWN["native_id"]}
        post = await self.taken_over(stand, **names)
        await stand.arrive("feed", "KOOP NU munten", **self.ITEM | names, edited=NOON + HOUR)
        await stand.depart("feed", uri=PAGE, **names)
        assert (stand.text(post), post.status) == (SAID, Status.SHOWN)

    @pytest.mark.parametrize("names", [{"native_id": PAGE, "uri": PAGE}, {"uri": PAGE}, {"native_id": PAGE}])
    async def test_goes_with_its_feed_as_long_as_it_is_the_feeds(self, stand: Stand, names: dict[str, str]) -> None:
        """The control, of an edit and of a departure."""
        post = await stand.arrive("feed", **self.ITEM)
        await stand.arrive("feed", "Verbeterd.", **self.ITEM, edited=NOON + HOUR)
        assert stand.text(post) == "Verbeterd."
        await stand.depart("feed", **names)
        assert post.status is Status.GONE

    @pytest.mark.parametrize("names", [{"uri": TOOT}, {"native_id": OWN["native_id"]}])
    async def test_its_author_takes_it_away(self, stand: Stand, names: dict[str, str]) -> None:
        """Also where the network tells only its number there; and what another feed has from there, in other words."""
        post = await stand.arrive("feed", **self.ITEM)
        await stand.arrive("mastodon", **self.OWN)
        await stand.arrive("mastodon", "Zonder die naam.", **self.OWN, edited=NOON + HOUR)
        other = await stand.arrive(
            "feed", "Verkoop van munten", source="feed-2", uri=TOOT, native_id=self.OWN["native_id"]
        )
        await stand.depart("mastodon", **names)
        assert (post.status, other.status) == (Status.GONE, Status.GONE)

    async def test_does_not_keep_its_original_out_when_the_feed_let_it_go(self, stand: Stand) -> None:
        copy = await stand.arrive("feed", "Iets anders, over munten. #dag", **self.ITEM)
        await stand.depart("feed", native_id=PAGE, uri=PAGE)

        own = await stand.arrive("mastodon", **self.OWN)

        assert (own.id != copy.id, own.status, stand.text(own)) == (True, Status.HELD, SAID)
        await stand.depart("mastodon", native_id=self.OWN["native_id"], uri=TOOT)
        assert own.status is Status.GONE

    async def test_keeps_out_what_its_author_deleted(self, stand: Stand) -> None:
        """The control: a server that did not hear of it yet brings back nothing."""
        copy = await stand.arrive("feed", **self.ITEM)
        await stand.depart("mastodon", native_id=self.OWN["native_id"], uri=TOOT)
        assert copy.status is Status.GONE

        slow = await stand.arrive("mastodon", source="mastodon-2", **self.OWN | {"native_id": "slow.example/9"})

        assert (slow.id, len(stand.node.state.posts)) == (copy.id, 1)


class TestAnEditOfWhatWasPassed:
    """Its twin stands, so that it was not taken in; then its author changes it. An edit never shows itself."""

    WORDS = "Bij nader inzien noem ik liever geen namen van mensen die hier niet zijn. #dag"
    NO_TAG = "Bij nader inzien wil ik er vandaag liever niet meer bij zijn."
    TOOTED: Final[dict[str, Any]] = {"uri": TOOT, "native_id": "social.example/1", "handle": "@anna@social.example"}

    @pytest.fixture(autouse=True)
    async def rules_decide(self, stand: Stand) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)

    async def by_hand(self, stand: Stand, *, edited: int | None = None) -> Post:
        """What Anna also wrote on Bluesky, which is shown and stands for her toot."""
        post = await stand.arrive("bluesky", uri=SKY, handle="anna.bsky.social")
        assert post.status is Status.SHOWN
        assert (await stand.arrive(**self.TOOTED, edited=edited)).id == post.id
        return post

    async def over_a_bridge(self, stand: Stand, *, edited: int | None = None, **names: Any) -> Post:
        """What a bridge made of her toot, which is shown and stands for it."""
        who: dict[str, Any] = {"handle": "anna.social.example.ap.brid.gy", "uri": SKY, "native_id": SKY}
        post = await stand.arrive("bluesky", **who | names)
        assert post.status is Status.SHOWN
        assert (await stand.arrive(**self.TOOTED, edited=edited)).id == post.id
        return post

    async def edit(self, stand: Stand, words: str, *, edited: int = NOON + HOUR) -> Post:
        return await stand.arrive("mastodon", words, **self.TOOTED, edited=edited)

    async def test_without_the_hashtag_it_does_not_come_in(self, stand: Stand) -> None:
        post = await self.by_hand(stand)
        assert (await self.edit(stand, self.NO_TAG)).id == post.id
        assert (len(stand.node.state.posts), post.status, stand.text(post)) == (1, Status.SHOWN, SAID)

    async def test_with_the_hashtag_it_waits(self, stand: Stand) -> None:
        post = await self.by_hand(stand)
        again = await self.edit(stand, self.WORDS)
        assert (again.id != post.id, again.status, again.verdict) == (True, Status.HELD, Hold(rule=EDITED))
        assert post.status is Status.SHOWN

    async def test_where_no_hashtag_was_taken_out_it_is_not_lost(self, stand: Stand) -> None:
        """As of somebody whom the symposium follows."""
        words = SAID.removesuffix(" #dag")
        post = await stand.arrive("bluesky", words, uri=SKY, handle="anna.bsky.social")
        assert (await stand.arrive("mastodon", words, **self.TOOTED)).id == post.id
        again = await self.edit(stand, self.NO_TAG)
        assert (again.id != post.id, again.status) == (True, Status.HELD)

    @pytest.mark.parametrize("edited", [None, NOON], ids=["as-it-was-written", "edited-before"])
    @pytest.mark.parametrize("how", ["by_hand", "over_a_bridge"])
    async def test_what_is_told_again_is_no_edit(self, stand: Stand, how: str, edited: int | None) -> None:
        """Another server of the fediverse tells the same."""
        post: Post = await getattr(self, how)(stand, edited=edited)
        again = await stand.arrive(source="mastodon-2", **self.TOOTED | {"native_id": "there/1"}, edited=edited)
        assert (again.id, post.status, len(stand.node.state.posts)) == (post.id, Status.SHOWN, 1)

    @pytest.mark.parametrize("names", [{}, {"uri": None}], ids=["with-an-address", "with-a-number"])
    @pytest.mark.parametrize("words", [WORDS, NO_TAG, SAID.replace("tweede", "tweed")], ids=["other", "none", "alike"])
    async def test_old_words_of_a_bridge_go_and_the_new_ones_wait(
        self, stand: Stand, words: str, names: dict[str, Any]
    ) -> None:
        copy = await self.over_a_bridge(stand, **names)

        again = await self.edit(stand, words)

        assert (again.id, again.status, again.revision, stand.text(copy)) == (copy.id, Status.HELD, 2, words)
        await stand.depart("mastodon", native_id="social.example/1")
        assert again.status is Status.GONE

    async def test_two_servers_that_tell_of_it_at_once_show_nothing(self, stand: Stand) -> None:
        copy = await self.over_a_bridge(stand)
        there = self.TOOTED | {"native_id": "there/1", "source": "mastodon-2"}
        first, second = await asyncio.gather(
            self.edit(stand, self.WORDS), stand.arrive("mastodon", self.WORDS, **there, edited=NOON + HOUR)
        )
        assert (first.id, second.id, copy.status, copy.revision) == (copy.id, copy.id, Status.HELD, 2)

    async def test_what_was_new_is_shown(self, stand: Stand) -> None:
        """The control of all that waits above: the very words, of a toot that nobody brought before."""
        assert (await self.edit(stand, self.WORDS)).status is Status.SHOWN

    async def test_what_a_feed_said_of_an_address_keeps_nothing_out(self, stand: Stand) -> None:
        """Its item has the address of Anna's toot, and her name and the words of what is shown: it is passed."""
        post = await stand.arrive("bluesky", uri=SKY, handle="anna.bsky.social")
        assert (await stand.arrive("feed", uri=PAGE, native_id=PAGE)).id == post.id
        own = await self.edit(stand, self.NO_TAG)
        assert (own.id != post.id, own.status) == (True, Status.SHOWN)

    @pytest.mark.parametrize(("source", "is_new"), [("feed-2", True), ("feed-1", False)], ids=["another", "its-own"])
    async def test_what_a_feed_calls_an_item_keeps_out_none_of_another_feed(
        self, stand: Stand, source: str, is_new: bool
    ) -> None:
        """The control is an edit of that very item."""
        await stand.node.set_source(OPERATOR, SourceId("feed-2"), "feed", SourceBody(), on=True)
        post = await stand.arrive("bluesky", uri=SKY, handle="anna.bsky.social")
        assert (await stand.arrive("feed", native_id="item", uri="item")).id == post.id
        item: dict[str, Any] = {"native_id": "item", "uri": "item", "edited": NOON + HOUR}
        again = await stand.arrive("feed", self.NO_TAG, source=source, **item)
        assert (again.id != post.id) is is_new


_WORDS = st.text(max_size=60)
_MOMENTS = st.none() | st.integers(1, 2**50)


def read(arrival: Arrival) -> PostBody:
    """What the journal keeps of *arrival*, as it is read again."""
    body = judge(arrival, Circumstances(policy=Policy.EVERYTHING_WAITS), salt="0" * 32).body
    return msgspec.json.decode(msgspec.json.encode(body), type=PostBody)


def told(network: str, text: str, **more: Any) -> Arrival:
    return Arrival(source=SourceId(f"{network}-1"), network=network, author_id="a", native_id="1", text=text, **more)


class TestEdits:
    @given(st.sampled_from(NETWORKS), _WORDS, _WORDS, _MOMENTS)
    @example("feed", "a\u0301\u200b\u200b\u200b\r\nb", "\ufeff w", None)
    def test_what_says_the_same_is_no_edit(self, network: str, text: str, warning: str, edited: int | None) -> None:
        arrival = told(network, f"x{text}", warning=warning, edited=edited)
        assert not module._is_edit(arrival, read(arrival))

    @given(st.sampled_from(NETWORKS), _WORDS, _WORDS, _MOMENTS)
    def test_other_words_under_the_same_time_are_one(
        self, network: str, text: str, other: str, edited: int | None
    ) -> None:
        before, now = told(network, f"x{text}", edited=edited), told(network, f"x{other}", edited=edited)
        assume(read(before).text != read(now).text)
        assert module._is_edit(now, read(before))

    @pytest.mark.parametrize(
        ("network", "before", "now", "is_edit"),
        [
            pytest.param("feed", {}, {"warning": "Spoiler"}, True, id="a-warning-came"),
            pytest.param("feed", {"edited": NOON}, {"text": "Anders"}, True, id="a-feed-forgot-when"),
            pytest.param("feed", {"edited": NOON}, {"text": "Anders", "edited": 1}, True, id="a-clock-went-back"),
            pytest.param("feed", {"edited": NOON}, {"edited": 1}, False, id="a-clock-went-back-in-vain"),
            pytest.param("feed", {}, {"edited": NOON}, True, id="a-feed-says-so"),
            pytest.param("feed", {}, {"text": "Anders", "native_id": "2"}, False, id="another-item"),
            pytest.param("mastodon", {"edited": NOON}, {"text": "Anders"}, False, id="an-older-copy"),
            pytest.param("mastodon", {"edited": NOON}, {"text": "Anders", "edited": NOON - 1}, False, id="an-old-edit"),
            pytest.param("mastodon", {}, {"edited": NOON}, True, id="the-source-says-so"),
            pytest.param("mastodon", {}, {"text": "Anders", "native_id": "2"}, False, id="how-another-instance-has-it"),
        ],
    )  # fmt: skip
    def test_what_is_an_edit(self, network: str, before: dict[str, Any], now: dict[str, Any], is_edit: bool) -> None:
        first = told(network, "Eerst", **before)
        fields = {"text": "Eerst", "native_id": "1"} | now
        second = msgspec.structs.replace(told(network, ""), **fields)
        assert module._is_edit(second, read(first)) is is_edit

    async def test_a_hundred_times_the_same_post_is_one_revision(self, stand: Stand) -> None:
        """As a feed tells it that has no times, and we begin anew each time; then it says something else."""
        item = {"native_id": "1", "uri": "https://blog.example/1", "warning": "Let op"}
        post = await stand.arrive("feed", "Een bericht\r\nop twee regels. ", **item)
        for _ in range(99):
            await stand.arrive("feed", "Een bericht\r\nop twee regels. ", **item)
        seq = stand.node.state.seq
        assert (post.revision, stand.node.state.posts) == (1, {post.id: post})

        for words in ("Een ander bericht.",) * 3:
            await stand.arrive("feed", words, **item)
        assert (post.revision, stand.node.state.seq) == (2, seq + 1)

    async def edit_twice_at_once(self, stand: Stand) -> Post:
        post = await stand.arrive(uri=TOOT)
        again: dict[str, Any] = {"uri": TOOT, "edited": NOON + HOUR, "text": "Anders"}
        await asyncio.gather(
            stand.arrive(native_id="here/1", **again), stand.arrive(source="mastodon-2", native_id="there/1", **again)
        )
        return post

    async def test_an_edit_that_two_servers_tell_of_at_once_is_one(self, stand: Stand) -> None:
        assert (await self.edit_twice_at_once(stand)).revision == 2

    async def test_without_waiting_for_each_other_it_would_be_two(self, stand: Stand) -> None:
        """The control."""

        class Forgetful(dict[Any, Any]):
            def get(self, *_: object) -> None:
                return None

            def pop(self, *_: object) -> asyncio.Future[None]:
                return asyncio.get_running_loop().create_future()

        stand.reception._on_their_way = Forgetful()
        assert (await self.edit_twice_at_once(stand)).revision == 3

    @pytest.mark.parametrize(("source", "revision"), [("feed-2", 1), ("feed-1", 2)], ids=["another", "its-own"])
    async def test_a_feed_changes_its_own_items_only(self, stand: Stand, source: str, revision: int) -> None:
        post = await stand.arrive("feed", native_id="item", uri="urn:item")
        again = await stand.arrive(
            "feed", "KOOP NU", source=source, native_id="item", uri="urn:item", edited=NOON + HOUR
        )
        assert (again.id, post.revision) == (post.id, revision)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            pytest.param(
                {"network": "feed", "name": "Anna de Vries"},
                {"network": "mastodon", "uri": TOOT, "name": "Anna de Vries"},
                id="one-name",
            ),
            pytest.param(
                {"network": "feed", "uri": "https://blog.example/1", "handle": "anna@social.example"},
                {"network": "mastodon", "uri": TOOT, "handle": "@anna@social.example"},
                id="one-name-and-handle",
            ),
            pytest.param(
                {"network": "bluesky", "uri": SKY, "handle": "anna.social.example.ap.brid.gy"},
                {"network": "mastodon", "uri": TOOT, "handle": "@anna@social.example"},
                id="over-a-bridge",
            ),
        ],
    )
    async def test_what_only_looks_the_same_is_never_changed_or_covered(
        self, stand: Stand, first: dict[str, Any], second: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = await stand.arrive(**first)
        covered: list[Post] = []
        monkeypatch.setattr(Covers, "edit", lambda self, post, entry: covered.append(post))

        again = await stand.arrive(**second, edited=NOON + HOUR)

        assert (again.id, covered, post.revision) == (post.id, [], 1)


class TestAHashtagThatWasTakenOut:
    """The author may not want to be in the symposium any more: it leaves the screens, and a person looks."""

    async def edited(self, stand: Stand, before: str, after: str) -> Post:
        post = await stand.arrive("mastodon", before, uri=TOOT, native_id="1")
        badge, _ = await stand.node.make_badge(OPERATOR, Role.MODERATOR, "Redactie")
        await stand.node.decide(badge, Decision.SHOW, [(post.id, post.revision)])
        assert post.status is Status.SHOWN
        return await stand.arrive("mastodon", after, uri=TOOT, native_id="1", edited=NOON + HOUR)

    async def test_it_waits_and_says_so(self, stand: Stand) -> None:
        post = await self.edited(stand, "Mooie dag op #Dag", "Mooie dag.")
        assert (post.status, post.verdict) == (Status.HELD, Hold(rule=HASHTAG, found="hashtag-removed"))

    @pytest.mark.parametrize(
        ("before", "after"),
        [("Mooie dag op #dag", "Heel mooie dag op #DAG"), ("Mooie dag.", "Heel mooie dag.")],
        ids=["still-there", "never-there"],
    )
    async def test_else_it_waits_as_any_edit(self, stand: Stand, before: str, after: str) -> None:
        """The control."""
        post = await self.edited(stand, before, after)
        assert post.status is Status.HELD
        assert "hashtag:hashtag-removed" not in post.notes

    async def test_it_can_come_back(self, stand: Stand) -> None:
        post = await self.edited(stand, "Mooie dag op #dag", "Mooie dag.")
        await stand.arrive("mastodon", "Mooie dag op #dag!", uri=TOOT, native_id="1", edited=NOON + 2 * HOUR)
        assert (post.status, "hashtag:hashtag-removed" in post.notes) == (Status.HELD, False)


class TestAcrossABridge:
    """Who was blocked or erased does not come back as whom a bridge makes of them."""

    TOOTER = ("mastodon", "@anna@social.example")
    TOOTER_OVER = ("bluesky", "anna.social.example.ap.brid.gy")
    SKY_ONE = ("bluesky", "anna.bsky.social")
    SKY_ONE_OVER = ("mastodon", "@anna.bsky.social@bsky.brid.gy")

    SAME = (
        pytest.param(TOOTER, TOOTER_OVER, id="to-bluesky"),
        pytest.param(SKY_ONE, SKY_ONE_OVER, id="to-the-fediverse"),
        pytest.param(TOOTER_OVER, TOOTER, id="home-from-bluesky"),
        pytest.param(SKY_ONE_OVER, SKY_ONE, id="home-from-the-fediverse"),
    )
    OTHERS = (
        pytest.param(TOOTER, ("bluesky", "anna.bsky.social"), id="one-first-name"),
        pytest.param(TOOTER, ("bluesky", "anna.social.example"), id="a-domain-that-reads-alike"),
        pytest.param(("nostr", "@anna@social.example"), TOOTER_OVER, id="blocked-under-a-name-that-nobody-proved"),
        pytest.param(("feed", "anna.bsky.social"), SKY_ONE_OVER, id="blocked-in-a-feed"),
        pytest.param(TOOTER, ("feed", "anna.social.example.ap.brid.gy"), id="in-a-feed"),
        pytest.param(SKY_ONE, SKY_ONE, id="somebody-else-got-the-handle"),
    )

    async def write(self, stand: Stand, who: tuple[str, str], author: str, words: str = SAID) -> Post:
        network, handle = who
        return await stand.arrive(network, words, handle=handle, author_id=author, native_id=author, name="Anna")

    @pytest.mark.parametrize(("blocked", "again"), SAME)
    async def test_a_blocked_author_does_not_come_back(
        self, stand: Stand, blocked: tuple[str, str], again: tuple[str, str]
    ) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        post = await self.write(stand, blocked, "one")
        await stand.node.ban(OPERATOR, post.id, earlier=True)

        copy = await self.write(stand, again, "two")
        other_words = await self.write(stand, again, "two", "Wie gaat er straks mee koffie drinken?")

        assert (copy.id != post.id, copy.status, copy.verdict.rule) == (True, Status.REJECTED, "banned")
        assert other_words.status is Status.REJECTED

    @pytest.mark.parametrize(("blocked", "again"), SAME)
    async def test_when_the_block_is_undone_they_do(
        self, stand: Stand, blocked: tuple[str, str], again: tuple[str, str]
    ) -> None:
        """The control."""
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        post = await self.write(stand, blocked, "one")
        outcome = await stand.node.ban(OPERATOR, post.id, earlier=False)
        await stand.node.undo(OPERATOR, outcome.seq)

        assert (await self.write(stand, again, "two", "Iets heel anders, over koffie.")).status is Status.SHOWN

    @pytest.mark.parametrize(("blocked", "stranger"), OTHERS)
    async def test_nobody_is_silenced_by_who_only_looks_like_them(
        self, stand: Stand, blocked: tuple[str, str], stranger: tuple[str, str]
    ) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        post = await self.write(stand, blocked, "one", "Koop nu uw munten bij mij!")
        await stand.node.ban(OPERATOR, post.id, earlier=True)

        assert (await self.write(stand, stranger, "two")).status is Status.SHOWN

    @pytest.mark.parametrize(("erased", "again"), SAME)
    async def test_an_erased_author_does_not_come_back(
        self, stand: Stand, erased: tuple[str, str], again: tuple[str, str]
    ) -> None:
        post = await self.write(stand, erased, "one")
        await stand.node.erase(OPERATOR, author_of=post.id, suppress=[stand.keyring.handle(*erased)])

        with pytest.raises(NotFound) as error:
            await self.write(stand, again, "two", "Iets heel anders, over koffie.")
        assert error.value.code == "erased-author"

    @pytest.mark.parametrize(("erased", "stranger"), OTHERS[:-1])
    async def test_nobody_else_is_kept_out(
        self, stand: Stand, erased: tuple[str, str], stranger: tuple[str, str]
    ) -> None:
        post = await self.write(stand, erased, "one")
        await stand.node.erase(OPERATOR, author_of=post.id, suppress=[stand.keyring.handle(*erased)])

        assert (await self.write(stand, stranger, "two", "Iets heel anders, over koffie.")).status is Status.HELD


def in_memory(words: str, *roots: object) -> list[str]:
    """Every text with *words* that can be reached from *roots*, and from what functions of ours remember."""
    kept = [
        each
        for name, loaded in list(sys.modules.items())
        if name.startswith("server.")
        for each in vars(loaded).values()
        if isinstance(each, functools._lru_cache_wrapper)
    ]
    seen, found = set[int](), list[str]()
    left = [*roots, *kept]
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, type | types.ModuleType | types.FunctionType | types.FrameType):
            continue
        seen.add(id(each))
        if isinstance(each, bytes):
            each = each.decode("utf-8", "replace")
        if isinstance(each, str) and words in each.casefold():
            found.append(each)
        left.extend(gc.get_referents(each))
    return found


GOES: dict[str, Callable[[Stand, Post], Any]] = {
    "deleted": lambda stand, post: stand.node.depart(
        Departure(source=post.source, network=post.network, native_id="zacht")
    ),
    "author-gone": lambda stand, post: stand.node.depart(
        AuthorDeparture(source=post.source, network=post.network, author_id="anna")
    ),
    "erased": lambda stand, post: stand.node.erase(OPERATOR, posts=[post.id]),
    "edited": lambda stand, post: stand.arrive(
        "mastodon", "Dit is nu een heel ander bericht.", native_id="zacht", author_id="anna", edited=NOON + HOUR
    ),
}


class TestNothingStaysInMemory:
    """What was said goes the moment that its post goes, also out of what is kept to compare with."""

    WORDS = "mijn telefoonnummer is zachtgekookt en blauwgeruit"

    @pytest.fixture
    async def post(self, stand: Stand) -> Post:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        post = await stand.arrive("mastodon", self.WORDS, native_id="zacht", author_id="anna")
        await stand.arrive("bluesky", "Iets anders, waar alles mee vergeleken wordt.", native_id="b", author_id="b")
        stand.node._publish()
        return post

    def left(self, stand: Stand) -> list[str]:
        """Of each of the two words, since some texts are kept with their words in another order."""
        about = (stand.node.state, stand.reception, stand.node._judging)
        return [*in_memory("zachtgekookt", *about), *in_memory("blauwgeruit", *about)]

    @pytest.mark.parametrize("how", GOES)
    async def test_words_go_with_their_post(self, stand: Stand, post: Post, how: str) -> None:
        assert self.left(stand)

        await GOES[how](stand, post)

        assert self.left(stand) == []

    @pytest.mark.parametrize("how", GOES)
    @pytest.mark.parametrize("keeper", [Reception, RecentPosts])
    async def test_they_would_stay_if_nobody_looked_again(
        self, stand: Stand, post: Post, how: str, keeper: type, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control, for each of the two that keep words."""
        monkeypatch.setattr(keeper, "look_again", lambda *_, **__: None)
        await GOES[how](stand, post)
        assert self.left(stand)
