"""Keep and forget: how long what is kept, the legal hold, whose words go, and who stays out. For organisers."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server import authors
from server.authors import Person
from server.errors import BadInput
from server.keeping import (
    calm_until,
    end_of,
    ends_with_programme,
    expires,
    hold_reason,
    identity,
    moments,
    not_shown,
    suppression_keys,
)
from server.sources.manifest import networks
from server.symposium import views
from server.symposium.keeping import MAX_DAYS, MAX_HOURS
from server.symposium.state import Keeping as Periods
from server.symposium.state import Post, State
from server.symposium.values import HELD, SHOWN, AuthorKey, Kept, PostId
from server.web.auth import DESK_ROLES, ORGANISER_ROLES, badge_of, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.pages import render
from server.web.site import Hall, Site, hall_of, site_of

MAX_QUERY: Final = 2_048
"""Characters of an address, a handle or words."""

Hours = Annotated[int, msgspec.Meta(ge=1, le=MAX_HOURS)]
Days = Annotated[int, msgspec.Meta(ge=0, le=MAX_DAYS)] | None
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=MAX_QUERY)]


class NewPeriods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """How long what is kept: rejected posts by the hour, the rest in days after the end; null: not by itself."""

    rejected_hours: Hours
    posts_days: Days
    pictures_days: Days
    audit_days: Days
    devices_days: Days


class NewHold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A legal hold begins or ends; a beginning has its reason."""

    on: bool
    reason: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class NewErasure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Some posts; everything of the author of one; or everything of whoever an address or a handle says, also when
    nothing of theirs came yet. `network` goes with a handle.
    """

    posts: tuple[str, ...] = ()
    author_of: str | None = msgspec.field(default=None, name="authorOf")
    address: Name | None = None
    network: str | None = None
    handle: Name | None = None


async def page(request: web.Request) -> web.Response:
    """`GET /{slug}/keep`: what is kept until when. Without a badge it explains itself."""
    hall = hall_of(request)
    return render(request, "keep", hall=hall, badge=badge_of(request, hall))


# How long


async def keeping(request: web.Request) -> web.Response:
    """`GET …/keeping`."""
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    return answer(facts(hall.node.state, site_of(request).now_us()))


async def put_keeping(request: web.Request) -> web.Response:
    """`PUT …/keeping`: what is over by then goes within a minute."""
    hall = hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewPeriods)
    outcome = await hall.node.keep.set(badge.id, Periods(**msgspec.structs.asdict(new)))
    done = carried_out(hall.node.state, outcome)
    return answer({"seq": done.seq, **facts(hall.node.state, site_of(request).now_us())})


async def put_hold(request: web.Request) -> web.Response:
    """`PUT …/hold`: nothing is forgotten while it lasts; its end lets go of what it kept back."""
    hall = hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewHold)
    before = hall.node.named_blobs()
    done = carried_out(hall.node.state, await hall.node.keep.hold(badge.id, on=new.on, reason=new.reason))
    await hall.forget_blobs(before)
    return answer({"seq": done.seq, **facts(hall.node.state, site_of(request).now_us())})


def facts(state: State, now_us: int) -> dict[str, Any]:
    """What is kept until when, how much of it there is, and what was forgotten. Times in µs, null for never or not."""
    periods, waiting = state.keeping, [expires(state, post) for post in not_shown(state)]
    standing = [post for post in state.posts.values() if post.status in (SHOWN, HELD)]
    versions = state.draft.versions
    hold = state.hold
    return {
        "now": now_us,
        "end": end_of(state),
        "calm": calm_until(state),
        "endOf": "programme" if ends_with_programme(state) else "date",
        "classes": {
            "rejected": {"hours": periods.rejected_hours},
            "posts": {"days": periods.posts_days},
            "pictures": {"days": periods.pictures_days},
            "audit": {"days": periods.audit_days},
            "devices": {"days": periods.devices_days},
        },
        "due": {"rejected": min(waiting, default=None), **{kind.value: at for kind, at in moments(state).items()}},
        "lapsed": {kind.value: state.lapsed.get(kind) for kind in Kept},
        "kept": {
            "rejected": len(waiting),
            "posts": len(standing),
            "pictures": sum(0 if post.bare else post.photos for post in standing),
            "audit": sum(bool(made.by) for made in state.made.values()),
            "devices": len(state.devices),
        },
        "hold": {
            "on": hold is not None,
            "reason": hold_reason(state),
            "at": None if hold is None else hold.at,
            "by": None if hold is None else views.badge_name(state, hold.by),
        },
        "suppressed": len(state.suppressed),
        "versions": sum(not each.gone for each in versions),
        "held": sum(bool(each.held) for each in versions),
    }


# Who is meant


async def find(request: web.Request) -> web.Response:
    """`GET …/authors?q=`: who could be meant by an address, a handle, a name, or something that they said."""
    hall, site = hall_of(request), site_of(request)
    need(request, hall, ORGANISER_ROLES)
    query = request.query.get("q", "").strip()
    if not 2 <= len(query) <= MAX_QUERY:
        raise BadInput(f"q is an address, a handle, a name or some words: 2 to {MAX_QUERY} characters.", field="q")
    state = hall.node.state
    people, more = await authors.find(state, query)
    who = identity(query)
    return answer(
        {
            "who": who,
            "out": who is not None and not state.suppressed.keys().isdisjoint(_keys(site, hall, who, None)),
            "authors": [_person(state, each) for each in people if each.author in state.authors],
            "more": more,
        }
    )


def _person(state: State, person: Person) -> dict[str, Any]:
    theirs = state.authors[person.author].posts
    said = state.posts[person.said]
    return {
        "network": person.network,
        "name": person.words.name,
        "handle": person.words.handle,
        "posts": len(theirs),
        "shown": authors.shown(state, person.author),
        "post": person.said,
        "by": person.by.name.lower(),
        "said": _said(said, person) | {"versions": authors.versions_of(state, [person.said])},
        "versions": authors.versions_of(state, theirs),
    }


def _said(post: Post, person: Person) -> dict[str, Any]:
    return {"text": person.words.text, "at": post.received, "status": post.status, "address": person.words.permalink}


# Erasing


async def erase(request: web.Request) -> web.Response:
    """`POST …/erasures`: when this answers, the words are gone from the journal."""
    site, hall = site_of(request), hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewErasure)
    name = new.address or new.handle
    if not new.posts and new.author_of is None and name is None:
        raise BadInput("Say which posts, or whose.", field="$.posts")
    state = hall.node.state
    people = [] if name is None else await _meant(hall, name, new.network)
    whose = [each.said for each in people] if new.author_of is None else [PostId(new.author_of)]
    theirs = dict.fromkeys(state.posts[post].author for post in whose if post in state.posts)
    suppress = authors.keys_of(state, site.keyring, theirs)
    if name is not None:
        suppress += _keys(site, hall, name, new.network)
    posts = [PostId(each) for each in new.posts] + [post for each in theirs for post in state.authors[each].posts]
    versions, before = authors.versions_of(state, posts), hall.node.named_blobs()
    outcome = await hall.node.erase(
        badge.id, posts=posts, author_of=next(iter(whose), None), suppress=[*dict.fromkeys(suppress)]
    )
    done = carried_out(state, outcome)
    await hall.forget_blobs(before)
    return answer(
        {"seq": done.seq, "erased": [c.post for c in done.changed], "suppressed": bool(suppress), "versions": versions}
    )


async def _meant(hall: Hall, name: str, network: str | None) -> list[Person]:
    """
    Whoever *name* says; nobody where nothing of theirs came yet.

    Raises:
        BadInput: It says nobody in particular.
    """
    people = await authors.meant(hall.node.state, name, network)
    if not people and identity(name) is None:
        message = "Write it whole: a handle as @anna@social.example, or an address that begins with https://."
        raise BadInput(message, code="no-handle", field="$.handle")
    return people


def _keys(site: Site, hall: Hall, name: str, network: str | None) -> tuple[AuthorKey, ...]:
    """Under what *name* stays out; where no network is said, at each one that this server can listen to."""
    configured = (source.network for source in hall.node.state.sources.values())
    at = [network] if network is not None else dict.fromkeys((*networks([site.config.folder / "plugins"]), *configured))
    return tuple(key for each in at for key in suppression_keys(site.keyring, each, name))
