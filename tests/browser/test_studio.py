"""The report's studio: chosen by keys and buttons, by two authors at once, and what was taken back is gone at once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, WebSocketRoute, expect

from server.intake.arrival import Arrival
from server.report.compile import AUTO_QUOTES
from server.symposium.values import PHONE, BadgeId, DeviceId, Picture, PostId
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, eventually, said
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOUR_US = 3_600_000_000
NAMES = ("Noor van Dalen", "Hennie Broekstra", "Joost Hoekema", "Sander Mulder", "Chidi Okafor", "Ada Vermeer")
TALK, PANEL = "burgerberaad", "slotdebat"
SIZES = ((1280, 800), (1024, 768), (640, 400), (360, 740), (320, 640))


class Studio:
    """An author's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = page.locator(".post-item")
        self.current = page.locator(".post-item.current")

    async def ready(self) -> Studio:
        await expect(self.rows.first).to_be_visible()
        return self

    def row(self, post: str) -> Locator:
        return self.page.locator(f'.post-item[data-id="{post}"]')

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def says(self, key: str) -> None:
        await expect(self.page.locator("#say")).to_have_text(said("report", key))

    async def ids(self) -> list[str]:
        """The rows that are on the page, from above."""
        return [str(await row.get_attribute("data-id")) for row in await self.rows.all()]

    async def tab(self, name: str) -> None:
        await self.page.locator(".tab", has_text=said("report", f"studio.tab.{name}")).click()


@pytest_asyncio.fixture(loop_scope="session")
async def day(tmp_path: Path, visits: Visits) -> AsyncIterator[Place]:
    """A day with two sessions: six posts in the first, none in the other, and one afterwards."""
    async with open_place(tmp_path / "data") as place:
        visits.witness.own.add(place.url)
        start = place.house.site.now_us() // HOUR_US * HOUR_US - 8 * HOUR_US
        sessions = [
            {"id": TALK, "title": "Burgerberaad, en dan?", "room": None, "start": start, "end": start + HOUR_US},
            {"id": PANEL, "title": "Slotdebat", "room": None, "start": start + HOUR_US, "end": start + 2 * HOUR_US},
        ]
        programme = {"zone": "Europe/Amsterdam", "rooms": [], "sessions": sessions}
        answer = await place.holder("organiser").ask("PUT", "programme", {"base": 0, "programme": programme})
        assert answer.status == 200, answer
        for name in NAMES:
            await post(place, f"Wat {name} hiervan vindt, staat hier in een hele zin.", name=name, session=TALK)
        await post(place, "De koffie is klaar.", name="Receptie")
        yield place


async def post(place: Place, text: str, *, name: str, session: str | None = None, **more: Any) -> PostId:
    """A post that is on the screens."""
    device = DeviceId(f"device-{name}-{len(place.hall.node.state.posts)}")
    arrival = Arrival(
        source=PHONE, network=PHONE, author_id=device, device=device, text=text, name=name, session=session, **more
    )
    made, _ = await place.hall.node.receive(arrival)
    answer = await place.holder("moderator").decide(made.id, "show")
    assert answer.status == 200, answer
    return made.id


async def studio(place: Place, visits: Visits, role: str = "author", **options: Any) -> Studio:
    page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens[role]}", **options)
    return await Studio(page).ready()


async def chosen(place: Place, section: str = TALK) -> list[str]:
    """What the report has now."""
    draft = (await place.holder("organiser").get("report/draft")).json
    return next(list(each["chosen"]) for each in draft["sections"] if each["id"] == section)


