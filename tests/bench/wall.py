"""
How smoothly a wall runs on a computer without a graphics card.

The real page and server, at the size of a projector, drawn by Chromium in software: first as in a full hall, with the
theme's jets, as many cards as there may be, photos among them, and a new post as often as the pace allows; then with 60
cards, six of which fly at a time: more than any layout shows. Frames are counted by `requestAnimationFrame`, which is
called for each picture that is drawn; the main thread's time is Chromium's own count of all that it does there.

    python3 run.py bench wall [--seconds 20] [--theme fontein] [--cards 60]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import tempfile
from collections.abc import Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import CDPSession, Page, ViewportSize, async_playwright

from server.symposium.state import Post
from server.symposium.values import Decision
from tests.browser.content import SAID, Filler
from tests.browser.visits import BROWSER_ARGS
from tests.house import SLUG, Place, open_place
from tools import needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MIN_FPS = 58.0
MAX_FRAME_MS = 50.0
MAX_MAIN_MS = 300.0
"""Of the main thread, per second."""
PICTURE: ViewportSize = {"width": 1920, "height": 1080}
POST_EVERY_S = 2.6
"""The wall's own pace in a flood: one arrival in 2.5 s."""
_SETTLE_S = 3.0
_AT_FIRST = 12
_PHOTO_OF = 2
"""One post in so many has a photo."""
_LOOK_S = 1.0

_COUNT = """
() => {
  window.frames = [];
  const next = (at) => { window.frames.push(at); requestAnimationFrame(next); };
  requestAnimationFrame(next);
}
"""
_FRAMES = "() => window.frames.splice(0)"
_CROWD = """
async ([module, count]) => {
  const { rise } = await import(module);
  const cards = document.querySelector('#cards');
  const models = [...cards.querySelectorAll('.card')];
  const across = 10;
  const places = Array.from({ length: count }, (_, n) => {
    const width = innerWidth / across;
    return { x: (n % across) * width, y: Math.floor(n / across) * (innerHeight / Math.ceil(count / across)), width };
  });
  const crowd = places.map(({ x, y, width }, n) => {
    const model = models[n % models.length];
    const scale = (width * 0.92) / model.offsetWidth;
    const card = model.cloneNode(true);
    card.classList.add('crowd');
    card.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    cards.append(card);
    const rect = { x, y, width, height: width };
    return { card, place: { id: String(n), rect, scale, crest: false, form: 'normal' } };
  });
  let turn = 0;
  setInterval(() => {
    for (let n = 0; n < 6; n += 1) {
      const { card, place } = crowd[turn++ % crowd.length];
      void rise(card, place);
    }
  }, 1_000);
}
"""


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when all bars are met."""
    parser = argparse.ArgumentParser(prog="run.py bench wall")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each of both")
    parser.add_argument("--theme", default="fontein")
    parser.add_argument("--cards", type=int, default=60, help="of the crowd")
    options = parser.parse_args(argv)
    busy = os.getloadavg()[0]
    found = asyncio.run(measure(options))
    print(f"theme {options.theme}, {PICTURE['width']}x{PICTURE['height']}, drawn in software;", end=" ")
    print(f"{os.cpu_count()} processors, load before it {busy:.1f}")
    print(f"{'':10}{'cards':>8}{'photos':>8}{'fps':>8}{'p99 ms':>8}{'max ms':>8}{'main ms/s':>11}")
    for name, row in found.items():
        print(f"{name:10}{row['cards']:>8}{row['photos']:>8}{row['fps']:>8}", end="")
        print(f"{row['p99_ms']:>8}{row['max_ms']:>8}{row['main_ms']:>11}")
    print(json.dumps({"bench": "wall", **found}))
    missed = [f"{name}: {fault}" for name, row in found.items() for fault in faults(row)]
    bar = f">= {MIN_FPS:g} fps, no frame over {MAX_FRAME_MS:g} ms, <= {MAX_MAIN_MS:g} ms of the main thread per second"
    print(f"bar: {bar}: {'MISSED' if missed else 'met'}", *missed, sep="; ")
    return 1 if missed else 0


def faults(row: dict[str, float]) -> list[str]:
    """Which bars a run missed, in words."""
    judged = {
        f"{row['fps']} fps": row["fps"] >= MIN_FPS,
        f"a frame of {row['max_ms']} ms": row["max_ms"] <= MAX_FRAME_MS,
        f"{row['main_ms']} ms/s of the main thread": row["main_ms"] <= MAX_MAIN_MS,
    }
    return [said for said, is_met in judged.items() if not is_met]


async def measure(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """`hall` and `crowd`."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_place(Path(folder)) as place:
            filler = await Filler.of(place, SLUG)
            coming = math.ceil(2 * (options.seconds + _SETTLE_S) / POST_EVERY_S)
            posts = await _fill(filler, _AT_FIRST + coming)
            await filler.decide(Decision.SHOW, *posts[:_AT_FIRST])
            async with _wall(place, options.theme) as (page, devtools):
                arriving = asyncio.create_task(_arrive(filler, posts[_AT_FIRST:]))
                try:
                    hall = await _run(page, devtools, options.seconds)
                    module = f"{place.house.site.assets.prefix}screen/motion.js"
                    await page.evaluate(_CROWD, [module, options.cards])
                    crowd = await _run(page, devtools, options.seconds)
                finally:
                    arriving.cancel()
    return {"hall": hall, "crowd": crowd}


