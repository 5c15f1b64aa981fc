"""The source against a homeserver on loopback that behaves as documented, and badly, in virtual time."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from yarl import URL

from server.sources.backoff import SourceUnavailable
from server.sources.contract import AuthorGone, BrokenOff, Delete, Kept, NetworkPost, Tools, Trial, Upsert
from server.sources.matrix import client, create, reading, source
from server.sources.matrix.client import _may_follow
from server.sources.matrix.source import MatrixSource
from server.symposium.values import SourceId
from tests.conftest import Scale
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.matrix.homeserver import (
    ALIAS,
    NOOR,
    PICTURE,
    ROOM,
    TOKEN,
    Behaviour,
    Homeserver,
    answers,
    complains,
    hangs_up,
    slow,
)

pytestmark = pytest.mark.slow

MINUTE = 60
MALLORY = "@mallory:matrix.example"


@asynccontextmanager
async def _source(server: Homeserver, **options: Any) -> AsyncIterator[MatrixSource]:
    given = {"homeserver": server.url, "token": TOKEN, "rooms": [ALIAS], "tags": ["DemoConf"]} | options
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        made = create(SourceId("matrix-1"), given, Tools(session=session, now=virtual.now, rng=random.Random(7)))
        assert isinstance(made, MatrixSource)
        yield made


@asynccontextmanager
async def _listening(
    server: Homeserver, *, cursor: str | None = None, kept: Sequence[Kept] = (), **options: Any
) -> AsyncIterator[Hall]:
    async with _source(server, **options) as made:
        made.remember(kept)
        hall = Hall(made)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})


async def _hear(server: Homeserver, seconds: float = 30, **options: Any) -> Hall:
    async with _listening(server, **options) as hall:
        await asyncio.sleep(seconds)
    return hall


def _gone(event: str) -> Delete:
    return Delete(native_id=f"{ROOM}/{event}", uri=f"matrix:roomid/zaal:matrix.example/e/{event[1:]}")


def test_messages_come_live_with_their_author() -> None:
    async def scenario() -> tuple[Hall, float]:
        async with Homeserver().serving() as server:
            server.member(NOOR, displayname="Noor", avatar_url="mxc://matrix.example/face")
            server.say("voor #DemoConf")
            server.say("niet voor hier")
            async with _listening(server) as hall:
                await asyncio.sleep(10)
                said_at = asyncio.get_running_loop().time()
                server.say("live #DemoConf")
                await asyncio.sleep(10)
                return hall, hall.seen[-2][0] - said_at

    hall, took_s = virtual.run(scenario())

    assert hall.texts == ["voor", "live"]
    assert [(post.name, post.handle) for post in hall.posts] == [("Noor", NOOR)] * 2
    assert hall.posts[0].avatar_url == "fontein-source:mxc://matrix.example/face#avatar"
    assert hall.conditions == [("ok", "")]
    assert took_s < 1, "it waits for the next look"


def test_all_messages_come_where_the_organiser_wants_them() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("zonder hashtag")
            return await _hear(server, tags=[], which="all")

    assert virtual.run(scenario()).texts == ["zonder hashtag"]


def test_every_sync_is_filtered_and_says_that_nobody_is_present() -> None:
    async def scenario() -> list[Any]:
        async with Homeserver().serving() as server:
            await _hear(server, 5 * MINUTE)
            return [request.query for _, path, request in server.requests if path.endswith("/sync")]

    queries = virtual.run(scenario())

    assert len(queries) <= 12, "long polls"
    for query in queries:
        told = json.loads(query["filter"])
        assert (query["set_presence"], told["room"]["rooms"], told["presence"]) == ("offline", [ROOM], {"types": []})
        assert set(told["room"]["timeline"]["types"]) == {
            "m.room.message",
            "m.room.redaction",
            "m.room.member",
            "m.room.encryption",
            "m.room.tombstone",
        }


def test_edit_is_a_new_revision_and_keeps_its_moment() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("oud #DemoConf")
            await asyncio.sleep(60)
            server.edit(said, "nieuw, zonder hashtag")
            await asyncio.sleep(5)
            return hall

    first, second = virtual.run(scenario()).posts

    assert (first.text, second.text) == ("oud #DemoConf", "nieuw, zonder hashtag")
    assert (first.native_id, first.created, first.edited) == (second.native_id, second.created, None)
    assert second.edited is not None
    assert second.edited - (second.created or 0) == 60_000_000


def test_edit_that_adds_the_hashtag_makes_a_post() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("vergeten")
            await asyncio.sleep(5)
            server.edit(said, "gevonden #DemoConf")
            await asyncio.sleep(5)
            return hall

    assert virtual.run(scenario()).texts == ["gevonden"]


@pytest.mark.parametrize("taken_back", [True, False], ids=["", "the-control"])
@pytest.mark.parametrize("remembered", [True, False])
def test_edit_of_a_message_that_was_taken_back_brings_nothing_back(remembered: bool, taken_back: bool) -> None:
    """It was not for us when it was said, so that nobody else knows that it went."""

    async def scenario() -> list[str]:
        async with Homeserver().serving() as server:
            said = server.say("oeps")
            before = await _hear(server)
            async with _listening(server, cursor=before.cursor) as hall:
                await asyncio.sleep(5)
                if remembered:
                    said = server.say("oeps")
                    await asyncio.sleep(5)
                if taken_back:
                    server.redact(said)
                server.edit(said, "toch #DemoConf")
                await asyncio.sleep(5)
            return hall.texts

    assert virtual.run(scenario()) == ([] if taken_back else ["toch"])


@pytest.mark.parametrize("remembered", [True, False])
def test_edit_of_somebody_elses_message_is_ignored(remembered: bool) -> None:
    hall = virtual.run(_edited_by(MALLORY, remembered=remembered))

    assert hall.texts == ["oud"]


@pytest.mark.parametrize("remembered", [True, False])
def test_edit_of_ones_own_message_is_not_ignored(remembered: bool) -> None:
    """The negative control of the test above."""
    hall = virtual.run(_edited_by(NOOR, remembered=remembered))

    assert hall.texts == ["oud", "nieuw"]


async def _edited_by(user: str, *, remembered: bool) -> Hall:
    async with Homeserver().serving() as server:
        said = server.say("oud #DemoConf")
        before = await _hear(server)
        if not remembered:
            server.edit(said, "nieuw #DemoConf", by=user)
            after = await _hear(server, cursor=before.cursor)
            after.seen[:0] = before.seen
            return after
        async with _listening(server) as hall:
            await asyncio.sleep(5)
            server.edit(said, "nieuw #DemoConf", by=user)
            await asyncio.sleep(5)
            return hall


def test_redaction_takes_a_message_away() -> None:
    async def scenario() -> tuple[Hall, str]:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("spijt #DemoConf")
            await asyncio.sleep(5)
            server.redact(said)
            await asyncio.sleep(5)
            return hall, said

    hall, said = virtual.run(scenario())

    assert hall.departed == [_gone(said)]


@pytest.mark.parametrize(
    ("is_gone", "departed"), [(True, 1), (False, 0)], ids=["redacted-indeed", "only-somebodys-word"]
)
def test_redaction_that_nobody_vouches_for_is_looked_into(is_gone: bool, departed: int) -> None:
    """Rooms older than version 11 have the target at the top; in its content anybody may name whatever they like."""

    async def scenario() -> tuple[Hall, str]:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("blijft #DemoConf")
            await asyncio.sleep(5)
            if is_gone:
                server.redact(said)
                del server.events[-1]["redacts"]
            else:
                server.happen("m.room.redaction", {"redacts": said}, by=MALLORY)
            await asyncio.sleep(5)
            return hall, said

    hall, said = virtual.run(scenario())

    assert hall.departed == [_gone(said)] * departed


def test_message_reads_as_before_when_its_edit_is_taken_back() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            said = server.say("oud #DemoConf")
            await asyncio.sleep(5)
            edit = server.edit(said, "nieuw #DemoConf")
            await asyncio.sleep(5)
            server.redact(edit)
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["oud", "nieuw", "oud"]
    assert hall.departed == []
    assert [post.edited or 0 for post in hall.posts] == sorted({post.edited or 0 for post in hall.posts})


@pytest.mark.parametrize(("membership", "gone"), [("ban", [AuthorGone(author_id=MALLORY)]), ("leave", [])])
def test_only_who_is_banned_is_gone(membership: str, gone: list[AuthorGone]) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            server.say("reclame #DemoConf", by=MALLORY)
            server.member(MALLORY, membership)
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert (hall.texts, hall.departed) == (["reclame"], gone)


# What came between


@pytest.mark.parametrize("heeds_to", [True, False], ids=["server-knows-until", "server-ignores-until"])
@pytest.mark.parametrize("missed", [7, 60, 350])
def test_messages_of_a_break_all_come_in_order(missed: int, heeds_to: bool) -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Homeserver().serving() as server:
            server.heeds_to = heeds_to
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(missed):
                server.say(f"{number} #DemoConf")
            return before, await _hear(server, 60, cursor=before.cursor)

    before, after = virtual.run(scenario())

    assert before.texts == ["voor"]
    assert [text for text in after.texts if text != "voor"] == [str(number) for number in range(missed)]


def test_without_paging_back_messages_of_a_break_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "MAX_PAGES", 0)

    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(60):
                server.say(f"{number} #DemoConf")
            return await _hear(server, cursor=before.cursor)

    assert len(virtual.run(scenario()).texts) == 5


def test_break_is_caught_up_with_page_by_page_and_a_crash_on_the_way_costs_nothing() -> None:
    async def scenario() -> tuple[Hall, Hall, int]:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(350):
                server.say(f"{number} #DemoConf")
            async with _listening(server, cursor=before.cursor) as half:
                while len(half.posts) < 120:  # noqa: ASYNC110 -- virtual time
                    await asyncio.sleep(0.2)
            server.requests.clear()
            return half, await _hear(server, MINUTE, cursor=half.cursor), len(server.asked("/messages"))

    half, after, asked = virtual.run(scenario())

    assert len(half.posts) < 350, "it crashed on the way"
    assert [text for text in after.texts if text != "voor"] == [str(number) for number in range(350)]
    assert asked == 4 + 3, "to find the beginning, and again for all pages but the oldest, which was held on to"


def test_whatever_was_said_and_whenever_it_crashed_nothing_is_missed(scale: Scale) -> None:
    @settings(max_examples=scale(200, 20), phases=[Phase.generate])
    @given(
        missed=st.integers(0, 260),
        newest=st.integers(1, 50),
        most_bytes=st.sampled_from([8_000_000, 20_000, 3_000]),
        crash_after=st.integers(0, 300),
        heeds_to=st.booleans(),
    )
    def days(missed: int, newest: int, most_bytes: int, crash_after: int, heeds_to: bool) -> None:
        async def scenario() -> tuple[list[str], list[str]]:
            async with Homeserver().serving() as server:
                server.newest, server.heeds_to = newest, heeds_to
                server.say("voor #DemoConf")
                cursor = (await _hear(server, 10)).cursor
                for number in range(missed):
                    server.say(f"{number} #DemoConf")
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(client, "MAX_SYNC_BYTES", most_bytes)
                    async with _listening(server, cursor=cursor) as half:
                        for _ in range(crash_after):
                            await asyncio.sleep(0.1)
                    return half.texts, (await _hear(server, 4 * MINUTE, cursor=half.cursor or cursor)).texts

        half, after = virtual.run(scenario())

        told = dict.fromkeys([*half, *after])
        assert [text for text in told if text != "voor"] == [str(number) for number in range(missed)]

    days()


@pytest.mark.parametrize("most_bytes", [50_000, 12_000, 3_500], ids=["half", "a-few", "one"])
def test_answer_that_is_too_large_is_read_in_smaller_ones(most_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = virtual.run(_loud_break(monkeypatch, most_bytes))

    assert hall.texts == [f"{'x' * 1500} {number}" for number in range(60)]
    assert hall.conditions == [("ok", "")]


async def _loud_break(monkeypatch: pytest.MonkeyPatch, most_bytes: int) -> Hall:
    async with Homeserver().serving() as server:
        server.say("voor #DemoConf")
        before = await _hear(server)
        for number in range(60):
            server.say(f"{'x' * 1500} {number} #DemoConf")
        monkeypatch.setattr(client, "MAX_SYNC_BYTES", most_bytes)
        return await _hear(server, 5 * MINUTE, cursor=before.cursor)


def test_answer_of_which_nothing_fits_is_paged_back_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six rooms with a long message each do not fit in one answer, however short; each fits in a page."""

    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            before = await _hear(server)
            server.say("een #DemoConf")
            server.say("twee #DemoConf")
            told = server._happened

            def long(start: int, wanted: Any, *, first: bool) -> Any:
                full = told(start, wanted, first=first)
                return full | {"padding": "x" * 9_000_000} if wanted["timeline"]["types"] and start < 3 else full

            monkeypatch.setattr(server, "_happened", long)
            return await _hear(server, MINUTE, cursor=before.cursor)

    hall = virtual.run(scenario())

    assert [text for text in hall.texts if text != "voor"] == ["een", "twee"]
    assert hall.conditions == [("ok", "")]


