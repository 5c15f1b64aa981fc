"""How the screens look: choose a theme, try it, add a logo, load a house style; and the style sheet of all that."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import msgspec
from aiohttp import web

from server.blobs.images import Kind
from server.blobs.pictures import take_in
from server.blobs.store import BlobId as StoredId
from server.errors import BadInput, NotAllowed, NotFound
from server.symposium.bodies import media_url, theme_body
from server.symposium.entries import ThemeBody
from server.symposium.values import BlobId, DeviceId
from server.themes import logo as logos
from server.themes.contrast import Finding
from server.themes.css import stylesheet
from server.themes.look import Look, dress, offer, swatch
from server.themes.manifest import Theme
from server.themes.options import Option
from server.themes.properties import COLOURS
from server.themes.shelf import DEFAULT, Shelf
from server.themes.tokens import read_house
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.guard import DATA_CSP
from server.web.limits import UPLOADS
from server.web.looks import tried, version, worn
from server.web.phone import file_of
from server.web.problems import WithFacts
from server.web.site import Hall, hall_of, site_of

MAX_HOUSE = 60
_TILE = "logo-bg"
"""The one colour that nobody chooses: it is there when the logo could not be seen without."""
_LOGO_OWNER = DeviceId("logo")
"""Uploaded logos wait for their theme as pictures wait for their post; no phone has this id."""


class NewTheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an organiser chose. `colours` by property, `logo` as its upload answered, `house` a style's name."""

    theme: str
    mode: Literal["", "light", "dark"] = ""
    options: dict[str, str | int | bool] = {}
    colours: dict[str, str] = {}
    logo: str | None = None
    house: str = ""


# What screens load


async def css(request: web.Request) -> web.Response:
    """
    `GET /{slug}/theme.css`: the custom properties of the theme. Public.

    `v` is a hash of what is in it: with the right one it stays fresh for a year, with another it is not kept. `theme`
    and `mode` ask for another theme than the chosen one, for one screen or a stream; `preview` for one that is tried.
    """
    hall = hall_of(request)
    shelf = site_of(request).themes
    name = request.query.get("preview")
    body = theme_body(hall.node.state) if name is None else tried(request, hall, name)
    chosen = stylesheet(worn(shelf, body))
    is_chosen = name is None and not _asks(request) and request.query.get("v") == version(chosen)
    sheet = stylesheet(_asked(request, shelf, body)) if _asks(request) else chosen
    headers = {"Content-Security-Policy": DATA_CSP}
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_chosen else "no-store"
    return web.Response(text=sheet, content_type="text/css", headers=headers)


def _asks(request: web.Request) -> bool:
    return "theme" in request.query or "mode" in request.query


def _asked(request: web.Request, shelf: Shelf, body: ThemeBody) -> Look:
    """
    Another theme or mode, in the organiser's colours where they can be read in it.

    Raises:
        NotFound: There is no such theme.
    """
    name, mode = request.query.get("theme", body.theme), request.query.get("mode", body.mode)
    if name not in shelf.themes and name != body.theme:
        raise NotFound(f'There is no theme "{name[:40]}" here.', code="no-theme")
    look = worn(shelf, msgspec.structs.replace(body, theme=name, mode=mode))
    return look if not look.findings else worn(shelf, ThemeBody(theme=name, mode=mode, options=body.options))


async def preview_picture(request: web.Request) -> web.Response:
    """`GET …/themes/{theme}/preview.png`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    theme = site_of(request).themes.themes.get(request.match_info["theme"])
    if theme is None or theme.preview is None:
        raise NotFound("This theme has no picture.", code="no-theme")
    return web.Response(body=theme.preview, content_type="image/png", headers={"Cache-Control": "private, no-cache"})


# The organiser's page


async def themes(request: web.Request) -> web.Response:
    """`GET …/themes`: what can be chosen, and what is."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    shelf = site_of(request).themes
    body = theme_body(hall.node.state)
    in_order = sorted(shelf.themes.values(), key=lambda theme: (theme.name != DEFAULT, theme.name))
    return answer(
        {
            "themes": [_theme_facts(hall, theme) for theme in in_order],
            "problems": shelf.problems,
            "colours": [name for name in COLOURS if name != _TILE],
            "now": {**_chosen(hall, body), **_judged(worn(shelf, body), body)},
        }
    )


