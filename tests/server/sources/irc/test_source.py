"""The source against a server on loopback that behaves as documented, and badly, in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.sources.contract import Delete, Kept, Remembers, Source, Tools, Trial
from server.sources.irc import client, create, session, source
from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.irc.ircd import CHANNEL, Ircd
from tests.server.sources.mastodon.hall import Hall

pytestmark = pytest.mark.slow

MINUTE = 60


@asynccontextmanager
async def _source(server: Ircd, /, **options: Any) -> AsyncIterator[Source]:
    given = {"server": server.address, "channels": CHANNEL, "tags": ["DemoConf"], "tls": False} | options
    async with aiohttp.ClientSession() as session:
        yield create(SourceId("irc-1"), given, Tools(session=session, now=virtual.now, rng=random.Random(7)))


@asynccontextmanager
async def _listening(
    server: Ircd, *, cursor: str | None = None, kept: Iterable[Kept] = (), **options: Any
) -> AsyncIterator[Hall]:
    async with _source(server, **options) as made:
        assert isinstance(made, Remembers)
        made.remember(kept)
        hall = Hall(made)
        task = asyncio.create_task(hall.listen(cursor))
        try:
            await asyncio.sleep(4)
            yield hall
        finally:
            assert not task.done(), "a source never ends by itself"
            task.cancel()
            await asyncio.wait({task})


async def _hear(server: Ircd, seconds: float, **options: Any) -> Hall:
    async with _listening(server, **options) as hall:
        await asyncio.sleep(seconds)
    return hall


@pytest.mark.parametrize("caps", ["server-time message-tags batch account-tag", ""], ids=["ircv3", "rfc-1459"])
def test_lines_come_live(caps: str) -> None:
    async def scenario() -> Hall:
        async with Ircd(caps=caps).serving() as server, _listening(server) as hall:
            server.say("Volle zaal #DemoConf")
            server.say("niet voor hier")
            server.say("#DemoConf", channel="#elders")
            server.say("\x01ACTION zwaait #DemoConf\x01", nick="bo")
            await asyncio.sleep(1)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["Volle zaal", "* bo zwaait"]
    assert hall.conditions == [("ok", "")]
    assert len({post.native_id for post in hall.posts}) == 2


REDACTS = "server-time message-tags draft/message-redaction"


@pytest.mark.parametrize(
    ("caps", "line", "gone"),
    [
        pytest.param(REDACTS, f":anna!a@host.example REDACT {CHANNEL} id-1 :oeps", 1, id="taken-back"),
        pytest.param(REDACTS, f":anna!a@host.example REDACT {CHANNEL.upper()} id-1", 1, id="without-a-reason"),
        pytest.param(REDACTS, f":anna!a@host.example REDACT {CHANNEL} id-2", 0, id="a-line-that-is-not-here"),
        pytest.param(REDACTS, ":anna!a@host.example REDACT #elders id-1", 0, id="elsewhere"),
        pytest.param(REDACTS, f":anna!a@host.example REDACT {CHANNEL}", 0, id="nothing"),
        pytest.param("server-time message-tags", f":anna!a@host.example REDACT {CHANNEL} id-1", 0, id="unknown-there"),
    ],
)
@pytest.mark.parametrize("restart", [False, True], ids=["", "after-a-restart"])
def test_line_that_is_taken_back_goes_where_the_server_tells_of_it(
    caps: str, line: str, gone: int, restart: bool
) -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Ircd(caps=caps).serving() as server:
            async with _listening(server) as hall:
                server.say("Spijt #DemoConf", tags="msgid=id-1")
                await asyncio.sleep(1)
                if not restart:
                    server.tell(line)
                    server.tell(line)
                    await asyncio.sleep(1)
                    return hall, hall
            kept = [Kept(native_id=post.native_id, uri=post.uri, author_id="") for post in hall.posts]
            async with _listening(server, cursor=hall.cursor, kept=kept) as after:
                server.tell(line)
                await asyncio.sleep(1)
            return hall, after

    hall, after = virtual.run(scenario())

    (post,) = hall.posts
    assert after.departed == [Delete(native_id=post.native_id, uri=post.uri)] * gone


def test_everything_comes_where_the_organiser_wants_it() -> None:
    async def scenario() -> Hall:
        async with Ircd().serving() as server, _listening(server, which="all", tags=[]) as hall:
            server.say("zonder")
            await asyncio.sleep(1)
            return hall

    assert virtual.run(scenario()).texts == ["zonder"]


def test_name_in_use_does_not_keep_us_out() -> None:
    async def scenario() -> tuple[Hall, list[str]]:
        server = Ircd()
        server.taken, server.longest_nick = {"fontein"}, 9
        async with server.serving(), _listening(server) as hall:
            return hall, server.heard("NICK")

    hall, names = virtual.run(scenario())

    assert names == ["NICK fontein", "NICK fontein1"]
    assert hall.conditions == [("ok", "")]


def test_login_with_an_account() -> None:
    async def scenario() -> tuple[Hall, bool]:
        server = Ircd(caps="sasl batch")
        server.accounts = {"AG11dXIAZ2VoZWlt": "muur"}
        async with server.serving(), _listening(server, account="muur", password="geheim") as hall:
            return hall, server.guests[0].logged_in

    hall, logged_in = virtual.run(scenario())

    assert (hall.conditions, logged_in) == ([("ok", "")], True)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        pytest.param({"account": "muur", "password": "fout"}, "login-refused", id="account"),
        pytest.param({"password": "fout"}, "login-refused", id="password-of-the-server"),
    ],
)
def test_refused_login_needs_somebody_and_is_not_tried_again(options: dict[str, Any], what: str) -> None:
    async def scenario() -> tuple[Hall, int]:
        server = Ircd(caps="sasl batch")
        server.password = "geheim"
        async with server.serving():
            hall = await _hear(server, 60 * MINUTE, **options)
            return hall, len(server.connections)

    hall, connections = virtual.run(scenario())

    assert (hall.conditions, connections) == ([("needs-attention", what)], 1)


def test_closed_channel_is_named_and_the_others_go_on() -> None:
    async def scenario() -> Hall:
        server = Ircd()
        server.closed = {"#besloten": "473"}
        async with server.serving(), _listening(server, channels=f"{CHANNEL} #Besloten") as hall:
            server.say("#DemoConf hier")
            await asyncio.sleep(1)
            return hall

    hall = virtual.run(scenario())

    assert hall.conditions == [("needs-attention", "not-invited")]
    assert hall.healths[-1].where == "#Besloten"
    assert hall.texts == ["#DemoConf hier"]


def test_channel_that_opens_later_is_entered() -> None:
    async def scenario() -> Hall:
        server = Ircd()
        server.closed = {CHANNEL: "471"}
        async with server.serving(), _listening(server) as hall:
            server.closed = {}
            await asyncio.sleep(10 * MINUTE)
            return hall

    assert virtual.run(scenario()).conditions == [("needs-attention", "room-closed"), ("ok", "")]


def test_quiet_server_is_well() -> None:
    async def scenario() -> Hall:
        async with Ircd().serving() as server:
            return await _hear(server, 30 * MINUTE)

    hall = virtual.run(scenario())

    assert hall.conditions == [("ok", "")]
    assert max(after - before for (before, *_), (after, *_) in pairwise(hall.seen)) <= 61


def test_server_that_is_gone_is_noticed_and_looked_for_again() -> None:
    async def scenario() -> tuple[Hall, int]:
        async with Ircd().serving() as server, _listening(server) as hall:
            server.mute = True
            await asyncio.sleep(5 * MINUTE)
            server.mute = False
            await asyncio.sleep(10 * MINUTE)
            server.say("terug #DemoConf")
            await asyncio.sleep(1)
            return hall, len(server.connections)

    hall, connections = virtual.run(scenario())

    assert hall.conditions[:2] == [("ok", ""), ("waiting", "unreachable")]
    assert hall.conditions[-1] == ("ok", "")
    assert set(hall.texts) == {"terug"}
    assert connections >= 2


@pytest.mark.parametrize(
    ("greeting", "what", "least_s"),
    [
        pytest.param(["ERROR :Closing Link: Throttled"], "limited", 60, id="throttled"),
        pytest.param(["ERROR :Server full"], "unreachable", 0, id="full"),
        pytest.param(["HTTP/1.1 400 Bad Request", "", "<html>"], "unreachable", 0, id="a-website"),
    ],
)
def test_server_that_sends_us_away_is_not_hammered(greeting: list[str], what: str, least_s: float) -> None:
    async def scenario() -> tuple[Hall, list[float]]:
        server = Ircd()
        server.greeting = greeting
        async with server.serving():
            hall = await _hear(server, 60 * MINUTE)
            return hall, server.connections

    hall, connections = virtual.run(scenario())

    assert hall.conditions == [("waiting", what)]
    assert 2 <= len(connections) <= 200
    assert min(after - before for before, after in pairwise(connections)) >= least_s


def test_lines_that_cannot_be_read_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> Hall:
        async with Ircd().serving() as server, _listening(server) as hall:
            server.tell(b"@" + b"x" * 20_000)
            server.tell(b"\xff\xfe\x00")
            server.say("goed #DemoConf")
            await asyncio.sleep(2 * MINUTE)
            return hall

    hall = virtual.run(scenario())

    assert hall.texts == ["goed"]
    assert hall.healths[-1].counts["unreadable"] >= 2
    assert sum("cannot be read" in record.message for record in caplog.records) == 1


# A flood


def test_flood_leaves_the_newest_lines_out_and_the_connection_alone() -> None:
    said, left_out, connections, answered = virtual.run(_flood(people=20))

    assert (said, left_out) == (source.MAX_WAITING, 2000 - source.MAX_WAITING)
    assert (connections, answered) == (1, True)


def test_without_a_bound_a_flood_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "MAX_WAITING", 10_000)

    assert virtual.run(_flood(people=20))[:2] == (2000, 0)


def test_one_person_leaves_room_for_others() -> None:
    assert virtual.run(_flood(people=1))[0] == source.MAX_EACH


def test_without_shares_one_person_would_fill_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(source, "MAX_EACH", 10_000)

    assert virtual.run(_flood(people=1))[0] == source.MAX_WAITING


async def _flood(*, people: int) -> tuple[int, int, int, bool]:
    """A house that takes nothing for a while; what it then gets, and whether the server was answered meanwhile."""
    async with Ircd().serving() as server, _source(server) as made:
        events = made.events(None)
        first = asyncio.ensure_future(anext(events))
        await asyncio.sleep(4)
        assert first.done()
        for number in range(2000):
            server.say(f"{number} #DemoConf", nick=f"anna{number % people}")
        server.tell("PING :still-there")
        await asyncio.sleep(2 * MINUTE)
        answered = "PONG :still-there" in server.heard("PONG")
        hall = Hall(made)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * MINUTE):
                async for event, reached in events:
                    hall.seen.append((0.0, event, reached))
        await events.aclose()
        return len(hall.posts), hall.healths[-1].counts["left-out"], len(server.connections), answered


def test_we_are_no_flood_ourselves() -> None:
    assert virtual.run(_pinged()) >= 1.9


def test_we_would_be_a_flood_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(client, "SPACING_S", 0.0)

    assert virtual.run(_pinged()) < 0.5


async def _pinged() -> float:
    """The shortest time between two answers to a server that pings like mad, after the first few."""
    async with Ircd().serving() as server, _listening(server):
        await asyncio.sleep(MINUTE)
        for number in range(20):
            server.tell(f"PING :{number}")
        await asyncio.sleep(2 * MINUTE)
        answers = [at for at, line in server.lines if line.startswith("PONG :") and line[6:].isdigit()]
        assert len(answers) == 20
        return min(after - before for before, after in pairwise(answers[client.BURST :]))


def test_who_makes_us_speak_does_not_keep_us_from_listening() -> None:
    """An operator of a channel that is closed to us invites us without end, and the server pings like mad."""

    async def scenario() -> tuple[Hall, int, int]:
        async with Ircd().serving() as server:
            server.closed["#dicht"] = "473"
            async with _listening(server, channels=f"{CHANNEL} #dicht") as hall:
                await asyncio.sleep(MINUTE)
                before = len(server.heard("JOIN #dicht"))
                for number in range(60):
                    server.tell(f":mallory!m@h INVITE fontein #dicht\r\nPING :{number}")
                server.say("hoor mij #DemoConf")
                await asyncio.sleep(1)
                heard, said = Hall(hall.source), len(server.heard("PONG :"))
                heard.seen = list(hall.seen)
                await asyncio.sleep(3 * MINUTE)
                return heard, said, len(server.heard("JOIN #dicht")) - before

    hall, said, joins = virtual.run(scenario())

    assert hall.texts == ["hoor mij"]
    assert said < 30, "it was still speaking"
    assert joins <= 3, "as often as we knock by ourselves, and once for all invitations"


@pytest.mark.parametrize(
    ("plain_nicks", "conditions"),
    [(3, [("ok", "")]), (20, [("needs-attention", "nick-in-use")])],
    ids=["with-digits-that-nobody-knows", "negative-control"],
)
def test_who_takes_all_our_names_does_not_keep_us_out(
    plain_nicks: int, conditions: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PLAIN_NICKS", plain_nicks)

    async def scenario() -> Hall:
        async with Ircd().serving() as server:
            server.taken = {"fontein", *(f"fontein{number}" for number in range(100))}
            server.taken |= {f"{'fontein'[: 9 - len(str(number))]}{number}" for number in range(100)}
            return await _hear(server, 5 * MINUTE)

    assert virtual.run(scenario()).conditions == conditions


def test_who_somebody_is_outlives_a_restart() -> None:
    async def scenario() -> tuple[Hall, Hall, Hall]:
        async with Ircd().serving() as server:
            heard: list[Hall] = []
            for cursor in (None, "first", None):
                at = heard[0].cursor if cursor else None
                async with _listening(server, cursor=at) as hall:
                    server.say(f"{len(heard)} #DemoConf")
                    await asyncio.sleep(1)
                heard.append(hall)
            return heard[0], heard[1], heard[2]

    first, again, other = (hall.posts[0].author_id for hall in virtual.run(scenario()))

    assert first == again
    assert other != first, "control: another source has another key"


# What was missed


def test_history_brings_what_was_missed_once() -> None:
    async def scenario() -> tuple[Hall, Hall]:
        async with Ircd(caps="server-time batch draft/chathistory").serving() as server:
            async with _listening(server) as before:
                server.say("voor #DemoConf", tags="time=2026-11-21T20:00:05.000Z")
                await asyncio.sleep(1)
            server.history = [
                f"@batch=h;time=2026-11-21T20:00:{at:02}.000Z :anna!a@h PRIVMSG {CHANNEL} :{text} #DemoConf"
                for at, text in ((5, "voor"), (6, "gemist"))
            ] * 2
            return before, await _hear(server, 5, cursor=before.cursor)

    before, after = virtual.run(scenario())

    assert (before.texts, after.texts) == (["voor"], ["voor", "gemist"])
    assert after.posts[0].native_id == before.posts[0].native_id


@pytest.mark.parametrize("cursor", ["[7", '{"key":"x"}', '{"key":""}', '{"heard_at":{"#zaal":"x"}}', "\ud800"])
def test_cursor_that_cannot_be_read_means_from_now_on(cursor: str) -> None:
    async def scenario() -> Hall:
        async with Ircd().serving() as server:
            return await _hear(server, 1, cursor=cursor)

    assert virtual.run(scenario()).conditions == [("ok", "")]


def test_line_in_the_same_millisecond_from_somebody_else_is_another_post() -> None:
    async def scenario() -> Hall:
        async with Ircd().serving() as server, _listening(server) as hall:
            for nick in ("anna", "bo"):
                server.say("#DemoConf", nick=nick, tags="time=2026-11-21T20:00:00.000Z")
            await asyncio.sleep(1)
            return hall

    assert [post.name for post in virtual.run(scenario()).posts] == ["anna", "bo"]


# Trying


def _findings(trial: Trial) -> list[tuple[str, str, bool]]:
    return [(each.where, each.what, each.streams) for each in trial.findings]


def test_trial_goes_in_everywhere_and_out_again() -> None:
    async def scenario() -> tuple[Trial, list[str]]:
        server = Ircd()
        server.closed = {"#besloten": "474"}
        async with server.serving(), _source(server, channels=f"{CHANNEL} #besloten") as made:
            trial = await made.check()
            await asyncio.sleep(0.1)
            return trial, server.heard("QUIT")

    trial, goodbyes = virtual.run(scenario())

    assert _findings(trial) == [(CHANNEL, "", True), ("#besloten", "room-closed", False)]
    assert goodbyes == ["QUIT :"]


@pytest.mark.parametrize(
    ("change", "what"), [({"password": "x"}, "login-refused"), ({"mute": True}, "too-slow"), (None, "unreachable")]
)
def test_trial_says_what_is_wrong(change: dict[str, Any] | None, what: str) -> None:
    async def scenario() -> Trial:
        server = Ircd()
        vars(server).update(change or {})
        async with server.serving(), _source(server, password="y") as made:
            if change is None:
                server.greeting = ["ERROR :no"]
            return await made.check()

    assert [each.what for each in virtual.run(scenario()).findings] == [what]


def test_name_that_no_computer_can_have_is_trouble_like_any_other() -> None:
    async def scenario() -> Trial:
        async with _source(Ircd(), server="irc..example") as made:
            return await made.check()

    assert [each.what for each in virtual.run(scenario()).findings] == ["unreachable"]


def test_recheck_has_nothing_to_say() -> None:
    async def scenario() -> object:
        async with Ircd().serving() as server, _source(server) as made:
            return await made.recheck(["irc.example/#zaal/x"])

    assert virtual.run(scenario()) == ()


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=irc.example", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return cert, key


async def _over_tls(certificate: tuple[Path, Path]) -> Hall:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    async with Ircd().serving(context) as server:
        return await _hear(server, 3, tls=True)


def test_certificate_that_nobody_vouches_for_is_refused(certificate: tuple[Path, Path]) -> None:
    hall = virtual.run(_over_tls(certificate))

    assert hall.conditions == [("waiting", "bad-certificate")]


def test_certificate_that_somebody_vouches_for_is_taken(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    monkeypatch.setattr(client, "tls_context", lambda: trusting)

    assert virtual.run(_over_tls(certificate)).conditions == [("ok", "")]


def test_server_that_speaks_no_tls_is_named() -> None:
    async def scenario() -> Hall:
        server = Ircd()
        server.greeting = [":irc.example NOTICE * :Looking up your hostname"]
        async with server.serving():
            return await _hear(server, 3, tls=True)

    assert ("waiting", "no-tls") in virtual.run(scenario()).conditions
