"""
The report as a PDF for paper and for screen readers: PDF/UA-1 and PDF/A-2a at once, set by typst.

What people wrote goes to the compiler as data, never as source, and the typefaces are ours, so one document gives the
same bytes on every computer. A character that no typeface has becomes a visible □; a picture that cannot be drawn is
left out; neither stops the report.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, assert_never
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec
import regex

from qr import PRINT, TextTooLong, Unreadable, capitals, checked_matrix
from qr.codes import QUIET_ZONE
from qr.posters.coverage import FONTS, MAX_MARKS, MISSING, covered, direction
from qr.posters.outline import outline_svg
from server.errors import BadInput
from server.report.cover import FOOT_MM, TOP_MM, WIDTH_MM, cover
from server.report.document import (
    Asked,
    Bar,
    Block,
    Blocks,
    Break,
    Bullets,
    Card,
    Chart,
    Code,
    Contents,
    Document,
    Drop,
    Emph,
    Extract,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    NoteRef,
    Numbers,
    Paragraph,
    Photo,
    Said,
    Separator,
    Span,
    Strong,
    Table,
    Text,
)
from server.report.words import words as words_of
from server.report.writing import Blobs

if TYPE_CHECKING:
    import typst

_TEMPLATES = Path(__file__).with_suffix("")
STANDARDS: Final[list[Literal["ua-1", "a-2a"]]] = ["ua-1", "a-2a"]

_COLUMN_MM, _WIDE_MM = 120.0, 168.0
_PAIR_MM = 58.5
_PHOTO_HIGH_MM, _POST_PHOTO_MM, _POST_HIGH_MM = 96.0, 90.0, 52.0
_NATURAL_DPI = 110
"""A small picture is not blown up: it would only show its pixels."""
_MAX_SIDE_PX = 1600
_MAX_PIXELS = 50_000_000
_JPEG_QUALITY = 88

_COLUMN, _TITLE, _MARGIN, _CELL = 36, 26, 20, 16
"""Characters of a word that surely fit a line there; a longer word may break anywhere."""
_ZERO_WIDTH_SPACE = "\u200b"
_JOINTS = regex.compile(r"[^/.?&=#@_:-]*+[/.?&=#@_:-]*+")
"""The parts of an address: a line may end behind each."""
_CLUSTERS = regex.compile(r"\X")
_LONG_POST, _LONG_LINES = 1100, 12
"""Characters, and lines of the author's own; from there on it is measured whether a page can hold it."""
_DEEPEST = 8
"""Blocks or stressed words inside each other; what lies deeper is set as plain words."""
_LONGEST_ADDRESS = 2000
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;="
"""Stand in an address as they are. Source: RFC 3986, 2.2."""
_MOST_COLUMNS, _MOST_LETTERS = 5, 68
"""Of a table in the column of text, and of a row of that many columns; one with more takes the margin too."""
_KEPT_ROWS = 14
"""A table of no more rows, and of no more words than a long post, stands on one page."""
_HALF_MM = 80.0
"""A section with a chart no wider stands beside the one after it."""
_MUCH_MM, _FEW_MM, _FEW_LINES = 150.0, 75.0, ("closing", "colophon")
"""What must be left of a page for a chapter to begin on it: most of it; less for a chapter of a few lines."""
_BAND_ROWS, _BESIDE = 36, 3
_CONTENTS_LINES, _CONTENTS_LINE = 32, 24
"""Lines of contents, and characters in each, that the margin of a page has room for."""

_TRIES = 4
_MAIN, _DATA = "report.typ", "data.json"
_MUCH = 200_000
"""Bytes of data; a report of more is not asked for again while somebody tries things out."""
_GENERATIONS = 11
"""One more than the runs of which typst keeps what it worked out."""
_UNSHOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?:-.*)?")
_SVG = "http://www.w3.org/2000/svg"

_NOTHING: Inlines = ()

Data = dict[str, Any]
"""A node as a template gets it: `k` says what it is. A text is a plain string."""


