"""
Random days: a few posts come in by their own network, another server, a feed and a bridge, in any order and however
late; they are edited and deleted at home, whether or not anybody tells; and the house starts again now and then.

When every network has been asked again, what its author deleted is nowhere, and what nobody deleted has not vanished.
A feed cannot be asked: it may go on telling what it had.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import kept
from server.intake.arrival import Arrival, Departure
from server.journal.contract import Deliver
from server.kept import seen_of
from server.keyring import Keyring
from server.live.hub import Hub
from server.node import Node
from server.reception import Reception
from server.symposium.entries import Entry, PostClaimed, Record, SourceBody, SymposiumBody, SymposiumMade
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Policy, SourceId
from tests.conftest import Scale

START_US = 1_795_258_800_000_000
MINUTE_US = 60_000_000
HEARERS = ("instance", "feed", "bridge")
"""Those that have a post from elsewhere, as it was when they last looked."""
GONE = None

How = Literal["own", "instance", "feed", "bridge"]


class MemoryJournal:
    """A journal that keeps its contract, and outlives the node that wrote it."""

    epoch = "e1"

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._deliver: Deliver = lambda _: None

    def replay(self, after: int = 0) -> Iterator[Record]:
        yield from self.records[after:]

    def start(self, deliver: Deliver) -> None:
        self._deliver = deliver

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        await asyncio.sleep(0)
        first = len(self.records) + 1
        new = [Record(seq, START_US + seq, entry.head, entry.body) for seq, entry in enumerate(entries, first)]
        self.records += new
        self._deliver(new)
        return tuple(record.seq for record in new)

    async def redact(self, seqs: Sequence[int]) -> None:
        for seq in seqs:
            self.records[seq - 1] = msgspec.structs.replace(self.records[seq - 1], body=None)

    async def copy(self, path: Path) -> Any:
        raise NotImplementedError

    async def close(self) -> None: ...


class Name(NamedTuple):
    """How something tells of a post: its names there, and by whom it is there."""

    source: str
    network: str
    native_id: str
    uri: str
    author_id: str
    handle: str
    name: str = "Anna"

    def arrival(self, text: str, *, created: int, edited: int | None) -> Arrival:
        return Arrival(**self._asdict(), text=text, created=created, edited=edited)  # type: ignore[arg-type]

    def departure(self, *, whole: bool) -> Departure:
        return Departure(
            source=SourceId(self.source),
            network=self.network,
            native_id=self.native_id,
            uri=self.uri if whole else None,
        )


def toot(number: int) -> dict[How, Name]:
    """What a post of the fediverse is called; on Bluesky a bridge shows no address of it."""
    uri, handle = f"https://home.example/users/anna{number}/statuses/11223{number}", f"@anna{number}@home.example"
    page = f"https://home.example/@anna{number}/11223{number}"
    author, key = f"https://home.example/users/anna{number}", f"did:plc:bridge{number}"
    return {
        "own": Name("mastodon-1", "mastodon", f"home.example/11223{number}", uri, author, handle),
        "instance": Name("mastodon-2", "mastodon", f"there.example/998{number}", uri, author, handle),
        "feed": Name("feed-1", "feed", page, page, "planet", "", "Planeet"),
        "bridge": Name("bluesky-1", "bluesky", f"{key}/3k{number}", f"at://{key}/app.bsky.feed.post/3k{number}", key,
                       f"anna{number}.home.example.ap.brid.gy"),
    }  # fmt: skip


def skeet(number: int) -> dict[How, Name]:
    """What a post of Bluesky is called; in the fediverse a bridge has an address that carries the original."""
    key = f"did:plc:anna{number}"
    uri, handle = f"at://{key}/app.bsky.feed.post/3k{number}", f"anna{number}.bsky.social"
    over, by = f"https://bsky.brid.gy/convert/ap/{uri}", f"https://bsky.brid.gy/ap/{key}"
    return {
        "own": Name("bluesky-1", "bluesky", f"{key}/3k{number}", uri, key, handle),
        "instance": Name("mastodon-2", "mastodon", f"there.example/77{number}", over, by, f"@{handle}@bsky.brid.gy"),
        "feed": Name("feed-1", "feed", uri, uri, "planet", "", "Planeet"),
        "bridge": Name("mastodon-1", "mastodon", f"home.example/77{number}", over, by, f"@{handle}@bsky.brid.gy"),
    }


class Original:
    """A post at its home. `heard` has which words the others have of it; `met`: its own network brought it here."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names = (toot, skeet)[number % 2](number)
        self.created = START_US + number
        self.version = 0
        self.edited: int | None = None
        self.is_deleted = False
        self.is_met = False
        self.heard: dict[str, tuple[int, int | None] | None] = {}

    def words(self, version: int) -> str:
        """Other words each time, and `nr`: the number of the post."""
        said = hashlib.sha256(f"{self.number} {version}".encode()).hexdigest()
        return f"nr{self.number}nr {said[:20]} {said[20:40]} {said[40:]} #dag"

    @property
    def mark(self) -> str:
        return f"nr{self.number}nr"

    def hear(self, how: str) -> None:
        self.heard[how] = GONE if self.is_deleted else (self.version, self.edited)


