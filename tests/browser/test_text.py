"""The wall as a calm list: nothing moves under who reads, and nobody is talked over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, PollKind
from tests.browser.test_axe import axe
from tests.browser.visits import PHONE, Visits, said
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAY_MS = 10_000
SOMEBODY = "Iemand in de zaal"

NOTE_SAID = """
() => {
  window.heard = [];
  const status = document.querySelector('#list [role=status]');
  new MutationObserver(() => { if (status.textContent) window.heard.push([Date.now(), status.textContent]); })
    .observe(status, { childList: true, characterData: true, subtree: true });
}
"""
"""Remember every sentence that a screen reader would say, with the page's own time."""


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path) as opened:
        yield opened


async def open_list(place: Place, visits: Visits) -> Page:
    visits.witness.own.add(place.url)
    page = await (await visits.context(**PHONE)).new_page()
    await page.clock.install()
    await page.goto(f"{place.url}/{SLUG}/text")
    await page.wait_for_selector("#list [data-post]")
    await page.evaluate(NOTE_SAID)
    return page


async def stand_still(page: Page) -> int:
    """From here on the page's time passes only when a test says so. Returns where it stands, in ms."""
    await page.clock.pause_at(await page.evaluate("Date.now() / 1_000 + 1"))  # in seconds
    return int(await page.evaluate("Date.now()"))


async def said_since(page: Page, start: int) -> list[list[object]]:
    """What a screen reader has said, and how many ms after *start*."""
    return [[at - start, words] for at, words in await page.evaluate("window.heard")]


async def test_many_posts_are_said_in_one_sentence_each_ten_seconds(place: Place, visits: Visits) -> None:
    await place.show("Het eerste.")
    page = await open_list(place, visits)
    start = await stand_still(page)

    await place.show("Bericht 0")
    await expect(page.locator("#list [data-post]")).to_have_count(2)
    await page.clock.run_for(1)
    for n in range(1, 4):
        await place.show(f"Bericht {n}")
    await expect(page.locator("#list [data-post]")).to_have_count(5)
    await page.clock.run_for(SAY_MS - 2)
    assert len(await said_since(page, start)) == 1, "ten seconds have not passed"
    await page.clock.run_for(SAY_MS)

    one, three = said("text", "list.announce", n=1, name=SOMEBODY), said("text", "list.announce", n=3)
    assert await said_since(page, start) == [[0, one], [SAY_MS, three]]


async def test_pause_keeps_the_list_as_it_is_until_asked(place: Place, visits: Visits) -> None:
    first = await place.show("Blijft staan.")
    page = await open_list(place, visits)
    await page.get_by_role("button", name=said("text", "list.pause")).click()

    await place.show("Komt later.")
    more = page.get_by_role("button", name=said("text", "list.new", n=1))
    await expect(more).to_be_visible()
    assert await page.locator("#list [data-post]").count() == 1

    await more.click()
    await expect(page.locator("#list [data-post]")).to_have_count(2)
    await expect(page.locator("#list [data-post]").first).to_be_focused()

    # What is taken off leaves at once, paused or not.
    await place.holder("moderator").decide(first.id, "hide")
    await expect(page.locator("#list [data-post]")).to_have_count(1)


async def test_post_reads_in_its_own_direction(place: Place, visits: Visits) -> None:
    await place.show("שלום לכולם, זה יום יפה מאוד ללמוד משהו חדש")
    page = await open_list(place, visits)

    text = page.locator("#list .post-text")
    await expect(text).to_have_attribute("dir", "auto")
    assert await text.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


# What the hall is asked


HEADINGS = "[...document.querySelectorAll('h1, h2, h3')].map((each) => [each.tagName, each.textContent])"
OPTIONS = """
[...document.querySelectorAll('#asked li')].map((each) => [each.textContent, each.querySelector('[lang]').lang])
"""
AXE_ONLY = {"type": "rule", "values": ["heading-order", "page-has-heading-one", "valid-lang", "color-contrast", "list"]}


async def test_what_the_hall_is_asked_stands_under_the_heading_and_keeps_its_language(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    await place.show("Een bericht.")
    node = place.hall.node
    body = PollBody(title={"nl": "Gaan we door?"}, options=({"nl": "Ja"}, {"nl": "Nee"}))
    assert isinstance(await node.ask.draft(OPERATOR, body, PollForm(kind=PollKind.SINGLE, options=2)), Done)
    (poll,) = node.state.polls
    await node.ask.open(OPERATOR, poll)
    page = await (await visits.context(locale="en", bypass_csp=True, **PHONE)).new_page()
    await page.goto(f"{place.url}/{SLUG}/text?lang=en")

    await expect(page.locator("#asked section")).to_have_count(1)
    await expect(page.locator("#list [data-post]")).to_have_count(1)
    headings = [["H1", said("text", "list.title", lang="en")], ["H2", "Poll"], ["H2", "Posts"]]
    assert await page.evaluate(HEADINGS) == headings
    assert await page.evaluate(OPTIONS) == [["Ja", "nl"], ["Nee", "nl"]]
    assert await page.locator("#asked [role=status] [lang=nl]").all_text_contents() == ["Gaan we door?"]
    assert await axe(page, AXE_ONLY) == []

    await page.evaluate("document.querySelector('h1').remove()")
    await page.evaluate("document.querySelector('h2:last-child').outerHTML = '<h4>Control</h4>'")
    assert {each.partition(":")[0] for each in await axe(page, AXE_ONLY)} >= {"heading-order", "page-has-heading-one"}
