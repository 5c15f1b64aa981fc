from __future__ import annotations

import io
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.report.spreadsheet import MEDIA_TYPE, ods, spreadsheet
from server.report.tables import Cell, Column, Lang, Table
from server.symposium.values import Naming, PostBody
from tests.server.report.spreadsheets import NAMES, as_xml_has_it, read_ods, tags
from tests.server.symposium.day import OPENING, SHOW, Day

AT = datetime(2026, 11, 12, 13, 7, 41, tzinfo=timezone(timedelta(hours=1)))


def sheet(*rows: tuple[Cell, ...], columns: int = 1, name: str = "T") -> Table:
    return Table(name, tuple(Column(f"c{number}", 2.5) for number in range(columns)), iter(rows))


def made(*tables: Table, title: str = "De dag") -> bytes:
    return b"".join(spreadsheet(tables, title=title, lang="nl", made=AT))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def day() -> Day:
    day = Day()
    day.programme()
    day.paper("one", session=OPENING)
    body = PostBody(salt="", text="=1+1", name="Ada Bakker", handle="@ada@toot.example")
    day.arrive("p", verdict=SHOW, body=body, session=OPENING, lang="nl")
    return day


# The package


def test_the_first_bytes_say_that_it_is_a_spreadsheet() -> None:
    """OpenDocument 1.3, part 2, 3.3: `mimetype` comes first, as it is, and nothing stands between name and content."""
    data = made(sheet())

    assert data[:4] == b"PK\x03\x04"
    assert data[8:10] == b"\0\0"
    assert data[26:38] == b"\x08\0\0\0mimetype"
    assert data[38:].startswith(MEDIA_TYPE.encode() + b"PK")


def test_the_manifest_names_every_part_and_no_other() -> None:
    parts = members(made(sheet()))

    entries = ET.fromstring(parts["META-INF/manifest.xml"]).findall("manifest:file-entry", NAMES)

    space = f"{{{NAMES['manifest']}}}"
    named = {entry.get(f"{space}full-path"): entry.get(f"{space}media-type") for entry in entries}
    assert named.pop("/") == MEDIA_TYPE
    assert set(named) == set(parts) - {"mimetype", "META-INF/manifest.xml"}
    assert set(named.values()) == {"text/xml"}


def test_every_part_is_of_opendocument_1_3() -> None:
    versions = {}
    for name, data in members(made(sheet())).items():
        if name != "mimetype":
            root = ET.fromstring(data)
            space = NAMES["manifest" if name.startswith("META-INF") else "office"]
            versions[name] = (root.tag.rpartition("}")[2], root.get(f"{{{space}}}version"))

    assert versions == {
        "META-INF/manifest.xml": ("manifest", "1.3"),
        "meta.xml": ("document-meta", "1.3"),
        "settings.xml": ("document-settings", "1.3"),
        "styles.xml": ("document-styles", "1.3"),
        "content.xml": ("document-content", "1.3"),
    }


def test_it_says_what_it_is_of() -> None:
    meta = members(made(sheet(), title='Zorg & "wonen" <2026>'))["meta.xml"].decode()

    assert "<dc:title>Zorg &amp; &quot;wonen&quot; &lt;2026&gt;</dc:title>" in meta
    assert "<dc:date>2026-11-12T13:07:41</dc:date>" in meta


def test_the_first_row_of_each_sheet_stays_in_sight() -> None:
    settings = members(made(sheet(name="Een"), sheet(name="Twee")))["settings.xml"].decode()

    assert settings.count('config:name="VerticalSplitPosition" config:type="int">1<') == 2
    assert '<config:config-item-map-entry config:name="Twee">' in settings


def test_the_same_tables_make_the_same_bytes() -> None:
    assert made(sheet(("a",), (AT,))) == made(sheet(("a",), (AT,)))


# Cells


def test_cells_say_what_they_are() -> None:
    content = members(made(sheet(("=1+1", 12, AT, ""), columns=4)))["content.xml"].decode()

    assert (
        "<table:table-row>"
        '<table:table-cell office:value-type="string"><text:p>=1+1</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
        '<table:table-cell table:style-name="moment-cell" office:value-type="date"'
        ' office:date-value="2026-11-12T13:07:41"><text:p>2026-11-12T13:07:41+01:00</text:p></table:table-cell>'
        "<table:table-cell/>"
        "</table:table-row>"
    ) in content


