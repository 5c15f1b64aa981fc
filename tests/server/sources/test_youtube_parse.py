"""YouTube's documented shapes become posts and departures; anything else a drop or an error that says what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost
from server.sources.manifest import BUILT_IN, read_manifest
from server.sources.youtube import options, parse
from server.sources.youtube.options import parse_options
from tests.server.sources.youtube_chat import message

VIDEO = "abcDEF12345"
NOW_US = int(datetime(2026, 11, 21, 20, tzinfo=UTC).timestamp()) * 1_000_000


def parsed(told: object) -> Any:
    return parse.parse_message(told, video=VIDEO, now_us=NOW_US)


def test_message_is_a_post() -> None:
    told = message("LCC.1", "Mooi gezegd #DemoConf", publishedAt="2026-11-21T19:40:00.123Z")

    assert parsed(told) == NetworkPost(
        native_id="LCC.1",
        uri="youtube:LCC.1",
        permalink="https://www.youtube.com/watch?v=abcDEF12345#LCC.1",
        author_id="https://www.youtube.com/channel/UCanna",
        name="anna",
        handle="@anna",
        avatar_url="https://yt3.ggpht.com/anna=s88",
        text="Mooi gezegd #DemoConf",
        created=NOW_US - 20 * 60 * 1_000_000 + 123_000,
        tags=("DemoConf",),
    )


@pytest.mark.parametrize(
    ("kind", "details", "event"),
    [
        ("messageDeletedEvent", {"messageDeletedDetails": {"deletedMessageId": "LCC.1"}}, Delete(native_id="LCC.1")),
        ("messageRetractedEvent", {"messageRetractedDetails": {"retractedMessageId": "a"}}, Delete(native_id="a")),
        ("tombstone", {}, Delete(native_id="LCC.9")),
        (
            "userBannedEvent",
            {"userBannedDetails": {"bannedUserDetails": {"channelId": "UCbad"}, "banType": "permanent"}},
            AuthorGone(author_id="https://www.youtube.com/channel/UCbad"),
        ),
        (
            "userBannedEvent",
            {"userBannedDetails": {"bannedUserDetails": {"channelId": "UCbad"}, "banType": "temporary"}},
            AuthorGone(author_id="https://www.youtube.com/channel/UCbad"),
        ),
    ],
)  # fmt: skip
def test_deletes_and_bans_are_honoured(kind: str, details: dict[str, Any], event: object) -> None:
    assert parsed(message("LCC.9", "", kind=kind, **details)) == event


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("superChatEvent", "paid"),
        ("superStickerEvent", "paid"),
        ("newSponsorEvent", "paid"),
        ("memberMilestoneChatEvent", "paid"),
        ("chatEndedEvent", "no-message"),
        ("sponsorOnlyModeStartedEvent", "no-message"),
        ("somethingNewEvent", "no-message"),
    ],
)
def test_what_is_paid_for_or_no_message_is_left_alone(kind: str, why: str) -> None:
    dropped = parsed(message("LCC.1", "Kijk mij", kind=kind))

    assert (type(dropped), dropped.why) == (parse.Dropped, why)


def test_message_without_words_is_left_alone() -> None:
    assert parsed(message("LCC.1", "  ")) == parse.Dropped(why=parse.Why.NO_MESSAGE, id="LCC.1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": 7}, "$.id"),
        ({"id": "a b"}, "$.id"),
        ({"snippet": None}, "$.snippet"),
        ({"authorDetails": []}, "$.authorDetails"),
        ({"authorDetails": {}}, "$.authorDetails.channelId"),
        ({"snippet": {"type": "messageDeletedEvent"}}, "$.snippet.messageDeletedDetails"),
        ({"snippet": {"type": "userBannedEvent"}}, "$.snippet.userBannedDetails"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(message("LCC.1", "x") | changes)

    assert caught.value.field == field


def test_message_of_the_future_is_of_now() -> None:
    assert parsed(message("LCC.1", "x", publishedAt="2099-01-01T00:00:00Z")).created == NOW_US
    assert parsed(message("LCC.1", "x", publishedAt="straks")).created is None


def test_name_that_is_no_handle_stays_a_name() -> None:
    told = message("LCC.1", "x")
    told["authorDetails"] |= {"displayName": "Anna de Vries", "profileImageUrl": "javascript:x"}

    post = parsed(told)

    assert (post.name, post.handle, post.avatar_url) == ("Anna de Vries", "", None)


def flaw(read: Callable[[object], object], told: object) -> str | None:
    """Where it is wrong; None when it can be read."""
    try:
        read(told)
    except BadInput as ex:
        return ex.field or "nowhere"
    return None


_KEYS = (
    *("id", "snippet", "authorDetails", "type", "channelId", "displayName", "items", "nextPageToken", "error"),
    *("textMessageDetails", "messageText", "userBannedDetails", "bannedUserDetails", "pollingIntervalMillis", "errors"),
)
_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=10),
        st.sampled_from(["textMessageEvent", "userBannedEvent", "messageDeletedEvent", "tombstone"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=4), inner, max_size=6),
    ),
    max_leaves=30,
)


@given(_JSON)
def test_any_json_is_a_message_or_says_what_is_wrong(told: object) -> None:
    for read in (parsed, parse.parse_page, parse.parse_broadcast):
        assert flaw(read, told) is None or str(flaw(read, told)).startswith("$")
    assert isinstance(parse.parse_refusal(json.dumps(told).encode()), parse.Refusal)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_say_that_they_are_not(data: bytes) -> None:
    assert isinstance(parse.parse_refusal(data), parse.Refusal)


def test_page_says_where_to_go_on_and_when() -> None:
    page = parse.parse_page({"items": [1, 2], "nextPageToken": "CAE", "pollingIntervalMillis": 7250})

    assert page == parse.Page(messages=(1, 2), next="CAE", interval_s=7.25)
    assert parse.parse_page({"items": [], "pollingIntervalMillis": 10**9}).interval_s == 600
    assert parse.parse_page({"items": [], "pollingIntervalMillis": -5}).interval_s == 0
    for huge in (10**400, float("inf")):
        assert parse.parse_page({"items": [], "pollingIntervalMillis": huge}).interval_s == 600
    assert parse.parse_page({"items": [], "pollingIntervalMillis": float("nan")}).interval_s == 0


def test_half_a_character_is_a_question_mark_and_costs_no_other_message() -> None:
    found = parse.decode_json(b'{"items": [{"id": "a", "x": "\\ud83d"}, {"id": "b"}]}')

    assert [each["id"] for each in parse.parse_page(found).messages if isinstance(each, dict)] == ["a", "b"]
    assert parsed(message("LCC.1", "half \ud83d")).text == "half ?"


# Options


def test_manifest_names_the_options_that_the_code_reads() -> None:
    manifest = read_manifest(BUILT_IN / "youtube")
    told = {option.name: option for option in manifest.options}
    read = {field.name: field for field in msgspec.structs.fields(options._Given)}

    assert set(told) == set(read)
    assert {name for name, option in told.items() if option.required} == {
        name for name, field in read.items() if field.required
    }
    interval = told["poll_interval_s"]
    assert (interval.least, interval.most, interval.default) == (
        options.MIN_POLL_S,
        options.MAX_POLL_S,
        options.DEFAULT_POLL_S,
    )
    assert manifest.export == "link", "nobody may keep the words for longer than 30 days"


@pytest.mark.parametrize(
    "given_video",
    [
        "abcDEF12345",
        " https://www.youtube.com/watch?v=abcDEF12345&t=5s ",
        "youtu.be/abcDEF12345?si=x",
        "https://youtube.com/live/abcDEF12345",
        "https://www.youtube.com/embed/abcDEF12345",
        "https://studio.youtube.com/video/abcDEF12345/livestreaming",
    ],
)
def test_video_is_found_in_its_address(given_video: str) -> None:
    assert parse_options({"video": given_video, "key": "k"}).video == VIDEO


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "k"}, None),
        ({"video": VIDEO}, None),
        ({"video": "https://www.youtube.com/@kanaal", "key": "k"}, "video"),
        ({"video": "https://evil.example/watch?v=abcDEF12345", "key": "k"}, "video"),
        ({"video": "https://[", "key": "k"}, "video"),
        ({"video": VIDEO, "key": "sleutel\n met regel"}, "key"),
        ({"video": VIDEO, "key": "clé"}, "key"),
        ({"video": VIDEO, "key": "k", "poll_interval_s": 4}, "poll_interval_s"),
    ],
)
def test_option_that_is_wrong_is_named(wrong: dict[str, Any], field: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse_options(wrong)

    assert (caught.value.code, caught.value.field if field else None) == ("bad-option", field)


def test_key_is_never_printed() -> None:
    assert "geheim" not in repr(parse_options({"video": VIDEO, "key": "geheim"}))
