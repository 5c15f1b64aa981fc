"""A small programme around the present moment, for tests of the pages that follow it."""

from __future__ import annotations

import time
from typing import Any

from server.node import Node
from server.symposium.entries import ProgrammeBody, RoomBody, SessionBody, Slot, SpeakerBody
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, RoomId, ScreenId, SessionId, SessionKind

HALL, GARDEN = RoomId("grote-zaal"), RoomId("tuinzaal")
ROOMS = (RoomBody(id=HALL, name="Grote zaal"), RoomBody(id=GARDEN, name="Tuinzaal"))
NOW_ON = "Burgerberaad, en dan?"
NEXT = "Data die luistert"
GARDEN_NOW = "Werkplaats: brieven herschrijven"
_MINUTE_US = 60_000_000


async def set_programme(node: Node, *, slots: tuple[tuple[str, RoomId, int, int, str, str], ...] | None = None) -> None:
    """
    Two rooms: in the hall a talk that runs (40 minutes, 20 to go) and one after it; in the garden room another.

    Args:
        slots: Id, room, begin and end in minutes from now, title, and who speaks.
    """
    now = time.time_ns() // 1_000
    told = slots or (
        ("opening", HALL, -90, -40, "Opening en welkom", "Anouk Blom"),
        ("burger", HALL, -40, 20, NOW_ON, "Marjolein Verkade"),
        ("data", HALL, 20, 60, NEXT, "Chidi Okafor"),
        ("werk", GARDEN, -40, 30, GARDEN_NOW, "Noor van Dalen"),
    )
    words, times = [], []
    for name, room, begin, end, title, who in told:
        session = SessionId(name)
        start, stop = now + begin * _MINUTE_US, now + end * _MINUTE_US
        times.append(Slot(session=session, room=room, start=start, end=stop, kind=SessionKind.TALK))
        words.append(SessionBody(id=session, title=title, speakers=(SpeakerBody(name=who),)))
    known = node.state.programme
    body = ProgrammeBody(zone=noon_zone(), rooms=ROOMS, sessions=tuple(words))
    outcome = await node.shelf.set_programme(OPERATOR, body, times, base=0 if known is None else known.body)
    assert isinstance(outcome, Done), outcome


def noon_zone() -> str:
    """A time zone in which it is about noon now: at four in the night the day of a programme ends."""
    ahead = (12 - time.gmtime().tm_hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"


async def pair(node: Node, screen: str, name: str, **more: Any) -> None:
    """A screen that staff know."""
    facts = {"room": HALL, "stage": False, **more}
    outcome = await node.shelf.set_screen(OPERATOR, ScreenId(screen), name=name, **facts)
    assert isinstance(outcome, Done), outcome
