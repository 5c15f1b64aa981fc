"""Documents made by hand: whole ones of each kind, and such as nobody should let in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from PIL import Image

EICAR = b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))
"""In parts: a scanner that finds this file would take the tests away."""


def pdf(
    *,
    pages: int = 1,
    title: str = "",
    author: str = "",
    subject: str = "",
    lang: str = "",
    catalog: bytes = b"",
    objects: Sequence[bytes] = (),
    trailer: bytes = b"",
    version: bytes = b"1.7",
    filler: int = 0,
) -> bytes:
    """
    A PDF.

    Args:
        catalog: More keys of the catalog; may refer to `objects`, which begin at number 10 000.
        filler: So many bytes that nothing needs.
    """
    kids = b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(pages))
    language = b"/Lang (%s)" % lang.encode() if lang else b""
    numbered: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s %s >>" % (language, catalog),
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        3: b"<< /Title (%s) /Author (%s) /Subject (%s) >>" % (title.encode(), author.encode(), subject.encode()),
    }
    for at in range(pages):
        drawing = b"0.1 0.4 0.7 rg 60 60 300 %d re f" % (200 + 10 * at)
        numbered[4 + 2 * at] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing)
        numbered[5 + 2 * at] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (
            4 + 2 * at
        )
    for at, body in enumerate(objects):
        numbered[10_000 + at] = body
    if filler:
        numbered[20_000] = b"<< /Length %d >>\nstream\n%s\nendstream" % (filler, noise(filler))
    return _written(numbered, trailer, version)


def _written(numbered: Mapping[int, bytes], trailer: bytes, version: bytes) -> bytes:
    out = bytearray(b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version)
    table = b""
    for number, body in sorted(numbered.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n" + table
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R %s >>\n" % (max(numbered) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def noise(size: int) -> bytes:
    """Bytes that do not pack, the same each time."""
    state, out = 1, bytearray()
    while len(out) < size:
        state = zlib.crc32(struct.pack("<I", state))
        out += struct.pack("<I", state)
    return bytes(out[:size]) if size < 1_000_000 else (bytes(out[:1_000_000]) * (size // 1_000_000 + 1))[:size]


def locked_pdf(*, owner_only: bool = False) -> bytes:
    """A PDF with a password; with `owner_only` everybody may read it, and not print it."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("" if owner_only else "geheim", owner_password="baas", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes | str], *, stored: Sequence[str] = ("mimetype",)) -> bytes:
    """A ZIP of these parts, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "<dc:description>{about}</dc:description><dc:language>nl-NL</dc:language></cp:coreProperties>"
)
_OOXML = "application/vnd.openxmlformats-officedocument"


def office(
    kind: str = "pptx",
    *,
    title: str = "Water",
    author: str = "Eva de Wit",
    about: str = "Over water.",
    slides: int = 2,
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A PPTX or DOCX (or, with macros, PPTM), with a thumbnail."""
    main = {
        "pptx": f"{_OOXML}.presentationml.presentation.main+xml",
        "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "docx": f"{_OOXML}.wordprocessingml.document.main+xml",
    }[kind]
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>',
        "docProps/core.xml": _CORE.format(title=title, author=author, about=about),
        "docProps/app.xml": '<Properties xmlns="urn:x"><Pages>7</Pages></Properties>',
        "docProps/thumbnail.jpeg": picture("JPEG"),
    }
    if kind.startswith("ppt"):
        parts |= {f"ppt/slides/slide{n}.xml": "<sld/>" for n in range(1, slides + 1)}
    return zipped(parts | dict(more or {}))


def odf(kind: str = "odp", *, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """An ODP or ODT, with a thumbnail."""
    full = {"odp": "presentation", "odt": "text"}[kind]
    draw, meta = (f"urn:oasis:names:tc:opendocument:xmlns:{each}:1.0" for each in ("drawing", "meta"))
    words = (
        f'<m xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="{meta}"><dc:title>Bruggen</dc:title>'
        f"<meta:initial-creator>Jan Smit</meta:initial-creator><dc:language>nl</dc:language>"
        f'<meta:document-statistic meta:page-count="4"/></m>'
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{full}",
            "content.xml": f'<c xmlns:draw="{draw}"><draw:page/><draw:page/><draw:page/></c>',
            "meta.xml": words,
            "Thumbnails/thumbnail.png": picture("PNG"),
            **(more or {}),
        }
    )


def epub(*, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """A book with a cover."""
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Dijken</dc:title><dc:creator>A. Bakker</dc:creator><dc:creator>B. Vos</dc:creator>"
        "<dc:description>&lt;p&gt;Over &lt;b&gt;dijken&lt;/b&gt;.&lt;/p&gt;</dc:description>"
        '<dc:language>nl</dc:language></metadata><manifest><item id="c" href="c.jpg" media-type="image/jpeg" '
        'properties="cover-image"/></manifest></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": opf,
            "OEBPS/c.jpg": picture("JPEG"),
            **(more or {}),
        }
    )


def picture(format_: str, size: tuple[int, int] = (320, 240)) -> bytes:
    """A poster: left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.save(out, format_)
    return out.getvalue()


def overlapping_zip(copies: int = 400) -> bytes:
    """Many entries that all point at the same bytes. Source: the shape of D. Fifield's bomb (2019)."""
    made = bytearray(zipped({"mimetype": "application/epub+zip", "kern.bin": noise(100_000)}))
    end = made.rfind(b"PK\x05\x06")
    (start,) = struct.unpack_from("<I", made, end + 16)
    entries = bytes(made[start:end])
    kernel = entries[entries.rfind(b"PK\x01\x02") :]
    more = b"".join(kernel.replace(b"kern.bin", b"k%06d." % n) for n in range(copies))
    directory = entries + more
    count = 2 + copies
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return bytes(made[:start]) + directory + tail


def lying_zip() -> bytes:
    """A part that unpacks to more than it says."""
    made = bytearray(zipped({"mimetype": "application/epub+zip", "big.txt": b"a" * 3_000_000}))
    true = struct.pack("<I", 3_000_000)
    return bytes(made.replace(true, struct.pack("<I", 1_000)))


def pdf_with_action(action: bytes) -> bytes:
    """A PDF that does something when it is opened."""
    return pdf(catalog=b"/OpenAction 10000 0 R", objects=[b"<< /Type /Action %s >>" % action])


def pdf_with_file(data: bytes) -> bytes:
    """A PDF with another file in it."""
    packed = zlib.compress(data)
    stream = b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    names = b"<< /Names [(a.bin) 10001 0 R] >>"
    spec = b"<< /Type /Filespec /F (a.bin) /EF << /F 10002 0 R >> >>"
    return pdf(catalog=b"/Names << /EmbeddedFiles 10000 0 R >>", objects=[names, spec, stream])


def pdf_with_broken_page(page: int, *, pages: int = 5) -> bytes:
    """A PDF of which one page is no page."""
    whole = pdf(pages=pages)
    number = 5 + 2 * (page - 1)
    begin = whole.index(b"\n%d 0 obj\n" % number) + 1
    end = whole.index(b"endobj", begin)
    body = b"%d 0 obj\n" % number
    return whole[:begin] + body + b"(x)".ljust(end - begin - len(body), b" ") + whole[end:]
