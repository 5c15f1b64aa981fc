"""Words from elsewhere become words for a wall: HTML and Markdown to plain text, cleaned, and no longer than fits."""

from __future__ import annotations

import html
import re
from typing import Final

from server.intake.text import clean, cut_at_word
from server.programme.imported import Remark, Warnings
from server.sources.html import html_to_text
from server.symposium.values import SessionKind

MAX_TITLE: Final = 200
MAX_NAME: Final = 100
MAX_ABOUT: Final = 1_000
MAX_ABSTRACT: Final = 4_000
MAX_TRACK: Final = 80
MAX_VERSION: Final = 60
MAX_URL: Final = 500
_ROOM_TO_READ: Final = 5
"""Markup may take this many times what stays."""

_HTML = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|a|b|i|em|strong|h[1-6]|blockquote|pre|code|table|tr|td)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,10});", re.I)
_MARKDOWN: Final = (
    (re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\s]{1,500}\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\((https?://[^()\s]{1,500})(?: \"[^\"\n]{0,200}\")?\)"), r"\1 (\2)"),
    (re.compile(r"<(https?://[^<>\s]{1,500})>"), r"\1"),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.M), ""),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.M), ""),
    (re.compile(r"^([ \t]{0,8})[*+][ \t]+", re.M), r"\1- "),
    (re.compile(r"^[ \t]{0,3}(?:`{3,}|~{3,})[^\n]{0,40}$", re.M), ""),
    (re.compile(r"\*\*([^*\n]{1,500})\*\*"), r"\1"),
    (re.compile(r"(?<!\w)__([^_\n]{1,500})__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,500})\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_([^_\s][^_\n]{0,500})_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)
"""In this order: links before emphasis, so that no address is taken for emphasis."""


class Writer:
    """Cleans the words of one file, and counts what it had to cut."""

    def __init__(self, warnings: Warnings) -> None:
        self._warnings = warnings

    def line(self, text: object, *, most: int) -> str:
        """One line of plain text; empty for what is no text."""
        if not isinstance(text, str):
            return ""
        return self._bounded(clean(_unescaped(text[: most * _ROOM_TO_READ]), lines=False), most)

    def lines(self, text: object, *, most: int) -> str:
        """Plain text with its paragraphs, of HTML or Markdown; empty for what is no text."""
        if not isinstance(text, str):
            return ""
        return self._bounded(clean(_plain(text[: most * _ROOM_TO_READ])), most)

    def _bounded(self, text: str, most: int) -> str:
        cut = cut_at_word(text, max_graphemes=most)
        if cut is None:
            return text
        self._warnings.note(Remark.TEXT_CUT, text[:60])
        return text[:cut].rstrip() + "…"


def _plain(text: str) -> str:
    if _HTML.search(text):
        return html_to_text(text)
    text = _unescaped(text)
    for pattern, plain in _MARKDOWN:
        text = pattern.sub(plain, text)
    return text


def _unescaped(text: str) -> str:
    return html.unescape(text) if _ENTITY.search(text) else text


def web_address(text: object, base: str = "") -> str:
    """
    An http or https address, else empty. What is relative is below *base*.

    Nothing is fetched from it: it is shown as a link, which a person follows.
    """
    if not isinstance(text, str):
        return ""
    address = text.strip()
    if address.startswith("/") and not address.startswith("//") and base:
        address = base.rstrip("/") + address
    is_fine = re.fullmatch(r"https?://[^\s<>\"'`\\^{}|\x00-\x20\x7f-\x9f]{1,490}", address, re.I)
    return address if is_fine and len(address) <= MAX_URL else ""


# Languages and breaks

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_][a-z0-9_-]{1,20})?")
_LANGUAGES: Final = {
    **dict.fromkeys(("nederlands", "dutch", "vlaams", "flemish"), "nl"),
    **dict.fromkeys(("engels", "english"), "en"),
    **dict.fromkeys(("duits", "german", "deutsch"), "de"),
    **dict.fromkeys(("frans", "french", "français"), "fr"),
    **dict.fromkeys(("fries", "frisian", "frysk"), "fy"),
}


def language(text: object) -> str:
    """The BCP 47 tag of what a file calls a language: `de-formal` is `de`, `Nederlands` is `nl`; else empty."""
    if not isinstance(text, str):
        return ""
    word = text.strip().lower()
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    found = _LANGUAGE.fullmatch(word)
    if found is None:
        return ""
    return "-".join(filter(None, (found[1], (found[2] or "").title(), (found[3] or "").upper())))


_BREAK = re.compile(
    r"(?<!\w)(?:(?:koffie|thee|lunch|middag|avond|ochtend|eet|rook|plas)?-?pauzes?|lunch(?:buffet)?|koffie|thee|borrel|"
    r"netwerkborrel|slotborrel|diner|ontbijt|receptie|inloop|ontvangst|registratie|drankjes|"
    r"(?:coffee|tea|lunch|afternoon|morning|short|bio)?-?breaks?|coffee|tea|drinks|dinner|breakfast|reception|"
    r"registration|walk-in|doors open|mingling|networking|netwerken|intermission|recess|pause|kaffee|mittagspause)"
    r"(?!\w)",
    re.I,
)
_OTHER = re.compile(
    r"(?<!\w)(?:social(?: event)?|party|feest|excursie|excursion|rondleiding|(?:guided )?tour|opbouw|afbouw|setup|"
    r"expo|exhibition|markt|market|concert|muziek|music|film|movie)(?!\w)",
    re.I,
)
_BREAK_WORDS: Final = 6
"""A break's title is short: *Lunch and the future of food in cities* is a talk without a speaker in the file."""


def kind_of(*, type_: str, track: str, title: str, has_speakers: bool) -> SessionKind:
    """Whether somebody speaks, as far as the words tell. A session with speakers is a talk, whatever it is called."""
    if has_speakers:
        return SessionKind.TALK
    if _BREAK.search(type_) or _BREAK.search(track):
        return SessionKind.BREAK
    if len(title.split()) <= _BREAK_WORDS and _BREAK.search(title):
        return SessionKind.BREAK
    return SessionKind.OTHER if _OTHER.search(type_) else SessionKind.TALK