def _theme_facts(hall: Hall, theme: Theme) -> dict[str, Any]:
    picture = f"/v1/symposia/{hall.slug}/themes/{theme.name}/preview.png"
    return {
        "name": theme.name,
        "title": theme.title,
        "author": theme.author,
        "licence": theme.licence,
        "layout": theme.layout,
        "contrast": theme.level,
        "default": theme.default,
        "modes": list(theme.modes),
        "swatches": {mode: swatch(values) for mode, values in theme.modes.items()},
        "options": [_option_facts(option) for option in theme.options.values()],
        "preview": None if theme.preview is None else picture,
    }


def _option_facts(option: Option) -> dict[str, Any]:
    return {
        "name": option.name,
        "type": option.type,
        "default": option.default,
        "label": option.label,
        "help": option.help,
        "min": option.least,
        "max": option.most,
        "values": [{"value": value, "label": label} for value, label in option.values.items()],
    }


def _chosen(hall: Hall, body: ThemeBody) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(body),
        "logoUrl": None if body.logo is None else media_url(hall.slug, body.logo),
    }


def _judged(look: Look, body: ThemeBody) -> dict[str, Any]:
    """How it would look: every colour, and what is too near with the colours that would do instead."""
    return {
        "layout": look.layout,
        "values": swatch(look.values),
        "findings": look.findings,
        "offer": offer(look.findings, body.colours),
    }


class TooNear(BadInput):
    """Colours that cannot be told apart: a wall is not given such. The problem has them in `findings`."""

    code = "contrast"


async def put(request: web.Request) -> web.Response:
    """`PUT …/theme`: theme, mode and options are for all staff; colours, logo and house style for the organiser."""
    hall = hall_of(request)
    mine = need(request, hall, STAGE_ROLES)
    new = await read_json(request, NewTheme)
    if mine.role not in ORGANISER_ROLES and _is_house_style(new, theme_body(hall.node.state)):
        raise NotAllowed("Only the organiser may change colours, logo and house style.", code="role")
    body, look = await _tried(request, hall, new)
    if look.findings:
        error = TooNear(_sentence(look.findings), field="$.colours")
        raise WithFacts(error, findings=look.findings)
    done = carried_out(hall.node.state, await hall.node.set_theme(mine.id, body))
    return answer({"seq": done.seq, **_chosen(hall, body), **_judged(look, body)})


def _is_house_style(new: NewTheme, now: ThemeBody) -> bool:
    wanted, chosen = ({n: c for n, c in each.items() if n != _TILE} for each in (new.colours, now.colours))
    return (wanted, new.logo, new.house) != (chosen, now.logo, now.house)


def _sentence(found: tuple[Finding, ...]) -> str:
    pairs = ", ".join(f"{each.front} on {each.back} ({each.ratio:g} of {each.needed:g})" for each in found[:5])
    return f"These colours cannot be told apart well enough: {pairs}."


async def _tried(request: web.Request, hall: Hall, new: NewTheme) -> tuple[ThemeBody, Look]:
    """
    What was asked for, checked.

    Raises:
        BadInput: An unknown theme, option, colour or logo; every one of the theme's is named.
    """
    shelf = site_of(request).themes
    theme = shelf.themes.get(new.theme)
    if theme is None:
        there = ", ".join(shelf.themes)
        raise BadInput(f'There is no theme "{new.theme[:40]}"; there are: {there}.', code="no-theme", field="$.theme")
    if new.mode and new.mode not in [mode.value for mode in theme.modes]:
        raise BadInput(f"The theme {theme.name} has no {new.mode} mode.", code="no-mode", field="$.mode")
    if len(new.house) > MAX_HOUSE or not (new.house.isprintable() or not new.house):
        raise BadInput(f"A house style's name has at most {MAX_HOUSE} characters.", field="$.house")
    colours = {name: colour for name, colour in new.colours.items() if name != _TILE}
    logo = _own_logo(hall, new.logo)
    plain = await asyncio.to_thread(dress, theme, mode=new.mode, options=new.options, colours=colours)
    colours |= await _tile(request, hall, logo, plain)
    look = await asyncio.to_thread(dress, theme, mode=new.mode, options=new.options, colours=colours)
    body = ThemeBody(theme=new.theme, mode=new.mode, options=new.options, colours=colours, logo=logo, house=new.house)
    return body, look


