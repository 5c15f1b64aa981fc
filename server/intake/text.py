"""Text of strangers: cleaned for showing, counted as a person counts, folded for comparing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import regex

from server.errors import BadInput
from server.intake import homoglyphs

MAX_MARKS = 4
"""Marks on one base, for every script that is not in `_TALL`."""

MAX_MATCH = 800
"""Code points of match text that are kept and compared: comparing with 500 posts stays affordable."""

MAX_CODE_POINTS_PER_GRAPHEME = 8
"""What a screen gets is bounded too where a single grapheme is a chain of thousands of code points."""

_TALL = ((regex.compile(r"[\p{Script=Hebrew}\u034f\u200c-\u200f]+"), 6), (regex.compile(r"\p{Script=Tibetan}+"), 8))
"""Pointed and accented Hebrew, and Tibetan stacks, rightly carry more."""

_MAX_SPACING_MARKS = 8
"""Vowel signs that stand beside their letter (category Mc), as in Burmese: they need width, not height."""

_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_FLAG_OR_TAG = regex.compile(
    r"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]"
)
_FORBIDDEN = regex.compile(
    r"(?!\n)\p{Cc}"  # controls, C0 and C1
    r"|[\u202a-\u202e\u2066-\u2069]"  # bidirectional embeddings, overrides and isolates
    r"|[\u2061-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]"  # invisible operators, deprecated formats, BOM, annotations
    r"|\p{Noncharacter_Code_Point}"
)
_SELECTORS = regex.compile(r"(\p{Variation_Selector})\p{Variation_Selector}+")
_INVISIBLES = regex.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u2060]{3,}")
_MARKS = regex.compile(r"[\p{M}\u00ad\u061c\u180e\u200b-\u200f\u2060]{5,}")
_LINKER = regex.compile(r"\p{InCB=Linker}")
_BLANK = regex.compile(r"[\s\p{Cf}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]*")

_CLUSTER = regex.compile(
    # Flags are paired here: `\X` alone looks back over the whole row at each of them, which is quadratic.
    r"(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f1e6-\U0001f1ff](?![\U0001f1e6-\U0001f1ff]))"
    r"[\p{GCB=Extend}\p{GCB=SpacingMark}\u200d]*+|\X"
)

_URL = regex.compile(r"(?i)\b(?:https?://|www\.)\S++")
_MENTION = regex.compile(r"(?<![\w@.])@[\w.-]{1,64}+(?:@[\w.-]{1,255}+)?")
_HASHTAG = regex.compile(r"(?<![\w/&#=])[#＃]([\p{L}\p{M}\p{N}_·・\u200c]++)")
_NOT_IN_TAG = regex.compile(r"[^\w·]+")


def clean(text: str, *, lines: bool = True) -> str:
    """
    *text* as a screen may show it: nothing that climbs out of its box, turns its neighbours round or hides.

    Composes (NFC). Takes out controls, bidirectional embeddings, overrides and isolates, tag characters outside emoji
    flags, noncharacters, and marks beyond what any script stacks. Lone surrogates become U+FFFD. Joiners (ZWJ, ZWNJ)
    and the marks LRM, RLM and ALM stay, since Persian, Hindi, emoji and mixed Hebrew cannot be written without.
    Cleaning what is clean changes nothing, and never makes more graphemes than there were.

    Args:
        lines: Keep line ends, at most two in a row; otherwise every run of white space becomes one space.

    Source: UAX #9, UAX #15, UTS #51 (emoji tag sequences), Unicode chapter 23.
    """
    text = _LINE_END.sub("\n", _SURROGATE.sub("\ufffd", text)).replace("\t", " ")
    text = _FORBIDDEN.sub("", _FLAG_OR_TAG.sub(r"\1", text))
    text = _settled(text)
    return _tidy_lines(text) if lines else " ".join(text.split())


def graphemes(text: str) -> int:
    """How many characters a person sees: extended grapheme clusters (UAX #29). Linear in the length of *text*."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def grapheme_ends(text: str) -> Iterator[int]:
    """Where each grapheme of *text* ends, in code points."""
    return (found.end() for found in _CLUSTER.finditer(text))


def is_blank(text: str) -> bool:
    """True when there is nothing to see in *text*: only white space and characters without a shape."""
    return _BLANK.fullmatch(text) is not None


def match_text(text: str) -> str:
    """
    What is compared to find near-duplicates and floods: the words alone, folded, with single spaces; the first
    `MAX_MATCH` code points of it.

    Hashtags, addresses of pages and mentions are dropped: a hundred posts share those and say different things.
    """
    words = homoglyphs.compatible(text)
    for dropped in (_URL, _MENTION, _HASHTAG):
        words = dropped.sub(" ", words)
    return " ".join(homoglyphs.fold(words).split())[:MAX_MATCH].rstrip()


def tag_fold(tag: str) -> str:
    """
    *tag*, with or without its #, as networks compare hashtags: `#Café2026` and `cafe2026` are one.

    Source: Mastodon's hashtag normaliser; it folds a few letters fewer.
    """
    return _NOT_IN_TAG.sub("", homoglyphs.plain(tag).translate(_TAG_LETTERS))


def hashtags(text: str) -> tuple[str, ...]:
    """The hashtags in *text* as written, without their #, in order. Only digits is no hashtag, as on Mastodon."""
    found: list[str] = _HASHTAG.findall(text)
    return tuple(tag for tag in found if not tag.strip("_·・").isdecimal() and tag.strip("_·・"))


def has_one_of(wanted: Iterable[str], text: str) -> bool:
    """Whether one of these hashtags stands in *text*, as networks compare them."""
    return not {tag_fold(tag) for tag in wanted}.isdisjoint(map(tag_fold, hashtags(text)))


def cut_at_word(text: str, *, max_graphemes: int) -> int | None:
    """
    The number of code points of *text* that a screen shows; None when it shows all.

    Ends after a word where one ends in the last two fifths, otherwise (Chinese, Thai, one giant word) after a grapheme.

    Args:
        max_graphemes: At least 1. The code points are bounded too, by eight times this number.
    """
    # Most texts are short: a text has no more graphemes than code points.
    if len(text) <= max_graphemes:
        return None
    room = MAX_CODE_POINTS_PER_GRAPHEME * max_graphemes
    end = 0
    for count, grapheme_end in enumerate(grapheme_ends(text), start=1):
        if count > max_graphemes or grapheme_end > room:
            return _word_end(text, end or min(room, len(text)))
        end = grapheme_end
    return None


def _word_end(text: str, end: int) -> int:
    for index in range(end, end * 3 // 5, -1):
        if text[index : index + 1].isspace():
            return len(text[:index].rstrip())
    return end


def _tidy_lines(text: str) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        stripped = line.rstrip()
        if stripped or (kept and kept[-1]):
            kept.append(stripped)
    return "\n".join(kept).strip()


def _settled(text: str) -> str:
    """
    *text* composed, with its rows of marks and invisible characters cut, until nothing changes any more.

    Cutting comes before composing, which takes time by the square of a row's length; yet composing makes rows, and
    cutting brings rows together. Two or three rounds do, since what is composed can only become shorter.
    """
    while True:
        cut = _MARKS.sub(_capped_marks, _INVISIBLES.sub(_last_two, _SELECTORS.sub(r"\1", text)))
        composed = unicodedata.normalize("NFC", cut)
        if composed == text:
            return text
        text = composed


def _last_two(found: regex.Match[str]) -> str:
    # The last ones, since a joiner does its work on what follows.
    run: str = found[0]
    return run[-2:]


def _capped_marks(found: regex.Match[str]) -> str:
    """A run of marks, with joiners and spacing signs among them, shortened to what its script may carry."""
    run: str = found[0]
    tallest = next((limit for script, limit in _TALL if script.fullmatch(run)), MAX_MARKS)
    room = {"mark": tallest, "spacing": _MAX_SPACING_MARKS, "joiner": 2}
    # The last linker (virama) is kept: it joins the next consonant, and without it one grapheme would become two.
    linker = max((match.start() for match in _LINKER.finditer(run)), default=None)
    kept = []
    for index, character in enumerate(run):
        kind = {"Mc": "spacing", "Cf": "joiner"}.get(unicodedata.category(character), "mark")
        if index == linker:
            kept.append(character)
        elif room[kind] > 0:
            room[kind] -= 1
            kept.append(character)
    return "".join(kept)


_TAG_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ŀ": "l"}
)


def within(words: str, most: int, field: str, *, lines: bool = True) -> str:
    """
    Words of staff: cleaned, and empty where there is nothing to see.

    Args:
        most: Graphemes.
        field: What the error names, as `$.title`.
        lines: Whether they may have several.

    Raises:
        BadInput: `too-long`.
    """
    cleaned = clean(words, lines=lines)
    if is_blank(cleaned):
        return ""
    if graphemes(cleaned) > most:
        raise BadInput(f"At most {most} characters fit.", code="too-long", field=field)
    return cleaned
