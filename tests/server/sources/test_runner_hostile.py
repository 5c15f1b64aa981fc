"""The runner with sources that misbehave: what one of them does wrong is its own trouble, never that of another one."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncGenerator, Callable
from typing import Any

import msgspec
import pytest

from server.blobs.gate import MAX_CONNECTIONS
from server.intake.arrival import Arrival, Departure
from server.sources import departures as departures_module
from server.sources import following
from server.sources import pictures as pictures_module
from server.sources import runner as runner_module
from server.sources.contract import AuthorGone, Condition, Delete, Event, Health, PictureRef, Upsert
from server.sources.pictures import PictureKind
from server.symposium.values import Picture, SourceId
from tests.server.sources import virtual
from tests.server.sources.test_runner import ONE, TWO, _config, _House, _house, _post, _Script

HOUR_S = 3600.0


def _left(house: _House) -> list[str | None]:
    return [handed.native_id for handed in house.received if isinstance(handed, Departure)]


async def _until(met: Callable[[], object], *, within_s: float) -> float:
    """Seconds until it is so, by the clock of the loop; `within_s` where it is not."""
    began = virtual.now()
    while not met() and virtual.now() - began < within_s:  # noqa: ASYNC110 -- the runner tells nobody that it is done.
        await asyncio.sleep(0.05)
    return virtual.now() - began


# Pictures that do not come


def _slow_flood(house: _House, posts: int) -> None:
    for number in range(posts):
        url = f"https://slow.example/{number}"
        house.picture_s[url] = HOUR_S
        house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url=url)))


@pytest.mark.parametrize("posts", [100, 600, 1500, 5000])
def test_delete_behind_a_flood_whose_pictures_never_come_leaves_within_seconds(posts: int) -> None:
    async def scenario() -> float:
        async with _house() as house:
            _slow_flood(house, 1)
            await asyncio.sleep(0.5)
            _slow_flood(house, posts)
            house.sources[ONE].say(Delete(native_id="shown"))
            return await _until(lambda: _left(house), within_s=60)

    assert virtual.run(scenario()) < 5


@pytest.mark.parametrize("behind", ["deletes", "posts"])
def test_slow_picture_of_one_post_does_not_hold_up_a_flood_behind_it(behind: str) -> None:
    async def scenario() -> float:
        async with _house() as house:
            _slow_flood(house, 1)
            await asyncio.sleep(0.5)
            for number in range(1500):
                said = Upsert(post=_post(f"p{number}")) if behind == "posts" else Delete(native_id=str(number))
                house.sources[ONE].say(said)
            house.sources[ONE].say(Delete(native_id="shown"))
            return await _until(lambda: "shown" in _left(house), within_s=60)

    assert virtual.run(scenario()) < 5


def test_delete_waits_where_posts_do_not_give_up_their_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(pictures_module, "CROWD", 10**9)

    async def scenario() -> float:
        async with _house() as house:
            _slow_flood(house, 1500)
            house.sources[ONE].say(Delete(native_id="shown"))
            return await _until(lambda: _left(house), within_s=60)

    assert virtual.run(scenario()) > 10


@pytest.mark.parametrize("posts", [100, 1500])
def test_posts_whose_pictures_never_come_are_all_there_after_half_a_minute(posts: int) -> None:
    async def scenario() -> tuple[float, list[str]]:
        async with _house() as house:
            _slow_flood(house, posts)
            took_s = await _until(lambda: len(house.texts) == posts, within_s=120)
            return took_s, house.texts

    took_s, texts = virtual.run(scenario())

    assert took_s < pictures_module.LATEST_S + pictures_module.PICTURES_S
    assert texts == [str(number) for number in range(posts)]


def test_posts_before_a_crowd_wait_for_nothing() -> None:
    async def scenario() -> float:
        async with _house() as house:
            _slow_flood(house, 1500)
            return await _until(lambda: len(house.texts) >= 1500 - pictures_module.CROWD - 1, within_s=60)

    assert virtual.run(scenario()) < 5


def test_burst_whose_pictures_are_quick_keeps_them_all() -> None:
    """Each takes 0.1 s, as from a server nearby."""

    async def scenario() -> list[Arrival]:
        async with _house() as house:
            for number in range(400):
                house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url=f"https://a.example/{number}")))
            await _until(lambda: len(house.received) == 400, within_s=120)
            return [handed for handed in house.received if isinstance(handed, Arrival)]

    arrivals = virtual.run(scenario())

    assert len(arrivals) == 400
    assert [arrival.text for arrival in arrivals if arrival.avatar is None] == []


def test_those_behind_a_crowd_have_their_pictures_again() -> None:
    async def scenario() -> list[bool]:
        async with _house() as house:
            for number in range(600):
                house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url=f"https://a.example/{number}")))
            await _until(lambda: len(house.received) == 600, within_s=120)
            return [handed.avatar is not None for handed in house.received if isinstance(handed, Arrival)]

    has_avatar = virtual.run(scenario())

    assert len(has_avatar) == 600
    assert not all(has_avatar), "control: there was a crowd"
    assert sum(has_avatar) > 450


class _Remembering(_House):
    """Its pictures stay, until they are swept."""

    def __init__(self) -> None:
        super().__init__()
        self.swept: set[str] = set()
        self.runner._still_has = self.still_has

    async def still_has(self, picture: Picture) -> bool:
        return picture.blob not in self.swept


def _avatars(house: _House, posts: int, authors: int, *, first: int = 0) -> None:
    for number in range(first, first + posts):
        url = f"https://a.example/av/{number % authors}"
        house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url=url)))


@pytest.mark.parametrize("authors", [1, 20])
def test_avatar_is_fetched_once_for_all_posts_of_its_author(authors: int) -> None:
    async def scenario() -> _Remembering:
        house = _Remembering()
        await house.runner.set_sources([_config(ONE)])
        _avatars(house, 300, authors)
        await _until(lambda: len(house.texts) == 300, within_s=120)
        await house.runner.close()
        return house

    house = virtual.run(scenario())

    assert len(house.fetched) == authors
    assert all(handed.avatar for handed in house.received if isinstance(handed, Arrival))


@pytest.mark.parametrize(
    ("later", "fetched"),
    [
        pytest.param("nothing", 1, id="the-control-it-is-remembered"),
        pytest.param("swept", 2, id="its-file-has-gone"),
        pytest.param("old", 2, id="it-may-be-another-one-by-now"),
        pytest.param("flood", 2, id="too-many-others-came"),
    ],
)
def test_picture_is_remembered_while_it_is_kept_and_fresh(later: str, fetched: int) -> None:
    async def scenario() -> _Remembering:
        house = _Remembering()
        await house.runner.set_sources([_config(ONE)])
        _avatars(house, 1, 1)
        await _until(lambda: house.texts, within_s=60)
        if later == "swept":
            house.swept.add("https://a.example/av/0")
        if later == "old":
            await asyncio.sleep(pictures_module.REMEMBERED_S + 1)
        if later == "flood":
            house.sources[ONE].say(_many(pictures_module.MAX_REMEMBERED))
            await asyncio.sleep(60)
        _avatars(house, 1, 1, first=1)
        await _until(lambda: "1" in house.texts, within_s=60)
        await house.runner.close()
        return house

    house = virtual.run(scenario())

    assert [url for url, _ in house.fetched].count("https://a.example/av/0") == fetched


def _many(pictures: int) -> Upsert:
    return Upsert(post=_post("many", media=tuple(PictureRef(url=f"https://a.example/{n}") for n in range(pictures))))


def test_picture_that_failed_is_tried_again_by_the_next_post() -> None:
    async def scenario() -> int:
        house = _Remembering()
        await house.runner.set_sources([_config(ONE)])
        for number in range(3):
            house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url="https://a.example/broken")))
        await _until(lambda: len(house.texts) == 3, within_s=60)
        await house.runner.close()
        return len(house.fetched)

    assert virtual.run(scenario()) == 3


class _Gated(_House):
    """It has as many connections as the gate."""

    def __init__(self) -> None:
        self.connections = asyncio.Semaphore(MAX_CONNECTIONS)
        super().__init__()

    async def bring_in(self, picture: str | bytes, *, kind: PictureKind) -> Picture | None:
        async with self.connections:
            return await super().bring_in(picture, kind=kind)


@pytest.mark.parametrize("protected", [True, False])
def test_slow_pictures_of_one_source_leave_room_for_those_of_another(
    monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """With the control: a source that may take all connections."""
    if not protected:
        monkeypatch.setattr(pictures_module, "PICTURES_AT_ONCE", 10**9)

    async def scenario() -> Arrival:
        house = _Gated()
        await house.runner.set_sources([_config(ONE), _config(TWO)])
        for number in range(12):
            urls = [f"https://slow.example/{number}/{each}" for each in range(8)]
            house.picture_s |= dict.fromkeys(urls, HOUR_S)
            media = tuple(PictureRef(url=url) for url in urls)
            house.sources[ONE].say(Upsert(post=_post(f"slow {number}", media=media)))
        await asyncio.sleep(0.05)
        house.sources[TWO].say(Upsert(post=_post("good", media=(PictureRef(url="https://a.example/1"),))))
        await _until(lambda: "good" in house.texts, within_s=60)
        await house.runner.close()
        return next(each for each in house.received if isinstance(each, Arrival) and each.text == "good")

    assert len(virtual.run(scenario()).media) == (1 if protected else 0)


# What does not fit


UNFIT = [
    pytest.param(42, id="no-event"),
    pytest.param(None, id="nothing"),
    pytest.param(Upsert(post=None), id="no-post"),  # type: ignore[arg-type]
    pytest.param(Upsert(post=_post("x", media=None)), id="no-media"),
    pytest.param(Upsert(post=_post("x", expires="2026-11-23T02:00:00Z")), id="expires-a-text"),
    pytest.param(Upsert(post=_post("x", text=None)), id="no-text"),
    pytest.param(Delete(native_id=[5]), id="delete-of-a-list"),  # type: ignore[arg-type]
    pytest.param(Delete(native_id=5), id="delete-of-a-number"),  # type: ignore[arg-type]
    pytest.param(AuthorGone(author_id=None), id="nobody-gone"),  # type: ignore[arg-type]
    pytest.param(Health(condition="fine"), id="health-unknown"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("unfit", UNFIT)
def test_what_does_not_fit_is_left_out_and_counted_and_all_else_goes_on(
    unfit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> _House:
        async with _house(ONE, TWO) as house:
            one, two = house.sources[ONE], house.sources[TWO]
            one.say(unfit, "1")
            one.say(Upsert(post=_post("after")), "2")
            one.say(Health(condition=Condition.OK, counts={"unreadable": 2}), "3")
            two.say(Delete(native_id="neighbour"))
            await house.reach("3")
            await asyncio.sleep(20)
            return house

    house = virtual.run(scenario())

    assert house.texts == ["after"]
    assert _left(house) == ["neighbour"]
    assert house.sources[ONE].began == [None], "it was not started again"
    assert house.healths[-1][2].counts == {} or house.healths[-2][2].counts == {"unreadable": 3}
    assert {id_: health.counts.get("unreadable") for _, id_, health in house.healths} == {ONE: 3, TWO: None}
    assert [each.levelname for each in caplog.records if "left out" in each.message] == ["WARNING"]


def test_thousand_things_that_do_not_fit_are_ten_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> int:
        async with _house() as house:
            for number in range(1000):
                house.sources[ONE].say(Delete(native_id=number), str(number))  # type: ignore[arg-type]
            await house.reach("999")
            return house.asked

    assert virtual.run(scenario()) == 0
    assert len([each for each in caplog.records if "left out" in each.message]) == 10


def test_what_a_look_found_that_does_not_fit_is_left_out() -> None:
    async def scenario() -> tuple[_House, bool]:
        async with _house() as house:
            house.shown[ONE] = ["a"]
            house.sources[ONE].found = (Delete(native_id=[]), None, Delete(native_id="a"))  # type: ignore[arg-type, assignment]
            await asyncio.sleep(200)
            return house, await house.runner.look_again(ONE, ["a"])

    house, asked = virtual.run(scenario())

    assert (_left(house), asked) == (["a", "a"], True)
    assert house.sources[ONE].began == [None]


@pytest.mark.parametrize(
    "found", [None, 7, RuntimeError("broken"), SystemExit(1), asyncio.CancelledError()], ids=lambda found: repr(found)
)
def test_source_that_fails_to_look_again_was_not_asked(found: Any) -> None:
    async def scenario() -> bool:
        async with _house() as house:
            source = house.sources[ONE]

            async def recheck(_: Any) -> Any:
                if isinstance(found, BaseException):
                    raise found
                return found

            source.recheck = recheck  # type: ignore[method-assign, assignment]
            await asyncio.sleep(1)
            return await house.runner.look_again(ONE, ["a"])

    assert not virtual.run(scenario())


@pytest.mark.parametrize("how", ["hangs", "fails", "cancels"])
def test_source_that_cannot_look_again_is_asked_the_next_time_and_goes_on(how: str) -> None:
    async def scenario() -> tuple[_House, int]:
        async with _house() as house:
            source, asked = house.sources[ONE], 0
            house.shown[ONE] = ["a"]

            async def recheck(_: Any) -> Any:
                nonlocal asked
                asked += 1
                if asked == 1:
                    await {"hangs": asyncio.Event().wait, "fails": _fails, "cancels": _cancels}[how]()
                return (Delete(native_id="a"),)

            source.recheck = recheck  # type: ignore[method-assign]
            await asyncio.sleep(2 * following.RECHECK_EVERY_S + following.RECHECK_S + 10)
            return house, asked

    house, asked = virtual.run(scenario())

    assert asked >= 2
    assert set(_left(house)) == {"a"}
    assert house.sources[ONE].began == [None], "it was not started again for that"


async def _fails() -> None:
    raise ValueError("broken")


async def _cancels() -> None:
    raise asyncio.CancelledError


def test_source_that_was_removed_while_it_looked_leaves_no_error() -> None:
    async def scenario() -> bool:
        async with _house() as house:
            source, going_on = house.sources[ONE], asyncio.Event()

            async def recheck(_: Any) -> Any:
                await going_on.wait()
                return (Upsert(post=_post("a")), Delete(native_id="b"))

            source.recheck = recheck  # type: ignore[method-assign]
            await asyncio.sleep(1)
            looking = asyncio.create_task(house.runner.look_again(ONE, ["a"]))
            await asyncio.sleep(1)
            await house.runner.set_sources([])
            going_on.set()
            await looking
            return "b" in _left(house)

    assert virtual.run(scenario())


def test_full_disk_ends_no_source_and_the_next_cursor_is_saved() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            is_full, save = True, house.save

            async def full(source: SourceId, cursor: str) -> None:
                if is_full:
                    raise OSError(errno.ENOSPC, "No space left on device")
                await save(source, cursor)

            house.runner._cursors.save = full  # type: ignore[method-assign]
            house.sources[ONE].say(Upsert(post=_post("a")), "1")
            await _until(lambda: house.texts == ["a"], within_s=60)
            await asyncio.sleep(1)
            is_full = False
            house.sources[ONE].say(Upsert(post=_post("b")), "2")
            await house.reach("2")
            return house

    house = virtual.run(scenario())

    assert house.texts == ["a", "b"]
    assert house.sources[ONE].began == [None]


def test_mistake_with_one_departure_keeps_no_other_on_the_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a door that lets everything in."""
    monkeypatch.setattr(following, "fit_event", lambda told: told)

    async def scenario() -> list[str | None]:
        async with _house(ONE, TWO) as house:
            house.sources[ONE].say(Upsert(post=_post("a", expires="2026-11-23T02:00:00Z")))
            await asyncio.sleep(5)
            house.sources[TWO].say(Delete(native_id="b"))
            await asyncio.sleep(5)
            house.sources[TWO].say(Delete(native_id="c"))
            await asyncio.sleep(5)
            return _left(house)

    assert virtual.run(scenario()) == ["b", "c"]


