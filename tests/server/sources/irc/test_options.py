from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.errors import BadInput
from server.sources.irc.options import _Given, parse_options
from server.sources.manifest import BUILT_IN, read_manifest
from server.sources.setting import read_options

GIVEN = {"server": "irc.example", "channels": "#zaal", "tags": ["DemoConf"]}


def _options(**changes: Any) -> dict[str, object]:
    return {**GIVEN, **changes}


@pytest.mark.parametrize(
    ("server", "tls", "host", "port"),
    [
        ("irc.example", True, "irc.example", 6697),
        ("irc.example", False, "irc.example", 6667),
        ("irc.example:7000", True, "irc.example", 7000),
        ("ircs://irc.example:7000/", True, "irc.example", 7000),
        ("192.168.1.9", False, "192.168.1.9", 6667),
        ("[::1]:6667", False, "::1", 6667),
    ],
)
def test_server_as_people_write_it(server: str, tls: bool, host: str, port: int) -> None:
    options = parse_options(_options(server=server, tls=tls))

    assert (options.host, options.port, options.tls) == (host, port, tls)


@pytest.mark.parametrize(
    ("channels", "wanted"),
    [
        ("#zaal", ("#zaal",)),
        ("zaal", ("#zaal",)),
        ("#zaal, ##meer &hier #zaal", ("#zaal", "##meer", "&hier")),
    ],
)
def test_channels_as_people_write_them(channels: str, wanted: tuple[str, ...]) -> None:
    assert parse_options(_options(channels=channels)).channels == wanted


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"server": "irc.example/path"}, "server", id="path"),
        pytest.param({"server": "anna@irc.example"}, "server", id="user"),
        pytest.param({"server": "irc.example:99999"}, "server", id="port"),
        pytest.param({"server": "irc\r\nQUIT"}, "server", id="two-lines"),
        pytest.param({"server": ""}, "server", id="no-server"),
        pytest.param({"channels": ""}, "channels", id="no-channel"),
        pytest.param({"channels": "#a\x07b"}, "channels", id="a-bell"),
        pytest.param({"channels": "#" + "a" * 300}, "channels", id="long-channel"),
        pytest.param({"channels": " ".join(f"#k{n}" for n in range(11))}, "channels", id="many-channels"),
        pytest.param({"tags": []}, "tags", id="no-hashtags"),
        pytest.param({"which": "some"}, "which", id="neither"),
        pytest.param({"nick": "1fontein"}, "nick", id="begins-with-a-digit"),
        pytest.param({"nick": "fontein muur"}, "nick", id="two-words"),
        pytest.param({"account": "muur"}, "password", id="account-without-password"),
        pytest.param({"password": "a\r\nQUIT"}, "password", id="password-of-two-lines"),
        pytest.param({"password": "a b"}, "password", id="password-of-two-words"),
        pytest.param({"account": "a\0b", "password": "x"}, "account", id="account-with-a-nul"),
        pytest.param({"tls": "yes"}, "tls", id="no-switch"),
    ],
)
def test_wrong_option_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_options(_options(**changes))

    assert refused.value.field == field


def test_form_asks_for_each_option() -> None:
    asked = {option.name for option in read_manifest(BUILT_IN / "irc").options}

    assert asked == {field.name for field in msgspec.structs.fields(_Given)}


def test_what_the_form_hands_in_is_understood() -> None:
    given = {**GIVEN, "channels": "##zaal #meer", "nick": "muur", "account": "muur", "password": "geheim", "tls": False}

    setting = read_options(read_manifest(BUILT_IN / "irc"), given)

    parsed = parse_options({**setting.options, **setting.secrets})
    assert (parsed.channels, parsed.password, parsed.tls) == (("##zaal", "#meer"), "geheim", False)


def test_everything_needs_no_hashtags() -> None:
    assert parse_options(_options(which="all", tags=[])).tags == ()


def test_options_do_not_print_the_password() -> None:
    assert "geheim" not in repr(parse_options(_options(account="muur", password="geheim")))
