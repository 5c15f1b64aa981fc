"""Where is my post? At the desk: pasted, found, asked for and added; by keys alone; and looked at by axe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.intake.arrival import Arrival
from server.sources.contract import Event, NetworkPost
from server.symposium.entries import SourceBody
from server.symposium.values import OPERATOR, SourceId
from tests.browser.surfaces import Desk
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MASTODON = SourceId("mastodon-1")
ADDRESS = "https://social.example/@anna/{}"
HERE, THERE = ADDRESS.format(112233), ADDRESS.format(445566)


class Network:
    """A network that has one post which did not come."""

    id = SourceId("mastodon-1")
    network = "mastodon"

    async def find(self, address: str) -> NetworkPost | None:
        if address != THERE:
            return None
        return NetworkPost(
            native_id="social.example/445566",
            uri="https://social.example/users/anna/statuses/445566",
            author_id="https://social.example/users/anna",
            name="Anna de Vries",
            handle="@anna@social.example",
            text="Ik was de hashtag vergeten, maar dit was de beste sessie van de dag.",
            permalink=THERE,
            lang="nl",
        )

    async def recheck(self, ids: Sequence[str]) -> tuple[Event, ...]:
        return ()


@pytest.fixture
def network(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place.house.site, "make_source", lambda name, options: Network())


async def arrive(place: Place) -> None:
    node = place.hall.node
    await node.set_source(OPERATOR, MASTODON, "mastodon", SourceBody(name="social.example"), on=False)
    arrival = Arrival(
        source=MASTODON,
        network="mastodon",
        author_id="https://social.example/users/anna",
        native_id="social.example/112233",
        uri="https://social.example/users/anna/statuses/112233",
        permalink=HERE,
        name="Anna de Vries",
        text="Volle zaal bij de opening! Kijk op https://kort.example.org/verslag voor meer.",
    )
    await node.receive(arrival)


async def opened(place: Place, visits: Visits, *, lang: str = "nl", width: int = 1024, where: str = "") -> Page:
    visits.witness.own.add(place.url)
    context = await visits.context(locale=lang, bypass_csp=True, viewport={"width": width, "height": 768})
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/desk#k={place.tokens['organiser']}")
    await Desk(page).ready()
    if where:
        await page.goto("about:blank")
        await page.goto(f"{place.url}/{SLUG}/desk{where}")
        await Desk(page).ready()
    return page


async def look(page: Page, what: str, to: Path | None = None) -> list[str]:
    """What axe has against the page as it is, in light and in the dark."""
    found: list[str] = []
    for scheme, rules in (
        ("light", {"type": "tag", "values": TAGS}),
        ("dark", {"type": "rule", "values": ["color-contrast"]}),
    ):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{what} {scheme} {each}" for each in await axe(page, rules)]
        if to is not None:
            await page.screenshot(path=to / f"where-{what}-{scheme}.png")
    return found


async def test_a_post_is_found_and_opened_by_keys_alone(place: Place, visits: Visits, network: None) -> None:
    await arrive(place)
    page = await opened(place, visits)

    await page.keyboard.press("f")
    await page.keyboard.type(HERE)
    await page.keyboard.press("Enter")
    await expect(page.locator(".where-is")).to_have_text("Het wacht in de wachtrij.")
    await page.keyboard.press("Enter")  # the button to the post has the focus

    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator("#post")).to_contain_text("Volle zaal bij de opening!")


async def test_a_post_that_did_not_come_is_asked_for_and_added(place: Place, visits: Visits, network: None) -> None:
    await arrive(place)
    page = await opened(place, visits)

    await page.keyboard.press("/")
    await page.keyboard.type(THERE)
    await page.keyboard.press("Enter")
    await expect(page.locator(".where-is")).to_have_text("Dit bericht is hier niet binnengekomen.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".where-is")).to_contain_text("heeft dit bericht")
    await expect(page.locator(".where-result")).to_contain_text("Het heeft geen hashtag van dit symposium.")
    before = len(place.hall.node.state.posts)
    await page.keyboard.press("Enter")

    await expect(page.locator(".where-is")).to_contain_text("Toegevoegd.")
    assert len(place.hall.node.state.posts) == before + 1


async def test_what_is_no_address_keeps_what_was_typed(place: Place, visits: Visits) -> None:
    page = await opened(place, visits, where="#where")
    await page.fill("#where-address", "@anna@social.example")
    await page.keyboard.press("Enter")
    await expect(page.locator(".where-result")).to_contain_text("geen adres van één bericht")
    await expect(page.locator("#where-address")).to_have_value("@anna@social.example")
    await expect(page.locator("#where-address")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize(("lang", "width"), [("nl", 1024), ("en", 1024), ("nl", 320), ("en", 1280)])
async def test_every_state_passes_axe_and_fits(
    place: Place, visits: Visits, network: None, lang: str, width: int, tmp_path: Path
) -> None:
    await arrive(place)
    page = await opened(place, visits, lang=lang, width=width)
    states: dict[str, Any] = {"here": HERE, "nowhere": ADDRESS.format(999999), "no-address": "anna"}
    found: list[str] = []
    await page.keyboard.press("f")
    found += await look(page, f"{lang}-{width}-empty", tmp_path)
    for name, address in states.items():
        await page.fill("#where-address", address)
        await page.click(".where-panel button[type=submit]")
        await expect(page.locator(".where-result")).not_to_be_empty()
        await expect(page.locator(".where-result")).not_to_have_text("…")
        found += await look(page, f"{lang}-{width}-{name}", tmp_path)
    wide = await page.evaluate(
        "() => document.querySelector('dialog').scrollWidth > document.querySelector('dialog').clientWidth"
    )
    assert (found, wide) == ([], False)
