"""One socket: the close handshake, pings, floods, and what the kernel was told."""

from __future__ import annotations

import asyncio
import json
import socket
import struct

import aiohttp
import pytest
import websockets

from server.live.audience import View
from server.live.connection import Connection
from server.live.frames import PING
from server.live.limits import Limits
from tests.server.live.conftest import MakeStand
from tests.server.live.reader import SOON_S, Stand, eventually, masked, read_all, split

pytestmark = pytest.mark.slow

TEXT, CLOSE, PING_CODE, PONG = 1, 8, 9, 10


def only(stand: Stand) -> Connection:
    """The only reader that is in."""
    [reader] = stand.channel._live.values()
    return reader


async def publish_for_a_while(stand: Stand, *, times: int = 40) -> None:
    """Changes in every turn of the loop, so that a frame after Close would have every chance."""
    for seq in range(1, times + 1):
        stand.channel.publish(View(seq, {"a": seq}))
        stand.channel.beat()
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(masked(CLOSE, struct.pack("!H", 1000)), id="client-closes"),
        pytest.param(b"\xff\x80\0\0\0\0", id="reserved-bits"),
        pytest.param(masked(3, b"?"), id="unknown-opcode"),
        pytest.param(b"\x81\xfe\x20\x00\0\0\0\0", id="8-KiB-message"),
        pytest.param(masked(TEXT, b"\xff\xfe"), id="no-utf-8"),
        pytest.param(masked(TEXT, b"hi") * 30, id="flood"),
        pytest.param(masked(PING_CODE, b"") * 130, id="ping-flood"),
    ],
)
async def test_no_frame_follows_close(make_stand: MakeStand, ending: bytes) -> None:
    """RFC 6455 §5.5.1: the application must not send any more frames after a Close frame."""
    stand = await make_stand({"a": 0}, limits=Limits(close_grace_s=0.2))
    sock = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)

    publishing = asyncio.create_task(publish_for_a_while(stand))
    await asyncio.sleep(0.005)
    sock.sendall(ending)
    with sock:
        frames = split(await read_all(sock))
    await publishing

    codes = [opcode for opcode, _ in frames]
    assert codes.count(CLOSE) == 1
    assert codes[-1] == CLOSE
    assert stand.channel.size == 0


@pytest.mark.parametrize("again", [True, False])
async def test_no_frame_follows_our_own_close(make_stand: MakeStand, again: bool) -> None:
    stand = await make_stand({"a": 0}, limits=Limits(close_grace_s=0.2))
    sock = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)

    publishing = asyncio.create_task(publish_for_a_while(stand))
    await asyncio.sleep(0.005)
    stand.channel.close(again=again)
    with sock:
        frames = split(await read_all(sock))
    await publishing

    assert frames[-1] == (CLOSE, struct.pack("!H", 1001 if again else 1000))
    assert json.loads(frames[-2][1]) == {"type": "bye", "again": again}
    assert [opcode for opcode, _ in frames].count(CLOSE) == 1


async def test_frame_after_close_would_be_seen(make_stand: MakeStand) -> None:
    """Negative control: a channel that forgets nothing does write after Close, and the test above would tell."""
    stand = await make_stand({"a": 0}, limits=Limits(close_grace_s=0.2))
    sock = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)
    only(stand)._on_leaving = lambda connection: None

    stand.channel.close(again=True)
    stand.channel.publish(View(1, {"a": 1}))
    with sock:
        frames = split(await read_all(sock))

    assert frames[-1][0] == TEXT
    assert CLOSE in [opcode for opcode, _ in frames]


async def test_client_that_closes_and_does_not_read_is_cut(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0}, limits=Limits(close_grace_s=0.2, send_buffer_bytes=16 * 1024))
    sock = stand.raw()
    await eventually(lambda: stand.channel.size == 1)
    transport = only(stand).transport
    assert transport is not None
    for seq in range(1, 20):
        stand.channel.publish(View(seq, {"a": f"{seq}" * 16_000}))
    await asyncio.sleep(0.05)
    assert transport.get_write_buffer_size() > 0

    with sock:
        sock.sendall(masked(CLOSE, struct.pack("!H", 1000)))
        await eventually(lambda: transport.get_write_buffer_size() == 0)

    assert stand.channel.stats.connections == 0


async def test_channel_writes_on_while_a_transport_breaks(make_stand: MakeStand) -> None:
    """uvloop raises from a write to a transport that was closed a moment ago; that is one reader's trouble only."""
    stand = await make_stand({"a": 0})
    broken = await stand.join()
    healthy = await stand.join()
    transport = next(iter(stand.channel._live))

    for seq in range(1, 6):
        stand.channel.publish(View(seq, {"a": seq}))
        if seq == 2:
            transport.abort()
        await asyncio.sleep(0)
    await healthy.reach(5)
    await eventually(lambda: stand.channel.stats.connections == 1)

    assert broken.replica.position == 0


