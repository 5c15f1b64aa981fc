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

from server.report.hall import asked_groups, count_of, held_polls, poll_body
from server.report.hall_released import ReleasedPoll, released_polls, released_questions
from server.report.released import moment, released, session_titles, writable, zone_of
from server.symposium.bodies import paper_body
from server.symposium.polls import voters
from server.symposium.programme import begins, ends
from server.symposium.programme_facts import SessionFacts, whole_programme
from server.symposium.shelf import newest_files
from server.symposium.shelf import papers as shelf
from server.symposium.state import State
from server.symposium.values import Naming, PollKind, SessionId, Status

Lang = Literal["nl", "en"]
What = Literal["posts", "figures", "questions", "polls"]
Cell = str | int | datetime
"""A text, a number, or a moment in the zone of the programme."""

QUARTER_US: Final = 900_000_000
_POSTS_CM: Final = (4, 4, 5, 4, 5, 14, 4, 2, 2.5, 7, 2, 2, 8, 3, 4)
_SESSIONS_CM: Final = (4, 4, 8, 5, 6, 4, 2.5, 2, 3, 2.5, 2, 2, 4)
_FIGURES_CM: Final = (7, 8, 2.5)
_QUESTIONS_CM: Final = (4, 4, 5, 10, 4, 4, 4, 2.5, 2, 2, 2.5, 3, 4, 4, 4, 10, 4)
_POLLS_CM: Final = (4, 9, 4, 5, 4, 4, 2, 2.5, 2.5, 4, 8, 4, 2.5)
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

    lang: Lang
    posts: tuple[str, tuple[str, ...]]
    sessions: tuple[str, tuple[str, ...]]
    figures: tuple[str, tuple[str, ...]]
    papers: tuple[str, tuple[str, ...]]
    questions: tuple[str, tuple[str, ...]]
    polls: tuple[str, tuple[str, ...]]
    stands: Mapping[str, str]
    poll_kinds: Mapping[str, str]
    results: Mapping[str, str]
    hall: Mapping[str, str]
    reactions: Mapping[str, str]
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
        lang="nl",
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
        questions=(
            "Vragen",
            (
                "Bericht",
                "Tijd ({zone})",
                "Sessie",
                "Vraag",
                "Van",
                "Ook van",
                "Aan",
                "Netwerk",
                "Taal",
                "Stemmen",
                "Tellen niet mee",
                "Hoe het staat",
                "Beantwoord ({zone})",
                "Waar",
                "Door",
                "Antwoord",
                "Nummer van de sessie",
            ),
        ),
        polls=(
            "Peilingen",
            (
                "Peiling",
                "Vraag",
                "Soort",
                "Sessie",
                "Open ({zone})",
                "Dicht ({zone})",
                "Mensen",
                "Tellen niet mee",
                "Bindend",
                "Eerder gevraagd",
                "Antwoord",
                "Wat",
                "Hoeveel",
            ),
        ),
        stands={"open": "open", "on-stage": "op het podium", "answered": "beantwoord", "later": "voor later"},
        poll_kinds={
            "single": "één antwoord",
            "several": "meer antwoorden",
            "scale": "schaal",
            "ranking": "volgorde",
            "words": "eigen woorden",
            "number": "getal",
            "quiz": "quiz",
            "statements": "stellingen",
        },
        results={
            "votes": "stemmen",
            "right": "stemmen, goede antwoord",
            "points": "punten",
            "agree": "eens",
            "disagree": "oneens",
            "pass": "geen mening",
            "mean": "gemiddelde",
            "median": "middelste stem",
            "few": "te weinig stemmen",
            "open": "nog open",
            "stage": "op het podium",
            "writing": "op schrift",
        },
        hall={
            "questions": "Vragen uit de zaal",
            "wanted": "Stemmen op vragen",
            "polls": "Peilingen",
            "votes": "Mensen die op een peiling stemden",
            "reactions": "Reacties",
        },
        reactions={"clap": "applaus", "heart": "hart", "laugh": "lach", "idea": "idee", "question": "vraagteken"},
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
        lang="en",
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
        questions=(
            "Questions",
            (
                "Post",
                "Time ({zone})",
                "Session",
                "Question",
                "By",
                "Also by",
                "To",
                "Network",
                "Language",
                "Votes",
                "Do not count",
                "How it stands",
                "Answered ({zone})",
                "Where",
                "By whom",
                "Answer",
                "Number of the session",
            ),
        ),
        polls=(
            "Polls",
            (
                "Poll",
                "Question",
                "Kind",
                "Session",
                "Open ({zone})",
                "Closed ({zone})",
                "People",
                "Do not count",
                "Binding",
                "Asked before",
                "Answer",
                "What",
                "How many",
            ),
        ),
        stands={"open": "open", "on-stage": "on stage", "answered": "answered", "later": "for later"},
        poll_kinds={
            "single": "one answer",
            "several": "several answers",
            "scale": "scale",
            "ranking": "order",
            "words": "own words",
            "number": "number",
            "quiz": "quiz",
            "statements": "statements",
        },
        results={
            "votes": "votes",
            "right": "votes, right answer",
            "points": "points",
            "agree": "agree",
            "disagree": "disagree",
            "pass": "no opinion",
            "mean": "mean",
            "median": "middle vote",
            "few": "too few votes",
            "open": "still open",
            "stage": "on stage",
            "writing": "in writing",
        },
        hall={
            "questions": "Questions from the hall",
            "wanted": "Votes for questions",
            "polls": "Polls",
            "votes": "People who voted in a poll",
            "reactions": "Reactions",
        },
        reactions={"clap": "applause", "heart": "heart", "laugh": "laugh", "idea": "idea", "question": "question mark"},
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
    match what:
        case "posts":
            return written(posts_table(state, lang=lang, link_only=link_only, naming=naming))
        case "figures":
            return written(figures_table(state, lang=lang))
        case "questions":
            return written(questions_table(state, lang=lang, link_only=link_only, naming=naming))
        case "polls":
            return written(polls_table(state, lang=lang))


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
    statuses = Counter(post.status for post in state.posts.values() if post.poll is None)
    for status, name in words.statuses.items():
        yield words.by_status, name, statuses[status]
    yield from _figures_of_hall(state, words)


