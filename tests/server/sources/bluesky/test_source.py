"""The source against a Bluesky on loopback that behaves badly in every way we could think of, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from typing import Any

import pytest

from server.errors import BadInput
from server.sources.backoff import SourceUnavailable
from server.sources.bluesky import source
from server.sources.bluesky.frames import Frame, Wire, read_frame
from server.sources.bluesky.options import APPVIEW, HOSTS, parse_options
from server.sources.contract import AuthorGone, Condition, Delete, Kept, Upsert
from tests.server.sources import virtual
from tests.server.sources.bluesky import upstream as up
from tests.server.sources.bluesky.hall import Hall, listening, source_for
from tests.server.sources.bluesky.upstream import ANNA, BRAM, Behaviour, Upstream, answers

pytestmark = pytest.mark.slow

MINUTE = 60
HOUR = 60 * MINUTE


def _delete(view: up.Json) -> Delete:
    _, _, did, _, rkey = view["uri"].split("/")
    return Delete(native_id=f"{did}/{rkey}", uri=view["uri"])


def _native_id(view: up.Json) -> str:
    return str(_delete(view).native_id)


# Posts come


@pytest.mark.parametrize("wire", ["v1", "v2"])
def test_post_comes_within_seconds_with_what_the_appview_knows(wire: str) -> None:
    async def scenario() -> tuple[Hall, Upstream]:
        async with Upstream().serving() as bluesky, listening(bluesky, wire=wire) as hall:
            await bluesky.chatter(3)
            await bluesky.post("Volle zaal – café 🎉")
            await asyncio.sleep(3)
            return hall, bluesky

    hall, bluesky = virtual.run(scenario())

    assert hall.texts == ["Volle zaal – café 🎉"]
    assert (hall.posts[0].name, hall.posts[0].handle, hall.posts[0].created) == (
        "Anna",
        "@anna.bsky.social",
        bluesky.events[3]["time_us"],
    )
    assert bluesky.connections == [(wire, dict(bluesky.connections[0][1]))]


def test_every_variant_of_a_hashtag_is_ours() -> None:
    variants = ["democonf", "DÉMOCONF", "ＤｅｍｏＣｏｎｆ", "Demo-Conf"]

    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for variant in [*variants, "demo", "conf"]:
                await bluesky.post("Hallo", tag=variant)
            await bluesky.post("Zonder", facets=[], tags=["demoCONF"])
            await asyncio.sleep(5)
            return hall

    assert [post.tags for post in virtual.run(scenario()).posts] == [*((each,) for each in variants), ("demoCONF",)]


def test_posts_are_asked_for_together_and_politely() -> None:
    async def scenario() -> tuple[Hall, Upstream]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for number in range(60):
                await bluesky.post(str(number))
            await asyncio.sleep(10)
            return hall, bluesky

    hall, bluesky = virtual.run(scenario())

    assert hall.texts == [str(number) for number in range(60)]
    assert [len(uris) for _, _, uris in bluesky.asked] == [25, 25, 10]
    moments = [at for at, _, _ in bluesky.asked]
    assert min(after - before for before, after in itertools.pairwise(moments)) >= 0.9


def test_post_that_the_appview_shows_later_comes_later_and_one_that_it_never_shows_does_not() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            late, never = await bluesky.post("later"), await bluesky.post("nooit")
            views = {view["uri"]: bluesky.views.pop(view["uri"]) for view in (late, never)}
            await asyncio.sleep(20)
            bluesky.views[late["uri"]] = views[late["uri"]]
            await bluesky.go_on(5 * MINUTE)
            bluesky.views |= views
            await bluesky.go_on(5 * MINUTE)
            return hall

    assert virtual.run(scenario()).texts == ["later"]


def test_edit_comes_as_it_was_written_last() -> None:
    async def scenario() -> tuple[Hall, Upstream]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            view = await bluesky.post("een")
            await asyncio.sleep(5)
            await bluesky.edit(view, "twee")
            await asyncio.sleep(5)
            await bluesky.edit(view, "drie", tag="anders")
            await asyncio.sleep(5)
            return hall, bluesky

    hall, bluesky = virtual.run(scenario())

    assert [post.text for post in hall.posts] == ["een #DemoConf", "twee #DemoConf", "drie #anders"]
    assert [post.edited for post in hall.posts] == [None, *(event["time_us"] for event in bluesky.events[1:])]


def test_edit_that_the_appview_does_not_show_yet_is_waited_for() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            view = await bluesky.post("een")
            await asyncio.sleep(5)
            old = dict(view)
            await bluesky.edit(view, "twee")
            bluesky.views[view["uri"]] = old
            await asyncio.sleep(10)
            bluesky.views[view["uri"]] = view
            await asyncio.sleep(20)
            return hall

    assert virtual.run(scenario()).texts == ["een", "twee"]


# Posts go


def test_delete_reaches_the_wall_at_once_and_only_for_posts_that_it_may_have() -> None:
    async def scenario() -> tuple[Hall, up.Json, float]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            ours, other = await bluesky.post("weg"), await bluesky.post("anders", tag="koffie")
            await asyncio.sleep(5)
            asked = asyncio.get_running_loop().time()
            await bluesky.delete(other)
            await bluesky.delete(ours)
            await bluesky.delete(ours)
            await asyncio.sleep(1)
            return hall, ours, asked

    hall, ours, asked = virtual.run(scenario())

    assert hall.departed == [_delete(ours)]
    assert next(at for at, event, _ in hall.seen if isinstance(event, Delete)) - asked < 1


def test_post_that_is_deleted_before_it_was_asked_for_never_comes() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            view = await bluesky.post("spijt")
            shown = dict(view)
            await bluesky.delete(view)
            bluesky.views[view["uri"]] = shown  # The AppView is a moment behind.
            await asyncio.sleep(10)
            return hall

    hall = virtual.run(scenario())

    assert (hall.posts, hall.departed) == ([], [])


@pytest.mark.parametrize("status", ["deleted", "takendown", "suspended", "deactivated"])
def test_author_who_is_gone_takes_everything_along(status: str) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            await bluesky.post("een")
            await bluesky.chatter()
            await asyncio.sleep(5)
            await bluesky.post("nog niet gevraagd")
            await bluesky.close_account(ANNA, status)
            await bluesky.close_account(BRAM, status)
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een"]
    assert hall.departed == [AuthorGone(author_id=ANNA)]


def _kept(hall: Hall) -> list[Kept]:
    """What a house has that took in all."""
    return [Kept(native_id=post.native_id, uri=post.uri, author_id=post.author_id) for post in hall.posts]


async def _after_a_restart(*, remembers: bool) -> tuple[Hall, up.Json]:
    """Anna wrote twice and Bram once; while we are away, the first post goes, and then Bram's account does."""
    async with Upstream().serving() as bluesky:
        async with listening(bluesky) as before:
            first = await bluesky.post("een")
            await bluesky.post("twee")
            await bluesky.post("drie", did=BRAM)
            await bluesky.go_on(10)
        await bluesky.delete(first)
        await bluesky.close_account(BRAM)
        async with listening(bluesky, cursor=before.cursor, kept=_kept(before) if remembers else ()) as after:
            await bluesky.go_on(10)
            return after, first


