"""A theme together with what an organiser chose: how this wall looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from server.themes.colour import Colour
from server.themes.contrast import Finding, findings
from server.themes.manifest import Theme, colours_of
from server.themes.options import OptionType, OptionValue, options_of
from server.themes.palette import complete
from server.themes.properties import Layout, Level, Mode, Values


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a wall looks.

    Args:
        values: One for every property, what follows from the organiser's colours included.
        options: A value for every option of the theme.
        findings: Pairs of colours that are too near to each other; none where nobody chose colours.
    """

    theme: str
    layout: Layout
    mode: Mode
    values: Values
    options: dict[str, OptionValue]
    findings: tuple[Finding, ...]


def dress(theme: Theme, *, mode: str, options: Mapping[str, OptionValue], colours: Mapping[str, str]) -> Look:
    """
    Put on *theme* what was chosen.

    Args:
        mode: `light`, `dark`, or empty for the theme's own.
        options: By name; what is not there is the theme's default.
        colours: Property → `#rrggbb`.

    Raises:
        BadTheme: Naming every option and colour that the theme cannot take.
    """
    chosen = colours_of(colours)
    all_options = options_of(theme.options, options)
    of_mode = theme.mode(mode)
    values = complete({**theme.modes[of_mode], **_set_by(theme, all_options)}, chosen, theme.level)
    return Look(
        theme=theme.name,
        layout=theme.layout,
        mode=of_mode,
        values=values,
        options=all_options,
        findings=tuple(_judged(values, theme.level, frozenset(chosen))) if chosen else (),
    )


def _judged(values: Values, level: Level, chosen: frozenset[str]) -> list[Finding]:
    """What is too near. What only follows from a chosen colour is not told beside that colour's own findings."""
    found = findings(values, level, changeable=chosen)
    return [each for each in found if each.change in chosen] or found


def _set_by(theme: Theme, options: Mapping[str, OptionValue]) -> Values:
    """The properties that options replace. A number that is at its default leaves each mode what it has."""
    values: Values = {}
    for name, option in theme.options.items():
        value = options[name]
        if option.property is None or value == option.default:
            continue
        values[option.property] = str(value) if option.type is OptionType.FONT else float(value)
    return values


def offer(found: tuple[Finding, ...], colours: Mapping[str, str]) -> dict[str, str]:
    """*colours* with the nearest that can be read instead of each that cannot."""
    return {**colours, **{each.change: each.nearest for each in found if each.nearest is not None}}


def swatch(values: Values) -> dict[str, str]:
    """The colours of *values*, as a page draws a small picture of them."""
    return {name: value.hex for name, value in values.items() if isinstance(value, Colour)}
