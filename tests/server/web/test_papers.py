"""The shelf over HTTP: who may touch which paper, what a closed one tells, and files that come in and go out."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from server.symposium.entries import PaperFiled, ProgrammeBody, SessionBody, Slot
from server.symposium.values import OPERATOR, PaperId, Role, SessionId
from server.web.papers import flush
from tests.house import SLUG, Answer, Place, Visitor, open_place
from tests.server.papers import documents

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

HOUR_US = 3_600_000_000
BEGUN, LATER = SessionId("nu"), SessionId("straks")


@dataclass
class Shelf:
    """A house with a programme: one session that has begun, one that has not, and a speaker of each."""

    place: Place
    organiser: Visitor
    speakers: dict[SessionId, Visitor]

    async def paper(self, by: Visitor | None = None, **fields: Any) -> str:
        answer = await (by or self.organiser).ask("POST", "papers", {"title": "Water in de stad", **fields})
        assert answer.status == 201, answer
        return str(answer.json["id"])

    async def send(
        self, paper: str, data: bytes, by: Visitor | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return await (by or self.organiser).ask("PUT", f"papers/{paper}", data=io.BytesIO(data), headers=headers)

    async def filed(self, data: bytes, by: Visitor | None = None, **fields: Any) -> tuple[str, int]:
        """A paper with a file: its id and the file's number."""
        paper = await self.paper(by, **fields)
        answer = await self.send(paper, data, by)
        assert answer.status == 200, answer
        return paper, int(answer.json["file"])


def address(paper: str, file: int) -> str:
    return f"/{SLUG}/papers/{paper}/file/{file}"


async def furnished(place: Place) -> Shelf:
    now = time.time_ns() // 1_000
    slots = [
        Slot(BEGUN, None, now - HOUR_US, now + HOUR_US),
        Slot(LATER, None, now + HOUR_US, now + 2 * HOUR_US),
    ]
    body = ProgrammeBody(sessions=(SessionBody(id=BEGUN, title="Nu"), SessionBody(id=LATER, title="Straks")))
    node = place.hall.node
    await node.shelf.set_programme(OPERATOR, body, slots, base=0)
    speakers = {}
    for session in (BEGUN, LATER):
        _, token = await node.make_badge(OPERATOR, Role.SPEAKER, f"Spreker {session}", session=session)
        speakers[session] = place.visitor(token)
    return Shelf(place, place.holder("organiser"), speakers)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(place: Place) -> Shelf:
    return await furnished(place)


# A file comes in


async def test_file_comes_back_as_it_was_sent_and_says_what_it_is(shelf: Shelf) -> None:
    data = documents.pdf(pages=3, title="Water", author="Jan Smit; Eva de Wit", subject="Over water", lang="nl-NL")
    paper = await shelf.paper()

    answer = await shelf.send(paper, data, headers={"Content-Disposition": 'attachment; filename="mijn paper.pdf"'})
    file = answer.json["paper"]["files"][0]
    back = await shelf.place.visitor().get(address(paper, answer.json["file"]))

    assert back.body == data
    assert {k: file[k] for k in ("lang", "type", "pages", "size", "name")} == {
        "lang": "nl", "type": "application/pdf", "pages": 3, "size": len(data), "name": "mijn paper.pdf",
    }  # fmt: skip
    assert answer.json["suggestion"] == {
        "title": "Water", "authors": ["Jan Smit", "Eva de Wit"], "abstract": "Over water", "lang": "nl",
    }  # fmt: skip


async def test_first_page_is_a_picture_of_ours_for_everybody(shelf: Shelf) -> None:
    paper, _ = await shelf.filed(documents.pdf())

    facts = (await shelf.place.visitor().get(f"papers/{paper}")).json
    picture = await shelf.place.visitor().get(facts["preview"])

    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert len(picture.body) > 500


