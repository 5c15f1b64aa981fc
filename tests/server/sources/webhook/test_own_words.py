"""What somebody passes on is not theirs: a message of WhatsApp that was forwarded becomes no post."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from server.sources.contract import Delete, Upsert
from server.sources.webhook.messages import Taken, parse_messages
from server.sources.webhook.options import Profile
from tests.server.sources.webhook.sender import AT_S, encoded, whatsapp

NOW_US = (AT_S + 60) * 1_000_000


def taken(*, texts: tuple[str, ...] = ("Mooie sessie!",), **fields: Any) -> tuple[Taken, ...]:
    """What becomes of a delivery whose first message has *fields* too."""
    body = whatsapp(*texts)
    body["entry"][0]["changes"][0]["value"]["messages"][0] |= fields
    return parse_messages(
        Profile.WHATSAPP,
        encoded(body),
        hashed=lambda identity: hashlib.sha256(identity.encode()).hexdigest(),
        language="nl",
        now_us=NOW_US,
    )


def texts_of(found: tuple[Taken, ...]) -> list[str]:
    return [each.event.post.text for each in found if isinstance(each.event, Upsert)]


CONTEXTS: list[Any] = [
    pytest.param({"forwarded": True}, [], id="forwarded"),
    pytest.param({"frequently_forwarded": True}, [], id="forwarded-by-many"),
    pytest.param({"forwarded": True, "frequently_forwarded": True}, [], id="both"),
    pytest.param({"forwarded": False, "frequently_forwarded": False}, ["Mooie sessie!"], id="neither"),
    pytest.param({"from": "31600000002", "id": "wamid.x"}, ["Mooie sessie!"], id="an-answer-to-somebody"),
    pytest.param({}, ["Mooie sessie!"], id="nothing-said"),
    pytest.param(None, ["Mooie sessie!"], id="no-record"),
]


@pytest.mark.parametrize(("context", "texts"), CONTEXTS)
def test_words_that_were_forwarded_are_not_shown_as_the_senders(context: Any, texts: list[str]) -> None:
    assert texts_of(taken(context=context)) == texts


@pytest.mark.parametrize("how", ["forwarded", "frequently_forwarded"])
def test_caption_of_a_forwarded_picture_is_not_the_senders_either(how: str) -> None:
    image: dict[str, Any] = {"type": "image", "text": None, "image": {"id": "1", "caption": "Kijk"}}

    assert texts_of(taken(**image)) == ["Kijk"]
    assert texts_of(taken(**image, context={how: True})) == []


def test_forwarded_message_takes_no_other_of_its_delivery_along() -> None:
    assert texts_of(taken(texts=("Doorgestuurd", "Zelf bedacht"), context={"forwarded": True})) == ["Zelf bedacht"]


def edit(**context: Any) -> dict[str, Any]:
    now = {"type": "text", "text": {"body": "Beter gezegd"}} | ({"context": context} if context else {})
    return {"type": "edit", "text": None, "edit": {"original_message_id": "wamid.eerst", "message": now}}


def test_edit_of_what_was_forwarded_brings_it_in_no_more_than_the_message_did() -> None:
    assert texts_of(taken(**edit())) == ["Beter gezegd"]
    assert texts_of(taken(**edit(forwarded=True))) == []


def test_what_is_taken_back_goes_whatever_it_was() -> None:
    (one,) = taken(type="revoke", text=None, revoke={"original_message_id": "wamid.eerst"})

    assert isinstance(one.event, Delete)
