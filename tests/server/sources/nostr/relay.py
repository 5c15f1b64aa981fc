"""A relay on loopback, as the NIPs describe one, and as it should not be; people who write; a hall that listens."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import coincurve
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from server.sources.contract import Kept, Remembers, Source, Tools
from server.sources.nostr import create
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall

Json = dict[str, Any]


class Person:
    """Somebody with a key."""

    def __init__(self, name: str) -> None:
        self._key = coincurve.PrivateKey(hashlib.sha256(name.encode()).digest())
        self.name = name
        self.pubkey = self._key.public_key_xonly.format().hex()

    def note(self, text: str = "Volle zaal", *tags: list[str], ago_s: int = 0, tag: str = "democonf") -> Json:
        return self.signed(1, f"{text} #{tag}", [["t", tag], *tags], ago_s=ago_s)

    def profile(self, **said: Any) -> Json:
        return self.signed(0, json.dumps({"name": self.name} | said), [], ago_s=86_400)

    def deletion(self, *events: Json, ago_s: int = 0) -> Json:
        return self.signed(5, "", [["e", event["id"]] for event in events] + [["k", "1"]], ago_s=ago_s)

    def vanishing(self, relay: str = "ALL_RELAYS", *, ago_s: int = 0) -> Json:
        return self.signed(62, "", [["relay", relay]], ago_s=ago_s)

    def signed(self, kind: int, content: str, tags: list[list[str]], *, ago_s: int = 0, at: int | None = None) -> Json:
        created = int(virtual.now()) - ago_s if at is None else at
        said = [0, self.pubkey, created, kind, tags, content]
        raw = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        id_ = hashlib.sha256(raw).digest()
        return {
            "id": id_.hex(),
            "pubkey": self.pubkey,
            "created_at": created,
            "kind": kind,
            "tags": tags,
            "content": content,
            "sig": self._key.sign_schnorr(id_, b"\0" * 32).hex(),
        }

    def native(self, event: Json) -> str:
        return f"{self.pubkey}/{event['id']}"


ANNA, BRAM, EVIL = Person("anna"), Person("bram"), Person("evil")


class NostrRelay:
    """
    Keeps events and sends them to whoever asked.

    Args:
        most: At once of what is stored, whatever is asked.
    """

    def __init__(self, *, most: int = 500) -> None:
        self.url = ""
        self.most = most
        self.events: list[Json] = []
        self.refuses: dict[str, str] = {}
        """By subscription: with which words it is ended."""
        self.greets: list[str | bytes] = []
        self.mute: set[str] = set()
        """Subscriptions of which it never says that it sent all."""
        self.hangs_up_after: dict[str, int] = {}
        """By subscription: which answer from now it is after which it goes, in one breath."""
        self.asked: list[tuple[float, list[Any]]] = []
        self.connections: list[float] = []
        self._sockets: dict[ServerConnection, dict[str, list[Json]]] = {}

    @property
    def name(self) -> str:
        return self.url.removeprefix("ws://")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[NostrRelay]:
        async with serve(self._talk, "127.0.0.1", 0, compression=None) as server:
            host, port = next(iter(server.sockets)).getsockname()
            self.url = f"ws://{host}:{port}"
            yield self

    async def publish(self, *events: Json) -> None:
        for event in events:
            self.events.append(event)
            for socket, subscriptions in list(self._sockets.items()):
                for name, filters in list(subscriptions.items()):
                    if any(matches(event, each) for each in filters):
                        await _say(socket, ["EVENT", name, event])

    async def say(self, *frames: str | bytes) -> None:
        """To everybody, whatever it is."""
        for socket in list(self._sockets):
            for frame in frames:
                await socket.send(frame)

    async def drop(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    def questions(self, name: str) -> list[list[Json]]:
        """The filters of every subscription of this name."""
        return [asked[2:] for _, asked in self.asked if asked[:2] == ["REQ", name]]

    async def _talk(self, socket: ServerConnection) -> None:
        self.connections.append(asyncio.get_running_loop().time())
        self._sockets[socket] = {}
        try:
            for frame in self.greets:
                await socket.send(frame)
            async for data in socket:
                asked = json.loads(data)
                self.asked.append((asyncio.get_running_loop().time(), asked))
                await self._answer(socket, asked)
        except ConnectionClosed:
            pass
        finally:
            del self._sockets[socket]

    async def _answer(self, socket: ServerConnection, asked: list[Any]) -> None:
        match asked:
            case ["CLOSE", name]:
                self._sockets[socket].pop(name, None)
            case ["REQ", name, *_] if name in self.refuses:
                await _say(socket, ["CLOSED", name, self.refuses[name]])
            case ["REQ", name, *filters]:
                self._sockets[socket][name] = filters
                for each in filters:
                    found = sorted((event for event in self.events if matches(event, each)), key=_newest_first)
                    for event in found[: min(each.get("limit", self.most), self.most)]:
                        await _say(socket, ["EVENT", name, event])
                if name not in self.mute:
                    await _say(socket, ["EOSE", name])
                self.hangs_up_after[name] = self.hangs_up_after.get(name, 0) - 1
                if self.hangs_up_after[name] == 0:
                    await socket.close()


def matches(event: Json, asked: Json) -> bool:
    """Whether a filter of NIP-01 lets *event* through."""
    for key, wanted in asked.items():
        match key:
            case "ids" if event["id"] not in wanted:
                return False
            case "kinds" if event["kind"] not in wanted:
                return False
            case "authors" if event["pubkey"] not in wanted:
                return False
            case "since" if event["created_at"] < wanted:
                return False
            case "until" if event["created_at"] > wanted:
                return False
            case _ if key.startswith("#"):
                if not any(tag[0] == key[1:] and tag[1] in wanted for tag in event["tags"] if len(tag) > 1):
                    return False
    return True


def _newest_first(event: Json) -> tuple[int, str]:
    return -event["created_at"], event["id"]


async def _say(socket: ServerConnection, what: list[Any]) -> None:
    with suppress(ConnectionClosed):
        await socket.send(json.dumps(what))


def source_for(*relays: NostrRelay, **options: Any) -> Source:
    given = {"relays": [relay.url for relay in relays], "tags": ["DemoConf"]} | options
    tools = Tools(session=cast("Any", None), now=virtual.now, rng=random.Random(7))
    return create(SourceId("nostr-1"), given, tools)


@asynccontextmanager
async def listening(
    *relays: NostrRelay, cursor: str | None = None, kept: Iterable[Kept] = (), **options: Any
) -> AsyncIterator[Hall]:
    """From *cursor* on, with the notes that the house has *kept*."""
    source = source_for(*relays, **options)
    assert isinstance(source, Remembers)
    source.remember(kept)
    hall = Hall(source)
    task = asyncio.create_task(hall.listen(cursor))
    try:
        yield hall
    finally:
        assert not task.done(), "a source never ends by itself"
        task.cancel()
        await asyncio.wait({task})


async def hear(*relays: NostrRelay, seconds: float, **options: Any) -> Hall:
    """What a hall hears of *relays* in *seconds*."""
    async with listening(*relays, **options) as hall:
        await asyncio.sleep(seconds)
    return hall


def texts(hall: Hall) -> list[str]:
    return [post.text.removesuffix(" #democonf") for post in hall.posts]
