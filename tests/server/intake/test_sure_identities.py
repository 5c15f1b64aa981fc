"""An address counts as the name of one post only where nothing that was left out could make it another's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.addresses import address_of, identity_of

PAGE = "https://social.example/@anna/112233445566"
DID = "did:plc:annaannaannaannaannaanna"

WRITTEN: list[Any] = [
    pytest.param(PAGE, "social.example/@anna/112233445566", id="page"),
    pytest.param(f"{PAGE}#media", None, id="part-of-a-page"),
    pytest.param(f"{PAGE}?page=2", None, id="page-with-a-question"),
    pytest.param("https://blog.example/?p=1", None, id="site-that-we-do-not-know"),
    pytest.param("https://blog.example/2026/11/", None, id="path-that-we-do-not-know"),
    pytest.param(f"at://{DID}/app.bsky.feed.post/3kabc", f"at://{DID}/app.bsky.feed.post/3kabc", id="bluesky"),
    pytest.param("https://x.com/anna/status/17?s=20", "x.com/i/status/17", id="x"),
    pytest.param(None, None, id="none"),
    pytest.param("Volle zaal", None, id="words"),
]


@pytest.mark.parametrize(("written", "identity"), WRITTEN)
def test_identity_is_told_only_where_it_is_sure(written: str | None, identity: str | None) -> None:
    assert identity_of(written) == identity


@given(st.sampled_from(["?", "#", "?a=", "#a"]), st.text("abc123&=", max_size=8))
def test_what_is_left_out_of_an_address_makes_it_unsure(sign: str, more: str) -> None:
    """Two parts of one page have one address, and are two."""
    written = f"{PAGE}{sign}{more}"

    assert identity_of(written) in ({None, address_of(PAGE)} if written.rstrip("?") == PAGE else {None})


def wrapped(times: int) -> str:
    address = f"at://{DID}/app.bsky.feed.post/3kabc"
    for _ in range(times):
        address = f"https://bsky.brid.gy/convert/ap/{address}"
    return address


@pytest.mark.parametrize(("times", "is_found"), [(0, True), (1, True), (2, True), (3, True), (4, False)])
def test_bridge_over_a_bridge_leads_to_the_post(times: int, is_found: bool) -> None:
    assert (address_of(wrapped(times)) == address_of(wrapped(0))) is is_found
