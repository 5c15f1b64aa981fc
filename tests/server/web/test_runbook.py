"""The runbook: for organisers, from the settings, without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.config import Config
from server.web.runbook import archive_of, flags_of
from tests.house import SLUG, Place, open_place
from tools.needs import WALL


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path / "data") as it:
        yield it


@pytest.mark.parametrize(("lang", "title"), [("nl", "Draaiboek"), ("en", "Runbook")])
async def test_runbook_is_there_in_both_languages(place: Place, lang: str, title: str) -> None:
    answer = await place.holder("organiser").get(f"/{SLUG}/runbook?lang={lang}")

    assert answer.status == 200
    assert f"<title>{title} · " in answer.body.decode()
    assert f'<html lang="{lang}"' in answer.body.decode()
    assert all(token not in answer.body.decode() for token in place.tokens.values())


async def test_organisers_cookie_opens_it(place: Place) -> None:
    browser = await place.with_cookie("organiser")

    assert (await browser.get(f"/{SLUG}/runbook")).status == 200


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("moderator", 403), ("screen", 403)])
async def test_runbook_is_for_organisers(place: Place, role: str | None, status: int) -> None:
    visitor = place.visitor() if role is None else place.holder(role)

    answer = await visitor.get(f"/{SLUG}/runbook", headers={"Accept": "text/html"})

    assert answer.status == status
    assert b"run.py" not in answer.body


async def test_capitals_lead_to_it(place: Place) -> None:
    answer = await place.holder("organiser").get(f"/{SLUG.upper()}/runbook")

    assert (answer.status, answer.headers["Location"]) == (302, f"/{SLUG}/runbook")


@pytest.mark.parametrize(("settings", "flags"), [
    ({}, "--no-browser"), ({"port": 0}, "--no-browser"), ({"port": 443}, "--no-browser --port 443"),
    ({"public_url": "https://a.example"}, "--no-browser --public-url https://a.example"),
    ({"tls_cert": "/etc/c", "tls_key": "/etc/k"}, "--no-browser --tls-cert … --tls-key …"),
    ({"archive": "/media/stick/fontein"}, "--no-browser --archive …"),
])  # fmt: skip
def test_spare_server_is_told_what_this_one_was(settings: dict[str, str], flags: str) -> None:
    assert flags_of(Config(**settings)) == flags  # type: ignore[arg-type]


def test_archive_is_named_without_the_path_to_it() -> None:
    assert archive_of(Config(archive="/media/anna/stick/fontein")) == "stick/fontein"
    assert archive_of(Config()) == ""


def test_catalogues_have_the_same_texts() -> None:
    nl, en = (
        json.loads((WALL / "locale" / lang / "runbook.json").read_text(encoding="utf-8")) for lang in ("nl", "en")
    )
    template = (WALL / "runbook" / "page.html").read_text(encoding="utf-8")

    assert list(nl) == list(en)
    assert [key for key in re.findall(r"w\['(runbook[^']+)'\]", template) if key not in nl] == []
    assert [k for k in nl if f"w['{k}']" not in template and not re.search(r"\.\d+$|\.call\.", k)] == []
