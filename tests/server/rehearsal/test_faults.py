"""What goes wrong on command: much of it, and the same for the same seed."""

from __future__ import annotations

from itertools import islice

from rapidfuzz import fuzz

from server.rehearsal.faults import FLOOD_PER_MINUTE, HIJACK_PER_MINUTE, flood, hijack


def test_flood_is_many_people_at_its_rate() -> None:
    posts = list(islice(flood("1"), FLOOD_PER_MINUTE))

    assert posts[-1].at_s < 60 <= posts[-1].at_s + 60 / FLOOD_PER_MINUTE
    assert len({post.key for post in posts}) == FLOOD_PER_MINUTE
    assert len({post.author.key for post in posts}) == 400
    assert len({post.text for post in posts}) == FLOOD_PER_MINUTE


def test_hijack_is_one_advertisement_in_other_clothes_from_strangers() -> None:
    posts = list(islice(hijack("1", "dag"), HIJACK_PER_MINUTE))

    assert len({post.author.key for post in posts}) == HIJACK_PER_MINUTE
    assert all(post.text.endswith(" #dag") for post in posts)
    nl = [post.text for post in posts if post.lang == "nl"]
    alike = [max(fuzz.ratio(text, other) for other in nl if other != text) for text in nl[:20]]
    assert min(alike) > 80, "each has a near copy"
    assert len(set(nl)) > 20, "and few are the very same"


def test_same_seed_gives_the_same_fault() -> None:
    assert list(islice(hijack("1", "dag"), 20)) == list(islice(hijack("1", "dag"), 20))
    assert list(islice(flood("1"), 20)) != list(islice(flood("2"), 20))
