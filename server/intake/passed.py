"""What networks brought and was not taken in: how often and why, and for a while of which post. No text is kept."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Final

import msgspec

from server.symposium.values import PostId, SourceId

MAX_PASSED: Final = 20_000
"""Identities that are remembered; the oldest make room."""

BEFORE = "before-window"
"""It was made too long before the symposium."""
ELSEWHERE = "same-post"
"""The same post came in from another network."""


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why a post was not taken in: a code. `post` is the one that stands for it; `at` when, in µs. `edited` is when it was
    edited before that, in µs, as its source told: what is told with a later time is an edit.
    """

    code: str
    source: SourceId
    at: int
    post: PostId | None = None
    edited: int | None = None


class _Count(msgspec.Struct):
    """One post in the counts. `keys`: under how many of its identities it is remembered."""

    source: SourceId
    code: str
    keys: int = 0


class Passed:
    """Remembers by keyed hashes of identities: who reads the memory learns nothing of what was written."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[str, tuple[Because, _Count]] = OrderedDict()
        self._counts: Counter[tuple[SourceId, str]] = Counter()

    def note(self, keys: Iterable[str], because: Because) -> None:
        """One post more; the same one again is counted once, as long as it is remembered: for the newest reason."""
        keys = tuple(dict.fromkeys(keys))
        count = self._count_of(keys, because.code)
        if count is None:
            count = _Count(source=because.source, code=because.code)
            self._counts[count.source, count.code] += 1
        count.keys += len(keys)
        self._take_back(keys)
        for key in keys:
            self._by_key[key] = because, count
        while len(self._by_key) > MAX_PASSED:
            _, (_, oldest) = self._by_key.popitem(last=False)
            oldest.keys -= 1

    def forget(self, keys: Iterable[str]) -> None:
        """It was taken in after all, and counts no more."""
        self._take_back(keys)

    def why(self, keys: Iterable[str]) -> Because | None:
        """Why a post with one of these identities was not taken in; None where nobody remembers one."""
        return next((self._by_key[key][0] for key in keys if key in self._by_key), None)

    def counts(self, source: SourceId) -> dict[str, int]:
        """How many posts of *source* were not taken in, by reason."""
        return {code: n for (each, code), n in self._counts.items() if each == source and n}

    def _count_of(self, keys: Iterable[str], code: str) -> _Count | None:
        counts = (self._by_key[key][1] for key in keys if key in self._by_key)
        return next((count for count in counts if count.code == code), None)

    def _take_back(self, keys: Iterable[str]) -> None:
        """Remember *keys* no more. A post of which none is left does not count; a copy at its address still does."""
        for key in keys:
            if key in self._by_key:
                _, count = self._by_key.pop(key)
                count.keys -= 1
                if not count.keys:
                    self._counts[count.source, count.code] -= 1
