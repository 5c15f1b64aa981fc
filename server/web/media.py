"""Pictures and codes: bytes that we made, served so that nothing in them can run."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import web

from server.blobs.images import media_type_of
from server.blobs.store import BlobId
from server.errors import BadInput, NotFound
from server.web.auth import DESK_ROLES, badge_of, need
from server.web.bodies import read_json
from server.web.guard import DATA_CSP
from server.web.scans import is_loopback
from server.web.short import NO_ADDRESS, svg
from server.web.site import hall_of, site_of
from server.web.studio import may_see_of_report

MAX_QR_TEXT = 500


class NewCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


async def blob(request: web.Request) -> web.Response:
    """
    `GET /{slug}/media/{blob}`: without a badge only while the wall's view names it.

    Never `immutable`: what is taken off the screens must not live on in caches. The ETag makes asking again cheap.
    """
    hall = hall_of(request)
    name = request.match_info["blob"]
    if not hall.node.is_public_blob(name):
        badge = badge_of(request, hall)
        if badge is None or not (badge.role in DESK_ROLES or may_see_of_report(hall, badge.role, name)):
            raise NotFound("There is no such picture here.")
    etag = f'"{name[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": DATA_CSP}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    data = await asyncio.to_thread(hall.store.read, BlobId(name))
    headers["Content-Disposition"] = "inline"
    return web.Response(body=data, content_type=media_type_of(data[:16]) or "application/octet-stream", headers=headers)


async def code(request: web.Request) -> web.Response:
    """`POST …/qr`: a code of one of our own links, for a badge's holder. Secrets go in a body, never in an address."""
    need(request, hall_of(request), DESK_ROLES)
    new = await read_json(request, NewCode)
    if not new.text.startswith(f"{site_of(request).base_url}/") or len(new.text) > MAX_QR_TEXT:
        raise BadInput("A code is only made of an address of this server.", field="$.text")
    if is_loopback(site_of(request)):
        return web.Response(text=NO_ADDRESS, content_type="image/svg+xml")
    return web.Response(text=await svg(new.text), content_type="image/svg+xml")


async def scan_code(request: web.Request) -> web.Response:
    """`GET /scan/{code}/qr.svg`: the code of a scan test."""
    site = site_of(request)
    name = request.match_info["code"]
    if name not in site.scans:
        raise NotFound("This test is over.", code="no-scan-test")
    if is_loopback(site):
        return web.Response(text=NO_ADDRESS, content_type="image/svg+xml")
    return web.Response(text=await svg(f"{site.base_url}/scan/{name}"), content_type="image/svg+xml")
