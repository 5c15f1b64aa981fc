"""The IRC source and the runner against ngircd, as a real process."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.intake.arrival import Arrival
from server.sources.contract import Condition, Health, Tools
from server.sources.departures import Handed
from server.sources.manifest import maker, networks
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import Picture, SourceId
from tests.browser.visits import free_port
from tests.peers.nothing import nothing_kept
from tools import needs

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("peers")]

PATIENCE_S = 60.0
_CONFIG = """
[Global]
Name = irc.example
Info = A server of this test
Listen = 127.0.0.1
Ports = {port}
PidFile = {folder}/ngircd.pid
{user}
[Limits]
MaxConnectionsIP = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
"""


@asynccontextmanager
async def _ngircd(folder: Path, port: int) -> AsyncIterator[None]:
    program = needs.ngircd()
    assert program is not None, needs.apt_line([needs.NGIRCD])
    user = "ServerUID = root\nServerGID = root" if os.geteuid() == 0 else ""
    config = folder / "ngircd.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port, user=user), encoding="utf-8")
    with (folder / "ngircd.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(program, "-n", "-f", str(config), stdout=log, stderr=log)
    try:
        await _answers(process, port, folder / "ngircd.log")
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert process.returncode is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            await asyncio.sleep(0.1)
        else:
            writer.close()
            await writer.wait_closed()
            return


class _Person:
    """Somebody on IRC, with no more of a program than that takes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, line: str | bytes) -> None:
        self._writer.write((line if isinstance(line, bytes) else line.encode()) + b"\r\n")

    async def hear(self, part: str) -> str:
        """The first line with *part* in it."""
        async with asyncio.timeout(PATIENCE_S):
            while line := (await self._reader.readline()).decode("utf-8", "replace"):
                if line.startswith("PING"):
                    self.say(f"PONG {line[5:].strip()}")
                if part in line:
                    return line
        raise AssertionError(f"the server hung up before it said {part!r}")

    async def close(self) -> None:
        self._writer.close()


async def _person(port: int, nick: str, channel: str = "#zaal", *, user: str = "") -> _Person:
    person = _Person(*await asyncio.open_connection("127.0.0.1", port))
    person.say(f"NICK {nick}")
    person.say(f"USER {user or nick} 0 * :{nick}")
    await person.hear(" 001 ")
    person.say(f"JOIN {channel}")
    await person.hear(" 366 ")
    return person


class _House:
    def __init__(self) -> None:
        self.received: list[Handed] = []
        self.healths: list[Health] = []

    async def receive(self, handed: Handed) -> None:
        self.received.append(handed)

    async def bring_in(self, picture: str | bytes, *, kind: str) -> Picture | None:
        return None

    async def load(self, source: SourceId) -> str | None:
        return None

    async def save(self, source: SourceId, cursor: str) -> None:
        pass

    @property
    def arrivals(self) -> list[Arrival]:
        return [handed for handed in self.received if isinstance(handed, Arrival)]

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]

    def has(self, arrivals: int) -> bool:
        return len(self.arrivals) == arrivals

    def said(self, what: str) -> bool:
        return bool(self.healths) and self.healths[-1].what == what

    def is_well(self) -> bool:
        return bool(self.healths) and self.healths[-1].condition is Condition.OK


@asynccontextmanager
async def _running(port: int, house: _House, **options: Any) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as session:
        tools = Tools(session=session, now=time.time, rng=random.Random(5))
        runner = Runner(
            make=maker(networks(), tools),
            receive=house.receive,
            bring_in=house.bring_in,
            cursors=house,
            health=lambda source, health: house.healths.append(health),
            on_screens=lambda source: (),
            kept=nothing_kept,
            now=time.time,
            rng=random.Random(5),
        )
        given = {"server": f"127.0.0.1:{port}", "channels": "#zaal", "tags": ["DemoConf"], "tls": False} | options
        await runner.set_sources([SourceConfig(id=SourceId("irc-1"), network="irc", options=given)])
        try:
            yield
        finally:
            await runner.close()


async def _until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def test_lines_come_live_while_somebody_has_our_name(tmp_path: Path) -> None:
    port, house = free_port(), _House()
    async with _ngircd(tmp_path, port):
        anna = await _person(port, "fontein")
        async with _running(port, house):
            joined = await anna.hear(" JOIN ")
            await _until(house.is_well, "it did not get in")
            anna.say("PRIVMSG #zaal :Niet voor hier")
            anna.say("NOTICE #zaal :Ook niet #DemoConf")
            anna.say("PRIVMSG #zaal :\x02Volle\x02 zaal \x034#DemoConf\x03")
            anna.say("PRIVMSG #zaal :\x01ACTION zwaait #DemoConf\x01")
            anna.say("PRIVMSG #zaal :Gr\xfc\xdfe #DemoConf".encode("cp1252"))
            await _until(lambda: len(house.arrivals) == 3, "not all lines arrived")
        goodbye = await anna.hear(" QUIT ")
        await anna.close()

    assert house.texts == ["Volle zaal #DemoConf", "* fontein zwaait #DemoConf", "Grüße #DemoConf"]
    assert {(arrival.name, arrival.permalink) for arrival in house.arrivals} == {("fontein", None)}
    assert (joined[:9], goodbye[:9]) == (":fontein1", ":fontein1")


async def test_who_takes_a_name_that_somebody_left_is_somebody_else(tmp_path: Path) -> None:
    port, house = free_port(), _House()
    async with _ngircd(tmp_path, port), _running(port, house):
        await _until(house.is_well, "it did not get in")
        for number, user in enumerate(("anna", "anna", "mallory"), start=1):
            person = await _person(port, "anna", user=user)
            person.say(f"PRIVMSG #zaal :{number} #DemoConf")
            await _until(partial(house.has, number), "the line did not arrive")
            person.say("QUIT")
            await person.hear("ERROR")
            await person.close()

    first, again, other = (arrival.author_id for arrival in house.arrivals)
    assert first == again
    assert other != first


async def test_lines_come_again_after_the_server_was_away(tmp_path: Path) -> None:
    port, house = free_port(), _House()
    async with _running(port, house):
        async with _ngircd(tmp_path, port):
            await _until(house.is_well, "it did not get in")
        await _until(lambda: house.said("unreachable"), "it did not notice")
        async with _ngircd(tmp_path, port):
            await _until(house.is_well, "it did not come back")
            anna = await _person(port, "anna")
            anna.say("PRIVMSG #zaal :Terug #DemoConf")
            await _until(lambda: house.texts == ["Terug #DemoConf"], "the line did not arrive")
            await anna.close()


async def test_channel_that_is_closed_or_shows_us_out_lets_us_in_when_it_invites_us(tmp_path: Path) -> None:
    port, house = free_port(), _House()
    async with _ngircd(tmp_path, port):
        anna = await _person(port, "anna")
        anna.say("MODE #zaal +i")
        await anna.hear(" MODE ")
        async with _running(port, house):
            await _until(lambda: house.said("not-invited"), "it said nothing")
            anna.say("INVITE fontein #zaal")
            await _until(house.is_well, "it did not get in")
            anna.say("KICK #zaal fontein :weg")
            await _until(lambda: house.said("not-in-room"), "it did not notice")
            anna.say("INVITE fontein #zaal")
            await _until(house.is_well, "it did not get in again")
            anna.say("PRIVMSG #zaal :Binnen #DemoConf")
            await _until(lambda: house.texts == ["Binnen #DemoConf"], "the line did not arrive")
        await anna.close()
