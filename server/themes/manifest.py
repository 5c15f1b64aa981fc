"""A theme's `theme.toml` as a value: read strictly, with every problem told at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from server.themes import colour, contrast
from server.themes.options import FONT_WORDS, Option, OptionType
from server.themes.properties import COLOURS, FONTS, PROPERTIES, Kind, Layout, Level, Mode, Property, Value, Values
from server.themes.wording import NAME, BadTheme, Words, instead, is_int, listed, shown, tame

MAX_OPTIONS = 20
MAX_CHOICES = 12
_MAX_WORDS = {"title": 40, "label": 60, "help": 200, "choice": 40}
_LANGUAGES = ("nl", "en")
_KEYS = (
    *("name", "title", "author", "licence", "inherits", "layout", "default", "contrast"),
    *("properties", "modes", "options"),
)
_OPTION_KEYS = ("type", "default", "label", "help", "min", "max", "values", "property")

_E = TypeVar("_E", bound=StrEnum)


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a wall looks. `modes` has a value for every property; `preview` is a PNG picture.

    Args:
        level: The contrast that it promises, and that its colours were checked for.
        default: The mode where an organiser chose none.
    """

    name: str
    title: Words
    author: str
    licence: str
    layout: Layout
    default: Mode
    level: Level
    modes: dict[Mode, Values]
    options: dict[str, Option]
    preview: bytes | None = None

    def mode(self, name: str) -> Mode:
        """The mode of that name; the theme's own where it has no such mode."""
        return next((mode for mode in self.modes if mode.value == name), self.default)


def read_theme(
    table: Mapping[str, Any], *, name: str, where: str, parent: Theme | None = None, preview: bytes | None = None
) -> Theme:
    """
    Make a theme of a parsed `theme.toml`.

    Args:
        table: As TOML gave it.
        name: The folder's.
        where: The file, for messages.
        parent: The theme that it inherits from, when it names one.
        preview: Its picture.

    Raises:
        BadTheme: Naming every problem: the file, the key, what is wrong, and what there is instead.
    """
    problems: list[str] = []
    reader = _Reader(where, problems)
    theme = reader.theme(table, name, parent, preview)
    if problems or theme is None:
        raise BadTheme(problems)
    return theme


