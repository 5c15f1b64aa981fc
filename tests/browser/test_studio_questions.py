"""The studio's questions and polls: read, put in and out, and answered; by keys, buttons and screen readers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from server.report.compile import compile_report
from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, DeviceId, PollId, PollKind, PostId, SessionId, Stand
from tests.browser.test_axe import TAGS, axe
from tests.browser.test_studio import SIZES, TALK, Studio, day, post, studio
from tests.browser.visits import Visits, eventually, said
from tests.house import Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

__all__ = ["day"]


class Hall:
    """Two questions, the first answered on stage, and a poll that 8 people voted in."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.ask = place.hall.node.ask
        self.first = self.second = PostId("")
        self.poll = PollId("")

    async def fill(self) -> Hall:
        self.first = await post(self.place, "Wie belt er terug als het fout zit?", name="Ravi Sewnath", session=TALK)
        self.second = await post(self.place, "Waar blijft de zin over bezwaar?", name="Irma Kwakernaat", session=TALK)
        for each, n in ((self.first, 6), (self.second, 3)):
            await self.ask.set_question(OPERATOR, each, on=True)
            for number in range(n):
                await self.ask.want(DeviceId(f"phone-{number}"), each, on=True)
        await self.ask.stand(OPERATOR, self.first, Stand.ON_STAGE)
        await self.ask.stand(OPERATOR, self.first, Stand.ANSWERED, name="Imani Oduya", words="Wie eronder staat.")
        body = PollBody(title={"nl": "Maak je je eigen brief open?"}, options=({"nl": "Ja"}, {"nl": "Nee"}))
        await self.ask.draft(OPERATOR, body, PollForm(kind=PollKind.SINGLE, options=2, session=SessionId(TALK)))
        (self.poll,) = self.place.hall.node.state.polls
        assert isinstance(await self.ask.open(OPERATOR, self.poll), Done)
        opening = self.place.hall.node.state.polls[self.poll].opened
        for number in range(8):
            await self.ask.vote(DeviceId(f"phone-{number}"), self.poll, [int(number > 5)], opening=opening)
        await self.ask.close(OPERATOR, self.poll)
        return self

    def texts(self) -> dict[str, str]:
        """What stands in the report of its questions and polls."""
        report = compile_report(self.place.hall.node.state)
        asked = [each for section in report.sections for each in section.asked]
        texts = {str(each.quote.post): "" if each.answer is None else each.answer.text for each in asked}
        return texts | {str(each.poll): each.text for section in report.sections for each in section.polls}


@pytest_asyncio.fixture(loop_scope="session")
async def hall(day: Place) -> AsyncIterator[Hall]:
    yield await Hall(day).fill()


async def at_questions(hall: Hall, visits: Visits) -> Studio:
    author = await studio(hall.place, visits)
    await author.tab("questions")
    await expect(author.row(hall.poll)).to_be_visible()
    return author


async def test_questions_and_polls_are_one_list_the_most_wanted_first(hall: Hall, visits: Visits) -> None:
    author = await at_questions(hall, visits)

    assert await author.ids() == [hall.first, hall.second, hall.poll]
    await expect(author.row(hall.first)).to_contain_text(said("report", "studio.question.votes", n=7))
    await expect(author.row(hall.first)).to_contain_text("Imani Oduya: Wie eronder staat.")
    await expect(author.row(hall.second)).to_contain_text(said("report", "studio.question.open"))
    await author.row(hall.poll).locator(".row-open").click()
    await expect(author.row(hall.poll).locator(".poll-result li")).to_have_text(["Ja 75% (6)", "Nee 25% (2)"])
    await author.tab("open")
    await expect(author.row(hall.first)).to_have_count(0)


async def test_question_and_poll_go_out_and_come_back(hall: Hall, visits: Visits) -> None:
    author = await at_questions(hall, visits)

    await author.press("x")
    await author.says("studio.did.out")
    assert set(hall.texts()) == {hall.second, hall.poll}
    await author.row(hall.poll).get_by_role("checkbox").uncheck()
    await eventually(lambda: _has(hall, {hall.second}), what="the poll is out")
    await author.press("u", "u")
    await eventually(lambda: _has(hall, {hall.first, hall.second, hall.poll}), what="both are back")


async def _has(hall: Hall, posts: set[str]) -> bool:
    return set(hall.texts()) == posts


async def test_answer_is_written_by_one_key_and_saves_itself(hall: Hall, visits: Visits) -> None:
    author = await at_questions(hall, visits)

    await author.press("ArrowDown", "a")
    await expect(author.page.locator("#text-title")).to_have_text(said("report", "text.title.answer"))
    await author.page.keyboard.type("Die staat nu onderaan.\n— Imani Oduya")
    await expect(author.row(hall.second)).to_contain_text(said("report", "studio.question.written"), timeout=15_000)

    assert hall.texts()[hall.second] == "Die staat nu onderaan."
    await author.row(hall.poll).locator(".row-open").click()
    await author.row(hall.poll).get_by_role("button", name=said("report", "studio.poll.write")).click()
    await expect(author.page.locator("#text-title")).to_have_text(said("report", "text.title.poll"))
    await author.tab("chosen")
    await expect(author.page.locator("#text-title")).to_have_text(said("report", "text.title.session"))


async def test_what_is_written_at_a_poll_that_is_left_out_is_not_lost(hall: Hall, visits: Visits) -> None:
    author = await at_questions(hall, visits)
    await author.row(hall.poll).locator(".row-open").click()
    await author.press("a")
    await author.page.keyboard.type("De zaal maakt ze zelf.")

    await author.row(hall.poll).get_by_role("checkbox").uncheck()
    await eventually(lambda: _has(hall, {hall.first, hall.second}), what="the poll is out")
    await author.row(hall.poll).get_by_role("checkbox").check()
    await eventually(lambda: _has(hall, {hall.first, hall.second, hall.poll}), what="the poll is back")

    assert hall.texts()[hall.poll].strip() == "De zaal maakt ze zelf."


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_list_passes_axe(hall: Hall, visits: Visits, lang: str, size: tuple[int, int]) -> None:
    width, height = size
    viewport = {"width": width, "height": height}
    author = await studio(hall.place, visits, viewport=viewport, locale=lang, bypass_csp=True)
    page = author.page
    await page.locator(".tab", has_text=said("report", "studio.tab.questions", lang)).click()
    await author.row(hall.poll).locator(".row-open").click()
    await expect(page.locator(".poll-result")).to_be_visible()

    await page.emulate_media(reduced_motion="reduce")
    found = [f"light {each}" for each in await axe(page, {"type": "tag", "values": TAGS})]
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark {each}" for each in await axe(page, {"type": "rule", "values": ["color-contrast"]})]
    assert found == []
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/studio-questions-{lang}-{width}.png")
