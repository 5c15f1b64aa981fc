"""ODT, DOCX, EPUB and Markdown: what is in them, and what is not."""

from __future__ import annotations

import io
import json
import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.report import document as doc
from server.report.compose import compose
from server.report.document import Document, Inlines, Text
from server.report.office import PandocFailed, child, markdown, office, tree
from server.report.office import text as plain_text
from server.report.office.looks import STYLES, style_id
from tests.server.report import sample

pytestmark = pytest.mark.slow

Kind = Literal["odt", "docx", "epub", "md"]
KINDS: tuple[Kind, ...] = ("odt", "docx", "epub", "md")
ZIPPED: tuple[Kind, ...] = ("odt", "docx", "epub")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
HTML = "{http://www.w3.org/1999/xhtml}"
DC = "{http://purl.org/dc/elements/1.1/}"

NASTY = (
    "&amp; &#39; &lt;b&gt;",
    "<script>alert(1)</script> <!-- -- -->",
    "# kop ## kop #",
    "1. een 2) twee (a) drie i. vier",
    "- streep + plus * ster",
    "*vet* _schuin_ **v** __s__ ~~weg~~ ==geel== H~2~O x^2^ $x$ $$y$$",
    "`code` ```hek``` `x`{=html}",
    "[hier](javascript:alert(1)) ![foto](http://evil.example/x.png) [x] [^1] ^[noot] [[wiki]]",
    "[^1]: http://evil.example",
    "http://evil.example/a_b www.evil.example ftp://evil.example mailto:a@evil.example a@evil.example",
    ":smile: :::note ::: {.klasse} {#id}",
    "| a | b | |---|---|",
    "\\(x\\) \\[y\\] \\n \\begin{x} \\",
    "> citaat >> dieper",
    "--- === ... -- 'een' \"twee\"",
    "@naam@fontein.example #luisteren26 %",
    "Table: tabel",
    '{ HYPERLINK "http://evil.example" } =SOM(A1:A9) {{ jinja }} #set page(fill: red)',
    "\u202eomgekeerd\u202c مرحبا 中文 👩🏽‍🦽",
)


# Documents


def t(text: str) -> Inlines:
    return (Text(text),)


def document(*blocks: doc.Block, **changes: Any) -> Document:
    """A document of one chapter, and no drawing on its cover."""
    fields: dict[str, Any] = {
        "title": "De luisterende overheid",
        "kicker": "Verslag van het symposium",
        "subtitle": "Wat er gebeurt met het antwoord",
        "foot": ("Versie 1",),
        "lang": "nl",
        "running": ("De luisterende overheid", "Verslag"),
        "at": sample.at("18:00"),
        "date": "12 november 2026",
        "creator": "Fontein",
        "subject": "Symposium",
        "keywords": ("beraad", "antwoord"),
        "cover_alt": "Een fontein.",
        "parts": (doc.Part(ident="een", blocks=(doc.Heading(1, t("Een"), "een"), *blocks)),),
        "notes": (),
        "report": sample.empty(),
    }
    return Document(**(fields | changes))


def said(text: str, *, lang: str = "", photos: tuple[doc.Photo, ...] = ()) -> doc.Said:
    return doc.Said("thread", (doc.Span(t(text), lang),), t("Noor, vanaf de telefoon"), "Noor", "13:36", photos)


def made(kind: Kind, *blocks: doc.Block, **changes: Any) -> dict[str, bytes]:
    return unzipped(office(document(*blocks, **changes), kind, sample.picture))


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


@cache
def whole() -> Document:
    """The rich sample, composed."""
    return compose(sample.report())


@cache
def sampled(kind: Kind) -> bytes:
    return office(whole(), kind, sample.picture)


def parsed(members: dict[str, bytes]) -> dict[str, ElementTree.Element]:
    """Every member that is XML, parsed."""
    suffixes = {".xml", ".rels", ".opf", ".ncx", ".xhtml", ".svg"}
    return {
        name: ElementTree.fromstring(data)
        for name, data in members.items()
        if PurePosixPath(name).suffix in suffixes or name.endswith(".rels")
    }


def text_of(members: dict[str, bytes]) -> str:
    """All that a reader sees, in one string; white space counts as one space."""
    roots = parsed(members)
    names = {"word/document.xml", "word/footnotes.xml", "content.xml"}
    found = [root for name, root in roots.items() if name in names or name.startswith("EPUB/text/")]
    return " ".join(" ".join("".join(_pieces(root)) for root in found).split())


