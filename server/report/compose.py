"""
A `Report` and the words of a language become a `Document`: what stands where, and in which words.

In the order of reading: in short · the day in figures · each session · what belongs to none · afterwards · how it was
moderated · versions and colophon · sources. An empty part leaves no heading. Where an author wrote nothing, the
sentences of `narrative` stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from qr import capitals
from server.report import document as nodes
from server.report import prose
from server.report.answering import Answering
from server.report.counting import Counting
from server.report.document import (
    Bar,
    Block,
    Blocks,
    Break,
    Bullets,
    Card,
    Code,
    Contents,
    Document,
    Drop,
    Emph,
    Extract,
    Heading,
    Inlines,
    Link,
    Paragraph,
    Part,
    Said,
    Strong,
    Table,
    Text,
)
from server.report.model import Quote, Report, Row, Section, Thread
from server.report.narrative import Telling, foreign, plain, sentences
from server.report.numbering import in_order
from server.report.polling import Polling
from server.report.quoting import LARGE, Quoting, linked, shown
from server.report.words import Words, capital, local_day
from server.report.words import words as words_of
from server.symposium.values import Naming

MAKER = "Fontein"

_WORDS_PER_PULL = 300
_NAMES: Mapping[Naming, str] = {
    Naming.FULL: "names.full",
    Naming.INITIALS: "names.initials",
    Naming.ANONYMOUS: "names.anonymous",
}


def compose(report: Report, words: Words | None = None) -> Document:
    """
    The document of *report*, in the language of *words*; by default in its own.

    The same report and words always make an equal document.
    """
    return _Composer(report, words or words_of(report.lang)).whole()


class _Composer:
    """Composes one report. What gives a `Part`, or None, is a chapter."""

    def __init__(self, report: Report, words: Words) -> None:
        self.report = report
        self.words = words
        self.tell = Telling(report, words)
        self.quoting = Quoting(self.tell)
        self.counting = Counting(self.tell)
        self.answering = Answering(self.tell, self.quoting)
        self.polling = Polling(self.tell, self.quoting)

    def whole(self) -> Document:
        """All of it."""
        report, words, figures = self.report, self.words, self.report.figures
        date = words.plain_date(report.at, report.zone)
        held = self.tell.held()
        parts, notes = in_order(tuple(self._parts()), tuple(map(self.quoting.note, report.notes)))
        kicker = words.say("cover.kicker", date=held) if held else words["cover.kicker-no-date"]
        return Document(
            title=report.title,
            kicker=kicker,
            subtitle=words.count("cover.subtitle", figures.authors) if figures.authors else "",
            foot=tuple(self._foot(date)),
            lang=words.lang,
            running=(report.title, self._running()),
            at=report.at,
            date=date,
            creator=MAKER,
            subject=kicker,
            keywords=(*report.hashtags, *(figure.name for figure in figures.words)),
            cover_alt=self._cover_alt(),
            parts=parts,
            notes=notes,
            report=report,
        )

    def _running(self) -> str:
        """What this is, and of which day; a header has no room for more."""
        day = self.tell.day()
        return self.words.say("running", date=self.words.plain_day(day)) if day else self.words["running.no-date"]

    def _parts(self) -> Iterator[Part]:
        """In the order of reading, in which each is made: what was said once need not be said again."""
        made = [self._short(), self.counting.figures()]
        if self._loose_is_before:
            made.append(self._loose())
        made += [self._session(section, place) for place, section in enumerate(self.report.sections)]
        if not self._loose_is_before:
            made.append(self._loose())
        made += [
            self._after(),
            self._closing(),
            self.counting.moderation(),
            self._colophon(),
            self._sources(),
        ]
        return (part for part in made if part is not None)

    # The cover

    def _foot(self, date: str) -> Iterator[str]:
        report, words = self.report, self.words
        if report.figures.peaks:
            yield f"{words[f'cover.jets.{report.figures.slot_s}']} {self._highest('cover.highest')}"
        if report.number:
            yield words.say("cover.version", number=str(report.number), date=date)
        else:
            yield words.say("cover.draft", date=date, time=self.tell.time(report.at))

    def _highest(self, key: str) -> str:
        slot = self.report.figures.slots[self.report.figures.peaks[0]]
        time = self.tell.time(slot.start)
        if self.tell.is_one_day:
            return self.words.say(key, time=time)
        return self.words.say(f"{key}-on", time=time, day=self.words.day(slot.start, self.report.zone))

    def _cover_alt(self) -> str:
        figures, words = self.report.figures, self.words
        if not figures.peaks:
            return words["cover.alt-none"]
        slot = figures.slots[figures.peaks[0]]
        highest = words.count("cover.alt-highest", slot.n, time=self.tell.moment(slot.start))
        return f"{words['cover.alt']} {words[f'cover.jets.{figures.slot_s}']} {highest}"

    # In short

    def _short(self) -> Part:
        blocks: list[Block] = [Heading(1, self.tell.says("short"), "short")]
        blocks += self._opening()
        blocks += self._authored(self.report.summary, "short-summary", level=2) or self._summary()
        blocks += self._recommendations()
        blocks += self._drop_meaning()
        blocks += self._programme()
        blocks.append(Contents(self.words["short.contents"]))
        blocks += self._code()
        return Part(ident="short", blocks=tuple(blocks))

    def _opening(self) -> Blocks:
        written = self._authored(self.report.opening, "short-opening", level=2)
        if not written:
            return (Paragraph(self.tell.lead(), role="lead"),)
        return tuple(
            Paragraph(block.inlines, role="lead") if isinstance(block, Paragraph) else block for block in written
        )

    def _summary(self) -> Blocks:
        told = (self.tell.programme(), self.tell.hall(), self.tell.voices(), self.tell.afterwards())
        return tuple(Paragraph(inlines) for inlines in told if inlines)

    def _recommendations(self) -> Blocks:
        written = self._authored(self.report.recommendations, "short-recommendations-text", level=3)
        if not written:
            return ()
        listed = [len(block.items) for block in written if isinstance(block, Bullets)]
        title = self.words["recommendations.some"]
        if len(listed) == 1:
            title = self.words.count("recommendations", listed[0])
        heading = Heading(2, (Text(title),), "short-recommendations")
        return (heading, *written, Paragraph(self.tell.says("recommendations.whose"), role="small"))

    def _drop_meaning(self) -> Blocks:
        """Said once, before the first, if there is one at all."""
        threads = [thread for section in self.report.all_sections() for thread in section.thread]
        said = [quote for thread in threads for quote in (thread.quote, *thread.replies)]
        said += [quote for section in self.report.all_sections() for quote in section.pulls]
        if not any(quote.starred for quote in said):
            return ()
        drop = Drop(self.words["drop"])
        return (Paragraph((drop, Text(" "), Text(self.words["drop.meaning"])), role="small"),)

    def _programme(self) -> Blocks:
        rows = self.tell.rows
        if not rows:
            return ()
        tables: list[Block] = [Heading(2, self.tell.says("short.programme"), "short-programme")]
        for _, of_day in groupby(rows, lambda row: local_day(row.start, self.report.zone)):
            tables.append(self._programme_table(tuple(of_day)))
        return tuple(tables)

    def _programme_table(self, rows: Sequence[Row]) -> Table:
        words = self.words
        caption = self.tell.says("programme.caption")
        if len(self.tell.days) > 1:
            day = words.day(rows[0].start, self.report.zone)
            caption = (Text(words.say("programme.caption-day", day=day)),)
        columns: list[tuple[str, list[Inlines]]] = [("head.time", [(Text(self.tell.time(row.start)),) for row in rows])]
        columns.append(("head.session", [self._row_title(row) for row in rows]))
        if any(row.speakers for row in rows):
            columns.append(("head.speakers", [plain(self.tell.speakers(row.speakers)) for row in rows]))
        if any(row.room for row in rows):
            columns.append(("head.room", [plain(row.room) for row in rows]))
        columns.append(("head.posts", [(Text(words.number(row.posts)),) for row in rows]))
        cells = zip(*(column for _, column in columns), strict=True)
        head = tuple(self.tell.says(key) for key, _ in columns)
        return Table(caption, head, tuple(cells), numeric=(len(columns) - 1,))

    def _row_title(self, row: Row) -> Inlines:
        if not row.title:
            return self.tell.says("session.untitled")
        lang = self.tell.langs.get(row.session, "")
        return foreign(row.title, lang, self.words.lang) if lang else (Text(row.title),)

    def _code(self) -> Blocks:
        report, words = self.report, self.words
        if not report.short or not report.home:
            return ()
        address = self.quoting.url(report.short)
        return (
            Card(
                address=capitals(address),
                code_alt=words.say("code.alt", address=shown(address)),
                title=self.tell.says("short.code"),
                lines=((Strong((linked(address),)),), self.tell.says("short.code-line")),
            ),
        )

    # A session

    def _session(self, section: Section, place: int) -> Part | None:
        is_break = section.kind == "break"
        chosen = section.text.strip() or section.thread or section.pulls or section.papers or _has_hall(section)
        if not chosen and (is_break or not section.posts):
            return None
        ident = f"session-{place + 1}"
        blocks: list[Block] = [self._bar(section)] if self.tell.fits(section) else []
        blocks.append(Heading(1, self.tell.title(section), ident, margin=tuple(self._margin(section))))
        if section.subtitle:
            subtitle = foreign(section.subtitle, section.lang, self.words.lang)
            blocks.append(Paragraph(subtitle if section.lang else plain(section.subtitle), role="lead"))
        told = self._authored(section.text, f"{ident}-text", level=2) or self._told(section, place)
        blocks += self._with_pulls(told, section)
        blocks += self._thread(section, ident)
        blocks += self._hall(section, ident)
        blocks += self._papers(section, ident)
        return Part(ident=ident, blocks=tuple(blocks))

    def _bar(self, section: Section) -> Bar:
        words, zone = self.words, self.report.zone
        times = {"start": self.tell.time(section.start), "end": self.tell.time(section.end)}
        time = words.say("session.time", **times)
        if len(self.tell.days) > 1:
            time = words.say("session.time-day", day=words.short_day(section.start, zone), **times)
        counted = {
            "posts": section.posts,
            "questions": section.asking.n,
            "polls": len(section.polls),
            "papers": len(section.papers),
        }
        counts = [words.count(f"session.counts.{what}", n) for what, n in counted.items() if n]
        return Bar(time=time, room=section.room, counts=" · ".join(counts))

    def _margin(self, section: Section) -> Iterator[Inlines]:
        for speaker in section.speakers:
            name: Inlines = (Strong((Text(speaker.name),)),)
            yield (*name, Break(), Text(speaker.about)) if speaker.about else name
        if section.hashtag:
            yield (Text(f"#{section.hashtag}"),)
        if section.words:
            names = ", ".join(figure.name for figure in section.words[:5])
            yield (Strong(self.tell.says("session.words")), Break(), Text(names))

    def _told(self, section: Section, place: int) -> Blocks:
        """What the data say of a session of which no author wrote."""
        tell = self.tell
        begin, announced = tell.begin(section), self._announced(section, place)
        wrote = sentences(
            tell.wrote(section, place), tell.peak(section), tell.about(section, place), tell.shelf(section)
        )
        if not announced:
            told = sentences(begin, wrote)
            return (Paragraph(told),) if told else ()
        lead_in, extract = announced
        first = Paragraph(sentences(begin, lead_in))
        return (first, extract, Paragraph(wrote)) if wrote else (first, extract)

    def _announced(self, section: Section, place: int) -> tuple[Inlines, Extract] | None:
        paragraphs = [text for text in section.abstract.splitlines() if text.strip()]
        if not paragraphs:
            return None
        is_long = len(section.abstract) > 2 * LARGE
        key = "announced.long" if is_long else f"announced.{place % 3 + 1}"
        told = [foreign(text, section.lang, self.words.lang) if section.lang else plain(text) for text in paragraphs]
        return self.tell.says(key), Extract(tuple(Paragraph(inlines) for inlines in told))

    def _with_pulls(self, told: Blocks, section: Section) -> Blocks:
        """Pull quotes between the paragraphs: at most one for each 300 words, none that the author placed."""
        pulls = self._pulls(told, section)
        in_thread = {quote.post for thread in section.thread for quote in (thread.quote, *thread.replies)}
        places = [
            place
            for place, block in enumerate(told, start=1)
            if _may_end(block) and not any(isinstance(after, _BELONGS_ABOVE) for after in told[place : place + 1])
        ] or [len(told)]
        behind: dict[int, list[Block]] = {}
        for n, quote in enumerate(pulls, start=1):
            place = places[n * len(places) // (len(pulls) + 1)]
            large = self.quoting.said(quote, "pull", photos=quote.post not in in_thread)
            behind.setdefault(place, []).append(large)
        made = list(behind.get(0, ()))
        for place, block in enumerate(told, start=1):
            made += [block, *behind.get(place, ())]
        return tuple(made)

    def _pulls(self, told: Blocks, section: Section) -> list[Quote]:
        """Those that there is room for, beside the ones that the author placed; by time."""
        placed = set(prose.posts_in(section.text))
        large = sum(isinstance(block, Said) and block.role == "pull" for block in told)
        room = max(1, sum(map(_length, told)) // _WORDS_PER_PULL) - large
        pulls = [quote for quote in section.pulls if quote.post not in placed and quote.text]
        # Only an author can have chosen one that has no star: their choice goes before what the compiler found.
        chosen = [quote for quote in pulls if not quote.starred]
        found = [quote for quote in pulls if quote.starred][: max(0, room - len(chosen))]
        return sorted([*chosen, *found], key=lambda quote: quote.at)

    # Posts

    def _thread(self, section: Section, ident: str) -> Blocks:
        if not section.thread:
            return ()
        if len({local_day(thread.quote.at, self.report.zone) for thread in section.thread}) > 1:
            return self._by_day(section, ident)
        heading = Heading(2, self.tell.says("thread"), f"{ident}-thread")
        intro = Paragraph(self._thread_intro(section), role="small")
        return (heading, intro, *self._posts(section.thread))

    def _thread_intro(self, section: Section) -> Inlines:
        words = self.words
        quotes = [quote for thread in section.thread for quote in (thread.quote, *thread.replies)]
        times = [thread.quote.at for thread in section.thread]
        chosen = len(quotes)
        gaps = {"of": words.told(section.posts)}
        if chosen >= section.posts:
            count = words.count("thread.all", chosen)
        elif times == sorted(times):
            count = words.count("thread.some-sorted", chosen, **gaps)
        else:
            count = words.count("thread.some", chosen, **gaps)
        replies = self.tell.says("thread.replies") if section is self._first_with_replies() else ()
        return sentences((Text(count),), replies, self._thread_languages(section, quotes))

    def _first_with_replies(self) -> Section | None:
        """Where a reader meets an answer first: what that looks like is said there, and not again."""
        loose = (self.report.loose,) if self.report.loose and self._loose_is_before else ()
        sections = (*loose, *self.report.all_sections())
        return next((each for each in sections if any(thread.replies for thread in each.thread)), None)

    def _thread_languages(self, section: Section, quotes: Sequence[Quote]) -> Inlines:
        """That some are in another language than the session, or than most posts of the day."""
        languages = self.report.figures.languages
        usual = section.lang.split("-")[0] or (languages[0].name if languages else "")
        codes = [quote.lang.split("-")[0] for quote in quotes if quote.lang and quote.text]
        others = [code for code in codes if code != usual]
        if not others or len(others) == len(codes):
            return ()
        told = self.words.listed([self.words.language(code) for code in dict.fromkeys(others)])
        return (Text(self.words.count("thread.languages", len(others), languages=told)),)

    def _by_day(self, section: Section, ident: str) -> Blocks:
        """The posts under their days, for what did not all come on one."""
        blocks: list[Block] = []
        by_day = groupby(section.thread, lambda thread: local_day(thread.quote.at, self.report.zone))
        for place, (_, threads) in enumerate(by_day, start=1):
            of_day = tuple(threads)
            day = capital(self.words.day(of_day[0].quote.at, self.report.zone))
            blocks.append(Heading(2, (Text(day),), f"{ident}-day-{place}", label=True))
            blocks += self._posts(of_day)
        return tuple(blocks)

    def _posts(self, threads: Iterable[Thread]) -> Iterator[Block]:
        for thread in threads:
            yield self.quoting.said(thread.quote, "thread")
            for reply in thread.replies:
                yield self.quoting.said(reply, "reply")

    def _hall(self, section: Section, ident: str) -> Blocks:
        """What the hall asked and was asked."""
        return (*self.answering.blocks(section, ident), *self.polling.blocks(section, ident))

    def _papers(self, section: Section, ident: str, *, key: str = "papers") -> Blocks:
        if not section.papers:
            return ()
        heading = Heading(2, (Text(self.words.form(key, len(section.papers))),), f"{ident}-papers")
        return (heading, *(self.quoting.card(paper) for paper in section.papers))

    # What belongs to no session, and what came afterwards

    def _loose(self) -> Part | None:
        section = self.report.loose
        if section is None or not _has_anything(section):
            return None
        has_sessions = any(each.posts for each in self.report.sections)
        title, key = ("loose", "loose.wrote") if has_sessions else ("loose.all", "loose.wrote-all")
        if self._loose_is_before:
            title, key = "loose.before", "loose.wrote-before"
        blocks: list[Block] = [Heading(1, self.tell.says(title), "loose")]
        blocks += self._with_pulls(self._aside(section, "loose", key), section)
        blocks += self._thread(section, "loose")
        blocks += self._hall(section, "loose")
        blocks += self._papers(section, "loose", key="papers.plain")
        return Part(ident="loose", blocks=tuple(blocks))

    @property
    def _loose_is_before(self) -> bool:
        """Whether all that belongs to no session was said before the first one: then it stands there too."""
        loose, rows = self.report.loose, self.tell.rows
        if loose is None or not loose.posts or loose.papers or not rows:
            return False
        return loose.end <= min(row.start for row in rows)

    def _after(self) -> Part | None:
        section, words = self.report.after, self.words
        if section is None or not _has_anything(section):
            return None
        until = words.say(
            "after.until",
            date=words.plain_date(self.report.at, self.report.zone),
            time=self.tell.time(self.report.at),
        )
        blocks: list[Block] = [Heading(1, self.tell.says("after"), "after", margin=((Text(until),),))]
        key = "after.programme" if self.tell.rows else "after.day"
        blocks += self._with_pulls(self._aside(section, "after", key), section)
        blocks += self._by_day(section, "after")
        blocks += self._hall(section, "after")
        blocks += self._papers(section, "after", key="papers.plain")
        return Part(ident="after", blocks=tuple(blocks))

    def _aside(self, section: Section, ident: str, key: str) -> Blocks:
        if written := self._authored(section.text, f"{ident}-text", level=2):
            return written
        if not section.posts:
            return ()
        gaps = {"people": self.tell.people(section.authors)}
        wrote = self.words.count(key, section.posts, **gaps)
        return (Paragraph(sentences((Text(wrote),), self.tell.about(section, 0))),)

    def _closing(self) -> Part | None:
        written = self._authored(self.report.closing, "closing-text", level=2)
        if not written:
            return None
        return Part(ident="closing", blocks=(Heading(1, self.tell.says("closing"), "closing"), *written))

    # The end

    def _colophon(self) -> Part:
        report, words = self.report, self.words
        date, time = words.plain_date(report.at, report.zone), self.tell.time(report.at)
        key = "colophon.frozen" if report.number else "colophon.draft"
        state = words.say(key, number=str(report.number), date=date, time=time)
        rights = words["colophon.rights"]
        if self.quoting.leaves_out_hashtags:
            tags = words.listed([f"#{tag}" for tag in report.hashtags])
            rights = f"{rights} {words.say('colophon.hashtags', hashtags=tags)}"
        told = (state, words["colophon.made"], rights, words["colophon.formats"])
        blocks: list[Block] = [Heading(1, self.tell.says("colophon"), "colophon")]
        blocks += [Paragraph((Text(text),)) for text in told]
        blocks.append(Paragraph((Strong(self.tell.says("names")), Text(f" {words[_NAMES[report.naming]]}"))))
        if report.versions:
            blocks.append(self._versions())
        return Part(ident="colophon", blocks=tuple(blocks))

    def _versions(self) -> Table:
        words, report = self.words, self.report
        rows: list[tuple[Inlines, ...]] = []
        for version in report.versions:
            date, time = words.plain_date(version.at, report.zone), self.tell.time(version.at)
            sha = self.tell.says("version.gone") if version.gone else (Code(_in_fours(version.sha256)),)
            moment = (Text(words.say("moment", date=date, time=time)),)
            rows.append(((Text(str(version.number)),), moment, sha))
        head = tuple(self.tell.says(key) for key in ("head.version", "head.frozen", "head.sha256"))
        return Table(self.tell.says("versions.caption"), head, tuple(rows), small=True)

    def _sources(self) -> Part | None:
        """The last: what lists the notes at the end lists them under its heading."""
        if not self.report.notes:
            return None
        heading = Heading(1, self.tell.says("sources"), "sources")
        return Part(ident="sources", blocks=(heading, Paragraph(self.tell.says("sources.meaning"))))

    def _authored(self, markdown: str, ident: str, *, level: int) -> Blocks:
        if not markdown.strip():
            return ()
        return prose.parse(markdown, post=self.quoting.cited, paper=self.quoting.cited_paper, ident=ident, level=level)


def _has_hall(section: Section) -> bool:
    return bool(section.asked or section.polls)


def _has_anything(section: Section) -> bool:
    return bool(section.thread or section.posts or section.papers or section.text.strip() or _has_hall(section))


def _in_fours(sha256: str) -> str:
    return " ".join(sha256[place : place + 4] for place in range(0, len(sha256), 4))


def _length(block: Block) -> int:
    """Words of a block, about."""
    match block:
        case Paragraph() | Heading():
            return len(_said_in(block.inlines).split())
        case Extract():
            return sum(map(_length, block.blocks))
        case Bullets():
            return sum(_length(inner) for item in block.items for inner in item)
        case _:
            return 0


def _said_in(inlines: Inlines) -> str:
    made = []
    for inline in inlines:
        match inline:
            case Text() | Code():
                made.append(inline.text)
            case Emph() | Strong() | Link() | nodes.Span():
                made.append(_said_in(inline.inlines))
            case _:
                made.append(" ")
    return "".join(made)


_BELONGS_ABOVE = Extract | Bullets | Said
"""What goes on with the paragraph before it."""


def _may_end(block: Block) -> bool:
    """Whether a quote may stand behind it: behind a paragraph that announces nothing, as a list."""
    return isinstance(block, Paragraph) and not _said_in(block.inlines).rstrip().endswith(":")