async def test_newer_version_takes_the_place_and_a_second_language_stands_beside(shelf: Shelf) -> None:
    paper = await shelf.paper()
    for lang, pages in (("nl", 1), ("nl", 2), ("en", 3)):
        await shelf.send(paper, documents.pdf(pages=pages), headers={"Content-Language": lang})

    public = (await shelf.place.visitor().get(f"papers/{paper}")).json["files"]
    staff = (await shelf.organiser.get(f"papers/{paper}")).json["files"]

    assert [(f["lang"], f["pages"]) for f in public] == [("nl", 2), ("en", 3)]
    assert [(f["lang"], f["pages"], f.get("old", False)) for f in staff] == [
        ("nl", 1, True), ("nl", 2, False), ("en", 3, False),
    ]  # fmt: skip


async def test_what_the_file_may_do_is_told_to_staff_only(shelf: Shelf) -> None:
    paper, _ = await shelf.filed(documents.pdf_with_action(b"/S /JavaScript /JS (app.alert)"))

    assert (await shelf.organiser.get(f"papers/{paper}")).json["files"][0]["flags"] == ["javascript"]
    assert "flags" not in (await shelf.place.visitor().get(f"papers/{paper}")).json["files"][0]


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "virus": (documents.EICAR, 422, "paper-malware"),
    "virus in a document": (documents.office(more={"x.bin": documents.EICAR}), 422, "paper-malware"),
    "virus attached to a PDF": (documents.pdf_with_file(documents.EICAR), 422, "paper-malware"),
    "PDF with a password": (documents.locked_pdf(), 422, "paper-encrypted"),
    "PDF cut off": (documents.pdf(pages=4)[:-60], 422, "paper-truncated"),
    "PDF with a page that is none": (documents.pdf_with_broken_page(3), 422, "paper-broken"),
    "PDF behind something": (b"#!/bin/sh\n" + documents.pdf(), 422, "paper-polyglot"),
    "PDF before a ZIP": (documents.pdf() + documents.zipped({"a": "b"}), 422, "paper-polyglot"),
    "PNG before a JAR": (
        documents.picture("PNG") + documents.zipped({"META-INF/MANIFEST.MF": "x"}), 422, "paper-polyglot",
    ),
    "two documents in one": (documents.office(more={"mimetype": "application/epub+zip"}), 422, "paper-polyglot"),
    "program": (documents.zipped({"META-INF/MANIFEST.MF": "x", "A.class": "y"}), 422, "paper-polyglot"),
    "names that lead out": (documents.office(more={"../../etc/cron.d/x": "y"}), 422, "paper-names"),
    "names from Windows": (documents.office(more={"C:\\x": "y"}), 422, "paper-names"),
    "bomb": (documents.office(more={"x": b"\0" * 50_000_000}), 422, "paper-bomb"),
    "bomb of overlapping parts": (documents.overlapping_zip(), 422, "paper-bomb"),
    "part that lies about its size": (documents.lying_zip(), 422, "paper-broken"),
    "GIF": (b"GIF89a" + documents.zipped({"META-INF/MANIFEST.MF": "x"}), 422, "paper-type"),
    "page of HTML": (b"<!doctype html><script>alert(1)</script>", 422, "paper-type"),
    "old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 422, "paper-old-office"),
    "nothing": (b"", 422, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_hostile_file_gets_its_own_clear_answer_and_is_not_kept(shelf: Shelf, what: str) -> None:
    data, status, code = REFUSED[what]
    paper = await shelf.paper()
    before = shelf.place.seq, set(shelf.place.hall.store.ids())

    answer = await shelf.send(paper, data)

    assert (answer.status, answer.code) == (status, code)
    assert answer.json["detail"]
    assert (shelf.place.seq, set(shelf.place.hall.store.ids())) == before
    assert _uploads(shelf.place) == []


def _uploads(place: Place) -> list[Path]:
    return list((place.house.config.folder / SLUG / "uploads").iterdir())


async def test_broken_page_is_named(shelf: Shelf) -> None:
    answer = await shelf.send(await shelf.paper(), documents.pdf_with_broken_page(3))

    assert answer.json["detail"].startswith("Page 3 ")


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\0b.pdf", "\u202egpj.exe"]
)
async def test_file_name_is_words_for_staff_and_never_a_path(shelf: Shelf, name: str) -> None:
    paper = await shelf.paper()
    before = {p for p in shelf.place.house.config.folder.parent.rglob("*") if p.is_file() and "blobs" not in p.parts}

    answer = await shelf.send(
        paper, documents.pdf(), headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    )
    shown = answer.json["paper"]["files"][0].get("name", "")
    saved = (await shelf.place.visitor().get(address(paper, answer.json["file"]))).headers["Content-Disposition"]

    after = {p for p in shelf.place.house.config.folder.parent.rglob("*") if p.is_file() and "blobs" not in p.parts}
    assert after == before
    assert not set(shown) & set("/\\\0\u202e")
    assert saved == "attachment; filename=\"Water in de stad.pdf\"; filename*=UTF-8''Water%20in%20de%20stad.pdf"


