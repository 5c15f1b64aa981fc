"""
An archive: one symposium in one file, to put in another place and to begin again from.

It is a plain tar without compression: `journal.db`, `blobs/ab/cdef…`, `cursors.json`, `keys.toml`, and at the end
`manifest.json`, which says what belongs to it with a SHA-256 of each. One that was cut short has no manifest.

Everything here blocks on the disk: it belongs in a thread, or in a command.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

import msgspec

from server.blobs.store import BlobDamaged, BlobId, BlobMissing, BlobStore, hash_of
from server.errors import Conflict, FonteinError
from server.journal.copying import open_copy
from server.keyring import adopt_keys, has_keys
from server.symposium.entries import Record, SymposiumMade, decode_head
from server.symposium.law import replay
from server.symposium.state import State, Version

FORMAT: Final = 1
JOURNAL: Final = "journal.db"
MANIFEST: Final = "manifest.json"
CURSORS: Final = "cursors.json"
KEYS: Final = "keys.toml"
_SMALL: Final = 64 * 2**20
"""Of a member that is read whole: a manifest of a million blobs is smaller."""
_CHUNK: Final = 2**20
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_BLOB = re.compile(r"[0-9a-f]{64}", re.ASCII)
BLOB_FIELDS: Final = ("blob", "small", "avatar", "logo")
"""The fields of bodies that name a blob."""
HEAD_FIELDS: Final = ("blob", "preview")
"""The fields of heads that name one: a paper's file, as long as its body has not been overwritten."""
_NAMED = re.compile(rb'"(?:%s)":"([0-9a-f]{64})"' % "|".join(BLOB_FIELDS).encode())
"""In JSON as `encode_body` writes it. Nobody's text can look like it: a quotation mark in a text has a backslash."""
_NAMED_BY_HEAD = re.compile(rb'"(?:%s)":"([0-9a-f]{64})"' % "|".join(HEAD_FIELDS).encode())

ReadBlob = Callable[[str], bytes]
"""Gives a blob, checked. Raises BlobMissing or BlobDamaged."""

OpenBlob = Callable[[str], AbstractContextManager[IO[bytes]]]
"""The same, to read from its beginning: a paper's file may be larger than one would have in memory."""


class ArchiveDamaged(FonteinError):
    """The file is no archive, or not what was put in it."""

    code = "archive-damaged"


class ArchiveTooNew(FonteinError):
    """A later version of Fontein made it."""

    code = "archive-too-new"


class Counts(msgspec.Struct, frozen=True):
    """How many posts stand how."""

    held: int
    shown: int
    hidden: int
    rejected: int


