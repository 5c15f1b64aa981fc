"""The source against a Bot API on loopback that behaves as documented and worse, in virtual time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from aiohttp import web

from server.sources import http
from server.sources.backoff import SourceUnavailable
from server.sources.contract import AuthorGone, Condition, Delete, Finding, HasPictures, Kept, NetworkPost, Trial
from server.sources.telegram import client, source
from server.web.pages import catalogue
from tests.server.sources import virtual
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.telegram import bot_api
from tests.server.sources.telegram.bot_api import (
    BOT,
    CHANNEL,
    GROUP,
    PICTURE,
    TOKEN,
    BotApi,
    Json,
    hear,
    listening,
    says_no,
)
from tests.server.sources.telegram.bot_api import source_for as made

pytestmark = pytest.mark.slow

MINUTE = 60
Scene = Callable[[BotApi, Hall], Awaitable[None]]


def heard(scene: Scene, **options: Any) -> Hall:
    """What a hall hears of *scene*, and of the minute after it."""

    async def scenario() -> Hall:
        async with BotApi().serving() as telegram, listening(**options) as hall:
            await asyncio.sleep(1)
            await scene(telegram, hall)
            await asyncio.sleep(MINUTE)
        return hall

    return virtual.run(scenario())


def test_messages_come_at_once_and_in_order() -> None:
    async def scene(telegram: BotApi, hall: Hall) -> None:
        telegram.say("een #DemoConf")
        await asyncio.sleep(0.1)
        assert hall.texts == ["een"]
        telegram.say("twee #DemoConf", chat=CHANNEL)
        telegram.say("drie #DemoConf")

    hall = heard(scene)

    assert hall.texts == ["een", "twee", "drie"]
    assert hall.conditions == [("ok", "")]
    assert hall.healths[-1].counts["posts"] == 3


def test_source_asks_rarely_while_nothing_happens() -> None:
    async def scenario() -> list[float]:
        async with BotApi().serving() as telegram:
            await hear(10 * MINUTE)
            return telegram.asked("getUpdates")

    assert len(virtual.run(scenario())) <= 10 * MINUTE / 50 + 1


def test_only_what_has_the_hashtag_in_the_chosen_groups_comes_in() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.chats[-5] = {"id": -5, "type": "group", "title": "Andere"}
        telegram.say("zonder")
        telegram.say("elders #DemoConf", chat=-5)
        telegram.say("wel #DÉMOCONF")

    hall = heard(scene)

    assert [post.text for post in hall.posts] == ["wel #DÉMOCONF"]
    assert hall.healths[-1].counts["other-chat"] == 1


def test_all_messages_come_in_where_the_organiser_wants_so() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.say("zonder")

    assert heard(scene, which="all").texts == ["zonder"]


def test_unreadable_message_does_not_hold_up_its_neighbours(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.say("voor #DemoConf")
        telegram.happen(message={"chat": None})
        telegram.updates.append({"no": "id"})
        telegram.say("na #DemoConf")

    hall = heard(scene)

    assert hall.texts == ["voor", "na"]
    assert hall.healths[-1].counts["unreadable"] >= 2
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        "Source telegram-1: Telegram sent what cannot be read: $.chat must be a record. ($.chat)"
    ]


# Edits, and taking back


def test_edit_is_a_revision_also_when_it_takes_the_hashtag_away() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        message = telegram.say("eerst #DemoConf")
        await asyncio.sleep(5)
        telegram.edit(message, "later #DemoConf")
        telegram.edit(message, "zonder")

    hall = heard(scene)

    assert hall.texts == ["eerst", "later", "zonder"]
    assert len({post.native_id for post in hall.posts}) == 1
    assert [post.edited is not None for post in hall.posts] == [False, True, True]


def test_edit_that_never_had_the_hashtag_stays_outside() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.edit(telegram.say("zonder"), "nog steeds zonder")

    assert heard(scene).posts == []


def test_hashtag_that_is_added_later_brings_the_message_in() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.edit(telegram.say("zonder"), "nu met #DemoConf")

    assert heard(scene).texts == ["nu met"]


def test_author_takes_back_a_message_by_answering_it() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        first = telegram.say("een #DemoConf")
        telegram.say("twee #DemoConf")
        telegram.answer(first, "/verwijder")

    assert heard(scene).departed == [Delete(native_id=f"{GROUP}/513", uri=f"telegram:{GROUP}/513")]


def test_author_takes_back_the_last_message_here_with_the_command_alone() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.say("een #DemoConf")
        telegram.say("twee #DemoConf")
        telegram.say("van een ander #DemoConf", by=888)
        telegram.say("elders #DemoConf", chat=CHANNEL)
        telegram.say("/delete")
        await asyncio.sleep(1)
        telegram.say("/delete")
        telegram.say("/delete")

    assert [gone.native_id for gone in heard(scene).departed if isinstance(gone, Delete)] == [
        f"{GROUP}/514",
        f"{GROUP}/513",
    ]


def test_nobody_takes_back_a_message_of_somebody_else() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.answer(telegram.say("een #DemoConf"), "/verwijder", by=888)

    hall = heard(scene)

    assert hall.texts == ["een"]
    assert hall.departed == []


def test_without_that_check_somebody_could(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr("server.sources.telegram.parse.is_theirs", lambda *_: True)

    with pytest.raises(AssertionError):
        test_nobody_takes_back_a_message_of_somebody_else()


def test_author_who_stops_is_gone_for_good_also_after_a_restart() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with BotApi().serving() as telegram:
            async with listening() as first:
                telegram.say("een #DemoConf")
                telegram.say("/stop")
                telegram.say("twee #DemoConf")
                await asyncio.sleep(5)
            telegram.say("drie #DemoConf")
            telegram.say("van een ander #DemoConf", by=888)
            return first, await hear(5, cursor=first.cursor)

    first, second = virtual.run(scenario())

    assert first.texts == ["een"]
    assert first.departed == [AuthorGone(author_id="telegram:777")]
    assert second.texts == ["van een ander"]


def test_without_the_memory_of_who_stopped_they_would_be_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    read = source._read_cursor

    def forgets(cursor: str | None) -> Any:
        memory = read(cursor)
        memory.stopped = []
        return memory

    monkeypatch.setattr(source, "_read_cursor", forgets)

    with pytest.raises(AssertionError):
        test_author_who_stops_is_gone_for_good_also_after_a_restart()


def test_who_stopped_in_an_older_version_has_stopped_still() -> None:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            telegram.say("drie #DemoConf")
            telegram.say("van een ander #DemoConf", by=888)
            return await hear(5, cursor='{"update":7,"left":["telegram:777"]}')

    hall = virtual.run(scenario())

    assert hall.texts == ["van een ander"]
    assert "telegram:777" not in (hall.cursor or ""), "from now on only a hash is kept"


def test_nobody_can_be_read_in_the_position_who_said_stop() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        telegram.say("/stop", by=77_000_777)

    hall = heard(scene)

    assert hall.departed == [AuthorGone(author_id="telegram:77000777")]
    assert "77000777" not in (hall.cursor or "")


def _when_full(monkeypatch: pytest.MonkeyPatch) -> Hall:
    """Two have stopped, which is all that fits; then somebody known says something, stops and says something again."""
    monkeypatch.setattr(source, "MAX_STOPPED", 2)

    async def scene(telegram: BotApi, hall: Hall) -> None:
        telegram.say("bekend #DemoConf", by=1)
        for by in (7, 8, 7):
            telegram.say("/stop", by=by)
        await asyncio.sleep(1)
        telegram.say("nieuw #DemoConf", by=2)
        telegram.say("nog een #DemoConf", by=1)
        telegram.say("/stop", by=1)
        telegram.say("toch #DemoConf", by=1)

    return heard(scene)


def test_no_stop_is_lost_when_there_are_more_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = _when_full(monkeypatch)

    assert hall.texts == ["bekend", "nog een"]
    assert hall.departed[-1] == AuthorGone(author_id="telegram:1")
    assert hall.conditions[-1] == ("needs-attention", "stops-full")
    assert hall.healths[-1].counts["left-out"] == 2


def test_without_closing_the_door_a_stop_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source._Stops, "is_full", property(lambda stops: False))
    monkeypatch.setattr(source._Stops, "add", lambda stops, author: None)

    assert _when_full(monkeypatch).texts == ["bekend", "nieuw", "nog een", "toch"]


# After a restart


def _kept(*native_ids: str, by: str = "telegram:777") -> list[Kept]:
    return [Kept(native_id=native_id, uri="", author_id=by) for native_id in native_ids]


def _old(scene: Scene, *, told: bool) -> Hall:
    """What a hall hears that starts with a post of 300 posts ago, of which the house told the source, or did not."""

    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            kept = _kept(f"{GROUP}/513", f"{GROUP}/514") if told else []
            telegram.next_message = 900
            async with listening(kept=kept) as hall:
                await asyncio.sleep(1)
                for number in range(300):
                    telegram.say(f"{number} #DemoConf", by=888)
                await scene(telegram, hall)
                await asyncio.sleep(MINUTE)
        return hall

    return virtual.run(scenario())


@pytest.mark.parametrize(("told", "texts"), [(True, ["zonder"]), (False, [])], ids=["told", "negative-control"])
def test_edit_of_any_post_that_the_house_has_is_a_revision(told: bool, texts: list[str]) -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        message = bot_api.made("eerst", message_id=513, by=777, chat=telegram.chats[GROUP])
        telegram.edit(message, "zonder")

    assert _old(scene, told=told).texts[300:] == texts


@pytest.mark.parametrize(
    ("told", "gone"), [(True, [f"{GROUP}/514", f"{GROUP}/513"]), (False, [])], ids=["told", "negative-control"]
)
def test_last_messages_can_be_taken_back_after_a_restart(told: bool, gone: list[str]) -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        for _number in range(3):
            telegram.say("/verwijder")

    assert [each.native_id for each in _old(scene, told=told).departed if isinstance(each, Delete)] == gone


def test_only_the_newest_are_written_down() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        return

    cursor = _old(scene, told=True).cursor or ""

    assert len(json.loads(cursor)["recent"]) == source.MAX_RECENT


# Looking one up


@pytest.mark.parametrize(
    "address", ["https://t.me/democonf/513", "t.me/c/1234567890/12", "https://telegram.me/democonf/1", "tg://resolve?x"]
)
def test_who_looks_for_a_message_hears_that_a_bot_cannot_look_back(address: str) -> None:
    async def scenario() -> str:
        async with made() as ours:
            with pytest.raises(SourceUnavailable) as trouble:
                await ours.find(address)
            return trouble.value.code

    code = virtual.run(scenario())

    assert [f"desk.where.said.{code}" in catalogue(lang, "desk") for lang in ("nl", "en")] == [True, True]


def test_address_of_another_network_is_not_ours() -> None:
    async def scenario() -> object:
        async with made() as ours:
            return await ours.find("https://social.example/@anna/112233")

    assert virtual.run(scenario()) is None


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("surface", ["organise", "stage"])
@pytest.mark.parametrize("code", ["stops-full", "name-taken"])
def test_what_somebody_has_to_look_at_is_said_in_words(code: str, lang: str, surface: str) -> None:
    assert f"health.what.{code}" in catalogue(lang, surface)


# Albums


def test_album_is_one_post_with_all_its_pictures() -> None:
    async def scene(telegram: BotApi, hall: Hall) -> None:
        telegram.picture_of("135", "een", caption="Drie #DemoConf")
        await asyncio.sleep(0.5)
        telegram.picture_of("135", "twee")
        telegram.say("ertussen #DemoConf")
        await asyncio.sleep(1)
        telegram.picture_of("135", "drie")
        await asyncio.sleep(1)
        assert hall.texts == ["ertussen"], "an album waits for its last picture, and nothing else does"

    hall = heard(scene)

    assert hall.texts == ["ertussen", "Drie"]
    assert [picture.url.rpartition("/")[2] for picture in hall.posts[1].media] == ["een", "twee", "drie"]


def test_caption_of_an_album_can_be_edited_and_keeps_its_pictures() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        first = telegram.picture_of("135", "een", caption="Twee #DemoConf")
        telegram.picture_of("135", "twee")
        await asyncio.sleep(10)
        telegram.happen(edited_message=first | {"caption": "Beter", "edit_date": int(virtual.now())})

    hall = heard(scene)

    assert hall.texts == ["Twee", "Beter"]
    assert [len(post.media) for post in hall.posts] == [2, 2]


def test_album_that_is_taken_back_at_once_comes_and_goes() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        picture = telegram.picture_of("135", "een", caption="Een #DemoConf")
        telegram.answer(picture, "/delete")

    hall = heard(scene)

    assert hall.texts == ["Een"]
    assert hall.departed == [Delete(native_id=f"{GROUP}/album-135", uri=f"telegram:{GROUP}/album-135")]


def test_album_of_which_half_was_seen_before_a_crash_comes_whole_after_it() -> None:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            async with listening() as first:
                telegram.picture_of("135", "een", caption="Twee #DemoConf")
                await asyncio.sleep(1.5)
            telegram.picture_of("135", "twee")
            return await hear(10, cursor=first.cursor)

    hall = virtual.run(scenario())

    assert [len(post.media) for post in hall.posts] == [2]


def _album_edited(
    *, restart: bool = False, others: int = 0, edits: Sequence[tuple[int, Json]] = ((1, {}),)
) -> tuple[list[str], list[int]]:
    """
    Texts and numbers of pictures of an album's revisions.

    Args:
        restart: Between the album and its edits.
        others: Albums that nobody wants, between the album and its edits.
        edits: Which of its two pictures, and what becomes different.
    """

    async def scenario() -> list[NetworkPost]:
        async with BotApi().serving() as telegram:
            async with listening() as before:
                pictures = [telegram.picture_of("135", "een", caption="Twee #DemoConf")]
                pictures.append(telegram.picture_of("135", "twee"))
                await asyncio.sleep(20)
                for number in range(others):
                    telegram.picture_of(f"9{number}", "vreemd", caption="zonder")
                    await asyncio.sleep(4)
                if not restart:
                    await change(telegram, pictures)
            if not restart:
                return before.posts
            async with listening(before.cursor, kept=_kept(f"{GROUP}/album-135")) as after:
                await change(telegram, pictures)
            return before.posts + after.posts

    async def change(telegram: BotApi, pictures: Sequence[Json]) -> None:
        for which, how in edits:
            telegram.happen(edited_message=pictures[which] | how | {"edit_date": int(virtual.now())})
            await asyncio.sleep(20)

    posts = virtual.run(scenario())
    return [post.text.removesuffix(" #DemoConf") for post in posts], [len(post.media) for post in posts]


def test_edit_of_a_picture_takes_nothing_from_an_album_after_a_restart() -> None:
    assert _album_edited(restart=True) == (["Twee"], [2])


def test_edit_of_a_picture_takes_nothing_from_an_album_after_many_others() -> None:
    assert _album_edited(others=source.MAX_ALBUMS + 5) == (["Twee", "Twee"], [2, 2])


def test_without_its_album_an_edited_picture_would_take_the_words_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the tests above: as if the album were new."""
    album = source._Album
    monkeypatch.setattr(source, "_Album", lambda update, touched, **_: album(update, touched))

    assert _album_edited(restart=True) == (["Twee", ""], [2, 2])


