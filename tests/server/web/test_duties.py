"""The privacy papers and access over HTTP: as files, of what is set, for organisers."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from server.errors import FonteinError, StorageFull
from server.report.duties import Kind, Setting, facts_of
from server.report.duties.child import FORMATS
from server.report.exports import MEDIA_TYPES, Format
from server.reporting import WORK
from server.sources.manifest import networks
from server.symposium.entries import SourceBody
from server.symposium.values import OPERATOR, SourceId
from server.web.duties import Papers, manifests_of, setting_of
from tests.house import SLUG, Place, eventually, open_place

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BEGINS = {
    Format.HTML: b"<!doctype html>",
    Format.PDF: b"%PDF-1.",
    Format.ODT: b"PK",
    Format.DOCX: b"PK",
    Format.MD: b"# ",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    settings = {
        "public_url": "https://fontein.example",
        "organisation": "Stichting Proef",
        "contact": "mailto:a@b.example",
    }
    async with open_place(tmp_path_factory.mktemp("house"), **settings) as place:
        yield place


@pytest.mark.parametrize("format_", FORMATS)
async def test_each_format_is_a_file_to_save(told: Place, format_: Format) -> None:
    answer = await told.holder("organiser").get(f"documents/register?format={format_}&lang=nl")
    assert answer.status == 200, answer
    assert answer.body.startswith(BEGINS[format_])
    assert answer.headers["Content-Type"] == MEDIA_TYPES[format_]
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{SLUG}-register.{format_}"')
    assert (answer.headers["Cache-Control"], "sandbox" in answer.headers["Content-Security-Policy"]) == (
        "no-store",
        True,
    )
    work = told.house.config.folder / SLUG / WORK
    await eventually(lambda: not list(work.iterdir()))


async def test_settings_of_server_and_symposium_stand_in_it(told: Place) -> None:
    organiser = told.holder("organiser")
    periods = {"rejectedHours": 3, "postsDays": 12, "picturesDays": None, "auditDays": 45, "devicesDays": 0}
    assert (await organiser.ask("PUT", "keeping", periods)).status == 200
    text = (await organiser.get("documents/register?format=md&lang=nl")).body.decode()
    wanted = (
        "Stichting Proef",
        "a\\@b.example",
        "3 uur",
        "12 dagen",
        "45 dagen",
        "geen einde",
        "fontein.example/privacy",
    )
    assert [each for each in wanted if each not in text] == []
    notice = (await organiser.get("documents/notice?format=md&lang=en")).body.decode()
    assert "12 days after the symposium" in notice
    phone = (await told.visitor().get(f"/privacy?of={SLUG}&lang=nl")).body.decode()
    assert "12 dagen" in phone
    assert "Stichting Proef" in phone


def setting(place: Place) -> Setting:
    return setting_of(place.house.site, place.hall, manifests_of(place.house.site))


async def test_setting_is_what_the_server_knows(told: Place) -> None:
    found = setting(told)
    assert (found.organisation, found.notice, found.secure) == (
        "Stichting Proef",
        "https://fontein.example/privacy",
        True,
    )
    assert {network.id for network in found.networks if network.own} == set(networks())
    assert "Verstuur" in found.consent["nl"]


_MANIFEST = """
id = "zaalnet"
name = "Zaalnet"
version = "1"
homepage = ""
export = "link"
summary = { nl = "x", en = "x" }
[facts]
live = true
deletes = "none"
third_country = ""
cost = { nl = "x", en = "x" }
needs = { nl = "x", en = "x" }
"""


async def test_network_of_a_plugin_is_a_stranger_and_a_broken_one_is_passed_over(told: Place) -> None:
    plugins = told.house.config.folder / "plugins"
    for name, text in (("zaalnet", _MANIFEST), ("stuk", "id =")):
        (plugins / name).mkdir(parents=True)
        (plugins / name / "manifest.toml").write_text(text, encoding="utf-8")
    found = {network.id: network for network in setting(told).networks}
    assert set(found) == {*networks(), "zaalnet"}
    assert (found["zaalnet"].own, found["zaalnet"].link_only) == (False, True)


@pytest.mark.parametrize(
    ("network", "options", "abroad"),
    [
        pytest.param("bluesky", {}, ("US",), id="always"),
        pytest.param("mastodon", {}, (), id="never"),
        pytest.param("webhook", {"profile": "twilio"}, ("US",), id="as-it-is-set"),
        pytest.param("webhook", {"profile": "cm"}, (), id="as-it-is-set-otherwise"),
    ],
)
async def test_country_is_that_of_the_source_as_it_is_set(
    told: Place, network: str, options: dict[str, str], abroad: tuple[str, ...]
) -> None:
    node = told.hall.node
    await node.set_source(OPERATOR, SourceId("bron"), network, SourceBody(options=dict(options)), on=True)
    found = {each.id: each.abroad for each in setting(told).networks}
    text = (await told.holder("organiser").get("documents/register?format=md&lang=nl")).body.decode()
    await node.remove_source(OPERATOR, SourceId("bron"))
    assert found[network] == abroad
    assert ("Verenigde Staten" in text) is bool(abroad)


async def test_without_a_language_it_is_in_the_symposiums_first(told: Place) -> None:
    told.hall.node.state.languages = ("en", "nl")
    assert b"Record of processing" in (await told.holder("organiser").get("documents/register?format=html")).body
    told.hall.node.state.languages = ("nl", "en")
    assert b"Register van verwerkingen" in (await told.holder("organiser").get("documents/register?format=html")).body


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("documents/letter", 404, "no-document"),
        ("documents/register?format=epub", 404, "no-format"),
        ("documents/register?lang=fr", 422, "bad-query"),
        ("documents/register?names=full", 422, "bad-query"),
        ("access", 422, "bad-query"),
        ("access?post=nobody", 404, "unknown"),
    ],
)
async def test_what_cannot_be_asked_is_said(told: Place, path: str, status: int, code: str) -> None:
    answer = await told.holder("organiser").get(path)
    assert (answer.status, answer.code) == (status, code), answer


@pytest.mark.parametrize(
    ("child", "code"),
    [
        ("import sys; sys.exit(3)", "report-failed"),
        (
            'print(\'{"type":"failure","code":"report-failed","message":"No space left on device","full":true}\')',
            "storage-full",
        ),
    ],
)
async def test_child_that_fails_is_told_and_leaves_nothing(told: Place, child: str, code: str) -> None:
    folder = told.house.config.folder / SLUG
    papers = Papers(command=(sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); {child}"))
    facts = facts_of(told.hall.node.state, Setting())
    with pytest.raises(FonteinError) as refused:
        async with papers.paper(facts, Kind.REGISTER, "nl", Format.MD, folder=folder):
            raise AssertionError("it was not made")
    assert refused.value.code == code
    assert isinstance(refused.value, StorageFull) == (code == "storage-full")
    assert not list((folder / WORK).iterdir())


async def test_access_is_a_zip_with_words_and_pictures_of_one_phone(told: Place, drawn: Callable[..., bytes]) -> None:
    phone, other = told.visitor(), told.visitor()
    first = (await phone.post("Ik schreef dit zelf.", name="Mieke")).json["id"]
    picture = (await phone.upload(drawn())).json["id"]
    await phone.post("En dit, met een foto.", name="Mieke", media=[{"id": picture, "alt": "Een foto"}])
    await other.post("Dit schreef een ander.", name="Theo")
    answer = await told.holder("organiser").get(f"access?post={first}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        data = json.loads(archive.read("data.json"))
        pictures = [name for name in archive.namelist() if name.startswith("pictures/")]
    assert [post["revisions"][0]["text"] for post in data["posts"]] == ["Ik schreef dit zelf.", "En dit, met een foto."]
    assert [data["posts"][1]["revisions"][0]["pictures"][0]["file"]] == pictures
    assert b"Theo" not in answer.body
