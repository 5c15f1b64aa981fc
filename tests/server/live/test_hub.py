"""A hub at work: slow readers, silent ones, and the end. Deadlines are shortened, sockets are real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from server.live.audience import Audience, View
from server.live.connection import Connection
from server.live.hub import Hub
from server.live.limits import Limits
from tests.server.live.reader import EPOCH, NOW_US, SOON_S, Reader, Stand, eventually, read_all, split

pytestmark = pytest.mark.slow

KIB = 1024
POST = "x" * (16 * KIB)
NEVER_S = 3600.0

MakeHub = Callable[..., Awaitable[tuple[Hub, Stand]]]


@pytest.fixture
async def make_hub() -> AsyncIterator[MakeHub]:
    """`await make_hub(is_running=True, **limits)`: a hub and a server of its wall."""
    stands: list[Stand] = []
    tasks: list[asyncio.Task[None]] = []

    async def make(*, is_running: bool = True, **limits: Any) -> tuple[Hub, Stand]:
        hub = Hub(epoch=EPOCH, now_us=lambda: NOW_US, limits=Limits(**limits))
        channel = hub.channel(Audience.WALL)
        channel.publish(View(0, {}))
        stand = Stand(channel)
        await stand.start()
        stands.append(stand)
        if is_running:
            tasks.append(asyncio.create_task(hub.run()))
        return hub, stand

    yield make
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    for stand in stands:
        await stand.stop()


def buffered_bytes(stand: Stand) -> int:
    """Of all readers, in this process."""
    return sum(size for size, _ in stand.channel.buffers())


async def publish_posts(stand: Stand, number: int, *, first: int = 1) -> int:
    """*number* changes of 16 KiB each, with time for the loop between them; returns the largest buffers seen."""
    largest = 0
    for seq in range(first, first + number):
        stand.channel.publish(View(seq, {"p": f"{seq}{POST}"}))
        largest = max(largest, buffered_bytes(stand))
        await asyncio.sleep(0)
    return largest


def transport_of(reader: Reader) -> asyncio.Transport:
    """The reader's own end."""
    connection = reader.ws._response.connection
    assert connection is not None
    assert connection.transport is not None
    return connection.transport


async def fall_behind(stand: Stand, reader: Reader) -> int:
    """Stop reading, and publish until the channel has noticed; returns the position."""
    transport_of(reader).pause_reading()
    seq = stand.channel.position
    while stand.channel.stats.slow == 0:
        seq += 1
        await publish_posts(stand, 1, first=seq)
    return seq


def test_hub_has_one_channel_per_audience() -> None:
    hub = Hub(epoch=EPOCH, now_us=lambda: NOW_US)

    assert [channel.audience for channel in hub.channels] == list(Audience)
    assert hub.channel(Audience.DESK).audience is Audience.DESK


# Slow readers

SLOW = {"behind_bytes": 64 * KIB, "send_buffer_bytes": 16 * KIB, "sweep_interval_s": 0.02}


async def test_slow_reader_holds_up_nobody_and_its_buffer_stays_bounded(make_hub: MakeHub) -> None:
    _, stand = await make_hub(**SLOW)
    slow = stand.raw()
    await eventually(lambda: stand.channel.size == 1)
    healthy = await stand.join()

    with slow:
        publishing = asyncio.create_task(publish_posts(stand, 300))
        await healthy.reach(300)
        largest = await publishing

        assert stand.channel.stats.slow >= 1
        # The bound, what may be written until the next look, and the frame that was on its way.
        assert largest <= 3 * 64 * KIB
        assert healthy.kinds.count("changes") == 300


async def test_buffer_of_a_slow_reader_grows_without_the_sweep(make_hub: MakeHub) -> None:
    """Negative control: the same reader, with nobody looking."""
    _, stand = await make_hub(is_running=False, behind_bytes=1 << 40, total_bytes=1 << 60, send_buffer_bytes=16 * KIB)
    slow = stand.raw()
    await eventually(lambda: stand.channel.size == 1)

    with slow:
        largest = await publish_posts(stand, 300)

    assert largest > 2 * 3 * 64 * KIB


async def test_slow_reader_that_catches_up_gets_the_newest_snapshot(make_hub: MakeHub) -> None:
    _, stand = await make_hub(**SLOW)
    reader = await stand.join()
    published = await fall_behind(stand, reader)

    stand.channel.cover("hide", ["q"])
    stand.channel.pulse("claim", "p", 1, 30)
    stand.channel.publish(View(published + 1, {"p": "newest"}))
    transport_of(reader).resume_reading()
    await reader.until("pulse")
    stand.channel.publish(View(published + 2, {"p": "and on"}))
    await reader.reach(published + 2)
    await reader.until("cover")

    assert reader.kinds[-5:] == ["snapshot", "cover", "pulse", "changes", "cover"]
    assert reader.replica.view == {"p": "and on"}
    assert "snapshot" not in reader.kinds[1:-5]


