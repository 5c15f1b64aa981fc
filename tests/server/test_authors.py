"""Who is meant by an address, a handle, a name or words: everybody who could be, and nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import authors
from server.authors import MOST, By, find, keys_of, meant, shown, versions_of
from server.keyring import Keyring
from server.symposium import entries
from server.symposium.entries import FrozenFile
from server.symposium.values import PHONE, AuthorKey, BlobId, PostBody, PostId
from tests.server.symposium.day import AUTHOR, SHOW, Day

ANNA = "https://social.example/users/anna"


def said(text: str, **more: Any) -> PostBody:
    return PostBody(salt="", text=text, **more)


@pytest.fixture
def day() -> Day:
    """Two posts of Anna's and one of Björn's from a network, and two of a phone under two names."""
    made = Day()
    of_anna = {"name": "Anna de Wit", "handle": "@anna@social.example", "author_id": ANNA}
    made.arrive(
        "a1",
        author="anna",
        verdict=SHOW,
        body=said("Meer bomen!", permalink="https://social.example/@anna/1", uri=f"{ANNA}/statuses/1", **of_anna),
    )
    made.arrive("a2", author="anna", body=said("En bankjes.", **of_anna))
    made.arrive("b1", author="bjorn", body=said("Ik ken Anna.", name="Björn", handle="@bjorn@other.example"))
    made.phone("p1", body=said("Waar is de koffie?", name="Oma Riet"))
    made.phone("p2", body=said("Gevonden."))
    return made


async def found(day: Day, query: str) -> list[tuple[str, By, str]]:
    people, _ = await find(day.state, query)
    return [(each.author, each.by, each.said) for each in people]


@pytest.mark.parametrize(
    "query",
    ["@anna@social.example", "ANNA@social.example", "https://social.example/@anna", ANNA, "social.example/@anna/99"],
)
async def test_handle_and_profile_say_who_it_is(day: Day, query: str) -> None:
    assert await found(day, query) == [("anna", By.IDENTITY, "a2")]
    assert [each.author for each in await meant(day.state, query)] == ["anna"]


@pytest.mark.parametrize(
    "address", ["https://social.example/@anna/1", "http://social.example/@anna/1/", f"{ANNA}/statuses/1#x"]
)
async def test_address_of_a_post_says_which_post(day: Day, address: str) -> None:
    assert await found(day, address) == [("anna", By.POST, "a1")]


@pytest.mark.parametrize("query", ["bjorn", "BJÖRN", "@bjorn", "other.example"])
async def test_name_is_found_without_marks_and_case(day: Day, query: str) -> None:
    assert await found(day, query) == [("bjorn", By.NAME, "b1")]
    assert await meant(day.state, query) == []


async def test_names_come_before_words(day: Day) -> None:
    assert await found(day, "anna") == [("anna", By.NAME, "a2"), ("bjorn", By.WORDS, "b1")]


async def test_phone_is_found_by_any_name_that_it_gave(day: Day) -> None:
    assert await found(day, "oma riet") == [("phone-1", By.NAME, "p1")]


async def test_words_say_who_said_them(day: Day) -> None:
    assert await found(day, "koffie") == [("phone-1", By.WORDS, "p1")]


@pytest.mark.parametrize("query", ["@", "@@", "anna@elsewhere.example", "zonder iemand"])
async def test_nobody_is_found_where_nobody_fits(day: Day, query: str) -> None:
    assert await found(day, query) == []


async def test_who_was_erased_is_not_found(day: Day) -> None:
    day.erase(author="anna")
    assert await found(day, "@anna@social.example") == []


async def test_network_can_be_said(day: Day) -> None:
    assert len(await meant(day.state, "@anna@social.example", "mastodon")) == 1
    assert await meant(day.state, "@anna@social.example", "bluesky") == []


async def test_search_has_an_end_and_says_so() -> None:
    crowd = Day()
    for n in range(MOST + 1):
        crowd.arrive(f"p{n}", author=f"a{n}", body=said("Hallo allemaal", name=f"Iemand {n}"))
    people, more = await find(crowd.state, "hallo")
    assert (len(people), more) == (MOST, True)


async def test_others_have_their_turn_and_what_goes_meanwhile_is_left_out(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "_AT_ONCE", 1)
    searching = asyncio.create_task(find(day.state, "e"))
    await asyncio.sleep(0)
    day.erase(author="phone-1")
    people, _ = await searching
    assert "phone-1" not in {each.author for each in people}


@given(query=st.text(max_size=60))
def test_anything_can_be_searched(query: str) -> None:
    some = Day()
    some.arrive(body=said("Meer bomen!", name="Anna"))
    asyncio.run(find(some.state, query))


def test_keys_cover_the_author_and_each_handle(day: Day, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keys = keys_of(day.state, keyring, [AuthorKey("anna")])
    assert AuthorKey("anna") in keys
    assert keyring.handle("mastodon", "@anna@social.example") in keys
    assert keyring.handle("mastodon", "@bjorn@other.example") not in keys


def test_of_a_phone_there_are_no_keys(tmp_path: Path) -> None:
    some = Day()
    some.put(
        entries.PostArrived(
            post=PostId("p"), source=PHONE, network="phone", author=AuthorKey("x"),
            digest="d", seen=0, verdict=SHOW,
        ),
        said("Hallo", name="Anna"),
    )  # fmt: skip
    assert keys_of(some.state, Keyring(tmp_path), [AuthorKey("x")]) == ()


def test_frozen_reports_with_their_words_are_counted_as_long_as_they_have_them(day: Day) -> None:
    day.decide("show", "b1")
    for number, posts in enumerate((("a1",), ("b1",), ("a1", "b1")), 1):
        head = entries.ReportFrozen(
            by=AUTHOR,
            number=number,
            through=day.seq,
            sha256="aa",
            files=(FrozenFile("html", BlobId("aa"), 10),),
            posts=tuple(map(PostId, posts)),
        )
        day.put(head)
    of_anna = day.state.authors[AuthorKey("anna")].posts
    assert versions_of(day.state, of_anna) == [1, 3]
    assert shown(day.state, AuthorKey("anna")) == 1
    day.erase("a1")
    assert versions_of(day.state, of_anna) == []
    assert versions_of(day.state, [PostId("b1")]) == [2]
