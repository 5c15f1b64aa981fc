"""`run.py codes`: all prints of a day, through the running server and without one."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from server.errors import FonteinError
from server.printing import print_all
from server.web.codes import print_here
from tests.house import SLUG, open_place

pytestmark = pytest.mark.slow

BASE = "https://fontein.example"
FILES = [f"{SLUG}-{name}.pdf" for name in ("cards", "helpers", "poster-a3-join", "poster-a4-join", "stickers")]


async def test_running_server_prints_what_the_folder_prints_without_one(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        site = place.house.site
        site.base_url = BASE
        server = {"url": place.url, "token": site.operator_token}

        written = await print_all(server, SLUG, ("nl", "en"), tmp_path)
        here = {f"{SLUG}-{name}.pdf": pdf for name, pdf in print_here(site, place.hall, ("nl", "en"))}

    assert written is not None
    assert sorted(path.name for path in written) == sorted(here) == FILES
    for path in written:
        of_server, of_folder = (pypdf.PdfReader(io.BytesIO(each)) for each in (path.read_bytes(), here[path.name]))
        assert [page.extract_text() for page in of_server.pages] == [page.extract_text() for page in of_folder.pages]


async def test_what_the_server_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        place.house.site.base_url = "http://127.0.0.1:8000"
        server = {"url": place.url, "token": place.house.site.operator_token}

        with pytest.raises(FonteinError, match="no address for phones"):
            await print_all(server, SLUG, ("nl",), tmp_path)
        with pytest.raises(FonteinError, match="operator"):
            await print_all({**server, "token": "x"}, SLUG, ("nl",), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


async def test_server_that_was_killed_is_no_server(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        server = {"url": place.url, "token": place.house.site.operator_token}

    assert await print_all(server, SLUG, ("nl",), tmp_path) is None
