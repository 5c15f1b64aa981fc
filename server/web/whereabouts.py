"""Where is my post? For whoever moderates: by its address, among the posts and at the networks. Staff only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server import whereabouts
from server.blobs.gate import MediaGate
from server.blobs.images import Kind
from server.blobs.pictures import bring_in, take_in
from server.errors import BadInput, FonteinError, TooMany, Unavailable
from server.intake.arrival import Departure
from server.intake.passed import ELSEWHERE, Because
from server.sources.contract import AuthorGone, Delete, NetworkPost, Source
from server.sources.door import contained
from server.sources.pictures import BringIn, PictureKind, Pictures
from server.symposium import views
from server.symposium.posts import by_keys
from server.symposium.state import Post, State
from server.symposium.values import BlobId, Picture, SourceId, Status
from server.web.auth import DESK_ROLES, need
from server.web.bodies import answer, read_json
from server.web.limits import Rate
from server.web.site import Hall, Site, hall_of, site_of
from server.whereabouts import Where

_log = logging.getLogger(__name__)

LOOKS: Final = Rate(60, 1)
"""Of one badge: each may read the bodies of the newest 50,000 posts."""
ASKS: Final = Rate(10, 0.2)
"""Of one badge: each asks other people's servers something."""
MAX_ADDRESS: Final = 2_048
_PLAYED: Final = "rehearsal"
_PAID: Final = ("x",)
"""Each look costs money, and only the source itself knows what is left of the budget."""
_EXCERPT: Final = 280


class NewSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The address of a post to ask the networks for; with `take` what is found goes into the queue."""

    address: Annotated[str, msgspec.Meta(max_length=MAX_ADDRESS)]
    take: bool = False


async def look(request: web.Request) -> web.Response:
    """`GET …/whereabouts?address=`: what we know of it. Asks nobody outside."""
    site, hall = site_of(request), hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    address = _address(request.query.get("address", ""))
    site.buckets.take(LOOKS, badge.id)
    return answer(await _known(site, hall, address))


async def ask(request: web.Request) -> web.Response:
    """
    `POST …/whereabouts`: the same, and where we know nothing of it the sources are asked now.

    With `take` what is found is handed in as if it had come by itself: judged by the rules, which have the last word.
    """
    site, hall = site_of(request), hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewSearch)
    address = _address(new.address)
    site.buckets.take(LOOKS, badge.id)
    known = await _known(site, hall, address)
    twin = known["post"] if known["code"] == ELSEWHERE else None
    is_gone = twin is not None and hall.node.state.posts[twin.id].status not in (Status.HELD, Status.SHOWN)
    if known["where"] not in (Where.UNSEEN, Where.NOT_TAKEN) and not is_gone:
        return answer(known)
    site.buckets.take(ASKS, badge.id)
    sources = dict(_sources(site, hall))
    asked = await whereabouts.ask(sources.items(), address)
    found = next((each for each in asked if each.post is not None), None)
    facts = {**known, "asked": [{"source": each.source, "what": each.what} for each in asked]}
    if found is None or found.post is None:
        return answer(facts)
    ours = by_keys(hall.node.state, whereabouts.keys_of(site.keyring, hall.node.state, found.post.uri))
    if ours is not None and not is_gone:  # we know it by another address than the one that was pasted
        return answer({**_of_post(hall, address, hall.node.state.posts[ours]), "asked": facts["asked"]})
    if not new.take:
        return answer({**facts, "found": _found(hall, found.source, found.post)})
    return answer(
        {**await _taken(site, hall, sources[found.source], found.source, found.post), "asked": facts["asked"]}
    )


async def _taken(site: Site, hall: Hall, source: Source, id_: SourceId, post: NetworkPost) -> dict[str, Any]:
    """Hand it in, and say what became of it."""
    async with MediaGate() as gate:
        arrival = await Pictures(source, _fetcher(site, hall, gate)).arrival_of(post)
    try:
        received, _ = await hall.node.receive(arrival)
    except (Unavailable, TooMany):
        raise  # the person who asked can ask again
    except FonteinError as ex:
        return _facts(hall, post.uri, where=Where.NOT_TAKEN, code=ex.code, source=id_)
    await _look_again(hall, source, id_, post)
    return _of_post(hall, post.uri, hall.node.state.posts[received.id])


async def _look_again(hall: Hall, source: Source, id_: SourceId, post: NetworkPost) -> None:
    """
    It may have been deleted while it was fetched, before anybody knew that it was ours.

    The source that listens is asked first: so it knows from now on that we have this post, and minds its end.
    """
    ask = None if hall.freezing is None else hall.freezing.ask
    try:
        async with asyncio.timeout(whereabouts.ASK_S):
            if ask is not None and await ask(id_, [post.native_id]):
                return
            with contained():
                events = tuple(await source.recheck([post.native_id]))
    except (FonteinError, TimeoutError) as ex:
        _log.info("%s could not be asked again: %s", source.id, ex)
        return
    except Exception:  # a plug-in's own fault: the post is here, and is looked at again with the others
        _log.exception("%s failed to look at a post again", source.id)
        return
    if any(isinstance(event, Delete | AuthorGone) for event in events):
        gone = Departure(source=source.id, network=source.network, native_id=post.native_id, uri=post.uri)
        await hall.node.depart(gone)


def _fetcher(site: Site, hall: Hall, gate: MediaGate) -> BringIn:
    async def fetch(picture: str | bytes, /, *, kind: PictureKind) -> Picture | None:
        if isinstance(picture, bytes):
            stored = await take_in(picture, kind=Kind(kind), images=site.images, store=hall.store)
        else:
            stored = await bring_in(picture, kind=Kind(kind), gate=gate, images=site.images, store=hall.store)
        return Picture(
            blob=BlobId(stored.id),
            type=stored.media_type,
            width=stored.width,
            height=stored.height,
            small=None if stored.small is None else BlobId(stored.small.id),
        )

    return fetch


async def _known(site: Site, hall: Hall, address: str) -> dict[str, Any]:
    state = hall.node.state
    post = await whereabouts.find_post(state, site.keyring, address)
    if post is not None:
        return _of_post(hall, address, post)
    because = whereabouts.why_passed(hall.node.passed, site.keyring, state, address)
    if because is None:
        return _facts(hall, address, where=Where.UNSEEN)
    stands = None if because.post is None else state.posts.get(because.post)
    if stands is not None:
        return _of_post(hall, address, stands, because=because)
    return _facts(hall, address, where=Where.NOT_TAKEN, code=because.code, source=because.source, at=because.at)


def _of_post(hall: Hall, address: str, post: Post, *, because: Because | None = None) -> dict[str, Any]:
    """With *because*: *post* is the same one from another network, which stands for this one."""
    state = hall.node.state
    return _facts(
        hall,
        address,
        where=whereabouts.where_is(state, post),
        code="" if because is None else because.code,
        source=post.source,
        at=post.ended_at or post.decided_at or post.received,
        post=post,
    )


def _facts(
    hall: Hall,
    address: str,
    *,
    where: Where,
    code: str = "",
    source: SourceId | None = None,
    at: int | None = None,
    post: Post | None = None,
) -> dict[str, Any]:
    state = hall.node.state
    return {
        "address": address,
        "where": where,
        "code": code,
        "at": at,
        "source": None if source is None else _source(state, source),
        "post": None if post is None else views.desk_post(state, post),
        "sources": [_source(state, each.id) for each in _askable(state)],
        "asked": [],
        "found": None,
    }


def _source(state: State, id_: SourceId) -> dict[str, str]:
    source = state.sources.get(id_)
    name = "" if source is None else views.source_body(state, source.body).name
    return {"id": id_, "network": id_ if source is None else source.network, "name": name}


def _askable(state: State) -> list[Any]:
    return [source for source in state.sources.values() if source.network not in (_PLAYED, *_PAID)]


def _sources(site: Site, hall: Hall) -> Mapping[SourceId, Source]:
    """The sources of this symposium, also those that are off: one that cannot be made is left out."""
    made = {}
    for source in _askable(hall.node.state):
        options = views.source_body(hall.node.state, source.body).options
        try:
            made[source.id] = site.make_source(
                source.network, {**options, **site.keyring.secrets(hall.slug, source.id)}
            )
        except BadInput:  # its network is not here any more, or wants other options: the stage page tells
            continue
    return made


def _found(hall: Hall, source: SourceId, post: NetworkPost) -> dict[str, Any]:
    notes = whereabouts.notes_on(hall.node.state, source, post, window_hours=hall.node.rules().window_hours)
    return {
        "source": source,
        "name": post.name,
        "handle": post.handle,
        "text": post.text[:_EXCERPT],
        "created": post.created,
        "notes": notes,
    }


def _address(written: str) -> str:
    try:
        return whereabouts.checked(written[: MAX_ADDRESS + 1])
    except BadInput as ex:
        raise BadInput(ex.message, code=ex.code, field="address") from ex
