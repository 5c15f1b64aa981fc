from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import NetworkPost, PictureRef
from server.sources.telegram import parse
from server.sources.telegram.parse import Dropped, Entity, Leave, Listening, Moved, Said, TakeBack, Why, written_out
from tests.server.sources.telegram.bot_api import hashtags, photo, units

NOW_US = 1_795_291_200_000_000  # 2026-11-21T20:00:00Z
LISTENING = Listening(bot="democonf_bot", chats=frozenset({"-1001234567890", "nieuws"}))

# The shape of the documentation, with what a wall needs and some of what it does not.
MESSAGE: dict[str, Any] = {
    "message_id": 512,
    "from": {
        "id": 777,
        "is_bot": False,
        "first_name": "Daan",
        "last_name": "Demo",
        "username": "daan_demo",
        "language_code": "nl",
    },
    "chat": {"id": -1001234567890, "type": "supergroup", "title": "DemoConf"},
    "date": 1_795_290_000,
    "text": "Vraag aan het panel #DemoConf",
    "entities": [{"offset": 20, "length": 9, "type": "hashtag"}],
}
CHANNEL_POST: dict[str, Any] = {
    "message_id": 7,
    "sender_chat": {"id": -1009876543210, "type": "channel", "title": "Nieuws", "username": "Nieuws"},
    "author_signature": "Els",
    "chat": {"id": -1009876543210, "type": "channel", "title": "Nieuws", "username": "Nieuws"},
    "date": 1_795_290_000,
    "photo": [photo("klein", 320), photo("groot", 1280), photo("te-groot", 2560, file_size=6_000_000)],
    "caption": "De zaal",
    "has_media_spoiler": True,
    "edit_date": 1_795_290_060,
}


def _parsed(message: object, *, edited: bool = False) -> parse.Meaning:
    return parse.parse_message(message, listening=LISTENING, now_us=NOW_US, edited=edited)


def _changed(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(MESSAGE) | changes


def _post(message: object) -> NetworkPost:
    said = _parsed(message)
    assert isinstance(said, Said)
    return said.post


def test_message_of_a_group() -> None:
    assert _parsed(MESSAGE) == Said(
        message=512,
        in_album=False,
        post=NetworkPost(
            native_id="-1001234567890/512",
            uri="telegram:-1001234567890/512",
            permalink="https://t.me/c/1234567890/512",
            author_id="telegram:777",
            name="Daan Demo",
            handle="@daan_demo",
            avatar_url="fontein-source:avatar/777",
            text="Vraag aan het panel #DemoConf",
            created=1_795_290_000_000_000,
            tags=("DemoConf",),
        ),
    )


def test_post_of_a_channel_with_a_covered_picture_that_was_edited() -> None:
    assert _post(CHANNEL_POST) == NetworkPost(
        native_id="-1009876543210/7",
        uri="telegram:-1009876543210/7",
        permalink="https://t.me/Nieuws/7",
        author_id="telegram:-1009876543210",
        name="Nieuws",
        handle="@Nieuws",
        avatar_url="fontein-source:avatar/-1009876543210",
        text="De zaal",
        warning="Spoiler",
        sensitive=True,
        created=1_795_290_000_000_000,
        edited=1_795_290_060_000_000,
        media=(PictureRef(url="fontein-source:file/groot", width=1280, height=640),),
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"forward_origin": {"type": "user"}}, Why.FORWARD, id="forward"),
        pytest.param({"forward_date": 1}, Why.FORWARD, id="forward-before-2024"),
        pytest.param({"is_automatic_forward": True}, Why.FORWARD, id="of-the-channel-of-this-group"),
        pytest.param({"from": {"id": 5, "is_bot": True, "first_name": "Robot"}}, Why.BOT, id="bot"),
        pytest.param({"chat": {"id": -5, "type": "group"}}, Why.OTHER_CHAT, id="another-group"),
        pytest.param({"chat": {"id": 777, "type": "private"}}, Why.OTHER_CHAT, id="private"),
        pytest.param({"text": " \n"}, Why.EMPTY, id="empty"),
        pytest.param({"text": None, "new_chat_members": []}, Why.EMPTY, id="service"),
        pytest.param({"text": "/help"}, Why.OTHER_COMMAND, id="another-command"),
        pytest.param({"text": "/delete@other_bot"}, Why.OTHER_COMMAND, id="for-another-bot"),
    ],
)
def test_message_that_is_not_for_a_wall_is_dropped(changes: dict[str, Any], why: Why) -> None:
    assert _parsed(_changed(**changes)) == Dropped(why=why)


