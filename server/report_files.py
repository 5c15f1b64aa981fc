"""`run.py report`: files of the report, from a running server or straight out of the data folder."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec

from server.errors import FonteinError
from server.report.child import reader
from server.report.exports import Export, Format, Order, formats_of
from server.symposium.values import PHONE, Naming

_TIME_S: Final = 600.0
_PIECE: Final = 256 * 1024


def _formats(options: argparse.Namespace) -> tuple[Format, ...]:
    """
    Raises:
        FonteinError: There is no such format.
    """
    try:
        found = formats_of(options.format)
    except ValueError as ex:
        raise FonteinError(f"There is no format {ex}. There are: {', '.join(Format)}.", code="no-format") from ex
    if not found:
        raise FonteinError("Name a format, as --format pdf.", code="no-format")
    return found


async def fetch(server: dict[str, Any], options: argparse.Namespace) -> list[Path] | None:
    """
    Have the running server make the files.

    Args:
        server: Its `url` and operator's `token`.

    Returns:
        What was written; None when no server answers: it was killed, and left its note behind.

    Raises:
        FonteinError: What the server refused, in its words.
    """
    query = {"lang": options.language or "", "names": options.names or ""}
    url = f"{server['url']}/v1/operator/symposia/{options.slug}/report"
    # The certificate names the public host, and this goes to our own computer: the token is what proves both sides.
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=False),
        trust_env=False,
        headers={"Authorization": f"Bearer {server['token']}"},
        timeout=aiohttp.ClientTimeout(total=_TIME_S),
    ) as session:
        try:
            return [
                await _save(session, url, {**query, "format": format_}, options.to) for format_ in _formats(options)
            ]
        except aiohttp.ClientConnectorError:
            return None


async def _save(session: aiohttp.ClientSession, url: str, query: dict[str, str], folder: Path) -> Path:
    async with session.get(url, params=query) as response:
        if response.status >= 400:
            problem = msgspec.json.decode(await response.read())
            raise FonteinError(str(problem["detail"]), code=str(problem["code"]))
        if unasked := response.headers.get("Fontein-Unasked"):
            _say_unasked(unasked.replace(" ", ", "))
        told = response.content_disposition
        path = folder / Path((told and told.filename) or f"report.{query['format']}").name
        beside = path.with_name(f".{path.name}.part")
        try:
            with beside.open("wb") as file:
                async for piece in response.content.iter_chunked(_PIECE):
                    await asyncio.to_thread(file.write, piece)
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    return path


def _say_unasked(networks: str) -> None:
    """Not on the standard output: that has the names of the files."""
    sys.stderr.write(
        f"Niet gevraagd wat er verwijderd is / Not asked what was deleted: {networks}.\n"
        "Wat daar weg is, kan in deze bestanden staan. / What is gone there may stand in these files.\n"
    )


async def write_here(house: Any, options: argparse.Namespace) -> list[Path]:
    """The same, in a house of our own."""
    from server.web.report import Wanted, order_of

    hall = house.site.hall(options.slug)
    state = hall.node.state
    if networks := sorted({state.posts[post].network for post in state.shown} - {PHONE}):
        _say_unasked(", ".join(networks))
    formats = _formats(options)
    wanted = Wanted(
        format=formats[0], lang=options.language or "", names=Naming(options.names) if options.names else None
    )
    order: Order = msgspec.structs.replace(order_of(house.site, hall, wanted), formats=formats)
    export = Export(hall.node.state, order, reader(house.config.folder / hall.slug / "blobs"))
    return [options.to / written.name for written in export.write(options.to)]
