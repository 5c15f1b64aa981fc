"""The rules: read, changed, tried dry; and the brake, from the first post to the key that ends it."""

from __future__ import annotations

from typing import Any

import pytest

from server.intake.rules import ORDER, Rules
from server.symposium.state import Brake
from server.symposium.values import OPERATOR, Policy
from tests.house import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def put(place: Place, **rules: Any) -> Any:
    answer = await place.holder("moderator").ask("PUT", "rules", rules)
    assert answer.status == 200
    return answer.json


async def reset(place: Place) -> None:
    await place.hall.node.set_rules(OPERATOR, Rules())


async def test_they_begin_as_the_programs_own(place: Place) -> None:
    told = (await place.holder("moderator").get("rules")).json
    assert [each["id"] for each in told["order"]] == list(ORDER)
    assert all(each["on"] for each in told["order"])
    assert {each["id"] for each in told["order"] if each["always"]} == {"banned", "emergency"}
    assert told["numbers"]["postsPerMinute"] == {"value": 6, "least": 1, "most": 600}
    assert told["words"]["reservedNames"] == list(Rules().reserved_names)
    assert told["changed"] is None


async def test_a_change_holds_for_the_next_post_and_says_who(place: Place) -> None:
    assert (await place.arrive("De kropsla is op")).verdict.rule == "policy"

    told = await put(place, words={"mild": ["kropsla"]}, numbers={"floodPosts": 9})

    assert told["seq"] == place.seq
    assert (told["words"]["mild"], told["numbers"]["floodPosts"]["value"]) == (["kropsla"], 9)
    assert told["words"]["severe"] == list(Rules().severe)
    assert told["changed"]["by"] == "Badge moderator"
    assert (await place.arrive("Alweer geen kropsla!")).verdict.rule == "words"
    await reset(place)


async def test_a_rule_can_be_switched_off_and_stands_below_those_that_are_on(place: Place) -> None:
    on = [rule for rule in reversed(ORDER) if rule != "photos"]
    told = await put(place, order=on)
    assert [each["id"] for each in told["order"]] == [*on, "photos"]
    assert [each["id"] for each in told["order"] if not each["on"]] == ["photos"]
    await reset(place)


async def test_hits_count_what_was_found(place: Place) -> None:
    def of(told: Any) -> int:
        return int(next(each["hits"] for each in told["order"] if each["id"] == "personal-data"))

    before = (await place.holder("moderator").get("rules")).json
    await place.arrive("bel 06 12 34 56 78")
    after = (await place.holder("moderator").get("rules")).json
    assert (of(after), after["posts"]) == (of(before) + 1, before["posts"] + 1)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"order": ["links"]}, "$.order"),
        ({"numbers": {"postsPerMinute": 0}}, "$.numbers.postsPerMinute"),
        ({"numbers": {"weather": 3}}, "$.numbers"),
        ({"words": {"mild": ["*"]}}, "$.words.mild[0]"),
        ({"words": {"mild": [3]}}, "$.words.mild[0]"),
        ({"weather": 1}, "$"),
    ],
)
@pytest.mark.parametrize("dry", [False, True])
async def test_what_cannot_be_is_refused(place: Place, rules: Any, field: str, dry: bool) -> None:
    before = place.seq
    moderator = place.holder("moderator")
    if dry:
        answer = await moderator.ask("POST", "rules/dry-runs", {"rules": rules})
    else:
        answer = await moderator.ask("PUT", "rules", rules)
    assert (answer.status, place.seq) == (422, before)
    assert answer.json["field"] in (field, field.replace("$", "$.rules", 1))


async def test_a_dry_run_says_what_would_be_otherwise_and_changes_nothing(place: Place) -> None:
    post = await place.arrive("Hier staat het woord andijvie in")
    before = place.seq

    rules = {"words": {"mild": ["andijvie"]}}
    answer = await place.holder("moderator").ask("POST", "rules/dry-runs", {"rules": rules})

    mine = next(each for each in answer.json["changed"] if each["id"] == post.id)
    assert mine == {
        "id": post.id,
        "name": "",
        "text": "Hier staat het woord andijvie in",
        "was": {"verdict": "hold", "rule": "policy", "found": None},
        "now": {"verdict": "hold", "rule": "words", "found": "mild"},
    }
    assert answer.json["hits"]["words"] >= 1
    assert 1 <= answer.json["posts"] <= 200
    assert place.seq == before
    assert place.hall.node.rules() == Rules()


async def test_the_present_rules_tried_dry_change_nothing(place: Place) -> None:
    answer = await place.holder("moderator").ask("POST", "rules/dry-runs", {"rules": {}})
    assert answer.json["changed"] == []


async def test_they_are_taken_back_like_any_act(place: Place) -> None:
    seq = (await put(place, numbers={"postsPerMinute": 2}))["seq"]
    assert (await place.holder("organiser").ask("POST", "undos", {"seq": seq})).status == 200
    assert place.hall.node.rules() == Rules()


# The brake


def said(number: int) -> str:
    """Something of one's own."""
    return "abcdefghijkl"[number] * 15


async def test_newcomers_in_a_row_make_everything_wait_until_somebody_has_looked(place: Place) -> None:
    node, moderator = place.hall.node, place.holder("moderator")
    await node.set_rules(OPERATOR, Rules(brake_posts_per_minute=5))
    await node.set_policy(OPERATOR, Policy.RULES_DECIDE)

    told = [(await place.arrive(said(number), device=f"newcomer-{number}")).status for number in range(8)]

    assert told == ["shown"] * 5 + ["held"] * 3
    assert (node.state.policy, type(node.state.brake)) == (Policy.EVERYTHING_WAITS, Brake)
    assert node.state.brake is not None
    assert (node.state.brake.was, node.state.brake.posts_per_minute, node.state.brake.new_percent) == (
        "rules-decide", 6, 100,
    )  # fmt: skip
    assert (await moderator.ask("PUT", "policy", {"policy": "rules-decide"})).status == 200
    assert (await place.arrive(said(9), device="one-more")).status == "shown"
    await node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
    await reset(place)


async def test_where_everything_waits_nothing_is_counted(place: Place) -> None:
    node = place.hall.node
    await node.set_rules(OPERATOR, Rules(brake_posts_per_minute=1))
    for number in range(8):
        await place.arrive(said(number), device=f"patient-{number}")
    assert node.state.brake is None
    await reset(place)
