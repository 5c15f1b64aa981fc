"""
What phone and wall are without a network: the pages that the service worker keeps; and what a first visit costs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.browser.surfaces import Phone
from tests.browser.visits import PHONE, Visits, eventually, said
from tests.browser.wire import open_wire
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAX_FIRST_LOAD = 60_000
"""Bytes on the wire, headers and the service worker included."""

KEPT = """
async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request)).text();
      found.push({ path: new URL(request.url).pathname, body });
    }
  }
  return found;
}
"""
"""All that the service worker keeps."""


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path) as opened:
        yield opened


async def kept(page: Page) -> None:
    """Wait until the service worker has this page, and steers it."""

    async def ready() -> bool:
        return bool(
            await page.evaluate(
                "navigator.serviceWorker.controller !== null && caches.match(location.pathname).then(Boolean)"
            )
        )

    await eventually(ready, what="the page in the service worker's cache")


# Without a network


async def test_phone_opens_without_a_network_and_sends_what_was_written_there(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    await phone.send("Nog met netwerk.")
    await kept(phone.page)
    await phone.page.context.set_offline(True)

    await phone.page.reload()
    await expect(phone.page.locator("#own [data-own]")).to_contain_text("Nog met netwerk.")
    await phone.write("Al zonder netwerk.")
    await phone.submit()
    await expect(phone.page.locator("#own [data-unsent]")).to_contain_text("Al zonder netwerk.")

    await phone.page.context.set_offline(False)
    await expect(phone.page.locator("#own [data-unsent]")).to_have_count(0, timeout=30_000)
    assert len(place.hall.node.state.posts) == 2


async def test_phone_without_a_network_says_what_will_happen(place: Place, visits: Visits) -> None:
    """Chromium has Background Sync; a browser without it may not promise what only that can keep."""
    visits.witness.own.add(place.url)
    words = {}
    for name, script in (("sync", ""), ("none", "delete window.ServiceWorkerRegistration?.prototype.sync;")):
        context = await visits.context(**PHONE)
        await context.add_init_script(script)
        page = await context.new_page()
        await page.goto(f"{place.url}/{SLUG}")
        await page.wait_for_selector("#photo-pick:not([hidden])")
        await kept(page)
        await context.set_offline(True)
        await Phone(page).write("Straks.")
        await Phone(page).submit()
        await expect(page.locator("#notices")).to_contain_text(said("phone", "offline.safe"))
        words[name] = await page.locator("#notices").inner_text()

    assert said("phone", "offline.by-itself") in words["sync"]
    assert said("phone", "offline.reopen") in words["none"]


async def test_wall_shows_its_safe_slide_and_nobodys_post_over_a_reload_without_network(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    post = await place.show("Dit stond op het scherm.")
    wall = await visits.open(f"{place.url}/{SLUG}/wall")
    await wall.wait_for_selector(f'[data-post="{post.id}"]')
    await kept(wall)
    await wall.context.set_offline(True)

    await wall.reload()

    await expect(wall.locator("html")).to_have_attribute("data-shows", "join")
    assert await wall.locator(f'[data-post="{post.id}"]').count() == 0
    assert "Dit stond op het scherm." not in await wall.content()


async def test_nobodys_post_is_kept(place: Place, visits: Visits, photo: Callable[..., Path]) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    post = await phone.send("Van een vreemde, met foto.", photo=photo(), alt="Iets vreemds")
    await place.holder("moderator").decide(post, "show")
    await phone.page.goto(f"{place.url}/{SLUG}#screen")
    await phone.page.wait_for_selector(f'[data-post="{post}"] img')
    await kept(phone.page)
    for path in ("/wall", "/text", "/text?plain=1", "?own=1"):
        page = await phone.page.context.new_page()
        await page.goto(f"{place.url}/{SLUG}{path}")
        await page.wait_for_selector(f'[data-post="{post}"]' if path != "?own=1" else "#own", state="attached")
        await page.reload()
        if "?" not in path:
            await kept(page)

    found = await phone.page.evaluate(KEPT)

    assert f"/{SLUG}" in [each["path"] for each in found]
    assert f"/{SLUG}/wall" in [each["path"] for each in found]
    for each in found:
        assert "Van een vreemde" not in each["body"], each["path"]
        assert "/media/" not in each["path"]
        assert not each["path"].startswith("/v1/")


# After an upgrade


def upgrade(place: Place) -> str:
    """Another version of the files, as a new start of a newer Fontein has it. Returns their address."""
    assets = place.house.site.assets
    assets.prefix = f"/assets/{'f' * 16}/"
    assets.__dict__.pop("worker", None)
    return assets.prefix


async def test_upgrade_reaches_a_phone_with_its_next_load(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    await kept(phone.page)
    new = upgrade(place)

    await phone.page.reload()

    scripts = await phone.page.eval_on_selector_all("script[src]", "all => all.map((one) => one.getAttribute('src'))")
    assert scripts == [f"{new}packs/phone.js"]
    await eventually(lambda: versions_are(phone.page, [new]), what="only the new version kept")
    await kept(phone.page)
    assert await phone.page.evaluate("(url) => caches.match(url).then(Boolean)", f"{new}packs/phone.js")


async def test_old_page_is_offered_once_at_most_after_an_upgrade(place: Place, visits: Visits) -> None:
    """A network so slow that the kept page comes first: the answer, when it comes, ends that."""
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    await kept(phone.page)
    old = place.house.site.assets.prefix
    new = upgrade(place)
    await phone.page.context.set_offline(True)
    await phone.page.reload()
    assert old in await phone.page.content()

    await phone.page.context.set_offline(False)
    await phone.page.reload()

    assert new in await phone.page.content()
    assert old not in await phone.page.content()


async def versions_are(page: Page, wanted: list[str]) -> bool:
    names = await page.evaluate("caches.keys()")
    return bool(names == [f"fontein {each}" for each in wanted])


# What a first visit costs


async def test_first_visit_is_small_and_takes_two_answers_one_after_the_other(place: Place, visits: Visits) -> None:
    async with open_wire(place.url, whole=True) as wire:
        visits.witness.own.add(wire.url)
        context = await visits.context(**PHONE)
        page = await context.new_page()
        asked = await chain(page)
        await page.goto(f"{wire.url}/{SLUG}")
        await page.wait_for_selector("#photo-pick:not([hidden])")
        needed = dict(asked)
        await kept(page)

        print(f"first visit: {wire.down} bytes down, {wire.up} up, {wire.connections} connections, {len(needed)} files")
        assert wire.down <= MAX_FIRST_LOAD
        # The page, and what stands in it: nothing is found out later, by a script that must come first.
        assert {url: depth for url, depth in needed.items() if depth > 2} == {}
        assert len(needed) <= 6


async def chain(page: Page) -> dict[str, int]:
    """Every file that *page* asks for, with how many answers it takes before it can be asked for, its own included."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    depths: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        by = event["initiator"].get("url", "")
        depths.setdefault(url, depths.get(by, 0) + 1)

    devtools.on("Network.requestWillBeSent", note)
    return depths


async def test_control_a_file_that_is_found_late_is_seen(place: Place, visits: Visits) -> None:
    """The negative control: the same page with its modules one by one."""
    visits.witness.own.add(place.url)
    context = await visits.context(**PHONE)

    async def unpacked(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace("packs/phone.js", "phone/phone.js"))

    await context.route(f"**/{SLUG}", unpacked)
    page = await context.new_page()
    asked = await chain(page)
    await page.goto(f"{place.url}/{SLUG}")
    await page.wait_for_selector("#photo-pick:not([hidden])")

    assert max(asked.values()) > 2
    assert len(asked) > 20


async def test_page_can_be_installed_and_nobody_is_asked_to(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    devtools = await phone.page.context.new_cdp_session(phone.page)

    manifest = await devtools.send("Page.getAppManifest")

    assert manifest["errors"] == []
    assert manifest["url"] == f"{place.url}/{SLUG}/manifest.webmanifest?lang=nl"
    asked = "const e = new Event('beforeinstallprompt', {cancelable: true}); dispatchEvent(e); e.defaultPrevented"
    assert await phone.page.evaluate(asked) is True
