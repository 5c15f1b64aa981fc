"""A stranger's theme: the same door as ours, and every problem is told with its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from server.themes.colour import Colour
from server.themes.properties import Layout, Mode
from server.themes.shelf import DEFAULT, MAX_FILE_BYTES, MAX_INHERITED, Shelf
from server.web.site import THEMES_FOLDER

CHILD = """
name = "{name}"
title = {{ nl = "Avond", en = "Evening" }}
author = "A"
licence = "CC0-1.0"
inherits = "{parent}"
"""


OPTION = """
[options.iets]
type = "number"
default = 1
min = 1
max = 9
label = { nl = "Iets", en = "Something" }
help = { nl = "Iets", en = "Something" }
"""


def shelf_with(folder: Path, **files: str) -> Shelf:
    """Ours, and in *folder* a theme for each of *files*."""
    for name, text in files.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "theme.toml").write_text(text, encoding="utf-8")
    return Shelf([THEMES_FOLDER, folder])


def child(name: str, more: str = "", parent: str = DEFAULT) -> str:
    return CHILD.format(name=name, parent=parent) + more


def copied(more: str = "", **replaced: str) -> str:
    """Our fountain under the name `mijn`, with other lines."""
    text = (
        (THEMES_FOLDER / DEFAULT / "theme.toml").read_text("utf-8").replace(f'name = "{DEFAULT}"', 'name = "mijn"', 1)
    )
    for old, new in replaced.items():
        key = old.replace("_", "-")
        lines = [f"{key} = {new}" if line.startswith(f"{key} = ") else line for line in text.splitlines()]
        text = "\n".join(lines)
    return text + more


def test_a_copy_of_the_fountain_with_another_colour_is_a_theme(tmp_path: Path) -> None:
    shutil.copytree(THEMES_FOLDER / DEFAULT, tmp_path / "mijn")
    shelf = shelf_with(tmp_path, mijn=copied(jet='"#ff8800"'))

    assert shelf.problems == []
    assert shelf_with(tmp_path, mijn=copied(OPTION)).problems == []
    assert shelf.themes["mijn"].modes[Mode.DARK]["jet"] == Colour(255, 136, 0)
    assert shelf.themes["mijn"].modes[Mode.DARK]["ink"] == shelf.themes[DEFAULT].modes[Mode.DARK]["ink"]


def test_a_theme_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    own = '\n[modes.dark]\njet = "#ff8800"\n[options.sterren]\ntype = "switch"\ndefault = false\n'
    words = 'label = { nl = "Sterren", en = "Stars" }\nhelp = { nl = "Aan", en = "On" }\n'
    shelf = shelf_with(tmp_path, avond=child("avond", own + words))

    theme, parent = shelf.themes["avond"], shelf.themes[DEFAULT]
    assert shelf.problems == []
    assert theme.layout is Layout.FOUNTAIN
    assert theme.modes[Mode.LIGHT] == parent.modes[Mode.LIGHT]
    assert theme.modes[Mode.DARK] == {**parent.modes[Mode.DARK], "jet": Colour(255, 136, 0)}
    assert list(theme.options) == [*parent.options, "sterren"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(copied('\n[more]\nx = 1\n'), 'there is no "more"', id="unknown table"),
        pytest.param(copied().replace("bg-1 =", "bg1 ="), 'did you mean "bg-1"?', id="unknown property"),
        pytest.param(copied(layout='"mosaic"'), "layout is one of fountain, columns, single", id="unknown layout"),
        pytest.param(copied(paper='"white"'), 'paper = "white" is no colour; write it as #rrggbb', id="no colour"),
        pytest.param(copied(paper='"#ffffff80"'), "is see-through", id="see-through"),
        pytest.param(copied(radius="40"), "is no number from 0 to 10", id="number too large"),
        pytest.param(copied(radius="nan"), "is no number from 0 to 10", id="not a number"),
        pytest.param(copied(font_body='"Comic Sans"'), "is not one of inter, besley", id="unknown font"),
        pytest.param(copied(ink='"#bbbbbb"'), "ink on paper has contrast", id="low contrast"),
        pytest.param(copied(title='{ nl = "Mijn" }'), "title needs a text in nl and in en", id="one language"),
        pytest.param(copied(default='"dim"'), "default is one of light, dark", id="unknown mode"),
        pytest.param(copied(name='"other"'), 'name must be the folder\'s, "mijn"', id="other name"),
        pytest.param(copied().replace("layout =", 'inherits = "nothing"\nlayout =', 1), "not there", id="parent"),
        pytest.param(copied().replace("[modes.dark]", "[modes.dim]"), "[modes] there is no", id="another mode"),
        pytest.param(copied(OPTION.replace('"number"', '"colour"')), "type is one of switch, number", id="type"),
        pytest.param(copied(OPTION.replace("max = 9", "max = 0")), "needs a min and a higher max", id="empty range"),
        pytest.param(copied().replace('= "font-body"', '= "paper"'), "that a font could set", id="option property"),
        pytest.param("name = [", "mijn/theme.toml: ", id="no toml"),
        pytest.param("x" * (MAX_FILE_BYTES + 1), f"more than {MAX_FILE_BYTES} bytes", id="too large"),
        pytest.param("", "there is no [modes.light] and no [modes.dark]", id="empty"),
    ],
)  # fmt: skip
def test_a_theme_that_cannot_be_used_says_what_and_where(tmp_path: Path, text: str, said: str) -> None:
    """The others stay, and so does the wall."""
    shelf = shelf_with(tmp_path, mijn=text)

    assert "mijn" not in shelf.themes
    assert any(said in line for line in shelf.problems), shelf.problems
    assert all(line.startswith("mijn/theme.toml: ") for line in shelf.problems)
    assert shelf.get("mijn") == shelf.themes[DEFAULT]


def test_an_unknown_key_is_named_with_the_keys_that_there_are(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, mijn=copied().replace("accent =", "akcent =", 1))

    assert shelf.problems[0].startswith('mijn/theme.toml: [modes.dark] there is no "akcent" (did you mean "accent"?)')
    assert "there are: bg-1, bg-2" in shelf.problems[0]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, mijn=copied(layout='"mosaic"', radius="40", jet='"blue"'))

    assert len(shelf.problems) == 4  # jet stands in both modes


def test_a_circle_of_themes_is_told_and_ends(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, a=child("a", parent="b"), b=child("b", parent="a"))

    assert "a/theme.toml" not in shelf.themes
    assert any("circle" in line for line in shelf.problems)


def test_a_long_line_of_heirs_ends(tmp_path: Path) -> None:
    """Control: a shorter one loads."""
    names = [f"t{number}" for number in range(MAX_INHERITED + 2)]
    files = {name: child(name, parent=names[number - 1] if number else DEFAULT) for number, name in enumerate(names)}
    shelf = Shelf([THEMES_FOLDER])
    assert shelf.problems == []

    folder = tmp_path / "long"
    folder.mkdir()
    backwards = {
        name: child(name, parent=names[number + 1] if number < len(names) - 1 else DEFAULT)
        for number, name in enumerate(names)
    }
    assert any("more than 4 themes in a row" in line for line in shelf_with(folder, **backwards).problems)
    short = tmp_path / "short"
    short.mkdir()
    assert shelf_with(short, **dict(list(files.items())[:3])).problems == []


def test_nobody_replaces_one_of_ours(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, **{DEFAULT: copied().replace('name = "mijn"', f'name = "{DEFAULT}"')})

    assert shelf.themes == Shelf([THEMES_FOLDER]).themes


def test_a_preview_that_is_no_png_is_told(tmp_path: Path) -> None:
    (tmp_path / "mijn").mkdir()
    (tmp_path / "mijn" / "preview.png").write_bytes(b"<svg onload=alert(1)>")

    assert shelf_with(tmp_path, mijn=copied()).problems == ["mijn/preview.png: this is not a PNG picture"]
    (tmp_path / "mijn" / "preview.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert shelf_with(tmp_path, mijn=copied()).problems == []
