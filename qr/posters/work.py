"""The sheets, one function each: which template, and what stands on it. Lengths are in mm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qr.posters.press import code, common, said
from qr.posters.sheets import Sheet, Size, Target, words_of
from qr.posters.water import fountain_svg, hops_svg

POSTER_SIDE_MM = 124.0
CARD_SIDE_MM = 46.0
STICKER_SIDE_MM = 29.0
BADGE_SIDE_MM = 44.0
VOTE_SIDE_MM = 39.0
HELPERS_SIDE_MM = 52.0
_A3 = 2**0.5
_POSTER_WATER_MM = (196.0, 155.0, 77.5)
"""Width, height and top of the fountain on A4."""
_CARD_WATER_MM = (25.0, 4.2)
"""Width and height of the drop on a card."""


class Print(StrEnum):
    """The kinds of sheets."""

    POSTER = "poster"
    CARDS = "cards"
    STICKERS = "stickers"
    HELPERS = "helpers"
    BADGES = "badges"


A_PAGE = {Print.POSTER: 1, Print.CARDS: 8, Print.STICKERS: 24, Print.HELPERS: 4, Print.BADGES: 8}
"""How many codes stand on one page."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A template of `qr/templates/`, and what it gets."""

    template: str
    data: dict[str, Any]


def poster_work(targets: Sequence[Target], sheet: Sheet, *, size: Size) -> Work:
    """A poster for each target."""
    scale = _A3 if size == Size.A3 else 1.0
    width, height, top = (scale * each for each in _POSTER_WATER_MM)
    svg = fountain_svg(width=width, height=height, colour=sheet.look.accent)
    data = {
        **common(sheet, title="poster"),
        "scale": scale,
        "water": {"svg": svg, "width": width, "top": top},
        **_codes(targets, sheet, POSTER_SIDE_MM * scale),
    }
    return Work(template="poster.typ", data=data)


def cards_work(targets: Sequence[Target], sheet: Sheet, *, copies: int) -> Work:
    """Table cards."""
    width, height = _CARD_WATER_MM
    data = {
        **common(sheet, title="cards"),
        "water": {"svg": hops_svg(width=width, height=height, colour=sheet.look.accent), "width": width},
        **_codes(targets, sheet, CARD_SIDE_MM, copies=copies),
    }
    return Work(template="cards.typ", data=data)


def stickers_work(targets: Sequence[Target], sheet: Sheet, *, copies: int) -> Work:
    """Stickers for badges."""
    data = {**common(sheet, title="stickers"), **_codes(targets, sheet, STICKER_SIDE_MM, copies=copies)}
    return Work(template="stickers.typ", data=data)


def badge_cards_work(targets: Sequence[Target], sheet: Sheet) -> Work:
    """Cards with a personal link."""
    data = {**common(sheet, title="badges"), **_codes(targets, sheet, BADGE_SIDE_MM)}
    return Work(template="badges.typ", data=data)


def vote_cards_work(targets: Sequence[Target], sheet: Sheet) -> Work:
    """Cards with a code that votes once."""
    data = {**common(sheet, title="votes"), **_codes(targets, sheet, VOTE_SIDE_MM)}
    return Work(template="votes.typ", data=data)


def helpers_work(targets: Sequence[Target], sheet: Sheet) -> Work:
    """The sheet for who helps in the hall."""
    main = sheet.languages[0]
    codes = _codes(targets, sheet, HELPERS_SIDE_MM)
    data = {
        **common(sheet, title="helpers"),
        **codes,
        "subtitle": said(" · ".join(each for each in (sheet.event, sheet.date) if each), main),
        "answers": _answers(targets, sheet),
        "replaced": any(each["replaced"] for each in codes["codes"]),
    }
    return Work(template="helpers.typ", data=data)


def _codes(targets: Sequence[Target], sheet: Sheet, side_mm: float, *, copies: int = 1) -> dict[str, Any]:
    return {"side": side_mm, "copies": copies, "codes": [code(each, sheet, side_mm=side_mm) for each in targets]}


def _answers(targets: Sequence[Target], sheet: Sheet) -> list[dict[str, str]]:
    """What people ask, with the answers; a check word stands out."""
    words = words_of(sheet.languages[0])
    word = sheet.words.get(sheet.languages[0], "")
    host = targets[0].shown.partition("/")[0] if targets else ""
    real = words["helpers.a1"] if word else words["helpers.a1.plain"]
    before, _, after = real.partition("{word}")
    return [
        {"question": words["helpers.q1"], "before": before.format(host=host), "word": word, "after": after},
        {"question": words["helpers.q2"], "before": words["helpers.a2"], "word": "", "after": ""},
        {"question": words["helpers.q3"], "before": words["helpers.a3"], "word": "", "after": ""},
    ]
