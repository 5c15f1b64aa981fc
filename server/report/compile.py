"""
From the state to a `Report`: what was said, by session, with its figures, its sources and how it was moderated.

Pure: the same journal gives the same report. What an author wrote or chose comes first; where nobody chose, the
compiler does, so that the first draft can already be read.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import regex

from server.report import hall, measure
from server.report.measure import Moment
from server.report.model import (
    Asked,
    Brake,
    Figure,
    Figures,
    Moderation,
    Note,
    Paper,
    PaperFile,
    Photo,
    Poll,
    Quote,
    Report,
    Row,
    Section,
    Speaker,
    Thread,
    Version,
)
from server.report.naming import named
from server.report.released import CLAIM_US
from server.report.topics import topics
from server.symposium.bodies import badge_name, post_body, programme_body, symposium_body
from server.symposium.entries import SessionBody, Slot
from server.symposium.polls import voters
from server.symposium.programme import begins, ends, has_no_photos
from server.symposium.shelf import PaperFacts, paper_facts, papers
from server.symposium.state import Paper as ShelfPaper
from server.symposium.state import Pick, Post, State
from server.symposium.values import (
    ERASED,
    GONE,
    HELD,
    HIDDEN,
    LAPSED,
    PHONE,
    REJECTED,
    SHOWN,
    WITHDRAWN,
    ActKind,
    BlockId,
    Choice,
    Cover,
    Kept,
    Naming,
    PaperId,
    PollId,
    PostBody,
    PostId,
    Reject,
    SessionId,
    SessionKind,
    Stand,
)

LOOSE: Final = "loose"
AFTER: Final = "after"
AUTO_QUOTES: Final = 16
"""How many posts of a session the compiler chooses where its author has not."""
AUTO_PULLS: Final = 3
AUTO_QUESTIONS: Final = 12
"""How many questions of a session the compiler chooses; what was answered goes before what was not."""
_PULL_LENGTH: Final = 160
"""In characters: a pull quote is a few lines, not a column."""
_AUTO_OF_ONE: Final = 2
"""Of one author, as long as others said something too."""
WORDS: Final = 5
WORDS_OF_DAY: Final = 8
_POST_REF: Final = re.compile(r"\{\{post ([a-z2-7]{16})\}\}")

_Shelf = Mapping[str | None, Sequence[ShelfPaper]]


@dataclass(slots=True)
class _Told:
    """A post that stands on the screens, as the report needs it."""

    post: Post
    body: PostBody
    at: int
    section: str
    pick: Pick
    silent: bool = False
    """Its words were kept as long as the notice said: it is counted, and never quoted."""
    alike: int = 0
    replies: list[_Told] = field(default_factory=list)


@dataclass(slots=True)
class _Sources:
    """Numbers the addresses in the order in which a reader meets them."""

    link_only: Collection[str]
    notes: list[Note] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def of_post(self, told: _Told, name: str) -> int | None:
        """The number of a post's address; None for what came from a phone."""
        address, network = told.body.permalink, told.post.network
        if not address:
            return None
        what = "" if network in self.link_only else name
        return self._number(address, kind="post", what=what, network=network, at=told.at)

    def of_paper(self, facts: PaperFacts, address: str, at: int) -> int:
        return self._number(address, kind="paper", what=facts.title, network="", at=at)

    def _number(self, address: str, *, kind: str, what: str, network: str, at: int) -> int:
        number = self.known.get(address)
        if number is None:
            number = self.known[address] = len(self.notes) + 1
            self.notes.append(Note(number=number, kind=kind, what=what, network=network, at=at, address=address))
        return number


def compile_report(
    state: State, *, home: str = "", short: str = "", link_only: Collection[str] = (), number: int = 0
) -> Report:
    """
    The report of *state*.

    Args:
        home: The address of the symposium, `https://host/slug`; empty where the server has no public one.
        short: What stands before a short code, `host/ab`.
        link_only: Networks whose words may not be kept: of their posts only the address is printed.
        number: The version that this will be, 0 for a draft.
    """
    return _Compiler(state, home=home, short=short, link_only=frozenset(link_only), grouped=True).report(number)


