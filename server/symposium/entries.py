"""
The entries of a journal: what was promised to somebody, in order.

An entry is a *head* and a *body*. The law decides on heads only; a body holds whatever a person wrote or is called, is
stored unread, and can be overwritten for good (`redact`) without changing what any head means. What an old entry means
never changes: a changed rule is a new kind of entry, and a new field has a default that means what its absence meant.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from server.symposium.values import (
    AuthorKey,
    BadgeId,
    BlobId,
    BlockId,
    Choice,
    Cover,
    Decision,
    DeviceId,
    Form,
    Kept,
    Naming,
    PaperId,
    Part,
    Policy,
    PollId,
    PollKind,
    PostId,
    Reaction,
    Reason,
    Reveal,
    Role,
    RoomId,
    Scene,
    ScreenId,
    SessionId,
    SessionKind,
    SourceId,
    Stand,
    Verdict,
    VoterKey,
)


class Head(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", gc=False):
    """Base of all heads. Its tag is the entry's kind, for ever."""


class SymposiumMade(Head, frozen=True, tag="symposium-made"):
    """The first entry of every journal. Body: `SymposiumBody`."""

    slug: str
    short: str
    languages: tuple[str, ...]
    policy: Policy = Policy.EVERYTHING_WAITS
    pending_cap: int = 5
    """How many posts of one device may wait at a time."""


class SymposiumChanged(Head, frozen=True, tag="symposium-changed"):
    """Title, hashtags or date were changed. Body: `SymposiumBody`, whole."""

    by: BadgeId


class BadgeMade(Head, frozen=True, tag="badge-made"):
    """
    A named person or screen got a badge. Body: `BadgeBody`.

    `token_hash` is SHA-256 in hex of a 160-bit random token. `session` is the one that a speaker speaks in.
    """

    by: BadgeId
    badge: BadgeId
    role: Role
    token_hash: str
    run: str | None = None
    """Set on badges that live for one run of the server: the next start revokes them."""
    session: SessionId | None = None


class BadgeRevoked(Head, frozen=True, tag="badge-revoked"):
    """The badge is worth nothing from here on."""

    by: BadgeId
    badge: BadgeId


class SourceSet(Head, frozen=True, tag="source-set"):
    """A source was added, or listens to something else. Body: `SourceBody`, whole. Tokens are never in entries."""

    by: BadgeId
    source: SourceId
    network: str
    on: bool


class SourceSwitched(Head, frozen=True, tag="source-switched"):
    """A source was switched on or off. `by` None: off, since the symposium was over for so long."""

    by: BadgeId | None
    source: SourceId
    on: bool


class SourceRemoved(Head, frozen=True, tag="source-removed"):
    """The source is no longer listened to; what it brought stays."""

    by: BadgeId
    source: SourceId


class ListeningSet(Head, frozen=True, tag="listening-set"):
    """So many days after the symposium its sources stop by themselves; None: when somebody switches them off."""

    by: BadgeId
    days: int | None


class PostArrived(Head, frozen=True, tag="post-arrived"):
    """
    A post came in. Body: `PostBody`.

    `keys` are keyed hashes of the post's identities (native id, uri): a known one means the same post.
    `request` is a keyed hash of device and Idempotency-Key, `request_digest` one of what was sent with it.
    `seen` is the position of the state that the verdict was judged against.
    """

    post: PostId
    source: SourceId
    network: str
    author: AuthorKey
    digest: str
    seen: int
    verdict: Verdict
    keys: tuple[str, ...] = ()
    device: DeviceId | None = None
    request: str | None = None
    request_digest: str | None = None
    lang: str | None = None
    session: str | None = None
    photos: int = 0
    like: PostId | None = None
    notes: tuple[str, ...] = ()
    question: bool = False
    """Its writer asks the hall's speaker something; `voter` is whom it counts as the first vote of."""
    poll: PollId | None = None
    """It answers this poll in words of its own; `voter` has one answer."""
    voter: VoterKey | None = None


class PostEdited(Head, frozen=True, tag="post-edited"):
    """The source says that a post reads differently now. Body: `PostBody`, whole."""

    keys: tuple[str, ...]
    digest: str
    seen: int
    verdict: Verdict
    lang: str | None = None
    photos: int = 0
    notes: tuple[str, ...] = ()


