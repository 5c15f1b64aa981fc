"""The store keeps bytes under their own hash: durable before it answers, checked when read, swept when unnamed."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.blobs import store as module
from server.blobs.store import BlobDamaged, BlobId, BlobMissing, BlobStore, StoreFailed, StoreFull, blob_id

DATA = b"a photo"
DAY_S = 86_400


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def disk_log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the disk, in order: `fsync` with the kind of file, and `replace`."""
    if sys.platform != "linux":
        pytest.skip("names of descriptors are read from /proc")
    log: list[str] = []
    fsync, replace = os.fsync, os.replace

    def logged_fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        log.append("fsync temp" if name.startswith(".new-") else f"fsync {name}")
        fsync(descriptor)

    def logged_replace(source: Any, target: Any) -> None:
        log.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(os, "replace", logged_replace)
    return log


def failing_fsync(
    monkeypatch: pytest.MonkeyPatch, number: int, *, only: Callable[[int], bool] = lambda _: True
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if only(descriptor):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def is_folder(descriptor: int) -> bool:
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


# --- put and read -----------------------------------------------------------------------------------------------------


def test_put_returns_the_sha256_and_read_gives_the_bytes(store: BlobStore) -> None:
    blob = store.put(DATA)

    assert blob == "d4e24d749a4fe2f161af2de913c0402b04e3ae287dafd0f9dbfa4a5c56c69285"
    assert store.read(blob) == DATA


def test_put_keeps_the_file_under_two_digits_and_the_rest(folder: Path) -> None:
    blob = BlobStore(folder, reserve_bytes=0).put(DATA)

    assert files_in(folder) == [f"{blob[:2]}/{blob[2:]}"]


def test_put_twice_keeps_one_file(folder: Path) -> None:
    store = BlobStore(folder, reserve_bytes=0)

    assert store.put(DATA) == store.put(DATA)
    assert len(files_in(folder)) == 1


def test_put_syncs_the_bytes_before_the_name_and_the_name_before_it_returns(folder: Path, disk_log: list[str]) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    disk_log.clear()

    blob = store.put(DATA)

    assert disk_log == ["fsync temp", "replace", f"fsync {blob[:2]}", "fsync blobs"]


def test_put_of_what_is_there_syncs_the_name_again_as_its_first_put_may_not_have_come_so_far(
    folder: Path, disk_log: list[str]
) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    blob = store.put(DATA)
    disk_log.clear()

    store.put(DATA)

    assert disk_log == [f"fsync {blob[:2]}", "fsync blobs"]


def test_put_from_many_threads_at_once_keeps_one_whole_file(folder: Path) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    data = os.urandom(100_000)
    threads = [threading.Thread(target=store.put, args=(data,)) for _ in range(16)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(files_in(folder)) == 1
    assert store.read(blob_id(data)) == data


@pytest.mark.parametrize("damage", [DATA[:-1], b"", b"A photo", DATA + b"\0"], ids=["cut", "empty", "bit", "longer"])
def test_read_names_a_damaged_blob_and_put_heals_it(store: BlobStore, damage: bytes) -> None:
    blob = store.put(DATA)
    store.path(blob).write_bytes(damage)

    with pytest.raises(BlobDamaged, match=blob):
        store.read(blob)
    store.put(DATA)

    assert store.read(blob) == DATA


def test_read_of_a_blob_that_is_not_there_is_missing(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        store.read(blob_id(b"never put"))


@pytest.mark.parametrize(
    "evil",
    [
        "",
        "..",
        "../../../etc/passwd",
        "/etc/passwd",
        "ab/" + "c" * 62,
        "a" * 63,
        "a" * 65,
        "A" * 64,
        "a" * 64 + "\n",
        "\n" + "a" * 64,
        "a" * 63 + "\0",
        "٣" * 64,
        "..%2f" + "a" * 59,
        "a" * 62 + "..",
    ],
)
@pytest.mark.parametrize("action", ["path", "read", "open", "still_has"])
def test_store_makes_no_path_of_an_id_that_is_not_a_hash(store: BlobStore, action: str, evil: str) -> None:
    with pytest.raises(BlobMissing):
        getattr(store, action)(BlobId(evil))
    with pytest.raises(BlobMissing):
        store.let_go([BlobId(evil)])


# --- full and failing disks -------------------------------------------------------------------------------------------


def test_put_is_refused_when_it_would_eat_into_the_reserve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10_000, 0, 1000))
    store = BlobStore(folder, reserve_bytes=900)

    store.put(b"x" * 100)
    with pytest.raises(StoreFull) as caught:
        store.put(b"y" * 101)

    assert caught.value.retry_after_s > 0
    assert files_in(folder) == [str(store.path(blob_id(b"x" * 100)).relative_to(folder))]


def test_put_of_what_is_there_needs_no_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    blob = store.put(DATA)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10_000, 10_000, 0))

    assert store.put(DATA) == blob


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_put_on_a_disk_that_fills_up_half_way_leaves_nothing_and_works_again_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    with monkeypatch.context() as full:
        failing_fsync(full, number)
        with pytest.raises(StoreFull):
            store.put(DATA)

        assert files_in(folder) == []

    assert store.read(store.put(DATA)) == DATA


