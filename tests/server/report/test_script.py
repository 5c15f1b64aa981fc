"""A day as a script: what was shown, by invented people, and nothing by which they can be found."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from server.rehearsal.drawing import PICTURES
from server.report import masks
from server.report.script import _PICTURES, NOTICE, QUIET_S, script
from server.symposium.bodies import badge_name, post_body, programme_body
from server.symposium.state import State
from server.symposium.values import BlobId, Picture, PostBody
from tests.rehearsed import RehearsedDay
from tests.server.symposium.day import Day


@cache
def day() -> State:
    return RehearsedDay("nl").state


def made(state: State, *, link_only: tuple[str, ...] = ()) -> dict[str, Any]:
    return dict(json.loads(b"".join(script(state, link_only=link_only))))


def test_script_has_what_stands_in_the_order_in_which_it_was_shown() -> None:
    found = made(day())

    assert len(found["posts"]) == len(day().shown)
    assert [post["lang"] for post in found["posts"]] == [day().posts[each].lang or "" for each in day().shown]
    times = [post["atS"] for post in found["posts"]]
    assert times == sorted(times)
    assert all(later - earlier <= QUIET_S for earlier, later in pairwise(times))


def test_script_says_in_both_languages_that_texts_may_tell_who_wrote_them() -> None:
    assert made(day())["notice"] == NOTICE
    assert "te herkennen" in NOTICE["nl"]
    assert "recognised" in NOTICE["en"]


def known_of_people(state: State) -> set[str]:
    """Names of several words, handles and addresses: what must be nowhere in the file."""
    programme = programme_body(state)
    assert programme is not None
    found = {speaker.name for session in programme.sessions for speaker in session.speakers}
    found |= {badge_name(state, badge) or "" for badge in state.badges}
    for post in state.posts.values():
        body = post_body(state, post)
        if body is not None:
            found |= {body.name, body.handle, body.permalink or "", body.author_id or ""}
            found |= {picture.blob for picture in body.media} | {picture.alt for picture in body.media}
        found |= {post.id}
    return {each for each in found if " " in each.strip() or len(each) > 14}


def test_nobody_and_no_address_of_the_day_is_in_the_file() -> None:
    text = b"".join(script(day(), link_only=())).decode()
    assert [each for each in known_of_people(day()) if each in text] == []


def test_without_the_masks_they_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with texts as they were: the test above would notice."""
    monkeypatch.setattr(masks.Masks, "text", lambda _, text, lang=None: text)
    text = b"".join(script(day(), link_only=())).decode()
    assert [each for each in known_of_people(day()) if each in text] != []


def test_photos_become_drawings_that_say_nothing() -> None:
    assert set(_PICTURES) <= set(PICTURES)
    picture = Picture(blob=BlobId("a" * 64), type="image/webp", width=4, height=3, alt="Ada voor haar huis")
    one = Day()
    one.arrive(
        body=PostBody(salt="", text="Kijk", name="Ada Borg", handle="@ada@x.example", lang="en", media=(picture,))
    )
    one.decide("show")

    (post,) = made(one.state)["posts"]

    assert (post["picture"] in PICTURES, post["alt"]) == (True, "A drawing, in place of a photo.")
    assert "Ada" not in json.dumps(post)


def test_what_is_not_shown_and_what_may_not_be_copied_is_left_out() -> None:
    one = Day()
    for post in ("p", "q", "r"):
        one.arrive(post)
        one.decide("show", post)
    one.decide("hide", "q")
    one.erase("r")

    assert [post["text"] for post in made(one.state)["posts"]] == ["p says p-1"]
    assert made(one.state, link_only=("mastodon",))["posts"] == []


def test_empty_symposium_has_a_script_without_posts() -> None:
    assert made(Day().state)["posts"] == []


def test_answers_name_the_post_that_they_answer() -> None:
    found = made(day())
    keys = {post["key"]: place for place, post in enumerate(found["posts"])}
    answers = [post for post in found["posts"] if "reply" in post]
    assert answers
    assert all(post["reply"] in keys for post in answers)
