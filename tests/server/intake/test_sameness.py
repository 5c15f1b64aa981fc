"""The same post twice, through networks, bridges and feeds: and never two people as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.intake import sameness
from server.intake.sameness import MAX_READ, WINDOW_US, Trace, other_side, person, says_the_same, trace, twin
from server.intake.text import MAX_MATCH, match_text
from server.symposium.values import PostId, SourceId

SAID = "Mooi verhaal van de tweede spreker over open data bij gemeenten! #dag26"
LONG = (
    "Wat ik meeneem van vandaag: begin klein, vraag het de mensen om wie het gaat, en schrijf op wat je niet weet. " * 4
)
NOON = 1_790_000_000_000_000
MINUTE = 60_000_000


def told(network: str, handle: str = "", name: str = "Anna de Vries", text: str = SAID, at: int = NOON) -> Trace:
    return trace(
        post=PostId(network),
        source=SourceId(f"{network}-1"),
        network=network,
        name=name,
        handle=handle,
        text=text,
        at=at,
    )


TOOT = told("mastodon", "@anna@social.example")

ONE = [
    pytest.param(TOOT, told("bluesky", "anna.bsky.social"), id="she-posts-on-both"),
    pytest.param(
        TOOT, told("bluesky", "anna.bsky.social", text=SAID + " https://social.example/@anna/1"), id="with-link"
    ),
    pytest.param(TOOT, told("bluesky", "anna.social.example.ap.brid.gy", name="A. de Vries"), id="bridgy-to-bluesky"),
    pytest.param(
        told("bluesky", "anna.bsky.social"),
        told("mastodon", "@anna.bsky.social@bsky.brid.gy"),
        id="bridgy-to-fediverse",
    ),
    pytest.param(
        told("mastodon", "@an_na@social.example", text=LONG),
        told("bluesky", "an-na.social.example.ap.brid.gy", text=LONG[:250] + "[…]"),
        id="a-bridge-cut-it",
    ),
    pytest.param(TOOT, told("feed"), id="the-feed-of-her-account"),
    pytest.param(TOOT, told("telegram", "@anna", at=NOON + 50 * MINUTE), id="fifty-minutes-later"),
    pytest.param(told("bluesky", "anna.example"), TOOT, id="a-handle-that-is-a-domain"),
    pytest.param(TOOT, told("bluesky", "anna.bsky.social", name="Ａnna  de Vries"), id="wide-letters"),
]

TWO = [
    pytest.param(TOOT, told("bluesky", "bram.bsky.social", name="Bram Bakker"), id="two-people"),
    pytest.param(TOOT, told("bluesky", "bram.bsky.social"), id="one-name-two-handles"),
    pytest.param(TOOT, told("bluesky", "anna.bsky.social", name="Anna Smit"), id="one-handle-two-names"),
    pytest.param(TOOT, told("bluesky", "bram.social.example.ap.brid.gy"), id="another-person-over-the-bridge"),
    pytest.param(TOOT, told("mastodon", "@anna@other.example"), id="one-network"),
    pytest.param(
        TOOT, told("bluesky", "anna.bsky.social", text="Is er nog koffie in de foyer? #dag26"), id="other-words"
    ),
    pytest.param(TOOT, told("bluesky", "anna.bsky.social", at=NOON + 61 * MINUTE), id="an-hour-later"),
    pytest.param(TOOT, told("feed", name="Anna"), id="a-feed-and-a-first-name"),
    pytest.param(
        told("bluesky", "anna.bsky.social"),
        told("feed", "@anna.bsky.social@bsky.brid.gy"),
        id="a-bridge-that-nobody-proved",
    ),
    pytest.param(
        told("nostr", "@anna@social.example"),
        told("bluesky", "anna.social.example.ap.brid.gy"),
        id="a-name-that-nobody-proved",
    ),
    pytest.param(
        told("bluesky", "anna.social.example"),
        told("mastodon", "@anna.social.example@web.brid.gy"),
        id="a-website-and-a-person",
    ),
    pytest.param(told("mastodon", "@a@b.example", name=""), told("bluesky", "a.bsky.social", name=""), id="nameless"),
    pytest.param(
        told("mastodon", "@anna@social.example", text="Mooie dag!"),
        told("bluesky", "anna.bsky.social", text="Mooie dag!"),
        id="too-short-to-tell",
    ),
    pytest.param(
        told("mastodon", "@jan@b.example", name="Jan Jansen", text="Ik stem voor optie A, en wie nog meer?"),
        told("feed", name="Jan Jansen", text="Ik stem voor optie A, en wie nog meer?"),
        id="a-full-name-and-few-words",
    ),
]


@pytest.mark.parametrize(("first", "second"), ONE)
def test_one_post_is_found_in_either_order(first: Trace, second: Trace) -> None:
    assert (twin(second, [first]), twin(first, [second])) == (first, second)


@pytest.mark.parametrize(("first", "second"), TWO)
def test_two_posts_stay_two(first: Trace, second: Trace) -> None:
    assert (twin(second, [first]), twin(first, [second])) == (None, None)


def test_two_people_would_be_one_if_only_words_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without a look at who wrote it, the first of the cases above is one post."""
    monkeypatch.setattr(sameness, "_least_said", lambda one, other: 1)
    first, second = TWO[0].values
    assert twin(second, [first]) == first  # type: ignore[arg-type, list-item]


