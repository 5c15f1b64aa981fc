"""The programme as pages: a list for everybody that works without JavaScript, and the organiser's editor."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web

from server.symposium.programme import EVERYWHERE
from server.symposium.programme_facts import SessionFacts, WholeProgramme, whole_programme
from server.symposium.shelf import PaperFacts, paper_facts, papers
from server.symposium.state import State
from server.symposium.values import SessionId
from server.web.auth import badge_of
from server.web.pages import LANGUAGES, catalogue, join_facts, language_of, render
from server.web.site import hall_of, site_of

DAY_BEGINS_H = 4
"""A day ends at four in the night: a party is part of the day that it began on."""
MAX_WHOLE = 200
"""A programme of more sessions than this is shown a day at a time: a phone need not load all of it."""
SHEET_MM = 245
"""What an A4 has for the sessions of a day."""

_MINUTE_US = 60_000_000
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Something to read with a session; `opens` is the clock at which it can be, empty where it can already."""

    title: str
    href: str
    opens: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A session, as the list shows it: its times are those that hold, in the programme's zone; of `_ms` the planned."""

    facts: SessionFacts
    room: str
    start: str
    end: str
    start_iso: str
    end_iso: str
    start_ms: int
    end_ms: int
    late: int
    now: bool
    language: str
    url: str
    address: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The sessions that begin at one moment."""

    start: str
    start_iso: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day, from four to four; `id` as in `2026-11-12`. `dense` where small print is needed to get it on one A4."""

    id: str
    name: str
    slots: tuple[Slot, ...] = ()
    dense: bool = False


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room to choose; `chosen` where only its sessions are shown."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    The programme as the page shows it: `days` are all there are, those that are `shown` have their slots.

    `several` is whether a session must say its room.
    """

    days: tuple[Day, ...]
    shown: tuple[Day, ...]
    rooms: tuple[Room, ...]
    several: bool


@dataclass(kw_only=True)
class Telling:
    """In which words, of which moment, and with which addresses a programme is told."""

    words: Mapping[str, Any]
    lang: str
    now_us: int
    slug: str
    short: str
    zone: ZoneInfo
    readings: Mapping[str, tuple[PaperFacts, ...]] = field(default_factory=dict)

    def moment(self, micros: int) -> datetime:
        """A moment by the clocks of the symposium."""
        return datetime.fromtimestamp(micros / 1_000_000, UTC).astimezone(self.zone)

    def clock(self, micros: int) -> str:
        """The time of the day: `13:42`."""
        return f"{self.moment(micros):%H:%M}"

    def day(self, micros: int) -> date:
        """The day that a moment belongs to."""
        return (self.moment(micros) - timedelta(hours=DAY_BEGINS_H)).date()

    def day_name(self, day: date) -> str:
        """The day in words: `donderdag 12 november`."""
        weekday, month = self.words[f"weekday.{day.weekday()}"], self.words[f"month.{day.month}"]
        name: str = self.words["programme.day"]
        return name.replace("{weekday}", weekday).replace("{day}", str(day.day)).replace("{month}", month)

    def language(self, lang: str) -> str:
        """The name of a session's language, empty where it is the page's own or has no name."""
        primary = lang.lower().split("-")[0]
        return "" if primary in ("", self.lang) else self.words.get(f"language.{primary}", lang)


async def programme(request: web.Request) -> web.Response:
    """
    `GET /{slug}/programme[?room=&day=]`: everybody's.

    Every session stands in the page itself, with the times that hold and what runs now; its script keeps both true.
    """
    site, hall = site_of(request), hall_of(request)
    state = hall.node.state
    lang = language_of(request, tuple(each for each in state.languages if each in LANGUAGES) or LANGUAGES)
    whole = whole_programme(state)
    telling = Telling(
        words={**catalogue(lang, "common"), **catalogue(lang, "programme")},
        lang=lang,
        now_us=site.now_us(),
        slug=hall.slug,
        short=join_facts(site, hall)["short"],
        zone=zone_of(whole.zone),
        readings=_readings(state),
    )
    plan = plan_of(state, whole, telling, room=request.query.get("room"), day=request.query.get("day"))
    extra = {"seq": whole.seq, "zone": whole.zone}
    return render(request, "programme", hall=hall, extra=extra, shown={"plan": plan})


async def edit(request: web.Request) -> web.Response:
    """`GET /{slug}/programme/edit`: the organiser's. The page explains itself to whoever has no badge."""
    hall = hall_of(request)
    return render(request, "programme-edit", hall=hall, badge=badge_of(request, hall))


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _readings(state: State) -> dict[str, tuple[PaperFacts, ...]]:
    found: dict[str, list[PaperFacts]] = defaultdict(list)
    for paper in papers(state):
        if paper.session is not None:
            found[paper.session].append(paper_facts(state, paper, abstract=False))
    return {session: tuple(its) for session, its in found.items()}


