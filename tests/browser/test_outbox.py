"""
What a phone wrote comes once: wherever the line breaks, whenever the tab dies, however often it is tried, in however
many tabs, and with no room to keep it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from server.symposium.views import post_body
from tests.browser.surfaces import Phone
from tests.browser.visits import PHONE, Visits, eventually, said
from tests.browser.wire import Fate, Wire, open_wire
from tests.conftest import Scale
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

API = f"/v1/symposia/{SLUG}"
CUTS = [fate for fate in Fate if fate is not Fate.PASS]


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A house of its own for each test: who came twice is counted."""
    async with open_place(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def wire(place: Place, visits: Visits) -> AsyncIterator[Wire]:
    """The line between phones and house, which tests cut."""
    async with open_wire(place.url) as opened:
        visits.witness.own.add(opened.url)
        yield opened


def texts(place: Place) -> list[str]:
    """What the server has."""
    state = place.hall.node.state
    return [body.text for post in state.posts.values() if (body := post_body(state, post)) is not None]


def is_sending(method: str, path: str) -> bool:
    return method == "POST" and path in (f"{API}/posts", f"{API}/media")


def cut(path: str, fate: Fate, times: int = 1) -> Callable[[str, str], Fate]:
    """Cut the first *times* requests to *path* of the API."""
    left = [times]

    def decide(method: str, asked: str) -> Fate:
        if method == "POST" and asked == f"{API}/{path}" and left[0] > 0:
            left[0] -= 1
            return fate
        return Fate.PASS

    return decide


def cut_all(method: str, path: str) -> Fate:
    return Fate.CUT_BEFORE if is_sending(method, path) else Fate.PASS


async def open_phone(visits: Visits, wire: Wire, **options: Any) -> Phone:
    return await Phone.open(visits, f"{wire.url}/{SLUG}", **options)


async def hurry(page: Page) -> None:
    """Let it try now, as when a network comes up."""
    await page.evaluate("void dispatchEvent(new Event('online'))")


async def came(place: Place, page: Page | None, text: str) -> int:
    """Wait until the phone has nothing left to send, or the server has the post. Returns how often that has it."""

    async def done() -> bool:
        if page is not None:
            await hurry(page)
            return await page.locator("#own [data-unsent]").count() == 0
        return text in texts(place)

    await eventually(done, within_s=60, what=f"{text!r} gone from the phone")
    await asyncio.sleep(0.3)  # A second one would follow at once.
    return texts(place).count(text)


# The line breaks


@pytest.mark.parametrize("fate", CUTS)
@pytest.mark.parametrize("path", ["media", "posts"])
async def test_post_comes_once_where_the_line_broke(
    place: Place, visits: Visits, wire: Wire, photo: Callable[..., Path], path: str, fate: Fate
) -> None:
    phone = await open_phone(visits, wire)
    wire.decide = cut(path, fate, times=2)

    await phone.write("Over een slechte lijn.", photo=photo(), alt="Een lijn")
    await phone.submit()

    assert await came(place, phone.page, "Over een slechte lijn.") == 1
    assert wire.asked[f"POST {API}/{path}"] >= 3


async def test_post_comes_once_after_very_many_lost_answers(
    place: Place, visits: Visits, wire: Wire, scale: Scale
) -> None:
    tries = scale(1_000, 60)
    phone = await open_phone(visits, wire)
    wire.decide = cut("posts", Fate.CUT_AFTER, times=tries)

    await phone.write("Telkens opnieuw.")
    await phone.submit()

    async def tried() -> bool:
        await hurry(phone.page)
        return wire.asked[f"POST {API}/posts"] > tries

    await eventually(tried, within_s=tries, what="all tries")
    assert await came(place, phone.page, "Telkens opnieuw.") == 1


FRESH_KEYS = """
const real = window.fetch;
window.fetch = (url, options) => {
  if (options?.headers?.['Idempotency-Key']) options.headers['Idempotency-Key'] = crypto.randomUUID();
  return real(url, options);
};
"""


async def test_control_a_fresh_key_for_each_try_doubles(place: Place, visits: Visits, wire: Wire) -> None:
    """The negative control of all tests here: it is the key, made when the post was written, that keeps it one."""
    context = await visits.context(**PHONE)
    await context.add_init_script(FRESH_KEYS)
    phone = await at_form(context, wire)
    wire.decide = cut("posts", Fate.CUT_AFTER)

    await phone.write("Met steeds een nieuwe sleutel.")
    await phone.submit()

    assert await came(place, phone.page, "Met steeds een nieuwe sleutel.") == 2


# The tab dies


@pytest.mark.parametrize("fate", Fate)
@pytest.mark.parametrize("path", ["media", "posts"])
async def test_post_comes_once_when_the_tab_dies_meanwhile(
    place: Place, visits: Visits, wire: Wire, photo: Callable[..., Path], path: str, fate: Fate
) -> None:
    phone = await open_phone(visits, wire)
    context = phone.page.context
    reached = asyncio.Event()

    def decide(method: str, asked: str) -> Fate:
        if method == "POST" and asked == f"{API}/{path}" and not reached.is_set():
            reached.set()
            return fate
        return Fate.PASS

    wire.decide = decide
    await phone.write("Mijn telefoon viel uit.", photo=photo(), alt="Een telefoon")
    await phone.page.evaluate("void setTimeout(() => document.querySelector('#send').click())")
    await asyncio.wait_for(reached.wait(), timeout=30)
    await phone.page.close()

    again = await at_form(context, wire)
    assert await came(place, again.page, "Mijn telefoon viel uit.") == 1
    assert len(place.hall.node.state.posts) == 1


async def test_post_comes_once_when_the_tab_dies_before_the_form_is_emptied(
    place: Place, visits: Visits, wire: Wire
) -> None:
    """It is kept, and the form still shows it at the next visit: who then presses again does not double it."""
    phone = await open_phone(visits, wire)
    context = phone.page.context
    # What writes an empty text into the form never gets to it, as when the tab is gone by then.
    await phone.page.evaluate(
        """() => {
          const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
          Object.defineProperty(document.querySelector('#text'), 'value', {
            get() { return value.get.call(this); },
            set(text) { return text === '' ? new Promise(() => {}) && undefined : value.set.call(this, text); },
          });
          Storage.prototype.setItem = new Proxy(Storage.prototype.setItem, {
            apply(set, self, [key, text]) { if (text !== '') Reflect.apply(set, self, [key, text]); },
          });
        }"""
    )
    await phone.write("Nog eens gedrukt.")
    await phone.submit()
    assert await came(place, phone.page, "Nog eens gedrukt.") == 1
    await phone.page.close()

    again = await at_form(context, wire)
    await expect(again.page.locator("#text")).to_have_value("Nog eens gedrukt.")
    await again.page.click("#send")

    assert await came(place, again.page, "Nog eens gedrukt.") == 1
    assert wire.asked[f"POST {API}/posts"] == 2


async def test_text_written_anew_over_a_draft_is_another_post(place: Place, visits: Visits, wire: Wire) -> None:
    phone = await open_phone(visits, wire)
    await phone.page.fill("#text", "Een begin")
    await phone.page.reload()
    await expect(phone.page.locator("#text")).to_have_value("Een begin")

    await phone.send("Een begin, en een einde.")
    await phone.send("Een begin, en een einde!")

    assert sorted(texts(place)) == ["Een begin, en een einde!", "Een begin, en een einde."]


# Many tabs, and none


async def test_two_tabs_send_it_once_and_both_know(place: Place, visits: Visits, wire: Wire) -> None:
    phone = await open_phone(visits, wire)
    other = await at_form(phone.page.context, wire)
    wire.decide = cut_all
    await phone.write("Twee tabbladen.")
    await phone.submit()
    await expect(other.page.locator("#own [data-unsent]")).to_have_count(1)
    asked = wire.asked[f"POST {API}/posts"]

    wire.decide = lambda _method, _path: Fate.PASS
    await asyncio.gather(*(hurry(each.page) for each in (phone, other) for _ in range(5)))

    assert await came(place, phone.page, "Twee tabbladen.") == 1
    await expect(other.page.locator("#own [data-unsent]")).to_have_count(0)
    assert wire.asked[f"POST {API}/posts"] == asked + 1


async def test_two_tabs_without_locks_still_send_it_once(place: Place, visits: Visits, wire: Wire) -> None:
    """Over plain http a browser has no locks: then the key alone keeps it one."""
    context = await visits.context(**PHONE)
    await context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });")
    phone, other = await at_form(context, wire), await at_form(context, wire)
    wire.decide = cut_all
    await phone.write("Zonder sloten.")
    await phone.submit()
    await expect(other.page.locator("#own [data-unsent]")).to_have_count(1)

    wire.decide = cut("posts", Fate.CUT_AFTER, times=3)
    await asyncio.gather(*(hurry(each.page) for each in (phone, other) for _ in range(5)))

    assert await came(place, phone.page, "Zonder sloten.") == 1


