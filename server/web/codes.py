"""Codes on paper: what there is to print, the prints themselves, and how far a code on the screen is read."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date as Date
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from qr import TextTooLong
from qr.address import capitals
from qr.checked import checked_png
from qr.codes import PRINT, SCREEN, Unreadable, version_of
from qr.legibility import Room, advice
from qr.posters import A_PAGE, Kind, Look, Ornament, Print, Sheet, Size, Target, poster, preview, print_pdf, words_of
from server.errors import BadInput, Conflict, NotFound, TooMany
from server.symposium import views
from server.symposium.bodies import programme_body, theme_body
from server.symposium.programme_facts import SessionFacts, WholeProgramme, whole_programme
from server.symposium.shelf import PaperFacts, paper_facts, papers
from server.symposium.values import Role, SessionKind
from server.themes.colour import WHITE, Colour, contrast, mix, nearest
from server.themes.look import Look as ThemeLook
from server.themes.properties import Layout
from server.web.auth import ORGANISER_ROLES, badge_of, need, need_operator
from server.web.badges import MAX_NAME, checked_name
from server.web.bodies import answer, read_json
from server.web.guard import DATA_CSP, address_of
from server.web.limits import Rate, network_of
from server.web.looks import worn
from server.web.pages import join_facts, language_of, render
from server.web.papers import paper_of
from server.web.scans import is_loopback
from server.web.short import NO_ADDRESS, short_url, svg
from server.web.site import Hall, Site, hall_of, site_of

MAX_TARGETS: Final = 300
"""Codes in one print."""
MAX_CODES: Final = 3_000
"""On one print with all copies: 375 sheets of table cards, 125 of stickers."""
POSTERS: Final = Rate(20, 0.2)
"""Posters that one address without a badge has made: a table of papers at once, then one each five seconds."""

_WORKERS = 2
_MAX_WAITING = 6
_BUSY_S = 5
_PICTURE_DPI = 110.0
_PNG_MODULE_PX = 24
_READ = 4.5
"""Of colour on paper. Source: WCAG 2.2, 1.4.3."""
_SPEAKERS = 6
_DEEPEST_M = 200.0

T = TypeVar("T")


class Press:
    """
    The threads that set pages. Two work at a time and six may wait, so that prints never take the whole machine.

    A print whose reader went away is still set to its end: its thread is not free before.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="press")
        self._busy = 0

    async def run(self, work: Callable[[], T]) -> T:
        """
        What *work* makes, on a thread.

        Raises:
            TooMany: Too many prints wait already.
            BadInput: `cannot-print`: an address is too long, or the code could not be read again.
        """
        self.check_room()
        self._busy += 1
        job = asyncio.get_running_loop().run_in_executor(self._threads, work)
        job.add_done_callback(self._done)
        try:
            return await asyncio.shield(job)
        except (TextTooLong, Unreadable) as ex:
            raise BadInput(f"This code cannot be printed: {ex}", code="cannot-print") from ex

    def check_room(self) -> None:
        """Raise TooMany where `run` would now."""
        if self._busy >= _WORKERS + _MAX_WAITING:
            raise TooMany("Many prints are being made; try again in a moment.", retry_after_s=_BUSY_S, code="busy")

    def _done(self, job: asyncio.Future[Any]) -> None:
        self._busy -= 1
        if not job.cancelled():
            job.exception()  # its waiter may have gone; asyncio would complain that nobody looked

    async def close(self, _: web.Application) -> None:
        """Begin nothing new; what is being set comes to its end by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


PRESS: web.AppKey[Press] = web.AppKey("press", Press)


def set_up(app: web.Application) -> None:
    """Give *app* its press."""
    app[PRESS] = Press()
    app.on_cleanup.append(app[PRESS].close)


# What there is to print


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which code: of a `join`, its room or "" for the whole symposium; of a session or paper, its id."""

    what: Literal["join", "session", "paper", "papers", "text"]
    id: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A personal link, as its making answered it: our address with a key behind `#k=`. Whose, and for what."""

    link: Annotated[str, msgspec.Meta(max_length=500)]
    name: Annotated[str, msgspec.Meta(max_length=4 * MAX_NAME)]
    role: Role


class NewPrint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What to print.

    Args:
        what: The kind of sheet; `badges` are cards with the personal `links`, the others show `targets`.
        size: Of a poster.
        langs: The first is the sheet's language, a second gets a line.
        copies: Of each card or sticker; without it, each code fills a sheet.
    """

    what: Print
    size: Size = Size.A4
    langs: Annotated[tuple[Literal["nl", "en"], ...], msgspec.Meta(min_length=1, max_length=2)] = ("nl", "en")
    targets: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_TARGETS)] = ()
    links: Annotated[tuple[Link, ...], msgspec.Meta(max_length=MAX_TARGETS)] = ()
    copies: Annotated[int, msgspec.Meta(ge=1, le=240)] | None = None


