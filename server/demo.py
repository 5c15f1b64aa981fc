"""What lies ready when the demo opens: a programme that goes along with its posts, and papers on the shelf."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from pathlib import Path

from server.blobs.images import Kind as PictureKind
from server.blobs.images import PicturePool
from server.errors import FonteinError
from server.rehearsal.day_plan import PaperFile, RehearsalPaper, papers, plan, set_paper
from server.rehearsal.script import Programme
from server.symposium.values import OPERATOR, BlobId, PaperId
from server.web.site import Hall

_log = logging.getLogger(__name__)


async def lay_out(hall: Hall, images: PicturePool, *, speed: float, day: Programme | None = None) -> None:
    """
    Make the programme of the rehearsal day, from now on, and put its papers on the shelf; of another *day* there is
    the programme only.

    What somebody changed in an earlier run of the demo stays, but for the times: the day begins anew.
    """
    known = hall.node.state.programme
    start = time.time_ns() // 60_000_000_000 * 60_000_000
    body, slots = plan(start, speed=speed, lang=hall.node.state.languages[0], day=day)
    await hall.node.shelf.set_programme(OPERATOR, body, slots, base=0 if known is None else known.body)
    if day is not None or hall.node.state.papers:
        return
    for paper in papers():
        try:
            await _put(hall, images, paper)
        except FonteinError as ex:  # A demo without a paper is a demo still.
            _log.warning("the paper %s is not on the shelf: %s", paper.id, ex)


async def _put(hall: Hall, images: PicturePool, paper: RehearsalPaper) -> None:
    known, _ = await hall.node.shelf.set_paper(
        OPERATOR, None, paper.body, session=paper.session, form=paper.form, embargo=paper.embargo
    )
    for file in paper.file:
        await _file(hall, images, paper, known, file)


async def _file(hall: Hall, images: PicturePool, paper: RehearsalPaper, known: PaperId, file: PaperFile) -> None:
    data = await asyncio.to_thread(set_paper, paper, file)
    with tempfile.TemporaryDirectory(prefix="fontein-demo-paper-") as folder:
        path = Path(folder) / f"{paper.id}-{file.lang}.pdf"
        await asyncio.to_thread(path.write_bytes, data)
        found = await hall.papers.look_at(path)
    page = None if found.preview is None else await images.make_picture(found.preview, kind=PictureKind.PAGE)
    async with hall.papers.filing:
        blob = await asyncio.to_thread(hall.store.put, data)
        preview = None if page is None else BlobId(await asyncio.to_thread(hall.store.put, page.data))
        await hall.node.shelf.file_paper(
            OPERATOR,
            known,
            blob=BlobId(blob),
            size=len(data),
            type=found.type,
            lang=file.lang,
            pages=found.pages,
            flags=found.flags,
            preview=preview,
            name=path.name,
        )
