"""Archives at every interval: what the second place does is its own affair, and the stage is told."""

from __future__ import annotations

import asyncio
import errno
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server import archive, archiving
from server.archive import Archive, restore
from server.archiving import Archiver, Facts, Worker, problem_of
from server.inspection import inspect_archive
from server.journal.copying import CopyFailed
from server.live.audience import Audience
from tests.house import SLUG, Place, eventually, open_place

HOUR_S = 3_600


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """The second place."""
    (tmp_path / "second").mkdir()
    return tmp_path / "second"


class Clock:
    def __init__(self) -> None:
        self.now_us = time.time_ns() // 1_000

    def __call__(self) -> int:
        self.now_us += 1_000_000  # no two archives in one second
        return self.now_us


def archiver(place: Place, second: Path, *, keep: int = 6) -> Archiver:
    house = place.house
    return Archiver(
        slug=SLUG,
        folder=house.config.folder / SLUG,
        node=place.hall.node,
        hub=place.hall.hub,
        store=place.hall.store,
        keyring=house.site.keyring,
        worker=Worker(),
        place=second,
        every_s=HOUR_S,
        keep=keep,
        now_us=Clock(),
    )


def files(second: Path) -> list[Path]:
    return archive.archives_in(second, SLUG)


async def test_archive_has_all_that_was_acknowledged(place: Place, second: Path, tmp_path: Path) -> None:
    await place.show("Op het scherm")
    await place.arrive("In de rij")
    it = archiver(place, second)

    await it.make()

    (file,) = files(second)
    report = inspect_archive(file, tmp_path)
    assert (report.found, report.seq, report.counts.shown, report.counts.held) == (0, place.seq, 1, 1)
    with Archive(file) as found:
        assert found.manifest.counts == report.counts, "the law replays to what runs"
    assert it.facts() == Facts(
        at=it._at, bytes=file.stat().st_size, seq=place.seq, ok=True, problem=None, kept=1, behind=0, same_disk=True,
        every_s=HOUR_S,
    )  # fmt: skip
    assert not (place.house.config.folder / SLUG / archiving.WORK / "rounds").exists()


async def test_nothing_new_makes_no_new_archive_and_is_fine(place: Place, second: Path) -> None:
    it = archiver(place, second)
    await it.make()
    at = it.facts().at

    await it.make()

    assert len(files(second)) == 1
    assert (it.facts().at or 0) > (at or 0)


async def test_newest_and_the_first_stay(place: Place, second: Path) -> None:
    it = archiver(place, second, keep=2)
    made = []
    for _ in range(5):
        await place.arrive()
        await it.make()
        made.append(next(f for f in reversed(files(second)) if f not in made))

    assert files(second) == [made[0], made[3], made[4]]
    assert it.facts().kept == 3


async def test_archives_of_others_are_left_alone(place: Place, second: Path) -> None:
    (second / f"{SLUG}-2-20200101T000000Z.tar").write_bytes(b"of another symposium")
    (second / "holiday.tar").write_bytes(b"of somebody")
    it = archiver(place, second, keep=1)
    for _ in range(4):
        await place.arrive()
        await it.make()

    assert (second / "holiday.tar").exists()
    assert (second / f"{SLUG}-2-20200101T000000Z.tar").exists()


async def test_what_is_erased_leaves_all_archives_at_once(place: Place, second: Path) -> None:
    post = await place.show("Vertrouwelijk en gewist")
    await place.show("Blijft staan")
    it = archiver(place, second)
    place.hall.node.listen(it.note)
    await it.make()
    await place.arrive()
    await it.make()
    running = asyncio.ensure_future(it.run())
    assert [b"Vertrouwelijk" in f.read_bytes() for f in files(second)] == [True, True], "the control"

    answer = await place.holder("organiser").ask("POST", "erasures", {"posts": [post.id]})

    assert answer.status == 200
    await eventually(lambda: not any(b"Vertrouwelijk" in f.read_bytes() for f in files(second)))
    assert all(b"Blijft staan" in f.read_bytes() for f in files(second))
    await eventually(lambda: it.facts().behind == 0)
    running.cancel()


