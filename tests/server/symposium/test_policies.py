"""Who decides about new posts, and the brake."""

from __future__ import annotations

import pytest

from server.symposium import facts
from server.symposium.outcomes import Refused
from server.symposium.state import Brake
from server.symposium.values import Policy
from tests.server.symposium.day import ANNA, BRAM, SHOW, Day, code_of


@pytest.mark.parametrize("policy", Policy)
def test_a_policy_counts_from_its_entry_on_also_the_same_once_more(policy: Policy) -> None:
    day = Day()
    day.set_policy(policy)
    assert (day.state.policy, day.state.policy_seq) == (policy, day.seq)


class TestBrake:
    @pytest.mark.parametrize("policy", [Policy.KNOWN_PASS, Policy.RULES_DECIDE])
    def test_everything_waits_from_there_on(self, policy: Policy) -> None:
        day = Day(policy=policy)
        seen = day.seq
        day.arrive("before", verdict=SHOW)
        day.brake()
        at, seq = day.state.at, day.seq
        day.arrive("judged before", verdict=SHOW, seen=seen)
        day.arrive("after", verdict=SHOW)

        assert [day.status(p) for p in ("before", "judged before", "after")] == ["shown", "held", "held"]
        assert day.state.policy is Policy.EVERYTHING_WAITS
        assert day.state.brake == Brake(
            at=at, seq=seq, was=policy, posts_per_minute=91, new_percent=70, alike_percent=5
        )
        assert facts.policy_facts(day.state).brake == facts.BrakeFacts(
            at=at, was=policy, posts_per_minute=91, new_percent=70, alike_percent=5, held=2
        )

    def test_where_everything_waits_there_is_nothing_to_brake(self) -> None:
        day = Day(policy=Policy.EVERYTHING_WAITS)
        assert day.brake() == Refused(seq=day.seq, code="already-waits")
        assert facts.policy_facts(day.state) == facts.PolicyFacts(policy="everything-waits", brake=None)

    def test_it_does_not_trip_twice(self) -> None:
        day = Day()
        day.brake()
        assert code_of(day.brake()) == "already-waits"

    @pytest.mark.parametrize("policy", Policy)
    def test_whoever_sets_the_policy_ends_it(self, policy: Policy) -> None:
        day = Day()
        day.brake()
        day.set_policy(policy)
        assert (day.state.policy, day.state.brake) == (policy, None)

    def test_it_can_be_taken_back_like_a_persons_act(self) -> None:
        day = Day(policy=Policy.KNOWN_PASS)
        day.brake()
        assert code_of(day.undo_act(by=BRAM)) == "Done"
        assert (day.state.policy, day.state.brake, day.state.policy_seq) == (Policy.KNOWN_PASS, None, day.seq)

    def test_a_policy_taken_back_holds_the_brake_again(self) -> None:
        day = Day()
        day.brake()
        brake = day.state.brake
        day.set_policy(Policy.RULES_DECIDE, by=ANNA)
        day.undo_act()
        assert (day.state.policy, day.state.brake) == (Policy.EVERYTHING_WAITS, brake)


def test_a_verdict_from_before_the_rules_changed_is_overtaken() -> None:
    day = Day()
    seen = day.seq
    day.set_rules(posts_per_minute=1)
    day.arrive("late", verdict=SHOW, seen=seen)
    day.arrive("in time", verdict=SHOW)
    assert (day.status("late"), day.post("late").verdict.rule) == ("held", "overtaken")
    assert day.status("in time") == "shown"
