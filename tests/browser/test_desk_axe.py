"""Every state of the desk, in both languages, light and dark, looked at by axe: WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from server.symposium.values import OPERATOR, Policy
from tests.browser.content import Filler
from tests.browser.surfaces import Desk
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def braked(place: Place) -> bool:
    return place.hall.node.state.brake is not None


async def fill(place: Place) -> None:
    """Posts of every kind, near-duplicates among them, a colleague who looks, and a brake that came on."""
    node = place.hall.node
    if not braked(place):
        filler = await Filler.of(place, SLUG)
        await filler.fill()
        await trip_the_brake(place, filler)
    first = next(iter(node.state.held))
    look = {"topic": "looking", "key": "page", "value": {"name": "Tjeerd", "post": str(first)}, "ttl": 30}
    await place.holder("moderator").ask("POST", "pulses", look)


async def trip_the_brake(place: Place, filler: Filler) -> None:
    node = place.hall.node
    await node.set_policy(OPERATOR, Policy.KNOWN_PASS)
    for n in range(40):
        await filler.phone(f"{n * 7919 % 1000} vraag nu gratis de brochure van Kompas aan", name=f"Kompas {n}")
    assert braked(place)


async def look(page: Page, what: str) -> list[str]:
    """What axe has against the page as it is, in light and in the dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = await axe(page, {"type": "tag", "values": TAGS})
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = await axe(page, {"type": "rule", "values": ["color-contrast"]})
    return [*(f"{what} light {each}" for each in light), *(f"{what} dark {each}" for each in dark)]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [1280, 1024])
async def test_every_state_of_the_desk_passes_axe(place: Place, visits: Visits, lang: str, width: int) -> None:
    visits.witness.own.add(place.url)
    await fill(place)
    context = await visits.context(locale=lang, bypass_csp=True, viewport={"width": width, "height": 800})
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/desk#k={place.tokens['organiser']}")
    desk = await Desk(page).ready()
    await page.wait_for_selector(".row-reader")
    await page.wait_for_selector("#notices .brake-back")

    found = await look(page, "queue with brake")
    await page.click(".brake-look")
    await page.wait_for_selector("#post .chosen")
    found += await look(page, "bulk")
    await desk.press("Escape")
    await page.click(".row-item:has(.row-thumb) .row-open")
    await desk.press("e")
    await page.wait_for_selector("#edit-alt-0")
    found += await look(page, "edit")
    await desk.press("Escape")
    await page.click("#side .erase")
    found += await look(page, "erase")
    await desk.press("Escape")
    await desk.press("g")
    await page.wait_for_selector(".history-list li .meta")
    found += await look(page, "history")
    await desk.press("Escape")
    await desk.press("/")
    await page.keyboard.type("koop")
    await page.wait_for_selector("#post .why")
    found += await look(page, "search")
    await page.click("#rules-button")
    await page.click('.rules-list li[data-rule="words"] summary')
    await page.click('.rules-list li[data-rule="flood"] summary')
    await page.click('.rules-list li[data-rule="flood"] .switch')
    await page.click(".rules-foot .button")
    await page.wait_for_selector(".rules-result h3")
    found += await look(page, "rules")

    assert found == []
