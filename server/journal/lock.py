"""A lock file: one process at a time. The system lets go of it when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from server.journal.contract import JournalTaken


class FileLock:
    """
    Hold *path* for this process.

    Raises:
        JournalTaken: Another process holds it; the message tells its process id, where that can be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._fd)
        except OSError as ex:
            holder = os.pread(self._fd, 32, 0).decode(errors="replace").strip() if hasattr(os, "pread") else ""
            os.close(self._fd)
            self._fd = None
            raise JournalTaken(
                f"{path.parent} is in use by process {holder or '?'}; stop that one, or talk to it"
            ) from ex
        # Who holds it is a courtesy: on a full disk the lock is good without.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, 0)
            os.write(self._fd, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go. Safe to call twice."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        os.lseek(fd, 1_000, os.SEEK_SET)  # a byte beyond the text, so that others can still read who holds it
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        os.lseek(fd, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
