"""
The sentences of a report that no author wrote: made of the programme and the figures, and of nothing else.

Each function returns the inlines of one or more sentences, empty where the data carry none. Forms vary with the place
of a session in the day, so that eight sessions do not begin alike; the same report always reads the same.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

from server.report.document import Inline, Inlines, NoteRef, Span, Strong, Table, Text
from server.report.model import Figure, Quote, Report, Row, Section, Slot
from server.report.words import Words, capital, local_day

_MINUTE_US = 60_000_000
_BREAK = "break"
_QUOTABLE = 160
"""A longer post is not told inside a sentence."""
_TELLING = 40
"""What is shorter often needs what was said before it."""
_VOICES = 3
_FORMS = 3
_PAUSE_US = 15 * _MINUTE_US
"""A session that begins so soon after a break is the one after it."""
_MOST_LANGUAGES = 5
_MOST_LINES = 9
"""Of a programme that is told session by session."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_SHARES = tuple(Fraction(part) for part in ("1/10", "1/5", "1/4", "1/3", "1/2", "2/3", "3/4"))


def filled(template: str, **gaps: str | Inlines) -> Inlines:
    """*template* with each `{gap}` filled, by words or by inlines."""
    made: list[Inline] = []
    rest = template
    while (start := rest.find("{")) >= 0:
        before, name, rest = rest[:start], *rest[start + 1 :].split("}", 1)
        value = gaps[name] if name in gaps else capital(str(gaps[name.lower()]))
        made += [Text(before)] if before else []
        made += [Text(value)] if isinstance(value, str) and value else value if isinstance(value, tuple) else []
    return joined(made, Text(rest)) if rest else joined(made)


def joined(inlines: Iterable[Inline], *more: Inline) -> Inlines:
    """All of them, with texts that touch as one."""
    made: list[Inline] = []
    for inline in (*inlines, *more):
        if isinstance(inline, Text) and made and isinstance(last := made[-1], Text):
            made[-1] = Text(last.text + inline.text)
        else:
            made.append(inline)
    return tuple(made)


def sentences(*parts: Inlines) -> Inlines:
    """Sentences after one another; empty ones leave no space."""
    made: list[Inline] = []
    for part in parts:
        if part:
            made += [Text(" "), *part] if made else part
    return joined(made)


def without_hashtags(text: str, hashtags: Sequence[str]) -> tuple[str, list[str]]:
    """The text, and those of *hashtags* that stood at its end: they say where it belongs, not what it says."""
    own = {f"#{tag}".casefold() for tag in hashtags}
    said, tags = text.strip(), list[str]()
    while (cut := said.rfind("#")) > 0 and said[cut:].casefold() in own and said[cut - 1].isspace():
        tags.insert(0, said[cut:])
        said = said[:cut].rstrip()
    return said, tags


def foreign(text: str, lang: str | None, home: str) -> Inlines:
    """*text*, marked where it is in another language than *home*, or runs the other way."""
    return marked((Text(text),), text, lang, home)


def marked(inlines: Inlines, text: str, lang: str | None, home: str) -> Inlines:
    """The *inlines* that *text* became, marked in the same way. No language is one that nobody said."""
    is_home = bool(lang) and str(lang).split("-")[0].lower() == home
    if is_home and not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return inlines
    return (Span(inlines, lang=lang or ""),)


def plain(text: str) -> Inlines:
    """Words without markup; nothing for none."""
    return (Text(text),) if text else ()


