"""
No word of a stranger is ever more than a word: in CSV, OpenDocument, JSON and ActivityStreams.

Every field that anybody can fill is filled with markup, formulas, controls, invisible and turning characters, then read
back with other people's readers: it must be the same text, and nothing else may have come of it.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain, islice
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import msgspec
import pytest

from server.report import activity, released, spreadsheet, tables
from server.symposium import entries
from server.symposium.entries import PaperBody, ProgrammeBody, RoomBody, SessionBody, SpeakerBody, SymposiumBody
from server.symposium.state import State
from server.symposium.values import BlobId, Emoji, Form, Naming, PaperId, Picture, PostBody
from tests.conftest import Scale
from tests.server.report.spreadsheets import as_xml_has_it, formulas, read_csv, read_ods, tags, undone
from tests.server.symposium.day import HALL, OPENING, ORGANISER, SHOW, SLOTS, Day

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://a.example/?"&A1,"klik")',
    "=WEBSERVICE(A1)",
    '=DDE("cmd";"/C calc";"x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "−1",
    "{=1+1}",
    "of:=1+1",
    "msoxl:=1+1",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '</text:p></table:table-cell><table:table-cell table:formula="of:=1+1">',
    "<text:a xlink:href='javascript:x'>",
    "]]>",
    "<![CDATA[",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
    "&e;",
    "&amp;",
    "&#0;",
    "<?xml version='1.0'?>",
    "<!--",
    '"}]}',
    "\\u0000",
    "\\",
    "{{7*7}}",
    "${7*7}",
    "{title}",
    "%s%n",
    "](javascript:x)",
    "../../etc/passwd",
    "javascript:alert(1)",
)
SIGNS = (
    *map(chr, range(0x20)),
    *"\x7f\x80\x85\x9f\u00a0\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069",
    *"\u3000\u3164\ufe0f\ufeff\ufff9\ufffd\ufffe\uffff\U0001f3f4\U0001fffe\U000e0001\U000e0041\U0010ffff",
    *"\"'`´‘’“”«»,;|\t\r\n =+-@",
    "\r\n",
    "\u0301" * 40,
    "🙂",
    "שלום",
    "مرحبا",
    "a",
)
SURROGATES = ("\ud800", "\udfff", "\udc41\ud801")
FIELDS = 8
"""How many texts of a post a stranger writes."""

Read = Callable[[State], list[str]]
"""Finds out what others would see in an export, and says what is wrong with it."""


KNOWN = (*FORMULAS, *MARKUP, *SIGNS)


def hostile(rng: random.Random, known: tuple[str, ...] = KNOWN) -> Iterator[str]:
    """Texts without end: what is known to hurt in each other's company."""
    yield from (f"{sign}{text}" for sign in SIGNS for text in ("=1+1", "<b>"))
    while True:
        count = rng.choice((1, 2, 2, 3, 6))
        yield "".join(rng.choice(rng.choice((FORMULAS, MARKUP, SIGNS, known))) for _ in range(count))


def day_of(rng: random.Random, posts: int) -> Day:
    """A day on which every text that anybody can write hurts: first each of `KNOWN` in every field of a post."""
    texts = hostile(rng)
    fields = chain((text for text in KNOWN for _ in range(FIELDS)), hostile(rng))
    day = Day()
    day.state.draft.naming = Naming.FULL
    day.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title=next(texts), hashtags=(next(texts),)))
    sessions = tuple(
        SessionBody(
            id=slot.session,
            title=next(texts),
            subtitle=next(texts),
            speakers=(SpeakerBody(name=next(texts), about=next(texts)),),
            abstract=next(texts),
            lang=next(texts),
            hashtag=next(texts),
        )
        for slot in SLOTS
    )
    rooms = (RoomBody(id=HALL, name=next(texts)),)
    head = entries.ProgrammeSet(by=ORGANISER, base=0, rooms=(HALL,), slots=SLOTS[:4])
    day.put(head, ProgrammeBody(rooms=rooms, sessions=sessions[:4]))
    for number in range(8):
        paper = entries.PaperSet(by=ORGANISER, paper=PaperId(f"paper-{number}"), form=Form.LINK, session=OPENING)
        day.put(paper, PaperBody(title=next(texts), authors=(next(texts), next(texts)), link=next(texts)))
        day.file(f"paper-{number}", lang=next(texts))
    for number in range(posts):
        text, name, handle, warning, alt, permalink, uri, lang = islice(fields, FIELDS)
        body = PostBody(
            salt="",
            text=text,
            name=name,
            handle=handle,
            warning=warning,
            media=(Picture(blob=BlobId(alt), type=alt, width=1, height=1, alt=alt),),
            emojis=(Emoji(shortcode=name, blob=BlobId("b")),),
            permalink=permalink,
            uri=uri,
            lang=lang,
        )
        day.arrive(f"p{number}", verdict=SHOW, body=body, session=OPENING, lang=lang)
    assert len(day.state.shown) == posts
    return day


