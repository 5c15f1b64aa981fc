"""The pages about themes say what there is, and what the how-to tells to do makes a theme."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from server.themes import tokens
from server.themes.colour import Colour
from server.themes.manifest import _KEYS
from server.themes.options import OptionType
from server.themes.properties import FONTS, PROPERTIES, Layout, Mode
from server.themes.shelf import DEFAULT, Shelf
from server.web.site import THEMES_FOLDER

DOCS = THEMES_FOLDER.parent / "docs"
REFERENCE = (DOCS / "reference/themes.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to/make-a-theme.md").read_text("utf-8")


def missing(names: set[str], text: str) -> list[str]:
    """Those that stand nowhere in backticks."""
    said = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w-]+", code)}
    return sorted(names - said)


def test_every_property_font_key_and_option_is_named() -> None:
    shelf = Shelf([THEMES_FOLDER])
    options = {name for theme in shelf.themes.values() for name in theme.options}

    assert missing({*PROPERTIES, *FONTS, *_KEYS, *Layout, *OptionType, *options, *shelf.themes}, REFERENCE) == []


def test_every_token_of_the_mapping_is_named() -> None:
    rows = (tokens._PAGE, tokens._TEXT, tokens._LINK, tokens._ACTION, tokens._BRAND, tokens._FONT)

    assert missing({name for row in rows for name in row} | set(tokens._ON_ACTION.values()), REFERENCE) == []


def test_a_property_that_is_not_named_is_noticed() -> None:
    assert missing({"bg-1", "bg-9"}, REFERENCE) == ["bg-9"]


def test_the_how_to_makes_a_theme(tmp_path: Path) -> None:
    """Copy the fountain, change its name and one colour, as the page says."""
    name, colour, inheriting = re.findall(r"^```toml\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)
    shutil.copytree(THEMES_FOLDER / DEFAULT, tmp_path / "avond")
    path = tmp_path / "avond/theme.toml"
    text = path.read_text("utf-8")
    for line in name.splitlines():
        text = re.sub(rf"^{line.split(' = ')[0]} = .*$", line, text, count=1, flags=re.MULTILINE)
    head, jet = colour.strip().splitlines()
    before, mode, after = text.partition(f"{head}\n")
    path.write_text(before + mode + re.sub(r"^jet = .*$", jet, after, count=1, flags=re.MULTILINE), encoding="utf-8")

    copied = Shelf([THEMES_FOLDER, tmp_path])
    path.write_text(inheriting, encoding="utf-8")
    inherited = Shelf([THEMES_FOLDER, tmp_path])

    assert tomllib.loads(inheriting)["name"] == "avond"
    for shelf in (copied, inherited):
        assert shelf.problems == []
        wanted = {**shelf.themes[DEFAULT].modes[Mode.DARK], "jet": Colour(0xFF, 0xB8, 0x6B)}
        assert shelf.themes["avond"].modes[Mode.DARK] == wanted
        assert shelf.themes["avond"].title == {"nl": "Avond", "en": "Evening"}
