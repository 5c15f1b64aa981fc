"""
Archives of a running symposium, at every so many minutes, in a second place.

The second place may be full, slow or gone, as a stick that somebody pulled out: it has a thread of its own that nobody
waits for, and whatever happens there is said on the stage and goes on nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from server import archive
from server.archive import ArchiveDamaged, ArchiveTooNew, Counts, Manifest, Source, counts_of
from server.blobs.store import BlobId, BlobStore
from server.journal.copying import Copied, CopyFailed
from server.keyring import Keyring
from server.live.audience import Audience
from server.live.hub import Hub
from server.node import Node
from server.symposium.entries import AuthorDeparted, Erased, PostDeparted, PostEdited, PostWithdrawn, Record
from server.symposium.outcomes import Done

_log = logging.getLogger(__name__)

TELL_EACH_S: Final = 10.0
_TTL_S: Final = 30
SLOW_S: Final = 120.0
"""An archive that takes longer than this is told on the stage; it goes on."""
SOON_S: Final = 60.0
"""So long after a post was taken back the archives are looked at: others are often taken back in the same minute."""
REST: Final = 9
"""So many times as long as the last round took, where that is longer: each writes every archive anew."""
RESERVE_BYTES: Final = 200 * 2**20
"""No copy is made where this much would not stay free: the wall needs its own disk more."""
WORK: Final = "archiving"
"""The folder in a symposium's own, for copies that are on their way; each start empties it."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE})

_TAKES_BACK: Final = (PostDeparted, AuthorDeparted, PostWithdrawn, PostEdited)

T = TypeVar("T")


class Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    The pulse `archive`, for the stage.

    Args:
        at: When the last archive was there and right, µs; None before the first of this run.
        bytes: Its size.
        seq: Up to where it goes.
        ok: Whether all is well: no problem, and not older than two and a half times the interval.
        problem: `gone`, `full`, `no-room` (on our own disk), `slow`, `old`, `failed`; None when there is none.
        kept: How many archives are there.
        behind: How many of them still hold words that were erased since; they are tried again each time.
        same_disk: The second place is on the disk of the first: it helps against mistakes, not against a broken disk.
        every_s: The interval.
    """

    at: int | None
    bytes: int
    seq: int
    ok: bool
    problem: str | None
    kept: int
    behind: int
    same_disk: bool
    every_s: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one round made of the second place."""

    manifest: Manifest
    bytes: int
    kept: int
    behind: int
    same_disk: bool