class _Compiler:
    def __init__(
        self, state: State, *, home: str, short: str, link_only: frozenset[str], grouped: bool = False
    ) -> None:
        self.state, self.home, self.short = state, home, short
        self.grouped = grouped
        self.draft = state.draft
        self.sources = _Sources(link_only)
        body = programme_body(state)
        self.zone = measure.known_zone("Europe/Amsterdam" if body is None else body.zone)
        self.words: Mapping[SessionId, SessionBody] = {} if body is None else {each.id: each for each in body.sessions}
        self.room_names = {} if body is None else {room.id: room.name for room in body.rooms}
        slots = () if state.programme is None else state.programme.slots.values()
        self.slots = sorted(slots, key=lambda slot: (begins(state, slot), slot.room or "", slot.session))
        self.symposium = symposium_body(state)
        self.end = self._end()
        self.told = self._all_told()
        self.by_section = defaultdict[str, list[_Told]](list)
        for told in self.told.values():
            self.by_section[told.section].append(told)
        self.questions = defaultdict[str, list[hall.Group]](list)
        for group in hall.asked_groups(state):
            self.questions[self.told[group.post].section].append(group)
        self.polls = defaultdict[str, list[PollId]](list)
        for poll in hall.held_polls(state):
            form = state.polls[poll].form
            self.polls[self._place(form.session, state.polls[poll].opened_at)].append(poll)

    def _end(self) -> int | None:
        """When the symposium was over, in µs: from there on it is afterwards. None where nobody can tell."""
        last_day = measure.end_of_day(self.symposium.until, self.zone)
        if self.slots:
            return max(*(ends(self.state, slot) for slot in self.slots), last_day or 0)
        return last_day or measure.end_of_day(self.symposium.date, self.zone)

    # Posts

    def _all_told(self) -> dict[PostId, _Told]:
        """What is on the screens or was there until the end, by time."""
        picks, known = self.draft.picks, {slot.session for slot in self.slots}
        found = []
        for post in self._standing():
            body = None if post.status is LAPSED else post_body(self.state, post)
            at = post.received if body is None else _at(post, body)
            pick = picks.get(post.id, _NOTHING)
            said = PostBody(salt="", text="", lang=post.lang) if body is None else body
            found.append(_Told(post, said, at, self._section(post, at, known), pick, silent=body is None))
        found.sort(key=lambda told: (told.at, told.post.arrived))
        told = {each.post.id: each for each in found}
        for each in found:
            if each.pick.into is not None:
                self._merge(told, each)
        return told

    def _standing(self) -> Iterator[Post]:
        """What is on the screens, and what was when time took its words."""
        for post_id in self.state.shown:
            yield self.state.posts[post_id]
        if Kept.POSTS in self.state.lapsed:
            yield from (
                post for post in self.state.posts.values() if post.stood and post.status is LAPSED and post.poll is None
            )

    def _section(self, post: Post, at: int, known: Collection[SessionId]) -> str:
        return post.session if post.session is not None and post.session in known else self._place(None, at)

    def _place(self, session: SessionId | None, at: int) -> str:
        """Where something of *session* belongs, or of none, at *at* (µs)."""
        if session is not None and any(slot.session == session for slot in self.slots):
            return session
        return AFTER if self.end is not None and at >= self.end else LOOSE

    @staticmethod
    def _merge(told: Mapping[PostId, _Told], each: _Told) -> None:
        """Count *each* under the post that it is merged into; under none where that went, or where they form a ring."""
        seen, stays = {each.post.id}, each
        while (into := stays.pick.into) is not None and into in told and into not in seen:
            seen.add(into)
            stays = told[into]
        if stays is each or stays.pick.into is not None:
            each.pick = Pick(each.pick.choice, each.pick.pull, each.pick.naming)
        else:
            stays.alike += 1

    def _quote(self, told: _Told, *, noted: bool = True) -> Quote:
        """
        A post as the report may print it.

        Args:
            noted: Its address is a source of the report.
        """
        post, body = told.post, told.body
        link_only = post.network in self.sources.link_only
        naming = told.pick.naming or self.draft.naming
        name, handle = named(body, naming)
        photos = () if link_only or has_no_photos(self.state, post.session) else body.media
        return Quote(
            post=post.id,
            author="" if link_only else name,
            handle="" if link_only else handle,
            network=post.network,
            at=told.at,
            text="" if link_only else body.text,
            lang=body.lang,
            starred=post.starred,
            # The address of a post names its author: it is told where they are named, and where it is all there is.
            note=self.sources.of_post(told, name) if noted and (naming is Naming.FULL or link_only) else None,
            alike=told.alike,
            link_only=link_only,
            warning="" if link_only else body.warning,
            photos=tuple(Photo(blob=m.blob, type=m.type, width=m.width, height=m.height, alt=m.alt) for m in photos),
        )

    # Sections

    def _thread(self, section: str) -> tuple[tuple[Thread, ...], tuple[Quote, ...]]:
        """The chosen posts of *section* in their order with what answered them, and its pull quotes by time."""
        here = [told for told in self.by_section[section] if told.pick.into is None and not told.silent]
        chosen = _chosen(told for told in here if told.post.id not in self.state.questions)
        order = {post: place for place, post in enumerate(self.draft.order.get(section, ()))}
        tops = sorted(_joined(chosen), key=lambda told: (order.get(told.post.id, len(order)), told.at))
        thread = tuple(Thread(quote=self._quote(top), replies=tuple(map(self._quote, top.replies))) for top in tops)
        return thread, tuple(map(self._quote, _pulls(here, chosen)))

    def _asked(self, section: str) -> list[tuple[hall.Group, Asked, bool]]:
        """All its questions, the most wanted first, and whether each is printed: only then its source has a number."""
        chosen = self._chosen_questions(section)
        found = ((group, group.post in chosen) for group in self._ranked(section))
        return [(group, self._question(group, noted=printed), printed) for group, printed in found]

    def _ranked(self, section: str) -> list[hall.Group]:
        """The most wanted first; of those that are wanted alike the first that was asked."""

        def rank(group: hall.Group) -> tuple[int, int, int]:
            told = self.told[group.post]
            return -hall.count_of(self.state, group)[0], told.at, told.post.arrived

        return sorted(self.questions[section], key=rank)

    def _question(self, group: hall.Group, *, noted: bool) -> Asked:
        first, *others = (self.told[post] for post in group.seen)
        quotes = (self._quote(first, noted=noted), *(self._quote(other, noted=False) for other in others))
        return hall.asked(self.state, group, quotes)

    def _chosen_questions(self, section: str) -> frozenset[PostId]:
        """What the author chose, and where they said nothing what was answered, and what is most wanted."""
        ranked = self._ranked(section)
        choices = {group.post: self.told[group.post].pick.choice for group in ranked}
        auto = [group for group in ranked if choices[group.post] is Choice.AUTO]
        auto.sort(key=lambda group: hall.stand_of(self.state, group).stand is Stand.OPEN)
        by_hand = {post for post, choice in choices.items() if choice is Choice.IN}
        return frozenset((*by_hand, *(group.post for group in auto[: max(0, AUTO_QUESTIONS - len(by_hand))])))

    def _polls(self, section: str) -> tuple[Poll, ...]:
        chosen = (poll for poll in self.polls[section] if hall.poll_text(self.state, poll)[1])
        return tuple(hall.told_poll(self.state, poll, grouped=self.grouped) for poll in chosen)

    def _hall(self, section: str) -> dict[str, Any]:
        """What the hall asked and was asked: the fields of a section that say so."""
        found = self._asked(section)
        return {
            "asking": hall.asking_of([asked for _, asked, _ in found]),
            "asked": tuple(asked for _, asked, printed in found if printed),
            "polls": self._polls(section),
        }

    def _text(self, block: str) -> str:
        known = self.draft.blocks.get(BlockId(block))
        if known is None or known.text is None:
            return ""
        body = self.state.bodies.get(known.text.body)
        return "" if body is None else measure.block_text(body)

    def _section_of(self, slot: Slot, words: tuple[Figure, ...], shelf: _Shelf) -> Section:
        said = self.words.get(slot.session)
        thread, pulls = self._thread(slot.session)
        here = self.by_section[slot.session]
        return Section(
            id=slot.session,
            title="" if said is None else said.title,
            subtitle="" if said is None else said.subtitle,
            kind=slot.kind.value,
            room="" if slot.room is None else self.room_names.get(slot.room, ""),
            start=begins(self.state, slot),
            end=ends(self.state, slot),
            lang="" if said is None else said.lang,
            hashtag="" if said is None else said.hashtag.removeprefix("#"),
            speakers=() if said is None else tuple(Speaker(each.name, each.about) for each in said.speakers),
            abstract="" if said is None else said.abstract,
            text=self._text(f"session:{slot.session}"),
            posts=len(here),
            authors=len({told.post.author for told in here}),
            words=words,
            pulls=pulls,
            thread=thread,
            papers=tuple(self._paper(each) for each in shelf.get(slot.session, ())),
            **self._hall(slot.session),
        )

    def _other(self, section: str, papers: Sequence[ShelfPaper] = ()) -> Section | None:
        """What belongs to no session; None where that is nothing."""
        here = self.by_section[section]
        if not here and not papers and not self.polls[section]:
            return None
        thread, pulls = self._thread(section)
        return Section(
            id=section,
            title="",
            kind="other",
            start=here[0].at if here else 0,
            end=here[-1].at if here else 0,
            posts=len(here),
            authors=len({told.post.author for told in here}),
            pulls=pulls,
            thread=thread,
            papers=tuple(map(self._paper, papers)),
            **self._hall(section),
        )

    def _is_told(self, slot: Slot, shelf: _Shelf) -> bool:
        """Whether a session has a section: each that is no break, and of breaks those where something was said."""
        here = (self.by_section, self.polls, shelf)
        return slot.kind is not SessionKind.BREAK or any(each.get(slot.session) for each in here)

    # Papers

    def _shelf(self) -> _Shelf:
        """The papers that anybody may read, by session; those of a session that is gone belong to none."""
        known, shelf = {slot.session for slot in self.slots}, defaultdict[str | None, list[ShelfPaper]](list)
        for paper in papers(self.state):
            if paper.open:
                shelf[paper.session if paper.session in known else None].append(paper)
        return shelf

    def _paper(self, paper: ShelfPaper) -> Paper:
        facts = paper_facts(self.state, paper)
        long = f"{self.home}/papers/{facts.id}" if self.home else ""
        address = f"{self.short}/{facts.code}" if self.short and facts.code else long
        tally = self.state.tallies.get(facts.id)
        return Paper(
            paper=PaperId(facts.id),
            form=facts.form,
            title=facts.title,
            authors=facts.authors,
            abstract=facts.abstract,
            address=address,
            link=facts.link,
            files=tuple(
                PaperFile(lang=file.lang, type=file.type, size=file.size, pages=file.pages) for file in facts.files
            ),
            fetched=0 if tally is None else tally.n,
            note=self.sources.of_paper(facts, facts.link or address or f"paper:{facts.id}", paper.changed),
        )

    # The whole

    def report(self, number: int) -> Report:
        words, words_of_day = self._topics()
        cited = self._cited()
        shelf = self._shelf()
        sections = tuple(
            self._section_of(slot, words.get(slot.session, ()), shelf)
            for slot in self.slots
            if self._is_told(slot, shelf)
        )
        return Report(
            slug=self.state.slug,
            title=self.symposium.title,
            hashtags=self.symposium.hashtags,
            date=self.symposium.date,
            lang=self._lang(),
            home=self.home,
            short=self.short,
            zone=self.zone,
            at=self.state.at,
            ident=str(uuid.uuid5(uuid.NAMESPACE_URL, f"fontein:{self.state.slug}:{self.symposium.date}")),
            naming=self.draft.naming,
            cover="paper" if self.draft.cover is Cover.PAPER else "water",
            opening=self._text("opening"),
            summary=self._text("summary"),
            recommendations=self._text("recommendations"),
            closing=self._text("closing"),
            places=tuple(name for name in self.room_names.values() if name),
            programme=tuple(self._row(slot) for slot in self.slots),
            figures=self._figures(words_of_day),
            sections=sections,
            loose=self._other(LOOSE, shelf.get(None, ())),
            after=self._other(AFTER),
            moderation=self._moderation(),
            notes=tuple(self.sources.notes),
            versions=tuple(
                Version(number=each.number, at=each.at, sha256=each.sha256, gone=bool(each.gone))
                for each in self.draft.versions
            ),
            number=number,
            cited=cited,
        )

    def _figures(self, words: tuple[Figure, ...]) -> Figures:
        moments = [Moment(told.at, told.post.source == PHONE) for told in self.told.values() if told.section != AFTER]
        slots = [(slot, begins(self.state, slot), ends(self.state, slot)) for slot in self.slots]
        titles = {slot.session: self.words[slot.session].title for slot in self.slots if slot.session in self.words}
        of_posts = measure.figures(
            moments,
            slots,
            titles,
            zone=self.zone,
            posts=len(self.told),
            authors=len({told.post.author for told in self.told.values()}),
            waits=[_waited(told.post) for told in self.told.values()],
            fetched=sum(tally.n for paper, tally in self.state.tallies.items() if paper in self.state.papers),
            scanned=sum(tally.n for tally in self.state.scans.values()),
            networks=Counter(told.post.network for told in self.told.values()),
            languages=Counter(measure.language(told.body.lang) for told in self.told.values() if told.body.lang),
            hashtags=self._hashtags(),
            words=words,
        )
        return msgspec.structs.replace(of_posts, **self._figures_of_hall())

    def _figures_of_hall(self) -> dict[str, Any]:
        """What the hall asked, and how often it voted and reacted."""
        found = [hall.count_of(self.state, group)[0] for groups in self.questions.values() for group in groups]
        polls = [voters(self.state, self.state.polls[poll]) for polls in self.polls.values() for poll in polls]
        reactions = Counter[str]()
        for each in self.state.reactions:
            reactions.update({kind.value: n for kind, n in each.counts.items()})
        return {
            "questions": len(found),
            "wanted": sum(found),
            "polls": len(polls),
            "votes": sum(polls),
            "reactions": tuple(Figure(kind, n) for kind, n in sorted(reactions.items(), key=_most_first)),
        }

    def _lang(self) -> str:
        lang = self.draft.lang or next(iter(self.state.languages), "nl")
        return lang if lang in ("nl", "en") else "nl"

    def _row(self, slot: Slot) -> Row:
        said = self.words.get(slot.session)
        return Row(
            session=slot.session,
            start=begins(self.state, slot),
            end=ends(self.state, slot),
            title="" if said is None else said.title,
            speakers=() if said is None else tuple(each.name for each in said.speakers),
            room="" if slot.room is None else self.room_names.get(slot.room, ""),
            kind=slot.kind.value,
            posts=len(self.by_section[slot.session]),
        )

    def _topics(self) -> tuple[dict[str, tuple[Figure, ...]], tuple[Figure, ...]]:
        """What each session was about, and the whole day: without the names of who wrote or spoke."""
        texts = defaultdict[str, list[str]](list)
        for told in self.told.values():
            if told.post.network not in self.sources.link_only:
                texts[told.section].append(told.body.text)
        names = {told.body.name for told in self.told.values()} | {
            speaker.name for said in self.words.values() for speaker in said.speakers
        }
        keys = [*texts]
        by_section = dict(zip(keys, topics([texts[key] for key in keys], names=names, most=WORDS_OF_DAY), strict=True))
        day = Counter[str]()
        for found in by_section.values():
            for figure in found:
                day[figure.name] += figure.n
        most = tuple(Figure(name, n) for name, n in sorted(day.items(), key=_most_first)[:WORDS_OF_DAY])
        return {key: tuple(found[:WORDS]) for key, found in by_section.items()}, most

    def _hashtags(self) -> Counter[str]:
        """Hashtags that were used along: not the symposium's, and not those of sessions."""
        ours = {tag.removeprefix("#").casefold() for tag in self.symposium.hashtags}
        ours |= {said.hashtag.removeprefix("#").casefold() for said in self.words.values()}
        spellings = defaultdict[str, Counter[str]](Counter)
        for told in self.told.values():
            if "#" in told.body.text and told.post.network not in self.sources.link_only:
                for tag in {tag.casefold(): tag for tag in _HASHTAG.findall(told.body.text)}.values():
                    if tag.casefold() not in ours:
                        spellings[tag.casefold()][tag] += 1
        return Counter({min(each.items(), key=_most_first)[0]: each.total() for each in spellings.values()})

    def _cited(self) -> dict[PostId, Quote]:
        """The posts that the author's words point at; those that went since are not among them."""
        named_ids = (
            PostId(found)
            for block in self.draft.blocks.values()
            if block.text is not None and (body := self.state.bodies.get(block.text.body)) is not None
            for found in _POST_REF.findall(measure.block_text(body))
        )
        return {post: self._quote(self.told[post]) for post in dict.fromkeys(named_ids) if self._can_be_quoted(post)}

    def _can_be_quoted(self, post: PostId) -> bool:
        return post in self.told and not self.told[post].silent

    def _moderation(self) -> Moderation:
        state = self.state
        statuses, reasons = Counter[str](), Counter[str]()
        posts = [post for post in state.posts.values() if post.poll is None]
        for post in posts:
            kept_out = post.status in (REJECTED, HIDDEN) or (
                post.status in (ERASED, LAPSED) and not post.stood and _reason(post) != _NO_REASON
            )
            stood = SHOWN if post.stood and post.status is LAPSED else post.status
            statuses["not-shown" if kept_out else stood.value] += 1
            if kept_out:
                reasons[_reason(post)] += 1
        merged = sum(told.pick.into is not None for told in self.told.values())
        deciders = Counter(made.by for made in state.made.values())
        names = [name for by, _ in deciders.most_common() if by in state.badges and (name := badge_name(state, by))]
        return Moderation(
            came=len(posts),
            shown=statuses[SHOWN.value],
            not_shown=tuple(Figure(name, n) for name, n in sorted(reasons.items(), key=_most_first)),
            waiting=statuses[HELD.value],
            withdrawn=statuses[WITHDRAWN.value],
            gone=statuses[GONE.value],
            merged=merged,
            erased=statuses[ERASED.value],
            policy=state.policy.value,
            people=tuple(dict.fromkeys(names)),
            brakes=tuple(
                Brake(each.at, each.posts_per_minute, each.new_percent, each.alike_percent) for each in state.brakes
            ),
            stops=tuple(act.at for act in state.acts.values() if act.kind is ActKind.STOP and act.detail == "on"),
            answers=len(state.posts) - len(posts),
        )


