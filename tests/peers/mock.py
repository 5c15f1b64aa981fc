"""mastodon-mock, a stranger's idea of a Mastodon server, as a real process."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
TOKEN = "mock_token"
"""Of the account `testuser`, that of the wall."""

VISITOR = "visitor_token"
"""Of the account `bezoeker`."""

_ACCOUNTS = f"""
[[seed.accounts]]
username = "testuser"
display_name = "Test User"
access_token = "{TOKEN}"

[[seed.accounts]]
username = "bezoeker"
display_name = "Bezoeker"
access_token = "{VISITOR}"
"""


def _python() -> str:
    named = os.environ.get("FONTEIN_PEERS_PYTHON")
    own = ROOT / ".venv-peers" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if named or own.is_file():
        return named or str(own)
    if importlib.util.find_spec("mastodon_mock"):
        return sys.executable
    pytest.fail("mastodon-mock is not there: install it into .venv-peers, or name a Python in FONTEIN_PEERS_PYTHON")


class Mock:
    """The process, seen by somebody who posts."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(self, method: str, path: str, *, by: str = TOKEN, **json: Any) -> Any:
        headers = {"Authorization": f"Bearer {by}"}
        async with self._session.request(method, self.url + path, json=json or None, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()


@asynccontextmanager
async def running_mock(folder: Path) -> AsyncIterator[Mock]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    (folder / ".mastodon_mock.toml").write_text(_ACCOUNTS, encoding="utf-8")
    with (folder / "mock.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            _python(), "-m", "mastodon_mock", *arguments, cwd=folder, stdout=log, stderr=log,
            env={**os.environ, "TMPDIR": str(folder)},  # It leaves a database and a folder behind.
        )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            mock = Mock(f"http://127.0.0.1:{port}", session)
            deadline = time.monotonic() + PATIENCE_S
            while True:
                try:
                    await mock.ask("GET", "/api/v2/instance")
                    break
                except aiohttp.ClientConnectionError:
                    assert process.returncode is None, (folder / "mock.log").read_text()
                    assert time.monotonic() < deadline, "mastodon-mock did not start"
                    await asyncio.sleep(0.1)
            yield mock
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)  # It does not heed SIGTERM while a stream is open.
        await process.wait()
