"""
The tables in one OpenDocument spreadsheet: posts, sessions, figures and papers, a sheet each; and questions and polls,
where there were such.

Cells say what they are: a text is a text and never a formula, whatever it begins with, so nothing is put before it.

Source: OpenDocument 1.3, part 2 (packages) and part 3 (schema).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final

from server.report.packing import Package
from server.report.released import moment, writable, zone_of
from server.report.tables import (
    Cell,
    Lang,
    Table,
    figures_table,
    papers_table,
    polls_table,
    posts_table,
    questions_table,
    sessions_table,
)
from server.symposium.bodies import symposium_body
from server.symposium.state import State
from server.symposium.values import Naming

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_PIECE_CHARS = 65_536
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ods(state: State, *, lang: Lang, link_only: Collection[str], naming: Naming | None = None) -> Iterator[bytes]:
    """
    The spreadsheet, in pieces: the same state, the same bytes.

    Moments are dates in the zone of the programme, which is named above their column, so that they can be sorted,
    reckoned and grouped; numbers are numbers. The first row stays in sight. Line ends in a text are LF; what XML cannot
    hold is U+FFFD.

    Args:
        lang: Of the headers and the sheets' names.
        link_only, naming: As for `released`.
    """
    tables = [
        posts_table(state, lang=lang, link_only=link_only, naming=naming),
        sessions_table(state, lang=lang),
        figures_table(state, lang=lang),
        papers_table(state, lang=lang),
    ]
    if state.questions:
        tables.append(questions_table(state, lang=lang, link_only=link_only, naming=naming))
    if state.polls:
        tables.append(polls_table(state, lang=lang))
    title, made = symposium_body(state).title, moment(state.at, zone_of(state))
    return spreadsheet(tuple(tables), title=title, lang=lang, made=made)


def spreadsheet(tables: tuple[Table, ...], *, title: str, lang: Lang, made: datetime) -> Iterator[bytes]:
    """*tables* as the sheets of one spreadsheet; see `ods`. Their names are ours: distinct, without signs."""
    package = Package()
    yield package.add("mimetype", [MEDIA_TYPE.encode()], stored=True)
    yield package.add("META-INF/manifest.xml", [_manifest().encode()])
    yield package.add("meta.xml", [_meta(title, lang, made).encode()])
    yield package.add("settings.xml", [_settings([table.name for table in tables]).encode()])
    yield package.add("styles.xml", [_styles(lang).encode()])
    yield package.add("content.xml", _pieces(_content(tables)))
    yield package.end()


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """UTF-8 in pieces worth compressing."""
    waiting, size = [], 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= _PIECE_CHARS:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


# Content


def _content(tables: tuple[Table, ...]) -> Iterator[str]:
    yield f"{_XML}<office:document-content {_names('office', 'table', 'text', 'style', 'fo', 'number')}"
    yield ' office:version="1.3"><office:automatic-styles>'
    yield (
        '<number:date-style style:name="moment"><number:year number:style="long"/><number:text>-</number:text>'
        '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
        '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
        '<number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/>'
        "</number:date-style>"
        '<style:style style:name="header" style:family="table-cell" style:parent-style-name="Default">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="moment-cell" style:family="table-cell" style:parent-style-name="Default"'
        ' style:data-style-name="moment"/>'
    )
    for cm in sorted({column.width_cm for table in tables for column in table.columns}):
        yield (
            f'<style:style style:name="{_width(cm)}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{cm:g}cm"/></style:style>'
        )
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for table in tables:
        yield from _sheet(table)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _sheet(table: Table) -> Iterator[str]:
    yield f'<table:table table:name="{_escaped(table.name)}">'
    for column in table.columns:
        yield f'<table:table-column table:style-name="{_width(column.width_cm)}"/>'
    yield "<table:table-header-rows><table:table-row>"
    for column in table.columns:
        yield f'<table:table-cell table:style-name="header" office:value-type="string">{_text(column.header)}'
        yield "</table:table-cell>"
    yield "</table:table-row></table:table-header-rows>"
    for row in table.rows:
        yield f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
    yield "</table:table>"


def _width(cm: float) -> str:
    return f"width-{cm * 10:.0f}"


def _cell(cell: Cell) -> str:
    match cell:
        case "":
            return "<table:table-cell/>"
        case str():
            return f'<table:table-cell office:value-type="string">{_text(cell)}</table:table-cell>'
        case int():
            number = f'<table:table-cell office:value-type="float" office:value="{cell}">'
            return f"{number}<text:p>{cell}</text:p></table:table-cell>"
        case datetime():
            local = cell.replace(tzinfo=None).isoformat()
            return (
                '<table:table-cell table:style-name="moment-cell" office:value-type="date"'
                f' office:date-value="{local}"><text:p>{cell.isoformat()}</text:p></table:table-cell>'
            )


_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACES = re.compile(r"\A +| +\Z|  +|\t")
"""What a reader would draw together: OpenDocument collapses white space as HTML does."""
_SIGNS = "!#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
_AS_IT_IS = re.compile(f"[{_SIGNS}]++(?: [{_SIGNS}]++)*+")
"""Most texts: nothing to escape, single blanks."""


def _text(text: str) -> str:
    """*text* as paragraphs, a line each, with all its blanks."""
    if _AS_IT_IS.fullmatch(text):
        return f"<text:p>{text}</text:p>"
    return "".join(f"<text:p>{_SPACES.sub(_blank, _escaped(line))}</text:p>" for line in _LINE_END.split(text))


def _blank(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _escaped(text: str) -> str:
    return writable(text).translate(_ENTITIES)


# What stands around it


def _names(*prefixes: str) -> str:
    """The namespaces of a document."""
    spaces = {
        "config": f"{_OASIS}:config:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
        "manifest": f"{_OASIS}:manifest:1.0",
        "meta": f"{_OASIS}:meta:1.0",
        "number": f"{_OASIS}:datastyle:1.0",
        "office": f"{_OASIS}:office:1.0",
        "ooo": "http://openoffice.org/2004/office",
        "style": f"{_OASIS}:style:1.0",
        "table": f"{_OASIS}:table:1.0",
        "text": f"{_OASIS}:text:1.0",
    }
    return " ".join(f'xmlns:{prefix}="{spaces[prefix]}"' for prefix in prefixes)


def _manifest() -> str:
    parts = {"/": MEDIA_TYPE} | dict.fromkeys(("content.xml", "styles.xml", "meta.xml", "settings.xml"), "text/xml")
    version = {"/": ' manifest:version="1.3"'}
    entries = (
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"{version.get(path, "")}/>'
        for path, kind in parts.items()
    )
    return (
        f'{_XML}<manifest:manifest {_names("manifest")} manifest:version="1.3">{"".join(entries)}</manifest:manifest>'
    )


def _meta(title: str, lang: Lang, made: datetime) -> str:
    when = made.replace(tzinfo=None).isoformat()
    return (
        f'{_XML}<office:document-meta {_names("office", "meta", "dc")} office:version="1.3"><office:meta>'
        f"<meta:generator>Fontein</meta:generator><dc:title>{_escaped(title)}</dc:title>"
        f"<dc:language>{lang}</dc:language><meta:creation-date>{when}</meta:creation-date><dc:date>{when}</dc:date>"
        "</office:meta></office:document-meta>"
    )


def _styles(lang: Lang) -> str:
    country = {"nl": "NL", "en": "GB"}[lang]
    return (
        f'{_XML}<office:document-styles {_names("office", "style", "fo")} office:version="1.3"><office:styles>'
        '<style:default-style style:family="table-cell"><style:text-properties'
        f' fo:language="{lang}" fo:country="{country}"/></style:default-style>'
        '<style:style style:name="Default" style:family="table-cell">'
        '<style:table-cell-properties style:vertical-align="top"/></style:style>'
        "</office:styles></office:document-styles>"
    )


def _settings(sheets: list[str]) -> str:
    """The first row of each sheet stays where it is. These names are LibreOffice's own; others leave them be."""
    frozen = (
        ("VerticalSplitMode", "short", 2),
        ("VerticalSplitPosition", "int", 1),
        ("ActiveSplitRange", "short", 2),
        ("PositionBottom", "int", 1),
    )
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in frozen
    )
    entries = "".join(
        f'<config:config-item-map-entry config:name="{_escaped(sheet)}">{items}</config:config-item-map-entry>'
        for sheet in sheets
    )
    return (
        f'{_XML}<office:document-settings {_names("office", "config", "ooo")} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        "<config:config-item-map-entry>"
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{entries}</config:config-item-map-named>'
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )
