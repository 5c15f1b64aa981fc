"""The remote control: stop, pause, policy, scene, announcement, and the pulses of the screens."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web

from server import span
from server.errors import BadInput, NotAllowed
from server.live.audience import Audience
from server.node import Node
from server.report.naming import initials
from server.symposium.bodies import badge_name
from server.symposium.entries import ListeningSet
from server.symposium.outcomes import Outcome
from server.symposium.scenes import MAX_PLAYLIST
from server.symposium.sources import MAX_LISTENING_DAYS
from server.symposium.values import BadgeId, PaperId, Policy, PollId, PostId, Role, RoomId, Scene, ScreenId, SessionId
from server.web.auth import CHAIR_ROLES, ORGANISER_ROLES, REPORT_ROLES, STAGE_ROLES, badge_of, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.guard import address_of
from server.web.limits import PULSES, network_of
from server.web.site import Hall, hall_of, site_of

MAX_PULSE_BYTES = 2_000
MAX_PULSE_TTL_S = 30
MAX_PULSE_KEY = 80
"""A place in the report is `session:` and a session's id, of at most 64."""
_WRITING, _WHICH = "writing", "which"
_MAX_WHICH = 60
_SIGNAL = "signal"
SIGNALS = ("two-minutes", "thanks")
_PULSE_TOPICS = {"screen": False, "looking": True, "claim": True, _WRITING: True, _WHICH: True, _SIGNAL: True}
"""The topics that pages may send, and whether that needs a badge."""


class Switching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool


class NewPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policy: Policy


class NewScene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What all screens show, or (with `screen` or `room`) some; `scene` null gives those back to what all show.

    `post` is the spotlight's, `posts` the playlist's, `title` and `text` a slide's, `session` the title card's or the
    papers' (null: of what is on stage in the screen's room), `paper` the paper's. Of a
    question null is the one on stage; of a `poll` the one that is open, else the one that was closed last.
    """

    scene: Scene | None
    screen: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    room: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    post: str | None = None
    posts: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_PLAYLIST)] = ()
    title: str = ""
    text: str = ""
    session: str | None = None
    paper: str | None = None
    poll: str | None = None


class NewListening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many days after the symposium its sources stop by themselves; null: they do not."""

    days: Annotated[int, msgspec.Meta(ge=0, le=MAX_LISTENING_DAYS)] | None


class NewAnnouncement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most 280 characters in two lines; null takes it off."""

    text: str | None


class NewPulse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that nobody was promised: `value` is small, `ttl` in seconds. Of `writing`, `value` is ours to say."""

    topic: str
    key: str
    value: dict[str, str | int | float | bool | None] = {}
    ttl: int = 25


async def stop(request: web.Request) -> web.Response:
    """`PUT …/stop`: every screen drops every post, or may show them again."""
    hall, by = _staff(request)
    new = await read_json(request, Switching)
    return _answer(hall.node, await hall.node.stop(by, on=new.on))


async def pause(request: web.Request) -> web.Response:
    """`PUT …/pause`."""
    hall, by = _staff(request)
    new = await read_json(request, Switching)
    return _answer(hall.node, await hall.node.pause(by, on=new.on))


async def policy(request: web.Request) -> web.Response:
    """`PUT …/policy`."""
    hall, by = _staff(request)
    new = await read_json(request, NewPolicy)
    return _answer(hall.node, await hall.node.set_policy(by, new.policy))


async def scene(request: web.Request) -> web.Response:
    """`POST …/scene`."""
    hall, by = _staff(request)
    new = await read_json(request, NewScene)
    if new.scene is None and new.screen is None and new.room is None:
        raise BadInput("Say which scene, or which screen is to show what all show.", field="$.scene")
    if new.screen is not None and new.room is not None:
        raise BadInput("A scene is for a screen or for a room, not for both.", field="$.room")
    outcome = await hall.node.set_scene(
        by,
        new.scene,
        screen=None if new.screen is None else ScreenId(new.screen),
        post=None if new.post is None else PostId(new.post),
        posts=tuple(map(PostId, new.posts)),
        title=new.title,
        text=new.text,
        room=None if new.room is None else RoomId(new.room),
        session=None if new.session is None else SessionId(new.session),
        paper=None if new.paper is None else PaperId(new.paper),
        poll=None if new.poll is None else PollId(new.poll),
    )
    return _answer(hall.node, outcome)


async def announcement(request: web.Request) -> web.Response:
    """`PUT …/announcement`."""
    hall, by = _staff(request)
    new = await read_json(request, NewAnnouncement)
    return _answer(hall.node, await hall.node.announce(by, new.text))


