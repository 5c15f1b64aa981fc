"""Archives for the command line: one that streams out, and a restored folder that is taken into the house."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from aiohttp import web

from server.archive import JOURNAL, Source, file_name, write_archive
from server.archiving import WORK, copy_to, forget_work, source_of
from server.errors import FonteinError, Unavailable
from server.keyring import new_id
from server.web.auth import need_operator
from server.web.bodies import answer
from server.web.guard import add_headers
from server.web.site import hall_of, site_of

_log = logging.getLogger(__name__)

_WRITE_S: Final = 60.0
"""A reader that takes a piece no sooner than this is gone."""


async def archive(request: web.Request) -> web.StreamResponse:
    """`GET /v1/operator/symposia/{slug}/archive`: a tar, as it is made. One that ends without a manifest was cut."""
    need_operator(request)
    site, hall = site_of(request), hall_of(request)
    folder = site.config.folder / hall.slug
    work = folder / WORK / new_id()
    try:
        _, counts = await copy_to(hall.node, work)
        source = source_of(
            slug=hall.slug,
            journal=work / JOURNAL,
            store=hall.store,
            keyring=site.keyring,
            folder=folder,
            counts=counts,
            made=site.now_us(),
        )
        response = web.StreamResponse(headers={"Content-Type": "application/x-tar"})
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(hall.slug, source.made)}"'
        add_headers(request, response)  # the guard comes too late for an answer that has begun
        await response.prepare(request)
        await _send(request, response, source)
    finally:
        await asyncio.to_thread(forget_work, work)
    return response


async def _send(request: web.Request, response: web.StreamResponse, source: Source) -> None:
    """The whole archive; where that fails the connection is cut, since an answer has begun already."""
    try:
        await asyncio.to_thread(write_archive, _Stream(response, asyncio.get_running_loop()), source)
        await response.write_eof()
    except (OSError, TimeoutError, FonteinError) as ex:
        _log.warning("an archive was not sent to its end: %s", ex)
        if request.transport is not None:
            request.transport.abort()


class _Stream:
    """What a thread writes goes to a response on the loop; the thread waits until the reader has taken it."""

    def __init__(self, response: web.StreamResponse, loop: asyncio.AbstractEventLoop) -> None:
        self._response, self._loop = response, loop

    def write(self, data: Any, /) -> int:
        writing: Coroutine[Any, Any, None] = self._response.write(bytes(data))
        asyncio.run_coroutine_threadsafe(writing, self._loop).result(_WRITE_S)
        return len(data)


async def open_folder(request: web.Request) -> web.Response:
    """`POST /v1/operator/symposia/{slug}/openings`: a folder that was restored meanwhile becomes one of ours."""
    need_operator(request)
    site, slug = site_of(request), request.match_info["slug"]
    async with site.making:
        if site.open is None:
            raise Unavailable("This server opens no folders.", retry_after_s=60)
        hall = await site.open(slug)
    return answer({"slug": hall.slug, "epoch": hall.node.epoch, "seq": hall.node.state.seq}, status=201)