async def test_claim_of_a_gigabyte_is_refused_before_a_byte_is_sent(shelf: Shelf) -> None:
    paper = await shelf.paper()

    asked: list[bool] = []

    async def never() -> AsyncIterator[bytes]:
        asked.append(True)
        yield b""

    whole = await shelf.organiser.ask(
        "PUT", f"papers/{paper}", data=never(), headers={"Content-Length": "1000000000", "Expect": "100-continue"}
    )
    part = await shelf.organiser.ask(
        "POST", f"papers/{paper}/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1000000000"}
    )

    assert (whole.status, whole.code) == (413, "too-large")
    assert "200 MB" in whole.json["detail"]
    assert (part.status, part.code) == (413, "too-large")
    assert asked == []


async def test_nobody_is_told_to_send_a_body_to_a_symposium_that_is_not_there(shelf: Shelf) -> None:
    where = f"/v1/symposia/nergens/papers/{'a' * 16}"

    answer = await shelf.organiser.ask("PUT", where, data=io.BytesIO(b"x"), headers={"Expect": "100-continue"})

    assert (answer.status, answer.code) == (404, "no-symposium")


# Who may


async def test_paper_before_its_session_is_for_staff_and_its_speaker(shelf: Shelf) -> None:
    paper, file = await shelf.filed(documents.pdf(), session=LATER, embargo=True)
    own, other = shelf.speakers[LATER], shelf.speakers[BEGUN]
    who = {"organiser": shelf.organiser, "moderator": shelf.place.holder("moderator"), "own": own, "other": other,
           "screen": shelf.place.holder("screen"), "nobody": shelf.place.visitor()}  # fmt: skip

    seen = {name: (await visitor.get(address(paper, file))).status for name, visitor in who.items()}
    files = {name: len((await visitor.get(f"papers/{paper}")).json["files"]) for name, visitor in who.items()}

    assert seen == {"organiser": 200, "moderator": 200, "own": 200, "other": 403, "screen": 403, "nobody": 403}
    assert files == {"organiser": 1, "moderator": 1, "own": 1, "other": 0, "screen": 0, "nobody": 0}


async def test_paper_opens_when_its_session_has_begun(shelf: Shelf) -> None:
    paper, file = await shelf.filed(documents.pdf(), session=BEGUN, embargo=True)

    await shelf.place.hall.node.shelf.strike()

    assert (await shelf.place.visitor().get(address(paper, file))).status == 200


async def test_two_speakers_cannot_touch_each_others_papers(shelf: Shelf) -> None:
    mine, theirs = shelf.speakers[BEGUN], shelf.speakers[LATER]
    paper, file = await shelf.filed(documents.pdf(), session=BEGUN)
    loose, _ = await shelf.filed(documents.pdf())
    before = shelf.place.seq
    head = {"Tus-Resumable": "1.0.0", "Upload-Length": "100"}

    for other in (theirs, shelf.place.holder("author"), shelf.place.holder("screen"), shelf.place.visitor()):
        for each in (paper, loose):
            refused = [
                await other.ask("PATCH", f"papers/{each}", {"title": "Van mij"}),
                await other.ask("PUT", f"papers/{each}", data=documents.pdf()),
                await other.ask("POST", f"papers/{each}/uploads", headers=head),
                await other.ask("DELETE", f"papers/{each}/files/{file}"),
                await other.ask("DELETE", f"papers/{each}"),
                await other.ask("DELETE", f"papers/{each}?erase=1"),
            ]
            assert {answer.status for answer in refused} <= {401, 403}
    moved = await mine.ask("PATCH", f"papers/{paper}", {"session": LATER})
    taken = await theirs.ask("PATCH", f"papers/{paper}", {"session": LATER})
    made = [await mine.ask("POST", "papers", {"title": "X", "session": each}) for each in (LATER, None, "anders")]

    assert [each.status for each in (moved, taken, *made)] == [403] * 5
    assert shelf.place.seq == before
    assert (await mine.ask("PATCH", f"papers/{paper}", {"title": "Nieuw"})).status == 200, "control: its own may"
    assert (await mine.ask("PUT", f"papers/{paper}", data=documents.pdf())).status == 200
    assert (await mine.ask("DELETE", f"papers/{paper}?erase=1")).status == 200


