"""Which part of a file somebody asks for. Source: RFC 9110, chapter 14: one range of bytes; of several, all is sent."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Span(NamedTuple):
    """Bytes from `start` up to, not with, `end`."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """The range lies behind the end of the file."""


def asked(header: str | None, size: int) -> Span | None:
    """
    The part that a Range header asks for; None for the whole: without a header, or with one that we do not serve.

    Raises:
        Unsatisfiable: 416.
    """
    match = _RANGE.fullmatch((header or "").replace(" ", "").lower())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        if length == 0:
            raise Unsatisfiable
        return Span(size - length, size)
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None  # not a range at all: to be ignored
    if start >= size:
        raise Unsatisfiable
    return Span(start, end)
