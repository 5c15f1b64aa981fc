"""Who minds the sources of a symposium: the pictures that it remembers, and the servers that it takes for known."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.app import SourceMinder, _hosts
from server.blobs import store as store_module
from server.symposium.values import BlobId, Picture
from tests.house import open_place


async def test_picture_is_remembered_while_all_its_files_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "ON_ITS_WAY_S", -1.0)
    async with open_place(tmp_path / "data") as place:
        store = place.hall.store
        photo, small = store.put(b"a photo"), store.put(b"a small one")
        minder = SourceMinder(place.hall, place.house.site, place.house._tools, tmp_path)
        picture = Picture(blob=BlobId(photo), type="image/webp", width=3, height=2, small=BlobId(small))

        with_both = await minder._still_has(picture)
        store.let_go([small])
        without_its_small_one = await minder._still_has(picture)

        assert (with_both, without_its_small_one) == (True, False)


@pytest.mark.parametrize(
    ("servers", "hosts"),
    [
        pytest.param(("a.example", "http://[::1]:81"), ["a.example:443", "[::1]:81"], id="the-control"),
        pytest.param(("board.example:99999", "a.example"), ["a.example:443"], id="a-port-that-cannot-be"),
        pytest.param(("https://[::1", "a.example"), ["a.example:443"], id="half-an-address"),
        pytest.param(("", "https://", "a.example"), ["a.example:443"], id="no-host"),
        pytest.param((7, None, "a.example"), ["a.example:443"], id="no-text"),
        pytest.param("a.example", [], id="a-text-that-is-no-list"),
        pytest.param(None, [], id="none"),
    ],
)
def test_what_is_no_server_is_passed_over(servers: object, hosts: list[str]) -> None:
    assert _hosts({"servers": servers}) == hosts
