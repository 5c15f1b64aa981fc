"""Who dresses a word or a name up is seen through, and who does not is left alone: each with its nearest neighbour."""

from __future__ import annotations

import time
from typing import Any

import pytest

from server.intake import homoglyphs
from server.intake.arrival import Arrival
from server.intake.lexicon import lexicon, says, tokens
from server.intake.links import links
from server.intake.rules import Rules
from server.intake.verdict import Circumstances, judge
from server.symposium.values import PHONE, AuthorKey, Hold, Policy, Reason, Reject, RuleId, Show, SourceId, Verdict

SALT = "5a" * 16
SHOWN = Show(rule=RuleId("policy"))
NAME = Hold(rule=RuleId("names"), found=None)
MILD = Hold(rule=RuleId("words"), found="mild")
SEVERE = Reject(rule=RuleId("words"), reason=Reason.HURTFUL, found="severe")


def verdict(text: str = "Welkom allemaal", *, rules: Rules | None = None, **fields: Any) -> Verdict:
    """Of somebody on a network, where the rules alone decide."""
    given = {"source": SourceId("mastodon-1"), "network": "mastodon", "author_id": "a", "native_id": "1"} | fields
    known = Circumstances(policy=Policy.RULES_DECIDE, author=AuthorKey("anna"), rules=rules or Rules())
    return judge(Arrival(**given, text=text), known, salt=SALT).verdict


NAMES: list[Any] = [
    pytest.param({"handle": "@admin@social.example"}, NAME, id="short-name-before-its-server"),
    pytest.param({"handle": "@anna@admin.example"}, SHOWN, id="server-is-no-name"),
    pytest.param({"handle": "@admin:matrix.example"}, NAME, id="short-name-before-its-homeserver"),
    pytest.param({"handle": "@anna:admin.example"}, SHOWN, id="homeserver-is-no-name"),
    pytest.param({"name": "host\ufc5eteam"}, NAME, id="space-inside-a-letter"),
    pytest.param({"name": "ghost\ufc5ewriter"}, SHOWN, id="space-inside-a-letter-of-others"),
    pytest.param({"name": "politieteam"}, NAME, id="long-name-inside"),
    pytest.param({"name": "adminteam"}, SHOWN, id="short-name-inside"),
]


@pytest.mark.parametrize(("fields", "expected"), NAMES)
def test_name_of_the_organisation_waits(fields: dict[str, Any], expected: Verdict) -> None:
    assert verdict(**fields) == expected


@pytest.mark.parametrize(
    ("reserved", "expected"), [("bakker", NAME), ("bakke", SHOWN)], ids=["six-letters", "five-letters"]
)
def test_name_of_six_letters_is_found_inside_another(reserved: str, expected: Verdict) -> None:
    assert verdict(name="deBakkerij", rules=Rules(reserved_names=(reserved,))) == expected


WORDS: list[Any] = [
    pytest.param("куѕ", {}, MILD, id="severe-word-of-another-script-only"),
    pytest.param("kуѕ", {}, SEVERE, id="severe-word-with-one-letter-of-ours"),
    pytest.param("привет", {}, SHOWN, id="greeting"),
    pytest.param("Hallo", {"handle": "@nikker@a.example"}, SEVERE, id="severe-handle"),
    pytest.param("Hallo", {"handle": "@idioot@a.example"}, MILD, id="mild-handle"),
    pytest.param("Hallo", {"handle": "@anna@a.example"}, SHOWN, id="handle"),
]


@pytest.mark.parametrize(("text", "fields", "expected"), WORDS)
def test_hurtful_word_is_found_wherever_it_stands(text: str, fields: dict[str, Any], expected: Verdict) -> None:
    assert verdict(text, **fields) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wat een k!ke", True),
        ("wat een k!ke!", True),
        ("wat een k!ke!!!", True),
        ("wat een k!ke|", True),
        ("wat een k!kes!", False),
        ("b o m", True),
        ("b.o.m", True),
        ("bo m", False),
        ("b o", False),
    ],
)
def test_sign_behind_a_word_and_spaces_inside_it_hide_nothing(text: str, found: bool) -> None:
    assert says(tokens(text), lexicon(("kike", "bom"))) is found


def test_two_letters_that_stand_apart_are_no_word() -> None:
    """A row of two says too much: `o k`, `1 a`."""
    assert not says(tokens("o k"), lexicon(("ok",)))


@pytest.mark.parametrize("dot", ["。", "．", "｡", "."])
def test_dot_of_another_script_makes_a_link_all_the_same(dot: str) -> None:
    assert links(f"kijk op evil{dot}com nu") == ("evil.com",)


@pytest.mark.parametrize(
    ("written", "is_noted"), [("NL", False), ("nl-BE", False), ("EN-GB", False), ("DE", True), (None, False)]
)
@pytest.mark.parametrize("spoken", [("nl", "en"), ("NL", "En-US")])
def test_capitals_make_no_other_language(written: str | None, is_noted: bool, spoken: tuple[str, ...]) -> None:
    arrival = Arrival(source=PHONE, network="phone", author_id="a", text="Welkom", lang=written)
    known = Circumstances(policy=Policy.RULES_DECIDE, author=AuthorKey("anna"), rules=Rules(languages=spoken))

    assert ("language:other-language" in judge(arrival, known, salt=SALT).notes) is is_noted


def test_marks_in_a_row_cost_what_letters_cost() -> None:
    """Sorted whole, a row of twice as many takes four times as long. N is compared with 8 N, and not with a limit."""

    def seconds(pairs: int) -> float:
        row = "a" + "\u0301\u0316" * pairs
        started = time.thread_time()
        homoglyphs.compatible(row)
        return time.thread_time() - started

    once, eight_times = (min(seconds(pairs) for _ in range(5)) for pairs in (4_000, 32_000))

    assert eight_times < 24 * once, "8 where it is linear, 64 where it is not"
