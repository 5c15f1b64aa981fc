from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import NetworkPost
from server.sources.irc import parse
from server.sources.irc.parse import Dropped, Line, Said, Why

CHANNELS = {"#zaal": "#Zaal"}
NOW_US = 1_795_291_200_000_000  # 2026-11-21T20:00:00Z
KEY = b"of-this-run"
AT_1940 = NOW_US - 20 * 60 * 1_000_000
TAGS = frozenset({"democonf"})


def _said(raw: str | bytes) -> Said | None:
    return parse.parse_said(parse.parse_line(raw.encode() if isinstance(raw, str) else raw), CHANNELS)


def _post(raw: str | bytes, *, tags: frozenset[str] = TAGS) -> NetworkPost | Dropped:
    said = _said(raw)
    assert said is not None
    return parse.parse_post(said, host="irc.example", tags=tags, now_us=NOW_US, key=KEY)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"PING :a b\r\n", Line(command="PING", params=("a b",))),
        (b"ping a", Line(command="PING", params=("a",))),
        (b":irc.example 001 fontein :Welkom", Line(command="001", params=("fontein", "Welkom"), source="irc.example")),
        (b":a!b@c  PRIVMSG   #zaal  ::)", Line(command="PRIVMSG", params=("#zaal", ":)"), source="a!b@c")),
        (b":a JOIN #zaal ", Line(command="JOIN", params=("#zaal",), source="a")),
        (b"MODE :", Line(command="MODE", params=("",))),
        (
            b"@time=x;+a/b=\\:\\s\\\\\\r\\n\\q\\;c;;d= PRIVMSG",
            Line(command="PRIVMSG", tags={"time": "x", "+a/b": "; \\\r\nq", "c": "", "d": ""}),
        ),
    ],
)
def test_line_falls_into_its_parts(raw: bytes, line: Line) -> None:
    assert parse.parse_line(raw) == line


@pytest.mark.parametrize("raw", [b"", b"\r\n", b":a", b"@a", b"12", b"HTTP/1.1 400 Bad Request", b"a" * 9000, b"\0"])
def test_what_is_no_line_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        parse.parse_line(raw)

    assert refused.value.field == "line"


def test_line_becomes_a_post() -> None:
    raw = "@time=2026-11-21T19:40:00.000Z;msgid=abc-1;account=anna_k :Anna!a@host PRIVMSG #zaal :Volle zaal #DemoConf"

    assert _post(raw) == NetworkPost(
        native_id="irc.example/#Zaal/abc-1",
        uri="irc://irc.example/%23Zaal#abc-1",
        author_id="irc://irc.example/account/anna_k",
        name="Anna",
        handle="Anna!anna_k",
        text="Volle zaal #DemoConf",
        created=AT_1940,
        tags=("DemoConf",),
    )


def _author_of(source: str, *, account: str = "") -> str:
    post = _post(f"{f'@account={account} ' if account else ''}:{source} PRIVMSG #zaal :#DemoConf")
    assert isinstance(post, NetworkPost)
    return post.author_id


def test_who_has_an_account_is_the_same_under_any_name() -> None:
    names = ("Anna[1]!a@host", "anna{1}", "bo!b@elsewhere")

    assert {_author_of(name, account="k") for name in names} == {"irc://irc.example/account/k"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("anna[1]!mallory@host", id="another-user"),
        pytest.param("anna[1]!a@elsewhere", id="another-host"),
        pytest.param("anna{1}!a@host", id="brackets-which-some-servers-tell-apart"),
        pytest.param("ANNA[1]!a@host", id="capitals"),
        pytest.param("ann\u212a!a@host", id="a-sign-that-is-no-k"),
    ],
)
def test_who_takes_the_name_of_somebody_without_an_account_is_somebody_else(other: str) -> None:
    assert _author_of(other) != _author_of("anna[1]!a@host")


def test_who_has_no_account_is_the_same_in_the_same_seat() -> None:
    """The negative control of the test above."""
    assert _author_of("anna[1]!a@host") == _author_of("anna[1]!a@host")


def test_nobody_can_read_from_where_somebody_spoke() -> None:
    author = _author_of("anna!~a@203.0.113.7")
    said = _said(":anna!~a@203.0.113.7 PRIVMSG #zaal :#DemoConf")
    assert said is not None
    other_key = parse.parse_post(said, host="irc.example", tags=TAGS, now_us=NOW_US, key=b"of-another-source")

    assert author.startswith("irc://irc.example/nick/anna/")
    assert "203.0.113.7" not in repr(_post(":anna!~a@203.0.113.7 PRIVMSG #zaal :#DemoConf"))
    assert isinstance(other_key, NetworkPost)
    assert other_key.author_id != author, "it takes our key to guess addresses"


@pytest.mark.parametrize(
    ("name", "folded"), [("#Zaal[1]~", "#zaal{1}^"), ("\u212aees", "\u212aees"), ("\u0130", "\u0130"), ("É", "É")]
)
def test_only_letters_that_servers_fold_are_folded(name: str, folded: str) -> None:
    assert parse.fold(name) == folded