def test_new_words_of_an_album_come_through_after_a_restart() -> None:
    """And what is edited after it stands beside them."""
    better, away = {"caption": "Beter"}, {"caption": "Weg", "caption_entities": []}

    told = _album_edited(restart=True, edits=[(1, {}), (0, better), (1, {}), (0, away)])

    assert told == (["Twee", "Beter", "Beter", "Weg"], [2, 2, 2, 2])


BETTER, WORDLESS = {"caption": "Beter"}, {"caption": ""}


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        pytest.param([(0, BETTER)], (["Twee", "Beter"], [2, 2]), id="other-words"),
        pytest.param([(0, WORDLESS)], (["Twee", ""], [2, 2]), id="no-words-any-more"),
        pytest.param([(1, BETTER)], (["Twee", "Beter"], [2, 2]), id="words-elsewhere"),
        pytest.param([(1, {}), (0, BETTER), (0, WORDLESS)], (["Twee", "Beter", ""], [2, 2, 2]), id="again-and-again"),
    ],
)
def test_edited_words_of_an_album_keep_its_pictures_after_a_restart(
    edits: Sequence[tuple[int, Json]], told: tuple[list[str], list[int]]
) -> None:
    assert _album_edited(restart=True, edits=edits) == told


def test_what_is_written_down_of_an_album_has_no_words_and_goes_with_it() -> None:
    async def scene(telegram: BotApi, hall: Hall) -> list[str]:
        picture = telegram.picture_of("135", "een", caption="Geheimpje #DemoConf")
        telegram.picture_of("135", "twee")
        telegram.picture_of("136", "vreemd", caption="zonder")
        await asyncio.sleep(20)
        there = hall.cursor or ""
        telegram.answer(picture, "/delete")
        await asyncio.sleep(20)
        return [there, hall.cursor or ""]

    async def scenario() -> list[str]:
        async with BotApi().serving() as telegram, listening() as hall:
            return await scene(telegram, hall)

    there, after = virtual.run(scenario())

    assert [name in there for name in ("een", "twee", "Geheimpje", "vreemd")] == [True, True, False, False]
    assert json.loads(after)["albums"] == {}


