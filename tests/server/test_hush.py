"""The log repeats no secret, whoever says it."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import hush
from server.cli import _set_up_logging
from server.hush import Hushed, hushed
from server.keyring import Keyring

SECRET = "canary/of+a=network"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hush, "_kept", set())
    monkeypatch.setattr(hush, "_tried", type(hush._tried)())


def _logged(formatter: logging.Formatter) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    try:
        raise ValueError(f"401 for Bearer {SECRET}")
    except ValueError:
        record = logging.LogRecord("a", 20, "b.py", 1, "said %s", (SECRET,), sys.exc_info())
    handler.handle(record)
    return out.getvalue()


@pytest.mark.parametrize("kept", [True, False])
def test_secret_is_in_no_line_and_in_no_error(kept: bool) -> None:
    assert SECRET in _logged(Hushed()), "nobody said that it is a secret"

    hush.hush(SECRET, kept=kept)

    assert SECRET not in _logged(Hushed())
    assert "said …" in _logged(Hushed())
    assert SECRET in _logged(logging.Formatter()), "the negative control"


def test_secret_in_an_address_is_one_too() -> None:
    hush.hush(SECRET, kept=True)

    assert hushed("GET /?token=canary%2Fof%2Ba%3Dnetwork") == "GET /?token=…"


def test_each_secret_of_a_hook_that_changed_its_secret_is_one() -> None:
    hush.hush("the-newer-one the-older-one;until=1795290000", kept=True)

    assert hushed("the-older-one, the-newer-one") == "…, …"


def test_what_is_short_is_no_secret() -> None:
    hush.hush("a\tno", kept=True)

    assert hushed("a note, no more") == "a note, no more"


@given(st.lists(st.text(alphabet="abc", min_size=6, max_size=12), max_size=6), st.text(alphabet="abc", max_size=60))
def test_nothing_of_a_secret_that_begins_as_another_is_left(secrets: list[str], text: str) -> None:
    hush._kept.clear()
    for number, each in enumerate(secrets):
        hush.hush(each, kept=number % 2 == 0)

    assert [each for each in secrets if each in hushed(text)] == []


def test_of_what_was_only_tried_the_newest_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hush, "MAX_TRIED", 3)

    for number in range(10):
        hush.hush(f"secret-{number}", kept=False)

    assert list(hush._tried) == ["secret-7", "secret-8", "secret-9"]


def test_no_trial_makes_us_forget_a_secret_that_is_kept(tmp_path: Path) -> None:
    """Whoever may try sources tries more secrets than we remember; then a server repeats the one that is in use."""
    keyring = Keyring(tmp_path)
    keyring.set_secrets("dag", "mastodon-1", {"token": SECRET})
    keyring.set_secrets("dag", "mastodon-2", {"tokens": {"a.example": "another-canary"}})
    keyring.hush({"token": SECRET})

    for number in range(hush.MAX_TRIED):
        keyring.hush({"token": f"tried-{number}", "tokens": {"a.example": f"tried-too-{number}"}})

    assert hushed(f"{SECRET} another-canary tried-too-{hush.MAX_TRIED - 1}") == "… … …"
    assert "tried-0" in hushed("tried-0"), "the control: what was only tried is forgotten"


def test_keyring_hushes_what_it_keeps_and_what_it_reads(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.set_secrets("dag", "mastodon-1", {"token": SECRET, "tokens": {"a.example": "another-canary"}})
    now = hushed(f"{SECRET} another-canary")
    hush._kept.clear()
    Keyring(tmp_path)

    assert (now, hushed(f"{SECRET} another-canary")) == ("… …", "… …")


def test_command_logs_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.Logger("root")
    monkeypatch.setattr(logging, "root", root)

    _set_up_logging(verbose=False)

    assert [type(handler.formatter) for handler in root.handlers] == [Hushed]
