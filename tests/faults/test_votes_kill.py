"""
kill -9 of the real server while a hall votes: every vote that it acknowledged is counted exactly once.

Trust S1, and promise of the polls: one vote for each phone. In each poll one phone sends its vote again and again at
the same time, as a bad network does; others change their minds, hang up before they are answered, and vote by printed
cards. The server is killed in the middle of it. What got no answer is sent again after the restart. At the end the
phones' notes are held against the API and against the journal, read without a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.journal.sqlite import SqliteJournal
from server.keyring import Keyring
from server.symposium.entries import Record, Voted
from server.symposium.law import replay
from server.symposium.polls import recount
from server.symposium.state import State
from server.symposium.values import PollId, VoterKey
from tests.conftest import Scale
from tests.house import SLUG, RealServer, Visitor, command

pytestmark = pytest.mark.fault

PHONES = 8
OPTIONS = 3
TIMEOUT_S = 60
_GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.IncompleteReadError, json.JSONDecodeError)
"""What a phone sees of a server that is killed."""
_LATER = (429, 503)


@dataclass(frozen=True)
class Held:
    """A poll of the test. `codes` are those of its cards, by phone; none where every phone votes."""

    id: PollId
    opening: int
    codes: tuple[str, ...] = ()


@dataclass
class Notes:
    """What the phones were promised: the oracle."""

    votes: dict[tuple[PollId, VoterKey], int] = field(default_factory=dict)
    """By poll and voter the option that was acknowledged last."""
    acknowledged: int = 0
    problems: list[str] = field(default_factory=list)


class Phone:
    """
    Votes, and sends again what got no answer: as an outbox does, one vote at a time.

    Args:
        number: Which card it has.
        folder: The server's data folder, whose keys say which voter this is.
    """

    def __init__(self, number: int, folder: Path, notes: Notes) -> None:
        self.number = number
        self._folder = folder
        self._notes = notes
        self.cookies: dict[str, str] = {}

    async def arrive(self, session: aiohttp.ClientSession, url: str) -> None:
        """Get a number."""
        while not self.cookies:
            await Visitor(session, url, cookies=self.cookies).get(f"/{SLUG}")

    def voter(self, held: Held) -> VoterKey:
        """As whom it is counted."""
        keyring = Keyring(self._folder)
        if held.codes:
            return VoterKey(keyring.identity("code", SLUG, held.id, held.codes[self.number].replace("-", "")))
        (cookie,) = self.cookies.values()
        device = keyring.device_of(cookie)
        assert device is not None
        return VoterKey(keyring.identity("voter", SLUG, held.id, device))

    async def vote(
        self, session: aiohttp.ClientSession, url: str, held: Held, option: int, *, patience_s: float = TIMEOUT_S
    ) -> bool:
        """Send a vote once. Whether it was acknowledged; False also when the server is gone, or asks to wait."""
        visitor = Visitor(session, url, cookies=self.cookies)
        body: dict[str, Any] = {"opening": held.opening, "answers": [option]}
        headers = {}
        if held.codes:
            body["code"], headers["Idempotency-Key"] = held.codes[self.number], f"card-{self.number}-{option}"
        try:
            async with asyncio.timeout(patience_s):
                answer = await visitor.ask("POST", f"polls/{held.id}/votes", body, headers=headers)
        except _GONE:
            return False
        if answer.status == 201:
            self._notes.acknowledged += 1
            self._notes.votes[held.id, self.voter(held)] = option
        elif answer.status not in _LATER:
            self._notes.problems.append(f"phone {self.number}: {answer}")
        return answer.status == 201


@contextlib.asynccontextmanager
async def network() -> Any:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)
    ) as session:
        yield session


async def hold(session: aiohttp.ClientSession, server: RealServer, *, binding: bool) -> Held:
    """Draft a poll and open it, with cards where only those vote."""
    stage = Visitor(session, server.url, token=server.badge("moderator"))
    options = [{"nl": f"optie {n}"} for n in range(OPTIONS)]
    form = {"kind": "single", "title": {"nl": "Wat nu?"}, "options": options, "binding": binding}
    made = (await stage.ask("POST", "polls", form)).json["id"]
    cards: list[str] = []
    if binding:
        answer = await stage.ask("POST", f"polls/{made}/codes", {"count": PHONES})
        cards = [each["code"] for each in answer.json["codes"]]
    opened = await stage.ask("POST", f"polls/{made}/openings")
    assert opened.status == 200, opened
    return Held(PollId(made), (await stage.get(f"polls/{made}")).json["opening"], tuple(cards))


async def close(session: aiohttp.ClientSession, server: RealServer, held: Held) -> dict[str, Any]:
    """Close it. What everybody is told of it then."""
    stage = Visitor(session, server.url, token=server.badge("moderator"))
    assert (await stage.ask("POST", f"polls/{held.id}/closings")).status == 200
    return dict((await Visitor(session, server.url).get(f"polls/{held.id}")).json["tally"])


def wishes(held: Held, phones: Sequence[Phone], rng: random.Random) -> dict[int, list[int]]:
    """What each phone votes, one after another. A card's vote is for good, and so is that of the phone that replays."""
    return {
        phone.number: [rng.randrange(OPTIONS) for _ in range(1 if held.codes or not phone.number else 3)]
        for phone in phones
    }


async def storm(
    session: aiohttp.ClientSession,
    url: str,
    held: Held,
    phones: Sequence[Phone],
    wanted: dict[int, list[int]],
    replays: int,
    rng: random.Random,
) -> None:
    """Everybody votes at once; the first phone sends its one vote *replays* times. The server may go any moment."""

    async def minds(phone: Phone) -> None:
        for option in wanted[phone.number]:
            if rng.random() < 0.3:  # hangs up, perhaps before it was answered
                await phone.vote(session, url, held, option, patience_s=rng.uniform(0, 0.02))
            if not await phone.vote(session, url, held, option):
                return

    first, *others = phones
    again = (first.vote(session, url, held, wanted[first.number][0]) for _ in range(replays))
    await asyncio.gather(*again, *(minds(phone) for phone in others))


