"""The source against YouTube's API on loopback, in virtual time."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from server.sources.contract import AuthorGone, Delete
from server.whereabouts import CanFind
from tests.server.sources import virtual
from tests.server.sources.mastodon import upstream as up
from tests.server.sources.mastodon.hall import Hall
from tests.server.sources.mastodon.upstream import Behaviour, answers, gaps
from tests.server.sources.youtube_chat import KEY, Chat, asked, listening, message, refusal, source_for

MINUTE = 60


async def _hear(seconds: float, **options: Any) -> Hall:
    async with listening(**options) as hall:
        await asyncio.sleep(seconds)
    return hall


def test_messages_come_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Hall, Chat]:
        async with Chat().serving(monkeypatch) as chat, listening() as hall:
            chat.say("een")
            await asyncio.sleep(MINUTE)
            chat.say("twee")
            chat.say("drie")
            await asyncio.sleep(MINUTE)
            return hall, chat

    hall, chat = virtual.run(scenario())

    assert hall.texts == ["een", "twee", "drie"]
    assert hall.conditions == [("ok", "")]
    assert hall.healths[-1].counts == {"posts": 3, "unreadable": 0}
    assert len(asked(chat, ("/youtube/v3/videos",))) == 1
    assert all(14.9 <= gap <= 16.6 for gap in gaps(asked(chat)))


def test_deletes_and_bans_leave_the_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat, listening() as hall:
            said = chat.say("oeps")
            await asyncio.sleep(MINUTE)
            chat.tell("messageDeletedEvent", messageDeletedDetails={"deletedMessageId": said["id"]})
            chat.tell("userBannedEvent", userBannedDetails={"bannedUserDetails": {"channelId": "UCbad"}})
            chat.tell("superChatEvent", superChatDetails={"userComment": "Koop dit", "tier": 4})
            await asyncio.sleep(MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["oeps"]
    assert hall.departed == [
        Delete(native_id="LCC.0"),
        AuthorGone(author_id="https://www.youtube.com/channel/UCbad"),
    ]


def test_youtube_may_ask_for_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> list[float]:
        chat = Chat()
        chat.interval_ms = 40_000
        async with chat.serving(monkeypatch):
            await _hear(5 * MINUTE, poll_interval_s=5)
            return gaps(asked(chat))

    between = virtual.run(scenario())

    assert between
    assert min(between) >= 39.9


def test_a_day_at_the_usual_pace_stays_within_its_units(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> int:
        async with Chat().serving(monkeypatch) as chat:
            await _hear(30 * MINUTE)
            return chat.units

    assert virtual.run(scenario()) * 16 <= 10_000, "eight hours"


def test_long_history_is_read_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat:
            for number in range(1200):
                chat.say(str(number))
            return await _hear(10)

    assert virtual.run(scenario()).texts == [str(number) for number in range(1200)]


def test_after_a_restart_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        async with Chat().serving(monkeypatch) as chat:
            chat.say("voor")
            before = await _hear(MINUTE)
            chat.say("tussen")
            after = await _hear(MINUTE, cursor=before.cursor)
            other = await _hear(MINUTE, cursor=(before.cursor or "").replace("abcDEF12345", "anderevideo"))
            assert other.texts == ["voor", "tussen"], "the place in another broadcast is no place in this one"
            return before.texts, after.texts

    assert virtual.run(scenario()) == (["voor"], ["tussen"])


@pytest.mark.parametrize("cursor", ["nonsense", "[1]", '{"video": 7}', "{}"])
def test_cursor_that_cannot_be_read_means_the_beginning(monkeypatch: pytest.MonkeyPatch, cursor: str) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat:
            chat.say("een")
            return await _hear(MINUTE, cursor=cursor)

    assert virtual.run(scenario()).texts == ["een"]


def test_place_that_is_lost_is_looked_for_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat, listening() as hall:
            chat.say("een")
            await asyncio.sleep(MINUTE)
            chat.misbehave = [refusal(400, "pageTokenInvalid")]
            chat.say("twee")
            await asyncio.sleep(MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een", "een", "twee"], "an event may come twice"
    assert hall.conditions == [("ok", "")]


def test_place_that_is_lost_for_ever_is_trouble_and_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Chat().serving(monkeypatch) as chat:
            chat.for_ever = refusal(400, "pageTokenInvalid")
            hall = await _hear(30 * MINUTE)
            async with source_for() as source:
                (finding,) = (await source.check()).findings
            assert finding.what == "unexpected-answer"
            return hall, asked(chat)

    hall, requests = virtual.run(scenario())

    assert hall.conditions == [("waiting", "unexpected-answer")]
    assert len(requests) < 20


@pytest.mark.parametrize("token", ["same", ""], ids=["the-same-place", "no-place"])
def test_full_page_that_leads_nowhere_does_not_cost_the_units_of_the_day(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """A look a second would use them up within half an hour."""
    page = {"items": [message(str(n), str(n)) for n in range(500)], "nextPageToken": token, "pollingIntervalMillis": 0}

    async def scenario() -> list[float]:
        async with Chat().serving(monkeypatch) as chat:
            chat.for_ever = answers(body=json.dumps(page))
            await _hear(2 * MINUTE)
            return gaps(asked(chat))

    assert all(gap >= 14.9 for gap in virtual.run(scenario())[1:])


def test_half_a_character_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat:
            chat.say("half \ud83d")
            chat.say("heel")
            return await _hear(MINUTE)

    assert virtual.run(scenario()).texts == ["half ?", "heel"]


def test_chat_that_is_over_is_not_asked_again_and_a_new_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Chat().serving(monkeypatch) as chat, listening() as hall:
            chat.say("een")
            await asyncio.sleep(MINUTE)
            chat.chat = None
            before = chat.units
            await asyncio.sleep(60 * MINUTE)
            spent = chat.units - before
            chat.chat = "chat-2"
            chat.messages = [message("LCC.new", "terug")]
            await asyncio.sleep(5 * MINUTE)
            return hall, spent

    hall, spent = virtual.run(scenario())

    assert hall.texts == ["een", "terug"]
    assert hall.conditions == [("ok", ""), ("waiting", "not-live"), ("ok", "")]
    assert spent <= 70, "a unit a minute, also all night"


def test_chat_that_is_over_is_not_asked_again_where_the_video_still_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Chat().serving(monkeypatch) as chat:
            chat.for_ever = refusal(403, "liveChatEnded")
            return await _hear(30 * MINUTE), len(asked(chat))

    hall, requests = virtual.run(scenario())

    assert (hall.conditions, requests) == ([("waiting", "not-live")], 1)


# What a look may meet; what the stage page then says; the least that passes before the next, in seconds.
TROUBLES: list[Any] = [
    pytest.param(refusal(403, "quotaExceeded"), "quota-used-up", 3600, id="quota"),
    pytest.param(refusal(403, "rateLimitExceeded"), "limited", 60, id="too-fast"),
    pytest.param(refusal(403, "liveChatDisabled"), "chat-off", 60, id="chat-off"),
    pytest.param(refusal(400, "somethingElse"), "unexpected-answer", 5, id="400"),
    pytest.param(answers(404, "<html>"), "unexpected-answer", 5, id="404-html"),
    pytest.param(answers(500), "server-error", 5, id="500"),
    pytest.param(up.later("Retry-After", lambda: "90"), "limited", 90, id="429"),
    pytest.param(answers(body="<html>Log in</html>", kind="text/html"), "not-json", 5, id="login-page"),
    pytest.param(answers(body="{nonsense"), "unreadable", 5, id="garbage"),
    pytest.param(answers(body="[1]"), "unreadable", 5, id="no-record"),
    pytest.param(answers(body='{"items": 7}'), "unreadable", 5, id="no-list"),
    pytest.param(answers(body="[" * 500_000), "unreadable", 5, id="deep"),
    pytest.param(up.bomb, "too-large", 5, id="gzip-bomb"),
    pytest.param(up.redirects("https://evil.example/"), "redirected", 5, id="redirect"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "what", "least_s"), TROUBLES)
def test_trouble_is_told_waited_out_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, trouble: Behaviour, what: str, least_s: float
) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        async with Chat().serving(monkeypatch) as chat:
            chat.misbehave = [trouble]
            chat.say("een")
            hall = await _hear(least_s * 1.2 + MINUTE)
            return hall, gaps(asked(chat))

    hall, between = virtual.run(scenario())

    assert hall.texts == ["een"]
    assert hall.conditions == [("waiting", what), ("ok", "")]
    assert between[0] >= least_s - 1


@pytest.mark.parametrize("reason", ["keyInvalid", "accessNotConfigured", "forbidden", "neverHeardOf"])
def test_key_that_is_refused_stops_it(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Chat().serving(monkeypatch) as chat:
            chat.for_ever = refusal(403, reason)
            return await _hear(60 * MINUTE), len(asked(chat))

    hall, requests = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "token-refused")]
    assert requests == 1


def test_video_that_is_not_there_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Chat().serving(monkeypatch) as chat:
            chat.is_there = False
            return await _hear(60 * MINUTE), len(chat.requests)

    hall, requests = virtual.run(scenario())

    assert (hall.conditions, requests) == ([("needs-attention", "no-such-video")], 1)


def test_video_that_is_not_there_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there before: so it is no slip of the organiser, and mostly one of YouTube."""

    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat, listening() as hall:
            chat.say("een")
            await asyncio.sleep(MINUTE)
            chat.chat, chat.is_there = None, False
            await asyncio.sleep(5 * MINUTE)
            chat.chat, chat.is_there = "chat-2", True
            chat.messages = [message("LCC.new", "terug")]
            await asyncio.sleep(5 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["een", "terug"]
    assert ("waiting", "no-such-video") in hall.conditions
    assert hall.conditions[-1] == ("ok", "")


def test_broken_message_costs_only_itself(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> Hall:
        async with Chat().serving(monkeypatch) as chat:
            chat.messages = [{"id": n} for n in range(101)]
            chat.say("heel")
            return await _hear(MINUTE)

    with caplog.at_level(logging.WARNING, "server.sources.youtube"):
        hall = virtual.run(scenario())

    assert hall.texts == ["heel"]
    assert hall.healths[-1].counts == {"posts": 1, "unreadable": 101}
    assert len(caplog.records) == 2, "the first, and the hundred and first"
    assert "Source youtube-1: YouTube sent what cannot be read: message 100:" in caplog.text


def test_key_is_in_a_header_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> Chat:
        async with Chat().serving(monkeypatch) as chat:
            chat.misbehave = [refusal(403, "quotaExceeded")]
            await _hear(MINUTE)
            return chat

    with caplog.at_level(logging.DEBUG):
        chat = virtual.run(scenario())

    assert set(chat.keys) == {KEY}
    assert not any(KEY in query for query in chat.queries)
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("prepare", "what"),
    [
        pytest.param(lambda chat: None, "", id="works"),
        pytest.param(lambda chat: setattr(chat, "chat", None), "not-live", id="not-live"),
        pytest.param(lambda chat: setattr(chat, "is_there", False), "no-such-video", id="no-such-video"),
        pytest.param(lambda chat: setattr(chat, "for_ever", refusal(403, "liveChatEnded")), "not-live", id="ended"),
        pytest.param(lambda chat: setattr(chat, "for_ever", refusal(403, "keyInvalid")), "token-refused", id="key"),
        pytest.param(lambda chat: setattr(chat, "for_ever", answers(body="{")), "not-json", id="garbage"),
    ],
)
def test_trial_says_how_it_is(monkeypatch: pytest.MonkeyPatch, prepare: Any, what: str) -> None:
    async def scenario() -> Any:
        async with Chat().serving(monkeypatch) as chat, source_for() as source:
            for number in range(7):
                chat.say(str(number))
            prepare(chat)
            return await source.check()

    (finding,) = virtual.run(scenario()).findings

    assert (finding.where, finding.what, finding.streams) == ("abcDEF12345", what, not what)
    assert [post.text for post in finding.posts] == ([] if what else ["6", "5", "4", "3", "2"])


def test_one_message_cannot_be_looked_up() -> None:
    """So the desk says so of this source, when it looks for a post by its address."""

    async def scenario() -> bool:
        async with source_for() as source:
            return isinstance(source, CanFind)

    assert not virtual.run(scenario())


def test_one_message_cannot_be_asked_again() -> None:
    async def scenario() -> Any:
        async with source_for() as source:
            return await source.recheck(["LCC.1"])

    assert virtual.run(scenario()) == ()
