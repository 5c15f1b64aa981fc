"""The same words are known again, long after so many others that nothing that is only alike would be."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from server.intake import heard as module
from server.intake.circumstances import Recent
from server.intake.heard import MAX_HEARD, Heard
from server.intake.text import match_text
from server.judging import RECENT_POSTS, RecentPosts
from server.symposium.entries import SourceBody, SymposiumBody, SymposiumMade
from server.symposium.state import Post
from server.symposium.values import OPERATOR, AuthorKey, Hold, Policy, PostBody, PostId, RuleId, SourceId, Status
from tests.server.symposium.day import Day
from tests.server.test_reception import Stand

SPAM = "Koop nu goedkope horloges bij ons op de markt"
WORDS = ("water", "dijk", "zaal", "koffie", "beleid", "burger", "archief", "kaart", "sluis", "polder", "vraag", "muur")


def day_of(texts: list[str]) -> tuple[Day, RecentPosts]:
    """A day on which these came in, each by an author of their own; *texts*[0] is of `ada`."""
    day = Day()
    recent = RecentPosts(day.state)
    for number, text in enumerate(texts):
        bring(day, recent, f"p{number}", text, "ada" if number == 0 else f"a{number}")
    return day, recent


def bring(day: Day, recent: RecentPosts, post: str, text: str, author: str) -> None:
    day.arrive(post, author=author, verdict=Hold(rule=RuleId("policy")), body=PostBody(salt="", text=text))
    recent.expect(Recent(post=PostId(post), match=match_text(text), author=AuthorKey(author)))
    recent.arrived(PostId(post))


def others(number: int) -> list[str]:
    rng = random.Random(number)
    return [" ".join(rng.sample(WORDS, 9)) + f" {each}" for each in range(number)]


def found(recent: RecentPosts, text: str, than: str | None = None) -> list[tuple[PostId, AuthorKey]]:
    match = match_text(text)
    but = None if than is None else PostId(than)
    same = [each for each in (*recent.same(match, but), *recent.others(but)) if each.match == match]
    return [(each.post, each.author) for each in same]


@pytest.mark.parametrize("is_after_a_restart", [False, True])
def test_the_same_words_are_known_after_more_than_the_fuzzy_look_has(is_after_a_restart: bool) -> None:
    day, recent = day_of([SPAM, *others(RECENT_POSTS + 20)])
    if is_after_a_restart:
        recent = RecentPosts(day.state)
        recent.read()
    assert found(recent, SPAM.upper()) == [("p0", "ada")]
    assert found(recent, SPAM + " vandaag") == []
    assert len(recent.others(None)) == RECENT_POSTS


def test_oldest_first_and_each_once() -> None:
    day, recent = day_of([SPAM, *others(RECENT_POSTS)])
    bring(day, recent, "again", SPAM, "grace")
    assert found(recent, SPAM) == [("p0", "ada"), ("again", "grace")]
    assert found(recent, SPAM, than="p0") == [("again", "grace")]


def test_what_stands_no_longer_is_forgotten() -> None:
    day, recent = day_of([SPAM, *others(RECENT_POSTS + 1)])
    day.depart("p0")
    post = day.state.posts[PostId("p0")]
    assert post.status is Status.GONE
    recent.look_again(post)
    assert found(recent, SPAM) == []


def test_what_was_rewritten_is_known_by_its_new_words() -> None:
    day, recent = day_of([SPAM, *others(RECENT_POSTS + 1)])
    day.edit("p0")
    recent.look_again(day.state.posts[PostId("p0")], rewritten=True)
    assert (found(recent, SPAM), found(recent, "p0 says p0-2")) == ([], [("p0", "ada")])


def test_what_did_not_come_after_all_is_forgotten() -> None:
    _, recent = day_of(others(3))
    recent.expect(Recent(post=PostId("lost"), match=match_text(SPAM), author=AuthorKey("ada")))
    recent.arrived(PostId("lost"))
    assert found(recent, SPAM) == []


def test_what_is_still_on_its_way_among_very_many_is_known_too() -> None:
    _, recent = day_of([])
    for number, text in enumerate([SPAM, *others(RECENT_POSTS)]):
        recent.expect(Recent(post=PostId(f"p{number}"), match=match_text(text), author=AuthorKey(f"a{number}")))
    assert found(recent, SPAM) == [("p0", "a0")]


def test_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HEARD", 3)
    heard = Heard()
    for number, text in enumerate([SPAM, "een", "twee", SPAM]):
        heard.add(PostId(f"p{number}"), text)
    assert (heard.said(SPAM), heard.said("een")) == (("p3",), ("p1",))
    assert PostId("p0") not in heard


def test_of_a_storm_of_the_same_the_newest_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ALIKE", 2)
    heard = Heard()
    for number in range(5):
        heard.add(PostId(f"p{number}"), SPAM)
    heard.forget(PostId("p0"))
    assert heard.said(SPAM) == ("p3", "p4")
    for number in range(5):
        heard.forget(PostId(f"p{number}"))
    assert heard.said(SPAM) == ()


def test_it_takes_few_bytes_for_each_post() -> None:
    names = [PostId(f"p{number}") for number in range(MAX_HEARD)]
    tracemalloc.start()
    try:
        heard = Heard()
        for name in names:
            heard.add(name, f"woorden van {name}")
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size / MAX_HEARD < 250


async def test_who_says_it_again_after_very_many_others_is_seen(tmp_path: Path) -> None:
    """By a note, and by `like`; with the control that said something else."""
    stand = Stand(tmp_path)
    stand.node.open()
    stand.node.start()
    head = SymposiumMade(slug="dag", short="DG", languages=("nl",), policy=Policy.RULES_DECIDE)
    await stand.node.make(head, SymposiumBody(title="Dag", hashtags=("dag",)))
    await stand.node.set_source(OPERATOR, SourceId("mastodon-1"), "mastodon", SourceBody(), on=True)

    async def write(words: str, number: int) -> Post:
        return await stand.arrive(
            "mastodon", words, native_id=f"n{number}", author_id=f"a{number}", handle=f"@a{number}"
        )

    first = await write(SPAM, 0)
    for number, words in enumerate(others(RECENT_POSTS), start=1):
        await write(words, number)
    again, other = await write(SPAM, 9_000), await write("Een heel eigen opmerking", 9_001)
    await stand.node.close()

    assert ("alike:near-duplicate" in again.notes, again.like) == (True, first.id)
    assert (other.notes, other.like) == (("hashtag:no-hashtag",), None)