def counts_of(state: State) -> Counts:
    """How many posts stand how."""
    return Counts(held=len(state.held), shown=len(state.shown), hidden=len(state.hidden), rejected=len(state.rejected))


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    What an archive holds.

    Args:
        epoch, seq, at: Where the journal ends; `at` in µs, of its last entry.
        made: When the archive was made, µs.
        entries: How many.
        redacted: How many of them have no body: it only grows, so that a newer copy tells whether this one is behind.
        counts: Of the running server at that very place; None where it was further already.
        journal_sha256: Of `journal.db`.
        blobs: Their sizes in bytes, by id, which is their SHA-256.
        damaged: Blobs that were named, and left out: missing or damaged on disk.
        scrubbed: When words that were erased since were taken out, µs; None when never.
    """

    format: int
    slug: str
    epoch: str
    seq: int
    at: int
    made: int
    entries: int
    redacted: int
    counts: Counts | None
    journal_sha256: str
    journal_bytes: int
    blobs: dict[str, int]
    damaged: tuple[str, ...] = ()
    scrubbed: int | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """
    What goes into an archive.

    Args:
        journal: A copy, which nobody changes any more.
        open_blob: Gives the blobs that it names.
        extras: Small files, by name.
    """

    slug: str
    journal: Path
    made: int
    open_blob: OpenBlob
    counts: Counts | None = None
    extras: Mapping[str, bytes] = {}
    scrubbed: int | None = None


# What a copy of a journal says


def place_of(db: sqlite3.Connection) -> tuple[str, int, int]:
    """Epoch, seq and `at` of the last entry."""
    epoch = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    seq, at = db.execute("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1").fetchone() or (0, 0)
    return str(epoch[0]), seq, at


def redacted_of(db: sqlite3.Connection, up_to: int) -> int:
    """How many of the first *up_to* entries have no body."""
    return int(db.execute("SELECT count(*) FROM entries WHERE body IS NULL AND seq <= ?", (up_to,)).fetchone()[0])


def named_in(db: sqlite3.Connection) -> list[BlobId]:
    """The blobs that entries with a body name, each once, without pictures that lapsed, and the files of versions."""
    found: dict[bytes, None] = {}
    state = _law_of(db)
    bare = {post.body for post in state.posts.values() if post.bare}
    for seq, head, body in db.execute("SELECT seq, CAST(head AS BLOB), body FROM entries WHERE body IS NOT NULL"):
        if seq not in bare:
            found.update(dict.fromkeys(_NAMED.findall(body)))
        found.update(dict.fromkeys(_NAMED_BY_HEAD.findall(head)))
    frozen = (file.blob for version in state.draft.versions if _is_whole(state, version) for file in version.files)
    return list(dict.fromkeys((*(BlobId(blob.decode()) for blob in found), *map(BlobId, frozen))))


def _law_of(db: sqlite3.Connection) -> State:
    """What the law makes of the entries, where blobs depend on it: that takes seconds for a million. Else nothing."""
    kind = "CAST(substr(head, 1, 24) AS TEXT)"
    asked = f"SELECT 1 FROM entries WHERE {kind} LIKE ? OR {kind} LIKE ? LIMIT 1"  # noqa: S608 -- ours
    if db.execute(asked, ('{"kind":"report-frozen"%', '{"kind":"lapsed"%')).fetchone() is None:
        return State()
    rows = db.execute("SELECT seq, at, CAST(head AS BLOB), body FROM entries ORDER BY seq")
    return replay(Record(seq, at, decode_head(head), body) for seq, at, head, body in rows)


def _is_whole(state: State, version: Version) -> bool:
    """
    Whether a version keeps its files: everybody in it has their words still, or a legal hold keeps it.

    In an older archive an erasure since has only left its words out: the entry itself came later.
    """
    return bool(version.held) or all(state.posts[post].body in state.bodies for post in version.posts)


def lineage_of(db: sqlite3.Connection) -> dict[str, int]:
    """
    Up to where another epoch's entries are this journal's too, by epoch: those that it was restored from.

    Its own goes on without end.
    """
    epoch, _, _ = place_of(db)
    chain: dict[str, int] = {epoch: 2**62}
    row = db.execute("SELECT value FROM meta WHERE key = 'restored'").fetchone()
    limit = 2**62
    for earlier, seq in msgspec.json.decode(row[0], type=list[tuple[str, int]]) if row else ():
        limit = min(limit, seq)
        chain[earlier] = limit
    return chain


# Writing


class Out(Protocol):
    """What an archive is written to."""

    def write(self, data: Any, /) -> Any:
        """Take all of *data*, or raise."""


def write_archive(out: Out, source: Source) -> Manifest:
    """
    Write an archive to *out*, from its first byte to its last.

    Raises:
        OSError: *out* takes no more.
    """
    stream = cast("IO[bytes]", out)  # of which a tar that is written from first to last needs no more
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT, bufsize=_CHUNK) as tar:
        with source.journal.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            tar.addfile(_member(JOURNAL, size, source.made), file)
        with contextlib.closing(open_copy(source.journal)) as db:
            (epoch, seq, at), named = place_of(db), named_in(db)
            entries = int(db.execute("SELECT count(*) FROM entries").fetchone()[0])
            redacted = redacted_of(db, seq)
        kept, damaged = _write_blobs(tar, source, named)
        for name, data in source.extras.items():
            tar.addfile(_member(name, len(data), source.made), io.BytesIO(data))
        manifest = Manifest(
            format=FORMAT,
            slug=source.slug,
            epoch=epoch,
            seq=seq,
            at=at,
            made=source.made,
            entries=entries,
            redacted=redacted,
            counts=source.counts,
            journal_sha256=digest,
            journal_bytes=size,
            blobs=kept,
            damaged=damaged,
            scrubbed=source.scrubbed,
        )
        data = msgspec.json.format(msgspec.json.encode(manifest))
        tar.addfile(_member(MANIFEST, len(data), source.made), io.BytesIO(data))
    return manifest


def _write_blobs(
    tar: tarfile.TarFile, source: Source, named: Iterable[BlobId]
) -> tuple[dict[str, int], tuple[str, ...]]:
    kept: dict[str, int] = {}
    damaged: list[str] = []
    for blob in named:
        try:
            with source.open_blob(blob) as file:
                size = file.seek(0, io.SEEK_END)
                file.seek(0)
                tar.addfile(_member(_blob_name(blob), size, source.made), file)
        except (BlobMissing, BlobDamaged):
            damaged.append(blob)
            continue
        kept[blob] = size
    return kept, tuple(damaged)


def _member(name: str, size: int, made: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, made // 1_000_000
    return info


def _blob_name(blob: str) -> str:
    return f"blobs/{blob[:2]}/{blob[2:]}"


def write_file(path: Path, source: Source) -> Manifest:
    """
    Write an archive to *path*: all of it or nothing, durable when this returns, for nobody else to read.

    Raises:
        OSError: There is no room or no such place.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = write_archive(out, source)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return manifest


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable, where the system knows how."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


