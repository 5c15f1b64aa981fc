"""Words, found as whole words, also in disguise."""

from __future__ import annotations

import pytest

from server.intake.lexicon import lexicon, says, seems_to_say, tokens
from server.intake.words import EMERGENCY, MILD, SEVERE

WORDS = lexicon(("brand", "ontruim*", "verlaat de zaal", "idioot"))


@pytest.mark.parametrize(
    "text",
    [
        "brand",
        "Er is BRAND!",
        "bránd",
        "b r a n d",
        "A b r a n d 0",
        "b.r.a.n.d",
        "braaaand",
        "brαnd",
        "br4nd",
        "br@nd",
        "bra\u200bnd",
        "ｂｒａｎｄ",
        "#brand",
        "_brand_",
        "id!oot",
        "1dioot",
        "idi00t",
        "idioo+",
        "br4nd!!",
        "ontruimen",
        "ontruiming nu",
        "0ntruimen",
        "Verlaat, de zaal!",
    ],
)
def test_says(text: str) -> None:
    assert says(tokens(text), WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "brandend",
        "verbrand",
        "Hildebrand",
        "verlaat de dezaal",
        "de zaal verlaat",
        "wij ruimen",
        "",
        "br and",
        "a b c d",
    ],
)
def test_says_not(text: str) -> None:
    assert not says(tokens(text), WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe",
        "klassiek",
        "kunstmatig",
        "assessment",
        "kunstmatige intelligentie",
        "Sussex en Essex",
        "cocktail",
        "kankeronderzoek",
        "Dick Bruna",
        "analyse van data",
        "homoseksualiteit",
        "Krakau",
        "lulav",
        "shiitake",
        "Mongolië",
        "brandbrief",
        "wapenfeit",
        "alarmerend",
        "firewall",
        "Bombay",
        "bommelerwaard",
        "hostel",
        "paginate",
        "titel",
        "Пётр написал отчёт",
        "Добрий день, колеги",
        "Γεια σας φίλοι",
        "ok",
        "accuut",
    ],
)
def test_the_lists_let_innocent_words_pass(text: str) -> None:
    """The Scunthorpe problem: a town that a filter found a swear word in."""
    found = tokens(text)

    assert not any(
        says(found, lexicon(words)) or seems_to_say(found, lexicon(words)) for words in (SEVERE, MILD, EMERGENCY)
    )


def test_a_word_of_another_script_only_seems_to_say() -> None:
    cyrillic = tokens("кот")

    assert seems_to_say(cyrillic, lexicon(("kot",)))
    assert not says(cyrillic, lexicon(("kot",)))


@pytest.mark.parametrize("words", [SEVERE, MILD, EMERGENCY], ids=["severe", "mild", "emergency"])
def test_every_word_of_the_lists_is_found(words: tuple[str, ...]) -> None:
    missed = [word for word in words if not says(tokens(f"Zo, {word.rstrip('*').upper()}!"), lexicon(words))]

    assert missed == []


@pytest.mark.parametrize("text", ["n!kker", "n1663r", "f4990t", "k4nk3rh0er", "2andneger", "kanker+uig", "sh1+"])
def test_figures_and_signs_instead_of_letters_are_seen_through(text: str) -> None:
    lists = [lexicon(SEVERE), lexicon((*MILD, "kankertuig"))]
    assert any(says(tokens(text), words) for words in lists)


@pytest.mark.parametrize("text", ["B2B in 2026", "c++", "mp3", "+31", "zaal 6", "A4", "G20", "9-11 uur", "4+5"])
def test_ordinary_figures_are_no_words(text: str) -> None:
    assert not any(says(tokens(text), lexicon(words)) for words in (SEVERE, MILD, EMERGENCY))
