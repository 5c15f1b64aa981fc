"""The pictures in the docs are those that the command makes: none is missing, none is left over, each is shown."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from tests.house import ROOT
from tests.screenshots import IMAGES, MODES, PAGES, PICTURES, SURFACES, every_picture

MOST_BYTES = 7_500_000
_SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")

NAMES = {picture.name for picture in PICTURES}


def shown() -> dict[str, str]:
    """Every picture that a page of the docs shows: its name and what it says to who cannot see it."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = {}
    for page in pages:
        for alt, address in _SHOWN.findall(page.read_text(encoding="utf-8")):
            path = (page.parent / address).resolve()
            if path.parent == IMAGES:
                found[path.name] = alt
    return found


def strays(files: set[str], made: set[str], in_docs: set[str]) -> list[str]:
    """What is in one of the three and not in all of them."""
    return sorted(name for name in files | made | in_docs if not (name in files and name in made and name in in_docs))


def test_docs_show_what_the_command_makes() -> None:
    assert strays({path.name for path in IMAGES.iterdir()}, NAMES, set(shown())) == []


def test_a_picture_of_another_day_is_found() -> None:
    """The negative control."""
    assert strays({"a", "old"}, {"a", "new"}, {"a"}) == ["new", "old"]


def test_each_picture_has_words_for_who_cannot_see_it() -> None:
    assert [name for name, alt in shown().items() if len(alt.split()) < 4] == []


def test_pictures_have_the_size_of_their_name_and_are_light() -> None:
    for picture in PICTURES:
        with Image.open(IMAGES / picture.name) as image:
            width, height = image.size
        assert width == picture.size[0], picture.name
        assert height == picture.size[1] or (picture.tall and height > picture.size[1]), picture.name
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) <= MOST_BYTES


def test_every_theme_mode_surface_and_language_has_a_picture() -> None:
    assert {each.surface for each in PICTURES} == {*SURFACES, *PAGES}
    worn = {(each.theme, each.scheme) for each in PICTURES if each.theme}
    assert worn == {(theme, mode) for theme, modes in MODES.items() for mode in modes}
    assert set(MODES) == {path.name for path in (ROOT / "themes").iterdir() if path.is_dir()}
    assert len({each.name for each in every_picture()}) > 2 * len(NAMES)


def test_readme_shows_a_wall() -> None:
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")

    assert [name.rpartition("/")[2] in NAMES for _, name in _SHOWN.findall(readme)] == [True]
