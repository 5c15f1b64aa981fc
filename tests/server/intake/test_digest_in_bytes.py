"""What a digest is made of, written out by hand: lengths are of bytes, and no field can pass for another."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from server.intake.digest import digest
from server.symposium.values import BlobId, Emoji, Picture, PostBody

PICTURE = Picture(blob=BlobId("aa"), type="image/webp", width=4, height=3, alt="één")

WRITTEN: list[Any] = [
    pytest.param({"text": "é👋"}, "t9:s1:z s6:é👋 s0: s0: - t0: - t0: s0:", id="letters-of-more-than-a-byte"),
    pytest.param(
        {"name": "أنا", "handle": "@أنا@a.nl"}, "t9:s1:z s0: s6:أنا s12:@أنا@a.nl - t0: - t0: s0:", id="arabic"
    ),
    pytest.param({"text": "a\ufe0f\u200d"}, "t9:s1:z s7:a\ufe0f\u200d s0: s0: - t0: - t0: s0:", id="unseen"),
    pytest.param(
        {"media": (PICTURE,), "lang": "nl", "warning": "ß"},
        "t9:s1:z s0: s0: s0: - t1:t3:s2:aa - s5:één s2:nl t0: s2:ß",
        id="picture",
    ),
    pytest.param(
        {"emojis": (Emoji(shortcode="kat", blob=BlobId("dd")),), "avatar": BlobId("cc")},
        "t9:s1:z s0: s0: s0: s2:cc t0: - t1:t2:s3:kat s2:dd s0:",
        id="emoji",
    ),
]


@pytest.mark.parametrize(("fields", "written"), WRITTEN)
def test_digest_is_of_these_bytes(fields: dict[str, Any], written: str) -> None:
    """Spaces are here for the eye only."""
    body = PostBody(**{"salt": "z", "text": ""} | fields)

    assert digest(body) == hashlib.sha256(written.replace(" ", "").encode()).hexdigest()


def test_half_of_a_pair_of_surrogates_has_a_digest_too() -> None:
    """No source lets one through; a journal of long ago may."""
    half, other = (digest(PostBody(salt="z", text=text)) for text in ("\ud83d", "\ud83e"))

    assert half != other
