"""
How often something was fetched or scanned, without knowing by whom.

Somebody who comes back on the same day should count once as "new". For that a phone is known until midnight (UTC) by
eight bytes: a keyed hash of its network address and the name that its browser gives itself. The key is random, only in
memory, and thrown away with all hashes at midnight and at each start; so no hash can be traced back to an address, not
even by whoever has the memory of the day after. Only sums leave this module. Many phones of one make behind one
address look alike, so that "new" is rather too low; a cookie would count better, and know more than is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

MAX_SEEN: Final = 500_000
"""Hashes of one day; beyond, nobody new is counted as such. About 40 MB."""
MAX_SUBJECTS: Final = 5_000
"""Different papers and codes within one minute."""
_DAY_S: Final = 86_400


class Sum(NamedTuple):
    """So many, and how many of them from somebody who had not come that day."""

    subject: str
    kind: str
    n: int
    new: int


class Tally:
    """
    Adds up, until somebody takes the sums.

    Args:
        now_s: Unix time in seconds.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._day = -1
        self._key = b""
        self._seen: set[bytes] = set()
        self._sums: dict[tuple[str, str], list[int]] = {}

    def note(self, kind: str, subject: str, *, address: str, agent: str) -> None:
        """
        Something was fetched or scanned.

        Args:
            kind: `download` or `scan`.
            subject: A paper's id, or a code.
            address: Of the network; forgotten when this returns, as is `agent`, the browser's name for itself.
        """
        self._turn_day()
        key = (subject, kind)
        if key not in self._sums and len(self._sums) >= MAX_SUBJECTS:
            return
        text = "\0".join((kind, subject, address, agent[:200])).encode("utf-8", "replace")
        who = hmac.new(self._key, text, hashlib.sha256).digest()[:8]
        is_new = who not in self._seen and len(self._seen) < MAX_SEEN
        if is_new:
            self._seen.add(who)
        found = self._sums.setdefault(key, [0, 0])
        found[0] += 1
        found[1] += is_new

    def take(self) -> tuple[Sum, ...]:
        """The sums since the last time, which are forgotten here."""
        self._turn_day()
        sums = tuple(Sum(subject, kind, n, new) for (subject, kind), (n, new) in self._sums.items())
        self._sums.clear()
        return sums

    def put_back(self, sums: tuple[Sum, ...]) -> None:
        """What could not be written down is counted with the next ones."""
        for each in sums:
            found = self._sums.setdefault((each.subject, each.kind), [0, 0])
            found[0] += each.n
            found[1] += each.new

    def _turn_day(self) -> None:
        day = int(self._now_s() // _DAY_S)
        if day != self._day:
            self._day, self._key = day, secrets.token_bytes(32)
            self._seen = set()