def _pieces(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag in (f"{W}p", f"{TEXT}p", f"{TEXT}h", f"{HTML}p", f"{W}br", f"{TEXT}line-break", f"{TEXT}s"):
            yield " "
        yield element.text or ""
        yield element.tail or ""


# The same bytes


@pytest.mark.parametrize("kind", KINDS)
def test_same_document_gives_the_same_bytes(kind: Kind) -> None:
    photo = doc.Photo(sample.BOARD.blob, "image/jpeg", 640, 400, "Een bord.")
    blocks = (said("Dag", lang="ar", photos=(photo,)), doc.Card("HTTPS://FONTEIN.EXAMPLE/LU", "Code", t("Stuk"), ()))

    first, second = (office(document(*blocks), kind, sample.picture) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("kind", ZIPPED)
def test_everything_in_a_file_has_the_time_of_the_document(kind: Kind) -> None:
    with zipfile.ZipFile(io.BytesIO(sampled(kind))) as pack:
        times = {info.date_time for info in pack.infolist()}

    assert times == {datetime.fromtimestamp(whole().at // 1_000_000, UTC).timetuple()[:6]}


@pytest.mark.parametrize("kind", ["odt", "epub"])
def test_mimetype_comes_first_and_is_not_compressed(kind: Kind) -> None:
    with zipfile.ZipFile(io.BytesIO(sampled(kind))) as pack:
        first = pack.infolist()[0]

    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")


@pytest.mark.parametrize(
    ("kind", "member"), [("docx", "docProps/core.xml"), ("odt", "meta.xml"), ("epub", "EPUB/content.opf")]
)
def test_file_says_what_it_is(kind: Kind, member: str) -> None:
    members = made(kind)
    told = members[member].decode()
    root = ElementTree.fromstring(told)

    assert [root.findtext(f".//{DC}{name}") for name in ("title", "creator", "language")] == [
        "De luisterende overheid",
        "Fontein",
        "nl" if kind == "epub" else "nl-NL",
    ]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told)) == {"2026-11-12T17:00:00Z"}
    assert "beraad" in told


# What is in it


def expected_levels() -> list[int]:
    return [block.level for part in whole().parts for block in part.blocks if isinstance(block, doc.Heading)]


def test_headings_of_a_docx_have_the_level_of_the_document() -> None:
    root = parsed(unzipped(sampled("docx")))["word/document.xml"]
    styles = (element.get(f"{W}val", "") for element in root.iter(f"{W}pStyle"))

    levels = [2 if style == "Label" else int(style[-1]) for style in styles if re.match(r"Heading\d$|Label$", style)]

    assert levels == expected_levels()


def test_headings_of_an_odt_have_the_level_of_the_document() -> None:
    root = parsed(unzipped(sampled("odt")))["content.xml"]

    levels = [int(heading.get(f"{TEXT}outline-level", "0")) for heading in root.iter(f"{TEXT}h")]

    assert levels == expected_levels()


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_contents_leave_out_what_every_chapter_says(kind: Kind) -> None:
    headings = [doc.Heading(2, t(title), f"k{n}") for n, title in enumerate(("De draad", "Alleen hier", "De draad"))]

    told = text_of(made(kind, doc.Contents("In dit verslag"), *headings))

    assert re.findall("De draad|Alleen hier", told) == ["Alleen hier", "De draad", "Alleen hier", "De draad"]


@pytest.mark.parametrize("kind", ["odt", "docx"])
@pytest.mark.parametrize(("width_mm", "is_wide"), [(80.0, False), (168.0, True)])
def test_a_wide_chart_takes_the_margins_too_and_keeps_its_size(kind: Kind, width_mm: float, is_wide: bool) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 476 120"><rect width="476" height="120"/></svg>'

    members = made(kind, doc.Chart(svg, "Een grafiek.", width_mm))
    content = members["content.xml" if kind == "odt" else "word/document.xml"].decode()

    assert ('"WidePicture"' in content) == is_wide
    per_mm, found = (1 / 25.4, r'svg:width="([\d.]+)in" svg:height="([\d.]+)in"') if kind == "odt" else (
        36_000, r'cx="(\d+)" cy="(\d+)"'
    )  # fmt: skip
    sizes = [(float(width) / per_mm, float(height) / per_mm) for width, height in re.findall(found, content)]
    assert sizes[-1] == pytest.approx((width_mm, width_mm * 120 / 476), rel=0.01)


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_rows_of_a_table_are_not_broken_over_pages_but_where_none_could_hold_them(kind: Kind) -> None:
    table = doc.Table((), (t("Kop"), t("Nog een")), ((t("kort"), t("ook kort")), (t("lang " * 400), t("kort"))))

    content = made(kind, table)["content.xml" if kind == "odt" else "word/document.xml"].decode()
    begin, whole = (
        ("<table:table-row", 'table:style-name="WholeRow"') if kind == "odt" else ("<w:tr>", "<w:cantSplit />")
    )

    assert [whole in row[:90] for row in content.split(begin)[1:]] == [True, True, False]
    assert kind == "docx" or content.count('style:name="WholeRow"') == 1, "the style is there"


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_label_looks_small_and_stays_a_heading_of_level_2(kind: Kind) -> None:
    members = made(kind, doc.Heading(2, t("Groot"), "groot"), doc.Heading(2, t("Klein"), "klein", label=True))
    if kind == "odt":
        headings = list(parsed(members)["content.xml"].iter(f"{TEXT}h"))
        assert [each.get(f"{TEXT}style-name") for each in headings] == ["Heading_20_1", "Heading_20_2", "Label"]
        assert [each.get(f"{TEXT}outline-level") for each in headings] == ["1", "2", "2"]
    else:
        styles = [each.get(f"{W}val") for each in parsed(members)["word/document.xml"].iter(f"{W}pStyle")]
        assert [each for each in styles if each in ("Heading1", "Heading2", "Label")] == [
            "Heading1",
            "Heading2",
            "Label",
        ]
        label = next(
            style
            for style in parsed(members)["word/styles.xml"].iter(f"{W}style")
            if style.get(f"{W}styleId") == "Label"
        )
        assert [each.get(f"{W}val") for each in label.iter(f"{W}outlineLvl")] == ["1"]


def test_every_part_of_a_docx_has_a_type_and_leads_somewhere() -> None:
    """Word asks whether it may repair a file in which either is wrong."""
    members = unzipped(sampled("docx"))
    roots = parsed(members)
    types = roots["[Content_Types].xml"]
    named = {each.get("PartName", "").removeprefix("/") for each in types if each.tag.endswith("Override")}
    targets = {
        str(PurePosixPath(name).parents[1] / each.get("Target", ""))
        for name, root in roots.items()
        if name.endswith(".rels")
        for each in root.iter(RELATIONSHIP)
        if each.get("TargetMode") != "External"
    }

    plain_parts = {name for name in members if name.endswith(".xml") and name not in named}
    assert plain_parts == {"[Content_Types].xml"}
    assert {name for name in members if name.startswith("word/media/")} <= named
    assert named <= members.keys()
    assert targets <= members.keys()


def test_anchors_of_a_docx_are_there_and_once() -> None:
    root = parsed(unzipped(sampled("docx")))["word/document.xml"]
    names = [each.get(f"{W}name", "") for each in root.iter(f"{W}bookmarkStart")]
    led = {anchor for each in root.iter(f"{W}hyperlink") if (anchor := each.get(f"{W}anchor"))}

    assert led <= set(names)
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]\w{0,39}", name) for name in names)


def test_every_part_of_an_odt_is_in_its_list() -> None:
    members = unzipped(sampled("odt"))
    listed = {
        value
        for each in parsed(members)["META-INF/manifest.xml"]
        for key, value in each.attrib.items()
        if key.endswith("full-path")
    }

    assert listed == members.keys() - {"mimetype", "META-INF/manifest.xml"} | {"/"}


def test_every_style_that_a_docx_names_is_there() -> None:
    roots = parsed(unzipped(sampled("docx")))
    there = {style.get(f"{W}styleId") for style in roots["word/styles.xml"].iter(f"{W}style")}

    named = {
        each.get(f"{W}val")
        for name in (
            "word/document.xml",
            "word/footnotes.xml",
            "word/header1.xml",
            "word/footer1.xml",
            "word/styles.xml",
        )
        for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next")
        for each in roots[name].iter(f"{W}{tag}")
    }

    assert named <= there
    assert {style_id(style.word) for style in STYLES if style.word} <= there


def test_every_style_that_an_odt_names_is_there() -> None:
    roots = parsed(unzipped(sampled("odt")))
    there = {
        style.get(f"{STYLE}name")
        for name in ("styles.xml", "content.xml")
        for style in roots[name].iter(f"{STYLE}style")
    }

    named = {
        value
        for name in ("styles.xml", "content.xml")
        for element in roots[name].iter()
        for key, value in element.attrib.items()
        if key in (f"{TEXT}style-name", f"{DRAW}style-name", f"{STYLE}parent-style-name")
        and element.tag not in (f"{TEXT}list", f"{TEXT}list-level-style-number", f"{TEXT}list-level-style-bullet")
    }

    assert named <= there


NOTES = (
    doc.Note(number=7, inlines=(Text("M. Verkade, "), doc.Emph(t("Na het beraad")))),
    doc.Note(number=3, inlines=t("J. Hoekema, Mastodon")),
    doc.Note(number=9, inlines=t("Nergens genoemd")),
)
CITING = (
    doc.Paragraph((Text("Eén"), doc.NoteRef(7, "p. 14"))),
    doc.Paragraph((Text("Twee"), doc.NoteRef(3))),
    doc.Paragraph((Text("Weer"), doc.NoteRef(7))),
)


def test_footnotes_of_a_docx_are_footnotes() -> None:
    root = parsed(made("docx", *CITING, notes=NOTES))["word/footnotes.xml"]
    notes = [note for note in root.iter(f"{W}footnote") if note.get(f"{W}type") is None]

    assert ["".join(each.text or "" for each in note.iter(f"{W}t")).strip() for note in notes] == [
        "M. Verkade, Na het beraad, p. 14",
        "J. Hoekema, Mastodon",
    ]


def test_footnotes_of_an_odt_are_footnotes() -> None:
    root = parsed(made("odt", *CITING, notes=NOTES))["content.xml"]

    assert [
        (note.findtext(f"{TEXT}note-citation"), "".join(note.find(f"{TEXT}note-body").itertext()).strip())  # type: ignore[union-attr]
        for note in root.iter(f"{TEXT}note")
    ] == [("1", "M. Verkade, Na het beraad, p. 14"), ("2", "J. Hoekema, Mastodon")]


@pytest.mark.parametrize("kind", ["odt", "docx", "epub"])
def test_list_of_sources_has_the_numbers_that_the_footnotes_have(kind: Kind) -> None:
    text = text_of(made(kind, *CITING, notes=NOTES))

    assert "1. M. Verkade, Na het beraad 2. J. Hoekema, Mastodon 3. Nergens genoemd" in text


@pytest.mark.parametrize("kind", KINDS)
def test_notes_that_point_at_each_other_come_to_an_end(kind: Kind) -> None:
    notes = (doc.Note(number=1, inlines=(Text("zie"), doc.NoteRef(2))), doc.Note(number=2, inlines=(doc.NoteRef(1),)))

    assert office(
        document(doc.Paragraph((Text("a"), doc.NoteRef(1), doc.NoteRef(8))), notes=notes), kind, sample.picture
    )


def alts(kind: Kind, members: dict[str, bytes]) -> list[str]:
    roots = parsed(members)
    if kind == "docx":
        space = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
        return [each.get("descr", "") for each in roots["word/document.xml"].iter(f"{space}docPr")]
    if kind == "odt":
        return [each.findtext(f"{SVG}desc") or "" for each in roots["content.xml"].iter(f"{DRAW}frame")]
    chapters = sorted(name for name in roots if name.startswith("EPUB/text/"))
    return [each.get("alt", "") for name in chapters for each in roots[name].iter(f"{HTML}img")]


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20"><path d="M0 0h9v9z"/></svg>'
)
PICTURED = (
    doc.Chart(DRAWING, "Staven: 47 & 30.", 100.0, t("Per kwartier")),
    doc.Paragraph((doc.Drop("Met een ster"), Text(" Noor"))),
    said(
        "Dag", photos=(doc.Photo(sample.BOARD.blob, "image/jpeg", 640, 400, 'Een "bord" <met> briefjes.', t("Bord")),)
    ),
    doc.Card("HTTPS://FONTEIN.EXAMPLE/LU/K7", "Code naar fontein.example/lu/k7", t("Stuk"), (t("regel"),)),
)


