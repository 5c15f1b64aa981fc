"""
Minds the sources of one symposium: what they see goes down the road, what they miss is looked for.

    source ── events ──► pictures, 4 posts at a time ──► begun in order: receive ──► in order: save the cursor
                  └────► deletes, at once ─────────────► receive, again and again until it is durable

A cursor is saved only when everything before it is durable. So after a crash a post may come twice, and none is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import NoReturn, Protocol, assert_never

import msgspec

from server.errors import BadInput, Conflict, FonteinError, TooMany, Unavailable
from server.intake.arrival import Arrival, Departure
from server.sources.backoff import Backoff, Cause, SourceUnavailable
from server.sources.contract import (
    AuthorGone,
    BrokenOff,
    Condition,
    Delete,
    Event,
    Health,
    HearsWhatIsKept,
    Kept,
    NetworkPost,
    Remembers,
    Source,
    Upsert,
)
from server.sources.departures import Departures, Receive, departure_of
from server.sources.door import contained, cursor_of, fit_event
from server.sources.pictures import BringIn, Pictures, StillHas
from server.symposium.values import SourceId

HANDED_AT_ONCE = 16
"""Posts that wait for the journal side by side: it writes many as fast as one."""

SAVE_AFTER = 100
"""Events without a pause between them, and the cursor is saved all the same."""

MAX_PENDING = 1000
"""Posts of one source on their way, before its events are left waiting."""

STOP_S = 2.0
"""For a source to stop; one that does not is left behind. The whole server has to stop within 5 s."""

HEALTH_EVERY_S = 10.0
STALE_AFTER_S = 120.0
"""In trouble for this long, or silent for twice as long, and a source is stale."""

RECHECK_EVERY_S = 180.0
RECHECK_S = 600.0
"""For one look at what is on the screens; a source that hangs in it is asked again the next time."""

MAX_ATTEMPTS = 5
"""Of handing in one post that makes us fail, before it is set aside so that the others can pass."""

_SLOWEST_RETRY_S = 30.0
_FLAW_LOG_EVERY = 100

_log = logging.getLogger(__name__)


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One source as the organiser configured it. Options may hold secrets: they are not printed."""

    id: SourceId
    network: str
    options: Mapping[str, object]

    def __repr__(self) -> str:
        return f"SourceConfig({self.id}, {self.network})"


class Cursors(Protocol):
    """Where each source was. A loss costs doubles, which are found, never a post."""

    async def load(self, source: SourceId) -> str | None: ...
    async def save(self, source: SourceId, cursor: str) -> None: ...