@pytest.mark.parametrize("which", ["file", "folder"])
def test_put_after_a_failed_fsync_is_refused_until_a_restart(
    folder: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """PostgreSQL's lesson of 2018: the kernel reports the error once, then calls the lost pages clean."""
    store = BlobStore(folder, reserve_bytes=0)
    with monkeypatch.context() as broken:
        failing_fsync(broken, errno.EIO, only=lambda descriptor: is_folder(descriptor) == (which == "folder"))
        with pytest.raises(StoreFailed):
            store.put(DATA)

    with pytest.raises(StoreFailed):
        store.put(DATA)
    assert not [name for name in files_in(folder) if ".new-" in name]
    assert BlobStore(folder, reserve_bytes=0).put(DATA) == blob_id(DATA)


# --- delete, list, sweep ----------------------------------------------------------------------------------------------


def test_let_go_removes_blobs_and_syncs_each_folder_once(folder: Path, disk_log: list[str]) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    blob, stays = store.put(DATA), store.put(b"another")
    store.arrived([blob, stays])
    beside = BlobId(f"{blob[:2]}{'0' * 62}")
    store.path(beside).write_bytes(b"in the same folder")
    disk_log.clear()

    assert store.let_go([blob, beside]) == set()
    assert store.let_go([blob]) == set()
    assert list(store.ids()) == [stays]
    assert disk_log == [f"fsync {blob[:2]}"]


def test_let_go_leaves_what_is_on_its_way(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = store.put(DATA)
    assert (store.on_their_way(), store.let_go([blob]), list(store.ids())) == ({blob}, {blob}, [blob])

    store.arrived([blob])
    assert store.on_their_way() == set()
    store.put(DATA)
    assert store.let_go([blob]) == {blob}, "put anew, it is on its way again"

    monkeypatch.setattr(module, "ON_ITS_WAY_S", 0.0)
    assert (store.let_go([blob]), list(store.ids())) == (set(), [])


def test_what_was_put_before_is_on_its_way_while_it_is_there(store: BlobStore) -> None:
    blob = store.put(DATA)
    store.arrived([blob])

    assert (store.still_has(blob), store.on_their_way()) == (True, {blob})
    store.path(blob).unlink()
    store.arrived([blob])
    assert (store.still_has(blob), store.on_their_way()) == (False, set())


def test_no_sweep_takes_what_somebody_asked_for_just_now(store: BlobStore) -> None:
    """The control is the other picture, as old and not asked for."""
    asked, other = store.put(DATA), store.put(b"another")
    for blob in (asked, other):
        os.utime(store.path(blob), (0, 0))

    assert store.still_has(asked)

    assert store.sweep((), older_than_s=3600, now_s=time.time()) == (other,)


def test_ids_lists_whole_blobs_only(store: BlobStore) -> None:
    kept = {store.put(bytes([number])) for number in range(20)}
    (store.path(next(iter(kept))).parent / ".new-half").write_bytes(b"half")

    assert set(store.ids()) == kept


def aged(store: BlobStore, data: bytes, *, age_s: float, now_s: float) -> BlobId:
    blob = store.put(data)
    os.utime(store.path(blob), (now_s - age_s, now_s - age_s))
    return blob


def test_sweep_takes_old_blobs_that_nobody_names_and_nothing_else(store: BlobStore) -> None:
    now_s = 1_800_000_000.0
    named = aged(store, b"named", age_s=DAY_S, now_s=now_s)
    fresh = aged(store, b"fresh", age_s=10, now_s=now_s)
    future = aged(store, b"from before the clock was set back", age_s=-DAY_S, now_s=now_s)
    forgotten = aged(store, b"forgotten", age_s=DAY_S, now_s=now_s)

    swept = store.sweep({named}, older_than_s=3600, now_s=now_s)

    assert swept == (forgotten,)
    assert set(store.ids()) == {named, fresh, future}


def test_sweep_takes_what_a_killed_put_left_behind(folder: Path) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    blob = store.put(DATA)
    leftover = store.path(blob).parent / ".new-0123456789abcdef"
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, 0))

    swept = store.sweep({blob}, older_than_s=3600, now_s=1_800_000_000.0)

    assert swept == ()
    assert files_in(folder) == [f"{blob[:2]}/{blob[2:]}"]