def test_expiry_with_a_mistake_ends_no_loop_and_fills_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(departures_module.Departures, "_add_expired", _broken)

    async def scenario() -> None:
        async with _house():
            await asyncio.sleep(60)

    virtual.run(scenario())

    assert 1 < len(caplog.records) <= 61


def _broken(*_: object) -> None:
    raise TypeError("a mistake of ours")


# What ends more than itself


class _Wild(_Script):
    """It throws what it is told to, and may not be stopped."""

    def __init__(self, id_: SourceId, *, at_end: str = "") -> None:
        super().__init__(id_)
        self._at_end = at_end
        self.went_on = 0
        self.let_go = asyncio.Event()

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        self.began.append(cursor)
        try:
            while True:
                said = await self.said.get()
                if isinstance(said, BaseException):
                    raise said
                yield said
        except asyncio.CancelledError:
            if self._at_end == "goes-on":
                while True:
                    self.went_on += 1
                    yield Upsert(post=_post(f"on {self.went_on}")), None
                    await asyncio.sleep(1)
            raise
        finally:
            self.closed += 1
            while self._at_end == "hangs" and not self.let_go.is_set():
                try:
                    await self.let_go.wait()
                except asyncio.CancelledError:
                    continue
            if self._at_end == "raises":
                raise RuntimeError("while it was closed")