def test_message_that_fits_in_no_answer_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            before = await _hear(server)
            server.say(f"{'x' * 9000} #DemoConf")
            server.say("na #DemoConf")
            monkeypatch.setattr(client, "MAX_SYNC_BYTES", 5000)
            async with _listening(server, cursor=before.cursor) as hall:
                await asyncio.sleep(MINUTE)
                server.say("later #DemoConf")
                await asyncio.sleep(5)
                return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["na", "later"]
    assert hall.conditions == [("ok", "")]
    assert [record.message for record in caplog.records if "passed over" in record.message] == [
        f"Not all that was said in {ROOM} could be read; the oldest is passed over"
    ]


# What a restart knows


def _kept(*events: str) -> list[Kept]:
    return [Kept(native_id=f"{ROOM}/{event}", uri="", author_id=NOOR) for event in events]


@pytest.mark.parametrize(
    ("remembers", "departed"), [(True, 1), (False, 0)], ids=["it-is-told-what-is-there", "negative-control"]
)
def test_what_was_redacted_while_nobody_could_see_it_is_looked_for(
    remembers: bool, departed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More was said than we page back to: the redaction itself is never read."""
    monkeypatch.setattr(source, "MAX_PAGES", 1)

    async def scenario() -> tuple[Hall, str]:
        async with Homeserver().serving() as server:
            said = [server.say(f"{name} #DemoConf") for name in ("weg", "blijft")]
            before = await _hear(server)
            server.redact(said[0])
            for number in range(400):
                server.say(f"{number}")
            kept = _kept(*said) if remembers else []
            return await _hear(server, MINUTE, cursor=before.cursor, kept=kept), said[0]

    hall, said = virtual.run(scenario())

    assert hall.departed == [_gone(said)] * departed


def _ill(server: Homeserver, *events: str) -> Behaviour:
    """Of these messages the server stumbles over each."""

    async def behave(request: web.Request) -> web.StreamResponse:
        if request.match_info["event"] in events:
            return complains(500, "M_UNKNOWN")
        server.on_event, own = None, server.on_event
        try:
            return await server._event(request)
        finally:
            server.on_event = own

    return behave


def test_message_that_its_server_cannot_give_does_not_stop_the_looking() -> None:
    """Nor does the long poll end for it; once the server can give it, it is looked at too."""

    async def scenario() -> tuple[Hall, list[str], int]:
        async with Homeserver().serving() as server:
            said = [server.say(f"{number} #DemoConf") for number in range(8)]
            gone = [said[0], said[6]]
            for each in gone:
                server.redact(each)
            for number in range(100):
                server.say(f"{number}")
            server.on_event = _ill(server, said[0])
            async with _listening(server, cursor="lost", kept=_kept(*said)) as hall:
                await asyncio.sleep(10 * MINUTE)
                assert hall.departed == [_gone(said[6])]
                asked = len(server.asked("/sync"))
                server.on_event = None
                await asyncio.sleep(2 * MINUTE)
            return hall, gone, asked

    hall, gone, asked = virtual.run(scenario())

    assert hall.departed == [_gone(gone[1]), _gone(gone[0])]
    assert asked <= 60, "long polls"


def test_posts_of_a_closed_room_wait_for_it_and_hurry_nothing() -> None:
    async def scenario() -> tuple[Hall, str, int]:
        async with Homeserver().serving() as server:
            said = server.say("weg #DemoConf")
            server.redact(said)
            for number in range(100):
                server.say(f"{number}")
            server.joined = server.open = set()
            kept = _kept(*(f"$other{number}" for number in range(1000)), said)
            async with _listening(server, cursor="lost", kept=kept) as hall:
                await asyncio.sleep(MINUTE)
                asked = len(server.asked("/sync"))
                assert hall.departed == []
                server.invited = {ROOM}
                server.stir()
                await asyncio.sleep(30 * MINUTE)
            return hall, said, asked

    hall, said, asked = virtual.run(scenario())

    assert asked <= 5, "long polls"
    assert _gone(said) in hall.departed


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_doubts_are_never_looked_into_in_a_burst(closed: bool) -> None:
    async def scenario() -> int:
        async with Homeserver().serving() as server:
            server.waits = False
            kept = _kept(*(f"$other{number}" for number in range(1000)))
            if closed:
                server.joined = server.open = set()
            await _hear(server, MINUTE, cursor="lost", kept=kept)
            return len(server.asked("/sync"))

    assert virtual.run(scenario()) <= 65


@pytest.mark.parametrize("moves", [False, True], ids=["it-stands-still", "it-wanders"])
def test_past_that_does_not_end_is_left_alone(moves: bool, caplog: pytest.LogCaptureFixture) -> None:
    """A page that was there a moment ago is empty when it is asked for again, and points at itself or elsewhere."""

    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(150):
                server.say(f"{number} #DemoConf")
            asked: list[str] = []

            async def on_messages(request: web.Request) -> web.StreamResponse:
                start = request.query["from"]
                asked.append(start)
                if len(asked) > 2:
                    return web.json_response({"chunk": [], "start": start, "end": f"t{len(asked)}" if moves else start})
                server.on_messages, own = None, server.on_messages
                try:
                    return await server._messages(request)
                finally:
                    server.on_messages = own

            server.on_messages = on_messages
            async with _listening(server, cursor=before.cursor) as hall:
                await asyncio.sleep(10 * MINUTE)
                server.say("later #DemoConf")
                await asyncio.sleep(10)
                return hall

    hall = virtual.run(scenario())

    assert hall.texts[-1] == "later"
    assert any("passed over" in record.message for record in caplog.records)


@pytest.mark.parametrize(
    ("remembers", "departed"), [(True, 1), (False, 0)], ids=["it-is-told-what-is-there", "negative-control"]
)
def test_what_was_redacted_before_our_position_was_lost_is_looked_for(remembers: bool, departed: int) -> None:
    async def scenario() -> tuple[Hall, str]:
        async with Homeserver().serving() as server:
            said = server.say("weg #DemoConf")
            server.redact(said)
            for number in range(100):
                server.say(f"{number}")
            return await _hear(server, MINUTE, cursor="lost", kept=_kept(said) if remembers else []), said

    hall, said = virtual.run(scenario())

    assert hall.departed == [_gone(said)] * departed


@pytest.mark.parametrize(("remembers", "texts"), [(True, ["nu zonder"]), (False, [])], ids=["told", "negative-control"])
def test_edit_that_takes_the_hashtag_away_after_a_restart(remembers: bool, texts: list[str]) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            said = server.say("vergeten")
            server.edit(said, "gevonden #DemoConf")
            before = await _hear(server)
            async with _listening(server, cursor=before.cursor, kept=_kept(said) if remembers else []) as hall:
                await asyncio.sleep(5)
                server.edit(said, "nu zonder")
                await asyncio.sleep(5)
                return hall

    assert virtual.run(scenario()).texts == texts


def test_edit_that_is_taken_back_after_a_restart_is_taken_back() -> None:
    assert virtual.run(_edit_taken_back()).texts == ["oud"]


def test_without_its_note_an_edit_that_is_taken_back_would_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(reading, "MAX_EDITS", 0)
    monkeypatch.setattr(reading.Reading, "newest_edits", lambda _: {})

    assert virtual.run(_edit_taken_back()).texts == []


async def _edit_taken_back() -> Hall:
    async with Homeserver().serving() as server:
        said = server.say("oud #DemoConf")
        edit = server.edit(said, "nieuw #DemoConf")
        before = await _hear(server)
        async with _listening(server, cursor=before.cursor) as hall:
            await asyncio.sleep(5)
            server.redact(edit)
            await asyncio.sleep(5)
            return hall


def test_first_look_goes_back_to_where_the_organiser_wants_to_begin() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("gisteren #DemoConf")
            server.events[0]["origin_server_ts"] -= 86_400_000
            for number in range(20):
                server.say(f"{number} #DemoConf")
            return await _hear(server), await _hear(server, since="2026-11-21T12:00:00+01:00")

    newest, all_day = virtual.run(scenario())

    assert newest.texts == ["15", "16", "17", "18", "19"]
    assert all_day.texts == [str(number) for number in range(20)]


def test_position_that_the_server_forgot_costs_no_message() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(20):
                server.say(f"{number} #DemoConf")
            server.forgets = True
            return before, await _hear(server, cursor=before.cursor)

    _, after = virtual.run(scenario())

    assert [text for text in after.texts if text != "voor"] == [str(number) for number in range(20)]


def test_look_that_breaks_off_half_way_is_done_again() -> None:
    """The edit can't be held against its message at first; what was read before it must not count as known."""

    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            old = server.say("oud")
            before = await _hear(server)
            server.say("een #DemoConf")
            server.edit(old, "toch #DemoConf")
            server.on_event = answers(500)
            async with _listening(server, cursor=before.cursor) as hall:
                await asyncio.sleep(8)
                server.on_event = None
                await asyncio.sleep(MINUTE)
                return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een", "toch"]
    assert hall.conditions == [("waiting", "server-error"), ("ok", "")]


def test_cursor_that_cannot_be_read_means_the_beginning() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            return await _hear(server, cursor='{"since": 7')

    assert virtual.run(scenario()).texts == ["voor"]


# Trouble


def _limited(**more: Any) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        return complains(429, "M_LIMIT_EXCEEDED", **more)

    return behave


TROUBLES: list[Any] = [
    pytest.param(_limited(retry_after_ms=90_000), "limited", 90, id="429-says-in-its-body"),
    pytest.param(answers(429, "{}", headers={"Retry-After": "80"}), "limited", 80, id="429-says-in-its-head"),
    pytest.param(_limited(), "limited", 60, id="429-silent"),
    pytest.param(answers(500), "server-error", 5, id="500"),
    pytest.param(answers(502, "<html>", kind="text/html"), "server-error", 5, id="502"),
    pytest.param(answers(body="<html>Log in", kind="text/html"), "not-json", 5, id="captive-portal"),
    pytest.param(answers(body="{nonsense"), "unreadable", 5, id="garbage"),
    pytest.param(answers(body="{}"), "unreadable", 5, id="no-position"),
    pytest.param(answers(body="[" * 500_000), "unreadable", 5, id="deep"),
    pytest.param(answers(302, headers={"Location": "http://127.0.0.1:1/x"}), "redirected", 5, id="redirect"),
    pytest.param(slow, "too-slow", 40, id="slow"),
    pytest.param(hangs_up, "unreachable", 0, id="hangs-up"),
]


@pytest.mark.parametrize(("trouble", "what", "least_s"), TROUBLES)
def test_source_waits_says_what_is_wrong_and_loses_nothing(trouble: Behaviour, what: str, least_s: float) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            server.misbehave = [trouble, trouble] if trouble is hangs_up else [trouble]
            async with _listening(server) as hall:
                await asyncio.sleep(1)
                server.say("tijdens #DemoConf")
                await asyncio.sleep(10 * MINUTE)
            return hall, server.asked("/sync")

    hall, asked = virtual.run(scenario())

    assert hall.texts == ["voor", "tijdens"]
    assert [each for each in hall.conditions if each[0] != "ok"] in ([("waiting", what)], [("waiting", what)] * 2)
    assert hall.conditions[-1] == ("ok", "")
    assert asked[1] - asked[0] >= least_s


def test_events_that_cannot_be_read_stop_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(source, "NEWEST", 1000)

    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            for number in range(150):
                server.happen("m.room.message", {"msgtype": "m.text", "body": number})
            server.newest = 1000
            server.say("goed #DemoConf")
            return await _hear(server)

    hall = virtual.run(scenario())

    assert hall.texts == ["goed"]
    assert hall.healths[-1].counts["unreadable"] == 150
    assert sum("cannot be read" in record.message for record in caplog.records) == 2


def test_edits_of_what_nobody_knows_do_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "NEWEST", 200)

    assert virtual.run(_held_up_s()) < 30


