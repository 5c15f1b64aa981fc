"""
A report as one HTML file: nothing in it asks for anything, and nothing in it runs.

Pictures, codes, typeface and style are inside. What people wrote goes in as text through `element` and `escaped`, the
only ways in; drawings are shown as pictures, so not even our own SVG becomes part of the page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final, assert_never

from qr import PRINT, checked_svg
from server.report.cover import cover
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
    Note,
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
from server.report.writing import Blobs

_FOLDER = Path(__file__).with_name("html")

_WORDS: Final = {
    "nl": {"skip": "Naar de tekst", "source": "Bron", "back": "Terug naar de tekst", "top": "Naar boven"},
    "en": {"skip": "Skip to the text", "source": "Source", "back": "Back to the text", "top": "To the top"},
}

_SIGNATURES: Final = {
    "image/avif": re.compile(rb".{4}ftypavi", re.DOTALL),
    "image/gif": re.compile(rb"GIF8"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
"""How a picture of a media type begins: what begins otherwise is left out."""

_TEXT_WIDTH_MM, _HALF_WIDTH_MM = 120, 90
"""A chart that is wider on paper takes the margin too; one that is narrower stays so, or its letters would be large."""
_TEXT_COLUMNS, _TEXT_COLUMNS_SMALL = 3, 6
"""A table of more columns takes the margin too."""
_SHORT_CELL = 18
"""Characters that stay on one line, where there is room."""


# Into HTML


class Html(str):
    """HTML already: `element` takes it as it is. What is put together from it is a plain `str` again, and escaped."""

    __slots__ = ()


_NOT_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, lone surrogates and non-characters: no HTML may hold them, whatever way they are written."""


def cleaned(text: str) -> str:
    """*text* as a page can hold it: another line end becomes a line feed, and what cannot be in HTML a U+FFFD."""
    return _NOT_HTML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> Html:
    """*text* as HTML that says just that, in a text or between double quotes. HTML stays as it is."""
    return text if isinstance(text, Html) else Html(escape(cleaned(text)))


