"""
Words without the people in them: names that are known are swapped for invented ones; handles, addresses and numbers go.

Only what is known to be a name can be found: who wrote, who spoke, who worked at the desk. A name that somebody merely
mentions stays, and so does everything by which a text gives its author away. Whoever hands the words on must say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,14}://\S+|\bwww\.\S+", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]+[@\uff20][\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)[@\uff20](\w(?:[\w.-]*\w)?)(?:[@:\uff20]\w(?:[\w.-]*\w)?)?")
_SITE = re.compile(r"(?<![\w.@-])(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?:[/?#]\S*)?(?![\w@])")
_IBAN = re.compile(r"\b[A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}\b")
_NUMBER = re.compile(r"(?<![\w])[+(]?[0-9](?:[ ()./\u2010-\u2014-]{0,3}[0-9]){5,}")
_POSTCODE = re.compile(r"\b[1-9][0-9]{3} ?[A-Z]{2}\b")
_DATE = re.compile(r"[0-9]{1,2}([-/. ])[0-9]{1,2}\1(?:19|20)[0-9]{2}")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[\s'’.-]{1,3}")

_WORDS: Final = {
    "nl": {"link": "[link]", "mail": "[e-mail]", "number": "[nummer]", "postcode": "[postcode]", "somebody": "iemand"},
    "en": {"link": "[link]", "mail": "[email]", "number": "[number]", "postcode": "[postcode]", "somebody": "somebody"},
}
_SMALL: Final = frozenset(
    (
        *("aan", "al", "and", "bij", "da", "das", "de", "del", "den", "der", "des", "di", "dos", "du", "el", "en"),
        *("het", "in", "la", "las", "le", "los", "of", "op", "ten", "ter", "the", "tot", "uit", "und", "van", "voor"),
        *("von", "zu"),
    )
)
"""Words between names, which name nobody."""
_FIRST: Final = (
    "Aafje", "Bartel", "Cato", "Driek", "Ebbe", "Fenna", "Gijsbert", "Hanneke", "Idske", "Jorrit", "Klaasje", "Lieve",
    "Maas", "Nienke", "Okke", "Petra", "Quirijn", "Reinou", "Sietse", "Teuntje", "Ubbo", "Veerle", "Wessel", "Xenia",
    "Yme", "Zwaantje", "Adriaan", "Beitske", "Corneel", "Doutzen", "Evert", "Frouke", "Gosse", "Hiske", "Imme",
    "Jikke", "Koert", "Lubbert", "Marijn", "Nynke", "Oeds",
)  # fmt: skip
_LAST: Final = (
    "Appelhof", "Beukenkamp", "Cranendonck", "Dennenoord", "Elzinga", "Fazantveld", "Grasduin", "Hazelaar", "IJsvogel",
    "Jasmijn", "Kievitsheide", "Lindeboom", "Merelbeek", "Nachtegaal", "Oeverzwaluw", "Populier", "Roodborst",
    "Sleedoorn", "Tureluur", "Uiterwaard", "Veldleeuwerik", "Wilgenroos", "Zandoog", "Aalscholver", "Boterbloem",
    "Distelvink", "Eikenrode", "Fluitenkruid", "Goudvink", "Heggemus", "Karekiet",
)  # fmt: skip
"""31 beside 41: the numbers have no common factor, so that 1,271 names come before any comes back."""


_STROKES: Final = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters whose mark is no mark to Unicode."""


