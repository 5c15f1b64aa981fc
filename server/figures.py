"""The figures of the stage page: how fast posts come, and how long they take to a screen."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

import msgspec

_MINUTE_US = 60_000_000
_MINUTES = 15
_DELAYS = 200
_SCREENS = 200
QUIET_S = 25.0
"""A screen says every 10 s that it is there; two missed ones and a half are silence."""
FORGOTTEN_S = 600.0
"""One that was silent for so long was taken down."""


class ToScreen(msgspec.Struct, frozen=True):
    """Milliseconds from release to painted."""

    p50: int
    p95: int


class RateFigures(msgspec.Struct, frozen=True, rename="camel"):
    """`posts_per_minute` has 15 numbers, the oldest first, the last one for the minute that runs."""

    posts_per_minute: tuple[int, ...]
    to_screen_ms: ToScreen | None
    phones: int
    screens: int
    desks: int
    at: int


class Rates:
    """
    Counts by the minute, and what the screens say of their delays. In memory: a pulse, nobody was promised it.

    Args:
        now_us: UTC microseconds.
    """

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._minutes: dict[int, int] = {}
        self._delays_ms: deque[int] = deque(maxlen=_DELAYS)

    def arrived(self) -> None:
        """A post came in."""
        minute = self._now_us() // _MINUTE_US
        self._minutes[minute] = self._minutes.get(minute, 0) + 1
        for old in [m for m in self._minutes if m <= minute - _MINUTES]:
            del self._minutes[old]

    def painted(self, delay_ms: int) -> None:
        """A screen says how long its last post took from release to painted."""
        self._delays_ms.append(min(max(delay_ms, 0), 600_000))

    def figures(self, *, phones: int, screens: int, desks: int) -> RateFigures:
        """How it goes now; the connections are the caller's to count."""
        minute = self._now_us() // _MINUTE_US
        per_minute = tuple(self._minutes.get(m, 0) for m in range(minute - _MINUTES + 1, minute + 1))
        delays = sorted(self._delays_ms)
        to_screen = ToScreen(p50=_quantile(delays, 0.5), p95=_quantile(delays, 0.95)) if delays else None
        return RateFigures(
            posts_per_minute=per_minute,
            to_screen_ms=to_screen,
            phones=phones,
            screens=screens,
            desks=desks,
            at=self._now_us(),
        )


class Heard:
    """
    Which screens were heard when. In memory, at most 200: what a screen says of itself is nobody's promise.

    Args:
        now_s: A clock that never goes back, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._heard: dict[str, float] = {}

    def note(self, screen: str) -> None:
        """A screen was heard."""
        self._heard.pop(screen, None)
        self._heard[screen] = self._now_s()
        if len(self._heard) > _SCREENS:
            del self._heard[next(iter(self._heard))]

    def counts(self) -> tuple[int, int]:
        """How many were heard within 25 s, and how many within ten minutes, but not since."""
        ages = [self._now_s() - heard for heard in self._heard.values()]
        live = sum(age <= QUIET_S for age in ages)
        return live, sum(age <= FORGOTTEN_S for age in ages) - live


def _quantile(ordered: list[int], share: float) -> int:
    """The nearest-rank quantile."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
