"""
Copies and their originals: a feed or a bridge brings a post, and its author's own network does.

Whichever comes first, it is its author's: their network is asked for it again, their deletes and edits count, and
nobody else's. A restart forgets none of that.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from server import kept
from server.authors import keys_of, meant
from server.errors import NotFound
from server.intake.arrival import AuthorDeparture, Departure
from server.kept import LEAST_WAITING, kept_of, seen_of
from server.sources.contract import Kept
from server.symposium.entries import PostClaimed, SourceBody, SymposiumBody, SymposiumMade
from server.symposium.posts import EDITED
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Hold, Policy, SourceId, Status
from server.symposium.views import WallBook
from tests.server.test_reception import HOUR, NOON, SAID, SKY, TOOT, Stand

HERE = "https://social.example/@anna/112233"
ANNA = "https://social.example/users/anna"
NUMBER = "social.example/112233"
FEED = {"network": "feed", "uri": HERE, "native_id": HERE, "author_id": "planet", "name": "Planeet"}
MASTODON = {
    "network": "mastodon",
    "uri": TOOT,
    "native_id": NUMBER,
    "author_id": ANNA,
    "handle": "@anna@social.example",
}
BRIDGED = {
    "network": "mastodon",
    "uri": f"https://bsky.brid.gy/convert/ap/{SKY}",
    "native_id": "social.example/7",
    "author_id": "https://bsky.brid.gy/ap/did:plc:abc",
    "handle": "@anna.bsky.social@bsky.brid.gy",
}
BLUESKY = {
    "network": "bluesky",
    "uri": SKY,
    "native_id": "did:plc:abc/3kxyz",
    "author_id": "did:plc:abc",
    "handle": "anna.bsky.social",
}
OVER = {
    "network": "bluesky",
    "uri": "at://did:plc:bridge/app.bsky.feed.post/3kover",
    "native_id": "did:plc:bridge/3kover",
    "author_id": "did:plc:bridge",
    "handle": "anna.social.example.ap.brid.gy",
}
COPIES = [
    pytest.param(FEED, MASTODON, id="in-a-feed"),
    pytest.param(BRIDGED, BLUESKY, id="over-a-bridge"),
    pytest.param(OVER, MASTODON, id="over-a-bridge-that-names-no-address"),
]
ELSE = "Iets heel anders, over munten en wat die kosten. #dag"
POLICIES = {Status.SHOWN: Policy.RULES_DECIDE, Status.HELD: Policy.EVERYTHING_WAITS}

Restart = Callable[[], Awaitable[Stand]]


async def opened(folder: Path) -> Stand:
    made = Stand(folder)
    made.node.open()
    made.node.start()
    return made


@pytest.fixture
async def stands(tmp_path: Path) -> AsyncIterator[list[Stand]]:
    """One that runs, and those that ran before it."""
    made = [await opened(tmp_path)]
    head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=Policy.RULES_DECIDE)
    await made[0].node.make(head, SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21"))
    for network in ("mastodon", "bluesky", "feed"):
        await made[0].node.set_source(OPERATOR, SourceId(f"{network}-1"), network, SourceBody(), on=True)
    yield made
    await made[-1].node.close()


@pytest.fixture
def stand(stands: list[Stand]) -> Stand:
    return stands[0]


@pytest.fixture(params=["running", "started-again"])
def later(request: pytest.FixtureRequest, stands: list[Stand], tmp_path: Path) -> Restart:
    """What goes on: the same process, or one that has only the journal."""

    async def go_on() -> Stand:
        if request.param == "started-again":
            await stands[-1].node.close()
            stands.append(await opened(tmp_path))
        return stands[-1]

    return go_on


def seen(stand: Stand, network: str) -> list[str]:
    return seen_of(stand.node.state, SourceId(f"{network}-1"))


async def told(stand: Stand, network: str) -> list[Kept]:
    return await kept_of(stand.node.state, SourceId(f"{network}-1"))


async def depart(stand: Stand, of: dict[str, Any], *names: str) -> None:
    given = {name: of[name] for name in names or ("native_id", "uri")}
    await stand.node.depart(Departure(source=SourceId(f"{of['network']}-1"), network=of["network"], **given))


async def claimed(stand: Stand, copy: dict[str, Any], original: dict[str, Any], words: str = SAID) -> Post:
    """What came in as *copy*, and then as *original*."""
    post = await stand.arrive(**copy)
    assert (await stand.arrive(text=words, **original)).id == post.id
    return post


class TestTheOriginalOfACopy:
    @pytest.mark.parametrize("status", POLICIES)
    @pytest.mark.parametrize(("copy", "original"), COPIES)
    async def test_is_looked_at_again_and_takes_it_along(
        self, stand: Stand, copy: dict[str, Any], original: dict[str, Any], status: Status, later: Restart
    ) -> None:
        """Also while it waits, and where its network tells only its number there."""
        await stand.node.set_policy(OPERATOR, POLICIES[status])
        before = await stand.arrive(**copy)
        assert (before.status, seen(stand, copy["network"])) == (status, [copy["native_id"]])
        assert (await stand.arrive(**original)).id == before.id

        stand = await later()
        post = stand.node.state.posts[before.id]

        assert (post.status, post.revision) == (status, 1)
        assert (seen(stand, original["network"]), seen(stand, copy["network"])) == ([original["native_id"]], [])
        await depart(stand, original, "native_id")
        assert (post.status, seen(stand, original["network"])) == (Status.GONE, [])

    @pytest.mark.parametrize(("copy", "original"), COPIES)
    async def test_is_told_to_its_source_at_every_start(
        self, stand: Stand, copy: dict[str, Any], original: dict[str, Any], later: Restart
    ) -> None:
        """A stream's delete counts only of what its source knows of."""
        await claimed(stand, copy, original)
        stand = await later()
        names = {name: original[name] for name in ("native_id", "uri", "author_id")}
        assert (await told(stand, original["network"]), await told(stand, copy["network"])) == ([Kept(**names)], [])

    @pytest.mark.parametrize(("copy", "original"), COPIES)
    async def test_goes_with_its_author_and_not_with_who_copied_it(
        self, stand: Stand, copy: dict[str, Any], original: dict[str, Any], later: Restart
    ) -> None:
        before = await claimed(stand, copy, original)
        stand = await later()
        post = stand.node.state.posts[before.id]
        for whose, status in ((copy, Status.SHOWN), (original, Status.GONE)):
            await stand.node.depart(
                AuthorDeparture(
                    source=SourceId(f"{whose['network']}-1"), network=whose["network"], author_id=whose["author_id"]
                )
            )
            assert post.status is status

    @pytest.mark.parametrize(("copy", "original"), COPIES)
    async def test_is_not_let_go_or_changed_by_who_copied_it(
        self, stand: Stand, copy: dict[str, Any], original: dict[str, Any], later: Restart
    ) -> None:
        before = await claimed(stand, copy, original)
        stand = await later()
        post = stand.node.state.posts[before.id]
        for edited in (None, 1, NOON + HOUR):
            await stand.arrive(text=ELSE, **copy, edited=edited)
        await depart(stand, copy)
        await depart(stand, copy, "native_id")
        assert (post.status, stand.text(post), len(stand.node.state.posts)) == (Status.SHOWN, SAID, 1)

    @pytest.mark.parametrize(("copy", "original"), COPIES)
    async def test_puts_its_words_there_when_it_is_edited(
        self, stand: Stand, copy: dict[str, Any], original: dict[str, Any], later: Restart
    ) -> None:
        before = await claimed(stand, copy, original)
        stand = await later()
        post = stand.node.state.posts[before.id]
        await stand.arrive(text="Zonder die naam.", **original, edited=NOON + HOUR)
        assert (stand.text(post), post.status, post.revision) == ("Zonder die naam.", Status.HELD, 2)
        assert seen(stand, original["network"]) == [original["native_id"]]
        await depart(stand, original)
        assert post.status is Status.GONE

    @pytest.mark.parametrize("edited", [None, NOON], ids=["as-it-was-written", "edited-before"])
    async def test_stands_as_somebody_copied_it_however_often_it_is_told(
        self, stand: Stand, edited: int | None, later: Restart
    ) -> None:
        """A copy is never quite the same: that is no edit, and takes nothing off the screens."""
        copied = SAID.replace("!", " !")
        before = await stand.arrive(text=copied, **FEED)
        for source, number in (("mastodon-1", NUMBER), ("mastodon-2", "there.example/9"), ("mastodon-1", NUMBER)):
            await stand.arrive(source=source, **MASTODON | {"native_id": number}, edited=None)
        stand = await later()
        post = stand.node.state.posts[before.id]
        await stand.arrive(**MASTODON)
        assert (post.status, post.revision, stand.text(post)) == (Status.SHOWN, 1, copied)
        await stand.arrive(**MASTODON, edited=NOON + HOUR)
        assert (post.status, post.revision, stand.text(post)) == (Status.HELD, 2, SAID)

    async def test_is_the_authors_who_is_blocked(self, stand: Stand, later: Restart) -> None:
        """And not everybody in that feed."""
        before = await claimed(stand, FEED, MASTODON)
        stand = await later()
        await stand.node.ban(OPERATOR, before.id, earlier=True)
        again = await stand.arrive(text=ELSE, **MASTODON | {"uri": None, "native_id": "social.example/2"})
        other = await stand.arrive(text="Koffie!", **FEED | {"uri": "urn:1", "native_id": "urn:1"})
        assert stand.node.state.posts[before.id].status is Status.HIDDEN
        assert (again.status, other.status) == (Status.REJECTED, Status.SHOWN)

    async def test_of_an_author_who_is_blocked_takes_it_off_the_screens(self, stand: Stand) -> None:
        first = await stand.arrive(text=ELSE, **MASTODON | {"uri": None, "native_id": "social.example/2"})
        await stand.node.ban(OPERATOR, first.id, earlier=True)
        post = await stand.arrive(**FEED)
        assert post.status is Status.SHOWN
        await stand.arrive(**MASTODON)
        assert post.status is Status.REJECTED

    @pytest.mark.parametrize("how", ["by-a-post", "by-a-handle"])
    async def test_of_an_author_who_was_erased_takes_it_along(self, stand: Stand, how: str, later: Restart) -> None:
        first = await stand.arrive(text=ELSE, **MASTODON | {"uri": None, "native_id": "social.example/2"})
        who = {"author_of": first.id} if how == "by-a-post" else {"posts": [first.id]}
        suppress = [] if how == "by-a-post" else [stand.keyring.handle("mastodon", MASTODON["handle"])]
        await stand.node.erase(OPERATOR, **who, suppress=suppress)
        post = await stand.arrive(**FEED)
        stand = await later()
        with pytest.raises(NotFound):
            await stand.arrive(**MASTODON)
        assert stand.node.state.posts[post.id].status is Status.GONE
        assert (await stand.arrive(**MASTODON)).status is Status.GONE
        assert (await stand.arrive(**FEED)).status is Status.GONE

    async def test_is_found_by_whose_it_is(self, stand: Stand, later: Restart) -> None:
        """Whoever is to be erased has one post here, and a feed brought it."""
        post = await claimed(stand, FEED, MASTODON)
        stand = await later()
        (person,) = await meant(stand.node.state, "@anna@social.example")
        assert (person.network, person.said) == ("mastodon", post.id)
        assert stand.keyring.handle("mastodon", "@anna@social.example") in keys_of(
            stand.node.state, stand.keyring, [person.author]
        )

    async def test_that_two_servers_tell_of_at_once_is_one(self, stand: Stand) -> None:
        post = await stand.arrive(**FEED)
        heads: list[object] = []
        stand.node.listen(lambda record, _: heads.append(record.head))
        there = MASTODON | {"native_id": "there.example/9", "source": "mastodon-2"}
        await asyncio.gather(stand.arrive(**MASTODON), stand.arrive(**there))
        assert [each.source for each in heads if isinstance(each, PostClaimed)] == ["mastodon-1"]
        assert (len(stand.node.state.posts), post.status) == (1, Status.SHOWN)

    async def test_changes_the_network_that_the_screens_tell(self, stand: Stand) -> None:
        """The control of a book that keeps what did not change."""
        book = WallBook()
        post = await stand.arrive(**FEED)
        book.look(stand.node.state)
        assert book.items[f"post:{post.id}"].source == "feed"
        await stand.arrive(**MASTODON)
        book.look(stand.node.state)
        told = book.items[f"post:{post.id}"]
        assert (told.source, told.author.name, told.text) == ("mastodon", "Planeet", SAID)

    async def test_costs_one_entry_and_is_told_to_no_screen_twice(self, stand: Stand) -> None:
        await stand.arrive(**FEED)
        seq = stand.node.state.seq
        for _ in range(3):
            await stand.arrive(**MASTODON)
            await stand.arrive(**FEED)
        assert stand.node.state.seq == seq + 1


