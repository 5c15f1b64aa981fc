"""The phone when all goes wrong: no network, no storage, no cookies, no script, a full server, and no room."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from server.live.audience import Audience
from server.symposium.views import post_body
from tests.browser.surfaces import Phone
from tests.browser.visits import PHONE, Visits, eventually, said, stood_still
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOO_MANY = re.compile(said("phone", "why.pending-cap", n=r"\d+"))
"""However often the phone tried by itself since, and came too fast."""

TEXT_SPACING = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
"""
"""WCAG 2.2, 1.4.12; a sheet made by script is not stopped by the content security policy."""

TOO_WIDE = """
(width) => {
  const wide = [...document.querySelectorAll('html, a, button, input, textarea, label, h1, h2, p, li')]
    .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden, .skip'));
  const beyond = wide.filter((one) => one.getBoundingClientRect().right > width + 0.5)
    .map((one) => `${one.localName}#${one.id} ends at ${one.getBoundingClientRect().right}`);
  const cut = wide.filter((one) => one.matches('a, button') && one.clientWidth > 0)
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.localName} "${one.textContent.trim().slice(0, 30)}" is cut`);
  return document.documentElement.scrollWidth > width ? ['the page scrolls', ...beyond, ...cut] : [...beyond, ...cut];
}
"""
"""What is wider than the screen, or cut off in its button."""


def texts(place: Place) -> list[str]:
    """What the server has, of everybody."""
    state = place.hall.node.state
    bodies = (post_body(state, post) for post in state.posts.values())
    return [body.text for body in bodies if body is not None]


def url_of(place: Place) -> str:
    return f"{place.url}/{SLUG}"


async def arrived_once(place: Place, text: str) -> None:
    """Wait for *text*, and a while longer: a second one would be a fault."""

    async def there() -> bool:
        return text in texts(place)

    await eventually(there, what=f"{text!r} at the server")
    await asyncio.sleep(0.3)  # it would follow at once
    assert texts(place).count(text) == 1


# Sent once


