"""
A schedule explorer: the real node and the real channels, on a loop that runs what is ready in any order.

Arrivals, edits, deletions, decisions of three moderators, switches, a disk that is full for a while, callers that go
away and screens that come back happen at the same time. The oracle reads what became durable and what people asked
for; it knows nothing of the node. Every batch of bytes that a screen gets is applied as a browser would, and then
nothing may be visible that is not released at that very moment in that very revision, nor what somebody takes away.

Trust M1: 0 unapproved displays. The seeded bugs at the end show that the explorer finds what it looks for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import selectors
import tempfile
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server.covers import Covers
from server.errors import FonteinError
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.journal.contract import Deliver, JournalFull
from server.journal.copying import Copied, CopyFailed
from server.keyring import Keyring
from server.live import channel as channel_module
from server.live.audience import Audience
from server.live.connection import Connection
from server.live.hub import Hub
from server.node import Node
from server.symposium.entries import Entry, PostArrived, Record, SourceBody, SymposiumBody, SymposiumMade
from server.symposium.values import (
    OPERATOR,
    PHONE,
    BadgeId,
    Decision,
    DeviceId,
    Policy,
    PostId,
    Role,
    Show,
    SourceId,
)
from tests.conftest import Scale
from tests.oracle.history import History
from tests.server.live.reader import split

pytestmark = pytest.mark.slow

NETWORK = SourceId("mastodon-1")
EPOCH = "e1"
STEPS = 14
"""What each actor does in one schedule."""
QUIET_S = 30.0
"""After the last act: everything owed is paid, every gap is over."""


class ShuffledLoop(asyncio.SelectorEventLoop):
    """
    Runs what is ready in an order of its own, and never waits: its clock jumps to the next timer.

    Anything that holds only because asyncio happens to be first in, first out, breaks here.
    """

    def __init__(self, rng: random.Random) -> None:
        super().__init__(selectors.SelectSelector())
        self._rng = rng
        self._now_s = 1_000.0

    def time(self) -> float:
        return self._now_s

    def _run_once(self) -> None:
        ready: deque[Any] = self._ready  # type: ignore[attr-defined]  # asyncio's own, not in its types
        scheduled: list[Any] = self._scheduled  # type: ignore[attr-defined]  # the same
        if not ready and scheduled:
            self._now_s = max(self._now_s, scheduled[0].when())
        if len(ready) > 1:
            order = list(ready)
            self._rng.shuffle(order)
            ready.clear()
            ready.extend(order)
        super()._run_once()  # type: ignore[misc]  # the same


class FakeJournal:
    """A journal in memory that keeps the contract: commits groups, late, in order; delivers before anybody wakes."""

    epoch = EPOCH

    def __init__(self, rng: random.Random, oracle: Oracle) -> None:
        self.is_full = False
        self._rng = rng
        self._oracle = oracle
        self._seq = 0
        self._waiting: list[tuple[Sequence[Entry], asyncio.Future[tuple[int, ...]]]] = []
        self._deliver: Deliver = lambda _: None

    def replay(self, after: int = 0) -> Iterator[Record]:
        yield from ()

    def start(self, deliver: Deliver) -> None:
        self._deliver = deliver

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[int, ...]] = loop.create_future()
        future.add_done_callback(lambda done: done.exception())  # its caller may have gone away
        self._waiting.append((entries, future))
        self._oracle.handed_in(entries)
        loop.call_later(self._rng.choice((0.0, 0.001, 0.01, 0.04)), self._commit)
        return await asyncio.shield(future)

    def _commit(self) -> None:
        size = self._rng.randint(1, max(1, len(self._waiting)))
        group, self._waiting = self._waiting[:size], self._waiting[size:]
        if self.is_full:
            for _, future in group:
                future.set_exception(JournalFull("full", retry_after_s=1))
            return
        records: list[Record] = []
        places = []
        for entries, _ in group:
            first = self._seq + 1
            for entry in entries:
                self._seq += 1
                records.append(Record(self._seq, 1_000_000 + self._seq, entry.head, entry.body))
            places.append(tuple(range(first, self._seq + 1)))
        self._keep(records)
        for (_, future), seqs in zip(group, places, strict=True):
            future.set_result(seqs)

    def _keep(self, records: list[Record]) -> None:
        self._oracle.durable(records)
        self._deliver(records)

    async def redact(self, seqs: Sequence[int]) -> None:
        await asyncio.sleep(self._rng.choice((0.0, 0.01)))

    async def copy(self, path: Path) -> Copied:
        raise CopyFailed("there is no file to copy", retry_after_s=60)

    async def close(self) -> None:
        assert not self._waiting, "somebody's entry was never kept"


class Unsafe(AssertionError):
    """Something was on a screen that should not be."""


TAKER: ContextVar[object] = ContextVar("TAKER")
"""Who is taking something away: the tasks that the node makes for them inherit it."""


class Oracle:
    """What may be visible now: what is durable says it, and nobody is taking it away."""

    def __init__(self) -> None:
        self.history = History()
        self.asked: set[tuple[str, int]] = set()
        """Every (post, revision) that a person asked to show, or that the rules let through."""
        self.taking_away: dict[object, Sequence[str] | str] = {}
        self.entries: dict[object, Entry] = {}
        """The entry that carries out each taking away."""

    def durable(self, records: Sequence[Record]) -> None:
        self.history.tell(records)
        for record in records:
            for token in [t for t, entry in self.entries.items() if entry.head is record.head]:
                self.taking_away.pop(token, None)
            if isinstance(record.head, PostArrived) and isinstance(record.head.verdict, Show):
                self.asked.add((record.head.post, 1))

    def check(self, visible: dict[str, Any]) -> None:
        allowed = self.history.screen(len(self.history))
        for key, post in visible.items():
            name = key.removeprefix("post:")
            look = allowed.get(name)
            if look is None or (look.revision, look.text) != (post["revision"], post["text"]):
                raise Unsafe(f"{key} revision {post['revision']} is not released")
            if (name, post["revision"]) not in self.asked:
                raise Unsafe(f"nobody asked to show revision {post['revision']} of {key}")
            for keys in self.taking_away.values():
                if keys == "all" or key in keys:
                    raise Unsafe(f"{key} is being taken away, and visible")

    @contextlib.contextmanager
    def going(self, keys: Sequence[str] | str, node: Node) -> Iterator[None]:
        """
        While somebody takes *keys* away. After a full disk: until it has become durable after all.

        Who is cancelled hears nothing more, so that nothing is asked either: `test_node` looks at that case by itself.
        """
        token = object()
        shown = {f"post:{post}" for post in self.history.screen(len(self.history))}
        self.taking_away[token] = keys if keys == "all" else sorted(shown & set(keys))
        context = TAKER.set(token)
        try:
            yield
        except JournalFull:
            self._owe(token, node)
            raise
        except BaseException:
            self.taking_away.pop(token, None)
            raise
        finally:
            TAKER.reset(context)
        self.taking_away.pop(token, None)

    def handed_in(self, entries: Sequence[Entry]) -> None:
        """Remember whose entry this is. What is tried again is tried in the name of whoever was first: not asked."""
        self.entries.setdefault(TAKER.get(None), entries[0])

    def _owe(self, token: object, node: Node) -> None:
        """The node must owe the entry that takes something away."""
        if not self.taking_away[token]:
            self.taking_away.pop(token)
            return
        mine = self.entries[token].head
        owed = [entry.head for entry, _ in node._covers._owed]
        assert any(head is mine for head in owed), "a full disk, and nobody owes what takes something away"


class FakeTransport:
    """Hands what is written to a reader, at once and whole."""

    def __init__(self, reader: Reader) -> None:
        self.closed = asyncio.get_running_loop().create_future()
        self._reader = reader

    def write(self, data: bytes) -> None:
        self.writelines([data])

    def writelines(self, chunks: Sequence[bytes]) -> None:
        if not self.closed.done():
            self._reader.take(b"".join(chunks))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return bool(self.closed.done())

    def get_extra_info(self, name: str) -> None:
        return None

    def close(self) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

    abort = close


class FakeConnection(Connection):
    """The real connection without HTTP around it."""

    async def prepare(self, request: Any) -> None:  # type: ignore[override]  # nothing is answered here
        await asyncio.sleep(0)

    async def listen(self) -> None:
        assert self.transport is not None
        await self.transport.closed  # type: ignore[attr-defined]  # a FakeTransport

    async def close(self, **_: Any) -> bool:
        self._on_leaving(self)
        return True


class Reader:
    """A page: applies batches as a browser does. A screen is checked after each."""

    def __init__(self, audience: Audience, oracle: Oracle, faults: list[Unsafe]) -> None:
        self.audience = audience
        self.view: dict[str, Any] = {}
        self.position: int | None = None
        self.covered: set[str] = set()
        self._oracle = oracle
        self._faults = faults

    @property
    def since(self) -> str | None:
        return None if self.position is None else f"{EPOCH}:{self.position}"

    def take(self, data: bytes) -> None:
        for opcode, payload in split(data):
            if opcode == 1:
                self._apply(json.loads(payload))
        if self.audience is Audience.WALL:
            try:
                self._oracle.check(self.visible())
            except Unsafe as fault:
                self._faults.append(fault)

    def visible(self) -> dict[str, Any]:
        """The posts that a person in the hall sees."""
        posts = {k: v for k, v in self.view.items() if k.startswith("post:")}
        return {} if "all" in self.covered else {k: v for k, v in posts.items() if k not in self.covered}

    def _apply(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self.view, self.position, self.covered = dict(frame["view"]), frame["to"], set()
            case "changes":
                assert frame["from"] == self.position, "a gap"
                for what, key, *value in frame["changes"]:
                    if what == "put":
                        self.view[key] = value[0]
                    else:
                        self.view.pop(key, None)
                self.position, self.covered = frame["to"], set()
            case "cover":
                keys = frame["keys"]
                self.covered |= {"all"} if keys == "all" else set(keys)


Act = Callable[[], Coroutine[Any, Any, object]]


class World:
    """One schedule: a node with everybody around it."""

    def __init__(self, rng: random.Random, folder: Path, *, journal: type[FakeJournal] = FakeJournal) -> None:
        self.rng = rng
        self.oracle = Oracle()
        self.faults: list[Unsafe] = []
        self.journal = journal(rng, self.oracle)
        self.hub = Hub(epoch=EPOCH, now_us=lambda: 0)
        self.keyring = Keyring(folder)
        self.node = Node(journal=self.journal, hub=self.hub, keyring=self.keyring, now_us=lambda: 0)
        self.badges: list[BadgeId] = []
        self.readers: list[tuple[Reader, asyncio.Task[Any], list[FakeTransport]]] = []
        self.edited = 0

    async def run(self) -> None:
        node = self.node
        node.start()
        head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=self.rng.choice(list(Policy)))
        await node.make(head, SymposiumBody(title="Dag"))
        for role in (Role.ORGANISER, Role.MODERATOR, Role.MODERATOR):
            self.badges.append((await node.make_badge(OPERATOR, role, role.value))[0])
        await node.set_source(OPERATOR, NETWORK, "mastodon", SourceBody(), on=True)
        for audience in (Audience.WALL, Audience.WALL, Audience.DESK, Audience.STAGE):
            self.connect(audience)
        acts: list[Act] = [
            self.phones,
            self.network,
            *(lambda b=b: self.moderator(b) for b in self.badges),
            self.screens,
            self.disk,
        ]
        await asyncio.gather(*(self.act(each) for each in acts))
        self.journal.is_full = False
        await asyncio.sleep(QUIET_S)
        self.judge_end()
        await self.end()

    async def act(self, once: Act) -> None:
        for _ in range(STEPS):
            await asyncio.sleep(self.rng.choice((0.0, 0.0, 0.001, 0.01, 0.03)))
            task = asyncio.get_running_loop().create_task(once())
            if self.rng.random() < 0.08:
                await asyncio.sleep(self.rng.choice((0.0, 0.002)))
                task.cancel()
            with contextlib.suppress(FonteinError, asyncio.CancelledError):
                await task

    # Those who write

    async def phones(self) -> None:
        device = DeviceId(f"phone-{self.rng.randrange(4)}")
        if self.rng.random() < 0.3:
            await self.withdraw(device)
            return
        key = f"key-{self.rng.randrange(30)}"
        await self.node.receive(
            Arrival(source=PHONE, network=PHONE, author_id=device, device=device, text=f"Van een telefoon: {key}",
                    request=key, request_digest=key)
        )  # fmt: skip

    async def withdraw(self, device: DeviceId) -> None:
        mine = self.node.state.devices.get(device)
        if mine:
            post = self.rng.choice(mine)
            with self.oracle.going([f"post:{post}"], self.node):
                await self.node.withdraw(post, device=device)

    async def network(self) -> None:
        number = self.rng.randrange(6)
        native = f"server/{number}"
        chance = self.rng.random()
        if chance < 0.15:
            gone = Departure(source=NETWORK, network="mastodon", native_id=native)
            with self.oracle.going(self.keys_of(native), self.node):
                await self.node.depart(gone)
        elif chance < 0.2:
            author = AuthorDeparture(source=NETWORK, network="mastodon", author_id=f"author-{number % 2}")
            await self.node.depart(author)
        else:
            self.edited += 1
            edited = self.edited if self.rng.random() < 0.5 else None
            await self.node.receive(
                Arrival(source=NETWORK, network="mastodon", author_id=f"author-{number % 2}", native_id=native,
                        text=f"Bericht {number} versie {edited or 0}", created=1, edited=edited)
            )  # fmt: skip

    def keys_of(self, native: str) -> list[str]:
        key = self.keyring.identity("native", "mastodon", native)
        post = self.node.state.by_key.get(key)
        return [] if post is None else [f"post:{post}"]

    # Those who decide

    async def moderator(self, badge: BadgeId) -> object:
        chance, node = self.rng.random(), self.node
        if chance < 0.72:
            return await self.decide(badge)
        if chance < 0.80 and node.state.made:
            return await node.undo(badge, self.rng.choice(list(node.state.made)))
        if chance < 0.83 and node.state.posts:
            return await self.ban(badge)
        if chance < 0.89:
            on = self.rng.random() < 0.5
            with self.oracle.going("all" if on else [], node):
                return await node.stop(badge, on=on)
        if chance < 0.94:
            return await node.pause(badge, on=self.rng.random() < 0.5)
        if chance < 0.97 and node.state.posts:
            post = self.rng.choice(list(node.state.posts))
            may = badge == self.badges[0]
            with self.oracle.going([f"post:{post}"] if may else [], node):
                return await node.erase(badge, posts=[post])
        return await node.set_policy(badge, self.rng.choice(list(Policy)))

    async def decide(self, badge: BadgeId) -> object:
        posts = list(self.node.state.posts.values())
        if not posts:
            return None
        post = self.rng.choice(posts)
        read = (post.id, post.revision)
        seen = self.node.state.seq
        await asyncio.sleep(self.rng.choice((0.0, 0.01, 0.05)))  # reading; the post may change meanwhile
        decision = self.rng.choice((Decision.SHOW, Decision.SHOW, Decision.SHOW, *Decision))
        if decision is Decision.SHOW:
            self.oracle.asked.add(read)
        restricts = decision in (Decision.HOLD, Decision.REJECT, Decision.HIDE)
        with self.oracle.going([f"post:{post.id}"] if restricts else [], self.node):
            return await self.node.decide(badge, decision, [read], seen=seen)

    async def ban(self, badge: BadgeId) -> object:
        post = self.rng.choice(list(self.node.state.posts))
        theirs = self.node.state.authors[self.node.state.posts[post].author].posts
        with self.oracle.going([f"post:{p}" for p in theirs], self.node):
            return await self.node.ban(badge, post, earlier=True)

    # Those who look

    async def screens(self) -> None:
        """A screen goes, and comes back with its position or without."""
        at = self.rng.randrange(len(self.readers))
        reader, _, transports = self.readers[at]
        transports[0].close()
        try:
            await asyncio.sleep(self.rng.choice((0.0, 0.01, 0.2)))
        finally:
            self.connect(reader.audience, reader if self.rng.random() < 0.7 else None, at=at)

    def connect(self, audience: Audience, reader: Reader | None = None, *, at: int | None = None) -> None:
        reader = reader or Reader(audience, self.oracle, self.faults)
        transport = FakeTransport(reader)
        channel = self.hub.channel(audience)
        request: Any = SimpleNamespace(transport=transport, remote="screen")
        serving = channel.serve(request, since=reader.since, badge=None, device=None, own=None)
        task = asyncio.get_running_loop().create_task(serving)
        entry = (reader, task, [transport])
        if at is None:
            self.readers.append(entry)
        else:
            self.readers[at] = entry

    async def disk(self) -> None:
        self.journal.is_full = self.rng.random() < 0.15
        await asyncio.sleep(0.02)
        self.journal.is_full = False

    # The end

    def judge_end(self) -> None:
        """Nobody works any more: every page has exactly what a newcomer would get."""
        for reader, task, _ in self.readers:
            assert not task.done(), "a reader was lost"
            newcomer = Reader(reader.audience, self.oracle, self.faults)
            newcomer.take(self.hub.channel(reader.audience)._record.snapshot())
            assert reader.view == newcomer.view
            assert reader.position == newcomer.position
            if reader.audience is Audience.WALL:
                released = self.oracle.history.screen(len(self.oracle.history))
                unsaid = {f"post:{post}" for post in self.node._covers._unsaid_edits}
                assert set(reader.visible()) | unsaid >= {f"post:{p}" for p in released}, "something stayed covered"

    async def end(self) -> None:
        for _, task, transports in self.readers:
            transports[0].close()
            await task
        await self.node.close()
        if self.faults:
            raise self.faults[0]


def explore(seed: str, folder: Path, *, journal: type[FakeJournal] = FakeJournal) -> World:
    """Run one schedule to its end. Raises what it finds."""
    rng = random.Random(seed)
    with asyncio.Runner(loop_factory=lambda: ShuffledLoop(rng)) as runner:
        world = World(rng, folder, journal=journal)
        runner.run(world.run())
    return world


@pytest.fixture(autouse=True)
def fake_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "Connection", FakeConnection)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Secrets for all schedules: making a file for each would be most of the work."""
    with tempfile.TemporaryDirectory() as name:
        Keyring(Path(name))
        yield Path(name)


