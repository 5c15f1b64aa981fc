"""
A first visit with a phone on a bad line: what goes over the wire, and when one can type, and when the script is there.

The line is Chromium's own imitation of slow 3G: 400 ms there and back for each request, 400 kbit/s. Each visit is that
of a phone that was never here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.visits import BROWSER_ARGS, PHONE, eventually
from tests.browser.wire import open_wire
from tests.house import SLUG, open_place
from tools import needs

ROUND_TRIP_MS = 400
BITS_PER_S = 400_000
MAX_BYTES = 60_000
_TIMES = """
() => ({
  painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  script: window.phoneReadyAt,
})
"""
_NOTE_READY = """
new MutationObserver((_, observer) => {
  const button = document.querySelector('#photo-pick');
  if (!button || button.hidden) return;
  window.phoneReadyAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });
"""


def main(argv: Sequence[str]) -> int:
    """Run it; 0 when a first visit is within its bytes."""
    parser = argparse.ArgumentParser(prog="run.py bench phone")
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args(argv)
    found = asyncio.run(measure(options.visits))
    print(json.dumps({"bench": "phone", **found}))
    print(f"bar: first visit <= {MAX_BYTES} bytes: {'met' if found['bytes'] <= MAX_BYTES else 'MISSED'}")
    return 0 if found["bytes"] <= MAX_BYTES else 1


async def measure(visits: int) -> dict[str, float]:
    """Bytes down of a first visit, the service worker's included; medians of first paint and script, in seconds."""
    chromium = needs.chromium()
    assert chromium is not None, needs.apt_line([needs.CHROMIUM])
    with tempfile.TemporaryDirectory() as folder:
        async with open_place(Path(folder)) as place, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_ARGS))
            size = await _bytes(browser, place.url)
            times = [await _visit(browser, f"{place.url}/{SLUG}") for _ in range(visits)]
            await browser.close()
    painted, script = (round(statistics.median(each), 2) for each in zip(*times, strict=True))
    return {"bytes": size, "painted_s": painted, "script_s": script}


async def _bytes(browser: Browser, url: str) -> int:
    async with open_wire(url, whole=True) as wire:
        context = await browser.new_context(**PHONE)
        page = await context.new_page()
        await page.goto(f"{wire.url}/{SLUG}")
        await _kept(page)
        await context.close()
        return wire.down


async def _visit(browser: Browser, url: str) -> tuple[float, float]:
    context = await browser.new_context(**PHONE)
    await context.add_init_script(_NOTE_READY)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    bytes_per_s = BITS_PER_S / 8
    line = {"latency": ROUND_TRIP_MS, "downloadThroughput": bytes_per_s, "uploadThroughput": bytes_per_s}
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    await page.goto(url)
    await page.wait_for_selector("#photo-pick:not([hidden])", state="attached")
    times = await page.evaluate(_TIMES)
    await context.close()
    return times["painted"] / 1_000, times["script"] / 1_000


async def _kept(page: Page) -> None:
    """Wait until the service worker has the page."""

    async def kept() -> bool:
        return bool(await page.evaluate("caches.match(location.pathname).then(Boolean)"))

    await eventually(kept, within_s=60, what="the page in the service worker's cache")
