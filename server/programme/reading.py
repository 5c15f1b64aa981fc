"""A file becomes a programme: what it is, is seen from its content, whatever it is called. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from server.errors import BadInput
from server.programme.icalendar import read_icalendar
from server.programme.imported import DEFAULT_ZONE, MAX_BYTES, Imported
from server.programme.schedule_json import read_json
from server.programme.schedule_xml import read_xml

_WEB_PAGE = re.compile(rb"(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_PACKED: Final = {b"PK\x03\x04": "ZIP", b"\x1f\x8b": "gzip", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "Office"}


def read(data: bytes, *, day: date | None = None, zone: str = DEFAULT_ZONE) -> Imported:
    """
    The programme in a file: `schedule.json`, `schedule.xml` or iCalendar, told apart by content.

    All of it or nothing: the answer is whole, or there is none.

    Args:
        data: At most `MAX_BYTES`.
        day: The symposium's first day, for what repeats in a calendar.
        zone: The IANA time zone of times that do not say theirs.

    Raises:
        BadInput: It cannot be used; the message says what is wrong, where, and what to do.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"A programme has at most {MAX_BYTES // 2**20} MB; this is larger.", code="too-large")
    data = data.removeprefix(_BYTE_ORDER_MARK)
    head = data[:4_000].lstrip()
    for magic, name in _PACKED.items():
        if head.startswith(magic):
            raise _unknown(f"This is a {name} file.")
    if not head:
        raise _unknown("This file is empty.")
    if _WEB_PAGE.match(head):
        raise _unknown("This is a web page, not a schedule.")
    if head.startswith((b"{", b"[")):
        return read_json(data, zone=zone)
    if head[:15].upper() == b"BEGIN:VCALENDAR":
        return read_icalendar(data.lstrip(), day=day, zone=zone)
    if head.startswith(b"<") or data.startswith(_UTF_16):
        return read_xml(data.lstrip() if head.startswith(b"<") else data, zone=zone)
    raise _unknown("This is none of the formats that can be read.")


def _unknown(what: str) -> BadInput:
    return BadInput(
        f"{what} Give schedule.json or schedule.xml (pretalx, frab), or an iCalendar file (.ics).",
        code="not-a-schedule",
    )
