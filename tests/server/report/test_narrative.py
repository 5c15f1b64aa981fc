"""Sentences that no author wrote: they read well, and say nothing that the data do not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.report.document import Emph, NoteRef, Span, Text
from server.report.model import Figure, Report, Section, Speaker, Thread
from server.report.narrative import Telling, filled, foreign, iso_day, joined, sentences
from server.report.words import words
from tests.server.report import sample
from tests.server.report.reading import said

NL, EN = words("nl"), words("en")
DAY_US = 24 * 3_600_000_000


def _telling(report: Report, lang: str = "nl") -> Telling:
    return Telling(report, words(lang))


def _with(report: Report, ident: str, **changes: Any) -> Report:
    sections = tuple(
        msgspec.structs.replace(section, **changes) if section.id == ident else section for section in report.sections
    )
    return msgspec.structs.replace(report, sections=sections)


def _section(report: Report, ident: str) -> Section:
    return next(section for section in report.sections if section.id == ident)


def _figures(report: Report, **changes: Any) -> Report:
    return msgspec.structs.replace(report, figures=msgspec.structs.replace(report.figures, **changes))


# Small parts


def test_gaps_are_filled_with_words_or_with_what_they_became() -> None:
    emphasised = (Emph((Text("de brief"),)),)

    assert filled("{Who} las {what}.", who="iemand", what=emphasised) == (Text("Iemand las "), *emphasised, Text("."))


def test_texts_that_touch_become_one() -> None:
    assert joined((Text("a"), Text("b"), NoteRef(1)), Text("c")) == (Text("ab"), NoteRef(1), Text("c"))


def test_an_empty_sentence_leaves_no_space() -> None:
    assert sentences((), (Text("A."),), (), (Text("B."),)) == (Text("A. B."),)


@pytest.mark.parametrize(
    ("text", "lang", "inlines"),
    [
        ("brief", "nl", (Text("brief"),)),
        ("brief", "nl-BE", (Text("brief"),)),
        ("letter", "en", (Span((Text("letter"),), lang="en"),)),
        ("brief", None, (Span((Text("brief"),), lang=""),)),
        ("שלום", "nl", (Span((Text("שלום"),), lang="nl"),)),
    ],
    ids=["own", "own, of a country", "other", "unknown", "the other way"],
)
def test_words_in_another_language_or_direction_are_marked(text: str, lang: str | None, inlines: object) -> None:
    assert foreign(text, lang, "nl") == inlines


@pytest.mark.parametrize(
    ("n", "of", "told"),
    [
        (50, 100, "de helft"),
        (117, 412, "ruim een kwart"),
        (48, 100, "bijna de helft"),
        (33, 100, "een derde"),
        (43, 100, "43%"),
        (2, 100, "2%"),
        (90, 100, "90%"),
        (0, 0, "0%"),
    ],
)
def test_a_share_is_told_in_words_where_they_are_near(n: int, of: int, told: str) -> None:
    assert _telling(sample.draft()).share(n, of) == told


def test_more_than_five_speakers_are_counted() -> None:
    tell = _telling(sample.draft())

    assert tell.speakers(["A", "B"]) == "A en B"
    assert tell.speakers([*"ABCDEFG"]) == "A, B, C en vier anderen"


@pytest.mark.parametrize(
    ("told", "day"), [("2026-11-12", "2026-11-12"), ("2026-11-12T09:00", "2026-11-12"), ("nooit", None), ("", None)]
)
def test_iso_day_is_none_for_what_is_no_day(told: str, day: str | None) -> None:
    assert iso_day(told) == (None if day is None else iso_day(day))
    assert str(iso_day(told)) == str(day)


# The day


def test_lead_says_when_what_and_how_many() -> None:
    assert said(_telling(sample.draft()).lead()) == (
        "Donderdag 12 november 2026 was de dag van De luisterende overheid."
        " Er schreven 174 mensen mee; samen zetten zij 412 berichten op de schermen."
    )
    assert said(_telling(sample.draft(), "en").lead()) == (
        "Thursday 12 November 2026 was the day of De luisterende overheid."
        " 174 people joined in, and together they put 412 posts on the screens."
    )


@pytest.mark.parametrize(
    ("posts", "authors", "told"),
    [
        (0, 0, "Er is nog geen bericht getoond."),
        (1, 1, "Er kwam één bericht op de schermen."),
        (4, 1, "Eén deelnemer schreef mee, en zette vier berichten op de schermen."),
        (4, 2, "Er schreven twee mensen mee; samen zetten zij vier berichten op de schermen."),
    ],
)
def test_lead_fits_few_posts(posts: int, authors: int, told: str) -> None:
    lead = said(_telling(_figures(sample.empty(), posts=posts, authors=authors)).lead())

    assert lead == f"Dit is het verslag van Leeg. {told}"


def test_programme_tells_the_day_in_order_with_what_ran_beside_and_after_the_break() -> None:
    told = said(_telling(sample.draft()).programme())

    assert told.startswith("De dag begon om 12:30 met ‘Opening’ van Ineke Postma. Vanaf 13:00 was er ‘Burgerberaad")
    assert "Om 14:05 was er keuze: ‘Wie was er niet bij?’ van Rachida Benali in de Grote zaal, of ‘Open data" in told
    assert "Na de pauze, om 15:10, was er weer keuze: ‘De gemeente als buur’ met Ruben Alkema en Hennie" in told
    assert "De laatste sessie begon om 16:00: ‘Slotdebat’ met Lotte Hazenberg" in told
    assert "Koffie" not in told


def test_a_title_in_another_language_is_marked_in_the_sentence() -> None:
    spans = [inline for inline in _telling(sample.draft()).programme() if isinstance(inline, Span)]

    assert spans == [Span((Text("What the water board heard"),), lang="en")]


def test_a_long_programme_is_told_in_one_sentence() -> None:
    report = sample.draft()
    rows = tuple(
        msgspec.structs.replace(report.programme[1], start=sample.at("09:00") + n * 600_000_000) for n in range(30)
    )

    told = said(_telling(msgspec.structs.replace(report, programme=rows)).programme())

    assert told == "Het programma telde 30 sessies, van 09:00 tot 14:00."


def test_two_days_are_told_as_two() -> None:
    report = sample.draft()
    first, *rest = report.programme
    later = tuple(msgspec.structs.replace(row, start=row.start + DAY_US, end=row.end + DAY_US) for row in rest)
    tell = _telling(msgspec.structs.replace(report, programme=(first, *later)))

    assert tell.held() == "donderdag 12 november tot en met vrijdag 13 november 2026"
    assert said(tell.lead()).startswith("De luisterende overheid duurde van donderdag 12 november tot en met vrijdag")
    assert said(tell.programme()) == (
        "Het programma telde zeven sessies: één op donderdag 12 november en zes op vrijdag 13 november."
    )
    assert "op donderdag 12 november om 13:14" in said(tell.voices())
    assert "op donderdag 12 november tussen 13:45" in said(tell.hall())


def test_hall_tells_where_when_and_about_what() -> None:
    assert said(_telling(sample.draft()).hall()) == (
        "Bij ‘Burgerberaad, en dan?’ kwamen de meeste berichten: 117, ruim een kwart van het totaal."
        " Het drukst was het tussen 13:45 en 14:00, met 47 berichten in een kwartier."
        " Woorden die opvielen, waren ‘antwoord’, ‘raad’, ‘loting’ en ‘vertrouwen’."
        " De meeste berichten waren in het Nederlands, maar er waren er ook in het Engels, Turks, Arabisch, Chinees en"
        " Papiaments."
    )


def test_hall_claims_nothing_that_the_figures_do_not() -> None:
    """No peak that does not stand out, no session that shares its number, no subject of few words."""
    report = _with(_figures(sample.draft(), clear=False, words=(), languages=()), "debate", posts=117)

    assert said(_telling(report).hall()) == ""


def test_many_languages_are_not_all_listed() -> None:
    report = _figures(
        sample.draft(), languages=tuple(Figure(code, 9) for code in ["nl", "en", "tr", "ar", "zh", "pap", "de"])
    )

    assert said(_telling(report).hall()).endswith("in het Engels, Turks, Arabisch, Chinees en in andere talen.")


def _quotes(report: Report, **changes: Any) -> Report:
    """The same with one pull quote, in the session with the most posts, and no star anywhere else."""
    bare = tuple(msgspec.structs.replace(section, pulls=(), thread=()) for section in report.sections)
    report = msgspec.structs.replace(report, sections=bare, loose=None, after=None)
    return _with(report, "assembly", pulls=(msgspec.structs.replace(sample.SILENCE, **changes),))


def test_voices_are_whole_posts_of_the_fullest_sessions_by_time() -> None:
    assert said(_telling(sample.draft()).voices()) == (
        "Een moderator gaf een ster aan wat Hennie Broekstra om 13:14 schreef:"
        " ‘Bij ons las de wethouder het advies hardop voor. Dat gaf lucht 👏🏾’"
        " Ömer Yıldız schreef om 14:22: ‘Mijn moeder wilde wel, maar niet op zaterdag. Dan staat ze in de winkel.’"
        " Ook R. B. kreeg een ster, om 16:38:"
        " ‘Tip: stuur de lotelingen elke maand één regel. Ook als er niets is.’"
    )


def test_the_second_voice_is_rather_a_question() -> None:
    asked = msgspec.structs.replace(sample.SOUP, text="Wie leest dit over een jaar nog eens na? #luisteren26")
    report = _with(sample.draft(), "debate", thread=(Thread(quote=asked),))

    assert said(_telling(report).voices()).endswith("vroeg om 16:31: ‘Wie leest dit over een jaar nog eens na?’")


def test_a_voice_in_the_reports_own_language_goes_first() -> None:
    dutch = msgspec.structs.replace(sample.SILENCE, text="In het Nederlands.")
    english = msgspec.structs.replace(sample.SILENCE, text="In English.", lang="en")
    both = _with(_quotes(sample.draft()), "assembly", pulls=(), thread=(Thread(quote=english), Thread(quote=dutch)))

    assert "In het Nederlands." in said(_telling(both).voices())
    assert "In English." in said(_telling(both, "en").voices())


def test_voice_has_its_source_and_no_star_that_nobody_gave() -> None:
    assert said(_telling(_quotes(sample.draft(), starred=False, note=3)).voices()) == (
        "Noor van Dalen schreef om 13:36: ‘Niet het nee brak het vertrouwen, maar de stilte erna.’[3]"
    )


@pytest.mark.parametrize(
    "changes",
    [{"text": "a" * 161}, {"text": "a\nb"}, {"text": ""}, {"warning": "spinnen"}, {"link_only": True}],
    ids=["long", "of two lines", "empty", "with a warning", "that nobody may keep"],
)
def test_voice_takes_no_post_that_does_not_fit_in_a_sentence(changes: dict[str, Any]) -> None:
    assert _telling(_quotes(sample.draft(), **changes)).voices() == ()


def test_a_nameless_author_is_a_participant() -> None:
    told = said(_telling(_quotes(sample.draft(), author="", starred=False)).voices())

    assert told.startswith("Een deelnemer schreef om 13:36:")


def test_afterwards_tells_of_papers_and_of_what_came_later() -> None:
    report = sample.draft()
    quiet = msgspec.structs.replace(report, after=None)

    assert said(_telling(report).afterwards()) == (
        "Na afloop kwamen er nog 26 berichten bij, van 14 mensen."
        " De vier stukken op de plank zijn samen 233 keer opgehaald."
    )
    assert said(_telling(_figures(quiet, fetched=0)).afterwards()) == "Op de plank liggen vier stukken."
    assert _telling(sample.empty()).afterwards() == ()


# A session


@pytest.mark.parametrize(
    ("ident", "told"),
    [
        ("opening", "De eerste die sprak, was Ineke Postma: om 12:30 in de Grote zaal."),
        ("assembly", "Marjolein Verkade begon om 13:00 in de Grote zaal."),
        ("absent", "Vanaf 14:05 was het woord in de Grote zaal aan Rachida Benali."),
        ("data", "Op hetzelfde moment begon Sjoerd Wiersma in de Tuinzaal."),
        ("neighbour", "Na de pauze, om 15:10, was het woord in de Grote zaal aan Ruben Alkema en Hennie Broekstra."),
        ("coffee", "Van 14:50 tot 15:10 was het pauze in de Foyer."),
    ],
)
def test_sessions_do_not_begin_alike(ident: str, told: str) -> None:
    report = sample.draft()

    assert said(_telling(report).begin(_section(report, ident))) == told


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("names", [(), ("Ada",), ("Ada", "Bo")], ids=["none", "one", "two"])
@pytest.mark.parametrize("room", ["", "Grote zaal"], ids=["nowhere", "a room"])
def test_every_beginning_is_a_sentence(lang: str, names: tuple[str, ...], room: str) -> None:
    report = sample.draft()
    for section in report.sections:
        report = _with(report, section.id, speakers=tuple(map(Speaker, names)), room=room)
    tell = _telling(report, lang)

    for section in tell.talks:
        told = said(tell.begin(section))
        assert told.endswith(".")
        assert told[0].isupper()
        assert "  " not in told
        assert " ." not in told
        assert all(name in told for name in names)
        assert room in told


def test_a_session_without_times_has_no_beginning() -> None:
    report = _with(sample.draft(), "debate", start=0)

    assert _telling(report).begin(_section(report, "debate")) == ()


@pytest.mark.parametrize(
    ("posts", "authors", "told"),
    [
        (0, 0, ""),
        (1, 1, "Op de schermen kwam één bericht."),
        (3, 1, "Eén deelnemer schreef mee, met drie berichten."),
        (30, 20, "Op de schermen kwamen 30 berichten, van 20 mensen."),
        (20, 20, "Er kwamen 20 berichten, van evenveel mensen."),
    ],
)
def test_wrote_counts_posts_and_people(posts: int, authors: int, told: str) -> None:
    report = _with(sample.draft(), "absent", posts=posts, authors=authors)

    assert said(_telling(report).wrote(_section(report, "absent"), 2)) == told


def test_only_the_session_with_the_most_is_told_to_have_it() -> None:
    report = sample.draft()
    tell = _telling(report)

    told = [section.id for section in tell.talks if "geen andere sessie" in said(tell.wrote(section, 0))]

    assert told == ["assembly"]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((), ""),
        ((("brief", 13),), "Eén woord viel hier vaker dan elders: ‘brief’, in 13 berichten."),
        ((("brief", 1),), "Eén woord viel hier vaker dan elders: ‘brief’, in één bericht."),
        ((("brief", 13), ("loket", 4)), "Twee woorden vielen hier vaker dan elders: ‘brief’ en ‘loket’."),
        (
            (("brief", 2), ("loket", 2), ("rij", 2), ("bel", 2)),
            "Woorden die hier opvielen, waren ‘brief’, ‘loket’ en ‘rij’.",
        ),
        ((("brief", 40), ("loket", 4), ("rij", 3)), "Het ging vooral over ‘brief’, ‘loket’ en ‘rij’."),
    ],
    ids=["none", "one", "one in one", "two", "weak", "strong"],
)
def test_about_is_as_sure_as_the_figures(found: tuple[tuple[str, int], ...], told: str) -> None:
    report = _with(sample.draft(), "debate", words=tuple(Figure(name, n) for name, n in found))

    assert said(_telling(report).about(_section(report, "debate"), 1)) == told


@pytest.mark.parametrize(
    ("peak", "part"),
    [(4, "Aan het begin, tussen 13:00"), (5, "Halverwege, tussen 13:15"), (7, "Tegen het einde, tussen")],
)
def test_peak_stands_in_the_part_of_the_session_where_it_was(peak: int, part: str) -> None:
    report = _figures(sample.draft(), peaks=(peak,))

    assert said(_telling(report).peak(_section(report, "assembly"))).startswith(part)


def test_peak_is_told_of_no_session_when_two_ran_or_when_it_does_not_stand_out() -> None:
    beside, unclear = _figures(sample.draft(), peaks=(9,)), _figures(sample.draft(), clear=False)

    assert [said(_telling(beside).peak(section)) for section in beside.sections] == [""] * 8
    assert [said(_telling(unclear).peak(section)) for section in unclear.sections] == [""] * 8


def test_shelf_counts_papers_and_how_often_they_were_fetched() -> None:
    report = sample.draft()
    tell = _telling(report)

    assert [said(tell.shelf(section)) for section in report.sections if section.papers] == [
        "Bij deze sessie horen twee stukken; ze zijn samen 232 keer opgehaald.",
        "Bij deze sessie hoort één stuk; het is één keer opgehaald.",
        "Bij deze sessie hoort één stuk.",
    ]
