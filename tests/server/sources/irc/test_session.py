"""The conversation by itself: what we say to what the server says."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.irc.options import parse_options
from server.sources.irc.parse import parse_line
from server.sources.irc.session import MAX_NICKS, MAX_SENT_BYTES, Session

AT_1940_US = 1_795_290_000_000_000


def _session(*, since: Mapping[str, int] = MappingProxyType({}), **options: Any) -> Session:
    given = {"server": "irc.example", "channels": "#zaal", "tags": ["DemoConf"]} | options
    return Session(parse_options(given), since=since, rng=random.Random(7))


def _say(session: Session, *lines: str) -> list[str]:
    """All that we answer."""
    return [reply for line in lines for reply in session.heard(parse_line(line.encode())).replies]


def _inside(**options: Any) -> Session:
    session = _session(**options)
    _say(session, ":irc.example 001 fontein :hi", ":fontein!f@h JOIN #zaal")
    return session


def test_first_words() -> None:
    assert _session().begin() == ("CAP LS 302", "NICK fontein", "USER fontein 0 * :Fontein, a wall of posts")


def test_password_without_an_account_is_the_servers() -> None:
    assert "PASS geheim" in _session(password="geheim").begin()


def test_only_what_is_offered_and_wanted_is_asked_for() -> None:
    session = _session()

    replies = _say(session, ":s CAP * LS * :server-time sasl=PLAIN", ":s CAP * LS :batch echo-message")

    assert replies == ["CAP REQ :batch server-time"]
    assert _say(session, ":s CAP fontein ACK :batch server-time") == ["CAP END"]


@pytest.mark.parametrize("lines", [[":s CAP * LS :"], [":s CAP * LS :batch", ":s CAP * NAK :batch"]])
def test_server_without_extras_will_do(lines: list[str]) -> None:
    assert _say(_session(), *lines)[-1] == "CAP END"


def test_login_comes_before_anything_else() -> None:
    session = _session(account="muur", password="geheim")

    assert [each for each in session.begin() if each.startswith("PASS")] == []
    assert _say(session, ":s CAP * LS :sasl") == ["CAP REQ :sasl"]
    assert _say(session, ":s CAP * ACK :sasl") == ["AUTHENTICATE PLAIN"]
    credentials = base64.b64encode(b"\0muur\0geheim").decode()
    assert _say(session, "AUTHENTICATE +") == [f"AUTHENTICATE {credentials}"]
    assert _say(session, ":s 903 fontein :ok") == ["CAP END"]


def test_password_of_the_server_is_not_given_as_one_of_an_account() -> None:
    session = _session(password="geheim")

    assert _say(session, ":s CAP * ACK :sasl") == ["CAP END"]
    assert _say(session, "AUTHENTICATE +") == []


@pytest.mark.parametrize("secret_bytes", [200, 99, 100])
def test_long_credentials_come_in_pieces(secret_bytes: int) -> None:
    session = _session(account="a" * 199, password="p" * secret_bytes)

    pieces = [each.removeprefix("AUTHENTICATE ") for each in _say(session, "AUTHENTICATE +")]

    assert all(len(piece) <= 400 for piece in pieces)
    assert len(pieces[-1]) < 400
    words = base64.b64decode("".join(pieces).removesuffix("+") if pieces[-1] == "+" else "".join(pieces))
    assert words == b"\0" + b"a" * 199 + b"\0" + b"p" * secret_bytes


@pytest.mark.parametrize(
    ("line", "code", "cause"),
    [
        (":s 464 * :Password incorrect", "login-refused", Cause.REFUSED),
        (":s 904 * :SASL failed", "login-refused", Cause.REFUSED),
        (":s CAP * LS :batch", "login-refused", Cause.REFUSED),
        (":s 465 * :You are banned", "refused", Cause.REFUSED),
        ("ERROR :Closing Link: (Throttled: Reconnecting too fast)", "limited", Cause.LIMITED),
        ("ERROR :Closing Link: (Server shutting down)", "unreachable", Cause.DROPPED),
    ],
)
def test_server_that_sends_us_away(line: str, code: str, cause: Cause) -> None:
    session = _session(account="muur", password="geheim")

    with pytest.raises(SourceUnavailable) as trouble:
        _say(session, line)

    assert (trouble.value.code, trouble.value.cause) == (code, cause)
    assert "geheim" not in str(trouble.value)


def test_name_in_use_gets_a_digit_and_fits_every_server() -> None:
    session = _session(nick="symposiummuur")

    names = _say(session, *[":s 433 * x :in use"] * MAX_NICKS)

    assert names[:3] == ["NICK symposiu1", "NICK symposiu2", "NICK symposiu3"]
    assert names[3].removeprefix("NICK sympo").isdecimal()
    assert {len(name.removeprefix("NICK ")) for name in names} == {9}
    assert len(set(names)) == MAX_NICKS
    with pytest.raises(SourceUnavailable) as trouble:
        _say(session, ":s 433 * x :in use")
    assert trouble.value.code == "nick-in-use"


def test_channels_share_a_line_as_far_as_they_fit() -> None:
    session = _session(channels=" ".join(f"#{n}{'k' * 100}" for n in range(10)))

    lines = _say(session, ":s 001 fontein :hi")

    assert all(len(line.encode()) <= MAX_SENT_BYTES for line in lines)
    assert len(lines) == 3
    assert sum(line.count("#") for line in lines) == 10


def test_ping_is_answered() -> None:
    assert _say(_session(), "PING :a b") == ["PONG :a b"]


@pytest.mark.parametrize("asked", ["é" * 300, "a\rQUIT", "a\0b"])
def test_ping_of_which_no_line_can_be_made_is_answered_as_far_as_it_can(asked: str) -> None:
    (answer,) = _say(_session(), f"PING :{asked}")

    assert len(answer.encode()) <= MAX_SENT_BYTES
    assert not set("\r\n\0") & set(answer)


def test_everything_is_known_once_every_channel_answered() -> None:
    session = _session(channels="#a #b")

    _say(session, ":s 001 fontein :hi", ":FONTEIN!f@h JOIN :#A")
    before = session.settled
    _say(session, ":s 473 fontein #b :Invite only")

    assert (before, session.settled, session.troubles) == (False, True, {"#b": "not-invited"})


def test_other_people_who_come_and_go_are_nothing_to_us() -> None:
    session = _inside()

    for line in (":anna!a@h PART #zaal", ":op!o@h KICK #zaal anna", ":anna!a@h JOIN #zaal", ":anna!a@h NICK bo"):
        assert session.heard(parse_line(line.encode())).changed is False
    assert (session.joined, session.troubles) == ({"#zaal"}, {})


def test_channel_that_shows_us_out_is_entered_only_when_it_invites_us() -> None:
    session = _inside()

    assert _say(session, ":op!o@h KICK #zaal fontein :weg") == []
    assert session.troubles == {"#zaal": "not-in-room"}
    assert session.knock() == ()
    assert _say(session, ":op!o@h INVITE fontein #zaal") == ["JOIN #zaal"]
    assert _say(session, ":op!o@h INVITE fontein #elders") == []
    _say(session, ":fontein!f@h JOIN #zaal")
    assert session.troubles == {}


def test_channel_that_was_closed_is_knocked_at_again() -> None:
    session = _session()
    _say(session, ":s 001 fontein :hi", ":s 471 fontein #zaal :Full")

    assert session.knock() == ("JOIN #zaal",)


def test_our_name_may_be_changed_for_us() -> None:
    session = _inside()

    _say(session, ":fontein!f@h NICK :Gast77")
    _say(session, ":op!o@h KICK #zaal gast77")

    assert session.troubles == {"#zaal": "not-in-room"}


@pytest.mark.parametrize(
    ("caps", "since", "asked"),
    [
        (
            "draft/chathistory",
            {"#zaal": AT_1940_US},
            ["CHATHISTORY LATEST #zaal timestamp=2026-11-21T19:40:00.000Z 100"],
        ),
        ("draft/chathistory", {}, []),
        ("batch", {"#zaal": AT_1940_US}, []),
    ],
)
def test_what_was_missed_is_asked_for_where_the_server_keeps_it(
    caps: str, since: dict[str, int], asked: list[str]
) -> None:
    session = _session(since=since)
    _say(session, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 fontein :hi")

    assert _say(session, ":fontein!f@h JOIN #zaal") == asked


_COMMANDS = [
    *["PING", "PRIVMSG", "CAP", "AUTHENTICATE", "JOIN", "PART", "KICK", "INVITE", "NICK", "ERROR"],
    *["001", "403", "432", "433", "437", "464", "465", "473", "903", "904"],
]
_LINES = st.builds(
    lambda source, command, rest: f"{source}{command} {rest}".encode("utf-8", "replace"),
    st.sampled_from(["", ":fontein!f@h ", ":s "]),
    st.sampled_from(_COMMANDS),
    st.sampled_from(["#zaal", "fontein #zaal :x", "* LS :batch", "* ACK :sasl", "+", ""]) | st.text(max_size=300),
)


@given(st.lists(_LINES, max_size=30))
def test_whatever_a_server_says_what_we_say_is_one_short_line_each(lines: list[bytes]) -> None:
    session = _session(account="muur", password="geheim")
    replies: list[str] = []
    for line in lines:
        try:
            replies += session.heard(parse_line(line)).replies
        except (BadInput, SourceUnavailable):
            continue

    assert not [reply for reply in replies if set("\r\n\0") & set(reply)]
    assert not [reply for reply in replies if len(reply.encode()) > MAX_SENT_BYTES]
