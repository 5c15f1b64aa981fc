"""Uploads over a crash: what was flushed is there, what was not is sent again, and what is nobody's goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.blobs.store import StoreFull
from server.errors import Conflict, NotFound, TooMany
from server.papers import uploads as module
from server.papers.uploads import IDLE_S, KEPT_S, OPEN_PER_BADGE, Upload, Uploads


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> Uploads:
    return loaded(tmp_path / "uploads", clock)


def loaded(folder: Path, clock: Clock) -> Uploads:
    made = Uploads(folder, now_s=clock)
    made.load()
    return made


def begun(uploads: Uploads, *, by: str = "anna", length: int = 100) -> Upload:
    return uploads.make(paper="p", by=by, length=length, name="a.pdf", lang="nl")


def test_what_was_added_is_there_after_a_restart(uploads: Uploads, tmp_path: Path, clock: Clock) -> None:
    upload = begun(uploads)
    appending = uploads.append(upload, 0)
    appending.write(b"x" * 40)
    appending.close()

    again = loaded(tmp_path / "uploads", clock).get(upload.id, paper="p", by="anna")

    assert (again.offset, again.note) == (40, upload.note)
    assert again.path.read_bytes() == b"x" * 40


def test_what_was_not_flushed_is_not_believed_after_a_crash(uploads: Uploads, tmp_path: Path, clock: Clock) -> None:
    """After a power cut the file may be as long as it was, with zeros where the bytes did not come so far."""
    upload = begun(uploads)
    appending = uploads.append(upload, 0)
    appending.write(b"x" * 30)
    appending.sync()
    appending.write(b"x" * 30)
    with upload.path.open("r+b") as file:
        file.seek(30)
        file.write(b"\0" * 30)

    again = loaded(tmp_path / "uploads", clock).get(upload.id, paper="p", by="anna")
    found = again.path.read_bytes()
    appending.close()

    assert (again.offset, found) == (30, b"x" * 30)


def test_flushes_come_by_size(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SYNC_BYTES", 50)
    upload = begun(uploads)
    appending = uploads.append(upload, 0)
    noted = []
    for _ in range(4):
        appending.write(b"x" * 25)
        noted.append(upload.note.synced)
    appending.close()

    assert noted == [0, 50, 50, 100]


def test_note_without_bytes_and_bytes_without_note_go_at_the_next_start(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "uploads"
    kept, lost = begun(uploads), begun(uploads)
    lost.path.unlink()
    (folder / f"{'a' * 32}.part").write_bytes(b"x")
    (folder / f"{'b' * 32}.json").write_bytes(b"not a note")
    (folder / f"{'c' * 32}.whole").write_bytes(b"half a file")
    (folder / "strange").write_bytes(b"x")

    loaded(folder, clock)

    assert sorted(p.name for p in folder.iterdir()) == [f"{kept.id}.json", f"{kept.id}.part"]


def test_bytes_go_on_where_they_stopped_and_nowhere_else(uploads: Uploads) -> None:
    upload = begun(uploads)

    for offset in (1, 100, -1):
        with pytest.raises(Conflict):
            uploads.append(upload, offset)


def test_upload_is_found_by_its_badge_and_paper_only_and_for_a_day(uploads: Uploads, clock: Clock) -> None:
    upload = begun(uploads)

    for paper, by in (("p", "bert"), ("q", "anna")):
        with pytest.raises(NotFound):
            uploads.get(upload.id, paper=paper, by=by)
    assert uploads.get(upload.id, paper="p", by="anna") is upload
    clock.now += KEPT_S + 1
    with pytest.raises(NotFound):
        uploads.get(upload.id, paper="p", by="anna")


def test_badge_has_eight_open_and_finished_ones_do_not_count(uploads: Uploads) -> None:
    first = begun(uploads)
    for _ in range(OPEN_PER_BADGE - 1):
        begun(uploads)

    with pytest.raises(TooMany):
        begun(uploads)
    begun(uploads, by="bert")
    uploads.end(first, b"{}", 200)
    begun(uploads)


def test_ninth_takes_the_place_of_the_one_that_was_left_longest(uploads: Uploads, clock: Clock) -> None:
    mine = []
    for _ in range(OPEN_PER_BADGE):
        mine.append(begun(uploads))
        clock.now += 1
    clock.now += IDLE_S
    uploads.get(mine[0].id, paper="p", by="anna")

    begun(uploads)

    assert {each.id for each in uploads} >= {each.id for each in (mine[0], *mine[2:])}
    with pytest.raises(NotFound):
        uploads.get(mine[1].id, paper="p", by="anna")
    assert not mine[1].path.exists()


async def test_one_that_bytes_come_in_for_does_not_give_way(uploads: Uploads, clock: Clock) -> None:
    mine = [begun(uploads) for _ in range(OPEN_PER_BADGE)]
    clock.now += IDLE_S + 1
    for each in mine:
        await each.turn.acquire()
    with pytest.raises(TooMany):
        begun(uploads)
    mine[3].turn.release()
    begun(uploads)
    assert mine[3].id not in {each.id for each in uploads}


def test_after_a_restart_those_that_nobody_came_back_for_give_way(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    for _ in range(OPEN_PER_BADGE):
        begun(uploads)
        clock.now += 1
    begun(loaded(tmp_path / "uploads", clock))


def test_answer_of_a_finished_upload_survives_and_its_bytes_do_not(
    uploads: Uploads, tmp_path: Path, clock: Clock
) -> None:
    upload = begun(uploads)
    uploads.end(upload, b'{"paper":1}', 200)

    again = loaded(tmp_path / "uploads", clock).get(upload.id, paper="p", by="anna")

    assert (again.note.answer, again.is_whole, again.path.exists()) == ('{"paper":1}', True, False)


def test_waiting_bytes_are_those_of_open_uploads(uploads: Uploads) -> None:
    begun(uploads, length=70)
    uploads.end(begun(uploads, length=20), b"{}", 200)

    assert uploads.waiting_bytes == 70


def test_full_disk_is_told_and_leaves_the_upload_as_it_was(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begun(uploads)
    appending = uploads.append(upload, 0)
    appending.write(b"x" * 10)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StoreFull):
            appending.close()

    assert upload.note.synced == 0
    uploads.append(upload, upload.offset).close()
    assert upload.note.synced == 10, "it can go on"