async def test_post_written_offline_is_kept_and_sent_once_when_the_network_is_back(
    place: Place, visits: Visits, photo: Callable[..., Path]
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    await phone.page.context.set_offline(True)

    await phone.write("In de kelder is geen bereik.", photo=photo(), alt="Een kelder")
    await phone.submit()
    await expect(phone.page.locator("#own [data-unsent]")).to_contain_text("In de kelder is geen bereik.")
    await expect(phone.page.locator("#own [data-unsent] .own-state")).to_have_text(said("phone", "state.unsent"))
    await expect(phone.page.locator("#notices")).to_contain_text(said("phone", "offline.safe"))
    assert "In de kelder is geen bereik." not in texts(place)

    await phone.page.context.set_offline(False)
    await arrived_once(place, "In de kelder is geen bereik.")
    await expect(phone.page.locator("#own [data-unsent]")).to_have_count(0)


async def test_post_written_offline_survives_a_closed_tab(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    context = phone.page.context
    await context.set_offline(True)
    await phone.write("Ik sluit mijn telefoon.")
    await phone.submit()
    await expect(phone.page.locator("#own [data-unsent]")).to_have_count(1)

    await phone.page.close()
    await context.set_offline(False)
    again = await context.new_page()
    await again.goto(url_of(place))

    await arrived_once(place, "Ik sluit mijn telefoon.")


async def test_post_whose_answer_got_lost_is_not_doubled(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    keys = []

    async def lose_first_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort("connectionreset")

    await phone.page.route("**/posts", lose_first_answer)
    await phone.write("Het antwoord kwam nooit aan.")
    await phone.submit()
    await phone.page.get_by_role("button", name=said("phone", "try-now")).click()

    await expect(phone.page.locator("#own [data-own]")).to_have_count(1)
    await arrived_once(place, "Het antwoord kwam nooit aan.")
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_double_tap_sends_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))

    await phone.write("Tik tik.")
    await phone.page.evaluate("document.querySelector('#send').click(), document.querySelector('#send').click()")

    await arrived_once(place, "Tik tik.")


async def test_phone_says_at_once_that_the_network_is_gone_and_that_it_is_back(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    banner = phone.page.locator("#notices .banner.warn")
    told = await phone.page.evaluate(
        "dispatchEvent(new Event('offline')), document.querySelector('#notices').textContent"
    )
    assert said("phone", "offline") in told
    place.hall.hub.channel(Audience.PHONE).beat()  # as it does each ten seconds
    await expect(banner, "the line lives, whatever the phone says of its network").to_have_count(0)

    await phone.page.context.set_offline(True)
    await expect(banner).to_contain_text(said("phone", "offline.write"))

    await phone.page.context.set_offline(False)
    await expect(banner).to_have_count(0)


# Refused for now


@pytest.mark.parametrize(
    ("status", "code", "retry", "words"),
    [
        pytest.param(507, "storage-full", None, said("phone", "why.storage-full"), id="507"),
        pytest.param(503, "busy", 60, said("phone", "why.busy", n=60), id="503"),
        pytest.param(429, "rate", 60, said("phone", "why.rate", n=60), id="429"),
    ],
)
async def test_refusal_keeps_the_text_and_says_why(
    place: Place, visits: Visits, status: int, code: str, retry: int | None, words: str
) -> None:
    visits.witness.own.add(place.url)
    # A service worker would send it past this route.
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    text = f"Geweigerd met {status}."
    problem = {"type": "about:blank", "title": "no", "status": status, "detail": "", "code": code, "retryAfter": retry}

    async def refuse(route: Route) -> None:
        await route.fulfill(status=status, content_type="application/problem+json", json=problem)

    await phone.page.route("**/posts", refuse)
    await phone.write(text)
    await phone.submit()
    card = phone.page.locator("#own [data-unsent]")
    await expect(card).to_contain_text(text)
    await expect(card).to_contain_text(words)
    assert text not in texts(place)

    await phone.page.unroute("**/posts")
    await card.get_by_role("button", name=said("phone", "try-now")).click()
    await arrived_once(place, text)


async def test_sixth_post_in_a_row_waits_on_the_phone_and_says_how_long(place: Place, visits: Visits) -> None:
    """The real limits: five of one device may wait for a moderator."""
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))

    for n in range(7):
        await phone.write(f"Nummer {n} van een drukke schrijver.")
        await phone.submit()

    card = phone.page.locator("#own [data-unsent]").filter(has_text="Nummer 5")
    await expect(card).to_contain_text(TOO_MANY)
    assert [text for text in texts(place) if "drukke schrijver" in text] == [
        f"Nummer {n} van een drukke schrijver." for n in range(5)
    ]


# Without what browsers usually have

STORAGE_THROWS = """
for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
}
"""


