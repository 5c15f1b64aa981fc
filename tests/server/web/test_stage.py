"""The remote control: stop, pause, policy, scene, pulses; and what the live streams say of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from tests.house import PATIENCE_S, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def until(ws: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next frame of *kind*."""
    while (frame := await ws.receive_json(timeout=PATIENCE_S))["type"] != kind:
        pass
    return dict(frame)


@pytest.mark.parametrize(
    ("method", "path", "body", "key", "value"),
    [
        ("PUT", "stop", {"on": True}, "stop", True),
        ("PUT", "stop", {"on": False}, "stop", False),
        ("PUT", "pause", {"on": True}, "pause", True),
        ("PUT", "pause", {"on": False}, "pause", False),
        ("PUT", "policy", {"policy": "known-pass"}, "policy", "known-pass"),
        ("PUT", "policy", {"policy": "everything-waits"}, "policy", "everything-waits"),
        ("POST", "scene", {"scene": "join"}, "scene", "join"),
        ("POST", "scene", {"scene": "fountain"}, "scene", "fountain"),
    ],
)
async def test_switch_is_seen_on_the_stage(
    place: Place, method: str, path: str, body: dict[str, object], key: str, value: object
) -> None:
    moderator = place.holder("moderator")

    answer = await moderator.ask(method, path, body)

    assert (answer.status, answer.json) == (200, {"seq": place.seq})
    await place.settled()
    async with moderator.live("stage") as ws:
        view = (await until(ws, "snapshot"))["view"]
    assert view[key].get("on", view[key].get(key)) == value


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "stop", {}),
        ("PUT", "stop", {"on": 1}),
        ("PUT", "stop", {"on": True, "for": 3}),
        ("PUT", "policy", {"policy": "anything-goes"}),
        ("POST", "scene", {"scene": "disco"}),
        ("POST", "scene", {"scene": None}),
        ("POST", "scene", {"scene": "join", "screen": ""}),
        ("POST", "scene", {"scene": "join", "screen": "x" * 65}),
        ("POST", "scene", {"scene": "playlist", "posts": ["p"] * 51}),
        ("POST", "scene", {"scene": "text"}),
        ("POST", "scene", {"scene": "text", "text": "x" * 501}),
        ("PUT", "announcement", {"text": ""}),
        ("PUT", "announcement", {"text": "\u200b"}),
        ("PUT", "announcement", {"text": "x" * 281}),
        ("PUT", "announcement", {"text": "one\ntwo\nthree"}),
    ],
)
async def test_switch_that_cannot_be_is_refused(place: Place, method: str, path: str, body: dict[str, object]) -> None:
    before = place.seq

    answer = await place.holder("moderator").ask(method, path, body)

    assert (answer.status, place.seq) == (422, before)


async def scenes(place: Place) -> dict[str, Any]:
    """What the wall is told."""
    await place.settled()
    async with place.visitor().live("wall") as ws:
        return dict((await until(ws, "snapshot"))["view"])


async def test_one_screen_shows_something_of_its_own_and_is_given_back(place: Place) -> None:
    moderator = place.holder("moderator")
    post = await place.show()
    await moderator.ask("POST", "scene", {"scene": "spotlight", "post": post.id, "screen": "s1"})
    own = (await scenes(place))["scene"]["screens"]["s1"]
    assert own == {
        "scene": "spotlight", "post": post.id, "posts": [], "title": "", "text": "", "session": None, "paper": None,
        "poll": None,
    }  # fmt: skip

    await moderator.ask("POST", "scene", {"scene": None, "screen": "s1"})
    assert (await scenes(place))["scene"]["screens"] == {}


async def test_a_slide_has_clean_words(place: Place) -> None:
    words = {"scene": "text", "title": "Pau\u202eze", "text": "Tot 15.00 uur\n\n\n\nKoffie"}
    await place.holder("moderator").ask("POST", "scene", words)
    told = (await scenes(place))["scene"]
    assert (told["title"], told["text"]) == ("Pauze", "Tot 15.00 uur\n\nKoffie")
    await place.holder("moderator").ask("POST", "scene", {"scene": "fountain"})


@pytest.mark.parametrize("scene", ["spotlight", "playlist"])
async def test_a_scene_of_a_post_that_is_not_shown_is_refused(place: Place, scene: str) -> None:
    post = await place.arrive()
    words = {"scene": scene, "post": post.id} if scene == "spotlight" else {"scene": scene, "posts": [post.id]}
    answer = await place.holder("moderator").ask("POST", "scene", words)
    assert (answer.status, answer.code) == (409, "not-shown")
    assert (await scenes(place))["scene"]["scene"] == "fountain"