async def codes(request: web.Request) -> web.Response:
    """`GET …/codes`: every code of the symposium but those of badges, whose keys nobody can show again."""
    need(request, hall_of(request), ORGANISER_ROLES)
    return _listed(request)


async def operator_codes(request: web.Request) -> web.Response:
    """`GET /v1/operator/symposia/{slug}/codes`: the same, for the command line."""
    need_operator(request)
    return _listed(request)


def _listed(request: web.Request) -> web.Response:
    site, hall = site_of(request), hall_of(request)
    lang = language_of(request, ("nl", "en"))
    listed = [
        {
            "what": code.what,
            "id": code.id,
            "name": target.name,
            "place": target.place,
            "detail": target.detail,
            "shown": target.shown,
            "url": url,
            "text": target.url,
            "version": version_of(target.url, level=PRINT),
        }
        for code, target, url in all_targets(site, hall, lang)
    ]
    facts = {"codes": listed, "loopback": is_loopback(site), "check": join_facts(site, hall)["check"]}
    return answer({**facts, "limits": {"targets": MAX_TARGETS, "codes": MAX_CODES}})


def all_targets(site: Site, hall: Hall, lang: str) -> Iterator[tuple[Code, Target, str]]:
    """Every code: which, what is printed of it, and the address it leads to. What has no short code has none here."""
    state = hall.node.state
    programme = whole_programme(state)
    rooms = {room.id: room.name for room in programme.rooms}
    titles = {session.id: session.title for session in programme.sessions}

    def made(code: Code, kind: Kind, tail: str, **words: str) -> tuple[Code, Target, str]:
        return code, *_target(short_url(site, hall, tail), kind, **words)

    yield made(Code("join"), Kind.JOIN, "")
    for room in programme.rooms:
        if room.code is not None:
            yield made(Code("join", room.id), Kind.JOIN, room.code, place=room.name)
    yield made(Code("papers"), Kind.PAPERS, "papers")
    yield made(Code("text"), Kind.TEXT, "text")
    for session in programme.sessions:
        if session.code is not None and session.kind == SessionKind.TALK.value:
            words = {"name": session.title, "place": rooms.get(session.room or "", ""), "lang": session.lang}
            detail = _session_detail(session, programme)
            yield made(Code("session", session.id), Kind.SESSION, session.code, detail=detail, **words)
    for paper in papers(state):
        facts = paper_facts(state, paper, staff=True, abstract=False)
        if facts.code is not None:
            yield made(Code("paper", facts.id), Kind.PAPER, facts.code, **_paper_words(facts, titles, lang))


def _target(url: str, kind: Kind, **words: str) -> tuple[Target, str]:
    """What is printed of a short address, and the address."""
    return Target(kind=kind, url=capitals(url), shown=url.partition("://")[2].lower(), **words), url


def _paper_words(facts: PaperFacts, titles: Mapping[str, str], lang: str) -> dict[str, str]:
    return {"name": facts.title, "place": titles.get(facts.session or "", ""), "detail": _paper_detail(facts, lang)}


def _session_detail(session: SessionFacts, programme: WholeProgramme) -> str:
    """When, and who."""
    begin = datetime.fromtimestamp(session.start / 1e6, tz=ZoneInfo(programme.zone))
    names = [speaker.name for speaker in session.speakers[:_SPEAKERS]]
    more = ["…"] if len(session.speakers) > _SPEAKERS else []
    return " · ".join(each for each in (f"{begin:%H:%M}", ", ".join(names + more)) if each)