def pdf(document: Document, blobs: Blobs, *, template: Path | None = None) -> bytes:
    """
    *document* as a PDF: tagged, with bookmarks, footnotes and words for every picture.

    Setting takes seconds for thousands of posts: work for a thread, typst lets go of Python's lock meanwhile.

    Args:
        template: Another page than the report's, without its cover: it gets the same data and has the same blocks.

    Raises:
        BadInput: `no-alt` when a picture, drawing or code has no words; `not-set` when typst refuses the document.
    """
    with TemporaryDirectory(prefix="fontein-report-") as folder:
        root = Path(folder)
        for part in _TEMPLATES.iterdir():  # one by one: of a tree nobody would hear that the disk is full
            shutil.copyfile(part, root / part.name)
        if template is not None:
            shutil.copyfile(template, root / _MAIN)
            document = msgspec.structs.replace(document, cover_alt=document.cover_alt or document.title)
        try:
            return _set(document, _Pictures(blobs, root), root)
        finally:
            if (data := root / _DATA).exists() and data.stat().st_size > _MUCH:
                _forget()


def _set(document: Document, pictures: _Pictures, root: Path) -> bytes:
    """Which letters no typeface can join is only known when typst tries: those are replaced, and it is set again."""
    import typst

    unshown: set[str] = set()
    for attempt in range(_TRIES):
        data = _Setting(document, pictures, unshown, plain=attempt == _TRIES - 1).data()
        (root / _DATA).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        compiler = typst.Compiler(str(root / _MAIN), root=str(root), font_paths=_fonts())
        try:
            made = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], timestamp=document.at // 1_000_000)
        except typst.TypstError as ex:
            found = {_unescaped(match) for match in _UNSHOWN.findall(ex.diagnostic)} - unshown
            if not found or attempt == _TRIES - 1:
                raise BadInput(f"typst refused the report: {ex.message}", code="not-set") from ex
            unshown |= found
        else:
            assert isinstance(made, bytes), "a PDF is one file, however many pages it has"
            return made
    raise AssertionError("the last try returns or raises")


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _forget() -> None:
    """Let typst forget what it worked out, 0.2 MB for every post: by runs in which none of it is used."""
    import typst

    compiler = typst.Compiler(root=str(_TEMPLATES), font_paths=_fonts())
    for _ in range(_GENERATIONS):
        compiler.compile(b"[]", format="svg")


def _unescaped(text: str) -> str:
    """As typst shows a text in its messages → the text."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")


# Characters


def shown(text: str) -> str:
    """
    *text* as paper can show it: □ for every character that no typeface has.

    Letters that only look different (𝗯𝗼𝗹𝗱, ﬁ, ①) become the plain ones. Spaces of all kinds become one plain space,
    but those that do not break stay. Control characters, marks that turn the direction of text, and the skin and gender
    of emoji (they are lines here) go without a trace. Of marks on one letter the first three stay.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" and category != "Mc" else 0
        if char in _SKINS and kept:
            continue
        if char in "♀♂" and kept[-1:] == ["\u200d"]:
            kept.pop()
            continue
        if char in "\u00a0\u202f":
            kept.append("\u00a0")
        elif char.isspace():
            kept.append(" ")
        elif char in _JOINERS or (ord(char) in covered() and category not in ("Cc", "Cf") and marks <= MAX_MARKS):
            kept.append(char)
        elif category not in ("Cc", "Cf", "Mn", "Me"):
            kept.append(_plain(char))
    return _SPACES.sub(" ", "".join(kept))


_JOINERS = frozenset("\u200b\u200c\u200d\ufe0e\ufe0f")
"""Shape their neighbours and have no look of their own. Source: Unicode, Default_Ignorable_Code_Point."""
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_SPACES = re.compile(" {2,}")


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if all(ord(each) in covered() for each in plain) else MISSING


def _unmarked(text: str) -> str:
    """*text* without marks and joiners: every character stands alone."""
    return "".join(char for char in text if char not in _JOINERS and unicodedata.category(char)[0] != "M")


def breakable(text: str, most: int) -> str:
    """*text*, with places to break in every word of more than *most* characters: at the joints of an address first."""
    if len(text) <= most:
        return text
    return " ".join(
        word if len(word) <= most else _ZERO_WIDTH_SPACE.join(_pieces(word, most)) for word in text.split(" ")
    )


