"""The scan test: does a phone in the hall reach this server?"""

from __future__ import annotations

import secrets
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from server.errors import NotFound
from server.web.auth import ORGANISER_ROLES, badge_of, is_operator
from server.web.bodies import answer
from server.web.problems import Unauthorised
from server.web.site import Scan, Site, site_of

SCAN_KEPT_S = 3_600.0
MAX_SCANS = 100


async def make(request: web.Request) -> web.Response:
    """`POST /v1/scan-tests`: the operator's, or an organiser's."""
    site = site_of(request)
    organiser = any(
        (badge := badge_of(request, hall)) is not None and badge.role in ORGANISER_ROLES for hall in site.halls.values()
    )
    if not organiser and not is_operator(request, site):
        raise Unauthorised("This needs the operator link, or an organiser's badge.")
    now_s = time.monotonic()
    for code in [c for c, scan in site.scans.items() if scan.made_s < now_s - SCAN_KEPT_S]:
        del site.scans[code]
    while len(site.scans) >= MAX_SCANS:
        del site.scans[next(iter(site.scans))]
    code = secrets.token_hex(4)
    site.scans[code] = Scan(made_s=now_s)
    facts = {
        "code": code,
        "url": f"{site.base_url}/scan/{code}",
        "qr": f"/scan/{code}/qr.svg",
        "loopback": is_loopback(site),
    }
    return answer(facts, status=201)


def is_loopback(site: Site) -> bool:
    """Whether the address in our codes is one that only this computer can reach."""
    return is_loopback_url(site.base_url)


def is_loopback_url(url: str) -> bool:
    """Whether only the computer that reads *url* can reach what it names: itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def look(request: web.Request) -> web.Response:
    """`GET /v1/scan-tests/{code}`: whether a phone arrived, and when."""
    scan = site_of(request).scans.get(request.match_info["code"])
    if scan is None:
        raise NotFound("This test is over.", code="no-scan-test")
    return answer({"arrived": scan.arrived_us is not None, "at": scan.arrived_us})
