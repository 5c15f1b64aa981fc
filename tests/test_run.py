"""The bootstrap: from a bare Python to the right environment. No test here needs a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import among_the_others
from tools import addresses, bootstrap, needs, suite
from tools.bootstrap import Environment, SetupError

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX: links, exec and flock")

CLI = """
import json, os, sys

def main(argv):
    print(json.dumps({"argv": argv, "prefix": sys.prefix, "cwd": os.getcwd()}))
    return 7
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def without_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Not made yet. Its lock is empty, so that making it takes no network."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("# nothing\n")
    return Environment(tmp_path / ".venv", lock)


@pytest.fixture
def ready(environment: Environment) -> Environment:
    """As `ensure` leaves it, without pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.folder], check=True)
    environment.stamp.write_text(environment.expected_stamp())
    return environment


class Installer:
    """Takes the place of uv and pip: makes an environment without packages, and fails where it is told to."""

    def __init__(self) -> None:
        self.failing: str | None = None
        """A word; a command that has it fails."""
        self.used: list[str] = []
        """uv or pip, for each installation that was tried."""

    def __call__(self, command: Sequence[str], **_: object) -> str | None:
        if self.failing in command:
            return f"{self.failing} has no route to the index"
        if "venv" in command:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", command[-1]], check=True)
        else:
            self.used.append("uv" if command[0] == "uv" else "pip")
        return None


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    installer = Installer()
    monkeypatch.setattr(bootstrap, "attempt", installer)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    return installer


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the command with a `server.cli` that says how it was called, and an empty lock."""
    root = tmp_path / "a checkout"
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run.py", root)
    (root / "server").mkdir()
    (root / "server/cli.py").write_text(CLI)
    (root / "requirements.lock").write_text("# nothing\n")
    return root


def make_ready(root: Path) -> Environment:
    environment = Environment(root / ".venv", root / "requirements.lock")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.folder], check=True)
    environment.stamp.write_text(environment.expected_stamp())
    return environment


def run(
    root: Path, *argv: str, cwd: Path | None = None, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, root / "run.py", *argv], cwd=cwd, capture_output=True, text=True, timeout=120)


# Is it ready?


def test_environment_that_was_never_made_is_not_ready(environment: Environment) -> None:
    assert not environment.is_ready()


def test_environment_with_its_stamp_is_ready(ready: Environment) -> None:
    assert ready.is_ready()


def test_environment_killed_before_its_stamp_is_not_ready(ready: Environment) -> None:
    ready.stamp.unlink()

    assert not ready.is_ready()


def test_environment_of_another_lock_is_not_ready(ready: Environment) -> None:
    ready.lock.write_text("# something else\n")

    assert not ready.is_ready()


@posix
def test_environment_whose_python_was_removed_is_not_ready(ready: Environment) -> None:
    ready.python.unlink()
    ready.python.symlink_to("/nowhere/python3")

    assert not ready.is_ready()


@posix
def test_environment_whose_python_became_another_version_is_not_ready(ready: Environment, tmp_path: Path) -> None:
    other = tmp_path / "python3.99"
    other.touch()
    ready.python.unlink()
    ready.python.symlink_to(other)

    assert not ready.is_ready()


def test_environment_whose_base_installation_was_removed_is_not_ready(ready: Environment) -> None:
    (ready.folder / "pyvenv.cfg").write_text("home = /nowhere\n")

    assert not ready.is_ready()


# Making it


def test_ensure_leaves_a_ready_environment_alone(ready: Environment) -> None:
    mark = ready.folder / "mark"
    mark.touch()

    bootstrap.ensure(ready)

    assert mark.exists()


