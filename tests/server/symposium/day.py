"""A day in few words: each method appends one entry, applies it and returns what became of it."""

from __future__ import annotations

from typing import Any

from server.symposium import entries
from server.symposium.entries import (
    AnnouncementBody,
    AnyHead,
    BadgeBody,
    FileBody,
    PaperBody,
    ProgrammeBody,
    Record,
    RoomBody,
    RulesBody,
    SceneBody,
    ScreenBody,
    SessionBody,
    Slot,
    SourceBody,
    SpeakerBody,
    SymposiumBody,
    Target,
    ThemeBody,
    encode_body,
)
from server.symposium.law import apply
from server.symposium.outcomes import Outcome, Refused
from server.symposium.state import Post, State
from server.symposium.values import (
    OPERATOR,
    PHONE,
    AuthorKey,
    BadgeId,
    BlobId,
    Decision,
    DeviceId,
    Form,
    Hold,
    Kept,
    NamesBody,
    PaperId,
    Policy,
    PostBody,
    PostId,
    Reason,
    Reject,
    Role,
    RoomId,
    RuleId,
    Scene,
    ScreenId,
    SessionId,
    SessionKind,
    Show,
    SourceId,
    Status,
)

ORGANISER, ANNA, BRAM, SPEAKER, AUTHOR, SCREEN, REVOKED, STRANGER = map(
    BadgeId, ("organiser", "anna", "bram", "speaker", "author", "screen", "revoked", "stranger")
)
ROLES = {
    ORGANISER: Role.ORGANISER,
    ANNA: Role.MODERATOR,
    BRAM: Role.MODERATOR,
    SPEAKER: Role.SPEAKER,
    AUTHOR: Role.AUTHOR,
    SCREEN: Role.SCREEN,
    REVOKED: Role.ORGANISER,
}
MASTODON = SourceId("mastodon-1")
PHONE_1 = DeviceId("phone-1")
SHOW, HOLD = Show(rule=RuleId("clean")), Hold(rule=RuleId("links"))
REJECT = Reject(rule=RuleId("words"), reason=Reason.HURTFUL)


HALL, FOYER = RoomId("hall"), RoomId("foyer")
OPENING, PANEL, LUNCH, CLOSING, ASIDE = map(SessionId, ("opening", "panel", "lunch", "closing", "aside"))
MINUTE = 60_000_000
SLOTS = (
    Slot(OPENING, HALL, 10 * MINUTE, 40 * MINUTE),
    Slot(PANEL, HALL, 40 * MINUTE, 70 * MINUTE, questions_s=600),
    Slot(LUNCH, HALL, 70 * MINUTE, 100 * MINUTE, SessionKind.BREAK),
    Slot(CLOSING, HALL, 100 * MINUTE, 130 * MINUTE, no_record=True),
    Slot(ASIDE, FOYER, 40 * MINUTE, 70 * MINUTE),
)
PROGRAMME = ProgrammeBody(
    version="1.3",
    rooms=(RoomBody(id=HALL, name="Grote zaal"), RoomBody(id=FOYER, name="Foyer")),
    sessions=(
        SessionBody(id=OPENING, title="Opening", speakers=(SpeakerBody(name="Marjolein Verkade"),), lang="nl"),
        SessionBody(id=PANEL, title="Burgerberaad, en dan?", hashtag="#Panel"),
        SessionBody(id=LUNCH, title="Lunch"),
        SessionBody(id=CLOSING, title="Slot"),
        SessionBody(id=ASIDE, title="Ernaast", hashtag="ernaast"),
    ),
)
"""A day that begins at ten minutes past midnight of 1970, where the days of these tests are."""


def code_of(outcome: Outcome) -> str:
    """The code of a refusal; the kind of outcome otherwise."""
    return outcome.code if isinstance(outcome, Refused) else type(outcome).__name__


