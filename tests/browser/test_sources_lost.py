"""The organiser's list of networks while the server gives no answer: it says so, and no longer that all is well."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.visits import Visits, said
from tests.house import SLUG, Place, eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIST = f"**/v1/symposia/{SLUG}/sources"


async def lost(route: Route) -> None:
    await (route.abort() if route.request.method == "GET" else route.continue_())


async def listening(place: Place, visits: Visits, lang: str) -> Page:
    """The organiser's page with one network that works."""
    organiser = place.holder("organiser")
    made = await organiser.ask("POST", "sources", {"network": "webhook", "options": {"profile": "standard"}})
    source = made.json["id"]
    await eventually(lambda: place.hall.health.get(source) is not None)
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/organise#k={place.tokens['organiser']}", locale=lang)
    await expect(page.locator(".in-all")).to_have_text(said("organise", "organise.sources.well", lang, n=1))
    return page


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_list_that_may_be_old_says_since_when_until_the_server_answers(
    place: Place, visits: Visits, lang: str
) -> None:
    page = await listening(place, visits, lang)
    await page.route(LIST, lost)
    until_time = said("organise", "organise.sources.lost", lang, time="@").split("@")[0]

    await page.click("#sources .line.source .switch")  # What it does is looked at in the list, which does not come.

    await expect(page.locator(".in-all.warn")).to_contain_text(until_time)
    await expect(page.locator(".banner.warn")).to_have_count(0)
    assert visits.witness.errors == []

    await page.unroute(LIST)
    await page.click("#sources .line.source .switch")
    await expect(page.locator(".in-all")).not_to_contain_text(until_time)
    (source,) = place.hall.node.state.sources
    await place.holder("organiser").ask("DELETE", f"sources/{source}")
