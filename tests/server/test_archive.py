"""Archives: what goes in comes out, nothing of what was erased stays, and a damaged or hostile file makes no harm."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server import archive
from server.archive import Archive, ArchiveDamaged, ArchiveTooNew, restore, scrub, write_file
from server.blobs.store import BlobId, BlobStore, blob_id
from server.errors import Conflict
from server.inspection import inspect_archive
from server.journal.copying import open_copy
from server.journal.sqlite import SqliteJournal
from server.keyring import Keyring
from server.symposium.entries import BadgeBody, Entry, Erased, Record, SourceBody, SymposiumBody, ThemeBody
from server.symposium.values import OPERATOR, Emoji, Picture, PostBody, PostId
from tests.folders import NOW, SLUG, SMALL, Folder, arrived, made


@pytest.fixture
async def folder(tmp_path: Path) -> Folder:
    """A symposium with two posts, each with a picture."""
    it = Folder(tmp_path / "data")
    one, two = it.store.put(b"picture one"), it.store.put(b"picture two")
    it.store.put(b"nobody names this")
    await it.append(made(), arrived("aaaa", "Hallo", one), arrived("bbbb", "Secret words", two))
    return it


@pytest.fixture
def file(folder: Folder, tmp_path: Path) -> Path:
    path = tmp_path / "a.tar"
    folder.archive(path)
    return path


def replayed(home: Path) -> tuple[str, list[Record]]:
    journal = SqliteJournal(home, limits=SMALL)
    try:
        return journal.epoch, list(journal.replay())
    finally:
        journal.close_now()


# In and out


def test_archive_is_a_tar_that_any_tool_reads_and_only_its_owner(file: Path) -> None:
    with tarfile.open(file) as tar:
        names = tar.getnames()

    assert names[0] == "journal.db"
    assert names[-1] == "manifest.json"
    assert sorted(n.partition("/")[0] for n in names[1:-1]) == ["blobs", "blobs", "cursors.json", "keys.toml"]
    assert file.stat().st_mode & 0o077 == 0


def test_restored_symposium_has_the_same_entries_and_a_new_epoch(folder: Folder, file: Path, tmp_path: Path) -> None:
    restored = restore(file, tmp_path / "spare")

    was, is_now = replayed(folder.home), replayed(tmp_path / "spare" / SLUG)
    assert is_now[1] == was[1]
    assert is_now[0] == restored.epoch != was[0]
    assert (restored.seq, restored.blobs, restored.lost, restored.keys) == (3, 2, (), "own")
    assert sorted(BlobStore(tmp_path / "spare" / SLUG / "blobs").ids()) == sorted(
        set(folder.store.ids()) - {blob_id(b"nobody names this")}
    )


def test_restored_data_folder_knows_its_devices_and_authors(folder: Folder, file: Path, tmp_path: Path) -> None:
    device, cookie = folder.keyring.new_device()
    folder.keyring._path.write_text(folder.keyring._path.read_text() + '"x/mastodon-1" = "a-token"\n')

    restore(file, tmp_path / "spare")

    spare = Keyring(tmp_path / "spare")
    assert spare.device_of(cookie) == device
    assert spare.author("mastodon", "a@b") == folder.keyring.author("mastodon", "a@b")
    assert b"a-token" not in file.read_bytes(), "tokens of networks are no part of a symposium"


def test_restore_beside_other_keys_says_so(file: Path, tmp_path: Path) -> None:
    Keyring(tmp_path / "spare")

    assert restore(file, tmp_path / "spare").keys == "other"


def test_restore_overwrites_nothing(folder: Folder, file: Path) -> None:
    before = sorted((p, p.stat().st_mtime_ns) for p in folder.data.rglob("*"))

    with pytest.raises(Conflict, match="there already"):
        restore(file, folder.data)

    assert sorted((p, p.stat().st_mtime_ns) for p in folder.data.rglob("*")) == before


def test_archive_of_a_restored_symposium_knows_where_it_comes_from(file: Path, tmp_path: Path) -> None:
    first = restore(file, tmp_path / "one")
    second_file = tmp_path / "b.tar"
    spare = Folder(tmp_path / "one")
    spare.archive(second_file)
    second = restore(second_file, tmp_path / "two")

    db = open_copy(tmp_path / "two" / SLUG / "journal.db")
    lineage = archive.lineage_of(db)
    db.close()
    with Archive(file) as found:
        origin = found.manifest.epoch
    assert lineage == {second.epoch: 2**62, first.epoch: 3, origin: 3}


def test_blob_that_is_gone_is_told_and_the_rest_is_kept(folder: Folder, tmp_path: Path) -> None:
    gone = blob_id(b"picture two")
    folder.store.path(gone).unlink()

    manifest = folder.archive(tmp_path / "a.tar")

    assert (list(manifest.blobs), manifest.damaged) == ([blob_id(b"picture one")], (gone,))
    assert restore(tmp_path / "a.tar", tmp_path / "spare").lost == (gone,)


def test_every_field_of_a_body_that_names_a_blob_is_known() -> None:
    """A new kind of picture must be said in `BLOB_FIELDS`, or it would stay behind."""
    structs = (PostBody, Picture, Emoji, SymposiumBody, BadgeBody, SourceBody, ThemeBody)
    fields = {
        field.name
        for struct in structs
        for field in msgspec.structs.fields(struct)
        if "BlobId" in str(struct.__annotations__[field.name])
    }

    assert fields == set(archive.BLOB_FIELDS)


async def test_text_cannot_name_a_blob(folder: Folder, tmp_path: Path) -> None:
    unnamed = blob_id(b"nobody names this")
    await folder.append(arrived("cccc", f'"blob":"{unnamed}"'))

    assert unnamed not in folder.archive(tmp_path / "a.tar").blobs


# Erased since


async def test_scrub_takes_out_what_was_erased_since(folder: Folder, file: Path, tmp_path: Path) -> None:
    await folder.append(Entry(Erased(by=OPERATOR, posts=(PostId("bbbb"),))))
    await folder.redact(3)
    assert b"Secret words" in file.read_bytes(), "the control: it is there before"

    assert scrub(file, folder.copy(tmp_path / "fresh.db"), tmp_path, now=NOW)

    assert b"Secret words" not in file.read_bytes()
    assert b"picture two" not in file.read_bytes()
    assert b"picture one" in file.read_bytes()
    report = inspect_archive(file, tmp_path)
    assert (report.found, report.seq, report.redacted) == (0, 3, 1)
    assert restore(file, tmp_path / "spare").seq == 3


def test_scrub_leaves_an_archive_alone_that_holds_nothing_erased(folder: Folder, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()

    assert not scrub(file, folder.copy(tmp_path / "fresh.db"), tmp_path, now=NOW)
    assert file.read_bytes() == before


async def test_scrub_reaches_archives_from_before_a_restore(folder: Folder, file: Path, tmp_path: Path) -> None:
    restore(file, tmp_path / "one")
    spare = Folder(tmp_path / "one")
    await spare.append(arrived("dddd", "Na het herstel"))
    await spare.redact(3)

    assert scrub(file, spare.copy(tmp_path / "fresh.db"), tmp_path, now=NOW)
    assert b"Secret words" not in file.read_bytes()


async def test_scrub_leaves_another_servers_archive_alone(file: Path, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    await other.append(made(), arrived("aaaa", "x"), arrived("bbbb", "y"))
    await other.redact(2, 3)

    assert not scrub(file, other.copy(tmp_path / "fresh.db"), tmp_path, now=NOW)


# Damaged and hostile files


def test_archive_that_was_cut_short_is_refused(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    for size in (0, 10, 512, len(data) // 2, len(data) - 11_000):
        file.write_bytes(data[:size])
        with pytest.raises(ArchiveDamaged):
            restore(file, tmp_path / "spare")
    assert not (tmp_path / "spare" / SLUG).exists()


def test_a_manifest_that_is_not_utf_8_is_refused(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    at = data.index(b'"journalSha256"') + 1
    file.write_bytes(data[:at] + b"\xe1" + data[at + 1 :])

    with pytest.raises(ArchiveDamaged, match="cannot be read"):
        restore(file, tmp_path / "spare")


def test_a_manifest_that_names_another_symposium_is_told(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    place = data.index(b'"proefdag"', data.index(b'"journalSha256"') - 600) + 1
    file.write_bytes(data[:place] + b"q" + data[place + 1 :])
    with pytest.raises(ArchiveDamaged, match="qroefdag"):
        restore(file, tmp_path / "spare")
    assert not (tmp_path / "spare" / "qroefdag").exists()


@pytest.mark.slow
def test_every_flipped_bit_is_told_or_harmless(folder: Folder, file: Path, tmp_path: Path, rng: random.Random) -> None:
    """Restored is what went in, or it is said what is not. Padding between members is harmless."""
    data = file.read_bytes()
    want = replayed(folder.home)[1]
    told = 0
    places = [data.index(b'"journalSha256"'), *(rng.randrange(len(data)) for _ in range(149))]
    for n, at in enumerate(places):
        bit = 1 << rng.randrange(8)
        file.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        spare = tmp_path / f"spare-{n}"
        try:
            restored = restore(file, spare)
        except (ArchiveDamaged, ArchiveTooNew):
            told += 1
            assert not (spare / SLUG).exists()
            continue
        assert replayed(spare / SLUG)[1] == want
        blobs = set(BlobStore(spare / SLUG / "blobs").ids())
        assert len(blobs) + len(restored.lost) >= 2 or restored.blobs < 2
    assert told > 0, "the control: some bits matter"


def forged(path: Path, members: Iterator[tuple[tarfile.TarInfo, bytes]], manifest: dict[str, Any]) -> Path:
    with tarfile.open(path, "w") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        info = tarfile.TarInfo("manifest.json")
        data = msgspec.json.encode(manifest)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture
def manifest(file: Path) -> dict[str, Any]:
    with Archive(file) as found:
        built: dict[str, Any] = msgspec.to_builtins(found.manifest)
    return built


@pytest.mark.parametrize("slug", ["../evil", "/abs", "", "A", "a/b", ".", "a" * 41])
def test_slug_that_would_be_a_path_is_refused(manifest: dict[str, Any], tmp_path: Path, slug: str) -> None:
    path = forged(tmp_path / "f.tar", iter(()), {**manifest, "slug": slug})

    with pytest.raises(ArchiveDamaged):
        restore(path, tmp_path / "spare")


@pytest.mark.parametrize("blob", ["../../x", "AB" * 32, "ab" * 31])
def test_blob_that_would_be_a_path_is_refused(manifest: dict[str, Any], tmp_path: Path, blob: str) -> None:
    path = forged(tmp_path / "f.tar", iter(()), {**manifest, "blobs": {blob: 1}})

    with pytest.raises(ArchiveDamaged):
        restore(path, tmp_path / "spare")


def test_members_that_are_links_or_escape_are_not_looked_at(
    file: Path, manifest: dict[str, Any], tmp_path: Path
) -> None:
    link = tarfile.TarInfo("journal.db")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    out = tarfile.TarInfo("../outside")
    path = forged(tmp_path / "f.tar", iter([(link, b""), (out, b"x")]), manifest)

    with pytest.raises(ArchiveDamaged, match="no journal"):
        restore(path, tmp_path / "spare")
    assert not (tmp_path / "outside").exists()


def test_archive_of_a_later_version_says_so(manifest: dict[str, Any], tmp_path: Path) -> None:
    path = forged(tmp_path / "f.tar", iter(()), {**manifest, "format": 99})

    with pytest.raises(ArchiveTooNew, match="newer version"):
        restore(path, tmp_path / "spare")


def test_keys_that_are_too_short_to_be_keys_are_not_taken(folder: Folder, tmp_path: Path) -> None:
    """Whoever signs with an empty key lets everybody sign."""
    weak = b'sign_key = ""\nhash_key = "00"\n'
    write_file(tmp_path / "a.tar", folder.source(tmp_path, extras={archive.KEYS: weak}))

    assert restore(tmp_path / "a.tar", tmp_path / "spare").keys == "other"
    assert not (tmp_path / "spare" / "secrets.toml").exists()


def test_restore_without_room_leaves_nothing(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: BlobStore, data: bytes) -> BlobId:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BlobStore, "put", full)

    with pytest.raises(OSError, match="No space"):
        restore(file, tmp_path / "spare")
    assert list((tmp_path / "spare").iterdir()) == []
