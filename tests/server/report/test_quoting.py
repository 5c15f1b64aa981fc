"""Posts, papers and sources as they are printed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.document import Blocks, Break, Drop, Link, NoteRef, Said, Span, Strong, Text
from server.report.model import Note, Quote, Report
from server.report.narrative import Telling
from server.report.quoting import LARGE, Quoting, shown
from server.report.words import words
from server.symposium.values import PostId
from tests.server.report import sample
from tests.server.report.reading import lines, said


def _quoting(report: Report | None = None, lang: str = "nl") -> Quoting:
    return Quoting(Telling(report or sample.report(lang), words(lang)))


def _quote(**changes: Any) -> Quote:
    return msgspec.structs.replace(sample.SILENCE, **({"starred": False, "text": "Ja."} | changes))


def _card(lang: str, code: str) -> list[str]:
    quoting = _quoting(lang=lang)
    card = quoting.card(quoting.by_code[code])
    return [said(card.title), *map(said, card.lines)]


# Posts


def test_a_post_has_its_words_its_author_its_source_and_its_time() -> None:
    assert _quoting().said(_quote(), "thread") == Said(
        role="thread",
        inlines=(Text("Ja."),),
        by=(Text("Noor van Dalen, vanaf de telefoon, 13:36"),),
        name="Noor van Dalen",
        when="telefoon · 13:36",
    )


def test_a_star_is_a_drop_behind_the_words_and_before_the_name_of_a_pull_quote() -> None:
    thread, pull = (_quoting().said(_quote(starred=True), role) for role in ("thread", "pull"))

    assert [type(inline) for inline in thread.inlines] == [Text, Drop]
    assert [type(inline) for inline in thread.by] == [Text]
    assert [type(inline) for inline in pull.inlines] == [Text]
    assert [type(inline) for inline in pull.by] == [Drop, Text]


def test_a_post_of_a_network_points_at_its_source() -> None:
    told = _quoting().said(_quote(network="mastodon", note=3), "reply")

    assert told.inlines == (Text("Ja."), NoteRef(3))
    assert told.when == "Mastodon · 13:36"
    assert said(told.by) == "Noor van Dalen, Mastodon, 13:36"


def test_a_nameless_author_is_a_participant() -> None:
    assert _quoting().said(_quote(author=""), "thread").name == "een deelnemer"
    assert _quoting(lang="en").said(_quote(author=""), "thread").name == "a participant"


def test_words_in_another_language_carry_it() -> None:
    assert _quoting().said(_quote(text="Yes.", lang="en"), "thread").inlines == (Span((Text("Yes."),), lang="en"),)
    assert _quoting().said(_quote(text="Ja?", lang=None), "thread").inlines == (Span((Text("Ja?"),), lang=""),)


def test_lines_stay_and_empty_ones_become_one() -> None:
    told = _quoting().said(_quote(text="a\n\n\n\nb\nc"), "thread").inlines

    assert told == (Text("a"), Break(), Break(), Text("b"), Break(), Text("c"))


def test_marks_of_any_format_are_words() -> None:
    text = "*a* <b> {{ c }} #set $x$ \\textbf{y} [z](https://z.example) {{post sampleaaaaaaaaab}}"

    assert _quoting().said(_quote(text=text), "thread").inlines == (Text(text),)


@pytest.mark.parametrize(
    ("text", "told", "left_out"),
    [
        ("Ja. #luisteren26", "Ja.", True),
        ("Ja. #Luisteren26  ", "Ja.", True),
        ("Ja. #beraad #luisteren26", "Ja. #beraad", True),
        ("#luisteren26 is vandaag", "#luisteren26 is vandaag", False),
        ("Ja. #luisteren2026", "Ja. #luisteren2026", False),
        ("Ja.x#luisteren26", "Ja.x#luisteren26", False),
        ("#luisteren26", "#luisteren26", False),
    ],
)
def test_the_symposiums_own_hashtag_at_the_end_is_left_out(text: str, told: str, *, left_out: bool) -> None:
    """Posts of networks are found by it, so that all of them would end alike."""
    quoting = _quoting()

    post = quoting.said(_quote(text=text), "thread")

    assert (said(post.inlines), post.when) == (told, "telefoon · 13:36")
    assert quoting.leaves_out_hashtags is left_out


def test_photos_stand_where_a_reader_meets_the_post_first() -> None:
    quoting, quote = _quoting(), _quote(photos=(sample.BOARD,))

    times = [quoting.said(quote, "pull", photos=False), quoting.said(quote, "thread"), quoting.said(quote, "thread")]

    assert [len(each.photos) for each in times] == [0, 1, 0]


def test_a_name_is_written_as_its_owner_does() -> None:
    note = Note(number=1, kind="post", what="noortje.", network="mastodon", at=sample.at("13:36"), address="")

    assert [said(_quoting().note(each).inlines)[:11] for each in (note, msgspec.structs.replace(note, what=""))] == [
        "noortje., 1",
        "Een deelnem",
    ]


def test_nearly_equal_posts_are_counted_under_it() -> None:
    assert _quoting().said(_quote(alike=1), "thread").when == "telefoon · 13:36 · nog 1 bijna gelijk"
    assert _quoting().said(_quote(alike=6), "thread").when == "telefoon · 13:36 · nog 6 bijna gelijke"


def test_a_content_warning_comes_before_the_words() -> None:
    assert _quoting().said(_quote(warning="spinnen"), "thread").inlines == (
        Strong((Text("Let op: spinnen"),)),
        Break(),
        Text("Ja."),
    )


def test_of_a_network_that_lets_nobody_keep_words_only_the_address_is_printed() -> None:
    note = next(note.number for note in sample.NOTES if note.network == "instagram")
    quote = _quote(author="", text="", network="instagram", link_only=True, note=note)

    assert said(_quoting().said(quote, "thread").inlines) == (
        f"Dit bericht is alleen te lezen op Instagram: instagram.example/@iemand/{8000 + note}[{note}]"
    )
    assert [type(inline) for inline in _quoting().said(quote, "thread").inlines] == [Text, Link, NoteRef]


def test_its_words_stay_out_even_when_they_are_in_the_report() -> None:
    quote = _quote(text="geheim", link_only=True, note=None)

    assert "geheim" not in "".join(lines([_quoting().said(quote, "thread")]))
    assert "geheim" in "".join(lines([_quoting().said(_quote(text="geheim"), "thread")]))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_post_without_words_says_so(n: int) -> None:
    told = _quoting().said(_quote(text=" ", photos=(sample.BOARD,) * n), "thread")

    assert said(told.inlines) == ("Een bericht zonder woorden.", "Een foto, zonder tekst.", "Foto’s, zonder tekst.")[n]


def test_a_photo_always_has_words() -> None:
    described, bare = _quoting().said(_quote(photos=(sample.BOARD, sample.TABLE)), "thread").photos

    assert described.alt == sample.BOARD.alt
    assert bare.alt == "Foto zonder beschrijving."
    assert said(bare.caption) == "Foto: Noor van Dalen, telefoon, 13:36"


@given(st.text(max_size=300), st.booleans(), st.sampled_from(["nl", "en", None, "ar"]))
def test_any_post_can_be_printed(text: str, starred: bool, lang: str | None) -> None:
    told = _quoting().said(_quote(text=text, starred=starred, lang=lang), "pull")

    assert said(told.inlines)


# What the author points at


def _cited(**changes: Any) -> Blocks:
    quote = _quote(**changes)
    return _quoting(sample.report(cited={quote.post: quote})).cited(quote.post)


def test_a_short_post_in_the_text_is_large_and_a_long_one_or_one_with_a_photo_is_not() -> None:
    roles = [
        [block.role for block in _cited(**changes) if isinstance(block, Said)]
        for changes in ({}, {"text": "a" * (LARGE + 1)}, {"photos": (sample.BOARD,)})
    ]

    assert roles == [["pull"], ["thread"], ["thread"]]


def test_a_post_that_may_no_longer_be_printed_leaves_nothing() -> None:
    assert _quoting(sample.report(cited={})).cited(sample.SILENCE.post) == ()
    assert _quoting().cited(PostId("a" * 16)) == ()
    assert _quoting().cited(sample.SILENCE.post) != ()


@pytest.mark.parametrize("code", ["k7", "K7", "paperaaaaaaaaaaa"])
def test_a_paper_is_pointed_at_by_its_code_or_id(code: str) -> None:
    assert _quoting().cited_paper(code, "p. 14") == (NoteRef(sample.PAPERS[0].note, "p. 14"),)


def test_a_paper_that_is_not_there_is_told_in_brackets() -> None:
    assert _quoting().cited_paper("x9", "p. 1") == (Text(" (x9, p. 1)"),)
    assert _quoting().cited_paper("x9", "") == (Text(" (x9)"),)


# Papers


def test_a_paper_says_who_what_how_large_and_where() -> None:
    assert _card("nl", "k7") == [
        f"Na het beraad. Wat er met 163 adviezen gebeurde[{sample.PAPERS[0].note}]",
        "Marjolein Verkade en Daan Oosterhof",
        "Artikel · Nederlands, 34 bladzijden, pdf, 1,2 MB · Engels, 33 bladzijden, pdf, 1,2 MB",
        "Wij volgden elf beraden, van de loting tot een jaar na het advies.",
        "fontein.example/lu/k7 · 143 keer opgehaald",
    ]
    assert _card("en", "m3")[1:] == [
        "Marjolein Verkade",
        "Slides · Dutch, 18 slides, odp, 3.4 MB",
        "fontein.example/lu/m3 · fetched 89 times",
    ]


def test_a_paper_elsewhere_says_where() -> None:
    assert _card("nl", "t4")[2] == "Link · Staat op keukentafel.example"


def test_the_code_of_a_card_holds_the_whole_address_in_capitals() -> None:
    quoting = _quoting()

    assert quoting.card(sample.PAPERS[0]).address == "HTTPS://FONTEIN.EXAMPLE/LU/K7"
    assert quoting.card(sample.PAPERS[0]).code_alt == "Code voor fontein.example/lu/k7"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("fontein.example/lu/k7", "https://fontein.example/LU/K7"),
        ("FONTEIN.EXAMPLE/LU/K7", "https://fontein.example/LU/K7"),
        ("localhost:8080/lu/k7", "https://localhost:8080/LU/K7"),
        ("https://elders.example/Stuk.pdf", "https://elders.example/Stuk.pdf"),
        ("paper:abc", ""),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("javascript://%0aalert(1)", ""),
        ("fontein.example", ""),
    ],
)
def test_url_is_whole_or_nothing(address: str, url: str) -> None:
    assert _quoting().url(address) == url


def test_a_short_address_has_the_scheme_of_the_server() -> None:
    assert _quoting(sample.report(home="http://hal.example/x")).url("hal.example/lu") == "http://hal.example/LU"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://fontein.example/LU/K7", "fontein.example/lu/k7"),
        ("HTTPS://FONTEIN.EXAMPLE/LU", "fontein.example/lu"),
        ("https://elders.example/Stuk.pdf", "elders.example/Stuk.pdf"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_shown_is_what_a_person_types(address: str, told: str) -> None:
    assert shown(address) == told


# Sources


def test_notes_say_who_when_and_where() -> None:
    quoting = _quoting()
    told = [said(quoting.note(note).inlines) for note in sample.NOTES]

    assert "Joost Hoekema, 12 november 2026, 13:41. Mastodon. mastodon.example/@joost/8001" in told
    assert "Een deelnemer, 12 november 2026, 14:31. Instagram. instagram.example/@iemand/8004" in told
    assert told[-4:] == [
        "Marjolein Verkade en Daan Oosterhof, Na het beraad. Wat er met 163 adviezen gebeurde. fontein.example/lu/k7",
        "Marjolein Verkade, Burgerberaad, en dan? & <meer>. fontein.example/lu/m3",
        "Tien vragen vóór de loting. fontein.example/lu/r9",
        "Sjoerd Wiersma, Anna de Vries, Li Wei en Ellen Brady, De keukentafelset. fontein.example/lu/t4",
    ]


@pytest.mark.parametrize("address", ["", "paper:abc", "javascript:alert(1)"])
def test_a_note_without_an_address_makes_no_link(address: str) -> None:
    note = msgspec.structs.replace(sample.NOTES[0], address=address)

    assert said(_quoting().note(note).inlines) == "Joost Hoekema, 12 november 2026, 13:41. Mastodon."
