"""Where themes stand: our own in `themes/`, strangers' in `data/themes/`, by the same door."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from server.themes.manifest import Theme, read_theme
from server.themes.wording import BadTheme

DEFAULT = "fontein"
"""The theme of whoever chose none. It is ours, and the tests read it: it cannot fail."""

MAX_FILE_BYTES = 64 * 1024
MAX_PREVIEW_BYTES = 1024 * 1024
MAX_THEMES = 100
MAX_INHERITED = 4
_PNG = b"\x89PNG\r\n\x1a\n"


class Shelf:
    """
    The themes of a server, read once.

    `problems` has a line for every theme that cannot be used; the wall goes on with the others.

    Args:
        places: Folders of theme folders, ours first: a stranger's cannot replace one of ours.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self.themes: dict[str, Theme] = {}
        self.problems: list[str] = []
        self._folders = _folders(places)
        for name in self._folders:
            try:
                self._load(name, ())
            except BadTheme as ex:
                self.problems += [line for line in ex.problems if line not in self.problems]

    def get(self, name: str) -> Theme:
        """The theme of that name; the default one where there is none (its folder may have been taken away)."""
        return self.themes.get(name) or self.themes[DEFAULT]

    def _load(self, name: str, heirs: tuple[str, ...]) -> Theme:
        """
        Read a theme, and first the one that it inherits from.

        Raises:
            BadTheme: It cannot be used, or that one cannot.
        """
        if name in self.themes:
            return self.themes[name]
        folder = self._folders[name]
        where = f"{name}/theme.toml"
        table = _table(folder / "theme.toml", where)
        parent = self._parent(table.get("inherits"), where, (*heirs, name))
        preview = _preview(folder / "preview.png", f"{name}/preview.png")
        self.themes[name] = read_theme(table, name=name, where=where, parent=parent, preview=preview)
        return self.themes[name]

    def _parent(self, name: object, where: str, heirs: tuple[str, ...]) -> Theme | None:
        if name is None:
            return None
        if not isinstance(name, str) or name not in self._folders:
            shown = str(name)[:40]
            raise BadTheme(
                [f'{where}: inherits = "{shown}", which is not there; there are: {", ".join(self._folders)}']
            )
        if name in heirs:
            raise BadTheme([f"{where}: inherits goes in a circle: {' → '.join((*heirs, name))}"])
        if len(heirs) > MAX_INHERITED:
            raise BadTheme([f"{where}: inherits from more than {MAX_INHERITED} themes in a row"])
        return self._load(name, heirs)


def _folders(places: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.glob("*/theme.toml"))[:MAX_THEMES]:
            found.setdefault(path.parent.name, path.parent)
    return found


def _table(path: Path, where: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_bytes(path, MAX_FILE_BYTES, where).decode("utf-8"))
    except (OSError, ValueError) as ex:  # also text that is not UTF-8, and TOML that is none, with its line
        raise BadTheme([f"{where}: {ex}"]) from ex


def _preview(path: Path, where: str) -> bytes | None:
    if not path.exists():
        return None
    try:
        data = _bytes(path, MAX_PREVIEW_BYTES, where)
    except OSError as ex:
        raise BadTheme([f"{where}: {ex}"]) from ex
    if not data.startswith(_PNG):
        raise BadTheme([f"{where}: this is not a PNG picture"])
    return data


def _bytes(path: Path, most: int, where: str) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise BadTheme([f"{where}: has more than {most} bytes"])
    return data