async def test_post_succeeds_where_every_storage_throws(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    context = await visits.context(**PHONE)
    await context.add_init_script(STORAGE_THROWS)
    page = await context.new_page()
    await page.goto(url_of(place))
    await page.wait_for_selector("#photo-pick:not([hidden])")
    phone = Phone(page)

    post = await phone.send("Ik bewaar niets.")
    await phone.says(post, "waiting")

    await context.set_offline(True)
    await phone.write("En nu ook geen netwerk.")
    await phone.submit()
    await expect(page.locator("#notices")).to_contain_text(said("phone", "storage.none"))
    await context.set_offline(False)
    await arrived_once(place, "En nu ook geen netwerk.")


async def test_post_succeeds_without_cookies(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    context = await visits.context(**PHONE)

    async def without_cookies(route: Route) -> None:
        headers = {k: v for k, v in route.request.headers.items() if k != "cookie"}
        answer = await route.fetch(headers=headers, max_redirects=0)
        await context.clear_cookies()
        await route.fulfill(
            response=answer, headers={k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
        )

    await context.route("**/*", without_cookies)
    page = await context.new_page()
    await page.goto(url_of(place))
    await page.fill("#text", "Mijn browser wil geen koekjes.")
    await page.click("#send")

    await arrived_once(place, "Mijn browser wil geen koekjes.")
    assert await context.cookies() == []


async def test_form_works_without_javascript(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(url_of(place), java_script_enabled=False, **PHONE)

    await page.fill("#text", "Zonder script, met é en 🌊.")
    await page.fill("#name", "Oma")
    await page.click("#send")

    await expect(page.locator("#notices")).to_contain_text(said("phone", "sent"))
    assert "sent=1" in page.url
    await arrived_once(place, "Zonder script, met é en 🌊.")


async def test_form_without_javascript_gives_a_refused_text_back(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(url_of(place), java_script_enabled=False, **PHONE)
    text = "te lang " * 100

    await page.fill("#text", text)
    await page.click("#send")

    assert (await page.input_value("#text")).strip() == text.strip()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    assert text.strip() not in texts(place)


# Language, room, keyboard


async def test_other_language_is_one_tap_away_and_keeps_what_was_written(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    await phone.page.fill("#text", "Half af")
    await expect(phone.page.locator("h1").first).to_have_text(said("phone", "write.label"))

    await phone.page.click(".top-lang")

    await expect(phone.page.locator("h1").first).to_have_text(said("phone", "write.label", "en"))
    assert await phone.page.get_attribute("html", "lang") == "en"
    await expect(phone.page.locator("#text")).to_have_value("Half af")
    await phone.page.goto(url_of(place))
    assert await phone.page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("width", [320, 360])
async def test_no_page_is_wider_than_a_small_phone(
    place: Place, visits: Visits, width: int, photo: Callable[..., Path]
) -> None:
    visits.witness.own.add(place.url)
    small: dict[str, Any] = {"viewport": {"width": width, "height": 640}}
    phone = await Phone.open(visits, url_of(place), **small)
    await place.show("Eenwoordvanmeerdanveertiglettersdatnietindebreedtepast en nog iets")
    first = await phone.send("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3)
    await phone.withdraw(first)
    await phone.send("Dit bericht wacht.")
    await phone.write("x" * 520, photo=photo(), alt="Een lange beschrijving " * 5)
    faults = {}

    for spacing in (False, True):
        for tab in ("write", "mine", "papers", "screen"):
            await phone.page.goto(f"{url_of(place)}#{tab}")
            faults[tab, spacing] = await phone.page.evaluate(TOO_WIDE, width)
        for path in (f"/{SLUG}/text", "/privacy", "/nergens-te-vinden", f"/{SLUG}/desk", "/new"):
            page = await phone.page.context.new_page()
            await page.goto(f"{place.url}{path}")
            if spacing:
                await page.evaluate(TEXT_SPACING)
            await page.wait_for_load_state("networkidle")
            faults[path, spacing] = await page.evaluate(TOO_WIDE, width)
            await page.close()
        await phone.page.evaluate(TEXT_SPACING)

    assert {where: found for where, found in faults.items() if found} == {}


async def test_button_stays_under_a_press_that_takes_the_focus(place: Place, visits: Visits) -> None:
    """The tabs are away while somebody types. If they came back at the press, the release would be on them."""
    visits.witness.own.add(place.url)
    page = (await Phone.open(visits, url_of(place), viewport={"width": 360, "height": 640})).page
    await page.fill("#text", "Wie lang drukt, verstuurt ook.")
    await page.wait_for_selector("body.typing")
    before = await page.locator("#send").bounding_box()
    assert before is not None

    await page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    await page.mouse.down()
    await expect(page.locator("#send")).to_be_focused()
    await stood_still(page, 100)
    after = await page.locator("#send").bounding_box()
    await page.mouse.up()

    assert after == before
    await page.wait_for_url("**#mine", wait_until="commit")
    await page.wait_for_selector("body:not(.typing)")


async def test_width_check_finds_a_page_that_is_too_wide(place: Place, visits: Visits) -> None:
    """The negative control of the check above."""
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place), viewport={"width": 320, "height": 640})

    await phone.page.evaluate("document.querySelector('#send').style.minWidth = '400px'")

    assert await phone.page.evaluate(TOO_WIDE, 320) != []


async def test_keyboard_alone_writes_sends_and_withdraws(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.phone(url_of(place))

    await tab_to(page, "#text")
    await page.keyboard.type("Alleen met toetsen.")
    await tab_to(page, "#name")
    await page.keyboard.type("Toets")
    await tab_to(page, "#send")
    await page.keyboard.press("Enter")
    await arrived_once(place, "Alleen met toetsen.")

    await tab_to(page, "#own .own-actions button")
    await page.keyboard.press("Enter")
    await expect(page.locator('#own li[data-state="withdrawn"]')).to_have_count(1)


async def tab_to(page: Page, selector: str, *, at_most: int = 25) -> None:
    """Press Tab until what is meant has the focus; its ring must be seen."""
    for _ in range(at_most):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            ring = await page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
            assert ring >= 2
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")
