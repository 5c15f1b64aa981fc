"""
What a source does is checked at the door. A plug-in is a stranger's program: its mistakes are its own trouble alone.

Two things come by here: what it hands over (`fit_event`, `fit`), since one wrong type must not reach what all sources
share; and what it throws (`contained`), since some errors end more than what they were raised in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, Event, Health, Upsert

T = TypeVar("T", bound=msgspec.Struct)

_EVENTS: Final = (Upsert, Delete, AuthorGone, Health)
_ENCODER: Final = msgspec.msgpack.Encoder()


def fit_event(told: object) -> tuple[Event, str | None]:
    """
    What `Source.events` yielded: an event, and the cursor that belongs to it.

    Raises:
        BadInput: `unreadable`: it is something else. `cursor_of` tells where it stood.
    """
    if not isinstance(told, tuple) or len(told) != 2:
        raise BadInput(f"expected an event and its cursor, got `{type(told).__name__}`", code="unreadable")
    event, cursor = told
    if not isinstance(cursor, str | None):
        raise BadInput(f"expected a cursor of `str | null`, got `{type(cursor).__name__}`", code="unreadable")
    kind = next((each for each in _EVENTS if isinstance(event, each)), None)
    if kind is None:
        raise BadInput(f"expected an event, got `{type(event).__name__}`", code="unreadable")
    return cast("Event", fit(event, kind)), cursor


def cursor_of(told: object) -> str | None:
    """The cursor of what did not fit, so that it is not read again; None where that does not fit either."""
    cursor = told[1] if isinstance(told, tuple) and len(told) == 2 else None
    return cursor if isinstance(cursor, str) else None


def fit(value: object, kind: type[T]) -> T:
    """
    *value*, made anew with exactly the types that *kind* names.

    Raises:
        BadInput: `unreadable`: it is something else; the message says where, and repeats nothing of it.
    """
    if not isinstance(value, kind):
        raise BadInput(f"expected `{kind.__name__}`, got `{type(value).__name__}`", code="unreadable")
    try:
        # By way of bytes: types are checked where a struct is decoded, not where it is made or converted.
        return cast("T", _decoder(kind).decode(_ENCODER.encode(value)))
    except Exception as ex:  # a stranger's object may raise anything
        words = str(ex) if isinstance(ex, msgspec.ValidationError) else type(ex).__name__
        raise BadInput(f"{kind.__name__}: {words}", code="unreadable") from ex


@cache
def _decoder(kind: type[Any]) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


@contextmanager
def contained() -> Iterator[None]:
    """
    Around every call of a source: what would end more than the source is a failure of it, and no more.

    `SystemExit` would end the server. A `CancelledError` that nobody asked for would end its task without a word.
    """
    before = _cancelled()
    try:
        yield
    except SystemExit as ex:
        raise RuntimeError("it tried to end the server") from ex
    except asyncio.CancelledError as ex:
        if _cancelled() > before:
            raise
        raise RuntimeError("it was cancelled by nobody but itself") from ex


def _cancelled() -> int:
    """How often it was asked of this task. It is compared: Python 3.11 counts one too many after some task groups."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs here
        task = None
    return 0 if task is None else task.cancelling()
