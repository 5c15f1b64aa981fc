"""A channel and real sockets: what goes to everybody, to some, and when."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors import BadInput, NotAllowed, Unavailable
from server.live import record
from server.live.audience import Audience, View
from server.live.channel import Channel
from server.live.connection import Connection
from server.live.frames import Message, text_frame
from server.live.limits import Limits
from tests.conftest import Scale
from tests.server.live.conftest import MakeStand
from tests.server.live.reader import EPOCH, NOW_US, SOON_S, Stand, eventually, make_channel

keys = st.sampled_from("abcdef")
views = st.dictionaries(keys, st.integers(0, 3), max_size=6)
histories = st.lists(st.tuples(st.integers(1, 5), views), min_size=1, max_size=8)

ONE_BY_ONE = Limits(arrivals_at_once=0, arrivals_per_s=4.0)
"""The second reader waits up to a quarter of a second at the door."""


# Greeting


async def test_reader_gets_a_snapshot_then_a_tick_then_changes(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1, "b": 2}, seq=4)
    reader = await stand.connect()

    greeting = await reader.frames(2)
    stand.channel.publish(View(6, {"b": 3, "c": 4}))
    changes = await reader.next()

    assert greeting == [
        {"type": "snapshot", "epoch": EPOCH, "to": 4, "view": {"a": 1, "b": 2}},
        {"type": "tick", "to": 4, "now": NOW_US},
    ]
    assert changes == {
        "type": "changes",
        "from": 4,
        "to": 6,
        "changes": [["drop", "a"], ["put", "b", 3], ["put", "c", 4]],
    }


async def test_reader_that_comes_back_gets_only_what_it_missed(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=1)
    stand.channel.publish(View(2, {"a": 2}))
    stand.channel.publish(View(3, {"a": 2, "b": 1}))
    reader = await stand.connect(since=f"{EPOCH}:2")
    reader.replica.position, reader.replica.view = 2, {"a": 2}

    await reader.until("tick")

    assert reader.kinds == ["changes", "tick"]
    assert reader.replica.view == {"a": 2, "b": 1}
    assert (stand.channel.stats.resumes, stand.channel.stats.snapshots) == (1, 0)


async def test_reader_that_missed_nothing_gets_a_tick_alone(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=1)
    reader = await stand.connect(since=f"{EPOCH}:1")
    reader.replica.position = 1

    assert await reader.next() == {"type": "tick", "to": 1, "now": NOW_US}


@pytest.mark.parametrize("since", ["e0:3", f"{EPOCH}:1", "nonsense"], ids=["other-epoch", "gap", "nonsense"])
async def test_reader_from_elsewhere_gets_a_snapshot(make_stand: MakeStand, since: str) -> None:
    stand = await make_stand({"a": 1}, seq=1, limits=Limits(history_frames=1))
    stand.channel.publish(View(2, {"a": 2}))
    stand.channel.publish(View(3, {"a": 3}))

    reader = await stand.join(since=since)

    assert reader.kinds == ["snapshot", "tick"]
    assert (reader.replica.position, reader.replica.view) == (3, {"a": 3})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(history=histories, away=st.lists(st.booleans(), min_size=8, max_size=8))
async def test_readers_that_come_and_go_hold_what_a_fresh_snapshot_holds(
    history: list[tuple[int, dict[str, int]]], away: list[bool]
) -> None:
    """One reader stays, one comes back by its position now and then; both end as a newcomer begins."""
    stand = Stand(make_channel())
    await stand.start()
    try:
        stays = await stand.join()
        returns = await stand.join()
        seq = 0
        for (step, items), is_away in zip(history, away, strict=False):
            seq += step
            if is_away:
                await returns.ws.close()
            stand.channel.publish(View(seq, items))
            if is_away:
                before = returns.replica
                returns = await stand.connect(since=f"{before.epoch}:{before.position}")
                returns.replica = before
                await returns.until("tick")
        newcomer = await stand.join()
        for reader in (stays, returns):
            await reader.reach(stand.channel.position)
            assert reader.replica.view == newcomer.replica.view == history[-1][1]
    finally:
        await stand.stop()


async def test_channel_lets_nobody_in_before_its_first_view() -> None:
    stand = Stand(Channel(Audience.WALL, epoch=EPOCH, limits=Limits(), now_us=lambda: NOW_US))
    await stand.start()
    try:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await stand.connect()
        assert stand.channel.stats.refused == 1
    finally:
        await stand.stop()


# Everybody


@pytest.mark.parametrize("readers", [1, 300])
async def test_post_is_encoded_once_however_many_read_it(
    make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch, readers: int
) -> None:
    stand = await make_stand({"a": 1})
    joined = [await stand.join() for _ in range(readers)]
    encoded: list[Message] = []

    def counting(message: Message) -> bytes:
        encoded.append(message)
        return text_frame(message)

    monkeypatch.setattr(record, "text_frame", counting)
    stand.channel.publish(View(1, {"a": 1, "p": "post"}))
    for reader in joined:
        await reader.reach(1)

    assert len(encoded) == 1
    assert stand.channel.stats.deliveries == readers
    assert all(reader.replica.view == {"a": 1, "p": "post"} for reader in joined)


async def test_snapshot_is_encoded_once_for_all_who_arrive_at_a_position(
    make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = await make_stand({"a": 1})
    encoded: list[Message] = []

    def counting(message: Message) -> bytes:
        encoded.append(message)
        return text_frame(message)

    monkeypatch.setattr(record, "text_frame", counting)
    for _ in range(20):
        await stand.join()

    assert len(encoded) == 1
    assert stand.channel.stats.snapshots == 20


async def test_view_in_which_nothing_changed_sends_nothing(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    reader = await stand.join()

    stand.channel.publish(View(1, {"a": 1}))
    assert await reader.nothing()


async def test_beat_sends_a_ping_and_where_everybody_is(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=7)
    reader = await stand.connect(autoping=False)
    await reader.until("tick")

    stand.channel.beat()
    ping = await reader.ws.receive(timeout=SOON_S)
    tick = await reader.next()

    assert ping.type is aiohttp.WSMsgType.PING
    assert tick == {"type": "tick", "to": 7, "now": NOW_US}


# Covers


async def test_cover_comes_before_the_changes_and_again_after_them(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1, "b": 2}, seq=1)
    reader = await stand.join()

    stand.channel.cover("hide", ["a"])
    stand.channel.publish(View(2, {"a": 1, "b": 3}))
    frames = await reader.frames(3)

    assert [frame["type"] for frame in frames] == ["cover", "changes", "cover"]
    assert frames[0] == frames[2] == {"type": "cover", "keys": ["a"]}


async def test_cover_is_repeated_after_a_snapshot_and_around_what_was_missed(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=1)
    stand.channel.publish(View(2, {"a": 2}))
    stand.channel.cover("stop", "all")

    newcomer = await stand.join()
    returned = await stand.connect(since=f"{EPOCH}:1")
    returned.replica.position = 1
    await returned.until("tick")

    assert newcomer.kinds == ["snapshot", "cover", "tick"]
    assert returned.kinds == ["cover", "changes", "cover", "tick"]
    assert newcomer.replica.covered == returned.replica.covered == "all"


async def test_uncover_stops_the_repeating(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=1)
    reader = await stand.join()
    stand.channel.cover("hide", ["a"])
    await reader.next()

    stand.channel.publish(View(2, {}))
    stand.channel.uncover("hide")
    stand.channel.publish(View(3, {"b": 1}))
    await reader.reach(3)

    assert reader.kinds[2:] == ["cover", "changes", "cover", "changes"]
    assert reader.replica.covered == []
    assert await reader.nothing()


async def test_uncover_with_restore_puts_the_values_of_now_again(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1, "b": 2}, seq=1)
    reader = await stand.join()

    stand.channel.cover("hide", ["a", "gone"])
    stand.channel.uncover("hide", restore=True)
    frames = await reader.frames(2)

    assert frames[1] == {"type": "changes", "from": 1, "to": 1, "changes": [["put", "a", 1]]}
    assert reader.replica.covered == []


async def test_restore_reaches_a_reader_that_was_away_meanwhile(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, seq=1)
    reader = await stand.join()
    stand.channel.cover("hide", ["a"])
    await reader.next()
    await reader.ws.close()

    stand.channel.uncover("hide", restore=True)
    returned = await stand.connect(since=f"{EPOCH}:1")
    returned.replica = reader.replica
    await returned.until("tick")

    assert returned.kinds == ["changes", "tick"]
    assert returned.replica.covered == []


async def test_restore_leaves_alone_what_others_still_cover(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1, "b": 2}, seq=1)
    reader = await stand.join()

    stand.channel.cover("one", ["a", "b"])
    stand.channel.cover("two", ["a"])
    stand.channel.uncover("one", restore=True)
    stand.channel.cover("stop", "all")
    stand.channel.uncover("two", restore=True)
    frames = await reader.frames(5)

    assert [frame.get("keys", frame.get("changes")) for frame in frames] == [
        ["a", "b"],
        ["a", "b"],
        [["put", "b", 2]],
        ["a"],
        "all",
    ]
    assert await reader.nothing()


async def test_uncover_of_what_was_never_covered_does_nothing(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    reader = await stand.join()

    stand.channel.uncover("nobody", restore=True)

    assert await reader.nothing()


# Pulses


async def test_pulse_reaches_those_who_are_in_and_newcomers_after_their_snapshot(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    inside = await stand.join()

    stand.channel.pulse("claim", "p1", {"by": "Anna"}, 15)
    newcomer = await stand.join()

    pulse = {"type": "pulse", "topic": "claim", "key": "p1", "value": {"by": "Anna"}, "ttl": 15}
    assert await inside.next() == pulse
    assert newcomer.kinds == ["snapshot", "pulse", "tick"]
    assert newcomer.taken[1] == pulse


# Some


async def test_own_reaches_the_sockets_of_its_device_only(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    anna = await stand.join(device="anna", own='[{"id": "old"}]')
    tablet = await stand.join(device="anna", own="[]")
    bob = await stand.join(device="bob", own='[{"id": "bobs"}]')
    nobody = await stand.join()

    stand.channel.send_own("anna", [{"id": "p1", "status": "held"}])
    stand.channel.send_own("carol", [{"id": "p2"}])

    own = {"type": "own", "posts": [{"id": "p1", "status": "held"}]}
    assert anna.taken[1] == {"type": "own", "posts": [{"id": "old"}]}
    assert bob.taken[1] == {"type": "own", "posts": [{"id": "bobs"}]}
    assert nobody.kinds == ["snapshot", "tick"]
    assert await anna.next() == own
    assert await tablet.next() == own
    assert await bob.nothing()
    assert await nobody.nothing()


async def test_revoked_badge_loses_its_200_sockets_at_once_and_gets_nothing_more(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    revoked = [await stand.join(badge="b1") for _ in range(200)]
    other = await stand.join(badge="b2")

    stand.channel.close_badge("b1")
    assert stand.channel.size == 1, "at once: nothing is waited for"
    stand.channel.publish(View(1, {"secret": 1}))
    for reader in revoked:
        assert await reader.next() == {"type": "bye", "again": False}
        assert (await reader.ws.receive(timeout=SOON_S)).type is aiohttp.WSMsgType.CLOSE
    await eventually(lambda: stand.channel.stats.connections == 1)

    assert (await other.next())["changes"] == [["drop", "a"], ["put", "secret", 1]]


async def test_badge_that_is_revoked_during_the_handshake_does_not_come_in(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1}, limits=ONE_BY_ONE)
    first = await stand.join()

    waiting = asyncio.create_task(stand.connect(badge="b1"))
    await eventually(lambda: stand.channel.stats.connections == 2)
    stand.channel.close_badge("b1")

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await waiting
    assert stand.channel.size == 1
    assert await first.nothing()


async def test_badge_that_is_revoked_between_handshake_and_greeting_is_told_to_go(
    make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = await make_stand({"secret": 1})
    prepare = Connection.prepare

    async def slow_prepare(self: Connection, request: web.BaseRequest) -> Any:
        writer = await prepare(self, request)
        stand.channel.close_badge("b1")
        return writer

    monkeypatch.setattr(Connection, "prepare", slow_prepare)
    reader = await stand.connect(badge="b1")

    assert await reader.next() == {"type": "bye", "again": False}
    assert (await reader.ws.receive(timeout=SOON_S)).type is aiohttp.WSMsgType.CLOSE


# A rehearsal of the network that is gone


async def test_dark_channel_cuts_everybody_without_a_word_and_lets_nobody_in(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    reader = await stand.join()

    stand.channel.go_dark(60)

    assert (await reader.ws.receive(timeout=SOON_S)).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert reader.ws.close_code == 1006, "no farewell: as a cable that was pulled"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await stand.connect()
    assert (stand.channel.size, stand.channel.stats.refused) == (0, 1)


async def test_dark_channel_is_open_again_when_it_is_told_or_when_the_time_is_over(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})

    stand.channel.go_dark(60)
    stand.channel.go_dark(0)
    told = await stand.join()
    stand.channel.go_dark(0.05)
    await asyncio.sleep(0.1)
    waited = await stand.join()

    assert told.kinds[0] == waited.kinds[0] == "snapshot"


async def test_reader_that_is_at_the_door_when_it_gets_dark_does_not_come_in(
    make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = await make_stand({"secret": 1})
    prepare = Connection.prepare

    async def slow_prepare(self: Connection, request: web.BaseRequest) -> Any:
        writer = await prepare(self, request)
        stand.channel.go_dark(60)
        return writer

    monkeypatch.setattr(Connection, "prepare", slow_prepare)
    reader = await stand.connect()

    assert (await reader.ws.receive(timeout=SOON_S)).type is not aiohttp.WSMsgType.TEXT
    assert stand.channel.size == 0


# The end


async def test_closing_says_bye_to_everybody_and_lets_nobody_in(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    reader = await stand.join()

    stand.channel.close(again=True)

    assert await reader.next() == {"type": "bye", "again": True}
    close = await reader.ws.receive(timeout=SOON_S)
    assert (close.type, close.data) == (aiohttp.WSMsgType.CLOSE, 1001)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await stand.connect()
    await asyncio.wait_for(stand.channel.wait_empty(), SOON_S)


async def test_places_are_given_back_when_readers_leave(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 1})
    readers = [await stand.join(device=f"d{number}", badge="b") for number in range(10)]
    for reader in readers[:5]:
        await reader.ws.close()
    for reader in readers[5:]:
        assert reader.ws._response.connection is not None
        transport = reader.ws._response.connection.transport
        assert transport is not None
        transport.abort()

    await eventually(lambda: stand.channel.stats.connections == 0)

    assert stand.channel.size == 0
    assert stand.channel._by_device == stand.channel._by_badge == {}


@pytest.mark.parametrize(
    ("what", "error"),
    [("no-websocket", BadInput), ("closed", Unavailable), ("revoked", NotAllowed)],
)
async def test_serve_says_why_it_refuses(what: str, error: type[Exception], make_stand: MakeStand) -> None:
    """The web layer turns these into problem documents; a plain server would answer 500 to them."""
    caught: list[BaseException] = []
    stand = await make_stand({"a": 1}, limits=ONE_BY_ONE)
    first = await stand.join()
    original = stand.channel.serve

    async def catching(*args: Any, **kwargs: Any) -> Any:
        try:
            return await original(*args, **kwargs)
        except Exception as refusal:
            caught.append(refusal)
            raise

    stand.channel.serve = catching  # type: ignore[method-assign]  # looks on, changes nothing
    async with aiohttp.ClientSession() as session:
        asking = asyncio.create_task(_ask(session, stand.port, is_websocket=what != "no-websocket"))
        await eventually(lambda: stand.channel.stats.connections == 2 or caught)
        if what == "closed":
            stand.channel.close(again=True)
        elif what == "revoked":
            stand.channel.close_badge("b1")
        status = await asking

    assert status == 500
    assert first.ws.closed is False
    assert [type(refusal) for refusal in caught] == [error]


async def _ask(session: aiohttp.ClientSession, port: int, *, is_websocket: bool) -> int:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"} if is_websocket else {}
    if is_websocket:
        headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    async with session.get(f"http://127.0.0.1:{port}/?badge=b1", headers=headers) as answer:
        return answer.status


@pytest.mark.slow
async def test_storm_does_not_starve_those_who_are_in(make_stand: MakeStand, scale: Scale) -> None:
    """Readers that are in get what is published while many others arrive."""
    stand = await make_stand({f"p{number}": "x" * 200 for number in range(100)})
    inside = await stand.join()
    waits_s: list[float] = []
    began_s = time.monotonic()
    storm = asyncio.create_task(_arrive(stand, scale(1500, 300)))

    seq = 0
    while not storm.done():
        seq += 1
        start_s = time.monotonic()
        stand.channel.publish(View(seq, {"p": seq}))
        await inside.reach(seq)
        waits_s.append(time.monotonic() - start_s)
        await asyncio.sleep(0.02)
    await storm
    storm_s = time.monotonic() - began_s

    assert stand.channel.size == scale(1500, 300) + 1
    print(f"{len(waits_s)} changes during a storm of {storm_s:.2f} s: {sorted(waits_s)[len(waits_s) // 2]:.3f} s each")
    assert sorted(waits_s)[len(waits_s) // 2] < storm_s / 4, "or else they waited for all who came"


async def _arrive(stand: Stand, number: int) -> None:
    await asyncio.gather(*(stand.join() for _ in range(number)))
