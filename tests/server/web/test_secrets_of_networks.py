"""
The secrets of every network, against servers that repeat whatever they are told: in none of our logs, files, answers.

Each network of the house that has a secret is here, or the test of the table fails. What is looked through is what an
organiser, an operator and a thief of the data folder can see.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from yarl import URL

from server.hush import Hushed
from server.sources.contract import Turn
from server.sources.manifest import networks, read_manifest
from server.sources.telegram import client as telegram
from server.sources.x import client as x
from server.sources.youtube import client as youtube
from tests.house import SLUG, Answer, Place, eventually, open_place

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

CANARY = "Canary7Of0Every4Network2Secret9"
BOT = f"123456789:{CANARY}abcd"

# What an organiser fills in, where {http} and {irc} are servers that repeat what they hear. Secrets hold the canary.
FILLED_IN: Mapping[str, dict[str, Any]] = {
    "irc": {
        "server": "{irc}",
        "channels": "#zaal",
        "tls": False,
        "account": "muur",
        "password": CANARY,
        "which": "all",
    },
    "mastodon": {"servers": ["{http}"], "tags": ["proef"], "tokens": {"{http}": CANARY}},
    "matrix": {"homeserver": "{http}", "token": CANARY, "rooms": ["!zaal:matrix.example"], "which": "all"},
    "telegram": {"token": BOT, "chats": ["@proef"], "which": "all", "told": True},
    "webhook": {"profile": "whatsapp", "secret": CANARY, "verify_token": f"verify{CANARY}"},
    "x": {"agreement": True, "token": CANARY, "tags": ["proef"]},
    "youtube": {"video": "https://www.youtube.com/watch?v=abcdefghijk", "key": CANARY},
}
ASK_NOBODY = frozenset({"webhook"})

MANNERS = {"refuses": 401, "fails": 500, "says-nonsense": 200, "sends-on": 302}


def _secret_options() -> dict[str, set[str]]:
    manifests = (read_manifest(folder) for folder in networks().values())
    found = {each.id: {o.name for o in each.options if o.type in ("secret", "secrets")} for each in manifests}
    return {network: names for network, names in found.items() if names}


async def test_every_secret_of_every_network_is_in_the_table() -> None:
    holding = {
        network: {name for name, value in options.items() if CANARY in json.dumps(value)}
        for network, options in FILLED_IN.items()
    }

    assert holding == _secret_options()


class Parrot:
    """Servers of HTTP and of IRC that put all they heard into what they say, wherever a client may look."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.heard: list[str] = []
        self.places: dict[str, str] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Parrot]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        irc = await asyncio.start_server(self._chat, "127.0.0.1", 0)
        self.places = {
            "{http}": f"http://127.0.0.1:{runner.addresses[0][1]}",
            "{irc}": f"127.0.0.1:{irc.sockets[0].getsockname()[1]}",
        }
        try:
            yield self
        finally:
            irc.close()
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        said = " ".join([request.path_qs, *request.headers.values(), await request.text()])
        self.heard.append(said)
        keys = ("error", "errcode", "title", "type", "detail", "description", "message", "reason", "version", "uri")
        told: dict[str, Any] = dict.fromkeys(keys, said)
        if "youtube" in request.path:
            told["error"] = {"message": said, "errors": [{"reason": said, "message": said}]}
        headers = {"X-Error-Message": quote(said)[:4000], "Location": f"/{quote(said)}", "Retry-After": "1"}
        return web.json_response({**told, "errors": [told], "ok": False}, status=self.status, headers=headers)

    async def _chat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.heard.append(line.decode())
            if line.startswith(b"CAP LS"):
                writer.write(b":irc CAP * LS :sasl\r\n")
            elif line.startswith(b"CAP REQ"):
                writer.write(b":irc CAP * ACK :sasl\r\n")
            elif line == b"AUTHENTICATE PLAIN\r\n":
                writer.write(b"AUTHENTICATE +\r\n")
            elif line.startswith(b"AUTHENTICATE"):
                writer.write(b":irc 904 muur :no " + CANARY.encode() + b"\r\n")
        writer.close()

    def filled_in(self, network: str) -> dict[str, Any]:
        text = json.dumps(FILLED_IN[network])
        for place, real in self.places.items():
            text = text.replace(place, real)
        filled: dict[str, Any] = json.loads(text)
        return filled


