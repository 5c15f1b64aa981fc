"""Short addresses: what the codes in the hall lead to, and what people type from the screen."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from aiohttp import web

from qr import TextTooLong
from qr.address import capitals
from qr.checked import checked_svg
from server.errors import BadInput, NotFound
from server.symposium.state import State
from server.web import pages
from server.web.downloads import scan
from server.web.scans import is_loopback
from server.web.site import Hall, Site, hall_of, site_of

ALL_PAPERS = "PAPERS"
"""Behind the short address: the page of all papers. As in a code, so in capitals; longer than any code."""

_NOTHING = "There is nothing at this address. Look at the screen once more."

NO_ADDRESS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41" role="img">'
    "<title>Nog geen adres voor telefoons / No address for phones yet</title>"
    '<rect width="41" height="41" fill="#fff"/><g font-family="system-ui,sans-serif" font-size="3.6" fill="#10242f" '
    'text-anchor="middle"><text x="20.5" y="13">Nog geen adres</text><text x="20.5" y="18">voor telefoons</text>'
    '<text x="20.5" y="27">No address for</text><text x="20.5" y="32">phones yet</text></g></svg>'
)
"""Instead of a code that would lead every phone to itself."""


def short_url(site: Site, hall: Hall, code: str = "") -> str:
    """The short address of the symposium, or of the room, session or paper with this *code*."""
    tail = f"/{code}" if code else ""
    return f"{site.base_url}/{hall.node.state.short}{tail}"


async def join_code(request: web.Request) -> web.Response:
    """`GET /{slug}/qr.svg[?code=]`: what the hall scans; with `code` that of a room, session, paper or `PAPERS`."""
    site, hall = site_of(request), hall_of(request)
    code = request.query.get("code", "").upper()
    if code and code != ALL_PAPERS and code not in hall.node.state.codes:
        raise NotFound("There is nothing with this code.", code="no-code")
    if is_loopback(site):
        return web.Response(text=NO_ADDRESS, content_type="image/svg+xml")
    return web.Response(text=await svg(short_url(site, hall, code)), content_type="image/svg+xml")


async def svg(url: str) -> str:
    """
    A code that leads to *url*, read again before anybody sees it.

    Raises:
        BadInput: It is too long for a code.
    """
    text = capitals(url)
    try:
        return await asyncio.to_thread(checked_svg, text, title=text if "#" not in text else "")
    except TextTooLong as ex:
        raise BadInput(str(ex), field="$.text") from ex


def hall_of_short(request: web.Request) -> Hall:
    """The symposium that a short address names."""
    hall = site_of(request).by_short(request.match_info["short"])
    if hall is None:
        raise NotFound(_NOTHING, code="no-symposium")
    return hall


async def symposium(request: web.Request) -> web.StreamResponse:
    """
    `GET /{short}`: the phone's page itself, since a round trip more is a second on a bad network.

    Codes are in capitals and people type small letters: only what came in capitals was scanned.
    """
    hall = hall_of_short(request)
    if request.match_info["short"].isupper():
        scan(request, hall, "")
    request.match_info["slug"] = hall.slug
    return await pages.phone(request)


async def page(request: web.Request) -> web.Response:
    """`GET /{short}/{page}`: as people type it or a code has it, on to the page itself."""
    hall = hall_of_short(request)
    tail = request.match_info.get("page", "").lower()
    raise web.HTTPFound(f"/{hall.slug}" + (f"/{tail}" if tail else ""))


async def code(request: web.Request) -> web.Response:
    """`GET /{short}/{code}`: on to a room's or session's phone page, or to a paper."""
    hall = hall_of_short(request)
    code = request.match_info["code"].upper()
    thing = hall.node.state.codes.get(code)
    if thing is None:
        raise NotFound(_NOTHING, code="no-code")
    if request.match_info["code"].isupper():
        scan(request, hall, code)
    raise web.HTTPFound(address_of(hall.node.state, thing))


def address_of(state: State, thing: str) -> str:
    """Where a code's *thing* is: the path on our own host."""
    kind, _, name = thing.partition(":")
    if kind == "paper":
        return f"/{state.slug}/papers/{quote(name, safe='')}"
    return f"/{state.slug}?{kind}={quote(name, safe='')}"
