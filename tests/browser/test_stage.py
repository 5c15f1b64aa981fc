"""The organiser's remote: its scenes reach the screens, one tap takes it back, and what goes wrong stands on top."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import Page, expect

from server.live.audience import Audience
from server.symposium.state import Post
from server.symposium.values import Policy, Status
from server.web.site import Hall
from tests.browser.surfaces import Phone, card, shows
from tests.browser.visits import PHONE, Visits, eventually, said, stood_still
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG_AGO_S = 90
GUARD_MS = 600
"""Undo is deaf for 500 ms after its words changed, a tile for 400 ms after it moved."""


class Stage:
    """The remote of an organiser or a moderator."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, place: Place, visits: Visits, role: str = "organiser", **options: object) -> Stage:
        return await cls.open_with(place, visits, SLUG, place.tokens[role], **options)

    @classmethod
    async def open_with(cls, place: Place, visits: Visits, slug: str, token: str, **options: object) -> Stage:
        visits.witness.own.add(place.url)
        page = await visits.open(f"{place.url}/{slug}/stage#k={token}", **{**PHONE, **options})
        await page.wait_for_selector("#policy-now:not(:empty)", state="attached")
        return cls(page)

    def tile(self, scene: str) -> str:
        return f'.tile[data-scene="{scene}"]'

    async def tap(self, scene: str) -> None:
        """Press a tile; one that just moved is deaf."""
        await stood_still(self.page, GUARD_MS)
        await self.page.click(self.tile(scene))

    async def is_on(self, scene: str) -> None:
        await self.page.wait_for_selector(f'{self.tile(scene)}[aria-pressed="true"]')

    async def screen(self, name: str) -> None:
        """Choose which screen the tiles are for."""
        await self.page.get_by_role("button", name=name).first.click()

    async def undo(self) -> None:
        await stood_still(self.page, GUARD_MS)
        await self.page.click(".last-undo >> visible=true")


async def fresh(place: Place) -> None:
    """What a test before this one left on the screens is gone."""
    organiser = place.holder("organiser")
    assert (await organiser.ask("POST", "scene", {"scene": "fountain"})).status == 200
    assert (await organiser.ask("PUT", "announcement", {"text": None})).status == 200
    assert (await organiser.ask("PUT", "policy", {"policy": "everything-waits"})).status == 200


async def wall(place: Place, visits: Visits, name: str) -> Page:
    visits.witness.own.add(place.url)
    return await visits.open(f"{place.url}/{SLUG}/wall?name={name}")


async def test_each_scene_reaches_every_screen(place: Place, visits: Visits) -> None:
    await fresh(place)
    posts = [await place.show(f"Een bericht over water, nummer {n}") for n in (1, 2, 3)]
    walls = [await wall(place, visits, "Zaal"), await wall(place, visits, "Foyer")]
    stage = await Stage.open(place, visits)
    await stage.is_on("fountain")

    for scene in ("join", "title", "blank", "fountain"):
        await stage.tap(scene)
        await stage.is_on(scene)
        for each in walls:
            await each.wait_for_selector(shows(scene), state="attached")

    await stage.tap("spotlight")
    await stage.page.click(f'.choice[data-id="{posts[1].id}"]')
    await stage.is_on("spotlight")
    for each in walls:
        await each.wait_for_selector(shows("spotlight"))
        await expect(each.locator(f"#cards {card(posts[1].id)}").first).to_contain_text("nummer 2")
        await expect(each.locator(f"#cards {card(posts[0].id)}")).to_have_count(0)

    await stage.tap("text")
    await stage.page.fill("#slide-title", "Koffie tot 15:10")
    await stage.page.fill("#slide-text", "In de foyer.")
    await stage.page.click(".sheet-head .primary")
    await stage.is_on("text")
    for each in walls:
        await each.wait_for_selector(shows("text"))
        await expect(each.locator("#plain-title")).to_have_text("Koffie tot 15:10")


async def test_playlist_is_shown_in_the_order_that_was_chosen_and_kept_on_the_device(
    place: Place, visits: Visits
) -> None:
    await fresh(place)
    posts = [await place.show(f"Slotwoord nummer {n}") for n in (1, 2, 3)]
    stage = await Stage.open(place, visits)

    await stage.tap("playlist")
    for post in (posts[2], posts[0]):
        await stage.page.click(f'.choice[data-id="{post.id}"]')
    await stage.page.get_by_role("button", name=re.compile("^Eerder: .*nummer 1")).click()
    await expect(stage.page.locator(".order-words").first).to_contain_text("nummer 1")
    await stage.page.reload()
    await stage.tap("playlist")
    await stage.page.click(".sheet-head .primary")
    await stage.is_on("playlist")

    chosen = place.hall.node.state.scene.posts
    assert chosen == (posts[0].id, posts[2].id)


