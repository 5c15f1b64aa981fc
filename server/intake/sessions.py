"""To which session of the programme a post belongs: by choice, else by its hashtag, else by its room and time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from server.symposium.values import RoomId, SessionId

_TAG = re.compile(r"[#\uff03](\w{1,100})")

At = Callable[[RoomId | None], SessionId | None]
"""What is on in a room now, or (without one) in the whole house."""


def session_of(
    text: str,
    *,
    chosen: SessionId | None,
    room: RoomId | None,
    hashtags: Mapping[str, SessionId],
    at: At,
) -> SessionId | None:
    """
    Where a post belongs.

    Args:
        text: As its author wrote it.
        chosen: On the phone; the caller knows that there is such a session.
        room: Of the screen whose code was scanned; None where that is not known.
        hashtags: The sessions' own, folded, without #.

    Returns:
        None where nothing tells: a moderator may.
    """
    if chosen is not None:
        return chosen
    for tag in _TAG.findall(text):
        if (found := hashtags.get(tag.casefold())) is not None:
            return found
    return at(room)
