"""The runner with sources that do as they are told, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.errors import BadInput, StorageFull
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources import following
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import (
    MAX_PICTURE_BYTES,
    AuthorGone,
    BrokenOff,
    Condition,
    Delete,
    Event,
    Health,
    Kept,
    NetworkPost,
    PictureRef,
    Trial,
    Upsert,
)
from server.sources.departures import Handed
from server.sources.pictures import PictureKind
from server.sources.runner import Runner, SourceConfig
from server.symposium.values import BlobId, Emoji, Picture, SourceId
from tests.server.sources import virtual

ONE, TWO = SourceId("one"), SourceId("two")


def _post(id_: str, **changes: Any) -> NetworkPost:
    usual = {"native_id": id_, "uri": f"https://a.example/{id_}", "author_id": "https://a.example/anna", "text": id_}
    return NetworkPost(**usual | changes)


class _Script:
    """A source that says what is put into it."""

    network = "scripted"

    def __init__(self, id_: SourceId) -> None:
        self.id = id_
        self.said: asyncio.Queue[tuple[Event, str | None] | Exception] = asyncio.Queue()
        self.began: list[str | None] = []
        self.closed = 0
        self.rechecked: list[tuple[str, ...]] = []
        self.found: tuple[Event, ...] | Exception = ()

    def say(self, event: Event, cursor: str | None = None) -> None:
        self.said.put_nowait((event, cursor))

    def fail(self) -> None:
        self.said.put_nowait(RuntimeError("a source that breaks"))

    async def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        self.began.append(cursor)
        try:
            while True:
                said = await self.said.get()
                if isinstance(said, Exception):
                    raise said
                yield said
        finally:
            self.closed += 1

    async def check(self) -> Trial:
        return Trial(findings=())

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        self.rechecked.append(tuple(native_ids))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class _House:
    """Everything around the runner."""

    def __init__(self) -> None:
        self.sources = {ONE: _Script(ONE), TWO: _Script(TWO)}
        self.received: list[Handed] = []
        self.asked = 0
        self.trouble: Callable[[Handed], Exception | None] = lambda handed: None
        self.receive_s = 0.0
        self.cursors: dict[SourceId, str] = {}
        self.saved = asyncio.Event()
        self.healths: list[tuple[float, SourceId, Health]] = []
        self.shown: dict[SourceId, list[str]] = {}
        self.kept: dict[SourceId, list[Kept]] = {}
        self.picture_s: dict[str, float] = {}
        self.fetched: list[tuple[str, str]] = []
        self.runner = Runner(
            make=self.make,
            receive=self.receive,
            bring_in=self.bring_in,
            cursors=self,
            health=lambda source, health: self.healths.append((virtual.now(), source, health)),
            on_screens=lambda source: self.shown.get(source, []),
            kept=self.kept_of,
            now=virtual.now,
            rng=random.Random(3),
        )

    def make(self, config: SourceConfig) -> _Script:
        if config.options.get("wrong"):
            raise BadInput("wrong: is wrong", code="bad-option", field="wrong")
        return self.sources[config.id]

    async def receive(self, handed: Handed) -> None:
        self.asked += 1
        await asyncio.sleep(self.receive_s)
        if trouble := self.trouble(handed):
            raise trouble
        self.received.append(handed)

    async def bring_in(self, picture: str | bytes, *, kind: PictureKind) -> Picture | None:
        url = picture if isinstance(picture, str) else f"bytes of {picture[:40].decode()}"
        self.fetched.append((url, kind))
        if "broken" in url:
            raise ConnectionError(url)
        await asyncio.sleep(self.picture_s.get(url, 0.1))
        return None if "none" in url else Picture(blob=BlobId(url), type="image/webp", width=3, height=2)

    async def kept_of(self, source: SourceId) -> list[Kept]:
        return self.kept.get(source, [])

    async def load(self, source: SourceId) -> str | None:
        return self.cursors.get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        self.cursors[source] = cursor
        self.saved.set()

    async def reach(self, cursor: str) -> None:
        """Until the first source's cursor is saved as this."""
        while self.cursors.get(ONE) != cursor:
            self.saved.clear()
            await self.saved.wait()

    @property
    def texts(self) -> list[str]:
        return [handed.text for handed in self.received if isinstance(handed, Arrival)]

    def conditions(self, source: SourceId) -> list[tuple[str, str]]:
        said = [(health.condition.value, health.what) for _, id_, health in self.healths if id_ == source]
        return [each for at, each in enumerate(said) if at == 0 or said[at - 1] != each]


