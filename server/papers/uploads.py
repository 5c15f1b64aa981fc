"""
Uploads that can be taken up again: what has come in of a file, on disk, until all of it is there.

`<folder>/<id>.part` holds the bytes, `<id>.json` what is known of it. What has been flushed to the disk is noted every
8 MiB and at the end of each piece; after a crash an upload goes on from there, since what lies behind it may be zeros.
A part without its note, or the other way round, is nobody's and goes at the next start.

Functions that touch the disk block, and are said to: call them with `asyncio.to_thread`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from server.blobs.store import StoreFailed, StoreFull
from server.errors import Conflict, NotFound, TooMany

KEPT_S: Final = 24 * 3_600
OPEN_PER_BADGE: Final = 8
IDLE_S: Final = 60.0
"""Who has that many open and begins another lets go of the one that nobody asked about for so long."""
SYNC_BYTES: Final = 8 * 2**20
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of an upload, on disk.

    Args:
        paper: Whose file it becomes; `by` is the badge that sends it, and nobody else may.
        length: Of the whole file, in bytes; `synced` so many of them are on the disk for sure.
        made: Unix time in seconds; from there on it is kept for a day.
        answer: What its end was answered, as JSON: asking again gives the same. None before the end.
        status: The HTTP status of that answer.
    """

    paper: str
    by: str
    length: int
    name: str = ""
    lang: str = ""
    made: float = 0.0
    synced: int = 0
    answer: str | None = None
    status: int = 200


class Upload:
    """One file on its way in. `offset` is how many of its bytes are here; `turn` is held by whoever adds or ends."""

    def __init__(self, id: str, note: Note, folder: Path, offset: int = 0) -> None:
        self.id = id
        self.note = note
        self.offset = offset
        self.turn = asyncio.Lock()
        self.path = folder / f"{id}.part"
        self.asked_s = 0.0
        """When somebody last asked about it, Unix time in seconds; 0 where nobody did since the start."""
        self.interrupt: Callable[[], None] | None = None
        """Ends a request that is sending bytes of this upload and is taken for dead; see `server/web/uploads.py`."""

    @property
    def is_whole(self) -> bool:
        return self.offset == self.note.length


class Appending:
    """
    Adds bytes to an upload, until `close`. Everything here blocks.
    """

    def __init__(self, uploads: Uploads, upload: Upload, algorithm: str = "") -> None:
        self._uploads, self._upload = uploads, upload
        self._unsynced = 0
        self._began = upload.offset
        self._digest = hashlib.new(algorithm, usedforsecurity=False) if algorithm else None
        with _disk_errors():
            self._file = upload.path.open("r+b", buffering=0)
            self._file.seek(upload.offset)

    def write(self, data: bytes) -> None:
        """
        Add *data*.

        Raises:
            StoreFull, StoreFailed: The disk took it not, or not wholly; the upload is as long as before.
        """
        with _disk_errors():
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]
        if self._digest is not None:
            self._digest.update(data)
        self._upload.offset += len(data)
        self._unsynced += len(data)
        if self._unsynced >= SYNC_BYTES:
            self.sync()

    def sync(self) -> None:
        """Make what came durable, and note it."""
        with _disk_errors():
            os.fsync(self._file.fileno())
        self._unsynced = 0
        self._uploads.renote(self._upload, synced=self._upload.offset)

    def is_as_said(self, checksum: bytes) -> bool:
        """Whether what this object added has that checksum."""
        return self._digest is not None and self._digest.digest() == checksum

    def _take_back(self) -> None:
        with _disk_errors():
            self._file.truncate(self._began)
        self._upload.offset = self._began

    def close(self, *, keep: bool = True) -> None:
        """Flush what came, also when the sender was cut off; without *keep* forget it."""
        try:
            if not keep:
                self._take_back()
            self.sync()
        finally:
            self._file.close()