async def test_service_worker_sends_what_a_closed_tab_left(place: Place, visits: Visits, wire: Wire) -> None:
    phone = await open_phone(visits, wire)
    context = phone.page.context
    await kept_by_worker(phone.page)
    wire.decide = cut_all
    await phone.write("Verstuurd zonder pagina.")
    await phone.submit()
    await expect(phone.page.locator("#own [data-unsent]")).to_have_count(1)
    blank = await context.new_page()
    await phone.page.close()

    wire.decide = lambda _method, _path: Fate.PASS
    await sync_now(blank, wire)

    assert await came(place, None, "Verstuurd zonder pagina.") == 1
    again = await at_form(context, wire)
    await expect(again.page.locator("#own [data-own]")).to_have_count(1)
    await expect(again.page.locator("#own [data-unsent]")).to_have_count(0)


async def sync_now(page: Page, wire: Wire) -> None:
    """Let the browser find that the network is there: what Background Sync waits for."""
    devtools = await page.context.new_cdp_session(page)
    registrations: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        registrations.update({each["scopeURL"]: each["registrationId"] for each in event["registrations"]})

    devtools.on("ServiceWorker.workerRegistrationUpdated", note)
    await devtools.send("ServiceWorker.enable")

    async def known() -> bool:
        return f"{wire.url}/" in registrations

    await eventually(known, what="the service worker")
    facts = {"origin": wire.url, "registrationId": registrations[f"{wire.url}/"]}
    await devtools.send(
        "ServiceWorker.dispatchSyncEvent", {**facts, "tag": f"fontein-outbox {SLUG}", "lastChance": False}
    )