def _config(id_: SourceId, **options: Any) -> SourceConfig:
    return SourceConfig(id=id_, network="scripted", options=options)


@asynccontextmanager
async def _house(*ids: SourceId) -> AsyncIterator[_House]:
    house = _House()
    await house.runner.set_sources([_config(id_) for id_ in ids or (ONE,)])
    try:
        yield house
    finally:
        await house.runner.close()


def test_post_arrives_with_its_pictures() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            post = _post(
                "a",
                avatar_url="https://a.example/av",
                media=(PictureRef(url="https://a.example/1", alt="Zaal"), PictureRef(url="https://a.example/broken")),
                emojis=(("cat", "https://a.example/cat"), ("no", "https://a.example/none")),
                name="Anna",
                handle="@anna@a.example",
                lang="nl",
                warning="let op",
                created=7,
                edited=8,
                reply=True,
                bot=True,
                sensitive=True,
                permalink="https://a.example/p",
            )
            house.sources[ONE].say(Upsert(post=post))
            await asyncio.sleep(1)
            return house

    house = virtual.run(scenario())

    assert house.received == [
        Arrival(
            source=ONE,
            network="scripted",
            native_id="a",
            uri="https://a.example/a",
            permalink="https://a.example/p",
            author_id="https://a.example/anna",
            name="Anna",
            handle="@anna@a.example",
            avatar=BlobId("https://a.example/av"),
            text="a",
            lang="nl",
            warning="let op",
            sensitive=True,
            reply=True,
            bot=True,
            created=7,
            edited=8,
            media=(Picture(blob=BlobId("https://a.example/1"), type="image/webp", width=3, height=2, alt="Zaal"),),
            emojis=(Emoji(shortcode="cat", blob=BlobId("https://a.example/cat")),),
        )
    ]
    assert sorted(kind for _, kind in house.fetched) == ["avatar", "emoji", "emoji", "photo", "photo"]


def test_post_goes_on_without_the_picture_that_takes_too_long() -> None:
    async def scenario() -> tuple[_House, float]:
        async with _house() as house:
            house.picture_s["https://a.example/slow"] = 3600
            refs = (PictureRef(url="https://a.example/slow"), PictureRef(url="https://a.example/quick"))
            began = virtual.now()
            house.sources[ONE].say(Upsert(post=_post("a", media=refs)))
            while not house.received:  # noqa: ASYNC110 -- the runner tells nobody that it is done.
                await asyncio.sleep(0.1)
            return house, virtual.now() - began

    house, took_s = virtual.run(scenario())

    (arrival,) = house.received
    assert isinstance(arrival, Arrival)
    assert [picture.blob for picture in arrival.media] == ["https://a.example/quick"]
    assert 10 <= took_s < 10.5


class _Album(_Script):
    """A source that shows its network's pictures itself."""

    def __init__(self, id_: SourceId) -> None:
        super().__init__(id_)
        self.pictures: dict[str, bytes | Exception] = {}

    async def picture(self, url: str) -> bytes:
        found = self.pictures[url]
        if isinstance(found, Exception):
            raise found
        return found


def _sent_with(source: _Script, *urls: str) -> _House:
    """The house after one post with these pictures."""

    async def scenario() -> _House:
        async with _house() as house:
            await house.runner.close()
            house.sources[ONE] = source
            await house.runner.set_sources([_config(ONE)])
            source.say(Upsert(post=_post("a", media=tuple(PictureRef(url=url) for url in urls))))
            await asyncio.sleep(15)
            return house

    return virtual.run(scenario())


