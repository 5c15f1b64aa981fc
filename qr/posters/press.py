"""
From codes to pages: what a sheet says is put together here, and typst sets it.

Whatever strangers wrote goes to the compiler as data, never as source. The typefaces are ours alone, so a sheet is the
same on every computer. All sheets are PDF/UA-1: tagged, with a title, a language, and words for every picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qr.checked import checked_matrix
from qr.codes import PRINT, QUIET_ZONE, Level, Matrix
from qr.legibility import PAPER_CONTRAST, reach_m
from qr.posters.coverage import FONTS, MISSING, direction, is_tall, printable
from qr.posters.outline import outline_svg
from qr.posters.sheets import Kind, Sheet, Target, words_of

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
PERSONAL = Level.M
"""Of a personal card: its text is long, and it is kept well. All other paper gets folded, stained and stuck over."""
_SECRET = frozenset({Kind.BADGE, Kind.VOTE})
"""Kinds whose code nobody may read but who holds the card: no link stands in the file."""
_NAMED = frozenset({Kind.SESSION, Kind.PAPER, Kind.BADGE, Kind.VOTE})
"""Kinds that go by the name of what they lead to."""
_TRIES = 6
_MANY = 24
"""Codes; a print of more is not asked for again while somebody tries things out."""
_GENERATIONS = 11
"""The compiler keeps what its last ten runs worked out, 0.4 MB for each page: ten prints of 300 pages are 1 GB."""
_UNSHOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


class CannotPrint(ValueError):
    """The compiler refused a sheet. Says why."""


def common(sheet: Sheet, *, title: str) -> dict[str, Any]:
    """What every template gets."""
    main, *others = sheet.languages
    words = words_of(main)
    look = sheet.look
    return {
        "title": printable(f"{words[f'title.{title}']} · {sheet.event}").text,
        "lang": main,
        "other": {"lang": others[0]} if others else None,
        "event": said(sheet.event, main),
        "word": printable(sheet.words.get(main, "")).text,
        "words": dict(words),
        "look": {
            "ink": look.ink,
            "muted": look.muted,
            "accent": look.accent,
            "tint": look.tint,
            "serif": look.serif,
            "ornament": look.ornament.value,
            "radius": look.radius,
        },
    }


def code(target: Target, sheet: Sheet, *, side_mm: float) -> dict[str, Any]:
    """
    One code, as a template gets it.

    Args:
        side_mm: Of its tile, with the quiet zone.

    Raises:
        TextTooLong: The address does not fit a code.
        Unreadable: The code was drawn, but could not be read again.
    """
    main, *others = sheet.languages
    words = words_of(main)
    modules = checked_matrix(target.url, level=PERSONAL if target.kind in _SECRET else PRINT)
    kind = target.kind.value
    head = words.get(f"{kind}.head", target.name) if target.kind != Kind.BADGE else target.name
    named = target.name if target.kind in _NAMED else ""
    texts = {
        "head": said(head or words.get(f"{kind}.name", "–"), target.lang or main, lines=f"{kind}.head" in words),
        "title": said(named or words.get(f"{kind}.short", ""), target.lang or main),
        "heading": said(named or words.get(f"{kind}.name", ""), target.lang or main),
        "place": said(target.place, main),
        "detail": said(target.detail, main),
    }
    return {
        "svg": outline_svg(modules),
        "link": "" if target.kind in _SECRET else target.url,
        "shown": target.shown,
        "alt": _alt(target, main),
        "kicker": words.get(f"{kind}.kicker", ""),
        "lines": words.get(f"{kind}.text", "").split("\n"),
        "brief": words.get(f"{kind}.brief", ""),
        "help": words.get(f"{kind}.help", ""),
        "role": words.get(f"role.{target.role}", ""),
        "what": words.get(f"role.{target.role}.what", ""),
        "other": _other_line(kind, sheet, others),
        "quiet": QUIET_ZONE / (len(modules) + 2 * QUIET_ZONE),
        **_reach(modules, words, side_mm),
        **texts,
        "replaced": any(printable(text).replaced for text in (target.name, target.place, target.detail, sheet.event)),
    }


def said(text: str, language: str, *, lines: bool = False) -> dict[str, Any]:
    """A text with its language and direction; with *lines* its own line ends stay."""
    parts = text.split("\n") if lines else [text]
    written = "\n".join(printable(part).text for part in parts)
    return {"text": written, "lang": language, "dir": direction(written), "tall": is_tall(written)}


def _alt(target: Target, language: str) -> str:
    words = words_of(language)
    if target.kind == Kind.BADGE:
        return words["alt.badge"].format(name=printable(target.name).text, address=target.shown)
    return words["alt.vote" if target.kind == Kind.VOTE else "alt"].format(address=target.shown)


def _other_line(kind: str, sheet: Sheet, others: Sequence[str]) -> str:
    """What the sheet says in its second language: one line, and the check word where that is another one there."""
    if not others:
        return ""
    words = words_of(others[0])
    line = words.get(f"{kind}.line", "")
    word = sheet.words.get(others[0], "")
    if word and word != sheet.words.get(sheet.languages[0], ""):
        line = f"{line} {words['check.brief'].capitalize()}: {word}."
    return printable(line).text


def _reach(modules: Matrix, words: Mapping[str, str], side_mm: float) -> dict[str, str]:
    """How far the code is read, and how large its modules are, in words."""
    module_mm = side_mm / (len(modules) + 2 * QUIET_ZONE)
    comma = words["decimal"]
    reach = reach_m(module_mm, contrast=PAPER_CONTRAST)
    metres = f"{reach:.1f}".replace(".", comma) if reach < 10 else f"{reach:.0f}"
    facts = {"m": metres, "mm": f"{module_mm:.1f}".replace(".", comma)}
    return {"reach": words["reach"].format(**facts), "near": words["reach.brief"].format(**facts)}


def set_pdf(template: str, data: dict[str, Any]) -> bytes:
    """
    Set *data* by a template, as PDF/UA-1.

    Raises:
        CannotPrint: The compiler refused it.
    """
    pdf = _compiled(template, data, format="pdf", pdf_standards=["ua-1"])
    assert isinstance(pdf, bytes), "a PDF is one file, however many pages it has"
    return pdf


def set_png(template: str, data: dict[str, Any], *, dpi: float) -> list[bytes]:
    """Set *data* by a template, as a picture of every page. Raises CannotPrint as `set_pdf` does."""
    pages = _compiled(template, data, format="png", ppi=dpi)
    return [pages] if isinstance(pages, bytes) else pages


def _compiled(template: str, data: dict[str, Any], **how: Any) -> Any:
    """
    What the compiler makes of it.

    A mark that no typeface can set on its letter is only known when it tries: it is taken out of the data, visibly,
    and the sheet is set again.
    """
    try:
        return _tried(template, data, **how)
    finally:
        if len(data.get("codes", ())) > _MANY:
            _forget()


def _tried(template: str, data: dict[str, Any], **how: Any) -> Any:
    import typst

    for _ in range(_TRIES):
        compiler = typst.Compiler(str(TEMPLATES / template), root=str(TEMPLATES), font_paths=_fonts())
        try:
            return compiler.compile(sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **how)
        except typst.TypstError as ex:
            unshown = _UNSHOWN.search(ex.message)
            if unshown is None:
                raise CannotPrint(f"{ex.message} {' '.join(ex.hints)}".strip()) from ex
            data = _without(data, _ESCAPED.sub(lambda match: chr(int(match[1], 16)), unshown[1]))
    raise CannotPrint("This text has too many characters that no typeface has.")


def _forget() -> None:
    """Let the compiler forget what it worked out: by runs in which none of it is used."""
    import typst

    compiler = typst.Compiler(root=str(TEMPLATES), font_paths=_fonts())
    for _ in range(_GENERATIONS):
        compiler.compile(b"[]", format="svg")


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _without(value: Any, unshown: str) -> Any:
    """*value* with every string's *unshown* replaced by □."""
    if isinstance(value, dict):
        return {key: each if key == "svg" else _without(each, unshown) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, unshown) for each in value]
    return value.replace(unshown, MISSING) if isinstance(value, str) else value