@asynccontextmanager
async def _wall(place: Place, theme: str) -> AsyncIterator[tuple[Page, CDPSession]]:
    chromium = needs.chromium()
    assert chromium is not None, needs.apt_line([needs.CHROMIUM])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_ARGS))
        context = await browser.new_context(viewport=PICTURE, locale="nl-NL", reduced_motion="no-preference")
        page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        await devtools.send("Performance.enable")
        await page.goto(f"{place.url}/{SLUG}/wall?theme={theme}")
        await page.wait_for_selector("#cards .card")
        await page.evaluate(_COUNT)
        yield page, devtools
        await browser.close()


async def _fill(filler: Filler, count: int) -> list[Post]:
    """*count* posts that wait: taking pictures in is work for the server, and none of a screen's."""
    return [await _post(filler, number) for number in range(count)]


async def _arrive(filler: Filler, posts: Sequence[Post]) -> None:
    for post in posts:
        await asyncio.sleep(POST_EVERY_S)
        await filler.decide(Decision.SHOW, post)


async def _post(filler: Filler, number: int) -> Post:
    lang, name, text = SAID[number % len(SAID)]
    media = (await filler.picture((1600, 1200)),) if number % _PHOTO_OF == 0 else ()
    return await filler.phone(f"{text} ({number})", name=name, lang=lang, media=media)


async def _run(page: Page, devtools: CDPSession, seconds: float) -> dict[str, float]:
    await asyncio.sleep(_SETTLE_S)
    await page.evaluate(_FRAMES)
    before = await _metrics(devtools)
    cards, photos = await _most(page, seconds)
    frames = await page.evaluate(_FRAMES)
    after = await _metrics(devtools)
    took_s = after["Timestamp"] - before["Timestamp"]
    main_ms = (after["TaskDuration"] - before["TaskDuration"]) / took_s * 1_000
    return {**of_frames(frames), "cards": cards, "photos": photos, "main_ms": round(main_ms, 1)}


async def _most(page: Page, seconds: float) -> tuple[int, int]:
    """Let so much time pass. Returns the most cards, and the most photos, that were on at a time."""
    cards = photos = 0
    for _ in range(round(seconds / _LOOK_S)):
        await asyncio.sleep(_LOOK_S)
        cards = max(cards, await page.locator("#cards .card").count())
        photos = max(photos, await page.locator("#cards .photos img").count())
    return cards, photos


def of_frames(at_ms: Sequence[float]) -> dict[str, float]:
    """Of the moments at which pictures were drawn: how many a second, and the longest between two."""
    gaps = sorted(later - earlier for earlier, later in pairwise(at_ms))
    return {
        "fps": round(1_000 * len(gaps) / (at_ms[-1] - at_ms[0]), 1),
        "p99_ms": round(gaps[int(len(gaps) * 0.99)], 1),
        "max_ms": round(gaps[-1], 1),
    }


async def _metrics(devtools: CDPSession) -> dict[str, float]:
    answer: dict[str, Any] = await devtools.send("Performance.getMetrics")
    return {each["name"]: float(each["value"]) for each in answer["metrics"]}