async def send_the_rest(
    session: aiohttp.ClientSession, url: str, held: Held, phones: Sequence[Phone], wanted: dict[int, list[int]]
) -> None:
    """What each phone wanted last, until it is acknowledged."""
    async with asyncio.timeout(TIMEOUT_S):
        for phone in phones:
            while not await phone.vote(session, url, held, wanted[phone.number][-1]):  # noqa: ASYNC110 -- another process
                await asyncio.sleep(0.05)  # until its bucket has room


async def hold_and_kill(
    folder: Path, polls: int, replays: int, rng: random.Random
) -> tuple[Notes, list[Held], dict[PollId, dict[str, Any]]]:
    """Hold polls, and kill the server in the middle of each. Returns the notes, the polls and what was told of them."""
    status, _, errors = command("new", SLUG, "--title", "Proefdag", "--data", str(folder), "--json")
    assert status == 0, errors
    notes, held_polls, told = Notes(), list[Held](), dict[PollId, dict[str, Any]]()
    server = RealServer(folder)
    try:
        await asyncio.to_thread(server.start)
        for number in range(polls):
            phones = [Phone(n, folder, notes) for n in range(PHONES)]
            async with network() as session:
                held = await hold(session, server, binding=number % 4 == 3)
                held_polls.append(held)
                await asyncio.gather(*(phone.arrive(session, server.url) for phone in phones))
                wanted = wishes(held, phones, rng)
                storming = asyncio.create_task(storm(session, server.url, held, phones, wanted, replays, rng))
                await asyncio.sleep(rng.uniform(0, 0.15))
                server.kill()
                await storming
            server.end()
            await asyncio.to_thread(server.start)
            async with network() as session:
                await storm(session, server.url, held, phones, wanted, replays // 2, rng)
                await send_the_rest(session, server.url, held, phones, wanted)
                told[held.id] = await close(session, server, held)
    finally:
        server.end()
    return notes, held_polls, told


def read_journal(folder: Path) -> list[Record]:
    journal = SqliteJournal(folder / SLUG)
    try:
        return list(journal.replay())
    finally:
        journal.close_now()


def judge(notes: Notes, held: Sequence[Held], told: dict[PollId, dict[str, Any]], state: State) -> list[str]:
    """What was promised and is not so."""
    return [*notes.problems, *(each for one in held for each in _judged(notes, one, told[one.id], state))]


def _judged(notes: Notes, held: Held, told: dict[str, Any], state: State) -> Iterator[str]:
    poll = state.polls[held.id]
    promised = {voter: option for (id_, voter), option in notes.votes.items() if id_ == held.id}
    for voter, option in promised.items():
        if poll.votes.get(voter) != (option,):
            yield f"{held.id}: a vote for {option} is lost, {poll.votes.get(voter)} is there"
    if poll.votes.keys() != promised.keys():
        yield f"{held.id}: {len(poll.votes)} voted, of {len(promised)} phones"
    counts = [list(promised.values()).count(option) for option in range(OPTIONS)]
    if not counts == poll.counts == recount(poll):
        yield f"{held.id}: {counts} were promised, {poll.counts} are told, {recount(poll)} are in the journal"
    if (told["n"], told["result"]["counts"]) != (PHONES, counts):
        yield f"{held.id}: {counts} were promised, and the API told {told}"


async def test_every_acknowledged_vote_is_counted_exactly_once(
    tmp_path: Path, rng: random.Random, scale: Scale
) -> None:
    folder, polls, replays = tmp_path / "data", scale(100, 6), scale(1_000, 100)

    notes, held, told = await hold_and_kill(folder, polls, replays, rng)

    records = read_journal(folder)
    state = replay(records)
    entries = sum(isinstance(record.head, Voted) for record in records)
    print(f"{polls} polls, {polls} kills: {notes.acknowledged} acknowledgements of {len(notes.votes)} votes,", end=" ")
    print(f"{entries} entries in the journal")
    assert len(notes.votes) == polls * PHONES
    assert notes.acknowledged > polls * replays / 4, "control: there were replays"
    assert judge(notes, held, told, state) == []


async def test_checker_finds_votes_that_are_lost_or_counted_twice(tmp_path: Path, rng: random.Random) -> None:
    """Negative control: the journal of a good run without one entry, and with one more, is no good run."""
    folder = tmp_path / "data"
    notes, held, told = await hold_and_kill(folder, 1, 5, rng)
    records = read_journal(folder)
    voter = next(voter for _, voter in notes.votes)
    mine = [record for record in records if isinstance(record.head, Voted) and record.head.voter == voter]
    last = mine[-1]
    assert isinstance(last.head, Voted)
    stranger = Voted(poll=last.head.poll, opening=last.head.opening, voter=VoterKey("stranger"), answers=(0,))
    at = records.index(last)

    whole = judge(notes, held, told, replay(records))
    lost = judge(notes, held, told, replay(each for each in records if each not in mine))
    twice = judge(
        notes, held, told, replay([*records[:at], Record(last.seq, last.at, stranger, None), *records[at + 1 :]])
    )
    state = replay(records)
    state.polls[held[0].id].counts[0] += 1
    miscounted = judge(notes, held, told, state)

    assert whole == []
    assert any("is lost" in each for each in lost)
    assert any("voted, of" in each for each in twice)
    assert any("are told" in each for each in miscounted)