async def test_client_that_closes_gets_its_close_answered(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0})
    reader = await stand.join()

    await asyncio.wait_for(reader.ws.close(code=1000), 1)
    await eventually(lambda: stand.channel.stats.connections == 0)

    assert reader.ws.close_code == 1000


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(masked(TEXT, b"hello") * 21, 1008, id="21-messages"),
        pytest.param(masked(PING_CODE, b"") * 121, 1008, id="121-pings"),
        pytest.param(b"\x82\xfe\x10\x00\0\0\0\0" + bytes(4096), 1009, id="4-KiB-message"),
    ],
)
async def test_reader_that_says_too_much_is_closed(make_stand: MakeStand, sent: bytes, expected: int) -> None:
    stand = await make_stand({"a": 0}, limits=Limits(close_grace_s=0.2))
    sock = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)

    sock.sendall(sent)
    with sock:
        frames = split(await read_all(sock))

    assert frames[-1] == (CLOSE, struct.pack("!H", expected))
    await eventually(lambda: stand.channel.stats.connections == 0)
    assert stand.channel.stats.floods == (expected == 1008)


async def test_reader_that_says_little_is_ignored(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0})
    reader = await stand.join()

    for number in range(20):
        await reader.ws.send_str(f"message {number}")
    stand.channel.publish(View(1, {"a": 1}))

    assert (await reader.next())["to"] == 1


async def test_flood_is_counted_per_minute(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0})
    reader = await stand.join()
    for _ in range(20):
        await reader.ws.send_str("hello")
    await eventually(lambda: only(stand)._data_frames == 20)

    only(stand)._window_ends_s = 0.0  # A minute later.
    await reader.ws.send_str("hello")
    await eventually(lambda: only(stand)._data_frames == 1)

    assert stand.channel.size == 1


async def test_ping_of_a_client_is_answered_between_whole_frames(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0})
    sock = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)

    publishing = asyncio.create_task(publish_for_a_while(stand))
    for number in range(10):
        sock.sendall(masked(PING_CODE, b"%d" % number))
        await asyncio.sleep(0.003)
    await publishing
    sock.sendall(masked(CLOSE, struct.pack("!H", 1000)))
    with sock:
        frames = split(await read_all(sock))

    assert [payload for opcode, payload in frames if opcode == PONG] == [b"%d" % number for number in range(10)]
    changes = [json.loads(payload) for opcode, payload in frames if opcode == TEXT]
    assert [message["to"] for message in changes if message["type"] == "changes"] == list(range(1, 41))


async def test_websockets_client_is_at_home(make_stand: MakeStand) -> None:
    """The `websockets` library checks each frame as the standard asks, and both pings are answered."""
    stand = await make_stand({"a": 0})
    async with websockets.connect(f"ws://127.0.0.1:{stand.port}/", ping_interval=None, proxy=None) as client:
        snapshot = json.loads(await client.recv())
        await client.recv()
        latency_s = await asyncio.wait_for(await client.ping(), 1)
        stand.channel.beat()
        tick = json.loads(await client.recv())
        await eventually(lambda: only(stand)._control_frames == 2)  # Its ping, and its answer to ours.
        stand.channel.publish(View(1, {"a": "é" * 40_000}))
        changes = json.loads(await client.recv())

    assert (snapshot["type"], tick["type"]) == ("snapshot", "tick")
    assert changes["changes"] == [["put", "a", "é" * 40_000]]
    assert latency_s >= 0
    assert client.close_code == 1000
    await eventually(lambda: stand.channel.stats.connections == 0)


async def test_aiohttp_client_with_a_heartbeat_is_at_home(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0})
    async with aiohttp.ClientSession() as session:
        ws = await session.ws_connect(f"http://127.0.0.1:{stand.port}/", heartbeat=0.2)
        ws._pong_heartbeat = SOON_S  # aiohttp gives up on a pong after half a heartbeat: a busy machine may be later
        await ws.receive_json()
        await ws.receive_json()
        listening = asyncio.create_task(ws.receive_json())
        await eventually(lambda: only(stand)._control_frames >= 3)  # it pings again when it was answered
        stand.channel.publish(View(1, {"a": 1}))

        assert (await listening)["to"] == 1
        await ws.close()


async def test_kernel_is_told_about_dead_peers_and_slow_ones(make_stand: MakeStand) -> None:
    stand = await make_stand({"a": 0}, limits=Limits(user_timeout_ms=12_000, send_buffer_bytes=32 * 1024))
    await stand.join()

    transport = only(stand).transport
    assert transport is not None
    sock = transport.get_extra_info("socket")

    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) in (32 * 1024, 64 * 1024)  # Linux doubles it.
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 12_000


def test_shared_ping_has_no_payload() -> None:
    assert split(PING) == [(PING_CODE, b"")]