async def test_hiding_a_spotlit_post_covers_it_at_once_and_leaves_no_word_of_it(place: Place) -> None:
    post = await place.show("Woorden die weg moeten")
    await place.holder("moderator").ask("POST", "scene", {"scene": "spotlight", "post": post.id})
    await place.settled()
    async with place.visitor().live("wall") as wall:
        assert (await until(wall, "snapshot"))["view"]["scene"]["post"] == post.id

        await place.holder("moderator").decide(post.id, "hide")

        assert (await until(wall, "cover"))["keys"] == [f"post:{post.id}"]
        changes = (await until(wall, "changes"))["changes"]
    assert ["drop", f"post:{post.id}"] in changes
    assert next(change[2] for change in changes if change[1] == "scene")["post"] is None
    view = await scenes(place)
    assert "Woorden die weg moeten" not in str(view)
    await place.holder("moderator").ask("POST", "scene", {"scene": "fountain"})


async def test_an_announcement_is_said_to_all_and_names_nobody_on_the_wall(place: Place) -> None:
    moderator = place.holder("moderator")
    await moderator.ask("PUT", "announcement", {"text": "Koffie\nin de hal"})
    told = (await scenes(place))["announcement"]
    assert (told["text"], set(told)) == ("Koffie\nin de hal", {"text", "at"})
    async with moderator.live("stage") as ws:
        assert (await until(ws, "snapshot"))["view"]["announcement"]["by"] == "Badge moderator"

    await moderator.ask("PUT", "announcement", {"text": None})
    assert (await scenes(place))["announcement"] == {"text": None}


async def test_an_undone_start_covers_the_screens_as_a_stop_does(place: Place) -> None:
    moderator = place.holder("moderator")
    await place.show()
    await moderator.ask("PUT", "stop", {"on": True})
    seq = (await moderator.ask("PUT", "stop", {"on": False})).json["seq"]
    await place.settled()
    async with place.visitor().live("wall") as wall:
        await until(wall, "snapshot")
        assert (await moderator.ask("POST", "undos", {"seq": seq})).status == 200
        assert (await until(wall, "cover"))["keys"] == "all"
    assert place.hall.node.state.stop.on
    await moderator.ask("PUT", "stop", {"on": False})


async def test_an_act_that_somebody_has_built_on_says_who(place: Place) -> None:
    seq = (await place.holder("moderator").ask("PUT", "pause", {"on": True})).json["seq"]
    await place.holder("organiser").ask("PUT", "pause", {"on": False})
    answer = await place.holder("moderator").ask("POST", "undos", {"seq": seq})
    assert (answer.status, answer.code, answer.json["by"]) == (409, "decided-since", "Badge organiser")


async def test_stop_clears_the_wall_and_names_nobody_there(place: Place) -> None:
    post = await place.show()
    await place.settled()
    async with place.visitor().live("wall") as wall:
        assert f"post:{post.id}" in (await until(wall, "snapshot"))["view"]

        await place.holder("moderator").ask("PUT", "stop", {"on": True})

        assert (await until(wall, "cover"))["keys"] == "all"
        changes = (await until(wall, "changes"))["changes"]
    assert ["drop", f"post:{post.id}"] in changes
    stop = next(change[2] for change in changes if change[1] == "stop")
    assert set(stop) == {"on", "at"}
    assert (await place.visitor().get("posts")).json["posts"] == []
    await place.holder("moderator").ask("PUT", "stop", {"on": False})


async def test_hide_covers_the_wall_before_it_drops(place: Place) -> None:
    post = await place.show()
    await place.settled()
    async with place.visitor().live("wall") as wall:
        await until(wall, "tick")

        await place.holder("moderator").decide(post.id, "hide")

        frames = [await wall.receive_json(timeout=PATIENCE_S), await until(wall, "changes")]
    assert frames[0] == {"type": "cover", "keys": [f"post:{post.id}"]}
    assert ["drop", f"post:{post.id}"] in frames[1]["changes"]


async def test_paused_wall_keeps_what_it_has(place: Place) -> None:
    moderator = place.holder("moderator")
    before = await place.show()
    await moderator.ask("PUT", "pause", {"on": True})
    after = await place.show()

    listed = [p["id"] for p in (await place.visitor().get("posts?limit=500")).json["posts"]]
    await moderator.ask("PUT", "pause", {"on": False})

    assert before.id in listed
    assert after.id not in listed
    assert after.id in [p["id"] for p in (await place.visitor().get("posts?limit=500")).json["posts"]]


async def test_reader_that_comes_back_gets_what_it_missed(place: Place) -> None:
    await place.settled()
    async with place.visitor().live("wall") as wall:
        snapshot = await until(wall, "snapshot")
    post = await place.show()
    await place.settled()

    async with place.visitor().live("wall", since=f"{snapshot['epoch']}:{snapshot['to']}") as wall:
        first = await wall.receive_json(timeout=PATIENCE_S)

    assert (first["type"], first["from"]) == ("changes", snapshot["to"])
    assert f"post:{post.id}" in [change[1] for change in first["changes"]]


@pytest.mark.parametrize(
    "since", ["", "x", ":", "other:1", "{epoch}:-1", "{epoch}:99999999", "{epoch}:" + "9" * 30, "\0"]
)
async def test_reader_with_a_strange_position_gets_a_snapshot(place: Place, since: str) -> None:
    async with place.visitor().live("wall", since=since.format(epoch=place.hall.node.epoch)) as wall:
        assert (await wall.receive_json(timeout=PATIENCE_S))["type"] == "snapshot"


