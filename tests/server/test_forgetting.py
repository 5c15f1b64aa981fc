"""Pictures of posts that went leave the disk, seconds later; what something still names or is on its way stays."""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from server import forgetting as module
from server.blobs import store as stored
from server.blobs.store import StoreFailed
from server.forgetting import Forgetting, at_stake, named_by
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.node import Node, blobs_of
from server.symposium.entries import Lapsed, PostAmended, PostEdited, Record, SourceBody, encode_body
from server.symposium.law import apply
from server.symposium.outcomes import Done
from server.symposium.state import Post, State
from server.symposium.values import (
    OPERATOR,
    PHONE,
    BlobId,
    Decision,
    DeviceId,
    Emoji,
    Hold,
    Kept,
    Picture,
    PostBody,
    PostId,
    RuleId,
    SourceId,
)
from tests.house import SLUG, Place, eventually, open_place
from tests.oracle.play import journals

MASTODON = SourceId("mastodon-1")
_numbers = itertools.count()


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(module, "EACH_S", 0.01)
    async with open_place(tmp_path / "data") as opened:
        await opened.hall.node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(options={}), on=False)
        yield opened


async def put(place: Place, picture: bytes | None = None) -> BlobId:
    """A picture that is kept; another one each time, unless its bytes are given."""
    data = picture or f"picture {next(_numbers)}".encode()
    return BlobId(await asyncio.to_thread(place.hall.store.put, data))


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """A photo."""
    data = io.BytesIO()
    Image.effect_noise((320, 240), 80).convert("RGB").save(data, "JPEG")
    return data.getvalue()


def named(blob: BlobId, small: BlobId | None = None) -> Picture:
    return Picture(blob=blob, type="image/jpeg", width=4, height=3, small=small)


async def bring(place: Place, name: str, *photos: BlobId, avatar: BlobId | None = None, **more: Any) -> Post:
    """A post of a network, with pictures."""
    arrival = Arrival(
        source=MASTODON,
        network="mastodon",
        author_id="@zwaan@x.example",
        native_id=f"x.example/{name}",
        text=more.pop("text", f"Een foto van de dag: {name} #proefdag"),
        avatar=avatar,
        media=tuple(map(named, photos)),
        **more,
    )
    post, _ = await place.hall.node.receive(arrival)
    return post


async def depart(place: Place, name: str) -> None:
    await place.hall.node.depart(Departure(source=MASTODON, network="mastodon", native_id=f"x.example/{name}"))


def on_disk(place: Place) -> set[str]:
    return set(place.hall.store.ids())


async def settled(place: Place) -> None:
    """Until nothing is left to look at: what is on its way stays so."""
    there = place.hall.forgetting
    marker = await put(place)
    place.hall.store.arrived([stored.BlobId(marker)])
    there.look_at([marker])
    await eventually(lambda: marker not in on_disk(place))


