"""The index in step with the law: the same as one that is made afresh, and without a word of what was erased."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from server import finding as module
from server.errors import StorageFull, Unavailable
from server.finding import FILE, Finding
from server.report.search import Index
from server.symposium import entries
from server.symposium.entries import Record
from server.symposium.law import apply
from server.symposium.outcomes import Done
from server.symposium.state import State
from server.symposium.values import OPERATOR, PostId
from tests.house import SLUG, Place, eventually, open_place
from tests.oracle.play import Play
from tests.server.symposium.day import FOYER, HALL, ORGANISER, PANEL, PROGRAMME, SHOW, SLOTS, Day

SECRET = "Zwaantje"
Rows = list[tuple[Any, ...]]


class Fed:
    """An index that hears of each entry as the node's listeners do."""

    def __init__(self, folder: Path) -> None:
        self.state = State()
        self.finding = Finding(self.state, path=folder / FILE, epoch="one")

    def session(self) -> str | None:
        """Of the first post, as the index knows it."""
        assert self.finding._index is not None
        (found,) = self.finding._index._db.execute("SELECT session FROM posts").fetchone()
        return None if found is None else str(found)

    def put(self, record: Record) -> None:
        outcome = apply(self.state, record)
        if isinstance(outcome, Done):
            self.finding.note(record, outcome)


def rows(path: Path) -> Rows:
    """All that an index holds."""
    db = sqlite3.connect(path)
    found = db.execute("SELECT place, post, session, status FROM posts ORDER BY place").fetchall()
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 'words_[0-9]*'")]
    for table in sorted(name for name in tables if name.removeprefix("words_").isdecimal()):
        found += db.execute(f"SELECT rowid, text, name, handle FROM {table} ORDER BY rowid").fetchall()
    db.close()
    return found


def fresh(state: State, folder: Path) -> Rows:
    """What an index holds that is made of *state* alone."""

    async def fill() -> None:
        finding = Finding(state, path=folder / "fresh.db", epoch="one")
        await finding.catch_up()
        await finding.close()

    asyncio.run(fill())
    return rows(folder / "fresh.db")


@pytest.mark.slow
@given(st.data())
def test_whatever_a_day_does_to_posts_the_index_is_that_of_its_end(data: st.DataObject) -> None:
    play = Play()
    for _ in range(data.draw(st.integers(1, 25))):
        play.go_on(data.draw, besides=True)
    stops = data.draw(st.sets(st.integers(1, len(play.records)), max_size=4))

    async def live(folder: Path) -> State:
        fed = Fed(folder)
        for record in play.records:
            fed.put(record)
            if record.seq in stops:
                await fed.finding.catch_up()
        await fed.finding.catch_up()
        await fed.finding.close()
        return fed.state

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        state = asyncio.run(live(folder))
        assert rows(folder / FILE) == fresh(state, folder)


def _changes_only(_: State, record: Record, outcome: Done) -> list[PostId]:
    return [change.post for change in outcome.changed]


@pytest.mark.parametrize("protected", [True, False])
def test_post_that_moves_to_a_session_and_back_is_found_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """Such an entry changes no status. With the protection off the comparison sees that the index was not told."""
    if not protected:
        monkeypatch.setattr(module, "_touched", _changes_only)
    day, fed = Day(), Fed(tmp_path)
    day.put(entries.ProgrammeSet(by=ORGANISER, base=0, rooms=(HALL, FOYER), slots=SLOTS), PROGRAMME)
    day.arrive("p", verdict=SHOW)
    at, equal = 0, []

    async def go_on() -> None:
        nonlocal at
        for record in day.records[at:]:
            fed.put(record)
        at = len(day.records)
        await fed.finding.catch_up()
        equal.append(fed.session())

    async def story() -> None:
        await go_on()
        day.put(entries.PostsMoved(by=ORGANISER, posts=(PostId("p"),), session=PANEL))
        await go_on()
        day.put(entries.ActUndone(by=ORGANISER, seq=day.seq))
        await go_on()
        await fed.finding.close()

    asyncio.run(story())
    assert equal == ([None, PANEL, None] if protected else [None, None, None])


# In a running house


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "house") as opened:
        yield opened


def folder_of(place: Place) -> Path:
    return place.house.config.folder / SLUG


def on_disk(place: Place, words: str = SECRET) -> list[str]:
    """The files beside the journal in which *words* stand, as they were said or as the index folds them."""
    wanted = (words.encode(), words.lower().encode())
    paths = [path for path in folder_of(place).rglob("*") if path.is_file()]
    return [path.name for path in paths if any(each in path.read_bytes() for each in wanted)]


async def found(place: Place, query: str, role: str = "moderator", **more: str) -> list[str]:
    answer = await place.holder(role).get("search?" + "&".join(f"{k}={v}" for k, v in {"q": query, **more}.items()))
    assert answer.status == 200, answer
    return [post["id"] for post in answer.json["posts"]]


async def caught_up(place: Place) -> None:
    assert place.hall.finding is not None
    await place.hall.finding.catch_up()


@pytest.mark.asyncio
async def test_moderator_finds_what_waits_and_author_what_is_shown(place: Place) -> None:
    shown, waits = await place.show("Café Het Gouden Hoofd"), await place.arrive("een ander café")
    await caught_up(place)
    assert await found(place, "cafe") == [shown.id]
    assert await found(place, "cafe", status="shown,held") == [waits.id, shown.id]
    assert await found(place, "cafe", "author") == [shown.id]
    assert await found(place, "-gouden caf", status="held,shown") == [waits.id]
    asked = await place.holder("author").get("search?q=cafe&status=held")
    assert (asked.status, asked.code) == (403, "role")


