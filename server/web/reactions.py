"""What phones in the hall may do, and what they say in one sign."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from server.errors import Conflict
from server.symposium.values import Reaction
from server.web.auth import STAGE_ROLES, mint_device, need, own_device
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.limits import REACTIONS
from server.web.site import hall_of, site_of

MAX_AT_ONCE = 20


class NewReaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign, `n` times since the last that was sent."""

    kind: Reaction
    n: Annotated[int, msgspec.Meta(ge=1, le=MAX_AT_ONCE)] = 1


class NewHall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Whether phones may ask questions and react, and whether screens follow by themselves what the hall is asked. What is
    left out stays.
    """

    questions: bool | None = None
    reactions: bool | None = None
    follows: bool | None = None


async def react(request: web.Request) -> web.Response:
    """`POST …/reactions`: 204."""
    hall = hall_of(request)
    known = own_device(request, hall)
    new = await read_json(request, NewReaction)
    if not hall.node.state.hall.reactions:
        raise Conflict("Reactions are off now.", code="reactions-off")
    response = web.Response(status=204)
    device = known or mint_device(request, hall, response)
    site_of(request).buckets.take(REACTIONS, device, new.n)
    hall.reacting.add(new.kind, new.n)
    return response


async def put_hall(request: web.Request) -> web.Response:
    """`PUT …/hall`."""
    hall = hall_of(request)
    badge = need(request, hall, STAGE_ROLES)
    new = await read_json(request, NewHall)
    outcome = await hall.node.ask.set_hall(
        badge.id, questions=new.questions, reactions=new.reactions, follows=new.follows
    )
    done = carried_out(hall.node.state, outcome)
    return answer({"seq": done.seq, **msgspec.structs.asdict(hall.node.state.hall)})
