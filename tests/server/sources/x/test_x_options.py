from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.manifest import BUILT_IN, link_only, read_manifest
from server.sources.x.options import MAX_QUERY_CHARS, Way, parse_options

GIVEN: dict[str, Any] = {"agreement": True, "token": "geheim", "tags": ["DemoConf"]}


def test_options_with_everything_left_out() -> None:
    options = parse_options(GIVEN)

    assert options.query == "(#DemoConf) -is:retweet -is:nullcast"
    assert (options.way, options.poll_interval_s, options.tags) == (Way.SEARCH, 30, frozenset({"democonf"}))
    assert (options.dollars_per_day, options.dollars_per_month) == (5, 25)


def test_tags_are_asked_for_as_written_and_each_once() -> None:
    options = parse_options(GIVEN | {"tags": ["#Café2026", "cafe2026", "ＺａａｌVol"]})

    assert options.query == "(#Café2026 OR #ＺａａｌVol) -is:retweet -is:nullcast"
    assert options.tags == {"cafe2026", "zaalvol"}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        pytest.param({"agreement": False}, "agreement", id="no-agreement"),
        pytest.param({"agreement": ""}, "agreement", id="agreement-left-out"),
        pytest.param({"agreement": "yes"}, "agreement", id="agreement-is-a-word"),
        pytest.param({"token": ""}, "token", id="no-token"),
        pytest.param({"token": "a\nb"}, "token", id="token-of-two-lines"),
        pytest.param({"token": "tøken"}, "token", id="token-with-accents"),
        pytest.param({"tags": []}, "tags", id="no-tags"),
        pytest.param({"tags": "x"}, "tags", id="tags-is-a-word"),
        pytest.param({"tags": ["x", 7]}, "tags", id="tag-is-a-number"),
        pytest.param({"tags": ["2026"]}, "tags", id="digits-only"),
        pytest.param({"tags": ["x OR from:somebody"]}, "tags", id="a-query-of-its-own"),
        pytest.param({"tags": [f"tag{n}" for n in range(11)]}, "tags", id="too-many"),
        pytest.param({"tags": ["x" * 90 + str(n) for n in range(10)]}, "tags", id="too-long-together"),
        pytest.param({"way": "webhook"}, "way", id="unknown-way"),
        pytest.param({"poll_interval_s": 9}, "poll_interval_s", id="hasty"),
        pytest.param({"since": "soon"}, "since", id="since"),
        pytest.param({"dollars_per_day": "0"}, "dollars_per_day", id="nothing-per-day"),
        pytest.param({"dollars_per_month": "veel"}, "dollars_per_month", id="no-number"),
        pytest.param({"reads": 1}, "reads", id="unknown"),
    ],
)
def test_wrong_option_is_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as error:
        parse_options(GIVEN | options)

    assert error.value.field == field


def test_options_do_not_print_the_token() -> None:
    assert parse_options(GIVEN).token == "geheim"
    assert "geheim" not in repr(parse_options(GIVEN))


def _query_for(tags: list[str]) -> str:
    """That of one hashtag where *tags* are refused."""
    try:
        return parse_options(GIVEN | {"tags": tags}).query
    except BadInput:
        return parse_options(GIVEN).query


@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_hashtag_can_ask_for_more_than_itself(tags: list[str]) -> None:
    """An organiser pays for what the query matches."""
    query = _query_for(tags)
    inner = query.removeprefix("(").removesuffix(") -is:retweet -is:nullcast")
    assert all(each.startswith("#") and not set(each) & set(' ()"-:') for each in inner.split(" OR "))
    assert len(query) <= MAX_QUERY_CHARS


def test_manifest_and_options_name_the_same() -> None:
    manifest = read_manifest(BUILT_IN / "x")
    filled = {
        "agreement": True,
        "token": "t",
        "tags": ["x"],
        "way": "stream",
        "poll_interval_s": 60,
        "since": "2026-11-21T09:00:00+01:00",
        "dollars_per_day": "10",
        "dollars_per_month": "100",
    }

    assert {option.name for option in manifest.options} == set(filled)
    assert parse_options(filled).way is Way.STREAM


def test_every_choice_that_is_offered_is_taken() -> None:
    for option in read_manifest(BUILT_IN / "x").options:
        for choice in option.choices:
            parse_options(GIVEN | {option.name: choice.value})


def test_words_of_posts_are_not_exported() -> None:
    assert "x" in link_only()
    assert "mastodon" not in link_only()


def test_readme_names_every_option() -> None:
    readme = (Path(BUILT_IN) / "x" / "README.md").read_text(encoding="utf-8")

    assert [option.name for option in read_manifest(BUILT_IN / "x").options if f"`{option.name}`" not in readme] == []
