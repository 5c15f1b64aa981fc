"""
The time zones of a calendar: an IANA name where it has one, else what its VTIMEZONE says. Pure.

Source: RFC 5545, 3.6.5. Of the rules for summer time those that repeat each year are followed, as all in use do.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from server.programme.content_lines import Component, read_date_time
from server.programme.moments import zone_of
from server.programme.recurrence import Budget, Rule, days, read_rule

_NONE = timedelta(0)
_MAX_OBSERVANCES = 20


class Observance(NamedTuple):
    """From some moment on, clocks differ so much from UTC."""

    start: datetime
    before: timedelta
    after: timedelta
    rule: Rule | None


class CalendarZone(tzinfo):
    """A zone as a calendar defines it. `tzname` is its name there."""

    def __init__(self, name: str, observances: tuple[Observance, ...], budget: Budget) -> None:
        self._name = name
        self._observances = observances
        self._budget = budget
        self._onsets: dict[int, list[tuple[datetime, timedelta]]] = {}

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        """By the last change before *moment*, a clock's time in this zone."""
        if moment is None:
            return self._observances[0].after
        naive = moment.replace(tzinfo=None)
        for year in (naive.year, naive.year - 1):
            past = [after for onset, after in self._in_year(year) if onset <= naive]
            if past:
                return past[-1]
        earlier = [each for each in self._observances if each.start <= naive]
        if not earlier:
            return min(self._observances, key=lambda each: each.start).before
        return max(earlier, key=lambda each: each.start).after

    def dst(self, moment: datetime | None, /) -> timedelta:
        """Not told apart here."""
        return _NONE

    def tzname(self, moment: datetime | None, /) -> str:
        """Its name in the calendar."""
        return self._name

    def _in_year(self, year: int) -> list[tuple[datetime, timedelta]]:
        if year not in self._onsets:
            self._onsets[year] = sorted(
                (datetime.combine(day, each.start.time()), each.after)
                for each in self._observances
                for day in self._days(each, year)
            )
        return self._onsets[year]

    def _days(self, each: Observance, year: int) -> list[date]:
        start, first, last = each.start.date(), date(year, 1, 1), date(year, 12, 31)
        if each.rule is None or start > last:
            return [start] if first <= start <= last else []
        rule_days = days(each.rule, start, first=max(first, start), last=last, budget=self._budget)
        until = each.rule.until[:8]
        return [day for day in rule_days if not until or f"{day:%Y%m%d}" <= until]


def zones_of(calendar: Component, budget: Budget) -> dict[str, tzinfo]:
    """The zones that a calendar defines, by their TZID; those with an IANA name are the system's."""
    found: dict[str, tzinfo] = {}
    for definition in calendar.named("VTIMEZONE"):
        name = definition.text("TZID")
        known = zone_of(name) or zone_of(definition.text("X-LIC-LOCATION"))
        if known is not None:
            found[name] = known
            continue
        observances = tuple(filter(None, map(_observance, definition.parts[:_MAX_OBSERVANCES])))
        if observances:
            found[name] = CalendarZone(name, observances, budget)
    return found


def _observance(part: Component) -> Observance | None:
    start, before, after = part.first("DTSTART"), part.first("TZOFFSETFROM"), part.first("TZOFFSETTO")
    if start is None or after is None:
        return None
    began, offset = read_date_time(start.value), _offset(after.value)
    if began is None or offset is None:
        return None
    earlier = _offset(before.value) if before is not None else None
    rule = part.first("RRULE")
    yearly = None if rule is None else read_rule(rule.value)
    if yearly is not None and yearly.freq != "YEARLY":
        yearly = None
    return Observance(began.replace(tzinfo=None), offset if earlier is None else earlier, offset, yearly)


def _offset(value: str) -> timedelta | None:
    """`+0100`, `-033000`: below a day, as Python demands of zones."""
    text = value.strip()
    digits = text[1:]
    if text[:1] not in ("+", "-") or not digits.isascii() or not digits.isdigit() or len(digits) not in (4, 6):
        return None
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -offset if text[0] == "-" else offset
