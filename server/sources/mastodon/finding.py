"""One post by its address, as a person pasted it: at its own server, else in what another server knows of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from server.errors import BadInput, NotFound
from server.sources import fields, http
from server.sources.backoff import SourceUnavailable
from server.sources.contract import NetworkPost, Tools
from server.sources.mastodon import parse
from server.sources.mastodon.client import Server

_PAGE: Final = re.compile(
    r"https?://([^\s/?#@]+)/(?:web/|deck/)?(?:@[^\s/?#]+|users/[^\s/?#]+/statuses)/([0-9A-Za-z]+)/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_NOT_FOR_US: Final = frozenset({400, 401, 403, 404, 410, 422})
"""A server that does not let strangers search has not found anything either."""


async def find(address: str, servers: Iterable[Server], tools: Tools) -> NetworkPost | None:
    """
    The public post at *address*, whichever hashtags it has; None where none of *servers* knows one.

    Nothing is asked of other servers than these: they are not made to fetch it either (`resolve=false`).

    Raises:
        NotFound: It is there and not for everybody; `code` says why, as `not-public`.
        SourceUnavailable: No server could be asked.
    """
    troubles: list[SourceUnavailable] = []
    for server in servers:
        try:
            status = await _status(server, address, tools)
            if status is not None:
                return _read(status, server, tools)
        except SourceUnavailable as trouble:
            troubles.append(trouble)
        except BadInput:  # what cannot be read is nothing that could be shown
            continue
    if troubles:
        raise troubles[0]
    return None


async def _status(server: Server, address: str, tools: Tools) -> object | None:
    page = _PAGE.fullmatch(address)
    if page is not None and page[1].casefold() in (server.host, server.domain):
        return await server.status(page[2])
    query = [("q", address), ("type", "statuses"), ("resolve", "false"), ("limit", "5")]
    answer = await http.get(tools, server.origin, "/api/v2/search", query=query, token=server.token, known=_NOT_FOR_US)
    found = fields.decode(answer.body) if answer.status == 200 else None
    statuses = found.get("statuses") if isinstance(found, dict) else None
    return next((each for each in statuses if _is_at(each, address)), None) if isinstance(statuses, list) else None


def _is_at(status: object, address: str) -> bool:
    """A server that takes the address for words finds posts that only name it."""
    names = (status.get("uri"), status.get("url")) if isinstance(status, dict) else ()
    return _bare(address) in (_bare(name) for name in names if isinstance(name, str))


def _bare(address: str) -> str:
    return address.partition("#")[0].partition("://")[2].rstrip("/").casefold()


def _read(status: object, server: Server, tools: Tools) -> NetworkPost:
    now_us = int(tools.now() * 1_000_000)
    result = parse.parse_status(status, host=server.host, domain=server.domain, tags=frozenset(), now_us=now_us)
    if isinstance(result, parse.Dropped):
        raise NotFound(f"{server.host}: the post is {result.why}.", code=result.why.value)
    return result
