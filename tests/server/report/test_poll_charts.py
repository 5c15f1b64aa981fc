"""Charts of polls: whole drawings, on any words, with every number in the picture and in what is said of it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.report import charts, svg
from server.report.charts import Drawing, Track, tracks
from server.report.poll_charts import Shifted, Stated, StatedWords, columns, shift, statements

WORDS = charts.PollWords(number=str, percent="{}%".format, few="te weinig stemmen")
SAYS = StatedWords("eens", "oneens", "geen mening")
SVG = "{http://www.w3.org/2000/svg}"
texts = st.text(min_size=1, max_size=60)
votes = st.integers(0, 500)


def seen(drawn: str) -> str:
    """All words of a drawing."""
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(drawn).iter(f"{SVG}text"))


def is_whole(drawing: Drawing) -> None:
    for drawn in (drawing.svg, drawing.narrow):
        root = ElementTree.fromstring(drawn)
        assert root.find(f"{SVG}title") is not None
        assert root.findtext(f"{SVG}desc")
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for each in root.iter(f"{SVG}rect"):
            x, y, wide, high = (float(each.attrib[name]) for name in ("x", "y", "width", "height"))
            assert min(x, y) >= -0.01
            assert x + wide <= width + 0.01
            assert y + high <= height + 0.01


@settings(max_examples=60, deadline=None)
@given(title=texts, counted=st.lists(st.tuples(texts, votes), min_size=2, max_size=11), ends=st.tuples(texts, texts))
def test_any_scale_makes_a_drawing(title: str, counted: list[tuple[str, int]], ends: tuple[str, str]) -> None:
    counted[0] = (counted[0][0], counted[0][1] + 5)
    is_whole(columns(counted, title=title, words=WORDS, ends=ends))


@settings(max_examples=60, deadline=None)
@given(title=texts, found=st.lists(st.tuples(texts, st.tuples(votes, votes, votes)), min_size=1, max_size=8))
def test_any_statements_make_a_drawing(title: str, found: list[tuple[str, tuple[int, int, int]]]) -> None:
    stated = [Stated(label, counts if sum(counts) >= 5 else None) for label, counts in found]
    is_whole(statements(stated, title=title, answers=SAYS, words=WORDS))


@settings(max_examples=60, deadline=None)
@given(title=texts, found=st.lists(st.tuples(texts, st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=8))
def test_any_shift_makes_a_drawing(title: str, found: list[tuple[str, int, int]]) -> None:
    shifted = [Shifted(*each) for each in found]
    is_whole(shift(shifted, title=title, names=("eerst", "daarna"), told=lambda each: "gelijk", words=WORDS))


def test_a_scale_has_its_numbers_and_the_meaning_of_its_ends() -> None:
    drawn = columns([("1", 4), ("2", 9)], title="Durf je?", words=WORDS, ends=("nee", "ja"))
    assert drawn.alt == "Durf je? 1: 4; 2: 9."
    assert all(word in seen(drawn.svg) for word in ("4", "9", "nee", "ja"))


def test_columns_are_to_scale_and_the_highest_is_solid() -> None:
    drawn = columns([("1", 5), ("2", 10)], title="Wat?", words=WORDS)
    bars = list(ElementTree.fromstring(drawn.svg).iter(f"{SVG}rect"))[1:]
    heights = [float(each.attrib["height"]) for each in bars]
    assert heights[0] / heights[1] == pytest.approx(0.5, abs=0.02)
    assert [each.attrib["fill"] for each in bars] == [svg.MID, svg.TEAL]


def test_statements_tell_what_each_part_is_in_a_legend_and_too_few_in_words() -> None:
    drawn = statements([Stated("Ja?", (6, 3, 1)), Stated("Nee?", None)], title="Wat?", answers=SAYS, words=WORDS)
    assert drawn.alt == "Wat? Ja? eens 60% (6), oneens 30% (3), geen mening 10% (1); Nee? te weinig stemmen."
    assert all(word in seen(drawn.svg) for word in ("60%", "30%", "10%", "eens", "oneens", "te weinig stemmen"))


def test_parts_of_a_statement_differ_without_colour() -> None:
    drawn = statements([Stated("Ja?", (6, 3, 3))], title="Wat?", answers=SAYS, words=WORDS)
    fills = [each.attrib["fill"] for each in ElementTree.fromstring(drawn.svg).iter(f"{SVG}rect")]
    assert {svg.TEAL, svg.WHITE, svg.RULE} <= set(fills)


def test_shift_has_both_numbers_and_what_became_of_it() -> None:
    drawn = shift(
        [Shifted("Ja", 48, 21)], title="Open?", names=("eerst", "daarna"), told=lambda _: "27 minder", words=WORDS
    )
    assert drawn.alt == "Open? Ja 48% → 21%, 27 minder."
    assert all(word in seen(drawn.svg) for word in ("48%", "21%", "27 minder", "eerst", "daarna"))


def test_several_at_once_are_shares_of_who_voted() -> None:
    drawn = charts.poll([("a", 6), ("b", 4)], title="Wat?", words=WORDS, of=8)
    assert drawn.alt == "Wat? a 75% (6); b 50% (4)."


def test_the_right_answer_stands_out_and_not_the_largest() -> None:
    drawn = charts.poll([("a", 6), ("b", 4)], title="Wat?", words=WORDS, dark=1)
    fills = [each.attrib["fill"] for each in ElementTree.fromstring(drawn.svg).iter(f"{SVG}rect")]
    assert [fill for fill in fills if fill in (svg.MID, svg.TEAL)] == [svg.MID, svg.TEAL]


def test_some_rows_of_a_long_poll_keep_their_share_of_the_whole() -> None:
    options = [(f"optie {n}", 10) for n in range(4)]
    drawn = charts.poll(options, title="Wat?", words=WORDS, rows=slice(2, 4))
    assert drawn.alt == "Wat? optie 2 25% (10); optie 3 25% (10)."


def test_a_track_says_its_number_without_brackets_where_there_is_one_only() -> None:
    assert tracks([Track("1. Ja", 0.5, True, "1,5")], title="Wat?").alt == "Wat? 1. Ja 1,5."
