"""The runbook: one page of A4 to hang beside the laptop, made from the settings."""

from __future__ import annotations

import datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from server.config import Config
from server.web.auth import ORGANISER_ROLES, need
from server.web.pages import render
from server.web.site import Site, hall_of, site_of


async def runbook(request: web.Request) -> web.Response:
    """`GET /{slug}/runbook`: organisers only, since it says where what stands. No token is on it."""
    site, hall = site_of(request), hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    extra = {
        "port": port_of(site),
        "secure": site.base_url.startswith("https://"),
        "archive": archive_of(site.config),
        "flags": flags_of(site.config),
        "made": datetime.datetime.fromtimestamp(site.now_us() / 1e6).astimezone().date().isoformat(),
    }
    return render(request, "runbook", hall=hall, badge=badge, extra=extra)


def port_of(site: Site) -> int:
    """The port that phones come to."""
    parts = urlsplit(site.base_url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def archive_of(config: Config) -> str:
    """The folder of the archives by its last two names: the rest of the path is the server's own affair."""
    return "/".join(Path(config.archive).parts[-2:]) if config.archive else ""


def flags_of(config: Config) -> str:
    """What the spare laptop's server must be told to be reached as this one is."""
    flags = ["--no-browser"]
    if config.port not in (0, Config().port):
        flags.append(f"--port {config.port}")
    if config.public_url:
        flags.append(f"--public-url {config.public_url}")
    if config.tls_cert:
        flags.append("--tls-cert … --tls-key …")
    if config.trust_proxy:
        flags.append(f"--trust-proxy {config.trust_proxy}")
    if config.archive:
        flags.append("--archive …")
    return " ".join(flags)
