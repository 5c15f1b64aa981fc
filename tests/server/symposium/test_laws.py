"""What is true of every journal, tried on random ones."""

from __future__ import annotations

import enum
import functools
import os
import subprocess
import sys
import types
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.live.audience import View
from server.live.limits import Limits
from server.live.record import Record as Channel
from server.live.record import difference
from server.symposium import acts, entries
from server.symposium.drafts import bodies_of
from server.symposium.entries import AnyHead, Record, decode_head, encode_head
from server.symposium.law import apply, replay
from server.symposium.outcomes import Broken, Done
from server.symposium.shelf import removed_papers
from server.symposium.state import Act, State, WasBlock, WasProgramme, WasScene, WasWording, erase
from server.symposium.values import Status
from server.symposium.views import DeskBook, PhoneBook, StageBook, WallBook
from tests.journals.files import write_journal
from tests.oracle.machine import canonical
from tests.oracle.play import journals
from tests.server.live.reader import Replica, split

ROOT = Path(__file__).parents[3]
BOOKS = (WallBook, PhoneBook, DeskBook, StageBook)

quick = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def redact(journal: list[Record], seqs: set[int]) -> list[Record]:
    """The journal with the bodies of *seqs* overwritten."""
    return [msgspec.structs.replace(record, body=None) if record.seq in seqs else record for record in journal]


@quick
@given(journals(), st.sets(st.integers(1, 60)))
def test_a_redacted_journal_makes_the_erased_state(journal: list[Record], seqs: set[int]) -> None:
    assert canonical(replay(redact(journal, seqs))) == canonical(erase(replay(journal), seqs))


@quick
@given(journals())
def test_what_the_law_asks_to_redact_is_in_no_state(journal: list[Record]) -> None:
    state = State()
    asked = {seq for record in journal for seq in apply(state, record).redact}

    assert not asked & set(state.bodies)
    assert canonical(replay(redact(journal, asked))) == canonical(state)


def bodies_before(act: Act) -> tuple[int, ...]:
    """The bodies that it takes to take *act* back."""
    if isinstance(act.before, WasBlock):
        return tuple(bodies_of(act.before.block))
    return acts._bodies(act.before) if isinstance(act.before, WasScene | WasWording | WasProgramme) else ()


@quick
@given(journals())
def test_every_body_is_named_or_to_be_redacted(journal: list[Record]) -> None:
    """Nothing that anybody wrote is left over where no erasure would find it."""
    state = State()
    asked = {seq for record in journal for seq in apply(state, record).redact}
    named = {state.body, *(b.body for b in state.badges.values()), *(s.body for s in state.sources.values())}
    named.update(post.body for post in state.posts.values())
    named.update(state.claimed.values())
    named.update(w.body for w in (state.rules, state.announcement, state.theme, state.followed) if w is not None)
    named.update(screen.body for screen in state.paired.values())
    named.update(() if state.programme is None else (state.programme.body,))
    for paper in (*state.papers.values(), *removed_papers(state)):
        named.update((paper.body, *(file.seq for file in paper.files)))
    named.update(seq for each in (state.scene, *state.screens.values()) for seq in acts.bodies_of_scene(each))
    named.update(seq for act in state.acts.values() for seq in bodies_before(act))
    named.update(seq for block in state.draft.blocks.values() for seq in bodies_of(block))
    named.update(seq for version in state.draft.versions[-1:] for seq in version.texts)
    named.update(() if state.hold is None else (state.hold.body,))
    named.update(seq for q in state.questions.values() for seq in (q.answer, *q.aside.values()))
    named.update(seq for p in state.polls.values() for seq in (p.body, *p.aside.values()))

    assert {record.seq for record in journal if record.body is not None} <= named | asked


@quick
@given(journals())
def test_no_verdict_but_show_puts_a_post_on_the_screens(journal: list[Record]) -> None:
    """Only ever stricter: what was advised to wait is shown by a person, or not at all."""
    state = State()
    advised: dict[str, str] = {}
    for record in journal:
        outcome = apply(state, record)
        if isinstance(record.head, entries.PostArrived):
            advised.setdefault(record.head.post, type(record.head.verdict).__name__)
        if not isinstance(outcome, Done):
            continue
        for change in outcome.changed:
            if change.after is not Status.SHOWN:
                continue
            by_rule = isinstance(record.head, entries.PostArrived) and advised[change.post] == "Show"
            stood = isinstance(record.head, entries.PostAmended | entries.PostClaimed) and change.before is Status.SHOWN
            assert by_rule or stood or isinstance(record.head, entries.Decided | entries.Undone)


@quick
@given(journals())
def test_an_edit_never_shows_itself(journal: list[Record]) -> None:
    state = State()
    for record in journal:
        outcome = apply(state, record)
        if isinstance(record.head, entries.PostEdited) and isinstance(outcome, Done):
            assert outcome.changed[0].after in (Status.HELD, Status.REJECTED)


# Views: a client that applied the changes up to n has what a fresh snapshot at n holds. I3 of the trust plan.