def _pieces(word: str, most: int) -> Iterator[str]:
    for part in _JOINTS.findall(word):
        if len(part) > most:
            yield from _CLUSTERS.findall(part)
        elif part:
            yield part


def _spoken(tag: str) -> Data:
    """A BCP 47 tag as typst takes it: a language and a region, each empty where there is none."""
    found = _LANGUAGE.fullmatch(tag)
    return {"lang": found[1].lower(), "region": (found[2] or "").upper()} if found else {"lang": "", "region": ""}


def said(inlines: Inlines) -> str:
    """The plain words of *inlines*."""
    words: list[str] = []
    left: list[Any] = list(reversed(inlines))
    while left:
        match left.pop():
            case Text(text) | Code(text):
                words.append(text)
            case Break():
                words.append("\n")
            case Emph(inner) | Strong(inner) | Link(inlines=inner) | Span(inner):
                left.extend(reversed(inner))
            case NoteRef() | Drop():
                pass
    return "".join(words)


# Pictures


class _Drawn(NamedTuple):
    """A picture in the folder; sizes in pixels."""

    file: str
    width: int
    height: int

    def fitted(self, width_mm: float, height_mm: float) -> Data:
        """As large as it may be, in millimetres."""
        scale = min(width_mm / self.width, height_mm / self.height, 25.4 / _NATURAL_DPI)
        return {"file": self.file, "width": round(self.width * scale, 2), "height": round(self.height * scale, 2)}


class _Pictures:
    """The pictures of a document, each drawn once into the folder that typst reads."""

    def __init__(self, blobs: Blobs, root: Path) -> None:
        self._blobs = blobs
        self._root = root
        self._drawn: dict[str, _Drawn | None] = {}

    def find(self, photo: Photo) -> _Drawn | None:
        """None when it is gone or cannot be drawn."""
        if photo.blob not in self._drawn:
            data = self._blobs(photo.blob)
            self._drawn[photo.blob] = None if data is None else self._draw(data)
        return self._drawn[photo.blob]

    def _draw(self, data: bytes) -> _Drawn | None:
        made = _as_jpeg(data)
        if made is None:
            return None
        jpeg, width, height = made
        name = f"picture-{len(self._drawn)}.jpg"
        (self._root / name).write_bytes(jpeg)
        return _Drawn(name, width, height)


