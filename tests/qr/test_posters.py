"""Codes on paper: every sheet says what it should, can be read by people and phones, and takes any title."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import cv2
import numpy
import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import typst
import zxingcpp
from PIL import Image

from qr.codes import Level, TextTooLong, matrix
from qr.posters import (
    CannotPrint,
    Kind,
    Look,
    Ornament,
    Print,
    Sheet,
    Size,
    Target,
    badge_cards,
    cards,
    helpers_sheet,
    poster,
    preview,
    print_pdf,
    stickers,
)
from qr.posters import press as press_module
from qr.posters.coverage import FONTS, covered, direction, is_tall, printable
from qr.posters.outline import loops, outline_svg
from qr.posters.press import set_pdf
from qr.posters.sheets import LANGUAGES, words_of
from qr.posters.water import fountain_svg, hops_svg, jets
from qr.posters.work import poster_work

pytestmark = pytest.mark.slow

A4_PT = (595, 842)
A3_PT = (842, 1191)
LONG = " ".join(f"woord{n}" for n in range(40))[:300]
EVIL = '#panic("boe") $x$ *b* _i_ #import "x.typ": * #sys.inputs `r` <l> @ref \\ // /* ] } ) "'

SHEET = Sheet(event="De luisterende overheid", date="12 november 2026", words={"nl": "ijsvogel", "en": "kingfisher"})
JOIN = Target(kind=Kind.JOIN, url="HTTPS://FONTEIN.EXAMPLE/LU/G7", shown="fontein.example/lu/g7", place="Grote zaal")
PAPER = Target(
    kind=Kind.PAPER,
    url="HTTPS://FONTEIN.EXAMPLE/LU/K7",
    shown="fontein.example/lu/k7",
    name="Na het beraad",
    place="Burgerberaad, en dan?",
    detail="Marjolein Verkade · 34 bladzijden",
)
SESSION = Target(kind=Kind.SESSION, url="HTTPS://FONTEIN.EXAMPLE/LU/F3", shown="fontein.example/lu/f3", name="Sessie")
PAPERS = Target(kind=Kind.PAPERS, url="https://fontein.example/LU/papers", shown="fontein.example/lu/papers")
TEXT = Target(kind=Kind.TEXT, url="https://fontein.example/LU/text", shown="fontein.example/lu/text")
BADGE = Target(
    kind=Kind.BADGE,
    url="https://fontein.example/luisterend/desk#k=geheim-abcdefghijklmnopqrstuvwxyz234",
    shown="fontein.example/luisterend/desk",
    name="Anouk Terpstra",
    role="moderator",
)
EVERY = {
    Print.POSTER: [JOIN, PAPER, SESSION, PAPERS, TEXT],
    Print.CARDS: [JOIN, PAPER, SESSION, PAPERS, TEXT],
    Print.STICKERS: [JOIN, PAPER, SESSION, PAPERS, TEXT],
    Print.HELPERS: [JOIN, PAPERS, TEXT],
    Print.BADGES: [BADGE],
}


DPI = {Print.POSTER: 60, Print.CARDS: 120, Print.STICKERS: 190, Print.HELPERS: 100, Print.BADGES: 150}
"""Enough to read the smallest module of a sheet: four pixels and more."""


def printed(what: Print, targets: Sequence[Target], sheet: Sheet = SHEET, *, size: Size = Size.A4) -> bytes:
    return print_pdf(what, targets, sheet, size=size, copies=1)


def paper_named(name: str) -> Target:
    return Target(kind=Kind.PAPER, url=PAPER.url, shown=PAPER.shown, name=name, place=name, detail=name)


def text_of(pdf: bytes) -> str:
    """What stands on all pages, on one line, as it is read aloud."""
    pages = pypdfium2.PdfDocument(pdf)
    said = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(said.replace("\u200b", "").replace("\ufffe", "").split())


def pictures(pdf: bytes, *, dpi: float = 120) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [document[n].render(scale=dpi / 72).to_pil().convert("L") for n in range(len(document))]


def read_by_zxing(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return sorted(each.text for each in found)


def read_by_opencv(picture: Image.Image) -> list[str]:
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(numpy.asarray(picture))
    return sorted(text for text in texts if text)


def root_of(pdf: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def structure(pdf: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The tags of the document, in reading order, each with its attributes."""
    found: list[tuple[str, dict[str, Any]]] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict) and "/S" in node:
            found.append((node["/S"], node))
            walk(node.get("/K", pypdf.generic.ArrayObject()))

    walk(root_of(pdf)["/StructTreeRoot"]["/K"])
    return found


