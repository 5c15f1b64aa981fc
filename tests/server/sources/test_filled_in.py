"""What an organiser fills in, at its edges: what moves a secret, what is a number, and what a broken plugin leaves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from server.errors import BadInput
from server.sources.html import MAX_HTML_TAGS, html_to_text
from server.sources.manifest import load
from server.sources.setting import read_options
from tests.server.sources.test_manifest import _plugin
from tests.server.sources.test_setting import EVERYTHING, manifest, option

DOOR = manifest(option("server", "text", place=True), option("tls", "switch"), option("password", "secret"))


@pytest.mark.parametrize(
    ("before", "now"), [({"tls": True}, {"tls": False}), ({"tls": True}, {}), ({}, {"tls": False})]
)
def test_secret_is_given_anew_before_anybody_on_the_way_can_read_it(before: Any, now: Any) -> None:
    kept = read_options(DOOR, {"server": "a.example", "password": "geheim", **before})

    with pytest.raises(BadInput) as refused:
        read_options(DOOR, {"server": "a.example", **now}, kept)

    assert refused.value.code == "secret-again"
    again = read_options(DOOR, {"server": "a.example", "password": "geheim", **now}, kept)
    assert again.secrets == {"password": "geheim"}


def test_secret_stays_where_nothing_of_the_way_changes() -> None:
    """The negative control."""
    given = {"server": "a.example", "tls": True}
    kept = read_options(DOOR, given | {"password": "geheim"})

    assert read_options(DOOR, given, kept) == kept


@pytest.mark.parametrize("value", [True, False, 5.0, "5", [5]])
def test_only_a_whole_number_is_one_of_seconds(value: object) -> None:
    limitless = manifest(option("pause", "seconds"))

    with pytest.raises(BadInput) as refused:
        read_options(limitless, {"pause": value})

    assert refused.value.field == "$.options.pause"


@pytest.mark.parametrize(("value", "fits"), [(1, False), (2, True), (9, True), (10, False)])
def test_seconds_are_within_their_bounds(value: int, fits: bool) -> None:
    if fits:
        assert read_options(EVERYTHING, {"pause": value}).options["pause"] == value
        return
    with pytest.raises(BadInput):
        read_options(EVERYTHING, {"pause": value})


def test_plugin_that_fails_halfway_is_read_anew_when_it_is_mended(tmp_path: Path) -> None:
    """What it had already said of itself would stand for the whole."""
    folder = _plugin(tmp_path, code="def create(*a): return 'half'\nraise RuntimeError('halfway')")
    before = {*sys.modules}
    for _ in range(2):
        with pytest.raises(BadInput, match="halfway"):
            load(folder)
    assert not [name for name in {*sys.modules} - before if "echo" in name]

    (folder / "__init__.py").write_text("def create(*a):\n    return 'the whole of it'  # mended\n")

    create: Any = load(folder)
    assert create() == "the whole of it"


@pytest.mark.parametrize(("pairs", "is_kept"), [(MAX_HTML_TAGS // 2, True), (MAX_HTML_TAGS // 2 + 1, False)])
def test_html_keeps_its_paragraphs_up_to_the_bound(pairs: int, is_kept: bool) -> None:
    text = html_to_text("<p>a</p>" * pairs)

    assert text.split() == ["a"] * pairs
    assert ("a\n\na" in text) is is_kept
