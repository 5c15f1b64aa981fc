"""Previews of a look: few, and not for long."""

from __future__ import annotations

from server.symposium.entries import ThemeBody
from server.web.previews import MAX_PREVIEWS, PREVIEW_S, Previews


def test_previews_are_few_and_end() -> None:
    now = [0.0]
    previews = Previews(lambda: now[0])
    names = [previews.keep(ThemeBody(theme=str(number))) for number in range(MAX_PREVIEWS + 1)]

    kept = [name for name in names if previews.get(name) is not None]
    now[0] = PREVIEW_S

    assert kept == names[1:]
    assert [name for name in names if previews.get(name) is not None] == []
