"""The desk in a real browser: several moderators, near-duplicates, editing, history, search, the brake, the rules."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, WebSocketRoute, expect

from server.symposium import views
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Policy, Scene, Status
from tests.browser.content import Filler
from tests.browser.surfaces import Desk, card, shows
from tests.browser.visits import Visits, eventually, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ME = "Badge moderator"
_THOUSANDS = itertools.count(1_000, 1_000)
TEXTS = (
    "Wie beslist er eigenlijk over de agenda van morgen?",
    "Mooi verhaal over de kade en het water.",
    "Kan de microfoon achterin iets harder staan?",
    "Volgend jaar graag weer in Zwolle, met betere koffie.",
)


@pytest_asyncio.fixture(loop_scope="session")
async def filler(place: Place, visits: Visits) -> AsyncIterator[Filler]:
    """An empty symposium where everything waits."""
    node = place.hall.node
    visits.witness.own.add(place.url)
    await node.stop(OPERATOR, on=False)
    await node.set_scene(OPERATOR, Scene.FOUNTAIN)
    await node.erase(OPERATOR, posts=list(node.state.posts))
    await node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
    made = await Filler.of(place, SLUG)
    made.made = next(_THOUSANDS)  # the phones of one test are not those of another
    yield made


async def open_desk(place: Place, visits: Visits, *, name: str = "", role: str = "moderator") -> Desk:
    """A desk; of somebody called *name*, or of the badge that every symposium has."""
    token = (await place.badge(role, name))[1] if name else place.tokens[role]
    return await Desk.open(visits, place.url, token, SLUG)


def status(place: Place, post: Post) -> Status:
    return place.hall.node.state.posts[post.id].status


async def becomes(place: Place, post: Post, wanted: Status) -> None:
    async def is_so() -> bool:
        return status(place, post) is wanted

    await eventually(is_so, what=f"{post.id} is {wanted}")


async def at_post(desk: Desk, post: Post) -> None:
    """Wait until *post* is before the moderator's eyes."""
    await desk.page.wait_for_selector(f'.row-item[data-id="{post.id}"].current')


def row(post: Post) -> str:
    return f'.row-item[data-id="{post.id}"]'


# Several moderators


async def test_second_moderator_is_led_past_what_the_first_one_reads(
    place: Place, visits: Visits, filler: Filler
) -> None:
    first, second, third = [await filler.phone(text) for text in TEXTS[:3]]
    anouk = await open_desk(place, visits)
    await at_post(anouk, first)
    await anouk.page.wait_for_timeout(600)  # who rests on a post is looking at it

    tjeerd = await open_desk(place, visits, name="Tjeerd")
    await at_post(tjeerd, second)

    await expect(tjeerd.page.locator(f"{row(first)} .row-reader")).to_contain_text(ME)
    await expect(anouk.page.locator(f"{row(second)}.taken .row-reader")).to_contain_text("Tjeerd")
    await expect(anouk.page.locator("#people")).to_contain_text("Tjeerd")
    await anouk.press("ArrowDown")
    await at_post(anouk, third)
    await expect(anouk.page.locator(f"{row(first)} .row-reader")).to_have_count(0)


async def test_colleague_who_left_is_forgotten(place: Place, visits: Visits, filler: Filler) -> None:
    first = await filler.phone(TEXTS[0])
    desk = await open_desk(place, visits)
    await place.holder("moderator").ask(
        "POST", "pulses", {"topic": "looking", "key": "page", "value": {"name": "Henk", "post": first.id}, "ttl": 1}
    )

    await expect(desk.page.locator(f"{row(first)} .row-reader")).to_have_count(1)
    await expect(desk.page.locator(f"{row(first)} .row-reader")).to_have_count(0)
    await expect(desk.page.locator("#people")).not_to_contain_text("Henk")


class Gate:
    """Holds back what the server tells one page."""

    def __init__(self) -> None:
        self._waiting: list[str | bytes] = []
        self._page: WebSocketRoute | None = None
        self.open = True

    async def put_before(self, page: Page) -> None:
        await page.route_web_socket(re.compile("/live"), self._join)

    def _join(self, page: WebSocketRoute) -> None:
        self._page = page
        page.connect_to_server().on_message(self._message)

    def _message(self, message: str | bytes) -> None:
        if self._page is None or not self.open:
            self._waiting.append(message)
        else:
            self._page.send(message)

    def let_go(self) -> None:
        self.open = True
        for message in self._waiting:
            if self._page is not None:
                self._page.send(message)
        self._waiting.clear()