async def listening(request: web.Request) -> web.Response:
    """`GET …/listening`: until when the networks are listened to."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    return answer(_listening(hall))


async def put_listening(request: web.Request) -> web.Response:
    """`PUT …/listening`."""
    hall = hall_of(request)
    badge = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewListening)
    done = carried_out(hall.node.state, await hall.node.submit(ListeningSet(by=badge.id, days=new.days)))
    return answer({"seq": done.seq, **_listening(hall)})


def _listening(hall: Hall) -> dict[str, Any]:
    state = hall.node.state
    begin = span.begin_of(state)
    since = None if begin is None else begin - hall.node.rules().window_hours * span.HOUR_US
    return {"days": state.listening_days, "from": since, "end": span.end_of(state), "until": span.listens_until(state)}


def _staff(request: web.Request) -> tuple[Hall, BadgeId]:
    hall = hall_of(request)
    return hall, need(request, hall, STAGE_ROLES).id


def _answer(node: Node, outcome: Outcome) -> web.Response:
    return answer({"seq": carried_out(node.state, outcome).seq})


async def pulse(request: web.Request) -> web.Response:
    """
    `POST …/pulses`: a screen's heartbeat, what a moderator looks at, where somebody writes in the report, which
    screen is which, or a sign between stage and chair.

    Kept in memory, at most 30 s.
    """
    hall = hall_of(request)
    new = await read_json(request, NewPulse)
    if new.topic not in _PULSE_TOPICS:
        raise BadInput(f"topic is one of {', '.join(_PULSE_TOPICS)}.", field="$.topic")
    if new.topic == _SIGNAL:
        return _signal(request, hall, new)
    if not 1 <= len(new.key) <= MAX_PULSE_KEY or not 1 <= new.ttl <= MAX_PULSE_TTL_S:
        raise BadInput(
            f"key has 1 to {MAX_PULSE_KEY} characters, ttl is 1 to {MAX_PULSE_TTL_S} seconds.", field="$.key"
        )
    if len(msgspec.json.encode(new.value)) > MAX_PULSE_BYTES:
        raise BadInput(f"value has at most {MAX_PULSE_BYTES} bytes.", field="$.value")
    if new.topic == _WRITING:
        return _say_writing(request, hall, new)
    value: dict[str, Any] = dict(new.value)
    if new.topic == _WHICH:
        return _ask_which(request, hall, new)
    if _PULSE_TOPICS[new.topic]:
        badge = need(request, hall, STAGE_ROLES)
        value["by"] = badge.id
    else:
        site_of(request).buckets.take(PULSES, f"{network_of(address_of(request))} {new.key}")
        _note_screen(hall, value, named=badge_of(request, hall) is not None)
        hall.screens.note(new.key)
    value["at"] = site_of(request).now_us()
    for audience in (Audience.DESK, Audience.STAGE):
        hall.hub.channel(audience).pulse(new.topic, new.key, value, new.ttl)
    return web.Response(status=204)


def _ask_which(request: web.Request, hall: Hall, new: NewPulse) -> web.Response:
    """Which screen is this? It shows how staff call it: one, or `all`."""
    need(request, hall, STAGE_ROLES)
    name = new.value.get("name", "")
    plain = "".join(c for c in str(name) if c.isprintable())[:_MAX_WHICH]
    hall.hub.channel(Audience.WALL).pulse(new.topic, new.key, {"name": plain}, new.ttl)
    return web.Response(status=204)


def _signal(request: web.Request, hall: Hall, new: NewPulse) -> web.Response:
    """
    A quiet sign between stage, chair and speaker, in one session or (with an empty key) in none.

    Raises:
        NotAllowed: It comes from the speaker of another session.
        BadInput: There is no such sign, session or time.
    """
    badge = need(request, hall, CHAIR_ROLES)
    if badge.role is Role.SPEAKER and new.key != (badge.session or ""):
        raise NotAllowed("This badge is for another session.")
    programme = hall.node.state.programme
    if new.key and (programme is None or new.key not in programme.slots):
        raise BadInput("There is no such session in the programme.", code="no-session", field="$.key")
    if new.value.get("kind") not in SIGNALS or not 1 <= new.ttl <= MAX_PULSE_TTL_S:
        raise BadInput(f"kind is one of {', '.join(SIGNALS)}; ttl is 1 to {MAX_PULSE_TTL_S} s.", field="$.value.kind")
    value = {"kind": new.value["kind"], "at": site_of(request).now_us(), "by": badge.id}
    for audience in (Audience.CHAIR, Audience.STAGE):
        hall.hub.channel(audience).pulse(new.topic, new.key, value, new.ttl)
    return web.Response(status=204)


def _say_writing(request: web.Request, hall: Hall, new: NewPulse) -> web.Response:
    """Who writes where, to the report's authors alone; as their badge is named, whatever the page says."""
    badge = need(request, hall, REPORT_ROLES)
    name = badge_name(hall.node.state, badge.id) or ""
    value = {"by": badge.id, "name": name, "initials": initials(name), "at": site_of(request).now_us()}
    hall.hub.channel(Audience.REPORT).pulse(new.topic, new.key, value, new.ttl)
    return web.Response(status=204)


def _note_screen(hall: Hall, value: dict[str, Any], *, named: bool) -> None:
    """Take a screen's delay into the figures. Without a badge its name is its own claim: keep it short and plain."""
    delay = value.get("delayMs")
    if isinstance(delay, int | float) and not isinstance(delay, bool):
        hall.node.rates.painted(int(delay))
    name = value.get("name")
    if isinstance(name, str) and not named:
        value["name"] = "".join(c for c in name if c.isprintable())[:40]
