from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources import fields

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param("", id="no-text"),
        pytest.param(b"{", id="half"),
        pytest.param(b"[", id="half-a-list"),
        pytest.param(b"[NaN]", id="nan"),
        pytest.param(b'{"a":NaN}', id="nan-in-a-record"),
        pytest.param(b"[-Infinity]", id="infinity"),
        pytest.param(b"\xff", id="no-utf-8"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"9" * 5000, id="long-number"),
    ],
)
def test_what_is_no_json_is_bad_input(data: str | bytes) -> None:
    with pytest.raises(BadInput) as failed:
        fields.decode(data)

    assert failed.value.code == "not-json"


def test_json_is_read_with_half_a_character_in_it() -> None:
    assert fields.decode(b'{"a": ["\\ud83d", 7, null]}') == {"a": ["\ud83d", 7, None]}


def test_a_record_is_a_record_and_anything_else_names_its_field() -> None:
    assert fields.record({"a": 1}, "$.b") == {"a": 1}

    with pytest.raises(BadInput) as failed:
        fields.record([], "$.b")

    assert (failed.value.field, failed.value.code) == ("$.b", "unreadable")


@pytest.mark.parametrize(
    ("found", "path", "record"),
    [
        pytest.param({"a": {"b": {"c": 1}}}, ("a", "b"), {"c": 1}, id="there"),
        pytest.param({"a": {"b": 7}}, ("a", "b"), {}, id="no-record"),
        pytest.param({"a": ["b"]}, ("a", "b"), {}, id="no-record-on-the-way"),
        pytest.param({}, ("a", "b"), {}, id="not-there"),
        pytest.param(None, ("a",), {}, id="nothing"),
        pytest.param({"a": 1}, (), {"a": 1}, id="itself"),
    ],
)
def test_record_within_is_the_one_to_which_the_path_leads(
    found: object, path: tuple[str, ...], record: dict[str, object]
) -> None:
    assert fields.within(found, *path) == record


def test_half_a_character_becomes_a_question_mark() -> None:
    assert fields.text("dag \ud83d") == "dag ?"
    assert fields.text("dag 👋") == "dag 👋"


@pytest.mark.parametrize("value", [None, 7, "", "x" * 11, ["x"]])
def test_a_needed_text_that_is_none_names_its_field(value: object) -> None:
    with pytest.raises(BadInput) as failed:
        fields.needed_text({"a": value}, "a", "$.x.a", 10)

    assert failed.value.field == "$.x.a"


def test_a_needed_text_may_be_as_long_as_it_may() -> None:
    assert fields.needed_text({"a": "x" * 10}, "a", "$.a", 10) == "x" * 10


@pytest.mark.parametrize(
    ("value", "address"),
    [
        pytest.param("https://a.example/b", "https://a.example/b", id="https"),
        pytest.param(" http://a.example ", "http://a.example", id="http-between-spaces"),
        pytest.param("https://a.example/" + "b" * 2030, "https://a.example/" + "b" * 2030, id="just-short-enough"),
        pytest.param("https://a.example/" + "b" * 2031, None, id="too-long"),
        pytest.param("javascript:alert(1)", None, id="script"),
        pytest.param("HTTPS://a.example", None, id="capitals"),
        pytest.param("//a.example", None, id="no-scheme"),
        pytest.param(7, None, id="number"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_address_is_one_of_the_web_or_none(value: object, address: str | None) -> None:
    assert fields.address(value) == address


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("nl", "nl"),
        ("en-GB", "en-GB"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("n", None),
        ("nederlands", None),
        ("nl_NL", None),
        ("nl-" + "-".join(["abcdefgh"] * 4), None),
        ("", None),
        (7, None),
    ],
)
def test_language_is_a_tag_or_none(value: object, language: str | None) -> None:
    assert fields.language(value) == language


@pytest.mark.parametrize(
    ("value", "pixels"), [(1, 1), (99_999, 99_999), (0, None), (-1, None), (100_000, None), (True, None), ("7", None)]
)
def test_pixels_are_a_side_that_a_picture_can_have(value: object, pixels: int | None) -> None:
    assert fields.pixels(value) == pixels


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        pytest.param("1970-01-01T00:00:01Z", 1_000_000, id="utc"),
        pytest.param("1970-01-01T01:00:01+01:00", 1_000_000, id="with-a-zone"),
        pytest.param("1970-01-01T00:00:01.000007", 1_000_007, id="without-a-zone"),
        pytest.param("1969-12-31T23:59:59Z", -1_000_000, id="before-1970"),
        pytest.param("0001-01-01T00:00:00+14:00", -62_135_647_200_000_000, id="before-all-years"),
        pytest.param("gisteren", None, id="words"),
        pytest.param("2026-13-01T00:00:00Z", None, id="no-month"),
        pytest.param("1" * 10_000, None, id="long"),
        pytest.param("", None, id="nothing"),
        pytest.param(7, None, id="number"),
    ],
)
def test_moment_is_microseconds_since_1970_or_none(value: object, moment: int | None) -> None:
    assert fields.moment(value) == moment


_ZONES = (None, UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=9)))


@given(st.datetimes(timezones=st.sampled_from(_ZONES)))
def test_microseconds_lose_nothing(moment: datetime) -> None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fields.microseconds(moment)) == aware


@given(_JSON)
def test_whatever_it_is_there_comes_out_a_value_or_nothing(hostile: Any) -> None:
    assert fields.text(hostile).encode().decode() == fields.text(hostile)
    assert isinstance(fields.record_if_any(hostile), dict)
    assert isinstance(fields.list_if_any(hostile), list)
    assert isinstance(fields.within(hostile, "a", "b"), dict)
    for read in (fields.address, fields.language, fields.pixels, fields.moment):
        assert isinstance(read(hostile), str | int | None)
