from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.report.released import writable
from server.report.tables import (
    Cell,
    Column,
    Lang,
    Table,
    csv,
    figures_table,
    papers_table,
    posts_table,
    safe,
    sessions_table,
    written,
)
from server.symposium import entries
from server.symposium.entries import Count, PaperBody
from server.symposium.state import erase
from server.symposium.values import (
    BlobId,
    Form,
    Naming,
    PaperId,
    Picture,
    PostBody,
)
from tests.server.report.spreadsheets import BREAKS, SIGNS, begins_a_formula, formulas, read_csv, undone
from tests.server.symposium.day import CLOSING, HOLD, MINUTE, OPENING, ORGANISER, PANEL, SHOW, Day

LANGS: tuple[Lang, ...] = ("nl", "en")
HIDDEN_SIGNS = " \u00a0\u3000\u200b\ufeff\u2060\x00\x1b\u202e\"'‘“`\ud800"
TRICKY = st.text(st.sampled_from([*SIGNS, *BREAKS, *HIDDEN_SIGNS, "a", "1", "(", "é"]), max_size=12)


def table(*rows: tuple[Cell, ...], columns: int = 1) -> Table:
    return Table("T", tuple(Column(f"c{number}", 2) for number in range(columns)), iter(rows))


def cells(*texts: str) -> bytes:
    """Texts as CSV, one a row."""
    return b"".join(written(table(*((text,) for text in texts))))


def by_header(rows: Table) -> list[dict[str, Cell]]:
    headers = [column.header for column in rows.columns]
    return [dict(zip(headers, row, strict=True)) for row in rows.rows]


@pytest.fixture
def day() -> Day:
    """Two posts of one person in the opening, one of a phone in no session, and one that waits."""
    day = Day()
    day.programme()
    for post in ("p", "q"):
        day.arrive(post, verdict=SHOW, author="ada", session=OPENING, lang="nl", body=PostBody(salt="", text=post))
    day.phone("r", verdict=SHOW, body=PostBody(salt="", text="r"))
    day.arrive("s", verdict=HOLD)
    return day


