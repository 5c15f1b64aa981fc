"""Pulses that newcomers hear too."""

from __future__ import annotations

import json

import pytest

from server.live.pulses import Pulses
from tests.server.live.reader import split


def heard(pulses: Pulses, now_s: float) -> list[tuple[str, int]]:
    """Key and time left of each, as a newcomer hears them."""
    messages = [json.loads(payload) for _, payload in split(pulses.frames(now_s=now_s))]
    return [(message["key"], message["ttl"]) for message in messages]


def test_pulse_reaches_newcomers_with_the_time_that_is_left() -> None:
    pulses = Pulses(8)
    pulses.add("claim", "p1", "Anna", 15, now_s=100.0)

    assert heard(pulses, 109.5) == [("p1", 6)]


def test_pulse_is_gone_when_its_time_is_over() -> None:
    pulses = Pulses(8)
    pulses.add("claim", "p1", "Anna", 15, now_s=100.0)
    pulses.add("claim", "p2", "Bob", 30, now_s=100.0)

    assert heard(pulses, 115.0) == [("p2", 15)]


def test_pulse_takes_the_place_of_the_one_before_of_its_topic_and_key() -> None:
    pulses = Pulses(8)
    pulses.add("claim", "p1", "Anna", 15, now_s=100.0)
    pulses.add("claim", "p1", "Bob", 15, now_s=105.0)

    assert heard(pulses, 105.0) == [("p1", 15)]


def test_pulses_over_the_bound_push_out_the_dead_and_then_the_oldest() -> None:
    pulses = Pulses(2)
    pulses.add("t", "short", 0, 1, now_s=0.0)
    pulses.add("t", "old", 0, 30, now_s=0.5)
    pulses.add("t", "new", 0, 30, now_s=2.0)
    before = heard(pulses, 2.0)
    pulses.add("t", "newest", 0, 30, now_s=3.0)

    assert [key for key, _ in before] == ["old", "new"]
    assert [key for key, _ in heard(pulses, 3.0)] == ["new", "newest"]


@pytest.mark.parametrize("ttl_s", [-1, 0, 31])
def test_pulse_lives_1_to_30_seconds(ttl_s: int) -> None:
    with pytest.raises(ValueError, match="1 to 30"):
        Pulses(8).add("t", "k", 0, ttl_s, now_s=0.0)
