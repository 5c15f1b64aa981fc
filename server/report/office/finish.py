"""
What pandoc wrote, made ready to be handed out.

The pictures take their places, a few things are said that pandoc leaves out, and the archive is packed anew: the same
document gives the same bytes, whenever and wherever it is made.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple, TypeAlias

from server.report.office.looks import RULE, STYLE_SHEET, TEAL, WIDE_MM
from server.report.office.pictures import Pictures, stand_in

Edit: TypeAlias = Callable[[str], str]

_EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)
"""What a zip can tell. Source: APPNOTE 6.3.10, 4.4.6."""
_COVER = "media/cover.png"
_MANIFEST = "META-INF/manifest.xml"
_NO_CLOCK = ">1970-01-01T00:00:00Z<"
"""In the sandbox pandoc has no clock, whatever its environment says. No text holds a bare sign like these."""
_TYPES = {"xml": "text/xml", "rdf": "application/rdf+xml", "png": "image/png", "jpg": "image/jpeg"}
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Fontein</Application></Properties>"
)
"""In place of the counts of some other document."""
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_FILE_TITLE = re.compile(r"<title>[^<]*</title>")
_TAG = re.compile(r"<[^>]*>")
_PACKED_ALREADY = (".png", ".jpg", ".jpeg")

# A text never holds a bare "<", so what begins with one is markup of pandoc's.
_WORD_SOURCE = re.compile(r'(<pic:cNvPr descr=")data:[^"]*"')
_WORD_HEADING = re.compile(
    r'(<w:bookmarkStart w:id="\d+" w:name="(\w+)" />\s*<w:p><w:pPr><w:pStyle w:val=")Heading\d(?=")'
)
_WRITER_HEADING = re.compile(
    r'(<text:h text:style-name=")Heading_20_\d(" text:outline-level="\d"><text:bookmark-start text:name="(\w+)")'
)
_WRITER_FRAME = re.compile(r'<draw:frame ([^>]*><draw:image xlink:href="([^"]*)"[^>]*/>)</draw:frame>')
_WORD_WIDE = re.compile(r'<w:pStyle w:val="WidePicture" />.*?</w:p>', re.DOTALL)
_WORD_SIZE = re.compile(r'cx="(\d+)" cy="(\d+)"')
_EMU_PER_MM = 36_000
_WORD_ROW = re.compile(r"<w:tr>(<w:trPr>)?(.*?)</w:tr>", re.DOTALL)
_WRITER_ROW = re.compile(r"<table:table-row>(.*?)</table:table-row>", re.DOTALL)
_WHOLE_ROW = (
    '<style:style style:name="WholeRow" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always" /></style:style>'
)
_LONGEST_ROW = 1_000
"""Characters of a row that stands on one page. No office knows what to do with one that fits on none."""
_WORD_LANGUAGE = re.compile(r'<w:lang w:val="([^"]*)" />')
_BORDER = r'(style:name="Table{}Cell"[^>]*>\s*<style:table-cell-properties) fo:border="none"'
_WRITER_STYLES = (
    (
        re.compile(_BORDER.format("HeaderRow")),
        rf'\1 fo:border-top="0.75pt solid {TEAL}" fo:border-bottom="0.75pt solid {TEAL}" fo:padding-right="2mm"',
    ),
    (re.compile(_BORDER.format("Row")), rf'\1 fo:border-bottom="0.25pt solid {RULE}" fo:padding-right="2mm"'),
)
"""Pandoc's own styles, in which a reference has no say."""
_WRITER_LANGUAGE = re.compile(r'<style:text-properties fo:language="([^"]*)"(?: fo:country="([^"]*)")? />')


class Told(NamedTuple):
    """
    What a tree says that pandoc's writers cannot.

    Args:
        labels: The anchors of headings that look small.
        at: µs; the time of everything in it.
        cover: Of a book, as PNG.
    """

    labels: Collection[str]
    at: int
    cover: bytes | None = None


def finished(archive: bytes, kind: str, pictures: Pictures, told: Told) -> bytes:
    """The archive with its pictures, packed the same way every time."""
    with zipfile.ZipFile(io.BytesIO(archive)) as pack:
        members = {info.filename: pack.read(info) for info in pack.infolist() if not info.is_dir()}
    numbers = {stand_in(number): number for number in range(len(pictures))}
    shown = {name: numbers[data] for name, data in members.items() if data in numbers}
    alts = {name: pictures[number].alt for name, number in shown.items()}
    edits = _edits(kind, told, alts)
    for name, data in members.items():
        for pattern, edit in edits:
            if pattern.fullmatch(name):
                members[name] = edit(data.decode()).encode()
    members |= {name: pictures[number].data for name, number in shown.items()}
    if told.cover is not None:
        members[f"EPUB/{_COVER}"] = told.cover
    if kind == "odt":
        members[_MANIFEST] = _manifest(members).encode()
    return _packed(members, _moment(told.at))


def _edits(kind: str, told: Told, alts: dict[str, str]) -> list[tuple[re.Pattern[str], Edit]]:
    """What is changed in which members."""

    def dated(text: str) -> str:
        return text.replace(_NO_CLOCK, f">{_moment(told.at):%Y-%m-%dT%H:%M:%SZ}<")

    found: dict[str, list[tuple[str, Edit]]] = {
        "docx": [
            (r"word/document\.xml", lambda text: _word(text, told)),
            (r"docProps/core\.xml", dated),
            (r"docProps/app\.xml", lambda _: _APPLICATION),
        ],
        "odt": [(r"content\.xml", lambda text: _writer(text, told, alts)), (r"meta\.xml", dated)],
        "epub": [
            (r"EPUB/content\.opf", lambda text: dated(_covered(text) if told.cover else text)),
            (r"EPUB/text/.+\.xhtml", _chapter),
            (r"EPUB/styles/.+\.css", lambda _: STYLE_SHEET.read_text(encoding="utf-8")),
        ],
    }
    return [(re.compile(pattern), edit) for pattern, edit in found[kind]]