def test_the_newest_of_several_is_the_one() -> None:
    earlier, later = told("mastodon", "@anna@a.example"), told("telegram", "anna", at=NOON + MINUTE)
    assert twin(told("bluesky", "anna.bsky.social"), [earlier, later]) == later


_USERS = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
_HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z]{2,6}){1,2}", fullmatch=True)


@given(user=_USERS, host=_HOSTS, other=_USERS)
def test_a_handle_and_what_a_bridge_makes_of_it_are_one_person(user: str, host: str, other: str) -> None:
    """On both sides, and each side is found from the other."""
    at_home, away = f"{user}@{host}", f"{user}.{host}.ap.brid.gy".replace("_", "-")
    told_here, told_there = person("mastodon", f"@{at_home}"), person("bluesky", away)
    assert told_here is not None
    assert told_there is not None
    assert (told_here.is_same(told_there), told_here.bridged, told_there.bridged) == (True, False, True)
    assert other_side("mastodon", at_home) == (("bluesky", away),)
    spelled = {user, user.replace("-", "_"), user.replace("_", "-")}
    assert {("mastodon", f"{each}@{host}") for each in spelled} & set(other_side("bluesky", away))

    sky = f"{other}.{host}".replace("_", "-")
    assert other_side("bluesky", f"@{sky}") == (("mastodon", f"{sky}@bsky.brid.gy"),)
    assert other_side("mastodon", f"@{sky}@bsky.brid.gy") == (("bluesky", sky),)


@pytest.mark.parametrize("network", ["feed", "irc", "nostr", "webhook", "youtube"])
@pytest.mark.parametrize("handle", ["@anna@social.example", "anna.bsky.social", "anna.social.example.ap.brid.gy"])
def test_a_name_that_a_network_does_not_prove_is_of_nobody(network: str, handle: str) -> None:
    assert (person(network, handle), other_side(network, handle)) == (None, ())


def test_a_trace_is_bounded_and_what_lies_behind_says_nothing() -> None:
    """500 of them are compared with every post."""
    long = LONG * 1_000
    assert len(told("mastodon", text=long).match) <= MAX_MATCH
    assert told("mastodon", text=long[:MAX_READ]).match == told("mastodon", text=long).match


_NAMES = st.text(alphabet="abcdefghij ", min_size=3, max_size=20)
_WORDS = st.text(min_size=0, max_size=200)


@given(name=_NAMES, other=_NAMES, text=_WORDS, more=st.sampled_from(["", "@anna@a.example"]))
def test_two_names_are_never_one_person_whatever_they_say(name: str, other: str, text: str, more: str) -> None:
    assume(" ".join(name.split()) != " ".join(other.split()))
    one, two = told("mastodon", more, name=name, text=text), told("bluesky", more, name=other, text=text)
    assume(one.name != two.name)
    assert twin(two, [one]) is None


@given(stem=_NAMES, other=_NAMES, text=_WORDS)
def test_two_handles_are_never_one_person_whatever_they_say(stem: str, other: str, text: str) -> None:
    one = told("mastodon", f"@{stem}@a.example", text=text)
    two = told("bluesky", f"{other}.bsky.social", text=text)
    assume(stem.strip() != other.strip())
    assert twin(two, [one]) is None


@given(text=_WORDS, gap=st.integers(0, 3 * WINDOW_US))
def test_who_is_the_twin_of_whom_does_not_depend_on_the_order(text: str, gap: int) -> None:
    one = told("mastodon", "@anna@a.example", text=text)
    two = told("bluesky", "anna.bsky.social", text=text, at=NOON + gap)
    found = twin(two, [one]) is not None
    assert found == (twin(one, [two]) is not None) == (gap <= WINDOW_US and len(match_text(text)) >= 16)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SAID, SAID, True),
        (LONG, LONG[:120] + "…", True),
        (LONG, LONG[:10] + "…", False),
        ("", "", False),
        (SAID, SAID.replace("!", "."), True),
        (SAID, SAID.replace("tweede", "derde"), False),
        (LONG + "Optie A.", LONG + "Optie B.", False),
        (SAID, "Iets anders, en ongeveer even lang als die ene zin daar", False),
    ],
)
def test_words_are_the_same(one: str, other: str, same: Any) -> None:
    assert says_the_same(match_text(one), match_text(other)) is same
