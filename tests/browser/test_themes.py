"""The organiser tries a theme on a wall of their own, and the screens change when it is saved; by keys alone too."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from playwright.async_api import Error, Page, expect

from tests.browser.visits import Visits, said
from tests.house import SLUG, Place
from tools.needs import WALL

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

UTRECHT = WALL / "node_modules/@utrecht/design-tokens/dist/theme.css"
NIGHT, RED = "#071a28", "#cc0000"


async def organise(place: Place, visits: Visits) -> Page:
    visits.witness.own |= {place.url, place.house.site.base_url}
    await place.holder("organiser").ask("PUT", "theme", {"theme": "fontein"})
    page = await visits.open(f"{place.url}/{SLUG}/organise#k={place.tokens['organiser']}")
    await page.wait_for_selector("#theme .line-state.ok")
    return page


async def background(page: Page, *, framed: bool = False) -> str:
    """The background that the wall's style sheet gives: on this page, or in the frame on it."""
    wall = page.frame(url="**/wall?preview=*") if framed else page.main_frame
    assert wall is not None
    value = await wall.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bg-1')")
    return str(value).strip()


async def wears(page: Page, colour: str, *, framed: bool = False) -> None:
    for _ in range(100):
        with contextlib.suppress(Error):  # the frame is on its way to another address
            if (not framed or page.frame(url="**/wall?preview=*")) and await background(page, framed=framed) == colour:
                return
        await page.wait_for_timeout(100)
    assert await background(page, framed=framed) == colour


async def test_a_house_style_is_tried_first_and_shown_when_it_is_saved(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)
    screen = await visits.open(f"{place.url}/{SLUG}/wall")

    await page.set_input_files("#theme-house", UTRECHT)
    await wears(page, RED, framed=True)
    before = await background(screen)
    await page.get_by_role("button", name=said("organise", "organise.theme.save")).click()
    await expect(page.get_by_text(said("organise", "organise.theme.saved"))).to_be_visible()
    await wears(screen, RED)

    assert before == NIGHT


async def test_what_cannot_be_read_is_said_and_mended(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)

    await page.fill("#theme-colour-ink", "#cccccc")
    take = page.get_by_role("button", name=said("organise", "organise.theme.take"))
    await expect(take).to_be_visible()
    await page.get_by_role("button", name=said("organise", "organise.theme.save")).click()
    await expect(page.get_by_text(said("organise", "organise.theme.refused"))).to_be_visible()
    await take.click()
    await expect(page.get_by_text(said("organise", "organise.theme.readable"))).to_be_visible()
    await page.get_by_role("button", name=said("organise", "organise.theme.save")).click()
    await expect(page.get_by_text(said("organise", "organise.theme.saved"))).to_be_visible()


async def test_a_theme_is_chosen_with_keys_alone(place: Place, visits: Visits) -> None:
    page = await organise(place, visits)

    await page.focus("#theme-fontein")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#theme-contrast")).to_be_focused()
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement?.getAttribute('type')") == "submit":
            break
    await page.keyboard.press("Enter")

    await expect(page.get_by_text(said("organise", "organise.theme.saved"))).to_be_visible()
    chosen = (await place.holder("organiser").get("themes")).json["now"]
    assert (chosen["theme"], chosen["mode"]) == ("contrast", "")


async def test_a_drawing_with_script_is_refused_with_what_to_do(place: Place, visits: Visits, tmp_path: Path) -> None:
    page = await organise(place, visits)
    file = tmp_path / "logo.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', encoding="utf-8")

    await page.set_input_files("#theme-logo", file)

    await expect(page.get_by_text(said("organise", "organise.theme.logo-svg"))).to_be_visible()
    await expect(page.locator(".theme-logo")).to_have_count(0)


async def test_a_broken_token_file_is_told_beside_its_field(place: Place, visits: Visits, tmp_path: Path) -> None:
    page = await organise(place, visits)
    file = tmp_path / "tokens.json"
    file.write_text('{"utrecht": {"link": {"color": }}}', encoding="utf-8")

    await page.set_input_files("#theme-house", file)

    await expect(page.locator("#theme-house-said")).to_contain_text("line 1, column 32")
