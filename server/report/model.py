"""
What a report says: the value between `compile` and the writers.

It is the same in every language and format: a writer brings the words and the look. Times are UTC microseconds, `zone`
says how to tell them. Nothing here comes from a clock or a random source: one journal makes one report.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from server.symposium.values import BlobId, Naming, PaperId, PostId, SessionId

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
