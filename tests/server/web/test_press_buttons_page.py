"""The page on buttons is followed to the letter: each of its curl lines, its tables, its recipe for a lamp."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from server.web.actions import ACTIONS, Buttons
from tests.house import ROOT, SLUG, Place, open_place

PAGE = (ROOT / "docs" / "how-to" / "press-buttons.md").read_text(encoding="utf-8")
HOST = "https://fontein.example/v1/symposia/my-symposium"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


def curl_lines() -> list[str]:
    return re.findall(r"^curl .*$", PAGE, re.MULTILINE)


async def run(place: Place, line: str) -> str:
    """Run a line of the page against this place, as a shell would."""
    here = f"{place.url}/v1/symposia/{SLUG}"
    words = [w.replace("$BADGE", place.tokens["moderator"]) for w in shlex.split(line.replace(HOST, here))]
    process = await asyncio.create_subprocess_exec(
        *words,
        "-sS",
        "--fail",
        "--noproxy",
        "*",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    out, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, (line, errors)
    return out.decode()


async def test_lines_of_the_page_do_what_it_says(place: Place) -> None:
    await place.arrive("Wacht")
    pressed, lamp, held, told, blank = [await run(place, line) for line in curl_lines()]

    assert json.loads(pressed)["changed"] is True
    assert lamp == "on"
    assert held == "1"
    assert json.loads(told)["state"]["scene"] == "join"
    assert json.loads(blank)["state"]["scene"] == "blank"


async def test_lines_fail_without_a_badge(place: Place) -> None:
    place.tokens["moderator"] = "worthless"

    with pytest.raises(AssertionError, match="401"):
        await run(place, curl_lines()[0])
    assert place.hall.node.state.scene.scene.value == "fountain"


def test_page_names_every_action_and_no_other() -> None:
    table = PAGE.partition("## The actions")[2].partition("## The lamps")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert sorted(re.findall(r"`([a-z-]+)`", " ".join(cells))) == sorted(ACTIONS)


def test_page_names_every_value() -> None:
    lamps = PAGE.partition("## The lamps")[2].partition("## Companion")[0]
    named = set(re.findall(r"`([a-z-]+)`", lamps))

    values = {name.replace("_", "-") for name in Buttons.__struct_fields__}
    assert values - named <= {"stop", "pause"}, "these two are actions as well"


def test_no_example_has_a_token_in_its_address() -> None:
    addresses = re.findall(r"https?://\S+", PAGE)

    assert addresses != []
    assert [a for a in addresses if "?" in a or "TOKEN" in a or "$BADGE" in a] == []


def test_path_of_the_recipe_leads_to_a_value() -> None:
    (path,) = re.findall(r"'\$\.state\.(\w+)'", PAGE)

    assert path in {field.encode_name for field in msgspec.structs.fields(Buttons)}
