"""Screens that staff know: pair one by the four characters that it shows, name it, put it in a room, let it go."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from server.errors import BadInput, NotFound
from server.intake.text import clean, is_blank
from server.symposium.programme_facts import paired_facts
from server.symposium.state import Paired, State
from server.symposium.values import ROOM_PLACE, BadgeId, RoomId, ScreenId
from server.web.auth import STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.guard import address_of
from server.web.limits import PAIRINGS, network_of
from server.web.site import Hall, hall_of, site_of

_ID = r"^[A-Za-z0-9._:-]{1,64}(?!\n)$"
_Id = Annotated[str, msgspec.Meta(pattern=_ID)]
_Room = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Name = Annotated[str, msgspec.Meta(max_length=1_000)]


class NewPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A screen asks for a code. `screen` is the name that it gave itself."""

    screen: _Id


class NewScreen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Staff know a screen from here on: by the `code` that it shows, or by the name (`screen`) that it gave itself.

    `room` null: of no room. `stage`: it hangs behind the speaker. `name` has 1 to 60 characters.
    """

    name: _Name
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=16)] | None = None
    screen: _Id | None = None
    room: _Room | None = None
    stage: bool = False


class ScreenChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays."""

    name: _Name | UnsetType = UNSET
    room: _Room | UnsetType | None = UNSET
    stage: bool | UnsetType = UNSET


async def begin(request: web.Request) -> web.Response:
    """`POST …/screens/pairings`: the four characters that a screen is to show, and until when (µs)."""
    site, hall = site_of(request), hall_of(request)
    new = await read_json(request, NewPairing)
    screen = _own(new.screen)
    site.buckets.take(PAIRINGS, network_of(address_of(request)))
    pairing = hall.pairings.begin(screen)
    expires = site.now_us() + int(hall.pairings.left_s(pairing) * 1_000_000)
    return answer({"code": pairing.code, "expires": expires}, status=201)


async def look(request: web.Request) -> web.Response:
    """`GET …/screens/pairings/{code}`: whether somebody typed it in."""
    pairing = hall_of(request).pairings.get(request.match_info["code"])
    if pairing is None:
        raise _no_pairing()
    return answer({"paired": pairing.paired})


async def screens(request: web.Request) -> web.Response:
    """`GET …/screens`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    return answer({"screens": [_facts(hall.node.state, screen) for screen in hall.node.state.paired]})


async def pair(request: web.Request) -> web.Response:
    """`POST …/screens`."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    new = await read_json(request, NewScreen)
    if (new.code is None) == (new.screen is None):
        raise BadInput("Give the code that the screen shows, or its name: one of the two.", field="$.code")
    pairing = None if new.code is None else hall.pairings.get(new.code)
    if new.code is not None and pairing is None:
        raise _no_pairing()
    screen = pairing.screen if pairing is not None else _own(new.screen or "")
    room = None if new.room is None else RoomId(new.room)
    seq = await _set(hall, by, screen, name=_named(new.name), room=room, stage=new.stage)
    if pairing is not None:
        pairing.paired = True
    return answer({"seq": seq, **_facts(hall.node.state, screen)}, status=201)


async def change(request: web.Request) -> web.Response:
    """`PATCH …/screens/{screen}`."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    screen = ScreenId(request.match_info["screen"])
    new = await read_json(request, ScreenChange)
    known = hall.node.state.paired.get(screen)
    if known is None:
        raise NotFound("There is no such screen.", code="unknown")
    name = paired_facts(hall.node.state)[screen].name if new.name is UNSET else _named(new.name)
    stage = known.stage if new.stage is UNSET else new.stage
    seq = await _set(hall, by, screen, name=name, room=_room(hall.node.state, known, new.room), stage=stage)
    return answer({"seq": seq, **_facts(hall.node.state, screen)})


async def remove(request: web.Request) -> web.Response:
    """`DELETE …/screens/{screen}`: it shows its code again, and what all screens show."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    outcome = await hall.node.shelf.remove_screen(by, ScreenId(request.match_info["screen"]))
    return answer({"seq": carried_out(hall.node.state, outcome).seq})


def _room(state: State, known: Paired, new: str | UnsetType | None) -> RoomId | None:
    """The room that is meant. One that has gone from the programme since is none: a screen there can still be named."""
    if new is not UNSET:
        return None if new is None else RoomId(new)
    rooms = () if state.programme is None else state.programme.rooms
    return known.room if known.room in rooms else None


async def _set(hall: Hall, by: BadgeId, screen: ScreenId, *, name: str, room: RoomId | None, stage: bool) -> int:
    """Make it so, where it is not so already. Returns the place of the entry, or of the newest one."""
    known = hall.node.state.paired.get(screen)
    same = known is not None and (known.room, known.stage) == (room, stage)
    if same and paired_facts(hall.node.state)[screen].name == name:
        return hall.node.state.seq
    outcome = await hall.node.shelf.set_screen(by, screen, name=name, room=room, stage=stage)
    return carried_out(hall.node.state, outcome).seq


def _facts(state: State, screen: ScreenId) -> dict[str, Any]:
    facts = paired_facts(state)[screen]
    return {"screen": screen, "name": facts.name, "room": facts.room, "stage": facts.stage}


def _named(name: str) -> str:
    cleaned = clean(name, lines=False)
    if is_blank(cleaned):
        raise BadInput("A screen needs a name.", code="empty", field="$.name")
    return cleaned


def _own(screen: str) -> ScreenId:
    """The name that a screen gave itself: never one that stands for the screens of a room."""
    if screen.startswith(ROOM_PLACE):
        raise BadInput(f'The name of a screen does not begin with "{ROOM_PLACE}".', field="$.screen")
    return ScreenId(screen)


def _no_pairing() -> NotFound:
    return NotFound("No screen shows this code now. Look at the screen: it may show another one.", code="no-pairing")