async def kept_by_worker(page: Page) -> None:
    """Wait until the service worker has this page."""

    async def kept() -> bool:
        return bool(await page.evaluate("caches.match(location.pathname).then(Boolean)"))

    await eventually(kept, what="the page in the service worker's cache")


# No room


STORAGE_FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError'); };
"""


async def test_phone_without_room_says_so_and_sends_once(
    place: Place, visits: Visits, wire: Wire, photo: Callable[..., Path]
) -> None:
    context = await visits.context(**PHONE)
    await context.add_init_script(STORAGE_FULL)
    phone = await at_form(context, wire)
    wire.decide = cut_all

    await phone.write("Vol.", photo=photo(), alt="Een volle telefoon")
    await phone.submit()
    await expect(phone.page.locator("#notices")).to_contain_text(said("phone", "storage.full"))
    await expect(phone.page.locator("#own [data-unsent]")).to_contain_text("Vol.")

    wire.decide = cut("posts", Fate.CUT_AFTER)
    assert await came(place, phone.page, "Vol.") == 1


async def at_form(context: BrowserContext, wire: Wire) -> Phone:
    """A new tab of a phone, ready to write on."""
    page = await context.new_page()
    await page.goto(f"{wire.url}/{SLUG}")
    await page.wait_for_selector("#photo-pick:not([hidden])")
    return Phone(page)
