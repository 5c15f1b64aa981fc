"""The pulses of a channel that are still alive: kept only so that newcomers hear them too. Pure."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from server.live.frames import Pulse, text_frame

TTL_MAX_S: Final = 30


class _Alive(NamedTuple):
    ends_s: float
    value: Any


class Pulses:
    """
    The newest pulse of each topic and key, until it ends; at most *bound* of them, the oldest go first.

    All times are seconds of one monotonic clock.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._alive: dict[tuple[str, str], _Alive] = {}

    def add(self, topic: str, key: str, value: Any, ttl_s: int, *, now_s: float) -> bytes:
        """
        Keep a pulse for newcomers.

        Returns:
            Its frame, for those who are in.

        Raises:
            ValueError: *ttl_s* is not from 1 to 30.
        """
        if not 1 <= ttl_s <= TTL_MAX_S:
            raise ValueError(f"pulse {topic}: ttl_s is {ttl_s}; a pulse lives 1 to {TTL_MAX_S} seconds")
        frame = text_frame(Pulse(topic, key, value, ttl_s))
        self._alive.pop((topic, key), None)
        self._alive[topic, key] = _Alive(now_s + ttl_s, value)
        if len(self._alive) > self._bound:
            self._make_room(now_s)
        return frame

    def frames(self, *, now_s: float) -> bytes:
        """The frames of all that are alive, each with the time that is left to it, one after another."""
        if not self._alive:
            return b""
        self._bury(now_s)
        return b"".join(
            text_frame(Pulse(topic, key, pulse.value, math.ceil(pulse.ends_s - now_s)))
            for (topic, key), pulse in self._alive.items()
        )

    def _make_room(self, now_s: float) -> None:
        self._bury(now_s)
        while len(self._alive) > self._bound:
            del self._alive[next(iter(self._alive))]

    def _bury(self, now_s: float) -> None:
        self._alive = {name: pulse for name, pulse in self._alive.items() if pulse.ends_s > now_s}
