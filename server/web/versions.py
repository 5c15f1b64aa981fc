"""Versions of the report: what must be looked at before one is frozen, freezing it, and its files."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobMissing
from server.errors import Conflict, Gone, NotFound
from server.freezing import Freezing, Stopped
from server.report.checks import Check
from server.report.exports import VERSION_FORMATS, Format, file_name
from server.symposium.bodies import badge_name
from server.symposium.outcomes import Refused
from server.symposium.state import State, Version
from server.web.auth import REPORT_ROLES, need
from server.web.bodies import Number, answer, read_json
from server.web.desk import carried_out
from server.web.problems import WithFacts
from server.web.report import send_file
from server.web.site import Hall, hall_of

_SENTENCES: Final = {
    "decided-since": "The draft is another one since you looked. Look again, and freeze it then.",
    "stale-revision": "Somebody took a post back while the version was made. Look again, and freeze it then.",
    "too-many-versions": "There are 200 versions already; no more can be frozen.",
}


class NewVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Which version it will be, and the `seq` of the draft that its author saw.

    `formats` are html, pdf, odt, docx, epub, md and figures-csv; left out: all of them. HTML is always made.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    seq: Number
    formats: Annotated[tuple[Format, ...], msgspec.Meta(max_length=20)] = VERSION_FORMATS


async def checks(request: web.Request) -> web.Response:
    """`GET …/report/checks`: what there is to look at before the next version is frozen."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    return _checks(hall.node.state, freezing_of(hall).checks())


async def look_again(request: web.Request) -> web.Response:
    """`POST …/report/checks`: the same, after the sources looked again at every chosen post; at most 30 s."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    unasked = await freezing_of(hall).look_again()
    return _checks(hall.node.state, freezing_of(hall).checks(unasked=unasked))


def _checks(state: State, found: tuple[Check, ...]) -> web.Response:
    return answer({"seq": state.draft.seq, "checks": found})


async def versions(request: web.Request) -> web.Response:
    """`GET …/report/versions`: newest first."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    listed = [_facts(hall, version) for version in reversed(hall.node.state.draft.versions)]
    return answer({"versions": listed})


async def freeze(request: web.Request) -> web.Response:
    """`POST …/report/versions`."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewVersion)
    for format_ in new.formats:
        if format_ not in VERSION_FORMATS:
            raise NotFound(f"A version has no {format_}. There are: {', '.join(VERSION_FORMATS)}.", code="no-format")
    try:
        made = await freezing_of(hall).freeze(badge.id, number=new.number, seq=new.seq, formats=new.formats)
    except Stopped as ex:
        raise WithFacts(ex, findings=[ex.check]) from ex
    if isinstance(made, Refused):
        if made.code in _SENTENCES:
            raise Conflict(_SENTENCES[made.code], code=made.code)
        carried_out(hall.node.state, made)
        raise AssertionError("what was refused was not carried out")
    return answer(_facts(hall, made), status=201)


async def file(request: web.Request) -> web.StreamResponse:
    """`GET …/report/versions/{number}/{format}`: a file of a version, to save."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    number, wanted = int(request.match_info["number"]), request.match_info["format"]
    found = hall.node.state.draft.versions
    if not 1 <= number <= len(found):
        raise NotFound(f"There is no version {number}.", code="no-version")
    version = found[number - 1]
    if version.gone:
        raise _gone(version)
    known = next((each for each in version.files if each.format == wanted), None)
    if known is None:
        raise NotFound(f"Version {number} is not there as {wanted[:20]!r}.", code="no-format")
    try:
        opened = await asyncio.to_thread(hall.store.open, StoredId(known.blob))
    except BlobMissing as ex:
        if hall.node.state.draft.versions[number - 1].gone:  # just now
            raise _gone(version) from ex
        raise
    format_ = Format(known.format)
    name = file_name(hall.node.state, format_, number)
    return await send_file(request, opened, name=name, format_=format_, size=known.size)


def _gone(version: Version) -> Gone:
    return Gone(
        f"Version {version.number} is not kept any more: somebody in it was erased, or took a post back. "
        "Its number, date and SHA-256 stay listed.",
        code="version-gone",
    )


def freezing_of(hall: Hall) -> Freezing:
    """What makes this symposium's versions."""
    assert hall.freezing is not None, "a hall that serves has it"
    return hall.freezing


def _facts(hall: Hall, version: Version) -> dict[str, Any]:
    state = hall.node.state
    return {
        "number": version.number,
        "at": version.at,
        "by": badge_name(state, version.by) or "",
        "sha256": version.sha256,
        "gone": bool(version.gone),
        "goneAt": version.gone_at or None,
        "held": bool(version.held),
        "files": [
            {
                "format": each.format,
                "name": file_name(state, Format(each.format), version.number),
                "size": each.size,
                "sha256": each.blob,
            }
            for each in version.files
        ],
    }
