"""Which posts of a source the house still has."""

from __future__ import annotations

import pytest

from server.kept import kept_of
from server.sources.contract import Kept
from server.symposium import entries, values
from server.symposium.values import FINAL, PostBody, SourceId, Status
from tests.server.symposium.day import MASTODON, Day


def of(post: str) -> PostBody:
    told = kept(post)
    return PostBody(salt="", text=post, native_id=told.native_id, uri=told.uri, author_id=told.author_id)


def kept(post: str) -> Kept:
    return Kept(native_id=f"a.example/{post}", uri=f"https://a.example/{post}", author_id="https://a.example/anna")


def day_with(**statuses: Status) -> Day:
    day = Day()
    for post, status in statuses.items():
        day.arrive(post, body=of(post))
        put_in(day, status, post)
    return day


def put_in(day: Day, status: Status, post: str) -> None:
    """A network's post that stands so; nobody but a phone can withdraw one."""
    match status:
        case Status.SHOWN | Status.HIDDEN:
            day.decide("show", post)
            if status is Status.HIDDEN:
                day.decide("hide", post)
        case Status.REJECTED:
            day.decide("reject", post)
        case Status.GONE:
            day.depart(post)
        case Status.ERASED:
            day.erase(post)
        case Status.LAPSED:
            day.put(entries.Lapsed(kinds=(values.Kept.POSTS,)))
    assert day.status(post) == status


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.WITHDRAWN])
async def test_what_can_be_seen_or_come_back_is_kept_and_what_is_final_is_not(status: Status) -> None:
    day = day_with(p=status)
    assert await kept_of(day.state, MASTODON) == ([] if status in FINAL else [kept("p")])


async def test_source_is_told_of_its_own_posts_only_oldest_first() -> None:
    day = day_with(a=Status.SHOWN, b=Status.HELD, c=Status.HIDDEN)
    day.phone("mine")
    assert await kept_of(day.state, MASTODON) == [kept("a"), kept("b"), kept("c")]
    assert await kept_of(day.state, SourceId("another")) == []


async def test_what_is_not_known_of_a_post_is_empty_and_one_without_a_name_is_left_out() -> None:
    day = Day()
    day.arrive("a", body=PostBody(salt="", text="a", native_id="a.example/a"))
    day.arrive("b", body=PostBody(salt="", text="b", uri="https://a.example/b"))
    assert await kept_of(day.state, MASTODON) == [Kept(native_id="a.example/a", uri="", author_id="")]


@pytest.mark.parametrize(("most", "told"), [(1, "d"), (2, "bd"), (3, "bcd"), (4, "abcd"), (9, "abcd")])
async def test_of_too_many_what_can_be_seen_goes_first_and_then_the_newest(most: int, told: str) -> None:
    day = day_with(a=Status.REJECTED, b=Status.SHOWN, c=Status.HIDDEN, d=Status.HELD)
    assert await kept_of(day.state, MASTODON, most=most) == [kept(post) for post in told]


async def test_what_goes_while_others_are_read_is_left_out() -> None:
    day = day_with(a=Status.SHOWN, b=Status.SHOWN)
    reading = kept_of(day.state, MASTODON)
    reading.send(None)
    day.depart("a")
    with pytest.raises(StopIteration) as done:
        reading.send(None)
    assert done.value.value == [kept("b")]
