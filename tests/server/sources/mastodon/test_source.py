"""The source against a server on loopback that behaves badly in every way we could think of, in virtual time."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from aiohttp import web
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.backoff import SourceUnavailable
from server.sources.contract import AuthorGone, BrokenOff, Condition, Delete, Upsert
from server.sources.mastodon.options import parse_options
from tests.conftest import Scale
from tests.server.sources import virtual
from tests.server.sources.mastodon import upstream as up
from tests.server.sources.mastodon.hall import Hall, hear, listening, source_for, uris
from tests.server.sources.mastodon.upstream import Behaviour, Upstream, answers, gaps

pytestmark = pytest.mark.slow

MINUTE = 60
A_SECOND = 0.8
"""As the server sees it, less what a request may be on its way on a busy machine."""

_NO_SHRINK = tuple(phase for phase in Phase if phase is not Phase.shrink)
"""Shrinking an hour of virtual time takes minutes; the seed is enough to see it again."""


async def _nothing(*_: object) -> None:
    """Stands in for something that should be done."""


def _html(request: web.Request) -> Any:
    return answers(body="<html>Log in to the hotel's Wi-Fi</html>", kind="text/html")(request)


# What a look may meet; what the stage page then says; the least that passes before the next look, in seconds.
TROUBLES: list[Any] = [
    pytest.param(up.later("Retry-After", lambda: "90"), "limited", 90, id="429-seconds"),
    pytest.param(up.later("Retry-After", lambda: up.dates(120)), "limited", 118, id="429-date"),
    pytest.param(
        up.later("X-RateLimit-Reset", lambda: up.stamp(virtual.now() + 200)), "limited", 199, id="429-iso-reset"
    ),
    pytest.param(answers(429), "limited", 60, id="429-silent"),
    pytest.param(answers(500), "server-error", 5, id="500"),
    pytest.param(answers(503, headers={"Retry-After": "45"}), "server-error", 45, id="503-retry-after"),
    pytest.param(answers(502, "<html>Bad gateway</html>", kind="text/html"), "server-error", 5, id="502-html"),
    pytest.param(_html, "not-json", 5, id="captive-portal"),
    pytest.param(answers(body="{nonsense"), "unreadable", 5, id="garbage"),
    pytest.param(answers(body='{"error": "x"}'), "unreadable", 5, id="no-list"),
    pytest.param(answers(body="[" * 500_000), "unreadable", 5, id="deep"),
    pytest.param(answers(body="[NaN]"), "unreadable", 5, id="nan"),
    pytest.param(answers(body=b"\xff\xfe[]"), "unreadable", 5, id="not-utf-8"),
    pytest.param(up.truncated, "unreachable", 1, id="truncated"),
    pytest.param(up.hangs_up, "unreachable", 1, id="hangs-up"),
    pytest.param(up.slow, "too-slow", 10, id="slow"),
    pytest.param(up.drips, "too-slow", 10, id="drips"),
    pytest.param(up.huge, "too-large", 5, id="huge"),
    pytest.param(up.bomb, "too-large", 5, id="gzip-bomb"),
    pytest.param(up.redirects(""), "redirected", 5, id="redirect-loop"),
    pytest.param(up.redirects("http://127.0.0.1:1/secret"), "redirected", 5, id="redirect-to-another-host"),
    pytest.param(answers(418), "unexpected-answer", 5, id="418"),
]


@pytest.mark.parametrize(("trouble", "what", "least_s"), TROUBLES)
def test_source_waits_says_what_is_wrong_and_loses_nothing(trouble: Behaviour, what: str, least_s: float) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Upstream().serving() as server:
            await server.post("voor")
            server.misbehave = [trouble] * (4 if what == "redirected" else 2 if trouble is up.hangs_up else 1)
            async with listening(server) as hall:
                await asyncio.sleep(1)
                await server.post("tijdens")
                await asyncio.sleep(10 * MINUTE)
            return hall, server.timeline_requests()

    hall, requests = virtual.run(scenario())

    assert hall.texts == ["voor", "tijdens"]
    assert hall.conditions == [("waiting", what), ("ok", "")]
    assert hall.healths[-1].counts["servers-ok"] == 1
    assert max(gaps(requests)) >= least_s


@pytest.mark.parametrize("trouble", [each.values[0] for each in TROUBLES], ids=[each.id for each in TROUBLES])
def test_source_never_hammers_a_server_that_stays_bad(trouble: Behaviour) -> None:
    async def scenario() -> list[float]:
        async with Upstream().serving() as server:
            server.for_ever = trouble
            async with listening(server) as hall:
                await asyncio.sleep(30 * MINUTE)
                assert hall.posts == []
                assert hall.healths[-1].condition is Condition.WAITING
        return server.timeline_requests() + [at for at, _ in server.hung_up]

    requests = virtual.run(scenario())

    # Lost connections at most every 60 s with full jitter, each asked twice: about 140. Redirects are followed thrice.
    assert 2 <= len(requests) <= 250


def test_looks_are_polite() -> None:
    async def scenario() -> tuple[list[float], int]:
        async with Upstream().serving() as server:
            await hear(server, 10 * MINUTE, tags=[f"tag{n}" for n in range(9)])
            return [at for at, _ in server.requests], server.most_busy

    requests, most_busy = virtual.run(scenario())

    assert min(gaps(requests)) >= A_SECOND
    assert most_busy == 1
    assert len(requests) <= 10 * MINUTE / 12 * 3 + 10, "nine tags are three requests, every ten seconds"


def test_source_rests_when_its_share_is_used_up() -> None:
    async def scenario() -> list[float]:
        async with Upstream().serving() as server:

            async def last(request: web.Request) -> web.StreamResponse:
                reset = up.stamp(virtual.now() + 100)
                return web.json_response([], headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})

            server.misbehave = [last]
            await hear(server, 5 * MINUTE)
            return server.timeline_requests()

    requests = virtual.run(scenario())

    assert gaps(requests)[0] >= 99


def test_refusal_stops_the_source_and_asks_for_attention() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream(needs_token=True).serving() as server:
            hall = await hear(server, 60 * MINUTE)
            return hall, len(server.requests)

    hall, requests = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "needs-token")]
    assert requests == 2, "what it is, and one look"


def test_unknown_tag_is_an_empty_one() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            server.for_ever = answers(404, '{"error": "Record not found"}')
            async with listening(server) as hall:
                await asyncio.sleep(MINUTE)
                server.for_ever = None
                await server.post("eerste")
                await asyncio.sleep(MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["eerste"]
    assert hall.conditions == [("ok", "")]


def test_flood_between_two_looks_comes_in_order_and_whole() -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Upstream().serving() as server:
            await server.post("begin")
            async with listening(server) as hall:
                await asyncio.sleep(5)
                for number in range(500):
                    await server.post(f"vloed {number}")
                await asyncio.sleep(2 * MINUTE)
            return hall, server.timeline_requests()

    hall, requests = virtual.run(scenario())

    assert hall.texts == ["begin", *(f"vloed {number}" for number in range(500))]
    assert min(gaps(requests)) >= A_SECOND


@pytest.mark.parametrize(
    ("where", "without"),
    [
        pytest.param("_Listener._catch_up", _nothing, id="without-catching-up-it-loses"),
        pytest.param("Known.is_news", lambda *_, **__: True, id="without-memory-it-doubles"),
    ],
)
def test_flood_finds_a_broken_source(monkeypatch: pytest.MonkeyPatch, where: str, without: Any) -> None:
    """The negative control of the test above, and of all that ask for every post exactly once."""
    monkeypatch.setattr(f"server.sources.mastodon.source.{where}", without)

    with pytest.raises(AssertionError):
        test_flood_between_two_looks_comes_in_order_and_whole()


def test_flood_finds_a_hasty_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for politeness."""
    monkeypatch.setattr("server.sources.contract.Turn.__init__.__defaults__", (0.0,))

    with pytest.raises(AssertionError):
        test_flood_between_two_looks_comes_in_order_and_whole()


