"""
Strangers' strings in every field and on every page: no script, no request, no dialog, nothing outside its card.

In each run the same strings go by `innerHTML` to a page without our policy, and must fire there: a test that cannot
see a script run would prove nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from server.errors import BadInput
from server.symposium import views
from server.symposium.state import Post
from server.symposium.values import OPERATOR, BlobId, Decision, Emoji, Picture, Scene, Status
from server.web.symposia import SymposiumForm, checked, open_with_badges
from tests.browser.content import Filler
from tests.browser.strangers import MARKUP, OWN, every_string
from tests.browser.surfaces import Desk, Phone
from tests.browser.visits import PHONE, WAIT_MS, Visits, eventually
from tests.conftest import Scale
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AT_ONCE = 5
"""Of one phone that many may wait."""
WALL_AT_ONCE = 12
MORE_WALLS = 3
"""A long post is alone at the top, so that a wall for each of them takes minutes; `--full` has them all."""
REFUSALS = frozenset({"empty", "too-long"})
NAME_MAX = 40
"""Longer ones are refused, and would test nothing here."""

MISPLACED = """
(selector) => {
  const found = [];
  const all = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({visibilityProperty: true}));
  for (const card of all) {
    const name = card.dataset.post ?? card.dataset.id ?? card.dataset.own ?? card.id;
    if (card.scrollWidth > card.clientWidth + 1)
      found.push(`${name}: ${card.scrollWidth - card.clientWidth} px beyond its side`);
    if (getComputedStyle(card).overflowY === 'hidden' && card.scrollHeight > card.clientHeight + 1)
      found.push(`${name}: ${card.scrollHeight - card.clientHeight} px cut below`);
    const box = card.getBoundingClientRect();
    for (const part of card.querySelectorAll('*')) {
      if (part.closest('.visually-hidden, svg')) continue;
      const one = part.getBoundingClientRect();
      if (one.width && (one.left < box.left - 1 || one.right > box.right + 1))
        found.push(`${name}: ${part.localName}.${part.className} stands outside`);
    }
  }
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth > clientWidth) found.push('the page scrolls sideways');
  return found;
}
"""
"""Cards whose content is wider than they are, or cut off; 1 px for rounding."""

OVERLAPPING = """
() => {
  const seen = (one) => one.checkVisibility({visibilityProperty: true});
  const all = [...document.querySelectorAll('#cards .card'), document.querySelector('#join')].filter(seen);
  const boxes = all.map((one) => [one.dataset?.post ?? one.id, one.getBoundingClientRect()]);
  const found = [];
  for (const [n, [name, a]] of boxes.entries()) {
    if (a.left < -1 || a.top < -1 || a.right > innerWidth + 1 || a.bottom > innerHeight + 1)
      found.push(`${name} leaves the picture`);
    for (const [other, b] of boxes.slice(n + 1)) {
      const aside = a.left > b.right - 1 || b.left > a.right - 1;
      const below = a.top > b.bottom - 1 || b.top > a.bottom - 1;
      if (!aside && !below) found.push(`${name} covers ${other}`);
    }
  }
  return found;
}
"""

SEEN = """
() => [...document.querySelectorAll('#cards .card')]
  .filter((one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map((one) => one.dataset.post)
"""
"""Whose cards are in the picture; none that is there and cannot be seen."""


@dataclass
class Hall:
    """The pages that strangers' words are shown on."""

    place: Place
    filler: Filler
    wall: Page
    text: Page
    phone: Page
    desk: Page
    device: str
    left: list[Post] = field(default_factory=list)
    """Those that still have to be on the wall."""
    gone_by: int = 0
    """How many walls full there were."""
    misplaced: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    async def take(self, making: Callable[[], object]) -> Post | None:
        """A post, None where intake refuses the string: it is empty, or too long."""
        try:
            return await making()  # type: ignore[no-any-return, misc]
        except BadInput as ex:
            self.refused[ex.code] += 1
            return None

    async def look(self, page: Page, selector: str) -> None:
        name = page.url.rpartition("/")[2]
        self.misplaced += [f"{name}: {each}" for each in await page.evaluate(MISPLACED, selector)]

    async def while_held(self, posts: Sequence[Post]) -> None:
        """
        Look at the desk, every row in focus once, and at the phone.

        The desk draws the rows that are in sight, and those that say the same as one: so it is read as a moderator
        does, with the arrow key from row to row, until each post was there, itself or as one of its row.
        """
        state = self.place.hall.node.state
        rows = {views.group_of(state, post) for post in posts}
        first = self.desk.locator(f'.row-item[data-id="{posts[0].id}"] .row-open')
        await first.click()
        seen: set[str] = set()
        for _ in range(2 * len(posts) + len(state.held)):
            if rows <= seen:
                break
            found = await self.desk.evaluate(_THIS_ROW)
            seen.add(views.group_of(state, state.posts[found["id"]]))
            self.misplaced += [f"desk, {found['id']}: {each}" for each in found["misplaced"]]
            await self.desk.keyboard.press("ArrowDown")
        assert rows <= seen, f"{len(rows - seen)} rows were never on the desk"
        await self.look(self.phone, "#own > li")

    async def on_screens(self) -> None:
        """Let as many as fit of those that still have to be on the wall be on it, and look at every page meanwhile."""
        some = self.left[:WALL_AT_ONCE]
        node = self.place.hall.node
        await self.filler.decide(Decision.SHOW, *some)
        await expect(self.text.locator("#list li[data-post]")).to_have_count(len(some), timeout=WAIT_MS)
        await node.set_scene(OPERATOR, Scene.FOUNTAIN)
        await self.wall.wait_for_selector("#cards .card", state="attached")
        await self.wall.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100)))")
        shown = set(await self.wall.evaluate(SEEN))
        await self.look(self.wall, "#cards .card")
        self.misplaced += [f"wall: {each}" for each in await self.wall.evaluate(OVERLAPPING)]
        await self.look(self.text, "#list li[data-post]")
        await self.look(self.phone, "#own > li")
        await node.set_scene(OPERATOR, Scene.JOIN)
        await self.filler.decide(Decision.HIDE, *some)
        await self.wall.wait_for_selector("#cards .card", state="detached")
        self.gone_by += 1
        self.left = [*self.left[WALL_AT_ONCE:], *(post for post in some if post.id not in shown)]