def _paper_detail(facts: PaperFacts, lang: str) -> str:
    """By whom, and how long it is."""
    pages = next((file.pages for file in facts.files if file.pages and not file.old), None)
    words = words_of(lang)
    length = "" if pages is None else words["page"] if pages == 1 else words["pages"].format(n=pages)
    return " · ".join(each for each in (", ".join(facts.authors), length) if each)


# Prints


async def prints(request: web.Request) -> web.Response:
    """`POST …/codes/prints`: a PDF. It is not kept anywhere: cards with personal links are secrets."""
    need(request, hall_of(request), ORGANISER_ROLES)
    return await _printed(request)


async def operator_prints(request: web.Request) -> web.Response:
    """`POST /v1/operator/symposia/{slug}/codes/prints`: the same, for the command line."""
    need_operator(request)
    return await _printed(request)


async def _printed(request: web.Request) -> web.Response:
    hall, new, targets, sheet = await _ordered(request)
    copies = _copies(new, len(targets))
    pdf = await request.app[PRESS].run(lambda: print_pdf(new.what, targets, sheet, size=new.size, copies=copies))
    size = f"-{new.size.value}" if new.what is Print.POSTER else ""
    return pdf_of(pdf, f"{hall.slug}-{new.what.value}{size}.pdf")


async def previews(request: web.Request) -> web.Response:
    """`POST …/codes/previews`: the first page of that print, as a PNG."""
    need(request, hall_of(request), ORGANISER_ROLES)
    _, new, targets, sheet = await _ordered(request)
    copies = _copies(new, len(targets))
    dpi = _PICTURE_DPI / (2**0.5 if new.size is Size.A3 else 1)
    png = await request.app[PRESS].run(lambda: preview(new.what, targets, sheet, size=new.size, copies=copies, dpi=dpi))
    return web.Response(body=png, content_type="image/png", headers={"Content-Security-Policy": DATA_CSP})


async def _ordered(request: web.Request) -> tuple[Hall, NewPrint, list[Target], Sheet]:
    """
    What somebody who may asked to be printed.

    Raises:
        Conflict: `no-address`: a code would lead every phone to itself.
        BadInput: `no-targets`, or a target that there is not.
    """
    site, hall = site_of(request), hall_of(request)
    new = await read_json(request, NewPrint)
    refuse_loopback(site)
    targets = _links(site, hall, new) if new.what is Print.BADGES else _targets(site, hall, new)
    if not targets:
        raise BadInput("Choose at least one code.", code="no-targets", field="$.targets")
    return hall, new, targets, sheet_of(site, hall, new.langs)


def refuse_loopback(site: Site) -> None:
    """No print leads to the reader's own telephone. See docs/decisions/0005-no-qr-to-loopback.md."""
    if is_loopback(site):
        raise Conflict(
            "There is no address for phones yet: start the server with --public-url, or on the hall's network.",
            code="no-address",
        )


def _targets(site: Site, hall: Hall, new: NewPrint) -> list[Target]:
    known = {code: target for code, target, _ in all_targets(site, hall, new.langs[0])}
    found = []
    for number, code in enumerate(new.targets):
        target = known.get(code)
        if target is None:
            raise BadInput("There is no such code here.", code="no-code", field=f"$.targets[{number}]")
        found.append(target)
    return found


def _links(site: Site, hall: Hall, new: NewPrint) -> list[Target]:
    found = []
    for number, each in enumerate(new.links):
        address, mark, key = each.link.partition("#k=")
        home = f"{site.base_url}/{hall.slug}"
        ours = (address == home or address.startswith(f"{home}/")) and each.link.isascii()
        if not ours or not mark or not key:
            raise BadInput("A card is only made of a personal link of this symposium.", field=f"$.links[{number}].link")
        shown, name = address.partition("://")[2], checked_name(each.name)
        found.append(Target(kind=Kind.BADGE, url=each.link, shown=shown, name=name, role=each.role.value))
    return found


def _copies(new: NewPrint, count: int) -> int:
    """
    Of each code; only cards and stickers have more than one.

    Raises:
        BadInput: `too-many-codes`.
    """
    if new.what not in (Print.CARDS, Print.STICKERS):
        return 1
    copies = new.copies or A_PAGE[new.what]
    if copies * count > MAX_CODES:
        raise BadInput(f"One print holds at most {MAX_CODES} codes.", code="too-many-codes", field="$.copies")
    return copies


