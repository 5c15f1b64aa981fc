"""A report as a document: in the order of reading, with nothing empty and nothing that may not be there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.report.compile import compile_report
from server.report.compose import compose
from server.report.document import (
    Bar,
    Bullets,
    Card,
    Chart,
    Contents,
    Document,
    Extract,
    Heading,
    NoteRef,
    Paragraph,
    Photo,
    Said,
    Table,
)
from server.report.model import Report, Section, Thread
from server.report.prose import is_address
from server.report.words import words
from server.symposium.law import replay
from server.symposium.values import Naming, PostId
from tests.oracle.play import journals
from tests.server.report import sample
from tests.server.report.reading import lines, part, said, whole, within


def _with(report: Report, ident: str, **changes: Any) -> Report:
    sections = tuple(
        msgspec.structs.replace(section, **changes) if section.id == ident else section for section in report.sections
    )
    return msgspec.structs.replace(report, sections=sections)


def _headings(document: Document) -> list[Heading]:
    return [block for each in document.parts for block in within(each.blocks) if isinstance(block, Heading)]


ALL = [sample.report, sample.draft, sample.empty, sample.one_post]


# The whole


def test_chapters_stand_in_the_order_of_reading() -> None:
    document = compose(sample.report())

    assert [said(heading.inlines) for heading in _headings(document) if heading.level == 1] == [
        "In het kort",
        "De dag in cijfers",
        "Vooraf",
        "Opening",
        "Burgerberaad, en dan?",
        "Wie was er niet bij?",
        "Open data aan de keukentafel",
        "De gemeente als buur",
        "What the water board heard",
        "Slotdebat",
        "Daarna",
        "Tot slot",
        "Hoe er is gemodereerd",
        "Versies en colofon",
        "Bronnen",
    ]


def test_in_short_stands_in_its_order() -> None:
    blocks = next(part.blocks for part in compose(sample.report()).parts if part.ident == "short")

    kinds = [type(block).__name__ for block in blocks]

    assert kinds == [
        *("Heading", "Paragraph", "Paragraph", "Paragraph"),
        *("Heading", "Bullets", "Paragraph", "Paragraph"),
        *("Heading", "Table", "Contents", "Card"),
    ]
    assert isinstance(blocks[1], Paragraph)
    assert blocks[1].role == "lead"


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("make", ALL)
def test_levels_are_never_skipped_and_identifiers_are_unique(make: Any, lang: str) -> None:
    document = compose(make(lang))

    for chapter in document.parts:
        levels = [block.level for block in within(chapter.blocks) if isinstance(block, Heading)]
        assert levels[0] == 1
        assert all(below <= above + 1 for above, below in pairwise(levels))
    idents = [heading.ident for heading in _headings(document)]
    assert len(idents) == len(set(idents))
    assert all(re.fullmatch(r"[a-z0-9-]+", ident) for ident in idents)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("make", ALL)
def test_nothing_is_empty(make: Any, lang: str) -> None:
    document = compose(make(lang))
    blocks = [block for chapter in document.parts for block in within(chapter.blocks)]

    assert all(said(block.inlines).strip() for block in blocks if isinstance(block, Heading | Paragraph | Said))
    assert all(block.rows for block in blocks if isinstance(block, Table))
    assert all(block.alt for block in blocks if isinstance(block, Chart | Photo))
    assert all(photo.alt for block in blocks if isinstance(block, Said) for photo in block.photos)
    assert all(len(row) == len(block.head) for block in blocks if isinstance(block, Table) for row in block.rows)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("make", ALL)
def test_every_sentence_is_whole(make: Any, lang: str) -> None:
    """No gap of a template is left, and no two spaces or a space before a full stop."""
    told = whole(compose(make(lang)))
    ours = re.sub(r"\\textbf\{tex\}|\{\{ jinja \}\}", "", told)

    assert not re.search(r"[{}]", ours)
    assert "  " not in told
    assert " ." not in told
    assert not re.search(r"\b(None|null)\b", told)


def test_the_same_report_makes_the_same_document() -> None:
    assert compose(sample.report()) == compose(sample.report())
    assert compose(sample.report("nl")) != compose(sample.report("en"))


def test_words_of_another_language_may_be_given() -> None:
    document = compose(sample.report("nl"), words("en"))

    assert document.lang == "en"
    assert document.kicker == "Report of the symposium of Thursday 12 November 2026"


def test_notes_that_are_pointed_at_exist() -> None:
    document = compose(sample.report())

    numbers = {note.number for note in document.notes}
    pointed = {inline.number for chapter in document.parts for inline in _refs(chapter.blocks)}

    assert pointed
    assert pointed <= numbers


def _refs(blocks: Any) -> list[NoteRef]:
    found = []
    for block in within(blocks):
        inlines = getattr(block, "inlines", ()) + getattr(block, "title", ()) if not isinstance(block, Contents) else ()
        found += [inline for inline in inlines if isinstance(inline, NoteRef)]
    return found


def test_an_empty_report_is_short() -> None:
    document = compose(sample.empty())

    assert [chapter.ident for chapter in document.parts] == ["short", "colophon"]
    assert document.subtitle == ""
    assert "er is nog geen bericht getoond" in document.cover_alt


def test_the_cover_says_what_when_and_which_version() -> None:
    frozen, draft = compose(sample.report()), compose(sample.draft())

    assert (frozen.title, frozen.kicker, frozen.subtitle) == (
        "De luisterende overheid",
        "Verslag van het symposium van donderdag 12 november 2026",
        "Wat 174 mensen schreven",
    )
    assert frozen.foot == (
        "Elke straal is een kwartier van de dag: hoe hoger, hoe meer berichten. De hoogste begint om 13:45.",
        "Versie 2 · 19 november 2026",
    )
    assert draft.foot[1] == "Concept · stand van 19 november 2026, 14:05"
    assert frozen.running == ("De luisterende overheid", "Verslag · 12 november 2026")
    assert frozen.cover_alt.endswith("De hoogste straal staat voor 47 berichten, vanaf 13:45.")


# In short


def test_an_author_comes_before_what_is_composed() -> None:
    assert "Wie om kwart over twaalf" in part(compose(sample.report()), "short")
    assert "was de dag van" not in part(compose(sample.report()), "short")
    assert "was de dag van" in part(compose(sample.draft()), "short")


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("1. a\n2. b", "Twee aanbevelingen"),
        ("- a", "Eén aanbeveling"),
        ("Gewoon doen.", "Aanbevelingen"),
        ("- a\n\nen\n\n- b", "Aanbevelingen"),
        ("   ", None),
        ("![]()", None),
    ],
)
def test_recommendations_are_counted_where_they_are_one_list(markdown: str, heading: str | None) -> None:
    document = compose(sample.report(recommendations=markdown))

    found = [said(each.inlines) for each in _headings(document) if each.ident == "short-recommendations"]

    assert found == ([] if heading is None else [heading])


def test_the_programme_leaves_breaks_out_and_has_no_empty_column() -> None:
    report = sample.report()
    bare = tuple(msgspec.structs.replace(row, room="", speakers=()) for row in report.programme)

    assert "Koffie en thee" not in part(compose(report), "short")
    assert "Tijd | Sessie | Wie | Waar | Berichten\n12:30 | Opening | Ineke Postma | Grote zaal | 33" in (
        part(compose(report), "short")
    )
    assert "Tijd | Sessie | Berichten\n12:30 | Opening | 33" in part(compose(sample.report(programme=bare)), "short")


def test_a_programme_of_two_days_has_two_tables() -> None:
    report = sample.report()
    day_us = 24 * 3_600_000_000
    rows = (*report.programme, *(msgspec.structs.replace(row, start=row.start + day_us) for row in report.programme))

    told = part(compose(msgspec.structs.replace(report, programme=rows)), "short")

    assert "Donderdag 12 november, met het aantal berichten bij elke sessie" in told
    assert "Vrijdag 13 november, met het aantal berichten bij elke sessie" in told


def test_the_code_leads_to_the_symposium() -> None:
    cards = [block for block in compose(sample.report()).parts[0].blocks if isinstance(block, Card)]

    assert [card.address for card in cards] == ["HTTPS://FONTEIN.EXAMPLE/LU"]
    assert not [block for block in compose(sample.report(home="")).parts[0].blocks if isinstance(block, Card)]


def test_the_drop_is_explained_once_and_only_where_there_is_one() -> None:
    told = whole(compose(sample.report()))

    assert told.count("Een druppel bij een bericht betekent") == 1
    assert "druppel" not in whole(compose(sample.one_post()))


# A session


def test_a_session_has_its_bar_then_its_title_with_who_spoke_beside_it() -> None:
    blocks = next(part.blocks for part in compose(sample.report()).parts if part.ident == "session-2")

    assert blocks[0] == Bar(time="13:00 – 14:00", room="Grote zaal", counts="117 berichten · 2 stukken")
    assert isinstance(blocks[1], Heading)
    assert [said(note) for note in blocks[1].margin] == [
        "Marjolein Verkade / onderzoeker participatie, Kenniskring Nabij Bestuur",
        "#beraad",
        "Woorden van deze sessie / antwoord, eigenaar, loting, zaterdag, nog niet",
    ]


def test_a_session_of_which_nobody_wrote_reads_as_a_report() -> None:
    told = part(compose(sample.draft()), "session-2")

    assert (
        "Marjolein Verkade begon om 13:00 in de Grote zaal. De aankondiging was:\n"
        "Elf burgerberaden, 163 adviezen. Een jaar later vroegen we wat ervan geworden was.\n"
        "Er schreven 43 mensen mee; zij stuurden 117 berichten. Bij geen andere sessie waren het er meer: het is ruim"
        " een kwart van het totaal. Tegen het einde, tussen 13:45 en 14:00, was het op de schermen het drukst van de"
        " hele dag: 47 berichten in een kwartier. Het ging vooral over ‘antwoord’, ‘eigenaar’ en ‘loting’. Bij deze"
        " sessie horen twee stukken; ze zijn samen 232 keer opgehaald.\n"
    ) in told


def test_what_the_author_wrote_of_a_session_stands_for_what_is_composed() -> None:
    told = part(compose(sample.report()), "session-2")

    assert "Elf beraden, 1.214 gelote inwoners" in told
    assert "De aankondiging" not in told
    assert "Het waren er 58.[" in told


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"thread": (), "pulls": (), "papers": (), "posts": 0}, False),
        ({"thread": (), "pulls": (), "papers": (), "posts": 3}, True),
        ({"thread": (), "pulls": (), "posts": 0}, True),
        ({"thread": (), "pulls": (), "papers": (), "posts": 3, "kind": "break"}, False),
        ({"thread": (), "pulls": (), "papers": (), "posts": 0, "kind": "break", "text": "Soep."}, True),
    ],
    ids=["nothing", "posts", "papers", "a break with posts", "a break with words"],
)
def test_an_empty_session_leaves_no_heading_and_keeps_its_line(changes: dict[str, Any], stays: bool) -> None:
    document = compose(_with(sample.report(), "absent", **changes))

    assert ("session-3" in {chapter.ident for chapter in document.parts}) == stays
    assert "Wie was er niet bij?" in part(document, "short")


def _pulls(document: Document, ident: str) -> list[int]:
    """Where the pull quotes stand among the blocks of a chapter."""
    blocks = next(chapter.blocks for chapter in document.parts if chapter.ident == ident)
    return [place for place, block in enumerate(blocks) if isinstance(block, Said) and block.role == "pull"]


def test_a_pull_quote_that_the_author_placed_is_not_placed_again() -> None:
    told = part(compose(sample.report()), "session-2")

    assert told.count("Niet het nee brak het vertrouwen") == 2, "in the text, and in the thread"
    assert len(_pulls(compose(sample.report()), "session-2")) == 1
    assert len(_pulls(compose(_with(sample.report(), "assembly", text="Een zin.")), "session-2")) == 1


@pytest.mark.parametrize(("n_words", "n_pulls"), [(10, 1), (599, 1), (600, 2), (10_000, 3)])
def test_pull_quotes_are_one_for_each_300_words(n_words: int, n_pulls: int) -> None:
    pulls = tuple(msgspec.structs.replace(sample.SOUP, post=PostId(f"{letter * 16}")) for letter in "abc")
    text = "\n\n".join(["woord " * (n_words // 5)] * 5)

    assert len(_pulls(compose(_with(sample.report(), "debate", pulls=pulls, text=text)), "session-8")) == n_pulls


def test_pull_quotes_that_the_author_placed_take_room_and_those_without_a_star_are_the_authors_choice() -> None:
    """The compiler only makes posts with a star large."""
    placed, found = sample.SOUP, msgspec.structs.replace(sample.SOUP, post=PostId("b" * 16), text="Gevonden.")
    chosen = msgspec.structs.replace(found, post=PostId("c" * 16), text="Gekozen.", starred=False)
    report = _with(sample.report(), "debate", text=f"Een.\n\n{{{{post {placed.post}}}}}", pulls=(found,))
    report = msgspec.structs.replace(report, cited={**report.cited, placed.post: placed})

    def large(report: Report) -> list[str]:
        blocks = next(chapter.blocks for chapter in compose(report).parts if chapter.ident == "session-8")
        return [said(blocks[place].inlines) for place in _pulls(compose(report), "session-8")]  # type: ignore[union-attr]

    assert large(report) == [placed.text]
    assert large(_with(report, "debate", text="Een.")) == ["Gevonden."]
    assert sorted(large(_with(report, "debate", pulls=(found, chosen)))) == [placed.text, "Gekozen."]


@pytest.mark.parametrize("after", ["> Woorden van een ander.", "- a\n- b", "{{post {SOUP}}}"])
def test_a_pull_quote_never_stands_between_a_paragraph_and_what_goes_on_with_it(after: str) -> None:
    text = f"Zo begon het.\n\nDat zei zij.\n\n{after.replace('{SOUP}', sample.DOORBELL.post)}\n\nKlaar."
    pull = msgspec.structs.replace(sample.SOUP, starred=False)
    report = _with(sample.report(), "debate", text=text, pulls=(pull,))
    report = msgspec.structs.replace(report, cited={sample.DOORBELL.post: sample.DOORBELL})
    blocks = next(chapter.blocks for chapter in compose(report).parts if chapter.ident == "session-8")
    (place,) = (
        place
        for place, block in enumerate(blocks)
        if isinstance(block, Said) and block.role == "pull" and said(block.inlines) == pull.text
    )

    assert said(blocks[place - 1].inlines) in ("Zo begon het.", "Klaar.")  # type: ignore[union-attr]


def test_a_photo_of_a_pull_quote_waits_for_the_thread() -> None:
    pull = msgspec.structs.replace(sample.TABLE_SIX, post=PostId("b" * 16), text="Een bord.")
    report = _with(sample.report(), "debate", text="Een.", pulls=(pull,), thread=(Thread(quote=pull),))
    alone = _with(report, "debate", thread=())

    def photos(report: Report) -> list[tuple[str, int]]:
        blocks = next(chapter.blocks for chapter in compose(report).parts if chapter.ident == "session-8")
        return [(block.role, len(block.photos)) for block in blocks if isinstance(block, Said)]

    assert photos(report) == [("pull", 0), ("thread", 1)]
    assert photos(alone) == [("pull", 1)]


def test_what_was_said_before_the_first_session_stands_before_it() -> None:
    report = sample.report()
    assert report.loose is not None
    late = msgspec.structs.replace(report, loose=msgspec.structs.replace(report.loose, end=sample.at("12:31")))
    with_paper = msgspec.structs.replace(
        report, loose=msgspec.structs.replace(report.loose, papers=report.sections[1].papers)
    )

    made = {name: compose(each) for name, each in {"early": report, "late": late, "paper": with_paper}.items()}

    order = {name: [part.ident for part in document.parts] for name, document in made.items()}
    assert order["early"].index("loose") == order["early"].index("session-1") - 1
    assert {name: order[name].index("loose") - order[name].index("session-8") for name in ("late", "paper")} == {
        "late": 1,
        "paper": 1,
    }
    assert part(made["early"], "loose").startswith("Vooraf\nNog voor de eerste sessie kwamen er elf berichten,")
    assert part(made["late"], "loose").startswith("Buiten het programma om\nBij geen enkele sessie hoorden elf")


def test_that_hashtags_are_left_out_is_told_where_any_is() -> None:
    told = "Stond #luisteren26 los aan het eind van een bericht, dan is dat hier weggelaten."

    assert told in part(compose(sample.report()), "colophon")
    assert told not in part(compose(sample.one_post()), "colophon")


def test_a_pull_quote_stands_behind_a_paragraph_and_never_before_an_announced_list() -> None:
    document = compose(_with(sample.report(), "debate", text="Dit was het:\n\n- a\n- b\n\nKlaar."))
    blocks = next(chapter.blocks for chapter in document.parts if chapter.ident == "session-8")
    (place,) = _pulls(document, "session-8")

    assert blocks[place - 1] == Paragraph(blocks[place - 1].inlines)  # type: ignore[union-attr]
    assert said(blocks[place - 1].inlines) == "Klaar."  # type: ignore[union-attr]


def test_a_thread_says_how_many_of_how_many_and_answers_follow_what_they_answer() -> None:
    blocks = next(part.blocks for part in compose(sample.report()).parts if part.ident == "session-1")
    told = list(lines(blocks))

    assert (
        "Hier staan drie van de 33 berichten, op volgorde van tijd. Wat inspringt, is een reactie op het bericht"
        " erboven." in told
    )
    assert [block.role for block in blocks if isinstance(block, Said)] == ["thread", "thread", "reply"]


def test_a_photo_that_the_author_placed_is_not_shown_twice() -> None:
    photos = {
        make: [
            photo.blob
            for block in next(chapter.blocks for chapter in compose(make()).parts if chapter.ident == "session-2")
            if isinstance(block, Said)
            for photo in block.photos
        ]
        for make in (sample.report, sample.draft)
    }

    assert photos == {sample.report: [sample.BOARD.blob], sample.draft: [sample.BOARD.blob]}


def test_what_an_answer_looks_like_is_said_once() -> None:
    assert whole(compose(sample.report())).count("Wat inspringt") == 1


def test_posts_in_another_order_are_not_told_to_stand_in_that_of_time() -> None:
    section = next(section for section in sample.SECTIONS if section.id == "debate")
    turned = compose(_with(sample.draft(), "debate", thread=section.thread[::-1]))

    assert "Hier staan drie van de 79 berichten." in part(turned, "session-8")
    assert "Hier staan drie van de 79 berichten, op volgorde van tijd." in part(compose(sample.draft()), "session-8")


def test_posts_of_more_days_stand_under_their_days() -> None:
    loose = Section(id="loose", title="", posts=2, authors=2, thread=(sample.LOOSE.thread[0], sample.AFTER.thread[-1]))
    document = compose(sample.report(loose=loose))

    labels = [said(heading.inlines) for heading in _headings(document) if heading.ident.startswith("loose-day")]

    assert labels == ["Donderdag 12 november", "Woensdag 18 november"]


def test_a_title_in_another_language_carries_it() -> None:
    heading = next(each for each in _headings(compose(sample.report())) if each.ident == "session-7")

    assert [getattr(inline, "lang", None) for inline in heading.inlines] == ["en"]


# Afterwards, and the end


def test_afterwards_goes_by_day() -> None:
    document = compose(sample.report())

    assert part(document, "after").startswith(
        "Daarna\nGeteld tot 19 november 2026, 14:05.\n"
        "Het programma was afgelopen, het gesprek niet. Er kwamen nog 26 berichten, van 14 mensen."
    )
    assert [said(each.inlines) for each in _headings(document) if each.ident.startswith("after-day")] == [
        "Donderdag 12 november",
        "Vrijdag 13 november",
        "Woensdag 18 november",
    ]


def test_without_a_programme_what_came_later_came_after_the_day() -> None:
    document = compose(sample.report(programme=(), sections=()))

    assert "De dag was voorbij, het gesprek niet." in part(document, "after")
    assert part(document, "loose").startswith("Wat er geschreven werd\nEr kwamen elf berichten, van negen mensen.")


def test_parts_that_are_not_there_leave_no_heading() -> None:
    document = compose(sample.report(loose=None, after=None, closing="", notes=()))

    assert {chapter.ident for chapter in document.parts}.isdisjoint({"loose", "after", "closing", "sources"})


@pytest.mark.parametrize("naming", list(Naming))
def test_the_colophon_says_how_people_are_named(naming: Naming) -> None:
    assert words("nl")[f"names.{naming.value}"] in part(compose(sample.report(naming=naming)), "colophon")


def test_versions_have_their_digest_in_fours_or_say_that_they_went() -> None:
    told = part(compose(sample.report()), "colophon")

    assert "1 | 16 november 2026, 10:00 | niet meer te krijgen: er is iets uit gewist" in told
    assert re.search(r"2 \| 19 november 2026, 14:05 \| [0-9a-f]{4}( [0-9a-f]{4}){15}\n?", told)
    assert "Dit is versie 2" in told
    assert "Dit is een concept" in part(compose(sample.draft()), "colophon")


def test_sources_come_last_so_that_the_notes_can_follow() -> None:
    assert compose(sample.report()).parts[-1].ident == "sources"


# What may not be there


SECRET = "zeer-geheime-woorden"


def test_a_post_that_went_leaves_no_word_though_the_author_points_at_it() -> None:
    """The text points at it by its number; its words would only come from `cited`."""
    gone = msgspec.structs.replace(sample.SILENCE, text=SECRET, post=PostId("z" * 16))
    text = f"Ervoor.\n\n{{{{post {gone.post}}}}}\n\nErna."
    pointed = _with(sample.report(cited={}), "debate", text=text, pulls=())
    kept = msgspec.structs.replace(pointed, cited={gone.post: gone})

    assert SECRET not in whole(compose(pointed))
    assert gone.post not in whole(compose(pointed))
    assert SECRET in whole(compose(kept))


def test_words_of_a_network_that_lets_nobody_keep_them_are_nowhere() -> None:
    quote = msgspec.structs.replace(sample.SILENCE, text=SECRET, link_only=True, post=PostId("y" * 16))
    thread = (Thread(quote=quote),)
    hidden = _with(sample.draft(), "assembly", thread=thread, pulls=(quote,))
    plain = msgspec.structs.replace(quote, link_only=False)

    assert SECRET not in whole(compose(hidden))
    assert SECRET in whole(compose(_with(sample.draft(), "assembly", thread=(Thread(quote=plain),), pulls=(plain,))))


ODD = st.text(alphabet=st.sampled_from("ab {}%\n#[]<>*_`$\\'\"’é🙂مرحبا\u202e\u200d|="), max_size=40)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(title=ODD, text=ODD, name=ODD, room=ODD, abstract=ODD, summary=ODD, lang=st.sampled_from(["nl", "en"]))
def test_any_words_make_a_document(
    title: str, text: str, name: str, room: str, abstract: str, summary: str, lang: str
) -> None:
    """Braces in what people wrote are no gaps of ours, and their marks no marks of ours."""
    quote = msgspec.structs.replace(sample.SILENCE, text=text, author=name, warning=title)
    report = _with(
        sample.draft(lang, title=title, summary=summary),
        "assembly",
        title=title,
        room=room,
        abstract=abstract,
        thread=(Thread(quote=quote, replies=(quote,)),),
        pulls=(quote,),
    )

    document = compose(report)

    blocks = [block for chapter in document.parts for block in within(chapter.blocks)]
    assert all(said(block.inlines) for block in blocks if isinstance(block, Heading | Said))
    assert all(item for block in blocks if isinstance(block, Bullets) for item in block.items)
    assert all(block.blocks for block in blocks if isinstance(block, Extract))


def test_cards_hold_addresses_or_nothing() -> None:
    document = compose(sample.report(home="", short=""))
    cards = [block for chapter in document.parts for block in chapter.blocks if isinstance(block, Card)]

    assert cards
    assert all(not card.address or is_address(card.address) for card in cards)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(records=journals(), lang=st.sampled_from(["nl", "en"]))
def test_whatever_happened_on_a_day_can_be_composed(records: Any, lang: str) -> None:
    report = compile_report(replay(records), home="https://fontein.example/dag", short="fontein.example/dg")

    document = compose(report, words(lang))

    assert "short" in {chapter.ident for chapter in document.parts}
    pointed = {ref.number for chapter in document.parts for ref in _refs(chapter.blocks)}
    assert pointed <= {note.number for note in document.notes}
