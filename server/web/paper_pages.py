"""The papers as pages: one paper, all of them, and the shelf where their keepers work. The first two need no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from server.papers.kinds import extension
from server.symposium.programme import begins, ends
from server.symposium.programme_facts import SessionFacts, SpeakerFacts, programme_facts, whole_programme
from server.symposium.shelf import FileFacts, PaperFacts, newest_files, paper_facts, papers
from server.symposium.state import Paper, PaperFile, State
from server.symposium.values import PaperId, SessionId
from server.web.auth import badge_of
from server.web.pages import LANGUAGES, catalogue, join_facts, language_of, render
from server.web.programme_pages import Telling, zone_of
from server.web.site import Hall, hall_of, site_of

_MB = 1_000_000
_KB = 1_000
_NAMES = {
    "pdf": "PDF",
    "pptx": "PowerPoint",
    "pptm": "PowerPoint",
    "docx": "Word",
    "docm": "Word",
    "odp": "ODP",
    "odt": "ODT",
    "epub": "EPUB",
    "png": "PNG",
    "jpg": "JPEG",
}
"""What people call a kind of file; the page of a phone has the same list."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file to fetch: `facts` is its kind, pages and size in words; `language` its name, empty where none was said."""

    href: str
    lang: str
    language: str
    facts: str
    at: str
    at_iso: str


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """The session of a paper. `when` is its day and time in words."""

    id: str
    title: str
    lang: str
    when: str
    start_iso: str
    room: str
    speakers: tuple[SpeakerFacts, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """
    A paper, as the pages show it.

    `opens` is from when it can be read, in words, empty where it can be already or where nobody knows. `lang` is that
    of its title: of its file, where all of them are in one language.
    """

    id: str
    title: str
    lang: str
    authors: str
    form: str
    abstract: str
    open: bool
    opens: str
    files: tuple[File, ...]
    older: tuple[File, ...]
    link: str
    link_host: str
    preview: str | None
    code: str | None
    meeting: Meeting | None


@dataclass(frozen=True, kw_only=True)
class Pile:
    """The papers of one session, or of none; `size` is that of all their files in one, in words, empty for no more."""

    meeting: Meeting | None
    sheets: tuple[Sheet, ...]
    size: str


# Pages


async def paper(request: web.Request) -> web.Response:
    """`GET /{slug}/papers/{paper}`: what a code leads to. Of one that is not here any more, the way to the others."""
    hall = hall_of(request)
    state = hall.node.state
    known = state.papers.get(PaperId(request.match_info["paper"]))
    if known is None:
        return _page(request, hall, "gone", {}, status=404)
    telling = _telling(request, hall)
    return _page(request, hall, "paper", {"sheet": _sheet(state, known, telling, _meetings(state, telling))})


async def all_papers(request: web.Request) -> web.Response:
    """`GET /{slug}/papers`: everything that there is to read, by session."""
    hall = hall_of(request)
    telling = _telling(request, hall)
    piles = _piles(hall.node.state, telling)
    sheets = [sheet for pile in piles for sheet in pile.sheets]
    size = _total(hall.node.state, (paper for paper in papers(hall.node.state) if paper.open), telling.lang)
    return _page(request, hall, "all", {"piles": piles, "count": len(sheets), "size": size})


async def shelf(request: web.Request) -> web.Response:
    """`GET /{slug}/shelf`: staff's, and a speaker's. The page explains itself to whoever has no badge."""
    hall = hall_of(request)
    badge = badge_of(request, hall)
    extra = {"session": None if badge is None else badge.session, "maxBytes": hall.papers.max_bytes}
    return render(request, "shelf", hall=hall, badge=badge, extra=extra)


def _page(request: web.Request, hall: Hall, view: str, shown: dict[str, Any], *, status: int = 200) -> web.Response:
    join: Mapping[str, Any] = join_facts(site_of(request), hall)
    check: Mapping[str, str] = join.get("check", {})
    host = site_of(request).base_url.partition("://")[2]
    told = {"view": view, "sheet": None, "host": host, "check": check.get(_lang(request, hall), ""), **shown}
    return render(request, "papers", hall=hall, status=status, shown=told)


def _lang(request: web.Request, hall: Hall) -> str:
    languages = tuple(each for each in hall.node.state.languages if each in LANGUAGES) or LANGUAGES
    return language_of(request, languages)


def _telling(request: web.Request, hall: Hall) -> Telling:
    lang, site = _lang(request, hall), site_of(request)
    return Telling(
        words={**catalogue(lang, "programme"), **catalogue(lang, "papers")},
        lang=lang,
        now_us=site.now_us(),
        slug=hall.slug,
        short=join_facts(site, hall)["short"],
        zone=zone_of(programme_facts(hall.node.state).zone),
    )


# Facts in words


def _piles(state: State, telling: Telling) -> tuple[Pile, ...]:
    found = []
    meetings = _meetings(state, telling)
    for session, its in groupby(papers(state), key=lambda paper: _known_session(state, paper)):
        group = list(its)
        sheets = tuple(_sheet(state, each, telling, meetings) for each in group)
        several = sum(len(sheet.files) for sheet in sheets) > 1
        opened = (each for each in group if each.open)
        size = _total(state, opened, telling.lang) if several and session is not None else ""
        meeting = None if session is None else meetings.get(session)
        found.append(Pile(meeting=meeting, sheets=sheets, size=size))
    return tuple(found)


def _known_session(state: State, paper: Paper) -> SessionId | None:
    """A session that the programme dropped keeps its papers; here they stand with those of none."""
    slots = {} if state.programme is None else state.programme.slots
    return paper.session if paper.session in slots else None


def _sheet(state: State, paper: Paper, telling: Telling, meetings: Mapping[str, Meeting]) -> Sheet:
    facts = paper_facts(state, paper)
    newest = {file.id for file in facts.files}
    older = [each for each in reversed(paper.files) if paper.open and each.seq not in newest]
    languages = {file.lang for file in facts.files}
    return Sheet(
        id=facts.id,
        title=facts.title,
        lang=next(iter(languages)) if len(languages) == 1 else "",
        authors=", ".join(facts.authors),
        form=facts.form,
        abstract=facts.abstract,
        open=facts.open,
        opens="" if facts.opens_at is None else moment(telling, facts.opens_at),
        files=tuple(_file(paper, file, telling) for file in _own_first(facts, telling.lang)),
        older=tuple(_file(paper, file, telling) for file in older),
        link=facts.link,
        link_host=urlsplit(facts.link).hostname or "",
        preview=facts.preview,
        code=facts.code,
        meeting=meetings.get(paper.session or ""),
    )


def _own_first(facts: PaperFacts, lang: str) -> list[FileFacts]:
    """The reader's language first."""
    return sorted(facts.files, key=lambda file: file.lang.split("-")[0] != lang)


def _file(paper: Paper, file: FileFacts | PaperFile, telling: Telling) -> File:
    number = file.id if isinstance(file, FileFacts) else file.seq
    pages = "" if file.pages is None else _plural(telling.words["papers.pages"], file.pages)
    parts = (_kind(file.type), pages, size_words(file.size, telling.lang))
    return File(
        href=f"/{telling.slug}/papers/{paper.id}/file/{number}",
        lang=file.lang,
        language=_language(telling, file.lang),
        facts=" · ".join(part for part in parts if part),
        at=moment(telling, file.at),
        at_iso=telling.moment(file.at).isoformat(timespec="minutes"),
    )


def _kind(media_type: str) -> str:
    found = extension(media_type)
    return _NAMES.get(found, found.upper())


def _language(telling: Telling, lang: str) -> str:
    name: str = telling.words.get(f"language.{lang.lower().split('-')[0]}", lang)
    return name[:1].upper() + name[1:]


def _plural(words: Any, n: int) -> str:
    text: str = words if isinstance(words, str) else words["one" if n == 1 else "other"]
    return text.replace("{n}", str(n))


def _meetings(state: State, telling: Telling) -> dict[str, Meeting]:
    """The sessions that have papers, by their ids."""
    if state.programme is None:
        return {}
    wanted = {paper.session for paper in state.papers.values()}
    whole = whole_programme(state)
    rooms = {room.id: room.name for room in whole.rooms}
    return {
        facts.id: _meeting(facts, rooms, begins(state, slot), ends(state, slot), telling)
        for facts in whole.sessions
        if facts.id in wanted and (slot := state.programme.slots.get(SessionId(facts.id))) is not None
    }


def _meeting(facts: SessionFacts, rooms: Mapping[str, str], start: int, end: int, telling: Telling) -> Meeting:
    day = telling.day_name(telling.day(start))
    return Meeting(
        id=facts.id,
        title=facts.title,
        lang=facts.lang,
        when=f"{day}, {telling.clock(start)}\u2013{telling.clock(end)}",
        start_iso=telling.moment(start).isoformat(timespec="minutes"),
        room=rooms.get(facts.room or "", ""),
        speakers=facts.speakers,
    )


def moment(telling: Telling, at_us: int) -> str:
    """A moment in words: the time where it is today, else with its day."""
    clock = telling.clock(at_us)
    day = telling.day(at_us)
    return clock if day == telling.day(telling.now_us) else f"{telling.day_name(day)}, {clock}"


def _total(state: State, chosen: Iterable[Paper], lang: str) -> str:
    """How much all newest files of *chosen* are together, in words; empty for nothing."""
    sizes = [file.size for paper in chosen for file in newest_files(paper)]
    return size_words(sum(sizes), lang) if sizes else ""


def size_words(size: int, lang: str) -> str:
    """
    A size as people say it: `1,8 MB` in Dutch, `310 kB`.

    Args:
        size: In bytes.
    """
    if size < _MB:
        return f"{max(1, round(size / _KB))}\u00a0kB"
    digits = 1 if size < 100 * _MB else 0
    amount = f"{size / _MB:.{digits}f}"
    return f"{amount.replace('.', ',') if lang == 'nl' else amount}\u00a0MB"
