"""
The state of a symposium: what `apply` makes of the entries, and nothing else.

Bodies are kept as bytes by the seq of the entry that carried them, unread: so that for every journal J and set of seqs
S `replay(redact(J, S)) == erase(replay(J), S)`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from server.symposium.entries import FrozenFile, PollForm, Slot
from server.symposium.values import (
    FINAL,
    LAPSED,
    ActKind,
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
    PostId,
    Reaction,
    Reason,
    Role,
    RoomId,
    Scene,
    ScreenId,
    SessionId,
    SourceId,
    Stand,
    Status,
    Verdict,
    VoterKey,
)


class Post(msgspec.Struct, gc=False):
    """
    One post, at its newest revision.

    `body` is the seq whose body holds that revision; `bodies` all seqs that hold one of this post's.
    `released` is the seq that put it on the screens, None while it is not there; `decided*` tell the last decision.
    `standing` is the last decision that was not taken back: the one that undo may take back, 0 for none.
    `ended_at` is the µs at which it became final, 0 before. `stood` tells of one that lapsed whether it was on the
    screens; with `bare` its pictures lapsed. `turn` is its number in the queue, while it waits: see `turns.py`.
    """

    id: PostId
    source: SourceId
    network: str
    author: AuthorKey
    device: DeviceId | None
    arrived: int
    received: int
    revised: int
    revision: int
    digest: str
    body: int
    bodies: tuple[int, ...]
    status: Status
    verdict: Verdict
    lang: str | None
    session: str | None
    photos: int
    like: PostId | None
    notes: tuple[str, ...]
    released: int | None = None
    decided: int = 0
    decided_at: int = 0
    decided_by: BadgeId | None = None
    reason: Reason | None = None
    pinned: bool = False
    starred: bool = False
    ended_at: int = 0
    standing: int = 0
    stood: bool = False
    bare: bool = False
    poll: PollId | None = None
    turn: int = 0


class Author(msgspec.Struct, gc=False):
    """
    Everything the law knows of an author: which posts, whether banned (seq of the ban), whether erased. `turn` is the
    number after that of the last post that came to wait: see `turns.py`. `across` is a keyed hash of whom a bridge
    makes of them, for as long as they are banned.
    """

    posts: list[PostId]
    shown: int = 0
    rejected: int = 0
    banned: int | None = None
    erased: bool = False
    turn: int = 0
    across: str | None = None


class Badge(msgspec.Struct, kw_only=True, gc=False):
    """
    A badge. `body` is the seq that holds its name; `revoked` the µs at which it lost its worth, None while live.

    `session` is a speaker's. The name of one that is `nameless` lapsed.
    """

    id: BadgeId
    role: Role
    token_hash: str
    body: int
    made: int
    run: str | None
    revoked: int | None = None
    session: SessionId | None = None
    nameless: bool = False


class Source(msgspec.Struct, kw_only=True, gc=False):
    """
    A configured source; `changed` is the seq of its last change, `body` of its options.

    `made` is when (µs) it was added, `turned` when it was last set or switched by hand. `ended` is when it stopped by
    itself, 0 while it did not.
    """

    id: SourceId
    network: str
    on: bool
    body: int
    changed: int
    by: BadgeId
    made: int = 0
    turned: int = 0
    ended: int = 0


class Switch(msgspec.Struct, kw_only=True, gc=False):
    """Something that is on or off: since when (µs, seq) and by whom."""

    on: bool = False
    at: int = 0
    seq: int = 0
    by: BadgeId | None = None


class Before(msgspec.Struct, frozen=True, gc=False):
    """How a post was before an entry changed it: what undo restores. `after` is what the entry made of it."""

    post: PostId
    revision: int
    status: Status
    pinned: bool
    starred: bool
    reason: Reason | None
    after: Status
    standing: int = 0


class Made(msgspec.Struct, gc=False):
    """A decision or ban that was carried out, for history and undo. `decision` is None for a ban."""

    seq: int
    at: int
    by: BadgeId
    decision: Decision | None
    reason: Reason | None
    before: tuple[Before, ...]
    author: AuthorKey | None = None
    earlier_ban: int | None = None
    undone: int | None = None
    undone_by: BadgeId | None = None


class Showing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What screens show, and since which entry: whose body holds the words of a slide."""

    scene: Scene = Scene.FOUNTAIN
    seq: int = 0
    post: PostId | None = None
    posts: tuple[PostId, ...] = ()
    session: SessionId | None = None
    paper: PaperId | None = None
    poll: PollId | None = None


