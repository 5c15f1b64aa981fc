from __future__ import annotations

import http
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from yarl import URL

from server.sources import sockets
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Tools
from tests.server.sources import virtual

Talk = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def upstream(talk: Talk, **given: Any) -> AsyncIterator[tuple[Tools, URL]]:
    async with serve(talk, "127.0.0.1", 0, **given) as server:
        host, port = next(iter(server.sockets)).getsockname()
        yield tools(), URL(f"ws://{host}:{port}/?token=geheim")


def tools() -> Tools:
    return Tools(session=cast("Any", None), now=virtual.now, rng=random.Random(7))


def heard(talk: Talk, *, given: dict[str, Any] | None = None, **options: Any) -> list[str | bytes]:
    async def scenario() -> list[str | bytes]:
        async with upstream(talk, **(given or {})) as (lent, url):
            found = []
            async with sockets.connected(lent, url, **options) as socket:
                async for message in socket:
                    found.append(message)
            return found

    return virtual.run(scenario())


def trouble_of(talk: Talk, *, given: dict[str, Any] | None = None, **options: Any) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as raised:
        heard(talk, given=given, **options)
    return raised.value


async def says_two(socket: ServerConnection) -> None:
    await socket.send("een")
    await socket.send("twee")


def declines(status: int, **headers: str) -> dict[str, Any]:
    def answer(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(http.HTTPStatus(status), "nee")
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        return response

    return {"process_request": answer}


def test_what_is_said_is_heard() -> None:
    assert heard(says_two) == ["een", "twee"]
    assert heard(says_two, compression=True) == ["een", "twee"]


def test_headers_are_sent() -> None:
    async def echoes(socket: ServerConnection) -> None:
        assert socket.request is not None
        await socket.send(socket.request.headers["Authorization"])

    assert heard(echoes, headers={"Authorization": "Bearer x"}) == ["Bearer x"]


@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (401, "refused", Cause.REFUSED),
        (403, "refused", Cause.REFUSED),
        (400, "unexpected-answer", Cause.SERVER),
        (404, "unexpected-answer", Cause.SERVER),
        (429, "limited", Cause.LIMITED),
        (503, "server-error", Cause.SERVER),
    ],
)
def test_no_is_trouble_of_its_kind(status: int, code: str, cause: Cause) -> None:
    trouble = trouble_of(says_two, given=declines(status, Retry_After="12"))

    assert (trouble.code, trouble.cause, sockets.status_of(trouble)) == (code, cause, status)
    assert trouble.asked_s == (12 if status in {429, 503} else None)
    assert "geheim" not in str(trouble)


def test_redirect_is_not_followed() -> None:
    trouble = trouble_of(says_two, given=declines(302, Location="ws://127.0.0.2/"))

    assert sockets.status_of(trouble) == 302


def test_nobody_there_is_a_lost_connection() -> None:
    async def scenario() -> None:
        async with upstream(says_two) as (_, url):
            pass
        async with sockets.connected(tools(), url):
            raise AssertionError("nobody is there")

    with pytest.raises(SourceUnavailable) as raised:
        virtual.run(scenario())
    assert (raised.value.code, raised.value.cause) == ("unreachable", Cause.DROPPED)
    assert sockets.status_of(raised.value) is None


def test_end_in_the_middle_is_a_lost_connection() -> None:
    async def drops(socket: ServerConnection) -> None:
        await socket.send("een")
        socket.transport.abort()

    assert trouble_of(drops).cause is Cause.DROPPED


def test_message_that_is_too_large_ends_it() -> None:
    async def shouts(socket: ServerConnection) -> None:
        await socket.send("x" * 2_000)

    assert trouble_of(shouts, most_bytes=1_999).cause is Cause.DROPPED
    assert heard(shouts, most_bytes=2_000) == ["x" * 2_000], "the control: as large as may be"


@pytest.mark.parametrize("host", ["a..b", f"{'x' * 70}.example"])
def test_name_that_no_computer_can_have_is_unreachable(host: str) -> None:
    async def scenario() -> None:
        async with sockets.connected(tools(), URL(f"ws://{host}:1/?token=geheim")):
            pass

    with pytest.raises(SourceUnavailable) as raised:
        virtual.run(scenario())
    assert (raised.value.code, raised.value.cause) == ("unreachable", Cause.DROPPED)
    assert "geheim" not in str(raised.value)
