"""The two languages say the same things, each in its own way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest

from server.report.words import LANGUAGES, Entry, Words, capital, local_day, words

NL, EN = words("nl"), words("en")
ZONE = "Europe/Amsterdam"
NOVEMBER = 1_794_485_220_000_000
"""Thursday 12 November 2026, 13:07 in Amsterdam, in winter time."""
JULY = 1_783_854_420_000_000
"""Sunday 12 July 2026, 13:07 in Amsterdam, in summer time."""


def _forms(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else [entry["one"], entry["other"]]


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(NL.entries) == list(EN.entries)


def test_both_languages_have_one_and_more_in_the_same_places() -> None:
    assert [key for key in NL.entries if isinstance(NL.entries[key], str) != isinstance(EN.entries[key], str)] == []


def test_nothing_is_left_unsaid() -> None:
    assert [key for each in (NL, EN) for key, entry in each.entries.items() if not all(_forms(entry))] == []


def test_gaps_are_the_same_but_for_capitals() -> None:
    """`one` may leave its number out."""
    gaps = [{key: _gaps(_forms(entry)[-1].lower()) for key, entry in each.entries.items()} for each in (NL, EN)]

    assert [key for key in gaps[0] if gaps[0][key] != gaps[1][key]] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_begins_with_a_figure(lang: str) -> None:
    """From thirteen on numbers are figures; {Told} with a capital can be one word of a heading."""
    begin = re.compile(r"(^|[.!?] )(\d|\{(n|told|Told|of|percent)\})")
    sentences = {key: _forms(entry) for key, entry in words(lang).entries.items()}

    assert [
        key for key, forms in sentences.items() for form in forms if form.endswith((".", ":")) and begin.search(form)
    ] == []
    assert begin.search("Klaar. {Told} van de {of} berichten.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_key_stands_twice_in_a_file(lang: str) -> None:
    text = (Path("server/report/words") / f"{lang}.json").read_text(encoding="utf-8")

    keys = re.findall(r'^  "([^"]+)":', text, flags=re.MULTILINE)

    assert keys == list(json.loads(text))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", ["advertising", "personal-data", "hurtful", "off-topic", "duplicate"])
def test_what_an_author_read_is_what_their_phone_said(lang: str, reason: str) -> None:
    phone = json.loads((Path("wall/locale") / lang / "phone.json").read_text(encoding="utf-8"))

    assert words(lang)[f"read.{reason}"] == phone[f"reason.{reason}"]


def test_a_language_that_we_do_not_have_is_told_in_english() -> None:
    assert words("de").lang == "en"


def test_a_word_that_is_not_there_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        NL["no.such.word"]


def test_a_gap_with_a_capital_begins_a_sentence() -> None:
    entries: dict[str, Entry] = {"wrote": {"one": "{Told} bericht.", "other": "{People} schreven {told}."}}
    many = Words("nl", {**NL.entries, **entries})

    assert many.count("wrote", 3, people="ijverige mensen") == "IJverige mensen schreven drie."


@pytest.mark.parametrize(("text", "told"), [("", ""), ("élan", "Élan"), ("ijs", "IJs"), ("12 mensen", "12 mensen")])
def test_capital_is_that_of_the_language(text: str, told: str) -> None:
    assert capital(text) == told


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [(0, "0", "0"), (1, "één", "one"), (12, "twaalf", "twelve"), (13, "13", "13"), (1214, "1.214", "1,214")],
)
def test_numbers_are_in_words_up_to_twelve(n: int, dutch: str, english: str) -> None:
    assert (NL.told(n), EN.told(n)) == (dutch, english)


@pytest.mark.parametrize(
    ("size", "dutch", "english"),
    [
        (1, "1 byte", "1 byte"),
        (812, "812 bytes", "812 bytes"),
        (80_000, "80 kB", "80 kB"),
        (999_999, "1000 kB", "1000 kB"),
        (1_234_567, "1,2 MB", "1.2 MB"),
        (3_000_000, "3 MB", "3 MB"),
        (25_400_000, "25 MB", "25 MB"),
        (2_100_000_000, "2,1 GB", "2.1 GB"),
    ],
)
def test_sizes_are_in_thousands(size: int, dutch: str, english: str) -> None:
    assert (NL.size(size), EN.size(size)) == (dutch, english)


@pytest.mark.parametrize(
    ("seconds", "dutch"),
    [
        (0, "0 seconden"),
        (1, "1 seconde"),
        (60, "1 minuut"),
        (125, "2 minuten en 5 seconden"),
        (3_600, "1 uur"),
        (7_384, "2 uur en 3 minuten"),
    ],
)
def test_durations_are_told_to_the_second_below_an_hour(seconds: int, dutch: str) -> None:
    assert NL.duration(seconds) == dutch


def test_dates_are_those_of_the_hall() -> None:
    assert NL.date(NOVEMBER, ZONE) == "donderdag 12 november 2026"
    assert EN.date(NOVEMBER, ZONE) == "Thursday 12 November 2026"
    assert NL.day(NOVEMBER, ZONE) == "donderdag 12 november"
    assert EN.short_day(NOVEMBER, ZONE) == "Thu 12 Nov"
    assert NL.plain_date(NOVEMBER, ZONE) == "12 november 2026"
    assert NL.date(NOVEMBER, "Pacific/Auckland") == "vrijdag 13 november 2026"


def test_times_know_summer_and_winter() -> None:
    assert (NL.time(NOVEMBER, ZONE), NL.time(JULY, ZONE)) == ("13:07", "13:07")
    assert (NL.time(NOVEMBER, "UTC"), NL.time(JULY, "UTC")) == ("12:07", "11:07")
    assert local_day(JULY, ZONE).isoformat() == "2026-07-12"


@pytest.mark.parametrize(
    ("things", "told"), [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")]
)
def test_things_are_listed_with_and_before_the_last(things: list[str], told: str) -> None:
    assert NL.listed(things) == told


@pytest.mark.parametrize(
    ("code", "told"), [("nl", "Nederlands"), ("en-GB", "Engels"), ("", "onbekend"), ("tlh", "tlh")]
)
def test_languages_have_names(code: str, told: str) -> None:
    assert NL.language(code) == told


@pytest.mark.parametrize(("network", "told"), [("phone", "telefoon"), ("mastodon", "Mastodon"), ("zwerm", "Zwerm")])
def test_networks_have_names(network: str, told: str) -> None:
    assert NL.network(network) == told


@pytest.mark.parametrize(
    ("room", "dutch"),
    [
        ("Grote zaal", "de Grote zaal"),
        ("Tuinzaal", "de Tuinzaal"),
        ("Oude Theater", "het Oude Theater"),
        ("Zaal 3", "Zaal 3"),
        ("H.1302 (Depage)", "H.1302 (Depage)"),
        ("", ""),
        (" ", " "),
    ],
)
def test_a_room_has_an_article_where_its_kind_is_known(room: str, dutch: str) -> None:
    assert NL.room(room) == dutch


def test_a_room_with_an_article_of_its_own_gets_no_second() -> None:
    assert NL.room("De Zolder") == "De Zolder"
    assert EN.room("The Hall") == "The Hall"