async def test_upload_is_of_its_badge_alone(shelf: Shelf) -> None:
    paper = await shelf.paper(session=BEGUN)
    head = {"Tus-Resumable": "1.0.0"}
    made = await shelf.organiser.ask("POST", f"papers/{paper}/uploads", headers={**head, "Upload-Length": "100"})
    where = made.headers["Location"]

    others = (shelf.speakers[BEGUN], shelf.place.holder("moderator"), shelf.place.visitor())
    seen = [[(await who.ask(m, where, headers=head)).status for m in ("HEAD", "PATCH", "DELETE")] for who in others]

    assert seen == [[404] * 3, [404] * 3, [401] * 3]
    assert (await shelf.organiser.ask("DELETE", where, headers=head)).status == 204


# What changes


async def test_dropped_file_and_erased_paper_leave_no_bytes(shelf: Shelf) -> None:
    store = shelf.place.hall.store
    paper, first = await shelf.filed(documents.pdf(pages=7, title="weg"))
    second = (await shelf.send(paper, documents.pdf(pages=8, title="weg"))).json["file"]
    node = shelf.place.hall.node
    blobs = [f.blob for f in node.state.papers[PaperId(paper)].files]
    previews = {f.preview for f in node.state.papers[PaperId(paper)].files}

    await shelf.organiser.ask("DELETE", f"papers/{paper}/files/{first}")
    after_drop = [store.path(b).exists() for b in blobs]  # type: ignore[arg-type]  # one id, two rooms' names for it
    await shelf.organiser.ask("DELETE", f"papers/{paper}")
    after_remove = [store.path(b).exists() for b in blobs]  # type: ignore[arg-type]
    await shelf.organiser.ask("DELETE", f"papers/{paper}?erase=1")
    after_erase = [store.path(b).exists() for b in blobs]  # type: ignore[arg-type]

    assert (after_drop, after_remove, after_erase) == ([False, True], [False, True], [False, False])
    assert previews, "control: there were pictures"
    assert (await shelf.place.visitor().get(address(paper, second))).status == 404


async def test_bytes_that_another_paper_names_stay(shelf: Shelf) -> None:
    data = documents.pdf(title="twee keer")
    one, file = await shelf.filed(data)
    other, same = await shelf.filed(data)

    await shelf.organiser.ask("DELETE", f"papers/{one}?erase=1")

    assert (await shelf.place.visitor().get(address(other, same))).body == data
    assert (await shelf.place.visitor().get(address(one, file))).status == 404


async def test_sweep_leaves_what_papers_name(shelf: Shelf) -> None:
    paper, file = await shelf.filed(documents.pdf(title="blijft"))
    store = shelf.place.hall.store
    loose = store.put(b"nobody names this")

    named = set(shelf.place.hall.node.named_blobs())
    swept = store.sweep(named, older_than_s=-10, now_s=time.time())  # type: ignore[arg-type]

    assert loose in swept, "control: the sweep sweeps"
    assert (await shelf.place.visitor().get(address(paper, file))).status == 200


async def test_file_is_in_the_store_before_an_entry_names_it(shelf: Shelf) -> None:
    seen: list[bool] = []
    store = shelf.place.hall.store

    def look(record: Any, _: Any) -> None:
        if isinstance(record.head, PaperFiled):
            seen.append(store.path(record.head.blob).is_file())  # type: ignore[arg-type]

    shelf.place.hall.node.listen(look)
    await shelf.filed(documents.pdf(title="volgorde"))

    assert seen == [True]


