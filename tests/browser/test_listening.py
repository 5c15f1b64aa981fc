"""On the stage page: until when the networks are listened to, and that they stopped by themselves."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from server.symposium.entries import SourceBody, SourceSwitched
from server.symposium.values import OPERATOR, SourceId
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MASTODON = SourceId("mastodon-1")


async def opened(place: Place, visits: Visits, role: str, *, lang: str = "nl") -> Page:
    visits.witness.own.add(place.url)
    context = await visits.context(locale=lang, bypass_csp=True, viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/stage#k={place.tokens[role]}")
    await page.wait_for_selector(".stage-page:visible, #scenes:visible")
    return page


async def listen(place: Place) -> None:
    await place.hall.node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(name="social.example"), on=False)
    await place.hall.node.switch_source(OPERATOR, MASTODON, on=False)


async def test_without_a_network_nothing_is_said(place: Place, visits: Visits) -> None:
    page = await opened(place, visits, "organiser")
    await expect(page.locator("#listening")).to_be_hidden()


@pytest.mark.parametrize(("lang", "words"), [("nl", "stoppen vanzelf op"), ("en", "stop by themselves on")])
async def test_an_organiser_sees_the_date_and_changes_it(place: Place, visits: Visits, lang: str, words: str) -> None:
    await listen(place)
    page = await opened(place, visits, "organiser", lang=lang)
    part = page.locator("#listening")
    await expect(part).to_contain_text(words)

    await part.locator("select").select_option("")
    await expect(part.locator("p")).not_to_contain_text(words)
    never = place.hall.node.state.listening_days
    await part.locator("select").select_option("3")
    await expect(part.locator("p")).to_contain_text(words)

    assert (never, place.hall.node.state.listening_days) == (None, 3)
    assert await axe(page, {"type": "tag", "values": TAGS}) == []


async def test_a_moderator_sees_it_and_cannot_change_it(place: Place, visits: Visits) -> None:
    await listen(place)
    page = await opened(place, visits, "moderator")
    await expect(page.locator("#listening")).to_contain_text("stoppen vanzelf op")
    await expect(page.locator("#listening select")).to_have_count(0)


async def test_what_stopped_by_itself_says_so(place: Place, visits: Visits) -> None:
    await listen(place)
    node = place.hall.node
    page = await opened(place, visits, "moderator")
    await node.switch_source(OPERATOR, MASTODON, on=True)
    await node.submit(SourceSwitched(by=None, source=MASTODON, on=False))
    await expect(page.locator("#listening")).to_contain_text("vanzelf gestopt op")