@pytest.mark.usefixtures("installer")
def test_ensure_makes_a_half_made_environment_again(ready: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    ready.stamp.unlink()
    rubbish = ready.folder / "rubbish"
    rubbish.touch()

    bootstrap.ensure(ready)

    assert ready.is_ready()
    assert not rubbish.exists()
    assert capsys.readouterr().out == ""


def test_ensure_uses_uv_where_there_is_one(environment: Environment, installer: Installer) -> None:
    bootstrap.ensure(environment)

    assert installer.used == ["uv"]


def test_ensure_uses_pip_where_there_is_no_uv(
    environment: Environment, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    bootstrap.ensure(environment)

    assert installer.used == ["pip"]


def test_ensure_uses_pip_where_uv_fails(
    environment: Environment, installer: Installer, capsys: pytest.CaptureFixture[str]
) -> None:
    installer.failing = "uv"

    bootstrap.ensure(environment)

    assert installer.used == ["pip"]
    assert environment.is_ready()
    assert "uv has no route to the index" in capsys.readouterr().err


def test_ensure_that_fails_leaves_no_stamp(environment: Environment, installer: Installer) -> None:
    installer.failing = "--require-hashes"

    with pytest.raises(SetupError, match="The packages could not be installed"):
        bootstrap.ensure(environment)

    assert environment.folder.exists()
    assert not environment.is_ready()


@pytest.mark.usefixtures("without_uv")
def test_ensure_without_ensurepip_says_what_to_install(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "has_venv", lambda: False)

    with pytest.raises(SetupError, match="apt install python3-venv"):
        bootstrap.ensure(environment)

    assert not environment.folder.exists()


def test_has_venv_sees_that_debian_took_ensurepip_out() -> None:
    program = "import sys; sys.modules['ensurepip'] = None\nfrom tools.bootstrap import has_venv\nprint(has_venv())"
    whole = program.replace("sys.modules['ensurepip'] = None", "pass")

    answers = [subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) for code in (program, whole)]

    assert answers == ["False\n", "True\n"]


def test_two_makers_at_once_take_turns(tmp_path: Path) -> None:
    folder = tmp_path / ".venv"
    log = tmp_path / "log"
    program = (
        "import sys, time; from pathlib import Path; from tools.bootstrap import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        "    for word in ('in', 'out'):\n"
        "        with open(sys.argv[2], 'a') as log: log.write(word + '\\n')\n"
        "        time.sleep(0.1)\n"
    )
    unlocked = program.replace("with only_one(Path(sys.argv[1]))", "if True")

    def order(code: str) -> list[str]:
        log.write_text("")
        makers = [subprocess.Popen([sys.executable, "-c", code, folder, log], cwd=ROOT) for _ in range(3)]
        assert [maker.wait(timeout=30) for maker in makers] == [0, 0, 0]
        return log.read_text().split()

    assert order(program) == ["in", "out"] * 3
    assert order(unlocked) != ["in", "out"] * 3  # Negative control: without the lock they get mixed.


@posix
def test_lock_of_a_killed_maker_is_held_by_its_installer_and_then_free(tmp_path: Path) -> None:
    folder = tmp_path / ".venv"
    program = (
        "import sys; from pathlib import Path; from tools.bootstrap import attempt, only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        '    attempt([sys.executable, \'-c\', \'import time; open("started", "w");'
        ' time.sleep(0.5); open("ended", "w")\'],'
        " cwd=Path(sys.argv[1]).parent)\n"
    )
    maker = subprocess.Popen([sys.executable, "-c", program, folder], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (tmp_path / "started").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)

    maker.kill()
    maker.wait()
    with bootstrap.only_one(folder):
        installer_had_ended = (tmp_path / "ended").exists()

    assert installer_had_ended


def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".venv.lock").mkdir()

    with pytest.raises(SetupError, match="Put Fontein in a folder of your own"), bootstrap.only_one(tmp_path / ".venv"):
        pytest.fail("entered without the lock")


# The command


def test_command_hands_its_arguments_to_the_server_in_its_environment(checkout: Path) -> None:
    make_ready(checkout)

    done = run(checkout, "serve", "--port", "0")

    assert json.loads(done.stdout)["argv"] == ["serve", "--port", "0"]
    assert Path(json.loads(done.stdout)["prefix"]).samefile(checkout / ".venv")
    assert done.returncode == 7


def test_command_works_from_another_folder_and_stays_there(checkout: Path, tmp_path: Path) -> None:
    make_ready(checkout)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    done = run(checkout, cwd=elsewhere)

    assert Path(json.loads(done.stdout)["cwd"]).samefile(elsewhere)


@posix
def test_command_works_through_a_link(checkout: Path, tmp_path: Path) -> None:
    make_ready(checkout)
    (tmp_path / "link").symlink_to(checkout)

    done = run(tmp_path / "link", "doctor")

    assert json.loads(done.stdout)["argv"] == ["doctor"]


def test_command_works_after_the_folder_was_moved(checkout: Path, tmp_path: Path) -> None:
    make_ready(checkout)
    moved = checkout.rename(tmp_path / "moved")

    done = run(moved)

    assert Path(json.loads(done.stdout)["prefix"]).samefile(moved / ".venv")


