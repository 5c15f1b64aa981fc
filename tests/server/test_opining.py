"""Opinion groups beside a running hall: in a child, one at a time, not too often; once closed, of all votes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from server.opining import COMMAND, KEPT_S, Opining, OpinionsFailed
from server.opinions.opinions import opinions
from server.symposium.entries import PollForm
from server.symposium.state import Poll
from server.symposium.values import OPERATOR, PollId, PollKind, VoterKey
from tests.server.opinions.halls import hall

ONE = PollId("peiling-een")


class Clock:
    """Time that stands until it is told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Counting(Opining):
    """Counts what it would ask of children, and how many of them at once; works it out here."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(now_s=clock or Clock())
        self.children = self.at_once = self.most = 0

    async def _run(self, statements: int, votes: bytes) -> Any:
        self.children += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return opinions(np.frombuffer(votes, dtype=np.int8).reshape(-1, statements), statements)


def poll(people: int = 40) -> Poll:
    votes = hall(1, people, 8, 2, part=1.0).votes.tolist()
    form = PollForm(kind=PollKind.STATEMENTS, options=8)
    cast = {VoterKey(f"v{n}"): tuple(row) for n, row in enumerate(votes)}
    return Poll(form=form, body=1, made=1, by=OPERATOR, opened=5, opened_at=1, votes=cast)


def vote(into: Poll, who: str, *said: int) -> None:
    into.votes[VoterKey(who)] = said


async def test_a_child_says_what_the_function_does() -> None:
    of = poll()

    told = await Opining().of(ONE, of)

    assert told == opinions(list(of.votes.values()), 8)


async def test_those_who_were_set_aside_do_not_count_and_those_long_past_do() -> None:
    of = poll(25)
    of.aside = {VoterKey("v0"): 9}
    of.past = [(1, 1, 1, 1, 2, 2, 2, 2)] * 3

    assert (await Opining().of(ONE, of)).n == 27


async def test_the_same_is_told_for_a_while_however_many_votes_came() -> None:
    clock, of = Clock(), poll()
    opining = Counting(clock)
    first = await opining.of(ONE, of)
    vote(of, "new", *[1] * 8)
    clock.now_s += KEPT_S - 0.1

    assert await opining.of(ONE, of) is first
    clock.now_s += 0.1
    assert (await opining.of(ONE, of)).n == 41
    assert opining.children == 2


async def test_the_same_votes_are_not_counted_twice() -> None:
    clock, of = Clock(), poll()
    opining = Counting(clock)
    first = await opining.of(ONE, of)
    clock.now_s += 10 * KEPT_S

    assert await opining.of(ONE, of) is first
    assert opining.children == 1


async def test_once_closed_the_last_vote_counts_at_once() -> None:
    of = poll()
    opining = Counting()
    await opining.of(ONE, of)
    vote(of, "last", *[1] * 8)
    of.closed_at = 77

    assert (await opining.of(ONE, of)).n == 41


async def test_who_asks_at_once_shares_one_child() -> None:
    of = poll()
    opining = Counting()

    told = await asyncio.gather(*(opining.of(ONE, of) for _ in range(50)))

    assert opining.children == 1
    assert all(each is told[0] for each in told)


async def test_there_is_one_child_at_a_time() -> None:
    opining = Counting()

    await asyncio.gather(*(opining.of(PollId(f"p{n}"), poll(20 + n)) for n in range(3)))

    assert (opining.children, opining.most) == (3, 1)


async def test_the_polls_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.opining.MAX_KEPT", 2)
    opining = Counting()
    for n in (1, 2, 3, 1):
        await opining.of(PollId(f"p{n}"), poll(20))

    assert opining.children == 4


@pytest.mark.parametrize(
    "command",
    [(sys.executable, "-c", "raise SystemExit(3)"), (sys.executable, "-c", "print('{}')"), ("/no/such/program",)],
    ids=["ends", "talks nonsense", "is not there"],
)
async def test_a_child_that_fails_is_an_answer_and_the_next_one_is_tried(command: tuple[str, ...]) -> None:
    opining, of = Opining(command=command), poll()
    with pytest.raises(OpinionsFailed):
        await opining.of(ONE, of)

    opining._command = COMMAND
    assert (await opining.of(ONE, of)).n == 40


async def test_a_child_that_never_ends_is_ended() -> None:
    opining = Opining(command=(sys.executable, "-c", "import time; time.sleep(60)"), time_s=0.2)

    with pytest.raises(OpinionsFailed):
        await opining.of(ONE, poll())


@pytest.mark.slow
async def test_the_loop_goes_on_meanwhile() -> None:
    """The same work in the loop itself would be one long pause: no turn at all between begin and end."""
    known = hall(1, 2_000, 30, 3)
    of = poll()
    of.form = PollForm(kind=PollKind.STATEMENTS, options=30)
    of.votes = {VoterKey(f"v{n}"): tuple(row) for n, row in enumerate(known.votes.tolist())}
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count())
    told = await Opining().of(ONE, of)
    counting.cancel()

    assert turns > 100
    assert told == opinions(np.array(list(of.votes.values()), dtype=np.int8), 30)


def test_the_server_itself_loads_no_numerical_library() -> None:
    """It would cost every start, and every small server its memory."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, server.app; print('numpy' in sys.modules, 'server.opining' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split() == ["False", "True"]
