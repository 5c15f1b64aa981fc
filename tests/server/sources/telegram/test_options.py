from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.manifest import BUILT_IN, read_manifest
from server.sources.setting import read_options
from server.sources.telegram.options import parse_options
from tests.server.sources.telegram.bot_api import TOKEN


def _given(**changes: Any) -> dict[str, Any]:
    return {"token": TOKEN, "chats": ["@DemoConf"], "tags": ["#DemoConf"], "told": True} | changes


@pytest.mark.parametrize(
    ("written", "chat"),
    [
        ("@DemoConf", "democonf"),
        ("DemoConf", "democonf"),
        ("https://t.me/DemoConf", "democonf"),
        ("t.me/DemoConf/12", "democonf"),
        ("https://t.me/s/DemoConf", "democonf"),
        ("https://telegram.me/DemoConf", "democonf"),
        ("-1001234567890", "-1001234567890"),
        ("https://t.me/c/1234567890/12", "-1001234567890"),
        ("https://t.me/c/1234567890/3/12", "-1001234567890"),
        ("https://web.telegram.org/a/#-1001234567890", "-1001234567890"),
        ("https://web.telegram.org/k/#-4123456", "-4123456"),
    ],
)
def test_chat_is_known_by_whatever_an_organiser_can_copy(written: str, chat: str) -> None:
    assert parse_options(_given(chats=[written])).chats == (chat,)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"token": "geheim"}, "token", id="no-token"),
        pytest.param({"token": f"https://api.telegram.org/bot{TOKEN}"}, "token", id="an-address"),
        pytest.param({"token": f"{TOKEN}/../x"}, "token", id="token-with-a-path"),
        pytest.param({"chats": []}, "chats", id="no-chats"),
        pytest.param({"chats": ["777"]}, "chats", id="a-person"),
        pytest.param({"chats": ["https://t.me/+AbCdEf"]}, "chats", id="an-invitation"),
        pytest.param({"chats": ["https://t.me/joinchat/AbCdEf"]}, "chats", id="an-old-invitation"),
        pytest.param({"chats": ["Onze groep"]}, "chats", id="a-title"),
        pytest.param({"chats": [f"@groep{n}" for n in range(21)]}, "chats", id="too-many-chats"),
        pytest.param({"tags": []}, "tags", id="no-tags"),
        pytest.param({"tags": ["!"]}, "tags", id="tag-of-nothing"),
        pytest.param({"which": "some"}, "which", id="another-choice"),
        pytest.param({"told": False}, "told", id="not-told"),
        pytest.param({"chats": "@DemoConf"}, "chats", id="no-list"),
    ],
)
def test_wrong_option_says_which_and_never_tells_the_token(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_options(_given(**changes))

    assert raised.value.field == field
    assert TOKEN not in str(raised.value)


def test_all_messages_need_no_hashtag() -> None:
    assert parse_options(_given(which="all", tags=[])).tags == ()
    assert parse_options(_given(which="all")).tags == (), "and look at none"


def test_options_do_not_show_the_token() -> None:
    assert TOKEN not in repr(parse_options(_given()))


def test_form_of_the_manifest_fills_these_options() -> None:
    manifest = read_manifest(BUILT_IN / "telegram")
    setting = read_options(manifest, _given(which="tagged"))

    assert setting.secrets == {"token": TOKEN}
    assert parse_options({**setting.options, **setting.secrets}).tags == ("democonf",)


@given(st.text(max_size=60))
def test_no_chat_raises_anything_but_our_error(written: str) -> None:
    try:
        (chat,) = parse_options(_given(chats=[written])).chats
    except BadInput:
        return
    assert chat.removeprefix("-").replace("_", "").isalnum()
