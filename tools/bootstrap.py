"""
From a bare Python to the right environment, and on to the verb.

Two environments stand beside run.py, each made from one lock of versions and hashes: `.venv` to run, `.venv-dev` to
test. An environment is *ready* when its stamp names the lock and the interpreter that it has now. The stamp is written
last, so one that was killed half-way, or whose lock or Python has changed since, is not ready and is made again.

Everything said here goes to stderr: stdout belongs to the verb (`--json`).
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

# subprocess and shutil are imported where they are used: a second start needs neither, and it should cost nothing.
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

_REEXECUTED = "FONTEIN_REEXECUTED"
"""Set for the process that we become, to notice (and not repeat for ever) an environment that does not take hold."""

_DEV_VERBS = frozenset({"bench"})
"""Verbs of `server.cli` that need the development environment. `test` and `check` find it by themselves."""


class SetupError(Exception):
    """The environment cannot be made. The text says what is wrong and what to do, in one language."""


class Environment:
    """
    A virtual environment and the lock that it is made from.

    Args:
        folder: Absolute path; made, and when not ready removed, by `ensure`.
        lock: Absolute path of a requirements file with exact versions and hashes.
    """

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder = folder
        self.lock = lock
        self.stamp = folder / "fontein-stamp"
        self.python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def expected_stamp(self) -> str:
        """The lock's SHA-256 and the real path of the interpreter, which names its version on every system."""
        return f"{hashlib.sha256(self.lock.read_bytes()).hexdigest()} {os.path.realpath(self.python)}\n"

    def is_ready(self) -> bool:
        """Whether the environment is whole, of the present lock, and its Python is still on the machine."""
        try:
            stamp = self.stamp.read_text(encoding="utf-8")
            return stamp == self.expected_stamp() and self.python.exists() and self._home().is_dir()
        except (FileNotFoundError, NotADirectoryError):
            return False

    def is_current(self) -> bool:
        """Whether this process runs inside the environment."""
        return self.folder.exists() and self.folder.samefile(sys.prefix)

    def base_python(self) -> str:
        """The Python that the environment was made from."""
        # On POSIX bin/python is a link to it; on Windows python.exe is a copy that starts it, and outlives it.
        return str(self._home() / "python.exe") if sys.platform == "win32" else os.path.realpath(self.python)

    def _home(self) -> Path:
        for line in (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "home":
                return Path(value.strip())
        raise FileNotFoundError(f"{self.folder}/pyvenv.cfg names no home")


RUNTIME = Environment(ROOT / ".venv", ROOT / "requirements.lock")
DEVELOPMENT = Environment(ROOT / ".venv-dev", ROOT / "requirements-dev.lock")


def start(argv: Sequence[str]) -> int:
    """
    Do the verb in *argv* (without the program's name), in the environment that it needs.

    Returns:
        The exit status. On POSIX it mostly does not return: the process becomes one in the environment.
    """
    verb = argv[0] if argv else ""
    try:
        if verb == "test":
            from tools.suite import main as run_tests

            return run_tests(argv[1:])
        if verb == "check":
            from tools.checks import main as run_checks

            return run_checks(argv[1:])
        environment = DEVELOPMENT if verb in _DEV_VERBS else RUNTIME
        interpreter = _interpreter_to_become(environment)
        if interpreter is not None:
            return become([interpreter, str(ROOT / "run.py"), *argv])
    except SetupError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # As a shell reports SIGINT. Only from the set-up: the verb itself starts below.
    from server.cli import main

    return main(list(argv))


def _interpreter_to_become(environment: Environment) -> str | None:
    """Make *environment* ready. The Python to go on with, or None when this process is where it should be."""
    reexecuted = os.environ.pop(_REEXECUTED, None)
    if environment.is_current():
        # An outdated environment cannot be remade from within; the Python below it can.
        return None if environment.is_ready() else environment.base_python()
    if reexecuted == str(environment.folder):
        raise SetupError(
            say(
                f"{environment.folder} does not work. Delete that folder and start again.",
                f"{environment.folder} werkt niet. Verwijder die map en start opnieuw.",
            )
        )
    ensure(environment)
    os.environ[_REEXECUTED] = str(environment.folder)
    return str(environment.python)


def become(command: Sequence[str], *, cwd: Path | None = None) -> int:
    """
    Replace this process by *command*; on Windows, where that is not possible, run it and return its exit status.

    Args:
        command: An absolute path of a program, and its arguments.
        cwd: Folder to run it in; None keeps the present one.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        return _run_to_end(command, cwd)
    if cwd is not None:
        os.chdir(cwd)
    os.execv(command[0], list(command))  # noqa: S606 -- a fixed command, and there is no shell to avoid


def _run_to_end(command: Sequence[str], cwd: Path | None) -> int:
    import subprocess

    with subprocess.Popen(command, cwd=cwd) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # Ctrl-C reaches the child too; it decides when to stop.


def ensure(environment: Environment) -> None:
    """
    Make *environment* unless it is ready. Of several processes at once, one makes it and the others wait.

    Raises:
        SetupError: It cannot be made.
    """
    if environment.is_ready():
        return
    with only_one(environment.folder):
        if not environment.is_ready():
            _make(environment)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """
    Hold the lock of *folder* (a file beside it) while making it.

    The operating system lets go of the lock when this process has ended, however it ended. On POSIX it waits for the
    programs that `attempt` started too, so that an orphaned installer does not write into the next attempt.

    Raises:
        SetupError: The lock file cannot be written.
    """
    path = folder.with_name(folder.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as ex:
        raise SetupError(
            say(
                f"Cannot write to {path.parent} ({ex.strerror}). Put Fontein in a folder of your own.",
                f"Kan niet schrijven in {path.parent} ({ex.strerror}). Zet Fontein in een map van uzelf.",
            )
        ) from ex
    try:
        _wait_for_lock(descriptor)
        os.set_inheritable(descriptor, True)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # Tries ten times, a second apart, and then raises.
            except OSError:
                continue
            return
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _make(environment: Environment) -> None:
    import shutil

    tell(
        f"Making {environment.folder.name} (once; this may take a minute) ...",
        f"{environment.folder.name} wordt gemaakt (eenmalig; dit kan een minuut duren) ...",
    )
    uv = shutil.which("uv")
    if uv is None or not _make_with_uv(environment, uv):
        _make_with_pip(environment)
    if hasattr(os, "sync"):
        os.sync()  # After a power cut the stamp must not be on disk without the packages.
    environment.stamp.write_text(environment.expected_stamp(), encoding="utf-8")


def _make_with_uv(environment: Environment, uv: str) -> bool:
    """True when it worked. uv does not read pip's settings, so behind a mirror pip may still succeed where uv fails."""
    _remove(environment.folder)
    install = [uv, "pip", "install", "--quiet", "--python", str(environment.python)]
    failure = attempt([uv, "venv", "--quiet", "--python", sys.executable, str(environment.folder)]) or attempt(
        [*install, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(environment.lock)]
    )
    if failure is None:
        return True
    tell(f"uv failed, trying pip. It said:\n{failure}", f"uv lukte niet, nu met pip. De melding was:\n{failure}")
    return False


def _make_with_pip(environment: Environment) -> None:
    if not has_venv():
        raise SetupError(
            say(
                "This Python cannot make an environment: its venv or pip is missing.\n"
                "On Debian or Ubuntu: apt install python3-venv. Or install uv. Then start again.",
                "Deze Python kan geen omgeving maken: venv of pip ontbreekt.\n"
                "Op Debian of Ubuntu: apt install python3-venv. Of installeer uv. Start dan opnieuw.",
            )
        )
    _remove(environment.folder)
    pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    failure = attempt([sys.executable, "-m", "venv", str(environment.folder)]) or attempt(
        [*pip, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(environment.lock)]
    )
    if failure is not None:
        raise SetupError(
            say(
                f"{failure}\nThe packages could not be installed. The first start needs internet (or a mirror in pip's "
                "settings); later ones do not.",
                f"{failure}\nDe pakketten konden niet worden geïnstalleerd. De eerste start heeft internet nodig (of "
                "een mirror in de instellingen van pip); daarna niet meer.",
            )
        )


def has_venv() -> bool:
    """Whether this Python can make an environment with pip in it. Debian keeps `ensurepip` in python3-venv."""
    from importlib.util import find_spec

    return find_spec("venv") is not None and find_spec("ensurepip") is not None


def _remove(folder: Path) -> None:
    import shutil

    try:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
    except OSError as ex:
        raise SetupError(
            say(
                f"Cannot replace {folder} ({ex.strerror}). Is Fontein still running? Stop it and start again.",
                f"Kan {folder} niet vervangen ({ex.strerror}). Draait Fontein nog? Stop het en start opnieuw.",
            )
        ) from ex


def attempt(command: Sequence[str], *, cwd: Path = ROOT) -> str | None:
    """Run *command* in *cwd*. None when it succeeded, else the end of what it said (at most 2,000 characters)."""
    import subprocess

    done = subprocess.run(
        command,
        cwd=cwd,
        close_fds=False,  # It inherits the lock of `only_one`, and nothing else: descriptors are private by default.
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return None if done.returncode == 0 else done.stdout.strip()[-2000:] or f"exit status {done.returncode}"


def say(english: str, dutch: str) -> str:
    """The one of the two that the person's system asks for; English when it does not say."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return dutch if asked.startswith("nl") else english


def tell(english: str, dutch: str) -> None:
    """Print the one that `say` picks to stderr."""
    print(say(english, dutch), file=sys.stderr, flush=True)
