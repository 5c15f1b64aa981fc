"""
Which characters the typefaces for paper have.

An accessible PDF may not hold a character that no typeface has: the compiler refuses it. So what is missing becomes a
visible □, and the sheet says so at its foot; nothing disappears in silence.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FONTS = Path(__file__).resolve().parents[1] / "fonts"
MISSING = "□"
"""What stands for characters that no typeface has; all weights of Inter have it."""
_IGNORED = frozenset("\u200b\u200c\u200d\ufe0e\ufe0f")
"""Shape their neighbours and have no look of their own. Source: Unicode, Default_Ignorable_Code_Point."""

MAX_MARKS = 3
"""Marks on one letter; more would climb over the lines around it."""
_MARKS = ("Mn", "Me")
_TALL_FROM = 0x0530
"""Behind Latin, Greek and Cyrillic."""
_SYMBOLS = (0x1E00, 0x2BFF)
"""More Latin and Greek, and signs: as high as capitals."""


class Printable(NamedTuple):
    """A text that can be printed, and whether something in it was replaced."""

    text: str
    replaced: bool


def printable(text: str) -> Printable:
    """
    *text*, with □ for every character that the typefaces do not have.

    Spaces of all kinds become plain ones, line ends too; control characters, and characters that steer the direction
    of text, go without a trace. Of marks on one letter the first three stay.
    """
    kept: list[str] = []
    replaced, marks = False, 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        if char.isspace():
            kept.append(" ")
        elif char in _IGNORED:
            kept.append(char)
        elif category in ("Cc", "Cf"):
            continue
        elif ord(char) in covered() and marks <= MAX_MARKS:
            kept.append(char)
        else:
            kept.append("" if category in _MARKS else MISSING)
            replaced = True
    return Printable(" ".join("".join(kept).split()), replaced)


def is_tall(text: str) -> bool:
    """Whether lines of *text* need more room between them than Latin capitals do."""
    return any(_is_tall(ord(char)) or unicodedata.category(char) in _MARKS for char in text)


def _is_tall(point: int) -> bool:
    return point >= _TALL_FROM and not _SYMBOLS[0] <= point <= _SYMBOLS[1]


def direction(text: str) -> str:
    """`rtl` when the first letter with a direction goes from right to left, else `ltr`. Source: UAX #9, P2 and P3."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((b for b in strong if b in ("L", "R", "AL")), "L") in ("R", "AL") else "ltr"


@cache
def covered() -> frozenset[int]:
    """The code points that a sheet can show, of all typefaces together."""
    return frozenset(point for path in font_files() for point in _code_points(path.read_bytes()))


def font_files() -> tuple[Path, ...]:
    """
    The typefaces that every text may fall back on, in no order.

    The serif is not among them: it stands before Inter in the list of a theme that has it, and has fewer letters.
    """
    return tuple(p for p in sorted(FONTS.iterdir()) if p.suffix in (".otf", ".ttf") and not p.name.startswith("Besley"))


def _code_points(font: bytes) -> Iterator[int]:
    """What a typeface's `cmap` maps to a glyph. Source: OpenType 1.9, `cmap`, formats 4 and 12."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for index in range(count):
        offset = start + struct.unpack_from(">HHI", font, start + 4 + 8 * index)[2]
        (form,) = struct.unpack_from(">H", font, offset)
        if form == 4:
            yield from _segments(font, offset)
        elif form == 12:
            yield from _groups(font, offset)


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise ValueError(f"a typeface without {name.decode()}")


def _segments(font: bytes, offset: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", font, offset + 6)
    count = double // 2
    read = struct.Struct(f">{count}H")
    ends = read.unpack_from(font, offset + 14)
    starts, deltas, ranges = (read.unpack_from(font, offset + 16 + double * n) for n in (1, 2, 3))
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        at = offset + 16 + 3 * double + 2 * index + ranges[index]
        for point in range(first, min(last, 0xFFFE) + 1):
            if ranges[index]:
                (glyph,) = struct.unpack_from(">H", font, at + 2 * (point - first))
            else:
                glyph = (point + deltas[index]) & 0xFFFF
            if glyph:
                yield point


def _groups(font: bytes, offset: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, offset + 12)
    for index in range(count):
        first, last, _ = struct.unpack_from(">III", font, offset + 16 + 12 * index)
        yield from range(first, last + 1)