def plan_of(state: State, whole: WholeProgramme, telling: Telling, *, room: str | None, day: str | None) -> Plan:
    """
    What the page shows.

    Args:
        room: Only what is there, and what is everywhere; None, and a room that there is not, is all of it.
        day: In a programme that is too large for one page the day to show; None is today, or the first one to come.
    """
    chosen = next((each.id for each in whole.rooms if each.id == room), None)
    sessions = [each for each in whole.sessions if chosen is None or each.room in (chosen, None)]
    running = running_now(state, whole, telling.now_us)
    several = len(whole.rooms) > 1
    rooms = {each.id: each.name for each in whole.rooms} if several else {}
    by_day: dict[date, list[SessionFacts]] = defaultdict(list)
    for session in sessions:
        by_day[telling.day(_begins(state, session))].append(session)
    wanted = _wanted(sorted(by_day), day, telling) if len(sessions) > MAX_WHOLE else None
    return Plan(
        days=tuple(Day(id=each.isoformat(), name=telling.day_name(each)) for each in sorted(by_day)),
        shown=tuple(
            _day(each, telling, [_row(state, session, telling, rooms, running) for session in by_day[each]])
            for each in sorted(by_day)
            if wanted in (None, each)
        ),
        rooms=tuple(Room(id=each.id, name=each.name, chosen=each.id == chosen) for each in whole.rooms),
        several=several,
    )


def _day(day: date, telling: Telling, rows: list[Row]) -> Day:
    slots = _slots(rows)
    return Day(id=day.isoformat(), name=telling.day_name(day), slots=slots, dense=height_mm(slots) > SHEET_MM)


def height_mm(slots: Iterable[Slot]) -> float:
    """
    How high a day would stand on paper in ordinary print, about: of two columns of 34 letters, or one of 75.

    The measures are those of `programme.css`: a line 4.7, what stands above and below a title 4 each, a gap 3.2.
    """
    height = 0.0
    for slot in slots:
        columns = min(2, len(slot.rows))
        for at in range(0, len(slot.rows), columns):
            beside = slot.rows[at : at + columns]
            letters = max(len(row.facts.title) for row in beside)
            height += 8 + 4.7 * ceil(letters / (75 if columns == 1 else 34))
        height += 3.2
    return height


def _wanted(days: list[date], asked: str | None, telling: Telling) -> date:
    today = telling.day(telling.now_us)
    named = next((day for day in days if day.isoformat() == asked), None)
    return named or next((day for day in days if day >= today), days[-1])


def running_now(state: State, whole: WholeProgramme, now_us: int) -> frozenset[str]:
    """What runs: by the clock, and in a room for which staff said otherwise, what they said."""
    said = {str(room): on.session for room, on in state.on_stage.items()}
    if EVERYWHERE in said:
        return frozenset() if said[EVERYWHERE] is None else frozenset({str(said[EVERYWHERE])})
    by_clock = {
        session.id
        for session in whole.sessions
        if _begins(state, session) <= now_us < session.end + _late(state, session) * _MINUTE_US
        and (session.room is None or session.room not in said)
    }
    return frozenset(by_clock | {str(session) for session in said.values() if session is not None})


def _late(state: State, session: SessionFacts) -> int:
    return state.shifts.get(SessionId(session.id), 0)


def _begins(state: State, session: SessionFacts) -> int:
    return session.start + _late(state, session) * _MINUTE_US


def _row(
    state: State, session: SessionFacts, telling: Telling, rooms: Mapping[str, str], running: frozenset[str]
) -> Row:
    late = _late(state, session)
    start, end = (each + late * _MINUTE_US for each in (session.start, session.end))
    return Row(
        facts=session,
        room=rooms.get(session.room or "", ""),
        start=telling.clock(start),
        end=telling.clock(end),
        start_iso=telling.moment(start).isoformat(timespec="minutes"),
        end_iso=telling.moment(end).isoformat(timespec="minutes"),
        start_ms=session.start // 1_000,
        end_ms=session.end // 1_000,
        late=late,
        now=session.id in running,
        language=telling.language(session.lang),
        # Only an address of the web: a stranger's file may say "javascript:".
        url=session.url if _WEB.fullmatch(session.url) else "",
        address=f"{telling.short}/{session.code}" if session.code is not None else "",
        readings=tuple(
            Reading(
                title=paper.title,
                href=f"/{telling.slug}/papers/{paper.id}",
                opens="" if paper.opens_at is None else telling.clock(paper.opens_at),
            )
            for paper in telling.readings.get(session.id, ())
        ),
    )


def _slots(rows: Iterable[Row]) -> tuple[Slot, ...]:
    ordered = sorted(rows, key=lambda row: row.start_ms + row.late * 60_000)  # stable: rooms keep their order
    grouped = groupby(ordered, key=lambda row: (row.start, row.start_iso))
    return tuple(Slot(start=start, start_iso=iso, rows=tuple(its)) for (start, iso), its in grouped)