class Client:
    """Who takes the changes of one book, and never a snapshot."""

    def __init__(self, kind: type[Any]) -> None:
        self.kind = kind
        self.kept = kind()
        self.applied: dict[str, Any] = {}

    def look(self, state: State) -> None:
        old = self.kept.items
        self.kept.look(state)
        for change in difference(old, self.kept.items):
            if change[0] == "put":
                self.applied[change[1]] = change[2]
            else:
                del self.applied[change[1]]


@quick
@given(journals(), st.sets(st.integers(0, 60)))
def test_a_view_kept_up_is_a_fresh_view(journal: list[Record], looks: set[int]) -> None:
    state, clients = State(), [Client(kind) for kind in BOOKS]
    for record in journal:
        apply(state, record)
        if record.seq in looks:
            continue
        for client in clients:
            client.look(state)
            fresh = client.kind()
            fresh.look(state)
            assert client.applied == client.kept.items == fresh.items, client.kind
            assert client.kept.seq == state.seq


class Broadcast:
    """One book as bytes, through the record of a channel, with a reader that came at every moment."""

    def __init__(self, kind: type[Any]) -> None:
        self.book = kind()
        self.channel = Channel("epoch", Limits())
        self.readers: list[Replica] = []

    def look(self, state: State) -> None:
        self.book.look(state)
        frame = self.channel.publish(View(self.book.seq, self.book.items))
        for reader in self.readers if frame is not None else ():
            _take(reader, frame or b"")
        self.readers.append(_take(Replica(), self.channel.snapshot()))


@quick
@given(journals(max_size=25))
def test_on_the_wire_too(journal: list[Record]) -> None:
    state, broadcasts = State(), [Broadcast(kind) for kind in BOOKS]
    for record in journal:
        apply(state, record)
        for each in broadcasts:
            each.look(state)
            assert all(reader.view == each.readers[-1].view for reader in each.readers), each.book


def _take(reader: Replica, data: bytes) -> Replica:
    for _, payload in split(data):
        reader.take(msgspec.json.decode(payload))
    return reader


# Determinism


@pytest.mark.slow
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(journals(max_size=60))
def test_another_process_with_another_hash_seed_reaches_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, journal: list[Record]
) -> None:
    file = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    write_journal(file, journal)
    script = (
        "import sys, pathlib; from server.symposium.law import replay; from tests.journals.files import read_journal;"
        "import msgspec; sys.stdout.buffer.write(msgspec.json.encode(replay(read_journal(pathlib.Path(sys.argv[1])))))"
    )
    for seed in ("0", "1", "4294967295"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        assert done.stdout == canonical(replay(journal))


# Totality

_WILD = st.sampled_from(
    (
        "",
        "p",
        "post-0",
        "post-1",
        "uri-0",
        "ada",
        "anna",
        "operator",
        "organiser",
        "phone",
        "mastodon-1",
        "\x00",
        "é" * 99,
    )
)
_SEQS = st.sampled_from((0, 1, 2, 7, 12, 13, 20, -1, 2**63))


@functools.cache
def _any(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, wild where it allows."""
    if isinstance(kind, typing.NewType) or kind is str:
        return _WILD
    if kind is bool:
        return st.booleans()
    if kind is int:
        return _SEQS
    if kind is type(None):
        return st.none()
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.builds(kind, **{field.name: _any(field.type) for field in msgspec.structs.fields(kind)})
    if typing.get_origin(kind) is tuple:
        return st.lists(_any(typing.get_args(kind)[0]), max_size=3).map(tuple)
    if typing.get_origin(kind) is dict:
        return st.dictionaries(*map(_any, typing.get_args(kind)), max_size=3)
    assert typing.get_origin(kind) in (types.UnionType, typing.Union), kind
    return st.one_of(*map(_any, typing.get_args(kind)))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(journals(max_size=15), st.lists(_any(AnyHead), min_size=5, max_size=15))
def test_no_entry_whatever_breaks_the_law(journal: list[Record], wild: list[Any]) -> None:
    """Nor changes anything when it is refused; and views can be made of whatever state comes of it."""
    state = replay(journal)
    for seq, head in enumerate(wild, len(journal) + 1):
        before = canonical(state)
        outcome = apply(state, Record(seq, seq, decode_head(encode_head(head)), None))
        assert not isinstance(outcome, Broken), outcome
        if not isinstance(outcome, Done):
            was = msgspec.json.decode(before, type=State)
            was.seq, was.at = seq, seq
            assert canonical(state) == canonical(was)
    for kind in BOOKS:
        kind().look(state)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(journals())
def test_the_state_is_all_that_there_is(journal: list[Record]) -> None:
    """A state that was written down and read back goes on as the first one does: nothing is kept beside it."""
    half = len(journal) // 2
    copied = msgspec.json.decode(canonical(replay(journal[:half])), type=State)
    assert canonical(replay(journal[half:], copied)) == canonical(replay(journal))
