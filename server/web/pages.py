"""The pages: templates of `wall/`, filled with words in the reader's language and with what their script needs."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

from server.errors import NotFound
from server.live.audience import Audience
from server.node import Node
from server.symposium import views
from server.symposium.state import Badge
from server.symposium.values import Role
from server.web.auth import badge_of, device_of, is_operator, mint_device
from server.web.guard import scheme_of
from server.web.problems import Problem
from server.web.site import WALL_FOLDER, Hall, Scan, Site, hall_of, site_of

if TYPE_CHECKING:
    import jinja2

LANGUAGES = ("nl", "en")
MAX_GRAPHEMES = 500
MAX_PHOTOS = 4
_LANGUAGE_COOKIE = "fontein-lang"
_YEAR_S = 365 * 24 * 3_600


@cache
def _templates() -> jinja2.Environment:
    import jinja2  # Takes a tenth of a second: the first page waits for it, not the server's start.

    loader = jinja2.FileSystemLoader(WALL_FOLDER)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, auto_reload=False)


# Language


@cache
def catalogue(lang: str, surface: str) -> dict[str, Any]:
    """The words of one surface in one language; empty where it has none of its own."""
    path = WALL_FOLDER / "locale" / lang / f"{surface}.json"
    if not path.exists():
        return {}
    words: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return words


def language_of(request: web.Request, languages: tuple[str, ...]) -> str:
    """The reader's language: chosen, remembered or preferred; the first of *languages* where none of these fits."""
    wanted = (request.query.get("lang"), request.cookies.get(_LANGUAGE_COOKIE), *_accepted(request))
    return next((lang for lang in wanted if lang in languages), languages[0])