def test_albums_that_are_still_to_come_whole_are_never_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_ALBUMS", 0)

    async def scene(telegram: BotApi, _: Hall) -> None:
        for album in ("135", "136"):
            telegram.picture_of(album, "een", caption=f"{album} #DemoConf")
        await asyncio.sleep(1)
        for album in ("135", "136"):
            telegram.picture_of(album, "twee")

    assert [len(post.media) for post in heard(scene).posts] == [2, 2]


# Nothing is lost


def test_telegram_forgets_nothing_before_it_is_kept_here() -> None:
    """Whatever waits between the source and the journal when we crash is asked for again."""

    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            async with made() as first:
                events = first.events(None)
                first.saved(json.dumps({"update": 1}))
                for text in ("een #DemoConf", "twee #DemoConf"):
                    telegram.say(text)
                    while not isinstance(event := (await anext(events))[0], source.Upsert):
                        pass
                    assert event.post.text == text
                end = asyncio.get_running_loop().time() + 10 * MINUTE
                while asyncio.get_running_loop().time() < end:
                    await anext(events)  # Its disk is full: it goes on, and says nothing of what it keeps.
                await events.aclose()
            return await hear(5)

    assert virtual.run(scenario()).texts == ["een", "twee"]


def test_without_holding_on_it_would_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source._Reading, "_is_kept", lambda *_: True)

    with pytest.raises(AssertionError):
        test_telegram_forgets_nothing_before_it_is_kept_here()


