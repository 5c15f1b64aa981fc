"""Heads and bodies as they are written down: names that are for ever."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.symposium import entries
from server.symposium.entries import AnyHead, decode_head, encode_head
from server.symposium.values import AuthorKey, BadgeId, Decision, Hold, PostId, Reason, Reject, RuleId, Show, SourceId

KINDS = {
    "symposium-made", "symposium-changed", "badge-made", "badge-revoked", "source-set", "source-switched",
    "source-removed", "listening-set", "post-arrived", "post-edited", "post-claimed", "post-departed",
    "author-departed",
    "post-withdrawn", "decided",
    "undone", "banned", "stopped", "paused", "policy-set", "scene-set", "erased", "expired", "post-amended",
    "act-undone", "rules-set", "brake-tripped", "announced", "theme-set",
    "programme-set", "programme-shifted", "on-stage-set", "direction-set", "programme-followed", "posts-moved",
    "screen-set", "screen-removed", "paper-set", "paper-filed", "file-dropped", "paper-removed", "struck", "counted",
    "report-set", "block-written", "quotes-set", "quotes-ordered", "report-frozen",
    "keeping-set", "hold-set", "lapsed",
    "question-set", "question-voted", "question-stood", "questions-merged", "questions-split", "poll-set",
    "poll-opened", "poll-closed", "poll-removed", "poll-codes-made", "voted", "votes-set-aside",
    "hall-set", "reactions-counted",
}  # fmt: skip


def test_the_kinds_of_this_release() -> None:
    """A kind may be added here; none may go, or be called otherwise."""
    assert {head.__struct_config__.tag for head in AnyHead.__args__} == KINDS


@pytest.mark.parametrize("head", AnyHead.__args__, ids=lambda head: head.__name__)
def test_a_head_is_frozen_and_holds_no_reference_to_what_changes(head: Any) -> None:
    assert head.__struct_config__.frozen
    assert not head.__struct_config__.gc


@pytest.mark.parametrize(
    "verdict",
    [Show(rule=RuleId("r")), Hold(rule=RuleId("r"), found="f"), Reject(rule=RuleId("r"), reason=Reason.HURTFUL)],
)
def test_a_head_comes_back_as_it_went(verdict: Any) -> None:
    head = entries.PostArrived(
        post=PostId("p"),
        source=SourceId("s"),
        network="n",
        author=AuthorKey("a"),
        digest="d",
        seen=1,
        verdict=verdict,
    )
    assert decode_head(encode_head(head)) == head


def test_what_is_absent_is_not_written() -> None:
    head = entries.Decided(by=BadgeId("b"), decision=Decision.SHOW, posts=())
    assert msgspec.json.decode(encode_head(head)) == {"kind": "decided", "by": "b", "decision": "show", "posts": []}


def test_a_field_of_a_later_release_is_passed_over() -> None:
    assert decode_head(b'{"kind":"expired","posts":["p"],"later":1}') == entries.Expired(posts=(PostId("p"),))


@pytest.mark.parametrize("head", [b'{"kind":"unheard-of"}', b"{}", b"", b'{"kind":"expired"}', b'{"kind":"undone"}'])
def test_a_head_that_is_none_is_not_guessed_at(head: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_head(head)
