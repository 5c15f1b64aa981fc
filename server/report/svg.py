"""
What our drawings are made of: SVG that a browser, typst and an office draw alike.

Only presentation attributes: no style sheet, no script, no reference, nothing from elsewhere, and no `id`, so that many
drawings may stand in one page. Lengths are points (1/72 inch) unless a name says otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import regex

INK, MUTED, TEAL, MID, RULE, TINT, WHITE = "#10242f", "#475a5d", "#00616d", "#7fa9ae", "#b9c6c8", "#e6f1f1", "#ffffff"
"""Of the report. `MID` and `RULE` are too light to stand alone: what they fill has an outline in teal."""
BOLD = 600
POINTS_PER_MM = 72 / 25.4

FONT = "Inter, Helvetica, Arial, sans-serif"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, half a surrogate pair above all."""
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what follows, also of what is ours."""

_EM = {
    letter: em
    for em, letters in (
        (0.30, "Iijl"),
        (0.35, " ,.:;’‘·"),
        (0.40, "()/[\\]ft|'"),
        (0.45, "!r"),
        (0.50, '"-_`–'),
        (0.55, "*?s"),
        (0.60, "FJLckvxyz"),
        (0.65, "$1256789EPSabdeghnopqu{}"),
        (0.70, "034BKRTXZ"),
        (0.75, "ACUVY"),
        (0.80, "&DGHNOQ"),
        (0.85, "#+<=>^w~"),
        (1.00, "%@mM…"),
        (1.05, "W"),
        (3.50, "⸺⸻ﷺﷻ"),
        (14.0, "﷽"),
    )
    for letter in letters
}
"""
Widths of letters in em: the widest of Inter, Inter SemiBold and DejaVu Sans (which a computer without Inter may take),
rounded up. Too much room is a gap; too little is two words on top of each other.
"""
_LETTER_EM, _PICTURE_EM = 0.9, 1.4
"""The widest of other letters below U+1100, and of what comes after: Chinese, signs, emoji."""
_HARDLY_CUT = 0.6
"""A text that must be cut ends after a whole word where that keeps this part of what would fit."""


# Words and their widths


def escaped(words: str) -> str:
    """*words* on one line, as they may stand in an element or an attribute."""
    line = " ".join(_TURNING.sub("", _NOT_XML.sub("", words)).split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def width_of(words: str, size: float) -> float:
    """How wide *words* are at most, set in *size*."""
    return size * sum(_EM.get(letter) or _em(letter) for letter in words)


def _em(letter: str) -> float:
    if unicodedata.combining(letter) or letter in "\u200b\u200c\u200d\ufe0e\ufe0f":
        return 0.0
    return _LETTER_EM if letter < "\u1100" else _PICTURE_EM


def fitted(words: str, size: float, room: float) -> str:
    """*words* if they fit in *room*, else as many as do, and an ellipsis; empty where not even a letter fits."""
    words = " ".join(words.split())
    if width_of(words, size) <= room:
        return words
    kept, used = "", width_of("…", size)
    for cluster in regex.findall(r"\X", words):
        used += width_of(cluster, size)
        if used > room:
            break
        kept += cluster
    whole, space, _ = kept.rpartition(" ")
    if space and len(whole) >= _HARDLY_CUT * len(kept):
        kept = whole
    kept = kept.rstrip(" ,.;:-–")
    return f"{kept}…" if kept else ""


def wrapped(words: str, size: float, room: float, *, most: int) -> list[str] | None:
    """*words* on lines that fit in *room*, cut only at spaces. None where that takes more than *most* lines."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
            continue
        if len(lines) == most or width_of(word, size) > room:
            return None
        lines.append(word)
    return lines


# Shapes


def number(value: float) -> str:
    """A length: two decimals, and none that say nothing."""
    rounded = round(value, 2) or 0.0
    return f"{rounded:.2f}".rstrip("0").rstrip(".")


def text(
    x: float, y: float, words: str, *, size: float, fill: str = INK, weight: int = 400, anchor: str = "start"
) -> str:
    """Words on a baseline: *anchor* says whether they start, have their middle, or end at *x*."""
    return _text(x, y, escaped(words), size=size, fill=fill, weight=weight, anchor=anchor)


def figure(x: float, y: float, n: str, words: str, *, size: float, fill: str = INK) -> str:
    """A number in bold and what comes after it."""
    line = f'<tspan font-weight="{BOLD}" fill="{INK}">{escaped(n)}</tspan>'
    return _text(x, y, f"{line} {escaped(words)}" if words.strip() else line, size=size, fill=fill)


def _text(x: float, y: float, inner: str, *, size: float, fill: str, weight: int = 400, anchor: str = "start") -> str:
    attributes = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"'
    if weight != 400:
        attributes += f' font-weight="{weight}"'
    if anchor != "start":
        attributes += f' text-anchor="{anchor}"'
    return f"<text {attributes}>{inner}</text>"


def rect(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "", stroke_width: float = 0
) -> str:
    """A rectangle; its outline, if any, lies inside it."""
    inset = stroke_width / 2 if stroke else 0.0
    shape = (
        f'<rect x="{number(x + inset)}" y="{number(y + inset)}" width="{number(max(0.0, width - 2 * inset))}" '
        f'height="{number(max(0.0, height - 2 * inset))}" fill="{fill}"'
    )
    return f'{shape} stroke="{stroke}" stroke-width="{number(stroke_width)}"/>' if stroke else f"{shape}/>"


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float) -> str:
    """A straight line."""
    return (
        f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" '
        f'stroke="{stroke}" stroke-width="{number(width)}" fill="none"/>'
    )


def path(points: Sequence[tuple[float, float]], *, fill: str, stroke: str = "", stroke_width: float = 0) -> str:
    """A line through *points*; closed where it is filled."""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    shape = f'<path d="M{steps}{"" if fill == "none" else "Z"}" fill="{fill}"'
    if stroke:
        shape += f' stroke="{stroke}" stroke-width="{number(stroke_width)}" stroke-linejoin="round"'
    return f"{shape}/>"


def drawing(parts: Iterable[str], *, width: float, height: float, title: str, described: str) -> str:
    """A whole drawing on white: what it is called and what it shows are in it, for who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{number(width / POINTS_PER_MM)}mm" '
        f'height="{number(height / POINTS_PER_MM)}mm" viewBox="0 0 {number(width)} {number(height)}" '
        f'font-family="{FONT}"><title>{escaped(title)}</title><desc>{escaped(described)}</desc>'
        f"{rect(0, 0, width, height, fill=WHITE)}{''.join(parts)}</svg>"
    )