async def open_behind_gate(place: Place, visits: Visits, name: str) -> tuple[Desk, Gate]:
    """A desk that hears of nothing while its gate is closed."""
    page = await (await visits.context()).new_page()
    gate = Gate()
    await gate.put_before(page)
    await page.goto(f"{place.url}/{SLUG}/desk#k={(await place.badge('moderator', name))[1]}")
    return await Desk(page).ready(), gate


async def test_outdated_show_is_refused_and_says_who_and_when(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone(TEXTS[0])
    late, gate = await open_behind_gate(place, visits, "Wietske")
    await at_post(late, post)
    gate.open = False
    await place.holder("moderator").decide(post.id, "reject", reason="off-topic")

    await late.press("a")

    notice = late.page.locator("#post .why.notice")
    await expect(notice).to_contain_text(ME)
    await expect(notice).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert status(place, post) is Status.REJECTED
    gate.let_go()
    await expect(late.page.locator("#tabs .tab").first).to_have_text(re.compile(" 0$"))
    await late.press("a")  # told so, one may still do it
    await becomes(place, post, Status.SHOWN)


async def test_outdated_taking_away_works_and_says_what_it_undid(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone(TEXTS[0])
    await filler.phone(TEXTS[1])
    late, gate = await open_behind_gate(place, visits, "Wietske")
    await late.focus(post.id)
    gate.open = False
    await place.holder("moderator").decide(post.id, "show")

    await late.press("r")

    await becomes(place, post, Status.REJECTED)
    await expect(late.page.locator("#last .last-all")).to_contain_text(ME)
    gate.let_go()


# Near-duplicates


async def three_alike(filler: Filler) -> list[Post]:
    words = "Meer weten over burgerberaden? Vraag nu onze brochure aan"
    return [await filler.phone(f"{words}{end}", name=f"Kompas {n}") for n, end in enumerate(("!", ".", "!!"))]


async def test_near_duplicates_are_one_row_and_one_decision(place: Place, visits: Visits, filler: Filler) -> None:
    alike = await three_alike(filler)
    other = await filler.phone(TEXTS[0])
    desk = await open_desk(place, visits)

    await expect(desk.page.locator(".row-item")).to_have_count(2)
    await expect(desk.page.locator(f"{row(alike[0])} .row-why")).to_contain_text(said("desk", "desk.alike", n=3))
    await desk.focus(alike[0].id)
    await expect(desk.page.locator("#post .chosen li")).to_have_count(3)
    before = place.seq
    await desk.press("r")
    for post in alike:
        await becomes(place, post, Status.REJECTED)
    assert place.seq == before + 1
    assert status(place, other) is Status.HELD

    await desk.press("u")
    for post in alike:
        await becomes(place, post, Status.HELD)


async def test_l_chooses_all_that_look_like_this(place: Place, visits: Visits, filler: Filler) -> None:
    alike = await three_alike(filler)
    other = await filler.phone(TEXTS[0])
    desk = await open_desk(place, visits)
    await desk.focus(alike[0].id)

    await desk.press("l")
    await expect(desk.page.locator("#decide .bar-count")).to_have_text(said("desk", "desk.selected", n=3))
    await desk.press("a")

    for post in alike:
        await becomes(place, post, Status.SHOWN)
    assert status(place, other) is Status.HELD


# Editing


async def test_amended_description_reaches_the_wall(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone("Kijk eens hoe vol het is!", media=(await filler.picture(alt=""),))
    desk = await open_desk(place, visits)
    wall = await visits.open(f"{place.url}/{SLUG}/wall", viewport={"width": 1920, "height": 1080})
    await at_post(desk, post)

    await desk.press("e")
    await desk.page.keyboard.type("Een zaal vol mensen")
    await desk.press("Tab")
    await desk.press("Enter")
    await expect(desk.page.locator("#post figcaption")).to_contain_text("Een zaal vol mensen")
    await expect(desk.page.locator("#post .why.notice")).to_have_count(0)  # nobody else changed it
    await desk.press("a")

    await wall.wait_for_selector(f"{shows('fountain')} #cards {card(post.id)}")
    await expect(wall.locator(f"{card(post.id)} .photos img")).to_have_attribute("alt", "Een zaal vol mensen")
    await desk.tab(1)
    await desk.focus(post.id)
    await desk.press("e")
    await desk.page.fill("#edit-alt-0", "Een volle zaal")
    await desk.page.click('dialog button[value="save"]')
    await expect(wall.locator(f"{card(post.id)} .photos img")).to_have_attribute("alt", "Een volle zaal")


async def test_colleague_sees_who_amended_what_they_read(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone("Kijk eens!", media=(await filler.picture(alt=""),))
    desk = await open_desk(place, visits, name="Tjeerd")
    await at_post(desk, post)

    answer = await place.holder("moderator").ask("PATCH", f"posts/{post.id}", {"revision": 1, "alts": ["Een bord"]})
    assert answer.status == 200, answer

    await expect(desk.page.locator("#post .why.notice")).to_contain_text(ME)
    await desk.press("a")
    await becomes(place, post, Status.SHOWN)


# History, search, erasure


async def test_history_has_everything_and_anyone_may_undo_it(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone(TEXTS[0])
    rejected = await filler.phone("Koop nu goedkope horloges")
    moderator = place.holder("moderator")
    await moderator.decide(post.id, "show")
    await moderator.decide(rejected.id, "reject", reason="advertising")
    await moderator.ask("PUT", "policy", {"policy": "known-pass"})
    desk = await open_desk(place, visits, name="Tjeerd")

    await desk.press("g")
    newest = desk.page.locator(".history-list li").first
    policy = said("desk", "desk.policy.known-pass")
    await expect(newest).to_contain_text(said("desk", "desk.history.policy", who=ME, policy=policy))
    why = desk.page.locator(".history-list li").filter(has_text="horloges").locator(".meta")
    await expect(why).to_contain_text(said("desk", "desk.reason.advertising"))
    await newest.locator("button").click()
    await expect(desk.page.locator("#policy input:checked")).to_have_value("everything-waits")
    shown = desk.page.locator(".history-list li:not(.was-undone)").filter(has_text=TEXTS[0][:20]).first
    await shown.locator("button").click()

    await becomes(place, post, Status.HELD)


async def test_why_was_this_not_shown_is_one_look(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone("Koop nu goedkope horloges", name="Handel")
    await filler.phone(TEXTS[0])
    await place.holder("moderator").decide(post.id, "reject", reason="advertising")
    desk = await open_desk(place, visits)

    await desk.press("/")
    await desk.page.keyboard.type("HORLOGES")
    await at_post(desk, post)
    await expect(desk.page.locator(".row-item")).to_have_count(1)
    why = desk.page.locator("#post .why")
    await expect(why).to_contain_text(ME)
    await expect(why).to_contain_text(said("desk", "desk.reason.advertising"))
    await expect(why).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))

    await desk.press("Enter")  # from the field to the list
    await desk.press("a")
    await becomes(place, post, Status.SHOWN)
    await desk.press("Escape")
    await expect(desk.page.locator("#search")).to_be_hidden()


async def test_organiser_erases_an_author_and_a_moderator_cannot(place: Place, visits: Visits, filler: Filler) -> None:
    gone = [await filler.phone(text, device="lastig", name="Lastig") for text in TEXTS[:2]]
    other = await filler.phone(TEXTS[2])
    moderator = await open_desk(place, visits)
    await moderator.focus(gone[0].id)
    await expect(moderator.page.locator("#side .erase")).to_have_count(0)

    desk = await open_desk(place, visits, role="organiser")
    await desk.focus(gone[0].id)
    await desk.page.click("#side .erase")
    await desk.page.click('dialog button[value="erase"]')

    for post in gone:
        await becomes(place, post, Status.ERASED)
    assert status(place, other) is Status.HELD


# The brake and the rules


async def test_brake_says_its_figures_and_goes_back_with_one_key(place: Place, visits: Visits, filler: Filler) -> None:
    node = place.hall.node
    quiet = await filler.phone(TEXTS[0])
    await node.set_policy(OPERATOR, Policy.KNOWN_PASS)
    desk = await open_desk(place, visits)

    for n in range(40):
        await filler.phone(f"{n * 7919 % 1000} vraag nu gratis de brochure van Kompas aan", name=f"Kompas {n}")
    banner = desk.page.locator("#notices .banner", has=desk.page.locator(".brake-back"))
    brake = node.state.brake
    assert brake is not None
    figures = said(
        "desk", "desk.brake.figures", n=brake.posts_per_minute, new=brake.new_percent, alike=brake.alike_percent
    )
    await expect(banner).to_contain_text(figures)
    await expect(desk.page.locator("#policy input:checked")).to_have_value("everything-waits")

    since = sum(post.arrived > brake.seq for post in node.state.posts.values())
    await desk.page.click(".brake-look")
    await expect(desk.page.locator("#decide .bar-count")).to_have_text(said("desk", "desk.selected", n=since))
    await desk.press("r")
    await expect(desk.page.locator("#decide .bar-count")).to_be_hidden()
    assert status(place, quiet) is Status.HELD

    await desk.press("t")
    await expect(banner).to_have_count(0)
    await expect(desk.page.locator("#policy input:checked")).to_have_value("known-pass")


async def test_rules_are_reordered_tried_and_saved_with_keys(place: Place, visits: Visits, filler: Filler) -> None:
    await place.hall.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
    post = await filler.phone("Bel me op 06 12345678")
    desk = await open_desk(place, visits)
    page = desk.page
    before = [str(rule) for rule in place.hall.node.rules().order]

    await page.focus("#rules-button")
    await desk.press("Enter")
    await page.wait_for_selector('.rules-list li[data-rule="links"]')
    await page.focus('.rules-list li[data-rule="links"] .rule-up')
    await desk.press("Enter")
    await desk.press("Enter")
    await page.focus('.rules-list li[data-rule="personal-data"] .switch')
    await desk.press("Space")
    assert [str(rule) for rule in place.hall.node.rules().order] == before  # nothing is done before it is saved

    await page.get_by_role("button", name=said("desk", "desk.rules.try")).press("Enter")
    changed = page.locator(".rules-changed li")
    await expect(changed).to_have_count(1)
    await expect(changed).to_contain_text("Bel me op")
    await desk.press("Escape")
    await expect(page.locator(".rules-said")).to_have_text(said("desk", "desk.rules.unsaved"))
    await page.locator(".rules-foot .primary").press("Enter")
    await expect(page.locator(".rules-said")).to_have_text(said("desk", "desk.rules.saved"))
    await desk.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)

    wanted = [rule for rule in before if rule not in ("links", "personal-data")]
    wanted.insert(before.index("links") - 2, "links")
    assert [str(rule) for rule in place.hall.node.rules().order] == wanted
    assert status(place, post) is Status.HELD  # what waits stays waiting
    await becomes(place, await filler.phone("Mijn nummer is 06 87654321"), Status.SHOWN)


async def test_wrong_number_in_the_rules_is_named_and_not_saved(place: Place, visits: Visits, filler: Filler) -> None:
    del filler
    desk = await open_desk(place, visits)
    page = desk.page
    await page.click("#rules-button")
    await page.click('.rules-list li[data-rule="rate"] summary')
    seq = place.seq

    await page.fill("#rules-postsPerMinute", "0")
    await page.click(".rules-foot .primary")

    number = said("desk", "desk.rules.number.postsPerMinute")
    await expect(page.locator(".rules-said")).to_have_text(said("desk", "desk.rules.wrong", number=number))
    await expect(page.locator("#rules-postsPerMinute")).to_be_focused()
    assert place.seq == seq


# Keys, and what is said


async def test_every_function_works_with_keys_only(place: Place, visits: Visits, filler: Filler) -> None:
    """No pointer is used, nor a script's click: only keys, and the Tab key to what has no key of its own."""
    first, second, third, fourth = [await filler.phone(text, name=f"Mens {n}") for n, text in enumerate(TEXTS)]
    desk = await open_desk(place, visits)
    page = desk.page
    await at_post(desk, first)

    await desk.press("x")
    await desk.press("Shift+ArrowDown")
    await expect(page.locator("#decide .bar-count")).to_have_text(said("desk", "desk.selected", n=2))
    await desk.press("Escape")
    await expect(page.locator("#decide .bar-count")).to_be_hidden()

    await desk.press("ArrowUp")
    await at_post(desk, first)
    await desk.press("p")
    await becomes(place, first, Status.SHOWN)
    await at_post(desk, second)
    await desk.press("s")
    await becomes(place, second, Status.SHOWN)
    await at_post(desk, third)
    await desk.press("r")
    await becomes(place, third, Status.REJECTED)
    await desk.press("1")
    reason = page.locator('#last .reason[aria-pressed="true"]')
    await expect(reason).to_have_attribute("data-reason", "advertising")
    await desk.press("u")
    await becomes(place, third, Status.HELD)
    posts = place.hall.node.state.posts
    assert (posts[first.id].pinned, posts[second.id].starred) == (True, True)

    await at_post(desk, third)
    await desk.press("b")
    await page.wait_for_selector("dialog[open]")
    await desk.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    await eventually(lambda: banned(place, third), what="the author is blocked")

    await desk.press("g")
    await expect(page.locator("#history-title")).to_be_focused()
    body = views.post_body(place.hall.node.state, posts[third.id])
    assert body is not None
    blocked = said("desk", "desk.history.ban", who=said("desk", "desk.history.you"), post=f"\u2068{body.name}\u2069")
    await expect(page.locator(".history-list li").first).to_contain_text(blocked)
    await desk.press("Escape")
    await expect(page.locator("#history")).to_be_hidden()
    await expect(page.locator("#history-button")).to_be_focused()

    await tab_to(page, "#tabs .tab:nth-child(2)")
    await desk.press("Enter")
    await at_post(desk, second)
    await desk.press("h")
    await becomes(place, second, Status.HIDDEN)

    await desk.press("?")
    await expect(page.locator("dialog .keys")).to_be_visible()
    await desk.press("Escape")
    await desk.hold_key()
    await expect(page.locator(".back-on")).to_be_visible()
    await expect(page.locator(".back-on")).to_have_attribute("aria-disabled", "false")  # it is deaf at first
    await desk.press("t")
    await expect(page.locator(".back-on")).to_have_count(0)
    assert status(place, fourth) is Status.HELD


async def banned(place: Place, post: Post) -> bool:
    state = place.hall.node.state
    return state.authors[state.posts[post.id].author].banned is not None


async def tab_to(page: Page, selector: str) -> None:
    """Go there with the Tab key."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"the Tab key never comes to {selector}")


async def test_single_keys_can_be_switched_off(place: Place, visits: Visits, filler: Filler) -> None:
    post = await filler.phone(TEXTS[0])
    desk = await open_desk(place, visits)
    await at_post(desk, post)
    await desk.press("?")
    await desk.page.uncheck("dialog .check input")
    await desk.press("Escape")
    await expect(desk.page.locator("dialog")).to_have_count(0)

    before = place.seq
    await desk.press("a")
    await desk.press("r")
    await desk.page.click('#decide button[data-command="show"]')

    await becomes(place, post, Status.SHOWN)
    assert place.seq == before + 1


_SMALL_TARGETS = """
() => [...document.querySelectorAll('button, input, select, textarea, summary, a[href]')].filter((each) => {
  if (!each.checkVisibility({opacityProperty: true, visibilityProperty: true})) return false;
  if (each.closest('[inert], .visually-hidden, .skip') || each.matches('.visually-hidden, p a')) return false;
  const target = each.closest('label') ?? each;
  const {width, height} = target.getBoundingClientRect();
  return width > 0 && (width < 44 || height < 44);
}).map((each) => `${each.outerHTML.slice(0, 90)} ${JSON.stringify(each.getBoundingClientRect())}`)
"""


_TOO_WIDE = """
() => [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `too wide: ${each.outerHTML.slice(0, 90)}`)
"""


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844)], ids=["1280", "1024", "390"])
async def test_every_target_is_44_px_and_no_page_is_wider_than_its_screen(
    place: Place, visits: Visits, filler: Filler, size: tuple[int, int]
) -> None:
    await three_alike(filler)
    await filler.phone("Kijk!", media=(await filler.picture(),), name="Iemand met een lange naam in de zaal")
    page = (await open_desk(place, visits, role="organiser")).page
    await page.set_viewport_size({"width": size[0], "height": size[1]})

    async def look() -> list[str]:
        small: list[str] = await page.evaluate(_SMALL_TARGETS)
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            small += await page.evaluate(_TOO_WIDE)
        return small

    await page.wait_for_selector("#post .post-text", state="attached")
    assert await look() == []
    await page.click(".row-item:has(.row-thumb) .row-open")
    assert await look() == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("l")
    assert await look() == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.wait_for_selector(".history-list li")
    assert await look() == []
    await page.keyboard.press("Escape")
    await page.click("#rules-button")
    await page.click('.rules-list li[data-rule="alike"] summary')
    assert await look() == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    assert await look() == []


async def test_targets_that_are_too_small_are_found(place: Place, visits: Visits, filler: Filler) -> None:
    """The negative control."""
    del filler
    page = (await open_desk(place, visits)).page

    await page.evaluate("document.querySelector('#rules-button').style.minHeight = '20px'")
    await page.evaluate("document.querySelector('#rules-button').style.paddingBlock = '0'")

    small = await page.evaluate(_SMALL_TARGETS)
    assert ["rules-button" in each for each in small] == [True]
