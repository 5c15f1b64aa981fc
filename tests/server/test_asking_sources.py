"""All sources are asked for a post at once: one that hangs, or has trouble, keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from server import whereabouts
from server.errors import NotFound
from server.sources.contract import NetworkPost, Source
from server.symposium.values import SourceId
from tests.server.sources import virtual

ADDRESS = "https://social.example/@anna/1"
POST = NetworkPost(native_id="social.example/1", uri=ADDRESS, author_id="anna", text="x", created=1)


class Answering:
    """Says what it knows after so many seconds."""

    def __init__(self, after_s: float, knows: NetworkPost | None = None, trouble: Exception | None = None) -> None:
        self._after_s, self._knows, self._trouble = after_s, knows, trouble
        self.was_left = False

    async def find(self, address: str) -> NetworkPost | None:
        try:
            await asyncio.sleep(self._after_s)
        except asyncio.CancelledError:
            self.was_left = True
            raise
        if self._trouble is not None:
            raise self._trouble
        return self._knows


def _asked(*sources: Answering) -> tuple[list[tuple[str, str]], float]:
    async def scenario() -> tuple[Sequence[whereabouts.Asked], float]:
        began = asyncio.get_running_loop().time()
        named = [(SourceId(f"s-{number}"), cast("Source", each)) for number, each in enumerate(sources)]
        said = await whereabouts.ask(named, ADDRESS)
        return said, asyncio.get_running_loop().time() - began

    said, took_s = virtual.run(scenario())
    return [(each.source, each.what) for each in said], took_s


@pytest.mark.parametrize("hanging", [1, 2, 5])
def test_sources_that_hang_are_waited_for_together(hanging: int) -> None:
    sources = [Answering(3_600) for _ in range(hanging)]

    said, took_s = _asked(*sources)

    assert said == [(f"s-{number}", "timeout") for number in range(hanging)]
    assert took_s == pytest.approx(whereabouts.ASK_S)
    assert all(each.was_left for each in sources)


def test_post_that_is_found_is_told_at_once() -> None:
    hanging, last = Answering(3_600), Answering(3_600)

    said, took_s = _asked(hanging, Answering(1), Answering(2, POST), last)

    assert said == [("s-1", "not-there"), ("s-2", "")]
    assert took_s == pytest.approx(2)
    assert hanging.was_left
    assert last.was_left


def test_of_two_that_have_it_at_once_the_first_counts() -> None:
    said, _ = _asked(Answering(1, POST), Answering(1, POST))

    assert said[0] == ("s-0", "")


def test_trouble_of_one_keeps_nobody_from_being_asked() -> None:
    said, _ = _asked(
        Answering(0, trouble=NotFound("x", code="not-public")), Answering(0, trouble=ValueError()), Answering(1, POST)
    )

    assert said == [("s-0", "not-public"), ("s-1", "unreadable"), ("s-2", "")]


def test_nobody_to_ask_says_nothing() -> None:
    assert _asked() == ([], 0)
