"""
kill -9, again and again, of the real server under load: nothing that it acknowledged is lost, nothing is there twice.

Trust S1. Twenty phones post with Idempotency-Keys and a moderator decides, over HTTP; each notes what it was answered.
What got no answer is sent again with the same key after the restart. At the end the phones' notes are held against the
API and against the journal, read without a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.journal.sqlite import SqliteJournal
from server.symposium.entries import PostArrived
from server.symposium.law import replay
from server.symposium.state import State
from tests.conftest import Scale
from tests.house import SLUG, RealServer, Visitor, command, ended_in_time, eventually

pytestmark = pytest.mark.fault

POSTERS = 24
SHARE = 15
"""Posts of each round that is not an early one: three of four rounds make ten for each kill, and more."""
_GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.IncompleteReadError, json.JSONDecodeError)
"""What a phone sees of a server that is killed."""


@dataclass
class Notes:
    """What the phones and the moderator were promised: the oracle."""

    posts: dict[str, str] = field(default_factory=dict)
    """Key of a post → the id that it was answered with."""
    decisions: dict[str, str] = field(default_factory=dict)
    """Post → the status that a decision was answered with."""
    twice: list[str] = field(default_factory=list)
    """Keys that were answered with two ids."""
    problems: list[str] = field(default_factory=list)

    def acknowledged(self, key: str, post: str) -> None:
        if self.posts.setdefault(key, post) != post:
            self.twice.append(key)


class Phone:
    """Posts without end, and sends again what got no answer."""

    def __init__(self, name: str, notes: Notes, *, notes_early: bool) -> None:
        self.name = name
        self.notes = notes
        self.cookies: dict[str, str] = {}
        self._notes_early = notes_early
        self._unanswered: str | None = None

    async def post_until(self, session: aiohttp.ClientSession, url: str) -> None:
        """Post until the server is gone."""
        visitor = Visitor(session, url, cookies=self.cookies)
        while not self.cookies:
            await visitor.get(f"/{SLUG}")
        while True:
            await self._post(visitor)

    async def _post(self, visitor: Visitor) -> None:
        key = self._unanswered or str(uuid.uuid4())
        self._unanswered = key
        if self._notes_early:
            self.notes.acknowledged(key, "sent")
        answer = await visitor.post(f"{self.name} schrijft {key}", key=key)
        match answer.status:
            case 201 if not self._notes_early:
                self.notes.acknowledged(key, answer.json["id"])
                self._unanswered = None
            case 201:
                self._unanswered = None
            case 429 | 409 | 503:
                self.cookies.clear()  # a fresh phone: this one has posted enough
                if answer.status == 429:
                    self._unanswered = None
                    if self._notes_early:
                        self.notes.posts.pop(key)
                await visitor.get(f"/{SLUG}")
            case _:
                self.notes.problems.append(f"{answer}")
                self._unanswered = None


async def decide_until(session: aiohttp.ClientSession, server: RealServer, notes: Notes, rng: random.Random) -> None:
    """Show and reject what waits, until the server is gone."""
    desk = Visitor(session, server.url, token=server.badge("moderator"))
    while True:
        waiting = (await desk.get("posts?status=held&limit=20")).json["posts"]
        for post in waiting:
            decision = rng.choice(["show", "reject"])
            answer = await desk.decide(post["id"], decision)
            if answer.status == 200:
                notes.decisions[post["id"]] = answer.json["status"]
            else:
                notes.problems.append(f"{answer}")
        await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def crowd(server: RealServer, notes: Notes, phones: list[Phone], rng: random.Random) -> AsyncIterator[None]:
    """Everybody at work; they stop by themselves when the server is gone."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout
    ) as session:

        async def work(task: Any) -> None:
            with contextlib.suppress(*_GONE):
                await task

        jobs = [phone.post_until(session, server.url) for phone in phones]
        tasks = [asyncio.create_task(work(job)) for job in (*jobs, decide_until(session, server, notes, rng))]
        yield
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks)


def read_journal(folder: Path) -> tuple[State, Counter[str]]:
    """The state that the journal tells, and how often each text arrived in it."""
    journal = SqliteJournal(folder / SLUG)
    try:
        records = list(journal.replay())
    finally:
        journal.close_now()
    state = replay(records)
    texts: Counter[str] = Counter()
    for record in records:
        taken_in = isinstance(record.head, PostArrived) and record.head.post in state.posts
        if taken_in and record.body is not None:
            texts[json.loads(record.body)["text"]] += 1
    return state, texts


def judge(notes: Notes, state: State, texts: Counter[str]) -> list[str]:
    """What was promised and is not so."""
    found = [f"{key} has two ids" for key in notes.twice] + notes.problems
    by_key = {text.rsplit(" ", 1)[1]: count for text, count in texts.items()}
    found += [f"{key} is lost" for key in notes.posts if key not in by_key]
    found += [f"{key} is there {count} times" for key, count in by_key.items() if count > 1]
    known = {post for post in notes.posts.values() if post != "sent"}
    found += [f"post {post} is lost" for post in known if post not in state.posts]
    for post, status in notes.decisions.items():
        if post not in state.posts or state.posts[post].status != status:  # type: ignore[index]  # an id as it was answered
            found.append(f"the decision on {post} is lost")
    return found


