"""
Bytes kept under their own SHA-256, in a folder: `blobs/ab/cdef…`.

A blob is only bytes until an entry of the journal names it. So the order is: `put` (durable when it returns) → entry →
acknowledge; and what no entry names after a while is swept.

Every function here blocks on the disk: call it with `asyncio.to_thread`. One `BlobStore` object may be used by many
threads; a folder belongs to one process.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, NewType

from server.errors import FonteinError, NotFound, StorageFull, Unavailable

BlobId = NewType("BlobId", str)
"""The SHA-256 of the bytes: 64 lower-case hexadecimal digits."""

PHOTO_RESERVE_BYTES = 500_000_000
"""Photos are refused below this much free space, so that text posts and moderation still have room."""

FULL_RETRY_AFTER_S = 60
"""A disk is emptied by a person; sooner than this is no use."""

ON_ITS_WAY_S = 60.0
"""So long after its `put` a blob is left alone by `let_go`, unless an entry named it: its post may be on its way."""

_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TEMP_PREFIX = ".new-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class BlobMissing(NotFound):
    """No blob has this id; an id of the wrong shape, as `../../secrets`, is one that no blob has."""

    code = "blob-missing"


class BlobDamaged(FonteinError):
    """The bytes on disk no longer have the hash that is their name: they were changed or cut short."""

    code = "blob-damaged"


class StoreFull(StorageFull):
    """There is no room for this blob; nothing of it was kept."""

    code = "blobs-full"


class StoreFailed(Unavailable):
    """
    The disk could not keep a blob, for another reason than lack of room.

    After a failed fsync the store stays in this state until a restart. The kernel reports such an error once and then
    marks the pages clean, so a second try would seem to work with the data lost.
    """

    code = "blobs-failed"


def blob_id(data: bytes) -> BlobId:
    """The id of *data*; no disk is touched."""
    return BlobId(hashlib.sha256(data).hexdigest())


def hash_of(file: IO[bytes]) -> str:
    """The SHA-256 of *file* from where it stands to its end, in hex; a piece at a time."""
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a tar's member is one as well


class BlobStore:
    """
    A content-addressed folder of blobs.

    Args:
        folder: Made when it is not there.
        reserve_bytes: `put` refuses what would leave less free space than this. Root's reserve of the file system
            counts as not free.
    """

    def __init__(self, folder: Path, *, reserve_bytes: int = PHOTO_RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._broken: OSError | None = None
        # Held between "is it there?" and "keep it" or "delete it", so that a sweep cannot take a blob that is just
        # being put again. Never held during an fsync.
        self._naming = threading.Lock()
        self._coming: dict[BlobId, float] = {}
        """What was put and is named by no entry yet, since when (monotonic), in that order. Under the lock."""
        folder.mkdir(parents=True, exist_ok=True)
        _fsync_folder(folder.parent)

    def put(self, data: bytes) -> BlobId:
        """
        Keep *data*; it is durable when this returns. Putting the same bytes again is harmless and heals a damaged copy.

        Raises:
            StoreFull: too little free space, also when the disk says so half-way.
            StoreFailed: any other error of the disk.
        """
        if self._broken is not None:
            raise _failed(self._broken)
        blob = blob_id(data)
        path = self.path(blob)
        with self._naming:
            self._mark(blob)
        with _disk_errors_as_ours(len(data)):
            if not self._renew(path, data):
                self._check_room(len(data))
                self._write(path, data)
            # Also when the file was there: whoever made it may not have come to this line yet.
            self._sync_folder(path.parent)
            self._sync_folder(self._folder)  # path.parent itself may be new
        return blob

    def put_file(self, path: Path) -> BlobId:
        """
        Take the file at *path* in, as a whole: it is moved, not copied, and durable when this returns.

        Its hash is taken of what is on disk, after it was flushed, a piece at a time. At any moment the bytes are at
        *path* or in the store, or (a moment before the end) in both.

        Args:
            path: On the same file system; nobody may change it any more.

        Raises:
            StoreFull, StoreFailed: As `put`; the file is where it was.
        """
        if self._broken is not None:
            raise _failed(self._broken)
        with _disk_errors_as_ours():
            with path.open("r+b") as file:
                self._fsync(file.fileno())
                blob = BlobId(hash_of(file))
            target = self.path(blob)
            target.parent.mkdir(exist_ok=True)
            with self._naming:
                os.utime(path)
                path.replace(target)
            for folder in (target.parent, self._folder, path.parent):
                self._sync_folder(folder)
        return blob

    def check_room(self, size: int) -> None:
        """
        Raises:
            StoreFull: *size* more bytes would leave less free space than the reserve.
        """
        with _disk_errors_as_ours(size):
            self._check_room(size)

    def open(self, blob: BlobId) -> BinaryIO:
        """
        *blob*, to read pieces of; the caller closes it. Not checked against its hash: that would take all of it.

        A blob that is deleted meanwhile can be read to its end (not on Windows, where it is deleted later).

        Raises:
            BlobMissing: there is no such blob.
            StoreFailed: the disk did not give it.
        """
        with _disk_errors_as_ours():
            try:
                return self.path(blob).open("rb")
            except FileNotFoundError as ex:
                raise _missing(blob) from ex

    @contextlib.contextmanager
    def open_checked(self, blob: BlobId) -> Iterator[BinaryIO]:
        """
        *blob*, checked against its hash, to read from its beginning.

        Raises:
            BlobMissing, BlobDamaged, StoreFailed: As `read`.
        """
        with self.open(blob) as file:
            with _disk_errors_as_ours():
                found = hash_of(file)
                file.seek(0)
            if found != blob:
                raise _damaged(blob)
            yield file

    def read(self, blob: BlobId) -> bytes:
        """
        The bytes of *blob*, checked against their hash.

        Raises:
            BlobMissing: there is no such blob.
            BlobDamaged: the bytes are not those that were put.
            StoreFailed: the disk did not give them.
        """
        path = self.path(blob)
        with _disk_errors_as_ours():
            try:
                data = path.read_bytes()
            except FileNotFoundError as ex:
                raise _missing(blob) from ex
        if blob_id(data) != blob:
            raise _damaged(blob)
        return data

    def path(self, blob: BlobId) -> Path:
        """
        Where *blob* is or would be; the file need not be there.

        Raises:
            BlobMissing: *blob* is not 64 lower-case hexadecimal digits. No path is ever made of anything else.
        """
        if not _ID.fullmatch(blob):
            raise _missing(blob)
        return self._folder / blob[:2] / blob[2:]

    def on_their_way(self) -> set[BlobId]:
        """What was put within `ON_ITS_WAY_S`, and is named by no entry yet."""
        with self._naming:
            self._forget_late()
            return set(self._coming)

    def arrived(self, blobs: Iterable[BlobId]) -> None:
        """Entries name *blobs* now: they are on their way no more."""
        with self._naming:
            for blob in blobs:
                self._coming.pop(blob, None)

    def still_has(self, blob: BlobId) -> bool:
        """Whether *blob* is there, for somebody who put it before: it is on its way again, as if it were put anew."""
        path = self.path(blob)
        with self._naming:
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
            self._mark(blob)
        return True

    def let_go(self, blobs: Iterable[BlobId]) -> set[BlobId]:
        """
        Remove *blobs* for good, also over a power cut, but for those that are on their way. Returns these.

        Raises:
            StoreFailed: the disk did not do it, for some of them.
        """
        left, folders = set[BlobId](), set[Path]()
        with _disk_errors_as_ours():
            for blob in blobs:
                path = self.path(blob)
                with self._naming:
                    self._forget_late()
                    if blob in self._coming:
                        left.add(blob)
                    elif _unlinked(path):
                        folders.add(path.parent)
            for folder in folders:
                self._sync_folder(folder)
        return left

    def ids(self) -> Iterator[BlobId]:
        """Every blob in the folder, in no order that means anything; half-written ones are left out."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            name = path.parent.name + path.name
            if _ID.fullmatch(name):
                yield BlobId(name)

    def has_any(self) -> bool:
        """Whether there is any blob."""
        return next(self.ids(), None) is not None

    def sweep(self, named: Collection[BlobId], *, older_than_s: float, now_s: float) -> tuple[BlobId, ...]:
        """
        Delete the blobs that nobody names, and what a killed `put` left behind.

        Args:
            named: Every blob that some entry names; a set, for speed.
            older_than_s: Grace for fresh uploads, counted from their last `put`. Must be longer than an upload waits
                for the entry that names it.
            now_s: Unix time. A blob whose time lies in the future (the clock was set back) is left alone.

        Returns:
            What was deleted. An unnamed blob that is put again during the sweep stays.
        """
        before_s = now_s - older_than_s
        with _disk_errors_as_ours():
            unnamed = [blob for blob in self.ids() if blob not in named]
            swept = tuple(blob for blob in unnamed if self._drop(self.path(blob), before_s))
            for leftover in list(self._folder.glob(f"[0-9a-f][0-9a-f]/{_TEMP_PREFIX}*")):
                self._drop(leftover, before_s)
            for parent in {self.path(blob).parent for blob in swept}:
                self._sync_folder(parent)
        return swept

    def _mark(self, blob: BlobId) -> None:
        self._forget_late()
        self._coming.pop(blob, None)  # it goes to the end
        self._coming[blob] = time.monotonic()

    def _forget_late(self) -> None:
        late = time.monotonic() - ON_ITS_WAY_S
        while self._coming and next(iter(self._coming.values())) < late:
            del self._coming[next(iter(self._coming))]

    def _renew(self, path: Path, data: bytes) -> bool:
        """True when these bytes are there already; their grace starts again."""
        with self._naming:
            try:
                if path.read_bytes() != data:
                    return False
                os.utime(path)
            except FileNotFoundError:
                return False
        return True

    def _check_room(self, size: int) -> None:
        if shutil.disk_usage(self._folder).free - size < self._reserve_bytes:
            raise _full(size)

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(exist_ok=True)
        temp = path.parent / f"{_TEMP_PREFIX}{secrets.token_hex(8)}"
        try:
            with temp.open("xb") as file:
                file.write(data)
                file.flush()
                self._fsync(file.fileno())
            with self._naming:
                temp.replace(path)
        except BaseException:
            _unlink_quietly(temp)
            raise

    def _fsync(self, descriptor: int) -> None:
        """For want of room this may fail and be tried again: the temporary file goes, and nothing vouches for it."""
        try:
            os.fsync(descriptor)
        except OSError as ex:
            if ex.errno not in _FULL:
                self._broken = ex
            raise

    def _sync_folder(self, folder: Path) -> None:
        try:
            _fsync_folder(folder)
        except OSError as ex:
            self._broken = ex
            raise

    def _drop(self, path: Path, before_s: float) -> bool:
        with self._naming:
            try:
                if path.stat().st_mtime >= before_s:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True


@contextlib.contextmanager
def _disk_errors_as_ours(size: int = 0) -> Iterator[None]:
    try:
        yield
    except OSError as ex:
        raise (_full(size) if ex.errno in _FULL else _failed(ex)) from ex


def _fsync_folder(folder: Path) -> None:
    """Make the names in *folder* durable. Windows has no such call: there the file system's own journal must do."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _unlink_quietly(path: Path) -> None:
    """The error that brought us here is the one to report; `sweep` takes what stays."""
    with contextlib.suppress(OSError):
        path.unlink()


def _missing(blob: str) -> BlobMissing:
    return BlobMissing(f"There is no blob {blob[:64]!r}.")


def _damaged(blob: str) -> BlobDamaged:
    return BlobDamaged(f"Blob {blob} is damaged on disk. Restore it from a backup, or put the same bytes again.")


def _full(size: int) -> StoreFull:
    return StoreFull(
        f"No room on disk for {size} bytes. Free some space and send it again.", retry_after_s=FULL_RETRY_AFTER_S
    )


def _failed(error: OSError) -> StoreFailed:
    return StoreFailed(
        f"The disk could not keep the file ({error.strerror}). Check the disk, then restart.",
        retry_after_s=FULL_RETRY_AFTER_S,
    )
