"""
What an author writes, as a tree that a page makes elements of while they write.

No HTML travels: each node is an object with a `type`, and all words in it are plain. The same parser makes the report,
so that what is seen is what will stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from server.report import prose
from server.report.document import (
    Block,
    Blocks,
    Break,
    Bullets,
    Code,
    Emph,
    Extract,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    NoteRef,
    Paragraph,
    Said,
    Separator,
    Strong,
    Table,
    Text,
)
from server.report.hall import without_mark
from server.report.naming import named
from server.symposium.bodies import post_body
from server.symposium.shelf import paper_facts
from server.symposium.state import Pick, State
from server.symposium.values import SHOWN, PaperId, PostId

Node = dict[str, Any]

MAX_NODES: Final = 20_000
"""Blocks and inlines of one preview: a text of ten pages has a few hundred."""


def preview(markdown: str, post: Callable[[PostId], Node], paper: Callable[[str, str], Node]) -> list[Node]:
    """
    The blocks of *markdown*.

    Blocks: `paragraph`, `heading` (`level` 2 or 3), `list` (`numbered`, `start`, `items`: each some blocks), `quote`
    (`blocks`), `code` (`text`), `rule`, `table` (`head`, `rows`, `numeric`: columns to the right), and what *post*
    gives; words stand in `inlines`. Inlines: `text`, `emph`, `strong`, `code`, `link` (`address`: http, https or
    mailto), `break`, and what *paper* gives. Beyond `MAX_NODES` the rest is left out, and the last block is `cut`.

    Args:
        markdown: Without the line that leaves a poll out, if it begins with that.
        post: What stands for a post that is pointed at.
        paper: The same for a paper, by its code, with a place in it, as `p. 14` or empty.
    """
    return _Tree(post, paper).made(without_mark(markdown))


def post_in(state: State, link_only: Collection[str] = ()) -> Callable[[PostId], Node]:
    """
    Posts as the report would name and print them: `type` "post", `id`, `known`, and of those that it may print `author`
    ("" for a participant), `text` ("" where only its address is kept) and `at`.
    """

    def node(post: PostId) -> Node:
        known = state.posts.get(post)
        body = None if known is None or known.status is not SHOWN else post_body(state, known)
        if known is None or body is None:
            return {"type": "post", "id": post, "known": False}
        naming = state.draft.picks.get(post, Pick()).naming or state.draft.naming
        text = "" if known.network in link_only else body.text
        return {
            "type": "post",
            "id": post,
            "known": True,
            "author": named(body, naming)[0],
            "text": text,
            "at": body.created or known.received,
        }

    return node


def paper_in(state: State) -> Callable[[str, str], Node]:
    """
    Papers by their code or id: `type` "paper", `code`, `place`, and `title`, null where there is no such paper to read.
    """

    def node(code: str, place: str) -> Node:
        kind, _, of = state.codes.get(code.upper(), "").partition(":")
        known = state.papers.get(PaperId(of if kind == "paper" else code.lower()))
        title = paper_facts(state, known).title if known is not None and known.open else None
        return {"type": "paper", "code": code, "place": place, "title": title}

    return node


class _Tree:
    """The parser's blocks as nodes. Posts and papers pass through it as `Said` and `NoteRef`, by their number here."""

    def __init__(self, post: Callable[[PostId], Node], paper: Callable[[str, str], Node]) -> None:
        self._post = post
        self._paper = paper
        self._papers: list[Node] = []
        self._left = MAX_NODES

    def made(self, markdown: str) -> list[Node]:
        found = prose.parse(markdown, post=self._said, paper=self._ref)
        nodes = self._blocks(found)
        return nodes if self._left > 0 else [*nodes, {"type": "cut"}]

    @staticmethod
    def _said(post: PostId) -> Blocks:
        return (Said("thread", (), (), post, ""),)

    def _ref(self, code: str, place: str) -> Inlines:
        self._papers.append(self._paper(code, place))
        return (NoteRef(len(self._papers) - 1),)

    def _blocks(self, blocks: Blocks) -> list[Node]:
        made = []
        for block in blocks:
            self._left -= 1
            if self._left <= 0:
                break
            made.append(self._block(block))
        return made

    def _block(self, block: Block) -> Node:
        match block:
            case Paragraph(inlines):
                return {"type": "paragraph", "inlines": self._inlines(inlines)}
            case Heading(level, inlines):
                return {"type": "heading", "level": level, "inlines": self._inlines(inlines)}
            case Bullets(items, numbered, start):
                listed = [self._blocks(item) for item in items]
                return {"type": "list", "numbered": numbered, "start": start, "items": listed}
            case Extract(blocks):
                return {"type": "quote", "blocks": self._blocks(blocks)}
            case Listing(text):
                return {"type": "code", "text": text}
            case Separator():
                return {"type": "rule"}
            case Table(_, head, rows, numeric):
                cells = [[self._inlines(cell) for cell in row] for row in (head, *rows)]
                return {"type": "table", "head": cells[0], "rows": cells[1:], "numeric": numeric}
            case Said(name=post):
                return self._post(PostId(post))
            case _:
                raise AssertionError(f"no Markdown makes a {type(block).__name__}")

    def _inlines(self, inlines: Inlines) -> list[Node]:
        made = []
        for inline in inlines:
            self._left -= 1
            if self._left <= 0:
                break
            made.append(self._inline(inline))
        return made

    def _inline(self, inline: Inline) -> Node:
        match inline:
            case Text(text):
                return {"type": "text", "text": text}
            case Emph(inlines):
                return {"type": "emph", "inlines": self._inlines(inlines)}
            case Strong(inlines):
                return {"type": "strong", "inlines": self._inlines(inlines)}
            case Code(text):
                return {"type": "code", "text": text}
            case Link(address, inlines):
                return {"type": "link", "address": address, "inlines": self._inlines(inlines)}
            case Break():
                return {"type": "break"}
            case NoteRef(number):
                return self._papers[number]
            case _:
                raise AssertionError(f"no Markdown makes a {type(inline).__name__}")