def test_where_nobody_says_what_is_kept_it_is_held_for_a_while() -> None:
    async def scenario() -> tuple[list[int], list[int]]:
        async with BotApi().serving() as telegram, listening(keeps=False):
            telegram.say()
            await asyncio.sleep(10)
            held = [update["update_id"] for update in telegram.updates]
            await asyncio.sleep(30)
            return held, [update["update_id"] for update in telegram.updates]

    assert virtual.run(scenario()) == ([900_000_001], [])


def test_flood_comes_in_order_once_and_whole() -> None:
    async def scene(telegram: BotApi, _: Hall) -> None:
        for number in range(450):
            telegram.say(f"{number} #DemoConf")

    assert heard(scene).texts == [str(number) for number in range(450)]


def test_numbers_that_begin_anew_after_a_silent_week_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "NUMBERS_LAST_S", 10 * MINUTE)

    async def scenario() -> tuple[Hall, Hall]:
        async with BotApi().serving() as telegram:
            async with listening() as first:
                telegram.say("voor #DemoConf")
                await asyncio.sleep(12 * MINUTE)
                telegram.next_update = 1000
                telegram.say("na #DemoConf")
                await asyncio.sleep(MINUTE)
            telegram.say("later #DemoConf")
            return first, await hear(5, cursor=first.cursor)

    first, second = virtual.run(scenario())

    assert first.texts == ["voor", "na"]
    assert second.texts == ["later"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"update":"x"}', '{"key":"x"}', '{"key":""}', "\ud800"])
