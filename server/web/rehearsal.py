"""The rehearsal mode: recorded posts, faults to practise with, and the wipe before the doors open."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from aiohttp import web

from server.errors import NotFound
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.site import Hall, Rehearsal, hall_of

Speed = Annotated[float, msgspec.Meta(ge=0.1, le=100)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=300)]


class Rehearsing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`speed` 1 is 25 minutes for the day. `moderator`: a scripted one decides; False leaves all to people."""

    on: bool
    speed: Speed = 1.0
    moderator: bool = True


class NewFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`phones`, for `network-down`: they lose their connection too, not only the screens."""

    fault: Literal["flood", "hijack", "network-down"]
    seconds: Seconds | None = None
    phones: bool = False


class Wiping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`everything`: also the posts that people sent."""

    everything: bool = False


_SECONDS = {"flood": 30, "hijack": 30, "network-down": 90}
"""`network-down` is longer than a screen's lease of 60 s, so that its safe slides are seen."""


async def facts(request: web.Request) -> web.Response:
    """`GET …/rehearsal`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    return answer(_mode(hall).facts())


async def switch(request: web.Request) -> web.Response:
    """`POST …/rehearsal`: start, set the speed, or stop."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    new = await read_json(request, Rehearsing)
    mode = _mode(hall)
    if new.on:
        await mode.start(speed=new.speed, moderator=new.moderator)
    else:
        await mode.stop()
    return answer(mode.facts())


async def fault(request: web.Request) -> web.Response:
    """`POST …/rehearsal/faults`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    new = await read_json(request, NewFault)
    mode = _mode(hall)
    mode.begin_fault(new.fault, seconds=new.seconds or _SECONDS[new.fault], phones=new.phones)
    return answer(mode.facts())


async def wipe(request: web.Request) -> web.Response:
    """`DELETE …/rehearsal`: when this answers, the words are gone from the journal."""
    hall = hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, Wiping) if request.can_read_body else Wiping()
    return answer({"erased": await _mode(hall).wipe(badge.id, everything=new.everything)})


def _mode(hall: Hall) -> Rehearsal:
    if hall.rehearsal is None:
        raise NotFound("There is no rehearsal mode here.")
    return hall.rehearsal
