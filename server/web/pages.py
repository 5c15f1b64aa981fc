"""The pages: templates of `wall/`, filled with words in the reader's language and with what their script needs."""

from __future__ import annotations

import contextlib
import gzip
import json
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from qr.words import check_words
from server.errors import BadInput, FonteinError, NotFound
from server.live.audience import Audience
from server.node import Node
from server.sources.manifest import read_manifest
from server.symposium import views
from server.symposium.hall_facts import live_poll, question_facts
from server.symposium.polls import is_open
from server.symposium.programme_facts import programme_facts
from server.symposium.state import Badge, Keeping
from server.symposium.values import DeviceId, Kept, Role, SessionId, Stand, Status
from server.web.assets import takes_gzip
from server.web.auth import badge_of, device_of, is_operator, mint_device
from server.web.bodies import encode
from server.web.guard import WORKER_CSP, scheme_of
from server.web.looks import tried_item
from server.web.problems import Problem, problem_of
from server.web.site import WALL_FOLDER, Hall, Scan, Site, hall_of, site_of

if TYPE_CHECKING:
    import jinja2

LANGUAGES = ("nl", "en")
MAX_GRAPHEMES = 500
MAX_PHOTOS = 4
_LANGUAGE_COOKIE = "fontein-lang"
_PLAIN_POSTS = 50
_MAX_ID = 64
"""Characters of an id of the programme."""
_SHORT_NAME = 12
"""In characters: below an icon there is room for no more."""
_SHELLS = frozenset({"phone", "text", "screen", "papers", "programme"})
"""The pages that everybody may see and many load: they go packed, and the service worker may keep them."""
_OWN_STATES = {
    Status.HELD: "waiting",
    Status.SHOWN: "approved",
    Status.HIDDEN: "not-shown",
    Status.REJECTED: "not-shown",
}
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


def _plug_ins(site: Site) -> Mapping[str, str]:
    """What posts of a stranger's network are said to come from: its name, in every language."""
    folders = (site.config.folder / "plugins").glob("*/manifest.toml")
    return _names(tuple(sorted(manifest.parent for manifest in folders)))


@cache
def _names(folders: tuple[Path, ...]) -> Mapping[str, str]:
    names = {}
    for folder in folders:
        with contextlib.suppress(BadInput):  # The log says so where the networks are listed.
            names[f"source.{folder.name}"] = read_manifest(folder).name
    return names


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
    shown: dict[str, Any] | None = None,
    badge: Badge | None = None,
    fixed_lang: str | None = None,
) -> web.Response:
    """
    A page of *surface*.

    Args:
        hall: The symposium that it belongs to.
        extra: More for the template, and under `extra` for its script.
        shown: More for the template alone.
        badge: The reader's.
        fixed_lang: A language that the reader does not choose, as on the wall.
    """
    site = site_of(request)
    usable = _usable(hall)
    lang = fixed_lang or language_of(request, usable)
    words = {**_plug_ins(site), **catalogue(lang, "common"), **catalogue(lang, surface)}
    page = _page(request, site, hall, badge, lang, usable, words)
    body = (
        _templates()
        .get_template(f"{surface}/page.html")
        .render(
            lang=lang,
            dir="ltr",
            w=words,
            asset=site.assets.url,
            drawing=site.assets.drawing,
            page={**page, **(extra or {})},
            symposium=page["symposium"],
            **(extra or {}),
            **(shown or {}),
        )
    )
    response = _answer(request, body, status=status, packed=surface in _SHELLS)
    if request.query.get("lang") in usable:
        response.set_cookie(_LANGUAGE_COOKIE, lang, max_age=_YEAR_S, samesite="Lax", path="/")
    return response


def page_language(request: web.Request, hall: Hall) -> str:
    """The language of a page of *hall*, where the reader chooses."""
    return language_of(request, _usable(hall))


def _usable(hall: Hall | None) -> tuple[str, ...]:
    languages = LANGUAGES if hall is None else hall.node.state.languages
    return tuple(lang for lang in languages if lang in LANGUAGES) or LANGUAGES


def _answer(request: web.Request, page: str, *, status: int, packed: bool) -> web.Response:
    """
    The page, in gzip where *packed* and the reader takes it: nothing in those pages is a secret, so that their size
    tells a listener nothing (the attack is called BREACH).
    """
    body = page.encode("utf-8")
    response = web.Response(body=body, content_type="text/html", charset="utf-8", status=status)
    if packed:
        response.headers["Vary"] = "Accept-Encoding"
        if takes_gzip(request):
            response.headers["Content-Encoding"] = "gzip"
            response.body = gzip.compress(body, 6, mtime=0)
    return response


