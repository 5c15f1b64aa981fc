"""What a theme may set is worn by the screen: a property that no style reads is a promise that nobody keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable

from server.themes.properties import PROPERTIES
from server.web.site import WALL_FOLDER

COUNTERPARTS = {"join-ink", "on-accent"}
"""Only the contrast check reads these: the join code is drawn in black, and no words stand on the accent today."""


def unread(properties: Iterable[str]) -> list[str]:
    """Those that neither a style sheet nor a script of the screen reads."""
    files = [*WALL_FOLDER.glob("screen/*.css"), *WALL_FOLDER.glob("screen/*.js")]
    text = "\n".join(path.read_text("utf-8") for path in files if ".test." not in path.name)
    read = set(re.findall(r"""(?:var\(|['"])--([a-z0-9-]+)""", text))
    return sorted(set(properties) - read)


def test_every_property_is_read_by_the_screen() -> None:
    assert unread(set(PROPERTIES) - COUNTERPARTS) == []


def test_a_property_that_nobody_reads_is_found() -> None:
    assert unread({*PROPERTIES, "logo-shadow"} - COUNTERPARTS) == ["logo-shadow"]
