"""The node: the one road, covers that run ahead of it, and callers that go away half-way."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.errors import Conflict, FonteinError, NotFound, TooMany
from server.intake.arrival import Arrival, Departure
from server.journal.contract import JournalFull
from server.journal.sqlite import SqliteJournal
from server.keyring import Keyring
from server.live.audience import Audience
from server.live.hub import Hub
from server.node import Node
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.outcomes import Done, Refused
from server.symposium.state import Post
from server.symposium.values import OPERATOR, PHONE, Decision, DeviceId, PostId, SourceId
from tests.house import JOURNALS, eventually

MASTODON = SourceId("mastodon-1")


class Valve(SqliteJournal):
    """A real journal whose disk can be made slow or full."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, limits=JOURNALS)
        self.open = asyncio.Event()
        self.open.set()
        self.is_full = False
        self.handed_in = 0

    async def append(self, entries: Any, *, urgent: bool = False) -> tuple[int, ...]:
        self.handed_in += 1
        await self.open.wait()
        if self.is_full:
            raise JournalFull("full", retry_after_s=60)
        return await super().append(entries, urgent=urgent)


class Stand:
    """A node on a journal with a valve; `wall` is what a screen that was there from the start sees."""

    def __init__(self, folder: Path) -> None:
        self.journal = Valve(folder)
        self.hub = Hub(epoch=self.journal.epoch, now_us=lambda: 0)
        self.node = Node(journal=self.journal, hub=self.hub, keyring=Keyring(folder))

    @property
    def covered(self) -> Any:
        return self.hub.channel(Audience.WALL)._covered()

    async def arrive(self, text: str = "Hallo", *, device: str = "phone", **more: Any) -> Post:
        arrival = Arrival(source=PHONE, network=PHONE, author_id=device, device=DeviceId(device), text=text, **more)
        return (await self.node.receive(arrival))[0]

    async def toot(self, text: str, **more: Any) -> Post:
        arrival = Arrival(
            source=MASTODON, network="mastodon", author_id="a@b", native_id="b/1", text=text, created=1, **more
        )
        return (await self.node.receive(arrival))[0]

    async def show(self, post: Post) -> Post:
        outcome = await self.node.decide(OPERATOR, Decision.SHOW, [(post.id, post.revision)])
        assert isinstance(outcome, Done)
        return post


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    made = Stand(tmp_path)
    made.node.open()
    made.node.start()
    await made.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
    await made.node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(), on=True)
    yield made
    made.journal.is_full = False
    made.journal.open.set()
    await made.node.close()


async def test_receive_returns_when_the_post_is_durable(stand: Stand) -> None:
    stand.journal.open.clear()
    receiving = asyncio.create_task(stand.arrive())
    await asyncio.sleep(0.02)
    before = (receiving.done(), len(stand.node.state.posts))

    stand.journal.open.set()
    post = await receiving

    assert before == (False, 0)
    assert stand.node.state.posts[post.id] is post


async def test_post_is_shown_when_it_is_durable_and_not_before(stand: Stand) -> None:
    post = await stand.arrive()
    stand.journal.open.clear()

    showing = asyncio.create_task(stand.show(post))
    await asyncio.sleep(0.05)

    assert f"post:{post.id}" not in stand.node._books[Audience.WALL].items
    stand.journal.open.set()
    await showing
    await eventually(lambda: f"post:{post.id}" in stand.node._books[Audience.WALL].items)


