"""The hall's whole job in real browsers: asked on a phone, let in at the desk, wanted, on stage, in the report."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from server.symposium.counting import votes
from server.symposium.polls import recount
from server.symposium.values import OPERATOR, PostId, Scene, Stand
from tests.browser.surfaces import Desk, Phone
from tests.browser.test_chair import TABLET, stand_of
from tests.browser.test_chair import row as chair_row
from tests.browser.test_chair import words as chair_words
from tests.browser.test_phone_hall import card, cast, quiet, row, said, to_questions
from tests.browser.visits import Visits, eventually
from tests.browser.visits import said as common
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "Wat doen jullie maandag anders?"
PHONES = 5


async def _phones(place: Place, visits: Visits) -> list[Phone]:
    return [await Phone.open(visits, f"{place.url}/{SLUG}") for _ in range(PHONES)]


async def _wall(place: Place, visits: Visits) -> Page:
    await place.hall.node.set_scene(OPERATOR, Scene.FOUNTAIN)
    return await visits.open(f"{place.url}/{SLUG}/wall", viewport={"width": 1920, "height": 1080})


async def test_question_goes_from_a_phone_over_desk_and_stage_into_the_report(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    asker = await Phone.open(visits, f"{place.url}/{SLUG}")
    await asker.page.fill("#text", QUESTION)
    await asker.page.click("#question")
    await asker.submit()
    await expect(asker.page.locator("#own .own-kind").first).to_have_text(common("phone", "mine.question"))
    await eventually(asker.ids, what="the question on the phone as received")
    (post,) = [PostId(each) for each in await asker.ids()]

    desk = await Desk.open(visits, place.url, place.tokens["moderator"], SLUG)
    await desk.focus(post)
    await desk.press("a")

    phones = await _phones(place, visits)
    for phone in phones:
        await to_questions(phone.page)
        await row(phone.page, post).get_by_role("button").click()
        await expect(row(phone.page, post).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    last = row(phones[-1].page, post).locator(".question-votes")
    await expect(last).to_have_text(said("question.votes", n=PHONES + 1))

    wall = await _wall(place, visits)
    lectern = await visits.open(f"{place.url}/{SLUG}/chair#k={place.tokens['chair']}", **TABLET)
    await chair_row(lectern, post).get_by_role("button", name=chair_words("chair.to-on-stage-label", text="")).click()
    await expect(lectern.locator(".now-text")).to_have_text(QUESTION)
    await expect(wall.get_by_text(QUESTION).first).to_be_visible()

    async def answered() -> bool:
        """A button that came a moment ago does not hear what a finger meant for another one: so again."""
        if stand_of(place, post) is not Stand.ANSWERED:
            await lectern.locator('#do [data-stand="answered"]').click()
        return stand_of(place, post) is Stand.ANSWERED

    await eventually(answered, what="the question as answered")
    await place.hall.node.ask.stand(OPERATOR, post, Stand.ANSWERED, name="Els", words="Eén formulier minder.")
    await to_questions(asker.page)
    await expect(row(asker.page, post)).to_contain_text("Eén formulier minder.")

    assert stand_of(place, post) is Stand.ANSWERED
    assert votes(place.hall.node.state.questions, [post]) == PHONES + 1
    told = await place.holder("organiser").get("report?format=html&lang=nl")
    assert told.status == 200
    for part in (QUESTION, "Els", "Eén formulier minder."):
        assert part in told.body.decode()


async def test_quiz_round_from_five_phones_to_the_screen(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    organiser = place.holder("organiser")
    draft = {
        "kind": "quiz",
        "title": {"nl": "Hoeveel zinnen had de brief?", "en": "How many sentences?"},
        "options": [{"nl": "Drie", "en": "Three"}, {"nl": "Zes", "en": "Six"}],
        "right": 1,
        "seconds": 3_600,
        "reveal": "closed",
    }
    made = await organiser.ask("POST", "polls", draft)
    assert made.status == 201, made
    poll = made.json["id"]
    phones, wall = await _phones(place, visits), await _wall(place, visits)
    assert (await organiser.ask("POST", f"polls/{poll}/openings")).status == 200

    for n, phone in enumerate(phones):
        await card(phone.page, poll).locator("input").nth(0 if n == 0 else 1).check()
        await cast(phone.page, poll)
        await expect(card(phone.page, poll)).to_contain_text(said("vote.in"))
    await expect(wall.get_by_text("Hoeveel zinnen had de brief?").first).to_be_visible()
    shares = wall.get_by_text(re.compile(r"\b80\s?%"))  # a port or a short address may have an 80 in it
    assert not await shares.count(), "nothing of the result is on the screen before it is closed"

    assert (await organiser.ask("POST", f"polls/{poll}/closings")).status == 200
    state = place.hall.node.state
    assert state.polls[poll].counts == [1, 4] == recount(state.polls[poll])
    await expect(shares.first).to_be_visible()
    for phone in phones:
        await expect(card(phone.page, poll)).to_contain_text(re.compile(r"\b80\s?%"))


async def test_card_is_for_one_vote_whoever_brings_it(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    organiser = place.holder("organiser")
    draft = {
        "kind": "single",
        "title": {"nl": "Gaan we door?"},
        "options": [{"nl": "Ja"}, {"nl": "Nee"}],
        "binding": True,
    }
    poll = (await organiser.ask("POST", "polls", draft)).json["id"]
    codes = (await organiser.ask("POST", f"polls/{poll}/codes", {"count": 2})).json["codes"]
    await organiser.ask("POST", f"polls/{poll}/openings")
    for option in (0, 1):
        phone = await Phone.open(visits, codes[0]["link"])
        await card(phone.page, poll).locator("input[type=radio]").nth(option).check()
        await cast(phone.page, poll)
        if option == 0:
            await expect(card(phone.page, poll)).to_contain_text(said("vote.in"))
        else:
            await expect(card(phone.page, poll).get_by_role("alert")).to_have_text(said("refused.code-used"))

    async def counted() -> bool:
        return place.hall.node.state.polls[poll].counts == [1, 0]

    await eventually(counted, what="one vote, the first one's")
