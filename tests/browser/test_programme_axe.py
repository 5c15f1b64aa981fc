"""Every state of the programme's page and its editor, in both languages, light and dark, looked at by axe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from tests.browser.test_axe import TAGS, axe
from tests.browser.test_programme import TWO_DAYS, change, ics, organiser, place, put, session
from tests.browser.visits import PHONE, Visits
from tests.house import SLUG, Place, Visitor

__all__ = ["organiser", "place"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Step = Callable[[Page, Visitor], Awaitable[object]]


async def begin(page: Page, _: Visitor) -> None:
    await page.wait_for_selector("#start-here")


async def grid(page: Page, visitor: Visitor) -> None:
    overlap = session("o", 12, "10:30", "11:30", title="Overlap", noPhotos=True)
    await put(visitor, [*TWO_DAYS, overlap, session("k", 12, "12:00", "12:15", None, kind="break")])
    await page.wait_for_selector('[data-session="o"] .item-flaw')


async def drawer_with_flaws(page: Page, _: Visitor) -> None:
    await page.click('[data-session="a"] button')
    await page.fill("#session-title", "")
    await page.fill("#session-start", "negen")
    await page.click("#session-start")
    await page.click(".more summary")
    await page.click("#speaker-add")
    await page.wait_for_selector("#session-start-error :text('09:30')")


async def rooms(page: Page, _: Visitor) -> None:
    await page.keyboard.press("Escape")
    await page.click("#undo")
    await page.click("#rooms")
    await page.click("#room-add")
    await page.keyboard.press("Backspace")
    await page.wait_for_selector(".room-list .error:not(:empty)")


async def conflict(page: Page, visitor: Visitor) -> None:
    await page.keyboard.press("Escape")
    await put(visitor, [{**TWO_DAYS[0], "title": "Anders"}, *TWO_DAYS[1:]])
    await page.wait_for_selector(".conflict")


async def found_in_a_file(page: Page, _: Visitor) -> None:
    await page.click('[data-choice="take"]')
    await change(page, "b", title="Nog niet bewaard")
    await page.set_input_files("#import-file", ics(("een@x", "0800", "Eerste"), ("een@x", "0900", "Tweede")))
    await page.wait_for_selector("#import-take")


EDITOR: tuple[Step, ...] = (begin, grid, drawer_with_flaws, rooms, conflict, found_in_a_file)


async def looked_at(page: Page, name: str) -> list[str]:
    """What axe has against the page as it is, in light and dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = [f"{name} light {each}" for each in await axe(page, {"type": "tag", "values": TAGS})]
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = await axe(page, {"type": "rule", "values": ["color-contrast"]})
    return [*found, *(f"{name} dark {each}" for each in dark)]


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_editor_passes_axe_in_every_state(visits: Visits, place: Place, organiser: Visitor, lang: str) -> None:
    link = f"{place.url}/{SLUG}/programme/edit#k={place.tokens['organiser']}"
    page = await visits.open(link, locale=lang, bypass_csp=True)

    found = []
    for step in EDITOR:
        await step(page, organiser)
        found += await looked_at(page, step.__name__)

    assert found == []


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_page_passes_axe(visits: Visits, place: Place, organiser: Visitor, lang: str) -> None:
    await put(organiser)
    await organiser.ask("POST", "programme/shifts", {"session": "a", "minutes": 6})
    await organiser.ask("PUT", "programme/on-stage", {"room": "groot", "session": "a"})
    page = await visits.open(f"{place.url}/{SLUG}/programme", locale=lang, bypass_csp=True, **PHONE)
    await page.click('[data-session="a"] summary')
    await page.wait_for_selector('[data-session="a"][aria-current]')

    assert await looked_at(page, "page") == []


async def test_axe_sees_a_fault_in_the_editor(visits: Visits, place: Place, organiser: Visitor) -> None:
    """The negative control: a label taken away, and words too faint."""
    link = f"{place.url}/{SLUG}/programme/edit#k={place.tokens['organiser']}"
    page = await visits.open(link, bypass_csp=True)
    await begin(page, organiser)
    await grid(page, organiser)
    await page.evaluate(
        """() => {
          document.querySelector('label[for="import-url"]').remove();
          document.querySelector('.item-time').style.color = '#ddd';
        }"""
    )

    found = await axe(page, {"type": "tag", "values": TAGS})

    assert {each.partition(":")[0] for each in found} == {"label", "color-contrast"}