def test_source_is_asked_for_a_picture_of_its_own() -> None:
    album = _Album(ONE)
    album.pictures["fontein-source:1"] = b"one"

    house = _sent_with(album, "fontein-source:1", "https://a.example/2")

    assert house.fetched == [("bytes of one", "photo"), ("https://a.example/2", "photo")]
    (arrival,) = house.received
    assert isinstance(arrival, Arrival)
    assert [picture.blob for picture in arrival.media] == ["bytes of one", "https://a.example/2"]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(bytes(MAX_PICTURE_BYTES + 1), id="too-large"),
        pytest.param(SourceUnavailable("no", code="refused", cause=Cause.REFUSED), id="refused"),
        pytest.param(RuntimeError("a plug-in that breaks"), id="broken"),
    ],
)
def test_post_goes_on_without_a_picture_that_its_source_cannot_give(found: bytes | Exception) -> None:
    album = _Album(ONE)
    album.pictures = {"fontein-source:bad": found, "fontein-source:good": bytes(MAX_PICTURE_BYTES)}

    house = _sent_with(album, "fontein-source:bad", "fontein-source:good")

    assert [kind for _, kind in house.fetched] == ["photo"], "control: the largest that may be comes through"
    assert house.texts == ["a"]


def test_address_of_a_source_goes_to_no_gate() -> None:
    """A stranger may write one; a source without pictures of its own has none."""
    house = _sent_with(_Script(ONE), "fontein-source:1")

    assert house.fetched == []
    assert house.texts == ["a"]


def test_posts_stay_in_order_though_their_pictures_do_not() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            for number in range(20):
                url = f"https://a.example/{number}"
                house.picture_s[url] = (20 - number) / 10
                house.sources[ONE].say(Upsert(post=_post(str(number), avatar_url=url)))
            await asyncio.sleep(60)
            return house

    assert virtual.run(scenario()).texts == [str(number) for number in range(20)]


@pytest.mark.parametrize(("at_once", "least_s", "most_s"), [(following.HANDED_AT_ONCE, 0, 2), (1, 5, 99)])
def test_slow_journal_takes_many_posts_side_by_side(
    monkeypatch: pytest.MonkeyPatch, at_once: int, least_s: float, most_s: float
) -> None:
    """As a busy disk: 0.1 s for an entry, and as long for many. With the control: one after the other."""
    monkeypatch.setattr(following, "HANDED_AT_ONCE", at_once)

    async def scenario() -> float:
        async with _house() as house:
            house.receive_s = 0.1
            began = virtual.now()
            for number in range(200):
                house.sources[ONE].say(Upsert(post=_post(str(number))), str(number))
            await asyncio.wait_for(house.reach("199"), 100)
            assert sorted(house.texts, key=int) == [str(number) for number in range(200)]
            return virtual.now() - began

    assert least_s <= virtual.run(scenario()) <= most_s


def test_cursor_stays_behind_the_slowest_of_those_on_their_way() -> None:
    async def scenario() -> tuple[list[str], str | None, str | None]:
        async with _house() as house:
            house.trouble = lambda handed: (
                StorageFull("full", retry_after_s=5) if virtual.now() < at_s and handed.text == "1" else None
            )
            at_s = virtual.now() + 20
            for number in range(4):
                house.sources[ONE].say(Upsert(post=_post(str(number))), str(number))
            await asyncio.sleep(10)
            early, saved = house.texts, house.cursors.get(ONE)
            await asyncio.sleep(60)
            return early, saved, house.cursors.get(ONE)

    early, saved, at_last = virtual.run(scenario())

    assert early == ["0", "2", "3"], "what can go on goes on"
    assert saved == "0", "or a crash now would lose post 1"
    assert at_last == "3"