def _wild(at_end: str = "") -> _House:
    house = _House()
    house.sources[ONE] = _Wild(ONE, at_end=at_end)
    return house


@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError()], ids=["exit", "cancelled"])
def test_source_that_tries_to_end_more_than_itself_is_started_again(error: Any) -> None:
    async def scenario() -> _House:
        house = _wild()
        await house.runner.set_sources([_config(ONE), _config(TWO)])
        await asyncio.sleep(1)
        house.sources[ONE].said.put_nowait(error)
        await asyncio.sleep(30)
        for id_ in (ONE, TWO):
            house.sources[id_].say(Upsert(post=_post(id_)))
        await asyncio.sleep(5)
        await house.runner.close()
        return house

    house = virtual.run(scenario())

    assert sorted(house.texts) == ["one", "two"]
    assert (len(house.sources[ONE].began), len(house.sources[TWO].began)) == (2, 1)
    assert ("waiting", "failed") in house.conditions(ONE)


class _Clumsy(_Wild):
    """It asks for its own end, goes on, and ends without a word: to its task that looks like being stopped."""

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        async for said in super().events(cursor):
            yield said
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
            raise asyncio.CancelledError


def test_source_that_ends_without_a_word_is_started_again() -> None:
    async def scenario() -> _House:
        house = _House()
        house.sources[ONE] = _Clumsy(ONE)
        await house.runner.set_sources([_config(ONE)])
        house.sources[ONE].say(Upsert(post=_post("a")))
        await asyncio.sleep(30)
        await house.runner.close()
        return house

    house = virtual.run(scenario())

    assert len(house.sources[ONE].began) == 2
    assert ("waiting", "failed") in house.conditions(ONE)


