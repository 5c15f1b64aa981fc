"""The channels of one symposium, and what they share: the heartbeat, the sweep, the door, the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from weakref import WeakMethod

from server.live.admission import Admission
from server.live.audience import Audience
from server.live.channel import Channel
from server.live.limits import Limits


class Hub:
    """
    The channels of one symposium.

    Its owner runs `run` as a task next to the server and calls `close` at the end.

    Args:
        epoch: The journal's.
        now_us: The server's clock, UTC microseconds.
        limits: Bounds; None for the defaults.
        admission: The door that all hubs of the process share; None for one of its own.
    """

    def __init__(
        self,
        *,
        epoch: str,
        now_us: Callable[[], int],
        limits: Limits | None = None,
        admission: Admission | None = None,
    ) -> None:
        self._limits = limits or Limits()
        door = admission or Admission(self._limits)
        self._channels = {
            audience: Channel(
                audience,
                epoch=epoch,
                limits=self._limits,
                now_us=now_us,
                admission=door,
                on_pressure=_weakly(self.sweep),
            )
            for audience in Audience
        }

    @property
    def channels(self) -> tuple[Channel, ...]:
        """One per audience."""
        return tuple(self._channels.values())

    def channel(self, audience: Audience) -> Channel:
        """The channel of *audience*."""
        return self._channels[audience]

    async def run(self) -> None:
        """Sweep each `sweep_interval_s`, ping and tick each `ping_interval_s`, until cancelled."""
        loop = asyncio.get_running_loop()
        next_beat_s = loop.time() + self._limits.ping_interval_s
        while True:
            await asyncio.sleep(self._limits.sweep_interval_s)
            self.sweep()
            for channel in self.channels:
                channel.drop_silent()
            if loop.time() >= next_beat_s:
                next_beat_s = loop.time() + self._limits.ping_interval_s
                for channel in self.channels:
                    channel.beat()

    def sweep(self) -> None:
        """Look after slow readers; when all buffers together are over `total_bytes`, cut off the largest."""
        total_bytes = sum(channel.sweep() for channel in self.channels)
        if total_bytes > self._limits.total_bytes:
            self._cut_largest(total_bytes - self._limits.total_bytes)

    async def close(self, *, again: bool) -> None:
        """
        Say `bye` to everybody, and wait until they are gone, at most `close_grace_s` and a little.

        Args:
            again: Whether readers should come back after a while, as when the server starts anew.
        """
        for channel in self.channels:
            channel.close(again=again)
        with contextlib.suppress(TimeoutError):  # Who has not even been let in yet is not waited for.
            async with asyncio.timeout(2 * self._limits.close_grace_s):
                for channel in self.channels:
                    await channel.wait_empty()

    def _cut_largest(self, surplus_bytes: int) -> None:
        buffers = [(size, channel, reader) for channel in self.channels for size, reader in channel.buffers()]
        for size, channel, reader in sorted(buffers, key=lambda entry: entry[0], reverse=True):
            if surplus_bytes <= 0:
                return
            channel.cut(reader)
            surplus_bytes -= size


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """*method* without holding its object: from one audience's channel no other audience's can be reached."""
    held = WeakMethod(method)

    def call() -> None:
        alive = held()
        if alive is not None:
            alive()

    return call
