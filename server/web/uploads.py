"""
Files that come in: as one body, or with tus 1.0.0 (core, creation, termination, expiration, checksum).

On bad Wi-Fi an upload of 200 MB may take an hour and be cut off ten times. So there is no deadline for the whole, only
for standing still; what came before a cut is kept; and whoever comes back to go on takes over from a request that is
dead but does not know it yet. Source: tus resumable upload protocol 1.0.0.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from server.errors import BadInput, FonteinError, Unavailable
from server.papers.uploads import Appending, Upload
from server.symposium.papers import SHELF
from server.symposium.state import Badge
from server.symposium.values import PaperId
from server.web.auth import need
from server.web.bodies import answer, encode
from server.web.papers import keeper_of, lang_of, named_bytes, take_in
from server.web.problems import CONTENT_TYPE, problem_of
from server.web.site import Hall, hall_of, site_of

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,expiration,checksum"
ALGORITHMS: Final = ("sha256", "sha1")
OFFSET_TYPE: Final = "application/offset+octet-stream"
WINDOW_S: Final = 30.0
WINDOW_BYTES: Final = 8 * 1024
"""Who sends less than this in a window stands still. A whole window of patience: a phone in a tunnel comes back."""
_CHECKSUM_MISMATCH: Final = 460
_FILE_NAME = re.compile(r"filename\*=(?:utf-8)''([^;]+)|filename=\"([^\"]*)\"|filename=([^;\s]+)", re.I)


# As one body


async def put(request: web.Request) -> web.Response:
    """`PUT …/papers/{paper}`: the whole file as the body."""
    hall = hall_of(request)
    mine, known = keeper_of(request, hall)
    lang = lang_of(request.headers.get("Content-Language", ""))
    size = request.content_length
    _check_size(hall, size if size is not None else 1)
    hall.papers.check_quota(size or 0, named_bytes=named_bytes(hall.node.state))
    hall.store.check_room(size or 0)
    path = hall.papers.uploads.loose_path()
    try:
        with hall.papers.coming(size or hall.papers.max_bytes):
            came = await _receive_whole(request, path, max_bytes=size or hall.papers.max_bytes)
        if size is None:  # a body in chunks does not say beforehand
            hall.papers.check_quota(came, named_bytes=named_bytes(hall.node.state))
        made = await take_in(request, hall, mine, known.id, path, name=_sent_name(request), lang=lang)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return answer(made)


async def _receive_whole(request: web.Request, path: Path, *, max_bytes: int) -> int:
    file = await asyncio.to_thread(path.open, "xb")
    try:
        came = await _receive(request, file.write, max_bytes=max_bytes)
        if not came:
            raise BadInput("The file is empty.", code="empty")
        return came
    finally:
        await asyncio.to_thread(file.close)


def _sent_name(request: web.Request) -> str:
    """What the file is called at its sender's: words for people, and never a path."""
    match = _FILE_NAME.search(request.headers.get("Content-Disposition", "")[:2_000])
    found = "" if match is None else unquote(match[1]) if match[1] else match[2] or match[3] or ""
    return _last_step(found)


def _last_step(name: str) -> str:
    return re.split(r"[/\\]", name)[-1][:200]


def _check_size(hall: Hall, size: int) -> None:
    """Before a byte is read."""
    most = hall.papers.max_bytes
    if size > most:
        raise BadInput(f"A file may have at most {most} bytes ({most // 2**20} MB).", code="too-large")
    if size <= 0:
        raise BadInput("The file is empty.", code="empty")


async def expect(request: web.Request) -> web.StreamResponse | None:
    """Tell a client that waits for it to send its body, but not one whose body will be refused for its size."""
    hall = site_of(request).halls.get(request.match_info["slug"])  # no error here: the guard does not see it
    is_asked = request.headers.get("Expect", "").lower() == "100-continue"
    is_welcome = hall is not None and (request.content_length or 0) <= hall.papers.max_bytes
    if is_asked and is_welcome and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return None


# tus


