"""The chair's page: what the hall asks, at arm's length; on stage, answered, later, and the signs in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, WebSocketRoute, expect

from server.intake.arrival import Arrival
from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done
from server.symposium.values import (
    OPERATOR,
    PHONE,
    BadgeId,
    DeviceId,
    PollId,
    PollKind,
    PostId,
    Role,
    SessionId,
    Stand,
)
from tests.browser.programme_day import NOW_ON, set_programme
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import PHONE as PHONE_SIZE
from tests.browser.visits import Visits, eventually, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HERE, NEXT_ROOM = "burger", "werk"
TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
SWIPE_STEPS = 6
DEAF_MS = 800
"""Buttons are deaf for 700 ms after a step of this page."""


@pytest_asyncio.fixture(loop_scope="session")
async def hall(place: Place) -> AsyncIterator[Place]:
    """A programme in which a session runs, no polls that are open, and no question that still waits."""
    node = place.hall.node
    await set_programme(node)
    await node.stop(OPERATOR, on=False)
    for post, question in list(node.state.questions.items()):
        if question.stand is not Stand.ANSWERED and node.state.posts[post].status == "shown":
            await node.ask.stand(OPERATOR, post, Stand.ANSWERED)
    for id_, poll in list(node.state.polls.items()):
        if poll.opened and not poll.closed_at:
            await node.ask.close(OPERATOR, id_)
    yield place


async def asked(place: Place, text: str, *, wants: int = 0, session: str | None = HERE, show: bool = True) -> PostId:
    """A question from a phone; on the screens where a moderator let it."""
    node, device = place.hall.node, DeviceId(f"asks {text}")
    voter = node.ask.voter_of_questions(device)
    arrival = Arrival(
        source=PHONE,
        network=PHONE,
        author_id=device,
        device=device,
        text=text,
        session=None if session is None else SessionId(session),
        question=True,
        voter=voter,
    )
    post, _ = await node.receive(arrival)
    if show:
        assert (await place.holder("moderator").decide(post.id, "show")).status == 200
    for n in range(wants):
        await node.ask.want(DeviceId(f"wants {n}"), post.id, on=True)
    return post.id


def stand_of(place: Place, post: PostId) -> Stand:
    return place.hall.node.state.questions[post].stand


async def stands(place: Place, post: PostId, stand: Stand) -> None:
    async def holds() -> bool:
        return stand_of(place, post) is stand

    await eventually(holds, what=f"{post} stands {stand}")


async def chair(place: Place, visits: Visits, *, token: str | None = None, query: str = "", **options: Any) -> Page:
    visits.witness.own.add(place.url)
    address = f"{place.url}/{SLUG}/chair{query}#k={token or place.tokens['chair']}"
    page = await visits.open(address, **{**TABLET, **options})
    await page.wait_for_selector("#title:not(:empty)")
    await expect(page.locator("#left")).to_be_visible()
    return page


def row(page: Page, post: PostId) -> Locator:
    return page.locator(f'.question[data-post="{post}"]')


def words(key: str, **holes: object) -> str:
    return said("chair", key, **holes)


async def press(page: Page, what: str) -> None:
    """Press a button under what is on stage, when it hears."""
    await page.wait_for_timeout(DEAF_MS)
    await page.locator(f"#do {what}").click()


async def swipe(page: Page, on: Locator, *, by: int) -> None:
    """A finger on the glass, so many pixels to the right."""
    await on.scroll_into_view_if_needed()
    box = await on.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + min(24.0, box["height"] / 2)
    client = await page.context.new_cdp_session(page)

    async def touch(kind: str, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": at, "y": y}]
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", x)
    for step in range(1, SWIPE_STEPS + 1):
        await touch("touchMove", x + by * step / SWIPE_STEPS)
    await touch("touchEnd", x + by)


class TestQuestions:
    async def test_from_the_phone_over_the_desk_to_the_stage_to_an_answer(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        post = await asked(hall, "Wie betaalt dit straks?")

        await row(page, post).get_by_role("button", name=words("chair.to-on-stage-label", text="")).click()
        await expect(page.locator(".now-text")).to_have_text("Wie betaalt dit straks?")
        assert stand_of(hall, post) is Stand.ON_STAGE
        await press(page, '[data-stand="answered"]')
        await stands(hall, post, Stand.ANSWERED)

        await page.locator('[data-act="write"]').click()
        await page.locator(".answer .chip").first.click()
        await page.fill("#answer-text", "De provincie betaalt het.")
        await page.locator('.answer [type="submit"]').click()
        await expect(page.locator(".answer")).to_be_hidden()

        node = hall.hall.node
        told = node.state.bodies[node.state.questions[post].answer]
        assert b"Marjolein Verkade" in told
        assert b"De provincie betaalt het." in told

    async def test_what_was_not_approved_never_comes_here(self, hall: Place, visits: Visits) -> None:
        """The frames too are looked at: what is not drawn could still be read."""
        waiting = "Dit heeft nog niemand gelezen?"
        frames: list[str] = []
        context = await visits.context(**TABLET)
        visits.witness.own.add(hall.url)
        page = await context.new_page()
        page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(str(frame))))
        await page.goto(f"{hall.url}/{SLUG}/chair#k={hall.tokens['chair']}")
        held = await asked(hall, waiting, show=False)
        shown = await asked(hall, "Dit is goedgekeurd?")
        await expect(row(page, shown)).to_be_visible()

        assert await row(page, held).count() == 0
        assert waiting not in await page.content()
        assert [frame for frame in frames if waiting in frame] == []
        assert any("Dit is goedgekeurd?" in frame for frame in frames), "control: that is how it would come"
        assert waiting in (await hall.holder("moderator").get("posts?status=held")).body.decode(), (
            "control: it is there"
        )

    async def test_what_is_taken_off_the_screens_goes_from_the_stage_too(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        post = await asked(hall, "Mag dit wel gevraagd?")
        await hall.hall.node.ask.stand(OPERATOR, post, Stand.ON_STAGE)
        await expect(page.locator(".now-text")).to_have_text("Mag dit wel gevraagd?")

        await hall.holder("moderator").decide(post, "hide")

        await expect(page.locator(".now-card")).to_be_hidden()

    async def test_most_wanted_comes_first_and_every_third_place_is_a_new_one(
        self, hall: Place, visits: Visits
    ) -> None:
        wanted = [await asked(hall, f"Gewild {n}?", wants=9 - n) for n in range(4)]
        new = await asked(hall, "Net gesteld?")
        page = await chair(hall, visits)
        await expect(row(page, new)).to_be_visible()

        order = await page.locator("#next .question").evaluate_all("(rows) => rows.map((row) => row.dataset.post)")

        assert order == [wanted[0], wanted[1], new, wanted[2], wanted[3]]

    async def test_swipe_answers_and_puts_aside(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        first, second = await asked(hall, "Veeg mij naar rechts?"), await asked(hall, "Veeg mij naar links?")
        await hall.hall.node.ask.stand(OPERATOR, first, Stand.ON_STAGE)
        await expect(page.locator(".now-text")).to_have_text("Veeg mij naar rechts?")

        await page.wait_for_timeout(DEAF_MS)
        await swipe(page, page.locator(".now-text"), by=200)
        await stands(hall, first, Stand.ANSWERED)
        await page.wait_for_timeout(DEAF_MS)
        await swipe(page, row(page, second).locator(".question-text"), by=-200)
        await stands(hall, second, Stand.LATER)

    async def test_a_short_swipe_does_nothing(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        post = await asked(hall, "Raak mij zomaar aan?")
        await expect(row(page, post)).to_be_visible()

        await swipe(page, row(page, post).locator(".question-text"), by=20)
        await page.wait_for_timeout(300)

        assert stand_of(hall, post) is Stand.OPEN

    async def test_keys_and_a_clicker(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        posts = [await asked(hall, f"Toets {n}?", wants=5 - n) for n in range(3)]
        await expect(row(page, posts[2])).to_be_visible()

        await page.keyboard.press("n")
        await stands(hall, posts[0], Stand.ON_STAGE)
        await expect(page.locator(".now-text")).to_have_text("Toets 0?")
        await page.keyboard.press("PageDown")
        await stands(hall, posts[1], Stand.ON_STAGE)
        assert stand_of(hall, posts[0]) is Stand.ANSWERED
        await expect(page.locator(".now-text")).to_have_text("Toets 1?")
        await page.keyboard.press("l")
        await stands(hall, posts[1], Stand.LATER)
        await expect(page.locator(".now-card")).to_be_hidden()
        await page.keyboard.press("PageUp")
        await stands(hall, posts[1], Stand.ON_STAGE)

    async def test_letters_can_be_switched_off(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        post = await asked(hall, "Zonder letters?")
        await expect(row(page, post)).to_be_visible()
        await page.click("#set-part summary")
        await page.get_by_role("switch", name=words("chair.keys-on")).click()
        await page.locator("body").press("n")
        await page.wait_for_timeout(300)
        assert stand_of(hall, post) is Stand.OPEN

        await page.keyboard.press("PageDown")
        await stands(hall, post, Stand.ON_STAGE)

    async def test_letters_in_a_field_are_only_letters(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        first, second = await asked(hall, "Eerst dit?", wants=2), await asked(hall, "Daarna dit?")
        await row(page, first).locator('[data-stand="on-stage"]').click()
        await press(page, '[data-stand="answered"]')
        await page.locator('[data-act="write"]').click()
        await page.keyboard.type("na u")

        assert await page.input_value("#answer-name") == "na u"
        assert stand_of(hall, second) is Stand.OPEN

    async def test_what_is_typed_stays_when_the_next_question_is_asked(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        first, second = await asked(hall, "Vraag van net?", wants=2), await asked(hall, "Vraag van nu?")
        await row(page, first).locator('[data-stand="on-stage"]').click()
        await press(page, '[data-stand="answered"]')
        await page.locator('[data-act="write"]').click()
        await page.fill("#answer-text", "Bijna af")
        await press(page, '[data-act="next"]')
        await expect(page.locator(".now-text")).to_have_text("Vraag van nu?")

        assert await page.input_value("#answer-text") == "Bijna af"
        await page.locator('.answer [type="submit"]').click()
        await expect(page.locator(".answer")).to_be_hidden()
        node = hall.hall.node
        assert b"Bijna af" in node.state.bodies[node.state.questions[first].answer]
        assert stand_of(hall, second) is Stand.ON_STAGE

    async def test_two_taps_in_one_place_are_one_step(self, hall: Place, visits: Visits) -> None:
        """Where "next question" stood, "answered" comes: the second tap must not hit that."""
        post = await asked(hall, "Dubbel getikt?")
        page = await chair(hall, visits)
        await expect(row(page, post)).to_be_visible()
        box = await page.locator('#do [data-act="next"]').bounding_box()
        assert box is not None
        await page.wait_for_timeout(DEAF_MS)

        await page.mouse.click(box["x"] + 60, box["y"] + 30)
        await expect(page.locator(".now-text")).to_have_text("Dubbel getikt?")
        await page.mouse.click(box["x"] + 60, box["y"] + 30)
        await page.wait_for_timeout(DEAF_MS)
        assert stand_of(hall, post) is Stand.ON_STAGE

        await page.mouse.click(box["x"] + 60, box["y"] + 30)
        await stands(hall, post, Stand.ANSWERED)

    async def test_two_taps_in_the_list_ask_one_question(self, hall: Place, visits: Visits) -> None:
        """The next question comes where the finger is."""
        first, second = await asked(hall, "Bovenaan?", wants=5), await asked(hall, "Daaronder?")
        page = await chair(hall, visits)
        await expect(row(page, second)).to_be_visible()
        box = await row(page, first).locator('[data-stand="on-stage"]').bounding_box()
        assert box is not None

        await page.mouse.click(box["x"] + 30, box["y"] + 20)
        await expect(page.locator(".now-text")).to_have_text("Bovenaan?")
        await page.mouse.click(box["x"] + 30, box["y"] + 20)
        await page.wait_for_timeout(DEAF_MS)

        assert (stand_of(hall, first), stand_of(hall, second)) == (Stand.ON_STAGE, Stand.OPEN)

    async def test_undo_puts_back_what_made_way(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        first, second = await asked(hall, "Deze stond er?"), await asked(hall, "Deze kwam per ongeluk?")
        await row(page, first).locator('[data-stand="on-stage"]').click()
        await expect(page.locator(".now-text")).to_have_text("Deze stond er?")
        await page.wait_for_timeout(DEAF_MS)
        await row(page, second).locator('[data-stand="on-stage"]').click()
        await expect(page.locator(".now-text")).to_have_text("Deze kwam per ongeluk?")
        assert stand_of(hall, first) is Stand.ANSWERED

        await page.locator('[data-act="undo"]').click()

        await expect(page.locator(".now-text")).to_have_text("Deze stond er?")
        await stands(hall, second, Stand.OPEN)
        assert stand_of(hall, first) is Stand.ON_STAGE

    async def test_two_chairs_at_once_end_with_one_question_on_stage(self, hall: Place, visits: Visits) -> None:
        one, two = await chair(hall, visits), await chair(hall, visits)
        posts = [await asked(hall, f"Tegelijk {n}?") for n in range(2)]
        for page in (one, two):
            await expect(row(page, posts[1])).to_be_visible()

        await asyncio.gather(
            *(
                row(page, post).locator('[data-stand="on-stage"]').click()
                for page, post in zip((one, two), posts, strict=True)
            )
        )

        async def settled() -> bool:
            return sorted(stand_of(hall, post) for post in posts) == [Stand.ANSWERED, Stand.ON_STAGE]

        await eventually(settled, what="one is on stage")
        now = next(n for n, post in enumerate(posts) if stand_of(hall, post) is Stand.ON_STAGE)
        for page in (one, two):
            await expect(page.locator(".now-text")).to_have_text(f"Tegelijk {now}?")

    async def test_while_the_screens_are_stopped_nothing_is_told(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        post = await asked(hall, "Nog zichtbaar?")
        await expect(row(page, post)).to_be_visible()

        await hall.hall.node.stop(OPERATOR, on=True)

        await expect(page.locator("#notices")).to_contain_text(words("chair.stopped"))
        await expect(row(page, post)).to_have_count(0)
        await hall.hall.node.stop(OPERATOR, on=False)
        await expect(row(page, post)).to_be_visible()

    async def test_questions_of_another_room_are_elsewhere(self, hall: Place, visits: Visits) -> None:
        here, there = await asked(hall, "Hier?"), await asked(hall, "Daar?", session=NEXT_ROOM)
        page = await chair(hall, visits)
        await expect(row(page, here)).to_be_visible()
        await expect(row(page, there)).to_have_count(0)

        await page.click("#set-part summary")
        await page.select_option("#session", NEXT_ROOM)

        await expect(row(page, there)).to_be_visible()
        await expect(row(page, here)).to_have_count(0)


class TestASpeaker:
    @pytest_asyncio.fixture(loop_scope="session")
    async def token(self, hall: Place) -> str:
        _, token = await hall.hall.node.make_badge(OPERATOR, Role.SPEAKER, "Noor", session=NEXT_ROOM)
        return token

    async def test_sees_their_own_session_only(self, hall: Place, visits: Visits, token: str) -> None:
        own, other = await asked(hall, "Voor Noor?", session=NEXT_ROOM), await asked(hall, "Voor de zaal?")
        nobody = await asked(hall, "Voor niemand?", session=None)
        page = await chair(hall, visits, token=token)
        await expect(row(page, own)).to_be_visible()

        assert [await row(page, post).count() for post in (other, nobody)] == [0, 0]
        assert await page.locator("#session").count() == 0
        await row(page, own).locator('[data-stand="on-stage"]').click()
        await stands(hall, own, Stand.ON_STAGE)

    async def test_opens_no_polls(self, hall: Place, visits: Visits, token: str) -> None:
        id_ = await draft(hall, "Peiling van Noor", session=NEXT_ROOM)
        page = await chair(hall, visits, token=token)
        await page.click("#polls-part summary")

        await expect(page.locator(f'[data-poll="{id_}"]')).to_be_visible()
        assert await page.locator(f'[data-poll="{id_}"] button').count() == 0


async def draft(place: Place, title: str, *, session: str | None = HERE) -> PollId:
    node, id_ = place.hall.node, PollId(f"peiling{len(place.hall.node.state.polls)}")
    options = ({"nl": "ja"}, {"nl": "nee"})
    form = PollForm(kind=PollKind.SINGLE, options=2, session=None if session is None else SessionId(session))
    outcome = await node.ask.draft(OPERATOR, PollBody(title={"nl": title}, options=options), form, poll=id_)
    assert isinstance(outcome, Done), outcome
    return id_


class TestPolls:
    async def test_start_follow_and_stop(self, hall: Place, visits: Visits) -> None:
        node, id_ = hall.hall.node, await draft(hall, "Doen we dit?")
        page = await chair(hall, visits)
        await page.click("#polls-part summary")
        card = page.locator(f'[data-poll="{id_}"]')

        await card.get_by_role("button", name=words("chair.poll.start")).click()
        await expect(page.locator(f'#open-polls [data-poll="{id_}"]')).to_be_visible()
        for n in range(6):
            opening = node.state.polls[id_].opened
            await node.ask.vote(DeviceId(f"stemt {n}"), id_, [int(n > 3)], opening=opening)
        await expect(card.locator(".bar-line").first).to_contain_text("67 % (4)")
        await card.get_by_role("button", name=words("chair.poll.stop")).click()

        await expect(page.locator(f'#polls [data-poll="{id_}"]')).to_be_attached()
        assert node.state.polls[id_].closed_at > 0

    async def test_another_one_that_is_open_is_named(self, hall: Place, visits: Visits) -> None:
        first, second = await draft(hall, "Deze loopt al"), await draft(hall, "Deze wil ook")
        await hall.hall.node.ask.open(OPERATOR, first)
        page = await chair(hall, visits)
        await page.click("#polls-part summary")
        card = page.locator(f'[data-poll="{second}"]')

        await expect(card).to_contain_text("Deze loopt al")
        await expect(card.get_by_role("button")).to_have_attribute("aria-disabled", "true")


class TestSigns:
    async def test_from_the_stage_to_the_chair_and_back(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        async with hall.holder("moderator").live("stage") as stage:
            body = {"topic": "signal", "key": HERE, "value": {"kind": "two-minutes"}, "ttl": 30}
            assert (await hall.holder("moderator").ask("POST", "pulses", body)).status == 204
            await expect(page.locator(".sign")).to_contain_text(words("chair.two-minutes"))
            await page.locator(".sign button").click()
            await expect(page.locator(".sign")).to_have_count(0)

            async def thanked() -> bool:
                frame = await stage.receive_json()
                return bool(frame["type"] == "pulse" and frame["value"].get("kind") == "thanks")

            await eventually(thanked, what="thanks")

    async def test_from_the_chair_to_the_speaker(self, hall: Place, visits: Visits) -> None:
        _, token = await hall.hall.node.make_badge(OPERATOR, Role.SPEAKER, "Karim", session=HERE)
        page, speaker = await chair(hall, visits), await chair(hall, visits, token=token)

        await page.locator('[data-act="sign"]').click()
        await expect(speaker.locator(".sign")).to_contain_text(words("chair.two-minutes"))
        await expect(page.locator(".sign")).to_have_count(0)
        await speaker.locator(".sign button").click()

        await expect(page.locator("#signed")).to_contain_text("gezien")

    async def test_of_another_session_is_not_told(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)
        for key in (NEXT_ROOM, HERE):
            body = {"topic": "signal", "key": key, "value": {"kind": "two-minutes"}, "ttl": 30}
            if key == HERE:
                await page.wait_for_timeout(300)
                assert await page.locator(".sign").count() == 0
            await hall.holder("moderator").ask("POST", "pulses", body)
        await expect(page.locator(".sign")).to_be_visible()


class TestTrouble:
    async def test_a_revoked_badge_leaves_nothing_on_the_page(self, hall: Place, visits: Visits) -> None:
        badge, token = await hall.badge("chair", "Even")
        post = await asked(hall, "Blijft dit staan?")
        page = await chair(hall, visits, token=token)
        await expect(row(page, post)).to_be_visible()
        visits.faults_allowed = True

        await hall.hall.node.revoke_badge(OPERATOR, BadgeId(badge))

        await expect(page.locator("#notices")).to_contain_text(said("chair", "revoked"))
        assert "Blijft dit staan?" not in await page.content()

    async def test_another_badge_is_told_that_this_is_another_page(self, hall: Place, visits: Visits) -> None:
        visits.witness.own.add(hall.url)
        page = await visits.open(f"{hall.url}/{SLUG}/chair#k={hall.tokens['author']}", **TABLET)

        await expect(page.locator("#door")).to_contain_text(words("door.role"))
        await expect(page.locator("#page")).to_be_hidden()

    async def test_without_a_line_it_says_so_calmly_keeps_what_it_knows_and_comes_back(
        self, hall: Place, visits: Visits
    ) -> None:
        post = await asked(hall, "Wat als het netwerk wegvalt?")
        visits.faults_allowed = True
        context = await visits.context(**TABLET)
        visits.witness.own.add(hall.url)
        page, lines, up = await context.new_page(), list[WebSocketRoute](), asyncio.Event()
        up.set()

        async def line(ws: WebSocketRoute) -> None:
            if up.is_set():
                ws.connect_to_server()
                lines.append(ws)
            else:
                await ws.close()

        await page.route_web_socket("**/live**", line)
        await page.goto(f"{hall.url}/{SLUG}/chair#k={hall.tokens['chair']}")
        await expect(row(page, post)).to_be_visible()
        up.clear()
        for ws in lines:
            await ws.close()
        await page.route("**/questions/**", lambda route: route.abort())

        await expect(page.locator("#notices .warn")).to_contain_text("Geen verbinding")
        await expect(row(page, post)).to_be_visible()
        await row(page, post).locator('[data-stand="on-stage"]').click()
        await expect(page.locator("#notices .danger")).to_contain_text(words("fault.offline"))
        assert stand_of(hall, post) is Stand.OPEN

        await page.unroute("**/questions/**")
        up.set()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.locator("#notices .warn")).to_have_count(0)
        await row(page, post).locator('[data-stand="on-stage"]').click()
        await stands(hall, post, Stand.ON_STAGE)
        await expect(page.locator("#notices .danger")).to_have_count(0)

    async def test_screen_stays_awake_while_it_is_looked_at(self, hall: Place, visits: Visits) -> None:
        context = await visits.context(**TABLET)
        await context.add_init_script(
            """
            window.locks = [];
            const wakeLock = {request: async (kind) => { locks.push(kind); return {release: async () => {}}; }};
            Object.defineProperty(navigator, 'wakeLock', {value: wakeLock});
            """
        )
        visits.witness.own.add(hall.url)
        page = await context.new_page()
        await page.goto(f"{hall.url}/{SLUG}/chair#k={hall.tokens['chair']}")
        await expect(page.locator("#left")).to_be_visible()

        assert await page.evaluate("locks") == ["screen"]


class TestLooks:
    async def test_time_that_is_left_follows_the_programme(self, hall: Place, visits: Visits) -> None:
        page = await chair(hall, visits)

        await expect(page.locator("#title")).to_have_text(NOW_ON)
        await expect(page.locator("#left")).to_have_text(words("chair.left-running", n=20))
        await hall.holder("organiser").ask("POST", "programme/shifts", {"session": HERE, "minutes": -16, "rest": False})
        await expect(page.locator("#left")).to_have_attribute("data-phase", "soon")
        await hall.holder("organiser").ask("POST", "programme/shifts", {"session": HERE, "minutes": 0, "rest": False})

    @pytest.mark.parametrize("lang", ["nl", "en"])
    @pytest.mark.parametrize("colours", ["dark", "light"])
    async def test_axe_finds_nothing(self, hall: Place, visits: Visits, lang: str, colours: str) -> None:
        page = await everything(hall, visits, f"?lang={lang}")
        await page.select_option("#theme", colours)
        await page.wait_for_timeout(200)

        assert await axe(page, TAGS) == []

    @pytest.mark.parametrize("width", [320, 390, 512, 768, 1280])
    async def test_nothing_is_wider_than_the_page(self, hall: Place, visits: Visits, width: int) -> None:
        """512 is 1024 at 200 %."""
        page = await everything(hall, visits, viewport={"width": width, "height": 700})

        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        low = await page.locator(".chair-dock button:visible, .question-buttons button:visible").evaluate_all(
            "(buttons) => buttons.map((button) => button.getBoundingClientRect()).filter(({height}) => height < 48)"
        )
        assert low == []

    async def test_a_phone_has_everything_a_tablet_has(self, hall: Place, visits: Visits) -> None:
        page = await everything(hall, visits, **PHONE_SIZE)

        await page.wait_for_timeout(DEAF_MS)
        await page.locator('#do [data-stand="answered"]').tap()
        await expect(page.locator("#last")).to_be_visible()


async def everything(place: Place, visits: Visits, query: str = "", **options: Any) -> Page:
    """A page with a question on stage, some that wait, polls in each state, a sign, and all of it unfolded."""
    node = place.hall.node
    posts = [await asked(place, f"Een vraag van gewone lengte, nummer {n} van deze dag?", wants=n) for n in range(4)]
    await node.ask.stand(OPERATOR, posts[0], Stand.ON_STAGE)
    await node.ask.stand(OPERATOR, posts[1], Stand.LATER)
    running, _ = await draft(place, "Loopt"), await draft(place, "Wacht")
    await node.ask.open(OPERATOR, running)
    for n in range(6):
        await node.ask.vote(DeviceId(f"stemt {n}"), running, [n % 2], opening=node.state.polls[running].opened)
    page = await chair(place, visits, query=query, **options)
    await expect(row(page, posts[3])).to_be_visible()
    for part in ("later-part", "polls-part", "set-part"):
        await page.click(f"#{part} summary")
    body = {"topic": "signal", "key": HERE, "value": {"kind": "two-minutes"}, "ttl": 30}
    await place.holder("moderator").ask("POST", "pulses", body)
    await expect(page.locator(".sign")).to_be_visible()
    return page
