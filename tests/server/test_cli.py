"""The command, as people run it: its own process, its own words, its exit status."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from tests.house import SLUG, RealServer, command, crowdedness, ended_in_time, popen, real_server

pytestmark = pytest.mark.slow

DEMO_S = 10.0
"""Within this time of the command the demo shows posts."""


def ask(server: RealServer, path: str, token: str | None = None) -> Any:
    """A GET by the plainest client there is: the JSON of the answer, or its status when it is no good one."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers), timeout=5) as answer:
            body = answer.read()
    except urllib.error.HTTPError as ex:
        with ex:
            return ex.code
    return json.loads(body)


def new(folder: Path, slug: str = SLUG, *more: str) -> tuple[int, str, str]:
    return command("new", slug, "--title", "Proefdag", "--hashtag", "#proef", "--data", str(folder), *more)


Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run the command in this process: quicker, and the same code from its first line on."""
    for name in [n for n in os.environ if n.startswith("FONTEIN_")]:
        monkeypatch.delenv(name)

    def run(*words: str) -> tuple[int, str, str]:
        try:
            status = main(words)
        except SystemExit as ex:
            status = int(ex.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server with one symposium, for the tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    status, _, errors = new(folder, SLUG, "--json")
    assert status == 0, errors
    with real_server(folder) as running:
        yield running


# new and badge


def test_new_without_a_server_prints_its_links_as_json(tmp_path: Path) -> None:
    status, output, errors = new(tmp_path, SLUG, "--json", "--short", "PD", "--date", "2026-11-12")

    made = json.loads(output)
    assert (status, errors) == (0, "")
    assert set(made) == {"slug", "links", "badges"}
    assert made["slug"] == SLUG
    assert set(made["badges"]) == {"organiser", "moderator", "author", "screen"}
    assert made["links"]["moderator"].endswith(f"/{SLUG}/desk#k={made['badges']['moderator']}")
    assert ":8000/" in made["links"]["join"], "the port at which the server will run"


def test_new_for_a_public_address_prints_that(tmp_path: Path, said: Said) -> None:
    (tmp_path / "config.toml").write_text('public_url = "https://fontein.example"\n')

    made = json.loads(said("new", SLUG, "--title", "Proefdag", "--json", "--data", str(tmp_path))[1])

    assert made["links"]["join"] == f"https://fontein.example/{SLUG}"


def test_new_through_a_server_is_there_at_once(server: RealServer) -> None:
    status, output, errors = new(server.folder, "tweede-dag", "--json")

    made = json.loads(output)
    assert (status, errors) == (0, "")
    assert ask(server, "/v1/symposia/tweede-dag")["symposium"]["title"] == "Proefdag"
    assert ask(server, "/v1/symposia/tweede-dag/me", made["badges"]["organiser"])["role"] == "organiser"


def test_new_for_people_says_that_links_are_shown_once(tmp_path: Path, said: Said) -> None:
    status, output, _ = said("new", SLUG, "--title", "Proefdag", "--data", str(tmp_path))

    assert status == 0
    assert "#k=" in output
    assert "shown only once" in output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "abc", "--title", "T"), "An address has 6 to 40"),
        (("new", "../etc", "--title", "T"), "An address has 6 to 40"),
        (("new", "goede-dag", "--title", ""), "A title has"),
        (("new", "goede-dag", "--title", "T", "--date", "morgen"), "2026-11-12"),
        (("new", "goede-dag", "--title", "T", "--hashtag", "a b"), "hashtag"),
        (("badge", "geen-dag", "moderator", "--name", "X"), "no symposium"),
        (("serve", "--port", "70000"), "port 70000"),
        (("serve", "--tls-cert", "a", "--public-url", "x"), "belong together"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_command_that_is_refused_says_why(tmp_path: Path, said: Said, words: tuple[str, ...], sentence: str) -> None:
    status, output, errors = said(*words, "--data", str(tmp_path))

    assert (status, output) == (1, "")
    assert sentence in errors
    assert "Traceback" not in errors


def test_settings_that_cannot_be_are_all_told(tmp_path: Path, said: Said) -> None:
    _, _, errors = said("--data", str(tmp_path), "--port", "70000", "--tls-cert", "a", "--public-url", "x")

    assert [w for w in ("port", "tls_cert and tls_key", "tls_cert:", "public_url") if w not in errors] == []


@pytest.mark.parametrize(
    "words", [("explode",), ("new",), ("demo", "--speed", "0"), ("badge", "x", "king", "--name", "y")]
)
def test_command_that_cannot_be_read_ends_with_2(said: Said, words: tuple[str, ...]) -> None:
    status, _, errors = said(*words)

    assert status == 2
    assert "usage:" in errors


def test_badge_without_a_server(tmp_path: Path) -> None:
    new(tmp_path)

    status, output, errors = command("badge", SLUG, "screen", "--name", "Zaal 1", "--json", "--data", str(tmp_path))

    made = json.loads(output)
    assert (status, errors) == (0, "")
    assert set(made) == {"id", "role", "token", "link"}
    with real_server(tmp_path) as running:
        assert ask(running, f"/v1/symposia/{SLUG}/me", made["token"])["name"] == "Zaal 1"


def badge(said: Said, folder: Path) -> str:
    return said("badge", SLUG, "moderator", "--name", "Sanne", "--data", str(folder))[1]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", "This address holds when it starts on this computer, on port 8000."),
        ("port = 8765", "This address holds when it starts on this computer, on port 8765."),
        ("port = 0", "Put that in the address in place of 0."),
    ],
)
def test_links_without_a_server_say_when_they_hold(tmp_path: Path, said: Said, settings: str, words: str) -> None:
    (tmp_path / "config.toml").write_text(f'host = "192.0.2.7"\n{settings}\n')

    made = said("new", SLUG, "--title", "Proefdag", "--data", str(tmp_path))[1]

    assert words in made
    assert words in badge(said, tmp_path)


def test_links_of_a_known_address_need_no_remark(tmp_path: Path, said: Said, server: RealServer) -> None:
    (tmp_path / "config.toml").write_text('public_url = "https://fontein.example"\n')
    made = said("new", SLUG, "--title", "Proefdag", "--data", str(tmp_path))[1]

    shown = [made, badge(said, tmp_path), badge(said, server.folder)]

    assert [text for text in shown if "The server does not run now" in text] == []
    assert f"https://fontein.example/{SLUG}/desk#k=" in shown[1]


def test_badge_has_no_code_that_leads_to_the_phone_itself(tmp_path: Path, said: Said) -> None:
    codes = {}
    for host in ("127.0.0.1", "192.0.2.7"):
        folder = tmp_path / host
        folder.mkdir()
        (folder / "config.toml").write_text(f'host = "{host}"\n')
        said("new", SLUG, "--title", "Proefdag", "--data", str(folder))
        codes[host] = "█" in badge(said, folder)

    assert codes == {"127.0.0.1": False, "192.0.2.7": True}


def test_badge_through_a_server_works_at_once(server: RealServer) -> None:
    words = ("badge", SLUG, "moderator", "--name", "Sanne", "--data", str(server.folder))

    made = json.loads(command(*words, "--json")[1])
    shown = command(*words)[1]

    assert ask(server, f"/v1/symposia/{SLUG}/me", made["token"])["name"] == "Sanne"
    assert "/desk#k=" in shown


def test_verbs_go_on_when_a_killed_server_left_its_note(tmp_path: Path) -> None:
    new(tmp_path / "data")
    with real_server(tmp_path / "data") as running:
        running.kill()
    assert (tmp_path / "data" / "server.json").exists(), "control: the note is there"

    assert new(tmp_path / "data", "tweede-dag", "--json")[0] == 0


# serve


def test_ready_file_tells_everything_to_its_owner_only(server: RealServer) -> None:
    facts = server.facts

    assert stat.S_IMODE(server.ready_file.stat().st_mode) == 0o600
    assert set(facts) >= {"url", "pid", "symposia"}
    assert facts["pid"] == server.pid
    symposium = facts["symposia"][0]
    assert set(symposium) >= {"slug", "join", "wall", "desk", "stage", "report", "badges"}
    assert set(symposium["badges"]) == {"organiser", "moderator", "author", "screen"}
    for role in symposium["badges"]:
        assert ask(server, f"/v1/symposia/{SLUG}/me", server.badge(role))["role"] == role
    assert ask(server, "/health") == {
        "status": "ok",
        "symposia": len(ask(server, "/v1/operator", server.operator_token)["symposia"]),
    }


def test_notes_of_a_server_are_for_its_owner_only(server: RealServer) -> None:
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in server.folder.iterdir() if p.suffix in (".json", ".toml")}

    assert modes == {"server.json": 0o600, "secrets.toml": 0o600}


def test_badges_of_a_run_are_worth_nothing_in_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    kept = json.loads(new(folder, SLUG, "--json")[1])["badges"]["organiser"]
    with real_server(folder) as first:
        of_run, operator = first.badge("organiser"), first.operator_token
        assert ask(first, f"/v1/symposia/{SLUG}/me", of_run)["role"] == "organiser"
        status, took_s = first.terminate()
        assert (status, ended_in_time(took_s)) == (0, True)
        assert not (folder / "server.json").exists()

    with real_server(folder) as second:
        print(f"second start: {second.started_in_s:.2f} s; end {took_s:.2f} s")
        assert ask(second, f"/v1/symposia/{SLUG}/me", of_run) == 401
        assert ask(second, "/v1/operator", operator) == 401
        assert ask(second, f"/v1/symposia/{SLUG}/me", kept)["role"] == "organiser"
        assert second.badge("organiser") != of_run


def test_second_server_on_the_same_folder_is_refused(server: RealServer) -> None:
    status, _, errors = command("--data", str(server.folder), "--host", "127.0.0.1", "--port", "0", "--no-browser")

    assert status == 1
    assert str(server.pid) in errors
    assert ask(server, "/health")["status"] == "ok"
    assert (server.folder / "server.json").exists()


def test_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, _, errors = command("--data", str(tmp_path), "--host", "127.0.0.1", "--port", port, "--no-browser")

    assert status == 1
    assert port in errors
    assert "--port" in errors


def test_flag_wins_over_the_file(tmp_path: Path, said: Said) -> None:
    (tmp_path / "config.toml").write_text("port = 70001\n")

    status, _, errors = said("--data", str(tmp_path), "--port", "70002")

    assert status == 1
    assert "70002" in errors
    assert "70001" not in errors


def test_server_ends_within_its_time_while_somebody_holds_connections(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    new(folder)
    with real_server(folder) as running:
        port = int(running.url.rpartition(":")[2])
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        held[1].sendall(b"GET / HTTP/1.1\r\nHost: 127")
        held[2].sendall(
            b"POST /v1/symposia/%s/posts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{" % SLUG.encode()
        )
        time.sleep(0.2)

        status, took_s = running.terminate()
        for each in held:
            each.close()

    assert (status, ended_in_time(took_s)) == (0, True)


# demo


def test_demo_shows_posts_within_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    began = time.perf_counter()
    server = RealServer(tmp_path / "unused", "demo", "--speed", "20", ready=tmp_path / "ready.json")
    try:
        process = popen(["demo", "--speed", "20", "--host", "127.0.0.1", "--port", "0", "--no-browser",
                         "--ready-file", str(server.ready_file)])  # fmt: skip
        server._process = process
        while not server.ready_file.exists():
            assert process.poll() is None
            time.sleep(0.02)
        server.facts = json.loads(server.ready_file.read_text())
        while not (shown := ask(server, "/v1/symposia/oefendag/posts")["posts"]):
            assert time.perf_counter() - began < 10 * DEMO_S
            time.sleep(0.05)
        took_s = time.perf_counter() - began
        status, end_s = server.terminate()
        output, errors = process.communicate()
    finally:
        server.end()

    print(f"demo: posts after {took_s:.2f} s, end {end_s:.2f} s")
    assert took_s < DEMO_S * crowdedness()
    assert (status, ended_in_time(end_s)) == (0, True), errors
    assert "Traceback" not in errors.decode()
    assert shown[0]["status"] == "shown"
    assert "everything is invented" in output.decode()
    assert re.search(r"/oefendag/chair#k=[a-z2-7]{32}\b", output.decode()), "who tries it can be the chair too"


def test_demo_takes_another_port_when_its_own_is_taken(tmp_path: Path) -> None:
    """On whichever port the demo runs: it runs."""
    with real_server(tmp_path / "a", "demo") as first, real_server(tmp_path / "b", "demo") as second:
        assert first.url != second.url
        assert second.facts["symposia"][0]["slug"] == "oefendag"
