"""
What was released and what was counted, as tables: for whoever reckons with it in a spreadsheet.

The words of strangers stand in these cells. In CSV there are no types: the program that opens it guesses what a cell
means, and a cell that begins like a formula is one. See `safe`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple

import regex

from server.report.released import moment, released, session_titles, writable, zone_of
from server.symposium.bodies import paper_body
from server.symposium.programme import begins, ends
from server.symposium.programme_facts import SessionFacts, whole_programme
from server.symposium.shelf import newest_files
from server.symposium.shelf import papers as shelf
from server.symposium.state import State
from server.symposium.values import Naming, SessionId, Status

Lang = Literal["nl", "en"]
What = Literal["posts", "figures"]
Cell = str | int | datetime
"""A text, a number, or a moment in the zone of the programme."""

QUARTER_US: Final = 900_000_000
_POSTS_CM: Final = (4, 4, 5, 4, 5, 14, 4, 2, 2.5, 7, 2, 2, 8, 3, 4)
_SESSIONS_CM: Final = (4, 4, 8, 5, 6, 4, 2.5, 2, 3, 2.5, 2, 2, 4)
_FIGURES_CM: Final = (7, 8, 2.5)
_PAPERS_CM: Final = (2, 9, 6, 2.5, 6, 2.5, 2.5, 8)


class Column(NamedTuple):
    """What stands above it, and how wide it is where tables have a width."""

    header: str
    width_cm: float


class Table(NamedTuple):
    """Rows have a cell for each column. They can be gone through once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterator[tuple[Cell, ...]]


class _Words(NamedTuple):
    """What the tables say, in one language: their names with their headers (`{zone}` is the time zone), and codes."""

    posts: tuple[str, tuple[str, ...]]
    sessions: tuple[str, tuple[str, ...]]
    figures: tuple[str, tuple[str, ...]]
    papers: tuple[str, tuple[str, ...]]
    yes: str
    kept: Mapping[str, str]
    kinds: Mapping[str, str]
    forms: Mapping[str, str]
    statuses: Mapping[Status, str]
    shown: str
    people: str
    fetched: str
    scanned: str
    by_network: str
    by_language: str
    by_session: str
    by_quarter: str
    by_status: str
    unknown: str
    no_session: str


_WORDS: Final[Mapping[Lang, _Words]] = {
    "nl": _Words(
        posts=(
            "Berichten",
            (
                "Bericht",
                "Tijd ({zone})",
                "Sessie",
                "Naam",
                "Account",
                "Tekst",
                "Waarschuwing",
                "Taal",
                "Netwerk",
                "Adres",
                "Druppel",
                "Foto’s",
                "Wat op de foto’s staat",
                "Bewaard",
                "Nummer van de sessie",
            ),
        ),
        sessions=(
            "Sessies",
            (
                "Begin ({zone})",
                "Eind ({zone})",
                "Titel",
                "Ondertitel",
                "Sprekers",
                "Zaal",
                "Soort",
                "Taal",
                "Hashtag",
                "Berichten",
                "Mensen",
                "Stukken",
                "Nummer van de sessie",
            ),
        ),
        figures=("Cijfers", ("Wat", "Waarvan", "Hoeveel")),
        papers=("Stukken", ("Code", "Titel", "Van", "Soort", "Sessie", "Talen", "Opgehaald", "Adres")),
        yes="ja",
        kept={"full": "alles", "link": "alleen adres"},
        kinds={"talk": "praatje", "break": "pauze", "other": "anders"},
        forms={"paper": "paper", "slides": "dia’s", "handout": "hand-out", "link": "link"},
        statuses={
            Status.SHOWN: "op het scherm",
            Status.HELD: "wacht nog",
            Status.HIDDEN: "verborgen",
            Status.REJECTED: "niet getoond",
            Status.WITHDRAWN: "teruggenomen door de schrijver",
            Status.GONE: "verwijderd op het netwerk",
            Status.ERASED: "gewist",
            Status.LAPSED: "niet langer bewaard",
        },
        shown="Berichten op het scherm",
        people="Mensen die ze schreven",
        fetched="Stukken opgehaald",
        scanned="Codes gescand",
        by_network="Berichten per netwerk",
        by_language="Berichten per taal",
        by_session="Berichten per sessie",
        by_quarter="Berichten per kwartier",
        by_status="Alle berichten die binnenkwamen",
        unknown="onbekend",
        no_session="geen sessie",
    ),
    "en": _Words(
        posts=(
            "Posts",
            (
                "Post",
                "Time ({zone})",
                "Session",
                "Name",
                "Account",
                "Text",
                "Warning",
                "Language",
                "Network",
                "Address",
                "Star",
                "Photos",
                "What the photos show",
                "Kept",
                "Number of the session",
            ),
        ),
        sessions=(
            "Sessions",
            (
                "Start ({zone})",
                "End ({zone})",
                "Title",
                "Subtitle",
                "Speakers",
                "Room",
                "Kind",
                "Language",
                "Hashtag",
                "Posts",
                "People",
                "Papers",
                "Number of the session",
            ),
        ),
        figures=("Figures", ("What", "Of which", "How many")),
        papers=("Papers", ("Code", "Title", "By", "Kind", "Session", "Languages", "Fetched", "Address")),
        yes="yes",
        kept={"full": "all", "link": "address only"},
        kinds={"talk": "talk", "break": "break", "other": "other"},
        forms={"paper": "paper", "slides": "slides", "handout": "handout", "link": "link"},
        statuses={
            Status.SHOWN: "on the screens",
            Status.HELD: "still waiting",
            Status.HIDDEN: "hidden",
            Status.REJECTED: "not shown",
            Status.WITHDRAWN: "taken back by the writer",
            Status.GONE: "deleted on the network",
            Status.ERASED: "erased",
            Status.LAPSED: "no longer kept",
        },
        shown="Posts on the screens",
        people="People who wrote them",
        fetched="Papers fetched",
        scanned="Codes scanned",
        by_network="Posts by network",
        by_language="Posts by language",
        by_session="Posts by session",
        by_quarter="Posts by quarter of an hour",
        by_status="All posts that came in",
        unknown="unknown",
        no_session="no session",
    ),
}


