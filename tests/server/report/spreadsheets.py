"""
What stands in our tables, as others read it: careful readers, and spreadsheets that guess.

`undone` takes away what `tables.safe` put in; `formulas` is how a spreadsheet looks at a line of CSV that it may divide
wherever its settings say.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import regex

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩"
BREAKS = ",;|\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}
_DIVIDERS = ",;|\t"
_QUOTES = "\"'`´‘’‚‛“”„‟‹›«»＇＂"


def is_hidden(sign: str) -> bool:
    """Whether a spreadsheet might not see *sign*: blanks, controls, what has no shape."""
    return sign.isspace() or unicodedata.category(sign)[0] in "ZC"


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet might take *text* for a formula."""
    seen = next((sign for sign in text if not is_hidden(sign) and sign != '"'), "")
    return seen != "" and seen in SIGNS


def read_csv(data: bytes) -> list[list[str]]:
    """The cells, as RFC 4180 has them."""
    text = data.decode("utf-8-sig")
    assert "\ufeff" + text == data.decode()
    return [*csv.reader(io.StringIO(text, newline=""), strict=True)]


def formulas(data: bytes) -> list[str]:
    """The cells that some spreadsheet would take for a formula, whatever divides its cells and quotes them."""
    found = [cell for cell in _guesses(data.decode("utf-8-sig")) if begins_a_formula(cell)]
    return found + [cell for row in read_csv(data) for cell in row if cell.startswith(("\t", "\r", "\n"))]


def _guesses(text: str) -> Iterator[str]:
    for divider in _DIVIDERS:
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            lines = io.StringIO(text, newline="")
            for row in csv.reader(lines, delimiter=divider, quoting=quoting):
                yield from row


_GIVEN = regex.compile(
    rf"(\A|[{BREAKS}])'(?=(?:(?![{BREAKS}])[\p{{Z}}\p{{C}}{_QUOTES}])*+[{regex.escape(SIGNS)}])|(\A)'(?='*[\t\r\n])"
)


def undone(cell: str) -> str:
    """What stood in *cell* before it was made safe."""
    return str(_GIVEN.sub(lambda found: found[1] or "", cell))


# OpenDocument


def read_ods(data: bytes) -> dict[str, list[list[Any]]]:
    """The sheets by name: a row for each row, with numbers as int, texts and moments as str."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = ET.fromstring(package.read("content.xml"))
    return {
        table.get(_name("table:name"), ""): [
            [_value(cell) for cell in row.iterfind("table:table-cell", NAMES)]
            for row in table.iterfind(".//table:table-row", NAMES)
        ]
        for table in root.iterfind(".//table:table", NAMES)
    }


def _value(cell: ET.Element) -> str | int:
    match cell.get(_name("office:value-type")):
        case "float":
            return int(cell.get(_name("office:value"), ""))
        case "date":
            return cell.get(_name("office:date-value"), "")
        case _:
            return "\n".join(map(_said, cell.iterfind("text:p", NAMES)))


def _said(paragraph: ET.Element) -> str:
    """
    The text of a paragraph, with its blanks; anything in it but text and blanks fails.

    Source: OpenDocument 1.3, part 3, 6.1.2: white space is drawn together, and goes from both ends.
    """
    said = [_drawn_together(paragraph.text).lstrip(" ")]
    for part in paragraph:
        assert not len(part)
        assert not part.text
        if part.tag == _name("text:tab"):
            said.append("\t")
        else:
            assert part.tag == _name("text:s")
            said.append(" " * int(part.get(_name("text:c"), "1")))
        said.append(_drawn_together(part.tail))
    said[-1] = said[-1].rstrip(" ")
    return "".join(said)


def _drawn_together(text: str | None) -> str:
    return regex.sub("[ \t\r\n]+", " ", text or "")


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{NAMES[prefix]}}}{name}"


def tags(data: bytes, member: str = "content.xml") -> set[str]:
    """Every element and attribute in a member, by its local name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = ET.fromstring(package.read(member))
    return {_local(name) for part in root.iter() for name in (part.tag, *part.attrib)}


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def as_xml_has_it(text: str) -> str:
    """*text* as it comes out of XML at best: what it cannot hold is U+FFFD, line ends are LF."""
    held = "".join(sign if _is_char(sign) else "\ufffd" for sign in text)
    return held.replace("\r\n", "\n").replace("\r", "\n")


def _is_char(sign: str) -> bool:
    """Source: XML 1.0, 2.2, production Char."""
    code = ord(sign)
    return sign in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def joined(pieces: Iterable[bytes]) -> bytes:
    """The whole of what was given out in pieces."""
    return b"".join(pieces)
