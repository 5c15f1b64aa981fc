"""Looks of a wall that somebody tries out before choosing one: in memory, and for whoever has a badge."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from server.keyring import new_id
from server.symposium.entries import ThemeBody

PREVIEW_S = 600.0
MAX_PREVIEWS = 20


class Previews:
    """
    Looks that somebody tries out, in memory: the newest `MAX_PREVIEWS`, each for ten minutes.

    Args:
        now_s: A clock that never goes back, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._kept: OrderedDict[str, tuple[float, ThemeBody]] = OrderedDict()

    def keep(self, body: ThemeBody) -> str:
        """Remember a look; returns the id by which it is found."""
        name = new_id()
        self._kept[name] = (self._now_s() + PREVIEW_S, body)
        while len(self._kept) > MAX_PREVIEWS:
            self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> ThemeBody | None:
        """The look of that id; None when it is over, or never was."""
        until, body = self._kept.get(name, (0.0, None))
        return body if until > self._now_s() else None
