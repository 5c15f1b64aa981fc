"""The replay over HTTP: what there is to play, its parts, and how it ends when something is taken off the wall."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.errors import StorageFull, TooMany
from server.replaying import Replay, ReplayChanged, ReplayFailed
from server.reporting import WORK
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

SAID = "Een goede vraag voor de burgemeester van vandaag."


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is given a recording of a moment ago."""
    monkeypatch.setattr("server.replaying.FRESH_S", -1.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(place: Place) -> Place:
    await place.show(SAID)
    return place


def work(place: Place) -> Path:
    return place.house.config.folder / SLUG / WORK


async def recording(place: Place, who: str = "author") -> dict[str, Any]:
    answer = await place.holder(who).get("replay")
    assert answer.status == 200, answer
    return dict(answer.json)


async def chunk(place: Place, found: dict[str, Any], at: int | None = None) -> str:
    """The chunk that has *at*, or the end of the day; as text."""
    until = found["days"][-1]["until"] if at is None else at
    answer = await place.holder("author").get(f"replay?of={found['id']}&from={until}")
    assert answer.status == 200, answer
    return answer.body.decode()


@pytest.mark.parametrize("who", ["organiser", "moderator", "author"])
async def test_day_is_told_to_those_who_may_play_it(told: Place, who: str) -> None:
    found = await recording(told, who)

    assert found["posts"] == sum(sum(day["counts"]) for day in found["days"]) >= 1
    assert found["theme"]["name"] == "fontein"
    assert found["seq"] <= told.hall.node.state.seq


async def test_part_of_the_day_has_what_was_shown(told: Place) -> None:
    found = await recording(told)
    part = json.loads(await chunk(told, found))

    assert part["from"] <= found["days"][-1]["until"]
    changes = [change for frame in part["frames"] for change in frame["changes"]]
    assert SAID in [value["text"] for kind, key, value in changes if kind == "put" and key.startswith("post:")]


@pytest.mark.usefixtures("fresh")
async def test_what_is_taken_off_ends_the_recording_at_once_and_leaves_no_file(told: Place) -> None:
    gone = await told.show("Dit neem ik terug.")
    found = await recording(told)
    assert "neem ik terug" in await chunk(told, found)
    same = await told.holder("author").get("replay", headers={"If-None-Match": f'"{found["id"]}"'})
    assert same.status == 304
    assert [each.name for each in work(told).glob("*.replay")] != []

    await told.holder("moderator").decide(gone.id, "hide")

    assert list(work(told).glob("*.replay")) == []
    stale = await told.holder("author").get(f"replay?of={found['id']}&from=0")
    assert (stale.status, stale.code) == (409, "replay-changed")
    again = await told.holder("author").get("replay", headers={"If-None-Match": f'"{found["id"]}"'})
    assert (again.status, again.code) == (409, "replay-changed")  # at once: nothing is made before that is said
    assert list(work(told).glob("*.replay")) == []
    assert "neem ik terug" not in await chunk(told, await recording(told))


@pytest.mark.usefixtures("fresh")
async def test_without_ending_it_what_was_hidden_would_be_played(told: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with nobody listening: the test above would notice."""
    gone = await told.show("Ook dit neem ik terug.")
    found = await recording(told)
    with monkeypatch.context() as patch:
        patch.setattr(Replay, "end", lambda *_: None)
        await told.holder("moderator").decide(gone.id, "hide")
        assert "neem ik terug" in await chunk(told, found)
    assert "neem ik terug" not in await chunk(told, await recording(told))


@pytest.mark.parametrize(
    "query", ["?of=x", "?from=3", "?of=x&from=-1", "?of=x&from=later", "?at=3", "?of=x&from=99999999999999999999"]
)
async def test_what_cannot_be_asked_is_said(told: Place, query: str) -> None:
    answer = await told.holder("author").get(f"replay{query}")
    assert (answer.status, answer.code) == (422, "bad-query"), answer


async def test_pages_are_for_those_with_a_badge(told: Place) -> None:
    assert (await told.visitor().get(f"/{SLUG}/replay")).status == 200  # explains itself
    assert (await told.visitor().get(f"/{SLUG}/replay/wall")).status == 401
    wall = await told.holder("author").get(f"/{SLUG}/replay/wall")
    assert wall.status == 200
    assert "frame-ancestors 'self'" in wall.headers["Content-Security-Policy"]
    assert SAID not in wall.body.decode()


# Making one


@pytest_asyncio.fixture(loop_scope="module")
async def alone(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "house") as opened:
        await opened.show(SAID)
        yield opened


def replay_of(place: Place, **more: Any) -> Replay:
    return Replay(place.hall.node, work(place), turn=asyncio.Semaphore(1), **more)


async def test_whoever_asks_meanwhile_gets_the_same_one(alone: Place) -> None:
    replay = replay_of(alone)
    first, second = await asyncio.gather(replay.recording(), replay.recording())
    assert first is second
    assert [each.suffix for each in work(alone).iterdir()] == [".replay"]


async def test_older_one_will_do_for_a_moment_and_for_who_has_it(alone: Place) -> None:
    clock = [0.0]
    replay = replay_of(alone, now_s=lambda: clock[0])
    first = await replay.recording()
    await alone.show("Meer.")
    assert await replay.recording() is first
    clock[0] = 11.0
    assert replay.of(first.id) is first
    second = await replay.recording()
    assert second is not first
    assert first.is_over
    with pytest.raises(ReplayChanged):
        replay.of(first.id)


async def test_one_that_was_overtaken_while_it_was_made_is_made_again(
    alone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await alone.show("Dit neem ik terug.")
    replay = replay_of(alone)
    run = replay._run
    runs: list[Any] = []

    async def hide_meanwhile(*args: Any) -> Any:
        found = await run(*args)
        if not runs:
            await alone.holder("moderator").decide(gone.id, "hide")
        runs.append(found)
        return found

    monkeypatch.setattr(replay, "_run", hide_meanwhile)
    made = await replay.recording()

    assert [index.posts for index in runs] == [2, 1]
    assert made.index.posts == 1
    assert len(list(work(alone).iterdir())) == 1


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("raise SystemExit(3)", ReplayFailed),
        ("import time; time.sleep(60)", ReplayFailed),
        ('print(\'{"type":"failure","message":"no room","full":true}\')', StorageFull),
    ],
)
async def test_child_that_fails_leaves_nothing_behind(alone: Place, script: str, error: type[Exception]) -> None:
    replay = replay_of(alone, command=(sys.executable, "-c", script), time_s=0.5 if "sleep" in script else 60.0)
    with pytest.raises(error):
        await replay.recording()
    assert list(work(alone).iterdir()) == []


async def test_crowd_is_told_to_wait(alone: Place) -> None:
    replay = replay_of(alone, command=(sys.executable, "-c", "import time; time.sleep(60)"), time_s=0.5)
    answers = await asyncio.gather(*(replay.recording() for _ in range(9)), return_exceptions=True)
    assert sum(isinstance(each, TooMany) for each in answers) == 1


async def test_one_that_nobody_watches_goes(alone: Place) -> None:
    clock = [time.monotonic()]
    replay = replay_of(alone, now_s=lambda: clock[0])
    await replay.recording()
    clock[0] += 10_000
    replay._look_at_idle()
    assert list(work(alone).iterdir()) == []
