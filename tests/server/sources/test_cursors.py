from __future__ import annotations

import logging

import pytest

from server.sources.cursors import check_key, read_cursor, write_cursor


def test_what_was_written_is_read_and_the_same_place_is_the_same_text() -> None:
    assert read_cursor(write_cursor({"b": 1, "a": 2}), dict[str, int], instead="") == {"a": 2, "b": 1}
    assert write_cursor({"b": 1, "a": 2}) == write_cursor({"a": 2, "b": 1})


def test_no_cursor_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    assert read_cursor(None, dict[str, int], instead="beginning anew") is None
    assert caplog.records == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"a":"b"}', "\ud800", "[" * 100_000])
def test_a_cursor_that_cannot_be_read_is_none_and_is_told(cursor: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert read_cursor(cursor, dict[str, int], instead="beginning anew") is None

    assert [each.getMessage() for each in caplog.records] == [
        "The saved position of a source cannot be read; beginning anew"
    ]


@pytest.mark.parametrize("key", ["", "x", "a", "00" * 65])
def test_a_key_that_no_hash_takes_is_none(key: str) -> None:
    with pytest.raises(ValueError):
        check_key(key)


@pytest.mark.parametrize("key", ["00", "0f" * 64])
def test_a_key_of_1_to_64_bytes_is_one(key: str) -> None:
    check_key(key)