@pytest.mark.usefixtures("without_uv")
def test_command_started_in_an_outdated_environment_makes_it_again(checkout: Path) -> None:
    environment = make_ready(checkout)
    environment.lock.write_text("# newer\n")

    done = run(checkout, "serve", python=str(environment.python))

    assert json.loads(done.stdout)["argv"] == ["serve"]
    assert environment.is_ready()


def test_command_gives_up_on_an_environment_that_does_not_take_hold(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = make_ready(checkout)
    monkeypatch.setenv("FONTEIN_REEXECUTED", str(environment.folder))

    done = run(checkout)

    assert (done.returncode, done.stdout) == (1, "")
    assert "does not work. Delete that folder" in done.stderr


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        pytest.param("nl_NL.UTF-8", "werkt niet. Verwijder die map", id="dutch"),
        pytest.param("en_GB.UTF-8", "does not work. Delete that folder", id="english"),
        pytest.param("", "does not work. Delete that folder", id="not said"),
    ],
)
def test_command_speaks_the_language_of_the_system(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, locale: str, sentence: str
) -> None:
    environment = make_ready(checkout)
    monkeypatch.setenv("FONTEIN_REEXECUTED", str(environment.folder))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, locale)

    assert sentence in run(checkout).stderr


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0)], ids=lambda version: f"{version[0]}.{version[1]}")
def test_command_names_the_pythons_that_it_runs_on(version: tuple[int, int, int]) -> None:
    program = f"import sys; sys.version_info = {version}\nimport runpy; runpy.run_path('run.py')"

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.splitlines()[1] == (
        f"Fontein runs on Python 3.11 up to and including 3.14. This is Python {version[0]}.{version[1]}."
    )


# The verb test


def test_test_without_install_names_what_is_missing_and_exits_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    absent = needs.Program("some-package", "something", lambda: False)
    monkeypatch.setattr(needs, "missing", lambda: [absent])
    monkeypatch.setattr(suite, "DEVELOPMENT", Environment(tmp_path / ".venv-dev", ROOT / "requirements-dev.lock"))
    monkeypatch.setattr(suite, "install", lambda *_: pytest.fail("installed without being asked"))
    monkeypatch.setattr(suite, "become", lambda *_, **__: pytest.fail("ran without what it needs"))

    status = suite.main([])

    assert status == 2
    assert "apt install some-package\n" in capsys.readouterr().err


