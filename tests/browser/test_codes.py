"""The page where an organiser prints: with a mouse, with the keyboard, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
import zxingcpp
from playwright.async_api import Download, Page, expect

from server.symposium.entries import ProgrammeBody, RoomBody, SessionBody, Slot
from server.symposium.values import OPERATOR, RoomId, SessionId
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import PHONE, Visits, at_rest, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BASE = "https://fontein.example"
HOUR_US = 3_600_000_000
NINE_US = 1_794_470_400_000_000
PAPERS = 12


@dataclass
class Printer:
    """A house with a programme and papers, and whose address phones can reach."""

    place: Place
    visits: Visits

    async def open(self, *, token: str | None = None, **options: Any) -> Page:
        self.visits.witness.own.add(self.place.url)
        key = token or self.place.tokens["organiser"]
        page = await self.visits.open(f"{self.place.url}/{SLUG}/codes#k={key}", **options)
        await page.wait_for_selector("#order .kind")
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(place: Place) -> AsyncIterator[Place]:
    place.house.site.base_url = BASE
    rooms = (RoomBody(id=RoomId("groot"), name="Grote zaal"), RoomBody(id=RoomId("tuin"), name="Tuinkamer"))
    body = ProgrammeBody(rooms=rooms, sessions=(SessionBody(id=SessionId("s1"), title="Burgerberaad"),))
    slot = Slot(SessionId("s1"), RoomId("groot"), NINE_US, NINE_US + HOUR_US)
    await place.hall.node.shelf.set_programme(OPERATOR, body, [slot], base=0)
    organiser = place.holder("organiser")
    for number in range(PAPERS):
        made = await organiser.ask("POST", "papers", {"title": f"Stuk {number} over water", "session": "s1"})
        assert made.status == 201, made
    yield place


@pytest.fixture
def printer(furnished: Place, visits: Visits) -> Printer:
    return Printer(furnished, visits)


async def make(page: Page, lang: str = "nl") -> Download:
    async with page.expect_download() as download:
        await page.get_by_role("button", name=said("codes", "codes.print", lang)).click()
    return await download.value


async def codes_in(download: Download, folder: Path) -> list[str]:
    """What phones read from every page."""
    await download.save_as(folder / "print.pdf")
    document = pypdfium2.PdfDocument(folder / "print.pdf")
    pages = [document[n].render(scale=2).to_pil() for n in range(len(document))]
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


async def choose(page: Page, kind: str, lang: str = "nl") -> None:
    await page.locator(".kind").filter(has_text=said("codes", f"codes.kind.{kind}", lang)).click()


async def test_organiser_chooses_looks_and_prints(printer: Printer, tmp_path: Path) -> None:
    page = await printer.open()
    await expect(page.locator("#preview img")).to_have_attribute(
        "alt", said("codes", "codes.preview.of", what=said("codes", "codes.kind.poster-a4"))
    )

    await choose(page, "poster-a3")
    await page.get_by_label("Tuinkamer").check()
    await expect(page.locator("#sum")).to_have_text("2 codes · 2 bladzijden")
    download = await make(page)

    assert download.suggested_filename == f"{SLUG}-poster-a3.pdf"
    codes = await codes_in(download, tmp_path)
    assert [code.rpartition("/")[0] for code in codes] == ["HTTPS://FONTEIN.EXAMPLE", "HTTPS://FONTEIN.EXAMPLE/PD"]
    await expect(page.locator("#said")).to_have_text(said("codes", "codes.done", name=f"{SLUG}-poster-a3.pdf"))


async def test_one_of_each_paper_shares_sheets(printer: Printer, tmp_path: Path) -> None:
    page = await printer.open()
    await choose(page, "cards")
    await page.get_by_label(said("codes", "codes.target.join")).uncheck()
    await page.locator("summary").filter(has_text=said("codes", "codes.group.papers")).click()
    await page.fill("#search-papers", "stuk 1")
    group = page.locator(".choose-group[open]").filter(has=page.locator("#search-papers"))
    await group.get_by_role("button", name=said("codes", "codes.all")).click()
    await page.get_by_label(said("codes", "codes.layout.one")).check()

    # 1, 10 and 11: what is not in sight is not ticked.
    await expect(page.locator("#sum")).to_have_text("3 codes · 1 bladzijde")
    assert len(await codes_in(await make(page), tmp_path)) == 3


async def test_cards_with_a_link_open_the_desk_for_their_owners(printer: Printer, tmp_path: Path) -> None:
    page = await printer.open()
    await choose(page, "badges")
    await page.fill("#names", "Anouk\n\nDaan\n")
    await expect(page.locator("#sum")).to_have_text("2 codes · 1 bladzijde")

    links = await codes_in(await make(page), tmp_path)

    assert len(set(links)) == 2
    for link in links:
        answer = await printer.place.visitor(link.partition("#k=")[2]).get("me")
        assert (answer.status, answer.json["role"]) == (200, "moderator")
    assert await page.input_value("#names") == ""


async def test_without_a_choice_nothing_is_printed_and_the_page_says_why(printer: Printer) -> None:
    page = await printer.open()
    box = page.get_by_label(said("codes", "codes.target.join"))
    await box.uncheck()

    await page.get_by_role("button", name=said("codes", "codes.print")).click()

    await expect(page.locator("#said")).to_have_text(said("codes", "codes.none"))
    await expect(page.locator("#order .choose input").first).to_be_focused()


async def test_the_whole_of_it_goes_by_keyboard(printer: Printer) -> None:
    page = await printer.open()
    await page.locator(".kind input").first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".kind input[value=poster-a3]")).to_be_checked()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.type") == "submit":
            break

    async with page.expect_download() as download:
        await page.keyboard.press("Enter")

    assert (await download.value).suggested_filename == f"{SLUG}-poster-a3.pdf"


async def test_red_is_said_when_the_last_row_cannot_scan(printer: Printer) -> None:
    page = await printer.open()
    warning = page.locator("#reach .banner.danger")

    await page.fill("#reach-depth", "60")
    await expect(warning).to_have_text(said("codes", "codes.reach.warning"))
    await expect(page.locator("#reach .reach-row.bad")).to_have_count(3)
    await page.fill("#reach-depth", "4")
    await expect(warning).to_have_count(0)
    await expect(page.locator("#reach .reach-row.good")).to_have_count(3)
    await page.fill("#reach-depth", "")
    await expect(page.locator("#reach .error")).to_have_text(said("codes", "codes.reach.numbers"))


async def test_without_an_address_for_phones_the_page_says_so(printer: Printer) -> None:
    printer.place.house.site.base_url = "http://127.0.0.1:8000"
    try:
        page = await printer.open()
        await expect(page.locator("#notices [role=alert]")).to_have_text(said("codes", "refused.no-address"))
        await expect(page.locator("#preview img")).to_have_count(0)
    finally:
        printer.place.house.site.base_url = BASE


async def test_moderator_stays_at_the_door(printer: Printer) -> None:
    printer.visits.witness.own.add(printer.place.url)
    page = await printer.visits.open(f"{printer.place.url}/{SLUG}/codes#k={printer.place.tokens['moderator']}")

    await expect(page.locator("#door")).to_be_visible()
    await expect(page.locator("#order")).to_be_hidden()


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("small", [False, True], ids=["desk", "phone"])
async def test_page_passes_axe_in_light_and_dark(printer: Printer, lang: str, small: bool) -> None:
    size: dict[str, Any] = PHONE if small else {"viewport": {"width": 1280, "height": 800}}
    page = await printer.open(locale=lang, bypass_csp=True, **size)
    await page.wait_for_selector("#preview img")
    await page.locator("summary").filter(has_text=said("codes", "codes.group.papers", lang)).click()
    found = {}
    for kind in ("poster-a4", "badges"):
        await choose(page, kind, lang)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            await at_rest(page)  # colours change with a transition
            found[kind, scheme] = await axe(page, {"type": "tag", "values": TAGS})

    assert {view: faults for view, faults in found.items() if faults} == {}
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
