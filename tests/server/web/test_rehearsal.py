"""The rehearsal mode: recorded posts that staff can tell apart, faults on command, and nothing left after the wipe."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.live.audience import Audience
from server.symposium.values import Status
from tests.house import PATIENCE_S, SLUG, Place, Visitor, eventually, open_place

pytestmark = pytest.mark.slow

FAST = 100


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


def played(place: Place) -> list[Any]:
    posts = place.hall.node.state.posts.values()
    return [p for p in posts if p.network == "rehearsal" and p.status is not Status.ERASED]


async def start(place: Place, **more: Any) -> Visitor:
    organiser = place.holder("organiser")
    answer = await organiser.ask("POST", "rehearsal", {"on": True, "speed": FAST, **more})
    assert answer.status == 200, answer
    return organiser


async def test_rehearsal_plays_posts_that_staff_can_tell_apart(place: Place) -> None:
    organiser = await start(place)
    await eventually(lambda: len(played(place)) > 25 and place.hall.node.state.shown, within_s=20)

    held = (await organiser.get("posts?status=shown&limit=1")).json["posts"]
    facts = (await organiser.get("rehearsal")).json

    assert {post["source"] for post in held} == {"rehearsal"}
    assert "#proefdag" in " ".join(p["text"] for p in (await organiser.get("posts?status=shown")).json["posts"])
    assert (facts["on"], facts["speed"], facts["moderator"], facts["fault"]) == (True, FAST, True, None)
    assert facts["posts"] >= 25


async def test_without_a_scripted_moderator_everything_waits_for_people(place: Place) -> None:
    await start(place, moderator=False)
    await eventually(lambda: len(played(place)) > 25, within_s=20)

    assert list(place.hall.node.state.shown) == []


async def test_stop_ends_it_and_takes_the_scripted_badge_back(place: Place) -> None:
    organiser = await start(place)
    await eventually(lambda: played(place), within_s=20)

    answer = await organiser.ask("POST", "rehearsal", {"on": False})
    count = len(place.hall.node.state.posts)
    await asyncio.sleep(0.3)

    assert answer.json["on"] is False
    assert len(place.hall.node.state.posts) == count
    scripted = [b for b in place.hall.node.state.badges.values() if b.run == place.house.site.run]
    assert [b.revoked is not None for b in scripted] == [True]
    assert not place.hall.node.state.sources["rehearsal-1"].on  # type: ignore[index]


async def test_speed_can_be_set_while_it_plays(place: Place) -> None:
    organiser = await start(place)

    answer = await organiser.ask("POST", "rehearsal", {"on": True, "speed": 2})

    assert (answer.json["on"], answer.json["speed"]) == (True, 2)
    badges = [b for b in place.hall.node.state.badges.values() if b.run == place.house.site.run]
    assert len(badges) == 1, "it is the same rehearsal"


async def test_second_rehearsal_brings_its_posts_again(place: Place) -> None:
    """What was erased does not come back; the next run's posts are others."""
    organiser = await start(place)
    await eventually(lambda: len(played(place)) > 20, within_s=20)
    await organiser.ask("DELETE", "rehearsal", {})
    assert played(place) == []

    await start(place)

    await eventually(lambda: len(played(place)) > 20, within_s=20)


# The wipe


def whole_folder(folder: Path) -> bytes:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "ballast")
    return b"".join(path.read_bytes() for path in files)


async def test_wipe_leaves_nothing_of_the_rehearsal(place: Place) -> None:
    """Not in bodies, not in blobs, not on screens; what people sent stays."""
    mine = await place.show("Een echt bericht van een telefoon")
    organiser = await start(place)
    await eventually(lambda: list(place.hall.store.ids()) and len(played(place)) > 30, within_s=30)
    before = [place.hall.node.state.bodies[p.body] for p in played(place)]
    assert len(before) > 20

    answer = await organiser.ask("DELETE", "rehearsal")

    assert answer.status == 200
    assert answer.json["erased"] >= 30
    assert played(place) == []
    assert list(place.hall.store.ids()) == []
    assert list(place.hall.node.state.shown) == [mine.id]
    home = place.house.config.folder / SLUG
    data = whole_folder(home)
    assert [body for body in before if body in data] == []
    assert b"Een echt bericht van een telefoon" in data, "the control: it would be found"
    async with place.visitor().live("wall") as live:
        view = (await live.receive_json())["view"]
    assert [key for key in view if key.startswith("post:")] == [f"post:{mine.id}"]


async def test_wipe_of_everything_takes_test_posts_too(place: Place) -> None:
    await place.show("Testbericht van de organisatie")
    await place.arrive("Nog een")

    answer = await place.holder("organiser").ask("DELETE", "rehearsal", {"everything": True})

    assert answer.json == {"erased": 2}
    assert b"Testbericht" not in whole_folder(place.house.config.folder / SLUG)


async def test_wipe_is_for_organisers(place: Place) -> None:
    await place.show("Blijft")

    answer = await place.holder("moderator").ask("DELETE", "rehearsal", {"everything": True})

    assert (answer.status, answer.code) == (403, "role")
    assert len(place.hall.node.state.shown) == 1


# Faults


def numbered(place: Place) -> list[str]:
    """The posts of a flood end in their number."""
    bodies = (place.hall.node.state.bodies[p.body] for p in played(place))
    texts = (str(json.loads(body)["text"]) for body in bodies)
    return [text for text in texts if re.search(r" \(\d+\)$", text)]


async def test_flood_brings_hundreds_of_posts_a_minute(place: Place) -> None:
    organiser = await start(place, moderator=False)
    await organiser.ask("POST", "rehearsal/faults", {"fault": "flood", "seconds": 3})

    await eventually(lambda: len(numbered(place)) >= 25, within_s=30)


