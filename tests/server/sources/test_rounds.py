from __future__ import annotations

import random

from server.sources.rounds import Round

TEN = [f"{number}" for number in range(10)]


def turn(rounds: Round, ids: list[str], most: int) -> list[str]:
    chosen = rounds.first(ids, most)
    rounds.looked(chosen)
    return chosen


def test_all_get_their_turn_and_then_again_in_the_same_order() -> None:
    rounds = Round()

    turns = [turn(rounds, TEN, 4) for _ in range(5)]

    assert turns == [TEN[:4], TEN[4:8], [*TEN[8:], *TEN[:2]], TEN[2:6], TEN[6:]]


def test_looking_at_one_in_between_puts_off_nobody() -> None:
    rounds = Round()
    assert turn(rounds, TEN, 4) == TEN[:4]

    assert turn(rounds, ["a stranger"], 4) == ["a stranger"]
    assert turn(rounds, TEN[5:6], 4) == TEN[5:6]

    assert turn(rounds, TEN, 4) == [TEN[4], *TEN[6:9]]


def test_new_ones_without_end_put_off_nobody() -> None:
    rounds, ids = Round(), [*TEN]
    seen = set[str]()
    for number in range(10, 40, 3):  # three new ones before each turn of four, and the newest come first
        ids = [f"{number}", f"{number + 1}", f"{number + 2}", *ids]
        seen.update(turn(rounds, ids, 4))

    assert seen.issuperset(TEN)


def test_what_is_asked_for_twice_is_looked_at_once() -> None:
    assert Round().first(["a", "b", "a"], 5) == ["a", "b"]


def test_each_is_looked_at_in_time_whatever_is_asked_for(rng: random.Random) -> None:
    rounds, last = Round(), dict.fromkeys(TEN, 0)
    for now in range(1, 200):
        between = turn(rounds, rng.sample(TEN, 2), 4) if rng.random() < 0.5 else []
        last |= dict.fromkeys([*between, *turn(rounds, TEN, 4)], now)
        assert now - min(last.values()) <= 3


def test_memory_has_an_end() -> None:
    rounds = Round(most=5)

    for _ in range(4):
        assert len(turn(rounds, TEN, 4)) == 4

    assert len(rounds._places) == 5
