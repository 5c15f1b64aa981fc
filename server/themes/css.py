"""
The one writer of a theme's style sheet. Pure.

It writes names that `properties` knows, colours from their numbers, numbers, and stacks from the fixed list: no text of
a theme, an organiser or a token file reaches the sheet, so that none can end a rule, fetch an address or hide a post.
"""

from __future__ import annotations

from server.themes.colour import Colour
from server.themes.look import Look
from server.themes.properties import FONTS, PROPERTIES, Kind, Value


def stylesheet(look: Look) -> str:
    """Custom properties on `:root`, one a line, in the order of `PROPERTIES`."""
    lines = [f"  --{name}: {_written(look.values[name], each.kind)};" for name, each in PROPERTIES.items()]
    return "\n".join((":root {", f"  color-scheme: {look.mode.value};", *lines, "}", ""))


def _written(value: Value, kind: Kind) -> str:
    match value:
        case Colour():
            return value.hex
        case float():
            return f"{value:g}"
        case str() if kind is Kind.FONT:
            return FONTS[value]
        case _:
            raise TypeError(kind)
