"""The rhythm of votes: told at most four times a second, while everything else is told at once."""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from server import node as node_module
from server.live.audience import Audience, View
from server.node import TALLY_GAP_S
from server.symposium.entries import PollBody, PollForm
from server.symposium.values import OPERATOR, Decision, DeviceId, Policy, PollId, PollKind, PostId, Reveal
from tests.house import eventually
from tests.server.test_node import Stand, stand

__all__ = ["stand"]

FORM = PollForm(kind=PollKind.SINGLE, options=2, reveal=Reveal.LIVE)
BODY = PollBody(title={"nl": "Ja of nee?"}, options=({"nl": "ja"}, {"nl": "nee"}))


class Told:
    """What went out to one audience, view by view."""

    def __init__(self, stand: Stand, audience: Audience) -> None:
        self.views: list[View] = []
        channel = stand.hub.channel(audience)
        self._publish = channel.publish
        channel.publish = self._take  # type: ignore[method-assign]  # a spy

    def _take(self, view: View) -> None:
        if not self.views or dict(self.views[-1].items) != dict(view.items):
            self.views.append(View(view.seq, dict(view.items)))
        self._publish(view)

    def changes_of(self, key: str) -> int:
        values = [view.items.get(key) for view in self.views]
        return sum(before != after for before, after in itertools.pairwise(values))


async def hold(stand: Stand) -> tuple[PollId, int]:
    await stand.node.ask.draft(OPERATOR, BODY, FORM)
    (poll,) = stand.node.state.polls
    await stand.node.ask.open(OPERATOR, poll)
    return poll, stand.node.state.polls[poll].opened


async def vote(stand: Stand, poll: PollId, opening: int, n: int, answer: int = 0) -> None:
    await stand.node.ask.vote(DeviceId(f"phone-{n}"), poll, (answer,), opening=opening)


async def test_many_votes_are_told_four_times_a_second_at_most(stand: Stand) -> None:
    poll, opening = await hold(stand)
    told = Told(stand, Audience.PHONE)
    loop = asyncio.get_running_loop()
    began = loop.time()

    while loop.time() < began + 4 * TALLY_GAP_S:
        n = stand.node.state.seq
        await asyncio.gather(*(vote(stand, poll, opening, n + each) for each in range(10)))
        await stand.arrive(f"Bericht {n}", device=f"writer-{n}")

    assert 2 <= told.changes_of(f"tally:{poll}") <= (loop.time() - began) / TALLY_GAP_S + 1
    await eventually(lambda: told.views[-1].items[f"tally:{poll}"].n == len(stand.node.state.polls[poll].votes))


async def test_without_the_rhythm_each_batch_is_told(stand: Stand) -> None:
    """Control of the test above: without the gap there are far more than it allows."""
    stand.node._tallying._gap_s = 0
    poll, opening = await hold(stand)
    told = Told(stand, Audience.PHONE)
    for n in range(40):
        await vote(stand, poll, opening, n)
        await asyncio.sleep(0)
    await eventually(lambda: told.views[-1].items[f"tally:{poll}"].n == 40)
    assert told.changes_of(f"tally:{poll}") > 20


@pytest.fixture
async def slow(stand: Stand) -> tuple[Stand, PollId, int]:
    """Votes were told just now, and are not told again by themselves."""
    stand.node._tallying._gap_s = 3_600
    poll, opening = await hold(stand)
    await vote(stand, poll, opening, 0)
    return stand, poll, opening


async def test_what_is_shown_does_not_wait_for_the_votes(slow: tuple[Stand, PollId, int]) -> None:
    stand, poll, opening = slow
    wall = stand.node._books[Audience.WALL]
    before = wall.items[f"tally:{poll}"]
    await vote(stand, poll, opening, 1)
    post = await stand.show(await stand.arrive())

    await eventually(lambda: f"post:{post.id}" in wall.items)
    assert wall.items[f"tally:{poll}"] == before
    assert stand.hub.channel(Audience.WALL).position == stand.node.state.seq - 1, "it lacks the vote, and says so"

    stand.node._publish_tallies()
    assert wall.items[f"tally:{poll}"].n == len(stand.node.state.polls[poll].votes)
    assert stand.hub.channel(Audience.WALL).position == stand.node.state.seq