async def test_erased_words_that_cannot_be_taken_out_are_told_and_tried_again(
    place: Place, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = await place.show("Vertrouwelijk en gewist")
    it = archiver(place, second)
    place.hall.node.listen(it.note)
    await it.make()
    await place.holder("organiser").ask("POST", "erasures", {"posts": [post.id]})

    def refuse(*_: Any, **__: Any) -> bool:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(archive, "scrub", refuse)
        await it.make()
    told = it.facts().behind
    await it.make()

    assert (told, it.facts().behind) == (1, 0)
    assert not any(b"Vertrouwelijk" in f.read_bytes() for f in files(second))


# A second place that fails


async def test_place_that_is_gone_is_told_and_never_made(place: Place, second: Path) -> None:
    second.rmdir()
    it = archiver(place, second)

    await it.make()

    assert (it.facts().ok, it.facts().problem) == (False, "gone")
    assert not second.exists()


async def test_place_that_comes_back_is_used_again(place: Place, second: Path) -> None:
    second.rmdir()
    it = archiver(place, second)
    await it.make()
    second.mkdir()

    await it.make()

    assert (it.facts().ok, it.facts().kept) == (True, 1)


async def test_place_that_is_full_keeps_its_older_archives(
    place: Place, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = archiver(place, second)
    await it.make()
    before = files(second)
    await place.arrive()
    real = archive.write_archive

    def full(out: Any, source: Any) -> Any:
        real(out, source)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "write_archive", full)
    await it.make()

    assert (it.facts().ok, it.facts().problem) == (False, "full")
    assert files(second) == before
    assert [p for p in second.iterdir() if p.name.endswith(".part")] == []
    assert not (place.house.config.folder / SLUG / archiving.WORK / "rounds").exists(), "no copy stays behind"


async def test_half_written_archive_of_a_killed_server_is_cleared(place: Place, second: Path) -> None:
    half = second / f".{SLUG}-20200101T000000Z.tar.part"
    other = second / ".somebody.part"
    half.write_bytes(b"half")
    other.write_bytes(b"theirs")

    await archiver(place, second).make()

    assert (half.exists(), other.exists()) == (False, True)


async def test_place_that_hangs_holds_up_nobody(place: Place, second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts, decisions and screens go on; the stage hears `slow`; a server that ends does not wait for it."""
    release = threading.Event()
    real = archiving.keep

    def hang(*args: Any, **more: Any) -> Any:
        release.wait(30)
        return real(*args, **more)

    monkeypatch.setattr(archiving, "keep", hang)
    it = archiver(place, second)
    making = asyncio.ensure_future(it.make())
    await eventually(lambda: it._began_us is not None)

    post = await place.show("Gewoon door")
    assert it._began_us is not None
    it._began_us -= int(2 * archiving.SLOW_S * 1e6)

    assert place.hall.node.state.posts[post.id].released is not None
    assert it.facts().problem == "slow"
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    release.set()


async def test_our_own_disk_without_room_makes_no_copy(
    place: Place, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "RESERVE_BYTES", 2**62)
    it = archiver(place, second)

    await it.make()

    assert (it.facts().problem, files(second)) == ("no-room", [])


async def test_archive_that_is_too_old_is_told(place: Place, second: Path) -> None:
    it = archiver(place, second)
    await it.make()
    assert it._at is not None

    it._at -= 3 * HOUR_S * 1_000_000

    assert (it.facts().ok, it.facts().problem) == (False, "old")


@pytest.mark.parametrize(("error", "code"), [
    (OSError(errno.ENOSPC, ""), "full"), (OSError(errno.EDQUOT, ""), "full"), (OSError(errno.ENOENT, ""), "gone"),
    (OSError(errno.EIO, ""), "gone"), (OSError(errno.EACCES, ""), "failed"), (ValueError(), "failed"),
    (CopyFailed("x", retry_after_s=1, code="no-room"), "no-room"), (CopyFailed("x", retry_after_s=1), "failed"),
])  # fmt: skip
def test_problem_has_a_code(error: Exception, code: str) -> None:
    assert problem_of(error) == code


# In a house


async def test_house_with_a_second_place_archives_and_tells_the_stage(tmp_path: Path, second: Path) -> None:
    async with open_place(tmp_path / "data", archive=str(second)) as place:
        await eventually(lambda: files(second))
        async with place.holder("organiser").live("stage") as live:
            while (frame := json.loads((await live.receive()).data))["type"] != "pulse" or frame["topic"] != "archive":
                pass
        await place.arrive("Na het eerste archief")

    assert frame["value"]["ok"] is True
    assert frame["value"]["problem"] is None


async def test_house_without_one_says_nothing_of_archives(place: Place) -> None:
    told = place.hall.hub.channel(Audience.STAGE)._pulses._alive

    assert [topic for topic, _ in told if topic == "archive"] == []


async def test_drill_in_a_house_screens_come_back_with_a_new_epoch(tmp_path: Path, second: Path) -> None:
    """The folder is wiped; what was acknowledged up to the archive is on the wall again, in a new epoch."""
    async with open_place(tmp_path / "data", archive=str(second)) as place:
        shown = await place.show("Dit moet terugkomen")
        await eventually(lambda: files(second))  # the house's own first one: two at once would share their work folder
        it = archiver(place, second)
        await it.make()
        old_epoch, seq = place.hall.node.epoch, place.seq
        moderator = place.tokens["moderator"]
    (tmp_path / "data").rename(tmp_path / "broken")

    restore(files(second)[-1], tmp_path / "data")

    async with open_place(tmp_path / "data") as place:
        async with place.visitor().live("wall", since=f"{old_epoch}:{seq}") as live:
            frame = json.loads((await live.receive()).data)
        answer = await place.visitor(moderator).get("me")
    assert frame["type"] == "snapshot"
    assert frame["epoch"] != old_epoch
    assert frame["view"][f"post:{shown.id}"]["text"] == "Dit moet terugkomen"
    assert answer.status == 200, "badges are hashed, and their links still work"