def test_restart_forgets_no_delete_and_no_author() -> None:
    """Of posts that wait, which nobody looks at again."""
    hall, first = virtual.run(_after_a_restart(remembers=True))

    assert hall.departed == [_delete(first), AuthorGone(author_id=BRAM)]


def test_restart_without_a_memory_forgets_them() -> None:
    """The negative control of the test above."""
    hall, _ = virtual.run(_after_a_restart(remembers=False))

    assert hall.departed == []


def test_restart_forgets_no_edit_that_takes_the_hashtag_away() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky:
            async with listening(bluesky) as before:
                await bluesky.chatter(2)
                view = await bluesky.post("een")
                await bluesky.go_on(10)
            await bluesky.edit(view, "twee", tag="anders")
            async with listening(bluesky, cursor=before.cursor, kept=_kept(before)) as after:
                await bluesky.go_on(10)
                return after

    assert [post.text for post in virtual.run(scenario()).posts][-1:] == ["twee #anders"]


@pytest.mark.parametrize(
    ("away_h", "trouble", "looks_back"),
    [(80, None, True), (80, answers(503), True), (20, None, False)],
    ids=["longer", "longer-and-the-appview-is-away", "as-long-as-the-stream-remembers"],
)
def test_after_an_absence_longer_than_the_stream_remembers_all_is_looked_at_once(
    away_h: int, trouble: Behaviour | None, looks_back: bool
) -> None:
    async def scenario() -> tuple[Hall, list[up.Json], int]:
        async with Upstream().serving() as bluesky:
            async with listening(bluesky) as before:
                await bluesky.chatter(2)
                views = [await bluesky.post(str(number)) for number in range(30)]
                await bluesky.go_on(10)
            await bluesky.delete(views[3])
            await bluesky.edit(views[29], "anders")
            views[20]["labels"] = [up.label("!hide")]
            await asyncio.sleep(away_h * HOUR)
            bluesky.events.clear()
            asked = len(bluesky.asked)
            bluesky.appview_misbehave = [trouble] if trouble else []
            async with listening(bluesky, cursor=before.cursor, kept=_kept(before)) as after:
                await bluesky.go_on(30 * MINUTE)
                asked = len(bluesky.asked) - asked
                edited = await after.source.recheck([_native_id(views[29])])
                assert [event.post.text for event in edited if isinstance(event, Upsert)] == ["anders #DemoConf"]
            return after, views, asked

    hall, views, asked = virtual.run(scenario())

    assert hall.departed == ([_delete(views[20]), _delete(views[3])] if looks_back else [])
    assert hall.posts == [], "what was edited is found as soon as somebody can see it"
    assert (0 < asked <= 6) == looks_back


