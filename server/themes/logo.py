"""Can the organiser's logo be seen on this wall? Pure."""

from __future__ import annotations

from collections.abc import Sequence

from server.themes.colour import BLACK, WHITE, Colour, contrast
from server.themes.properties import Values

NEEDED = 3.0
"""Source: WCAG 2.2, 1.4.11: what a picture says must stand out by 3:1. (Names in logos are free of 1.4.3.)"""

SHARE = 0.6
"""How much of a logo must stand out: of most one can lose a shadow, a hairline or a light fill."""

Colours = Sequence[tuple[int, int, int, int]]
"""Red, green, blue, and for how many pixels each stands; empty for a logo through which nothing shows."""


def stands_out(colours: Colours, back: Colour) -> bool:
    """Whether enough of a logo can be told from *back*; one that brings its own background always can."""
    pixels = sum(count for *_, count in colours)
    seen = sum(count for red, green, blue, count in colours if contrast(Colour(red, green, blue), back) >= NEEDED)
    return pixels == 0 or seen / pixels >= SHARE


def tile(colours: Colours, values: Values) -> Colour | None:
    """
    What to put behind a logo that cannot be seen: a card's paper, white or black.

    None where it needs nothing, and where nothing helps: a logo in dark and light alike shows half of itself anywhere.
    """
    backs = [value for value in (values["bg-1"], values["bg-2"]) if isinstance(value, Colour)]
    if all(stands_out(colours, back) for back in backs):
        return None
    paper = values["paper"]
    tiles = (paper, WHITE, BLACK) if isinstance(paper, Colour) else (WHITE, BLACK)
    return next((each for each in tiles if stands_out(colours, each)), None)
