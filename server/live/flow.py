"""Leading edge: the first change of a quiet moment goes at once, what follows shortly after is joined."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

GAP_S: Final = 0.025
"""Joined over 25 ms, a burst of 50 posts took an eighth of the CPU of sending each; nobody sees 25 ms."""


class Timer(Protocol):
    """What `call_later` gives back."""

    def cancel(self) -> None: ...


CallLater = Callable[[float, Callable[[], None]], Timer]


class LeadingEdge:
    """
    Runs *action* at once when idle, and otherwise once after the gap, however often it was asked.

    The gap is counted from the end of the action, so that the loop has that time for others however long it took.
    An action that raises counts as done: `touch` raises it, a joined one goes to the loop's exception handler.

    Args:
        action: Called without arguments, on the loop.
        gap_s: Between the end of one action and the start of the next.
        call_later: `(delay_s, callback) -> Timer`; None for the running loop's. For tests.
    """

    def __init__(
        self, action: Callable[[], None], *, gap_s: float = GAP_S, call_later: CallLater | None = None
    ) -> None:
        self._action = action
        self._gap_s = gap_s
        self._call_later = call_later
        self._timer: Timer | None = None
        self._asked = False
        self._acting = False

    def touch(self) -> None:
        """Something changed."""
        if self._timer is not None or self._acting:
            self._asked = True
        else:
            self._act()

    def close(self) -> None:
        """Do now what was put off, and no more by itself after that."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._asked:
            self._asked = False
            self._action()

    def _act(self) -> None:
        self._asked = False
        self._acting = True
        try:
            self._action()
        finally:
            self._acting = False
            call_later = self._call_later or asyncio.get_running_loop().call_later
            self._timer = call_later(self._gap_s, self._gap_over)

    def _gap_over(self) -> None:
        self._timer = None
        if self._asked:
            self._act()
