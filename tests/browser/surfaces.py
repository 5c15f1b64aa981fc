"""The pages as the people of these tests use them: by what is written on them, and by the keys of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.visits import Visits, eventually

HOLD_MS = 900
"""The button wants 600."""


class Phone:
    """A phone in the hall."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, visits: Visits, url: str, **options: Any) -> Phone:
        return cls(await visits.phone(url, **options))

    async def write(self, text: str, *, photo: Path | None = None, alt: str = "", name: str = "") -> None:
        """Fill the form in."""
        await self.page.goto(self.page.url.partition("#")[0] + "#write")
        await self.page.fill("#text", text)
        if name:
            await self.page.fill("#name", name)
        if photo is not None:
            await self.page.set_input_files("#photo", photo)
            await self.page.fill("#photos li textarea", alt)

    async def send(self, text: str, **more: Any) -> str:
        """Send a post, and wait until the server has it. Returns its id."""
        before = set(await self.ids())
        await self.write(text, **more)
        await self.submit()

        async def arrived() -> list[str]:
            return [post for post in await self.ids() if post not in before]

        await eventually(arrived, what=f"{text!r} on the phone as received")
        return (await arrived())[0]

    async def submit(self) -> None:
        """Press the button; the page goes to what became of own posts."""
        await self.page.click("#send")
        await self.page.wait_for_url("**#mine", wait_until="commit")  # the page stays; only its address changes

    async def ids(self) -> list[str]:
        """Own posts that the server has."""
        found = await self.page.eval_on_selector_all("#own li[data-own]", "all => all.map(li => li.dataset.own)")
        return [str(each) for each in found]

    async def says(self, post: str, state: str) -> None:
        """Wait until the card of *post* says that it is in this state."""
        await self.page.wait_for_selector(f'#own li[data-own="{post}"][data-state="{state}"]', state="attached")

    async def withdraw(self, post: str) -> None:
        await self.page.goto(self.page.url.partition("#")[0] + "#mine")
        await self.page.click(f'#own li[data-own="{post}"] .own-actions button:last-child')


class Desk:
    """A moderator's desk."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, visits: Visits, url: str, token: str, slug: str, **options: Any) -> Desk:
        """Come in by the link that the organiser gave."""
        page = await visits.open(f"{url}/{slug}/desk#k={token}", **options)
        return await cls(page).ready()

    async def ready(self) -> Desk:
        """Wait until keys count: a desk that is not connected is deaf."""
        await self.page.wait_for_selector("#tabs .tab[aria-current]")
        await expect(self.page.locator("#policy input:checked")).to_have_count(1)
        return self

    async def focus(self, post: str) -> None:
        """Put *post* before the moderator's eyes."""
        await self.page.click(f'.row-item[data-id="{post}"] .row-open')
        await self.page.wait_for_selector(f'.row-item[data-id="{post}"].current')
        await self.page.wait_for_selector("#post .post-text")

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def tab(self, at: int) -> None:
        """0: waiting, 1: shown, 2: not."""
        await self.page.locator("#tabs .tab").nth(at).click()

    async def hold_key(self) -> None:
        await self.page.keyboard.down("0")
        await self.page.wait_for_timeout(HOLD_MS)
        await self.page.keyboard.up("0")

    async def hold_button(self) -> None:
        await self.page.hover("#stop button")
        await self.page.mouse.down()
        await self.page.wait_for_timeout(HOLD_MS)
        await self.page.mouse.up()

    async def gone_from_list(self, post: str) -> None:
        await self.page.wait_for_selector(f'.row-item[data-id="{post}"]:not(.gone)', state="detached")


def card(post: str) -> str:
    """A post on the wall, or in the list of what is on the screen."""
    return f'[data-post="{post}"]'


def shows(scene: str) -> str:
    """A wall that shows this: `fountain`, `join`, `blank`, `safe`."""
    return f'html[data-shows="{scene}"] body'


NOTE_REMOVALS = """
(selector) => {
  window.removedAt = {};
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.removedNodes) {
      const id = node.dataset?.post;
      // The next frame is the first that is painted without it.
      if (id) requestAnimationFrame(() => { window.removedAt[id] = performance.timeOrigin + performance.now(); });
    }
  }).observe(document.querySelector(selector), {childList: true, subtree: true});
}
"""
"""On a wall: remember when a card left the picture, in ms on this computer's clock."""

NOTE_KEYS = """
() => document.addEventListener('keydown', () => {
  window.pressedAt = performance.timeOrigin + performance.now();
}, {capture: true})
"""
"""On a desk: remember when the last key went down, on the same clock."""
