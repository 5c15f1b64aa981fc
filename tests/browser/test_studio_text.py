"""
The texts of the report: two authors who write at once, a server that goes and comes back, a window that closes too
early, and a version that is frozen. Nobody's words are lost.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.content import Filler
from tests.browser.programme_day import set_programme
from tests.browser.test_axe import AXE, TAGS
from tests.browser.visits import PHONE, Visits, eventually, free_port, said
from tests.house import SLUG, Place, RealServer
from tests.shelf import filled

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BASE = "Eerste alinea.\n\nTweede alinea.\n\nDerde alinea."
FREEZE_MS = 90_000
"""PDF and ODT are made by programs of their own."""
IDLE_MS = 5_000
"""A text that nobody goes on with is saved after this."""
BACK_MS = 30_000
"""After the server is back: the longest pause between two tries is 15 s."""

_AXE = """
async (only) => {
  const {violations} = await axe.run(document, {runOnly: only, resultTypes: ['violations']});
  const words = (id) => ({target, failureSummary}) => `${id}: ${target}: ${failureSummary}`;
  return violations.flatMap(({id, nodes}) => nodes.map(words(id)));
}
"""
_FULL = """
() => {
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (...words) {
    if (this === localStorage) throw new Error('full');
    return set.apply(this, words);
  };
}
"""
_DUMB = "() => { window.fetch = () => Promise.reject(new TypeError()); }"
"""The request of the last moment leaves even a page whose other requests are held up."""
_SELECT = """
(area, words) => {
  const at = area.value.indexOf(words);
  area.focus();
  area.setSelectionRange(at, at + words.length);
}
"""


@dataclass
class Author:
    """Somebody at the report, at one of its texts."""

    page: Page

    @classmethod
    async def open(cls, visits: Visits, place: Place, part: str, *, token: str = "", **options: Any) -> Author:
        visits.witness.own.add(place.url)
        return await cls.in_context(await visits.context(**options), place, part, token=token)

    @classmethod
    async def in_context(cls, context: BrowserContext, place: Place, part: str, *, token: str = "") -> Author:
        page = await context.new_page()
        await page.goto(f"{place.url}/{SLUG}/report#k={token or place.tokens['author']}")
        return await cls(page).at(part)

    async def at(self, part: str) -> Author:
        """Go to a text: `text:opening`, `section:burger`."""
        await self.page.wait_for_selector(f'[data-part="{part}"]', state="attached")
        # Where there is room for one column the list is another page: what is pressed is tested elsewhere.
        await self.page.eval_on_selector(f'[data-part="{part}"]', "button => button.click()")
        await self.page.wait_for_selector(f'[data-part="{part}"][aria-current="true"]', state="attached")
        narrow = self.page.locator("#nav .nav-button").nth(2)
        if await narrow.is_visible():
            await narrow.click()
        await expect(self.area).to_be_visible()
        return self

    @property
    def area(self) -> Locator:
        return self.page.locator("#text-area")

    @property
    def reading(self) -> Locator:
        return self.page.locator(".text-page")

    @property
    def status(self) -> Locator:
        return self.page.locator(".text-status")

    @property
    def together(self) -> Locator:
        return self.page.locator("#text-together")

    async def write(self, text: str) -> None:
        await self.area.fill(text)

    async def save(self) -> None:
        await self.area.press("Control+s")
        await expect(self.status).to_have_attribute("data-state", "saved")

    async def select(self, words: str) -> None:
        """Put the selection on *words*."""
        await self.area.evaluate(_SELECT, words)

    async def freeze(self) -> Locator:
        """The dialog, with its list."""
        await self.page.click("#freeze")
        dialog = self.page.locator("dialog.freeze")
        await expect(dialog.locator(".freeze-checks")).to_be_visible()
        return dialog

    async def looks_well(self) -> None:
        """No violation of WCAG 2.2 AA that axe can see, and nothing beside the edge."""
        await self.page.evaluate(AXE)
        assert await self.page.evaluate(_AXE, list(TAGS)) == []
        assert await self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class Kept(TypedDict):
    text: str | None
    beside: list[str]


async def kept(place: Place, where: str) -> Kept:
    """What the server has of a text: `text` and `beside`, as words."""
    draft = (await place.holder("author").get("report/draft")).json
    block = draft["texts"].get(where, {"text": None, "beside": []})
    return {"text": block["text"] and block["text"]["text"], "beside": [each["text"] for each in block["beside"]]}


async def begin(place: Place, where: str, text: str = BASE) -> None:
    """Put *text* in its place, whatever is there, also what a window of the test before still sends when it closes."""
    author = place.holder("author")

    async def put() -> bool:
        block = (await author.get("report/draft")).json["texts"].get(where, {"text": None, "beside": []})
        base = block["text"]["seq"] if block["text"] else 0
        settles = [each["seq"] for each in block["beside"]]
        answer = await author.ask("PUT", f"report/texts/{where}", {"text": text, "base": base, "settles": settles})
        return await kept(place, where) == {"text": text, "beside": []} and not answer.json["beside"]

    await eventually(put)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def day(place: Place) -> Place:
    """A symposium with a programme and posts, and two authors."""
    await (await Filler.of(place, SLUG)).fill()
    await filled(place)
    await set_programme(place.hall.node)
    for who in ("Anna", "Bert"):
        _, place.tokens[who] = await place.badge("author", who)
    return place


# Writing


async def test_text_is_saved_by_itself_after_a_pause(day: Place, visits: Visits) -> None:
    visits.witness.own.add(day.url)
    context = await visits.context()
    await context.clock.install()
    author = await Author.in_context(context, day, "text:summary")
    await context.clock.pause_at(await author.page.evaluate("Date.now() / 1_000 + 1"))  # in seconds
    await author.write("Wat er morgen anders moet.")
    await context.clock.run_for(IDLE_MS - 1_000)
    await expect(author.status).to_have_text(said("report", "text.unsaved"))
    assert await kept(day, "summary") == {"text": None, "beside": []}

    await context.clock.run_for(1_000)
    await expect(author.status).to_have_attribute("data-state", "saved")

    assert await kept(day, "summary") == {"text": "Wat er morgen anders moet.", "beside": []}
    assert (
        await author.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('fontein-report '))") == []
    )


async def test_leaving_the_field_saves_and_another_text_comes(day: Place, visits: Visits) -> None:
    await begin(day, "closing", "Dank aan de zaal.")
    author = await Author.open(visits, day, "text:recommendations")
    await author.write("1. Antwoord per punt.")
    await author.at("text:closing")
    await expect(author.area).to_have_value("Dank aan de zaal.")
    await expect(author.page.locator("#text-title")).to_have_text(said("report", "text.title.closing"))

    async def saved() -> bool:
        return (await kept(day, "recommendations"))["text"] == "1. Antwoord per punt."

    await eventually(saved)


async def test_preview_shows_what_will_be_printed(day: Place, visits: Visits) -> None:
    post = await day.show("Niet het nee brak het vertrouwen, maar de stilte erna.")
    author = await Author.open(visits, day, "text:opening")

    said_there = "## Begin\n\nDrie **dingen**: [hier](https://voorbeeld.nl/).\n\n- een\n- twee"
    await author.write(f"{said_there}\n\n> {{{{post {post.id}}}}}\n\n> {{{{post aaaaaaaaaaaaaaaa}}}}")

    await expect(author.reading.locator("h3")).to_have_text("Begin")
    await expect(author.reading.locator("strong")).to_have_text("dingen")
    await expect(author.reading.locator("li")).to_have_text(["een", "twee"])
    await expect(author.reading.locator("figure blockquote")).to_have_text(
        post_text := "Niet het nee brak het vertrouwen, maar de stilte erna."
    )
    await expect(author.reading.locator("figcaption")).to_contain_text(said("report", "text.preview.somebody"))
    await expect(author.reading.locator(".text-gone")).to_have_text(said("report", "text.preview.gone"))
    assert post_text not in await author.area.input_value()


async def test_preview_loses_a_post_that_its_author_takes_back(day: Place, visits: Visits) -> None:
    phone = day.visitor()
    await phone.get(f"/{SLUG}")
    post = (await phone.post("Dit neem ik terug.")).json["id"]
    await day.holder("moderator").decide(post, "show")
    author = await Author.open(visits, day, "text:opening")
    await author.write(f"> {{{{post {post}}}}}")
    await expect(author.reading).to_contain_text("Dit neem ik terug.")
    await author.save()

    await phone.ask("DELETE", f"posts/{post}")
    # Whoever has the page open sees it with the next change of the draft.
    await begin(day, "closing", "Tot volgend jaar.")

    await expect(author.reading).not_to_contain_text("Dit neem ik terug.")
    await expect(author.reading.locator(".text-gone")).to_be_visible()


async def test_markup_of_strangers_stays_text(day: Place, visits: Visits) -> None:
    post = await day.show("<img src=x onerror=alert(1)> <script>alert(2)</script>")
    author = await Author.open(visits, day, "text:opening")
    markup = "<b onclick=alert(3)>Vet</b> [a](javascript:alert(4)) ![b](https://elders.test/p.png)"
    await author.write(f"{markup}\n\n> {{{{post {post.id}}}}}")
    await expect(author.reading.locator("figure blockquote")).to_have_text(
        "<img src=x onerror=alert(1)> <script>alert(2)</script>"
    )
    assert await author.reading.locator("img, script, b, a").count() == 0


async def test_buttons_and_keys_write_markdown_and_the_browser_undoes_them(day: Place, visits: Visits) -> None:
    author = await Author.open(visits, day, "text:opening")
    await author.write("een twee drie")
    await author.select("twee")
    await author.page.keyboard.press("Control+b")
    await expect(author.area).to_have_value("een **twee** drie")
    await author.page.get_by_role("button", name=said("report", "text.tool.stress"), exact=True).click()
    await expect(author.area).to_have_value("een ***twee*** drie")
    await expect(author.area).to_be_focused()
    await author.page.keyboard.press("Control+z")
    await author.page.keyboard.press("Control+z")
    await expect(author.area).to_have_value("een twee drie")

    await author.write("")
    await author.area.press_sequentially("- een\ntwee\n\ndrie")
    await expect(author.area).to_have_value("- een\n- twee\ndrie")


async def test_toolbar_is_one_stop_for_tab(day: Place, visits: Visits) -> None:
    author = await Author.open(visits, day, "text:opening")
    first = author.page.locator(".text-tool").first
    await first.focus()
    await author.page.keyboard.press("ArrowRight")
    await expect(author.page.locator('[data-tool="strong"]')).to_be_focused()
    await author.page.keyboard.press("End")
    await author.page.keyboard.press("Tab")
    assert await author.page.evaluate("document.activeElement.closest('.text-tools')") is None
    await author.page.keyboard.press("Shift+Tab")
    await expect(author.page.locator('[data-tool="link"]')).to_be_focused()


async def test_post_is_put_in_by_reference_with_the_keyboard(day: Place, visits: Visits) -> None:
    post = await day.show("Een zin die in de tekst hoort: zeldzaamwoord.")
    author = await Author.open(visits, day, "text:opening")
    await author.write("Voor.")
    await author.page.locator("#text-insert").focus()
    await author.page.keyboard.press("Enter")
    await expect(author.page.locator("#text-post-search")).to_be_focused()
    await author.page.keyboard.type("ZELDZAAM")
    await expect(author.page.locator(".text-post")).to_have_count(1)
    await author.page.keyboard.press("Tab")
    await author.page.keyboard.press("Enter")
    await expect(author.area).to_have_value(f"Voor.\n\n> {{{{post {post.id}}}}}\n\n")
    await expect(author.area).to_be_focused()


async def test_paper_is_noted_with_its_page(day: Place, visits: Visits) -> None:
    paper = next(each for each in (await day.visitor().get("papers")).json["papers"] if each["open"])
    author = await Author.open(visits, day, "text:opening")
    await author.write("Het waren er 58.")
    await author.page.click("#text-paper")
    await author.page.fill("#text-paper-place", "p. 14")
    await author.looks_well()
    await author.page.locator(".text-post", has_text=paper["title"]).click()
    await expect(author.area).to_have_value(f"Het waren er 58.[^p:{paper['code'] or paper['id']} p. 14]")
    await expect(author.reading.locator(".text-notes li")).to_have_text(f"{paper['title']}, p. 14")


async def test_words_are_counted_and_a_hint_says_what_belongs_here(day: Place, visits: Visits) -> None:
    await begin(day, "recommendations", "")
    author = await Author.open(visits, day, "text:recommendations")
    hint = author.page.locator(".text-hint")
    await expect(hint).to_have_attribute("open", "")
    await expect(hint).to_contain_text(said("report", "text.hint.recommendations").split("\n")[0])
    await author.area.press_sequentially("Maak *één* ambtenaar eigenaar.")
    await expect(author.page.locator(".text-count")).to_have_text(said("report", "text.words", n=4))
    await expect(hint).not_to_have_attribute("open", "")
    await author.save()
    assert (await kept(day, "recommendations"))["text"] == "Maak *één* ambtenaar eigenaar."


# Two authors


async def test_two_authors_in_two_paragraphs_have_both(day: Place, visits: Visits) -> None:
    await begin(day, "session:burger")
    anna = await Author.open(visits, day, "section:burger", token=day.tokens["Anna"])
    bert = await Author.open(visits, day, "section:burger", token=day.tokens["Bert"])
    await expect(anna.page.locator(".text-writers")).to_contain_text("Bert")

    await bert.write(BASE.replace("Derde", "Derde, van Bert,"))
    await bert.area.evaluate("area => area.setSelectionRange(area.value.length - 1, area.value.length - 1)")
    await anna.write(BASE.replace("Eerste", "Eerste, van Anna,"))
    await anna.save()
    await expect(bert.area).to_have_value(re.compile("Eerste, van Anna,.*Derde, van Bert,", re.S))
    assert await bert.area.evaluate("area => area.value.slice(area.selectionStart)") == "."
    await expect(bert.page.locator(".text-theirs")).to_have_text("Eerste, van Anna, alinea.")
    await bert.save()

    both = "Eerste, van Anna, alinea.\n\nTweede alinea.\n\nDerde, van Bert, alinea."
    await expect(anna.area).to_have_value(both)
    assert await kept(day, "session:burger") == {"text": both, "beside": []}


async def test_two_authors_in_one_paragraph_bring_it_together(day: Place, visits: Visits) -> None:
    await begin(day, "session:data")
    anna = await Author.open(visits, day, "section:data", token=day.tokens["Anna"])
    bert = await Author.open(visits, day, "section:data", token=day.tokens["Bert"])
    await bert.write(BASE.replace("Tweede", "Tweede van Bert:"))
    await anna.write(BASE.replace("Tweede", "Tweede van Anna:"))
    await anna.save()
    await bert.area.press("Control+s")

    await expect(bert.page.get_by_role("group", name=said("report", "text.conflict", name="Anna"))).to_be_visible()
    await expect(anna.together).to_be_visible()
    assert await kept(day, "session:data") == {
        "text": BASE.replace("Tweede", "Tweede van Anna:"),
        "beside": [BASE.replace("Tweede", "Tweede van Bert:")],
    }
    await bert.area.press("End")
    await bert.area.press_sequentially(" En nog iets.")
    await expect(bert.status).to_have_text(said("report", "text.aside"))
    await bert.looks_well()

    await bert.together.focus()
    await bert.page.keyboard.press("Enter")
    dialog = bert.page.locator("dialog[open]")
    await expect(dialog.locator(".together-words").first).to_have_text("Tweede van Anna: alinea.")
    await bert.looks_well()
    await dialog.get_by_role("button", name=said("report", "text.together.save")).click()

    await expect(bert.together).to_have_count(0)
    await expect(anna.together).to_have_count(0)
    await expect(bert.status).to_have_attribute("data-state", "saved")
    stored = await kept(day, "session:data")
    assert stored["beside"] == []
    assert stored["text"] is not None
    for words in ("Tweede van Anna: alinea.", "Tweede van Bert: alinea.", "En nog iets."):
        assert words in stored["text"]
    await expect(anna.area).to_have_value(stored["text"])


async def test_one_side_can_be_chosen(day: Place, visits: Visits) -> None:
    await begin(day, "session:werk", "Van Anna.")
    answer = await day.holder("author").ask("PUT", "report/texts/session:werk", {"text": "Van de ander.", "base": 0})
    assert answer.json["beside"]
    anna = await Author.open(visits, day, "section:werk", token=day.tokens["Anna"])
    await anna.together.click()
    await anna.page.locator(".together-side.mine input").check()
    await anna.page.keyboard.press("Enter")
    await expect(anna.together).to_have_count(0)

    async def settled() -> bool:
        return await kept(day, "session:werk") == {"text": "Van de ander.", "beside": []}

    await eventually(settled)


async def test_who_only_reads_sees_what_a_colleague_writes_and_where(day: Place, visits: Visits) -> None:
    await begin(day, "session:burger")
    bert = await Author.open(visits, day, "section:burger", token=day.tokens["Bert"])
    anna = await Author.open(visits, day, "section:burger", token=day.tokens["Anna"])
    await anna.write(BASE.replace("Tweede", "Tweede, net nog,"))
    await anna.save()
    await expect(bert.area).to_have_value(BASE.replace("Tweede", "Tweede, net nog,"))
    mark = bert.page.locator(".text-theirs")
    await expect(mark).to_have_attribute("data-by", said("report", "text.writes-here", name="Anna"))
    await bert.looks_well()


async def test_key_of_the_page_takes_a_text_back_and_the_one_of_the_field_does_not(day: Place, visits: Visits) -> None:
    await begin(day, "session:burger")
    author = await Author.open(visits, day, "section:burger", token=day.tokens["Anna"])
    await author.area.press("End")
    await author.area.press_sequentially(" Uur u.")
    await author.save()
    await author.page.locator("#text-title").focus()
    await author.page.keyboard.press("u")
    await expect(author.area).to_have_value(BASE)
    await expect(author.status).to_have_attribute("data-state", "saved")
    assert await kept(day, "session:burger") == {"text": BASE, "beside": []}


# Nothing is lost


async def test_words_wait_for_a_network_that_is_gone(day: Place, visits: Visits) -> None:
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.page.context.set_offline(True)
    await author.write("Zonder netwerk geschreven.")
    await author.area.press("Control+s")
    await expect(author.status).to_have_text(said("report", "text.waiting"))
    await expect(author.page.get_by_role("status").filter(has_text=said("report", "text.waiting"))).to_have_count(1)
    await author.looks_well()
    assert (await kept(day, "closing"))["text"] == BASE

    await author.page.context.set_offline(False)

    await expect(author.status).to_have_attribute("data-state", "saved", timeout=BACK_MS)
    assert await kept(day, "closing") == {"text": "Zonder netwerk geschreven.", "beside": []}


async def test_computer_that_keeps_nothing_says_so_and_asks_before_it_closes(day: Place, visits: Visits) -> None:
    """The control of what follows: without what is kept on the computer the words are gone."""
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.page.evaluate(_FULL)
    await author.page.evaluate(_DUMB)
    await author.write("Nergens bewaard.")
    await author.area.press("Control+s")
    await expect(author.status).to_have_text(said("report", "text.waiting-unkept"))

    async with author.page.expect_event("dialog") as asked:
        await author.page.close(run_before_unload=True)
    assert (await asked.value).type == "beforeunload"
    again = await Author.in_context(author.page.context, day, "text:closing")
    await again.page.wait_for_timeout(600)
    await expect(again.area).to_have_value(BASE)


@pytest.mark.parametrize("how", ["reload", "crash"])
async def test_words_come_back_after_a_reload_or_a_crash(day: Place, visits: Visits, how: str) -> None:
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.page.context.route("**/report/texts/**", refuse)
    await author.write(f"{BASE}\n\nNog niet bewaard, {how}.")
    await author.page.evaluate(_DUMB)
    if how == "reload":
        await author.page.reload()
        await author.at("text:closing")
    else:
        await author.page.close()
        author = await Author.in_context(author.page.context, day, "text:closing")

    await expect(author.area).to_have_value(f"{BASE}\n\nNog niet bewaard, {how}.")
    await expect(author.page.locator(".text-banner")).to_have_text(said("report", "text.restored"))
    await author.page.context.unroute("**/report/texts/**")
    await expect(author.status).to_have_attribute("data-state", "saved", timeout=BACK_MS)
    assert await kept(day, "closing") == {"text": f"{BASE}\n\nNog niet bewaard, {how}.", "beside": []}


async def test_words_of_a_closed_window_meet_what_a_colleague_wrote_since(day: Place, visits: Visits) -> None:
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.page.context.route("**/report/texts/**", refuse)
    await author.write(BASE.replace("Derde", "Derde, vóór de pauze,"))
    await author.page.evaluate(_DUMB)
    await author.page.close()
    await begin(day, "closing", BASE.replace("Eerste", "Eerste, in de pauze,"))

    await author.page.context.unroute("**/report/texts/**")
    again = await Author.in_context(author.page.context, day, "text:closing")

    both = "Eerste, in de pauze, alinea.\n\nTweede alinea.\n\nDerde, vóór de pauze, alinea."
    await expect(again.area).to_have_value(both)
    await expect(again.status).to_have_attribute("data-state", "saved", timeout=BACK_MS)
    assert await kept(day, "closing") == {"text": both, "beside": []}


async def test_window_that_closes_sends_what_is_left(day: Place, visits: Visits) -> None:
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.write("Net voor het sluiten.")
    await author.page.goto("about:blank")

    async def arrived() -> bool:
        return (await kept(day, "closing"))["text"] == "Net voor het sluiten."

    await eventually(arrived)


async def test_two_windows_of_one_author_do_not_take_each_others_words(day: Place, visits: Visits) -> None:
    await begin(day, "closing")
    first = await Author.open(visits, day, "text:closing")
    await first.page.context.route("**/report/texts/**", refuse)
    await first.write("In het eerste venster.")
    second = await Author.in_context(first.page.context, day, "text:closing")
    await second.page.wait_for_timeout(600)  # longer than the first window may take to say that it is there
    await expect(second.area).to_have_value(BASE)


async def test_text_that_is_too_long_says_so_and_stays(day: Place, visits: Visits) -> None:
    await begin(day, "closing")
    author = await Author.open(visits, day, "text:closing")
    await author.write("x " * 10_001)
    await author.area.press("Control+s")
    await expect(author.status).to_have_text(said("report", "text.refused.too-long"))
    await expect(author.page.locator(".text-count")).to_contain_text(said("report", "text.room", n=0))
    await expect(author.reading).to_have_text(said("report", "text.preview.refused"))
    await author.page.reload()
    await author.at("text:closing")
    await expect(author.area).to_have_value("x " * 10_001)
    await author.write("Kort.")
    await author.save()
    assert (await kept(day, "closing"))["text"] == "Kort."


async def refuse(route: Route) -> None:
    """A server that does not answer."""
    await route.abort("connectionrefused")


# A real server


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path) -> AsyncIterator[tuple[RealServer, str]]:
    """A server that can be killed, and its address."""
    port = free_port()
    server = RealServer(tmp_path / "data", "--port", str(port))
    try:
        await asyncio.to_thread(server.start)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.end()


async def test_killed_server_comes_back_and_has_every_word(served: tuple[RealServer, str], visits: Visits) -> None:
    server, url = served
    visits.witness.own.add(url)
    headers = {"Authorization": f"Bearer {server.operator_token}", "Origin": url}
    form = {"slug": SLUG, "title": "Proefdag", "hashtags": ["proef"], "date": "2026-11-12", "short": "PD"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(f"{url}/v1/symposia", json=form) as made:
            assert made.status == 201, await made.text()
            token = (await made.json())["badges"]["organiser"]
        page = await visits.open(f"{url}/{SLUG}/report#k={token}")
        author = await Author(page).at("text:opening")
        await author.write("Voor de val.")
        await author.save()

        server.end()
        await author.write("Voor de val. Erna ook.")
        await author.area.press("Control+s")
        await expect(author.status).to_have_text(said("report", "text.waiting"))
        await asyncio.to_thread(server.start)

        await expect(author.status).to_have_attribute("data-state", "saved", timeout=BACK_MS)
        bearer = {"Authorization": f"Bearer {token}"}
        async with session.get(f"{url}/v1/symposia/{SLUG}/report/draft", headers=bearer) as draft:
            block = (await draft.json())["texts"]["opening"]
    assert (block["text"]["text"], block["beside"]) == ("Voor de val. Erna ook.", [])


# Freezing


async def calm(place: Place) -> None:
    """Nothing stands in the way of a version."""
    await begin(place, "closing", "In orde.")
    for where in (await place.holder("author").get("report/draft")).json["texts"]:
        await begin(place, where, "In orde.")


async def test_author_freezes_a_version_and_its_hash_is_that_of_the_file(day: Place, visits: Visits) -> None:
    await calm(day)
    before = len(day.hall.node.state.draft.versions)
    author = await Author.open(visits, day, "text:opening", accept_downloads=True)
    dialog = await author.freeze()
    await expect(dialog.locator("h2")).to_have_text(said("report", "freeze.title", n=before + 1))
    make = dialog.locator(".primary")
    await expect(make).to_have_text(said("report", "freeze.make", n=3))
    for chip in ("pdf", "odt"):
        await dialog.get_by_text(chip, exact=True).click()
    await expect(make).to_have_text(said("report", "freeze.make", n=1))
    await author.looks_well()

    await make.click()
    await expect(dialog.locator("h2")).to_have_text(said("report", "freeze.done", n=before + 1), timeout=FREEZE_MS)
    shown = (await dialog.locator(".version-hash code").inner_text()).replace(" ", "")
    async with author.page.expect_download() as download:
        await dialog.locator(".version-files a").click()
    file = await (await download.value).path()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == shown
    await author.looks_well()
    await dialog.locator(".primary").click()

    await author.page.click("#files-button")
    newest = author.page.locator(".version-list > li").first
    await expect(newest.locator("h4")).to_have_text(said("report", "version.title", n=before + 1))
    await expect(newest).to_contain_text("Badge author")


async def test_two_texts_in_one_place_stop_a_version_and_lead_there(day: Place, visits: Visits) -> None:
    await calm(day)
    await day.holder("author").ask("PUT", "report/texts/closing", {"text": "Anders.", "base": 0})
    author = await Author.open(visits, day, "text:opening")
    dialog = await author.freeze()
    stop = dialog.locator(".freeze-check.stops")
    await expect(stop).to_contain_text(said("report", "freeze.check.beside", n=1))
    await expect(dialog.locator(".primary")).to_have_attribute("aria-disabled", "true")
    await dialog.locator(".primary").click(force=True)
    await expect(stop).to_be_visible()
    await author.looks_well()

    await stop.get_by_role("button").click()
    await expect(author.page.locator("#text-title")).to_have_text(said("report", "text.title.closing"))
    await begin(day, "closing", "In orde.")


async def test_photo_without_a_description_stops_a_version_and_leads_to_the_post(day: Place, visits: Visits) -> None:
    await calm(day)
    filler = await Filler.of(day, SLUG)
    post = await filler.phone("Kijk eens.", media=(await filler.picture(alt=""),))
    await day.holder("moderator").decide(post.id, "show")
    author = await Author.open(visits, day, "text:opening")
    dialog = await author.freeze()
    stop = dialog.locator(".freeze-check.stops")
    await expect(stop).to_contain_text(said("report", "freeze.check.no-alt", n=1))
    await stop.get_by_role("button").click()
    await expect(author.page.locator("#list [aria-current], #list .current").first).to_contain_text("Kijk eens.")
    answer = await day.holder("author").ask("POST", "report/quotes", {"posts": [post.id], "choice": "out"})
    assert answer.status == 200


async def test_words_that_are_not_saved_stop_a_version(day: Place, visits: Visits) -> None:
    await calm(day)
    author = await Author.open(visits, day, "text:closing")
    await author.page.context.route("**/report/texts/**", refuse)
    await author.write("Nog niet daar.")
    dialog = await author.freeze()
    await expect(dialog.locator(".freeze-check.stops")).to_contain_text(said("report", "freeze.check.unsaved", n=1))


async def test_version_of_a_draft_that_changed_is_looked_at_again(day: Place, visits: Visits) -> None:
    await calm(day)
    before = len(day.hall.node.state.draft.versions)
    author = await Author.open(visits, day, "text:opening")
    dialog = await author.freeze()
    await begin(day, "closing", "Veranderd onder je handen.")
    await dialog.locator(".primary").click()
    await expect(dialog.get_by_role("alert")).to_have_text(said("report", "freeze.since.decided-since"))
    assert len(day.hall.node.state.draft.versions) == before
    await dialog.get_by_role("button", name=said("report", "freeze.again")).click()
    await expect(dialog.locator(".freeze-checks")).to_be_visible()
    await expect(dialog.locator(".primary")).not_to_have_attribute("aria-disabled", "true")
    await author.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(author.page.locator("#freeze")).to_be_focused()


async def test_version_that_lost_its_files_stays_listed_with_date_and_hash(day: Place, visits: Visits) -> None:
    await calm(day)
    post = await day.show("Wie dit schreef wordt gewist.")
    await begin(day, "closing", f"> {{{{post {post.id}}}}}")
    author = day.holder("author")
    facts = (await author.get("report/checks")).json
    number = len(day.hall.node.state.draft.versions) + 1
    made = await author.ask("POST", "report/versions", {"number": number, "seq": facts["seq"], "formats": ["html"]})
    assert made.status == 201, made
    erased = await day.holder("organiser").ask("POST", "erasures", {"posts": [post.id]})
    assert erased.status < 300, erased

    page = (await Author.open(visits, day, "text:opening")).page
    await page.click("#files-button")
    gone = page.locator(
        ".version-list > li",
        has=page.get_by_role("heading", name=said("report", "version.title", n=number), exact=True),
    )
    await expect(gone.locator(".version-gone")).to_be_visible()
    sha256 = made.json["sha256"]
    await expect(gone.locator("code")).to_have_text(" ".join(sha256[n : n + 4] for n in range(0, 64, 4)))
    await expect(gone.locator("a")).to_have_count(0)


# How it looks


@pytest.mark.parametrize(
    ("width", "height", "lang", "scheme"),
    [
        (1280, 800, "nl", "light"),
        (1024, 768, "en", "dark"),
        (640, 400, "nl", "light"),
        (360, 740, "en", "dark"),
        (320, 640, "nl", "light"),
    ],
)
async def test_texts_are_for_everybody(
    day: Place, visits: Visits, width: int, height: int, scheme: Any, lang: str
) -> None:
    post = await day.show("Spreek het antwoord af vóór de loting.")
    shape = "## Kop\n\n**Vet** en *schuin*[^p:k7 p. 14]\n\n| a | b |\n|---|--:|\n| c | 1 |\n\n```\nx\n```"
    text = f"{shape}\n\n> {{{{post {post.id}}}}}"
    await begin(day, "session:opening", text)
    options: dict[str, Any] = {
        "color_scheme": scheme,
        "locale": f"{lang}-NL",
        "viewport": {"width": width, "height": height},
    }
    author = await Author.open(visits, day, "section:opening", **({**PHONE, **options} if width < 400 else options))
    if width >= 1200:
        await expect(author.reading.locator("figure")).to_be_visible()
        await expect(author.page.locator(".text-view.both")).to_be_visible()
    else:
        await expect(author.page.locator(".text-view.both")).to_be_hidden()
        await author.looks_well()
        await author.page.get_by_text(said("report", "text.view.read", lang), exact=True).click()
        await expect(author.reading.locator("figure")).to_be_visible()
        await expect(author.area).to_be_hidden()
    await author.looks_well()
    assert json.dumps(text) in json.dumps((await day.holder("author").get("report/draft")).json)
