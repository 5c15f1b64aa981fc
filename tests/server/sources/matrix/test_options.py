from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.errors import BadInput
from server.sources.manifest import BUILT_IN, read_manifest
from server.sources.matrix.options import _Given, parse_options, parse_room
from server.sources.setting import read_options

GIVEN = {"homeserver": "matrix.example", "token": "syt_abc", "rooms": ["zaal:matrix.example"], "tags": ["DemoConf"]}


def _options(**changes: Any) -> dict[str, object]:
    return {**GIVEN, **changes}


@pytest.mark.parametrize(
    ("word", "room"),
    [
        ("zaal:matrix.example", "#zaal:matrix.example"),
        ("#zaal:matrix.example", "#zaal:matrix.example"),
        (" #zaal:matrix.example ", "#zaal:matrix.example"),
        ("!abc:matrix.example", "!abc:matrix.example"),
        ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"),
        ("https://matrix.to/#/#zaal:matrix.example", "#zaal:matrix.example"),
        ("https://matrix.to/#/%23zaal:matrix.example?via=matrix.example", "#zaal:matrix.example"),
        ("https://matrix.to/#/!abc:matrix.example?via=b.example", "!abc:matrix.example"),
    ],
)
def test_room_as_people_write_it(word: str, room: str) -> None:
    assert parse_room(word) == room


@pytest.mark.parametrize(
    "word", ["", "zaal", "#zaal", "!", "@anna:matrix.example", "zaal:a b", "!a/b", "z\x00l:a", "#:a"]
)
def test_what_is_not_a_room_is_refused(word: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_room(word)

    assert refused.value.field == "rooms"


def test_hashtags_are_folded_and_rooms_come_once() -> None:
    options = parse_options(_options(tags=["DemoConf", "#démoconf", "Zaal"], rooms=["a:b", "#a:b"]))

    assert (options.tags, options.rooms, str(options.homeserver)) == (
        ("democonf", "zaal"),
        ("#a:b",),
        "https://matrix.example",
    )


def test_all_messages_need_no_hashtags() -> None:
    assert parse_options(_options(which="all")).tags == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"homeserver": "https://matrix.example/path"}, "homeserver", id="not-a-server"),
        pytest.param({"token": ""}, "token", id="no-token"),
        pytest.param({"token": "a b"}, "token", id="spaces"),
        pytest.param({"token": "a\nb"}, "token", id="a-line-more"),
        pytest.param({"rooms": []}, "rooms", id="no-rooms"),
        pytest.param({"rooms": [f"z{n}:a" for n in range(7)]}, "rooms", id="many-rooms"),
        pytest.param({"rooms": [7]}, "rooms", id="a-number"),
        pytest.param({"tags": []}, "tags", id="no-hashtags"),
        pytest.param({"tags": ["!!!"]}, "tags", id="no-letters"),
        pytest.param({"which": "some"}, "which", id="neither"),
        pytest.param({"since": "gisteren"}, "since", id="no-moment"),
    ],
)
def test_wrong_option_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_options(_options(**changes))

    assert refused.value.field == field


def test_options_do_not_print_the_token() -> None:
    assert "syt_abc" not in repr(parse_options(GIVEN))


def test_form_asks_for_each_option() -> None:
    asked = [option.name for option in read_manifest(BUILT_IN / "matrix").options]

    assert asked == [field.name for field in msgspec.structs.fields(_Given)]


def test_what_the_form_hands_in_is_understood() -> None:
    manifest = read_manifest(BUILT_IN / "matrix")
    given = {**GIVEN, "rooms": ["#zaal:matrix.example"], "which": "tagged", "since": "2026-11-21T09:00+01:00"}

    setting = read_options(manifest, given)

    parsed = parse_options({**setting.options, **setting.secrets})
    assert (parsed.rooms, parsed.token) == (("#zaal:matrix.example",), "syt_abc")