async def through_the_api(server: RealServer, notes: Notes) -> list[str]:
    """The same by way of the API: everything acknowledged is in one of the lists."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        desk = Visitor(session, server.url, token=server.badge("moderator"))
        listed: Counter[str] = Counter()
        for status in ("held", "shown", "rejected", "hidden"):
            after = ""
            while True:
                page = (await desk.get(f"posts?status={status}&limit=500{after}")).json
                listed.update(post["id"] for post in page["posts"])
                if page["next"] is None:
                    break
                after = f"&after={page['next']}"
    lost = [f"post {post} is not listed" for post in notes.posts.values() if post not in listed]
    return lost + [f"post {post} is listed {n} times" for post, n in listed.items() if n > 1]


async def _busy(notes: Notes, rng: random.Random, *, is_early: bool) -> None:
    """Let them work: for a moment, or until this round has its share of what the whole test asks for."""
    if not is_early:
        posts, decisions = len(notes.posts) + rng.randint(SHARE, 4 * SHARE), len(notes.decisions) + 1
        await eventually(lambda: len(notes.posts) >= posts and len(notes.decisions) >= decisions, within_s=60)
    await asyncio.sleep(rng.uniform(0, 0.1))


async def kill_again_and_again(folder: Path, kills: int, rng: random.Random) -> tuple[Notes, list[float]]:
    """Start, let them work, kill; the notes, and how long each start took in seconds."""
    status, _, errors = command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")
    assert status == 0, errors
    notes, starts = Notes(), []
    phones = [Phone(f"Telefoon {n}", notes, notes_early=False) for n in range(POSTERS)]
    server = RealServer(folder)
    try:
        for number in range(1, kills + 1):
            await asyncio.to_thread(server.start)
            starts.append(server.started_in_s)
            async with crowd(server, notes, phones, rng):
                await _busy(notes, rng, is_early=number % 4 == 0)
                server.kill()
            server.end()
    finally:
        server.end()
    return notes, starts


async def test_nothing_acknowledged_is_lost_or_doubled_by_a_kill(
    tmp_path: Path, rng: random.Random, scale: Scale
) -> None:
    folder, kills = tmp_path / "data", scale(200, 8)

    notes, starts = await kill_again_and_again(folder, kills, rng)

    server = RealServer(folder)
    try:
        await asyncio.to_thread(server.start)
        listed = await through_the_api(server, notes)
        ended, took_s = await asyncio.to_thread(server.terminate)
    finally:
        server.end()
    state, texts = read_journal(folder)
    median_s = sorted(starts)[len(starts) // 2]
    print(f"{kills} kills: {len(notes.posts)} posts and {len(notes.decisions)} decisions acknowledged,", end=" ")
    print(f"{len(state.posts)} posts in the journal; restart {median_s:.2f} s, at most {max(starts):.2f} s;", end=" ")
    print(f"end after SIGTERM {took_s:.2f} s")
    assert len(notes.posts) > 10 * kills, "control: there was load"
    assert notes.decisions, "control: there were decisions"
    assert judge(notes, state, texts) == []
    assert listed == []
    assert (ended, ended_in_time(took_s)) == (0, True)


async def test_checker_finds_posts_that_were_acknowledged_too_early(tmp_path: Path) -> None:
    """
    Negative control: of a phone that calls a post safe before it was answered, the same checker finds the loss.

    The server stands still when the post is sent: so it has not read it when it dies.
    """
    folder, notes = tmp_path / "data", Notes()
    assert command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")[0] == 0
    server = RealServer(folder)
    try:
        await asyncio.to_thread(server.start)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            phone = Phone("Telefoon", notes, notes_early=True)
            visitor = Visitor(session, server.url, cookies=phone.cookies)
            await visitor.get(f"/{SLUG}")
            server.stand_still()
            posting = asyncio.create_task(phone._post(visitor))
            await eventually(lambda: notes.posts)
            server.kill()
            with contextlib.suppress(*_GONE):
                await posting
    finally:
        server.end()

    assert [each for each in judge(notes, *read_journal(folder)) if "is lost" in each] != []


async def test_server_ends_cleanly_under_load(tmp_path: Path, rng: random.Random) -> None:
    folder = tmp_path / "data"
    assert command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")[0] == 0
    notes = Notes()
    phones = [Phone(f"Telefoon {n}", notes, notes_early=False) for n in range(POSTERS)]
    server = RealServer(folder)
    try:
        await asyncio.to_thread(server.start)
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            crowd(server, notes, phones, rng),
            Visitor(session, server.url).live("wall") as wall,
        ):
            await asyncio.sleep(0.5)
            status, took_s = await asyncio.to_thread(server.terminate)
            last = [message.json() async for message in wall][-1]
        errors = server.end()
    finally:
        server.end()

    state, texts = read_journal(folder)
    assert (status, ended_in_time(took_s)) == (0, True), errors
    assert last == {"type": "bye", "again": True}
    assert [p for p in judge(notes, state, texts) if "503" not in p] == []
    assert "Traceback" not in errors, errors