class TestTwoServers:
    """One post, which two sources of its network bring: of each it has the number of another server."""

    async def test_who_brought_it_is_asked_for_it_by_its_own_number_also_when_another_told_of_an_edit(
        self, stand: Stand, later: Restart
    ) -> None:
        post = await stand.arrive(**MASTODON)
        there = MASTODON | {"native_id": "there.example/9", "source": "mastodon-2"}
        await stand.arrive(text=ELSE, **there, edited=NOON + HOUR)
        assert stand.text(post) == ELSE
        stand = await later()
        assert seen(stand, "mastodon") == [NUMBER]
        await stand.arrive(text=SAID, **MASTODON, edited=NOON + 2 * HOUR)
        await depart(stand, MASTODON, "native_id")
        assert stand.node.state.posts[post.id].status is Status.GONE


class TestACopy:
    async def test_that_came_after_its_original_is_not_asked_for(self, stand: Stand) -> None:
        """The control: a feed that lets go of its copy does not let go of the post."""
        post = await stand.arrive(**MASTODON)
        assert await stand.arrive(**FEED) is post
        assert (seen(stand, "mastodon"), seen(stand, "feed")) == ([NUMBER], [])

    @pytest.mark.parametrize("edited", [NOON + HOUR, 1, None], ids=["later", "a-clock-went-back", "without-a-time"])
    async def test_that_says_something_else_since_is_a_post_that_waits(self, stand: Stand, edited: int | None) -> None:
        """It was passed, since it said the same; no edit shows itself, whatever the clocks say. The original stands."""
        own = await stand.arrive(**MASTODON)
        await stand.arrive(**FEED, edited=NOON)
        again = await stand.arrive(text=ELSE, **FEED, edited=edited)
        assert (again.id != own.id, again.status, again.verdict) == (True, Status.HELD, Hold(rule=EDITED))
        assert (own.status, stand.text(own)) == (Status.SHOWN, SAID)

    async def test_that_was_changed_before_does_not_keep_its_original_out(self, stand: Stand) -> None:
        """A feed's own item is the feed's to change, and then it is no copy any more."""
        item = await stand.arrive(**FEED)
        await stand.arrive(text=ELSE, **FEED, edited=NOON + HOUR)
        own = await stand.arrive(**MASTODON)
        assert (item.status, stand.text(item)) == (Status.HELD, ELSE)
        assert (own.id != item.id, own.status, stand.text(own)) == (True, Status.SHOWN, SAID)

    async def test_that_says_something_else_gives_way_to_an_edited_original(self, stand: Stand) -> None:
        """Also where the feed's own time, which is of our clock, is later than the edit."""
        item = await stand.arrive(text=ELSE, **FEED, edited=NOON + 2 * HOUR)
        own = await stand.arrive(**MASTODON, edited=NOON + HOUR)
        assert (own.id, own.status, stand.text(own)) == (item.id, Status.HELD, SAID)
        assert own.network == "mastodon"

    @pytest.mark.parametrize(
        "slow", [MASTODON | {"native_id": "slow.example/9"}, BRIDGED | {"uri": f"https://web.brid.gy/r/{HERE}"}]
    )
    async def test_that_its_author_deleted_stays_away(self, stand: Stand, slow: dict[str, Any], later: Restart) -> None:
        """Though its original never came in: a server or a bridge that did not hear of it brings it back."""
        copy = await stand.arrive(**FEED)
        await depart(stand, MASTODON)
        assert copy.status is Status.GONE
        stand = await later()
        for _ in range(2):
            assert (await stand.arrive(**slow, source="mastodon-2")).id == copy.id
            assert (await stand.arrive(**FEED)).id == copy.id
        assert stand.node.state.posts[copy.id].status is Status.GONE

    async def test_that_its_feed_let_go_comes_in_with_its_original(self, stand: Stand, later: Restart) -> None:
        """The control."""
        copy = await stand.arrive(**FEED)
        await depart(stand, FEED)
        stand = await later()
        own = await stand.arrive(**MASTODON)
        assert (own.id != copy.id, own.status) == (True, Status.SHOWN)

    @pytest.mark.parametrize("how", ["deleted", "author-gone"])
    async def test_with_the_words_from_before_an_edit_goes_with_its_original(
        self, stand: Stand, how: str, later: Restart
    ) -> None:
        """Feeds and bridges are slow: then they are posts beside it. What stands elsewhere stays (the control)."""
        own = await stand.arrive(text="Wie gaat er straks mee koffie drinken? #dag", **MASTODON)
        spellings = (HERE, TOOT, HERE.replace("https", "http"))
        slow = [await stand.arrive(**FEED | {"uri": each, "native_id": each}) for each in spellings]
        other = await stand.arrive(text=ELSE, **FEED | {"uri": "urn:1", "native_id": "urn:1"})
        assert len({own.id, *(post.id for post in slow)}) == 4
        stand = await later()
        if how == "deleted":
            await depart(stand, MASTODON, "native_id")
        else:
            gone = AuthorDeparture(source=SourceId("mastodon-1"), network="mastodon", author_id=ANNA)
            await stand.node.depart(gone)
        posts = stand.node.state.posts
        assert [posts[post.id].status for post in (own, *slow)] == [Status.GONE] * 4
        assert posts[other.id].status is Status.SHOWN
        assert (await stand.arrive(**FEED | {"uri": f"{HERE}/", "native_id": "later"})).status is Status.GONE

    async def test_of_a_bridge_does_not_change_the_post_on_its_own_network(self, stand: Stand) -> None:
        """A bridge that brings a site's page into the fediverse, where its author has a server too."""
        over = BRIDGED | {"uri": f"https://web.brid.gy/r/{HERE}", "source": "mastodon-2"}
        post = await claimed(stand, over, MASTODON)
        await stand.arrive(text=ELSE, **over, edited=NOON + HOUR)
        await depart(stand, over)
        assert (post.status, stand.text(post), post.revision) == (Status.HELD, SAID, 1)