class PostClaimed(Head, frozen=True, tag="post-claimed"):
    """
    The original of a copy came in: the post is its author's from here on, in the words that stand. Body: `NamesBody`.

    `source`, `network` and `author` are of the original; it is known under `keys` too.
    """

    post: PostId
    source: SourceId
    network: str
    author: AuthorKey
    keys: tuple[str, ...]


class PostDeparted(Head, frozen=True, tag="post-departed"):
    """
    The source says that a post was deleted.

    With `network` it is the one of its author, who deleted what a feed or a bridge had brought: then it is known under
    all of `keys`, and under none of them does it come back.
    """

    keys: tuple[str, ...]
    network: str | None = None


class AuthorDeparted(Head, frozen=True, tag="author-departed"):
    """The source says that an author is gone, with all their posts."""

    author: AuthorKey


class PostWithdrawn(Head, frozen=True, tag="post-withdrawn"):
    """Its author took a phone post back: the device itself, or (device None) whoever held its receipt."""

    post: PostId
    device: DeviceId | None = None


class PostAmended(Head, frozen=True, tag="post-amended"):
    """
    Staff changed a post's alt texts or session: a new revision that stands as the one before. Body: `PostBody`, whole.

    `revision` is the one that they saw; `session` the one that holds from here on.
    """

    by: BadgeId
    post: PostId
    revision: int
    digest: str
    session: str | None = None


