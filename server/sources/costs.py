"""What a network that asks money would cost, told at a trial: before anybody switches it on."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import msgspec


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a day would cost at the pace of now. A day of a symposium may be busier.

    Args:
        posts_per_day: As many as come in a day at that pace, rounded up.
        cents_per_day: What those cost. Cents of the network's own currency, here and below.
        most_cents_per_day: Where it stops, as the organiser set it.
        trial_cents: What the trial itself cost.
    """

    posts_per_day: int
    cents_per_day: int
    most_cents_per_day: int
    trial_cents: int


@runtime_checkable
class Estimates(Protocol):
    """A source that costs money by what it reads: a trial too, so it cannot be tried again and again."""

    def estimate(self) -> Estimate | None:
        """Of the newest trial (`Source.check`); None where it read nothing."""
