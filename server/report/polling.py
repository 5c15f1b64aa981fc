"""Polls as a report prints them: what was asked, of how many, and what came out; in a chart, a table and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from server.report import charts, poll_charts, prose
from server.report.counting import percentages
from server.report.document import (
    Block,
    Blocks,
    Bullets,
    Chart,
    Heading,
    Inline,
    Inlines,
    Paragraph,
    Strong,
    Table,
    Text,
)
from server.report.model import Opinions, Poll, Section
from server.report.narrative import Telling, foreign, joined, plain, sentences
from server.report.poll_charts import Shifted, Stated, StatedWords
from server.report.quoting import Quoting
from server.symposium.hall_facts import ENOUGH
from server.symposium.polls import AGREE, DISAGREE
from server.symposium.values import PollKind

_ROWS = 10
"""Bars of one chart: more are drawn in another one, so that each fits on a page."""
_UNITES, _DIVIDES = 70, 30
"""Percent: so many say the same of what unites, and on both sides of what divides."""
_MOST_NAMED = 3
_CHOSEN = frozenset({PollKind.SINGLE, PollKind.SEVERAL, PollKind.QUIZ})


class _Share(NamedTuple):
    """The option at a place with its votes and its share of them, in whole percents."""

    place: int
    label: str
    n: int
    percent: int


class Polling:
    """Tells the polls of one report, in one language."""

    def __init__(self, tell: Telling, quoting: Quoting) -> None:
        self.tell = tell
        self.quoting = quoting
        self.report = tell.report
        self.words = tell.words
        self._explained = set[str]()

    def blocks(self, section: Section, ident: str) -> Blocks:
        """The polls of *section*, by when they were asked."""
        return tuple(
            block
            for place, poll in enumerate(section.polls, start=1)
            for block in self._poll(poll, f"{ident}-poll-{place}")
        )

    def _poll(self, poll: Poll, ident: str) -> Iterator[Block]:
        yield Heading(2, self._said(poll.title), ident, margin=tuple(self._margin(poll)))
        if poll.told:
            yield from self._result(poll)
            yield from self._shift(poll)
        else:
            yield from self._untold(poll)
        if poll.text.strip():
            post, paper = self.quoting.cited, self.quoting.cited_paper
            yield from prose.parse(poll.text, post=post, paper=paper, ident=f"{ident}-text", level=3)

    # What was asked

    def _wording(self, said: dict[str, str]) -> tuple[str, str]:
        """Words and their language: the report's own where there are such, else the other one."""
        lang = self.words.lang if self.words.lang in said else next(iter(sorted(said)), "")
        return said.get(lang) or self.words["poll.untitled"], lang

    def _said(self, said: dict[str, str]) -> Inlines:
        text, lang = self._wording(said)
        return foreign(text, lang, self.words.lang) if lang else plain(text)

    def _label(self, said: dict[str, str]) -> str:
        return self._wording(said)[0]

    def _title(self, poll: Poll) -> str:
        return self._label(poll.title)

    def _margin(self, poll: Poll) -> Iterator[Inlines]:
        words = self.words
        yield (Strong(self.tell.says(f"poll.kind.{poll.kind}")),)
        yield (Text(self._when(poll)),)
        voted = words.count("poll.voted", poll.n) if poll.n else words["poll.nobody"]
        if poll.aside:
            voted = f"{voted} {words.count('poll.aside', poll.aside)}"
        yield (Text(voted),)
        yield self.tell.says(self._weight(poll))

    def _weight(self, poll: Poll) -> str:
        """What the votes are worth: whole the first time, then in a word."""
        kind = "binding" if poll.binding else "indicative"
        if kind in self._explained:
            return f"poll.{kind}"
        self._explained.add(kind)
        return f"poll.{kind}.means"

    def _when(self, poll: Poll) -> str:
        words = self.words
        asked = self.tell.when(poll.opened)
        if not poll.closed:
            return words.say("poll.asked-open", when=asked)
        day = self.words.day(poll.opened, self.report.zone) != self.words.day(poll.closed, self.report.zone)
        until = self.tell.time(poll.closed)
        if day:
            until = words.say("moment", date=words.day(poll.closed, self.report.zone), time=until)
        return words.say("poll.asked", when=asked, until=until)

    def _untold(self, poll: Poll) -> Iterator[Block]:
        """No result: what one could choose, and why there is none."""
        if poll.options:
            yield Bullets(tuple((Paragraph(self._said(option)),) for option in poll.options))
        yield Paragraph(self.tell.says("poll.few" if poll.closed else "poll.open"))

    # What came out

    def _result(self, poll: Poll) -> Iterator[Block]:
        match PollKind(poll.kind):
            case PollKind.SINGLE | PollKind.SEVERAL | PollKind.QUIZ:
                yield from self._chosen(poll)
            case PollKind.SCALE:
                yield from self._scale(poll)
            case PollKind.NUMBER:
                yield from self._number(poll)
            case PollKind.RANKING:
                yield from self._ranking(poll)
            case PollKind.WORDS:
                yield from self._in_words(poll)
            case PollKind.STATEMENTS:
                yield from self._statements(poll)

    @property
    def _poll_words(self) -> charts.PollWords:
        return charts.PollWords(number=self.words.number, percent=self.words.percent, few=self.words["poll.too-few"])

    def _drawn(self, drawing: charts.Drawing) -> Chart:
        return Chart(drawing.svg, drawing.alt, poll_charts.WIDTH_MM, narrow=drawing.narrow)

    def _chosen(self, poll: Poll) -> Iterator[Block]:
        words, shares = self.words, self._shares(poll)
        several = poll.kind == PollKind.SEVERAL
        if several:
            yield Paragraph((Text(words.count("poll.several", poll.most)),), role="small")
        if poll.right is not None:
            share = shares[poll.right]
            percent, label = words.percent(share.percent), share.label
            yield Paragraph((Text(words.say("poll.right", label=label, percent=percent)),))
        options = [(self._marked(share.label, place, poll), share.n) for place, share in enumerate(shares)]
        for rows in _pieces(len(options)):
            drawn = charts.poll(
                options,
                title=self._title(poll),
                words=self._poll_words,
                of=poll.n if several else None,
                dark=poll.right,
                rows=rows,
            )
            yield self._drawn(drawn)
        cells = [
            (label, words.number(n), words.percent(share.percent))
            for (label, n), share in zip(options, shares, strict=True)
        ]
        yield self.tell.table(
            "poll.table", ("head.option", "head.votes", "head.share"), cells, numeric=(1, 2), small=True
        )

    def _marked(self, label: str, place: int, poll: Poll) -> str:
        return self.words.say("poll.right-mark", label=label) if place == poll.right else label

    def _shares(self, poll: Poll) -> list[_Share]:
        """Of each option, point or statement: of a statement how many agreed."""
        if poll.kind == PollKind.STATEMENTS:
            return list(self._agreed(poll))
        if poll.kind == PollKind.SCALE:
            labels = [str(point) for point in range(poll.low, poll.high + 1)]
        else:
            labels = [self._label(option) for option in poll.options]
        several = poll.kind == PollKind.SEVERAL
        percents = [round(100 * n / poll.n) for n in poll.counts] if several else percentages(poll.counts)
        return [_Share(*each) for each in zip(range(len(labels)), labels, poll.counts, percents, strict=True)]

    def _agreed(self, poll: Poll) -> Iterator[_Share]:
        for place, said in enumerate(poll.options):
            counts = poll.counts[3 * place : 3 * place + 3]
            if sum(counts) >= ENOUGH:
                yield _Share(place, self._label(said), counts[AGREE], percentages(counts)[AGREE])

    def _scale(self, poll: Poll) -> Iterator[Block]:
        words = self.words
        ends = tuple(self._label(end) for end in poll.ends) or ("", "")
        ends = (ends[0], ends[1] if len(ends) > 1 else "")
        mean, middle = self._mean(poll), words.number(poll.middle or 0)
        yield Paragraph((Text(words.say("poll.scale", mean=mean, middle=middle)),))
        shares = self._shares(poll)
        named = (f"{poll.low}: {ends[0]}" if ends[0] else "", f"{poll.high}: {ends[1]}" if ends[1] else "")
        drawn = poll_charts.columns(
            [(share.label, share.n) for share in shares], title=self._title(poll), words=self._poll_words, ends=named
        )
        yield self._drawn(drawn)
        cells = [(share.label, words.number(share.n), words.percent(share.percent)) for share in shares]
        yield self.tell.table(
            "poll.table", ("head.point", "head.votes", "head.share"), cells, numeric=(1, 2), small=True
        )

    def _number(self, poll: Poll) -> Iterator[Block]:
        words = self.words
        middle, mean = words.number(poll.middle or 0), self._mean(poll)
        yield Paragraph((Text(words.say("poll.number", middle=middle, mean=mean)),))
        counted = [(self._stretch(each.low, each.high), each.n) for each in poll.columns]
        drawn = poll_charts.columns(counted, title=self._title(poll), words=self._poll_words)
        yield self._drawn(drawn)
        cells = [(label, words.number(n)) for label, n in counted]
        yield self.tell.table("poll.table", ("head.number", "head.votes"), cells, numeric=(1,), small=True)

    def _stretch(self, low: int, high: int) -> str:
        number = self.words.number
        return number(low) if low == high else f"{number(low)}–{number(high)}"

    def _mean(self, poll: Poll) -> str:
        return self._tenths(10 * poll.total, poll.n)

    def _tenths(self, total: int, n: int) -> str:
        """*total* of tenths shared by *n*, with one decimal: 23, 10 → "2,3" in Dutch; rounded half away from zero."""
        rounded = (2 * abs(total) + n) // (2 * n)
        whole, tenth = divmod(rounded, 10)
        sign = "−" if total < 0 and rounded else ""
        return f"{sign}{self.words.number(whole)}{self.words['number.point']}{tenth}"

    def _ranking(self, poll: Poll) -> Iterator[Block]:
        """The option with the most points first: as many points as there are options below it, with each voter."""
        words, options = self.words, len(poll.options)
        yield Paragraph(self.tell.says("poll.ranking"), role="small")
        order = sorted(range(options), key=lambda place: -poll.counts[place])
        places = {place: self._tenths(10 * (options * poll.n - poll.counts[place]), poll.n) for place in order}
        found = [
            charts.Track(
                label=f"{n}. {self._label(poll.options[place])}",
                part=poll.counts[place] / max(1, poll.n * (options - 1)),
                dark=n == 1,
                large=places[place],
            )
            for n, place in enumerate(order, start=1)
        ]
        for rows in _pieces(options):
            yield self._drawn(charts.tracks(found[rows], title=self._title(poll)))
        cells = [
            (str(n), self._label(poll.options[place]), places[place], words.number(poll.counts[place]))
            for n, place in enumerate(order, start=1)
        ]
        heads = ("head.place", "head.option", "head.mean-place", "head.points")
        yield self.tell.table("poll.table", heads, cells, numeric=(0, 2, 3), small=True)

    def _in_words(self, poll: Poll) -> Iterator[Block]:
        """A list, the most given first: bold, with how many gave it."""
        if not poll.words:
            yield Paragraph(self.tell.says("poll.no-words"))
            return
        made: list[Inline] = []
        for place, figure in enumerate(poll.words):
            made += [Text(" · ")] if place else []
            made += [Strong((Text(figure.name),)), Text(f"\u00a0{self.words.number(figure.n)}")]
        yield Paragraph(joined(made))
        yield Paragraph(self.tell.says("poll.words"), role="small")

    # Statements

    def _statements(self, poll: Poll) -> Iterator[Block]:
        words = self.words
        counts = [poll.counts[place : place + 3] for place in range(0, len(poll.counts), 3)]
        labels = [self._label(option) for option in poll.options]
        told = sentences(*self._together(labels, counts, poll.opinions))
        if told:
            yield Paragraph(told)
        answers = StatedWords(words["poll.agree"], words["poll.disagree"], words["poll.pass"])
        found = [
            Stated(label, (each[0], each[1], each[2]) if sum(each) >= ENOUGH else None)
            for label, each in zip(labels, counts, strict=True)
        ]
        for rows in _pieces(len(found)):
            drawn = poll_charts.statements(
                found[rows], title=self._title(poll), answers=answers, words=self._poll_words
            )
            yield self._drawn(drawn)
        yield self._statements_table(found)
        if poll.opinions is not None and poll.opinions.groups:
            yield from self._groups(labels, poll.opinions)

    def _statements_table(self, found: Sequence[Stated]) -> Table:
        words = self.words
        cells = []
        for each in found:
            if each.counts is None:
                cells.append((each.label, *("–" for _ in range(3)), words["poll.too-few"]))
                continue
            shares = [words.percent(share) for share in percentages(each.counts)]
            cells.append((each.label, *shares, words.number(sum(each.counts))))
        heads = ("head.statement", "poll.agree", "poll.disagree", "poll.pass", "head.votes")
        return self.tell.table("poll.table", heads, cells, numeric=(1, 2, 3, 4), small=True)

    def _together(
        self, labels: Sequence[str], counts: Sequence[Sequence[int]], opinions: Opinions | None
    ) -> Iterator[Inlines]:
        """What unites the hall, and what divides it: as the groups tell, where there are enough votes for that."""
        shares = [percentages(each) if sum(each) >= ENOUGH else [0, 0, 0] for each in counts]
        if opinions is not None:
            unite, divide = opinions.unite, opinions.divide
        else:
            unite = tuple(place for place, each in enumerate(shares) if max(each[:2]) >= _UNITES)
            divide = tuple(place for place, each in enumerate(shares) if min(each[:2]) >= _DIVIDES)
        of_one = {place: (labels[place], shares[place]) for place in (*unite, *divide) if any(shares[place])}
        yield self._named("poll.unites", [of_one[place] for place in unite if place in of_one], self._one_side)
        yield self._named("poll.divides", [of_one[place] for place in divide if place in of_one], self._both_sides)

    def _named(self, key: str, found: Sequence[tuple[str, list[int]]], told: Callable[[list[int]], str]) -> Inlines:
        if not found:
            return ()
        words = self.words
        first = found[:_MOST_NAMED]
        listed = [words.say("poll.statement", label=label.rstrip("."), told=told(shares)) for label, shares in first]
        return (Text(words.say(key, statements=words.listed(listed))),)

    def _one_side(self, shares: list[int]) -> str:
        side = AGREE if shares[AGREE] >= shares[DISAGREE] else DISAGREE
        name = self.words["poll.agree" if side == AGREE else "poll.disagree"].lower()
        return self.words.say("poll.share", percent=self.words.percent(shares[side]), answer=name)

    def _both_sides(self, shares: list[int]) -> str:
        sides = ((AGREE, "poll.agree"), (DISAGREE, "poll.disagree"))
        told = [
            self.words.say("poll.share", percent=self.words.percent(shares[side]), answer=self.words[key].lower())
            for side, key in sides
        ]
        return ", ".join(told)

    def _groups(self, labels: Sequence[str], opinions: Opinions) -> Iterator[Block]:
        """Who voted alike: groups without names, by letters."""
        words = self.words
        letters = [chr(ord("A") + place) for place in range(len(opinions.groups))]
        listed = [
            words.count("opinions.group", group.n, letter=letter)
            for letter, group in zip(letters, opinions.groups, strict=True)
        ]
        told = words.count("opinions", len(letters), groups=words.listed(listed))
        yield Paragraph((Strong(self.tell.says("opinions.title")), Text(f" {told}")))
        typical = {place for group in opinions.groups for place in group.typical}
        named = {"unite": opinions.unite, "divide": tuple(dict.fromkeys((*opinions.divide, *sorted(typical))))}
        rows = [
            (words[f"opinions.{key}"], labels[place], *(self._percent(group.agree[place]) for group in opinions.groups))
            for key, places in named.items()
            for place in places
            if key == "unite" or place not in opinions.unite
        ]
        heads = (
            *(self.tell.says(key) for key in ("opinions.what", "head.statement")),
            *((Text(words.say("opinions.head", letter=letter)),) for letter in letters),
        )
        cells = tuple(tuple(plain(cell) for cell in row) for row in rows)
        numeric = tuple(range(2, 2 + len(letters)))
        yield Table(self.tell.says("opinions.caption"), heads, cells, numeric=numeric, small=True)

    def _percent(self, share: int | None) -> str:
        return "–" if share is None else self.words.percent(share)

    # The same poll, before

    def _shift(self, poll: Poll) -> Iterator[Block]:
        before, words = poll.before, self.words
        if before is None or not before.told:
            return
        when = self.tell.when(before.opened)
        intro = words.count("shift.before", before.n, when=when)
        told = self._moved(before, poll)
        yield Paragraph(sentences((Strong(self.tell.says("shift")),), (Text(f"{intro} {told}".strip()),)))
        found = self._shifted(before, poll)
        if not found:
            return
        if poll.kind in _CHOSEN:
            for rows in _pieces(len(found)):
                drawn = poll_charts.shift(
                    found[rows],
                    title=self._title(poll),
                    names=(words["shift.name.before"], words["shift.name.after"]),
                    told=lambda each: self._points(each.after - each.before),
                    words=self._poll_words,
                )
                yield self._drawn(drawn)
        cells = [
            (each.label, words.percent(each.before), words.percent(each.after), self._signed(each.after - each.before))
            for each in found
        ]
        heads = ("head.option", "head.before", "head.after", "head.shift")
        yield self.tell.table("shift.table", heads, cells, numeric=(1, 2, 3), small=True)

    def _shifted(self, before: Poll, after: Poll) -> list[Shifted]:
        if after.kind in (PollKind.NUMBER, PollKind.RANKING, PollKind.WORDS):
            return []
        earlier = {share.place: share.percent for share in self._shares(before)}
        return [
            Shifted(share.label, earlier[share.place], share.percent)
            for share in self._shares(after)
            if share.place in earlier
        ]

    def _moved(self, before: Poll, after: Poll) -> str:
        """The shift that says most, in words and a figure."""
        words = self.words
        match PollKind(after.kind):
            case PollKind.SCALE:
                return words.say("shift.mean", before=self._mean(before), after=self._mean(after))
            case PollKind.NUMBER:
                numbers = {"before": words.number(before.middle or 0), "after": words.number(after.middle or 0)}
                return words.say("shift.middle", **numbers)
            case PollKind.RANKING:
                firsts = [
                    self._label(each.options[max(range(len(each.counts)), key=each.counts.__getitem__)])
                    for each in (before, after)
                ]
                key = "shift.first-same" if firsts[0] == firsts[1] else "shift.first"
                return words.say(key, before=firsts[0], after=firsts[1])
            case PollKind.WORDS:
                return ""
        found = self._shifted(before, after)
        most = max(found, key=lambda each: abs(each.after - each.before), default=None)
        if most is None or most.after == most.before:
            return words["shift.none"]
        key = "shift.agree" if after.kind == PollKind.STATEMENTS else "shift.most"
        shares = {"before": words.percent(most.before), "after": words.percent(most.after)}
        return words.say(key, label=most.label, points=self._points(most.after - most.before), **shares)

    def _points(self, by: int) -> str:
        """ "22 punten meer"."""
        if not by:
            return self.words["shift.same"]
        return self.words.count("shift.more" if by > 0 else "shift.less", abs(by))

    def _signed(self, by: int) -> str:
        return f"+{by}" if by > 0 else f"−{-by}" if by else "0"


def _pieces(n: int) -> Iterator[slice]:
    """*n* rows in as few charts as fit on pages, about as long as each other."""
    pieces = -(-n // _ROWS)
    rows = -(-n // pieces)
    return (slice(start, start + rows) for start in range(0, n, rows))
