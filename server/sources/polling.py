"""Looking again and again: what every network that has to be asked does between its looks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

import msgspec

from server.sources.backoff import Backoff, SourceUnavailable
from server.sources.contract import Condition, Event, Health, Tools
from server.sources.health import unwell
from server.sources.loop import for_ever

STILL_WELL_EACH_S = 60.0
"""Said this often while we wait: a source that is silent for longer than the runner likes is taken for ill."""

_JITTER = 0.1

_log = logging.getLogger(__name__)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one look saw.

    Args:
        events: Oldest first.
        cursor: True once all *events* are durable.
        wait_s: Until the next look; 0 for a long poll, which waits by itself.
        counts: Figures for the stage page, as `posts`.
    """

    events: tuple[Event, ...] = ()
    cursor: str | None = None
    wait_s: float = 0.0
    counts: Mapping[str, int] = msgspec.field(default_factory=dict)


async def polling(
    look: Callable[[str | None], Awaitable[Look]],
    cursor: str | None,
    tools: Tools,
    *,
    where: str = "",
    source: str = "",
) -> AsyncGenerator[tuple[Event, str | None], None]:
    """
    The events of a source, as `contract.Source.events` gives them, by looking without end.

    The cursor of a look comes with its last event, and with the word after it that all is well: what came before is
    found again when the program stops halfway. Trouble is told, logged once, and waited out by the table of
    `backoff.py`; where that says stop, nothing more comes.

    Args:
        look: Looks from a cursor on; raises `SourceUnavailable`. Anything else that it raises is a fault of ours, which
            the runner minds.
        where: The server, for the stage page.
        source: Its id, for the log.
    """
    backoff, said = Backoff(tools.rng), ""
    loop = asyncio.get_running_loop()
    while True:
        try:
            seen = await look(cursor)
        except SourceUnavailable as trouble:
            wait_s = backoff.failed(trouble, now=loop.time())
            level, said = logging.INFO if trouble.code == said else logging.WARNING, trouble.code
            then = "stopped" if wait_s is None else f"again in {wait_s:.0f} s"
            _log.log(level, "%sa look failed, %s: %s", f"Source {source}: " if source else "", then, trouble)
            yield unwell(trouble, wait_s, where=where, now=tools.now()), cursor
            if wait_s is None:
                await for_ever()
            await asyncio.sleep(wait_s)
            continue
        backoff.worked(now=loop.time())
        said = ""
        for event in seen.events[:-1]:
            yield event, cursor
        cursor = seen.cursor
        for event in seen.events[-1:]:
            yield event, cursor
        well = Health(condition=Condition.OK, where=where, counts=seen.counts)
        yield well, cursor
        left_s = seen.wait_s * (1 + tools.rng.uniform(0, _JITTER))
        while left_s > 0:
            await asyncio.sleep(min(left_s, STILL_WELL_EACH_S))
            left_s -= STILL_WELL_EACH_S
            if left_s > 0:
                yield well, cursor
