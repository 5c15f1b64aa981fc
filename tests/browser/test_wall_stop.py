"""A stop at any moment of a card's way: nothing stays, and nothing comes back, whatever was moving."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.browser.lone_wall import FEED, post_item, theme_item, view_of
from tests.browser.visits import Visits
from tests.conftest import Scale
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LAYOUTS = {"fontein": "fountain", "krant": "columns", "podium": "single"}
LONGEST_MS = 1_600
"""A card has come to its place, or has left it, by then."""

_CARDS = "() => document.querySelectorAll('#cards .card').length"
_SAY = "(frame) => window.lone.say(frame)"
_STOP = """
([at, on]) => {
  window.lone.say({ type: 'changes', from: at, to: at + 1, changes: [['put', 'stop', { on, at: 0 }]] });
  return new Promise((done) => requestAnimationFrame(() => done(document.querySelectorAll('#cards .card').length)));
}
"""
_KEEPS = """
() => {
  const cards = document.querySelector('#cards');
  new MutationObserver((records) => {
    const gone = records.flatMap(({ removedNodes }) => [...removedNodes]);
    cards.append(...gone.filter((one) => one.matches?.('.card')));
  }).observe(cards, { childList: true });
}
"""
"""A fault made by hand: cards that leave are put back."""


class Drill:
    """A real wall with its real animations and clock; only what the server says comes from here."""

    def __init__(self, page: Any, rng: random.Random) -> None:
        self.page = page
        self.rng = rng
        self.at = 1

    @classmethod
    async def open(cls, place: Place, visits: Visits, theme: str, rng: random.Random) -> Drill:
        visits.witness.own.add(place.url)
        context = await visits.context()
        await context.add_init_script(FEED)
        page = await context.new_page()
        await page.goto(f"{place.url}/{SLUG}/wall")
        await page.wait_for_function("Boolean(window.lone.line)")
        posts = [post_item(f"p{n}", "Wie beslist er als de computer twijfelt?", released=n + 1) for n in range(9)]
        view = view_of(posts, theme=theme_item(SLUG, theme, "dark", LAYOUTS[theme]))
        await page.evaluate(_SAY, {"type": "snapshot", "epoch": "lone", "to": 1, "view": view})
        await page.wait_for_selector("#cards .card")
        return cls(page, rng)

    async def arrive(self, number: int) -> None:
        post = post_item(f"new{number}", "Een vers bericht.", released=1_000 + number)
        changes = [["put", f"post:new{number}", post]]
        frame = {"type": "changes", "from": self.at, "to": self.at + 1, "changes": changes}
        await self.page.evaluate(_SAY, frame)
        self.at += 1

    async def moment(self) -> None:
        await self.page.wait_for_timeout(self.rng.uniform(0, LONGEST_MS))

    async def stop(self, *, on: bool) -> int:
        """How many cards are there in the next picture."""
        left: int = await self.page.evaluate(_STOP, [self.at, on])
        self.at += 1
        return left


@pytest.mark.parametrize("theme", LAYOUTS)
async def test_no_card_stays_or_comes_back_after_a_stop(
    theme: str, place: Place, visits: Visits, scale: Scale, rng: random.Random
) -> None:
    drill = await Drill.open(place, visits, theme, rng)

    for number in range(scale(60, 3)):
        await drill.arrive(number)
        await drill.moment()
        assert await drill.stop(on=True) == 0
        await drill.moment()
        assert await drill.page.evaluate(_CARDS) == 0
        await drill.stop(on=False)
        await drill.page.wait_for_selector("#cards .card")  # the control: there is something to take away


async def test_a_wall_that_puts_its_cards_back_is_found(place: Place, visits: Visits, rng: random.Random) -> None:
    drill = await Drill.open(place, visits, "fontein", rng)
    await drill.page.evaluate(_KEEPS)

    await drill.stop(on=True)
    await drill.page.wait_for_timeout(100)

    assert await drill.page.evaluate(_CARDS) > 0
