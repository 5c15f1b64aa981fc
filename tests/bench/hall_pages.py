"""
The wall in real browsers, for the full hall: when a page has a post, and when a hidden one has left its picture.

The pages are the ones that people get. A script that the test puts before theirs hands every frame to them first, and
notes the time when they are done with it: the page's store is then that of the frame, for it takes frames in one go. A
second note is made when a card has been taken out of the document and the first picture without it has been drawn. All
times are in ms of this computer's clock since 1970, as are those of whoever decides.

The pages ask for reduced motion, but those that `moving` counts. Moving water and cards without a graphics card costs
so much that a few of them on the server's own processors would measure nothing else.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from playwright.async_api import Page, ViewportSize, async_playwright

from tests.browser.visits import BROWSER_ARGS
from tools import needs

PICTURE: ViewportSize = {"width": 1920, "height": 1080}
"""Of a projector, in px."""
_LOADED_MS = 60_000
_PR_CAPBSET_DROP, _CAP_SYS_NICE = 24, 23

_NOTE = """
(() => {
  const had = {}, gone = {};
  const now = () => performance.timeOrigin + performance.now();
  const drawn = new MessageChannel();
  const waiting = [];
  // What is sent from a frame's callback arrives when that frame has been drawn.
  drawn.port1.onmessage = () => { for (const note of waiting.splice(0)) note(); };

  const note = (frame, at) => {
    const puts = (frame.changes ?? []).filter(([what]) => what === 'put').map(([, key]) => key);
    for (const key of [...puts, ...Object.keys(frame.view ?? {})])
      if (key.startsWith('post:')) had[key.slice(5)] ??= at;
  };
  window.WebSocket = class extends WebSocket {
    set onmessage(take) {
      super.onmessage = (event) => {
        take.call(this, event);
        // A page that missed something closes, and takes a new snapshot: it has not taken this frame.
        if (this.readyState === WebSocket.OPEN) note(JSON.parse(event.data), now());
      };
    }
  };
  new MutationObserver((records) => {
    const cards = records.filter(({target}) => target.id === 'cards').flatMap(({removedNodes}) => [...removedNodes]);
    for (const card of cards) {
      const leave = () => { if (!card.isConnected) gone[card.dataset.post] = now(); };
      requestAnimationFrame(() => { waiting.push(leave); drawn.port2.postMessage(null); });
    }
  }).observe(document, {childList: true, subtree: true});
  window.benchNotes = {had, gone};
})();
"""
_CARDS = "() => [...document.querySelectorAll('#cards .card')].map((card) => card.dataset.post)"


class Pages:
    """Wall pages in one browser, each in a profile of its own."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, count: int, moving: int) -> AsyncIterator[Pages]:
        """
        Open *count* walls; the first *moving* of them move as in a hall.

        Raises:
            RuntimeError: There is no Chromium.
        """
        path = needs.chromium()
        if path is None:
            raise RuntimeError(f"no Chromium: {needs.apt_line([needs.CHROMIUM])}, or leave the pages out: --pages 0")
        _draw_as_others()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGS))
            pages = []
            for number in range(count):
                calm: Literal["reduce", "no-preference"] = "no-preference" if number < moving else "reduce"
                page = await (await browser.new_context(viewport=PICTURE, reduced_motion=calm)).new_page()
                pages.append(page)
                await page.add_init_script(_NOTE)
                await page.goto(url)
                await page.wait_for_selector('[data-shows="join"]', state="attached", timeout=_LOADED_MS)
            yield cls(pages)
            await browser.close()

    async def on_all(self) -> set[str]:
        """The posts whose card is in the document of every page."""
        cards: list[list[str]] = await asyncio.gather(*(page.evaluate(_CARDS) for page in self.pages))
        return set.intersection(*map(set, cards))

    async def left_behind(self, posts: set[str]) -> int:
        """How many cards of *posts* there are still, on all pages together."""
        cards: list[list[str]] = await asyncio.gather(*(page.evaluate(_CARDS) for page in self.pages))
        return sum(post in posts for page in cards for post in page)

    async def notes(self) -> list[dict[str, dict[str, float]]]:
        """For each page: `had` and `gone`, posts with the time at which it had them, and their picture had not."""
        notes: list[Any] = await asyncio.gather(*(page.evaluate("window.benchNotes") for page in self.pages))
        return notes


def _draw_as_others() -> None:
    """
    Keep this process and its children from raising their priority, which root may.

    Chromium would draw before the server does anything; in a hall it draws on a computer of its own.
    """
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_SYS_NICE, 0, 0, 0)
