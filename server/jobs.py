"""What one node does for all: what time strikes, the end of its sources, its figures, the sweep of its pictures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from server import span
from server.errors import FonteinError
from server.live.audience import Audience
from server.live.hub import Hub
from server.node import Node
from server.symposium.entries import SourceSwitched
from server.symposium.values import SourceId

_log = logging.getLogger(__name__)

EXPIRE_EACH_S: Final = 60.0
STRIKE_EACH_S: Final = 5.0
CLOSE_EACH_S: Final = 0.5
SWEEP_EACH_S: Final = 3_600.0
FIGURES_EACH_S: Final = 5.0
COUNT_EACH_S: Final = 60.0
END_EACH_S: Final = 60.0
_FIGURES_TTL_S: Final = 15


async def every(seconds: float, job: Callable[[], Awaitable[object]], *, name: str) -> None:
    """Do *job* each so many seconds, until cancelled. One that fails is logged, and tried again at its next time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except (FonteinError, OSError) as ex:
            _log.warning("%s failed, next try in %.0f s: %s", name, seconds, ex)
        except Exception:  # A mistake of ours in one round must not end all rounds to come without a word.
            _log.exception("%s failed, next try in %.0f s", name, seconds)


async def tell_figures(node: Node, hub: Hub) -> None:
    """Say how it goes, to the stage: a pulse."""
    figures = node.rates.figures(
        phones=hub.channel(Audience.PHONE).size,
        screens=hub.channel(Audience.WALL).size,
        desks=hub.channel(Audience.DESK).size,
    )
    hub.channel(Audience.STAGE).pulse("rates", "now", figures, _FIGURES_TTL_S)


async def end_sources(node: Node, now_us: Callable[[], int]) -> tuple[SourceId, ...]:
    """
    Stop listening when the symposium is over for as long as its organiser said. Returns what was stopped.

    What somebody switched on after that moment goes on for as long again: a person knows better than a date.
    """
    over = tuple(span.over(node.state, now_us()))
    for source in over:
        await node.submit(SourceSwitched(by=None, source=source, on=False))
    return over