async def test_every_key_does_its_work(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    first, second, third, *rest = await author.ids()

    await author.press("ArrowDown", "x")
    await author.says("studio.did.out")
    assert await chosen(day) == [first, third, *rest]
    await expect(author.row(second)).to_be_visible()  # it stays where it was until another list is opened
    await author.press("x")
    await author.says("studio.did.in")
    assert await chosen(day) == [first, second, third, *rest]

    await author.press("s")
    await author.says("studio.did.pull")
    await expect(author.row(second).locator(".row-pull")).to_have_attribute("aria-pressed", "true")

    await author.press("Alt+ArrowUp")
    await author.says("studio.did.move")
    assert await chosen(day) == [second, first, third, *rest]
    await author.press("Alt+ArrowUp")
    await author.says("studio.move.first")

    await author.press("ArrowDown", "m")
    await author.says("studio.did.merge")
    assert await chosen(day) == [second, third, *rest]
    await expect(author.row(second)).to_contain_text(said("report", "studio.merged", n=1))

    await author.press("n")
    await author.page.get_by_role("dialog").get_by_role("button", name=re.compile("Anoniem")).click()
    await author.says("studio.did.names")
    await expect(author.row(second)).to_contain_text(said("report", "studio.names.here.anonymous"))

    await author.press("u", "u")
    await eventually(lambda: _is(day, [second, first, third, *rest]), what="name and merge are taken back")
    await author.press("u")
    await eventually(lambda: _is(day, [first, second, third, *rest]), what="the move is taken back")

    await author.press("/")
    await author.page.keyboard.type("koffie")
    await expect(author.rows).to_have_count(1)
    await author.press("ArrowDown", "x")
    await author.says("studio.did.out")
    assert await chosen(day, "after") == []
    await author.press("Escape")
    await expect(author.row(first)).to_be_visible()

    await author.press("Shift+ArrowDown")
    await expect(author.page.locator('.part[aria-current="true"]')).to_contain_text("Slotdebat")
    await author.press("?")
    await expect(author.page.get_by_role("dialog")).to_contain_text(said("report", "studio.keys.title"))


async def _is(place: Place, expected: list[str]) -> bool:
    return await chosen(place) == expected


async def test_each_key_is_a_button_too(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    first, second, *rest = await author.ids()
    tools = author.page.locator("#post-tools")

    await author.row(second).locator(".row-open").click()
    await tools.get_by_role("button", name=said("report", "studio.up")).click()
    await author.says("studio.did.move")
    await tools.get_by_role("button", name=said("report", "studio.down")).click()
    await eventually(lambda: _is(day, [first, second, *rest]))
    await tools.get_by_role("button", name=said("report", "studio.out"), exact=True).click()
    await author.says("studio.did.out")
    await author.page.locator("#undo").click()
    await eventually(lambda: _is(day, [first, second, *rest]))
    await tools.get_by_role("button", name=said("report", "studio.merge"), exact=True).click()
    await author.says("studio.did.merge")
    await author.row(first).locator("summary").click()
    await author.row(first).get_by_role("button", name=re.compile(said("report", "studio.part"))).click()
    await author.says("studio.did.part")
    await author.row(first).get_by_role("checkbox").uncheck()
    await author.says("studio.did.out")
    assert await chosen(day) == [second, *rest]


async def test_two_authors_see_each_other_and_lose_nothing(day: Place, visits: Visits) -> None:
    one, other = await studio(day, visits), await studio(day, visits, "organiser")
    first, second, third, fourth, *rest = await one.ids()
    await expect(one.page.locator('.part[aria-current="true"]')).to_contain_text("Badge organiser")

    await one.press("x")
    await other.row(fourth).locator(".row-open").click()
    await other.press("x")

    await expect(other.row(first)).to_have_count(0)
    await expect(one.row(fourth)).to_have_count(0)
    assert await chosen(day) == [second, third, *rest]

    await one.press("u")
    await expect(other.row(first)).to_have_count(1)
    assert await chosen(day) == [first, second, third, *rest]  # what the other did stays done


async def test_move_is_taken_back_though_a_colleague_moved_another_since(day: Place, visits: Visits) -> None:
    one, other = await studio(day, visits), await studio(day, visits, "organiser")
    first, second, third, fourth, *rest = await one.ids()
    await one.press("Alt+ArrowDown")
    await one.says("studio.did.move")
    await other.row(fourth).locator(".row-open").click()
    await other.press("Alt+ArrowUp")
    await other.says("studio.did.move")
    assert await chosen(day) == [second, first, fourth, third, *rest]

    await one.press("u")

    await eventually(lambda: _is(day, [first, second, fourth, third, *rest]))


@pytest.mark.parametrize("how", ["erased", "hidden", "withdrawn"])
async def test_words_that_were_taken_back_leave_the_page_at_once(day: Place, visits: Visits, how: str) -> None:
    phone = day.visitor()
    await phone.get(f"/{SLUG}")
    words = "Dit neem ik straks terug."
    mine = (await phone.post(words, name="Wim Terug", session=TALK)).json["id"]
    await day.holder("moderator").decide(mine, "show")
    author = await studio(day, visits)
    await author.press("x")
    await author.says("studio.did.out")
    await author.press("x")  # from here on it is chosen by hand
    await author.says("studio.did.in")
    await expect(author.page.locator("body")).to_contain_text(words)

    if how == "erased":
        await day.holder("organiser").ask("POST", "erasures", {"posts": [mine]})
    elif how == "hidden":
        await day.holder("moderator").decide(mine, "hide")
    else:
        await phone.ask("DELETE", f"posts/{mine}")

    await expect(author.row(mine)).to_contain_text(said("report", "studio.gone"), timeout=5_000)
    html = await author.page.content()
    assert words not in html
    assert "Wim Terug" not in html
    await expect(author.row(mine)).to_contain_text(said("report", f"studio.end.{how}", date="")[:12])
    await author.row(mine).get_by_role("button", name=said("report", "studio.gone.leave")).click()
    await expect(author.row(mine)).to_have_count(0)


async def test_found_post_that_was_erased_leaves_the_list(day: Place, visits: Visits) -> None:
    gone = await post(day, "Een pelikaan op het podium.", name="Pelle Kaan", session=PANEL)
    author = await studio(day, visits)
    await author.press("/")
    await author.page.keyboard.type("pelikaan")
    await expect(author.rows).to_have_count(1)

    await day.holder("organiser").ask("POST", "erasures", {"posts": [gone]})

    await expect(author.row(gone)).to_have_count(0)
    assert "Pelle Kaan" not in await author.page.content()


async def test_first_choice_keeps_what_was_proposed(day: Place, visits: Visits) -> None:
    for number in range(AUTO_QUOTES):
        await post(day, f"Nog een bericht, nummer {number}, over dezelfde zaak.", name=f"Naam {number}", session=TALK)
    author = await studio(day, visits)
    before = await chosen(day)
    await expect(author.page.locator("#proposal")).to_be_visible()

    await author.press("x")
    await author.says("studio.did.out")

    assert await chosen(day) == before[1:]
    await expect(author.page.locator("#proposal")).to_be_hidden()
    await author.tab("open")
    await author.press("x")
    await author.says("studio.did.in")
    assert len(await chosen(day)) == AUTO_QUOTES


async def test_names_are_set_for_all_and_for_one(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    (first, *_) = await author.ids()
    await expect(author.row(first)).to_contain_text("N. v. D.")

    await author.page.locator(".segments label", has_text=said("report", "studio.names.full")).click()
    await author.says("studio.did.settings")

    await expect(author.row(first).locator(".row-called")).to_contain_text("Noor van Dalen")
    await author.press("n")
    await expect(author.page.get_by_role("dialog")).to_contain_text(said("report", "studio.consent.phone-long"))
    await author.press("Escape")
    assert day.hall.node.state.draft.naming.value == "full"


async def test_photo_without_description_says_who_can_write_one(day: Place, visits: Visits, photo: Any) -> None:
    phone = day.visitor()
    await phone.get(f"/{SLUG}")
    blob = (await phone.upload(photo().read_bytes())).json["id"]
    made = (await phone.post("Kijk dan.", media=[{"id": blob, "alt": ""}], session=TALK)).json["id"]
    await day.holder("moderator").decide(made, "show")
    author, organiser = await studio(day, visits), await studio(day, visits, "organiser")
    for page in (author, organiser):
        await page.tab("photos")
        await expect(page.row(made)).to_contain_text(said("report", "photo.without-alt"))
        await page.row(made).get_by_role("button", name=said("report", "studio.describe")).click()
    await expect(author.page.get_by_role("dialog")).to_contain_text(said("report", "studio.describe.who"))
    await author.press("Escape")

    await organiser.page.get_by_label(said("report", "studio.alt")).fill("Een vol plein met paraplu’s.")
    await organiser.page.get_by_role("button", name=said("report", "save")).click()

    for page in (author, organiser):
        await expect(page.row(made).get_by_role("img")).to_have_attribute("alt", "Een vol plein met paraplu’s.")
        loaded = (
            await page.row(made).get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        )
        assert loaded > 0


async def test_single_letters_can_be_switched_off(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    before = await chosen(day)
    await author.press("?")
    await author.page.get_by_label(said("report", "studio.keys.on"), exact=True).uncheck()
    await author.press("Escape", "x", "ArrowDown")
    await expect(author.rows.nth(1)).to_have_class(re.compile("current"))
    assert await chosen(day) == before


async def test_letters_in_the_text_are_letters(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    before = await chosen(day)
    await author.page.locator("#writing textarea").first.click()
    await author.page.keyboard.type("xsmnu")
    await expect(author.page.locator("#writing textarea").first).to_have_value("xsmnu")
    assert await chosen(day) == before


async def test_post_goes_into_the_text_as_a_reference(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    (first, *_) = await author.ids()
    await author.press("i")
    await expect(author.page.locator("#writing textarea").first).to_have_value(re.compile(rf"\{{\{{post {first}\}}\}}"))


async def test_long_list_has_few_rows_on_the_page_and_all_within_reach(day: Place, visits: Visits) -> None:
    for number in range(120):
        await post(day, f"Bericht {number} van velen.", name=f"Naam {number}", session=PANEL)
    author = await studio(day, visits)
    await author.page.locator(".part", has_text="Slotdebat").click()
    await author.tab("open")
    await expect(author.rows.first).to_have_attribute("aria-setsize", str(120 - AUTO_QUOTES))
    assert await author.rows.count() < 40

    for _ in range(60):
        await author.press("ArrowDown")

    await expect(author.current).to_have_attribute("aria-posinset", "61")
    await expect(author.current).to_be_in_viewport(ratio=1)
    assert await author.rows.count() < 40


async def test_steps_can_be_taken_back_after_a_reload(day: Place, visits: Visits) -> None:
    author = await studio(day, visits)
    before = await chosen(day)
    await author.press("x")
    await author.says("studio.did.out")
    await author.page.reload()
    await author.ready()
    await author.press("u")
    await eventually(lambda: _is(day, before))


async def test_withdrawn_badge_leaves_nothing_on_the_page(day: Place, visits: Visits) -> None:
    badge, token = await day.badge("author", "Even maar")
    page = await visits.open(f"{day.url}/{SLUG}/report#k={token}")
    await Studio(page).ready()

    await day.holder("organiser").ask("DELETE", f"badges/{BadgeId(badge)}")

    await expect(page.get_by_role("alert")).to_contain_text(said("report", "revoked"))
    await expect(page.locator("#studio")).to_be_hidden()
    assert NAMES[0] not in await page.content()


async def test_markup_in_posts_and_names_stays_text(day: Place, visits: Visits) -> None:
    made = await post(day, "<img src=x onerror=alert(1)> **vet** {{post}}", name="<b>Bobby</b>", session=TALK)
    author = await studio(day, visits)
    await expect(author.row(made)).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(author.row(made)).to_contain_text("<b>Bobby</b>")
    await expect(author.row(made).locator("img, .row-open b")).to_have_count(0)


async def test_lost_server_makes_keys_deaf_and_says_so_until_it_is_back(day: Place, visits: Visits) -> None:
    page = await (await visits.context()).new_page()
    lines, cut = [], False

    async def line(socket: WebSocketRoute) -> None:
        if cut:
            await socket.close(code=1011)
        else:
            socket.connect_to_server()
            lines.append(socket)

    async def says_lost() -> bool:
        await page.clock.fast_forward(1_000)
        return await page.locator("#standing").text_content() == said("report", "studio.lost")

    async def is_back() -> bool:
        return not await says_lost()

    await page.route_web_socket(re.compile("/live"), line)
    await page.clock.install()
    await page.goto(f"{day.url}/{SLUG}/report#k={day.tokens['author']}")
    author = await Studio(page).ready()
    before = await chosen(day)
    cut = True
    await page.route(re.compile("/v1/"), lambda route: route.abort())
    for each in lines:
        await each.close(code=1011)
    await eventually(says_lost)

    await author.press("x", "ArrowDown")
    await expect(author.rows.nth(1)).to_have_class(re.compile("current"))  # reading goes on
    assert await chosen(day) == before

    cut = False
    await page.unroute_all()
    await eventually(is_back)
    await author.press("x")
    await author.says("studio.did.out")
    assert await chosen(day) == [before[0], *before[2:]]


async def test_day_without_posts_and_programme_opens_on_its_texts(tmp_path: Path, visits: Visits) -> None:
    async with open_place(tmp_path / "empty") as place:
        visits.witness.own.add(place.url)
        page = await visits.open(f"{place.url}/{SLUG}/report#k={place.tokens['author']}")

        await expect(page.locator('.part[aria-current="true"]')).to_contain_text(said("report", "studio.place.opening"))
        await expect(page.locator("#writing textarea").first).to_be_visible()
        await expect(page.locator(".part")).to_have_count(4)


async def test_two_columns_that_do_not_fit_take_turns(day: Place, visits: Visits) -> None:
    author = await studio(day, visits, viewport={"width": 360, "height": 740})
    panes = author.page.locator(".nav-button")
    await panes.nth(0).click()
    await expect(author.rows.first).to_be_hidden()

    await author.page.locator(".part", has_text="Slotdebat").click()

    await expect(author.page.locator("#posts-title")).to_be_focused()
    await expect(panes.nth(1)).to_have_attribute("aria-current", "true")
    await panes.nth(2).click()
    await expect(author.page.locator("#writing textarea").first).to_be_visible()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_page_is_never_wider_than_its_window(day: Place, visits: Visits, size: tuple[int, int]) -> None:
    width, height = size
    author = await studio(day, visits, viewport={"width": width, "height": height})
    for pane in range(3 if width < 1024 else 1):
        if width < 1024:
            await author.page.locator(".nav-button").nth(pane).click()
        assert await author.page.evaluate("document.documentElement.scrollWidth") <= width
    small = await author.page.evaluate(_SMALL_TARGETS)
    assert small == []


_BUTTONS = ".studio-top button, #studio .part, #tabs button, .tool, .row-pull, .row-act, .nav-button"
_SMALL_TARGETS = f"""() => [...document.querySelectorAll('{_BUTTONS}')]
  .filter((one) => one.checkVisibility({{visibilityProperty: true}}))
  .filter((one) => one.getBoundingClientRect().width < 44 || one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "size"),
    [("nl", (1280, 800)), ("en", (1024, 768)), ("nl", (640, 400)), ("en", (360, 740))],
    ids=str,
)
async def test_every_state_passes_axe(day: Place, visits: Visits, lang: str, size: tuple[int, int]) -> None:
    width, height = size
    gone = await post(day, "Straks weg.", name="Straks Weg", session=TALK)
    picture = Picture(blob=(day.hall.store.put(_PIXEL)), type="image/png", width=1, height=1, alt="")  # type: ignore[arg-type]
    await post(day, "Met foto.", name="Foto Graaf", session=TALK, media=(picture,))
    context = await visits.context(locale=lang, bypass_csp=True, viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(f"{day.url}/{SLUG}/report#k={day.tokens['author']}")
    author = await Studio(page).ready()
    found: list[str] = []

    async def look(what: str) -> None:
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
        found.extend(f"{what} light {each}" for each in await axe(page, {"type": "tag", "values": TAGS}))
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found.extend(f"{what} dark {each}" for each in await axe(page, {"type": "rule", "values": ["color-contrast"]}))

    await look("proposal")
    await author.press("x", "ArrowDown", "s", "ArrowDown", "m")
    await day.holder("organiser").ask("POST", "erasures", {"posts": [gone]})
    await expect(author.row(gone).locator(".row-gone")).to_be_attached()
    await look("chosen, large, merged and gone")
    await page.locator(".tab").nth(1).click()
    await look("available")
    await page.locator(".tab").nth(3).click()
    await look("photos")
    await author.press("/")
    await page.keyboard.type("koffie")
    await expect(author.rows).to_have_count(1)
    await look("found")
    await author.press("Escape", "n")
    await look("names")
    await author.press("Escape", "?")
    await look("keys")
    await author.press("Escape")
    await page.locator("#files-button").click()
    await look("files")
    await author.press("Escape")
    if width < 1024:
        for pane in (0, 2):
            await page.locator(".nav-button").nth(pane).click()
            await look(f"pane {pane}")
    assert found == []


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f030005fe02fea7d605b10000000049454e44ae426082"
)
