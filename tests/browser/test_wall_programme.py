"""
What the programme does to a real wall, with the real server behind it.

A screen is paired by what it shows, and is itself again after a power cut; behind a speaker it keeps to the title card;
without its server it still knows the coming hour. And a camera finds the codes that are in the picture.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest
import pytest_asyncio
import zxingcpp
from playwright.async_api import Page, expect

from server.symposium.values import OPERATOR
from tests.browser.programme_day import noon_zone
from tests.browser.surfaces import shows
from tests.browser.test_wall_survives import LEASE_MS
from tests.browser.visits import PUBLIC_HOST, Visits, at_rest, painted, said
from tests.house import SLUG, Place, open_place
from tests.shelf import minimal_pdf

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HALL, FOYER = "grote-zaal", "foyer"
MINUTE_US = 60_000_000
SIZES = ((1920, 1080), (3840, 2160))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A house with an address that codes can lead to, and a programme of which the second session runs."""
    async with open_place(tmp_path_factory.mktemp("house"), public_url=f"http://{PUBLIC_HOST}:8080") as opened:
        await programme(opened)
        yield opened


async def programme(place: Place) -> None:
    now = time.time_ns() // 1_000
    rooms = [{"id": HALL, "name": "Grote zaal"}, {"id": FOYER, "name": "Foyer"}]
    sessions = [
        {"id": "opening", "title": "Opening", "room": HALL, "start": now - 50 * MINUTE_US, "end": now - 30 * MINUTE_US},
        {
            "id": "beraad", "title": "Burgerberaad, en dan?", "room": HALL, "kind": "talk", "questionsS": 0,
            "speakers": [{"name": "Marjolein Verkade", "about": "Kenniskring Nabij Bestuur"}],
            "start": now - 20 * MINUTE_US, "end": now + 30 * MINUTE_US,
        },
        {"id": "borrel", "title": "Borrel", "room": FOYER, "start": now + 40 * MINUTE_US, "end": now + 90 * MINUTE_US},
    ]  # fmt: skip
    body = {"base": 0, "programme": {"zone": noon_zone(), "rooms": rooms, "sessions": sessions}}
    answer = await place.holder("organiser").ask("PUT", "programme", body)
    assert answer.status == 200, answer


async def pair(place: Place, wall: Page, *, name: str, stage: bool) -> None:
    """As somebody does with a phone in hand: read the screen, type it in."""
    letters = wall.locator(".pair-code span")
    await expect(letters).to_have_count(4)
    code = "".join(await letters.all_text_contents())
    body = {"code": code, "name": name, "room": HALL, "stage": stage}
    answer = await place.holder("moderator").ask("POST", "screens", body)
    assert answer.status == 201, answer


async def codes_of(place: Place) -> dict[str, str]:
    """By what they belong to."""
    return {thing: code for code, thing in place.hall.node.state.codes.items()}