_NOTHING: Final = Pick()
_NO_REASON: Final = "no-reason"
_HASHTAG: Final = regex.compile(r"(?<![\w&/])#([\p{L}\p{M}\p{Nd}_]*\p{L}[\p{L}\p{M}\p{Nd}_]*)")


def _at(post: Post, body: PostBody) -> int:
    """When it was said, in µs: as its source claims, where that can be true; else when it came in."""
    created = body.created
    return created if created is not None and 0 <= post.received - created <= CLAIM_US else post.received


def _waited(post: Post) -> int:
    """How long it waited for the screens, in seconds."""
    return max(0, post.decided_at - post.received) // 1_000_000 if post.decided_at else 0


def _reason(post: Post) -> str:
    if post.reason is not None:
        return post.reason.value
    return post.verdict.reason.value if isinstance(post.verdict, Reject) else _NO_REASON


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    name, n = item
    return -n, name


# What goes into a thread


def _chosen(here: Iterable[_Told]) -> list[_Told]:
    """
    What the author chose, and where they said nothing the `AUTO_QUOTES` that tell most, by time.

    Of one author two at most, as long as others said something too.
    """
    told = list(here)
    by_hand = [each for each in told if each.pick.choice is Choice.IN]
    open_ones = [each for each in told if each.pick.choice is Choice.AUTO]
    open_ones.sort(key=lambda each: (-_tells(each), each.at, each.post.arrived))
    of_one, auto, more = Counter[str](each.post.author for each in by_hand), list[_Told](), list[_Told]()
    for each in open_ones:
        (auto if of_one[each.post.author] < _AUTO_OF_ONE else more).append(each)
        of_one[each.post.author] += 1
    auto = (auto + more)[: max(0, AUTO_QUOTES - len(by_hand))]
    chosen = {each.post.id for each in (*by_hand, *auto, *_answered(auto, told))}
    return [each for each in told if each.post.id in chosen]


