"""The studio's own requests: one choice changes one post, two authors add to each other, and what went has no words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.intake.arrival import Arrival
from server.report.compile import AUTO_QUOTES
from server.report.draft_facts import is_of_a_post
from server.symposium.values import PHONE, BlobId, DeviceId, Picture, Role
from server.web.studio import may_see_of_report
from tests.house import Place, Visitor, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = AUTO_QUOTES + 4


@pytest_asyncio.fixture(loop_scope="module")
async def told(tmp_path: Path) -> AsyncIterator[Place]:
    """A house with more posts than the compiler chooses by itself."""
    async with open_place(tmp_path) as place:
        for number in range(MANY):
            await place.show(f"Dit is bericht nummer {number} van deze dag, met iets erin dat telt.")
        yield place


async def section(author: Visitor) -> dict[str, Any]:
    (only,) = (await author.get("report/draft")).json["sections"]
    return dict(only)


async def listed(author: Visitor, **query: str) -> list[dict[str, Any]]:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = await author.get(f"report/posts?section=loose{more}")
    assert answer.status == 200, answer
    return list(answer.json["posts"])


async def choose(author: Visitor, post: str, **what: str) -> int:
    answer = await author.ask("POST", "report/choices", {"posts": [post], **what})
    assert answer.status == 200, answer
    return int(answer.json["seq"])


async def test_posts_of_a_section_come_by_time_and_in_pages(told: Place) -> None:
    author = told.holder("author")
    posts = await listed(author)

    assert len(posts) == MANY
    assert [post["at"] for post in posts] == sorted(post["at"] for post in posts)
    first = (await author.get("report/posts?section=loose&limit=5")).json
    assert [post["id"] for post in first["posts"]] == [post["id"] for post in posts[:5]]
    assert await listed(author, after=first["next"]) == posts[5:]


async def test_one_choice_changes_one_post(told: Place) -> None:
    author = told.holder("author")
    before = (await section(author))["chosen"]

    await choose(author, before[3], choice="out")

    assert (await section(author))["chosen"] == [post for post in before if post != before[3]]


async def test_without_settling_another_post_takes_its_place(told: Place) -> None:
    """The negative control: the plain request lets the compiler fill the gap."""
    author = told.holder("author")
    before = (await section(author))["chosen"]

    await author.ask("POST", "report/quotes", {"posts": [before[3]], "choice": "out"})

    assert len((await section(author))["chosen"]) == AUTO_QUOTES


async def test_one_more_chosen_pushes_none_out(told: Place) -> None:
    author = told.holder("author")
    before = (await section(author))["chosen"]
    (extra, *_) = [post["id"] for post in await listed(author) if post["id"] not in before]

    await choose(author, extra, choice="in")

    assert sorted((await section(author))["chosen"]) == sorted([*before, extra])


async def test_undo_takes_back_that_choice_and_not_a_colleagues(told: Place) -> None:
    one, other = told.holder("author"), told.holder("organiser")
    before = (await section(one))["chosen"]
    seq = await choose(one, before[0], choice="out")
    await choose(other, before[1], choice="out")

    await one.ask("POST", "undos", {"seq": seq})

    assert (await section(one))["chosen"] == [before[0], *before[2:]]


async def test_merge_brings_no_other_post_in(told: Place) -> None:
    author = told.holder("author")
    before = (await section(author))["chosen"]

    answer = await author.ask("POST", "report/choices", {"posts": [before[4]], "into": before[3]})

    assert answer.status == 200, answer
    assert (await section(author))["chosen"] == [post for post in before if post != before[4]]


async def test_two_authors_who_choose_at_once_both_have_their_way(told: Place) -> None:
    one, other = told.holder("author"), told.holder("organiser")
    before = (await section(one))["chosen"]

    await asyncio.gather(choose(one, before[0], choice="out"), choose(other, before[5], choice="out"))

    assert (await section(one))["chosen"] == [post for post in before if post not in (before[0], before[5])]


async def test_pull_quote_displaces_no_other(told: Place) -> None:
    author, desk = told.holder("author"), told.holder("moderator")
    chosen = (await section(author))["chosen"]
    for post in chosen[:3]:
        await desk.decide(post, "star")
    before = await section(author)
    assert before["pulls"] == chosen[:3]

    await choose(author, chosen[5], pull="in")

    assert (await section(author))["pulls"] == [*chosen[:3], chosen[5]]


async def test_two_authors_who_move_at_once_both_have_their_way(told: Place) -> None:
    one, other = told.holder("author"), told.holder("organiser")
    before = (await section(one))["chosen"]
    moves = (
        one.ask("POST", "report/moves", {"section": "loose", "post": before[4], "after": before[0]}),
        other.ask("POST", "report/moves", {"section": "loose", "post": before[9], "after": before[7]}),
    )

    assert [answer.status for answer in await asyncio.gather(*moves)] == [200, 200]

    rest = [post for post in before if post not in (before[4], before[9])]
    expected = [rest[0], before[4], *rest[1:]]
    expected.insert(expected.index(before[7]) + 1, before[9])
    assert (await section(one))["chosen"] == expected


async def test_what_is_chosen_after_a_move_stands_by_its_time(told: Place) -> None:
    author = told.holder("author")
    posts = [post["id"] for post in await listed(author)]
    await choose(author, posts[6], choice="out")
    chosen = (await section(author))["chosen"]
    await author.ask("POST", "report/moves", {"section": "loose", "post": chosen[1], "after": None})

    await choose(author, posts[6], choice="in")

    now = (await section(author))["chosen"]
    assert now.index(posts[6]) == now.index(posts[5]) + 1


async def test_move_of_what_is_not_in_the_thread_is_refused(told: Place) -> None:
    author = told.holder("author")
    chosen = (await section(author))["chosen"]
    await choose(author, chosen[0], choice="out")

    answer = await author.ask("POST", "report/moves", {"section": "loose", "post": chosen[0], "after": chosen[1]})

    assert (answer.status, answer.code) == (404, "unknown")


async def test_chosen_post_that_was_erased_stays_as_a_gap_without_a_word(told: Place) -> None:
    author = told.holder("author")
    before = await section(author)
    gone = before["chosen"][2]
    await choose(author, before["chosen"][0], choice="out")
    words = next(post["text"] for post in await listed(author) if post["id"] == gone)

    await told.holder("organiser").ask("POST", "erasures", {"posts": [gone]})

    answer = await author.get("report/posts?section=loose")
    (left,) = [post for post in answer.json["posts"] if post["id"] == gone]
    assert (left["end"]["status"], left["text"], left["name"]) == ("erased", "", "")
    assert words not in answer.body.decode()
    after = await section(author)
    assert gone not in after["chosen"]
    assert after["mark"] != before["mark"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"posts": ["x"]}, 422),
        ({"posts": ["x"], "choice": "in", "pull": "in"}, 422),
        ({"posts": ["x"], "choice": "in", "into": "y"}, 422),
        ({"posts": [], "choice": "in"}, 422),
        ({"posts": ["x"], "choice": "maybe"}, 422),
    ],
)
async def test_choice_that_says_nothing_clear_is_refused(told: Place, body: object, status: int) -> None:
    before = told.seq
    answer = await told.holder("author").ask("POST", "report/choices", body)
    assert (answer.status, told.seq) == (status, before)


@pytest.mark.parametrize("query", ["", "?section=", "?section=loose&limit=0", "?section=loose&limit=many"])
async def test_list_that_was_asked_for_badly_says_so(told: Place, query: str) -> None:
    answer = await told.holder("author").get(f"report/posts{query}")
    assert answer.status == 422


async def test_author_sees_the_photos_of_posts_that_left_the_wall_by_age_alone(told: Place) -> None:
    """The wall names the newest 200 posts; a report may have any of a day."""
    photo = Picture(blob=BlobId("a" * 64), type="image/webp", width=8, height=8, alt="")
    old = Arrival(source=PHONE, network=PHONE, author_id="x", device=DeviceId("x"), text="Met foto", media=(photo,))
    state = told.hall.node.state
    post, _ = await told.hall.node.receive(old)

    assert not is_of_a_post(state, photo.blob)  # it waits for a moderator
    await told.holder("moderator").decide(post.id, "show")
    assert is_of_a_post(state, photo.blob)
    assert may_see_of_report(told.hall, Role.AUTHOR, photo.blob)
    assert not may_see_of_report(told.hall, Role.SPEAKER, photo.blob)
    await told.holder("moderator").decide(post.id, "hide")
    assert not may_see_of_report(told.hall, Role.AUTHOR, photo.blob)
