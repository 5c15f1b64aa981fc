"""What is kept of words to know a copy by: of so many posts, and of none that never came to be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server import reception as module
from server.errors import StorageFull
from tests.server.test_reception import COPIES, Stand, standing

ONE, OTHER = COPIES[3].values


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as made:
        yield made


def traced(place: Stand) -> list[str]:
    return list(place.reception._known_traces())


async def test_traces_are_of_the_newest_only(place: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRACES", 3)

    posts = [await place.arrive(text=f"Iets heel anders, nummer {number} #dag") for number in range(6)]

    assert traced(place) == [post.id for post in posts[-3:]]
    place.reception._traces = None
    assert traced(place) == [post.id for post in posts[-3:]], "also after a restart"


async def test_post_that_could_not_be_kept_leaves_no_trace(place: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    first: dict[str, Any] = ONE  # type: ignore[assignment]
    other: dict[str, Any] = OTHER  # type: ignore[assignment]

    async def full(*_: object) -> object:
        raise StorageFull("full", retry_after_s=5)

    with monkeypatch.context() as patch:
        patch.setattr(place.reception, "_submit", full)
        with pytest.raises(StorageFull):
            await place.arrive(**first)
    assert traced(place) == []

    copy = await place.arrive(**other)
    assert (await place.arrive(**first)).id == copy.id, "and its copy is the post"
    assert traced(place) == [copy.id]