def expected(state: State) -> list[released.Released]:
    return [*released.released(state, link_only=())]


# What others see


def see_csv(state: State) -> list[str]:
    """A formula, for some spreadsheet; or another text than was written."""
    made: dict[tables.What, tables.Table] = {
        "posts": tables.posts_table(state, lang="nl", link_only=()),
        "figures": tables.figures_table(state, lang="nl"),
    }
    wrong = []
    for what, table in made.items():
        data = b"".join(tables.csv(state, what, lang="nl", link_only=()))
        wrong += formulas(data)
        for read, row in zip(read_csv(data)[1:], table.rows, strict=True):
            for cell, written in zip(read, row, strict=True):
                if isinstance(written, str) and undone(cell) != released.writable(written):
                    wrong.append(cell)
    return wrong


_KNOWN = {
    *("document-content", "version", "automatic-styles", "body", "spreadsheet"),
    *("date-style", "year", "month", "day", "hours", "minutes", "seconds", "text", "style", "name", "family"),
    *("text-properties", "font-weight", "parent-style-name", "data-style-name"),
    *("table-column-properties", "column-width", "style-name", "value-type", "value", "date-value"),
    *("table", "table-column", "table-header-rows", "table-row", "table-cell", "p", "s", "c", "tab"),
}
"""What we make, by local name."""


def see_ods(state: State) -> list[str]:
    """An element or attribute that we did not make; or another text than was written."""
    data = b"".join(spreadsheet.ods(state, lang="nl", link_only=()))
    wrong = [*tags(data) - _KNOWN]
    made = (
        tables.posts_table(state, lang="nl", link_only=()),
        tables.sessions_table(state, lang="nl"),
        tables.figures_table(state, lang="nl"),
        tables.papers_table(state, lang="nl"),
    )
    for table, sheet in zip(made, read_ods(data).values(), strict=True):
        for read, row in zip(sheet[1:], table.rows, strict=True):
            for cell, written in zip(read, row, strict=True):
                if isinstance(written, str) and cell != as_xml_has_it(written):
                    wrong.append(str(cell))
    return wrong


def see_jsonl(state: State) -> list[str]:
    """A line that is none, or another text than was written."""
    lines = b"".join(released.jsonl(state, link_only=())).decode().removesuffix("\n").split("\n")
    wrong = []
    for line, row in zip(lines, expected(state), strict=True):
        read = json.loads(line)
        told = (read["text"], read["name"], read["handle"], read["warning"], read["lang"], read["photos"][0]["alt"])
        if told != (row.text, row.name, row.handle, row.warning, row.lang, row.photos[0].alt):
            wrong.append(line)
        wrong += [address for address in (read["permalink"],) if address and not is_followed(address)]
    return wrong


_MEMBER = re.compile(
    r"media/[0-9a-f]{64}\.(?:jpg|png|webp|gif|bin)|collection\.json|README\.md|LEESMIJ\.md|manifest\.json"
)


