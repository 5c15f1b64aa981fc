"""Papers in a real browser: the phone's tab, which session a post is about, and from a paper's page to its bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request, expect

from server.symposium.values import OPERATOR
from tests.browser.surfaces import Phone
from tests.browser.test_axe import AXE, TAGS
from tests.browser.visits import PHONE, Visits, eventually, said
from tests.house import SLUG, Place, open_place
from tests.shelf import BESIDE, LATER, NOW, TITLES, Shelf, filled, minimal_pdf

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE_RUN = """
async (only) => {
  const {violations} = await axe.run(document, {runOnly: only, resultTypes: ['violations']});
  const words = (id) => ({target, failureSummary}) => `${id}: ${target}: ${failureSummary}`;
  return violations.flatMap(({id, nodes}) => nodes.map(words(id)));
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shelf(place: Place) -> Shelf:
    return await filled(place)


@pytest_asyncio.fixture(loop_scope="session")
async def own_shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """A day for a test that changes it."""
    async with open_place(tmp_path / "own") as place:
        yield await filled(place)


async def tab(visits: Visits, shelf: Shelf, query: str = "?room=grote-zaal", **options: object) -> Page:
    """A phone that looks at its papers."""
    visits.witness.own.add(shelf.place.url)
    page = await visits.phone(f"{shelf.place.url}/{SLUG}{query}", **options)
    await page.evaluate("location.hash = '#papers'")
    await page.wait_for_selector("#papers-list [data-paper]")
    return page


async def titles(page: Page) -> list[str]:
    return await page.locator("#papers-list .paper-title").all_text_contents()


# The tab


async def test_session_of_the_room_comes_first_and_the_rest_by_time(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf)

    assert await titles(page) == [
        "Van advies naar besluit: 14 beraden gevolgd",
        "Wat de loters er zelf van vonden",
        "Dia’s van de volgende sessie",
        "Een algoritme uitleggen",
        "Welkomstwoord",
        "Het dossier op de website",
    ]
    await expect(page.locator("#papers-session option:checked")).to_have_text(TITLES[NOW])
    await expect(page.locator("#papers-when")).to_have_text(said("phone", "papers.now-in", room="Grote zaal"))
    await expect(page.locator("#room")).to_have_text(" · Grote zaal")


async def test_another_session_can_be_put_first(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf)

    await page.select_option("#papers-session", LATER)

    assert (await titles(page))[:2] == ["Dia’s van de volgende sessie", "Een algoritme uitleggen"]


async def test_closed_paper_has_a_lock_and_says_when_and_an_open_one_its_size_and_code(
    shelf: Shelf, visits: Visits
) -> None:
    page = await tab(visits, shelf)

    closed = page.locator("li", has_text="Dia’s van de volgende sessie")
    await expect(closed).to_contain_text("Te lezen vanaf")
    await expect(closed.locator(".locked")).to_have_count(1)
    await expect(closed.locator("a[href*='/file/']")).to_have_count(0)
    opened = page.locator("li", has_text="Wat de loters")
    await expect(opened).to_contain_text("PDF · 6 blz. · 310\u00a0kB · Nederlands · code")


async def test_everything_of_the_session_is_one_file_with_its_size(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf)

    link = page.locator(".papers-all")
    await expect(link).to_have_text(said("phone", "papers.all-of-session", size="3,7\u00a0MB"))
    assert await link.get_attribute("href") == f"/{SLUG}/papers.zip?session={NOW}"


async def test_what_was_fetched_is_remembered_over_a_reload(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf)
    row = page.locator("li", has_text="Wat de loters")

    async with page.expect_download():
        await row.locator(".paper-act").click()

    await expect(row.locator(".paper-act.done")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".paper-act.done")).to_have_count(1)


async def test_list_is_there_without_a_network_and_says_how_old_it_is(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf)
    before = await titles(page)
    await page.goto(f"{shelf.place.url}/{SLUG}#write")

    await page.context.set_offline(True)
    await page.evaluate("location.hash = '#papers'")

    await expect(page.locator("#papers-list")).to_contain_text(said("phone", "papers.old"))
    assert await titles(page) == before