def _tus(handler: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler of tus 1.0.0: it is told which version the client speaks, and says its own."""

    async def checked(request: web.Request) -> web.Response:
        need(request, hall_of(request), SHELF)
        if request.headers.get("Tus-Resumable") != VERSION:
            raise BadInput(f"Send Tus-Resumable: {VERSION}.", code="tus-version")
        response = await handler(request)
        response.headers["Tus-Resumable"] = VERSION
        return response

    checked.__doc__ = handler.__doc__
    return checked


async def options(request: web.Request) -> web.Response:
    """`OPTIONS …/papers/{paper}/uploads`: what this server can do."""
    headers = {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(hall_of(request).papers.max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return web.Response(status=204, headers=headers)


@_tus
async def make(request: web.Request) -> web.Response:
    """`POST …/papers/{paper}/uploads`: begin; 201 with where to send the bytes."""
    hall = hall_of(request)
    mine, known = keeper_of(request, hall)
    length = _number(request, "Upload-Length")
    _check_size(hall, length)
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    lang = lang_of(told.get("lang", ""))
    hall.papers.check_quota(length, named_bytes=named_bytes(hall.node.state))
    hall.store.check_room(length)
    uploads = hall.papers.uploads
    upload = await asyncio.to_thread(
        uploads.make,
        paper=known.id,
        by=mine.id,
        length=length,
        name=_last_step(told.get("filename", "")),
        lang=lang,
    )
    where = f"/v1/symposia/{hall.slug}/papers/{known.id}/uploads/{upload.id}"
    return web.Response(status=201, headers={"Location": where, **_state(hall, upload)})


@_tus
async def look(request: web.Request) -> web.Response:
    """`HEAD …/uploads/{upload}`: how much is here. Whoever was sending is taken for dead."""
    hall = hall_of(request)
    _, upload = _upload_of(request, hall)
    if upload.interrupt is not None:
        upload.interrupt()
        async with upload.turn:
            pass
    return web.Response(headers={"Upload-Length": str(upload.note.length), **_state(hall, upload)})


@_tus
async def patch(request: web.Request) -> web.Response:
    """
    `PATCH …/uploads/{upload}`: more of it; 204. The last piece is answered with the paper.

    Sent again at its end, with nothing in it, it gives that answer again.
    """
    hall = hall_of(request)
    mine, upload = _upload_of(request, hall)
    if request.headers.get("Content-Type") != OFFSET_TYPE:
        raise BadInput(f"Send Content-Type: {OFFSET_TYPE}.", code="media-type")
    offset = _number(request, "Upload-Offset")
    algorithm, checksum = _checksum(request.headers.get("Upload-Checksum"))
    if upload.interrupt is not None:
        upload.interrupt()
    async with upload.turn:
        if upload.note.answer is None:
            if offset == upload.offset and (request.content_length or 0) > upload.note.length - offset:
                raise BadInput("This is more than the upload's length.", code="too-large")
            appending = await asyncio.to_thread(hall.papers.uploads.append, upload, offset, algorithm=algorithm)
            if not await _append(request, appending, upload, checksum):
                return web.Response(status=_CHECKSUM_MISMATCH, reason="Checksum Mismatch", headers=_state(hall, upload))
        if not upload.is_whole:
            return web.Response(status=204, headers=_state(hall, upload))
        return await _finish(request, hall, mine, upload)


@_tus
async def drop(request: web.Request) -> web.Response:
    """`DELETE …/uploads/{upload}`: forget it."""
    hall = hall_of(request)
    _, upload = _upload_of(request, hall)
    if upload.interrupt is not None:
        upload.interrupt()
    async with upload.turn:
        await asyncio.to_thread(hall.papers.uploads.drop, upload)
    return web.Response(status=204)


def _upload_of(request: web.Request, hall: Hall) -> tuple[Badge, Upload]:
    """An upload is its badge's alone."""
    mine = need(request, hall, SHELF)
    paper = request.match_info["paper"]
    return mine, hall.papers.uploads.get(request.match_info["upload"], paper=paper, by=mine.id)


def _state(hall: Hall, upload: Upload) -> dict[str, str]:
    expires = formatdate(hall.papers.uploads.expires_s(upload), usegmt=True)
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": expires}


async def _append(request: web.Request, appending: Appending, upload: Upload, checksum: bytes) -> bool:
    """Take what comes; also of a body that is cut. False when it was not what its checksum said: then none of it."""
    transport = request.transport
    upload.interrupt = transport.abort if transport is not None else None
    right = not checksum  # part of a piece that has a checksum says nothing about the whole
    try:
        await _receive(request, appending.write, max_bytes=upload.note.length - upload.offset)
        right = right or appending.is_as_said(checksum)
    finally:
        upload.interrupt = None
        await asyncio.shield(asyncio.to_thread(appending.close, keep=right))
    return right


async def _finish(request: web.Request, hall: Hall, mine: Badge, upload: Upload) -> web.Response:
    """Look at the whole file and file it, once; its answer is kept as long as the upload would be."""
    uploads, note = hall.papers.uploads, upload.note
    if note.answer is None:
        try:
            known = PaperId(note.paper)
            made = await take_in(request, hall, mine, known, upload.path, name=note.name, lang=note.lang)
            body, status = encode(made), 200
        except Unavailable:
            raise  # not now: the file is here, and the client comes back
        except FonteinError as ex:
            problem = problem_of(ex)
            body, status = encode(problem), problem.status
        await asyncio.shield(asyncio.to_thread(uploads.end, upload, body, status))
    answered = (upload.note.answer or "").encode()
    kind = "application/json" if upload.note.status == 200 else CONTENT_TYPE
    return web.Response(body=answered, status=upload.note.status, content_type=kind, headers=_state(hall, upload))


def _number(request: web.Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise BadInput(f"Send {name}: a number of bytes.", code="bad-request", field=name)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """Source: tus 1.0.0, Upload-Metadata: pairs of a key and a base64 value, with commas between them."""
    found: dict[str, str] = {}
    for pair in header[:4_000].split(","):
        key, _, value = pair.strip().partition(" ")
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    return found


def _checksum(header: str | None) -> tuple[str, bytes]:
    if header is None:
        return "", b""
    algorithm, _, value = header.partition(" ")
    try:
        checksum = base64.b64decode(value, validate=True)
    except binascii.Error:
        checksum = b""
    if algorithm not in ALGORITHMS or not checksum:
        raise BadInput(
            f"A checksum is {' or '.join(ALGORITHMS)}, in base64.", code="bad-request", field="Upload-Checksum"
        )
    return algorithm, checksum


# Bytes


async def _receive(request: web.Request, write: Callable[[bytes], Any], *, max_bytes: int) -> int:
    """
    Hand the body on, a piece at a time. Returns how many bytes came.

    Raises:
        BadInput: `too-large`, `slow`, `cut-off`, `encoding`. What came before was handed on.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadInput("Send the body without Content-Encoding.", code="encoding")
    loop = asyncio.get_running_loop()
    total, window, until = 0, 0, loop.time() + WINDOW_S
    try:
        while True:
            async with asyncio.timeout_at(until):
                piece = await request.content.readany()
            if not piece:
                return total
            total += len(piece)
            window += len(piece)
            if total > max_bytes:
                raise BadInput(f"The body may have at most {max_bytes} bytes.", code="too-large")
            await asyncio.to_thread(write, piece)
            if window >= WINDOW_BYTES:
                window, until = 0, loop.time() + WINDOW_S
    except TimeoutError as ex:
        raise BadInput("The upload stood still; go on where it stopped.", code="slow") from ex
    except (ConnectionError, web.RequestPayloadError, HttpProcessingError) as ex:  # there is nobody to answer
        raise BadInput("The connection ended before the body did.", code="cut-off") from ex


async def sweep(hall: Hall) -> None:
    """Forget uploads that are older than a day."""
    await asyncio.to_thread(hall.papers.uploads.sweep)
