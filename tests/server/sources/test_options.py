from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from server.errors import BadInput
from server.sources.options import fill_in, folded, refuse, since_us


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    server: str
    tags: list[str] = []
    every_s: int = 10


def test_what_is_filled_in_has_what_was_given_and_defaults_for_what_was_left_empty() -> None:
    assert fill_in({"server": "a.example", "every_s": ""}, _Given) == _Given(server="a.example")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        pytest.param({}, "server", id="missing"),
        pytest.param({"server": ""}, "server", id="empty"),
        pytest.param({"server": 7}, "server", id="other-kind"),
        pytest.param({"server": "a", "tags": ["x", 7]}, "tags", id="one-of-a-list"),
        pytest.param({"server": "a", "every_s": "soon"}, "every_s", id="no-number"),
        pytest.param({"server": "a", "more": 1}, "more", id="unknown"),
    ],
)
def test_an_option_that_is_wrong_is_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as failed:
        fill_in(options, _Given)

    assert failed.value.code == "bad-option"
    assert field in {failed.value.field, "more"}


def test_an_empty_text_can_be_kept() -> None:
    assert fill_in({"server": ""}, _Given, keep_empty=True) == _Given(server="")


def test_no_traceback_holds_what_was_given() -> None:
    """It may be a secret."""
    with pytest.raises(BadInput) as failed:
        fill_in({"server": "a", "every_s": "geheim"}, _Given)

    assert (failed.value.__cause__, failed.value.__suppress_context__) == (None, True)
    assert "geheim" not in str(failed.value)


def test_hashtags_are_folded_once_and_those_of_nothing_are_left_out() -> None:
    assert folded(["#DemoConf", "democonf", "#", " ", "Zaal"]) == ("democonf", "zaal")


@pytest.mark.parametrize(
    ("moment", "us"),
    [
        (None, None),
        (datetime(1970, 1, 1, 0, 0, 1, 7), 1_000_007),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 1_000_000),
        (datetime(1970, 1, 1, 2, 0, 1, tzinfo=timezone(timedelta(hours=2))), 1_000_000),
    ],
)
def test_since_is_in_microseconds_and_in_utc_when_it_has_no_zone(moment: datetime | None, us: int | None) -> None:
    assert since_us(moment) == us


def test_a_refusal_names_the_option_and_says_what_to_write() -> None:
    with pytest.raises(BadInput) as failed:
        refuse("tags", "name one")

    assert (failed.value.message, failed.value.code, failed.value.field) == ("tags: name one", "bad-option", "tags")
