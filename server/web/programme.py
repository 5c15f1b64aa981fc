"""The programme: read, edit and import it, follow an address; what is late, what is on stage, whose posts are whose."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from server.errors import BadInput, Conflict
from server.keyring import new_id
from server.programme.calendar_out import to_icalendar
from server.programme.difference import difference, merged
from server.programme.edited import EditedProgramme, programme_from
from server.programme.fetch import checked_address
from server.programme.following import Pending
from server.programme.imported import MAX_BYTES, Imported, Programme, programme_of
from server.programme.reading import read as read_programme
from server.sources.backoff import SourceUnavailable
from server.symposium.bodies import followed_address, programme_body, symposium_body
from server.symposium.entries import ActUndone, ProgrammeFollowed, ProgrammeSet, Record
from server.symposium.outcomes import Done
from server.symposium.programme import MAX_PAPERS_S, MAX_SHIFT_MINUTES
from server.symposium.programme_facts import whole_programme
from server.symposium.state import State
from server.symposium.values import OPERATOR, BadgeId, Part, PostId, Role, RoomId, SessionId
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, badge_of, need, need_operator
from server.web.bodies import Number, answer, decode, encode, read, read_json
from server.web.desk import carried_out
from server.web.guard import DATA_CSP
from server.web.site import Hall, Site, hall_of, site_of

MAX_MOVED: Final = 500
_MAX_ADDRESS_BYTES: Final = 4_096
"""A body as large as this is a file, no address."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class NewProgramme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole programme; `base` is the `seq` of the one that was edited, 0 for none."""

    base: Number
    programme: EditedProgramme


class NewImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a schedule is. Instead of this the file itself may be sent."""

    url: str


class NewAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The address to look at from here on, null for none."""

    url: str | None


class NewShift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How late a session is, 0 for on time; with `rest` what comes after it in its room moves along."""

    session: Id
    minutes: Annotated[int, msgspec.Meta(ge=-MAX_SHIFT_MINUTES, le=MAX_SHIFT_MINUTES)]
    rest: bool = False


class NewOnStage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is on stage in a room (null: where there is only one), whatever the clock says; `auto` ends that."""

    room: Id | None
    session: Id | None = None
    part: Part | None = None
    auto: bool = False


class NewDirection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What the screens do by themselves. `papers_s` in seconds, 0 for never."""

    stage_safe: bool
    papers_s: Annotated[int, msgspec.Meta(ge=0, le=MAX_PAPERS_S)]


class NewMoves(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts, and the session that they belong to, null for none."""

    posts: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MAX_MOVED)]
    session: Id | None


# Reading it


async def programme(request: web.Request) -> web.Response:
    """
    `GET …/programme`: the sessions as planned, by time. Public; asking again costs nothing while it stands.

    `brief=1` leaves out the abstracts and who the speakers are. Only an organiser is told where it came from.
    """
    hall = hall_of(request)
    badge = badge_of(request, hall)
    is_whole = badge is not None and badge.role is Role.ORGANISER
    brief = request.query.get("brief") == "1"
    body, packed, etag = await _encoded(hall, brief=brief, with_origin=is_whole)
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization, Cookie"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    if accepts:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=packed if accepts else body, content_type="application/json", headers=headers)


async def _encoded(hall: Hall, *, brief: bool, with_origin: bool) -> tuple[bytes, bytes, str]:
    """The answer as it is, and compressed: made once for every hall full of phones that asks for it."""
    state = hall.node.state
    version = (base_of(state), programme_body(state) is None, state.shelf_seq, len(state.codes))
    name = f"{brief} {with_origin}"
    known = hall.encoded_programmes.get(name)
    if known is not None and known[0] == version:
        return known[1]
    whole = whole_programme(state)
    made = await asyncio.to_thread(_encode, whole, brief=brief, with_origin=with_origin)
    hall.encoded_programmes[name] = (version, made)
    return made


def _encode(whole: Any, *, brief: bool, with_origin: bool) -> tuple[bytes, bytes, str]:
    facts = msgspec.to_builtins(whole)
    if not with_origin:
        del facts["origin"]
    if brief:
        for session in facts["sessions"]:
            del session["abstract"]
            for speaker in session["speakers"]:
                del speaker["about"]
    body = encode(facts)
    return body, gzip.compress(body, 6, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:32]}"'