@pytest.mark.asyncio
async def test_pages_follow_each_other_newest_first(place: Place) -> None:
    posts = [(await place.show(f"Druppel nummer {n}")).id for n in range(5)]
    await caught_up(place)
    moderator, seen, after = place.holder("moderator"), list[str](), ""
    while True:
        answer = (await moderator.get(f"search?q=druppel&limit=2&after={after}")).json
        assert answer["complete"]
        seen += [post["id"] for post in answer["posts"]]
        after = answer["next"]
        if after is None:
            break
    assert seen == posts[::-1]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("query", "code"),
    [("status=gone", "bad-input"), ("limit=0", "bad-input"), ("limit=501", "bad-input"), ("after=x", "bad-cursor")],
)
async def test_what_cannot_be_asked_is_said(place: Place, query: str, code: str) -> None:
    await caught_up(place)
    answer = await place.holder("moderator").get(f"search?q=x&{query}")
    assert (answer.status, answer.code) == (422, code), answer


async def soon(place: Place, query: str, expected: list[str], **more: str) -> None:
    """Wait until that is found."""
    async with asyncio.timeout(10):
        while await found(place, query, **more) != expected:  # noqa: ASYNC110 -- of an index there is no event to wait for
            await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_what_changed_is_found_soon_without_anybody_asking_for_it(place: Place) -> None:
    post = await place.show("Dit staat er zo op.")
    await soon(place, "zo", [post.id])
    await place.holder("moderator").decide(post.id, "hide")
    assert await found(place, "zo") == [], "the state has the last word, whatever the index says"
    await soon(place, "zo", [post.id], status="hidden")


@pytest.mark.asyncio
@pytest.mark.parametrize("protected", [True, False])
async def test_erasure_answers_when_the_index_has_dropped_the_words(place: Place, protected: bool) -> None:
    """With the protection off the words still stand in the index when the answer comes."""
    posts = [await place.show(f"{SECRET} zei dit {n} keer.") for n in range(3)]
    await caught_up(place)
    assert FILE in on_disk(place) or f"{FILE}-wal" in on_disk(place)
    if not protected:
        place.hall.node._forgetters.clear()
    body = {"posts": [post.id for post in posts]}
    assert (await place.holder("organiser").ask("POST", "erasures", body)).status == 200
    assert (on_disk(place) == []) == protected


@pytest.mark.asyncio
async def test_erasure_while_the_index_is_filled_is_in_no_later_batch(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 1)
    posts = [await place.show(f"{SECRET} zei dit {n} keer.") for n in range(20)]
    finding = place.hall.finding
    assert finding is not None
    await finding._delete()
    filling = asyncio.create_task(finding.catch_up())
    while not finding._writing.locked():  # noqa: ASYNC110 -- one turn of the loop at a time
        await asyncio.sleep(0)
    body = {"posts": [post.id for post in posts]}
    assert (await place.holder("organiser").ask("POST", "erasures", body)).status == 200
    assert on_disk(place) == []
    await filling
    await caught_up(place)
    assert on_disk(place) == []


@pytest.mark.asyncio
async def test_index_that_cannot_drop_words_is_deleted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    post, other = await place.show(f"{SECRET} zei dit."), await place.show("Iemand anders ook.")
    await caught_up(place)

    def full(self: Index, posts: object) -> None:
        raise StorageFull("the disk is full", retry_after_s=60)

    with monkeypatch.context() as broken:
        broken.setattr(Index, "drop", full)
        answer = await place.holder("organiser").ask("POST", "erasures", {"posts": [post.id]})
        assert answer.status == 200, answer
        assert on_disk(place) == []
    await caught_up(place)
    assert await found(place, "anders") == [other.id]


@pytest.mark.asyncio
async def test_damaged_index_is_made_again_by_itself(place: Place) -> None:
    post = await place.show("Dit blijft te vinden.")
    await caught_up(place)
    assert place.hall.finding is not None
    index = place.hall.finding._index
    assert index is not None
    index._give_up(sqlite3.DatabaseError("as it does when a page is damaged"))
    index._is_news = True
    await place.arrive("Nog iets, zodat er nieuws is.")
    await soon(place, "blijft", [post.id])


@pytest.mark.asyncio
async def test_house_that_starts_again_goes_on_where_it_was_or_fills_it_anew(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        post = await place.show("Dit blijft te vinden.")
        await caught_up(place)
    async with open_place(tmp_path) as place:
        await eventually(lambda: place.hall.finding._complete)  # type: ignore[union-attr]
        assert await found(place, "blijft") == [post.id]
    (tmp_path / SLUG / FILE).write_bytes(b"no index at all" * 1_000)
    async with open_place(tmp_path) as place:
        await eventually(lambda: place.hall.finding._complete)  # type: ignore[union-attr]
        assert await found(place, "blijft") == [post.id]
        await place.hall.node.erase(OPERATOR, posts=[post.id])
        assert await found(place, "blijft") == []


@pytest.mark.asyncio
async def test_search_says_so_when_the_server_ends(tmp_path: Path) -> None:
    finding = Finding(State(), path=tmp_path / FILE, epoch="one")
    await finding.close()
    with pytest.raises(Unavailable):
        await finding.find("x")