async def test_screen_is_paired_by_what_it_shows_and_is_itself_again(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    context = await visits.context(viewport={"width": 1920, "height": 1080})
    wall = await context.new_page()
    await wall.goto(f"{place.url}/{SLUG}/wall?pair")
    await expect(wall.locator("#scene")).to_contain_text(f"/{SLUG}/stage")

    await pair(place, wall, name="Grote zaal links", stage=False)
    await expect(wall.locator("#scene h1")).to_have_text(said("screen", "screen.pair.done", name="Grote zaal links"))
    await wall.wait_for_selector(f"{shows('join')}")

    room = (await codes_of(place))[f"room:{HALL}"].lower()
    await expect(wall.locator("#join [data-address]")).to_have_text(f"{PUBLIC_HOST}:8080/pd/{room}")
    await wall.close()
    # The power was off: another window, without `?pair`, on the same computer.
    again = await context.new_page()
    await again.goto(f"{place.url}/{SLUG}/wall")
    await expect(again.locator("#join [data-address]")).to_have_text(f"{PUBLIC_HOST}:8080/pd/{room}")


async def test_another_window_of_the_same_computer_is_another_screen(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    context = await visits.context()
    first, second = await context.new_page(), await context.new_page()
    await first.goto(f"{place.url}/{SLUG}/wall?pair")
    await pair(place, first, name="Links", stage=False)
    await second.goto(f"{place.url}/{SLUG}/wall")
    await second.wait_for_selector(shows("join"))

    await expect(first.locator("#join [data-address]")).to_contain_text("/pd/")
    await expect(second.locator("#join [data-address]")).to_have_text(f"{PUBLIC_HOST}:8080/pd")


async def test_screen_behind_a_speaker_keeps_to_the_title_card(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    staff = place.holder("moderator")
    body = {"screen": "podium", "name": "Podium", "room": HALL, "stage": True}
    assert (await staff.ask("POST", "screens", body)).status == 201
    assert (await staff.ask("PUT", "direction", {"stageSafe": True, "papersS": 120})).status == 200
    wall = await visits.open(f"{place.url}/{SLUG}/wall?screen=podium", viewport={"width": 1920, "height": 1080})
    foyer = await visits.open(f"{place.url}/{SLUG}/wall", viewport={"width": 1920, "height": 1080})

    await wall.wait_for_selector(shows("session"))
    await expect(wall.locator("#scene h1")).to_have_text("Burgerberaad, en dan?")
    await expect(wall.locator("#scene")).to_contain_text("Kenniskring Nabij Bestuur")
    assert await foyer.locator(shows("join")).count() == 1, "only the screen behind the speaker"

    ask = {"room": HALL, "session": "beraad", "part": "questions", "auto": False}
    assert (await staff.ask("PUT", "programme/on-stage", ask)).status == 200
    await wall.wait_for_selector(shows("join"))  # open, and nobody wrote yet
    assert (
        await staff.ask("PUT", "programme/on-stage", {**ask, "session": None, "part": None, "auto": True})
    ).status == 200
    await wall.wait_for_selector(shows("session"))
    assert (await staff.ask("POST", "scene", {"scene": "programme"})).status == 200
    await wall.wait_for_selector(shows("programme"))  # what a person chose stays
    assert (
        await staff.ask("POST", "programme/shifts", {"session": "borrel", "minutes": 6, "rest": False})
    ).status == 200
    await expect(wall.locator("#scene .late")).to_have_text(said("screen", "screen.late", n=6).strip())
    assert (await staff.ask("POST", "scene", {"scene": "fountain"})).status == 200
    await wall.wait_for_selector(shows("session"))


async def test_wall_without_its_server_knows_the_coming_hour(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    wall = await (await visits.context(viewport={"width": 1920, "height": 1080})).new_page()
    await wall.clock.install()
    await wall.goto(f"{place.url}/{SLUG}/wall")
    await wall.wait_for_selector(shows("join"))
    await expect(wall.locator("#now")).to_contain_text("Burgerberaad, en dan?")

    await place.hall.node.stop(OPERATOR, on=True)
    await wall.clock.run_for(1_000)
    await wall.wait_for_selector(shows("safe"))
    await expect(wall.locator("#scene")).to_contain_text("Burgerberaad, en dan?")
    await place.hall.node.stop(OPERATOR, on=False)
    await wall.wait_for_selector(shows("join"))

    visits.faults_allowed = True  # the browser logs what it could not reach
    await wall.context.set_offline(True)
    await wall.clock.fast_forward(LEASE_MS + 5_000)
    await wall.clock.run_for(2_000)
    await wall.wait_for_selector(shows("safe"))
    await expect(wall.locator("#scene")).to_contain_text("Burgerberaad, en dan?")


# Codes


TILES = """
() => [...document.querySelectorAll('.qr')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((one) => one.getBoundingClientRect().toJSON())
"""


async def found_in(wall: Page) -> tuple[set[str], set[str]]:
    """What two decoders find: one in the whole picture, the other, which finds one at a time, around each code."""
    image = await painted(wall)
    first = {code.text for code in zxingcpp.read_barcodes(image)}
    second = set()
    for box in await wall.evaluate(TILES):
        rim = box["width"] * 0.1
        part = image.crop(
            tuple(int(at) for at in (box["left"] - rim, box["top"] - rim, box["right"] + rim, box["bottom"] + rim))
        )
        pixels: Any = numpy.asarray(part)
        second.add(cv2.QRCodeDetector().detectAndDecode(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[0])
    return first, second - {""}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_camera_finds_the_codes_that_are_in_the_picture(
    size: tuple[int, int], place: Place, visits: Visits
) -> None:
    visits.witness.own.add(place.url)
    width, height = size
    staff = place.holder("organiser")
    paper = {
        "title": "Na het beraad",
        "authors": [],
        "abstract": "",
        "session": "beraad",
        "form": "link",
        "embargo": False,
    }
    made = (await staff.ask("POST", "papers", {**paper, "link": "https://voorbeeld.nl/na"})).json
    codes = await codes_of(place)
    begin = f"HTTP://{PUBLIC_HOST}:8080/PD".upper()
    wall = await visits.open(f"{place.url}/{SLUG}/wall?screen=camera", viewport={"width": width, "height": height})
    for scene, more, wanted in (
        ("join", {}, {begin}),
        ("programme", {}, {begin}),
        ("session", {"session": "beraad"}, {f"{begin}/{codes['session:beraad']}"}),
        ("paper", {"paper": made["id"]}, {f"{begin}/{made['code']}"}),
        ("safe", {}, {begin, f"{begin}/PAPERS"}),
    ):
        if scene == "safe":
            await place.hall.node.stop(OPERATOR, on=True)
        else:
            assert (await staff.ask("POST", "scene", {"scene": scene, **more})).status == 200
        await wall.wait_for_selector(shows(scene))
        await at_rest(wall)
        both = await found_in(wall)
        assert both == (wanted, wanted), scene
        for text in wanted:
            path = text.removeprefix(f"HTTP://{PUBLIC_HOST}:8080".upper())
            answer = await place.visitor().get(path)
            assert answer.status in (200, 302), path
    await place.hall.node.stop(OPERATOR, on=False)
    await staff.ask("POST", "scene", {"scene": "fountain"})
    await staff.ask("DELETE", f"papers/{made['id']}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_from_the_picture_in_the_hall_to_the_very_bytes_of_the_paper(
    size: tuple[int, int], place: Place, visits: Visits, tmp_path: Path
) -> None:
    visits.witness.own.add(place.url)
    staff, phone = place.holder("organiser"), place.visitor()
    data = minimal_pdf(tmp_path / "stuk.pdf", text="Na het beraad", size=300_000)
    made = (await staff.ask("POST", "papers", {"title": "Na het beraad", "session": "beraad"})).json
    assert (await staff.ask("PUT", f"papers/{made['id']}", data=io.BytesIO(data))).status == 200
    assert (await staff.ask("POST", "scene", {"scene": "paper", "paper": made["id"]})).status == 200
    wall = await visits.open(f"{place.url}/{SLUG}/wall?screen=camera", viewport={"width": size[0], "height": size[1]})
    await wall.wait_for_selector(shows("paper"))
    await at_rest(wall)

    both = await found_in(wall)
    (scanned,) = both[0] & both[1]
    led = await phone.get(scanned.removeprefix(f"HTTP://{PUBLIC_HOST}:8080".upper()))
    page = await phone.get(led.headers["Location"])
    (file,) = re.findall(rf'href="(/{SLUG}/papers/{made["id"]}/file/\d+)"', page.body.decode())
    fetched = await phone.get(file)

    assert hashlib.sha256(fetched.body).digest() == hashlib.sha256(data).digest()
    assert "attachment" in fetched.headers["Content-Disposition"]
    await staff.ask("POST", "scene", {"scene": "fountain"})
    await staff.ask("DELETE", f"papers/{made['id']}")


async def test_a_camera_finds_nothing_where_there_is_no_code(place: Place, visits: Visits) -> None:
    """The negative control."""
    visits.witness.own.add(place.url)
    wall = await visits.open(f"{place.url}/{SLUG}/wall?screen=camera", viewport={"width": 1920, "height": 1080})
    await wall.wait_for_selector(shows("join"))
    await wall.evaluate("for (const code of document.querySelectorAll('.qr')) code.style.filter = 'blur(14px)'")
    assert await found_in(wall) == (set(), set())
