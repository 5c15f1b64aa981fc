"""
Short addresses, as they are encoded: in capitals, so that a character takes 5½ bits instead of 8.

Scheme and host are the same in any case (RFC 3986, 6.2.2.1). A path is not, so only the paths that are ours and are in
capitals already are taken: `/{short}`, `/{short}/{code}` and `/{short}/PAPERS`. Everything else stays as it is written,
letter for letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qr.codes import SCREEN, version_of

if TYPE_CHECKING:
    from qr.codes import Level

CODE_ALPHABET = "CDFHJKMNPRTVWXY34679"
"""Of a paper's, room's or session's code: no vowels, so no words; nothing that looks like something else."""

ALL_PAPERS = "PAPERS"
"""In the place of a code: the page of all papers. Longer than any code."""

_SHORT = re.compile(
    rf"https?://[a-zA-Z0-9.-]+(?::[0-9]+)?/[A-Z2-9]{{2,5}}(?:/(?:[{CODE_ALPHABET}]{{2,3}}|{ALL_PAPERS}))?"
)


def is_short(url: str) -> bool:
    """Whether *url* has the shape of one of our short addresses."""
    return _SHORT.fullmatch(url) is not None


def capitals(url: str) -> str:
    """
    The text to encode for *url*: in capitals when it is one of our short addresses, else *url* itself.

    Args:
        url: `https://host/LU` or `https://host/LU/F7`, the path as we give it out: in capitals.

    Returns:
        `HTTPS://HOST/LU/F7`: only characters of the alphanumeric mode (ISO/IEC 18004, table 5). Slugs, tokens behind a
        `#`, ports of IPv6 addresses and every path of somebody else stay as they are.
    """
    return url.upper() if is_short(url) else url


def modules_saved(url: str, *, level: Level = SCREEN) -> int:
    """How many modules on a side smaller the code is because of `capitals`; 0 when it makes no difference."""
    return 4 * (version_of(url, level=level) - version_of(capitals(url), level=level))