def csv(
    state: State, what: What, *, lang: Lang, link_only: Collection[str], naming: Naming | None = None
) -> Iterator[bytes]:
    """
    A table as CSV, in pieces of about 64 KiB: UTF-8 with a byte order mark, commas, CRLF, a first row of headers.

    Moments are ISO 8601 with their offset. Texts are in quotation marks and made safe; numbers are bare.

    Args:
        lang: Of the headers.
        link_only, naming: As for `released`.

    Source: RFC 4180; the mark has Excel read UTF-8.
    """
    if what == "posts":
        return written(posts_table(state, lang=lang, link_only=link_only, naming=naming))
    return written(figures_table(state, lang=lang))


def written(table: Table) -> Iterator[bytes]:
    """*table* as CSV; see `csv`."""
    pieces, size = [_line([column.header for column in table.columns])], 0
    yield b"\xef\xbb\xbf"
    for row in table.rows:
        line = _line(row)
        pieces.append(line)
        size += len(line)
        if size >= 65_536:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    yield "".join(pieces).encode()


def _line(row: Iterable[Cell]) -> str:
    return ",".join(map(_quoted, row)) + "\r\n"


def _quoted(cell: Cell) -> str:
    match cell:
        case str() if _AS_IT_IS.fullmatch(cell):
            return f'"{cell}"'
        case str():
            return '"' + safe(writable(cell)).replace('"', '""') + '"'
        case int():
            return str(cell)
        case datetime():
            return f'"{cell.isoformat()}"'


_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩"
"""What a formula begins with, in ASCII, full width and the other shapes that fold to the same."""
_BREAKS = r",;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"
"""What begins a new cell or row, for some program with some setting."""
_AS_IT_IS = re.compile(r"(?:\w[^\x00-\x1f,;|\"\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]*+)?")
"""Most cells: nothing to make safe, to escape or to replace."""
_FORMULA = regex.compile(
    r"(\A)(?='*[\t\r\n])"
    rf"|(\A|[{_BREAKS}])(?=(?:(?![{_BREAKS}])[\p{{Z}}\p{{C}}'\"`´‘’‚‛“”„‟‹›«»＇＂])*+[{_SIGNS}])"
)
_OTHER = rf"[^\w{_BREAKS}{_SIGNS}]*+"
_BEGINS = re.compile(rf"{_OTHER}[{_SIGNS}]|'*[\t\r\n]")
_BEGINS_LATER = re.compile(rf"[{_BREAKS}]{_OTHER}[{_SIGNS}]")
"""Where nothing of these is, `_FORMULA` finds nothing: they see a little more than it does, in a tenth of the time."""


def safe(text: str) -> str:
    """
    *text* as no spreadsheet takes it for a formula, with nothing lost: where one could begin stands an apostrophe more.

    That is at the beginning, and behind a comma, semicolon, bar, tab or line end: where the decimal sign is a comma,
    as in Dutch, a spreadsheet divides the line at semicolons and does not see our quotation marks. Blanks, quotation
    marks and invisible characters before the sign do not hide it. A cell that begins with a tab or a line end gets one
    too. So `-5` becomes `'-5`, and `;-)` becomes `;'-)`. To have *text* back, take one apostrophe away from each such
    place.

    Source: OWASP, CSV Injection: the signs, their full-width forms, the separators and the apostrophe; ASVS
    5.0, 1.2.10.
    """
    return _FORMULA.sub(r"\1\2'", text) if _BEGINS.match(text) or _BEGINS_LATER.search(text) else text


# The tables