def sheet_of(site: Site, hall: Hall, langs: tuple[str, ...]) -> Sheet:
    """What all codes of a print share."""
    facts = views.symposium_facts(hall.node.state)
    return Sheet(
        event=facts.title,
        date=_long_date(facts.date, langs[0]),
        languages=tuple(dict.fromkeys(langs)),
        words=join_facts(site, hall)["check"],
        look=look_of(worn(site.themes, msgspec.structs.replace(theme_body(hall.node.state), mode="light"))),
    )


def _long_date(date: str, lang: str) -> str:
    """As people read it; "" where there is none."""
    if not date:
        return ""
    day, words = Date.fromisoformat(date), words_of(lang)
    return words["date"].format(day=day.day, month=words["months"].split()[day.month - 1], year=day.year)


def look_of(look: ThemeLook) -> Look:
    """A theme on white paper: its colours, as dark as they must be to be read there."""
    values = look.values

    def readable(name: str, least: float) -> Colour:
        value = values[name]
        colour = value if isinstance(value, Colour) and value.alpha == 255 else Colour(0, 0, 0)
        if contrast(colour, WHITE) >= least:
            return colour
        return nearest(colour, lambda each: contrast(each, WHITE) >= least) or Colour(0, 0, 0)

    accent, radius = readable("tag", _READ), values["radius"]
    ornament = {Layout.FOUNTAIN: Ornament.FOUNTAIN, Layout.COLUMNS: Ornament.RULES, Layout.SINGLE: Ornament.NONE}
    jets = look.options.get("jets", True)
    return Look(
        ink=readable("ink", 7).hex,
        muted=readable("meta", _READ).hex,
        accent=accent.hex,
        tint=mix(WHITE, accent, 0.1).hex,
        serif=values["font-head"] == "besley",
        ornament=ornament[look.layout] if jets else Ornament.NONE,
        radius=round(min(80.0, 20 * radius)) if isinstance(radius, float) else 0,
    )


