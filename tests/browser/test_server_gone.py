"""The server dies, or is away for a while: screens show nobody's words for too long, are never blank, and come back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.surfaces import Desk, Phone, card, shows
from tests.browser.visits import Visits, eventually, free_port, said
from tests.house import SLUG, RealServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACK_MS = 30_000
"""After the server is back: the longest pause between two tries is 15 s."""
LEASE_MS = 60_000


@dataclass
class Served:
    """A real server on a port of its own, that starts again where it stopped."""

    port: int
    server: RealServer
    tokens: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.server.end()
        await asyncio.to_thread(self.server.start)

    async def epoch(self) -> str:
        """The life of this symposium's record, as a fresh page is told."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/{SLUG}/wall") as answer:
            text = await answer.text()
        told = text.partition('id="fontein">')[2].partition("</script>")[0]
        return str(json.loads(told)["epoch"])


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    port = free_port()
    served = Served(port, RealServer(tmp_path / "data", "--port", str(port)), {})
    try:
        await served.start()
        served.tokens = (await make_symposium(served))["badges"]
        yield served
    finally:
        served.server.end()


async def make_symposium(served: Served) -> Any:
    form = {"slug": SLUG, "title": "Proefdag", "hashtags": ["proef"], "date": "2026-11-12", "short": "PD"}
    headers = {"Authorization": f"Bearer {served.server.operator_token}", "Origin": served.url}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{served.url}/v1/symposia", json=form) as answer,
    ):
        assert answer.status == 201, await answer.text()
        return await answer.json()


async def shown_post(served: Served, visits: Visits, text: str) -> tuple[Desk, str]:
    """A post on the screens, and the desk that put it there."""
    phone, desk = await asyncio.gather(
        Phone.open(visits, f"{served.url}/{SLUG}"),
        Desk.open(visits, served.url, served.tokens["moderator"], SLUG),
    )
    post = await phone.send(text)
    await desk.focus(post)
    await desk.press("a")
    await phone.says(post, "on-screen")
    return desk, post


async def test_pages_come_back_by_themselves_after_kill_9(served: Served, visits: Visits) -> None:
    visits.witness.own.add(served.url)
    desk, post = await shown_post(served, visits, "Ik overleef een stroomstoring.")
    wall, text = await asyncio.gather(
        visits.open(f"{served.url}/{SLUG}/wall"), visits.open(f"{served.url}/{SLUG}/text")
    )
    for page in (wall, text):
        await page.wait_for_selector(card(post))
    for page in (wall, text, desk.page):
        await page.evaluate("window.neverReloaded = true")
    since: list[str] = []
    wall.on("websocket", lambda socket: since.append(socket.url.partition("since=")[2]))
    epoch = await served.epoch()

    served.server.kill()
    await expect(desk.page.get_by_text(said("desk", "desk.lost"))).to_be_visible()
    assert await wall.locator(card(post)).count() == 1
    await served.start()
    began = asyncio.get_running_loop().time()
    await desk.page.get_by_text(said("desk", "desk.lost")).wait_for(state="hidden", timeout=BACK_MS)
    desk_s = asyncio.get_running_loop().time() - began

    assert await served.epoch() == epoch
    another = await Phone.open(visits, f"{served.url}/{SLUG}")
    new = await another.send("Geschreven na de storing.")
    await desk.focus(new)
    await desk.press("a")
    for page in (wall, text):
        await page.wait_for_selector(card(new), timeout=BACK_MS)
        assert await page.locator(card(post)).count() == 1
    for page in (wall, text, desk.page):
        assert await page.evaluate("window.neverReloaded") is True
    assert since[-1].startswith(epoch), "the wall asked only for what it missed"
    print(f"\nkill -9, started again in {served.server.started_in_s:.1f} s; the desk was back {desk_s:.1f} s later")


async def test_wall_without_server_shows_posts_until_the_lease_is_over_and_then_the_safe_slide(
    served: Served, visits: Visits
) -> None:
    visits.witness.own.add(served.url)
    _, post = await shown_post(served, visits, "Zonder server ga ik na een minuut weg.")
    wall = await (await visits.context(viewport={"width": 1920, "height": 1080})).new_page()
    await wall.clock.install()
    await wall.goto(f"{served.url}/{SLUG}/wall")
    await wall.wait_for_selector(f"{shows('fountain')} {card(post)}")

    served.server.kill()
    await wall.clock.fast_forward(LEASE_MS - 25_000)
    await wall.clock.run_for(1_000)
    assert await is_not_blank(wall)
    assert await wall.locator(card(post)).count() == 1

    await wall.clock.fast_forward(26_000)
    await wall.clock.run_for(1_000)
    await wall.wait_for_selector(shows("safe"))
    assert await wall.locator("[data-post]").count() == 0
    await expect(wall.locator("#slide")).to_have_css("opacity", "1")
    assert await is_not_blank(wall)
    assert await qr_is_drawn(wall)

    await wall.clock.fast_forward(600_000)
    await wall.clock.run_for(1_000)
    assert await is_not_blank(wall)
    await served.start()
    await eventually(lambda: back(wall, post), within_s=60, what="the post is on the wall again")


async def back(wall: Page, post: str) -> bool:
    """Whether *post* is there; helps the wall's clock on by a second each time it is not."""
    there = await wall.locator(f"{shows('fountain')} {card(post)}").count() == 1
    if not there:
        await wall.clock.run_for(1_000)
    return there


async def is_not_blank(wall: Page) -> bool:
    """Whether there is a card or a slide to be seen."""
    return bool(
        await wall.evaluate(
            """() => [...document.querySelectorAll('.cards .card, #slide')].some((one) => {
                 const {visibility, opacity} = getComputedStyle(one);
                 return visibility === 'visible' && Number(opacity) > 0;
               })"""
        )
    )


async def qr_is_drawn(wall: Page) -> bool:
    return int(await wall.locator("#slide .qr").evaluate("image => image.naturalWidth")) > 0
