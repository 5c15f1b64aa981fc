"""
A day as it might go: journals of random entries, by people who do not know what the law made of the ones before.

Moderators act on what they last saw, sources say things twice and edit what was deleted, phones send again. Small pools
of authors, devices and addresses, so that everything meets everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from server.symposium import entries
from server.symposium.entries import (
    AddressBody,
    AnnouncementBody,
    AnswerBody,
    AnyHead,
    BadgeBody,
    BlockBody,
    Count,
    FileBody,
    PaperBody,
    PollBody,
    ProgrammeBody,
    ReasonBody,
    Record,
    RulesBody,
    SceneBody,
    ScreenBody,
    SessionBody,
    Slot,
    SourceBody,
    SymposiumBody,
    Target,
    ThemeBody,
    encode_body,
)
from server.symposium.values import (
    OPERATOR,
    PHONE,
    AuthorKey,
    BadgeId,
    BlobId,
    BlockId,
    Choice,
    Decision,
    DeviceId,
    Form,
    Hold,
    Kept,
    NamesBody,
    Naming,
    PaperId,
    Policy,
    PollId,
    PollKind,
    PostBody,
    PostId,
    Reaction,
    Reason,
    Reject,
    Role,
    RoomId,
    RuleId,
    Scene,
    ScreenId,
    SessionId,
    Show,
    SourceId,
    Stand,
    Verdict,
    VoterKey,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]

ORGANISER, ANNA, BRAM, SPEAKER, STRANGER = map(BadgeId, ("organiser", "anna", "bram", "speaker", "stranger"))
ROSA = BadgeId("rosa")
"""Writes the report."""
MASTODON = SourceId("mastodon-1")
PENDING_CAP = 3
SCREENS = (ScreenId("left"), ScreenId("right"))

SHOW, HOLD = Show(rule=RuleId("clean")), Hold(rule=RuleId("links"))
REJECT = Reject(rule=RuleId("words"), reason=Reason.HURTFUL)

_VERDICTS: st.SearchStrategy[Verdict] = st.sampled_from((SHOW, SHOW, HOLD, REJECT))
_STAFF = st.sampled_from((*(ANNA, BRAM) * 6, ORGANISER, OPERATOR, SPEAKER, STRANGER))
_ORGANISERS = st.sampled_from((*(ORGANISER,) * 8, OPERATOR, ANNA))
_STAFF_OR_TIME = st.sampled_from((*(ANNA, BRAM) * 3, *(None,) * 6, ORGANISER, OPERATOR, SPEAKER, STRANGER))
_DAYS = st.sampled_from((None, 0, 1, 366, -1, 367))
_DECISIONS = st.sampled_from((*Decision, *(Decision.SHOW,) * 4, *(Decision.HIDE, Decision.PIN) * 2))
_POLICIES = st.sampled_from((Policy.EVERYTHING_WAITS, Policy.RULES_DECIDE, Policy.RULES_DECIDE, Policy.KNOWN_PASS))
_REASONS = st.sampled_from((None, None, *Reason))
_AGO = st.sampled_from((0, 0, 0, 1, 2, 4, 9))
_OF_POSTS = (
    Scene.FOUNTAIN,
    Scene.SPOTLIGHT,
    Scene.JOIN,
    Scene.TITLE,
    Scene.TEXT,
    Scene.PLAYLIST,
    Scene.BLANK,
    Scene.QUESTION,
    Scene.QUESTIONS,
    Scene.POLL,
)
_SCENES = st.sampled_from((*_OF_POSTS, *(Scene.SPOTLIGHT,) * 3, *(Scene.TEXT,) * 2))
_SCREENS = st.sampled_from((None, None, *SCREENS))
ROOMS = (RoomId("hall"), RoomId("foyer"))
SESSIONS = tuple(map(SessionId, ("s0", "s1", "s2")))
PAPERS = tuple(map(PaperId, ("paper-0", "paper-1")))
_SESSIONS = st.sampled_from((None, *SESSIONS))
_PAPERS = st.sampled_from(PAPERS)
_SHELF = st.sampled_from((ANNA, ORGANISER, SPEAKER, SPEAKER, STRANGER))
_REPORTERS = st.sampled_from((*(ROSA, ORGANISER) * 4, ANNA, STRANGER))
_BLOCKS = st.sampled_from(tuple(map(BlockId, ("summary", "session:s0", "no such place"))))
_CHOICES = st.sampled_from((None, *Choice))
_POLLS = st.sampled_from(tuple(map(PollId, ("poll-0", "poll-1"))))
_VOTERS = st.sampled_from(tuple(map(VoterKey, ("voter-0", "voter-1", "voter-2"))))
_FORMS = (
    entries.PollForm(kind=PollKind.SINGLE, options=2),
    entries.PollForm(kind=PollKind.STATEMENTS, options=2),
    entries.PollForm(kind=PollKind.RANKING, options=2, binding=True),
    entries.PollForm(kind=PollKind.WORDS),
    entries.PollForm(kind=PollKind.SINGLE, options=2, session=SESSIONS[0], with_session=True),
)
_SMALL = st.integers(0, 3)
_BOOL = st.booleans()
_MOSTLY = st.sampled_from((True, True, False))


class Sent(NamedTuple):
    """A post as those outside know it: the digests of its revisions, and its address at the source."""

    post: PostId
    author: AuthorKey
    digests: list[str]
    uri: str | None


class Play:
    """
    The entries so far, and what those outside know: which posts and revisions they sent, not what became of them.

    Every public method but `put` and `go_on` is one thing that may happen, and appends one entry. Some make a plan of
    what happens next to the same post: chance alone would seldom play the sequences in which mistakes hide.
    """

    def __init__(self, policy: Policy = Policy.RULES_DECIDE) -> None:
        self.records: list[Record] = []
        self.sent: list[Sent] = []
        self._opening(policy)
        self._first_posts()
        self._last = self.sent[0]
        self._plan: list[Callable[[Draw], Any]] = []
        self._acts: list[int] = []

    def put(self, head: AnyHead, body: Any = None) -> Record:
        """Append one entry: a second after the one before."""
        seq = len(self.records) + 1
        record = Record(seq, seq * 1_000_000, head, None if body is None else encode_body(body))
        self.records.append(record)
        return record

    def go_on(self, draw: Draw, *, besides: bool = False) -> None:
        """What was planned, or anything; with *besides* also what is done to programme, screens and papers."""
        if self._plan:
            self._plan.pop(0)(draw)
        else:
            draw(BESIDES if besides and not draw(_SMALL) else HAPPENINGS)(self, draw)

    @property
    def seq(self) -> int:
        return len(self.records)

    def _opening(self, policy: Policy) -> None:
        made = entries.SymposiumMade(
            slug="dag", short="DG", languages=("nl", "en"), policy=policy, pending_cap=PENDING_CAP
        )
        self.put(made, SymposiumBody(title="De dag", hashtags=("dag",)))
        for badge, role in (
            (ORGANISER, Role.ORGANISER),
            (ANNA, Role.MODERATOR),
            (BRAM, Role.MODERATOR),
            (SPEAKER, Role.SPEAKER),
            (ROSA, Role.AUTHOR),
        ):
            session = SESSIONS[0] if role is Role.SPEAKER else None
            head = entries.BadgeMade(by=OPERATOR, badge=badge, role=role, token_hash=badge, session=session)
            self.put(head, BadgeBody(name=badge.title()))
        self.put(entries.SourceSet(by=OPERATOR, source=MASTODON, network="mastodon", on=True), SourceBody(name="Zwaan"))

    def _first_posts(self) -> None:
        self._arrive(MASTODON, "mastodon", "ada", SHOW, keys=("uri-0",))
        self._arrive(MASTODON, "mastodon", "grace", HOLD, keys=("uri-1",))
        self._arrive(PHONE, "phone", "device-0", SHOW, device=DeviceId("device-0"))
        self._arrive(PHONE, "phone", "device-1", HOLD, device=DeviceId("device-1"))

    # What people say

    def _body(self, post: PostId, digest: str) -> PostBody:
        return PostBody(salt="", text=f"{post} says {digest}", name=f"Name of {digest}")

    def phone_posts(self, draw: Draw) -> None:
        device = DeviceId(f"device-{draw(st.integers(0, 1))}")
        request = draw(st.sampled_from((None, None, None, "r0", "r1")))
        sent = None if request is None else draw(st.sampled_from(("x", "x", "x", "y")))
        verdict, ago = draw(_VERDICTS), draw(_AGO)
        self._arrive(PHONE, "phone", device, verdict, ago, device=device, request=request, request_digest=sent)

    def network_posts(self, draw: Draw) -> None:
        author = draw(st.sampled_from(("ada", "grace")))
        number = draw(st.sampled_from((len(self.sent), len(self.sent), len(self.sent), draw(st.integers(0, 12)))))
        keys = (f"uri-{number}", f"native-{draw(_SMALL)}-{number}")
        self._arrive(MASTODON, "mastodon", author, draw(_VERDICTS), draw(_AGO), keys=keys)

    def _arrive(self, source: SourceId, network: str, author: str, verdict: Verdict, ago: int = 0, **rest: Any) -> None:
        post = PostId(f"post-{len(self.sent)}")
        digest = f"d{self.seq}"
        head = entries.PostArrived(
            post=post,
            source=source,
            network=network,
            author=AuthorKey(author),
            digest=digest,
            seen=max(0, self.seq - ago),
            verdict=verdict,
            **rest,
        )
        self.sent.append(Sent(post, AuthorKey(author), [digest], rest.get("keys", (None,))[0]))
        self.put(head, self._body(post, digest))

    def _some_post(self, draw: Draw, *, of_network: bool | None = None) -> Sent:
        """One of the newest six, or of those of the networks, or of the phones; half the time the same as the last."""
        some = [s for s in self.sent if of_network is None or (s.uri is not None) is of_network][-6:]
        if self._last in some and (self._plan or draw(_BOOL)):
            return self._last
        self._last = draw(st.sampled_from(some[::-1]))
        return self._last

    def source_edits(self, draw: Draw) -> None:
        post, _, digests, uri = self._some_post(draw, of_network=True)
        digest = f"d{self.seq}"
        digests.append(digest)
        head = entries.PostEdited(keys=(str(uri),), digest=digest, seen=self.seq, verdict=draw(_VERDICTS))
        self.put(head, self._body(post, digest))

    def source_deletes(self, draw: Draw) -> None:
        uri = self._some_post(draw, of_network=True).uri
        self.put(entries.PostDeparted(keys=(draw(st.sampled_from((str(uri), str(uri), "uri-of-nobody"))),)))

    def original_comes_in(self, draw: Draw) -> None:
        """A post turns out to be the other one's, of another network."""
        post, author = self._some_post(draw, of_network=True).post, AuthorKey(draw(st.sampled_from(("ada", "grace"))))
        key = f"original-{self.seq}"
        source = SourceId("bluesky-1")
        self.put(
            entries.PostClaimed(post=post, source=source, network="bluesky", author=author, keys=(key,)),
            NamesBody(native_id=key),
        )

    def phone_withdraws(self, draw: Draw) -> None:
        post = self._some_post(draw, of_network=draw(st.sampled_from((False, False, False, None)))).post
        device = draw(st.sampled_from((None, "device-0", "device-1")))
        self.put(entries.PostWithdrawn(post=post, device=device))

    def author_leaves(self, draw: Draw) -> None:
        self.put(entries.AuthorDeparted(author=AuthorKey(draw(st.sampled_from(("ada", "grace"))))))

    # What staff do

    def _target(self, draw: Draw) -> Target:
        post, _, digests, _ = self._some_post(draw)
        revision = max(1, len(digests) - draw(st.sampled_from((0, 0, 0, 1))))
        return Target(post, revision, digests[revision - 1])

    def staff_decide(self, draw: Draw) -> None:
        self._decide(draw, draw(st.sampled_from((None, self.seq, self.seq, max(0, self.seq - draw(_AGO))))))

    def _decide(self, draw: Draw, seen: int | None) -> None:
        head = entries.Decided(
            by=draw(_STAFF),
            decision=draw(_DECISIONS),
            posts=tuple(self._target(draw) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3))))),
            seen=seen,
            reason=draw(_REASONS),
        )
        self.put(head)

    def staff_undo(self, draw: Draw) -> None:
        done = [r.seq for r in self.records if isinstance(r.head, entries.Decided | entries.Banned)][-4:]
        self._undo(draw, draw(st.sampled_from(done[::-1] or [1])))

    def _undo(self, draw: Draw, seq: int) -> None:
        self.put(entries.Undone(by=draw(_STAFF), seq=seq))

    def staff_ban(self, draw: Draw) -> None:
        self.put(entries.Banned(by=draw(_STAFF), author=self._some_post(draw).author, earlier=draw(_BOOL)))

    def staff_regret(self, draw: Draw) -> None:
        """A decision or ban that will be taken back, and what comes between."""
        draw(st.sampled_from((Play.staff_decide, Play.staff_decide, Play.staff_ban)))(self, draw)
        seq = self.seq
        between = st.sampled_from((Play.source_edits, *(Play.staff_ban,) * 2, Play.staff_decide, Play.source_deletes))
        self._plan = [lambda draw: draw(between)(self, draw), lambda draw: self._undo(draw, seq)]

    def staff_are_late(self, draw: Draw) -> None:
        """Somebody decides on what somebody else has decided meanwhile."""
        seen = self.seq
        self.staff_decide(draw)
        self._plan = [lambda draw: self._decide(draw, seen)]

    def erased_returns(self, draw: Draw) -> None:
        """Somebody is erased, and comes in again."""
        author = self._some_post(draw, of_network=True).author
        self.put(entries.Erased(by=ORGANISER, author=author))
        self._plan = [self.network_posts]

    def staff_stop(self, draw: Draw) -> None:
        self.put(entries.Stopped(by=draw(_STAFF), on=draw(_BOOL)))

    def staff_pause(self, draw: Draw) -> None:
        self.put(entries.Paused(by=draw(_STAFF), on=draw(_BOOL)))
        self._plan = [self.phone_posts, self.staff_decide]

    def staff_set_policy(self, draw: Draw) -> None:
        self.put(entries.PolicySet(by=draw(_STAFF), policy=draw(_POLICIES)))

    def staff_set_scene(self, draw: Draw) -> None:
        screen, scene = draw(_SCREENS), draw(_SCENES)
        head = entries.SceneSet(
            by=draw(_STAFF),
            scene=None if screen is not None and not draw(_SMALL) else scene,
            screen=screen,
            post=self._some_post(draw).post if scene is Scene.SPOTLIGHT else None,
            posts=tuple(self._some_post(draw).post for _ in range(2)) if scene is Scene.PLAYLIST else (),
        )
        self.put(head, SceneBody(text=f"Slide {self.seq}") if head.scene is Scene.TEXT else None)

    def staff_set_rules(self, draw: Draw) -> None:
        self.put(entries.RulesSet(by=draw(_STAFF)), RulesBody(rules={"posts_per_minute": self.seq}))
        if not self._plan:
            self._plan = [self._judged_before]

    def _judged_before(self, draw: Draw) -> None:
        """What was judged before the last change arrives after it."""
        device = DeviceId(f"device-{draw(st.integers(0, 1))}")
        self._arrive(PHONE, "phone", device, SHOW, 1, device=device)

    def staff_announce(self, draw: Draw) -> None:
        on = draw(_BOOL)
        body = AnnouncementBody(text=f"Announcement {self.seq}") if on else None
        self.put(entries.Announced(by=draw(_STAFF), on=on), body)

    def staff_set_theme(self, draw: Draw) -> None:
        self.put(entries.ThemeSet(by=draw(_STAFF)), ThemeBody(theme=f"theme-{self.seq}"))

    def brake_trips(self, draw: Draw) -> None:
        self.put(entries.BrakeTripped(posts_per_minute=99, new_percent=80, alike_percent=10))

    def staff_act(self, draw: Draw) -> None:
        """Anything that is done to the whole symposium."""
        draw(_ACTS)(self, draw)
        self._acts.append(self.seq)

    def staff_undo_act(self, draw: Draw) -> None:
        some = self._acts[-4:] or [self.seq]
        self.put(entries.ActUndone(by=draw(_STAFF), seq=draw(st.sampled_from((some[-1], *some)))))

    def staff_regret_act(self, draw: Draw) -> None:
        """The same once more, or something else, and back again step by step."""
        what = draw(_ACTS)
        for _ in range(draw(st.integers(1, 3))):
            what(self, draw)
            self._acts.append(self.seq)
        undo = [lambda draw, seq=seq: self.put(entries.ActUndone(by=draw(_STAFF), seq=seq)) for seq in self._acts[-3:]]
        self._plan = [*([lambda draw: self.staff_act(draw)] if draw(_BOOL) else []), *undo[::-1]]

    def staff_amend(self, draw: Draw) -> None:
        post, _, digests, _ = self._some_post(draw)
        revision = max(1, len(digests) - draw(st.sampled_from((0, 0, 0, 1))))
        digest = f"d{self.seq}"
        digests.append(digest)
        head = entries.PostAmended(by=draw(_STAFF), post=post, revision=revision, digest=digest)
        self.put(head, self._body(post, digest))

    def staff_switch_source(self, draw: Draw) -> None:
        """Or time does: then nobody's badge is on it."""
        self.put(entries.SourceSwitched(by=draw(_STAFF_OR_TIME), source=MASTODON, on=draw(_BOOL)))

    def organiser_sets_source(self, draw: Draw) -> None:
        by = draw(_ORGANISERS)
        if not draw(_SMALL):
            self.put(entries.ListeningSet(by=by, days=draw(_DAYS)))
        elif draw(_BOOL):
            self.put(entries.SourceRemoved(by=by, source=MASTODON))
        else:
            head = entries.SourceSet(by=by, source=MASTODON, network="mastodon", on=draw(_BOOL))
            self.put(head, SourceBody(name=f"Source {self.seq}"))

    def organiser_changes_badge(self, draw: Draw) -> None:
        by, badge = draw(_ORGANISERS), draw(st.sampled_from((ANNA, ANNA, BRAM, BRAM, STRANGER)))
        if draw(_BOOL):
            self.put(entries.BadgeRevoked(by=by, badge=badge))
        else:
            role = draw(st.sampled_from((Role.MODERATOR, Role.SPEAKER)))
            self.put(entries.BadgeMade(by=by, badge=badge, role=role, token_hash="h"), BadgeBody(name=f"B{self.seq}"))

    def organiser_changes_title(self, draw: Draw) -> None:
        self.put(entries.SymposiumChanged(by=draw(_ORGANISERS)), SymposiumBody(title=f"Title {self.seq}"))

    def organiser_erases(self, draw: Draw) -> None:
        sent = self._some_post(draw)
        head = entries.Erased(by=draw(_ORGANISERS), posts=(sent.post,))
        self.put(entries.Erased(by=head.by, author=sent.author) if draw(_BOOL) else head)

    # Programme, screens, papers

    def organiser_sets_programme(self, draw: Draw) -> None:
        """Of some of the sessions, edited from the newest one mostly; half the time it is taken back."""
        known = [r.seq for r in self.records if isinstance(r.head, entries.ProgrammeSet)]
        slots = tuple(
            Slot(session, draw(st.sampled_from((None, *ROOMS))), at * 1_000_000, (at + 20) * 1_000_000, no_record=late)
            for session, at, late in zip(SESSIONS, (0, 20, 20), (False, draw(_BOOL), False), strict=True)
            if draw(_SMALL)
        )
        base = draw(st.sampled_from((*known[-1:] * 4, *known[-2:], 0)))
        head = entries.ProgrammeSet(by=draw(_ORGANISERS), base=base, rooms=ROOMS, slots=slots)
        words = tuple(SessionBody(id=slot.session, title=f"{slot.session} at {self.seq}") for slot in slots)
        self.put(head, ProgrammeBody(sessions=words))
        self._plan = [self.day_goes_on, *([self._taking_back(self.seq)] if draw(_BOOL) else [])]

    def _taking_back(self, seq: int) -> Callable[[Draw], Any]:
        return lambda draw: self.put(entries.ActUndone(by=draw(_STAFF), seq=seq))

    def day_goes_on(self, draw: Draw) -> None:
        """Something is late, on stage, moved or paired; now and then it is taken back."""
        by, session, room = draw(_STAFF), draw(_SESSIONS), draw(st.sampled_from((None, *ROOMS)))
        heads: tuple[AnyHead, ...] = (
            entries.ProgrammeShifted(by=by, session=session or SESSIONS[0], minutes=draw(_AGO), rest=draw(_BOOL)),
            entries.OnStageSet(by=by, room=room, session=session, auto=draw(_BOOL)),
            entries.DirectionSet(by=by, stage_safe=draw(_BOOL), papers_s=draw(_SMALL)),
            entries.PostsMoved(by=by, posts=(self._some_post(draw).post,), session=session),
            entries.ScreenRemoved(by=by, screen=SCREENS[0]),
            entries.Counted(counts=(Count(draw(_PAPERS), "download", 2, 1), Count("", "scan", 1))),
            entries.Struck(papers=PAPERS),
        )
        self.put(draw(st.sampled_from(heads)))
        if not draw(_SMALL):
            self._plan = [self._taking_back(self.seq)]

    def staff_pairs(self, draw: Draw) -> None:
        head = entries.ScreenSet(by=draw(_STAFF), screen=draw(st.sampled_from(SCREENS)), stage=draw(_BOOL))
        self.put(head, ScreenBody(name=f"Screen {self.seq}"))

    def organiser_follows(self, draw: Draw) -> None:
        on = draw(_BOOL)
        head = entries.ProgrammeFollowed(by=draw(_ORGANISERS), on=on)
        self.put(head, AddressBody(url=f"https://rooster.example/{self.seq}") if on else None)
        self._plan = [self._taking_back(self.seq)] if draw(_BOOL) else []

    def paper_is_set(self, draw: Draw) -> None:
        head = entries.PaperSet(
            by=draw(_SHELF), paper=draw(_PAPERS), form=Form.PAPER, session=draw(_SESSIONS), embargo=draw(_BOOL)
        )
        self.put(head, PaperBody(title=f"Paper {self.seq}"))
        self._plan = [self.paper_changes] * draw(_SMALL)

    def paper_changes(self, draw: Draw) -> None:
        by, paper = draw(_SHELF), draw(_PAPERS)
        filed = [r.seq for r in self.records if isinstance(r.head, entries.PaperFiled)][-3:] or [1]
        match draw(st.sampled_from(("file", "file", "drop", "remove"))):
            case "file":
                head = entries.PaperFiled(by=by, paper=paper, blob=BlobId(f"b{self.seq}"), size=1, type="t")
                self.put(head, FileBody(name=f"{self.seq}.pdf"))
            case "drop":
                self.put(entries.FileDropped(by=by, paper=paper, file=draw(st.sampled_from(filed))))
            case _:
                self.put(entries.PaperRemoved(by=by, paper=paper, erase=draw(_BOOL)))
                if draw(_BOOL):
                    self._plan = [self._taking_back(self.seq)]

    # The report

    def reporter_writes(self, draw: Draw) -> None:
        """Mostly on the newest text, now and then on an older one; some bring two together, some take it back."""
        block = draw(_BLOCKS)
        known = [r.seq for r in self.records if isinstance(r.head, entries.BlockWritten) and r.head.block == block]
        base = draw(st.sampled_from((*known[-1:] * 3, *known[-3:], 0)))
        settles = tuple(known[-2:]) if draw(_BOOL) else ()
        head = entries.BlockWritten(by=draw(_REPORTERS), block=block, base=base, settles=settles)
        self.put(head, BlockBody(text=f"Text {self.seq}"))
        again: list[Callable[[Draw], Any]] = [self.reporter_writes] * draw(_SMALL)
        self._plan = [*again, *([self._taking_back(self.seq)] if draw(_BOOL) else [])]

    def reporter_chooses(self, draw: Draw) -> None:
        by, posts = draw(_REPORTERS), tuple(self._some_post(draw).post for _ in range(2))
        heads: tuple[AnyHead, ...] = (
            entries.QuotesSet(by=by, posts=posts, choice=draw(_CHOICES), pull=draw(_CHOICES)),
            entries.QuotesSet(by=by, posts=posts, naming=draw(st.sampled_from(Naming)), as_all=draw(_BOOL)),
            entries.QuotesSet(by=by, posts=posts[:1], into=posts[1], alone=draw(_BOOL)),
            entries.QuotesOrdered(by=by, section="s0", posts=posts),
            entries.ReportSet(by=by, naming=draw(st.sampled_from(Naming))),
        )
        self.put(draw(st.sampled_from(heads)))
        self._plan = [self._taking_back(self.seq)] if draw(_BOOL) else []

    def reporter_freezes(self, draw: Draw) -> None:
        number = (
            1 + sum(isinstance(r.head, entries.ReportFrozen) for r in self.records) - draw(st.sampled_from((0, 0, 1)))
        )
        files = (entries.FrozenFile("html", BlobId(f"r{self.seq}"), 1),)
        posts = tuple(self._some_post(draw).post for _ in range(draw(_SMALL)))
        head = entries.ReportFrozen(
            by=draw(_REPORTERS), number=number, through=self.seq, sha256="0", files=files, posts=posts
        )
        self.put(head)

    def keeping_changes(self, draw: Draw) -> None:
        """Periods, a legal hold, and time that strikes."""
        on = draw(_BOOL)
        heads: tuple[tuple[AnyHead, Any], ...] = (
            (entries.KeepingSet(by=draw(_ORGANISERS), posts_days=draw(_SMALL)), None),
            (entries.HoldSet(by=draw(_ORGANISERS), on=on), ReasonBody(reason=f"Reason {self.seq}") if on else None),
            (entries.Lapsed(kinds=(draw(st.sampled_from(Kept)),)), None),
        )
        self.put(*draw(st.sampled_from(heads)))

    def hall_asks(self, draw: Draw) -> None:
        """A post becomes a question; it is voted for, merged, put on stage and answered."""
        by, post, other = draw(_STAFF), self._some_post(draw).post, self._some_post(draw).post
        heads: tuple[tuple[AnyHead, Any], ...] = (
            *((entries.QuestionSet(by=by, post=post, on=draw(_MOSTLY), asker=draw(_VOTERS)), None),) * 3,
            *((entries.QuestionVoted(post=post, voter=draw(_VOTERS), on=draw(_MOSTLY)), None),) * 4,
            (entries.QuestionStood(by=by, post=post, stand=draw(st.sampled_from(Stand))), None),
            (
                entries.QuestionStood(by=by, post=post, stand=Stand.ANSWERED, words=True),
                AnswerBody(text=f"Answer {self.seq}"),
            ),
            (entries.HallSet(by=by, questions=draw(_MOSTLY), reactions=draw(_BOOL), follows=draw(_BOOL)), None),
            (entries.ReactionsCounted(minute=60, session=None, counts={Reaction.CLAP: draw(_SMALL)}), None),
            (entries.QuestionsMerged(by=by, into=post, posts=(other, PostId("nothing"))), None),
            (entries.QuestionsSplit(by=by, posts=(post, other)), None),
            (entries.VotesSetAside(by=by, post=post, voters=(draw(_VOTERS),), on=draw(_BOOL)), None),
        )
        self.put(*draw(st.sampled_from(heads)))
        self._plan = [self._taking_back(self.seq)] if draw(_BOOL) else []

    def hall_is_asked(self, draw: Draw) -> None:
        """A poll is drafted, opened, voted in and closed."""
        by, poll, voter = draw(_STAFF), draw(_POLLS), draw(_VOTERS)
        opened = [r.seq for r in self.records if isinstance(r.head, entries.PollOpened)][-2:] or [1]
        form = draw(st.sampled_from(_FORMS))
        answers = draw(st.sampled_from(((0,), (1,), (1, 0), (0, 2), (9,))))
        vote = entries.Voted(poll=poll, opening=draw(st.sampled_from(opened)), voter=voter, answers=answers)
        heads: tuple[tuple[AnyHead, Any], ...] = (
            *((entries.PollSet(by=by, poll=poll, form=form), PollBody(title={"nl": f"Peiling {self.seq}"})),) * 2,
            *((entries.PollOpened(by=draw(st.sampled_from((by, by, None))), poll=poll), None),) * 2,
            (entries.PollClosed(by=draw(st.sampled_from((by, None))), poll=poll), None),
            (entries.PollRemoved(by=by, poll=poll), None),
            (entries.PollCodesMade(by=by, poll=poll, codes=(voter,)), None),
            *((vote, None),) * 6,
            (entries.VotesSetAside(by=by, poll=poll, voters=(voter,), on=draw(_BOOL)), None),
        )
        self.put(*draw(st.sampled_from(heads)))

    def time_strikes(self, draw: Draw) -> None:
        """What was turned down expires; seldom all lapses, or a legal hold begins or ends."""
        match draw(st.integers(0, 9)):
            case 0:
                self.put(entries.Lapsed(kinds=(draw(st.sampled_from((Kept.POSTS, Kept.PICTURES))),)))
            case 1 | 2:
                on = draw(_BOOL)
                reason = ReasonBody(reason=f"Reason {self.seq}") if on else None
                self.put(entries.HoldSet(by=draw(_ORGANISERS), on=on), reason)
            case _:
                self.put(entries.Expired(posts=tuple(self._some_post(draw).post for _ in range(2))))


