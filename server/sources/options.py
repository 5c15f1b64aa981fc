"""What an organiser filled in, read by a network: the same checks and the same words for all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NoReturn, TypeVar

import msgspec

from server.errors import BadInput
from server.sources.fields import microseconds
from server.sources.tags import fold_tag

_T = TypeVar("_T")


def fill_in(options: Mapping[str, object], kind: type[_T], *, keep_empty: bool = False) -> _T:
    """
    *options* as *kind*, which names what may be filled in. What was left empty counts as not filled in.

    Args:
        keep_empty: It counts as an empty text.

    Raises:
        BadInput: Something is missing, unknown or of another kind; `field` says which. Values may be secrets: no
            traceback has them.
    """
    try:
        return msgspec.convert({name: value for name, value in options.items() if keep_empty or value != ""}, kind)
    except msgspec.ValidationError as ex:
        field = str(ex).rpartition("`")[0].rpartition("`")[2].removeprefix("$.").partition("[")[0]
        raise BadInput(f"{ex}", code="bad-option", field=field or None) from None


def folded(tags: Iterable[str]) -> tuple[str, ...]:
    """Hashtags as they are compared, without doubles and without those that have no letter or digit."""
    return tuple(dict.fromkeys(each for tag in tags if (each := fold_tag(tag))))


def since_us(moment: datetime | None) -> int | None:
    """From when on posts are taken, UTC microseconds since 1970; a moment without a zone is in UTC."""
    return None if moment is None else microseconds(moment)


def refuse(field: str, message: str) -> NoReturn:
    """
    Raises:
        BadInput: Always: *message* says what to write at *field* instead.
    """
    raise BadInput(f"{field}: {message}", code="bad-option", field=field)
