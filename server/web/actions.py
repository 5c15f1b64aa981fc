"""
Buttons for a Stream Deck, Companion or a show-control desk: one address each, safe to press twice, and lamps.

The token goes in a header and never in the address: addresses stand in the logs of proxies, in the history of
browsers, and on the screens of the very programs that press the buttons.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

import msgspec
from aiohttp import web

from server.errors import Conflict, NotFound
from server.node import Node
from server.symposium.outcomes import Outcome
from server.symposium.state import Showing, State
from server.symposium.values import PHONE, BadgeId, Policy, PostId, Scene
from server.web.auth import STAGE_ROLES, need
from server.web.bodies import answer
from server.web.desk import carried_out
from server.web.site import Hall, hall_of, site_of

PLAIN_SCENES: Final = (Scene.FOUNTAIN, Scene.JOIN, Scene.TITLE, Scene.BLANK)
"""The scenes that need no words and no post."""


class Buttons(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    What buttons may show.

    Args:
        scene: What all screens show; `own_scenes` is how many show something else.
        spotlight: The post in the spotlight of all screens, None for none.
        held: How many posts wait, and `oldest_s` for how long the oldest does, 0 for none.
        screens_live: Screens that were heard within 25 s; `screens_quiet` within ten minutes, but not since.
        now: The server's clock, µs.
    """

    stop: bool
    pause: bool
    scene: str
    own_scenes: int
    spotlight: str | None
    policy: str
    brake: bool
    announcement: bool
    sources: int
    rehearsal: bool
    held: int
    oldest_s: int
    screens_live: int
    screens_quiet: int
    now: int


class Action(NamedTuple):
    """
    A button.

    Args:
        is_so: Whether what it does is so already: then pressing it does nothing, and its lamp is on.
        press: Does it.
    """

    is_so: Callable[[State], bool]
    press: Callable[[Node, BadgeId], Awaitable[Outcome]]


async def _stop(node: Node, by: BadgeId) -> Outcome:
    return await node.stop(by, on=True)


async def _start(node: Node, by: BadgeId) -> Outcome:
    return await node.stop(by, on=False)


async def _pause(node: Node, by: BadgeId) -> Outcome:
    return await node.pause(by, on=True)


async def _continue(node: Node, by: BadgeId) -> Outcome:
    return await node.pause(by, on=False)


async def _brake_back(node: Node, by: BadgeId) -> Outcome:
    brake = node.state.brake
    assert brake is not None, "else it is so already"
    return await node.set_policy(by, brake.was)


async def _announcement_off(node: Node, by: BadgeId) -> Outcome:
    return await node.announce(by, None)


async def _sources_off(node: Node, by: BadgeId) -> Outcome:
    on = [source.id for source in node.state.sources.values() if source.on]
    outcomes = [await node.switch_source(by, source, on=False) for source in on]
    return outcomes[-1]


def _scene(scene: Scene) -> Action:
    async def press(node: Node, by: BadgeId) -> Outcome:
        return await node.set_scene(by, scene)

    return Action(lambda state: state.scene.scene is scene and not state.screens, press)


def _policy(policy: Policy) -> Action:
    async def press(node: Node, by: BadgeId) -> Outcome:
        return await node.set_policy(by, policy)

    return Action(lambda state: state.policy is policy and state.brake is None, press)


def _spotlight(newest: Callable[[State], PostId | None], what: str) -> Action:
    def is_so(state: State) -> bool:
        post = newest(state)
        return post is not None and _in_spotlight(state.scene) == post and not state.screens

    async def press(node: Node, by: BadgeId) -> Outcome:
        post = newest(node.state)
        if post is None:
            raise Conflict(f"There is no {what} on the screens.", code="not-shown")
        return await node.set_scene(by, Scene.SPOTLIGHT, post=post)

    return Action(is_so, press)


def _in_spotlight(showing: Showing) -> PostId | None:
    return showing.post if showing.scene is Scene.SPOTLIGHT else None


def _newest_star(state: State) -> PostId | None:
    return max(state.starred, key=lambda post: state.posts[post].decided, default=None)


def _newest_shown(state: State) -> PostId | None:
    return next(reversed(state.shown), None)


ACTIONS: Final[Mapping[str, Action]] = {
    "stop": Action(lambda state: state.stop.on, _stop),
    "start": Action(lambda state: not state.stop.on, _start),
    "pause": Action(lambda state: state.pause.on, _pause),
    "continue": Action(lambda state: not state.pause.on, _continue),
    **{f"scene-{scene.value}": _scene(scene) for scene in PLAIN_SCENES},
    "spotlight-newest": _spotlight(_newest_shown, "post"),
    "spotlight-newest-star": _spotlight(_newest_star, "starred post"),
    **{f"policy-{policy.value}": _policy(policy) for policy in Policy},
    "brake-back": Action(lambda state: state.brake is None, _brake_back),
    "announcement-off": Action(lambda state: state.announcement is None, _announcement_off),
    "sources-off": Action(lambda state: not any(s.on for s in state.sources.values()), _sources_off),
}


def buttons(hall: Hall, now_us: int) -> Buttons:
    """What buttons may show now."""
    state = hall.node.state
    live, quiet = hall.screens.counts()
    oldest = next(iter(state.held), None)
    return Buttons(
        stop=state.stop.on,
        pause=state.pause.on,
        scene=state.scene.scene.value,
        own_scenes=len(state.screens),
        spotlight=_in_spotlight(state.scene),
        policy=state.policy.value,
        brake=state.brake is not None,
        announcement=state.announcement is not None,
        sources=sum(source.on for source in state.sources.values() if source.id != PHONE),
        rehearsal=hall.rehearsal is not None and hall.rehearsal.is_on,
        held=len(state.held),
        oldest_s=0 if oldest is None else max(0, now_us - state.posts[oldest].revised) // 1_000_000,
        screens_live=live,
        screens_quiet=quiet,
        now=now_us,
    )


async def state(request: web.Request) -> web.Response:
    """`GET …/actions`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    return answer({"state": buttons(hall, site_of(request).now_us()), "actions": list(ACTIONS)})


async def lamp(request: web.Request) -> web.Response:
    """`GET …/actions/{name}`: of an action whether it is so, as `on` or `off`; else one value of the state."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    name = request.match_info["name"]
    action = ACTIONS.get(name)
    if action is not None:
        return web.Response(text=_word(action.is_so(hall.node.state)))
    values = {_kebab(key): value for key, value in msgspec.structs.asdict(_now(request, hall)).items()}
    if name not in values:
        raise _no_action(name)
    return web.Response(text=_word(values[name]))


def _now(request: web.Request, hall: Hall) -> Buttons:
    return buttons(hall, site_of(request).now_us())


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


async def press(request: web.Request) -> web.Response:
    """`POST …/actions/{name}`: do it, where it is not so already. A body is not read."""
    hall = hall_of(request)
    badge = need(request, hall, STAGE_ROLES)
    name = request.match_info["name"]
    action = ACTIONS.get(name)
    if action is None:
        raise _no_action(name)
    changed = not action.is_so(hall.node.state)
    if changed:
        carried_out(hall.node.state, await action.press(hall.node, badge.id))
    return answer({"action": name, "changed": changed, "state": _now(request, hall)})


def _no_action(name: str) -> NotFound:
    return NotFound(f'There is no action "{name[:40]}"; GET the address before it for all of them.', code="no-action")