async def test_post_that_was_hidden_cannot_be_chosen_any_more(place: Place, visits: Visits) -> None:
    await fresh(place)
    post = await place.show("Dit gaat zo weg")
    stage = await Stage.open(place, visits)
    await stage.tap("spotlight")
    row = stage.page.locator(f'li[data-key="{post.id}"]')
    await expect(row).to_contain_text("Dit gaat zo weg")

    await place.holder("moderator").decide(post.id, "hide")

    await expect(row).to_have_text(said("stage", "stage.choose-gone"))
    await expect(row.locator("button")).to_have_count(0)


async def test_words_of_strangers_stay_words_in_the_list(place: Place, visits: Visits) -> None:
    await fresh(place)
    hostile = "<img src=https://elders.example/x onerror=alert(1)>{{7*7}}"
    post = await place.show(hostile)
    stage = await Stage.open(place, visits)

    await stage.tap("spotlight")

    row = stage.page.locator(f'.choice[data-id="{post.id}"]')
    await expect(row.locator(".choice-text")).to_have_text(hostile)
    await row.click()
    await expect(stage.page.locator(stage.tile("spotlight"))).to_contain_text("<img")
    assert await stage.page.locator("img").count() == 0


async def test_one_screen_gets_its_own_scene_and_is_given_back(place: Place, visits: Visits) -> None:
    await fresh(place)
    await place.show()
    hall, foyer = await wall(place, visits, "Zaal"), await wall(place, visits, "Serre")
    await foyer.wait_for_selector(shows("fountain"), state="attached")
    stage = await Stage.open(place, visits)

    await stage.screen("Serre")
    await stage.tap("join")

    await foyer.wait_for_selector(shows("join"), state="attached")
    assert await hall.get_attribute("html", "data-shows") == "fountain"
    await expect(stage.page.locator("#screens .line", has_text="Serre").locator(".own-mark")).to_be_visible()
    await stage.screen(said("stage", "stage.give-back"))
    await foyer.wait_for_selector(shows("fountain"), state="attached")
    assert place.hall.node.state.screens == {}


async def test_wrong_scene_is_one_tap_back(place: Place, visits: Visits) -> None:
    await fresh(place)
    await place.show()
    screen = await wall(place, visits, "Zaal")
    stage = await Stage.open(place, visits)
    await stage.tap("blank")
    await screen.wait_for_selector(shows("blank"), state="attached")

    await stage.undo()

    await screen.wait_for_selector(shows("fountain"), state="attached")
    await stage.is_on("fountain")
    await expect(stage.page.locator("#last .last-undo >> visible=true")).to_have_count(0)


async def test_announcement_reaches_wall_and_phone_until_it_is_taken_off(place: Place, visits: Visits) -> None:
    await fresh(place)
    await place.show()
    screen = await wall(place, visits, "Zaal")
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    stage = await Stage.open(place, visits)
    await expect(screen.locator("#official")).to_be_hidden()

    await stage.page.fill("#announcement", "De lunch staat klaar.")
    await stage.page.click(".announce [type=submit]")

    await expect(screen.locator("#official")).to_contain_text("De lunch staat klaar.")
    await expect(phone.page.locator("#announcement")).to_contain_text("De lunch staat klaar.")
    await expect(stage.page.locator(".official-text")).to_have_text("De lunch staat klaar.")
    await stage.page.click(".official-now button")
    await expect(screen.locator("#official")).to_be_hidden()
    await expect(phone.page.locator("#announcement")).to_be_empty()


async def test_announcement_that_is_too_long_is_not_sent(place: Place, visits: Visits) -> None:
    await fresh(place)
    stage = await Stage.open(place, visits)
    seq = place.seq

    await stage.page.fill("#announcement", "x" * 292)
    await stage.page.click(".announce [type=submit]")

    await expect(stage.page.locator(".announce .error")).to_have_text(said("stage", "stage.too-many", n=12))
    await expect(stage.page.locator("#announcement")).to_have_attribute("aria-invalid", "true")
    assert place.seq == seq


