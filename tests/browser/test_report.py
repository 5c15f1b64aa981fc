"""The files of the report: somebody with an author's link gets them, with script and without, and nobody else does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.visits import Visits, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def files(place: Place, visits: Visits, role: str, **options: Any) -> Page:
    """The part of the studio where files are made."""
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens[role]}", **options)
    await page.get_by_role("button", name=said("report", "studio.files"), exact=True).click()
    await page.wait_for_selector("#files[data-ready]")
    return page


async def test_author_gets_the_report_in_the_chosen_language(place: Place, visits: Visits) -> None:
    await place.show("Wat er morgen anders moet.")
    page = await files(place, visits, "author", accept_downloads=True)
    await page.locator("#files").get_by_label("English").check()
    await page.locator("#files").get_by_label(said("report", "report.names.anonymous")).check()

    async with page.expect_download() as download:
        await page.get_by_role("button", name="HTML").click()
    file = await (await download.value).path()

    text = file.read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert "Wat er morgen anders moet." in text
    assert (await download.value).suggested_filename == f"{SLUG}-verslag.html"
    await expect(page.locator("#said")).to_have_text(said("report", "report.made"))


async def test_keyboard_alone_gets_a_table(place: Place, visits: Visits) -> None:
    page = await files(place, visits, "organiser", accept_downloads=True)
    await page.get_by_role("button", name="ODS").focus()
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert (await download.value).suggested_filename == f"{SLUG}-verslag.ods"


async def test_failure_is_said_and_the_buttons_work_again(place: Place, visits: Visits) -> None:
    page = await files(place, visits, "author")
    await page.route(re.compile(r"/report\?"), lambda route: route.fulfill(status=503, json={"code": "report-failed"}))
    visits.faults_allowed = True

    await page.get_by_role("button", name="PDF").click()

    await expect(page.locator("#files-notices").get_by_role("alert")).to_have_text(said("report", "fault.busy"))
    await expect(page.get_by_role("button", name="PDF")).not_to_have_attribute("aria-disabled", "true")


async def test_network_that_could_not_be_asked_is_named_beside_the_file(place: Place, visits: Visits) -> None:
    page = await files(place, visits, "author", accept_downloads=True)
    headers = {"Fontein-Unasked": "bluesky mastodon"}
    await page.route(re.compile(r"/report\?"), lambda route: route.fulfill(status=200, body="# Dag", headers=headers))

    async with page.expect_download():
        await page.get_by_role("button", name="Markdown").click()

    words = said("report", "report.unasked").replace("{networks}", "bluesky, mastodon")
    await expect(page.locator("#files-notices").get_by_role("status")).to_have_text(words)
    await expect(page.locator("#said")).to_have_text(said("report", "report.made"))


async def test_moderator_is_told_that_this_is_another_page(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['moderator']}")
    await expect(page.locator("#door")).to_contain_text(said("report", "door.role"))
    await expect(page.locator("#files")).to_be_hidden()
    await expect(page.locator("#studio")).to_be_hidden()


async def test_without_script_the_buttons_still_give_files(place: Place, visits: Visits) -> None:
    await place.show("Dit staat er ook zonder script.")
    visits.witness.own.add(place.url)
    context = await visits.context(java_script_enabled=False, accept_downloads=True)
    browser = await place.with_cookie("author")
    await context.add_cookies(
        [{"name": name, "value": value, "url": place.url} for name, value in browser.cookies.items()]
    )
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/report")

    async with page.expect_download() as download:
        await page.get_by_role("button", name="HTML").click()

    text = (await (await download.value).path()).read_text(encoding="utf-8")
    assert "Dit staat er ook zonder script." in text
