"""Polls in sentences, for who reads the wall without JavaScript: as `wall/text/lines.js` tells them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from server.report.counting import percentages
from server.symposium.hall_facts import ENOUGH, LivePoll, ResultFacts, TallyFacts
from server.symposium.values import PollKind

_SAID = ("agree", "disagree", "pass")
"""Of a statement, in the order of its counts."""
_LABEL = "\0"
"""Where a label comes to stand; no text has it."""


class Words(NamedTuple):
    """The texts of one language, with their holes."""

    lang: str
    texts: Mapping[str, Any]

    def say(self, key: str, **holes: object) -> str:
        """A text with its holes filled; `n` chooses between one and more."""
        found = self.texts[key]
        if not isinstance(found, str):
            found = found["one" if holes["n"] == 1 else "other"]
        return str(found).format_map(holes)

    def whole(self, n: int) -> str:
        """1200 → "1.200" in Dutch."""
        return f"{n:,}".translate(self._signs)

    def tenth(self, n: float) -> str:
        """1.25 → "1,3" in Dutch: of the number as it is written, as browsers do."""
        return f"{Decimal(str(n)).quantize(Decimal('0.1'), ROUND_HALF_UP):,}".translate(self._signs)

    def of(self, words: Mapping[str, str]) -> tuple[str, str]:
        """In this language, else in the other one: which, and the words."""
        return (self.lang, words[self.lang]) if self.lang in words else next(iter(words.items()), (self.lang, ""))

    def line(self, key: str, label: Mapping[str, str], **holes: object) -> Line:
        """A text with its holes filled, and *label* in it, in the language that it has."""
        before, _, after = self.say(key, label=_LABEL, **holes).partition(_LABEL)
        lang, words = self.of(label)
        return Line(before, words, lang, after)

    @property
    def _signs(self) -> dict[int, str]:
        return {ord(","): ".", ord("."): ","} if self.lang == "nl" else {}


class Line(NamedTuple):
    """A sentence, and in it what the poll itself says, in a language of its own. '' where it says nothing there."""

    before: str
    label: str = ""
    lang: str = ""
    after: str = ""


class PollWords(NamedTuple):
    """A poll in words: what it asks and in which language, how it stands, and what came out or may be chosen."""

    title: str
    lang: str
    state: str
    lines: tuple[Line, ...]


def poll_words(poll: LivePoll, tally: TallyFacts, words: Words) -> PollWords:
    """Tell *poll*: while it is open what may be chosen, once a result may be seen what came out."""
    lang, title = words.of(poll.title)
    state = words.say("text.poll.closed" if poll.closed else "text.poll.open", n=tally.n)
    if tally.result is None:
        lines = _choices(poll, words)
    elif tally.result.few:
        lines = iter([Line(words.say("text.poll.few"))])
    else:
        lines = _result(poll, tally.result, words)
    return PollWords(title, lang, state, tuple(lines))


def _choices(poll: LivePoll, words: Words) -> Iterator[Line]:
    if poll.closed:
        return
    for option in poll.options:
        lang, label = words.of(option)
        yield Line("", label, lang)
    for point, end in zip((poll.low, poll.high), poll.ends, strict=False):
        lang, label = words.of(end)
        yield Line(f"{point}: ", label, lang)


def _result(poll: LivePoll, result: ResultFacts, words: Words) -> Iterator[Line]:
    options, counts = poll.options, result.counts
    match PollKind(poll.kind):
        case PollKind.SCALE:
            total = sum(counts)
            mean = sum(n * (poll.low + at) for at, n in enumerate(counts)) / total if total else poll.low
            yield Line(words.say("text.poll.mean", n=words.tenth(mean)))
            for at, (n, share) in enumerate(zip(counts, percentages(counts), strict=True)):
                yield Line(words.say("text.poll.line", label=poll.low + at, share=share, n=n))
        case PollKind.NUMBER:
            yield Line(words.say("text.poll.middle", n=words.whole(result.middle or 0)))
        case PollKind.WORDS:
            for word, n in result.words:
                yield Line(words.say("text.poll.word", word=word, n=n))
        case PollKind.RANKING:
            for place, at in enumerate(sorted(range(len(counts)), key=lambda at: (-counts[at], at)), 1):
                mean = len(counts) - counts[at] / result.n
                yield words.line("text.poll.place", options[at], place=place, mean=words.tenth(mean))
        case PollKind.STATEMENTS:
            for at, option in enumerate(options):
                said = counts[at * len(_SAID) : (at + 1) * len(_SAID)]
                if sum(said) < ENOUGH:
                    lang, label = words.of(option)
                    yield Line("", label, lang, f": {words.say('text.poll.few')}")
                else:
                    yield words.line("text.poll.statement", option, **dict(zip(_SAID, percentages(said), strict=True)))
        case PollKind.SINGLE | PollKind.SEVERAL | PollKind.QUIZ:
            for at, (option, n, share) in enumerate(zip(options, counts, _shares(poll, result), strict=True)):
                key = "text.poll.right" if at == poll.right else "text.poll.line"
                yield words.line(key, option, share=share, n=n)


def _shares(poll: LivePoll, result: ResultFacts) -> list[int]:
    """Of the voters, in whole percents: where one may choose several they are more than 100 together."""
    if poll.kind != PollKind.SEVERAL:
        return percentages(result.counts)
    return [(200 * n + result.n) // (2 * result.n) for n in result.counts]
