"""
The clockwork of the rehearsal: posts by the timeline, and a scripted moderator at a human pace.

One loop and one hand, so that a run depends on nothing but the clock it is given: the same seed and the same person at
the desk give the same rehearsal. The moderator touches only posts of the script. What a visitor sends from a real phone
waits for a person, and what a person has decided stays as it is.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import random
import time
from asyncio import sleep as asyncio_sleep
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from server.errors import Conflict, FonteinError, NotFound
from server.rehearsal.script import RehearsalPost, Ruling, evening, posts
from server.symposium.values import Decision, Reason

log = logging.getLogger(__name__)

BACK_OFF_S = 20.0
"""How long the moderator keeps off the desk after a person used it; real seconds, whatever the speed."""
LATE_S = 5.0
"""Later than this, in real seconds: the machine slept, and the day moves on instead of coming in one flood."""

# In seconds at speed 1, like everything below.
KEEP_AT_START = 6
KEEP, KEEP_WHEN_QUIET = 6, 5
"""So many are left waiting; the lower number counts when the wall has had nothing new for `QUIET_S`."""
QUIET_S = 8.0
READ_S = (2.0, 6.0)
CHARACTERS_PER_S = 55.0
BACKLOG = 12
HURRY = 0.7
"""With more than `BACKLOG` waiting, the moderator takes this part of the usual time."""
LOOK_AGAIN_S = 0.7
STAR_AFTER_S, PIN_AFTER_S, UNPIN_AFTER_S, UNDO_AFTER_S, HIDE_AFTER_S = 1.5, 2.0, 240.0, 3.0, 45.0
CHORE_S = 1.0
RETRY_S = 5.0
LAST_WORD_S = 60.0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A post in the moderators' queue. `age_s` is in real seconds."""

    id: str
    age_s: float


class Stage(Protocol):
    """What the conductor needs of a running symposium. Refusals are `FonteinError`s; they are logged and survived."""

    async def post(self, post: RehearsalPost) -> str | None:
        """Hand in a post as its author would; the id that it got, or None when it was not taken."""

    async def decide(self, post_id: str, decision: Decision, reason: Reason | None) -> None:
        """Carry out a decision. Raises `Conflict` when a person was there first."""

    async def undo(self, post_id: str) -> None:
        """Take back the scripted moderator's last decision about this post."""

    def queue(self) -> Sequence[Waiting]:
        """What waits for a moderator, oldest first; posts that are not of the script may be among them."""


class _Chore(msgspec.Struct, frozen=True, order=True):
    """Something to do to a post later on; without a decision: undo."""

    due_s: float
    number: int
    post_id: str
    decision: Decision | None