def _as_jpeg(data: bytes) -> tuple[bytes, int, int] | None:
    """*data* as a whole JPEG, no larger than paper needs, with its width and height; None when that cannot be."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            size = image.size
            fits = max(size) <= _MAX_SIDE_PX and image.mode in ("RGB", "L") and not image.getexif()
            if image.format == "JPEG" and fits:
                image.draft(image.mode, (image.width // 8, image.height // 8))
                image.load()
                return data, *size
            solid = Image.new("RGB", size, "white")
            drawn = image.convert("RGBA")
            solid.paste(drawn, mask=drawn)
    except Exception:  # whatever the parsers of pictures raise: a broken one is left out
        return None
    solid.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX))
    out = io.BytesIO()
    solid.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue(), *solid.size


def _code_svg(address: str) -> str:
    """The code of *address* without its quiet zone; "" where none can be made of it."""
    url = address if "://" in address else f"https://{address}"
    try:
        modules = checked_matrix(capitals(url), level=PRINT)
    except (TextTooLong, Unreadable):
        return ""
    size = len(modules)
    whole, cropped = size + 2 * QUIET_ZONE, f"{QUIET_ZONE} {QUIET_ZONE} {size} {size}"
    return outline_svg(modules).replace(f'viewBox="0 0 {whole} {whole}"', f'viewBox="{cropped}"')


# From nodes to what the templates get


class _Setting:
    """
    One way to set a document.

    Args:
        unshown: Texts that typst could not show: they become □.
        plain: Without marks on letters and without joined signs: this can always be shown.
    """

    def __init__(self, document: Document, pictures: _Pictures, unshown: Collection[str], *, plain: bool) -> None:
        self._document = document
        self._pictures = pictures
        self._unshown = sorted(unshown, key=lambda text: (-len(text), text))
        self._plain = plain
        self._notes = {note.number: note for note in document.notes}
        self._noted: set[tuple[int, str]] = set()
        self._in_one_piece = False
        """In what is never broken there are no footnotes: typst would put them on the page before."""
        self._level = 0
        self._replaced = False
        headings = [block for part in document.parts for block in part.blocks if isinstance(block, Heading)]
        chapters = [said(heading.inlines) for heading in headings if heading.level == 1]
        self._contents_are_short = sum(1 + len(title) // _CONTENTS_LINE for title in chapters) <= _CONTENTS_LINES

    def data(self) -> Data:
        """Everything that the templates get."""
        document = self._document
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=document.at)
        names = ("year", "month", "day", "hour", "minute", "second")
        return {
            "title": self._clean(document.title).strip() or MISSING,
            "loose": self._words(document.title, _CELL).strip() or MISSING,
            "kicker": self._words(document.kicker),
            "subtitle": self._words(document.subtitle),
            "foot": [self._words(line) for line in document.foot],
            "lang": document.lang,
            "running": [self._words(text) for text in document.running],
            "date": {name: getattr(at, name) for name in names},
            "creator": self._clean(document.creator),
            "subject": self._clean(document.subject),
            "keywords": [self._clean(word) for word in document.keywords],
            "cover": self._cover(),
            "parts": [
                {"room": _FEW_MM if part.ident in _FEW_LINES else _MUCH_MM, "blocks": self._part(part.blocks)}
                for part in document.parts
            ],
            "sources": [
                {"number": note.number, "c": self._inlines(note.inlines, notes=False)} for note in self._notes.values()
            ],
            # The last: by now all words were looked at.
            "replaced": words_of(document.lang).say("replaced", sign=MISSING) if self._replaced else "",
        }

    def _cover(self) -> Data:
        """The drawing as the page's ground, and its middle once more: that has words, between title and foot."""
        report = self._document.report
        water = report.cover == "water"
        words = words_of(self._document.lang)

        def day(moment: int) -> str:
            return words.short_day(moment, report.zone)

        svg = self._drawing(cover(report.figures, zone=report.zone, water=water, day=day))
        part = self._drawing(svg, view=f"0 {TOP_MM} {WIDTH_MM} {FOOT_MM - TOP_MM}")
        alt = self._alt(self._document.cover_alt)
        return {"ground": svg, "drawing": part, "top": TOP_MM, "foot": FOOT_MM, "dark": water, "alt": alt}

    def _part(self, blocks: Blocks) -> list[Data]:
        self._noted.clear()
        if (found := _beside_each_other(blocks)) is not None:
            start, middle, end = found
            pair = {"left": self._blocks(blocks[start:middle]), "right": self._blocks(blocks[middle:end])}
            return [*self._blocks(blocks[:start]), {"k": "pair", **pair}, *self._blocks(blocks[end:])]
        return self._with_contents(blocks) if self._contents_are_short else self._blocks(blocks)

    def _with_contents(self, blocks: Blocks) -> list[Data]:
        """The contents, and the code after them, stand in the margin of the chapter's heading where that is free."""
        first, *others = blocks or (Separator(),)
        place = next((n for n, block in enumerate(others) if isinstance(block, Contents)), None)
        if place is None or not isinstance(first, Heading) or first.margin:
            return self._blocks(blocks)
        end = place + 1 + sum(isinstance(block, Card) for block in others[place + 1 : place + 2])
        aside, rest = others[place:end], [*others[:place], *others[end:]]
        heading, *made = self._blocks((msgspec.structs.replace(first, margin=(_NOTHING,)), *rest))
        return [{**heading, "margin": [], "aside": self._blocks(tuple(aside))}, *made]

    # Words

    def _clean(self, text: str) -> str:
        """*text* with only what can be shown."""
        clean = shown(text)
        if self._plain:
            clean = _unmarked(clean)
        for unshown in self._unshown:
            clean = clean.replace(unshown, MISSING)
        self._replaced = self._replaced or (MISSING in clean and MISSING not in text)
        return clean

    def _words(self, text: str, most: int = _COLUMN) -> str:
        """The same for a line of which a word may be longer than its column."""
        return breakable(self._clean(text), most)

    def _alt(self, text: str) -> str:
        words = self._clean(text).strip()
        if not words:
            raise BadInput("A picture has no words for who cannot see it.", code="no-alt")
        return words

    def _inlines(self, inlines: Inlines, most: int = _COLUMN, *, notes: bool = True, deep: int = 0) -> list[Any]:
        if deep > _DEEPEST:
            return self._lines(said(inlines), most)
        found: list[Any] = []
        for node in inlines:
            found.extend(self._inline(node, most, notes=notes and not self._in_one_piece, deep=deep))
        return found

    def _inline(self, node: Inline, most: int, *, notes: bool, deep: int) -> list[Any]:
        def within(inner: Inlines) -> list[Any]:
            return self._inlines(inner, most, notes=notes, deep=deep + 1)

        match node:
            case Text(text):
                return self._lines(text, most)
            case Emph(inner):
                return [{"k": "emph", "c": within(inner)}]
            case Strong(inner):
                return [{"k": "strong", "c": within(inner)}]
            case Code(text):
                return [{"k": "code", "text": self._words(text, most)}]
            case Link(address, inner):
                words, target = within(inner) or self._lines(address, most), _target(address)
                return [{"k": "link", "address": target, "c": words}] if target else words
            case Break():
                return [{"k": "break"}]
            case Span(inner, lang, turn):
                turn = direction(said(inner)) if turn == "auto" else turn
                return [{"k": "span", "dir": turn, "c": within(inner), **_spoken(lang)}]
            case NoteRef(number, place):
                return [self._note(number, place, here=notes)]
            case Drop(alt):
                return [{"k": "drop", "alt": self._alt(alt)}]
            case _:
                assert_never(node)

    def _lines(self, text: str, most: int) -> list[Any]:
        first, *others = text.split("\n")
        found: list[Any] = [self._words(first, most)]
        for line in others:
            found += [{"k": "break"}, self._words(line, most)]
        return [each for each in found if each != ""]

    def _note(self, number: int, place: str, *, here: bool) -> Data:
        """
        In running text a footnote, where the chapter first points at it.

        After that, and in posts, headings and tables, the number alone, which leads to the list of sources: a post is
        never broken, and typst would put the footnote of one that moves to the next page on the page before.
        """
        note = self._notes.get(number)
        if note is None or not here or (number, place) in self._noted:
            return {"k": "source", "number": str(number), "known": note is not None}
        self._noted.add((number, place))
        words = self._inlines(note.inlines, notes=False)
        return {"k": "note", "number": str(number), "c": [*words, *([f", {self._words(place)}"] if place else [])]}

    # Blocks

    def _blocks(self, blocks: Blocks, deep: int = 0) -> list[Data]:
        """The blocks; those that stand beside the margin of a heading are put together with it."""
        found: list[Data] = []
        beside: list[Data] | None = None
        for index, block in enumerate(blocks):
            made = self._block(blocks, index, deep)
            if made is None:
                continue
            if isinstance(block, Heading) and block.margin and made["k"] == "heading":
                beside = []
                made = {**made, "k": "beside", "margin": self._margin(block.margin), "aside": [], "blocks": beside}
                found.append(made)
            elif beside is not None and _in_column(made):
                beside.append(made)
            else:
                beside = None
                found.append(made)
        return found

    def _block(self, blocks: Blocks, index: int, deep: int) -> Data | None:
        block, before, after = blocks[index], blocks[index - 1] if index else None, blocks[index + 1 : index + 2]
        match block:
            case Heading(level, inlines, _, label):
                self._level = min(level, self._level + 1)
                day = label and bool(after) and isinstance(after[0], Said)
                most = _TITLE if level == 1 else _COLUMN
                words = self._inlines(inlines, most, notes=False) if self._clean(said(inlines)).strip() else ["–"]
                wide = _is_wide_heading(blocks, index)
                return {"k": "heading", "level": self._level, "label": label, "day": day, "wide": wide, "c": words}
            case Paragraph(inlines, role):
                indent = role == "body" and isinstance(before, Paragraph) and before.role == "body"
                apart = indent and isinstance(inlines[0] if inlines else None, Strong)
                after_heading = isinstance(before, Heading)
                wide = after_heading and _is_wide_heading(blocks, index - 1)
                leads = after_heading and bool(after) and isinstance(after[0], Chart)
                sticky = leads or (after_heading and role != "body")
                made = self._paragraph(inlines, role, indent=indent and not apart, wide=wide, sticky=sticky)
                return {**made, "apart": apart}
            case Bullets(items, numbered, start):
                if deep >= _DEEPEST:
                    return self._flat(block)
                inner = [self._blocks(item, deep + 1) for item in items]
                return {"k": "bullets", "numbered": numbered, "start": max(start, 0), "items": inner}
            case Extract(said_before):
                if deep >= _DEEPEST:
                    return self._flat(block)
                return {"k": "extract", "blocks": self._blocks(said_before, deep + 1)}
            case Listing(text):
                lines = [
                    " " * (len(line) - len(line.lstrip(" "))) + self._words(line.lstrip(" "))
                    for line in text.split("\n")
                ]
                return {"k": "listing", "text": "\n".join(lines)}
            case Separator():
                return {"k": "separator"}
            case Said():
                return self._said(block)
            case Asked():
                return self._asked(block)
            case Photo():
                return self._photo(block, _COLUMN_MM, _PHOTO_HIGH_MM)
            case Chart():
                return self._chart(block)
            case Table():
                return self._table(block)
            case Numbers(pairs):
                said_pairs = [[self._words(number, _CELL), self._words(words, _MARGIN)] for number, words in pairs]
                return {"k": "numbers", "pairs": said_pairs} if said_pairs else None
            case Bar(time, room, counts):
                return {"k": "bar", "time": self._words(time), "room": self._words(room), "counts": self._words(counts)}
            case Card():
                return self._card(block)
            case Contents(title):
                return {"k": "contents", "title": self._words(title)}
            case _:
                assert_never(block)

    def _paragraph(
        self, inlines: Inlines, role: str, *, indent: bool = False, wide: bool = False, sticky: bool = False
    ) -> Data:
        before = len(self._noted)
        words = self._inlines(inlines)
        return {
            "k": "paragraph",
            "role": role,
            "indent": indent,
            "wide": wide,
            "sticky": sticky,
            "noted": len(self._noted) > before,
            "apart": False,
            "dir": direction(said(inlines)),
            "c": words,
        }

    def _margin(self, lines: tuple[Inlines, ...]) -> list[Data]:
        """The lines beside a heading; one that begins with stressed words begins something new."""
        return [
            {"c": self._inlines(line, _MARGIN, notes=False), "apart": bool(line) and isinstance(line[0], Strong)}
            for line in lines
        ]

    def _said(self, block: Said) -> Data:
        words = said(block.inlines)
        common = {
            "c": self._inlines(block.inlines, notes=False),
            "size": len(words),
            "long": len(words) > _LONG_POST or words.count("\n") > _LONG_LINES or bool(block.photos),
            "dir": direction(words),
            "lang": "",
            "region": "",
        }
        if block.role == "pull":
            return {
                "k": "pull",
                "by": self._inlines(block.by, notes=False),
                "photos": self._photos(block.photos),
                **common,
            }
        names = {"name": self._words(block.name, _MARGIN), "when": self._words(block.when, _MARGIN)}
        return {"k": "post", "role": block.role, "photos": self._photos(block.photos), **names, **common}

    def _asked(self, block: Asked) -> Data:
        self._in_one_piece = True
        try:
            answer = self._blocks(block.answer, 1)
        finally:
            self._in_one_piece = False
        letters = len(said(block.inlines)) + sum(len(_all_words(each)) for each in block.answer)
        return {
            "k": "asked",
            "votes": self._words(block.votes, _CELL),
            "wanted": self._words(block.votes_words, _MARGIN),
            "c": self._inlines(block.inlines, notes=False),
            "dir": direction(said(block.inlines)),
            "by": self._inlines(block.by, notes=False),
            "answer": answer,
            "end": self._inlines(block.end, notes=False),
            "open": block.open,
            "long": letters > _LONG_POST,
        }

    def _photos(self, photos: tuple[Photo, ...]) -> list[Data]:
        width, height = (_PAIR_MM, _PAIR_MM) if len(photos) > 1 else (_POST_PHOTO_MM, _POST_HIGH_MM)
        return [made for photo in photos if (made := self._photo(photo, width, height))]

    def _photo(self, photo: Photo, width_mm: float, height_mm: float) -> Data | None:
        drawn = self._pictures.find(photo)
        if drawn is None:
            return None
        caption = self._inlines(photo.caption, notes=False)
        return {"k": "photo", "alt": self._alt(photo.alt), "caption": caption, **drawn.fitted(width_mm, height_mm)}

    def _chart(self, block: Chart) -> Data:
        svg, alt, caption = self._drawing(block.svg), self._alt(block.alt), self._inlines(block.caption, notes=False)
        if not svg:
            return self._paragraph((Text(block.alt),), "small")
        wide = _is_wide(block)
        width = min(block.width_mm, _WIDE_MM)
        return {"k": "chart", "svg": svg, "alt": alt, "width": width, "wide": wide, "caption": caption}

    def _drawing(self, svg: str, *, view: str = "") -> str:
        """*svg* with only characters that can be shown, and of it only *view*; "" when it is none."""
        try:
            root = ElementTree.fromstring(svg)  # noqa: S314 -- our own drawing
        except ElementTree.ParseError:
            return ""
        if root.tag != f"{{{_SVG}}}svg":
            return ""
        for each in root.iter():
            each.text = each.text and self._clean(each.text)
            each.tail = each.tail and self._clean(each.tail)
        if view:
            _, _, width, height = view.split()
            root.attrib.update(viewBox=view, width=width, height=height)
        ElementTree.register_namespace("", _SVG)
        return ElementTree.tostring(root, encoding="unicode")

    def _table(self, block: Table) -> Data | None:
        count = len(block.head)
        if not count:
            return None
        rows = [[*row[:count], *[()] * (count - len(row))] for row in block.rows]
        longest = [_longest(block, column) for column in range(count)]
        head = [self._inlines(cell, _CELL, notes=False) for cell in block.head]
        narrow = _is_narrow(block)
        numeric = [column for column in block.numeric if 0 <= column < count]
        cells = [[{"c": self._inlines(cell, _CELL, notes=False)} for cell in row] for row in rows]
        return {
            "k": "table",
            "caption": self._inlines(block.caption, notes=False),
            "head": head,
            "repeat": not any(_leads_away(cell) for cell in head),
            "bands": _bands(cells) if narrow else [[cells]],
            "numeric": numeric,
            "small": block.small,
            "kept": len(rows) <= _KEPT_ROWS and _letters(block) <= _LONG_POST,
            "wide": _is_wide(block),
            "columns": [width + 2 for width in longest] if narrow else _columns(longest, numeric, wide=_is_wide(block)),
            "gap": 0.8 if narrow or count > 6 else 2.2,
        }

    def _card(self, block: Card) -> Data:
        lines = [self._inlines(line, notes=False) for line in block.lines]
        title = self._inlines(block.title, notes=False)
        long = len(said(block.title)) + sum(len(said(line)) for line in block.lines) > _LONG_POST
        svg = _code_svg(block.address)
        return {"k": "card", "svg": svg, "alt": self._alt(block.code_alt), "title": title, "lines": lines, "long": long}

    def _flat(self, block: Bullets | Extract) -> Data:
        """What lies deeper than paper has room for: its words."""
        return self._paragraph((Text(_all_words(block)),), "small")