def _figures_of_hall(state: State, words: _Words) -> Iterator[tuple[Cell, ...]]:
    """What the hall asked, voted and reacted; nothing where it did not."""
    wanted = [count_of(state, group)[0] for group in asked_groups(state)]
    polls = [(poll, voters(state, state.polls[poll])) for poll in held_polls(state)]
    counted = (("questions", len(wanted)), ("wanted", sum(wanted)), ("polls", len(polls)))
    yield from ((words.hall[what], "", n) for what, n in counted if n)
    yield from (
        (words.hall["votes"], _in(poll_body(state, state.polls[poll]).title, words.lang), n) for poll, n in polls
    )
    reactions = Counter[str]()
    for each in state.reactions:
        reactions.update({kind.value: n for kind, n in each.counts.items()})
    yield from (
        (words.hall["reactions"], words.reactions[kind], reactions[kind]) for kind in words.reactions if reactions[kind]
    )


def _most_first(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def questions_table(state: State, *, lang: Lang, link_only: Collection[str], naming: Naming | None = None) -> Table:
    """The questions of the hall, in the order in which they were asked; see `released_questions`."""
    words = _WORDS[lang]
    rows: Iterator[tuple[Cell, ...]] = (
        (
            asked.post,
            asked.at,
            asked.session_title,
            asked.text,
            asked.name,
            "\n".join(asked.also),
            asked.to,
            asked.network,
            asked.lang or "",
            asked.votes,
            asked.aside,
            words.stands[asked.stand],
            "" if asked.answered is None else asked.answered,
            "" if asked.answered is None else words.results["stage" if asked.on_stage else "writing"],
            asked.answered_by,
            asked.answer,
            asked.session or "",
        )
        for asked in released_questions(state, link_only=link_only, naming=naming)
    )
    return _table(state, words.questions, _QUESTIONS_CM, rows)


def polls_table(state: State, *, lang: Lang) -> Table:
    """What the hall was asked: a row for each count. Of fewer than five people, and while it is open, none is told."""
    words = _WORDS[lang]
    rows: Iterator[tuple[Cell, ...]] = (
        (
            poll.id,
            _in(poll.title, lang),
            words.poll_kinds[poll.kind],
            poll.session_title,
            poll.opened,
            "" if poll.closed is None else poll.closed,
            poll.voters,
            poll.aside,
            words.yes if poll.binding else "",
            poll.before or "",
            answer,
            words.results[what],
            n,
        )
        for poll in released_polls(state)
        for answer, what, n in _counted(poll, lang)
    )
    return _table(state, words.polls, _POLLS_CM, rows)


def _counted(poll: ReleasedPoll, lang: Lang) -> Iterator[tuple[str, str, Cell]]:
    """What was answered, what is counted of it, and how many."""
    options = [_in(option, lang) for option in poll.options]
    if poll.closed is None or poll.few:
        yield "", "open" if poll.closed is None else "few", ""
        return
    match PollKind(poll.kind):
        case PollKind.STATEMENTS:
            for place, option in enumerate(options):
                counts = poll.counts[3 * place : 3 * place + 3]
                if any(counts):
                    yield from (
                        (option, what, n) for what, n in zip(("agree", "disagree", "pass"), counts, strict=True)
                    )
                else:
                    yield option, "few", ""
        case PollKind.SCALE:
            yield from ((str(poll.low + place), "votes", n) for place, n in enumerate(poll.counts))
        case PollKind.NUMBER:
            yield from ((_stretch(each.low, each.high), "votes", each.n) for each in poll.columns)
        case PollKind.WORDS:
            yield from ((word.name, "votes", word.n) for word in poll.words)
        case PollKind.RANKING:
            yield from ((option, "points", n) for option, n in zip(options, poll.counts, strict=True))
        case _:
            for place, n in enumerate(poll.counts):
                yield options[place], "right" if place == poll.right else "votes", n
    if poll.median is not None:
        yield "", "mean", f"{poll.mean}"
        yield "", "median", poll.median


def _stretch(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _in(said: Mapping[str, str], lang: Lang) -> str:
    """Words in *lang*, else in the language that there is."""
    return said.get(lang) or next((said[other] for other in sorted(said)), "")


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
