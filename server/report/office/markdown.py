"""
Words that mean themselves in Markdown, whoever reads it.

Pandoc's writers leave signs bare that mean something to its own readers, and to others (`&amp;`, `:smile:`,
`ftp://…`). So the words of a line are escaped here, and handed to pandoc as they are to be written.

Source: CommonMark 0.31, 2.4 (every ASCII sign may be escaped); GitHub Flavored Markdown 0.29; pandoc's own extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]
"""Of pandoc's tree: `{"t": its name, "c": what it holds}`."""

WHITE = ("Space", "LineBreak")
_EMPHASIS = ("Emph", "Strong")

_OPENING = re.compile(r"[!-/:-@\[-`{-~]+")
"""Signs at the start of a line, where each may open a block."""
_MARKER = re.compile(r"([0-9]+|[ivxlcdm]+|[a-z])[.)]|table:", re.IGNORECASE)
"""What a list, or the caption of a table, begins with."""
_MEANT = re.compile(
    r"""[\\`*_\[\]<~^$|@{=]      # always
    | &(?=[\w#])                 # an entity
    | \#(?!\w)                   # the end of a heading, but not of a hashtag
    | (?<=www)\.                 # a bare address
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Signs that mean something within a line to one of the readers."""
_COLON_ALONE = re.compile(r"[^:]*(\d:\d[^:]*|[^\W_]:)")
"""A time of day, or the end of a word; any other colon may be that of an emoji, an address or a definition."""


def raw(markdown: str) -> Node:
    """Written as it is."""
    return {"t": "RawInline", "c": ["markdown", markdown]}


def escaped(word: str, *, first: bool) -> str:
    """A word that means itself; *first* on its line, where more signs mean something."""
    opening = _OPENING.match(word) if first else None
    if opening:
        return "".join(f"\\{sign}" for sign in opening[0]) + escaped(word[opening.end() :], first=False)
    if first and _MARKER.fullmatch(word):
        return f"{word[:-1]}\\{word[-1]}"
    told = _MEANT.sub(r"\\\g<0>", word)
    return told if _COLON_ALONE.fullmatch(word) else told.replace(":", "\\:")


def line(nodes: list[Node]) -> list[Node]:
    """A line of words as it is to be written, with only the emphasis that every reader sees as such."""
    words = list(_joined(_told_apart(nodes)))
    told: list[Node] = []
    for n, node in enumerate(words):
        if node["t"] == "Str":
            first = n == 0 or words[n - 1]["t"] not in (*_EMPHASIS, "Space", "Link", "Code")
            written = escaped(node["c"], first=first)
            beside = n + 1 < len(words) and words[n + 1]["t"] not in WHITE
            if beside and written.endswith("!"):  # or a link would become a picture
                written = f"{written.removesuffix('!').removesuffix(chr(92))}\\!"
            told.append(raw(written))
        elif node["t"] in _EMPHASIS:
            told.append({"t": node["t"], "c": line(node["c"])})
        else:
            told.append(node)
    return told


def _told_apart(nodes: list[Node]) -> Iterator[Node]:
    """Where a `*` stands between two signs, or beside another one, readers do not agree on what it opens or closes."""
    for n, node in enumerate(nodes):
        if node["t"] in _EMPHASIS and not _is_plain(node["c"], nodes[:n][-1:], nodes[n + 1 :][:1]):
            yield from _bare(node["c"])
        else:
            yield node


def _bare(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if node["t"] in _EMPHASIS:
            yield from _bare(node["c"])
        else:
            yield node


def _is_plain(inside: list[Node], before: list[Node], after: list[Node]) -> bool:
    if any(each["t"] not in ("Str", "Space") for each in inside):
        return False
    ends = ((before, inside[0]["c"][0]), (after, inside[-1]["c"][-1]))
    return all(
        not beside or beside[0]["t"] in WHITE or (beside[0]["t"] not in _EMPHASIS and sign.isalnum())
        for beside, sign in ends
    )


def _joined(nodes: Iterator[Node]) -> Iterator[Node]:
    """Parts of a word as one."""
    word = ""
    for node in nodes:
        if node["t"] == "Str":
            word += node["c"]
            continue
        if word:
            yield {"t": "Str", "c": word}
            word = ""
        yield node
    if word:
        yield {"t": "Str", "c": word}
