"""The page that plays the day again: with keys alone, in both languages, and never with what was taken off since."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import FrameLocator, Page, expect

from server.journal.sqlite import SqliteJournal
from server.symposium.entries import Entry
from server.symposium.values import OPERATOR, Decision, PostId, Status
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, said
from tests.house import Place, open_place
from tests.rehearsed import RehearsedDay

SLUG = "aan-tafel"
READY = "#player[data-ready]"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Day:
    """A house with the rehearsal's day in it, from the first coffee until the week after."""

    place: Place
    tokens: dict[str, str]

    def url(self, role: str, *, lang: str = "nl") -> str:
        return f"{self.place.url}/{SLUG}/replay?lang={lang}#k={self.tokens[role]}"

    def post(self, begin: str) -> PostId:
        """The one post that begins so."""
        from server.symposium.bodies import post_body

        state = self.place.house.site.halls[SLUG].node.state
        bodies = {each: post_body(state, state.posts[each]) for each in state.posts}
        (found,) = (each for each, body in bodies.items() if body is not None and body.text.startswith(begin))
        return found


async def write_day(folder: Path) -> None:
    """The journal of that day, with its own times."""
    clock = [0]
    folder.mkdir(parents=True)
    journal = SqliteJournal(folder, now_us=lambda: clock[0])
    list(journal.replay())
    journal.start(lambda _: None)
    for record in RehearsedDay("nl", written=False).records:
        clock[0] = record.at
        await journal.append([Entry(record.head, record.body)])
    await journal.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Day]:
    folder = tmp_path_factory.mktemp("replay")
    await write_day(folder / "house" / SLUG)
    async with open_place(folder / "house") as place:
        roles = ("author", "moderator", "organiser", "screen")
        yield Day(place, {role: (await place.badge(role, slug=SLUG))[1] for role in roles})


async def opened(day: Day, visits: Visits, *, role: str = "author", lang: str = "nl", **more: object) -> Page:
    visits.witness.own.add(day.place.url)
    page = await visits.open(day.url(role, lang=lang), **more)
    await page.wait_for_selector(READY)
    return page


def wall(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.wall")


async def go_to(page: Page, session: str) -> None:
    await page.get_by_role("button", name=session).click()


async def test_a_session_is_chosen_and_its_posts_stand_on_the_wall(day: Day, visits: Visits) -> None:
    page = await opened(day, visits)

    await go_to(page, "De brief die niemand opende")

    await expect(page.locator("#clock")).to_have_text("10:10:00")
    await expect(page.locator("#scrub")).to_have_attribute("aria-valuetext", "10:10:00, De brief die niemand opende")
    await expect(wall(page).locator("#clock")).to_have_text("10:10")
    await expect(wall(page).locator("#cards [data-post]").first).to_be_visible()


async def test_keys_alone_play_step_and_scrub(day: Day, visits: Visits) -> None:
    page = await opened(day, visits)
    slider = page.locator("#scrub")
    await slider.focus()

    await page.keyboard.press("End")
    await expect(slider).to_have_attribute("aria-valuetext", "21:40:24")
    await page.keyboard.press("Home")
    await expect(page.locator("#clock")).to_have_text("08:40:36")
    await page.keyboard.press("PageUp")
    await expect(page.locator("#clock")).to_have_text("08:42:16")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#clock")).to_have_text("08:42:06")

    await page.keyboard.press(".")
    await expect(page.locator("#clock")).not_to_have_text("08:42:06")
    first = await page.locator("#clock").text_content()
    await page.keyboard.press(".")
    await expect(page.locator("#clock")).not_to_have_text(str(first))
    await page.keyboard.press(",")
    await expect(page.locator("#clock")).to_have_text(str(first))

    await page.keyboard.press("+")
    await expect(page.locator("#speed")).to_have_value("30")
    await page.keyboard.press("Space")
    await expect(page.locator("#play")).to_have_text(said("replay", "replay.pause"))
    await expect(page.locator("#clock")).not_to_have_text(str(first))
    await page.keyboard.press("Space")
    await expect(page.locator("#play")).to_have_text(said("replay", "replay.play"))


async def test_a_day_that_is_played_comes_to_its_end_and_begins_anew(day: Day, visits: Visits) -> None:
    page = await opened(day, visits)
    await page.locator("#speed").select_option("240")
    await page.locator("#scrub").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("PageDown")

    await page.locator("#play").click()
    await expect(page.locator("#clock")).to_have_text("21:40:24")
    await expect(page.locator("#play")).to_have_text(said("replay", "replay.play"))

    await page.locator("#play").click()
    await expect(page.locator("#play")).to_have_text(said("replay", "replay.pause"))
    await expect(page.locator("#clock")).to_have_text(re.compile("^(08|09):"))


async def test_what_is_taken_off_leaves_the_picture_while_one_watches(day: Day, visits: Visits) -> None:
    page = await opened(day, visits, role="moderator")
    await go_to(page, "De brief die niemand opende")
    await page.locator("#player").get_by_role("button", name=said("replay", "replay.next"), exact=True).click()
    card = wall(page).locator("#cards [data-post]").first
    await expect(card).to_be_visible()
    gone = PostId(str(await card.get_attribute("data-post")))
    node = day.place.house.site.halls[SLUG].node
    at = await page.locator("#clock").text_content()

    await node.decide(OPERATOR, Decision.HIDE, [(gone, node.state.posts[gone].revision)])

    await expect(wall(page).locator(f'#cards [data-post="{gone}"]')).to_have_count(0)
    await expect(page.get_by_text(said("replay", "replay.changed"))).to_be_visible()
    await expect(page.locator("#clock")).to_have_text(str(at))
    assert node.state.posts[gone].status is Status.HIDDEN


async def test_wall_in_the_page_is_no_screen_of_the_hall(day: Day, visits: Visits) -> None:
    page = await opened(day, visits)
    beats: list[str] = []
    page.on("request", lambda request: beats.append(request.url) if "/pulses" in request.url else None)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))

    await go_to(page, "Een stoel erbij")
    await expect(wall(page).locator("#cards [data-post]").first).to_be_visible()
    await wall(page).locator("body").press("p")

    assert (beats, sockets) == ([], [])
    await expect(wall(page).locator("html")).not_to_have_attribute("data-shows", "pair")


