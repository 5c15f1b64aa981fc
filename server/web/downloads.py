"""
Files that go out: to be saved, never to be shown by our pages; in parts, so that a phone can go on where it stopped.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from aiohttp import web

from server.blobs.store import BlobId as StoredId
from server.errors import BadInput, FonteinError, NotAllowed, NotFound
from server.papers import zipping
from server.papers.kinds import extension
from server.papers.names import attachment, file_name, unique
from server.papers.ranges import Span, Unsatisfiable, asked
from server.symposium.bodies import paper_body
from server.symposium.shelf import newest_files, papers
from server.symposium.state import Paper, PaperFile, State
from server.web.auth import badge_of
from server.web.guard import add_headers, address_of
from server.web.limits import network_of
from server.web.papers import may_see_all, paper_of
from server.web.site import Hall, hall_of

CSP: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
CHUNK: Final = 64 * 1024
"""What one reader holds of our memory, about three times."""
WRITE_S: Final = 60.0
"""A reader that takes a piece no sooner than this is gone, and comes back for the rest."""
PROBE_BYTES: Final = 1_024
"""Some players and download programs first ask for a few bytes, to see whether they can: that is no download."""


async def file(request: web.Request) -> web.StreamResponse:
    """`GET /{slug}/papers/{paper}/file/{file}`: the bytes, to be saved; a range of them where one is asked for."""
    hall = hall_of(request)
    known = paper_of(request, hall)
    found = next((each for each in known.files if each.seq == int(request.match_info["file"])), None)
    if found is None:
        raise NotFound("There is no such file here; it may have been replaced.", code="no-file")
    if not known.open and not may_see_all(badge_of(request, hall), known):
        raise NotAllowed("This paper opens when its session begins.", code="embargo")
    return await _send_file(request, hall, known, found)


async def _send_file(request: web.Request, hall: Hall, known: Paper, found: PaperFile) -> web.StreamResponse:
    etag = f'"{found.blob}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": CSP,
    }
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    try:
        span = _span(request, etag, found.size)
    except Unsatisfiable:
        return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{found.size}"})
    headers["Content-Type"] = found.type
    headers["Content-Disposition"] = attachment(name_of(hall.node.state, known, found))
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{found.size}"
    response = web.StreamResponse(status=200 if span is None else 206, headers=headers)
    whole = span or Span(0, found.size)
    if request.method != "HEAD" and _is_download(whole, found.size):
        note(request, hall, "download", known.id)
    opened = await asyncio.to_thread(hall.store.open, StoredId(found.blob))
    try:
        return await _send(request, response, _pieces(opened, whole), whole.end - whole.start)
    finally:
        await asyncio.to_thread(opened.close)


def _span(request: web.Request, etag: str, size: int) -> Span | None:
    """With If-Range a part is only for whoever has the same file's beginning."""
    condition = request.headers.get("If-Range")
    if condition is not None and condition != etag:
        return None
    return asked(request.headers.get("Range"), size)


def _is_download(span: Span, size: int) -> bool:
    """Whether this begins a download: going on with one does not count again, nor does trying whether it can."""
    is_probe = span.end - span.start <= PROBE_BYTES and span.end < size
    return span.start == 0 and not is_probe


def note(request: web.Request, hall: Hall, kind: str, subject: str) -> None:
    """Count a download or a scan; see `server.papers.tally` for what is known of whom, and for how long."""
    agent = request.headers.get("User-Agent", "")
    hall.papers.tally.note(kind, subject, address=network_of(address_of(request)), agent=agent)


def name_of(state: State, known: Paper, found: PaperFile) -> str:
    """What a file is called where it is saved: by its paper's title, and in which language where there are more."""
    languages = {each.lang for each in known.files}
    lang = found.lang if len(languages) > 1 else ""
    return file_name(paper_body(state, known).title, extension=extension(found.type), lang=lang)


def _pieces(opened: BinaryIO, span: Span) -> Iterator[bytes]:
    opened.seek(span.start)
    left = span.end - span.start
    while left:
        piece = opened.read(min(CHUNK, left))
        if not piece:
            raise OSError("a file is shorter than it was")
        left -= len(piece)
        yield piece


async def _send(
    request: web.Request, response: web.StreamResponse, pieces: Iterator[bytes], size: int
) -> web.StreamResponse:
    """
    The answer, a piece at a time: the next one is read when the reader has taken what went before.

    Where that fails the connection is cut: the reader sees that something is missing, and asks for the rest.
    """
    response.content_length = size
    add_headers(request, response)  # the guard comes too late for an answer that has begun
    try:
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            async with asyncio.timeout(WRITE_S):
                await response.write(piece)
        await response.write_eof()
    except (OSError, TimeoutError, FonteinError):  # gone, too slow, or our disk
        if request.transport is not None:
            request.transport.abort()
    return response


# All of them


async def all_files(request: web.Request) -> web.StreamResponse:
    """`GET /{slug}/papers.zip`: the newest files of all open papers, or of one session's (`session`)."""
    hall = hall_of(request)
    chosen = _chosen(hall, request.query.get("session"))
    entries = await asyncio.to_thread(_entries, hall, chosen)
    size = zipping.length(entries)
    if len(entries) > zipping.MAX_ENTRIES or size > zipping.MAX_BYTES:
        raise BadInput("That is more than fits in one ZIP; take them by session.", code="zip-too-large")
    with hall.papers.zipping():
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/zip",
                "Content-Disposition": attachment(f"{hall.slug}-papers.zip"),
                "Content-Security-Policy": CSP,
            }
        )
        if request.method != "HEAD":
            for paper in {paper.id: paper for paper, _ in chosen}:
                note(request, hall, "download", paper)
        return await _send(request, response, zipping.write(entries), size)


def _chosen(hall: Hall, session: str | None) -> list[tuple[Paper, PaperFile]]:
    """
    Raises:
        NotFound: There is nothing to fetch.
    """
    state = hall.node.state
    opened = [each for each in papers(state) if each.open and session in (None, each.session)]
    chosen = [(paper, found) for paper in opened for found in newest_files(paper)]
    if not chosen:
        raise NotFound("There are no papers to fetch yet.", code="no-papers")
    return chosen


def _entries(hall: Hall, chosen: list[tuple[Paper, PaperFile]]) -> list[zipping.Entry]:
    """Names that sort as the shelf does; the size is that of the file on disk, on which the checksum goes as well."""
    state = hall.node.state
    names = unique([f"{_code(state, paper)}{name_of(state, paper, found)}" for paper, found in chosen])
    return [
        zipping.Entry(
            name=name,
            size=os.stat(hall.store.path(StoredId(found.blob))).st_size,  # noqa: PTH116 -- of a path that is ours
            at=found.at / 1e6,
            open=partial(hall.store.open, StoredId(found.blob)),
        )
        for name, (_, found) in zip(names, chosen, strict=True)
    ]


def _code(state: State, paper: Paper) -> str:
    code = state.codes_of.get(f"paper:{paper.id}")
    return "" if code is None else f"{code} "


def scan(request: web.Request, hall: Hall, code: str) -> None:
    """Somebody followed a short address: `code` is what stands behind the symposium's own, empty for that itself."""
    note(request, hall, "scan", code.upper())
