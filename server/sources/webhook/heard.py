"""
What came in at a hook, for its health: the door notes it, the source that runs tells it.

They share no more than the secrets of the hook, so these say which is which. In memory: a restart begins to count anew.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from server.sources.webhook.options import Secret
from server.symposium.values import SourceId

_MAX: Final = 1_000


class Heard:
    """How much came in at one hook. `changed` is set at each change, for who tells of it."""

    def __init__(self) -> None:
        self.posts = 0
        self.refused = 0
        self.left_out = 0
        self.proved = False
        """Whether anything ever came with a good signature."""
        self.trouble = ""
        """Why the last one that somebody signed was refused; empty: none was."""
        self.changed = asyncio.Event()

    def note(self, *, posts: int = 0, left_out: int = 0) -> None:
        """Count what came in with a good signature."""
        self.posts += posts
        self.left_out += left_out
        self.proved = True
        self.changed.set()

    def refuse(self, why: str = "") -> None:
        """
        Count what nobody knows the sender of.

        Args:
            why: Of one that was signed, as its profile does: then it may be our sender, with another secret. Empty for
                what is not: anybody who knows the address can send that.
        """
        self.refused += 1
        self.trouble = why or self.trouble
        self.changed.set()


_heard: OrderedDict[bytes, Heard] = OrderedDict()


def heard_of(source: SourceId, secrets: Sequence[Secret]) -> Heard:
    """What was heard at the hook that any of *secrets* belongs to: the same over a change of secret."""
    names = [hashlib.sha256(f"{source} {each.written}".encode()).digest() for each in secrets]
    found = next((_heard[name] for name in names if name in _heard), None) or Heard()
    for name in names:
        _heard[name] = found
        _heard.move_to_end(name)
    while len(_heard) > _MAX:
        _heard.popitem(last=False)
    return found
