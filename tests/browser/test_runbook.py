"""The runbook on paper: one page of A4, whatever the names are, and nothing on it that opens a door."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Page

from server.web.symposia import SymposiumForm, checked, open_with_badges
from tests.browser.visits import Visits
from tests.house import Place, open_place
from tools.needs import WALL

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = "dag-van-de-samenwerkende-woningen-2026"
LONG_TITLE = "Dichtbij 2026: samen wonen, zorgen en leren in de wijk, met bewoners en makers uit heel de regio!"
AXE = (WALL / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


_TWICE = """
() => {
  const columns = document.querySelector('.columns');
  for (const section of [...columns.children]) columns.append(section.cloneNode(true));
}
"""


@dataclass
class Printed:
    """A symposium with long names, and its organiser's token."""

    place: Place
    token: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def printed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Printed]:
    folder = tmp_path_factory.mktemp("runbook")
    (folder / "stick").mkdir()
    settings = {
        "public_url": "https://fontein.gemeente-voorbeeldstad-aan-de-rivier.example",
        "archive": str(folder / "stick"),
        "trust_proxy": "127.0.0.1",
    }
    async with open_place(folder / "data", **settings) as place:
        tags = tuple(f"hashtag{n}vanwelgemiddeldelengte" for n in range(8))
        form = SymposiumForm(title=LONG_TITLE, slug=LONG, hashtags=tags, short="DVSW2")
        made = await open_with_badges(place.house.site, checked(form, place.house.site))
        yield Printed(place, made["badges"]["organiser"])


async def opened(printed: Printed, visits: Visits, lang: str, **options: object) -> Page:
    context = await visits.context(extra_http_headers={"Authorization": f"Bearer {printed.token}"}, **options)
    visits.witness.own.add(printed.place.url)
    page = await context.new_page()
    answer = await page.goto(f"{printed.place.url}/{LONG}/runbook?lang={lang}")
    assert answer is not None
    assert answer.status == 200
    return page


async def pages_of(page: Page) -> int:
    pdf = await page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_runbook_is_one_page_of_a4_with_long_names_too(printed: Printed, visits: Visits, lang: str) -> None:
    page = await opened(printed, visits, lang)

    assert await pages_of(page) == 1
    assert await page.locator(".sheet").inner_text() != ""


async def test_one_section_more_than_fits_is_noticed(printed: Printed, visits: Visits) -> None:
    """The control: pages are counted, not guessed."""
    page = await opened(printed, visits, "nl")
    await page.evaluate(_TWICE)

    assert await pages_of(page) > 1


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_nothing_on_paper_is_cut_or_lies_over_another(printed: Printed, visits: Visits, lang: str) -> None:
    page = await opened(printed, visits, lang, viewport={"width": 718, "height": 1058})
    await page.emulate_media(media="print")

    wide = await page.evaluate(
        "() => [...document.querySelectorAll('.sheet *')].filter((e) => e.scrollWidth > e.clientWidth + 1"
        " && e.clientWidth > 0).map((e) => e.outerHTML.slice(0, 80))"
    )
    hidden = await page.evaluate("() => getComputedStyle(document.querySelector('.top')).display")

    assert wide == []
    assert hidden == "none", "the page's own header is not for paper"


async def test_runbook_says_what_the_settings_say(printed: Printed, visits: Visits) -> None:
    text = await (await opened(printed, visits, "nl")).locator(".sheet").inner_text()

    for said in (
        LONG_TITLE,
        f"https://fontein.gemeente-voorbeeldstad-aan-de-rivier.example/{LONG}",
        "TCP 443",
        "1920×1080 bij 60 Hz",
        f"python3 run.py restore {LONG}-….tar",
        "--public-url https://fontein.gemeente-voorbeeldstad-aan-de-rivier.example --trust-proxy 127.0.0.1 --archive …",
    ):
        assert said in text
    assert printed.token not in await (await opened(printed, visits, "nl")).content()
    assert str(printed.place.house.config.folder.parent) not in text, "the server's folders are its own affair"


async def test_print_button_prints(printed: Printed, visits: Visits) -> None:
    page = await opened(printed, visits, "en")
    await page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")

    await page.click("#print")

    assert await page.evaluate("window.printed") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_runbook_passes_axe(printed: Printed, visits: Visits, scheme: str) -> None:
    page = await opened(printed, visits, "nl", color_scheme=scheme, bypass_csp=True)
    await page.evaluate(AXE)

    found = await page.evaluate("async () => (await axe.run(document)).violations.map((v) => v.id + v.nodes[0].html)")

    assert found == []