def see_package(state: State) -> list[str]:
    """A path, an address or an id of a stranger's making; or another text than was written."""
    pictures = activity.package(state, lambda blob: blob.encode(), home="https://fontein.example/dag", link_only=())
    with zipfile.ZipFile(io.BytesIO(b"".join(pictures))) as opened:
        wrong = [name for name in opened.namelist() if not _MEMBER.fullmatch(name)]
        notes = json.loads(opened.read("collection.json"))["orderedItems"]
        names = set(opened.namelist())
    for note, row in zip(notes, expected(state), strict=True):
        [image] = note["attachment"]
        told = (note.get("content", ""), note["attributedTo"].get("name", ""), note.get("summary", ""))
        if told != (row.text, row.name, row.warning) or image.get("name", "") != row.photos[0].alt:
            wrong.append(json.dumps(note))
        wrong += [url for url in (note.get("url"),) if url is not None and not is_followed(url)]
        wrong += [image["url"]] if image["url"] not in names else []
        wrong += [] if re.match(r"(?i)(https?|at|tag|urn):\S+\Z", note["id"]) else [note["id"]]
    return wrong


def is_followed(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f<>\"]", address)


READERS = {"csv": see_csv, "ods": see_ods, "jsonl": see_jsonl, "as2": see_package}


@pytest.fixture
def day(scale: Scale, rng: random.Random) -> Day:
    return day_of(rng, scale(full=100_000, quick=2_000) // FIELDS)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_strangers_write_is_only_text(day: Day, read: Read) -> None:
    assert read(day.state) == []


# Where the protection is off


@pytest.fixture
def few(rng: random.Random) -> Day:
    return day_of(rng, 100)


def test_without_the_apostrophe_csv_has_formulas(few: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "safe", lambda text: text)

    assert "=cmd|' /C calc'!A0" in see_csv(few.state)


def test_without_escaping_ods_has_what_a_stranger_made(few: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_escaped", lambda text: text)

    with pytest.raises(ParseError):
        see_ods(few.state)


def test_without_escaping_a_post_becomes_a_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_escaped", lambda text: text)
    day = Day()
    cell = '</text:p></table:table-cell><table:table-cell table:formula="of:=1+1"><text:p>'
    day.arrive("p", verdict=SHOW, body=PostBody(salt="", text=cell))

    assert "formula" in tags(b"".join(spreadsheet.ods(day.state, lang="nl", link_only=())))


def test_without_a_look_at_addresses_there_is_a_script_to_follow(few: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "address", lambda text: text or "")

    assert "javascript:alert(1)" in see_jsonl(few.state)
    assert "javascript:alert(1)" in see_package(few.state)


def test_without_names_of_our_own_a_strangers_name_is_a_path(few: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "_hash", lambda data: data.decode())

    assert "media/../../etc/passwd.bin" in see_package(few.state)


# Half characters


def test_no_entry_can_hold_half_a_character() -> None:
    for half in SURROGATES:
        with pytest.raises(UnicodeEncodeError):
            entries.encode_body(PostBody(salt="", text=half))
        with pytest.raises(msgspec.DecodeError):
            msgspec.json.decode(json.dumps({"salt": "", "text": half}), type=PostBody)


def test_a_table_with_half_characters_is_written_all_the_same(rng: random.Random, scale: Scale) -> None:
    texts = [*KNOWN, *SURROGATES, *islice(hostile(rng, SURROGATES), scale(full=100_000, quick=2_000))]

    def table() -> tables.Table:
        return tables.Table("T", (tables.Column("c", 2),), ((text,) for text in texts))

    csv = b"".join(tables.written(table()))
    ods = b"".join(spreadsheet.spreadsheet((table(),), title="\ud800", lang="nl", made=datetime(2026, 11, 12)))

    assert formulas(csv) == []
    assert [undone(row[0]) for row in read_csv(csv)[1:]] == [*map(released.writable, texts)]
    assert [row[0] for row in read_ods(ods)["T"][1:]] == [*map(as_xml_has_it, texts)]
    assert tags(ods) <= _KNOWN
