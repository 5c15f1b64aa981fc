"""Near-duplicates: what says the same, at which cost."""

from __future__ import annotations

import random
import time

import pytest

from server.intake.alike import alike, same_details
from server.intake.circumstances import Recent
from server.symposium.values import AuthorKey, PostId


def recent(*matches: str) -> list[Recent]:
    return [Recent(PostId(str(number)), match, AuthorKey("bob")) for number, match in enumerate(matches)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("wat een prachtig verhaal", "wat een prachtig verhaal", True, id="the-same"),
        pytest.param("wat een prachtig verhaal", "wat een prachtig verhaal!!", True, id="one-more-sign"),
        pytest.param("wat een prachtig verhaal", "prachtig verhaal wat een", True, id="another-order"),
        pytest.param("wat een prachtig verhaal", "wat een pr4chtig verh4al", True, id="two-letters"),
        pytest.param("wat een prachtig verhaal", "wat een vreselijk verhaal", False, id="the-opposite"),
        pytest.param(
            "goedemorgen allemaal", "goedemorgen allemaal, hoe denken jullie over open data?", False, id="says-more"
        ),
        pytest.param("kort verhaal", "kort verhaal", True, id="twelve-long"),
        pytest.param("kort verhal", "kort verhal", False, id="eleven-long"),
        pytest.param("", "", False, id="nothing"),
    ],
)
def test_alike(one: str, other: str, same: bool) -> None:
    assert bool(alike(one, recent(other), percent=88, length=12)) is same


def test_alike_finds_all_oldest_first() -> None:
    found = alike(
        "wat een prachtig verhaal",
        recent("wat een prachtig verhaal!", "iets heel anders is dit", "wat een prachtig verhaal"),
        percent=88,
        length=12,
    )

    assert [each.recent.post for each in found] == ["0", "2"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ik kies optie a", "ik kies optie b", False),
        ("zaal 12 is vol", "zaal 13 is vol", False),
        ("zaal 12 is vol", "zaal 12 is vol!", True),
        ("a of b", "b of a", True),
    ],
)
def test_same_details(one: str, other: str, same: bool) -> None:
    assert same_details(one, other) is same


@pytest.mark.parametrize("length", [60, 480], ids=["posts", "longest-of-phones"])
def test_alike_against_500_posts_stays_within_10_ms(length: int) -> None:
    """The limit is for one arrival on the loop. CPU time, the best of five: other work may share the machine."""
    draw = random.Random(3)
    words = ["data", "open", "stad", "burger", "vraag", "model", "rijk", "wet", "plein", "dorp", "verhaal", "zaal"]
    texts = [" ".join(draw.choice(words) for _ in range(length // 5))[:length] for _ in range(501)]
    earlier = recent(*texts[1:])

    best = min(_seconds(texts[0], earlier) for _ in range(5))

    assert best < 0.010


def _seconds(match: str, earlier: list[Recent]) -> float:
    started = time.thread_time()
    alike(match, earlier, percent=88, length=12)
    return time.thread_time() - started
