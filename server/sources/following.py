"""
One run of one source: from what it tells to the road, in order.

    source ── events ──► pictures, 4 posts at a time ──► begun in order: receive ──► in order: save the cursor
                  └────► deletes, at once ─────────────► receive, again and again until it is durable

A cursor is saved only when everything before it is durable. So after a crash a post may come twice, and none is missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import NoReturn, Protocol, assert_never

import msgspec

from server.errors import BadInput, Conflict, FonteinError, TooMany, Unavailable
from server.intake.arrival import Arrival, Departure
from server.sources.backoff import SourceUnavailable
from server.sources.contract import (
    AuthorGone,
    BrokenOff,
    Condition,
    Delete,
    Event,
    Health,
    HearsWhatIsKept,
    NetworkPost,
    Source,
    Upsert,
)
from server.sources.departures import Departures, Receive, departure_of
from server.sources.door import contained, cursor_of, fit_event
from server.sources.health import is_worth_a_line
from server.sources.pictures import Pictures
from server.symposium.values import SourceId

HANDED_AT_ONCE = 16
"""Posts that wait for the journal side by side: it writes many as fast as one."""

SAVE_AFTER = 100
"""Events without a pause between them, and the cursor is saved all the same."""

MAX_PENDING = 1000
"""Posts of one source on their way, before its events are left waiting."""

HEALTH_EVERY_S = 10.0
STALE_AFTER_S = 120.0
"""In trouble for this long, or silent for twice as long, and a source is stale."""

RECHECK_EVERY_S = 180.0
RECHECK_S = 600.0
"""For one look at what is on the screens; a source that hangs in it is asked again the next time."""

MAX_ATTEMPTS = 5
"""Of handing in one post that makes us fail, before it is set aside so that the others can pass."""

_SLOWEST_RETRY_S = 30.0

_log = logging.getLogger(__name__)


class Cursors(Protocol):
    """Where each source was. A loss costs doubles, which are found, never a post."""

    async def load(self, source: SourceId) -> str | None: ...
    async def save(self, source: SourceId, cursor: str) -> None: ...


class Pulse:
    """
    Tells how a source is: at every change, and every `HEALTH_EVERY_S`.

    `unfit` is how often it said what is no event. That is told with what it could not read itself.
    """

    def __init__(self, source: SourceId, health: Callable[[SourceId, Health], None], now: Callable[[], float]) -> None:
        self._source = source
        self._tell = health
        self._now = now
        self._said = Health(condition=Condition.WAITING, what="starting")
        self._heard_at = self._well_at = now()
        self._told: Health | None = None
        self.unfit: Counter[str] = Counter()

    def say(self, health: Health) -> None:
        """How it is now. It is told at once where that is news."""
        self._said = health
        self._heard_at = self._now()
        if health.condition is Condition.OK:
            self._well_at = self._heard_at
        if self._told is None or _in_short(self.health) != _in_short(self._told):
            self._out()

    async def beat(self) -> NoReturn:
        """Tell it again and again, until this is cancelled."""
        while True:
            self._out()
            await asyncio.sleep(HEALTH_EVERY_S)

    @property
    def health(self) -> Health:
        """What was said last, made STALE by time."""
        now = self._now()
        troubled = self._said.condition is Condition.WAITING and now - self._well_at > STALE_AFTER_S
        silent = self._said.condition is Condition.OK and now - self._heard_at > 2 * STALE_AFTER_S
        if not troubled and not silent:
            return self._said
        return msgspec.structs.replace(self._said, condition=Condition.STALE, what=self._said.what or "silent")

    def _out(self) -> None:
        self._told = self.health
        counts = Counter(self._told.counts)
        counts.update(self.unfit)
        self._tell(self._source, msgspec.structs.replace(self._told, counts=dict(counts)))


def _in_short(health: Health) -> tuple[Condition, str, str]:
    return health.condition, health.what, health.where


@dataclass(eq=False)
class _Item:
    """One event on its way; `cursor` is true once it is done."""

    cursor: str | None
    post: NetworkPost | None = None
    arrival: asyncio.Task[Arrival] | None = None
    read_at: int = 0
    """How many had departed when it was read."""
    done: asyncio.Future[None] | None = None
    handed: asyncio.Task[None] | None = None


class Follower:
    """One run of one source, from its saved cursor on, until it fails or is stopped."""

    def __init__(
        self,
        source: Source,
        pulse: Pulse,
        departures: Departures,
        receive: Receive,
        pictures: Pictures,
        cursors: Cursors,
        on_screens: Callable[[SourceId], Sequence[str]],
    ) -> None:
        self._source = source
        self._pulse = pulse
        self._departures = departures
        self._receive = receive
        self._pictures = pictures
        self._cursors = cursors
        self._on_screens = on_screens
        self._pending: asyncio.Queue[_Item] = asyncio.Queue(MAX_PENDING)
        self._handed: asyncio.Queue[_Item] = asyncio.Queue(HANDED_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._group = asyncio.TaskGroup()
        self._watching: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the source fails or this is cancelled; raises what the source raised, in a group."""
        cursor = await self._cursors.load(self._source.id)
        async with self._group as group:
            reading = group.create_task(self._read(cursor))
            group.create_task(self._hand_in())
            group.create_task(self._settle(cursor))
            looking = group.create_task(self._look_again())
            group.create_task(self._pulse.beat())
            self._watching = group.create_task(self._watch(reading, looking))

    async def _watch(self, *tasks: asyncio.Task[None]) -> None:
        """See to it that none of these ends by itself and without a word: a source may cancel its own task."""
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if all(task.cancelled() or task.exception() is None for task in done):  # else the group has heard of it
            raise RuntimeError(f"{self._source.id}: its events ended")

    @property
    def _is_ending(self) -> bool:
        """A source may swallow that its task was cancelled; this one has nothing of a source in it."""
        return self._watching is not None and (self._watching.cancelling() > 0 or self._watching.done())

    async def _read(self, cursor: str | None) -> None:
        with contained():
            async with aclosing(self._source.events(cursor)) as events:
                async for told in events:
                    if self._is_ending:
                        return
                    event = self._fitting(told)
                    await self._take(*(event or (None, cursor_of(told))))

    def _fitting(self, told: object) -> tuple[Event, str | None] | None:
        """None for what is no event."""
        try:
            return fit_event(told)
        except BadInput as ex:
            if is_worth_a_line(self._pulse.unfit, "unreadable"):
                _log.warning("Source %s: what it said is left out: %s", self._source.id, ex)
            return None

    async def _take(self, event: Event | None, cursor: str | None) -> None:
        self._pictures.one_more()
        match event:
            case None:
                await self._pending.put(_Item(cursor))
            case Health():
                self._pulse.say(event)
                await self._pending.put(_Item(cursor))
            case Upsert(post=post):
                arrival = self._group.create_task(self._pictures.arrival_of(post))
                await self._pending.put(_Item(cursor, post, arrival, read_at=self._departures.count))
            case Delete() | AuthorGone():
                done = self._departures.add(departure_of(self._source, event))
                await self._pending.put(_Item(cursor, done=done))
            case _:
                assert_never(event)

    async def _hand_in(self) -> NoReturn:
        """Begin in order; a post that is on its way already, in another form or from another server, waits for it."""
        while True:
            item = await self._pending.get()
            if item.post is not None and item.arrival is not None:
                arrival, names = await item.arrival, (item.post.native_id, item.post.uri)
                if before := {self._under_way[name] for name in names if name in self._under_way}:
                    await asyncio.wait(before)
                task = self._group.create_task(self._arrive(item.post, arrival, read_at=item.read_at))
                item.handed = task
                self._under_way |= dict.fromkeys(names, task)
                task.add_done_callback(self._no_longer(names))
            await self._handed.put(item)

    def _no_longer(self, names: tuple[str, ...]) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            for name in names:
                if self._under_way.get(name) is task:
                    del self._under_way[name]

        return forget

    async def _settle(self, cursor: str | None) -> NoReturn:
        """Save the cursor behind what is durable, in order: with the last of those that are."""
        departing: list[asyncio.Future[None]] = []
        reached, unsaved = cursor, 0
        while True:
            item = await self._handed.get()
            if item.handed is not None:
                if not item.handed.done():
                    await self._save(cursor, reached, departing)
                    cursor, unsaved = cursor if departing else reached, 0
                await item.handed
            departing = [done for done in (*departing, item.done) if done is not None and not done.done()]
            reached, unsaved = item.cursor or reached, unsaved + 1
            if self._handed.empty() or unsaved >= SAVE_AFTER:
                await self._save(cursor, reached, departing)
                cursor, unsaved = cursor if departing else reached, 0

    async def _save(self, saved: str | None, reached: str | None, departing: Sequence[object]) -> None:
        """Not while something that was read before has still to leave the screens."""
        if reached is not None and reached != saved and not departing:
            try:
                await self._cursors.save(self._source.id, reached)
            except OSError as ex:  # a full disk: doubles after a restart are no reason to end what comes in
                _log.warning("Source %s: where it is could not be saved, the next one will be: %s", self._source.id, ex)
                return
            if isinstance(self._source, HearsWhatIsKept):
                with contained():
                    self._source.saved(reached)

    async def _arrive(self, post: NetworkPost, arrival: Arrival, *, read_at: int) -> None:
        """Hand it in, unless it has gone meanwhile; if it goes while we do, say so once more."""
        source = self._source
        departure = Departure(source=source.id, network=source.network, native_id=post.native_id, uri=post.uri)
        asked = await self._receive_patiently(arrival, read_at)
        if asked and self._departures.include(arrival, read_at):
            self._departures.add(departure)
        elif post.expires is not None:
            self._departures.at(post.expires, departure)

    async def _receive_patiently(self, arrival: Arrival, read_at: int) -> bool:
        """Until it is durable, refused, set aside or gone. Returns whether anybody was asked to take it."""
        wait_s, failures, asked = 0.5, 0, False
        while not self._departures.include(arrival, read_at):
            asked = True
            try:
                await self._receive(arrival)
                return asked
            except (Unavailable, TooMany) as ex:
                self._pulse.say(Health(condition=Condition.WAITING, what=ex.code))
                wait_s = min(max(wait_s, float(ex.retry_after_s)), _SLOWEST_RETRY_S)
            except FonteinError as ex:
                level = logging.INFO if isinstance(ex, Conflict) else logging.WARNING  # by the rules: it is counted
                _log.log(level, "A post of %s was refused: %s", self._source.id, ex)
                return asked
            except Exception:
                failures += 1
                _log.exception("A post of %s could not be handed in", self._source.id)
                if failures == MAX_ATTEMPTS:
                    _log.error("Post %s is set aside after %d attempts", arrival.native_id, failures)
                    return asked
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _SLOWEST_RETRY_S)
        return asked

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_EVERY_S)
            ids = self._on_screens(self._source.id)
            events, _ = await self._patiently_looked_at(ids) if ids else ([], True)
            for event in events:
                await self._take(event, None)

    async def _patiently_looked_at(self, ids: Sequence[str]) -> tuple[list[Event], bool]:
        """The same, also where the source cannot, fails or hangs: it is asked again the next time."""
        try:
            async with asyncio.timeout(RECHECK_S):
                return await self._looked_at(ids)
        except (SourceUnavailable, TimeoutError) as ex:
            _log.info("Source %s: looking again will be done later: %r", self._source.id, ex)
        except Exception:
            _log.exception("Source %s failed to look again", self._source.id)
        return [], False

    async def _looked_at(self, ids: Sequence[str]) -> tuple[list[Event], bool]:
        """What became of these posts, and whether the network could be asked to the end."""
        is_all = True
        with contained():
            try:
                told = await self._source.recheck(ids)
            except BrokenOff as ex:
                _log.info("Source %s: looking again broke off: %s", self._source.id, ex)
                told, is_all = ex.found, False
            found = [self._fitting((event, None)) for event in told]
        return [each[0] for each in found if each is not None], is_all

    async def look_at(self, ids: Sequence[str]) -> bool:
        """
        Have the source look at these posts now. What it says is gone is durable when this returns.

        Returns:
            Whether its network could be asked to the end.
        """
        events, is_all = await self._patiently_looked_at(ids)
        departing = []
        for event in events:
            if isinstance(event, Delete | AuthorGone):
                departing.append(self._departures.add(departure_of(self._source, event)))
            elif not self._is_ending:
                await self._take(event, None)
        if departing:
            await asyncio.wait(departing)
        return is_all
