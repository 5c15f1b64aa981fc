"""Cards with a code that votes once: read by phones and by people, whatever is voted on, ten on a page."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from qr.posters import Kind, Sheet, Target, vote_cards
from qr.posters.sheets import LANGUAGES, words_of
from tests.qr.test_posters import (
    A4_PT,
    EVIL,
    LONG,
    SHEET,
    outside_of_page,
    pictures,
    read_by_opencv,
    read_by_zxing,
    root_of,
    structure,
    text_of,
)

pytestmark = pytest.mark.slow

TITLE = "Stelt de vereniging de jaarrekening vast?"


def cards_of(count: int, title: str = TITLE, sheet: Sheet = SHEET, **more: Any) -> tuple[list[Target], bytes]:
    targets = [
        Target(
            kind=Kind.VOTE,
            url=f"https://fontein.example/luisterend#vote=abcdefgh22345672&code=KM7WX3CD{number:02}",
            shown="fontein.example/luisterend",
            name=title,
            detail=f"KM7WX-3CD{number:02}",
            **more,
        )
        for number in range(count)
    ]
    return targets, vote_cards(targets, sheet)


def said(pdf: bytes) -> str:
    return text_of(pdf).replace("\u2011", "-").replace("\u2060", "")


def test_every_card_is_read_by_two_decoders_and_by_people() -> None:
    targets, pdf = cards_of(13)
    pages = pictures(pdf, dpi=200)

    assert len(pages) == 2
    assert sorted(text for page in pages for text in read_by_zxing(page)) == [each.url for each in targets]
    assert sorted(text for page in pages for text in read_by_opencv(page)) == [each.url for each in targets]
    assert [each.detail in said(pdf) for each in targets] == [True] * 13
    assert said(pdf).count("fontein.example/luisterend") == 13


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_accessible_and_speaks_its_language(language: str) -> None:
    targets, pdf = cards_of(3, sheet=Sheet(event=SHEET.event, languages=(language,)), lang=language)
    words = words_of(language)

    root, about = root_of(pdf), pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert (root["/Lang"], about is not None and about.title) == (language, f"{words['title.votes']} · {SHEET.event}")
    alts = [str(node["/Alt"]) for tag, node in structure(pdf) if tag == "/Figure"]
    assert alts == [words["alt.vote"].format(address=each.shown) for each in targets]
    assert [tag for tag, _ in structure(pdf)].count("/H1") == 3
    assert said(pdf).count(words["vote.once"]) == 3


def test_the_second_language_gets_a_line() -> None:
    _, pdf = cards_of(1)

    assert words_of("en")["vote.line"] in said(pdf)
    assert "en" in [str(node["/Lang"]) for _, node in structure(pdf) if "/Lang" in node]


def test_no_link_with_a_code_stands_in_the_file() -> None:
    _, pdf = cards_of(2)

    assert "code=" not in said(pdf)
    assert "/Annots" not in pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert not any("KM7WX" in str(node.get("/Alt", "")) for _, node in structure(pdf))


@pytest.mark.parametrize("title", [LONG[:200], "W" * 60, "W " * 100, EVIL, "vreemdelingenrechtspraakvernieuwing?", ""])
def test_whatever_is_voted_on_stands_whole_beside_the_code(title: str) -> None:
    targets, pdf = cards_of(2, title)
    (page,) = pypdfium2.PdfDocument(pdf)
    text = page.get_textpage()
    column_pt, top_pt = (7 + 49 + 0.5) / 25.4 * 72, A4_PT[1] - 47 / 25.4 * 72
    left_card = [text.get_charbox(n) for n in range(text.count_chars()) if text.get_charbox(n)[0] < 105 / 25.4 * 72]

    assert "".join(title.split()) in said(pdf).replace(" ", "")
    assert outside_of_page(pdf) == []
    assert [box for box in left_card if box[1] > top_pt and box[2] > column_pt] == []
    assert sorted(read_by_zxing(pictures(pdf, dpi=200)[0])) == [each.url for each in targets]
