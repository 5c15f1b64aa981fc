"""How the report names who wrote a post."""

from __future__ import annotations

import unicodedata

import regex

from server.symposium.values import Naming, PostBody

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’.-]*")
_SIGN = regex.compile(r"\X")
_MOST = 4
"""Initials; who has more names is known by the first of them."""


def named(body: PostBody, naming: Naming) -> tuple[str, str]:
    """
    The name and the handle that may stand in the report; both empty for "a participant".

    In full only where a name was filled in. Initials say nothing of a handle, which leads to the person at once.
    """
    if naming is Naming.FULL:
        return body.name, body.handle
    return (initials(body.name) if naming is Naming.INITIALS else ""), ""


def initials(name: str) -> str:
    """`N. v. D.` of "Noor van Dalen"; empty where there is no letter in *name*."""
    words = _WORD.findall(unicodedata.normalize("NFC", name))[:_MOST]
    return " ".join(f"{_first(word)}." for word in words)


def _first(word: str) -> str:
    """The letter that a reader sees first: with its marks, and the Dutch IJ whole."""
    if word[:2] in ("IJ", "ij"):
        return word[:2]
    return word[0] if word.isascii() else _SIGN.findall(word)[0]