async def test_hide_covers_before_it_is_durable(stand: Stand) -> None:
    post = await stand.show(await stand.arrive())
    stand.journal.open.clear()

    hiding = asyncio.create_task(stand.node.decide(OPERATOR, Decision.HIDE, [(post.id, 1)]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert stand.covered == {f"post:{post.id}"}
    stand.journal.open.set()
    await hiding
    await eventually(lambda: not stand.covered)


async def test_cover_holds_when_its_caller_goes_away(stand: Stand) -> None:
    """A moderator's browser was closed, a source was restarted: the entry is on its way, and so the cover stays."""
    post, other = await stand.show(await stand.arrive()), await stand.arrive("Een ander", device="other")
    await asyncio.sleep(0.06)
    stand.journal.open.clear()
    hiding = asyncio.create_task(stand.node.decide(OPERATOR, Decision.HIDE, [(post.id, 1)]))
    await eventually(lambda: stand.covered)

    hiding.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await hiding
    stand.node._flow.touch()
    await asyncio.sleep(0.06)

    assert stand.covered == {f"post:{post.id}"}
    stand.journal.open.set()
    await eventually(lambda: post.status == "hidden")
    await eventually(lambda: not stand.covered)
    assert other.status == "held"


@pytest.mark.parametrize("text", ["Netjes", "Niet netjes"])
async def test_edit_whose_source_goes_away_leaves_no_cover_behind(stand: Stand, text: str) -> None:
    """Else the next revision would be shown to nobody, for ever."""
    post = await stand.show(await stand.toot("Netjes"))
    stand.journal.open.clear()
    editing = asyncio.create_task(stand.toot(text, edited=2))
    await eventually(lambda: stand.covered)

    editing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await editing

    assert stand.covered == {f"post:{post.id}"}
    stand.journal.open.set()
    await eventually(lambda: post.revision == 2)
    await eventually(lambda: not stand.covered)


async def test_hide_on_a_full_disk_stays_covered_until_it_is_kept(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a full disk cannot keep a post on a wall."""
    monkeypatch.setattr("server.covers.OWED_RETRY_S", 0.02)
    post = await stand.show(await stand.arrive())
    stand.journal.is_full = True

    with pytest.raises(JournalFull):
        await stand.node.decide(OPERATOR, Decision.HIDE, [(post.id, 1)])
    await asyncio.sleep(0.1)

    assert (post.status, stand.covered) == ("shown", {f"post:{post.id}"})
    stand.journal.is_full = False
    await eventually(lambda: post.status == "hidden")
    await eventually(lambda: not stand.covered)


async def test_edit_on_a_full_disk_stays_covered_until_its_source_says_it_again(stand: Stand) -> None:
    post = await stand.show(await stand.toot("Netjes"))
    stand.journal.is_full = True
    for _ in range(3):
        with pytest.raises(JournalFull):
            await stand.toot("Niet netjes", edited=2)
    stand.node._flow.touch()
    await asyncio.sleep(0.06)
    assert stand.covered == {f"post:{post.id}"}

    stand.journal.is_full = False
    await stand.toot("Niet netjes", edited=2)

    await eventually(lambda: not stand.covered)
    assert (post.status, post.revision) == ("held", 2)


async def test_post_that_is_hidden_and_shown_at_once_is_not_left_covered(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both within one gap of the stream: the frame that puts it again must not be followed by its old cover."""
    sent: list[bytes] = []
    channel = stand.hub.channel(Audience.WALL)
    post = await stand.show(await stand.arrive())
    await asyncio.sleep(0.06)
    monkeypatch.setattr(channel, "_send", sent.append)  # what every screen gets

    await stand.node.decide(OPERATOR, Decision.HIDE, [(post.id, 1)])
    await stand.show(post)
    await asyncio.sleep(0.1)

    assert b"".join(sent).rpartition(b'["put","post:')[2].count(b'"cover"') == 0
    assert sent != []


async def test_hide_of_somebody_without_a_badge_covers_nothing(stand: Stand) -> None:
    from server.symposium.values import BadgeId

    post = await stand.show(await stand.arrive())
    stand.journal.open.clear()
    nobody = BadgeId("nobody")
    tasks = [
        asyncio.create_task(each)
        for each in (
            stand.node.decide(nobody, Decision.HIDE, [(post.id, 1)]),
            stand.node.stop(nobody, on=True),
            stand.node.ban(nobody, post.id, earlier=True),
            stand.node.erase(nobody, posts=[post.id]),
        )
    ]
    await asyncio.sleep(0.02)

    assert stand.covered == frozenset()
    stand.journal.open.set()
    outcomes = await asyncio.gather(*tasks)
    assert [o.code for o in outcomes if isinstance(o, Refused)] == ["no-badge"] * 4


# Keys and caps


async def test_request_in_progress_is_told(stand: Stand) -> None:
    stand.journal.open.clear()
    first = asyncio.create_task(stand.arrive(request="key-12345", request_digest="d"))
    await eventually(lambda: stand.journal.handed_in > 2)

    with pytest.raises(Conflict) as told:
        await stand.arrive(request="key-12345", request_digest="d")

    assert told.value.code == "request-in-progress"
    stand.journal.open.set()
    post = await first
    assert stand.node.answered(DeviceId("phone"), "key-12345", "d") is post
    with pytest.raises(Conflict):
        stand.node.answered(DeviceId("phone"), "key-12345", "other")
    assert stand.node.answered(DeviceId("other"), "key-12345", "d") is None


async def test_request_that_failed_can_be_sent_again(stand: Stand) -> None:
    stand.journal.is_full = True
    with pytest.raises(JournalFull):
        await stand.arrive(request="key-12345", request_digest="d")

    stand.journal.is_full = False

    assert (await stand.arrive(request="key-12345", request_digest="d")).status == "held"


async def test_pending_cap_holds_for_posts_at_the_same_time(stand: Stand) -> None:
    """The law has the last word: all of them were judged against the same state."""
    results = await asyncio.gather(*(stand.arrive(f"Nummer {n}") for n in range(20)), return_exceptions=True)

    kept = [r for r in results if isinstance(r, Post)]
    assert (len(kept), len(stand.node.state.held)) == (5, 5)
    assert all(isinstance(r, TooMany) for r in results if not isinstance(r, Post))


async def test_withdrawal_of_what_is_not_theirs_costs_no_entry(stand: Stand) -> None:
    post = await stand.arrive()
    before = stand.journal.handed_in

    outcomes = [
        await stand.node.withdraw(post.id, device=DeviceId("stranger")),
        await stand.node.withdraw(PostId("nothing"), device=None),
        await stand.node.depart(Departure(source=MASTODON, network="mastodon", native_id="b/99")),
    ]

    assert [o.code for o in outcomes if isinstance(o, Refused)] == ["not-yours", "not-yours", "unknown"]
    assert stand.journal.handed_in == before


async def test_erased_author_does_not_come_back(stand: Stand) -> None:
    post = await stand.toot("Weg ermee")
    await stand.node.erase(OPERATOR, author_of=post.id)

    with pytest.raises(NotFound):
        await stand.node.receive(
            Arrival(source=MASTODON, network="mastodon", author_id="a@b", native_id="b/2", text="Daar ben ik weer")
        )


async def test_same_post_from_two_servers_is_one(stand: Stand) -> None:
    first = Arrival(
        source=MASTODON, network="mastodon", author_id="a@b", native_id="b/1", uri="https://b/1", text="Hoi"
    )
    second = Arrival(
        source=MASTODON, network="mastodon", author_id="a@b", native_id="c/9", uri="https://b/1", text="Hoi"
    )

    (one, is_new), (other, again) = await stand.node.receive(first), await stand.node.receive(second)

    assert (one is other, is_new, again) == (True, True, False)


# Life


async def test_node_reads_on_where_it_was(tmp_path: Path) -> None:
    rng = random.Random(1)
    first = Stand(tmp_path)
    first.node.open()
    first.node.start()
    await first.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
    posts = [await first.arrive(f"Nummer {n}", device=f"p{n}") for n in range(20)]
    for post in posts:
        with contextlib.suppress(FonteinError):
            await first.node.decide(OPERATOR, rng.choice(list(Decision)), [(post.id, 1)])
    await first.node.close()
    expected = dict(first.node._books[Audience.WALL].items)

    second = Stand(tmp_path)
    second.node.open()
    second.node.start()

    import msgspec

    assert msgspec.json.encode(second.node.state) == msgspec.json.encode(first.node.state)
    assert set(second.node._books[Audience.WALL].items) == set(expected)
    await second.node.close()


async def test_redaction_that_had_not_ended_is_done_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power cut between the erasure and the overwriting: the words go at the next start."""
    canary = b"Kanarie-woorden"
    first = Stand(tmp_path)
    first.node.open()
    first.node.start()
    await first.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
    post = await first.arrive(canary.decode())

    async def nothing(_: Any) -> None:
        return None

    monkeypatch.setattr(first.journal, "redact", nothing)
    await first.node.erase(OPERATOR, posts=[post.id])
    await first.node.close()
    assert canary in (tmp_path / "journal.db").read_bytes(), "control: the words are still there"

    second = Stand(tmp_path)
    second.node.open()
    second.node.start()
    await eventually(lambda: not second.node._tasks)
    await second.node.close()

    assert [p.name for p in tmp_path.iterdir() if canary in p.read_bytes()] == []


async def test_expiry_forgets_what_was_not_shown_after_a_day(stand: Stand) -> None:
    rejected, shown = await stand.arrive("Weg"), await stand.show(await stand.arrive("Blijft"))
    await stand.node.decide(OPERATOR, Decision.REJECT, [(rejected.id, 1)])
    assert await stand.node.keep.expire() == 0

    stand.node.keep._now_us = lambda: rejected.decided_at + 25 * 3_600 * 1_000_000

    assert await stand.node.keep.expire() == 1
    assert (rejected.status, shown.status) == ("erased", "shown")
    assert rejected.body not in stand.node.state.bodies


async def test_phone_is_told_when_its_post_slides_out_of_the_newest_on_the_wall(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[DeviceId, list[bool]]] = []
    phones = stand.hub.channel(Audience.PHONE)
    monkeypatch.setattr(phones, "has_device", lambda device: True)
    monkeypatch.setattr(
        phones, "send_own", lambda device, posts: told.append((device, [post.on_screen for post in posts]))
    )
    monkeypatch.setattr("server.symposium.views.WALL_POSTS", 1)

    await stand.show(await stand.arrive("De eerste", device="anna"))
    await eventually(lambda: (DeviceId("anna"), [True]) in told)
    await stand.show(await stand.arrive("De tweede", device="bram"))

    await eventually(lambda: (DeviceId("anna"), [False]) in told)
