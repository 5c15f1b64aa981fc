"""The live stream: one WebSocket for each page, from server to client only."""

from __future__ import annotations

from aiohttp import web

from server.errors import BadInput
from server.live.audience import Audience
from server.symposium import views
from server.web.auth import device_of, need
from server.web.guard import address_of, check_origin
from server.web.pages import AUDIENCE_ROLES
from server.web.site import hall_of
from server.web.wall import WallDoor


async def live(request: web.Request) -> web.StreamResponse:
    """`GET …/live?audience=wall|phone|desk|stage|report|chair[&since=epoch:seq]`."""
    hall = hall_of(request)
    audience = _audience(request.query.get("audience", "wall"))
    _check_origin_of_socket(request)
    channel = hall.hub.channel(audience)
    since = request.query.get("since")
    address = address_of(request)
    if audience is Audience.WALL:
        return await WallDoor(channel).serve(request, since=since, address=address)
    if audience is Audience.PHONE:
        device = device_of(request, hall)
        own = None if device is None else lambda: views.own_posts(hall.node.state, device)
        return await channel.serve(request, since=since, badge=None, device=device, own=own, address=address)
    badge = need(request, hall, AUDIENCE_ROLES[audience])
    return await channel.serve(request, since=since, badge=badge.id, device=None, own=None, address=address)


def _audience(name: str) -> Audience:
    try:
        return Audience(name)
    except ValueError as ex:
        raise BadInput(f'There is no audience "{name[:40]}".', field="audience") from ex


def _check_origin_of_socket(request: web.Request) -> None:
    """
    A browser always sends its Origin: it must be ours. Without one there must be no cookie either.

    Source: OWASP ASVS 5.0, 4.4.2.
    """
    has_cookie = any("fontein-" in name for name in request.cookies)
    if "Origin" in request.headers or has_cookie:
        check_origin(request)
