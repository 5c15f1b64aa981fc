"""
What the report's studio asks for: the posts of a section, and choices that change no other post.

Who chooses reads what stands chosen first, and one after the other: of two authors at once each adds to what the other
did.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Annotated

import msgspec
from aiohttp import web

from server.drafting import MAX_POSTS
from server.errors import BadInput, NotFound
from server.report.draft_facts import is_of_a_post, moved, section_posts, settled
from server.sources.manifest import link_only
from server.symposium.values import BadgeId, BlobId, Choice, PostId, Role
from server.web.auth import REPORT_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.site import Hall, hall_of, site_of

MAX_LIST = 500

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]

TURNS: web.AppKey[defaultdict[str, asyncio.Lock]] = web.AppKey("turns", defaultdict)
"""Whose turn it is to choose, by symposium."""


class NewChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Put posts in the thread or leave them out, make them large or not, or count them under another one: one of these.
    """

    posts: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MAX_POSTS)]
    choice: Choice | None = None
    pull: Choice | None = None
    into: Id | None = None


class NewMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put a chosen post behind another of its section; `after` null: first."""

    section: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    post: Id
    after: Id | None = None


def set_up(app: web.Application) -> None:
    """Give *app* what keeps two authors apart."""
    app[TURNS] = defaultdict(asyncio.Lock)


def may_see_of_report(hall: Hall, role: Role, blob: str) -> bool:
    """Whether an author of the report may see a picture: one of a post that they may choose."""
    return role in REPORT_ROLES and is_of_a_post(hall.node.state, BlobId(blob))


async def posts(request: web.Request) -> web.Response:
    """`GET …/report/posts?section=&after=&limit=`: all posts of a section by time, also those that were taken back."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    section, after = request.query.get("section", ""), request.query.get("after")
    if not section:
        raise BadInput("Say which section: ?section=", field="section")
    limit = _limit(request.query.get("limit", str(MAX_LIST)))
    networks = await asyncio.to_thread(link_only, [site_of(request).config.folder / "plugins"])
    found = section_posts(hall.node.state, section, link_only=frozenset(networks))
    start = 0 if after is None else next((n + 1 for n, post in enumerate(found) if post.id == after), 0)
    some = found[start : start + limit]
    return answer({"posts": some, "next": some[-1].id if len(found) > start + limit else None})


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= MAX_LIST):
        raise BadInput(f"limit is a number from 1 to {MAX_LIST}.", field="limit")
    return int(text)


async def choices(request: web.Request) -> web.Response:
    """
    `POST …/report/choices`: as `POST …/report/quotes`, and no other post of these sections changes by it.

    What the compiler chose there is said aloud first, in entries of its own: `seq` is that of the choice alone, so that
    to undo it is to undo just that.
    """
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewChoice)
    if [new.choice, new.pull, new.into].count(None) != 2:
        raise BadInput("Say one of choice, pull and into.", field="$")
    wanted = [PostId(post) for post in new.posts]
    async with request.app[TURNS][hall.slug]:
        await _settle(hall, badge.id, wanted, pull=new.pull is not None)
        into = None if new.into is None else PostId(new.into)
        outcome = await hall.node.draft.set_quotes(badge.id, wanted, choice=new.choice, pull=new.pull, into=into)
    done = carried_out(hall.node.state, outcome)
    return answer({"seq": done.seq, "passed": [each.post for each in done.passed]})


async def _settle(hall: Hall, by: BadgeId, posts: list[PostId], *, pull: bool) -> None:
    open_ones = settled(hall.node.state, posts, pull=pull)
    for choice, some in ((Choice.IN, open_ones.taken), (Choice.OUT, open_ones.left)):
        for start in range(0, len(some), MAX_POSTS):
            chunk = some[start : start + MAX_POSTS]
            outcome = await hall.node.draft.set_quotes(
                by, chunk, choice=None if pull else choice, pull=choice if pull else None
            )
            carried_out(hall.node.state, outcome)


async def moves(request: web.Request) -> web.Response:
    """`POST …/report/moves`: a post to another place in its section, whatever others moved meanwhile."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewMove)
    after = None if new.after is None else PostId(new.after)
    async with request.app[TURNS][hall.slug]:
        order = moved(hall.node.state, new.section, PostId(new.post), after)
        if order is None:
            raise NotFound("One of these stands in the thread no more.", code="unknown")
        outcome = await hall.node.draft.order(badge.id, new.section, order[:MAX_POSTS])
    return answer({"seq": carried_out(hall.node.state, outcome).seq})