def fold(word: str) -> str:
    """*word* as names are compared: without capitals and marks."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().translate(_STROKES)


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(unicodedata.normalize("NFC", name)))


class Masks:
    """
    The invented names of a day, each for one person, and texts with them.

    Args:
        names: Everybody who is known, in the order in which they get theirs. Whoever has the same name gets the same.
        handles: Of those who have one, by it, their name.
    """

    def __init__(self, names: Iterable[str], handles: Iterable[tuple[str, str]] = ()) -> None:
        real = {name: _tokens(name) for name in names if _tokens(name)}
        taken = {token for tokens in real.values() for token in tokens}
        fresh = _invented(taken)
        self._by_name: dict[tuple[str, ...], str] = {}
        for tokens in real.values():
            if tokens not in self._by_name:
                self._by_name[tokens] = next(fresh)
        self._starts: dict[str, list[tuple[str, ...]]] = {}
        self._parts: dict[str, str] = {}
        self._joined = {"".join(tokens): (made, len(tokens) > 1) for tokens, made in self._by_name.items()}
        """Names as in a hashtag or a handle, and whether several words make them: else they may be any word."""
        for tokens, made in self._by_name.items():
            self._starts.setdefault(tokens[0], []).append(tokens)
            self._note_parts(tokens, made)
        for known in self._starts.values():
            known.sort(key=len, reverse=True)
        self._handles = {fold(_local(handle)): self.name(name) for handle, name in handles if _local(handle)}

    def _note_parts(self, tokens: tuple[str, ...], made: str) -> None:
        first, last = made.split()[:2]
        for place, token in enumerate(tokens):
            if len(token) > 1 and token not in _SMALL:
                self._parts.setdefault(token, first if place == 0 else last)

    def name(self, name: str) -> str:
        """The invented name of whoever is called so; empty for nobody, and for a name without a letter."""
        return self._by_name.get(_tokens(name), "")

    def text(self, text: str, lang: str | None = None) -> str:
        """*text* without links, addresses, handles, numbers and known names; what stands for them is in *lang*."""
        said = _WORDS["en" if (lang or "").lower().startswith("en") else "nl"]
        text = unicodedata.normalize("NFC", text)
        text = _LINK.sub(said["link"], text)
        text = _HANDLE.sub(lambda found: self._of_handle(found[1], said["somebody"]), text)
        text = _MAIL.sub(said["mail"], text)
        text = _SITE.sub(said["link"], text)
        text = _IBAN.sub(lambda found: said["number"] if re.search(r"[0-9].*[0-9]{6}", found[0]) else found[0], text)
        text = _NUMBER.sub(lambda found: found[0] if _DATE.fullmatch(found[0]) else said["number"], text)
        text = _POSTCODE.sub(said["postcode"], text)
        return "".join(self._renamed(text))

    def _of_handle(self, local: str, somebody: str) -> str:
        written = fold(local.rstrip(".-"))
        return self._handles.get(written) or self._joined.get(written, ("", False))[0] or somebody

    def _renamed(self, text: str) -> Iterator[str]:
        """*text* in pieces, each known name swapped: the whole of it where it stands whole, else a part of it."""
        end = 0
        for found in _WORD.finditer(text):
            if found.start() < end:
                continue
            until, made = self._at(text, found)
            if made is not None:
                yield text[end : found.start()]
                yield made
                end = until
        yield text[end:]

    def _at(self, text: str, found: re.Match[str]) -> tuple[int, str | None]:
        """Where the name that begins at *found* ends, and what stands for it; None for no name."""
        word, token = found[0], fold(found[0])
        for tokens in self._starts.get(token, ()):
            until = _end_of(text, found.end(), tokens[1:])
            if until is not None and (len(tokens) > 1 or word[0].isupper()):
                return until, self._by_name[tokens]
        made, is_whole = self._joined.get(token, ("", False))
        if made and (is_whole or text[: found.start()].endswith("#")):
            return found.end(), "".join(made.split())
        if word[0].isupper():
            for part, tail in ((token, ""), (token.removesuffix("s"), "s" if token.endswith("s") else "")):
                if part in self._parts:
                    return found.end(), self._parts[part] + tail
        return found.end(), None


def _end_of(text: str, start: int, tokens: tuple[str, ...]) -> int | None:
    """Where *tokens* end that follow each other from *start* on; None where they do not."""
    for token in tokens:
        between = _BETWEEN.match(text, start)
        word = None if between is None else _WORD.match(text, between.end())
        if word is None or fold(word[0]) != token:
            return None
        start = word.end()
    return start


def _local(handle: str) -> str:
    """`anna` of `@anna@social.example`."""
    return re.split(r"[@:]", handle.lstrip("@\uff20"))[0]


def _invented(taken: set[str]) -> Iterator[str]:
    """Names of nobody here, each once; none has a word that a real one has."""
    firsts, lasts = ([name for name in names if fold(name) not in taken] for names in (_FIRST, _LAST))
    if not firsts or not lasts:
        firsts, lasts = ["Persoon"], ["Zonder"]
    number = 0
    while True:
        # Not in step, so that neighbours have neither name in common.
        turn, again = divmod(number, len(firsts) * len(lasts))[0], number % (len(firsts) * len(lasts))
        last = lasts[(again + again // len(firsts)) % len(lasts)]
        yield f"{firsts[again % len(firsts)]} {last}" + (f" {turn + 1}" if turn else "")
        number += 1
