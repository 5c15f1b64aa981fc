"""What an organiser may choose about a theme beside its colours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from server.themes.wording import BadTheme, Words, instead, is_int, listed, shown

OptionValue = str | int | bool


class OptionType(StrEnum):
    """What the organiser's page draws for an option."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    FONT = "font"
    """One of `FONTS`; its default is what the theme's own property says."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something about a theme that an organiser may choose.

    Args:
        default: Whole number, yes or no, or one of `values`.
        least: Of a number; `most` likewise.
        values: What can be chosen, each with its words.
        property: The property that the choice replaces, in every mode; None: the layout reads the option itself.
    """

    name: str
    type: OptionType
    default: OptionValue
    label: Words
    help: Words
    least: int | None = None
    most: int | None = None
    values: dict[str, Words] = {}
    property: str | None = None

    def problem_of(self, value: object) -> str | None:
        """What is wrong with *value*, in words; None when it fits."""
        match self.type:
            case OptionType.SWITCH:
                return None if isinstance(value, bool) else "is true or false"
            case OptionType.NUMBER:
                least, most = self.least or 0, self.most or 0
                return None if is_int(value) and least <= value <= most else f"is a whole number from {least} to {most}"
            case OptionType.CHOICE | OptionType.FONT:
                return None if isinstance(value, str) and value in self.values else f"is one of {listed(self.values)}"


FONT_WORDS: dict[str, Words] = {
    "inter": {"nl": "Inter", "en": "Inter"},
    "besley": {"nl": "Besley, met schreef", "en": "Besley, a serif"},
    "system": {"nl": "Van het apparaat", "en": "Of the device"},
    "grotesque": {"nl": "Zakelijk, zoals Helvetica", "en": "Plain, as Helvetica"},
    "humanist": {"nl": "Open, zoals Noto Sans", "en": "Open, as Noto Sans"},
    "geometric": {"nl": "Strak, zoals Avenir", "en": "Geometric, as Avenir"},
    "rounded": {"nl": "Rond", "en": "Rounded"},
    "serif": {"nl": "Met schreef, zoals Georgia", "en": "Serif, as Georgia"},
    "newspaper": {"nl": "Krant, zoals Palatino", "en": "Newspaper, as Palatino"},
    "slab": {"nl": "Stevige schreef, zoals Rockwell", "en": "Slab, as Rockwell"},
    "mono": {"nl": "Typemachine", "en": "Typewriter"},
}
"""What people call the font stacks."""


def options_of(options: Mapping[str, Option], chosen: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """
    A value for every option: as chosen, else its default.

    Args:
        options: A theme's.

    Raises:
        BadTheme: Naming every one that the theme has not, or whose value does not fit.
    """
    problems = []
    for name, value in chosen.items():
        option = options.get(name)
        if option is None:
            problems.append(f'options: this theme has no "{shown(name)}" {instead(name, options)}')
        elif (wrong := option.problem_of(value)) is not None:
            problems.append(f"options: {name} {wrong}")
    if problems:
        raise BadTheme(problems)
    return {name: chosen.get(name, option.default) for name, option in options.items()}


def fitting(options: Mapping[str, Option], chosen: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """What was *chosen* some time ago, without what no longer fits the theme's options."""
    known = {name: value for name, value in chosen.items() if name in options}
    return {name: value for name, value in known.items() if options[name].problem_of(value) is None}
