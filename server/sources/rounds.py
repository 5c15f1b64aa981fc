"""Whose turn it is to be looked at again, where a network is asked for a few posts at a time. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from server.sources.contract import MAX_KEPT
from server.sources.memory import remember


class Round:
    """
    Who was looked at longest ago goes first, whichever posts are asked for: so one that a person wants to see now puts
    off nobody, and neither do posts that are new.

    Args:
        most: Posts that are remembered; of others nobody knows when they had their turn.
    """

    def __init__(self, most: int = MAX_KEPT) -> None:
        self._most = most
        self._told = 0
        self._places: OrderedDict[str, int] = OrderedDict()
        """Where each stands in the row: at its end when it was looked at last, or first asked for."""

    def first(self, ids: Iterable[str], most: int) -> list[str]:
        """Those of *ids* whose turn it is, at most *most*; of new ones in the order of *ids*."""
        asked = list(dict.fromkeys(ids))
        for each in asked:
            if each not in self._places:
                self._put_last(each)
        return sorted(asked, key=lambda each: self._places.get(each, 0))[:most]

    def looked(self, ids: Sequence[str]) -> None:
        """These are asked for now: say so before it, so that one that its server cannot give keeps nobody waiting."""
        for each in ids:
            self._put_last(each)

    def _put_last(self, each: str) -> None:
        self._told += 1
        remember(self._places, each, self._told, most=self._most)
