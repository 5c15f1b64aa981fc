"""How the screens look, through the door: what is chosen reaches the wall, what cannot be read is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from PIL import Image

from server.web.site import WALL_FOLDER
from tests.house import SLUG, Answer, Place, Visitor, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

Draw = Callable[..., bytes]
CSS = f"/{SLUG}/theme.css"
PALE, NAVY = (255, 255, 255), (20, 40, 90)
TOKENS = WALL_FOLDER / "node_modules/@utrecht/design-tokens/dist/theme.css"


def file_of(data: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", data, filename="file")
    return form


def drawing(colour: tuple[int, int, int]) -> bytes:
    """A logo: a bar of one colour, nothing around it."""
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    image.paste((*colour, 255), (20, 30, 280, 70))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def choose(by: Visitor, **chosen: Any) -> Answer:
    return await by.ask("PUT", "theme", {"theme": "fontein", **chosen})


async def item(place: Place) -> dict[str, Any]:
    """The theme as the wall's view has it."""
    await place.settled()
    async with place.visitor().live("wall") as ws:
        snapshot = await ws.receive_json()
    theme: dict[str, Any] = snapshot["view"]["theme"]
    return theme


async def test_all_themes_are_listed_ours_first(place: Place) -> None:
    answer = await place.holder("moderator").get("themes")

    assert [theme["name"] for theme in answer.json["themes"]] == ["fontein", "contrast", "krant", "podium"]
    assert answer.json["problems"] == []
    assert answer.json["now"]["findings"] == []
    assert "logo-bg" not in answer.json["colours"]
    fountain = answer.json["themes"][0]
    assert fountain["title"] == {"nl": "Fontein", "en": "Fountain"}
    assert fountain["modes"] == ["light", "dark"]
    assert fountain["swatches"]["dark"]["bg-1"].startswith("#")


async def test_a_chosen_theme_reaches_the_wall_and_its_style_sheet(place: Place) -> None:
    moderator = place.holder("moderator")

    answer = await choose(moderator, theme="krant", mode="dark", options={"font": "mono"})
    theme = await item(place)
    sheet = await place.visitor().get(theme["css"])

    assert answer.status == 200
    assert (theme["name"], theme["mode"], theme["layout"]) == ("krant", "dark", "columns")
    krant = place.house.site.themes.get("krant")
    assert theme["options"] == {name: option.default for name, option in krant.options.items()} | {"font": "mono"}
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"color-scheme: dark;" in sheet.body
    assert b"--font-head: ui-monospace" in sheet.body


async def test_another_choice_has_another_address(place: Place) -> None:
    organiser = place.holder("organiser")
    addresses = set()

    for colour in ("#ff8800", "#ff8801"):
        await choose(organiser, colours={"jet": colour})
        addresses.add((await item(place))["css"])
    old = await place.visitor().get(min(addresses - {(await item(place))["css"]}))

    assert len(addresses) == 2
    assert old.headers["Cache-Control"] == "no-store", "an old address must not keep the new sheet"


async def test_a_screen_may_ask_for_another_theme(place: Place) -> None:
    await choose(place.holder("organiser"), colours={"bg-1": "#cc0000", "on-bg": "#ffffff"})

    dark = await place.visitor().get(f"{CSS}?theme=podium&mode=dark")
    unknown = await place.visitor().get(f"{CSS}?theme=../../secrets")

    assert b"--bg-1: #cc0000;" in dark.body
    assert b"--font-body: Inter" in dark.body
    assert dark.headers["Cache-Control"] == "no-store"
    assert (unknown.status, unknown.code) == (404, "no-theme")


async def test_colours_that_do_not_fit_another_theme_are_left_out_of_it(place: Place) -> None:
    """The wall that somebody asks for can be read, whatever was chosen for another one."""
    await choose(place.holder("organiser"), mode="light", colours={"on-bg": "#123456"})

    sheet = await place.visitor().get(f"{CSS}?theme=contrast&mode=dark")

    assert b"--on-bg: #ffffff;" in sheet.body


async def test_colours_that_cannot_be_read_are_refused_with_those_that_can(place: Place) -> None:
    organiser = place.holder("organiser")
    before = place.seq

    refused = await choose(organiser, colours={"ink": "#bbbbbb", "paper": "#ffffff"})
    finding = refused.json["findings"][0]
    offered = {"paper": "#ffffff", finding["change"]: finding["nearest"]}

    assert (refused.status, refused.code, place.seq) == (422, "contrast", before)
    assert (finding["front"], finding["back"], finding["needed"]) == ("ink", "paper", 4.5)
    assert finding["ratio"] < 4.5
    assert (await choose(organiser, colours=offered)).status == 200


