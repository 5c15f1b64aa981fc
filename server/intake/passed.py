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

    With `sure` an address or a bridge tells that the two are one: when this one is deleted, that one goes. So its
    source is asked for it now and then, by `native_id`.
    """

    code: str
    source: SourceId
    at: int
    post: PostId | None = None
    sure: bool = False
    edited: int | None = None
    native_id: str | None = None


class Passed:
    """Remembers by keyed hashes of identities: who reads the memory learns nothing of what was written."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[str, Because] = OrderedDict()
        self._counts: Counter[tuple[SourceId, str]] = Counter()

    def note(self, keys: Iterable[str], because: Because) -> None:
        """One post more; the same one again is counted once, as long as it is remembered."""
        keys = tuple(keys)
        if not any(self._by_key.get(key) is not None and self._by_key[key].code == because.code for key in keys):
            self._counts[because.source, because.code] += 1
        for key in keys:
            self._by_key[key] = because
            self._by_key.move_to_end(key)
        while len(self._by_key) > MAX_PASSED:
            self._by_key.popitem(last=False)

    def forget(self, keys: Iterable[str]) -> None:
        """It was taken in after all."""
        for key in keys:
            self._by_key.pop(key, None)

    def why(self, keys: Iterable[str]) -> Because | None:
        """Why a post with one of these identities was not taken in; None where nobody remembers one."""
        return next((self._by_key[key] for key in keys if key in self._by_key), None)

    def counts(self, source: SourceId) -> dict[str, int]:
        """How many posts of *source* were not taken in, by reason."""
        return {code: n for (each, code), n in self._counts.items() if each == source}