async def test_what_is_hidden_goes_at_once_with_its_question(slow: tuple[Stand, PollId, int]) -> None:
    stand, poll, opening = slow
    asked = await stand.show(await stand.arrive("Waarom?", question=True))
    stand.node._publish_tallies()
    phone, wall = (stand.node._books[each] for each in (Audience.PHONE, Audience.WALL))
    assert f"question:{asked.id}" in phone.items, "control: it was there"
    await vote(stand, poll, opening, 2)
    stand.journal.open.clear()

    hiding = asyncio.create_task(stand.node.decide(OPERATOR, Decision.HIDE, [(asked.id, 1)]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert stand.covered == {f"post:{asked.id}", f"question:{asked.id}"}
    stand.journal.open.set()
    await hiding

    assert f"question:{asked.id}" not in phone.items
    assert f"question:{asked.id}" not in wall.items


async def test_stop_takes_the_questions_at_once(slow: tuple[Stand, PollId, int]) -> None:
    stand, poll, opening = slow
    asked = await stand.show(await stand.arrive("Waarom?", question=True))
    stand.node._publish_tallies()
    await vote(stand, poll, opening, 3)
    await stand.node.stop(OPERATOR, on=True)
    assert f"question:{asked.id}" not in stand.node._books[Audience.PHONE].items


async def test_an_answer_that_takes_anothers_place_waits_for_the_rhythm_too(stand: Stand) -> None:
    stand.node._tallying._gap_s = 3_600
    await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
    await stand.node.ask.draft(OPERATOR, PollBody(title={"nl": "In een woord?"}), PollForm(kind=PollKind.WORDS))
    (poll,) = stand.node.state.polls
    await stand.node.ask.open(OPERATOR, poll)

    async def answer(text: str, device: str) -> None:
        await stand.arrive(text, device=device, poll=poll, voter=stand.node.ask.voter(poll, DeviceId(device)))

    await answer("de eerste gaat meteen", "phone-0")
    told = Told(stand, Audience.PHONE)
    for n in range(4):
        await answer(f"woord {n}", "phone-1")
    assert [view for view in told.views if view.items[f"tally:{poll}"].n != 1] == []


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_comes_in_whatever_order_views_move_on_and_lack_nothing_in_the_end(
    tmp_path: Path, stand: Stand, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader's place says what it has: two different views never go out under one place."""
    rng = random.Random(seed)
    monkeypatch.setattr(node_module, "TALLY_GAP_S", 0.01)
    stand.node._tallying._gap_s = 0.01
    poll, opening = await hold(stand)
    told = {audience: Told(stand, audience) for audience in (Audience.WALL, Audience.PHONE, Audience.CHAIR)}
    asked = await stand.show(await stand.arrive("Waarom?", question=True))

    async def something(n: int) -> Any:
        match rng.randrange(6):
            case 0 | 1 | 2:
                return await vote(stand, poll, opening, rng.randrange(20), rng.randrange(2))
            case 3:
                return await stand.node.ask.want(DeviceId(f"phone-{n}"), PostId(asked.id), on=rng.random() < 0.7)
            case 4:
                return await stand.show(await stand.arrive(f"Bericht {n}", device=f"writer-{n}"))
            case _:
                return await asyncio.sleep(rng.choice((0, 0.005, 0.02)))

    for n in range(60):
        await asyncio.gather(*(something(10 * n + each) for each in range(rng.randrange(1, 4))))
    await stand.node.ask.close(OPERATOR, poll)
    stand.node._tallying.close()
    stand.node._flow.close()

    for audience, each in told.items():
        places = [view.seq for view in each.views]
        assert places == sorted(set(places)), audience
        last = dict(stand.node._books[audience].items)
        stand.node._publish_tallies()
        assert dict(stand.node._books[audience].items) == last, "nothing was left to tell"