_THIS_ROW = f"""
async () => {{
  await new Promise(requestAnimationFrame);
  const misplaced = {MISPLACED};
  const id = document.querySelector('.row-item.current')?.dataset.id ?? '';
  return {{id, misplaced: misplaced('.row-item, #post, #side')}};
}}
"""


async def open_hall(place: Place, visits: Visits) -> Hall:
    visits.witness.own.add(place.url)
    await place.hall.node.erase(OPERATOR, posts=list(place.hall.node.state.posts))
    wall, text, phone, desk = await asyncio.gather(
        visits.open(f"{place.url}/{SLUG}/wall", viewport={"width": 1920, "height": 1080}, reduced_motion="reduce"),
        visits.open(f"{place.url}/{SLUG}/text", viewport={"width": 800, "height": 900}),
        visits.phone(f"{place.url}/{SLUG}"),
        Desk.open(visits, place.url, place.tokens["moderator"], SLUG),
    )
    await phone.goto(f"{place.url}/{SLUG}#mine")
    return Hall(place, await Filler.of(place, SLUG), wall, text, phone, desk.page, await device_of(place, phone))


async def device_of(place: Place, phone: Page) -> str:
    """Which device the server takes this phone for."""
    cookies = await phone.context.cookies()
    values = [c["value"] for c in cookies if c["name"].endswith(f"fontein-device-{place.hall.node.epoch}")]
    device = place.house.site.keyring.device_of(values[0])
    assert device is not None
    return str(device)