def _in_column(made: Data) -> bool:
    """Whether it leaves the margin free."""
    if made["k"] in ("chart", "table", "heading", "paragraph"):
        return not made.get("wide")
    return made["k"] not in ("beside", "post", "asked", "numbers", "bar")


def _is_wide(block: Block) -> bool:
    match block:
        case Numbers():
            return True
        case Chart():
            return block.width_mm > _COLUMN_MM
        case Table(head=head):
            letters = sum(_longest(block, column) for column in range(len(head)))
            is_full = len(head) == _MOST_COLUMNS and letters > _MOST_LETTERS
            return len(head) > _MOST_COLUMNS or is_full or _is_narrow(block)
        case _:
            return False


def _is_wide_heading(blocks: Blocks, index: int) -> bool:
    """Whether the heading at *index* leads, with a paragraph at most, to what takes the margin too: then so do they."""
    heading, *others = blocks[index : index + 3]
    if not isinstance(heading, Heading) or heading.margin:
        return False
    if others and isinstance(others[0], Paragraph):
        others = others[1:]
    return bool(others) and _is_wide(others[0])


def _beside_each_other(blocks: Blocks) -> tuple[int, int, int] | None:
    """Where a section with a small chart begins, the one of words alone after it, and where that ends."""
    starts = [n for n, block in enumerate(blocks) if isinstance(block, Heading)] + [len(blocks)]
    for start, middle, end in zip(starts, starts[1:], starts[2:], strict=False):
        charts = [block for block in blocks[start:middle] if isinstance(block, Chart)]
        is_small = bool(charts) and all(chart.width_mm <= _HALF_MM for chart in charts)
        if is_small and all(isinstance(block, Paragraph) for block in blocks[middle + 1 : end]):
            return start, middle, end
    return None