@pytest.mark.parametrize("audience", ["everybody", "", "DESK", "wall%00"])
async def test_unknown_audience_is_refused(place: Place, audience: str) -> None:
    answer = await place.holder("organiser").get(f"live?audience={audience}")

    assert (answer.status, answer.json["field"]) == (422, "audience")


async def test_phone_hears_of_its_own_posts_and_nobody_elses(place: Place) -> None:
    phone, other = place.visitor(), place.visitor()
    mine = (await phone.post("Van mij")).json["id"]
    await other.post("Van een ander")
    async with phone.live("phone") as ws:
        assert [p["id"] for p in (await until(ws, "own"))["posts"]] == [mine]

        await place.holder("moderator").decide(mine, "show")

        told = (await until(ws, "own"))["posts"]
    assert [(p["id"], p["status"], p["onScreen"]) for p in told] == [(mine, "shown", True)]


async def test_phones_stream_holds_no_post(place: Place) -> None:
    await place.show()
    await place.settled()
    async with place.visitor().live("phone") as ws:
        view = (await until(ws, "snapshot"))["view"]

    assert set(view) == {
        "symposium", "scene", "announcement", "theme", "stop", "pause", "programme", "direction", "shelf", "hall"
    }  # fmt: skip


async def test_desk_sees_the_queue_and_why_it_waits(place: Place) -> None:
    post = await place.arrive("Wat wacht er?")
    await place.settled()
    async with place.holder("moderator").live("desk") as ws:
        view = (await until(ws, "snapshot"))["view"]

    assert view[f"post:{post.id}"]["text"] == "Wat wacht er?"
    assert {"policy", "counts", "scene", "stop", "pause", "symposium"} <= set(view)


# Pulses


async def test_screens_pulse_reaches_the_stage(place: Place) -> None:
    async with place.holder("moderator").live("stage") as ws:
        await until(ws, "tick")

        answer = await place.visitor().ask(
            "POST", "pulses", {"topic": "screen", "key": "zaal-1", "value": {"name": "Zaal\u202e 1", "delayMs": 12}}
        )

        pulse = await until(ws, "pulse")
    assert answer.status == 204
    assert (pulse["key"], pulse["value"]["name"], pulse["value"]["delayMs"]) == ("zaal-1", "Zaal 1", 12)
    assert pulse["value"]["at"] > 0


@pytest.mark.parametrize(
    "change",
    [
        {"topic": "everything"},
        {"key": ""},
        {"key": "x" * 81},
        {"ttl": 0},
        {"ttl": 31},
        {"ttl": 10**23},
        {"value": {"x": "y" * 2_001}},
        {"value": {"x": [1]}},
        {"value": [1]},
        {"value": None},
    ],
)
async def test_pulse_that_cannot_be_is_refused(place: Place, change: dict[str, object]) -> None:
    answer = await place.visitor().ask("POST", "pulses", {"topic": "screen", "key": "a", "value": {}} | change)

    assert answer.status == 422


@pytest.mark.parametrize("delay", [-1, 0, 1e300, 10**23, -1e300, "12", True, None])
async def test_pulse_with_a_strange_delay_breaks_no_figures(place: Place, delay: object) -> None:
    from server.jobs import tell_figures

    body = {"topic": "screen", "key": "b", "value": {"delayMs": delay}}

    answer = await place.visitor().ask("POST", "pulses", body)

    assert answer.status == 204
    await tell_figures(place.hall.node, place.hall.hub)


async def test_flood_of_pulses_is_slowed_down(place: Place) -> None:
    body = {"topic": "screen", "key": "loud", "value": {}}

    with place.no_refill():
        answers = await asyncio.gather(*(place.visitor().ask("POST", "pulses", body) for _ in range(60)))

    assert {a.status for a in answers} == {204, 429}
    assert all("Retry-After" in a.headers for a in answers if a.status == 429)


async def test_claim_carries_the_badge_that_made_it(place: Place) -> None:
    """Whatever a page says of itself: the server knows whose badge it is."""
    async with place.holder("organiser").live("desk") as ws:
        await until(ws, "tick")
        body = {"topic": "claim", "key": "post", "value": {"by": "somebody-else"}}

        await place.holder("moderator").ask("POST", "pulses", body)

        pulse = await until(ws, "pulse")
    me = (await place.holder("moderator").get("me")).json
    assert pulse["value"]["by"] == me["id"]


async def test_an_organiser_says_how_long_the_networks_are_listened_to(place: Place) -> None:
    organiser, moderator = place.holder("organiser"), place.holder("moderator")

    before = (await moderator.get("listening")).json
    put = await organiser.ask("PUT", "listening", {"days": 0})
    never = await organiser.ask("PUT", "listening", {"days": None})
    refused = [await organiser.ask("PUT", "listening", {"days": days}) for days in (-1, 367, "x")]

    assert before["days"] == 3
    assert (put.status, put.json["days"], put.json["until"]) == (200, 0, before["end"])
    assert (never.json["days"], never.json["until"]) == (None, None)
    assert [each.status for each in refused] == [422] * 3
