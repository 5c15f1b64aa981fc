"""The desk, where the hall asks: questions and answers in the queue, the list of questions, votes that do not count."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from server.symposium.counting import votes
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Decision, DeviceId, PollId, PollKind, Stand
from tests.browser.hall_asks import (
    ALSO_LIKE_IT,
    CHOICE,
    FRESH,
    IN_ENGLISH,
    LIKE_IT,
    MEANT_FOR,
    TITLE,
    WANTED,
    HallAsks,
    done,
)
from tests.browser.programme_day import GARDEN_NOW, NOW_ON, set_programme
from tests.browser.surfaces import Desk
from tests.browser.test_axe import TAGS, axe
from tests.browser.test_desk_axe import look
from tests.browser.visits import WAIT_MS, Visits, eventually, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROW, QUESTION = ".row-item:not(.gone)", ".asked-row:not(.gone)"


@pytest_asyncio.fixture(loop_scope="session")
async def hall(place: Place, visits: Visits) -> AsyncIterator[HallAsks]:
    """A hall that was asked nothing yet."""
    visits.witness.own.add(place.url)
    asks = await HallAsks.of(place)
    await asks.forget()
    await set_programme(asks.node)
    yield asks


async def open_desk(place: Place, visits: Visits, **options: Any) -> Desk:
    return await Desk.open(visits, place.url, place.tokens["moderator"], SLUG, **options)


async def open_questions(place: Place, visits: Visits, **options: Any) -> Page:
    """A desk with the questions before somebody's eyes."""
    desk = await open_desk(place, visits, **options)
    await expect(desk.page.locator(".tab-questions")).to_have_text(re.compile(r"\d"), timeout=WAIT_MS)
    await desk.press("v")
    await desk.page.wait_for_selector(f"{QUESTION}.current")
    return desk.page


async def texts(page: Page) -> list[str]:
    return await page.locator(f"{QUESTION} .row-text").all_inner_texts()


async def focus(page: Page, post: Post) -> None:
    await page.click(f'.asked-row[data-id="{post.id}"] .row-open')
    await page.wait_for_selector(f'.asked-row[data-id="{post.id}"].current')


def is_question(hall: HallAsks, post: Post) -> bool:
    return post.id in hall.node.state.questions


async def until(holds: Callable[[], object], what: str) -> None:
    async def so() -> object:
        return holds()

    await eventually(so, what=what)


def stands(hall: HallAsks, post: Post) -> Stand:
    return hall.node.state.questions[post.id].stand


def strip(page: Page) -> Locator:
    return page.locator("#last")


async def undo(page: Page) -> None:
    """Once the answer is here there is something to take back."""
    await expect(page.locator('#last [aria-keyshortcuts="U"]')).to_be_enabled()
    await page.keyboard.press("u")
    await expect(strip(page)).to_contain_text(said("desk", "desk.done.undone"))


# In the queue


async def test_queue_asks_for_no_kind_while_the_hall_asks_nothing(place: Place, visits: Visits, hall: HallAsks) -> None:
    """The first of this file: a poll that was once open stays known."""
    await hall.filler.phone("Fijn dat er iemand luistert.")
    desk = await open_desk(place, visits)
    await expect(desk.page.locator(ROW)).to_have_count(1)
    await expect(desk.page.locator("#kind-select")).to_be_hidden()

    await hall.held("Hoe laat is de pauze?")

    await expect(desk.page.locator("#kind-select")).to_be_visible()


async def test_queue_says_what_is_a_question_and_for_whom(place: Place, visits: Visits, hall: HallAsks) -> None:
    plain = await hall.filler.phone("Fijn dat er iemand luistert.", name="Riet")
    asks = await hall.held("Hoe laat is de pauze?", name="Sem", to="Noor van Dalen")

    desk = await open_desk(place, visits)

    row = desk.page.locator(f'{ROW}[data-id="{asks.id}"]')
    await expect(row).to_contain_text(re.compile("vraag voor .Noor van Dalen."))
    await expect(desk.page.locator(f'{ROW}[data-id="{plain.id}"] .row-asks')).to_have_count(0)
    await desk.focus(asks.id)
    await expect(desk.page.locator("#post .asks")).to_contain_text(
        re.compile("Vraag uit de zaal, voor .Noor van Dalen.")
    )