@pytest.mark.parametrize("method", ["make", "remember", "saved", "picture", "recheck"])
@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError()], ids=["exit", "cancelled"])
def test_no_part_of_a_source_ends_more_than_itself(method: str, error: BaseException) -> None:
    def fails(*_: Any) -> Any:
        raise error

    async def fails_later(*_: Any) -> Any:
        raise error

    async def nothing(*_: Any) -> Any:
        return None

    async def scenario() -> _House:
        house = _House()
        one: Any = house.sources[ONE]
        if method == "make":
            honest = house.make
            house.runner._make = lambda config: fails() if config.id == ONE else honest(config)
        if method in ("remember", "saved"):
            setattr(one, method, fails)
        if method in ("picture", "recheck"):
            setattr(one, method, fails_later)
            house.shown[ONE] = ["a"]
        await house.runner.set_sources([_config(ONE), _config(TWO)])
        one.say(Upsert(post=_post("a", avatar_url="fontein-source:1")), "1")
        await asyncio.sleep(400)
        house.sources[TWO].say(Upsert(post=_post("b")))
        await asyncio.sleep(5)
        assert (house.texts[-1], len(house.sources[TWO].began)) == ("b", 1)
        await house.runner.close()
        return house

    house = virtual.run(scenario())

    failed = {id_ for _, id_, health in house.healths if health.what == "failed"}
    assert failed == (set() if method in ("picture", "recheck") else {ONE})