class Worker:
    """
    Does one thing after the other, each in a thread that ends with the process, whatever it waits for.

    A disk that hangs for ever holds up the next job for ever, and nothing else.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def do(self, job: Callable[[], T]) -> T:
        """What *job* returns. A caller that is cancelled leaves it behind, and its turn goes on when it ends."""
        await self._turn.acquire()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def end(result: Callable[[], None]) -> None:
            self._turn.release()
            if not future.done():
                result()

        def run() -> None:
            try:
                value = job()
            except BaseException as ex:
                error = ex
                _call(loop, lambda: end(lambda: future.set_exception(error)))
            else:
                _call(loop, lambda: end(lambda: future.set_result(value)))

        threading.Thread(target=run, name="archives", daemon=True).start()
        return await future


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(function)


class Archiver:
    """
    Keeps the archives of one symposium.

    Args:
        slug: Its name.
        folder: Its folder, on our own disk.
        place: The second place. It is never made: a stick that is not there must not become a folder.
        every_s: Between two archives.
        keep: So many of the newest stay, and the first.
        now_us: UTC microseconds.
    """

    def __init__(
        self,
        *,
        slug: str,
        folder: Path,
        node: Node,
        hub: Hub,
        store: BlobStore,
        keyring: Keyring,
        worker: Worker,
        place: Path,
        every_s: int,
        keep: int,
        now_us: Callable[[], int],
    ) -> None:
        self._slug, self._folder, self._place = slug, folder, place
        self._node, self._hub, self._store, self._keyring = node, hub, store, keyring
        self._worker = worker
        self._every_s, self._keep, self._now_us = every_s, keep, now_us
        self._due = asyncio.Event()
        self._began_us: int | None = None
        self._at: int | None = None
        self._last: Kept | None = None
        self._problem: str | None = None
        self._is_behind = False
        self._soon: asyncio.TimerHandle | None = None
        """The round that a post which was taken back asked for."""
        self._rest_s = SOON_S

    def note(self, record: Record, outcome: Done) -> None:
        """An entry was carried out: when a post went because of it, the archives are looked at soon."""
        if isinstance(record.head, Erased):
            self._is_behind = True
            self._due.set()
        elif isinstance(record.head, _TAKES_BACK) and outcome.redact and self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(self._rest_s, self._due.set)

    async def run(self) -> None:
        """Make an archive now and at every interval, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            self._due.clear()
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
            began_s = clock()
            await self.make()
            self._rest_s = max(SOON_S, REST * (clock() - began_s))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._due.wait()

    async def make(self) -> None:
        """One round; its trouble is told, and raised to nobody."""
        self._began_us = self._now_us()
        try:
            await self._round()
            self._problem, self._at = None, self._now_us()
        except Exception as ex:  # Whatever it is: the wall goes on, and the stage says it.
            self._problem = problem_of(ex)
            _log.warning("no archive of %s in %s: %s", self._slug, self._place, ex, exc_info=self._problem == "failed")
        finally:
            self._began_us = None
        self.tell()

    async def _round(self) -> None:
        if self._has_nothing_new() and await self._worker.do(self._is_still_there):
            return
        self._is_behind = False
        work = self._folder / WORK / "rounds"
        copied, counts = await copy_to(self._node, work)
        source = source_of(
            slug=self._slug,
            journal=work / archive.JOURNAL,
            store=self._store,
            keyring=self._keyring,
            folder=self._folder,
            counts=counts,
            made=self._now_us(),
        )
        try:
            self._last = await self._worker.do(lambda: keep(self._place, source, work, keep_newest=self._keep))
        except BaseException:
            self._is_behind = True
            raise
        _log.info("archived %s up to entry %d", self._slug, copied.seq)

    def _has_nothing_new(self) -> bool:
        last = self._last
        if last is None or last.behind or self._is_behind:
            return False
        return (last.manifest.epoch, last.manifest.seq) == (self._node.epoch, self._node.state.seq)

    def _is_still_there(self) -> bool:
        return (
            self._last is not None and (self._place / archive.file_name(self._slug, self._last.manifest.made)).is_file()
        )

    # What the stage is told

    def tell(self) -> None:
        """Say how it goes, to the stage: a pulse."""
        self._hub.channel(Audience.STAGE).pulse("archive", "now", self.facts(), _TTL_S)

    async def keep_telling(self) -> None:
        """For `jobs.every`."""
        self.tell()

    def facts(self) -> Facts:
        """How it goes."""
        last, now = self._last, self._now_us()
        problem = self._problem
        if self._began_us is not None and now - self._began_us > SLOW_S * 1e6:
            problem = "slow"
        elif problem is None and self._at is not None and now - self._at > 2.5 * self._every_s * 1e6:
            problem = "old"
        return Facts(
            at=self._at,
            bytes=0 if last is None else last.bytes,
            seq=0 if last is None else last.manifest.seq,
            ok=problem is None and self._at is not None,
            problem=problem,
            kept=0 if last is None else last.kept,
            behind=0 if last is None else max(last.behind, int(self._is_behind)),
            same_disk=last is not None and last.same_disk,
            every_s=self._every_s,
        )


async def copy_to(node: Node, work: Path) -> tuple[Copied, Counts | None]:
    """
    Copy the journal of a running symposium into *work*, which is emptied first and belongs to the caller.

    Raises:
        CopyFailed: There is no room on our own disk, or it failed.
    """
    await asyncio.to_thread(_prepare, work)
    copied = await node.copy(work / archive.JOURNAL)
    is_there = (node.epoch, node.state.seq) == (copied.epoch, copied.seq)
    return copied, counts_of(node.state) if is_there else None


