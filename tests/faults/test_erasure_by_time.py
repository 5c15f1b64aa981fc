"""
What was kept as long as the notice said is gone from the disk; a legal hold stops that; a frozen report stays.

The clock is moved, the disk is read as after an erasure.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server.symposium.entries import SymposiumBody
from server.symposium.state import Keeping
from server.symposium.values import LAPSED, OPERATOR, BlobId, Kept
from tests.faults.test_erasure import EDITED, HANDLE, NAME, SECRETS, STAYS, TEXT, Day, Search, a_day
from tests.house import SLUG, open_place

pytestmark = pytest.mark.fault

DAY_US = 86_400_000_000
END = 1_794_610_800_000_000
"""The midnight after 13 November 2026 in Amsterdam."""


async def _set_up(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """A symposium with a date, at whose end the clock stands."""
    await day.node.change(OPERATOR, SymposiumBody(title="Proefdag", date="2026-11-13"))
    _clock(day, END, monkeypatch)


def _clock(day: Day, now_us: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day.node.keep, "_now_us", lambda: now_us)


async def _on_disk(day: Day, *words: str) -> set[str]:
    """Which of *words* are still there: the index follows a moment later."""
    search = Search(*words)
    found = search.files(day.data)
    for _ in range(20):
        if not found:
            break
        await asyncio.sleep(0.25)
        found = search.files(day.data)
    return set().union(*found.values())


async def test_words_go_when_their_days_are_over_and_not_a_day_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_day(tmp_path, archived=False) as day:
        await day.live()
        await _set_up(day, monkeypatch)

        _clock(day, END + 30 * DAY_US - 1, monkeypatch)
        assert await day.node.keep.lapse() == ()
        assert (day.node.state.posts[day.posts[0].id].status, Search(TEXT).files(day.data) != {}) == ("shown", True)

        _clock(day, END + 30 * DAY_US, monkeypatch)
        assert set(await day.node.keep.lapse()) == {Kept.POSTS, Kept.PICTURES, Kept.DEVICES}
        await day.node.keep.expire()
        assert {post.status for post in day.node.state.posts.values()} <= {LAPSED, "erased"}
        assert await _on_disk(day, *SECRETS, STAYS.split()[0]) == set()
        await day.place.hall.forget_blobs({BlobId(day.picture)})
        assert not day.picture_file.exists()

        _clock(day, END + 90 * DAY_US, monkeypatch)
        assert await day.node.keep.lapse() == (Kept.AUDIT,)
        assert await _on_disk(day, "Badge moderator") == set()
        seq = day.node.state.seq
        assert (await day.node.keep.lapse(), day.node.state.seq) == ((), seq), "and nothing is left to go"
    async with open_place(day.data) as again:
        assert again.hall.node.state.posts[day.posts[0].id].status is LAPSED


async def test_frozen_report_stays_and_somebody_can_still_be_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_day(tmp_path, archived=False) as day:
        await day.live()
        await day.freeze()
        await _set_up(day, monkeypatch)
        _clock(day, END + 30 * DAY_US, monkeypatch)
        await day.node.keep.lapse()

        answer = await day.place.holder("author").get("report/versions/1/html")
        assert (answer.status, Search(TEXT, NAME).bytes(answer.body)) == (200, {TEXT, NAME})

        await day.erase()
        assert await day.left(Search(TEXT, NAME, HANDLE, EDITED)) == {}
        answer = await day.place.holder("author").get("report/versions/2/html")
        assert (answer.status, Search("roodborstje").bytes(answer.body)) == (200, {"roodborstje"})


async def test_legal_hold_keeps_everything_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_day(tmp_path, archived=False) as day:
        await day.live()
        await day.freeze()
        await _set_up(day, monkeypatch)
        await day.node.keep.set(OPERATOR, Keeping(rejected_hours=1, posts_days=0, pictures_days=0))
        await day.node.keep.hold(OPERATOR, on=True, reason="Een klacht wordt onderzocht.")
        _clock(day, END + 400 * DAY_US, monkeypatch)
        assert (await day.node.keep.lapse(), await day.node.keep.expire()) == ((), 0)
        await day.erase()
        (version,) = day.node.state.draft.versions
        assert (bool(version.held), bool(version.files)) == (True, True)
        assert TEXT in set.union(*Search(TEXT).files(day.data).values()), "the version keeps its words"

        await day.node.keep.hold(OPERATOR, on=False)

        assert await day.left(Search(TEXT, NAME, HANDLE, EDITED)) == {}
        assert Kept.POSTS in await day.node.keep.lapse()
        assert Search("klacht wordt").files(day.data / SLUG) == {}, "and the reason is overwritten"