def test_no_schedule_shows_what_is_not_released(folder: Path, rng: random.Random, scale: Scale) -> None:
    base, visible = rng.random(), 0
    schedules = scale(20_000, 300)

    for number in range(schedules):
        seed = f"{base}:{number}"
        try:
            world = explore(seed, folder)
        except BaseException as ex:
            ex.add_note(f"schedule {seed}")
            raise
        visible += sum(len(reader.visible()) for reader, _, _ in world.readers)

    print(f"{schedules} schedules, {visible / schedules:.1f} posts on the screens at the end of each")
    assert visible > schedules, "control: screens did show posts"


# Seeded bugs: each must be found


class PublishesTooEarly(FakeJournal):
    """Delivers before the disk has answered."""

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        first = self._seq + 1
        records = []
        for entry in entries:
            self._seq += 1
            records.append(Record(self._seq, 1_000_000 + self._seq, entry.head, entry.body))
        self._deliver(records)
        await asyncio.sleep(self._rng.choice((0.0, 0.01)))
        self._oracle.durable(records)
        return tuple(range(first, first + len(records)))


def _no_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Covers, "_cover", lambda *_: None)


def _lifts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cover is lifted when the entry is handed in, not when it is durable."""
    real = Covers._submit_covered

    async def submit(self: Covers, entry: Entry, token: object, *, is_owed: bool) -> Any:
        self._lifted.append(token)
        return await real(self, entry, token, is_owed=is_owed)

    monkeypatch.setattr(Covers, "_submit_covered", submit)


def _any_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision counts for the post as it is now, not as it was read."""
    real = Node.decide

    async def decide(self: Node, by: BadgeId, decision: Decision, posts: Any, **more: Any) -> Any:
        now = [(post, self.state.posts[PostId(post)].revision) for post, _ in posts]
        return await real(self, by, decision, now, **more | {"seen": None})

    monkeypatch.setattr(Node, "decide", decide)


def _forgets_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.symposium.views.on_screen", lambda state, post: post.released is not None)


BUGS: dict[str, Callable[[pytest.MonkeyPatch], None] | type[FakeJournal]] = {
    "publishes-before-durable": PublishesTooEarly,
    "no-cover": _no_cover,
    "lifts-the-cover-at-once": _lifts_at_once,
    "decides-on-any-revision": _any_revision,
    "forgets-the-pause": _forgets_the_pause,
}


@pytest.mark.parametrize("bug", BUGS)
def test_explorer_finds_a_seeded_bug(bug: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with a fault made by hand, some schedule shows it; the same ones each time, so without luck."""
    seeded = BUGS[bug]
    journal: type[FakeJournal] = FakeJournal
    if isinstance(seeded, type):
        journal = seeded
    else:
        seeded(monkeypatch)

    for number in range(400):
        try:
            explore(f"{bug}:{number}", folder, journal=journal)
        except AssertionError:
            print(f"{bug}: found by schedule {number + 1}")
            return

    pytest.fail("not found")