def makings(hall: Hall, strings: Sequence[str], picture: Picture, at: int) -> list[Callable[[], object]]:
    """Posts that have these strings in all their fields; the first half comes from the phone."""
    filler = hall.filler
    broken = Picture(blob=BlobId("0" * 64), type="image/webp", width=400, height=300)
    made: list[Callable[[], object]] = []
    for n, string in enumerate(strings):
        other = strings[n - 1]
        fields = {"handle": string, "name": other}
        match (at + n) % 3:
            case 1:
                emoji = Emoji(shortcode=string, blob=picture.blob)
                fields = {"warning": string, "lang": other[:20], "emojis": (emoji,)}  # type: ignore[dict-item]
            case 2:
                fields = {"media": (_with_alt(broken, string),), "name": other}  # type: ignore[dict-item]
        made.append(lambda string=string: filler.phone(string, device=hall.device, name=string[:NAME_MAX]))  # type: ignore[misc]
        made.append(lambda string=string, fields=fields: filler.network(f"Over :{string}: dus", **fields))  # type: ignore[misc]
    return made


def _with_alt(picture: Picture, alt: str) -> Picture:
    return Picture(blob=picture.blob, type=picture.type, width=picture.width, height=picture.height, alt=alt)


async def test_no_string_runs_leaves_or_breaks_out_of_its_card(
    place: Place, visits: Visits, scale: Scale, rng: random.Random
) -> None:
    strings = every_string()
    rest = [string for string in strings if string not in OWN]
    chosen = scale(strings, [*OWN, *rng.sample(rest, 72 - len(OWN))])
    hall = await open_hall(place, visits)
    picture = await hall.filler.picture()
    await place.hall.node.set_scene(OPERATOR, Scene.JOIN)
    shown: list[Post] = []

    for at in range(0, len(chosen), AT_ONCE):
        batch = chosen[at : at + AT_ONCE]
        made = [await hall.take(making) for making in makings(hall, batch, picture, at)]
        posts = [post for post in made if post is not None]
        held = [post for post in posts if post.status is Status.HELD]  # a rule may refuse one
        if held:
            await hall.while_held(held)
        await hall.filler.decide(Decision.REJECT, *held)
        shown += posts
        hall.left += posts
        await hall.on_screens()
    most = scale(len(shown) + hall.gone_by, hall.gone_by + MORE_WALLS)
    while hall.left and hall.gone_by < most:
        await hall.on_screens()

    await place.hall.node.set_scene(OPERATOR, Scene.FOUNTAIN)
    print(
        f"\n{len(chosen)} strings, {dict(hall.refused)} refused at intake, {len(shown)} posts on 4 pages, "
        f"{len(shown) - len(hall.left)} of them on {hall.gone_by} walls full, "
        f"{visits.witness.requests} requests, {len(hall.misplaced)} out of place"
    )
    assert len(shown) + hall.refused.total() == 2 * len(chosen)
    assert hall.refused.keys() <= REFUSALS
    assert scale(hall.left, []) == []
    assert hall.misplaced == []
    assert visits.witness.faults == []


async def test_form_of_the_phone_takes_markup_as_text(place: Place, visits: Visits, photo: Callable[..., Path]) -> None:
    """The real road, once: typed, sent, read at the desk, shown."""
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, f"{place.url}/{SLUG}")
    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    wall = await visits.open(f"{place.url}/{SLUG}/wall")
    text = " ".join(MARKUP[:6])

    post = await phone.send(text, photo=photo(), alt=MARKUP[1], name=MARKUP[2])
    await desk.focus(post)
    await expect(desk.page.locator("#post .post-text")).to_have_text(text)
    await desk.press("a")

    await expect(wall.locator(f'[data-post="{post}"] .post-text')).to_have_text(text)
    assert await wall.get_attribute(f'[data-post="{post}"] .photos img', "alt") == MARKUP[1]
    assert await wall.locator(f'[data-post="{post}"] script').count() == 0


