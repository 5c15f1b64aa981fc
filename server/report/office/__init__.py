"""
A document for offices and readers: ODT, DOCX, EPUB and Markdown, written by pandoc.

    Document ── tree ──▶ pandoc's own tree, with stand-ins for pictures ── pandoc ──▶ a file ── finish ──▶ the file

`tree` says what everything is, `looks` how an office shows it, `pictures` holds the pictures.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from server.report.document import Document
from server.report.office.child import PandocFailed, pandoc
from server.report.office.finish import Told, finished
from server.report.office.looks import HERE, reference
from server.report.office.pictures import Pictures, book_cover
from server.report.office.tree import Kind, Tree
from server.report.writing import Blobs

__all__ = ["Kind", "PandocFailed", "office"]

_MARKDOWN = ["--to", "gfm", "--wrap", "none"]
_BOOK = ["--to", "epub3", "--epub-title-page=false", "--split-level", "1", "--toc-depth", "2"]
"""A chapter for each heading of level 1. Style sheet and cover come later: in its sandbox pandoc reads neither."""


def office(document: Document, kind: Kind, blobs: Blobs) -> bytes:
    """
    The document as a file; the same document gives the same bytes.

    Args:
        kind: `md` is GitHub's Markdown with footnotes, in UTF-8, without pictures: what they show is said instead.

    Raises:
        PandocFailed: Not now.
    """
    pictures = Pictures(blobs)
    tree = Tree(document, kind, pictures)
    told = msgspec.json.encode(tree.whole())
    if kind == "md":
        return pandoc(told, _MARKDOWN)
    written = pandoc(told, _BOOK) if kind == "epub" else _like_ours(told, kind, document.running)
    cover = book_cover(document) if kind == "epub" else None
    return finished(written, kind, pictures, Told(tree.labels, document.at, cover))


def _like_ours(told: bytes, kind: Kind, running: tuple[str, str]) -> bytes:
    """A file with our styles, and nothing of pandoc's own around the text."""
    with tempfile.TemporaryDirectory(prefix="fontein-report-") as folder:
        like = Path(folder) / f"reference.{kind}"
        like.write_bytes(reference(kind, running))
        return pandoc(told, ["--to", kind, "--reference-doc", str(like), "--template", str(HERE / kind / "body.xml")])