def test_what_has_another_name_than_ours_is_not_remembered() -> None:
    async def scenario() -> Hall:
        strange = [
            Kept(native_id=name, uri="", author_id="") for name in ("", "/", "did:plc:x", "a.example/1", "x" * 9)
        ]
        async with Upstream().serving() as bluesky, listening(bluesky, kept=strange) as hall:
            await bluesky.post("een")
            await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["een"]


def test_account_whose_host_is_in_trouble_stays() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            await bluesky.post("een")
            await asyncio.sleep(5)
            for status in ("throttled", "desynchronized"):
                await bluesky.say({"did": ANNA, "kind": "account", "account": {"active": False, "status": status}})
            await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).departed == []


# Labels


@pytest.mark.parametrize(
    ("of_author", "of_post"),
    [("!no-unauthenticated", ""), ("!hide", ""), ("", "!hide"), ("", "porn"), ("", "graphic-media")],
)
def test_post_that_is_not_for_a_hall_never_comes(of_author: str, of_post: str) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            await bluesky.post("gewoon", did=BRAM)
            bluesky.profiles[ANNA]["labels"] = [up.label(of_author)] if of_author else []
            view = await bluesky.post("niet")
            view["labels"] = [up.label(of_post)] if of_post else []
            await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["gewoon"]


@pytest.mark.parametrize(
    ("part", "without"),
    [
        pytest.param("parse.SIGN_IN_ONLY", "no-such-label", id="authors-who-ask-to-sign-in"),
        pytest.param("parse.NEVER", frozenset[str](), id="labels"),
    ],
)
def test_post_that_is_not_for_a_hall_is_found(monkeypatch: pytest.MonkeyPatch, part: str, without: object) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(f"server.sources.bluesky.{part}", without)
    word = "!no-unauthenticated" if "SIGN" in part else "!hide"

    with pytest.raises(AssertionError):
        test_post_that_is_not_for_a_hall_never_comes(word, "")


def test_delete_that_is_missed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test of deletes: a source that knows of no posts."""
    monkeypatch.setattr("server.sources.bluesky.waiting.Known.has", lambda *_: False)

    with pytest.raises(AssertionError):
        test_delete_reaches_the_wall_at_once_and_only_for_posts_that_it_may_have()


def test_author_who_is_missed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for authors: a sieve that does not know whose posts are on the wall."""
    monkeypatch.setattr("server.sources.bluesky.waiting.Authors.more", lambda *_: None)
    monkeypatch.setattr("server.sources.bluesky.waiting.Authors.fewer", lambda *_: None)

    with pytest.raises(AssertionError):
        test_author_who_is_gone_takes_everything_along("deleted")


def test_labels_that_the_short_profile_leaves_out_are_asked_for() -> None:
    async def scenario() -> tuple[Hall, Upstream]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            bluesky.profiles[ANNA]["labels"] = [up.label("!no-unauthenticated")]
            for did in (ANNA, BRAM):
                view = await bluesky.post("van wie", did=did)
                view["author"] = {key: value for key, value in view["author"].items() if key != "labels"}
            await asyncio.sleep(5)
            return hall, bluesky

    hall, bluesky = virtual.run(scenario())

    assert [post.author_id for post in hall.posts] == [BRAM]
    assert [actors for _, kind, actors in bluesky.asked if kind == "profiles"] == [[ANNA, BRAM]]