@pytest.mark.parametrize("kind", ZIPPED)
def test_every_picture_says_what_it_shows(kind: Kind) -> None:
    assert alts(kind, made(kind, *PICTURED)) == [
        "Een fontein.",
        "Staven: 47 & 30.",
        "Met een ster",
        'Een "bord" <met> briefjes.',
        "Code naar fontein.example/lu/k7",
    ]


@pytest.mark.parametrize("kind", ZIPPED)
def test_every_picture_is_there_and_no_stand_in_is_left(kind: Kind) -> None:
    members = made(kind, *PICTURED)
    pictures = {name: data for name, data in members.items() if re.search(r"/media/|Pictures/", name)}
    beginnings = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg")

    assert len(pictures) == 5 + (kind == "epub")  # and the cover of a book
    assert all(data.startswith(beginnings) for data in pictures.values())
    assert not any(b"fontein picture" in data or b"data:" in data for data in members.values())
    assert sample.picture(sample.BOARD.blob) in pictures.values()


def test_markdown_says_what_pictures_show() -> None:
    told = office(document(*PICTURED), "md", sample.picture).decode()

    assert "*Staven: 47 & 30.*\n\nPer kwartier" in told
    assert '*Een "bord" \\<met> briefjes.*' in told


@pytest.mark.parametrize("kind", ZIPPED)
def test_pictures_that_are_gone_or_broken_are_left_out(kind: Kind) -> None:
    photos = tuple(doc.Photo(each.blob, each.type, 320, 240, "Weg.") for each in (sample.GONE, sample.BROKEN))

    members = made(kind, said("Dag", photos=photos))

    assert alts(kind, members) == ["Een fontein."]
    assert "Dag" in text_of(members)