def test_edits_of_what_nobody_knows_would_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "NEWEST", 200)
    monkeypatch.setattr(source, "MAX_FETCHES", 1000)

    assert virtual.run(_held_up_s()) > 90


async def _held_up_s() -> float:
    """How long a message takes that somebody says after a hundred edits of nothing."""
    async with Homeserver().serving() as server:
        before = await _hear(server)
        server.newest = 200
        for number in range(100):
            server.edit(f"$nothing{number}", "x #DemoConf", by=MALLORY)
        server.say("gewoon #DemoConf")
        began = asyncio.get_running_loop().time()
        after = await _hear(server, 200, cursor=before.cursor)
        assert after.texts == ["gewoon"]
        return next(at for at, event, _ in after.seen if isinstance(event, Upsert)) - began


def test_server_that_never_waits_is_not_asked_all_the_time() -> None:
    assert len(virtual.run(_asked_of_one_that_never_waits())) <= 65


def test_server_that_never_waits_would_be_asked_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "SOONEST_S", 0.05)

    assert len(virtual.run(_asked_of_one_that_never_waits())) > 130


async def _asked_of_one_that_never_waits() -> list[float]:
    async with Homeserver().serving() as server:
        server.waits = False
        await _hear(server, MINUTE)
        return server.asked("/sync")