# Formulas


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1+1)*cmd|' /C calc'!A0", "'@SUM(1+1)*cmd|' /C calc'!A0"),
        ("+31 6 12345678", "'+31 6 12345678"),
        ("-5", "'-5"),
        ("\t=1", "'\t'=1"),
        ("\rtekst", "'\rtekst"),
        ("\ntekst", "'\ntekst"),
        ("  =1", "'  =1"),
        ("\u00a0\u200b=1", "'\u00a0\u200b=1"),
        ('"=1', "'\"=1"),
        ("'=1", "''=1"),
        ("“=1”", "'“=1”"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("−5 graden", "'−5 graden"),
        ("hoi;=HYPERLINK(A1)", "hoi;'=HYPERLINK(A1)"),
        ('hoi","=1+1', 'hoi",\'"=1+1'),
        ("hoi\n=1+1", "hoi\n'=1+1"),
        ("hoi\u2028=1+1", "hoi\u2028'=1+1"),
        ("hoi\x85=1+1", "hoi\x85'=1+1"),
        ("hoi\t@A1", "hoi\t'@A1"),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str, told: str) -> None:
    assert safe(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Wat een mooie dag!",
        "1 + 1 = 2",
        "a@b.nl of #dag",
        "’s Avonds - en ’s ochtends",
        ":-) en (-:",
        "(+31) 20 123 45 67",
        "https://toot.example/@noor/1?a=b",
        "Regel één\nRegel twee",
        "'s-Hertogenbosch",
        "«Oui»; non",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe(text) == text
    assert read_csv(cells(text))[1] == [text]


@given(TRICKY | st.text())
@example("'\t=")
@example("''\n")
@example(";'=1")
@example(" '＝")
def test_nothing_is_lost(text: str) -> None:
    assert undone(safe(text)) == text


@given(st.lists(TRICKY | st.text(), max_size=4))
def test_no_spreadsheet_finds_a_formula_whatever_divides_its_cells(texts: list[str]) -> None:
    data = cells(*texts)

    assert formulas(data) == []
    assert [undone(row[0]) for row in read_csv(data)[1:]] == [writable(text) for text in texts]


@pytest.mark.parametrize("text", ["=1+1", "hoi;=1+1", "hoi\n@A1", "\u200b-5", "\tx", "＝1"])
def test_without_the_apostrophe_a_spreadsheet_finds_one(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("server.report.tables.safe", lambda text: text)

    assert formulas(cells(text)) != []


@given(st.text(max_size=2_000))
def test_a_long_text_is_made_safe_as_a_short_one(text: str) -> None:
    long = ("ja, \"';| " * 500) + text

    assert not begins_a_formula(safe(long))
    assert undone(safe(long)) == long


# CSV


def test_csv_is_as_rfc_4180_has_it_with_a_mark_for_excel() -> None:
    at = datetime(2026, 11, 12, 13, 7, tzinfo=UTC)

    data = b"".join(written(table(('Een "citaat", en\nmeer', 12, at), columns=3)))

    assert data == (b'\xef\xbb\xbf"c0","c1","c2"\r\n"Een ""citaat"", en\nmeer",12,"2026-11-12T13:07:00+00:00"\r\n')


def test_csv_without_rows_has_its_headers() -> None:
    assert b"".join(written(table())) == b'\xef\xbb\xbf"c0"\r\n'


def test_csv_is_given_out_in_pieces() -> None:
    pieces = [*written(table(*[("x" * 1_000,)] * 300))]

    assert len(pieces) > 4
    assert max(map(len, pieces)) < 70_000
    assert len(read_csv(b"".join(pieces))) == 301


def test_csv_of_posts_and_of_figures_are_their_tables(day: Day) -> None:
    def whole(made: Table) -> list[list[str]]:
        return [[column.header for column in made.columns], *([*map(told, row)] for row in made.rows)]

    def told(cell: Cell) -> str:
        return cell.isoformat() if isinstance(cell, datetime) else str(cell)

    posts = csv(day.state, "posts", lang="nl", link_only=())
    figures = csv(day.state, "figures", lang="en", link_only=())

    assert read_csv(b"".join(posts)) == whole(posts_table(day.state, lang="nl", link_only=()))
    assert read_csv(b"".join(figures)) == whole(figures_table(day.state, lang="en"))


# Posts


def test_a_row_says_what_is_known_of_a_post(day: Day) -> None:
    picture = Picture(blob=BlobId("b"), type="image/webp", width=1, height=1, alt="Een zaal")
    body = PostBody(
        salt="",
        text="Tekst",
        name="Ada Bakker",
        handle="@ada@toot.example",
        warning="Lang",
        lang="nl",
        permalink="https://toot.example/@ada/1",
        media=(picture, picture),
    )
    day.arrive("t", verdict=SHOW, body=body, session=PANEL)
    day.decide("star", "t")

    row = by_header(posts_table(day.state, lang="nl", link_only=(), naming=Naming.FULL))[-1]

    assert row == {
        "Bericht": "t",
        "Tijd (Europe/Amsterdam)": row["Tijd (Europe/Amsterdam)"],
        "Sessie": "Burgerberaad, en dan?",
        "Naam": "Ada Bakker",
        "Account": "ada@toot.example",
        "Tekst": "Tekst",
        "Waarschuwing": "Lang",
        "Taal": "nl",
        "Netwerk": "mastodon",
        "Adres": "https://toot.example/@ada/1",
        "Druppel": "ja",
        "Foto’s": 2,
        "Wat op de foto’s staat": "Een zaal\nEen zaal",
        "Bewaard": "alles",
        "Nummer van de sessie": "panel",
    }
    assert str(row["Tijd (Europe/Amsterdam)"]).endswith("+01:00")


def test_of_a_network_that_lets_nobody_keep_the_words_the_row_says_so(day: Day) -> None:
    rows = by_header(posts_table(day.state, lang="en", link_only=("mastodon",)))

    assert {(row["Post"], row["Kept"], row["Text"]) for row in rows} == {(post, "address only", "") for post in "pqr"}


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_has_a_header_for_each_cell_in_both_languages(day: Day, lang: Lang) -> None:
    day.paper()
    tables = (
        posts_table(day.state, lang=lang, link_only=()),
        sessions_table(day.state, lang=lang),
        figures_table(day.state, lang=lang),
        papers_table(day.state, lang=lang),
    )

    for made in tables:
        rows = [*made.rows]
        assert rows
        assert {len(row) for row in rows} == {len(made.columns)}
        assert len({column.header for column in made.columns}) == len(made.columns)


# Sessions, figures, papers


def test_sessions_are_told_as_they_were_held(day: Day) -> None:
    day.shift(OPENING, 5)

    opening = by_header(sessions_table(day.state, lang="en"))[0]

    assert opening == {
        "Start (Europe/Amsterdam)": moment_of(15),
        "End (Europe/Amsterdam)": moment_of(45),
        "Title": "Opening",
        "Subtitle": "",
        "Speakers": "Marjolein Verkade",
        "Room": "Grote zaal",
        "Kind": "talk",
        "Language": "nl",
        "Hashtag": "",
        "Posts": 2,
        "People": 1,
        "Papers": 0,
        "Number of the session": "opening",
    }


def moment_of(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * MINUTE / 1_000_000, UTC)


def figures(day: Day) -> list[tuple[Any, ...]]:
    return [*figures_table(day.state, lang="en").rows]


def test_figures_count_what_is_on_the_screens(day: Day) -> None:
    day.put(entries.Counted(counts=(Count("", "scan", 7, 3),)))

    rows = figures(day)

    assert rows[:4] == [
        ("Posts on the screens", "", 3),
        ("People who wrote them", "", 2),
        ("Papers fetched", "", 0),
        ("Codes scanned", "", 7),
    ]
    assert of(rows, "Posts by network") == {"mastodon": 3}
    assert of(rows, "Posts by language") == {"nl": 2, "unknown": 1}
    assert of(rows, "Posts by session") == {
        "Opening": 2,
        "Burgerberaad, en dan?": 0,
        "Ernaast": 0,
        "Lunch": 0,
        "Slot": 0,
        "no session": 1,
    }
    assert of(rows, "Posts by quarter of an hour") == {moment_of(0): 3}
    assert of(rows, "All posts that came in") == {
        "on the screens": 3,
        "still waiting": 1,
        "hidden": 0,
        "not shown": 0,
        "taken back by the writer": 0,
        "deleted on the network": 0,
        "erased": 0,
        "no longer kept": 0,
    }


def of(rows: Iterable[tuple[Any, ...]], what: str) -> dict[Any, int]:
    return {part: n for name, part, n in rows if name == what}


def test_a_session_that_left_the_programme_keeps_its_posts(day: Day) -> None:
    day.programme(slots=())

    assert of(figures(day), "Posts by session") == {"Opening": 2, "no session": 1}


def test_a_session_of_which_no_word_is_left_is_none(day: Day) -> None:
    day.programme(slots=())
    assert day.state.programme is not None
    erase(day.state, [day.state.programme.body])

    assert [row for row in figures(day) if row[0] == "Posts by session"] == [("Posts by session", "no session", 3)]


def test_figures_name_nobody(day: Day) -> None:
    names = {badge.title() for badge in day.state.badges} | {"ada", "Marjolein Verkade"}

    said = {str(cell) for row in figures(day) for cell in row}

    assert said.isdisjoint(names)


def test_a_paper_is_told_with_how_often_it_was_fetched(day: Day) -> None:
    day.paper("one", session=OPENING, form=Form.SLIDES)
    day.file("one", lang="nl")
    day.file("one", lang="en")
    day.put(entries.Counted(counts=(Count("one", "download", 12, 5),)))

    [paper] = by_header(papers_table(day.state, lang="nl"))

    assert paper == {
        "Code": day.state.codes_of["paper:one"],
        "Titel": paper["Titel"],
        "Van": "Noor van Dalen",
        "Soort": "dia’s",
        "Sessie": "Opening",
        "Talen": "nl, en",
        "Opgehaald": 12,
        "Adres": "",
    }
    assert str(paper["Titel"]).startswith("Title ")


def test_of_a_paper_that_is_not_open_only_what_everybody_may_see_is_told(day: Day) -> None:
    for paper, embargo in (("open", False), ("closed", True)):
        head = entries.PaperSet(by=ORGANISER, paper=PaperId(paper), form=Form.LINK, session=CLOSING, embargo=embargo)
        day.put(head, PaperBody(title=paper, link="https://voorbeeld.nl/stuk"))
        day.file(paper)

    told = {paper["Title"]: paper for paper in by_header(papers_table(day.state, lang="en"))}

    assert (told["open"]["Address"], told["open"]["Languages"]) == ("https://voorbeeld.nl/stuk", "nl")
    assert (told["closed"]["Address"], told["closed"]["Languages"]) == ("", "")