# Trouble

TROUBLES: list[Any] = [
    pytest.param(answers(429, **{"Retry-After": "90"}), "limited", id="429"),
    pytest.param(answers(503), "server-error", id="503"),
    pytest.param(answers(418), "unexpected-answer", id="418"),
    pytest.param(up.hangs_up, "unreachable", id="hangs-up"),
    pytest.param(answers(302, Location="http://127.0.0.1:1/"), "unexpected-answer", id="redirect"),
]


@pytest.mark.parametrize(("trouble", "what"), TROUBLES)
def test_stream_that_fails_is_opened_anew_and_nothing_is_lost(trouble: Behaviour, what: str) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            await bluesky.post("voor")
            await bluesky.chatter(2)
            await asyncio.sleep(6)
            bluesky.misbehave = [trouble] * 2
            await bluesky.hang_up()
            await asyncio.sleep(0.001)
            await bluesky.post("tijdens")
            await bluesky.go_on(200)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["voor", "tijdens"]
    assert hall.conditions[-1] == ("ok", "")
    assert ("waiting", what) in hall.conditions


APPVIEW_TROUBLES: list[Any] = [
    pytest.param(answers(429, **{"Retry-After": "90"}), "limited", id="429"),
    pytest.param(answers(503), "server-error", id="503"),
    pytest.param(answers(body="<html>Log in</html>", kind="text/html"), "not-json", id="captive-portal"),
    pytest.param(answers(body="[NaN"), "unreadable", id="garbage"),
    pytest.param(answers(body="{}"), "unreadable", id="no-posts"),
    pytest.param(up.hangs_up, "unreachable", id="hangs-up"),
    pytest.param(up.slow, "too-slow", id="slow"),
    pytest.param(answers(500), "server-error", id="stumbles-over-everything"),
]


@pytest.mark.parametrize(("trouble", "what"), APPVIEW_TROUBLES)
def test_appview_in_trouble_delays_posts_and_not_deletes(trouble: Behaviour, what: str) -> None:
    async def scenario() -> tuple[Hall, up.Json, int]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            first = await bluesky.post("voor")
            await bluesky.chatter(2)
            await asyncio.sleep(6)
            bluesky.for_ever = trouble
            await bluesky.post("tijdens")
            await asyncio.sleep(2)
            await bluesky.delete(first)
            await bluesky.go_on(600)
            assert hall.texts == ["voor"]
            assert hall.departed == [_delete(first)]
            assert (Condition.WAITING, what) in {(health.condition, health.what) for health in hall.healths}
            bluesky.for_ever = None
            await bluesky.go_on(400)
            return hall, first, len(bluesky.asked)

    hall, _, asked = virtual.run(scenario())

    assert hall.texts == ["voor", "tijdens"]
    assert hall.conditions[-1] == ("ok", "")
    assert asked < 200


def test_one_post_that_the_appview_stumbles_over_does_not_stop_the_others() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for number in range(25):
                view = await bluesky.post(str(number))
                if number == 13:
                    bluesky.stumbles_over.add(view["uri"])
            await bluesky.go_on(5 * MINUTE)
            await bluesky.post("later")
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == [*(str(number) for number in range(25) if number != 13), "later"]
    assert hall.healths == [] or hall.conditions[-1] == ("ok", "")


def test_lonely_post_that_the_appview_stumbles_over_is_no_outage() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            bluesky.stumbles_over.add((await bluesky.post("struikelt"))["uri"])
            await bluesky.go_on(10 * MINUTE)
            return hall, len(bluesky.asked)

    hall, asked = virtual.run(scenario())

    assert hall.posts == []
    assert not any(health.where.startswith("127") and health.what == "server-error" for health in hall.healths)
    assert asked <= 20


def test_stream_that_is_silent_is_opened_anew() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky:
            bluesky.misbehave = [up.silent]
            async with listening(bluesky) as hall:
                await asyncio.sleep(3 * MINUTE)
                await bluesky.post("terug")
                await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["terug"]