def test_other_questions_take_turns() -> None:
    async def scenario() -> list[float]:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(400):
                server.say(str(number))
            server.requests.clear()
            await _hear(server, MINUTE, cursor=before.cursor)
            return server.asked("/messages")

    asked = virtual.run(scenario())

    assert len(asked) >= 4
    assert min(after - before for before, after in pairwise(asked)) >= 0.8


def test_refused_token_needs_somebody() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Homeserver().serving() as server:
            hall = await _hear(server, 60 * MINUTE, token="old")
            return hall, len(server.requests)

    hall, requests = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "token-refused")]
    assert requests == 2, "what it speaks, and where we are"


# Rooms


def test_public_room_is_entered() -> None:
    async def scenario() -> tuple[Hall, set[str]]:
        async with Homeserver().serving() as server:
            server.joined = set()
            server.say("voor #DemoConf")
            return await _hear(server), server.joined

    hall, joined = virtual.run(scenario())

    assert (hall.texts, joined) == (["voor"], {ROOM})


def test_room_that_is_not_open_asks_for_an_invitation_and_is_entered_with_one() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.joined = server.open = set()
            server.say("voor #DemoConf")
            async with _listening(server) as hall:
                await asyncio.sleep(100)
                server.invited = {ROOM}
                server.stir()
                await asyncio.sleep(5)
                server.say("binnen #DemoConf")
                await asyncio.sleep(5)
                return hall

    hall = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "not-invited"), ("ok", "")]
    assert hall.healths[0].where == ALIAS
    assert hall.texts == ["voor", "binnen"]


