"""
Minds the sources of one symposium: each is started, started again when it fails, and stopped.

What one run of one source does is in `following.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import msgspec

from server.errors import FonteinError
from server.sources.backoff import Backoff, Cause, SourceUnavailable
from server.sources.contract import Condition, Health, Kept, Remembers, Source
from server.sources.departures import Departures, Receive
from server.sources.door import contained
from server.sources.following import Cursors, Follower, Pulse
from server.sources.loop import monotonic
from server.sources.pictures import BringIn, Pictures, StillHas
from server.symposium.values import SourceId

STOP_S = 2.0
"""For a source to stop; one that does not is left behind. The whole server has to stop within 5 s."""

_log = logging.getLogger(__name__)


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One source as the organiser configured it. Options may hold secrets: they are not printed."""

    id: SourceId
    network: str
    options: Mapping[str, object]

    def __repr__(self) -> str:
        return f"SourceConfig({self.id}, {self.network})"


class Runner:
    """
    Owns one task per configured source, and one that hands in what has to leave the screens.

    A source that fails is logged once, told by `health`, and started again by the table of `backoff.py`; the others do
    not notice. It runs in the loop in which `set_sources` is asked; `close` it there.

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
        self._followers: dict[SourceId, Follower] = {}
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
        pulse = Pulse(config.id, self._health, self._now)
        while True:
            try:
                follower = await self._begun(config, pulse)
                backoff.worked(now=monotonic())
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
                wait_s = backoff.failed(trouble, now=monotonic()) or 0.0
                retry_at = int((self._now() + wait_s) * 1_000_000)
                pulse.say(Health(condition=Condition.WAITING, what="failed", retry_at=retry_at))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await pulse.beat()

    def _is_run(self, config: SourceConfig) -> bool:
        _, task = self._running.get(config.id, (None, None))
        return task is asyncio.current_task()

    async def _begun(self, config: SourceConfig, pulse: Pulse) -> Follower:
        with contained():
            source = self._make(config)
            if isinstance(source, Remembers):
                source.remember(await self._kept(config.id))
        pictures = Pictures(source, self._bring_in, self._still_has)
        return Follower(source, pulse, self._departures, self._receive, pictures, self._cursors, self._on_screens)
