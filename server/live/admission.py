"""Who may come in, and how fast: a storm of readers must not starve those who are in, nor use up the open files."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
from collections import Counter
from collections.abc import Callable
from typing import Final

from server.errors import Unavailable
from server.live.limits import Limits

if sys.platform != "win32":
    import resource

RESERVE: Final = 500
"""File descriptors that are not for readers: requests, the journal, blobs, sources, logs."""
ADDRESS_RESERVE: Final = 300
"""Places that one address cannot take, so that a hall behind one address leaves room for the staff."""

_NO_LIMIT: Final = 1 << 20
_WINDOWS: Final = 8192
"""Sockets are no files there and have no such limit. This keeps one process within reason."""


def open_files() -> int:
    """How many files, sockets too, this process may have open now; at most 1,048,576."""
    if sys.platform == "win32":
        return _WINDOWS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _NO_LIMIT if soft == resource.RLIM_INFINITY else min(soft, _NO_LIMIT)


def raise_open_files() -> int:
    """
    Raise the soft limit of open files (`nofile`) to the hard one. Call it once, at start.

    Returns:
        `open_files()` after that; unchanged where the system does not allow it.
    """
    if sys.platform != "win32":
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _NO_LIMIT if hard == resource.RLIM_INFINITY else min(hard, _NO_LIMIT)
        if wanted > open_files():
            # macOS refuses more than kern.maxfilesperproc, which nothing here can ask for.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return open_files()


class Admission:
    """
    The door of one process. All hubs share it.

    Handshakes go by a token bucket (GCRA): `arrivals_at_once` at once, after that `arrivals_per_s`, each in its turn.

    Args:
        limits: `arrivals_per_s`, `arrivals_at_once`, `arrival_wait_s`.
        files: How many files this process may have open; None for `open_files()`.
        clock: Monotonic seconds; None for the running loop's.
    """

    def __init__(self, limits: Limits, *, files: int | None = None, clock: Callable[[], float] | None = None) -> None:
        self._places = max((open_files() if files is None else files) - RESERVE, 1)
        self._places_per_address = max(self._places - ADDRESS_RESERVE, 1)
        self._limits = limits
        self._clock = clock
        self._by_address: Counter[str] = Counter()
        self._inside = 0
        self._due_s = 0.0
        """When the bucket is full again; GCRA's theoretical arrival time."""

    @property
    def inside(self) -> int:
        """Readers, those at the door included."""
        return self._inside

    def enter(self, address: str, *, is_staff: bool) -> float:
        """
        Take a place. Each is given back with `leave`.

        Args:
            address: The reader's, for the ceiling per address.
            is_staff: Came with a badge: only the ceiling of all counts.

        Returns:
            How long to wait before the handshake, in seconds; mostly 0.

        Raises:
            Unavailable: No place is left, or too many are before it.
        """
        if self._inside >= self._places:
            raise Unavailable("No more readers fit on this server for now.", retry_after_s=30)
        if not is_staff and self._by_address[address] >= self._places_per_address:
            raise Unavailable("No more readers from this address fit on this server for now.", retry_after_s=30)
        wait_s = self._take_turn()
        self._inside += 1
        self._by_address[address] += 1
        return wait_s

    def leave(self, address: str) -> None:
        """Give back the place that `enter` gave to *address*."""
        self._inside -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]

    def _take_turn(self) -> float:
        now_s = (self._clock or asyncio.get_running_loop().time)()
        due_s = max(self._due_s, now_s)
        wait_s = due_s - now_s - self._limits.arrivals_at_once / self._limits.arrivals_per_s
        if wait_s > self._limits.arrival_wait_s:
            raise Unavailable("Very many readers arrive at once.", retry_after_s=math.ceil(wait_s))
        self._due_s = due_s + 1 / self._limits.arrivals_per_s
        return max(wait_s, 0.0)
