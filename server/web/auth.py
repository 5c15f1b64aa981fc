"""Who asks: a badge, a device, or the operator. Cookies count only with an Origin that is ours."""

from __future__ import annotations

import hmac
import time

from aiohttp import web

from server.errors import NotAllowed
from server.keyring import new_token, token_hash
from server.symposium.people import CHAIRS, ORGANISERS, REPORTERS, STAFF
from server.symposium.state import Badge
from server.symposium.values import DeviceId, Role
from server.web.guard import address_of, check_origin, scheme_of
from server.web.limits import GUESSES, MINT, network_of
from server.web.problems import Unauthorised
from server.web.site import Hall, Site, site_of

DESK_ROLES = STAFF
STAGE_ROLES = STAFF
CHAIR_ROLES = CHAIRS
ORGANISER_ROLES = ORGANISERS
REPORT_ROLES = REPORTERS

_DEVICE_AGE_S = 400 * 24 * 3_600
_OPERATOR_COOKIE = "fontein-operator"
_MAX_TOKEN = 100


def cookie_name(request: web.Request, kind: str, epoch: str) -> str:
    """Cookies ignore ports, so that their name carries the epoch. `__Host-` needs HTTPS."""
    prefix = "__Host-" if scheme_of(request) == "https" else ""
    return f"{prefix}fontein-{kind}-{epoch}"


# Badges


def badge_of(request: web.Request, hall: Hall) -> Badge | None:
    """
    The live badge of *hall* that this request carries, in its Authorization header or its cookie.

    Raises:
        NotAllowed: The cookie came with a foreign Origin.
    """
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return hall.node.badge_of(header.removeprefix("Bearer ").strip()[:_MAX_TOKEN])
    token = request.cookies.get(cookie_name(request, "badge", hall.node.epoch))
    if not token:
        return None
    badge = hall.node.badge_of(token[:_MAX_TOKEN])
    if badge is not None and request.method not in ("GET", "HEAD"):
        check_origin(request)
    return badge


def need(request: web.Request, hall: Hall, roles: frozenset[Role]) -> Badge:
    """
    The badge of this request, which must have one of *roles*.

    Raises:
        Unauthorised: There is none, or it was revoked.
        NotAllowed: It has another role.
    """
    badge = badge_of(request, hall)
    if badge is None:
        raise Unauthorised("This needs a badge. Open the link that the organiser gave you.")
    if badge.role not in roles:
        raise NotAllowed(f"A badge of a {badge.role.value} may not do this.", code="role")
    return badge


def hand_in(request: web.Request, hall: Hall, token: str, response: web.Response) -> Badge:
    """
    Turn a link's token into a cookie.

    Raises:
        Unauthorised: The token is worth nothing.
        TooMany: Too many wrong tokens came from this address.
        NotAllowed: Another site's page sent it.
    """
    check_origin(request)
    badge = hall.node.badge_of(token[:_MAX_TOKEN])
    if badge is None:
        _count_guess(request)
        raise Unauthorised("This link is worth nothing any more. Ask the organiser for a new one.")
    _set_cookie(request, response, cookie_name(request, "badge", hall.node.epoch), token, same_site="Strict")
    return badge


def hand_back(request: web.Request, hall: Hall, response: web.Response) -> None:
    """Forget the badge's cookie."""
    check_origin(request)
    response.del_cookie(cookie_name(request, "badge", hall.node.epoch), path="/")


def _count_guess(request: web.Request) -> None:
    site_of(request).buckets.take(GUESSES, network_of(address_of(request)))


def _set_cookie(
    request: web.Request, response: web.Response, name: str, value: str, *, same_site: str, max_age_s: int | None = None
) -> None:
    response.set_cookie(
        name,
        value,
        path="/",
        httponly=True,
        secure=scheme_of(request) == "https",
        samesite=same_site,
        max_age=max_age_s,
    )


# Devices


def device_of(request: web.Request, hall: Hall) -> DeviceId | None:
    """The device that this request's cookie proves, None without one."""
    cookie = request.cookies.get(cookie_name(request, "device", hall.node.epoch), "")
    return site_of(request).keyring.device_of(cookie) if cookie else None


def own_device(request: web.Request, hall: Hall) -> DeviceId | None:
    """
    The device on whose behalf this request changes something.

    Raises:
        NotAllowed: The cookie came with a foreign Origin.
    """
    device = device_of(request, hall)
    if device is not None:
        check_origin(request)
    return device


def mint_device(request: web.Request, hall: Hall, response: web.Response) -> DeviceId:
    """
    A new device and its cookie. Lax: the first page is reached from a code or another app.

    Raises:
        TooMany: This address asked for very many.
    """
    site = site_of(request)
    site.buckets.take(MINT, network_of(address_of(request)))
    device, value = site.keyring.new_device()
    site.newcomers.note(device)
    name = cookie_name(request, "device", hall.node.epoch)
    _set_cookie(request, response, name, value, same_site="Lax", max_age_s=_DEVICE_AGE_S)
    return device


# The operator


def hand_in_operator(request: web.Request, token: str, response: web.Response) -> None:
    """
    Turn the operator link's token into a cookie of this run.

    Raises:
        Unauthorised: The token is not the one of this run.
    """
    check_origin(request)
    site = site_of(request)
    if not hmac.compare_digest(token_hash(token[:_MAX_TOKEN]), token_hash(site.operator_token)):
        _count_guess(request)
        raise Unauthorised("This link belongs to an earlier start. Take the one that the terminal shows now.")
    value = new_token()
    site.operators[token_hash(value)] = time.monotonic()
    _set_cookie(request, response, _operator_cookie(request), value, same_site="Strict")


def is_operator(request: web.Request, site: Site) -> bool:
    """Whether this request comes from whoever can read the terminal."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        given = header.removeprefix("Bearer ").strip()[:_MAX_TOKEN]
        return hmac.compare_digest(token_hash(given), token_hash(site.operator_token))
    value = request.cookies.get(_operator_cookie(request), "")
    if not value or token_hash(value[:_MAX_TOKEN]) not in site.operators:
        return False
    if request.method not in ("GET", "HEAD"):
        check_origin(request)
    return True


def need_operator(request: web.Request) -> None:
    """
    Raises:
        Unauthorised: The request does not come from the operator.
    """
    if not is_operator(request, site_of(request)):
        raise Unauthorised("This needs the operator link that the terminal shows.")


def _operator_cookie(request: web.Request) -> str:
    prefix = "__Host-" if scheme_of(request) == "https" else ""
    return f"{prefix}{_OPERATOR_COOKIE}-{site_of(request).run}"