def test_every_style_that_a_cell_or_column_names_is_there() -> None:
    wide = Table("T", (Column("a", 2.5), Column("b", 14)), iter([("x", AT)]))
    root = ET.fromstring(members(made(wide))["content.xml"])

    styles = {value for part in root.iter() for name, value in part.attrib.items() if name.endswith("}name")}
    used = {value for part in root.iter() for name, value in part.attrib.items() if name.endswith("style-name")}

    assert used == {"width-25", "width-140", "header", "moment-cell", "moment", "Default"}
    assert used - styles == {"Default"}  # That one is in styles.xml.
    assert 'style:name="Default"' in members(made(sheet()))["styles.xml"].decode()


@given(st.text(st.sampled_from("a <&\"'>\t\n\r \x00\x1b\ud800\ufffe\u2028\u202e🙂]"), max_size=20) | st.text())
@example("]]>")
@example(" een  twee   ")
@example("\r\n\r")
@example("<script>=1</script>")
def test_a_text_comes_out_as_it_was_up_to_what_xml_can_hold(text: str) -> None:
    assert read_ods(made(sheet((text,))))["T"] == [["c0"], [as_xml_has_it(text)]]


@given(st.lists(st.lists(st.text(max_size=6) | st.integers(0) | st.just(AT), min_size=3, max_size=3), max_size=4))
def test_rows_come_out_as_they_went_in(rows: list[list[Any]]) -> None:
    told = [
        [
            as_xml_has_it(cell) if isinstance(cell, str) else "2026-11-12T13:07:41" if cell is AT else cell
            for cell in row
        ]
        for row in rows
    ]

    assert read_ods(made(sheet(*map(tuple, rows), columns=3)))["T"][1:] == told


# The spreadsheet of a day


@pytest.mark.parametrize(
    ("lang", "names"),
    [("nl", ["Berichten", "Sessies", "Cijfers", "Stukken"]), ("en", ["Posts", "Sessions", "Figures", "Papers"])],
)
def test_a_day_has_four_sheets(day: Day, lang: Lang, names: list[str]) -> None:
    sheets = read_ods(b"".join(ods(day.state, lang=lang, link_only=())))

    assert list(sheets) == names
    assert all(len(rows) > 1 for rows in sheets.values())


def test_a_post_stands_in_it_as_it_was_written(day: Day) -> None:
    sheets = read_ods(b"".join(ods(day.state, lang="en", link_only=(), naming=Naming.FULL)))

    row = dict(zip(*sheets["Posts"], strict=True))
    assert (row["Text"], row["Name"], row["Account"]) == ("=1+1", "Ada Bakker", "ada@toot.example")
    assert row["Time (Europe/Amsterdam)"] == f"1970-01-01T01:00:{day.post().received // 1_000_000:02}"


def test_names_and_words_go_by_the_same_rules(day: Day) -> None:
    [_, initials] = read_ods(b"".join(ods(day.state, lang="en", link_only=())))["Posts"]
    [_, linked] = read_ods(b"".join(ods(day.state, lang="en", link_only=("mastodon",))))["Posts"]

    assert ("A. B." in initials, "Ada Bakker" in initials, "=1+1" in initials) == (True, False, True)
    assert ("A. B." in linked, "=1+1" in linked) == (False, False)


def test_an_empty_day_is_a_spreadsheet_too() -> None:
    sheets = read_ods(b"".join(ods(Day().state, lang="nl", link_only=())))

    assert [len(rows) for rows in sheets.values()] == [1, 1, 13, 1]


def test_nothing_in_it_is_a_formula_a_link_or_a_script(day: Day) -> None:
    assert tags(b"".join(ods(day.state, lang="nl", link_only=()))) == {
        *("document-content", "version", "automatic-styles", "body", "spreadsheet"),
        *("date-style", "year", "month", "day", "hours", "minutes", "seconds", "text", "style", "name", "family"),
        *("text-properties", "font-weight", "parent-style-name", "data-style-name"),
        *("table-column-properties", "column-width"),
        *("table", "table-column", "table-header-rows", "table-row", "table-cell", "style-name"),
        *("value-type", "value", "date-value", "p"),
    }


@pytest.mark.slow
def test_rows_are_never_in_memory_together() -> None:
    def rows() -> Iterator[tuple[Cell, ...]]:
        for number in range(30_000):
            yield "Een bericht van gewone lengte, met <haken> & meer.", number

    table = Table("T", (Column("a", 2), Column("b", 2)), rows())
    tracemalloc.start()
    try:
        size = sum(map(len, spreadsheet((table,), title="", lang="nl", made=AT.astimezone(UTC))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size < 2**20
    assert peak < 2**21  # Of 7 MB of XML.