async def test_slide_that_is_too_long_is_not_sent_and_the_field_is_told(place: Place, visits: Visits) -> None:
    await fresh(place)
    stage = await Stage.open(place, visits)
    await stage.tap("text")
    seq = place.seq

    await stage.page.fill("#slide-title", "Lunch")
    await stage.page.fill("#slide-text", "x" * 503)
    await stage.page.click(".sheet-head .primary")

    await expect(stage.page.locator("#slide-error")).to_have_text(said("stage", "stage.too-many", n=3))
    await expect(stage.page.locator("#slide-text")).to_be_focused()
    await expect(stage.page.locator("#slide-text")).to_have_attribute("aria-invalid", "true")
    assert place.seq == seq


async def test_theme_reaches_the_screens(place: Place, visits: Visits) -> None:
    await fresh(place)
    screen = await wall(place, visits, "Zaal")
    stage = await Stage.open(place, visits, "moderator")

    await stage.page.click("#theme-part summary")
    await stage.page.click('.look[data-look="contrast"]')

    await screen.wait_for_selector('html[data-theme="contrast"] body')
    await expect(stage.page.locator('.look[data-look="contrast"]')).to_have_attribute("aria-pressed", "true")
    await stage.undo()
    await screen.wait_for_selector('html[data-theme="fontein"] body')