Step = tuple[str, int, str]
"""What happens, to which post, by whom."""

POSTS = 2
STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(
            ("own", "own", "tell", "tell", "hear", "edit", "delete", "delete-told", "let-go", "ask", "start", "policy")
        ),
        st.integers(0, POSTS - 1),
        st.sampled_from(HEARERS),
    ),
    min_size=3,
    max_size=25,
)


class Day:
    """The house and what is around it."""

    def __init__(self, folder: Path) -> None:
        self._keyring = Keyring(folder)
        self._journal = MemoryJournal()
        self._originals = [Original(number) for number in range(POSTS)]
        self._now = START_US
        self._is_open = False

    async def begin(self) -> None:
        self._open()
        head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=Policy.RULES_DECIDE)
        await self._node.make(head, SymposiumBody(title="Dag", hashtags=("dag",), date="2026-11-21"))
        for source in ("mastodon-1", "mastodon-2", "bluesky-1", "feed-1"):
            await self._node.set_source(OPERATOR, SourceId(source), source[:-2], SourceBody(), on=True)

    def _open(self) -> None:
        hub = Hub(epoch="e1", now_us=lambda: 0)
        self._node = Node(journal=self._journal, hub=hub, keyring=self._keyring, now_us=lambda: self._now)
        self._node.open()
        self._node.start()

    async def close(self) -> None:
        await self._node.close()

    async def do(self, step: Step) -> None:
        what, number, how = step
        self._now += MINUTE_US
        post = self._originals[number]
        match what:
            case "own":
                await self._own_tells(post)
            case "tell":
                await self._tells(post, how)
            case "hear":
                await self._hears(post, how)
            case "edit":
                post.version, post.edited = post.version + 1, self._now
            case "delete":
                post.is_deleted = True
            case "delete-told":
                post.is_deleted = True
                await self._node.depart(post.names["own"].departure(whole=how == "feed"))
            case "let-go":
                await self._node.depart(post.names["feed"].departure(whole=True))
            case "ask":
                await self._ask({"instance": "mastodon-2", "feed": "mastodon-1", "bridge": "bluesky-1"}[how])
            case "start":
                await self.close()
                self._open()
            case "policy":
                policy = Policy.EVERYTHING_WAITS if how == "feed" else Policy.RULES_DECIDE
                await self._node.set_policy(OPERATOR, policy)

    async def _own_tells(self, post: Original) -> None:
        if not post.is_deleted:
            post.is_met = True
            await self._arrive(post, "own", post.version, post.edited)

    async def _tells(self, post: Original, how: str) -> None:
        if how not in post.heard:
            post.hear(how)
        if (heard := post.heard[how]) is not GONE:
            await self._arrive(post, how, *heard)

    async def _hears(self, post: Original, how: str) -> None:
        """It looks at its home again; when it is gone there, it says so. A feed does not."""
        was = post.heard.get(how)
        post.hear(how)
        if was is not GONE and post.is_deleted and how != "feed":
            await self._node.depart(post.names[how].departure(whole=False))

    async def _arrive(self, post: Original, how: str, version: int, edited: int | None) -> None:
        at = self._now if how == "feed" and version else edited  # a feed's time of edit is of our clock
        await self._node.receive(post.names[how].arrival(post.words(version), created=post.created, edited=at))

    async def _ask(self, source: str) -> None:
        """Have a network look again at what the house wants to know."""
        called = {
            (name.source, name.native_id): (post, how) for post in self._originals for how, name in post.names.items()
        }
        for native_id in seen_of(self._node.state, SourceId(source)):
            post, how = called[source, native_id]
            heard = post.heard.get(how, GONE)
            told = heard if how != "own" else GONE if post.is_deleted else (post.version, post.edited)
            if told is GONE:
                await self._node.depart(post.names[how].departure(whole=False))
            else:
                await self._arrive(post, how, *told)

    async def end(self) -> None:
        """Bridges and servers hear what became of it, and every network is asked; a feed is as it was."""
        for post in self._originals:
            for how in ("instance", "bridge"):
                if how in post.heard:
                    await self._hears(post, how)
        for source in ("mastodon-1", "mastodon-2", "bluesky-1") * 2:
            await self._ask(source)
        await self.close()

    def check(self) -> None:
        for post in self._originals:
            if post.is_deleted and post.is_met:
                assert self._standing(post.mark) == [], "what its author deleted still stands here"
                assert post.mark.encode() not in b"".join(record.body or b"" for record in self._journal.records)
            if post.is_met and not post.is_deleted:
                assert self._standing(post.words(post.version)), "what nobody deleted has vanished"

    def _standing(self, words: str) -> list[Post]:
        """What is shown or waits with these words in it."""
        state = self._node.state
        seen = (state.posts[each] for each in (*state.shown, *state.held))
        return [post for post in seen if words.encode() in state.bodies[post.body]]


