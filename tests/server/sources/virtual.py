"""
An event loop whose time jumps: an hour of waiting takes a moment, while sockets on loopback work as always.

No real time passes in it: however slow the machine, work itself takes none.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_GRACE_S = 0.001
"""Real time before a jump, for bytes that are on their way over loopback."""

START = 1_795_291_200.0
"""The wall clock when a loop is born: 21 November 2026, 20:00 UTC."""


class _JumpingSelector(selectors.BaseSelector):
    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.jumped_s = 0.0
        self.threads = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0 or self.threads:
            return self._real.select(timeout)
        if ready := self._real.select(min(timeout, _GRACE_S)):
            return ready
        self.jumped_s += timeout
        return []

    def thread_ended(self, _: object) -> None:
        self.threads -= 1

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer whenever nothing else is to be done."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._born = super().time()

    def time(self) -> float:
        return self._born + self._jumping.jumped_s

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        """As always; until it is done, time stands still."""
        future = super().run_in_executor(executor, func, *args)
        self._jumping.threads += 1
        future.add_done_callback(self._jumping.thread_ended)
        return future

    def now(self) -> float:
        """The wall clock of this loop, seconds since 1970."""
        return START + self.time() - self._born


def run(scenario: Coroutine[Any, Any, T]) -> T:
    """Run *scenario* in a loop of its own whose time jumps."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scenario)


def now() -> float:
    """The wall clock of the running virtual loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.now()
