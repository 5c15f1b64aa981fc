"""What every journal promises, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from server.errors import FonteinError, StorageFull, Unavailable
from server.journal.copying import Copied
from server.symposium.entries import Entry, Record


class JournalFull(StorageFull):
    """The disk is full: nothing was kept. Deciding still works for a while (see `urgent`)."""

    code = "storage-full"


class JournalBusy(Unavailable):
    """More callers wait than the bound allows, or another program holds the file: nothing was kept."""

    code = "journal-busy"


class JournalBroken(FonteinError):
    """
    The disk failed under the journal. What was acknowledged is safe; nothing may be acknowledged any more.

    The process must end with a failure and read the journal again at its next start: after a failed fsync the kernel
    may have dropped what it could not write, so that trying again would lie. So too when a durable entry could not be
    delivered: the state is then no longer what the journal says.

    Source: PostgreSQL's fsync errata of 2018 ("fsyncgate"), and its answer: panic.
    """

    code = "journal-broken"


class JournalTaken(FonteinError):
    """Another process has this journal open."""

    code = "journal-taken"


class JournalDamaged(FonteinError):
    """The file is not a journal, or its bytes were changed by something else than a journal."""

    code = "journal-damaged"


Deliver = Callable[[Sequence[Record]], None]
"""Called on the event loop with every batch that became durable, in order, before their appenders wake."""


class Journal(Protocol):
    """One symposium's entries, in a total order, durable."""

    epoch: str
    """A random id, new when the journal was made or restored: positions of different epochs cannot be compared."""

    def replay(self, after: int = 0) -> Iterator[Record]:
        """All entries above *after*, in order. Before `start`, or from a thread that may block."""

    def start(self, deliver: Deliver) -> None:
        """Begin to take entries. *deliver* gets each durable batch."""

    async def append(self, entries: Sequence[Entry], *, urgent: bool = False) -> tuple[int, ...]:
        """
        Give *entries* their places, and return these when they are durable (fsync has returned).

        Args:
            entries: All of them, or none, are kept.
            urgent: May use the room kept free for decisions on a full disk.

        Raises:
            JournalFull, JournalBusy: Nothing was kept; come back later.
            JournalBroken: The process must end.
        """

    async def redact(self, seqs: Sequence[int]) -> None:
        """Overwrite the bodies of *seqs* for good: afterwards no file of the journal holds their bytes."""

    async def copy(self, path: Path) -> Copied:
        """
        Write all that is durable, as it is at the end of the copy, to a new file; entries are taken meanwhile.

        Raises:
            CopyFailed: There is no room, the disk failed, or a copy is being made already.
        """

    async def close(self) -> None:
        """Finish what was taken, and let go of the file."""
