"""Archives over HTTP, for the command line: whole, with every header, and cut off rather than wrong."""

from __future__ import annotations

import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.archive import restore
from server.web import archives
from tests.house import SLUG, Place, eventually, open_place

PATH = f"/v1/operator/symposia/{SLUG}/archive"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


async def test_archive_comes_whole_with_its_headers_and_leaves_no_copy(place: Place) -> None:
    await place.arrive("Hallo")

    answer = await place.visitor(place.house.site.operator_token).get(PATH)

    with tarfile.open(fileobj=io.BytesIO(answer.body)) as tar:
        names = tar.getnames()
    assert (answer.status, names[0], names[-1]) == (200, "journal.db", "manifest.json")
    assert answer.headers["Content-Type"] == "application/x-tar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert f'filename="{SLUG}-' in answer.headers["Content-Disposition"]
    await eventually(lambda: not list((place.house.config.folder / SLUG / "archiving").iterdir()))


async def test_archive_that_fails_half_way_is_cut_off(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not ended as if it were whole: whoever reads it must notice."""

    def fail(out: Any, source: Any) -> None:
        out.write(b"x" * 1_000)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(archives, "write_archive", fail)

    with pytest.raises(aiohttp.ClientError):
        await place.visitor(place.house.site.operator_token).get(PATH)
    assert (await place.visitor().get("/health")).status == 200


async def test_restored_folder_is_opened_once(place: Place, tmp_path: Path) -> None:
    operator = place.visitor(place.house.site.operator_token)
    await place.symposium("andere-dag")
    answer = await operator.get("/v1/operator/symposia/andere-dag/archive")
    (tmp_path / "a.tar").write_bytes(answer.body)
    async with open_place(tmp_path / "spare") as spare:
        restore(tmp_path / "a.tar", tmp_path / "spare")
        operator = spare.visitor(spare.house.site.operator_token)
        opened = await operator.ask("POST", "/v1/operator/symposia/andere-dag/openings")
        again = await operator.ask("POST", "/v1/operator/symposia/andere-dag/openings")
        facts = await spare.visitor().get("/v1/symposia/andere-dag")

    assert (opened.status, opened.json["slug"]) == (201, "andere-dag")
    assert (again.status, again.code) == (409, "slug-taken")
    assert facts.json["symposium"]["title"] == "Dag andere-dag"


@pytest.mark.parametrize("slug", ["geen-dag", "..", "%2e%2e", "secrets.toml"])
async def test_folder_that_is_no_symposium_is_not_opened(place: Place, slug: str) -> None:
    answer = await place.visitor(place.house.site.operator_token).ask("POST", f"/v1/operator/symposia/{slug}/openings")

    assert answer.status == 404
    assert list(place.house.site.halls) == [SLUG]
