"""Look-alikes: what reads the same has one skeleton."""

from __future__ import annotations

import random
import sys

import pytest
import regex
from confusable_homoglyphs.confusables import confusables_data

from server.intake.homoglyphs import fold, skeleton
from server.intake.words import RESERVED_NAMES


@pytest.mark.parametrize(
    "disguise",
    [
        "MODERATOR",
        "Ｍｏｄｅｒａｔｏｒ",
        "𝓶𝓸𝓭𝓮𝓻𝓪𝓽𝓸𝓻",
        "ⓜⓞⓓⓔⓡⓐⓣⓞⓡ",
        "🅼🅾🅳🅴🆁🅰🆃🅾🆁",
        "ᴍᴏᴅᴇʀᴀᴛᴏʀ",
        "mоdеrаtоr",
        "ΜΟDΕRΑΤΟR",
        "m0der4t0r",
        "m o d e r a t o r",
        "m.o-d_e r•ator",
        "mod\u200berat\u00ador",
        "ṁöḑëṛàţóř",
        "rnoderator",
        "🇲🇴🇩🇪🇷🇦🇹🇴🇷",
    ],
)
def test_skeleton_sees_through(disguise: str) -> None:
    """Written by hand, apart from the table that the code reads."""
    assert skeleton(disguise) == skeleton("moderator")


@pytest.mark.parametrize("other", ["moderato", "moderators", "mediator", "motor", "моряк"])
def test_skeleton_keeps_other_words_apart(other: str) -> None:
    assert skeleton(other) != skeleton("moderator")


def test_skeleton_finds_99_of_100_generated_homoglyphs() -> None:
    draw = random.Random(2026)
    pairs = [(name, _disguised(name, draw)) for name in RESERVED_NAMES for _ in range(40)]

    found = sum(skeleton(disguised) == skeleton(name) for name, disguised in pairs)

    assert all(disguised != name for name, disguised in pairs)
    assert found / len(pairs) >= 0.99


def test_fold_makes_digits_of_every_script_ascii() -> None:
    assert fold("٠١٢ ०१२ ０１２") == "012 012 012"


def test_fold_takes_digits_that_are_younger_than_python() -> None:
    every = regex.findall(r"\p{Nd}", "".join(map(chr, range(sys.maxunicode + 1))))

    assert len(fold("".join(every))) == len(every)


def test_fold_leaves_other_scripts_readable_for_comparing() -> None:
    assert fold("日本語 안녕") == "日本語 안녕"


def _disguised(name: str, draw: random.Random) -> str:
    """*name* with one to all of its letters replaced by a letter or number that Unicode lists as confusable with it."""
    letters = list(name)
    can_change = [index for index, letter in enumerate(letters) if _likes(letter)]
    for index in draw.sample(can_change, draw.randint(1, len(can_change))):
        letters[index] = draw.choice(_likes(letters[index]))
    return "".join(letters)


def _likes(letter: str) -> list[str]:
    return [entry["c"] for entry in confusables_data.get(letter, ()) if len(entry["c"]) == 1 and entry["c"].isalnum()]