def keep(request: web.Request, response: web.Response) -> web.Response:
    """
    Let the service worker keep this page, for when there is no network: `Fontein-Shell` says of which version it is.

    Only for pages that hold nobody's posts.
    """
    response.headers["Fontein-Shell"] = site_of(request).assets.prefix
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


def join_facts(site: Site, hall: Hall) -> dict[str, Any]:
    """How the hall joins: the address, the short one that is in the code and that people type, and the check word."""
    host = site.base_url.partition("://")[2]
    short = hall.node.state.short.lower()
    return {
        "url": f"{site.base_url}/{hall.slug}",
        "short": f"{host}/{short}",
        "qr": f"/{hall.slug}/qr.svg",
        "check": check_words(hall.slug.encode()),
    }


# The surfaces


async def phone(request: web.Request) -> web.Response:
    """
    The phone's page. Gives the device its cookie, so that the first post already has a sender.

    With `?sent=1` or `?own=1`, as the form without JavaScript leads here, own posts stand in the page itself; with
    `?hall=1` the questions of the hall, and the polls that are open.
    """
    hall = hall_of(request)
    device = device_of(request, hall)
    sent, own, lists = (request.query.get(name) == "1" for name in ("sent", "own", "hall"))
    response = phone_page(request, hall, device=device if sent or own else None, sent=sent)
    if device is None:
        mint_device(request, hall, response)
    # What a code said of the room is of one visit.
    plain = not (sent or own or lists or "room" in request.query or "session" in request.query)
    return keep(request, response) if plain else response


def phone_page(
    request: web.Request,
    hall: Hall,
    *,
    device: DeviceId | None = None,
    sent: bool = False,
    failed: FonteinError | None = None,
    typed: tuple[str, str] = ("", ""),
    asked: bool = False,
) -> web.Response:
    """
    The phone's page, as it works without JavaScript too.

    Args:
        device: Whose own posts stand in it; None for none.
        sent: Whether a post was taken in just now.
        failed: Why it was not.
        typed: Text and name, to give back.
        asked: Whether that was a question.
    """
    problem = None if failed is None else problem_of(failed)
    code, retry_after = ("", None) if problem is None else (problem.code, problem.retry_after)
    extra = {
        "sent": sent,
        "failed": code,
        "retryAfter": retry_after or 30,
        "typed": typed[0],
        "name": typed[1],
        "own": None if device is None else _own_rows(hall, device),
        "asked": asked,
        "asks": hall.node.state.hall.questions,
        "key": secrets.token_hex(8),
        **_where(request, hall),
    }
    # What is wrong with the text is 422, whichever rule it was; what passes by itself says when.
    status = 200 if problem is None else problem.status if problem.status in (429, 503, 507) else 422
    lists = _hall_lists(request, hall) if request.query.get("hall") == "1" else None
    response = render(request, "phone", hall=hall, status=status, extra=extra, shown={"lists": lists})
    if status in (429, 503, 507) and retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _where(request: web.Request, hall: Hall) -> dict[str, Any]:
    """What the code that was scanned said, the room of its screen or a session; and the word on the screens."""
    room, session = (request.query.get(name, "")[:_MAX_ID] for name in ("room", "session"))
    facts = programme_facts(hall.node.state)
    slots = {} if hall.node.state.programme is None else hall.node.state.programme.slots
    join: Mapping[str, Any] = join_facts(site_of(request), hall)
    check: Mapping[str, str] = join.get("check", {})
    return {
        "room": next(({"id": each.id, "name": each.name} for each in facts.rooms if each.id == room), None),
        "session": session if SessionId(session) in slots else None,
        "check": check.get(language_of(request, LANGUAGES), ""),
    }


def _own_rows(hall: Hall, device: DeviceId) -> list[dict[str, Any]]:
    return [
        {
            "id": post.id,
            "text": post.text,
            "photos": len(post.media),
            "state": "on-screen" if post.on_screen else _OWN_STATES.get(post.status, "withdrawn"),
            "reason": post.reason,
        }
        for post in views.own_posts(hall.node.state, device)
    ]


def _hall_lists(request: web.Request, hall: Hall) -> dict[str, Any]:
    """What the hall asks and is asked now, for who has no JavaScript."""
    state, lang = hall.node.state, language_of(request, LANGUAGES)
    asked = [each for each in question_facts(state) if each.stand in (Stand.OPEN, Stand.ON_STAGE)]
    found = [live_poll(state, id_) for id_, poll in state.polls.items() if is_open(poll)]
    questions = [
        {"text": q.text, "name": q.name, "votes": q.votes, "form": "one" if q.votes == 1 else "other", "stand": q.stand}
        for q in asked[:_PLAIN_POSTS]
    ]
    polls = [
        {"title": title, "lang": its, "options": [_in(lang, option)[1] for option in poll.options]}
        for poll in found
        for its, title in (_in(lang, poll.title),)
    ]
    return {"questions": questions, "polls": polls}