async def test_list_is_asked_for_when_somebody_looks_and_not_before(shelf: Shelf, visits: Visits) -> None:
    visits.witness.own.add(shelf.place.url)
    page = await visits.phone(f"{shelf.place.url}/{SLUG}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await page.wait_for_selector("#photo-pick:not([hidden])")
    await page.wait_for_timeout(500)
    assert [url for url in asked if url.endswith("/papers")] == []

    await page.evaluate("location.hash = '#papers'")
    await page.wait_for_selector("#papers-list [data-paper]")

    assert len([url for url in asked if url.endswith("/papers")]) == 1


async def test_new_paper_comes_while_somebody_looks(own_shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, own_shelf)

    await own_shelf.paper("Net binnen")

    await expect(page.locator("#papers-list")).to_contain_text("Net binnen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["nl-NL", "en-GB"])
async def test_tab_and_pages_have_no_barriers(shelf: Shelf, visits: Visits, scheme: str, locale: str) -> None:
    page = await tab(visits, shelf, color_scheme=scheme, locale=locale)
    paper = next(iter(shelf.papers.values()))
    found = []
    for address in (None, f"/papers/{paper}", "/papers", "/papers/weg"):
        if address is not None:
            await page.goto(f"{shelf.place.url}/{SLUG}{address}")
        await page.evaluate(AXE)
        found += await page.evaluate(AXE_RUN, list(TAGS))

    assert found == []


# Which session a post is about


async def sent_by(page: Page, text: str) -> dict[str, object]:
    """Write *text*, and return what the phone sent."""
    async with page.expect_request(lambda request: _is_post(request)) as sending:
        await page.fill("#text", text)
        await page.click("#send")
    return dict(json.loads((await sending.value).post_data or "{}"))


def _is_post(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/posts")


async def at_form(visits: Visits, shelf: Shelf, query: str) -> Page:
    visits.witness.own.add(shelf.place.url)
    page = await visits.phone(f"{shelf.place.url}/{SLUG}{query}#write")
    await page.wait_for_selector("#session-row:not([hidden])")
    return page


async def test_room_of_the_code_goes_along_and_the_session_only_when_chosen(shelf: Shelf, visits: Visits) -> None:
    page = await at_form(visits, shelf, "?room=zaal-2")
    await expect(page.locator("#session option:checked")).to_have_text(TITLES[BESIDE])

    by_itself = await sent_by(page, "Vanzelf bij de zaal")
    await page.goto(f"{shelf.place.url}/{SLUG}#write")
    await page.wait_for_selector("#session-row:not([hidden])")
    await page.select_option("#session", NOW)
    by_hand = await sent_by(page, "Zelf gekozen")

    assert (by_itself.get("room"), by_itself.get("session")) == ("zaal-2", None)
    # The room is remembered without its code; the choice goes before it.
    assert (by_hand.get("room"), by_hand.get("session")) == ("zaal-2", NOW)

    async def both_are_there() -> bool:
        found = {post.session for post in shelf.node.state.posts.values()}
        return {str(NOW), str(BESIDE)} <= {str(each) for each in found}

    await eventually(both_are_there, what="posts of both sessions")


async def test_without_a_room_several_sessions_are_a_question(shelf: Shelf, visits: Visits) -> None:
    page = await at_form(visits, shelf, "")

    await expect(page.locator("#session option:checked")).to_have_text(said("phone", "write.session-none"))
    sent = await sent_by(page, "Zonder zaal")
    assert {"room", "session"} & set(sent) == set()


async def test_code_of_a_session_chooses_it(shelf: Shelf, visits: Visits) -> None:
    page = await at_form(visits, shelf, f"?session={LATER}")

    await expect(page.locator("#session option:checked")).to_have_text(TITLES[LATER])
    assert (await sent_by(page, "Over straks"))["session"] == LATER


async def test_no_choice_is_offered_where_nothing_runs(place: Place, visits: Visits) -> None:
    await place.symposium("stilledag", short="SD")
    visits.witness.own.add(place.url)
    page = await visits.phone(f"{place.url}/stilledag")

    await expect(page.locator("#session-row")).to_be_hidden()


async def test_session_without_photos_takes_the_button_away_and_says_why(own_shelf: Shelf, visits: Visits) -> None:
    page = await at_form(visits, own_shelf, "?room=grote-zaal")
    await expect(page.locator("#photo-pick")).to_be_visible()

    await own_shelf.programme(no_photos=NOW)

    await expect(page.locator("#photo-pick")).to_be_hidden()
    await expect(page.locator("#no-photos")).to_have_text(said("phone", "write.no-photos"))
    await page.select_option("#session", BESIDE)
    await expect(page.locator("#photo-pick")).to_be_visible()
    await expect(page.locator("#no-photos")).to_be_hidden()


async def test_photo_that_the_server_refuses_says_what_to_do(own_shelf: Shelf, visits: Visits, tmp_path: Path) -> None:
    """The phone did not know the room, and the server did: the hashtag of a session, or a clock that is wrong."""
    visits.witness.own.add(own_shelf.place.url)
    picture = tmp_path / "foto.png"
    picture.write_bytes(_png())
    phone = await Phone.open(visits, f"{own_shelf.place.url}/{SLUG}?room=grote-zaal")
    await phone.page.wait_for_selector("#session-row:not([hidden])")
    await phone.write("Met een foto", photo=picture, alt="Een vlak")
    await phone.page.context.set_offline(True)
    await phone.submit()

    await own_shelf.programme(no_photos=NOW)
    await phone.page.context.set_offline(False)

    card = phone.page.locator('#own li[data-state="refused"]')
    await expect(card).to_contain_text(said("phone", "why.no-photos"))
    assert [post for post in own_shelf.node.state.posts.values() if post.media] == []


def _png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (320, 240), (20, 90, 120)).save(out, "PNG")
    return out.getvalue()


# From the code to the bytes


async def test_downloaded_bytes_are_those_that_were_uploaded_without_script(
    shelf: Shelf, visits: Visits, tmp_path: Path
) -> None:
    data = minimal_pdf(tmp_path / "echt.pdf", size=700_000)
    paper = await shelf.paper("Het echte stuk", session=None)
    await shelf.file(paper, data, pages=1)
    code = shelf.node.state.codes_of[f"paper:{paper}"]
    visits.witness.own.add(shelf.place.url)
    page = await visits.open(f"{shelf.place.url}/PD/{code}", **{**PHONE, "java_script_enabled": False})

    async with page.expect_download() as downloading:
        await page.click(".get")

    got = Path(await (await downloading.value).path()).read_bytes()
    assert hashlib.sha256(got).digest() == hashlib.sha256(data).digest()
    assert (await downloading.value).suggested_filename == "Het echte stuk.pdf"


async def test_no_page_of_papers_is_wider_than_a_small_phone(shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, shelf, viewport={"width": 320, "height": 640})
    widths = [await page.evaluate("document.documentElement.scrollWidth")]
    for address in [f"/papers/{paper}" for paper in shelf.papers.values()] + ["/papers"]:
        await page.goto(f"{shelf.place.url}/{SLUG}{address}")
        widths.append(await page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [320] * len(widths)


async def test_paper_that_opens_meanwhile_can_be_fetched(own_shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, own_shelf)
    row = page.locator("li", has_text="Dia’s van de volgende sessie")
    await expect(row.locator(".locked")).to_have_count(1)

    outcome = await own_shelf.node.shelf.shift(OPERATOR, LATER, -70, rest=False)
    assert outcome.seq > 0
    await own_shelf.node.shelf.strike()

    await expect(row.locator("a[href*='/file/']")).to_have_count(1)


KEPT = "async ([path, wanted]) => Boolean(await caches.match(path)) === wanted"
"""Whether the service worker has kept a page, or let it go: it does so after the page was answered."""


async def test_paper_that_was_read_can_be_read_again_without_a_network(own_shelf: Shelf, visits: Visits) -> None:
    page = await tab(visits, own_shelf)
    read, gone = list(own_shelf.papers.values())[:2]
    await page.evaluate("navigator.serviceWorker.ready")
    await eventually(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), what="the worker serves")
    for paper in (read, gone):
        await page.goto(f"{own_shelf.place.url}/{SLUG}/papers/{paper}")
        await eventually(lambda paper=paper: page.evaluate(KEPT, [f"/{SLUG}/papers/{paper}", True]), what="it is kept")
    await own_shelf.node.shelf.remove_paper(OPERATOR, gone, erase=False)
    answer = await page.reload()
    assert answer is not None
    assert answer.status == 404
    await eventually(lambda: page.evaluate(KEPT, [f"/{SLUG}/papers/{gone}", False]), what="it is let go")

    await page.context.set_offline(True)
    await page.goto(f"{own_shelf.place.url}/{SLUG}/papers/{read}")

    await expect(page.locator("h1")).to_have_text("Van advies naar besluit: 14 beraden gevolgd")
    with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        await page.goto(f"{own_shelf.place.url}/{SLUG}/papers/{gone}")
