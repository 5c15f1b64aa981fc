"""One connection to an IRC server. I/O only: bytes, time limits and politeness."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.sources.backoff import Cause, SourceUnavailable
from server.sources.irc.options import Options
from server.sources.irc.parse import MAX_LINE_BYTES
from server.sources.irc.session import MAX_SENT_BYTES

OPEN_S = 15.0
SILENT_S = 90.0
"""After this long we ask whether anybody is there; after as long again nobody is."""

GREETING_S = 1.0
"""For what a server says first. One that has no room says so and hangs up; whoever talks then may not hear why."""

BURST = 8
SPACING_S = 2.0
"""Of lines that we send: so many at once, and then one in so many seconds. Servers throw out who talks faster."""


def tls_context() -> ssl.SSLContext:
    """Only a server whose certificate is right."""
    return ssl.create_default_context()


class Connection:
    """An open connection. Every method may raise `SourceUnavailable`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host
        self._may_send_at = 0.0

    async def line(self) -> bytes:
        """The next line; empty for one that is longer than any may be."""
        try:
            raw = await self._next()
        except ValueError:
            return b""  # asyncio has left it out already.
        except OSError as ex:
            raise self._lost(f"{type(ex).__name__}: {ex}") from ex
        if not raw.endswith(b"\n"):
            raise self._lost("closed the connection")
        return raw

    async def greeting(self) -> bytes | None:
        """What the server says before we do, if it does within `GREETING_S`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GREETING_S):
                return await self.line()
        return None

    async def send(self, text: str) -> None:
        """Say one line when it is time; what would be more than one line, or too long, is our own mistake."""
        raw = text.encode()
        assert not set("\r\n\0") & set(text), "a line is one line"
        assert len(raw) <= MAX_SENT_BYTES, "a line has 512 bytes"
        now = asyncio.get_running_loop().time()
        self._may_send_at = max(self._may_send_at, now - BURST * SPACING_S) + SPACING_S
        await asyncio.sleep(max(0.0, self._may_send_at - now))
        try:
            self._writer.write(raw + b"\r\n")
            async with asyncio.timeout(OPEN_S):
                await self._writer.drain()
        except (OSError, TimeoutError) as ex:
            raise self._lost(f"does not take what we say: {type(ex).__name__}") from ex

    async def _next(self) -> bytes:
        """Every server answers a PING; one that says nothing at all is gone, whatever TCP thinks."""
        for _ in range(2):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SILENT_S):
                    return await self._reader.readline()
            await self.send(f"PING :{self._host}")
        raise self._lost(f"silent for {2 * SILENT_S:g} s")

    def _lost(self, what: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self._host}: {what}", code="unreachable", cause=Cause.DROPPED)


@asynccontextmanager
async def connected(options: Options) -> AsyncIterator[Connection]:
    """
    Open a connection, and take leave of it.

    Raises:
        SourceUnavailable: It cannot be opened; `code` says why.
    """
    try:
        async with asyncio.timeout(OPEN_S):
            reader, writer = await asyncio.open_connection(
                options.host, options.port, ssl=tls_context() if options.tls else None, limit=MAX_LINE_BYTES
            )
    except ssl.SSLCertVerificationError as ex:
        raise _unopened(options, "bad-certificate", Cause.SERVER, ex) from ex
    except (OSError, TimeoutError, UnicodeError) as ex:  # ssl.SSLError is an OSError; `a..b` is no name to IDNA.
        code = "no-tls" if isinstance(ex, ssl.SSLError) else "unreachable"
        raise _unopened(options, code, Cause.DROPPED, ex) from ex
    connection = Connection(reader, writer, options.host)
    try:
        yield connection
    finally:
        await _leave(writer)


async def _leave(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        writer.write(b"QUIT :\r\n")
        writer.close()
        async with asyncio.timeout(1.0):
            await writer.wait_closed()


def _unopened(options: Options, code: str, cause: Cause, ex: Exception) -> SourceUnavailable:
    what = f"{options.host}:{options.port}: {type(ex).__name__}: {ex}"
    return SourceUnavailable(what, code=code, cause=cause)
