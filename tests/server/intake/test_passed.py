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