def test_unreadable_cursor_means_what_telegram_still_has(cursor: str) -> None:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            telegram.say("een #DemoConf")
            return await hear(5, cursor=cursor)

    assert virtual.run(scenario()).texts == ["een"]


def test_group_that_grows_is_followed_to_its_new_id() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with BotApi().serving() as telegram:
            telegram.chats[-5] = {"id": -5, "type": "group", "title": "Klein"}
            telegram.chats[-100777] = {"id": -100777, "type": "supergroup", "title": "Groot"}
            async with listening(chats=["-5"]) as first:
                telegram.say("klein #DemoConf", chat=-5)
                telegram.say("", chat=-5, migrate_to_chat_id=-100777)
                telegram.say("groot #DemoConf", chat=-100777)
                await asyncio.sleep(5)
            telegram.say("later #DemoConf", chat=-100777)
            return first, await hear(5, cursor=first.cursor, chats=["-5"])

    first, second = virtual.run(scenario())

    assert first.texts == ["klein", "groot"]
    assert second.texts == ["later"]


def _name_taken() -> Hall:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram:
            async with listening() as first:
                telegram.say("eerst #DemoConf")
                await asyncio.sleep(5)
            del telegram.chats[GROUP]["username"]
            telegram.chats[-666] = {"id": -666, "type": "supergroup", "title": "Reclame", "username": "DemoConf"}
            async with listening(cursor=first.cursor) as hall:
                telegram.say("nog steeds #DemoConf")
                telegram.say("gratis munten #DemoConf", chat=-666)
                await asyncio.sleep(5)
                return hall

    return virtual.run(scenario())


