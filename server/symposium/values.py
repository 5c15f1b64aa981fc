"""The small values that entries, state and views are made of. Names as in the glossary of the architecture page."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec

PostId = NewType("PostId", str)
"""Ours: 16 base32 characters (a–z, 2–7). `uri` is the post's identity at its source."""

BadgeId = NewType("BadgeId", str)
"""16 base32 characters; says nothing about the token, which is only kept hashed."""

DeviceId = NewType("DeviceId", str)
"""A phone's id: 16 base32 characters, signed by the server in the phone's cookie."""

AuthorKey = NewType("AuthorKey", str)
"""Keyed hash of an author's identity at a source, or of a device. Survives erasure, so that nobody comes back."""

SourceId = NewType("SourceId", str)
"""A configured source of one symposium, as `mastodon-1`; phones are the source `phone`."""

ScreenId = NewType("ScreenId", str)
"""The random id that a screen gave itself; its heartbeats carry it. At most 64 characters."""

SessionId = NewType("SessionId", str)
"""A session of the programme: the guid or UID of its import, or 16 base32 characters. At most 64 characters."""

RoomId = NewType("RoomId", str)
"""A room of the programme, at most 64 characters. Stays the same from import to import."""

PaperId = NewType("PaperId", str)
"""16 base32 characters."""

BlockId = NewType("BlockId", str)
"""Where a text of the report stands: `opening`, `summary`, `session:<id>` …"""

PollId = NewType("PollId", str)
"""16 base32 characters."""

VoterKey = NewType("VoterKey", str)
"""
Keyed hash of a phone and what it votes on (a poll, or all questions), or of a printed code: one vote each. Nobody goes
back from it to the phone, or from one poll to another.
"""

RuleId = NewType("RuleId", str)
"""A rule of intake, as `links`. The pages hold its name in Dutch and English."""

BlobId = NewType("BlobId", str)
"""SHA-256 of a picture as we encoded it, in hex."""

PHONE = SourceId("phone")
OPERATOR = BadgeId("operator")
"""Whoever can read the server's terminal. Not a badge: entries made from there carry this id."""


class Status(StrEnum):
    """Where a post stands. The last four are final: time took the words of one that lapsed."""

    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    ERASED = "erased"
    LAPSED = "lapsed"


HELD, SHOWN, HIDDEN, REJECTED = Status.HELD, Status.SHOWN, Status.HIDDEN, Status.REJECTED
WITHDRAWN, GONE, ERASED, LAPSED = Status.WITHDRAWN, Status.GONE, Status.ERASED, Status.LAPSED
"""The same, for where it counts: in Python 3.11 to look a member up on its class costs seven times as much."""

ROOM_PLACE = "room:"
"""Before a room's id, where its scene stands among those of screens. No screen's id begins with it."""

FINAL = frozenset({WITHDRAWN, GONE, ERASED, LAPSED})


class Kept(StrEnum):
    """
    What is kept for a time after the symposium: the words of posts, their pictures, who of the staff did what, which
    phone sent what.
    """

    POSTS = "posts"
    PICTURES = "pictures"
    AUDIT = "audit"
    DEVICES = "devices"


class Decision(StrEnum):
    """What staff may do with a post."""

    SHOW = "show"
    HOLD = "hold"
    REJECT = "reject"
    HIDE = "hide"
    PIN = "pin"
    UNPIN = "unpin"
    STAR = "star"
    UNSTAR = "unstar"


RELEASING = frozenset({Decision.SHOW, Decision.PIN, Decision.STAR})
"""Refused on an old revision, or when somebody decided after `seen`. The others are always carried out."""


class Role(StrEnum):
    """What a badge may do."""

    ORGANISER = "organiser"
    MODERATOR = "moderator"
    AUTHOR = "author"
    SPEAKER = "speaker"
    SCREEN = "screen"
    CHAIR = "chair"


class Policy(StrEnum):
    """Who decides about a new post: always a person, a person unless the author is known, or the rules."""

    EVERYTHING_WAITS = "everything-waits"
    KNOWN_PASS = "known-pass"  # noqa: S105 -- a policy, not a password
    RULES_DECIDE = "rules-decide"


class Scene(StrEnum):
    """
    What the screens show: a spotlight is one post, a playlist some chosen ones, text a slide of staff's words.

    Programme is what is on now and next, day the whole day's; session one session's title card; paper one paper,
    papers those of a session; question one of the hall, questions the most wanted, poll a poll or its result.
    """

    FOUNTAIN = "fountain"
    SPOTLIGHT = "spotlight"
    JOIN = "join"
    TITLE = "title"
    TEXT = "text"
    PLAYLIST = "playlist"
    BLANK = "blank"
    PROGRAMME = "programme"
    DAY = "day"
    SESSION = "session"
    PAPER = "paper"
    PAPERS = "papers"
    QUESTION = "question"
    QUESTIONS = "questions"
    POLL = "poll"


class SessionKind(StrEnum):
    """What an item of the programme is."""

    TALK = "talk"
    BREAK = "break"
    OTHER = "other"


class Part(StrEnum):
    """Of a session: somebody speaks, or the hall asks."""

    TALK = "talk"
    QUESTIONS = "questions"


class Form(StrEnum):
    """What a paper is."""

    PAPER = "paper"
    SLIDES = "slides"
    HANDOUT = "handout"
    LINK = "link"


