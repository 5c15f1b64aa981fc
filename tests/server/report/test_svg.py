"""What drawings are made of: escaping, widths of words, lengths."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from server.report import svg

FONTS = Path("qr/fonts")
SAMPLES = [
    "Burgerberaad, en dan?",
    "De gemeente als buur",
    "WWW: MMM @@@ 100%",
    "0123456789 1.214 (47)",
    "ijl't fijn, til 'm",
    "Één café à la crème, ñandú, ß, Łódź",
    "Ελληνικά, Русский щ Ж",
]


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
@pytest.mark.parametrize("words", SAMPLES)
def test_width_is_at_least_that_of_the_typeface(words: str, weight: str) -> None:
    font = ImageFont.truetype(str(FONTS / f"Inter-{weight}.otf"), 1000)

    assert svg.width_of(words, 1000) >= font.getlength(words)


@pytest.mark.parametrize(("words", "typeface"), [("الديمقراطية", "Arabic"), ("דמוקרטיה", "Hebrew")])
def test_width_is_at_least_that_of_other_scripts(words: str, typeface: str) -> None:
    font = ImageFont.truetype(str(FONTS / f"NotoSans{typeface}-Bold.ttf"), 1000)

    assert svg.width_of(words, 1000) >= font.getlength(words)


def test_width_of_plain_words_is_not_much_more_than_that_of_the_typeface() -> None:
    words = "Open data aan de keukentafel"
    font = ImageFont.truetype(str(FONTS / "Inter-Regular.otf"), 1000)

    assert svg.width_of(words, 1000) <= 1.2 * font.getlength(words)


@given(st.text(), st.floats(0, 300))
def test_fitted_words_fit(words: str, room: float) -> None:
    assert svg.width_of(svg.fitted(words, 8, room), 8) <= max(room, 0)


def test_fitted_words_end_after_a_word_and_say_that_there_is_more() -> None:
    assert svg.fitted("De vergadering die een straat werd", 8, 100) == "De vergadering die…"


def test_fitted_words_keep_a_picture_whole() -> None:
    """A family of four is one sign; a part of it would be other people."""
    family = "👨‍👩‍👧‍👦"

    assert svg.fitted(f"{family}{family}", 8, svg.width_of(f"{family}…", 8)) == f"{family}…"


@given(st.text(), st.floats(1, 300), st.integers(1, 3))
def test_wrapped_lines_fit_and_hold_every_word(words: str, room: float, most: int) -> None:
    lines = svg.wrapped(words, 8, room, most=most)

    if lines is not None:
        assert len(lines) <= most
        assert all(svg.width_of(line, 8) <= room for line in lines)
        assert " ".join(lines).split() == words.split()


def test_wrapped_gives_up_where_a_word_would_have_to_be_cut() -> None:
    assert svg.wrapped("Burgerberaad", 8, 20, most=2) is None


@given(st.text(), st.text())
def test_any_words_make_well_formed_xml(words: str, title: str) -> None:
    drawn = svg.drawing([svg.text(0, 0, words, size=8)], width=10, height=10, title=title, described=words)

    root = ElementTree.fromstring(drawn)

    assert [element.tag.rpartition("}")[2] for element in root] == ["title", "desc", "rect", "text"]


@pytest.mark.parametrize("words", ["<b>vet</b>", "a & b", "<script>alert(1)</script>", "\x00", "]]>", '"><g x="'])
def test_markup_stays_words(words: str) -> None:
    said = ElementTree.fromstring(svg.text(0, 0, words, size=8))

    assert list(said) == []
    assert (said.text or "") == words.replace("\x00", "")


@pytest.mark.parametrize("words", ["<b>vet</b>", "a & b", "\x00"])
def test_markup_would_be_markup_unescaped(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test before."""
    monkeypatch.setattr(svg, "escaped", str)
    drawn = svg.text(0, 0, words, size=8)

    try:
        leaked = list(ElementTree.fromstring(drawn)) != []
    except ElementTree.ParseError:
        leaked = True

    assert leaked


def test_words_do_not_turn_the_direction_of_what_follows() -> None:
    assert svg.escaped("a\u202eb\u2066c") == "abc"


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (-0.001, "0"), (10, "10"), (100, "100"), (1.5, "1.5"), (-2.345678, "-2.35")]
)
def test_lengths_have_no_digits_that_say_nothing(value: float, written: str) -> None:
    assert svg.number(value) == written