class Brake(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The brake holds: since when (µs, seq), what the policy was, and what it had seen in the minute before."""

    at: int
    seq: int
    was: Policy
    posts_per_minute: int
    new_percent: int
    alike_percent: int


class Wording(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Words of staff that hold now: rules, an announcement, a theme. `body` is the seq that holds them."""

    body: int
    at: int
    by: BadgeId


class Programme(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    The programme that holds. `body` is the seq that holds its words.

    `slots` are by session, in the order of the entry.
    """

    body: int
    at: int
    by: BadgeId
    rooms: tuple[RoomId, ...]
    slots: dict[SessionId, Slot]


class OnStage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What staff said is on stage in a room; see `entries.OnStageSet`."""

    session: SessionId | None
    part: Part | None
    seq: int


class Direction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the screens do by themselves; see `entries.DirectionSet`."""

    stage_safe: bool = True
    papers_s: int = 60


class Paired(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A screen that staff know. `body` is the seq that holds its name."""

    room: RoomId | None
    stage: bool
    body: int
    at: int


class PaperFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A version of a paper in one language; see `entries.PaperFiled`. Its id and its body are `seq`."""

    seq: int
    at: int
    by: BadgeId
    blob: BlobId
    size: int
    type: str
    lang: str
    pages: int | None
    flags: tuple[str, ...]
    preview: BlobId | None


class Paper(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A paper on the shelf. `files` oldest first: the newest of a language is the one to fetch.

    `open` is False before its session began, where there is an embargo. `body` is the seq that holds its words.
    """

    id: PaperId
    form: Form
    session: SessionId | None
    embargo: bool
    open: bool
    body: int
    made: int
    changed: int
    by: BadgeId
    files: tuple[PaperFile, ...] = ()


class Tally(msgspec.Struct, gc=False):
    """How often something was fetched or scanned: in all, and by the hour (hours since 1970, UTC), each (n, new)."""

    n: int = 0
    new: int = 0
    hours: dict[int, tuple[int, int]] = {}


class Question(msgspec.Struct, kw_only=True, gc=False):
    """
    A post that the hall votes for.

    Args:
        voters: Its own, its writer first. `aside` are those that do not count, by the seq that holds why.
        into: The question that it is counted under.
        answer: The seq that holds who answered and what, 0 for none.
        past: Votes of phones that nobody knows any more.
    """

    at: int
    asker: VoterKey | None = None
    voters: dict[VoterKey, None] = {}
    aside: dict[VoterKey, int] = {}
    stand: Stand = Stand.OPEN
    changed: int = 0
    by: BadgeId | None = None
    answer: int = 0
    into: PostId | None = None
    past: int = 0


class Poll(msgspec.Struct, kw_only=True, gc=False):
    """
    A poll. `body` is the seq that holds its words.

    Args:
        opened: The seq that opened it last, 0 before; `opened_at` when (µs), `closed_at` when it closed, 0 while open.
        votes: By voter; of statements one number for each: 0 for none, 1 agree, 2 disagree, 3 pass.
        counts: What is told of it, without those who were set `aside` (with the seq that holds why).
        codes: Of a binding poll: the request that used each, empty before.
        words: Of a poll in words of one's own, the post of each voter.
        past: Votes of phones that nobody knows any more.
        seq: Its last change.
    """

    form: PollForm
    body: int
    made: int
    by: BadgeId
    opened: int = 0
    opened_at: int = 0
    closed_at: int = 0
    votes: dict[VoterKey, tuple[int, ...]] = {}
    counts: list[int] = []
    aside: dict[VoterKey, int] = {}
    codes: dict[VoterKey, str] = {}
    words: dict[VoterKey, PostId] = {}
    past: list[tuple[int, ...]] = []
    seq: int = 0


class Hall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What phones in the hall may do; see `entries.HallSet`."""

    questions: bool = True
    reactions: bool = False
    follows: bool = True


class Reacted(msgspec.Struct, frozen=True, gc=False):
    """How often the hall said what, in one minute (µs at its start)."""

    minute: int
    session: SessionId | None
    counts: dict[Reaction, int]


class BlockText(msgspec.Struct, frozen=True, gc=False):
    """A text of the report. `body` is the seq that holds it."""

    body: int
    at: int
    by: BadgeId


class Block(msgspec.Struct, frozen=True, gc=False):
    """What stands in one place of the report; `aside` are texts that were written meanwhile, oldest first."""

    text: BlockText | None
    aside: tuple[BlockText, ...] = ()


class Pick(msgspec.Struct, frozen=True, gc=False):
    """What the report's author said of a post; see `entries.QuotesSet`."""

    choice: Choice = Choice.AUTO
    pull: Choice = Choice.AUTO
    naming: Naming | None = None
    into: PostId | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    A frozen report; see `entries.ReportFrozen`.

    `gone` is the seq of the erasure that took its bytes, `gone_at` when (µs), `held` that of one that waits for the end
    of a legal hold; 0 for none. `texts` are the seqs of its authors' words.
    """

    number: int
    at: int
    by: BadgeId
    through: int
    sha256: str
    files: tuple[FrozenFile, ...]
    posts: frozenset[PostId]
    gone: int = 0
    gone_at: int = 0
    held: int = 0
    texts: frozenset[int] = frozenset()


class Draft(msgspec.Struct, kw_only=True):
    """The report as its authors have it; `seq` is the last change. Until somebody says otherwise names are initials."""

    seq: int = 0
    naming: Naming = Naming.INITIALS
    lang: str = ""
    cover: Cover = Cover.WATER
    blocks: dict[BlockId, Block] = {}
    picks: dict[PostId, Pick] = {}
    order: dict[str, tuple[PostId, ...]] = {}
    versions: tuple[Version, ...] = ()


class Keeping(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How long what is kept; see `entries.KeepingSet`."""

    rejected_hours: int = 24
    posts_days: int | None = 30
    pictures_days: int | None = 30
    audit_days: int | None = 90
    devices_days: int | None = 30


class WasReport(msgspec.Struct, frozen=True, tag="report", gc=False):
    """How the report named people, its language and its cover."""

    naming: Naming
    lang: str
    cover: Cover


class WasBlock(msgspec.Struct, frozen=True, tag="block", gc=False):
    """What stood in a place of the report."""

    id: BlockId
    block: Block | None


class WasPicks(msgspec.Struct, frozen=True, tag="picks", gc=False):
    """What was said of posts: before, and by the act."""

    picks: tuple[tuple[PostId, Pick | None, Pick | None], ...]


class WasOrder(msgspec.Struct, frozen=True, tag="order", gc=False):
    """In which order a section had its posts; None: by time."""

    section: str
    posts: tuple[PostId, ...] | None


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What became of a question, and by whom; see `Question`."""

    stand: Stand
    changed: int
    by: BadgeId | None
    answer: int


class WasQuestion(msgspec.Struct, frozen=True, tag="question", gc=False):
    """A post as a question, None where it was none."""

    post: PostId
    question: Question | None


class WasStanding(msgspec.Struct, frozen=True, tag="standing", gc=False):
    """How questions stood: before, and by the act."""

    questions: tuple[tuple[PostId, Standing, Standing], ...]


class WasMerged(msgspec.Struct, frozen=True, tag="merged", gc=False):
    """Under what questions were counted: before, and by the act."""

    questions: tuple[tuple[PostId, PostId | None, PostId | None], ...]


class WasHall(msgspec.Struct, frozen=True, tag="hall", gc=False):
    """What phones in the hall might do."""

    hall: Hall


class WasOn(msgspec.Struct, frozen=True, tag="switch", gc=False):
    """A switch, before it was pressed."""

    on: bool


class WasPolicy(msgspec.Struct, frozen=True, tag="policy", gc=False):
    """Who decided, and whether that was the brake's doing."""

    policy: Policy
    brake: Brake | None


class WasScene(msgspec.Struct, frozen=True, tag="scene", gc=False):
    """What all screens, or one, showed; None where that one had nothing of its own. `screens` are all that had."""

    showing: Showing | None
    screens: dict[ScreenId, Showing] = {}


class WasWording(msgspec.Struct, frozen=True, tag="wording", gc=False):
    """The words that held; None where there were none."""

    wording: Wording | None


class WasProgramme(msgspec.Struct, frozen=True, tag="programme", gc=False):
    """The programme that held, None for none, and what was said of it meanwhile."""

    programme: Programme | None
    shifts: dict[SessionId, int]
    on_stage: dict[RoomId, OnStage]


class WasShifts(msgspec.Struct, frozen=True, tag="shifts", gc=False):
    """Who was late, and by how many minutes."""

    shifts: dict[SessionId, int]


class WasOnStage(msgspec.Struct, frozen=True, tag="on-stage", gc=False):
    """What was on stage in a room; None: as the clock says."""

    room: RoomId
    on_stage: OnStage | None


class WasDirection(msgspec.Struct, frozen=True, tag="direction", gc=False):
    """What the screens did by themselves."""

    direction: Direction


class WasSessions(msgspec.Struct, frozen=True, tag="sessions", gc=False):
    """To which sessions posts belonged, and to which one they were moved."""

    sessions: tuple[tuple[PostId, SessionId | None], ...]
    to: SessionId | None


class WasPaper(msgspec.Struct, frozen=True, tag="paper", gc=False):
    """A paper, before it was taken off the shelf."""

    paper: Paper


Was = (
    WasOn
    | WasPolicy
    | WasScene
    | WasWording
    | WasProgramme
    | WasShifts
    | WasOnStage
    | WasDirection
    | WasSessions
    | WasPaper
    | WasReport
    | WasBlock
    | WasPicks
    | WasOrder
    | WasQuestion
    | WasStanding
    | WasMerged
    | WasHall
)


class Act(msgspec.Struct, kw_only=True, gc=False):
    """
    Something that was done to the whole symposium, for history and undo. `by` is None for the brake.

    `detail` is a code: on, off, a policy, a scene. `thing` is what was changed, as `scene:<screen>`; `before` how that
    was, None where it cannot come back; `earlier` is the seq of the act before this one on the same thing, 0 for none.
    """

    seq: int
    at: int
    by: BadgeId | None
    kind: ActKind
    detail: str = ""
    screen: ScreenId | None = None
    post: PostId | None = None
    posts: tuple[PostId, ...] = ()
    thing: str = ""
    before: Was | None = None
    earlier: int = 0
    undone: int | None = None
    undone_by: BadgeId | None = None


class State(msgspec.Struct, kw_only=True):
    """Everything that the entries up to `seq` have made true. Only `apply` changes it."""

    seq: int = 0
    at: int = 0
    slug: str = ""
    short: str = ""
    languages: tuple[str, ...] = ("nl", "en")
    body: int = 0
    """The seq that holds title, hashtags and date."""
    policy: Policy = Policy.EVERYTHING_WAITS
    policy_seq: int = 0
    pending_cap: int = 5
    brake: Brake | None = None
    brakes: tuple[Brake, ...] = ()
    """Each time that it tripped, oldest first."""
    rules: Wording | None = None
    rules_seq: int = 0
    """The last change of the rules: a verdict from before it is overtaken."""
    scene: Showing = Showing()
    screens: dict[ScreenId, Showing] = {}
    """Screens that show something of their own, and rooms (as `room:<id>`)."""
    announcement: Wording | None = None
    theme: Wording | None = None
    stop: Switch = msgspec.field(default_factory=Switch)
    pause: Switch = msgspec.field(default_factory=Switch)
    programme: Programme | None = None
    programme_seq: int = 0
    """The last change of the programme, its shifts or what is on stage."""
    shifts: dict[SessionId, int] = {}
    """Sessions that are late (or, below 0, early), in minutes."""
    on_stage: dict[RoomId, OnStage] = {}
    """By room, `RoomId("")` where there is only one: what staff said, whatever the clock says."""
    direction: Direction = Direction()
    followed: Wording | None = None
    """The address that is looked at for a newer programme."""
    paired: dict[ScreenId, Paired] = {}
    papers: dict[PaperId, Paper] = {}
    shelf_seq: int = 0
    """The last change of the shelf."""
    codes: dict[str, str] = {}
    """What a short code leads to: `room:`, `session:` or `paper:` with its id. A code is never given twice."""
    codes_of: dict[str, str] = {}
    """The other way."""
    tallies: dict[str, Tally] = {}
    """Downloads, by paper."""
    scans: dict[str, Tally] = {}
    """By code; the empty one is the symposium's own."""
    questions: dict[PostId, Question] = {}
    questions_seq: int = 0
    """The last change of a question, or vote for one."""
    polls: dict[PollId, Poll] = {}
    polls_seq: int = 0
    hall: Hall = Hall()
    reactions: list[Reacted] = []
    """Oldest first."""
    draft: Draft = msgspec.field(default_factory=Draft)
    keeping: Keeping = Keeping()
    hold: Wording | None = None
    """The legal hold that lasts; its body is the reason."""
    lapsed: dict[Kept, int] = {}
    """When (µs) time last took what there was of a kind."""
    lapsed_seq: int = 0
    """The last time that it took anything."""
    suppressed: dict[AuthorKey, None] = {}
    """Who was erased by address or handle, and stays out."""
    badges: dict[BadgeId, Badge] = {}
    sources: dict[SourceId, Source] = {}
    listening_days: int | None = 3
    """So long after the symposium its sources stop by themselves; None: they do not."""
    posts: dict[PostId, Post] = {}
    authors: dict[AuthorKey, Author] = {}
    by_key: dict[str, PostId] = {}
    claimed: dict[PostId, int] = {}
    """Copies that are their author's now, in the words of whoever copied them: the seq that holds their own names."""
    by_request: dict[str, tuple[PostId, str]] = {}
    pending: dict[DeviceId, int] = {}
    """How many posts of a device wait."""
    devices: dict[DeviceId, list[PostId]] = {}
    held: dict[PostId, None] = {}
    """The queue, in the order of arrival (a revised or re-held post joins at the end)."""
    turn: int = 0
    """The number in the queue that is read now; see `turns.py`."""
    turn_last: int = 0
    """After the highest that anybody got."""
    turns: dict[int, dict[PostId, None]] = {}
    """By number, which posts wait with it, in the order in which they came."""
    shown: dict[PostId, None] = {}
    """What is on the screens, in the order of release."""
    pinned: dict[PostId, None] = {}
    starred: dict[PostId, None] = {}
    hidden: dict[PostId, None] = {}
    rejected: dict[PostId, None] = {}
    made: dict[int, Made] = {}
    acts: dict[int, Act] = {}
    last_acts: dict[str, int] = {}
    """By thing, the act that made it what it is now."""
    bodies: dict[int, bytes] = {}
    broken: int = 0
    """Entries that the law could not read: logged, counted, never a crash loop."""


def erase(state: State, seqs: Iterable[int]) -> State:
    """Forget the bodies of *seqs*, as a replay of a journal in which they were redacted would. Changes *state*."""
    for seq in seqs:
        state.bodies.pop(seq, None)
    return state


def is_final(post: Post) -> bool:
    """True when nobody can change the post any more."""
    return post.status in FINAL


def is_taken_back(post: Post) -> bool:
    """True when its author, its source or an organiser took it away: there is nothing left to take."""
    return is_final(post) and post.status is not LAPSED