@pytest.mark.parametrize("kind", ZIPPED)
def test_webp_becomes_png(kind: Kind) -> None:
    members = made(kind, said("Dag", photos=(doc.Photo(sample.TABLE.blob, "image/webp", 300, 400, "Een tafel."),)))

    assert not any(data.startswith(b"RIFF") for data in members.values())
    assert alts(kind, members) == ["Een fontein.", "Een tafel."]


def test_address_that_is_too_long_for_a_code_leaves_it_out() -> None:
    card = doc.Card("HTTPS://FONTEIN.EXAMPLE/" + "A" * 5000, "Code", t("Stuk"), (t("regel"),))

    members = made("odt", card)

    assert alts("odt", members) == ["Een fontein."]
    assert "Stuk" in text_of(members)


GRID = doc.Table(t("Per kwartier"), (t("Tijd"), t("Berichten")), ((t("13:00"), t("12")), (t("13:15"), t("47"))), (1,))


@pytest.mark.parametrize("kind", ZIPPED)
def test_table_has_a_header_row(kind: Kind) -> None:
    roots = parsed(made(kind, GRID))
    if kind == "docx":
        rows = list(roots["word/document.xml"].iter(f"{W}tr"))
        headers = [row for row in rows if row.find(f".//{W}tblHeader") is not None]
        assert [["".join(each.itertext()).strip() for each in row.iter(f"{W}tc")] for row in headers] == [
            ["Tijd", "Berichten"]
        ]
        assert len(rows) == 3
    elif kind == "odt":
        (header,) = roots["content.xml"].iter(f"{TABLE}table-header-rows")
        assert ["".join(each.itertext()).strip() for each in header.iter(f"{TABLE}table-cell")] == ["Tijd", "Berichten"]
    else:
        heads = [each for root in roots.values() for each in root.iter(f"{HTML}th")]
        assert ["".join(each.itertext()) for each in heads] == ["Tijd", "Berichten"]