def element(name: str, /, *children: str, **attributes: str | int | None) -> Html:
    """
    An element; *children* and values are escaped where they are not `Html`.

    Args:
        attributes: None leaves one out. `class_` is `class`, and `aria_label` is `aria-label`.
    """
    tag = [f"<{name}"]
    for key, value in attributes.items():
        if value is not None:
            tag.append(f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"')
    tag.append(">")
    if name in _VOID:
        return Html("".join(tag))
    return Html("".join((*tag, *map(escaped, children), f"</{name}>")))


_VOID = frozenset({"br", "hr", "img", "meta"})


def joined(parts: Iterable[Html]) -> Html:
    """All of *parts*, one after the other."""
    return Html("".join(parts))


def _data(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode()}"


# The page


def html(document: Document, blobs: Blobs) -> str:
    """
    The report as a page that stands on its own: no script, no request, light and dark, for screens from 320 px and for
    paper.

    Args:
        blobs: Gives the bytes of a picture; one that is gone, or is not what it says it is, is left out.
    """
    return _Page(document, blobs).whole()


@cache
def style() -> Html:
    """The one style sheet, with the typeface in it."""
    css = (_FOLDER / "report.css").read_text(encoding="utf-8")
    for face in sorted((_FOLDER / "fonts").glob("*.woff2")):
        css = css.replace(f"fonts/{face.name}", _data(face.read_bytes(), "font/woff2"))
    return Html(css)


@cache
def _policy() -> str:
    """What the page may do: show what is in it. Also when somebody puts it on a server of their own."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


class _Page:
    """One document on its way to HTML; it counts where each note was pointed at, for the way back."""

    def __init__(self, document: Document, blobs: Blobs) -> None:
        self.document = document
        self.blobs = blobs
        self.words = _WORDS.get(document.lang, _WORDS["en"])
        self.notes = frozenset(note.number for note in document.notes)
        self.referred: Counter[int] = Counter()

    def whole(self) -> str:
        return "\n".join(
            ("<!doctype html>", element("html", self._head(), self._body(), lang=_lang(self.document.lang)))
        )

    def _head(self) -> Html:
        document = self.document
        named = {
            "viewport": "width=device-width, initial-scale=1",
            "color-scheme": "light dark",
            "referrer": "no-referrer",
            "author": document.creator,
            "description": document.subject,
            "keywords": ", ".join(document.keywords),
            "generator": "Fontein",
        }
        return element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_policy()),
            *(element("meta", name=name, content=content) for name, content in named.items() if content),
            element("title", document.title),
            element("style", style()),
        )

    def _body(self) -> Html:
        skip = element("a", self.words["skip"], class_="skip", href="#main")
        main = element("main", *self._chapters(), id="main", tabindex=-1)
        return element("body", skip, self._cover(), main, self._foot(), id="top")

    def _cover(self) -> Html:
        document = self.document
        report = document.report
        drawing = cover(report.figures, zone=report.zone, water=report.cover == "water")
        title = element(
            "div",
            _unless_empty("p", document.kicker, class_="kicker"),
            element("h1", document.title),
            _unless_empty("p", document.subtitle, class_="subtitle"),
            class_="title",
        )
        # What is not about a day has no drawing, and says nothing of one.
        drawn = bool(document.cover_alt)
        image = element("img", class_="jets", src=_drawing(drawing), alt=document.cover_alt) if drawn else ""
        foot = element("div", *(element("p", line) for line in document.foot), class_="foot")
        # The picture comes first: what is said stands over it.
        return element(
            "header",
            element("div", image, title, class_="day"),
            element("div", foot, class_="under"),
            class_=f"cover {report.cover}" if drawn else "cover paper plain",
        )

    def _foot(self) -> Html:
        left, right = self.document.running
        up = element("a", self.words["top"], href="#top")
        return element("footer", element("p", left), element("p", right), element("p", up))

    # Chapters

    def _chapters(self) -> Iterator[Html]:
        """The last is of the sources: they follow its words, and by then it is known what points at them."""
        parts = self.document.parts
        for part in parts:
            title = next((block for block in part.blocks if isinstance(block, Heading)), None)
            words = self._blocks(_contents_first(part.blocks))
            notes = self._notes() if part is parts[-1] else ""
            yield element("section", words, notes, aria_labelledby=_anchor(title) if title else None)

    def _blocks(self, blocks: Iterable[Block]) -> Html:
        """Posts, and questions, that follow one another become one list; answers stand under what they answer."""
        made: list[Html] = []
        for kind, run in groupby(blocks, _listed_as):
            if kind is Said:
                made.append(self._thread([each for each in run if isinstance(each, Said)]))
            elif kind is Asked:
                items = (element("li", self._asked(each)) for each in run if isinstance(each, Asked))
                made.append(element("ol", *items, class_="questions", role="list"))
            else:
                made += (self._block(each) for each in run)
        return joined(made)

    def _block(self, block: Block) -> Html:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return self._paragraph(block)
            case Bullets():
                items = (element("li", self._item(item)) for item in block.items)
                if not block.numbered:
                    return element("ul", *items)
                return element("ol", *items, start=block.start if block.start != 1 else None)
            case Extract():
                return element("blockquote", self._blocks(block.blocks), class_="extract")
            case Listing():
                return element("pre", element("code", block.text), tabindex=0)
            case Separator():
                return element("hr")
            case Said():
                return self._pull(block)
            case Asked():
                return self._asked(block)
            case Photo():
                return self._photo(block)
            case Chart():
                return self._chart(block)
            case Table():
                return self._table(block)
            case Numbers():
                pairs = (element("li", element("strong", n), " ", element("span", words)) for n, words in block.pairs)
                return element("ul", *pairs, class_="numbers", role="list")
            case Bar():
                return self._bar(block)
            case Card():
                return self._card(block)
            case Contents():
                return self._contents(block)
            case _:
                assert_never(block)

    def _heading(self, heading: Heading) -> Html:
        # The title on the cover is the h1.
        title = element(
            f"h{min(heading.level, 5) + 1}",
            self._inlines(heading.inlines),
            id=_anchor(heading),
            class_="label" if heading.label else None,
        )
        notes = (element("p", self._inlines(note)) for note in heading.margin)
        return joined((title, element("div", *notes, class_="margin"))) if heading.margin else title

    def _paragraph(self, paragraph: Paragraph) -> Html:
        class_ = paragraph.role if paragraph.role != "body" else None
        return self._worded("p", paragraph.inlines, class_=class_)

    def _worded(self, name: str, inlines: Inlines, *, class_: str | None = None) -> Html:
        """An element with *inlines*; where all its words are in another language, they give it their direction."""
        match [inline for inline in inlines if not _is_furniture(inline)]:
            case [Span() as span]:
                # Not `bdi`: the element would not look into that for its direction.
                words = element("span", self._inlines(span.inlines), lang=_lang(span.lang))
                rest = (words if inline is span else self._inline(inline) for inline in inlines)
                return element(name, *rest, class_=class_, dir=_direction(span))
            case _:
                return element(name, self._inlines(inlines), class_=class_)

    def _item(self, blocks: Blocks) -> Html:
        match blocks:
            case (Paragraph(role="body") as only,):
                return self._inlines(only.inlines)
            case _:
                return self._blocks(blocks)

    def _bar(self, bar: Bar) -> Html:
        return element(
            "p",
            _unless_empty("span", bar.time, class_="time"),
            " ",
            _unless_empty("span", bar.room, class_="room"),
            " ",
            _unless_empty("span", bar.counts, class_="counts"),
            class_="bar",
        )

    def _contents(self, contents: Contents) -> Html:
        titles = [
            element("li", element("a", *map(_listed, block.inlines), href=f"#{_anchor(block)}"))
            for part in self.document.parts
            for block in part.blocks
            if isinstance(block, Heading) and block.level == 1
        ]
        label = _unless_empty("p", contents.title, class_="label")
        list_ = element("ol", *titles, role="list")
        return element("nav", label, list_, class_="contents", aria_label=contents.title or None)

    # Posts

    def _pull(self, said: Said) -> Html:
        return element(
            "figure",
            element("blockquote", self._worded("p", said.inlines)),
            *map(self._photo, said.photos),
            element("figcaption", self._inlines(said.by)),
            class_="pull",
        )

    def _thread(self, posts: Sequence[Said]) -> Html:
        return element("ol", *self._posts(posts), class_="thread", role="list")

    def _posts(self, posts: Sequence[Said]) -> Iterator[Html]:
        for post, answers in _answered(posts):
            below = (element("li", self._said(answer), class_="reply") for answer in answers)
            yield element(
                "li",
                self._said(post) if post else "",
                element("ol", *below, role="list") if answers else "",
            )

    def _said(self, said: Said) -> Html:
        sources = tuple(inline for inline in said.by if isinstance(inline, NoteRef))
        by = (element("strong", element("bdi", said.name)), " ", element("span", said.when, self._inlines(sources)))
        return element(
            "div",
            element("p", *by, class_="by"),
            element("blockquote", self._worded("p", said.inlines), *map(self._photo, said.photos)),
            class_="said",
        )

    def _asked(self, asked: Asked) -> Html:
        wanted = element("p", element("strong", asked.votes), " ", element("span", asked.votes_words), class_="wanted")
        question = self._worded("p", asked.inlines, class_="question")
        by = element("p", self._inlines(asked.by), class_="by")
        answer = element("blockquote", self._blocks(asked.answer)) if asked.answer else ""
        end = element("p", self._inlines(asked.end), class_="end open" if asked.open else "end")
        answered = element("div", answer, end, class_="answer") if asked.answer else end
        return element("div", wanted, element("div", question, by, answered), class_="asked")

    # Figures

    def _photo(self, photo: Photo) -> Html:
        content = self.blobs(photo.blob)
        signature = _SIGNATURES.get(photo.type)
        if content is None or signature is None or not signature.match(content):
            return Html()
        image = element(
            "img",
            src=_data(content, photo.type),
            width=photo.width,
            height=photo.height,
            alt=photo.alt,
            decoding="async",
        )
        return element("figure", image, self._caption(photo.caption), class_="photo")

    def _chart(self, chart: Chart) -> Html:
        image = element("img", src=_drawing(chart.svg), alt=chart.alt)
        if chart.narrow:
            image = element(
                "picture", element("source", media="(max-width: 30em)", srcset=_drawing(chart.narrow)), image
            )
        width = "wide" if chart.width_mm > _TEXT_WIDTH_MM else "half" if chart.width_mm <= _HALF_WIDTH_MM else ""
        return element(
            "figure",
            element("div", image, class_="scroll", tabindex=0),
            self._caption(chart.caption),
            class_=f"chart {width}".rstrip(),
        )

    def _caption(self, caption: Inlines) -> Html:
        return self._worded("figcaption", caption) if caption else Html()

    def _table(self, table: Table) -> Html:
        heads = (
            self._cell(inlines, column, table, scope="col" if inlines else None)
            for column, inlines in enumerate(table.head)
        )
        rows = (
            element("tr", *(self._cell(inlines, column, table) for column, inlines in enumerate(row)))
            for row in table.rows
        )
        classes = ["scroll"]
        if len(table.head) > (_TEXT_COLUMNS_SMALL if table.small else _TEXT_COLUMNS):
            classes.append("wide")
        if table.small:
            classes.append("small")
        grid = element(
            "table",
            element("caption", element("span", self._inlines(table.caption))) if table.caption else "",
            element("thead", element("tr", *heads)),
            element("tbody", *rows),
        )
        label = _plain(table.caption) or None
        return element("div", grid, class_=" ".join(classes), role="group", aria_label=label, tabindex=0)

    def _cell(self, inlines: Inlines, column: int, table: Table, *, scope: str | None = None) -> Html:
        """A cell; the first of a row says what the row is about."""
        if scope is None and column == 0 and inlines:
            scope = "row"
        class_ = "number" if column in table.numeric else "short" if len(_plain(inlines)) <= _SHORT_CELL else None
        return element("th" if scope else "td", self._inlines(inlines), scope=scope, class_=class_)

    def _card(self, card: Card) -> Html:
        lines = (element("p", self._inlines(line)) for line in card.lines)
        return element(
            "div",
            _code(card),
            element("div", element("p", self._inlines(card.title), class_="title"), *lines),
            class_="card",
        )

    # Words

    def _inlines(self, inlines: Inlines) -> Html:
        return joined(map(self._inline, inlines))

    def _inline(self, inline: Inline) -> Html:
        match inline:
            case Text(text):
                return escaped(text)
            case Emph(inlines):
                return element("em", self._inlines(inlines))
            case Strong(inlines):
                return element("strong", self._inlines(inlines))
            case Code(text):
                return element("code", text)
            case Link():
                return self._link(inline)
            case Break():
                return element("br")
            case Span():
                inlines = inline.inlines
                return element("bdi", self._inlines(inlines), lang=_lang(inline.lang), dir=_direction(inline))
            case NoteRef():
                return self._reference(inline)
            case Drop(alt):
                return element("svg", _DROP, class_="drop", viewBox="0 0 10 14", role="img", aria_label=alt)
            case _:
                assert_never(inline)

    def _link(self, link: Link) -> Html:
        inlines = self._inlines(link.inlines)
        if not _SAFE_LINK.match(link.address):
            return inlines
        bare = _plain(link.inlines).casefold() in link.address.casefold()
        return element("a", inlines, href=link.address, class_="bare" if bare else None)

    # Notes

    def _reference(self, reference: NoteRef) -> Html:
        number = reference.number
        said = f"{number}, {reference.place}" if reference.place else str(number)
        if number not in self.notes:
            return element("sup", said)
        self.referred[number] += 1
        link = element(
            "a",
            said,
            id=f"ref-{number}-{self.referred[number]}",
            href=f"#note-{number}",
            role="doc-noteref",
            aria_label=f"{self.words['source']} {said}",
        )
        return element("sup", link)

    def _notes(self) -> Html:
        notes = self.document.notes
        return element("ol", *map(self._note, notes), class_="notes", role="list") if notes else Html()

    def _note(self, note: Note) -> Html:
        number = note.number
        back = (
            element(
                "a",
                "↩\N{VARIATION SELECTOR-15}",  # a letter, not an emoji
                href=f"#ref-{number}-{place}",
                role="doc-backlink",
                aria_label=f"{self.words['back']} ({number}.{place})",
            )
            for place in range(1, self.referred[number] + 1)
        )
        return element("li", self._inlines(note.inlines), " ", *back, id=f"note-{number}", value=number)


# Small questions

_DROP = Html('<path d="M5 0C5 4 1 6.5 1 9.5a4 4 0 0 0 8 0C9 6.5 5 4 5 0z"/>')
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def _lang(lang: str) -> str | None:
    return lang if _LANGUAGE.fullmatch(lang) else None


def _direction(span: Span) -> str:
    return span.dir if span.dir in ("ltr", "rtl") else "auto"


def _is_furniture(inline: Inline) -> bool:
    """What stands behind the words of a post, and is not among them."""
    return isinstance(inline, NoteRef | Drop) or (isinstance(inline, Text) and not inline.text.strip())


def _anchor(heading: Heading) -> str:
    """Nobody's heading can take the place of an id of ours."""
    return f"s-{heading.ident}"


def _unless_empty(name: str, text: str, **attributes: str) -> Html:
    return element(name, text, **attributes) if text else Html()


def _drawing(svg: str) -> str:
    """A drawing as a picture: whatever is in it, it runs nothing and fetches nothing there."""
    return _data(cleaned(svg).encode(), "image/svg+xml")


def _code(card: Card) -> Html:
    """The code of a card; none where no phone could read it: the address stands beside it."""
    try:
        svg = checked_svg(card.address, level=PRINT)
    except ValueError:  # too long, not readable, or half a character
        return Html()
    return element("img", class_="code", src=_drawing(svg), alt=card.code_alt)


def _plain(inlines: Inlines) -> str:
    """Only the words."""
    words = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                words.append(text)
            case Emph(within) | Strong(within) | Link(_, within) | Span(within):
                words.append(_plain(within))
            case Break():
                words.append(" ")
            case NoteRef() | Drop():
                pass
            case _:
                assert_never(inline)
    return "".join(words)


def _listed(inline: Inline) -> Html:
    """A piece of a heading as the list of chapters says it: words and their language, nothing to press."""
    words = escaped(_plain((inline,)))
    return element("bdi", words, lang=_lang(inline.lang)) if isinstance(inline, Span) else words


def _contents_first(blocks: Blocks) -> Iterator[Block]:
    """The list of chapters right after the heading of its chapter: beside the text where there is room."""
    contents = [block for block in blocks if isinstance(block, Contents)]
    for block in blocks:
        if not isinstance(block, Contents):
            yield block
        if isinstance(block, Heading) and block.level == 1:
            yield from contents
            contents = []
    yield from contents


def _listed_as(block: Block) -> type[Said] | type[Asked] | None:
    """What makes a list with those like it beside it."""
    if isinstance(block, Asked):
        return Asked
    return Said if isinstance(block, Said) and block.role != "pull" else None


def _answered(posts: Sequence[Said]) -> Iterator[tuple[Said | None, list[Said]]]:
    """Each post with the answers to it; None where answers come first."""
    post: Said | None = None
    answers: list[Said] = []
    for each in posts:
        if each.role == "reply":
            answers.append(each)
            continue
        if post or answers:
            yield post, answers
        post, answers = each, []
    yield post, answers
