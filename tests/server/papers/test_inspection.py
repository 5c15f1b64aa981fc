"""What a document is and holds, found out in a child that may die; hostile ones are in `test_papers.py` of the web."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from server.papers.inspection import (
    InspectionBusy,
    Inspector,
    Limits,
    NotAPaper,
    Reason,
    Suggestion,
    language,
    suggestion,
)
from server.papers.kinds import FLAGS, MEDIA_TYPES, Kind, extension
from tests.server.papers import documents

pytestmark = pytest.mark.slow

OnDisk = Callable[[bytes], Path]

WHOLE = {
    "pdf": (documents.pdf(pages=3), MEDIA_TYPES[Kind.PDF], 3),
    "pptx": (documents.office(slides=4), MEDIA_TYPES[Kind.PPTX], 4),
    "pptm": (documents.office("pptm"), MEDIA_TYPES[Kind.PPTM], 2),
    "docx": (documents.office("docx"), MEDIA_TYPES[Kind.DOCX], 7),
    "odp": (documents.odf("odp"), MEDIA_TYPES[Kind.ODP], 3),
    "odt": (documents.odf("odt"), MEDIA_TYPES[Kind.ODT], 4),
    "epub": (documents.epub(), MEDIA_TYPES[Kind.EPUB], None),
    "png": (documents.picture("PNG"), MEDIA_TYPES[Kind.PNG], None),
    "jpg": (documents.picture("JPEG"), MEDIA_TYPES[Kind.JPEG], None),
}


@pytest.mark.parametrize("kind", WHOLE)
async def test_document_is_known_by_its_content_with_pages_and_a_picture(
    inspector: Inspector, on_disk: OnDisk, kind: str
) -> None:
    data, media_type, pages = WHOLE[kind]

    found = await inspector.inspect(on_disk(data))

    assert (found.type, found.pages) == (media_type, pages)
    assert extension(found.type) == kind
    assert found.preview is not None
    assert max(Image.open(io.BytesIO(found.preview)).size) <= 800


FLAGGED = {
    "script": (documents.pdf_with_action(b"/S /JavaScript /JS (app.alert)"), "javascript"),
    "script with a name in disguise": (documents.pdf_with_action(b"/S /Java#53cript /J#53 (app.alert)"), "javascript"),
    "program": (documents.pdf_with_action(b"/S /Launch /F (cmd.exe)"), "launch"),
    "file in a file": (documents.pdf_with_file(b"hello"), "embedded-file"),
    "no printing": (documents.locked_pdf(owner_only=True), "restricted"),
    "macro": (documents.office("pptm", more={"ppt/vbaProject.bin": b"x"}), "macro"),
    "macro of LibreOffice": (documents.odf(more={"Basic/Standard/Module1.xml": "<x/>"}), "macro"),
    "object in slides": (documents.office(more={"ppt/embeddings/oleObject1.bin": b"x"}), "embedded-file"),
    "template from elsewhere": (
        documents.office("docx", more={"word/_rels/settings.xml.rels": (
            '<R><Relationship TargetMode="External" Type="x/attachedTemplate" Target="http://evil.example/x"/></R>'
        )}),
        "external",
    ),
    "script in a book": (documents.epub(more={"OEBPS/x.js": "alert(1)"}), "javascript"),
}  # fmt: skip


@pytest.mark.parametrize("what", FLAGGED)
async def test_what_a_document_might_do_is_flagged_and_not_refused(
    inspector: Inspector, on_disk: OnDisk, what: str
) -> None:
    data, flag = FLAGGED[what]

    assert (await inspector.inspect(on_disk(data))).flags == (flag,)
    assert flag in FLAGS


@pytest.mark.parametrize("data", [
    documents.office("docx", more={"word/_rels/document.xml.rels": (
        '<R><Relationship TargetMode="External" Type="x/hyperlink" Target="http://example.org"/></R>'
    )}),
    documents.pdf(catalog=b"/OpenAction [5 0 R /Fit] /ViewerPreferences << /DisplayDocTitle true >>"),
], ids=["link to click", "opens at a page"])  # fmt: skip
async def test_harmless_document_has_no_flag(inspector: Inspector, on_disk: OnDisk, data: bytes) -> None:
    assert (await inspector.inspect(on_disk(data))).flags == ()


async def test_words_with_entities_are_not_read(inspector: Inspector, on_disk: OnDisk) -> None:
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "ha">]><dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>&a;</dc:title></dc>'
    )
    parts = {"[Content_Types].xml": "", "docProps/core.xml": laughs}
    kind = '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'

    found = await inspector.inspect(on_disk(documents.zipped({**parts, "[Content_Types].xml": f"<x y={kind}/>"})))

    assert found.suggestion == Suggestion()


async def test_picture_that_cannot_be_drawn_costs_only_the_picture(inspector: Inspector, on_disk: OnDisk) -> None:
    found = await inspector.inspect(on_disk(documents.office(more={"docProps/thumbnail.jpeg": b"no picture"})))

    assert (found.pages, found.preview) == (2, None)


# A child that misbehaves


def child(program: str) -> list[str]:
    return [sys.executable, "-I", "-c", program]


_FACTS = json.dumps({"kind": "pdf", "pages": 1}).encode()
_SAY = "import struct,sys;say=lambda d:(sys.stdout.buffer.write(struct.pack('>I',len(d))+d),sys.stdout.flush());"

ODD = {
    "dies": ("import os; os._exit(1)", Reason.CRASHED),
    "dies half-way": ("import sys; sys.stdout.buffer.write(b'\\0\\0\\1\\0half')", Reason.CRASHED),
    "talks too long": ("import sys; sys.stdout.buffer.write(b'\\xff'*100)", Reason.CRASHED),
    "says what it may not": (_SAY + 'say(b\'{"kind":"pdf","extra":1}\')', Reason.CRASHED),
    "says nothing": ("import time; time.sleep(60)", Reason.TOO_SLOW),
    "names another kind": (_SAY + 'say(b\'{"kind":"exe"}\')', Reason.CRASHED),
}


@pytest.mark.parametrize("how", ODD)
async def test_odd_child_is_ended_and_nothing_is_believed(on_disk: OnDisk, how: str) -> None:
    program, reason = ODD[how]
    limits = Limits(time_s=0.5 if reason is Reason.TOO_SLOW else 60, preview_s=0.2)
    inspector = Inspector(limits=limits, command=child(program))

    with pytest.raises(NotAPaper) as caught:
        await inspector.inspect(on_disk(b"x"))

    assert caught.value.reason is reason


async def test_child_that_hangs_while_it_draws_costs_only_the_picture(on_disk: OnDisk) -> None:
    program = _SAY + f"say({_FACTS!r}); import time; time.sleep(60)"
    inspector = Inspector(limits=Limits(time_s=60, preview_s=0.2), command=child(program))

    found = await inspector.inspect(on_disk(b"x"))

    assert (found.pages, found.preview) == (1, None)


async def test_too_many_at_once_are_told_to_come_back(on_disk: OnDisk) -> None:
    inspector = Inspector(children=1, waiting=1, command=child("import time; time.sleep(60)"))
    path = on_disk(b"x")
    tasks = [asyncio.create_task(inspector.inspect(path)) for _ in range(2)]
    await asyncio.sleep(0.05)

    with pytest.raises(InspectionBusy):
        await inspector.inspect(path)

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
async def test_child_that_takes_too_much_memory_is_ended(on_disk: OnDisk) -> None:
    """A document that needs more than the child may have: here, more than it has at all."""
    data = documents.office(more={"docProps/core.xml": documents.noise(20_000_000)})
    tight = Inspector(limits=Limits(memory_bytes=4 * 2**20))

    with pytest.raises(NotAPaper) as caught:
        await tight.inspect(on_disk(data))

    assert caught.value.reason in (Reason.OUT_OF_MEMORY, Reason.CRASHED)


# What a file says of itself


@pytest.mark.parametrize(("title", "kept"), [
    ("  Water\tin\u202e de\x00 stad ", "Water in de stad"), ("Microsoft Word - nota.docx", ""), ("Untitled", ""),
    ("PowerPoint-presentatie", ""), ("nota_v3_def.docx", ""), ("PowerPoint of papier?", "PowerPoint of papier?"),
    ("x" * 400, "x" * 300), ("Naamloos", ""),
])  # fmt: skip
def test_title_is_cleaned_and_what_programs_write_is_left_out(title: str, kept: str) -> None:
    assert suggestion(title, "", "", "").title == kept


@pytest.mark.parametrize(("authors", "names"), [
    ("Jan Smit; Eva de Wit", ("Jan Smit", "Eva de Wit")), ("Jan Smit, Eva de Wit", ("Jan Smit", "Eva de Wit")),
    ("Smit, J.", ("Smit, J.",)), ("Jan Smit en Eva de Wit", ("Jan Smit", "Eva de Wit")), ("user", ()), ("", ()),
    ("A B;A B", ("A B",)), (";".join(f"Naam {n}" for n in range(99)), tuple(f"Naam {n}" for n in range(50))),
])  # fmt: skip
def test_authors_are_told_apart(authors: str, names: tuple[str, ...]) -> None:
    assert suggestion("", authors, "", "").authors == names


@pytest.mark.parametrize(("text", "tag"), [
    ("nl-NL", "nl-NL"), ("EN", "en"), ("nl_be", "nl-BE"), ("Nederlands!", ""), ("", ""), ("zh-Hans-CN", "zh-CN"),
])  # fmt: skip
def test_language_is_a_tag_or_nothing(text: str, tag: str) -> None:
    assert language(text) == tag


def test_abstract_loses_its_tags() -> None:
    assert suggestion("", "", "<p>Over <b>dijken</b></p>", "").abstract == "Over dijken"