def test_post_that_federates_late_is_found_though_its_id_is_older() -> None:
    """Mastodon makes ids of remote posts from the moment that they were written, not from when they came."""

    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            await server.post("een")
            async with listening(server) as hall:
                await asyncio.sleep(15)
                late = await server.post("twee")
                server.posts[50] = server.posts.pop(int(late["id"])) | {"id": "50"}
                await asyncio.sleep(15)
            return hall

    assert virtual.run(scenario()).texts == ["een", "twee"]


def test_first_start_takes_the_newest_page() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            for number in range(100):
                await server.post(str(number))
            return await hear(server, MINUTE)

    assert virtual.run(scenario()).texts == [str(number) for number in range(60, 100)]


def test_first_start_goes_back_to_where_the_organiser_wants_to_begin() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            for number in range(100):
                await server.post(str(number))
                await asyncio.sleep(60)
            since = up.stamp(virtual.START + 10 * MINUTE - 1)
            return await hear(server, MINUTE, since=since)

    assert virtual.run(scenario()).texts == [str(number) for number in range(10, 100)]


def test_a_post_that_cannot_be_read_is_not_where_the_organiser_wants_to_begin() -> None:
    """It stands at the end of the newest page."""

    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            posts = [await server.post(str(number)) for number in range(100)]
            posts[60] |= {"account": 7}
            return await hear(server, MINUTE, since=up.stamp(virtual.START - MINUTE))

    assert virtual.run(scenario()).texts == [str(number) for number in range(100) if number != 60]