class _Forgetful(_Script):
    """Its network forgets what was read, once it is told that it may."""

    def __init__(self, id_: SourceId) -> None:
        super().__init__(id_)
        self.told: list[str] = []

    def saved(self, cursor: str) -> None:
        self.told.append(cursor)


def test_source_whose_network_forgets_hears_what_is_kept_and_nothing_before() -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        async with _house() as house:
            source = house.sources[ONE] = _Forgetful(ONE)
            await house.runner.set_sources([])
            await house.runner.set_sources([_config(ONE)])
            house.trouble = lambda _: StorageFull("full", retry_after_s=5)
            source.say(Upsert(post=_post("a")), "after a")
            await asyncio.sleep(20)
            early = list(source.told)
            house.trouble = lambda _: None
            await asyncio.sleep(60)
            return early, source.told

    assert virtual.run(scenario()) == ([], ["after a"])


class _Mindful(_Script):
    """It wants to know what the house has."""

    def __init__(self, id_: SourceId) -> None:
        super().__init__(id_)
        self.heard: list[tuple[int, list[Kept]]] = []

    def remember(self, kept: Iterable[Kept]) -> None:
        self.heard.append((len(self.began), list(kept)))


def test_source_hears_at_every_start_what_the_house_has_before_it_begins() -> None:
    one, two = (Kept(native_id=id_, uri=f"https://a.example/{id_}", author_id="anna") for id_ in "ab")

    async def scenario() -> list[tuple[int, list[Kept]]]:
        house = _House()
        house.sources = {ONE: (mindful := _Mindful(ONE)), TWO: _Script(TWO)}
        house.kept = {ONE: [one], TWO: [two]}
        await house.runner.set_sources([_config(ONE), _config(TWO)])
        await asyncio.sleep(1)
        house.kept[ONE].append(two)
        mindful.fail()
        await asyncio.sleep(60)
        await house.runner.close()
        assert len(house.sources[TWO].began) == 1, "who does not want to know is not told"
        return mindful.heard

    assert virtual.run(scenario()) == [(0, [one]), (1, [one, two])]


@pytest.mark.parametrize("keeps_order", [True, False])
def test_edit_does_not_overtake_its_post(monkeypatch: pytest.MonkeyPatch, keeps_order: bool) -> None:
    """With the control: if nobody waited for the post that is on its way."""
    if not keeps_order:
        monkeypatch.setattr(following.Follower, "_no_longer", lambda *_: lambda _: None)
        monkeypatch.setattr(asyncio, "wait", _wait_for_nobody(asyncio.wait))

    async def scenario() -> list[str]:
        async with _house() as house:
            house.trouble = _fails_first(1, StorageFull("full", retry_after_s=5))
            house.sources[ONE].say(Upsert(post=_post("a")))
            house.sources[ONE].say(Upsert(post=_post("a", text="a, beter")))
            await asyncio.sleep(20)
            return house.texts

    assert (virtual.run(scenario()) == ["a", "a, beter"]) == keeps_order


def _wait_for_nobody(honest: Callable[..., Any]) -> Callable[..., Any]:
    async def wait(tasks: Any, **options: Any) -> Any:
        return None if all("_arrive" in repr(task) for task in tasks) else await honest(tasks, **options)

    return wait


def _fails_first(times: int, error: Exception) -> Callable[[Handed], Exception | None]:
    left = [times]

    def trouble(handed: Handed) -> Exception | None:
        left[0] -= 1
        return error if left[0] >= 0 else None

    return trouble


async def _crash_while_receiving() -> _House:
    """A post is read, the journal cannot take it, and the process dies; then it starts again."""
    house = _House()
    house.trouble = lambda handed: StorageFull("full", retry_after_s=5)
    await house.runner.set_sources([_config(ONE)])
    house.sources[ONE].say(Upsert(post=_post("a")), "after a")
    await asyncio.sleep(3)
    await house.runner.close()
    house.trouble = lambda handed: None
    source = house.sources[ONE] = _Script(ONE)
    await house.runner.set_sources([_config(ONE)])
    await asyncio.sleep(0)
    if house.cursors.get(ONE) is None:  # The network says again what comes after the saved cursor.
        source.say(Upsert(post=_post("a")), "after a")
    await asyncio.sleep(3)
    await house.runner.close()
    return house


