"""What staff may change of a post's body: the alt texts of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.errors import BadInput
from server.intake import text
from server.intake.verdict import MAX_NETWORK_ALT
from server.symposium.values import PostBody


def amended(body: PostBody, alts: Sequence[str], *, salt: str) -> PostBody:
    """
    *body* with other alt texts, one for each picture, cleaned; empty where nobody described it.

    Args:
        salt: 32 hex characters, new for every revision.

    Raises:
        BadInput: `bad-input`: not one text for each picture. `too-long`: one has over `MAX_NETWORK_ALT` graphemes;
            `field` says which.
    """
    if len(alts) != len(body.media):
        raise BadInput(f"Give {len(body.media)} alt texts: one for each picture.", field="$.alts")
    media = tuple(
        msgspec.structs.replace(picture, alt=_cleaned(alt, f"$.alts[{number}]"))
        for number, (picture, alt) in enumerate(zip(body.media, alts, strict=True))
    )
    return msgspec.structs.replace(body, media=media, salt=salt)


def _cleaned(alt: str, field: str) -> str:
    cleaned = text.clean(alt)
    if text.is_blank(cleaned):
        return ""
    if text.graphemes(cleaned) > MAX_NETWORK_ALT:
        raise BadInput(f"An alt text has at most {MAX_NETWORK_ALT} characters.", code="too-long", field=field)
    return cleaned
