"""The demo's hall on a real symposium: it asks, votes and applauds as everybody would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.demo import lay_out
from server.rehearsal.hall import polls
from server.rehearsing import rehearse
from server.rehearsing_hall import RehearsedHall
from server.symposium.polls import is_open, recount
from server.symposium.values import Stand
from tests.house import Place, eventually, open_place

pytestmark = pytest.mark.slow

SPEED = 120.0


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


async def test_the_day_has_questions_answers_polls_and_applause(place: Place) -> None:
    hall, state = place.hall, place.hall.node.state
    await lay_out(hall, place.house.site.images, speed=SPEED)
    playing = asyncio.create_task(rehearse(hall, place.house.site.images, speed=SPEED))
    try:
        await eventually(lambda: len(state.polls) == len(polls()), within_s=30)
        await eventually(
            lambda: sum(bool(poll.closed_at) for poll in state.polls.values()) == len(polls()), within_s=60
        )
        await eventually(lambda: any(q.stand is Stand.ANSWERED for q in state.questions.values()), within_s=60)
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)

    assert not any(is_open(poll) for poll in state.polls.values())
    assert [recount(poll) for poll in state.polls.values()] == [poll.counts for poll in state.polls.values()]
    assert sum(len(poll.votes) for poll in state.polls.values()) > 200
    assert sum(poll.form.again is not None for poll in state.polls.values()) == 1
    assert len(state.questions) > 20
    assert Stand.ANSWERED in {question.stand for question in state.questions.values()}
    assert {post.source for post in map(state.posts.__getitem__, state.questions)} == {"phone", "rehearsal-1"}


async def test_what_an_earlier_run_drafted_is_taken_up_again(place: Place) -> None:
    for _ in range(2):
        await RehearsedHall(place.hall, speed=SPEED).lay_out()
    assert len(place.hall.node.state.polls) == len(polls())