def _letters(table: Table) -> int:
    """Of all its cells."""
    return sum(len(said(cell)) for row in table.rows for cell in row)


def _longest(table: Table, column: int) -> int:
    """Characters of the longest cell."""
    return max((len(said(row[column])) for row in [table.head, *table.rows] if column < len(row)), default=0)


def _is_narrow(table: Table) -> bool:
    """Whether it is a long list of short figures: those stand in bands beside each other."""
    columns = range(len(table.head))
    return len(columns) <= 4 and len(table.rows) > 9 and all(_longest(table, column) <= 12 for column in columns)


def _bands(rows: list[list[Data]]) -> list[list[list[list[Data]]]]:
    """Rows → bands → the tables beside each other in a band → their rows, in the order of reading."""
    most = _BAND_ROWS * _BESIDE
    bands = [rows[start : start + most] for start in range(0, len(rows), most)]
    heights = [-(-len(band) // _BESIDE) for band in bands]
    return [
        [band[start : start + height] for start in range(0, len(band), height)]
        for band, height in zip(bands, heights, strict=True)
    ]


def _columns(longest: Sequence[int], numeric: Collection[int], *, wide: bool) -> list[float]:
    """Widths of a table's columns by their longest cells, in characters: 0 for as wide as it needs, else its share."""
    shares = [float(min(max(width + 2, 4), 44)) for width in longest]
    short = [column for column, width in enumerate(longest) if width <= _CELL]
    if len(short) == len(longest):
        short = [column for column in short if column in numeric]
    if len(short) == len(longest) or sum(longest[column] for column in short) > (70 if wide else 50):
        return shares
    return [0 if column in short else share for column, share in enumerate(shares)]


def _target(address: str) -> str:
    """*address* as a PDF may hold it, in ASCII; "" when it leads nowhere that a reader should go."""
    scheme, colon, _ = address.partition(":")
    if not colon or scheme.lower() not in ("http", "https", "mailto") or len(address) > _LONGEST_ADDRESS:
        return ""
    return quote(address, safe=_IN_ADDRESSES, errors="replace")


def _leads_away(nodes: list[Any]) -> bool:
    """Whether there is a link in it; where a table goes on, its head is only decoration, which may hold none."""
    return any(
        isinstance(node, dict) and (node["k"] in ("link", "source") or _leads_away(node.get("c", []))) for node in nodes
    )


def _all_words(block: Block) -> str:
    """The words of a block of an author, however deep, a line for each of its blocks."""
    lines: list[str] = []
    left: list[Block] = [block]
    while left:
        match left.pop():
            case Bullets(items):
                left.extend(inner for item in reversed(items) for inner in reversed(item))
            case Extract(inner):
                left.extend(reversed(inner))
            case Paragraph(inlines) | Heading(_, inlines) | Said(_, inlines):
                lines.append(said(inlines))
            case Listing(text):
                lines.append(text)
            case _:
                pass
    return "\n".join(lines)