def test_anonymous_administrator_speaks_for_the_group() -> None:
    group = {"id": -1001234567890, "type": "supergroup", "title": "DemoConf"}
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

    post = _post(_changed(sender_chat=group, **{"from": hidden}))

    assert (post.author_id, post.name) == ("telegram:-1001234567890", "DemoConf")


def test_group_goes_on_under_another_id() -> None:
    assert _parsed(_changed(text=None, migrate_to_chat_id=-1005)) == Moved(chat=-1005)


def test_time_in_the_future_is_now() -> None:
    assert _post(_changed(date=4_000_000_000)).created == NOW_US


# Answers


def test_answer_names_what_it_answers() -> None:
    post = _post(_changed(reply_to_message=_changed(message_id=500)))

    assert (post.reply, post.reply_to) == (True, "-1001234567890/500")


def test_answer_to_a_picture_of_an_album_answers_the_album() -> None:
    assert _post(_changed(reply_to_message=_changed(media_group_id="135"))).reply_to == "-1001234567890/album-135"


def test_message_in_a_topic_of_a_forum_answers_nothing() -> None:
    opening = {"message_id": 3, "forum_topic_created": {"name": "Vragen"}}

    post = _post(_changed(reply_to_message=opening, is_topic_message=True, message_thread_id=3))

    assert (post.reply, post.reply_to) == (False, None)


def test_answer_to_another_chat_is_an_answer() -> None:
    assert _post(_changed(external_reply={"origin": {}})).reply is True


# Commands


@pytest.mark.parametrize("text", ["/verwijder", "/delete", "/Verwijder", "/delete@DemoConf_bot", "/delete graag"])
def test_author_takes_back_the_message_that_the_command_answers(text: str) -> None:
    command = _changed(text=text, reply_to_message=_changed(message_id=500))

    taken = TakeBack(author_id="telegram:777", native_id="-1001234567890/500", chat=-1001234567890)
    assert _parsed(command) == taken


def _of_somebody_else() -> dict[str, Any]:
    other = {"id": 888, "is_bot": False, "first_name": "Els"}
    return _changed(text="/delete", reply_to_message=_changed(message_id=500, **{"from": other}))


def test_nobody_takes_back_what_is_not_theirs() -> None:
    assert _parsed(_of_somebody_else()) == Dropped(why=Why.NOT_THEIRS)


