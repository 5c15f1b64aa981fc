"""`run.py report`: the same files from a running server and from the folder, and never half a file."""

from __future__ import annotations

import argparse
import errno
import os
from pathlib import Path

import pytest

from server.errors import FonteinError
from server.report.child import reader
from server.report.exports import Export, Format, Order, formats_of
from server.report_files import fetch, write_here
from server.symposium.state import State
from tests.house import SLUG, Place, open_place

pytestmark = pytest.mark.slow

ALL = ",".join(Format)


def options(to: Path, formats: str = ALL, **more: str) -> argparse.Namespace:
    to.mkdir(exist_ok=True)
    return argparse.Namespace(slug=SLUG, to=to, format=formats, **{"language": None, "names": None, **more})


def server_of(place: Place) -> dict[str, str]:
    return {"url": place.url, "token": place.house.site.operator_token}


async def test_running_server_makes_the_very_bytes_that_the_folder_makes(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        await place.show("Wat nemen we mee naar huis?")
        written = await fetch(server_of(place), options(tmp_path / "server"))
        here = await write_here(place.house, options(tmp_path / "folder"))

    assert written is not None
    assert [path.name for path in written] == [path.name for path in here]
    assert len({path.name for path in here}) == len(Format)
    for of_server, of_folder in zip(written, here, strict=True):
        assert of_server.read_bytes() == of_folder.read_bytes(), of_server.name


async def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    async with open_place(tmp_path / "data") as place:
        server = server_of(place)
        with pytest.raises(FonteinError, match="no format exe"):
            await fetch(server, options(tmp_path / "to", "pdf,exe"))
        with pytest.raises(FonteinError, match="operator"):
            await fetch({**server, "token": "x"}, options(tmp_path / "to", "md"))
    assert await fetch(server, options(tmp_path / "to", "md")) is None
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "wanted"), [("PDF, html", "pdf html"), ("csv", "csv figures-csv"), ("", ""), (",", "")]
)
def test_formats_are_named_between_commas(text: str, wanted: str) -> None:
    assert " ".join(formats_of(text)) == wanted


def test_full_disk_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = Export(State(slug=SLUG), Order(formats=(Format.JSONL,)), reader(tmp_path))
    path = tmp_path / export.name(Format.JSONL)
    path.write_text("the one before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        list(export.write(tmp_path))

    assert path.read_text() == "the one before"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    monkeypatch.undo()
    list(export.write(tmp_path))
    assert path.read_text() == ""
