"""A plug-in that misbehaves wherever it is asked something: whoever asked gets an answer, and the house goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.symposium.views import post_body
from tests.house import PATIENCE_S, SLUG, Answer, Place, RealServer, Visitor, ended_in_time, eventually, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = """
id = "{name}"
name = "Wild"
version = "1"
homepage = "https://wild.example/"
[summary]
nl = "Doet van alles."
en = "Does all kinds of things."
[facts]
live = true
deletes = "live"
third_country = ""
cost = {{ nl = "Niets.", en = "Nothing." }}
needs = {{ nl = "Niets.", en = "Nothing." }}
[[options]]
name = "servers"
type = "words"
label = {{ nl = "Servers", en = "Servers" }}
help = {{ nl = "Mag leeg.", en = "May stay empty." }}
[[options]]
name = "manner"
type = "text"
place = false
label = {{ nl = "Manier", en = "Manner" }}
help = {{ nl = "Mag leeg.", en = "May stay empty." }}
"""

CODE = """
import asyncio
import sys

import msgspec

from server.sources.contract import *

GOOD = NetworkPost(native_id="1", uri="https://wild.example/@anna/1", author_id="anna", text="Gevonden #proef")


def create(source, options, tools):
    if options.get("manner") == "create-exits":
        sys.exit(3)
    return Wild(source, options.get("manner", ""))


def but(**changes):
    return msgspec.structs.replace(GOOD, **changes)


class Wild:
    network = __name__.split("_")[2]

    def __init__(self, source, manner):
        self.id, self._manner = source, manner

    def _trouble(self):
        if self._manner == "raises":
            raise RuntimeError("geheim-van-de-plug-in")
        if self._manner == "exits":
            sys.exit(3)
        if self._manner == "cancels":
            raise asyncio.CancelledError

    async def events(self, cursor):
        yield Upsert(post=GOOD), "1"
        try:
            while True:
                await asyncio.sleep(3600)
        finally:
            while self._manner == "hangs":
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    pass

    def _said(self):
        return {
            "text": "ok", "number": 7, "no-text": but(text=None), "created": but(created="gisteren"),
            "emoji": but(text="half \\ud83d"), "media": but(media=None),
        }.get(self._manner, GOOD)

    async def check(self):
        self._trouble()
        said = self._said()
        if self._manner == "no-findings":
            return Trial(findings=None)
        if self._manner == "where":
            return Trial(findings=(Finding(where=b"x"),))
        return Trial(findings=(Finding(where="x", posts=(said,)),)) if isinstance(said, NetworkPost) else said

    async def recheck(self, ids):
        self._trouble()
        return 7 if self._manner == "recheck" else ()

    async def find(self, address):
        self._trouble()
        said = self._said()
        return but(uri=address, native_id=address) if said is GOOD else said
"""

PAID = """
    def estimate(self):
        if self._manner == "":
            return Estimate(posts_per_day=1, cents_per_day=2, most_cents_per_day=3, trial_cents=4)
        if self._manner == "estimate-exits":
            sys.exit(3)
        return 7
"""


def plug_in(folder: Path, name: str = "wild", code: str = CODE) -> None:
    place = folder / "plugins" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "manifest.toml").write_text(MANIFEST.format(name=name))
    (place / "__init__.py").write_text(code)


@pytest.fixture(autouse=True)
def wild(place: Place) -> None:
    plug_in(place.house.config.folder)


def texts(place: Place) -> list[str]:
    state = place.hall.node.state
    return [body.text for post in state.posts.values() if (body := post_body(state, post)) is not None]


async def tried(place: Place, manner: str) -> Answer:
    body = {"network": "wild", "options": {"manner": manner}}
    return await place.holder("organiser").ask("POST", "sources/trials", body)


TROUBLE = ("raises", "exits", "cancels")
ODD = ("text", "number", "no-text", "created", "emoji", "media")


@pytest.mark.parametrize(
    ("manner", "problem"),
    [
        ("", None),
        *((each, "failed") for each in TROUBLE),
        *((each, "unreadable") for each in (*ODD, "no-findings", "where")),
    ],
)
async def test_whatever_a_trial_does_is_a_finding(
    place: Place, manner: str, problem: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The first row is the control: one that works."""
    answer = await tried(place, manner)

    assert (answer.status, answer.json["ok"], answer.json["problem"]) == (200, problem is None, problem)
    assert "geheim-van-de-plug-in" not in caplog.text


@pytest.mark.parametrize(("manner", "cents"), [("", 2), ("estimate-exits", None), ("estimate-is-a-number", None)])
async def test_estimate_that_is_none_hides_nothing_of_what_was_found(
    place: Place, manner: str, cents: int | None
) -> None:
    """The first row is the control."""
    imports = "from server.sources.contract import *\n"
    code = CODE.replace(imports, f"{imports}from server.sources.costs import Estimate\n") + PAID
    plug_in(place.house.config.folder, "paid", code)
    place.house.site.buckets._levels.clear()

    body = {"network": "paid", "options": {"manner": manner}}
    answer = await place.holder("organiser").ask("POST", "sources/trials", body)

    assert (answer.status, answer.json["count"]) == (200, 1)
    assert (answer.json["estimate"] or {}).get("centsPerDay") == cents


