"""
The child process that looks into strangers' documents: what is it, is it whole, what is in it, how does it look?

It imports nothing of the server but how the picture child gives up its powers. Its input is the file itself, open for
reading; its output, on one pipe, is at most two answers, big-endian:

    u32 length, JSON  {"reason", "page"?}  or  {"kind", "pages", "flags", "title", "authors", "about", "lang"}
    u32 length, a picture of the first page as PNG or JPEG; 0 when there is none

The first answer is out before the second is tried: a page that cannot be drawn costs no more than its picture.
`inspection.py` is the other end, and does not trust a word that comes back.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import struct
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, JpegImagePlugin, PngImagePlugin  # noqa: F401 -- loaded while their files can be read
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from pypdfium2 import raw as pdfium

from server.blobs import image_child as confinement

try:
    import resource
except ImportError:  # Windows
    HAVE_LIMITS = False
else:
    HAVE_LIMITS = True

MAX_ENTRIES: Final = 5_000
MAX_UNPACKED_BYTES: Final = 1_000_000_000
MAX_RATIO: Final = 200
"""Unpacked to packed, of a whole document above 10 MB; XML packs to about a tenth or twentieth."""
RATIO_FROM_BYTES: Final = 10_000_000
MAX_PART_BYTES: Final = 32 * 2**20
"""Of a part that is read whole."""
LOOK_S: Final = 8.0
"""For looking through a document's insides; what was not looked at by then is flagged `unchecked`."""
CPU_S: Final = 25
PREVIEW_PX: Final = 800
MAX_PIXELS: Final = 40_000_000
MAX_PREVIEW_BYTES: Final = 8 * 2**20
CHUNK: Final = 2**20

_TEST_VIRUS: Final = b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))
"""The file that every scanner must find. Source: EICAR. In parts, so that no scanner finds this one."""

_OOXML = "application/vnd.openxmlformats-officedocument"
_MAIN_TYPES: Final = (
    (f"{_OOXML}.presentationml.presentation.main+xml", "pptx"),
    (f"{_OOXML}.presentationml.slideshow.main+xml", "pptx"),
    ("application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", "pptm"),
    (f"{_OOXML}.wordprocessingml.document.main+xml", "docx"),
    ("application/vnd.ms-word.document.macroEnabled.main+xml", "docm"),
)
_MIMETYPES: Final = {
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/epub+zip": "epub",
}
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


