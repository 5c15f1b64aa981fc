"""
Design tokens of the NL Design System: the published files of four house styles, and files that are broken.

The published ones are development packages of `wall/package.json`, by hash: most are no open source, so that none of
them is copied into this project.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.themes.colour import parse
from server.themes.look import dress, offer
from server.themes.properties import COLOURS, Mode
from server.themes.shelf import Shelf
from server.themes.token_files import MAX_BYTES, MAX_TOKENS, BadTokens, read_tokens
from server.themes.tokens import read_house
from server.web.site import THEMES_FOLDER, WALL_FOLDER

PACKAGES = WALL_FOLDER / "node_modules"
THEMES = Shelf([THEMES_FOLDER]).themes
UTRECHT = {
    "paper": "#ffffff",
    "ink": "#000000",
    "tag": "#24578f",
    "official": "#24578f",
    "on-official": "#ffffff",
}
DEN_HAAG = {"paper": "#ffffff", "ink": "#2e2e2e", "tag": "#238541", "official": "#238541"}
ROTTERDAM = {
    "paper": "#ffffff",
    "ink": "#404b4f",
    "tag": "#00811f",
    "official": "#c93675",
    "on-official": "#ffffff",
}
RIJK = {
    "paper": "#ffffff",
    "ink": "#0f172a",
    "tag": "#01689b",
    "official": "#154273",
    "on-official": "#ffffff",
}
PUBLISHED = [
    *(("@utrecht/design-tokens/dist", name, UTRECHT, "#cc0000", "humanist") for name in (
        "theme.css", "index.css", "variables.css", "tokens.json", "index.tokens.json", "index.flat.json", "list.json",
    )),
    *(("@gemeente-denhaag/design-tokens-common/dist", name, DEN_HAAG, "#238541", "humanist") for name in (
        "index.css", "theme/index.css", "index.json",
    )),
    *(("@gemeente-rotterdam/design-tokens/dist", name, ROTTERDAM, "#00811f", "grotesque") for name in (
        "theme.css", "tokens.json", "variables.json", "list.json",
    )),
    *(("@rijkshuisstijl-community/design-tokens/dist", name, RIJK, "#154273", "humanist") for name in (
        "root.css", "index.css", "index.json", "index.tokens.json",
    )),
]  # fmt: skip
FILES = [pytest.param(PACKAGES / folder / name, *rest, id=f"{folder}/{name}") for folder, name, *rest in PUBLISHED]


@pytest.mark.parametrize(("path", "cards", "brand", "font"), FILES)
def test_a_published_house_style_gives_its_colours(path: Path, cards: dict[str, str], brand: str, font: str) -> None:
    """Read by hand from the packages' own sources; every form of one style gives the same."""
    light, dark = (read_house(path.read_bytes(), mode) for mode in (Mode.LIGHT, Mode.DARK))

    assert dark.colours == {**cards, "bg-1": brand}
    assert {name: light.colours[name] for name in cards} == cards
    assert light.colours["on-bg"] == cards["ink"]
    assert light.colours["accent"] == cards["official"]
    assert light.font == dark.font == font


@pytest.mark.parametrize(("path", "cards", "brand", "font"), FILES[::7])
@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("mode", Mode)
def test_a_wall_can_wear_a_published_house_style(
    path: Path, cards: dict[str, str], brand: str, font: str, theme: str, mode: Mode
) -> None:
    """As it is, or with what is offered for colours that a hall could not read."""
    colours = read_house(path.read_bytes(), mode).colours
    look = dress(THEMES[theme], mode=mode, options={}, colours=colours)
    offered = dress(THEMES[theme], mode=mode, options={}, colours=offer(look.findings, colours))

    assert offered.findings == ()


CSS = """
/* A house style of nobody. */
.x-theme { --x-blue: hsl(211 60% 35%); --x-blue-1-1: #111111; --x-blue-11: #222222;
  --utrecht-document-color: var(--x-ink, #123456);
  --utrecht-document-background-color: #FFF;
  --utrecht-link-color: var(--x-blue);
  --nl-link-color: var(--nl-link-color);
}
@media (prefers-color-scheme: dark) { .x-theme { --utrecht-document-color: #eeeeee } }
"""


