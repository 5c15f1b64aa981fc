"""
An address that is looked at now and then for a newer programme. What it finds waits until somebody takes it over.

What was found is kept in memory: who restarts the server looks again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

import msgspec

from server.errors import FonteinError, NotFound
from server.programme.fetch import Fetched
from server.programme.imported import Imported, Programme
from server.programme.reading import read
from server.sources.backoff import Backoff, SourceUnavailable

_log = logging.getLogger(__name__)

EVERY_S: Final = 600.0
KEPT_S: Final = 3_600.0
MAX_PENDING: Final = 8

Get = Callable[[str, str, str], Awaitable[Fetched]]
"""Address, ETag and Last-Modified → an answer; raises SourceUnavailable."""


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """
    A programme that waits to be taken over.

    Args:
        base: The entry of the programme that stood when it was read, 0 for none.
        made_s: When, on the monotonic clock.
    """

    id: str
    imported: Imported
    base: int
    made_s: float


class Waiting:
    """
    What was read and not taken over yet: the newest eight, for an hour.

    Args:
        new_id: Makes names that nobody can guess.
    """

    def __init__(self, new_id: Callable[[], str], now_s: Callable[[], float] = time.monotonic) -> None:
        self._new_id, self._now_s = new_id, now_s
        self._pending: dict[str, Pending] = {}

    def keep(self, imported: Imported, *, base: int) -> Pending:
        """Keep what was read."""
        pending = Pending(id=self._new_id(), imported=imported, base=base, made_s=self._now_s())
        self._pending[pending.id] = pending
        while len(self._pending) > MAX_PENDING:
            del self._pending[next(iter(self._pending))]
        return pending

    def keep_once(self, imported: Imported, *, base: int) -> Pending:
        """The same, under the name that it has already where it was kept before."""
        for name, known in self._pending.items():
            if known.base == base and known.imported == imported:
                self._pending[name] = msgspec.structs.replace(known, made_s=self._now_s())
                return self._pending[name]
        return self.keep(imported, base=base)

    def get(self, name: str) -> Pending:
        """
        What was kept under this name.

        Raises:
            NotFound: Nothing, or not any more.
        """
        found = self._pending.get(name)
        if found is None or found.made_s < self._now_s() - KEPT_S:
            self._pending.pop(name, None)
            raise NotFound("This import is not kept any more. Read the file or the address again.", code="no-import")
        return found

    def forget(self, name: str) -> None:
        """It was taken over."""
        self._pending.pop(name, None)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """
    How following an address goes.

    Args:
        checked_at: When an answer last came, µs; None before the first.
        error: Why the last try failed, as a sentence; None when it did not. `code` is its code.
        imported: What is there now, when it is not what stands; None when it is.
        is_private: Whether the address lies in a private network, or on this computer.
    """

    checked_at: int | None = None
    error: str | None = None
    code: str | None = None
    imported: Imported | None = None
    is_private: bool = False


class Follower:
    """
    Looks at one symposium's address, until cancelled.

    Args:
        address: The one that is followed now; empty for none.
        is_news: Whether taking a programme over would change anything.
        day: The symposium's first day.
        get: Fetches.
        now_us: UTC microseconds.
        rng: Where jitter comes from.
        every_s: Between two looks, while all is well.
    """

    def __init__(
        self,
        *,
        address: Callable[[], str],
        is_news: Callable[[Programme], bool],
        day: Callable[[], date | None],
        get: Get,
        now_us: Callable[[], int],
        rng: random.Random,
        every_s: float = EVERY_S,
    ) -> None:
        self._address, self._is_news, self._day, self._get = address, is_news, day, get
        self._now_us, self._every_s = now_us, every_s
        self._backoff = Backoff(rng)
        self._wake = asyncio.Event()
        self._of = ""
        self._etag = self._modified = ""
        self._last: Imported | None = None
        self.found = Found()

    def found_at(self, address: str) -> Found:
        """What was found at *address*: nothing yet, where another one was looked at until now."""
        return self.found if self._of == address else Found()

    def look_now(self) -> None:
        """The address is another one, or somebody wants to know."""
        self._wake.set()

    async def run(self) -> None:
        """Look, wait, and look again."""
        while True:
            self._wake.clear()
            wait_s = await self._looked() if self._address() else None
            if not self._address():
                self._begin("")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()

    async def _looked(self) -> float | None:
        try:
            return await self.look()
        except Exception:  # A mistake of ours in one look must not end all looks to come without a word.
            _log.exception("the programme at %s was not looked at", self._of)
            return self._every_s

    async def look(self) -> float | None:
        """
        Look once.

        Returns:
            Seconds until the next time; None when somebody has to do something first.
        """
        address = self._address()
        if address != self._of:
            self._begin(address)
        loop = asyncio.get_running_loop()
        try:
            answer = await self._get(address, self._etag, self._modified)
            if answer.body is not None:
                self._last = await asyncio.to_thread(read, answer.body, day=self._day())
        except SourceUnavailable as ex:
            wait_s = self._backoff.failed(ex, now=loop.time())
            self._fail(ex)
            return wait_s if wait_s is None else max(wait_s, 1.0)
        except FonteinError as ex:
            # It may be right the next time: somebody is at work there.
            self._etag = self._modified = ""
            self._fail(ex)
            return self._every_s
        self._backoff.worked(now=loop.time())
        if self._of == address:
            self._etag, self._modified = answer.etag, answer.modified
            self.found = Found(checked_at=self._now_us(), imported=self._news(), is_private=answer.is_private)
        return self._every_s

    def _begin(self, address: str) -> None:
        self._of, self._etag, self._modified, self._last = address, "", "", None
        self.found = Found()

    def _news(self) -> Imported | None:
        return self._last if self._last is not None and self._is_news(self._last.programme) else None

    def compare_again(self) -> None:
        """The programme that stands is another one: what was found may be no news any more."""
        if self.found.error is None and self.found.checked_at is not None:
            self.found = msgspec.structs.replace(self.found, imported=self._news())

    def _fail(self, error: FonteinError) -> None:
        _log.warning("the programme at %s could not be read: %s", self._of, error.message)
        self.found = msgspec.structs.replace(self.found, error=error.message, code=error.code)
