"""Codes on paper for the command line, through the server that runs on that data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import aiohttp
import msgspec

from server.errors import FonteinError
from server.web.codes import Code, orders_of

_TIME_S = 300.0


async def print_all(
    server: dict[str, Any], slug: str, langs: tuple[Literal["nl", "en"], ...], folder: Path
) -> list[Path] | None:
    """
    Have the running server print everything, and write it to *folder*.

    Args:
        server: Its `url` and operator's `token`.

    Returns:
        What was written; None when no server answers: it was killed, and left its note behind.

    Raises:
        FonteinError: What the server refused, in its words.
    """
    headers = {"Authorization": f"Bearer {server['token']}"}
    path = f"{server['url']}/v1/operator/symposia/{slug}/codes"
    # The certificate names the public host, and this goes to our own computer: the token is what proves both sides.
    connector = aiohttp.TCPConnector(ssl=False)
    timeout = aiohttp.ClientTimeout(total=_TIME_S)
    try:
        async with aiohttp.ClientSession(
            connector=connector, trust_env=False, headers=headers, timeout=timeout
        ) as session:
            known = [Code(each["what"], each["id"]) for each in msgspec.json.decode(await _ask(session, path))["codes"]]
            written = []
            for name, order in orders_of(known, langs):
                pdf = await _ask(session, f"{path}/prints", msgspec.to_builtins(order))
                file = folder / f"{slug}-{name}.pdf"
                file.write_bytes(pdf)
                written.append(file)
            return written
    except aiohttp.ClientConnectorError:
        return None


async def _ask(session: aiohttp.ClientSession, url: str, body: Any = None) -> bytes:
    """The body of a good answer; GET without a *body* to send."""
    async with session.request("GET" if body is None else "POST", url, json=body) as response:
        data = await response.read()
        if response.status >= 400:
            problem = msgspec.json.decode(data)
            raise FonteinError(str(problem["detail"]), code=str(problem["code"]))
        return data
