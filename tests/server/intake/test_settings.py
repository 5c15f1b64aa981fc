"""Rules as data: out to a journal, back again, and as a person changes them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.intake import settings
from server.intake.rules import ALWAYS, ORDER, Rules
from server.intake.settings import changed, data_of, rules_of
from server.symposium.values import RuleId

BASE = Rules()


def test_what_goes_into_a_journal_comes_out_of_it() -> None:
    rules = Rules(order=(RuleId("links"), RuleId("banned"), RuleId("emergency")), mild=("kropsla",), flood_posts=9)
    written = msgspec.json.decode(msgspec.json.encode(data_of(rules)))
    assert rules_of(written, BASE) == rules


def test_every_setting_of_the_rules_is_data_but_the_languages() -> None:
    assert set(data_of(BASE)) == set(Rules.__struct_fields__) - {"languages"}
    assert set(data_of(BASE)) == {"order", *settings.NUMBERS, *settings.WORDS}


def test_the_programs_own_are_within_their_bounds() -> None:
    assert changed(BASE, data_of(BASE)) == BASE


class TestOfAJournal:
    @pytest.mark.parametrize(
        ("data", "field", "value"),
        [
            ({"order": ["links", "weather"]}, "order", ("banned", "emergency", "links")),
            ({"order": ["links", "banned", "links"]}, "order", ("emergency", "links", "banned")),
            ({"order": []}, "order", ("banned", "emergency")),
            ({"flood_posts": 0}, "flood_posts", 1),
            ({"brake_new_percent": 1_000}, "brake_new_percent", 100),
            ({"flood_posts": ["a"]}, "flood_posts", BASE.flood_posts),
            ({"mild": 3}, "mild", BASE.mild),
            ({"mild": []}, "mild", ()),
        ],
    )
    def test_what_another_version_wrote_is_read_as_far_as_it_goes(self, data: Any, field: str, value: Any) -> None:
        assert getattr(rules_of(data, BASE), field) == value

    def test_what_is_not_known_is_passed_over(self) -> None:
        assert rules_of({"weather": 3}, BASE) == BASE

    @given(
        st.dictionaries(
            st.sampled_from(("order", "weather", *settings.NUMBERS, *settings.WORDS)),
            st.integers() | st.lists(st.sampled_from((*ORDER, "weather", "")), max_size=5),
        )
    )
    def test_it_never_fails_and_never_switches_off_what_cannot_be(self, data: Any) -> None:
        assert set(rules_of(data, BASE).order) >= ALWAYS


class TestByAPerson:
    def test_only_what_is_said_changes(self) -> None:
        assert changed(BASE, {"posts_per_minute": 3}) == msgspec.structs.replace(BASE, posts_per_minute=3)

    def test_words_are_cleaned_and_said_once(self) -> None:
        assert changed(BASE, {"mild": (" krop\u202esla ", "kropsla", "bloem*")}).mild == ("kropsla", "bloem*")

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"order": ("links",)}, "$.order"),
            ({"order": (*ORDER, "weather")}, "$.order"),
            ({"order": (*ORDER, "links")}, "$.order"),
            ({"posts_per_minute": 0}, "$.numbers.postsPerMinute"),
            ({"alike_percent": 101}, "$.numbers.alikePercent"),
            ({"mild": ("ok", "*")}, "$.words.mild[1]"),
            ({"reserved_names": ("x" * 81,)}, "$.words.reservedNames[0]"),
            ({"severe": ("a",) * 1_001}, "$.words.severe"),
            ({"languages": ("nl",)}, "$"),
            ({"mild": 3}, "$"),
        ],
    )
    def test_what_cannot_be_is_refused_and_named(self, data: Any, field: str) -> None:
        with pytest.raises(BadInput) as refused:
            changed(BASE, data)
        assert refused.value.field == field