# Codes


@pytest.mark.parametrize("what", Print)
def test_every_code_on_every_sheet_is_read_by_two_decoders(what: Print) -> None:
    targets = EVERY[what]

    pages = pictures(printed(what, targets), dpi=DPI[what])

    expected = sorted(target.url for target in targets)
    assert sorted(text for page in pages for text in read_by_zxing(page)) == expected
    assert sorted(text for page in pages for text in read_by_opencv(page)) == expected


@pytest.mark.parametrize("reader", [read_by_zxing, read_by_opencv])
def test_a_code_that_is_covered_by_half_is_not_read(reader: Any) -> None:
    """So the readers read the page, and would notice."""
    (page,) = pictures(poster([JOIN], SHEET), dpi=60)
    page.paste(255, (0, page.height // 2, page.width, page.height))

    assert reader(page) == []


def test_cards_and_stickers_fill_a_sheet_each() -> None:
    assert [
        len(pictures(cards([JOIN, PAPER], SHEET), dpi=20)),
        len(read_by_zxing(pictures(cards([JOIN], SHEET))[0])),
    ] == [2, 8]
    assert read_by_zxing(pictures(stickers([JOIN], SHEET), dpi=DPI[Print.STICKERS])[0]) == [JOIN.url] * 24


def test_copies_of_several_codes_share_a_sheet() -> None:
    (page,) = pictures(cards([JOIN, PAPER, SESSION], SHEET, copies=2))

    assert read_by_zxing(page) == sorted(2 * [JOIN.url, PAPER.url, SESSION.url])


@pytest.mark.parametrize(("size", "points"), [(Size.A4, A4_PT), (Size.A3, A3_PT)])
def test_a_poster_is_as_large_as_its_paper(size: Size, points: tuple[int, int]) -> None:
    (page,) = pypdf.PdfReader(io.BytesIO(poster([JOIN], SHEET, size=size))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == points


def test_an_address_that_fits_no_code_is_refused() -> None:
    with pytest.raises(TextTooLong):
        poster([Target(kind=Kind.JOIN, url="https://fontein.example/" + "x" * 3_000, shown="x")], SHEET)


@pytest.mark.parametrize("text", ["A", "HTTPS://FONTEIN.EXAMPLE/LU/G7", "https://fontein.example/" + "x" * 30])
def test_outlines_give_the_code_back(text: str) -> None:
    """By the even-odd rule: a module is dark when a ray from it crosses an odd number of borders."""
    modules = matrix(text, level=Level.Q)
    edges = [
        (a, b)
        for loop in loops(modules)
        for a, b in zip(loop, [*loop[1:], loop[0]], strict=True)
        if a[0] == b[0]  # upright: a ray to the right crosses no others
    ]

    def dark(x: int, y: int) -> bool:
        return sum(a[0] > x and min(a[1], b[1]) <= y < max(a[1], b[1]) for a, b in edges) % 2 == 1

    assert tuple(tuple(dark(x, y) for x in range(len(modules))) for y in range(len(modules))) == modules


def test_outline_stands_in_its_quiet_zone() -> None:
    svg = outline_svg(((True,),))

    assert 'viewBox="0 0 9 9"' in svg
    assert "M4 4H5V5H4z" in svg


# Words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", Print)
def test_a_sheet_is_accessible(what: Print, language: str) -> None:
    """PDF/UA-1: tagged, with a title that is shown, a language, and words for every picture."""
    sheet = Sheet(event=SHEET.event, languages=(language,), words=SHEET.words)
    targets = EVERY[what]

    pdf = printed(what, targets, sheet)

    root = root_of(pdf)
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    title = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert title is not None
    assert title.title == f"{words_of(language)[f'title.{what.value}']} · {SHEET.event}"
    alts = [str(node["/Alt"]) for tag, node in structure(pdf) if tag == "/Figure"]
    assert len(alts) == len(targets)
    assert all(target.shown in alt for target, alt in zip(targets, alts, strict=True))
    assert "/H1" in [tag for tag, _ in structure(pdf)]


def test_the_second_language_is_marked_as_such() -> None:
    pdf = poster([JOIN], SHEET)

    assert "en" in [str(node["/Lang"]) for _, node in structure(pdf) if "/Lang" in node]
    assert words_of("en")["join.line"] in text_of(pdf)


@pytest.mark.parametrize("what", [Print.POSTER, Print.CARDS, Print.STICKERS, Print.HELPERS])
def test_beside_every_code_stands_its_address_with_its_host(what: Print) -> None:
    said = text_of(printed(what, EVERY[what])).replace(" ", "").replace("\u2060", "")

    assert [target.shown in said for target in EVERY[what]] == [True] * len(EVERY[what])


@pytest.mark.parametrize("what", [Print.POSTER, Print.CARDS, Print.STICKERS, Print.HELPERS])
def test_the_check_word_stands_on_paper_only_where_there_is_one(what: Print) -> None:
    without = Sheet(event=SHEET.event, date=SHEET.date)

    assert "ijsvogel" in text_of(printed(what, EVERY[what]))
    assert "controlewoord" not in text_of(printed(what, EVERY[what], without))
    assert "dit woord" not in text_of(printed(what, EVERY[what], without))


def test_a_personal_key_is_nowhere_but_in_its_code() -> None:
    pdf = badge_cards([BADGE], SHEET)

    assert "geheim" not in text_of(pdf)
    assert not any("geheim" in str(node.get("/Alt", "")) for _, node in structure(pdf))
    assert "/Annots" not in pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert read_by_zxing(pictures(pdf, dpi=150)[0]) == [BADGE.url]


def test_a_poster_says_its_modules_and_its_reach() -> None:
    said = text_of(poster([JOIN], SHEET))

    assert "tot ongeveer 1,9 m · blokjes van 3,8 mm" in said


def test_the_two_languages_have_the_same_words() -> None:
    assert set(words_of("nl")) == set(words_of("en"))


# Strangers' titles


@pytest.mark.parametrize("what", [Print.POSTER, Print.CARDS, Print.STICKERS, Print.HELPERS])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(LONG, id="300 characters"),
        pytest.param("W" * 60, id="one word of 60 wide letters"),
        pytest.param("W " * 150, id="150 words of a wide letter"),
        pytest.param("vreemdelingenrechtspraakvernieuwingsbijeenkomstverslag.pdf", id="a long word"),
        pytest.param(EVIL, id="what would be code"),
    ],
)
def test_a_title_is_printed_whole_whatever_its_length(what: Print, name: str) -> None:
    pdf = printed(what, [paper_named(name)])

    assert "".join(name.split()) in text_of(pdf).replace(" ", "")
    assert outside_of_page(pdf) == []
    assert read_by_zxing(pictures(pdf, dpi=DPI[what])[0]) == [PAPER.url]


def outside_of_page(pdf: bytes) -> list[str]:
    """Characters that stand outside of the paper, or on another one's page."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        text = page.get_textpage()
        for n in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(n)
            if left < -1 or bottom < -1 or right > width + 1 or top > height + 1:
                found.append(text.get_text_range(n, 1))
    return found


@pytest.mark.parametrize("name", [LONG, "W" * 60, "W " * 150])
def test_a_title_keeps_out_of_the_code_and_its_neighbour(name: str) -> None:
    """On a table card the words stay in the left column: nothing of the title is printed right of it."""
    (first,) = pypdfium2.PdfDocument(cards([paper_named(name)], SHEET, copies=1))
    text = first.get_textpage()
    column_pt = (8 + 39 + 1) / 25.4 * 72
    top_pt = A4_PT[1] - 56 / 25.4 * 72  # what stands below is the address

    boxes = [text.get_charbox(n) for n in range(text.count_chars())]

    assert [box for box in boxes if box[1] > top_pt and box[2] > column_pt] == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("مستقبل الحكومة", True, id="Arabic"),
        pytest.param("עתיד הממשל", True, id="Hebrew"),
        pytest.param("Будущее и ΔΗΜΟΣ", True, id="Cyrillic and Greek"),
        pytest.param("Feest 🎉", True, id="emoji"),
        pytest.param("数字政府", False, id="Chinese"),
        pytest.param("हिन्दी में", False, id="Devanagari"),
    ],
)
def test_a_title_in_another_script_is_shown_or_visibly_replaced(name: str, shown: bool) -> None:
    pdf = poster([paper_named(name)], SHEET)

    note = words_of("nl")["replaced"]
    assert (note in text_of(pdf)) is not shown
    assert ("□" in text_of(pdf).replace(note, "")) is not shown
    assert printable(name).replaced is not shown


def test_without_replacing_the_compiler_refuses_the_character() -> None:
    """The control: the check of PDF/UA is on, so what is printed has a glyph for everything."""
    work = poster_work([JOIN], SHEET, size=Size.A4)
    data = {**work.data, "title": "数", "event": {**work.data["event"], "text": "数"}}
    compiler = typst.Compiler(
        str(press_module.TEMPLATES / work.template),
        root=str(press_module.TEMPLATES),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
    )

    with pytest.raises(typst.TypstError, match="could not be displayed"):
        compiler.compile(sys_inputs={"data": json.dumps(data)}, format="pdf", pdf_standards=["ua-1"])


def test_a_character_that_only_the_compiler_knows_to_be_missing_is_replaced_then() -> None:
    work = poster_work([JOIN], SHEET, size=Size.A4)

    pdf = set_pdf(work.template, {**work.data, "event": {**work.data["event"], "text": "Dag 数"}})

    assert "Dag □" in text_of(pdf)


def test_a_template_that_is_wrong_is_an_error_of_ours() -> None:
    with pytest.raises(CannotPrint):
        set_pdf("poster.typ", {})


@pytest.mark.parametrize(
    ("text", "printed_as"),
    [
        pytest.param("a\u202eb\x00c\td\ne", ("abc d e", False), id="steering and control characters go"),
        pytest.param("e\u0301", ("é", False), id="a letter and its mark become one"),
        pytest.param("o" + "\u0323" * 9, ("ọ\u0323\u0323\u0323", True), id="of many marks some stay"),
        pytest.param("A数B", ("A□B", True), id="what no typeface has is shown as such"),
        pytest.param("  ", ("", False), id="nothing"),
    ],
)
def test_printable(text: str, printed_as: tuple[str, bool]) -> None:
    assert tuple(printable(text)) == printed_as


def test_all_words_on_paper_can_be_printed() -> None:
    said = "".join(word for language in LANGUAGES for word in words_of(language).values())

    assert {char for char in said if char != "\n" and ord(char) not in covered()} == set()


@pytest.mark.parametrize(("text", "way"), [("123 abc", "ltr"), ("مستقبل AI", "rtl"), ("AI مستقبل", "ltr"), ("", "ltr")])
def test_direction_follows_the_first_letter(text: str, way: str) -> None:
    assert direction(text) == way


def test_letters_that_stand_high_need_room() -> None:
    assert [is_tall(text) for text in ("Één", "ΔЖ", "→ ≠", "مس", "🎉", "a\u0301b")] == [
        False, False, False, True, True, True,
    ]  # fmt: skip


# Looks


@pytest.mark.parametrize("ornament", Ornament)
@pytest.mark.parametrize("serif", [False, True])
def test_every_look_can_be_read(ornament: Ornament, serif: bool) -> None:
    sheet = Sheet(event="Dag", look=Look(ornament=ornament, serif=serif, accent="#8c1c13", radius=0))

    assert [read_by_zxing(page) for page in pictures(poster([JOIN, PAPER], sheet), dpi=60)] == [[JOIN.url], [PAPER.url]]


def test_water_stays_on_its_drawing() -> None:
    assert max(jet.away for jet in jets(reach=90, high=100)) == 90
    assert all(0 < jet.high <= 100 for jet in jets(reach=90, high=100))
    for svg in (fountain_svg(width=196, height=155, colour="#00666f"), hops_svg(width=25, height=4, colour="#00666f")):
        assert "#00666f" in svg


def test_a_preview_is_the_first_page() -> None:
    for what, targets in EVERY.items():
        png = preview(what, targets, SHEET, size=Size.A4, copies=1, dpi=DPI[what])
        codes = read_by_zxing(Image.open(io.BytesIO(png)).convert("L"))
        assert codes == sorted(target.url for target in targets[: 1 if what is Print.POSTER else None])


def test_nothing_of_the_computer_itself_is_on_paper() -> None:
    """Every typeface in the file is one of ours."""
    pages: Any = pypdf.PdfReader(io.BytesIO(helpers_sheet([JOIN], SHEET))).pages
    named = [font.get_object()["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()]
    fonts = {str(name).partition("+")[2].partition("-")[0] for name in named}

    assert fonts
    assert fonts <= {"Inter", "InterDisplay"}
