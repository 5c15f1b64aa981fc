"""Where a source is, as the text that is kept of it. Pure, but for the log."""

from __future__ import annotations

import hashlib
import logging
from typing import TypeVar

import msgspec

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def read_cursor(cursor: str | None, kind: type[_T], *, instead: str) -> _T | None:
    """
    What *cursor* holds. None where there is none, and where it cannot be read: posts may come again then, and for most
    networks none is missed.

    Args:
        instead: For the log: what the source does without it.
    """
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(cursor, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        _log.warning("The saved position of a source cannot be read; %s", instead)
        return None


def write_cursor(place: object) -> str:
    """The other way round. The same place is the same text."""
    return msgspec.json.encode(place, order="sorted").decode()


def check_key(key: str) -> None:
    """
    For a key of hashes that is kept in a cursor, in hexadecimal.

    Raises:
        ValueError: It is none, or no key for BLAKE2b.
    """
    if not 1 <= len(bytes.fromhex(key)) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise ValueError("a key of hashes has 1 to 64 bytes")
