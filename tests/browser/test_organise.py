"""The organiser's page: the way to the programme, papers and codes, pairing a screen, and a speaker's link."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from server.symposium.values import Role
from tests.browser.programme_day import GARDEN, NEXT, set_programme
from tests.browser.surfaces import shows
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def organise(place: Place, visits: Visits, slug: str = SLUG, token: str = "", **options: object) -> Page:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{slug}/organise#k={token or place.tokens['organiser']}", **options)
    await page.wait_for_selector("#badges .line")
    return page


@pytest.mark.parametrize("path", ["programme/edit", "shelf", "codes"])
async def test_what_is_made_before_the_day_is_one_press_away(place: Place, visits: Visits, path: str) -> None:
    page = await organise(place, visits)

    await expect(page.locator(f'#prepare a[href="/{SLUG}/{path}"]')).to_be_visible()


async def test_screen_is_paired_by_pasting_its_code(place: Place, visits: Visits) -> None:
    await set_programme(place.hall.node)
    visits.witness.own.add(place.url)
    screen = await visits.open(f"{place.url}/{SLUG}/wall?pair")
    await screen.wait_for_selector(shows("pair"))
    (code,) = place.hall.pairings._open
    page = await organise(place, visits)
    await expect(page.locator("#pair-name")).to_be_hidden()

    await page.get_by_label(said("organise", "pair.code")).focus()
    await page.keyboard.insert_text(f"Op het scherm staat: {code.lower()}.")
    await expect(page.locator(".code-boxes")).to_have_text(code)
    await page.select_option("#pair-room", str(GARDEN))
    await expect(page.locator("#pair-name")).to_have_value("Tuinzaal")
    await page.fill("#pair-name", "Tuinzaal, achterin")
    await page.keyboard.press("Enter")

    await expect(screen.locator("body")).to_contain_text("Tuinzaal, achterin")
    await expect(page.locator(".pair-said")).to_contain_text("Tuinzaal, achterin")
    await expect(page.get_by_label(said("organise", "pair.code"))).to_have_value("")
    (paired,) = place.hall.node.state.paired.values()
    assert (paired.room, paired.stage) == (GARDEN, False)


async def test_speakers_link_needs_a_session(place: Place, visits: Visits) -> None:
    await set_programme(place.hall.node)
    page = await organise(place, visits)
    await expect(page.locator("#badge-session")).to_be_hidden()
    await page.fill("#badge-name", "Chidi")
    await page.select_option("#badge-role", "speaker")
    before = len(place.hall.node.state.badges)

    await page.click(".badge-form button")
    await expect(page.locator("#badge-session-error")).to_have_text(said("organise", "organise.badges.session-missing"))
    assert len(place.hall.node.state.badges) == before
    await page.select_option("#badge-session", "data")
    await page.click(".badge-form button")

    await expect(page.locator(".fresh-link")).to_contain_text("Chidi")
    await expect(page.locator("#badges .line").first).to_contain_text(NEXT)
    made = list(place.hall.node.state.badges.values())[-1]
    assert (made.role, made.session) == (Role.SPEAKER, "data")


async def test_without_a_programme_a_speakers_link_waits(place: Place, visits: Visits) -> None:
    made = await place.symposium("leegdag", short="LD")
    page = await organise(place, visits, "leegdag", made["badges"]["organiser"])

    await page.select_option("#badge-role", "speaker")

    await expect(page.locator("#badge-session")).to_be_disabled()
    await expect(page.locator(".badge-form")).to_contain_text(said("organise", "organise.badges.no-programme"))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1024])
async def test_organisers_page_with_a_programme_passes_axe(place: Place, visits: Visits, lang: str, width: int) -> None:
    await set_programme(place.hall.node)
    page = await organise(place, visits, locale=lang, bypass_csp=True, viewport={"width": width, "height": 844})
    await page.fill("#pair-code", "CDFH")
    await page.select_option("#badge-role", "speaker")

    found = await axe(page, {"type": "tag", "values": TAGS})

    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
