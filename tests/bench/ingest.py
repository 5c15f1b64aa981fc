"""
What it costs to read along with all of Bluesky: frames of Jetstream, of which one in ten thousand is ours.

    python3 run.py bench ingest [--frames 50000] [--no-socket]

Posts as people write them: in many languages, half of them replies, one in eight with hashtags, one in five with a link
or a mention, a quarter with pictures, an eighth with a link card, some with a quote; between them deletes and accounts.
CPU time of this process, which other programs on the machine do not change; the ways are measured in turns, so that a
slow moment is everybody's. Over the socket the frames come from another process, without compression.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

import uvloop
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from server.sources.bluesky.frames import COLLECTION, Sieve, Wire, Written, read_frame
from server.sources.tags import fold_tag
from tests.bench.journal import Result

RATIO = 6.0
"""How often our way to find what is ours, hashtags and all, goes into `json.loads` without a look at what it gives."""

OURS = 10_000
"""One in so many is ours."""

ROUNDS = 15
TAGS = frozenset({"democonf"})

_TEXTS = (
    "Just a perfectly ordinary reply to somebody, with some words in it, as people write them every day of the year.",
    "今日はとても良い天気ですね。これから友達と一緒に駅前の新しい喫茶店へ行ってきます。楽しみです！☕️",
    "Bom dia, gente! Mais um dia de trabalho, mas já é quase sexta-feira e o café está ótimo. 💛",
    "Heute Morgen auf dem Weg zur Arbeit: drei Eichhörnchen, zwei Reiher und ein sehr müder Nachbar.",
    "Vanochtend stond de trein weer stil bij Amersfoort. Gelukkig had ik een boek bij me – en koffie.",
    "lol same",
    "오늘 저녁은 뭐 먹을까 고민하다가 결국 또 치킨을 시켰다. 후회는 없다 🍗🍗",
    "Новая статья о том, почему мы так плохо спим зимой: читать долго, но оно того стоит.",
    "WIP! Still not happy with the hands but the light is finally doing what I want it to do. Thoughts?",
)
_HASHTAGS = ("art", "photography", "イラスト", "booksky", "caturday", "Demo", "conference", "café", "VTuber", "news")


def frames(number: int, *, seed: int = 5) -> list[bytes]:
    """Frames of version 1, as Go writes them."""
    rng = random.Random(seed)
    return [_frame(rng, at) for at in range(number)]


def _frame(rng: random.Random, at: int) -> bytes:
    did = _did(rng)
    head: dict[str, Any] = {"did": did, "time_us": 1_795_290_000_000_000 + at * 10_000}
    kind = 1.0 if at % OURS == OURS // 2 else rng.random()
    if kind < 0.04:
        account = {"active": rng.random() < 0.7, "did": did, "seq": at, "time": "2026-11-21T19:41:00.123Z"}
        return _written(head | {"kind": "account", "account": account})
    commit: dict[str, Any] = {"rev": _name(rng), "operation": "create", "collection": COLLECTION, "rkey": _name(rng)}
    if kind < 0.12:
        return _written(head | {"kind": "commit", "commit": commit | {"operation": "delete"}})
    commit |= {"record": _record(rng, is_ours=kind == 1.0), "cid": _cid(rng)}
    return _written(head | {"kind": "commit", "commit": commit})


def _record(rng: random.Random, *, is_ours: bool) -> dict[str, Any]:
    text = rng.choice(_TEXTS)
    record: dict[str, Any] = {"$type": COLLECTION, "createdAt": "2026-11-21T19:40:00.000Z", "langs": ["en"]}
    if rng.random() < 0.3:
        text = text.replace(". ", ".\n").replace(", ", ",\n", 1)
    if rng.random() < 0.04:
        text += " Q&A <3"
    if embed := _embed(rng):
        record["embed"] = embed
    if rng.random() < 0.5:
        uri = f"at://did:plc:ragtjsm2j2vknwkz3zp4oxrd/{COLLECTION}/{_name(rng)}"
        record["reply"] = {"parent": {"cid": _cid(rng), "uri": uri}, "root": {"cid": _cid(rng), "uri": uri}}
    words = ["DemoConf"] if is_ours else rng.sample(_HASHTAGS, rng.randrange(1, 5)) if rng.random() < 0.125 else []
    facets = [_mention_or_link(rng)] if rng.random() < 0.2 else []
    for word in words:
        start = len(text.encode()) + 1
        text += f" #{word}"
        feature = {"$type": "app.bsky.richtext.facet#tag", "tag": word}
        facets.append({"features": [feature], "index": {"byteEnd": len(text.encode()), "byteStart": start}})
    return {**record, **({"facets": facets} if facets else {}), "text": text}


def _embed(rng: random.Random) -> dict[str, Any] | None:
    kind = rng.random()
    blob = {"$type": "blob", "mimeType": "image/jpeg", "ref": {"$link": _cid(rng)}, "size": rng.randrange(900_000)}
    if kind < 0.25:
        image = {"alt": rng.choice(_TEXTS), "aspectRatio": {"height": 1500, "width": 2000}, "image": blob}
        return {"$type": "app.bsky.embed.images", "images": [image]}
    if kind < 0.375:
        words = {"description": rng.choice(_TEXTS) + rng.choice(_TEXTS), "title": rng.choice(_TEXTS)[:60]}
        card = {**words, "thumb": blob, "uri": f"https://news.example/2026/11/21/{_name(rng)}/a-long-address.html"}
        return {"$type": "app.bsky.embed.external", "external": card}
    if kind < 0.45:
        return {
            "$type": "app.bsky.embed.record",
            "record": {"cid": _cid(rng), "uri": f"at://{_did(rng)}/{COLLECTION}/3m"},
        }
    return None


def _mention_or_link(rng: random.Random) -> dict[str, Any]:
    feature = rng.choice(
        [
            {"$type": "app.bsky.richtext.facet#mention", "did": _did(rng)},
            {"$type": "app.bsky.richtext.facet#link", "uri": f"https://news.example/{_name(rng)}/a-long-address"},
        ]
    )
    return {"features": [feature], "index": {"byteEnd": 20, "byteStart": 2}}


def _did(rng: random.Random) -> str:
    return "did:plc:" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=24))


def _written(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").encode()


def _name(rng: random.Random) -> str:
    return "3m" + "".join(rng.choices("234567abcdefghijklmnopqrstuvwxyz", k=11))


def _cid(rng: random.Random) -> str:
    return "bafyrei" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=52))


# The ways to read them: how many are ours


def by_json_alone(some: Sequence[bytes]) -> int:
    """Not even a look at the hashtags."""
    return sum(not json.loads(frame) for frame in some)


def by_json(some: Sequence[bytes]) -> int:
    """As it would be done at first: all of it, and then a look at the hashtags."""
    return sum(_is_ours_by_json(frame) for frame in some)


def by_sieve(some: Sequence[bytes]) -> int:
    """As the source does it."""
    passes = Sieve(Wire.V1, TAGS).passes
    return sum(_is_ours(frame) for frame in some if passes(frame))


def _is_ours_by_json(frame: bytes) -> bool:
    record = (json.loads(frame).get("commit") or {}).get("record") or {}
    tags = [feature.get("tag", "") for facet in record.get("facets", ()) for feature in facet["features"]]
    return any(fold_tag(tag) in TAGS for tag in [*tags, *record.get("tags", ())])


def _is_ours(frame: bytes) -> bool:
    what = read_frame(frame, Wire.V1).what
    return isinstance(what, Written) and not TAGS.isdisjoint(map(fold_tag, what.tags))


def _measure_filter(some: Sequence[bytes], result: Result) -> None:
    found = [by_json(some), by_sieve(some)]
    if found[0] != found[1] or not found[0]:
        raise AssertionError(f"by json.loads {found[0]} are ours, by the sieve {found[1]}")
    ways = {"json.loads": by_json_alone, "json.loads and its tags": by_json, "ours": by_sieve}
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            way(some)
            best[name] = min(best[name], time.process_time() - began)
    result.figure("bytes of a frame, mean", sum(map(len, some)) / len(some))
    result.figure("frames that are ours", found[1])
    result.figure("% that the sieve lets pass", 100 * sum(map(Sieve(Wire.V1, TAGS).passes, some)) / len(some))
    for name, spent in best.items():
        result.figure(f"µs of a frame, {name}", spent * 1e6 / len(some))
    result.figure("json.loads and its tags / ours", best["json.loads and its tags"] / best["ours"])
    result.target("json.loads alone / ours", best["json.loads"] / best["ours"], RATIO, is_least=True)


# Over a socket


def _server(number: int, told: Connection) -> None:
    """Another process: sends all frames to whoever comes."""
    some = [frame.decode() for frame in frames(number)]

    async def send(socket: ServerConnection) -> None:
        for frame in some:
            await socket.send(frame)

    async def run() -> None:
        async with serve(send, "127.0.0.1", 0, compression=None) as server:
            told.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(run())


def _sieved() -> Callable[[bytes], object]:
    passes = Sieve(Wire.V1, TAGS).passes
    return lambda frame: passes(frame) and _is_ours(frame)


async def _through_socket(port: int, number: int, read: Callable[[bytes], object]) -> float:
    async with connect(f"ws://127.0.0.1:{port}", compression=None, max_queue=64) as socket:
        began = time.process_time()
        for _ in range(number):
            read(await socket.recv(decode=False))
        return time.process_time() - began


def _measure_socket(number: int, result: Result) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_server, args=(number, theirs), daemon=True)
    process.start()
    try:
        port = ours.recv()
        ways: dict[str, Callable[[bytes], object]] = {
            "nothing": len,
            "json.loads": _is_ours_by_json,
            "ours": _sieved(),
        }
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(3):
            for name, read in ways.items():
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the server itself
                    best[name] = min(best[name], runner.run(_through_socket(port, number, read)))
    finally:
        process.terminate()
        process.join()
    for name, spent in best.items():
        result.figure(f"frames/s of a core over a socket, {name}", number / spent)
    result.figure("over a socket: json.loads / ours", best["json.loads"] / best["ours"])
    result.figure("over a socket: ours / nothing but the socket", best["ours"] / best["nothing"])


def main(argv: Sequence[str] | None = None) -> int:
    """
    Measure, print a table and a line of JSON.

    Returns:
        0 when all targets were met, 1 when one was missed.
    """
    parser = argparse.ArgumentParser(prog="run.py bench ingest", description="What it costs to read all of Bluesky.")
    parser.add_argument("--frames", type=int, default=50_000)
    parser.add_argument("--no-socket", action="store_true")
    options = parser.parse_args(argv)
    result = Result()
    _measure_filter(frames(options.frames), result)
    if not options.no_socket:
        _measure_socket(min(options.frames, 50_000), result)
    print(json.dumps({"bench": "ingest", "figures": result.figures, "targets": result.targets}))
    return 0 if result.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
