"""Every theme folder of ours: it loads, is complete, and its contrast is computed, on a display and in a lit hall."""

from __future__ import annotations

import tomllib

import pytest

from server.themes.colour import VEIL, Colour, contrast
from server.themes.contrast import findings
from server.themes.manifest import Theme
from server.themes.properties import COLOURS, PAIRS, PROPERTIES, Level, Mode, Use
from server.themes.shelf import DEFAULT, Shelf
from server.web.site import THEMES_FOLDER

SHELF = Shelf([THEMES_FOLDER])
FOLDERS = sorted(path.parent.name for path in THEMES_FOLDER.glob("*/theme.toml"))
MODES = [
    pytest.param(theme, mode, id=f"{theme.name}-{mode}") for theme in SHELF.themes.values() for mode in theme.modes
]


def test_all_folders_load() -> None:
    assert SHELF.problems == []
    assert sorted(SHELF.themes) == FOLDERS
    assert {DEFAULT, "krant", "podium", "contrast"} <= set(FOLDERS)


def test_each_is_there_in_light_and_in_dark() -> None:
    assert {name: list(theme.modes) for name, theme in SHELF.themes.items()} == {
        name: [Mode.LIGHT, Mode.DARK] for name in FOLDERS
    }


def test_the_one_for_bright_halls_promises_aaa_and_casts_no_shadow() -> None:
    theme = SHELF.themes["contrast"]

    assert theme.level is Level.AAA
    assert [values["shadow"] for values in theme.modes.values()] == [0, 0]


@pytest.mark.parametrize("name", FOLDERS)
def test_each_tells_what_it_is(name: str) -> None:
    readme = (THEMES_FOLDER / name / "README.md").read_text("utf-8")
    table = tomllib.loads((THEMES_FOLDER / name / "theme.toml").read_text("utf-8"))

    assert readme.startswith(f"# {table['title']['en']}\n")
    assert len(readme) > 200


@pytest.mark.parametrize(("theme", "mode"), MODES)
def test_every_pair_can_be_told_apart(theme: Theme, mode: Mode) -> None:
    """The figures are computed here once more, without what the loader itself uses to decide."""
    values = theme.modes[mode]
    text, dimmed = (7.0, 4.5) if theme.level is Level.AAA else (4.5, 3.0)
    low = []
    for pair in PAIRS:
        front, back = values[pair.front], values[pair.back]
        assert isinstance(front, Colour)
        assert isinstance(back, Colour)
        if pair.use is Use.SIGN:
            low += [pair] if contrast(front, back) < 3 else []
        elif contrast(front, back) < text or contrast(front, back, veil=VEIL) < dimmed:
            low.append(pair)
    assert low == []
    assert findings(values, theme.level) == []


@pytest.mark.parametrize(("theme", "mode"), MODES)
def test_every_colour_that_is_darkened_or_lightened_away_is_noticed(theme: Theme, mode: Mode) -> None:
    """The control: each front in turn becomes its back, and is found."""
    values = theme.modes[mode]

    for pair in PAIRS:
        found = findings({**values, pair.front: values[pair.back]}, theme.level)
        assert (pair.front, pair.back) in [(each.front, each.back) for each in found]


def test_every_colour_is_in_a_pair_or_is_ornament() -> None:
    named = {name for pair in PAIRS for name in pair[:2]}

    assert set(COLOURS) - named == {"jet", "line", "logo-bg"}


@pytest.mark.parametrize("name", FOLDERS)
def test_each_file_names_every_property_itself(name: str) -> None:
    """Whoever copies one of ours finds everything in one place."""
    table = tomllib.loads((THEMES_FOLDER / name / "theme.toml").read_text("utf-8"))

    for mode in table["modes"].values():
        assert set(PROPERTIES) == {*table["properties"], *mode}
