"""The keepers' shelf in a real browser: uploads that are cut, what speakers can reach, and all of it by keyboard."""

from __future__ import annotations

import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.values import PaperId, SessionId
from tests.browser.test_axe import AXE, TAGS
from tests.browser.test_papers import AXE_RUN
from tests.browser.visits import Visits, eventually, said
from tests.browser.wire import Fate, Wire, open_wire
from tests.house import SLUG, Place
from tests.shelf import BESIDE, LATER, NOW, Shelf, minimal_pdf

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CUTS = 8
UPLOADED_S = 60.0
"""Eight waits of a second or a few, and looking through the file."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shelf(place: Place) -> Shelf:
    made = Shelf(place)
    await made.programme()
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def wire(place: Place) -> AsyncIterator[Wire]:
    async with open_wire(place.url) as opened:
        yield opened


async def at_shelf(visits: Visits, url: str, token: str, **options: object) -> Page:
    visits.witness.own.add(url)
    page = await visits.open(f"{url}/{SLUG}/shelf#k={token}", **options)
    await page.wait_for_selector("#add-session option", state="attached")
    await expect(page.locator("#door")).to_be_hidden()
    return page


def paper_of(shelf: Shelf, title: str) -> PaperId | None:
    """The paper with this title."""
    from server.symposium.bodies import paper_body

    state = shelf.node.state
    return next((paper.id for paper in state.papers.values() if paper_body(state, paper).title == title), None)


async def filed(shelf: Shelf, title: str) -> PaperId:
    """Wait until the paper has a file."""

    async def there() -> PaperId | None:
        paper = paper_of(shelf, title)
        return paper if paper is not None and shelf.node.state.papers[paper].files else None

    await eventually(there, within_s=UPLOADED_S, what=f"a file of {title!r}")
    paper = paper_of(shelf, title)
    assert paper is not None
    return paper


async def fetched(shelf: Shelf, paper: PaperId) -> bytes:
    """The newest file of a paper, as everybody gets it."""
    file = shelf.node.state.papers[paper].files[-1]
    answer = await shelf.place.visitor().get(f"/{SLUG}/papers/{paper}/file/{file.seq}")
    assert answer.status == 200
    return answer.body


def same(one: bytes, other: bytes) -> bool:
    return hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


# Up, whatever happens


async def test_upload_that_is_cut_at_random_points_arrives_whole(
    shelf: Shelf, visits: Visits, wire: Wire, tmp_path: Path
) -> None:
    path = tmp_path / "vaak_geknipt.pdf"
    data = minimal_pdf(path, size=24_000_000)
    rng = random.Random(20_111_109)
    fates = (Fate.CUT_BEFORE, Fate.CUT_DURING, Fate.CUT_AFTER, Fate.CUT_ANSWER)
    cuts: list[Fate] = []
    asked = 0

    def decide(method: str, path: str) -> Fate:
        """Every second request of the upload is cut, until there were enough."""
        nonlocal asked
        if "/uploads" not in path or len(cuts) == CUTS:
            return Fate.PASS
        asked += 1
        if asked % 2:
            return Fate.PASS
        cuts.append(rng.choice(fates))
        return cuts[-1]

    wire.decide = decide
    page = await at_shelf(visits, wire.url, shelf.place.tokens["organiser"])

    await page.set_input_files("#files", path)
    paper = await filed(shelf, "vaak geknipt")

    assert len(cuts) >= CUTS // 2
    assert same(await fetched(shelf, paper), data)
    await expect(page.locator("#notices")).to_contain_text(said("shelf", "shelf.arrived", title="vaak geknipt"))


async def test_upload_goes_on_after_a_reload_when_the_same_file_is_chosen(
    shelf: Shelf, visits: Visits, wire: Wire, tmp_path: Path
) -> None:
    path = tmp_path / "herladen.pdf"
    data = minimal_pdf(path, size=6_000_000)
    sent = 0

    def decide(method: str, path: str) -> Fate:
        nonlocal sent
        sent += method == "PATCH"
        return Fate.CUT_BEFORE if method == "PATCH" and sent > 1 else Fate.PASS

    wire.decide = decide
    page = await at_shelf(visits, wire.url, shelf.place.tokens["organiser"])
    await page.set_input_files("#files", path)
    card = page.locator(".shelf-paper", has_text="herladen")
    await expect(card).to_contain_text(said("shelf", "shelf.waiting"), timeout=20_000)

    await page.reload()
    await expect(card).to_contain_text(said("shelf", "shelf.unfinished", name="herladen.pdf"))
    offsets: list[str] = []
    page.on(
        "request",
        lambda each: offsets.append(each.headers.get("upload-offset", "")) if each.method == "PATCH" else None,
    )
    wire.decide = lambda _method, _path: Fate.PASS
    await page.set_input_files("#files", path)

    paper = await filed(shelf, "herladen")
    assert same(await fetched(shelf, paper), data)
    assert len([each for each in shelf.node.state.papers.values() if each.id == paper]) == 1
    assert await page.locator(".shelf-paper", has_text="herladen").count() == 1
    assert int(offsets[0]) > 0


async def test_control_other_bytes_are_seen(tmp_path: Path) -> None:
    data = minimal_pdf(tmp_path / "a.pdf", size=10_000)

    assert not same(data, data[:-1] + b"x")


async def test_pause_holds_and_resume_goes_on(shelf: Shelf, visits: Visits, wire: Wire, tmp_path: Path) -> None:
    path = tmp_path / "even_stil.pdf"
    data = minimal_pdf(path, size=6_000_000)
    wire.decide = lambda method, _path: Fate.CUT_BEFORE if method == "PATCH" else Fate.PASS
    page = await at_shelf(visits, wire.url, shelf.place.tokens["organiser"])
    await page.set_input_files("#files", path)
    card = page.locator(".shelf-paper", has_text="even stil")

    await card.get_by_role("button", name=said("shelf", "shelf.pause")).click()
    await expect(card).to_contain_text(said("shelf", "shelf.paused"))
    wire.decide = lambda _method, _path: Fate.PASS
    paper = paper_of(shelf, "even stil")
    assert paper is not None
    assert shelf.node.state.papers[paper].files == ()
    await card.get_by_role("button", name=said("shelf", "shelf.resume")).click()

    assert same(await fetched(shelf, await filed(shelf, "even stil")), data)


async def test_file_that_is_refused_says_why(shelf: Shelf, visits: Visits, tmp_path: Path) -> None:
    path = tmp_path / "geen_stuk.pdf"
    path.write_bytes(b"MZ" + b"\0" * 4_000)
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["organiser"])

    await page.set_input_files("#files", path)

    card = page.locator(".shelf-paper", has_text="geen stuk")
    await expect(card.get_by_role("alert")).to_contain_text(said("shelf", "refused.paper-type"))
    await card.get_by_role("button", name=said("shelf", "shelf.close")).click()
    await expect(card.get_by_role("alert")).to_have_count(0)


# By keyboard, and back again


async def test_paper_is_added_changed_removed_and_put_back_by_keyboard(shelf: Shelf, visits: Visits) -> None:
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["moderator"])
    await page.focus("#without-file")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Met de hand")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ada")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Grace")
    await page.focus(".paper-dialog button[type=submit]")
    await page.keyboard.press("Enter")
    card = page.locator(".shelf-paper", has_text="Met de hand")
    await expect(card).to_contain_text("Ada, Grace")

    await card.get_by_role("button", name=said("shelf", "shelf.remove-button")).focus()
    await page.keyboard.press("Enter")
    await expect(card).to_have_count(0)
    assert paper_of(shelf, "Met de hand") is None
    await page.get_by_role("button", name=said("shelf", "shelf.undo")).focus()
    await page.keyboard.press("Enter")

    await expect(card).to_have_count(1)
    assert paper_of(shelf, "Met de hand") is not None


async def test_erasing_asks_and_does_not_come_back(shelf: Shelf, visits: Visits) -> None:
    await shelf.paper("Voor goed weg")
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["organiser"])
    card = page.locator(".shelf-paper", has_text="Voor goed weg")

    await card.get_by_role("button", name=said("shelf", "shelf.erase-button")).click()
    await page.keyboard.press("Escape")
    assert paper_of(shelf, "Voor goed weg") is not None
    await card.get_by_role("button", name=said("shelf", "shelf.erase-button")).click()
    await page.get_by_role("dialog").get_by_role("button", name=said("shelf", "shelf.erase.yes")).click()

    await expect(card).to_have_count(0)
    assert paper_of(shelf, "Voor goed weg") is None
    await expect(page.get_by_role("button", name=said("shelf", "shelf.undo"))).to_have_count(0)


async def test_link_needs_an_address(shelf: Shelf, visits: Visits) -> None:
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["organiser"])
    await page.click("#without-file")
    await page.fill("#paper-title", "Een link")
    await page.select_option("#paper-form", "link")
    await page.fill("#paper-link", "javascript:alert(1)")
    await page.click(".paper-dialog button[type=submit]")

    await expect(page.locator("#paper-fault")).to_have_text(said("shelf", "shelf.bad-link"))
    await page.fill("#paper-link", "https://voorbeeld.nl/")
    await page.click(".paper-dialog button[type=submit]")

    await expect(page.locator(".shelf-paper", has_text="Een link")).to_have_count(1)


async def test_what_was_found_in_a_file_and_how_often_it_was_fetched_is_said(shelf: Shelf, visits: Visits) -> None:
    from server.symposium.entries import Count

    paper = await shelf.paper("Met een vlag")
    await shelf.file(paper, b"%PDF-1.7 vlag", flags=("javascript", "macro"))
    await shelf.node.shelf.count([Count(paper, "download", 7, 5)])
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["organiser"])
    card = page.locator(".shelf-paper", has_text="Met een vlag")

    await expect(card).to_contain_text(said("shelf", "shelf.flag.javascript"))
    await expect(card).to_contain_text(said("shelf", "shelf.flag.macro"))
    await expect(card).to_contain_text(said("shelf", "shelf.fetched", n=7, people=5))
    await card.get_by_text(said("shelf", "shelf.by-hour"), exact=True).click()
    await expect(card.locator("tbody tr td").first).to_have_text("7")


# Speakers


async def test_speaker_sees_and_fills_one_session_and_nothing_of_another(
    shelf: Shelf, visits: Visits, tmp_path: Path
) -> None:
    theirs = await shelf.paper("Van de ander", session=BESIDE, embargo=True)
    mine = await shelf.speaker(NOW)
    path = tmp_path / "van_mij.pdf"
    data = minimal_pdf(path)
    page = await at_shelf(visits, shelf.place.url, mine)

    await expect(page.locator("#add-session-field")).to_be_hidden()
    await page.set_input_files("#files", path)
    paper = await filed(shelf, "van mij")

    assert shelf.node.state.papers[paper].session == NOW
    assert same(await fetched(shelf, paper), data)
    await expect(page.locator(".shelf-paper", has_text="van mij")).to_have_count(1)
    await expect(page.locator(".shelf-paper", has_text="Van de ander")).to_have_count(0)
    # What the page does not offer, the server refuses: there is a paper that could have been taken.
    refused = await page.evaluate(
        "async (url) => (await fetch(url, {method: 'DELETE'})).status", f"/v1/symposia/{SLUG}/papers/{theirs}"
    )
    assert refused == 403
    assert theirs in shelf.node.state.papers


@pytest.mark.parametrize("other", [LATER, BESIDE])
async def test_two_speakers_do_not_see_each_others_papers(shelf: Shelf, visits: Visits, other: SessionId) -> None:
    title = f"Alleen bij {other}"
    await shelf.paper(title, session=other)
    one, two = await shelf.speaker(NOW), await shelf.speaker(other)

    first = await at_shelf(visits, shelf.place.url, one)
    second = await at_shelf(visits, shelf.place.url, two)

    await expect(second.locator(".shelf-paper", has_text=title)).to_have_count(1)
    await expect(first.locator(".shelf-paper", has_text=title)).to_have_count(0)


# For everybody


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("locale", ["nl-NL", "en-GB"])
async def test_shelf_has_no_barriers_and_fits(
    shelf: Shelf, visits: Visits, width: int, scheme: str, locale: str
) -> None:
    await shelf.file(await shelf.paper(f"Breed {width} {locale}"), b"%PDF-1.7 x", flags=("launch",))
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": locale}
    page = await at_shelf(visits, shelf.place.url, shelf.place.tokens["organiser"], **options)
    await page.wait_for_selector(".shelf-paper")
    await page.evaluate(AXE)
    found = await page.evaluate(AXE_RUN, list(TAGS))
    await page.click("#without-file")
    found += await page.evaluate(AXE_RUN, list(TAGS))

    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