_ACTS = st.sampled_from(
    (
        *(Play.staff_set_scene,) * 3,
        Play.staff_stop,
        Play.staff_pause,
        Play.staff_set_policy,
        Play.staff_set_rules,
        Play.staff_announce,
        Play.staff_set_theme,
        Play.brake_trips,
    )
)

OFTEN = (
    Play.phone_posts,
    Play.network_posts,
    Play.source_edits,
    Play.staff_regret,
)
SOMETIMES = (
    Play.staff_undo,
    Play.staff_are_late,
    Play.source_deletes,
    Play.phone_withdraws,
    Play.staff_ban,
    Play.staff_stop,
    Play.staff_pause,
    Play.staff_set_policy,
    Play.organiser_changes_badge,
    Play.organiser_erases,
)
SELDOM = (
    Play.erased_returns,
    Play.author_leaves,
    *(Play.staff_act,) * 3,
    *(Play.staff_regret_act,) * 2,
    Play.staff_undo_act,
    *(Play.staff_amend,) * 3,
    Play.staff_switch_source,
    Play.organiser_sets_source,
    Play.organiser_changes_title,
    Play.time_strikes,
    Play.original_comes_in,
)
HAPPENINGS = st.sampled_from((*(Play.staff_decide,) * 16, *OFTEN * 5, *SOMETIMES * 2, *SELDOM))
"""What may happen next to posts, by how often it does: so often that the mistakes which hide in them are found."""
BESIDES = st.sampled_from(
    (
        *(Play.organiser_sets_programme,) * 3,
        *(Play.day_goes_on,) * 3,
        Play.staff_pairs,
        Play.organiser_follows,
        *(Play.paper_is_set,) * 3,
        *(Play.paper_changes,) * 2,
        *(Play.reporter_writes,) * 2,
        *(Play.reporter_chooses,) * 2,
        Play.reporter_freezes,
        Play.keeping_changes,
        *(Play.hall_asks,) * 3,
        *(Play.hall_is_asked,) * 3,
    )
)
"""What may happen next to the programme, the screens, the papers, the report, the hall's questions and what is kept."""


@st.composite
def journals(draw: Draw, *, max_size: int = 40) -> list[Record]:
    """The records of a random day."""
    play = Play(draw(_POLICIES))
    for _ in range(draw(st.integers(max_size // 2, max_size))):
        play.go_on(draw, besides=True)
    return play.records
