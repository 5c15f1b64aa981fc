"""The memory of what was not taken in: who is looked at stays, and another reason is another count."""

from __future__ import annotations

import pytest

from server.intake import passed as module
from server.intake.passed import BEFORE, ELSEWHERE, Because, Passed
from server.symposium.values import SourceId

MASTODON = SourceId("mastodon-1")


def because(code: str = BEFORE) -> Because:
    return Because(code=code, source=MASTODON, at=1)


def test_another_reason_is_counted_and_is_the_one_that_is_told() -> None:
    passed = Passed()

    passed.note(("a", "b"), because())
    passed.note(("b",), because(ELSEWHERE))

    assert passed.counts(MASTODON) == {BEFORE: 1, ELSEWHERE: 1}
    assert passed.why(("b",)) == because(ELSEWHERE)


def test_what_came_again_is_not_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PASSED", 2)
    passed = Passed()

    for key in ("a", "b", "a", "c"):
        passed.note((key,), because())

    assert [passed.why((key,)) is not None for key in "abc"] == [True, False, True]
