"""The style sheet of a theme: every property, and nothing that anybody wrote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.themes.css import stylesheet
from server.themes.look import Look, dress
from server.themes.properties import COLOURS, PROPERTIES
from server.themes.shelf import Shelf
from server.themes.wording import BadTheme
from server.web.site import THEMES_FOLDER

THEME = Shelf([THEMES_FOLDER]).themes["fontein"]
LINE = re.compile(
    r'  --[a-z0-9-]+: (?:#[0-9a-f]{6}(?:[0-9a-f]{2})?|\d+(?:\.\d+)?|(?:"[A-Za-z0-9 ]+"|[A-Za-z0-9-]+)'
    r'(?:, (?:"[A-Za-z0-9 ]+"|[A-Za-z0-9-]+))*);'
)
EVIL = [
    "red;}*{display:none",
    "#fff}body{}",
    "url(//x)",
    "#071a28;--x:1",
    "expression(1)",
    "</style>",
    "var(--x)",
    "#071A2８",
]


def plain(**chosen: str) -> Look:
    return dress(THEME, mode="", options={}, colours=chosen)


def test_every_property_is_written_once_in_its_order() -> None:
    names = re.findall(r"--([a-z0-9-]+):", stylesheet(plain()))

    assert names == list(PROPERTIES)


def test_every_line_is_a_colour_a_number_or_fonts() -> None:
    first, scheme, *lines, last, end = stylesheet(plain()).split("\n")

    assert (first, scheme, last, end) == (":root {", "  color-scheme: dark;", "}", "")
    assert [line for line in lines if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("text", EVIL)
def test_what_is_no_colour_never_comes_near_the_sheet(text: str) -> None:
    """Control: a colour does."""
    with pytest.raises(BadTheme, match="paper"):
        plain(paper=text)
    assert "--paper: #123456;" in stylesheet(plain(paper="#123456"))


@given(st.dictionaries(st.one_of(st.text(max_size=20), st.sampled_from(COLOURS)), st.text(max_size=30), max_size=3))
def test_no_text_at_all_ends_a_rule(chosen: dict[str, str]) -> None:
    try:
        look = dress(THEME, mode="", options={}, colours=chosen)
    except BadTheme:
        return
    sheet = stylesheet(look)
    assert (sheet.count("{"), sheet.count("}"), sheet.count("\n")) == (1, 1, len(PROPERTIES) + 3)


def test_an_option_replaces_its_property_and_its_default_does_not() -> None:
    chosen = dress(THEME, mode="", options={"font": "mono"}, colours={})

    assert "--font-body: ui-monospace" in stylesheet(chosen)
    assert stylesheet(dress(THEME, mode="", options={"font": ""}, colours={})) == stylesheet(plain())