@pytest.mark.parametrize("at_end", ["", "raises", "hangs", "goes-on"])
def test_source_that_will_not_stop_holds_up_nobody(at_end: str, caplog: pytest.LogCaptureFixture) -> None:
    """Off, others on, on again, and the end of all: each is done within seconds. The first row is the control."""

    async def scenario() -> tuple[_House, list[float], list[str]]:
        house, took_s = _wild(at_end), []

        async def timed(*ids: SourceId) -> None:
            began = virtual.now()
            await house.runner.set_sources([_config(id_) for id_ in ids])
            took_s.append(virtual.now() - began)

        await timed(ONE)
        await asyncio.sleep(1)
        wild: Any = house.sources[ONE]
        await timed()
        await timed(TWO)
        house.sources[TWO].say(Upsert(post=_post("two")))
        await asyncio.sleep(30)
        late = list(house.texts)
        house.sources[ONE] = _Script(ONE)
        await timed(ONE, TWO)
        house.sources[ONE].say(Upsert(post=_post("one again")))
        await asyncio.sleep(5)
        wild.let_go.set()
        await asyncio.sleep(5)
        assert await house.runner.look_again(ONE, ["a"]), "the end of the one left behind is not that of the new one"
        began = virtual.now()
        await house.runner.close()
        took_s.append(virtual.now() - began)
        return house, took_s, late

    house, took_s, late = virtual.run(scenario())

    assert max(took_s) <= runner_module.STOP_S + 0.1
    assert late == ["two"], "nothing more comes from one that was stopped"
    assert house.texts == ["two", "one again"]
    assert ("left behind" in caplog.text) == (at_end == "hangs")