def _in(lang: str, words: Mapping[str, str]) -> tuple[str, str]:
    """In the reader's language, else in the other one: which, and the words."""
    return (lang, words[lang]) if lang in words else next(iter(words.items()), (lang, ""))


async def wall(request: web.Request) -> web.Response:
    """The screen. Its language is the symposium's first, whoever looks; staff may look at one in a theme they try."""
    hall = hall_of(request)
    tried = tried_item(request, hall)
    page = render(request, "screen", hall=hall, fixed_lang=hall.node.state.languages[0], extra={"tried": tried})
    return page if tried is not None else keep(request, page)


async def manifest(request: web.Request) -> web.Response:
    """`GET /{slug}/manifest.webmanifest`: what a phone needs to keep the page beside its apps. Nobody is asked to."""
    site, hall = site_of(request), hall_of(request)
    lang = language_of(request, LANGUAGES)
    title = views.symposium_facts(hall.node.state).title
    icons = [("any", 192), ("any", 512), ("maskable", 512)]
    facts = {
        "id": f"/{hall.slug}",
        "name": title,
        "short_name": title if len(title) <= _SHORT_NAME else catalogue(lang, "phone")["app.name"],
        "lang": lang,
        "start_url": f"/{hall.slug}",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f6",
        "theme_color": "#ffffff",
        "icons": [
            {
                "src": site.assets.url(f"icons/fontein-{purpose}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose, size in icons
        ],
    }
    return web.Response(body=encode(facts), content_type="application/manifest+json")


async def worker(request: web.Request) -> web.Response:
    """
    `GET /sw.js`: the service worker. It stands at the root, since it may only care for what is below it.

    Never from a cache: a new version of the pages comes with a new one.
    """
    script = site_of(request).assets.worker
    headers = {"Content-Security-Policy": WORKER_CSP, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if takes_gzip(request) and script.packed is not None:
        headers["Content-Encoding"] = "gzip"
    body = script.packed if "Content-Encoding" in headers else script.body
    return web.Response(body=body, content_type="text/javascript", headers=headers)


async def desk(request: web.Request) -> web.Response:
    """The moderators' desk. The page explains itself to whoever has no badge."""
    hall = hall_of(request)
    return render(request, "desk", hall=hall, badge=badge_of(request, hall))


async def stage(request: web.Request) -> web.Response:
    """The remote control of the screens."""
    hall = hall_of(request)
    return render(request, "stage", hall=hall, badge=badge_of(request, hall))


async def chair(request: web.Request) -> web.Response:
    """What the hall asks, for who stands on stage. A speaker's page is about their own session."""
    hall = hall_of(request)
    badge = badge_of(request, hall)
    own = badge.session if badge is not None and badge.role is Role.SPEAKER else None
    return render(request, "chair", hall=hall, badge=badge, extra={"session": own})


async def organise(request: web.Request) -> web.Response:
    """Links, badges and sources, for the organiser."""
    hall = hall_of(request)
    return render(request, "organise", hall=hall, badge=badge_of(request, hall))


async def new(request: web.Request) -> web.Response:
    """Where the operator makes a symposium."""
    return render(request, "new", extra={"operator": is_operator(request, site_of(request))})


async def privacy(request: web.Request) -> web.Response:
    """`GET /privacy[?of={slug}]`: what is kept, by whom and for how long; of a symposium as its organiser set it."""
    site = site_of(request)
    hall = site.halls.get(request.query.get("of", ""))
    keeping = Keeping() if hall is None else hall.node.state.keeping
    days = {each: getattr(keeping, f"{each}_days") for each in Kept}
    return render(
        request,
        "privacy",
        extra={"organisation": site.config.organisation, "contact": site.config.contact},
        shown={
            "known": hall is not None,
            "rejected_hours": keeping.rejected_hours,
            "kept": [(each.value, n) for each, n in days.items()],
            "hold": hall is not None and hall.node.state.hold is not None,
        },
    )


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


async def lower_case(request: web.Request) -> web.Response:
    """An address with capitals or a slash at its end, as a phone's keyboard writes it: on to the page itself."""
    slug = request.match_info["slug"].lower()
    if slug not in site_of(request).halls:
        raise NotFound("There is nothing at this address. Look at the screen once more.", code="no-symposium")
    page = request.match_info.get("page", "")
    query = f"?{request.query_string}" if request.query_string else ""
    raise web.HTTPFound(f"/{slug}" + (f"/{page}" if page else "") + query)


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
    Audience.REPORT: frozenset({Role.ORGANISER, Role.AUTHOR}),
    Audience.CHAIR: frozenset({Role.ORGANISER, Role.MODERATOR, Role.CHAIR, Role.SPEAKER}),
}
"""Who may see an audience's view; the others are public."""