def _prepare(work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    journal = work.parent.parent / archive.JOURNAL
    needed = journal.stat().st_size if journal.exists() else 0
    if shutil.disk_usage(work).free - needed < RESERVE_BYTES:
        raise CopyFailed(
            "There is no room for a copy of the journal on its own disk.", retry_after_s=60, code="no-room"
        )


def forget_work(work: Path) -> None:
    """Delete a copy: what is erased after it was made would still be in it."""
    shutil.rmtree(work, ignore_errors=True)


def source_of(
    *,
    slug: str,
    journal: Path,
    store: BlobStore,
    keyring: Keyring,
    folder: Path,
    counts: Counts | None,
    made: int,
) -> Source:
    """What goes into an archive of a symposium, of which *journal* is a copy."""
    extras = {archive.KEYS: keyring.keys}
    with contextlib.suppress(OSError):  # there are none before the first source was heard
        extras[archive.CURSORS] = (folder / archive.CURSORS).read_bytes()
    return Source(
        slug=slug,
        journal=journal,
        made=made,
        open_blob=lambda blob: store.open_checked(BlobId(blob)),
        counts=counts,
        extras=extras,
    )


# In the worker's thread


def keep(place: Path, source: Source, work: Path, *, keep_newest: int) -> Kept:
    """
    Write a new archive into *place*, take out of the older ones what was erased since, and drop the oldest.

    Raises:
        OSError: The place is gone, full, or failed. Nothing half written is taken for an archive.
    """
    try:
        return _keep(place, source, work, keep_newest)
    finally:
        forget_work(work)


def _keep(place: Path, source: Source, work: Path, keep_newest: int) -> Kept:
    if not place.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the second place is not there", str(place))
    for leftover in archive.leftovers_in(place, source.slug):
        leftover.unlink(missing_ok=True)
    path = place / archive.file_name(source.slug, source.made)
    manifest = archive.write_file(path, source)
    behind = _scrub_older(path, source, work)
    kept = _drop_oldest(place, source, keep_newest)
    return Kept(
        manifest=manifest,
        bytes=path.stat().st_size,
        kept=kept,
        behind=behind,
        same_disk=place.stat().st_dev == work.parent.parent.stat().st_dev,
    )


def _scrub_older(newest: Path, source: Source, work: Path) -> int:
    """Returns how many still hold what was erased, since they could not be written anew."""
    behind = 0
    for path in archive.archives_in(newest.parent, source.slug):
        if path == newest:
            continue
        try:
            archive.scrub(path, source.journal, work, now=source.made)
        except ArchiveDamaged as ex:
            # Nobody can begin again from it, and nobody can take anything out of it.
            _log.warning("%s is of no use and was deleted: %s", path, ex)
            path.unlink(missing_ok=True)
        except (OSError, ArchiveTooNew) as ex:
            _log.warning("%s still holds what was erased: %s", path, ex)
            behind += 1
    return behind


def _drop_oldest(place: Path, source: Source, keep_newest: int) -> int:
    """Keep the newest, and the first of this journal. Returns how many stay; those of another journal don't count."""
    ours = [path for path in archive.archives_in(place, source.slug) if archive.is_kin(path, source.journal)]
    newest = place / archive.file_name(source.slug, source.made)  # where the clock was set back, not the last by name
    gone = [path for path in ours[1:-keep_newest] if path != newest]
    for path in gone:
        path.unlink(missing_ok=True)
    archive.sync_folder(place)
    return len(ours) - len(gone)


def problem_of(error: Exception) -> str:
    """The code of what went wrong, for the stage."""
    if isinstance(error, OSError):
        return "full" if error.errno in _FULL else "gone" if error.errno in _GONE else "failed"
    return "no-room" if isinstance(error, CopyFailed) and error.code == "no-room" else "failed"
