"""
`schedule.json` of pretalx, frab and c3voc. Pure.

Unknown fields are passed over; what is missing is done without, where a symposium can.

Source: c3voc schedule schema (draft-06, version 1); pretalx's and frab's exporters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from server.errors import BadInput
from server.programme.frab import Conference, Event, add_event
from server.programme.imported import DEFAULT_ZONE, Format, Imported, Remark, Sessions, Warnings
from server.programme.moments import read_date, zone_of
from server.programme.texts import MAX_NAME, MAX_VERSION, Writer

_LANGUAGES = ("nl", "en", "name")
"""Of a text in several languages (pretalx: `{"en": …, "de": …}`), or of a thing with a name."""


def read_json(data: bytes, *, zone: str = DEFAULT_ZONE) -> Imported:
    """
    The programme in *data*.

    Args:
        zone: The IANA time zone of dates without an offset, where the file does not name one.

    Raises:
        BadInput: It is no such file; `field` is the path of what is wrong.
    """
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as ex:
        raise BadInput(
            f"This is not JSON: {ex}. Was the download cut short? Fetch the file again.", code="not-a-schedule"
        ) from ex
    schedule = _object(document.get("schedule") if isinstance(document, dict) else None, "$.schedule")
    conference = _object(schedule.get("conference"), "$.schedule.conference")
    warnings = Warnings()
    sessions, writer = Sessions(warnings), Writer(warnings)
    name = _text(conference.get("time_zone_name"))
    found = zone_of(name) if name else None
    if found is None:
        warnings.note(Remark.NO_ZONE, name or "time_zone_name")
    found = found or zone_of(zone) or zone_of(DEFAULT_ZONE)
    assert found is not None
    shared = Conference(zone=found, base_url=_text(schedule.get("base_url")))
    guids = _rooms(sessions, writer, conference)
    for event in _events(conference, guids):
        add_event(sessions, writer, shared, event)
    version = writer.line(_text(schedule.get("version")), most=MAX_VERSION)
    programme = sessions.programme(version=version, zone=found.key)
    return Imported(format=Format.JSON, programme=programme, warnings=warnings.all())


def _object(value: object, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise BadInput(
        f"{path} is missing, or no object: this is JSON, but no schedule.json of pretalx or frab. Take the export that "
        "is called schedule.json.",
        code="not-a-schedule",
        field=path,
    )


def _list(value: object, path: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise BadInput(f"{path} is missing, or no list.", code="not-a-schedule", field=path)


def _text(value: object) -> str:
    """A text; of several languages the first that we know; of a number its digits; else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        known = [value.get(key) for key in _LANGUAGES] + list(value.values())
        return next((each for each in known if isinstance(each, str) and each), "")
    return ""


def _rooms(sessions: Sessions, writer: Writer, conference: Mapping[str, Any]) -> dict[str, str]:
    """Take in the rooms in their order; returns the guid of each by its name."""
    guids = {}
    rooms = conference.get("rooms")
    for room in rooms if isinstance(rooms, list) else ():
        if isinstance(room, dict) and (name := writer.line(_text(room.get("name")), most=MAX_NAME)):
            guids[name] = _text(room.get("guid"))
            sessions.room(name, guids[name])
    return guids


def _events(conference: Mapping[str, Any], guids: Mapping[str, str]) -> Iterator[Event]:
    base = "$.schedule.conference.days"
    for index, value in enumerate(_list(conference.get("days"), base)):
        path = f"{base}[{index}]"
        day = _object(value, path)
        rooms = _object(day.get("rooms"), f"{path}.rooms")
        for room, listed in rooms.items():
            where = f"{path}.rooms[{msgspec.json.encode(room[:40]).decode()}]"
            for number, event in enumerate(_list(listed, where)):
                yield _event(event, f"{where}[{number}]", read_date(day.get("date")), room, guids)


def _event(value: object, path: str, day: date | None, room: str, guids: Mapping[str, str]) -> Event:
    if not isinstance(value, dict):
        raise BadInput(f"{path} is no event.", code="not-a-schedule", field=path)
    raw: dict[str, Any] = value
    duration = raw.get("duration")
    name = _text(raw.get("room")) or room
    return Event(
        path=path,
        guid=_text(raw.get("guid")).strip(),
        others=tuple(_text(raw.get(key)).strip() for key in ("code", "slug", "id")),
        day=day,
        date=_text(raw.get("date")),
        start=_text(raw.get("start")),
        end=_text(raw.get("end")),
        duration=duration if isinstance(duration, int) else _text(duration),
        room=name,
        room_guid=guids.get(name.strip(), ""),
        title=_text(raw.get("title")),
        subtitle=_text(raw.get("subtitle")),
        track=_text(raw.get("track")),
        type=_text(raw.get("type")),
        language=_text(raw.get("language")),
        abstract=_text(raw.get("abstract")),
        description=_text(raw.get("description")),
        url=_text(raw.get("url")) or _text(raw.get("origin_url")),
        no_record=raw.get("do_not_record") is True or raw.get("do_not_stream") is True,
        persons=tuple(_persons(raw.get("persons"))),
    )


def _persons(value: object) -> Iterator[tuple[str, str]]:
    """pretalx: `name`; frab: `public_name`, with `full_public_name` before it; some write only names."""
    for person in value if isinstance(value, list) else ():
        if isinstance(person, dict):
            names = (person.get(key) for key in ("name", "full_public_name", "public_name", "full_name"))
            about = _text(person.get("biography")) or _text(person.get("abstract")) or _text(person.get("description"))
            yield next(filter(None, map(_text, names)), ""), about
        else:
            yield _text(person), ""
