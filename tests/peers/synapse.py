"""Synapse, the homeserver that most of Matrix runs on, as a real process: SQLite, loopback, no other servers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.browser.visits import free_port
from tools import needs

PATIENCE_S = 60.0
DOMAIN = "matrix.example"

_SECRET = "only-of-this-run"
_CONFIG = """
server_name: {domain}
pid_file: {folder}/synapse.pid
listeners:
  - {{port: {port}, type: http, bind_addresses: ["127.0.0.1"], resources: [{{names: [client], compress: false}}]}}
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: {secret}
report_stats: false
trusted_key_servers: []
federation_domain_whitelist: []
rc_message: &generous {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: *generous, account: *generous, failed_attempts: *generous}}
rc_joins: {{local: *generous, remote: *generous}}
rc_invites: {{per_room: *generous, per_user: *generous, per_issuer: *generous}}
"""
"""Its limits are for strangers: a test says as much in a second as a hall in an hour."""


class Account:
    """Somebody with an account."""

    def __init__(self, user: str, token: str, synapse: Synapse) -> None:
        self.user = user
        self.token = token
        self._synapse = synapse
        self._numbers = itertools.count()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        return await self._synapse.ask(method, f"/_matrix/client/v3{path}", body, token=self.token)

    async def say(self, room: str, body: str, **content: Any) -> str:
        """Returns the event's id."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": body, **content})

    async def send(self, room: str, kind: str, content: Any) -> str:
        path = f"/rooms/{quote(room)}/send/{kind}/{next(self._numbers)}"
        return str((await self.ask("PUT", path, content))["event_id"])

    async def edit(self, room: str, event: str, body: str) -> str:
        relation = {"rel_type": "m.replace", "event_id": event}
        new = {"msgtype": "m.text", "body": body}
        return await self.say(room, f"* {body}", **{"m.new_content": new, "m.relates_to": relation})

    async def redact(self, room: str, event: str) -> None:
        await self.ask("PUT", f"/rooms/{quote(room)}/redact/{quote(event)}/{next(self._numbers)}", {})

    async def upload(self, data: bytes) -> str:
        """Returns the `mxc` address."""
        path = "/_matrix/media/v3/upload?filename=zaal.png"
        return str((await self._synapse.ask("POST", path, data, token=self.token))["content_uri"])

    async def make_room(self, **how: Any) -> str:
        return str((await self.ask("POST", "/createRoom", how))["room_id"])


class Synapse:
    """The process, seen by the people on it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            headers["Content-Type"] = "image/png"
        async with self._session.request(method, self.url + path, headers=headers, **given) as response:
            assert response.status == 200, f"{method} {path}: {response.status} {await response.text()}"
            return await response.json()

    async def register(self, name: str) -> Account:
        nonce = (await self.ask("GET", "/_synapse/admin/v1/register"))["nonce"]
        words = "\0".join([nonce, name, "a-long-password", "notadmin"])
        mac = hmac.new(_SECRET.encode(), words.encode(), hashlib.sha1).hexdigest()
        given = {"nonce": nonce, "username": name, "password": "a-long-password", "admin": False, "mac": mac}
        made = await self.ask("POST", "/_synapse/admin/v1/register", given)
        return Account(made["user_id"], made["access_token"], self)


@asynccontextmanager
async def running_synapse(folder: Path) -> AsyncIterator[Synapse]:
    assert needs.SYNAPSE.is_ready(), "Synapse is not there: python3 run.py test --peers --install"
    port = free_port()
    config = folder / "homeserver.yaml"
    config.write_text(_CONFIG.format(folder=folder, port=port, domain=DOMAIN, secret=_SECRET), encoding="utf-8")
    command = [str(needs.SYNAPSE.python), "-m", "synapse.app.homeserver", "--config-path", str(config)]
    with (folder / "synapse.log").open("wb") as log:
        keys = await asyncio.create_subprocess_exec(*command, "--generate-keys", cwd=folder, stdout=log, stderr=log)
        assert await keys.wait() == 0, (folder / "synapse.log").read_text()
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=log, stderr=log)
    try:
        async with aiohttp.ClientSession() as session:
            synapse = Synapse(f"http://127.0.0.1:{port}", session)
            deadline = time.monotonic() + PATIENCE_S
            while True:
                try:
                    await synapse.ask("GET", "/_matrix/client/versions")
                    break
                except aiohttp.ClientConnectionError:
                    assert process.returncode is None, (folder / "synapse.log").read_text()[-3000:]
                    assert time.monotonic() < deadline, "Synapse did not start"
                    await asyncio.sleep(0.2)
            yield synapse
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
