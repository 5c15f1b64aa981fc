"""A scripted human at the desk, with keys only, while posts arrive: how fast, and whether a wrong post was ever hit."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from server.symposium.state import Post
from server.symposium.values import OPERATOR, Policy, Status
from tests.browser.content import Filler
from tests.browser.surfaces import Desk
from tests.browser.visits import Visits, eventually
from tests.conftest import Scale
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOST_WAITING = 5
"""So many posts of one phone may wait."""
READING_MS = 40
"""Between what the eye took in and the key: in this time a list that jumps puts another post under the finger."""
ARRIVES_EVERY_S = 0.08
KEYS = {"toon": ("a", Status.SHOWN), "weiger": ("r", Status.REJECTED), "ster": ("s", Status.SHOWN)}

_IN_FOCUS = """
() => ({
  id: document.querySelector('.row-item.current')?.dataset.id ?? '',
  text: document.querySelector('#post .post-text')?.textContent ?? '',
})
"""
_NEXT = "text => { const now = document.querySelector('#post .post-text'); return !now || now.textContent !== text; }"

_JUMPS = (
    (
        "wanted ?? state.current ?? first(",
        "wanted ?? [...map.values()].sort((a, b) => b.received - a.received)[0]?.id ?? first(",
    ),
)


@dataclass
class Arrivals:
    """Posts that each say what is to be done with them."""

    filler: Filler
    rng: random.Random
    numbers: Iterator[int]

    async def one(self, *, device: str = "") -> Post:
        """A post; by somebody new it is fair to read it before the second one of others."""
        wanted = self.rng.choice(tuple(KEYS))
        words = " ".join(f"{self.rng.getrandbits(64):016x}" for _ in range(4))
        return await self.filler.phone(f"{wanted} nummer {next(self.numbers)} {words}", device=device)

    async def begin(self, n: int) -> None:
        """The queue at the start: a few people with many posts each."""
        for at in range(n):
            await self.one(device=f"veelschrijver-{at // MOST_WAITING}")

    @contextlib.asynccontextmanager
    async def go_on(self) -> AsyncIterator[None]:
        """New people go on posting."""

        async def arrive() -> None:
            while True:
                await self.one()
                await asyncio.sleep(ARRIVES_EVERY_S)

        task = asyncio.create_task(arrive())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def begin(place: Place, visits: Visits, rng: random.Random, *, waiting: int) -> Arrivals:
    """An empty symposium with *waiting* posts in the queue."""
    visits.witness.own.add(place.url)
    node = place.hall.node
    await node.erase(OPERATOR, posts=list(node.state.posts))
    await node.set_policy(OPERATOR, Policy.EVERYTHING_WAITS)
    arrivals = Arrivals(await Filler.of(place, SLUG), rng, itertools.count())
    await arrivals.begin(waiting)
    return arrivals


async def make_it_jump(context: BrowserContext) -> list[str]:
    """Serve a desk that always reads the newest post, as a list does that puts it on top. Returns what was served."""

    served: list[str] = []

    async def changed(route: Route) -> None:
        answer = await route.fetch()
        source = await answer.text()
        for good, bad in _JUMPS:
            assert good in source
            source = source.replace(good, bad)
        served.append(route.request.url)
        await route.fulfill(response=answer, body=source)

    await context.route(re.compile(r"/desk/actions\.js"), changed)
    return served


async def decide_with_keys(desk: Page, decisions: int) -> list[tuple[str, str]]:
    """Read, press, and so on. Returns for each decision what was read and what it asked for."""
    done = []
    for _ in range(decisions):
        seen = await desk.evaluate(_IN_FOCUS)
        await desk.wait_for_timeout(READING_MS)
        wanted = seen["text"].split(" ")[0]
        await desk.keyboard.press(KEYS[wanted][0])
        await desk.wait_for_function(_NEXT, arg=seen["text"])
        done.append((seen["id"], wanted))
    return done


def wrong(place: Place, done: list[tuple[str, str]]) -> list[str]:
    """What was read and pressed, and is not so."""
    posts = {str(post.id): post for post in place.hall.node.state.posts.values()}
    return [post for post, wanted in done if posts[post].status is not KEYS[wanted][1]]


async def test_human_with_keys_never_hits_a_wrong_post_while_posts_arrive(
    place: Place, visits: Visits, scale: Scale, rng: random.Random
) -> None:
    decisions = scale(500, 60)
    arrivals = await begin(place, visits, rng, waiting=decisions // 2)
    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    await desk.page.wait_for_selector("#post .post-text")

    async with arrivals.go_on():
        began = time.perf_counter()
        done = await decide_with_keys(desk.page, decisions)
        took_s = time.perf_counter() - began

    print(f"\ndesk: {decisions} decisions, {decisions / took_s * 60:.0f} a minute")
    assert len({post for post, _ in done}) == decisions
    await eventually(lambda: _none_wrong(place, done), what="every decision is of the post that was read")
    starred = {str(post.id) for post in place.hall.node.state.posts.values() if post.starred}
    assert starred == {post for post, wanted in done if wanted == "ster"}
    decided = [p for p in place.hall.node.state.posts.values() if p.status in (Status.SHOWN, Status.REJECTED)]
    assert len(decided) == decisions


async def _none_wrong(place: Place, done: list[tuple[str, str]]) -> bool:
    return wrong(place, done) == []


async def test_desk_whose_list_jumps_is_caught(place: Place, visits: Visits, rng: random.Random) -> None:
    """The negative control: the same human at a desk that goes to whatever is first now."""
    arrivals = await begin(place, visits, rng, waiting=30)
    context = await visits.context()
    served = await make_it_jump(context)
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/desk#k={place.tokens['moderator']}")
    await Desk(page).ready()
    await page.wait_for_selector("#post .post-text")
    assert served

    async with arrivals.go_on():
        done = await decide_with_keys(page, 25)
    await place.settled()

    assert wrong(place, done) != []


_UNDER = """
([x, y]) => {
  const row = document.elementFromPoint(x, y)?.closest('.row-item');
  return row && [row.dataset.id, Math.round(row.getBoundingClientRect().top)];
}
"""


async def test_rows_stay_under_a_resting_pointer_while_posts_arrive_and_leave(
    place: Place, visits: Visits, rng: random.Random
) -> None:
    arrivals = await begin(place, visits, rng, waiting=30)
    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    at = [200, 420]
    await desk.page.mouse.move(*at)
    await desk.page.evaluate("document.querySelector('#queue-scroll').scrollTop = 40")
    await desk.page.wait_for_timeout(200)
    before = await desk.page.evaluate(_UNDER, at)
    above = await desk.page.evaluate(_UNDER, [200, 180])

    await place.holder("moderator").decide(above[0], "reject", reason="off-topic")
    for _ in range(12):
        await arrivals.one()
    await desk.page.wait_for_selector(f'.row-item[data-id="{above[0]}"].gone')

    assert await desk.page.evaluate(_UNDER, at) == before


_TO_THE_END = "() => { const all = document.querySelector('#queue-scroll'); all.scrollTop = all.scrollHeight; }"


async def test_queue_of_thousands_draws_only_what_is_seen_and_reaches_its_end(
    place: Place, visits: Visits, scale: Scale, rng: random.Random
) -> None:
    waiting = scale(10_000, 700)
    await begin(place, visits, rng, waiting=waiting)
    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    page = desk.page
    newest = [str(post) for post in place.hall.node.state.held][-1]

    async def at_the_end() -> bool:
        await page.evaluate(_TO_THE_END)
        return await page.locator(f'.row-item[data-id="{newest}"]').count() == 1

    await eventually(at_the_end, what="the newest post is in the list", within_s=120)
    assert await page.locator(".row-item").count() < 60
    assert await page.locator(f'.row-item[data-id="{newest}"]').get_attribute("aria-setsize") == str(waiting)

    await desk.focus(newest)
    await desk.press("r")
    await desk.gone_from_list(newest)
    await expect(page.locator("#tabs .tab").first).to_have_text(re.compile(rf" {waiting - 1}$"))
    assert list(place.hall.node.state.rejected) == [newest]
