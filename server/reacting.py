"""
What the hall says in one sign: claps, hearts, laughs, ideas and question marks.

A sign is no promise, so none is an entry. What came in within a second goes to the screens as one pulse; what came in
within a minute becomes one entry for each session, so that the report knows how the hall was moved.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from server.covers import Submit
from server.errors import FonteinError
from server.live.channel import Channel
from server.symposium.entries import ReactionsCounted
from server.symposium.values import Reaction, SessionId
from server.tasks import Tasks

_log = logging.getLogger(__name__)

TOPIC: Final = "reactions"
PULSE_TTL_S: Final = 2
MINUTE_US: Final = 60_000_000
MAX_SESSIONS: Final = 500
"""Minutes and sessions that wait for the journal; more come only when it takes nothing for hours."""
_SECOND_S: Final = 1.0


class Reacting:
    """
    Counts signs. Belongs to the loop's thread; without any it does nothing.

    Args:
        wall: Where the pulses go.
        submit: Makes an entry durable.
        session: What is on stage now.
        now_us: UTC microseconds since 1970.
    """

    def __init__(
        self,
        *,
        wall: Channel,
        submit: Submit,
        session: Callable[[], SessionId | None],
        now_us: Callable[[], int],
    ) -> None:
        self._wall = wall
        self._submit = submit
        self._session = session
        self._now_us = now_us
        self._second: Counter[Reaction] = Counter()
        self._minutes: dict[tuple[int, SessionId | None], Counter[Reaction]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = Tasks()

    def add(self, kind: Reaction, n: int = 1) -> None:
        """Somebody said so, *n* times."""
        self._second[kind] += n
        self._wake()

    def _wake(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SECOND_S, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.tell()
        minute = self._minute()
        if any(each < minute for each, _ in self._minutes):
            self._tasks.spawn(self.count(before=minute))
        if self._minutes:
            self._wake()

    def tell(self) -> None:
        """Send what came in since the last pulse to the screens."""
        if not self._second:
            return
        pulse = {kind.value: n for kind, n in self._second.items()}
        self._wall.pulse(TOPIC, "", pulse, PULSE_TTL_S)
        place = (self._minute(), self._session())
        if place in self._minutes or len(self._minutes) < MAX_SESSIONS:
            self._minutes.setdefault(place, Counter()).update(self._second)
        self._second = Counter()

    async def count(self, *, before: int) -> None:
        """Make the minutes that begin before *before* (µs) durable. What the journal does not take is tried again."""
        due = [place for place in self._minutes if place[0] < before]
        for minute, session in due:
            counts = self._minutes.pop((minute, session))
            try:
                await self._submit(ReactionsCounted(minute=minute, session=session, counts=dict(counts)))
            except FonteinError as ex:
                _log.warning("reactions of a minute are still to be counted: %s", ex)
                self._minutes.setdefault((minute, session), Counter()).update(counts)
                self._wake()
                return

    async def close(self) -> None:
        """Count what there is, and stop."""
        if self._timer is not None:
            self._timer.cancel()
        self.tell()
        await self._tasks.wait()
        await self.count(before=self._minute() + MINUTE_US)
        if self._timer is not None:
            self._timer.cancel()

    def _minute(self) -> int:
        now = self._now_us()
        return now - now % MINUTE_US
