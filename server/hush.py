"""Secrets that this process knows, and a log that repeats none of them: not even when somebody else says them to us."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from typing import Final
from urllib.parse import quote

MIN_CHARS: Final = 6
"""What is shorter is no secret, and taking it out would leave no log."""

MAX_TRIED: Final = 2_000
"""Secrets that were only tried: the newest. There is no end to those that somebody may try."""

_kept: set[str] = set()
_tried: OrderedDict[str, None] = OrderedDict()


def hush(secret: str, *, kept: bool) -> None:
    """
    Let no log of this process repeat *secret*, nor a part of it: that of a hook holds a newer and an older one.

    Args:
        kept: It is in use. It is never forgotten, however many others are tried.
    """
    for word in re.split(r"[\s;]+", secret):
        if len(word) >= MIN_CHARS:
            for written in (word, quote(word, safe="")):
                if kept:
                    _kept.add(written)
                else:
                    _tried[written] = None
                    _tried.move_to_end(written)
    while len(_tried) > MAX_TRIED:
        _tried.popitem(last=False)


def hushed(text: str) -> str:
    """*text* without any secret, the longest first: one may begin as another does."""
    for secret in sorted(filter(text.__contains__, {*_kept, *_tried}), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


class Hushed(logging.Formatter):
    """A line of the log with all that belongs to it, as the words of an error, and without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return hushed(super().format(record))
