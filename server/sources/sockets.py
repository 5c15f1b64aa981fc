"""One WebSocket to a host that the organiser configured, with every trouble named as `backoff.py` knows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from yarl import URL

from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait
from server.sources.contract import Tools

MAX_FRAME_BYTES = 1024 * 1024
OPEN_S = 10.0
SILENT_S = 30.0
"""We ping this often, and a server that does not answer within it is gone."""

_MAX_QUEUE = 64


class _Connect(connect):
    """Follows no redirects: a stranger's host would be asked from within the venue's network."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


@asynccontextmanager
async def connected(
    tools: Tools,
    url: URL,
    *,
    headers: Mapping[str, str] = MappingProxyType({}),
    most_bytes: int = MAX_FRAME_BYTES,
    silent_s: float = SILENT_S,
    compression: bool = False,
) -> AsyncIterator[ClientConnection]:
    """
    An open socket; what goes wrong with it while the block runs is told in the same way as what goes wrong before.

    Args:
        url: ws or wss; its query is in no message.
        most_bytes: Of one message, unpacked.
        compression: Offer permessage-deflate.

    Raises:
        SourceUnavailable: It does not open within `OPEN_S`, says no, closes, is silent for too long, or sends a message
            of more than *most_bytes*. `code` says which.
    """
    where = url.origin()
    _expect_a_name(url, where)
    try:
        async with _Connect(
            str(url),
            additional_headers=dict(headers),
            user_agent_header="Fontein",
            proxy=None,
            compression="deflate" if compression else None,
            open_timeout=OPEN_S,
            ping_interval=silent_s,
            ping_timeout=silent_s,
            close_timeout=1,
            max_size=most_bytes,
            max_queue=_MAX_QUEUE,
        ) as socket:
            yield socket
    except InvalidStatus as ex:
        raise _declined(ex, where, now=tools.now()) from ex
    except (ConnectionClosed, InvalidHandshake, InvalidURI, OSError, TimeoutError) as ex:
        what = f"{where}: lost the connection: {type(ex).__name__}: {ex}"
        raise SourceUnavailable(what, code="unreachable", cause=Cause.DROPPED) from ex


def _expect_a_name(url: URL, where: URL) -> None:
    """One that no computer can have, as `a..b`, is an error of its own kind when it is looked up."""
    try:
        (url.host or "").encode("idna")
    except UnicodeError as ex:
        what = f"{where}: no computer can have this name"
        raise SourceUnavailable(what, code="unreachable", cause=Cause.DROPPED) from ex


def _declined(ex: InvalidStatus, where: URL, *, now: float) -> SourceUnavailable:
    """
    What an answer other than 101 means. Its status is in `status` of the error that this one comes from, for a source
    that knows more.
    """
    status, headers = ex.response.status_code, dict(ex.response.headers.raw_items())
    what = f"{where}: status {status} for the socket"
    match status:
        case 401 | 403:
            return SourceUnavailable(what, code="refused", cause=Cause.REFUSED)
        case 429:
            asked_s = asked_to_wait(headers, now=now)
            return SourceUnavailable(what, code="limited", cause=Cause.LIMITED, asked_s=asked_s)
        case _ if status >= 500:
            asked_s = asked_to_wait(headers, now=now)
            return SourceUnavailable(what, code="server-error", cause=Cause.SERVER, asked_s=asked_s)
        case _:
            return SourceUnavailable(what, code="unexpected-answer", cause=Cause.SERVER)


def status_of(trouble: SourceUnavailable) -> int | None:
    """The HTTP status with which a socket was declined; None when that was not it."""
    cause = trouble.__cause__
    return cause.response.status_code if isinstance(cause, InvalidStatus) else None
