"""Every page in every language, light and dark, looked at by axe: WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from server.symposium.values import OPERATOR
from tests.browser.content import Filler
from tests.browser.surfaces import Desk, shows
from tests.browser.visits import PHONE, Visits, at_rest
from tests.house import SLUG, Place, Visitor
from tests.shelf import filled
from tools.needs import WALL

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = (WALL / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
EMPTY, STOPPED = "legedag", "stopdag"

_RUN = """
async (only) => {
  const {violations} = await axe.run(document, {runOnly: only, resultTypes: ['violations']});
  const words = (id) => ({target, failureSummary}) => `${id}: ${target.join(' ')}: ${failureSummary}`;
  return violations.flatMap(({id, nodes}) => nodes.map(words(id)));
}
"""


@dataclass
class Day:
    """Three symposia: one with everything, one with nothing, one that was stopped."""

    place: Place
    tokens: dict[str, str]
    """Of a moderator or organiser, by `slug role`."""
    guest: Visitor
    """Somebody whose own posts are in every state."""

    def url(self, path: str, slug: str = SLUG) -> str:
        return f"{self.place.url}/{slug}{path}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def day(place: Place) -> AsyncIterator[Day]:
    tokens = {f"{SLUG} {role}": token for role, token in place.tokens.items()}
    for slug, short in ((EMPTY, "LG"), (STOPPED, "ST")):
        made = await place.symposium(slug, short=short)
        tokens |= {f"{slug} {role}": token for role, token in made["badges"].items()}
    await (await Filler.of(place, SLUG)).fill()
    await (await Filler.of(place, STOPPED)).fill()
    await place.house.site.halls[STOPPED].node.stop(OPERATOR, on=True)
    await filled(place)
    yield Day(place, tokens, await guest_with_posts(place))


async def guest_with_posts(place: Place) -> Visitor:
    guest = place.visitor()
    await guest.get(f"/{SLUG}")
    ids = [(await guest.post(f"Eigen bericht {word}")).json["id"] for word in ("een", "twee", "drie", "vier")]
    moderator = place.holder("moderator")
    await moderator.decide(ids[1], "show")
    await moderator.decide(ids[2], "reject", reason="off-topic")
    await guest.ask("DELETE", f"posts/{ids[3]}")
    return guest


View = Callable[[Page, Day], Awaitable[None]]


async def phone_write(page: Page, day: Day) -> None:
    await go(page, day.url("#write"))
    await page.fill("#text", "x" * 510)


async def phone_mine(page: Page, day: Day) -> None:
    await go(page, day.url("#mine"))
    await page.wait_for_selector('[data-state="withdrawn"]')


async def phone_screen(page: Page, day: Day) -> None:
    await go(page, day.url("#screen"))
    await page.wait_for_selector("#list [data-post]")


async def phone_papers(page: Page, day: Day) -> None:
    await go(page, day.url("?room=grote-zaal#papers"))
    await page.wait_for_selector("#papers li, #papers article")
    # What a list has scrolled half under the bar is small only until it is scrolled on.
    await page.set_viewport_size({"width": 390, "height": 2400})


async def papers(page: Page, day: Day) -> None:
    await go(page, day.url("/papers"))


async def paper(page: Page, day: Day) -> None:
    await go(page, day.url(f"/papers/{next(iter(day.place.hall.node.state.papers))}"))


async def programme(page: Page, day: Day) -> None:
    await go(page, day.url("/programme"))


async def shelf(page: Page, day: Day) -> None:
    await go(page, day.url(f"/shelf#k={day.tokens[f'{SLUG} organiser']}"))
    await page.wait_for_selector("main h2, main h3")
    await page.wait_for_load_state("networkidle")


async def codes(page: Page, day: Day) -> None:
    await go(page, day.url(f"/codes#k={day.tokens[f'{SLUG} organiser']}"))
    await page.wait_for_load_state("networkidle")


async def report(page: Page, day: Day) -> None:
    await go(page, day.url(f"/report#k={day.tokens[f'{SLUG} author']}"))
    await page.wait_for_selector("#studio .post-item, #studio .empty:not([hidden])")


async def text(page: Page, day: Day) -> None:
    await go(page, day.url("/text"))
    await page.wait_for_selector("#list [data-post]")


async def privacy(page: Page, day: Day) -> None:
    await go(page, f"{day.place.url}/privacy")


async def error(page: Page, day: Day) -> None:
    await go(page, f"{day.place.url}/dit-bestaat-niet-hier")


async def scan(page: Page, day: Day) -> None:
    answer = await day.place.holder("organiser").ask("POST", "/v1/scan-tests", {})
    await go(page, f"{day.place.url}/scan/{answer.json['code']}")


async def wall_fountain(page: Page, day: Day) -> None:
    await go(page, day.url("/wall"))
    await page.wait_for_selector("#cards [data-post]")
    await at_rest(page)  # cards come in with a fade


async def wall_join(page: Page, day: Day) -> None:
    await go(page, day.url("/wall", EMPTY))
    await page.wait_for_selector(shows("join"))
    await at_rest(page)


async def wall_stopped(page: Page, day: Day) -> None:
    await go(page, day.url("/wall", STOPPED))
    await page.wait_for_selector(shows("safe"))
    await at_rest(page)


async def desk(page: Page, day: Day) -> None:
    await at_desk(page, day, SLUG)
    await page.wait_for_selector("#post .post-text")


async def desk_history(page: Page, day: Day) -> None:
    await at_desk(page, day, SLUG)
    await page.keyboard.press("g")
    await page.wait_for_selector("#history .history-list li")


async def desk_help(page: Page, day: Day) -> None:
    await at_desk(page, day, SLUG)
    await page.keyboard.press("?")
    await page.wait_for_selector("dialog[open]")


async def desk_stop_dialog(page: Page, day: Day) -> None:
    await at_desk(page, day, SLUG)
    await page.focus("#stop button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("dialog[open]")


async def desk_empty(page: Page, day: Day) -> None:
    await at_desk(page, day, EMPTY)


async def desk_stopped(page: Page, day: Day) -> None:
    await at_desk(page, day, STOPPED)
    await page.wait_for_selector(".back-on")


async def desk_door(page: Page, day: Day) -> None:
    await page.context.clear_cookies()
    await go(page, day.url("/desk"))
    await page.click("#door button")
    await page.wait_for_selector("#door-error p")


async def stage(page: Page, day: Day) -> None:
    await go(page, day.url(f"/stage#k={day.tokens[f'{SLUG} moderator']}"))
    await page.wait_for_selector('[data-scene="fountain"][aria-pressed="true"]')


async def organise(page: Page, day: Day) -> None:
    await go(page, day.url(f"/organise#k={day.tokens[f'{SLUG} organiser']}"))
    await page.wait_for_selector("#badges li")
    await page.wait_for_selector("#theme .line-state.ok")


async def new_with_errors(page: Page, day: Day) -> None:
    await go(page, day.place.house.operator_link)
    await page.wait_for_selector("#make:not([hidden]) #title")
    await page.click("#submit")
    await page.wait_for_selector("#summary p")


async def new_done(page: Page, day: Day) -> None:
    await go(page, day.place.house.operator_link)
    await page.wait_for_selector("#make:not([hidden]) #title")
    number = sum(ord(letter) for letter in await page.evaluate("document.documentElement.lang"))
    await page.fill("#title", f"Nieuwe dag {number}")
    await page.fill("#short", "NL" if await page.get_attribute("html", "lang") == "nl" else "EN")
    await page.click("#submit")
    await page.wait_for_selector("#done:not([hidden])")
    await page.click(".scan-test button")
    await page.wait_for_selector(".scan-test .banner")


async def at_desk(page: Page, day: Day, slug: str) -> None:
    await go(page, day.url(f"/desk#k={day.tokens[f'{slug} moderator']}", slug))
    await Desk(page).ready()


async def go(page: Page, url: str) -> None:
    """Load *url* anew, also where only the fragment is another."""
    await page.goto("about:blank")
    await page.goto(url)


SMALL: Sequence[View] = (
    phone_write, phone_mine, phone_screen, phone_papers, papers, paper, programme, shelf, text, privacy, error, scan,
    stage, report,
)  # fmt: skip
LARGE: Sequence[View] = (
    wall_fountain, wall_join, wall_stopped, desk, desk_history, desk_help, desk_stop_dialog, desk_empty, desk_stopped,
    organise, shelf, codes, report, programme, new_with_errors, new_done, desk_door,
)  # fmt: skip


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_every_page_passes_axe_in_light_and_dark(day: Day, visits: Visits, lang: str) -> None:
    visits.witness.own.add(day.place.url)
    # axe is brought in from outside, past the content security policy that the pages have.
    small = await visits.context(locale=lang, bypass_csp=True, **PHONE)
    large = await visits.context(locale=lang, bypass_csp=True, viewport={"width": 1440, "height": 900})
    await add_cookies(small, day.guest)

    found = await asyncio.gather(look_at(small, SMALL, day), look_at(large, LARGE, day))

    assert [*found[0], *found[1]] == []


async def add_cookies(context: BrowserContext, visitor: Visitor) -> None:
    """Let a browser be who *visitor* is."""
    await context.add_cookies([{"name": n, "value": v, "url": visitor.url} for n, v in visitor.cookies.items()])


async def look_at(context: BrowserContext, views: Sequence[View], day: Day) -> list[str]:
    """What axe has against each of *views*, in light and dark."""
    page = await context.new_page()
    size, found = page.viewport_size, []
    assert size is not None
    for view in views:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
        await view(page, day)
        light = await axe(page, {"type": "tag", "values": TAGS})
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        # Colours are all that is different in the dark.
        dark = await axe(page, {"type": "rule", "values": ["color-contrast"]})
        found += [f"{view.__name__} light {each}" for each in light]
        found += [f"{view.__name__} dark {each}" for each in dark]
    return found


async def axe(page: Page, only: dict[str, Any]) -> list[str]:
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(f"{AXE};0")
    found: list[str] = await page.evaluate(_RUN, only)
    return found


async def test_axe_finds_seeded_faults(day: Day, visits: Visits) -> None:
    """The negative control: a page of ours with known faults in it."""
    visits.witness.own.add(day.place.url)
    page = await (await visits.context(bypass_csp=True)).new_page()
    await privacy(page, day)

    await page.evaluate(
        """() => {
          document.querySelector('main h1').style.color = '#eee';
          document.querySelector('main').append(document.createElement('input'), document.createElement('button'));
          document.documentElement.removeAttribute('lang');
        }"""
    )

    found = await axe(page, {"type": "tag", "values": TAGS})
    assert {each.partition(":")[0] for each in found} >= {"color-contrast", "label", "button-name", "html-has-lang"}
