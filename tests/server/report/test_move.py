"""Archive → restore on another data folder: the same state, and the same reports, byte for byte."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from server.archive import restore
from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobStore
from server.intake.arrival import Arrival
from server.journal.sqlite import Limits, SqliteJournal
from server.report.child import reader
from server.report.exports import VERSION_FORMATS, Export, Format, Order
from server.symposium.entries import (
    Lapsed,
    ProgrammeBody,
    ProgrammeSet,
    Record,
    RoomBody,
    SessionBody,
    Slot,
    SpeakerBody,
    encode_body,
)
from server.symposium.law import replay
from server.symposium.state import State
from server.symposium.values import OPERATOR, BlobId, Kept, Picture, RoomId, SessionId, SourceId
from tests.house import SLUG, Place, eventually, open_place

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

SMALL = Limits(reserve_bytes=0, ballast_bytes=0)
HOUR_US = 3_600_000_000
ORDER = Order(formats=tuple(Format), home="https://fontein.example/proefdag", short="fontein.example/PD")


class Moved:
    """A day on one data folder, and the same on another."""

    def __init__(self, data: Path, other: Path) -> None:
        self.data, self.other = data, other

    def records(self, data: Path, *, until: int | None = None) -> list[Record]:
        journal = SqliteJournal(data / SLUG, limits=SMALL)
        try:
            return [record for record in journal.replay() if until is None or record.seq <= until]
        finally:
            journal.close_now()

    def states(self) -> tuple[State, State]:
        """As both journals have it; fresh ones, for an export changes its own."""
        here, there = (self.records(data) for data in (self.data, self.other))
        return replay(here), replay(there)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def moved(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Moved]:
    folder = tmp_path_factory.mktemp("move")
    data, other, file = folder / "data", folder / "other", folder / "day.tar"
    async with open_place(data) as place:
        await _day(place)
        operator = place.visitor(place.house.site.operator_token)
        answer = await operator.get(f"/v1/operator/symposia/{SLUG}/archive")
        assert answer.status == 200, answer
        file.write_bytes(answer.body)
    other.mkdir()
    await asyncio.to_thread(restore, file, other)
    yield Moved(data, other)


async def _day(place: Place) -> None:
    """Posts of phones and of a network, a photo, a programme, texts, choices, and a version that is frozen."""
    author, moderator, node = place.holder("author"), place.holder("moderator"), place.hall.node
    await _programme(place)
    for n in range(8):
        await place.show(f"Wat vinden we van vraag {n}? Échte 日本 🙋 عربي")
    await place.arrive("Dit wacht nog.")
    stored = (await place.visitor().upload(_photo())).json["id"]
    photo = Picture(blob=BlobId(stored), type="image/jpeg", width=64, height=48, alt="Een bord met briefjes")
    arrival = Arrival(
        source=SourceId("mastodon-1"),
        network="mastodon",
        author_id="https://sociaal.example/users/anna",
        native_id="sociaal.example:1",
        uri="https://sociaal.example/1",
        permalink="https://sociaal.example/@anna/1",
        name="Anna de Vries",
        handle="@anna@sociaal.example",
        text="Zeg vooraf wat je met het advies doet. #proefdag",
        media=(photo,),
    )
    post, _ = await node.receive(arrival)
    await moderator.decide(post.id, "show")
    await moderator.decide(post.id, "star")
    await author.ask("PUT", "report/settings", {"names": "full"})
    await author.ask("PUT", "report/texts/summary", {"text": f"Kort:\n\n{{{{post {post.id}}}}}", "base": 0})
    seq = (await author.get("report/draft")).json["seq"]
    body = {"number": 1, "seq": seq, "formats": list(VERSION_FORMATS)}
    assert (await author.ask("POST", "report/versions", body)).status == 201


async def _programme(place: Place) -> None:
    node, now = place.hall.node, place.house.site.now_us()
    room, session = RoomId("zaal"), SessionId("s1")
    words = ProgrammeBody(
        rooms=(RoomBody(id=room, name="Grote zaal"),),
        sessions=(SessionBody(id=session, title="Loten", speakers=(SpeakerBody(name="Hanna"),)),),
    )
    slots = (Slot(session, room, now - HOUR_US, now + HOUR_US),)
    await node.submit(ProgrammeSet(by=OPERATOR, base=0, rooms=(room,), slots=slots), encode_body(words))


def _photo() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 48), (-2.0, -1.5, 1.0, 1.5), 20).convert("RGB").save(out, "JPEG")
    return out.getvalue()


async def test_state_is_the_same(moved: Moved) -> None:
    here, there = moved.states()
    assert len(here.shown) == 9
    assert here == there


async def test_state_of_another_day_is_not(moved: Moved) -> None:
    """The control: one entry less, and they differ."""
    here, there = moved.states()
    less = replay(moved.records(moved.other, until=there.seq - 1))
    assert here != less


def _made(state: State, data: Path, format_: Format) -> bytes:
    return b"".join(Export(state, ORDER, reader(data / SLUG / "blobs")).pieces(format_))


@pytest.mark.parametrize("format_", Format)
async def test_report_is_the_same_byte_for_byte(moved: Moved, format_: Format) -> None:
    here, there = moved.states()
    assert _made(here, moved.data, format_) == _made(there, moved.other, format_)


async def test_pictures_moved_along(moved: Moved) -> None:
    """The control of the bytes: without the pictures the files are others."""
    _, there = moved.states()
    with_pictures = _made(there, moved.other, Format.HTML)
    without = b"".join(Export(moved.states()[1], ORDER, lambda _: None).pieces(Format.HTML))
    assert b"data:image/jpeg" in with_pictures
    assert with_pictures != without


async def test_frozen_version_is_the_same_files(moved: Moved) -> None:
    here, there = moved.states()
    (version,) = there.draft.versions
    assert len(version.files) == len(VERSION_FORMATS)
    stores = [BlobStore(data / SLUG / "blobs", reserve_bytes=0) for data in (moved.data, moved.other)]
    for file in version.files:
        first, second = (store.read(StoredId(file.blob)) for store in stores)
        assert (first, len(first)) == (second, file.size)
    assert here.draft == there.draft


async def test_restored_symposium_hands_the_version_out(moved: Moved) -> None:
    async with open_place(moved.other) as place:
        answer = await place.holder("author").get("report/versions/1/html")
    assert (answer.status, b"Anna de Vries" in answer.body) == (200, True)


async def _manifest(place: Place) -> Any:
    operator = place.visitor(place.house.site.operator_token)
    answer = await operator.get(f"/v1/operator/symposia/{SLUG}/archive")
    with tarfile.open(fileobj=io.BytesIO(answer.body)) as archive:
        manifest = archive.extractfile("manifest.json")
        assert manifest is not None
        return json.loads(manifest.read())


async def test_archive_misses_nothing_when_pictures_lapsed_and_versions_went(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        await _day(place)
        node, (version,) = place.hall.node, place.hall.node.state.draft.versions
        whole = await _manifest(place)
        files = {file.blob for file in version.files}
        posts = [post for post in node.state.posts.values() if post.photos]
        assert (whole["damaged"], files <= set(whole["blobs"]), len(posts)) == ([], True, 1)

        organiser = place.holder("organiser")
        assert (await organiser.ask("POST", "erasures", {"posts": [next(iter(node.state.shown))]})).status == 200
        await eventually(lambda: not node.state.draft.versions[-1].gone, within_s=60)
        after = await _manifest(place)
        assert (after["damaged"], files & set(after["blobs"])) == ([], set())
        assert {file.blob for file in node.state.draft.versions[-1].files} <= set(after["blobs"])

        await organiser.ask("POST", "erasures", {"posts": [posts[0].id]})
        await eventually(lambda: not node.state.draft.versions[-1].gone, within_s=60)
        photo = await _another_photo(place)
        assert photo in (await _manifest(place))["blobs"], "the control"
        await node.submit(Lapsed(kinds=(Kept.PICTURES,)))
        await place.hall.forget_blobs({photo})
        lapsed = await _manifest(place)
        assert (lapsed["damaged"], photo in lapsed["blobs"]) == ([], False)


async def _another_photo(place: Place) -> BlobId:
    out = io.BytesIO()
    Image.new("RGB", (50, 40), (200, 30, 30)).save(out, "JPEG")
    phone = place.visitor()
    stored = (await phone.upload(out.getvalue())).json["id"]
    media = [{"id": stored, "alt": "Een rood vlak"}]
    assert (await phone.post("Met een foto erbij.", media=media)).status == 201
    return BlobId(stored)
