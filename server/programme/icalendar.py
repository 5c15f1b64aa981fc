"""
iCalendar: the calendars of Google, Outlook, Nextcloud, pretalx, Indico and others. Pure.

Source: RFC 5545 and RFC 7986.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from server.programme.calendar_zones import zones_of
from server.programme.content_lines import (
    Component,
    Property,
    listed,
    read_calendars,
    read_date_time,
    read_day,
    read_period,
)
from server.programme.frab import FALLBACK_US, NO_TITLE, no_moment
from server.programme.imported import (
    DEFAULT_ZONE,
    MAX_SESSIONS,
    Format,
    Imported,
    Remark,
    Session,
    Sessions,
    Warnings,
    derived_id,
    moment_id,
    session_id,
)
from server.programme.moments import MAX_DURATION_US, micros, zone_of
from server.programme.recurrence import Budget, days, read_rule
from server.programme.texts import (
    MAX_ABSTRACT,
    MAX_NAME,
    MAX_TITLE,
    MAX_TRACK,
    Writer,
    kind_of,
    language,
    web_address,
)

DAYS_BEFORE: Final = 1
DAYS_AFTER: Final = 14
MAX_SPAN_DAYS: Final = 31
"""What repeats is written out within the days of the single events, or, where these lie further apart, around *day*."""

_MICROSECOND: Final = timedelta(microseconds=1)


def read_icalendar(data: bytes, *, day: date | None = None, zone: str = DEFAULT_ZONE) -> Imported:
    """
    The programme in *data*.

    Args:
        day: The symposium's first. What repeats without end is written out from the day before it, for two weeks.
        zone: The IANA time zone of times without one, where the calendar does not name one.

    Raises:
        BadInput: It is no calendar, or has an event that does not say when it is; `field` is the line.
    """
    calendars = read_calendars(data)
    reader = _Reader(calendars, day, zone)
    for events in reader.by_uid():
        reader.add(events)
    programme = reader.sessions.programme(version="", zone=reader.zone_name())
    return Imported(format=Format.ICALENDAR, programme=programme, warnings=reader.warnings.all())


class _When(NamedTuple):
    """When an event begins, as an aware moment, and how long it lasts in µs."""

    start: datetime
    micros: int
    length: int


class _Reader:
    def __init__(self, calendars: list[Component], day: date | None, zone: str) -> None:
        self.warnings = Warnings()
        self.sessions = Sessions(self.warnings)
        self.writer = Writer(self.warnings)
        self._budget = Budget()
        self._zones: dict[str, tzinfo] = {}
        named = ""
        for calendar in calendars:
            self._zones |= zones_of(calendar, self._budget)
            named = named or calendar.text("X-WR-TIMEZONE")
        self._has_zone = zone_of(named)
        default = self._has_zone or zone_of(zone) or zone_of(DEFAULT_ZONE)
        assert default is not None
        self._default = default
        self._used: Counter[str] = Counter()
        cancels = {id(c) for c in calendars if c.word("METHOD") == "CANCEL"}
        self._events = [
            event for calendar in calendars if id(calendar) not in cancels for event in calendar.named("VEVENT")
        ]
        self._tail = self._common_tail()
        self._first, self._last = self._window(day)

    # Zones

    def zone_name(self) -> str:
        """The zone that the calendar names, else the one that most of its events are in, else the default."""
        if self._has_zone is not None:
            return self._has_zone.key
        if self._used:
            return self._used.most_common(1)[0][0]
        return self._default.key

    def _moment(self, found: Property) -> datetime | None:
        """The aware moment of a property; None for a bare date and for what cannot be read."""
        moment = read_date_time(found.value)
        if moment is None or moment.tzinfo is not None:
            return moment
        name = found.parameters.get("TZID", "")
        zone = self._zone(name) if name else None
        if zone is None:
            if name or self._has_zone is None:
                self.warnings.note(Remark.NO_ZONE, name or f"line {found.line}")
            zone = self._default
        if isinstance(zone, ZoneInfo):
            self._used[zone.key] += 1
        return moment.replace(tzinfo=zone)

    def _zone(self, name: str) -> tzinfo | None:
        if name not in self._zones:
            known = zone_of(name)
            if known is None:
                return None
            self._zones[name] = known
        return self._zones[name]

    # Which events

    def by_uid(self) -> Iterator[list[Component]]:
        """The events that belong together: one, or a series and what differs from it. Without a UID each is alone."""
        together: dict[str, list[Component]] = {}
        for event in self._events:
            uid = event.text("UID").strip()
            if uid:
                together.setdefault(uid, []).append(event)
            else:
                together[f"\0{event.line}"] = [event]
        yield from together.values()

    def _window(self, day: date | None) -> tuple[date, date]:
        single = [found for event in self._events if (found := self._single_day(event)) is not None]
        if single and (max(single) - min(single)).days <= MAX_SPAN_DAYS:
            return _days_off(min(single), -DAYS_BEFORE), _days_off(max(single), DAYS_BEFORE)
        if day is None:
            starts = [found for event in self._events if (found := _day_of(event)) is not None]
            day = min(single) if single else min(starts, default=date(2000, 1, 1))
        return _days_off(day, -DAYS_BEFORE), _days_off(day, DAYS_AFTER)

    def _single_day(self, event: Component) -> date | None:
        return None if "RRULE" in event.properties or "RDATE" in event.properties else _day_of(event)

    def _common_tail(self) -> str:
        """What all locations end in, after their first comma: the address of the venue, no part of a room's name."""
        tails = {place.partition(",")[2].strip() for event in self._events if (place := _place(event))}
        places = {place for event in self._events if (place := _place(event))}
        return next(iter(tails)) if len(tails) == 1 and len(places) > 1 else ""

    # Reading

    def add(self, events: list[Component]) -> None:
        """Take in a single event, or a series."""
        changes = [event for event in events if "RECURRENCE-ID" in event.properties]
        masters = [event for event in events if "RECURRENCE-ID" not in event.properties]
        if len(masters) > 1 and any("SEQUENCE" in event.properties for event in masters):
            masters = [max(masters, key=_sequence)]
        for master in masters:
            if "RRULE" in master.properties or "RDATE" in master.properties or changes:
                self._add_series(master, changes)
                changes = []
            elif self._holds(master):
                self._add_one(master, None)
        for change in changes:  # a change of a series that is not in the file
            if self._holds(change):
                self._add_one(change, self._stamp_of(change))

    def _holds(self, event: Component) -> bool:
        if event.word("STATUS") == "CANCELLED":
            self.warnings.note(Remark.CANCELLED, self._title(event))
            return False
        if event.word("CLASS") in ("PRIVATE", "CONFIDENTIAL"):
            # RFC 5545, 3.8.1.3: not for everybody. A wall is for everybody, so in doubt it shows less.
            self.warnings.note(Remark.PRIVATE, self._title(event))
            return False
        return True

    def _add_series(self, master: Component, changes: list[Component]) -> None:
        if not self._holds(master):
            return
        when = self._when(master)
        if when is None:
            return
        changed = {stamp: change for change in changes if (stamp := self._stamp_of(change))}
        for start in self._starts(master, when.start):
            stamp = _stamp(start)
            change = changed.pop(stamp, None)
            if change is None:
                self._add_one(master, stamp, start)
            elif self._holds(change):
                self._add_one(change, stamp)
        for stamp, change in changed.items():
            if self._holds(change):
                self._add_one(change, stamp)

    def _starts(self, master: Component, start: datetime) -> list[datetime]:
        """When a series takes place within the window."""
        rule_line = master.first("RRULE")
        rule = read_rule(rule_line.value) if rule_line is not None else None
        if rule_line is not None and rule is None:
            self.warnings.note(Remark.REPEATS_ODDLY, self._title(master))
        found = {start}
        if rule is not None:
            until = _until(rule.until)
            for day in days(rule, start.date(), first=self._first, last=self._last, budget=self._budget):
                moment = datetime.combine(day, start.timetz())
                if until is None or moment <= (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)):
                    found.add(moment)
        found |= set(self._moments(master, "RDATE"))
        gone = {_stamp(moment) for moment in self._moments(master, "EXDATE")}
        lines = master.properties.get("EXDATE", ())
        gone_days = {read_day(value) for line in lines for value in line.value.split(",")}
        kept = [m for m in sorted(found) if _stamp(m) not in gone and m.date() not in gone_days]
        near = [moment for moment in kept if self._first <= moment.date() <= self._last]
        if len(near) < len(kept) or (rule is not None and rule.count is None and not rule.until):
            self.warnings.note(Remark.TOO_FAR, self._title(master))
        return near[:MAX_SESSIONS]

    def _moments(self, event: Component, name: str) -> Iterator[datetime]:
        for line in event.properties.get(name, ()):
            for value in line.value.split(",")[:MAX_SESSIONS]:
                moment = self._moment(Property(value.partition("/")[0], line.line, line.parameters))
                if moment is not None and micros(moment) is not None:
                    yield moment

    def _stamp_of(self, change: Component) -> str:
        """Which occurrence an event replaces."""
        found = change.properties["RECURRENCE-ID"][0]
        if "RANGE" in found.parameters:
            self.warnings.note(Remark.REPEATS_ODDLY, self._title(change))
        moment = self._moment(found)
        return found.value.strip()[:20] if moment is None else _stamp(moment)

    def _when(self, event: Component) -> _When | None:
        """None for what lasts whole days: no item of a programme."""
        title = self._title(event)
        found = event.first("DTSTART")
        if found is None:
            raise no_moment(f"line {event.line}", title)
        if read_day(found.value) is not None:
            self.warnings.note(Remark.ALL_DAY, title)
            return None
        start = self._moment(found)
        begins = None if start is None else micros(start)
        if start is None or begins is None:
            raise no_moment(f"line {found.line}", title)
        return _When(start, begins, self._length(event, begins, title))

    def _length(self, event: Component, begins: int, title: str) -> int:
        end, duration = event.first("DTEND"), event.first("DURATION")
        length = 0
        if end is not None:
            moment = self._moment(end)
            ends = None if moment is None else micros(moment)
            length = 0 if ends is None else ends - begins
        elif duration is not None:
            period = read_period(duration.value)
            length = 0 if period is None else period // _MICROSECOND
        if 0 < length <= MAX_DURATION_US:
            return length
        self.warnings.note(Remark.NO_DURATION, title)
        return FALLBACK_US

    def _title(self, event: Component) -> str:
        return self.writer.line(event.text("SUMMARY"), most=MAX_TITLE) or NO_TITLE

    def _add_one(self, event: Component, stamp: str | None, start: datetime | None = None) -> None:
        """One session: of a series the one at *stamp*, at *start* where that is not the event's own."""
        when = self._when(event)
        if when is None:
            return
        begins = when.micros if start is None else micros(start)
        if begins is None:
            return
        title = self._title(event)
        if title == NO_TITLE:
            self.warnings.note(Remark.NO_TITLE, f"line {event.line}")
        room_name = self._room(event)
        uid = event.text("UID").strip()
        if not uid:
            self.warnings.note(Remark.NO_GUID, title)
        identity = session_id(uid) if uid else derived_id(room_name, begins, title)
        track = next(iter(self._categories(event)), "")
        summary = event.first("SUMMARY")
        self.sessions.add(
            Session(
                id=identity if stamp is None or not uid else moment_id(identity, stamp),
                title=title,
                start=begins,
                end=begins + when.length,
                room=self.sessions.room(room_name) if room_name else None,
                kind=kind_of(type_=" ".join(self._categories(event)), track="", title=title, has_speakers=False),
                abstract=self.writer.lines(event.text("DESCRIPTION") or event.text("X-ALT-DESC"), most=MAX_ABSTRACT),
                lang=language(summary.parameters.get("LANGUAGE", "")) if summary is not None else "",
                track=track,
                url=_address(event),
            ),
            stamp=_stamp(when.start if start is None else start),
        )

    def _categories(self, event: Component) -> list[str]:
        found = (name for line in event.properties.get("CATEGORIES", ())[:10] for name in listed(line.value)[:10])
        return [name for name in (self.writer.line(each, most=MAX_TRACK) for each in found) if name]

    def _room(self, event: Component) -> str:
        place = _place(event)
        if self._tail and place.partition(",")[2].strip() == self._tail:
            place = place.partition(",")[0]
        return self.writer.line(place, most=MAX_NAME)


def _place(event: Component) -> str:
    return event.text("LOCATION").strip().partition("\n")[0].strip()


def _sequence(event: Component) -> int:
    found = event.first("SEQUENCE")
    digits = "" if found is None else found.value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _day_of(event: Component) -> date | None:
    found = event.first("DTSTART")
    return None if found is None else read_day(found.value.strip()[:8])


def _days_off(day: date, number: int) -> date:
    """*day* and so many more, within what symposia can be."""
    return min(max(day, date(1972, 1, 1)), date(2199, 1, 1)) + timedelta(days=number)


def _stamp(moment: datetime) -> str:
    try:
        return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    except (OverflowError, ValueError):
        return ""


def _until(text: str) -> datetime | None:
    """The last moment of a series: a bare date counts to its end."""
    day = read_day(text)
    return datetime(day.year, day.month, day.day, 23, 59, 59) if day is not None else read_date_time(text)


def _address(event: Component) -> str:
    """The event's own page, else the first attachment or conference that has an address."""
    for name in ("URL", "ATTACH", "CONFERENCE"):
        for found in event.properties.get(name, ())[:10]:
            if address := web_address(found.value):
                return address
    return ""
