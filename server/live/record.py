"""
What a channel remembers: its last view and which keys changed lately. Pure; no socket, loop or clock.

The law: a reader that applied the changes up to n has what a fresh snapshot at n holds. Everybody on a channel is at
one `position`, which moves only with a changes frame; a view in which nothing changed moves nobody.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Mapping
from itertools import chain, dropwhile
from typing import Any, Literal, NamedTuple

from server.live.audience import View
from server.live.frames import Change, Changes, Snapshot, text_frame
from server.live.limits import Limits

_log = logging.getLogger(__name__)

_MISSING = object()


class Step(NamedTuple):
    """A changes frame that was sent: which positions it joins, its keys, and its size in bytes."""

    since: int
    to: int
    keys: tuple[str, ...]
    size: int


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What turns *old* into *new*: drops first, then puts in the order of *new*."""
    changes: list[Change] = [("drop", key) for key in old if key not in new]
    for key, value in new.items():
        before = old.get(key, _MISSING)
        if before is not value and before != value:
            changes.append(("put", key, value))
    return changes


class Record:
    """
    The last view, and a bounded history of what changed.

    Args:
        epoch: The journal's; positions of another epoch mean nothing here.
        limits: `history_frames`, `history_bytes` and `snapshot_bytes` are used.
    """

    def __init__(self, epoch: str, limits: Limits) -> None:
        self._epoch = epoch
        self._limits = limits
        self._view: View | None = None
        self._position = 0
        self._floor = 0
        """Readers from before this position missed a frame that is no longer kept."""
        self._steps: deque[Step] = deque()
        self._catch_up: dict[int, bytes] = {}
        """The frame from an earlier position to this one; many come back from the same place at once."""
        self._bytes = 0
        self._snapshot: bytes | None = None
        self._was_large = False

    @property
    def is_open(self) -> bool:
        """Whether there was a view yet."""
        return self._view is not None

    @property
    def position(self) -> int:
        """Where every reader is."""
        return self._position

    def publish(self, view: View) -> bytes | None:
        """
        Take *view* as the newest.

        Returns:
            The frame that brings every reader there, or None when nothing changed or it is the first view.

        Raises:
            ValueError: *view* is older than the last one, or differs at the very position that readers have.
        """
        last = self._view
        if last is None:
            self._view, self._position, self._floor = view, view.seq, view.seq
            return None
        if view.seq < last.seq:
            raise ValueError(f"view {view.seq} comes after view {last.seq}: views only move on")
        changes = difference(last.items, view.items)
        if not changes:
            self._view = view
            return None
        if view.seq == self._position:
            raise ValueError(f"two different views at {view.seq}: a reader that is there would never see the second")
        self._view = view
        self._snapshot = None
        return self._add(view.seq, changes)

    def restore(self, keys: Collection[str] | Literal["all"], *, keep: Collection[str] = ()) -> bytes | None:
        """The frame that puts the current values of *keys* once more, but those in *keep*; None for no values."""
        if self._view is None:
            return None
        changes: list[Change] = [
            ("put", key, value)
            for key, value in self._view.items.items()
            if (keys == "all" or key in keys) and key not in keep
        ]
        return self._add(self._position, changes) if changes else None

    def snapshot(self) -> bytes:
        """The frame of the whole view; encoded once per position and shared by all who arrive at it."""
        assert self._view is not None, "no reader is let in before the first view"
        if self._snapshot is None:
            self._snapshot = text_frame(Snapshot(self._epoch, self._position, dict(self._view.items)))
            self._log_size(len(self._snapshot))
        return self._snapshot

    def missed(self, since: str | None) -> bytes | None:
        """
        The one frame that brings a reader up to now.

        It says how each key stands *now*: what was put and taken away again meanwhile is not shown for a moment.

        Args:
            since: `<epoch>:<position>` as the reader sent it, whatever that is.

        Returns:
            The frame, empty when nothing was missed; or None when it takes a snapshot: another epoch, an unknown
            position, or more changes than are remembered.
        """
        position = self._parse(since)
        if position is None or position < self._floor:
            return None
        if position not in self._catch_up:
            # A frame after which the position was the same (`restore`) may or may not have reached this reader; it can
            # be applied twice. So: from the first frame at its position on.
            steps = list(dropwhile(lambda step: step.since != position, self._steps))
            if not steps:
                return b"" if position == self._position else None
            self._catch_up[position] = self._merged(position, steps)
        return self._catch_up[position]

    def _merged(self, position: int, steps: list[Step]) -> bytes:
        assert self._view is not None, "there are no steps before the first view"
        items = self._view.items
        keys = set(chain.from_iterable(step.keys for step in steps))
        changes: list[Change] = [("drop", key) for key in sorted(keys) if key not in items]
        changes += [("put", key, value) for key, value in items.items() if key in keys]
        return text_frame(Changes(position, self._position, changes))

    def _parse(self, since: str | None) -> int | None:
        epoch, colon, digits = (since or "").rpartition(":")
        if not colon or epoch != self._epoch or len(digits) > 19 or not (digits.isascii() and digits.isdigit()):
            return None
        return int(digits)

    def _add(self, to: int, changes: list[Change]) -> bytes:
        frame = text_frame(Changes(self._position, to, changes))
        self._steps.append(Step(self._position, to, tuple(change[1] for change in changes), len(frame)))
        self._bytes += len(frame)
        self._position = to
        self._catch_up.clear()
        while len(self._steps) > self._limits.history_frames or self._bytes > self._limits.history_bytes:
            self._forget_first()
        return frame

    def _forget_first(self) -> None:
        first = self._steps.popleft()
        self._bytes -= first.size
        # Who is at `to` of a frame that moved nobody may have missed that very frame.
        self._floor = first.to + 1 if first.since == first.to else first.to

    def _log_size(self, size: int) -> None:
        is_large = size > self._limits.snapshot_bytes
        if is_large and not self._was_large:
            _log.warning("a snapshot of %d bytes is over the bound of %d", size, self._limits.snapshot_bytes)
        self._was_large = is_large