def test_invitation_of_another_room_is_left_alone() -> None:
    async def scenario() -> list[float]:
        async with Homeserver().serving() as server, _listening(server):
            await asyncio.sleep(5)
            server.waits = False
            server.invited = {"!vreemd:elders.example"}
            server.stir()
            await asyncio.sleep(MINUTE)
            return server.asked("/join/")

    assert virtual.run(scenario()) == []


def test_room_that_shows_us_out_is_not_entered_again() -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            server.joined = set()
            server.left = {ROOM}
            server.stir()
            await asyncio.sleep(30 * MINUTE)
            return hall, server.asked("/join/")

    hall, asked = virtual.run(scenario())

    assert hall.conditions == [("ok", ""), ("needs-attention", "not-in-room")]
    assert asked == []


def test_unknown_room_is_named_and_the_others_go_on() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            return await _hear(server, rooms=["#weg:matrix.example", ALIAS])

    hall = virtual.run(scenario())

    assert hall.texts == ["voor"]
    assert hall.conditions == [("needs-attention", "unknown-room")]
    assert hall.healths[0].where == "#weg:matrix.example"


def test_every_room_is_entered_also_when_the_server_stumbles_between_two() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.aliases["#twee:matrix.example"] = "!twee:matrix.example"
            server.open.add("!twee:matrix.example")
            server.on_directory["#twee:matrix.example"] = answers(500)
            return await _hear(server, MINUTE, rooms=[ALIAS, "#twee:matrix.example"])

    hall = virtual.run(scenario())

    assert hall.conditions == [("waiting", "server-error"), ("ok", "")]
    assert hall.healths[-1].counts["rooms"] == 2


