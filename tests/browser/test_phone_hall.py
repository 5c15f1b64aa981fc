"""What the hall asks and is asked, on the phone: questions, votes of every kind, codes, results, and signs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from playwright.async_api import Page, Request, Route, expect

from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, DeviceId, PollId, PollKind, PostId, Reveal, Stand
from server.symposium.views import post_body
from tests.browser.surfaces import Phone
from tests.browser.test_axe import _RUN as RUN_AXE
from tests.browser.test_axe import AXE, TAGS
from tests.browser.test_phone import TEXT_SPACING as SPACED
from tests.browser.test_phone import TOO_WIDE, tab_to
from tests.browser.test_shell import kept
from tests.browser.visits import PHONE, Visits, eventually
from tests.browser.visits import said as common
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def said(key: str, lang: str = "nl", **holes: object) -> str:
    """The words of the hall on a phone."""
    return common("phone-hall", key, lang, **holes)


def url_of(place: Place) -> str:
    return f"{place.url}/{SLUG}"


async def poll(
    place: Place,
    kind: PollKind = PollKind.SINGLE,
    *,
    title: str = "Welke koffie?",
    options: Sequence[str] = ("Zwart", "Met melk", "Geen"),
    ends: Sequence[str] = (),
    opens: bool = True,
    **form: Any,
) -> PollId:
    """A poll of the hall, open unless told otherwise. Any other that is open is closed first."""
    node = place.hall.node
    for id_, other in list(node.state.polls.items()):
        if opens and other.opened and not other.closed_at:
            await node.ask.close(OPERATOR, id_)
    has_options = kind not in (PollKind.SCALE, PollKind.NUMBER, PollKind.WORDS)
    body = PollBody(
        title={"nl": title, "en": f"{title} (en)"},
        options=tuple({"nl": each, "en": f"{each} (en)"} for each in options) if has_options else (),
        ends=tuple({"nl": each, "en": f"{each} (en)"} for each in ends),
    )
    before = set(node.state.polls)
    filled = PollForm(kind=kind, options=len(options) if has_options else 0, **form)
    assert isinstance(await node.ask.draft(OPERATOR, body, filled), Done)
    (made,) = set(node.state.polls) - before
    if opens:
        assert isinstance(await node.ask.open(OPERATOR, made), Done)
    return made


async def votes(place: Place, id_: PollId, *answers: Sequence[int]) -> None:
    """Votes of others in the hall."""
    node = place.hall.node
    for at, answer in enumerate(answers):
        device = DeviceId(f"other-{id_}-{at}")
        assert isinstance(await node.ask.vote(device, id_, answer, opening=node.state.polls[id_].opened), Done)


def counted(place: Place, id_: PollId) -> list[tuple[int, ...]]:
    """Every vote of a poll."""
    return sorted(place.hall.node.state.polls[id_].votes.values())


async def counts(place: Place, id_: PollId, *answers: tuple[int, ...]) -> None:
    """Wait until these are the votes of a poll."""

    async def there() -> bool:
        return counted(place, id_) == sorted(answers)

    await eventually(there, what=f"the votes {answers}, not {counted(place, id_)}")


def card(page: Page, id_: PollId) -> Any:
    return page.locator(f'#hall [data-poll="{id_}"]')


def state_of(page: Page) -> Any:
    """What a screen reader is told."""
    return page.locator("#said")


async def cast(page: Page, id_: PollId) -> None:
    """Press the button that sends."""
    await card(page, id_).locator(".vote-form .primary").click()


async def quiet(place: Place) -> None:
    """Nothing is open, and everything is allowed but signs."""
    node = place.hall.node
    for id_, other in list(node.state.polls.items()):
        if other.opened and not other.closed_at:
            await node.ask.close(OPERATOR, id_)
    await node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=True)


async def question(place: Place, text: str, *, wanted: int = 0) -> PostId:
    """A question on the screens that so many others want to know too."""
    post = await place.show(text)
    await place.hall.node.ask.set_question(OPERATOR, post.id, on=True)
    for at in range(wanted):
        await place.hall.node.ask.want(DeviceId(f"wanting-{at}"), post.id, on=True)
    return post.id


def row(page: Page, post: PostId) -> Any:
    return page.locator(f'#questions-list [data-question="{post}"]')


async def to_questions(page: Page) -> None:
    await page.click('#tabs a[href="#questions"]')


async def listener(place: Place, visits: Visits) -> Page:
    """A phone whose owner looks at the questions."""
    page = (await Phone.open(visits, url_of(place))).page
    await to_questions(page)
    return page


# Asking


async def test_question_is_asked_decided_wanted_and_answered(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    node = place.hall.node
    phone = await Phone.open(visits, url_of(place))
    await phone.page.fill("#text", "Wat gebeurt er met onze inbreng?")
    await phone.page.click("#question")
    await phone.page.check("#named")
    await phone.page.fill("#name", "Hennie")
    await phone.submit()
    await expect(phone.page.locator("#own [data-own] .own-kind")).to_have_text(common("phone", "mine.question"))
    (post,) = [PostId(each) for each in await phone.ids()]
    asked = await place.holder("moderator").decide(post, "show")
    assert asked.status == 200

    other = await Phone.open(visits, url_of(place))
    await to_questions(other.page)
    await expect(row(other.page, post)).to_contain_text("Hennie")
    await row(other.page, post).get_by_role("button").click()
    await expect(row(other.page, post).locator(".question-votes")).to_have_text(said("question.votes", n=2))
    await expect(row(other.page, post).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    assert len(node.state.questions[post].voters) == 2

    await node.ask.stand(OPERATOR, post, Stand.ON_STAGE)
    await expect(row(other.page, post)).to_contain_text(said("question.on-stage"))
    await expect(state_of(other.page)).to_contain_text("Wat gebeurt er met onze inbreng?")
    await node.ask.stand(OPERATOR, post, Stand.ANSWERED, name="Marije", words="Die komt in het verslag.")
    await expect(row(other.page, post)).to_contain_text(said("question.answered-by", name="Marije"))
    await expect(row(other.page, post)).to_contain_text("Die komt in het verslag.")
    await expect(row(other.page, post).get_by_role("button")).to_have_count(0)
    await to_questions(phone.page)
    await expect(row(phone.page, post)).to_contain_text(said("question.yours"))


async def test_question_without_a_name_takes_none_along_though_the_phone_knows_one(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    await phone.send("Met naam.", name="Hennie")
    await phone.write("Zonder naam?")
    await phone.page.click("#question")
    await phone.page.check("#anonymous")
    await expect(phone.page.locator("#name-row")).to_be_hidden()

    await phone.submit()

    async def names() -> list[str]:
        bodies = [post_body(place.hall.node.state, each) for each in place.hall.node.state.posts.values()]
        return [body.name for body in bodies if body is not None and body.text in ("Met naam.", "Zonder naam?")]

    async def both() -> bool:
        return len(await names()) == 2

    await eventually(both, what="both posts")
    assert sorted(await names()) == ["", "Hennie"]
    await phone.page.goto(f"{url_of(place)}#write")
    await expect(phone.page.locator("#question")).not_to_be_checked()
    await expect(phone.page.locator("#name")).to_have_value("Hennie")


async def test_question_with_a_name_wants_one(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    await phone.write("Wie ben ik?")
    await phone.page.click("#question")
    await phone.page.check("#named")

    await phone.page.click("#send")

    await expect(phone.page.locator("#text-error")).to_have_text(common("phone", "write.name-needed"))
    await expect(phone.page.locator("#name")).to_be_focused()


async def test_question_mark_offers_to_ask_and_takes_no_focus(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    offer = phone.page.locator("#ask-offer button")

    await phone.page.locator("#text").press_sequentially("Kan dat ook anders")
    await expect(offer).to_have_count(0)
    await phone.page.locator("#text").press_sequentially("?")
    await expect(offer).to_be_visible()
    await expect(phone.page.locator("#text")).to_be_focused()
    await offer.click()

    await expect(phone.page.locator("#question")).to_be_checked()
    await expect(offer).to_have_count(0)


async def test_question_is_for_a_speaker_of_its_session(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    now = place.house.site.now_us()
    session = {"title": "Wie luistert er?", "start": now - 60_000_000, "end": now + 3_600_000_000}
    speakers = [{"name": "Marije de Vries"}, {"name": "Tjeerd"}]
    document = {
        "zone": "Europe/Amsterdam",
        "rooms": [],
        "sessions": [{"id": "luisteren", **session, "speakers": speakers}],
    }
    answer = await place.holder("organiser").ask("PUT", "programme", {"base": 0, "programme": document})
    assert answer.status == 200, answer
    phone = await Phone.open(visits, url_of(place))

    await phone.page.click("#question")
    await phone.page.select_option("#to", "Marije de Vries")
    await phone.page.fill("#text", "Wat doet u ermee?")
    await phone.submit()

    words = common("phone", "mine.question-to", name="Marije de Vries")
    await expect(phone.page.locator("#own [data-own] .own-kind")).to_have_text(words)


async def test_wanting_is_taken_back(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    post = await question(place, "Hoe lang duurt dit?", wanted=2)
    page = await listener(place, visits)
    button = row(page, post).get_by_role("button")
    await button.click()
    await expect(row(page, post).locator(".question-votes")).to_have_text(said("question.votes", n=4))

    await button.click()

    await expect(row(page, post).locator(".question-votes")).to_have_text(said("question.votes", n=3))
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(button).to_be_focused()


async def test_questions_stand_most_wanted_newest_or_not_yet_asked(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    many = await question(place, "Veel gewild?", wanted=30)
    fewer = await question(place, "Minder gewild?", wanted=20)
    done = await question(place, "Al gesteld?", wanted=40)
    await place.hall.node.ask.stand(OPERATOR, done, Stand.ANSWERED)
    page = await listener(place, visits)
    await row(page, many).wait_for()

    async def order() -> list[str]:
        found = await page.eval_on_selector_all(
            "#questions-list [data-question]", "all => all.map((li) => li.dataset.question)"
        )
        return [each for each in found if each in (many, fewer, done)]

    assert await order() == [done, many, fewer]
    await page.get_by_text(said("questions.new")).click()
    assert await order() == [done, fewer, many]
    await page.get_by_text(said("questions.unasked")).click()
    assert await order() == [many, fewer]


async def test_asking_is_not_offered_where_no_questions_are_asked(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    await expect(phone.page.locator("#ask-row")).to_be_visible()

    await place.hall.node.ask.set_hall(OPERATOR, questions=False, reactions=False, follows=True)
    await expect(phone.page.locator("#ask-row")).to_be_hidden()
    await quiet(place)
    await expect(phone.page.locator("#ask-row")).to_be_visible()


# Voting


async def test_open_poll_takes_two_taps(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))

    id_ = await poll(place)
    await card(phone.page, id_).get_by_text("Met melk").click()
    await card(phone.page, id_).get_by_role("button", name=said("vote.send"), exact=True).click()

    await counts(place, id_, (1,))
    await expect(card(phone.page, id_)).to_contain_text(said("vote.in"))
    await expect(state_of(phone.page)).to_have_text(said("vote.in"))


async def check(page: Page, at: int) -> None:
    await page.locator("#hall .option").nth(at).click()


async def rank(page: Page) -> None:
    await page.get_by_role("button", name=said("vote.up", option="Geen")).click()


async def fill(page: Page) -> None:
    await page.fill("#hall .input", "1.250")


Choose = Callable[[Page], Awaitable[None]]

KINDS: list[tuple[PollKind, dict[str, Any], list[Choose], tuple[int, ...], str]] = [
    (PollKind.SINGLE, {}, [lambda page: check(page, 2)], (2,), "Geen"),
    (PollKind.SEVERAL, {"most": 2}, [lambda page: check(page, 2), lambda page: check(page, 0)], (0, 2), "Zwart, Geen"),
    (PollKind.SCALE, {"low": -2, "high": 2, "ends": ("Slecht", "Goed")}, [lambda page: check(page, 0)], (-2,), "-2"),
    (PollKind.RANKING, {}, [rank, rank], (2, 0, 1), said("vote.nr", n=1, option="Geen")),
    (PollKind.NUMBER, {"low": 0, "high": 5_000}, [fill], (1_250,), "1.250"),
    (PollKind.QUIZ, {"right": 1, "seconds": 600}, [lambda page: check(page, 1)], (1,), "Met melk"),
]


@pytest.mark.parametrize(("kind", "form", "choose", "wanted", "told"), KINDS, ids=[str(kind) for kind, *_ in KINDS])
async def test_vote_of_each_kind(
    place: Place,
    visits: Visits,
    kind: PollKind,
    form: dict[str, Any],
    choose: Sequence[Choose],
    wanted: tuple[int, ...],
    told: str,
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, kind, **form)
    await card(phone.page, id_).wait_for()

    for step in choose:
        await step(phone.page)
    await cast(phone.page, id_)

    await counts(place, id_, wanted)
    await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text(told)
    await quiet(place)
    await expect(card(phone.page, id_)).to_contain_text(said("poll.closed"))


async def test_vote_is_changed_until_the_poll_is_closed(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place)
    await check(phone.page, 0)
    await cast(phone.page, id_)
    await counts(place, id_, (0,))

    await card(phone.page, id_).get_by_role("button", name=said("vote.change")).click()
    await expect(card(phone.page, id_).locator("input:checked")).to_have_value("0")
    await check(phone.page, 2)
    await cast(phone.page, id_)

    await counts(place, id_, (2,))
    await quiet(place)
    await expect(card(phone.page, id_).get_by_role("button", name=said("vote.change"))).to_be_hidden()


async def test_statements_come_one_after_another_and_each_answer_goes_at_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, PollKind.STATEMENTS, options=("Een", "Twee", "Drie"))
    text = card(phone.page, id_).locator(".statement")
    agree = card(phone.page, id_).get_by_role("button", name=said("vote.agree"), exact=True)
    await expect(text).to_have_text("Een")

    await agree.click()
    await expect(text).to_have_text("Twee")
    await expect(agree, "the next one stands in its place").to_be_focused()
    await expect(state_of(phone.page)).to_contain_text("Twee")
    await counts(place, id_, (1, 0, 0))
    await card(phone.page, id_).get_by_role("button", name=said("vote.back")).click()
    await card(phone.page, id_).get_by_text(said("vote.disagree")).click()
    await card(phone.page, id_).get_by_text(said("vote.pass")).click()
    await expect(text).to_have_text("Drie")
    await agree.click()

    await counts(place, id_, (2, 3, 1))
    await expect(card(phone.page, id_)).to_contain_text(said("vote.statements-done"))


async def test_answer_in_words_is_read_by_a_moderator_first_and_the_second_takes_its_place(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, PollKind.WORDS, title="In één woord?")
    await card(phone.page, id_).locator("textarea").fill("x " * 300)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_).get_by_role("alert")).to_have_text(said("vote.words-long", n=99))

    for text in ("Tijd", "Geld"):
        await card(phone.page, id_).locator("textarea").fill(text)
        await cast(phone.page, id_)
        await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text(common("phone", "state.waiting"))
        await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text(text)
        await card(phone.page, id_).get_by_role("button", name=said("vote.change-words")).click()

    (post,) = place.hall.node.state.polls[id_].words.values()
    body = post_body(place.hall.node.state, place.hall.node.state.posts[post])
    assert body is not None
    assert body.text == "Geld"
    await phone.page.click('#tabs a[href="#mine"]')
    await expect(phone.page.locator(f'#own [data-own="{post}"]')).to_contain_text(common("phone", "mine.answer"))


@pytest.mark.parametrize(
    ("kind", "form", "fault"),
    [
        pytest.param(PollKind.SINGLE, {}, said("vote.choose"), id="nothing-chosen"),
        pytest.param(PollKind.NUMBER, {"low": 1, "high": 9}, said("vote.number-bad", low=1, high=9), id="no-number"),
        pytest.param(PollKind.WORDS, {}, said("vote.words-empty"), id="no-words"),
    ],
)
async def test_what_is_no_answer_is_said_and_not_sent(
    place: Place, visits: Visits, kind: PollKind, form: dict[str, Any], fault: str
) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, kind, **form)

    await cast(phone.page, id_)

    await expect(card(phone.page, id_).get_by_role("alert")).to_have_text(fault)
    assert counted(place, id_) == []


async def test_third_choice_of_two_is_refused_at_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, PollKind.SEVERAL, most=2)
    await card(phone.page, id_).wait_for()

    for at in range(3):
        await check(phone.page, at)

    await expect(card(phone.page, id_).get_by_role("alert")).to_have_text(said("vote.too-many", n=2))
    await expect(card(phone.page, id_).locator("input:checked")).to_have_count(2)


async def test_quiz_counts_down_closes_by_the_clock_and_tells_what_was_right(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, PollKind.QUIZ, right=1, seconds=8)
    await expect(card(phone.page, id_).get_by_role("timer")).to_contain_text("0:0")
    await check(phone.page, 0)
    await cast(phone.page, id_)
    late = await Phone.open(visits, url_of(place))
    await card(late.page, id_).wait_for()
    await late.page.context.set_offline(True)

    await expect(card(late.page, id_), "its own clock says so").to_contain_text(said("poll.over"), timeout=15_000)
    await expect(card(late.page, id_).locator(".vote-form")).to_be_hidden()
    await expect(card(phone.page, id_)).to_contain_text(said("vote.wrong", answer="Met melk"))
    await late.page.context.set_offline(False)
    await expect(card(late.page, id_)).to_contain_text(said("vote.none"), timeout=15_000)
    await counts(place, id_, (0,))


async def test_clock_of_a_phone_that_is_set_during_a_quiz_changes_nothing(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, PollKind.QUIZ, right=1, seconds=600)
    timer = card(phone.page, id_).get_by_role("timer")
    await expect(timer).to_contain_text(":")

    await phone.page.evaluate("const now = Date.now; Date.now = () => now() + 3_600_000")
    before = await timer.inner_text()

    await expect(timer).not_to_have_text(before)
    await expect(timer).not_to_contain_text("0:00")
    await check(phone.page, 1)
    await cast(phone.page, id_)
    await counts(place, id_, (1,))


# What waits


async def test_vote_without_a_network_waits_and_the_newest_goes_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    id_ = await poll(place)
    await card(phone.page, id_).wait_for()
    arrived: list[Any] = []

    def note(request: Request) -> None:
        if request.url.endswith("/votes"):
            arrived.append(request.post_data_json)

    phone.page.on("requestfinished", note)
    await phone.page.context.set_offline(True)
    await check(phone.page, 0)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.waits"))
    await card(phone.page, id_).get_by_role("button", name=said("vote.change")).click()
    await check(phone.page, 2)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text("Geen")
    assert counted(place, id_) == []

    await phone.page.context.set_offline(False)

    await counts(place, id_, (2,))
    await expect(card(phone.page, id_)).to_contain_text(said("vote.in"))
    await asyncio.sleep(0.3)  # a second one would follow at once
    assert [each["answers"] for each in arrived] == [[2]]


async def test_vote_that_waits_survives_a_closed_tab(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place)
    await card(phone.page, id_).wait_for()
    context = phone.page.context
    await context.set_offline(True)
    await check(phone.page, 1)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.waits"))

    await phone.page.close()
    await context.set_offline(False)
    again = await context.new_page()
    await again.goto(url_of(place))

    await counts(place, id_, (1,))
    await expect(card(again, id_)).to_contain_text("Met melk")


async def test_vote_that_waits_survives_a_reload_without_a_network(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place)
    await card(phone.page, id_).wait_for()
    await kept(phone.page)

    async def is_kept() -> bool:
        packs = "['js', 'css', 'nl.json'].map((end) => caches.match(`${base}packs/phone-hall.${end}`))"
        base = place.house.site.assets.prefix
        return bool(
            await phone.page.evaluate(f"(base) => Promise.all({packs}).then((all) => all.every(Boolean))", base)
        )

    await eventually(is_kept, what="the hall's parts in the cache")
    await phone.page.context.set_offline(True)
    await check(phone.page, 2)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.waits"))

    await phone.page.reload()
    await phone.page.wait_for_selector("#photo-pick:not([hidden])")
    await phone.page.context.set_offline(False)

    await counts(place, id_, (2,))
    await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text("Geen")


async def test_vote_that_comes_too_late_says_so(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    id_ = await poll(place)
    await card(phone.page, id_).wait_for()
    await phone.page.context.set_offline(True)
    await check(phone.page, 1)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.waits"))
    await place.hall.node.ask.close(OPERATOR, id_)

    await phone.page.context.set_offline(False)

    await expect(card(phone.page, id_)).to_contain_text(said("refused.poll-closed"))
    await expect(card(phone.page, id_).locator(".vote-state")).to_contain_text(said("vote.none"))
    assert counted(place, id_) == []


async def test_vote_whose_answer_got_lost_counts_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    id_ = await poll(place)
    seen: list[str] = []

    async def lose_first_answer(route: Route) -> None:
        seen.append(route.request.headers["idempotency-key"])
        if len(seen) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort("connectionreset")

    await phone.page.route("**/votes", lose_first_answer)
    await check(phone.page, 1)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.in"), timeout=20_000)

    await counts(place, id_, (1,))
    assert len(seen) == 2
    assert seen[0] == seen[1]


# Codes


async def test_code_of_a_card_is_filled_in_leaves_the_address_and_votes_once(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    id_ = await poll(place, options=("Ja", "Nee"), binding=True)
    _, (code, *_) = await place.hall.node.ask.make_codes(OPERATOR, id_, 2)
    phone = await Phone.open(visits, f"{url_of(place)}#vote={id_}&code={code}")
    assert code not in phone.page.url
    await expect(card(phone.page, id_).locator(".code")).to_have_value(code)
    assert code not in await phone.page.evaluate("JSON.stringify(history.state) + location.href + document.title")
    await check(phone.page, 0)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.in"))
    await expect(card(phone.page, id_).get_by_role("button", name=said("vote.change"))).to_be_hidden()

    other = await Phone.open(visits, url_of(place))
    await card(other.page, id_).get_by_text("Nee").click()
    await cast(other.page, id_)
    await expect(card(other.page, id_).get_by_role("alert")).to_have_text(said("vote.code-empty"))
    await card(other.page, id_).locator(".code").fill("ZZZZZ ZZZZZ")
    await cast(other.page, id_)
    await expect(card(other.page, id_).get_by_role("alert")).to_have_text(said("refused.no-code"))
    await card(other.page, id_).locator(".code").fill(code.lower())
    await cast(other.page, id_)
    await expect(card(other.page, id_).get_by_role("alert")).to_have_text(said("refused.code-used"))
    await expect(card(other.page, id_).locator("input:checked"), "what was chosen is still there").to_have_value("1")
    await counts(place, id_, (0,))


async def test_code_that_was_scanned_before_its_poll_opens_waits_for_it(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    id_ = await poll(place, options=("Ja", "Nee"), binding=True, opens=False)
    _, (code,) = await place.hall.node.ask.make_codes(OPERATOR, id_, 1)
    phone = await Phone.open(visits, f"{url_of(place)}#vote={id_}&code={code}")
    await expect(phone.page.locator(".code-ready")).to_have_text(said("vote.code-ready"))

    await place.hall.node.ask.open(OPERATOR, id_)

    await expect(card(phone.page, id_).locator(".code")).to_have_value(code)
    await expect(phone.page.locator(".code-ready")).to_have_count(0)


# Results


@pytest.mark.parametrize("reveal", list(Reveal))
async def test_result_is_told_when_it_may_be(place: Place, visits: Visits, reveal: Reveal) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, reveal=reveal)
    await votes(place, id_, *[(0,)] * 6)
    result = card(phone.page, id_).locator(".result")
    await expect(card(phone.page, id_)).to_contain_text(said("poll.voters", n=6))
    await (expect(result).to_contain_text("100%") if reveal is Reveal.LIVE else expect(result).to_be_hidden())

    await check(phone.page, 1)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_)).to_contain_text(said("vote.in"))
    await (expect(result).to_be_hidden() if reveal is Reveal.CLOSED else expect(result).to_contain_text("14%"))

    await quiet(place)
    await expect(result).to_contain_text("14%")
    await expect(result).to_contain_text(said("result.yours"))
    await card(phone.page, id_).get_by_role("button", name=said("poll.put-away")).click()
    await expect(card(phone.page, id_)).to_have_count(0)
    await to_questions(phone.page)
    await expect(phone.page.locator(f'#polls-past [data-poll="{id_}"]')).to_contain_text("14%")


async def test_result_after_ones_own_vote_is_asked_for_now_and_then_and_not_by_who_did_not_vote(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    id_ = await poll(place, reveal=Reveal.VOTED)
    await votes(place, id_, *[(0,)] * 6)
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    asked: list[str] = []
    phone.page.on("request", lambda each: asked.append(each.url) if each.url.endswith(f"/polls/{id_}") else None)
    await card(phone.page, id_).wait_for()
    await phone.page.wait_for_timeout(1_500)
    assert asked == []

    await check(phone.page, 1)
    await cast(phone.page, id_)
    await expect(card(phone.page, id_).locator(".result")).to_contain_text("14%")
    await phone.page.wait_for_timeout(2_000)

    assert asked == [], "the vote's own answer has it; the next time is 15 seconds later"


async def test_before_and_after_stand_beside_each_other(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    first = await poll(place, title="Vertrouw je het?", options=("Ja", "Nee"))
    await votes(place, first, *[(0,)] * 2, *[(1,)] * 6)
    second = await poll(place, title="Vertrouw je het?", options=("Ja", "Nee"), again=first)
    phone = await Phone.open(visits, url_of(place))
    await expect(card(phone.page, second)).to_contain_text(said("poll.again"))
    await votes(place, second, *[(0,)] * 6, *[(1,)] * 2)

    await quiet(place)

    await expect(card(phone.page, second)).to_contain_text(said("result.was", before=25, now=75))
    await expect(card(phone.page, second)).to_contain_text(said("result.shift", n=8))


# In front, and never in the way


async def test_poll_that_opens_while_somebody_types_is_one_line_and_leaves_the_focus(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    phone = await Phone.open(visits, url_of(place))
    await phone.page.locator("#text").press_sequentially("Ik zit midden in een")

    id_ = await poll(place)

    await expect(card(phone.page, id_).locator(".poll-body")).to_be_hidden()
    await expect(phone.page.locator("#text")).to_be_focused()
    await expect(state_of(phone.page)).to_have_text(said("poll.says-open", title="Welke koffie?"))
    await phone.page.keyboard.type(" zin.")
    await expect(phone.page.locator("#text")).to_have_value("Ik zit midden in een zin.")
    await card(phone.page, id_).get_by_role("button", name=said("poll.unfold")).click()
    await expect(card(phone.page, id_).locator(".poll-body")).to_be_visible()


async def test_poll_that_opens_while_somebody_reads_below_shows_a_button_that_brings_it_up(
    place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    for at in range(8):
        await question(place, f"Een lange vraag nummer {at}, met genoeg woorden voor twee regels?")
    page = await listener(place, visits)
    await page.locator("[data-question]").nth(7).wait_for()
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    id_ = await poll(place)
    pill = page.locator(".hall-pill")
    await expect(pill).to_be_visible()
    assert await page.evaluate("window.scrollY") > 0
    await pill.click()

    await expect(card(page, id_).locator("h2")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_votes_of_others_do_not_disturb_who_is_choosing(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    phone = await Phone.open(visits, url_of(place))
    id_ = await poll(place, reveal=Reveal.LIVE)
    await check(phone.page, 1)
    box = card(phone.page, id_).locator("input").nth(1)
    await box.focus()

    await votes(place, id_, *[(0,)] * 7)

    await expect(card(phone.page, id_)).to_contain_text(said("poll.voters", n=7))
    await expect(box).to_be_checked()
    await expect(box).to_be_focused()


async def test_keyboard_alone_ranks_and_votes(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.phone(url_of(place))
    id_ = await poll(place, PollKind.RANKING)
    await card(page, id_).wait_for()

    await tab_to(page, f'[data-poll="{id_}"] .ranking li:nth-child(3) .up')
    await page.keyboard.press("Enter")
    await expect(state_of(page)).to_have_text(said("vote.moved", option="Geen", n=2))
    await page.keyboard.press("Enter")
    await expect(state_of(page)).to_have_text(said("vote.moved", option="Geen", n=1))
    await tab_to(page, f'[data-poll="{id_}"] .primary')
    await page.keyboard.press("Enter")

    await counts(place, id_, (2, 0, 1))
    await expect(card(page, id_).locator(".vote-state")).to_be_focused()


# Signs


async def test_signs_that_were_pressed_together_go_in_one_request(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await quiet(place)
    phone = await Phone.open(visits, url_of(place), service_workers="block")
    await expect(phone.page.locator(".reactions")).to_have_count(0)
    await place.hall.node.ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)
    sent: list[Any] = []
    phone.page.on("request", lambda each: sent.append(each.post_data_json) if each.url.endswith("/reactions") else None)

    await phone.page.get_by_role("button", name=said("reaction.clap")).click(click_count=3)
    await phone.page.get_by_role("button", name=said("reaction.heart")).click()

    async def both() -> bool:
        return len(sent) == 2

    await eventually(both, what="two requests")
    assert sent == [{"kind": "clap", "n": 3}, {"kind": "heart", "n": 1}]
    await quiet(place)
    await expect(phone.page.locator(".reactions")).to_have_count(0)


# Light, and for everybody


async def test_hall_is_loaded_only_when_there_is_something(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await place.symposium("stiltedag", short="ST")
    context = await visits.context(**PHONE)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if "phone-hall" in each.url else None)
    await page.goto(f"{place.url}/stiltedag")
    await page.wait_for_selector("#photo-pick:not([hidden])")
    await page.wait_for_timeout(1_000)
    assert asked == []

    node = place.house.site.halls["stiltedag"].node
    await node.ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)

    await expect(page.locator(".reactions")).to_be_visible()
    assert len(asked) == 3


async def test_page_without_javascript_lists_questions_and_polls_and_asks(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    await question(place, "Leest iemand dit zonder script?")
    await poll(place, title="Een peiling zonder script")
    page = await visits.open(f"{url_of(place)}#questions", java_script_enabled=False, **PHONE)

    await page.click("#questions noscript a")

    await expect(page.locator("#questions")).to_contain_text("Leest iemand dit zonder script?")
    await expect(page.locator("#questions")).to_contain_text("Een peiling zonder script")
    await page.click('#tabs a[href="#write"]')
    await page.fill("#text", "En kan ik zo vragen?")
    await page.check("#question")
    await page.click("#send")
    await expect(page.locator("#notices")).to_contain_text(common("phone", "sent"))
    assert "En kan ik zo vragen?" in [
        body.text
        for id_ in place.hall.node.state.questions
        if (body := post_body(place.hall.node.state, place.hall.node.state.posts[id_])) is not None
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 320)])
async def test_hall_has_no_axe_violations_and_fits(
    place: Place, visits: Visits, lang: str, scheme: str, width: int
) -> None:
    visits.witness.own.add(place.url)
    await question(place, "Een vraag voor iedereen?", wanted=3)
    await place.hall.node.ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)
    options: dict[str, Any] = {"locale": lang, "color_scheme": scheme, "bypass_csp": True, "reduced_motion": "reduce"}
    phone = await Phone.open(visits, url_of(place), **options, viewport={"width": width, "height": 2_600})
    # Nothing lies under a bar, however long the page.
    await phone.page.add_style_tag(content=".top, .tabs, .send-bar, .box-foot { position: static !important }")
    await phone.page.evaluate(AXE)
    faults: dict[str, list[str]] = {}

    async def look(what: str) -> None:
        faults[what] = await phone.page.evaluate(RUN_AXE, list(TAGS)) + await phone.page.evaluate(TOO_WIDE, width)
        await phone.page.evaluate(SPACED)
        faults[f"{what}, spaced"] = await phone.page.evaluate(TOO_WIDE, width)
        await phone.page.evaluate("document.adoptedStyleSheets = []")

    await phone.page.fill("#text", "Een vraag?")
    await look("offer")
    await phone.page.click("#ask-offer button")
    await look("asking")
    await phone.page.fill("#text", "")
    await phone.page.evaluate("document.activeElement.blur()")
    for kind, form, _, _, _ in KINDS:
        id_ = await poll(place, kind, **form)
        await card(phone.page, id_).wait_for()
        await look(f"{kind} open")
        await votes(place, id_, *[(0,) if kind is not PollKind.RANKING else (0, 1, 2)] * 6)
        await quiet(place)
        await expect(card(phone.page, id_).locator(".lines > li").first).to_be_visible()
        await look(f"{kind} closed")
    id_ = await poll(place, PollKind.STATEMENTS, binding=False, options=("Een", "Twee"))
    await card(phone.page, id_).wait_for()
    await look("statements")
    id_ = await poll(place, PollKind.WORDS)
    await card(phone.page, id_).wait_for()
    await look("words")
    await to_questions(phone.page)
    await phone.page.locator("[data-question]").first.wait_for()
    await look("questions")

    assert {where: found for where, found in faults.items() if found} == {}
