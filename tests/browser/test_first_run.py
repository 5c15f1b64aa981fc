"""The first page: from the operator's link to the links of the day, and whether phones can come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.app import House
from server.config import Config
from tests.browser.surfaces import Desk
from tests.browser.visits import PHONE, PUBLIC_HOST, Visits, eventually, free_port, said

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Opens = Callable[[bool], AbstractAsyncContextManager[House]]


@pytest.fixture
def opens(tmp_path: Path, visits: Visits) -> Opens:
    """`opens(public)`: a house without any symposium, reachable for phones or on loopback only."""

    @asynccontextmanager
    async def open_house(public: bool) -> AsyncIterator[House]:
        port = free_port()
        public_url = f"http://{PUBLIC_HOST}:{port}" if public else ""
        config = Config(data=str(tmp_path), host="127.0.0.1", port=port, browser=False, public_url=public_url)
        async with House(config) as house:
            visits.witness.own |= {house.local_url, house.site.base_url}
            yield house

    return open_house


async def make_symposium(page: Page, title: str = "De luisterende overheid") -> None:
    """Fill the four fields in: the date is today's, the short address follows the title."""
    await page.fill("#title", title)
    await page.fill("#hashtags", "#luisteren26 #overheid")
    assert await page.input_value("#date") != ""
    assert await page.input_value("#short") == "LU"
    await page.click("#submit")
    await page.wait_for_selector("#done:not([hidden])")


async def test_operator_link_leads_through_four_fields_to_the_links_of_every_role(opens: Opens, visits: Visits) -> None:
    async with opens(True) as house:
        page = await visits.open(house.operator_link)
        await page.wait_for_selector("#make:not([hidden]) #title")
        assert "#k=" not in page.url
        await make_symposium(page)

        await expect(page.locator("#done h1")).to_have_text(said("new", "new.done"))
        cards = page.locator(".role-card")
        await expect(cards.locator("h2")).to_have_text(
            [said("new", f"role.{role}") for role in ("moderator", "stage", "organiser")]
        )
        await expect(page.locator(".hall-address")).to_contain_text(PUBLIC_HOST)
        for code in ["#done .done-hall .qr img", *(f".role-card >> nth={n} >> .qr img" for n in range(3))]:
            await eventually(lambda code=code: is_a_code(page, code), what=code)  # type: ignore[misc]

        link = await cards.first.locator("a.button").get_attribute("href")
        assert link is not None
        assert link.startswith(f"{house.site.base_url}/")
        assert "/desk#k=" in link
        desk = Desk(await visits.open(link))
        await desk.ready()
        assert "#k=" not in desk.page.url
        await desk.page.go_back()
        assert "#k=" not in desk.page.url
        join = await page.locator(".done-hall a.button").get_attribute("href")
        assert join is not None
        phone = await visits.phone(join)
        await expect(phone.locator(".top-title")).to_have_text("De luisterende overheid")


async def is_a_code(page: Page, selector: str) -> bool:
    """Whether a QR code is drawn there: square, and loaded."""
    size = await page.locator(selector).evaluate(
        "image => image.complete ? [image.naturalWidth, image.naturalHeight] : [0, 0]"
    )
    return bool(size[0] > 0 and size[0] == size[1])


async def test_used_operator_page_says_what_is_wrong_with_the_fields(opens: Opens, visits: Visits) -> None:
    async with opens(True) as house:
        page = await visits.open(house.operator_link)
        await page.wait_for_selector("#make:not([hidden]) #title")
        await page.fill("#hashtags", "#2026")
        await page.fill("#short", "O0")

        await page.click("#submit")

        await expect(page.locator("#summary")).to_contain_text(said("new", "new.error.summary", n=3))
        for field in ("title", "hashtags", "short"):
            await expect(page.locator(f"#{field}-error")).to_have_text(said("new", f"new.error.{field}"))
            await expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("#title")).to_be_focused()
        assert house.site.halls == {}


async def test_page_without_the_operator_link_makes_nothing(opens: Opens, visits: Visits) -> None:
    async with opens(True) as house:
        page = await visits.open(f"{house.local_url}/new")
        await expect(page.locator("#door-title")).to_be_visible()
        await expect(page.locator("#make")).to_be_hidden()

        await page.fill("#door-link", house.operator_link.replace("#k=", "#k=not"))
        await page.click("#door button")

        await expect(page.locator("#door-error")).to_contain_text(said("new", "door.refused"))


async def test_scan_test_turns_green_when_a_phone_arrives(opens: Opens, visits: Visits) -> None:
    async with opens(True) as house:
        page = await visits.open(house.operator_link)
        await page.wait_for_selector("#make:not([hidden]) #title")
        await make_symposium(page)
        await page.click(".scan-test button")
        await eventually(lambda: is_a_code(page, ".scan-test .qr img"), what="the code of the scan test")
        await expect(page.locator(".scan-status")).to_contain_text(said("new", "scan.waiting"))
        address = await page.locator(".scan-url").inner_text()

        phone = await visits.open(address, **PHONE)

        await expect(phone.locator("h1")).to_have_text(said("scan", "scan.title"))
        await page.wait_for_selector(".scan-test.arrived")
        await expect(page.locator(".scan-status")).to_contain_text(said("new", "scan.arrived").partition("{")[0])


async def test_loopback_address_gets_words_and_never_a_code(opens: Opens, visits: Visits) -> None:
    async with opens(False) as house:
        page = await visits.open(house.operator_link)
        await page.wait_for_selector("#make:not([hidden]) #title")
        await make_symposium(page)

        await page.click(".scan-test button")

        await expect(page.locator(".scan-test .banner")).to_have_text(said("new", "scan.loopback"))
        await expect(page.locator(".scan-test .qr img")).to_have_count(0)
        (slug,) = house.site.halls
        drawn = await (await page.request.get(f"{house.local_url}/{slug}/qr.svg")).text()
        assert "No address for phones yet" in drawn
        assert "<path" not in drawn
