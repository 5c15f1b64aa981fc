"""A list of signatures is read up to its bound; and what was wrong with the last one stays told until another is."""

from __future__ import annotations

import base64

import pytest

from server.sources.webhook.heard import Heard
from server.sources.webhook.options import Profile, parse_options
from server.sources.webhook.signatures import MAX_SIGNATURES, Sent, Unproved, prove
from tests.server.sources.webhook.sender import AT_S, SECRET, created, encoded, standard

WRONG = "v1," + base64.b64encode(b"0" * 32).decode()


def _prove(before: int) -> None:
    """With a good signature behind *before* that are not."""
    body = encoded(created())
    headers = standard(body)
    headers["webhook-signature"] = " ".join([WRONG] * before + [headers["webhook-signature"]])
    lower = {name.lower(): value for name, value in headers.items()}
    options = parse_options({"profile": Profile.STANDARD.value, "secret": SECRET})
    prove(Sent(headers=lower, body=body, urls=("https://a.example/hook",)), options, now_s=AT_S)


def test_good_signature_within_the_bound_is_found() -> None:
    _prove(MAX_SIGNATURES - 1)


def test_good_signature_beyond_the_bound_is_not_looked_for() -> None:
    """Each costs time, and anybody may send them."""
    with pytest.raises(Unproved):
        _prove(MAX_SIGNATURES)


def test_what_anybody_sends_does_not_hide_what_is_wrong_with_our_sender() -> None:
    heard = Heard()
    told = []

    for why in ("", "bad-signature", "", "", "stale-signature", ""):
        heard.refuse(why)
        told.append(heard.trouble)

    assert told == ["", "bad-signature", "bad-signature", "bad-signature", "stale-signature", "stale-signature"]
    assert heard.refused == 6