class TestWhatIsLookedAtAgain:
    async def write(self, stand: Stand, number: int, **more: str) -> Post:
        words = hashlib.sha256(str(number).encode()).hexdigest()
        return await stand.arrive(text=words, native_id=str(number), author_id=str(number), **more)

    async def test_is_what_is_on_the_screens_newest_first_and_then_the_queue(self, stand: Stand) -> None:
        for number in range(3):
            await self.write(stand, number)
        await stand.node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
        for number in range(3, 6):
            await self.write(stand, number)
        await self.write(stand, 6, network="bluesky")
        assert (seen(stand, "mastodon"), seen(stand, "bluesky")) == (["2", "1", "0", "3", "4", "5"], ["6"])

    async def test_in_the_queue_is_whose_turn_it_is(self, stand: Stand) -> None:
        """Somebody who writes much is behind who writes once, as at the desk."""
        await stand.node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
        for number, author in enumerate(("a", "a", "a", "b")):
            await stand.arrive(text=f"Bericht {number}, {number * 7919}.", native_id=str(number), author_id=author)
        assert seen(stand, "mastodon") == ["0", "3", "1", "2"]

    @pytest.mark.parametrize(("shown", "waiting"), [(0, 5), (5, 5), (LEAST_WAITING + 3, LEAST_WAITING + 3)])
    async def test_a_long_queue_keeps_nothing_on_the_screens_waiting(
        self, stand: Stand, shown: int, waiting: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept, "LEAST_WAITING", min(LEAST_WAITING, max(waiting, 5)))
        for number in range(shown):
            await self.write(stand, number)
        await stand.node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
        for number in range(100, 100 + 2 * LEAST_WAITING):
            await self.write(stand, number)
        asked = seen(stand, "mastodon")
        assert [int(each) < 100 for each in asked] == [True] * shown + [False] * waiting

    async def test_is_nothing_that_nobody_sees(self, stand: Stand) -> None:
        post = await claimed(stand, FEED, MASTODON)
        await stand.node.ban(OPERATOR, post.id, earlier=True)
        assert seen(stand, "mastodon") == []
