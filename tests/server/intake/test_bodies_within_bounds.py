"""However much a network sends: what is kept of it is bounded, can be written down, and is compared with the right."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.intake.arrival import Arrival
from server.intake.text import match_text
from server.intake.verdict import MAX_NETWORK_TEXT, Circumstances, Recent, judge
from server.symposium.values import (
    PHONE,
    AuthorKey,
    DeviceId,
    Policy,
    PollId,
    PostBody,
    PostId,
    Reason,
    Reject,
    RuleId,
    Show,
    SourceId,
)

SALT = "5a" * 16
ANNA = AuthorKey("anna")


def body(**fields: Any) -> PostBody:
    given = {"source": SourceId("mastodon-1"), "network": "mastodon", "author_id": "a", "text": "Hoi"} | fields
    return judge(Arrival(**given), Circumstances(policy=Policy.RULES_DECIDE, author=ANNA), salt=SALT).body


@pytest.mark.parametrize("beyond", [0, 1, 100_000 - MAX_NETWORK_TEXT])
def test_text_of_a_network_is_kept_up_to_its_bound(beyond: int) -> None:
    written = "a" * (MAX_NETWORK_TEXT + beyond)

    assert body(text=written).text == "a" * MAX_NETWORK_TEXT


@pytest.mark.parametrize("field", ["native_id", "uri", "author_id", "reply_to"])
def test_identity_that_no_file_can_hold_is_written_down_all_the_same(field: str) -> None:
    found = body(**{field: "a\ud83db"})

    assert getattr(found, field) == "a\ufffdb"
    assert msgspec.json.decode(msgspec.json.encode(found), type=PostBody) == found


@pytest.mark.parametrize("poll", [None, PollId("poll-1")], ids=["a-post", "an-answer"])
def test_two_equal_answers_to_a_poll_are_no_repeat(poll: PollId | None) -> None:
    text = "Windmolens op zee bij Vlissingen"
    before = (Recent(PostId("post-1"), match_text(text), ANNA),)
    answer = Arrival(source=PHONE, network="phone", author_id="d", device=DeviceId("d"), text=text, poll=poll)
    known = Circumstances(policy=Policy.RULES_DECIDE, author=ANNA, recent=before)

    found = judge(answer, known, salt=SALT).verdict

    repeat = Reject(rule=RuleId("repeat"), reason=Reason.DUPLICATE, found="own-post")
    assert found == (repeat if poll is None else Show(rule=RuleId("policy")))