def _accepted(request: web.Request) -> list[str]:
    """Primary tags of Accept-Language, best first; what cannot be read counts as 0."""
    ranked = []
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            ranked.append((float(quality or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


# One page


def render(
    request: web.Request,
    surface: str,
    *,
    hall: Hall | None = None,
    status: int = 200,
    extra: dict[str, Any] | None = None,
    badge: Badge | None = None,
    fixed_lang: str | None = None,
) -> web.Response:
    """
    A page of *surface*.

    Args:
        hall: The symposium that it belongs to.
        extra: More for the template, and under `extra` for its script.
        badge: The reader's.
        fixed_lang: A language that the reader does not choose, as on the wall.
    """
    site = site_of(request)
    languages = hall.node.state.languages if hall is not None else LANGUAGES
    usable = tuple(lang for lang in languages if lang in LANGUAGES) or LANGUAGES
    lang = fixed_lang or language_of(request, usable)
    words = {**catalogue(lang, "common"), **catalogue(lang, surface)}
    page = _page(request, site, hall, badge, lang, usable, words)
    body = (
        _templates()
        .get_template(f"{surface}/page.html")
        .render(
            lang=lang,
            dir="ltr",
            w=words,
            asset=site.assets.url,
            page={**page, **(extra or {})},
            symposium=page["symposium"],
            **(extra or {}),
        )
    )
    response = web.Response(text=body, content_type="text/html", status=status)
    if request.query.get("lang") in usable:
        response.set_cookie(_LANGUAGE_COOKIE, lang, max_age=_YEAR_S, samesite="Lax", path="/")
    return response


def _page(
    request: web.Request,
    site: Site,
    hall: Hall | None,
    badge: Badge | None,
    lang: str,
    languages: tuple[str, ...],
    words: dict[str, Any],
) -> dict[str, Any]:
    other = next((each for each in languages if each != lang), None)
    page: dict[str, Any] = {
        "lang": lang,
        "languages": languages,
        "otherLang": other,
        "otherLangUrl": f"?{request.rel_url.update_query(lang=other).raw_query_string}" if other else None,
        "words": words,
        "assets": site.assets.prefix,
        "secure": scheme_of(request) == "https",
        "maxGraphemes": MAX_GRAPHEMES,
        "maxPhotos": MAX_PHOTOS,
        "slug": None,
        "symposium": None,
        "badge": None,
        "device": False,
        "api": "/v1",
        "epoch": "",
    }
    return page if hall is None else {**page, **_hall_page(request, site, hall, badge)}


def _hall_page(request: web.Request, site: Site, hall: Hall, badge: Badge | None) -> dict[str, Any]:
    state = hall.node.state
    facts = views.symposium_facts(state)
    return {
        "slug": hall.slug,
        "epoch": hall.node.epoch,
        "api": f"/v1/symposia/{hall.slug}",
        "liveUrl": f"/v1/symposia/{hall.slug}/live",
        "device": device_of(request, hall) is not None,
        "badge": badge_facts(hall.node, badge),
        "symposium": {
            "slug": facts.slug,
            "title": facts.title,
            "hashtags": facts.hashtags,
            "languages": facts.languages,
            "date": facts.date,
            "short": facts.short,
            "open": facts.open,
            "listens": facts.listens,
        },
        "join": join_facts(site, hall),
    }


def badge_facts(node: Node, badge: Badge | None) -> dict[str, str] | None:
    """A badge, as its holder may know it."""
    if badge is None:
        return None
    return {"id": badge.id, "role": badge.role.value, "name": views.badge_name(node.state, badge.id) or ""}


def join_facts(site: Site, hall: Hall) -> dict[str, str]:
    """How the hall joins: the address in the code, and the short one that people type."""
    host = site.base_url.partition("://")[2]
    short = hall.node.state.short.lower()
    return {
        "url": f"{site.base_url}/{hall.slug}",
        "short": f"{host}/{short}",
        "qr": f"/{hall.slug}/qr.svg",
    }


# The surfaces


async def phone(request: web.Request) -> web.Response:
    """The phone's page. Gives the device its cookie, so that the first post already has a sender."""
    hall = hall_of(request)
    response = render(request, "phone", hall=hall, extra={"sent": request.query.get("sent") == "1", "failed": ""})
    if device_of(request, hall) is None:
        mint_device(request, hall, response)
    return response


async def text(request: web.Request) -> web.Response:
    """The wall as a calm, accessible list."""
    return render(request, "text", hall=hall_of(request))


async def wall(request: web.Request) -> web.Response:
    """The screen. Its language is the symposium's first, whoever looks."""
    hall = hall_of(request)
    return render(request, "screen", hall=hall, fixed_lang=hall.node.state.languages[0])


async def desk(request: web.Request) -> web.Response:
    """The moderators' desk. The page explains itself to whoever has no badge."""
    hall = hall_of(request)
    return render(request, "desk", hall=hall, badge=badge_of(request, hall))


async def stage(request: web.Request) -> web.Response:
    """The remote control of the screens."""
    hall = hall_of(request)
    return render(request, "stage", hall=hall, badge=badge_of(request, hall))


async def organise(request: web.Request) -> web.Response:
    """Links, badges and sources, for the organiser."""
    hall = hall_of(request)
    return render(request, "organise", hall=hall, badge=badge_of(request, hall))


async def new(request: web.Request) -> web.Response:
    """Where the operator makes a symposium."""
    return render(request, "new", extra={"operator": is_operator(request, site_of(request))})


async def privacy(request: web.Request) -> web.Response:
    """What is kept, by whom and for how long."""
    config = site_of(request).config
    return render(request, "privacy", extra={"organisation": config.organisation, "contact": config.contact})


async def report(request: web.Request) -> web.Response:
    """Everything that was shown, to read; the address of the report."""
    raise web.HTTPSeeOther(f"/{hall_of(request).slug}/text")


async def scan(request: web.Request) -> web.Response:
    """Where a scanned test code leads: it worked."""
    site = site_of(request)
    found: Scan | None = site.scans.get(request.match_info["code"])
    if found is None:
        raise NotFound("This test is over. Start a new one on the organiser's page.", code="no-scan-test")
    if found.arrived_us is None:
        found.arrived_us = site.now_us()
    return render(request, "scan")


async def front(request: web.Request) -> web.Response:
    """The front door: the one symposium that is here, or the page to make the first."""
    site = site_of(request)
    if not site.halls:
        raise web.HTTPSeeOther("/new")
    newest = list(site.halls.values())[-1]
    raise web.HTTPSeeOther(f"/{newest.slug}")


async def short(request: web.Request) -> web.Response:
    """A short address, as people type it: on to the phone's page, or to the one behind it."""
    hall = site_of(request).by_short(request.match_info["short"])
    if hall is None:
        raise NotFound("There is nothing at this address. Look at the screen once more.", code="no-symposium")
    tail = request.match_info.get("page", "")
    raise web.HTTPFound(f"/{hall.slug}" + (f"/{tail}" if tail else ""))


def error_page(request: web.Request, problem: Problem) -> web.Response:
    """An error, for people, in their language. The sentence for programs stays in the problem document."""
    words = catalogue(language_of(request, LANGUAGES), "error")
    known = problem.status if f"error.{problem.status}" in words else 422 if problem.status < 500 else 503
    response = render(
        request,
        "error",
        status=problem.status,
        extra={"status": problem.status, "title": words[f"error.{known}"], "detail": words[f"error.{known}.text"]},
    )
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


AUDIENCE_ROLES: dict[Audience, frozenset[Role]] = {
    Audience.DESK: frozenset({Role.ORGANISER, Role.MODERATOR}),
    Audience.STAGE: frozenset({Role.ORGANISER, Role.MODERATOR}),
}
"""Who may see an audience's view; the others are public."""
