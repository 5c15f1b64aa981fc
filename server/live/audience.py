"""Who a view is for, and the view itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec


class Audience(StrEnum):
    """Who a view is for. `wall` and `phone` are public; the others need a badge."""

    WALL = "wall"
    PHONE = "phone"
    DESK = "desk"
    STAGE = "stage"
    REPORT = "report"
    CHAIR = "chair"


class View(msgspec.Struct, frozen=True):
    """
    What one audience may see after the entry `seq`.

    Args:
        seq: Place in the journal of the last entry that this view takes into account; 0 before the first.
        items: Frozen values that msgspec can encode as JSON, by key. Whoever made the view leaves it alone afterwards.
            A value that did not change since the view before is best the same object: comparing is then free.
    """

    seq: int
    items: Mapping[str, Any]
