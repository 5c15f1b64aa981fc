"""
The lines of iCalendar: unfolded, split into name, parameters and value, and put into their components. Pure.

Source: RFC 5545, 3.1 to 3.3 and 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from server.errors import BadInput

MAX_DEPTH: Final = 10
MAX_LINE: Final = 1_000_000
"""Characters of one unfolded line: a picture may stand in one, and is passed over."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,60}(?=[;:])")
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,60})=")
_QUOTED_OR_BARE = re.compile(r'"[^"]*"|[^";:,]*')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DURATION = re.compile(r"\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")


class Property(msgspec.Struct, frozen=True, gc=False):
    """A line: parameters by upper-case name, the value as written, and the number of its first line in the file."""

    value: str
    line: int
    parameters: Mapping[str, str] = {}


class Component(msgspec.Struct):
    """What stands between BEGIN and END. `properties` by upper-case name, in the order of the file."""

    name: str
    line: int
    properties: dict[str, list[Property]] = msgspec.field(default_factory=dict)
    parts: list[Component] = msgspec.field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """The first property of this name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The first property of this name as a text; empty without one."""
        found = self.first(name)
        return "" if found is None else unescaped(found.value)

    def word(self, name: str) -> str:
        """The first property of this name as an upper-case word."""
        found = self.first(name)
        return "" if found is None else found.value.strip().upper()

    def named(self, name: str) -> Iterator[Component]:
        """The components of this kind that stand directly in this one."""
        return (part for part in self.parts if part.name == name)


def read_calendars(data: bytes) -> list[Component]:
    """
    The calendars of a file: mostly one.

    Raises:
        BadInput: There is none, or the file ends in the middle of one.
    """
    top = Component("", 0)
    open_: list[Component] = [top]
    for number, line in _unfolded(data):
        found = _NAME.match(line)
        if found is None:
            continue  # what is no property is passed over, as calendars do
        name = found[0].upper()
        if name == "BEGIN":
            part = Component(line.partition(":")[2].strip().upper(), number)
            if len(open_) > MAX_DEPTH:
                raise BadInput(f"line {number}: this is nested too deep for a calendar.", code="not-a-schedule")
            open_[-1].parts.append(part)
            open_.append(part)
        elif name == "END":
            _end(open_, line.partition(":")[2].strip().upper(), number)
        elif len(open_) > 1:
            parameters, value = _split(line, found.end())
            open_[-1].properties.setdefault(name, []).append(Property(value, number, parameters))
    if len(open_) > 1:
        raise BadInput(
            f"The calendar ends in the middle of a {open_[-1].name} that begins in line {open_[-1].line}. Was the "
            "download cut short? Fetch the file again.",
            code="not-a-schedule",
        )
    calendars = list(top.named("VCALENDAR"))
    if not calendars:
        raise BadInput("There is no BEGIN:VCALENDAR in this file.", code="not-a-schedule")
    return calendars


def _end(open_: list[Component], name: str, number: int) -> None:
    if len(open_) < 2 or open_[-1].name != name:
        raise BadInput(f"line {number}: END:{name[:40]} ends nothing.", code="not-a-schedule", field=f"line {number}")
    open_.pop()


def _unfolded(data: bytes) -> Iterator[tuple[int, str]]:
    """Lines with the number of their first: joined as bytes, since some fold in the middle of a letter."""
    whole: list[bytes] = []
    began, length = 1, 0
    for number, raw in enumerate(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        if raw[:1] in (b" ", b"\t") and whole:
            length += len(raw)
            if length <= MAX_LINE:
                whole.append(raw[1:])
            continue
        if whole:
            yield began, b"".join(whole).decode("utf-8", "replace")
        whole, began, length = [raw], number, len(raw)
    if whole:
        yield began, b"".join(whole).decode("utf-8", "replace")


def _split(line: str, at: int) -> tuple[dict[str, str], str]:
    """Parameters and value of a line. Of a parameter with several values the first."""
    parameters: dict[str, str] = {}
    while found := _PARAMETER.match(line, at):
        at = found.end()
        value = ""
        while True:
            piece = _QUOTED_OR_BARE.match(line, at)
            assert piece is not None
            value = value or piece[0].strip('"')
            at = piece.end()
            if line[at : at + 1] != ",":
                break
            at += 1
        parameters.setdefault(found[1].upper(), value)
    return parameters, line[at + 1 :] if line[at : at + 1] == ":" else line[at:].partition(":")[2]


def unescaped(text: str) -> str:
    r"""A text value without its backslashes: `\n` is a line end."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def listed(value: str) -> list[str]:
    r"""The texts of a list: commas with a backslash before them are no separators."""
    parts = re.split(r"(?<!\\),", value)
    return [unescaped(part).strip() for part in parts]


def read_date_time(value: str) -> datetime | None:
    """`20261112T090000`, aware (UTC) with a Z behind it, else naive. None for anything else."""
    text = value.strip().upper()
    if not re.fullmatch(r"\d{8}T\d{6}Z?", text):
        return None
    try:
        second = min(int(text[13:15]), 59)  # RFC 5545, 3.3.5: a leap second may be written as 60
        moment = datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[9:11]), int(text[11:13]), second)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment


def read_day(value: str) -> date | None:
    """`20261112`."""
    text = value.strip()
    if not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_period(value: str) -> timedelta | None:
    """`PT45M`, `P1DT2H`, `P1W`; None for anything else, also for what goes back in time."""
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None or not any(found.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