class ActKind(StrEnum):
    """What staff, or the brake, did to the symposium as a whole: not to a post's standing."""

    STOP = "stop"
    PAUSE = "pause"
    POLICY = "policy"
    BRAKE = "brake"
    SCENE = "scene"
    RULES = "rules"
    ANNOUNCEMENT = "announcement"
    THEME = "theme"
    AMENDED = "amended"
    PROGRAMME = "programme"
    SHIFT = "shift"
    ON_STAGE = "on-stage"
    DIRECTION = "direction"
    FOLLOW = "follow"
    MOVED = "moved"
    SCREEN = "screen"
    PAPER = "paper"
    REPORT = "report"
    REPORT_TEXT = "report-text"
    QUOTES = "quotes"
    QUOTE_ORDER = "quote-order"
    QUESTION = "question"
    QUESTION_STAND = "question-stand"
    QUESTIONS_MERGED = "questions-merged"
    HALL = "hall"
    VOTES = "votes"


class Naming(StrEnum):
    """How the report names who wrote a post: with the name that they filled in, its initials, or not at all."""

    FULL = "full"
    INITIALS = "initials"
    ANONYMOUS = "anonymous"


class Cover(StrEnum):
    """The report's cover: the day's jets over dark water, or as lines on white paper (saves toner)."""

    WATER = "water"
    PAPER = "paper"


class Choice(StrEnum):
    """What the report's author said of a post: in, out, or as the compiler would have it."""

    IN = "in"
    OUT = "out"
    AUTO = "auto"


class Stand(StrEnum):
    """What became of a question of the hall: it can be voted for, is asked now, was answered, or is kept for after."""

    OPEN = "open"
    ON_STAGE = "on-stage"
    ANSWERED = "answered"
    LATER = "later"


class PollKind(StrEnum):
    """
    What a poll asks: one option, several, a point of a scale, an order of all options, words of one's own, a number,
    one option against the clock, or agree, disagree or pass on each of a set of statements.
    """

    SINGLE = "single"
    SEVERAL = "several"
    SCALE = "scale"
    RANKING = "ranking"
    WORDS = "words"
    NUMBER = "number"
    QUIZ = "quiz"
    STATEMENTS = "statements"


class Reveal(StrEnum):
    """When a phone sees the result: always, after its own vote, or when the poll is closed."""

    LIVE = "live"
    VOTED = "voted"
    CLOSED = "closed"


class Reaction(StrEnum):
    """What the hall can say in one sign: applause, a heart, a laugh, an idea, a question mark."""

    CLAP = "clap"
    HEART = "heart"
    LAUGH = "laugh"
    IDEA = "idea"
    QUESTION = "question"


class Reason(StrEnum):
    """Why a post was not shown, in the words that its author may read."""

    ADVERTISING = "advertising"
    PERSONAL_DATA = "personal-data"
    HURTFUL = "hurtful"
    OFF_TOPIC = "off-topic"
    DUPLICATE = "duplicate"


class Show(msgspec.Struct, frozen=True, kw_only=True, tag_field="verdict", tag="show"):
    """Put the post on the screens at once."""

    rule: RuleId


class Hold(msgspec.Struct, frozen=True, kw_only=True, tag_field="verdict", tag="hold"):
    """Keep the post in the queue until a person decides."""

    rule: RuleId
    found: str | None = None
    """A code, never a person's words: which kind of thing the rule saw, as `phone-number`."""


class Reject(msgspec.Struct, frozen=True, kw_only=True, tag_field="verdict", tag="reject"):
    """Keep the post off the screens; a person can still show it."""

    rule: RuleId
    reason: Reason
    found: str | None = None


Verdict = Show | Hold | Reject


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as we encoded it; sizes in pixels. `alt` is empty where nobody described it; `small` is for lists."""

    blob: BlobId
    type: str
    width: int
    height: int
    alt: str = ""
    small: BlobId | None = None


class Emoji(msgspec.Struct, frozen=True, kw_only=True):
    """A network's custom emoji: `:shortcode:` in the text stands for this picture."""

    shortcode: str
    blob: BlobId


class PostBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What a person wrote or is called: the part of a post that can be redacted.

    `salt` makes the digest unguessable: 32 hex characters, new for every revision.
    `text` is as written after cleaning; a screen shows its first `cut` code points, all of it where that is None.
    """

    salt: str
    text: str
    cut: int | None = None
    name: str = ""
    handle: str = ""
    avatar: BlobId | None = None
    media: tuple[Picture, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    lang: str | None = None
    created: int | None = None
    """As the source claims it, in µs; None for phones."""
    edited: int | None = None
    """When the source says that it was last edited, in µs."""
    warning: str = ""
    """The author's content warning."""
    permalink: str | None = None
    uri: str | None = None
    native_id: str | None = None
    author_id: str | None = None
    reply_to: str | None = None
    """The native id of the post that it answers."""
    to: str = ""
    """Whom a question is for, as its writer said."""


class NamesBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What the original of a copy and its author are called at their own network, and when it was last edited: as the
    fields of `PostBody`.
    """

    native_id: str | None = None
    uri: str | None = None
    author_id: str | None = None
    name: str = ""
    handle: str = ""
    edited: int | None = None
