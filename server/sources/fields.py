"""
The fields of what a network sends as JSON, read with care. Pure.

Whatever it holds, there comes out a value, nothing, or `BadInput` that names the field. What is not asked for means
nothing.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn, TypeGuard

from server.errors import BadInput

MAX_ADDRESS_CHARS = 2048
MAX_PIXELS = 99_999

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MAX_LANG_CHARS = 35
_MAX_MOMENT_CHARS = 64

Record = dict[str, object]


def decode(data: str | bytes) -> object:
    """
    JSON as Python values.

    Not by msgspec: it refuses all of an answer for half a character in one post.

    Raises:
        BadInput: `not-json`: it is something else, or a number or nesting is beyond reason.
    """
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as ex:
        raise BadInput("What came is not JSON.", code="not-json", field="$") from ex


def record(value: object, field: str) -> Record:
    """
    Raises:
        BadInput: It is no record.
    """
    if not isinstance(value, dict):
        unreadable(field, f"{field} must be a record.")
    return value


def record_if_any(value: object) -> Record:
    """A record; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def within(found: object, *path: str) -> Record:
    """The record to which *path* leads in *found*; an empty one where there is none."""
    for key in path:
        found = record_if_any(found).get(key)
    return record_if_any(found)


def list_if_any(value: object) -> list[object]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A text, or empty. Lone surrogates cannot be written down anywhere: they become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def needed_text(found: Record, key: str, field: str, max_chars: int) -> str:
    """
    Raises:
        BadInput: It is no text, an empty one, or longer than *max_chars*.
    """
    value = text(found.get(key))
    if not value or len(value) > max_chars:
        unreadable(field, f"{field} must be a text of 1 to {max_chars} characters.")
    return value


def address(value: object) -> str | None:
    """A web address, or None: nothing else may be fetched, followed or shown as a link."""
    found = text(value).strip()
    return found if found.startswith(("https://", "http://")) and len(found) <= MAX_ADDRESS_CHARS else None


def language(value: object) -> str | None:
    """A language tag, as `nl` or `en-GB`; None when it is none."""
    return value if isinstance(value, str) and len(value) <= _MAX_LANG_CHARS and _LANG.fullmatch(value) else None


def pixels(value: object) -> int | None:
    """The side of a picture, as its source claims it; None when it is none."""
    return value if is_whole(value) and 0 < value <= MAX_PIXELS else None


def is_whole(value: object) -> TypeGuard[int]:
    """A whole number. `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def moment(value: object) -> int | None:
    """ISO 8601 as UTC microseconds since 1970, without a zone in UTC; None for anything else."""
    if not isinstance(value, str) or len(value) > _MAX_MOMENT_CHARS:
        return None
    try:
        return microseconds(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def microseconds(moment: datetime) -> int:
    """UTC microseconds since 1970; a moment without a zone is in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def unreadable(field: str, message: str) -> NoReturn:
    """
    Raises:
        BadInput: Always: what a network sent cannot be read at *field*.
    """
    raise BadInput(message, code="unreadable", field=field)


def _no_constant(name: str) -> NoReturn:
    """JSON knows no NaN and no Infinity."""
    raise ValueError(name)
