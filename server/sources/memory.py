"""What a source remembers of the newest things; the oldest are forgotten, so that it never takes more room."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


def remember(memory: OrderedDict[_K, _V], key: _K, value: _V, *, most: int) -> None:
    """Put *key* in *memory* as its newest, with *value*, and forget the oldest beyond *most*."""
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > most:
        memory.popitem(last=False)
