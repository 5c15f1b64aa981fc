"""The desk and the programme: the session of each post, only those of one, and putting them right, one or many."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from server.symposium.state import Post
from server.symposium.values import OPERATOR, SessionId
from tests.browser.content import Filler
from tests.browser.programme_day import GARDEN_NOW, NEXT, NOW_ON, set_programme
from tests.browser.surfaces import Desk
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, eventually, said
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TEXTS = ("Wie was er niet bij?", "Onze brief is nu één bladzij.", "Kan het iets harder?", "Eén vraag per brief.")
SESSIONS = ("burger", "werk", None, "burger")


@pytest_asyncio.fixture(loop_scope="session")
async def posts(place: Place, visits: Visits) -> AsyncIterator[list[Post]]:
    """Four posts that wait: two of one session, one of another, one of none."""
    node = place.hall.node
    visits.witness.own.add(place.url)
    await node.erase(OPERATOR, posts=list(node.state.posts))
    await set_programme(node)
    filler = await Filler.of(place, SLUG)
    made = [
        await filler.phone(text, device=f"{text}-{node.state.seq}", name=f"Noor {n}") for n, text in enumerate(TEXTS)
    ]
    for post, session in zip(made, SESSIONS, strict=True):
        await node.shelf.move_posts(OPERATOR, [post.id], None if session is None else SessionId(session))
    yield made


async def open_desk(place: Place, visits: Visits, role: str = "moderator", **options: object) -> Desk:
    desk = await Desk.open(visits, place.url, place.tokens[role], SLUG, **options)
    await expect(desk.page.locator("#session-filter")).to_be_visible()
    return desk


async def read_on_a_phone(desk: Desk, post: Post) -> None:
    """Open a post where the list goes away for it."""
    await desk.page.click(f'.row-item[data-id="{post.id}"] .row-open')
    await desk.page.wait_for_selector("#post .post-text")


def sessions(place: Place, posts: list[Post]) -> list[str | None]:
    return [place.hall.node.state.posts[post.id].session for post in posts]


async def are(place: Place, posts: list[Post], wanted: list[str | None]) -> None:
    async def so() -> bool:
        return sessions(place, posts) == wanted

    await eventually(so, what=f"posts of {wanted}, not {sessions(place, posts)}")


async def test_each_post_says_its_session(place: Place, visits: Visits, posts: list[Post]) -> None:
    desk = await open_desk(place, visits)

    for post, title in zip(posts, (NOW_ON, GARDEN_NOW, None, NOW_ON), strict=True):
        row = desk.page.locator(f'.row-item[data-id="{post.id}"]')
        await expect(row.locator(".row-session")).to_have_count(0 if title is None else 1)
        if title is not None:
            await expect(row.locator(".row-session")).to_have_text(title)
    await desk.focus(posts[1].id)
    await expect(desk.page.locator("#post .post-names")).to_contain_text(GARDEN_NOW)
    await expect(desk.page.locator("#side")).to_contain_text(GARDEN_NOW)


async def test_list_shows_only_the_session_that_was_asked_for(place: Place, visits: Visits, posts: list[Post]) -> None:
    desk = await open_desk(place, visits)
    rows = desk.page.locator(".row-item:not(.gone)")
    await expect(rows).to_have_count(4)

    await desk.page.select_option("#session-select", "s burger")
    await expect(rows).to_have_count(2)
    await desk.page.select_option("#session-select", "none")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(TEXTS[2])
    await desk.page.select_option("#session-select", "s data")
    await expect(desk.page.locator("#queue-scroll .empty")).to_contain_text(said("desk", "desk.empty.session"))
    await desk.page.select_option("#session-select", "all")

    await expect(rows).to_have_count(4)


async def test_shown_posts_are_asked_for_by_session(place: Place, visits: Visits, posts: list[Post]) -> None:
    for post in posts:
        await place.holder("moderator").decide(post.id, "show")
    desk = await open_desk(place, visits)
    await desk.tab(1)
    await expect(desk.page.locator(".row-item:not(.gone)")).to_have_count(4)

    await desk.page.select_option("#session-select", "s werk")

    await expect(desk.page.locator(".row-item:not(.gone)")).to_have_count(1)


async def test_one_post_is_put_right_with_a_key_and_back(place: Place, visits: Visits, posts: list[Post]) -> None:
    desk = await open_desk(place, visits)
    await desk.focus(posts[2].id)

    await desk.press("m")
    await expect(desk.page.locator("#move-session")).to_be_focused()
    await desk.page.keyboard.type(await _option(desk, "data"))
    await desk.press("Enter")

    await are(place, posts, ["burger", "werk", "data", "burger"])
    await expect(desk.page.locator("#last")).to_contain_text(said("desk", "desk.done.move"))
    await expect(desk.page.locator("#post .post-names")).to_contain_text(NEXT)
    await desk.press("u")
    await are(place, posts, list(SESSIONS))


async def _option(desk: Desk, session: str) -> str:
    """What stands in the list for a session: typing its beginning chooses it."""
    return await desk.page.locator(f'#move-session option[value="s {session}"]').inner_text()


async def test_chosen_posts_move_together_and_back_with_one_undo(
    place: Place, visits: Visits, posts: list[Post]
) -> None:
    desk = await open_desk(place, visits)
    for post in posts[:3]:
        await desk.page.click(f'.row-item[data-id="{post.id}"] .row-check')
    before = place.seq

    await desk.page.click('#side [data-act="move"]')
    await expect(desk.page.locator("#move-title")).to_contain_text("3")
    await desk.page.select_option("#move-session", "s data")
    await desk.page.click('dialog button[value="move"]')

    await are(place, posts, ["data", "data", "data", "burger"])
    assert place.seq == before + 1
    await expect(desk.page.locator("#post .chosen-title")).to_be_visible()
    undo = desk.page.locator('#last [aria-keyshortcuts="U"]')
    await expect(undo).to_be_enabled()  # the answer is here: there is something to take back
    await desk.press("u")
    await are(place, posts, list(SESSIONS))


async def test_several_sessions_are_not_taken_for_an_answer(place: Place, visits: Visits, posts: list[Post]) -> None:
    desk = await open_desk(place, visits)
    for post in posts[:2]:
        await desk.page.click(f'.row-item[data-id="{post.id}"] .row-check')
    before = place.seq

    await desk.press("m")
    await desk.page.click('dialog button[value="move"]')
    await desk.page.wait_for_selector("dialog", state="detached")
    await place.settled()

    assert (sessions(place, posts), place.seq) == (list(SESSIONS), before)


async def test_rows_stay_where_they_are_when_one_of_them_leaves_the_filter(
    place: Place, visits: Visits, posts: list[Post]
) -> None:
    """Nothing moves under a finger: what does not belong any more leaves a gap."""
    desk = await open_desk(place, visits)
    await desk.page.select_option("#session-select", "s burger")
    last = desk.page.locator(f'.row-item[data-id="{posts[3].id}"]')
    await expect(last).to_be_visible()
    await last.hover()
    before = await last.bounding_box()

    await place.hall.node.shelf.move_posts(OPERATOR, [posts[0].id], SessionId("data"))

    await expect(desk.page.locator(f'.row-item[data-id="{posts[0].id}"]:not(.gone)')).to_have_count(0)
    assert await last.bounding_box() == before


async def test_history_says_what_was_done_to_the_programme_and_takes_it_back(
    place: Place, visits: Visits, posts: list[Post]
) -> None:
    await place.hall.node.shelf.shift(OPERATOR, SessionId("burger"), 5, rest=True)
    desk = await open_desk(place, visits)

    await desk.press("g")

    late = desk.page.locator(".history-list li").filter(has_text="5 min")
    await expect(late).to_have_count(1)
    await expect(late.get_by_role("button")).to_have_text(said("desk", "desk.undo"))
    await late.get_by_role("button").click()
    await expect(late).to_have_class(re.compile("was-undone"))
    assert place.hall.node.state.shifts == {}


async def test_erasing_is_in_reach_on_a_phone(place: Place, visits: Visits, posts: list[Post]) -> None:
    desk = await open_desk(place, visits, "organiser", viewport={"width": 390, "height": 844})
    await read_on_a_phone(desk, posts[0])

    await desk.page.click("#side .erase")
    await desk.page.click('dialog button[value="erase"]')

    async def gone() -> bool:
        return str(place.hall.node.state.posts[posts[0].id].status) == "erased"

    await eventually(gone, what="an erased post")


async def test_who_gave_no_name_has_a_drop_for_a_face(place: Place, visits: Visits, posts: list[Post]) -> None:
    filler = await Filler.of(place, SLUG)
    nameless = await filler.phone("Zonder naam", device=f"nameless-{place.seq}")
    desk = await open_desk(place, visits)

    await desk.focus(nameless.id)
    await expect(desk.page.locator(".post-head .face svg")).to_have_count(1)
    await desk.focus(posts[0].id)

    await expect(desk.page.locator(".post-head .face")).to_have_text("N0")


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1024])
async def test_desk_with_a_programme_passes_axe(
    place: Place, visits: Visits, posts: list[Post], lang: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    desk = await open_desk(place, visits, "organiser", locale=lang, bypass_csp=True, viewport=size)
    rules = {"type": "tag", "values": TAGS}
    await desk.page.select_option("#session-select", "s burger")
    found = await axe(desk.page, rules)

    await read_on_a_phone(desk, posts[0])
    found += await axe(desk.page, rules)
    await desk.press("m")
    found += await axe(desk.page, rules)

    assert found == []
