"""
A report as a document: headings, paragraphs, quotes, tables and figures in the order of reading.

`compose` makes it of a `Report` and the words of a language; each writer turns it into a format. Texts in it are plain:
a writer escapes them for its format. What a person wrote in another language carries its `lang`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from server.report.model import Report
from server.symposium.values import BlobId


class _Node(msgspec.Struct, frozen=True, gc=False):
    """Base of all nodes."""


# Inline


class Text(_Node, frozen=True):
    """Words, and nothing else: no markup of any format."""

    text: str


class Emph(_Node, frozen=True):
    inlines: Inlines


class Strong(_Node, frozen=True):
    inlines: Inlines


class Code(_Node, frozen=True):
    text: str


class Link(_Node, frozen=True):
    """To http, https or mailto; checked where it is made."""

    address: str
    inlines: Inlines


class Break(_Node, frozen=True):
    """A new line in the same paragraph."""


class Span(_Node, frozen=True):
    """Words in another language or direction. `lang` is BCP 47 or empty, `dir` ltr, rtl or auto."""

    inlines: Inlines
    lang: str = ""
    dir: str = "auto"


class NoteRef(_Node, frozen=True):
    """Points at entry `number` of the document's notes; `place` is said in it too, as `p. 14`."""

    number: int
    place: str = ""


class Drop(_Node, frozen=True):
    """The sign of a starred post; `alt` says so in words."""

    alt: str


Inline = Text | Emph | Strong | Code | Link | Break | Span | NoteRef | Drop
Inlines = tuple[Inline, ...]


# Blocks


class Heading(_Node, frozen=True):
    """
    Level 1 to 3, never skipped on the way down. `ident` is unique and ASCII; `label`: it looks small (level 2).

    `margin` stands beside it: who, when, how sure; read right after it.
    """

    level: int
    inlines: Inlines
    ident: str
    label: bool = False
    margin: tuple[Inlines, ...] = ()


class Paragraph(_Node, frozen=True):
    """`role`: body; lead (the scene, larger and slanted); meta (who and when); small."""

    inlines: Inlines
    role: Literal["body", "lead", "meta", "small"] = "body"


class Bullets(_Node, frozen=True):
    """Each item is some blocks. `numbered` counts from `start`."""

    items: tuple[Blocks, ...]
    numbered: bool = False
    start: int = 1


class Extract(_Node, frozen=True):
    """Words of somebody else inside the author's text, as Markdown's `>`."""

    blocks: Blocks


class Listing(_Node, frozen=True):
    """Preformatted text."""

    text: str


class Separator(_Node, frozen=True):
    """A thematic break."""


class Said(_Node, frozen=True):
    """
    A post. `role`: pull (large), thread, or reply (an answer to the one before it).

    `inlines` are its words, `by` who said it with source and time. `photos` come after it.
    """

    role: Literal["pull", "thread", "reply"]
    inlines: Inlines
    by: Inlines
    name: str
    when: str
    photos: tuple[Photo, ...] = ()


class Asked(_Node, frozen=True):
    """
    A question of the hall.

    `votes` people wanted to know (`votes_words` says so without the number); `inlines` are its words, `by` who asked,
    and whom. `answer` is what was answered, `end` who did that, where and when; without an answer how it stands, and
    then `open` is whether somebody may still answer.
    """

    votes: str
    votes_words: str
    inlines: Inlines
    by: Inlines
    answer: Blocks
    end: Inlines
    open: bool = False


class Photo(_Node, frozen=True):
    """A picture; `alt` is never empty: where nobody described it, it says so. `type` is its media type."""

    blob: BlobId
    type: str
    width: int
    height: int
    alt: str
    caption: Inlines = ()


class Chart(_Node, frozen=True):
    """
    A drawing of figures.

    `svg` is a whole SVG document of ours, `alt` one or two full sentences with the numbers, `width_mm` its width on
    paper. `narrow` is the same drawing for the width of a phone, empty where one will do. The same numbers follow as a
    table.
    """

    svg: str
    alt: str
    width_mm: float
    caption: Inlines = ()
    narrow: str = ""


class Table(_Node, frozen=True):
    """`head` and `rows` have as many cells; `numeric` are the columns (from 0) that stand to the right."""

    caption: Inlines
    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    numeric: tuple[int, ...] = ()
    small: bool = False


class Numbers(_Node, frozen=True):
    """Large figures with what they count: (figure, words)."""

    pairs: tuple[tuple[str, str], ...]


class Bar(_Node, frozen=True):
    """The bar above a session: its time, its room, and at the right what there was."""

    time: str
    room: str
    counts: str


class Card(_Node, frozen=True):
    """A paper: its code (holds `address`, as `qr` makes it), title, and lines below it."""

    address: str
    code_alt: str
    title: Inlines
    lines: tuple[Inlines, ...]


class Contents(_Node, frozen=True):
    """Here a writer that has pages, or links, lists the headings of level 1 and 2."""

    title: str


Block = (
    Heading
    | Paragraph
    | Bullets
    | Extract
    | Listing
    | Separator
    | Said
    | Asked
    | Photo
    | Chart
    | Table
    | Numbers
    | Bar
    | Card
    | Contents
)
Blocks = tuple[Block, ...]


class Note(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry of the list of sources; `NoteRef`s point at it. Pages with footnotes print it there too."""

    number: int
    inlines: Inlines


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A chapter: begins with its heading of level 1; on a new page where most of the last one is used."""

    ident: str
    blocks: Blocks


class Document(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    The whole.

    Args:
        title: Of the symposium. `kicker` stands above it on the cover ("Report of the symposium of Thursday …"),
            `subtitle` below it ("" for none), `foot` at the bottom: what the jets say, and which version this is.
        lang: `nl` or `en`.
        running: Left and right in the header of a page.
        at: µs; the document's date. `date` is the same in words.
        cover_alt: What the drawing on the cover shows, with its numbers.
        report: What it was composed of.
    """

    title: str
    kicker: str
    subtitle: str
    foot: tuple[str, ...]
    lang: str
    running: tuple[str, str]
    at: int
    date: str
    creator: str
    subject: str
    keywords: tuple[str, ...]
    cover_alt: str
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]
    report: Report
