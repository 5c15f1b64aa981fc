"""What all tests share: how large to test, and the seed of everything that is random."""

from __future__ import annotations

import gc
import os
import pathlib
import random
import subprocess
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import hypothesis
import pytest
from hypothesis import HealthCheck

T = TypeVar("T")

# As in the server's own child processes. Votes of a hall are too few to share among threads: these would only wait for
# each other, and use up the cores that other tests run on.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_NOT_QUICK = frozenset({"browser", "fault", "peer", "slow"})
_FOLDERS_NOT_QUICK = frozenset({"browser", "faults", "peers"})
_BROWSERS_HAVE_BEGUN = 0.7
"""Of the other files, when the last file of browsers begins: it ends before all the rest does."""
_QUICK_EXAMPLES = 25
"""Of each property, where the test itself names no number; without `--quick` it is hypothesis' own hundred."""
_CHECKS_OF_THE_MOMENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


class Scale(Protocol):
    """Picks the size of a test."""

    def __call__(self, full: T, quick: T) -> T:
        """*full* with `--full`, else *quick*."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fontein")
    group.addoption("--full", action="store_true", help="tests at full size: every kill, power cut and phone")
    group.addoption("--peers", action="store_true", help="also peers that are not among the packages")
    group.addoption("--quick", action="store_true", help="no tests marked browser, fault, peer or slow, fewer examples")
    group.addoption("--seed", type=int, help="seed of a run to repeat; each run prints its own")


@pytest.hookimpl(tryfirst=True)  # Before hypothesis reads the seed.
def pytest_configure(config: pytest.Config) -> None:
    # No deadline, and no complaints of how fast or how well examples are drawn: on a shared machine they fail a slow
    # moment, not a fault. Not derandomised: every run looks somewhere new, and its seed says where.
    hypothesis.settings.register_profile(
        "fontein", deadline=None, print_blob=True, suppress_health_check=list(_CHECKS_OF_THE_MOMENT)
    )
    hypothesis.settings.register_profile(
        "quick", parent=hypothesis.settings.get_profile("fontein"), max_examples=_QUICK_EXAMPLES
    )
    hypothesis.settings.load_profile("quick" if config.option.quick else "fontein")
    if config.option.seed is None:
        config.option.seed = _seed_of_the_code() if os.environ.get("CI") else None
    if config.option.seed is None:
        config.option.seed = int.from_bytes(os.urandom(4), "big")
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(config.option.seed)


def _seed_of_the_code() -> int | None:
    """In CI each change of the product looks somewhere new, and the same product in the same places: red stays red."""
    git = ("git", "-C", str(pathlib.Path(__file__).parent), "log", "-1", "--format=%T", "--", "../server", "../wall")
    try:
        return int(subprocess.run(git, capture_output=True, check=True, text=True).stdout[:8], 16)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def pytest_report_header(config: pytest.Config) -> str:
    size = "full" if config.option.full else "quick" if config.option.quick else "normal"
    return f"size: {size}; repeat this run with --seed={config.option.seed}"


def pytest_ignore_collect(collection_path: pathlib.Path, config: pytest.Config) -> bool | None:
    """Whole folders that the quick part has nothing of are not even read: that takes as long as many tests."""
    is_folder_of_ours = collection_path.parent == pathlib.Path(__file__).parent
    is_left_out = config.option.quick and is_folder_of_ours and collection_path.name in _FOLDERS_NOT_QUICK
    return True if is_left_out else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """
    Collect without the garbage collector, and let it not look again and again at what was collected.

    Modules and tests stay until the end: going through them was a quarter of the collecting, and half of what the
    collector took from the tests.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.quick:
        left_out = {item for item in items if any(item.get_closest_marker(name) for name in _NOT_QUICK)}
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]
    if hasattr(config, "workerinput"):  # One of several processes.
        items[:] = among_the_others(items)


def among_the_others(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """
    The same tests, with the files of browsers among the other files: what waits for a browser leaves a core to others.

    The last files are others. They are short, so that all processes end at about the same time.
    """
    files: dict[pathlib.Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    browsers = [path for path in files if path.parent.name == "browser"]
    others = [path for path in files if path.parent.name != "browser"]
    place = {path: at / len(others) for at, path in enumerate(others)}
    place |= {path: at / len(browsers) * _BROWSERS_HAVE_BEGUN for at, path in enumerate(browsers)}
    return [item for path in sorted(files, key=lambda path: place[path]) for item in files[path]]


@pytest.fixture(scope="session")
def scale(request: pytest.FixtureRequest) -> Scale:
    """`scale(full, quick)`: the size of a test, by `--full`."""
    is_full = request.config.option.full

    def pick(full: T, quick: T) -> T:
        return full if is_full else quick

    return pick


@pytest.fixture(scope="session")
def peers(request: pytest.FixtureRequest) -> bool:
    """Whether peers that are not among the packages are to be tested too (`--peers`)."""
    return bool(request.config.option.peers)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Randomness that `--seed` repeats, the same for a test whichever others run."""
    return random.Random(f"{request.config.option.seed}:{request.node.nodeid}")