def test_words_in_another_language_say_so_in_a_docx() -> None:
    root = parsed(made("docx", said("نريد جواباً", lang="ar"), said("我们", lang="zh")))["word/document.xml"]
    spoken = [{key.removeprefix(W): value for key, value in each.items()} for each in root.iter(f"{W}lang")]

    assert spoken == [dict.fromkeys(("val", "eastAsia", "bidi"), lang) for lang in ("ar", "zh")]
    assert len(list(root.iter(f"{W}bidi"))) == 1
    assert len(list(root.iter(f"{W}rtl"))) == 1


def test_words_in_another_language_say_so_in_an_odt() -> None:
    root = parsed(made("odt", said("نريد جواباً", lang="ar"), said("Dag", lang="nl")))["content.xml"]
    properties = [each for each in root.iter(f"{STYLE}text-properties") if each.get(f"{FO}language")]

    assert {each.get(f"{STYLE}language-complex") for each in properties} == {"ar", "nl"}
    assert [each.get(f"{TEXT}style-name") for each in root.iter(f"{TEXT}p")][-4::2] == ["PostRtl", "Post"]


def test_words_in_another_language_say_so_in_an_epub() -> None:
    roots = parsed(made("epub", said("نريد جواباً", lang="ar"), said("Dag", lang="nl-NL")))
    spans = [each for name, root in roots.items() if name.startswith("EPUB/text") for each in root.iter(f"{HTML}span")]

    assert [(each.get("lang"), each.get("dir")) for each in spans] == [("ar", "rtl"), ("nl-NL", "ltr")]


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_name_of_the_symposium_stands_in_the_header(kind: Kind) -> None:
    members = made(kind, running=("Links & <b> {{styles}} {{right}}", "Rechts"))
    member = {"odt": "styles.xml", "docx": "word/header1.xml"}[kind]

    assert "Links & <b> {{styles}} {{right}}Rechts" in "".join(parsed(members)[member].itertext()).replace(
        "\n", ""
    ).replace("  ", "")


def test_book_has_one_identity_and_a_chapter_for_each_part() -> None:
    members = unzipped(sampled("epub"))
    about = parsed(members)["EPUB/content.opf"]
    titles = [root.findtext(f".//{HTML}title") for name, root in sorted(parsed(members).items()) if "/text/" in name]
    heads = [tree.plain(part.blocks[0].inlines) for part in whole().parts if isinstance(part.blocks[0], doc.Heading)]

    assert about.findtext(f".//{DC}identifier") == whole().report.ident
    assert titles[0] == whole().title
    assert len(titles) == len(whole().parts) + 1
    assert set(heads) <= set(titles)


def test_chapter_is_called_by_its_heading_whatever_that_is() -> None:
    titles = ["\\1 \\g<0> \\A", "a & <b>", "{{left}} $body$"]
    parts = tuple(
        doc.Part(ident=f"h{n}", blocks=(doc.Heading(1, t(title), f"h{n}"),)) for n, title in enumerate(titles)
    )

    roots = parsed(made("epub", parts=parts))

    found = [root.findtext(f".//{HTML}title") for name, root in sorted(roots.items()) if name.startswith("EPUB/text/")]
    assert found == ["De luisterende overheid", *titles]


def test_everything_that_a_book_points_at_is_in_it() -> None:
    members = unzipped(sampled("epub"))
    roots = parsed(members)
    anchors = {(name, each.get("id")) for name, root in roots.items() for each in root.iter() if each.get("id")}

    loaded, led = set(), set()
    for name, root in roots.items():
        if not name.startswith("EPUB/"):
            continue
        for each in root.iter():
            for key in ("src", "href"):
                if (address := each.get(key)) and not address.startswith("https://"):
                    path, fragment = urldefrag(urljoin(f"//x/{name}", address))
                    loaded.add(path.removeprefix("//x/"))
                    led |= {(path.removeprefix("//x/"), fragment)} if fragment else set()

    assert loaded <= members.keys()
    assert led <= anchors


# What is not in it


def outside(kind: Kind, members: dict[str, bytes]) -> list[str]:
    """Every address outside the file, with what it is for."""
    found = []
    for name, root in parsed(members).items():
        for each in root.iter():
            if each.get("TargetMode") == "External":
                found.append(f"{each.get('Type', '').rpartition('/')[2]} {each.get('Target')}")
            for key in (f"{XLINK}href", "src", "href"):
                address = each.get(key, "")
                if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", address) and name != "META-INF/container.xml":
                    found.append(f"{each.tag.rpartition('}')[2]} {address}")
    return sorted(set(found))


HOSTILE = (
    doc.Paragraph((doc.Link("javascript:alert(1)", t("een")), doc.Link("file:///etc/passwd", t("twee")))),
    doc.Paragraph((doc.Link("//evil.example/x", t("drie")), doc.Link("https://fontein.example/a b\"<'>", t("vier")))),
    doc.Paragraph(t("".join(f'<img src="http://evil.example/{n}.png"> ' for n in range(3)))),
)


@pytest.mark.parametrize("kind", ZIPPED)
def test_links_are_all_that_leads_out_of_a_file(kind: Kind) -> None:
    members = made(kind, *HOSTILE)

    assert outside(kind, members) == [
        {"odt": "a", "docx": "hyperlink", "epub": "a"}[kind] + " https://fontein.example/a%20b%22%3C'%3E"
    ]
    assert "een" in text_of(members)


