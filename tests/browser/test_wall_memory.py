"""A wall that runs for a week holds no more than one that runs for a day."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.lone_wall import LoneWall, post_item, theme_item, view_of
from tests.browser.visits import Visits
from tests.conftest import Scale
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VIEW = 200
"""Posts in the view of a wall: when another comes, the oldest goes."""
BATCH = 20
WORDS = "Publiek geld, publieke code. Wie beslist er als de computer twijfelt? "
PHOTO = "data:image/gif;base64,R0lGODlhAQABAIAAAAB/fwAAACwAAAAAAQABAAACAkQBADs="

_STREAM = """
async ([from, to, view, batch, model]) => {
  Element.prototype.animate = lone.animate;
  for (let at = from; at < to; at += batch) {
    const changes = [];
    for (let n = at; n < at + batch; n += 1) {
      const text = model.text.repeat(1 + (n * 7) % 5).slice(0, 20 + (n * 37) % 300);
      const media = n % 4 ? [] : model.media;
      const author = { ...model.author, name: `Bezoeker ${n}` };
      changes.push(['put', `post:s${n}`, { ...model, id: `s${n}`, text, media, released: n, author }]);
      if (n >= view) changes.push(['drop', `post:s${n - view}`]);
    }
    lone.change(changes);
    await lone.passMs(9_000);
  }
  await lone.settled();
}
"""
_LEAK = """
() => {
  window.kept = [];
  const keep = (records) => { for (const { removedNodes } of records) window.kept.push(...removedNodes); };
  new MutationObserver(keep).observe(document.querySelector('#measure'), { childList: true });
}
"""


async def stream(wall: LoneWall, start: int, end: int) -> dict[str, float]:
    """Posts *start* to *end* come by. Returns what the page holds then, when all rubbish is gone."""
    model = post_item("s", WORDS, media=[{"url": PHOTO, "alt": "Een zaal", "width": 1600, "height": 1200}])
    for at in range(start, end, 1_000):
        await wall.page.evaluate(_STREAM, [at, min(end, at + 1_000), VIEW, BATCH, model])
    await wall.page.wait_for_timeout(2_000)  # the last animations end
    devtools = await wall.page.context.new_cdp_session(wall.page)
    await devtools.send("Performance.enable")
    for _ in range(3):
        await devtools.send("HeapProfiler.collectGarbage")
    answer: dict[str, Any] = await devtools.send("Performance.getMetrics")
    await devtools.detach()
    found = {each["name"]: float(each["value"]) for each in answer["metrics"]}
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def grew(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """What is more than can be by chance: cards differ by some nodes, a heap by what was compiled meanwhile."""
    most = {
        "JSHeapUsedSize": before["JSHeapUsedSize"] * 1.1 + 500_000,
        "Nodes": before["Nodes"] * 1.2 + 300,
        "JSEventListeners": before["JSEventListeners"] + 60,
    }
    return [f"{name}: {before[name]:.0f} → {after[name]:.0f}" for name in most if after[name] > most[name]]


async def open_wall(place: Place, visits: Visits) -> LoneWall:
    visits.witness.own.add(place.url)
    wall = await LoneWall.open(
        await visits.context(viewport={"width": 1920, "height": 1080}), f"{place.url}/{SLUG}/wall"
    )
    theme = theme_item(SLUG, "fontein", "dark", "fountain")
    await wall.wear(view_of([], theme=theme, scene={"scene": "fountain", "screens": {}}))
    return wall


async def test_wall_holds_no_more_after_50_000_posts_than_after_10_000(
    place: Place, visits: Visits, scale: Scale
) -> None:
    early, late = scale((10_000, 50_000), (600, 1_800))
    wall = await open_wall(place, visits)

    before = await stream(wall, 0, early)
    after = await stream(wall, early, late)

    print(f"\nafter {early} posts {before}; after {late} {after}")
    assert await wall.page.locator("#cards .card").count() > 0
    assert grew(before, after) == []


async def test_a_wall_that_keeps_its_cards_is_found(place: Place, visits: Visits) -> None:
    """The negative control: the same, with every card that was measured kept."""
    wall = await open_wall(place, visits)
    await wall.page.evaluate(_LEAK)

    before = await stream(wall, 0, 600)
    after = await stream(wall, 600, 1_800)

    assert [fault for fault in grew(before, after) if fault.startswith("Nodes")] != [], (before, after)
