"""The check word: one thing, two languages, for ever the same."""

from __future__ import annotations

import itertools
import re
from hashlib import sha256

import pytest
from rapidfuzz.distance import Levenshtein

from qr.words import WORDS, check_word, check_words

DUTCH, ENGLISH = (tuple(pair[n] for pair in WORDS) for n in (0, 1))


def test_a_key_has_one_word_in_two_languages() -> None:
    assert check_words(b"lustrum") == {"nl": check_word(b"lustrum", "nl"), "en": check_word(b"lustrum", "en")}
    assert (check_word(b"lustrum", "nl"), check_word(b"lustrum", "en")) in WORDS


def test_words_never_change_since_they_have_been_printed() -> None:
    """If this fails, a word on somebody's poster is no longer that on the phone: put the list back as it was."""
    assert sha256(repr(WORDS).encode()).hexdigest()[:16] == "7e611384633cfcad"
    assert check_words(b"proefdag") == {"nl": "emmer", "en": "bucket"}


def test_every_word_is_somebody_s() -> None:
    found = {check_word(n.to_bytes(2), "nl") for n in range(5_000)}

    assert found == set(DUTCH)


@pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_words_are_short_and_cannot_be_mistaken_for_each_other(words: tuple[str, ...]) -> None:
    assert len(set(words)) == len(words) == 256
    assert [w for w in words if not re.fullmatch("[a-z]{3,12}", w)] == []
    assert [(a, b) for a, b in itertools.combinations(words, 2) if Levenshtein.distance(a, b) < 2] == []


def test_no_word_means_another_thing_in_the_other_language() -> None:
    dutch = {word: n for n, word in enumerate(DUTCH)}

    assert [word for n, word in enumerate(ENGLISH) if dutch.get(word, n) != n] == []