class Uploads:
    """
    The uploads of one symposium.

    Args:
        folder: Belongs to this object alone; made when it is not there.
        now_s: Unix time in seconds.
    """

    def __init__(self, folder: Path, *, now_s: Callable[[], float], kept_s: float = KEPT_S) -> None:
        self._folder = folder
        self._now_s = now_s
        self._kept_s = kept_s
        self._uploads: dict[str, Upload] = {}

    def __iter__(self) -> Iterator[Upload]:
        return iter(tuple(self._uploads.values()))

    @property
    def waiting_bytes(self) -> int:
        """What open uploads will come to, in bytes."""
        return sum(each.note.length for each in self._uploads.values() if each.note.answer is None)

    def expires_s(self, upload: Upload) -> float:
        """When an upload will be forgotten, Unix time in seconds."""
        return upload.note.made + self._kept_s

    def load(self) -> None:
        """Find the uploads of an earlier run, and drop what cannot be one. Blocks; for the start."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            upload = self._load(path.stem) if path.suffix == ".json" and _ID.fullmatch(path.stem) else None
            if upload is not None:
                self._uploads[upload.id] = upload
        known = {name for each in self._uploads for name in (f"{each}.part", f"{each}.json")}
        for path in list(self._folder.iterdir()):
            if path.name not in known:
                path.unlink(missing_ok=True)

    def _load(self, id: str) -> Upload | None:
        part = self._folder / f"{id}.part"
        try:
            note = msgspec.json.decode((self._folder / f"{id}.json").read_bytes(), type=Note)
            if note.answer is not None:
                return Upload(id, note, self._folder, note.length)
            offset = min(note.synced, part.stat().st_size)
            os.truncate(part, offset)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return Upload(id, note, self._folder, offset)

    def make(self, *, paper: str, by: str, length: int, name: str, lang: str) -> Upload:
        """
        A new upload, empty. Blocks. In a badge's ninth the one that was left longest gives way.

        Raises:
            TooMany: This badge has eight open already, and somebody is at all of them.
            StoreFull, StoreFailed: The disk.
        """
        mine = [each for each in self if each.note.by == by and each.note.answer is None]
        if len(mine) >= OPEN_PER_BADGE:
            self._let_go_of_one(mine)
        note = Note(paper=paper, by=by, length=length, name=name, lang=lang, made=self._now_s())
        upload = Upload(secrets.token_hex(16), note, self._folder)
        with _disk_errors():
            upload.path.open("xb").close()
            self._write(upload)
        upload.asked_s = self._now_s()
        self._uploads[upload.id] = upload
        return upload

    def _let_go_of_one(self, uploads: list[Upload]) -> None:
        left = [each for each in uploads if not each.turn.locked() and self._now_s() - each.asked_s >= IDLE_S]
        if not left:
            message = f"You have {OPEN_PER_BADGE} uploads open; finish or end one first."
            raise TooMany(message, retry_after_s=60, code="too-many-uploads")
        self.drop(min(left, key=lambda each: (each.asked_s, each.note.made)))

    def get(self, id: str, *, paper: str, by: str) -> Upload:
        """
        An upload of this badge for this paper.

        Raises:
            NotFound: There is none: it never was, is another's, or was forgotten after a day.
        """
        found = self._uploads.get(id)
        if found is None or found.note.paper != paper or found.note.by != by or self._is_old(found):
            raise NotFound("There is no such upload; begin again.", code="no-upload")
        found.asked_s = self._now_s()
        return found

    def append(self, upload: Upload, offset: int, *, algorithm: str = "") -> Appending:
        """
        Begin to add bytes at *offset*; the caller has the upload's turn. Blocks.

        Args:
            algorithm: Of a checksum over these bytes, as hashlib calls it.

        Raises:
            Conflict: Other bytes come next.
        """
        if offset != upload.offset:
            message = f"This upload goes on at {upload.offset}, not at {offset}."
            raise Conflict(message, code="upload-offset")
        return Appending(self, upload, algorithm)

    def renote(self, upload: Upload, **changes: Any) -> None:
        """Note something else of an upload, durably. Blocks."""
        upload.note = msgspec.structs.replace(upload.note, **changes)
        with _disk_errors():
            self._write(upload)

    def end(self, upload: Upload, answer: bytes, status: int) -> None:
        """Keep what the end of an upload was answered, and let its bytes go where they are here still. Blocks."""
        self.renote(upload, answer=answer.decode(), status=status)
        upload.path.unlink(missing_ok=True)

    def drop(self, upload: Upload) -> None:
        """Forget an upload and its bytes. Blocks."""
        self._uploads.pop(upload.id, None)
        for suffix in (".json", ".part"):  # in this order: bytes without a note are nobody's
            (self._folder / f"{upload.id}{suffix}").unlink(missing_ok=True)

    def sweep(self) -> int:
        """Forget those that are older than a day. Blocks. Returns how many."""
        old = [each for each in self if self._is_old(each) and not each.turn.locked()]
        for each in old:
            self.drop(each)
        return len(old)

    def loose_path(self) -> Path:
        """A path for a file that comes in one piece; what a crash leaves of it goes at the next start."""
        return self._folder / f"{secrets.token_hex(16)}.whole"

    def _is_old(self, upload: Upload) -> bool:
        return self._now_s() > self.expires_s(upload)

    def _write(self, upload: Upload) -> None:
        path = self._folder / f"{upload.id}.json"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(upload.note))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    """As the blob store's: a full disk is the sender's to know, any other trouble the operator's."""
    try:
        yield
    except OSError as ex:
        if ex.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull("No room on disk for this file. Free some space and go on.", retry_after_s=60) from ex
        message = f"The disk could not keep the file ({ex.strerror}). Check the disk, then go on."
        raise StoreFailed(message, retry_after_s=60) from ex
