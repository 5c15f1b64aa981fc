"""Badges: hand in a link, see who you are, make one, withdraw one."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from server.errors import BadInput
from server.intake.text import clean, graphemes, is_blank
from server.symposium import views
from server.symposium.state import State
from server.symposium.values import BadgeId, Role, SessionId
from server.web.auth import ORGANISER_ROLES, badge_of, hand_back, hand_in, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.pages import badge_facts, join_facts
from server.web.problems import Unauthorised
from server.web.site import ROLES_WITH_PAGES, Hall, Site, hall_of, site_of

MAX_NAME = 60


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: str


class NewBadge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose badge, and what it may do. A speaker's, and only that, is for one `session`."""

    role: Role
    name: str
    session: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


async def me(request: web.Request) -> web.Response:
    """`GET …/me`: which badge this is."""
    hall = hall_of(request)
    facts = badge_facts(hall.node, badge_of(request, hall))
    if facts is None:
        raise Unauthorised("There is no badge here.")
    return answer(facts)


async def put_me(request: web.Request) -> web.Response:
    """`PUT …/me`: a link's token becomes a cookie."""
    hall = hall_of(request)
    new = await read_json(request, Token)
    response = web.Response(status=204)
    hand_in(request, hall, new.token, response)
    return response


async def delete_me(request: web.Request) -> web.Response:
    """`DELETE …/me`: this browser forgets its badge."""
    response = web.Response(status=204)
    hand_back(request, hall_of(request), response)
    return response


async def badges(request: web.Request) -> web.Response:
    """`GET …/badges`."""
    hall = hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    state = hall.node.state
    listed = [
        {
            "id": b.id,
            "role": b.role.value,
            "name": views.badge_name(state, b.id) or "",
            "made": b.made,
            "revoked": b.revoked,
            "current": b.id == mine.id,
            "thisRun": b.run is not None,
            "session": b.session,
        }
        for b in state.badges.values()
    ]
    return answer({"badges": listed})


async def make(request: web.Request) -> web.Response:
    """`POST …/badges`: the answer is the only place where the token is ever seen."""
    hall = hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewBadge)
    name = checked_name(new.name)
    session = checked_session(hall.node.state, new.role, new.session)
    badge, token = await hall.node.make_badge(mine.id, new.role, name, session=session)
    link = role_link(site_of(request), hall, new.role, token)
    facts = {"id": badge, "role": new.role.value, "name": name, "session": session, "token": token, "link": link}
    return answer(facts, status=201)


def checked_session(state: State, role: Role, session: str | None) -> SessionId | None:
    """
    The session that a new badge is for.

    Raises:
        BadInput: `no-session`: a speaker's badge without one, or one that the programme does not have; or another
            role's badge with one.
    """
    if role is not Role.SPEAKER:
        if session is not None:
            raise BadInput("Only a speaker's badge is for one session.", code="no-session", field="$.session")
        return None
    if session is None or state.programme is None or session not in state.programme.slots:
        raise BadInput("Say which session of the programme this is for.", code="no-session", field="$.session")
    return SessionId(session)


def checked_name(name: str) -> str:
    """
    A badge's name, cleaned.

    Raises:
        BadInput: There is nothing to see in it, or it is longer than 60 characters.
    """
    name = clean(name, lines=False)
    if is_blank(name) or graphemes(name) > MAX_NAME:
        raise BadInput(f"A name has 1 to {MAX_NAME} characters.", code="name", field="$.name")
    return name


def role_link(site: Site, hall: Hall, role: Role, token: str) -> str:
    """The link that hands a badge over: the token stands in the fragment, which no server ever sees."""
    page = ROLES_WITH_PAGES.get(role, "")
    return f"{site.base_url}/{hall.slug}/{page}#k={token}".replace("/#", "#")


async def revoke(request: web.Request) -> web.Response:
    """`DELETE …/badges/{badge}`: worth nothing from here on; its open pages are closed."""
    hall = hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    done = carried_out(hall.node.state, await hall.node.revoke_badge(mine.id, BadgeId(request.match_info["badge"])))
    return answer({"seq": done.seq})


async def links(request: web.Request) -> web.Response:
    """`GET …/links`: how the hall joins, and what the screens open. No secrets."""
    site, hall = site_of(request), hall_of(request)
    base = f"{site.base_url}/{hall.slug}"
    return answer({"join": join_facts(site, hall), "links": {"wall": f"{base}/wall", "text": f"{base}/text"}})
