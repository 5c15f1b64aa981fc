"""When: dates, durations and time zones as schedules write them, to microseconds UTC. No clock is asked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from server.programme.imported import DAY_US, MINUTE_US

DAY_CHANGE: Final = time(4, 0)
"""What begins before this belongs to the day before, in frab and pretalx."""

MAX_DURATION_US: Final = 14 * DAY_US
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = date(1971, 1, 1), date(2200, 1, 1)

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_DURATION = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    """The IANA time zone of this name, None for none. Some calendars put more before it, as `/x.org/Europe/Rome`."""
    if len(name) > 120:
        return None
    parts = name.strip().strip("/").split("/")
    for start in range(len(parts)):
        candidate = "/".join(parts[start:])
        if not _ZONE.fullmatch(candidate) or (start and "/" not in candidate):
            continue
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):  # OSError: a folder of zones, as `Europe`
            continue
    return None


def micros(moment: datetime) -> int | None:
    """µs since 1970 of an aware *moment*; None where no symposium can be (before 1971, after 2199)."""
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if not _FIRST <= utc.date() < _LAST:
        return None
    return (utc - _EPOCH) // timedelta(microseconds=1)


def moment_of(micros_: int, zone: tzinfo) -> datetime:
    """The moment as clocks in *zone* show it."""
    return (_EPOCH + timedelta(microseconds=micros_)).astimezone(zone)


def read_moment(text: object, zone: tzinfo) -> datetime | None:
    """A date with a time, as ISO 8601; without an offset it is of *zone*. None for a bare date, and for all else."""
    if not isinstance(text, str) or not 13 <= len(text.strip()) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_date(text: object) -> date | None:
    """A date as 2026-11-12, also where a time follows."""
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def read_clock(text: object) -> time | None:
    """A time of day as 9:30, 09:30 or 09:30:00."""
    found = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def on_day(day: date, clock: time, zone: tzinfo, day_change: time = DAY_CHANGE) -> datetime | None:
    """When it is *clock* on the conference's *day*, which lasts until *day_change* of the next morning."""
    try:
        return datetime.combine(day + timedelta(days=1 if clock < day_change else 0), clock, zone)
    except OverflowError:
        return None


def read_duration(value: object) -> int | None:
    """
    µs of a duration as `0:45`, `00:45`, `1:02:30` (days, hours, minutes) or a number of minutes; None where unusable.

    Source: c3voc schedule schema; days as pretalx writes them.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        minutes = value
    elif isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())):
        minutes = (int(found[1] or 0) * 24 + int(found[2])) * 60 + int(found[3])
    elif isinstance(value, str) and re.fullmatch(r"\d{1,4}", value.strip()):
        minutes = int(value)
    else:
        return None
    micros_ = minutes * MINUTE_US
    return micros_ if 0 < micros_ <= MAX_DURATION_US else None
