"""
What the report's author wrote, from Markdown to blocks.

CommonMark with tables, and two things of ours: a paragraph or quote that is exactly `{{post ID}}` stands for that post,
and `[^p:k7 p. 14]` for a note to page 14 of the paper with code `k7`. HTML is text, an image is its description, and
only links to http, https and mailto are links. Whatever comes in, something readable comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

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
    Paragraph,
    Separator,
    Strong,
    Table,
    Text,
)
from server.symposium.values import PostId

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

Posts = Callable[[PostId], Blocks]
"""What stands where the author points at a post; nothing when it may not be shown any more."""

Papers = Callable[[str, str], Inlines]
"""What stands where the author points at a paper, by its code, and a place in it, as `p. 14` or empty."""

MAX_BLOCK_DEPTH: Final = 20
MAX_INLINE_DEPTH: Final = 8
"""Emphasis in emphasis; deeper, the words stay and the emphasis goes."""

MAX_INLINE: Final = 20_000
"""Characters of one paragraph. The parser takes quadratic time over some strings; a longer one is plain text."""

_POST = re.compile(r"\{\{post ([a-z2-7]{16})\}\}")
_PAPER = re.compile(r"\[\^p:([\w-]{1,64})(?:\s+([^\]\n]{1,80}))?\]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SCHEMES = frozenset({"http", "https", "mailto"})


def parse(
    markdown: str,
    *,
    post: Posts = lambda _: (),
    paper: Papers = lambda code, place: (Text(f" ({' '.join(filter(None, (code, place)))})"),),
    ident: str = "text",
    level: int = 2,
) -> Blocks:
    """
    Read *markdown*.

    Args:
        markdown: Anything; a megabyte takes seconds.
        ident: Begins the identifiers of its headings: `text-1`, `text-2`, …
        level: Of its highest headings, 2 or 3. None is skipped on the way down, and none is deeper than 3.
    """
    tokens = _parser().parse(_UNPRINTABLE.sub("", markdown))
    return _Reader(post=post, paper=paper, ident=ident, level=level).blocks(tokens)


def posts_in(markdown: str) -> tuple[PostId, ...]:
    """The posts that an author's words point at, each once, in order."""
    return tuple(dict.fromkeys(PostId(found) for found in _POST.findall(markdown)))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_BLOCK_DEPTH})
    parser.enable("table")
    # Which addresses are links is said below: what is refused here would stay on the page as Markdown.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = _normalised(parser.normalizeLink)  # type: ignore[assignment, method-assign]
    parser.core.ruler.before("inline", "long", _plain_when_long)
    return parser


def _normalised(normalise: Callable[[str], str]) -> Callable[[str], str]:
    def kept_when_odd(url: str) -> str:
        try:
            return normalise(url)
        except ValueError:
            return url

    return kept_when_odd