async def test_paper_takes_only_words_it_knows(shelf: Shelf) -> None:
    answers = [
        await shelf.organiser.ask("POST", "papers", body)
        for body in ({}, {"title": ""}, {"title": "x", "form": "book"}, {"title": "x", "kleur": "rood"},
                     {"title": "x", "form": "link"}, {"title": "x", "form": "link", "link": "javascript:alert(1)"})
    ]  # fmt: skip

    assert [answer.status for answer in answers] == [422] * 6


# A file goes out


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(shelf: Shelf) -> tuple[str, bytes]:
    """The address of a file of a megabyte, and its bytes."""
    data = documents.pdf(filler=1_000_000, title="groot")
    return address(*await shelf.filed(data, title="Groot & *wijd* / één")), data


async def test_download_says_that_it_is_to_be_saved_and_nothing_else(shelf: Shelf, known: tuple[str, bytes]) -> None:
    answer = await shelf.place.visitor().get(known[0])

    assert {k: answer.headers.get(k) for k in (
        "Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy",
        "Cache-Control", "Accept-Ranges", "ETag", "Content-Length", "Content-Disposition", "Set-Cookie",
    )} == {
        "Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes",
        "ETag": f'"{hashlib.sha256(known[1]).hexdigest()}"', "Content-Length": str(len(known[1])),
        "Content-Disposition":
            "attachment; filename=\"Groot wijd een.pdf\"; filename*=UTF-8''Groot%20wijd%20%C3%A9%C3%A9n.pdf",
        "Set-Cookie": None,
    }  # fmt: skip


@pytest.mark.parametrize(("header", "status", "start", "end"), [
    ("bytes=0-99", 206, 0, 100), ("bytes=1000-", 206, 1000, None), ("bytes=-5", 206, -5, None),
    ("bytes=100-99", 200, 0, None), ("bytes=0-9,20-29", 200, 0, None), ("lines=0-9", 200, 0, None),
    ("bytes=0-99999999999", 206, 0, None),
])  # fmt: skip
async def test_range_is_that_part(
    shelf: Shelf, known: tuple[str, bytes], header: str, status: int, start: int, end: int | None
) -> None:
    answer = await shelf.place.visitor().get(known[0], headers={"Range": header})

    assert (answer.status, answer.body) == (status, known[1][start:end])


async def test_range_behind_the_end_is_refused_with_the_size(shelf: Shelf, known: tuple[str, bytes]) -> None:
    answer = await shelf.place.visitor().get(known[0], headers={"Range": "bytes=99999999-"})

    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(known[1])}")


async def test_part_is_only_for_who_has_the_same_file(shelf: Shelf, known: tuple[str, bytes]) -> None:
    etag = (await shelf.place.visitor().ask("HEAD", known[0])).headers["ETag"]
    ask = shelf.place.visitor().get

    same = await ask(known[0], headers={"Range": "bytes=10-19", "If-Range": etag})
    other = await ask(known[0], headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    unchanged = await ask(known[0], headers={"If-None-Match": etag})

    assert [(a.status, len(a.body)) for a in (same, other, unchanged)] == [(206, 10), (200, len(known[1])), (304, 0)]


async def test_head_tells_the_size_without_the_bytes(shelf: Shelf, known: tuple[str, bytes]) -> None:
    answer = await shelf.place.visitor().ask("HEAD", known[0])

    assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, str(len(known[1])), b"")


