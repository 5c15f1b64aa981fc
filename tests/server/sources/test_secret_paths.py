"""A token in an address is told to nobody, also where a server gives our own words back; in virtual time."""

from __future__ import annotations

import asyncio
import random
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from yarl import URL

from server.sources import http
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from tests.server.sources import virtual

SECRET = "8812-geheim"
PATH = f"/bot{SECRET}/getMe"


@asynccontextmanager
async def _echo(answer: str) -> AsyncIterator[URL]:
    """A server that is none: of *answer*, `{}` is what it was asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readline()).decode().split()[1]
        writer.write(answer.format(asked).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    finally:
        server.close()


async def _trouble(answer: str, *, secret_path: bool) -> SourceUnavailable:
    async with _echo(answer) as origin, aiohttp.ClientSession(trust_env=False) as session:
        tools = Tools(session=session, now=virtual.now, rng=random.Random(7))
        with pytest.raises(SourceUnavailable) as raised:
            await http.ask(tools, origin, PATH, secret_path=secret_path)
        return raised.value


def told(trouble: SourceUnavailable) -> str:
    """All that a log has of it."""
    return "".join(traceback.format_exception(trouble)) + repr(trouble.__cause__) + repr(trouble)


ECHOES = [
    pytest.param("{}\r\n\r\n", id="no-http"),
    pytest.param("HTTP/1.1 {} OK\r\n\r\n", id="no-status"),
    pytest.param("HTTP/1.1 200 OK\r\n{}\r\n\r\n", id="no-header"),
]


@pytest.mark.parametrize("answer", ECHOES)
def test_server_that_gives_our_words_back_tells_no_secret(answer: str) -> None:
    trouble = virtual.run(_trouble(answer, secret_path=True))

    assert (trouble.code, trouble.cause) == ("unreachable", Cause.DROPPED)
    assert SECRET not in told(trouble)


@pytest.mark.parametrize("answer", ECHOES)
def test_path_that_is_no_secret_is_told_with_its_cause(answer: str) -> None:
    """The negative control: so would the secret be."""
    assert SECRET in told(virtual.run(_trouble(answer, secret_path=False)))