def test_cursor_is_saved_only_when_the_post_is_durable() -> None:
    house = virtual.run(_crash_while_receiving())

    assert house.texts == ["a"]
    assert house.cursors == {ONE: "after a"}


def test_cursor_saved_too_early_loses_a_post(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    honest = following.Follower._take

    async def hasty(self: Any, event: Event, cursor: str | None) -> None:
        if cursor is not None:
            await self._cursors.save(self._source.id, cursor)
        await honest(self, event, cursor)

    monkeypatch.setattr(following.Follower, "_take", hasty)

    assert virtual.run(_crash_while_receiving()).texts == []


def test_source_begins_at_its_saved_cursor() -> None:
    async def scenario() -> _House:
        house = _House()
        house.cursors[ONE] = "here"
        await house.runner.set_sources([_config(ONE)])
        await asyncio.sleep(1)
        await house.runner.close()
        return house

    assert virtual.run(scenario()).sources[ONE].began == ["here"]


def test_full_disk_is_waited_for() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            house.trouble = _fails_first(4, StorageFull("full", retry_after_s=5))
            house.sources[ONE].say(Upsert(post=_post("a")), "1")
            house.sources[ONE].say(Upsert(post=_post("b")), "2")
            await asyncio.sleep(4)
            assert house.received == []
            assert house.cursors == {}
            await asyncio.sleep(120)
            return house

    house = virtual.run(scenario())

    assert house.texts == ["a", "b"]
    assert ("waiting", "storage-full") in house.conditions(ONE)


def test_refused_post_does_not_hold_up_the_next() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            house.trouble = _fails_first(1, BadInput("no"))
            for name in "ab":
                house.sources[ONE].say(Upsert(post=_post(name)), name)
            await asyncio.sleep(1)
            return house

    house = virtual.run(scenario())

    assert (house.texts, house.cursors) == (["b"], {ONE: "b"})


def test_post_that_makes_us_fail_is_set_aside_after_five_attempts() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            house.trouble = lambda handed: (
                RuntimeError("ours") if isinstance(handed, Arrival) and handed.text == "a" else None
            )
            for name in "ab":
                house.sources[ONE].say(Upsert(post=_post(name)), name)
            await asyncio.sleep(60)
            return house

    house = virtual.run(scenario())

    assert (house.texts, house.asked) == (["b"], 6)


def test_delete_overtakes_posts_that_wait_for_pictures() -> None:
    async def scenario() -> list[Handed]:
        async with _house() as house:
            house.picture_s["https://a.example/slow"] = 9
            for name in ("a", "b"):
                house.sources[ONE].say(Upsert(post=_post(name, avatar_url="https://a.example/slow")))
            house.sources[ONE].say(Delete(native_id="elders"))
            await asyncio.sleep(0.5)
            return house.received

    assert virtual.run(scenario()) == [Departure(source=ONE, network="scripted", native_id="elders")]


@pytest.mark.parametrize("names", [{"native_id": "a"}, {"uri": "https://a.example/a"}])
def test_post_that_is_deleted_on_its_way_does_not_arrive(names: dict[str, str]) -> None:
    async def scenario() -> _House:
        async with _house() as house:
            house.sources[ONE].say(Upsert(post=_post("a", avatar_url="https://a.example/av")))
            house.sources[ONE].say(Delete(**names))
            house.sources[ONE].say(Upsert(post=_post("a", text="a, from a page that was read before the delete")))
            house.sources[ONE].say(Upsert(post=_post("b")))
            await asyncio.sleep(5)
            return house

    assert virtual.run(scenario()).texts == ["b"]


@pytest.mark.parametrize(
    ("lets_go", "brings", "by", "comes"),
    [
        pytest.param("feed", "mastodon", TWO, True, id="a-feed-says-nothing-of-the-post-itself"),
        pytest.param("feed", "feed", TWO, True, id="nor-of-another-feeds"),
        pytest.param("feed", "feed", ONE, False, id="the-control-its-own"),
        pytest.param("mastodon", "mastodon", TWO, False, id="the-control-of-one-network"),
        pytest.param("mastodon", "feed", TWO, False, id="whose-author-took-it-back-comes-by-no-feed"),
    ],
)
def test_what_a_feed_let_go_of_keeps_only_its_own_away(lets_go: str, brings: str, by: SourceId, comes: bool) -> None:
    """Anybody may call an item in a feed as a post of somebody else is called."""
    uri = "https://social.example/users/anna/statuses/1"

    async def scenario() -> list[str]:
        async with _house(ONE, TWO) as house:
            house.sources[ONE].network, house.sources[TWO].network = lets_go, brings
            house.sources[ONE].say(Delete(native_id=uri, uri=uri))
            await asyncio.sleep(1)
            house.sources[by].say(Upsert(post=_post(uri, uri=uri, text="Anna")))
            house.sources[by].say(Upsert(post=_post("b")))
            await asyncio.sleep(5)
            return house.texts

    assert virtual.run(scenario()) == ["Anna"] * comes + ["b"]


def test_post_that_is_deleted_while_it_is_received_departs_after_it() -> None:
    async def scenario() -> list[str]:
        async with _house() as house:
            house.receive_s = 1
            house.sources[ONE].say(Upsert(post=_post("a")))
            await asyncio.sleep(0.5)
            house.receive_s = 0
            house.sources[ONE].say(Delete(native_id="a"))
            await asyncio.sleep(3)
            return [type(handed).__name__ for handed in house.received]

    assert virtual.run(scenario()) == ["Departure", "Arrival", "Departure"]


def test_author_who_is_gone_takes_what_is_on_its_way_along_and_may_come_back() -> None:
    async def scenario() -> list[Handed]:
        async with _house() as house:
            house.sources[ONE].say(Upsert(post=_post("a", avatar_url="https://a.example/av")))
            house.sources[ONE].say(AuthorGone(author_id="https://a.example/anna"))
            house.sources[ONE].say(Upsert(post=_post("b")))
            await asyncio.sleep(5)
            return house.received

    gone, back = virtual.run(scenario())

    assert gone == AuthorDeparture(source=ONE, network="scripted", author_id="https://a.example/anna")
    assert isinstance(back, Arrival)
    assert back.text == "b"


@pytest.mark.parametrize("error", [StorageFull("full", retry_after_s=5), RuntimeError("ours")])
def test_delete_is_handed_in_until_it_is_durable(error: Exception) -> None:
    async def scenario() -> tuple[_House, str | None]:
        async with _house() as house:
            house.trouble = lambda handed: error
            house.sources[ONE].say(Delete(native_id="a"), "after a")
            await asyncio.sleep(600)
            early = house.cursors.get(ONE)
            house.trouble = lambda handed: None
            await asyncio.sleep(10)
            house.sources[ONE].say(Health(condition=Condition.OK), "after a")
            await asyncio.sleep(1)
            return house, early

    house, early = virtual.run(scenario())

    assert house.received == [Departure(source=ONE, network="scripted", native_id="a")]
    assert (early, house.cursors) == (None, {ONE: "after a"})
    assert house.asked < 200, "no tight loop"


def test_delete_is_handed_in_though_its_source_is_turned_off() -> None:
    async def scenario() -> list[Handed]:
        async with _house() as house:
            house.trouble = lambda handed: StorageFull("full", retry_after_s=5)
            house.sources[ONE].say(Delete(native_id="a"))
            await asyncio.sleep(1)
            await house.runner.set_sources([])
            house.trouble = lambda handed: None
            await asyncio.sleep(6)
            return house.received

    assert virtual.run(scenario()) == [Departure(source=ONE, network="scripted", native_id="a")]


def test_post_departs_when_its_author_lets_it_expire() -> None:
    async def scenario() -> tuple[list[Handed], list[Handed]]:
        async with _house() as house:
            expires = int((virtual.now() + 600) * 1_000_000)
            house.sources[ONE].say(Upsert(post=_post("a", expires=expires)))
            await asyncio.sleep(590)
            before = list(house.received)
            await asyncio.sleep(15)
            return before, house.received[1:]

    before, after = virtual.run(scenario())

    assert len(before) == 1
    assert after == [Departure(source=ONE, network="scripted", native_id="a", uri="https://a.example/a")]


def test_source_turned_off_says_nothing_more() -> None:
    async def scenario() -> _House:
        async with _house(ONE, TWO) as house:
            house.sources[ONE].say(Upsert(post=_post("a", avatar_url="https://a.example/av")))
            await asyncio.sleep(0.05)
            await house.runner.set_sources([_config(TWO)])
            house.sources[ONE].say(Upsert(post=_post("b")))
            house.sources[TWO].say(Upsert(post=_post("c")))
            await asyncio.sleep(60)
            return house

    house = virtual.run(scenario())

    assert house.texts == ["c"]
    assert (house.sources[ONE].closed, house.sources[TWO].began) == (1, [None])


def test_changed_source_begins_again_and_an_unchanged_one_goes_on() -> None:
    async def scenario() -> tuple[int, int]:
        async with _house(ONE, TWO) as house:
            await asyncio.sleep(1)
            await house.runner.set_sources([_config(ONE, tags=["x"]), _config(TWO)])
            await asyncio.sleep(1)
            return len(house.sources[ONE].began), len(house.sources[TWO].began)

    assert virtual.run(scenario()) == (2, 1)


def test_failing_source_is_started_again_and_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> _House:
        async with _house(ONE, TWO) as house:
            house.sources[ONE].say(Upsert(post=_post("a")), "after a")
            await asyncio.sleep(1)
            house.sources[ONE].fail()
            house.sources[TWO].say(Upsert(post=_post("b")))
            await asyncio.sleep(20)
            house.sources[ONE].say(Upsert(post=_post("c")))
            await asyncio.sleep(1)
            return house

    house = virtual.run(scenario())

    assert sorted(house.texts) == ["a", "b", "c"]
    assert house.sources[ONE].began == [None, "after a"]
    assert house.sources[TWO].began == [None]
    assert ("waiting", "failed") in house.conditions(ONE)
    assert len([record for record in caplog.records if "Source one failed" in record.message]) == 1


def test_source_that_fails_at_once_is_not_started_in_a_loop() -> None:
    async def scenario() -> int:
        async with _house() as house:
            for _ in range(1000):
                house.sources[ONE].fail()
            await asyncio.sleep(3600)
            return len(house.sources[ONE].began)

    assert 10 <= virtual.run(scenario()) <= 20


def test_wrong_options_ask_for_attention() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            await house.runner.set_sources([_config(ONE, wrong=True)])
            await asyncio.sleep(60)
            return house

    assert virtual.run(scenario()).conditions(ONE)[-1] == ("needs-attention", "bad-option")


def test_health_is_told_at_every_change_and_every_ten_seconds() -> None:
    async def scenario() -> list[tuple[float, str]]:
        async with _house() as house:
            began = virtual.now()
            await asyncio.sleep(4)
            house.sources[ONE].say(Health(condition=Condition.OK, counts={"posts": 1}))
            await asyncio.sleep(1)
            house.sources[ONE].say(Health(condition=Condition.OK, counts={"posts": 2}))
            await asyncio.sleep(1)
            house.sources[ONE].say(Health(condition=Condition.WAITING, what="unreachable"))
            await asyncio.sleep(16)
            return [(round(at - began), health.condition.value) for at, _, health in house.healths]

    assert virtual.run(scenario()) == [(0, "waiting"), (4, "ok"), (6, "waiting"), (10, "waiting"), (20, "waiting")]


@pytest.mark.parametrize(
    ("health", "what", "after_s"),
    [
        pytest.param(Health(condition=Condition.WAITING, what="unreachable"), "unreachable", 120, id="in-trouble"),
        pytest.param(Health(condition=Condition.OK), "silent", 240, id="silent"),
    ],
)
def test_source_in_trouble_or_silent_becomes_stale(health: Health, what: str, after_s: float) -> None:
    async def scenario() -> list[tuple[float, Health]]:
        async with _house() as house:
            began = virtual.now()
            house.sources[ONE].say(health)
            await asyncio.sleep(400)
            return [(at - began, told) for at, _, told in house.healths if told.condition is Condition.STALE]

    stale = virtual.run(scenario())

    assert stale[0][1].what == what
    assert after_s < stale[0][0] <= after_s + 11


def test_what_is_on_screens_is_looked_at_again() -> None:
    async def scenario() -> _House:
        async with _house() as house:
            house.shown[ONE] = ["a", "b"]
            house.sources[ONE].found = (Delete(native_id="a"), Upsert(post=_post("b", edited=9)))
            await asyncio.sleep(200)
            house.shown[ONE] = []
            await asyncio.sleep(200)
            return house

    house = virtual.run(scenario())

    assert house.sources[ONE].rechecked == [("a", "b")]
    assert house.received[0] == Departure(source=ONE, network="scripted", native_id="a")
    assert house.texts == ["b"]


def test_who_asks_for_another_look_waits_until_what_went_is_durable() -> None:
    async def scenario() -> tuple[_House, bool, float]:
        async with _house() as house:
            house.receive_s = 3.0
            house.sources[ONE].found = (Delete(native_id="a"), AuthorGone(author_id="x"), Upsert(post=_post("b")))
            await asyncio.sleep(1)
            began = virtual.now()
            answered = await house.runner.look_again(ONE, ["a", "b"])
            took_s = virtual.now() - began
            assert {Departure, AuthorDeparture} <= {type(handed) for handed in house.received}
            await asyncio.sleep(5)
            return house, answered, took_s

    house, answered, took_s = virtual.run(scenario())

    assert answered
    assert took_s >= 6.0
    assert house.sources[ONE].rechecked == [("a", "b")]
    assert house.texts == ["b"]


@pytest.mark.parametrize("asked", [True, False], ids=["somebody-asks", "now-and-then"])
def test_what_was_seen_before_a_look_broke_off_counts_and_the_rest_was_not_asked(asked: bool) -> None:
    async def scenario() -> tuple[_House, bool]:
        async with _house() as house:
            trouble = SourceUnavailable("away", code="away", cause=Cause.SERVER)
            house.sources[ONE].found = BrokenOff(trouble, (Delete(native_id="a"), Upsert(post=_post("b"))))
            house.shown[ONE] = [] if asked else ["a", "b", "c"]
            await asyncio.sleep(1 if asked else 200)
            answered = asked and await house.runner.look_again(ONE, ["a", "b", "c"])
            await asyncio.sleep(5)
            return house, answered

    house, answered = virtual.run(scenario())

    assert not answered
    assert house.received[0] == Departure(source=ONE, network="scripted", native_id="a")
    assert house.texts == ["b"]


def test_source_that_does_not_run_or_answer_cannot_be_asked() -> None:
    async def scenario() -> list[bool]:
        async with _house() as house:
            await asyncio.sleep(1)
            asked = [await house.runner.look_again(TWO, ["a"]), await house.runner.look_again(ONE, ["a"])]
            house.sources[ONE].found = SourceUnavailable("away", code="away", cause=Cause.SERVER)
            asked.append(await house.runner.look_again(ONE, ["a"]))
            await house.runner.set_sources([])
            asked.append(await house.runner.look_again(ONE, ["a"]))
            return asked

    assert virtual.run(scenario()) == [False, True, False, False]


def test_configuration_does_not_print_its_options() -> None:
    assert "geheim" not in repr(_config(ONE, tokens={"a.example": "geheim"}))