class _Reader:
    """Reads one file, and notes whatever is wrong with it."""

    def __init__(self, where: str, problems: list[str]) -> None:
        self._where = where
        self._problems = problems

    def _wrong(self, what: str) -> None:
        self._problems.append(f"{self._where}: {what}")

    def theme(self, table: Mapping[str, Any], name: str, parent: Theme | None, preview: bytes | None) -> Theme | None:
        self._known(table, _KEYS, "")
        if not NAME.fullmatch(name):
            self._wrong(f'the folder "{name}" must be named with a–z, 0–9 and -, as "{tame(name)}"')
        if table.get("name") != name:
            self._wrong(f'name must be the folder\'s, "{name}"')
        title = self._words(table, "title", "", "title")
        author, licence = (self._text(table, key) for key in ("author", "licence"))
        layout = self._one_of(table, "layout", Layout, None if parent is None else parent.layout)
        level = self._one_of(table, "contrast", Level, Level.AA if parent is None else parent.level)
        modes = self._modes(table, parent)
        default = self._one_of(
            table, "default", Mode, next(iter(modes), Mode.DARK) if parent is None else parent.default
        )
        options = self._options(table, parent)
        if modes and default is not None and default not in modes:
            self._wrong(f'default = "{default}", but there is no [modes.{default}]')
        if self._problems or layout is None or level is None or default is None:
            return None
        self._contrast(modes, level)
        return Theme(
            name=name,
            title=title,
            author=author,
            licence=licence,
            layout=layout,
            default=default,
            level=level,
            modes=modes,
            options=options,
            preview=preview,
        )

    # Plain keys

    def _known(self, table: Mapping[str, Any], keys: Collection[str], place: str) -> None:
        for key in table:
            if key not in keys:
                self._wrong(f'{place}there is no "{shown(key)}" {instead(key, keys)}')

    def _text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable():
            self._wrong(f'{key} is missing, or no text of at most 100 characters; write {key} = "…"')
            return ""
        return value

    def _words(self, table: Mapping[str, Any], key: str, place: str, kind: str) -> Words:
        value, most = table.get(key), _MAX_WORDS[kind]
        if not isinstance(value, Mapping) or not all(self._is_text(value.get(lang), most) for lang in _LANGUAGES):
            self._wrong(f"{place}{key} needs a text in nl and in en, of at most {most} characters each")
            return dict.fromkeys(_LANGUAGES, "")
        self._known(value, _LANGUAGES, f"{place}{key}: ")
        return {lang: value[lang] for lang in _LANGUAGES}

    @staticmethod
    def _is_text(value: object, most: int) -> bool:
        return isinstance(value, str) and 1 <= len(value) <= most and value.isprintable()

    def _one_of(self, table: Mapping[str, Any], key: str, kind: type[_E], default: _E | None) -> _E | None:
        value = table.get(key, default)
        found = next((each for each in kind if each.value == value), None)
        if found is None:
            self._wrong(f"{key} is one of {listed(each.value for each in kind)}")
        return found

    # Properties

    def _modes(self, table: Mapping[str, Any], parent: Theme | None) -> dict[Mode, Values]:
        shared = self._properties(table.get("properties", {}), "[properties] ")
        given = self._table(table, "modes")
        self._known(given, [mode.value for mode in Mode], "[modes] ")
        inherited = {} if parent is None else parent.modes
        modes: dict[Mode, Values] = {}
        for mode in Mode:
            if mode.value in given or mode in inherited:
                own = self._properties(given.get(mode.value, {}), f"[modes.{mode}] ")
                modes[mode] = {**inherited.get(mode, {}), **shared, **own}
                self._complete(modes[mode], mode)
        if not modes:
            self._wrong("there is no [modes.light] and no [modes.dark]; a theme has one or both")
        return modes

    def _table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, Mapping):
            return value
        self._wrong(f"[{key}] must be a table")
        return {}

    def _complete(self, values: Values, mode: Mode) -> None:
        missing = [name for name in PROPERTIES if name not in values]
        if missing and not self._problems:
            self._wrong(f"[modes.{mode}] has no {listed(missing)}; give them here, in [properties], or inherit a theme")

    def _properties(self, table: object, place: str) -> Values:
        if not isinstance(table, Mapping):
            self._wrong(f"{place}must be a table")
            return {}
        self._known(table, PROPERTIES, place)
        read = ((name, self._value(PROPERTIES[name], table[name], place)) for name in table if name in PROPERTIES)
        return {name: value for name, value in read if value is not None}

    def _value(self, wanted: Property, value: object, place: str) -> Value | None:
        found, what = _value_of(wanted, value)
        if found is None:
            self._wrong(f'{place}{wanted.name} = "{shown(value)}" {what}')
        return found

    def _contrast(self, modes: Mapping[Mode, Values], level: Level) -> None:
        for mode, values in modes.items():
            for found in contrast.findings(values, level):
                self._wrong(f"[modes.{mode}] {sentence_of(found)}")

    # Options

    def _options(self, table: Mapping[str, Any], parent: Theme | None) -> dict[str, Option]:
        given = self._table(table, "options")
        options = {} if parent is None else dict(parent.options)
        for name, each in given.items():
            if not NAME.fullmatch(name) or not isinstance(each, Mapping):
                self._wrong(f'[options] "{shown(name)}" must be a table, named with a–z, 0–9 and -')
                continue
            option = self._option(name, each, f"[options.{name}] ")
            if option is not None:
                options[name] = option
        if len(options) > MAX_OPTIONS:
            self._wrong(f"[options] has {len(options)} options; at most {MAX_OPTIONS}")
        return options

    def _option(self, name: str, table: Mapping[str, Any], place: str) -> Option | None:
        self._known(table, _OPTION_KEYS, place)
        kind = next((each for each in OptionType if each.value == table.get("type")), None)
        if kind is None:
            self._wrong(f"{place}type is one of {listed(each.value for each in OptionType)}")
            return None
        label, explained = (self._words(table, key, place, key) for key in ("label", "help"))
        least, most = self._range(table, place) if kind is OptionType.NUMBER else (None, None)
        option = Option(
            name=name,
            type=kind,
            default=table.get("default", ""),
            label=label,
            help=explained,
            least=least,
            most=most,
            values=self._choices(kind, table, place),
            property=self._property_of(kind, table, place),
        )
        wrong = option.problem_of(option.default)
        if wrong is not None:
            self._wrong(f"{place}default {wrong}")
        return option

    def _range(self, table: Mapping[str, Any], place: str) -> tuple[int, int]:
        least, most = table.get("min"), table.get("max")
        if is_int(least) and is_int(most) and least < most:
            return least, most
        self._wrong(f"{place}a number needs a min and a higher max, both whole")
        return 0, 0

    def _choices(self, kind: OptionType, table: Mapping[str, Any], place: str) -> dict[str, Words]:
        if kind is OptionType.FONT:
            return {"": {"nl": "Zoals het thema", "en": "As the theme has it"}, **FONT_WORDS}
        if kind is not OptionType.CHOICE:
            return {}
        given = table.get("values")
        if not isinstance(given, Mapping) or not 2 <= len(given) <= MAX_CHOICES:
            self._wrong(f"{place}a choice needs 2 to {MAX_CHOICES} values, each with its words in nl and en")
            return {}
        for value in given:
            if not NAME.fullmatch(value):
                self._wrong(f'{place}the value "{shown(value)}" must be named with a–z, 0–9 and -')
        return {value: self._words(given, value, f"{place}values.", "choice") for value in given}

    def _property_of(self, kind: OptionType, table: Mapping[str, Any], place: str) -> str | None:
        name = table.get("property")
        if name is None:
            if kind is OptionType.FONT:
                self._wrong(f'{place}a font needs the property that it sets; write property = "font-body"')
            return None
        wanted = {OptionType.NUMBER: Kind.NUMBER, OptionType.FONT: Kind.FONT}.get(kind)
        fitting = [each.name for each in PROPERTIES.values() if each.kind is wanted]
        if name not in fitting:
            self._wrong(f'{place}there is no property "{shown(name)}" that a {kind} could set {instead(name, fitting)}')
            return None
        return str(name)


