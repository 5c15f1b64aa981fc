"""`run.py test`: see that everything is there, then run pytest. Nothing is skipped for want of a program."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools import needs
from tools.bootstrap import DEVELOPMENT, ROOT, become, ensure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.bootstrap import Environment

_NOT_READY = 2
"""Exit status when something is missing; pytest's own for a run that was broken off."""
_HANGS_AFTER_S = 3_600
"""At full size a test may work for as long before it says where it is: 20,000 schedules take ten minutes and more."""

_MEMORY = Path("/dev/shm")  # noqa: S108 -- pytest makes a folder of its own in it, for one user
"""A disk of Linux that is in memory."""
_ROOM_BYTES = 1 << 30
"""The quick part writes tens of megabytes."""

_TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""
The whole suite in two processes: it is made for machines of two cores, and more browsers at once than that would make
each other late. A file stays in one process, so what it opens is opened once; the order is that of tests/conftest.py.
"""


def main(argv: Sequence[str]) -> int:
    """
    Run the tests.

    Args:
        argv: Options of this verb, and any of pytest's; paths are seen from the project's folder.

    Returns:
        pytest's exit status, or 2 when something is missing and may not be installed.

    Raises:
        SetupError: Installing failed.
    """
    options, pytest_arguments = _parser().parse_known_args(argv)
    programs = needs.missing() + (needs.missing(needs.PEERS) if options.peers else [])
    environments = [DEVELOPMENT, needs.SYNAPSE] if options.peers else [DEVELOPMENT]
    npm = [needs.WALL, needs.ATPROTO] if options.peers else [needs.WALL]
    packages = _missing_packages(environments, npm)
    if programs or packages:
        if not (options.install or in_ci()):
            print(_what_is_missing(programs, packages), file=sys.stderr)
            return _NOT_READY
        install(programs, packages, environments, npm)
    if options.install or in_ci():
        needs.install_faster_browser()
    chosen = [f"--{name}" for name in ("full", "peers", "quick") if getattr(options, name)]
    if not _names_what_to_run(pytest_arguments):
        chosen += _TWO_AT_A_TIME
    # Some machines are told to compile all Python anew in every process. Here hundreds start: the tests' own, servers,
    # and what these start. Compiling would be half of their work.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if options.quick and _has_room(_MEMORY):
        chosen += _write_to(_MEMORY)
    if options.full:
        chosen += ["-o", f"faulthandler_timeout={_HANGS_AFTER_S}"]
    return become([str(DEVELOPMENT.python), "-m", "pytest", *chosen, *pytest_arguments], cwd=ROOT)


def in_ci() -> bool:
    """Whether this is a machine that is there to test: it sets CI=true, as all of them do."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def install(
    programs: Sequence[needs.Program],
    packages: Sequence[str],
    environments: Sequence[Environment] = (DEVELOPMENT,),
    npm: Sequence[Path] = (needs.WALL,),
) -> None:
    """
    Say what is going to be installed, and install it.

    Raises:
        SetupError: It failed.
    """
    if programs:
        print(f"Installing: {needs.apt_line(programs)}", flush=True)
        needs.install_programs(programs)
    for package in packages:
        print(f"Installing: {package}", flush=True)
    for environment in environments:
        ensure(environment)
    for folder in npm:
        needs.install_npm_tools(folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py test", description="Run the tests. Other arguments go to pytest.", allow_abbrev=False
    )
    parser.add_argument("--install", action="store_true", help="first install what is missing (also with CI=true)")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="at full size: every kill, power cut and phone")
    size.add_argument(
        "--quick", action="store_true", help="no browser, peer, fault or slow tests, fewer random examples; a minute"
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="also with programs that are not among the packages: nginx, LibreOffice, ngircd, Synapse, atproto",
    )
    return parser


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM_BYTES


def _write_to(memory: Path) -> list[str]:
    """
    Let tests write in memory, and keep nothing there but what a failing one wrote: for waits on a disk are most of what
    the quick part waits for. What a disk does to the data is looked at by the faults, on a real one.
    """
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    return ["-o", "tmp_path_retention_policy=failed"]


def _names_what_to_run(pytest_arguments: Sequence[str]) -> bool:
    """Whether somebody looks at some tests, which start sooner and are easier to follow in one process."""
    return any(
        argument.startswith(("-n", "-k", "-x", "--pdb", "--collect-only")) or (ROOT / argument.split("::")[0]).exists()
        for argument in pytest_arguments
    )


def _missing_packages(environments: Sequence[Environment], npm: Sequence[Path]) -> list[str]:
    missing = [
        f"the Python packages of {environment.lock.name}, in {environment.folder.name}"
        for environment in environments
        if not environment.is_ready()
    ]
    for folder in npm:
        if not needs.npm_tools_ready(folder):
            place = folder.relative_to(ROOT)
            missing.append(f"the npm packages of {place}/package-lock.json, in {place}/node_modules")
    return missing


def _what_is_missing(programs: Sequence[needs.Program], packages: Sequence[str]) -> str:
    lines = ["The tests need more than is here."]
    if programs:
        lines.append(f"  {needs.apt_line(programs)}")
    lines += [f"  {package}" for package in packages]
    lines.append("Let it install them: python3 run.py test --install")
    return "\n".join(lines)