def posts_table(state: State, *, lang: Lang, link_only: Collection[str], naming: Naming | None = None) -> Table:
    """The released posts; see `released`."""
    words = _WORDS[lang]
    rows: Iterator[tuple[Cell, ...]] = (
        (
            post.id,
            post.at,
            post.session_title,
            post.name,
            post.handle.removeprefix("@"),  # An account that is written as usual need not look like a formula.
            post.text,
            post.warning,
            post.lang or "",
            post.network,
            post.permalink,
            words.yes if post.starred else "",
            len(post.photos),
            "\n".join(photo.alt for photo in post.photos if photo.alt),
            words.kept[post.export],
            post.session or "",
        )
        for post in released(state, link_only=link_only, naming=naming)
    )
    return _table(state, words.posts, _POSTS_CM, rows)


def sessions_table(state: State, *, lang: Lang) -> Table:
    """The sessions, as they were held: what was late is late here too."""
    return _table(state, _WORDS[lang].sessions, _SESSIONS_CM, _sessions(state, _WORDS[lang]))


def _sessions(state: State, words: _Words) -> Iterator[tuple[Cell, ...]]:
    programme, zone = whole_programme(state), zone_of(state)
    rooms = {room.id: room.name for room in programme.rooms}
    shown = [state.posts[each] for each in state.shown]
    posts = Counter(post.session for post in shown)
    people = Counter(session for session, _ in {(post.session, post.author) for post in shown})
    slots = {} if state.programme is None else state.programme.slots
    for session in programme.sessions:
        slot = slots[SessionId(session.id)]
        yield (
            moment(begins(state, slot), zone),
            moment(ends(state, slot), zone),
            session.title,
            session.subtitle,
            _speakers(session),
            rooms.get(session.room or "", ""),
            words.kinds[session.kind],
            session.lang,
            session.hashtag,
            posts[session.id],
            people[session.id],
            session.papers,
            session.id,
        )


def _speakers(session: SessionFacts) -> str:
    return "\n".join(f"{each.name} ({each.about})" if each.about else each.name for each in session.speakers)


def figures_table(state: State, *, lang: Lang) -> Table:
    """What was counted, a figure a row: what it is, of which part, how many. No name and no word of anybody."""
    return _table(state, _WORDS[lang].figures, _FIGURES_CM, _figures(state, _WORDS[lang]))


def _figures(state: State, words: _Words) -> Iterator[tuple[Cell, ...]]:
    shown, zone = [state.posts[each] for each in state.shown], zone_of(state)
    yield words.shown, "", len(shown)
    yield words.people, "", len({post.author for post in shown})
    yield words.fetched, "", sum(tally.n for tally in state.tallies.values())
    yield words.scanned, "", sum(tally.n for tally in state.scans.values())
    for network, n in _most_first(post.network for post in shown):
        yield words.by_network, network, n
    for language, n in _most_first(post.lang or words.unknown for post in shown):
        yield words.by_language, language, n
    titles, by_session = session_titles(state), Counter(post.session for post in shown)
    for session in whole_programme(state).sessions:
        yield words.by_session, session.title, by_session.pop(session.id, 0)
    left = Counter[str]()
    for gone, n in by_session.items():
        left[titles.get(gone or "", words.no_session)] += n
    for title, n in sorted(left.items()):
        yield words.by_session, title, n
    for quarter, n in sorted(Counter(post.received // QUARTER_US for post in shown).items()):
        yield words.by_quarter, moment(quarter * QUARTER_US, zone), n
    statuses = Counter(post.status for post in state.posts.values())
    for status, name in words.statuses.items():
        yield words.by_status, name, statuses[status]


def _most_first(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def papers_table(state: State, *, lang: Lang) -> Table:
    """The papers, in the order of their sessions. Of one that is not open yet there is only what everybody may see."""
    words, titles = _WORDS[lang], session_titles(state)
    rows: Iterator[tuple[Cell, ...]] = (
        (
            state.codes_of.get(f"paper:{paper.id}", ""),
            body.title,
            "\n".join(body.authors),
            words.forms[paper.form.value],
            titles.get(paper.session or "", ""),
            ", ".join(file.lang for file in newest_files(paper) if file.lang) if paper.open else "",
            state.tallies[paper.id].n if paper.id in state.tallies else 0,
            body.link if paper.open else "",
        )
        for paper in shelf(state)
        for body in (paper_body(state, paper),)
    )
    return _table(state, words.papers, _PAPERS_CM, rows)


def _table(
    state: State, said: tuple[str, tuple[str, ...]], widths_cm: tuple[float, ...], rows: Iterator[tuple[Cell, ...]]
) -> Table:
    name, headers = said
    zone = str(zone_of(state))
    columns = (Column(header.format(zone=zone), cm) for header, cm in zip(headers, widths_cm, strict=True))
    return Table(name, tuple(columns), rows)
