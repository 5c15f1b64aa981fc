"""A hall that asks more than a phone's line carries: the rest comes when somebody wants to see it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.values import OPERATOR, Decision, DeviceId, PostId
from tests.browser.surfaces import Phone
from tests.browser.test_axe import _RUN as RUN_AXE
from tests.browser.test_axe import AXE, TAGS
from tests.browser.test_phone import TOO_WIDE
from tests.browser.test_phone_hall import question, row, said, to_questions, url_of
from tests.browser.visits import Visits
from tests.house import Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HALL = 121
ON_LINE = 60
"""The thirty most wanted and the thirty newest."""
STEP = 60


@pytest_asyncio.fixture(loop_scope="session")
async def asked(tmp_path: Path) -> AsyncIterator[tuple[Place, list[PostId]]]:
    """A house in which so many questions wait, none more wanted than another: the oldest first."""
    async with open_place(tmp_path) as place:
        await place.hall.node.ask.set_hall(OPERATOR, questions=True)
        yield place, [await question(place, f"Vraag {at}: hoe gaat dat in de praktijk?") for at in range(HALL)]


async def listener(place: Place, visits: Visits, **options: Any) -> Page:
    visits.witness.own.add(place.url)
    page = (await Phone.open(visits, url_of(place), **options)).page
    await to_questions(page)
    await page.locator("[data-question]").first.wait_for()
    return page


async def shown(page: Page) -> list[str]:
    found: list[str] = await page.eval_on_selector_all(
        "#questions-list [data-question]", "all => all.map((li) => li.dataset.question)"
    )
    return found


def more(page: Page) -> Any:
    return page.locator(".questions-more button")


async def test_more_are_shown_with_the_keyboard_until_all_are(
    asked: tuple[Place, list[PostId]], visits: Visits
) -> None:
    place, posts = asked
    page = await listener(place, visits)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/questions?" in request.url else None)
    assert await shown(page) == [*posts[:30], *posts[-30:]]
    await expect(more(page)).to_have_text(said("questions.more"))
    assert requests == [], "who does not want more asks for nothing"

    await more(page).focus()
    await page.keyboard.press("Enter")
    await expect(more(page)).to_have_text(said("questions.more-left", n=HALL - ON_LINE - STEP))
    first = await page.evaluate("document.activeElement.dataset.question")
    await expect(page.locator("#said")).to_have_text(said("questions.more-came", n=STEP))
    kept = await shown(page)
    await page.keyboard.press("Tab")  # to the first one's button, and on through the list
    await more(page).focus()
    await page.keyboard.press("Enter")
    await expect(more(page)).to_be_hidden()

    assert (first, kept[:ON_LINE], kept[ON_LINE:]) == (posts[30], [*posts[:30], *posts[-30:]], posts[30:90])
    assert sorted(await shown(page)) == sorted(posts)
    await page.evaluate("document.activeElement.blur()")
    await page.get_by_text(said("questions.unasked")).click()
    await expect(more(page)).to_have_text(said("questions.more"))


async def test_what_is_wanted_or_gone_beyond_the_line_is_seen(
    asked: tuple[Place, list[PostId]], visits: Visits
) -> None:
    place, posts = asked
    page = await listener(place, visits)
    await more(page).click()
    await row(page, posts[40]).wait_for()
    await row(page, posts[41]).wait_for()
    node = place.hall.node
    await node.ask.want(DeviceId("somebody"), posts[40], on=True)
    await node.decide(OPERATOR, Decision.HIDE, [(posts[41], node.state.posts[posts[41]].revision)])

    await row(page, posts[40]).locator(".want").click()

    await expect(row(page, posts[40]).locator(".question-votes")).to_have_text(said("question.votes", n=3))
    await expect(row(page, posts[41])).to_have_count(0)
    await node.stop(OPERATOR, on=True)
    await expect(page.locator("[data-question]")).to_have_count(0)
    await expect(more(page)).to_be_hidden()


async def test_without_a_network_it_says_so_and_keeps_what_is_there(
    asked: tuple[Place, list[PostId]], visits: Visits
) -> None:
    place, _ = asked
    page = await listener(place, visits)
    await page.context.set_offline(True)

    await more(page).click()

    await expect(page.locator(".questions-more [role=alert]")).to_have_text(said("questions.more-failed"))
    assert len(await shown(page)) == ON_LINE
    await page.context.set_offline(False)
    await more(page).click()
    await expect(page.locator("[data-question]")).to_have_count(ON_LINE + STEP)
    await expect(page.locator(".questions-more [role=alert]")).to_be_empty()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 320)])
async def test_more_has_no_axe_violations_and_fits(
    asked: tuple[Place, list[PostId]], visits: Visits, lang: str, scheme: str, width: int
) -> None:
    place, _ = asked
    options: dict[str, Any] = {"locale": lang, "color_scheme": scheme, "bypass_csp": True}
    page = await listener(place, visits, **options, viewport={"width": width, "height": 640})
    await more(page).click()
    await expect(page.locator("[data-question]")).to_have_count(ON_LINE + STEP)
    await more(page).scroll_into_view_if_needed()
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/more-{lang}-{width}.png")
    await page.evaluate(AXE)

    assert await page.evaluate(RUN_AXE, list(TAGS)) == []
    assert await page.evaluate(TOO_WIDE, width) == []
