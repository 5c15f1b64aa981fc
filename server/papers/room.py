"""What one symposium needs to take files in and give them out: put together here, used by the handlers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from server.errors import BadInput, TooMany
from server.papers.clamd import scan
from server.papers.inspection import Inspected, Inspector
from server.papers.tally import Tally
from server.papers.uploads import Uploads

MAX_ZIPS: Final = 4
"""That are sent at the same time."""
MB: Final = 2**20


class QuotaMet(BadInput):
    """The papers of this symposium may take no more room. No waiting helps: somebody has to remove some."""

    code = "papers-full"


class PaperRoom:
    """
    The parts for the papers of one symposium.

    Args:
        folder: For uploads; belongs to this object alone.
        inspector: Shared by all symposia.
        now_s: Unix time in seconds.
        max_bytes: Of one file.
        quota_bytes: Of all files.
        clamd: Where a virus scanner listens; empty for none.
    """

    def __init__(
        self,
        folder: Path,
        *,
        inspector: Inspector,
        now_s: Callable[[], float],
        max_bytes: int,
        quota_bytes: int,
        clamd: str = "",
    ) -> None:
        self.uploads = Uploads(folder, now_s=now_s)
        self.tally = Tally(now_s)
        self.max_bytes = max_bytes
        self.quota_bytes = quota_bytes
        self.filing = asyncio.Lock()
        """Held from the moment when a file is in the store until an entry names it, and while files are forgotten."""
        self._inspector = inspector
        self._clamd = clamd
        self._coming_bytes = 0
        self._zips = 0

    async def look_at(self, path: Path) -> Inspected:
        """
        Scan and inspect a file that is here as a whole.

        Raises:
            NotAPaper, Unavailable: See `Inspector.inspect` and `clamd.scan`.
        """
        if self._clamd:
            await scan(self._clamd, path)
        return await self._inspector.inspect(path)

    def check_quota(self, size: int, *, named_bytes: int) -> None:
        """
        Args:
            size: Of a file that somebody wants to send.
            named_bytes: What the papers' files come to.

        Raises:
            QuotaMet: It does not fit beside those, and beside what is coming in.
        """
        taken = named_bytes + self.uploads.waiting_bytes + self._coming_bytes
        if taken + size > self.quota_bytes:
            used, most = taken // MB, self.quota_bytes // MB
            message = f"The papers take {used} of {most} MB; remove some, or ask the operator for more room."
            raise QuotaMet(message)

    @contextlib.contextmanager
    def coming(self, size: int) -> Iterator[None]:
        """So many bytes come in as one body: others are told that they are taken."""
        self._coming_bytes += size
        try:
            yield
        finally:
            self._coming_bytes -= size

    @contextlib.contextmanager
    def zipping(self) -> Iterator[None]:
        """
        One archive is sent.

        Raises:
            TooMany: As many are sent already as this server can.
        """
        if self._zips >= MAX_ZIPS:
            message = "Many people are fetching all papers just now. Try again in a minute."
            raise TooMany(message, retry_after_s=30, code="too-many-zips")
        self._zips += 1
        try:
            yield
        finally:
            self._zips -= 1
