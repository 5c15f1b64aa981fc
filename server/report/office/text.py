"""What all that becomes XML has in common: its characters, and where they begin."""

from __future__ import annotations

import re
import unicodedata

_NOT_XML = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, or had better not. Source: XML 1.0, 2.2."""


def clean(text: str) -> str:
    """*text* without what would break the file that it comes in."""
    return _NOT_XML.sub("", text)


def direction_of(text: str) -> str:
    """`rtl` when the first letter with a direction goes from right to left, else `ltr`. Source: UAX #9, P2 and P3."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((b for b in strong if b in ("L", "R", "AL")), "L") != "L" else "ltr"