def test_references_are_followed_and_conditions_are_left_out() -> None:
    house = read_house(CSS.encode(), Mode.LIGHT)

    assert house.colours["ink"] == "#123456"
    assert house.colours["tag"] == "#24578f"
    assert house.found["tag"] == "utrecht-link-color"


def test_names_that_are_alike_but_for_a_hyphen_are_two() -> None:
    tokens = read_tokens(CSS.encode())

    assert [str(tokens.text(name)) for name in ("x-blue-1-1", "x-blue-11", "xBlue")] == [
        "#111111",
        "#222222",
        "hsl(211 60% 35%)",
    ]


def test_a_circle_of_references_is_no_colour() -> None:
    assert read_tokens(CSS.encode()).colour("nl-link-color") is None


@pytest.mark.parametrize(
    "value",
    [
        {"$type": "color", "$value": "#24578f"},
        {"$type": "color", "$value": {"colorSpace": "srgb", "components": [0.1412, 0.3412, 0.5608], "alpha": 1}},
        {"$type": "color", "$value": {"colorSpace": "oklch", "components": [0.4, 0.1, 250], "hex": "#24578f"}},
        {"$value": "{x.blue}"},
        {"value": "{x.blue.value}"},
    ],
    ids=["text", "components", "hex", "reference", "style-dictionary"],
)
def test_the_design_tokens_format_module_is_read(value: dict[str, object]) -> None:
    file = {"x": {"blue": {"$value": "#24578f"}}, "utrecht": {"link": {"color": value}}}

    assert read_house(json.dumps(file).encode(), Mode.DARK).colours == {"tag": "#24578f", "official": "#24578f"}


MANY = b":root {" + b"".join(b"--a%d:#fff;" % n for n in range(MAX_TOKENS + 1)) + b"}"


def nested(levels: int) -> str:
    return '{"a":' * levels + '{"value": "#fff"}' + "}" * levels


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "no design tokens", id="empty"),
        pytest.param(b"hello", "no design tokens", id="text"),
        pytest.param(b"\xff\xfe\x00", "not UTF-8: byte 0", id="encoding"),
        pytest.param(b'{"a": {"value": "#fff"},\n "b": }', "line 2, column 7", id="json"),
        pytest.param(b'{"a": {"value": "#fff"}', "line 1", id="json cut short"),
        pytest.param(b'[{"value": "#fff"}]', "Token 1 of the list has no path", id="list"),
        pytest.param(b":root {\n --a: #fff;\n\n", 'The "{" of line 1 is never closed', id="css"),
        pytest.param(b":root { --a: #fff; }\n}", 'a "}" too many, line 2', id="css brace"),
        pytest.param(b":root { --a: #fff; }\n/* and then", "never closed, line 2", id="css comment"),
        pytest.param(b":root { --a: #fff; }", "There are 1 tokens in this file, and none", id="no known token"),
        pytest.param(nested(40).encode(), "nested deeper than 32", id="deep"),
        pytest.param(nested(100_000).encode(), "nested deeper", id="very deep"),
        pytest.param(b" " * (MAX_BYTES + 1), "more than 4 MiB", id="large"),
        pytest.param(
            b":root {" + b"".join(b"--a%d:#fff;" % n for n in range(MAX_TOKENS + 1)) + b"}",
            "more than 50000",
            id="many",
        ),
    ],
)
def test_a_broken_file_says_what_and_where(data: bytes, said: str) -> None:
    with pytest.raises(BadTokens) as caught:
        read_house(data, Mode.LIGHT)

    assert said in caught.value.message


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=12,
)


@given(JSON_VALUES, JSON_VALUES)
def test_whatever_a_file_holds_it_gives_colours_or_a_sentence(value: object, other: object) -> None:
    file = {"utrecht": {"document": {"color": value, "background-color": {"value": other}}}, "x": other}
    try:
        house = read_house(json.dumps(file).encode(), Mode.LIGHT)
    except BadTokens:
        return
    assert all(name in COLOURS and parse(text) is not None for name, text in house.colours.items())


@given(st.text(max_size=300))
def test_whatever_a_style_sheet_holds_it_gives_colours_or_a_sentence(text: str) -> None:
    try:
        house = read_house((":root{--utrecht-link-color:#123456;" + text).encode("utf-8", "replace"), Mode.LIGHT)
    except BadTokens:
        return
    assert all(parse(colour) is not None for colour in house.colours.values())