def _answered(chosen: Iterable[_Told], here: Iterable[_Told]) -> Iterator[_Told]:
    """What the chosen ones answer, up to where it began: "No, thank you" alone tells nothing. Not what was left out."""
    by_native = {(each.post.network, each.body.native_id): each for each in here if each.body.native_id}
    for told in chosen:
        each, seen = told, {told.post.id}
        while (answered := by_native.get((each.post.network, each.body.reply_to or ""))) is not None:
            if answered.post.id in seen or answered.pick.choice is Choice.OUT:
                break
            seen.add(answered.post.id)
            yield answered
            each = answered


def _tells(told: _Told) -> int:
    """How much a post tells a reader who was not there, as far as a count can know."""
    post, words = told.post, len(told.body.text.split())
    said = 2 if 8 <= words <= 60 else 1 if 4 <= words <= 90 else 0
    return 8 * post.starred + 6 * post.pinned + 2 * bool(told.body.media) + 3 * ("?" in told.body.text) + said


def _joined(chosen: list[_Told]) -> list[_Told]:
    """Those that answer none of the others; each gets what answers it, or one of its answers, in `replies`."""
    by_native = {(each.post.network, each.body.native_id): each for each in chosen if each.body.native_id}
    tops = []
    for each in chosen:
        each.replies = []
    for each in chosen:  # by time: what is answered came before, so that its own place is known
        top, seen = each, {each.post.id}
        while (answered := by_native.get((top.post.network, top.body.reply_to or ""))) is not None:
            if answered.post.id in seen:
                top = each  # they answer each other in a ring: each stands by itself
                break
            seen.add(answered.post.id)
            top = answered
        if top is each:
            tops.append(each)
        else:
            top.replies.append(each)
    return tops


def _pulls(here: Iterable[_Told], chosen: Iterable[_Told]) -> list[_Told]:
    """The author's pull quotes; where they said nothing, short posts with a star that stand in the thread."""
    told = list(here)
    in_thread = {each.post.id for each in chosen}
    auto = [
        each
        for each in told
        if each.pick.pull is Choice.AUTO
        and each.post.starred
        and each.post.id in in_thread
        and len(each.body.text) <= _PULL_LENGTH
    ]
    by_hand = [each for each in told if each.pick.pull is Choice.IN]
    large = {each.post.id for each in (*by_hand, *auto[: max(0, AUTO_PULLS - len(by_hand))])}
    return [each for each in told if each.post.id in large]