def test_servers_take_turns_and_the_position_goes_along() -> None:
    async def scenario() -> tuple[Hall, list[int]]:
        async with Upstream().serving() as east, Upstream().serving() as west:
            west.views = east.views
            async with listening(east, west) as hall:
                await east.post("een")
                await east.chatter(2)
                await asyncio.sleep(6)
                await east.post("twee, en weg is hij")
                west.events = list(east.events)
                west._count = 1000
                await west.post("drie")
                await east.hang_up()
                await asyncio.sleep(30)
                return hall, [len(east.connections), len(west.connections)]

    hall, connections = virtual.run(scenario())

    assert sorted(hall.texts) == ["drie", "een", "twee, en weg is hij"]
    assert connections == [1, 1]


def test_server_that_refuses_us_is_left_alone_while_there_are_others() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as east, Upstream().serving() as west:
            east.misbehave = [answers(403)] * 1000
            async with listening(west, east, hosts=[east.socket_url, west.socket_url]) as hall:
                for _ in range(20):
                    await asyncio.sleep(10)
                    await west.post("hier")
                    if len(west.events) == 10:
                        await west.hang_up()
                await asyncio.sleep(5)
            return hall, len(east.connections)

    hall, asked = virtual.run(scenario())

    assert asked == 1
    assert len(hall.posts) == 20
    assert hall.conditions[-1] == ("ok", "")


def test_refusal_by_the_last_server_asks_for_attention() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as bluesky:
            bluesky.misbehave = [answers(403)] * 1000
            async with listening(bluesky) as hall:
                await asyncio.sleep(HOUR)
            return hall, len(bluesky.connections)

    hall, asked = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "refused")]
    assert asked == 1


@pytest.mark.parametrize("trouble", [each.values[0] for each in TROUBLES], ids=[each.id for each in TROUBLES])
def test_source_never_hammers_a_server_that_stays_bad(trouble: Behaviour) -> None:
    async def scenario() -> int:
        async with Upstream().serving() as bluesky:
            bluesky.misbehave = [trouble] * 10_000
            async with listening(bluesky) as hall:
                await asyncio.sleep(30 * MINUTE)
                assert hall.healths[-1].condition is Condition.WAITING
            return len(bluesky.connections)

    assert 2 <= virtual.run(scenario()) <= 150


# Version 2


@pytest.mark.parametrize("status", [400, 404])
def test_server_that_does_not_know_version_2_gets_version_1_at_once(status: int) -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        async with Upstream(speaks=("v1",)).serving() as bluesky:
            bluesky.misbehave = [answers(status)]
            async with listening(bluesky, wire="v2") as hall:
                await bluesky.post("een")
                await asyncio.sleep(5)
                await bluesky.hang_up()
                await asyncio.sleep(5)
                await bluesky.post("twee")
                await asyncio.sleep(5)
            return hall, [wire for wire, _ in bluesky.connections]

    hall, wires = virtual.run(scenario())

    assert hall.texts == ["een", "twee"]
    assert wires == ["v2", "v1", "v1"]


def test_version_2_says_goodbye_and_is_opened_anew() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky, wire="v2") as hall:
            await bluesky.post("een")
            await asyncio.sleep(5)
            await bluesky.say_raw('{"$type":"error","error":"ConsumerTooSlow"}')
            await bluesky.hang_up()
            await asyncio.sleep(5)
            await bluesky.post("twee")
            await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["een", "twee"]


# Garbage and clocks

GARBAGE: list[str | bytes] = [
    "",
    "x",
    "null",
    "[]",
    '{"kind":"commit"}',
    '{"did":5,"time_us":1,"kind":"commit"}',
    "[" * 100_000,
    "é" * 1000,
    b"\xff\x00",
]


