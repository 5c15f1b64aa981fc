from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.manifest import BUILT_IN, read_manifest
from server.sources.nostr.options import parse_options
from server.sources.setting import read_options


def _given(**changes: Any) -> dict[str, Any]:
    return {"relays": ["wss://relay.example"], "tags": ["#DemoConf"]} | changes


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("wss://relay.example", "wss://relay.example/"),
        ("relay.example", "wss://relay.example/"),
        (" relay.example/nostr ", "wss://relay.example/nostr"),
        ("https://relay.example", "wss://relay.example/"),
        ("ws://127.0.0.1:7777", "ws://127.0.0.1:7777/"),
    ],
)
def test_relay_is_known_by_whatever_an_organiser_can_copy(written: str, url: str) -> None:
    assert [str(relay) for relay in parse_options(_given(relays=[written])).relays] == [url]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"relays": []}, "relays", id="no-relays"),
        pytest.param({"relays": ["ftp://relay.example"]}, "relays", id="another-scheme"),
        pytest.param({"relays": ["wss://relay.example?a=b"]}, "relays", id="query"),
        pytest.param({"relays": ["wss://u:p@relay.example"]}, "relays", id="password"),
        pytest.param({"relays": ["wss://"]}, "relays", id="no-host"),
        pytest.param({"relays": ["//"]}, "relays", id="nothing"),
        pytest.param({"relays": [f"r{n}.example" for n in range(9)]}, "relays", id="too-many-relays"),
        pytest.param({"tags": []}, "tags", id="no-tags"),
        pytest.param({"tags": ["!"]}, "tags", id="tag-of-nothing"),
        pytest.param({"since": "gisteren"}, "since", id="no-moment"),
        pytest.param({"relays": "relay.example"}, "relays", id="no-list"),
    ],
)
def test_wrong_option_says_which(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_options(_given(**changes))

    assert raised.value.field == field


def test_one_relay_written_in_two_ways_is_one() -> None:
    assert len(parse_options(_given(relays=["relay.example", "wss://Relay.example/"])).relays) == 1


def test_form_of_the_manifest_fills_these_options() -> None:
    setting = read_options(read_manifest(BUILT_IN / "nostr"), _given(since="2026-11-21T20:00+01:00"))

    options = parse_options(setting.options)

    assert options.tags == ("democonf",)
    assert options.spellings == ("democonf", "DemoConf")
    assert options.since_s == 1_795_287_600


@given(st.text(max_size=60))
def test_no_relay_raises_anything_but_our_error(written: str) -> None:
    try:
        (relay,) = parse_options(_given(relays=[written])).relays
    except BadInput:
        return
    assert relay.scheme in {"ws", "wss"}
    assert relay.host