class Day:
    """A symposium with a badge of every role, one of them revoked, and one network."""

    def __init__(self, *, policy: Policy = Policy.RULES_DECIDE, pending_cap: int = 5) -> None:
        self.state = State()
        self.records: list[Record] = []
        made = entries.SymposiumMade(
            slug="dag", short="DG", languages=("nl", "en"), policy=policy, pending_cap=pending_cap
        )
        self.put(made, SymposiumBody(title="De dag", hashtags=("dag",), date="2026-11-21"))
        for badge, role in ROLES.items():
            session = OPENING if role is Role.SPEAKER else None
            head = entries.BadgeMade(
                by=OPERATOR, badge=badge, role=role, token_hash=f"hash of {badge}", session=session
            )
            self.put(head, BadgeBody(name=badge.title()))
        self.put(entries.BadgeRevoked(by=OPERATOR, badge=REVOKED))
        self.put(entries.SourceSet(by=OPERATOR, source=MASTODON, network="mastodon", on=True), SourceBody(name="Zwaan"))

    @property
    def seq(self) -> int:
        return self.state.seq

    def put(self, head: AnyHead, body: Any = None) -> Outcome:
        """Append and apply one entry, a second after the one before."""
        seq = len(self.records) + 1
        record = Record(seq, seq * 1_000_000, head, None if body is None else encode_body(body))
        self.records.append(record)
        return apply(self.state, record)

    # Posts

    def arrive(
        self, post: str = "p", *, verdict: Any = HOLD, author: str = "ada", body: PostBody | None = None, **rest: Any
    ) -> Outcome:
        """A network's post, with its id as its address."""
        rest = {"seen": self.seq, "digest": f"{post}-1", "keys": (f"uri-{post}",), **rest}
        head = entries.PostArrived(
            post=PostId(post),
            source=rest.pop("source", MASTODON),
            network="mastodon",
            author=AuthorKey(author),
            verdict=verdict,
            **rest,
        )
        return self.put(head, body or PostBody(salt="", text=f"{post} says {head.digest}", name=author))

    def phone(self, post: str = "p", *, device: str = PHONE_1, **rest: Any) -> Outcome:
        """A phone's post."""
        rest = {"keys": (), "author": device, "device": DeviceId(device), **rest}
        return self.arrive(post, source=PHONE, **rest)

    def edit(self, post: str = "p", *, verdict: Any = HOLD) -> Outcome:
        """The source says that the post reads differently; its digest counts on."""
        revision = self.state.posts[PostId(post)].revision + 1 if post in self.state.posts else 2
        digest = f"{post}-{revision}"
        head = entries.PostEdited(keys=(f"uri-{post}",), digest=digest, seen=self.seq, verdict=verdict)
        return self.put(head, PostBody(salt="", text=f"{post} says {digest}", name="ada"))

    def claim(self, post: str = "p", *, author: str = "grace", **rest: Any) -> Outcome:
        """The original of the post came in, from another network."""
        rest = {"source": SourceId("bluesky-1"), "network": "bluesky", "keys": (f"original-{post}",), **rest}
        head = entries.PostClaimed(post=PostId(post), author=AuthorKey(author), **rest)
        return self.put(head, NamesBody(native_id=f"original-{post}", handle=author))

    def depart(self, post: str = "p", *keys: str, network: str | None = None) -> Outcome:
        return self.put(entries.PostDeparted(keys=(f"uri-{post}", *keys), network=network))

    def withdraw(self, post: str = "p", *, device: str | None = PHONE_1) -> Outcome:
        return self.put(entries.PostWithdrawn(post=PostId(post), device=None if device is None else DeviceId(device)))

    def erase(self, *posts: str, author: str | None = None, by: BadgeId = ORGANISER) -> Outcome:
        ids = tuple(map(PostId, posts))
        return self.put(entries.Erased(by=by, posts=ids, author=None if author is None else AuthorKey(author)))

    def expire(self, *posts: str) -> Outcome:
        return self.put(entries.Expired(posts=tuple(map(PostId, posts))))

    # Staff

    def target(self, post: str = "p", *, revision: int | None = None, digest: str | None = None) -> Target:
        """The newest revision, or another."""
        number = revision or (self.state.posts[PostId(post)].revision if post in self.state.posts else 1)
        return Target(PostId(post), number, digest or f"{post}-{number}")

    def decide(
        self,
        decision: Decision | str,
        *posts: str | Target,
        by: BadgeId = ANNA,
        seen: int | None = None,
        reason: Reason | None = None,
    ) -> Outcome:
        targets = tuple(self.target(p) if isinstance(p, str) else p for p in posts or ("p",))
        return self.put(entries.Decided(by=by, decision=Decision(decision), posts=targets, seen=seen, reason=reason))

    def undo(self, seq: int | None = None, *, by: BadgeId = ANNA) -> Outcome:
        """Take back entry *seq*, the last one when not given."""
        return self.put(entries.Undone(by=by, seq=self.seq if seq is None else seq))

    def undo_act(self, seq: int | None = None, *, by: BadgeId = ANNA) -> Outcome:
        """Take back act *seq*, the last entry when not given."""
        return self.put(entries.ActUndone(by=by, seq=self.seq if seq is None else seq))

    def amend(self, post: str = "p", *, revision: int | None = None, by: BadgeId = ANNA, **rest: Any) -> Outcome:
        """Staff gives the post a new revision; its digest counts on."""
        seen = revision or (self.state.posts[PostId(post)].revision if post in self.state.posts else 1)
        digest = f"{post}-{seen + 1}"
        head = entries.PostAmended(by=by, post=PostId(post), revision=seen, digest=digest, **rest)
        return self.put(head, PostBody(salt="", text=f"{post} says {digest}", name="ada"))

    def scene(self, scene: str | None, *posts: str, screen: str | None = None, by: BadgeId = ANNA) -> Outcome:
        """A spotlight is of one post, a playlist of some; a slide says its own number."""
        head = entries.SceneSet(
            by=by,
            scene=None if scene is None else Scene(scene),
            screen=None if screen is None else ScreenId(screen),
            post=PostId(posts[0]) if scene == "spotlight" and posts else None,
            posts=tuple(map(PostId, posts)) if scene == "playlist" else (),
        )
        return self.put(head, SceneBody(title="Slide", text=f"slide {self.seq + 1}") if scene == "text" else None)

    def announce(self, text: str | None = "Coffee at three", *, by: BadgeId = ANNA) -> Outcome:
        head = entries.Announced(by=by, on=text is not None)
        return self.put(head, None if text is None else AnnouncementBody(text=text))

    def set_rules(self, *, by: BadgeId = ANNA, **rules: int | tuple[str, ...]) -> Outcome:
        return self.put(entries.RulesSet(by=by), RulesBody(rules=rules))

    def set_theme(self, theme: str, *, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.ThemeSet(by=by), ThemeBody(theme=theme))

    def set_policy(self, policy: Policy, *, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.PolicySet(by=by, policy=policy))

    def brake(self) -> Outcome:
        return self.put(entries.BrakeTripped(posts_per_minute=91, new_percent=70, alike_percent=5))

    def ban(
        self, author: str = "ada", *, earlier: bool = False, across: str | None = None, by: BadgeId = ANNA
    ) -> Outcome:
        return self.put(entries.Banned(by=by, author=AuthorKey(author), earlier=earlier, across=across))

    def stop(self, *, on: bool = True, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.Stopped(by=by, on=on))

    def pause(self, *, on: bool = True, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.Paused(by=by, on=on))

    # Programme, screens, papers

    def programme(
        self, slots: tuple[Slot, ...] = SLOTS, *, base: int | None = None, by: BadgeId = ORGANISER
    ) -> Outcome:
        """The programme, edited from the one that holds unless *base* says otherwise."""
        known = self.state.programme
        head = entries.ProgrammeSet(
            by=by,
            base=(0 if known is None else known.body) if base is None else base,
            rooms=(HALL, FOYER),
            slots=slots,
        )
        return self.put(head, PROGRAMME)

    def shift(self, session: str, minutes: int, *, rest: bool = False, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.ProgrammeShifted(by=by, session=SessionId(session), minutes=minutes, rest=rest))

    def on_stage(self, session: str | None, *, room: RoomId | None = HALL, by: BadgeId = ANNA, **rest: Any) -> Outcome:
        known = None if session is None else SessionId(session)
        return self.put(entries.OnStageSet(by=by, room=room, session=known, **rest))

    def move(self, *posts: str, to: str | None, by: BadgeId = ANNA) -> Outcome:
        session = None if to is None else SessionId(to)
        return self.put(entries.PostsMoved(by=by, posts=tuple(map(PostId, posts)), session=session))

    def pair(self, screen: str, *, room: RoomId | None = HALL, by: BadgeId = ANNA, **rest: Any) -> Outcome:
        head = entries.ScreenSet(by=by, screen=ScreenId(screen), room=room, **rest)
        return self.put(head, ScreenBody(name=f"Screen {screen}"))

    def paper(
        self, paper: str = "paper", *, session: str | None = None, by: BadgeId = ORGANISER, **rest: Any
    ) -> Outcome:
        """A paper on the shelf, or changed; its title says in which entry."""
        known = None if session is None else SessionId(session)
        rest = {"form": Form.PAPER, **rest}
        head = entries.PaperSet(by=by, paper=PaperId(paper), session=known, **rest)
        return self.put(head, PaperBody(title=f"Title {self.seq + 1}", authors=("Noor van Dalen",)))

    def file(self, paper: str = "paper", *, blob: str = "b1", by: BadgeId = ORGANISER, **rest: Any) -> Outcome:
        rest = {"size": 1_000, "type": "application/pdf", "lang": "nl", "pages": 6, **rest}
        head = entries.PaperFiled(by=by, paper=PaperId(paper), blob=BlobId(blob), **rest)
        return self.put(head, FileBody(name=f"{blob}.pdf"))

    # What is there

    def post(self, post: str = "p") -> Post:
        return self.state.posts[PostId(post)]

    def status(self, post: str = "p") -> Status:
        return self.post(post).status

    def body(self, seq: int) -> bytes | None:
        """What the state still holds of the body of entry *seq*."""
        return self.state.bodies.get(seq)

    def put_post_in(self, status: str, post: str = "p") -> None:
        """A phone's post that stands so, at its first revision; the last entry made it so."""
        self.phone(post, keys=(f"uri-{post}",))
        match Status(status):
            case Status.HELD:
                pass
            case Status.SHOWN:
                self.decide("show", post)
            case Status.HIDDEN:
                self.decide("show", post)
                self.decide("hide", post)
            case Status.REJECTED:
                self.decide("reject", post)
            case Status.WITHDRAWN:
                self.withdraw(post)
            case Status.GONE:
                self.depart(post)
            case Status.ERASED:
                self.erase(post)
            case Status.LAPSED:
                self.put(entries.Lapsed(kinds=(Kept.POSTS,)))
        assert self.status(post) == status