@pytest.mark.parametrize("kind", ZIPPED)
def test_hostile_links_get_through_where_nobody_looks_at_them(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(tree, "_address", lambda address: address)

    assert any("javascript:" in each for each in outside(kind, made(kind, *HOSTILE)))


@pytest.mark.parametrize("kind", ZIPPED)
def test_sample_leads_only_to_where_its_document_leads(kind: Kind) -> None:
    addresses = set(re.findall(r'"address":"([^"]+)"', msgspec.json.encode(_links()).decode()))

    assert {each.partition(" ")[2] for each in outside(kind, unzipped(sampled(kind)))} <= addresses
    assert {each.partition(" ")[0] for each in outside(kind, unzipped(sampled(kind)))} <= {"a", "hyperlink"}


def _links() -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def walk(value: object) -> None:
        if isinstance(value, doc.Link):
            found.append({"address": value.address})
        if isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                walk(getattr(value, name))
        if isinstance(value, tuple):
            for each in value:
                walk(each)

    walk(whole().parts)
    walk(whole().notes)
    return found


def test_no_text_becomes_a_field_of_word() -> None:
    members = made("docx", *(doc.Paragraph(t(text)) for text in NASTY), title=NASTY[-2], running=(NASTY[-2], NASTY[-2]))
    fields = {
        name: [each.text for each in root.iter() if each.tag in (f"{W}instrText", f"{W}fldSimple")]
        for name, root in parsed(members).items()
    }

    assert {name: found for name, found in fields.items() if found} == {"word/footer1.xml": ["PAGE"]}


CONTROLS = "".join(map(chr, (*range(32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF, 0xD800, 0xDFFF)))


@pytest.mark.parametrize("kind", ZIPPED)
def test_control_characters_never_break_a_file(kind: Kind) -> None:
    dirty = f"a{CONTROLS}b"
    blocks = (
        doc.Heading(2, t(dirty), "kop", margin=(t(dirty),)),
        doc.Paragraph((doc.Code(dirty), doc.Link(f"https://fontein.example/{CONTROLS}", t(dirty)))),
        doc.Listing(dirty),
        doc.Chart(DRAWING, dirty, 60.0, t(dirty)),
        doc.Table(t(dirty), (t(dirty),), ((t(dirty),),)),
        doc.Bar(dirty, dirty, dirty),
    )

    members = made(kind, *blocks, title=dirty, kicker=dirty, creator=dirty, running=(dirty, dirty), cover_alt=dirty)

    assert "a b" in text_of(members)


def test_control_characters_break_a_file_where_nobody_takes_them_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(plain_text, "_NOT_XML", re.compile(r"(?!)"))

    with pytest.raises((UnicodeEncodeError, ElementTree.ParseError, PandocFailed)):
        parsed(made("odt", doc.Paragraph(t("a\ud800b"))))


# Markdown means what it says


READERS = ("gfm", "commonmark", "commonmark_x", "markdown")


def read(written: str | bytes, reader: str) -> list[Any]:
    """The blocks that pandoc reads in it."""
    data = written.encode() if isinstance(written, str) else written
    done = subprocess.run(
        [str(child._program()), "--sandbox", "--from", reader, "--to", "json"],
        input=data,
        capture_output=True,
        check=True,
    )
    blocks: list[Any] = json.loads(done.stdout)["blocks"]
    return blocks


def words(node: Any, seen: set[str]) -> str:
    """The text of what was read; the kinds of markup that were found in it go to *seen*."""
    if isinstance(node, list):
        return "".join(words(each, seen) for each in node)
    if not isinstance(node, dict):
        return ""
    kind, inside = node.get("t"), node.get("c", [])
    if kind == "Str":
        return str(inside)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind == "Quoted":  # typographic quotes are a reader's own taste
        return f"{_QUOTE[inside[0]['t']]}{words(inside[1], seen)}{_QUOTE[inside[0]['t']]}"
    seen.add(str(kind))
    return words(inside, seen)


_QUOTE = {"SingleQuote": "'", "DoubleQuote": '"'}
_TASTE = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def tasteless(text: str) -> str:
    """Without what a reader with typographic taste may change: quotes, dashes, spaces, and letters of equal looks."""
    text = unicodedata.normalize("NFC", text)
    return " ".join(re.sub("-{2,}|–|—", "-", text.translate(_TASTE).replace("...", ".")).replace("..", ".").split())


def assert_means_itself(texts: list[str]) -> None:
    written = office(document(*(doc.Paragraph(t(text)) for text in texts)), "md", sample.picture)
    expected = [tasteless(plain_text.clean(text)) for text in texts]
    for reader in READERS:
        blocks = read(written, reader)
        seen: set[str] = set()
        told = [tasteless(words(block, seen)) for block in blocks[6:]]
        assert told == [each for each in expected if each], reader
        assert seen <= {"Para", "Header"}, reader


def test_markdown_of_nasty_texts_means_what_it_says() -> None:
    assert_means_itself(list(NASTY))


def test_markdown_of_nasty_texts_means_what_it_says_wherever_they_stand() -> None:
    blocks = [
        block
        for n, text in enumerate(NASTY)
        for block in (
            doc.Heading(2, t(text), f"h{n}", margin=(t(text),)),
            doc.Bar(text, text, text),
            doc.Numbers(((text, text),)),
            doc.Bullets(((doc.Paragraph(t(text)), doc.Listing(text)), (doc.Paragraph(t(text)),))),
            doc.Extract((doc.Paragraph((Text("a"), doc.Break(), *t(text))),)),
            doc.Said("reply", t(text), t(text), text, text),
            doc.Chart(DRAWING, text, 60.0, t(text)),
            doc.Table(t(text), (t(text), t(text)), ((t(text), (doc.Code(text),)),)),
            doc.Card("", text, t(text), (t(text),)),
            doc.Contents(text),
        )
    ]
    notes = (doc.Note(number=1, inlines=t(NASTY[0])),)
    written = office(document(*blocks, title=NASTY[2], foot=NASTY, notes=notes), "md", sample.picture)

    for reader in READERS:
        seen: set[str] = set()
        words(read(written, reader), seen)
        structure = {
            "Para",
            "Plain",
            "Header",
            "Emph",
            "Strong",
            "BulletList",
            "BlockQuote",
            "Code",
            "CodeBlock",
            "Table",
        }
        assert seen <= structure | {"AlignDefault", "AlignLeft", "AlignRight", "ColWidthDefault", "ColWidth"}, reader


def test_footnote_in_a_link_stands_after_it() -> None:
    paragraph = doc.Paragraph((doc.Link("https://fontein.example/x", (Text("daar"), doc.NoteRef(3))),))

    told = office(document(paragraph, notes=NOTES), "md", sample.picture).decode()

    assert "\n[daar](https://fontein.example/x)[^1]\n" in told


def test_markdown_that_is_not_escaped_means_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(markdown, "escaped", lambda word, first: word)

    with pytest.raises(AssertionError):
        assert_means_itself(list(NASTY))


PIECES = st.sampled_from(
    [*"#*_`~^$|:@{}[]()<>&!+-=.\\%;'\"/", *(w for text in NASTY for w in text.split()), "a", "woord", "12"]
)
LINES = st.lists(st.tuples(PIECES, st.sampled_from(["", "", " "])), min_size=1, max_size=8).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES | st.text(max_size=30), min_size=1, max_size=25))
def test_markdown_of_any_text_means_what_it_says(texts: list[str]) -> None:
    assert_means_itself([text for text in texts if tasteless(plain_text.clean(text))] or ["a"])


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(LINES, LINES, LINES, st.integers(0, 3)), min_size=1, max_size=15))
def test_markdown_of_emphasis_keeps_its_words(triples: list[tuple[str, str, str, int]]) -> None:
    around = (
        doc.Emph,
        doc.Strong,
        lambda inside: doc.Link("https://fontein.example/x", inside),
        lambda inside: doc.Strong((doc.Emph(inside),)),
    )
    blocks = [doc.Paragraph((Text(a), around[n](t(b)), Text(c))) for a, b, c, n in triples]
    written = office(document(*blocks), "md", sample.picture)
    expected = [tasteless(plain_text.clean(f"{a}{b}{c}")) for a, b, c, _ in triples]

    for reader in ("gfm", "commonmark"):
        seen: set[str] = set()
        told = [tasteless(words(block, seen)) for block in read(written, reader)[6:]]
        assert told == expected, reader
        assert seen <= {"Para", "Header", "Emph", "Strong", "Link"}