class Target(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A revision of a post, as its decider saw it."""

    post: PostId
    revision: int
    digest: str


class Decided(Head, frozen=True, tag="decided"):
    """Staff decided on one post or on many at once; one undo takes all of it back."""

    by: BadgeId
    decision: Decision
    posts: tuple[Target, ...]
    seen: int | None = None
    reason: Reason | None = None


class Undone(Head, frozen=True, tag="undone"):
    """Staff took back the decision or ban of entry `seq`."""

    by: BadgeId
    seq: int


class ActUndone(Head, frozen=True, tag="act-undone"):
    """Staff took back what was done to the whole symposium in entry `seq`: a stop, scene, policy or the like."""

    by: BadgeId
    seq: int


class Banned(Head, frozen=True, tag="banned"):
    """
    Staff blocked an author: what comes is rejected, and with `earlier` what is shown or waits is hidden.

    `across` is a keyed hash of whom a bridge makes of them, which must outlive their words; None where nobody can tell.
    """

    by: BadgeId
    author: AuthorKey
    earlier: bool = False
    across: str | None = None


class Stopped(Head, frozen=True, tag="stopped"):
    """The emergency stop: with `on` no screen shows any post."""

    by: BadgeId
    on: bool


class Paused(Head, frozen=True, tag="paused"):
    """With `on` the screens keep what they show, and what is released waits."""

    by: BadgeId
    on: bool


class PolicySet(Head, frozen=True, tag="policy-set"):
    """Who decides about new posts from here on."""

    by: BadgeId
    policy: Policy


class RulesSet(Head, frozen=True, tag="rules-set"):
    """Intake asks other rules from here on. Body: `RulesBody`, whole."""

    by: BadgeId


class BrakeTripped(Head, frozen=True, tag="brake-tripped"):
    """The node itself saw too much at once: everything waits from here on. What it saw in the minute before."""

    posts_per_minute: int
    new_percent: int
    alike_percent: int


class SceneSet(Head, frozen=True, tag="scene-set"):
    """
    What the screens show from here on. Body: `SceneBody`, for the scene `text` only.

    `screen` and `room` None means all of them, also those that showed something of their own. A screen or room with
    `scene` None shows what it would without. `post` is the spotlight's, `posts` are the playlist's, `session` the title
    card's or the papers', `paper` the paper's, `poll` the poll's. A question without `post` is the one on stage, a poll
    without `poll` the one that is open, else the one that was closed last.
    """

    by: BadgeId
    scene: Scene | None
    screen: ScreenId | None = None
    post: PostId | None = None
    posts: tuple[PostId, ...] = ()
    room: RoomId | None = None
    session: SessionId | None = None
    paper: PaperId | None = None
    poll: PollId | None = None


class Announced(Head, frozen=True, tag="announced"):
    """The organisation says something on the screens, or (with `on` False) no longer. Body: `AnnouncementBody`."""

    by: BadgeId
    on: bool


class ThemeSet(Head, frozen=True, tag="theme-set"):
    """How the screens look from here on. Body: `ThemeBody`, whole."""

    by: BadgeId


class Slot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """
    What the law knows of a session: where, when (µs, UTC) and what it is.

    `questions_s` is how many seconds at its end are the hall's; with `no_record` posts of it have no photos.
    """

    session: SessionId
    room: RoomId | None
    start: int
    end: int
    kind: SessionKind = SessionKind.TALK
    questions_s: int = 0
    no_record: bool = False


class ProgrammeSet(Head, frozen=True, tag="programme-set"):
    """The programme, whole. Body: `ProgrammeBody`. `base` is the entry of the one that was edited, 0 for none."""

    by: BadgeId
    base: int
    rooms: tuple[RoomId, ...]
    slots: tuple[Slot, ...]


class ProgrammeShifted(Head, frozen=True, tag="programme-shifted"):
    """
    A session begins so many minutes after what the programme says (0: on time), and ends so much later too.

    With `rest`, what comes after it in the same room on the same day moves by as much as it did.
    """

    by: BadgeId
    session: SessionId
    minutes: int
    rest: bool = False


class OnStageSet(Head, frozen=True, tag="on-stage-set"):
    """
    What is on stage in a room, whatever the clock says (`room` None: where there is only one).

    With `auto` the clock says it again. `session` None: nothing is. `part` None: as the programme has it.
    """

    by: BadgeId
    room: RoomId | None
    session: SessionId | None = None
    part: Part | None = None
    auto: bool = False


class DirectionSet(Head, frozen=True, tag="direction-set"):
    """
    What the screens do by themselves.

    With `stage_safe` the screens behind a speaker keep to the title card while somebody speaks. `papers_s` is for how
    many seconds the papers of a session stand on the screens at its end.
    """

    by: BadgeId
    stage_safe: bool
    papers_s: int


class ProgrammeFollowed(Head, frozen=True, tag="programme-followed"):
    """An address is looked at for a newer programme, or (with `on` False) no longer. Body: `AddressBody`."""

    by: BadgeId
    on: bool


class PostsMoved(Head, frozen=True, tag="posts-moved"):
    """Staff said to which session posts belong. No new revision: no screen shows a byte more or less."""

    by: BadgeId
    posts: tuple[PostId, ...]
    session: SessionId | None


class ScreenSet(Head, frozen=True, tag="screen-set"):
    """A screen was paired, or got another name or room. Body: `ScreenBody`. `stage`: it hangs behind the speaker."""

    by: BadgeId
    screen: ScreenId
    room: RoomId | None = None
    stage: bool = False


class ScreenRemoved(Head, frozen=True, tag="screen-removed"):
    """The screen is nobody's: it shows what all show."""

    by: BadgeId
    screen: ScreenId


class PaperSet(Head, frozen=True, tag="paper-set"):
    """
    A paper was put on the shelf, or changed. Body: `PaperBody`, whole.

    With `embargo` it is closed until its session begins.
    """

    by: BadgeId
    paper: PaperId
    form: Form
    session: SessionId | None = None
    embargo: bool = False


class PaperFiled(Head, frozen=True, tag="paper-filed"):
    """
    A paper got a file: a new version of the one in the same language. Body: `FileBody`.

    `size` in bytes; `type` is a media type, of the content; `pages` None where it has none. `flags` are codes, as
    `javascript`; `preview` is a picture of the first page.
    """

    by: BadgeId
    paper: PaperId
    blob: BlobId
    size: int
    type: str
    lang: str = ""
    pages: int | None = None
    flags: tuple[str, ...] = ()
    preview: BlobId | None = None


class FileDropped(Head, frozen=True, tag="file-dropped"):
    """A file of a paper was taken away: the one of entry `file`."""

    by: BadgeId
    paper: PaperId
    file: int


class PaperRemoved(Head, frozen=True, tag="paper-removed"):
    """A paper was taken off the shelf; with `erase` for good."""

    by: BadgeId
    paper: PaperId
    erase: bool = False


class Struck(Head, frozen=True, tag="struck"):
    """Time struck: the sessions of these papers have begun, they are open."""

    papers: tuple[PaperId, ...]


class Count(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """
    So many downloads of a paper, or scans of a code, in about a minute.

    `kind` is `download` or `scan`; `new` is how many of the `n` came from somebody who had not come that day.
    """

    subject: str
    kind: str
    n: int
    new: int = 0


class Counted(Head, frozen=True, tag="counted"):
    """What was fetched and scanned since the last count. Who did is not kept anywhere."""

    counts: tuple[Count, ...]


class ReportSet(Head, frozen=True, tag="report-set"):
    """How the report names people, its language (empty: the symposium's first) and the look of its cover, whole."""

    by: BadgeId
    naming: Naming
    lang: str = ""
    cover: Cover = Cover.WATER


class BlockWritten(Head, frozen=True, tag="block-written"):
    """
    A text of the report was written. Body: `BlockBody`, whole.

    `base` is the entry of the text that its author changed, 0 for none. Where somebody else wrote meanwhile, the text
    is kept beside theirs. `settles` are texts beside it that need not be kept: their words are in this one.
    """

    by: BadgeId
    block: BlockId
    base: int
    settles: tuple[int, ...] = ()


class QuotesSet(Head, frozen=True, tag="quotes-set"):
    """
    What the report does with posts; None leaves that as it is.

    `choice`: in the thread of its session or not. `pull`: large, as a pull quote. `naming`: an exception to how the
    report names people, with `as_all` none any more. `into`: counted under that nearly equal post; `alone`: no longer.
    """

    by: BadgeId
    posts: tuple[PostId, ...]
    choice: Choice | None = None
    pull: Choice | None = None
    naming: Naming | None = None
    as_all: bool = False
    into: PostId | None = None
    alone: bool = False


class QuotesOrdered(Head, frozen=True, tag="quotes-ordered"):
    """In which order the report has the posts of a section; those that are not named follow by time."""

    by: BadgeId
    section: str
    posts: tuple[PostId, ...]


class QuestionSet(Head, frozen=True, tag="question-set"):
    """Staff made a post a question, or no longer one. `asker` is who wrote it, as a voter, where that is known."""

    by: BadgeId
    post: PostId
    on: bool
    asker: VoterKey | None = None


class QuestionVoted(Head, frozen=True, tag="question-voted"):
    """A phone wants to know this too, or (with `on` False) no longer. `fresh`: it was given its number just before."""

    post: PostId
    voter: VoterKey
    on: bool = True
    fresh: bool = False


class QuestionStood(Head, frozen=True, tag="question-stood"):
    """
    A question goes on stage, was answered, or is kept for after. Body: `AnswerBody`, with `words`.

    What was on stage in the same session until then was answered.
    """

    by: BadgeId
    post: PostId
    stand: Stand
    words: bool = False


class QuestionsMerged(Head, frozen=True, tag="questions-merged"):
    """Near-equal questions are counted under one: each voter once, and all askers stay."""

    by: BadgeId
    into: PostId
    posts: tuple[PostId, ...]


class QuestionsSplit(Head, frozen=True, tag="questions-split"):
    """These questions stand by themselves again, each with its own votes."""

    by: BadgeId
    posts: tuple[PostId, ...]


class PollForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """
    What may be answered to a poll.

    Args:
        options: How many there are; of `statements` the statements. None for `scale`, `words` and `number`.
        most: Of `several`, how many options one may choose.
        low, high: Of `scale` and `number`, both included.
        right: Of `quiz`, the right option, counted from 0.
        seconds: After so many it closes by itself; 0: it does not.
        binding: Only printed codes vote, each once.
        again: The same poll, before: the two are shown as a shift.
        with_session: It opens by itself when its session begins, and closes when that ends.
    """

    kind: PollKind
    options: int = 0
    most: int = 1
    low: int = 0
    high: int = 0
    right: int | None = None
    seconds: int = 0
    reveal: Reveal = Reveal.CLOSED
    binding: bool = False
    session: SessionId | None = None
    again: PollId | None = None
    with_session: bool = False


class PollSet(Head, frozen=True, tag="poll-set"):
    """A poll was drafted, or its draft changed. Body: `PollBody`, whole."""

    by: BadgeId
    poll: PollId
    form: PollForm


class PollOpened(Head, frozen=True, tag="poll-opened"):
    """The hall may vote; also again, after it was closed. `by` None: its session began."""

    by: BadgeId | None
    poll: PollId


class PollClosed(Head, frozen=True, tag="poll-closed"):
    """The hall may vote no more. `by` None: its time was over, or its session."""

    by: BadgeId | None
    poll: PollId


class PollRemoved(Head, frozen=True, tag="poll-removed"):
    """A poll that was never opened is thrown away."""

    by: BadgeId
    poll: PollId


class PollCodesMade(Head, frozen=True, tag="poll-codes-made"):
    """Printed codes for a binding poll: the keyed hash of each."""

    by: BadgeId
    poll: PollId
    codes: tuple[VoterKey, ...]


class Voted(Head, frozen=True, tag="voted"):
    """
    A vote, or another one of the same voter. `opening` is the entry that opened the poll, as the voter saw it.

    `answers`: options from 0 (of a ranking all, best first); the point or number; of a statement its place and 0, 1 or
    2: agree, disagree, pass. `fresh`: the phone was given its number just before. `request` is a keyed hash of
    phone and Idempotency-Key: a printed code that is sent again by the same one was not used twice.
    """

    poll: PollId
    opening: int
    voter: VoterKey
    answers: tuple[int, ...]
    fresh: bool = False
    request: str = ""


class VotesSetAside(Head, frozen=True, tag="votes-set-aside"):
    """
    Votes are not counted, since somebody stuffed them; or (with `on` False) they are again. Body: `ReasonBody`.

    Of a poll, or of a question.
    """

    by: BadgeId
    voters: tuple[VoterKey, ...]
    on: bool
    poll: PollId | None = None
    post: PostId | None = None


class HallSet(Head, frozen=True, tag="hall-set"):
    """
    What phones in the hall may do. `follows`: screens that show the fountain show by themselves what the hall is asked.

    What is None stays as it is: two of the staff switch different things at once.
    """

    by: BadgeId
    questions: bool | None = None
    reactions: bool | None = None
    follows: bool | None = None


class ReactionsCounted(Head, frozen=True, tag="reactions-counted"):
    """How often the hall said what in one sign, in the minute that begins at `minute` (µs)."""

    minute: int
    session: SessionId | None
    counts: dict[Reaction, int]


class FrozenFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A frozen report in one format. `size` in bytes; the blob's name is its SHA-256."""

    format: str
    blob: BlobId
    size: int


class ReportFrozen(Head, frozen=True, tag="report-frozen"):
    """
    A version of the report that does not change any more.

    `number` counts from 1; `through` is the entry up to which it was compiled; `sha256` that of its HTML. `posts` are
    those whose words are in it, so that an erasure finds it.
    """

    by: BadgeId
    number: int
    through: int
    sha256: str
    files: tuple[FrozenFile, ...]
    posts: tuple[PostId, ...] = ()


class Erased(Head, frozen=True, tag="erased"):
    """
    Posts, or an author with all their posts, were erased: the node redacts their bodies. They do not come back.

    `suppress` are keyed hashes of whoever must stay out, under an identity or a handle, also when nothing came yet.
    """

    by: BadgeId
    posts: tuple[PostId, ...] = ()
    author: AuthorKey | None = None
    suppress: tuple[AuthorKey, ...] = ()


class Expired(Head, frozen=True, tag="expired"):
    """Time struck: these posts were not shown and have been kept as long as the notice said."""

    posts: tuple[PostId, ...]


class KeepingSet(Head, frozen=True, tag="keeping-set"):
    """
    How long what is kept: rejected posts in hours after the decision, the rest in days after the symposium's end.

    None: until somebody erases it.
    """

    by: BadgeId
    rejected_hours: int = 24
    posts_days: int | None = 30
    pictures_days: int | None = 30
    audit_days: int | None = 90
    devices_days: int | None = 30


class HoldSet(Head, frozen=True, tag="hold-set"):
    """
    A legal hold began, or (with `on` False) ended. Body: `ReasonBody`.

    While it lasts nothing is forgotten by itself, and frozen reports keep their bytes when a post in them is erased.
    """

    by: BadgeId
    on: bool


class Lapsed(Head, frozen=True, tag="lapsed"):
    """Time struck: what there is of these kinds has been kept as long as the notice said."""

    kinds: tuple[Kept, ...]


AnyHead = (
    SymposiumMade
    | SymposiumChanged
    | BadgeMade
    | BadgeRevoked
    | SourceSet
    | SourceSwitched
    | SourceRemoved
    | ListeningSet
    | PostArrived
    | PostEdited
    | PostClaimed
    | PostDeparted
    | AuthorDeparted
    | PostWithdrawn
    | PostAmended
    | Decided
    | Undone
    | ActUndone
    | Banned
    | Stopped
    | Paused
    | PolicySet
    | RulesSet
    | BrakeTripped
    | SceneSet
    | Announced
    | ThemeSet
    | ProgrammeSet
    | ProgrammeShifted
    | OnStageSet
    | DirectionSet
    | ProgrammeFollowed
    | PostsMoved
    | ScreenSet
    | ScreenRemoved
    | PaperSet
    | PaperFiled
    | FileDropped
    | PaperRemoved
    | Struck
    | Counted
    | ReportSet
    | BlockWritten
    | QuotesSet
    | QuotesOrdered
    | ReportFrozen
    | QuestionSet
    | QuestionVoted
    | QuestionStood
    | QuestionsMerged
    | QuestionsSplit
    | PollSet
    | PollOpened
    | PollClosed
    | PollRemoved
    | PollCodesMade
    | Voted
    | VotesSetAside
    | HallSet
    | ReactionsCounted
    | Erased
    | Expired
    | KeepingSet
    | HoldSet
    | Lapsed
)


class SymposiumBody(msgspec.Struct, frozen=True, kw_only=True):
    """`date` is ISO 8601, a day; `until` the last one of a symposium of several days, empty for one of one day."""

    title: str
    hashtags: tuple[str, ...] = ()
    date: str = ""
    until: str = ""


class BadgeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose badge it is."""

    name: str


class SourceBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a source listens to, as its manifest names the options; `name` is how the pages call it."""

    name: str = ""
    options: dict[str, str | int | bool | tuple[str, ...]] = {}


class RulesBody(msgspec.Struct, frozen=True, kw_only=True):
    """What intake's rules look for, by the names of its settings; what is left out is as the program says."""

    rules: dict[str, int | tuple[str, ...]] = {}


class SceneBody(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a slide."""

    title: str = ""
    text: str = ""


class AnnouncementBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the organisation says, in one or two lines."""

    text: str


class ThemeBody(msgspec.Struct, frozen=True, kw_only=True):
    """
    A theme and what was chosen in it.

    `mode` is light, dark or empty (the theme's own); `colours` are the organiser's, by property; `house` names a house
    style whose tokens were loaded, empty for none.
    """

    theme: str
    mode: str = ""
    options: dict[str, str | int | bool] = {}
    colours: dict[str, str] = {}
    logo: BlobId | None = None
    house: str = ""


class RoomBody(msgspec.Struct, frozen=True, kw_only=True):
    """A room and how it is called."""

    id: RoomId
    name: str


class SpeakerBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who speaks, and who that is in a few words."""

    name: str
    about: str = ""


class SessionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The words of a session. `lang` is BCP 47 or empty; `hashtag` without its #."""

    id: SessionId
    title: str
    subtitle: str = ""
    speakers: tuple[SpeakerBody, ...] = ()
    abstract: str = ""
    lang: str = ""
    track: str = ""
    url: str = ""
    hashtag: str = ""


class ProgrammeBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    The words of the programme, in the order of the head's rooms and slots.

    `version` as its makers call it; `zone` is an IANA time zone; `origin` the address that it came from.
    """

    version: str = ""
    zone: str = "Europe/Amsterdam"
    origin: str = ""
    rooms: tuple[RoomBody, ...] = ()
    sessions: tuple[SessionBody, ...] = ()


class AddressBody(msgspec.Struct, frozen=True, kw_only=True):
    """An address that the organiser gave."""

    url: str


class ScreenBody(msgspec.Struct, frozen=True, kw_only=True):
    """How staff call a screen."""

    name: str


class PaperBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The words of a paper. `link` is where a paper of the form link is, else empty."""

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    link: str = ""


class FileBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a file was called where it came from."""

    name: str


class BlockBody(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the report, in Markdown; posts stand in it as `{{post ID}}`, never as copied words."""

    text: str


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who answered a question, and in a few words what."""

    name: str = ""
    text: str = ""


class PollBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The words of a poll, each by language (`nl`, `en`). `ends` are the words at both ends of a scale."""

    title: dict[str, str]
    options: tuple[dict[str, str], ...] = ()
    ends: tuple[dict[str, str], ...] = ()


class ReasonBody(msgspec.Struct, frozen=True, kw_only=True):
    """Why, in the organiser's words."""

    reason: str


class Entry(NamedTuple):
    """What a caller hands to the journal. `body` is encoded already (`encode_body`), None where the kind has none."""

    head: AnyHead
    body: bytes | None = None


class Record(msgspec.Struct, frozen=True, gc=False):
    """
    An entry in its place.

    `at` is UTC microseconds on the clock of the node that appended it, never below its predecessor's: the only clock
    that the law knows. `body` is None where the kind has none, or where it was redacted.
    """

    seq: int
    at: int
    head: AnyHead
    body: bytes | None


_encoder = msgspec.json.Encoder()
_head_decoder = msgspec.json.Decoder(AnyHead)

encode_head = _encoder.encode
decode_head = _head_decoder.decode
encode_body = _encoder.encode
