"""Reads a document as a person would: its words, one line for a paragraph, a cell or a heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.report.document import (
    Asked,
    Bar,
    Block,
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


def said(inlines: Inlines) -> str:
    """The words; a note as `[3 p. 14]`, a drop as `◆`, a new line as ` / `."""
    made = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                made.append(text)
            case Emph(inner) | Strong(inner) | Link(_, inner) | Span(inner):
                made.append(said(inner))
            case Break():
                made.append(" / ")
            case NoteRef(number, place):
                made.append(f"[{number} {place}]" if place else f"[{number}]")
            case Drop():
                made.append("◆")
    return "".join(made)


def lines(blocks: Iterable[Block]) -> Iterator[str]:
    """All words of *blocks*, in order."""
    for block in blocks:
        match block:
            case Heading():
                yield said(block.inlines)
                yield from map(said, block.margin)
            case Paragraph():
                yield said(block.inlines)
            case Bullets():
                for item in block.items:
                    yield from lines(item)
            case Extract():
                yield from lines(block.blocks)
            case Listing(text):
                yield text
            case Asked():
                yield f"{block.votes} {block.votes_words}"
                yield said(block.inlines)
                yield said(block.by)
                yield from lines(block.answer)
                yield said(block.end)
            case Said():
                yield f"{block.name} ({block.when}): {said(block.inlines)} — {said(block.by)}"
                yield from lines(block.photos)
            case Photo():
                yield f"{block.alt} {said(block.caption)}"
            case Chart():
                yield block.alt
            case Table():
                yield said(block.caption)
                yield from (" | ".join(map(said, row)) for row in (block.head, *block.rows))
            case Numbers(pairs):
                yield from (f"{figure} {words}" for figure, words in pairs)
            case Bar():
                yield f"{block.time} {block.room} {block.counts}"
            case Card():
                yield said(block.title)
                yield from map(said, block.lines)
            case Contents(title):
                yield title
            case Separator():
                pass


def whole(document: Document) -> str:
    """Everything that a reader sees, cover and notes too."""
    cover = (document.kicker, document.title, document.subtitle, *document.foot, *document.running, document.cover_alt)
    parts = (line for part in document.parts for line in lines(part.blocks))
    return "\n".join((*cover, *parts, *(said(note.inlines) for note in document.notes)))


def part(document: Document, ident: str) -> str:
    """The words of one chapter."""
    return "\n".join(lines(next(part.blocks for part in document.parts if part.ident == ident)))


def within(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks, those inside others too."""
    for block in blocks:
        yield block
        match block:
            case Bullets():
                for item in block.items:
                    yield from within(item)
            case Extract():
                yield from within(block.blocks)