@pytest.mark.parametrize("restart", [False, True], ids=["", "also-over-a-restart"])
@pytest.mark.parametrize("mentions", [False, True], ids=["hashtag", "mentions"])
def test_nothing_of_a_burst_is_lost_where_nothing_was_there_at_first(mentions: bool, restart: bool) -> None:
    """A hall gets its hashtag, and all write at once: more than a page, between two looks."""

    async def scenario() -> list[str]:
        async with Upstream().serving() as server:
            async with listening(server, live=mentions, mentions=mentions) as hall:
                await asyncio.sleep(15)
                server.deaf = True
                for number in range(0 if restart else 130):
                    await (server.mention if mentions else server.post)(str(number))
                await asyncio.sleep(3 * MINUTE)
            for number in range(130 if restart else 0):
                await (server.mention if mentions else server.post)(str(number))
            async with listening(server, live=mentions, mentions=mentions, cursor=hall.cursor) as after:
                await asyncio.sleep(MINUTE)
            return [*hall.texts, *after.texts]

    texts = virtual.run(scenario())

    assert list(dict.fromkeys(text.removesuffix(" #") for text in texts)) == [str(number) for number in range(130)]


def test_server_that_does_not_go_back_is_not_asked_without_end() -> None:
    async def scenario() -> tuple[list[str], int]:
        async with Upstream().serving() as server:
            server.goes_back = False
            async with listening(server) as hall:
                await asyncio.sleep(15)
                for number in range(60):
                    await server.post(str(number))
                await asyncio.sleep(20)
            return hall.texts, sum("max_id" in path for _, path in server.requests)

    assert virtual.run(scenario()) == ([str(number) for number in range(20, 60)], 1)


def test_cursor_brings_what_was_posted_while_the_source_was_off() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Upstream().serving() as server:
            for number in range(10):
                await server.post(str(number))
            first = await hear(server, 15)
            for number in range(10, 110):
                await server.post(str(number))
            async with listening(server, cursor=first.cursor) as second:
                await asyncio.sleep(MINUTE)
            return first, second

    first, second = virtual.run(scenario())

    assert first.texts == [str(number) for number in range(10)]
    assert second.texts == [str(number) for number in range(10, 110)]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"a":7}', "\ud800"])
def test_unreadable_cursor_means_the_beginning(cursor: str) -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            await server.post("een")
            async with listening(server, cursor=cursor) as hall:
                await asyncio.sleep(15)
            return hall

    assert virtual.run(scenario()).texts == ["een"]


def test_server_that_ignores_min_id_does_not_make_us_read_for_ever() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as server:
            posts = [await server.post(str(number)) for number in range(3)]
            server.for_ever = answers(body=json.dumps(posts[::-1]))
            async with listening(server, cursor=json.dumps({server.host: {"democonf": "gone"}})) as hall:
                await asyncio.sleep(5)
            return hall, len(server.timeline_requests())

    hall, requests = virtual.run(scenario())

    assert hall.texts == ["0", "1", "2"]
    assert requests == 3