def test_sweep_spares_an_old_blob_that_was_just_put_again(store: BlobStore) -> None:
    now_s = time.time()
    blob = aged(store, DATA, age_s=DAY_S, now_s=now_s)

    store.put(DATA)

    assert store.sweep(set(), older_than_s=3600, now_s=now_s) == ()
    assert store.sweep(set(), older_than_s=3600, now_s=now_s + DAY_S) == (blob,)


# A file that is there already


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """A file beside the store."""
    path = tmp_path / "upload.part"
    path.write_bytes(DATA)
    return path


def test_put_file_moves_it_under_its_hash(store: BlobStore, part: Path) -> None:
    blob = store.put_file(part)

    assert (blob, part.exists()) == (blob_id(DATA), False)
    assert store.read(blob) == DATA


def test_put_file_syncs_the_bytes_before_the_name_and_the_names_before_it_returns(
    folder: Path, part: Path, disk_log: list[str]
) -> None:
    store = BlobStore(folder, reserve_bytes=0)
    disk_log.clear()

    blob = store.put_file(part)

    folders = [f"fsync {blob[:2]}", "fsync blobs", f"fsync {part.parent.name}"]
    assert disk_log == ["fsync upload.part", "replace", *folders]


def test_put_file_heals_a_damaged_copy_and_its_grace_begins_anew(store: BlobStore, part: Path) -> None:
    blob = store.put(DATA)
    store.path(blob).write_bytes(b"rot")
    os.utime(part, (0, 0))

    store.put_file(part)

    assert store.read(blob) == DATA
    assert store.sweep((), older_than_s=DAY_S, now_s=time.time()) == ()


def test_put_file_on_a_failing_disk_leaves_it_where_it_was(
    store: BlobStore, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(StoreFailed):
            store.put_file(part)

    assert part.read_bytes() == DATA
    assert list(store.ids()) == []
    with pytest.raises(StoreFailed):  # until a restart
        store.put_file(part)


def test_open_gives_pieces_and_open_checked_only_what_was_put(store: BlobStore) -> None:
    blob = store.put(DATA)
    with store.open(blob) as file:
        file.seek(2)
        assert file.read() == DATA[2:]
    with store.open_checked(blob) as checked:
        assert checked.read() == DATA

    store.path(blob).write_bytes(b"rot")

    with pytest.raises(BlobDamaged), store.open_checked(blob):
        pass


@pytest.mark.parametrize("name", ["0" * 64, "../../secrets", ""])
def test_open_of_what_is_not_there_is_missing(store: BlobStore, name: str) -> None:
    with pytest.raises(BlobMissing):
        store.open(BlobId(name))


def test_check_room_keeps_the_reserve(folder: Path) -> None:
    with pytest.raises(StoreFull):
        BlobStore(folder, reserve_bytes=0).check_room(2**62)
    BlobStore(folder, reserve_bytes=0).check_room(1)
