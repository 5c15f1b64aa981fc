"""The page on webhooks is followed to the letter: its shell, its Python, its table of answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.symposium import views
from tests.house import ROOT, SLUG, Place, open_place
from tests.server.sources.webhook.sender import OTHER, SECRET

PAGE = (ROOT / "docs" / "how-to" / "receive-webhooks.md").read_text(encoding="utf-8")
HOST = "https://fontein.example/v1/symposia/my-symposium"

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("curl", "openssl", "base64", "od"))), reason="there is no curl or openssl here"
)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        for profile in ("standard", "bearer"):
            options = {"profile": profile, "secret": SECRET}
            await it.holder("organiser").ask("POST", "sources", {"network": "webhook", "options": options})
        yield it


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def run(place: Place, *lines: str) -> list[Any]:
    """Run lines of the page as one script; what it answered, in order."""
    script = "\n".join(lines).replace(HOST, f"{place.url}/v1/symposia/{SLUG}")
    script = script.replace("curl -sS", "curl -sS --noproxy '*' -w '\\n'")
    process = await asyncio.create_subprocess_exec(
        "sh", "-euc", script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "BADGE": place.tokens["organiser"]},
    )  # fmt: skip
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, (script, errors)
    return [json.loads(line) for line in out.decode().splitlines()]


async def test_shell_of_the_page_does_what_it_says(place: Place) -> None:
    setting, sending, changing, secret, token = blocks("sh")
    state = place.hall.node.state

    ping, made = await run(place, setting, sending)
    _, again = await run(place, setting, sending)
    post = state.posts[made["post"]]
    body = views.post_body(state, post)
    edited, deleted, erased = await run(place, setting, changing)

    assert (ping, again, list(state.posts)) == ({}, made, [post.id])
    assert body is not None
    assert (body.text, body.name) == ("Mooie sessie!", "Fatima")
    assert (edited, deleted, erased) == (made, {}, {})
    assert (post.revision, post.status.value) == (2, "gone")

    (rotated,) = await run(place, setting, secret)
    by_new = setting.replace(SECRET, rotated["told"]["secret"])
    assert await run(place, by_new, sending) == await run(place, setting, sending) == [{}, made]

    (by_token,) = await run(place, setting.replace("webhook-1", "webhook-2"), token)
    assert state.posts[by_token["post"]].status.value == "held"


async def test_shell_of_the_page_fails_with_another_secret(place: Place) -> None:
    setting, sending, *_ = blocks("sh")

    answers = await run(place, setting.replace(SECRET, OTHER), sending)

    assert [(each["status"], each["code"]) for each in answers] == [(401, "bad-signature")] * 2
    assert not place.hall.node.state.posts


async def test_python_of_the_page_does_what_it_says(place: Place) -> None:
    names: dict[str, Any] = {}
    (block,) = blocks("python")
    exec(block, names)
    event = {"type": "post.created", "data": {"id": "kiosk-18", "text": "Uit Python"}}

    hook = f"{place.url}/v1/symposia/{SLUG}/hooks/webhook-1"
    answer = await asyncio.to_thread(names["send"], hook, SECRET, "msg-1", event)

    assert list(place.hall.node.state.posts) == [answer["post"]]
