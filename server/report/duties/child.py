"""
The child process that makes one document about personal data: it gets facts, and writes a file.

It is started and read as the one that makes reports: typesetter and pandoc take memory that is given back at its end.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from server.errors import FonteinError
from server.report.child import Failure, is_full
from server.report.document import Document
from server.report.duties.documents import Kind, document, file_stem
from server.report.duties.facts import Facts, Lang
from server.report.exports import Format, Written
from server.report.html import html
from server.report.office import office
from server.report.pdf import pdf

FORMATS: Final = (Format.HTML, Format.PDF, Format.ODT, Format.DOCX, Format.MD)
_TEMPLATES: Final = Path(__file__).with_name("pdf")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told: which document, in which language and format, and the folder for its file."""

    kind: Kind
    lang: Lang
    format: Format
    facts: Facts
    to: str


def made(job: Job) -> bytes:
    """
    The file.

    Raises:
        BadInput, Unavailable: A writer could not make it.
    """
    told = document(job.kind, job.facts, job.lang)
    return _WRITERS[job.format](told, job.kind)


def _pdf(told: Document, kind: Kind) -> bytes:
    name = "notice.typ" if kind is Kind.NOTICE else "paper.typ"
    return pdf(told, _no_pictures, template=_TEMPLATES / name)


def _no_pictures(_: str) -> None:
    return None


_WRITERS: Final[dict[Format, Callable[[Document, Kind], bytes]]] = {
    Format.HTML: lambda told, _: html(told, _no_pictures).encode(),
    Format.PDF: _pdf,
    Format.ODT: lambda told, _: office(told, "odt", _no_pictures),
    Format.DOCX: lambda told, _: office(told, "docx", _no_pictures),
    Format.MD: lambda told, _: office(told, "md", _no_pictures),
}


def main(given: BinaryIO, out: BinaryIO) -> int:
    """Do the job that stands on *given*."""
    if hasattr(os, "nice"):
        os.nice(10)
    job = msgspec.msgpack.decode(given.read(), type=Job)
    try:
        content = made(job)
        path = Path(job.to) / f"{file_stem(job.kind, job.facts, job.lang)}.{job.format.value}"
        path.write_bytes(content)
    except FonteinError as ex:
        answer: msgspec.Struct = Failure(code=ex.code, message=str(ex))
    except OSError as ex:
        answer = Failure(code="report-failed", message=str(ex.strerror or ex), full=is_full(ex))
    else:
        sha256 = hashlib.sha256(content).hexdigest()
        answer = Written(format=job.format, name=path.name, size=len(content), sha256=sha256)
    out.write(msgspec.json.encode(answer) + b"\n")
    return int(isinstance(answer, Failure))
