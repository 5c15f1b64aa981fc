"""Buttons: each does what it says, twice is once, lamps tell the truth, and only staff may press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.symposium.entries import BrakeTripped, SourceBody
from server.symposium.values import OPERATOR, Policy, SourceId
from server.web.actions import ACTIONS
from tests.house import Answer, Place, open_place


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


async def press(place: Place, name: str, role: str = "moderator") -> Answer:
    return await place.holder(role).ask("POST", f"actions/{name}")


async def lamp(place: Place, name: str) -> str:
    answer = await place.holder("moderator").get(f"actions/{name}")
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.body.decode()


async def prepare(place: Place) -> None:
    """A day on which every button has something to do."""
    node = place.hall.node
    post = await place.show("Met een ster")
    await place.holder("moderator").decide(post.id, "star")
    await node.set_source(OPERATOR, SourceId("mastodon-1"), "rehearsal", SourceBody(name="M"), on=True)
    await node.announce(OPERATOR, "De lunch is beneden")
    await node.set_policy(OPERATOR, Policy.RULES_DECIDE)


OPPOSITE = {
    "start": "stop",
    "continue": "pause",
    "scene-fountain": "scene-blank",
    "policy-rules-decide": "policy-known-pass",
}


@pytest.mark.parametrize("name", list(ACTIONS))
async def test_button_does_it_once_and_its_lamp_is_on(place: Place, name: str) -> None:
    await prepare(place)
    if name in OPPOSITE:
        assert (await press(place, OPPOSITE[name])).status == 200
    if name == "brake-back":
        await place.hall.node.submit(BrakeTripped(posts_per_minute=90, new_percent=90, alike_percent=0))
    assert await lamp(place, name) == "off"

    first = await press(place, name)
    seq = place.seq
    second = await press(place, name)

    assert (first.status, first.json["action"], first.json["changed"]) == (200, name, True)
    assert (second.status, second.json["changed"], place.seq) == (200, False, seq), "twice is once"
    assert await lamp(place, name) == "on"


async def test_state_tells_all_that_a_button_may_show(place: Place) -> None:
    await place.arrive("Wacht")
    await prepare(place)
    await place.visitor().ask("POST", "pulses", {"topic": "screen", "key": "a", "value": {"scene": "fountain"}})
    await press(place, "spotlight-newest-star")

    told = (await place.holder("moderator").get("actions")).json

    now, spotlight, oldest = (told["state"].pop(key) for key in ("now", "spotlight", "oldestS"))
    assert told["state"] == {
        "stop": False, "pause": False, "scene": "spotlight", "ownScenes": 0, "policy": "rules-decide", "brake": False,
        "announcement": True, "sources": 1, "rehearsal": False, "held": 1, "screensLive": 1, "screensQuiet": 0,
    }  # fmt: skip
    assert spotlight in place.hall.node.state.starred
    assert 0 <= oldest < 60
    assert now > 1_700_000_000_000_000
    assert told["actions"] == list(ACTIONS)


@pytest.mark.parametrize(("name", "value"), [
    ("scene", "fountain"), ("policy", "rules-decide"), ("held", "0"), ("oldest-s", "0"), ("brake", "off"),
    ("announcement", "on"), ("screens-live", "0"), ("spotlight", ""), ("sources", "1"), ("stop", "off"),
])  # fmt: skip
async def test_value_as_plain_text(place: Place, name: str, value: str) -> None:
    await prepare(place)

    assert await lamp(place, name) == value


async def test_brake_back_is_the_policy_that_was(place: Place) -> None:
    await prepare(place)
    await place.hall.node.submit(BrakeTripped(posts_per_minute=90, new_percent=90, alike_percent=0))
    assert (await lamp(place, "brake"), await lamp(place, "policy")) == ("on", "everything-waits")

    answer = await press(place, "brake-back")

    assert (answer.json["state"]["brake"], answer.json["state"]["policy"]) == (False, "rules-decide")


async def test_policy_that_the_brake_set_can_be_kept_on_purpose(place: Place) -> None:
    await prepare(place)
    await place.hall.node.submit(BrakeTripped(posts_per_minute=90, new_percent=90, alike_percent=0))

    answer = await press(place, "policy-everything-waits")

    assert (answer.json["changed"], answer.json["state"]["brake"]) == (True, False)


async def test_scene_for_all_takes_the_screens_that_show_their_own(place: Place) -> None:
    await place.holder("moderator").ask("POST", "scene", {"scene": "join", "screen": "a"})
    assert await lamp(place, "scene-fountain") == "off"

    answer = await press(place, "scene-fountain")

    assert (answer.json["changed"], answer.json["state"]["ownScenes"]) == (True, 0)


async def test_spotlight_without_a_star_is_refused(place: Place) -> None:
    await place.show("Zonder ster")

    answer = await press(place, "spotlight-newest-star")

    assert (answer.status, answer.code) == (409, "not-shown")


async def test_newest_star_is_the_one_that_was_given_last(place: Place) -> None:
    older, newer = await place.show("Ouder"), await place.show("Nieuwer")
    for post in (newer, older):
        await place.holder("moderator").decide(post.id, "star")

    answer = await press(place, "spotlight-newest-star")

    assert answer.json["state"]["spotlight"] == older.id


# Who may


@pytest.mark.parametrize(("method", "path"), [("GET", "actions"), ("GET", "actions/stop"), ("POST", "actions/stop")])
async def test_buttons_are_for_staff(place: Place, method: str, path: str) -> None:
    assert (await place.visitor().ask(method, path)).status == 401
    assert (await place.holder("screen").ask(method, path)).status == 403
    assert not place.hall.node.state.stop.on


@pytest.mark.parametrize("query", ["token", "k", "access_token", "authorization"])
async def test_token_in_the_address_is_worth_nothing(place: Place, query: str) -> None:
    answer = await place.visitor().ask("POST", f"actions/stop?{query}={place.tokens['moderator']}")

    assert answer.status == 401
    assert not place.hall.node.state.stop.on


async def test_cookie_with_a_foreign_origin_presses_nothing(place: Place) -> None:
    browser = await place.with_cookie("moderator")
    browser.origin = "https://evil.example"

    answer = await browser.ask("POST", "actions/stop")

    assert (answer.status, answer.code) == (403, "origin")
    assert not place.hall.node.state.stop.on


async def test_no_such_action(place: Place) -> None:
    answers: list[Any] = [await press(place, "explode"), await place.holder("moderator").get("actions/explode")]

    assert [(a.status, a.code) for a in answers] == [(404, "no-action"), (404, "no-action")]