# Reading


class Archive:
    """
    An archive, to read. Use it as a context manager.

    Nothing in it is trusted: no name of a member becomes a path, and only plain files are looked at.

    Raises:
        ArchiveDamaged: It is no archive, or was cut short.
        ArchiveTooNew: A later version made it.
        OSError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tar = tarfile.open(path, "r:")  # noqa: SIM115 -- closed by `__exit__`
        except tarfile.TarError as ex:
            raise ArchiveDamaged(f"{path} is no archive of Fontein: {ex}") from ex
        try:
            self._members = {info.name: info for info in self._tar if info.isreg()}
            self.manifest = self._read_manifest()
        except tarfile.TarError as ex:
            self._tar.close()
            raise ArchiveDamaged(f"{path} is damaged: {ex}") from ex
        except BaseException:
            self._tar.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def _read_manifest(self) -> Manifest:
        data = self.small(MANIFEST)
        if data is None:
            raise ArchiveDamaged(f"{self.path} has no manifest: it was cut short, or is no archive of Fontein")
        try:
            manifest = msgspec.json.decode(data, type=Manifest)
        except (msgspec.DecodeError, UnicodeDecodeError) as ex:
            raise ArchiveDamaged(f"{self.path}: the manifest cannot be read: {ex}") from ex
        if manifest.format > FORMAT:
            raise ArchiveTooNew(f"{self.path} has format {manifest.format}; use a newer version of Fontein")
        if not _SLUG.fullmatch(manifest.slug) or not all(map(_BLOB.fullmatch, manifest.blobs)):
            raise ArchiveDamaged(f"{self.path}: the manifest names what cannot be")
        return manifest

    def small(self, name: str) -> bytes | None:
        """A small member, whole; None when it is not there, or not small."""
        info = self._members.get(name)
        file = None if info is None or info.size > _SMALL else self._tar.extractfile(info)
        return None if file is None else file.read()

    def read_blob(self, blob: str) -> bytes:
        """A blob, checked."""
        with self.open_blob(blob) as file:
            return file.read()

    @contextlib.contextmanager
    def open_blob(self, blob: str) -> Iterator[IO[bytes]]:
        """
        A blob, checked, to read from its beginning.

        Raises:
            BlobMissing, BlobDamaged: It is not there, or not what was put in.
        """
        info = self._members.get(_blob_name(blob))
        file = None if info is None else self._tar.extractfile(info)
        if file is None:
            raise BlobMissing(f"The archive has no blob {blob}.")
        with file:
            if hash_of(file) != blob:
                raise BlobDamaged(f"Blob {blob} is damaged in the archive.")
            file.seek(0)
            yield file

    def take_journal(self, to: Path) -> None:
        """
        Write the journal to a new file, checked and durable.

        Raises:
            ArchiveDamaged: It is not what was put in.
        """
        info = self._members.get(JOURNAL)
        file = None if info is None else self._tar.extractfile(info)
        if file is None:
            raise ArchiveDamaged(f"{self.path} has no journal")
        digest = hashlib.sha256()
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != self.manifest.journal_sha256:
            raise ArchiveDamaged(f"{self.path}: the journal is damaged; take an earlier archive")


# Beginning again


class Restored(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    What `restore` made.

    Args:
        lost: Blobs that the archive should have and has not, or not whole.
        keys: `own`: the data folder had these keys, or none; `other`: it has others, and phones and authors are
            strangers to it; `missing`: the archive has none.
    """

    slug: str
    folder: str
    epoch: str
    seq: int
    at: int
    blobs: int
    lost: tuple[str, ...]
    keys: str


