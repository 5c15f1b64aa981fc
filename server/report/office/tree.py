"""
A document as pandoc's own tree: what its readers make of a file, and its writers start from.

What people wrote goes in as words and spaces, never as source, so nothing in it is ever read as markup. Markdown is the
one format that is read again: `markdown.py` sees to what its words mean.

Source: pandoc-types 1.23, `Text.Pandoc.Definition`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, assert_never
from urllib.parse import urlsplit

from server.report import document as doc
from server.report.document import Document, Inlines
from server.report.office import markdown
from server.report.office.looks import WIDE_MM
from server.report.office.markdown import WHITE, Node
from server.report.office.pictures import Pictures
from server.report.office.text import clean, direction_of

Kind = Literal["odt", "docx", "epub", "md"]

API = [1, 23, 1]
TEXT_MM = 130.0
"""The width of the text on an office's page."""
_PHOTO_MM, _POST_PHOTO_MM = (120.0, 90.0), (90.0, 56.0)
_PX_PER_MM = 150 / 25.4
_CODE_MM = 28.0
_COVER_MM = 130.0
_DROP_MM = 3.0
_CELL_LETTERS, _LINE_LETTERS = 40, 66
"""What one column of a table may ask for, and what all share."""
_LINKS = ("http", "https", "mailto")
_WORDS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
_UNSAFE = re.compile(r"[^!#$&-;=?-Z_a-z~%\u00a1-\U0010ffff]")


