"""What sessions were about: topics, and never a person, a stop word or half a word."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.model import Figure
from server.report.stop_words import STOP_WORDS
from server.report.topics import topics

REHEARSAL = Path("server/rehearsal")

RAAD = [
    "Loting geeft een burgerberaad dat op de stad lijkt. Dat doet geen inspraakavond.",
    "Wie door loting wordt gevraagd, zegt in ons dorp vaker ja dan je denkt.",
    "En na de loting? De raad legt het advies in een la.",
    "Een advies zonder antwoord van de raad is een la met een strik eromheen.",
    "Vertrouwen begint bij een antwoord, niet bij een #burgerberaad.",
    "Het burgerberaad gaf 163 adviezen, hoeveel kregen antwoord?",
    "Mijn buurvrouw zat in een burgerberaad. Ze wacht nog steeds op antwoord!",
    "De overheid vraagt veel van onze avonden.",
]
DATA = [
    "Open data zonder uitleg is een kelder vol dozen.",
    "Wij zetten de sensoren van het riool op een kaart. Nu belt de buurt óns.",
    "Sensoren tellen fietsers, geen redenen om te fietsen.",
    "Welke sensoren hangen er eigenlijk in mijn straat? Zet dat register online.",
    "Een register van algoritmes is een begin. Wie leest het?",
    "Ons register staat op data.overheid.example/register, kijk maar.",
    "De overheid deelt data, de buurt deelt koffie. Begin bij koffie.",
    "Data is geen gesprek, aldus @register.",
]
TRUST = [
    "Trust is what is left when the service breaks and somebody calls you back.",
    "Our council measured trust with a survey. Nobody trusted the survey.",
    "A survey at the counter takes longer than the counter itself.",
    "The counter closes at noon, exactly when people have lunch. Trust that!",
    "I don't think we'll fix the counter with an app.",
    "The government's letters have windows. The government has not.",
]
LUNCH = [
    "Soep van pompoen, en daarna nog meer soep.",
    "De soep is op. De overheid had het kunnen weten.",
    "Zit je aan de lange tafel? Schuif even aan, er is brood.",
    "Brood, boter en een wethouder aan één tafel: zo kan het ook.",
]


def words(documents: list[list[str]], *, names: tuple[str, ...] = (), most: int = 5) -> list[list[str]]:
    return [[figure.name for figure in found] for found in topics(documents, names=names, most=most)]


def test_sessions_are_told_apart_by_their_topics() -> None:
    assert words([RAAD, DATA, TRUST, LUNCH], most=4) == [
        ["antwoord", "burgerberaad", "loting", "advies"],
        ["data", "register", "sensoren", "buurt"],
        ["counter", "trust", "survey"],
        ["brood", "soep", "tafel"],
    ]


def test_what_falls_everywhere_is_no_topic() -> None:
    everywhere = [[f"De overheid en het {word}" for _ in range(3)] for word in ("riool", "zwembad", "plein")]

    assert words(everywhere) == [["riool"], ["zwembad"], ["plein"]]


def test_of_one_session_the_commonest_words_are_its_topics() -> None:
    assert words([LUNCH], most=3) == [["brood", "soep", "tafel"]]


def test_a_word_counts_once_for_a_post() -> None:
    assert topics([["koffie koffie Koffie! koffie.", "Nog meer koffie", "thee"]], names=(), most=5) == [
        [Figure("koffie", 2)]
    ]


def test_a_word_of_one_post_is_no_topic() -> None:
    assert words([["Alleen ik zeg kwispel, kwispel, kwispel"], ["Het riool", "Een riool"]]) == [[], ["riool"]]


@pytest.mark.parametrize(
    "text",
    [
        "#burgerberaad",
        "(#burgerberaad)",
        "@burgerberaad",
        "@burgerberaad@mastodon.example",
        "https://burgerberaad.example/burgerberaad",
        "burgerberaad.example",
        "wij@burgerberaad.example",
        "burgerberaad2026",
        "2026",
        "13:45",
        "burger-",
        "burger_beraad",
        "we'll",
        "don’t",
        "zo'n",
        "vóór",
        "één",
        "ÉCHT",
        "Vandaag",
        "the",
        "ok",
        "👏👏",
        "民主主義",
        "ประชาธิปไตย",
        "x" * 31,
        "e",
        "ja/nee",
    ],
)
def test_no_topic(text: str) -> None:
    assert words([[text, text, text]]) == [[]]


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        pytest.param(["een e-mail", "Geen e-mail!"], "e-mail", id="a hyphen inside"),
        pytest.param(["“vertrouwen”", "(vertrouwen)", "vertrouwen…"], "vertrouwen", id="marks around it"),
        pytest.param(["AI", "meer AI"], "AI", id="two capitals"),
        pytest.param(["DigiD", "DigiD stuk"], "DigiD", id="capitals inside"),
        pytest.param(["Vertrouwen", "vertrouwen", "Vertrouwen."], "vertrouwen", id="a capital of a sentence"),
        pytest.param(["café", "cafe\u0301"], "café", id="two ways to write an accent"),
        pytest.param(["ver\u00adtrouwen", "vertrouwen"], "vertrouwen", id="a soft hyphen"),
        pytest.param(["the council’s", "a council", "council"], "council", id="a genitive"),
        pytest.param(["Europa", "Europa beslist"], "Europa", id="a capital of nobody"),
        pytest.param(["الديمقراطية هنا", "الديمقراطية"], "الديمقراطية", id="another script"),
    ],
)
def test_a_topic_is_written_as_people_write_it(texts: list[str], word: str) -> None:
    assert word in words([texts])[0]


def test_other_forms_of_a_word_are_not_listed_again() -> None:
    assert words([["stoel stoelen tafel tafels", "stoel stoelen tafel tafels", "stoel en tafel"]]) == [
        ["stoel", "tafel"]
    ]


# Nobody


def test_people_are_no_topics() -> None:
    texts = ["Imani Oduya vertelt over de envelop", "oduya: open de envelop", "Oduya’s envelop", "imani!"]

    assert words([texts], names=("Imani Oduya",)) == [["envelop"]]
    assert words([texts]) == [["envelop", "oduya", "imani"]], "without the names they would be"


def test_people_whom_the_hall_speaks_about_are_no_topics() -> None:
    texts = ["Onze chatbot heet Fatma", "Fatma belt terug", "Ik bel Fatma over de chatbot"]

    assert words([texts]) == [["chatbot"]]


def test_half_of_a_double_name_is_no_topic() -> None:
    assert words(
        [["de tongeren-norm en het riool", "tongeren!", "tongeren, riool"]], names=("Kees van Tongeren-Bos",)
    ) == [["riool"]]


def test_a_name_of_common_words_does_not_take_them_from_the_hall() -> None:
    texts = ["aan de balie", "Balie dicht", "elke balie", "onze balie", "de balie"]

    assert words([texts], names=("Balie Noord",)) == [["balie"]]
    assert words([texts], names=("Balie",)) == [[]]


# Any day


@given(st.lists(st.lists(st.text(max_size=40), max_size=6), max_size=4), st.integers(0, 5))
def test_any_texts_have_topics_that_stand_in_two_posts(documents: list[list[str]], most: int) -> None:
    found = topics(documents, names=(), most=most)

    assert len(found) == len(documents)
    for document, figures in zip(documents, found, strict=True):
        assert len(figures) <= most
        for figure in figures:
            assert 2 <= figure.n <= len(document)
            assert figure.name.lower() not in STOP_WORDS


LETTERS = st.sampled_from(["brief", "balie", "soep", "krijt", "riool", "envelop"])


@given(st.lists(st.lists(st.lists(LETTERS, max_size=6).map(" ".join), max_size=8), max_size=3))
def test_numbers_are_those_of_posts(documents: list[list[str]]) -> None:
    for document, figures in zip(documents, topics(documents, names=(), most=9), strict=True):
        for figure in figures:
            assert figure.n == sum(figure.name in text.split() for text in document)


@given(st.permutations(RAAD))
def test_the_order_of_posts_changes_nothing(texts: list[str]) -> None:
    assert topics([texts, DATA], names=(), most=9) == topics([RAAD, DATA], names=(), most=9)


def test_topics_do_not_depend_on_the_run() -> None:
    """Sets have another order in every process; a report has not."""
    code = (
        "from server.report.topics import topics\n"
        "texts = [' '.join(chr(97 + (n * m) % 26) * 4 for m in range(1, 12)) for n in range(60)]\n"
        "print(topics([texts[:20], texts[20:40], texts[40:]], names=(), most=9))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1
    assert "Figure" in said.pop()


def test_rehearsal_day_is_told_by_its_topics() -> None:
    """The day that everybody can play: texts as people write them, in two languages."""
    script = tomllib.loads((REHEARSAL / "posts.toml").read_text(encoding="utf-8"))
    cast = tomllib.loads((REHEARSAL / "day.toml").read_text(encoding="utf-8"))
    names = {person["name"] for person in [*cast["cast"].values(), *cast["speaker"]]}
    sessions = defaultdict[str, list[str]](list)
    for act in script["act"]:
        sessions[act.get("session", "")] += [
            post["text"] for post in act["posts"] if post.get("decision", "show") == "show"
        ]

    found = dict(zip(sessions, topics([*sessions.values()], names=names, most=5), strict=True))

    told = {session: {figure.name for figure in figures} for session, figures in found.items()}
    assert {"brief", "letter"} <= told["letter"]
    assert {"algoritme", "model"} <= told["gezicht"]
    assert "krijt" in {figure.name for figure in topics([sessions["straat"]], names=names, most=40)[0]}
    everyone = {part.casefold() for name in names for part in name.split()}
    assert not everyone & {word.casefold() for each in told.values() for word in each}
