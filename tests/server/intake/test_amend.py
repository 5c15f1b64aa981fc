"""What staff may change of a body."""

from __future__ import annotations

import msgspec
import pytest

from server.errors import BadInput
from server.intake.amend import amended
from server.intake.verdict import MAX_NETWORK_ALT
from server.symposium.values import BlobId, Picture, PostBody

BODY = PostBody(
    salt="old",
    text="Kijk",
    media=tuple(Picture(blob=BlobId(c * 64), type="image/jpeg", width=1, height=1, alt=c) for c in "ab"),
)


def test_only_alt_texts_and_salt_change() -> None:
    new = amended(BODY, ("Een fiets", "b"), salt="new")
    assert [picture.alt for picture in new.media] == ["Een fiets", "b"]
    pictures = tuple(
        msgspec.structs.replace(picture, alt=old.alt) for picture, old in zip(new.media, BODY.media, strict=True)
    )
    assert msgspec.structs.replace(new, media=pictures, salt="old") == BODY


def test_they_are_cleaned() -> None:
    new = amended(BODY, ("fi\u202eets", " \u200b "), salt="new")
    assert [picture.alt for picture in new.media] == ["fiets", ""]


@pytest.mark.parametrize(
    ("alts", "field", "code"),
    [
        ((), "$.alts", "bad-input"),
        (("a", "b", "c"), "$.alts", "bad-input"),
        (("a", "x" * (MAX_NETWORK_ALT + 1)), "$.alts[1]", "too-long"),
    ],
)
def test_what_does_not_fit_is_refused(alts: tuple[str, ...], field: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        amended(BODY, alts, salt="new")
    assert (refused.value.field, refused.value.code) == (field, code)
