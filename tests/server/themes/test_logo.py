"""A logo that cannot be seen on its wall gets a tile; one that can does not."""

from __future__ import annotations

import pytest

from server.themes.colour import BLACK, WHITE, Colour
from server.themes.logo import Colours, tile
from server.themes.properties import Mode
from server.themes.shelf import Shelf
from server.web.site import THEMES_FOLDER

THEMES = Shelf([THEMES_FOLDER]).themes
DARK_BLUE = [(20, 40, 90, 900)]
WHITE_LETTERS = [(255, 255, 255, 900)]
HALF = [(0, 0, 0, 500), (255, 255, 255, 500)]


@pytest.mark.parametrize(
    ("colours", "theme", "mode", "expected"),
    [
        (DARK_BLUE, "contrast", Mode.LIGHT, None),
        (DARK_BLUE, "contrast", Mode.DARK, WHITE),
        (WHITE_LETTERS, "fontein", Mode.DARK, None),
        (WHITE_LETTERS, "contrast", Mode.LIGHT, BLACK),
        (DARK_BLUE, "fontein", Mode.DARK, Colour(0xFB, 0xFD, 0xFC)),
        ([], "fontein", Mode.DARK, None),
        (HALF, "contrast", Mode.LIGHT, None),
        ([(255, 255, 255, 300), (20, 40, 90, 700)], "contrast", Mode.LIGHT, None),
    ],
    ids=["seen", "lost-in-dark", "white-on-dark", "white-on-white", "paper", "opaque", "nothing-helps", "mostly-seen"],
)
def test_a_logo_gets_the_tile_that_it_needs(colours: Colours, theme: str, mode: Mode, expected: Colour | None) -> None:
    assert tile(colours, THEMES[theme].modes[mode]) == expected