def _plain_when_long(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_INLINE:
            token.type = "plain"


def is_address(address: str) -> bool:
    """Whether a report makes a link of *address*: http, https or mailto, and to somewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.path if parts.scheme == "mailto" else parts.hostname)


class _Reader:
    """Goes through the tokens of the parser once, which come as a flat list with openings and closings."""

    def __init__(self, *, post: Posts, paper: Papers, ident: str, level: int) -> None:
        self._post = post
        self._paper = paper
        self._ident = ident
        self._highest = level
        self._level = level - 1
        self._headings = 0

    def blocks(self, tokens: Sequence[Token]) -> Blocks:
        """The blocks of *tokens*, which are balanced."""
        made: list[Block] = []
        place = 0
        while place < len(tokens):
            end = _closing(tokens, place)
            made += self._block(tokens[place], tokens[place + 1 : end])
            place = end + 1
        return tuple(made)

    def _block(self, token: Token, inner: Sequence[Token]) -> Blocks:
        match token.type:
            case "paragraph_open":
                return self._paragraph(inner[0])
            case "heading_open":
                return self._heading(int(token.tag[1:]), self._inlines(inner[0]))
            case "blockquote_open":
                return self._quoted(inner)
            case "bullet_list_open":
                items = self._items(inner)
                return (Bullets(items),) if items else ()
            case "ordered_list_open":
                items, start = self._items(inner), int(token.attrs.get("start", 1))
                return (Bullets(items, numbered=True, start=start),) if items else ()
            case "table_open":
                return (self._table(inner),)
            case "fence" | "code_block":
                return (Listing(token.content.rstrip("\n")),)
            case "hr":
                return (Separator(),)
            case _:
                return self.blocks(inner)

    def _paragraph(self, words: Token) -> Blocks:
        if found := _POST.fullmatch(words.content.strip()):
            return self._post(PostId(found[1]))
        inlines = self._inlines(words)
        return (Paragraph(inlines),) if inlines else ()

    def _heading(self, depth: int, inlines: Inlines) -> Blocks:
        if not inlines:
            return ()
        self._level = min(self._highest + depth - 1, self._level + 1, 3)
        self._headings += 1
        return (Heading(self._level, inlines, f"{self._ident}-{self._headings}"),)

    def _quoted(self, inner: Sequence[Token]) -> Blocks:
        """A quote that is only a post is that post, which is set as a quote anyway."""
        is_post = len(inner) == 3 and _POST.fullmatch(inner[1].content.strip())
        blocks = self.blocks(inner)
        return blocks if is_post or not blocks else (Extract(blocks),)

    def _items(self, inner: Sequence[Token]) -> tuple[Blocks, ...]:
        items = []
        place = 0
        while place < len(inner):
            end = _closing(inner, place)
            items.append(self.blocks(inner[place + 1 : end]))
            place = end + 1
        return tuple(filter(None, items))

    def _table(self, inner: Sequence[Token]) -> Table:
        rows: list[list[Inlines]] = []
        numeric: list[int] = []
        for place, token in enumerate(inner):
            match token.type:
                case "tr_open":
                    rows.append([])
                case "th_open" | "td_open":
                    if token.type == "th_open" and "right" in str(token.attrs.get("style", "")):
                        numeric.append(len(rows[-1]))
                    rows[-1].append(self._inlines(inner[place + 1]))
        head, *body = (tuple(row) for row in rows)
        return Table((), head, tuple(body), numeric=tuple(numeric))

    # Inside a paragraph

    def _inlines(self, words: Token) -> Inlines:
        if words.type == "plain":
            return self._texts(" ".join(words.content.split()))
        return _Line(self._texts).inlines(words.children or [])

    def _texts(self, text: str) -> Inlines:
        """*text* with its pointers to papers."""
        made: list[Inline] = []
        place = 0
        for found in _PAPER.finditer(text):
            before = text[place : found.start()]
            made += [Text(before)] if before else []
            made += self._paper(found[1], (found[2] or "").strip())
            place = found.end()
        rest = text[place:]
        return (*made, Text(rest)) if rest else tuple(made)


class _Line:
    """The inlines of one paragraph."""

    def __init__(self, texts: Callable[[str], Inlines]) -> None:
        self._texts = texts

    def inlines(self, tokens: Sequence[Token]) -> Inlines:
        """*tokens* in an order of nesting: each opening waits on the stack until its closing comes."""
        waiting: list[tuple[Token | None, list[Inline]]] = [(None, [])]
        for token in tokens:
            if token.nesting == 1:
                waiting.append((token, []))
            elif token.nesting == -1:
                opening, inner = waiting.pop()
                too_deep = len(waiting) > MAX_INLINE_DEPTH
                waiting[-1][1].extend(inner if too_deep or opening is None else _wrapped(opening, tuple(inner)))
            else:
                waiting[-1][1].extend(self._single(token))
        return _trimmed(waiting[0][1])

    def _single(self, token: Token) -> Inlines:
        match token.type:
            case "code_inline":
                return (Code(token.content),) if token.content else ()
            case "softbreak":
                return (Text(" "),)
            case "hardbreak":
                return (Break(),)
            case _:
                # An image is its description, which is the content of its token too.
                return self._texts(token.content)


def _wrapped(opening: Token, inner: Inlines) -> Inlines:
    if not inner:
        return ()
    match opening.type:
        case "em_open":
            return (Emph(inner),)
        case "strong_open":
            return (Strong(inner),)
        case "link_open" if is_address(address := str(opening.attrs.get("href", ""))):
            return (Link(address, inner),)
        case _:
            return inner


def _trimmed(inlines: list[Inline]) -> Inlines:
    """Neighbouring texts as one, and no break or nothing at the ends."""
    made: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text) and made and isinstance(last := made[-1], Text):
            made[-1] = Text(last.text + inline.text)
        else:
            made.append(inline)
    while made and isinstance(made[-1], Break):
        made.pop()
    return tuple(made)


def _closing(tokens: Sequence[Token], place: int) -> int:
    """Where what opens at *place* closes; *place* itself for what stands alone."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += tokens[end].nesting
        if depth <= 0:
            return end
    return len(tokens)