@pytest.fixture
def no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test changes this machine."""
    monkeypatch.setattr(needs, "install_faster_browser", lambda: None)


@pytest.mark.usefixtures("no_apt")
@pytest.mark.parametrize(
    ("argv", "ci"),
    [pytest.param(["--install"], "", id="--install"), pytest.param([], "true", id="CI=true")],
)
def test_test_installs_when_asked(monkeypatch: pytest.MonkeyPatch, argv: list[str], ci: str) -> None:
    monkeypatch.setenv("CI", ci)
    absent = needs.Program("some-package", "something", lambda: False)
    installed: list[needs.Program] = []
    monkeypatch.setattr(needs, "missing", lambda: [absent])
    monkeypatch.setattr(suite, "install", lambda programs, *_: installed.extend(programs))
    monkeypatch.setattr(suite, "become", lambda *_, **__: 0)

    assert suite.main(argv) == 0
    assert installed == [absent]


@pytest.mark.parametrize("failure", [None, "apt: no such package"])
@pytest.mark.skipif(sys.platform == "win32", reason="no apt there")
def test_faster_browser_is_installed_where_it_can_be_had(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failure: str | None
) -> None:
    commands: list[Sequence[str]] = []

    def attempt(command: Sequence[str]) -> str | None:
        commands.append(command[1:2])
        return failure if command[1] == "install" else None

    monkeypatch.setattr(needs.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs, "attempt", attempt)

    needs.install_faster_browser()

    assert commands == [["update"], ["install"]]
    assert ("Going on without it" in capsys.readouterr().out) == (failure is not None)


@pytest.mark.skipif(sys.platform == "win32", reason="no root there")
def test_faster_browser_is_nobodys_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not install it goes on without, and who has it installs nothing."""
    monkeypatch.setattr(needs, "attempt", lambda _: pytest.fail("installed"))

    monkeypatch.setattr(needs.os, "geteuid", lambda: 1_000)
    monkeypatch.setattr(needs.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    needs.install_faster_browser()

    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/usr/bin/{name}")
    needs.install_faster_browser()


@pytest.mark.usefixtures("no_apt")
def test_test_passes_sizes_and_other_arguments_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []

    def record(command: Sequence[str], **_: object) -> int:
        commands.append(command)
        return 5

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(suite, "install", lambda *_: None)
    monkeypatch.setattr(suite, "become", record)

    status = suite.main(["--full", "--peers", "-k", "hub", "tests/server"])

    patience = ["-o", "faulthandler_timeout=3600"]
    asked = ["-m", "pytest", "--full", "--peers", *patience, "-k", "hub", "tests/server"]
    assert [command[1:] for command in commands] == [asked]
    assert status == 5


@pytest.mark.usefixtures("no_apt")
def test_tests_keep_what_python_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the machine says not to: each of hundreds of processes would do it again."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(suite, "install", lambda *_: None)
    monkeypatch.setattr(suite, "become", lambda *_, **__: int("PYTHONDONTWRITEBYTECODE" in os.environ))

    assert suite.main(["tests/server"]) == 0


def test_files_of_browsers_stand_among_the_others() -> None:
    names = [f"{folder}/test_{n}.py" for folder, count in (("browser", 3), ("server", 10)) for n in range(count)]
    items = [SimpleNamespace(path=ROOT / "tests" / name, name=part) for name in names for part in "ab"]

    mixed = among_the_others(items)  # type: ignore[arg-type]  # All that is looked at.

    files = [item.path.parent.name for item in mixed[::2]]
    browsers = [place for place, folder in enumerate(files) if folder == "browser"]
    assert browsers == [0, 4, 7]
    assert [item.name for item in mixed] == ["a", "b"] * 13, "a file stays together"
    assert sorted(item.path for item in mixed[::2]) == sorted(ROOT / "tests" / name for name in names)


@pytest.mark.usefixtures("no_apt")
@pytest.mark.parametrize(
    ("argv", "room", "in_memory"),
    [
        pytest.param(["--quick"], 0, True, id="quick"),
        pytest.param(["--quick"], 1 << 60, False, id="too-small"),
        pytest.param([], 0, False, id="all-faults-need-a-disk"),
    ],
)
def test_quick_part_writes_in_memory_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, argv: list[str], room: int, in_memory: bool
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", "")  # So that it is put back.
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT")
    monkeypatch.setattr(suite, "_MEMORY", tmp_path)
    monkeypatch.setattr(suite, "_ROOM_BYTES", room)
    monkeypatch.setattr(suite, "install", lambda *_: None)
    commands: list[Sequence[str]] = []
    monkeypatch.setattr(suite, "become", lambda command, **_: commands.append(command) or 0)

    suite.main([*argv, "tests/server"])

    [command] = commands
    assert os.environ.get("PYTEST_DEBUG_TEMPROOT") == (str(tmp_path) if in_memory else None)
    assert ("tmp_path_retention_policy=failed" in command) == in_memory


@pytest.mark.parametrize(("argv", "status"), [(["--peers"], 2), ([], 0)])
def test_test_asks_for_the_programs_of_peers_with_peers_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], argv: list[str], status: int
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(needs, "PEERS", (needs.Program("some-peer", "peer tests", lambda: False),))
    monkeypatch.setattr(suite, "_missing_packages", lambda *_: [])
    monkeypatch.setattr(needs.missing, "__defaults__", ((),))  # Whatever this machine has not.
    monkeypatch.setattr(suite, "become", lambda *_, **__: 0)

    assert suite.main(argv) == status
    assert ("apt install some-peer\n" in capsys.readouterr().err) == (status == 2)