async def calendar(request: web.Request) -> web.Response:
    """`GET /{slug}/programme.ics`: for the calendar of a visitor, with what is late as it is now. Public."""
    hall = hall_of(request)
    state = hall.node.state
    whole = whole_programme(state)
    made = to_icalendar(
        whole,
        name=symposium_body(state).title,
        host=urlsplit(site_of(request).base_url).hostname or "fontein",
        shifts={str(session): minutes for session, minutes in state.shifts.items()},
        changed=0 if state.programme is None else state.programme.at,
    )
    etag = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": DATA_CSP}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{hall.slug}.ics"'
    return web.Response(body=made, content_type="text/calendar", charset="utf-8", headers=headers)


# What stands, for the law


def base_of(state: State) -> int:
    """What an edit of the programme that stands says that it edited."""
    return 0 if state.programme is None else state.programme.body


def standing(state: State) -> Programme:
    """The programme that stands; an empty one where there is none."""
    body = programme_body(state)
    if state.programme is None or body is None:
        return Programme()
    return programme_of(body, tuple(state.programme.slots.values()))


def first_day(state: State) -> date | None:
    """The symposium's day, as its makers said."""
    try:
        return date.fromisoformat(symposium_body(state).date)
    except ValueError:
        return None


def is_news(state: State, imported: Programme) -> bool:
    """Whether taking *imported* over would change anything."""
    before = standing(state)
    return not difference(before, merged(before, imported)).is_empty


# Editing it


async def put(request: web.Request) -> web.Response:
    """`PUT …/programme`: the whole of it, from the editor."""
    hall = hall_of(request)
    by = need(request, hall, ORGANISER_ROLES).id
    if request.content_type != "application/json":
        raise BadInput("Send JSON, with Content-Type: application/json.", code="media-type")
    new = decode(await read(request, max_bytes=MAX_BYTES), NewProgramme)
    _check_base(hall, new.base)
    made = programme_from(new.programme, new_id)
    return answer({"seq": await _set(hall, by, made, base=new.base)})


def _check_base(hall: Hall, base: int) -> None:
    if base != base_of(hall.node.state):
        raise Conflict(
            "Somebody changed the programme since you opened it. Load it again, and do your change once more.",
            code="programme-changed",
        )


async def _set(hall: Hall, by: BadgeId, made: Programme, *, base: int) -> int:
    outcome = await hall.node.shelf.set_programme(by, made.body(), made.slots(), base=base)
    return carried_out(hall.node.state, outcome).seq


# Importing it


async def make_import(request: web.Request) -> web.Response:
    """`POST …/programme/imports`: read a file or an address, and say what would change. Nothing changes yet."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    return answer(await begun(site_of(request), hall, await read(request, max_bytes=MAX_BYTES)), status=201)


async def operator_import(request: web.Request) -> web.Response:
    """`POST /v1/operator/symposia/{slug}/programme/imports`: the same, for the command line."""
    need_operator(request)
    hall = hall_of(request)
    return answer(await begun(site_of(request), hall, await read(request, max_bytes=MAX_BYTES)), status=201)


async def take_import(request: web.Request) -> web.Response:
    """`POST …/programme/imports/{import}`: take it over."""
    hall = hall_of(request)
    by = need(request, hall, ORGANISER_ROLES).id
    return answer({"seq": await taken_over(hall, by, request.match_info["import"])})


async def operator_take_import(request: web.Request) -> web.Response:
    """`POST /v1/operator/symposia/{slug}/programme/imports/{import}`: the same, for the command line."""
    need_operator(request)
    hall = hall_of(request)
    return answer({"seq": await taken_over(hall, OPERATOR, request.match_info["import"])})


async def begun(site: Site, hall: Hall, data: bytes) -> dict[str, Any]:
    """
    What taking over *data*, a file or `{"url": …}`, would change.

    Raises:
        BadInput: It cannot be read; the message says why.
    """
    url = _address_in(data)
    if url is not None:
        data = await _fetched(site, url)
    imported = await asyncio.to_thread(read_programme, data, day=first_day(hall.node.state))
    if url is not None:
        imported = with_origin(imported, url)
    pending = hall.imports.keep(imported, base=base_of(hall.node.state))
    return await _pending_facts(hall, pending)


def _address_in(data: bytes) -> str | None:
    """The address that a body is, None for a file: of both the first letter may be a brace."""
    if len(data) > _MAX_ADDRESS_BYTES:
        return None
    try:
        return checked_address(msgspec.json.decode(data, type=NewImport).url)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


async def _fetched(site: Site, url: str) -> bytes:
    assert site.fetch_schedule is not None
    try:
        fetched = await site.fetch_schedule(url, "", "")
    except SourceUnavailable as ex:
        raise BadInput(f"{ex.message}. Is the address right?", code="no-schedule-there", field="$.url") from ex
    return fetched.body or b""


def with_origin(imported: Imported, url: str) -> Imported:
    """*imported*, and where it came from."""
    return msgspec.structs.replace(imported, programme=msgspec.structs.replace(imported.programme, origin=url))


async def _pending_facts(hall: Hall, pending: Pending) -> dict[str, Any]:
    imported, before = pending.imported, standing(hall.node.state)
    found = await asyncio.to_thread(lambda: difference(before, merged(before, imported.programme)))
    return {
        "import": pending.id,
        "kind": imported.format.value,
        "version": imported.programme.version,
        "zone": imported.programme.zone,
        "sessions": len(imported.programme.sessions),
        "rooms": len(imported.programme.rooms),
        "difference": msgspec.to_builtins(found),
        "warnings": msgspec.to_builtins(imported.warnings),
    }


async def taken_over(hall: Hall, by: BadgeId, name: str) -> int:
    """
    Take over what waits under *name*. Returns the place of its entry.

    Raises:
        NotFound: Nothing waits under this name.
        Conflict: The programme was changed since the difference was shown.
    """
    pending = hall.imports.get(name)
    _check_base(hall, pending.base)
    made = merged(standing(hall.node.state), pending.imported.programme)
    seq = await _set(hall, by, made, base=pending.base)
    hall.imports.forget(name)
    return seq


# Following an address


async def address(request: web.Request) -> web.Response:
    """`GET …/programme/address`: which is followed, how that goes, and what is new there."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    return answer(await _following(hall))


