"""The remote on the smallest phone, in both languages and both colours: nothing cut, nothing too small, axe content."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.browser.content import Filler
from tests.browser.programme_day import pair, set_programme
from tests.browser.test_axe import TAGS, axe
from tests.browser.test_stage import Stage, tell
from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SMALLEST = {"width": 320, "height": 640}

TOO_WIDE = """
(width) => {
  const seen = [...document.querySelectorAll('body *')]
    // The row of screens scrolls by itself; the skip link and words for screen readers are elsewhere on purpose.
    .filter((one) => one.checkVisibility() && !one.closest('.chips, .visually-hidden, .skip, svg'));
  const beyond = seen.filter((one) => one.getBoundingClientRect().right > width + 0.5)
    .map((one) => `${one.localName}.${one.className} ends at ${one.getBoundingClientRect().right}`);
  const cut = seen.filter((one) => one.matches('a, button') && one.clientWidth > 0)
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.localName} "${one.textContent.trim().slice(0, 30)}" is cut`);
  return document.documentElement.scrollWidth > width ? ['the page scrolls', ...beyond, ...cut] : [...beyond, ...cut];
}
"""
"""What is wider than the screen, or cut off in its button."""

TOO_SMALL = """
() => [...document.querySelectorAll('button, summary, select, a, textarea, input:not([type=checkbox])')]
  .filter((one) => one.checkVisibility() && !one.matches('.skip'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
  .map(([one, box]) => `${one.className} "${one.textContent.trim().slice(0, 30)}" ${box.width}x${box.height}`)
"""
"""What a thumb misses."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(place: Place) -> AsyncIterator[Place]:
    await (await Filler.of(place, SLUG)).fill()
    filled_hall = place.hall
    organiser = place.holder("organiser")
    await organiser.ask("PUT", "announcement", {"text": "De lunch staat klaar in de foyer, en duurt tot half twee."})
    await organiser.ask("POST", "scene", {"scene": "join", "screen": "foyer"})
    await set_programme(filled_hall.node)
    await pair(filled_hall.node, "hall", "Grote zaal, rechts", stage=True)
    yield place


async def plain(stage: Stage) -> None:
    """As it opens."""
    await stage.page.wait_for_selector(".official-now .button")


async def spotlight(stage: Stage) -> None:
    await stage.tap("spotlight")
    await stage.page.wait_for_selector(".choice")


async def playlist(stage: Stage) -> None:
    await stage.tap("playlist")
    await stage.page.locator("button.choice").first.click()
    await stage.page.wait_for_selector(".order li")


async def slide(stage: Stage) -> None:
    await stage.tap("text")
    await stage.page.fill("#slide-text", "Een lange regel zonder veel te zeggen")


def fold(part: str) -> Callable[[Stage], Awaitable[None]]:
    async def open_it(stage: Stage) -> None:
        await stage.page.click(f"#{part} summary")
        await stage.page.wait_for_selector(".look" if part == "theme-part" else f"#{part}[open]")

    return open_it


async def wiping(stage: Stage) -> None:
    await stage.page.click("#rehearsal summary")
    begin = stage.page.locator("#rehearsal form button[type=submit]")
    if await begin.is_visible():
        await begin.click()
    await stage.page.wait_for_selector('[data-rehearsal="wipe"]:enabled')
    await stage.page.click('[data-rehearsal="wipe"]')
    await stage.page.wait_for_selector("dialog[open]")


async def late(stage: Stage) -> None:
    await stage.page.click(".on-more summary")


async def pairing(stage: Stage) -> None:
    await stage.page.click('[data-act="pair"]')
    await stage.page.wait_for_selector("#pair")


async def screen(stage: Stage) -> None:
    await stage.page.click('[data-screen="hall"] button')
    await stage.page.wait_for_selector("#screen-form")


FOLDS = ("policy-part", "direction-part", "theme-part", "rehearsal", "more-part")
VIEWS = {
    "plain": plain,
    "spotlight": spotlight,
    "playlist": playlist,
    "slide": slide,
    "late": late,
    "pairing": pairing,
    "screen": screen,
    **{part: fold(part) for part in FOLDS},
    "wiping": wiping,
}


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_every_view_of_the_stage_fits_the_smallest_phone_and_passes_axe(
    filled: Place, visits: Visits, lang: str
) -> None:
    # axe is brought in from outside, past the content security policy that the pages have.
    stage = await Stage.open(filled, visits, locale=lang, bypass_csp=True, viewport=SMALLEST, reduced_motion="reduce")
    tell(filled.hall, "screen", "foyer", name="Grote zaal, links van het podium", scene="join", at=1)
    tell(filled.hall, "screen", "hall", name="Tuinzaal", scene="fountain")
    found: list[str] = []

    for name, view in VIEWS.items():
        await stage.page.goto(f"{filled.url}/{SLUG}/stage")
        await stage.page.wait_for_selector("#policy-now:not(:empty)", state="attached")
        await view(stage)
        found += [f"{name}: {each}" for each in await faults_of(stage.page)]

    await filled.holder("organiser").ask("POST", "rehearsal", {"on": False})
    assert found == []


async def faults_of(page: Page) -> list[str]:
    """What is cut, too small for a thumb, or wrong to axe, in light and in dark."""
    wide: list[str] = await page.evaluate(TOO_WIDE, SMALLEST["width"])
    small: list[str] = await page.evaluate(TOO_SMALL)
    await page.emulate_media(color_scheme="light")
    light = await axe(page, {"type": "tag", "values": TAGS})
    await page.emulate_media(color_scheme="dark")
    dark = await axe(page, {"type": "rule", "values": ["color-contrast"]})
    return [*wide, *small, *light, *(f"dark {each}" for each in dark)]


async def test_what_is_cut_or_too_small_is_seen(filled: Place, visits: Visits) -> None:
    """The negative control."""
    stage = await Stage.open(filled, visits, bypass_csp=True, viewport=SMALLEST)
    await plain(stage)

    await stage.page.evaluate(
        """() => {
          document.querySelector('#pause').style.cssText = 'min-height: 0; height: 20px; width: 400px';
          document.querySelector('.official-text').style.color = '#aaa';
        }"""
    )

    found = await faults_of(stage.page)
    assert any("Pauze" in each for each in found)
    assert any(each.startswith("color-contrast") for each in found)