def restore(file: Path, data: Path) -> Restored:
    """
    Make `<data>/<slug>` from an archive, with a new epoch. All of it or nothing.

    Raises:
        Conflict: `slug-taken`: there is such a folder; nothing is overwritten.
        ArchiveDamaged: The file is no archive, or its journal is not what was put in.
        OSError: It cannot be read, or there is no room.
    """
    with Archive(file) as archive:
        folder = data / archive.manifest.slug
        if folder.exists():
            raise Conflict(f"{folder} is there already: move it away first. Nothing was changed.", code="slug-taken")
        _make_private(data)
        # Two levels down: what a killed restore leaves is not taken for a symposium.
        work = data / ".restoring" / secrets.token_hex(8)
        work.mkdir(mode=0o700, parents=True)
        try:
            result = _unpack(archive, work, data)
            work.replace(folder)
            sync_folder(data)
        finally:
            shutil.rmtree(work.parent, ignore_errors=True)
    return result


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _unpack(archive: Archive, work: Path, data: Path) -> Restored:
    manifest = archive.manifest
    archive.take_journal(work / JOURNAL)
    epoch = _begin_anew(work / JOURNAL, manifest)
    store = BlobStore(work / "blobs", reserve_bytes=0)
    lost = list(manifest.damaged)
    for blob in manifest.blobs:
        try:
            _take_blob(archive, blob, store, work)
        except (BlobMissing, BlobDamaged):
            lost.append(blob)
    cursors = archive.small(CURSORS)
    if cursors is not None:
        (work / CURSORS).write_bytes(cursors)
    sync_folder(work)
    return Restored(
        slug=manifest.slug,
        folder=str(data / manifest.slug),
        epoch=epoch,
        seq=manifest.seq,
        at=manifest.at,
        blobs=len(manifest.blobs) + len(manifest.damaged) - len(lost),
        lost=tuple(lost),
        keys=_take_keys(archive.small(KEYS), data),
    )


def _take_blob(archive: Archive, blob: str, store: BlobStore, work: Path) -> None:
    with archive.open_blob(blob) as file:
        beginning = file.read(_CHUNK)
        if len(beginning) < _CHUNK:
            store.put(beginning)
            return
        part = work / "blob.part"
        with part.open("wb") as out:
            out.write(beginning)
            shutil.copyfileobj(file, out, _CHUNK)
        store.put_file(part)


def _begin_anew(path: Path, manifest: Manifest) -> str:
    """Give a restored journal an epoch of its own, and note which one it comes from. Durable when this returns."""
    epoch = secrets.token_hex(8)
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("PRAGMA synchronous=FULL")
            _check_slug(db, manifest)
            earlier = [(each, seq) for each, seq in lineage_of(db).items() if each != manifest.epoch]
            chain = msgspec.json.encode([(manifest.epoch, manifest.seq), *earlier]).decode()
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (epoch,))
            db.execute("INSERT OR REPLACE INTO meta VALUES ('restored', ?)", (chain,))
            db.execute("COMMIT")
    except (sqlite3.Error, TypeError) as ex:
        raise ArchiveDamaged(f"the journal in the archive cannot be used: {ex}") from ex
    return epoch


