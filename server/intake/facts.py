"""
What rules ask of an arrival and its body does not tell: kept among its notes, also while such a rule is off, so that
rules can be tried on it later. Bounded to what a rule can ask: how old an account is only where that can be new.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from server.intake.arrival import Arrival
from server.intake.rules import BOT, HASHTAG, NEW_ACCOUNT, WARNING
from server.intake.settings import NUMBERS

FACT: Final = "fact"
"""What such a note begins with, where a rule's has its name: it says nothing of what a rule found."""

SENSITIVE: Final = f"{WARNING}:sensitive"
LOST_HASHTAG: Final = f"{HASHTAG}:hashtag-removed"

DAY_US: Final = 86_400_000_000
_NO_LONGER_NEW: Final = NUMBERS["new_account_days"][1]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """As of `Arrival` and `Circumstances`. `account_days`: whole days; None: unknown, or too many to be new."""

    sensitive: bool = False
    bot: bool = False
    account_days: int | None = None
    lost_hashtag: bool = False


def facts_of(arrival: Arrival, *, lost_hashtag: bool) -> Facts:
    """What *arrival* tells. *lost_hashtag*: it is an edit that took the symposium's hashtag out."""
    days = None
    if arrival.author_since is not None and arrival.created is not None:
        days = max((arrival.created - arrival.author_since) // DAY_US, 0)
    return Facts(
        sensitive=arrival.sensitive,
        bot=arrival.bot,
        account_days=days if days is not None and days < _NO_LONGER_NEW else None,
        lost_hashtag=lost_hashtag,
    )


def noted(facts: Facts, notes: Sequence[str]) -> tuple[str, ...]:
    """*facts* as notes, without those that a rule's own note among *notes* tells."""
    told = {SENSITIVE: facts.sensitive, BOT: facts.bot, LOST_HASHTAG: facts.lost_hashtag}
    marks = tuple(f"{FACT}:{note.replace(':', '-')}" for note, is_so in told.items() if is_so and note not in notes)
    return marks if facts.account_days is None else (*marks, f"{FACT}:{NEW_ACCOUNT}-{facts.account_days}")


def read(notes: Sequence[str]) -> Facts:
    """The facts that *notes* tell. Never fails; a note "new account" without the days, as of before, means today."""

    def told(note: str) -> bool:
        return note in notes or f"{FACT}:{note.replace(':', '-')}" in notes

    return Facts(sensitive=told(SENSITIVE), bot=told(BOT), account_days=_days(notes), lost_hashtag=told(LOST_HASHTAG))


def _days(notes: Sequence[str]) -> int | None:
    beginning = f"{FACT}:{NEW_ACCOUNT}-"
    given = next((note.removeprefix(beginning) for note in notes if note.startswith(beginning)), "")
    if given.isdecimal() and given.isascii():
        return min(int(given[:4]), _NO_LONGER_NEW)
    return 0 if NEW_ACCOUNT in notes else None
