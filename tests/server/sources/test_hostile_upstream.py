"""
Networks that do everything that a server can do wrong, in random order, to the real runner and the real house.

Good posts are written all the while. In the end each of them is there once, in its last words; nobody asked more often
than once a second, or where nobody may ask; and a neighbour that behaves has noticed nothing. `--full` plays longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from server.reception import Reception
from server.sources import http
from server.sources.backoff import Backoff
from server.sources.contract import Condition, Turn
from server.sources.feed import door
from server.sources.feed.items import MAX_ITEMS
from server.sources.youtube import parse as youtube
from server.symposium.values import Status
from tests.conftest import Scale
from tests.server.sources import virtual
from tests.server.sources.feed_site import Site
from tests.server.sources.hostile_house import House, open_house
from tests.server.sources.hostile_networks import Blog, Bluesky, Fediverse, Network, Sky, YouTube, join
from tests.server.sources.mastodon.upstream import Upstream
from tests.server.sources.youtube_chat import Chat

pytestmark = pytest.mark.slow

MINUTE, HOUR = 60, 3600
A_SECOND = 0.8
"""As the server sees it, less what a request may be on its way on a busy machine."""

LEAST = 26
"""Things that a network does wrong, of some fifty that it can."""

NETWORKS = ("mastodon", "feed", "bluesky", "youtube")


class Stage:
    """All networks, one that always behaves, a server that nobody may ask, and the house that listens."""

    def __init__(self, house: House, networks: Sequence[Network], calm: Blog, secret: Site, rng: random.Random) -> None:
        self.house = house
        self.networks = networks
        self.calm = calm
        self.secret = secret
        self._rng = rng

    async def storm(self, *, most: int = 0, rounds: int = 1, plays: Sequence[str] = ()) -> None:
        """
        Each network plays *most* of what it can, in an order of its own, or just *plays*; then all is calm for an hour.
        """
        async with self._going_on():
            await asyncio.sleep(MINUTE)
            for network in self.networks:  # so that each knows where it is, before it is overrun
                await network.write()
            await asyncio.sleep(3 * MINUTE)
            for _ in range(rounds):
                await asyncio.gather(*(self._play(each, self._some(each, most, plays)) for each in self.networks))
        await self.rest()

    async def rest(self) -> None:
        """An hour and ten minutes in which nobody but the neighbour says anything new."""
        async with self._going_on():
            await asyncio.sleep(HOUR)
        await asyncio.sleep(10 * MINUTE)

    def _some(self, network: Network, most: int, plays: Sequence[str]) -> list[str]:
        names = network.repertoire
        return [*plays] or self._rng.sample(names, min(most, len(names)))

    async def _play(self, network: Network, names: Sequence[str]) -> None:
        for name in names:
            written = await network.write()
            await network.play(name)
            if network.can_edit and self._rng.random() < 0.3:
                await network.change(written)
            elif network.can_delete and self._rng.random() < 0.2:
                await self._until(lambda: self._has(written))  # noqa: B023 -- waited for here and now
                await network.take_back(written)
            await self._until(lambda: not network.waiting)
            if self._rng.random() < 0.05:
                await self.house.restart(network.source)

    async def _until(self, done: Callable[[], bool]) -> None:
        """Or give up after two hours: then what is missing is found in the end."""
        for _ in range(2 * HOUR // 10):
            await asyncio.sleep(self._rng.uniform(1, 19))
            if done():
                return

    def _has(self, name: str) -> bool:
        return any(body.text.startswith(f"{name} ") for _, body in self.house.posts)

    @asynccontextmanager
    async def _going_on(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        began, written = loop.time(), len(self.calm.truth)
        task = asyncio.create_task(self._go_on())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):  # and no other: what stopped it is a fault
                await task
        due = int(loop.time() - began) // (11 * MINUTE)
        assert len(self.calm.truth) - written > due, "the neighbour wrote on, all the while"

    async def _go_on(self) -> None:
        """The neighbour writes every ten minutes, and everybody on Bluesky talks as always."""
        sky = next((network._server for network in self.networks if isinstance(network, Bluesky)), None)
        while True:
            await self.calm.write()
            if sky is None:
                await asyncio.sleep(10 * MINUTE)
            else:
                await sky.go_on(10 * MINUTE)


@asynccontextmanager
async def staged(
    folder: Path, rng: random.Random, patch: pytest.MonkeyPatch, *, only: Sequence[str] = NETWORKS, flood: int = 130
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        secret = await stack.enter_async_context(Site("<rss/>").serving())
        more = {"rng": rng, "elsewhere": secret.address, "flood": flood}
        made: dict[str, Callable[[], Coroutine[Any, Any, Network]]] = {
            "mastodon": lambda: _made(stack, Fediverse, Upstream().serving(), more),
            "feed": lambda: _made(stack, Blog, Site().serving(), more),
            "bluesky": lambda: _made(stack, Bluesky, Sky().serving(), more),
            "youtube": lambda: _made(stack, YouTube, Chat().serving(patch), more),
        }
        networks = [await made[name]() for name in only]
        calm = Blog(await stack.enter_async_context(Site().serving()), **more)
        calm.source = type(calm.source)("calm")
        house = await stack.enter_async_context(open_house(folder, rng))
        await house.add("calm", "feed", **calm.options)
        for network in networks:
            await join(house, network)
        yield Stage(house, networks, calm, secret, rng)


async def _made(stack: AsyncExitStack, kind: Any, serving: Any, more: dict[str, Any]) -> Network:
    network: Network = kind(await stack.enter_async_context(serving), **more)
    return network


# What is wrong; nothing, as a rule


def lost(stage: Stage) -> list[str]:
    """Good posts that are not there, or not in their last words, or there although they were deleted."""
    there = {body.text.partition(" ")[0]: (post, body) for post, body in stage.house.posts}
    found = []
    for network in (*stage.networks, stage.calm):
        for name, text in network.truth.items():
            post, body = there.get(name, (None, None))
            is_gone = post is not None and post.status is Status.GONE
            if text is None and post is not None and not is_gone:
                found.append(f"{name} was deleted and stayed")
            elif text is not None and (body is None or is_gone):
                found.append(f"{name} is missing")
            elif text is not None and body is not None and body.text.removesuffix(" #DemoConf") != text:
                found.append(f"{name} says {body.text!r} and not {text!r}")
    return found


def doubled(stage: Stage) -> list[str]:
    """What is there more than once: by its identity, and of good posts by their first word."""
    good = {name for network in (*stage.networks, stage.calm) for name in network.truth}
    bodies = [body for _, body in stage.house.posts]
    uris = Counter(body.uri for body in bodies)
    names = Counter(name for body in bodies if (name := body.text.partition(" ")[0]) in good)
    return [str(name) for name, times in (uris + names).items() if name and times > 1]


def hurried(stage: Stage) -> list[str]:
    """Requests within a second of one before, or streams opened more than ten times in ten seconds."""
    found = []
    for network in stage.networks:
        moments = network.asked
        for cut in network.cuts:  # a line that is cut before the answer: HTTP lets a client ask once more at once
            if len(at_once := [at for at in moments if cut <= at < cut + A_SECOND]) > 1:
                moments.remove(at_once[1])
        found += [f"{network.source}: {later - at:.2f} s" for at, later in pairwise(moments) if later - at < A_SECOND]
        if isinstance(network, Bluesky):
            opened = network.opened
            found += [f"{network.source}: ten streams" for at, tenth in pairwise(opened[::10]) if tenth - at < 10]
    return found


def troubled(stage: Stage) -> list[str]:
    """What is not well, though all has been calm for an hour."""
    sources = [network.source for network in (*stage.networks, stage.calm)]
    found = [f"{source}: {stage.house.health(source)}" for source in sources if stage.house.health(source)[1]]
    return found + [f"calm: {what}" for what in stage.house.said(stage.calm.source) - {"", "starting"}]


def trespassed(stage: Stage) -> list[str]:
    """What was asked where nobody may ask, and cookies that were taken along."""
    cookies = [each for network in stage.networks for each in network.cookies]
    return [*(path for _, path in stage.secret.requests), *cookies]


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Of ours: what is logged as an error."""
    ours = ("server", "asyncio")  # and not of the networks on loopback, which trip over what they do
    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    return [each.getMessage() for each in errors if each.name.startswith(ours)]


