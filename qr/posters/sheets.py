"""What is printed: the values that a print is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("nl", "en")
_WORDS = Path(__file__).parent / "words"


class Kind(StrEnum):
    """What a code leads to."""

    JOIN = "join"
    SESSION = "session"
    PAPER = "paper"
    PAPERS = "papers"
    TEXT = "text"
    BADGE = "badge"
    VOTE = "vote"


class Size(StrEnum):
    """Of a poster's paper; the other sheets are A4."""

    A4 = "a4"
    A3 = "a3"


class Ornament(StrEnum):
    """What stands around a code: water, the rules of a newspaper, or nothing."""

    FOUNTAIN = "fountain"
    RULES = "rules"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    One code.

    Args:
        kind: What it leads to; says which words stand beside it.
        url: What the code holds, letter for letter.
        shown: The address as people read and type it, with its host and without a scheme; of a badge without its key,
            of a vote without its code.
        name: The title of the session or paper; the person of a badge; what is voted on; "" for the others.
        place: The room, or the session that a paper belongs to; "" for none.
        detail: One line more: speakers, authors, pages; of a vote its code, as people type it.
        lang: Language of `name`, as a BCP 47 tag; "" for the sheet's.
        role: Of a badge: `organiser`, `moderator`, `author`, `speaker`, `chair` or `screen`.
    """

    kind: Kind
    url: str
    shown: str
    name: str = ""
    place: str = ""
    detail: str = ""
    lang: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """
    A theme on white paper. Colours are `#rrggbb`; what is read has at least 4.5 : 1 on white.

    Args:
        serif: Whether titles are set in Besley; else in Inter.
        radius: Of a tile's corners, in thousandths of its side; 0 is square.
    """

    ink: str = "#10242f"
    muted: str = "#465c66"
    accent: str = "#00666f"
    tint: str = "#e4f0f0"
    serif: bool = False
    ornament: Ornament = Ornament.FOUNTAIN
    radius: int = 52


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """
    What all codes of a print share.

    Args:
        event: The symposium's title.
        date: As people read it in the first language; "" for none.
        languages: The first is the sheet's; the second, where there is one, gets one line.
        words: The check word in each language; none where there is none.
    """

    event: str
    date: str = ""
    languages: tuple[str, ...] = LANGUAGES
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    look: Look = Look()


@cache
def words_of(language: str) -> Mapping[str, str]:
    """The words on paper in *language*, `nl` or `en`."""
    found: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return MappingProxyType(found)