async def test_keyboard_alone_runs_the_remote(place: Place, visits: Visits) -> None:
    await fresh(place)
    post = await place.show("Met het toetsenbord gekozen")
    stage = await Stage.open(place, visits, viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False)
    page = stage.page
    await stood_still(page, GUARD_MS)

    await to(page, stage.tile("join"))
    await page.keyboard.press("Enter")
    await stage.is_on("join")
    await to(page, stage.tile("spotlight"))
    await page.keyboard.press("Enter")
    await to(page, f'.choice[data-id="{post.id}"]')
    await page.keyboard.press("Escape")
    await expect(page.locator(stage.tile("spotlight"))).to_be_focused()
    await page.keyboard.press("Enter")
    await to(page, f'.choice[data-id="{post.id}"]')
    await page.keyboard.press("Enter")
    await stage.is_on("spotlight")
    await to(page, "#stop button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("dialog[open]")
    await page.keyboard.press("Enter")
    await expect(page.locator("#back-on")).to_be_focused()
    assert place.hall.node.state.stop.on
    await expect(page.locator("#back-on")).to_have_attribute("aria-disabled", "false")
    await page.keyboard.press("Enter")
    await expect(page.locator("#stop")).to_be_visible()
    assert not place.hall.node.state.stop.on


async def to(page: Page, selector: str) -> None:
    """Go there with Tab alone, and see where one is."""
    for _ in range(80):
        if await page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            ring = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none", f"no ring on {selector}"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


async def test_emergency_stop_can_be_held_while_a_post_is_being_chosen(place: Place, visits: Visits) -> None:
    await fresh(place)
    await place.show()
    screen = await wall(place, visits, "Zaal")
    await screen.wait_for_selector(shows("fountain"), state="attached")
    stage = await Stage.open(place, visits)
    await stage.tap("spotlight")
    await stage.page.wait_for_selector(".choice")

    await stage.page.hover("#stop button")
    await stage.page.mouse.down()
    await screen.wait_for_selector(shows("safe"), state="attached")
    await stage.page.mouse.up()

    await place.holder("organiser").ask("PUT", "stop", {"on": False})


# What goes wrong


def tell(hall: Hall, topic: str, key: str, **value: object) -> None:
    """Say something to the stage, as a screen or the server itself does."""
    hall.hub.channel(Audience.STAGE).pulse(topic, key, value, 30)


async def without_screens(place: Place, visits: Visits, slug: str, short: str) -> tuple[Stage, Hall]:
    """The remote of a symposium that no test opened a wall of: those fall quiet when their test ends."""
    made = await place.symposium(slug, short=short)
    stage = await Stage.open_with(place, visits, slug, made["badges"]["organiser"])
    return stage, place.house.site.halls[slug]


async def test_quiet_screen_stands_in_the_header_and_says_since_when(place: Place, visits: Visits) -> None:
    stage, hall = await without_screens(place, visits, "stildag", "SD")
    now_us = time.time_ns() // 1_000
    tell(hall, "screen", "living", name="Zaal", scene="fountain", at=now_us)
    await expect(stage.page.locator('[data-screen="living"]')).not_to_have_class(re.compile("warn"))
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.ok"))

    tell(hall, "screen", "quiet", name="Foyer", scene="fountain", at=now_us - LONG_AGO_S * 1_000_000)

    row = stage.page.locator('[data-screen="quiet"]')
    await expect(row).to_contain_text(said("stage", "stage.screen-is-safe"))
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.screens", n=1))
    await stage.page.click("#health")
    await expect(stage.page.locator("#screens-part")).to_be_focused()
    await row.get_by_role("button").click()
    await stage.page.click('[data-act="unpair"]')
    await expect(row).to_have_count(0)
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.ok"))


async def test_archive_that_fails_stands_in_the_header(place: Place, visits: Visits) -> None:
    stage, hall = await without_screens(place, visits, "kopiedag", "KD")
    at = time.time_ns() // 1_000 - 700_000_000
    facts: dict[str, object] = {"at": at, "bytes": 1, "seq": 1, "kept": 1, "behind": 0, "sameDisk": False}
    tell(hall, "archive", "now", **facts, ok=True, problem=None)
    await expect(stage.page.locator("#archive")).to_contain_text(said("stage", "stage.archive-ok"))
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.ok"))

    tell(hall, "archive", "now", **facts, ok=False, problem="gone")

    await expect(stage.page.locator("#archive")).to_contain_text(said("stage", "stage.archive.gone"))
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.archive"))


async def test_brake_says_its_figures_and_one_key_goes_back(place: Place, visits: Visits) -> None:
    await fresh(place)
    assert (await place.holder("organiser").ask("PUT", "policy", {"policy": "rules-decide"})).status == 200
    stage = await Stage.open(place, visits)
    await expect(stage.page.locator('[data-notice="brake"]')).to_have_count(0)

    for _ in range(100):
        if place.hall.node.state.brake is None:
            await place.arrive()
    assert place.hall.node.state.brake is not None

    notice = stage.page.locator('[data-notice="brake"]')
    await expect(notice).to_contain_text("berichten per minuut")
    await expect(stage.page.locator("#health")).to_have_text(said("stage", "stage.chip.brake"))
    await notice.get_by_role("button").click()
    await expect(notice).to_have_count(0)
    assert place.hall.node.state.policy is Policy.RULES_DECIDE


# The rehearsal


async def test_rehearsal_is_wiped_after_asking_and_peoples_posts_stay(place: Place, visits: Visits) -> None:
    await fresh(place)
    mine = await place.show("Van een mens")
    stage = await Stage.open(place, visits)
    page = stage.page
    await page.click("#rehearsal summary")
    await page.select_option("#rehearsal-speed", "20")
    await page.click("#rehearsal [type=submit]")
    await page.wait_for_selector('[data-notice="rehearsal"]')
    await eventually(lambda: played(place.hall), what="posts of the rehearsal")
    await page.click('[data-fault="network-down"]')
    await expect(page.locator('[data-fault="network-down"]')).to_have_attribute("aria-pressed", "true")
    await page.click('[data-rehearsal="stop"]')
    await expect(page.locator('[data-notice="rehearsal"]')).to_have_count(0)

    await page.click('[data-rehearsal="wipe"]')
    await expect(page.locator("dialog[open] button").first).to_be_focused()
    await page.keyboard.press("Escape")
    assert await played(place.hall), "nothing is erased without a yes"
    await page.click('[data-rehearsal="wipe"]')
    await page.click('[data-rehearsal="wipe-yes"]')
    await eventually(lambda: wiped(place.hall), what="no posts of the rehearsal")

    assert place.hall.node.state.posts[mine.id].status is Status.SHOWN
    await expect(page.locator("#rehearsal")).to_contain_text("gewist.")


async def test_moderator_is_not_offered_what_only_the_organiser_may_do(place: Place, visits: Visits) -> None:
    await fresh(place)
    stage = await Stage.open(place, visits, "moderator")

    await stage.page.click("#rehearsal summary")

    await expect(stage.page.locator("#rehearsal")).to_contain_text(said("stage", "stage.rehearsal.wipe-organiser"))
    await expect(stage.page.locator('[data-rehearsal="wipe"]')).to_have_count(0)
    await expect(stage.page.locator("#runbook")).to_be_hidden()


async def played(hall: Hall) -> list[Post]:
    """The posts of the rehearsal that are there."""
    posts = hall.node.state.posts.values()
    return [post for post in posts if post.network == "rehearsal" and post.status is not Status.ERASED]


async def wiped(hall: Hall) -> bool:
    return not await played(hall)
