"""Pictures that only their source can fetch: they are drawn anew like all others before anybody sees them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from server.blobs.store import BlobId
from server.symposium.values import PostBody
from server.symposium.views import post_body
from tests.house import Place, eventually, open_place

MANIFEST = """
id = "album"
name = "Album"
version = "1"
homepage = "https://album.example/"
[summary]
nl = "Foto's."
en = "Photos."
[facts]
live = true
deletes = "none"
third_country = ""
cost = { nl = "Niets.", en = "Nothing." }
needs = { nl = "Niets.", en = "Nothing." }
"""
CODE = """
import asyncio, pathlib
from server.sources.contract import NetworkPost, PictureRef, Trial, Upsert

class Album:
    network = "album"
    def __init__(self, source):
        self.id = source
    async def events(self, cursor):
        photo = PictureRef(url="fontein-source:1", alt="Een zaal")
        yield Upsert(post=NetworkPost(native_id="1", uri="album:1", author_id="a", text="Kijk", media=(photo,))), "1"
        await asyncio.Event().wait()
    async def picture(self, url):
        return pathlib.Path({path!r}).read_bytes()
    async def check(self):
        return Trial(findings=())
    async def recheck(self, native_ids):
        return ()

def create(source, options, tools):
    return Album(source)
"""


async def arrived(folder: Path, photo: bytes) -> tuple[PostBody, bytes | None]:
    """The post that the album brought, and its first picture as it is kept."""
    plugin = folder / "data/plugins/album"
    plugin.mkdir(parents=True)
    (folder / "photo").write_bytes(photo)
    (plugin / "manifest.toml").write_text(MANIFEST)
    (plugin / "__init__.py").write_text(CODE.format(path=str(folder / "photo")))
    async with open_place(folder / "data") as place:
        added = await place.holder("organiser").ask("POST", "sources", {"network": "album", "options": {}})
        assert added.status == 201, added
        await eventually(lambda: place.hall.node.state.posts)
        return _kept(place)


def _kept(place: Place) -> tuple[PostBody, bytes | None]:
    (post,) = place.hall.node.state.posts.values()
    body = post_body(place.hall.node.state, post)
    assert body is not None
    return body, place.hall.store.read(BlobId(body.media[0].blob)) if body.media else None


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    return out.getvalue()


async def test_picture_of_a_source_is_drawn_anew(tmp_path: Path) -> None:
    photo = _photo()

    body, kept = await arrived(tmp_path, photo + b"canary behind the picture")

    (picture,) = body.media
    assert (picture.width, picture.height, picture.alt) == (60, 40, "Een zaal")
    assert kept is not None
    assert b"canary" not in kept
    assert kept != photo


@pytest.mark.parametrize("photo", [b"no picture", b"<svg onload='x'/>", b""], ids=["text", "svg", "nothing"])
async def test_post_comes_without_what_is_no_picture(tmp_path: Path, photo: bytes) -> None:
    body, _ = await arrived(tmp_path, photo)

    assert (body.text, body.media) == ("Kijk", ())
