"""Rules as data: how an organiser reads and changes them, and how a journal keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from server.errors import BadInput
from server.intake import text
from server.intake.rules import ALWAYS, ORDER, Rules
from server.symposium.values import RuleId

Data = Mapping[str, int | Sequence[str]]

NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "posts_per_minute": (1, 600),
        "alike_percent": (50, 100),
        "alike_length": (1, 500),
        "flood_posts": (1, 500),
        "flood_authors": (1, 500),
        "new_account_days": (1, 365),
        "window_hours": (0, 24 * 366),
        "brake_posts_per_minute": (1, 3_000),
        "brake_new_percent": (1, 100),
        "brake_alike_percent": (1, 100),
    }
)
"""The numbers that can be set, with the least and the most."""

WORDS = ("severe", "mild", "emergency", "reserved_names", "shorteners")
"""The lists of words that can be set."""

MAX_WORDS = 1_000
MAX_WORD = 80
"""Code points."""


def data_of(rules: Rules) -> dict[str, int | tuple[str, ...]]:
    """*rules* as a journal keeps them, whole: what the program's own become later does not change them."""
    numbers: dict[str, int | tuple[str, ...]] = {name: getattr(rules, name) for name in NUMBERS}
    return {"order": tuple(rules.order), **numbers, **{name: getattr(rules, name) for name in WORDS}}


def rules_of(data: Data, base: Rules) -> Rules:
    """
    The rules that a journal keeps. Never fails: what this program does not know is passed over, as another version's.

    Args:
        base: Where *data* says nothing.
    """
    found: dict[str, Any] = {}
    order = data.get("order")
    if not isinstance(order, int) and order is not None:
        known = [RuleId(rule) for rule in dict.fromkeys(order) if rule in ORDER]
        found["order"] = tuple(dict.fromkeys((*(rule for rule in ORDER if rule in ALWAYS - set(known)), *known)))
    for name, (least, most) in NUMBERS.items():
        number = data.get(name)
        if isinstance(number, int):
            found[name] = min(max(number, least), most)
    for name in WORDS:
        words = data.get(name)
        if words is not None and not isinstance(words, int):
            found[name] = tuple(words)
    return msgspec.structs.replace(base, **found)


def changed(base: Rules, data: Data) -> Rules:
    """
    *base* with what a person wants otherwise.

    Raises:
        BadInput: Something is unknown or out of bounds; `field` says which, as `$.words.mild[3]`.
    """
    found: dict[str, Any] = {}
    for name, value in data.items():
        if name == "order" and not isinstance(value, int):
            found[name] = tuple(RuleId(rule) for rule in value)  # `Rules` itself looks at these
        elif name in NUMBERS and isinstance(value, int):
            found[name] = _number(name, value)
        elif name in WORDS and not isinstance(value, int):
            found[name] = _words(name, value)
        else:
            raise BadInput(f'There is no such setting of the rules: "{name[:40]}".', field="$")
    return msgspec.structs.replace(base, **found)


def _number(name: str, value: int) -> int:
    least, most = NUMBERS[name]
    if not least <= value <= most:
        raise BadInput(f"{name} is a number from {least} to {most}.", field=f"$.numbers.{_camel(name)}")
    return value


def _words(name: str, words: Sequence[str]) -> tuple[str, ...]:
    field = f"$.words.{_camel(name)}"
    if len(words) > MAX_WORDS:
        raise BadInput(f"A list has at most {MAX_WORDS} words.", field=field)
    return tuple(dict.fromkeys(_word(word, f"{field}[{number}]") for number, word in enumerate(words)))


def _word(word: str, field: str) -> str:
    cleaned = text.clean(word, lines=False)
    if not any(letter.isalnum() for letter in cleaned) or len(cleaned) > MAX_WORD:
        raise BadInput(f"A word has a letter or a digit, and at most {MAX_WORD} characters.", field=field)
    return cleaned


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