async def test_queue_says_which_poll_an_answer_is_for(place: Place, visits: Visits, hall: HallAsks) -> None:
    poll = await hall.poll(PollKind.WORDS)
    answer = await hall.answer(poll, "rust", name="Anna")

    desk = await open_desk(place, visits)
    await desk.focus(answer.id)

    await expect(desk.page.locator(f'{ROW}[data-id="{answer.id}"] .row-asks')).to_contain_text(TITLE["nl"][:12])
    await expect(desk.page.locator("#post .asks")).to_contain_text(TITLE["nl"])
    await expect(desk.page.locator('#side [data-act="question"]')).to_have_count(0)
    before = place.seq
    await desk.press("q")
    await expect(strip(desk.page)).to_contain_text(said("desk", "desk.question.answer"))
    assert place.seq == before


async def test_queue_shows_only_questions_or_only_answers(place: Place, visits: Visits, hall: HallAsks) -> None:
    desk = await open_desk(place, visits)
    await hall.filler.phone("Fijn dat er iemand luistert.")
    asks = await hall.held("Hoe laat is de pauze?")
    answer = await hall.answer(await hall.poll(PollKind.WORDS), "rust")
    rows = desk.page.locator(ROW)
    await expect(rows).to_have_count(3)

    for kind, post in (("question", asks), ("answer", answer)):
        await desk.page.select_option("#kind-select", kind)
        await expect(rows).to_have_count(1)
        await expect(rows).to_have_attribute("data-id", post.id)
    await hall.filler.decide(Decision.SHOW, answer)
    await expect(desk.page.locator("#queue-scroll .empty")).to_contain_text(said("desk", "desk.empty.answer"))
    await desk.page.select_option("#kind-select", "")

    await expect(rows).to_have_count(2)


