"""Texts without the people in them: what is known of anybody is swapped or gone, and the rest is left as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.masks import Masks, fold

PEOPLE = ("Esra Yılmaz", "Jan-Willem van der Berg", "Piet", "Balie 2", "Ilse de Groot")
HANDLES = (("@esra@social.example", "Esra Yılmaz"), ("@piet.bsky.example", "Piet"))
MASKS = Masks(PEOPLE, HANDLES)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Wat Esra Yılmaz zei.", "esra yilmaz"),
        ("Wat esra yilmaz zei.", "yilmaz"),
        ("Mevrouw Yılmaz heeft gelijk", "yilmaz"),
        ("Esra’s vraag, en Esras antwoord", "esra"),
        ("Jan Willem van der Berg, of Jan-Willem", "willem"),
        ("#JanWillemvanderBerg", "berg"),
        ("#piet", "piet"),
        ("Dag @esra@social.example!", "esra"),
        ("Dag @iemandanders", "iemandanders"),
        ("Mail naar piet.jansen+x@gemeente.example.", "jansen"),
        ("Bel 06-12 34 56 78 of +31 20 123 4567", "34 56"),
        ("NL91 ABNA 0417 1643 00 is mijn rekening", "0417"),
        ("BSN 123456782", "123456"),
        ("Ik woon op 1234 AB", "1234"),
        ("Zie https://example.org/a?b=c#d en www.example.net", "example"),
        ("Zie fontein.example/pad", "fontein.example"),
        ("Ilse\u0301 of Ilse de Groot", "groot"),
    ],
)
def test_what_is_known_of_somebody_goes(text: str, gone: str) -> None:
    assert gone in fold(text)  # else it proves nothing
    assert gone not in fold(MASKS.text(text, "nl"))


@pytest.mark.parametrize(
    "text",
    [
        "Om 14.30 uur, zaal 2, 47 stoelen, 12-11-2026: ‘één stoel erbij’. 🍞 #aantafel",
        "de balie en de pieterman, de groot­ste van der",
        "Nu. Dan weer. Artikel 3.2 lid 1, o.a. € 1.250,50",
        "",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert MASKS.text(text, "nl") == text


def test_the_same_person_has_the_same_name_everywhere() -> None:
    esra, other = MASKS.name("Esra Yılmaz"), MASKS.name("Piet")
    first, last = esra.split()
    assert MASKS.name("esra YILMAZ") == esra
    assert MASKS.text("Esra Yılmaz, Esra, Yılmaz, @esra@social.example", None) == f"{esra}, {first}, {last}, {esra}"
    assert esra != other
    assert MASKS.name("") == MASKS.name("Niemand Anders") == ""


def test_what_stands_for_something_is_in_the_language_of_the_text() -> None:
    assert MASKS.text("@nobody https://x.example 0612345678", "en-GB") == "somebody [link] [number]"
    assert MASKS.text("@nobody https://x.example 0612345678", "nl") == "iemand [link] [nummer]"


def test_names_of_the_pool_that_somebody_has_are_given_to_nobody() -> None:
    everybody = Masks(["Aafje Appelhof", "Bartel Zandoog", "Nora"])
    assert not {"aafje", "bartel", "appelhof", "zandoog"} & set(fold(everybody.name("Nora")).split())


def test_a_thousand_people_have_a_thousand_names() -> None:
    names = [f"Mens {chr(97 + n // 676)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}x" for n in range(3_000)]
    masks = Masks(names)
    assert len({masks.name(name) for name in names}) == 3_000


_LETTERS = st.text(st.sampled_from("qxzjvwkyéñ"), min_size=3, max_size=10)
"""Letters of which no other word here is made, so that a find is a find."""


@pytest.mark.slow
@given(
    people=st.lists(st.tuples(_LETTERS, _LETTERS), min_size=1, max_size=6),
    text=st.lists(
        st.one_of(
            st.tuples(st.just("name"), st.integers(0, 5)),
            st.tuples(st.just("part"), st.integers(0, 5)),
            st.tuples(st.just("handle"), st.integers(0, 5)),
            st.tuples(st.just("word"), st.integers(0, 5)),
        ),
        max_size=12,
    ),
    gap=st.sampled_from((" ", ", ", "\n", " (", "… ", "! ")),
)
def test_no_name_of_anybody_is_left(people: list[tuple[str, str]], text: list[tuple[str, int]], gap: str) -> None:
    names = [f"{first.title()} {last.title()}" for first, last in people]
    handles = [
        (f"@{last}{n}@plaats.example", name) for n, ((_, last), name) in enumerate(zip(people, names, strict=True))
    ]
    said: dict[str, Callable[[int], str]] = {
        "name": lambda n: names[n],
        "part": lambda n: people[n][n % 2].title(),
        "handle": lambda n: handles[n][0],
        "word": lambda n: ("goed", "beter", "best", "mooi", "fijn", "dag")[n],
    }
    written = gap.join(said[kind](n % (6 if kind == "word" else len(people))) for kind, n in text)

    masked = fold(Masks(names, handles).text(written, "nl"))

    for first, last in people:
        for part in (first, last):
            assert fold(part) not in masked.replace("[link]", "").split()
    assert "plaats" not in masked
