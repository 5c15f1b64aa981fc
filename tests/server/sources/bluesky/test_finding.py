"""One post by its address, at an AppView on loopback, in virtual time."""

from __future__ import annotations

import pytest

from server.errors import NotFound
from server.sources.backoff import SourceUnavailable
from server.sources.contract import NetworkPost
from server.whereabouts import CanFind
from tests.server.sources import virtual
from tests.server.sources.bluesky import upstream as up
from tests.server.sources.bluesky.hall import source_for
from tests.server.sources.bluesky.upstream import ANNA, COLLECTION, Upstream, answers

RKEY = "3k00000001"


async def _looked_up(bluesky: Upstream, address: str, **changes: object) -> NetworkPost | None:
    async with bluesky.serving(), source_for(bluesky) as source:
        view = await bluesky.post("Volle zaal", tag="anders")
        view.update(changes)
        assert isinstance(source, CanFind)
        return await source.find(address)


@pytest.mark.parametrize(
    "address",
    [
        f"https://bsky.app/profile/{ANNA}/post/{RKEY}",
        f"bsky.app/profile/{ANNA}/post/{RKEY}/",
        f"https://bsky.app/profile/anna.bsky.social/post/{RKEY}?ref_src=embed",
        f"https://bsky.app/profile/Anna.BSKY.social/post/{RKEY}",
        f"at://{ANNA}/{COLLECTION}/{RKEY}",
        f"at://anna.bsky.social/{COLLECTION}/{RKEY}",
        f"https://bsky.brid.gy/convert/ap/at://{ANNA}/{COLLECTION}/{RKEY}",
    ],
)
def test_post_is_found_at_every_address_that_it_has_whatever_its_hashtags(address: str) -> None:
    bluesky = Upstream()

    post = virtual.run(_looked_up(bluesky, address))

    assert post is not None
    assert (post.text, post.native_id, post.handle) == ("Volle zaal #anders", f"{ANNA}/{RKEY}", "@anna.bsky.social")


@pytest.mark.parametrize(
    "address",
    [
        "https://social.example/@anna/112233",
        "https://bsky.app/profile/anna.bsky.social",
        f"https://bsky.app/profile/anna.bsky.social/feed/{RKEY}",
        f"https://other.example/profile/{ANNA}/post/{RKEY}",
        f"at://{ANNA}/app.bsky.feed.like/{RKEY}",
        f"https://bsky.app/profile/{ANNA}/post/%2e%2e",
        "nostr:" + "0" * 64,
        "",
    ],
)
def test_address_of_something_else_is_no_question_for_the_appview(address: str) -> None:
    bluesky = Upstream()

    assert virtual.run(_looked_up(bluesky, address)) is None
    assert bluesky.asked == []


@pytest.mark.parametrize("who", [ANNA, "anna.bsky.social", "nobody.example"])
def test_post_that_is_not_there_is_not_found(who: str) -> None:
    assert virtual.run(_looked_up(Upstream(), f"https://bsky.app/profile/{who}/post/3knietes")) is None


@pytest.mark.parametrize(("word", "code"), [("!no-unauthenticated", "sign-in-only"), ("porn", "labelled")])
def test_post_that_is_not_for_a_hall_is_not_given(word: str, code: str) -> None:
    with pytest.raises(NotFound) as refused:
        virtual.run(_looked_up(Upstream(), f"at://{ANNA}/{COLLECTION}/{RKEY}", labels=[up.label(word)]))
    assert refused.value.code == code


@pytest.mark.parametrize("who", [ANNA, "anna.bsky.social"])
@pytest.mark.parametrize("trouble", [answers(503), answers(500), answers(400), up.slow])
def test_appview_in_trouble_is_no_answer(who: str, trouble: up.Behaviour) -> None:
    bluesky = Upstream()
    bluesky.for_ever = trouble

    with pytest.raises(SourceUnavailable):
        virtual.run(_looked_up(bluesky, f"https://bsky.app/profile/{who}/post/{RKEY}"))


def test_post_that_the_appview_stumbles_over_is_in_doubt() -> None:
    bluesky = Upstream()
    bluesky.stumbles_over = {f"at://{ANNA}/{COLLECTION}/{RKEY}"}

    with pytest.raises(SourceUnavailable):
        virtual.run(_looked_up(bluesky, f"https://bsky.app/profile/{ANNA}/post/{RKEY}"))


def test_post_that_cannot_be_read_is_nothing_to_show() -> None:
    assert virtual.run(_looked_up(Upstream(), f"at://{ANNA}/{COLLECTION}/{RKEY}", record="x")) is None