@pytest.mark.parametrize(
    ("word", "conditions"),
    [
        pytest.param(ALIAS, [("ok", ""), ("needs-attention", "room-moved"), ("ok", "")], id="by-alias"),
        pytest.param(ROOM, [("ok", ""), ("needs-attention", "room-moved")], id="by-id"),
    ],
)
def test_room_that_moves_is_followed_by_its_alias(word: str, conditions: list[tuple[str, str]]) -> None:
    async def scenario() -> tuple[Hall, set[str]]:
        async with Homeserver().serving() as server, _listening(server, rooms=[word]) as hall:
            await asyncio.sleep(10)
            server.happen("m.room.tombstone", {"replacement_room": "!nieuw:matrix.example"}, state_key="")
            await asyncio.sleep(5)
            server.aliases[ALIAS] = "!nieuw:matrix.example"
            server.open.add("!nieuw:matrix.example")
            await asyncio.sleep(10 * MINUTE)
            return hall, server.joined

    hall, joined = virtual.run(scenario())

    assert hall.conditions == conditions
    assert ("!nieuw:matrix.example" in joined) is (word == ALIAS)


@pytest.mark.parametrize("later", [False, True], ids=["from-the-start", "while-we-are-there"])
def test_encrypted_room_is_refused_with_a_word(later: bool) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.encrypted = set() if later else {ROOM}
            async with _listening(server) as hall:
                await asyncio.sleep(5)
                server.encrypted = {ROOM}
                server.happen("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")
                await asyncio.sleep(10 * MINUTE)
                return hall

    hall = virtual.run(scenario())

    assert hall.conditions[-1] == ("needs-attention", "encrypted")
    assert hall.conditions[:-1] == ([("ok", "")] if later else [])


@pytest.mark.parametrize("kind", ["m.room.encryption", "m.room.tombstone"])
@pytest.mark.parametrize("more", [{"state_key": MALLORY}, {}], ids=["another-key", "no-state-at-all"])
def test_only_the_room_itself_can_say_that_it_closes(kind: str, more: dict[str, Any]) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _listening(server) as hall:
            await asyncio.sleep(5)
            server.happen(kind, {"algorithm": "m.megolm.v1.aes-sha2"}, by=MALLORY, **more)
            server.say("gewoon door #DemoConf")
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["gewoon door"]
    assert hall.conditions == [("ok", "")]


def test_room_that_shows_us_nothing_of_its_past_stops_nothing() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.newest = 5
            server.say("voor #DemoConf")
            before = await _hear(server)
            for number in range(20):
                server.say(f"{number} #DemoConf")
            server.on_messages = answers(403, '{"errcode":"M_FORBIDDEN"}')
            return await _hear(server, cursor=before.cursor)

    hall = virtual.run(scenario())

    assert hall.texts == ["15", "16", "17", "18", "19"]
    assert hall.conditions == [("ok", "")]


# Looking again


def test_recheck_finds_what_went_and_what_changed() -> None:
    async def scenario() -> tuple[list[Any], list[str]]:
        async with Homeserver().serving() as server, _source(server) as made:
            ids = [server.say(f"{name} #DemoConf") for name in ("stil", "weg", "anders", "verdwenen")]
            server.redact(ids[1])
            server.edit(ids[2], "veranderd #DemoConf")
            server.events.pop(3)
            return list(await made.recheck([f"{ROOM}/{id_}" for id_ in ids])), ids

    events, ids = virtual.run(scenario())

    assert [event for event in events if isinstance(event, Delete)] == [_gone(ids[1]), _gone(ids[3])]
    assert [event.post.text for event in events if not isinstance(event, Delete)] == ["veranderd #DemoConf"]


