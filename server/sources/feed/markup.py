"""
Bytes that claim to be XML become a tree, whatever is wrong with them that does no harm. Pure.

XML from elsewhere can name files, fetch addresses and grow a thousandfold, all by way of a document type and its
entities. No feed needs one: whatever has one is refused before anything of it is read.

Feeds are often not quite XML. What is mended here: bytes of another encoding than the feed says, characters that XML
has no room for, HTML's names of characters, prefixes that nobody declared, space before and rubbish behind.

Attacks: OWASP XXE; billion laughs (CVE-2003-1564).
"""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from server.errors import BadInput

MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 200_000
"""A hundred items of two thousand elements. An empty element takes four bytes of a feed, and a hundred here."""

MAX_PREFIXES: Final = 50

_SHORT: Final = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/rss/1.0": "",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://search.yahoo.com/mrss": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "",
}
"""Namespace, in lower case and without its last slash → what its names begin with in our trees."""

_USUAL: Final = frozenset({"atom", "content", "dc", "media", "rdf"})
_OTHER: Final = "other"

_DECLARATION = re.compile(r"\A<\?xml\s[^>]{0,300}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_CODECS: Final = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252"), "cp1252"),
    **{f"iso-8859-{part}": f"iso-8859-{part}" for part in (*range(2, 12), *range(13, 17))},
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, *range(1253, 1259))},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **{same: same for same in ("koi8-r", "koi8-u", "shift_jis", "euc-jp", "euc-kr", "big5")},
}
"""An encoding's name as feeds write it → Python's. Anything else is read as UTF-8, which by far most feeds are."""

_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XMLS_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


class _Refused(Exception):
    """Raised inside expat's handlers, which pass it on."""


def read_tree(data: bytes, *, charset: str = "") -> Element:
    """
    The tree in *data*. Names are as `item`, `atom.entry`, `media.content`, whatever prefix the feed gives them (a colon
    would mean something else in ElementTree's paths); those of namespaces that we do not know begin with `other.`.
    Attributes keep their names.

    Args:
        charset: As the answer's content type says.

    Raises:
        BadInput: It is no XML (`not-a-feed`), or such as nobody should read (`unsafe-xml`).
    """
    parser, reader = expat.ParserCreate("utf-8"), _Reader()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_doctype
    try:
        parser.Parse(_mended(text_of(data, charset=charset)).encode(), True)
    except _Refused as ex:
        raise BadInput(f"This XML is not read: {ex}.", code="unsafe-xml") from ex
    except (expat.ExpatError, ValueError) as ex:
        if not reader.is_whole:
            raise BadInput(f"This is not well-formed XML: {ex}. Was it cut short?", code="not-a-feed") from ex
    return reader.builder.close()


def text_of(data: bytes, *, charset: str = "") -> str:
    """
    *data* decoded: by its byte order mark, else by what it says of itself, else by *charset*, else as UTF-8.

    A byte that does not fit becomes a question mark; without any word of an encoding it is Windows's, as it mostly is.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace").removeprefix("\ufeff")
    declared = _DECLARED.match(data.lstrip()[:300])
    told = (declared[1].decode() if declared else charset).strip().lower()
    if codec := _CODECS.get(told, ""):
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8" if told else "cp1252", "replace")


def _mended(text: str) -> str:
    """Without its declaration too: the encoding is no question any more."""
    bare = _DECLARATION.sub("", _NO_XML.sub("", text).lstrip(), count=1)
    return _NAMED.sub(_character, bare).lstrip()


def _character(name: re.Match[str]) -> str:
    """HTML's `&eacute;` as itself, never as markup; what is no name of HTML's either becomes its own words."""
    if name[1] in _XMLS_OWN:
        return name[0]
    character = html5.get(f"{name[1]};")
    return html.escape(character) if character else f"&amp;{name[1]};"


def _refuse_doctype(*_: object) -> None:
    raise _Refused("it has a document type (<!DOCTYPE …>), which no feed needs")


class _Reader:
    """Builds a tree from what expat says."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._elements = 0
        self._prefixes: list[dict[str, str]] = [{}]
        """Prefix → what names begin with here: one for each open element."""
        self._names: list[str] = []

    @property
    def is_whole(self) -> bool:
        """The outermost element was opened and closed."""
        return bool(self._elements) and not self._names

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._names) >= MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise _Refused(f"it has more than {MAX_ELEMENTS} elements, or elements nested deeper than {MAX_DEPTH}")
        prefixes = self._prefixes[-1]
        declared = {name: uri for name, uri in attributes.items() if name == "xmlns" or name.startswith("xmlns:")}
        if declared:
            prefixes = prefixes | {name[6:]: _short(uri) for name, uri in declared.items()}
            if len(prefixes) > MAX_PREFIXES:
                raise _Refused(f"it has more than {MAX_PREFIXES} namespaces")
        name = _name(tag, prefixes)
        self._prefixes.append(prefixes)
        self._names.append(name)
        self.builder.start(name, {key: value for key, value in attributes.items() if key not in declared})

    def end(self, _: str) -> None:
        self._prefixes.pop()
        self.builder.end(self._names.pop())


def _short(uri: str) -> str:
    return _SHORT.get(uri.strip().lower().rstrip("/"), _OTHER)


def _name(tag: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = tag.rpartition(":")
    short = prefixes.get(prefix)
    if short is None:
        short = prefix if prefix in _USUAL or not prefix else _OTHER
    return f"{short}.{local}" if short else local