def _check_slug(db: sqlite3.Connection, manifest: Manifest) -> None:
    """The manifest has no check sum of its own: a slug with a bit turned over would begin another symposium."""
    first = db.execute("SELECT CAST(head AS BLOB) FROM entries ORDER BY seq LIMIT 1").fetchone()
    made = None if first is None else decode_head(first[0])
    if isinstance(made, SymposiumMade) and made.slug != manifest.slug:
        raise ArchiveDamaged(f"the manifest says {manifest.slug!r}, and the journal in it is of {made.slug!r}")


def _take_keys(keys: bytes | None, data: Path) -> str:
    if keys is None:
        return "missing"
    return "own" if has_keys(data, keys) or adopt_keys(data, keys) else "other"


# Words that were erased since


def scrub(path: Path, fresh: Path, work: Path, *, now: int) -> bool:
    """
    Take out of an older archive what was overwritten in the journal since, and the blobs that nothing names any more.

    Args:
        path: The archive; replaced as a whole.
        fresh: A copy of the journal as it is now.
        work: A folder on our own disk.
        now: µs.

    Returns:
        Whether there was anything to take out.

    Raises:
        ArchiveDamaged, OSError: It could not be read or replaced, and is as it was.
    """
    with Archive(path) as archive, contextlib.closing(open_copy(fresh)) as db:
        manifest = archive.manifest
        shared = min(lineage_of(db).get(manifest.epoch, 0), manifest.seq)
        is_same_epoch = place_of(db)[0] == manifest.epoch
        if shared == 0 or (is_same_epoch and redacted_of(db, manifest.seq) == manifest.redacted):
            return False
        old = work / "older.db"
        old.unlink(missing_ok=True)
        try:
            archive.take_journal(old)
            if not _blank(old, fresh, shared):
                return False
            extras = {name: data for name in (CURSORS, KEYS) if (data := archive.small(name)) is not None}
            source = Source(
                slug=manifest.slug,
                journal=old,
                made=manifest.made,
                open_blob=archive.open_blob,
                counts=None,  # what has expired since is counted in none
                extras=extras,
                scrubbed=now,
            )
            write_file(path, source)
        finally:
            old.unlink(missing_ok=True)
    return True


def _blank(old: Path, fresh: Path, up_to: int) -> int:
    """Overwrite in *old* the bodies that *fresh* has no more. Returns how many."""
    with contextlib.closing(sqlite3.connect(old, isolation_level=None, uri=True)) as db:
        db.execute("PRAGMA journal_mode=MEMORY")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("ATTACH DATABASE ? AS fresh", (f"{fresh.resolve().as_uri()}?immutable=1",))
        gone = "SELECT seq FROM fresh.entries WHERE body IS NULL AND seq <= ?"
        update = f"UPDATE main.entries SET body = NULL WHERE body IS NOT NULL AND seq IN ({gone})"  # noqa: S608
        return db.execute(update, (up_to,)).rowcount


# Where archives are kept


_FILE = re.compile(r"(?P<slug>[a-z0-9-]{1,40})-\d{8}T\d{6}Z\.tar", re.ASCII)


def file_name(slug: str, made: int) -> str:
    """The name of an archive that was made at *made* (µs): they sort by time."""
    return f"{slug}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(made / 1e6))}.tar"


def archives_in(place: Path, slug: str) -> list[Path]:
    """The archives of a symposium in a folder, the oldest first, going by their names."""
    found = ((path, _FILE.fullmatch(path.name)) for path in place.iterdir())
    return sorted(path for path, match in found if match is not None and match["slug"] == slug)


def is_kin(path: Path, fresh: Path) -> bool:
    """
    Whether an archive is of this journal, or of one that it was restored from: not of another server's.

    Args:
        fresh: A copy of the journal.
    """
    try:
        with Archive(path) as found, contextlib.closing(open_copy(fresh)) as db:
            return found.manifest.epoch in lineage_of(db)
    except (ArchiveDamaged, ArchiveTooNew):
        return False


def leftovers_in(place: Path, slug: str) -> Iterator[Path]:
    """What was half written when a server ended."""
    for path in place.glob(f".{slug}-*.tar.part"):
        match = _FILE.fullmatch(path.name.removeprefix(".").removesuffix(".part"))
        if match is not None and match["slug"] == slug:
            yield path
