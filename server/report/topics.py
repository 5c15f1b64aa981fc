"""
What a session was about: the words that fell there far more often than in the rest of the day.

TF-IDF, with the rest of the day as the other documents: how many posts of a session have a word, times the logarithm
of how much likelier it is there than elsewhere. So "vertrouwen" is a topic of the session that spoke of it, and
"overheid", which fell everywhere, of none.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, repeat

import regex

from server.report.model import Figure
from server.report.stop_words import STOP_WORDS

_FEWEST_POSTS = 2
"""A word of one post is somebody's word, not a topic."""
_DOUBT_POSTS = 50
"""
Before a word counts as unheard elsewhere: as if the rest of the day had so many posts more, in which it fell as often
as on the whole day. Otherwise any word that fell twice, and only here, would be the topic.
"""
_LONGEST = 30
_SHORTEST = 3
_SEEN = 0.2
"""Of the commonest spelling: what is written less often than this is a slip."""
_COMMON, _COMMON_SHARE = 3, 0.8
"""A part of a name is a common word after all when it was written so often, and mostly, in lower case."""
_EDGES = regex.compile(r"^[^\p{L}\p{M}-]+|[^\p{L}\p{M}-]+$")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['-][\p{L}\p{M}]+)*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Written without spaces: what stands between two of them is no word there."""
_INVISIBLE = regex.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_NO_WORD = frozenset("0123456789@#/\\_")
_MARKS = ".,;:!?…()[]\"'’‘”“„«»*"
_STRAIGHT = str.maketrans("’‘ʼ‑", "'''-")
_NOBODY = frozenset({"nederland", "nederlands", "nederlandse", "europa", "europees", "europese"}) | frozenset(
    {"netherlands", "dutch", "europe", "european"}
)
"""Words with a capital that are nobody's name."""
_ENDINGS = ("s", "en", "n", "es", "e", "'s")
"""What a word and another form of it may differ by: the second of them says nothing new."""


def topics(documents: Sequence[Sequence[str]], *, names: Collection[str], most: int) -> list[list[Figure]]:
    """
    The words that set each of *documents* apart, most telling first.

    Of one document alone: the words that fell in most of its posts.

    They are no people: neither any of *names*, nor what is hardly ever written without a capital, since it may be
    somebody whom the hall speaks about. That costs places too; GovTech, DigiD and AI, with more capitals, stay.

    Args:
        documents: Sessions: the texts of their posts.
        names: Of people, as "Imani Oduya".
        most: How many words for a session, at most.

    Returns:
        For each document words, as they are most often written, with the number of its posts that have them.
    """
    terms = _Terms()
    counts = [_posts_with(document, terms) for document in documents]
    whole = Counter[str]()
    for counted in counts:
        whole.update(counted)
    spelled = _Spellings(documents, terms)
    people = _people(names, spelled)
    posts = sum(map(len, documents))
    found = []
    for document, counted in zip(documents, counts, strict=True):
        here, elsewhere = len(document), posts - len(document)
        ranked = []
        for term, n in counted.items():
            if n < _FEWEST_POSTS or not people.isdisjoint(term.split("-")):
                continue
            doubt = _DOUBT_POSTS * whole[term] / posts
            lift = math.log(n / here * (elsewhere + _DOUBT_POSTS) / (whole[term] - n + doubt)) if elsewhere else 1.0
            if lift > 0:
                # Rounded, so that the last bit of a logarithm does not decide between equals.
                ranked.append((-round(n * lift, 6), -n, term))
        found.append(_chosen((term for *_, term in sorted(ranked)), counted, spelled, most))
    return found


def _chosen(terms: Iterable[str], counted: Counter[str], spelled: _Spellings, most: int) -> list[Figure]:
    """The first of *terms*, without other forms of one before, and without proper names."""
    chosen: dict[str, Figure] = {}
    for term in terms:
        if len(chosen) == most:
            break
        if any(_same(term, other) for other in chosen):
            continue
        spelling = spelled.best(term)
        if not spelling.istitle() or term in _NOBODY:
            chosen[term] = Figure(spelling, counted[term])
    return [*chosen.values()]


class _Terms(dict[str, str]):
    """From what stands between two spaces to the word that it counts as: in lower case; "" for no topic."""

    def __missing__(self, token: str) -> str:
        self[token] = term = _term(token)
        return term


def _posts_with(texts: Sequence[str], terms: _Terms) -> Counter[str]:
    """In how many of *texts* each word stands."""
    # All of it inside the interpreter's own loops: a hundred thousand posts in a third of a second.
    words = map(set, map(map, repeat(terms.__getitem__), map(str.split, texts)))
    counted = Counter(chain.from_iterable(words))
    del counted[""]
    return counted


def _bare(token: str) -> str:
    """*token* without the marks around it."""
    return _EDGES.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", token)).translate(_STRAIGHT))


def _term(token: str) -> str:
    """
    The word that *token* counts as.

    Hashtags, handles, addresses, numbers, halves of words ("burger-") and contractions ("we'll") are none.
    """
    if len(token) > 2 * _LONGEST or not _NO_WORD.isdisjoint(token):
        return ""
    plain = token.strip(_MARKS)
    bare = plain if plain.isalpha() else _bare(token)
    word = bare.removesuffix("'s").removesuffix("'S")
    if not word.isalpha() and (_WORD.fullmatch(word) is None or "'" in word):
        return ""
    # AI and EU are topics, "ja" and "of" are not.
    if not (_SHORTEST <= len(word) <= _LONGEST or (len(word) == _SHORTEST - 1 and word.isupper())):
        return ""
    term = word.lower()
    if not STOP_WORDS.isdisjoint((term, bare.lower())) or _UNSPACED.search(word):
        return ""
    # Dutch stresses a word with accents: vóór, één, zélf.
    return "" if not term.isascii() and _unstressed(term) in STOP_WORDS else term


def _unstressed(term: str) -> str:
    return unicodedata.normalize("NFD", term).replace("\u0301", "")


class _Spellings:
    """How the words were written over the whole day."""

    def __init__(self, documents: Sequence[Sequence[str]], terms: _Terms) -> None:
        self._tokens = Counter(chain.from_iterable(map(str.split, chain.from_iterable(documents))))
        self._of = defaultdict[str, list[str]](list)
        for token, term in terms.items():
            if term:
                self._of[term].append(token)

    def of(self, term: str) -> Counter[str]:
        """Each spelling of it, and how often it was written so."""
        forms = Counter[str]()
        for token in self._of.get(term, ()):
            forms[_bare(token)] += self._tokens[token]
        return forms

    def best(self, term: str) -> str:
        """The commonest; a capital may be that of a sentence, so small letters win if they are seen at all often."""
        forms = self.of(term)
        enough = max(forms.values()) * _SEEN
        return min(
            (form for form, n in forms.items() if n >= enough),
            key=lambda form: (form.endswith("'s"), not form.islower(), -forms[form], form),
        )


def _people(names: Collection[str], spelled: _Spellings) -> frozenset[str]:
    """
    The words that name somebody, in lower case.

    A name of one word is one always. Of a longer one, as "Balie Noord", a part may be a word that the hall uses.
    """
    people = set[str]()
    for name in names:
        parts = [part for token in name.split() for part in _bare(token).lower().split("-")]
        for part in parts:
            forms = spelled.of(part) if len(parts) > 1 else Counter[str]()
            small = sum(n for form, n in forms.items() if form.islower())
            if not (small >= _COMMON and small >= _COMMON_SHARE * forms.total()):
                people |= {part, f"{part}s"}
    return frozenset(people)


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in _ENDINGS
