"""What a theme sets, and which of its colours must be told apart. Themes are written with these names."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from server.themes.colour import Colour


class Layout(StrEnum):
    """How the screen places posts; its code and styles live with the screen."""

    FOUNTAIN = "fountain"
    COLUMNS = "columns"
    SINGLE = "single"


class Mode(StrEnum):
    """Light for bright halls, dark for dim ones."""

    LIGHT = "light"
    DARK = "dark"


class Level(StrEnum):
    """How much contrast a theme promises. Source: WCAG 2.2, 1.4.3 (AA) and 1.4.6 (AAA)."""

    AA = "AA"
    AAA = "AAA"


class Kind(StrEnum):
    """Of what kind a property's value is."""

    COLOUR = "colour"
    NUMBER = "number"
    FONT = "font"


class Property(NamedTuple):
    """
    Something that a theme sets; in the style sheet it is `--<name>`.

    `least` and `most` bound a number; `clear` says that a colour may be see-through (`#rrggbbaa`).
    """

    name: str
    kind: Kind
    what: str
    least: float = 0
    most: float = 0
    clear: bool = False


def _colour(name: str, what: str, *, clear: bool = False) -> Property:
    return Property(name, Kind.COLOUR, what, clear=clear)


_ALL = (
    _colour("bg-1", "background, top"),
    _colour("bg-2", "background, middle"),
    _colour("bg-3", "background, bottom"),
    _colour("on-bg", "text on the background"),
    _colour("on-bg-muted", "lesser text on the background"),
    _colour("jet", "jets of the fountain, ornament", clear=True),
    _colour("paper", "a new card"),
    _colour("paper-1", "an older card"),
    _colour("paper-2", "an old card"),
    _colour("paper-3", "the oldest card"),
    _colour("ink", "text on a card"),
    _colour("meta", "source and age on a card"),
    _colour("tag", "hashtags and links on a newer card"),
    _colour("tag-aged", "hashtags and links on an older card"),
    _colour("accent", "what stands out on the background"),
    _colour("on-accent", "text on the accent"),
    _colour("join-bg", "tile of the join code"),
    _colour("join-ink", "the tile must stand out from it; the code itself is always black on white"),
    _colour("logo-bg", "tile behind the organiser's logo", clear=True),
    _colour("line", "hairlines, ornament", clear=True),
    _colour("official", "card of the organiser's announcement"),
    _colour("on-official", "text on that card"),
    _colour("star", "a moderator's star on a card"),
    _colour("pin", "the ring of a pinned card, on the background"),
    Property("radius", Kind.NUMBER, "corners of a card, % of the picture's height", 0, 10),
    Property("shadow", Kind.NUMBER, "depth under a card: 0 none, 1 full", 0, 1),
    Property("font-body", Kind.FONT, "text"),
    Property("font-head", Kind.FONT, "headings and names"),
    Property("weight-body", Kind.NUMBER, "weight of the text", 300, 800),
)

PROPERTIES = {each.name: each for each in _ALL}
"""Every property by its name, in the order of the style sheet."""

COLOURS = tuple(each.name for each in _ALL if each.kind is Kind.COLOUR)

FONTS = {
    "inter": 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif',
    "besley": 'Besley, Georgia, Charter, "Bitstream Charter", "Noto Serif", "Liberation Serif", serif',
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif',
    "grotesque": '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", sans-serif',
    "humanist": '"Noto Sans", "Segoe UI", "Open Sans", Seravek, "Gill Sans Nova", Ubuntu, Calibri, sans-serif',
    "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", "Century Gothic", "Noto Sans", sans-serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Nunito, "Noto Sans", sans-serif',
    "serif": 'Georgia, Charter, "Bitstream Charter", "Noto Serif", "Liberation Serif", "DejaVu Serif", serif',
    "newspaper": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, Georgia, "Noto Serif", serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
    "mono": 'ui-monospace, "Cascadia Code", Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace',
}
"""
Stacks of fonts: a theme names one. The first two begin with a font that the screen brings along; the others with fonts
that computers have. None is fetched from anywhere else.

A browser goes on to its other fonts for signs that none of these has, as Arabic, Chinese and emoji.
"""

Value = Colour | float | str
"""A colour, a number, or the name of a font stack."""

Values = dict[str, Value]
"""A value for each property."""


class Use(StrEnum):
    """What a pair is for, which decides how far apart its colours must be."""

    TEXT = "text"
    SIGN = "sign"
    CODE = "code"


class Pair(NamedTuple):
    """*front* stands on *back*."""

    front: str
    back: str
    use: Use = Use.TEXT


_BACKGROUNDS = ("bg-1", "bg-2", "bg-3")
_PAPERS = ("paper", "paper-1", "paper-2", "paper-3")

PAIRS = (
    *(Pair(front, back) for front in ("on-bg", "on-bg-muted", "accent") for back in _BACKGROUNDS),
    Pair("on-accent", "accent"),
    *(Pair(front, back) for front in ("ink", "meta") for back in _PAPERS),
    Pair("tag", "paper"),
    Pair("tag", "paper-1"),
    Pair("tag-aged", "paper-2"),
    Pair("tag-aged", "paper-3"),
    Pair("on-official", "official"),
    *(Pair("star", back, Use.SIGN) for back in _PAPERS),
    *(Pair("pin", back, Use.SIGN) for back in _BACKGROUNDS),
    Pair("join-ink", "join-bg", Use.CODE),
)
"""Every pair of colours that somebody must tell apart, for all themes alike. Ornament (`jet`, `line`) is in none."""