class Refused(Exception):
    """The file is not taken: *reason* is one of `inspection.Reason`, *page* where it breaks, from 1."""

    def __init__(self, reason: str, page: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.page = reason, page


class Facts:
    """What was found; see the module's first lines."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pages: int | None = None
        self.flags: set[str] = set()
        self.title = self.authors = self.about = self.lang = ""

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "pages": self.pages,
            "flags": sorted(self.flags),
            "title": _text(self.title, 2_000),
            "authors": _text(self.authors, 4_000),
            "about": _text(self.about, 10_000),
            "lang": _text(self.lang, 40),
        }


def _text(text: str, limit: int) -> str:
    """Without halves of signs, which no JSON can hold."""
    return text[:limit].encode("utf-8", "replace").decode()


Preview = Callable[[], bytes]


class Budget:
    """A few seconds to look around in; from then on `is_over`."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._until


def inspect(file: BinaryIO) -> tuple[Facts, Preview]:
    """
    Look into *file*.

    Returns:
        What it is, and a function that draws its first page (empty bytes where that gives nothing).

    Raises:
        Refused: It is not taken.
    """
    file.seek(0)
    head = file.read(1024)
    size = file.seek(0, io.SEEK_END)
    if _holds_test_virus(file):
        raise Refused("malware")
    if head.startswith(b"%PDF-"):
        return _look_at_pdf(file, size)
    if b"%PDF-" in head:
        raise Refused("polyglot")  # readers look for it anywhere in the first 1024 bytes
    if head.startswith(b"PK\x03\x04"):
        return _look_at_zip(file, size)
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _look_at_picture(file, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Refused("encrypted" if _is_locked_office(file) else "old-office")
    raise Refused("type")


def _holds_test_virus(file: BinaryIO) -> bool:
    file.seek(0)
    before = b""
    while chunk := file.read(CHUNK):
        if _TEST_VIRUS in before + chunk:
            return True
        before = chunk[-len(_TEST_VIRUS) :]
    return False


def _is_locked_office(file: BinaryIO) -> bool:
    """An OOXML file with a password is a compound file with this stream. Source: MS-OFFCRYPTO, 2.3.4."""
    file.seek(0)
    return "EncryptedPackage".encode("utf-16-le") in file.read(MAX_PART_BYTES)


def _check_no_zip_at_end(file: BinaryIO) -> None:
    """A ZIP is read from its end: behind another file it makes two of one."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Refused("polyglot")


# PDF


def _look_at_pdf(file: BinaryIO, size: int) -> tuple[Facts, Preview]:
    _check_no_zip_at_end(file)
    facts = Facts("pdf")
    broken = "broken" if _ends_as_pdf(file, size) else "truncated"
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as ex:
        locked = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(ex).lower()
        raise Refused("encrypted" if locked else broken) from ex
    facts.pages = len(document)
    budget = Budget(LOOK_S)
    page = _first_broken_page(document, budget)
    if page is not None or not facts.pages or broken == "truncated":
        raise Refused(broken, page)
    words = document.get_metadata_dict()
    facts.title, facts.authors, facts.about = words["Title"], words["Author"], words["Subject"]
    if pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0:
        facts.flags.add("restricted")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        facts.flags.add("javascript")
    if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        facts.flags.add("embedded-file")
    _look_through_pdf(file, facts, budget)
    return facts, lambda: _draw_pdf(document)


def _first_broken_page(document: pypdfium2.PdfDocument, budget: Budget) -> int | None:
    for at in range(len(document)):
        if budget.is_over:
            return None
        try:
            document[at].close()
        except pypdfium2.PdfiumError:
            return at + 1
    return None


def _ends_as_pdf(file: BinaryIO, size: int) -> bool:
    """Source: ISO 32000-2, 7.5.5, and what readers allow behind it."""
    file.seek(max(0, size - 1024))
    return b"%%EOF" in file.read(1024)


def _look_through_pdf(file: BinaryIO, facts: Facts, budget: Budget) -> None:
    """Every object, once, for what a reader might run or start; what could not be read is flagged."""
    try:
        file.seek(0)
        reader = pypdf.PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            facts.flags.add("unchecked")
            return
        with contextlib.suppress(Exception):  # without a language it has none
            facts.lang = str(reader.root_object.get("/Lang", ""))
        for each in _objects_of(reader):
            if budget.is_over:
                facts.flags.add("unchecked")
                return
            _look_at_object(each, facts)
    except Refused:
        raise
    except Exception:  # a hostile file may make a parser raise anything
        facts.flags.add("unchecked")


def _objects_of(reader: pypdf.PdfReader) -> Iterator[object]:
    numbers = [(number, 0) for number in reader.xref_objStm]
    numbers += [(number, generation) for generation, found in reader.xref.items() for number in found]
    yield reader.trailer
    for number, generation in numbers:
        with contextlib.suppress(pypdf.errors.PyPdfError, ValueError, KeyError, TypeError):  # nobody can read it
            yield reader.get_object(IndirectObject(number, generation, reader))
        reader.resolved_objects.clear()


def _look_at_object(found: object, facts: Facts) -> None:
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            _look_at_dictionary(each, facts)
            waiting += [value for value in each.values() if isinstance(value, DictionaryObject | ArrayObject)]
        elif isinstance(each, ArrayObject):
            waiting += [value for value in each if isinstance(value, DictionaryObject | ArrayObject)]


def _look_at_dictionary(found: DictionaryObject, facts: Facts) -> None:
    action = found.raw_get("/S") if "/S" in found else None
    if "/JS" in found or "/JavaScript" in found or "/XFA" in found or action == "/JavaScript":
        facts.flags.add("javascript")
    if action == "/Launch":
        facts.flags.add("launch")
    if "/EmbeddedFiles" in found or "/EF" in found or action == "/GoToE":
        facts.flags.add("embedded-file")
    if isinstance(found, StreamObject) and found.get("/Type") == "/EmbeddedFile":
        facts.flags.add("embedded-file")
        with contextlib.suppress(pypdf.errors.PyPdfError, ValueError, OSError):
            if _TEST_VIRUS in found.get_data()[:MAX_PART_BYTES]:
                raise Refused("malware")


def _draw_pdf(document: pypdfium2.PdfDocument) -> bytes:
    page = document[0]
    image: Image.Image = page.render(scale=PREVIEW_PX / max(*page.get_size(), 1.0), may_draw_forms=False).to_pil()
    image.thumbnail((PREVIEW_PX, PREVIEW_PX))  # a rounding may have made it a pixel too large
    return _as_png(image)


def _as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


# Posters


def _look_at_picture(file: BinaryIO, head: bytes) -> tuple[Facts, Preview]:
    _check_no_zip_at_end(file)
    is_png = head.startswith(b"\x89PNG")
    facts = Facts("png" if is_png else "jpg")
    file.seek(0)
    try:
        image = Image.open(file, formats=("PNG",) if is_png else ("JPEG",))
        if image.width * image.height > MAX_PIXELS:
            facts.flags.add("unchecked")
            return facts, bytes
        image.draft("RGB", (PREVIEW_PX, PREVIEW_PX))
        image.load()
        image.thumbnail((PREVIEW_PX, PREVIEW_PX))
    except MemoryError:
        raise
    except Exception as ex:
        raise Refused("broken") from ex
    return facts, lambda: _as_png(image)


# Office documents and books


def _look_at_zip(file: BinaryIO, size: int) -> tuple[Facts, Preview]:
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as ex:
        raise Refused("truncated") from ex  # its table of contents is at its end
    entries = archive.infolist()
    _check_entries(entries, size)
    names = {entry.filename for entry in entries}
    facts = Facts(_kind_of(archive, names))
    budget = Budget(LOOK_S)
    _read_entries(archive, entries, facts, budget)
    with contextlib.suppress(KeyError, ET.ParseError, ValueError, zipfile.BadZipFile):  # a document may have no words
        _READERS[facts.kind](archive, names, facts)
    _flag_zip(archive, names, facts)
    return facts, lambda: _thumbnail(archive, names, facts.kind)


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("bomb")
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    # Entries that lie over each other are counted each: together more than there is.
    if unpacked > MAX_UNPACKED_BYTES or packed > size or unpacked > max(RATIO_FROM_BYTES, MAX_RATIO * size):
        raise Refused("bomb")
    if not entries or min(e.header_offset for e in entries) != 0:
        raise Refused("polyglot")  # something stands before it
    if len({e.filename.lower() for e in entries}) != len(entries):
        raise Refused("polyglot")  # which of the two is shown depends on who reads
    for entry in entries:
        if not _is_plain_name(entry):
            raise Refused("names")
        if entry.flag_bits & 0x1:
            raise Refused("encrypted")


def _is_plain_name(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    steps = re.split(r"[/\\]", name)
    return not (is_link or "\0" in name or ".." in steps or steps[0] == "" or ":" in steps[0])


def _kind_of(archive: zipfile.ZipFile, names: set[str]) -> str:
    kinds: list[str] = []
    if "mimetype" in names:
        kinds += [_MIMETYPES.get(_part(archive, "mimetype", 200).strip(), "other")]
    if "[Content_Types].xml" in names:
        types = _part(archive, "[Content_Types].xml").decode("utf-8", "replace")
        kinds += [kind for main, kind in _MAIN_TYPES if f'"{main}"' in types] or ["other"]
    if any(name.upper() == "META-INF/MANIFEST.MF" or name.endswith(".dex") for name in names):
        kinds.append("program")
    if len(kinds) > 1:
        raise Refused("polyglot")
    if not kinds or kinds[0] in ("other", "program"):
        raise Refused("polyglot" if kinds == ["program"] else "type")
    return kinds[0]


def _read_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], facts: Facts, budget: Budget) -> None:
    """Unpack each, a piece at a time and no further than it says: a size that lies, or bytes that rot, are found."""
    for entry in entries:
        if budget.is_over:
            facts.flags.add("unchecked")
            return
        try:
            with archive.open(entry) as part:
                before = b""
                while chunk := part.read(CHUNK):
                    if _TEST_VIRUS in before + chunk:
                        raise Refused("malware")
                    before = chunk[-len(_TEST_VIRUS) :]
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as ex:
            raise Refused("broken") from ex


def _part(archive: zipfile.ZipFile, name: str, limit: int = MAX_PART_BYTES) -> bytes:
    """
    A part, whole.

    Raises:
        ValueError: It is larger than *limit*.
        KeyError: There is none.
    """
    with archive.open(name) as part:
        data = part.read(limit + 1)
    if len(data) > limit:
        raise ValueError(name)
    return data


def _xml(archive: zipfile.ZipFile, name: str) -> ET.Element:
    """Raises ValueError for what declares a document type: our documents need none, and entities are made there."""
    data = _part(archive, name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise ValueError(name)
    return ET.fromstring(data)  # noqa: S314 -- no entities: see above


def _read_office(archive: zipfile.ZipFile, names: set[str], facts: Facts) -> None:
    if facts.kind in ("pptx", "pptm"):
        facts.pages = sum(re.fullmatch(r"ppt/slides/slide\d+\.xml", name) is not None for name in names)
    _read_core(_xml(archive, "docProps/core.xml"), facts)
    if facts.kind in ("docx", "docm") and "docProps/app.xml" in names:
        pages = _xml(archive, "docProps/app.xml").findtext("{*}Pages") or ""
        facts.pages = int(pages) if pages.isdecimal() and int(pages) > 0 else None


def _read_core(root: ET.Element, facts: Facts) -> None:
    facts.title = root.findtext(f".//{_DC}title") or ""
    creators = [each.text or "" for each in root.iter(f"{_DC}creator")]
    facts.authors = ";".join(filter(None, creators))
    facts.about = root.findtext(f".//{_DC}description") or root.findtext(f".//{_DC}subject") or ""
    facts.lang = root.findtext(f".//{_DC}language") or ""


def _read_odf(archive: zipfile.ZipFile, names: set[str], facts: Facts) -> None:
    if facts.kind == "odp":
        content = _xml(archive, "content.xml")
        facts.pages = sum(1 for _ in content.iter("{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}page"))
    root = _xml(archive, "meta.xml")
    _read_core(root, facts)
    meta = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
    if not facts.authors:
        facts.authors = root.findtext(f".//{meta}initial-creator") or ""
    statistic = root.find(f".//{meta}document-statistic")
    pages = "" if statistic is None else statistic.get(f"{meta}page-count", "")
    if facts.kind == "odt" and pages.isdecimal():
        facts.pages = int(pages) or None


def _read_book(archive: zipfile.ZipFile, names: set[str], facts: Facts) -> None:
    _read_core(_xml(archive, _opf(archive)), facts)


def _opf(archive: zipfile.ZipFile) -> str:
    root = _xml(archive, "META-INF/container.xml")
    rootfile = root.find(".//{*}rootfile")
    return "" if rootfile is None else rootfile.get("full-path", "")


_READERS: Final[dict[str, Callable[[zipfile.ZipFile, set[str], Facts], None]]] = {
    **dict.fromkeys(("pptx", "pptm", "docx", "docm"), _read_office),
    **dict.fromkeys(("odp", "odt"), _read_odf),
    "epub": _read_book,
}


def _flag_zip(archive: zipfile.ZipFile, names: set[str], facts: Facts) -> None:
    lower = {name.lower() for name in names}
    if any(n.endswith("vbaproject.bin") or n.startswith(("basic/", "scripts/")) for n in lower):
        facts.flags.add("macro")
    if any("/embeddings/" in n or (facts.kind in ("odp", "odt") and n.startswith("object ")) for n in lower):
        facts.flags.add("embedded-file")
    if facts.kind == "epub" and any(n.endswith((".js", ".mjs")) for n in lower):
        facts.flags.add("javascript")
    for name in names:
        if name.endswith(".rels") and _loads_from_elsewhere(archive, name):
            facts.flags.add("external")


def _loads_from_elsewhere(archive: zipfile.ZipFile, name: str) -> bool:
    """A template, frame or object that is fetched when the document opens; a link that one clicks is none."""
    try:
        root = _xml(archive, name)
    except (ValueError, ET.ParseError, zipfile.BadZipFile):
        return True
    external = (each for each in root.iter() if each.get("TargetMode") == "External")
    return any(not (each.get("Type") or "").endswith("/hyperlink") for each in external)


def _thumbnail(archive: zipfile.ZipFile, names: set[str], kind: str) -> bytes:
    """The picture that the document brings along: a JPEG or PNG, else nothing."""
    candidates = [_cover(archive)] if kind == "epub" else ["docProps/thumbnail.jpeg", "docProps/thumbnail.png"]
    candidates += ["Thumbnails/thumbnail.png"]
    for name in candidates:
        if name in names:
            data = _part(archive, name, MAX_PREVIEW_BYTES)
            return data if data.startswith((b"\x89PNG", b"\xff\xd8\xff")) else b""
    return b""


def _cover(archive: zipfile.ZipFile) -> str:
    """Source: EPUB 3.3, 5.5.1, property `cover-image`; EPUB 2 names it in a `meta`."""
    opf = _opf(archive)
    root = _xml(archive, opf)
    old = next((m.get("content") for m in root.iter("{*}meta") if m.get("name") == "cover"), None)
    for item in root.iter("{http://www.idpf.org/2007/opf}item"):
        if "cover-image" in (item.get("properties") or "").split() or (old is not None and item.get("id") == old):
            folder = opf.rpartition("/")[0]
            return f"{folder}/{item.get('href')}" if folder else item.get("href", "")
    return ""


# The conversation


def limit_cpu(seconds: int) -> None:
    """Past it the system ends this process: for a child whose parent has died."""
    if HAVE_LIMITS:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def warm_up() -> None:
    """Go the ways once, so that what they load is loaded while its files can be read."""
    blank = pypdf.PdfWriter()
    blank.add_blank_page(72, 72)
    made = io.BytesIO()
    blank.write(made)
    _, preview = inspect(made)
    preview()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<x/>")
        archive.writestr("[Content_Types].xml", f'<x y="{_MAIN_TYPES[0][0]}"/>')
    inspect(made)
    for format_ in ("PNG", "JPEG"):
        made = io.BytesIO()
        Image.new("RGB", (8, 8)).save(made, format_)
        inspect(made)


def main(limits: dict[str, int]) -> None:
    """Look at the file that is the standard input."""
    logging.disable(logging.CRITICAL)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warm_up()
    confinement.leave_network()
    confinement.leave_root()
    confinement.gain_no_privileges()
    confinement.set_limits(limits["memory_bytes"])
    limit_cpu(CPU_S)
    answers = sys.stdout.buffer
    preview: Preview = bytes
    try:
        facts, preview = inspect(sys.stdin.buffer)
        answer = facts.as_json()
    except Refused as ex:
        answer = {"reason": ex.reason, "page": ex.page}
    except MemoryError:
        answer = {"reason": "out-of-memory", "page": None}
    _say(answers, json.dumps(answer).encode("ascii"))
    picture = b""
    with contextlib.suppress(Exception):  # then it has no picture
        picture = preview()
    _say(answers, picture if len(picture) <= MAX_PREVIEW_BYTES else b"")


def _say(answers: BinaryIO, data: bytes) -> None:
    answers.write(struct.pack(">I", len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
