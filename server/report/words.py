"""
The words of a report in its two languages: `words/nl.json` and `words/en.json` hold the same keys.

A value is a sentence with its gaps as `{name}`, or two of them, for one and for more; `{Name}` is the same gap at the
beginning of a sentence. Numbers, dates and sizes are told as a reader of that language expects them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

FOLDER: Final = Path(__file__).parent / "words"
LANGUAGES: Final = ("nl", "en")

Entry = str | dict[str, str]
"""A sentence, or `one` and `other`."""


class Words:
    """
    The words of one language.

    Raises:
        KeyError: Of every method with a `key` that is not there: our own mistake.
    """

    def __init__(self, lang: str, entries: dict[str, Entry]) -> None:
        self.lang = lang
        self.entries = entries

    def __getitem__(self, key: str) -> str:
        """The words as they stand, gaps and all."""
        entry = self.entries[key]
        assert isinstance(entry, str), key
        return entry

    def say(self, key: str, /, **gaps: str) -> str:
        """The words with their gaps filled."""
        return self[key].format_map(_Gaps(gaps))

    def form(self, key: str, n: int) -> str:
        """The form for *n* things, gaps and all."""
        entry = self.entries[key]
        assert isinstance(entry, dict), key
        return entry["one" if n == 1 else "other"]

    def count(self, key: str, n: int, /, **gaps: str) -> str:
        """The form for *n* things, with `{n}` in figures and `{told}` in words."""
        return self.form(key, n).format_map(_Gaps({"n": self.number(n), "told": self.told(n)} | gaps))

    # Numbers

    def number(self, n: int) -> str:
        """1214 → "1.214" in Dutch."""
        return f"{n:,}".replace(",", self["number.thousands"])

    def told(self, n: int) -> str:
        """As in running text: in words up to twelve."""
        return self[f"told.{n}"] if f"told.{n}" in self.entries else self.number(n)

    def percent(self, n: int) -> str:
        """58 → "58%"."""
        return f"{self.number(n)}%"

    def size(self, size: int) -> str:
        """Bytes, in units of a thousand: 1234567 → "1,2 MB" in Dutch."""
        if size < 1000:
            return self.count("size.bytes", size)
        unit = next(name for name, above in (("kB", 1_000_000), ("MB", 10**9), ("GB", 10**30)) if size < above)
        value = size / {"kB": 10**3, "MB": 10**6, "GB": 10**9}[unit]
        told = f"{value:.1f}" if round(value, 1) < 10 else f"{value:.0f}"
        return f"{told.removesuffix('.0').replace('.', self['number.point'])} {unit}"

    def duration(self, seconds: int) -> str:
        """125 → "2 minuten en 5 seconden"; from an hour on without seconds."""
        hours, rest = divmod(max(0, seconds), 3600)
        minutes, left = divmod(rest, 60)
        units = (("hours", hours), ("minutes", minutes), ("seconds", 0 if hours else left))
        told = [self.count(f"duration.{unit}", n) for unit, n in units if n]
        return self.listed(told) if told else self.count("duration.seconds", 0)

    def listed(self, things: Sequence[str]) -> str:
        """ "a, b en c"."""
        if len(things) < 2:
            return "".join(things)
        return f"{', '.join(things[:-1])} {self['and']} {things[-1]}"

    # Time; moments are UTC microseconds

    def date(self, moment: int, zone: str) -> str:
        """ "donderdag 12 november 2026"."""
        return self.whole_day(local_day(moment, zone))

    def day(self, moment: int, zone: str) -> str:
        """ "vrijdag 13 november"."""
        return self.this_day(local_day(moment, zone))

    def short_day(self, moment: int, zone: str) -> str:
        """ "vr 13 nov"."""
        return self.say("day.short", **self._day(local_day(moment, zone)))

    def plain_date(self, moment: int, zone: str) -> str:
        """ "12 november 2026"."""
        return self.plain_day(local_day(moment, zone))

    def time(self, moment: int, zone: str) -> str:
        """ "13:07"."""
        return f"{_local(moment, zone):%H:%M}"

    def whole_day(self, day: dt.date) -> str:
        """The same as `date`, of a day of the calendar."""
        return self.say("date", **self._day(day))

    def plain_day(self, day: dt.date) -> str:
        """The same as `plain_date`."""
        return self.say("date.plain", **self._day(day))

    def this_day(self, day: dt.date) -> str:
        """The same as `day`."""
        return self.say("day", **self._day(day))

    def _day(self, day: dt.date) -> dict[str, str]:
        weekday, month = self[f"weekday.{day.isoweekday()}"], self[f"month.{day.month}"]
        return {
            "weekday": weekday,
            "weekday_short": weekday[: int(self["weekday.letters"])],
            "day": str(day.day),
            "month": month,
            "month_short": self[f"month-short.{day.month}"],
            "year": str(day.year),
        }

    # Names

    def language(self, code: str) -> str:
        """ "nl" → "Nederlands"; the code itself where we have no name, and "onbekend" for none."""
        if not code:
            return self["language.unknown"]
        entry = self.entries.get(f"language.{code.split('-')[0].lower()}", code)
        return entry if isinstance(entry, str) else code

    def network(self, network: str) -> str:
        """ "phone" → "telefoon"; a network that we do not know by its own name."""
        entry = self.entries.get(f"network.{network}", network[:1].upper() + network[1:])
        return entry if isinstance(entry, str) else network

    def room(self, name: str) -> str:
        """
        A room with the article that its kind takes: "Grote zaal" → "de Grote zaal", "Zaal 3" → "Zaal 3".

        Rooms have any name; where we cannot know, it has none.
        """
        parts = name.casefold().split()
        if not parts or parts[0] in self["room.own-articles"].split():
            return name
        for article in ("first", "second"):
            endings = tuple(self[f"room.{article}.endings"].split())
            if parts[-1].endswith(endings):
                return f"{self[f'room.{article}']} {name}"
        return name


class _Gaps(dict[str, str]):
    """What fills the gaps; a name with a capital gets its words with a capital."""

    def __missing__(self, name: str) -> str:
        return capital(self[name.lower()]) if name != name.lower() else dict.__getitem__(self, name)


def capital(text: str) -> str:
    """Begins with a capital; a Dutch IJ is one letter."""
    return "IJ" + text[2:] if text.startswith("ij") else text[:1].upper() + text[1:]


def local_day(moment: int, zone: str) -> dt.date:
    """The day of the calendar in *zone*."""
    return _local(moment, zone).date()


def _local(moment: int, zone: str) -> dt.datetime:
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=moment)).astimezone(ZoneInfo(zone))


@cache
def words(lang: str) -> Words:
    """
    The words of *lang*; English for a language that we do not have.

    The same object every time: it is only read.
    """
    chosen = lang if lang in LANGUAGES else "en"
    entries: dict[str, Entry] = json.loads((FOLDER / f"{chosen}.json").read_text(encoding="utf-8"))
    return Words(chosen, entries)