def test_without_that_check_everybody_could(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(parse, "is_theirs", lambda *_: True)

    with pytest.raises(AssertionError):
        test_nobody_takes_back_what_is_not_theirs()


def test_command_alone_is_about_the_last_one_here() -> None:
    asked = TakeBack(author_id="telegram:777", native_id=None, chat=-1001234567890)
    assert _parsed(_changed(text="/verwijder")) == asked


def test_message_that_is_edited_into_the_command_is_taken_back() -> None:
    asked = TakeBack(author_id="telegram:777", native_id="-1001234567890/512", chat=-1001234567890)
    assert _parsed(_changed(text="/verwijder"), edited=True) == asked


@pytest.mark.parametrize("chat", [{"id": 777, "type": "private"}, MESSAGE["chat"]], ids=["private", "group"])
def test_author_leaves(chat: dict[str, Any]) -> None:
    assert _parsed(_changed(text="/stop", chat=chat)) == Leave(author_id="telegram:777")


def test_command_in_a_group_that_does_not_take_part_does_nothing() -> None:
    assert _parsed(_changed(text="/stop", chat={"id": -5, "type": "group"})) == Dropped(why=Why.OTHER_CHAT)


# Text


def _linked(words: str, url: str, *, before: str = "", after: str = "") -> str:
    link = Entity(kind="text_link", start=units(before), end=units(before + words), url=url)
    return written_out(f"{before}{words}{after}", [link])


@pytest.mark.parametrize(
    ("words", "url", "expected"),
    [
        pytest.param("hier", "https://a.example/x", "hier (https://a.example/x)", id="words"),
        pytest.param("a.example/x", "https://a.example/x", "https://a.example/x", id="part-of-it"),
        pytest.param("https://a.example/…", "https://a.example/x", "https://a.example/x", id="beginning-of-it"),
        pytest.param("hier", "tg://user?id=5", "hier", id="another-scheme"),
        pytest.param("hier", "javascript:alert(1)", "hier", id="no-link"),
    ],
)
def test_link_behind_words_is_written_out(words: str, url: str, expected: str) -> None:
    assert _linked(words, url, before="🎈🎈 ", after=" ja") == f"🎈🎈 {expected} ja"


def test_offsets_count_as_telegram_counts() -> None:
    """An astral character is two units: who counts characters finds another place."""
    text = "👩‍🏫 Lees #DemoConf"

    assert _post(_changed(text=text, entities=hashtags(text))).tags == ("DemoConf",)
    assert _linked("dit", "https://a.example", before="👩‍🏫 ") == "👩‍🏫 dit (https://a.example)"


def test_tag_may_name_a_channel() -> None:
    text = "Lees #DemoConf@nieuws"

    assert _post(_changed(text=text, entities=hashtags(text))).tags == ("DemoConf",)


def test_hidden_text_has_a_warning() -> None:
    entities = [{"type": "spoiler", "offset": 0, "length": 5}]

    assert _post(_changed(entities=entities)).warning == "Spoiler"


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "spoiler", "offset": 25, "length": 5},
        {"type": "spoiler", "offset": -1, "length": 5},
        {"type": "spoiler", "offset": 0, "length": 0},
        {"type": "spoiler", "offset": True, "length": 5},
        {"type": "spoiler", "offset": 10**30, "length": 10**30},
        "spoiler",
    ],
)
def test_entity_outside_the_text_means_nothing(entity: object) -> None:
    assert _post(_changed(entities=[entity])).warning == ""


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60), st.sampled_from(["https://a.example", "x:y", ""]))),
)
def test_written_out_keeps_every_character(text: str, links: list[tuple[int, int, str]]) -> None:
    entities = [Entity(kind="text_link", start=at, end=at + length, url=url) for at, length, url in links]

    written = written_out(text, entities).replace(" (https://a.example)", "").replace("https://a.example", "")

    assert len(written) <= len(text) + 2 * len(links), "half a character becomes a mark at each side"
    if not any(url.startswith("http") for _, _, url in links):
        assert written == text


# Pictures


@pytest.mark.parametrize("key", ["video", "animation", "video_note", "document"])
def test_what_moves_has_a_still(key: str) -> None:
    held = {"file_id": "film", "thumbnail": photo("beeld", 320)}

    assert _post(_changed(**{key: held})).media == (PictureRef(url="fontein-source:file/beeld", width=320, height=160),)


