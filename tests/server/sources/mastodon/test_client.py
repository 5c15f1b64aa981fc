from __future__ import annotations

import random
from typing import Any, cast

import pytest
from yarl import URL

from server.sources.contract import Tools
from server.sources.http import parse_origin
from server.sources.mastodon.client import Server
from server.sources.mastodon.options import ServerOptions
from server.sources.mastodon.parse import Instance, Software


@pytest.mark.parametrize(
    ("server", "told", "expected"),
    [
        pytest.param("social.example.nl", None, "wss://social.example.nl", id="says-nothing"),
        pytest.param("social.example.nl", "wss://social.example.nl", "wss://social.example.nl", id="itself"),
        pytest.param("social.example.nl", "https://social.example.nl", "wss://social.example.nl", id="as-https"),
        pytest.param("social.example.nl", "wss://s.social.example.nl", "wss://s.social.example.nl", id="below-itself"),
        pytest.param("social.example.nl", "wss://stream.example.nl", "wss://stream.example.nl", id="below-its-parent"),
        pytest.param("example.nl", "wss://streaming.example.nl", "wss://streaming.example.nl", id="below-a-short-name"),
        pytest.param("social.example.nl", "wss://evil.example", "wss://social.example.nl", id="stranger"),
        pytest.param("example.nl", "wss://other.nl", "wss://example.nl", id="a-country-is-no-parent"),
        pytest.param(
            "social.example.nl", "wss://xsocial.example.nl.evil.example", "wss://social.example.nl", id="alike"
        ),
        pytest.param("social.example.nl", "wss://192.168.1.1", "wss://social.example.nl", id="the-venue"),
        pytest.param("social.example.nl", "ws://social.example.nl", "wss://social.example.nl", id="without-tls"),
        pytest.param("social.example.nl", "nonsense", "wss://social.example.nl", id="nonsense"),
        pytest.param("http://127.0.0.1:3000", "ws://127.0.0.1:4000", "ws://127.0.0.1:4000", id="another-port"),
    ],
)
def test_token_goes_only_to_its_server_or_a_host_beside_it(server: str, told: str | None, expected: str) -> None:
    tools = Tools(session=cast("Any", None), now=lambda: 0.0, rng=random.Random(1))
    options = ServerOptions(origin=parse_origin(server, field="servers"), token="geheim")
    instance = Instance(software=Software.MASTODON, domain="x", streaming=told)

    address = Server(options, tools)._stream_address(instance, "Demo&Conf")

    assert address == f"{expected}/api/v1/streaming?stream=hashtag&tag=Demo%26Conf"


@pytest.mark.parametrize(
    ("software", "stream"), [(Software.MASTODON, "user:notification"), (Software.GOTOSOCIAL, "user")]
)
def test_mentions_have_a_stream_of_their_own(software: Software, stream: str) -> None:
    tools = Tools(session=cast("Any", None), now=lambda: 0.0, rng=random.Random(1))
    options = ServerOptions(origin=parse_origin("social.example", field="servers"), token="geheim")
    instance = Instance(software=software, domain="x", streaming=None)

    address = URL(Server(options, tools)._stream_address(instance, None))

    assert dict(address.query) == {"stream": stream}