async def test_reader_that_catches_up_is_not_taken_for_silent(make_hub: MakeHub) -> None:
    """It was not pinged while it was behind, and could not have answered."""
    _, stand = await make_hub(**SLOW, ping_interval_s=0.1)
    reader = await stand.join()
    await fall_behind(stand, reader)

    heard_long_ago(stand)
    transport_of(reader).resume_reading()
    await reader.until("snapshot")
    for _ in range(3):  # looked at many times, and answered: each tick comes with a ping
        await reader.until("tick")

    assert "bye" not in reader.kinds
    assert (stand.channel.size, stand.channel.stats.lost) == (1, 0)


async def test_reader_that_does_not_catch_up_in_time_is_cut_off(make_hub: MakeHub) -> None:
    _, stand = await make_hub(**SLOW, behind_s=0.1, close_grace_s=0.1)
    slow = stand.raw()
    await eventually(lambda: stand.channel.size == 1)

    with slow:
        await publish_posts(stand, 30)
        await eventually(lambda: stand.channel.stats.connections == 0)

    assert (stand.channel.stats.slow, stand.channel.stats.lost) == (1, 1)


async def test_own_posts_bring_a_reader_back_that_is_behind(make_hub: MakeHub) -> None:
    """A snapshot would not hold them, and a queue per socket is not kept."""
    _, stand = await make_hub(**SLOW, close_grace_s=0.1)
    reader = await stand.join(device="anna")
    await fall_behind(stand, reader)

    stand.channel.send_own("anna", [{"id": "p1"}])
    transport_of(reader).resume_reading()

    assert await reader.until("bye") == {"type": "bye", "again": True}
    assert "own" not in reader.kinds


async def test_largest_buffers_are_cut_when_all_together_are_too_much(make_hub: MakeHub) -> None:
    hub, stand = await make_hub(
        is_running=False, behind_bytes=1024 * KIB, total_bytes=512 * KIB, send_buffer_bytes=16 * KIB
    )
    slow = [stand.raw() for _ in range(6)]
    await eventually(lambda: stand.channel.size == 6)
    healthy = await stand.join()

    publishing = asyncio.create_task(publish_posts(stand, 40))
    await healthy.reach(40)
    await publishing
    hub.sweep()

    assert buffered_bytes(stand) <= 512 * KIB
    assert 0 < stand.channel.stats.lost <= 6
    assert healthy.ws.closed is False
    for sock in slow:
        sock.close()


# Silent readers


async def test_half_open_reader_is_noticed(make_hub: MakeHub) -> None:
    hub, stand = await make_hub(is_running=False, sweep_interval_s=0.02, close_grace_s=0.1)
    dead = stand.raw(receive_buffer_bytes=1 << 20)
    await eventually(lambda: stand.channel.size == 1)
    alive = await stand.join()

    with dead:
        for _ in range(2):
            heard_long_ago(stand)
            stand.channel.beat()
            assert (await alive.next())["type"] == "tick"
            listening = asyncio.create_task(alive.next())  # and so it answers
            await eventually(lambda: len(silent(stand)) == 1)
            stand.channel.publish(View(stand.channel.position + 1, {"p": stand.channel.position}))
            await listening
        assert stand.channel.size == 2, "nobody looked yet"
        running = asyncio.create_task(hub.run())
        frames = split(await read_all(dead))
        running.cancel()

    assert [opcode for opcode, _ in frames].count(9) == 2
    assert (stand.channel.size, stand.channel.stats.lost) == (1, 1)


def heard_long_ago(stand: Stand) -> None:
    """As if each reader of *stand* had said its last word an hour ago."""
    for _, connection in stand.channel.buffers():
        connection.heard_s = asyncio.get_running_loop().time() - NEVER_S


def silent(stand: Stand) -> list[Connection]:
    """Who has said nothing for half an hour."""
    since_s = asyncio.get_running_loop().time() - NEVER_S / 2
    return [connection for _, connection in stand.channel.buffers() if connection.heard_s < since_s]


# The end


async def test_hub_says_bye_on_all_channels_and_waits_for_its_readers(make_hub: MakeHub) -> None:
    hub, stand = await make_hub()
    reader = await stand.join()

    closing = asyncio.create_task(hub.close(again=True))
    assert await reader.next() == {"type": "bye", "again": True}
    assert (await reader.ws.receive(timeout=SOON_S)).type is aiohttp.WSMsgType.CLOSE
    await asyncio.wait_for(closing, SOON_S)

    assert stand.channel.stats.connections == 0


async def test_hub_does_not_wait_for_a_reader_that_never_answers(make_hub: MakeHub) -> None:
    hub, stand = await make_hub(close_grace_s=0.2)
    deaf = stand.raw()
    await eventually(lambda: stand.channel.size == 1)

    with deaf:
        await asyncio.wait_for(hub.close(again=True), SOON_S)

    assert stand.channel.stats.connections == 0
