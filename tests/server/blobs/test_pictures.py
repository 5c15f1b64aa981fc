"""A stranger's picture becomes a blob: fetched, drawn anew, durable; when any step fails, nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from server.blobs.gate import FetchRefused, MediaGate
from server.blobs.images import Kind, NotAPicture, PicturePool, media_type_of
from server.blobs.pictures import Stored, bring_in, take_in
from server.blobs.store import BlobStore, StoreFull

Drawn = Callable[..., bytes]


@pytest.fixture
async def instance(drawn: Drawn) -> AsyncIterator[str]:
    """An organiser's own server, with one photo and one page that says it is one."""

    async def answer(request: web.BaseRequest) -> web.Response:
        data = drawn(size=(1000, 500)) if request.path == "/photo" else b"<script>alert(1)</script>"
        return web.Response(body=data, content_type="image/jpeg")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_bring_in_keeps_a_photo_and_its_small_version(
    instance: str, images: PicturePool, store: BlobStore
) -> None:
    async with MediaGate(allow_hosts=frozenset({instance})) as gate:
        stored = await bring_in(f"http://{instance}/photo", kind=Kind.PHOTO, gate=gate, images=images, store=store)

    assert stored.small is not None
    assert (stored.width, stored.height, stored.media_type) == (1000, 500, "image/jpeg")
    assert (stored.small.width, stored.small.height, stored.small.media_type) == (320, 160, "image/jpeg")
    assert set(store.ids()) == {stored.id, stored.small.id}
    assert media_type_of(store.read(stored.id)[:12]) == stored.media_type


async def test_bring_in_keeps_nothing_of_a_page_that_says_it_is_a_picture(
    instance: str, images: PicturePool, store: BlobStore
) -> None:
    async with MediaGate(allow_hosts=frozenset({instance})) as gate:
        with pytest.raises(NotAPicture):
            await bring_in(f"http://{instance}/page", kind=Kind.PHOTO, gate=gate, images=images, store=store)

    assert list(store.ids()) == []


async def test_bring_in_keeps_nothing_from_a_refused_address(
    instance: str, images: PicturePool, store: BlobStore
) -> None:
    async with MediaGate() as gate:
        with pytest.raises(FetchRefused):
            await bring_in(f"http://{instance}/photo", kind=Kind.PHOTO, gate=gate, images=images, store=store)

    assert list(store.ids()) == []


async def test_take_in_keeps_an_avatar_and_never_the_upload(
    images: PicturePool, store: BlobStore, drawn: Drawn
) -> None:
    upload = drawn(size=(500, 500))

    stored = await take_in(upload, kind=Kind.AVATAR, images=images, store=store)

    assert stored == Stored(id=stored.id, width=200, height=200, media_type="image/jpeg")
    assert list(store.ids()) == [stored.id]
    assert store.read(stored.id) != upload


async def test_take_in_on_a_full_disk_says_so(images: PicturePool, store: BlobStore, drawn: Drawn) -> None:
    full = BlobStore(store.path(store.put(b"x")).parent.parent, reserve_bytes=2**62)

    with pytest.raises(StoreFull):
        await take_in(drawn(), kind=Kind.AVATAR, images=images, store=full)