def test_one_post_on_two_servers_comes_once_also_when_they_write_it_differently() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as one, Upstream().serving() as two:
            await one.post("Zaal vol", name="a")
            await two.post("Zaal &nbsp; vol!", name="a")
            await two.post("alleen hier", name="b")
            async with listening(one, two) as hall:
                await asyncio.sleep(5 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert sorted(uris(hall.posts)) == [f"https://toot.example/users/anna/statuses/{name}" for name in "ab"]


def test_bad_server_does_not_hold_up_a_good_one() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as bad, Upstream().serving() as good:
            bad.for_ever = up.slow
            async with listening(bad, good) as hall:
                await asyncio.sleep(15)
                await good.post("hier")
                await asyncio.sleep(12)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["hier"]
    assert hall.healths[-1].condition is Condition.WAITING
    assert hall.healths[-1].counts["servers-ok"] == 1


def test_unreadable_post_does_not_hold_up_its_neighbours() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            await server.post("voor")
            broken = await server.post("stuk")
            broken["account"] = None
            await server.post("na")
            return await hear(server, 15)

    hall = virtual.run(scenario())

    assert hall.texts == ["voor", "na"]
    assert hall.healths[-1].counts["unreadable"] >= 1


def test_edit_is_found_by_looking() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            post = await server.post("eerst")
            async with listening(server) as hall:
                await asyncio.sleep(15)
                await server.edit(post, "later #DemoConf")
                await asyncio.sleep(5 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["eerst", "later"]
    assert [post.edited is not None for post in hall.posts] == [False, True]


def test_edit_that_takes_the_tag_away_is_an_edit() -> None:
    async def scenario() -> Hall:
        async with Upstream(software="gotosocial").serving() as server:
            post = await server.post("eerst")
            async with listening(server, live=True) as hall:
                await asyncio.sleep(15)
                await server.edit(post | {"tags": post["tags"]}, "zonder")
                edited = server.posts[int(post["id"])] | {"tags": [], "edited_at": up.stamp(virtual.now())}
                await server.sockets[0][0].send_json({"event": "status.update", "payload": json.dumps(edited)})
                await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert len(hall.posts) == 3
    assert hall.posts[-1].tags == ()


def test_edit_that_is_too_long_to_show_takes_the_old_words_away() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            post = await server.post("eerst")
            async with listening(server) as hall:
                await asyncio.sleep(15)
                await server.edit(post, "x" * 100_001)
                await asyncio.sleep(15)
            return hall

    hall = virtual.run(scenario())

    assert (hall.texts, len(hall.departed)) == (["eerst"], 1)


# Live


def test_stream_brings_posts_edits_and_deletes_at_once() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            async with listening(server, live=True) as hall:
                await asyncio.sleep(20)
                post = await server.post("live")
                await asyncio.sleep(0.1)
                await server.edit(post, "beter #DemoConf")
                await asyncio.sleep(0.1)
                await server.delete(post)
                await asyncio.sleep(0.1)
                assert hall.texts == ["live", "beter"]
                assert hall.departed == [Delete(native_id=f"{server.host}/{post['id']}", uri=post["uri"])]
                await asyncio.sleep(10 * MINUTE)
            assert len(server.timeline_requests()) <= 10, "one look every 90 s beside a stream"
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["live", "beter"]
    assert max(health.counts["streams"] for health in hall.healths) == 1


@pytest.mark.parametrize(("software", "sockets"), [("mastodon", 1), ("gotosocial", 3), ("pleroma", 3)])
def test_stream_uses_one_socket_where_the_server_can_and_one_per_tag_elsewhere(software: str, sockets: int) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream(software=software).serving() as server:
            async with listening(server, live=True, tags=["DemoConf", "zaal2", "vraag"]) as hall:
                await asyncio.sleep(20)
                for tag in ("DemoConf", "zaal2", "vraag"):
                    await server.post("live", tag=tag)
                await asyncio.sleep(0.1)
                assert len(hall.posts) == 3
            return hall, len(server.sockets)

    assert virtual.run(scenario())[1] == sockets


def test_post_with_two_tags_comes_once() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            async with listening(server, live=True, tags=["DemoConf", "zaal2"]) as hall:
                await asyncio.sleep(20)
                await server.post("live", tags=[{"name": "democonf"}, {"name": "zaal2"}])
                await asyncio.sleep(MINUTE)
            return hall

    assert len(virtual.run(scenario()).posts) == 1


async def _drop_mid_frame(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    assert request.transport is not None
    request.transport.write(b'\x81\x7e\x01\x00{"stream"')  # A text frame of 256 bytes, of which nine come.
    await asyncio.sleep(1)
    request.transport.abort()
    return socket


async def _binary(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_bytes(b"\x00\x01")
    await socket.send_str("nonsense")
    await socket.send_str('{"event":"update","payload":"{}"}')
    async for _ in socket:
        pass
    return socket


async def _too_large_frame(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_str("x" * 1_100_000)
    async for _ in socket:
        pass
    return socket


async def _silent(request: web.Request) -> web.StreamResponse:
    """Accepts, and then neither speaks nor answers a ping."""
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    async for _ in socket:
        pass
    return socket


@pytest.mark.parametrize(
    ("trouble", "connections"),
    [
        pytest.param(_drop_mid_frame, 2, id="drop-mid-frame"),
        pytest.param(_silent, 2, id="silent"),
        pytest.param(_binary, 2, id="binary-and-garbage-and-then-deaf"),
        pytest.param(_too_large_frame, 2, id="too-large"),
        pytest.param(answers(500), 2, id="500-at-upgrade"),
        pytest.param(answers(429, headers={"Retry-After": "30"}), 2, id="429-at-upgrade"),
        pytest.param(up.hangs_up, 2, id="hangs-up"),
        pytest.param(up.redirects("http://127.0.0.1:1/"), 1, id="redirect"),
        pytest.param(answers(404), 1, id="no-stream"),
    ],
)
def test_stream_trouble_loses_nothing(trouble: Behaviour, connections: int) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as server:
            server.stream_misbehave = [trouble]
            async with listening(server, live=True) as hall:
                for number in range(8):
                    await server.post(str(number))
                    await asyncio.sleep(30)
                await asyncio.sleep(MINUTE)
            return hall, server.stream_requests()

    hall, opened = virtual.run(scenario())

    assert hall.texts == [str(number) for number in range(8)]
    assert opened == connections


def test_stream_that_drops_again_and_again_is_opened_ever_more_rarely() -> None:
    async def scenario() -> tuple[int, list[float]]:
        async with Upstream().serving() as server:
            server.stream_misbehave = [up.hangs_up] * 1000
            await hear(server, 30 * MINUTE, live=True)
            return server.stream_requests(), server.timeline_requests()

    opened, looks = virtual.run(scenario())

    assert 20 <= opened <= 120
    assert len(looks) <= 30 * 6 + 5


def test_deaf_stream_is_found_out_and_opened_anew() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Upstream().serving() as server:
            async with listening(server, live=True) as hall:
                await asyncio.sleep(20)
                server.deaf = True
                await server.post("ongehoord")
                await asyncio.sleep(3 * MINUTE)
                server.deaf = False
                await server.post("gehoord")
                await asyncio.sleep(1)
            return hall, len(server.sockets)

    hall, sockets = virtual.run(scenario())

    assert hall.texts == ["ongehoord", "gehoord"]
    assert sockets == 2


def test_revoked_token_asks_for_attention_and_goes_on_with_what_is_public() -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        async with Upstream().serving() as server:
            async with listening(server, live=True) as hall:
                await asyncio.sleep(20)
                server.tokens.clear()
                await server.sockets[0][0].close()
                await asyncio.sleep(MINUTE)
                await server.post("openbaar")
                await asyncio.sleep(10 * MINUTE)
            return hall, [path for _, path in server.requests if "streaming" in path]

    hall, streams = virtual.run(scenario())

    assert hall.texts == ["openbaar"]
    assert hall.conditions[-1] == ("needs-attention", "token-refused")
    assert len(streams) <= 2, "no loop"


def test_deletes_overtake_a_flood_and_are_not_lost_in_it() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server, source_for(server, live=True) as source:
            events = source.events(None)
            hall = Hall(source)
            first = await server.post("weg ermee")
            while not hall.posts or not server.sockets:
                hall.seen.append((0, *await anext(events)))
            for number in range(700):  # More than the outbox holds, while nobody takes anything out.
                await server.post(str(number))
            await server.delete(first)
            await asyncio.sleep(1)
            before = len(hall.posts)
            while not hall.departed:
                hall.seen.append((0, *await anext(events)))
            assert len(hall.posts) <= before + 1
            async with asyncio.timeout(5 * MINUTE):
                while len(set(uris(hall.posts))) < 701:
                    hall.seen.append((0, *await anext(events)))
            await events.aclose()
            return hall

    hall = virtual.run(scenario())

    assert len(hall.posts) == 701


# Mentions


@pytest.mark.parametrize("software", ["mastodon", "gotosocial"])
def test_mention_needs_no_hashtag_and_comes_at_once(software: str) -> None:
    async def scenario() -> Hall:
        async with Upstream(software=software).serving() as server:
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20)
                await server.mention("Hoort u mij, @muur?")
                await asyncio.sleep(0.1)
                assert [post.text for post in hall.posts] == ["Hoort u mij, @muur? #"]
                await server.post("met hashtag")
                await asyncio.sleep(10 * MINUTE)
            assert len(server.timeline_requests()) <= 10, "one look every 90 s beside the streams"
            return hall

    hall = virtual.run(scenario())

    assert len(hall.posts) == 2
    assert max(health.counts["streams"] for health in hall.healths) == 2


def test_mention_that_the_stream_does_not_bring_is_found_by_looking() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            server.streams = False
            await server.mention("begin")
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(5)
                for number in range(100):
                    await server.mention(str(number))
                await asyncio.sleep(2 * MINUTE)
            return hall

    assert virtual.run(scenario()).texts == ["begin #", *(f"{number} #" for number in range(100))]


def test_mentions_stay_away_when_nobody_asked_for_them() -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        async with Upstream().serving() as server:
            async with listening(server, live=True) as hall:
                await asyncio.sleep(20)
                await server.mention("Hoort u mij, @muur?")
                await asyncio.sleep(5 * MINUTE)
            return hall, [path for _, path in server.requests if "notification" in path]

    hall, asked = virtual.run(scenario())

    assert (hall.posts, asked) == ([], [])


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
@pytest.mark.parametrize("streams", [True, False])
def test_mention_that_is_not_public_is_nobodys_business(
    caplog: pytest.LogCaptureFixture, visibility: str, streams: bool
) -> None:
    caplog.set_level("DEBUG", "server")

    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            server.streams = streams
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20)
                await server.mention("geheim", visibility=visibility)
                await server.mention("openbaar")
                await asyncio.sleep(2 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["openbaar #"]
    assert "geheim" not in caplog.text


def test_mention_that_is_not_public_would_be_seen_without_that_rule(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr("server.sources.mastodon.parse._why_not", lambda *_: None)

    with pytest.raises(AssertionError):
        test_mention_that_is_not_public_is_nobodys_business(caplog, "direct", True)


def test_other_notifications_are_not_mentions() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20)
                for kind in ("favourite", "reblog", "poll", "update"):
                    await server.mention(kind, kind=kind)
                await asyncio.sleep(2 * MINUTE)
            return hall

    assert virtual.run(scenario()).posts == []


def test_post_that_has_the_hashtag_and_mentions_us_comes_once() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20)
                status = await server.mention("dubbel")
                status["tags"] = [{"name": "democonf"}]
                await asyncio.sleep(5 * MINUTE)
            return hall

    assert len(virtual.run(scenario()).posts) == 1


def test_cursor_of_mentions_goes_beside_that_of_hashtags() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Upstream().serving() as server:
            await server.post("oud")
            await server.mention("oud")
            first = await hear(server, 15, live=True, mentions=True)
            for number in range(50):
                await server.mention(f"noemt {number}")
                await server.post(f"zegt {number}")
            async with listening(server, live=True, mentions=True, cursor=first.cursor) as second:
                await asyncio.sleep(MINUTE)
            assert set(json.loads(first.cursor or "")[server.host]) == {"democonf", "@"}
            return first, second

    first, second = virtual.run(scenario())

    assert sorted(first.texts) == ["oud", "oud #"]
    assert sorted(second.texts) == sorted(f"{what} {n}{end}" for n in range(50) for what, end in _SAID)


_SAID = (("noemt", " #"), ("zegt", ""))


def test_mentions_that_are_asked_for_later_begin_at_their_own_beginning() -> None:
    async def scenario() -> Hall:
        async with Upstream().serving() as server:
            await server.mention("van daarvoor")
            first = await hear(server, 15, live=True)
            async with listening(server, live=True, mentions=True, cursor=first.cursor) as second:
                await asyncio.sleep(MINUTE)
            return second

    assert virtual.run(scenario()).texts == ["van daarvoor #"]


def test_token_that_may_not_read_mentions_goes_on_with_hashtags() -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        async with Upstream().serving() as server:
            server.may_read_notifications = False
            async with listening(server, live=True, mentions=True) as hall:
                await asyncio.sleep(20)
                await server.post("live")
                await asyncio.sleep(0.1)
                assert hall.texts == ["live"], "the stream of hashtags is still there"
                await asyncio.sleep(10 * MINUTE)
            assert len(server.timeline_requests()) <= 10, "one look every 90 s beside the stream"
            return hall, [path for _, path in server.requests if "notification" in path]

    hall, asked = virtual.run(scenario())

    assert hall.texts == ["live"]
    assert hall.conditions[-1] == ("needs-attention", "mentions-refused")
    assert len(asked) <= 2, "no loop"


def test_mention_that_has_gone_or_was_edited_is_found_by_looking_again() -> None:
    async def scenario() -> tuple[list[Any], str]:
        async with Upstream().serving() as server, source_for(server, live=True, mentions=True) as source:
            statuses = [await server.mention(name) for name in ("weg", "anders")]
            hall, events = Hall(source), source.events(None)
            while len(hall.posts) < len(statuses):
                hall.seen.append((0, *await anext(events)))
            await events.aclose()  # Else its next look may find the edit first.
            await server.delete(statuses[0])
            await server.edit(statuses[1], "beter, @muur")
            found = await source.recheck([f"{server.host}/{status['id']}" for status in statuses])
            return [each.post.text if isinstance(each, Upsert) else each.native_id for each in found], server.host

    said, host = virtual.run(scenario())

    assert said == [f"{host}/101", "beter, @muur"]


@pytest.mark.parametrize("may", [True, False])
def test_check_shows_mentions_or_says_that_they_may_not_be_read(may: bool) -> None:
    async def scenario() -> Any:
        async with Upstream().serving() as server, source_for(server, live=True, mentions=True) as source:
            server.may_read_notifications = may
            await server.mention("Hoi @muur")
            return (await source.check()).findings[0]

    finding = virtual.run(scenario())

    assert (finding.what, len(finding.posts)) == (("", 1) if may else ("mentions-refused", 0))


# Looking again


@pytest.mark.parametrize("bulk_says", [200, 400, 404, 405, 422])
def test_recheck_finds_what_has_gone_changed_or_lost_its_author(bulk_says: int) -> None:
    """Also at a server that cannot be asked for many posts at once, whatever it says then."""

    async def scenario() -> tuple[list[Any], str]:
        async with Upstream().serving() as server, source_for(server) as source:
            server.bulk_says = bulk_says
            posts = [await server.post(str(number)) for number in range(5)]
            events = source.events(None)
            for _ in posts:
                await anext(events)
            await server.delete(posts[0])
            await server.edit(posts[1], "anders #DemoConf")
            posts[2]["account"] |= {"suspended": True}
            posts[3] |= {"visibility": "private"}
            ids = [f"{server.host}/{post['id']}" for post in posts]
            found = await source.recheck([*ids, "elders.example/1"])
            await events.aclose()
            return sorted(found, key=repr), server.host

    found, host = virtual.run(scenario())
    said = [each if not isinstance(each, Upsert) else each.post.text for each in found]
    assert said == [
        AuthorGone(author_id="https://toot.example/users/anna"),
        Delete(native_id=f"{host}/101", uri="https://toot.example/users/anna/statuses/101"),
        Delete(native_id=f"{host}/104", uri="https://toot.example/users/anna/statuses/104"),
        "anders #DemoConf",
    ]


def test_recheck_of_a_server_in_trouble_lets_nobody_go() -> None:
    async def scenario() -> None:
        async with Upstream().serving() as server:
            pass
        async with source_for(server) as source:
            with pytest.raises(SourceUnavailable, match="ClientConnectorError"):
                await source.recheck([f"{server.host}/101"])

    virtual.run(scenario())


def test_recheck_comes_round_to_every_post_whichever_one_somebody_looks_for() -> None:
    async def scenario() -> set[str]:
        async with Upstream().serving() as server, source_for(server) as source:
            posts = [await server.post(str(number)) for number in range(150)]
            ids = [f"{server.host}/{post['id']}" for post in posts]
            for _ in range(3):
                await source.recheck(ids)
                await source.recheck(ids[:1])
            asked = [path for _, path in server.requests if "id%5B%5D" in path or "id[]" in path]
            return {id_ for path in asked for id_ in path.replace("id%5B%5D", "id[]").split("id[]=")[1:]}

    assert {id_.strip("&") for id_ in virtual.run(scenario())} == {str(101 + number) for number in range(150)}


@pytest.mark.parametrize("bulk_says", [200, 404])
def test_recheck_goes_on_behind_a_post_that_its_server_cannot_give(bulk_says: int) -> None:
    async def scenario() -> tuple[list[Any], str]:
        async with Upstream().serving() as server, source_for(server) as source:
            server.bulk_says = bulk_says
            posts = [await server.post(str(number)) for number in range(4)]
            for post in posts[1:]:
                await server.delete(post)
            server.ill = {posts[2]["id"]}
            found: list[Any] = []
            for _ in range(3):
                try:
                    found += await source.recheck([f"{server.host}/{post['id']}" for post in posts])
                except BrokenOff as ex:
                    found += ex.found
            return found, server.host

    found, host = virtual.run(scenario())
    assert {each.native_id for each in found if isinstance(each, Delete)} == {f"{host}/102", f"{host}/104"}


# The trial


def test_check_shows_the_newest_posts_of_each_server() -> None:
    async def scenario() -> Any:
        async with Upstream().serving() as good, Upstream(needs_token=True).serving() as closed:
            for number in range(7):
                await good.post(str(number))
                await asyncio.sleep(1)
            async with source_for(good, closed, tokens={good.url: up.TOKEN}) as source:
                return await source.check()

    trial = virtual.run(scenario())

    assert trial.works
    good, closed = trial.findings
    assert (good.what, good.streams, [post.text for post in good.posts]) == (
        "",
        True,
        [f"{number} #DemoConf" for number in (6, 5, 4, 3, 2)],
    )
    assert (closed.what, closed.streams, closed.posts) == ("needs-token", False, ())


def test_check_with_a_token_that_is_worth_nothing_says_so() -> None:
    async def scenario() -> Any:
        async with Upstream().serving() as server, source_for(server, tokens={server.url: "guessed"}) as source:
            return await source.check()

    (finding,) = virtual.run(scenario()).findings

    assert finding.what == "token-refused"


def test_server_that_shows_hashtags_to_members_only_wants_a_token() -> None:
    """Mastodon answers 422 there: "This method requires an authenticated user"."""

    async def members_only(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "This method requires an authenticated user"}, status=422)

    async def scenario() -> tuple[Any, Hall]:
        async with Upstream().serving() as server:
            server.for_ever = members_only
            async with source_for(server) as source:
                tried = await source.check()
            return tried, await hear(server, 10 * MINUTE)

    tried, hall = virtual.run(scenario())

    assert [finding.what for finding in tried.findings] == ["needs-token"]
    assert hall.conditions == [("needs-attention", "needs-token")]


# Options


@pytest.mark.parametrize(
    ("options", "field"),
    [
        pytest.param({"tags": ["x"]}, "servers", id="no-servers"),
        pytest.param({"servers": [], "tags": ["x"]}, "servers", id="empty-servers"),
        pytest.param({"servers": ["a.example/path"], "tags": ["x"]}, "servers", id="path"),
        pytest.param({"servers": ["ftp://a.example"], "tags": ["x"]}, "servers", id="scheme"),
        pytest.param({"servers": ["https://u:p@a.example"], "tags": ["x"]}, "servers", id="password"),
        pytest.param({"servers": ["a b"], "tags": ["x"]}, "servers", id="space"),
        pytest.param({"servers": ["a.example"], "tags": []}, "tags", id="no-tags"),
        pytest.param({"servers": ["a.example"], "tags": ["#!"]}, "tags", id="empty-tag"),
        pytest.param({"servers": ["a.example"], "tags": "x"}, "tags", id="tags-is-a-word"),
        pytest.param(
            {"servers": ["a.example"], "tags": ["x"], "tokens": {"b.example": "t"}}, "tokens", id="stray-token"
        ),
        pytest.param(
            {"servers": ["a.example"], "tags": ["x"], "tokens": {"a.example": "t\n" + "x"}}, "tokens", id="token-line"
        ),
        pytest.param({"servers": ["a.example"], "tags": ["x"], "poll_interval_s": 9}, "poll_interval_s", id="hasty"),
        pytest.param({"servers": ["a.example"], "tags": ["x"], "mentions": True}, "mentions", id="mentions-of-whom"),
        pytest.param({"servers": ["a.example"], "tags": ["x"], "mentions": "yes"}, "mentions", id="mentions-is-a-word"),
        pytest.param({"servers": ["a.example"], "tags": ["x"], "since": "soon"}, "since", id="since"),
        pytest.param({"servers": ["a.example"], "tags": ["x"], "sever": 1}, "sever", id="unknown"),
    ],
)
def test_wrong_option_is_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as error:
        parse_options(options)

    assert error.value.field == field


def test_options_do_not_print_tokens() -> None:
    options = parse_options({"servers": ["a.example"], "tags": ["x"], "tokens": {"a.example": "geheim"}})

    assert options.servers[0].token == "geheim"
    assert "geheim" not in repr(options)


# Anything, in any order


@pytest.mark.slow
@settings(max_examples=5, phases=_NO_SHRINK)
@given(
    st.lists(st.sampled_from([each.values[0] for each in TROUBLES]), max_size=6),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["post", "edit", "delete", "burst"])), max_size=8),
    st.booleans(),
)
def test_no_post_is_lost_or_doubled_whatever_happens(
    troubles: list[Behaviour], happenings: list[tuple[int, str]], live: bool
) -> None:
    async def scenario() -> None:
        async with Upstream().serving() as server:
            posted = [await server.post("begin")]  # What came before the first look is another test's.
            async with listening(server, live=live) as hall:
                await asyncio.sleep(5)
                server.misbehave = list(troubles)
                for pause_s, what in happenings:
                    await asyncio.sleep(pause_s)
                    there = [post for post in posted if int(post["id"]) in server.posts]
                    match what:
                        case "edit" if there:
                            await server.edit(there[-1], f"nieuw {virtual.now()} #DemoConf")
                        case "delete" if there:
                            await server.delete(there[0])
                        case "burst":
                            posted += [await server.post(f"golf {number}") for number in range(45)]
                        case _:
                            posted.append(await server.post("los"))
                await asyncio.sleep(30 * MINUTE)
            states = [(post.uri, post.edited) for post in hall.posts]
            assert len(states) == len(set(states))
            told = {uri for uri, _ in states}
            assert told >= {post["uri"] for post in server.posts.values()}
            last = {post.uri: post.text for post in hall.posts}
            newest = sorted(server.posts)[-40:]
            for id_ in newest:
                text = server.posts[id_]["content"].removeprefix("<p>").removesuffix("</p>")
                assert last[server.posts[id_]["uri"]] == text.replace("<span>", "").replace("</span>", "")
            assert min(gaps([at for at, path in server.requests if "streaming" not in path]), default=1) >= A_SECOND

    virtual.run(scenario())


@pytest.mark.slow
def test_a_long_day_of_trouble(scale: Scale, rng: random.Random) -> None:
    """Hours of random trouble: no crash, no double, nothing lost, never more than a request a second."""
    hours = scale(24, 2)

    async def scenario() -> tuple[Hall, Upstream]:
        async with Upstream().serving() as server:
            async with listening(server, live=True) as hall:
                for number in range(hours * 12):
                    await server.post(str(number))
                    server.misbehave = [rng.choice(TROUBLES).values[0] for _ in range(rng.randrange(3))]
                    for socket, _ in server.sockets[-1:]:
                        if rng.random() < 0.2:
                            await socket.close()
                    await asyncio.sleep(5 * MINUTE)
                await asyncio.sleep(60 * MINUTE)
            return hall, server

    hall, server = virtual.run(scenario())

    assert sorted(hall.texts, key=int) == [str(number) for number in range(hours * 12)]
    assert min(gaps([at for at, path in server.requests if "streaming" not in path])) >= A_SECOND