class Conductor:
    """
    Plays the rehearsal on a stage. Make one per run.

    Args:
        stage: The symposium.
        seed: Moves the posts a little, and sets the moderator's pace.
        speed: 1 is 25 minutes for the day; above 0.
        sleep: Waits for real seconds.
        now: A monotonic clock in real seconds.
        with_evening: Go on after the last act, one calm post each 90 to 180 s for about 7 hours (see `script.evening`).
        day: What is played, by time; None for the rehearsal's own day. Of another day nothing is left for a person to
            try the desk on: all of it is shown, in its order, however long that takes. It has no evening.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        seed: int = 1,
        speed: float = 1.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio_sleep,
        now: Callable[[], float] = time.monotonic,
        with_evening: bool = True,
        day: Sequence[RehearsalPost] | None = None,
    ) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._stage = stage
        self._seed = seed
        self._speed = speed
        self._sleep = sleep
        self._now = now
        self._with_evening = with_evening and day is None
        self._day = day
        self._chance = random.Random(f"moderator {seed}")
        self._start = 0.0
        self._back_off_until = float("-inf")
        self._last_show_s = 0.0
        self._undecided: dict[str, RehearsalPost] = {}
        self._seen_waiting: set[str] = set()
        self._slipped: dict[str, RehearsalPost] = {}
        self._left_to_person: set[str] = set()
        self._reading: str | None = None
        self._chores: list[_Chore] = []
        self._numbers = itertools.count()

    @property
    def speed(self) -> float:
        """How fast the day goes; may be set while it does."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        elapsed_s = self._elapsed_s()
        self._speed = speed
        self._start = self._now() - elapsed_s / speed

    def person_acted(self, post_id: str | None = None) -> None:
        """
        Tell that a person used the desk: the moderator keeps off for 20 s, and off this post for good.

        A person's decision about a waiting post is noticed by itself, at the next look at the queue. This call makes it
        immediate, and is the only way to know of what a person did to a post that was already shown.
        """
        self._back_off_until = self._now() + BACK_OFF_S
        if post_id is not None:
            self._leave_to_person(post_id)

    async def run(self) -> None:
        """Play to the end. Refusals, network and disk trouble are logged and survived; cancelling ends it at once."""
        self._start = self._now()
        day = posts(self._seed) if self._day is None else self._day
        await self._before_doors([post for post in day if post.at_s == 0])
        coming = self._coming(day)
        following, hand_s = next(coming, None), 0.0
        end_s = float("inf")
        while following is not None or self._elapsed_s() < end_s or self._has_more_to_show():
            next_s = hand_s if following is None else min(following.at_s, hand_s)
            await self._sleep_until(next_s)
            if following is not None and following.at_s <= hand_s:
                await self._post(following)
                end_s = following.at_s + LAST_WORD_S
                following = next(coming, None)
            else:
                hand_s = await self._moderate()

    def _coming(self, day: Sequence[RehearsalPost]) -> Iterator[RehearsalPost]:
        yield from (post for post in day if post.at_s > 0)
        if self._with_evening:
            yield from evening(self._seed, after_s=day[-1].at_s)

    def _has_more_to_show(self) -> bool:
        return self._day is not None and bool(self._ours_waiting())

    def _elapsed_s(self) -> float:
        return (self._now() - self._start) * self._speed

    async def _sleep_until(self, at_s: float) -> None:
        await self._sleep(max(0.0, (at_s - self._elapsed_s()) / self._speed))
        late_s = (self._elapsed_s() - at_s) / self._speed
        if late_s > LATE_S:
            self._start += late_s

    async def _before_doors(self, early: Sequence[RehearsalPost]) -> None:
        """What is there at the start was judged before the doors opened, but for the last few."""
        for post in early:
            await self._post(post)
        waiting = self._ours_waiting()
        for early_one in waiting[:-KEEP_AT_START] if self._day is None else waiting:
            await self._rule(early_one)

    async def _post(self, post: RehearsalPost) -> None:
        try:
            post_id = await self._stage.post(post)
        except (FonteinError, OSError) as refusal:
            log.warning("rehearsal: %s was not taken: %s", post.key, refusal)
            return
        if post_id is None:
            return
        self._undecided[post_id] = post
        if any(waiting.id == post_id for waiting in self._stage.queue()):
            self._seen_waiting.add(post_id)

    def _ours_waiting(self) -> list[str]:
        return [waiting.id for waiting in self._stage.queue() if waiting.id in self._undecided]

    async def _moderate(self) -> float:
        """Do the next thing, if there is one; when the hand is free again, in seconds at speed 1."""
        waiting = self._ours_waiting()
        self._notice_person(waiting)
        pause = self._back_off_until - self._now()
        if pause > 0:
            self._reading = None
            return self._elapsed_s() + pause * self._speed
        if self._reading is not None:
            post_id, self._reading = self._reading, None
            return await self._rule(post_id)
        if self._chores and self._chores[0].due_s <= self._elapsed_s():
            await self._do(heapq.heappop(self._chores))
            return self._elapsed_s() + CHORE_S
        return self._read_next(waiting)

    def _notice_person(self, waiting: Sequence[str]) -> None:
        """Who has gone from the queue without our doing was decided by a person."""
        gone = (self._seen_waiting & self._undecided.keys()) - set(waiting)
        self._seen_waiting = set(waiting)
        for post_id in gone:
            self.person_acted(post_id)

    def _leave_to_person(self, post_id: str) -> None:
        self._left_to_person.add(post_id)
        self._undecided.pop(post_id, None)
        if self._reading == post_id:
            self._reading = None

    def _read_next(self, waiting: Sequence[str]) -> float:
        now_s = self._elapsed_s()
        keep = KEEP_WHEN_QUIET if now_s - self._last_show_s > QUIET_S else KEEP
        if self._day is not None:
            keep = 0
        mine = [post_id for post_id in waiting if self._undecided[post_id].ruling is not Ruling.LEAVE]
        if len(waiting) <= keep or not mine:
            return now_s + LOOK_AGAIN_S
        self._reading = mine[0]
        least, most = READ_S
        needed = least + len(self._undecided[mine[0]].text) / CHARACTERS_PER_S * self._chance.uniform(0.8, 1.2)
        return now_s + min(most, needed) * (HURRY if len(waiting) > BACKLOG else 1.0)

    async def _rule(self, post_id: str) -> float:
        """Decide about a waiting post as the script says; when the hand is free again, in seconds at speed 1."""
        post = self._undecided.get(post_id)
        if post is None or post.ruling is Ruling.LEAVE:
            return self._elapsed_s()
        slips = post.slip and post_id not in self._slipped
        shows = post.ruling is not Ruling.REJECT and not slips
        decision, reason = (Decision.SHOW, None) if shows else (Decision.REJECT, post.reason or Reason.OFF_TOPIC)
        if not await self._decide(post_id, decision, reason):
            return self._elapsed_s() + RETRY_S
        self._undecided.pop(post_id, None)
        if shows:
            self._last_show_s = self._elapsed_s()
            self._plan_after_show(post_id, post)
        elif slips:
            self._slipped[post_id] = post
            self._later(UNDO_AFTER_S, post_id, None)
        return self._elapsed_s()

    def _plan_after_show(self, post_id: str, post: RehearsalPost) -> None:
        if post.star:
            self._later(STAR_AFTER_S, post_id, Decision.STAR)
        if post.pin:
            self._later(PIN_AFTER_S, post_id, Decision.PIN)
            self._later(UNPIN_AFTER_S, post_id, Decision.UNPIN)
        if post.ruling is Ruling.HIDE_LATER:
            self._later(HIDE_AFTER_S, post_id, Decision.HIDE)

    def _later(self, delay_s: float, post_id: str, decision: Decision | None) -> None:
        heapq.heappush(self._chores, _Chore(self._elapsed_s() + delay_s, next(self._numbers), post_id, decision))

    async def _do(self, chore: _Chore) -> None:
        if chore.post_id in self._left_to_person:
            return
        if chore.decision is not None:
            await self._decide(chore.post_id, chore.decision, None)
            return
        try:
            await self._stage.undo(chore.post_id)
        except (FonteinError, OSError) as refusal:
            log.warning("rehearsal: undo for %s was refused: %s", chore.post_id, refusal)
            return
        # It waits again, so the script must know it again.
        self._undecided[chore.post_id] = self._slipped[chore.post_id]

    async def _decide(self, post_id: str, decision: Decision, reason: Reason | None) -> bool:
        try:
            await self._stage.decide(post_id, decision, reason)
        except (Conflict, NotFound) as refusal:
            log.info("rehearsal: %s for %s came too late: %s", decision, post_id, refusal)
            self._leave_to_person(post_id)
            return False
        except (FonteinError, OSError) as refusal:
            log.warning("rehearsal: %s for %s was refused: %s", decision, post_id, refusal)
            return False
        return True
