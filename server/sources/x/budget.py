"""
What reading costs, counted as X counts it: each post, author and picture once per day (UTC). Pure.

It is our own count of a price that X may change: an estimate, and a brake. The bill is in X's console.

Source: docs.x.com/x-api/getting-started/pricing (2026: $0.005 a post, $0.010 a user, $0.005 a media item).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

DAY_S = 86_400.0

POST_MILLS = 5
"""Thousandths of a dollar."""

AUTHOR_MILLS = 10
PICTURE_MILLS = 5
MOST_PICTURES = 4
MOST_MILLS = POST_MILLS + AUTHOR_MILLS + MOST_PICTURES * PICTURE_MILLS
"""What a post may cost: X takes four pictures with one. Only when it is there do we know how many it has."""

MAX_COUNTED = 200_000
"""Things of one day that are known to be paid for. Beyond, each counts each time: too much rather than too little."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer of X held, by id: all of it is paid for, whether or not it is shown."""

    posts: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    @property
    def mills(self) -> int:
        """What it costs on a day on which nothing of it was read before."""
        return len(self.posts) * POST_MILLS + len(self.authors) * AUTHOR_MILLS + len(self.pictures) * PICTURE_MILLS


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was read so far; goes with the cursor, so that a restart does not begin a new budget.

    Args:
        day: As `2026-11-21`.
        today, month: Thousandths of a dollar, in that day and in its month.
        posts, authors: Read in that day.
    """

    day: str = ""
    today: int = 0
    month: int = 0
    posts: int = 0
    authors: int = 0


def posts_per_day(written_us: Sequence[int], *, all_of_s: float | None) -> float:
    """
    How fast posts come.

    Args:
        written_us: When the newest were written, in microseconds since 1970.
        all_of_s: They are all that there are of so many seconds; None: there are older ones.
    """
    over_s = all_of_s
    if over_s is None:
        over_s = max((max(written_us) - min(written_us)) / 1e6, 1.0) if written_us else DAY_S
    return len(written_us) * DAY_S / over_s


class Budget:
    """
    Args:
        dollars_per_day, dollars_per_month: What may be spent.
    """

    def __init__(self, *, dollars_per_day: int, dollars_per_month: int) -> None:
        self._per_day = dollars_per_day * 1000
        self._per_month = dollars_per_month * 1000
        self._spent = Spent()
        self._paid: set[tuple[str, str]] = set()

    def resume(self, spent: Spent) -> None:
        """Go on from what an earlier run counted."""
        self._spent = spent
        self._paid.clear()

    def spent(self, now: float) -> Spent:
        """
        Args:
            now: Seconds since 1970, here and below.
        """
        day = _day(now)
        before = self._spent
        if before.day != day:
            month = before.month if before.day[:7] == day[:7] else 0
            self._spent = Spent(day=day, month=month)
            self._paid.clear()
        return self._spent

    def read(self, read: Read, now: float) -> None:
        """Count what an answer held."""
        before = self.spent(now)
        posts, authors = self._new("post", read.posts), self._new("author", read.authors)
        mills = posts * POST_MILLS + authors * AUTHOR_MILLS + self._new("picture", read.pictures) * PICTURE_MILLS
        self._spent = Spent(
            day=before.day,
            today=before.today + mills,
            month=before.month + mills,
            posts=before.posts + posts,
            authors=before.authors + authors,
        )

    def left_mills(self, now: float) -> int:
        """What may still be spent now, in thousandths of a dollar; 0 or less: nothing."""
        spent = self.spent(now)
        return min(self._per_day - spent.today, self._per_month - spent.month)

    def affordable(self, posts: Sequence[str], now: float) -> list[str]:
        """Those of *posts* that may be read now: what was paid for today is free; for others there must be enough."""
        left = max(self.left_mills(now), 0) // MOST_MILLS
        unpaid = [post for post in posts if ("post", post) not in self._paid]
        too_many = frozenset(unpaid[left:])
        return [post for post in posts if post not in too_many]

    def rest_s(self, now: float) -> float | None:
        """Seconds until something may be spent again; None: now."""
        spent = self.spent(now)
        today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if spent.month >= self._per_month:
            return (today.replace(day=1) + timedelta(days=32)).replace(day=1).timestamp() - now
        if spent.today >= self._per_day:
            return (today + timedelta(days=1)).timestamp() - now
        return None

    def _new(self, kind: str, ids: Collection[str]) -> int:
        new = {(kind, id_) for id_ in ids} - self._paid
        if len(self._paid) < MAX_COUNTED:
            self._paid |= new
        return len(new)


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()
