"""Uploads that are cut off and go on: tus 1.0.0, over real sockets, and over a restart of the server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import io
import random
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.papers.uploads import KEPT_S, OPEN_PER_BADGE
from server.symposium.values import PaperId
from server.web import uploads as web_uploads
from tests.house import SLUG, Answer, Place, Visitor, eventually, open_place
from tests.server.papers import documents
from tests.server.web.test_papers import Shelf, address, furnished

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

HEAD = {"Tus-Resumable": "1.0.0"}
PIECE = {**HEAD, "Content-Type": "application/offset+octet-stream"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(place: Place) -> Shelf:
    return await furnished(place)


def told(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


async def begin(by: Visitor, paper: str, length: int, **more: str) -> str:
    answer = await by.ask("POST", f"papers/{paper}/uploads", headers={**HEAD, "Upload-Length": str(length), **more})
    assert answer.status == 201, answer
    return answer.headers["Location"]


async def add(by: Visitor, where: str, offset: int, data: bytes, **more: str) -> Answer:
    return await by.ask("PATCH", where, data=io.BytesIO(data), headers={**PIECE, "Upload-Offset": str(offset), **more})


async def offset_of(by: Visitor, where: str) -> int:
    answer = await by.ask("HEAD", where, headers=HEAD)
    assert answer.status == 200, answer
    return int(answer.headers["Upload-Offset"])


async def add_and_cut(
    place: Place, by: Visitor, where: str, offset: int, data: bytes, cut: int, *, abrupt: bool
) -> None:
    """Begin to send *data*, and pull the plug after *cut* bytes of it: at once, or when some of them are here."""
    host, port = place.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = [
        f"PATCH {where} HTTP/1.1", f"Host: {host}:{port}", f"Authorization: Bearer {by.token}",
        f"Content-Length: {len(data)}", f"Upload-Offset: {offset}", *(f"{k}: {v}" for k, v in PIECE.items()),
    ]  # fmt: skip
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data[:cut])
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    upload = next(each for each in place.hall.papers.uploads if where.endswith(each.id))
    if not abrupt:
        await eventually(lambda: upload.offset > offset)
    writer.transport.abort()


async def test_upload_cut_at_random_points_goes_on_and_is_the_same_file(shelf: Shelf, rng: random.Random) -> None:
    data = documents.pdf(filler=3_000_000, title="veel stukken")
    paper = await shelf.paper()
    where = await begin(shelf.organiser, paper, len(data), **{"Upload-Metadata": told(filename="a.pdf", lang="nl")})
    cuts = sorted(rng.sample(range(1, len(data)), 12))

    offsets = []
    for at, cut in enumerate(cuts):
        offset = await offset_of(shelf.organiser, where)
        offsets.append(offset)
        if cut > offset:
            rest, sent = data[offset:], cut - offset
            await add_and_cut(shelf.place, shelf.organiser, where, offset, rest, sent, abrupt=at % 2 == 1)
    last = await _to_the_end(shelf, where, data)
    back = await shelf.place.visitor().get(address(paper, last.json["file"]))

    assert (last.status, last.json["paper"]["files"][0]["lang"]) == (200, "nl")
    assert hashlib.sha256(back.body).digest() == hashlib.sha256(data).digest()
    assert offsets == sorted(offsets), "what came is kept"
    assert all(offset <= cut for offset, cut in zip(offsets[1:], cuts, strict=False)), "and no more than was sent"
    assert offsets[-1] > 0, "control: something came through before the end"


async def _to_the_end(shelf: Shelf, where: str, data: bytes) -> Answer:
    """As a client does: what of a request that was cut is still under way may move the offset once more."""
    while True:
        offset = await offset_of(shelf.organiser, where)
        answer = await add(shelf.organiser, where, offset, data[offset:])
        if answer.status != 409:
            return answer


async def test_upload_goes_on_after_a_restart_of_the_server(tmp_path: Path) -> None:
    data = documents.pdf(filler=400_000)
    async with open_place(tmp_path) as place:
        shelf = await furnished(place)
        paper = await shelf.paper()
        where = await begin(shelf.organiser, paper, len(data))
        first = await add(shelf.organiser, where, 0, data[:150_000])
        token = shelf.organiser.token
        (tmp_path / SLUG / "uploads" / f"{'0' * 32}.part").write_bytes(b"nobody's")
    async with open_place(tmp_path) as place:
        again = place.visitor(token)
        offset = await offset_of(again, where)
        done = await add(again, where, offset, data[offset:])
        repeated = await add(again, where, len(data), b"")
        back = await place.visitor().get(address(paper, done.json["file"]))
        left = sorted(p.suffix for p in (tmp_path / SLUG / "uploads").iterdir())

    assert (first.status, offset) == (204, 150_000)
    assert (done.status, repeated.status) == (200, 200)
    assert done.json == repeated.json, "asking again files it no second time"
    assert back.body == data
    assert left == [".json"], "its bytes were moved, and nobody's are gone"


async def test_who_comes_back_takes_over_from_a_dead_request(shelf: Shelf) -> None:
    data = documents.pdf(filler=200_000)
    paper = await shelf.paper()
    where = await begin(shelf.organiser, paper, len(data))
    host, port = shelf.place.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    lines = [f"PATCH {where} HTTP/1.1", f"Host: {host}:{port}", f"Authorization: Bearer {shelf.organiser.token}",
             f"Content-Length: {len(data)}", "Upload-Offset: 0", *(f"{k}: {v}" for k, v in PIECE.items())]  # fmt: skip
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data[:50_000])
    upload = next(each for each in shelf.place.hall.papers.uploads if where.endswith(each.id))
    await eventually(lambda: upload.offset == 50_000)

    offset = await offset_of(shelf.organiser, where)
    done = await add(shelf.organiser, where, offset, data[offset:])
    writer.close()

    assert (offset, done.status) == (50_000, 200)


@pytest.mark.parametrize(("what", "status", "code"), [
    ({"Upload-Offset": "7"}, 409, "upload-offset"),
    ({"Upload-Offset": "-1"}, 400, "bad-request"),
    ({"Content-Type": "application/octet-stream"}, 415, "media-type"),
    ({"Tus-Resumable": "0.2.2"}, 412, "tus-version"),
    ({"Upload-Checksum": "crc32 AAAA"}, 400, "bad-request"),
    ({"Content-Encoding": "gzip"}, 415, "encoding"),
])  # fmt: skip
async def test_piece_that_does_not_fit_is_refused_and_changes_nothing(
    shelf: Shelf, what: dict[str, str], status: int, code: str
) -> None:
    where = await begin(shelf.organiser, await shelf.paper(), 100)
    headers = {**PIECE, "Upload-Offset": "0", **what}

    refused = await shelf.organiser.ask("PATCH", where, data=b"x" * 10, headers=headers)

    assert (refused.status, refused.code) == (status, code)
    assert await offset_of(shelf.organiser, where) == 0
    assert (await add(shelf.organiser, where, 0, b"x" * 10)).status == 204, "control: what fits is taken"
    await shelf.organiser.ask("DELETE", where, headers=HEAD)


async def test_piece_longer_than_the_file_is_refused(shelf: Shelf) -> None:
    where = await begin(shelf.organiser, await shelf.paper(), 100)

    refused = await add(shelf.organiser, where, 0, b"x" * 101)

    assert (refused.status, refused.code, await offset_of(shelf.organiser, where)) == (413, "too-large", 0)
    await shelf.organiser.ask("DELETE", where, headers=HEAD)


async def test_piece_that_is_not_what_its_checksum_says_is_thrown_away(shelf: Shelf) -> None:
    data = documents.pdf(filler=1_000)
    where = await begin(shelf.organiser, await shelf.paper(), len(data))
    right = base64.b64encode(hashlib.sha256(data[:500]).digest()).decode()

    wrong = await add(shelf.organiser, where, 0, b"x" * 500, **{"Upload-Checksum": f"sha256 {right}"})
    after_wrong = await offset_of(shelf.organiser, where)
    good = await add(shelf.organiser, where, 0, data[:500], **{"Upload-Checksum": f"sha256 {right}"})
    done = await add(shelf.organiser, where, 500, data[500:])

    assert (wrong.status, after_wrong, good.status, done.status) == (460, 0, 204, 200)


async def test_refused_file_ends_its_upload_with_the_reason_each_time_it_is_asked(shelf: Shelf) -> None:
    paper = await shelf.paper()
    where = await begin(shelf.organiser, paper, len(documents.EICAR))

    first = await add(shelf.organiser, where, 0, documents.EICAR)
    again = await add(shelf.organiser, where, len(documents.EICAR), b"")

    assert (first.status, first.code) == (422, "paper-malware")
    assert (again.status, again.body) == (422, first.body)
    assert shelf.place.hall.node.state.papers[PaperId(paper)].files == ()


async def test_ninth_open_upload_of_a_badge_is_refused(shelf: Shelf) -> None:
    paper = await shelf.paper()
    open_ = [each for each in shelf.place.hall.papers.uploads if each.note.answer is None]
    assert open_ == [], "control: the tests before left none open"
    wheres = [await begin(shelf.organiser, paper, 10) for _ in range(OPEN_PER_BADGE)]

    ninth = await shelf.organiser.ask("POST", f"papers/{paper}/uploads", headers={**HEAD, "Upload-Length": "10"})
    await shelf.organiser.ask("DELETE", wheres[0], headers=HEAD)
    after = await shelf.organiser.ask("POST", f"papers/{paper}/uploads", headers={**HEAD, "Upload-Length": "10"})

    assert (ninth.status, ninth.code, after.status) == (429, "too-many-uploads", 201)
    await shelf.organiser.ask("DELETE", f"papers/{paper}?erase=1")


async def test_upload_is_forgotten_after_a_day(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = shelf.place.hall.papers.uploads
    where = await begin(shelf.organiser, await shelf.paper(), 100)
    later = uploads._now_s() + KEPT_S + 1

    early = uploads.sweep()
    monkeypatch.setattr(uploads, "_now_s", lambda: later)
    gone = await shelf.organiser.ask("HEAD", where, headers=HEAD)
    swept = uploads.sweep()

    assert (early, gone.status, swept >= 1) == (0, 404, True)
    assert not [p for p in (shelf.place.house.config.folder / SLUG / "uploads").iterdir() if p.stem in where]


async def test_upload_that_stands_still_is_ended_and_what_came_is_kept(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_uploads, "WINDOW_S", 0.3)
    where = await begin(shelf.organiser, await shelf.paper(), 1_000)

    async def slowly() -> Any:
        yield b"x" * 100
        await asyncio.sleep(30)

    ended = await shelf.organiser.ask(
        "PATCH", where, data=slowly(), headers={**PIECE, "Upload-Offset": "0", "Content-Length": "1000"}
    )

    assert (ended.status, ended.code, await offset_of(shelf.organiser, where)) == (408, "slow", 100)
    await shelf.organiser.ask("DELETE", where, headers=HEAD)


async def test_server_says_what_of_tus_it_can(shelf: Shelf) -> None:
    answer = await shelf.place.visitor().ask("OPTIONS", f"papers/{await shelf.paper()}/uploads")

    assert {k: answer.headers[k] for k in ("Tus-Version", "Tus-Extension", "Tus-Max-Size")} == {
        "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination,expiration,checksum",
        "Tus-Max-Size": str(200 * 2**20),
    }  # fmt: skip
