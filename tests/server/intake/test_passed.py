"""What was not taken in: counted, remembered for a while, and never with a word of it."""

from __future__ import annotations

import pytest

from server.intake import passed as module
from server.intake.passed import BEFORE, ELSEWHERE, Because, Passed
from server.symposium.values import SourceId

MASTODON, FEED = SourceId("mastodon-1"), SourceId("feed-1")


def because(code: str = BEFORE, source: SourceId = MASTODON) -> Because:
    return Because(code=code, source=source, at=1)


def test_a_post_is_known_under_any_of_its_keys() -> None:
    passed = Passed()
    passed.note(("a", "b"), because())
    assert (passed.why(("x", "b")), passed.why(("x",)), passed.why(())) == (because(), None, None)


def test_the_same_post_again_counts_once() -> None:
    passed = Passed()
    for _ in range(3):
        passed.note(("a", "b"), because())
    passed.note(("c",), because())
    passed.note(("d",), because(ELSEWHERE))
    passed.note(("e",), because(source=FEED))
    assert passed.counts(MASTODON) == {BEFORE: 2, ELSEWHERE: 1}
    assert passed.counts(FEED) == {BEFORE: 1}


def test_what_was_taken_in_after_all_is_forgotten() -> None:
    passed = Passed()
    passed.note(("a", "b"), because())
    passed.forget(("a", "b"))
    assert passed.why(("a", "b")) is None


def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PASSED", 3)
    passed = Passed()
    for key in "abcd":
        passed.note((key,), because())
    assert [passed.why((key,)) is not None for key in "abcd"] == [False, True, True, True]


def test_what_was_taken_in_after_all_counts_no_more() -> None:
    passed = Passed()
    for keys in (("a", "b"), ("c",)):
        passed.note(keys, because())
    passed.forget(("a", "b"))
    passed.forget(("a", "b"))
    assert passed.counts(MASTODON) == {BEFORE: 1}
    passed.note(("a", "b"), because())
    assert passed.counts(MASTODON) == {BEFORE: 2}


def test_a_post_counts_for_the_newest_reason_only() -> None:
    passed = Passed()
    passed.note(("a", "b"), because())
    passed.note(("a", "b"), because(ELSEWHERE))
    assert passed.counts(MASTODON) == {ELSEWHERE: 1}


def test_a_copy_at_the_same_address_goes_on_counting() -> None:
    """It was not taken in, though what it was copied from is."""
    passed = Passed()
    passed.note(("copy", "address"), because(source=FEED))
    passed.forget(("original", "address"))
    assert passed.counts(FEED) == {BEFORE: 1}


def test_who_told_it_first_counts_it_and_nobody_counts_less_than_none() -> None:
    passed = Passed()
    passed.note(("a", "address"), because())
    passed.note(("b", "address"), because(source=FEED))
    assert (passed.counts(MASTODON), passed.counts(FEED)) == ({BEFORE: 1}, {})
    passed.forget(("a", "b", "address"))
    assert (passed.counts(MASTODON), passed.counts(FEED)) == ({}, {})


def test_what_made_room_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PASSED", 2)
    passed = Passed()
    for key in "abcd":
        passed.note((key,), because())
    passed.forget(("a",))
    assert passed.counts(MASTODON) == {BEFORE: 4}