def _covered(text: str) -> str:
    """A package that knows its cover. Source: EPUB 3.3, 5.5.1; the `meta` is for readers of EPUB 2."""
    item = f'<item id="cover-image" href="{_COVER}" media-type="image/png" properties="cover-image" />'
    text = text.replace("<manifest>", f"<manifest>{item}", 1)
    return text.replace("</metadata>", '<meta name="cover" content="cover-image" /></metadata>', 1)


def _chapter(text: str) -> str:
    """A chapter is called by its heading, not by its file."""
    heading = _HEADING.search(text)
    if heading is None:
        return text
    title = f"<title>{_TAG.sub('', heading[1])}</title>"
    return _FILE_TITLE.sub(lambda _: title, text, count=1)  # a title may hold a backslash


def _manifest(members: dict[str, bytes]) -> str:
    """Of an ODT: pandoc's leaves out what it wrote itself. Source: ODF 1.3, part 2, 3.2."""
    kind = "application/vnd.oasis.opendocument.text"
    entries = [f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{kind}"/>']
    for name in sorted(members.keys() - {"mimetype", _MANIFEST}):
        media_type = _TYPES[name.rpartition(".")[2]]
        entries.append(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media_type}"/>')
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    head = f'<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *entries, "</manifest:manifest>"])


def _word(text: str, told: Told) -> str:
    """
    Small headings look small, a picture has no margin and no stand-in's name, a language is that of all scripts.

    Pandoc makes no picture wider than the text, and lets rows of a table go on over the page: that is set right here.
    """
    text = _WORD_ROW.sub(_whole_word_row, text)
    text = _WORD_SOURCE.sub(r'\1"', text)
    text = _WORD_WIDE.sub(lambda found: _WORD_SIZE.sub(_widened, found[0]), text)
    text = text.replace("<wp:inline>", '<wp:inline distT="0" distB="0" distL="0" distR="0">')
    text = _WORD_LANGUAGE.sub(r'<w:lang w:val="\1" w:eastAsia="\1" w:bidi="\1" />', text)
    return _WORD_HEADING.sub(lambda found: found[1] + "Label" if found[2] in told.labels else found[0], text)


def _is_short(row: str) -> bool:
    return len(_TAG.sub("", row)) <= _LONGEST_ROW


def _whole_word_row(found: re.Match[str]) -> str:
    if not _is_short(found[2]):
        return found[0]
    end = "" if found[1] else "</w:trPr>"
    return f"<w:tr><w:trPr><w:cantSplit />{end}{found[2]}</w:tr>"


def _whole_writer_row(found: re.Match[str]) -> str:
    if not _is_short(found[1]):
        return found[0]
    return f'<table:table-row table:style-name="WholeRow">{found[1]}</table:table-row>'


def _widened(size: re.Match[str]) -> str:
    width = round(WIDE_MM * _EMU_PER_MM)
    return f'cx="{width}" cy="{round(int(size[2]) * width / max(1, int(size[1])))}"'


def _writer(text: str, told: Told, alts: dict[str, str]) -> str:
    """The same in ODT; there every picture gets its words and stands on its line."""

    def described(found: re.Match[str]) -> str:
        alt = escape(alts.get(found[2], ""), quote=False)
        begin = '<draw:frame draw:style-name="Graphics" text:anchor-type="as-char" '
        return f"{begin}{found[1]}<svg:desc>{alt}</svg:desc></draw:frame>"

    text = _WRITER_ROW.sub(_whole_writer_row, text)
    text = text.replace("<office:automatic-styles>", f"<office:automatic-styles>{_WHOLE_ROW}", 1)
    text = _WRITER_FRAME.sub(described, text)
    text = _WRITER_LANGUAGE.sub(_every_script, text)
    for was, now in _WRITER_STYLES:
        text = was.sub(now, text)
    return _WRITER_HEADING.sub(
        lambda found: f"{found[1]}Label{found[2]}" if found[3] in told.labels else found[0], text
    )


def _every_script(found: re.Match[str]) -> str:
    language, country = found[1], found[2] or "none"
    said = " ".join(
        f'{prefix}language{script}="{language}" {prefix}country{script}="{country}"'
        for prefix, script in (("fo:", ""), ("style:", "-asian"), ("style:", "-complex"))
    )
    return f"<style:text-properties {said} />"


def _moment(at: int) -> datetime:
    return min(max(datetime.fromtimestamp(at // 1_000_000, UTC), _EARLIEST), _LATEST)


def _packed(members: dict[str, bytes], moment: datetime) -> bytes:
    """`mimetype` first and not compressed, as ODF and EPUB ask; then the rest by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name in sorted(members, key=lambda name: (name != "mimetype", name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, date_time=moment.timetuple()[:6])
            info.create_system = 3  # wherever this is made
            info.external_attr = 0o644 << 16
            stored = name == "mimetype" or name.endswith(_PACKED_ALREADY)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            pack.writestr(info, members[name], compresslevel=None if stored else 6)
    return out.getvalue()
