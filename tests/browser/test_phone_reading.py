"""
The phone for who hears it, enlarges it, or has no script: the order of the accessibility tree, what is said aloud, and
the plain form.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.views import post_body
from tests.browser.surfaces import Phone
from tests.browser.test_phone import TOO_WIDE
from tests.browser.visits import PHONE, Visits, said
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Dag proefdag"


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path) as opened:
        yield opened


def url_of(place: Place, tail: str = "") -> str:
    return f"{place.url}/{SLUG}{tail}"


# The order in which it is read


async def test_writing_is_read_in_the_order_in_which_it_is_done(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))

    await expect(phone.page.locator("body")).to_match_aria_snapshot(
        f"""
        - link "{said("phone", "skip")}"
        - banner:
          - paragraph: {TITLE}
          - paragraph: "#proefdag"
          - link "English"
        - main:
          - status
          - status
          - heading "{said("phone", "write.label")}" [level=1]
          - textbox "{said("phone", "write.label")}"
          - button "{said("phone", "write.add-photo")}"
          - text: {said("phone", "write.add-photo")} {said("phone", "write.left", n=500)}
          - status
          - text: {said("phone", "write.question")}
          - switch "{said("phone", "write.question")}"
          - text: {said("phone", "write.name")}
          - textbox "{said("phone", "write.name")}"
          - paragraph: '/{said("phone", "check.word", word="")}\\w+/'
          - paragraph:
            - text: {said("phone", "write.consent")}
            - link "{said("phone", "write.privacy")}"
          - button "{said("phone", "write.send")}"
        - navigation "{said("phone", "tabs")}":
          - link "{said("phone", "tab.write")}"
          - link "{said("phone", "tab.mine")}"
          - link "{said("phone", "tab.questions")}"
          - link "{said("phone", "tab.papers")}"
          - link "{said("phone", "tab.screen")}"
        """
    )


async def test_own_post_is_read_as_state_text_and_what_can_be_done(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    post = await phone.send("Hoor je mij?")
    await place.holder("moderator").decide(post, "reject", reason="off-topic")
    await phone.says(post, "not-shown")

    await expect(phone.page.locator("#mine")).to_match_aria_snapshot(
        f"""
        - region "{said("phone", "mine.title")}":
          - heading "{said("phone", "mine.title")}" [level=1]
          - list:
            - listitem:
              - paragraph: /{said("phone", "state.not-shown")}/
              - paragraph: Hoor je mij?
              - paragraph: {said("phone", "reason.off-topic")}
              - paragraph:
                - button "{said("phone", "change")}"
                - 'button "{said("phone", "withdraw.text", text="Hoor je mij?")}"'
        """
    )


async def test_list_of_the_screen_is_read_with_its_pause_first(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await place.show("Het eerste bericht.")
    page = await visits.open(url_of(place, "/text"), **PHONE)
    await page.wait_for_selector("[data-post]")

    await expect(page.locator("main")).to_match_aria_snapshot(
        f"""
        - main:
          - heading "{said("text", "list.title")}" [level=1]
          - button "{said("text", "list.pause")}"
          - list:
            - listitem:
              - paragraph: /{said("text", "author.nameless")} {said("text", "source.phone")}/
              - paragraph: Het eerste bericht.
          - status
          - paragraph:
            - 'link "{said("text", "text.join")}"'
        """
    )


async def test_control_another_order_is_seen(place: Place, visits: Visits) -> None:
    """The negative control of the orders above."""
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))

    await phone.page.evaluate("document.querySelector('#form').prepend(document.querySelector('.send-bar'))")

    with pytest.raises(AssertionError):
        await expect(phone.page.locator("#form")).to_match_aria_snapshot(
            f"""
            - heading "{said("phone", "write.label")}" [level=1]
            - button "{said("phone", "write.send")}"
            """,
            timeout=500,
        )


# What is said aloud, live


async def test_every_change_of_a_post_is_shown_and_said(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    spoken = phone.page.locator("#said")
    post = await phone.send("Vertel mij alles.")
    await phone.says(post, "waiting")
    moderator = place.holder("moderator")

    for act, state in (("show", "on-screen"), ("hide", "not-shown")):
        await moderator.decide(post, act)
        await phone.says(post, state)
        await expect(spoken).to_have_text(
            said("phone", "mine.says", state=said("phone", f"state.{state}"), text="Vertel mij alles.")
        )
    await expect(phone.page.locator(f'[data-own="{post}"]')).to_contain_text(said("phone", "reason.none"))

    await phone.withdraw(post)
    await phone.says(post, "withdrawn")
    await expect(spoken).to_contain_text(said("phone", "state.withdrawn"))


async def test_post_that_was_not_shown_can_be_changed_and_sent_again(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    post = await phone.send("Bel mij op kantoor.", name="Gert")
    await place.holder("moderator").decide(post, "reject", reason="personal-data")
    await phone.says(post, "not-shown")

    await phone.page.get_by_role("button", name=said("phone", "change")).click()
    await expect(phone.page.locator("#text")).to_have_value("Bel mij op kantoor.")
    await expect(phone.page.locator("#text")).to_be_focused()
    await phone.send("Kom naar mij toe.")

    assert sorted(texts(place)) == ["Bel mij op kantoor.", "Kom naar mij toe."]


async def test_notice_of_the_organisers_stands_on_every_tab_until_it_is_taken_back(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    notice = phone.page.get_by_role("region", name=said("phone", "announcement"))
    organiser = place.holder("organiser")

    await organiser.ask("PUT", "announcement", {"text": "De lunch is <b>beneden</b>."})
    for tab in ("write", "mine", "papers", "screen"):
        await phone.page.goto(url_of(place, f"#{tab}"))
        await expect(notice).to_contain_text("De lunch is <b>beneden</b>.")

    await organiser.ask("PUT", "announcement", {"text": None})
    await expect(notice).to_have_count(0)


# Enlarged


@pytest.mark.parametrize(("width", "height"), [(195, 422), (844, 390)], ids=["200-percent", "landscape"])
async def test_nothing_is_cut_or_out_of_reach(place: Place, visits: Visits, width: int, height: int) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place), viewport={"width": width, "height": height})
    await phone.send("Groot.")
    await phone.write("Nog groter.")
    found = {}

    for tab in ("write", "mine", "papers", "screen"):
        await phone.page.goto(url_of(place, f"#{tab}"))
        found[tab] = await phone.page.evaluate(TOO_WIDE, width)

    assert {tab: faults for tab, faults in found.items() if faults} == {}
    await phone.page.goto(url_of(place, "#write"))
    await phone.page.locator("#send").click(trial=True)


# Without a script


def texts(place: Place) -> list[str]:
    state = place.hall.node.state
    return [body.text for post in state.posts.values() if (body := post_body(state, post)) is not None]


async def plain_phone(place: Place, visits: Visits, tail: str = "") -> Page:
    return await visits.open(url_of(place, tail), java_script_enabled=False, **PHONE)


async def test_plain_form_shows_own_posts_and_takes_them_back(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await plain_phone(place, visits)
    await page.fill("#text", "Zonder script, met é en 🌊.")
    await page.click("#send")
    card = page.locator("#own li")
    await expect(card).to_contain_text("Zonder script, met é en 🌊.")
    await expect(card).to_contain_text(said("phone", "state.waiting"))

    post = next(iter(place.hall.node.state.posts))
    await place.holder("moderator").decide(post, "show")
    await page.get_by_role("link", name=said("phone", "mine.refresh")).click()
    await expect(card).to_contain_text(said("phone", "state.on-screen"))

    await card.get_by_role("button", name=said("phone", "withdraw")).click()
    await expect(card).to_contain_text(said("phone", "state.withdrawn"))
    await expect(card.get_by_role("button")).to_have_count(0)


async def test_plain_form_says_what_is_wrong_and_keeps_every_word(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await plain_phone(place, visits)
    text = "te lang " * 100

    await page.fill("#text", text)
    await page.fill("#name", "Oma")
    await page.click("#send")
    await expect(page.get_by_role("alert")).to_contain_text(said("phone", "why.too-long"))
    assert (await page.input_value("#text")).strip() == text.strip()
    assert await page.input_value("#name") == "Oma"

    await page.fill("#text", "Nu kort.")
    await page.click("#send")
    await expect(page.locator("#own li")).to_contain_text("Nu kort.")
    assert texts(place) == ["Nu kort."]


async def test_plain_form_does_not_double_what_is_sent_twice(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await plain_phone(place, visits)
    await page.fill("#text", "Een keer.")

    await page.dblclick("#send")
    await page.wait_for_url("**sent=1**")
    await page.reload()

    assert texts(place) == ["Een keer."]


async def test_list_of_the_screen_needs_no_script(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await place.show("Te lezen zonder script.")
    page = await plain_phone(place, visits, "/text")

    await page.wait_for_url("**plain=1")
    await expect(page.locator("ol")).to_contain_text("Te lezen zonder script.")
    await expect(page.get_by_role("heading", level=1)).to_have_text(said("text", "list.title"))
    await expect(page.locator("body")).not_to_contain_text(re.compile("JavaScript"))


# Nothing lies half under something else


HALF_UNDER = """
() => {
  const tabs = document.querySelector('#tabs').getBoundingClientRect();
  const list = document.querySelector('main').getBoundingClientRect();
  return [...document.querySelectorAll('#own button')].map((one) => one.getBoundingClientRect())
    .filter(({top, bottom}) => top < tabs.top && Math.min(bottom, list.bottom) > tabs.top + 1).length;
}
"""
AS_IT_WAS = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.phone { height: auto !important } .phone main { overflow: visible !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
"""


async def test_no_button_of_own_posts_lies_half_under_the_tabs(place: Place, visits: Visits) -> None:
    """WCAG 2.2, 2.5.8: with a notice of the organisers above them, a button stood across the edge of the tabs."""
    visits.witness.own.add(place.url)
    await place.holder("organiser").ask("PUT", "announcement", {"text": "De lunch is een kwartier later."})
    phone = await Phone.open(visits, url_of(place))
    for number in range(3):
        await phone.send(f"Bericht {number} dat wat langer is dan een regel op een telefoon")
    heights = range(600, 780, 12)

    found = [await half_under(phone, height) for height in heights]
    await phone.page.evaluate(AS_IT_WAS)
    control = [await half_under(phone, height) for height in heights]

    await place.holder("organiser").ask("PUT", "announcement", {"text": None})
    assert sum(found) == 0
    assert sum(control) > 0


async def half_under(phone: Phone, height: int) -> int:
    await phone.page.set_viewport_size({"width": 390, "height": height})
    return int(await phone.page.evaluate(HALF_UNDER))