async def test_hijack_brings_near_equal_posts_of_strangers_under_the_hashtag(place: Place) -> None:
    organiser = await start(place, moderator=False)
    await organiser.ask("POST", "rehearsal/faults", {"fault": "hijack", "seconds": 5})

    def spam() -> list[Any]:
        bodies = [place.hall.node.state.bodies[p.body].decode() for p in played(place)]
        return [b for b in bodies if "spam.example" in b]

    await eventually(lambda: len(spam()) >= 10, within_s=30)
    assert all("#proefdag" in body for body in spam())
    authors = {p.author for p in played(place) if "spam.example" in place.hall.node.state.bodies[p.body].decode()}
    assert len(authors) == len(spam())


async def refused(visitor: Visitor, audience: str) -> bool:
    try:
        async with visitor.live(audience) as live:
            await live.receive()
    except aiohttp.WSServerHandshakeError as ex:
        return ex.status == 503
    return False


async def test_network_down_cuts_the_screens_and_refuses_them_for_a_while(place: Place) -> None:
    organiser = await start(place)
    async with place.visitor().live("wall") as wall, place.visitor().live("phone") as phone:
        await wall.receive()
        answer = await organiser.ask("POST", "rehearsal/faults", {"fault": "network-down", "seconds": 60})
        assert (answer.json["fault"], answer.json["phones"]) == ("network-down", False)
        with contextlib.suppress(ConnectionError):
            while (await wall.receive(timeout=PATIENCE_S)).type is aiohttp.WSMsgType.TEXT:
                pass
        assert wall.closed
        assert await refused(place.visitor(), "wall")
        assert not await refused(place.visitor(), "phone")
        assert not phone.closed
    await organiser.ask("POST", "rehearsal/faults", {"fault": "network-down", "seconds": 1})
    await eventually(lambda: place.hall.rehearsal.facts().fault is None)  # type: ignore[union-attr]
    assert not await refused(place.visitor(), "wall")


async def test_network_down_for_phones_too_leaves_desk_and_stage_alone(place: Place) -> None:
    organiser = await start(place)
    await organiser.ask("POST", "rehearsal/faults", {"fault": "network-down", "seconds": 60, "phones": True})

    assert [await refused(organiser, a) for a in ("wall", "phone", "desk", "stage")] == [True, True, False, False]
    await organiser.ask("POST", "rehearsal", {"on": False})
    assert [await refused(organiser, a) for a in ("wall", "phone")] == [False, False]


async def test_fault_without_a_rehearsal_is_refused(place: Place) -> None:
    """In front of a hall a wrong button must do nothing."""
    async with place.visitor().live("wall") as wall:
        await wall.receive()
        answer = await place.holder("organiser").ask("POST", "rehearsal/faults", {"fault": "network-down"})

        assert (answer.status, answer.code) == (409, "no-rehearsal")
        assert not await refused(place.visitor(), "wall")


async def test_new_fault_ends_the_one_before(place: Place) -> None:
    organiser = await start(place)
    await organiser.ask("POST", "rehearsal/faults", {"fault": "network-down", "seconds": 60})
    answer = await organiser.ask("POST", "rehearsal/faults", {"fault": "hijack", "seconds": 60})

    assert answer.json["fault"] == "hijack"
    await asyncio.sleep(0.05)
    assert not await refused(place.visitor(), "wall")


# Who may, and what cannot be


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "rehearsal", None), ("POST", "rehearsal", {"on": True}),
    ("POST", "rehearsal/faults", {"fault": "flood"}), ("DELETE", "rehearsal", {}),
])  # fmt: skip
async def test_rehearsal_is_for_staff(place: Place, method: str, path: str, body: Any) -> None:
    assert (await place.visitor().ask(method, path, body)).status == 401
    assert (await place.holder("screen").ask(method, path, body)).status == 403
    assert not place.hall.rehearsal.facts().on  # type: ignore[union-attr]


@pytest.mark.parametrize(("path", "body"), [
    ("rehearsal", {}), ("rehearsal", {"on": True, "speed": 0}), ("rehearsal", {"on": True, "speed": 1e9}),
    ("rehearsal/faults", {"fault": "earthquake"}), ("rehearsal/faults", {"fault": "flood", "seconds": 301}),
    ("rehearsal/faults", {"fault": "flood", "seconds": 0}),
])  # fmt: skip
async def test_what_cannot_be_is_refused(place: Place, path: str, body: Any) -> None:
    answer = await place.holder("organiser").ask("POST", path, body)

    assert (answer.status, answer.code) == (422, "bad-input")


async def test_stage_and_desk_are_told_and_the_screens_are_not(place: Place) -> None:
    await start(place)
    organiser = place.holder("organiser")

    for audience in ("stage", "desk"):
        async with organiser.live(audience) as live:
            while (await live.receive_json(timeout=PATIENCE_S)).get("topic") != "rehearsal":
                pass
    async with organiser.live("wall") as wall:
        await wall.receive_json(timeout=PATIENCE_S)
        place.hall.rehearsal.tell()  # type: ignore[union-attr]
        place.hall.hub.channel(Audience.WALL).cover("hide", ["the-last-frame"])
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["type"] != "cover":
            frames.append(await wall.receive_json(timeout=PATIENCE_S))
        assert [frame for frame in frames if frame["type"] == "pulse"] == []


async def test_house_that_closes_ends_a_rehearsal(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        await start(place)
        await place.holder("organiser").ask("POST", "rehearsal/faults", {"fault": "flood", "seconds": 60})
    mine = asyncio.current_task()
    assert [t for t in asyncio.all_tasks() if t is not mine and "rehears" in repr(t)] == []