def test_markdown_has_footnotes() -> None:
    told = office(document(*CITING, notes=NOTES), "md", sample.picture).decode()

    assert "Eén[^1] (p. 14)\n\nTwee[^2]\n\nWeer[^1]" in told
    assert "[^1]: M\\. Verkade, *Na het beraad*\n\n[^2]: J\\. Hoekema, Mastodon\n\n3\\. Nergens genoemd" in told
    seen: set[str] = set()
    words(read(told, "gfm"), seen)
    assert "Note" in seen


# Any document


def inlines() -> st.SearchStrategy[Inlines]:
    text = st.builds(Text, st.text(max_size=20) | LINES)
    leaf = (
        text
        | st.just(doc.Break())
        | st.builds(doc.Code, st.text(max_size=12))
        | st.builds(doc.NoteRef, st.integers(1, 4), st.sampled_from(["", "p. 14"]))
        | st.builds(doc.Drop, st.text(max_size=9))
    )
    one = st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda kind, inside: kind(tuple(inside)),
            st.sampled_from(
                [
                    doc.Emph,
                    doc.Strong,
                    lambda each: doc.Link("https://fontein.example/ü?a=b", each),
                    lambda each: doc.Span(each, "ar"),
                ]
            ),
            st.lists(inner, max_size=3),
        ),
        max_leaves=4,
    )
    return st.lists(one, max_size=4).map(tuple)


