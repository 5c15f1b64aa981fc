"""
How long to wait when a network says no. One table for all sources:

| what happened        | obey                                         | else                                           |
|----------------------|----------------------------------------------|------------------------------------------------|
| 429                  | Retry-After, X-RateLimit-Reset, …            | 60 s, doubling to 15 min                       |
| 5xx, unusable answer | Retry-After                                  | 5 s, doubling to 320 s                         |
| connection lost      | –                                            | at once, then 1 s doubling to 60 s, all jitter |
| 401, 403             | –                                            | stop: somebody has to look at it               |

All rows start anew after 60 s without failure. What a server asks for is obeyed up to an hour; one that asks for
nothing, or for a moment that is past by our clock, and says no again and again, is asked less and less. Nobody comes
back earlier than asked, and jitter keeps many from coming back together.

No I/O and no clock here: *now* is an argument, and randomness is handed in.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from server.errors import FonteinError

LONGEST_ASKED_S = 3600.0
"""A server that asks for more is asked again after an hour: a symposium lasts a day."""

HEALTHY_S = 60.0
"""This long without failure, and a new failure counts as the first."""

_JITTER = 0.1
_SOONEST_S = 1.0
_UNIX_FROM = 1_000_000_000
"""A bare number in a reset header is a moment when it is as large as this (the year 2001), else a number of seconds."""


class Cause(StrEnum):
    """The row of the table."""

    LIMITED = "limited"
    SERVER = "server"
    DROPPED = "dropped"
    REFUSED = "refused"


class SourceUnavailable(FonteinError):
    """
    A network could not be read.

    Args:
        message: For the log: which server, what it did.
        code: For the stage page, as `unreachable`; `web` has its sentences in every language.
        cause: Decides how long to wait.
        asked_s: Seconds that the server asked us to wait, if it did.
    """

    code = "source-unavailable"

    def __init__(self, message: str, *, code: str, cause: Cause, asked_s: float | None = None) -> None:
        super().__init__(message, code=code)
        self.cause = cause
        self.asked_s = asked_s


class Backoff:
    """
    The memory of one connection's failures.

    Args:
        rng: Where jitter comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._failures = dict.fromkeys(Cause, 0)
        self._well_since: float | None = None

    def failed(self, trouble: SourceUnavailable, *, now: float) -> float | None:
        """
        Seconds to wait before trying again; None to stop.

        Args:
            now: Seconds, monotonic.
        """
        if self._well_since is not None and now - self._well_since >= HEALTHY_S:
            self._failures = dict.fromkeys(Cause, 0)
        self._well_since = None
        before = self._failures[trouble.cause]
        self._failures[trouble.cause] = before + 1
        if trouble.cause is Cause.REFUSED:
            return None
        if trouble.asked_s is not None and trouble.cause is not Cause.DROPPED:
            return self._later(min(max(trouble.asked_s, _doubled(_SOONEST_S, before, 60)), LONGEST_ASKED_S))
        match trouble.cause:
            case Cause.LIMITED:
                return self._later(_doubled(60, before, 900))
            case Cause.SERVER:
                return self._later(_doubled(5, before, 320))
            case Cause.DROPPED:
                return 0.0 if before == 0 else self._rng.uniform(0, _doubled(1, before - 1, 60))

    def worked(self, *, now: float) -> None:
        """Say that the connection works; again and again, while it does."""
        if self._well_since is None:
            self._well_since = now

    def _later(self, seconds: float) -> float:
        return seconds * (1 + self._rng.uniform(0, _JITTER))


def _doubled(first_s: float, times: int, most_s: float) -> float:
    return float(min(first_s * 2 ** min(times, 16), most_s))


def asked_to_wait(headers: Mapping[str, str], *, now: float) -> float | None:
    """
    Seconds that an answer asks us to stay away; None when it does not say, or not so that it can be understood.

    Reads `Retry-After` (seconds or an HTTP date), then `X-RateLimit-Reset`, `X-Rate-Limit-Reset` and `RateLimit-Reset`
    (ISO 8601 with Mastodon and GoToSocial, seconds since 1970 or seconds from now elsewhere). Never below 0.

    Args:
        headers: Looked up without regard to case.
        now: Seconds since 1970.

    Source: RFC 9110 §10.2.3; docs.joinmastodon.org/api/rate-limits.
    """
    found = {name.lower(): value.strip() for name, value in headers.items()}
    for name in ("retry-after", "x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        if (value := found.get(name)) and (seconds := _seconds_until(value, now)) is not None:
            return max(seconds, 0.0)
    return None


def _seconds_until(value: str, now: float) -> float | None:
    if (number := _number(value)) is not None:
        return number - now if number >= _UNIX_FROM else number
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.timestamp() - now
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
