"""
Token buckets: who may do how much how fast.

Hundreds of phones in a hall share one address. So limits go by device; an address is only a high ceiling, and the mint
of device ids is generous.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from server.errors import TooMany


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `per_second` on average."""

    burst: float
    per_second: float


MINT = Rate(3_000, 100)
"""New devices for one address: a hall that scans at the same moment."""
ADDRESS = Rate(20_000, 10_000)
"""Requests of one address: 500 phones at 20 a second."""
POSTS = Rate(6, 0.2)
"""Posts of one device: six at once, then one each five seconds."""
UPLOADS = Rate(12, 0.4)
"""Pictures of one device."""
PULSES = Rate(20, 2)
"""Heartbeats of one screen's page, by address and key."""
VOTES = Rate(200, 5)
"""Votes of one device: a set of a hundred statements at a run, with second thoughts, then five a second."""
REACTIONS = Rate(40, 4)
"""Signs of one device: somebody who claps along."""
CODE_GUESSES = Rate(10, 0.1)
"""
Printed codes of one device that were wrong. With the hundred devices a second that an address may ask for, somebody who
guesses finds one of 5,000 codes of 43 bits in three weeks; a poll is open for an hour. Not by address: whoever guesses
in the hall would keep everybody else there from voting.
"""
PAIRINGS = Rate(30, 0.2)
"""Codes for screens that one address asks for: those of a whole venue at once, then one each five seconds."""
GUESSES = Rate(20, 10 / 60)
"""Tokens handed in by one address that were wrong."""

_MAX_BUCKETS = 50_000


class Buckets:
    """
    Many buckets, the least recently used forgotten beyond 50,000: a forgotten bucket is a full one.

    Args:
        now_s: A clock that never goes back, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._levels: OrderedDict[tuple[Rate, str], tuple[float, float]] = OrderedDict()

    def take(self, rate: Rate, who: str, cost: float = 1) -> None:
        """
        Take *cost* from the bucket of *who*.

        Raises:
            TooMany: It holds less; `retry_after_s` says when it will hold enough. Nothing was taken.
        """
        self.check(rate, who, cost)
        self._keep(rate, who, self._level(rate, who) - cost)

    def check(self, rate: Rate, who: str, cost: float = 1) -> None:
        """Raise TooMany as `take` would, and take nothing."""
        level = self._level(rate, who)
        if level < cost:
            wait_s = math.ceil((cost - level) / rate.per_second)
            raise TooMany(f"That was too much at once; come back in {wait_s} s.", retry_after_s=wait_s, code="rate")

    def _level(self, rate: Rate, who: str) -> float:
        level, then = self._levels.get((rate, who), (rate.burst, self._now_s()))
        return min(rate.burst, level + (self._now_s() - then) * rate.per_second)

    def _keep(self, rate: Rate, who: str, level: float) -> None:
        self._levels[rate, who] = (level, self._now_s())
        self._levels.move_to_end((rate, who))
        if len(self._levels) > _MAX_BUCKETS:
            self._levels.popitem(last=False)


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