def test_everything_stops_though_a_source_will_not() -> None:
    async def scenario() -> float:
        house = _wild("hangs")
        await house.runner.set_sources([_config(ONE), _config(TWO)])
        await asyncio.sleep(1)
        began = virtual.now()
        await house.runner.close()
        took_s = virtual.now() - began
        house.sources[ONE].let_go.set()  # type: ignore[attr-defined]
        await asyncio.sleep(1)
        return took_s

    assert virtual.run(scenario()) <= runner_module.STOP_S + 0.1


def test_source_that_swallows_its_end_after_a_failure_is_not_silent() -> None:
    """Another part of it failed: the whole begins again, also where its events would go on for ever."""

    async def scenario() -> tuple[int, list[str]]:
        house = _wild("goes-on")
        one: Any = house.sources[ONE]
        one.saved = _broken
        await house.runner.set_sources([_config(ONE)])
        one.say(Health(condition=Condition.OK), "1")
        await asyncio.sleep(60)
        began = len(house.sources[ONE].began)
        await house.runner.close()
        return began, house.texts

    assert virtual.run(scenario()) == (2, [])


def test_arrivals_are_what_the_network_said() -> None:
    """The door makes posts anew: nothing of them is lost."""
    said = _post("a", name="Anna", tags=("x",), reply=True, reply_to="b", author_since=3, created=7)

    async def scenario() -> _House:
        async with _house() as house:
            house.sources[ONE].say(Upsert(post=said))
            await asyncio.sleep(1)
            return house

    (arrival,) = virtual.run(scenario()).received
    assert isinstance(arrival, Arrival)
    known = {name: value for name, value in msgspec.structs.asdict(said).items() if hasattr(arrival, name)}
    assert {name: getattr(arrival, name) for name in known} == known
