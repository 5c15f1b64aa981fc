"""The page of the report: somebody with an author's link gets the file, and nobody else does."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.visits import Visits, said
from tests.house import SLUG, Place

READY = "#files[data-ready]"
"""The link was handed in, and the script is there."""

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_author_gets_the_report_in_the_chosen_language(place: Place, visits: Visits) -> None:
    await place.show("Wat er morgen anders moet.")
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['author']}", accept_downloads=True)
    await page.wait_for_selector(READY)
    await page.get_by_label("English").check()
    await page.get_by_label(said("report", "report.names.anonymous")).check()

    async with page.expect_download() as download:
        await page.get_by_role("button", name="HTML").click()
    file = await (await download.value).path()

    text = file.read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert "Wat er morgen anders moet." in text
    assert (await download.value).suggested_filename == f"{SLUG}-verslag.html"
    await expect(page.locator("#said")).to_have_text(said("report", "report.made"))


async def test_keyboard_alone_gets_a_table(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['organiser']}", accept_downloads=True)
    await page.wait_for_selector(READY)
    await page.get_by_role("button", name="ODS").focus()
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert (await download.value).suggested_filename == f"{SLUG}-verslag.ods"


async def test_failure_is_said_and_the_buttons_work_again(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['author']}")
    await page.wait_for_selector(READY)
    await page.route(re.compile(r"/report\?"), lambda route: route.fulfill(status=503, json={"code": "report-failed"}))
    visits.faults_allowed = True

    await page.get_by_role("button", name="PDF").click()

    await expect(page.get_by_role("alert")).to_have_text(said("report", "fault.busy"))
    await expect(page.get_by_role("button", name="PDF")).not_to_have_attribute("aria-disabled", "true")


async def test_moderator_is_told_that_this_is_another_page(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['moderator']}")
    await expect(page.locator("#door")).to_contain_text(said("report", "door.role"))
    await expect(page.locator("#files")).to_be_hidden()
