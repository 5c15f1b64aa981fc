"""One spelling for the address of a post, however somebody wrote it down."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.addresses import MAX_ADDRESS, address_of, host_and_id, is_bridged


def bech32(kind: str, data: bytes) -> str:
    """*data* as NIP-19 writes it, with a check sum of nothing: who reads an address does not look at it."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    return f"{kind}1" + "".join(letters[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5)) + "qqqqqq"


POST = "at://did:plc:abc123/app.bsky.feed.post/3kxyz"
EVENT = "5f" * 32
NOTE = bech32("note", bytes.fromhex(EVENT))
NEVENT = bech32("nevent", b"\x01\x05wss:/" + b"\x00\x20" + bytes.fromhex(EVENT))
"""With the relay before the event: they may stand in any order."""

SAME = [
    pytest.param(
        "social.example/@anna/112233445566",
        [
            "https://social.example/@anna/112233445566",
            "http://www.Social.Example:80/@Anna/112233445566/",
            "social.example/@anna/112233445566?utm_source=app#comments",
            "https://social.example/users/anna/statuses/112233445566",
            "https://social.example/users/anna/statuses/112233445566/activity",
            "https://social.example/web/@anna/112233445566",
            " <https://social.example/@anna/112233445566>\u200b",
        ],
        id="fediverse",
    ),
    pytest.param(
        POST,
        [
            POST,
            "https://bsky.app/profile/did:plc:abc123/post/3kxyz",
            "https://bsky.app/profile/did%3Aplc%3Aabc123/post/3kxyz?ref_src=embed",
            f"https://bsky.brid.gy/convert/ap/{POST}",
            f"https://bsky.brid.gy/convert/ap/{POST.replace(':', '%3A', 1)}",
            "https://bsky.brid.gy/r/https://bsky.app/profile/did:plc:abc123/post/3kxyz",
        ],
        id="bluesky-and-its-bridge",
    ),
    pytest.param(
        "blog.example/2026/11/verslag",
        [
            "https://blog.example/2026/11/verslag/",
            "https://web.brid.gy/r/https://blog.example/2026/11/verslag",
            "https://fed.brid.gy/r/https:/blog.example/2026/11/verslag",
        ],
        id="a-blog-and-its-bridge",
    ),
    pytest.param(
        f"nostr:{EVENT}",
        [
            f"https://mostr.pub/objects/{EVENT}",
            f"nostr:{EVENT}",
            f"web+nostr:{EVENT}",
            f"nostr:{NOTE}",
            NOTE,
            f"https://njump.me/{NOTE}",
            f"https://primal.net/e/{NEVENT}",
        ],
        id="nostr",
    ),
    pytest.param(
        "matrix:zaal:m.example/event1",
        [
            "https://matrix.to/#/!zaal:m.example/$event1?via=m.example",
            "https://matrix.to/#/!zaal%3Am.example/%24event1",
            "matrix:roomid/zaal:m.example/e/event1",
        ],
        id="matrix",
    ),
    pytest.param(
        "matrix:r/zaal:m.example/e/event1",
        [
            "https://matrix.to/#/#zaal:m.example/$event1?via=m.example",
            "https://matrix.to/#/%23zaal%3Am.example/%24event1",
            "matrix:r/zaal:m.example/e/event1",
        ],
        id="matrix-alias",
    ),
    pytest.param(
        "x.com/i/status/1790000000000000000",
        [
            "https://x.com/anna/status/1790000000000000000?s=20",
            "https://mobile.twitter.com/Anna/status/1790000000000000000/photo/1",
        ],
        id="x",
    ),
    pytest.param(
        "youtube.com/watch?v=dQw4w9WgXcQ",
        [
            "https://youtu.be/dQw4w9WgXcQ?si=abc",
            "https://www.youtube.com/watch?feature=share&v=dQw4w9WgXcQ",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        ],
        id="youtube",
    ),
    pytest.param(
        "youtube.com/watch?v=dQw4w9WgXcQ&lc=Ugx1", ["https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=Ugx1"], id="comment"
    ),
    pytest.param("t.me/kanaal/12", ["https://t.me/s/kanaal/12", "https://t.me/kanaal/12?single"], id="telegram"),
    pytest.param(
        "blog.example?b=2&p=1", ["https://blog.example/?p=1&b=2", "https://blog.example/?b=2&fbclid=9&p=1"], id="query"
    ),
]


@pytest.mark.parametrize(("one", "written"), SAME)
def test_addresses_that_lead_to_one_post_are_spelled_alike(one: str, written: list[str]) -> None:
    assert {each: address_of(each) for each in written} == dict.fromkeys(written, one)


def test_addresses_of_different_posts_stay_different() -> None:
    """The control of the table above: a spelling that makes all equal would pass it."""
    different = [
        "https://social.example/@anna/112233445566",
        "https://social.example/@anna/112233445567",
        "https://social.example/@bram/112233445566",
        "https://other.example/@anna/112233445566",
        "https://other.example/@anna@social.example/998877",
        "https://bsky.app/profile/anna.example/post/3kxyz",
        POST,
        POST.replace("3kxyz", "3kXYZ"),
        "https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcR",
        "https://blog.example/?p=1",
        "https://blog.example/?p=2",
        *(f"https://forum.example/viewtopic.php?{name}=1" for name in ("t", "s", "si", "ref", "feature")),
        *(f"https://forum.example/viewtopic.php?{name}=2" for name in ("t", "s", "si", "ref", "feature")),
        f"nostr:{EVENT}",
        f"nostr:{'5e' * 32}",
        f"https://njump.me/{bech32('note', bytes(32))}",
        "https://matrix.to/#/!zaal:m.example/$event1",
        "https://matrix.to/#/!zaal:m.example/$event2",
    ]
    assert len({address_of(each) for each in different}) == len(different)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "anna",
        "note1qqqq",
        "nostr:npub1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "https://social.example",
        "https://social.example/",
        "@anna@social.example",
        "#dag",
    ],
)
def test_what_leads_to_no_post_has_no_address(written: str) -> None:
    assert address_of(written) is None


def test_an_endless_address_is_none() -> None:
    assert address_of("https://social.example/" + "a" * MAX_ADDRESS) is None
    assert address_of("https://social.example/" + "a" * (MAX_ADDRESS - 100)) is not None


@pytest.mark.parametrize(
    ("written", "bridged"),
    [
        (f"https://bsky.brid.gy/convert/ap/{POST}", True),
        (f"https://mostr.pub/objects/{EVENT}", True),
        (POST, False),
        ("https://social.example/@anna/112233445566", False),
        (None, False),
    ],
)
def test_a_bridges_own_address_is_known_as_such(written: str | None, bridged: bool) -> None:
    assert is_bridged(written) is bridged


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("https://other.example/@anna@social.example/998877", "other.example/998877"),
        ("https://social.example/users/anna/statuses/112233?x=1", "social.example/112233"),
        ("https://social.example/about", None),
        (POST, None),
    ],
)
def test_a_page_of_a_server_tells_its_own_number_of_a_post(written: str, known: str | None) -> None:
    assert host_and_id(written) == known


@given(st.text(max_size=300))
def test_any_text_has_one_address_or_none_and_that_is_its_own(written: str) -> None:
    found = address_of(written)
    assert found is None or (len(found) <= MAX_ADDRESS * 3 and "://www." not in found)
    assert host_and_id(written) is None or "/" in written


@given(st.sampled_from([each for case in SAME for each in cast("list[str]", case.values[1])]))
def test_a_spelling_is_its_own_spelling(written: str) -> None:
    once = address_of(written)
    assert address_of(once) == once
