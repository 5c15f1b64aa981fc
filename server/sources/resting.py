"""
A source that is off, and still minds what it brought: a post that its author deletes has to leave the screens.

It listens to nothing and brings nothing new. The runner asks it to look again at what is on the screens, as it asks any
other; the report does too, weeks after the sources have stopped by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from typing import Final, Protocol, runtime_checkable

import msgspec

from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Condition, Event, HasPictures, Health, Kept, Remembers, Source, Trial, Upsert
from server.sources.following import RECHECK_EVERY_S
from server.sources.loop import monotonic
from server.sources.runner import SourceConfig
from server.symposium.values import SourceId

TELL_EACH_S: Final = 60.0

TROUBLED_S: Final = 3 * RECHECK_EVERY_S
"""So long it says that looking failed. Where nothing is on the screens any more, nobody tries again."""

Told = tuple[Event, str | None]


class RestingConfig(SourceConfig, frozen=True, kw_only=True):
    """A source that is off. Never equal to the same source when it is on."""


@runtime_checkable
class CountsAtRest(Protocol):
    """A source that has something to count while it is off: looking again may cost money."""

    def at_rest(self, cursor: str | None) -> AsyncGenerator[tuple[Health, str | None], None]:
        """
        How it is, now and then, with the cursor to go on from when it is on again. Without end, and nobody is asked.
        """


def resting(make: Callable[[SourceConfig], Source]) -> Callable[[SourceConfig], Source]:
    """As *make*, where what is off may only look again."""

    def made(config: SourceConfig) -> Source:
        source = make(config)
        return RestingSource(source) if isinstance(config, RestingConfig) else source

    return made


class RestingSource:
    """See `contract.Source`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._trouble: SourceUnavailable | None = None
        self._troubled_until = 0.0

    @property
    def id(self) -> SourceId:
        return self._source.id

    @property
    def network(self) -> str:
        return self._source.network

    async def events(self, cursor: str | None) -> AsyncGenerator[Told, None]:
        """Only how it is: nothing is read."""
        own = self._source
        async with aclosing(own.at_rest(cursor) if isinstance(own, CountsAtRest) else _at_rest(cursor)) as told:
            async for health, reached in told:
                yield self._with_trouble(health), reached

    async def check(self) -> Trial:
        return await self._source.check()

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """What was deleted or edited. A post that was not asked for is a new one: it does not come in."""
        asked = frozenset(native_ids)
        try:
            events = await self._source.recheck(native_ids)
        except SourceUnavailable as trouble:
            self._trouble, self._troubled_until = trouble, monotonic() + TROUBLED_S
            raise
        self._trouble = None
        return tuple(each for each in events if not isinstance(each, Upsert) or each.post.native_id in asked)

    def remember(self, kept: Iterable[Kept]) -> None:
        """See `contract.Remembers`."""
        if isinstance(self._source, Remembers):
            self._source.remember(kept)

    async def picture(self, url: str) -> bytes:
        """See `contract.HasPictures`."""
        if not isinstance(self._source, HasPictures):
            raise SourceUnavailable(f"{self.network} has no pictures of its own", code="no-picture", cause=Cause.SERVER)
        return await self._source.picture(url)

    def _with_trouble(self, health: Health) -> Health:
        if self._trouble is None or monotonic() > self._troubled_until:
            return health
        refused = self._trouble.cause is Cause.REFUSED
        condition = Condition.NEEDS_ATTENTION if refused else Condition.WAITING
        return msgspec.structs.replace(health, condition=condition, what=self._trouble.code)


async def _at_rest(cursor: str | None) -> AsyncGenerator[tuple[Health, str | None], None]:
    while True:
        yield Health(condition=Condition.OK), cursor
        await asyncio.sleep(TELL_EACH_S)
