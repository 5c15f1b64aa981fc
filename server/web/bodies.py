"""Request bodies: bounded in bytes and in seconds, never decompressed, and read strictly."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, TypeVar

import msgspec
from aiohttp import web

from server.errors import BadInput

MAX_JSON_BYTES = 64 * 1024
MAX_FORM_BYTES = 16 * 1024
BODY_TIME_S = 10.0
MIN_BYTES_PER_S = 8 * 1024
"""A body that comes in slower than this is somebody who holds a connection, not somebody who posts."""

T = TypeVar("T")

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A revision, or a place in the journal: a number that every reader of JSON can hold. Source: RFC 7493, 2.2."""


async def read(request: web.Request, *, max_bytes: int) -> bytes:
    """
    The body, whole.

    Raises:
        BadInput: `too-large`, `slow`, `cut-off`, or `encoding` (a compressed body may be a bomb: nobody needs one).
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadInput("Send the body without Content-Encoding.", code="encoding")
    if (request.content_length or 0) > max_bytes:
        raise _too_large(max_bytes)
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_TIME_S + max_bytes / MIN_BYTES_PER_S):
            while chunk := await request.content.readany():
                data += chunk
                if len(data) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as ex:
        raise BadInput("The body came in too slowly.", code="slow") from ex
    except ConnectionError as ex:  # a phone that lost its network: there is nobody to answer, and nothing to log
        raise BadInput("The connection ended before the body did.", code="cut-off") from ex
    return bytes(data)


def _too_large(max_bytes: int) -> BadInput:
    return BadInput(f"The body may have at most {max_bytes} bytes.", code="too-large")


async def read_json(request: web.Request, kind: type[T]) -> T:
    """
    The body as *kind*, strictly: no other types, no NaN, no lone surrogate, no endless nesting.

    Raises:
        BadInput: `media-type`, `not-json`, or `bad-input` with the path of the offending value in `field`.
    """
    if request.content_type != "application/json":
        raise BadInput("Send JSON, with Content-Type: application/json.", code="media-type")
    return decode(await read(request, max_bytes=MAX_JSON_BYTES), kind)


def decode(data: bytes, kind: type[T]) -> T:
    """Read JSON strictly; see `read_json`."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as ex:
        message, _, path = str(ex).partition(" - at `")
        raise BadInput(message, field=path.rstrip("`") or "$") from ex
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as ex:
        raise BadInput(f"This is not JSON: {ex}", code="not-json") from ex


def encode(value: Any) -> bytes:
    """JSON bytes of *value*."""
    return msgspec.json.encode(value)


def answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(body=encode(value), status=status, content_type="application/json", headers=headers)