async def test_source_that_ends_the_server_when_it_is_made_cannot_be_added(place: Place) -> None:
    body = {"network": "wild", "options": {"manner": "create-exits"}}
    answer = await place.holder("organiser").ask("POST", "sources", body)

    assert (answer.status, answer.code) == (422, "bad-option")


async def test_code_that_ends_the_server_when_it_is_read_cannot_be_added(place: Place) -> None:
    plug_in(place.house.config.folder, "exiting", "import sys\nsys.exit(1)\n")

    answer = await place.holder("organiser").ask("POST", "sources", {"network": "exiting", "options": {}})

    assert (answer.status, answer.code) == (422, "bad-manifest")


async def listen(place: Place, manner: str, **options: Any) -> str:
    body = {"network": "wild", "options": {"manner": manner, **options}}
    answer = await place.holder("organiser").ask("POST", "sources", body)
    assert answer.status == 201, answer
    return str(answer.json["id"])


@pytest.mark.parametrize(
    ("manner", "said"),
    [("", ""), *((each, "unreadable") for each in (*TROUBLE, *ODD)), ("recheck", "")],
)
async def test_whatever_a_look_for_a_post_does_is_an_answer(place: Place, manner: str, said: str) -> None:
    source = await listen(place, manner)
    address = f"https://wild.example/@bo/{manner or 'good'}"
    moderator = place.holder("moderator")
    place.house.site.buckets._levels.clear()

    answer = await moderator.ask("POST", "whereabouts", {"address": address, "take": True})
    await place.holder("organiser").ask("DELETE", f"sources/{source}")

    assert answer.status == 200, answer
    assert [each["what"] for each in answer.json["asked"]] == [said]
    assert answer.json["where"] == ("unseen" if said else "waiting")


@pytest.mark.parametrize("server", ["board.example:99999", "https://[::1", "", "https://", "http://:80"])
async def test_server_that_cannot_be_leaves_the_other_sources_minded(tmp_path: Path, server: str) -> None:
    plug_in(tmp_path / "data")
    async with open_place(tmp_path / "data") as place:
        added = await place.holder("organiser").ask(
            "POST", "sources", {"network": "wild", "options": {"servers": [server, "a.example"]}}
        )
        await eventually(lambda: texts(place))
        plug_in(tmp_path / "data", "tame", CODE.replace("@anna/1", "@bo/2").replace('"1"', '"2"'))
        second = await place.holder("organiser").ask("POST", "sources", {"network": "tame", "options": {}})

        await eventually(lambda: len(texts(place)) == 2)

    assert (added.status, second.status) == (201, 201)


async def test_sources_are_minded_again_after_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.app.FOLLOW_AGAIN_S", 0.01)
    plug_in(tmp_path / "data")
    failed = asyncio.Event()

    async with open_place(tmp_path / "data") as place:
        honest = place.house.site.keyring.secrets

        def secrets(*given: Any) -> Any:
            monkeypatch.setattr(place.house.site.keyring, "secrets", honest)
            failed.set()
            raise RuntimeError("a mistake of ours")

        body = {"network": "wild", "options": {}}
        with monkeypatch.context() as broken:
            broken.setattr("server.app.SourceMinder._configs", lambda _: secrets())
            await place.holder("organiser").ask("POST", "sources", body)
            await failed.wait()

        await eventually(lambda: texts(place))


async def test_server_ends_in_time_though_a_plug_in_hangs(tmp_path: Path) -> None:
    plug_in(tmp_path / "data")
    server = RealServer(tmp_path / "data").start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            operator = Visitor(session, server.url, token=server.operator_token)
            body = {"title": "Dag", "slug": SLUG, "hashtags": ["dag"]}
            made = (await operator.ask("POST", "/v1/symposia", body)).json["badges"]
            organiser = Visitor(session, server.url, token=made["organiser"])
            moderator = Visitor(session, server.url, token=made["moderator"])
            await organiser.ask("POST", "sources", {"network": "wild", "options": {"manner": "hangs"}})
            async with asyncio.timeout(PATIENCE_S):
                while not (await moderator.get("posts?status=held")).json["posts"]:  # noqa: ASYNC110 -- by its API
                    await asyncio.sleep(0.05)

        status, took_s = await asyncio.to_thread(server.terminate)
    finally:
        errors = server.end()

    assert (status, ended_in_time(took_s)) == (0, True)
    assert "does not stop" in errors
    assert not (tmp_path / "data/server.json").exists(), "it was closed, not killed"
