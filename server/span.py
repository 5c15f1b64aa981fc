"""When the symposium is, and with it: when its networks are listened to, and from when on their posts count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from server.keeping import end_of as end_of
from server.report.measure import known_zone
from server.symposium.bodies import programme_heading, symposium_body
from server.symposium.programme import begins
from server.symposium.state import Source, State
from server.symposium.values import SourceId

DAY_US: Final = 86_400_000_000
HOUR_US: Final = 3_600_000_000

Version = tuple[int, int]
"""Of two equal ones the symposium is at the same time."""


def version(state: State) -> Version:
    """What `begin_of` and `end_of` depend on."""
    return state.body, state.programme_seq


def begin_of(state: State) -> int | None:
    """
    When the symposium begins, in µs: its first session, else the midnight before its day; None: nobody can tell.

    Where the organiser gave a first and a last day, never after the midnight before the first.
    """
    said = symposium_body(state)
    first_day = _midnight_before(said.date, programme_heading(state).zone)
    if state.programme is None or not state.programme.slots:
        return first_day
    first_session = min(begins(state, slot) for slot in state.programme.slots.values())
    return min(first_session, first_day) if said.until and first_day is not None else first_session


def _midnight_before(day: str, zone: str) -> int | None:
    try:
        first = date.fromisoformat(day)
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(known_zone(zone)))
        return int(midnight.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        return None


def listens_until(state: State) -> int | None:
    """When sources stop by themselves, in µs; None: they do not, or nobody can tell."""
    end = end_of(state)
    return None if end is None or state.listening_days is None else end + state.listening_days * DAY_US


def over(state: State, now_us: int) -> Iterator[SourceId]:
    """
    The sources whose time is over at *now_us*.

    What somebody set or switched on after the end goes on from there, for as many days as were said and at least one.
    """
    until = listens_until(state)
    if until is None or until > now_us:
        return
    again_us = max(state.listening_days or 0, 1) * DAY_US
    yield from (
        source.id
        for source in state.sources.values()
        if source.on and (source.turned < until or source.turned + again_us <= now_us)
    )


def takes_from(begin: int | None, source: Source, *, hours: int) -> int | None:
    """
    Posts of *source* that were made before this moment (µs) are not for this symposium; None: all are.

    It lies *hours* before the symposium, or before the source was added where that was earlier: who listens weeks
    ahead wants to hear something.

    Args:
        begin: Of the symposium; see `begin_of`.
    """
    return None if begin is None else min(begin, source.made) - hours * HOUR_US
