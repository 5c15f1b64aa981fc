"""Lists of words, found as whole words in a stranger's text, also in disguise."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import msgspec

from server.intake.homoglyphs import plain, skeleton

_TOKEN = re.compile(r"[^\W_]+")
_LEET_TOKEN = re.compile(r"[\w@$!|€+]+")
_LEET = frozenset("@$!|€+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_MIN_SPELLED = 3
"""Letters with spaces or dots between them, from this many on, are read as words."""


class Tokens(msgspec.Struct, frozen=True):
    """
    The words of a text, in lower case without accents.

    Args:
        written: As they stand, in order.
        plain: As they stand, and with long rows of a letter shortened (`hoeeer`).
        disguised: Shapes of words with at least one ASCII letter and something that is none.
        foreign: Shapes of words without any ASCII letter: another script as a rule, and a disguise now and then.
        spelled: Shapes of rows of single letters (`h o e r`), in which a word can begin anywhere.
    """

    written: tuple[str, ...]
    plain: frozenset[str]
    disguised: frozenset[str]
    foreign: frozenset[str]
    spelled: tuple[str, ...]


class Lexicon(msgspec.Struct, frozen=True):
    """A list of words, made ready to be looked for."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: tuple[str, ...]
    shapes: frozenset[str]
    shape_beginnings: tuple[str, ...]


def tokens(text: str) -> Tokens:
    """The words of *text*. Linear in its length."""
    flat = plain(text)
    written = tuple(_TOKEN.findall(flat))
    words = list(written)
    words += [_LONG_RUN.sub(kept, word) for word in words for kept in (r"\1", r"\1\1") if _LONG_RUN.search(word)]
    odd = {word for word in words if not (word.isascii() and word.isalpha())}
    odd |= {word for word in _LEET_TOKEN.findall(flat) if not _LEET.isdisjoint(word)}
    disguised = {word for word in odd if any(letter.isascii() and letter.isalpha() for letter in word)}
    return Tokens(
        written,
        frozenset(words),
        frozenset(skeleton(word.rstrip("!|")) for word in disguised),
        frozenset(skeleton(word) for word in odd - disguised),
        tuple(skeleton(row) for row in _spelled(written)),
    )


@functools.lru_cache(maxsize=256)
def lexicon(words: tuple[str, ...]) -> Lexicon:
    """*words* made ready; the same tuple is made ready once."""
    flat = [" ".join(_TOKEN.findall(plain(word))) + ("*" if word.endswith("*") else "") for word in words]
    single = [word for word in flat if word and word != "*" and " " not in word]
    beginnings = tuple(word[:-1] for word in single if word.endswith("*"))
    whole = frozenset(word for word in single if not word.endswith("*"))
    return Lexicon(
        whole,
        beginnings,
        tuple(f" {word.rstrip('*')}" + ("" if word.endswith("*") else " ") for word in flat if " " in word),
        frozenset(skeleton(word) for word in whole),
        tuple(skeleton(word) for word in beginnings),
    )


def says(text: Tokens, words: Lexicon) -> bool:
    """True when *text* has one of *words*, as it stands or in a disguise that keeps an ASCII letter."""
    return (
        _any(text.plain, words.whole, words.beginnings)
        or _any(text.disguised, words.shapes, words.shape_beginnings)
        or any(shape in row for row in text.spelled for shape in (*words.shapes, *words.shape_beginnings))
        or _says_phrase(text.written, words.phrases)
    )


def seems_to_say(text: Tokens, words: Lexicon) -> bool:
    """True when a word of another script has the shape of one of *words*: it may be an honest word over there."""
    return _any(text.foreign, words.shapes, words.shape_beginnings)


def _any(found: frozenset[str], whole: frozenset[str], beginnings: tuple[str, ...]) -> bool:
    return not found.isdisjoint(whole) or any(word.startswith(beginnings) for word in found)


def _says_phrase(written: Iterable[str], phrases: tuple[str, ...]) -> bool:
    line = f" {' '.join(written)} "
    return any(phrase in line for phrase in phrases)


def _spelled(written: Iterable[str]) -> list[str]:
    """Rows of letters that stand apart: `b r a n d`, `b.o.m`."""
    spelled: list[str] = []
    run: list[str] = []
    for word in (*written, "--"):
        if len(word) == 1:
            run.append(word)
            continue
        if len(run) >= _MIN_SPELLED:
            spelled.append("".join(run))
        run = []
    return spelled
