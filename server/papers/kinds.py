"""What a paper's file may be: known by its content, never by its name or by what its sender says."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class Kind(enum.StrEnum):
    """A kind of file; the value is also its extension."""

    PDF = "pdf"
    PPTX = "pptx"
    PPTM = "pptm"
    DOCX = "docx"
    DOCM = "docm"
    ODP = "odp"
    ODT = "odt"
    EPUB = "epub"
    PNG = "png"
    JPEG = "jpg"


_OFFICE = "application/vnd.openxmlformats-officedocument"

MEDIA_TYPES: Final[Mapping[Kind, str]] = {
    Kind.PDF: "application/pdf",
    Kind.PPTX: f"{_OFFICE}.presentationml.presentation",
    Kind.PPTM: "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    Kind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Kind.DOCM: "application/vnd.ms-word.document.macroEnabled.12",
    Kind.ODP: "application/vnd.oasis.opendocument.presentation",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.EPUB: "application/epub+zip",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}
"""Source: IANA's registry of media types."""

_KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}

FLAGS: Final = ("javascript", "launch", "embedded-file", "macro", "external", "restricted", "unchecked")
"""
What the organiser should know of a file: it holds scripts; starts a program; has other files in it; has macros; loads
something from elsewhere; may not be printed or copied from; could not be looked through in time.
"""


def extension(media_type: str) -> str:
    """The extension for a file of this media type; `bin` for one that we do not know."""
    kind = _KINDS.get(media_type)
    return "bin" if kind is None else kind.value
