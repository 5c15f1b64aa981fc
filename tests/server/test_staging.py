"""What staff do to the whole symposium, on a running node; and the brake in the middle of a rush."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.errors import BadInput
from server.intake.rules import Rules
from server.keyring import Keyring
from server.live.audience import Audience
from server.live.hub import Hub
from server.node import Node
from server.symposium import views
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade, ThemeBody
from server.symposium.facts import ThemeLook
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import Post
from server.symposium.values import OPERATOR, BlobId, Policy, PostId, Scene, ScreenId, Status
from tests.house import eventually
from tests.server.test_node import MASTODON, Stand, Valve

LOGO, OTHER_LOGO = BlobId("a" * 64), BlobId("b" * 64)


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


def seq_of(outcome: Outcome) -> int:
    assert isinstance(outcome, Done), outcome
    return outcome.seq


async def test_everything_that_was_set_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Stand(tmp_path)
    first.node.open()
    first.node.start()
    node = first.node
    await node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
    await node.set_scene(OPERATOR, Scene.TEXT, title="Pauze", text="Tot drie uur")
    await node.set_scene(OPERATOR, Scene.JOIN, screen=ScreenId("left"))
    await node.announce(OPERATOR, "Koffie")
    await node.set_theme(OPERATOR, ThemeBody(theme="krant", logo=LOGO))
    await node.set_rules(OPERATOR, Rules(posts_per_minute=3))
    await asyncio.sleep(0.05)
    before = dict(node._books[Audience.STAGE].items)
    await node.close()

    journal = Valve(tmp_path)
    again = Node(journal=journal, hub=Hub(epoch=journal.epoch, now_us=lambda: 0), keyring=Keyring(tmp_path))
    again.open()
    again.start()

    assert again._books[Audience.STAGE].items == before
    assert before["scene"].text == "Tot drie uur"
    assert again.rules() == Rules(posts_per_minute=3)
    await again.close()


class TestUndo:
    async def test_an_undone_start_covers_the_screens_before_it_is_durable(self, stand: Stand) -> None:
        await stand.node.stop(OPERATOR, on=True)
        start = seq_of(await stand.node.stop(OPERATOR, on=False))
        await eventually(lambda: not stand.covered)
        stand.journal.open.clear()

        undo = asyncio.create_task(stand.node.undo(OPERATOR, start))

        await eventually(lambda: stand.covered == "all")
        assert not stand.node.state.stop.on
        stand.journal.open.set()
        assert isinstance(await undo, Done)
        assert stand.node.state.stop.on

    async def test_an_undone_stop_covers_nothing_and_shows_again(self, stand: Stand) -> None:
        post = await stand.show(await stand.arrive())
        stop = seq_of(await stand.node.stop(OPERATOR, on=True))
        assert isinstance(await stand.node.undo(OPERATOR, stop), Done)
        await eventually(lambda: not stand.covered)
        await eventually(lambda: f"post:{post.id}" in stand.node._books[Audience.WALL].items)

    async def test_what_cannot_be_undone_covers_nothing(self, stand: Stand) -> None:
        await stand.node.stop(OPERATOR, on=True)
        start = seq_of(await stand.node.stop(OPERATOR, on=False))
        await stand.node.stop(OPERATOR, on=True)
        await stand.node.stop(OPERATOR, on=False)
        await eventually(lambda: not stand.covered)
        stand.journal.open.clear()
        undo = asyncio.create_task(stand.node.undo(OPERATOR, start))
        await asyncio.sleep(0.01)
        assert not stand.covered
        stand.journal.open.set()
        refused = await undo
        assert isinstance(refused, Refused)
        assert refused.code == "decided-since"


class TestWords:
    @pytest.mark.parametrize(
        ("text", "code"),
        [("", "empty"), (" \u200b ", "empty"), ("x" * 281, "too-long"), ("a\nb\nc", "too-long")],
    )
    async def test_an_announcement_that_cannot_be_makes_no_entry(self, stand: Stand, text: str, code: str) -> None:
        before = stand.node.state.seq
        with pytest.raises(BadInput) as refused:
            await stand.node.announce(OPERATOR, text)
        assert (refused.value.code, stand.node.state.seq) == (code, before)

    async def test_of_a_scene_that_is_no_slide_are_not_kept(self, stand: Stand) -> None:
        seq = seq_of(await stand.node.set_scene(OPERATOR, Scene.JOIN, title="Secret", text="Secret"))
        assert seq not in stand.node.state.bodies

    async def test_that_nobody_needs_are_overwritten_on_disk(self, stand: Stand, tmp_path: Path) -> None:
        for number in range(3):
            await stand.node.announce(OPERATOR, f"Aankondiging nummer {number} van de dag")
        await eventually(lambda: b"nummer 0" not in _on_disk(tmp_path))
        assert b"nummer 1" in _on_disk(tmp_path)
        assert b"nummer 2" in _on_disk(tmp_path)


def _on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("journal.db*"))


class TestLogo:
    async def test_the_one_that_holds_is_public_and_the_one_before_only_kept(self, stand: Stand) -> None:
        await stand.node.set_theme(OPERATOR, ThemeBody(theme="krant", logo=OTHER_LOGO))
        await stand.node.set_theme(OPERATOR, ThemeBody(theme="krant", logo=LOGO))
        node = stand.node
        assert (node.is_public_blob(LOGO), node.is_public_blob(OTHER_LOGO)) == (True, False)
        assert node.named_blobs() == {LOGO, OTHER_LOGO}

        await node.set_theme(OPERATOR, ThemeBody(theme="krant"))
        await node.set_theme(OPERATOR, ThemeBody(theme="podium"))
        assert (node.is_public_blob(LOGO), node.named_blobs()) == (False, set())


async def test_the_views_ask_how_a_theme_looks(tmp_path: Path) -> None:
    journal = Valve(tmp_path)
    hub = Hub(epoch=journal.epoch, now_us=lambda: 0)
    node = Node(
        journal=journal, hub=hub, keyring=Keyring(tmp_path), themes=lambda slug, seq, body: ThemeLook("x.css", "single")
    )
    node.open()
    node.start()
    themes = [book.items["theme"] for audience, book in node._books.items() if audience is not Audience.REPORT]
    assert [(theme.css, theme.layout) for theme in themes] == [("x.css", "single")] * 5
    await node.close()


async def test_an_old_post_in_a_spotlight_is_told_to_its_phone(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "WALL_POSTS", 1)
    old = await stand.show(await stand.arrive("Een oud bericht", device="phone-1"))
    await stand.show(await stand.arrive("Totaal wat nieuws", device="phone-2"))
    assert not views.own_post(stand.node.state, old).on_screen
    told: list[str] = []
    phones = stand.hub.channel(Audience.PHONE)
    monkeypatch.setattr(phones, "has_device", lambda device: True)
    monkeypatch.setattr(phones, "send_own", lambda device, posts: told.append(f"{device} {posts[0].on_screen}"))

    await stand.node.set_scene(OPERATOR, Scene.SPOTLIGHT, post=old.id)

    await eventually(lambda: "phone-1 True" in told)


class TestTheBrake:
    async def _rush(self, stand: Stand, count: int) -> list[Post]:
        texts = [f"Zaal {number}: " + hashlib.sha256(str(number).encode()).hexdigest()[:24] for number in range(count)]
        return list(await asyncio.gather(*(stand.arrive(text, device=f"d{n}") for n, text in enumerate(texts))))

    async def test_in_a_rush_nothing_slips_through_behind_it(self, stand: Stand) -> None:
        """All are judged before the first is durable: the law holds what stands behind the brake."""
        await stand.node.set_rules(OPERATOR, Rules(brake_posts_per_minute=5))
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)

        posts = await self._rush(stand, 40)

        shown = [post for post in posts if post.status is Status.SHOWN]
        assert len(shown) == 5
        assert stand.node.state.brake is not None
        assert all(post.arrived < stand.node.state.brake.seq for post in shown)

    async def test_without_it_they_all_are_shown(self, stand: Stand) -> None:
        """The control."""
        await stand.node.set_rules(OPERATOR, Rules(brake_posts_per_minute=3_000))
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        posts = await self._rush(stand, 40)
        assert [post.status for post in posts] == [Status.SHOWN] * 40

    async def test_one_key_back(self, stand: Stand) -> None:
        await stand.node.set_rules(OPERATOR, Rules(brake_posts_per_minute=5))
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        await self._rush(stand, 8)
        assert stand.node.state.brake is not None

        assert isinstance(await stand.node.undo(OPERATOR, stand.node.state.brake.seq), Done)

        assert (stand.node.state.policy, stand.node.state.brake) == (Policy.RULES_DECIDE, None)
        assert (await stand.arrive("Rustig aan maar weer", device="later")).status is Status.SHOWN


async def test_amending_what_is_not_there_makes_no_entry(stand: Stand) -> None:
    before = stand.node.state.seq
    refused = await stand.node.amend(OPERATOR, PostId("nobody"), 1, alts=())
    assert refused == Refused(seq=before, code="unknown")
    assert stand.node.state.seq == before