def pdf_of(pdf: bytes, name: str, *, status: int = 200) -> web.Response:
    """A print as an answer, to be saved under *name*."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": DATA_CSP,
        "Cache-Control": "no-store",
    }
    return web.Response(body=pdf, status=status, content_type="application/pdf", headers=headers)


# Everything at once, for the command line


def orders_of(known: Sequence[Code], langs: tuple[Literal["nl", "en"], ...]) -> list[tuple[str, NewPrint]]:
    """
    All that a day needs, each with its file's name: posters of everything, cards and stickers to join, and the sheet
    for helpers.
    """
    general = tuple(code for code in known if code.what != "session" and code.what != "paper" and not code.id)
    joins = tuple(code for code in known if code.what == "join")
    orders = [
        ("cards", NewPrint(what=Print.CARDS, langs=langs, targets=joins)),
        ("stickers", NewPrint(what=Print.STICKERS, langs=langs, targets=joins[:1])),
        ("helpers", NewPrint(what=Print.HELPERS, langs=langs, targets=general)),
    ]
    groups = {
        "join": (*general, *joins[1:]),
        "sessions": tuple(code for code in known if code.what == "session"),
        "papers": tuple(code for code in known if code.what == "paper"),
    }
    for name, codes in groups.items():
        parts = [codes[at : at + MAX_TARGETS] for at in range(0, len(codes), MAX_TARGETS)]
        for number, part in enumerate(parts, 1):
            tail = f"-{number}" if len(parts) > 1 else ""
            for size in Size:
                order = NewPrint(what=Print.POSTER, size=size, langs=langs, targets=part)
                orders.append((f"poster-{size.value}-{name}{tail}", order))
    return orders


def print_here(site: Site, hall: Hall, langs: tuple[Literal["nl", "en"], ...]) -> Iterator[tuple[str, bytes]]:
    """
    The same, made without a running server: each file's name and its bytes.

    Raises:
        Conflict: `no-address`.
    """
    refuse_loopback(site)
    known = [code for code, _, _ in all_targets(site, hall, langs[0])]
    sheet = sheet_of(site, hall, langs)
    for name, new in orders_of(known, langs):
        targets = _targets(site, hall, new)
        copies = _copies(new, len(targets))
        yield name, print_pdf(new.what, targets, sheet, size=new.size, copies=copies)


# The code of one paper, for everybody


async def paper_svg(request: web.Request) -> web.Response:
    """`GET /{slug}/papers/{paper}/qr.svg`."""
    _, url = _paper(request, "nl")
    if is_loopback(site_of(request)):
        return web.Response(text=NO_ADDRESS, content_type="image/svg+xml")
    return web.Response(text=await svg(url), content_type="image/svg+xml")


async def paper_png(request: web.Request) -> web.Response:
    """`GET /{slug}/papers/{paper}/qr.png`: for a slide or a handout."""
    target, _ = _paper(request, "nl")
    refuse_loopback(site_of(request))
    png = await request.app[PRESS].run(lambda: checked_png(target.url, level=PRINT, module_px=_PNG_MODULE_PX))
    return web.Response(body=png, content_type="image/png", headers={"Content-Security-Policy": DATA_CSP})


async def paper_poster(request: web.Request) -> web.Response:
    """`GET /{slug}/papers/{paper}/poster.pdf[?size=a3][&lang=en]`."""
    site, hall = site_of(request), hall_of(request)
    lang = language_of(request, ("nl", "en"))
    target, _ = _paper(request, lang)
    refuse_loopback(site)
    if badge_of(request, hall) is None:
        site.buckets.take(POSTERS, network_of(address_of(request)))
    size = Size.A3 if request.query.get("size", "").lower() == "a3" else Size.A4
    sheet = sheet_of(site, hall, (lang, "en" if lang == "nl" else "nl"))
    pdf = await request.app[PRESS].run(lambda: poster([target], sheet, size=size))
    return pdf_of(pdf, f"{hall.slug}-{request.match_info['paper']}-{size.value}.pdf")


def _paper(request: web.Request, lang: str) -> tuple[Target, str]:
    """
    What is printed of a paper, and the address it leads to.

    Raises:
        NotFound: There is no such paper, or it has no code: there were too many.
    """
    site, hall = site_of(request), hall_of(request)
    state = hall.node.state
    facts = paper_facts(state, paper_of(request, hall), abstract=False)
    if facts.code is None:
        raise NotFound("This paper has no code.", code="no-code")
    body = programme_body(state)
    titles = {} if body is None else {str(session.id): session.title for session in body.sessions}
    return _target(short_url(site, hall, facts.code), Kind.PAPER, **_paper_words(facts, titles, lang))


# How far the codes on the screen are read


async def reach(request: web.Request) -> web.Response:
    """`GET …/codes/advice?depth=18&height=2.25[&pixels=1080]`: metres and pixels; who in the hall can scan what."""
    site, hall = site_of(request), hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    depth, height = (
        _number(request, name, least, most) for name, least, most in (("depth", 1, 200), ("height", 0.2, 20))
    )
    pixels = round(_number(request, "pixels", 240, 8_640, default=1_080))
    # From further than any hall is deep, so that each code is as large as its place allows.
    room = Room(depth_m=_DEEPEST_M, picture_height_m=height, picture_px=pixels)
    text = capitals(short_url(site, hall, "F7C"))
    rows = []
    for place, share in SCREEN_SHARES.items():
        found = advice(text, room, level=SCREEN, most_px=int(share * pixels))
        rows.append(
            {
                "place": place,
                "reach": found.reach_m,
                "oldReach": found.old_reach_m,
                "modulePx": found.module_px,
                "codePx": found.code_px,
                "enough": found.reach_m >= depth,
            }
        )
    return answer({"depth": depth, "height": height, "pixels": pixels, "version": version_of(text), "places": rows})


SCREEN_SHARES: Final = {"corner": 0.2, "session": 0.23, "join": 0.685}
"""Largest tile of a code, as a share of the picture's height: beside posts, on a session's card, alone."""


def _number(request: web.Request, name: str, least: float, most: float, *, default: float | None = None) -> float:
    try:
        value = float(request.query[name]) if name in request.query or default is None else default
    except (KeyError, ValueError):
        value = math.nan
    if not least <= value <= most:
        raise BadInput(f"{name} is a number from {least:g} to {most:g}.", code="bad-input", field=name)
    return value


# The page


async def page(request: web.Request) -> web.Response:
    """`GET /{slug}/codes`: where the organiser prints."""
    hall = hall_of(request)
    return render(request, "codes", hall=hall, badge=badge_of(request, hall))