class Tree:
    """
    Grows the tree of one document for one format.

    Args:
        pictures: Gets every picture of it.
    """

    def __init__(self, document: Document, kind: Kind, pictures: Pictures) -> None:
        self._document = document
        self._kind = kind
        self._pictures = pictures
        self._notes = {note.number: note for note in document.notes}
        headings = (block for part in document.parts for block in part.blocks if isinstance(block, doc.Heading))
        self._anchors = {heading.ident: f"h{n}" for n, heading in enumerate(headings, 1)}
        self._in_note = self._in_heading = self._in_cell = self._in_link = False
        self._cited: dict[int, int] = {}
        """The number in this file of each source: an office counts footnotes itself, from the first on."""

    @property
    def labels(self) -> frozenset[str]:
        """The anchors of headings that look small."""
        return frozenset(self._anchors[heading.ident] for heading in self._headings() if heading.label)

    def whole(self) -> Node:
        """The document, as pandoc reads it with `--from json`."""
        parts = [node for part in self._document.parts for node in self._blocks(part.blocks)]
        blocks = [*self._cover(), *parts, *self._sources()]
        return {"pandoc-api-version": API, "meta": self._meta(), "blocks": blocks}

    # The document as a whole

    def _meta(self) -> Node:
        document = self._document
        named = {
            "title": document.title,
            "lang": _REGIONS.get(document.lang, document.lang) if self._kind in ("odt", "docx") else document.lang,
            "author": document.creator,
            "subject": document.subject,
        }
        meta = {name: _meta_text(text) for name, text in named.items() if clean(text)}
        meta["keywords"] = _meta_list(document.keywords)
        return meta | self._book() if self._kind == "epub" else meta

    def _book(self) -> Node:
        """What only an EPUB says of itself. Source: EPUB Accessibility 1.1, discovery metadata."""
        document = self._document
        words = {
            "identifier": document.report.ident,
            "date": _iso_date(document.at),
            "toc-title": next((block.title for block in self._all(doc.Contents)), ""),
        }
        lists = {
            "subject": (document.subject, *document.keywords),
            "accessModes": ("textual", "visual"),
            "accessModeSufficient": ("textual",),
            "accessibilityFeatures": ("alternativeText", "structuralNavigation", "tableOfContents", "readingOrder"),
            "accessibilityHazards": ("none",),
        }
        return {name: _meta_text(text) for name, text in words.items() if text} | {
            name: _meta_list(values) for name, values in lists.items()
        }

    def _cover(self) -> list[Node]:
        """What stands before the first chapter."""
        document = self._document
        kicker = self._paragraph("Kicker", (doc.Text(document.kicker),))
        title: list[Node] = self._paragraph("Title", (doc.Text(document.title),))
        if self._kind in ("md", "epub"):  # Every chapter of a book begins with a heading.
            title = [self._heading_of(1, self._heading_line((doc.Text(document.title),)))]
            kicker, title = title, kicker
        return [
            *kicker,
            *title,
            *self._paragraph("Subtitle", (doc.Text(document.subtitle),)),
            *self._cover_picture(),
            *(node for line in document.foot for node in self._paragraph("Foot", (doc.Text(line),))),
        ]

    def _cover_picture(self) -> list[Node]:
        if not self._document.cover_alt:
            return []
        if self._kind == "md":
            return self._paragraph("", (doc.Emph((doc.Text(self._document.cover_alt),)),))
        cover = self._pictures.cover(self._document, vector=self._kind == "epub")
        if cover is None:
            return []
        return self._styled("Cover", [_para([self._image(cover, width_mm=_COVER_MM)])])

    # Blocks

    def _blocks(self, blocks: Iterable[doc.Block]) -> list[Node]:
        """The blocks, in this order but for a bar: it stands under the heading that it belongs to."""
        nodes: list[Node] = []
        bars: list[doc.Bar] = []
        for block in blocks:
            if isinstance(block, doc.Bar):
                bars.append(block)
            elif isinstance(block, doc.Heading):
                nodes += [*self._heading(block), *self._bars(bars), *self._margin(block)]
            else:
                nodes += self._bars(bars)
                is_below = bool(nodes) and nodes[-1]["t"] == "Table"
                nodes += self._below_table(block) if is_below else self._block(block)
        return nodes + self._bars(bars)

    def _below_table(self, block: doc.Block) -> list[Node]:
        """Right after a table, which in an office keeps no distance itself."""
        if isinstance(block, doc.Paragraph) and block.role == "body" and self._kind in ("odt", "docx"):
            return self._paragraph("Below", block.inlines)
        return self._block(block)

    def _bars(self, bars: list[doc.Bar]) -> list[Node]:
        """All of them, once."""
        found, bars[:] = tuple(bars), ()
        return [node for bar in found for node in self._bar(bar)]

    def _block(self, block: doc.Block) -> list[Node]:
        match block:
            case doc.Heading():
                return self._heading(block)
            case doc.Paragraph():
                return self._paragraph(_ROLES[block.role], block.inlines)
            case doc.Bullets():
                return self._bullets(block)
            case doc.Extract():
                inside = self._blocks(block.blocks)
                return [{"t": "BlockQuote", "c": inside}] if inside else []
            case doc.Listing():
                return self._listing(block)
            case doc.Separator():
                return self._separator()
            case doc.Said():
                return self._said(block)
            case doc.Asked():
                return self._asked(block)
            case doc.Photo():
                return self._photo(block)
            case doc.Chart():
                return self._chart(block)
            case doc.Table():
                return self._table(block)
            case doc.Numbers():
                return [node for pair in block.pairs for node in self._number(*pair)]
            case doc.Bar():
                return self._bar(block)
            case doc.Card():
                return self._card(block)
            case doc.Contents():
                return self._contents(block)
            case _:
                assert_never(block)

    def _heading(self, heading: doc.Heading) -> list[Node]:
        level = heading.level + (self._kind == "md")  # there the title is the one heading of level 1
        return [self._heading_of(level, self._heading_line(heading.inlines), self._anchors.get(heading.ident, ""))]

    def _heading_of(self, level: int, inlines: list[Node], anchor: str = "") -> Node:
        return {"t": "Header", "c": [level, _attr(anchor if self._kind != "md" else ""), inlines]}

    def _margin(self, heading: doc.Heading) -> list[Node]:
        return [node for line in heading.margin for node in self._paragraph("Margin", line)]

    def _paragraph(self, style: str, inlines: Inlines) -> list[Node]:
        inside = self._line(inlines)
        return self._styled(style, [_para(inside)], _direction(inlines)) if inside else []

    def _styled(self, style: str, nodes: list[Node], direction: str = "") -> list[Node]:
        """
        *nodes* in a style of ours.

        Text from right to left has a style of its own in ODT, since pandoc does not tell it the direction.
        """
        if self._kind == "md":
            return nodes
        pairs = [["dir", direction]] if direction == "rtl" else []
        if self._kind == "epub":
            return [_div(nodes, classes=[style.lower()], pairs=pairs)] if style or pairs else nodes
        if direction == "rtl" and self._kind == "odt":
            style = f"{style or 'Body'}Rtl"
        if style:
            pairs.append(["custom-style", style])
        return [_div(nodes, pairs=pairs)] if pairs else nodes

    def _bullets(self, bullets: doc.Bullets) -> list[Node]:
        items = [self._item(item) for item in bullets.items]
        if not items:
            return []
        if bullets.numbered:
            how = [max(0, bullets.start), {"t": "Decimal"}, {"t": "Period"}]
            return [{"t": "OrderedList", "c": [how, items]}]
        return [{"t": "BulletList", "c": items}]

    def _item(self, blocks: doc.Blocks) -> list[Node]:
        match blocks:
            case (doc.Paragraph(inlines=inlines, role="body"),):
                return [{"t": "Plain", "c": self._line(inlines)}]
            case _:
                return self._blocks(blocks)

    def _separator(self) -> list[Node]:
        """A line; in an office that of a paragraph, since pandoc draws Word an old shape."""
        if self._kind in ("odt", "docx"):
            return self._styled("Separator", [_para([{"t": "Str", "c": "\u00a0"}])])
        return [{"t": "HorizontalRule"}]

    def _listing(self, listing: doc.Listing) -> list[Node]:
        text = clean(listing.text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
        return [{"t": "CodeBlock", "c": [_attr(), text]}] if text.strip() else []

    def _said(self, said: doc.Said) -> list[Node]:
        style = _SAID[said.role]
        words, by = self._paragraph(style, said.inlines), self._paragraph(f"{style}By", said.by)
        inside = [*words, *by, *(node for photo in said.photos for node in self._photo(photo, "Post"))]
        if not inside or self._kind in ("odt", "docx"):
            return inside
        quote: Node = {"t": "BlockQuote", "c": inside}
        if self._kind == "md":
            return [{"t": "BlockQuote", "c": [quote]} if said.role == "reply" else quote]
        return [_div([quote], classes=["said", said.role])]

    def _asked(self, asked: doc.Asked) -> list[Node]:
        wanted = self._paragraph("Wanted", (doc.Strong((doc.Text(asked.votes),)), doc.Text(f" {asked.votes_words}")))
        words = (doc.Strong(asked.inlines),) if self._kind == "md" else asked.inlines
        question = [*self._paragraph("Asked", words), *self._paragraph("AskedBy", asked.by)]
        answer, end = self._blocks(asked.answer), (doc.Text("○ "), *asked.end) if asked.open else asked.end
        ended = self._paragraph("Answered" if answer else "Unanswered", end)
        if self._kind in ("odt", "docx"):
            said = [{"t": "BlockQuote", "c": answer}, *ended] if answer else ended
        else:
            said = [{"t": "BlockQuote", "c": [*answer, *ended]}] if answer else ended
        nodes = [*wanted, *question, *said]
        return [_div(nodes, classes=["question"])] if self._kind == "epub" else nodes

    def _photo(self, photo: doc.Photo, where: str = "") -> list[Node]:
        """A figure; in Markdown, which holds no pictures, what it shows."""
        if self._kind == "md":
            return self._described(photo.alt, photo.caption)
        picture = self._pictures.photo(photo)
        if picture is None:
            return []
        width_px, height_px = max(1, photo.width), max(1, photo.height)
        wide_mm, high_mm = _POST_PHOTO_MM if where == "Post" else _PHOTO_MM
        most_mm = min(wide_mm, high_mm * width_px / height_px)
        return self._figure(picture, min(most_mm, width_px / _PX_PER_MM), photo.caption, where)

    def _chart(self, chart: doc.Chart) -> list[Node]:
        if self._kind == "md":
            return self._described(chart.alt, chart.caption)
        width_mm, where = (WIDE_MM, "Wide") if chart.width_mm > TEXT_MM else (chart.width_mm, "")
        picture = self._pictures.drawing(chart.svg, chart.alt, width_mm=width_mm, vector=self._kind == "epub")
        return [] if picture is None else self._figure(picture, width_mm, chart.caption, where)

    def _described(self, alt: str, caption: Inlines) -> list[Node]:
        told = self._paragraph("", (doc.Emph((doc.Text(alt),)),))
        return [*told, *self._paragraph("", caption)]

    def _figure(self, picture: int, width_mm: float, caption: Inlines, where: str = "") -> list[Node]:
        """A picture with what is said below it."""
        image = self._image(picture, width_mm=width_mm)
        if self._kind in ("odt", "docx"):
            shown = self._styled(f"{where}Picture", [_para([image])])
            return [*shown, *self._paragraph(f"{where}Caption", caption)]
        said: list[Node] = [{"t": "Plain", "c": self._line(caption)}] if caption else []
        return [{"t": "Figure", "c": [_attr(), [None, said], [{"t": "Plain", "c": [image]}]]}]

    def _image(self, picture: int, *, width_mm: float, classes: Sequence[str] = ()) -> Node:
        """The picture with this number. Both sizes, so that nobody has to look into it; a book has its style sheet."""
        found = self._pictures[picture]
        height_mm = width_mm * found.height / found.width
        pairs = [["width", f"{width_mm:.2f}mm"], ["height", f"{height_mm:.2f}mm"]] if self._kind != "epub" else []
        alt = _spaced(found.alt)
        return {"t": "Image", "c": [_attr(classes=classes, pairs=pairs), alt, [self._pictures.address(picture), ""]]}

    def _table(self, table: doc.Table) -> list[Node]:
        if not table.head:
            return []
        columns = [
            [{"t": "AlignRight" if n in table.numeric else "AlignLeft"}, width]
            for n, width in enumerate(self._widths(table))
        ]
        head = [_attr(), [self._row(table.head, table.numeric, "CellHead")]]
        body = [_attr(), 0, [], [self._row(row, table.numeric, "Cell") for row in table.rows]]
        nodes: list[Node] = self._paragraph("TableCaption", table.caption)
        nothing: list[Any] = [None, []]
        nodes.append({"t": "Table", "c": [_attr(), nothing, columns, head, [body], [_attr(), []]]})
        return nodes

    def _row(self, cells: Sequence[Inlines], numeric: Sequence[int], style: str) -> list[Any]:
        return [_attr(), [self._cell(cell, f"{style}Right" if n in numeric else style) for n, cell in enumerate(cells)]]

    def _cell(self, inlines: Inlines, style: str) -> list[Any]:
        self._in_cell = True
        try:
            inside = self._line(inlines)
        finally:
            self._in_cell = False
        nodes: list[Node] = [{"t": "Plain", "c": inside}] if inside else []
        if self._kind in ("odt", "docx"):
            nodes = self._styled(style, [_para(inside)])
        return [_attr(), {"t": "AlignDefault"}, 1, 1, nodes]

    def _widths(self, table: doc.Table) -> list[Node]:
        """The part of the width that each column gets."""
        if self._kind in ("md", "epub"):
            return [{"t": "ColWidthDefault"} for _ in table.head]
        parts = _shares([_letters(row[n]) for row in (table.head, *table.rows)] for n in range(len(table.head)))
        return [{"t": "ColWidth", "c": part} for part in parts]

    def _number(self, figure: str, words: str) -> list[Node]:
        large = self._marked("Figure", (doc.Text(figure),))
        inside = self._whole_line([*large, _SPACE, *_spaced(words)])
        return self._styled("Number", [_para(inside)]) if inside else []

    def _bar(self, bar: doc.Bar) -> list[Node]:
        told = [self._marked("BarTime", (doc.Text(bar.time),))] if clean(bar.time) else []
        told += [_spaced(each) for each in (bar.room, bar.counts) if clean(each)]
        inside = self._whole_line([node for n, each in enumerate(told) for node in (*(_BETWEEN if n else ()), *each)])
        return self._styled("Bar", [_para(inside)]) if inside else []

    def _marked(self, style: str, inlines: Inlines) -> list[Node]:
        """A few words in a style of ours: bold where there are no styles."""
        if self._kind == "md":
            return self._inlines((doc.Strong(inlines),))
        if self._kind == "epub":
            return [_span(self._inlines(inlines), classes=[style.lower()])]
        return [_span(self._inlines(inlines), pairs=[["custom-style", style]])]

    def _card(self, card: doc.Card) -> list[Node]:
        nodes: list[Node] = []
        code = None if self._kind == "md" else self._pictures.code(card.address, card.code_alt)
        if code is not None:
            image = self._image(code, width_mm=_CODE_MM, classes=["code"])
            nodes += self._styled("CardCode", [_para([image])])
        title = card.title if self._kind != "md" else (doc.Strong(card.title),)
        nodes += self._paragraph("CardTitle", title)
        for n, line in enumerate(card.lines, 1):
            nodes += self._paragraph("CardLine" if n < len(card.lines) else "CardLast", line)
        return nodes

    def _contents(self, contents: doc.Contents) -> list[Node]:
        """
        The headings, each leading there, but for those that say the same in every chapter.

        A book has its own; Markdown has no anchors that every reader knows.
        """
        if self._kind in ("md", "epub"):
            return []
        nodes = self._paragraph("ContentsTitle", (doc.Text(contents.title),))
        titles = Counter(plain(heading.inlines) for heading in self._headings())
        for heading in self._headings():
            tells = heading.level == 1 or titles[plain(heading.inlines)] == 1
            if heading.level <= 2 and not heading.label and tells:
                inside = self._heading_line(heading.inlines)
                link = {"t": "Link", "c": [_attr(), inside, [f"#{self._anchors[heading.ident]}", ""]]}
                nodes += self._styled(f"Contents{heading.level}", [_para([link])])
        return nodes

    def _headings(self) -> list[doc.Heading]:
        return list(self._all(doc.Heading))

    def _all(self, kind: type[Any]) -> Iterable[Any]:
        return (block for part in self._document.parts for block in part.blocks if isinstance(block, kind))

    # Inlines

    def _heading_line(self, inlines: Inlines) -> list[Node]:
        """Inlines on one line, without footnotes: a heading is said again in contents."""
        self._in_heading = True
        try:
            return self._line(inlines)
        finally:
            self._in_heading = False

    def _line(self, inlines: Inlines) -> list[Node]:
        """Inlines as all that a block holds."""
        return self._whole_line(self._inlines(inlines))

    def _whole_line(self, nodes: list[Node]) -> list[Node]:
        trimmed = _trimmed(nodes)
        return markdown.line(trimmed) if self._kind == "md" else trimmed

    def _inlines(self, inlines: Inlines) -> list[Node]:
        return [node for inline in inlines for node in self._inline(inline)]

    def _inline(self, inline: doc.Inline) -> list[Node]:
        match inline:
            case doc.Text():
                return _spaced(inline.text)
            case doc.Emph():
                return _around(lambda inside: {"t": "Emph", "c": inside}, self._inlines(inline.inlines))
            case doc.Strong():
                return _around(lambda inside: {"t": "Strong", "c": inside}, self._inlines(inline.inlines))
            case doc.Code():
                return self._code(inline.text)
            case doc.Link():
                return self._link(inline)
            case doc.Break():
                alone = self._in_heading or (self._in_cell and self._kind == "md")
                return [_SPACE if alone else {"t": "LineBreak"}]
            case doc.Span():
                return self._span(inline)
            case doc.NoteRef():
                return self._note(inline)
            case doc.Drop():
                return self._drop(inline)
            case _:
                assert_never(inline)

    def _code(self, text: str) -> list[Node]:
        told = " ".join(clean(text).split())
        if not told:
            return []
        # In a cell of a table, and before a sign of its own, Markdown's readers do not agree on where code ends.
        if self._kind == "md" and not re.fullmatch(r"[\w .,:;/()+-]+", told):
            return _spaced(text)
        return [{"t": "Code", "c": [_attr(), told]}]

    def _link(self, link: doc.Link) -> list[Node]:
        """A link; no link at all within another one, or to what is not of the web or of mail."""
        address = "" if self._in_link else _address(link.address)
        within, self._in_link = self._in_link, True
        try:
            inside = self._inlines(link.inlines)
        finally:
            self._in_link = within
        if not address:
            return inside
        told = markdown.line if self._kind == "md" else list
        linked = _around(lambda each: {"t": "Link", "c": [_attr(), told(each), [address, ""]]}, inside)
        return [*linked, *(node for ref in _refs(link.inlines) for node in self._note(ref))]

    def _span(self, span: doc.Span) -> list[Node]:
        inside = self._inlines(span.inlines)
        if self._kind == "md" or not inside:
            return inside
        pairs = [["lang", span.lang]] if _LANGUAGE.fullmatch(span.lang) else []
        direction = span.dir if span.dir in ("ltr", "rtl") else direction_of(plain(span.inlines))
        if direction == "rtl" or pairs:
            pairs.append(["dir", direction])
        return [_span(inside, pairs=pairs)] if pairs else inside

    def _note(self, ref: doc.NoteRef) -> list[Node]:
        """
        A footnote where a source is met first, and its number where it is met again. In a heading nothing; that of a
        link stands after it.

        A book has no pages: there the number leads to the list at the end. In Markdown all is said there.
        """
        if self._in_heading or self._in_link:
            return []
        note = self._notes.get(ref.number)
        place = f", {ref.place.strip()}" if clean(ref.place).strip() else ""
        if note is None or self._in_note:
            return _spaced(f"[{self._cited.get(ref.number, ref.number)}{place}]")
        met = ref.number in self._cited
        number = self._cited.setdefault(ref.number, len(self._cited) + 1)
        if self._kind == "md":
            return [markdown.raw(f"[^{number}]"), *(_spaced(f" ({place[2:]})") if place else ())]
        if met or self._kind == "epub":
            link = _attr(classes=["note"], pairs=[["role", "doc-noteref"]])
            leading = {"t": "Link", "c": [link, _spaced(f"{number}{place}"), [f"#{_source(number)}", ""]]}
            return [{"t": "Superscript", "c": [leading]}]
        return [{"t": "Note", "c": [_para(self._noted(note.inlines, place))]}]

    def _noted(self, inlines: Inlines, place: str = "") -> list[Node]:
        """What a note says; a note in it is only its number."""
        self._in_note, cell, self._in_cell = True, self._in_cell, False
        try:
            return self._line((*inlines, doc.Text(place)))
        finally:
            self._in_note, self._in_cell = False, cell

    def _sources(self) -> list[Node]:
        """The list of sources, by their number in this file; in Markdown that of the footnotes."""
        met = [self._notes[number] for number in self._cited]
        others = [note for note in self._document.notes if note.number not in self._cited]
        return [node for number, note in enumerate((*met, *others), 1) for node in self._entry(number, note)]

    def _entry(self, number: int, note: doc.Note) -> list[Node]:
        told = self._noted(note.inlines)
        if self._kind == "md":
            # One that nobody points at is no footnote: a reader would leave it out.
            begin = f"[^{number}]:" if note.number in self._cited else f"{number}\\."
            return [_para([markdown.raw(begin), _SPACE, *told])]
        entry = _para([{"t": "Strong", "c": _spaced(f"{number}.")}, _SPACE, *told])
        return self._styled("Source", [{"t": "Div", "c": [_attr(_source(number)), [entry]]}])

    def _drop(self, drop: doc.Drop) -> list[Node]:
        if self._kind == "md":
            return _spaced("💧")
        picture = self._pictures.drop(drop.alt, vector=self._kind == "epub")
        return [self._image(picture, width_mm=_DROP_MM * 0.7, classes=["drop"])]


_SPACE: Node = {"t": "Space"}
_BETWEEN: tuple[Node, ...] = (_SPACE, {"t": "Str", "c": "·"}, _SPACE)
_ROLES = {"body": "", "lead": "Lead", "meta": "Meta", "small": "Small"}
_SAID = {"pull": "Pull", "thread": "Post", "reply": "Reply"}
_REGIONS = {"nl": "nl-NL", "en": "en-GB"}
"""Offices look for their dictionaries by country."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""Of a tag, loosely. Source: BCP 47, 2.1."""


def plain(inlines: Inlines) -> str:
    """The words alone."""
    told = []
    for inline in inlines:
        match inline:
            case doc.Text() | doc.Code():
                told.append(inline.text)
            case doc.Emph() | doc.Strong() | doc.Link() | doc.Span():
                told.append(plain(inline.inlines))
            case doc.Break():
                told.append(" ")
            case doc.NoteRef() | doc.Drop():
                pass
            case _:
                assert_never(inline)
    return "".join(told)


def _refs(inlines: Inlines) -> Iterator[doc.NoteRef]:
    for inline in inlines:
        match inline:
            case doc.NoteRef():
                yield inline
            case doc.Emph() | doc.Strong() | doc.Span():
                yield from _refs(inline.inlines)


def _direction(inlines: Inlines) -> str:
    """Of a paragraph: that of its first words, when these stand in a span of their own."""
    match inlines:
        case (doc.Span(dir="rtl"), *_):
            return "rtl"
        case (doc.Span(dir="auto") as span, *_):
            return direction_of(plain(span.inlines))
        case _:
            return ""


def _letters(cell: Inlines) -> tuple[int, int]:
    """How long its longest word is, and all of it; with the room beside it."""
    text = plain(cell)
    longest = max((len(word) for word in text.split()), default=0)
    return min(longest, _CELL_LETTERS // 2) + 2, min(len(text), _CELL_LETTERS) + 3


def _shares(columns: Iterable[Sequence[tuple[int, int]]]) -> list[float]:
    """
    The part of the width for each column, given (longest word, all) of its cells.

    Each gets room for its longest word; what is left goes to those that ask for more.
    """
    least, asked = zip(
        *((max(word for word, _ in cells), max(all_ for _, all_ in cells)) for cells in columns), strict=True
    )
    more = sum(asked) - sum(least)
    left = min(more, max(0, _LINE_LETTERS - sum(least)))
    given = [low + left * (high - low) / max(1, more) for low, high in zip(least, asked, strict=True)]
    return [round(each / sum(given), 4) for each in given]


def _spaced(text: str) -> list[Node]:
    """Words with a space wherever there was any white space."""
    nodes: list[Node] = []
    for n, word in enumerate(_WORDS.split(clean(text))):
        if n:
            nodes.append(_SPACE)
        if word:
            nodes.append({"t": "Str", "c": word})
    return nodes


def _trimmed(nodes: Iterable[Node]) -> list[Node]:
    """Without white space at either end, around a new line, or after another space."""
    kept: list[Node] = []
    for node in nodes:
        if node["t"] == "Space" and (not kept or kept[-1]["t"] in WHITE):
            continue
        if node["t"] == "LineBreak" and kept and kept[-1]["t"] == "Space":
            kept.pop()
        if node["t"] == "LineBreak" and (not kept or kept[-1]["t"] == "LineBreak"):
            continue
        kept.append(node)
    while kept and kept[-1]["t"] in WHITE:
        kept.pop()
    return kept


def _around(make: Callable[[list[Node]], Node], nodes: list[Node]) -> list[Node]:
    """*nodes* in an inline; white space at its ends stays outside."""
    inside = _trimmed(nodes)
    if not inside:
        return nodes
    before = [_SPACE] if nodes[0]["t"] in WHITE else []
    after = [_SPACE] if nodes[-1]["t"] in WHITE else []
    return [*before, make(inside), *after]


def _source(number: int) -> str:
    """The anchor of an entry of the list of sources."""
    return f"source{number}"


def _address(address: str) -> str:
    """The address, with what no address may hold written as %XX; empty for any that is not of the web or of mail."""
    told = clean(address).strip()
    try:
        parts = urlsplit(told)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _LINKS or not (parts.netloc or parts.path):
        return ""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), told)


def _iso_date(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).date().isoformat()


def _attr(ident: str = "", classes: Sequence[str] = (), pairs: Sequence[Sequence[str]] = ()) -> list[Any]:
    return [ident, list(classes), [list(pair) for pair in pairs]]


def _para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _div(nodes: list[Node], *, classes: Sequence[str] = (), pairs: Sequence[Sequence[str]] = ()) -> Node:
    return {"t": "Div", "c": [_attr(classes=[each for each in classes if each], pairs=pairs), nodes]}


def _span(nodes: list[Node], *, classes: Sequence[str] = (), pairs: Sequence[Sequence[str]] = ()) -> Node:
    return {"t": "Span", "c": [_attr(classes=classes, pairs=pairs), nodes]}


def _meta_list(texts: Iterable[str]) -> Node:
    return {"t": "MetaList", "c": [_meta_text(text) for text in texts if clean(text)]}


def _meta_text(text: str) -> Node:
    return {"t": "MetaInlines", "c": _spaced(text)}