async def test_another_day_is_chosen_where_there_was_one(day: Day, visits: Visits) -> None:
    page = await opened(day, visits, lang="en")
    await expect(page.get_by_role("combobox", name="Day", exact=True)).to_be_visible()
    await page.locator("#day").select_option(index=1)
    await expect(page.locator("#clock")).to_have_text(re.compile("^08:35:"))
    await expect(page.locator("#sessions-part")).to_be_hidden()


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_page_passes_axe_and_fits_a_narrow_window(day: Day, visits: Visits, lang: str) -> None:
    for width, height in ((1440, 900), (320, 640)):
        page = await opened(day, visits, lang=lang, bypass_csp=True, viewport={"width": width, "height": height})
        await page.emulate_media(reduced_motion="reduce")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert await axe(page, {"type": "tag", "values": TAGS}) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def test_full_screen_keeps_the_buttons_within_reach(day: Day, visits: Visits) -> None:
    page = await opened(day, visits)
    await page.locator("#play").focus()
    await page.keyboard.press("f")
    await expect(page.locator("#player:fullscreen")).to_have_count(1)
    await expect(page.locator("#full")).to_contain_text(said("replay", "replay.full.end"))
    await page.keyboard.press("Tab")
    await expect(page.locator("#controls")).to_be_visible()
    await page.keyboard.press("f")
    await expect(page.locator(":fullscreen")).to_have_count(0)


async def test_a_screen_has_no_business_here(day: Day, visits: Visits) -> None:
    visits.witness.own.add(day.place.url)
    page = await visits.open(day.url("screen"))
    await expect(page.locator("#door")).to_contain_text(said("replay", "door.role"))
    await expect(page.locator("#player")).to_be_hidden()


async def test_failure_is_said_and_can_be_tried_again(day: Day, visits: Visits) -> None:
    visits.witness.own.add(day.place.url)
    visits.faults_allowed = True
    page = await (await visits.context()).new_page()
    await page.route("**/replay?of=*", lambda route: route.fulfill(status=503, json={"code": "unavailable"}))
    await page.goto(day.url("author"))
    await expect(page.get_by_role("alert")).to_contain_text(said("replay", "fault.busy"))

    await page.unroute("**/replay?of=*")
    await page.get_by_role("button", name=said("replay", "try-again")).click()

    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(wall(page).locator("#clock")).to_have_text("08:40")


async def test_server_that_is_not_heard_for_a_minute_leaves_nobodys_words(day: Day, visits: Visits) -> None:
    visits.witness.own.add(day.place.url)
    visits.faults_allowed = True
    page = await (await visits.context()).new_page()
    await page.clock.install()
    await page.goto(day.url("author"))
    await page.wait_for_selector(READY)
    await go_to(page, "Een stoel erbij")
    await expect(wall(page).locator("#cards [data-post]").first).to_be_visible()

    await page.route("**/replay", lambda route: route.abort())
    for _ in range(14):
        await page.clock.run_for(5_000)
        await page.evaluate("fetch('/health').then(() => 0, () => 0)")  # what was asked has failed by now

    await expect(page.get_by_role("alert")).to_contain_text(said("replay", "fault.offline"))
    await expect(wall(page).locator("html[data-shows=safe]")).to_have_count(1)
    await expect(wall(page).locator("#cards [data-post]")).to_have_count(0)

    await page.unroute("**/replay")
    await page.clock.run_for(6_000)
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(wall(page).locator("#cards [data-post]").first).to_be_visible()
