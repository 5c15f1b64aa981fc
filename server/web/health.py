"""For those who keep a server running: health, metrics, `security.txt`, `robots.txt`."""

from __future__ import annotations

import datetime
from ipaddress import ip_address

from aiohttp import web

from server.errors import NotAllowed
from server.web.auth import DESK_ROLES, badge_of
from server.web.bodies import answer
from server.web.guard import address_of
from server.web.site import Site, site_of


async def health(request: web.Request) -> web.Response:
    """`GET /health`: 200 while posts can be taken in."""
    halls = site_of(request).halls
    return answer({"status": "ok", "symposia": len(halls)})


async def metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: from this computer, or with a badge."""
    site = site_of(request)
    if not _is_local(request) and not _has_badge(request, site):
        raise NotAllowed("Metrics are for this computer, or for a badge.", code="role")
    from server.web.metrics import render  # Its library takes a while to come, and few ask for it.

    return web.Response(body=render(site), content_type="text/plain")


def _is_local(request: web.Request) -> bool:
    """Whether somebody on this computer asks, and not a proxy on it for somebody else."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")):
        return False
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


def _has_badge(request: web.Request, site: Site) -> bool:
    badges = (badge_of(request, hall) for hall in site.halls.values())
    return any(badge is not None and badge.role in DESK_ROLES for badge in badges)


async def security_txt(request: web.Request) -> web.Response:
    """`GET /.well-known/security.txt`. Source: RFC 9116: Contact and Expires are required."""
    contact = site_of(request).config.contact
    if not contact:
        raise web.HTTPNotFound
    expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nl, en",
    ]
    return web.Response(text="\n".join(lines) + "\n")


async def robots_txt(request: web.Request) -> web.Response:
    """`GET /robots.txt`: what is said in a hall is not for search engines."""
    return web.Response(text="User-agent: *\nDisallow: /\n")