def test_recheck_says_nothing_of_a_room_that_we_are_no_longer_in() -> None:
    async def scenario() -> list[Any]:
        async with Homeserver().serving() as server, _source(server) as made:
            said = server.say("er #DemoConf")
            server.joined = set()
            server.on_event = answers(404, '{"errcode":"M_NOT_FOUND"}')
            return list(await made.recheck([f"{ROOM}/{said}"]))

    assert virtual.run(scenario()) == []


def test_recheck_gives_every_post_its_turn_whichever_one_somebody_looks_for() -> None:
    async def scenario() -> set[str]:
        async with Homeserver().serving() as server, _source(server) as made:
            ids = [f"{ROOM}/{server.say(f'{number} #DemoConf')}" for number in range(50)]
            for _ in range(3):
                await made.recheck(ids)
                await made.recheck(ids[:1])
            return {path for _, path, _ in server.requests if "/event/" in path}

    assert len(virtual.run(scenario())) == 50


def test_recheck_goes_on_behind_a_message_that_its_server_cannot_give() -> None:
    async def scenario() -> tuple[list[Any], list[str]]:
        async with Homeserver().serving() as server, _source(server) as made:
            ids = [server.say(f"{number} #DemoConf") for number in range(60)]
            for gone in (ids[10], ids[45]):
                server.redact(gone)
            server.on_event = _ill(server, ids[3])
            events: list[Any] = []
            for _ in range(6):
                try:
                    events += await made.recheck([f"{ROOM}/{id_}" for id_ in ids])
                except BrokenOff as ex:
                    events += ex.found
            return events, [ids[10], ids[45]]

    events, gone = virtual.run(scenario())

    assert [event for event in events if isinstance(event, Delete)][:2] == [_gone(id_) for id_ in gone]


def test_recheck_of_a_server_that_is_away_raises() -> None:
    async def scenario() -> None:
        async with Homeserver().serving() as server, _source(server) as made:
            said = server.say("er #DemoConf")
            server.on_event = answers(503)
            with pytest.raises(SourceUnavailable):
                await made.recheck([f"{ROOM}/{said}"])

    virtual.run(scenario())


# Looking one up


def _found(address: str, **options: Any) -> NetworkPost | None:
    async def scenario() -> NetworkPost | None:
        async with Homeserver().serving() as server, _source(server, **options) as made:
            server.member(NOOR, displayname="Noor")
            server.say("zonder hashtag")
            server.redact(server.say("spijt"))
            server.happen("m.room.encrypted", {})
            return await made.find(address)

    return virtual.run(scenario())


@pytest.mark.parametrize(
    ("word", "address"),
    [
        (ROOM, f"https://matrix.to/#/{ROOM}/$event1?via=matrix.example"),
        (ALIAS, f"https://matrix.to/#/{ROOM}/$event1"),
        (ALIAS, f"matrix.to/#/{quote(ROOM, safe='')}/%24event1"),
        (ALIAS, f"https://matrix.to/#/{ALIAS}/$event1"),
        (ROOM, "matrix:roomid/zaal:matrix.example/e/event1"),
        (ALIAS, "matrix:r/zaal:matrix.example/e/event1"),
    ],
)
def test_message_is_found_by_its_link(word: str, address: str) -> None:
    post = _found(address, rooms=[word])

    assert post is not None
    assert (post.native_id, post.text, post.name) == (f"{ROOM}/$event1", "zonder hashtag", "Noor")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://social.example/@anna/112233", id="another-network"),
        pytest.param(f"https://matrix.to/#/{ROOM}", id="a-room"),
        pytest.param(f"https://matrix.to/#/{ROOM}/$nothing", id="nothing"),
        pytest.param(f"https://matrix.to/#/{ROOM}/$event2", id="redacted"),
        pytest.param(f"https://matrix.to/#/{ROOM}/$event4", id="encrypted"),
        pytest.param("https://matrix.to/#/#weg:matrix.example/$event1", id="unknown-room"),
    ],
)
def test_address_of_nothing_that_can_be_shown_finds_nothing(address: str) -> None:
    assert _found(address) is None


def test_message_of_a_room_that_nobody_chose_is_not_asked_for() -> None:
    async def scenario() -> tuple[NetworkPost | None, list[float]]:
        async with Homeserver().serving() as server, _source(server) as made:
            server.joined.add("!eigen:matrix.example")
            server.say("geheim")
            found = await made.find("https://matrix.to/#/!eigen:matrix.example/$event0")
            return found, server.asked("/event/")

    assert virtual.run(scenario()) == (None, [])


def test_message_of_a_room_that_does_not_let_us_in_says_so() -> None:
    async def scenario() -> str:
        async with Homeserver().serving() as server, _source(server) as made:
            server.joined = set()
            with pytest.raises(SourceUnavailable) as trouble:
                await made.find(f"https://matrix.to/#/{ROOM}/$event0")
            return trouble.value.code

    assert virtual.run(scenario()) == "not-in-room"


# Trying


def _findings(trial: Trial) -> list[tuple[str, str, list[str]]]:
    return [(each.where, each.what, [post.text for post in each.posts]) for each in trial.findings]


