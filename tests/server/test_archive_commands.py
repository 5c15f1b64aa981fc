"""The drill, as people do it: archive, kill, wipe, restore; with the real command, with a server and without."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.house import SLUG, RealServer, command, real_server

pytestmark = pytest.mark.slow


def ask(server: RealServer, path: str, token: str, body: Any = None, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Origin": server.url}
    request = urllib.request.Request(f"{server.url}/v1/symposia/{SLUG}/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def post(server: RealServer, text: str) -> Any:
    return ask(server, "posts", "", {"text": text, "consent": True})


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a symposium, made once: the command takes longer than most of what follows."""
    folder = tmp_path_factory.mktemp("new") / "data"
    status, _, errors = command("new", SLUG, "--title", "Proefdag", "--json", "--data", str(folder))
    assert status == 0, errors
    return folder


@pytest.fixture
def data(new: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return shutil.copytree(new, tmp_path / "data")


def test_drill_kill_wipe_restore(data: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with real_server(data, "--archive", str(tmp_path / "second"), "--archive-every-s", "10") as server:
        for n in range(20):
            post(server, f"Bericht {n}")
        status, output, errors = command("archive", SLUG, "--data", str(data), "--to", str(tmp_path), "--json")
        assert (status, errors) == (0, "")
        made = json.loads(output)
        server.kill()
    assert list((tmp_path / "second").glob(f"{SLUG}-*.tar")) != []
    shutil.rmtree(data)

    status, output, errors = command("restore", made["file"], "--data", str(data), "--json")

    assert (status, errors) == (0, "")
    restored = json.loads(output)
    assert (restored["slug"], restored["seq"], restored["lost"], restored["open"]) == (SLUG, made["seq"], [], False)
    assert restored["epoch"] != made["epoch"]
    with real_server(data) as server:
        held = ask(server, "posts?status=held", server.badge("moderator"))["posts"]
    assert [p["text"] for p in held] == [f"Bericht {n}" for n in range(20)]


def test_restore_beside_a_running_server_is_open_at_once(data: Path, tmp_path: Path) -> None:
    status, output, errors = command("archive", SLUG, "--data", str(data), "--to", str(tmp_path / "a.tar"), "--json")
    assert status == 0, errors
    (tmp_path / "other").mkdir()
    with real_server(tmp_path / "other") as server:
        status, output, errors = command("restore", str(tmp_path / "a.tar"), "--data", str(server.folder), "--json")

        assert (status, errors) == (0, "")
        assert json.loads(output)["open"] is True
        assert json.loads(output)["keys"] == "other"
        with urllib.request.urlopen(f"{server.url}/v1/symposia/{SLUG}", timeout=5) as answer:
            assert json.loads(answer.read())["symposium"]["title"] == "Proefdag"

        status, _, errors = command("restore", str(tmp_path / "a.tar"), "--data", str(server.folder))
        assert (status, "there already" in errors) == (1, True)


def test_verify_a_symposium_and_an_archive(data: Path, tmp_path: Path) -> None:
    with real_server(data) as server:
        post(server, "Hallo")
        running = command("verify", SLUG, "--data", str(data), "--json")
        command("archive", SLUG, "--data", str(data), "--to", str(tmp_path / "a.tar"))
    stopped = command("verify", SLUG, "--data", str(data))
    file = command("verify", str(tmp_path / "a.tar"))

    assert (running[0], json.loads(running[1])["found"], json.loads(running[1])["posts"]) == (0, 0, 1)
    assert (stopped[0], "Everything is there" in stopped[1]) == (0, True)
    assert (file[0], "1 held" in file[1]) == (0, True)


def test_verify_says_what_is_wrong(data: Path, tmp_path: Path) -> None:
    command("archive", SLUG, "--data", str(data), "--to", str(tmp_path / "a.tar"))
    whole = (tmp_path / "a.tar").read_bytes()
    at = whole.index(b"Proefdag") + 3
    (tmp_path / "a.tar").write_bytes(whole[:at] + b"X" + whole[at + 1 :])

    status, output, _ = command("verify", str(tmp_path / "a.tar"))

    assert status == 1
    assert "! archive a.tar" in output


@pytest.mark.parametrize(("words", "sentence"), [
    (("archive", "geen-dag"), "no symposium"),
    (("archive", SLUG, "--to", "{tmp}/no/such/folder/a.tar"), "no folder"),
    (("archive", SLUG, "--to", "{tmp}/there.txt"), "there already"),
    (("restore", "{tmp}/no-such-file.tar"), "No such file"),
    (("restore", "{tmp}/there.txt"), "no archive of Fontein"),
    (("verify", "geen-dag"), "no symposium"),
    (("serve", "--archive", "{tmp}/data/in-it"), "in the data folder"),
    (("serve", "--archive-every-s", "1"), "10 to 86400"),
    (("serve", "--archive-keep", "0"), "1 to 1000"),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else None)  # fmt: skip
def test_command_that_is_refused_says_why_in_one_line(
    data: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "there.txt").write_text("mine")

    status, output, errors = command(*(w.replace("{tmp}", str(tmp_path)) for w in words), "--data", str(data))

    assert (status, output) == (1, "")
    assert sentence in errors
    assert len(errors.strip().splitlines()) == 1
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_archive_of_a_folder_that_another_process_holds_waits_for_nobody(data: Path, tmp_path: Path) -> None:
    """The note of the server is gone, but its lock is not: say so, at once."""
    with real_server(data) as server:
        (data / "server.json").unlink()
        status, _, errors = command("archive", SLUG, "--data", str(data), "--to", str(tmp_path))

        assert (status, f"process {server.pid}" in errors) == (1, True)
