"""The two chapters of figures: what the day came to, and how it was moderated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.report import charts
from server.report.document import (
    Block,
    Blocks,
    Break,
    Chart,
    Heading,
    Inline,
    Inlines,
    Numbers,
    Paragraph,
    Part,
    Strong,
    Table,
    Text,
)
from server.report.model import Brake, Figure, Slot
from server.report.narrative import Telling, filled, joined, sentences
from server.report.words import capital

_MINUTE_S = 60
_HALF_MM, _WHOLE_MM = 80.0, 168.0
_BELOW_PERCENT = 1
"""Networks below this are told together."""
_PHONE = "phone"


class Counting:
    """Tells the figures of one report, in one language."""

    def __init__(self, tell: Telling) -> None:
        self.tell = tell
        self.report = tell.report
        self.words = tell.words

    def figures(self) -> Part | None:
        if not self.report.figures.posts:
            return None
        blocks: list[Block] = [
            Heading(1, self.tell.says("figures.days" if len(self.tell.days) > 1 else "figures"), "figures"),
            self._numbers(),
        ]
        blocks += self._day()
        blocks += self._origin()
        blocks += self._topics()
        return Part(ident="figures", blocks=tuple(blocks))

    def _numbers(self) -> Numbers:
        figures, words = self.report.figures, self.words
        pairs = [(words.number(figures.posts), words.form("numbers.posts", figures.posts))]
        if figures.authors:
            pairs.append((words.number(figures.authors), words.form("numbers.authors", figures.authors)))
        if figures.fetched:
            pairs.append((words.number(figures.fetched), words["numbers.fetched"]))
        if figures.scanned:
            pairs.append((words.number(figures.scanned), words.form("numbers.scanned", figures.scanned)))
        pairs += self._of_hall()
        if figures.shown_p50_s is not None and figures.posts > 1:
            pairs.append((self._short_duration(figures.shown_p50_s), words["numbers.speed"]))
        return Numbers(tuple(pairs))

    def _of_hall(self) -> Iterator[tuple[str, str]]:
        """What the hall asked, voted and reacted."""
        figures, words = self.report.figures, self.words
        counted = {
            "questions": figures.questions,
            "wanted": figures.wanted,
            "polls": figures.polls,
            "votes": figures.votes,
            "reactions": sum(each.n for each in figures.reactions),
        }
        return ((words.number(n), words.form(f"numbers.{what}", n)) for what, n in counted.items() if n)

    def _short_duration(self, seconds: int) -> str:
        if seconds < 2 * _MINUTE_S:
            return self.words.say("duration.short", n=self.words.number(seconds))
        return self.words.say("duration.short-minutes", n=self.words.number(round(seconds / _MINUTE_S)))

    def _day(self) -> Blocks:
        figures = self.report.figures
        if sum(1 for slot in figures.slots if slot.n) < 2:
            return ()
        drawn = charts.day_chart(figures, words=self._day_words(), zone=self.report.zone, width_mm=_WHOLE_MM)
        heading = Heading(2, self._finding(), "figures-day")
        told = sentences(self._per_slot(), self._top(), self._talk())
        return heading, Paragraph(told), Chart(drawn.svg, drawn.alt, _WHOLE_MM, narrow=drawn.narrow), self._day_table()

    def _finding(self) -> Inlines:
        """What the chart says, when it says it clearly; else its plain name."""
        figures, words = self.report.figures, self.words
        if not figures.clear:
            return self.tell.says(f"per.{figures.slot_s}")
        busiest = words[f"busiest.{figures.slot_s}"]
        session = self.tell.at_peak()
        slot = figures.slots[figures.peaks[0]]
        if session and session.kind == "break":
            return filled(words["busiest.break"], busiest=busiest)
        if session:
            return filled(words["busiest.session"], busiest=busiest, title=self.tell.title(session))
        if self.tell.is_one_day:
            return filled(words["busiest.time"], busiest=busiest, time=self.tell.time(slot.start))
        return filled(words["busiest.on"], busiest=busiest, day=words.day(slot.start, self.report.zone))

    def _per_slot(self) -> Inlines:
        """The plain name of the chart, where the heading is a finding."""
        figures = self.report.figures
        return (Text(f"{self.words[f'per.{figures.slot_s}']}."),) if figures.clear else ()

    def _top(self) -> Inlines:
        figures, words = self.report.figures, self.words
        first, *others = (figures.slots[peak] for peak in figures.peaks)
        start, end = self.tell.slot_times(first)
        day = words.day(first.start, self.report.zone)
        posts = words.count("posts", first.n)
        key = "top" if self.tell.is_one_day else "top.on"
        top = words.say(key, start=start, end=end, day=day, posts=posts, rate=self._rate(first))
        if not others:
            return (Text(top),)
        times = [
            words.say("top.also-one", time=self.tell.moment(slot.start), n=words.number(slot.n))
            for slot in sorted(others, key=lambda slot: slot.start)
        ]
        return (Text(f"{top} {words.say('top.also', times=words.listed(times))}"),)

    def _rate(self, slot: Slot) -> str:
        """Posts per minute, from two on."""
        per_minute, rest = divmod(slot.n * _MINUTE_S, self.report.figures.slot_s)
        if per_minute < 2:
            return ""
        if 10 * rest >= 7 * self.report.figures.slot_s:
            return self.words.say("top.rate-under", told=self.words.told(per_minute + 1))
        return self.words.say("top.rate-over" if rest else "top.rate", told=self.words.told(per_minute))

    def _talk(self) -> Inlines:
        talk, words = self.report.figures.talk, self.words
        if talk is None:
            return ()
        if talk in (0, 100):
            return self.tell.says("talk.all" if talk else "talk.none")
        return (Text(words.say("talk", percent=words.percent(talk), rest=words.percent(100 - talk))),)

    def _day_words(self) -> charts.DayWords:
        words = self.words
        return charts.DayWords(
            title=words[f"per.{self.report.figures.slot_s}"],
            phones=words["chart.phones"],
            networks=words["chart.networks"],
            posts=lambda n: words.count("chart.posts", n),
            number=words.number,
            day=lambda moment: words.short_day(moment, self.report.zone),
            said=words["chart.said"],
            busiest=words["chart.busiest"],
            both=words["and"],
            none=words["chart.none"],
        )

    def _day_table(self) -> Table:
        slots = [slot for slot in self.report.figures.slots if slot.n]
        has_gaps = len(slots) < len(self.report.figures.slots)
        number = self.words.number
        rows = [(self.tell.moment(s.start), number(s.phones), number(s.networks), number(s.n)) for s in slots]
        heads = ("head.from", "head.phones", "head.networks", "head.total")
        caption = "table.same-gaps" if has_gaps else "table.same"
        return self.tell.table(caption, heads, rows, numeric=(1, 2, 3), small=True)

    def _origin(self) -> Blocks:
        """Which networks, with the small ones together."""
        words, networks = self.words, self.report.figures.networks
        if not networks:
            return ()
        if len(networks) == 1:
            return self._single_origin(networks[0])
        total = sum(figure.n for figure in networks)
        rows = [(capital(words.network(figure.name)), figure.n) for figure in networks]
        small = [row for row in rows if 100 * row[1] < _BELOW_PERCENT * total]
        if len(small) > 1:
            rest = (capital(words["origin.rest"]), sum(n for _, n in small))
            rows = [row for row in rows if row not in small] + [rest]
        shares = percentages([n for _, n in rows])
        told = [(label, n, self._percent(n, share)) for (label, n), share in zip(rows, shares, strict=True)]
        drawn = charts.bars(told, title=words["origin.caption"], number=words.number, width_mm=_HALF_MM)
        cells = [(label, words.number(n), share) for label, n, share in told]
        return (
            Heading(2, self.tell.says("origin"), "figures-origin"),
            Chart(drawn.svg, drawn.alt, _HALF_MM, narrow=drawn.narrow),
            self.tell.table(
                "origin.caption", ("head.network", "head.posts", "head.share"), cells, numeric=(1, 2), small=True
            ),
        )

    def _single_origin(self, network: Figure) -> Blocks:
        if network.n < 2:
            return ()
        key = "origin.phone" if network.name == _PHONE else "origin.one"
        return (Paragraph((Text(self.words.say(key, network=self.words.network(network.name))),)),)

    def _percent(self, n: int, share: int) -> str:
        return f"< {self.words.percent(1)}" if n and not share else self.words.percent(share)

    def _topics(self) -> Blocks:
        figures, words = self.report.figures, self.words
        blocks: list[Block] = []
        if figures.words:
            blocks.append(Paragraph(self._tally(figures.words)))
            if sum(1 for section in self.report.sections if section.words) > 1:
                blocks.append(Paragraph(self.tell.says("topics.meaning"), role="small"))
        repeated = [each for each in figures.hashtags if each.n > 1]
        if repeated:
            told = [words.say("topics.entry", word=f"#{each.name}", n=words.number(each.n)) for each in repeated]
            blocks.append(Paragraph((Text(words.say("topics.hashtags", hashtags=words.listed(told))),)))
        if len(figures.languages) > 1:
            named = sorted((-each.n, capital(words.language(each.name))) for each in figures.languages)
            told = [words.say("topics.entry", word=name, n=words.number(-n)) for n, name in named]
            blocks.append(Paragraph((Text(words.say("topics.languages", languages=words.listed(told))),)))
        if not blocks:
            return ()
        tags = words.listed([f"#{tag}" for tag in self.report.hashtags])
        title = words.say("topics.beside", hashtags=tags) if tags else words["topics"]
        return (Heading(2, (Text(title),), "figures-topics"), *blocks)

    def _tally(self, found: Sequence[Figure]) -> Inlines:
        made: list[Inline] = []
        for place, figure in enumerate(found):
            made += [Text(" · ")] if place else []
            made += [Strong((Text(figure.name),)), Text(f"\u00a0{self.words.number(figure.n)}")]
        return joined(made)

    # How it was moderated

    def moderation(self) -> Part | None:
        moderation, words = self.report.moderation, self.words
        if not moderation.came:
            return None
        margin: list[Inlines] = []
        if moderation.people:
            names = [inline for name in moderation.people for inline in (Break(), Text(name))]
            margin.append((Strong(self.tell.says("moderation.people")), *names))
        policy = moderation.policy
        margin.append((Strong(self.tell.says("moderation.policy")), Break(), Text(words[f"policy.{policy}"])))
        came = words.count("moderation.came", moderation.came)
        rest = words["moderation.not-shown"]
        if moderation.came == moderation.shown:
            rest = words.form("moderation.all-shown", moderation.came)
        blocks: list[Block] = [
            Heading(1, self.tell.says("moderation"), "moderation", margin=tuple(margin)),
            Paragraph(self.tell.says(f"policy.{policy}.means")),
            Paragraph((Text(f"{came} {rest}"),)),
        ]
        blocks += self._outcomes()
        blocks += self._reasons()
        if moderation.merged:
            told = words.count("merged", moderation.merged)
            blocks.append(Paragraph((Text(told),)))
        if moderation.answers:
            blocks.append(Paragraph((Text(words.count("moderation.answers", moderation.answers)),)))
        blocks += [self._brake(brake) for brake in moderation.brakes]
        blocks.append(self._stops())
        blocks += self._speed()
        return Part(ident="moderation", blocks=tuple(blocks))

    def _outcomes(self) -> Blocks:
        moderation, words = self.report.moderation, self.words
        counted = (
            ("shown", moderation.shown),
            ("not-shown", sum(figure.n for figure in moderation.not_shown)),
            ("withdrawn", moderation.withdrawn),
            ("gone", moderation.gone),
            ("erased", moderation.erased),
            ("waiting", moderation.waiting),
        )
        segments = [(words[f"outcome.{name}"], n) for name, n in counted if n]
        if len(segments) < 2:
            return ()
        drawn = charts.stacked(segments, title=words["moderation.chart"], number=words.number, width_mm=_WHOLE_MM)
        rows = [(capital(label), words.number(n)) for label, n in segments]
        total = words["head.total"], words.number(sum(n for _, n in segments))
        return (
            Chart(drawn.svg, drawn.alt, _WHOLE_MM, narrow=drawn.narrow),
            self.tell.table(
                "moderation.chart", ("head.outcome", "head.count"), rows, total=total, numeric=(1,), small=True
            ),
        )

    def _reasons(self) -> Blocks:
        words, reasons = self.words, self.report.moderation.not_shown
        if not reasons:
            return ()
        rows = [(self._reason("reason", each), words.number(each.n), self._reason("read", each)) for each in reasons]
        total = (words["head.total"], words.number(sum(each.n for each in reasons)), "") if len(rows) > 1 else ()
        heads = ("head.reason", "head.count", "head.read")
        return (self.tell.table("reasons.caption", heads, rows, total=total, numeric=(1,)),)

    def _reason(self, column: str, figure: Figure) -> str:
        key = f"{column}.{figure.name}"
        return self.words[key if key in self.words.entries else f"{column}.no-reason"]

    def _brake(self, brake: Brake) -> Paragraph:
        words = self.words
        when = self._timed("brake.when", brake.start)
        told = [words.count("brake.saw", brake.posts_per_minute)]
        shares = {"new": brake.new_percent, "alike": brake.alike_percent}
        seen = "-".join(name for name, percent in shares.items() if percent)
        if seen:
            told.append(words.say(f"brake.{seen}", **{name: words.percent(n) for name, n in shares.items()}))
        told.append(words["brake.then"])
        return Paragraph((Strong((Text(when),)), Text(f" {' '.join(told)}")))

    def _timed(self, key: str, moment: int) -> str:
        time = self.tell.time(moment)
        if len(self.tell.days) < 2:
            return self.words.say(key, time=time)
        return self.words.say(f"{key}-on", time=time, day=self.words.day(moment, self.report.zone))

    def _stops(self) -> Paragraph:
        words, stops = self.words, self.report.moderation.stops
        strong = Strong(self.tell.says("stops"))
        if not stops:
            return Paragraph((strong, Text(f" {words['stops.none']}")))
        times = words.listed([self._timed("stops.time", moment) for moment in stops])
        return Paragraph((strong, Text(f" {words.count('stops.used', len(stops), times=times)}")))

    def _speed(self) -> Blocks:
        words, figures = self.words, self.report.figures
        if figures.shown_p50_s is None or figures.shown_p95_s is None or figures.posts < 2:
            return ()
        half, most = words.duration(figures.shown_p50_s), words.duration(figures.shown_p95_s)
        said = words.say("speed.same" if half == most else "speed.half", half=half, most=most)
        return (Paragraph((Strong(self.tell.says("speed")), Text(f" {said}"))),)


def percentages(numbers: Sequence[int]) -> list[int]:
    """Whole percents that add up to 100: what the rounding left goes to the largest remainders."""
    total = sum(numbers)
    if not total:
        return [0 for _ in numbers]
    shares = [100 * n // total for n in numbers]
    by_remainder = sorted(range(len(numbers)), key=lambda place: (-(100 * numbers[place] % total), place))
    for place in by_remainder[: 100 - sum(shares)]:
        shares[place] += 1
    return shares
