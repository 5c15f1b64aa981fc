"""
The texts of the documents, as a privacy officer reads and mends them: a Markdown file for each, in `texts/<language>`.

Beside Markdown there are five things:

    name: value          above the first empty line: the words around the text
    [flag] a line        is there only where the flag is set, [!flag] only where it is not, [one][two] where both are;
                         before a heading it counts for everything below that heading
    ## Title | a | b     a heading with notes in the margin
    + ?? a question      what the organiser fills in: it gets a number, and is marked in every format
    {gap}                is filled in; a paragraph that is only a gap may become a table

What fills a gap is never read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from server.report import prose
from server.report.document import Blocks, Bullets, Heading, Inlines, Paragraph, Part, Strong, Text

FOLDER: Final = Path(__file__).with_name("texts")

Gaps = Mapping[str, str | Blocks]
"""What stands in a gap: words in a line, or blocks where the gap is a paragraph of its own."""

_FLAG = re.compile(r"\[(!?)([a-z-]+)\]")
_FLAGGED = re.compile(r"(?P<sign>\s*(?:[-+*]|\d+\.)?\s*)(?P<flags>(?:\[!?[a-z-]+\]\s*)+)(?P<words>\S.*)")
_TITLE = re.compile(r"(#{1,3}) +(.+)")
_GAP = re.compile(r"\{([a-z_]+)\}")
_ASKED = "?? "


class Sheet(NamedTuple):
    """A text: the words around it by name, and its Markdown with flags and gaps."""

    around: dict[str, str]
    body: str


@cache
def sheet(kind: str, lang: str) -> Sheet:
    """The text of *kind* in *lang*."""
    head, _, body = (FOLDER / lang / f"{kind}.md").read_text(encoding="utf-8").partition("\n\n")
    pairs = (line.partition(":") for line in head.splitlines())
    return Sheet({name.strip(): value.strip() for name, _, value in pairs}, body)


def flags_in(text: str) -> set[str]:
    """The flags that *text* asks for."""
    return {name for line in text.splitlines() for _, name in _FLAG.findall(_flagged(line)[0])}


def gaps_in(text: str) -> set[str]:
    """The gaps in *text*."""
    return set(_GAP.findall(text))


def chosen(body: str, flags: frozenset[str]) -> str:
    """*body* with only the lines that *flags* let through."""
    kept: list[str] = []
    below = 0  # of a heading that is not there: what lies deeper than this goes with it
    for line in body.splitlines():
        asked, words = _flagged(line)
        title = _TITLE.fullmatch(words)
        if title and below and len(title[1]) <= below:
            below = 0
        if below:
            continue
        if all((name in flags) != bool(negated) for negated, name in _FLAG.findall(asked)):
            kept.append(words)
        elif title:
            below = len(title[1])
    return "\n".join(kept)


def _flagged(line: str) -> tuple[str, str]:
    """The flags before a line, and the line without them; the sign of a list's item may stand before them."""
    found = _FLAGGED.fullmatch(line)
    return (found["flags"], found["sign"] + found["words"]) if found else ("", line)


def parts(body: str, *, flags: frozenset[str], gaps: Gaps, question: str) -> tuple[tuple[Part, ...], int]:
    """
    The chapters of a text.

    Args:
        question: What marks a question; `{n}` is its number.

    Returns:
        The parts, and how many questions are in them. A gap `open` holds that number.

    Raises:
        KeyError: A gap that nobody fills: our own mistake.
    """
    text = chosen(body, flags)
    asked = sum(line.lstrip(" +").startswith(_ASKED) for line in text.splitlines())
    filling = _Filling({**gaps, "open": str(asked)}, question)
    made = [filling.part(number, chapter) for number, chapter in enumerate(_chapters(text), 1)]
    return tuple(made), asked


def _chapters(text: str) -> Iterator[str]:
    return (chapter.strip() for chapter in re.split(r"^(?=# )", text, flags=re.MULTILINE) if chapter.strip())


class _Filling:
    """Makes blocks of Markdown and fills its gaps; counts the questions on the way."""

    def __init__(self, gaps: Gaps, question: str) -> None:
        self._gaps = gaps
        self._question = question
        self._asked = 0

    def part(self, number: int, chapter: str) -> Part:
        title, _, rest = chapter.partition("\n")
        ident = f"part-{number}"
        heading = self._noted(Heading(1, (Text(title.removeprefix("# ")),), ident))
        below = re.sub(r"^#(?=#)", "", rest, flags=re.MULTILINE)  # `prose` begins at the second level by itself
        return Part(ident=ident, blocks=(heading, *self._blocks(prose.parse(below, ident=ident))))

    def _blocks(self, blocks: Blocks) -> Blocks:
        made: list[Any] = []
        for block in blocks:
            match block:
                case Paragraph((Text(text),)) if (gap := _GAP.fullmatch(text)) and not isinstance(
                    found := self._gaps[gap[1]], str
                ):
                    made += found
                case Heading():
                    made.append(self._noted(block))
                case Bullets(items):
                    made.append(msgspec.structs.replace(block, items=tuple(map(self._blocks, items))))
                case Paragraph((Text(text), *_)) if text.startswith(_ASKED):
                    made.append(self._asking(block))
                case _:
                    made.append(_mapped(block, self._filled))
        return tuple(made)

    def _asking(self, paragraph: Paragraph) -> Paragraph:
        self._asked += 1
        first, *rest = paragraph.inlines
        assert isinstance(first, Text)
        words = Text(" " + first.text.removeprefix(_ASKED))
        mark = Strong((Text(self._question.format(n=self._asked)),))
        return Paragraph((mark, *(_mapped(each, self._filled) for each in (words, *rest))))

    def _noted(self, heading: Heading) -> Heading:
        """A heading whose words after each bar stand in the margin."""
        words = "".join(inline.text for inline in heading.inlines if isinstance(inline, Text))
        title, *notes = (self._filled(part.strip()) for part in words.split("|"))
        margin: tuple[Inlines, ...] = tuple((Text(note),) for note in notes)
        return msgspec.structs.replace(heading, inlines=(Text(title),), margin=margin)

    def _filled(self, text: str) -> str:
        return _GAP.sub(lambda gap: self._word(gap[1]), text)

    def _word(self, name: str) -> str:
        found = self._gaps[name]
        assert isinstance(found, str), f"the gap {name} wants a paragraph of its own"
        return found


def _mapped(node: Any, filled: Callable[[str], str]) -> Any:
    """*node* with every text in it filled."""
    if isinstance(node, Text):
        return Text(filled(node.text))
    if isinstance(node, tuple):
        return tuple(_mapped(each, filled) for each in node)
    if isinstance(node, msgspec.Struct):
        fields = ((name, getattr(node, name)) for name in node.__struct_fields__)
        return msgspec.structs.replace(node, **{name: _mapped(value, filled) for name, value in fields})
    return node
