"""What a person shows is looked at once more at its network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from server import showing as module
from server.app import SourceMinder
from server.intake.arrival import Arrival
from server.showing import AT_ONCE, Showing
from server.symposium import entries
from server.symposium.entries import SourceBody
from server.symposium.outcomes import Done, Outcome
from server.symposium.values import OPERATOR, Decision, PostBody, PostId, RuleId, Show, SourceId
from tests.house import eventually, open_place
from tests.server.symposium.day import MASTODON, Day

OTHER = SourceId("bluesky-1")


class Asked:
    """A day whose shows are asked for. While `open` is not set, a question waits for its answer."""

    def __init__(self) -> None:
        self.day = Day()
        self.day.put(entries.SourceSet(by=OPERATOR, source=OTHER, network="bluesky", on=True), SourceBody())
        self.questions: list[tuple[SourceId, list[str]]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.answer: bool | Exception = True
        self.showing = Showing(self.day.state, self.ask)

    async def ask(self, source: SourceId, native_ids: Sequence[str]) -> bool:
        self.questions.append((source, list(native_ids)))
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def bring(self, *posts: str, source: SourceId = MASTODON) -> None:
        for post in posts:
            self.day.arrive(post, source=source, body=PostBody(salt="", text=post, native_id=f"id-{post}"))

    def show(self, *posts: str) -> None:
        self.tell(self.day.decide("show", *posts))

    def tell(self, outcome: Outcome) -> None:
        assert isinstance(outcome, Done)
        self.showing.note(self.day.records[-1], outcome)


@pytest.fixture
async def asked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asked]:
    monkeypatch.setattr(module, "JOIN_S", 0.01)
    one = Asked()
    yield one
    one.open.set()
    await one.showing.close()


async def test_what_a_person_shows_is_asked_for_at_once(asked: Asked) -> None:
    asked.bring("p", "q")
    asked.show("p")
    await eventually(lambda: asked.questions == [(MASTODON, ["id-p"])])


async def test_what_is_shown_while_a_question_is_under_way_goes_in_one(asked: Asked) -> None:
    """And another source does not wait for the answer."""
    asked.bring("p", "q", "r")
    asked.bring("b", source=OTHER)
    asked.open.clear()
    asked.show("p")
    await eventually(lambda: len(asked.questions) == 1)
    for post in "qrb":
        asked.show(post)
    await eventually(lambda: len(asked.questions) == 2)
    asked.open.set()
    await eventually(lambda: len(asked.questions) == 3)
    assert asked.questions == [(MASTODON, ["id-p"]), (OTHER, ["id-b"]), (MASTODON, ["id-q", "id-r"])]


async def test_many_at_once_go_in_questions_that_a_network_takes(asked: Asked) -> None:
    posts = [f"p{number}" for number in range(AT_ONCE + 3)]
    asked.bring(*posts)
    asked.show(*posts)
    await eventually(lambda: len(asked.questions) == 2)
    assert [len(ids) for _, ids in asked.questions] == [AT_ONCE, 3]


@pytest.mark.parametrize("answer", [False, RuntimeError("a mistake in a plug-in")])
async def test_a_closed_door_is_knocked_at_once_and_again_for_the_next_show(
    asked: Asked, answer: bool | Exception
) -> None:
    posts = [f"p{number}" for number in range(AT_ONCE + 3)]
    asked.bring(*posts, "later")
    asked.answer = answer
    asked.show(*posts)
    await eventually(lambda: len(asked.questions) == 1)
    asked.answer = True
    await eventually(lambda: not asked.showing._tasks)
    asked.show("later")
    await eventually(lambda: len(asked.questions) == 2)
    assert asked.questions[1] == (MASTODON, ["id-later"])


async def test_what_the_rules_show_and_what_was_shown_already_is_not_asked_for(asked: Asked) -> None:
    """It came in just now, or was asked for already. A phone has nobody to ask, and X asks money for each look."""
    asked.bring("p", "x")
    asked.tell(
        asked.day.arrive("r", verdict=Show(rule=RuleId("policy")), body=PostBody(salt="", text="r", native_id="id-r"))
    )
    asked.day.phone("f")
    asked.day.state.posts[PostId("x")].network = "x"
    asked.show("f", "x")
    asked.show("p")
    await eventually(lambda: len(asked.questions) == 1 and not asked.showing._tasks)
    asked.tell(asked.day.decide("pin", "p"))
    assert not asked.showing._tasks
    assert asked.questions == [(MASTODON, ["id-p"])]


async def test_what_an_undo_shows_again_is_asked_for(asked: Asked) -> None:
    asked.bring("p")
    asked.day.decide("show", "p")
    asked.day.decide("hide", "p")
    asked.tell(asked.day.undo())
    await eventually(lambda: asked.questions == [(MASTODON, ["id-p"])])


async def test_the_house_asks_for_what_its_moderators_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[tuple[SourceId, list[str]]] = []

    async def ask(_: SourceMinder, source: SourceId, native_ids: Sequence[str]) -> bool:
        questions.append((source, list(native_ids)))
        return True

    monkeypatch.setattr(SourceMinder, "ask", ask)
    async with open_place(tmp_path / "data") as place:
        node = place.hall.node
        await node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(options={}), on=False)
        arrival = Arrival(
            source=MASTODON, network="mastodon", author_id="@a@x.example", native_id="x.example/1", text="Hallo zaal"
        )
        post, _ = await node.receive(arrival)
        await node.decide(OPERATOR, Decision.SHOW, [(post.id, post.revision)])
        await eventually(lambda: questions == [(MASTODON, ["x.example/1"])])