class Runner:
    """
    Owns one task per configured source, and one that hands in what has to leave the screens.

    A source that fails is logged once, told by `health`, and started again by the table of `backoff.py`; the others do
    not notice. `start` it in the loop that it is to run in, and `close` it there.

    Args:
        make: Turns a configuration into a source; raises `BadInput` where options are wrong.
        on_screens: The native ids of a source's posts that somebody can see now: they are looked at again.
        kept: The posts of a source that the house has, oldest first: it is told of them at every start.
        still_has: See there; without it every picture is fetched for every post anew.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        *,
        make: Callable[[SourceConfig], Source],
        receive: Receive,
        bring_in: BringIn,
        cursors: Cursors,
        health: Callable[[SourceId, Health], None],
        on_screens: Callable[[SourceId], Sequence[str]],
        kept: Callable[[SourceId], Awaitable[Sequence[Kept]]],
        now: Callable[[], float],
        rng: random.Random,
        still_has: StillHas | None = None,
    ) -> None:
        self._make = make
        self._bring_in = bring_in
        self._still_has = still_has
        self._cursors = cursors
        self._health = health
        self._on_screens = on_screens
        self._kept = kept
        self._now = now
        self._rng = rng
        self._running: dict[SourceId, tuple[SourceConfig, asyncio.Task[None]]] = {}
        self._left_behind: set[asyncio.Task[None]] = set()
        self._followers: dict[SourceId, _Follower] = {}
        self._changing = asyncio.Lock()
        self._departures = Departures(receive, now)
        self._departing: asyncio.Task[None] | None = None
        self._receive = receive

    async def set_sources(self, configs: Iterable[SourceConfig]) -> None:
        """
        Run these and no others. One that is left out or changed is stopped at once: after this returns nothing more
        comes from it, but for deletes that were already seen.
        """
        wanted = {config.id: config for config in configs}
        async with self._changing:
            if self._departing is None:
                self._departing = asyncio.create_task(self._departures.run(), name="departures")
            await self._stop(id_ for id_, (config, _) in list(self._running.items()) if wanted.get(id_) != config)
            for id_, config in wanted.items():
                if id_ not in self._running:
                    task = asyncio.create_task(self._mind(config), name=f"source {id_}")
                    self._running[id_] = (config, task)

    async def look_again(self, source: SourceId, native_ids: Sequence[str]) -> bool:
        """
        Have a source look at these posts now. What it says is gone is handed in, and durable, when this returns.

        Returns:
            Whether it could be asked: it runs, and its network answered.
        """
        follower = self._followers.get(source)
        return follower is not None and await follower.look_at(native_ids)

    async def restart(self, source: SourceId) -> None:
        """Try again now, for an organiser who repaired something elsewhere. Does nothing for one that is not run."""
        async with self._changing:
            configs = [config for config, _ in self._running.values()]
            await self._stop([source] if source in self._running else [])
        await self.set_sources(configs)

    async def close(self) -> None:
        """Stop everything. Deletes that could not be handed in are looked for again at the next start."""
        async with self._changing:
            await self._stop(list(self._running))
            if self._departing is not None:
                self._departing.cancel()
                await asyncio.wait({self._departing})
                self._departing = None
            if left := self._departures.left:
                _log.warning("Stopped with %d deletes not yet handed in", left)

    async def _stop(self, ids: Iterable[SourceId]) -> None:
        tasks = [self._running.pop(id_)[1] for id_ in ids]
        for task in tasks:
            task.cancel()
        _, running = await asyncio.wait(tasks, timeout=STOP_S) if tasks else (set(), set())
        for task in running:
            _log.error("The %s does not stop. It is left behind: nothing more is taken from it", task.get_name())
            self._left_behind.add(task)
            task.add_done_callback(self._left_behind.discard)

    async def _mind(self, config: SourceConfig) -> None:
        backoff = Backoff(self._rng)
        pulse = _Pulse(config.id, self._health, self._now)
        while True:
            try:
                follower = await self._begun(config, pulse)
                backoff.worked(now=_monotonic())
                self._followers[config.id] = follower
                try:
                    await follower.run()
                finally:
                    if self._followers.get(config.id) is follower:  # else it was left behind, and another one runs
                        del self._followers[config.id]
            except FonteinError as ex:
                _log.warning("Source %s cannot start: %s", config.id, ex)
                pulse.say(Health(condition=Condition.NEEDS_ATTENTION, what=ex.code))
                await pulse.beat()
            except Exception as ex:
                if not self._is_run(config):
                    return  # it was stopped, and failed at that
                _log.exception("Source %s failed; it will be started again", config.id)
                trouble = SourceUnavailable(str(ex), code="failed", cause=Cause.SERVER)
                wait_s = backoff.failed(trouble, now=_monotonic()) or 0.0
                retry_at = int((self._now() + wait_s) * 1_000_000)
                pulse.say(Health(condition=Condition.WAITING, what="failed", retry_at=retry_at))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await pulse.beat()

    def _is_run(self, config: SourceConfig) -> bool:
        _, task = self._running.get(config.id, (None, None))
        return task is asyncio.current_task()

    async def _begun(self, config: SourceConfig, pulse: _Pulse) -> _Follower:
        with contained():
            source = self._make(config)
            if isinstance(source, Remembers):
                source.remember(await self._kept(config.id))
        pictures = Pictures(source, self._bring_in, self._still_has)
        return _Follower(source, pulse, self._departures, self._receive, pictures, self._cursors, self._on_screens)


class _Pulse:
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
        self.unfit = 0

    def say(self, health: Health) -> None:
        self._said = health
        self._heard_at = self._now()
        if health.condition is Condition.OK:
            self._well_at = self._heard_at
        if self._told is None or _in_short(self.health) != _in_short(self._told):
            self._out()

    async def beat(self) -> NoReturn:
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
        counts = dict(self._told.counts)
        if self.unfit:
            counts["unreadable"] = counts.get("unreadable", 0) + self.unfit
        self._tell(self._source, msgspec.structs.replace(self._told, counts=counts))


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


class _Follower:
    """One run of one source, from its saved cursor on, until it fails or is stopped."""

    def __init__(
        self,
        source: Source,
        pulse: _Pulse,
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
        """None for what is no event: the first is logged, and then every hundredth."""
        try:
            return fit_event(told)
        except BadInput as ex:
            if self._pulse.unfit % _FLAW_LOG_EVERY == 0:
                _log.warning("Source %s: what it said is left out: %s", self._source.id, ex)
            self._pulse.unfit += 1
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
        """See `Runner.look_again`."""
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


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
