"""The chapters of figures: findings only where the figures are clear, and every number in words too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.counting import Counting, percentages
from server.report.document import Chart, Heading, Numbers, Part, Table, Text
from server.report.model import Brake, Figure, Report, Slot
from server.report.narrative import Telling
from server.report.words import words
from tests.server.report import sample
from tests.server.report.reading import lines, said

HOUR_US = 3_600_000_000
PAUSE = (Slot(sample.at("14:52"), 4, 0), Slot(sample.at("15:07"), 1, 0))


def _counting(report: Report, lang: str = "nl") -> Counting:
    return Counting(Telling(report, words(lang)))


def _figures(**changes: Any) -> Report:
    report = sample.report()
    return msgspec.structs.replace(report, figures=msgspec.structs.replace(report.figures, **changes))


def _moderation(**changes: Any) -> Report:
    report = sample.report()
    return msgspec.structs.replace(report, moderation=msgspec.structs.replace(report.moderation, **changes))


def _told(part: Part | None) -> str:
    return "" if part is None else "\n".join(lines(part.blocks))


def _headings(part: Part | None) -> list[str]:
    return [] if part is None else [said(block.inlines) for block in part.blocks if isinstance(block, Heading)]


# The day


def test_large_figures_say_what_they_count() -> None:
    assert _numbers(sample.report()) == (
        ("412", "berichten op de schermen"),
        ("174", "mensen schreven"),
        ("233", "keer een stuk opgehaald"),
        ("501", "codes gescand"),
        ("48 s", "tot het scherm: de helft was sneller"),
    )


def test_what_was_not_counted_is_not_told() -> None:
    bare = _figures(authors=0, fetched=0, scanned=0, shown_p50_s=None, shown_p95_s=None)

    assert _numbers(bare) == (("412", "berichten op de schermen"),)
    assert _numbers(_figures(shown_p50_s=300))[-1][0] == "5 min"


def _numbers(report: Report) -> tuple[tuple[str, str], ...]:
    part = _counting(report).figures()
    assert part is not None
    return next(block.pairs for block in part.blocks if isinstance(block, Numbers))


def test_without_posts_there_is_no_chapter() -> None:
    assert _counting(sample.empty()).figures() is None


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({}, "Het drukste kwartier viel in ‘Burgerberaad, en dan?’"),
        ({"slots": PAUSE, "peaks": (0,)}, "Het drukste kwartier viel in de pauze"),
        ({"peaks": (0,)}, "Het drukste kwartier viel om 12:00"),
        ({"peaks": (9,)}, "Het drukste kwartier viel om 14:15"),
        ({"clear": False}, "Berichten per kwartier"),
        ({"clear": False, "slot_s": 300}, "Berichten per vijf minuten"),
        ({"clear": False, "slot_s": 3600}, "Berichten per uur"),
    ],
    ids=["session", "break", "before", "two at once", "unclear", "unclear, 5 minutes", "unclear, an hour"],
)
def test_the_heading_of_the_day_is_a_finding_only_when_it_is_clear(changes: dict[str, Any], heading: str) -> None:
    assert _headings(_counting(_figures(**changes)).figures())[1] == heading


def test_the_day_is_told_drawn_and_tabled_with_the_same_numbers() -> None:
    part = _counting(sample.report()).figures()

    told = _told(part)

    assert (
        "Berichten per kwartier. De top lag tussen 13:45 en 14:00, met 47 berichten, ruim drie per minuut."
        " Ook druk was het vanaf 13:30 (31) en 16:15 (30). Van alle berichten kwam 58% terwijl er iemand sprak."
        " De andere 42% kwam bij vragen, in pauzes, ervoor of erna.\n"
        "Tussen 12:00 en 17:00 kwamen er 386 berichten, waarvan 261 van telefoons en 125 van netwerken."
        " De meeste kwamen vanaf 13:45 (47), 13:30 (31) en 16:15 (30).\n"
        "Dezelfde cijfers als tabel\nVanaf | Telefoon | Netwerken | Samen\n12:00 | 3 | 1 | 4\n"
    ) in told
    assert "13:45 | 34 | 13 | 47\n" in told


@pytest.mark.parametrize(
    ("n", "rate"),
    [(29, ""), (30, ", twee per minuut"), (31, ", ruim twee per minuut"), (44, ", bijna drie per minuut")],
)
def test_a_rate_is_told_from_two_a_minute(n: int, rate: str) -> None:
    slots = (Slot(sample.at("12:00"), n, 0), Slot(sample.at("12:15"), 1, 0))

    told = _told(_counting(_figures(slots=slots, peaks=(0,))).figures())

    assert f"De top lag tussen 12:00 en 12:15, met {n} berichten{rate}." in told


@pytest.mark.parametrize(
    ("talk", "told"),
    [
        (100, "Alle berichten kwamen terwijl er iemand sprak."),
        (0, "Geen enkel bericht kwam terwijl er iemand sprak."),
        (1, "Van alle berichten kwam 1% terwijl er iemand sprak. De andere 99% kwam"),
    ],
)
def test_talk_is_told_where_it_is_known(talk: int, told: str) -> None:
    assert told in _told(_counting(_figures(talk=talk)).figures())
    assert "iemand sprak" not in _told(_counting(_figures(talk=None)).figures())


def test_a_table_leaves_empty_times_out_and_says_so() -> None:
    slots = (Slot(sample.at("12:00"), 4, 0), Slot(sample.at("12:15"), 0, 0), Slot(sample.at("12:30"), 1, 1))

    told = _told(_counting(_figures(slots=slots, peaks=(0, 2))).figures())

    assert "tijden zonder berichten staan er niet in\nVanaf | Telefoon | Netwerken | Samen\n12:00" in told
    assert "12:15 |" not in told


def test_of_more_days_every_time_has_its_day() -> None:
    slots = (Slot(sample.at("23:00"), 4, 0), Slot(sample.at("23:00") + HOUR_US, 9, 0))

    told = _told(_counting(_figures(slots=slots, slot_s=3600, peaks=(1, 0), clear=True)).figures())

    assert "Het drukste uur viel op vrijdag 13 november" in told
    assert "De top lag op vrijdag 13 november tussen 00:00 en 01:00, met negen berichten." in told
    assert "vanaf do 12 nov 23:00 (4)" in told
    assert "vr 13 nov 00:00 | 9 | 0 | 9" in told


def test_one_time_alone_is_no_chart() -> None:
    part = _counting(sample.one_post()).figures()

    assert part is not None
    assert not [block for block in part.blocks if isinstance(block, Chart)]


# Sources, subjects, languages


def test_sources_are_sorted_with_the_small_ones_together() -> None:
    networks = tuple(Figure(*pair) for pair in (("phone", 970), ("mastodon", 20), ("matrix", 6), ("bluesky", 4)))

    told = _told(_counting(_figures(networks=networks)).figures())

    assert "Telefoon | 970 | 97%\nMastodon | 20 | 2%\nOverig | 10 | 1%\n" in told


@pytest.mark.parametrize(
    ("networks", "told"),
    [
        ((("phone", 9),), "Alle berichten kwamen van telefoons."),
        ((("mastodon", 9),), "Alle berichten kwamen van Mastodon."),
    ],
)
def test_a_single_source_is_a_sentence(networks: Sequence[tuple[str, int]], told: str) -> None:
    part = _counting(_figures(networks=tuple(Figure(*pair) for pair in networks))).figures()

    assert told in _told(part)
    assert "Waar kwamen ze vandaan?" not in _headings(part)


def test_subjects_hashtags_and_languages_are_told_with_their_numbers() -> None:
    told = _told(_counting(sample.report()).figures())

    assert "Waarover ging het, naast #luisteren26?\nantwoord 61 · raad 44 · loting 38" in told
    assert "Hashtags die erbij stonden: #democratie 31, #heldertaal 9 en #نقاش 2." in told
    assert "Talen: Nederlands 370, Engels 29, Turks 5, Arabisch 4, Chinees 2 en Papiaments 2." in told


def test_a_hashtag_that_was_used_once_is_left_out() -> None:
    told = _told(_counting(_figures(hashtags=(Figure("vaak", 2), Figure("eens", 1)))).figures())

    assert "Hashtags die erbij stonden: #vaak 2." in told


def test_no_subjects_leave_no_heading() -> None:
    part = _counting(_figures(words=(), hashtags=(), languages=(Figure("nl", 9),))).figures()

    assert not any(heading.startswith("Waarover") for heading in _headings(part))


@given(st.lists(st.integers(0, 100_000), max_size=12))
def test_percentages_add_up(numbers: list[int]) -> None:
    shares = percentages(numbers)

    assert sum(shares) == (100 if any(numbers) else 0)
    assert all(abs(share - 100 * n / max(1, sum(numbers))) < 1 for share, n in zip(shares, numbers, strict=True))


# How it was moderated


def test_without_arrivals_nothing_was_moderated() -> None:
    assert _counting(sample.empty()).moderation() is None


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("policy", ["everything-waits", "known-pass", "rules-decide"])
def test_every_policy_is_told(lang: str, policy: str) -> None:
    told = _told(_counting(_moderation(policy=policy), lang).moderation())

    assert words(lang)[f"policy.{policy}.means"] in told


def test_everything_that_came_is_counted_once() -> None:
    part = _counting(sample.report()).moderation()
    assert part is not None

    outcomes, reasons = (block for block in part.blocks if isinstance(block, Table))

    numbers = [int(said(row[1])) for row in outcomes.rows]
    assert sum(numbers[:-1]) == numbers[-1] == sample.MODERATION.came
    assert [int(said(row[1])) for row in reasons.rows][-1] == numbers[1]


def test_reasons_have_what_the_author_read_also_those_that_we_do_not_know() -> None:
    told = _told(_counting(_moderation(not_shown=(Figure("advertising", 2), Figure("zwerm", 1)))).moderation())

    assert "Reclame | 2 | Het lijkt op reclame.\nGeen reden gegeven | 1 | Niet getoond\nSamen | 3 | \n" in told


def test_when_everything_was_shown_that_is_all() -> None:
    shown = _moderation(came=412, not_shown=(), waiting=0, withdrawn=0, gone=0, merged=0, erased=0)

    told = _told(_counting(shown).moderation())

    assert "In totaal kwamen er 412 berichten binnen. Ze zijn allemaal getoond." in told
    assert "Waarom" not in told
    assert "In totaal kwam er één bericht binnen. Dat is getoond." in _told(_counting(sample.one_post()).moderation())


@pytest.mark.parametrize(
    ("new", "alike", "told"),
    [
        (79, 88, "Daarvan kwam 79% van nieuwe schrijvers, en leek 88% op een ander bericht. Vanaf"),
        (79, 0, "61 berichten. Daarvan kwam 79% van nieuwe schrijvers. Vanaf"),
        (0, 88, "61 berichten. Daarvan leek 88% op een ander bericht. Vanaf"),
        (0, 0, "61 berichten. Vanaf dat moment wachtte alles op een moderator."),
    ],
)
def test_the_brake_says_what_it_saw(new: int, alike: int, told: str) -> None:
    brake = Brake(start=sample.at("13:40"), posts_per_minute=61, new_percent=new, alike_percent=alike)

    found = _told(_counting(_moderation(brakes=(brake,))).moderation())

    assert "Om 13:40 greep de rem in. In de minuut ervoor kwamen er 61 berichten." in found
    assert told in found


@pytest.mark.parametrize(
    ("stops", "told"),
    [
        ((), "De noodstop is niet gebruikt."),
        (("13:41",), "De noodstop is één keer gebruikt, om 13:41."),
        (("13:41", "15:00"), "De noodstop is twee keer gebruikt, om 13:41 en 15:00."),
    ],
)
def test_the_emergency_stop_is_always_told(stops: tuple[str, ...], told: str) -> None:
    assert told in _told(_counting(_moderation(stops=tuple(map(sample.at, stops)))).moderation())


def test_totals_stand_in_bold() -> None:
    part = _counting(sample.report()).moderation()
    assert part is not None
    tables = [block for block in part.blocks if isinstance(block, Table)]

    assert [[type(cell[0]).__name__ for cell in table.rows[-1] if cell] for table in tables] == [
        ["Strong", "Strong"]
    ] * 2
    assert {type(cell[0]) for table in tables for row in table.rows[:-1] for cell in row if cell} == {Text}


def test_speed_is_told_in_whole_words() -> None:
    assert "De helft van de berichten stond binnen 48 seconden op de schermen, 95 van de 100 binnen 2 minuten en" in (
        _told(_counting(sample.report()).moderation())
    )
    assert "Van elke 100 berichten stonden er 95 binnen 5 seconden op de schermen." in (
        _told(_counting(_figures(shown_p50_s=5, shown_p95_s=5)).moderation())
    )
    assert "Snelheid" not in _told(_counting(_figures(shown_p50_s=None, shown_p95_s=None)).moderation())


def test_the_moderators_stand_beside_it_by_name() -> None:
    told = _told(_counting(sample.report()).moderation())

    assert "Aan de redactietafel / Anouk Terpstra / Tjeerd Wolters / Willemijn Bos" in told
    assert "redactietafel" not in _told(_counting(_moderation(people=())).moderation())