def test_garbage_is_counted_and_everything_else_comes(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for number, garbage in enumerate(GARBAGE * 15):
                await bluesky.say_raw(garbage)
                if number < 3:
                    await bluesky.post(str(number))
            await bluesky.post("einde")
            await asyncio.sleep(10)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["0", "1", "2", "einde"]
    assert hall.healths[-1].counts["unreadable"] == len(GARBAGE) * 15
    told = [record.message for record in caplog.records if "cannot be read" in record.message]
    assert len(told) == 2, "the first, and then every hundredth"
    assert all("bluesky-1" in message for message in told)


def test_broken_post_is_left_out_and_the_others_come() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            broken = await bluesky.post("kapot")
            broken["record"] = None
            nameless = await bluesky.post("van een ander")
            nameless["author"] = up.profile(BRAM)
            await bluesky.post("heel")
            await asyncio.sleep(10)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["heel"]
    assert hall.healths[-1].counts["unreadable"] == 2


def test_frame_that_is_too_large_breaks_one_connection_and_is_not_asked_for() -> None:
    async def scenario() -> tuple[Hall, up.Json]:
        async with Upstream().serving() as bluesky:
            bluesky.misbehave = [up.giant]
            async with listening(bluesky) as hall:
                await asyncio.sleep(5)
                await bluesky.post("klein")
                await asyncio.sleep(5)
            return hall, bluesky.connections[0][1]

    hall, query = virtual.run(scenario())

    assert hall.texts == ["klein"]
    assert int(query["maxMessageSizeBytes"]) <= 1024 * 1024


def test_every_post_comes_once_though_the_stream_repeats_itself() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for number in range(5):
                await bluesky.post(str(number))
            for event in list(bluesky.events):
                await bluesky.say(event, at_s=event["time_us"] / 1_000_000)
            await asyncio.sleep(10)
            for _ in range(5):
                await bluesky.hang_up()
                await asyncio.sleep(10)
            return hall

    assert virtual.run(scenario()).texts == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("ahead_s", [-2 * HOUR, 2 * HOUR, 30 * 24 * HOUR])
def test_clock_of_the_server_is_its_own(ahead_s: float) -> None:
    """Whatever it says, it is only handed back; a post is never from the future."""

    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky:
            bluesky.ahead_s = ahead_s
            async with listening(bluesky) as hall:
                view = await bluesky.post("een")
                await bluesky.chatter(3)
                await asyncio.sleep(10)
                await bluesky.edit(view, "een, beter")
                await asyncio.sleep(10)
            async with listening(bluesky, cursor=hall.cursor) as again:
                await bluesky.post("twee")
                await asyncio.sleep(10)
            assert all((post.edited or 0) <= int(virtual.now() * 1_000_000) for post in hall.posts)
            hall.seen += again.seen
            return hall

    assert set(virtual.run(scenario()).texts) >= {"een", "een, beter", "twee"}


def test_one_frame_with_a_broken_clock_does_not_move_the_position() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Upstream().serving() as bluesky:
            async with listening(bluesky) as hall:
                await bluesky.post("een")
                await bluesky.chatter(3)
                for at_s in (1.0, 2_240_000_000.0):
                    await bluesky.say({"did": ANNA, "kind": "account", "account": {"active": True}}, at_s=at_s)
                    bluesky.events.pop()
                await bluesky.chatter()
                await asyncio.sleep(6)
            await bluesky.post("terwijl we weg waren")
            async with listening(bluesky, cursor=hall.cursor) as again:
                await asyncio.sleep(10)
            return hall, again

    first, again = virtual.run(scenario())

    assert first.cursor is not None
    assert abs(int(first.cursor) / 1_000_000 - virtual.START) < MINUTE
    assert again.texts == ["een", "terwijl we weg waren"]


def test_broken_clock_that_is_believed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a position that follows every frame."""
    monkeypatch.setattr("server.sources.bluesky.source.AGREE_US", 10**18)

    with pytest.raises(AssertionError):
        test_one_frame_with_a_broken_clock_does_not_move_the_position()


# Crashes


async def _crash_anywhere(rng: random.Random) -> tuple[set[str], set[str]]:
    """
    Stop after any event and begin again at the last saved cursor, until everything was said.

    Returns:
        What was written, and what became durable.
    """
    durable: set[str] = set()
    cursor: str | None = None
    async with Upstream().serving() as bluesky:
        written: set[str] = set()
        for _ in range(15):
            async with listening(bluesky, cursor=cursor) as hall:
                for _ in range(rng.randrange(6)):
                    text = f"nummer {len(written)}"
                    await bluesky.post(text)
                    await bluesky.chatter(rng.randrange(3))
                    written.add(text)
                    await asyncio.sleep(rng.choice([0.0, 0.3, 1.5]))
                if rng.random() < 0.3:
                    await bluesky.hang_up()
                await asyncio.sleep(rng.choice([0.0, 0.9, 2.0, 7.0]))
            kept = rng.randrange(len(hall.seen) + 1)
            for _, event, reached in hall.seen[:kept]:
                durable |= {event.post.text.removesuffix(" #DemoConf")} if isinstance(event, Upsert) else set()
                cursor = reached or cursor
            if cursor is None:
                written &= durable  # Before the first saved position nothing was promised.
        async with listening(bluesky, cursor=cursor) as hall:
            await asyncio.sleep(MINUTE)
        durable |= set(hall.texts)
    return written, durable


@pytest.mark.parametrize("number", range(5))
def test_crash_between_any_two_events_loses_no_post(number: int, rng: random.Random) -> None:
    written, durable = virtual.run(_crash_anywhere(random.Random(f"{rng.random()} {number}")))

    assert written <= durable


def test_crash_that_loses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: posts that are to be asked for do not hold the cursor back, and nothing is rewound."""
    monkeypatch.setattr("server.sources.bluesky.waiting.AskList.hold", lambda *_: None)
    monkeypatch.setattr("server.sources.bluesky.source.REWIND_US", 0)

    def all_is_there() -> None:
        for seed in range(20):
            written, durable = virtual.run(_crash_anywhere(random.Random(seed)))
            assert written <= durable

    with pytest.raises(AssertionError):
        all_is_there()


def test_flood_beyond_what_can_be_remembered_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.sources.bluesky.waiting.AskList.__init__.__defaults__", (40,))

    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            for number in range(200):
                await bluesky.post(str(number))
            for _ in range(10):
                await asyncio.sleep(10)
                await bluesky.chatter()
            return hall, len(bluesky.connections)

    hall, connections = virtual.run(scenario())

    assert sorted(hall.texts, key=int) == [str(number) for number in range(200)]
    assert connections > 1


@pytest.mark.parametrize("cursor", ["", "x", "-5", "1e99", "12345", '{"a": 1}', "٣" * 16, "9" * 40])
def test_cursor_that_cannot_be_read_means_now(cursor: str) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky:
            await bluesky.post("oud")
            async with listening(bluesky, cursor=cursor) as hall:
                await bluesky.post("nieuw")
                await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["nieuw"]


def test_first_start_begins_where_the_organiser_wants() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bluesky:
            await bluesky.post("te vroeg")
            await asyncio.sleep(10 * MINUTE)
            since = up.stamp(virtual.now() - 1)
            await bluesky.post("op tijd")
            await asyncio.sleep(10 * MINUTE)
            async with listening(bluesky, since=since) as hall:
                await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["op tijd"]


# Looking again


def test_recheck_finds_what_is_gone_labelled_or_edited() -> None:
    async def scenario() -> tuple[tuple[Any, ...], tuple[Any, ...], list[up.Json]]:
        async with Upstream().serving() as bluesky, listening(bluesky) as hall:
            views = [await bluesky.post(text) for text in ("blijft", "weg", "aangemerkt", "bewerkt", "wens")]
            await asyncio.sleep(5)
            bluesky.sockets.clear()  # From here on the stream says nothing.
            await bluesky.delete(views[1])
            views[2]["labels"] = [up.label("porn")]
            await bluesky.edit(views[3], "beter")
            views[4]["author"] = up.profile(ANNA) | {"labels": [up.label("!no-unauthenticated")]}
            ids = [_native_id(view) for view in views]
            return await hall.source.recheck(ids), await hall.source.recheck(ids), views

    first, second, views = virtual.run(scenario())

    assert [event for event in first if isinstance(event, Delete)] == [_delete(views[at]) for at in (1, 2, 4)]
    assert [event.post.text for event in first if isinstance(event, Upsert)] == ["beter #DemoConf"]
    assert [event.post.edited is not None for event in first if isinstance(event, Upsert)] == [True]
    assert [event for event in second if isinstance(event, Upsert)] == []


def test_recheck_after_a_start_makes_the_deletes_of_the_stream_count() -> None:
    async def scenario() -> tuple[Hall, up.Json]:
        async with Upstream().serving() as bluesky:
            view = await bluesky.post("van gisteren")
            async with listening(bluesky) as hall:
                await hall.source.recheck([_native_id(view)])
                await bluesky.delete(view)
                await asyncio.sleep(1)
            return hall, view

    hall, view = virtual.run(scenario())

    assert hall.departed == [_delete(view)]


def test_recheck_says_nothing_of_what_is_in_doubt() -> None:
    async def scenario() -> tuple[Any, ...]:
        async with Upstream().serving() as bluesky, source_for(bluesky) as source:
            view, other = await bluesky.post("struikelt"), await bluesky.post("goed")
            await source.recheck([_native_id(each) for each in (view, other)])
            bluesky.stumbles_over.add(view["uri"])
            bluesky.appview_misbehave = []
            return await source.recheck(["", "geen id", "did:plc:x/", *(_native_id(each) for each in (view, other))])

    assert virtual.run(scenario()) == ()


def test_recheck_asks_twice_before_a_post_is_gone() -> None:
    async def scenario() -> tuple[Any, ...]:
        async with Upstream().serving() as bluesky, source_for(bluesky) as source:
            view = await bluesky.post("even niet")
            await source.recheck([_native_id(view)])
            bluesky.appview_misbehave = [answers(body='{"posts": []}')]
            return await source.recheck([_native_id(view)])

    assert virtual.run(scenario()) == ()


def test_recheck_looks_at_all_in_turn_whichever_one_somebody_looks_for() -> None:
    async def scenario() -> tuple[int, int]:
        async with Upstream().serving() as bluesky, source_for(bluesky) as source:
            ids = [_native_id(await bluesky.post(str(number))) for number in range(600)]
            for _ in range(3):
                await source.recheck(ids)
                await source.recheck(ids[:1])
            asked = {uri for _, _, uris in bluesky.asked for uri in uris}
            return len(asked), max(len(uris) for _, _, uris in bluesky.asked)

    assert virtual.run(scenario()) == (600, 25)


def test_recheck_of_an_appview_that_is_away_is_an_error_and_no_delete() -> None:
    async def scenario() -> None:
        async with Upstream().serving() as bluesky, source_for(bluesky) as source:
            view = await bluesky.post("blijft")
            bluesky.for_ever = answers(503)
            await source.recheck([_native_id(view)])

    with pytest.raises(SourceUnavailable):
        virtual.run(scenario())


# The trial


def test_check_says_of_every_server_whether_it_streams() -> None:
    async def scenario() -> list[tuple[str, bool]]:
        good, bad = Upstream(), Upstream(speaks=())
        async with good.serving(), bad.serving(), source_for(good, bad) as source:
            trial = asyncio.create_task(source.check())
            await asyncio.sleep(2)
            await good.chatter()
            return [(finding.what, finding.streams) for finding in (await trial).findings]

    assert virtual.run(scenario()) == [("", True), ("unexpected-answer", False)]


def test_check_fails_when_the_appview_does() -> None:
    async def scenario() -> bool:
        async with Upstream().serving() as bluesky, source_for(bluesky) as source:
            bluesky.for_ever = answers(503)
            return (await source.check()).works

    assert virtual.run(scenario()) is False


# Options


def test_options_are_the_publics_unless_said_otherwise() -> None:
    options = parse_options({"tags": ["#Café", "cafe"]})

    assert (options.tags, options.wire) == (("cafe",), "v1")
    assert [str(host) for host in options.hosts] == [f"wss://{host}" for host in HOSTS]
    assert str(options.appview) == f"https://{APPVIEW}"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "tags"),
        ({"tags": []}, "tags"),
        ({"tags": ["--"]}, "tags"),
        ({"tags": [str(number) + "x" for number in range(17)]}, "tags"),
        ({"tags": ["a"], "hosts": ["https://a.nl/x"]}, "hosts"),
        ({"tags": ["a"], "hosts": [f"h{number}.nl" for number in range(11)]}, "hosts"),
        ({"tags": ["a"], "wire": "v3"}, "wire"),
        ({"tags": ["a"], "appview": "a b"}, "appview"),
        ({"tags": ["a"], "since": "gisteren"}, "since"),
        ({"tags": ["a"], "strange": 1}, None),
    ],
)
def test_option_that_is_wrong_is_named(given: dict[str, Any], field: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse_options(given)

    assert caught.value.field == field or field is None or field in str(caught.value)


def test_source_reads_only_what_the_sieve_lets_pass_and_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def watched(frame: bytes, wire: Wire) -> Frame:
        read.append(frame)
        return read_frame(frame, wire)

    monkeypatch.setattr(source, "read_frame", watched)

    async def scenario() -> None:
        async with Upstream().serving() as bluesky, listening(bluesky):
            await bluesky.chatter(2 + 3 * source.SAMPLE_EACH)
            await bluesky.post("een")
            await asyncio.sleep(2)

    virtual.run(scenario())

    texts = [json.loads(frame)["commit"]["record"]["text"] for frame in read]
    assert texts == ["Goedemorgen #koffie"] * (2 + 3) + ["een #DemoConf"]