# The storm


@pytest.mark.parametrize("part", range(2))
def test_nothing_breaks_doubles_gets_lost_or_hurries(
    tmp_path: Path,
    rng: random.Random,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    scale: Scale,
    part: int,
) -> None:
    only = (NETWORKS[:2], NETWORKS[2:])[part]

    async def scenario() -> Stage:
        async with staged(tmp_path, rng, monkeypatch, only=only, flood=130) as stage:
            await stage.storm(most=scale(100, LEAST), rounds=scale(5, 1))
            return stage

    stage = virtual.run(scenario())

    assert faults(caplog) == []
    assert lost(stage) == []
    assert doubled(stage) == []
    assert hurried(stage) == []
    assert troubled(stage) == []
    assert trespassed(stage) == []
    assert all(len(network.truth) >= LEAST for network in stage.networks)


@pytest.mark.parametrize("network", NETWORKS)
def test_ten_thousand_at_once_all_come_and_hurry_nobody(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch, scale: Scale, network: str
) -> None:
    many = scale(10_000, 300)

    async def scenario() -> Stage:
        async with staged(tmp_path, rng, monkeypatch, only=[network], flood=many) as stage:
            await stage.storm(plays=["flood"])
            return stage

    stage = virtual.run(scenario())

    strangers = sum(body.text.startswith("vreemd") for _, body in stage.house.posts)
    assert strangers == (MAX_ITEMS if network == "feed" else many), "of a feed its newest hundred"
    assert [check(stage) for check in (lost, doubled, hurried, troubled)] == [[]] * 4