async def test_title_of_a_symposium_is_text_on_every_page(place: Place, visits: Visits) -> None:
    """The templates' side: the title also stands in the JSON that the pages' scripts read."""
    visits.witness.own.add(place.url)
    title = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
    form = SymposiumForm(title=title, slug="vreemd", short="VR", hashtags=("proefdag",))
    made = await open_with_badges(place.house.site, checked(form, place.house.site))
    page = await visits.open("about:blank", **PHONE)

    for path in ("", "/wall", "/text", "/desk", "/stage", "/organise"):
        await page.goto("about:blank")
        await page.goto(f"{place.url}/vreemd{path}#k={made['badges']['organiser']}")
        await page.wait_for_load_state("networkidle")
        assert "{{7*7}}" in await page.evaluate("document.body.innerText + document.title")
        assert await page.locator("img[onerror]").count() == 0


async def test_same_strings_fire_on_a_page_that_trusts_them(visits: Visits) -> None:
    """The negative control: the witness sees the scripts and requests that the tests above did not have."""
    visits.faults_allowed = True
    visits.witness.own.add("http://naief.test")
    page = await (await visits.context()).new_page()

    async def naive(route: Route) -> None:
        await route.fulfill(content_type="text/html", body="<!doctype html><title>naief</title><main></main>")

    await page.route("http://naief.test/", naive)
    await page.goto("http://naief.test/")
    await page.evaluate(
        """(strings) => strings.forEach((string) => {
          const place = document.createElement('div');
          document.querySelector('main').append(place);
          place.innerHTML = string;
        })""",
        [string for string in MARKUP if "refresh" not in string],
    )

    async def seen() -> bool:
        return bool(visits.witness.dialogs) and any("kwaad.example" in url for url in visits.witness.foreign)

    await eventually(seen, what="a dialog and a request to a stranger's host")


async def test_same_strings_are_stopped_by_the_policy_alone(place: Place, visits: Visits) -> None:
    """The second line: even a page of ours that would use `innerHTML` is kept from it, and the witness sees that."""
    visits.faults_allowed = True
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/text")

    refused = await page.evaluate(
        """(strings) => strings.filter((string) => {
          try { document.querySelector('main').innerHTML = string; return false; } catch { return true; }
        }).length""",
        list(MARKUP),
    )

    assert refused == len(MARKUP)
    assert visits.witness.dialogs == []
    assert visits.witness.csp != []


async def test_post_that_the_wall_does_not_show_is_missed(place: Place, visits: Visits) -> None:
    """The negative control of the counting: in the document is not in the picture."""
    hall = await open_hall(place, visits)
    await place.hall.node.set_scene(OPERATOR, Scene.JOIN)
    hall.left = [await hall.filler.phone(text) for text in ("Dit ziet iedereen", "Dit ziet niemand", "En dit ook weer")]
    _, hidden, _ = hall.left
    await hall.wall.evaluate(
        """(id) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`[data-post="${id}"] { visibility: hidden; }`);
          document.adoptedStyleSheets.push(sheet);
        }""",
        hidden.id,
    )

    await hall.on_screens()

    assert hall.left == [hidden]
    await place.hall.node.set_scene(OPERATOR, Scene.FOUNTAIN)


async def test_overflow_check_finds_a_card_that_is_too_small(place: Place, visits: Visits) -> None:
    """The negative control of the measuring."""
    hall = await open_hall(place, visits)
    post = await hall.filler.phone("Dit past gewoon niet in een kaart van deze breedte")
    await hall.filler.decide(Decision.SHOW, post)
    card = hall.wall.locator(f'#cards [data-post="{post.id}"]')
    await card.wait_for()
    assert await hall.wall.evaluate(MISPLACED, "#cards .card") == []

    await card.evaluate(
        """(card) => {
          card.style.height = '60px';
          card.querySelector('.post-text').style.whiteSpace = 'nowrap';
          card.querySelector('.post-text').style.width = '3000px';
          const twin = card.cloneNode(true);
          card.after(twin);
        }"""
    )

    found = await hall.wall.evaluate(MISPLACED, "#cards .card")
    assert any("beyond its side" in each for each in found)
    assert any("cut below" in each for each in found)
    assert any("stands outside" in each for each in found)
    assert any("covers" in each for each in await hall.wall.evaluate(OVERLAPPING))