def play(steps: Sequence[Step]) -> None:
    async def day() -> None:
        with tempfile.TemporaryDirectory() as folder:
            made = Day(Path(folder))
            await made.begin()
            for step in steps:
                await made.do(step)
            await made.end()
            made.check()

    asyncio.run(day())


def test_what_its_author_deleted_goes_and_nothing_else(scale: Scale) -> None:
    settings(max_examples=scale(3_000, 60), database=None)(given(STEPS)(play))()


async def _not_claimed(self: Reception, arrival: Arrival, copy: Post, *_: object) -> tuple[Post, bool]:
    return copy, False


def _forgotten(journal: MemoryJournal, after: int = 0) -> Iterator[Record]:
    return (record for record in journal.records[after:] if not isinstance(record.head, PostClaimed))


BUGS: dict[str, tuple[tuple[object, str, object], list[Step]]] = {
    "a-copy-is-not-its-authors": (
        (Reception, "_claim", _not_claimed),
        [("tell", 0, "feed"), ("own", 0, ""), ("delete", 0, "")],
    ),
    "a-restart-forgets-whose-a-copy-is": (
        (MemoryJournal, "replay", _forgotten),
        [("tell", 1, "feed"), ("own", 1, ""), ("start", 0, ""), ("delete", 1, "")],
    ),
    "what-waits-is-not-looked-at": (
        (kept.turns, "in_order", lambda _: ()),
        [("policy", 0, "feed"), ("own", 0, ""), ("delete", 0, "")],
    ),
    "old-words-stay-beside": (
        (Reception, "_copies_at", lambda *_: ()),
        [("hear", 0, "feed"), ("edit", 0, ""), ("own", 0, ""), ("tell", 0, "feed"), ("delete", 0, "")],
    ),
    "who-copied-it-may-change-it": (
        (Reception, "_is_its_own", lambda *_: True),
        [("tell", 0, "feed"), ("own", 0, ""), ("let-go", 0, "feed")],
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_day_shows_a_seeded_bug(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a day as one of those above, which goes well, does not with a fault made by hand."""
    seeded, day = BUGS[bug]
    play(day)
    monkeypatch.setattr(*seeded)
    with pytest.raises(AssertionError, match="what"):
        play(day)
