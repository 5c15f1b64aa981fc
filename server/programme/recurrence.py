"""
Which days a repeating event falls on: the part of iCalendar's rules that programmes use. Pure.

Walks days, at most so many, and asks of each whether the rule has it. So a rule that never comes true (30 February)
costs no more than any other; a library that looks for the next occurrence looks for it until the year 9999.

Source: RFC 5545, 3.3.10. Not supported: repetition within a day, BYSETPOS, BYWEEKNO, BYYEARDAY, RSCALE.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from server.errors import BadInput

MAX_DAYS: Final = 400_000
"""Days that the rules of one file may look at together: a quarter of a second."""

_DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "WKST"}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule. `until` is as written; `by_day` has pairs of ordinal (0 for every) and weekday (0 is Monday)."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    by_day: tuple[tuple[int, int], ...] = ()
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    week_start: int = 0


class Budget:
    """How many days may still be looked at."""

    def __init__(self, days: int = MAX_DAYS) -> None:
        self._days = days

    def spend(self) -> None:
        """One more. Raises BadInput when there are none left."""
        self._days -= 1
        if self._days < 0:
            raise BadInput(
                "This calendar repeats too much, from too long ago. Export only the days of the symposium.",
                code="repeats-too-much",
            )


def read_rule(text: str) -> Rule | None:
    """The rule; None for one that is not supported or cannot be read."""
    parts: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, _, value = part.partition("=")
        if name:
            parts[name.strip()] = value.strip()
    if not parts.keys() <= _KNOWN or parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        return None
    try:
        return _rule(parts)
    except (ValueError, KeyError):
        return None


def _rule(parts: Mapping[str, str]) -> Rule | None:
    by_day = tuple(_by_day(each) for each in _split(parts.get("BYDAY", "")))
    rule = Rule(
        freq=parts["FREQ"],
        interval=_number(parts.get("INTERVAL", "1"), 1, 1000),
        count=_number(parts["COUNT"], 1, 10_000) if "COUNT" in parts else None,
        until=parts.get("UNTIL", ""),
        by_day=by_day,
        by_month=tuple(_number(each, 1, 12) for each in _split(parts.get("BYMONTH", ""))),
        by_month_day=tuple(_number(each, -31, 31) for each in _split(parts.get("BYMONTHDAY", ""))),
        week_start=_DAYS[parts.get("WKST", "MO")],
    )
    has_ordinals = any(ordinal for ordinal, _ in by_day)
    if has_ordinals and rule.freq in ("DAILY", "WEEKLY"):
        return None  # RFC 5545: MUST NOT
    if rule.by_month_day and rule.freq == "WEEKLY":
        return None  # the same
    return rule


def _split(text: str) -> list[str]:
    return text.split(",") if text else []


def _number(text: str, least: int, most: int) -> int:
    number = int(text) if re.fullmatch(r"[+-]?\d{1,6}", text) else most + 1
    if not least <= number <= most or (least < 0 and number == 0):
        raise ValueError(text)
    return number


def _by_day(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _number(found[1], -53, 53) if found[1] else 0, _DAYS[found[2]]


def days(rule: Rule, start: date, *, first: date, last: date, budget: Budget) -> Iterator[date]:
    """
    The days from *first* to *last* that *rule* gives to what begins on *start*, which is one of them in any case.

    Raises:
        BadInput: The file's budget is used up.
    """
    count = 0
    # Only a rule that counts has to be followed from its beginning.
    day = start if rule.count is not None else max(start, first)
    while day <= last:
        budget.spend()
        if day == start or _has(rule, start, day):
            count += 1
            if rule.count is not None and count > rule.count:
                return
            if day >= first:
                yield day
        day += timedelta(days=1)


def _has(rule: Rule, start: date, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    return _in_step(rule, start, day) and _by_rule(rule, start, day)


def _in_step(rule: Rule, start: date, day: date) -> bool:
    """Whether the day, week, month or year is one of every `interval`."""
    match rule.freq:
        case "DAILY":
            passed = (day - start).days
        case "WEEKLY":
            passed = (_week(day, rule.week_start) - _week(start, rule.week_start)).days // 7
        case "MONTHLY":
            passed = (day.year - start.year) * 12 + day.month - start.month
        case _:
            passed = day.year - start.year
    return passed % rule.interval == 0


def _week(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _by_rule(rule: Rule, start: date, day: date) -> bool:
    if rule.by_month_day and not _is_month_day(rule, day):
        return False
    if rule.by_day:
        return any(_is_weekday(rule, ordinal, weekday, day) for ordinal, weekday in rule.by_day)
    if rule.by_month_day or rule.freq == "DAILY":
        return True
    if rule.freq == "WEEKLY":
        return day.weekday() == start.weekday()
    if rule.freq == "YEARLY" and not rule.by_month:
        return (day.month, day.day) == (start.month, start.day)
    return day.day == start.day


def _is_month_day(rule: Rule, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    return any(day.day == (each if each > 0 else length + 1 + each) for each in rule.by_month_day)


def _is_weekday(rule: Rule, ordinal: int, weekday: int, day: date) -> bool:
    if day.weekday() != weekday:
        return False
    if not ordinal:
        return True
    if rule.freq == "YEARLY" and not rule.by_month:
        index, length = day.timetuple().tm_yday - 1, date(day.year, 12, 31).timetuple().tm_yday
    else:
        index, length = day.day - 1, monthrange(day.year, day.month)[1]
    return (index // 7 + 1 if ordinal > 0 else -((length - 1 - index) // 7 + 1)) == ordinal