class TestWhatTakesPicturesAway:
    async def test_delete_at_the_source(self, place: Place) -> None:
        photo, small, avatar, other = [await put(place) for _ in range(4)]
        arrival_of = Arrival(
            source=MASTODON,
            network="mastodon",
            author_id="@zwaan@x.example",
            native_id="x.example/1",
            text="Een foto #proefdag",
            avatar=avatar,
            media=(named(photo, small),),
        )
        await place.hall.node.receive(arrival_of)
        await bring(place, "2", other)

        await depart(place, "1")

        await eventually(lambda: on_disk(place) == {other})

    async def test_author_who_left(self, place: Place) -> None:
        photos = [await put(place) for _ in range(3)]
        for number, photo in enumerate(photos):
            await bring(place, str(number), photo)

        gone = AuthorDeparture(source=MASTODON, network="mastodon", author_id="@zwaan@x.example")
        await place.hall.node.depart(gone)

        await eventually(lambda: on_disk(place) == set())

    async def test_edit_that_drops_a_photo(self, place: Place) -> None:
        stays, goes = await put(place), await put(place)
        await bring(place, "1", stays, goes)

        await bring(place, "1", stays, text="Toch maar één foto #proefdag", edited=2_000_000_000_000_000)

        await eventually(lambda: on_disk(place) == {stays})

    @pytest.mark.parametrize("decided", [None, Decision.SHOW, Decision.HIDE, Decision.REJECT])
    async def test_withdrawal_from_a_phone(self, place: Place, decided: Decision | None) -> None:
        node, device, photo = place.hall.node, DeviceId("telefoon"), await put(place)
        arrival = Arrival(
            source=PHONE, network=PHONE, author_id=device, device=device, text="Mijn foto", media=(named(photo),)
        )
        post, _ = await node.receive(arrival)
        if decided is not None:
            assert isinstance(await node.decide(OPERATOR, decided, [(post.id, post.revision)]), Done)

        await node.withdraw(post.id, device=device)

        await eventually(lambda: on_disk(place) == set())

    async def test_time(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        post = await bring(place, "1", await put(place))
        await place.hall.node.decide(OPERATOR, Decision.REJECT, [(post.id, post.revision)])
        monkeypatch.setattr(place.hall.node.keep, "_now_us", lambda: 4_000_000_000_000_000)

        assert await place.hall.node.keep.expire() == 1

        await eventually(lambda: on_disk(place) == set())

    @pytest.mark.parametrize("kind", [Kept.PICTURES, Kept.POSTS])
    async def test_end_of_the_days_that_they_are_kept(self, place: Place, kind: Kept) -> None:
        post = await bring(place, "1", await put(place), avatar=await put(place))

        await place.hall.node.submit(Lapsed(kinds=(kind,)))

        await eventually(lambda: on_disk(place) == set())
        assert (post.body in place.hall.node.state.bodies) == (kind is Kept.PICTURES), (
            "the words have a time of their own"
        )

    async def test_erasure_has_taken_them_when_it_answers(self, place: Place) -> None:
        post = await bring(place, "1", await put(place), avatar=await put(place))

        await place.holder("organiser").ask("POST", "erasures", {"posts": [post.id]})

        assert on_disk(place) == set()

    async def test_old_address_is_nobodys(self, place: Place) -> None:
        photo = await put(place)
        await bring(place, "1", photo)
        moderator = place.holder("moderator")
        assert (await moderator.get(f"/{SLUG}/media/{photo}")).status == 200, "the control"

        await depart(place, "1")
        await eventually(lambda: on_disk(place) == set())

        assert (await moderator.get(f"/{SLUG}/media/{photo}")).status == 404


class TestWhatStays:
    async def test_picture_of_another_post_until_that_goes_too(self, place: Place) -> None:
        avatar = await put(place)
        await bring(place, "1", avatar=avatar)
        await bring(place, "2", avatar=avatar)

        await depart(place, "1")
        await settled(place)
        assert on_disk(place) == {avatar}

        await depart(place, "2")
        await eventually(lambda: on_disk(place) == set())

    async def test_picture_of_a_post_that_is_on_its_way(self, place: Place) -> None:
        """Delete and redraft: the same avatar comes with the next post while the one before it is taken away."""
        avatar = await put(place)
        await bring(place, "1", avatar=avatar)
        assert await put(place, await asyncio.to_thread(place.hall.store.read, stored.BlobId(avatar))) == avatar

        await depart(place, "1")
        await settled(place)
        assert on_disk(place) == {avatar}

        await bring(place, "2", avatar=avatar)
        await settled(place)
        assert on_disk(place) == {avatar}

    async def test_picture_of_a_post_that_never_came_goes_when_it_is_late(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        avatar = await put(place)
        await bring(place, "1", avatar=avatar)
        await put(place, await asyncio.to_thread(place.hall.store.read, stored.BlobId(avatar)))
        await depart(place, "1")
        await settled(place)
        assert on_disk(place) == {avatar}, "the control"

        monkeypatch.setattr(stored, "ON_ITS_WAY_S", 0.0)

        await eventually(lambda: on_disk(place) == set())

    async def test_remembered_picture_is_on_its_way_only_while_it_is_there(self, place: Place) -> None:
        store, avatar = place.hall.store, stored.BlobId(await put(place))
        await bring(place, "1", avatar=BlobId(avatar))
        assert await asyncio.to_thread(store.still_has, avatar)
        await depart(place, "1")
        await settled(place)
        assert on_disk(place) == {avatar}

        await bring(place, "2", avatar=BlobId(avatar))
        await depart(place, "2")
        await eventually(lambda: on_disk(place) == set())

        assert not await asyncio.to_thread(store.still_has, avatar)
        assert avatar not in store.on_their_way(), "it is not, since it is not there"

    async def test_photo_that_a_phone_did_not_send_yet(self, place: Place, drawn: bytes) -> None:
        phone = place.visitor()
        assert (await phone.post("Ik ben er ook")).status == 201
        photo = str((await phone.upload(drawn)).json["id"])
        before = on_disk(place)

        await bring(place, "1")
        await depart(place, "1")
        await settled(place)

        assert photo in before
        assert on_disk(place) == before
        assert (await phone.post("Met een foto", media=[{"id": photo}])).status == 201

    async def test_photo_that_another_phone_is_about_to_send(self, place: Place, drawn: bytes) -> None:
        one, other = place.visitor(), place.visitor()
        for phone in (one, other):
            assert (await phone.post("Ik ben er ook")).status == 201
        photo = str((await one.upload(drawn)).json["id"])
        post = (await one.post("Mijn foto", media=[{"id": photo}])).json["id"]
        assert (await other.upload(drawn)).json["id"] == photo

        assert (await one.ask("DELETE", f"posts/{post}")).status == 200
        await settled(place)

        assert (await other.post("Dezelfde foto", media=[{"id": photo}])).status == 201
        await settled(place)
        assert photo in on_disk(place)

    async def test_edit_of_words_alone_keeps_its_pictures(self, place: Place) -> None:
        photo = await put(place)
        await bring(place, "1", photo)

        await bring(place, "1", photo, text="In andere woorden #proefdag", edited=2_000_000_000_000_000)
        await settled(place)

        assert on_disk(place) == {photo}


class TestHowOften:
    async def test_a_burst_is_one_or_two_looks_through_all_posts(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "EACH_S", 0.5)
        for number in range(60):
            await bring(place, str(number), await put(place))
        looks, look = 0, Node.named_blobs

        def counted(node: Node) -> set[BlobId]:
            nonlocal looks
            looks += 1
            return look(node)

        monkeypatch.setattr(Node, "named_blobs", counted)
        began = asyncio.get_running_loop().time()
        for number in range(60):
            await depart(place, str(number))
        await eventually(lambda: on_disk(place) == set())

        assert looks <= 2 + (asyncio.get_running_loop().time() - began) / 0.5

    async def test_disk_that_fails_is_tried_again(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(module, "_AGAIN_S", 0.01)
        failing, let_go = 3, place.hall.store.let_go

        def fails(blobs: Iterable[stored.BlobId]) -> set[stored.BlobId]:
            nonlocal failing
            failing -= 1
            if failing >= 0:
                raise StoreFailed("no", retry_after_s=1)
            return let_go(blobs)

        monkeypatch.setattr(place.hall.store, "let_go", fails)
        await bring(place, "1", await put(place))
        with caplog.at_level(logging.WARNING):
            await depart(place, "1")
            await eventually(lambda: on_disk(place) == set())

        assert [record.name for record in caplog.records] == [module.__name__] * 3

    async def test_mistake_of_ours_does_not_end_it(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        let_go = place.hall.store.let_go

        def fails(blobs: Iterable[stored.BlobId]) -> set[stored.BlobId]:
            monkeypatch.setattr(place.hall.store, "let_go", let_go)
            raise ValueError("a mistake")

        monkeypatch.setattr(place.hall.store, "let_go", fails)
        left, goes = await put(place), await put(place)
        await bring(place, "1", left)
        await bring(place, "2", goes)
        await depart(place, "1")
        await eventually(lambda: place.hall.store.let_go is let_go)
        await depart(place, "2")

        await eventually(lambda: on_disk(place) == {left})


class TestAtTheStart:
    async def test_what_was_deleted_just_before_a_crash_is_gone_and_the_rest_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as crashed:
            crashed.setattr(Forgetting, "run", lambda _: asyncio.Event().wait())
            async with open_place(tmp_path / "data") as place:
                await place.hall.node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(options={}), on=False)
                stays, goes, unposted = [await put(place) for _ in range(3)]
                await bring(place, "1", stays)
                await bring(place, "2", goes)
                await depart(place, "2")
                assert on_disk(place) == {stays, goes, unposted}, "the control"
        async with open_place(tmp_path / "data") as again:
            assert on_disk(again) == {stays}

    async def test_what_an_entry_names_that_cannot_be_read_is_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_place(tmp_path / "data") as place:
            left = await put(place)
        broken = State()
        broken.broken = 1
        monkeypatch.setattr("server.node.State", lambda: broken)
        async with open_place(tmp_path / "data") as again:
            assert on_disk(again) == {left}


def posts_without_their_words(state: State, before: Sequence[tuple[PostId, int, bool]]) -> set[PostId]:
    """Of those with words and pictures *before* (post, body, bare), those whose words or pictures went."""
    return {
        post
        for post, body, bare in before
        if body not in state.bodies or (state.posts[post].bare and not bare) or state.posts[post].body != body
    }


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(journals())
def test_every_post_that_loses_words_was_at_stake(journal: list[Record]) -> None:
    state = State()
    for record in journal:
        before = [(post.id, post.body, post.bare) for post in state.posts.values() if post.body in state.bodies]
        stake = set(at_stake(state, record))
        apply(state, record)
        if not isinstance(record.head, PostAmended):  # which keeps the pictures
            assert posts_without_their_words(state, before) <= stake, record.head


def test_entry_names_every_picture_of_its_body_and_nobodys_words() -> None:
    blobs = [BlobId(f"{number:064x}") for number in range(5)]
    tricky = f'"blob":"{blobs[4]}"'
    body = PostBody(
        salt="s",
        text=tricky,
        name=tricky,
        avatar=blobs[0],
        media=(msgspec.structs.replace(named(blobs[1], blobs[2]), alt=tricky),),
        emojis=(Emoji(shortcode="zwaan", blob=blobs[3]),),
    )
    head = PostEdited(keys=("k",), lang=None, digest="", verdict=Hold(rule=RuleId("r")), seen=0)

    found = named_by(Record(1, 1, head, encode_body(body)))

    assert sorted(found) == sorted(blobs_of(body)) == blobs[:4]
