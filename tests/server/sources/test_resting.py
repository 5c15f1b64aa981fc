"""A source that is off brings nothing new, and still sees what its network took back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from server.intake.arrival import Arrival
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import (
    AuthorGone,
    Condition,
    Delete,
    Event,
    Health,
    Kept,
    NetworkPost,
    Trial,
    Upsert,
)
from server.sources.resting import RestingConfig, RestingSource, resting
from server.sources.runner import SourceConfig
from server.symposium.entries import SourceBody
from server.symposium.values import OPERATOR, SourceId
from tests.house import eventually, open_place
from tests.server.sources import virtual

IT = SourceId("echo-1")
GONE = (Delete(native_id="1"), AuthorGone(author_id="anna"))


def post(native_id: str) -> Upsert:
    return Upsert(post=NetworkPost(native_id=native_id, uri=f"x:{native_id}", author_id="anna", text="Hallo"))


class Echo:
    """A source that says what it is told to say."""

    id = IT
    network = "echo"

    def __init__(self, *said: Event, trouble: SourceUnavailable | None = None) -> None:
        self.said = said
        self.trouble = trouble
        self.kept: list[Kept] = []

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        yield post("9"), "9"

    async def check(self) -> Trial:
        return Trial(findings=())

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        if self.trouble is not None:
            raise self.trouble
        return self.said

    def remember(self, kept: Iterable[Kept]) -> None:
        self.kept = list(kept)


async def _first(source: Any, cursor: str | None = None) -> tuple[Event, str | None]:
    async with aclosing(source.events(cursor)) as events:
        return await anext(events)


def test_only_what_is_off_rests() -> None:
    made = resting(lambda config: Echo())
    on, off = SourceConfig(id=IT, network="echo", options={}), RestingConfig(id=IT, network="echo", options={})

    assert (type(made(on)), type(made(off))) == (Echo, RestingSource)
    assert on != off, "else it would not be made anew when it is switched"
    assert off == RestingConfig(id=IT, network="echo", options={})
    assert (made(off).id, made(off).network) == (IT, "echo")


async def test_what_is_off_reads_nothing() -> None:
    echo = Echo()

    assert await _first(RestingSource(echo), "5") == (Health(condition=Condition.OK), "5")
    assert await _first(echo, "5") == (post("9"), "9"), "the negative control"


async def test_what_is_off_tells_of_deletes_and_edits_and_of_no_new_post() -> None:
    events = (*GONE, post("2"), post("3"))

    assert await RestingSource(Echo(*events)).recheck(["1", "2"]) == (*GONE, post("2"))
    assert await Echo(*events).recheck(["1", "2"]) == events, "the negative control"


async def test_what_is_off_knows_what_the_house_has() -> None:
    echo, kept = Echo(), Kept(native_id="1", uri="x:1", author_id="anna")

    RestingSource(echo).remember([kept])

    assert echo.kept == [kept]


async def test_source_without_pictures_of_its_own_says_so() -> None:
    with pytest.raises(SourceUnavailable, match="no pictures"):
        await RestingSource(Echo()).picture("fontein-source:1")


@pytest.mark.parametrize(
    ("cause", "condition"), [(Cause.REFUSED, Condition.NEEDS_ATTENTION), (Cause.DROPPED, Condition.WAITING)]
)
def test_looking_that_fails_is_told_for_a_while(cause: Cause, condition: Condition) -> None:
    async def scenario() -> list[tuple[Condition, str]]:
        echo = Echo(trouble=SourceUnavailable("no", code="token-refused", cause=cause))
        source = RestingSource(echo)
        with pytest.raises(SourceUnavailable):
            await source.recheck(["1"])
        return await _told(source, 12)

    told = virtual.run(scenario())

    assert told[0] == (condition, "token-refused")
    assert told[-1] == (Condition.OK, ""), "nobody tries again where nothing is shown any more"


def test_looking_that_works_again_says_so() -> None:
    async def scenario() -> list[tuple[Condition, str]]:
        echo = Echo(trouble=SourceUnavailable("no", code="unreachable", cause=Cause.DROPPED))
        source = RestingSource(echo)
        with pytest.raises(SourceUnavailable):
            await source.recheck(["1"])
        echo.trouble = None
        await source.recheck(["1"])
        return await _told(source, 1)

    assert virtual.run(scenario()) == [(Condition.OK, "")]


async def _told(source: RestingSource, times: int) -> list[tuple[Condition, str]]:
    async with aclosing(source.events(None)) as events:
        healths = [(await anext(events))[0] for _ in range(times)]
    return [(each.condition, each.what) for each in healths if isinstance(each, Health)]


async def test_house_makes_what_is_off_only_where_it_brought_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who switches a network off that never brought anything wants to hear no more of it."""
    made: list[SourceId] = []

    def making(*_: object) -> Callable[[SourceConfig], Echo]:
        def make(config: SourceConfig) -> Echo:
            made.append(config.id)
            return Echo()

        return make

    monkeypatch.setattr("server.app.maker", making)
    async with open_place(tmp_path) as place:
        node = place.hall.node
        for id_ in ("echo-1", "echo-2", "echo-3"):
            await node.set_source(OPERATOR, SourceId(id_), "echo", SourceBody(name="Echo"), on=False)
        arrival = Arrival(source=SourceId("echo-2"), network="echo", native_id="1", author_id="a", text="Hallo")
        await node.receive(arrival)

        await node.switch_source(OPERATOR, SourceId("echo-3"), on=True)
        await eventually(lambda: len(made) >= 2)

    assert sorted(set(made)) == ["echo-2", "echo-3"]
