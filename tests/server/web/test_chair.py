"""The chair's page and the signs between stage, chair and speaker: who may come in, and who may say what to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from server.symposium.values import OPERATOR, Role
from tests.browser.programme_day import set_programme
from tests.house import SLUG, Place, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE, ELSEWHERE = "burger", "werk"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(place: Place) -> Place:
    await set_programme(place.hall.node)
    return place


async def speaker(place: Place, session: str) -> Visitor:
    _, token = await place.hall.node.make_badge(OPERATOR, Role.SPEAKER, "Noor", session=session)
    return place.visitor(token)


async def sign(who: Visitor, key: str, **value: Any) -> int:
    body = {"topic": "signal", "key": key, "value": value or {"kind": "two-minutes"}, "ttl": 30}
    return (await who.ask("POST", "pulses", body)).status


async def heard(ws: Any, *, within_s: float = 5.0) -> dict[str, Any]:
    """The next sign that comes."""
    async with asyncio.timeout(within_s):
        while True:
            frame = await ws.receive_json()
            if frame["type"] == "pulse" and frame["topic"] == "signal":
                return dict(frame)


async def test_page_explains_itself_to_whoever_has_no_badge(day: Place) -> None:
    answer = await day.visitor().get(f"/{SLUG}/chair")

    assert answer.status == 200
    assert b'id="door"' in answer.body


async def test_page_of_a_speaker_is_about_their_session(day: Place) -> None:
    """Only theirs: the chair of the whole day chooses."""
    own = await speaker(day, ELSEWHERE)
    pages = [(await who.get(f"/{SLUG}/chair")).body.decode() for who in (own, day.holder("chair"))]

    assert f'"session": "{ELSEWHERE}"' in pages[0]
    assert '"session": null' in pages[1]


async def test_link_of_a_chair_leads_here(day: Place) -> None:
    made = await day.holder("organiser").ask("POST", "badges", {"role": "chair", "name": "Karim"})

    assert made.status == 201
    assert f"/{SLUG}/chair#k=" in made.json["link"]


@pytest.mark.parametrize("role", ["chair", "speaker", "moderator", "organiser"])
async def test_who_leads_hears_what_the_hall_asks(day: Place, role: str) -> None:
    async with day.holder(role).live("chair") as ws:
        frame = await ws.receive_json()

    assert frame["type"] == "snapshot"
    assert "hall" in frame["view"]


@pytest.mark.parametrize("role", ["author", "screen"])
async def test_nobody_else_does(day: Place, role: str) -> None:
    answer = await day.holder(role).get("live?audience=chair", headers={"Upgrade": "websocket"})

    assert answer.status in (400, 403)
    assert (await day.visitor().get("live?audience=chair")).status in (400, 401)


@pytest.mark.parametrize("role", ["chair", "moderator", "organiser"])
async def test_a_sign_is_heard_by_chair_and_stage(day: Place, role: str) -> None:
    async with day.holder("chair").live("chair") as chair, day.holder("moderator").live("stage") as stage:
        assert await sign(day.holder(role), HERE) == 204
        frames = [await heard(ws) for ws in (chair, stage)]

    assert [(frame["key"], frame["value"]["kind"]) for frame in frames] == [(HERE, "two-minutes")] * 2
    assert set(frames[0]["value"]) == {"kind", "at", "by"}


async def test_a_sign_may_be_of_no_session(day: Place) -> None:
    assert await sign(day.holder("chair"), "") == 204


async def test_a_speaker_signs_in_their_own_session_only(day: Place) -> None:
    own = await speaker(day, HERE)

    assert [await sign(own, key) for key in (HERE, ELSEWHERE, "")] == [204, 403, 403]


@pytest.mark.parametrize("role", ["author", "screen"])
async def test_others_give_no_signs(day: Place, role: str) -> None:
    assert await sign(day.holder(role), HERE) == 403
    assert await sign(day.visitor(), HERE) == 401


@pytest.mark.parametrize(
    ("key", "value"),
    [("no-such-session", {"kind": "two-minutes"}), (HERE, {"kind": "dance"}), (HERE, {"kind": None}), (HERE, {"x": 1})],
)
async def test_a_sign_that_is_none_is_refused(day: Place, key: str, value: dict[str, Any]) -> None:
    assert await sign(day.holder("chair"), key, **value) == 422


async def test_what_a_page_says_of_itself_does_not_travel(day: Place) -> None:
    async with day.holder("chair").live("chair") as ws:
        await sign(day.holder("moderator"), HERE, kind="thanks", by="somebody else", at=1, name="<b>")
        value = (await heard(ws))["value"]

    assert value["by"] != "somebody else"
    assert value["at"] > 1
    assert "name" not in value