def _own_logo(hall: Hall, name: str | None) -> BlobId | None:
    """A logo that is in use, or was uploaded as one: any other picture would be published without a decision."""
    if name is None or name == theme_body(hall.node.state).logo or (_LOGO_OWNER, BlobId(name)) in hall.uploads:
        return None if name is None else BlobId(name)
    raise BadInput("This logo is not here; add it again.", code="unknown-picture", field="$.logo")


async def _tile(request: web.Request, hall: Hall, logo: BlobId | None, look: Look) -> dict[str, str]:
    """The colour of the tile behind a logo that could not be seen without; nothing where it can."""
    if logo is None:
        return {}
    data = await asyncio.to_thread(hall.store.read, StoredId(logo))
    drawn = await site_of(request).images.make_picture(data, kind=Kind.LOGO)
    tile = logos.tile(drawn.colours, look.values)
    return {} if tile is None else {_TILE: tile.hex}


async def preview(request: web.Request) -> web.Response:
    """`POST …/theme/previews`: how it would look, for ten minutes, on this badge's own pages only."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    body, look = await _tried(request, hall, await read_json(request, NewTheme))
    name = hall.previews.keep(body)
    return answer({"id": name, "css": f"/{hall.slug}/theme.css?preview={name}", **_judged(look, body)}, status=201)


async def logo(request: web.Request) -> web.Response:
    """`POST …/theme/logo`: a PNG, JPEG or WebP, drawn anew; it is public once a theme that names it is chosen."""
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    site.buckets.take(UPLOADS, mine.id)
    data = await file_of(request)
    if _is_svg(data):
        message = "An SVG can hold scripts, so it is not taken. Save the logo as PNG, at least 600 pixels wide."
        raise BadInput(message, code="logo-svg", field="file")
    stored = await take_in(data, kind=Kind.LOGO, images=site.images, store=hall.store)
    hall.keep_upload(_LOGO_OWNER, stored, time.monotonic())
    url = media_url(hall.slug, BlobId(stored.id))
    return answer({"id": stored.id, "url": url, "width": stored.width, "height": stored.height}, status=201)


def _is_svg(data: bytes) -> bool:
    """Whether this is a drawing, or another file of markup: for the sentence only, such a file is no picture anyway."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or b"<svg" in head


async def tokens(request: web.Request) -> web.Response:
    """`POST …/theme/tokens`: what a house style in NL Design System tokens gives a wall. Nothing is kept."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    shelf = site_of(request).themes
    theme = shelf.get(request.query.get("theme", theme_body(hall.node.state).theme))
    mode = theme.mode(request.query.get("mode", theme_body(hall.node.state).mode))
    house = await asyncio.to_thread(read_house, await file_of(request), mode)
    options = {name: house.font for name, each in theme.options.items() if house.font in each.values}
    look = await asyncio.to_thread(dress, theme, mode=mode.value, options={}, colours=house.colours)
    body = ThemeBody(theme=theme.name, mode=mode.value, colours=house.colours)
    name = "".join(sign for sign in request.query.get("name", "") if sign.isprintable()).strip()[:MAX_HOUSE]
    return answer(
        {
            "name": name,
            "mode": mode,
            "colours": house.colours,
            "options": options,
            "found": house.found,
            **_judged(look, body),
        }
    )
