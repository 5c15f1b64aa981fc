"""Links: found however they are written, and which hide where they go."""

from __future__ import annotations

import pytest

from server.intake.links import links, trick
from server.intake.words import SHORTENERS


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        pytest.param("zie https://Voorbeeld.nl/pad?x=1#y", ("voorbeeld.nl",), id="https"),
        pytest.param("HTTP://voorbeeld.nl", ("voorbeeld.nl",), id="capitals"),
        pytest.param("www.voorbeeld.nu", ("www.voorbeeld.nu",), id="www"),
        pytest.param("kijk op voorbeeld.nl.", ("voorbeeld.nl",), id="bare-domain"),
        pytest.param("voorbeeld.example.co.uk/pad", ("voorbeeld.example.co.uk",), id="bare-with-path"),
        pytest.param("iets.me/pad", ("iets.me",), id="word-as-top-level-with-path"),
        pytest.param("voorbeeld[.]nl en ander (dot) com", ("voorbeeld.nl", "ander.com"), id="dots-in-disguise"),
        pytest.param("hxxps://voorbeeld.nl", ("voorbeeld.nl",), id="hxxp"),
        pytest.param("ｖｏｏｒｂｅｅｌｄ．ｎｌ", ("voorbeeld.nl",), id="full-width"),
        pytest.param("voor\u200bbeeld.n\u200bl", ("voorbeeld.nl",), id="zero-width"),
        pytest.param("http://bank.nl@kwaad.example", ("bank.nl@kwaad.example",), id="user"),
        pytest.param("javascript:alert(1)", ("other-scheme",), id="other-scheme"),
        pytest.param("tel:0612", ("other-scheme",), id="telephone-link"),
        pytest.param("http://[::1]/", ("[::1]",), id="ipv6"),
        pytest.param("192.0.2.1/x", ("192.0.2.1",), id="bare-ipv4-with-path"),
    ],
)
def test_links_finds(text: str, hosts: tuple[str, ...]) -> None:
    assert tuple(dict.fromkeys(links(text))) == hosts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Dag.Morgen zien we elkaar.De rest volgt", id="forgotten-space"),
        pytest.param("we zijn klaar.nu koffie", id="forgotten-space-before-a-word"),
        pytest.param("versie 1.2.3.4 en 3.14", id="numbers"),
        pytest.param("@anna@social.example.nl zegt hoi", id="mention"),
        pytest.param("anna@voorbeeld.nl", id="e-mail"),
        pytest.param("om 10:30 in zaal B.2", id="time-and-room"),
        pytest.param("d.w.z. o.a. i.p.v. e.g.", id="abbreviations"),
        pytest.param("Let op: dit telt", id="colon"),
        pytest.param("...", id="dots"),
    ],
)
def test_links_lets_pass(text: str) -> None:
    assert links(text) == ()


@pytest.mark.parametrize(
    ("host", "code"),
    [
        pytest.param("voorbeeld.nl", None, id="ordinary"),
        pytest.param("www.rijksoverheid.nl:443", None, id="port"),
        pytest.param("münchen.de", None, id="accents"),
        pytest.param("пример.com", None, id="another-script"),
        pytest.param("日本語テスト.jp", None, id="japanese-mixes-its-own"),
        pytest.param("bit.ly", "shortener", id="shortener"),
        pytest.param("www.tinyurl.com", "shortener", id="shortener-www"),
        pytest.param("habit.ly", None, id="ends-like-a-shortener"),
        pytest.param("192.0.2.1", "ip-address", id="ipv4"),
        pytest.param("192.0.2.1:8080", "ip-address", id="ipv4-port"),
        pytest.param("2130706433", "ip-address", id="one-number"),
        pytest.param("0x7f.1", "ip-address", id="hexadecimal"),
        pytest.param("[::1]:80", "ip-address", id="ipv6"),
        pytest.param("xn--pple-43d.com", "punycode", id="punycode"),
        pytest.param("www.xn--80ak6aa92e.com", "punycode", id="punycode-label"),
        pytest.param("pаypal.com", "mixed-scripts", id="one-cyrillic-letter"),
        pytest.param("аррӏе.com", "look-alike-host", id="all-cyrillic"),
        pytest.param("bank.nl@kwaad.example", "user-in-link", id="user"),
    ],
)
def test_trick(host: str, code: str | None) -> None:
    assert trick(host, shorteners=SHORTENERS) == code