def _value_of(wanted: Property, value: object) -> tuple[Value | None, str]:
    """The value as *wanted* keeps it, or None and what it should have been."""
    match wanted.kind:
        case Kind.COLOUR:
            found = colour.parse(value) if isinstance(value, str) else None
            if found is not None and found.alpha != 255 and not wanted.clear:
                return None, "is see-through, so that nobody can say what stands on it; write it as #rrggbb"
            return found, "is no colour; write it as #rrggbb" + (" or #rrggbbaa" if wanted.clear else "")
        case Kind.NUMBER:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            fits = is_number and isinstance(value, int | float) and wanted.least <= value <= wanted.most
            found_number = float(value) if fits and isinstance(value, int | float) else None
            return found_number, f"is no number from {wanted.least:g} to {wanted.most:g}"
        case Kind.FONT:
            return (value if isinstance(value, str) and value in FONTS else None), f"is not one of {listed(FONTS)}"


def colours_of(chosen: Mapping[str, str]) -> Values:
    """
    An organiser's colours as values.

    Raises:
        BadTheme: Naming every one that no theme knows, or that is no colour.
    """
    problems: list[str] = []
    values: Values = {}
    for name, text in chosen.items():
        if name not in COLOURS:
            problems.append(f'colours: there is no "{shown(name)}" {instead(name, COLOURS)}')
            continue
        found, what = _value_of(PROPERTIES[name], text)
        if found is None:
            problems.append(f'colours: {name} = "{shown(text)}" {what}')
        else:
            values[name] = found
    if problems:
        raise BadTheme(problems)
    return values


def known_colours(chosen: Mapping[str, str]) -> dict[str, str]:
    """What was chosen some time ago, without what is no colour of a theme any more."""
    fits = {name: text for name, text in chosen.items() if name in COLOURS}
    return {name: text for name, text in fits.items() if _value_of(PROPERTIES[name], text)[0] is not None}


def sentence_of(found: contrast.Finding) -> str:
    """A finding for whoever writes a theme."""
    if found.code == "inverted":
        return f"{found.front} must be darker than {found.back}: many phones cannot scan a light code on dark"
    need = f"{found.needed:g} is needed, and {found.dimmed_needed:g} of its {found.dimmed:g} in a lit hall"
    offer = "" if found.nearest is None else f'; {found.change} = "{found.nearest}" would do'
    return f"{found.front} on {found.back} has contrast {found.ratio:g}, {need}{offer}"