@pytest.mark.parametrize(("argv", "status"), [(["--peers"], 2), ([], 0)])
@pytest.mark.usefixtures("no_apt")
def test_test_asks_for_the_packages_of_peers_with_peers_only(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    ready: Environment,
    argv: list[str],
    status: int,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(suite, "DEVELOPMENT", ready)
    monkeypatch.setattr(needs, "SYNAPSE", Environment(tmp_path / ".venv-peer", ROOT / "requirements-peers.lock"))
    monkeypatch.setattr(needs, "PEERS", ())
    monkeypatch.setattr(needs, "npm_tools_ready", lambda _: True)
    monkeypatch.setattr(needs.missing, "__defaults__", ((),))  # Whatever this machine has not.
    monkeypatch.setattr(suite, "become", lambda *_, **__: 0)

    assert suite.main(argv) == status
    said = capsys.readouterr().err
    assert ("the Python packages of requirements-peers.lock, in .venv-peer\n" in said) == (status == 2)


@posix
def test_server_that_is_not_on_everybodys_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ngircd").write_text("#!/bin/sh\n")
    (tmp_path / "ngircd").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(needs, "_ROOTS_FOLDERS", str(tmp_path))
    found = needs.ngircd()
    monkeypatch.setattr(needs, "_ROOTS_FOLDERS", str(tmp_path / "elsewhere"))

    assert found == str(tmp_path / "ngircd")
    assert needs.ngircd() is None
    assert not needs.NGIRCD.is_present()


def test_test_installs_each_environment_that_it_needs(monkeypatch: pytest.MonkeyPatch, ready: Environment) -> None:
    made: list[Environment] = []
    monkeypatch.setattr(suite, "ensure", made.append)
    npm: list[Path] = []
    monkeypatch.setattr(needs, "install_npm_tools", npm.append)

    suite.install([], [], [ready, needs.SYNAPSE], [needs.WALL, needs.ATPROTO])

    assert made == [ready, needs.SYNAPSE]
    assert npm == [needs.WALL, needs.ATPROTO]


def test_command_test_runs_where_there_is_no_environment_at_all(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    (checkout / "requirements-dev.lock").write_text("# nothing\n")

    done = run(checkout, "test")

    assert done.returncode == 2
    assert "python3 run.py test --install" in done.stderr
    assert not (checkout / ".venv-dev").exists()


# The locks


def pinned(lock: str) -> dict[str, Version]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {
        canonicalize_name(name): Version(version)
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE)
    }


def test_dev_lock_has_the_versions_of_the_runtime_lock() -> None:
    runtime, dev = pinned("requirements.lock"), pinned("requirements-dev.lock")

    assert {name: dev.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_satisfies_pyproject(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    if "dev" in lock:
        wanted += project["dependency-groups"]["dev"]
    versions = pinned(lock)

    unmet = [
        text
        for text in wanted
        if not Requirement(text).specifier.contains(versions[canonicalize_name(Requirement(text).name)])
    ]

    assert wanted
    assert unmet == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_has_a_hash_for_every_package(lock: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    # One package may have two versions: an old Python gets an older one.
    assert len({entry.partition("==")[0] for entry in entries}) == len(pinned(lock)) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_tree_has_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    assert addresses.findings_in_tree(ROOT) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("requirements.lock", "--" + "index-url https://mirror.example/simple", id="index"),
        pytest.param("requirements-dev.lock", "a @ https://mirror.example/a-1-py3-none-any.whl", id="direct reference"),
        pytest.param("requirements.lock", "--find" + "-links /wheels", id="folder of wheels"),
        pytest.param("wall/package-lock.json", '"resolved"' + ': "https://mirror.example/a.tgz",', id="npm"),
        pytest.param("wall/.npmrc", "registry" + "=https://mirror.example/", id="npmrc"),
        pytest.param("docs/how-to.md", "cd /home" + "/ann/fontein", id="linux home"),
        pytest.param("tools/x.py", '"/root' + '/.cache"', id="root's home"),
        pytest.param("tools/x.py", '"C:' + '\\Users\\ann"', id="windows home"),
    ],
)
def test_address_or_path_is_found(name: str, text: str) -> None:
    assert [line.partition(": ")[0] for line in addresses.findings(name, f"first line\n{text}\n")][:1] == [f"{name}:2"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("requirements.lock", "#    uv pip compile --no-emit" + "-index-url", id="flag that leaves it out"),
        pytest.param("wall/package-lock.json", '"url": "https://opencollective.com/x"', id="npm's page for gifts"),
        pytest.param("docs/a.md", "https://example.org/home/ann/", id="web address"),
        pytest.param("docs/a.md", "unpack it in /srv/fontein", id="folder of a server"),
    ],
)
def test_what_is_no_address_is_left_alone(name: str, text: str) -> None:
    assert addresses.findings(name, text) == []


def test_environment_variable_names_do_not_leak_into_the_server(checkout: Path) -> None:
    make_ready(checkout)
    (checkout / "server/cli.py").write_text("import os\ndef main(argv):\n    print(sorted(os.environ))\n    return 0\n")

    assert "FONTEIN_REEXECUTED" not in run(checkout).stdout
    assert "FONTEIN_REEXECUTED" not in os.environ
