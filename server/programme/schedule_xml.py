"""
`schedule.xml` of pretalx, frab, c3voc and FOSDEM. Pure.

XML from elsewhere can name files, fetch addresses and grow a thousandfold, all by way of a document type and its
entities. No schedule needs one: a file that has one is refused before anything of it is read.

Source: c3voc `schedule.xml.xsd`; pretalx's template. Attacks: OWASP XXE; billion laughs (CVE-2003-1564).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from server.errors import BadInput
from server.programme.frab import Conference, Event, add_event
from server.programme.imported import DEFAULT_ZONE, Format, Imported, Remark, Sessions, Warnings
from server.programme.moments import DAY_CHANGE, read_clock, read_date, zone_of
from server.programme.texts import MAX_VERSION, Writer

MAX_DEPTH: Final = 40
MAX_ELEMENTS: Final = 500_000
"""5,000 events of a hundred elements each. An empty element takes four bytes of a file, and a hundred here."""


def read_xml(data: bytes, *, zone: str = DEFAULT_ZONE) -> Imported:
    """
    The programme in *data*.

    Args:
        zone: The IANA time zone of dates without an offset, where the file does not name one.

    Raises:
        BadInput: It is no such file, or has a document type; `field` is the path of what is wrong.
    """
    root = _tree(data)
    if root.tag != "schedule":
        raise BadInput(
            f"This is XML, but no schedule.xml: it begins with <{root.tag[:40]}>. Take the export that is called "
            "schedule.xml.",
            code="not-a-schedule",
            field=f"/{root.tag[:40]}",
        )
    warnings = Warnings()
    sessions, writer = Sessions(warnings), Writer(warnings)
    conference = root.find("conference")
    name = _text(conference, "time_zone_name")
    found = zone_of(name) if name else None
    if found is None:
        warnings.note(Remark.NO_ZONE, name or "time_zone_name")
    found = found or zone_of(zone) or zone_of(DEFAULT_ZONE)
    assert found is not None
    shared = Conference(zone=found, base_url=_text(conference, "base_url"), day_change=_day_change(conference))
    for event in _events(root):
        add_event(sessions, writer, shared, event)
    version = writer.line(_text(root, "version") or _text(conference, "release"), most=MAX_VERSION)
    programme = sessions.programme(version=version, zone=found.key)
    return Imported(format=Format.XML, programme=programme, warnings=warnings.all())


class _Refused(Exception):
    """Raised inside expat's handlers, which pass it on."""


def _tree(data: bytes) -> Element:
    builder = TreeBuilder()
    depth = elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise _Refused(f"it has more than {MAX_ELEMENTS} elements, or elements nested deeper than {MAX_DEPTH}")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def doctype(*_: object) -> None:
        raise _Refused("it has a document type (<!DOCTYPE …>), which no schedule needs; take that line out")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    try:
        parser.Parse(data, True)
        return builder.close()
    except _Refused as ex:
        raise BadInput(f"This XML is not read: {ex}.", code="unsafe-xml") from ex
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as ex:
        raise BadInput(
            f"This is not well-formed XML: {ex}. Was the download cut short? Fetch the file again.",
            code="not-a-schedule",
        ) from ex


def _text(parent: Element | None, name: str) -> str:
    return (parent.findtext(name) or "").strip() if parent is not None else ""


def _day_change(conference: Element | None) -> time:
    """FOSDEM and old frab say until when a day lasts, in a file whose events have no date."""
    return read_clock(_text(conference, "day_change")) or DAY_CHANGE


def _events(root: Element) -> Iterator[Event]:
    for d, day in enumerate(root.findall("day"), 1):
        on = read_date(day.get("date"))
        for r, room in enumerate(day.findall("room"), 1):
            for e, event in enumerate(room.findall("event"), 1):
                yield _event(event, f"/schedule/day[{d}]/room[{r}]/event[{e}]", on, room)


def _event(event: Element, path: str, day: date | None, room: Element) -> Event:
    recording = event.find("recording")
    return Event(
        path=path,
        guid=(event.get("guid") or "").strip(),
        others=((event.get("code") or "").strip(), _text(event, "slug"), (event.get("id") or "").strip()),
        day=day,
        date=_text(event, "date"),
        start=_text(event, "start"),
        end=_text(event, "end"),
        duration=_text(event, "duration"),
        room=_text(event, "room") or room.get("name") or "",
        room_guid=room.get("guid") or "",
        title=_text(event, "title"),
        subtitle=_text(event, "subtitle"),
        track=_text(event, "track"),
        type=_text(event, "type"),
        language=_text(event, "language"),
        abstract=_text(event, "abstract"),
        description=_text(event, "description"),
        url=_text(event, "url"),
        no_record=_text(recording, "optout").lower() in ("true", "1", "yes"),
        persons=tuple(_persons(event)),
    )


def _persons(event: Element) -> Iterator[tuple[str, str]]:
    for person in event.iterfind("persons/person"):
        name = (person.text or "").strip() or _text(person, "name") or person.get("name") or ""
        yield name, _text(person, "biography") or person.get("biography") or ""
