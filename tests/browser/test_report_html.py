"""The report as one HTML file, opened from a disk in a real browser: readable for everybody, and silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from server.report.compose import compose
from server.report.document import Document, Paragraph, Part, Text
from server.report.html import html
from server.report.model import Report
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import PHONE, Visits
from tests.server.report import sample

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LAPTOP = {"width": 1280, "height": 800}
HALF_LAPTOP = {"width": 640, "height": 400}
"""A laptop at 200 %."""
SMALL = {"width": 320, "height": 640}


def saved(folder: Path, page: str) -> str:
    """The address of a file with *page*."""
    path = folder / "verslag.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def page_of(report: Report) -> str:
    return html(compose(report), sample.picture)


@pytest.fixture
def visits(visits: Visits) -> Visits:
    visits.witness.own.add("file://")
    return visits


@pytest.mark.parametrize(("lang", "cover"), [("nl", "water"), ("en", "paper")])
async def test_report_passes_axe_in_light_and_dark(tmp_path: Path, visits: Visits, lang: str, cover: str) -> None:
    url = saved(tmp_path, page_of(sample.report(lang, cover=cover)))
    found = []
    for size in (LAPTOP, PHONE["viewport"]):
        # axe is brought in from outside, past the policy that the page has.
        page = await visits.open(url, bypass_csp=True, viewport=size)
        await page.emulate_media(color_scheme="light")
        found += await axe(page, {"type": "tag", "values": TAGS})
        # Colours are all that is different in the dark.
        await page.emulate_media(color_scheme="dark")
        found += [f"dark {each}" for each in await axe(page, {"type": "rule", "values": ["color-contrast"]})]

    assert found == []


@pytest.mark.parametrize("report", [sample.report(), sample.draft("en"), sample.empty(), sample.one_post()])
@pytest.mark.parametrize("size", [LAPTOP, HALF_LAPTOP, SMALL], ids=lambda size: str(size["width"]))
async def test_page_is_never_wider_than_the_screen(
    tmp_path: Path, visits: Visits, report: Report, size: dict[str, int]
) -> None:
    page = await visits.open(saved(tmp_path, page_of(report)), viewport=size)

    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert await sticking_out(page) == []


async def sticking_out(page: Page) -> list[str]:
    """Texts of which a part cannot be seen, and cannot be scrolled to."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll('main *, footer *, header :is(p, h1)')]
          .filter((element) => !element.closest('.scroll, pre, svg'))
          .filter((element) => {
            const {left, right} = element.getBoundingClientRect();
            return left < 0 || right > document.documentElement.clientWidth + 0.5;
          })
          .map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`)"""
    )
    return found


async def test_what_is_wider_can_be_scrolled_to_with_the_keyboard(tmp_path: Path, visits: Visits) -> None:
    page = await visits.open(saved(tmp_path, page_of(sample.report())), viewport={"width": 560, "height": 800})
    chart = page.locator(".chart.wide .scroll").first

    await chart.focus()
    await page.keyboard.press("ArrowRight")

    await page.wait_for_function("(element) => element.scrollLeft > 0", arg=await chart.element_handle())


async def test_everything_in_the_file_is_seen_under_its_own_policy(tmp_path: Path, visits: Visits) -> None:
    page = await visits.open(saved(tmp_path, page_of(sample.report())))

    await page.evaluate("document.fonts.ready")
    pictures = await page.eval_on_selector_all("img", "all => all.map(({alt, naturalWidth}) => [alt, naturalWidth])")
    faces = await page.evaluate("[...document.fonts].map(({status}) => status)")
    serif = await page.eval_on_selector("main p.lead", "(element) => getComputedStyle(element).fontFamily")
    # One picture of the sample is broken: its description stands there.
    assert [alt for alt, width in pictures if not width] == [sample.BROKEN.alt]
    assert faces == ["loaded"] * 3
    assert serif.startswith('"Libertinus Serif"')


async def test_markup_of_strangers_is_only_words(tmp_path: Path, visits: Visits) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(1)</script><svg onload=alert(1)></p></main>&lt;b&gt;"
    page = await visits.open(saved(tmp_path, html(saying(hostile), sample.picture)))

    assert await page.inner_text("main p") == hostile
    assert await page.locator("script, img[src=x], svg[onload]").count() == 0


async def test_policy_stops_what_would_come_in_all_the_same(tmp_path: Path, visits: Visits) -> None:
    """The second wall, and the negative control of `visits`: it does see what such a page tries."""
    visits.faults_allowed = True
    broken = html(saying("HOLE"), sample.picture).replace(
        "HOLE",
        '<script>document.title = "taken"</script><img src="https://elders.example/x.png">'
        '<i style="color: red">red</i><style>p { display: none }</style>',
    )
    page = await visits.open(saved(tmp_path, broken))

    assert await page.title() == "De luisterende overheid"
    assert await page.eval_on_selector("i", "(element) => getComputedStyle(element).color") != "rgb(255, 0, 0)"
    assert await page.is_visible("main p")
    stopped = {fault.split()[0] for fault in visits.witness.csp}
    assert stopped != set()


def saying(text: str) -> Document:
    """A report of one paragraph."""
    report = sample.report()
    return Document(
        title=report.title,
        kicker="",
        subtitle="",
        foot=(),
        lang="nl",
        running=("", ""),
        at=report.at,
        date="",
        creator="",
        subject="",
        keywords=(),
        cover_alt="Een fontein.",
        parts=(Part(ident="een", blocks=(Paragraph((Text(text),)),)),),
        notes=(),
        report=report,
    )


async def test_note_leads_to_its_source_and_back(tmp_path: Path, visits: Visits) -> None:
    page = await visits.open(saved(tmp_path, page_of(sample.report())))

    there = page.locator('[role="doc-noteref"]').first
    place = await there.get_attribute("id")
    await there.focus()
    await page.keyboard.press("Enter")
    note = await page.evaluate("document.querySelector(':target').id")
    back = page.locator(f'#{note} [role="doc-backlink"]').first
    await back.focus()
    await page.keyboard.press("Enter")

    assert await page.evaluate("document.querySelector(':target').id") == place


async def test_skip_link_is_the_first_thing_that_tab_finds(tmp_path: Path, visits: Visits) -> None:
    page = await visits.open(saved(tmp_path, page_of(sample.report())))

    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    assert await page.evaluate("document.activeElement.getBoundingClientRect().width") > 100
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_printed_report_has_the_cover_alone_on_its_first_page(tmp_path: Path, visits: Visits) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    page = await visits.open(saved(tmp_path, page_of(sample.report())))

    pdf = pypdfium2.PdfDocument(await page.pdf(prefer_css_page_size=True))

    texts = [page.get_textpage().get_text_bounded() for page in pdf]
    assert [round(length) for length in pdf[0].get_size()] == [595, 842]
    assert "De luisterende" in texts[0]
    assert "In het kort" not in texts[0]
    assert "In het kort" in texts[1]
    assert "De dag in cijfers" in texts[2]