async def test_waiting_post_becomes_a_question_with_a_key_and_back(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    post = await hall.filler.network("Wie betaalt dit", name="Lotte")
    desk = await open_desk(place, visits)
    await desk.focus(post.id)

    await desk.press("q")
    await until(lambda: is_question(hall, post), "a question")
    await expect(desk.page.locator("#post .asks")).to_be_visible()
    await expect(strip(desk.page)).to_contain_text(said("desk", "desk.done.question"))
    await undo(desk.page)
    await until(lambda: not is_question(hall, post), "a post like any other")
    await expect(desk.page.locator("#post .asks")).to_have_count(0)

    button = desk.page.locator('#side [data-act="question"]')
    await button.click()
    await until(lambda: is_question(hall, post), "a question by the button")
    await expect(button).to_contain_text(said("desk", "desk.question.off"))
    await button.click()
    await until(lambda: not is_question(hall, post), "no question by the button")


@pytest.mark.parametrize("where", ["shown", "rejected", "found"])
async def test_decided_post_becomes_a_question_where_the_desk_shows_it(
    place: Place, visits: Visits, hall: HallAsks, where: str
) -> None:
    post = await hall.filler.phone("Wie betaalt dit", name="Lotte")
    await hall.filler.decide(Decision.REJECT if where == "rejected" else Decision.SHOW, post)
    desk = await open_desk(place, visits)
    if where == "found":
        await desk.press("/")
        await desk.page.keyboard.type("betaalt")
        await desk.press("ArrowDown")
    else:
        await desk.tab(1 if where == "shown" else 2)
    await desk.focus(post.id)

    await desk.press("q")

    await until(lambda: is_question(hall, post), "a question")
    await expect(desk.page.locator("#post .asks")).to_be_visible()
    await undo(desk.page)
    await expect(desk.page.locator("#post .asks")).to_have_count(0)
    await until(lambda: not is_question(hall, post), "a post like any other")


async def test_chosen_posts_become_questions_together_and_back_with_one_undo(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    posts = [await hall.filler.phone(text) for text in (WANTED, MEANT_FOR, FRESH)]
    desk = await open_desk(place, visits)
    for post in posts:
        await desk.page.click(f'{ROW}[data-id="{post.id}"] .row-check')

    await desk.press("q")
    await until(lambda: all(is_question(hall, post) for post in posts), "questions")
    await undo(desk.page)

    await until(lambda: not any(is_question(hall, post) for post in posts), "posts like any other")


# The list of questions


async def test_questions_stand_in_the_order_that_was_asked_for(place: Place, visits: Visits, hall: HallAsks) -> None:
    top = await hall.ask(WANTED, votes=4)
    await hall.ask(MEANT_FOR, votes=2)
    await hall.ask(FRESH)
    await hall.held("Deze wacht nog.")
    await hall.node.ask.stand(OPERATOR, top.id, Stand.ANSWERED)

    page = await open_questions(place, visits)

    assert await texts(page) == [WANTED, MEANT_FOR, FRESH]
    assert await page.locator(f"{QUESTION} .asked-votes").all_inner_texts() == ["5", "3", "1"]
    await page.select_option("#order-select", "new")
    assert await texts(page) == [FRESH, MEANT_FOR, WANTED]
    await page.select_option("#order-select", "unasked")
    assert await texts(page) == [MEANT_FOR, FRESH]
    await focus_on_list(page)
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#question .post-text")).to_have_text(MEANT_FOR)


async def focus_on_list(page: Page) -> None:
    """By the Tab key, from the choice of a session above it; also when the question in focus is in another order."""
    await page.focus("#session-select")
    for _ in range(3):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.asked-row .row-open')"):
            return
    raise AssertionError("the Tab key goes past the list")


async def test_questions_of_one_session(place: Place, visits: Visits, hall: HallAsks) -> None:
    await hall.ask(WANTED, session="burger")
    await hall.ask(MEANT_FOR, session="werk")
    page = await open_questions(place, visits)
    await expect(page.locator(QUESTION)).to_have_count(2)

    await page.select_option("#session-select", "s werk")
    await expect(page.locator(QUESTION)).to_have_count(1)
    assert await texts(page) == [MEANT_FOR]
    await expect(page.locator(QUESTION)).to_contain_text(GARDEN_NOW)
    await page.select_option("#session-select", "s data")

    await expect(page.locator("#asked .empty")).to_contain_text(said("desk", "desk.asked.empty-session"))


async def test_votes_come_in_and_rows_stay_while_somebody_reads_them(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    await hall.ask(WANTED, votes=2)
    late = await hall.ask(MEANT_FOR)
    page = await open_questions(place, visits)

    await hall.want(late, 5)

    await expect(page.locator(f'.asked-row[data-id="{late.id}"] .asked-votes')).to_have_text("6")
    assert await texts(page) == [WANTED, MEANT_FOR]
    await page.click(".asked-moved")
    assert await texts(page) == [MEANT_FOR, WANTED]
    await expect(page.locator(".asked-moved")).to_be_hidden()


async def test_question_that_is_withdrawn_says_so_where_it_was_read(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    device = "asker-of-this"
    node = hall.node
    voter = node.ask.voter_of_questions(DeviceId(device))
    post = await hall.filler.phone(WANTED, device=device, question=True, voter=voter)
    await hall.filler.decide(Decision.SHOW, post)
    await hall.ask(MEANT_FOR)
    page = await open_questions(place, visits)
    await focus(page, post)
    await page.keyboard.press("o")
    await until(lambda: stands(hall, post) is Stand.ON_STAGE, "on stage")

    await node.erase(OPERATOR, posts=[post.id])

    await expect(page.locator("#question .empty-title")).to_have_text(said("desk", "desk.asked.gone"))
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#question .post-text")).to_have_text(MEANT_FOR)


async def test_who_reads_questions_reads_no_post(place: Place, visits: Visits, hall: HallAsks) -> None:
    await hall.ask(WANTED)
    waiting = await hall.filler.phone("Dit wacht.")
    first, second = await open_desk(place, visits), await open_desk(place, visits)
    await first.focus(waiting.id)
    reader = second.page.locator(f'{ROW}[data-id="{waiting.id}"] .row-reader')
    await expect(reader).to_be_visible(timeout=WAIT_MS)

    await first.press("v")

    await expect(reader).to_have_count(0, timeout=WAIT_MS)


# Counted as one


async def like_each_other(hall: HallAsks) -> tuple[Post, Post, Post]:
    """Three that ask the same, most wanted first; one phone wants all of them. And one that asks something else."""
    first, second = await hall.ask(WANTED, name="Fatima", votes=3), await hall.ask(LIKE_IT, name="Joris", votes=2)
    third = await hall.ask(ALSO_LIKE_IT)
    await hall.ask(IN_ENGLISH)
    for post in (first, second, third):
        await hall.node.ask.want(DeviceId("wants-all"), post.id, on=True)
    return first, second, third


def counted(hall: HallAsks, *posts: Post) -> int:
    return votes(hall.node.state.questions, [post.id for post in posts])


async def test_questions_that_ask_the_same_are_offered_and_never_merged_by_themselves(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    first, second, third = await like_each_other(hall)
    page = await open_questions(place, visits)
    before = place.seq

    await focus(page, first)

    offers = page.locator("#question .chosen-text")
    await expect(offers).to_have_count(2)
    assert {*await offers.all_inner_texts()} == {LIKE_IT, ALSO_LIKE_IT}
    await page.keyboard.press("c")
    await expect(page.locator("#question .chosen-title")).to_contain_text("3")
    assert place.seq == before
    assert [hall.node.state.questions[post.id].into for post in (first, second, third)] == [None] * 3


async def test_merged_with_keys_split_with_keys_and_both_taken_back(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    posts = await like_each_other(hall)
    first = posts[0]
    page = await open_questions(place, visits)
    await focus(page, first)
    await page.keyboard.press("c")
    await page.keyboard.press("c")

    def into() -> list[str | None]:
        return [hall.node.state.questions[post.id].into for post in posts]

    under_first = [None, first.id, first.id]
    await until(lambda: into() == under_first, "counted as one")
    everybody = counted(hall, *posts)
    assert everybody == 3 + 3 + 2 + 1  # three who asked, three and two who want to know, and one who wants all of it
    await expect(page.locator("#question h2")).to_contain_text(str(everybody))
    await expect(page.locator(QUESTION)).to_have_count(2)
    await expect(page.locator("#question .chosen")).to_contain_text("Joris")
    await expect(page.locator("#question .chosen")).to_contain_text(said("common", "author.nameless"))

    await page.keyboard.press("d")
    await until(lambda: into() == [None] * 3, "separate")
    await expect(page.locator(QUESTION)).to_have_count(4)
    await undo(page)
    await until(lambda: into() == under_first, "counted as one again")
    await page.keyboard.press("u")
    await until(lambda: into() == [None] * 3, "separate from the start")
    assert [counted(hall, post) for post in posts] == [5, 4, 2]


async def test_one_of_the_merged_ones_is_separated_by_its_button(place: Place, visits: Visits, hall: HallAsks) -> None:
    first, second, third = await like_each_other(hall)
    await hall.node.ask.merge(OPERATOR, first.id, [second.id, third.id])
    page = await open_questions(place, visits)
    await focus(page, first)

    await page.click(f'[data-split="{second.id}"]')

    await until(lambda: hall.node.state.questions[second.id].into is None, "separate")
    assert hall.node.state.questions[third.id].into == first.id
    await expect(page.locator("#question")).to_be_focused()


async def test_chosen_questions_are_counted_under_the_one_that_should_stay(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    wanted, other = await hall.ask(WANTED, votes=3), await hall.ask(FRESH)
    page = await open_questions(place, visits)
    await focus(page, wanted)
    await page.locator(f'.asked-row[data-id="{wanted.id}"] .row-open').focus()
    await page.keyboard.press("Shift+ArrowDown")
    await expect(page.locator('#question input[type="radio"]:checked')).to_have_value(wanted.id)

    await page.check(f'#question input[value="{other.id}"]')
    await page.keyboard.press("c")

    await until(lambda: hall.node.state.questions[wanted.id].into == other.id, "under the one that was chosen")


# What became of them


async def test_question_goes_on_stage_and_off_with_one_key(place: Place, visits: Visits, hall: HallAsks) -> None:
    post = await hall.ask(WANTED)
    page = await open_questions(place, visits)
    stage = page.locator('#decide-question [data-command="on-stage"]')

    await page.keyboard.press("o")
    await until(lambda: stands(hall, post) is Stand.ON_STAGE, "on stage")
    await expect(stage).to_contain_text(said("desk", "desk.asked.off-stage"))
    await page.keyboard.press("o")
    await until(lambda: stands(hall, post) is Stand.OPEN, "off stage")
    await page.keyboard.press("n")
    await until(lambda: stands(hall, post) is Stand.LATER, "kept for later")
    await undo(page)

    await until(lambda: stands(hall, post) is Stand.OPEN, "open, by undo")


async def test_answer_is_written_down_in_a_few_words(place: Place, visits: Visits, hall: HallAsks) -> None:
    post = await hall.ask(WANTED, session="burger")
    page = await open_questions(place, visits)

    await page.keyboard.press("w")
    await expect(page.locator("#answer-name")).to_be_focused()
    await expect(page.locator("#answer-name")).to_have_value("Marjolein Verkade")
    await page.fill("#answer-text", "De raad beslist; het beraad geeft raad.")
    await page.keyboard.press("Control+Enter")

    await until(lambda: stands(hall, post) is Stand.ANSWERED, "answered")
    await expect(page.locator("#question .asked-why")).to_contain_text("De raad beslist; het beraad geeft raad.")
    await expect(page.locator("#question .asked-why")).to_contain_text("Marjolein Verkade")
    await page.keyboard.press("w")
    await expect(page.locator("#answer-text")).to_have_value("De raad beslist; het beraad geeft raad.")
    await page.click('dialog button[value="not"]')
    await until(lambda: stands(hall, post) is Stand.OPEN, "not answered after all")


async def test_words_that_did_not_reach_the_server_are_there_when_asked_again(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    post = await hall.ask(WANTED)
    page = await open_questions(place, visits)
    await page.route("**/stand", lambda route: route.abort())
    await page.keyboard.press("w")
    await page.fill("#answer-text", "Dit mag niet weg.")
    await page.click('dialog button[value="save"]')
    await expect(page.locator("#notices")).to_contain_text(said("desk", "fault.offline"))
    assert stands(hall, post) is Stand.OPEN

    await page.unroute("**/stand")
    await page.keyboard.press("w")
    await expect(page.locator("#answer-text")).to_have_value("Dit mag niet weg.")
    await page.click('dialog button[value="save"]')

    await until(lambda: stands(hall, post) is Stand.ANSWERED, "answered")


async def test_question_is_moved_to_another_session(place: Place, visits: Visits, hall: HallAsks) -> None:
    post = await hall.ask(WANTED, session="burger")
    page = await open_questions(place, visits)
    await expect(page.locator("#question .question-side")).to_contain_text(NOW_ON)

    await page.keyboard.press("m")
    await page.select_option("#move-session", "s werk")
    await page.click('dialog button[value="move"]')

    await until(lambda: hall.node.state.posts[post.id].session == "werk", "moved")
    await expect(page.locator("#question .question-side")).to_contain_text(GARDEN_NOW)


async def test_question_is_looked_at_as_a_post_and_taken_away(place: Place, visits: Visits, hall: HallAsks) -> None:
    post = await hall.ask(WANTED)
    page = await open_questions(place, visits)

    await page.get_by_role("button", name=said("desk", "desk.asked.as-post")).click()
    await expect(page.locator("#post .post-text")).to_have_text(WANTED)
    await page.keyboard.press("h")

    await until(lambda: hall.node.state.posts[post.id].status.value == "hidden", "hidden")
    await page.keyboard.press("v")
    await expect(page.locator("#asked .empty")).to_be_visible()


async def test_keys_that_decide_about_posts_are_deaf_among_the_questions(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    waiting = await hall.filler.phone("Dit wacht.")
    await hall.ask(WANTED)
    page = await open_questions(place, visits)
    before = place.seq

    for key in "arhpsbe1":
        await page.keyboard.press(key)
    await page.keyboard.press("n")  # a key that does something comes after them

    await until(lambda: place.seq > before, "kept for later")
    assert place.seq == before + 1
    assert hall.node.state.posts[waiting.id].status.value == "held"


async def test_history_tells_what_was_done_with_questions(place: Place, visits: Visits, hall: HallAsks) -> None:
    first, second, _ = await like_each_other(hall)
    page = await open_questions(place, visits)
    await focus(page, first)
    await hall.node.ask.merge(OPERATOR, first.id, [second.id])
    await hall.node.ask.stand(OPERATOR, first.id, Stand.ANSWERED)
    await hall.node.ask.set_question(OPERATOR, second.id, on=False)
    await hall.node.ask.set_hall(OPERATOR, questions=False, reactions=False, follows=True)

    await page.keyboard.press("g")

    words, operator = page.locator(".history-words > p:first-child"), said("common", "doer.operator")
    await expect(words.first).to_contain_text(said("desk", "desk.history.hall-questions-off", who=operator))
    told = [text.replace("\u2068", "").replace("\u2069", "") for text in await words.all_inner_texts()][:4]
    assert told == [
        said("desk", "desk.history.hall-questions-off", who=operator),
        said("desk", "desk.history.question-off", who=operator, post="Joris"),
        said("desk", "desk.history.question-stand-answered", who=operator, post="Fatima"),
        said("desk", "desk.history.questions-merged-merged", who=operator),
    ]
    await hall.node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=True)


# Votes that do not count


def poll_votes(hall: HallAsks, poll: PollId) -> int:
    return sum(hall.node.state.polls[poll].counts)


def looks_at_votes(desk: Desk) -> list[str]:
    """The requests for how votes came in, from now on."""
    asked: list[str] = []
    desk.page.on("requestfinished", lambda request: asked.append(request.url) if "stuffing" in request.url else None)
    return asked


async def test_votes_of_known_phones_are_quiet(place: Place, visits: Visits, hall: HallAsks) -> None:
    poll = await hall.poll()
    desk = await open_desk(place, visits)
    looks = looks_at_votes(desk)

    await hall.vote(poll, 40)

    await until(lambda: looks, "looked at")
    await desk.press("i")
    await expect(strip(desk.page)).to_contain_text(said("desk", "desk.votes.all-quiet"))
    await expect(desk.page.locator(".votes-look")).to_have_count(0)


async def test_burst_of_new_phones_is_loud_set_aside_with_a_reason_and_counted_again(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    poll = await hall.poll()
    await hall.vote(poll, 10)
    await hall.vote(poll, 30, fresh=True, who="robot")
    desk = await open_desk(place, visits)
    page = desk.page
    await expect(page.locator("#notices")).to_contain_text(CHOICE["nl"])

    await desk.press("i")
    await page.wait_for_selector(".votes-picture")
    cut = page.locator('.votes-form button[type="submit"]')
    await expect(cut).to_have_text(said("desk", "desk.votes.cut", n=30))
    await cut.click()
    await expect(page.locator(".votes-said")).to_have_text(said("desk", "desk.votes.no-reason"))
    await expect(page.locator("#votes-reason")).to_be_focused()
    assert poll_votes(hall, poll) == 40

    await page.keyboard.type("Een robot stemde mee.")
    await page.keyboard.press("Enter")
    await until(lambda: poll_votes(hall, poll) == 10, "set aside")
    await expect(page.locator(".votes-aside")).to_contain_text("Een robot stemde mee.")
    await expect(page.locator(".votes-aside")).to_contain_text("Badge moderator")

    await page.click(".votes-aside [data-seq]")
    await until(lambda: poll_votes(hall, poll) == 40, "counted again")
    await expect(page.locator(".votes-aside li")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.locator(".votes-look")).to_have_count(0)


async def test_votes_that_were_set_aside_come_back_by_undo(place: Place, visits: Visits, hall: HallAsks) -> None:
    post = await hall.ask(WANTED, votes=2)
    await hall.want(post, 20, fresh=True, who="robot")
    page = await open_questions(place, visits)
    await expect(page.locator("#question .asked-loud")).to_be_visible()

    await page.click('#question [data-votes^="question:"]')
    await page.wait_for_selector(".votes-picture")
    await page.fill("#votes-reason", "Een robot.")
    await page.keyboard.press("Enter")
    await until(lambda: counted(hall, post) == 3, "set aside")
    await page.keyboard.press("Escape")
    await expect(strip(page)).to_contain_text(said("desk", "desk.done.aside"))
    await undo(page)

    await until(lambda: counted(hall, post) == 23, "counted again")


async def test_burst_under_a_merged_question_is_loud_while_the_queue_is_read(
    place: Place, visits: Visits, hall: HallAsks
) -> None:
    kept, goes = await hall.ask(WANTED, votes=2), await hall.ask("Wie betaalt dat dan?")
    await hall.want(goes, 20, fresh=True, who="robot")
    done(await hall.node.ask.merge(OPERATOR, kept.id, (goes.id,)))
    desk = await open_desk(place, visits)
    page = desk.page
    await expect(page.locator("#notices")).to_contain_text(WANTED)

    await desk.press("i")
    await page.wait_for_selector(".votes-picture")
    await page.fill("#votes-reason", "Een robot.")
    await page.keyboard.press("Enter")

    await until(lambda: (counted(hall, kept), counted(hall, goes)) == (3, 1), "set aside where they were cast")
    await page.keyboard.press("Escape")
    await expect(page.locator(".votes-look")).to_have_count(0)


async def test_burst_that_is_in_order_is_quiet_until_the_next(place: Place, visits: Visits, hall: HallAsks) -> None:
    poll = await hall.poll()
    await hall.vote(poll, 12, fresh=True, who="school")
    desk = await open_desk(place, visits)

    await desk.page.click(".votes-in-order")
    await expect(desk.page.locator(".votes-look")).to_have_count(0)
    await hall.vote(poll, 12, fresh=True, who="robot")

    await desk.page.wait_for_selector(".votes-look")  # the server is asked every five seconds


async def test_time_is_chosen_with_the_keyboard(place: Place, visits: Visits, hall: HallAsks) -> None:
    poll = await hall.poll()
    await hall.vote(poll, 8, fresh=True)
    desk = await open_desk(place, visits)
    await desk.page.wait_for_selector(".votes-look")
    await desk.press("i")
    cut = desk.page.locator('.votes-form button[type="submit"]')
    await expect(cut).to_have_text(said("desk", "desk.votes.cut", n=8))

    await desk.page.fill("#votes-from", "00:00:00")
    await desk.page.fill("#votes-to", "00:00:01")
    await expect(cut).to_be_disabled()
    await desk.page.fill("#votes-to", "23:59:59")
    await expect(cut).to_have_text(said("desk", "desk.votes.cut", n=8))
    await desk.page.fill("#votes-from", "23:59:59")
    await desk.page.fill("#votes-to", "00:00:00")

    await expect(desk.page.locator(".votes-sum")).to_have_text(said("desk", "desk.votes.no-time"))


@pytest.mark.slow
async def test_nobody_asks_about_votes_while_none_come_in(place: Place, visits: Visits, hall: HallAsks) -> None:
    poll = await hall.poll()
    desk = await open_desk(place, visits)
    looks = looks_at_votes(desk)
    await hall.vote(poll, 10)
    await until(lambda: looks, "looked at")

    await desk.page.wait_for_timeout(6_000)

    assert len(looks) == 1


# For everybody


async def fill(hall: HallAsks) -> None:
    """Something of everything."""
    *_, third = await like_each_other(hall)
    merged = await hall.ask("Wie betaalt dit straks allemaal?", name="Tjeerd", votes=3, session="burger")
    other = await hall.ask("Wie betaalt dit dan?", session="burger")
    answered = await hall.ask(MEANT_FOR, to="Marjolein Verkade", session="burger")
    await hall.node.ask.merge(OPERATOR, merged.id, [other.id])
    await hall.node.ask.stand(OPERATOR, answered.id, Stand.ANSWERED, name="Marjolein", words="Door loting.")
    await hall.node.ask.stand(OPERATOR, third.id, Stand.LATER)
    await hall.held("Hoe laat is de pauze?", to="Noor van Dalen")
    words = await hall.poll(PollKind.WORDS)
    await hall.answer(words, "rust", name="Anna")
    await hall.node.ask.close(OPERATOR, words)
    await hall.vote(await hall.poll(), 12, fresh=True)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [1280, 1024, 390])
async def test_questions_and_votes_pass_axe(
    place: Place, visits: Visits, hall: HallAsks, lang: str, width: int
) -> None:
    await fill(hall)
    context = await visits.context(locale=lang, bypass_csp=True, viewport={"width": width, "height": 768})
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/desk#k={place.tokens['moderator']}")
    desk = await Desk(page).ready()
    await page.wait_for_selector(".votes-look")

    found = await look(page, "queue")
    await page.locator(f"{ROW}:has(.row-asks) .row-open").first.click()
    await page.wait_for_selector("#post .asks")
    found += await look(page, "a question that waits")
    await desk.press("v")
    await page.wait_for_selector(f"{QUESTION}.current")
    found += await look(page, "questions")
    for text in ("betaalt", "Marjolein"):
        if width < 1024 and await page.locator("#question .to-list").is_visible():
            await page.click("#question .to-list")
        await page.click(f'{QUESTION}:has-text("{text}") .row-open')
        found += await look(page, text)
    await desk.press("w")
    found += await look(page, "answer")
    await desk.press("Escape")
    await desk.press("x")
    await desk.press("l")
    found += await look(page, "chosen")
    await desk.press("Escape")
    await desk.press("i")
    await page.click(".votes-table summary")
    found += await look(page, "votes")
    await page.fill("#votes-reason", "Een robot.")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".votes-aside li")
    found += await look(page, "votes set aside")
    await desk.press("Escape")
    await desk.press("?")
    found += await look(page, "help")
    await desk.press("Escape")
    await desk.press("g")
    await page.wait_for_selector(".history-list li .meta")
    found += await look(page, "history")

    assert found == []


async def test_axe_sees_a_picture_without_words(place: Place, visits: Visits, hall: HallAsks) -> None:
    """The control: what the test above looks for is found when it is there."""
    await hall.vote(await hall.poll(), 12, fresh=True)
    context = await visits.context(bypass_csp=True)
    page = await context.new_page()
    await page.goto(f"{place.url}/{SLUG}/desk#k={place.tokens['moderator']}")
    await page.wait_for_selector(".votes-look")
    await page.keyboard.press("i")
    await page.wait_for_selector(".votes-picture")

    await page.evaluate("document.querySelector('.votes-picture').removeAttribute('aria-label')")

    assert await axe(page, {"type": "tag", "values": TAGS}) != []


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_tabs_fit_with_many_posts_and_questions(place: Place, visits: Visits, hall: HallAsks, lang: str) -> None:
    await hall.ask(WANTED)
    desk = await open_desk(place, visits, locale=lang, viewport={"width": 1024, "height": 768})
    await expect(desk.page.locator(".tab-questions")).to_have_text(re.compile(r"\d"), timeout=WAIT_MS)

    over = await desk.page.evaluate(
        """() => {
          const tabs = [...document.querySelectorAll('#tabs .tab')];
          tabs[0].textContent = tabs[0].textContent.replace(/\\d+/, '188');
          tabs[3].textContent = tabs[3].textContent.replace(/\\d+/, '188');
          const nav = document.querySelector('#tabs');
          return [nav.scrollWidth - nav.clientWidth, document.documentElement.scrollWidth - window.innerWidth];
        }"""
    )

    assert max(over) <= 0


@pytest.mark.parametrize(("width", "height"), [(320, 640), (512, 384), (1024, 768), (1280, 800)])
async def test_nothing_is_wider_than_the_window(
    place: Place, visits: Visits, hall: HallAsks, width: int, height: int
) -> None:
    """512 by 384 is a laptop of 1024 at 200 %."""
    await fill(hall)
    page = await open_questions(place, visits, viewport={"width": width, "height": height})
    await page.click(f"{QUESTION} .row-open >> nth=0")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    await page.keyboard.press("i")
    await page.wait_for_selector(".votes-picture")
    wide = "document.querySelector('dialog').getBoundingClientRect().right - window.innerWidth"
    assert await page.evaluate(wide) <= 0


async def test_reader_hears_what_was_done_with_a_question(place: Place, visits: Visits, hall: HallAsks) -> None:
    await hall.ask(WANTED)
    page = await open_questions(place, visits)

    await page.keyboard.press("o")

    await expect(page.locator("#say")).to_contain_text(said("desk", "desk.done.stand-on-stage"))
