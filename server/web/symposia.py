"""Making symposia: the operator's work, in the browser or from the command line."""

from __future__ import annotations

import datetime
import re
import secrets
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from server.errors import BadInput, Conflict
from server.intake.text import clean, graphemes, hashtags, is_blank, tag_fold
from server.symposium import views
from server.symposium.bodies import ProgrammeHeading
from server.symposium.values import OPERATOR, Role
from server.web.auth import hand_in_operator, need_operator
from server.web.badges import Token, checked_name, checked_session, role_link
from server.web.bodies import answer, read_json
from server.web.pages import LANGUAGES, join_facts
from server.web.site import Hall, NewSymposium, Site, hall_of, site_of

RESERVED = frozenset(
    {
        "accessibility",
        "admin",
        "api",
        "assets",
        "favicon",
        "health",
        "login",
        "logout",
        "metrics",
        "new",
        "privacy",
        "robots",
        "scan",
        "sitemap",
        "static",
        "sw",
        "toegankelijkheid",
        "v1",
        "well-known",
    }
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SHORT = re.compile(r"[A-Z2-9]{2,5}")
_SHORT_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
MAX_TITLE = 100
MAX_SLUG = 40
MAX_TAGS = 8
MAX_LENGTH = datetime.timedelta(days=366)

ROLE_NAMES = {
    Role.ORGANISER: {"nl": "Organisator", "en": "Organiser"},
    Role.MODERATOR: {"nl": "Redactie", "en": "Desk"},
    Role.AUTHOR: {"nl": "Verslag", "en": "Report"},
    Role.SCREEN: {"nl": "Scherm", "en": "Screen"},
}


class SymposiumForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Four fields; the rest has sound defaults. `date` is ISO 8601, the first or only day; `until` the last of several;
    `short` 2–5 of A–Z and 2–9.
    """

    title: str
    hashtags: tuple[str, ...] = ()
    date: str = ""
    until: str = ""
    short: str = ""
    slug: str = ""
    languages: tuple[str, ...] = LANGUAGES


class NewBadgeFor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`session` is a speaker's."""

    role: Role
    name: str
    session: str | None = None


def checked(form: SymposiumForm, site: Site) -> NewSymposium:
    """
    What it takes to make a symposium.

    Raises:
        BadInput: With the field that cannot be used, and what to do.
        Conflict: The slug or the short address is taken.
    """
    title = clean(form.title, lines=False)
    if is_blank(title) or graphemes(title) > MAX_TITLE:
        raise BadInput(f"A title has 1 to {MAX_TITLE} characters.", code="title", field="$.title")
    slug = _slug(form.slug or _slug_of(title), given=bool(form.slug), site=site)
    date = _date(form.date)
    return NewSymposium(
        slug=slug,
        short=_short(form.short, title, site),
        title=title,
        hashtags=_hashtags(form.hashtags),
        languages=_languages(form.languages),
        date=date,
        until=_until(form.until, date),
    )


def _slug_of(title: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(title))
    return _cut(slug.strip("-"), MAX_SLUG) or "symposium"


def _cut(slug: str, room: int) -> str:
    """*slug* up to a word's end, at most *room* long; one long word is cut where the room ends."""
    if len(slug) <= room:
        return slug
    words, _, _ = slug[: room + 1].rpartition("-")
    return words or slug[:room]


def _ascii(title: str) -> str:
    return "".join(c if c.isascii() else tag_fold(c) for c in title.lower())


def _slug(slug: str, *, given: bool, site: Site) -> str:
    if not _SLUG.fullmatch(slug) or slug in RESERVED or _SHORT.fullmatch(slug.upper()):
        if not given:
            return _slug(f"{slug}-{_today().year}", given=True, site=site)
        raise BadInput(
            "An address has 6 to 40 of a–z, 0–9 and -, and is not one of our own names.", code="slug", field="$.slug"
        )
    if slug not in site.halls:
        return slug
    if given:
        raise Conflict(f'There is a symposium "{slug}" already; choose another address.', code="slug-taken")
    numbered = (_cut(slug, MAX_SLUG - len(f"-{n}")) + f"-{n}" for n in range(2, 10_000))
    return next(each for each in numbered if each not in site.halls)


def _short(short: str, title: str, site: Site) -> str:
    taken = {hall.node.state.short for hall in site.halls.values()}
    if short:
        short = short.strip().upper()
        if not _SHORT.fullmatch(short):
            raise BadInput("A short address has 2 to 5 of A–Z and 2–9.", code="short", field="$.short")
        if short in taken or short.lower() in RESERVED:
            raise Conflict(f'The short address "{short}" is taken; choose another.', code="short-taken")
        return short
    letters = [c for c in _ascii(title).upper() if c in _SHORT_ALPHABET]
    wish = "".join(letters[:2])
    if len(wish) == 2 and wish not in taken and wish.lower() not in RESERVED:
        return wish
    while True:
        short = "".join(secrets.choice(_SHORT_ALPHABET) for _ in range(3))
        if short not in taken and short.lower() not in RESERVED:
            return short


def _hashtags(tags: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in tags:
        name = tag.strip().lstrip("#").strip()
        if not name:
            continue
        if hashtags(f"#{name}") != (name,) or len(name) > 60:
            raise BadInput(f'"{name[:40]}" cannot be a hashtag.', code="hashtag", field="$.hashtags")
        found.setdefault(tag_fold(name), name)
    if len(found) > MAX_TAGS:
        raise BadInput(f"A symposium has at most {MAX_TAGS} hashtags.", code="hashtag", field="$.hashtags")
    return tuple(found.values())


def _languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(languages))
    if not unique or any(lang not in LANGUAGES for lang in unique):
        raise BadInput(f"Languages are {' and '.join(LANGUAGES)}.", code="languages", field="$.languages")
    return unique


def _today() -> datetime.date:
    """In the zone of a symposium that has no programme yet: near midnight a server elsewhere has another day."""
    return datetime.datetime.now(ZoneInfo(ProgrammeHeading().zone)).date()


def _date(date: str) -> str:
    if not date:
        return _today().isoformat()
    try:
        return datetime.date.fromisoformat(date).isoformat()
    except ValueError as ex:
        raise BadInput("A date is written as 2026-11-12.", code="date", field="$.date") from ex


def _until(until: str, date: str) -> str:
    """The last day; empty where that is the first."""
    if not until:
        return ""
    try:
        last, first = datetime.date.fromisoformat(until), datetime.date.fromisoformat(date)
    except ValueError as ex:
        raise BadInput("A last day is written as 2026-11-14.", code="date", field="$.until") from ex
    if last < first or last - first > MAX_LENGTH:
        message = f"The last day comes after the first, {date}, at most {MAX_LENGTH.days} days later."
        raise BadInput(message, code="date", field="$.until")
    return "" if last == first else last.isoformat()


async def open_with_badges(site: Site, new: NewSymposium, *, run: str | None = None) -> dict[str, Any]:
    """Make a symposium, and a badge for each role. The tokens are in the answer, and nowhere else."""
    hall = await site.make(new)
    return await badges_for(site, hall, run=run)


async def badges_for(site: Site, hall: Hall, *, run: str | None = None) -> dict[str, Any]:
    """
    A fresh badge for each role, with its links: `{"slug", "links": {role: url}, "badges": {role: token}}`.

    None for a speaker: that is for one session, and a new symposium has none.
    """
    lang = hall.node.state.languages[0]
    badges, links = {}, {"join": join_facts(site, hall)["url"]}
    for role, names in ROLE_NAMES.items():
        _, token = await hall.node.make_badge(OPERATOR, role, names[lang], run=run)
        badges[role.value] = token
        links[role.value] = role_link(site, hall, role, token)
        if role is Role.MODERATOR:
            links["stage"] = links[role.value].replace("/desk#", "/stage#")
    links["wall"] = f"{site.base_url}/{hall.slug}/wall"
    return {"slug": hall.slug, "links": links, "badges": badges}


async def make(request: web.Request) -> web.Response:
    """`POST /v1/symposia`."""
    need_operator(request)
    site = site_of(request)
    form = await read_json(request, SymposiumForm)
    async with site.making:
        return answer(await open_with_badges(site, checked(form, site)), status=201)


async def make_badge(request: web.Request) -> web.Response:
    """`POST /v1/operator/symposia/{slug}/badges`: for the command line."""
    need_operator(request)
    site, hall = site_of(request), hall_of(request)
    new = await read_json(request, NewBadgeFor)
    session = checked_session(hall.node.state, new.role, new.session)
    badge, token = await hall.node.make_badge(OPERATOR, new.role, checked_name(new.name), session=session)
    link = role_link(site, hall, new.role, token)
    return answer({"id": badge, "role": new.role.value, "token": token, "link": link}, status=201)


async def operator(request: web.Request) -> web.Response:
    """`GET /v1/operator`: the symposia that are here."""
    need_operator(request)
    halls = site_of(request).halls.values()
    listed = [{"slug": h.slug, "title": views.symposium_body(h.node.state).title} for h in halls]
    return answer({"symposia": listed})


async def put_operator(request: web.Request) -> web.Response:
    """`PUT /v1/operator`: the operator link's token becomes a cookie of this run."""
    new = await read_json(request, Token)
    response = web.Response(status=204)
    hand_in_operator(request, new.token, response)
    return response


async def facts(request: web.Request) -> web.Response:
    """`GET /v1/symposia/{slug}`: what anybody may know."""
    site, hall = site_of(request), hall_of(request)
    return answer({"symposium": views.symposium_facts(hall.node.state), "join": join_facts(site, hall)})
