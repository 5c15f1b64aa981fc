"""The remote and the programme: what is on stage, what is late, what screens do by themselves, and pairing a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.values import OPERATOR, ScreenId
from tests.browser.programme_day import GARDEN_NOW, HALL, NEXT, NOW_ON, pair, set_programme
from tests.browser.surfaces import shows
from tests.browser.test_axe import TAGS, axe
from tests.browser.test_stage import GUARD_MS, Stage
from tests.browser.visits import Visits, said, stood_still
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DEAF_MS = 800
"""A button of what is on stage is deaf for 700 ms after what it does changed."""


@pytest_asyncio.fixture(loop_scope="session")
async def day(place: Place) -> AsyncIterator[Place]:
    """A fresh programme, the clock on stage, no screens."""
    node = place.hall.node
    await set_programme(node)
    for room in (HALL, None):
        await node.shelf.set_on_stage(OPERATOR, room, None, None, auto=True)
    for screen in list(node.state.paired):
        await node.shelf.remove_screen(OPERATOR, screen)
    await node.shelf.set_direction(OPERATOR, stage_safe=True, papers_s=0)
    await place.holder("organiser").ask("POST", "scene", {"scene": "fountain"})
    yield place


async def wall(place: Place, visits: Visits, query: str) -> Page:
    visits.witness.own.add(place.url)
    return await visits.open(f"{place.url}/{SLUG}/wall?{query}")


async def press(stage: Stage, act: str) -> None:
    """Press a button of what is on stage, when it hears."""
    await stood_still(stage.page, DEAF_MS)
    await stage.page.click(f'[data-act="{act}"]')


# On stage


async def test_stage_says_what_is_on_in_each_room(day: Place, visits: Visits) -> None:
    stage = await Stage.open(day, visits)

    await expect(stage.page.locator(".on-title")).to_have_text(NOW_ON)
    await expect(stage.page.locator(".on-then")).to_contain_text(NEXT)
    await stage.page.get_by_role("group", name=said("stage", "stage.on.room")).get_by_role("button").nth(1).click()
    await expect(stage.page.locator(".on-title")).to_have_text(GARDEN_NOW)


async def test_next_begins_at_once_and_the_clock_takes_over_again(day: Place, visits: Visits) -> None:
    stage = await Stage.open(day, visits)
    await expect(stage.page.locator(".on-title")).to_have_text(NOW_ON)

    await press(stage, "next")
    await expect(stage.page.locator(".on-title")).to_have_text(NEXT)
    await expect(stage.page.locator(".on-hand")).to_contain_text(NOW_ON)
    await press(stage, "clock")

    await expect(stage.page.locator(".on-title")).to_have_text(NOW_ON)
    await expect(stage.page.locator(".on-hand")).to_be_hidden()


async def test_two_quick_taps_go_on_once(day: Place, visits: Visits) -> None:
    """A second tap was meant for what stood there before."""
    stage = await Stage.open(day, visits)
    await expect(stage.page.locator(".on-title")).to_have_text(NOW_ON)
    await stood_still(stage.page, DEAF_MS)

    await stage.page.dblclick('[data-act="next"]')
    await expect(stage.page.locator(".on-title")).to_have_text(NEXT)
    await stage.page.click('[data-act="next"]')
    await day.settled()

    assert day.hall.node.state.on_stage[HALL].session == "data"


async def test_late_shift_moves_the_rest_and_is_undone(day: Place, visits: Visits) -> None:
    stage = await Stage.open(day, visits)
    await press(stage, "five")
    await expect(stage.page.locator(".late-chip")).to_have_text(said("stage", "stage.on.minutes-late", n=5))
    assert day.hall.node.state.shifts == {"burger": 5, "data": 5}

    await stage.undo()

    await expect(stage.page.locator(".late-chip")).to_be_hidden()
    assert day.hall.node.state.shifts == {}


async def test_late_shift_can_leave_the_rest_alone(day: Place, visits: Visits) -> None:
    stage = await Stage.open(day, visits)
    await stage.page.click(".on-more summary")
    await stage.page.uncheck("#shift-rest")

    await press(stage, "step10")

    await expect(stage.page.locator(".late-chip")).to_have_text(said("stage", "stage.on.minutes-late", n=10))
    assert day.hall.node.state.shifts == {"burger": 10}


async def test_late_shift_shows_on_a_wall_of_that_room(day: Place, visits: Visits) -> None:
    await pair(day.hall.node, "links", "Links")
    screen = await wall(day, visits, "screen=links")
    stage = await Stage.open(day, visits)
    await stage.tap("programme")
    await screen.wait_for_selector(shows("programme"))
    await expect(screen.locator("body")).to_contain_text(NEXT)
    await expect(screen.locator("body")).not_to_contain_text("5 min")

    await press(stage, "five")

    await expect(screen.locator("body")).to_contain_text("5 min")


async def test_without_a_programme_nothing_of_it_is_offered(place: Place, visits: Visits) -> None:
    made = await place.symposium("leegdag", short="LD")
    stage = await Stage.open_with(place, visits, "leegdag", made["badges"]["organiser"])

    await expect(stage.page.locator("#on-part")).to_be_hidden()
    for scene in ("session", "programme", "day", "papers", "paper"):
        await expect(stage.page.locator(stage.tile(scene))).to_be_hidden()
    await expect(stage.page.locator(stage.tile("join"))).to_be_visible()


# Screens


async def test_screen_is_paired_by_keyboard_with_the_code_that_it_shows(day: Place, visits: Visits) -> None:
    screen = await wall(day, visits, "pair")
    await screen.wait_for_selector(shows("pair"))
    code = await _code_on(day)
    await expect(screen.locator("body")).to_contain_text(re.compile(r"\s*".join(code)))
    stage = await Stage.open(day, visits)
    page = stage.page

    await page.get_by_role("button", name=said("stage", "pair.open")).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label(said("stage", "pair.code"))).to_be_focused()
    await page.keyboard.type(code.lower())
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label(said("stage", "pair.name"))).to_have_value("Grote zaal")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")

    await expect(screen.locator("body")).to_contain_text("Grote zaal")
    (paired,) = day.hall.node.state.paired.items()
    row = page.locator(f'[data-screen="{paired[0]}"]')
    await expect(row).to_contain_text(said("stage", "pair.behind"))
    assert (paired[1].room, paired[1].stage) == (HALL, True)


async def _code_on(place: Place) -> str:
    """What the one screen that waits shows."""
    (code,) = place.hall.pairings._open
    return code


async def test_a_screen_says_which_one_it_is(day: Place, visits: Visits) -> None:
    id_ = "links"
    await pair(day.hall.node, id_, "Links naast het podium")
    left, other = await wall(day, visits, f"screen={id_}"), await wall(day, visits, "screen=rechts")
    stage = await Stage.open(day, visits)
    page = stage.page
    await left.clock.install()

    await page.locator(f'[data-screen="{id_}"]').get_by_role("button").click()
    await page.click('[data-act="which"]')

    await expect(left.locator(".who")).to_have_text("Links naast het podium")
    await expect(left.locator(".who")).to_be_visible()
    await expect(other.locator(".who")).to_be_hidden()
    await page.keyboard.press("Escape")
    await left.clock.fast_forward(12_000)
    await expect(left.locator(".who")).to_be_hidden()

    await page.click('[data-act="which-all"]')
    await expect(left.locator(".who")).to_be_visible()
    await expect(other.locator(".who")).to_be_hidden()  # nobody gave it a name


async def test_code_that_no_screen_shows_is_said_to_be_so(day: Place, visits: Visits) -> None:
    stage = await Stage.open(day, visits)
    await stage.page.click('[data-act="pair"]')
    await stage.page.get_by_label(said("stage", "pair.code")).fill("kop: CCCC")
    await stage.page.fill("#pair-name", "Foyer")

    await stage.page.click("#pair button[type=submit]")

    await expect(stage.page.locator("#pair-error")).to_have_text(said("stage", "pair.unknown"))
    await expect(stage.page.get_by_label(said("stage", "pair.code"))).to_be_focused()
    assert day.hall.node.state.paired == {}


async def test_screen_is_renamed_moved_and_let_go(day: Place, visits: Visits) -> None:
    await pair(day.hall.node, "links", "Links", stage=True)
    stage = await Stage.open(day, visits)
    row = stage.page.locator('[data-screen="links"]')
    await row.get_by_role("button").click()
    await stage.page.fill("#screen-form-name", "Achterin")
    await stage.page.select_option("#screen-form-room", "tuinzaal")
    await stage.page.uncheck("#screen-form-stage")
    await stage.page.click("#screen-form button[type=submit]")
    await expect(row).to_contain_text("Achterin")
    await expect(row.locator(".line-place")).to_have_text("Tuinzaal")

    await row.get_by_role("button").click()
    await stage.page.click('[data-act="unpair"]')

    await expect(row).to_have_count(0)
    assert ScreenId("links") not in day.hall.node.state.paired


async def test_scene_of_a_room_reaches_its_screens_only(day: Place, visits: Visits) -> None:
    node = day.hall.node
    await node.shelf.set_direction(OPERATOR, stage_safe=False, papers_s=0)
    await pair(node, "links", "Links")
    await pair(node, "tuin", "Tuin", room="tuinzaal")
    walls = [await wall(day, visits, f"screen={name}") for name in ("links", "tuin")]
    stage = await Stage.open(day, visits)
    await stage.screen("Tuinzaal")
    chips = stage.page.locator("#scenes .chips")
    await chips.get_by_role("button", name="Tuinzaal").click()

    await stage.tap("blank")

    await walls[1].wait_for_selector(shows("blank"), state="attached")
    assert await walls[0].get_attribute("html", "data-shows") != "blank"
    await chips.get_by_role("button", name="Tuin", exact=True).click()
    await stage.is_on("blank")
    await chips.get_by_role("button", name="Links").click()
    await stage.is_on("fountain")


async def test_screen_behind_a_speaker_keeps_to_the_title_card_until_questions(day: Place, visits: Visits) -> None:
    await pair(day.hall.node, "links", "Links", stage=True)
    screen = await wall(day, visits, "screen=links")
    await screen.wait_for_selector(shows("session"))
    stage = await Stage.open(day, visits)
    row = stage.page.locator('[data-screen="links"]')
    await expect(row).to_contain_text(said("stage", "stage.by-itself"), timeout=20_000)

    await stage.page.click(".on-more summary")
    await press(stage, "part")

    await expect(screen.locator("html")).not_to_have_attribute("data-shows", "session")


async def test_switch_opens_the_screen_behind_a_speaker(day: Place, visits: Visits) -> None:
    await pair(day.hall.node, "links", "Links", stage=True)
    screen = await wall(day, visits, "screen=links")
    await screen.wait_for_selector(shows("session"))
    stage = await Stage.open(day, visits)

    await stage.page.click("#direction-part summary")
    await stage.page.click('[data-act="stage-safe"]')
    await stage.page.select_option("#papers-s", "300")

    await expect(screen.locator("html")).not_to_have_attribute("data-shows", "session")
    await expect(stage.page.locator("#direction-now")).to_have_text(said("stage", "stage.direction.off"))
    await expect(stage.page.locator("#papers-s")).to_have_value("300")
    await day.settled()
    direction = day.hall.node.state.direction
    assert (direction.stage_safe, direction.papers_s) == (False, 300)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1024])
async def test_remote_with_a_programme_passes_axe(day: Place, visits: Visits, lang: str, width: int) -> None:
    await pair(day.hall.node, "links", "Links", stage=True)
    stage = await Stage.open(day, visits, locale=lang, bypass_csp=True, viewport={"width": width, "height": 844})
    rules = {"type": "tag", "values": TAGS}
    await press(stage, "next")
    await expect(stage.page.locator(".on-hand")).to_be_visible()
    await stage.page.click(".on-more summary")
    await stage.page.click("#direction-part summary")
    found = await axe(stage.page, rules)

    await stage.page.click('[data-act="pair"]')
    await stage.page.wait_for_timeout(GUARD_MS)
    found += await axe(stage.page, rules)

    assert found == []
