"""Characters that look alike: folded for comparing, never for showing."""

from __future__ import annotations

import functools
import re
import unicodedata

import regex

_LATIN_RANGES = ((0x00C0, 0x024F), (0x0250, 0x02AF), (0x1D00, 0x1DBF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF))
_LATIN_NAME = re.compile(r"LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?")
_MARKS_AND_FORMATS = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Variation_Selector}\u115f\u1160\u3164\uffa0\u2800]+")
_MANY_MARKS = regex.compile(r"(\p{M}{8})\p{M}++")
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")

_BY_EYE = {
    "в": "b",
    "к": "k",
    "м": "m",
    "н": "h",
    "т": "t",
    "г": "r",
    "ĸ": "k",
    "ß": "ss",
    "þ": "p",
    "ı": "i",
    "ŋ": "n",
}
"""Pairs that a hall confuses at ten metres and that the Unicode table leaves apart."""

_LEET = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "2": "z",
        "3": "e",
        "4": "a",
        "5": "s",
        "6": "g",
        "7": "t",
        "8": "b",
        "9": "g",
        "+": "t",
        "i": "l",
        "|": "l",
        "!": "l",
        "@": "a",
        "$": "s",
        "€": "e",
    }
)


def warm() -> None:
    """Read the table of look-alikes now (some 50 ms, once per process), so that judging never touches a disk."""
    _table()


def compatible(text: str) -> str:
    """*text* in NFKC, with at most 8 marks in a row: sorting a long row takes time by the square of its length."""
    return unicodedata.normalize("NFKC", _MANY_MARKS.sub(r"\1", text))


def plain(text: str) -> str:
    """NFKC, casefolded, without marks and invisible characters: what `fold` and `skeleton` start from."""
    decomposed = unicodedata.normalize("NFKD", compatible(text).casefold())
    return unicodedata.normalize("NFC", _MARKS_AND_FORMATS.sub("", decomposed))


def fold(text: str) -> str:
    """
    *text* with look-alikes of ASCII letters as those letters, casefolded, without marks and invisible characters.

    For comparing only: a Cyrillic sentence comes out half Latin. Digits of any script become ASCII digits.

    Source: UTS #39, section 4, confusable detection, narrowed to what looks like ASCII letters.
    """
    table = _table()
    # Before NFKC too, since that turns ϲ, which looks like c, into a sigma, which looks like o.
    flat = compatible(text.translate(table))
    return plain(_DIGIT.sub(_ascii_digit, flat).translate(table)).translate(table)


def skeleton(text: str) -> str:
    """
    The shape of *text*: two texts that a reader may confuse have the same one. Letters and digits only.

    Beyond `fold`: i, l, 1 and | are one, 0 is o (so is a Persian 5), the other figures are the letters that they stand
    for in leetspeak, rn is m, and spaces and punctuation are gone.
    """
    folded = fold(text.replace("۵", "o")).translate(_LEET)
    letters = "".join(character for character in folded if character.isalnum())
    return letters.replace("rn", "m").replace("vv", "w").replace("cl", "d")


def _ascii_digit(match: regex.Match[str]) -> str:
    value = unicodedata.decimal(match[0], None)  # `regex` may know a newer Unicode than Python does
    return match[0] if value is None else str(value)


@functools.cache
def _table() -> dict[int, str]:
    table = _boxed_letters() | _latin_variants() | _confusables()
    table |= {ord(character): letter for character, letter in _BY_EYE.items()}
    return table


def _confusables() -> dict[int, str]:
    # Imported here: the data is 900 kB of JSON, which a command that judges nothing need not read.
    from confusable_homoglyphs.confusables import confusables_data

    latin = _latin_variants()
    table: dict[int, str] = {}
    for source, entries in confusables_data.items():
        if len(source) != 1 or source.isascii() or unicodedata.category(source) in ("Mn", "Me", "Nd"):
            continue
        likes = [entry["c"] for entry in entries]
        letters = [like for like in likes if like.isascii() and like.isalpha()]
        through = [latin[ord(like)] for like in likes if len(like) == 1 and ord(like) in latin]
        for letter in (letters or through)[:1]:
            table[ord(source)] = "m" if letter == "rn" else letter.lower()
    return table


def _latin_variants() -> dict[int, str]:
    """ø, đ, ʀ, … as their letter, by their names in Unicode. Accented letters decompose, and need no entry."""
    table = {}
    for first, last in _LATIN_RANGES:
        for point in range(first, last + 1):
            found = _LATIN_NAME.fullmatch(unicodedata.name(chr(point), ""))
            if found and not unicodedata.decomposition(chr(point)):
                table[point] = found[1].lower()
    return table


def _boxed_letters() -> dict[int, str]:
    """Letters in circles, boxes and flags, which NFKC leaves alone."""
    starts = (0x1F150, 0x1F170, 0x1F1E6)
    return {start + offset: chr(ord("a") + offset) for start in starts for offset in range(26)}
