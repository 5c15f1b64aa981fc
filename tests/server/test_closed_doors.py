"""Before a version is frozen its sources are asked: who cannot answer is asked once, and what was asked counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.freezing import ASK_AT_ONCE, Freezing
from server.symposium.values import PostId, SourceId

POSTS = [PostId(f"post-{number:04}") for number in range(5 * ASK_AT_ONCE + 1)]


@pytest.mark.parametrize(
    ("opens", "breaks", "asked"),
    [(0, False, 1), (0, True, 1), (2, False, 3), (2, True, 3), (99, False, 6)],
    ids=["closed", "broken", "closes-halfway", "breaks-halfway", "open"],
)
async def test_door_that_is_closed_is_knocked_at_once(opens: int, breaks: bool, asked: int) -> None:
    knocks: list[int] = []
    unasked = set(POSTS)

    async def ask(_: SourceId, native_ids: Sequence[str]) -> bool:
        knocks.append(len(native_ids))
        if len(knocks) > opens and breaks:
            raise RuntimeError("a mistake in its code")
        return len(knocks) <= opens

    await Freezing._ask(ask, SourceId("mastodon-1"), {post: f"a.example/{post}" for post in POSTS}, unasked)

    assert len(knocks) == asked
    assert unasked == set(POSTS[min(opens, asked) * ASK_AT_ONCE :])
