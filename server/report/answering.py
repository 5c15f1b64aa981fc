"""Questions of the hall as a report prints them: how many wanted to know, who asked, who answered, and where."""

from __future__ import annotations

from collections.abc import Iterator

from server.report import prose
from server.report.document import Asked as Entry
from server.report.document import (
    Block,
    Blocks,
    Break,
    Extract,
    Heading,
    Inline,
    Inlines,
    NoteRef,
    Paragraph,
    Said,
    Strong,
    Text,
)
from server.report.model import Answer, Asked, Section
from server.report.narrative import Telling, joined, plain
from server.report.quoting import Quoting, linked
from server.symposium.values import Stand

_PHONE = "phone"
_MOST_NAMES = 4
"""Who asked the same; more are counted."""


class Answering:
    """Tells the questions of one report, in one language."""

    def __init__(self, tell: Telling, quoting: Quoting) -> None:
        self.tell = tell
        self.quoting = quoting
        self.report = tell.report
        self.words = tell.words
        self._explained = False

    def blocks(self, section: Section, ident: str) -> Blocks:
        """The questions of *section*; nothing where it has none."""
        if not section.asked:
            return ()
        margin = tuple(self._margin(section))
        blocks: list[Block] = [Heading(2, self.tell.says("asked"), f"{ident}-asked", margin=margin)]
        blocks += self._intro(section)
        blocks += (self._entry(asked) for asked in section.asked)
        left = section.asking.n - len(section.asked)
        if left:
            blocks.append(Paragraph((Text(self.words.count("asked.left", left)),), role="small"))
        return tuple(blocks)

    def _margin(self, section: Section) -> Iterator[Inlines]:
        """How many there were, and what became of them."""
        words, asking = self.words, section.asking
        counted = {
            "on-stage": asking.on_stage,
            "in-writing": asking.in_writing,
            "later": asking.later,
            "open": asking.open,
        }
        parts = [words.say(f"asked.{what}", n=words.number(n)) for what, n in counted.items() if n]
        key = "asked.here" if section.start and section.kind != "other" else "asked.elsewhere"
        yield (Text(f"{words.count(key, asking.n)} {', '.join(parts)}."),)

    def _intro(self, section: Section) -> Iterator[Block]:
        """How to read them: said once."""
        if not self._explained and len(section.asked) > 1:
            self._explained = True
            yield Paragraph(self.tell.says("asked.order"), role="small")

    def _entry(self, asked: Asked) -> Entry:
        words, quote = self.words, asked.quote
        said = self.quoting.words_of(quote)
        note: Inlines = (NoteRef(quote.note),) if quote.note is not None else ()
        answer = () if asked.answer is None else self._answer(asked.answer)
        return Entry(
            votes=words.number(asked.votes),
            votes_words=words.form("asked.votes", asked.votes),
            inlines=joined((*said, *note)),
            by=joined(self._by(asked)),
            answer=answer,
            end=joined(self._end(asked)),
            open=asked.answer is None and asked.stand == Stand.OPEN,
        )

    def _by(self, asked: Asked) -> Iterator[Inline]:
        """Who asked, from where, and whom."""
        words, quote = self.words, asked.quote
        key = "asked.by-phone" if quote.network == _PHONE else "asked.by"
        who = self._who(asked)
        said = words.say(key, who=who, network=words.network(quote.network))
        if asked.to:
            said = words.say("asked.to", said=said, to=asked.to)
        yield Text(said)
        if asked.aside:
            yield Break()
            yield Text(words.count("asked.aside", asked.aside))

    def _who(self, asked: Asked) -> str:
        """Everybody who asked this: those who are named, and how many others."""
        names = [quote.author for quote in (asked.quote, *asked.others) if quote.author]
        named = list(dict.fromkeys(names))[:_MOST_NAMES]
        others = 1 + len(asked.others) - len(names) + len(set(names)) - len(named)
        if not named:
            return self.words.count("asked.participants", others)
        if others:
            named.append(self.words.count("asked.others", others))
        return self.words.listed(named)

    def _answer(self, answer: Answer) -> Blocks:
        if not answer.text:
            return ()
        if answer.written:
            read = prose.parse(answer.text, post=self.quoting.cited, paper=self.quoting.cited_paper)
            return tuple(_inside(block) for block in read)
        return tuple(Paragraph(plain(line)) for line in answer.text.splitlines() if line.strip())

    def _end(self, asked: Asked) -> Iterator[Inline]:
        words, answer = self.words, asked.answer
        if answer is None:
            yield Text(words["asked.no-answer" if asked.stand == Stand.OPEN else "asked.kept"])
            address = self.quoting.url(self.report.short)
            if asked.stand == Stand.OPEN and address:
                yield Text(f" {words['asked.do-you-know']} ")
                yield linked(address)
            return
        where = self._where(answer)
        if answer.name:
            yield Strong(plain(answer.name))
            yield Text(f", {where}")
        else:
            yield Text(words.say("asked.answered", where=where))
        if not answer.text:
            yield Text(f". {words['asked.unwritten']}")

    def _where(self, answer: Answer) -> str:
        words, zone = self.words, self.report.zone
        if not answer.on_stage:
            return words.say("asked.where.in-writing", date=words.plain_date(answer.at, zone))
        if len(self.tell.days) < 2:
            return words.say("asked.where.on-stage", time=self.tell.time(answer.at))
        return words.say("asked.where.on-stage-on", day=words.day(answer.at, zone), time=self.tell.time(answer.at))


def _inside(block: Block) -> Block:
    """*block* as it may stand inside an answer: no heading of the report, and no post as large as on the wall."""
    match block:
        case Heading():
            return Paragraph((Strong(block.inlines),))
        case Said():
            return Extract((Paragraph(block.inlines), Paragraph(block.by, role="meta")))
        case _:
            return block
