"""Finding posts: by what they say and who wrote them, for whoever moderates or makes the report."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server.errors import BadInput
from server.symposium import views
from server.symposium.values import SessionId, Status
from server.web.auth import DESK_ROLES, REPORT_ROLES, need
from server.web.bodies import answer
from server.web.site import hall_of

MAX_LIMIT: Final = 500
_STATUSES: Final = (Status.SHOWN, Status.HELD, Status.REJECTED, Status.HIDDEN)


async def search(request: web.Request) -> web.Response:
    """`GET …/search?q=&session=&status=&after=&limit=`: newest first. Authors of the report find what is shown."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES | REPORT_ROLES)
    staff = badge.role in DESK_ROLES
    statuses = _wanted(request.query.get("status", Status.SHOWN.value))
    if statuses != {Status.SHOWN}:
        need(request, hall, DESK_ROLES)
    assert hall.finding is not None, "a hall that serves has it"
    found = await hall.finding.find(
        request.query.get("q", ""),
        after=request.query.get("after") or None,
        limit=_limit(request.query.get("limit", "50")),
        session=SessionId(request.query["session"]) if request.query.get("session") else None,
        statuses=statuses,
    )
    state = hall.node.state
    posts = (state.posts[post] for post in found.page.posts if post in state.posts)
    # The index is a moment behind. To the report an answer to a poll is no post: it stands with its poll.
    still = [post for post in posts if post.status in statuses and (staff or post.poll is None)]
    wire = [views.desk_post(state, post) if staff else views.wire_post(state, post) for post in still]
    return answer(
        {"posts": [each for each in wire if each is not None], "next": found.page.next, "complete": found.complete}
    )


def _wanted(text: str) -> set[Status]:
    names = {name for name in text.split(",") if name}
    if not names or names - {status.value for status in _STATUSES}:
        raise BadInput(f"status is one or more of {', '.join(_STATUSES)}, between commas.", field="status")
    return {Status(name) for name in names}


def _limit(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 6 or not 1 <= int(text) <= MAX_LIMIT:
        raise BadInput(f"limit is a number from 1 to {MAX_LIMIT}.", field="limit")
    return int(text)
