"""
The report in its formats, as files: which there are, what each is called, and writing them.

A file comes under its name only when it is whole: it is written beside its place and moved there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from server.report.activity import package
from server.report.checks import quoted
from server.report.compile import compile_report
from server.report.compose import compose
from server.report.document import Document
from server.report.hall import posts_in
from server.report.hall_released import released_polls, released_questions
from server.report.html import html
from server.report.model import Report
from server.report.office import Kind, office
from server.report.pdf import pdf
from server.report.released import jsonl, lines
from server.report.script import script
from server.report.spreadsheet import MEDIA_TYPE as ODS_TYPE
from server.report.spreadsheet import ods
from server.report.tables import Lang, csv
from server.report.writing import Blobs
from server.symposium.state import State
from server.symposium.values import Naming, PostId


class Format(StrEnum):
    """What a report can be had as. The first six are the report itself, the others what was said, to reckon with."""

    HTML = "html"
    PDF = "pdf"
    ODT = "odt"
    DOCX = "docx"
    EPUB = "epub"
    MD = "md"
    CSV = "csv"
    FIGURES = "figures-csv"
    QUESTIONS = "questions-csv"
    POLLS = "polls-csv"
    ODS = "ods"
    JSONL = "jsonl"
    AS2 = "as2"
    SCRIPT = "script"


MEDIA_TYPES: Final = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.EPUB: "application/epub+zip",
    Format.MD: "text/markdown; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
    Format.FIGURES: "text/csv; charset=utf-8",
    Format.QUESTIONS: "text/csv; charset=utf-8",
    Format.POLLS: "text/csv; charset=utf-8",
    Format.ODS: ODS_TYPE,
    Format.JSONL: "application/jsonl; charset=utf-8",
    Format.AS2: "application/zip",
    Format.SCRIPT: "application/json",
}
_WHAT: Final = {
    "nl": {
        Format.CSV: "berichten",
        Format.FIGURES: "cijfers",
        Format.QUESTIONS: "vragen",
        Format.POLLS: "peilingen",
        Format.ODS: "gegevens",
        Format.JSONL: "berichten",
        Format.SCRIPT: "draaiboek",
    },
    "en": {
        Format.CSV: "posts",
        Format.FIGURES: "figures",
        Format.QUESTIONS: "questions",
        Format.POLLS: "polls",
        Format.ODS: "data",
        Format.JSONL: "posts",
        Format.SCRIPT: "script",
    },
}
_REPORT: Final = {"nl": "verslag", "en": "report"}
_ARCHIVE: Final = {"nl": "archief", "en": "archive"}
_SUFFIX: Final = {
    Format.FIGURES: "csv",
    Format.QUESTIONS: "csv",
    Format.POLLS: "csv",
    Format.AS2: "zip",
    Format.SCRIPT: "json",
}
_KINDS: Final[dict[Format, Kind]] = {
    Format.ODT: "odt",
    Format.DOCX: "docx",
    Format.EPUB: "epub",
    Format.MD: "md",
}


VERSION_FORMATS: Final = (
    Format.HTML,
    Format.PDF,
    Format.ODT,
    Format.DOCX,
    Format.EPUB,
    Format.MD,
    Format.FIGURES,
)
"""What a version can have: the report and its figures. Tables of all that was said are made of what there is now."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is asked for.

    Args:
        lang: Of the report and of what stands above the tables; empty for the report's own.
        naming: How people are named where its author said nothing of a post; None: as its author set.
        number: The version that this will be, 0 for a draft.
        home, short, link_only: As for `compile_report`.
    """

    formats: tuple[Format, ...]
    lang: str = ""
    naming: Naming | None = None
    number: int = 0
    home: str = ""
    short: str = ""
    link_only: tuple[str, ...] = ()


class Written(msgspec.Struct, frozen=True, kw_only=True, tag="written"):
    """A file that was made. `size` in bytes, `sha256` in hex."""

    format: Format
    name: str
    size: int
    sha256: str


class Export:
    """
    The report of one state, in any format. What several formats need is made once.

    Args:
        state: Nobody changes it meanwhile; `naming` and `lang` of the order are set in it.
    """

    def __init__(self, state: State, order: Order, blobs: Blobs) -> None:
        self._state, self._order, self._blobs = state, order, blobs
        if order.naming is not None:
            state.draft.naming = order.naming
        if order.lang:
            state.draft.lang = order.lang

    @cached_property
    def report(self) -> Report:
        """What it says."""
        order = self._order
        return compile_report(
            self._state, home=order.home, short=order.short, link_only=order.link_only, number=order.number
        )

    @cached_property
    def document(self) -> Document:
        """The same, in words."""
        return compose(self.report)

    @property
    def posts(self) -> tuple[PostId, ...]:
        """The posts whose words, photo or address stand in the report, by the order of reading."""
        sections = self.report.all_sections()
        answers = (post for section in sections for poll in section.polls for post in posts_in(poll))
        return tuple(dict.fromkeys((*quoted(sections, self.report.cited), *answers)))

    @property
    def _lang(self) -> Lang:
        return lang_of(self._state)

    def name(self, format_: Format) -> str:
        """What the file is called; see `file_name`."""
        return file_name(self._state, format_, self._order.number)

    def pieces(self, format_: Format) -> Iterable[bytes]:
        """The bytes of one format."""
        if format_ in _KINDS:
            return (office(self.document, _KINDS[format_], self._blobs),)
        return self._makers[format_]()

    @cached_property
    def _makers(self) -> dict[Format, Callable[[], Iterable[bytes]]]:
        state, lang, link_only = self._state, self._lang, self._order.link_only
        return {
            Format.HTML: lambda: (html(self.document, self._blobs).encode(),),
            Format.PDF: lambda: (pdf(self.document, self._blobs),),
            Format.CSV: lambda: csv(state, "posts", lang=lang, link_only=link_only),
            Format.FIGURES: lambda: csv(state, "figures", lang=lang, link_only=link_only),
            Format.ODS: lambda: ods(state, lang=lang, link_only=link_only),
            Format.QUESTIONS: lambda: csv(state, "questions", lang=lang, link_only=link_only),
            Format.POLLS: lambda: csv(state, "polls", lang=lang, link_only=link_only),
            Format.JSONL: lambda: chain(
                jsonl(state, link_only=link_only),
                lines(released_questions(state, link_only=link_only)),
                lines(released_polls(state)),
            ),
            Format.SCRIPT: lambda: script(state, link_only=link_only),
            Format.AS2: lambda: package(state, self._blobs, home=self._order.home, link_only=link_only),
        }

    def write(self, folder: Path) -> Iterator[Written]:
        """
        Write what was asked for into *folder*; one file after the other, each when it is whole.

        Raises:
            OSError: There is no room, or the folder cannot be written. What was there before is still there.
        """
        for format_ in self._order.formats:
            path = folder / self.name(format_)
            size, sha256 = _write(path, self.pieces(format_))
            yield Written(format=format_, name=path.name, size=size, sha256=sha256)


def lang_of(state: State) -> Lang:
    """The language of the report."""
    return "en" if (state.draft.lang or state.languages[0]) == "en" else "nl"


def file_name(state: State, format_: Format, number: int = 0) -> str:
    """What a file of the report is called: `open-dag-verslag.pdf`, of a version `open-dag-verslag-2.pdf`."""
    lang = lang_of(state)
    what = _WHAT[lang].get(format_, (_ARCHIVE if format_ is Format.AS2 else _REPORT)[lang])
    version = f"-{number}" if number else ""
    return f"{state.slug}-{what}{version}.{_SUFFIX.get(format_, format_.value)}"


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    beside = path.with_name(f".{path.name}.part")
    hashed, size = hashlib.sha256(), 0
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                hashed.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return size, hashed.hexdigest()


def formats_of(text: str) -> tuple[Format, ...]:
    """
    The formats that are named in *text*, between commas; `csv` is both tables.

    Raises:
        ValueError: One of them is unknown: its name.
    """
    found: list[Format] = []
    for name in filter(None, (part.strip().lower() for part in text.split(","))):
        if name not in set(Format):
            raise ValueError(name)
        found += [Format.CSV, Format.FIGURES] if name == Format.CSV else [Format(name)]
    return tuple(dict.fromkeys(found))
