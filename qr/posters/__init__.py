"""
Codes on paper: posters, table cards, stickers, cards with a personal link or a vote, and a sheet for helpers.

Every function returns an accessible PDF (PDF/UA-1); `preview` returns pictures of the same pages. Setting is work for
a thread: typst lets go of Python's lock meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from qr.posters.press import CannotPrint, set_pdf, set_png
from qr.posters.sheets import Kind, Look, Ornament, Sheet, Size, Target, words_of
from qr.posters.work import (
    A_PAGE,
    Print,
    Work,
    badge_cards_work,
    cards_work,
    helpers_work,
    poster_work,
    stickers_work,
    vote_cards_work,
)

__all__ = [
    "A_PAGE",
    "CannotPrint",
    "Kind",
    "Look",
    "Ornament",
    "Print",
    "Sheet",
    "Size",
    "Target",
    "badge_cards",
    "cards",
    "helpers_sheet",
    "poster",
    "preview",
    "print_pdf",
    "stickers",
    "vote_cards",
    "words_of",
]

PREVIEW_DPI = 60.0


def poster(targets: Sequence[Target], sheet: Sheet, *, size: Size = Size.A4) -> bytes:
    """A page for each target. Raises TextTooLong and CannotPrint, as all of these do."""
    return _pdf(poster_work(targets, sheet, size=size))


def cards(targets: Sequence[Target], sheet: Sheet, *, copies: int = 8) -> bytes:
    """Table cards, eight on A4; *copies* of each target, in their order."""
    return _pdf(cards_work(targets, sheet, copies=copies))


def stickers(targets: Sequence[Target], sheet: Sheet, *, copies: int = 24) -> bytes:
    """Stickers of 70 by 37 mm, 24 on A4; *copies* of each target, in their order."""
    return _pdf(stickers_work(targets, sheet, copies=copies))


def badge_cards(targets: Sequence[Target], sheet: Sheet) -> bytes:
    """A card for each personal link, eight on A4. Their codes are secrets: the PDF is as secret as they are."""
    return _pdf(badge_cards_work(targets, sheet))


def vote_cards(targets: Sequence[Target], sheet: Sheet) -> bytes:
    """A card for each code of one binding poll, ten on A4. The PDF is as secret as the codes are."""
    return _pdf(vote_cards_work(targets, sheet))


def helpers_sheet(targets: Sequence[Target], sheet: Sheet) -> bytes:
    """The codes that helpers need, on A4, with what people ask them."""
    return _pdf(helpers_work(targets, sheet))


def print_pdf(what: Print, targets: Sequence[Target], sheet: Sheet, *, size: Size, copies: int) -> bytes:
    """Any of the above, by name. *size* is for posters, *copies* for cards and stickers."""
    return _pdf(_work(what, targets, sheet, size=size, copies=copies))


def preview(
    what: Print, targets: Sequence[Target], sheet: Sheet, *, size: Size, copies: int, dpi: float = PREVIEW_DPI
) -> bytes:
    """The first page of what `print_pdf` prints, as a PNG."""
    first = targets[: -(-A_PAGE[what] // copies)]
    work = _work(what, first, sheet, size=size, copies=min(copies, A_PAGE[what]))
    return set_png(work.template, work.data, dpi=dpi)[0]


def _work(what: Print, targets: Sequence[Target], sheet: Sheet, *, size: Size, copies: int) -> Work:
    match what:
        case Print.POSTER:
            return poster_work(targets, sheet, size=size)
        case Print.CARDS:
            return cards_work(targets, sheet, copies=copies)
        case Print.STICKERS:
            return stickers_work(targets, sheet, copies=copies)
        case Print.HELPERS:
            return helpers_work(targets, sheet)
        case Print.BADGES:
            return badge_cards_work(targets, sheet)


def _pdf(work: Work) -> bytes:
    return set_pdf(work.template, work.data)
