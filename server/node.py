"""
One symposium, running: make entries, append, apply, hand the changed views to the hub. The only writer.

Whatever anybody is promised goes one road: an entry is made, the journal makes it durable, `apply` decides, and what
changed goes out. What posts become entries is for `reception`; what may run ahead of the journal for `covers`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import UNSET, UnsetType

from server.asking import Asking
from server.attribution import Attribution
from server.covers import Covers
from server.drafting import Drafting
from server.errors import Conflict, NotFound
from server.figures import Rates
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.intake.dry_run import Tried
from server.intake.rules import Rules
from server.intake.settings import data_of
from server.journal.contract import Journal, JournalBusy
from server.journal.copying import Copied
from server.judging import Judging, RecentPosts
from server.keeping import Keeping
from server.keyring import Keyring, new_id, new_token, token_hash
from server.live.audience import Audience, View
from server.live.flow import LeadingEdge
from server.live.hub import Hub
from server.reception import Reception
from server.shelving import Shelving
from server.staging import Staging
from server.symposium import views
from server.symposium.bodies import logos, theme_body
from server.symposium.entries import (
    ActUndone,
    AnyHead,
    BadgeBody,
    BadgeMade,
    BadgeRevoked,
    Banned,
    Decided,
    Entry,
    Erased,
    Lapsed,
    Paused,
    PolicySet,
    PostArrived,
    PostClaimed,
    PostEdited,
    QuestionVoted,
    Record,
    RulesBody,
    SceneSet,
    SourceBody,
    SourceRemoved,
    SourceSet,
    SourceSwitched,
    Stopped,
    SymposiumBody,
    SymposiumChanged,
    SymposiumMade,
    Target,
    ThemeBody,
    Undone,
    Voted,
    encode_body,
)
from server.symposium.facts import Themes, plain_theme
from server.symposium.hall_views import HallPages
from server.symposium.law import apply
from server.symposium.outcomes import Broken, Done, Outcome, Refused
from server.symposium.shelf import open_previews, shelf_blobs
from server.symposium.state import Badge, Post, State
from server.symposium.values import (
    AuthorKey,
    BadgeId,
    BlobId,
    Decision,
    DeviceId,
    PaperId,
    Policy,
    PollId,
    PostBody,
    PostId,
    Reason,
    Role,
    RoomId,
    Scene,
    ScreenId,
    SessionId,
    SourceId,
    Status,
)
from server.tasks import Tasks

_log = logging.getLogger(__name__)

TALLY_GAP_S: Final = 0.25
"""Between one count of votes that is told and the next: nobody sees more than four in a second."""


Listener = Callable[[Record, Done], None]
Foreseer = Callable[[Record], None]
Forgetter = Callable[[Sequence[PostId]], Awaitable[None]]


class Outcomes:
    """
    The law's answers by the place of their entry, until whoever waits has read them.

    Callers that went away never read theirs, so that only the newest `_KEPT` are kept: a caller reads in the same turn.
    """

    _KEPT = 20_000

    def __init__(self) -> None:
        self._by_seq: dict[int, Outcome] = {}

    def put(self, seq: int, outcome: Outcome) -> None:
        self._by_seq[seq] = outcome
        if len(self._by_seq) > self._KEPT:
            del self._by_seq[next(iter(self._by_seq))]

    def take(self, seq: int) -> Outcome:
        return self._by_seq.pop(seq)


class Node:
    """
    One symposium, running in this process.

    Args:
        journal: Open, not started. `open` replays it.
        hub: The channels of this symposium.
        keyring: The data folder's secrets.
        rules: The rules of intake, where staff sets no others.
        themes: How a theme looks; see `facts.Themes`.
        now_us: UTC microseconds, for rates only: the law's clock is the journal's.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        hub: Hub,
        keyring: Keyring,
        rules: Rules | None = None,
        themes: Themes = plain_theme,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
    ) -> None:
        self.state = State()
        self.hub = hub
        self.rates = Rates(now_us)
        self._journal = journal
        self._now_us = now_us
        self._outcomes = Outcomes()
        self._hall = HallPages()
        self._books = {
            Audience.WALL: views.WallBook(themes, self._hall),
            Audience.PHONE: views.PhoneBook(themes, self._hall),
            Audience.DESK: views.DeskBook(themes, self._hall),
            Audience.STAGE: views.StageBook(themes, self._hall),
            Audience.REPORT: views.ReportBook(themes),
            Audience.CHAIR: views.ChairBook(themes, self._hall),
        }
        self._flow = LeadingEdge(self._publish)
        self._tallying = LeadingEdge(self._publish_tallies, gap_s=TALLY_GAP_S)
        self._has_untold_votes = False
        self._told = 0
        """The seq that the views went out under last."""
        self._tasks = Tasks()
        self._covers = Covers(
            wall=hub.channel(Audience.WALL),
            keys=self._keys_of,
            submit=self.submit,
            touch=self._flow.touch,
            tasks=self._tasks,
        )
        self._recent = RecentPosts(self.state)
        self._judging = Judging(
            state=self.state, keyring=keyring, recent=self._recent, rules=rules or Rules(), now_us=now_us
        )
        self._staging = Staging(state=self.state, may=self.may, submit=self.submit, covers=self._covers)
        self.shelf = Shelving(state=self.state, submit=self.submit, now_us=now_us)
        """What is done to the programme, the papers and the paired screens."""
        self.draft = Drafting(submit=self.submit)
        """What is done to the report."""
        self.ask = Asking(state=self.state, keyring=keyring, submit=self.submit, now_us=now_us)
        """What the hall asks and is asked."""
        self.keep = Keeping(state=self.state, submit=self.submit, now_us=now_us)
        """How long what is kept, and what time takes."""
        self._reception = Reception(
            state=self.state,
            keyring=keyring,
            attribution=Attribution(state=self.state, now_us=now_us),
            judging=self._judging,
            recent=self._recent,
            covers=self._covers,
            submit=self.submit,
            now_us=now_us,
        )
        self.passed = self._reception.passed
        """What networks brought and was not taken in, and why."""
        self._public_blobs: tuple[int, dict[str, list[PostId]]] = (-1, {})
        self._changed_devices: dict[DeviceId, None] = {}
        self._to_redact: list[int] = []
        self._listeners: list[Listener] = []
        self._foreseers: list[Foreseer] = []
        self._forgetters: list[Forgetter] = []
        self._copying = asyncio.Lock()

    @property
    def epoch(self) -> str:
        """The journal's epoch: positions of different epochs cannot be compared."""
        return self._journal.epoch

    def listen(self, listener: Listener) -> None:
        """Have *listener* called, on the loop, with every entry that was carried out. It must not block or raise."""
        self._listeners.append(listener)

    def foresee(self, foreseer: Foreseer) -> None:
        """Have *foreseer* called, on the loop, with every entry just before the law sees it. As a listener."""
        self._foreseers.append(foreseer)

    def when_erasing(self, forget: Forgetter) -> None:
        """Have *forget* called with the posts of each erasure, which answers when it returns."""
        self._forgetters.append(forget)

    # Start and end

    def open(self) -> None:
        """
        Read the journal. Blocks; belongs before the loop serves anybody.

        Without the garbage collector, which would look through all that was read again and again and find nothing
        (two thirds of the time); afterwards what is there is left out of its rounds.
        """
        gc.disable()
        try:
            self._replay()
        finally:
            gc.freeze()
            gc.enable()

    def _replay(self) -> None:
        redact: list[int] = []
        state = self.state
        for record in self._journal.replay():
            outcome = apply(state, record)
            if outcome.redact:
                redact.extend(outcome.redact)
            if isinstance(outcome, Broken):
                _log.error("entry %d is broken and was passed over: %s", record.seq, outcome.error)
        self._to_redact = redact

    def start(self) -> None:
        """Take entries and publish, on the running loop."""
        self._journal.start(self._deliver)
        self._recent.read()
        self._publish()
        if self._to_redact:
            self._tasks.spawn(self._redact(self._to_redact))

    async def copy(self, to: Path) -> Copied:
        """Copy the journal to a new file, while it goes on; see `Journal.copy`."""
        async with self._copying:
            return await self._journal.copy(to)

    async def close(self) -> None:
        """Let go of the journal; everything acknowledged is in it."""
        await self._tasks.close()
        self._tallying.close()
        self._flow.close()
        await self._journal.close()

    # The one road

    async def submit(self, head: AnyHead, body: bytes | None = None, *, urgent: bool = False) -> Outcome:
        """Make an entry durable, and return what the law made of it."""
        (seq,) = await self._journal.append([Entry(head, body)], urgent=urgent)
        return self._outcomes.take(seq)

    def _deliver(self, records: Sequence[Record]) -> None:
        """A batch became durable: apply it in order, before anybody who waits for it wakes."""
        redact: list[int] = []
        leaves = changes = votes = False
        for record in records:
            for foresee in self._foreseers:
                foresee(record)
            outcome = apply(self.state, record)
            self._outcomes.put(record.seq, outcome)
            redact.extend(outcome.redact)
            self._note(record, outcome)
            leaves = leaves or _takes_off_screens(record, outcome)
            is_vote = isinstance(record.head, Voted | QuestionVoted)
            changes = changes or not is_vote
            votes = votes or is_vote or (isinstance(record.head, PostArrived) and record.head.poll is not None)
        if redact:
            self._tasks.spawn(self._redact(redact))
        self._has_untold_votes = self._has_untold_votes or votes
        if leaves:
            self._publish_tallies()  # at once: it may not have been covered when it was decided
            return
        if votes:
            self._tallying.touch()
        if changes:
            self._flow.touch()

    def _note(self, record: Record, outcome: Outcome) -> None:
        """What an applied entry means for those outside the state: own frames, closed sockets, sources."""
        if isinstance(outcome, Broken):
            _log.error("entry %d is broken and was passed over: %s", record.seq, outcome.error)
        if not isinstance(outcome, Done):
            return
        if outcome.redact or isinstance(record.head, Banned | Undone):
            self._judging.forget_blocked()
        rewritten = isinstance(record.head, PostEdited | PostClaimed)
        for change in outcome.changed:
            post = self.state.posts[change.post]
            if post.device is not None:
                self._changed_devices[post.device] = None
            self._recent.look_again(post, rewritten=rewritten)
            self._reception.look_again(post, rewritten=rewritten)
        match record.head:
            case PostArrived():
                self.rates.arrived()
            case Stopped() | Paused() | SceneSet() | ActUndone():
                self._tell_authors_of_shown()
            case BadgeRevoked(badge=badge):
                self._close(badge)
            case Lapsed():
                for each in self.state.badges.values():
                    if each.nameless:
                        self._close(each.id)
            case _:
                pass
        for listener in self._listeners:
            listener(record, outcome)

    def _close(self, badge: BadgeId) -> None:
        """A badge is worth nothing any more: neither are its sockets."""
        for channel in self.hub.channels:
            channel.close_badge(badge)

    def _tell_authors_of_shown(self) -> None:
        """A stop, pause or scene began or ended: whose posts are approved is told whether they are on the screens."""
        phones = self.hub.channel(Audience.PHONE)
        for post in map(self.state.posts.__getitem__, self.state.shown):
            if post.device is not None and phones.has_device(post.device):
                self._changed_devices[post.device] = None

    def _publish_tallies(self) -> None:
        """The same as `_publish`, with every vote that there is."""
        self._has_untold_votes = False
        self._publish()

    def _publish(self) -> None:
        """
        Bring every audience's view up to the state, and send what changed.

        While votes are still to be told, the view goes out under the entry before the last one: it lacks something
        that the last one's would have. Where even that was told already, `_publish_tallies` will follow soon.
        """
        seq = self.state.seq
        if self._has_untold_votes:
            seq -= 1
            if seq <= self._told:
                return
        else:
            self._hall.look(self.state)
        self._told = seq
        before = self._books[Audience.WALL].items
        for audience, book in self._books.items():
            book.look(self.state)
            self.hub.channel(audience).publish(View(seq, book.items))
        self._tell_authors_of_departed(before)
        phones = self.hub.channel(Audience.PHONE)
        for device in self._changed_devices:
            if phones.has_device(device):
                phones.send_own(device, views.own_posts(self.state, device))
        self._changed_devices.clear()
        self._covers.end()

    def _keys_of(self, post: PostId) -> tuple[str, ...]:
        """Under which keys the wall's view may have a post."""
        return (f"post:{post}", f"question:{post}") if post in self.state.questions else (f"post:{post}",)

    def _tell_authors_of_departed(self, before: views.Items) -> None:
        """Whose post slid out of the wall's view, past its newest ones, is told that it is on no screen any more."""
        for key in before.keys() - self._books[Audience.WALL].items.keys():
            post = self.state.posts.get(PostId(key.removeprefix("post:")))
            if post is not None and post.device is not None:
                self._changed_devices[post.device] = None

    async def _redact(self, seqs: Sequence[int]) -> None:
        try:
            await self._journal.redact(seqs)
        except JournalBusy as ex:
            _log.warning("%d bodies are still to be overwritten: %s", len(seqs), ex)

    # Posts in and out

    async def receive(self, arrival: Arrival) -> tuple[Post, bool]:
        """
        Take in a post, new or edited; durable when this returns.

        Returns:
            The post, and whether this arrival made or changed it (False: it was known already).

        Raises:
            BadInput: It cannot be a post; the code says why.
            Conflict: The Idempotency-Key was used for something else, or its first use is still in progress.
            TooMany: Too many posts of this device wait.
            NotFound: The author was erased: nothing of theirs comes back.
        """
        return await self._reception.receive(arrival)

    def answered(self, device: DeviceId, key: str, digest: str) -> Post | None:
        """
        The post that this Idempotency-Key of *device* made before: asking again costs nothing, and needs no upload.

        Raises:
            Conflict: The key was used for something else than *digest*.
        """
        return self._reception.answered(device, key, digest)

    async def depart(self, departure: Departure | AuthorDeparture) -> Outcome:
        """A source says that a post or an author is gone; unknown ones are fine."""
        return await self._reception.depart(departure)

    async def withdraw(self, post: PostId, *, device: DeviceId | None) -> Outcome:
        """
        Its author takes a post back; with *device* None the caller has checked a receipt.

        Somebody else's post, and one that is final, costs no entry: anybody may ask.
        """
        return await self._reception.withdraw(post, device=device)

    # Staff

    async def decide(
        self,
        by: BadgeId,
        decision: Decision,
        posts: Sequence[tuple[PostId, int]],
        *,
        seen: int | None = None,
        reason: Reason | None = None,
    ) -> Outcome:
        """Decide on revisions of posts, as the decider saw them."""
        targets = tuple(Target(post, revision, self._digest_of(post, revision)) for post, revision in posts)
        head = Decided(by=by, decision=decision, posts=targets, seen=seen, reason=reason)
        if decision in (Decision.HOLD, Decision.REJECT, Decision.HIDE) and self.may(by):
            return await self._covers.restrict(head, [p for p, _ in posts if self._on_screens(p)])
        return await self.submit(head, urgent=True)

    def may(self, by: BadgeId) -> bool:
        """Whether a badge is live and staff: only such a one may cover anything before its entry is durable."""
        badge = self.state.badges.get(by)
        live = badge is not None and badge.revoked is None and badge.role in (Role.ORGANISER, Role.MODERATOR)
        return live or by == "operator"

    def _on_screens(self, post: PostId) -> bool:
        return post in self.state.shown

    def _digest_of(self, post: PostId, revision: int) -> str:
        known = self.state.posts.get(post)
        return known.digest if known is not None and known.revision == revision else ""

    async def undo(self, by: BadgeId, seq: int) -> Outcome:
        """Take back a decision, a ban, or what was done to the whole symposium."""
        if seq in self.state.acts:
            return await self._staging.undo(by, seq)
        made = self.state.made.get(seq)
        before = () if made is None or made.undone is not None or not self.may(by) else made.before
        back = [b.post for b in before if b.status is not Status.SHOWN and self._on_screens(b.post)]
        return await self._covers.restrict(Undone(by=by, seq=seq), back)

    async def ban(self, by: BadgeId, post: PostId, *, earlier: bool) -> Outcome:
        """Block the author of *post*; with *earlier*, also take what they posted before."""
        known = self.state.posts.get(post)
        if known is None:
            raise NotFound(f"There is no post {post}.")
        theirs = self.state.authors[known.author].posts if earlier else ()
        visible = [p for p in theirs if self._on_screens(p)]
        head = Banned(by=by, author=known.author, earlier=earlier, across=self._judging.across(known.author))
        return await self._covers.restrict(head, visible if self.may(by) else ())

    async def stop(self, by: BadgeId, *, on: bool) -> Outcome:
        """The emergency stop: with *on* every screen drops every post at once."""
        return await self._covers.restrict(Stopped(by=by, on=on), "all" if on and self.may(by) else ())

    async def pause(self, by: BadgeId, *, on: bool) -> Outcome:
        """Screens keep what they show; what is released waits."""
        return await self.submit(Paused(by=by, on=on), urgent=True)

    async def set_policy(self, by: BadgeId, policy: Policy) -> Outcome:
        """Who decides about new posts."""
        return await self.submit(PolicySet(by=by, policy=policy), urgent=True)

    async def set_scene(
        self,
        by: BadgeId,
        scene: Scene | None,
        *,
        screen: ScreenId | None = None,
        post: PostId | None = None,
        posts: Sequence[PostId] = (),
        title: str = "",
        text: str = "",
        room: RoomId | None = None,
        session: SessionId | None = None,
        paper: PaperId | None = None,
        poll: PollId | None = None,
    ) -> Outcome:
        """
        What all screens show, or with *screen* or *room* some; *scene* None gives those back to what all show.

        Args:
            post: The spotlight's, or the question (None for the one on stage); *posts* the playlist's: shown ones only.
            session: Of a title card or of papers; None for what is on stage in the screen's room.
            paper: The one to show.
            poll: The one to show; None for the one that is open, else the one that was closed last.
            title: Of a slide, at most 120 graphemes; *text* at most 500. Other scenes have no words.

        Raises:
            BadInput: The words of a slide are too long, or there are none.
        """
        head = SceneSet(
            by=by,
            scene=scene,
            screen=screen,
            post=post,
            posts=tuple(posts),
            room=room,
            session=session,
            paper=paper,
            poll=poll,
        )
        return await self._staging.scene(head, title=title, words=text)

    async def announce(self, by: BadgeId, text: str | None) -> Outcome:
        """
        What the organisation says on the screens, at most 280 graphemes in two lines; None takes it off.

        Raises:
            BadInput: It is empty or too long.
        """
        return await self._staging.announce(by, text)

    async def set_theme(self, by: BadgeId, body: ThemeBody) -> Outcome:
        """How the screens look; the caller has checked that it can be shown."""
        return await self._staging.theme(by, body)

    async def set_rules(self, by: BadgeId, rules: Rules) -> Outcome:
        """Which rules intake asks from here on, for every verdict that is not durable yet."""
        return await self._staging.rules(by, RulesBody(rules=data_of(rules)))

    def rules(self) -> Rules:
        """The rules as staff set them; languages and the names of the title come on top."""
        return self._judging.rules()

    async def dry_run(self, *rules: Rules) -> list[tuple[Tried, ...]]:
        """What each of *rules* would say of the newest 200 posts, oldest first. Some may be left out."""
        return await self._judging.dry_run(*rules)

    async def amend(
        self,
        by: BadgeId,
        post: PostId,
        revision: int,
        *,
        alts: Sequence[str] | None = None,
        session: str | UnsetType | None = UNSET,
    ) -> Outcome:
        """
        Change what staff may change of a post: a new revision, which stands as *revision* stood.

        Args:
            revision: The one that they saw.
            alts: An alt text for each picture; None leaves them.
            session: The post's session, None for none; left out it stays.

        Raises:
            BadInput: Not one alt text for each picture, or one is too long.
        """
        return await self._staging.amend(by, post, revision, alts=alts, session=session)

    async def erase(
        self,
        by: BadgeId,
        *,
        posts: Sequence[PostId] = (),
        author_of: PostId | None = None,
        suppress: Sequence[AuthorKey] = (),
    ) -> Outcome:
        """
        Erase posts, or everything of one post's author, everywhere and for good. Returns when it is gone.

        Args:
            suppress: Who stays out from here on; see `Keyring.author` and `Keyring.handle`.
        """
        author = None if author_of is None else self._author_of(author_of)
        theirs = () if author is None else self.state.authors[author].posts
        head = Erased(by=by, posts=tuple(posts), author=author, suppress=tuple(suppress))
        outcome = await self._covers.restrict(head, (*posts, *theirs) if self.may(by) else ())
        if isinstance(outcome, Done):
            if outcome.redact:
                await self._journal.redact(outcome.redact)
            for forget in self._forgetters:
                await forget([change.post for change in outcome.changed])
        return outcome

    def _author_of(self, post: PostId) -> AuthorKey:
        known = self.state.posts.get(post)
        if known is None:
            raise NotFound(f"There is no post {post}.")
        return known.author

    # Symposium, badges, sources

    async def make(self, head: SymposiumMade, body: SymposiumBody) -> Outcome:
        """The first entry."""
        return await self.submit(head, encode_body(body))

    async def change(self, by: BadgeId, body: SymposiumBody) -> Outcome:
        """Another title, other hashtags, another date."""
        return await self.submit(SymposiumChanged(by=by), encode_body(body))

    async def make_badge(
        self, by: BadgeId, role: Role, name: str, *, run: str | None = None, session: SessionId | None = None
    ) -> tuple[BadgeId, str]:
        """
        A new badge; *session* is a speaker's.

        Returns:
            Its id, and its token: the only time that anybody sees it.
        """
        badge, token = BadgeId(new_id()), new_token()
        head = BadgeMade(by=by, badge=badge, role=role, token_hash=token_hash(token), run=run, session=session)
        outcome = await self.submit(head, encode_body(BadgeBody(name=name)), urgent=True)
        if isinstance(outcome, Refused):
            raise Conflict(f"The badge was not made ({outcome.code}).", code=outcome.code)
        return badge, token

    async def revoke_badge(self, by: BadgeId, badge: BadgeId) -> Outcome:
        """From here on the badge is worth nothing; its open sockets are closed."""
        return await self.submit(BadgeRevoked(by=by, badge=badge), urgent=True)

    def badge_of(self, token: str) -> Badge | None:
        """The live badge that *token* proves."""
        hashed = token_hash(token)
        return next(
            (b for b in self.state.badges.values() if b.token_hash == hashed and b.revoked is None),
            None,
        )

    async def set_source(self, by: BadgeId, source: SourceId, network: str, body: SourceBody, *, on: bool) -> Outcome:
        """Listen to a source, or to something else of it."""
        return await self.submit(SourceSet(by=by, source=source, network=network, on=on), encode_body(body))

    async def switch_source(self, by: BadgeId, source: SourceId, *, on: bool) -> Outcome:
        """Switch a source on or off."""
        return await self.submit(SourceSwitched(by=by, source=source, on=on), urgent=True)

    async def remove_source(self, by: BadgeId, source: SourceId) -> Outcome:
        """Listen no longer."""
        return await self.submit(SourceRemoved(by=by, source=source))

    # Blobs

    def named_blobs(self) -> set[BlobId]:
        """Every picture and file that is kept: of posts, of papers, and what an undo would bring back."""
        named: set[BlobId] = set()
        for post in self.state.posts.values():
            body = views.post_body(self.state, post)
            if body is not None:
                named.update(blobs_of(body))
        frozen = (file.blob for version in self.state.draft.versions for file in version.files)
        return named.union(logos(self.state), shelf_blobs(self.state), frozen)

    def is_public_blob(self, blob: str) -> bool:
        """Whether it is the theme's logo, a first page that may be seen, or of a post that is on the screens still."""
        if blob == theme_body(self.state).logo:
            return True
        book = self._books[Audience.WALL]
        if self._public_blobs[0] != book.seq:
            names: dict[str, list[PostId]] = {}
            for post in (v for v in book.items.values() if isinstance(v, views.WirePost)):
                for url in _urls(post):
                    names.setdefault(url, []).append(post.id)
            self._public_blobs = (book.seq, names)
        posts = self._public_blobs[1].get(views.media_url(self.state.slug, BlobId(blob)), ())
        # The view may be some milliseconds behind the state: what was hidden meanwhile is not given out.
        # First pages come last: to look through the shelf for each photo would be the most of the work.
        return any(views.on_screen(self.state, self.state.posts[post]) for post in posts) or blob in open_previews(
            self.state
        )


def _takes_off_screens(record: Record, outcome: Outcome) -> bool:
    if not isinstance(outcome, Done) or (isinstance(record.head, PostArrived) and record.head.poll is not None):
        return False  # another answer takes the place of one that was in no fountain: it is told with the votes
    return isinstance(record.head, Stopped) or any(
        change.before is Status.SHOWN and change.after is not Status.SHOWN for change in outcome.changed
    )


def _urls(post: views.WirePost) -> Iterable[str]:
    if post.author.avatar is not None:
        yield post.author.avatar
    for media in post.media:
        yield media.url
        yield media.small
    for emoji in post.emojis:
        yield emoji.url


def blobs_of(body: PostBody) -> Iterable[BlobId]:
    """The pictures that a body names."""
    if body.avatar is not None:
        yield body.avatar
    for picture in body.media:
        yield picture.blob
        if picture.small is not None:
            yield picture.small
    for emoji in body.emojis:
        yield emoji.blob