def spelled(secret: str) -> list[bytes]:
    """How a secret may stand in what somebody sees."""
    plain = base64.b64encode(f"muur\0muur\0{secret}".encode()), base64.b64encode(f"\0muur\0{secret}".encode())
    return [secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="), *plain]


def holding(told: Mapping[str, bytes]) -> list[str]:
    return [name for name, data in told.items() if any(each in data for each in spelled(CANARY))]


def _named(answer: Answer, name: str) -> dict[str, bytes]:
    return {f"{name} {answer.status}": answer.body + str(answer.headers).encode()}


async def _everything(place: Place, log: str) -> dict[str, bytes]:
    """What organiser, stage and operator can ask for, all files of the data folder, and the log."""
    told = {str(p): p.read_bytes() for p in place.house.config.folder.rglob("*") if p.is_file()}
    organiser = place.holder("organiser")
    asked = ["sources", "sources/networks", "history", "posts?status=held&limit=500"]
    asked += [f"report?format={each}" for each in ("jsonl", "csv", "html", "md")]
    asked += [f"/{SLUG}/organise", f"/{SLUG}/stage", f"/{SLUG}/wall"]
    for path in asked:
        answer = await organiser.get(path)
        assert answer.status == 200, (path, answer)
        told |= _named(answer, path)
    archive = await place.visitor(place.house.site.operator_token).get(f"/v1/operator/symposia/{SLUG}/archive")
    assert archive.status == 200, archive
    with tarfile.open(fileobj=io.BytesIO(archive.body)) as packed:
        files = {each.name: packed.extractfile(each) for each in packed.getmembers()}
        told |= {f"archive {name}": file.read() for name, file in files.items() if file is not None}
    async with organiser.live("stage") as socket:
        told["stage"] = (await socket.receive()).data.encode()
    told["health"] = repr(place.hall.health).encode()
    told["log"] = log.encode()
    return told


@pytest.mark.parametrize("manner", MANNERS)
async def test_secrets_of_networks_are_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, manner: str
) -> None:
    caplog.set_level(logging.INFO)  # the most that `--verbose` says
    # The handler is the same in all tests.
    monkeypatch.setattr(caplog.handler, "formatter", Hushed("%(levelname)s %(name)s: %(message)s"))
    told: dict[str, bytes] = {}
    # All these networks are one server here, and nobody has to be polite to it: no second between two questions.
    monkeypatch.setattr(Turn.__init__, "__defaults__", (0.0,))
    async with Parrot(MANNERS[manner]).serving() as parrot, open_place(tmp_path) as place:
        for module, name in ((telegram, "API"), (x, "API"), (youtube, "ORIGIN")):
            monkeypatch.setattr(module, name, URL(parrot.places["{http}"]))
        organiser = place.holder("organiser")
        for network in FILLED_IN:
            filled = parrot.filled_in(network)
            heard = len(parrot.heard)
            tried = await organiser.ask("POST", "sources/trials", {"network": network, "options": filled})
            assert network in ASK_NOBODY or CANARY in _decoded(parrot.heard[heard:]), network
            added = await organiser.ask("POST", "sources", {"network": network, "options": filled})
            assert added.status == 201, (network, added)
            told |= _named(tried, f"trial {network}") | _named(added, f"add {network}")
        told |= await _at_the_hook(place)
        await eventually(lambda: all(place.hall.health.get(each) for each in place.hall.node.state.sources))
        told |= await _everything(place, caplog.text)

    assert holding(told) == []
    repeated = "\n".join(record.getMessage() for record in caplog.records)
    assert manner != "refuses" or holding({"log": repeated.encode()}) == ["log"], "the control: without the formatter"


@pytest.mark.parametrize("network", FILLED_IN)
async def test_refusal_of_a_secret_does_not_repeat_it(tmp_path: Path, network: str) -> None:
    """Neither of one that cannot be, nor of a good one beside something that cannot be."""
    told: dict[str, bytes] = {}
    async with Parrot(500).serving() as parrot, open_place(tmp_path) as place:
        filled = parrot.filled_in(network)
        for name in _secret_options()[network]:
            for bad in (f"{CANARY}é", CANARY * 40, f"{CANARY} {CANARY}\n{CANARY}", [CANARY], {"other": CANARY}, 5):
                body = {"network": network, "options": {**filled, name: bad}}
                for path in ("sources/trials", "sources"):
                    answer = await place.holder("organiser").ask("POST", path, body)
                    assert answer.status in (422, 201 if path == "sources" else 200), answer
                    told |= _named(answer, f"{path} {name} {len(told)}")

    assert any("422" in name for name in told)
    assert holding(told) == []


async def _at_the_hook(place: Place) -> dict[str, bytes]:
    """A sender shows its secret in the wrong place, and a stranger shows one that he heard."""
    stranger, told = place.visitor(), dict[str, bytes]()
    for query in ("", f"?token={CANARY}", f"?hub.verify_token={CANARY}&hub.mode=subscribe"):
        for method in ("GET", "POST"):
            headers = {"Authorization": f"Bearer {CANARY}", "X-Hub-Signature-256": CANARY}
            path = f"/v1/symposia/{SLUG}/hooks/webhook-1{query}"
            answer = await stranger.ask(method, path, {"secret": CANARY} if method == "POST" else None, headers=headers)
            told |= _named(answer, f"{method} hook {query[:7]}")
    return told


def _decoded(heard: list[str]) -> str:
    """What a server heard, also where IRC wraps it in base64."""
    packed = [line.removeprefix("AUTHENTICATE ").strip() for line in heard if line.startswith("AUTHENTICATE ")]
    return " ".join([*heard, *(base64.b64decode(each).decode("latin-1") for each in packed if each != "PLAIN")])


async def test_secret_that_gets_out_is_found() -> None:
    """The negative control, one for each way of writing it."""
    for each in spelled(CANARY):
        assert holding({"log": b"before " + each + b" after", "other": b"nothing"}) == ["log"]


@pytest.mark.parametrize("network", FILLED_IN)
async def test_source_and_its_options_print_no_secret(tmp_path: Path, network: str) -> None:
    async with Parrot(500).serving() as parrot, open_place(tmp_path) as place:
        options = parrot.filled_in(network)
        source = place.house.site.make_source(network, options)

        printed = [repr(source), *map(repr, vars(source).values())]

    assert [each for each in printed if CANARY in each] == []
    assert CANARY in repr(options), "the negative control"
