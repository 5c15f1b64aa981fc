"""
A wall comes back by itself: its browser killed, its renderer crashed, its network cut, its computer asleep. Nobody in
the hall has a keyboard. (The server's own death is in `test_server_gone.py`.)
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from server.symposium.values import OPERATOR, PostId, Scene
from tests.browser.content import Filler
from tests.browser.surfaces import card, shows
from tests.browser.visits import BROWSER_ARGS, Visits, eventually, free_port
from tests.browser.wire import open_wire
from tests.house import SLUG, Place
from tools import needs

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEASE_MS = 60_000
KIOSK = 'while true; do "$@"; sleep 0.2; done'
"""What a venue's computer runs at start (docs/how-to/at-a-venue.md), for a browser that ends for whatever reason."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def posts(place: Place) -> AsyncIterator[list[str]]:
    """The ids of what is on the screens."""
    shown = await (await Filler.of(place, SLUG)).fill()
    yield [post.id for post in shown]


class Kiosk:
    """A screen's computer: a browser that shows one page, and a loop that starts it again. No hands."""

    def __init__(self, url: str, profile: Path, *, again: bool = True) -> None:
        self.port = free_port()
        chromium = needs.chromium()
        assert chromium is not None
        browser = [
            chromium, "--headless=new", f"--remote-debugging-port={self.port}", f"--user-data-dir={profile}",
            "--window-size=1920,1080", "--noerrdialogs", *BROWSER_ARGS, url,
        ]  # fmt: skip
        command = ["sh", "-c", KIOSK, "kiosk", *browser] if again else browser
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._marker = f"--remote-debugging-port={self.port}"

    def browser_pid(self) -> int | None:
        """Of the browser's first process, None while there is none."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue  # It ended meanwhile.
            if self._marker in words and "sh" not in words[0].rpartition("/")[2] and not any(
                word.startswith("--type=") for word in words
            ):  # fmt: skip
                return int(entry.name)
        return None

    def kill_browser(self) -> int:
        """`kill -9`. Returns whom."""
        pid = self.browser_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    async def shows(self, selector: str) -> bool:
        """Whether its page has this."""
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}", timeout=3_000)
                page = browser.contexts[0].pages[0]
                return await page.locator(selector).count() > 0
        except (PlaywrightError, IndexError):
            return False  # It is not up.

    def end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


async def test_browser_that_is_killed_is_back_on_the_wall_by_itself(
    place: Place, posts: list[str], tmp_path: Path
) -> None:
    kiosk = Kiosk(f"{place.url}/{SLUG}/wall", tmp_path / "profile")
    try:
        await eventually(lambda: kiosk.shows(f"{shows('fountain')} .card"), within_s=60, what="the wall")
        killed = kiosk.kill_browser()

        back_s = await eventually(lambda: kiosk.shows(f"{shows('fountain')} .card"), within_s=60, what="the wall again")
    finally:
        kiosk.end()

    assert kiosk.browser_pid() != killed
    print(f"\nkill -9 of the browser: posts again after {back_s:.1f} s")


async def test_browser_without_its_loop_stays_away(place: Place, posts: list[str], tmp_path: Path) -> None:
    """The negative control: what brings it back is the loop and the page, not this test."""
    kiosk = Kiosk(f"{place.url}/{SLUG}/wall", tmp_path / "profile", again=False)
    try:
        await eventually(lambda: kiosk.shows(f"{shows('fountain')} .card"), within_s=60, what="the wall")
        kiosk.kill_browser()
        await asyncio.sleep(3)

        assert not await kiosk.shows("body")
    finally:
        kiosk.end()


@pytest.mark.parametrize("scene", [Scene.FOUNTAIN, Scene.SPOTLIGHT, Scene.TEXT])
async def test_renderer_that_crashed_is_back_in_the_scene_that_was_chosen(
    place: Place, visits: Visits, posts: list[str], scene: Scene
) -> None:
    """OBS and kiosk browsers load the address anew; nobody clicks anything."""
    visits.witness.own.add(place.url)
    node = place.hall.node
    await node.set_scene(
        OPERATOR,
        scene,
        post=PostId(posts[0]) if scene is Scene.SPOTLIGHT else None,
        title="Pauze" if scene is Scene.TEXT else "",
    )
    wall = await visits.open(f"{place.url}/{SLUG}/wall", viewport={"width": 1920, "height": 1080})
    await wall.wait_for_selector(shows(scene.value))
    crashed = asyncio.Event()
    wall.on("crash", lambda _: crashed.set())

    devtools = await wall.context.new_cdp_session(wall)
    asking = asyncio.ensure_future(devtools.send("Page.crash"))
    await asyncio.wait_for(crashed.wait(), 15)
    asking.cancel()
    again = await wall.context.new_page()
    await again.goto(f"{place.url}/{SLUG}/wall")

    await again.wait_for_selector(shows(scene.value))
    if scene is Scene.SPOTLIGHT:
        await again.wait_for_selector(card(posts[0]))
    await node.set_scene(OPERATOR, Scene.FOUNTAIN)


NOWHERE = 1
"""A port on which nobody listens."""


async def on(wall: Page, selector: str) -> bool:
    return await wall.locator(selector).count() > 0


async def test_wall_whose_network_is_cut_shows_the_safe_slide_after_its_lease_and_comes_back(
    place: Place, visits: Visits, posts: list[str]
) -> None:
    visits.witness.own.add(place.url)
    async with open_wire(place.url) as wire:
        visits.witness.own.add(wire.url)
        wall = await (await visits.context(viewport={"width": 1920, "height": 1080})).new_page()
        await wall.clock.install()
        await wall.goto(f"{wire.url}/{SLUG}/wall")
        await wall.wait_for_selector(f"{shows('fountain')} .card")

        server, wire.target = wire.target, NOWHERE
        await wire.close()
        await wall.clock.fast_forward(LEASE_MS - 30_000)
        await wall.clock.run_for(1_000)
        assert await on(wall, f"{shows('fountain')} .card"), "a short cut is not seen"
        await wall.clock.fast_forward(35_000)
        await wall.clock.run_for(1_000)
        assert await on(wall, shows("safe"))
        assert not await on(wall, "[data-post]")

        wire.target = server

        async def back() -> bool:
            await wall.clock.run_for(1_000)
            return await on(wall, f"{shows('fountain')} .card")

        await eventually(back, within_s=60, what="posts after the network is back")


async def test_computer_that_slept_shows_no_post_that_was_hidden_meanwhile(
    place: Place, visits: Visits, posts: list[str]
) -> None:
    """The clock jumps eight hours; the line is dead without a word. Old posts must not stand there until it notices."""
    visits.witness.own.add(place.url)
    async with open_wire(place.url) as wire:
        visits.witness.own.add(wire.url)
        wall = await (await visits.context(viewport={"width": 1920, "height": 1080})).new_page()
        await wall.clock.install()
        await wall.goto(f"{wire.url}/{SLUG}/wall")
        await wall.wait_for_selector(f"{shows('fountain')} .card")
        wire.target = NOWHERE

        await wall.clock.fast_forward(8 * 3_600_000)
        await wall.clock.run_for(300)

        assert await on(wall, shows("safe"))
        assert not await on(wall, "[data-post]")
