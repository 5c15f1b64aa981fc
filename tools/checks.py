"""`run.py check`: everything that is looked at without running the program. One line a step; failures in full."""

from __future__ import annotations

import argparse
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from tools import addresses, needs
from tools.bootstrap import DEVELOPMENT, ROOT, ensure
from tools.suite import in_ci

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TYPED = ("server", "qr", "tools", "run.py")

Step = tuple[str, "Callable[[], Outcome]"]


class Outcome(NamedTuple):
    """What became of one step."""

    passed: bool
    output: str
    """Shown when it failed; when it passed, a word on what it found, or nothing."""


def main(argv: Sequence[str]) -> int:
    """
    Run all steps, also after one that failed.

    Returns:
        0 when all passed, else 1.

    Raises:
        SetupError: The development environment cannot be made.
    """
    argparse.ArgumentParser(prog="run.py check", description="Lint, types, and the front end's checks.").parse_args(
        argv
    )
    if in_ci() and (programs := needs.missing([needs.VENV])):
        needs.install_programs(programs)
    ensure(DEVELOPMENT)
    needs.install_npm_tools()
    failed = [name for name, step in _steps() if not _passes(name, step)]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def _steps() -> list[Step]:
    python = str(DEVELOPMENT.python)
    typed = [name for name in _TYPED if (ROOT / name).exists()]
    return [
        ("ruff check", lambda: _command(python, "-m", "ruff", "check", "--quiet", ".")),
        ("ruff format", lambda: _command(python, "-m", "ruff", "format", "--check", "--quiet", ".")),
        ("mypy --strict", lambda: _command(python, "-m", "mypy", "--strict", "--no-error-summary", *typed)),
        ("tsc -p wall", _check_types_of_wall),
        ("node --test", _test_wall),
        ("addresses", _check_addresses),
    ]


def _passes(name: str, step: Callable[[], Outcome]) -> bool:
    started = time.perf_counter()
    outcome = step()
    seconds = time.perf_counter() - started
    word = "ok    " if outcome.passed else "FAILED"
    remark = f"  {outcome.output}" if outcome.passed and "\n" not in outcome.output.strip() else ""
    print(f"{word}  {name:<14} {seconds:5.1f} s{remark}".rstrip(), flush=True)
    if not outcome.passed:
        print(outcome.output.rstrip(), flush=True)
    return outcome.passed


def _command(*command: str) -> Outcome:
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Outcome(passed=done.returncode == 0, output="" if done.returncode == 0 else done.stdout or "(no output)")


def _scripts() -> list[str]:
    """The front end's JavaScript, tests included, as paths from the project's folder."""
    paths = (path.relative_to(ROOT) for path in needs.WALL.rglob("*.js"))
    return sorted(path.as_posix() for path in paths if "node_modules" not in path.parts)


def _check_types_of_wall() -> Outcome:
    if all(path.endswith(".test.js") for path in _scripts()):
        return Outcome(passed=True, output="no JavaScript yet")
    return _command(
        needs.node(), str(needs.WALL / "node_modules/typescript/bin/tsc"), "-p", "wall", "--pretty", "false"
    )


def _test_wall() -> Outcome:
    tests = [path for path in _scripts() if path.endswith(".test.js")]
    if not tests:
        return Outcome(passed=True, output="no tests yet")
    return _command(needs.node(), "--test", "--test-reporter=dot", *tests)


def _check_addresses() -> Outcome:
    found = addresses.findings_in_tree(ROOT)
    return Outcome(passed=not found, output="\n".join(found))
