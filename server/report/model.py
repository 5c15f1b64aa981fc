"""
What a report says: the value between `compile` and the writers.

It is the same in every language and format: a writer brings the words and the look. Times are UTC microseconds, `zone`
says how to tell them. Nothing here comes from a clock or a random source: one journal makes one report.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from server.symposium.values import BlobId, Naming, PaperId, PollId, PostId, SessionId

Cover = Literal["water", "paper"]


class Figure(msgspec.Struct, frozen=True, gc=False):
    """Something that was counted: a code or word, and how often."""

    name: str
    n: int


class Photo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A picture of a post; sizes in pixels. `alt` is empty where nobody described it."""

    blob: BlobId
    type: str
    width: int
    height: int
    alt: str


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A post as the report may print it.

    Args:
        author: As the report names them: in full, initials, or empty for "a participant".
        handle: Only where the author is named in full.
        network: `phone`, `mastodon`, …
        text: All of it, cleaned, unescaped: each writer sees to that. Empty where `link_only`.
        lang: BCP 47, None where nobody said.
        starred: A moderator's star.
        note: The number of its address in the list of sources, None where it has none.
        alike: How many nearly equal posts are counted under this one.
        link_only: Its network lets nobody keep the words: print the address.
        warning: The author's content warning.
    """

    post: PostId
    author: str
    handle: str
    network: str
    at: int
    text: str
    lang: str | None = None
    starred: bool = False
    note: int | None = None
    alike: int = 0
    link_only: bool = False
    warning: str = ""
    photos: tuple[Photo, ...] = ()


class Thread(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A post and what was answered to it, one level deep, by time."""

    quote: Quote
    replies: tuple[Quote, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    What was answered to a question of the hall.

    Args:
        name: Who answered, "" where nobody said.
        text: What, "" where it was said and not written down.
        at: When, in µs.
        on_stage: Said in the hall; else in writing.
        written: `text` is Markdown of the report's author; else a few plain words of whoever was there.
    """

    name: str
    text: str
    at: int
    on_stage: bool
    written: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A question of the hall, with all that was counted under it.

    Args:
        quote: The question that stands for it.
        others: What asked the same in other words, as far as it may be printed.
        to: Whom it was for, as its writer said; "" for nobody.
        votes: How many people wanted to know, each once. `aside` are votes that do not count.
        stand: `open`, `on-stage`, `answered` or `later`.
    """

    quote: Quote
    others: tuple[Quote, ...] = ()
    to: str = ""
    votes: int = 0
    aside: int = 0
    stand: str = "open"
    answer: Answer | None = None


class Asking(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many questions a section has, also those that are not printed, and what became of them."""

    n: int = 0
    on_stage: int = 0
    in_writing: int = 0
    later: int = 0
    open: int = 0


class Column(msgspec.Struct, frozen=True, gc=False):
    """How many numbers lie from `low` up to and including `high`."""

    low: int
    high: int
    n: int


class Opinion(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A group of people who answered alike.

    `agree` is how many percent of it agree, by statement, None where too few voted on it; `typical` are the places of
    statements on which it differs from the others.
    """

    n: int
    agree: tuple[int | None, ...]
    typical: tuple[int, ...]


class Opinions(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    What unites the hall and what divides it: places of statements.

    `groups`, largest first, none below five people; empty where there are no clear ones.
    """

    unite: tuple[int, ...]
    divide: tuple[int, ...]
    groups: tuple[Opinion, ...]


class Poll(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    What the hall was asked, and what came out.

    Args:
        title, options, ends: By language (`nl`, `en`).
        opened, closed: In µs; `closed` 0 for one that is open still: then it has no result.
        n: How many people voted. With `few` it is not told what.
        counts: As `polls.width` says; of a statement on which fewer than five people voted 0, 0, 0.
        low, high: Of a scale and a number.
        total: Of a number, all of them together; of a scale too.
        middle: Of a number and a scale, the median.
        columns: Of a number.
        words: Of answers in words, the most given first, and `posts` whose they are.
        aside: Votes that do not count.
        before: The same poll, asked before.
        text: What the report's author wrote about it, in Markdown.
        opinions: Of statements; None where too few people voted to know.
    """

    poll: PollId
    kind: str
    title: dict[str, str]
    options: tuple[dict[str, str], ...] = ()
    ends: tuple[dict[str, str], ...] = ()
    most: int = 1
    low: int = 0
    high: int = 0
    right: int | None = None
    binding: bool = False
    opened: int = 0
    closed: int = 0
    n: int = 0
    few: bool = True
    counts: tuple[int, ...] = ()
    total: int = 0
    middle: int | None = None
    columns: tuple[Column, ...] = ()
    words: tuple[Figure, ...] = ()
    posts: tuple[PostId, ...] = ()
    aside: int = 0
    before: Poll | None = None
    text: str = ""
    opinions: Opinions | None = None

    @property
    def told(self) -> bool:
        """Whether there is a result to tell."""
        return bool(self.closed) and not self.few


class Speaker(msgspec.Struct, frozen=True, gc=False):
    """Who spoke, and who that is in a few words."""

    name: str
    about: str = ""


class PaperFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The newest file in one language; `size` in bytes, `pages` None where it has none, `lang` empty where unknown."""

    lang: str
    type: str
    size: int
    pages: int | None


class Paper(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A paper of the shelf.

    `address` is what a reader types and what its code holds; `link` is set for a paper that stands elsewhere. `note`
    is its number in the list of sources.
    """

    paper: PaperId
    form: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    address: str
    link: str
    files: tuple[PaperFile, ...]
    fetched: int
    note: int


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line of the programme."""

    session: SessionId
    start: int
    end: int
    title: str
    speakers: tuple[str, ...]
    room: str
    kind: str
    posts: int


class Section(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A session, or one of the places for what belongs to none.

    Args:
        id: The session's; `loose` for posts without a session, `after` for those that came afterwards.
        start: Of the session as it was held (µs); 0 for `loose` and `after`.
        text: What the author wrote about it, in Markdown, "" for nothing; posts stand in it as `{{post ID}}`.
        posts: How many were shown.
        authors: Of how many people.
        words: What it was about: the terms that set it apart, most telling first.
        pulls: Pull quotes, by time.
        thread: The chosen posts, in the author's order.
        asking: How many questions there are, and `asked` those that are printed, the most wanted first.
        polls: By when they were asked.
    """

    id: str
    title: str
    subtitle: str = ""
    kind: str = "talk"
    room: str = ""
    start: int = 0
    end: int = 0
    lang: str = ""
    hashtag: str = ""
    speakers: tuple[Speaker, ...] = ()
    abstract: str = ""
    text: str = ""
    posts: int = 0
    authors: int = 0
    words: tuple[Figure, ...] = ()
    pulls: tuple[Quote, ...] = ()
    thread: tuple[Thread, ...] = ()
    papers: tuple[Paper, ...] = ()
    asking: Asking = Asking()
    asked: tuple[Asked, ...] = ()
    polls: tuple[Poll, ...] = ()


class Slot(msgspec.Struct, frozen=True, gc=False):
    """A column of the chart of the day: what came in within `Figures.slot_s` seconds of `start` (µs) and was shown."""

    start: int
    phones: int
    networks: int

    @property
    def n(self) -> int:
        """Both together."""
        return self.phones + self.networks


class Band(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A session under the axis of the chart of the day; `row` 1 where it runs beside another."""

    start: int
    end: int
    title: str
    kind: str
    row: int = 0


class Figures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    The day in figures.

    Args:
        posts: That were shown.
        authors: How many people wrote them.
        shown_p50_s: How long half of them waited for the screens, in seconds; None without posts.
        shown_p95_s: The same for 95 of 100.
        fetched: Papers, in all.
        scanned: Codes, in all.
        slot_s: 300, 900 or 3,600: the width of a column.
        peaks: The indexes of the highest columns, highest first, at most three.
        clear: Whether the highest is at least one and a half times the second: then a heading may say so.
        talk: Of all shown, how many percent came while somebody spoke; the rest came at questions, in breaks, before
            and after. None without a programme.
        networks, languages, hashtags: Most first. Hashtags are those used along, not the symposium's own.
        words: Of the whole day.
        questions, wanted: Of the hall, and how many votes they got.
        polls, votes: That were held, and how many votes were cast.
        reactions: By kind.
    """

    posts: int
    authors: int
    shown_p50_s: int | None
    shown_p95_s: int | None
    fetched: int
    scanned: int
    slot_s: int
    slots: tuple[Slot, ...]
    bands: tuple[Band, ...]
    peaks: tuple[int, ...]
    clear: bool
    talk: int | None
    networks: tuple[Figure, ...]
    languages: tuple[Figure, ...]
    hashtags: tuple[Figure, ...]
    words: tuple[Figure, ...]
    questions: int = 0
    wanted: int = 0
    polls: int = 0
    votes: int = 0
    reactions: tuple[Figure, ...] = ()


class Brake(msgspec.Struct, frozen=True, gc=False):
    """The brake held from `start` (µs): what it saw in the minute before."""

    start: int
    posts_per_minute: int
    new_percent: int
    alike_percent: int


class Moderation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    How it was moderated: counts, never a text.

    Args:
        came: All that came in.
        shown: What stands on the screens, or stood there until the end.
        not_shown: By reason, a code (`no-reason` where staff gave none), most first.
        waiting: What nobody decided on.
        withdrawn: Taken back by its author.
        gone: Deleted at its source.
        merged: Counted under another post.
        erased: Erased on request, or kept no longer.
        policy: Who decided at the end.
        people: The moderators, by name, where the badge still has one.
        stops: When the emergency stop was pressed, µs.
        answers: Answers to polls in words of one's own that came in. They are not among the others.
    """

    came: int
    shown: int
    not_shown: tuple[Figure, ...]
    waiting: int
    withdrawn: int
    gone: int
    merged: int
    erased: int
    policy: str
    people: tuple[str, ...]
    brakes: tuple[Brake, ...]
    stops: tuple[int, ...]
    answers: int = 0


class Note(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A footnote: where something is to be found. `kind` is `post` or `paper`; `what` is its author or title."""

    number: int
    kind: str
    what: str
    network: str
    at: int
    address: str


class Version(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frozen version; `gone` when its bytes went because somebody's words were erased from it."""

    number: int
    at: int
    sha256: str
    gone: bool


class Report(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    Everything that a report says.

    Args:
        lang: Its own language, `nl` or `en`: of its headings and words.
        home: The address of the symposium, as `https://host/slug`; empty where the server has no public one.
        short: What a reader types, as `host/ab`.
        date: ISO 8601, as the organiser gave it; empty for none.
        zone: IANA time zone.
        at: µs: the last entry that it is made of. The document's date.
        ident: For the EPUB: the same for one symposium, whatever the version.
        opening, summary, recommendations, closing: Markdown of the author, "" for nothing.
        places: Names of the rooms.
        loose: Posts of no session, None where there are none.
        after: What came after the end, None where nothing did.
        number: The version that this is, 0 for a draft.
    """

    slug: str
    title: str
    hashtags: tuple[str, ...]
    date: str
    lang: str
    home: str
    short: str
    zone: str
    at: int
    ident: str
    naming: Naming
    cover: Cover
    opening: str
    summary: str
    recommendations: str
    closing: str
    places: tuple[str, ...]
    programme: tuple[Row, ...]
    figures: Figures
    sections: tuple[Section, ...]
    loose: Section | None
    after: Section | None
    moderation: Moderation
    notes: tuple[Note, ...]
    versions: tuple[Version, ...]
    number: int = 0
    cited: dict[PostId, Quote] = {}
    """The posts that the author's words point at, whether or not they are in a thread."""

    def all_sections(self) -> tuple[Section, ...]:
        """The sessions, then what belongs to none, then what came afterwards: the order of reading."""
        return (*self.sections, *(part for part in (self.loose, self.after) if part is not None))