def test_trial_shows_the_newest_messages_of_each_room() -> None:
    async def scenario() -> Trial:
        async with Homeserver().serving() as server:
            for number in range(8):
                server.say(f"{number} #DemoConf")
            async with _source(server, rooms=[ALIAS, "#weg:matrix.example"]) as made:
                return await made.check()

    trial = virtual.run(scenario())

    newest = [f"{number} #DemoConf" for number in (7, 6, 5, 4, 3)]
    assert _findings(trial) == [(ALIAS, "", newest), ("#weg:matrix.example", "unknown-room", [])]
    assert trial.works


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"encrypted": {ROOM}}, "encrypted", id="encrypted"),
        pytest.param({"joined": set(), "open": set()}, "not-invited", id="not-invited"),
    ],
)
def test_trial_says_why_a_room_is_closed(change: dict[str, Any], what: str) -> None:
    async def scenario() -> Trial:
        async with Homeserver().serving() as server:
            vars(server).update(change)
            async with _source(server) as made:
                return await made.check()

    assert _findings(virtual.run(scenario())) == [(ALIAS, what, [])]


def test_trial_with_a_wrong_token() -> None:
    async def scenario() -> list[tuple[str, str]]:
        async with Homeserver().serving() as server, _source(server, token="old") as made:
            return [(each.where, each.what) for each in (await made.check()).findings]

    assert [what for _, what in virtual.run(scenario())] == ["token-refused"]


# Where the homeserver is


@asynccontextmanager
async def _website(base_url: object) -> AsyncIterator[str]:
    async def well_known(request: web.Request) -> web.StreamResponse:
        return web.json_response({"m.homeserver": {"base_url": base_url}})

    app = web.Application()
    app.router.add_get("/.well-known/matrix/client", well_known)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def test_website_says_where_its_homeserver_is() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _website(f"{server.url}/") as address:
            server.say("voor #DemoConf")
            return await _hear(server, homeserver=address)

    assert virtual.run(scenario()).texts == ["voor"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("http://other.example", id="another-host"),
        pytest.param("https://127.0.0.1:1", id="another-scheme"),
    ],
)
def test_token_does_not_go_where_a_website_sends_it(told: str) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _website(told) as address:
            return await _hear(server, homeserver=address)

    hall = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "elsewhere")]
    assert hall.healths[0].where == told, "the organiser is told which address to fill in"


@pytest.mark.parametrize("told", [7, "", "nonsense", None])
def test_website_that_says_nothing_of_matrix_is_asked_again(told: object) -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server, _website(told) as address:
            return await _hear(server, homeserver=address)

    assert virtual.run(scenario()).conditions == [("waiting", "no-matrix")]


def test_source_that_starts_behind_a_login_page_works_once_somebody_logged_in() -> None:
    async def scenario() -> Hall:
        async with Homeserver().serving() as server:
            server.say("voor #DemoConf")
            server.behind_portal = True
            async with _listening(server) as hall:
                await asyncio.sleep(10)
                server.behind_portal = False
                await asyncio.sleep(MINUTE)
                return hall

    hall = virtual.run(scenario())

    assert hall.conditions == [("waiting", "no-matrix"), ("ok", "")]
    assert hall.texts == ["voor"]


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ("https://city.example", True),
        ("https://matrix.city.example:8448", True),
        ("http://matrix.city.example", False),
        ("https://other.example", False),
        ("https://notcity.example", False),
        ("https://city.example.evil.example", False),
    ],
)
def test_token_goes_only_to_the_server_and_what_is_below_it(told: str, follows: bool) -> None:
    assert _may_follow(URL(told), URL("https://city.example")) is follows


# Pictures


@pytest.mark.parametrize(
    ("url", "served"),
    [
        pytest.param("mxc://a.example/pic", "v1/download/a.example/pic", id="photo"),
        pytest.param("mxc://a.example/pic#avatar", "v1/thumbnail/a.example/pic", id="avatar"),
        pytest.param("mxc://a.example/pic", "v3/download/a.example/pic", id="older-homeserver"),
    ],
)
def test_pictures_come_with_our_token(url: str, served: str) -> None:
    async def scenario() -> bytes:
        async with Homeserver().serving() as server, _source(server) as made:
            server.media[served] = answers(body=PICTURE, kind="image/png")
            return await made.picture(f"fontein-source:{url}")

    assert virtual.run(scenario()) == PICTURE


def test_picture_that_is_too_large_comes_smaller() -> None:
    async def scenario() -> bytes:
        async with Homeserver().serving() as server, _source(server) as made:
            server.media["v1/download/a.example/pic"] = answers(body=b"x" * 6_000_000, kind="image/png")
            server.media["v1/thumbnail/a.example/pic"] = answers(body=PICTURE, kind="image/png")
            return await made.picture("fontein-source:mxc://a.example/pic")

    assert virtual.run(scenario()) == PICTURE


@pytest.mark.parametrize(
    "url", ["mxc://a.example/pic", "https://a.example/pic", "fontein-source:https://a.example/pic", "fontein-source:"]
)
def test_picture_elsewhere_is_not_asked_for(url: str) -> None:
    async def scenario() -> list[Any]:
        async with Homeserver().serving() as server, _source(server) as made:
            with pytest.raises(SourceUnavailable):
                await made.picture(url)
            return server.requests

    assert virtual.run(scenario()) == []


def test_picture_that_is_not_there_raises() -> None:
    async def scenario() -> None:
        async with Homeserver().serving() as server, _source(server) as made:
            with pytest.raises(SourceUnavailable):
                await made.picture("fontein-source:mxc://a.example/pic")

    virtual.run(scenario())