def test_album_is_one_post() -> None:
    first = _post(_changed(media_group_id="135", text=None, entities=None, photo=[photo("een", 1280)]))
    second = _post(_changed(media_group_id="135", message_id=513, photo=[photo("twee", 1280)]))

    whole = parse.merged([first, second])

    assert whole.native_id == first.native_id == second.native_id == "-1001234567890/album-135"
    assert whole.permalink == "https://t.me/c/1234567890/512"
    assert whole.text == "Vraag aan het panel #DemoConf"
    assert whole.tags == ("DemoConf",)
    assert [picture.url for picture in whole.media] == ["fontein-source:file/een", "fontein-source:file/twee"]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([photo("s", 160), photo("m", 320), photo("l", 640)], "s"),
        ([photo("s", 80), photo("m", 320)], "m"),
        ([photo("s", 80)], "s"),
        ([{"file_id": "../s"}], None),
        ([], None),
    ],
)
def test_profile_photo_is_the_smallest_that_is_good_enough(sizes: list[Any], expected: str | None) -> None:
    assert parse.parse_profile_photo({"total_count": 1, "photos": [sizes]}) == expected


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "a b", "", "a?b", None, 7])
def test_path_that_is_not_plain_is_bad_input(path: object) -> None:
    with pytest.raises(BadInput):
        parse.parse_file_path({"file_path": path})


# The rest


def test_updates() -> None:
    updates = parse.parse_updates(
        [
            {"update_id": 1, "message": MESSAGE},
            {"update_id": 2, "edited_channel_post": CHANNEL_POST},
            {"update_id": 3, "poll": {}},
            {"message": MESSAGE},
        ]
    )

    assert updates[:3] == (
        parse.Update(id=1, message=MESSAGE),
        parse.Update(id=2, message=CHANNEL_POST, edited=True),
        parse.Update(id=3),
    )
    assert isinstance(updates[3], BadInput)
    assert updates[3].field == "$.update_id"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"ok": True, "result": 7}, parse.Reply(ok=True, result=7)),
        (
            {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}},
            parse.Reply(ok=False, words="Too Many Requests", wait_s=7.0),
        ),
        ({"ok": False, "parameters": {"retry_after": -1}}, parse.Reply(ok=False)),
        ({"ok": False, "parameters": {"retry_after": True}}, parse.Reply(ok=False)),
        ({"ok": False, "parameters": "later"}, parse.Reply(ok=False)),
    ],
)
def test_reply(answer: object, expected: parse.Reply) -> None:
    assert parse.parse_reply(answer) == expected


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_RICH = _changed(
    reply_to_message=_changed(media_group_id="135"),
    photo=[photo("een", 1280)],
    entities=[{"type": "text_link", "offset": 0, "length": 5, "url": "https://a.example"}],
    media_group_id="136",
    video={"file_id": "v", "thumbnail": photo("beeld", 320)},
)


def _outcome(read: Callable[[], object]) -> object:
    """What was read, or the field of the only error that may be raised."""
    try:
        return read()
    except BadInput as error:
        return error.field


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in _paths(inner, (*path, key)))]


@given(st.sampled_from([_RICH, CHANNEL_POST, _changed(text="/delete", reply_to_message=MESSAGE)]), st.data(), _JSON)
def test_no_json_raises_anything_but_our_error(sample: Any, data: st.DataObject, hostile: object) -> None:
    message = copy.deepcopy(sample)
    *way, last = data.draw(st.sampled_from(_paths(message)[1:]))
    inner = message
    for key in way:
        inner = inner[key]
    inner[last] = hostile

    found = _outcome(lambda: _parsed(message))

    assert found
    if isinstance(found, Said):
        found.post.text.encode()
        assert isinstance(found.post.created, int)


@given(_JSON)
def test_no_answer_raises_anything_but_our_error(hostile: object) -> None:
    for read in (parse.parse_reply, parse.parse_bot, parse.parse_chat, parse.parse_file_path):
        assert _outcome(lambda read=read: read(hostile))  # type: ignore[misc]
    assert isinstance(parse.parse_membership(hostile), str)
    assert parse.parse_profile_photo(hostile) is None
    assert isinstance(hostile, list) or _outcome(lambda: parse.parse_updates(hostile)) == "$.result"
