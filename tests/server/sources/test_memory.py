from __future__ import annotations

from collections import OrderedDict

from server.sources.memory import remember


def test_the_oldest_is_forgotten_and_what_comes_again_is_new() -> None:
    memory: OrderedDict[str, int] = OrderedDict()

    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        remember(memory, key, value, most=2)

    assert list(memory.items()) == [("a", 3), ("c", 4)]


def test_as_much_as_may_be_is_remembered() -> None:
    memory: OrderedDict[str, None] = OrderedDict()

    for key in "abc":
        remember(memory, key, None, most=3)

    assert list(memory) == ["a", "b", "c"]