class Telling:
    """Tells of one report, in one language."""

    def __init__(self, report: Report, words: Words) -> None:
        self.report = report
        self.words = words
        self.zone = report.zone
        self.langs = {section.id: section.lang for section in report.sections}
        self.talks = tuple(section for section in report.sections if section.kind != _BREAK)
        self.rows = tuple(row for row in report.programme if row.kind != _BREAK)
        self.breaks = tuple(row for row in report.programme if row.kind == _BREAK)
        self.days = sorted({local_day(row.start, self.zone) for row in self.rows})

    # Small parts

    def time(self, moment: int) -> str:
        """Of the clock in the hall."""
        return self.words.time(moment, self.zone)

    def when(self, moment: int) -> str:
        """ "om 13:36", with its day where the programme has several."""
        if len(self.days) < 2:
            return self.words.say("when", time=self.time(moment))
        return self.words.say("when.on", day=self.words.day(moment, self.zone), time=self.time(moment))

    def people(self, n: int) -> str:
        """How many wrote."""
        return self.words.count("people", n)

    def who(self, quote: Quote) -> str:
        """Its author as the report names them."""
        return quote.author or self.words["participant"]

    def title(self, section: Section) -> Inlines:
        """Of a session, in its own language."""
        title = section.title or self.words["session.untitled"]
        return foreign(title, section.lang, self.words.lang) if section.lang and section.title else (Text(title),)

    def fits(self, section: Section) -> bool:
        """Whether it has a place in the day: both its times."""
        return 0 < section.start < section.end

    def share(self, n: int, of: int) -> str:
        """A part of the whole as one says it: "ruim een kwart"; a percentage where no such words are near."""
        part = Fraction(n, max(1, of))
        nearest = min(_SHARES, key=lambda share: abs(part - share))
        off = part - nearest
        if not -Fraction(2, 100) <= off <= Fraction(4, 100):
            return self.words.percent(round(100 * part))
        exact = abs(off) < Fraction(1, 200)
        form = "exact" if exact else "over" if off > 0 else "under"
        return self.words.say(f"share.{form}", part=self.words[f"share.{nearest}"])

    def quoted(self, figures: Sequence[Figure], most: int) -> str:
        """The first of them, as words between quotation marks."""
        return self.words.listed([self.words.say("word", word=figure.name) for figure in figures[:most]])

    def speakers(self, names: Sequence[str]) -> str:
        """Up to five by name; more are counted."""
        if len(names) <= 5:
            return self.words.listed(names)
        first = ", ".join(names[:3])
        return self.words.say("and-others", first=first, told=self.words.told(len(names) - 3))

    def _after_break(self, start: int) -> bool:
        return any(0 <= start - each.end <= _PAUSE_US for each in self.breaks)

    @property
    def is_one_day(self) -> bool:
        """Of the chart of the day."""
        slots, zone = self.report.figures.slots, self.report.zone
        return not slots or local_day(slots[0].start, zone) == local_day(slots[-1].start, zone)

    def moment(self, moment: int) -> str:
        """A time, with its day where the chart has several."""
        time = self.time(moment)
        return time if self.is_one_day else f"{self.words.short_day(moment, self.report.zone)} {time}"

    def says(self, key: str) -> Inlines:
        return (Text(self.words[key]),)

    def table(
        self,
        caption: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        total: Sequence[str] = (),
        numeric: tuple[int, ...],
        small: bool = False,
    ) -> Table:
        """With *total* as its last row, in bold."""
        cells = tuple(tuple(plain(cell) for cell in row) for row in rows)
        if total:
            cells = (*cells, tuple((Strong(plain(cell)),) if cell else () for cell in total))
        return Table(self.says(caption), tuple(self.says(key) for key in heads), cells, numeric=numeric, small=small)

    # The whole day

    def held(self) -> str:
        """The day that it was, or the first and last: of the programme, else as the organiser gave it; "" for none."""
        words = self.words
        if len(self.days) > 1:
            first, last = self.days[0], self.days[-1]
            first_told = words.whole_day(first) if first.year != last.year else words.this_day(first)
            return words.say("dates", first=first_told, last=words.whole_day(last))
        day = self.day()
        return words.whole_day(day) if day else ""

    def day(self) -> date | None:
        """The same, where it was one day."""
        if len(self.days) > 1:
            return None
        return self.days[0] if self.days else iso_day(self.report.date)

    def lead(self) -> Inlines:
        """What, when, and how many wrote."""
        words, figures = self.words, self.report.figures
        if not figures.posts:
            wrote = words["lead.none"]
        elif figures.authors == 1 and figures.posts > 1:
            wrote = words.say("lead.one-author", told=words.told(figures.posts))
        else:
            wrote = words.count("lead.posts", figures.posts, people=self.people(figures.authors))
        return sentences(self._when(), (Text(wrote),))

    def _when(self) -> Inlines:
        words, title = self.words, self.report.title
        if not (held := self.held()):
            return filled(words["lead.undated"], title=title)
        if len(self.days) > 1:
            return filled(words["lead.days"], title=title, dates=held)
        return filled(words["lead.dated"], date=held, title=title)

    def programme(self) -> Inlines:
        """The sessions in the order of the day; a long programme in one sentence."""
        groups = [
            tuple(group) for _, group in groupby(sorted(self.rows, key=lambda row: row.start), lambda row: row.start)
        ]
        if not groups:
            return ()
        if len(self.days) > 1 or len(groups) > _MOST_LINES or any(len(group) > 4 for group in groups):
            return self._many()
        return sentences(*(self._moment(place, group, len(groups)) for place, group in enumerate(groups)))

    def _many(self) -> Inlines:
        words = self.words
        gaps = {
            "told": words.told(len(self.rows)),
            "start": self.time(min(row.start for row in self.rows)),
            "end": self.time(max(row.end for row in self.rows)),
        }
        rooms = len({row.room for row in self.rows if row.room})
        if len(self.days) > 1:
            per_day = Counter(local_day(row.start, self.zone) for row in self.rows)
            days = [
                words.say("day.of-day", told=words.told(per_day[day]), day=words.this_day(day)) for day in self.days
            ]
            return filled(words["day.many-days"], told=gaps["told"], days=words.listed(days))
        if rooms > 1:
            return filled(words["day.many-rooms"], rooms=words.told(rooms), **gaps)
        return filled(words["day.many"], **gaps)

    def _moment(self, place: int, group: Sequence[Row], of: int) -> Inlines:
        words, time, after_break = self.words, self.time(group[0].start), self._after_break(group[0].start)
        if len(group) > 1:
            key = "day.choice-after-break" if after_break else "day.choice"
            return filled(words[key], time=time, items=self._either(group))
        if of == 1:
            key = "day.only"
        elif place == 0:
            key = "day.first"
        elif place == of - 1:
            key = "day.last"
        else:
            key = "day.after-break" if after_break else f"day.next.{place % _FORMS + 1}"
        return filled(words[key], time=time, item=self.item(group[0]))

    def _either(self, group: Sequence[Row]) -> Inlines:
        comma = "," if any(row.room for row in group) else ""
        made = list(self.item(group[0], room=True))
        for row in group[1:]:
            made.append(Text(f"{comma} {self.words['or']} " if row is group[-1] else ", "))
            made += self.item(row, room=True)
        return joined(made)

    def item(self, row: Row, *, room: bool = False) -> Inlines:
        """A session in a sentence: its title, who spoke, and where if asked."""
        form = "none" if not row.speakers else "one" if len(row.speakers) == 1 else "some"
        lang = self.langs.get(row.session, "")
        name = row.title or self.words["session.untitled"]
        title = foreign(name, lang, self.words.lang) if lang and row.title else (Text(name),)
        item = filled(self.words[f"item.{form}"], title=title, speakers=self.speakers(row.speakers))
        if room and row.room:
            return filled(self.words["item.in"], item=item, room=self.words.room(row.room))
        return item

    def hall(self) -> Inlines:
        """Where the most was written, when, about what, and in which languages."""
        return sentences(self._most(), self.busiest(), self._topics(), self._languages())

    def top(self) -> Section | None:
        """The session with the most posts, where one has more than any other."""
        ranked = sorted(self.talks, key=lambda section: -section.posts)
        if len(ranked) < 3 or ranked[0].posts < 2 or ranked[0].posts == ranked[1].posts:
            return None
        return ranked[0]

    def _most(self) -> Inlines:
        top = self.top()
        if top is None:
            return ()
        item = filled(self.words["word"], word=self.title(top))
        share = self.share(top.posts, self.report.figures.posts)
        return filled(self.words["hall.most-share"], item=item, told=self.words.told(top.posts), share=share)

    def busiest(self) -> Inlines:
        """The highest column, when it stands out."""
        figures = self.report.figures
        if not figures.peaks or not figures.clear:
            return ()
        slot = figures.slots[figures.peaks[0]]
        start, end = self.slot_times(slot)
        on = self.words.say("on-day", day=self.words.day(slot.start, self.zone)) if len(self.days) > 1 else ""
        told = self.words.told(slot.n)
        return filled(self.words[f"hall.peak.{figures.slot_s}"], on=on, start=start, end=end, told=told)

    def slot_times(self, slot: Slot) -> tuple[str, str]:
        """When a column of the chart begins and ends."""
        return self.time(slot.start), self.time(slot.start + self.report.figures.slot_s * 1_000_000)

    def _topics(self) -> Inlines:
        found = self.report.figures.words
        if len(found) < 3:
            return ()
        return filled(self.words["hall.words"], words=self.quoted(found, 4))

    def _languages(self) -> Inlines:
        named = [figure for figure in self.report.figures.languages if figure.name]
        if len(named) < 2:
            return ()
        most, *others = (self.words.language(figure.name) for figure in named)
        if len(others) > _MOST_LANGUAGES:
            others = [*others[: _MOST_LANGUAGES - 1], self.words["languages.more"]]
        return filled(self.words["hall.languages"], most=most, others=self.words.listed(others))

    def voices(self) -> Inlines:
        """Some posts, whole and by time: one of each of the fullest sessions, and one of them rather a question."""
        found: list[Quote] = []
        for section in sorted(self.report.all_sections(), key=lambda section: -section.posts):
            found += self._voice(section, asked=len(found) == 1)
            if len(found) == _VOICES:
                break
        told, has_star = list[Inlines](), False
        for quote in sorted(found, key=lambda quote: quote.at):
            told.append(self._heard(quote, also=has_star))
            has_star = has_star or quote.starred
        return sentences(*told)

    def _voice(self, section: Section, *, asked: bool) -> list[Quote]:
        """At most one: a question if wanted, else one with a star, rather one that is not large in its session."""
        large = {quote.post for quote in section.pulls}
        said = [quote for thread in section.thread for quote in (thread.quote, *thread.replies)]
        questions = [thread.quote for thread in section.thread if asked and self._is_question(thread.quote)]
        starred = [quote for quote in said if quote.starred and quote.post not in large]
        for kind in (questions, starred, section.pulls):
            quotable = [quote for quote in kind if self._is_quotable(quote)]
            if quotable:
                return [min(quotable, key=lambda each: (each.lang != self.words.lang, len(each.text) < _TELLING))]
        return []

    def _is_question(self, quote: Quote) -> bool:
        said, _ = without_hashtags(quote.text, self.report.hashtags)
        return said.endswith("?") and len(said) >= _TELLING

    @staticmethod
    def _is_quotable(quote: Quote) -> bool:
        fits = 0 < len(quote.text) <= _QUOTABLE and "\n" not in quote.text.strip()
        return fits and not quote.warning and not quote.link_only

    def _heard(self, quote: Quote, *, also: bool) -> Inlines:
        said, _ = without_hashtags(quote.text, self.report.hashtags)
        if self._is_question(quote):
            key = "hall.asked"
        elif quote.starred:
            key = "hall.quote-also" if also else "hall.quote-starred"
        else:
            key = "hall.quote"
        text = foreign(said, quote.lang, self.words.lang)
        told = filled(self.words[key], who=self.who(quote), when=self.when(quote.at), text=text)
        return (*told, NoteRef(quote.note)) if quote.note else told

    def afterwards(self) -> Inlines:
        """The papers, and what came after the end."""
        words, after = self.words, self.report.after
        papers = len({paper.paper for section in self.report.all_sections() for paper in section.papers})
        fetched = self.report.figures.fetched
        shelf: Inlines = ()
        if papers and fetched:
            shelf = (Text(words.count("hall.papers-fetched", papers, times=words.count("times", fetched))),)
        elif papers:
            shelf = (Text(words.count("hall.papers", papers)),)
        if after is None or not after.posts:
            return shelf
        return sentences((Text(words.count("hall.after", after.posts, people=self.people(after.authors))),), shelf)

    # One session

    def begin(self, section: Section) -> Inlines:
        """Who began, when and where; with words for a break before it, a session beside it, the first and the last."""
        if section.kind == _BREAK:
            return self.pause(section)
        if not self.fits(section):
            return ()
        names = [speaker.name for speaker in section.speakers]
        form = "none" if not names else "one" if len(names) == 1 else "some"
        where = self.words.say("where", room=self.words.room(section.room)) if section.room else ""
        template = self.words[f"begin.{self._kind_of_begin(section)}.{form}"]
        told = filled(template, time=self.time(section.start), where=where, speakers=self.speakers(names))
        first, *rest = told
        return (Text(capital(first.text)), *rest) if isinstance(first, Text) else told

    def pause(self, section: Section) -> Inlines:
        """When a break was, and where."""
        if not self.fits(section):
            return ()
        where = self.words.say("where", room=self.words.room(section.room)) if section.room else ""
        start, end = self.time(section.start), self.time(section.end)
        return filled(self.words["begin.pause"], start=start, end=end, where=where)

    def _kind_of_begin(self, section: Section) -> str:
        held = [each for each in self.talks if self.fits(each)]
        place = held.index(section)
        starts = [each.start for each in held]
        if place and starts[place - 1] == section.start:
            return "also"
        if len(self.days) == 1 and len(held) > 1 and section.start == min(starts):
            return "first"
        if len(self.days) == 1 and len(held) > 2 and starts.count(section.start) == 1 and section.start == max(starts):
            return "last"
        if self._after_break(section.start):
            return "break"
        return str(place % _FORMS + 1)

    def wrote(self, section: Section, place: int) -> Inlines:
        """How many wrote how much; and if it was the most of the day, that."""
        words = self.words
        if not section.posts:
            return ()
        if section.authors == 1 and section.posts > 1:
            said = words.say("wrote.alone", told=words.told(section.posts))
        else:
            each = section.authors == section.posts > 1
            people = words["people.as-many"] if each else self.people(section.authors)
            form = 1 if each else place % _FORMS + 1
            said = words.count(f"wrote.{form}", section.posts, people=people)
        if self.top() is not section:
            return (Text(said),)
        share = self.share(section.posts, self.report.figures.posts)
        return sentences((Text(said),), filled(words["wrote.most-share"], share=share))

    def about(self, section: Section, place: int) -> Inlines:
        """What it was about, as sure as the figures are."""
        found = section.words
        if not found:
            return ()
        if len(found) == 1:
            word = self.words.say("word", word=found[0].name)
            return (Text(self.words.count("about.one", found[0].n, word=word)),)
        if len(found) == 2:
            return filled(self.words["about.two"], words=self.quoted(found, 2))
        is_strong = 4 * found[0].n >= section.posts > 0
        key = "about.strong" if is_strong and place % 2 else f"about.{place % 2 + 1}"
        return filled(self.words[key], words=self.quoted(found, 3))

    def peak(self, section: Section) -> Inlines:
        """That the highest column of the day stands in this session and in no other."""
        figures = self.report.figures
        if not figures.clear or not figures.peaks or figures.slot_s > 900 or not self.fits(section):
            return ()
        slot = figures.slots[figures.peaks[0]]
        if self.at_peak() is not section:
            return ()
        middle = slot.start + figures.slot_s * 500_000
        part = ("begin", "middle", "end")[min(2, 3 * (middle - section.start) // (section.end - section.start))]
        start, end = self.slot_times(slot)
        told = self.words.told(slot.n)
        return filled(self.words[f"peak.{part}.{figures.slot_s}"], start=start, end=end, told=told)

    def at_peak(self) -> Section | None:
        """The session or break in which the highest column stands, but for a fifth of it; None of two, or none."""
        figures = self.report.figures
        if not figures.peaks:
            return None
        start = figures.slots[figures.peaks[0]].start
        end = start + figures.slot_s * 1_000_000
        overlaps = [(min(end, each.end) - max(start, each.start), each) for each in self.report.sections]
        most = [each for overlap, each in overlaps if 5 * overlap >= 4 * (end - start)]
        some = [each for overlap, each in overlaps if 5 * overlap > end - start]
        return most[0] if len(most) == len(some) == 1 else None

    def shelf(self, section: Section) -> Inlines:
        """Its papers, and how often they were fetched."""
        n, fetched = len(section.papers), sum(paper.fetched for paper in section.papers)
        if not n:
            return ()
        if not fetched:
            return (Text(self.words.count("shelf", n)),)
        return (Text(self.words.count("shelf.fetched", n, times=self.words.count("times", fetched))),)


def iso_day(told: str) -> date | None:
    """The day that an organiser gave, None where it is no day."""
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None
