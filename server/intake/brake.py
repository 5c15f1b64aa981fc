"""
The brake: notices that a wall is being flooded or taken over, so that everything waits for a person.

It looks at the arrivals of the last minute, and trips when there are more than the limit

- of which too many are by authors whom nobody knows, or say what was said before; or
- more than `MANY_TIMES` the limit, whoever wrote them: then nobody can read along any more.

So a full hall of known authors, each with something of their own to say, may send up to three times the limit in a
minute. An organiser of a large hall raises the limit.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

import msgspec

from server.intake.rules import Rules

MANY_TIMES: Final = 3
WINDOW_US: Final = 60_000_000
MAX_ARRIVALS: Final = 10_000
"""The oldest are forgotten beyond so many: no limit is that high."""


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """What made it trip: how many came in the last minute, and which share of them, in whole percents."""

    posts_per_minute: int
    new_percent: int
    alike_percent: int


class _Seen(NamedTuple):
    at_us: int
    is_new: bool
    is_alike: bool


class Brake:
    """The arrivals of the last minute. Pure: the clock is its caller's."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque()
        self._new = 0
        self._alike = 0

    def forget(self) -> None:
        """Begin anew: a person has looked."""
        self._seen.clear()
        self._new = self._alike = 0

    def note(self, at_us: int, *, is_new: bool, is_alike: bool, rules: Rules) -> Trip | None:
        """
        One arrival more.

        Args:
            at_us: UTC microseconds. A clock that goes back makes the minute longer, at most twice: when it goes back by
                more than that, what was seen before is forgotten.
            is_new: Nobody knows the author: no person showed a post of theirs, or one was rejected.
            is_alike: It says what a recent post says.

        Returns:
            What was seen, when it trips; it begins anew then. None otherwise.
        """
        if self._seen and at_us < self._seen[-1].at_us - WINDOW_US:
            self.forget()
        self._add(_Seen(at_us, is_new, is_alike))
        while self._seen[0].at_us <= at_us - WINDOW_US or len(self._seen) > MAX_ARRIVALS:
            self._drop_first()
        trip = Trip(
            posts_per_minute=len(self._seen),
            new_percent=100 * self._new // len(self._seen),
            alike_percent=100 * self._alike // len(self._seen),
        )
        if not trips(trip, rules):
            return None
        self.forget()
        return trip

    def _add(self, seen: _Seen) -> None:
        self._seen.append(seen)
        self._new += seen.is_new
        self._alike += seen.is_alike

    def _drop_first(self) -> None:
        first = self._seen.popleft()
        self._new -= first.is_new
        self._alike -= first.is_alike


def trips(seen: Trip, rules: Rules) -> bool:
    """Whether what was seen in a minute is too much."""
    rate, limit = seen.posts_per_minute, rules.brake_posts_per_minute
    is_odd = seen.new_percent >= rules.brake_new_percent or seen.alike_percent >= rules.brake_alike_percent
    return rate > MANY_TIMES * limit or (rate > limit and is_odd)