def test_group_that_takes_the_name_of_ours_does_not_take_its_place() -> None:
    hall = _name_taken()

    assert hall.texts == ["nog steeds"]
    assert hall.conditions[-1] == ("needs-attention", "name-taken")
    assert hall.healths[-1].where == "@democonf"


def test_without_knowing_whose_a_name_was_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    chats = frozenset(["democonf", "nieuws"])
    monkeypatch.setattr(source._Reading, "_chats", lambda *_: chats)

    assert _name_taken().texts == ["gratis munten"]


# Trouble


async def _html(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>Log in to the hotel's Wi-Fi</html>", content_type="text/html")


async def _list(request: web.Request) -> web.StreamResponse:
    return web.json_response([])


async def _no_updates(request: web.Request) -> web.StreamResponse:
    return bot_api.yes({"no": "list"})


async def _bad_gateway(request: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")


async def _elsewhere(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"http://127.0.0.1:1{request.path}"})


async def _hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _silent(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(600)
    return web.Response()


@pytest.mark.parametrize(
    ("trouble", "what", "least_s"),
    [
        pytest.param(says_no(429, "Too Many Requests: retry after 90", retry_after=90), "limited", 90, id="429"),
        pytest.param(says_no(429, "Too Many Requests"), "limited", 60, id="429-silent"),
        pytest.param(says_no(409, "Conflict: terminated by other getUpdates"), "bot-elsewhere", 5, id="409-other"),
        pytest.param(says_no(400, "Bad Request"), "unexpected-answer", 5, id="400"),
        pytest.param(_bad_gateway, "server-error", 5, id="502"),
        pytest.param(_html, "not-json", 5, id="captive-portal"),
        pytest.param(_list, "unreadable", 5, id="no-reply"),
        pytest.param(_no_updates, "unreadable", 5, id="no-updates"),
        pytest.param(_elsewhere, "redirected", 5, id="redirected"),
        pytest.param(_hangs_up, "unreachable", 0, id="hangs-up"),
        pytest.param(_silent, "too-slow", 60, id="silent"),
    ],
)
def test_source_waits_says_what_is_wrong_and_loses_nothing(
    trouble: bot_api.Behaviour, what: str, least_s: float
) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with BotApi().serving() as telegram:
            telegram.misbehave = [trouble]
            async with listening() as hall:
                await asyncio.sleep(1)
                telegram.say("tijdens #DemoConf")
                await asyncio.sleep(10 * MINUTE)
            return hall, telegram.asked("getUpdates")

    hall, asked = virtual.run(scenario())

    assert hall.texts == ["tijdens"]
    assert hall.conditions == [("waiting", what), ("ok", "")]
    assert asked[1] - asked[0] >= least_s


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"tokens": set()}, "token-refused", id="token-revoked"),
        pytest.param({"webhook": "https://elsewhere.example/hook"}, "webhook-set", id="webhook"),
    ],
)
def test_refusal_stops_the_source_and_asks_for_attention(change: dict[str, Any], what: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with BotApi().serving() as telegram:
            for name, value in change.items():
                setattr(telegram, name, value)
            hall = await hear(60 * MINUTE)
            return hall, len(telegram.calls)

    hall, calls = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", what)]
    assert calls <= 2


def test_two_programs_with_one_bot_are_told_so() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with BotApi().serving(), listening() as one, listening() as other:
            await asyncio.sleep(5 * MINUTE)
            return one, other

    one, other = virtual.run(scenario())

    assert (Condition.WAITING, "bot-elsewhere") in [(each.condition, each.what) for each in one.healths + other.healths]


# The token


def _told_of_trouble(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that is said, anywhere, when everything that can go wrong does."""

    async def scenario() -> list[str]:
        said = []
        async with BotApi().serving() as telegram:
            telegram.misbehave = [_elsewhere, _html, _bad_gateway, _list, says_no(400, "Bad Request")]
            async with listening() as hall:
                await asyncio.sleep(10 * MINUTE)
            said += [repr(event) for _, event, _ in hall.seen] + [repr(hall.source), hall.cursor or ""]
            async with made() as alone:
                for trouble in ("file/weg", "avatar/888", "file/../x", "avatar/x"):
                    with pytest.raises(SourceUnavailable) as raised:
                        await alone.picture(f"fontein-source:{trouble}")
                    said.append(repr(raised.value))
            telegram.misbehave = [_elsewhere] * 2
            async with made() as alone:
                events = alone.events(None)
                said.append(repr(await anext(events)))
                await events.aclose()
        async with made() as alone:
            said.append(repr(await alone.check()))
        return said

    caplog.set_level(logging.DEBUG)
    said = virtual.run(scenario())
    logged = [
        caplog.handler.format(record) for record in caplog.records if not record.name.startswith("aiohttp.access")
    ]
    return "\n".join([*said, *logged])


def test_token_is_in_no_log_no_error_and_no_event(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(client, "API", client.URL("http://127.0.0.1:1"))

    told = _told_of_trouble(caplog)

    assert "redirected" in told
    assert "unreachable" in told
    assert TOKEN.partition(":")[2] not in told


def test_without_a_secret_path_the_token_would_be_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The negative control of the test above."""
    ask = http.ask

    async def talkative(*args: Any, **options: Any) -> http.Answer:
        return await ask(*args, **options | {"secret_path": False})

    monkeypatch.setattr(http, "ask", talkative)

    with pytest.raises(AssertionError, match="geheim"):
        test_token_is_in_no_log_no_error_and_no_event(monkeypatch, caplog)


# Pictures


def test_pictures_and_faces_are_fetched_by_the_source_itself() -> None:
    async def scenario() -> list[bytes]:
        async with BotApi().serving(), made() as telegram:
            assert isinstance(telegram, HasPictures)
            return [
                await telegram.picture(f"fontein-source:{each}")
                for each in ("file/groot", "avatar/777", f"avatar/{GROUP}")
            ]

    assert virtual.run(scenario()) == [PICTURE, b"gezicht", b"zaal"]


def test_face_is_fetched_once() -> None:
    async def scenario() -> int:
        async with BotApi().serving() as telegram, made() as ours:
            for _ in range(3):
                await ours.picture("fontein-source:avatar/777")
            return len(telegram.asked("getFile"))

    assert virtual.run(scenario()) == 1


def test_picture_that_is_too_large_is_left_out() -> None:
    async def scenario() -> str:
        async with BotApi().serving() as telegram, made() as ours:
            telegram.files["groot"] = b"x" * (5 * 1024 * 1024 + 1)
            with pytest.raises(SourceUnavailable) as raised:
                await ours.picture("fontein-source:file/groot")
            return raised.value.code

    assert virtual.run(scenario()) == "too-large"


# A trial


def _tried(change: Callable[[BotApi], None], **options: Any) -> Trial:
    async def scenario() -> Trial:
        async with BotApi().serving() as telegram, made(**options) as ours:
            change(telegram)
            return await ours.check()

    return virtual.run(scenario())


def _member(telegram: BotApi) -> None:
    telegram.memberships = {GROUP: "member", CHANNEL: "member"}


def _member_who_reads_all(telegram: BotApi) -> None:
    _member(telegram)
    telegram.reads_all = True


def _left(telegram: BotApi) -> None:
    telegram.memberships = {GROUP: "left"}


@pytest.mark.parametrize(
    ("change", "group", "channel"),
    [
        pytest.param(lambda _: None, "", "", id="administrator"),
        pytest.param(_member, "privacy-mode", "not-admin", id="member"),
        pytest.param(_member_who_reads_all, "", "not-admin", id="member-who-reads-all"),
        pytest.param(_left, "not-in-chat", "not-in-chat", id="left"),
    ],
)
def test_trial_says_of_each_chat_what_the_bot_would_hear(
    change: Callable[[BotApi], None], group: str, channel: str
) -> None:
    assert _tried(change) == Trial(
        findings=(
            Finding(where="DemoConf (@democonf)", what=group, streams=not group),
            Finding(where="Nieuws (@nieuws)", what=channel, streams=not channel),
        )
    )


def test_trial_of_an_unknown_chat_says_so() -> None:
    finding = Finding(where="@bestaatniet", what="not-in-chat")
    assert _tried(lambda _: None, chats=["@bestaatniet"]).findings == (finding,)


def test_trial_with_a_webhook_says_so() -> None:
    def webhook(telegram: BotApi) -> None:
        telegram.webhook = "https://elsewhere.example/hook"

    assert _tried(webhook).findings == (Finding(where=f"@{BOT}", what="webhook-set"),)


def test_trial_with_a_wrong_token_says_so() -> None:
    def revoked(telegram: BotApi) -> None:
        telegram.tokens = set()

    assert _tried(revoked).findings == (Finding(where="Telegram", what="token-refused"),)


def test_trial_takes_no_updates_from_a_source_that_listens() -> None:
    async def scenario() -> Hall:
        async with BotApi().serving() as telegram, listening() as hall, made() as other:
            await asyncio.sleep(1)
            await other.check()
            telegram.say("een #DemoConf")
            await asyncio.sleep(5)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een"]
    assert hall.conditions == [("ok", "")]


def test_looking_again_says_nothing() -> None:
    async def scenario() -> tuple[object, ...]:
        async with BotApi().serving(), made() as ours:
            return await ours.recheck([f"{GROUP}/512"])

    assert virtual.run(scenario()) == ()
