"""How a wall looks in what was chosen, or in what somebody tries; and where its style sheet is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from aiohttp import web

from server.errors import NotFound
from server.symposium.bodies import media_url
from server.symposium.entries import ThemeBody
from server.symposium.facts import ThemeLook
from server.themes.css import stylesheet
from server.themes.look import Look, dress
from server.themes.manifest import known_colours
from server.themes.options import fitting
from server.themes.shelf import Shelf
from server.web.auth import DESK_ROLES, badge_of
from server.web.site import Hall, site_of


def worn(shelf: Shelf, body: ThemeBody) -> Look:
    """
    How a wall looks in *body*, whatever became of its theme since it was chosen.

    A theme that is gone leaves the default one; what no longer fits a theme is left out.
    """
    return _worn(shelf, msgspec.json.encode(body))


@lru_cache(maxsize=256)
def _worn(shelf: Shelf, encoded: bytes) -> Look:
    """By the body's bytes: everybody may ask for a style sheet, and to find colours that can be read takes a while."""
    body = msgspec.json.decode(encoded, type=ThemeBody)
    theme = shelf.get(body.theme)
    return dress(
        theme, mode=body.mode, options=fitting(theme.options, body.options), colours=known_colours(body.colours)
    )


def resolver(shelf: Shelf) -> Callable[[str, int, ThemeBody], ThemeLook]:
    """What the views ask: the address of the style sheet of a chosen theme, and its layout."""

    def look_of(slug: str, _: int, body: ThemeBody) -> ThemeLook:
        look = worn(shelf, body)
        return ThemeLook(
            css=f"/{slug}/theme.css?v={version(stylesheet(look))}",
            layout=look.layout.value,
            name=look.theme,
            mode=look.mode.value,
            options=look.options,
        )

    return look_of


def version(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def tried_item(request: web.Request, hall: Hall) -> dict[str, Any] | None:
    """
    For staff with `?preview=`: the look that they try, with the same keys as the view's item `theme`. Else None.

    Raises:
        NotFound: The preview is over, or is not this badge's to see.
    """
    name = request.query.get("preview")
    if name is None:
        return None
    body = tried(request, hall, name)
    look = worn(site_of(request).themes, body)
    return {
        "name": look.theme,
        "mode": look.mode.value,
        "css": f"/{hall.slug}/theme.css?preview={name}",
        "layout": look.layout.value,
        "logo": None if body.logo is None else media_url(hall.slug, body.logo),
        "options": look.options,
    }


def tried(request: web.Request, hall: Hall, name: str) -> ThemeBody:
    """
    The look that is tried under this name.

    Raises:
        NotFound: It is over, or is not this badge's to see.
    """
    badge = badge_of(request, hall)
    body = hall.previews.get(name) if badge is not None and badge.role in DESK_ROLES else None
    if body is None:
        raise NotFound("This preview is over. Make a new one on the organiser's page.", code="no-preview")
    return body
