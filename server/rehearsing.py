"""
The rehearsal on a real symposium: its posts and its scripted moderator take the same road as everybody's.

`rehearse` plays the demo. `RehearsalMode` is what the stage of any symposium has: there every post carries the network
`rehearsal`, so that staff can tell them apart and `wipe` finds them all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Sequence

import msgspec

from server.blobs.images import Kind, PicturePool
from server.blobs.pictures import take_in
from server.errors import Conflict, FonteinError, NotFound
from server.intake.arrival import Arrival
from server.keyring import new_id
from server.live.audience import Audience
from server.rehearsal.conductor import Conductor, Waiting
from server.rehearsal.drawing import draw
from server.rehearsal.faults import Fault, flood, hijack
from server.rehearsal.hall import acts
from server.rehearsal.recorded import Recorded
from server.rehearsal.script import Kind as RehearsalKind
from server.rehearsal.script import RehearsalPost, posts, programme
from server.rehearsing_hall import RehearsedHall
from server.symposium import views
from server.symposium.entries import Banned, Decided, Record, SourceBody, Undone
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import Post, State
from server.symposium.values import (
    OPERATOR,
    PHONE,
    BadgeId,
    BlobId,
    Decision,
    DeviceId,
    Picture,
    PostId,
    Reason,
    Role,
    SourceId,
    Status,
)
from server.tasks import Tasks
from server.web.site import Hall

_log = logging.getLogger(__name__)

MODERATOR = {"nl": "Oefenredactie", "en": "Rehearsal desk"}
SOURCE = SourceId("rehearsal-1")
NETWORK = "rehearsal"
"""The network that every post of the rehearsal mode carries."""
MARKED = {"nl": "Oefening", "en": "Rehearsal"}
PULSE_TTL_S = 30
TELL_EACH_S = 10.0
ERASE_AT_ONCE = 500
PLAYED = {"nl": "Oefening (Mastodon)", "en": "Rehearsal (Mastodon)"}


class RehearsalStage:
    """
    A symposium as the conductor needs it.

    Args:
        hall: The symposium.
        images: Draws pictures anew, as anybody's.
        badge: The scripted moderator's; None for none.
        run: Marks the posts as rehearsal, and tells this run's from an earlier one's, which may have been erased; None
            for the demo, which plays a network and phones.
        recorded: Plays a day that was: people showed all of it then, so that what the rules reject waits too.
        asks: The hall of the demo, which wants to know what is asked; None where posts are posts.
    """

    def __init__(
        self,
        hall: Hall,
        images: PicturePool,
        badge: BadgeId | None,
        *,
        run: str | None = None,
        recorded: bool = False,
        asks: RehearsedHall | None = None,
    ) -> None:
        self._hall = hall
        self._asks = asks
        self._images = images
        self._badge = badge
        self._run = run
        self._recorded = recorded
        self._ours: set[PostId] = set()
        self._last: dict[str, int] = {}

    async def post(self, post: RehearsalPost) -> str | None:
        """Hand in a post as its author would."""
        made, new = await self._hall.node.receive(await self._arrival(post))
        if new:
            self._ours.add(made.id)
            if self._asks is not None:
                await self._ask(self._asks, post, made)
        return made.id if new else None

    async def _ask(self, asks: RehearsedHall, post: RehearsalPost, made: Post) -> None:
        """A phone's question came in as one; of a network's, whoever moderates makes one."""
        asks.came_in(post.key, made.id)
        if post.kind is RehearsalKind.QUESTION and made.id not in self._hall.node.state.questions:
            await self._hall.node.ask.set_question(self._badge or OPERATOR, made.id, on=True)

    async def _arrival(self, post: RehearsalPost) -> Arrival:
        if self._run is not None:
            return await self._marked_arrival(post, self._run)
        phone = post.author.has_phone
        # A phone of another day may have sent more in a moment than one of ours may.
        device = DeviceId(f"rehearsal-{post.author.key}") if phone and not self._recorded else None
        is_question = self._asks is not None and phone and post.kind is RehearsalKind.QUESTION
        return Arrival(
            source=PHONE if phone else SOURCE,
            network=PHONE if phone else "mastodon",
            author_id=post.author.key if device is None else str(device),
            device=device,
            native_id=f"rehearsal/{post.key}",
            reply_to=None if post.reply is None else f"rehearsal/{post.reply}",
            text=post.text,
            name=post.author.name,
            handle=post.author.handle,
            warning=post.warning,
            lang=post.lang,
            media=await self._pictures(post),
            session=post.session,
            question=is_question,
            voter=self._hall.node.ask.voter_of_questions(device) if is_question and device is not None else None,
        )

    async def _marked_arrival(self, post: RehearsalPost, run: str) -> Arrival:
        played, own = f"#{programme().hashtag}", hashtag_of(self._hall)
        return Arrival(
            source=SOURCE,
            network=NETWORK,
            author_id=post.author.key,
            native_id=f"{run}/{post.key}",
            reply_to=None if post.reply is None else f"{run}/{post.reply}",
            text=post.text.replace(played, f"#{own}"),
            name=post.author.name,
            handle=post.author.handle,
            lang=post.lang,
            media=await self._pictures(post),
        )

    async def _pictures(self, post: RehearsalPost) -> tuple[Picture, ...]:
        if post.picture is None:
            return ()
        data = await asyncio.to_thread(draw, post.picture)
        stored = await take_in(data, kind=Kind.PHOTO, images=self._images, store=self._hall.store)
        small = None if stored.small is None else BlobId(stored.small.id)
        picture = Picture(
            blob=BlobId(stored.id),
            type=stored.media_type,
            width=stored.width,
            height=stored.height,
            alt=post.alt,
            small=small,
        )
        return (picture,)

    async def decide(self, post_id: str, decision: Decision, reason: Reason | None) -> None:
        """Carry out a decision of the scripted moderator."""
        assert self._badge is not None, "without a badge the queue is empty"
        post = self._post(post_id)
        if post.decided_by not in (None, self._badge):
            raise Conflict("a person decided on this post", code="decided-since")
        outcome = await self._hall.node.decide(
            self._badge, decision, [(post.id, post.revision)], seen=self._hall.node.state.seq, reason=reason
        )
        self._last[post_id] = self._done(outcome).seq

    async def undo(self, post_id: str) -> None:
        """Take back the scripted moderator's last decision about this post."""
        assert self._badge is not None
        self._done(await self._hall.node.undo(self._badge, self._last[post_id]))

    def queue(self) -> Sequence[Waiting]:
        """What waits for a moderator, oldest first; nothing where people do that themselves."""
        if self._badge is None:
            return ()
        state = self._hall.node.state
        now_us = time.time_ns() // 1_000
        return [Waiting(id=p, age_s=(now_us - state.posts[p].revised) / 1e6) for p in self._waiting(state)]

    def _waiting(self, state: State) -> Iterable[PostId]:
        if not self._recorded:
            return state.held
        ruled_out = (p for p in state.rejected if p in self._ours and state.posts[p].decided_by is None)
        return sorted((*state.held, *ruled_out), key=lambda p: state.posts[p].arrived)

    def _post(self, post_id: str) -> Post:
        post = self._hall.node.state.posts.get(PostId(post_id))
        if post is None:
            raise NotFound(f"there is no post {post_id}")
        return post

    @staticmethod
    def _done(outcome: Outcome) -> Done:
        if isinstance(outcome, Done):
            return outcome
        code = outcome.code if isinstance(outcome, Refused) else "not-done"
        raise Conflict(f"not carried out: {code}", code=code)


