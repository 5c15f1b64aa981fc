"""Which devices were given their number just now: many votes of such are a sign of somebody who votes often."""

from __future__ import annotations

import time
from collections.abc import Callable

from server.symposium.values import DeviceId

FRESH_S = 10.0
"""So long a device is new."""
MAX_FRESH = 50_000
"""More than an address may ask for in that time, times ten addresses."""


class Newcomers:
    """
    Devices that are new, in memory.

    Args:
        now_s: A clock that never goes back, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._came: dict[DeviceId, float] = {}

    def __len__(self) -> int:
        return len(self._came)

    def note(self, device: DeviceId) -> None:
        """*device* was given its number now."""
        self._came[device] = self._now_s()
        while len(self._came) > MAX_FRESH or not self._is_fresh(next(iter(self._came))):
            del self._came[next(iter(self._came))]

    def __contains__(self, device: DeviceId) -> bool:
        """Whether *device* is new."""
        return device in self._came and self._is_fresh(device)

    def _is_fresh(self, device: DeviceId) -> bool:
        return self._now_s() - self._came[device] <= FRESH_S
