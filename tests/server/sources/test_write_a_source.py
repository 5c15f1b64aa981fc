"""How to write a source: whoever does what `docs/how-to/write-a-source.md` says sees a post come in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from aiohttp import web

from server.sources.manifest import Facts, Option
from server.symposium.views import post_body
from tests.house import SLUG, Place, eventually, open_place

PAGE = Path(__file__).parents[3] / "docs/how-to/write-a-source.md"
_FILE = re.compile(r"^```(?:toml|python)\n# (notices/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

NOTICES: list[Any] = [
    {"id": "1", "text": "Koffie in de hal", "author": "Anna", "at": "2026-11-21T09:00:00Z"},
    {"id": "broken"},
    {"id": "2", "text": "Jas gevonden", "author": "Bo", "at": "2026-11-21T09:05:00+01:00"},
]


def files() -> dict[str, str]:
    """The files on the page, by their paths."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


@asynccontextmanager
async def board(notices: list[Any]) -> AsyncIterator[tuple[str, list[str]]]:
    """A notice board on loopback: its address, and the keys that it was shown."""
    keys: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Authorization", ""))
        return web.json_response(notices)

    app = web.Application()
    app.router.add_get("/notices.json", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", keys
    finally:
        await runner.cleanup()


def texts(place: Place) -> list[str]:
    state = place.hall.node.state
    return [body.text for post in state.posts.values() if (body := post_body(state, post)) is not None]


def test_page_has_the_four_files_that_it_speaks_of() -> None:
    assert sorted(files()) == [f"notices/{name}" for name in ("__init__.py", "manifest.toml", "parse.py", "source.py")]


async def test_whoever_follows_the_page_sees_posts_come_in(tmp_path: Path) -> None:
    for name, text in files().items():
        path = tmp_path / "data/plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    async with board(NOTICES) as (address, keys), open_place(tmp_path / "data") as place:
        organiser = place.holder("organiser")
        networks = (await organiser.get("sources/networks")).json["networks"]
        body = {"network": "notices", "options": {"server": address, "key": "geheim"}}
        tried = await organiser.ask("POST", "sources/trials", body)
        added = await organiser.ask("POST", "sources", body)
        await eventually(lambda: len(texts(place)) == 2)

        desk = (await organiser.get(f"/{SLUG}/desk")).body.decode()
        assert re.search(r"source\.notices\W+Notice board", desk)
        assert "Notice board" in [network["name"] for network in networks]
        assert (tried.json["ok"], [post["name"] for post in tried.json["found"]]) == (True, ["Anna", "Bo"])
        assert added.status == 201
        assert texts(place) == ["Koffie in de hal", "Jas gevonden"]
        assert set(keys) == {"Bearer geheim"}


@pytest.mark.parametrize("name", ["deletes", "needs", "cost"])
async def test_page_is_not_to_be_followed_by_half(tmp_path: Path, name: str) -> None:
    """The negative control: with a line of the manifest gone there is no such network."""
    for path, text in files().items():
        where = tmp_path / "data/plugins" / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(re.sub(rf"^{name} = .*$", "", text, flags=re.MULTILINE), encoding="utf-8")

    async with open_place(tmp_path / "data") as place:
        networks = (await place.holder("organiser").get("sources/networks")).json["networks"]

    assert "notices" not in [network["id"] for network in networks]


def test_page_names_every_type_of_option_and_every_fact() -> None:
    text = PAGE.read_text(encoding="utf-8")
    types = next(get_args(f.type) for f in msgspec.structs.fields(Option) if f.name == "type")
    facts = [field.name for field in msgspec.structs.fields(Facts)]

    assert len(types) > 3, "control: there are types"
    assert [each for each in types if f"| `{each}` |" not in text] == []
    assert [each for each in facts if not re.search(rf"^{each} = |`{each} = ", text, re.MULTILINE)] == []