@pytest.mark.parametrize(
    ("chosen", "code", "said"),
    [
        ({"theme": "none"}, "no-theme", "there are: "),
        ({"theme": "krant", "mode": "dim"}, "bad-input", "Invalid enum value"),
        ({"theme": "krant", "options": {"wind": True}}, "bad-theme", 'this theme has no "wind"'),
        ({"theme": "krant", "options": {"columns": 90}}, "bad-theme", "columns is a whole number"),
        ({"theme": "krant", "colours": {"papier": "#ffffff"}}, "bad-theme", 'did you mean "paper"?'),
        ({"theme": "krant", "colours": {"paper": "red"}}, "bad-theme", "write it as #rrggbb"),
        ({"theme": "krant", "colours": {"paper": "#fff;}body{display:none"}}, "bad-theme", "is no colour"),
        ({"theme": "krant", "logo": "0" * 64}, "unknown-picture", "add it again"),
        ({"theme": "krant", "house": "x" * 61}, "bad-input", "at most 60"),
        ({"theme": "krant", "css": "body{}"}, "bad-input", "css"),
    ],
)
async def test_what_no_theme_knows_is_named(place: Place, chosen: dict[str, Any], code: str, said: str) -> None:
    answer = await place.holder("organiser").ask("PUT", "theme", chosen)

    assert (answer.status, answer.code) == (422, code)
    assert said in answer.json["detail"]


async def test_a_moderator_changes_the_theme_but_not_the_house_style(place: Place) -> None:
    organiser, moderator = place.holder("organiser"), place.holder("moderator")
    await choose(organiser, colours={"jet": "#ff8800"}, house="Onze stad")

    kept = await choose(moderator, theme="podium", colours={"jet": "#ff8800"}, house="Onze stad")
    changed = await choose(moderator, colours={"jet": "#ff8801"}, house="Onze stad")
    dropped = await choose(moderator)

    assert [(a.status, a.code) for a in (kept, changed, dropped)] == [(200, None), (403, "role"), (403, "role")]


# Trying


async def test_a_preview_is_for_staff_only_and_leaves_the_wall_alone(place: Place) -> None:
    organiser = place.holder("organiser")
    await choose(organiser)
    before = await item(place)

    made = await organiser.ask("POST", "theme/previews", {"theme": "krant", "colours": {"ink": "#f0f0f0"}})
    seen = [(await who.get(made.json["css"])).status for who in (organiser, place.holder("moderator"))]
    unseen = [(await who.get(made.json["css"])).status for who in (place.visitor(), place.holder("screen"))]
    wall = await organiser.get(f"/{SLUG}/wall?preview={made.json['id']}")

    assert made.status == 201
    assert made.json["findings"] != [], "what cannot be read is shown, and said"
    assert (seen, unseen) == ([200, 200], [404, 404])
    assert await item(place) == before
    assert b'"name": "krant"' in wall.body or b'"name":"krant"' in wall.body
    assert "Fontein-Shell" not in wall.headers, "the service worker keeps no preview"
    assert (await place.visitor().get(f"/{SLUG}/wall?preview={made.json['id']}")).status == 404


# The logo


async def test_a_logo_is_public_while_the_theme_has_it(place: Place) -> None:
    organiser = place.holder("organiser")
    made = (await organiser.ask("POST", "theme/logo", data=file_of(drawing(PALE)))).json
    anybody, seen = place.visitor(), []

    seen.append((await anybody.get(made["url"])).status)
    await choose(organiser, logo=made["id"])
    theme = await item(place)
    seen.append((await anybody.get(made["url"])).status)
    await place.hall.sweep_blobs()
    seen.append((await anybody.get(made["url"])).status)
    await choose(organiser)
    seen.append((await anybody.get(made["url"])).status)

    assert theme["logo"] == made["url"]
    assert seen == [404, 200, 200, 404]


