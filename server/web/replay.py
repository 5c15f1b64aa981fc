"""The day again on the wall: a page to watch it, the wall that it is watched on, and what the two are told."""

from __future__ import annotations

import asyncio
import gzip
from typing import Annotated

import msgspec
from aiohttp import web

from server.errors import BadInput
from server.replaying import Recording, Replay, Replaying, changed
from server.reporting import WORK
from server.symposium.bodies import programme_heading
from server.symposium.facts import theme_facts
from server.web.assets import takes_gzip
from server.web.auth import DESK_ROLES, REPORT_ROLES, badge_of, need
from server.web.bodies import answer
from server.web.looks import resolver
from server.web.pages import render
from server.web.site import Hall, hall_of, site_of

REPLAY_ROLES = DESK_ROLES | REPORT_ROLES
REPLAYS: web.AppKey[Replaying] = web.AppKey("replays", Replaying)
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"begin": "from"}):
    """The query: nothing for what there is to play, or `of` a recording the chunk that has the moment `from` (µs)."""

    of: Annotated[str, msgspec.Meta(max_length=40)] = ""
    begin: _Number | None = None


def set_up(app: web.Application) -> None:
    """Give *app* what makes replays."""
    app[REPLAYS] = Replaying()
    app.on_cleanup.append(_close)


async def _close(app: web.Application) -> None:
    app[REPLAYS].close()


async def page(request: web.Request) -> web.Response:
    """`GET /{slug}/replay`: where the day is played again. Without a badge it explains itself."""
    hall = hall_of(request)
    return render(request, "replay", hall=hall, badge=badge_of(request, hall))


async def wall(request: web.Request) -> web.Response:
    """`GET /{slug}/replay/wall`: a wall that listens to the page around it, not to the server."""
    hall = hall_of(request)
    need(request, hall, REPLAY_ROLES)
    return render(request, "screen", hall=hall, fixed_lang=hall.node.state.languages[0], extra={"replay": True})


async def replay(request: web.Request) -> web.Response:
    """
    `GET …/replay`: what there is to play; with `of` and `from`, a part of it.

    With If-None-Match, 304 for as long as nothing in that recording was taken off the wall; then `replay-changed`, at
    once: to make another takes a while, in which nobody may go on watching.
    """
    hall = hall_of(request)
    need(request, hall, REPLAY_ROLES)
    wanted = _wanted(request)
    replays = _replay_of(request, hall)
    if wanted.begin is not None:
        return await _chunk(request, replays.of(wanted.of), wanted.begin)
    if known := request.headers.get("If-None-Match", "").strip('"'):
        return web.Response(status=304, headers={"ETag": f'"{replays.of(known).id}"'})
    found = await replays.recording()
    return answer(_facts(request, hall, found), headers={"ETag": f'"{found.id}"'})


def _replay_of(request: web.Request, hall: Hall) -> Replay:
    folder = site_of(request).config.folder / hall.slug / WORK
    return request.app[REPLAYS].of(hall.node, folder)


def _facts(request: web.Request, hall: Hall, found: Recording) -> dict[str, object]:
    index, state = found.index, hall.node.state
    return {
        "id": found.id,
        "seq": found.seq,
        "at": index.at,
        "posts": index.posts,
        "days": index.days,
        "zone": programme_heading(state).zone,
        "theme": theme_facts(state, resolver(site_of(request).themes)),
    }


async def _chunk(request: web.Request, found: Recording, begin: int) -> web.Response:
    body = await asyncio.to_thread(found.chunk, begin)
    headers = {"Vary": "Accept-Encoding"}
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
    else:
        body = await asyncio.to_thread(gzip.decompress, body)
    if found.is_over:  # meanwhile
        raise changed()
    return web.Response(body=body, content_type="application/json", headers=headers)


def _wanted(request: web.Request) -> Wanted:
    try:
        wanted = msgspec.convert(dict(request.query), Wanted, strict=False)
    except msgspec.ValidationError as ex:
        raise BadInput(f"{ex}", code="bad-query") from ex
    if (wanted.begin is None) == bool(wanted.of):
        raise BadInput("Give both of and from, or neither.", code="bad-query")
    return wanted