def blocks() -> st.SearchStrategy[tuple[doc.Block, ...]]:
    some = inlines()
    photo = st.builds(
        doc.Photo,
        blob=st.sampled_from([sample.BOARD.blob, sample.BROKEN.blob]),
        type=st.just("image/jpeg"),
        width=st.integers(0, 4000),
        height=st.integers(0, 4000),
        alt=st.text(min_size=1, max_size=9),
        caption=some,
    )
    leaf: st.SearchStrategy[doc.Block] = (
        st.builds(doc.Paragraph, some, st.sampled_from(["body", "lead", "meta", "small"]))
        | st.builds(doc.Listing, st.text(max_size=30))
        | st.just(doc.Separator())
        | st.builds(
            doc.Said,
            st.sampled_from(["pull", "thread", "reply"]),
            some,
            some,
            st.just("Noor"),
            st.just("13:36"),
            st.lists(photo, max_size=1).map(tuple),
        )
        | photo
        | st.builds(doc.Chart, st.just(DRAWING), st.text(min_size=1, max_size=9), st.floats(10, 300), some)
        | st.builds(doc.Numbers, st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=2).map(tuple))
        | st.builds(doc.Bar, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
        | st.builds(
            doc.Card, st.just("HTTPS://FONTEIN.EXAMPLE"), st.just("Code"), some, st.lists(some, max_size=2).map(tuple)
        )
        | st.just(doc.Contents("Inhoud"))
        | st.integers(0, 3).flatmap(
            lambda n: st.builds(
                doc.Table,
                some,
                st.tuples(*[some] * n),
                st.lists(st.tuples(*[some] * n), max_size=2).map(tuple),
                st.just((0,)),
            )
        )
    )
    nested = st.recursive(
        leaf,
        lambda inner: (
            st.builds(doc.Extract, st.lists(inner, max_size=2).map(tuple))
            | st.builds(
                doc.Bullets,
                st.lists(st.lists(inner, max_size=2).map(tuple), max_size=2).map(tuple),
                st.booleans(),
                st.integers(-2, 5),
            )
        ),
        max_leaves=4,
    )
    return st.lists(nested, max_size=5).map(tuple)


ANY_NOTES = st.lists(inlines(), max_size=3).map(
    lambda found: tuple(doc.Note(number=n, inlines=each) for n, each in enumerate(found, 1))
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(blocks=blocks(), notes=ANY_NOTES, title=st.text(max_size=20))
def test_any_document_becomes_a_file(
    kind: Kind, blocks: tuple[doc.Block, ...], notes: tuple[doc.Note, ...], title: str
) -> None:
    made_of = document(*blocks, notes=notes, title=title, kicker="", subtitle="", foot=(title,))

    data = office(made_of, kind, sample.picture)

    if kind == "md":
        assert data.decode()
    else:
        members = unzipped(data)
        assert parsed(members)
        assert not any(b"fontein picture" in each for each in members.values())


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES | st.text(max_size=30), min_size=1, max_size=20))
@pytest.mark.parametrize("kind", ZIPPED)
def test_any_text_comes_back_from_a_file(kind: Kind, texts: list[str]) -> None:
    texts = [text.replace("\u00ad", "") for text in texts]  # a soft hyphen has an element of its own in Word
    expected = [" ".join(tree._WORDS.sub(" ", plain_text.clean(text)).split()) for text in texts]

    told = text_of(made(kind, *(doc.Paragraph(t(text)) for text in texts)))

    assert [each for each in expected if each not in told] == []


@pytest.mark.parametrize("kind", KINDS)
def test_empty_document_becomes_a_file(kind: Kind) -> None:
    assert office(document(parts=(), title="", kicker="", subtitle="", foot=(), keywords=()), kind, sample.picture)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("report", [sample.empty, sample.one_post, sample.draft], ids=lambda make: make.__name__)
def test_smallest_reports_become_files(report: Any, lang: str) -> None:
    composed = compose(report(lang))

    for kind in ZIPPED:
        assert composed.title in text_of(unzipped(office(composed, kind, sample.picture)))


# Pandoc is confined


def tree_with(path: str) -> bytes:
    image = {"t": "Image", "c": [["", [], []], [{"t": "Str", "c": "x"}], [path, ""]]}
    return msgspec.json.encode({"pandoc-api-version": tree.API, "meta": {}, "blocks": [{"t": "Para", "c": [image]}]})


def test_pandoc_reads_no_files_of_this_computer(tmp_path: Any) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not for you")

    members = unzipped(child.pandoc(tree_with(str(secret)), ["--to", "odt"]))

    assert b"not for you" not in members.values()


def test_pandoc_outside_its_sandbox_does_read_files(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(child, "CONFINED", ())
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not for you")

    members = unzipped(child.pandoc(tree_with(str(secret)), ["--to", "odt"]))

    assert b"not for you" in members.values()


def test_pandoc_that_takes_too_long_is_ended() -> None:
    with pytest.raises(PandocFailed, match="too long"):
        child.pandoc(tree_with("x"), ["--to", "gfm"], time_s=0.0)


def test_pandoc_that_takes_too_much_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MEMORY", "8m")
    paragraph = {"t": "Para", "c": [{"t": "Str", "c": "woord"}]}
    large = {"pandoc-api-version": tree.API, "meta": {}, "blocks": [paragraph] * 50_000}

    with pytest.raises(PandocFailed, match=r"[Hh]eap"):
        child.pandoc(msgspec.json.encode(large), ["--to", "odt"])


def test_pandoc_that_refuses_says_why() -> None:
    with pytest.raises(PandocFailed, match="JSON"):
        child.pandoc(b"{", ["--to", "gfm"])