@pytest.mark.parametrize(
    ("colour", "mode", "tile"),
    [
        ((255, 255, 255), "dark", b"#ffffff00"),
        ((20, 40, 90), "dark", b"#fbfdfc"),
        ((20, 40, 90), "light", b"#ffffff00"),
    ],
    ids=["white-on-night", "blue-on-night", "blue-by-day"],
)
async def test_a_logo_that_could_not_be_seen_gets_a_tile(
    place: Place, colour: tuple[int, int, int], mode: str, tile: bytes
) -> None:
    organiser = place.holder("organiser")
    made = (await organiser.ask("POST", "theme/logo", data=file_of(drawing(colour)))).json

    await choose(organiser, mode=mode, logo=made["id"])

    assert b"--logo-bg: " + tile + b";" in (await place.visitor().get(CSS)).body


async def test_a_tile_goes_with_the_logo_that_needed_it(place: Place) -> None:
    """Also when a page sends back all the colours that it was told."""
    organiser = place.holder("organiser")
    made = (await organiser.ask("POST", "theme/logo", data=file_of(drawing(NAVY)))).json
    chosen = (await choose(organiser, mode="dark", logo=made["id"])).json

    await choose(organiser, mode="light", logo=made["id"], colours=chosen["colours"])

    assert b"--logo-bg: #ffffff00;" in (await place.visitor().get(CSS)).body


async def test_another_picture_cannot_become_public_as_a_logo(place: Place, drawn: Draw) -> None:
    held = (await place.visitor().upload(drawn())).json["id"]

    refused = await choose(place.holder("organiser"), logo=held)

    assert (refused.status, refused.code) == (422, "unknown-picture")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 422, "logo-svg"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE svg>', 422, "logo-svg"),
        (drawing(PALE)[:80], 415, "picture-broken"),
        (b"hello", 415, "picture-unknown-format"),
    ],
    ids=["svg", "svg with a preamble", "broken", "text"],
)
async def test_a_logo_that_is_no_picture_is_refused(place: Place, data: bytes, status: int, code: str) -> None:
    answer = await place.holder("organiser").ask("POST", "theme/logo", data=file_of(data))

    assert (answer.status, answer.code) == (status, code)
    if code == "logo-svg":
        assert "Save the logo as PNG" in answer.json["detail"]


# House styles


async def test_a_published_house_style_can_be_loaded_and_chosen(place: Place) -> None:
    organiser = place.holder("organiser")

    read = await organiser.ask(
        "POST", "theme/tokens?theme=fontein&mode=dark&name=Utrecht", data=file_of(TOKENS.read_bytes())
    )
    house = read.json
    saved = await choose(
        organiser, mode="dark", colours=house["colours"], options=house["options"], house=house["name"]
    )

    assert (read.status, saved.status) == (200, 200)
    assert (house["name"], house["options"], house["findings"]) == ("Utrecht", {"font": "humanist"}, [])
    assert house["found"]["bg-1"] == "utrecht-page-footer-background-color"
    sheet = (await place.visitor().get(CSS)).body
    assert b"--bg-1: #cc0000;" in sheet
    assert b'--font-body: "Noto Sans"' in sheet


async def test_a_broken_token_file_says_what_and_where(place: Place) -> None:
    answer = await place.holder("organiser").ask("POST", "theme/tokens", data=file_of(b'{"a": {"value": }}'))

    assert (answer.status, answer.code) == (422, "bad-tokens")
    assert "line 1, column" in answer.json["detail"]


# Strangers' themes


async def test_a_theme_in_the_data_folder_is_one_of_the_themes(tmp_path: Any) -> None:
    folder = tmp_path / "themes"
    for name, line in (("avond", 'inherits = "fontein"'), ("kapot", 'inherits = "fontein"\nlay = "out"')):
        (folder / name).mkdir(parents=True)
        words = 'title = { nl = "Avond", en = "Evening" }\nauthor = "A"\nlicence = "CC0-1.0"'
        (folder / name / "theme.toml").write_text(f'name = "{name}"\n{words}\n{line}\n', encoding="utf-8")

    async with open_place(tmp_path) as place:
        organiser = place.holder("organiser")
        listed = (await organiser.get("themes")).json
        chosen = await choose(organiser, theme="avond")

    assert "avond" in [theme["name"] for theme in listed["themes"]]
    assert listed["problems"][0].startswith('kapot/theme.toml: there is no "lay" (did you mean "layout"?)')
    assert chosen.status == 200


async def test_a_theme_that_was_taken_away_leaves_a_wall(tmp_path: Any) -> None:
    async with open_place(tmp_path) as place:
        by = place.holder("organiser")
        await choose(by, theme="krant")
        del place.house.site.themes.themes["krant"]

        sheet = await place.visitor().get(CSS)

    assert sheet.status == 200
