"""The wall on four sizes of screen: nothing overlaps or is cut, the code can be scanned, the last row can read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.content import Filler
from tests.browser.surfaces import shows
from tests.browser.visits import Visits, at_rest, eventually
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SIZES = [(1920, 1080), (3840, 2160), (1080, 1920), (1024, 768)]

CODE_SHARE = 0.18
"""Of the picture's height, so that the middle of the hall can scan it."""
CAP_SHARE = 0.03
"""Cap height of the smallest text of a post: readable at six picture heights (AVIXA DISCAS)."""
ROUNDING = 0.0005
SMALLEST_CARDS = 2

MEASURE = """
() => {
  const seen = (one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const box = (one) => {
    const {left, top, right, bottom} = one.getBoundingClientRect();
    return {left, top, right, bottom};
  };
  const cards = [...document.querySelectorAll('#cards .card')].filter(seen);
  const brush = document.createElement('canvas').getContext('2d');
  const cap = (text) => {
    const style = getComputedStyle(text);
    const card = text.closest('.card');
    brush.font = `${style.fontWeight} 100px ${style.fontFamily}`;
    const scale = card.getBoundingClientRect().width / card.offsetWidth;
    return brush.measureText('H').actualBoundingBoxAscent / 100 * parseFloat(style.fontSize) * scale;
  };
  const clipped = cards.flatMap((card) => [card, ...card.querySelectorAll('.post-text, .card-name')])
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2)
    .map((one) => `${one.className}: ${one.textContent.slice(0, 40)}`);
  const code = document.querySelector('[data-shows="fountain"] #join .qr, #slide .qr').getBoundingClientRect();
  return {
    boxes: [...cards.map((card) => [card.querySelector('.post-text')?.textContent.slice(0, 30), box(card)]),
      ...['.band-title', '.band-clock', '#join'].map((name) => [name, box(document.querySelector(name))])],
    cards: cards.length,
    caps: [...document.querySelectorAll('#cards .card .post-text')].filter(seen).map(cap),
    clipped,
    code: code.height,
  };
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(place: Place) -> AsyncIterator[Place]:
    await (await Filler.of(place, SLUG)).fill()
    yield place


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda n: str(n))
async def test_wall_fits_its_screen(filled: Place, visits: Visits, tmp_path: Path, width: int, height: int) -> None:
    visits.witness.own.add(filled.url)
    wall = await visits.open(
        f"{filled.url}/{SLUG}/wall", viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    await wall.wait_for_selector(f"{shows('fountain')} #cards .card")
    await at_rest(wall)  # cards come in with a fade
    await eventually(lambda: wall.evaluate("[...document.images].every((image) => image.complete)"))

    measured = await wall.evaluate(MEASURE)
    path = tmp_path / f"wall-{width}x{height}.png"
    await wall.screenshot(path=path)

    # A picture that stands up is as wide as a hall is deep: there the short side is the measure.
    side = min(width, height)
    smallest = min(measured["caps"]) / side
    print(
        f"\n{width}x{height}: {measured['cards']} cards, smallest cap height {smallest:.2%}, "
        f"code {measured['code'] / side:.1%} of {side} px ({measured['code'] / height:.1%} of the height); {path}"
    )
    assert overlaps(measured["boxes"]) == []
    assert outside(measured["boxes"], width, height) == []
    assert measured["clipped"] == []
    assert measured["cards"] >= SMALLEST_CARDS
    assert measured["code"] / side >= CODE_SHARE
    assert smallest >= CAP_SHARE - ROUNDING


def overlaps(boxes: list[tuple[str, dict[str, float]]]) -> list[str]:
    """Which boxes cover one another by more than a pixel."""
    return [
        f"{name} and {other}"
        for n, (name, a) in enumerate(boxes)
        for other, b in boxes[n + 1 :]
        if a["left"] < b["right"] - 1
        and b["left"] < a["right"] - 1
        and a["top"] < b["bottom"] - 1
        and b["top"] < a["bottom"] - 1
    ]


def outside(boxes: list[tuple[str, dict[str, float]]], width: int, height: int) -> list[str]:
    """Which boxes are not wholly in the picture."""
    return [
        name
        for name, box in boxes
        if box["left"] < 0 or box["top"] < 0 or box["right"] > width or box["bottom"] > height
    ]


async def test_overlap_and_outside_are_seen() -> None:
    """The negative control of the geometry."""
    a: dict[str, Any] = {"left": 0, "top": 0, "right": 10, "bottom": 10}
    b: dict[str, Any] = {"left": 8, "top": 8, "right": 20, "bottom": 20}

    assert overlaps([("a", a), ("b", b)]) == ["a and b"]
    assert outside([("a", a), ("b", b)], 15, 30) == ["b"]