async def put_address(request: web.Request) -> web.Response:
    """`PUT …/programme/address`: look at it now, and every ten minutes. The same one again: look now."""
    hall = hall_of(request)
    by = need(request, hall, ORGANISER_ROLES).id
    new = await read_json(request, NewAddress)
    url = None if new.url is None else checked_address(new.url)
    if url != followed_address(hall.node.state):
        carried_out(hall.node.state, await hall.node.shelf.follow(by, url))
    elif hall.follower is not None:
        hall.follower.look_now()
    return answer(await _following(hall))


async def _following(hall: Hall) -> dict[str, Any]:
    url = followed_address(hall.node.state)
    found = None if hall.follower is None or url is None else hall.follower.found_at(url)
    if url is None or found is None:
        return {"url": url, "checkedAt": None, "error": None, "code": None, "private": False, "update": None}
    update = None
    if found.imported is not None:
        pending = hall.imports.keep_once(with_origin(found.imported, url), base=base_of(hall.node.state))
        update = await _pending_facts(hall, pending)
    return {
        "url": url,
        "checkedAt": found.checked_at,
        "error": found.error,
        "code": found.code,
        "private": found.is_private,
        "update": update,
    }


# The day itself


async def shift(request: web.Request) -> web.Response:
    """`POST …/programme/shifts`: a session is late."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    new = await read_json(request, NewShift)
    outcome = await hall.node.shelf.shift(by, SessionId(new.session), new.minutes, rest=new.rest)
    return answer({"seq": carried_out(hall.node.state, outcome).seq})


async def on_stage(request: web.Request) -> web.Response:
    """`PUT …/programme/on-stage`: what is on stage in a room."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    new = await read_json(request, NewOnStage)
    outcome = await hall.node.shelf.set_on_stage(
        by,
        None if new.room is None else RoomId(new.room),
        None if new.session is None else SessionId(new.session),
        new.part,
        auto=new.auto,
    )
    return answer({"seq": carried_out(hall.node.state, outcome).seq})


async def direction(request: web.Request) -> web.Response:
    """`PUT …/direction`: what the screens do by themselves."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    new = await read_json(request, NewDirection)
    outcome = await hall.node.shelf.set_direction(by, stage_safe=new.stage_safe, papers_s=new.papers_s)
    return answer({"seq": carried_out(hall.node.state, outcome).seq})


async def move_posts(request: web.Request) -> web.Response:
    """`POST …/posts/moves`: to which session posts belong; one undo for all."""
    hall = hall_of(request)
    by = need(request, hall, STAGE_ROLES).id
    new = await read_json(request, NewMoves)
    posts = tuple(dict.fromkeys(map(PostId, new.posts)))
    session = None if new.session is None else SessionId(new.session)
    done = carried_out(hall.node.state, await hall.node.shelf.move_posts(by, posts, session))
    refused = [{"id": each.post, "code": each.code} for each in done.passed]
    return answer({"seq": done.seq, "refused": refused})


def note(hall: Hall, record: Record, outcome: Done) -> None:
    """An entry was carried out: what was found at the address may be no news any more, or there is another address."""

    if hall.follower is None:
        return
    if isinstance(record.head, ProgrammeFollowed | ActUndone):
        hall.follower.look_now()
    if isinstance(record.head, ProgrammeSet | ActUndone):
        hall.follower.compare_again()