async def rehearse(hall: Hall, images: PicturePool, *, speed: float, day: Recorded | None = None) -> None:
    """Play the rehearsal on *hall*, at *speed* times its 25 minutes, to its end; or a *day* that was recorded."""
    lang = hall.node.state.languages[0]
    badge, _ = await hall.node.make_badge(OPERATOR, Role.MODERATOR, MODERATOR[lang])
    await hall.node.set_source(OPERATOR, SOURCE, "rehearsal", SourceBody(name=PLAYED[lang]), on=True)
    asks = RehearsedHall(hall, speed=speed) if day is None else None
    stage = RehearsalStage(hall, images, badge, recorded=day is not None, asks=asks)
    conductor = Conductor(stage, speed=speed, day=None if day is None else day.posts)

    hall.node.listen(lambda record, _: tell_of_person(conductor, record, badge))
    if asks is None:
        await conductor.run()
    else:
        await asks.lay_out()
        async with asyncio.TaskGroup() as playing:
            playing.create_task(conductor.run())
            playing.create_task(asks.run(acts(posts())))
    _log.info("the rehearsal is over")


# The rehearsal mode of any symposium


class Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    How a rehearsal stands: the pulse `rehearsal`, for desk and stage.

    Args:
        on: Whether recorded posts are played.
        speed: How fast; 1 is 25 minutes for the day.
        moderator: Whether the scripted moderator decides.
        posts: How many rehearsal posts there are, also after it ended: what a wipe would erase.
        fault: What goes wrong now, None for nothing.
        until: When that ends, µs.
        phones: Whether the fault takes the phones' connections too.
    """

    on: bool
    speed: float
    moderator: bool
    posts: int
    fault: str | None
    until: int | None
    phones: bool


class RehearsalMode:
    """
    Plays recorded posts and faults on a symposium, and wipes them.

    Args:
        hall: The symposium.
        images: Draws pictures anew.
        run: The server's run: a scripted moderator's badge ends with it.
    """

    def __init__(self, hall: Hall, images: PicturePool, *, run: str) -> None:
        self._hall = hall
        self._images = images
        self._server_run = run
        self._playing: asyncio.Task[None] | None = None
        self._failing: asyncio.Task[None] | None = None
        self._conductor: Conductor | None = None
        self._badge: BadgeId | None = None
        self._fault: Fault | None = None
        self._until: int | None = None
        self._phones = False
        self._turn = asyncio.Lock()
        self._telling = Tasks()
        hall.node.listen(self._note)

    # What is asked of it

    async def start(self, *, speed: float, moderator: bool) -> None:
        """
        Play the recorded day. While it plays, this only sets the speed.

        Args:
            speed: 1 is 25 minutes.
            moderator: A scripted moderator decides, at a human pace, and keeps off what people do; without, all of it
                waits for people.
        """
        async with self._turn:
            if self._conductor is not None and self.is_on:
                self._conductor.speed = speed
            else:
                await self._begin(speed, moderator=moderator)
        self.tell()

    async def stop(self) -> None:
        """Play no more, and end every fault. What came stays until it is wiped."""
        async with self._turn:
            await self._end()
        self.tell()

    def begin_fault(self, fault: str, *, seconds: int, phones: bool) -> None:
        """
        Let something go wrong for so many seconds; a fault that goes on ends.

        Args:
            phones: `network-down` only: the phones lose their connection too.

        Raises:
            Conflict: `no-rehearsal`: nothing is rehearsed, so this could be a mistake in front of a hall.
        """
        if not self.is_on:
            raise Conflict("Start the rehearsal first.", code="no-rehearsal")
        self._end_fault()
        self._fault, self._phones = Fault(fault), phones
        self._until = time.time_ns() // 1_000 + seconds * 1_000_000
        self._failing = asyncio.get_running_loop().create_task(self._go_wrong(self._fault, seconds, phones=phones))
        self.tell()

    async def wipe(self, by: BadgeId, *, everything: bool) -> int:
        """
        Stop, and erase every post of the rehearsal, or every post there is: words, pictures, screens.

        Returns:
            How many posts. They are gone from the journal when this returns.

        Raises:
            Conflict: This badge may not erase.
        """
        async with self._turn:
            await self._end()
            before = self._hall.node.named_blobs()
            count = 0
            while posts := self._posts(everything=everything)[:ERASE_AT_ONCE]:
                outcome = await self._hall.node.erase(by, posts=posts)
                if not isinstance(outcome, Done):
                    code = outcome.code if isinstance(outcome, Refused) else "not-done"
                    raise Conflict(f"Not erased: {code}.", code=code)
                count += len(posts)
            await self._hall.forget_blobs(before)
            if SOURCE in self._hall.node.state.sources and not self._is_demo():
                await self._hall.node.remove_source(OPERATOR, SOURCE)
        self.tell()
        return count

    def facts(self) -> Facts:
        """How it stands."""
        conductor = self._conductor
        return Facts(
            on=self.is_on,
            speed=1.0 if conductor is None else conductor.speed,
            moderator=self._badge is not None,
            posts=len(self._posts(everything=False)),
            fault=None if self._fault is None else self._fault.value,
            until=self._until,
            phones=self._phones,
        )

    def tell(self) -> None:
        """Say how it stands, to desk and stage."""
        facts = self.facts()
        for audience in (Audience.DESK, Audience.STAGE):
            self._hall.hub.channel(audience).pulse("rehearsal", "now", facts, PULSE_TTL_S)

    async def close(self) -> None:
        """End what is under way."""
        await self._telling.close()
        await _cancel(self._failing)
        await _cancel(self._playing)

    # How it is done

    @property
    def is_on(self) -> bool:
        """Whether recorded posts are played."""
        return self._playing is not None and not self._playing.done()

    async def _begin(self, speed: float, *, moderator: bool) -> None:
        node, lang = self._hall.node, self._hall.node.state.languages[0]
        await node.set_source(OPERATOR, SOURCE, NETWORK, SourceBody(name=MARKED[lang]), on=True)
        if moderator:
            self._badge, _ = await node.make_badge(OPERATOR, Role.MODERATOR, MODERATOR[lang], run=self._server_run)
        self._stage = RehearsalStage(self._hall, self._images, self._badge, run=new_id())
        self._conductor = Conductor(self._stage, speed=speed, with_evening=False)
        self._playing = asyncio.get_running_loop().create_task(self._play(self._conductor))
        self._telling.spawn(self._keep_telling(self._playing))

    async def _play(self, conductor: Conductor) -> None:
        await conductor.run()
        _log.info("the rehearsal of %s is over", self._hall.slug)

    async def _keep_telling(self, playing: asyncio.Task[None]) -> None:
        while not playing.done():
            self.tell()
            await asyncio.wait([playing], timeout=TELL_EACH_S)
        if self._playing is playing:  # it came to its end
            await self.stop()

    async def _end(self) -> None:
        failing = self._failing
        self._end_fault()
        await _cancel(failing)
        await _cancel(self._playing)
        self._playing, self._conductor = None, None
        badge, self._badge = self._badge, None
        if badge is not None:
            await self._hall.node.revoke_badge(OPERATOR, badge)
        source = self._hall.node.state.sources.get(SOURCE)
        if source is not None and source.on and not self._is_demo():
            await self._hall.node.switch_source(OPERATOR, SOURCE, on=False)

    def _is_demo(self) -> bool:
        """Whether the demo plays here, with the same source: that one goes on."""
        return any(post.source == SOURCE and post.network != NETWORK for post in self._hall.node.state.posts.values())

    def _posts(self, *, everything: bool) -> list[PostId]:
        posts = self._hall.node.state.posts.values()
        return [p.id for p in posts if p.status is not Status.ERASED and (everything or p.network == NETWORK)]

    def _note(self, record: Record, _: Done) -> None:
        if self._conductor is not None:
            tell_of_person(self._conductor, record, self._badge)

    # Faults

    async def _go_wrong(self, fault: Fault, seconds: int, *, phones: bool) -> None:
        try:
            match fault:
                case Fault.FLOOD:
                    await self._pour(flood(new_id()), seconds)
                case Fault.HIJACK:
                    await self._pour(hijack(new_id(), hashtag_of(self._hall)), seconds)
                case Fault.NETWORK_DOWN:
                    self._darken(seconds, phones=phones)
                    await asyncio.sleep(seconds)
        finally:
            self._darken(0, phones=True)
        self._fault = self._until = self._failing = None
        self._phones = False
        self.tell()

    async def _pour(self, posts: Iterable[RehearsalPost], seconds: int) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for post in posts:
            if post.at_s >= seconds or loop.time() - began_s >= seconds:
                return
            await asyncio.sleep(max(0.0, began_s + post.at_s - loop.time()))
            try:
                await self._stage.post(post)
            except (FonteinError, OSError) as refusal:
                _log.info("rehearsal: %s was not taken: %s", post.key, refusal)

    def _darken(self, seconds: float, *, phones: bool) -> None:
        self._hall.hub.channel(Audience.WALL).go_dark(seconds)
        if phones:
            self._hall.hub.channel(Audience.PHONE).go_dark(seconds)

    def _end_fault(self) -> None:
        if self._failing is not None:
            self._failing.cancel()
        self._fault = self._until = self._failing = None
        self._phones = False


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(task, return_exceptions=True)


def hashtag_of(hall: Hall) -> str:
    """The symposium's first hashtag, else the script's."""
    return next(iter(views.symposium_body(hall.node.state).hashtags), programme().hashtag)


def tell_of_person(conductor: Conductor, record: Record, scripted: BadgeId | None) -> None:
    """Tell the scripted moderator what a person decided."""
    head = record.head
    if isinstance(head, Decided | Undone | Banned) and head.by != scripted:
        for post in [t.post for t in head.posts] if isinstance(head, Decided) else [None]:
            conductor.person_acted(post)
