"""Opinion groups of a poll of statements: what unites the hall and what divides it. Of groups, never of one person."""

from __future__ import annotations

from aiohttp import web

from server.errors import Conflict, NotFound
from server.opining import Opining
from server.symposium.people import CHAIRS
from server.symposium.values import PollKind
from server.web.auth import badge_of, device_of
from server.web.bodies import answer
from server.web.polls import poll_of, told
from server.web.site import hall_of
from server.web.voting import refusal_of

OPINIONS: web.AppKey[Opining] = web.AppKey("opinions", Opining)


def set_up(app: web.Application) -> None:
    """Give *app* what finds opinion groups."""
    app[OPINIONS] = Opining()


async def opinions(request: web.Request) -> web.Response:
    """
    `GET …/polls/{poll}/opinions`: the groups, for whoever may see the poll's result now; see `Opinions`.

    Raises:
        NotFound: `unknown`: it was never opened. `no-opinions`: it is no poll of statements.
        Conflict: `result-hidden`: this asker may not see its result yet.
    """
    hall = hall_of(request)
    badge = badge_of(request, hall)
    sees_all = badge is not None and badge.role in CHAIRS
    id_, poll = poll_of(request, hall)
    if not poll.opened:
        raise refusal_of("unknown")
    if poll.form.kind is not PollKind.STATEMENTS:
        raise NotFound("Opinion groups are found in polls of statements only.", code="no-opinions")
    if told(hall, id_, device_of(request, hall), sees_all=sees_all)["tally"].result is None:
        raise Conflict("The result of this poll is told later.", code="result-hidden")
    return answer(await request.app[OPINIONS].of(id_, poll))
