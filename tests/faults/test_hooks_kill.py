"""kill -9 while another system delivers: what got 202 is there, what did not is sent again, and each comes once."""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import Scale
from tests.house import SLUG, RealServer, Visitor, command, real_server
from tests.server.sources.webhook import sender
from tests.server.sources.webhook.sender import SECRET, created, encoded

pytestmark = pytest.mark.fault

AT_ONCE = 8
_GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.IncompleteReadError, json.JSONDecodeError)


async def deliver(visitor: Visitor, number: int) -> str | None:
    """Send one post; the id that was promised for it, None where nothing was."""
    body = encoded(created(f"kiosk-{number}", f"Bericht {number}"))
    headers = sender.standard(body, id_=f"msg-{number}", at_s=int(time.time()))
    try:
        answer = await visitor.ask("POST", "hooks/webhook-1", data=body, headers=headers)
    except _GONE:
        return None
    return str(answer.json["post"]) if answer.status == 202 else None


async def deliver_all(url: str, waiting: list[int], promised: dict[int, str]) -> None:
    """Send what nobody promised yet, `AT_ONCE` at a time, until the server is gone or all of it is there."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        visitor = Visitor(session, url, origin=None)
        while left := [number for number in waiting if number not in promised][:AT_ONCE]:
            answers = await asyncio.gather(*(deliver(visitor, number) for number in left))
            promised |= {number: post for number, post in zip(left, answers, strict=True) if post is not None}
            if None in answers:
                return


async def held(url: str, token: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        answer = await Visitor(session, url, token=token).get("posts?status=held&limit=500")
        assert answer.status == 200
        return list(answer.json["posts"])


async def make_hook(url: str, token: str) -> None:
    async with aiohttp.ClientSession(trust_env=False) as session:
        options = {"profile": "standard", "secret": SECRET}
        added = await Visitor(session, url, token=token).ask(
            "POST", "sources", {"network": "webhook", "options": options}
        )
        assert (added.status, added.json["id"]) == (201, "webhook-1")


def lost_or_doubled(promised: dict[int, str], posts: list[dict[str, Any]]) -> list[str]:
    """What is wrong: promised and not there, or there another time."""
    texts = [post["text"] for post in posts]
    wrong = [f"twice: {text}" for text in sorted(set(texts)) if texts.count(text) > 1]
    there = {post["id"]: post["text"] for post in posts}
    return wrong + [f"lost: {n}" for n, post in sorted(promised.items()) if there.get(post) != f"Bericht {n}"]


def begin(folder: Path) -> None:
    made = command("new", SLUG, "--title", "Proefdag", "--hashtag", "proefdag", "--data", str(folder))
    assert made[0] == 0, made
    with real_server(folder) as server:
        asyncio.run(make_hook(server.url, server.badge("organiser")))


async def killed_meanwhile(server: RealServer, waiting: list[int], promised: dict[int, str], *, after_s: float) -> None:
    delivering = asyncio.create_task(deliver_all(server.url, waiting, promised))
    await asyncio.sleep(after_s)
    await asyncio.to_thread(server.kill)
    await delivering


def test_killed_server_keeps_what_it_promised_and_takes_the_rest_once(
    tmp_path: Path, rng: random.Random, scale: Scale
) -> None:
    kills, each = scale((20, 25), (3, 20))
    folder, waiting, promised = tmp_path / "data", list[int](), dict[int, str]()
    begin(folder)

    for _ in range(kills):
        waiting += range(len(waiting), len(waiting) + each)
        with real_server(folder) as server:
            asyncio.run(killed_meanwhile(server, waiting, promised, after_s=rng.uniform(0, 0.08)))
    with real_server(folder) as server:
        asyncio.run(deliver_all(server.url, waiting, promised))
        posts = asyncio.run(held(server.url, server.badge("organiser")))

    assert sorted(promised) == waiting
    assert lost_or_doubled(promised, posts) == []
    assert len(posts) == len(waiting)


def test_checker_finds_what_was_promised_too_early(tmp_path: Path) -> None:
    """The negative control: of a sender that takes silence for a promise, the same checker finds the loss."""
    folder = tmp_path / "data"
    begin(folder)

    with real_server(folder) as server:
        server.stand_still()
        asyncio.run(killed_meanwhile(server, [1], {}, after_s=0.05))
    with real_server(folder) as server:
        posts = asyncio.run(held(server.url, server.badge("organiser")))

    assert lost_or_doubled({1: "sent"}, posts) == ["lost: 1"]
