"""
What every request passes: whose house is this (Host), who sends it (Origin), and the headers that every answer carries.

Limits of time on connections that never send a request are in `deadlines.py`.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from server.errors import BadInput, NotAllowed
from server.web.limits import ADDRESS, network_of
from server.web.problems import Problem, problem_of, response_of
from server.web.site import Site, site_of

_log = logging.getLogger(__name__)

API_VERSION = "1.0.0"

ERROR_PAGE: web.AppKey[Callable[[web.Request, Problem], web.Response]] = web.AppKey("error_page", Callable)  # type: ignore[arg-type]  # a type of function has no class
"""What makes an error page: it stands further up the road than this file."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {frames}; require-trusted-types-for 'script'; trusted-types fontein"
)
PAGE_CSP = _CSP.format(frames="'none'")
WALL_CSP = _CSP.format(frames="'self'")
ORGANISE_CSP = f"{PAGE_CSP}; frame-src 'self'"
"""The organiser's page holds a wall in a frame, to try themes on; so does the page that plays the day again."""
WORKER_CSP = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""The service worker's own: what it loads and asks for is ours too."""
DATA_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def scheme_of(request: web.Request) -> str:
    """`http` or `https`, as the browser sees it: `X-Forwarded-Proto` is believed from the trusted proxy only."""
    config = site_of(request).config
    if config.tls_cert:
        return "https"
    if config.trust_proxy and _peer(request) == config.trust_proxy:
        forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[-1].strip()
        return "https" if forwarded == "https" else "http"
    return "http"


def _peer(request: web.Request) -> str:
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return str(peer[0]).removeprefix("::ffff:") if peer else ""


def address_of(request: web.Request) -> str:
    """The address of whoever asks; of `X-Forwarded-For` the last entry, and only from the trusted proxy."""
    peer = _peer(request)
    config = site_of(request).config
    if config.trust_proxy and peer == config.trust_proxy:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        return forwarded or peer
    return peer


def own_origins(request: web.Request) -> frozenset[str]:
    """The origins that are ours for this request."""
    site = site_of(request)
    public = site.config.public_url.rstrip("/")
    return frozenset(o for o in (f"{scheme_of(request)}://{request.host}".lower(), public.lower()) if o)


def check_origin(request: web.Request) -> None:
    """
    Refuse what another site's page sends with our cookie (CSRF, cross-site WebSocket hijacking).

    Raises:
        NotAllowed: The Origin is missing or not ours.

    Source: OWASP ASVS 5.0, 3.5.1 and 4.4.2: an exact match, no suffix, no pattern.
    """
    origin = request.headers.get("Origin", "")
    if origin.lower() not in own_origins(request):
        raise NotAllowed("This page may not do that here: its Origin is not ours.", code="origin")


def check_host(request: web.Request) -> None:
    """
    Refuse a Host that is not ours: a name that a stranger let point here (DNS rebinding).

    Addresses as literals are fine: nobody can let them point elsewhere.

    Raises:
        BadInput: `bad-host`.
    """
    host = _name_of(request.host)
    if not host or not _is_own_host(host, site_of(request)):
        raise BadInput(f'"{host[:100]}" is not a name of this server; start it with --public-url.', code="bad-host")


def _name_of(host: str) -> str:
    """The name in a Host header, without its port; empty for one that is more, or less, than name and port."""
    try:
        parts = urlsplit(f"//{host}")
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.netloc == host and "@" not in host else ""


def _is_own_host(host: str, site: Site) -> bool:
    names = {"localhost", socket.gethostname().lower(), f"{socket.gethostname().lower()}.local"}
    names.add((urlsplit(site.config.public_url).hostname or "localhost").lower())
    names.add(site.config.host.lower())
    return host.lower() in names or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check, answer, and turn whatever went wrong into a problem document."""
    try:
        check_host(request)
        site_of(request).buckets.take(ADDRESS, network_of(address_of(request)))
        response = await handler(request)
    except web.HTTPException as ex:
        if ex.status < 400:
            add_headers(request, ex)
            raise
        response = _failed(request, ex)
    except Exception as ex:  # The boundary: `problem_of` logs what nobody foresaw.
        response = _failed(request, ex)
    if not response.prepared:
        add_headers(request, response)
    return response


def _failed(request: web.Request, error: Exception) -> web.StreamResponse:
    problem = problem_of(error)
    if request.method in _SAFE_METHODS and wants_page(request):
        return request.app[ERROR_PAGE](request, problem)
    response = response_of(problem)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = error.headers["Allow"]  # RFC 9110, 15.5.6
    return response


def wants_page(request: web.Request) -> bool:
    """Whether a person looks at the answer."""
    is_data = request.path.startswith(("/v1/", "/assets/")) or "/media/" in request.path
    return "text/html" in request.headers.get("Accept", "") and not is_data


def _page_csp(path: str) -> str:
    if path.endswith("/wall"):
        return WALL_CSP
    return ORGANISE_CSP if path.endswith(("/organise", "/replay")) else PAGE_CSP


def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer. `no-store` unless the handler said otherwise."""
    headers = response.headers
    is_page = headers.get("Content-Type", "").startswith("text/html")
    is_wall = request.path.endswith("/wall")
    headers.setdefault("Content-Security-Policy", _page_csp(request.path) if is_page else DATA_CSP)
    headers.setdefault("Cache-Control", "no-store")
    headers["Server"] = "Fontein"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if not is_wall:
        headers["X-Frame-Options"] = "DENY"
    if request.path.startswith("/v1/"):
        headers["API-Version"] = API_VERSION
    if scheme_of(request) == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
