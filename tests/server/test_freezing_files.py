"""Before a file of the draft goes out the sources are asked what was deleted, and what could not be asked is said."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from server import freezing as module
from server.freezing import Freezing
from server.intake.arrival import Arrival, Departure
from server.report_files import fetch, write_here
from server.symposium.entries import SourceBody
from server.symposium.outcomes import Done
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Choice, Decision, SourceId
from tests.house import SLUG, Answer, Place, open_place

pytestmark = pytest.mark.slow

MASTODON, X = SourceId("mastodon-1"), SourceId("x-1")
Asked = list[tuple[SourceId, list[str]]]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "house") as opened:
        for source, network in ((MASTODON, "mastodon"), (X, "x")):
            await opened.hall.node.set_source(OPERATOR, source, network, SourceBody(options={}), on=False)
        yield opened


def freezing_of(place: Place) -> Freezing:
    assert place.hall.freezing is not None
    return place.hall.freezing


async def shown(place: Place, name: str, *, source: SourceId = MASTODON) -> Post:
    """A post from a network, on the screens."""
    node, network = place.hall.node, source.partition("-")[0]
    text = f"Woorden van {name} #proefdag"
    arrival = Arrival(source=source, network=network, author_id=f"@{name}@x.example", native_id=name, text=text)
    post, _ = await node.receive(arrival)
    assert isinstance(await node.decide(OPERATOR, Decision.SHOW, [(post.id, post.revision)]), Done)
    return post


async def left_out(place: Place, *posts: Post) -> None:
    """Of the report's quotes, not of the tables."""
    await place.hall.node.draft.set_quotes(OPERATOR, [post.id for post in posts], choice=Choice.OUT)


def answering(place: Place, asked: Asked, *gone: str) -> Callable[[SourceId, Sequence[str]], object]:
    """Sources that can be asked; *gone* was deleted there."""

    async def ask(source: SourceId, ids: Sequence[str]) -> bool:
        asked.append((source, list(ids)))
        for name in gone:
            if name in ids:
                await place.hall.node.depart(Departure(source=source, network="mastodon", native_id=name))
        return True

    return ask


async def download(place: Place, format_: str = "jsonl") -> Answer:
    answer = await place.holder("author").get(f"report?format={format_}")
    assert answer.status == 200, answer
    return answer


def words(answer: Answer) -> set[str]:
    return {json.loads(line)["text"].split()[2] for line in answer.body.splitlines() if json.loads(line)["text"]}


async def test_what_was_deleted_stands_in_no_file(place: Place) -> None:
    posts = [await shown(place, name) for name in ("ada", "bo", "cis")]
    await left_out(place, *posts)
    assert words(await download(place)) == {"ada", "bo", "cis"}, "the control: nobody could be asked"
    asked: Asked = []
    freezing_of(place).ask = answering(place, asked, "bo")  # type: ignore[assignment]
    freezing_of(place)._asked_s = float("-inf")

    answer = await download(place)

    assert words(answer) == {"ada", "cis"}
    assert "Fontein-Unasked" not in answer.headers
    assert asked == [(MASTODON, ["cis", "bo", "ada"])]


async def test_sources_are_asked_once_for_files_that_follow_each_other(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown(place, "ada")
    asked: Asked = []
    freezing_of(place).ask = answering(place, asked)  # type: ignore[assignment]
    for format_ in ("jsonl", "csv", "md"):
        await download(place, format_)
    assert len(asked) == 1

    monkeypatch.setattr(module, "ASKED_FOR_S", 0.0)
    await download(place)
    assert len(asked) == 2


async def test_quotes_are_asked_first_and_networks_that_give_addresses_only_for_those(place: Place) -> None:
    quoted, quoted_x = await shown(place, "quoted"), await shown(place, "quoted-x", source=X)
    others = [await shown(place, "later"), await shown(place, "later-x", source=X)]
    await place.hall.node.draft.set_quotes(OPERATOR, [quoted.id, quoted_x.id], choice=Choice.IN)
    await left_out(place, *others)
    asked: Asked = []
    freezing_of(place).ask = answering(place, asked)  # type: ignore[assignment]

    await download(place)

    assert sorted(asked) == [(MASTODON, ["quoted", "later"]), (X, ["quoted-x"])]


async def test_source_that_does_not_answer_is_named_and_not_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown(place, "ada")
    answers = asyncio.Event()

    async def slow(source: SourceId, ids: Sequence[str]) -> bool:
        return await answers.wait()

    freezing_of(place).ask = slow
    monkeypatch.setattr(module, "FILE_ASK_S", 0.05)
    monkeypatch.setattr(module, "ASK_S", 3_600.0)

    assert (await download(place)).headers["Fontein-Unasked"] == "mastodon"

    answers.set()  # the asking went on
    await freezing_of(place)._tasks.wait()
    assert "Fontein-Unasked" not in (await download(place)).headers


async def test_post_that_went_meanwhile_names_nobody(place: Place) -> None:
    post = await shown(place, "ada")
    assert (await download(place)).headers["Fontein-Unasked"] == "mastodon", "the control"

    await place.hall.node.erase(OPERATOR, posts=[post.id])

    assert "Fontein-Unasked" not in (await download(place)).headers


async def test_symposium_of_phones_asks_nobody(place: Place) -> None:
    await place.show("Van een telefoon")
    asked: Asked = []
    freezing_of(place).ask = answering(place, asked)  # type: ignore[assignment]

    assert "Fontein-Unasked" not in (await download(place)).headers
    assert asked == []


def options(to: Path) -> argparse.Namespace:
    to.mkdir()
    return argparse.Namespace(slug=SLUG, to=to, format="md", language=None, names=None)


async def test_command_says_which_networks_were_not_asked(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = {"url": place.url, "token": place.house.site.operator_token}
    await place.show("Van een telefoon")
    assert await fetch(server, options(tmp_path / "phones"))
    assert await write_here(place.house, options(tmp_path / "phones-here"))
    assert "Not asked" not in capsys.readouterr().err, "the control"
    await shown(place, "ada")
    freezing_of(place)._asked_s = float("-inf")

    assert await fetch(server, options(tmp_path / "server"))
    by_server = capsys.readouterr()
    assert await write_here(place.house, options(tmp_path / "here"))
    here = capsys.readouterr()

    assert "Not asked what was deleted: mastodon." in by_server.err
    assert "Not asked what was deleted: mastodon." in here.err
    assert (by_server.out, here.out) == ("", "")