def test_name_has_no_colours() -> None:
    said = _said(":\x034anna\x02!a@host PRIVMSG #zaal :#DemoConf")

    assert said is not None
    assert said.nick == "anna"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(":a NOTICE #zaal :#DemoConf", id="notice"),
        pytest.param(":a PRIVMSG fontein :#DemoConf", id="to-us-alone"),
        pytest.param(":a PRIVMSG #elders :#DemoConf", id="another-channel"),
        pytest.param(":a PRIVMSG @#zaal :#DemoConf", id="to-operators"),
        pytest.param(":a PRIVMSG #zaal :\x01VERSION\x01", id="question-of-a-program"),
        pytest.param(":a PRIVMSG #zaal :\x01DCC SEND #DemoConf\x01", id="file"),
        pytest.param(":a PRIVMSG #zaal", id="no-words"),
        pytest.param("PRIVMSG #zaal :#DemoConf", id="nobody"),
        pytest.param(":a TAGMSG #zaal", id="only-tags"),
    ],
)
def test_line_that_says_nothing_to_people(raw: str) -> None:
    assert _said(raw) is None


def test_action_names_who_does_it() -> None:
    said = _said(":anna PRIVMSG #ZAAL :\x01ACTION zwaait\x01")

    assert said is not None
    assert (said.channel, said.text) == ("#Zaal", "* anna zwaait")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x02vet\x02 \x1dschuin\x0f \x1fstreep\x1f", "vet schuin streep"),
        ("\x0304,12rood\x03 \x034rood\x03 \x0399,99\x03,1", "rood rood ,1"),
        ("\x04FF0000rood\x04 \x04ff0000,00ff00x", "rood x"),
        ("\x0312024", "024"),
        ("\x01\x07\x1b[31mterminal", "[31mterminal"),
    ],
)
def test_colours_and_controls_go(raw: str, text: str) -> None:
    assert parse.plain(raw) == text


def test_words_in_an_older_alphabet_are_read() -> None:
    assert _post(b":a PRIVMSG #zaal :caf\xe9 #DemoConf") == _post(":a PRIVMSG #zaal :café #DemoConf")


@pytest.mark.parametrize(
    ("text", "why"), [("hoi", Why.OTHER_TAG), ("\x02\x02", Why.EMPTY), ("#DemoConference", Why.OTHER_TAG)]
)
def test_line_that_is_not_for_a_wall(text: str, why: Why) -> None:
    assert _post(f":a PRIVMSG #zaal :{text}") == Dropped(why=why)


def test_every_line_will_do_without_hashtags() -> None:
    assert isinstance(_post(":a PRIVMSG #zaal :hoi", tags=frozenset()), NetworkPost)


def test_line_without_an_id_gets_the_same_one_from_its_history() -> None:
    line = "@time=2026-11-21T19:40:00.000Z{} :a PRIVMSG #zaal :#DemoConf{}"
    live, told_again, other = (_post(line.format(*each)) for each in [("", ""), (";batch=h", ""), ("", "!")])

    assert isinstance(live, NetworkPost)
    assert live == told_again
    assert isinstance(other, NetworkPost)
    assert other.native_id != live.native_id


@pytest.mark.parametrize(
    "time", ["2027-01-01T00:00:00Z", "gisteren", "", "0001-01-01T00:00:00Z", "1969-12-31T00:00:00Z"]
)
def test_moment_that_cannot_be_is_now(time: str) -> None:
    post = _post(f"@time={time} :a PRIVMSG #zaal :#DemoConf")

    assert isinstance(post, NetworkPost)
    assert post.created == NOW_US


def test_answer_and_automaton_are_known() -> None:
    post = _post("@bot;+draft/reply=q1 :a PRIVMSG #zaal :#DemoConf")

    assert isinstance(post, NetworkPost)
    assert (post.bot, post.reply, post.reply_to) == (True, True, "irc.example/#Zaal/q1")


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2), max_value=datetime(9990, 1, 1)))
def test_moments_go_there_and_back(moment: datetime) -> None:
    at_us = int(moment.timestamp()) * 1_000_000 + moment.microsecond // 1000 * 1000

    assert parse.parse_moment(parse.write_moment(at_us)) == at_us


_RAW = st.binary(max_size=120) | st.from_regex(
    r"(@[a-z=;+/\\: ]{0,20} )?(:[a-z!@]{0,8} )?(PRIVMSG|[0-9]{3}|JOIN) #zaal :[\x00-\x20#a-zA-Z]{0,40}", fullmatch=True
).map(str.encode)


@given(_RAW)
def test_any_line_is_a_post_is_left_alone_or_refused_by_name(raw: bytes) -> None:
    fields = []
    try:
        said = parse.parse_said(parse.parse_line(raw), CHANNELS)
        if said is not None:
            post = parse.parse_post(said, host="irc.example", tags=frozenset(), now_us=NOW_US, key=KEY)
            assert isinstance(post, NetworkPost | Dropped)
    except BadInput as ex:
        fields.append(ex.field)

    assert fields in ([], ["line"])
