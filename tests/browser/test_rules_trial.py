"""Rules that a moderator tries before they are saved: what a trial says, and when it says nothing any more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.content import Filler
from tests.browser.surfaces import Desk
from tests.browser.visits import Visits, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(place: Place, visits: Visits) -> AsyncIterator[Page]:
    """The rules, with one post that waits and the list of words that let a post wait unfolded."""
    visits.witness.own.add(place.url)
    await (await Filler.of(place, SLUG)).phone("Wat een slakkengang vandaag")
    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    await desk.page.click("#rules-button")
    await desk.page.click('.rules-list li[data-rule="words"] summary')
    yield desk.page


async def attempt(page: Page, words: str) -> None:
    await page.fill("#rules-mild", words)
    await page.get_by_role("button", name=said("desk", "desk.rules.try")).click()


async def test_trial_says_why_a_post_waits_now_and_why_it_would(page: Page) -> None:
    await attempt(page, "slakkengang")

    waits = said("desk", "desk.rules.verdict.hold")
    was, now = (f"{waits} ({said('desk', f'desk.rule.{rule}')})" for rule in ("policy", "words"))
    await expect(page.locator(".rules-changed li").first).to_contain_text(
        said("desk", "desk.rules.would", was=was, now=now)
    )


async def test_trial_is_gone_once_another_rule_is_typed(page: Page) -> None:
    await attempt(page, "slakkengang")
    await expect(page.locator(".rules-result h3")).to_have_count(1)

    await page.fill("#rules-mild", "iets anders")

    await expect(page.locator(".rules-result > *")).to_have_count(0)
    await expect(page.locator(".rules-said")).to_have_text("")


async def test_list_with_something_that_is_no_word_gets_the_focus(page: Page) -> None:
    await attempt(page, "x" * 81)

    words = said("desk", "desk.rules.words.mild")
    await expect(page.locator(".rules-said")).to_have_text(said("desk", "desk.rules.wrong-words", list=words))
    await expect(page.locator("#rules-mild")).to_be_focused()
    await expect(page.locator("#rules-mild")).to_have_attribute("aria-invalid", "true")