async def test_zip_has_the_newest_open_files_and_is_the_same_each_time(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        shelf = await furnished(place)
        nobody = place.visitor()
        empty = await nobody.get(f"/{SLUG}/papers.zip")
        old, new = documents.pdf(pages=1), documents.pdf(pages=2)
        paper, _ = await shelf.filed(old, title="Één", session=BEGUN)
        await shelf.send(paper, new)
        await shelf.filed(documents.office(), title="Dicht", session=LATER, embargo=True)
        await shelf.filed(documents.office("docx"), title="Los")
        await shelf.filed(documents.epub(), title="Los")

        first, again = [await nobody.get(f"/{SLUG}/papers.zip") for _ in range(2)]
        one = await nobody.get(f"/{SLUG}/papers.zip?session={BEGUN}")
        head = await nobody.ask("HEAD", f"/{SLUG}/papers.zip")

    archive = zipfile.ZipFile(io.BytesIO(first.body))
    names = [name[3:] if name[2] == " " else name[4:] for name in archive.namelist()]
    assert archive.testzip() is None
    assert names == ["Één.pdf", "Los.docx", "Los.epub"]
    assert archive.read(archive.namelist()[0]) == new
    assert first.body == again.body
    assert int(head.headers["Content-Length"]) == len(first.body) == int(first.headers["Content-Length"])
    assert len(zipfile.ZipFile(io.BytesIO(one.body)).namelist()) == 1
    assert (empty.status, empty.code) == (404, "no-papers")


# Counts


async def test_downloads_are_counted_by_hour_without_knowing_whose(tmp_path: Path) -> None:
    agents = {"phone": "Telefoon-Kanarie/1", "laptop": "Laptop-Kanarie/2"}
    async with open_place(tmp_path) as place:
        shelf = await furnished(place)
        paper, file = await shelf.filed(documents.pdf(filler=5_000))
        where = address(paper, file)
        phone, laptop = ({"User-Agent": agent} for agent in agents.values())

        for headers in (phone, phone, laptop):
            await place.visitor().get(where, headers=headers)
        for more in ({"Range": "bytes=2000-"}, {"Range": "bytes=0-1"}, {"Range": "bytes=-10"}):
            await place.visitor().get(where, headers={**phone, **more})
        await place.visitor().ask("HEAD", where, headers=phone)
        await flush(place.hall)
        counts = (await shelf.organiser.get("papers/counts")).json
        listed = (await shelf.organiser.get("papers")).json["papers"]
        public = (await place.visitor().get("papers")).json["papers"]
        refused = (await place.visitor().get("papers/counts")).status

    found = counts["papers"][0]
    assert (found["id"], found["total"], found["distinct"]) == (paper, 3, 2)
    assert [(hour["n"], hour["distinct"]) for hour in found["hours"]] == [(3, 2)]
    assert [each["fetched"] for each in listed] == [3]
    assert "fetched" not in json.dumps(public)
    assert refused == 401
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [a for a in (*agents.values(), "127.0.0.1") if a.encode() in kept.replace(b"http://127.0.0.1", b"")]
    assert paper.encode() in kept, "control: what is kept would be found"


async def test_counts_that_could_not_be_written_are_not_lost(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = shelf.place.hall
    await flush(hall)
    paper, file = await shelf.filed(documents.pdf())
    await shelf.place.visitor().get(address(paper, file))

    async def fail(_: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(hall.node.shelf, "count", fail)
        with pytest.raises(OSError, match="disk"):
            await flush(hall)
    await flush(hall)

    assert hall.node.state.tallies[paper].n == 1


# Room


async def test_quota_is_told_before_a_byte_is_read(tmp_path: Path) -> None:
    async with open_place(tmp_path, paper_mb=1, papers_mb=1) as place:
        shelf = await furnished(place)
        paper, _ = await shelf.filed(documents.pdf(filler=700_000))
        head = {"Tus-Resumable": "1.0.0", "Upload-Length": "700000"}

        whole = await shelf.send(paper, documents.pdf(filler=700_000))
        part = await shelf.organiser.ask("POST", f"papers/{paper}/uploads", headers=head)
        small = await shelf.send(paper, documents.pdf())

        async def in_chunks() -> AsyncIterator[bytes]:
            yield documents.pdf(filler=700_000)

        chunked = await shelf.organiser.ask("PUT", f"papers/{paper}", data=in_chunks())

    assert [(a.status, a.code) for a in (whole, part, chunked)] == [(413, "papers-full")] * 3
    assert small.status == 200, "control: a small one fits"


async def test_who_has_the_shelf_is_not_told_again(shelf: Shelf) -> None:
    phone = shelf.place.visitor()
    first = await phone.get("papers")
    again = await phone.get("papers", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status, again.status, again.body) == (200, 304, b"")

    await shelf.paper(title="Nog een stuk")

    changed = await phone.get("papers", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
    assert len(changed.json["papers"]) == len(first.json["papers"]) + 1