@pytest.mark.parametrize("network", NETWORKS)
def test_burst_where_nothing_was_there_at_first_all_comes(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    """A hall gets its hashtag, and all write at once: more than a page, between two looks."""

    async def scenario() -> list[str]:
        async with staged(tmp_path, rng, monkeypatch, only=[network], flood=130) as stage:
            await asyncio.sleep(5 * MINUTE)
            await stage.networks[0].play("flood")
            await asyncio.sleep(20 * MINUTE)
            return [body.text.partition(" ")[0] for _, body in stage.house.posts]

    assert virtual.run(scenario()) == ["vreemd"] * (MAX_ITEMS if network == "feed" else 130)


def _give_up(*_: object, **__: object) -> None:
    """Instead of waiting."""


def _anew(*_: object) -> tuple[str, ...]:
    """Nothing is known by a name."""
    return (random.randbytes(16).hex(),)


def _fail(*_: object, **__: object) -> Any:
    raise ZeroDivisionError


def _jar() -> aiohttp.CookieJar:
    return aiohttp.CookieJar(unsafe=True)


def _follow(asked: Any, url: URL, location: str) -> URL:
    return url.join(URL(location))


SABOTAGE: list[Any] = [
    pytest.param("youtube", ["again"], (Reception, "_identities", _anew), "doubled", id="memory"),
    pytest.param("mastodon", ["redirect-loop"], (Turn.__init__, "__defaults__", (0.0,)), "hurried", id="turns"),
    pytest.param("feed", ["500", "empty"], (Backoff, "failed", _give_up), "lost troubled", id="patience"),
    pytest.param("feed", ["moved-inwards"], (door, "_checked_socket", None), "trespassed", id="gate"),
    pytest.param("mastodon", ["redirect-inwards"], (http, "_next", _follow), "trespassed", id="redirects"),
    pytest.param("youtube", ["cookies", "half"], (aiohttp, "DummyCookieJar", _jar), "trespassed", id="cookies"),
    pytest.param("youtube", ["500"], (youtube, "parse_page", _fail), "lost", id="one-source-breaks"),
]


@pytest.mark.parametrize(("network", "plays", "without", "found"), SABOTAGE)
def test_storm_finds_what_is_missing(
    tmp_path: Path,
    rng: random.Random,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    plays: list[str],
    without: tuple[Any, str, Any],
    found: str,
) -> None:
    """The negative controls: with one thing taken away, and the neighbour still notices nothing."""
    checks = [each for each in (lost, doubled, hurried, troubled, trespassed) if each.__name__ in found.split()]

    async def scenario() -> Stage:
        async with staged(tmp_path, rng, monkeypatch, only=[network]) as stage:
            await stage.storm(plays=plays)
            return stage

    monkeypatch.setattr(*without)
    stage = virtual.run(scenario())

    assert checks
    assert all(check(stage) for check in checks)
    assert [each for each in lost(stage) if each.startswith("calm")] == []


def test_source_that_needs_somebody_says_so_and_the_others_go_on(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> tuple[Stage, dict[str, str], dict[str, int]]:
        async with staged(tmp_path, rng, monkeypatch) as stage:
            await stage.storm()
            codes = {str(network.source): network.refuse() for network in stage.networks}
            for network in stage.networks:
                await network.hang_up()
            await stage.rest()
            before = {str(network.source): len(network.asked) for network in stage.networks}
            await stage.rest()
            again = {str(network.source): len(network.asked) for network in stage.networks}
            return stage, codes, {name: again[name] - before[name] for name in before}

    stage, codes, asked = virtual.run(scenario())

    healths = {str(network.source): stage.house.health(network.source) for network in stage.networks}
    assert healths == {name: (Condition.NEEDS_ATTENTION, code) for name, code in codes.items()}
    assert lost(stage) == []
    assert asked == dict.fromkeys(asked, 0), "it does not try again by itself"


@pytest.mark.parametrize(
    ("network", "plays"),
    [("mastodon", ["beside"]), ("feed", ["json-feed"]), ("bluesky", ["frame-nonsense"]), ("youtube", ["beside"])],
)
def test_what_cannot_be_read_is_one_clear_line(
    tmp_path: Path,
    rng: random.Random,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    network: str,
    plays: list[str],
) -> None:
    async def scenario() -> Stage:
        async with staged(tmp_path, rng, monkeypatch, only=[network]) as stage:
            await stage.storm(plays=plays)
            return stage

    stage = virtual.run(scenario())

    told = [record.getMessage() for record in caplog.records if "cannot be read" in record.getMessage()]
    assert len(told) == 1
    assert network in told[0] or "127.0.0.1" in told[0]
    assert "$" in told[0], "which one, and what of it"
    assert lost(stage) == []
