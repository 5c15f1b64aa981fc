"""
One symposium, running: judge an arrival, append, apply, hand the changed views to the hub. The only writer.

Whatever anybody is promised goes one road: a method here makes an entry, the journal makes it durable, `apply` decides,
and what changed goes out. Less may run ahead of the journal, more never: what is taken away covers the screens at once.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import time
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from itertools import islice
from typing import Any, Final, Literal, TypeVar

import msgspec

from server.errors import Conflict, NotFound, TooMany
from server.figures import Rates
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.intake.digest import digest
from server.intake.rules import Rules, title_names
from server.intake.text import match_text
from server.intake.verdict import Circumstances, Judgement, Recent, judge, text_of
from server.journal.contract import Journal, JournalBusy, JournalFull
from server.keyring import Keyring, new_id, new_token, token_hash
from server.live.audience import Audience, View
from server.live.flow import LeadingEdge
from server.live.hub import Hub
from server.symposium import views
from server.symposium.entries import (
    AnyHead,
    AuthorDeparted,
    BadgeBody,
    BadgeMade,
    BadgeRevoked,
    Banned,
    Decided,
    Entry,
    Erased,
    Expired,
    Paused,
    PolicySet,
    PostArrived,
    PostDeparted,
    PostEdited,
    PostWithdrawn,
    Record,
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
    Undone,
    encode_body,
)
from server.symposium.law import apply
from server.symposium.outcomes import Broken, Done, Outcome, Refused, Repeated
from server.symposium.posts import arrival_refusal, by_keys, known_request
from server.symposium.state import Badge, Post, State, is_final
from server.symposium.values import (
    FINAL,
    AuthorKey,
    BadgeId,
    BlobId,
    Decision,
    DeviceId,
    Hold,
    Policy,
    PostBody,
    PostId,
    Reason,
    Reject,
    Role,
    Scene,
    SourceId,
    Status,
)

_log = logging.getLogger(__name__)

RECENT_POSTS: Final = 500
"""How many posts near-duplicates are looked for among."""

_MINUTE_US: Final = 60_000_000
_OWED_RETRY_S: Final = 2.0
_REJECTED_KEPT_US: Final = 24 * 3_600 * 1_000_000
"""What was rejected is kept for a day, as the notice says."""


Listener = Callable[[Record, Done], None]
T = TypeVar("T")


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
        rules: The rules of intake.
        now_us: UTC microseconds, for rates only: the law's clock is the journal's.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        hub: Hub,
        keyring: Keyring,
        rules: Rules | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
    ) -> None:
        self.state = State()
        self.hub = hub
        self.rates = Rates(now_us)
        self._journal = journal
        self._keyring = keyring
        self._base_rules = rules or Rules()
        self._rules = (-1, self._base_rules)
        self._now_us = now_us
        self._outcomes = Outcomes()
        self._books = {
            Audience.WALL: views.WallBook(),
            Audience.PHONE: views.PhoneBook(),
            Audience.DESK: views.DeskBook(),
            Audience.STAGE: views.StageBook(),
        }
        self._flow = LeadingEdge(self._publish)
        self._recent: dict[PostId, Recent] = {}
        self._requests: set[str] = set()
        self._public_blobs: tuple[int, dict[str, list[PostId]]] = (-1, {})
        self._changed_devices: dict[DeviceId, None] = {}
        self._uncover: list[object] = []
        self._owed: list[tuple[Entry, object]] = []
        self._unsaid_edits: dict[PostId, list[object]] = {}
        """Covers of posts whose edit could not be kept."""
        self._to_redact: list[int] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._listeners: list[Listener] = []

    @property
    def epoch(self) -> str:
        """The journal's epoch: positions of different epochs cannot be compared."""
        return self._journal.epoch

    def listen(self, listener: Listener) -> None:
        """Have *listener* called, on the loop, with every entry that was carried out. It must not block or raise."""
        self._listeners.append(listener)

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
        self._remember_recent()
        self._publish()
        if self._to_redact:
            self._spawn(self._redact(self._to_redact))

    async def close(self) -> None:
        """Let go of the journal; everything acknowledged is in it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._flow.close()
        await self._journal.close()

    def _remember_recent(self) -> None:
        for post in reversed(list(islice(reversed(self.state.posts.values()), RECENT_POSTS))):
            body = views.post_body(self.state, post)
            if body is not None and self._stands(post):
                self._remember(Recent(post=post.id, match=match_text(body.text), author=post.author))

    # The one road

    async def submit(self, head: AnyHead, body: bytes | None = None, *, urgent: bool = False) -> Outcome:
        """Make an entry durable, and return what the law made of it."""
        (seq,) = await self._journal.append([Entry(head, body)], urgent=urgent)
        return self._outcomes.take(seq)

    def _deliver(self, records: Sequence[Record]) -> None:
        """A batch became durable: apply it in order, before anybody who waits for it wakes."""
        redact: list[int] = []
        leaves = False
        for record in records:
            outcome = apply(self.state, record)
            self._outcomes.put(record.seq, outcome)
            redact.extend(outcome.redact)
            self._note(record, outcome)
            leaves = leaves or _takes_off_screens(outcome)
        if redact:
            self._spawn(self._redact(redact))
        if leaves:
            self._publish()  # at once: it may not have been on the screens yet, and so not covered, when it was decided
        else:
            self._flow.touch()

    def _note(self, record: Record, outcome: Outcome) -> None:
        """What an applied entry means for those outside the state: own frames, closed sockets, sources."""
        if isinstance(outcome, Broken):
            _log.error("entry %d is broken and was passed over: %s", record.seq, outcome.error)
        if not isinstance(outcome, Done):
            return
        for change in outcome.changed:
            post = self.state.posts[change.post]
            if post.device is not None:
                self._changed_devices[post.device] = None
            if not self._stands(post):
                self._recent.pop(post.id, None)
        match record.head:
            case PostArrived():
                self.rates.arrived()
            case Stopped() | Paused():
                self._tell_authors_of_shown()
            case BadgeRevoked(badge=badge):
                for channel in self.hub.channels:
                    channel.close_badge(badge)
            case _:
                pass
        for listener in self._listeners:
            listener(record, outcome)

    def _tell_authors_of_shown(self) -> None:
        """A stop or pause began or ended: whose posts are approved is told anew whether they are on the screens."""
        phones = self.hub.channel(Audience.PHONE)
        for post in map(self.state.posts.__getitem__, self.state.shown):
            if post.device is not None and phones.has_device(post.device):
                self._changed_devices[post.device] = None

    def _publish(self) -> None:
        """Bring every audience's view up to the state, and send what changed."""
        for audience, book in self._books.items():
            book.look(self.state)
            self.hub.channel(audience).publish(View(book.seq, book.items))
        phones = self.hub.channel(Audience.PHONE)
        for device in self._changed_devices:
            if phones.has_device(device):
                phones.send_own(device, views.own_posts(self.state, device))
        self._changed_devices.clear()
        self._end_covers()

    def _end_covers(self) -> None:
        """
        Stop covering what the view says now: their entries are in it.

        What came back meanwhile (hidden and shown again, stopped and started) went out under its cover: it is put once
        more.
        """
        uncover, self._uncover = self._uncover, []
        for token in uncover:
            self.hub.channel(Audience.WALL).uncover(token, restore=True)

    async def _redact(self, seqs: Sequence[int]) -> None:
        try:
            await self._journal.redact(seqs)
        except JournalBusy as ex:
            _log.warning("%d bodies are still to be overwritten: %s", len(seqs), ex)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Less runs ahead of the journal

    async def _restrict(self, head: AnyHead, keys: Collection[str] | Literal["all"]) -> Outcome:
        """
        Cover *keys* on the screens at once, and make the entry durable at the same time.

        Where the disk is full the cover stays, and the entry is tried again until it is durable. A caller that goes
        away takes nothing back: the cover holds until the entry, which is on its way, is durable.
        """
        token = object()
        if keys:
            self._cover(token, keys)
        return await self._to_the_end(self._submit_covered(Entry(head), token, is_owed=bool(keys)))

    async def _submit_covered(self, entry: Entry, token: object, *, is_owed: bool) -> Outcome:
        try:
            outcome = await self.submit(entry.head, entry.body, urgent=True)
        except (JournalFull, JournalBusy):
            if is_owed:
                self._owe(entry, token)
            raise
        self._lift(token, outcome)
        return outcome

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for *work*, which goes on when its caller goes away."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_look_at_error)
        return await asyncio.shield(task)

    def _cover(self, token: object, keys: Collection[str] | Literal["all"]) -> None:
        self.hub.channel(Audience.WALL).cover(token, keys)

    def _lift(self, token: object, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self._uncover.append(token)
            self._flow.touch()
        else:
            self.hub.channel(Audience.WALL).uncover(token, restore=True)

    def _owe(self, entry: Entry, token: object) -> None:
        self._owed.append((entry, token))
        if len(self._owed) == 1:
            self._spawn(self._pay())

    async def _pay(self) -> None:
        """Try again what covers the screens but could not be kept."""
        while self._owed:
            await asyncio.sleep(_OWED_RETRY_S)
            entry, token = self._owed[0]
            try:
                outcome = await self.submit(entry.head, entry.body, urgent=True)
            except (JournalFull, JournalBusy):
                continue
            self._owed.pop(0)
            self._lift(token, outcome)

    @staticmethod
    def _keys(posts: Iterable[PostId]) -> list[str]:
        return [f"post:{post}" for post in posts]

    # Posts in

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
        keys = self._identities(arrival)
        known = by_keys(self.state, keys)
        if known is not None:
            return await self._receive_again(arrival, self.state.posts[known], keys)
        request = self._request(arrival)
        if request is None:
            return await self._receive_new(arrival, keys, None)
        if request in self._requests:
            raise Conflict("This request is still in progress; ask again in a second.", code="request-in-progress")
        self._requests.add(request)
        try:
            return await self._receive_new(arrival, keys, request)
        finally:
            self._requests.discard(request)

    def _identities(self, arrival: Arrival | Departure) -> tuple[str, ...]:
        keys = []
        if arrival.uri is not None:
            keys.append(self._keyring.identity("uri", arrival.uri))
        if arrival.native_id is not None:
            keys.append(self._keyring.identity("native", arrival.network, arrival.native_id))
        return tuple(keys)

    def _request(self, arrival: Arrival) -> str | None:
        if arrival.request is None:
            return None
        return self._keyring.identity("request", arrival.device or arrival.author_id, arrival.request)

    def answered(self, device: DeviceId, key: str, digest: str) -> Post | None:
        """
        The post that this Idempotency-Key of *device* made before: asking again costs nothing, and needs no upload.

        Raises:
            Conflict: The key was used for something else than *digest*.
        """
        known = self.state.by_request.get(self._keyring.identity("request", device, key))
        if known is None:
            return None
        post, earlier = known
        if earlier != digest:
            raise _arrival_error("request-reused")
        return self.state.posts[post]

    async def _receive_new(self, arrival: Arrival, keys: tuple[str, ...], request: str | None) -> tuple[Post, bool]:
        author = self._keyring.author(arrival.network, arrival.author_id)
        judgement = self._judge(arrival, author)
        head = PostArrived(
            post=PostId(new_id()),
            source=arrival.source,
            network=arrival.network,
            author=author,
            digest=digest(judgement.body),
            seen=self.state.seq,
            verdict=judgement.verdict,
            keys=keys,
            device=arrival.device,
            request=request,
            request_digest=arrival.request_digest,
            lang=judgement.body.lang,
            session=arrival.session,
            photos=len(judgement.body.media),
            like=judgement.like,
            notes=judgement.notes,
        )
        if known_request(self.state, head) is None and (code := arrival_refusal(self.state, head)) is not None:
            raise _arrival_error(code)
        outcome = await self.submit(head, encode_body(judgement.body))
        return self._received(outcome, judgement, author)

    def _received(self, outcome: Outcome, judgement: Judgement, author: AuthorKey) -> tuple[Post, bool]:
        match outcome:
            case Done(changed=(change, *_)):
                self._remember(Recent(post=change.post, match=judgement.match, author=author))
                return self.state.posts[change.post], True
            case Repeated(post=post):
                return self.state.posts[post], False
            case Refused(code=code):
                raise _arrival_error(code)
            case _:
                raise RuntimeError(f"the law could not take in a post: {outcome}")

    async def _receive_again(self, arrival: Arrival, post: Post, keys: tuple[str, ...]) -> tuple[Post, bool]:
        """A known post came in again: an edit when its source says so, else nothing."""
        body = views.post_body(self.state, post)
        if is_final(post) or body is None or not self._is_edit(arrival, body):
            return post, False
        judgement = self._judge(arrival, post.author, edited=post.id)
        verdict = judgement.verdict
        head = PostEdited(
            keys=keys,
            digest=digest(judgement.body),
            seen=self.state.seq,
            verdict=verdict if isinstance(verdict, Hold | Reject) else Hold(rule=verdict.rule),
            lang=judgement.body.lang,
            photos=len(judgement.body.media),
            notes=judgement.notes,
        )
        outcome = await self._to_the_end(self._submit_edit(post, Entry(head, encode_body(judgement.body))))
        return post, isinstance(outcome, Done)

    async def _submit_edit(self, post: Post, entry: Entry) -> Outcome:
        """
        What a post said before is covered at once.

        Where the disk is full the cover stays: the source says the edit again, and that one lifts it.
        """
        token = object()
        if post.released is not None:
            self._cover(token, self._keys([post.id]))
        try:
            outcome = await self.submit(entry.head, entry.body)
        except (JournalFull, JournalBusy):
            self._unsaid_edits.setdefault(post.id, []).append(token)
            raise
        for each in (token, *self._unsaid_edits.pop(post.id, ())):
            self._lift(each, outcome)
        return outcome

    @staticmethod
    def _is_edit(arrival: Arrival, body: PostBody) -> bool:
        """
        Whether a known post reads differently now.

        The same post comes from several instances, each with its own copies of pictures, so only its source's own word
        counts: a later time of edit; or, from the very instance that brought it, another text.
        """
        if arrival.edited is not None:
            return arrival.edited > (body.edited or 0)
        return arrival.native_id == body.native_id and body.edited is None and text_of(arrival) != body.text

    def _judge(self, arrival: Arrival, author: AuthorKey, *, edited: PostId | None = None) -> Judgement:
        known = self.state.authors.get(author)
        circumstances = Circumstances(
            policy=self.state.policy,
            author=author,
            author_known=known is not None and known.shown > 0 and known.rejected == 0,
            author_banned=known is not None and known.banned is not None,
            recent=tuple(r for r in self._recent.values() if r.post != edited),
            author_posts_last_minute=self._posts_last_minute(author),
            hashtags=views.symposium_body(self.state).hashtags,
            rules=self._current_rules(),
        )
        return judge(arrival, circumstances, salt=secrets.token_hex(16))

    def _current_rules(self) -> Rules:
        """The rules, with the symposium's own languages and the names that its title reserves."""
        seq, rules = self._rules
        if seq != self.state.body:
            base, title = self._base_rules, views.symposium_body(self.state).title
            names = (*base.reserved_names, *title_names(title)) if title else base.reserved_names
            rules = msgspec.structs.replace(base, languages=self.state.languages, reserved_names=names)
            self._rules = (self.state.body, rules)
        return rules

    def _remember(self, recent: Recent) -> None:
        self._recent[recent.post] = recent
        if len(self._recent) > RECENT_POSTS:
            del self._recent[next(iter(self._recent))]

    @staticmethod
    def _stands(post: Post) -> bool:
        """Whether a post is one to compare with: its author and the moderators left it standing."""
        by_rule = post.status is Status.REJECTED and post.decided_by is None
        return post.status in (Status.HELD, Status.SHOWN) or by_rule

    def _posts_last_minute(self, author: AuthorKey) -> int:
        known = self.state.authors.get(author)
        if known is None:
            return 0
        since = self._now_us() - _MINUTE_US
        newest = (self.state.posts[p].received for p in reversed(known.posts[-20:]))
        return sum(1 for received in newest if received > since)

    async def depart(self, departure: Departure | AuthorDeparture) -> Outcome:
        """A source says that a post or an author is gone; unknown ones are fine."""
        if isinstance(departure, AuthorDeparture):
            author = self._keyring.author(departure.network, departure.author_id)
            known = self.state.authors.get(author)
            if known is None:
                return Refused(seq=self.state.seq, code="unknown")
            return await self._restrict(AuthorDeparted(author=author), self._keys(known.posts))
        keys = self._identities(departure)
        post = by_keys(self.state, keys)
        if post is None or self.state.posts[post].status in FINAL:
            return Refused(seq=self.state.seq, code="unknown")
        return await self._restrict(PostDeparted(keys=keys), self._keys([post]))

    async def withdraw(self, post: PostId, *, device: DeviceId | None) -> Outcome:
        """
        Its author takes a post back; with *device* None the caller has checked a receipt.

        Somebody else's post, and one that is final, costs no entry: anybody may ask.
        """
        known = self.state.posts.get(post)
        if known is None or (device is not None and known.device != device):
            return Refused(seq=self.state.seq, code="not-yours")
        if is_final(known):
            return Refused(seq=self.state.seq, code="final", post=post)
        return await self._restrict(PostWithdrawn(post=post, device=device), self._keys([post]))

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
            return await self._restrict(head, self._keys(p for p, _ in posts if self._on_screens(p)))
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
        """Take back a decision or a ban."""
        made = self.state.made.get(seq)
        before = () if made is None or made.undone is not None or not self.may(by) else made.before
        keys = self._keys(b.post for b in before if b.status is not Status.SHOWN and self._on_screens(b.post))
        return await self._restrict(Undone(by=by, seq=seq), keys)

    async def ban(self, by: BadgeId, post: PostId, *, earlier: bool) -> Outcome:
        """Block the author of *post*; with *earlier*, also take what they posted before."""
        known = self.state.posts.get(post)
        if known is None:
            raise NotFound(f"There is no post {post}.")
        theirs = self.state.authors[known.author].posts if earlier else ()
        keys = self._keys(p for p in theirs if self._on_screens(p))
        head = Banned(by=by, author=known.author, earlier=earlier)
        return await self._restrict(head, keys if self.may(by) else ())

    async def stop(self, by: BadgeId, *, on: bool) -> Outcome:
        """The emergency stop: with *on* every screen drops every post at once."""
        return await self._restrict(Stopped(by=by, on=on), "all" if on and self.may(by) else ())

    async def pause(self, by: BadgeId, *, on: bool) -> Outcome:
        """Screens keep what they show; what is released waits."""
        return await self.submit(Paused(by=by, on=on), urgent=True)

    async def set_policy(self, by: BadgeId, policy: Policy) -> Outcome:
        """Who decides about new posts."""
        return await self.submit(PolicySet(by=by, policy=policy), urgent=True)

    async def set_scene(self, by: BadgeId, scene: Scene) -> Outcome:
        """What the screens show."""
        return await self.submit(SceneSet(by=by, scene=scene), urgent=True)

    async def erase(self, by: BadgeId, *, posts: Sequence[PostId] = (), author_of: PostId | None = None) -> Outcome:
        """Erase posts, or everything of one post's author, everywhere and for good. Returns when it is gone."""
        author = None if author_of is None else self._author_of(author_of)
        theirs = () if author is None else self.state.authors[author].posts
        keys = self._keys((*posts, *theirs)) if self.may(by) else ()
        outcome = await self._restrict(Erased(by=by, posts=tuple(posts), author=author), keys)
        if isinstance(outcome, Done) and outcome.redact:
            await self._journal.redact(outcome.redact)
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

    async def make_badge(self, by: BadgeId, role: Role, name: str, *, run: str | None = None) -> tuple[BadgeId, str]:
        """
        A new badge.

        Returns:
            Its id, and its token: the only time that anybody sees it.
        """
        badge, token = BadgeId(new_id()), new_token()
        head = BadgeMade(by=by, badge=badge, role=role, token_hash=token_hash(token), run=run)
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

    # What time strikes

    async def expire(self) -> int:
        """Forget what was rejected over a day ago. Returns how many."""
        limit = self._now_us() - _REJECTED_KEPT_US
        rejected = (self.state.posts[p] for p in self.state.rejected)
        old = tuple(p.id for p in rejected if max(p.decided_at, p.revised) < limit)
        if old:
            await self.submit(Expired(posts=old))
        return len(old)

    # Blobs

    def named_blobs(self) -> set[BlobId]:
        """Every picture that a kept body names."""
        named: set[BlobId] = set()
        for post in self.state.posts.values():
            body = views.post_body(self.state, post)
            if body is not None:
                named.update(blobs_of(body))
        return named

    def is_public_blob(self, blob: str) -> bool:
        """Whether the wall's view names this picture, for a post that is on the screens still."""
        book = self._books[Audience.WALL]
        if self._public_blobs[0] != book.seq:
            names: dict[str, list[PostId]] = {}
            for post in (v for v in book.items.values() if isinstance(v, views.WirePost)):
                for url in _urls(post):
                    names.setdefault(url, []).append(post.id)
            self._public_blobs = (book.seq, names)
        posts = self._public_blobs[1].get(views.media_url(self.state.slug, BlobId(blob)), ())
        # The view may be some milliseconds behind the state: what was hidden meanwhile is not given out.
        return any(views.on_screen(self.state, self.state.posts[post]) for post in posts)


def _takes_off_screens(outcome: Outcome) -> bool:
    return isinstance(outcome, Done) and any(
        change.before is Status.SHOWN and change.after is not Status.SHOWN for change in outcome.changed
    )


def _look_at_error(task: asyncio.Task[Any]) -> None:
    """Its caller was told, or has gone; asyncio need not complain as well."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.debug("a covered entry was not kept: %s", error)


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


def _arrival_error(code: str) -> Exception:
    match code:
        case "pending-cap":
            return TooMany("Too many of your posts still wait.", retry_after_s=30, code=code)
        case "request-reused":
            return Conflict("This Idempotency-Key was used for something else.", code=code)
        case "erased-author":
            return NotFound("This author was erased.", code=code)
        case _:
            return Conflict(f"The post was not taken in ({code}).", code=code)
