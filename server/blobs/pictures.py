"""A stranger's picture from where it is to a blob that an entry may name: fetch, draw anew, keep."""

from __future__ import annotations

import asyncio

import msgspec

from server.blobs.gate import MediaGate
from server.blobs.images import Kind, Picture, PicturePool
from server.blobs.store import BlobId, BlobStore


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A kept picture: what the entry that names it says of it. Sizes in pixels."""

    id: BlobId
    width: int
    height: int
    media_type: str
    small: Stored | None = None
    """For lists; only of a photo larger than 320 px. An entry that names the photo must name this one too."""


async def bring_in(url: str, *, kind: Kind, gate: MediaGate, images: PicturePool, store: BlobStore) -> Stored:
    """
    Fetch the picture at *url*, draw it anew and keep it; durable when this returns.

    Raises:
        FetchRefused, FetchFailed: see `MediaGate.fetch`.
        NotAPicture, PicturesBusy: see `PicturePool.make_picture`.
        StoreFull, StoreFailed: see `BlobStore.put`.
    """
    return await take_in(await gate.fetch(url), kind=kind, images=images, store=store)


async def take_in(data: bytes, *, kind: Kind, images: PicturePool, store: BlobStore) -> Stored:
    """Draw uploaded *data* anew and keep it; the upload itself is not kept. Durable when this returns."""
    picture = await images.make_picture(data, kind=kind)
    small = await _keep(picture.small, store, small=None) if picture.small is not None else None
    return await _keep(picture, store, small=small)


async def _keep(picture: Picture, store: BlobStore, *, small: Stored | None) -> Stored:
    blob = await asyncio.to_thread(store.put, picture.data)
    return Stored(id=blob, width=picture.width, height=picture.height, media_type=picture.media_type, small=small)
